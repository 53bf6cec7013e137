#include "rules/aggregate.h"

#include <string.h>

#include "rules/operators.h"

static bool keeps_value(const struct fa_aggregate *a)
{
    return a->agg->op == FA_AGG_MIN || a->agg->op == FA_AGG_MAX || a->agg->op == FA_AGG_FIRST ||
           a->agg->op == FA_AGG_LAST;
}

static bool keeps_sum(const struct fa_aggregate *a)
{
    return a->agg->op == FA_AGG_SUM || a->agg->op == FA_AGG_MEAN;
}

enum fa_status fa_aggregate_plan(struct fa_aggregate *a, struct fa_scope *row, const struct fa_agg *agg)
{
    *a = (struct fa_aggregate){.agg = agg};
    fa_sums_init(&a->sums);
    fa_tuples_init(&a->seen, 2);
    fa_texts_init(&a->texts);
    fa_arena_init(&a->arena);
    a->day = row->day;
    if (agg->arg)
        FA_TRY(fa_compile(row, agg->arg, &a->arg));
    if (agg->cond)
        FA_TRY(fa_compile(row, agg->cond, &a->cond));
    return FA_OK;
}

enum fa_status fa_aggregate_cost(const struct fa_agg *agg, enum fa_cost_unit unit, enum fa_cost_unit rows,
                                 struct fa_cost *cost)
{
    const struct fa_aggregate a = {.agg = agg};
    FA_TRY(fa_cost_array(cost, unit, sizeof *a.flags + sizeof *a.causes + sizeof *a.counts, 1));
    if (keeps_sum(&a))
        FA_TRY(fa_cost_array(cost, unit, sizeof *a.sums.items, 1));
    if (keeps_value(&a)) {
        FA_TRY(fa_cost_array(cost, unit, sizeof *a.values, 1));
        if (fa_kind_is_text(agg->kind)) /* texts that were replaced stay until the end of the period */
            FA_TRY(fa_cost_add(cost, rows, FA_COST_TEXTS, 0, 1));
    }
    if (agg->op != FA_AGG_DISTINCT)
        return FA_OK;
    FA_TRY(fa_cost_array(cost, unit, sizeof *a.firsts, 1));
    FA_TRY(fa_cost_add(cost, rows, FA_COST_TUPLES, 2, 1));
    return fa_cost_add(cost, rows, FA_COST_TEXTS, 0, agg->arg && agg->arg->kind == FA_KIND_TEXT);
}

void fa_aggregate_release(struct fa_aggregate *a, struct fa_meter *meter)
{
    fa_sums_release(&a->sums, meter);
    fa_flows_release(&a->flows, meter);
    fa_tuples_release(&a->seen, meter);
    fa_texts_release(&a->texts, meter);
    fa_meter_release_arena(meter, &a->arena);
    fa_meter_give(meter, a->counts_capacity * sizeof *a->counts + a->flags_capacity +
                             a->causes_capacity * sizeof *a->causes +
                             a->values_capacity * sizeof *a->values +
                             a->roots_capacity * sizeof *a->roots +
                             a->firsts_capacity * sizeof *a->firsts);
    fa_sorted_release(&a->sorted, meter);
    free(a->roots);
    free(a->firsts);
    free(a->counts);
    free(a->flags);
    free(a->causes);
    free(a->values);
}

enum fa_status fa_aggregate_reserve(struct fa_aggregate *a, struct fa_meter *meter, size_t count)
{
    FA_TRY(fa_meter_reserve(meter, a->flags, &a->flags_capacity, count));
    if (a->agg->op != FA_AGG_SUM)
        FA_TRY(fa_meter_reserve(meter, a->counts, &a->counts_capacity, count));
    if (keeps_sum(a))
        FA_TRY(fa_meter_reserve(meter, a->sums.items, &a->sums.capacity, count));
    if (a->agg->op == FA_AGG_IRR)
        FA_TRY(fa_flows_reserve(&a->flows, meter, count));
    if (a->agg->op == FA_AGG_DISTINCT)
        FA_TRY(fa_meter_reserve(meter, a->firsts, &a->firsts_capacity, count));
    if (a->agg->op == FA_AGG_TOP)
        FA_TRY(fa_meter_reserve(meter, a->roots, &a->roots_capacity, count));
    if (keeps_value(a))
        FA_TRY(fa_meter_reserve(meter, a->values, &a->values_capacity, count));
    return FA_OK;
}

