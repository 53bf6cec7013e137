/*
 * The report's own words in the languages it is asked for, and what stands in the results in words
 * of this project: values of enums, names of tables and columns, sentences of earlier stages. What
 * the table of words (words.def) does not know stays as it is: a newer version's value, a text that
 * a ruleset brings along.
 */
#ifndef FA_REPORT_WORDS_H
#define FA_REPORT_WORDS_H

#include "ledger/dictionary.h"

enum fa_language { FA_LANGUAGE_EN, FA_LANGUAGE_ZH, FA_LANGUAGE_BOTH };

#define FA_WORD(name, en, zh) FA_WORD_##name,
enum fa_word {
#include "report/words.def"
    FA_WORD_COUNT
};

const char *fa_word_en(enum fa_word word);
const char *fa_word_zh(enum fa_word word);
/* Appends the word; both: "Cover 封面". */
enum fa_status fa_word_add(enum fa_word word, enum fa_language language,
                           struct fa_buf *out) FA_MUST_USE;
/* Appends the text of the language; where it is empty, the other one; both: "EN\nZH". */
enum fa_status fa_text_add(struct fa_str en, struct fa_str zh, enum fa_language language,
                           struct fa_buf *out) FA_MUST_USE;

/* A value of an enum, of a boolean ("true") or the like. COLUMN is "table.column". */
enum fa_status fa_value_add(struct fa_str column, struct fa_str value,
                            enum fa_language language, struct fa_buf *out) FA_MUST_USE;
/* A table of the dictionary: "account", "账户 account". Chinese keeps the name, by which files and
 * messages call it. */
enum fa_status fa_table_add(const struct fa_dictionary *dictionary, struct fa_str table,
                            enum fa_language language, struct fa_buf *out) FA_MUST_USE;
/* A column. TABLE empty: COLUMN is "table.column". */
enum fa_status fa_column_add(const struct fa_dictionary *dictionary, struct fa_str table,
                             struct fa_str column, enum fa_language language,
                             struct fa_buf *out) FA_MUST_USE;
/* A column NAME of a statistic, whose values came from ORIGIN ("table.column", or empty). */
enum fa_status fa_name_add(const struct fa_dictionary *dictionary, struct fa_str origin,
                           struct fa_str name, enum fa_language language,
                           struct fa_buf *out) FA_MUST_USE;
/* A sentence that an earlier stage wrote in English. */
enum fa_status fa_phrase_add(const struct fa_dictionary *dictionary, struct fa_str text,
                             enum fa_language language, struct fa_buf *out) FA_MUST_USE;

#endif
