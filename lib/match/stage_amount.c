/*
 * One flow and one line of like amount in the window, whatever their references say: equal
 * amounts first and to the end, then amounts that a declared fee explains, then those within
 * the tolerance. So what is exact does not depend on fees, and nothing that a fee explains on
 * the tolerance: more of it never parts what was paired without.
 *
 * Rows that may meet, directly or through others, are a component. Which of its rows are paired
 * is pairing.h's choice. Components are found without listing pairs: what a flow may meet are
 * stretches of lines in a lane, and neighbours in a stretch are joined once.
 */
#include <stdlib.h>

#include "base/limits.h"
#include "match/break.h"
#include "match/pairing.h"

typedef FA_VEC(uint32_t) number_list;

struct amounts {
    struct fa_resolver *r;
    struct fa_lane lane;
    struct fa_pairing pairing;
    number_list parents;   /* of flows, then lines: up to one row of the component */
    number_list runs;      /* of a line: a later one to which all between are joined */
    number_list numbers;   /* of the component, by the row that stands for it */
    number_list ends[2];   /* by component: where its rows end in the list of their side */
    number_list sorted[2]; /* rows by component, then in the order of the lane */
};

static enum fa_status out_of_memory(const struct amounts *s)
{
    return fa_out_of_memory(s->r->sink, "open rows of the reconciliation");
}

static void release(struct amounts *s)
{
    fa_lane_release(&s->lane);
    fa_pairing_release(&s->pairing);
    fa_vec_free(&s->parents);
    fa_vec_free(&s->runs);
    fa_vec_free(&s->numbers);
    for (enum fa_side side = FA_SIDE_LEDGER; side <= FA_SIDE_BANK; side++) {
        fa_vec_free(&s->ends[side]);
        fa_vec_free(&s->sorted[side]);
    }
}

/* COUNT numbers, each its own place. */
static enum fa_status fill(const struct amounts *s, number_list *list, size_t count)
{
    if (fa_vec_reserve(list, count) != FA_OK)
        return out_of_memory(s);
    for (size_t i = 0; i < count; i++)
        list->items[i] = (uint32_t)i;
    list->count = count;
    return FA_OK;
}

/* --- components --- */

static uint32_t follow(uint32_t *links, uint32_t at)
{
    while (links[at] != at) {
        links[at] = links[links[at]];
        at = links[at];
    }
    return at;
}

/* The smaller number stands for both, so a flow where there is one. */
static void join(struct amounts *s, uint32_t a, uint32_t b)
{
    a = follow(s->parents.items, a);
    b = follow(s->parents.items, b);
    s->parents.items[a > b ? a : b] = a > b ? b : a;
}

/* Joins a flow with the lines of a stretch. */
static void join_stretch(struct amounts *s, uint32_t flow, uint32_t first, uint32_t end)
{
    uint32_t flow_count = (uint32_t)s->lane.sides[FA_SIDE_LEDGER].rows.count;
    if (first == end)
        return;
    join(s, flow, flow_count + first);
    for (uint32_t at = follow(s->runs.items, first); at + 1 < end;
         at = follow(s->runs.items, at)) {
        join(s, flow_count + at, flow_count + at + 1);
        s->runs.items[at] = at + 1;
    }
}

static enum fa_status join_rows(struct amounts *s)
{
    const struct fa_lane_side *flows = &s->lane.sides[FA_SIDE_LEDGER];
    const struct fa_lane_side *lines = &s->lane.sides[FA_SIDE_BANK];
    FA_TRY(fill(s, &s->parents, flows->rows.count + lines->rows.count));
    FA_TRY(fill(s, &s->runs, lines->rows.count));
    for (uint32_t flow = 0; flow < flows->rows.count; flow++) {
        const struct fa_laid *row = &flows->rows.items[flow];
        uint32_t day, day_end;
        fa_lane_window(&s->lane, FA_SIDE_LEDGER, row->day, &day, &day_end);
        for (; day < day_end; day++)
            for (int i = 0; i < fa_pairing_span_count(&s->pairing); i++) {
                int64_t least, most;
                uint32_t first, end;
                if (!fa_pairing_span(&s->pairing, i, row->amount_minor, &least, &most))
                    continue;
                fa_lane_amounts(lines, day, least, most, &first, &end);
                join_stretch(s, flow, first, end);
            }
    }
    return FA_OK;
}

