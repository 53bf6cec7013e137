#include "report/results.h"

#include <stdlib.h>
#include <string.h>

static const char *const table_names[FA_RESULT_TABLE_COUNT] = {
    "result_ruleset", "result_rule",     "result_finding", "result_value", "result_row",
    "result_cell",    "result_evidence", "result_control", "result_provision",
    "result_option",  "result_input",
    "reject",         "remark",          "break",          "bridge",       "coverage",
    "result_view",    "result_column",   "result_statistic", "result_earlier",
    "result_pending",
    "result_waiver",  "result_waiver_key"};

const char *fa_result_table_name(enum fa_result_table table)
{
    return table_names[table];
}

int fa_result_column(const struct fa_loaded_table *table, const char *name)
{
    int column =
        table->def ? fa_table_find_column(table->def, fa_str_from(name)) : FA_NO_COLUMN;
    if (column == FA_NO_COLUMN)
        abort();
    return column;
}

enum fa_status fa_result_format(const struct fa_results *results,
                                const struct fa_loaded_table *table, uint64_t row, int column,
                                struct fa_buf *buf)
{
    uint32_t at;
    const struct fa_batch *batch = fa_result_batch(table, row, &at);
    fa_buf_clear(buf);
    return fa_cell_format(&results->context, batch, column, at, buf);
}

/* --- blocks --- */

static struct fa_decoder *take_decoder(struct fa_loaded_table *table)
{
    struct fa_decoder *decoder = table->spare;
    table->spare = NULL;
    if (!decoder)
        decoder = fa_decoder_new(table->def);
    if (decoder)
        fa_decoder_want_all(decoder);
    return decoder;
}

void fa_result_decode(const struct fa_loaded_table *table, struct fa_loaded_block *block)
{
    struct fa_loaded_table *own = &table->results->tables[table - table->results->tables];
    struct fa_results *results = table->results;
    size_t index = (size_t)(block - own->blocks.items);
    if (own->forgotten > index)
        own->forgotten = index;
    block->decoder = results->lacks_memory ? NULL : take_decoder(own);
    enum fa_status status = block->decoder
                                ? fa_decoder_decode(block->decoder, &block->encoded, results->sink,
                                                    &block->batch)
                                : FA_ELIMIT;
    if (status == FA_OK)
        return;
    /* its bytes were right when they came, so nothing but memory can be missing */
    if (!block->decoder && !results->lacks_memory)
        (void)fa_out_of_memory(results->sink, "results");
    fa_decoder_free(block->decoder);
    block->decoder = NULL;
    block->batch = (struct fa_batch){table->def, block->encoded.first_row,
                                     block->encoded.row_count, table->nothing};
    results->lacks_memory = true;
}

enum fa_status fa_results_status(const struct fa_results *results)
{
    return results->lacks_memory ? FA_ELIMIT : FA_OK;
}

void fa_result_forget(const struct fa_results *results, enum fa_result_table which, uint64_t row)
{
    const struct fa_loaded_table *table = &results->tables[which];
    struct fa_loaded_table *own = table->results ? &table->results->tables[which] : NULL;
    for (; own && own->forgotten < row / FA_BLOCK_ROWS_MAX; own->forgotten++) {
        struct fa_loaded_block *block = &own->blocks.items[own->forgotten];
        if (own->spare)
            fa_decoder_free(block->decoder);
        else
            own->spare = block->decoder;
        block->decoder = NULL;
    }
}

/* --- shares --- */

static enum fa_status share_blocks(const struct fa_loaded_table *table, struct fa_loaded_table *share)
{
    size_t count = table->blocks.count;
    share->blocks.items = calloc(count + 1, sizeof *share->blocks.items);
    share->blocks.count = share->blocks.capacity = share->blocks.items ? count : 0;
    for (size_t i = 0; i < share->blocks.count; i++)
        share->blocks.items[i].encoded = table->blocks.items[i].encoded;
    return share->blocks.items ? FA_OK : fa_out_of_memory(table->results->sink, "results");
}

enum fa_status fa_results_share(const struct fa_results *results, struct fa_results **share)
{
    struct fa_results *made = malloc(sizeof *made);
    if (!made)
        return fa_out_of_memory(results->sink, "results");
    *made = *results;
    enum fa_status status = FA_OK;
    for (int t = 0; t < FA_RESULT_TABLE_COUNT; t++) {
        struct fa_loaded_table *table = &made->tables[t];
        table->blocks.items = NULL;
        table->blocks.count = table->blocks.capacity = 0;
        table->forgotten = 0;
        table->spare = NULL;
        table->results = made;
        if (status == FA_OK)
            status = share_blocks(&results->tables[t], table);
    }
    if (status == FA_OK)
        *share = made;
    else
        fa_results_unshare(results, made);
    return status;
}

