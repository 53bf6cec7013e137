/*
 * Numbers and dates of workbooks as text, in integers only.
 *
 * A workbook computes in doubles, and what it stores of one is either a decimal text of up to
 * 17 digits (.xlsx) or its bits (.xls). People typed at most 15 digits: 4.6 is stored as
 * 4.5999999999999996. Two different numbers of up to 15 digits never share a double, so the
 * number that was typed can be told exactly:
 *
 *   - Up to 15 digits: the number as stored, written out: 1.2345678E7 is 12345678, 1E-3 is
 * 0.001.
 *   - More: the number of up to 15 digits that has the same double. Where there is none, as in
 *     0.30000000000000004, it was computed and not typed: all its digits are kept, and a scale
 * that has no room for them refuses it unless the profile rounds.
 *   - Sixteen digits or more before the point: as stored, with its exponent; its last digits
 * are those of an id that was lost.
 */
#ifndef FA_INTAKE_SHEET_NUMBER_H
#define FA_INTAKE_SHEET_NUMBER_H

#include "base/str.h"

enum { FA_SHEET_TEXT_BYTES = 64 };

/* STORED itself, or a text in OUT. What is no number is given back as it is. */
struct fa_str fa_sheet_number(struct fa_str stored, char out[FA_SHEET_TEXT_BYTES]);

/* The double whose bits these are, divided by 10 ^ DECIMALS. Below 1e-10 only 27 decimals are
 * kept; from 10^15 on it has an exponent. */
struct fa_str fa_sheet_double(uint64_t bits, unsigned decimals, char out[FA_SHEET_TEXT_BYTES]);

/* What a number format shows. */
enum fa_sheet_form {
    FA_SHEET_NUMBER,
    FA_SHEET_DATE,
    FA_SHEET_DATE_TIME,
    FA_SHEET_TIME,    /* of the day */
    FA_SHEET_ELAPSED, /* hours that may be more than 24 */
};
enum fa_sheet_form fa_sheet_form_of_id(uint32_t id);          /* of a built-in format */
enum fa_sheet_form fa_sheet_form_of_code(struct fa_str code); /* "yyyy\-mm\-dd" */

/* The number, as fa_sheet_number() gives it, shown in FORM and rounded to the second:
 * YYYY-MM-DD, YYYY-MM-DDThh:mm:ss or hh:mm:ss. A form never hides a part that the number has.
 * Serial 60 of the system that starts in 1900 is its 29 February, which never was; serial 0 its
 * 1900-01-00. What is no date is given back. */
struct fa_str fa_sheet_date(struct fa_str number, enum fa_sheet_form form, bool is_1904,
                            char out[FA_SHEET_TEXT_BYTES]);

#endif
