/*
 * Rows of one side that add up to one row of the other, without any key: the last resort, only
 * where the scheme asks for it. Around each row, the target, stand the open rows of the other
 * side of its book and direction in the window, not above its amount; at most
 * FA_SUBSET_ROWS_MAX of them are searched, to the minor unit.
 *
 * A solution is taken only when it is sure (subset.h) and none of its rows is part of a
 * solution for any other target: two targets that claim one row are as ambiguous as two
 * solutions of one. So every target is judged by the same open rows, nothing depends on which
 * comes first, and taking one solution takes nothing from another. A target that was not
 * searched, because too many rows stand around it, may have a solution with any of them: no
 * solution with such a row is sure.
 */
#include <stdlib.h>

#include "match/break.h"
#include "match/lane.h"
#include "match/subset.h"

enum { AROUND_MAX = FA_SUBSET_ROWS_MAX };

struct solved {
    bool is_sure;
    uint32_t choices;
    uint32_t first_row, row_count; /* in rows: the target, then what is in any solution */
};

struct subsets {
    struct fa_resolver *r;
    struct fa_lane lane;
    uint64_t steps;
    FA_VEC(struct solved) solved;
    FA_VEC(uint32_t) rows; /* places in the resolver's rows */
    FA_VEC(int64_t) days;  /* of these */
    FA_VEC(uint32_t)
    tally; /* by row of the resolver: solutions in which it is; cut at UINT32_MAX */
    FA_VEC(int64_t)
    unsearched[2]; /* by day of a side: amount of the largest target around which its rows stand
                      and that was not searched; -1: none */
};

static enum fa_status out_of_memory(const struct subsets *s)
{
    return fa_out_of_memory(s->r->sink, "open rows of the reconciliation");
}

/* --- a target --- */

/* Rows of the other side not above the target's amount. */
struct around {
    uint64_t count;
    struct fa_laid rows[AROUND_MAX]; /* while there are no more: by amount and order of rows */
    int64_t smallest[2];
    int64_t largest[AROUND_MAX]; /* descending */
};

/* Puts an amount into its place among the COUNT largest so far, of which PARTS_MAX are kept. */
static void keep_largest(struct around *a, int64_t amount_minor, int count, int parts_max)
{
    int at = count < parts_max ? count : parts_max;
    for (; at > 0 && a->largest[at - 1] < amount_minor; at--)
        if (at < parts_max)
            a->largest[at] = a->largest[at - 1];
    if (at < parts_max)
        a->largest[at] = amount_minor;
}

static int compare_amounts(const void *left, const void *right)
{
    const struct fa_laid *a = left, *b = right;
    FA_ORDER(a->amount_minor, b->amount_minor);
    FA_ORDER(a->place, b->place);
    return 0;
}

/* No more of a day is looked at than can matter: its two smallest and its PARTS_MAX largest
 * rows. */
static void look_around(const struct subsets *s, enum fa_side side,
                        const struct fa_laid *target, int parts_max, struct around *a)
{
    enum fa_side other = side == FA_SIDE_LEDGER ? FA_SIDE_BANK : FA_SIDE_LEDGER;
    const struct fa_lane_side *rows = &s->lane.sides[other];
    uint32_t day, day_end;
    *a = (struct around){.smallest = {INT64_MAX, INT64_MAX}};
    fa_lane_window(&s->lane, side, target->day, &day, &day_end);
    for (int large_count = 0; day < day_end; day++) {
        uint32_t first, end;
        fa_lane_amounts(rows, day, 1, target->amount_minor, &first, &end);
        for (uint32_t i = first; i < end && i < first + 2; i++) {
            int64_t amount = rows->rows.items[i].amount_minor;
            if (amount < a->smallest[0]) {
                a->smallest[1] = a->smallest[0];
                a->smallest[0] = amount;
            } else if (amount < a->smallest[1]) {
                a->smallest[1] = amount;
            }
        }
        for (uint32_t i = end; i > first && i + (uint32_t)parts_max > end; i--)
            keep_largest(a, rows->rows.items[i - 1].amount_minor, large_count++, parts_max);
        for (uint32_t i = first; i < end && a->count + (i - first) < AROUND_MAX; i++)
            a->rows[a->count + (i - first)] = rows->rows.items[i];
        a->count += end - first;
    }
    if (a->count <= AROUND_MAX)
        qsort(a->rows, (size_t)a->count, sizeof *a->rows, compare_amounts);
}

/* Not with the two smallest too large, nor with the largest ones too small. */
static bool can_add_up(const struct around *a, int64_t total, int parts_max)
{
    fa_i128 most = 0;
    for (int i = 0; i < parts_max; i++)
        most += a->largest[i];
    return a->count >= 2 && (fa_i128)a->smallest[0] + a->smallest[1] <= total && most >= total;
}

static enum fa_status add_row(struct subsets *s, const struct fa_laid *row, uint32_t choices)
{
    uint32_t *tally = &s->tally.items[row->place];
    *tally = choices > UINT32_MAX - *tally ? UINT32_MAX : *tally + choices;
    if (fa_vec_add(&s->rows, row->place) != FA_OK || fa_vec_add(&s->days, row->day) != FA_OK)
        return out_of_memory(s);
    return FA_OK;
}

