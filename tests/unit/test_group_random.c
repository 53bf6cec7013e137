/*
 * Groups and details of random rows: every link is true, the order of the rows that come in
 * changes nothing, the other side's view is the mirror image, and groups without a name are
 * compared with the same rule said plainly, pair by pair.
 */
#include <check.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>

#include "made_open.h"

enum { ROUNDS = 400, ROWS_MAX = 36, TEXT_BYTES = 160 };

static struct fa_sink sink;

static void ignore_message(void *context, const struct fa_diag *diag)
{
    (void)context;
    (void)diag;
}

static void setup(void)
{
    fa_sink_init(&sink, ignore_message, NULL);
}

static uint64_t seed;

static unsigned random_below(unsigned bound)
{
    seed ^= seed << 13;
    seed ^= seed >> 7;
    seed ^= seed << 17;
    return (unsigned)(seed >> 33) % bound;
}

/* --- rows --- */

struct random_row {
    bool is_flow, is_debit;
    unsigned minor, day, minute;
    char key, reference; /* 0: none */
    unsigned line;       /* a detail's line, from 1 */
    unsigned detail_no;
};

struct scene {
    struct random_row rows[ROWS_MAX];
    unsigned count;
    bool has_name, is_net, is_many_lines, is_bdays, has_fees;
    int window_from, window_to;
};

/* Few amounts, keys and days, so that much is alike. */
static void make_scene(struct scene *scene, uint64_t round)
{
    seed = (round + 1) * UINT64_C(0x9E3779B97F4A7C15);
    *scene = (struct scene){.count = 4 + random_below(ROWS_MAX - 4),
                            .has_name = round % 2,
                            .is_net = random_below(4) == 0,
                            .is_many_lines = random_below(3) == 0,
                            .is_bdays = random_below(2),
                            .has_fees = random_below(3) == 0};
    scene->window_from = (int)random_below(3) - 1;
    scene->window_to = scene->window_from + (int)random_below(4);
    unsigned keys = 2 + random_below(8), days = 1 + random_below(6);
    for (unsigned i = 0; i < scene->count; i++) {
        struct random_row *row = &scene->rows[i];
        row->is_flow = random_below(3) != 0;
        if (scene->is_many_lines)
            row->is_flow = !row->is_flow;
        row->is_debit = random_below(4) == 0;
        row->minor = (1 + random_below(3)) * 1000;
        if (row->is_flow == scene->is_many_lines && random_below(3))
            row->minor =
                (2 + random_below(5)) * 1000 - (scene->has_fees ? random_below(2) * 12 : 0);
        row->day = 1 + random_below(days);
        row->minute = i;
        if (random_below(5) && (scene->has_name || row->is_flow != scene->is_many_lines))
            row->key = (char)('a' + random_below(keys));
        row->reference = (char)('a' + random_below(8));
    }
}

/* IS_MIRRORED: flows for lines and lines for flows. */
static void write_row(const struct random_row *row, unsigned no, bool is_mirrored,
                      char text[TEXT_BYTES])
{
    bool is_flow = row->is_flow != is_mirrored;
    char key[16] = "";
    if (row->key)
        snprintf(key, sizeof key, " key0=%c", row->key);
    snprintf(text, TEXT_BYTES, "%s r%02u A %s %u.%02u 2025-01-%02uT10:%02u%s ref=%c\n",
             is_flow ? "flow" : "line", no, row->is_debit ? "debit" : "credit",
             row->minor / 100, row->minor % 100, row->day, row->minute, key, row->reference);
}

/* 0.6 percent of each movement, half up. */
static const struct fa_fee fee = {.is_on = {true, true},
                                  .is_rate = true,
                                  .rate_ppb = 6000000,
                                  .at_most_minor = INT64_MAX,
                                  .rounding = FA_ROUND_HALF_UP};

