#include "rules/irr.h"

#include <stdlib.h>

#include "value/big.h"

/* A 12th root of what 57 bits hold is below 2^6. */
enum { ONE_BITS = 60, SMALL_BITS = 53, ROOT = 12, MORE_BITS = 6 };

bool fa_irr_is_one(const struct fa_irr *irr)
{
    int changes = 0;
    for (uint32_t i = 1; i < irr->count && changes < 2; i++)
        changes += (irr->flows[i].sum < 0) != (irr->flows[i - 1].sum < 0);
    return changes == 1 &&
           irr->flows[irr->count - 1].month - irr->flows[0].month <= FA_IRR_MONTHS_MAX;
}

/* --- one month's factor, (1 + i)^-1 = A / B, or its 12th power for compound rates --- */

struct discount {
    fa_i128 a, b;
};

static bool make_discount(struct fa_ratio rate, bool is_compound, struct discount *d)
{
    fa_i128 large = (fa_i128)1 << 56;
    if (rate.numerator >= large || rate.numerator <= -large || rate.denominator >= large)
        return false;
    d->a = rate.denominator * (is_compound ? 1 : ROOT);
    d->b = d->a + rate.numerator;
    fa_i128 x = d->a, y = d->b < 0 ? -d->b : d->b;
    while (y) {
        fa_i128 rest = x % y;
        x = y;
        y = rest;
    }
    d->a /= x;
    d->b /= x;
    return true;
}

/* --- with fixed point, rounded both ways --- */

/* The greatest whole number whose 12th power is at most 2^(12 * BITS) * A / B, in ROOT_OF. */
static bool find_root(const struct discount *d, size_t bits, struct fa_big *root_of)
{
    size_t limbs = (ROOT * (bits + MORE_BITS)) / 64 + 8;
    struct fa_big number[5] = {0}; /* the bound, b, the power and what it is made of, the trial */
    bool is_whole = true;
    for (int i = 0; i < 5; i++)
        is_whole = fa_big_init(&number[i], limbs) && is_whole;
    if (is_whole) {
        fa_big_set(&number[0], d->a);
        fa_big_shift(&number[0], ROOT * bits);
        fa_big_set(&number[1], d->b);
        fa_big_set(root_of, 0);
        for (size_t bit = bits + MORE_BITS; bit-- > 0;) {
            struct fa_big *power = &number[2], *next = &number[3], *trial = &number[4];
            fa_big_set(trial, 1);
            fa_big_shift(trial, bit);
            fa_big_add(trial, root_of);
            fa_big_copy(power, &number[1]);
            for (int i = 0; i < ROOT; i++) {
                fa_big_multiply(next, power, trial);
                struct fa_big *swap = power;
                power = next;
                next = swap;
            }
            if (!power->is_beyond && fa_big_compare(power, &number[0]) <= 0)
                fa_big_copy(root_of, trial);
        }
    }
    for (int i = 0; i < 5; i++)
        fa_big_release(&number[i]);
    return is_whole;
}

static bool first_factor(const struct discount *d, bool is_compound, uint64_t *low)
{
    struct fa_big root;
    if (!is_compound) {
        *low = (uint64_t)(((unsigned __int128)d->a << ONE_BITS) / (unsigned __int128)d->b);
        return true;
    }
    if (!fa_big_init(&root, 4))
        return false;
    bool is_whole = find_root(d, ONE_BITS, &root);
    *low = root.count ? root.limbs[0] : 0;
    fa_big_release(&root);
    return is_whole;
}

/* Factors of rates that are not below zero: none of them is above one. */
static bool make_factors(struct fa_irr_factors *factors, struct fa_ratio rate, bool is_compound,
                         uint32_t count)
{
    struct discount d;
    bool is_same = factors->is_ready && factors->is_compound == is_compound &&
                   factors->rate.numerator == rate.numerator &&
                   factors->rate.denominator == rate.denominator;
    if (!is_same) {
        if (rate.numerator < 0 || !make_discount(rate, is_compound, &d) ||
            !first_factor(&d, is_compound, &factors->low[1]))
            return false;
        factors->high[1] = factors->low[1] + 1;
        factors->low[0] = factors->high[0] = UINT64_C(1) << ONE_BITS;
        factors->rate = rate;
        factors->is_compound = is_compound;
        factors->is_ready = true;
        factors->count = 2;
    }
    for (uint32_t k = factors->count; k <= count; k++) {
        factors->low[k] = (uint64_t)(((unsigned __int128)factors->low[k - 1] * factors->low[1]) >> ONE_BITS);
        factors->high[k] =
            (uint64_t)(((unsigned __int128)factors->high[k - 1] * factors->high[1]) >> ONE_BITS) + 1;
        factors->count = k + 1;
    }
    return true;
}

