/*
 * Text that is safe in a cell of a workbook: the one function that makes it.
 */
#ifndef FA_REPORT_CELLTEXT_H
#define FA_REPORT_CELLTEXT_H

#include "base/str.h"

/* Appends TEXT so that a reader of the file sees the same characters: bytes that are not UTF-8
 * become U+FFFD, "_x0041_" is escaped (it would be read as "A"), control characters but tab and
 * line feed become U+FFFD. Text beyond the 32,767 UTF-16 units a cell holds is cut and ends
 * with "... (cut)". */
enum fa_status fa_cell_text(struct fa_str text, struct fa_buf *out) FA_MUST_USE;

#endif
