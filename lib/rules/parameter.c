/* Values of parameters: chosen by date, then by keys. */
#include <string.h>

#include "rules/operators.h"

static const struct fa_param_period *period_at(const struct fa_param *param, int64_t day)
{
    for (int i = 0; i < param->period_count; i++)
        if (day >= param->periods[i].from_day && day <= param->periods[i].to_day)
            return &param->periods[i];
    return NULL;
}

static bool is_equal(const struct fa_value *key, const struct fa_vector *v, uint32_t i)
{
    if (v->truth)
        return fa_truth_at(v, i) == (key->numerator != 0);
    if (v->texts)
        return fa_str_equal(key->text, v->texts[fa_at(v, i)]);
    struct fa_ratio number = fa_number_at(v, i);
    fa_i128 denominator = key->denominator ? key->denominator : 1;
    return fa_ratio_compare(number, (struct fa_ratio){key->numerator, denominator}) == 0;
}

static const struct fa_value *row_at(const struct fa_param *param,
                                     const struct fa_param_period *period,
                                     const struct fa_vector *const *args, uint32_t i)
{
    for (int k = 0; k < param->key_count; k++)
        if (args[k]->truth ? fa_truth_at(args[k], i) == FA_UNKNOWN : fa_state_at(args[k], i) != FA_HAS)
            return NULL;
    for (int r = 0; r < period->row_count; r++) {
        bool is_row = true;
        for (int k = 0; k < param->key_count && is_row; k++)
            is_row = is_equal(&period->rows[r].keys[k], args[k], i);
        if (is_row)
            return &period->rows[r].value;
    }
    return NULL;
}

static struct fa_ratio number_of(const struct fa_value *value, fa_i128 scale)
{
    return (struct fa_ratio){value->numerator * scale, value->denominator ? value->denominator : 1};
}

/* The parts of a scale that lie below X, each with its rate; false: out of range. */
static bool sum_scale(const struct fa_param_period *period, fa_i128 scale, struct fa_ratio x,
                      struct fa_ratio *sum)
{
    struct fa_ratio from = {0, 1};
    *sum = (struct fa_ratio){0, 1};
    for (int i = 0; i < period->part_count && fa_ratio_compare(x, from) > 0; i++) {
        const struct fa_scale_part *part = &period->parts[i];
        struct fa_ratio to = part->up_to.is_missing ? x : number_of(&part->up_to, scale);
        if (fa_ratio_compare(x, to) < 0)
            to = x;
        struct fa_ratio piece, minus = {-from.numerator, from.denominator};
        if (!fa_rational_add(to, minus, &piece) ||
            !fa_rational_multiply(piece, number_of(&part->rate, 1), &piece) ||
            !fa_rational_add(*sum, piece, sum))
            return false;
        from = to;
    }
    return true;
}

static struct fa_value value_at(const struct fa_formula *f, const struct fa_vector *const *args,
                                const struct fa_param_period *period, uint32_t i)
{
    struct fa_value missing = {.kind = f->kind, .is_missing = true};
    if (f->op == FA_OP_SCALE) {
        struct fa_ratio sum;
        if (fa_state_at(args[0], i) != FA_HAS ||
            !sum_scale(period, f->detail.scale, fa_number_at(args[0], i), &sum))
            return missing;
        return (struct fa_value){.kind = f->kind, .numerator = sum.numerator,
                                 .denominator = sum.denominator};
    }
    const struct fa_value *found = row_at(f->detail.param, period, args, i);
    if (!found)
        return missing;
    struct fa_value value = *found;
    value.kind = f->kind;
    value.numerator *= f->detail.scale;
    return value;
}

/* A parameter without keys whose date is the same for all rows, or that holds over all their dates,
 * is one value. */
static const struct fa_param_period *only_period(const struct fa_formula *f, const struct fa_vector *day,
                                                 uint32_t n)
{
    if (f->op == FA_OP_SCALE || f->detail.param->key_count || !n)
        return NULL;
    const struct fa_param_period *period = NULL;
    for (uint32_t i = 0; i < (day->is_const ? 1 : n); i++) {
        if (fa_state_at(day, i) != FA_HAS)
            return NULL;
        int64_t at = day->num[i];
        if (!period)
            period = period_at(f->detail.param, at);
        if (!period || at < period->from_day || at > period->to_day)
            return NULL;
    }
    return period;
}

struct fa_vector *fa_op_param(struct fa_pool *pool, const struct fa_formula *f,
                              const struct fa_vector *const *args, uint32_t n)
{
    const struct fa_vector *day = args[f->arg_count - 1];
    const struct fa_param_period *period = only_period(f, day, n);
    struct fa_vector *r = fa_result(pool, f);
    if (!r)
        return NULL;
    if (period) {
        struct fa_value value = value_at(f, args, period, 0);
        const struct fa_vector *one = fa_vector_const(pool, &value);
        if (!one)
            return NULL;
        *r = *one;
        return r;
    }
    struct fa_ratio *wide = fa_pool_take(pool, n * sizeof *wide);
    uint8_t *state = fa_pool_take(pool, n), *truth = fa_pool_take(pool, n);
    struct fa_str *texts = fa_pool_take(pool, n * sizeof *texts);
    if (!wide || !state || !truth || !texts)
        return NULL;
    for (uint32_t i = 0; i < n; i++) {
        bool is_dated = fa_state_at(day, i) == FA_HAS;
        if (is_dated && (!period || day->num[fa_at(day, i)] < period->from_day ||
                         day->num[fa_at(day, i)] > period->to_day))
            period = period_at(f->detail.param, day->num[fa_at(day, i)]);
        struct fa_value value = {.is_missing = true};
        if (is_dated && period)
            value = value_at(f, args, period, i);
        state[i] = value.is_missing ? FA_MISSING : value.is_none ? FA_NONE : FA_HAS;
        truth[i] = value.is_missing ? FA_UNKNOWN : value.numerator != 0;
        texts[i] = value.text;
        wide[i] = number_of(&value, 1);
    }
    if (f->kind == FA_KIND_BOOL) {
        r->truth = truth;
        return r;
    }
    r->state = state;
    if (fa_kind_is_text(f->kind)) {
        r->texts = texts;
        return r;
    }
    r->wide = wide;
    return fa_narrow(pool, r, n) ? r : NULL;
}
