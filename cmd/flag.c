/*
 * flowaudit-flag: tests a ledger against rulesets and writes the results.
 */
#include "base/limits.h"
#include "common/rulesets.h"
#include "common/reporting.h"
#include "common/streams.h"
#include "rules/flag.h"

struct flag_options {
    struct option_list rulesets, parameters;
    const char *only, *as_of, *output;
    uint64_t evidence_max, memory_max;
    unsigned fail_on;
};

static enum fa_status parse_as_of(const char *text, struct tool_run *run, int64_t *day_no)
{
    if (!text || fa_date_parse(fa_str_from(text), day_no) == FA_VALUE_OK)
        return FA_OK;
    char quoted[FA_QUOTED_BYTES];
    return fa_error(run->sink, FA_CODE_USAGE, (struct fa_place){0}, NULL,
                    "--as-of %s is not a day, expected YYYY-MM-DD",
                    fa_quoted(fa_str_from(text), quoted));
}

/* Counts what --fail-on asks of results that are about to be written. */
static enum fa_status judge(const struct flag_options *options, struct tool_run *run,
                            struct fa_blocks *blocks, bool *fails)
{
    struct fa_results *results;
    FA_TRY(fa_results_load(blocks, run->sink, &results));
    *fails = fa_results_fail(results, (int)options->fail_on);
    fa_results_free(results);
    return fa_blocks_rewind(blocks);
}

static enum fa_status write_results(const struct flag_options *options, struct tool_run *run,
                                    struct fa_blocks *blocks, struct fa_output *output)
{
    bool fails = false;
    if (options->fail_on != FAIL_ON_NOTHING)
        FA_TRY(judge(options, run, blocks, &fails));
    FA_TRY(fa_stream_write(blocks, false, output));
    return fails ? FA_FINDINGS : FA_OK;
}

struct flag_run {
    const struct flag_options *options;
    struct tool_run *run;
};

static enum fa_status flag_ledger(const struct flag_options *options, struct tool_run *run,
                                  struct fa_blocks *ledger, struct fa_output *output)
{
    struct fa_flag_options flag = {
        .evaluate = {.as_of_day = INT64_MIN,
                     .memory_max = options->memory_max,
                     .only = fa_str_from(options->only)},
        .evidence_max =
            (uint32_t)(options->evidence_max < UINT32_MAX ? options->evidence_max : UINT32_MAX),
        .spool_dir = tool_spool_folder(),
    };
    FA_TRY(parse_as_of(options->as_of, run, &flag.evaluate.as_of_day));
    struct rulesets rulesets;
    struct fa_buf parameters = {0};
    struct fa_blocks *results = NULL;
    enum fa_status status =
        rulesets_load(&rulesets, run, &options->rulesets, &options->parameters);
    if (status == FA_OK)
        status = rulesets_check_only(&rulesets, run, options->only);
    if (status == FA_OK)
        status = rulesets_parameters(&options->parameters, run, &parameters);
    flag.parameters = fa_buf_str(&parameters);
    if (status == FA_OK)
        status = fa_flag(&rulesets.list, ledger, &flag, run->sink, &results);
    if (status == FA_OK)
        status = write_results(options, run, results, output);
    fa_blocks_free(results);
    fa_buf_release(&parameters);
    rulesets_release(&rulesets);
    return status;
}

static enum fa_status flag(void *context, struct fa_output *output)
{
    struct flag_run *flag_run = context;
    struct stream_input input;
    enum fa_status status = stream_input_open(&input, flag_run->run, true);
    if (status == FA_OK)
        status = flag_ledger(flag_run->options, flag_run->run, input.blocks, output);
    stream_input_close(&input);
    return status;
}

int main(int argc, char **argv)
{
    struct flag_options options = {.evidence_max = FA_EVIDENCE_DEFAULT,
                                   .memory_max = FA_MEMORY_DEFAULT,
                                   .fail_on = FAIL_ON_NOTHING};
    const struct option_spec specs[] = {
        {"rules", 'r', "RULESET",
         "a ruleset's file, or the id of a shipped one; may be given again; "
         "without it, every shipped one that applies to the filer",
         OPTION_LIST, &options.rulesets},
        {"only", 0, "RULE", "run this rule alone", OPTION_TEXT, &options.only},
        {"param", 0, "RULESET.NAME=VALUE", "set a parameter; every result it touched says so",
         OPTION_LIST, &options.parameters},
        {"as-of", 0, "DATE", "judge as of the end of DATE instead of the filing's last day",
         OPTION_TEXT, &options.as_of},
        {"evidence", 0, "N", "carry at most N rows for a finding; 1000 unless given",
         OPTION_NUMBER, &options.evidence_max},
        {"fail-on", 0, SEVERITIES,
         "end with status 1 when a finding or break is at least so grave", OPTION_CHOICE,
         &options.fail_on},
        {"memory", 0, "SIZE",
         "keep at most SIZE of results in memory, the rest in a file; 512M "
         "unless given",
         OPTION_SIZE, &options.memory_max},
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
