/*
 * Groups without a name: rows of a declared key, such as day and channel, whose sum is one row
 * of the other side in the window.
 *
 * Nothing but the sum says which row that is, so a match is made only where there is no choice:
 * one group and one row that can be nothing but each other. Groups and rows that hang together
 * are a component. Where all of its sums are equal and there are as many rows as groups, any
 * way to pair them leaves the same balances; they are paired in the order of time, which never
 * fails when any pairing works, because windows of later groups begin and end later. Everything
 * else is ambiguous.
 *
 * Equal sums come first; fees are tried on the groups and rows that these left.
 */
#include "match/groups.h"

#include <assert.h>
#include <stdlib.h>

#include "match/break.h"

/* Rows of one key that are not one row. */
struct sum_group {
    const struct fa_keyed *rows;
    uint32_t row_count;
    uint32_t reach_count; /* in this pass */
    uint32_t choices;     /* rows that it can take, in this pass */
    int32_t last_day;
    fa_i128 net;
    bool is_done; /* claimed, or ambiguous */
};

/* What a row of the other side may be the sum of. */
struct sum_place {
    int64_t minor;
    uint32_t place;
    int64_t day_no;
    enum fa_direction direction;
};

/* The places, from LOW to HIGH, that a group can take. */
struct reach {
    uint32_t group, low, high;
    uint32_t root; /* of its component */
};

struct sums {
    struct fa_resolver *r;
    const struct fa_terms *terms;
    const struct fa_group_rule *rule;
    struct fa_stretch rows;
    bool with_fees;
    fa_keyed_list keyed;
    FA_VEC(struct sum_group) groups;
    FA_VEC(struct sum_place) places;
    FA_VEC(struct reach) reaches;
    bool *is_ambiguous;  /* row of the stretch */
    uint32_t *parents;   /* of groups, then of rows of the stretch: the components */
    uint32_t *claims;    /* of a place: groups that reach it */
    uint32_t *claimants; /* of a place that one group reaches: which */
};

static enum fa_status out_of_memory(struct sums *s)
{
    return fa_out_of_memory(s->r->sink, "groups of open rows");
}

static const struct fa_open *row_at(const struct sums *s, uint32_t place)
{
    return &s->r->rows.items[place];
}

/* --- the groups --- */

/* In the order of time. */
static int compare_groups(const void *left, const void *right)
{
    const struct sum_group *a = left, *b = right;
    FA_ORDER(a->last_day, b->last_day);
    FA_ORDER(a->rows->place, b->rows->place);
    return 0;
}

static enum fa_status list_groups(struct sums *s, int rule_no)
{
    FA_TRY(fa_keyed_collect(s->r, s->rows, rule_no, false, &s->keyed));
    s->groups.count = 0;
    for (size_t from = 0, to; from < s->keyed.count; from = to) {
        to = fa_keyed_end(&s->keyed, from);
        struct sum_group group = {.rows = s->keyed.items + from,
                                  .row_count = (uint32_t)(to - from),
                                  .net = fa_keyed_net(s->r, s->keyed.items + from, to - from)};
        group.last_day = row_at(s, group.rows[0].place)->business_day;
        for (uint32_t i = 1; i < group.row_count; i++) {
            int32_t day_no = row_at(s, group.rows[i].place)->business_day;
            group.last_day = day_no > group.last_day ? day_no : group.last_day;
        }
        if (group.row_count > 1 && fa_vec_add(&s->groups, group) != FA_OK)
            return out_of_memory(s);
    }
    if (s->groups.count)
        qsort(s->groups.items, s->groups.count, sizeof *s->groups.items, compare_groups);
    return FA_OK;
}

/* --- what they can be the sum of --- */

static int compare_places(const void *left, const void *right)
{
    const struct sum_place *a = left, *b = right;
    FA_ORDER(a->direction, b->direction);
    FA_ORDER(a->minor, b->minor);
    FA_ORDER(a->day_no, b->day_no);
    FA_ORDER(a->place, b->place);
    return 0;
}

static enum fa_status add_place(struct sums *s, uint32_t place, int64_t minor)
{
    const struct fa_open *row = row_at(s, place);
    const struct sum_place made = {minor, place, row->business_day, row->direction};
    return fa_vec_add(&s->places, made) == FA_OK ? FA_OK : out_of_memory(s);
}

