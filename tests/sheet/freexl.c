/*
 * The cells of a .xls as freexl reads them, another program's reader of the same format:
 *
 *     freexl FILE
 *
 * A line "SHEET<tab>ROW<tab>COLUMN<tab>KIND<tab>VALUE" for each cell that has a value; KIND is
 * number, text or date; a line break within a value is \n. It gives nothing for formulas,
 * booleans and errors.
 */
#include <freexl.h>
#include <stdbool.h>
#include <stdio.h>

static void show_text(const char *text)
{
    for (; *text; text++)
        *text == '\n' ? (void)fputs("\\n", stdout) : (void)putchar(*text);
    putchar('\n');
}

static void show(const char *sheet, unsigned row, unsigned column, const FreeXL_CellValue *cell)
{
    if (cell->type == FREEXL_CELL_NULL)
        return;
    printf("%s\t%u\t%u\t", sheet, row + 1, column + 1);
    if (cell->type == FREEXL_CELL_INT)
        printf("number\t%d\n", cell->value.int_value);
    else if (cell->type == FREEXL_CELL_DOUBLE)
        printf("number\t%.17g\n", cell->value.double_value);
    else {
        bool is_text = cell->type == FREEXL_CELL_TEXT || cell->type == FREEXL_CELL_SST_TEXT;
        fputs(is_text ? "text\t" : "date\t", stdout);
        show_text(cell->value.text_value);
    }
}

static void show_sheet(const void *book, unsigned short idx)
{
    const char *name = "";
    unsigned rows = 0;
    unsigned short columns = 0;
    freexl_get_worksheet_name(book, idx, &name);
    if (freexl_select_active_worksheet(book, idx) != FREEXL_OK ||
        freexl_worksheet_dimensions(book, &rows, &columns) != FREEXL_OK)
        return;
    for (unsigned row = 0; row < rows; row++) {
        for (unsigned short column = 0; column < columns; column++) {
            FreeXL_CellValue cell;
            if (freexl_get_cell_value(book, row, column, &cell) == FREEXL_OK)
                show(name, row, column, &cell);
        }
    }
}

int main(int count, char **arguments)
{
    const void *book;
    unsigned sheets = 0;
    if (count != 2 || freexl_open(arguments[1], &book) != FREEXL_OK)
        return 1;
    if (freexl_get_info(book, FREEXL_BIFF_SHEET_COUNT, &sheets) == FREEXL_OK)
        for (unsigned i = 0; i < sheets; i++)
            show_sheet(book, (unsigned short)i);
    freexl_close(book);
    return 0;
}
