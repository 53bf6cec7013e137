/*
 * Ratios are exact. In data a ratio is a decimal ("0.145", "14.5%") kept as int64 in units of
 * 10^-9 (parts per billion, ppb); in rules it is any fraction of two 128-bit numbers, compared by
 * cross-multiplication.
 */
#ifndef FA_VALUE_RATIO_H
#define FA_VALUE_RATIO_H

#include "value/money.h"

#define FA_RATIO_UNIT INT64_C(1000000000)

/* A decimal, with "%" divided by 100; at most 9 decimals after that, else FA_VALUE_DECIMALS. */
enum fa_value_status fa_ratio_parse(struct fa_str text, int64_t *ppb) FA_MUST_USE;
enum { FA_RATIO_TEXT_BYTES = 32 };
size_t fa_ratio_format(int64_t ppb, char text[FA_RATIO_TEXT_BYTES]); /* "0.145", shortest exact */

struct fa_ratio {
    fa_i128 numerator;
    fa_i128 denominator; /* > 0 */
};

/* <0, 0, >0; exact for all values (256-bit products inside). */
int fa_ratio_compare(struct fa_ratio a, struct fa_ratio b);

#endif
