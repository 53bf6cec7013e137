/*
 * The legend of tickmarks. The tool puts a mark only where it did what the mark says; the others
 * are there for the people who follow the work.
 */
#include <stdio.h>
#include <string.h>

#include "base/limits.h"
#include "report/workbook.h"

enum { MEANING_WIDTH = 34, PROCEDURE_WIDTH = 80, FORMULA_BYTES = 256 };
static const struct fa_column_spec columns[] = {{FA_WORD_TICKMARK, NULL, 12},
                                                {FA_WORD_MEANING, NULL, MEANING_WIDTH},
                                                {FA_WORD_PROCEDURE, NULL, PROCEDURE_WIDTH},
                                                {FA_WORD_PUT_BY, NULL, 18},
                                                {FA_WORD_SHEET, NULL, 22},
                                                {FA_WORD_COUNT_OF, NULL, 14}};
enum { COLUMN_COUNT = sizeof columns / sizeof *columns };

static const struct {
    const char *symbol;
    enum fa_word meaning, procedure, put_by;
    int outcome; /* of the findings that have it; -1: none */
    enum fa_book_sheet sheet;
} marks[] = {
    {FA_TICK_EXCEPTION, FA_WORD_TICK_EXCEPTION, FA_WORD_DO_EXCEPTION, FA_WORD_THE_TOOL, 0, FA_BOOK_FINDINGS},
    {FA_TICK_LEAD, FA_WORD_TICK_LEAD, FA_WORD_DO_LEAD, FA_WORD_THE_TOOL, 1, FA_BOOK_FINDINGS},
    {FA_TICK_UNDECIDED, FA_WORD_TICK_UNDECIDED, FA_WORD_DO_UNDECIDED, FA_WORD_THE_TOOL, 2, FA_BOOK_FINDINGS},
    {"F", FA_WORD_TICK_FOOTED, FA_WORD_DO_FOOTED, FA_WORD_THE_TOOL, -1, FA_BOOK_CONTROLS},
    {"CF", FA_WORD_TICK_CROSS, FA_WORD_DO_CROSS, FA_WORD_THE_TOOL, -1, FA_BOOK_CONTROLS},
    {"AS", FA_WORD_TICK_AGREED, FA_WORD_DO_AGREED, FA_WORD_THE_REVIEWER, -1, FA_BOOK_SHEETS},
    {"RC", FA_WORD_TICK_RECALCULATED, FA_WORD_DO_RECALCULATED, FA_WORD_THE_REVIEWER, -1, FA_BOOK_SHEETS},
    {"TR", FA_WORD_TICK_TRACED, FA_WORD_DO_TRACED, FA_WORD_THE_REVIEWER, -1, FA_BOOK_SHEETS},
    {"CL", FA_WORD_TICK_CLEARED, FA_WORD_DO_CLEARED, FA_WORD_THE_REVIEWER, -1, FA_BOOK_SHEETS},
};
enum { MARKS = sizeof marks / sizeof *marks };

static enum fa_status put_wrapped(struct fa_workbook *book, struct fa_sheet_writer *sheet,
                                  enum fa_word word, double width)
{
    fa_buf_clear(&book->text);
    FA_TRY(fa_text_add(fa_str_from(fa_word_en(word)), fa_str_from(fa_word_zh(word)),
                       book->language, &book->text));
    return fa_sheet_put_wrapped(sheet, fa_buf_str(&book->text), width);
}

/* How often the mark stands on the sheet of findings. A plain comparison: "?" is no wildcard. */
static enum fa_status put_count(struct fa_workbook *book, struct fa_sheet_writer *sheet,
                                const char *symbol, int outcome)
{
    const struct fa_book_list *list = &book->lists[FA_BOOK_FINDINGS];
    const struct fa_loaded_table *findings = &book->results->tables[FA_RESULT_FINDING];
    char range[LXW_MAX_CELL_RANGE_LENGTH];
    uint64_t count = 0;
    int column = 0;
    while (column < list->column_count && list->columns[column] != FA_WORD_TICKMARK)
        column++;
    if (list->shown_count == 0 || list->shown_count < list->row_count ||
        column == list->column_count)
        return FA_OK;
    for (uint64_t row = 0; row < findings->row_count; row++)
        count += fa_result_number(findings, row, fa_result_column(findings, "outcome")) == outcome;
    lxw_rowcol_to_range_abs(range, list->first, (lxw_col_t)column,
                            list->first + (lxw_row_t)(list->shown_count - 1), (lxw_col_t)column);
    fa_buf_clear(&book->scratch);
    FA_TRY(fa_buf_add_text(&book->scratch, "=SUMPRODUCT(--("));
    FA_TRY(fa_book_add_reference(book->sheets[FA_BOOK_FINDINGS].worksheet->name, &book->scratch));
    FA_TRY(fa_buf_addf(&book->scratch, "%s=\"%s\"))", range, symbol));
    const char *formula = fa_buf_cstr(&book->scratch);
    if (!formula)
        return FA_ELIMIT;
    fa_sheet_put_formula(sheet, formula, (double)count, book->formats.integer);
    return FA_OK;
}

enum fa_status fa_book_write_tickmarks(struct fa_workbook *book)
{
    struct fa_sheet_writer *sheet = &book->sheets[FA_BOOK_TICKMARKS];
    FA_TRY(fa_book_put_heading(book, sheet, columns, COLUMN_COUNT, MARKS));
    for (int i = 0; i < MARKS; i++) {
        FA_TRY(fa_sheet_put_text(sheet, fa_str_from(marks[i].symbol), book->formats.text));
        FA_TRY(put_wrapped(book, sheet, marks[i].meaning, MEANING_WIDTH));
        FA_TRY(put_wrapped(book, sheet, marks[i].procedure, PROCEDURE_WIDTH));
        FA_TRY(fa_book_put_word(book, sheet, marks[i].put_by, book->formats.text));
        if (marks[i].sheet < FA_BOOK_SHEETS) {
            const char *name = book->sheets[marks[i].sheet].worksheet->name;
            FA_TRY(fa_book_put_link(sheet, name, "A1", fa_str_from(name)));
        } else {
            fa_sheet_skip(sheet);
        }
        if (marks[i].outcome >= 0)
            FA_TRY(put_count(book, sheet, marks[i].symbol, marks[i].outcome));
        fa_sheet_next_row(sheet);
    }
    return FA_OK;
}