/* A flow that lines add up to is looked for by what each fee leaves of it. */
static enum fa_status list_places(struct sums *s)
{
    s->places.count = 0;
    bool is_flow = s->rule->many == FA_SIDE_BANK;
    for (uint32_t place = s->rows.first; place < s->rows.end; place++) {
        const struct fa_open *row = row_at(s, place);
        if (row->side == s->rule->many || !fa_open_is_free(row) ||
            s->is_ambiguous[place - s->rows.first])
            continue;
        if (!s->with_fees || !is_flow)
            FA_TRY(add_place(s, place, row->amount_minor));
        for (int i = 0; s->with_fees && is_flow && i < s->terms->fee_count; i++) {
            int64_t minor;
            if (fa_fee_apply(&s->terms->fees[i], row->direction, row->amount_minor, &minor))
                FA_TRY(add_place(s, place, minor));
        }
    }
    if (s->places.count == 0)
        return FA_OK;
    qsort(s->places.items, s->places.count, sizeof *s->places.items, compare_places);
    size_t kept = 1; /* two fees may leave the same */
    for (size_t i = 1; i < s->places.count; i++)
        if (compare_places(&s->places.items[i], &s->places.items[kept - 1]) != 0)
            s->places.items[kept++] = s->places.items[i];
    s->places.count = kept;
    return FA_OK;
}

static uint32_t find_place(const struct sums *s, const struct sum_place *wanted)
{
    size_t low = 0, high = s->places.count;
    while (low < high) {
        size_t middle = low + (high - low) / 2;
        if (compare_places(&s->places.items[middle], wanted) < 0)
            low = middle + 1;
        else
            high = middle;
    }
    return (uint32_t)low;
}

/* --- which rows a group can take --- */

/* The day that is COUNT working days from BASE, itself one; the last known one on the way when
 * the calendar ends before: days that it does not know are in no window. */
static int64_t step_bdays(const struct fa_calendar *calendar, int64_t base, int32_t count)
{
    int64_t day_no;
    bool is_bday;
    if (fa_calendar_add_bdays(calendar, base, count, &day_no))
        return day_no;
    for (int step = count < 0 ? -1 : 1; fa_calendar_is_bday(calendar, base + step, &is_bday);)
        base += step;
    return base;
}

/* Days on which the row may be that is the sum of a group whose last day is LAST_DAY. */
static enum fa_status find_days(const struct sums *s, int32_t last_day, int64_t *from,
                                int64_t *to)
{
    const struct fa_calendar *calendar = s->r->days.calendar;
    bool is_line = s->rule->many == FA_SIDE_LEDGER;
    int32_t least = is_line ? s->terms->window_from : -s->terms->window_to;
    int32_t most = is_line ? s->terms->window_to : -s->terms->window_from;
    if (!s->terms->is_window_bdays) {
        *from = (int64_t)last_day + least;
        *to = (int64_t)last_day + most;
        return FA_OK;
    }
    int32_t base;
    bool is_bday;
    FA_TRY(fa_days_roll(&s->r->days, last_day, &base));
    *from = step_bdays(calendar, base, least);
    *to = step_bdays(calendar, base, most);
    while (fa_calendar_is_bday(calendar, *from - 1, &is_bday) && !is_bday)
        --*from; /* a day off counts as the next working day */
    return FA_OK;
}

static enum fa_status add_reach(struct sums *s, uint32_t group_no, fa_i128 net, int64_t from,
                                int64_t to)
{
    fa_i128 size = net < 0 ? -net : net;
    if (size == 0 || size > INT64_MAX)
        return FA_OK;
    struct sum_place wanted = {
        .minor = (int64_t)size, .day_no = from, .direction = net > 0 ? FA_CREDIT : FA_DEBIT};
    struct reach reach = {.group = group_no, .low = find_place(s, &wanted)};
    wanted.day_no = to;
    wanted.place = UINT32_MAX;
    uint32_t end = find_place(s, &wanted);
    if (end == reach.low)
        return FA_OK;
    reach.high = end - 1;
    struct sum_group *group = &s->groups.items[group_no];
    for (size_t i = s->reaches.count - group->reach_count; i < s->reaches.count; i++)
        if (s->reaches.items[i].low == reach.low) /* two ways to the same amount */
            return FA_OK;
    group->reach_count++;
    group->choices += reach.high - reach.low + 1;
    return fa_vec_add(&s->reaches, reach) == FA_OK ? FA_OK : out_of_memory(s);
}

static enum fa_status list_reaches(struct sums *s)
{
    s->reaches.count = 0;
    bool has_ways = s->with_fees && s->rule->many == FA_SIDE_LEDGER;
    for (uint32_t i = 0; i < s->groups.count; i++) {
        struct sum_group *group = &s->groups.items[i];
        int64_t from, to;
        group->reach_count = group->choices = 0;
        if (group->is_done)
            continue;
        FA_TRY(find_days(s, group->last_day, &from, &to));
        if (!has_ways)
            FA_TRY(add_reach(s, i, group->net, from, to));
        for (int way = FA_WAY_EXACT + 1; has_ways && way < fa_way_count(s->terms); way++) {
            fa_i128 left;
            if (fa_keyed_left(s->r, s->terms, way, group->rows, group->row_count, &left))
                FA_TRY(add_reach(s, i, left, from, to));
        }
    }
    return FA_OK;
}

