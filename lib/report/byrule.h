/*
 * The findings of each rule: for the writers that go by rule, or name a rule by its place.
 */
#ifndef FA_REPORT_BYRULE_H
#define FA_REPORT_BYRULE_H

#include "report/results.h"

struct fa_by_rule {
    uint32_t *rules;  /* by finding: its row of result_rule */
    uint64_t *starts; /* by rule, and one more: where its findings start in FINDINGS */
    uint64_t *findings;
};

/* Zero BY_RULE before; release it whatever is returned. A finding of no rule is refused;
 * FA_ELIMIT comes without a message. */
enum fa_status fa_by_rule_make(const struct fa_results *results, struct fa_by_rule *by_rule) FA_MUST_USE;
void fa_by_rule_release(struct fa_by_rule *by_rule);

#endif
