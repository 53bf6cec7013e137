/*
 * The vectorised evaluator: one plan for all rules of a run, executed over slices of FA_SLICE_ROWS
 * rows with selection vectors. It decides in a first pass over the blocks and collects the rows of
 * its findings in a second (rule-language, section 7).
 *
 * rules/plain.h has the evaluator that reads like the definition; they share no expression code.
 */
#ifndef FA_RULES_ENGINE_H
#define FA_RULES_ENGINE_H

#include "rules/verdict.h"

struct fa_evaluate_options {
    int64_t as_of_day;  /* INT64_MIN: the head's */
    uint64_t memory_max;
    /* Told at the end what each rule that was run cost; NULL: costs are not measured. */
    void (*tell_cost)(void *context, const struct fa_rule *rule, const struct fa_rule_cost *cost);
    void *cost_context;
    uint32_t slice_rows; /* rows that kernels take at a time; 0: FA_SLICE_ROWS. Tests take few, to
                            show that it changes no result */
    struct fa_str only; /* one rule's id; empty: all */
    /* Whether the keys of a rule that had rows, or its rows, are to be told, in verdicts->met; NULL: of none. */
    bool (*tells_met)(void *context, const struct fa_rule *rule);
    void *met_context;
    unsigned thread_count; /* rules are divided among as many, FA_RULE_SHARES_MAX at most; 0: 1. No result
                              depends on it */
    bool keeps_views;   /* the verdicts hold the rows of every view, not of statistics only */
};

/* BLOCKS is read from its present position and must be rewindable when a rule fires that cites rows.
 * A rule that cannot be tested on this ledger says so in its counts; that is not a failure. */
enum fa_status fa_evaluate(const struct fa_ruleset_list *rulesets, struct fa_blocks *blocks,
                           const struct fa_evaluate_options *options, struct fa_sink *sink,
                           struct fa_verdicts *verdicts) FA_MUST_USE;

#endif
