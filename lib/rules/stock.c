/*
 * Stocks: the parts of views that keep a running value. Rows come in order of time; when one lies
 * behind the end of a period, every key that is known so far gives a row of the view for it.
 */
#include <stdlib.h>
#include <string.h>

#include "rules/running.h"
#include "rules/view_rows.h"

struct fa_stock_judge {
    struct fa_units units; /* first: the leaves find the rest behind it */
    struct fa_judge *judge;
    bool is_covered;
    int64_t until; /* the last day covered */
    int64_t last;  /* of the period at work */
    uint8_t *is_known;  /* by key: it has had a row, or opens with something */
    size_t is_known_capacity;
    /* while rows are made */
    const uint32_t *groups;
    uint32_t count;
};

/* --- leaves --- */

static const struct fa_vector *day_vector(const struct fa_stock_judge *stock, struct fa_pool *pool)
{
    struct fa_value day = {.kind = FA_KIND_DATE, .numerator = stock->last, .denominator = 1};
    const struct fa_vector *all = fa_vector_const(pool, &day);
    int64_t *num = fa_pool_take(pool, stock->count * sizeof *num);
    struct fa_vector *v = fa_pool_take(pool, sizeof *v);
    if (!all || !num || !v)
        return NULL;
    for (uint32_t i = 0; i < stock->count; i++)
        num[i] = stock->last;
    *v = (struct fa_vector){.kind = FA_KIND_DATE, .den = 1, .num = num};
    return v;
}

static const struct fa_vector *state_vector(const struct fa_stock_judge *stock, struct fa_pool *pool)
{
    const struct fa_opened *state = &stock->judge->running->state;
    uint8_t *states = fa_pool_take(pool, stock->count);
    if (!states)
        return NULL;
    bool is_ended = stock->last <= stock->until;
    for (uint32_t i = 0; i < stock->count; i++)
        states[i] = is_ended && !state->causes[stock->groups[i]] ? FA_HAS : FA_MISSING;
    return fa_sums_vector(&state->sums, stock->groups, 0, stock->count, stock->judge->rule->state_kind,
                          states, pool);
}

static const struct fa_vector *leaf(struct fa_units *units, const struct fa_formula *f, struct fa_pool *pool)
{
    const struct fa_stock_judge *stock = (const struct fa_stock_judge *)(const void *)units;
    switch (f->op) {
    case FA_OP_KEY:
        return fa_keyspace_part(stock->judge->keys.space, f->detail.index, stock->groups, stock->count,
                                pool);
    case FA_OP_STATE:
        return state_vector(stock, pool);
    default: /* FA_FORMULA_JUDGED */
        return day_vector(stock, pool);
    }
}

static struct fa_str cause(struct fa_units *units, const struct fa_formula *f, uint32_t i)
{
    (void)units;
    (void)f;
    (void)i;
    return (struct fa_str){"", 0};
}

/* --- plan --- */

enum fa_status fa_stock_plan(struct fa_judge *judge)
{
    judge->stock = calloc(1, sizeof *judge->stock);
    if (!judge->stock)
        return fa_out_of_memory(judge->run->sink, "the plan of the rules");
    judge->stock->units = (struct fa_units){leaf, cause};
    judge->stock->judge = judge;
    return fa_running_plan(judge);
}

void fa_stock_free(struct fa_judge *judge)
{
    fa_running_free(judge);
    if (!judge->stock)
        return;
    fa_meter_give(&judge->run->meter, judge->stock->is_known_capacity);
    free(judge->stock->is_known);
    free(judge->stock);
}

static enum fa_status reserve(struct fa_judge *judge, size_t space)
{
    struct fa_meter *meter = &judge->run->meter;
    FA_TRY(fa_opened_reserve(&judge->running->state, meter, space));
    return fa_meter_reserve(meter, judge->stock->is_known, &judge->stock->is_known_capacity, space);
}

enum fa_status fa_stock_begin(struct fa_judge *judge)
{
    struct fa_stock_judge *stock = judge->stock;
    struct fa_opened *state = &judge->running->state;
    int64_t from_day;
    for (int t = 0; t < judge->running->opening_count; t++)
        FA_TRY(fa_opening_apply(judge, &judge->running->openings[t], state));
    FA_TRY(reserve(judge, judge->keys.space->space));
    for (uint32_t group = 0; group < judge->keys.space->space; group++)
        stock->is_known[group] = state->is_given[group] || state->causes[group];
    stock->is_covered = fa_covers_find(judge->run, judge->population.table, &from_day, &stock->until);
    stock->last = stock->is_covered ? fa_period_last(judge->rule->period, from_day) : INT64_MAX;
    return FA_OK;
}

/* --- the end of a period --- */

