#include "rules/vector.h"

#include <string.h>

#include "rules/flows.h"

static void *copy_picked(struct fa_pool *pool, const void *items, size_t item_size,
                         const uint32_t *pick, uint32_t count)
{
    void *picked = fa_pool_take(pool, count * item_size);
    if (!picked)
        return NULL;
    if (item_size == 1) {
        const uint8_t *from = items;
        uint8_t *to = picked;
        for (uint32_t j = 0; j < count; j++)
            to[j] = from[pick[j]];
    } else if (item_size == sizeof(int64_t)) {
        const int64_t *from = items;
        int64_t *to = picked;
        for (uint32_t j = 0; j < count; j++)
            to[j] = from[pick[j]];
    } else {
        const char *from = items;
        for (uint32_t j = 0; j < count; j++)
            memcpy((char *)picked + j * item_size, from + pick[j] * item_size, item_size);
    }
    return picked;
}

const struct fa_vector *fa_vector_pick(struct fa_pool *pool, const struct fa_vector *v,
                                       const uint32_t *pick, uint32_t count)
{
    if (!pick || v->is_const)
        return v;
    struct fa_vector *r = fa_pool_take(pool, sizeof *r);
    if (!r)
        return NULL;
    *r = *v;
    if ((v->truth && !(r->truth = copy_picked(pool, v->truth, 1, pick, count))) ||
        (v->state && !(r->state = copy_picked(pool, v->state, 1, pick, count))) ||
        (v->num && !(r->num = copy_picked(pool, v->num, sizeof *v->num, pick, count))) ||
        (v->wide && !(r->wide = copy_picked(pool, v->wide, sizeof *v->wide, pick, count))) ||
        (v->rates && !(r->rates = copy_picked(pool, v->rates, sizeof *v->rates, pick, count))) ||
        (v->texts && !(r->texts = copy_picked(pool, v->texts, sizeof *v->texts, pick, count))))
        return NULL;
    return r;
}

const struct fa_ratio *fa_vector_widen(struct fa_pool *pool, const struct fa_vector *v, uint32_t count)
{
    if (!v->num && !v->is_const)
        return v->wide;
    struct fa_ratio *wide = fa_pool_take(pool, count * sizeof *wide);
    for (uint32_t i = 0; wide && i < count; i++)
        wide[i] = fa_number_at(v, i);
    return wide;
}

const int64_t *fa_vector_spread(struct fa_pool *pool, const struct fa_vector *v, uint32_t count)
{
    if (!v->is_const)
        return v->num;
    int64_t *num = fa_pool_take(pool, count * sizeof *num);
    for (uint32_t i = 0; num && i < count; i++)
        num[i] = v->num[0];
    return num;
}

/* Everything that a vector of one item may point to. */
struct one {
    struct fa_vector vector;
    uint8_t truth, state;
    int64_t num;
    struct fa_ratio wide;
    struct fa_str text;
};

static struct one *new_one(struct fa_pool *pool, enum fa_kind kind)
{
    struct one *one = fa_pool_take(pool, sizeof *one);
    if (!one)
        return NULL;
    *one = (struct one){.vector = {.kind = kind, .is_const = true, .den = 1}};
    if (kind == FA_KIND_BOOL)
        one->vector.truth = &one->truth;
    else if (fa_kind_is_text(kind))
        one->vector.texts = &one->text;
    else
        one->vector.num = &one->num;
    return one;
}

const struct fa_vector *fa_vector_const(struct fa_pool *pool, const struct fa_value *value)
{
    struct one *one = new_one(pool, value->kind);
    if (!one)
        return NULL;
    if (value->kind == FA_KIND_BOOL) {
        one->truth = value->is_missing ? FA_UNKNOWN : value->numerator != 0;
        return &one->vector;
    }
    if (value->is_missing || value->is_none) {
        one->state = value->is_missing ? FA_MISSING : FA_NONE;
        one->vector.state = &one->state;
    }
    one->text = value->text;
    if (one->vector.texts || value->is_missing || value->is_none)
        return &one->vector;
    fa_i128 denominator = value->denominator ? value->denominator : 1;
    one->num = (int64_t)value->numerator;
    one->vector.den = (int64_t)denominator;
    if (one->num != value->numerator || one->vector.den != denominator) {
        one->wide = (struct fa_ratio){value->numerator, denominator};
        one->vector.wide = &one->wide;
        one->vector.num = NULL;
    }
    return &one->vector;
}

const struct fa_vector *fa_vector_missing(struct fa_pool *pool, enum fa_kind kind)
{
    return fa_vector_const(pool, &(struct fa_value){.kind = kind, .is_missing = true});
}

/* A rate is shown in hundredths of a percent, rounded down. */
static struct fa_value rate_value(const struct fa_vector *v, uint32_t i)
{
    int64_t parts;
    struct fa_value value = {.kind = v->kind, .denominator = 1};
    value.is_missing = !fa_irr_floor(v->rates[fa_at(v, i)], &v->rates_memory->shown, &parts);
    if (value.is_missing)
        return value;
    struct fa_ratio ratio = {parts, 10000};
    fa_rational_reduce(&ratio);
    value.numerator = ratio.numerator;
    value.denominator = ratio.denominator;
    return value;
}

