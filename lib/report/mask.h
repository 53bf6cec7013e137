/*
 * Masking: what people and CI read shows no person.
 *
 * Names and party ids become P-0001, numbered in the order in which the results first mention
 * them, so all formats of one report agree; a party's name shares its party's number. Id, card
 * and account numbers keep 6 + 4 characters, phones 3 + 4, free text only its length. With a
 * key, pseudonyms and fingerprints are HMAC-SHA-256 under it and join across filings; without,
 * fingerprints are keyed by the filing itself and join only within the report.
 */
#ifndef FA_REPORT_MASK_H
#define FA_REPORT_MASK_H

#include "report/results.h"

struct fa_masker;

/* KEY may be empty. REVEAL: everything is shown as it is. */
enum fa_status fa_masker_new(const struct fa_results *results, struct fa_str key, bool reveal,
                             struct fa_masker **masker) FA_MUST_USE;
void fa_masker_free(struct fa_masker *masker);
/* Whether pseudonyms are made with a key, and so join across reports. */
bool fa_mask_is_keyed(const struct fa_masker *masker);

/* Appends VALUE as a report may show it. COLUMN is "table.column"; empty: a computed value. */
enum fa_status fa_mask_value(const struct fa_masker *masker, struct fa_str column,
                             struct fa_str value, struct fa_buf *out) FA_MUST_USE;
/* The same of parts joined with '|', each with its own of COLUMNS, joined alike. Where a '|' within a part
 * leaves the parts unknown, only the length is shown. */
enum fa_status fa_mask_parts(const struct fa_masker *masker, struct fa_str columns,
                             struct fa_str value, struct fa_buf *out) FA_MUST_USE;
/* How such values are shown; a column that the dictionary does not know as free text. */
enum fa_mask fa_mask_kind_of(const struct fa_masker *masker, struct fa_str column);
/* The same, remembered: the same few columns come over and over. Their names must live as long as the
 * memo, which begins as zero. */
enum { FA_MASK_MEMO = 32 };
struct fa_mask_memo {
    struct fa_str columns[FA_MASK_MEMO];
    enum fa_mask kinds[FA_MASK_MEMO];
};
enum fa_mask fa_mask_kind_again(const struct fa_masker *masker, struct fa_mask_memo *memo,
                                struct fa_str column);
/* The same by kind. */
enum fa_status fa_mask_kind(const struct fa_masker *masker, enum fa_mask kind,
                            struct fa_str value, struct fa_buf *out) FA_MUST_USE;
/* Text that somebody wrote about a run (the reason of a waiver): names and ids of persons whom the
 * results mention are shown as elsewhere, and so are long numbers, those of cards, people and phones: at
 * least FA_PROSE_NUMBER_MIN letters and digits in a row, FA_PROSE_DIGITS_MIN of them digits, which no
 * date and hardly an amount has. An id of fewer than FA_PROSE_WORD_MIN characters is left alone, for it is
 * a word or a number of its own far more often than a person; a name in Chinese has two. */
enum { FA_PROSE_NUMBER_MIN = 11, FA_PROSE_DIGITS_MIN = 9, FA_PROSE_WORD_MIN = 5 };
enum fa_status fa_mask_prose(const struct fa_masker *masker, struct fa_str text,
                             struct fa_buf *out) FA_MUST_USE;
enum fa_status fa_mask_fingerprint(const struct fa_masker *masker, struct fa_str fingerprint,
                                   struct fa_buf *out) FA_MUST_USE;

#endif
