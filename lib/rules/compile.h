/*
 * From ruleset text to the typed model of rules/rule.h.
 */
#ifndef FA_RULES_COMPILE_H
#define FA_RULES_COMPILE_H

#include "rules/rule.h"

/* The dictionary must outlive the list. */
void fa_ruleset_list_init(struct fa_ruleset_list *list, const struct fa_dictionary *dictionary);
void fa_ruleset_list_release(struct fa_ruleset_list *list);

/* Parses one file; what it declares is checked by fa_ruleset_list_check, once all files are there. All
 * mistakes are reported, not just the first; FA_ERULES when there was one. FILE is its name for
 * messages. IS_FOR_USE: other rulesets use it, its own rules are not run. SINK must outlive the check. */
enum fa_status fa_ruleset_add(struct fa_ruleset_list *list, struct fa_str text, struct fa_str file,
                              bool is_for_use, struct fa_sink *sink) FA_MUST_USE;
/* Adds the set ID alone, where the file has it: what it names is for the caller to find. Sets IS_FOUND. */
enum fa_status fa_ruleset_add_set(struct fa_ruleset_list *list, struct fa_str text,
                                  struct fa_str file, struct fa_str id, struct fa_sink *sink,
                                  bool *is_found) FA_MUST_USE;
/* Checks all that was added and appends its rulesets, if nothing at all was wrong. */
enum fa_status fa_ruleset_list_check(struct fa_ruleset_list *list) FA_MUST_USE;
/* Warns, where nothing was wrong, of parameters, tables and views that no rule of the list reads. What
 * rulesets without rules declare is for others. The sinks of the files are still there. */
void fa_ruleset_list_warn_unused(const struct fa_ruleset_list *list);
/* Both, for one file that uses none but those that are there. */
enum fa_status fa_ruleset_compile(struct fa_ruleset_list *list, struct fa_str text,
                                  struct fa_str file, struct fa_sink *sink) FA_MUST_USE;

/* A ruleset that another one uses, or that a set names, and that is not there. */
struct fa_missing_ruleset {
    struct fa_str id, file; /* the file that names it */
    bool is_for_use;
};
/* The N-th of them, from 0, in an order that adding files keeps; false: there are not so many. */
bool fa_ruleset_list_missing(const struct fa_ruleset_list *list, size_t n,
                             struct fa_missing_ruleset *missing);

/* What a filing may hold: the core's tables and those that the rulesets declare, without views. Columns
 * are those of the list, which must outlive it. */
enum fa_status fa_ruleset_list_filing(const struct fa_ruleset_list *list, struct fa_arena *arena,
                                      struct fa_dictionary *dictionary) FA_MUST_USE;

/* Gives PARAM one value on all days and for all keys; FA_ERULES when TEXT is not of its type.
 * Sends no message. */
enum fa_status fa_param_override(struct fa_ruleset_list *list, struct fa_ruleset *ruleset,
                                 struct fa_param *param, struct fa_str text) FA_MUST_USE;

/* Applies "RULESET.NAME=VALUE". */
enum fa_status fa_ruleset_override(struct fa_ruleset_list *list, struct fa_str assignment,
                                   struct fa_sink *sink) FA_MUST_USE;

#endif