static void release_decoded(struct fa_loaded_table *table)
{
    for (size_t i = 0; i < table->blocks.count; i++)
        fa_decoder_free(table->blocks.items[i].decoder);
    fa_decoder_free(table->spare);
}

void fa_results_unshare(const struct fa_results *results, struct fa_results *share)
{
    if (!share)
        return;
    if (share->lacks_memory)
        results->tables[0].results->lacks_memory = true;
    for (int t = 0; t < FA_RESULT_TABLE_COUNT; t++) {
        release_decoded(&share->tables[t]);
        fa_vec_free(&share->tables[t].blocks);
    }
    free(share);
}

static void count_findings(struct fa_results *results, const struct fa_loaded_table *findings);
static void count_breaks(struct fa_results *results, const struct fa_loaded_table *breaks);
static void count_prior(struct fa_results *results, const struct fa_loaded_table *findings);
static void count_earlier(struct fa_results *results, const struct fa_loaded_table *earlier);

/* Counts what a block holds while it is decoded. */
static void count_block(struct fa_results *results, enum fa_result_table table,
                        struct fa_loaded_block *block)
{
    struct fa_loaded_table one = {.def = results->tables[table].def,
                                  .row_count = block->batch.row_count,
                                  .blocks = {block, 1, 1}};
    if (table == FA_RESULT_FINDING) {
        count_findings(results, &one);
        count_prior(results, &one);
    } else if (table == FA_RESULT_BREAK) {
        count_breaks(results, &one);
    } else if (table == FA_RESULT_EARLIER) {
        count_earlier(results, &one);
    }
}

static enum fa_status keep_block(struct fa_loaded_table *table, const struct fa_block *block)
{
    struct fa_loaded_block kept = {.encoded = *block, .bytes = malloc(block->size_bytes)};
    if (!kept.bytes)
        return fa_out_of_memory(table->results->sink, "results");
    memcpy(kept.bytes, block->bytes, block->size_bytes);
    kept.encoded.bytes = kept.bytes;
    if (fa_vec_add(&table->blocks, kept) == FA_OK)
        return FA_OK;
    free(kept.bytes);
    return fa_out_of_memory(table->results->sink, "results");
}

static enum fa_status add_block(struct fa_results *results, const struct fa_block *block)
{
    const struct fa_table_def *def = &results->head->dictionary.tables[block->table];
    int t = 0;
    while (t < FA_RESULT_TABLE_COUNT && results->tables[t].def != def)
        t++;
    if (t == FA_RESULT_TABLE_COUNT)
        return FA_OK; /* a table of a later version, or one that no report prints */
    struct fa_loaded_table *table = &results->tables[t];
    struct fa_loaded_block seen = {.decoder = take_decoder(table)};
    if (!seen.decoder)
        return fa_out_of_memory(results->sink, "results");
    enum fa_status status =
        fa_decoder_decode(seen.decoder, block, results->sink, &seen.batch);
    if (status == FA_OK) {
        count_block(results, (enum fa_result_table)t, &seen);
        table->row_count += seen.batch.row_count;
        status = keep_block(table, block);
    }
    table->spare = seen.decoder;
    return status;
}

/* --- rows that belong to rows --- */

enum fa_status fa_result_walk(struct fa_result_walk *walk, const struct fa_loaded_table *table,
                              int column)
{
    *walk = (struct fa_result_walk){.table = table, .column = column};
    walk->decoder = fa_decoder_new(table->def);
    if (!walk->decoder)
        return fa_out_of_memory(table->results->sink, "results");
    fa_decoder_want(walk->decoder, column);
    return FA_OK;
}

enum fa_status fa_result_walk_on(struct fa_result_walk *walk)
{
    struct fa_batch batch;
    FA_TRY(fa_decoder_decode(walk->decoder, &walk->table->blocks.items[walk->next_block].encoded,
                             walk->table->results->sink, &batch));
    walk->next_block++;
    walk->cells = &batch.columns[walk->column];
    return FA_OK;
}

void fa_result_walk_release(struct fa_result_walk *walk)
{
    fa_decoder_free(walk->decoder);
    walk->decoder = NULL;
}

