/*
 * The verifier: runs between planning and judging and looks at every formula of the program. A
 * program that it lets pass cannot fault: each formula has as many arguments as its operator takes,
 * all made before it (so the graph has no cycle), of the kinds that the operator reads, and every
 * index it carries (into tables, columns, keys, aggregates, states, captures, parameters) lies
 * within what there is. Nothing here is trusted to have been checked before.
 */
#ifndef FA_RULES_VERIFY_H
#define FA_RULES_VERIFY_H

#include "rules/judge.h"

/* What the leaves of a rule's level may name; RULE NULL: that rule is not judged. */
struct fa_verify_level {
    const struct fa_rule *rule;
    size_t capture_count;
    int passed_count; /* columns of rows that have passed (passed.h) */
};

/* LEVELS by the rules' numbers, which formulas carry as scope. FA_EDEFECT (code RULE-PLAN) names the
 * first formula that is not sound. */
enum fa_status fa_program_verify(const struct fa_program *program,
                                 const struct fa_verify_level *levels,
                                 size_t level_count) FA_MUST_USE;

/* The same for all rules of a run, and what they ask of the program. */
enum fa_status fa_plan_verify(const struct fa_run *run, const struct fa_judge *judges,
                              int judge_count) FA_MUST_USE;

#endif
