/*
 * Private to what works on the tests inside rules: running, comparing, coverage, mutation.
 */
#ifndef FA_RULES_TEST_RUN_H
#define FA_RULES_TEST_RUN_H

#include "rules/alone.h"
#include "rules/test.h"

void fa_test_make_alone(struct fa_rule_alone *alone, const struct fa_test_ledger *ledger);
struct fa_evaluate_options fa_test_options(void);

/* Evaluator 0 is the plain one. Judges as the rules are at present: of the ruleset's parameters
 * those of the test must be set. */
enum fa_status fa_test_evaluate(const struct fa_test_ledger *ledger, int evaluator,
                                struct fa_rule_alone *alone,
                                struct fa_verdicts *verdicts) FA_MUST_USE;

/* Parameters as they were before a test set its own. */
struct fa_test_saved {
    struct fa_param *params;
    int count;
};
enum fa_status fa_test_set_params(struct fa_ruleset_list *list, struct fa_ruleset *ruleset,
                                  const struct fa_test_ledger *ledger,
                                  struct fa_test_saved *saved) FA_MUST_USE;
void fa_test_restore_params(struct fa_ruleset *ruleset, const struct fa_test_saved *saved);

#endif