static int64_t walk_number(const struct fa_result_walk *walk, uint64_t row)
{
    uint32_t at = (uint32_t)(row % FA_BLOCK_ROWS_MAX);
    return fa_is_missing(walk->cells, at) ? 0 : walk->cells->values[at];
}

static enum fa_status fill_spans(struct fa_result_walk *parents, struct fa_result_walk *children,
                                 struct fa_row_span *spans)
{
    bool is_text = fa_type_is_bytes(parents->table->def->columns[parents->column].type);
    uint64_t at = 0;
    FA_TRY(fa_result_walk_to(children, 0));
    for (uint64_t row = 0; row < parents->table->row_count; row++) {
        FA_TRY(fa_result_walk_to(parents, row));
        struct fa_str name = {"", 0};
        int64_t number = 0;
        if (is_text)
            name = fa_result_walk_text(parents, row);
        else
            number = walk_number(parents, row);
        spans[row].from = at;
        while (at < children->table->row_count &&
               (is_text ? fa_str_equal(name, fa_result_walk_text(children, at))
                                 : number == walk_number(children, at)))
            FA_TRY(fa_result_walk_to(children, ++at));
        spans[row].to = at;
    }
    return FA_OK;
}

/* Rows of CHILD stand in the order of PARENT's rows and name them in column CHILD_KEY, a text or a
 * number as PARENT_KEY is. */
static enum fa_status make_spans(struct fa_results *results, enum fa_result_table parent,
                                 const char *parent_key, enum fa_result_table child,
                                 const char *child_key, struct fa_row_span **spans)
{
    const struct fa_loaded_table *parents = &results->tables[parent];
    const struct fa_loaded_table *children = &results->tables[child];
    struct fa_row_span *made = calloc(parents->row_count + 1, sizeof *made);
    if (!made)
        return fa_out_of_memory(results->sink, "results");
    *spans = made;
    if (children->row_count == 0)
        return FA_OK;
    struct fa_result_walk of_parents = {0}, of_children = {0};
    enum fa_status status = FA_OK;
    if (parents->row_count) /* a table that is not there has no columns either */
        status = fa_result_walk(&of_parents, parents, fa_result_column(parents, parent_key));
    if (status == FA_OK && parents->row_count)
        status = fa_result_walk(&of_children, children, fa_result_column(children, child_key));
    if (status == FA_OK && parents->row_count)
        status = fill_spans(&of_parents, &of_children, made);
    fa_result_walk_release(&of_parents);
    fa_result_walk_release(&of_children);
    uint64_t taken = parents->row_count ? made[parents->row_count - 1].to : 0;
    if (status == FA_OK && taken != children->row_count)
        return fa_error(results->sink, FA_CODE_REPORT_RESULTS, (struct fa_place){0}, NULL,
                        "rows of %s belong to no row of %s", table_names[child],
                        table_names[parent]);
    return status;
}

/* Every row of a statistic has a cell for each column, in order: writers count on it. */
static enum fa_status check_statistics(const struct fa_results *results)
{
    const struct fa_loaded_table *cells = &results->tables[FA_RESULT_STATISTIC];
    for (uint64_t view = 0; view < results->tables[FA_RESULT_VIEW].row_count; view++) {
        uint64_t width = results->view_columns[view].to - results->view_columns[view].from;
        struct fa_row_span span = results->view_cells[view];
        bool is_whole = span.from == span.to || (width && (span.to - span.from) % width == 0);
        for (uint64_t c = span.from; is_whole && c < span.to; c++)
            is_whole = (uint64_t)fa_result_number(cells, c, fa_result_column(cells, "column_no")) ==
                       (c - span.from) % width + 1;
        if (!is_whole)
            return fa_error(results->sink, FA_CODE_REPORT_RESULTS, (struct fa_place){0}, NULL,
                            "a statistic lacks cells");
    }
    return FA_OK;
}

enum { OUTCOME_VIOLATION, OUTCOME_LEAD, OUTCOME_INDETERMINATE };

/* What --only-new counts. A finding that was a lead, less grave or waived is new as what it is now. */
static bool is_new(const struct fa_loaded_table *findings, uint64_t row, int prior)
{
    enum { PERSISTING = 1, CHANGED = 2 };
    int64_t is = fa_result_number(findings, row, prior);
    if (fa_result_missing(findings, row, prior) || is == PERSISTING)
        return fa_result_missing(findings, row, prior);
    struct fa_str change = fa_result_text(findings, row, fa_result_column(findings, "change"));
    return is != CHANGED || fa_str_contains(change, FA_STR("outcome=")) ||
           fa_str_contains(change, FA_STR("severity=")) ||
           fa_str_contains(change, FA_STR("waived="));
}

