/*
 * The report's own words in the languages it is asked for.
 */
#ifndef FA_REPORT_WORDS_H
#define FA_REPORT_WORDS_H

#include "base/str.h"

enum fa_language { FA_LANGUAGE_EN, FA_LANGUAGE_ZH, FA_LANGUAGE_BOTH };

#define FA_WORD(name, en, zh) FA_WORD_##name,
enum fa_word {
#include "report/words.def"
    FA_WORD_COUNT
};
#undef FA_WORD

const char *fa_word_en(enum fa_word word);
const char *fa_word_zh(enum fa_word word);
/* Appends the word; both: "Cover 封面". */
enum fa_status fa_word_add(enum fa_word word, enum fa_language language,
                           struct fa_buf *out) FA_MUST_USE;
/* Appends the text of the language; where it is empty, the other one; both: "EN\nZH". */
enum fa_status fa_text_add(struct fa_str en, struct fa_str zh, enum fa_language language,
                           struct fa_buf *out) FA_MUST_USE;

#endif
