/*
 * Way 6: the legs of a sequence. Of the rows of a key in a window those are legs that are a `first`,
 * and those that are a `then` and not before the first `first`. The rows of a key are linked in the
 * order of time; what stands before the first one that may be a `first` is taken out:
 *
 *     head = first ............ sure_first .................. tail
 *          | may be legs: they     | every `first` and `then`
 *          | count for doubt only  | is a leg
 *
 * SURE is the earliest row that was not moved into the left part yet. Each row comes, moves to the
 * left and leaves at most once.
 */
#include "rules/roll.h"

/* --- what rows are --- */

enum fa_status fa_sequence_marks(struct fa_roll *roll, struct fa_frame *frame, uint8_t *marks,
                                 uint16_t *causes)
{
    const struct fa_vector *first = fa_eval(frame, roll->first), *then = fa_eval(frame, roll->then);
    bool any_doubt = false;
    if (!first || !then)
        return fa_failed(frame->slice);
    for (uint32_t i = 0; i < frame->count; i++) {
        bool is_doubted = marks[i] & FA_ROW_DOUBT;
        uint8_t f = fa_truth_at(first, i), t = fa_truth_at(then, i);
        bool maybe_first = f == FA_UNKNOWN || (f == FA_TRUE && is_doubted);
        bool maybe_then = t == FA_UNKNOWN || (t == FA_TRUE && is_doubted);
        marks[i] |= (uint8_t)((maybe_first ? FA_ROW_MAYBE_FIRST : f == FA_TRUE ? FA_ROW_FIRST : 0) |
                              (maybe_then ? FA_ROW_MAYBE_THEN : t == FA_TRUE ? FA_ROW_THEN : 0));
        if (!maybe_first && !maybe_then)
            continue;
        any_doubt = true;
        if (!is_doubted)
            FA_TRY(fa_roll_cause(roll, fa_cause(frame, maybe_first ? roll->first : roll->then, i),
                                 &causes[i]));
    }
    if (!any_doubt || roll->doubts)
        return FA_OK;
    return fa_meter_reserve(&roll->run->meter, roll->doubts, &roll->doubts_capacity,
                            roll->space->space);
}

/* --- the chain of a key --- */

static uint8_t mark_of(const struct fa_roll *roll, uint64_t number)
{
    return fa_roll_chunk(roll, number - 1)->marks[fa_roll_index(number - 1)];
}

static int64_t time_of(const struct fa_roll *roll, uint64_t number)
{
    return fa_roll_time(roll, number - 1);
}

/* The number STEPS further; no steps: none. */
static uint64_t step(uint64_t number, int32_t steps)
{
    return steps ? number + (uint64_t)(int64_t)steps : 0;
}

static uint64_t next_row(const struct fa_roll *roll, uint64_t number)
{
    return step(number, fa_roll_chunk(roll, number - 1)->next_row[fa_roll_index(number - 1)]);
}

static uint64_t next_first(const struct fa_roll *roll, uint64_t number)
{
    return step(number, fa_roll_chunk(roll, number - 1)->next_first[fa_roll_index(number - 1)]);
}

static void link_row(struct fa_roll *roll, struct fa_roll_chain *chain, uint64_t number, uint8_t mark)
{
    uint64_t tail = chain->tail, last = chain->last_first;
    if (tail)
        fa_roll_chunk(roll, tail - 1)->next_row[fa_roll_index(tail - 1)] = (int32_t)(number - tail);
    else
        chain->head = number;
    chain->tail = number;
    if (!chain->sure)
        chain->sure = number;
    if (!(mark & (FA_ROW_FIRST | FA_ROW_MAYBE_FIRST)))
        return;
    if (last)
        fa_roll_chunk(roll, last - 1)->next_first[fa_roll_index(last - 1)] = (int32_t)(number - last);
    else
        chain->first = number;
    chain->last_first = number;
    chain->had_first = true;
    if (mark & FA_ROW_FIRST && !chain->sure_first)
        chain->sure_first = number;
    if (mark & FA_ROW_FIRST && !chain->had_sure) {
        chain->had_sure = true;
        chain->sure_from = time_of(roll, number);
    }
}

