#include "rules/prev.h"

#include <stdlib.h>

enum fa_status fa_prev_plan(struct fa_judge *judge)
{
    struct fa_run *run = judge->run;
    const struct fa_rule *rule = judge->rule;
    struct fa_expr *exprs[FA_KEY_PARTS_MAX + 1];
    struct fa_keyspace *space = NULL;
    judge->prev = calloc(1, sizeof *judge->prev);
    if (!judge->prev)
        return fa_out_of_memory(run->sink, "the plan of the rules");
    judge->prev->judge = judge;
    judge->population.scope.prev = judge->prev;
    if (rule->prev_key_count > FA_KEY_PARTS_MAX)
        return fa_error(run->sink, FA_CODE_LIMIT, (struct fa_place){0}, NULL,
                        "rule %.*s: a key has %d parts, more than the %d it may have",
                        (int)rule->id.size, rule->id.bytes, rule->prev_key_count, FA_KEY_PARTS_MAX);
    for (int k = 0; k < rule->prev_key_count; k++)
        exprs[k] = rule->prev_keys[k].expr;
    FA_TRY(fa_keys_make(&run->stages.spaces, &judge->population.scope, exprs, rule->prev_key_count, NULL,
                        &space, &judge->prev->keys));
    struct fa_stage stage = {.kind = FA_STAGE_KEYS, .parent = judge->population.last,
                             .table = judge->population.table, .keys = judge->prev->keys};
    return fa_stage_make(&run->stages, &run->program, &stage, &judge->population.last);
}

void fa_prev_free(struct fa_judge *judge)
{
    struct fa_prev *prev = judge->prev;
    struct fa_meter *meter = &judge->run->meter;
    if (!prev)
        return;
    for (size_t c = 0; c < prev->columns.count; c++)
        fa_passed_release(&prev->columns.items[c], meter);
    fa_meter_give(meter, prev->last_capacity * sizeof *prev->last);
    fa_vec_free(&prev->columns);
    free(prev->last);
    free(prev);
}

enum fa_status fa_prev_leaf(struct fa_prev *prev, const struct fa_formula *of,
                            const struct fa_formula **formula)
{
    struct fa_program *program = &prev->judge->run->program;
    size_t c = 0;
    while (c < prev->columns.count && prev->columns.items[c].of != of)
        c++;
    if (c == prev->columns.count) {
        struct fa_passed_column column = {.of = of};
        struct fa_formula_detail detail = fa_no_detail();
        detail.scope = prev->judge->rule_no;
        detail.index = (int)c;
        fa_texts_init(&column.texts);
        FA_TRY(fa_formula_make(program, FA_FORMULA_PREV, of->kind, &detail, 0, NULL, &column.leaf));
        program->formulas.items[column.leaf->number]->cause = FA_STR("the row before");
        if (fa_vec_add(&prev->columns, column) != FA_OK)
            return fa_out_of_memory(program->sink, "the plan of the rules");
    }
    *formula = prev->columns.items[c].leaf;
    return FA_OK;
}

/* Values of the rows before those of FRAME, in OUT; the frame's own are kept for the next. */
static enum fa_status pass(struct fa_prev *prev, struct fa_frame *frame, size_t column,
                           const uint32_t *groups, struct fa_passed *out)
{
    struct fa_passed_column *c = &prev->columns.items[column];
    const struct fa_passed missing = {.cause = 1};
    const struct fa_vector *v = fa_eval(frame, c->of);
    if (!v)
        return fa_failed(frame->slice);
    enum { AHEAD = 16 };
    for (uint32_t i = 0; i < frame->count; i++) {
        if (i + AHEAD < frame->count)
            __builtin_prefetch(&prev->last[groups[i + AHEAD] * prev->columns.count + column], 1);
        struct fa_passed *last = &prev->last[groups[i] * prev->columns.count + column];
        out[i] = *last;
        if (frame->doubt && frame->doubt[i] & FA_DOUBT_MEMBER)
            *last = missing;
        else
            FA_TRY(fa_passed_take(c, prev->judge, frame, v, i, last));
    }
    return FA_OK;
}

/* The second pass begins anew: before the first row of a key there is none. */
static void restart(struct fa_prev *prev)
{
    for (size_t i = 0; i < prev->last_capacity; i++)
        prev->last[i] = (struct fa_passed){.cause = 1};
    prev->is_again = true;
}

enum fa_status fa_prev_slice(struct fa_judge *judge)
{
    struct fa_prev *prev = judge->prev;
    struct fa_meter *meter = &judge->run->meter;
    struct fa_frame *frame = fa_stage_frame(&judge->run->stages, judge->population.last);
    if (!frame)
        return fa_failed(judge->run->stages.base->slice);
    if (judge->run->is_citing && !prev->is_again)
        restart(prev);
    if (!frame->count)
        return FA_OK;
    const uint32_t *groups = fa_keys_number(&prev->keys, frame);
    struct fa_passed *out = fa_pool_take(frame->slice->pool, frame->count * sizeof *out);
    if (!groups || !out)
        return fa_failed(frame->slice);
    size_t before = prev->last_capacity, needed = prev->keys.space->space * prev->columns.count;
    FA_TRY(fa_meter_reserve(meter, prev->last, &prev->last_capacity, needed));
    for (size_t i = before; i < prev->last_capacity; i++)
        prev->last[i].cause = 1; /* no row yet */
    for (size_t c = 0; c < prev->columns.count; c++) {
        FA_TRY(pass(prev, frame, c, groups, out));
        const struct fa_vector *v =
            fa_passed_vector(&prev->columns.items[c], out, frame->count, frame->slice->pool);
        if (!fa_frame_remember(frame, prev->columns.items[c].leaf->number, v))
            return fa_failed(frame->slice);
    }
    return FA_OK;
}

/* COUNT columns of the row before, by key. */
enum fa_status fa_prev_cost(int count, struct fa_cost *cost)
{
    const struct fa_prev *prev = NULL;
    FA_TRY(fa_cost_array(cost, FA_COST_KEYS, (size_t)count * sizeof *prev->last, 1));
    return fa_cost_add(cost, FA_COST_ROWS, FA_COST_TEXTS, 0, count);
}
