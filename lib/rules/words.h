/*
 * A formula in words, for people who read law and not formulas.
 */
#ifndef FA_RULES_WORDS_H
#define FA_RULES_WORDS_H

#include "rules/rule.h"

/* Appends the expression in English words; names and values stand in backquotes, as Markdown
 * sets them apart. RULE says what keys, aggregates and series stand for; NULL: none are. */
enum fa_status fa_expr_words(const struct fa_ruleset_list *list, const struct fa_rule *rule,
                             const struct fa_expr *expr, struct fa_buf *text) FA_MUST_USE;
enum fa_status fa_agg_words(const struct fa_ruleset_list *list, const struct fa_rule *rule,
                            const struct fa_agg *agg, struct fa_buf *text) FA_MUST_USE;

/* " is at least ", between the two sides of a comparison. */
const char *fa_comparison_words(enum fa_op op);

#endif
