/*
 * The sheet of the bridge: one row for an account's day, which foots from left to right. Its last
 * column is what is left when the lines are taken from the bank's closing balance, as a formula.
 */
#include <stdio.h>

#include "base/limits.h"
#include "report/workbook.h"

enum { LINES_MAX = 32, MONEY_WIDTH = 19 };

struct bridge_list {
    const struct fa_loaded_table *table;
    const struct fa_column_def *lines; /* the column line */
    int account, date, line, debit, credit, currency;
    bool is_used[LINES_MAX]; /* lines that some day has */
    int64_t remainder;       /* the line that must be zero; -1: there is none */
    int64_t bank;            /* the last line, to which the others lead; -1: there is none */
    uint64_t day_count;
};

/* The rows from FROM on that are of one account, day and currency. */
static uint64_t day_end(const struct bridge_list *list, uint64_t from)
{
    const int columns[] = {list->account, list->date, list->currency};
    uint64_t to = from;
    for (bool is_same = true; is_same;) {
        to++;
        is_same = to < list->table->row_count;
        for (size_t i = 0; i < sizeof columns / sizeof *columns && is_same; i++)
            is_same = fa_result_number(list->table, from, columns[i]) ==
                      fa_result_number(list->table, to, columns[i]);
    }
    return to;
}

static void survey(struct bridge_list *list)
{
    list->remainder = list->bank = -1;
    for (uint32_t v = 0; v < list->lines->value_count && v < LINES_MAX; v++)
        if (fa_str_is(list->lines->values[v], "remainder"))
            list->remainder = v;
        else if (fa_str_is(list->lines->values[v], "bank_closing") &&
                 v + 1 == list->lines->value_count)
            list->bank = v;
    for (uint64_t from = 0, to; from < list->table->row_count; from = to) {
        to = day_end(list, from);
        list->day_count++;
        for (uint64_t row = from; row < to; row++) {
            uint64_t line = (uint64_t)fa_result_number(list->table, row, list->line);
            if (line < LINES_MAX)
                list->is_used[line] = true;
        }
    }
}

enum { NAMES = 3, COLUMNS_MAX = NAMES + LINES_MAX + 1, FORMULA_BYTES = 128 };

static enum fa_status put_bridge_heading(struct fa_workbook *book,
                                         struct fa_sheet_writer *sheet,
                                         const struct bridge_list *list)
{
    struct fa_column_spec columns[COLUMNS_MAX] = {{FA_WORD_ACCOUNT, "account", 22},
                                                  {FA_WORD_DATE, "date", 13},
                                                  {FA_WORD_CURRENCY, "currency", 11}};
    int count = NAMES;
    for (int v = 0; v < LINES_MAX; v++)
        if (list->is_used[v])
            columns[count++] = (struct fa_column_spec){
                v == list->bank ? FA_WORD_BANK_CLOSING : FA_WORD_AMOUNT, NULL, MONEY_WIDTH};
    columns[count++] = (struct fa_column_spec){FA_WORD_FOOTS, NULL, 14};
    FA_TRY(fa_book_put_note(book, sheet, list->day_count, FA_SHEET_ROWS_MAX));
    lxw_row_t heading = sheet->row;
    for (int c = 0, v = 0; c < count; c++) {
        worksheet_set_column(sheet->worksheet, (lxw_col_t)c, (lxw_col_t)c, columns[c].width,
                             NULL);
        fa_buf_clear(&book->text);
        if (c < NAMES || c == count - 1) {
            FA_TRY(fa_word_add(columns[c].heading, book->language, &book->text));
        } else {
            while (!list->is_used[v])
                v++;
            FA_TRY(fa_value_add(FA_STR(""), list->lines->values[v++], book->language,
                                &book->text));
        }
        FA_TRY(fa_sheet_put_heading(sheet, fa_buf_str(&book->text), columns[c].width));
    }
    fa_sheet_next_row(sheet);
    fa_book_note_list(book, sheet, columns, count, list->day_count);
    worksheet_freeze_panes(sheet->worksheet, heading + 1, NAMES);
    fa_book_set_print(book, sheet, heading, list->day_count, count);
    uint64_t last = list->day_count < FA_SHEET_ROWS_MAX ? list->day_count : FA_SHEET_ROWS_MAX;
    worksheet_autofilter(sheet->worksheet, heading, 0, heading + (lxw_row_t)last,
                         (lxw_col_t)(count - 1));
    return FA_OK;
}

