/*
 * The text of lib/ledger/dictionary.txt, made part of the program by the build.
 */
#ifndef FA_LEDGER_DICTIONARY_TEXT_H
#define FA_LEDGER_DICTIONARY_TEXT_H

#include <stddef.h>

extern const char fa_dictionary_text[];
extern const size_t fa_dictionary_text_size; /* without the NUL behind it */

#endif
