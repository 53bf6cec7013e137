/*
 * The flag stage: a ledger goes in, results come out. It evaluates the rulesets, gives every finding
 * its number, fingerprint and evidence, and forwards what the stages before it found (rejects, breaks,
 * bridge, coverage) with all control totals; the ledger itself stays behind.
 *
 * The results are rows of the tables result_* of the dictionary, so report, view and check read them
 * like any stream.
 */
#ifndef FA_RULES_FLAG_H
#define FA_RULES_FLAG_H

#include "rules/baseline.h"
#include "rules/engine.h"
#include "rules/waiver.h"

struct fa_flag_options {
    struct fa_evaluate_options evaluate;
    uint32_t evidence_max;    /* rows carried for one finding */
    struct fa_str parameters; /* the --param assignments, for the provenance; may be empty */
    /* what the caller was given beyond what stands here, and the files it read for it; of flag */
    const struct fa_option_info *options;
    size_t option_count;
    const struct fa_input_info *inputs;
    size_t input_count;
    struct fa_str asked;      /* the rulesets and sets asked for by name, "-r NAME -r NAME"; may be empty */
    struct fa_baseline *baseline; /* earlier results to compare with; NULL: none */
    const struct fa_waiver_list *waivers; /* NULL: none were given */
    const char *spool_dir;    /* where results beyond evaluate.memory_max go; may be NULL */
};

/* A baseline is changed by it: it serves one run. LEDGER must be rewindable and outlive RESULTS, which is rewindable too. */
enum fa_status fa_flag(const struct fa_ruleset_list *rulesets, struct fa_blocks *ledger,
                       const struct fa_flag_options *options, struct fa_sink *sink,
                       struct fa_blocks **results) FA_MUST_USE;

#endif
