/*
 * prev(x): x of the row before of the same key, in the order in which rows come. What each key's last
 * row had is kept; for a slice its values are put where formulas look for them, before any is asked.
 */
#ifndef FA_RULES_PREV_H
#define FA_RULES_PREV_H

#include "rules/passed.h"

struct fa_prev {
    struct fa_judge *judge;
    struct fa_keys keys; /* their space has no part for periods */
    FA_VEC(struct fa_passed_column) columns;
    struct fa_passed *last; /* by key and column */
    size_t last_capacity;
    bool is_again; /* it is the second pass */
};

/* For a rule that asks for rows before; its population is planned. Rows without the key are dropped. */
enum fa_status fa_prev_plan(struct fa_judge *judge) FA_MUST_USE;
void fa_prev_free(struct fa_judge *judge);
/* The leaf for x of the row before. */
enum fa_status fa_prev_cost(int count, struct fa_cost *cost) FA_MUST_USE;
enum fa_status fa_prev_leaf(struct fa_prev *prev, const struct fa_formula *of,
                            const struct fa_formula **formula) FA_MUST_USE;
/* The slice that the stages are at. */
enum fa_status fa_prev_slice(struct fa_judge *judge) FA_MUST_USE;

#endif
