/*
 * The lists that a workbook does not show whole, as CSV beside it: all rows, masked as there.
 */
#include "base/fields.h"
#include "base/limits.h"
#include "report/report.h"

static const struct {
    const char *name;
    enum fa_result_table table;
} rests[FA_REPORT_RESTS] = {
    {"findings", FA_RESULT_FINDING}, {"evidence", FA_RESULT_EVIDENCE},
    {"breaks", FA_RESULT_BREAK},     {"bridge", FA_RESULT_BRIDGE},
    {"coverage", FA_RESULT_COVERAGE}, {"rejected", FA_RESULT_REJECT},
    {"remarks", FA_RESULT_REMARK},   {"controls", FA_RESULT_CONTROL},
    {"earlier", FA_RESULT_EARLIER},  {"waivers", FA_RESULT_WAIVER},
    {"pending", FA_RESULT_PENDING}};

struct rest {
    const struct fa_shown_context *context;
    bool safe;
    struct fa_buf line, cell, fields, seen;
    struct fa_output *output;
};

const char *fa_report_rest_name(int rest)
{
    return rests[rest].name;
}

const char *fa_report_rest_of(enum fa_result_table table)
{
    for (int i = 0; i < FA_REPORT_RESTS; i++)
        if (rests[i].table == table)
            return rests[i].name;
    return NULL;
}

bool fa_report_has_rest(const struct fa_results *results, int rest)
{
    return results->tables[rests[rest].table].row_count > FA_SHEET_ROWS_MAX;
}

static enum fa_status add_field(struct rest *rest, struct fa_str text)
{
    if (rest->line.size) /* the first, a finding's number, is never empty */
        FA_TRY(fa_buf_add_char(&rest->line, ','));
    if (rest->safe) {
        fa_buf_clear(&rest->seen);
        FA_TRY(fa_visible_add_lines(&rest->seen, text));
        text = fa_buf_str(&rest->seen);
    }
    return fa_csv_add_field(&rest->line, text, rest->safe);
}

static enum fa_status end_line(struct rest *rest)
{
    FA_TRY(fa_buf_add_text(&rest->line, "\r\n"));
    FA_TRY(rest->output->write(rest->output, rest->line.bytes, rest->line.size));
    fa_buf_clear(&rest->line);
    return FA_OK;
}

static enum fa_status add_heading(struct rest *rest, const struct fa_table_def *def)
{
    for (int c = 0; c < def->hidden_from; c++)
        FA_TRY(add_field(rest, def->columns[c].name));
    return FA_OK;
}

static enum fa_status add_row(struct rest *rest, enum fa_result_table table, uint64_t row)
{
    const struct fa_table_def *def = rest->context->results->tables[table].def;
    for (int c = 0; c < def->hidden_from; c++) {
        FA_TRY(fa_shown_cell(rest->context, table, row, c, &rest->cell));
        FA_TRY(add_field(rest, fa_buf_str(&rest->cell)));
    }
    return FA_OK;
}

/* "amount=1.00; kind=pay" of a row of the ledger. */
static enum fa_status add_fields(struct rest *rest, uint64_t row)
{
    const struct fa_results *results = rest->context->results;
    const struct fa_loaded_table *cells = &results->tables[FA_RESULT_CELL];
    struct fa_row_span span = results->row_cells[row];
    int name = cells->row_count ? fa_result_column(cells, "column") : 0;
    fa_buf_clear(&rest->fields);
    for (uint64_t cell = span.from; cell < span.to; cell++) {
        FA_TRY(fa_shown_evidence(rest->context, row, cell, &rest->cell));
        FA_TRY(fa_buf_add_text(&rest->fields, cell > span.from ? "; " : ""));
        FA_TRY(fa_buf_add_str(&rest->fields, fa_result_text(cells, cell, name)));
        FA_TRY(fa_buf_add_char(&rest->fields, '='));
        FA_TRY(fa_buf_add_str(&rest->fields, fa_buf_str(&rest->cell)));
    }
    return add_field(rest, fa_buf_str(&rest->fields));
}

/* A line for each row that a finding cites, with the row itself. */
static enum fa_status write_evidence(struct rest *rest)
{
    const struct fa_results *results = rest->context->results;
    const struct fa_loaded_table *links = &results->tables[FA_RESULT_EVIDENCE];
    const struct fa_loaded_table *rows = &results->tables[FA_RESULT_ROW];
    int finding = fa_result_column(links, "finding"), row_no = fa_result_column(links, "row_no");
    FA_TRY(add_field(rest, FA_STR("finding")));
    if (rows->def)
        FA_TRY(add_heading(rest, rows->def));
    FA_TRY(add_field(rest, FA_STR("fields")));
    FA_TRY(end_line(rest));
    for (uint64_t link = 0; link < links->row_count; link++) {
        uint64_t row = (uint64_t)fa_result_number(links, link, row_no) - 1;
        if (row >= rows->row_count)
            return fa_error(results->sink, FA_CODE_REPORT_RESULTS, (struct fa_place){0}, NULL,
                            "evidence names row %llu of %llu", (unsigned long long)row + 1,
                            (unsigned long long)rows->row_count);
        FA_TRY(add_field(rest, fa_result_text(links, link, finding)));
        FA_TRY(add_row(rest, FA_RESULT_ROW, row));
        FA_TRY(add_fields(rest, row));
        FA_TRY(end_line(rest));
    }
    return FA_OK;
}

enum fa_status fa_report_rest(const struct fa_shown_context *context,
                              const struct fa_report_options *options, int which,
                              struct fa_output *output)
{
    struct rest rest = {.context = context, .safe = options->csv_safe, .output = output};
    if (rests[which].table != FA_RESULT_EVIDENCE)
        return fa_report_csv_table(context, options, rests[which].table, output);
    if (!context->results->tables[FA_RESULT_EVIDENCE].def)
        return FA_OK;
    enum fa_status status = write_evidence(&rest);
    if (status == FA_ELIMIT)
        status = fa_out_of_memory(context->results->sink, "the report");
    fa_buf_release(&rest.line);
    fa_buf_release(&rest.cell);
    fa_buf_release(&rest.fields);
    fa_buf_release(&rest.seen);
    return status;
}
