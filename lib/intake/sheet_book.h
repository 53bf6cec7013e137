/*
 * What a workbook of .xlsx says about its sheets: their names and parts, the texts that they
 * share, which of its number formats are dates.
 */
#ifndef FA_INTAKE_SHEET_BOOK_H
#define FA_INTAKE_SHEET_BOOK_H

#include "base/arena.h"
#include "intake/sheet.h"
#include "intake/sheet_number.h"
#include "intake/sheet_package.h"
#include "intake/sheet_texts.h"

struct fa_sheet_book {
    struct fa_package package;
    struct fa_arena arena;
    FA_VEC(struct fa_sheet_info) sheets;
    FA_VEC(uint8_t) forms; /* by style of a cell: enum fa_sheet_form */
    struct fa_sheet_texts texts;
    bool is_1904;
};

/* All but the sheets is read. False: a fault was kept; close it all the same. */
bool fa_sheet_book_open(struct fa_sheet_book *book, int fd, const char *spool_dir,
                        struct fa_fault *fault);
void fa_sheet_book_close(struct fa_sheet_book *book);

/* Adds TEXT to OUT with its escapes _xHHHH_ resolved (ECMA-376 part 1, 22.9.2.19). */
enum fa_status fa_sheet_add_escaped(struct fa_buf *out, struct fa_str text) FA_MUST_USE;

#endif
