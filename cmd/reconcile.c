/*
 * flowaudit-reconcile: compares a ledger with the bank's statements and passes it on, with breaks,
 * the balance bridge and the coverage behind it.
 */
#include <stdio.h>
#include <stdlib.h>

#include "base/limits.h"
#include "common/schemes.h"
#include "common/streams.h"
#include "match/explain.h"
#include "match/reconcile.h"

struct reconcile_options {
    const char *output, *explain, *scheme;
    const struct fa_scheme *found; /* the scheme; NULL: none was given */
    bool wants_matches, compresses;
    uint64_t memory_max;
};

struct reconcile_run {
    const struct reconcile_options *options;
    struct tool_run *run;
};

/* "2 missing_at_bank, 1 remainder" */
static void tell_breaks(struct tool_run *run, const struct fa_reconcile_summary *s)
{
    char text[FA_BREAK_CLASS_COUNT * 48];
    size_t size = 0;
    for (int class = 0; class < FA_BREAK_CLASS_COUNT; class++)
        if (s->break_rows[class])
            size += (size_t)snprintf(text + size, sizeof text - size, "%s%llu %s",
                                     size ? ", " : "", (unsigned long long)s->break_rows[class],
                                     fa_break_class_name((enum fa_break_class)class));
    tool_tell(run, "breaks: %s", size ? text : "none");
}

static void tell_summary(struct tool_run *run, const struct fa_reconcile_summary *s)
{
    tool_tell(run,
              "%llu flows (%llu not settled, %llu without a statement), %llu statement lines (%llu "
              "superseded): %llu matched",
              (unsigned long long)s->flow_rows, (unsigned long long)s->not_settled_rows,
              (unsigned long long)s->no_statement_rows, (unsigned long long)s->line_rows,
              (unsigned long long)s->superseded_rows, (unsigned long long)s->matched_rows);
    tell_breaks(run, s);
    tool_tell(run,
              "%llu account days bridged, %llu with a remainder, %llu without both balances; %llu "
              "days short",
              (unsigned long long)s->bridged_days, (unsigned long long)s->remainder_days,
              (unsigned long long)s->unknown_days, (unsigned long long)s->short_days);
    if (s->spilled_rows)
        tool_tell(run, "%llu rows, %llu KiB, waited or were matched in a file",
                  (unsigned long long)s->spilled_rows,
                  (unsigned long long)(s->spilled_bytes >> 10));
    tool_tell(run, "at most %llu open rows at once, %llu KiB for accounts, days and open rows%s",
              (unsigned long long)s->waiting_rows_max, (unsigned long long)(s->memory_bytes >> 10),
              s->is_second_pass ? ", in a second pass" : "");
}

static struct fa_reconcile_options reconcile_options(const struct reconcile_options *options)
{
    return (struct fa_reconcile_options){
        .scheme = options->found,
        .hash_key = tool_hash_key(),
        .wants_matches = options->wants_matches || options->explain,
        .memory_max = options->memory_max,
        .spool_dir = tool_spool_folder(),
    };
}

static enum fa_status reconcile_ledger(const struct reconcile_options *options,
                                       struct tool_run *run, struct fa_blocks *ledger,
                                       struct fa_output *output)
{
    struct fa_reconcile_options reconcile = reconcile_options(options);
    struct tool_stage stage = tool_stage_begin();
    struct fa_blocks *reconciled;
    FA_TRY(fa_reconcile(ledger, &reconcile, run->sink, &reconciled));
    enum fa_status status = fa_stream_write(reconciled, options->compresses, output);
    if (status == FA_OK && run->is_verbose) {
        const struct fa_reconcile_summary *summary = fa_reconcile_get_summary(reconciled);
        tool_stage_end(run, stage, "reconcile", summary->flow_rows + summary->line_rows);
        tell_summary(run, summary);
    }
    fa_blocks_free(reconciled);
    return status;
}

static enum fa_status reconcile(void *context, struct fa_output *output)
{
    struct reconcile_run *reconcile_run = context;
    struct stream_input input;
    enum fa_status status = stream_input_open(&input, reconcile_run->run, true);
    if (status == FA_OK)
        status = reconcile_ledger(reconcile_run->options, reconcile_run->run, input.blocks, output);
    stream_input_close(&input);
    return status;
}

/* --- --explain --- */

static enum fa_status explain_ledger(const struct reconcile_options *options,
                                     struct tool_run *run, struct fa_blocks *ledger,
                                     struct fa_buf *text)
{
    struct fa_reconcile_options reconcile = reconcile_options(options);
    struct fa_blocks *reconciled;
    FA_TRY(fa_reconcile(ledger, &reconcile, run->sink, &reconciled));
    enum fa_status status = fa_reconcile_explain(
        reconciled, options->found, fa_str_from(options->explain), run->sink, text);
    fa_blocks_free(reconciled);
    return status;
}

/* Text for a person instead of a stream. */
static enum fa_status explain(const struct reconcile_options *options, struct tool_run *run)
{
    struct fa_buf text = {0};
    struct stream_input input;
    enum fa_status status = stream_input_open(&input, run, true);
    if (status == FA_OK)
        status = explain_ledger(options, run, input.blocks, &text);
    stream_input_close(&input);
    struct output *output = status == FA_OK ? malloc(sizeof *output) : NULL;
    if (status == FA_OK && !output)
        status = fa_out_of_memory(run->sink, "the output");
    if (status == FA_OK)
        status = output_open(output, options->output, OUTPUT_TEXT, run->sink);
    if (status == FA_OK)
        status = output_finish(output, output_write(output, text.bytes, text.size));
    free(output);
    fa_buf_release(&text);
    return status;
}

int main(int argc, char **argv)
{
    struct reconcile_options options = {.memory_max = FA_MEMORY_DEFAULT};
    const struct option_spec specs[] = {
        {"compress", 'z', NULL, "compress the blocks, for files", OPTION_FLAG,
         &options.compresses},
        {"explain", 0, "ID",
         "say as text what became of a flow, line, reference or break, and what kept an open one "
         "from being matched; writes no stream",
         OPTION_TEXT, &options.explain},
        {"matches", 0, NULL, "write the table match too: a row for each pair of flow and line",
         OPTION_FLAG, &options.wants_matches},
        {"memory", 0, "SIZE",
         "keep at most SIZE of the rows that wait for a counterpart in memory, and of each added "
         "table, the rest in files; 512M unless given",
         OPTION_SIZE, &options.memory_max},
        {"output", 'o', "FILE", "write to FILE instead of standard output", OPTION_TEXT,
         &options.output},
        SCHEME_OPTION(options.scheme),
        {0},
    };
    const struct tool tool = {
        .name = "flowaudit-reconcile",
        .operands = "[STREAM]",
        .purpose = "Compares a ledger with the bank's statements and adds breaks and the balance "
                   "bridge.",
        .options = specs,
        .operands_max = 1,
    };
    struct tool_run run;
    tool_start(&run, &tool, argc, argv);
    /* The scheme first: a mistake in it must not cost the reading of a large stream. */
    struct scheme_list schemes;
    enum fa_status status = schemes_load_chosen(&schemes, &run, options.scheme, &options.found);
    struct reconcile_run reconcile_run = {&options, &run};
    if (status == FA_OK)
        status = options.explain
                     ? explain(&options, &run)
                     : stream_output(options.output, &run, reconcile, &reconcile_run);
    schemes_release(&schemes);
    return tool_end(&run, status);
}
