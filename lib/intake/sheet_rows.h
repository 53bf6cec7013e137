/*
 * Rows of a sheet as records: cells from column A on, those between them empty, a row without a
 * value no record. Keeps the order and the limits of both.
 */
#ifndef FA_INTAKE_SHEET_ROWS_H
#define FA_INTAKE_SHEET_ROWS_H

#include "intake/fault.h"
#include "intake/records.h"

enum { FA_SHEET_ROW_MAX = 1048576, FA_SHEET_COLUMN_MAX = 16384 }; /* as the format has them */

/* Zero but for what is named here. */
struct fa_sheet_rows {
    struct fa_fault *fault;
    struct fa_str sheet;    /* its name, for places */
    struct fa_records *out; /* of the call that is running */
    uint32_t row_no;        /* from 1; 0: before the first */
    uint32_t column_no;     /* of the last cell, from 1; 0: before the first */
    bool is_begun;          /* the row has a record */
    size_t begun_at;        /* where it starts */
};

/* Cells and rows must go forward. False: a fault was kept. */
bool fa_sheet_row(struct fa_sheet_rows *rows, uint64_t row_no);
bool fa_sheet_cell(struct fa_sheet_rows *rows, uint64_t column_no);
/* What the cell holds; empty: nothing. */
bool fa_sheet_value(struct fa_sheet_rows *rows, struct fa_str text);
void fa_sheet_row_end(struct fa_sheet_rows *rows);

/* A fault at the cell, or the row, that is being read. */
void fa_sheet_fault(struct fa_sheet_rows *rows, enum fa_code code, const char *hint,
                    const char *format, ...) __attribute__((format(printf, 4, 5)));

#endif
