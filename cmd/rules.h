/*
 * What the commands of flowaudit-rules share.
 */
#ifndef FLOWAUDIT_RULES_H
#define FLOWAUDIT_RULES_H

#include "common/rulesets.h"

struct rules_options {
    bool mutate, cover;
    const char *only, *output;
    const char *cite; /* of list: what it looks for */
    /* of explain */
    struct rules_choice rules;
    const char *row, *finding, *test, *as_of;
    uint64_t memory_max;
    bool reveal;
    /* of cost and check --budget */
    const char *sizes, *stream;
    uint64_t budget;
};

/* explain RULE [STREAM] (rules_explain.c) */
enum fa_status rules_explain(const struct rules_options *options,
                             struct tool_run *run) FA_MUST_USE;

/* cost (rules_cost.c) */
enum fa_status rules_cost(const struct rules_options *options, struct tool_run *run,
                          const struct rulesets *rulesets) FA_MUST_USE;
/* Reports each rule that could need more than the budget; FA_ERULES when one could. */
enum fa_status rules_check_budget(const struct rules_options *options, struct tool_run *run,
                                  const struct rulesets *rulesets) FA_MUST_USE;

#endif
