/*
 * Exact sums, one for each of many groups: 128-bit numerators over one denominator that all share.
 * It is 1 for money and counts; sums of ratios raise it to a common multiple.
 */
#ifndef FA_RULES_SUMS_H
#define FA_RULES_SUMS_H

#include "rules/vector.h"

struct fa_sums {
    fa_i128 *items;
    size_t capacity;
    fa_i128 denominator;
};

void fa_sums_init(struct fa_sums *sums);
void fa_sums_release(struct fa_sums *sums, struct fa_meter *meter);
/* Makes the denominator a multiple of that of each number ROWS[i] of V (ROWS NULL: all COUNT).
 * False: it would leave 127 bits; nothing was changed. */
bool fa_sums_fit(struct fa_sums *sums, const struct fa_vector *v, const uint32_t *rows, uint32_t count);
/* The numerator of a number over the sums' denominator; false: out of range. */
bool fa_sums_scale(const struct fa_sums *sums, struct fa_ratio number, fa_i128 *numerator);
/* Items FROM .. FROM + COUNT picked by PLACES (NULL: in order) as numbers of KIND with STATE. */
const struct fa_vector *fa_sums_vector(const struct fa_sums *sums, const uint32_t *places, uint32_t from,
                                       uint32_t count, enum fa_kind kind, const uint8_t *state,
                                       struct fa_pool *pool);
const struct fa_vector *fa_wholes_vector(const fa_i128 *items, fa_i128 denominator, uint32_t count,
                                         enum fa_kind kind, const uint8_t *state, struct fa_pool *pool);

#endif
