#include "rules/evidence.h"

#include <string.h>

void fa_evidence_init(struct fa_evidence *evidence)
{
    *evidence = (struct fa_evidence){0};
    fa_arena_init(&evidence->arena);
}

void fa_evidence_release(struct fa_evidence *evidence)
{
    fa_vec_free(&evidence->rows);
    fa_arena_release(&evidence->arena);
}

static int compare_cited(const void *a, const void *b)
{
    const struct fa_cited_row *x = a, *y = b;
    if (x->table != y->table)
        return x->table < y->table ? -1 : 1;
    return (x->row > y->row) - (x->row < y->row);
}

enum fa_status fa_evidence_plan(struct fa_evidence *evidence,
                                const struct fa_verdicts *verdicts, uint32_t rows_max)
{
    for (size_t f = 0; f < verdicts->findings.count; f++) {
        const struct fa_finding *finding = &verdicts->findings.items[f];
        uint32_t planned = 0;
        for (size_t r = 0; r < finding->rows.count; r++) {
            const struct fa_row_range *range = &finding->rows.items[r];
            for (uint64_t row = range->from_row; row <= range->to_row; row++) {
                bool is_anchor = !finding->has_anchor && r == 0 && row == range->from_row;
                if (planned == rows_max && !is_anchor)
                    goto next_finding;
                struct fa_cited_row cited = {
                    .table = range->table, .row = row, .is_anchor = is_anchor};
                if (fa_vec_add(&evidence->rows, cited) != FA_OK)
                    return FA_ELIMIT;
                planned++;
            }
        }
    next_finding:
        if (finding->has_anchor) {
            struct fa_cited_row anchor = {.table = fa_finding_table(finding),
                                          .row = finding->anchor_row, .is_anchor = true};
            if (fa_vec_add(&evidence->rows, anchor) != FA_OK)
                return FA_ELIMIT;
        }
    }
    if (evidence->rows.count == 0)
        return FA_OK;
    qsort(evidence->rows.items, evidence->rows.count, sizeof evidence->rows.items[0],
          compare_cited);
    size_t kept = 0;
    for (size_t i = 0; i < evidence->rows.count; i++) {
        struct fa_cited_row *last = kept ? &evidence->rows.items[kept - 1] : NULL;
        if (last && compare_cited(last, &evidence->rows.items[i]) == 0)
            last->is_anchor |= evidence->rows.items[i].is_anchor;
        else
            evidence->rows.items[kept++] = evidence->rows.items[i];
    }
    evidence->rows.count = kept;
    return FA_OK;
}

/* Index of the first cited row that is not before (TABLE, ROW). */
static size_t lower_bound(const struct fa_evidence *evidence, int table, uint64_t row)
{
    struct fa_cited_row sought = {.table = table, .row = row};
    size_t low = 0, high = evidence->rows.count;
    while (low < high) {
        size_t middle = low + (high - low) / 2;
        if (compare_cited(&evidence->rows.items[middle], &sought) < 0)
            low = middle + 1;
        else
            high = middle;
    }
    return low;
}

bool fa_evidence_wants(const struct fa_evidence *evidence, const struct fa_block *block)
{
    size_t at = lower_bound(evidence, block->table, block->first_row);
    return at < evidence->rows.count && evidence->rows.items[at].table == block->table &&
           evidence->rows.items[at].row < block->first_row + block->row_count;
}

const struct fa_cited_row *fa_evidence_find(const struct fa_evidence *evidence, int table,
                                            uint64_t row)
{
    size_t at = lower_bound(evidence, table, row);
    if (at == evidence->rows.count || evidence->rows.items[at].table != table ||
        evidence->rows.items[at].row != row)
        return NULL;
    return &evidence->rows.items[at];
}

/* Columns of result_row and result_cell, in the order of the dictionary. */
enum { ROW_NO, ROW_TABLE, ROW_TABLE_ROW, ROW_SOURCE, ROW_RECORD_NO, ROW_LINE_NO };
enum { CELL_ROW_NO, CELL_COLUMN, CELL_VALUE };