struct fa_value fa_vector_value(const struct fa_vector *v, uint32_t i)
{
    struct fa_value value = {.kind = v->kind, .denominator = 1};
    if (v->truth) {
        value.is_missing = fa_truth_at(v, i) == FA_UNKNOWN;
        value.numerator = fa_truth_at(v, i) == FA_TRUE;
        return value;
    }
    uint8_t state = fa_state_at(v, i);
    value.is_missing = state >= FA_MISSING;
    value.is_none = state == FA_NONE;
    value.is_bound = state == FA_BOUND && !v->texts && !v->rates;
    if ((value.is_missing && !value.is_bound) || value.is_none)
        return value;
    if (v->texts) {
        value.text = v->texts[fa_at(v, i)];
        return value;
    }
    if (v->rates)
        return rate_value(v, i);
    struct fa_ratio number = fa_number_at(v, i);
    if (number.denominator != 1)
        fa_rational_reduce(&number);
    value.numerator = number.numerator;
    value.denominator = number.denominator;
    return value;
}

/* --- rationals --- */

__extension__ typedef unsigned __int128 u128;

static u128 magnitude(fa_i128 value)
{
    return value < 0 ? -(u128)value : (u128)value;
}

static u128 greatest_divisor(u128 a, u128 b)
{
    while (b) {
        if (a <= UINT64_MAX && b <= UINT64_MAX) {
            uint64_t x = (uint64_t)a, y = (uint64_t)b;
            while (y) {
                uint64_t rest = x % y;
                x = y;
                y = rest;
            }
            return x;
        }
        u128 rest = a % b;
        a = b;
        b = rest;
    }
    return a;
}

bool fa_rational_reduce(struct fa_ratio *r)
{
    fa_i128 divisor = (fa_i128)greatest_divisor(magnitude(r->numerator), (u128)r->denominator);
    if (divisor > 1) {
        r->numerator /= divisor;
        r->denominator /= divisor;
    }
    return true;
}

/* Knuth, The Art of Computer Programming, volume 2, section 4.5.1: dividing by the greatest common
 * divisor of the denominators first keeps the products small. */
bool fa_rational_add(struct fa_ratio a, struct fa_ratio b, struct fa_ratio *r)
{
    if (a.denominator == b.denominator) {
        r->denominator = a.denominator;
        if (__builtin_add_overflow(a.numerator, b.numerator, &r->numerator))
            return false;
        return r->denominator == 1 || fa_rational_reduce(r);
    }
    fa_i128 divisor = (fa_i128)greatest_divisor((u128)a.denominator, (u128)b.denominator);
    fa_i128 x, y, sum, denominator;
    if (__builtin_mul_overflow(a.numerator, b.denominator / divisor, &x) ||
        __builtin_mul_overflow(b.numerator, a.denominator / divisor, &y) ||
        __builtin_add_overflow(x, y, &sum))
        return false;
    fa_i128 rest = (fa_i128)greatest_divisor(magnitude(sum), (u128)divisor);
    if (rest == 0)
        rest = 1;
    if (__builtin_mul_overflow(a.denominator / divisor, b.denominator / rest, &denominator))
        return false;
    *r = (struct fa_ratio){sum / rest, denominator};
    return true;
}

bool fa_rational_multiply(struct fa_ratio a, struct fa_ratio b, struct fa_ratio *r)
{
    fa_i128 x = (fa_i128)greatest_divisor(magnitude(a.numerator), (u128)b.denominator);
    fa_i128 y = (fa_i128)greatest_divisor(magnitude(b.numerator), (u128)a.denominator);
    if (a.numerator == 0 || b.numerator == 0) {
        *r = (struct fa_ratio){0, 1};
        return true;
    }
    struct fa_ratio product;
    if (__builtin_mul_overflow(a.numerator / x, b.numerator / y, &product.numerator) ||
        __builtin_mul_overflow(a.denominator / y, b.denominator / x, &product.denominator))
        return false;
    *r = product;
    return fa_rational_reduce(r);
}

bool fa_rational_divide(struct fa_ratio a, struct fa_ratio b, struct fa_ratio *r)
{
    struct fa_ratio inverse = {b.denominator, b.numerator};
    if (inverse.denominator < 0) {
        if (__builtin_sub_overflow((fa_i128)0, inverse.denominator, &inverse.denominator))
            return false;
        inverse.numerator = -inverse.numerator;
    }
    return fa_rational_multiply(a, inverse, r);
}

bool fa_rational_round(struct fa_ratio a, struct fa_ratio unit, enum fa_rounding rounding,
                       struct fa_ratio *r)
{
    struct fa_ratio q;
    if (!fa_rational_divide(a, unit, &q))
        return false;
    fa_i128 whole = q.numerator / q.denominator; /* towards zero */
    u128 rest = magnitude(q.numerator % q.denominator);
    u128 half = (u128)q.denominator - rest; /* rest against half: rest <=> denominator - rest */
    bool is_up = rounding == FA_ROUND_HALF_UP     ? rest >= half
                 : rounding == FA_ROUND_HALF_EVEN ? rest > half || (rest == half && whole % 2)
                                                  : false;
    if (rest && is_up)
        whole += q.numerator < 0 ? -1 : 1;
    return fa_rational_multiply((struct fa_ratio){whole, 1}, unit, r);
}
