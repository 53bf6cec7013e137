/*
 * A list of one ruleset of one rule, so that nothing else is judged: for tests of rules and for
 * explanations. It borrows all parts of the rule, and of the list, which must outlive it.
 */
#ifndef FA_RULES_ALONE_H
#define FA_RULES_ALONE_H

#include "rules/rule.h"

struct fa_rule_alone {
    struct fa_ruleset ruleset, *pointer;
    struct fa_rule rule; /* switched on */
    struct fa_ruleset_list list;
};

void fa_rule_isolate(struct fa_rule_alone *alone, const struct fa_ruleset_list *list,
                     const struct fa_rule *rule);

#endif