/* Numbers the components and lists their rows: counted first, then put in place from the last.
 */
static enum fa_status list_components(struct amounts *s)
{
    uint32_t row_count = (uint32_t)s->parents.count, component_count = 0;
    uint32_t flow_count = (uint32_t)s->lane.sides[FA_SIDE_LEDGER].rows.count;
    FA_TRY(fill(s, &s->numbers, row_count));
    for (uint32_t row = 0; row < row_count; row++)
        if (follow(s->parents.items, row) == row)
            s->numbers.items[row] = component_count++;
    for (enum fa_side side = FA_SIDE_LEDGER; side <= FA_SIDE_BANK; side++) {
        uint32_t first = side == FA_SIDE_LEDGER ? 0 : flow_count;
        uint32_t end = side == FA_SIDE_LEDGER ? flow_count : row_count;
        FA_TRY(fill(s, &s->ends[side], component_count + 1));
        FA_TRY(fill(s, &s->sorted[side], end - first));
        uint32_t *ends = s->ends[side].items;
        for (uint32_t i = 0; i <= component_count; i++)
            ends[i] = 0;
        for (uint32_t row = first; row < end; row++)
            ends[s->numbers.items[follow(s->parents.items, row)] + 1]++;
        for (uint32_t i = 0; i < component_count; i++)
            ends[i + 1] += ends[i];
        /* ends[i] is now where component i begins; writing its rows moves it to their end. */
        for (uint32_t row = first; row < end; row++)
            s->sorted[side].items[ends[s->numbers.items[follow(s->parents.items, row)]]++] =
                row - first;
        s->ends[side].count = component_count;
    }
    return FA_OK;
}

/* --- pairing --- */

static bool is_of_one_amount(const struct fa_lane_side *side, const uint32_t *rows,
                             uint32_t count)
{
    for (uint32_t i = 1; i < count; i++)
        if (side->rows.items[rows[i]].amount_minor != side->rows.items[rows[0]].amount_minor)
            return false;
    return true;
}

static enum fa_status pair_component(struct amounts *s, const struct fa_component *c)
{
    const struct fa_lane *lane = &s->lane;
    bool is_small = (uint64_t)c->flow_count + c->line_count <= FA_COMPONENT_ROWS_MAX;
    bool is_alike = is_of_one_amount(&lane->sides[FA_SIDE_LEDGER], c->flows, c->flow_count) &&
                    is_of_one_amount(&lane->sides[FA_SIDE_BANK], c->lines, c->line_count);
    if (is_alike && (lane->from >= 0 || lane->to <= 0))
        return fa_pairing_in_order(&s->pairing, c);
    if (is_small)
        return fa_pairing_best(&s->pairing, c);
    bool is_done = false;
    if (is_alike)
        FA_TRY(fa_pairing_by_days(&s->pairing, c, &is_done));
    if (is_done)
        return FA_OK;
    s->r->large_components++;
    return fa_pairing_greedy(&s->pairing, c);
}

static enum fa_status pair_components(struct amounts *s)
{
    uint32_t begin[2] = {0, 0};
    for (size_t i = 0; i < s->ends[FA_SIDE_LEDGER].count; i++) {
        struct fa_component c = {
            .flows = s->sorted[FA_SIDE_LEDGER].items + begin[FA_SIDE_LEDGER],
            .lines = s->sorted[FA_SIDE_BANK].items + begin[FA_SIDE_BANK],
            .flow_count = s->ends[FA_SIDE_LEDGER].items[i] - begin[FA_SIDE_LEDGER],
            .line_count = s->ends[FA_SIDE_BANK].items[i] - begin[FA_SIDE_BANK],
        };
        if (c.flow_count && c.line_count)
            FA_TRY(pair_component(s, &c));
        begin[FA_SIDE_LEDGER] = s->ends[FA_SIDE_LEDGER].items[i];
        begin[FA_SIDE_BANK] = s->ends[FA_SIDE_BANK].items[i];
    }
    return FA_OK;
}

/* --- links --- */

/* Are there other rows of AMOUNT that a row of SIDE and DAY may meet than the one it was paired
 * with? */