/* --- components --- */

static uint32_t find_root(uint32_t *parents, uint32_t node)
{
    while (parents[node] != node) {
        parents[node] = parents[parents[node]];
        node = parents[node];
    }
    return node;
}

/* The smaller root stays, so components are named after their first group. */
static void unite(uint32_t *parents, uint32_t a, uint32_t b)
{
    a = find_root(parents, a);
    b = find_root(parents, b);
    if (a < b)
        parents[b] = a;
    else
        parents[a] = b;
}

static uint32_t node_of(const struct sums *s, uint32_t place_no)
{
    return (uint32_t)s->groups.count + s->places.items[place_no].place - s->rows.first;
}

static int compare_reaches(const void *left, const void *right)
{
    const struct reach *a = left, *b = right;
    FA_ORDER(a->root, b->root);
    FA_ORDER(a->low, b->low);
    FA_ORDER(a->high, b->high);
    FA_ORDER(a->group, b->group);
    return 0;
}

static void sort_reaches(struct sums *s)
{
    if (s->reaches.count)
        qsort(s->reaches.items, s->reaches.count, sizeof *s->reaches.items, compare_reaches);
}

/* Counts who claims each place, by where claims begin and end, so that a thousand groups that
 * can take the same thousand rows are no million steps. */
static void count_claims(struct sums *s)
{
    for (size_t i = 0; i <= s->places.count; i++)
        s->claims[i] = s->claimants[i] = 0;
    for (size_t i = 0; i < s->reaches.count; i++) {
        const struct reach *reach = &s->reaches.items[i];
        s->claims[reach->low]++;
        s->claims[reach->high + 1]--; /* wraps back in the sum */
        s->claimants[reach->low] ^= reach->group;
        s->claimants[reach->high + 1] ^= reach->group;
    }
    for (size_t i = 1; i <= s->places.count; i++) {
        s->claims[i] += s->claims[i - 1];
        s->claimants[i] ^= s->claimants[i - 1];
    }
}

/* Joins what hangs together; afterwards the reaches of a component stand together. */
static void join(struct sums *s)
{
    size_t node_count = s->groups.count + (s->rows.end - s->rows.first);
    for (size_t i = 0; i < node_count; i++)
        s->parents[i] = (uint32_t)i;
    sort_reaches(s);
    uint32_t joined = 0; /* places before it that are reached together are joined */
    for (size_t i = 0; i < s->reaches.count; i++) {
        const struct reach *reach = &s->reaches.items[i];
        unite(s->parents, reach->group, node_of(s, reach->low));
        joined = joined > reach->low ? joined : reach->low;
        for (; joined < reach->high; joined++)
            unite(s->parents, node_of(s, joined), node_of(s, joined + 1));
    }
    for (size_t i = 0; i < s->reaches.count; i++)
        s->reaches.items[i].root = find_root(s->parents, s->reaches.items[i].group);
    sort_reaches(s);
}

/* --- what becomes of a component --- */

/* As many rows as groups, all of one amount, and each group in turn can take the next row. */
static bool is_pairing(const struct sums *s, const struct reach *reaches, size_t count)
{
    const struct sum_place *first = &s->places.items[reaches[0].low];
    uint32_t last = reaches[0].high;
    for (size_t i = 0; i < count; i++) {
        const struct sum_place *place = &s->places.items[reaches[i].low];
        uint32_t taken = reaches[0].low + (uint32_t)i;
        if (s->groups.items[reaches[i].group].reach_count != 1 ||
            place->direction != first->direction || place->minor != first->minor ||
            taken < reaches[i].low || taken > reaches[i].high)
            return false;
        last = reaches[i].high > last ? reaches[i].high : last;
    }
    return last - reaches[0].low + 1 == count;
}

/* Whether the groups at I and I + 1 could as well take each other's rows. */
static bool can_swap(const struct reach *reaches, size_t i)
{
    uint32_t taken = reaches[0].low + (uint32_t)i;
    return reaches[i].high > taken && reaches[i + 1].low <= taken;
}