static enum fa_status make_rows(struct fa_judge *judge, const uint32_t *groups, uint32_t count)
{
    struct fa_stock_judge *stock = judge->stock;
    struct fa_running_judge *running = judge->running;
    struct fa_run *run = judge->run;
    struct fa_slice slice = {.program = &run->program, .pool = &run->unit_pool, .count = count};
    stock->groups = groups;
    stock->count = count;
    struct fa_frame *frame = fa_frame_units(&slice, &stock->units, count);
    uint8_t *doubts = fa_pool_take(&run->unit_pool, count);
    int64_t *days = fa_pool_take(&run->unit_pool, count * sizeof *days);
    if (!frame || !doubts || !days)
        return fa_failed(&slice);
    for (uint32_t i = 0; i < count; i++) {
        doubts[i] = running->is_except_unknown && groups[i] < running->except_capacity &&
                            running->is_except_unknown[groups[i]]
                        ? FA_DOUBT_EXCEPT
                        : 0;
        days[i] = stock->last;
    }
    return fa_view_take(judge, frame, groups, days, doubts);
}

static enum fa_status end_period(struct fa_judge *judge)
{
    struct fa_stock_judge *stock = judge->stock;
    struct fa_pool *pool = &judge->run->unit_pool;
    uint32_t space = judge->keys.space->space, next = 0;
    if (space > stock->is_known_capacity)
        space = (uint32_t)stock->is_known_capacity;
    bool is_due = fa_period_first(judge->rule->period, stock->last) <= stock->until;
    while (is_due && next < space) {
        fa_pool_clear(pool);
        uint32_t *groups = fa_pool_take(pool, judge->run->slice_rows * sizeof *groups), count = 0;
        if (!groups)
            return fa_out_of_memory(judge->run->sink, "the rows of a view");
        for (; next < space && count < judge->run->slice_rows; next++)
            if (stock->is_known[next])
                groups[count++] = next;
        if (count)
            FA_TRY(make_rows(judge, groups, count));
    }
    stock->last = fa_period_last(judge->rule->period, stock->last + 1);
    return FA_OK;
}

/* --- taking rows in --- */

enum fa_status fa_stock_slice(struct fa_judge *judge)
{
    struct fa_stock_judge *stock = judge->stock;
    struct fa_running_judge *running = judge->running;
    struct fa_frame *frame = fa_stage_frame(&judge->run->stages, judge->population.last);
    if (!frame)
        return fa_failed(judge->run->stages.base->slice);
    if (!frame->count)
        return FA_OK;
    FA_TRY(reserve(judge, judge->keys.space->space));
    struct fa_changes changes;
    FA_TRY(fa_running_changes(judge, frame, &changes));
    const struct fa_vector *day = fa_eval(frame, running->instant);
    if (!day)
        return fa_failed(frame->slice);
    for (uint32_t i = 0; i < frame->count; i++) {
        uint32_t group = frame->group[i];
        bool is_dated = fa_state_at(day, i) == FA_HAS;
        while (is_dated && stock->is_covered && day->num[fa_at(day, i)] > stock->last)
            FA_TRY(end_period(judge));
        if (running->opening_count && !running->state.is_known_key[group])
            fa_running_lack_opening(running, group);
        FA_TRY(fa_running_apply(judge, frame, &changes, i));
        stock->is_known[group] = 1;
        if (!is_dated && !running->state.causes[group])
            FA_TRY(fa_judge_cause(judge, fa_cause(frame, running->instant, i),
                                  &running->state.causes[group]));
    }
    return FA_OK;
}

enum fa_status fa_stock_end(struct fa_judge *judge)
{
    struct fa_stock_judge *stock = judge->stock;
    while (stock->is_covered && fa_period_first(judge->rule->period, stock->last) <= stock->until)
        FA_TRY(end_period(judge));
    return FA_OK;
}

/* --- the second pass --- */

enum fa_status fa_stock_cite(struct fa_judge *judge)
{
    struct fa_frame *frame = fa_stage_frame(&judge->run->stages, judge->population.last);
    if (!frame)
        return fa_failed(judge->run->stages.base->slice);
    const struct fa_vector *day = frame->count ? fa_eval(frame, judge->running->instant) : NULL;
    if (frame->count && !day)
        return fa_failed(frame->slice);
    for (uint32_t i = 0; i < frame->count; i++) {
        const struct fa_cited *cited = fa_citing_find(&judge->citing, frame->group[i], 0);
        bool is_dated = fa_state_at(day, i) == FA_HAS;
        for (; cited; cited = fa_citing_next(&judge->citing, cited))
            if (!is_dated || day->num[fa_at(day, i)] <= cited->to)
                FA_TRY(fa_view_pass(judge, cited, frame, i));
    }
    return FA_OK;
}

/* --- its cost --- */

enum fa_status fa_stock_cost(const struct fa_rule *rule, struct fa_cost *cost)
{
    const struct fa_stock_judge *stock = NULL;
    FA_TRY(fa_running_cost(rule, cost));
    return fa_cost_array(cost, FA_COST_KEYS, sizeof *stock->is_known, 1);
}
