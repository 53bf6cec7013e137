/*
 * The rulebook: rulesets as Markdown, for people who review law. Every rule with its titles,
 * citation, source and confidence, its formula in words and as it is written, the values of its
 * parameters by date, exceptions, disposal, what of it cannot be tested, and its tests as
 * examples; provisions with their reasons, views and statistics with what they show.
 */
#ifndef FA_RULES_DOC_H
#define FA_RULES_DOC_H

#include "rules/rule.h"

/* All rulesets of the list; where there are several, by jurisdiction, behind a table of contents. */
enum fa_status fa_rulebook(const struct fa_ruleset_list *list, struct fa_buf *text) FA_MUST_USE;

#endif
