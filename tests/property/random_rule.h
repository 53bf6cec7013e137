/*
 * Rules from nowhere: texts of rulesets drawn from the grammar of flowaudit-rules(5), well
 * typed, so that nearly all of them compile. The same seed gives the same text.
 */
#ifndef TESTS_PROPERTY_RANDOM_RULE_H
#define TESTS_PROPERTY_RANDOM_RULE_H

#include "rules/rule.h"

/* Ways are drawn from those whose bit 1 << way is set; duties, a clause, have bit 10, views 13. */
enum { RANDOM_VIEWS = 13 };
#define RANDOM_WAYS_ALL (0x3FFEu)

/* A ruleset of COUNT rules of NAMES, added to TEXT. */
void random_ruleset(uint64_t seed, int count, uint32_t ways,
                    const struct fa_dictionary *dictionary, struct fa_buf *text);

#endif
