/*
 * Ways 3 and 6: rules over windows. The windows themselves are the roll's (roll.h), which calls the
 * rules that share it when a block of judged units is full.
 */
#ifndef FA_RULES_WINDOW_H
#define FA_RULES_WINDOW_H

#include "rules/judge.h"

enum fa_status fa_window_plan(struct fa_judge *judge) FA_MUST_USE;
enum fa_status fa_window_slice(struct fa_judge *judge) FA_MUST_USE;
enum fa_status fa_window_end(struct fa_judge *judge) FA_MUST_USE;
enum fa_status fa_window_cite(struct fa_judge *judge) FA_MUST_USE;
enum fa_status fa_window_cost(const struct fa_rule *rule, struct fa_cost *cost) FA_MUST_USE;
void fa_window_free(struct fa_judge *judge);
/* Judges the units that the rule's roll holds. */
enum fa_status fa_window_judge(struct fa_judge *judge) FA_MUST_USE;

/* Whether the rule's rows are looked at in windows: those without a date are in none. */
bool fa_has_windows(const struct fa_rule *rule);

/* Way 8 (unique.c) */
enum fa_status fa_uniqueness_plan(struct fa_judge *judge) FA_MUST_USE;
enum fa_status fa_uniqueness_slice(struct fa_judge *judge) FA_MUST_USE;
enum fa_status fa_uniqueness_end(struct fa_judge *judge) FA_MUST_USE;
enum fa_status fa_uniqueness_cite(struct fa_judge *judge) FA_MUST_USE;
enum fa_status fa_uniqueness_cost(const struct fa_rule *rule, struct fa_cost *cost) FA_MUST_USE;
void fa_uniqueness_free(struct fa_judge *judge);

#endif
