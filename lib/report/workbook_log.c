/*
 * The sheet of steps: which tool of which version did what with which options.
 */
#include "report/workbook.h"

static const struct fa_column_spec columns[] = {{FA_WORD_STEP, NULL, 24},
                                                {FA_WORD_VERSION, NULL, 12},
                                                {FA_WORD_HASH, NULL, 68},
                                                {FA_WORD_OPTIONS, NULL, 80}};
enum { COLUMN_COUNT = sizeof columns / sizeof *columns };

enum fa_status fa_book_write_log(struct fa_workbook *book)
{
    const struct fa_head *head = book->results->head;
    struct fa_sheet_writer *sheet = &book->sheets[FA_BOOK_LOG];
    FA_TRY(fa_book_put_heading(book, sheet, columns, COLUMN_COUNT, head->steps.count));
    for (size_t i = 0; i < head->steps.count; i++) {
        const struct fa_step_info *step = &head->steps.items[i];
        FA_TRY(fa_sheet_put_text(sheet, step->tool, book->formats.text));
        FA_TRY(fa_sheet_put_text(sheet, step->version, book->formats.text));
        FA_TRY(fa_sheet_put_text(sheet, step->hash, book->formats.text));
        FA_TRY(fa_sheet_put_wrapped(sheet, step->options, columns[COLUMN_COUNT - 1].width));
        fa_sheet_next_row(sheet);
    }
    return FA_OK;
}
