/*
 * The sheet of control totals.
 */
#include "report/workbook.h"

static const struct fa_column_spec control_columns[] = {{FA_WORD_STAGE, "stage", 14},
                                                     {FA_WORD_TABLE, "table", 18},
                                                     {FA_WORD_COLUMN, "column", 18},
                                                     {FA_WORD_CURRENCY, "currency", 11},
                                                     {FA_WORD_DIRECTION, "direction", 10},
                                                     {FA_WORD_ROWS, "rows", 12},
                                                     {FA_WORD_REJECTED_ROWS, "rejected", 12},
                                                     {FA_WORD_SUM, "sum", 24}};

enum fa_status fa_book_write_controls(struct fa_workbook *book)
{
    return fa_book_write_table(book, FA_BOOK_CONTROLS, FA_RESULT_CONTROL, control_columns,
                               sizeof control_columns / sizeof *control_columns);
}
