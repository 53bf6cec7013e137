/*
 * A cell as a report shows it: masked, with a finding's subject and message put together. Every
 * writer prints these, so no format can show what another hides.
 */
#ifndef FA_REPORT_SHOWN_H
#define FA_REPORT_SHOWN_H

#include "report/mask.h"
#include "report/results.h"
#include "report/words.h"

/* A value of a finding, masked. */
struct fa_finding_value {
    struct fa_str name;
    struct fa_str origin; /* table.column that it came from; empty: computed */
    int which;            /* as in result_value */
    bool is_missing;
    size_t from, size; /* in the text of the list */
};

/* How a cell of evidence was shown last. */
struct fa_shown_kind {
    struct fa_str table, column;
    enum fa_mask kind;
};
enum { FA_SHOWN_KINDS = 32 };

/* A message taken apart: text as it is, and places that a finding fills. */
enum fa_message_place { FA_PLACE_NONE, FA_PLACE_FROM, FA_PLACE_TO, FA_PLACE_VALUE };
struct fa_message_piece {
    enum fa_message_place place;
    size_t from, size;           /* in the template: the text, or the name between braces */
    size_t prefix;               /* bytes of "first.", "worst." or "last." before the value's name */
    int which;                   /* that the prefix asks for */
};
struct fa_message {
    struct fa_buf template;
    FA_VEC(struct fa_message_piece) pieces;
};
enum { FA_SHOWN_MESSAGES = 16 };

/* A value of an enum in words, as it was put last. */
struct fa_shown_word {
    const struct fa_column_def *column; /* NULL: none */
    int64_t value;
    enum fa_language language;
    struct fa_buf text;
};
enum { FA_SHOWN_WORDS = 64 };

/* Those of one finding at a time: its subject, its messages and its values are made of them. */
struct fa_finding_values {
    bool is_filled;
    uint64_t finding;
    int name, which, value, column; /* columns of result_value */
    FA_VEC(struct fa_finding_value) list;
    struct fa_buf text;
    /* what the same few columns need to be asked for once */
    struct fa_mask_memo memo;
    int row_table, cell_column, cell_value; /* columns of result_row and result_cell */
    struct fa_shown_kind kinds[FA_SHOWN_KINDS]; /* by the place of the cell in its row */
    struct fa_buf origin;
    struct fa_message messages[FA_SHOWN_MESSAGES]; /* by a number made of the template */
    struct fa_shown_word words[FA_SHOWN_WORDS];
};

struct fa_shown_context {
    const struct fa_results *results;
    const struct fa_masker *masker;
    bool reveal; /* raw text of rejected rows is shown only then */
    struct fa_finding_values *values; /* fa_shown_begin() makes it */
};

/* Once the other members are set. End it, whatever is returned. */
enum fa_status fa_shown_begin(struct fa_shown_context *context) FA_MUST_USE;
void fa_shown_end(struct fa_shown_context *context);

/* fa_result_forget(), for who shows a table from its beginning to its end. */
void fa_shown_forget(const struct fa_shown_context *context, enum fa_result_table table,
                     uint64_t row);

/* The values of a finding in the order of result_value; good until those of another are asked for, by any
 * function here. */
enum fa_status fa_shown_finding(const struct fa_shown_context *context, uint64_t finding,
                                const struct fa_finding_values **values) FA_MUST_USE;

/* Text of one cell; clears OUT first. Empty: missing, or never shown. In result_finding the
 * columns subject, message_en, message_zh and fingerprint come masked and filled, in result_earlier and
 * result_pending subject and fingerprint. */
enum fa_status fa_shown_cell(const struct fa_shown_context *context, enum fa_result_table table,
                             uint64_t row, int column, struct fa_buf *out) FA_MUST_USE;

/* The same cell as people read it in a language: values of enums, names of tables and columns and
 * the sentences of earlier stages in its words. Clears OUT first. */
enum fa_status fa_shown_words(const struct fa_shown_context *context, enum fa_result_table table,
                              uint64_t row, int column, enum fa_language language,
                              struct fa_buf *out) FA_MUST_USE;

/* "owed: 200000.01 (at worst 250000.00); natural_cap: 200000.00": the values that the condition
 * of a finding used, masked; AT_WORST are the words for the second. Clears OUT first. */
enum fa_status fa_shown_values(const struct fa_shown_context *context, uint64_t finding,
                               struct fa_str at_worst, struct fa_buf *out) FA_MUST_USE;

/* For people: the English text, the Chinese one, or both, each in one line (fa_visible_add), with
 * BETWEEN the two. Where one is missing the other stands for it. Appends. */
enum fa_status fa_shown_pair(struct fa_str en, struct fa_str zh, enum fa_language language,
                             const char *between, struct fa_buf *out) FA_MUST_USE;
/* A pair of columns, "title" for title_en and title_zh, masked, in this way. Appends. */
enum fa_status fa_shown_columns(const struct fa_shown_context *context, enum fa_result_table table,
                                uint64_t row, const char *name, enum fa_language language,
                                const char *between, struct fa_buf *out) FA_MUST_USE;
/* A cell by the name of its column, in one line. Appends. */
enum fa_status fa_shown_add(const struct fa_shown_context *context, enum fa_result_table table,
                            uint64_t row, const char *column, struct fa_buf *out) FA_MUST_USE;

/* "missing at bank: 100.00 CNY, credit, 2025-01-05, account 622202******1234, flow F-1": a break in one
 * line, masked. Appends. */
enum fa_status fa_shown_break(const struct fa_shown_context *context, uint64_t row,
                              struct fa_buf *out) FA_MUST_USE;

/* An episode that nothing has ended: it lasts up to the day of the audit. */
bool fa_shown_still_on(const struct fa_shown_context *context, uint64_t finding);

/* A cell of a statistic (result_statistic CELL of result_view VIEW), masked as its column is; "?" where
 * it is unknown. */
enum fa_status fa_shown_statistic(const struct fa_shown_context *context, uint64_t view,
                                  uint64_t cell, struct fa_buf *out) FA_MUST_USE;

/* How a cell of an evidence row (result_cell CELL of result_row ROW) is masked. */
enum fa_status fa_shown_evidence_kind(const struct fa_shown_context *context, uint64_t row,
                                      uint64_t cell, enum fa_mask *kind) FA_MUST_USE;
/* The cell. Clears OUT first. */
enum fa_status fa_shown_evidence(const struct fa_shown_context *context, uint64_t row,
                                 uint64_t cell, struct fa_buf *out) FA_MUST_USE;

#endif
