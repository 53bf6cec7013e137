/*
 * The layout of the sheet of sources, which is written here and read by who makes the run again
 * (bookprovenance.h).
 */
#ifndef FA_REPORT_WORKBOOK_SOURCES_H
#define FA_REPORT_WORKBOOK_SOURCES_H

#include "report/words.h"

/* Columns from 1. An option of the run has ROLE "option", its name and its value; an input its role, its
 * name and its SHA-256. */
enum { FA_SOURCE_ROLE = 1, FA_SOURCE_STAGE, FA_SOURCE_NAME, FA_SOURCE_VALUE, FA_SOURCE_BYTES };
enum { FA_SOURCE_FIRST_ROW = 3 }; /* rows up to it are title, note and heading */

/* "option", or what an input is, in words. */
enum fa_status fa_source_role_add(struct fa_str role, enum fa_language language,
                                  struct fa_buf *out) FA_MUST_USE;

#endif
