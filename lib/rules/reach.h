/*
 * How an expression reaches other rows than the judged one: steps of paths, look-ups, and the dense
 * numbers of texts found there.
 */
#ifndef FA_RULES_REACH_H
#define FA_RULES_REACH_H

#include "rules/program.h"

/* --- steps (path.c) --- */

/* The formula from whose values a STEP or NUMBER is read: the nearest argument that is not itself
 * a step through tables that know only one row an id. */
const struct fa_formula *fa_step_root(const struct fa_program *program, const struct fa_formula *f);
/* Whether a STEP is worked out once for every id of its root. */
bool fa_step_is_flat(const struct fa_program *program, const struct fa_formula *f);
/* Of such a STEP to a text: the row of its table for each id of its root, FA_NO_NUMBER where there is
 * none or no text in it. NULL: memory. */
const uint32_t *fa_step_rows(struct fa_program *program, const struct fa_formula *f, uint32_t *count);
/* Values of a STEP or NUMBER for COUNT values of its root; DAY is that of the judged date. */
const struct fa_vector *fa_step_eval(struct fa_slice *slice, const struct fa_formula *f,
                                     const struct fa_vector *root, const struct fa_vector *day,
                                     uint32_t count);
/* Dense numbers of any texts. */
const struct fa_vector *fa_number_eval(struct fa_slice *slice, const struct fa_formula *f,
                                       const struct fa_vector *texts, uint32_t count);
/* Whether a table that declares ids has one row for each, whatever the day. */
bool fa_knows_one_row(const struct fa_held_table *held);
/* The row of ID on DAY, UINT32_MAX: none. */
uint32_t fa_row_on(const struct fa_program *program, int table, int64_t id, int64_t day);
/* The items ROWS (-1: none) of a column as values. */
const struct fa_vector *fa_column_pick(struct fa_slice *slice, const struct fa_formula *f,
                                       const struct fa_column *column, const int64_t *rows,
                                       uint32_t count);
void fa_flat_free(struct fa_flat *flat, struct fa_meter *meter);

/* --- look-ups (find.c) --- */

/* ARGS: the condition values, the judged date, its day. */
enum fa_status fa_find_make(struct fa_scope *scope, const struct fa_lookup *look,
                            const struct fa_formula *const *args, const struct fa_formula **formula) FA_MUST_USE;
/* What argument ARG of a FIND is evaluated as: itself, or the ids that the path to a text begins with. */
const struct fa_formula *fa_find_arg(const struct fa_program *program, const struct fa_formula *f, int arg);
const struct fa_vector *fa_find_eval(struct fa_slice *slice, const struct fa_formula *f,
                                     const struct fa_vector *const *args, uint32_t n);
/* Whether a FIND has a look-up of the program with as many conditions, of kinds that fit. */
bool fa_find_is_sound(const struct fa_program *program, const struct fa_formula *f);
void fa_find_free(struct fa_find *find, struct fa_meter *meter);

struct fa_cost;
enum fa_status fa_find_cost(const struct fa_lookup *look, struct fa_cost *cost) FA_MUST_USE;

/* --- conversion (convert.c) --- */

/* ARGS: the amount, its currency, the day. */
enum fa_status fa_convert_make(struct fa_scope *scope, const struct fa_expr *expr,
                               const struct fa_formula **formula) FA_MUST_USE;
const struct fa_vector *fa_convert_eval(struct fa_slice *slice, const struct fa_formula *f,
                                        const struct fa_vector *const *args, uint32_t n);
enum fa_status fa_convert_cost(struct fa_cost *cost) FA_MUST_USE;
void fa_rates_free(struct fa_rates *rates, struct fa_meter *meter);

/* Whether the filing has this table of the head at all: rows, or a statement of what they cover. */
bool fa_table_is_given(const struct fa_program *program, int table);

#endif
