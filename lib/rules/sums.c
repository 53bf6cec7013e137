#include "rules/sums.h"

#include <string.h>

void fa_sums_init(struct fa_sums *sums)
{
    *sums = (struct fa_sums){.denominator = 1};
}

void fa_sums_release(struct fa_sums *sums, struct fa_meter *meter)
{
    fa_meter_give(meter, sums->capacity * sizeof *sums->items);
    free(sums->items);
    fa_sums_init(sums);
}

/* The least common multiple; false: out of range. */
static bool common(fa_i128 a, fa_i128 b, fa_i128 *multiple)
{
    struct fa_ratio r = {a, b};
    fa_rational_reduce(&r);
    return !__builtin_mul_overflow(a, r.denominator, multiple);
}

static bool rescale(struct fa_sums *sums, fa_i128 denominator)
{
    fa_i128 factor = denominator / sums->denominator, scaled;
    for (size_t i = 0; i < sums->capacity; i++)
        if (__builtin_mul_overflow(sums->items[i], factor, &scaled))
            return false;
    for (size_t i = 0; i < sums->capacity; i++)
        sums->items[i] *= factor;
    sums->denominator = denominator;
    return true;
}

bool fa_sums_fit(struct fa_sums *sums, const struct fa_vector *v, const uint32_t *rows, uint32_t count)
{
    fa_i128 denominator = sums->denominator;
    if (v->num && denominator % v->den == 0)
        return true;
    if (v->num) {
        if (!common(denominator, v->den, &denominator))
            return false;
    } else {
        for (uint32_t i = 0; i < count; i++)
            if (!common(denominator, fa_number_at(v, rows ? rows[i] : i).denominator, &denominator))
                return false;
    }
    return denominator == sums->denominator || rescale(sums, denominator);
}

bool fa_sums_scale(const struct fa_sums *sums, struct fa_ratio number, fa_i128 *numerator)
{
    return !__builtin_mul_overflow(number.numerator, sums->denominator / number.denominator, numerator);
}

const struct fa_vector *fa_wholes_vector(const fa_i128 *items, fa_i128 denominator, uint32_t count,
                                         enum fa_kind kind, const uint8_t *state, struct fa_pool *pool)
{
    struct fa_vector *v = fa_pool_take(pool, sizeof *v);
    int64_t *num = fa_pool_take(pool, count * sizeof *num);
    if (!v || !num)
        return NULL;
    *v = (struct fa_vector){.kind = kind, .state = state, .den = (int64_t)denominator};
    bool fits = v->den == denominator;
    for (uint32_t i = 0; i < count; i++) {
        num[i] = (int64_t)items[i];
        fits &= num[i] == items[i];
    }
    v->num = num;
    if (fits)
        return v;
    struct fa_ratio *wide = fa_pool_take(pool, count * sizeof *wide);
    for (uint32_t i = 0; wide && i < count; i++)
        wide[i] = (struct fa_ratio){items[i], denominator};
    v->num = NULL;
    v->den = 1;
    v->wide = wide;
    return wide ? v : NULL;
}

const struct fa_vector *fa_sums_vector(const struct fa_sums *sums, const uint32_t *places, uint32_t from,
                                       uint32_t count, enum fa_kind kind, const uint8_t *state,
                                       struct fa_pool *pool)
{
    if (!places)
        return fa_wholes_vector(sums->items + from, sums->denominator, count, kind, state, pool);
    fa_i128 *items = fa_pool_take(pool, count * sizeof *items);
    for (uint32_t i = 0; items && i < count; i++)
        items[i] = sums->items[places[i]];
    return items ? fa_wholes_vector(items, sums->denominator, count, kind, state, pool) : NULL;
}
