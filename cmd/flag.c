/*
 * flowaudit-flag: tests a ledger against rulesets and writes the results.
 */
#include "base/limits.h"
#include "common/baseline.h"
#include "common/rulesets.h"
#include "common/reporting.h"
#include "common/streams.h"

struct flag_options {
    struct rules_choice rules;
    const char *as_of, *output;
    uint64_t memory_max;
    struct fail_choice fail;
};

/* Counts what --fail-on asks of results that are about to be written. */
static enum fa_status judge(const struct flag_options *options, struct tool_run *run,
                            struct fa_blocks *blocks, enum fa_status *verdict)
{
    struct fa_results *results;
    FA_TRY(fa_results_load(blocks, run->sink, &results));
    *verdict = fail_judge(&options->fail, results);
    fa_results_free(results);
    return fa_blocks_rewind(blocks);
}

static enum fa_status write_results(const struct flag_options *options, struct tool_run *run,
                                    struct fa_blocks *blocks, struct fa_output *output)
{
    enum fa_status verdict = FA_OK;
    if (options->fail.severity != FAIL_ON_NOTHING)
        FA_TRY(judge(options, run, blocks, &verdict));
    FA_TRY(fa_stream_write(blocks, false, output));
    return verdict;
}

struct flag_run {
    const struct flag_options *options;
    struct tool_run *run;
};

static enum fa_status flag_ledger(const struct flag_options *options, struct tool_run *run,
                                  struct fa_blocks *ledger, struct fa_output *output)
{
    int64_t as_of_day = INT64_MIN;
    if (options->as_of)
        FA_TRY(tool_parse_day(run, "--as-of", options->as_of, &as_of_day));
    struct rulesets rulesets;
    struct fa_blocks *results = NULL;
    enum fa_status status = rulesets_load(&rulesets, run, &options->rules);
    if (status == FA_OK)
        status = rulesets_flag(&rulesets, run, &options->rules, as_of_day, options->memory_max,
                               ledger, &results);
    if (status == FA_OK)
        status = write_results(options, run, results, output);
    fa_blocks_free(results);
    rulesets_release(&rulesets);
    return status;
}

static enum fa_status flag(void *context, struct fa_output *output)
{
    struct flag_run *flag_run = context;
    struct stream_input input = {.fd = -1};
    enum fa_status status = fail_check(&flag_run->options->fail, flag_run->run);
    if (status == FA_OK)
        status = stream_input_open(&input, flag_run->run, true);
    if (status == FA_OK)
        status = flag_ledger(flag_run->options, flag_run->run, input.blocks, output);
    stream_input_close(&input);
    return status;
}

int main(int argc, char **argv)
{
    struct flag_options options = {.rules = RULES_CHOICE_DEFAULT,
                                   .memory_max = FA_MEMORY_DEFAULT,
                                   .fail = {.severity = FAIL_ON_NOTHING}};
    options.rules.threads = 0;
    const struct option_spec specs[] = {
        RULES_OPTIONS(&options.rules),
        BASELINE_OPTION(options.rules.baseline),
        {"as-of", 0, "DATE", "judge as of the end of DATE instead of the filing's last day",
         OPTION_TEXT, &options.as_of},
        FAIL_OPTIONS(&options.fail),
        {"memory", 0, "SIZE",
         "keep at most SIZE of results in memory, the rest in a file; 512M "
         "unless given",
         OPTION_SIZE, &options.memory_max},
        THREADS_OPTION(options.rules.threads),
        {"output", 'o', "FILE", "write to FILE instead of standard output", OPTION_TEXT,
         &options.output},
        {0},
    };
    const struct tool tool = {
        .name = "flowaudit-flag",
        .operands = "[STREAM]",
        .purpose = "Tests a ledger against rulesets of written law and writes the results.",
        .options = specs,
        .operands_max = 1,
    };
    struct tool_run run;
    tool_start(&run, &tool, argc, argv);
    struct flag_run flag_run = {&options, &run};
    return tool_end(&run, stream_output(options.output, &run, flag, &flag_run));
}
