/*
 * What a summary leads with, because nothing tested can never look like nothing wrong: what was rejected,
 * which rules could not be tested, which judged nothing, and which rows rules left aside.
 */
#ifndef FA_REPORT_LEAD_H
#define FA_REPORT_LEAD_H

#include "report/shown.h"

/* Rows of the filing's tables, by the control totals. */
void fa_lead_count_rows(const struct fa_results *results, uint64_t *accepted, uint64_t *rejected);
/* Appends the lines to TEXT. */
enum fa_status fa_lead_add(const struct fa_shown_context *context, struct fa_buf *text) FA_MUST_USE;

#endif
