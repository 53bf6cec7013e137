/*
 * What a workbook says it was made from, and one workbook held against another.
 */
#ifndef FA_REPORT_BOOKPROVENANCE_H
#define FA_REPORT_BOOKPROVENANCE_H

#include "report/bookread.h"
#include "report/provenance.h"

/* The entries of the sheet of sources, in whatever language it is; those of the report itself have
 * stage "report". Code VERIFY-RECORD: there is no such sheet, or its rows are no record. */
enum fa_status fa_book_provenance(struct fa_book_file *file, struct fa_sink *sink,
                              struct fa_provenance *made_from) FA_MUST_USE;

/* Sheets by name, rows and cells by place; the first cell that differs of each sheet. */
enum fa_status fa_book_compare(struct fa_book_file *made, struct fa_book_file *recorded,
                               struct fa_sink *sink,
                               struct fa_differences *differences) FA_MUST_USE;

#endif
