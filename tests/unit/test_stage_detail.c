/* Payments within a line. */
#include <check.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>

#include "made_open.h"

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

struct detail_case {
    const char *name, *rows, *expected;
    int split, uneven;
};

static const struct detail_case cases[] = {
    {"all met",
     "flow f1 A debit 60.00 2025-01-02T10:00 ref=O1\n"
     "flow f2 A debit 40.00 2025-01-02T11:00 ref=O2\n"
     "line l1 A debit 100.00 2025-01-03T09:00 ref=BATCH\n"
     "detail l1 1 60.00 ref=O1\n"
     "detail l1 2 40.00 ref=O2\n",
     "detail: f1 = l1/1\n"
     "detail: f2 = l1/2\n",
     1, 0},
    {"one missing on each side",
     "flow f1 A debit 60.00 2025-01-02T10:00 ref=O1\n"
     "flow f9 A debit 40.00 2025-01-02T11:00 ref=O9\n"
     "line l1 A debit 100.00 2025-01-03T09:00\n"
     "detail l1 1 60.00 ref=O1\n"
     "detail l1 2 40.00 ref=O2\n",
     "detail: f1 = l1/1\n"
     "open: f9\n"
     "open: l1/2\n",
     1, 0},
    {"a reference with another amount is for the stages behind",
     "flow f1 A debit 61.00 2025-01-02T10:00 ref=O1\n"
     "line l1 A debit 100.00 2025-01-03T09:00\n"
     "detail l1 1 60.00 ref=O1\n"
     "detail l1 2 40.00\n",
     "open: f1\n"
     "open: l1/2\n"
     "open: l1/1\n",
     1, 0},
    {"nothing known of it: stays whole",
     "flow f1 A debit 100.00 2025-01-02T10:00 ref=O7\n"
     "line l1 A debit 100.00 2025-01-03T09:00\n"
     "detail l1 1 60.00 ref=O1\n"
     "detail l1 2 40.00 ref=O2\n",
     "open: f1\n"
     "open: l1\n",
     0, 0},
    {"the other direction, book or an empty reference is not known",
     "flow f1 A credit 60.00 2025-01-02T10:00 ref=O1\n"
     "flow f2 B debit 60.00 2025-01-02T10:00 ref=O1\n"
     "flow f3 A debit 40.00 2025-01-02T10:00\n"
     "line l1 A debit 100.00 2025-01-03T09:00\n"
     "detail l1 1 60.00 ref=O1\n"
     "detail l1 2 40.00\n",
     "open: f1\n"
     "open: f3\n"
     "open: l1\n"
     "open: f2\n",
     0, 0},
    {"does not add up",
     "flow f1 A debit 60.00 2025-01-02T10:00 ref=O1\n"
     "line l1 A debit 100.00 2025-01-03T09:00\n"
     "detail l1 1 60.00 ref=O1\n"
     "detail l1 2 40.01 ref=O2\n",
     "open: f1\n"
     "open: l1\n",
     0, 1},
    {"an amount is missing",
     "flow f1 A debit 60.00 2025-01-02T10:00 ref=O1\n"
     "line l1 A debit 60.00 2025-01-03T09:00\n"
     "detail l1 1 60.00 ref=O1\n"
     "detail l1 2 - ref=O2\n",
     "open: f1\n"
     "open: l1\n",
     0, 1},
    {"a single detail says what its line says",
     "flow f1 A debit 60.00 2025-01-02T10:00 ref=O1\n"
     "line l1 A debit 61.00 2025-01-03T09:00 ref=O1\n"
     "detail l1 1 61.00 ref=O1\n",
     "open: f1\n"
     "open: l1\n",
     0, 0},
    {"a single detail with a reference of its own",
     "flow f1 A debit 60.00 2025-01-02T10:00 ref=O1\n"
     "line l1 A debit 60.00 2025-01-03T09:00 ref=BATCH\n"
     "detail l1 1 60.00 ref=O1\n",
     "detail: f1 = l1/1\n", 1, 0},
    {"alike payments in two lines meet in the order of time",
     "flow f1 A debit 60.00 2025-01-02T10:00 ref=O1\n"
     "flow f2 A debit 60.00 2025-01-02T11:00 ref=O1\n"
     "line l2 A debit 60.00 2025-01-03T10:00\n"
     "line l1 A debit 120.00 2025-01-03T09:00\n"
     "detail l1 1 60.00 ref=O1\n"
     "detail l1 2 60.00 ref=O1\n"
     "detail l2 1 60.00 ref=O1\n",
     "detail: f1 = l1/1\n"
     "detail: f2 = l1/2\n"
     "open: l2/1\n",
     2, 0},
};