static enum fa_status take_origin(struct fa_evidence *evidence, const struct fa_head *head,
                                  const struct fa_batch *batch, uint32_t i)
{
    struct fa_builder *rows = evidence->row_builder;
    const struct fa_table_def *table = batch->table;
    fa_builder_set(rows, ROW_NO, (int64_t)evidence->row_count);
    FA_TRY(fa_builder_set_text(rows, ROW_TABLE, table->name));
    fa_builder_set(rows, ROW_TABLE_ROW, (int64_t)(batch->first_row + i) + 1);
    int source = fa_table_hidden_column(table, "source_idx");
    if (source != FA_NO_COLUMN && !fa_is_missing(&batch->columns[source], i)) {
        int64_t source_idx = batch->columns[source].values[i];
        if (source_idx < 0 || (uint64_t)source_idx >= head->sources.count)
            return FA_EDEFECT;
        FA_TRY(fa_builder_set_text(rows, ROW_SOURCE, head->sources.items[source_idx].name));
    }
    static const struct {
        const char *hidden;
        int column;
    } places[] = {{"record_no", ROW_RECORD_NO}, {"line_no", ROW_LINE_NO}};
    for (int p = 0; p < 2; p++) {
        int column = fa_table_hidden_column(table, places[p].hidden);
        if (column != FA_NO_COLUMN && !fa_is_missing(&batch->columns[column], i))
            fa_builder_set(rows, places[p].column, batch->columns[column].values[i]);
    }
    return fa_builder_end_row(rows);
}

static enum fa_status take_cells(struct fa_evidence *evidence,
                                 const struct fa_cell_context *context,
                                 const struct fa_batch *batch, uint32_t i, struct fa_buf *text)
{
    struct fa_builder *cells = evidence->cell_builder;
    for (int c = 0; c < batch->table->hidden_from; c++) {
        if (fa_is_missing(&batch->columns[c], i))
            continue;
        fa_buf_clear(text);
        FA_TRY(fa_cell_format(context, batch, c, i, text));
        fa_builder_set(cells, CELL_ROW_NO, (int64_t)evidence->row_count);
        FA_TRY(fa_builder_set_text(cells, CELL_COLUMN, batch->table->columns[c].name));
        FA_TRY(fa_builder_set_text(cells, CELL_VALUE, fa_buf_str(text)));
        FA_TRY(fa_builder_end_row(cells));
    }
    return FA_OK;
}

static enum fa_status take_key(struct fa_evidence *evidence,
                               const struct fa_cell_context *context,
                               const struct fa_batch *batch, uint32_t i, struct fa_buf *text,
                               struct fa_str *key)
{
    fa_buf_clear(text);
    for (int k = 0; k < batch->table->key_count; k++) {
        if (k > 0)
            FA_TRY(fa_buf_add_char(text, '|'));
        FA_TRY(fa_cell_format(context, batch, batch->table->key_columns[k], i, text));
    }
    struct fa_str copy = fa_arena_str(&evidence->arena, fa_buf_str(text));
    if (!copy.bytes)
        return FA_ELIMIT;
    *key = copy;
    return FA_OK;
}

enum fa_status fa_evidence_take(struct fa_evidence *evidence,
                                const struct fa_cell_context *context,
                                const struct fa_batch *batch, int table)
{
    struct fa_buf text;
    fa_buf_init(&text);
    enum fa_status status = FA_OK;
    uint64_t end = batch->first_row + batch->row_count;
    for (size_t at = lower_bound(evidence, table, batch->first_row);
         status == FA_OK && at < evidence->rows.count; at++) {
        struct fa_cited_row *cited = &evidence->rows.items[at];
        if (cited->table != table || cited->row >= end)
            break;
        uint32_t i = (uint32_t)(cited->row - batch->first_row);
        cited->row_no = ++evidence->row_count;
        status = take_origin(evidence, context->head, batch, i);
        if (status == FA_OK)
            status = take_cells(evidence, context, batch, i, &text);
        if (status == FA_OK && cited->is_anchor)
            status = take_key(evidence, context, batch, i, &text, &cited->key);
    }
    fa_buf_release(&text);
    return status;
}
