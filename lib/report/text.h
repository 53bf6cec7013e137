/*
 * Parts of the summary on a terminal that stand in files of their own.
 */
#ifndef FA_REPORT_TEXT_H
#define FA_REPORT_TEXT_H

#include "report/shown.h"

/* How many findings are waived, and what became of each waiver; nothing where none were given. */
enum fa_status fa_text_add_waivers(const struct fa_shown_context *context,
                                   struct fa_buf *text) FA_MUST_USE;

#endif
