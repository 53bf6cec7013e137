/*
 * The whole line from a filing to results in one process: what audit runs, and verify runs again.
 */
#ifndef FLOWAUDIT_COMMON_LINE_H
#define FLOWAUDIT_COMMON_LINE_H

#include "filing.h"
#include "rulesets.h"
#include "schemes.h"

struct line_choice {
    struct filing_choice filing;
    struct rules_choice rules;
    const char *scheme; /* NULL: none */
    bool wants_matches;
    bool skips_reconcile; /* the rules judge what ingest gave */
    int64_t as_of_day; /* that flag is given; INT64_MIN: the ledger's own */
};

#define LINE_CHOICE_DEFAULT                                                                    \
    {                                                                                          \
        .filing = FILING_CHOICE_DEFAULT, .rules = RULES_CHOICE_DEFAULT, .as_of_day = INT64_MIN \
    }

/* The stages, in order; each reads the one before and outlives the next. Begin with zeros, release in
 * any case. */
struct line {
    struct rulesets rulesets;
    struct filing_tables tables;
    struct scheme_list schemes;
    const struct fa_scheme *scheme;
    struct fa_blocks *ledger, *reconciled, *results;
    bool is_filing_refused; /* by ingest, in line_run */
};

/* Rulesets and scheme, first: a mistake in them must not cost the reading of a large filing. */
enum fa_status line_load(struct line *line, struct tool_run *run,
                         const struct line_choice *choice) FA_MUST_USE;
/* What is loaded over the filing: line->results. */
enum fa_status line_run(struct line *line, struct tool_run *run, const struct line_choice *choice,
                        const char *const *paths, size_t path_count) FA_MUST_USE;
void line_release(struct line *line);

#endif
