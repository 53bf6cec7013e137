/*
 * Reads the cells of a workbook, this tool's or what another program made of it, row by row. It may
 * come from a stranger: sizes, ratios, depth and names are bounded, a document type ends reading
 * (intake/sheet_package.h).
 */
#ifndef FA_REPORT_BOOKREAD_H
#define FA_REPORT_BOOKREAD_H

#include "intake/sheet_book.h"

struct fa_book_cell {
    uint32_t column_no; /* from 1 */
    struct fa_str value; /* as it is stored, texts resolved; empty: none */
    struct fa_str formula;
};

struct fa_book_row {
    uint32_t row_no; /* from 1; 0: the sheet has ended */
    const struct fa_book_cell *cells; /* those with a value or a formula */
    size_t cell_count;
};

struct fa_book_file {
    int fd;
    const char *path;
    struct fa_fault fault;
    struct fa_sheet_book book; /* its sheets: names and parts */
};

struct fa_book_walk; /* over one sheet */

/* Tells what was wrong; close it in any case. SPOOL_DIR, for shared texts, outlives it. */
enum fa_status fa_book_file_open(struct fa_book_file *file, const char *path, const char *spool_dir,
                                 struct fa_sink *sink) FA_MUST_USE;
void fa_book_file_close(struct fa_book_file *file);

/* SHEET: of file->book.sheets. Close WALK, NULL too. */
enum fa_status fa_book_walk_open(struct fa_book_file *file, size_t sheet, struct fa_sink *sink,
                                 struct fa_book_walk **walk) FA_MUST_USE;
/* The row lives until the next call. */
enum fa_status fa_book_walk_next(struct fa_book_walk *walk, struct fa_book_row *row) FA_MUST_USE;
void fa_book_walk_close(struct fa_book_walk *walk);

/* "C17" */
enum { FA_CELL_NAME_BYTES = 24 };
const char *fa_cell_name(uint32_t row_no, uint32_t column_no, char text[FA_CELL_NAME_BYTES]);

#endif
