/*
 * Makes one typed rule of its syntax.
 */
#ifndef FA_RULES_BUILD_H
#define FA_RULES_BUILD_H

#include "rules/check.h"

/* Reports everything that is wrong with the rule; FA_ERULES when anything was. */
enum fa_status fa_rule_build(struct fa_checker *checker, struct fa_syntax_rule *syntax,
                             struct fa_rule *rule) FA_MUST_USE;
/* Warns of a let that nothing uses: it was never checked. */
void fa_rule_warn_unused(struct fa_checker *checker, const struct fa_syntax_let *let);

/* Which columns the finished rule reads (needs.c). */
enum fa_status fa_rule_collect_needs(struct fa_checker *checker,
                                     struct fa_rule *rule) FA_MUST_USE;
/* Values that findings carry, and the templates of say (shown.c). */
enum fa_status fa_rule_collect_shown(struct fa_checker *checker, const struct fa_names *names,
                                     const struct fa_syntax_rule *syntax,
                                     struct fa_rule *rule) FA_MUST_USE;

/* The column that a value of a rule came from, "table.column", which says how it is masked; empty
 * when it was computed. */
enum fa_status fa_rule_mask_column(struct fa_checker *checker, const struct fa_rule *rule,
                                   const struct fa_expr *expr, struct fa_str *name) FA_MUST_USE;

/* The name without "first.", "worst." or "last.". */
struct fa_str fa_shown_name(struct fa_str text);

/* Calls VISIT for each expression of the tree, look-up conditions and dates included, parents
 * first. */
typedef void fa_visit_expr(void *context, struct fa_expr *expr);
void fa_expr_visit(struct fa_expr *expr, fa_visit_expr *visit, void *context);
/* Whether it was written as one and is made of several: x between a and b, x is given. */
bool fa_expr_is_one(const struct fa_expr *expr);
/* Notes which columns of the views it reads decide what the rule finds. */
void fa_rule_note_columns(struct fa_rule *rule);
/* For every expression that decides what the rule finds; not for those of its texts. */
void fa_rule_visit(struct fa_rule *rule, fa_visit_expr *visit, void *context);

#endif