void fa_aggregate_clear(struct fa_aggregate *a, struct fa_meter *meter, size_t count)
{
    memset(a->flags, 0, count);
    fa_flows_clear(&a->flows, a->agg->op == FA_AGG_IRR ? count : 0);
    if (a->counts)
        memset(a->counts, 0, count * sizeof *a->counts);
    if (a->sums.items)
        memset(a->sums.items, 0, count * sizeof *a->sums.items);
    if (a->values)
        memset(a->values, 0, count * sizeof *a->values);
    if (a->causes)
        memset(a->causes, 0, (count < a->causes_capacity ? count : a->causes_capacity) *
                                 sizeof *a->causes);
    if (a->seen.count || a->texts.count) {
        fa_tuples_release(&a->seen, meter);
        fa_texts_release(&a->texts, meter);
        fa_texts_init(&a->texts);
    }
    if (a->roots) {
        memset(a->roots, 0, count * sizeof *a->roots);
        fa_sorted_release(&a->sorted, meter);
    }
    fa_meter_clear_arena(meter, &a->arena);
}

/* --- taint --- */

static enum fa_status taint(struct fa_aggregate *a, struct fa_judge *judge, uint32_t slot,
                            struct fa_str cause)
{
    if (a->flags[slot] & FA_TAINTED)
        return FA_OK;
    a->flags[slot] |= FA_TAINTED;
    FA_TRY(fa_meter_reserve(&judge->run->meter, a->causes, &a->causes_capacity, (size_t)slot + 1));
    return fa_judge_cause(judge, cause, &a->causes[slot]);
}

/* Rows [FROM, TO) that surely count and have a value, in ROWS; the others taint, in row order. */
static enum fa_status pick_known(struct fa_aggregate *a, struct fa_judge *judge, struct fa_frame *frame,
                                 struct fa_stage *stage, const struct fa_vector *arg,
                                 const struct fa_vector *cond, const uint32_t *slots, uint32_t from,
                                 uint32_t to, uint32_t *rows, uint32_t *count)
{
    *count = 0;
    for (uint32_t i = from; i < to; i++) {
        bool is_doubted = frame->doubt && frame->doubt[i] & FA_DOUBT_MEMBER;
        uint8_t counts = cond ? fa_truth_at(cond, i) : FA_TRUE;
        if (!is_doubted && counts == FA_FALSE)
            continue;
        bool has_value = !arg || (arg->truth ? fa_truth_at(arg, i) != FA_UNKNOWN
                                             : fa_state_at(arg, i) == FA_HAS);
        if (!is_doubted && counts == FA_TRUE && has_value) {
            rows[(*count)++] = i;
            continue;
        }
        struct fa_str cause = is_doubted          ? fa_stage_cause(stage, i)
                              : counts != FA_TRUE ? fa_cause(frame, a->cond, i)
                                                  : fa_cause(frame, a->arg, i);
        FA_TRY(taint(a, judge, slots[i], cause));
    }
    return FA_OK;
}

/* --- taking rows in --- */

static void add_all_narrow(struct fa_aggregate *a, const int64_t *num, const uint32_t *slots,
                           uint32_t from, uint32_t to)
{
    for (uint32_t i = from; i < to; i++)
        a->sums.items[slots[i]] += num[i];
}

static enum fa_status add_sums(struct fa_aggregate *a, struct fa_judge *judge, const struct fa_vector *v,
                               const uint32_t *slots, const uint32_t *rows, uint32_t count)
{
    bool fits = fa_sums_fit(&a->sums, v, rows, count);
    for (uint32_t k = 0; k < count; k++) {
        uint32_t slot = slots[rows[k]];
        struct fa_ratio number = fa_number_at(v, rows[k]);
        fa_i128 scaled;
        if (!fits || !fa_sums_scale(&a->sums, number, &scaled) ||
            __builtin_add_overflow(a->sums.items[slot], scaled, &a->sums.items[slot])) {
            FA_TRY(taint(a, judge, slot, FA_STR("a number beyond its range")));
            a->flags[slot] |= FA_BEYOND;
        }
    }
    return FA_OK;
}

/* Sums of FA_TOP_MAX numbers below this do not leave 127 bits. */
#define TOP_NUMBER_MAX ((fa_i128)1 << 95)