static void check_case(const struct detail_case *test, bool is_declared)
{
    struct made_open made;
    struct fa_buf text = {0};
    made_open_init(&made, test->rows, &sink);
    for (int i = 0; i < MADE_BOOKS; i++)
        made.terms[i].matches_details = is_declared;
    ck_assert_int_eq(fa_stage_details(&made.resolver), FA_OK);
    if (is_declared) {
        made_open_print(&made, &text);
        ck_assert_msg(strcmp(fa_buf_cstr(&text), test->expected) == 0, "%s:\n%s", test->name,
                      fa_buf_cstr(&text));
        ck_assert_uint_eq(made.resolver.split_lines, (unsigned)test->split);
        ck_assert_uint_eq(made.resolver.uneven_lines, (unsigned)test->uneven);
    } else {
        ck_assert_uint_eq(made.resolver.links.count + made.resolver.split_lines +
                              made.resolver.uneven_lines,
                          0);
    }
    fa_buf_release(&text);
    made_open_release(&made);
}

START_TEST(details_take_the_place_of_their_line)
{
    check_case(&cases[_i], true);
}
END_TEST

START_TEST(nothing_without_a_scheme)
{
    check_case(&cases[_i], false);
}
END_TEST

/* --- random rows --- */

enum { ROUNDS = 80, PIECES_MAX = 60, TEXT_BYTES = 96 };

static uint64_t seed;

static unsigned random_below(unsigned bound)
{
    seed ^= seed << 13;
    seed ^= seed >> 7;
    seed ^= seed << 17;
    return (unsigned)(seed >> 33) % bound;
}

/* Lines with details, most of which add up, and flows of few references and amounts. Details
 * follow their line, so a piece is a flow, or a line with all of them. */
static unsigned make_pieces(char pieces[PIECES_MAX][8 * TEXT_BYTES], uint64_t round)
{
    seed = (round + 1) * UINT64_C(0x9E3779B97F4A7C15);
    unsigned count = 4 + random_below(PIECES_MAX - 4);
    for (unsigned i = 0; i < count; i++) {
        unsigned day = 1 + random_below(9), parts = random_below(5), sum = 0, amounts[5];
        for (unsigned k = 0; k < parts; k++)
            sum += amounts[k] = 1 + random_below(3);
        if (random_below(5) == 0)
            sum++;
        const char *direction = random_below(4) ? "debit" : "credit";
        if (random_below(2)) {
            snprintf(pieces[i], TEXT_BYTES,
                     "flow f%02u A %s %u.00 2025-01-%02uT10:%02u ref=R%u\n", i, direction,
                     1 + random_below(3), day, i, random_below(12));
            continue;
        }
        char *end = pieces[i];
        end += snprintf(end, TEXT_BYTES, "line l%02u A %s %u.00 2025-01-%02uT10:%02u\n", i,
                        direction, sum, day, i);
        for (unsigned k = 0; k < parts; k++)
            end += snprintf(end, TEXT_BYTES, "detail l%02u %u %u.00 ref=R%u\n", i, k + 1,
                            amounts[k], random_below(12));
    }
    return count;
}

static void make_open(struct made_open *made, char pieces[PIECES_MAX][8 * TEXT_BYTES],
                      unsigned count, bool is_shuffled)
{
    static char text[PIECES_MAX * 8 * TEXT_BYTES];
    unsigned order[PIECES_MAX];
    size_t size = 0;
    for (unsigned i = 0; i < count; i++)
        order[i] = i;
    for (unsigned i = count; is_shuffled && i > 1; i--) {
        unsigned other = random_below(i), kept = order[i - 1];
        order[i - 1] = order[other];
        order[other] = kept;
    }
    for (unsigned i = 0; i < count; i++) {
        memcpy(text + size, pieces[order[i]], strlen(pieces[order[i]]) + 1);
        size += strlen(pieces[order[i]]);
    }
    made_open_init(made, text, &sink);
    made->terms[MADE_A].matches_details = true;
}

