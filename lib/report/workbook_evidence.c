/*
 * The sheets of what the findings were found in: the evidence rows, the rows that were rejected,
 * and what was doubted of rows that were accepted.
 */
#include "base/limits.h"
#include "report/workbook.h"

static const struct fa_column_spec reject_columns[] = {
    {FA_WORD_SOURCE, "source", 26},    {FA_WORD_TABLE, "table", 14},
    {FA_WORD_RECORD, "record_no", 10}, {FA_WORD_LINE, "line_no", 10},
    {FA_WORD_BYTE, "byte_offset", 12}, {FA_WORD_COLUMN, "column", 18},
    {FA_WORD_CODE, "code", 18},        {FA_WORD_REASON, "reason", 60},
    {FA_WORD_AMOUNT, "amount", 18},    {FA_WORD_CURRENCY, "currency", 11},
    {FA_WORD_RAW, "raw", 60}};
static const struct fa_column_spec remark_columns[] = {
    {FA_WORD_SOURCE, "source", 26},     {FA_WORD_TABLE, "table", 14},
    {FA_WORD_COLUMN, "column", 18},     {FA_WORD_CODE, "code", 18},
    {FA_WORD_DOUBT_COUNT, "count", 10}, {FA_WORD_RECORD, "record_no", 10},
    {FA_WORD_LINE, "line_no", 10},      {FA_WORD_REASON, "reason", 80}};
static const struct fa_column_spec evidence_columns[] = {
    {FA_WORD_FINDING, NULL, 13}, {FA_WORD_TABLE, NULL, 14},  {FA_WORD_ROW, NULL, 10},
    {FA_WORD_SOURCE, NULL, 24},  {FA_WORD_RECORD, NULL, 10}, {FA_WORD_LINE, NULL, 10},
    {FA_WORD_TIME, NULL, 21},    {FA_WORD_AMOUNT, NULL, 18}, {FA_WORD_CURRENCY, NULL, 11},
    {FA_WORD_FIELDS, NULL, 120}};

/* Clock and amount get columns of their own, everything else stands as name=value. */
static enum fa_status put_evidence_cells(struct fa_workbook *book, struct fa_sheet_writer *sheet,
                                         uint64_t row, const struct fa_table_def *table)
{
    const struct fa_results *results = book->results;
    const struct fa_loaded_table *cells = &results->tables[FA_RESULT_CELL];
    struct fa_row_span span = results->row_cells[row];
    int name_column = fa_result_column(cells, "column");
    struct fa_str time = {0}, amount = {0}, currency = {0};
    fa_buf_clear(&book->scratch);
    for (uint64_t c = span.from; c < span.to; c++) {
        struct fa_str name = fa_result_text(cells, c, name_column);
        struct fa_str value = fa_result_text(cells, c, fa_result_column(cells, "value"));
        if (table && table->clock != FA_NO_COLUMN &&
            fa_str_equal(name, table->columns[table->clock].name))
            time = value;
        else if (fa_str_is(name, "amount"))
            amount = value;
        else if (fa_str_is(name, "currency"))
            currency = value;
        else {
            FA_TRY(fa_shown_evidence(book->context, row, c, &book->text));
            FA_TRY(fa_buf_add_text(&book->scratch, book->scratch.size ? "; " : ""));
            FA_TRY(fa_buf_add_str(&book->scratch, name));
            FA_TRY(fa_buf_add_char(&book->scratch, '='));
            FA_TRY(fa_buf_add_str(&book->scratch, fa_buf_str(&book->text)));
        }
    }
    int64_t number;
    if (fa_time_parse(time, &results->head->zone, &number) == FA_VALUE_OK)
        FA_TRY(fa_sheet_put_time(sheet, number));
    else if (fa_date_parse(time, &number) == FA_VALUE_OK)
        FA_TRY(fa_sheet_put_day(sheet, number));
    else
        FA_TRY(fa_sheet_put_text(sheet, time, book->formats.text));
    FA_TRY(fa_sheet_put_decimal(sheet, amount));
    FA_TRY(fa_sheet_put_text(sheet, currency, book->formats.text));
    return fa_sheet_put_text(sheet, fa_buf_str(&book->scratch), book->formats.text);
}

static enum fa_status put_evidence_row(struct fa_workbook *book, struct fa_sheet_writer *sheet,
                                       uint64_t evidence)
{
    const struct fa_results *results = book->results;
    const struct fa_loaded_table *links = &results->tables[FA_RESULT_EVIDENCE];
    const struct fa_loaded_table *rows = &results->tables[FA_RESULT_ROW];
    uint64_t row =
        (uint64_t)fa_result_number(links, evidence, fa_result_column(links, "row_no")) - 1;
    if (row >= rows->row_count)
        return fa_error(results->sink, FA_CODE_REPORT_RESULTS, (struct fa_place){0}, NULL,
                        "evidence names row %llu of %llu", (unsigned long long)row + 1,
                        (unsigned long long)rows->row_count);
    struct fa_str table_name = fa_result_text(rows, row, fa_result_column(rows, "table"));
    FA_TRY(fa_sheet_put_text(
        sheet, fa_result_text(links, evidence, fa_result_column(links, "finding")),
        book->formats.text));
    FA_TRY(fa_sheet_put_text(sheet, table_name, book->formats.text));
    FA_TRY(fa_book_put_column(book, sheet, FA_RESULT_ROW, row, "table_row", 0));
    FA_TRY(fa_book_put_column(book, sheet, FA_RESULT_ROW, row, "source", 0));
    FA_TRY(fa_book_put_column(book, sheet, FA_RESULT_ROW, row, "record_no", 0));
    FA_TRY(fa_book_put_column(book, sheet, FA_RESULT_ROW, row, "line_no", 0));
    return put_evidence_cells(book, sheet, row,
                              fa_dictionary_find(&results->head->dictionary, table_name));
}

enum fa_status fa_book_write_evidence(struct fa_workbook *book)
{
    struct fa_sheet_writer *sheet = &book->sheets[FA_BOOK_EVIDENCE];
    uint64_t row_count = book->results->tables[FA_RESULT_EVIDENCE].row_count;
    FA_TRY(fa_book_put_heading(book, sheet, evidence_columns,
                       sizeof evidence_columns / sizeof *evidence_columns, row_count));
    for (uint64_t e = 0; e < row_count && e < FA_SHEET_ROWS_MAX; e++) {
        FA_TRY(put_evidence_row(book, sheet, e));
        fa_sheet_next_row(sheet);
    }
    return FA_OK;
}

enum fa_status fa_book_write_rejected(struct fa_workbook *book)
{
    return fa_book_write_table(book, FA_BOOK_REJECTED, FA_RESULT_REJECT, reject_columns,
                               sizeof reject_columns / sizeof *reject_columns);
}

enum fa_status fa_book_write_remarks(struct fa_workbook *book)
{
    return fa_book_write_table(book, FA_BOOK_REMARKS, FA_RESULT_REMARK, remark_columns,
                               sizeof remark_columns / sizeof *remark_columns);
}
