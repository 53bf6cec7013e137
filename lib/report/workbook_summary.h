/*
 * The summary, between its two files.
 */
#ifndef FA_REPORT_WORKBOOK_SUMMARY_H
#define FA_REPORT_WORKBOOK_SUMMARY_H

#include "report/workbook.h"

/* Findings by severity, by period and by age, each with the chart of it. */
enum fa_status fa_book_put_overviews(struct fa_workbook *book,
                                     struct fa_sheet_writer *sheet) FA_MUST_USE;

#endif