/* Lines, or what they are counted by. */
static fa_i128 sum_lines(const struct fa_resolver *r)
{
    fa_i128 sum = 0;
    for (size_t i = 0; i < r->rows.count; i++) {
        const struct fa_open *row = &r->rows.items[i];
        if (row->side == FA_SIDE_BANK && !row->is_aside)
            sum += row->direction == FA_CREDIT ? row->amount_minor : -row->amount_minor;
    }
    return sum;
}

static void check_links(const struct fa_resolver *r)
{
    for (size_t i = 0; i < r->links.count; i++) {
        const uint32_t *members = r->members.items + r->links.items[i].first_member;
        const struct fa_open *flow = &r->rows.items[members[0]];
        const struct fa_open *detail = &r->rows.items[members[1]];
        ck_assert_uint_eq(r->links.items[i].member_count, 2);
        ck_assert(!flow->detail_no && detail->detail_no && !detail->is_aside);
        ck_assert(r->rows.items[detail->detail_of].is_aside);
        ck_assert_int_eq(flow->amount_minor, detail->amount_minor);
        ck_assert_int_eq(flow->direction, detail->direction);
        ck_assert(fa_str_equal(flow->reference, detail->reference));
    }
}

/* Nothing that could meet is left. */
static void check_open(const struct fa_resolver *r)
{
    for (size_t i = 0; i < r->rows.count; i++)
        for (size_t k = 0; k < r->rows.count; k++) {
            const struct fa_open *a = &r->rows.items[i], *b = &r->rows.items[k];
            ck_assert(!fa_open_is_free(a) || !fa_open_is_free(b) || a->detail_no ||
                      !b->detail_no || a->side == FA_SIDE_BANK ||
                      a->direction != b->direction || a->amount_minor != b->amount_minor ||
                      !fa_str_equal(a->reference, b->reference));
        }
}

START_TEST(random_lines_keep_their_sums)
{
    static char pieces[PIECES_MAX][8 * TEXT_BYTES];
    uint64_t split = 0, whole = 0;
    for (uint64_t round = 0; round < ROUNDS; round++) {
        struct made_open made[2];
        struct fa_buf texts[2] = {0};
        unsigned count = make_pieces(pieces, round);
        for (int i = 0; i < 2; i++) {
            make_open(&made[i], pieces, count, i);
            fa_i128 sum = sum_lines(&made[i].resolver);
            ck_assert_int_eq(fa_stage_details(&made[i].resolver), FA_OK);
            ck_assert(sum == sum_lines(&made[i].resolver));
            check_links(&made[i].resolver);
            check_open(&made[i].resolver);
            made_open_print(&made[i], &texts[i]);
        }
        ck_assert_str_eq(fa_buf_cstr(&texts[0]), fa_buf_cstr(&texts[1]));
        split += made[0].resolver.split_lines;
        whole += made[0].resolver.uneven_lines;
        for (int i = 0; i < 2; i++) {
            fa_buf_release(&texts[i]);
            made_open_release(&made[i]);
        }
    }
    ck_assert_msg(split > 120 && whole > 25, "too plain: %u split, %u uneven", (unsigned)split,
                  (unsigned)whole);
}
END_TEST

int main(void)
{
    enum { CASES = sizeof cases / sizeof *cases };
    Suite *suite = suite_create("stage_detail");
    TCase *tcase = tcase_create("stage_detail");
    tcase_add_checked_fixture(tcase, setup, NULL);
    tcase_add_loop_test(tcase, details_take_the_place_of_their_line, 0, CASES);
    tcase_add_loop_test(tcase, nothing_without_a_scheme, 0, CASES);
    tcase_set_timeout(tcase, 60);
    tcase_add_test(tcase, random_lines_keep_their_sums);
    suite_add_tcase(suite, tcase);
    SRunner *runner = srunner_create(suite);
    srunner_run_all(runner, CK_NORMAL);
    int failed = srunner_ntests_failed(runner);
    srunner_free(runner);
    return failed ? EXIT_FAILURE : EXIT_SUCCESS;
}
