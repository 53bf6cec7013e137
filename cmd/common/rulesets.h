/*
 * Finding and compiling rulesets for the tools that take -r.
 */
#ifndef FLOWAUDIT_COMMON_RULESETS_H
#define FLOWAUDIT_COMMON_RULESETS_H

#include "rules/compile.h"
#include "tool.h"

struct rulesets {
    struct fa_ruleset_list list;
    struct fa_dictionary dictionary;
    struct fa_arena arena;
};

/* NAMES: files, or ids of shipped rulesets; none: every shipped one. PARAMETERS are the --param
 * assignments. Release in any case. */
enum fa_status rulesets_load(struct rulesets *rulesets, struct tool_run *run,
                             const struct option_list *names,
                             const struct option_list *parameters) FA_MUST_USE;
void rulesets_release(struct rulesets *rulesets);

/* Refuses ONLY (NULL: every rule) when no rule of the run has that id. */
enum fa_status rulesets_check_only(const struct rulesets *rulesets, struct tool_run *run,
                                   const char *only) FA_MUST_USE;

/* The assignments in one line, for the provenance. */
enum fa_status rulesets_parameters(const struct option_list *parameters, struct tool_run *run,
                                   struct fa_buf *line) FA_MUST_USE;

#endif