static void make_open(struct made_open *made, const struct scene *scene, bool is_mirrored,
                      bool is_shuffled)
{
    char text[ROWS_MAX * TEXT_BYTES] = "";
    unsigned order[ROWS_MAX];
    for (unsigned i = 0; i < scene->count; i++)
        order[i] = i;
    for (unsigned i = scene->count; is_shuffled && i > 1; i--) {
        unsigned other = random_below(i), kept = order[i - 1];
        order[i - 1] = order[other];
        order[other] = kept;
    }
    size_t size = 0;
    for (unsigned i = 0; i < scene->count; i++) {
        write_row(&scene->rows[order[i]], order[i], is_mirrored, text + size);
        size += strlen(text + size);
    }
    made_open_init(made, text, &sink);
    struct fa_terms *terms = &made->terms[MADE_A];
    terms->group_count = 1;
    terms->groups[0] = (struct fa_group_rule){
        .many = scene->is_many_lines != is_mirrored ? FA_SIDE_BANK : FA_SIDE_LEDGER,
        .key_count = 1,
        .has_name = scene->has_name,
        .is_net = scene->is_net};
    terms->has_window = true;
    terms->is_window_bdays = scene->is_bdays;
    terms->window_from = is_mirrored ? -scene->window_to : scene->window_from;
    terms->window_to = is_mirrored ? -scene->window_from : scene->window_to;
    terms->fees = &fee;
    terms->fee_count = scene->has_fees && !is_mirrored;
}

static enum fa_status run(struct made_open *made)
{
    FA_TRY(fa_stage_named_groups(&made->resolver));
    return fa_stage_groups(&made->resolver);
}

/* --- every link is true --- */

static void check_links(const struct made_open *made, const struct scene *scene)
{
    const struct fa_resolver *r = &made->resolver;
    for (size_t i = 0; i < r->links.count; i++) {
        const struct fa_link *link = &r->links.items[i];
        fa_i128 net[2] = {0, 0};
        unsigned counts[2] = {0, 0};
        for (uint32_t k = 0; k < link->member_count; k++) {
            const struct fa_open *row =
                &r->rows.items[r->members.items[link->first_member + k]];
            ck_assert_uint_eq(row->link, i);
            counts[row->side]++;
            net[row->side] +=
                row->direction == FA_CREDIT ? row->amount_minor : -row->amount_minor;
        }
        ck_assert(counts[0] && counts[1] && net[1]);
        fa_i128 kept = net[FA_SIDE_LEDGER] - net[FA_SIDE_BANK];
        ck_assert(kept == link->fee_minor || (scene->has_fees && kept == -link->fee_minor));
        if (scene->has_name)
            continue;
        enum fa_side many = r->terms[0]->groups[0].many;
        ck_assert(counts[many] > 1 && counts[!many] == 1);
    }
}

START_TEST(links_are_true)
{
    for (uint64_t round = 0; round < ROUNDS; round++) {
        struct scene scene;
        struct made_open made;
        make_scene(&scene, round);
        make_open(&made, &scene, false, false);
        ck_assert_int_eq(run(&made), FA_OK);
        check_links(&made, &scene);
        made_open_release(&made);
    }
}
END_TEST

/* --- the order of rows --- */

START_TEST(shuffling_changes_nothing)
{
    for (uint64_t round = 0; round < ROUNDS; round++) {
        struct scene scene;
        struct made_open made[2];
        struct fa_buf texts[2] = {0};
        make_scene(&scene, round);
        for (int i = 0; i < 2; i++) {
            make_open(&made[i], &scene, false, i);
            ck_assert_int_eq(run(&made[i]), FA_OK);
            made_open_print(&made[i], &texts[i]);
        }
        ck_assert_str_eq(fa_buf_cstr(&texts[0]), fa_buf_cstr(&texts[1]));
        for (int i = 0; i < 2; i++) {
            fa_buf_release(&texts[i]);
            made_open_release(&made[i]);
        }
    }
}
END_TEST

/* --- the mirror image --- */

/* What became of each row: the smallest number of a row that it was linked with, or the
 * choices. */
static void list_fates(const struct made_open *made, unsigned fates[ROWS_MAX])
{
    const struct fa_resolver *r = &made->resolver;
    for (size_t i = 0; i < r->rows.count; i++) {
        const struct fa_open *row = &r->rows.items[i];
        unsigned fate = 1000 + row->choices;
        for (size_t k = 0; row->link != FA_NO_LINK && k < r->rows.count; k++)
            if (r->rows.items[k].link == row->link) {
                unsigned no = (unsigned)strtoul(r->rows.items[k].id.bytes + 1, NULL, 10);
                fate = no < fate ? no : fate;
            }
        fates[strtoul(row->id.bytes + 1, NULL, 10)] = fate;
    }
}

