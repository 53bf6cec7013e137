/*
 * flowaudit-audit: the whole line in one process. It chains the same library stages as the pipe
 * ingest | reconcile | flag | report, so both give the same bytes.
 */
#include "common/baseline.h"
#include "common/line.h"
#include "common/reporting.h"

struct audit_options {
    struct line_choice line;
    struct reporting reporting;
    struct fail_choice fail;
};

static enum fa_status audit(const struct audit_options *options, struct tool_run *run)
{
    struct line line = {0};
    struct fa_results *results = NULL;
    const char *const *filing = (const char *const *)run->operands;
    enum fa_status status = fail_check(&options->fail, run);
    if (status == FA_OK)
        status = reporting_check(&options->reporting, run);
    if (status == FA_OK)
        status = line_load(&line, run, &options->line);
    if (status == FA_OK)
        status = line_run(&line, run, &options->line, filing, 1);
    if (status == FA_OK) {
        /* A report to standard output leaves no room for the summary. */
        bool summary = options->reporting.output != NULL;
        struct tool_stage stage = tool_stage_begin();
        struct reporting reporting = options->reporting;
        reporting.threads = options->line.filing.threads;
        status = reporting_write(&reporting, run, line.results, summary, &results);
        tool_stage_end(run, stage, "report", 0);
    }
    if (status == FA_OK)
        status = fail_judge(&options->fail, results);
    fa_results_free(results);
    line_release(&line);
    return status;
}

int main(int argc, char **argv)
{
    struct audit_options options = {.line = LINE_CHOICE_DEFAULT, .fail = {.severity = FAIL_ON_NOTHING}};
    const struct option_spec specs[] = {
        {"output", 'o', "FILE",
         "write the report to FILE; report.xlsx unless given, \"-\" is standard "
         "output",
         OPTION_TEXT, &options.reporting.output},
        {"format", 0, REPORT_FORMATS,
         "form of the report; xlsx unless given, the others go to "
         "standard output",
         OPTION_CHOICE, &options.reporting.format},
        SCHEME_OPTION(options.line.scheme),
        RULES_OPTIONS(&options.line.rules),
        BASELINE_OPTION(options.line.rules.baseline),
        FAIL_OPTIONS(&options.fail),
        REPORTING_OPTIONS(&options.reporting),
        FILING_OPTIONS(&options.line.filing),
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
    options.line.rules.filing = run.operands[0];
    if (!options.reporting.output && options.reporting.format == REPORT_XLSX)
        options.reporting.output = "report.xlsx";
    else if (options.reporting.output && fa_str_is(fa_str_from(options.reporting.output), "-"))
        options.reporting.output = NULL;
    return tool_end(&run, audit(&options, &run));
}
