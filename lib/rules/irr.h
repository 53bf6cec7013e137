/*
 * Internal rates of return, compared exactly. Cash flows are added up by calendar month; month 0 is
 * that of the first that is not zero. Their rate is where the sum of flow / (1 + i)^month is zero for
 * a monthly rate i, said for a year as 12 i (simple) or (1 + i)^12 - 1 (compound). It exists and is
 * one number when the flows change their sign once (Descartes); then it is above a rate r exactly
 * where the sum at r has the sign of the flows behind the change.
 */
#ifndef FA_RULES_IRR_H
#define FA_RULES_IRR_H

#include <stdbool.h>
#include <stdint.h>

#include "base/limits.h"
#include "value/ratio.h"

struct fa_irr_flow {
    int32_t month; /* year * 12 + month */
    fa_i128 sum;
};

struct fa_irr {
    const struct fa_irr_flow *flows; /* by month, none of them zero */
    uint32_t count;
    bool is_compound;
};

/* What a month's sum is multiplied with, between two bounds, for the rate asked for last: nearly all
 * questions then cost a product a month. */
struct fa_irr_factors {
    struct fa_ratio rate;
    bool is_ready, is_compound;
    uint32_t count;
    uint64_t low[FA_IRR_MONTHS_MAX + 1], high[FA_IRR_MONTHS_MAX + 1]; /* times 2^60 */
};

/* Whether there is one rate: the flows change their sign once, within FA_IRR_MONTHS_MAX months. */
bool fa_irr_is_one(const struct fa_irr *irr);
/* ORDER: -1, 0, 1 as the rate is below, at or above RATE. False: the rate's numbers are too large, or
 * memory is out. FACTORS may be NULL. */
bool fa_irr_compare(const struct fa_irr *irr, struct fa_ratio rate, struct fa_irr_factors *factors,
                    int *order);
/* The rate in parts of 10,000, rounded down; false: it is beyond a hundred thousand. */
bool fa_irr_floor(const struct fa_irr *irr, struct fa_irr_factors *factors, int64_t *parts);

#endif
