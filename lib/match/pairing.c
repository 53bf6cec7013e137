#include "match/pairing.h"

#include <assert.h>

#include "match/assignment.h"
#include "match/break.h"

static enum fa_status out_of_memory(const struct fa_pairing *p)
{
    return fa_out_of_memory(p->sink, "open rows of the reconciliation");
}

void fa_pairing_begin(struct fa_pairing *p, const struct fa_lane *lane,
                      enum fa_likeness likeness)
{
    p->lane = lane;
    p->likeness = likeness;
    p->pairs.count = p->up.count = p->down.count = 0;
}

void fa_pairing_release(struct fa_pairing *p)
{
    fa_vec_free(&p->pairs);
    fa_vec_free(&p->days);
    fa_vec_free(&p->chosen);
    fa_vec_free(&p->up);
    fa_vec_free(&p->down);
}

static const struct fa_laid *laid(const struct fa_pairing *p, enum fa_side side, uint32_t row)
{
    return &p->lane->sides[side].rows.items[row];
}

static enum fa_status add_pair(struct fa_pairing *p, uint32_t flow, uint32_t line,
                               unsigned notes)
{
    const struct fa_pair pair = {flow, line, notes};
    return fa_vec_add(&p->pairs, pair) == FA_OK ? FA_OK : out_of_memory(p);
}

/* --- what may meet --- */

int fa_pairing_span_count(const struct fa_pairing *p)
{
    return p->likeness == FA_LIKE_FEE ? p->lane->terms->fee_count : 1;
}

bool fa_pairing_span(const struct fa_pairing *p, int span_no, int64_t flow_minor,
                     int64_t *least, int64_t *most)
{
    const struct fa_terms *terms = p->lane->terms;
    int64_t tolerance = p->likeness == FA_LIKE_TOLERANCE ? terms->tolerance_minor : 0;
    int64_t minor = flow_minor;
    if (p->likeness == FA_LIKE_FEE &&
        !fa_fee_apply(&terms->fees[span_no], p->lane->direction, flow_minor, &minor))
        return false;
    *least = minor < tolerance ? 0 : minor - tolerance;
    *most = minor > INT64_MAX - tolerance ? INT64_MAX : minor + tolerance;
    return true;
}

static bool may_meet(const struct fa_pairing *p, const struct fa_laid *flow,
                     const struct fa_laid *line)
{
    int64_t days = line->day - flow->day;
    if (days < p->lane->from || days > p->lane->to)
        return false;
    for (int i = 0; i < fa_pairing_span_count(p); i++) {
        int64_t least, most;
        if (fa_pairing_span(p, i, flow->amount_minor, &least, &most) &&
            line->amount_minor >= least && line->amount_minor <= most)
            return true;
    }
    return false;
}

/* --- in order --- */

/* Days of COUNT rows in an array of places; from the last when IS_BACKWARD. */
struct day_walk {
    const struct fa_lane_side *side;
    const uint32_t *rows;
    uint32_t count;
    bool is_backward;
};

/* Negated when backward, so that days always rise. */
static int64_t walk_day(const struct day_walk *walk, uint32_t i)
{
    uint32_t at = walk->is_backward ? walk->count - 1 - i : i;
    int64_t day = walk->side->rows.items[walk->rows[at]].day;
    return walk->is_backward ? -day : day;
}

/* Marks the first COUNT rows of the day that ends before place END, in the order of rows. */
static void choose_of_day(const struct day_walk *walk, uint32_t from, uint32_t end,
                          uint32_t count, bool *chosen)
{
    uint32_t first = walk->is_backward ? walk->count - end : from;
    for (uint32_t i = 0; i < end - from; i++)
        chosen[first + i] = i < count;
}

/*
 * Which of MINE are paired: as many as can be, and the nearest days in the sense of the walk
 * first. Each row, day by day, takes the first of THEIRS that is left in its window. Windows of
 * later days begin and end later, so taking the first one never costs a pair (F. Glover,
 * "Maximum matching in a convex bipartite graph", 1967), and whatever day the walk stands on,
 * the rows so far are as many as can be: days that come first in the walk are the last to be
 * left out.
 */
static uint32_t choose(const struct day_walk *mine, const struct day_walk *theirs, int64_t from,
                       int64_t to, bool *chosen)
{
    uint32_t total = 0, other = 0;
    for (uint32_t i = 0, end; i < mine->count; i = end) {
        int64_t day = walk_day(mine, i);
        uint32_t count = 0;
        for (end = i; end < mine->count && walk_day(mine, end) == day; end++) {
            while (other < theirs->count && walk_day(theirs, other) < day + from)
                other++;
            if (other < theirs->count && walk_day(theirs, other) <= day + to) {
                other++;
                count++;
            }
        }
        choose_of_day(mine, i, end, count, chosen);
        total += count;
    }
    return total;
}

