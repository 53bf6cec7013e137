/*
 * Money: int64 in minor units of a currency's scale; sums in 128 bits. And currencies (ISO 4217).
 *
 * A currency is its three letters packed into an int64 (high to low: 'C','N','Y'), so that it is a
 * number like every other column. Its scale is the number of decimals that ISO 4217 gives it, or
 * more where a profile asks for more; one scale a currency in a stream.
 *
 * Parsing is exact or refused: nothing is rounded unless a rounding is named.
 */
#ifndef FA_VALUE_MONEY_H
#define FA_VALUE_MONEY_H

#include <stdbool.h>
#include <stdint.h>

#include "base/str.h"

typedef __int128 fa_i128;
typedef int64_t fa_currency;

enum { FA_MONEY_SCALE_MAX = 12 };

/* What reading a value came to; each kind of bad value has its own code in the row checks. */
enum fa_value_status {
    FA_VALUE_OK,
    FA_VALUE_SYNTAX,    /* not a value of this type at all */
    FA_VALUE_DECIMALS,  /* more decimals than the scale has */
    FA_VALUE_RANGE,     /* does not fit the type */
    FA_VALUE_NEGATIVE,  /* a sign where amounts are never negative */
    FA_VALUE_IMPOSSIBLE /* well formed but not in the calendar: 2025-02-30 */
};

enum fa_rounding { FA_ROUND_REFUSE, FA_ROUND_HALF_UP, FA_ROUND_HALF_EVEN, FA_ROUND_DOWN };

/* Digits, one point, at least one digit each side of it: "0.50", "12", "-3.1" where ALLOW_NEGATIVE.
 * No blanks, no grouping, no exponent. SCALE is the number of decimals of the result; more of them in
 * TEXT are FA_VALUE_DECIMALS even when they are zeros. The range is symmetric: -INT64_MAX to INT64_MAX. */
enum fa_value_status fa_money_parse(struct fa_str text, int scale, bool allow_negative,
                                    int64_t *minor) FA_MUST_USE;

/* As above for what spreadsheets export: optional exponent ("1.05E-5"), rounding named by the
 * caller (half up is away from zero, down is toward zero). Without a rounding what would change the
 * value is FA_VALUE_DECIMALS. INEXACT tells whether rounding changed the value; may be NULL. */
enum fa_value_status fa_money_parse_scientific(struct fa_str text, int scale, bool allow_negative,
                                               enum fa_rounding rounding, int64_t *minor,
                                               bool *inexact) FA_MUST_USE;

enum { FA_MONEY_TEXT_BYTES = 48 };
/* "-1234.50": exactly SCALE decimals, no grouping. Returns the size written, NUL-terminated. */
size_t fa_money_format(fa_i128 minor, int scale, char text[FA_MONEY_TEXT_BYTES]);

bool fa_currency_parse(struct fa_str text, fa_currency *currency); /* three capital letters of the list */
void fa_currency_format(fa_currency currency, char text[4]);
/* Of ISO 4217 (0 where that says N.A.); -1 when the currency is not in the list. */
int fa_currency_scale(fa_currency currency);

#endif
