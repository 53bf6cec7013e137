/*
 * Check digits of identity numbers. They judge text and reject nothing; rules decide what a wrong
 * number means.
 */
#ifndef FA_VALUE_IDENTITY_H
#define FA_VALUE_IDENTITY_H

#include "base/str.h"

/* GB 11643-1999: six digits of region, of which the province must be one of GB/T 2260-2007 (or 83,
 * residence permits of residents of Taiwan, since 2018), a real date of birth, three digits, ISO
 * 7064 MOD 11-2; x as X. */
bool fa_id18_valid(struct fa_str text);
/* All of that holds but the check digit: a number that was changed behind its date, not one of
 * another kind. */
bool fa_id18_has_wrong_check(struct fa_str text);
/* GB 11643-1989: the same without the century, which is 19, and without a check digit; withdrawn in
 * 2013. */
bool fa_id15_valid(struct fa_str text);
/* GB 32100-2015: two characters, six digits of region, nine of the organisation, and a check
 * character (31 - sum mod 31) mod 31. The organisation's own check character is not looked at. */
bool fa_uscc_valid(struct fa_str text);
/* Codes that were issued before the standard was settled (pilots in Fujian): valid in law, though
 * their check character is wrong. Those that were published; there may be more. */
bool fa_uscc_early(struct fa_str text);
bool fa_luhn_valid(struct fa_str text); /* ISO/IEC 7812-1; 10 to 19 digits */
bool fa_lei_valid(struct fa_str text);  /* ISO 17442, ISO 7064 MOD 97-10 */
/* ISO 13616: MOD 97-10, and the length that the country has in the registry (as of 2024). */
bool fa_iban_valid(struct fa_str text);

#endif