/* Pairs COUNT chosen flows with as many chosen lines in their order: pairs that cross can be
 * uncrossed within their windows, and no day is added by it. */
static enum fa_status pair_chosen(struct fa_pairing *p, const struct fa_component *c,
                                  uint32_t count)
{
    const bool *flows = p->chosen.items, *lines = flows + c->flow_count;
    for (uint32_t i = 0, flow = 0, line = 0; i < count; i++, flow++, line++) {
        while (!flows[flow])
            flow++;
        while (!lines[line])
            line++;
        assert(may_meet(p, laid(p, FA_SIDE_LEDGER, c->flows[flow]),
                        laid(p, FA_SIDE_BANK, c->lines[line])));
        FA_TRY(add_pair(p, c->flows[flow], c->lines[line], 0));
    }
    return FA_OK;
}

/*
 * The fewest days: where lines follow flows, the sum of days is that of the lines less that of
 * the flows, so lines are wanted early and flows late; where lines come first, the other way
 * round. The best choice of flows and the best choice of lines are found apart; some pairing
 * has both (N. S. Mendelsohn and A. L. Dulmage, "Some generalizations of the problem of
 * distinct representatives", 1958), and then the one that keeps both sides in order, because
 * pairs that cross can be uncrossed within their windows.
 */
enum fa_status fa_pairing_in_order(struct fa_pairing *p, const struct fa_component *c)
{
    const struct fa_lane *lane = p->lane;
    bool is_line_behind = lane->from >= 0;
    assert(is_line_behind || lane->to <= 0);
    p->chosen.count = 0;
    if (fa_vec_reserve(&p->chosen, (size_t)c->flow_count + c->line_count) != FA_OK)
        return out_of_memory(p);
    bool *flows = p->chosen.items, *lines = flows + c->flow_count;
    struct day_walk flow_walk = {&lane->sides[FA_SIDE_LEDGER], c->flows, c->flow_count,
                                 is_line_behind};
    struct day_walk line_walk = {&lane->sides[FA_SIDE_BANK], c->lines, c->line_count,
                                 is_line_behind};
    int64_t least = is_line_behind ? -lane->to : lane->from;
    int64_t most = is_line_behind ? -lane->from : lane->to;
    uint32_t count = choose(&flow_walk, &line_walk, least, most, flows);
    flow_walk.is_backward = line_walk.is_backward = !is_line_behind;
    uint32_t line_count = choose(&line_walk, &flow_walk, least, most, lines);
    assert(count == line_count);
    return pair_chosen(p, c, count);
}

/* --- by days --- */

static enum fa_status add_days(struct fa_pairing *p, enum fa_side side, const uint32_t *rows,
                               uint32_t count)
{
    for (uint32_t i = 0, end; i < count; i = end) {
        struct fa_transport_day day = {.day = laid(p, side, rows[i])->day};
        for (end = i; end < count && laid(p, side, rows[end])->day == day.day; end++)
            day.rows[side]++;
        if (fa_vec_add(&p->days, day) != FA_OK)
            return out_of_memory(p);
    }
    return FA_OK;
}

static int compare_days(const void *left, const void *right)
{
    const struct fa_transport_day *a = left, *b = right;
    FA_ORDER(a->day, b->day);
    return 0;
}

/* The days of both sides, each once. */
static enum fa_status list_days(struct fa_pairing *p, const struct fa_component *c)
{
    p->days.count = 0;
    FA_TRY(add_days(p, FA_SIDE_LEDGER, c->flows, c->flow_count));
    FA_TRY(add_days(p, FA_SIDE_BANK, c->lines, c->line_count));
    qsort(p->days.items, p->days.count, sizeof *p->days.items, compare_days);
    size_t kept = 0;
    for (size_t i = 0; i < p->days.count; i++) {
        const struct fa_transport_day *day = &p->days.items[i];
        if (kept == 0 || p->days.items[kept - 1].day != day->day) {
            p->days.items[kept++] = *day;
            continue;
        }
        p->days.items[kept - 1].rows[FA_SIDE_LEDGER] += day->rows[FA_SIDE_LEDGER];
        p->days.items[kept - 1].rows[FA_SIDE_BANK] += day->rows[FA_SIDE_BANK];
    }
    p->days.count = kept;
    return FA_OK;
}

/* How many of each day is decided; of a day the first are taken, and the order is kept, which
 * costs no more days than any other way to pair them. */
