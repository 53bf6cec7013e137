/*
 * The summary: what was not tested, then what was found, by severity.
 */
#include "report/workbook.h"

enum fa_status fa_book_write_summary(struct fa_workbook *book)
{
    struct fa_sheet_writer *sheet = &book->sheets[FA_BOOK_SUMMARY];
    fa_buf_clear(&book->scratch);
    FA_TRY(fa_book_add_not_tested(book));
    FA_TRY(fa_sheet_put_text(sheet, fa_buf_str(&book->scratch), book->formats.key));
    fa_sheet_next_row(sheet);
    return FA_OK;
}