static enum fa_status add_top(struct fa_aggregate *a, struct fa_judge *judge, const struct fa_vector *v,
                              const uint32_t *slots, const uint32_t *rows, uint32_t count)
{
    fa_i128 denominator = a->sums.denominator;
    bool fits = fa_sums_fit(&a->sums, v, rows, count);
    if (a->sums.denominator != denominator)
        fa_sorted_scale(&a->sorted, a->sums.denominator / denominator);
    for (uint32_t k = 0; k < count; k++) {
        uint32_t slot = slots[rows[k]];
        struct fa_ratio number = fa_number_at(v, rows[k]);
        fa_i128 scaled;
        if (!fits || !fa_sums_scale(&a->sums, number, &scaled) || scaled >= TOP_NUMBER_MAX ||
            scaled <= -TOP_NUMBER_MAX) {
            FA_TRY(taint(a, judge, slot, FA_STR("a number beyond its range")));
            continue;
        }
        FA_TRY(fa_sorted_add(&a->sorted, &judge->run->meter, &a->roots[slot], scaled));
        fa_sorted_trim(&a->sorted, &a->roots[slot], (uint64_t)a->agg->top->value.numerator);
    }
    return FA_OK;
}

/* A number that is the same for equal values. HASH: of a text. */
static enum fa_status number_value(struct fa_aggregate *a, struct fa_judge *judge,
                                   const struct fa_vector *v, uint32_t row, uint32_t hash,
                                   int64_t *value)
{
    if (!v->texts && (v->truth || v->num)) {
        *value = v->truth ? fa_truth_at(v, row) : v->num[fa_at(v, row)];
        return FA_OK;
    }
    struct fa_str bytes;
    struct fa_ratio ratio;
    uint32_t number;
    if (v->texts) {
        FA_TRY(fa_texts_add_hashed(&a->texts, &judge->run->meter, v->texts[fa_at(v, row)], hash, true,
                                   &number));
    } else { /* a rational is told from others by its digits */
        ratio = v->wide[fa_at(v, row)];
        fa_rational_reduce(&ratio);
        bytes = (struct fa_str){(const char *)&ratio, sizeof ratio};
        FA_TRY(fa_texts_add(&a->texts, &judge->run->meter, bytes, true, &number));
    }
    *value = number;
    return FA_OK;
}

static enum fa_status add_distinct(struct fa_aggregate *a, struct fa_judge *judge,
                                   const struct fa_vector *v, const uint32_t *slots,
                                   const uint32_t *rows, uint32_t count)
{
    enum { BATCH = 32 }; /* looked for while the others of it are on their way into the cache */
    int64_t pairs[BATCH][2];
    uint32_t hashes[BATCH] = {0}, size, number;
    for (uint32_t from = 0; from < count; from += size) {
        size = count - from < BATCH ? count - from : BATCH;
        for (uint32_t k = 0; v->texts && k < size; k++) {
            hashes[k] = fa_text_hash(v->texts[fa_at(v, rows[from + k])]);
            fa_texts_prefetch(&a->texts, hashes[k]);
        }
        for (uint32_t k = 0; k < size; k++) {
            pairs[k][0] = slots[rows[from + k]];
            __builtin_prefetch(&a->counts[pairs[k][0]], 1);
            __builtin_prefetch(&a->firsts[pairs[k][0]], 1);
            FA_TRY(number_value(a, judge, v, rows[from + k], hashes[k], &pairs[k][1]));
            if (a->counts[pairs[k][0]])
                fa_tuples_prefetch(&a->seen, fa_tuple_hash(pairs[k], 2));
        }
        for (uint32_t k = 0; k < size; k++) {
            int64_t slot = pairs[k][0];
            if (!a->counts[slot]) {
                a->counts[slot] = 1;
                a->firsts[slot] = pairs[k][1];
                continue;
            }
            if (a->firsts[slot] == pairs[k][1])
                continue;
            size_t before = a->seen.count;
            FA_TRY(fa_tuples_add(&a->seen, &judge->run->meter, pairs[k], &number));
            a->counts[slot] += a->seen.count > before;
        }
    }
    return FA_OK;
}

static enum fa_status keep_values(struct fa_aggregate *a, struct fa_judge *judge,
                                  const struct fa_vector *v, const uint32_t *slots,
                                  const uint32_t *rows, uint32_t count)
{
    for (uint32_t k = 0; k < count; k++) {
        uint32_t slot = slots[rows[k]];
        struct fa_value *kept = &a->values[slot];
        struct fa_value value = fa_vector_value(v, rows[k]);
        bool is_first = !(a->flags[slot] & FA_ANY);
        bool takes = is_first || a->agg->op == FA_AGG_LAST;
        if (!is_first && (a->agg->op == FA_AGG_MIN || a->agg->op == FA_AGG_MAX)) {
            int order = fa_ratio_compare((struct fa_ratio){value.numerator, value.denominator},
                                         (struct fa_ratio){kept->numerator, kept->denominator});
            takes = a->agg->op == FA_AGG_MIN ? order < 0 : order > 0;
        }
        a->flags[slot] |= FA_ANY;
        if (!takes)
            continue;
        FA_TRY(fa_meter_text(&judge->run->meter, &a->arena, &value.text));
        *kept = value;
    }
    return FA_OK;
}

