/*
 * Patterns of profiles, which tell lines and names by their content: '*' is any text, '?' any one
 * character, all else itself; what {} encloses is taken out ("{}" alone takes any text, as "{*}"
 * does). A pattern must fit the whole text.
 */
#ifndef FA_INTAKE_PATTERN_H
#define FA_INTAKE_PATTERN_H

#include "base/str.h"

/* What is wrong with a pattern, in words; NULL: nothing. At most one pair of braces, closed. */
const char *fa_pattern_fault(struct fa_str pattern);

/* Whether TEXT is like the pattern, which has no fault; TAKEN (may be NULL) gets what its braces
 * enclose, the shortest way '*' allows from the left. Time is at most product of both sizes. */
bool fa_pattern_match(struct fa_str pattern, struct fa_str text, struct fa_str *taken);

#endif
