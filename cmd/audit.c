/*
 * flowaudit-audit: the whole line in one process. It chains the same library stages as the pipe
 * ingest | reconcile | flag | report, so both give the same bytes.
 */
#include "common/filing.h"
#include "common/reporting.h"
#include "common/rulesets.h"
#include "common/schemes.h"
#include "match/reconcile.h"

struct audit_options {
    struct filing_choice filing;
    struct rules_choice rules;
    const char *scheme;
    struct reporting reporting;
    unsigned fail_on;
};

/* The stages, in order; each reads the one before and outlives the next. */
struct line {
    struct fa_blocks *ledger, *reconciled, *results;
    struct rulesets rulesets;
    struct filing_tables tables;
    struct scheme_list schemes;
};

static enum fa_status run_line(const struct audit_options *options, struct tool_run *run,
                               struct line *line)
{
    /* Rules first: a mistake in them must not cost the reading of a large filing. */
    const struct fa_scheme *scheme;
    FA_TRY(rulesets_load(&line->rulesets, run, &options->rules));
    FA_TRY(rulesets_filing(&line->rulesets, run, &line->rulesets.arena, &line->tables));
    FA_TRY(schemes_load_chosen(&line->schemes, run, options->scheme, &scheme));
    struct filing_choice filing = options->filing;
    filing.tables = &line->tables;
    FA_TRY(filing_ingest(&filing, run, run->operands[0], &line->ledger));
    const struct fa_reconcile_options reconcile = {.scheme = scheme,
                                                   .hash_key = tool_hash_key(),
                                                   .memory_max = options->filing.memory_max,
                                                   .spool_dir = tool_spool_folder(),
                                                   .is_threaded = options->filing.threads != 1};
    FA_TRY(fa_reconcile(line->ledger, &reconcile, run->sink, &line->reconciled));
    struct tool_stage stage = tool_stage_begin();
    FA_TRY(rulesets_flag(&line->rulesets, run, &options->rules, INT64_MIN,
                         options->filing.memory_max, line->reconciled, &line->results));
    tool_stage_end(run, stage, "reconcile and flag", 0);
    return FA_OK;
}

static enum fa_status audit(const struct audit_options *options, struct tool_run *run)
{
    struct line line = {0};
    struct fa_results *results = NULL;
    enum fa_status status = run_line(options, run, &line);
    if (status == FA_OK) {
        /* A report to standard output leaves no room for the summary. */
        bool summary = options->reporting.output != NULL;
        struct tool_stage stage = tool_stage_begin();
        status = reporting_write(&options->reporting, run, line.results, summary, &results);
        tool_stage_end(run, stage, "report", 0);
    }
    if (status == FA_OK && options->fail_on != FAIL_ON_NOTHING &&
        fa_results_fail(results, (int)options->fail_on))
        status = FA_FINDINGS;
    fa_results_free(results);
    fa_blocks_free(line.results);
    fa_blocks_free(line.reconciled);
    fa_blocks_free(line.ledger);
    schemes_release(&line.schemes);
    rulesets_release(&line.rulesets);
    return status;
}

int main(int argc, char **argv)
{
    struct audit_options options = {.filing = FILING_CHOICE_DEFAULT,
                                    .rules = RULES_CHOICE_DEFAULT,
                                    .fail_on = FAIL_ON_NOTHING};
    const struct option_spec specs[] = {
        {"output", 'o', "FILE",
         "write the report to FILE; report.xlsx unless given, \"-\" is standard "
         "output",
         OPTION_TEXT, &options.reporting.output},
        {"format", 0, REPORT_FORMATS,
         "form of the report; xlsx unless given, the others go to "
         "standard output",
         OPTION_CHOICE, &options.reporting.format},
        SCHEME_OPTION(options.scheme),
        RULES_OPTIONS(&options.rules),
        {"fail-on", 0, SEVERITIES,
         "end with status 1 when a finding or break is at least so grave", OPTION_CHOICE,
         &options.fail_on},
        REPORTING_OPTIONS(&options.reporting),
        FILING_OPTIONS(&options.filing),
        {0},
    };
    const struct tool tool = {
        .name = "flowaudit-audit",
        .operands = "FILING",
        .purpose =
            "Reads a filing, reconciles it, tests it against the law, and writes a report.",
        .options = specs,
        .operands_min = 1,
        .operands_max = 1,
    };
    struct tool_run run;
    tool_start(&run, &tool, argc, argv);
    if (!options.reporting.output && options.reporting.format == REPORT_XLSX)
        options.reporting.output = "report.xlsx";
    else if (options.reporting.output && fa_str_is(fa_str_from(options.reporting.output), "-"))
        options.reporting.output = NULL;
    return tool_end(&run, audit(&options, &run));
}
