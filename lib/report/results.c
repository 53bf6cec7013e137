#include "report/results.h"

#include <stdlib.h>

#include "report/append.h"

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

static enum fa_status add_block(struct fa_results *results, const struct fa_block *block)
{
    const struct fa_table_def *def = &results->head->dictionary.tables[block->table];
    struct fa_loaded_table *table = NULL;
    for (int t = 0; t < FA_RESULT_TABLE_COUNT; t++)
        if (results->tables[t].def == def)
            table = &results->tables[t];
    if (!table)
        return FA_OK; /* a table of a later version, or one that no report prints */
    struct fa_decoder *decoder = fa_decoder_new(def);
    if (!decoder)
        return fa_out_of_memory(results->sink, "results");
    fa_decoder_want_all(decoder);
    struct fa_batch batch;
    enum fa_status status = fa_vec_add(&table->decoders, decoder);
    if (status != FA_OK) {
        fa_decoder_free(decoder);
        return fa_out_of_memory(results->sink, "results");
    }
    FA_TRY(fa_decoder_decode(decoder, block, results->sink, &batch));
    if (fa_vec_add(&table->batches, batch) != FA_OK)
        return fa_out_of_memory(results->sink, "results");
    table->row_count += batch.row_count;
    return FA_OK;
}

/* Rows of CHILD stand in the order of PARENT's rows and name them in text column CHILD_KEY; or,
 * where PARENT_KEY is a number, by its value. */
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
    uint64_t at = 0;
    int parent_column =
        parents->def ? fa_result_column(parents, parent_key) : FA_NO_COLUMN; /* none: no rows */
    int child_column = fa_result_column(children, child_key);
    bool is_text = fa_type_is_bytes(children->def->columns[child_column].type);
    for (uint64_t row = 0; row < parents->row_count; row++) {
        made[row].from = at;
        if (is_text) {
            struct fa_str name = fa_result_text(parents, row, parent_column);
            while (at < children->row_count &&
                   fa_is_same(name, fa_result_text(children, at, child_column)))
                at++;
        } else {
            int64_t number = fa_result_number(parents, row, parent_column);
            while (at < children->row_count &&
                   number == fa_result_number(children, at, child_column))
                at++;
        }
        made[row].to = at;
    }
    if (at != children->row_count)
        return fa_error(results->sink, FA_CODE_REPORT_RESULTS, (struct fa_place){0}, NULL,
                        "rows of %s belong to no row of %s", table_names[child],
                        table_names[parent]);
    return FA_OK;
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

static void count_prior(struct fa_results *results)
{
    const struct fa_loaded_table *findings = &results->tables[FA_RESULT_FINDING];
    const struct fa_loaded_table *earlier = &results->tables[FA_RESULT_EARLIER];
    results->has_prior = earlier->def != NULL;
    int prior = findings->def ? fa_result_column(findings, "prior") : FA_NO_COLUMN;
    for (uint64_t row = 0; results->has_prior && row < findings->row_count; row++)
        results->prior[fa_result_number(findings, row, prior)]++;
    for (uint64_t row = 0; row < earlier->row_count; row++)
        results->earlier[fa_result_number(earlier, row, fa_result_column(earlier, "state"))]++;
}

static void count_findings(struct fa_results *results)
{
    const struct fa_loaded_table *findings = &results->tables[FA_RESULT_FINDING];
    if (findings->row_count) {
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
    const struct fa_loaded_table *breaks = &results->tables[FA_RESULT_BREAK];
    if (breaks->row_count) {
        int severity = fa_result_column(breaks, "severity");
        for (uint64_t row = 0; row < breaks->row_count; row++) {
            int64_t level = fa_result_number(breaks, row, severity);
            if (level < FA_SEVERITIES)
                results->breaks[level]++;
        }
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
    FA_TRY(check_statistics(results));
    count_findings(results);
    count_prior(results);
    return FA_OK;
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
    for (int t = 0; t < FA_RESULT_TABLE_COUNT; t++) {
        made->tables[t].def =
            fa_dictionary_find(&head->dictionary, fa_str_from(table_names[t]));
        if (made->tables[t].def)
            fa_cell_want(made->held, head, made->tables[t].def->index);
    }
    enum fa_status status = load(made, blocks);
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
        for (size_t i = 0; i < table->decoders.count; i++)
            fa_decoder_free(table->decoders.items[i]);
        fa_vec_free(&table->decoders);
        fa_vec_free(&table->batches);
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