static void count_prior(struct fa_results *results, const struct fa_loaded_table *findings)
{
    int prior = fa_result_column(findings, "prior");
    for (uint64_t row = 0; results->has_prior && row < findings->row_count; row++)
        results->prior[fa_result_number(findings, row, prior)]++;
}

static void count_earlier(struct fa_results *results, const struct fa_loaded_table *earlier)
{
    int state = fa_result_column(earlier, "state");
    for (uint64_t row = 0; row < earlier->row_count; row++)
        results->earlier[fa_result_number(earlier, row, state)]++;
}

static void count_findings(struct fa_results *results, const struct fa_loaded_table *findings)
{
    int outcome = fa_result_column(findings, "outcome");
    int severity = fa_result_column(findings, "severity");
    int waived = fa_result_column(findings, "waived");
    int prior = fa_result_column(findings, "prior");
    for (uint64_t row = 0; row < findings->row_count; row++) {
        int64_t level = fa_result_number(findings, row, severity);
        int64_t kind = fa_result_number(findings, row, outcome);
        bool is_waived = fa_result_number(findings, row, waived) != 0;
        if (kind == OUTCOME_LEAD) {
            results->lead_count++;
            results->waived_lead_count += is_waived;
        } else if (level < FA_SEVERITIES) {
            bool is_violation = kind == OUTCOME_VIOLATION;
            (is_violation ? results->violations : results->indeterminate)[level]++;
            (is_violation ? results->waived_violations
                          : results->waived_indeterminate)[level] += is_waived;
            (is_violation ? results->new_violations : results->new_indeterminate)[level] +=
                !is_waived && is_new(findings, row, prior);
        }
    }
}

static void count_breaks(struct fa_results *results, const struct fa_loaded_table *breaks)
{
    int severity = fa_result_column(breaks, "severity");
    for (uint64_t row = 0; row < breaks->row_count; row++) {
        int64_t level = fa_result_number(breaks, row, severity);
        if (level < FA_SEVERITIES)
            results->breaks[level]++;
    }
}

static enum fa_status load(struct fa_results *results, struct fa_blocks *blocks)
{
    for (;;) {
        struct fa_block block;
        bool is_end;
        FA_TRY(fa_blocks_next(blocks, &block, &is_end));
        if (is_end)
            break;
        if (block.kind == FA_BLOCK_IDS)
            FA_TRY(fa_held_add(results->held, &block));
        else if (block.kind == FA_BLOCK_TABLE)
            FA_TRY(add_block(results, &block));
    }
    FA_TRY(fa_held_finish(results->held));
    if (fa_totals_merge(&results->totals, blocks->totals) != FA_OK)
        return fa_out_of_memory(results->sink, "control totals");
    FA_TRY(make_spans(results, FA_RESULT_FINDING, "finding", FA_RESULT_VALUE, "finding",
                      &results->finding_values));
    FA_TRY(make_spans(results, FA_RESULT_FINDING, "finding", FA_RESULT_EVIDENCE, "finding",
                      &results->finding_evidence));
    FA_TRY(make_spans(results, FA_RESULT_ROW, "row_no", FA_RESULT_CELL, "row_no",
                      &results->row_cells));
    FA_TRY(make_spans(results, FA_RESULT_VIEW, "view", FA_RESULT_COLUMN, "view",
                      &results->view_columns));
    FA_TRY(make_spans(results, FA_RESULT_VIEW, "view", FA_RESULT_STATISTIC, "view",
                      &results->view_cells));
    FA_TRY(make_spans(results, FA_RESULT_WAIVER, "waiver", FA_RESULT_WAIVER_KEY, "waiver",
                      &results->waiver_keys));
    return check_statistics(results);
}

static bool has_values(const struct fa_column_def *column, const struct fa_column_def *wanted)
{
    if (column->value_count != wanted->value_count)
        return false;
    for (uint32_t v = 0; v < wanted->value_count; v++)
        if (!fa_str_equal(column->values[v], wanted->values[v]))
            return false;
    return true;
}

/* A stream brings its own definition of each table; a report reads columns and values by this
 * version's. What lacks one of them is refused here, so that no writer meets a table that it
 * does not know. */
