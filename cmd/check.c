/*
 * flowaudit-check: says of each stream whether it is whole. All of it is in reading one to its
 * end.
 */
#include <stdio.h>
#include <string.h>

#include "common/streams.h"

/* "ingest 0.1.0, reconcile 0.1.0" */
static enum fa_status add_steps(const struct fa_head *head, struct fa_buf *line)
{
    for (size_t i = 0; i < head->steps.count; i++) {
        FA_TRY(fa_buf_add_text(line, i == 0 ? ", by " : ", "));
        FA_TRY(fa_buf_add_str(line, head->steps.items[i].tool));
        FA_TRY(fa_buf_add_char(line, ' '));
        FA_TRY(fa_buf_add_str(line, head->steps.items[i].version));
    }
    return FA_OK;
}

static enum fa_status describe(const char *name, const struct fa_blocks *blocks,
                               struct fa_buf *line)
{
    uint64_t rows = 0, rejected = 0;
    unsigned tables = 0;
    for (size_t i = 0; i < blocks->totals->list.count; i++) {
        const struct fa_total *total = &blocks->totals->list.items[i];
        if (total->column != FA_NO_COLUMN)
            continue;
        tables++;
        rows += total->rows;
        rejected += total->rejected;
    }
    FA_TRY(fa_buf_addf(line, "%s: complete, %s, %u tables, %llu rows", name,
                       blocks->head->kind == FA_STREAM_LEDGER ? "ledger" : "results", tables,
                       (unsigned long long)rows));
    if (rejected > 0)
        FA_TRY(fa_buf_addf(line, ", %llu rejected", (unsigned long long)rejected));
    FA_TRY(add_steps(blocks->head, line));
    return fa_buf_add_char(line, '\n');
}

static enum fa_status read_all(struct tool_run *run, struct fa_blocks *blocks)
{
    struct fa_block block;
    bool is_end = false;
    fa_progress_begin(&run->progress, "checking", "rows", 0);
    while (!is_end) {
        FA_TRY(fa_blocks_next(blocks, &block, &is_end));
        if (!is_end && block.kind == FA_BLOCK_TABLE)
            fa_progress_add(&run->progress, block.row_count);
    }
    return FA_OK;
}

static enum fa_status check(struct tool_run *run, const char *path)
{
    struct stream_input input;
    struct fa_buf line = {0};
    const char *name = strcmp(path, "-") == 0 ? "standard input" : path;
    enum fa_status status = stream_input_open_path(&input, run, path, false);
    if (status == FA_OK)
        status = read_all(run, input.blocks);
    if (status == FA_OK && describe(name, input.blocks, &line) != FA_OK)
        status = fa_out_of_memory(run->sink, "a line");
    if (status == FA_OK) {
        fwrite(line.bytes, 1, line.size, stdout);
        fflush(stdout); /* in step with the messages; tool_end() sees whether it worked */
    }
    fa_buf_release(&line);
    stream_input_close(&input);
    return status;
}

/* Every stream is looked at; the status is that of the first that is not whole. */
static enum fa_status check_all(struct tool_run *run)
{
    enum fa_status status = run->operand_count == 0 ? check(run, "-") : FA_OK;
    for (int i = 0; i < run->operand_count; i++) {
        enum fa_status one = check(run, run->operands[i]);
        status = status == FA_OK ? one : status;
    }
    return status;
}

int main(int argc, char **argv)
{
    const struct option_spec specs[] = {{0}};
    const struct tool tool = {
        .name = "flowaudit-check",
        .operands = "[STREAM]...",
        .purpose = "Says of each stream whether it is whole: every byte, row and total.",
        .options = specs,
        .operands_max = -1,
    };
    struct tool_run run;
    tool_start(&run, &tool, argc, argv);
    return tool_end(&run, check_all(&run));
}
