/*
 * UTF-8 as RFC 3629 has it: shortest form only, no surrogates, nothing above U+10FFFF.
 */
#ifndef FA_BASE_UTF8_H
#define FA_BASE_UTF8_H

#include "base/str.h"

/* Bytes of the character at the start of TEXT; 0 when TEXT is empty or does not begin with a
 * valid one. */
size_t fa_utf8_size(struct fa_str text);
/* The code point of the character of that SIZE, as fa_utf8_size() gave it, at BYTES. */
uint32_t fa_utf8_point(const char *bytes, size_t size);
/* Characters that nobody sees, or sees as what they are: soft hyphen, blanks that do not break, ends of lines,
 * zero width, marks of direction, byte order mark. */
bool fa_utf8_is_hidden(uint32_t point);
/* Size of the longest valid beginning of TEXT: TEXT.size when all of it is valid. */
size_t fa_utf8_valid_size(struct fa_str text);
/* Characters of a text, which is taken to be valid. */
size_t fa_utf8_count(struct fa_str text);

#endif
