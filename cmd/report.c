/*
 * flowaudit-report: results in, a report out.
 */
#include "common/filing.h"
#include "common/reporting.h"
#include "common/streams.h"

struct report_options {
    struct reporting reporting;
    struct fail_choice fail;
};

static enum fa_status report(const struct report_options *options, struct tool_run *run)
{
    struct stream_input input = {.fd = -1};
    struct fa_results *results = NULL;
    enum fa_status status = fail_check(&options->fail, run);
    if (status == FA_OK)
        status = stream_input_open(&input, run, false);
    if (status == FA_OK)
        status = reporting_write(&options->reporting, run, input.blocks, false, &results);
    if (status == FA_OK)
        status = fail_judge(&options->fail, results);
    fa_results_free(results);
    stream_input_close(&input);
    return status;
}

int main(int argc, char **argv)
{
    struct report_options options = {.fail = {.severity = FAIL_ON_NOTHING}};
    const struct option_spec specs[] = {
        {"output", 'o', "FILE", "write to FILE instead of standard output", OPTION_TEXT,
         &options.reporting.output},
        {"format", 0, REPORT_FORMATS, "form of the report; xlsx unless given", OPTION_CHOICE,
         &options.reporting.format},
        FAIL_OPTIONS(&options.fail),
        REPORTING_OPTIONS(&options.reporting),
        THREADS_OPTION(options.reporting.threads),
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
