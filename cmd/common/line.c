#include "line.h"

#include "match/reconcile.h"

enum fa_status line_load(struct line *line, struct tool_run *run,
                         const struct line_choice *choice)
{
    FA_TRY(rulesets_load(&line->rulesets, run, &choice->rules));
    FA_TRY(rulesets_filing(&line->rulesets, run, false, &line->tables));
    return schemes_load_chosen(&line->schemes, run, choice->scheme, &line->scheme);
}

enum fa_status line_run(struct line *line, struct tool_run *run, const struct line_choice *choice,
                        const char *const *paths, size_t path_count)
{
    struct filing_choice filing = choice->filing;
    filing.tables = &line->tables;
    enum fa_status ingested = filing_ingest_files(&filing, run, paths, path_count, &line->ledger);
    line->is_filing_refused = ingested != FA_OK;
    FA_TRY(ingested);
    const struct fa_reconcile_options reconcile = {.scheme = line->scheme,
                                                   .hash_key = tool_hash_key(),
                                                   .wants_matches = choice->wants_matches,
                                                   .memory_max = filing.memory_max,
                                                   .spool_dir = tool_spool_folder(),
                                                   .is_threaded = filing.threads != 1};
    if (!choice->skips_reconcile)
        FA_TRY(fa_reconcile(line->ledger, &reconcile, run->sink, &line->reconciled));
    struct tool_stage stage = tool_stage_begin();
    struct rules_choice rules = choice->rules;
    rules.threads = filing.threads;
    FA_TRY(rulesets_flag(&line->rulesets, run, &rules, choice->as_of_day, filing.memory_max,
                         choice->skips_reconcile ? line->ledger : line->reconciled,
                         &line->results));
    tool_stage_end(run, stage, "reconcile and flag", 0);
    return FA_OK;
}

void line_release(struct line *line)
{
    fa_blocks_free(line->results);
    fa_blocks_free(line->reconciled);
    fa_blocks_free(line->ledger);
    schemes_release(&line->schemes);
    rulesets_release(&line->rulesets);
}
