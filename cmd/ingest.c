/*
 * flowaudit-ingest: reads a filing, checks it, and writes it as a ledger stream.
 */
#include "common/filing.h"
#include "common/rulesets.h"
#include "common/streams.h"
#include "common/template.h"

struct ingest_options {
    struct filing_choice filing;
    struct rules_choice rules; /* whose tables the filing may hold, too */
    const char *output, *template;
    bool compresses;
};

struct ingest_run {
    const struct ingest_options *options;
    struct tool_run *run;
};

static enum fa_status ingest(void *context, struct fa_output *output)
{
    const struct ingest_run *ingest_run = context;
    struct tool_run *run = ingest_run->run;
    struct fa_blocks *blocks = NULL;
    enum fa_status status = filing_ingest_files(&ingest_run->options->filing, run,
                                                (const char *const *)run->operands,
                                                (size_t)run->operand_count, &blocks);
    if (status == FA_OK) {
        struct tool_stage stage = tool_stage_begin();
        status = fa_stream_write(blocks, ingest_run->options->compresses, output);
        tool_stage_end(run, stage, "write", 0);
    }
    fa_blocks_free(blocks);
    return status;
}

static enum fa_status make(struct ingest_options *options, struct tool_run *run)
{
    struct ingest_run ingest_run = {options, run};
    if (options->template)
        return template_write(run, options->template,
                              &options->filing.tables->dictionary,
                              run->operands, run->operand_count);
    if (run->operand_count == 0)
        return fa_error(run->sink, FA_CODE_USAGE, (struct fa_place){0},
                        "see 'flowaudit-ingest --help'", "operand missing: expected FILING...");
    return stream_output(options->output, run, ingest, &ingest_run);
}

static enum fa_status run_ingest(struct ingest_options *options, struct tool_run *run)
{
    struct rulesets rulesets;
    struct filing_tables tables;
    /* Templates for everything are those of what was asked for. */
    bool is_narrow = options->template && run->operand_count == 0;
    enum fa_status status = options->rules.rulesets.texts.count
                                ? rulesets_load(&rulesets, run, &options->rules)
                                : rulesets_none(&rulesets, run);
    if (status == FA_OK)
        status = rulesets_filing(&rulesets, run, is_narrow, &tables);
    options->filing.tables = &tables;
    if (status == FA_OK)
        status = make(options, run);
    rulesets_release(&rulesets);
    return status;
}

int main(int argc, char **argv)
{
    struct ingest_options options = {.filing = FILING_CHOICE_DEFAULT};
    const struct option_spec specs[] = {
        {"output", 'o', "FILE", "write to FILE instead of standard output", OPTION_TEXT,
         &options.output},
        {"rules", 'r', "RULESET",
         "read the tables that this ruleset declares, too: a file; those of shipped rulesets are "
         "read in any case; may be given again",
         OPTION_LIST, &options.rules.rulesets},
        {"compress", 'z', NULL, "compress the blocks, for files", OPTION_FLAG,
         &options.compresses},
        FILING_OPTIONS(&options.filing),
        {"template", 0, "DIR",
         "write empty CSV files with the headers of the tables into DIR; operands are tables "
         "then, "
         "all unless given",
         OPTION_TEXT, &options.template},
        {0},
    };
    const struct tool tool = {
        .name = "flowaudit-ingest",
        .operands = "FILING...",
        .purpose =
            "Reads a filing (a folder, an archive, or files), checks it, writes a ledger stream.",
        .options = specs,
        .operands_min = 0,
        .operands_max = -1,
    };
    struct tool_run run;
    tool_start(&run, &tool, argc, argv);
    return tool_end(&run, run_ingest(&options, &run));
}