static enum fa_status add_flows(struct fa_aggregate *a, struct fa_judge *judge, struct fa_frame *frame,
                                const struct fa_vector *v, const uint32_t *slots, const uint32_t *rows,
                                uint32_t count)
{
    const struct fa_vector *day = fa_eval(frame, a->day);
    if (!day)
        return fa_failed(frame->slice);
    for (uint32_t k = 0; k < count; k++) {
        uint32_t slot = slots[rows[k]];
        struct fa_ratio number = fa_number_at(v, rows[k]);
        fa_rational_reduce(&number);
        if (number.denominator != 1) {
            FA_TRY(taint(a, judge, slot, FA_STR("a fraction of the smallest coin")));
            continue;
        }
        enum fa_status status = fa_flows_add(&a->flows, &judge->run->meter, slot,
                                             day->num[fa_at(day, rows[k])], number.numerator);
        if (status == FA_EDEFECT)
            status = taint(a, judge, slot, FA_STR("a number beyond its range"));
        FA_TRY(status);
    }
    return FA_OK;
}

enum fa_status fa_aggregate_rows(struct fa_aggregate *a, struct fa_judge *judge, struct fa_frame *frame,
                                 struct fa_stage *stage, const uint32_t *slots, uint32_t from, uint32_t to)
{
    const struct fa_vector *arg = NULL, *cond = NULL;
    if ((a->arg && !(arg = fa_eval(frame, a->arg))) || (a->cond && !(cond = fa_eval(frame, a->cond))))
        return fa_failed(frame->slice);
    bool is_plain = !frame->doubt && !cond && (!arg || (arg->num && !arg->state && !arg->is_const));
    if (is_plain && a->agg->op == FA_AGG_SUM && arg->den == a->sums.denominator) {
        add_all_narrow(a, arg->num, slots, from, to);
        return FA_OK;
    }
    if (is_plain && a->agg->op == FA_AGG_COUNT) {
        for (uint32_t i = from; i < to; i++)
            a->counts[slots[i]]++;
        return FA_OK;
    }
    uint32_t *rows = fa_pool_take(frame->slice->pool, ((size_t)(to - from) + 1) * sizeof *rows), count;
    if (!rows)
        return fa_failed(frame->slice);
    FA_TRY(pick_known(a, judge, frame, stage, arg, cond, slots, from, to, rows, &count));
    if (a->agg->op == FA_AGG_COUNT || a->agg->op == FA_AGG_MEAN)
        for (uint32_t k = 0; k < count; k++)
            a->counts[slots[rows[k]]]++;
    if (keeps_sum(a))
        return add_sums(a, judge, arg, slots, rows, count);
    if (a->agg->op == FA_AGG_DISTINCT)
        return add_distinct(a, judge, arg, slots, rows, count);
    if (a->agg->op == FA_AGG_TOP)
        return add_top(a, judge, arg, slots, rows, count);
    if (a->agg->op == FA_AGG_IRR)
        return add_flows(a, judge, frame, arg, slots, rows, count);
    return keeps_value(a) ? keep_values(a, judge, arg, slots, rows, count) : FA_OK;
}

/* --- results --- */

static const struct fa_vector *mean_vector(struct fa_aggregate *a, const uint8_t *state, uint32_t from,
                                           uint32_t count, struct fa_pool *pool)
{
    struct fa_vector *v = fa_pool_take(pool, sizeof *v);
    struct fa_ratio *wide = fa_pool_take(pool, count * sizeof *wide);
    if (!v || !wide)
        return NULL;
    for (uint32_t i = 0; i < count; i++) {
        wide[i] = (struct fa_ratio){0, 1};
        if (state[i] == FA_HAS)
            fa_rational_divide((struct fa_ratio){a->sums.items[from + i], a->sums.denominator},
                               (struct fa_ratio){(fa_i128)a->counts[from + i], 1}, &wide[i]);
    }
    *v = (struct fa_vector){.kind = a->agg->kind, .state = state, .den = 1, .wide = wide};
    return v;
}