static enum fa_status link_pairs(struct sums *s, const struct reach *reaches, size_t count)
{
    for (size_t i = 0; i < count; i++) {
        struct sum_group *group = &s->groups.items[reaches[i].group];
        uint32_t place = s->places.items[reaches[0].low + (uint32_t)i].place;
        const struct fa_keyed one = {.place = place};
        struct fa_group_link link = {
            .stage = FA_STAGE_GROUP,
            .rows = group->rows,
            .row_count = group->row_count,
            .omitted = FA_NO_OPEN,
            .one = place,
        };
        if ((i + 1 < count && can_swap(reaches, i)) || (i > 0 && can_swap(reaches, i - 1)))
            link.notes = FA_LINK_INTERCHANGEABLE;
        if (!fa_fee_size(group->net, fa_keyed_net(s->r, &one, 1), &link.fee_minor))
            continue;
        group->is_done = true;
        FA_TRY(fa_keyed_link(s->r, &link));
    }
    return FA_OK;
}

static void set_choices(struct sums *s, uint32_t place, uint32_t choices)
{
    struct fa_open *row = &s->r->rows.items[place];
    row->choices = row->choices > choices ? row->choices : choices;
}

/* Says of each row how many it could belong to; where that is a single one, how many others
 * want that. */
static void mark_ambiguous(struct sums *s, const struct reach *reaches, size_t count)
{
    uint32_t next = 0;
    for (size_t i = 0; i < count; i++) {
        struct sum_group *group = &s->groups.items[reaches[i].group];
        uint32_t choices = group->choices > 1 ? group->choices : s->claims[reaches[i].low];
        group->is_done = true;
        for (uint32_t k = 0; k < group->row_count; k++)
            set_choices(s, group->rows[k].place, choices);
        next = next > reaches[i].low ? next : reaches[i].low;
        for (; next <= reaches[i].high; next++) {
            uint32_t place = s->places.items[next].place;
            set_choices(s, place,
                        s->claims[next] > 1 ? s->claims[next]
                                            : s->groups.items[s->claimants[next]].choices);
            s->is_ambiguous[place - s->rows.first] = true;
        }
    }
}

static enum fa_status run_pass(struct sums *s, bool with_fees)
{
    s->with_fees = with_fees;
    FA_TRY(list_places(s));
    FA_TRY(list_reaches(s));
    free(s->claims);
    free(s->claimants);
    s->claims = calloc(s->places.count + 1, sizeof *s->claims);
    s->claimants = calloc(s->places.count + 1, sizeof *s->claimants);
    if (!s->claims || !s->claimants)
        return out_of_memory(s);
    count_claims(s);
    join(s);
    for (size_t from = 0, to; from < s->reaches.count; from = to) {
        const struct reach *reaches = &s->reaches.items[from];
        for (to = from + 1; to < s->reaches.count && reaches[to - from].root == reaches->root;)
            to++;
        if (is_pairing(s, reaches, to - from))
            FA_TRY(link_pairs(s, reaches, to - from));
        else
            mark_ambiguous(s, reaches, to - from);
    }
    return FA_OK;
}

/* --- all rules --- */

static enum fa_status match_rule(struct sums *s, int rule_no)
{
    s->rule = &s->terms->groups[rule_no];
    FA_TRY(list_groups(s, rule_no));
    if (s->groups.count == 0)
        return FA_OK;
    size_t row_count = s->rows.end - s->rows.first;
    free(s->is_ambiguous);
    free(s->parents);
    s->is_ambiguous = calloc(row_count, sizeof *s->is_ambiguous);
    s->parents = calloc(row_count + s->groups.count, sizeof *s->parents);
    if (!s->is_ambiguous || !s->parents)
        return out_of_memory(s);
    FA_TRY(run_pass(s, false));
    return s->terms->fee_count ? run_pass(s, true) : FA_OK;
}

static enum fa_status match_rules(struct sums *s)
{
    for (int rule_no = 0; rule_no < s->terms->group_count; rule_no++)
        if (!s->terms->groups[rule_no].has_name)
            FA_TRY(match_rule(s, rule_no));
    return FA_OK;
}

enum fa_status fa_stage_groups(struct fa_resolver *r)
{
    struct sums s = {.r = r};
    enum fa_status status = FA_OK;
    for (uint32_t first = 0; status == FA_OK && first < r->rows.count; first = s.rows.end) {
        s.rows = fa_book_rows(r, first);
        s.terms = r->terms[r->rows.items[first].book];
        if (s.terms->has_window) /* any two days of a year would do without one */
            status = match_rules(&s);
    }
    free(s.is_ambiguous);
    free(s.parents);
    free(s.claims);
    free(s.claimants);
    fa_vec_free(&s.keyed);
    fa_vec_free(&s.groups);
    fa_vec_free(&s.places);
    fa_vec_free(&s.reaches);
    return status;
}
