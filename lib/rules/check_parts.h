/*
 * Private to the checker of expressions: what check.c, check_literal.c, check_arithmetic.c and
 * check_compare.c have of each other. All report what they refuse, and give its status.
 */
#ifndef FA_RULES_CHECK_PARTS_H
#define FA_RULES_CHECK_PARTS_H

#include "rules/check.h"

/* --- check_literal.c --- */

/* NUMERATOR / DENOMINATOR as a constant of KIND, which may be FA_KIND_NUMBER. */
enum fa_status fa_const_make(struct fa_checker *checker, const struct fa_node *node, int kind,
                             fa_i128 numerator, fa_i128 denominator,
                             struct fa_expr **expr) FA_MUST_USE;
enum fa_status fa_check_number(struct fa_checker *checker, const struct fa_node *node,
                               struct fa_expr **expr) FA_MUST_USE;
enum fa_status fa_check_string(struct fa_checker *checker, const struct fa_node *node,
                               const struct fa_expr *beside, struct fa_expr **expr) FA_MUST_USE;
/* A date or a time. */
enum fa_status fa_check_date(struct fa_checker *checker, const struct fa_node *node,
                             struct fa_expr **expr) FA_MUST_USE;
/* Whether the type of a number is not decided yet. */
bool fa_is_number(const struct fa_expr *expr);

/* --- check_arithmetic.c --- */

enum fa_status fa_check_arithmetic(struct fa_checker *checker, const struct fa_names *names,
                                   const struct fa_node *node,
                                   struct fa_expr **expr) FA_MUST_USE;
/* Gives a bare number the type of the other side, and a whole number beside a ratio that of a
 * ratio. IS_ONE_KIND is false when the two are of different types after it. */
enum fa_status fa_unify(struct fa_checker *checker, const struct fa_node *node,
                        struct fa_expr **a, struct fa_expr **b, bool *is_one_kind) FA_MUST_USE;
/* Reports that the two arguments of NODE do not go together. */
enum fa_status fa_type_clash(struct fa_checker *checker, const struct fa_node *node,
                             const struct fa_expr *a, const struct fa_expr *b,
                             const char *hint) FA_MUST_USE;
/* 5bd, 1mo, 24h: what can be added to a date or a time. */
bool fa_is_span(const struct fa_expr *expr);

/* --- check_compare.c --- */

enum fa_status fa_check_comparison(struct fa_checker *checker, const struct fa_names *names,
                                   const struct fa_node *node, enum fa_op op,
                                   struct fa_expr **expr) FA_MUST_USE;
enum fa_status fa_check_between(struct fa_checker *checker, const struct fa_names *names,
                                const struct fa_node *node, struct fa_expr **expr) FA_MUST_USE;
enum fa_status fa_check_in(struct fa_checker *checker, const struct fa_names *names,
                           const struct fa_node *node, struct fa_expr **expr) FA_MUST_USE;
/* S has x · a starts with b · a contains b */
enum fa_status fa_check_text_test(struct fa_checker *checker, const struct fa_names *names,
                                  const struct fa_node *node, enum fa_op op,
                                  struct fa_expr **expr) FA_MUST_USE;
enum fa_status fa_check_missing(struct fa_checker *checker, const struct fa_names *names,
                                const struct fa_node *node, struct fa_expr **expr) FA_MUST_USE;
/* Enums compare by index, so both must have the same list. */
bool fa_have_same_values(const struct fa_column_def *a, const struct fa_column_def *b);

#endif