enum fa_status fa_pairing_by_days(struct fa_pairing *p, const struct fa_component *c,
                                  bool *is_done)
{
    FA_TRY(list_days(p, c));
    if (fa_transport(p->days.items, (uint32_t)p->days.count, p->lane->from, p->lane->to,
                     FA_TRANSPORT_STEPS_MAX, &p->steps, is_done) != FA_OK)
        return out_of_memory(p);
    if (!*is_done)
        return FA_OK;
    if (fa_vec_reserve(&p->chosen, (size_t)c->flow_count + c->line_count) != FA_OK)
        return out_of_memory(p);
    bool *flows = p->chosen.items, *lines = flows + c->flow_count;
    uint32_t count = 0;
    for (size_t i = 0; i < p->days.count; i++) {
        const struct fa_transport_day *day = &p->days.items[i];
        for (uint32_t k = 0; k < day->rows[FA_SIDE_LEDGER]; k++)
            *flows++ = k < day->paired[FA_SIDE_LEDGER];
        for (uint32_t k = 0; k < day->rows[FA_SIDE_BANK]; k++)
            *lines++ = k < day->paired[FA_SIDE_BANK];
        count += day->paired[FA_SIDE_LEDGER];
    }
    return pair_chosen(p, c, count);
}

/* --- the best --- */

/* By day, then in the order of rows. */
static void sort_by_time(const struct fa_pairing *p, enum fa_side side, uint32_t *rows,
                         uint32_t count)
{
    for (uint32_t i = 1; i < count; i++) { /* few rows, or nearly sorted ones */
        uint32_t row = rows[i], to = i;
        const struct fa_laid *a = laid(p, side, row);
        for (; to > 0; to--) {
            const struct fa_laid *b = laid(p, side, rows[to - 1]);
            if (b->day < a->day || (b->day == a->day && b->place < a->place))
                break;
            rows[to] = rows[to - 1];
        }
        rows[to] = row;
    }
}

/* First the difference; then the days, which rows, and how far apart in their order, each in
 * bits of its own: 24 hold the sum of 64 rows' places, and that of 32 squares of their
 * differences. */
static struct fa_pair_cost cost_of(const struct fa_pairing *p, const struct fa_component *c,
                                   uint32_t flow_no, uint32_t line_no)
{
    const struct fa_laid *flow = laid(p, FA_SIDE_LEDGER, c->flows[flow_no]);
    const struct fa_laid *line = laid(p, FA_SIDE_BANK, c->lines[line_no]);
    struct fa_pair_cost cost = {.is_allowed = may_meet(p, flow, line)};
    if (!cost.is_allowed)
        return cost;
    int64_t apart = (int64_t)flow_no - line_no;
    cost.first = llabs(flow->amount_minor - line->amount_minor);
    cost.second = (fa_i128)llabs(flow->day - line->day) << 48;
    cost.second += ((int64_t)flow_no + line_no) << 24;
    cost.second += apart * apart;
    return cost;
}

enum fa_status fa_pairing_best(struct fa_pairing *p, const struct fa_component *c)
{
    struct fa_pair_cost costs[FA_COMPONENT_ROWS_MAX * FA_COMPONENT_ROWS_MAX / 4];
    int line_of_flow[FA_COMPONENT_ROWS_MAX];
    bool is_turned = c->flow_count > c->line_count;
    uint32_t row_count = is_turned ? c->line_count : c->flow_count;
    uint32_t column_count = is_turned ? c->flow_count : c->line_count;
    sort_by_time(p, FA_SIDE_LEDGER, c->flows, c->flow_count);
    sort_by_time(p, FA_SIDE_BANK, c->lines, c->line_count);
    for (uint32_t row = 0; row < row_count; row++)
        for (uint32_t column = 0; column < column_count; column++)
            costs[row * column_count + column] =
                is_turned ? cost_of(p, c, column, row) : cost_of(p, c, row, column);
    fa_assign(costs, (int)row_count, (int)column_count, line_of_flow);
    for (uint32_t row = 0; row < row_count; row++) {
        if (line_of_flow[row] < 0)
            continue;
        uint32_t column = (uint32_t)line_of_flow[row];
        FA_TRY(is_turned ? add_pair(p, c->flows[column], c->lines[row], 0)
                         : add_pair(p, c->flows[row], c->lines[column], 0));
    }
    return FA_OK;
}

/* --- greedy --- */