/* The sign of the sum of discounted flows; 0: zero lies between the bounds, or they are not had. */
static int sign_between(const struct fa_irr *irr, struct fa_ratio rate, struct fa_irr_factors *factors)
{
    fa_i128 low = 0, high = 0, small = (fa_i128)1 << SMALL_BITS;
    int32_t first = irr->flows[0].month;
    if (!factors ||
        !make_factors(factors, rate, irr->is_compound, (uint32_t)(irr->flows[irr->count - 1].month - first)))
        return 0;
    for (uint32_t i = 0; i < irr->count; i++) {
        fa_i128 sum = irr->flows[i].sum;
        uint32_t month = (uint32_t)(irr->flows[i].month - first);
        if (sum >= small || sum <= -small)
            return 0;
        low += sum * (sum > 0 ? factors->low[month] : factors->high[month]);
        high += sum * (sum > 0 ? factors->high[month] : factors->low[month]);
    }
    return low > 0 ? 1 : high < 0 ? -1 : 0;
}

/* --- exactly --- */

/* Sums without fractions: of positive flows and of the others. */
struct exact {
    struct fa_big side[2], power, term, product, number;
    size_t limbs;
};

static bool exact_init(struct exact *exact, size_t limbs)
{
    struct fa_big *all[] = {&exact->side[0], &exact->side[1], &exact->power, &exact->term,
                            &exact->product, &exact->number};
    bool is_whole = true;
    exact->limbs = limbs;
    for (size_t i = 0; i < sizeof all / sizeof *all; i++)
        is_whole = fa_big_init(all[i], limbs) && is_whole;
    return is_whole;
}

static void exact_release(struct exact *exact)
{
    struct fa_big *all[] = {&exact->side[0], &exact->side[1], &exact->power, &exact->term,
                            &exact->product, &exact->number};
    for (size_t i = 0; i < sizeof all / sizeof *all; i++)
        fa_big_release(all[i]);
}

static void multiply_by(struct exact *exact, struct fa_big *big, fa_i128 factor)
{
    fa_big_set(&exact->number, factor);
    fa_big_multiply(&exact->product, big, &exact->number);
    fa_big_copy(big, &exact->product);
}

/* Sums flow * a^u * b^(U - u) over every STEP-th month from FROM on, u counting the steps: positive
 * flows in side[0], the others in side[1]. */
static void horner(struct exact *exact, const struct fa_irr *irr, const struct discount *d, int32_t step,
                   int32_t from, int32_t step_count)
{
    int32_t first = irr->flows[0].month;
    uint32_t at = 0;
    fa_big_set(&exact->side[0], 0);
    fa_big_set(&exact->side[1], 0);
    fa_big_set(&exact->power, 1);
    for (int32_t u = 0; u <= step_count; u++) {
        if (u > 0) {
            multiply_by(exact, &exact->side[0], d->b);
            multiply_by(exact, &exact->side[1], d->b);
            multiply_by(exact, &exact->power, d->a);
        }
        int32_t month = first + from + u * step;
        while (at < irr->count && irr->flows[at].month < month)
            at++;
        if (at == irr->count || irr->flows[at].month != month)
            continue;
        fa_big_copy(&exact->term, &exact->power);
        multiply_by(exact, &exact->term, irr->flows[at].sum);
        fa_big_add(&exact->side[irr->flows[at].sum < 0], &exact->term);
    }
}

static bool sign_simple(const struct fa_irr *irr, const struct discount *d, int *sign)
{
    struct exact exact;
    int32_t months = irr->flows[irr->count - 1].month - irr->flows[0].month;
    bool is_whole = exact_init(&exact, (size_t)months + 8);
    if (is_whole) {
        horner(&exact, irr, d, 1, 0, months);
        is_whole = !exact.side[0].is_beyond && !exact.side[1].is_beyond;
        *sign = fa_big_compare(&exact.side[0], &exact.side[1]);
    }
    exact_release(&exact);
    return is_whole;
}

/* With z = (a/b)^(1/12) the sum is that of Q[v] z^v, v from 0 to 11, each Q[v] a whole number; they
 * are asked for with bounds of z that come closer and closer. */
