/*
 * The plain evaluator: loads the whole ledger and judges it rule by rule, row by row, in the
 * words of the definition. Slow on purpose; the test of the vectorised one, with which it
 * shares no expression code.
 */
#ifndef FA_RULES_PLAIN_H
#define FA_RULES_PLAIN_H

#include "rules/engine.h"

enum fa_status fa_evaluate_plain(const struct fa_ruleset_list *rulesets,
                                 struct fa_blocks *blocks,
                                 const struct fa_evaluate_options *options,
                                 struct fa_sink *sink,
                                 struct fa_verdicts *verdicts) FA_MUST_USE;

/* The same, watched (plain_observe.h). */
struct fa_plain_observer;
enum fa_status fa_observe_plain(const struct fa_ruleset_list *rulesets,
                                struct fa_blocks *blocks,
                                const struct fa_evaluate_options *options,
                                const struct fa_plain_observer *observer,
                                struct fa_sink *sink,
                                struct fa_verdicts *verdicts) FA_MUST_USE;

#endif
