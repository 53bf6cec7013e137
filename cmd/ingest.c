/*
 * flowaudit-ingest: reads a filing, checks it, and writes it as a ledger stream.
 */
#include "common/filing.h"
#include "common/streams.h"

struct ingest_options {
    struct filing_choice filing;
    const char *output;
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

int main(int argc, char **argv)
{
    struct ingest_options options = {.filing = FILING_CHOICE_DEFAULT};
    const struct option_spec specs[] = {
        {"output", 'o', "FILE", "write to FILE instead of standard output", OPTION_TEXT,
         &options.output},
        {"compress", 'z', NULL, "compress the blocks, for files", OPTION_FLAG,
         &options.compresses},
        FILING_OPTIONS(&options.filing),
        {0},
    };
    const struct tool tool = {
        .name = "flowaudit-ingest",
        .operands = "FILING...",
        .purpose =
            "Reads a filing (a folder, or CSV files), checks it, and writes a ledger stream.",
        .options = specs,
        .operands_min = 1,
        .operands_max = -1,
    };
    struct tool_run run;
    tool_start(&run, &tool, argc, argv);
    struct ingest_run ingest_run = {&options, &run};
    return tool_end(&run, stream_output(options.output, &run, ingest, &ingest_run));
}
