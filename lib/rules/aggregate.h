/*
 * Aggregates of groups: one struct for each aggregate of a rule, with arrays over the groups' slots.
 * A row that may or may not count, or whose value is missing, taints its group: what is known is then
 * a lower bound at best.
 */
#ifndef FA_RULES_AGGREGATE_H
#define FA_RULES_AGGREGATE_H

#include "rules/flows.h"
#include "rules/judge.h"
#include "rules/sorted.h"
#include "rules/sums.h"

enum { FA_TAINTED = 1, FA_BEYOND = 2 /* its range: not even a bound */, FA_ANY = 4 };

struct fa_aggregate {
    const struct fa_agg *agg;
    const struct fa_formula *arg, *cond; /* NULL: count(), every row */
    struct fa_sums sums;                 /* SUM, MEAN */
    uint64_t *counts;                    /* rows, or DISTINCT values */
    uint8_t *flags;
    uint16_t *causes;                    /* of the first taint */
    struct fa_value *values;             /* MIN, MAX, FIRST, LAST */
    int64_t *firsts;                     /* DISTINCT: the number of the first value, which most have alone */
    struct fa_tuples seen;               /* DISTINCT: slot, number of the others */
    struct fa_texts texts;               /* DISTINCT texts */
    struct fa_sorted sorted;             /* TOP: the greatest of each slot */
    uint32_t *roots;                     /* TOP: their trees */
    const struct fa_formula *day;        /* IRR: of the row */
    struct fa_flows flows;               /* IRR */
    struct fa_arena arena;               /* texts of values */
    size_t counts_capacity, flags_capacity, causes_capacity, values_capacity, roots_capacity,
        firsts_capacity;
};

enum fa_status fa_aggregate_plan(struct fa_aggregate *a, struct fa_scope *row, const struct fa_agg *agg) FA_MUST_USE;
/* For each UNIT; distinct values for each of ROWS. */
enum fa_status fa_aggregate_cost(const struct fa_agg *agg, enum fa_cost_unit unit, enum fa_cost_unit rows,
                                 struct fa_cost *cost) FA_MUST_USE;
void fa_aggregate_release(struct fa_aggregate *a, struct fa_meter *meter);
/* Room for slots below COUNT. */
enum fa_status fa_aggregate_reserve(struct fa_aggregate *a, struct fa_meter *meter, size_t count) FA_MUST_USE;
/* Forgets slots below COUNT. */
void fa_aggregate_clear(struct fa_aggregate *a, struct fa_meter *meter, size_t count);
/* Takes in rows [FROM, TO) of a frame; SLOTS[i] is the slot of row i. STAGE says why a member is in
 * doubt. */
enum fa_status fa_aggregate_rows(struct fa_aggregate *a, struct fa_judge *judge, struct fa_frame *frame,
                                 struct fa_stage *stage, const uint32_t *slots, uint32_t from, uint32_t to) FA_MUST_USE;
/* The results of slots FROM .. FROM + COUNT. OUTSIDE[i] (NULL: none): the group reaches outside the
 * covered period. */
const struct fa_vector *fa_aggregate_vector(struct fa_aggregate *a, const uint8_t *outside, uint32_t from,
                                            uint32_t count, struct fa_pool *pool);

#endif
