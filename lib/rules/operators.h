/*
 * The operators of expressions over vectors: loops without a call per row. Each takes the values of
 * its arguments for N items (1 when all are constant) and gives those of the formula, or NULL when
 * memory is out.
 */
#ifndef FA_RULES_OPERATORS_H
#define FA_RULES_OPERATORS_H

#include "rules/program.h"

/* operator_number.c: arithmetic. */
struct fa_vector *fa_op_number(struct fa_pool *pool, const struct fa_formula *f,
                               const struct fa_vector *const *args, uint32_t n);
/* operator_compare.c: comparisons, IN, IS_MISSING. */
struct fa_vector *fa_op_compare(struct fa_pool *pool, const struct fa_formula *f,
                                const struct fa_vector *const *args, uint32_t n);
/* operator_logic.c: NOT, ELSE, CASE; AND and OR of two. */
struct fa_vector *fa_op_logic(struct fa_pool *pool, const struct fa_formula *f,
                              const struct fa_vector *const *args, uint32_t n);
uint8_t *fa_truth_and(struct fa_pool *pool, const struct fa_vector *a, const struct fa_vector *b, uint32_t n);
uint8_t *fa_truth_or(struct fa_pool *pool, const struct fa_vector *a, const struct fa_vector *b, uint32_t n);
/* operator_text.c: sets, parts of texts, check digits. */
struct fa_vector *fa_op_text(struct fa_pool *pool, const struct fa_formula *f,
                             const struct fa_vector *const *args, uint32_t n);
/* operator_date.c: civil days, periods, working days. */
struct fa_vector *fa_op_date(struct fa_pool *pool, const struct fa_formula *f,
                             const struct fa_vector *const *args, uint32_t n);
/* parameter.c: PARAM and SCALE. */
struct fa_vector *fa_op_param(struct fa_pool *pool, const struct fa_formula *f,
                              const struct fa_vector *const *args, uint32_t n);

/* An empty result of the formula's kind. */
struct fa_vector *fa_result(struct fa_pool *pool, const struct fa_formula *f);
/* States of a result that needs all its arguments; *STATE NULL: all there. False: memory is out. */
bool fa_merge_states(struct fa_pool *pool, const struct fa_vector *const *args, int arg_count,
                     uint32_t n, uint8_t **state);
/* A vector in wide form becomes narrow where all of it fits. */
bool fa_narrow(struct fa_pool *pool, struct fa_vector *v, uint32_t n);

#if defined __GNUC__ && !defined __clang__
#define FA_VECTORISE __attribute__((optimize("tree-vectorize", "vect-cost-model=dynamic")))
#else
#define FA_VECTORISE
#endif

/* Whether a comparison OP holds of values in ORDER: below 0, 0, above 0. */
bool fa_order_holds(int op, int order);

#endif
