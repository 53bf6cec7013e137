/*
 * Damage that spreadsheets and copying do to values, told by name.
 *
 * A value that its column cannot take is rejected anyway: here it only gets the code of what
 * was done to it, with a hint. Names (ids, keys, numbers of identity) take any text, so what
 * could not be a name as a system wrote it is rejected here. What may be damage and may be
 * right is watched over a whole file and becomes a remark (intake/remark.c).
 */
#ifndef FA_INTAKE_DAMAGE_H
#define FA_INTAKE_DAMAGE_H

#include "base/diag.h"

/* CODE, with which TEXT was refused, or a code that says more: of a spreadsheet's error and its
 * exponents, of hidden and full-width characters, thousands marks, units beside a number. */
enum fa_code fa_damage_code(struct fa_str text, enum fa_code code);

/* Of a text that is to be a name, valid UTF-8: FA_CODE_COUNT, or why it is none. */
enum fa_code fa_damage_of_name(struct fa_str text);

/* The hint for a value that was refused with one of these codes, in BUFFER; NULL: none. It
 * shows nothing of the value but its unit. */
enum { FA_DAMAGE_HINT_BYTES = 160 };
const char *fa_damage_hint(struct fa_str text, enum fa_code code,
                           char buffer[FA_DAMAGE_HINT_BYTES]);

/* The first hidden character of a text, as "U+200B"; "" without one. */
enum { FA_HIDDEN_NAME_BYTES = 12 };
void fa_damage_hidden_name(struct fa_str text, char name[FA_HIDDEN_NAME_BYTES]);

/* "#REF!" and the like; 1.23E+17. */
bool fa_is_sheet_error(struct fa_str text);
bool fa_is_sheet_number(struct fa_str text);

/* Characters that spreadsheets cut texts at. */
enum { FA_CUT_SHORT_CHARS = 255, FA_CUT_LONG_CHARS = 32767 };

#endif
