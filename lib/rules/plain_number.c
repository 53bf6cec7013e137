/*
 * Exact numbers of the plain evaluator: fractions in lowest terms.
 */
#include "rules/plain_parts.h"

fa_i128 fa_plain_magnitude(fa_i128 x)
{
    return x < 0 ? -x : x;
}

static fa_i128 common_divisor(fa_i128 a, fa_i128 b)
{
    a = fa_plain_magnitude(a);
    b = fa_plain_magnitude(b);
    while (b) {
        fa_i128 rest = a % b;
        a = b;
        b = rest;
    }
    return a ? a : 1;
}

struct fa_value fa_plain_known(const struct fa_plain_result *result)
{
    struct fa_value value = result->value;
    if (!value.is_missing || !result->is_bound)
        return value;
    value.is_bound = true;
    value.numerator = result->bound.numerator;
    value.denominator = result->bound.denominator;
    return value;
}

struct fa_value fa_plain_missing(enum fa_kind kind)
{
    return (struct fa_value){.kind = kind, .is_missing = true, .denominator = 1};
}

struct fa_value fa_plain_number(enum fa_kind kind, fa_i128 numerator, fa_i128 denominator)
{
    fa_i128 lowest = (fa_i128)1 << 126;
    lowest = -lowest - lowest;
    if (denominator == 0 || numerator == lowest || denominator == lowest)
        return fa_plain_missing(kind);
    fa_i128 divisor = common_divisor(numerator, denominator);
    if (denominator < 0)
        divisor = -divisor;
    return (struct fa_value){
        .kind = kind, .numerator = numerator / divisor, .denominator = denominator / divisor};
}

struct fa_value fa_plain_add(struct fa_value a, struct fa_value b, enum fa_kind kind)
{
    fa_i128 shared = common_divisor(a.denominator, b.denominator), left, right, sum,
            denominator;
    if (__builtin_mul_overflow(a.numerator, b.denominator / shared, &left) ||
        __builtin_mul_overflow(b.numerator, a.denominator / shared, &right) ||
        __builtin_add_overflow(left, right, &sum) ||
        __builtin_mul_overflow(a.denominator / shared, b.denominator, &denominator))
        return fa_plain_missing(kind);
    return fa_plain_number(kind, sum, denominator);
}

struct fa_value fa_plain_negate(struct fa_value a)
{
    a.numerator = -a.numerator;
    return a;
}

struct fa_value fa_plain_multiply(struct fa_value a, struct fa_value b, enum fa_kind kind)
{
    fa_i128 one = common_divisor(a.numerator, b.denominator);
    fa_i128 other = common_divisor(b.numerator, a.denominator), numerator, denominator;
    if (__builtin_mul_overflow(a.numerator / one, b.numerator / other, &numerator) ||
        __builtin_mul_overflow(a.denominator / other, b.denominator / one, &denominator))
        return fa_plain_missing(kind);
    return fa_plain_number(kind, numerator, denominator);
}

struct fa_value fa_plain_divide(struct fa_value a, struct fa_value b, enum fa_kind kind)
{
    if (b.numerator == 0)
        return fa_plain_missing(kind);
    struct fa_value inverse = {.numerator = b.denominator, .denominator = b.numerator};
    if (inverse.denominator < 0) {
        inverse.numerator = -inverse.numerator;
        inverse.denominator = -inverse.denominator;
    }
    return fa_plain_multiply(a, inverse, kind);
}

int fa_plain_compare(const struct fa_value *a, const struct fa_value *b)
{
    if (a->kind == FA_KIND_TEXT || a->kind == FA_KIND_SET)
        return fa_str_compare(a->text, b->text);
    struct fa_ratio x = {a->numerator, a->denominator}, y = {b->numerator, b->denominator};
    return fa_ratio_compare(x, y);
}

/* The largest whole number that is not above the value. */
static fa_i128 floor_of(struct fa_value value)
{
    fa_i128 whole = value.numerator / value.denominator;
    return whole - (value.numerator % value.denominator < 0);
}

struct fa_value fa_plain_round_to(struct fa_value value, struct fa_value unit,
                                  enum fa_rounding rounding, enum fa_kind kind)
{
    struct fa_value steps = fa_plain_divide(value, unit, FA_KIND_RATIO);
    if (steps.is_missing)
        return fa_plain_missing(kind);
    bool is_negative = steps.numerator < 0;
    steps.numerator = fa_plain_magnitude(steps.numerator);
    fa_i128 whole = floor_of(steps);
    fa_i128 rest = steps.numerator - whole * steps.denominator;
    fa_i128 twice =
        rest * 2; /* rest < denominator, which a division left far below the limit */
    bool up = rounding == FA_ROUND_HALF_UP ? twice >= steps.denominator
              : rounding == FA_ROUND_HALF_EVEN
                  ? twice > steps.denominator || (twice == steps.denominator && whole % 2)
                  : false;
    whole += up;
    struct fa_value rounded = fa_plain_number(FA_KIND_RATIO, is_negative ? -whole : whole, 1);
    return fa_plain_multiply(rounded, unit, kind);
}