/* Whether no row behind this one shares its instant and key, as far as a few rows tell. */
static bool is_last_of_instant(const struct fa_roll *roll, const struct fa_roll_chunk *chunk, uint32_t at,
                               uint64_t row)
{
    enum { FEW = 4 };
    if (roll->order || at + FEW >= FA_ROLL_ROWS || row + FEW >= roll->tail)
        return false;
    for (uint32_t i = at + 1; i <= at + FEW; i++) {
        if (chunk->times[i] != chunk->times[at])
            return true;
        if (chunk->groups[i] == chunk->groups[at])
            return false;
    }
    return false;
}

enum fa_status fa_sequence_add(struct fa_roll *roll, uint64_t row)
{
    struct fa_roll_chunk *chunk = fa_roll_chunk(roll, row);
    uint32_t at = fa_roll_index(row), group = chunk->groups[at];
    uint8_t mark = chunk->marks[at];
    /* a `then` that nothing comes before, as most are, is no leg: it would be taken out again at once */
    if (mark == FA_ROW_THEN && !roll->chains[group].head && is_last_of_instant(roll, chunk, at, row))
        return FA_OK;
    link_row(roll, &roll->chains[group], row + 1, mark);
    if (mark & FA_ROW_EXCEPT)
        roll->doubts[group].excepts++;
    if (mark & (FA_ROW_FIRST | FA_ROW_THEN))
        return fa_roll_apply(roll, row);
    fa_roll_doubt(roll, row);
    return FA_OK;
}

void fa_sequence_prefetch(const struct fa_roll *roll, uint32_t group)
{
    uint64_t tail = roll->chains[group].tail;
    if (tail)
        __builtin_prefetch(&fa_roll_chunk(roll, tail - 1)->next_row[fa_roll_index(tail - 1)], 1);
}

/* Takes the head out. */
static void pop(struct fa_roll *roll, struct fa_roll_chain *chain)
{
    uint64_t number = chain->head;
    fa_roll_retire(roll, number - 1);
    fa_roll_settle(roll, number - 1);
    struct fa_roll_chunk *chunk = fa_roll_chunk(roll, number - 1);
    uint32_t at = fa_roll_index(number - 1);
    if (chunk->marks[at] & FA_ROW_EXCEPT)
        roll->doubts[chunk->groups[at]].excepts--;
    chain->head = next_row(roll, number);
    if (!chain->head)
        chain->tail = 0;
    if (chain->sure == number)
        chain->sure = chain->head;
    if (chain->sure_first == number)
        do
            chain->sure_first = next_first(roll, chain->sure_first);
        while (chain->sure_first && !(mark_of(roll, chain->sure_first) & FA_ROW_FIRST));
    if (chain->first == number)
        chain->first = next_first(roll, number);
    if (!chain->first)
        chain->last_first = 0;
}

void fa_sequence_expire(struct fa_roll *roll, uint64_t row)
{
    struct fa_roll_chain *chain = &roll->chains[fa_roll_chunk(roll, row)->groups[fa_roll_index(row)]];
    if (chain->head == row + 1) /* else it left already */
        pop(roll, chain);
}

/* A row now stands before the first sure `first`: it may follow one, or not. */
static void move_left(struct fa_roll *roll, uint64_t number)
{
    uint8_t mark = mark_of(roll, number);
    bool was_applied = mark & FA_ROW_APPLIED;
    fa_roll_retire(roll, number - 1);
    if (was_applied && mark & FA_ROW_MAYBE_FIRST)
        fa_roll_doubt(roll, number - 1);
}

void fa_sequence_trim(struct fa_roll *roll, uint32_t group, int64_t *from)
{
    struct fa_roll_chain *chain = &roll->chains[group];
    bool has_doubts = roll->doubts && group < roll->doubts_capacity;
    if (has_doubts && roll->doubts[group].excepts && chain->had_first)
        roll->doubts[group].was_excepted = true;
    while (chain->head &&
           (!chain->first || time_of(roll, chain->head) < time_of(roll, chain->first)))
        pop(roll, chain);
    int64_t sure = chain->sure_first ? time_of(roll, chain->sure_first) : INT64_MAX;
    while (chain->sure && time_of(roll, chain->sure) < sure) {
        move_left(roll, chain->sure);
        chain->sure = next_row(roll, chain->sure);
    }
    if (!roll->has_start && chain->had_sure) /* the legs are those of all time so far */
        sure = chain->sure_from;
    *from = sure < roll->now ? sure : roll->now;
}
