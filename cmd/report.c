/*
 * flowaudit-report: results in, a report out.
 */
#include "common/reporting.h"
#include "common/streams.h"

struct report_options {
    struct reporting reporting;
    unsigned fail_on;
};

static enum fa_status report(const struct report_options *options, struct tool_run *run)
{
    struct stream_input input;
    struct fa_results *results = NULL;
    enum fa_status status = stream_input_open(&input, run, false);
    if (status == FA_OK)
        status = reporting_write(&options->reporting, run, input.blocks, false, &results);
    if (status == FA_OK && options->fail_on != FAIL_ON_NOTHING &&
        fa_results_fail(results, (int)options->fail_on))
        status = FA_FINDINGS;
    fa_results_free(results);
    stream_input_close(&input);
    return status;
}

int main(int argc, char **argv)
{
    struct report_options options = {.fail_on = FAIL_ON_NOTHING};
    const struct option_spec specs[] = {
        {"output", 'o', "FILE", "write to FILE instead of standard output", OPTION_TEXT,
         &options.reporting.output},
        {"format", 0, REPORT_FORMATS, "form of the report; xlsx unless given", OPTION_CHOICE,
         &options.reporting.format},
        {"fail-on", 0, SEVERITIES,
         "end with status 1 when a finding or break is at least so grave", OPTION_CHOICE,
         &options.fail_on},
        REPORTING_OPTIONS(&options.reporting),
        {0},
    };
    const struct tool tool = {
        .name = "flowaudit-report",
        .operands = "[RESULTS]",
        .purpose =
            "Writes the results of flowaudit-flag as a workbook or in a form for machines.",
        .options = specs,
        .operands_max = 1,
    };
    struct tool_run run;
    tool_start(&run, &tool, argc, argv);
    return tool_end(&run, report(&options, &run));
}
