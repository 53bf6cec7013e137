/*
 * Check digits of identity numbers. They judge text and reject nothing; rules decide what a wrong
 * number means.
 */
#ifndef FA_VALUE_IDENTITY_H
#define FA_VALUE_IDENTITY_H

#include "base/str.h"

bool fa_id18_valid(struct fa_str text);  /* GB 11643-1999: real date, ISO 7064 MOD 11-2; x as X */
bool fa_uscc_valid(struct fa_str text);  /* GB 32100-2015: (31 - sum mod 31) mod 31 */
bool fa_luhn_valid(struct fa_str text);  /* ISO/IEC 7812-1; 10 to 19 digits */
bool fa_lei_valid(struct fa_str text);   /* ISO 17442, ISO 7064 MOD 97-10 */
bool fa_iban_valid(struct fa_str text);  /* ISO 13616 */

#endif