static enum fa_status check_table(const struct fa_table_def *table,
                                  const struct fa_table_def *wanted, struct fa_sink *sink)
{
    for (int c = 0; c < wanted->hidden_from; c++) {
        const struct fa_column_def *column = &wanted->columns[c];
        int found = fa_table_find_column(table, column->name);
        if (found == FA_NO_COLUMN || table->columns[found].type != column->type ||
            !has_values(&table->columns[found], column))
            return fa_error(
                sink, FA_CODE_REPORT_RESULTS, (struct fa_place){0},
                "make the results anew with flowaudit-flag of this version",
                "table %.*s of the results has no column %.*s as this version knows it",
                (int)wanted->name.size, wanted->name.bytes, (int)column->name.size,
                column->name.bytes);
    }
    return FA_OK;
}

static enum fa_status check_tables(const struct fa_head *head, struct fa_sink *sink)
{
    struct fa_arena call_arena;
    struct fa_dictionary known;
    fa_arena_init(&call_arena);
    enum fa_status status = fa_dictionary_builtin(&call_arena, sink, &known);
    for (int t = 0; status == FA_OK && t < FA_RESULT_TABLE_COUNT; t++) {
        struct fa_str name = fa_str_from(table_names[t]);
        const struct fa_table_def *table = fa_dictionary_find(&head->dictionary, name);
        const struct fa_table_def *wanted = fa_dictionary_find(&known, name);
        if (table && wanted)
            status = check_table(table, wanted, sink);
    }
    fa_arena_release(&call_arena);
    return status;
}

/* Columns in which no row has a value. */
static struct fa_column *nothing_of(const struct fa_table_def *table)
{
    struct fa_column *columns = calloc((size_t)table->column_count + 1, sizeof *columns);
    for (int c = 0; columns && c < table->column_count; c++)
        columns[c].is_absent = true;
    return columns;
}

enum fa_status fa_results_load(struct fa_blocks *blocks, struct fa_sink *sink,
                               struct fa_results **results)
{
    const struct fa_head *head = blocks->head;
    if (head->kind != FA_STREAM_RESULTS)
        return fa_error(sink, FA_CODE_REPORT_LEDGER, (struct fa_place){0},
                        "run flowaudit-flag on it first", "expected results, found a ledger");
    FA_TRY(check_tables(head, sink));
    struct fa_results *made = calloc(1, sizeof *made);
    if (!made)
        return fa_out_of_memory(sink, "results");
    made->head = head;
    made->sink = sink;
    fa_totals_init(&made->totals);
    made->held = fa_held_new(head, sink);
    if (!made->held) {
        fa_results_free(made);
        return fa_out_of_memory(sink, "results");
    }
    made->context = (struct fa_cell_context){head, made->held};
    bool is_whole = true;
    for (int t = 0; t < FA_RESULT_TABLE_COUNT; t++) {
        made->tables[t].def =
            fa_dictionary_find(&head->dictionary, fa_str_from(table_names[t]));
        made->tables[t].results = made;
        if (!made->tables[t].def)
            continue;
        fa_cell_want(made->held, head, made->tables[t].def->index);
        made->tables[t].nothing = nothing_of(made->tables[t].def);
        is_whole &= made->tables[t].nothing != NULL;
    }
    made->has_prior = made->tables[FA_RESULT_EARLIER].def != NULL;
    enum fa_status status = is_whole ? load(made, blocks) : fa_out_of_memory(sink, "results");
    if (status != FA_OK) {
        fa_results_free(made);
        return status;
    }
    *results = made;
    return FA_OK;
}

void fa_results_free(struct fa_results *results)
{
    if (!results)
        return;
    for (int t = 0; t < FA_RESULT_TABLE_COUNT; t++) {
        struct fa_loaded_table *table = &results->tables[t];
        release_decoded(table);
        for (size_t i = 0; i < table->blocks.count; i++)
            free(table->blocks.items[i].bytes);
        fa_vec_free(&table->blocks);
        free(table->nothing);
    }
    free(results->finding_values);
    free(results->finding_evidence);
    free(results->row_cells);
    free(results->view_columns);
    free(results->view_cells);
    free(results->waiver_keys);
    fa_totals_release(&results->totals);
    fa_held_free(results->held);
    free(results);
}

bool fa_results_fail(const struct fa_results *results, int severity, bool only_new)
{
    const uint64_t *violations = only_new ? results->new_violations : results->violations;
    const uint64_t *indeterminate =
        only_new ? results->new_indeterminate : results->indeterminate;
    for (int level = 0; level <= severity && level < FA_SEVERITIES; level++)
        if (violations[level] > (only_new ? 0 : results->waived_violations[level]) ||
            indeterminate[level] > (only_new ? 0 : results->waived_indeterminate[level]) ||
            results->breaks[level])
            return true;
    return false;
}