START_TEST(the_other_side_sees_the_same)
{
    for (uint64_t round = 0; round < ROUNDS; round++) {
        struct scene scene;
        struct made_open made[2];
        unsigned fates[2][ROWS_MAX];
        make_scene(&scene, round);
        scene.has_fees = false;
        for (int i = 0; i < 2; i++) {
            make_open(&made[i], &scene, i, false);
            ck_assert_int_eq(run(&made[i]), FA_OK);
            list_fates(&made[i], fates[i]);
            made_open_release(&made[i]);
        }
        for (unsigned i = 0; i < scene.count; i++)
            ck_assert_msg(fates[0][i] == fates[1][i], "round %u, row %u: %u, mirrored %u",
                          (unsigned)round, i, fates[0][i], fates[1][i]);
    }
}
END_TEST

/* --- groups without a name, said plainly --- */

struct plain_group {
    uint32_t rows[ROWS_MAX], count;
    int64_t net;
    int32_t last_day;
    int component;
};

struct plain {
    const struct fa_resolver *r;
    struct plain_group groups[ROWS_MAX];
    uint32_t ones[ROWS_MAX]; /* places of the other side's rows */
    int one_components[ROWS_MAX];
    int group_count, one_count;
    bool edges[ROWS_MAX][ROWS_MAX];
};

static int64_t signed_minor(const struct fa_open *row)
{
    return row->direction == FA_CREDIT ? row->amount_minor : -row->amount_minor;
}

static void add_to_group(struct plain *p, uint32_t place, const struct fa_group_rule *rule)
{
    const struct fa_open *row = &p->r->rows.items[place];
    int at = 0;
    for (; at < p->group_count; at++) {
        const struct fa_open *first = &p->r->rows.items[p->groups[at].rows[0]];
        if (fa_str_equal(first->keys[0], row->keys[0]) &&
            (rule->is_net || first->direction == row->direction))
            break;
    }
    struct plain_group *group = &p->groups[at];
    if (at == p->group_count) {
        p->group_count++;
        *group = (struct plain_group){.last_day = INT32_MIN};
    }
    group->rows[group->count++] = place;
    group->net += signed_minor(row);
    group->last_day = row->business_day > group->last_day ? row->business_day : group->last_day;
}

static bool is_candidate(const struct plain *p, const struct plain_group *group,
                         const struct fa_open *one)
{
    const struct fa_terms *terms = p->r->terms[0];
    bool is_line = one->side == FA_SIDE_BANK;
    int64_t lag;
    if (group->count < 2 || group->net == 0 || group->net != signed_minor(one))
        return false;
    ck_assert_int_eq(fa_days_lag(&p->r->days, terms,
                                 is_line ? group->last_day : one->business_day,
                                 is_line ? one->day_no : group->last_day, &lag),
                     FA_OK);
    return lag >= terms->window_from && lag <= terms->window_to;
}

static void list_plain(struct plain *p)
{
    const struct fa_group_rule *rule = &p->r->terms[0]->groups[0];
    for (uint32_t i = 0; i < p->r->rows.count; i++) {
        const struct fa_open *row = &p->r->rows.items[i];
        if (row->side != rule->many)
            p->ones[p->one_count++] = i;
        else if (row->keys)
            add_to_group(p, i, rule);
    }
    for (int g = 0; g < p->group_count; g++)
        for (int o = 0; o < p->one_count; o++)
            p->edges[g][o] = is_candidate(p, &p->groups[g], &p->r->rows.items[p->ones[o]]);
}

/* Numbers components from 1 by spreading the least number until nothing changes. */
static void list_components(struct plain *p)
{
    for (int g = 0; g < p->group_count; g++)
        p->groups[g].component = g + 1;
    for (int o = 0; o < p->one_count; o++)
        p->one_components[o] = p->group_count + o + 1;
    for (bool is_changed = true; is_changed;) {
        is_changed = false;
        for (int g = 0; g < p->group_count; g++)
            for (int o = 0; o < p->one_count; o++) {
                int *a = &p->groups[g].component, *b = &p->one_components[o];
                if (!p->edges[g][o] || *a == *b)
                    continue;
                *a = *b = *a < *b ? *a : *b;
                is_changed = true;
            }
    }
}

