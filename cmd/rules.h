/*
 * What the commands of flowaudit-rules share.
 */
#ifndef FLOWAUDIT_RULES_H
#define FLOWAUDIT_RULES_H

#include "common/rulesets.h"

struct rules_options {
    bool mutate, cover;
    const char *only, *output;
    /* of explain */
    struct rules_choice rules;
    const char *row, *finding, *test, *as_of;
    uint64_t memory_max;
    bool reveal;
};

/* explain RULE [STREAM] (rules_explain.c) */
enum fa_status rules_explain(const struct rules_options *options,
                             struct tool_run *run) FA_MUST_USE;

#endif
