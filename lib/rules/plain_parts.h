/*
 * Private to the plain evaluator of expressions: what its parts share.
 */
#ifndef FA_RULES_PLAIN_PARTS_H
#define FA_RULES_PLAIN_PARTS_H

#include "rules/plain_value.h"

/* --- plain_number.c --- */

fa_i128 fa_plain_magnitude(fa_i128 x);
struct fa_value fa_plain_multiply(struct fa_value a, struct fa_value b, enum fa_kind kind);
struct fa_value fa_plain_round_to(struct fa_value value, struct fa_value unit,
                                  enum fa_rounding rounding, enum fa_kind kind);

/* --- plain_value.c: results --- */

struct fa_plain_result fa_plain_given(struct fa_value value);
/* A missing value, and what it was for lack of. */
struct fa_plain_result fa_plain_lacking(enum fa_kind kind, struct fa_str cause);
struct fa_plain_result fa_plain_truth(bool is_true);
struct fa_plain_result fa_plain_whole(enum fa_kind kind, int64_t number);
/* CAUSE becomes "table.column". */
enum fa_status fa_plain_blame(const struct fa_plain_scope *scope, struct fa_str table,
                              struct fa_str column, struct fa_str *cause) FA_MUST_USE;
/* The day of a date or time in the ruleset's zone; the instant of either, a date's last. */
int64_t fa_plain_day_of(const struct fa_plain_scope *scope, const struct fa_value *value);
int64_t fa_plain_instant_of(const struct fa_plain_scope *scope, const struct fa_value *value);

/* Whether a comparison OP holds of values in ORDER: below 0, 0, above 0. */
bool fa_plain_order_holds(enum fa_op op, int order);

/* --- plain_reach.c --- */

/* Minor units of the ledger for those of ISO 4217 that rules speak in. */
struct fa_value fa_plain_scaled(const struct fa_plain_scope *scope, struct fa_value value);
enum fa_status fa_plain_path(const struct fa_plain_scope *scope, const struct fa_expr *expr,
                             struct fa_plain_result *result) FA_MUST_USE;
enum fa_status fa_plain_parameter(const struct fa_plain_scope *scope,
                                  const struct fa_expr *expr,
                                  struct fa_plain_result *result) FA_MUST_USE;
enum fa_status fa_plain_scale(const struct fa_plain_scope *scope, const struct fa_expr *expr,
                              struct fa_plain_result *result) FA_MUST_USE;
enum fa_status fa_plain_lookup(const struct fa_plain_scope *scope, const struct fa_expr *expr,
                               struct fa_plain_result *result) FA_MUST_USE;
enum fa_status fa_plain_convert(const struct fa_plain_scope *scope, const struct fa_expr *expr,
                                struct fa_plain_result *result) FA_MUST_USE;

#endif