static int compare_plain(const void *left, const void *right)
{
    const struct plain_group *a = left, *b = right;
    if (a->last_day != b->last_day)
        return a->last_day < b->last_day ? -1 : 1;
    return a->rows[0] < b->rows[0] ? -1 : 1;
}

static void check_component(const struct plain *p, int component)
{
    const struct plain_group *groups[ROWS_MAX];
    int ones[ROWS_MAX], group_nos[ROWS_MAX], group_count = 0, one_count = 0;
    for (int g = 0; g < p->group_count; g++)
        if (p->groups[g].component == component)
            group_nos[group_count] = g, groups[group_count++] = &p->groups[g];
    for (int o = 0; o < p->one_count; o++)
        if (p->one_components[o] == component)
            ones[one_count++] = o;
    bool is_matched = group_count == one_count;
    for (int i = 0; is_matched && i < group_count; i++)
        is_matched = p->edges[group_nos[i]][ones[i]];
    bool is_alone = group_count + one_count == 1;
    for (int i = 0; i < group_count; i++)
        for (uint32_t k = 0; k < groups[i]->count; k++) {
            const struct fa_open *row = &p->r->rows.items[groups[i]->rows[k]];
            ck_assert_int_eq(row->link != FA_NO_LINK, is_matched);
            ck_assert_int_eq(row->choices > 0, !is_matched && !is_alone);
            if (is_matched)
                ck_assert_uint_eq(row->link, p->r->rows.items[p->ones[ones[i]]].link);
        }
    for (int i = 0; i < one_count; i++) {
        const struct fa_open *row = &p->r->rows.items[p->ones[ones[i]]];
        ck_assert_int_eq(row->link != FA_NO_LINK, is_matched);
        ck_assert_int_eq(row->choices > 0, !is_matched && !is_alone);
    }
}

START_TEST(groups_are_what_the_rule_says)
{
    unsigned links = 0, choices = 0, marks = 0;
    for (uint64_t round = 0; round < 6 * ROUNDS; round++) {
        struct scene scene;
        struct made_open made;
        make_scene(&scene, 2 * round);
        scene.has_fees = false;
        make_open(&made, &scene, false, false);
        struct plain *plain = calloc(1, sizeof *plain);
        ck_assert_ptr_nonnull(plain);
        plain->r = &made.resolver;
        list_plain(plain);
        qsort(plain->groups, (size_t)plain->group_count, sizeof *plain->groups, compare_plain);
        for (int g = 0; g < plain->group_count; g++)
            for (int o = 0; o < plain->one_count; o++)
                plain->edges[g][o] = is_candidate(plain, &plain->groups[g],
                                                  &made.resolver.rows.items[plain->ones[o]]);
        list_components(plain);
        ck_assert_int_eq(run(&made), FA_OK);
        for (int component = 1; component <= plain->group_count + plain->one_count; component++)
            check_component(plain, component);
        links += (unsigned)made.resolver.links.count;
        for (size_t i = 0; i < made.resolver.links.count; i++)
            marks += made.resolver.links.items[i].notes == FA_LINK_INTERCHANGEABLE;
        for (size_t i = 0; i < made.resolver.rows.count; i++)
            choices += made.resolver.rows.items[i].choices > 0;
        free(plain);
        made_open_release(&made);
    }
    ck_assert_msg(links > 200 && choices > 200 && marks > 20,
                  "too plain: %u links, %u choices, %u alike", links, choices, marks);
}
END_TEST

int main(void)
{
    Suite *suite = suite_create("group_random");
    TCase *tcase = tcase_create("group_random");
    tcase_add_checked_fixture(tcase, setup, NULL);
    tcase_set_timeout(tcase, 60);
    tcase_add_test(tcase, links_are_true);
    tcase_add_test(tcase, shuffling_changes_nothing);
    tcase_add_test(tcase, the_other_side_sees_the_same);
    tcase_add_test(tcase, groups_are_what_the_rule_says);
    suite_add_tcase(suite, tcase);
    SRunner *runner = srunner_create(suite);
    srunner_run_all(runner, CK_NORMAL);
    int failed = srunner_ntests_failed(runner);
    srunner_free(runner);
    return failed ? EXIT_FAILURE : EXIT_SUCCESS;
}
