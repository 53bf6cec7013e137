/*
 * irr() as flowaudit-rules(5) says it: flows by calendar month, discounted with a factor that is known
 * between two bounds of 384 binary places. Where zero lies between the two sums, the sum is zero.
 */
#include "rules/plain_run.h"

#include <stdlib.h>
#include <string.h>

#include "base/limits.h"
#include "value/big.h"

enum { PLACES = 6, LIMBS = 256 }; /* 64 bits each: behind the point, and all */

/* --- flows --- */

enum fa_status fa_plain_add_flow(struct fa_plain_flows *flows, int64_t day, fa_i128 amount)
{
    int32_t year, month, day_of_month;
    fa_day_to_civil(day, &year, &month, &day_of_month);
    for (size_t i = 0; i < flows->count; i++)
        if (flows->months[i].month == year * 12 + month) {
            flows->months[i].sum += amount;
            return FA_OK;
        }
    FA_TRY(fa_arena_grow(flows->arena, &flows->months, flows->count, sizeof *flows->months));
    flows->months[flows->count++] = (struct fa_plain_month){year * 12 + month, amount};
    return FA_OK;
}

static int by_month(const void *a, const void *b)
{
    const struct fa_plain_month *x = a, *y = b;
    return (x->month > y->month) - (x->month < y->month);
}

bool fa_plain_has_rate(struct fa_plain_flows *flows)
{
    size_t kept = 0;
    int changes = 0;
    struct fa_plain_month *months = flows->months;
    for (size_t i = 0; i < flows->count; i++)
        if (months[i].sum != 0)
            months[kept++] = months[i];
    flows->count = kept;
    if (kept)
        qsort(months, kept, sizeof *months, by_month);
    for (size_t i = 1; i < kept; i++)
        changes += (months[i].sum > 0) != (months[i - 1].sum > 0);
    return changes == 1 && months[kept - 1].month - months[0].month <= FA_IRR_MONTHS_MAX;
}

/* --- numbers with 384 places behind the point --- */

/* Takes the places behind the point off a product of two such numbers. */
static void cut(struct fa_big *number, bool up)
{
    struct fa_big one;
    size_t kept = number->count > PLACES ? number->count - PLACES : 0;
    if (kept)
        memmove(number->limbs, number->limbs + PLACES, kept * sizeof *number->limbs);
    number->count = kept;
    if (!up || !fa_big_init(&one, 2))
        return;
    fa_big_set(&one, 1);
    fa_big_add(number, &one);
    fa_big_release(&one);
}

/* number * factor, cut to its places. */
static void multiply(struct fa_big *number, const struct fa_big *factor, bool up, struct fa_big *space)
{
    fa_big_multiply(space, number, factor);
    cut(space, up);
    fa_big_copy(number, space);
}

/* The greatest x with x^ROOT <= a / b. */
static void find_factor(fa_i128 a, fa_i128 b, int root, struct fa_big numbers[4], struct fa_big *factor)
{
    struct fa_big *most = &numbers[0], *of = &numbers[1], *power = &numbers[2], *product = &numbers[3];
    struct fa_big trial;
    if (!fa_big_init(&trial, LIMBS))
        return;
    fa_big_set(most, a);
    fa_big_shift(most, (size_t)root * PLACES * 64);
    fa_big_set(of, b);
    fa_big_set(factor, 0);
    for (size_t bit = PLACES * 64 + 62; bit-- > 0;) {
        fa_big_set(&trial, 1);
        fa_big_shift(&trial, bit);
        fa_big_add(&trial, factor);
        fa_big_copy(power, of);
        for (int i = 0; i < root; i++) {
            fa_big_multiply(product, power, &trial);
            fa_big_copy(power, product);
        }
        if (!power->is_beyond && fa_big_compare(power, most) <= 0)
            fa_big_copy(factor, &trial);
    }
    fa_big_release(&trial);
}

/* The sign of the discounted sum for a factor between FACTORS[0] and FACTORS[1]. */
static int sign_of(const struct fa_plain_flows *flows, struct fa_big factors[2], struct fa_big numbers[8])
{
    struct fa_big *discount[2] = {&numbers[0], &numbers[1]}, *space = &numbers[2], *flow = &numbers[3];
    struct fa_big *in[2] = {&numbers[4], &numbers[5]}, *out[2] = {&numbers[6], &numbers[7]};
    const struct fa_plain_month *months = flows->months;
    int32_t month = months[0].month;
    for (int i = 0; i < 2; i++) {
        fa_big_set(discount[i], 1);
        fa_big_shift(discount[i], PLACES * 64);
        fa_big_set(in[i], 0);
        fa_big_set(out[i], 0);
    }
    for (size_t k = 0; k < flows->count; k++) {
        for (; month < months[k].month; month++)
            for (int i = 0; i < 2; i++)
                multiply(discount[i], &factors[i], i == 1, space);
        fa_big_set(flow, months[k].sum);
        for (int i = 0; i < 2; i++) {
            fa_big_multiply(space, discount[i], flow);
            fa_big_add(months[k].sum > 0 ? in[i] : out[i], space);
        }
    }
    return fa_big_compare(in[0], out[1]) > 0 ? 1 : fa_big_compare(out[0], in[1]) > 0 ? -1 : 0;
}

enum fa_status fa_plain_compare_rate(const struct fa_plain_flows *flows, const struct fa_value *rate,
                                     int *order)
{
    struct fa_big numbers[8] = {0}, factors[2] = {0}, one = {0};
    fa_i128 a = rate->denominator * (flows->is_compound ? 1 : 12), b = a + rate->numerator;
    bool is_whole = fa_big_init(&one, 2);
    *order = 1; /* above -100% a month there is every rate */
    for (int i = 0; i < 8; i++)
        is_whole = fa_big_init(&numbers[i], LIMBS) && is_whole;
    for (int i = 0; i < 2; i++)
        is_whole = fa_big_init(&factors[i], LIMBS) && is_whole;
    if (is_whole && b > 0) {
        find_factor(a, b, flows->is_compound ? 12 : 1, numbers, &factors[0]);
        fa_big_set(&one, 1);
        fa_big_copy(&factors[1], &factors[0]);
        fa_big_add(&factors[1], &one);
        int sign = sign_of(flows, factors, numbers);
        *order = flows->months[0].sum < 0 ? sign : -sign;
    }
    for (int i = 0; i < 8; i++)
        fa_big_release(&numbers[i]);
    fa_big_release(&factors[0]);
    fa_big_release(&factors[1]);
    fa_big_release(&one);
    return is_whole ? FA_OK : FA_ELIMIT;
}

/* In hundredths of a percent, rounded down; missing from a hundred thousand on. */
enum fa_status fa_plain_show_rate(const struct fa_plain_flows *flows, struct fa_value *rate)
{
    fa_i128 least = -130000, beyond = 1000000000;
    while (beyond - least > 1) {
        int order;
        fa_i128 middle = least + (beyond - least) / 2;
        const struct fa_value asked = {.kind = FA_KIND_RATIO, .numerator = middle, .denominator = 10000};
        FA_TRY(fa_plain_compare_rate(flows, &asked, &order));
        if (order < 0)
            beyond = middle;
        else
            least = middle;
    }
    *rate = least == 999999999 ? fa_plain_missing(FA_KIND_RATIO)
                               : fa_plain_number(FA_KIND_RATIO, least, 10000);
    return FA_OK;
}
