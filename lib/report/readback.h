/*
 * Reads a finished workbook back, because the library that writes it hides failed writes: with
 * a full disk it reports success and leaves a readable archive with a sheet cut short.
 */
#ifndef FA_REPORT_READBACK_H
#define FA_REPORT_READBACK_H

#include "base/diag.h"

/* What a sheet must hold; sheets in the order of the workbook. */
struct fa_sheet_count {
    uint64_t row_count;
    uint64_t cell_count;
};

/* Every part ends with the tag of its root; sheet i has the rows and cells of SHEETS[i]. */
enum fa_status fa_workbook_read_back(const char *path, const struct fa_sheet_count *sheets,
                                     int sheet_count, struct fa_sink *sink) FA_MUST_USE;

#endif
