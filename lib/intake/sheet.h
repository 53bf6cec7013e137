/*
 * The reader of workbooks and its two halves; nobody else includes this.
 *
 *   reader_sheet.c   what kind of file it is, which sheet is read
 *   sheet_xlsx.c     the rows of a sheet of .xlsx
 *   sheet_book.c     what its workbook says about them
 *   sheet_package.c  the zip of XML parts that it is
 *   sheet_xls.c      the rows of a sheet of .xls
 *   sheet_biff.c     the records that it consists of
 *   sheet_cfb.c      the compound file that holds them
 *   sheet_rows.c     rows as records
 *   sheet_number.c   numbers and dates as text
 *   sheet_texts.c    the texts that cells share
 */
#ifndef FA_INTAKE_SHEET_H
#define FA_INTAKE_SHEET_H

#include "base/vec.h"
#include "intake/reader.h"

struct fa_sheet_info {
    struct fa_str name;
    int64_t part; /* .xlsx: in the package; .xls: in the stream; -1: it is no sheet of cells */
    bool is_hidden;
};

/* The sheet that WANTED names; without a name the only visible one that has a value, or the
 * first when none has. NULL: a fault was kept. */
const struct fa_sheet_info *fa_sheet_choose(
    const struct fa_sheet_info *sheets, size_t count, struct fa_str wanted,
    bool (*has_value)(void *context, const struct fa_sheet_info *sheet), void *context,
    struct fa_fault *fault);

/* NULL: a fault was kept. */
struct fa_reader *fa_sheet_xlsx_open(const struct fa_reader_input *input);
struct fa_reader *fa_sheet_xls_open(const struct fa_reader_input *input);

#endif