/* "=ROUND(SUM(D5:F5)-G5,2)": what the lines before the bank's closing balance, which is the cell
 * before this one, leave of it. */
static void put_foots(struct fa_workbook *book, struct fa_sheet_writer *sheet, fa_i128 left,
                      int scale)
{
    char first[LXW_MAX_CELL_NAME_LENGTH], last[LXW_MAX_CELL_NAME_LENGTH],
        bank[LXW_MAX_CELL_NAME_LENGTH], formula[FORMULA_BYTES];
    lxw_rowcol_to_cell(first, sheet->row, NAMES);
    lxw_rowcol_to_cell(last, sheet->row, sheet->column - 2);
    lxw_rowcol_to_cell(bank, sheet->row, sheet->column - 1);
    snprintf(formula, sizeof formula, "=ROUND(SUM(%s:%s)-%s,%d)", first, last, bank, scale);
    fa_sheet_put_formula(sheet, formula, fa_sheet_number_of(left, scale),
                         book->formats.money[scale]);
}

/* What each line adds, or takes when below zero; a class that the day lacks stays empty. */
static enum fa_status put_bridge_day(struct fa_workbook *book, struct fa_sheet_writer *sheet,
                                     const struct bridge_list *list, uint64_t from, uint64_t to)
{
    FA_TRY(fa_book_put_column(book, sheet, FA_RESULT_BRIDGE, from, "account", 0));
    FA_TRY(fa_book_put_column(book, sheet, FA_RESULT_BRIDGE, from, "date", 0));
    FA_TRY(fa_book_put_column(book, sheet, FA_RESULT_BRIDGE, from, "currency", 0));
    int scale = fa_head_scale(book->results->head, fa_book_currency(book, FA_RESULT_BRIDGE, from));
    fa_i128 left = 0;
    bool has_bank = false, is_all_numbers = true;
    for (int v = 0; v < LINES_MAX; v++) {
        if (!list->is_used[v])
            continue;
        uint64_t row = from;
        while (row < to && fa_result_number(list->table, row, list->line) != v)
            row++;
        if (row == to || fa_result_missing(list->table, row, list->credit)) {
            fa_sheet_skip(sheet);
            continue;
        }
        fa_i128 minor = (fa_i128)fa_result_number(list->table, row, list->credit) -
                        fa_result_number(list->table, row, list->debit);
        FA_TRY(v == list->remainder && minor != 0
                   ? fa_sheet_put_marked_money(sheet, minor, scale)
                   : fa_sheet_put_money(sheet, minor, scale));
        has_bank |= v == list->bank;
        is_all_numbers &= fa_sheet_is_number(minor);
        left += v == list->bank ? -minor : minor;
    }
    if (has_bank && is_all_numbers)
        put_foots(book, sheet, left, scale);
    fa_sheet_next_row(sheet);
    return FA_OK;
}

static void find_bridge(const struct fa_workbook *book, struct bridge_list *list)
{
    list->table = &book->results->tables[FA_RESULT_BRIDGE];
    list->account = fa_result_column(list->table, "account");
    list->date = fa_result_column(list->table, "date");
    list->line = fa_result_column(list->table, "line");
    list->debit = fa_result_column(list->table, "debit");
    list->credit = fa_result_column(list->table, "credit");
    list->currency = fa_result_column(list->table, "currency");
    list->lines = &list->table->def->columns[list->line];
    survey(list);
}

uint64_t fa_book_bridge_days(const struct fa_workbook *book)
{
    struct bridge_list list = {0};
    if (book->results->tables[FA_RESULT_BRIDGE].row_count == 0)
        return 0;
    find_bridge(book, &list);
    return list.day_count;
}

enum fa_status fa_book_write_bridge(struct fa_workbook *book)
{
    struct fa_sheet_writer *sheet = &book->sheets[FA_BOOK_BRIDGE];
    struct bridge_list list = {.table = &book->results->tables[FA_RESULT_BRIDGE]};
    if (!list.table->def)
        return fa_book_put_note(book, sheet, 0, FA_SHEET_ROWS_MAX);
    find_bridge(book, &list);
    FA_TRY(put_bridge_heading(book, sheet, &list));
    uint64_t day = 0;
    for (uint64_t from = 0, to; day < list.day_count && day < FA_SHEET_ROWS_MAX;
         from = to, day++) {
        to = day_end(&list, from);
        FA_TRY(put_bridge_day(book, sheet, &list, from, to));
    }
    return FA_OK;
}
