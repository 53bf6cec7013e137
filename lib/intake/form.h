/*
 * Forms of dates and times, as profiles declare them: "YYYY/M/D", "DD.MM.YYYY hh:mm", "YYMMDD",
 * "YYYYMMDDhhmmss", "YYYY年MM月DD日". YYYY is a year of four digits, YY one of 2000 to 2099;
 * MM, DD, hh, mm, ss have two digits; M, D and h have one or two, and a character that is no
 * digit, or the end, behind them. All else is itself.
 */
#ifndef FA_INTAKE_FORM_H
#define FA_INTAKE_FORM_H

#include "base/str.h"

/* What a form must have: a whole day, without and with a time of day, or with one if it likes.
 */
enum fa_form_kind { FA_FORM_DATE, FA_FORM_TIME, FA_FORM_ANY };

/* What is wrong with a form, in words; NULL: nothing. */
const char *fa_form_fault(struct fa_str form, enum fa_form_kind kind);
/* Whether a form, which has no fault, has a time of day. */
bool fa_form_has_time(struct fa_str form);

/* "YYYY-MM-DD" or "YYYY-MM-DDThh:mm:ss" for TEXT, which must be written in the form from its
 * start; whether there is such a day is not asked. *USED (may be NULL: all of TEXT must be)
 * gets the size of what was read. Returns the bytes written into CANONICAL; 0: the text is not
 * in the form. */
enum { FA_FORM_CANONICAL_BYTES = 19 };
size_t fa_form_read(struct fa_str form, struct fa_str text, size_t *used,
                    char canonical[FA_FORM_CANONICAL_BYTES]);

#endif