static bool has_others(const struct fa_lane *lane, enum fa_side side, int64_t day,
                       int64_t amount_minor)
{
    enum fa_side other = side == FA_SIDE_LEDGER ? FA_SIDE_BANK : FA_SIDE_LEDGER;
    uint32_t count = 0, at, day_end;
    fa_lane_window(lane, side, day, &at, &day_end);
    for (; at < day_end && count < 2; at++) {
        uint32_t first, end;
        fa_lane_amounts(&lane->sides[other], at, amount_minor, amount_minor, &first, &end);
        count += end - first;
    }
    return count > 1;
}

static int compare_flows(const void *left, const void *right)
{
    const struct fa_pair *a = left, *b = right;
    FA_ORDER(a->flow, b->flow);
    return 0;
}

/* In the order of flows; from here on a pair is of places in the resolver's rows. */
static enum fa_status link_pairs(struct amounts *s)
{
    const struct fa_lane *lane = &s->lane;
    struct fa_pair *pairs = s->pairing.pairs.items;
    size_t count = s->pairing.pairs.count;
    for (size_t i = 0; i < count; i++) {
        const struct fa_laid *flow = &lane->sides[FA_SIDE_LEDGER].rows.items[pairs[i].flow];
        const struct fa_laid *line = &lane->sides[FA_SIDE_BANK].rows.items[pairs[i].line];
        if (has_others(lane, FA_SIDE_LEDGER, flow->day, line->amount_minor) ||
            has_others(lane, FA_SIDE_BANK, line->day, flow->amount_minor))
            pairs[i].notes |= FA_LINK_INTERCHANGEABLE;
        pairs[i].flow = flow->place;
        pairs[i].line = line->place;
    }
    if (count)
        qsort(pairs, count, sizeof *pairs, compare_flows);
    for (size_t i = 0; i < count; i++) {
        struct fa_link link = {.stage = FA_STAGE_AMOUNT, .notes = pairs[i].notes};
        int64_t difference = llabs(s->r->rows.items[pairs[i].flow].amount_minor -
                                   s->r->rows.items[pairs[i].line].amount_minor);
        if (s->pairing.likeness == FA_LIKE_FEE)
            link.fee_minor = difference;
        else
            link.absorbed_minor = difference;
        const uint32_t members[2] = {pairs[i].flow, pairs[i].line};
        FA_TRY(fa_resolver_link(s->r, &link, members, 2));
    }
    return FA_OK;
}

/* --- the stage --- */

static bool is_wanted(const struct fa_terms *terms)
{
    return terms->matches_amounts;
}

static bool is_declared(const struct fa_terms *terms, enum fa_likeness likeness)
{
    return likeness == FA_LIKE_EXACT || (likeness == FA_LIKE_FEE && terms->fee_count > 0) ||
           (likeness == FA_LIKE_TOLERANCE && terms->tolerance_minor > 0);
}

static enum fa_status match_lane(struct amounts *s, enum fa_likeness first,
                                 enum fa_likeness last)
{
    const struct fa_lane *lane = &s->lane;
    for (enum fa_likeness likeness = first; likeness <= last; likeness++) {
        if (!is_declared(lane->terms, likeness))
            continue;
        if (likeness != first)
            FA_TRY(fa_lane_renew(s->r, &s->lane));
        if (!lane->sides[FA_SIDE_LEDGER].rows.count || !lane->sides[FA_SIDE_BANK].rows.count)
            break;
        fa_pairing_begin(&s->pairing, lane, likeness);
        FA_TRY(join_rows(s));
        FA_TRY(list_components(s));
        FA_TRY(pair_components(s));
        FA_TRY(link_pairs(s));
    }
    return FA_OK;
}

static enum fa_status match_lanes(struct fa_resolver *r, enum fa_likeness first,
                                  enum fa_likeness last)
{
    struct amounts s = {.r = r, .pairing.sink = r->sink};
    enum fa_status status = FA_OK;
    for (uint32_t next = 0; status == FA_OK;) {
        bool is_end;
        status = fa_lane_next(r, is_wanted, &next, &s.lane, &is_end);
        if (status != FA_OK || is_end)
            break;
        status = match_lane(&s, first, last);
    }
    release(&s);
    return status;
}

enum fa_status fa_stage_equal_amounts(struct fa_resolver *r)
{
    return match_lanes(r, FA_LIKE_EXACT, FA_LIKE_EXACT);
}

enum fa_status fa_stage_near_amounts(struct fa_resolver *r)
{
    return match_lanes(r, FA_LIKE_FEE, FA_LIKE_TOLERANCE);
}