static enum fa_status free_all_lines(struct fa_pairing *p)
{
    size_t count = p->lane->sides[FA_SIDE_BANK].rows.count + 1;
    if (p->up.count == count)
        return FA_OK;
    if (fa_vec_reserve(&p->up, count) != FA_OK || fa_vec_reserve(&p->down, count) != FA_OK)
        return out_of_memory(p);
    for (uint32_t i = 0; i < count; i++)
        p->up.items[i] = p->down.items[i] = i;
    p->up.count = p->down.count = count;
    return FA_OK;
}

/* The end of a chain of taken lines, which is cut short for the next one who asks. */
static uint32_t follow(uint32_t *links, uint32_t at)
{
    while (links[at] != at) {
        links[at] = links[links[at]];
        at = links[at];
    }
    return at;
}

/* down[i + 1] is about line i; 0 is before the first. */
static void take_line(struct fa_pairing *p, uint32_t line)
{
    p->up.items[line] = line + 1;
    p->down.items[line + 1] = line;
}

/* A free line with its difference; line FA_NO_OPEN: none. */
struct offer {
    uint32_t line;
    int64_t difference_minor;
};

static void compare_offer(const struct fa_pairing *p, int64_t flow_minor, uint32_t line,
                          struct offer *best)
{
    const struct fa_laid *row = laid(p, FA_SIDE_BANK, line);
    int64_t difference = llabs(row->amount_minor - flow_minor);
    if (best->line != FA_NO_OPEN && (difference > best->difference_minor ||
                                     (difference == best->difference_minor &&
                                      row->place >= laid(p, FA_SIDE_BANK, best->line)->place)))
        return;
    *best = (struct offer){line, difference};
}

/* The best free line of one day. */
static void find_on_day(struct fa_pairing *p, const struct fa_laid *flow, int64_t day,
                        struct offer *best)
{
    const struct fa_lane_side *lines = &p->lane->sides[FA_SIDE_BANK];
    uint32_t day_idx, day_end;
    if (day - flow->day < p->lane->from || day - flow->day > p->lane->to ||
        !fa_lane_find_day(lines, day, &day_idx))
        return;
    for (int i = 0; i < fa_pairing_span_count(p); i++) {
        int64_t least, most;
        uint32_t first, end, middle;
        if (!fa_pairing_span(p, i, flow->amount_minor, &least, &most))
            continue;
        fa_lane_amounts(lines, day_idx, least, most, &first, &end);
        int64_t wanted = p->likeness == FA_LIKE_TOLERANCE ? flow->amount_minor : least;
        fa_lane_amounts(lines, day_idx, wanted, most, &middle, &day_end);
        uint32_t above = follow(p->up.items, middle);
        if (above < end)
            compare_offer(p, flow->amount_minor, above, best);
        uint32_t below = follow(p->down.items, middle);
        if (below <= first)
            continue;
        int64_t below_minor = lines->rows.items[below - 1].amount_minor;
        fa_lane_amounts(lines, day_idx, below_minor, below_minor, &first, &end);
        compare_offer(p, flow->amount_minor, follow(p->up.items, first), best);
    }
}

/* The farthest days apart that a flow and a line of the window can be. */
static int64_t days_apart_max(const struct fa_lane *lane)
{
    const struct fa_lane_side *flows = &lane->sides[FA_SIDE_LEDGER];
    const struct fa_lane_side *lines = &lane->sides[FA_SIDE_BANK];
    int64_t most = llabs(lane->from) > llabs(lane->to) ? llabs(lane->from) : llabs(lane->to);
    int64_t ahead = lines->days.items[lines->days.count - 2].day - flows->days.items[0].day;
    int64_t behind = flows->days.items[flows->days.count - 2].day - lines->days.items[0].day;
    int64_t reach = ahead > behind ? ahead : behind;
    return reach < most ? reach : most;
}

enum fa_status fa_pairing_greedy(struct fa_pairing *p, const struct fa_component *c)
{
    FA_TRY(free_all_lines(p));
    int64_t apart_max = days_apart_max(p->lane);
    uint32_t left = c->flow_count;
    for (int64_t apart = 0; left > 0 && apart <= apart_max; apart++) {
        uint32_t kept = 0;
        for (uint32_t i = 0; i < left; i++) {
            const struct fa_laid *flow = laid(p, FA_SIDE_LEDGER, c->flows[i]);
            struct offer best = {FA_NO_OPEN, 0};
            find_on_day(p, flow, flow->day + apart, &best);
            if (apart > 0)
                find_on_day(p, flow, flow->day - apart, &best);
            if (best.line == FA_NO_OPEN) {
                c->flows[kept++] = c->flows[i];
                continue;
            }
            take_line(p, best.line);
            FA_TRY(add_pair(p, c->flows[i], best.line, FA_LINK_GREEDY));
        }
        left = kept;
    }
    return FA_OK;
}
