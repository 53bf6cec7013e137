/*
 * The rulebook: rulesets as Markdown, for people who review law. Every rule with its titles,
 * citation and confidence, its formula in words and as it is written, the values of its
 * parameters by date, exceptions, disposal, what of it cannot be tested, and its tests as
 * examples.
 */
#ifndef FA_RULES_DOC_H
#define FA_RULES_DOC_H

#include "rules/rule.h"

enum fa_status fa_ruleset_document(const struct fa_ruleset_list *list,
                                   const struct fa_ruleset *ruleset,
                                   struct fa_buf *text) FA_MUST_USE;

#endif
