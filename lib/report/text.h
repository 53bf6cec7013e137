/*
 * Parts of the summary on a terminal that stand in files of their own.
 */
#ifndef FA_REPORT_TEXT_H
#define FA_REPORT_TEXT_H

#include "report/shown.h"
#include "report/words.h"

/* How many findings are waived, and what became of each waiver; nothing where none were given. In
 * English, but for the values of cells, which are in LANGUAGE. */
enum fa_status fa_text_add_waivers(const struct fa_shown_context *context,
                                   enum fa_language language, struct fa_buf *text) FA_MUST_USE;

#endif