static enum fa_status search(struct subsets *s, const struct fa_laid *target,
                             const struct around *a, int parts_max)
{
    struct fa_subset found;
    int64_t amounts[AROUND_MAX];
    for (uint64_t i = 0; i < a->count; i++)
        amounts[i] = a->rows[i].amount_minor;
    fa_subset_search(amounts, (int)a->count, target->amount_minor, parts_max, &s->steps,
                     &found);
    if (!found.choices)
        return FA_OK;
    struct solved solved = {.is_sure = found.is_sure,
                            .choices = found.choices,
                            .first_row = (uint32_t)s->rows.count};
    FA_TRY(add_row(s, target, found.choices));
    for (uint64_t i = 0; i < a->count; i++)
        if (found.rows >> i & 1)
            FA_TRY(add_row(s, &a->rows[i], found.choices));
    solved.row_count = (uint32_t)s->rows.count - solved.first_row;
    return fa_vec_add(&s->solved, solved) == FA_OK ? FA_OK : out_of_memory(s);
}

/* Not searched: whatever stands around it may be part of its sum. */
static void leave(struct subsets *s, enum fa_side side, const struct fa_laid *target)
{
    enum fa_side other = side == FA_SIDE_LEDGER ? FA_SIDE_BANK : FA_SIDE_LEDGER;
    uint32_t day, day_end;
    fa_lane_window(&s->lane, side, target->day, &day, &day_end);
    for (; day < day_end; day++)
        if (s->unsearched[other].items[day] < target->amount_minor)
            s->unsearched[other].items[day] = target->amount_minor;
    s->r->rows.items[target->place].is_beyond_limit = true;
    s->r->large_blocks++;
}

static enum fa_status look_at(struct subsets *s, enum fa_side side,
                              const struct fa_laid *target)
{
    struct around around;
    int parts_max = s->lane.terms->subset_parts_max;
    parts_max = parts_max < AROUND_MAX ? parts_max : AROUND_MAX;
    look_around(s, side, target, parts_max, &around);
    if (!can_add_up(&around, target->amount_minor, parts_max))
        return FA_OK;
    if (around.count <= AROUND_MAX && s->steps < FA_SUBSET_STEPS_MAX)
        return search(s, target, &around, parts_max);
    leave(s, side, target);
    return FA_OK;
}

/* --- what was found --- */

/* Whether the I-th of the rows may be part of the sum of a target that was not searched. */
static bool is_doubtful(const struct subsets *s, uint32_t i)
{
    const struct fa_open *row = &s->r->rows.items[s->rows.items[i]];
    uint32_t day;
    return fa_lane_find_day(&s->lane.sides[row->side], s->days.items[i], &day) &&
           s->unsearched[row->side].items[day] >= row->amount_minor;
}

static enum fa_status take(struct subsets *s, const struct solved *solved)
{
    uint32_t *rows = s->rows.items + solved->first_row;
    uint32_t most = solved->choices;
    bool is_sure = solved->is_sure;
    for (uint32_t i = 0; i < solved->row_count; i++) {
        most = most < s->tally.items[rows[i]] ? s->tally.items[rows[i]] : most;
        is_sure = is_sure && !is_doubtful(s, solved->first_row + i);
    }
    if (is_sure && most == 1) {
        const struct fa_link link = {.stage = FA_STAGE_SUBSET};
        return fa_resolver_link(s->r, &link, rows, solved->row_count);
    }
    for (uint32_t i = 0; i < solved->row_count; i++) {
        struct fa_open *row = &s->r->rows.items[rows[i]];
        row->choices = row->choices < most ? most : row->choices;
    }
    return FA_OK;
}

static bool is_wanted(const struct fa_terms *terms)
{
    return terms->subset_parts_max > 1;
}

static enum fa_status forget_unsearched(struct subsets *s, enum fa_side side)
{
    size_t count = s->lane.sides[side].days.count;
    if (fa_vec_reserve(&s->unsearched[side], count) != FA_OK)
        return out_of_memory(s);
    for (size_t i = 0; i < count; i++)
        s->unsearched[side].items[i] = -1;
    return FA_OK;
}

static enum fa_status match_lane(struct subsets *s)
{
    s->solved.count = s->rows.count = s->days.count = 0;
    for (enum fa_side side = FA_SIDE_LEDGER; side <= FA_SIDE_BANK; side++)
        FA_TRY(forget_unsearched(s, side));
    for (enum fa_side side = FA_SIDE_LEDGER; side <= FA_SIDE_BANK; side++)
        for (size_t i = 0; i < s->lane.sides[side].rows.count; i++)
            FA_TRY(look_at(s, side, &s->lane.sides[side].rows.items[i]));
    for (size_t i = 0; i < s->solved.count; i++)
        FA_TRY(take(s, &s->solved.items[i]));
    return FA_OK;
}

enum fa_status fa_stage_subsets(struct fa_resolver *r)
{
    struct subsets s = {.r = r};
    enum fa_status status = FA_OK;
    if (fa_vec_reserve(&s.tally, r->rows.count) != FA_OK)
        return out_of_memory(&s);
    for (size_t i = 0; i < r->rows.count; i++)
        s.tally.items[i] = 0;
    for (uint32_t next = 0; status == FA_OK;) {
        bool is_end;
        status = fa_lane_next(r, is_wanted, &next, &s.lane, &is_end);
        if (status != FA_OK || is_end)
            break;
        status = match_lane(&s);
    }
    fa_lane_release(&s.lane);
    fa_vec_free(&s.solved);
    fa_vec_free(&s.rows);
    fa_vec_free(&s.days);
    fa_vec_free(&s.unsearched[FA_SIDE_LEDGER]);
    fa_vec_free(&s.unsearched[FA_SIDE_BANK]);
    fa_vec_free(&s.tally);
    return status;
}