static bool sign_within(const struct fa_irr *irr, const struct discount *d, size_t bits, int *sign)
{
    struct exact exact;
    int32_t months = irr->flows[irr->count - 1].month - irr->flows[0].month;
    int32_t steps = months / ROOT;
    size_t limbs = (size_t)steps * 2 + (bits + MORE_BITS) * ROOT / 64 + 16;
    struct fa_big sums[4] = {0}, z[2] = {0}, scaled = {0}, one = {0};
    bool is_whole = exact_init(&exact, limbs) && fa_big_init(&scaled, limbs) && fa_big_init(&one, 2);
    for (int i = 0; i < 4; i++)
        is_whole = is_whole && fa_big_init(&sums[i], limbs); /* least and greatest of both signs */
    for (int i = 0; i < 2; i++)
        is_whole = is_whole && fa_big_init(&z[i], bits / 64 + 4);
    is_whole = is_whole && find_root(d, bits, &z[0]);
    if (is_whole) {
        fa_big_set(&one, 1);
        fa_big_copy(&z[1], &z[0]);
        fa_big_add(&z[1], &one);
        for (int32_t v = 0; v < ROOT; v++) {
            horner(&exact, irr, d, ROOT, v, steps);
            for (int i = 0; i < 4; i++) { /* least and greatest of what is added, then of the rest */
                fa_big_copy(&scaled, &exact.side[i / 2]);
                for (int32_t p = 0; p < v; p++) {
                    fa_big_multiply(&exact.product, &scaled, &z[i % 2]);
                    fa_big_copy(&scaled, &exact.product);
                }
                fa_big_shift(&scaled, bits * (size_t)(ROOT - 1 - v));
                fa_big_add(&sums[i], &scaled);
            }
        }
        for (int i = 0; i < 4; i++)
            is_whole = is_whole && !sums[i].is_beyond;
        *sign = fa_big_compare(&sums[0], &sums[3]) > 0   ? 1
                : fa_big_compare(&sums[2], &sums[1]) > 0 ? -1
                                                         : 0;
    }
    for (int i = 0; i < 4; i++)
        fa_big_release(&sums[i]);
    fa_big_release(&z[0]);
    fa_big_release(&z[1]);
    fa_big_release(&scaled);
    fa_big_release(&one);
    exact_release(&exact);
    return is_whole;
}

/* The whole N-th root; 0: there is none. */
static fa_i128 whole_root(fa_i128 of, int n)
{
    fa_i128 low = 1, high = (fa_i128)1 << 62;
    while (low < high) {
        fa_i128 middle = low + (high - low + 1) / 2, power = 1;
        for (int i = 0; i < n && power <= of; i++)
            power = power > of / middle ? of + 1 : power * middle;
        if (power <= of)
            low = middle;
        else
            high = middle - 1;
    }
    fa_i128 power = 1;
    for (int i = 0; i < n; i++)
        power *= low;
    return power == of ? low : 0;
}

/* Whether the sum of Q[v] z^v is zero. Where a/b is the D-th power of s/t, D as great as it can be, z
 * is a root of x^(12/D) = s/t, which no shorter equation has: the sum is zero where those of every
 * (12/D)-th month are, discounted by s/t. */
static bool is_zero(const struct fa_irr *irr, const struct discount *d, bool *is_whole)
{
    static const int powers[] = {12, 6, 4, 3, 2, 1};
    struct discount root = *d;
    int32_t period = ROOT, months = irr->flows[irr->count - 1].month - irr->flows[0].month;
    for (size_t i = 0; i < sizeof powers / sizeof *powers; i++) {
        fa_i128 a = whole_root(d->a, powers[i]), b = whole_root(d->b, powers[i]);
        if (!a || !b)
            continue;
        root = (struct discount){a, b};
        period = ROOT / powers[i];
        break;
    }
    struct exact exact;
    bool is_none = true;
    *is_whole = exact_init(&exact, (size_t)(months / period) * 2 + 8);
    for (int32_t v = 0; *is_whole && is_none && v < period; v++) {
        horner(&exact, irr, &root, period, v, months / period);
        *is_whole = !exact.side[0].is_beyond && !exact.side[1].is_beyond;
        is_none = fa_big_compare(&exact.side[0], &exact.side[1]) == 0;
    }
    exact_release(&exact);
    return is_none;
}

static bool sign_compound(const struct fa_irr *irr, const struct discount *d, int *sign)
{
    bool is_whole;
    *sign = 0;
    if (is_zero(irr, d, &is_whole))
        return is_whole;
    for (size_t bits = 128; is_whole && *sign == 0 && bits <= FA_IRR_BITS_MAX; bits *= 2)
        is_whole = sign_within(irr, d, bits, sign);
    return is_whole && *sign != 0;
}

/* --- the comparison --- */

bool fa_irr_compare(const struct fa_irr *irr, struct fa_ratio rate, struct fa_irr_factors *factors,
                    int *order)
{
    struct discount d;
    int sign = sign_between(irr, rate, factors);
    if (!sign) {
        if (!make_discount(rate, irr->is_compound, &d))
            return false;
        if (d.b <= 0) { /* no rate is at or below -100% a month */
            *order = 1;
            return true;
        }
        if (!(irr->is_compound ? sign_compound(irr, &d, &sign) : sign_simple(irr, &d, &sign)))
            return false;
    }
    *order = irr->flows[0].sum < 0 ? sign : -sign;
    return true;
}

bool fa_irr_floor(const struct fa_irr *irr, struct fa_irr_factors *factors, int64_t *parts)
{
    enum { PARTS = 10000, LEAST = -13 * PARTS, GREATEST = 100000 * PARTS };
    int64_t low = LEAST, high = GREATEST;
    int order;
    while (low < high) {
        int64_t middle = low + (high - low + 1) / 2;
        if (!fa_irr_compare(irr, (struct fa_ratio){middle, PARTS}, factors, &order))
            return false;
        if (order >= 0)
            low = middle;
        else
            high = middle - 1;
    }
    *parts = low;
    return low < GREATEST - 1;
}
