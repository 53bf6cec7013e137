/*
 * The sheet of coverage: what is owed to customers and what is held for them, day by day.
 */
#include "base/limits.h"
#include "report/workbook.h"

static const struct fa_column_spec coverage_columns[] = {
    {FA_WORD_DATE, "date", 13},
    {FA_WORD_CURRENCY, "currency", 11},
    {FA_WORD_LIABILITIES, "liabilities", 22},
    {FA_WORD_HELD, "held", 22},
    {FA_WORD_SURPLUS, "surplus", 22},
    {FA_WORD_ACCOUNTS, "accounts", 14},
    {FA_WORD_LOWEST, "is_lowest", 22}};

/* A shortfall stands out. */
static enum fa_status put_surplus(struct fa_workbook *book, struct fa_sheet_writer *sheet,
                                  const struct fa_loaded_table *table, uint64_t row)
{
    int column = fa_result_column(table, "surplus");
    if (fa_result_missing(table, row, column)) {
        fa_sheet_skip(sheet);
        return FA_OK;
    }
    int scale = fa_head_scale(book->results->head, fa_book_currency(book, FA_RESULT_COVERAGE, row));
    int64_t surplus = fa_result_number(table, row, column);
    return surplus < 0 ? fa_sheet_put_marked_money(sheet, surplus, scale)
                       : fa_sheet_put_money(sheet, surplus, scale);
}

enum fa_status fa_book_write_coverage(struct fa_workbook *book)
{
    struct fa_sheet_writer *sheet = &book->sheets[FA_BOOK_COVERAGE];
    const struct fa_loaded_table *table = &book->results->tables[FA_RESULT_COVERAGE];
    if (!table->def)
        return fa_book_put_note(book, sheet, 0, FA_SHEET_ROWS_MAX);
    enum { COLUMNS = sizeof coverage_columns / sizeof *coverage_columns };
    FA_TRY(fa_book_put_heading(book, sheet, coverage_columns, COLUMNS, table->row_count));
    int is_lowest = fa_result_column(table, "is_lowest");
    for (uint64_t row = 0; row < table->row_count && row < FA_SHEET_ROWS_MAX; row++) {
        for (int c = 0; c < COLUMNS - 1; c++)
            FA_TRY(coverage_columns[c].heading == FA_WORD_SURPLUS
                       ? put_surplus(book, sheet, table, row)
                       : fa_book_put_column(book, sheet, FA_RESULT_COVERAGE, row,
                                            coverage_columns[c].column, 0));
        if (fa_result_number(table, row, is_lowest))
            FA_TRY(fa_book_put_word(book, sheet, FA_WORD_LOWEST, book->formats.text));
        fa_sheet_next_row(sheet);
    }
    return FA_OK;
}

/* "Liabilities 10.00; Held 9.00; Surplus -1.00" */
static enum fa_status add_amounts(struct fa_workbook *book, const struct fa_loaded_table *table,
                                  uint64_t row)
{
    fa_buf_clear(&book->scratch);
    for (int c = 2; c < 5; c++) {
        if (c > 2)
            FA_TRY(fa_buf_add_text(&book->scratch, "; "));
        FA_TRY(fa_word_add(coverage_columns[c].heading, book->language, &book->scratch));
        FA_TRY(fa_buf_add_char(&book->scratch, ' '));
        FA_TRY(fa_result_format(book->results, table, row,
                                fa_result_column(table, coverage_columns[c].column),
                                &book->text));
        FA_TRY(fa_buf_add_str(&book->scratch, fa_buf_str(&book->text)));
    }
    return FA_OK;
}

enum fa_status fa_book_put_lowest(struct fa_workbook *book)
{
    struct fa_sheet_writer *sheet = &book->sheets[FA_BOOK_COVER];
    const struct fa_loaded_table *table = &book->results->tables[FA_RESULT_COVERAGE];
    if (!table->def)
        return FA_OK;
    int is_lowest = fa_result_column(table, "is_lowest");
    bool has_any = false;
    for (uint64_t row = 0; row < table->row_count; row++) {
        if (!fa_result_number(table, row, is_lowest))
            continue;
        has_any = true;
        FA_TRY(fa_book_put_word(book, sheet, FA_WORD_LOWEST_COVERAGE, book->formats.key));
        FA_TRY(fa_result_format(book->results, table, row, fa_result_column(table, "date"),
                                &book->text));
        char currency[4] = "";
        fa_currency_format(fa_book_currency(book, FA_RESULT_COVERAGE, row), currency);
        FA_TRY(fa_buf_addf(&book->text, " %s", currency));
        FA_TRY(fa_sheet_put_text(sheet, fa_buf_str(&book->text), book->formats.text));
        FA_TRY(add_amounts(book, table, row));
        FA_TRY(fa_sheet_put_wrapped(sheet, fa_buf_str(&book->scratch), FA_COVER_DETAIL_WIDTH));
        fa_sheet_next_row(sheet);
    }
    if (has_any)
        return FA_OK;
    FA_TRY(fa_book_put_word(book, sheet, FA_WORD_LOWEST_COVERAGE, book->formats.key));
    FA_TRY(fa_book_put_word(book, sheet, FA_WORD_NOT_KNOWN, book->formats.text));
    fa_sheet_next_row(sheet);
    return FA_OK;
}