static const struct fa_vector *top_vector(struct fa_aggregate *a, const uint8_t *state, uint32_t from,
                                          uint32_t count, struct fa_pool *pool)
{
    fa_i128 *sums = fa_pool_take(pool, count * sizeof *sums);
    for (uint32_t i = 0; sums && i < count; i++)
        sums[i] = fa_sorted_top(&a->sorted, a->roots[from + i],
                                (uint64_t)a->agg->top->value.numerator);
    return sums ? fa_wholes_vector(sums, a->sums.denominator, count, a->agg->kind, state, pool) : NULL;
}

static const struct fa_vector *value_vector(struct fa_aggregate *a, uint8_t *state, uint32_t from,
                                            uint32_t count, struct fa_pool *pool)
{
    struct fa_vector *v = fa_pool_take(pool, sizeof *v);
    struct fa_str *texts = fa_pool_take(pool, count * sizeof *texts);
    struct fa_ratio *wide = fa_pool_take(pool, count * sizeof *wide);
    if (!v || !texts || !wide)
        return NULL;
    *v = (struct fa_vector){.kind = a->agg->kind, .den = 1};
    for (uint32_t i = 0; i < count; i++) {
        const struct fa_value *value = &a->values[from + i];
        texts[i] = value->text;
        wide[i] = (struct fa_ratio){value->numerator, value->denominator ? value->denominator : 1};
        if (a->agg->kind == FA_KIND_BOOL)
            state[i] = state[i] == FA_HAS ? value->numerator != 0 : FA_UNKNOWN;
    }
    if (a->agg->kind == FA_KIND_BOOL) {
        v->truth = state;
        return v;
    }
    v->state = state;
    if (fa_kind_is_text(a->agg->kind)) {
        v->texts = texts;
        return v;
    }
    v->wide = wide;
    return fa_narrow(pool, v, count) ? v : NULL;
}

/* Rates are compared, never had: only whether there is one is known here. */
static const struct fa_vector *rates_vector(struct fa_aggregate *a, uint8_t *state, uint32_t from,
                                            uint32_t count, struct fa_pool *pool)
{
    struct fa_vector *v = fa_pool_take(pool, sizeof *v);
    const struct fa_irr **rates = fa_pool_take(pool, count * sizeof *rates);
    if (!v || !rates)
        return NULL;
    for (uint32_t i = 0; i < count; i++) {
        rates[i] = fa_flows_irr(&a->flows, from + i, a->agg->is_compound, pool);
        if (!rates[i])
            return NULL;
        if (!fa_irr_is_one(rates[i]))
            state[i] = FA_MISSING;
    }
    *v = (struct fa_vector){.kind = a->agg->kind, .state = state, .den = 1, .rates = rates,
                            .rates_memory = a->flows.memory};
    return v;
}

const struct fa_vector *fa_aggregate_vector(struct fa_aggregate *a, const uint8_t *outside, uint32_t from,
                                            uint32_t count, struct fa_pool *pool)
{
    uint8_t *state = fa_pool_take(pool, count);
    if (!state)
        return NULL;
    for (uint32_t i = 0; i < count; i++) {
        bool is_empty = a->agg->op == FA_AGG_MEAN ? a->counts[from + i] == 0
                        : keeps_value(a)          ? !(a->flags[from + i] & FA_ANY)
                                                  : false;
        bool is_tainted = a->flags[from + i] & FA_TAINTED || (outside && outside[i]);
        state[i] = is_empty || (is_tainted && (!a->agg->only_grows || a->flags[from + i] & FA_BEYOND)) ? FA_MISSING
                   : is_tainted                                         ? FA_BOUND
                                                                        : FA_HAS;
    }
    if (a->agg->op == FA_AGG_IRR)
        return rates_vector(a, state, from, count, pool);
    if (a->agg->op == FA_AGG_SUM)
        return fa_sums_vector(&a->sums, NULL, from, count, a->agg->kind, state, pool);
    if (a->agg->op == FA_AGG_MEAN)
        return mean_vector(a, state, from, count, pool);
    if (a->agg->op == FA_AGG_TOP)
        return top_vector(a, state, from, count, pool);
    if (keeps_value(a))
        return value_vector(a, state, from, count, pool);
    struct fa_vector *v = fa_pool_take(pool, sizeof *v);
    int64_t *num = fa_pool_take(pool, count * sizeof *num);
    if (!v || !num)
        return NULL;
    for (uint32_t i = 0; i < count; i++)
        num[i] = (int64_t)a->counts[from + i];
    *v = (struct fa_vector){.kind = a->agg->kind, .state = state, .den = 1, .num = num};
    return v;
}
