#include "report/report.h"

#include "base/fields.h"

enum { SEND_BYTES = 65536 };

/* Cells of statistics and of evidence are masked by what their parents know of their columns. */
static enum fa_status show(const struct fa_shown_context *context, enum fa_result_table table,
                           uint64_t row, int column, uint64_t *parent, struct fa_buf *cell)
{
    const struct fa_results *results = context->results;
    const struct fa_loaded_table *loaded = &results->tables[table];
    struct fa_str name = loaded->def->columns[column].name;
    bool is_value = fa_str_is(name, "value");
    if (is_value && table == FA_RESULT_STATISTIC) {
        while (row >= results->view_cells[*parent].to)
            ++*parent;
        fa_buf_clear(cell);
        return fa_result_missing(loaded, row, column)
                   ? FA_OK
                   : fa_shown_statistic(context, *parent, row, cell);
    }
    if (is_value && table == FA_RESULT_CELL) {
        while (row >= results->row_cells[*parent].to)
            ++*parent;
        return fa_shown_evidence(context, *parent, row, cell);
    }
    return fa_shown_cell(context, table, row, column, cell);
}

/* Numbers are no formulas, whatever their sign. */
static bool is_text(const struct fa_column_def *column)
{
    return fa_type_is_bytes(column->type) || column->type == FA_TYPE_ID;
}

struct csv {
    struct fa_buf text, cell, seen;
    struct fa_output *output;
};

static enum fa_status send(struct csv *csv)
{
    enum fa_status status = csv->output->write(csv->output, csv->text.bytes, csv->text.size);
    fa_buf_clear(&csv->text);
    return status;
}

/* With --csv-safe a person looks at it in a spreadsheet. */
static enum fa_status add_field(struct csv *csv, struct fa_str text, bool is_first, bool is_safe)
{
    if (!is_first)
        FA_TRY(fa_buf_add_char(&csv->text, ','));
    if (is_safe) {
        fa_buf_clear(&csv->seen);
        FA_TRY(fa_visible_add_lines(&csv->seen, text));
        text = fa_buf_str(&csv->seen);
    }
    return fa_csv_add_field(&csv->text, text, is_safe);
}

static enum fa_status write_table(const struct fa_shown_context *context, bool is_safe,
                                  enum fa_result_table table, struct csv *csv)
{
    const struct fa_loaded_table *loaded = &context->results->tables[table];
    uint64_t parent = 0;
    for (int c = 0; c < loaded->def->hidden_from; c++)
        FA_TRY(add_field(csv, loaded->def->columns[c].name, c == 0, false));
    FA_TRY(fa_buf_add(&csv->text, "\r\n", 2));
    for (uint64_t row = 0; row < loaded->row_count; row++) {
        fa_shown_forget(context, table, row);
        if (table == FA_RESULT_FINDING)
            fa_shown_forget(context, FA_RESULT_VALUE,
                            context->results->finding_values[row].from);
        for (int c = 0; c < loaded->def->hidden_from; c++) {
            FA_TRY(show(context, table, row, c, &parent, &csv->cell));
            FA_TRY(add_field(csv, fa_buf_str(&csv->cell), c == 0,
                             is_safe && is_text(&loaded->def->columns[c])));
        }
        FA_TRY(fa_buf_add(&csv->text, "\r\n", 2));
        if (csv->text.size >= SEND_BYTES)
            FA_TRY(send(csv));
    }
    return send(csv);
}

enum fa_status fa_report_csv_table(const struct fa_shown_context *context,
                                   const struct fa_report_options *options,
                                   enum fa_result_table table, struct fa_output *output)
{
    struct csv csv = {.output = output};
    if (!context->results->tables[table].def)
        return FA_OK;
    enum fa_status status = write_table(context, options->csv_safe, table, &csv);
    if (status == FA_ELIMIT)
        status = fa_out_of_memory(context->results->sink, "the report");
    fa_buf_release(&csv.text);
    fa_buf_release(&csv.cell);
    fa_buf_release(&csv.seen);
    return status;
}

enum fa_status fa_report_csv(const struct fa_shown_context *context,
                             const struct fa_report_options *options, struct fa_output *output)
{
    return fa_report_csv_table(context, options, FA_RESULT_FINDING, output);
}
