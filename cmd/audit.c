/*
 * flowaudit-audit: the whole line in one process. It chains the same library stages as the pipe
 * ingest | reconcile | flag | report, so both give the same bytes.
 */
#include "base/limits.h"
#include "common/filing.h"
#include "common/reporting.h"
#include "common/rulesets.h"
#include "match/reconcile.h"
#include "rules/flag.h"

struct audit_options {
    struct filing_choice filing;
    struct option_list rulesets, parameters;
    struct reporting reporting;
    const char *only;
    uint64_t evidence_max;
    unsigned fail_on;
};

/* The stages, in order; each reads the one before and outlives the next. */
struct line {
    struct fa_blocks *ledger, *reconciled, *results;
    struct rulesets rulesets;
    struct fa_buf parameters;
};

static enum fa_status run_flag(const struct audit_options *options, struct tool_run *run,
                               struct line *line)
{
    FA_TRY(rulesets_parameters(&options->parameters, run, &line->parameters));
    struct fa_flag_options flag = {
        .evaluate = {.as_of_day = INT64_MIN, /* ingest set the ledger's own */
                     .memory_max = options->filing.memory_max,
                     .only = fa_str_from(options->only)},
        .evidence_max =
            (uint32_t)(options->evidence_max < UINT32_MAX ? options->evidence_max : UINT32_MAX),
        .parameters = fa_buf_str(&line->parameters),
        .spool_dir = tool_spool_folder(),
    };
    struct tool_stage stage = tool_stage_begin();
    FA_TRY(fa_flag(&line->rulesets.list, line->reconciled, &flag, run->sink, &line->results));
    tool_stage_end(run, stage, "reconcile and flag", 0);
    return FA_OK;
}

static enum fa_status run_line(const struct audit_options *options, struct tool_run *run,
                               struct line *line)
{
    /* Rules first: a mistake in them must not cost the reading of a large filing. */
    FA_TRY(rulesets_load(&line->rulesets, run, &options->rulesets, &options->parameters));
    FA_TRY(rulesets_check_only(&line->rulesets, run, options->only));
    FA_TRY(filing_ingest(&options->filing, run, run->operands[0], &line->ledger));
    const struct fa_reconcile_options reconcile = {.hash_key = tool_hash_key(),
                                                   .memory_max = options->filing.memory_max,
                                                   .spool_dir = tool_spool_folder(),
                                                   .is_threaded = options->filing.threads != 1};
    FA_TRY(fa_reconcile(line->ledger, &reconcile, run->sink, &line->reconciled));
    return run_flag(options, run, line);
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
    fa_buf_release(&line.parameters);
    rulesets_release(&line.rulesets);
    return status;
}

int main(int argc, char **argv)
{
    struct audit_options options = {.filing = FILING_CHOICE_DEFAULT,
                                    .evidence_max = FA_EVIDENCE_DEFAULT,
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
        {"rules", 'r', "RULESET",
         "a ruleset's file, or the id of a shipped one; may be given again; "
         "without it, every shipped one that applies to the filer",
         OPTION_LIST, &options.rulesets},
        {"only", 0, "RULE", "run this rule alone", OPTION_TEXT, &options.only},
        {"param", 0, "RULESET.NAME=VALUE", "set a parameter; every result it touched says so",
         OPTION_LIST, &options.parameters},
        {"evidence", 0, "N", "carry at most N rows for a finding; 1000 unless given",
         OPTION_NUMBER, &options.evidence_max},
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
