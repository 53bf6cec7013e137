/*
 * The tables that reconciliation adds: match (when asked for), match_total, break, bridge, coverage.
 * Each is built in a spool of its own, so that it comes whole, one table behind the other.
 */
#ifndef FA_MATCH_OUTPUT_H
#define FA_MATCH_OUTPUT_H

#include "ledger/builder.h"
#include "ledger/held.h"
#include "match/books.h"
#include "match/break.h"
#include "match/disorder.h"
#include "match/resolve.h"

enum fa_output_table {
    FA_OUT_MATCH,
    FA_OUT_TOTAL,
    FA_OUT_BREAK,
    FA_OUT_BRIDGE,
    FA_OUT_COVERAGE,
    FA_OUT_COUNT
};

enum { FA_OUT_COLUMNS_MAX = 24 };

struct fa_output_columns {
    int at[FA_OUT_COLUMNS_MAX]; /* by the order of the names in output.c */
    int filer;
};

struct fa_outputs {
    struct fa_spool *spools[FA_OUT_COUNT];
    struct fa_builder *builders[FA_OUT_COUNT];
    struct fa_output_columns columns[FA_OUT_COUNT];
    const struct fa_table_def *tables[FA_OUT_COUNT]; /* NULL: not written */
    struct fa_disorder disorder; /* of the table match: its builder takes the place of that above */
    struct fa_builder *ordered_matches;
    struct fa_totals *totals;
    uint64_t memory_max;
    const char *spool_dir;
    struct fa_buf text; /* of one cell */
    int32_t as_of_day;
    const struct fa_head *head;
    const struct fa_held_table *accounts; /* for messages; NULL: not known yet */
    const struct fa_days *days; /* by which breaks age; NULL: no working days are known */
    struct fa_sink *sink;
};

/* A match without a difference; else the class of its break. */
#define FA_MATCH_EQUAL FA_BREAK_CLASS_COUNT

/* The number of a movement: that of its first line in the table statement, so that it depends on
 * nothing but the rows; payments within lines count behind all lines. LINE_ROW is from 0. */
static inline int64_t fa_match_no(uint64_t line_row)
{
    return (int64_t)line_row + 1;
}

/* A flow and a line that were paired; of a movement of several rows, one of them or a pair. */
struct fa_match_row {
    int64_t match_no;
    uint64_t place;            /* among rows that are not given in order; 0: this one is */
    const struct fa_book *book;
    enum fa_direction direction;
    enum fa_stage stage;
    enum fa_break_class class;
    unsigned notes;            /* FA_LINK_* */
    struct fa_str flow, statement, reference; /* empty: none */
    int64_t detail_no;         /* 0: the line as a whole */
    int32_t day_no;            /* of the line, else of the flow */
    bool has_flow_day, has_ledger, has_bank;
    int32_t flow_day;
    int64_t ledger_minor, bank_minor;
    int64_t fee_minor, absorbed_minor; /* given when not 0 */
};

/* Totals by class, also those that are no break: the classes of breaks that account for rows, as
 * they are, stand between these. */
enum fa_total_class {
    FA_TOTAL_MATCHED,
    FA_TOTAL_FIRST_BREAK,
    FA_TOTAL_SUPERSEDED = FA_TOTAL_FIRST_BREAK + FA_BREAK_ROW_CLASSES,
    FA_TOTAL_NO_STATEMENT,
    FA_TOTAL_CLASS_COUNT
};

/* The classes of breaks that account for rows, as they are, stand between. */
enum fa_bridge_line {
    FA_LINE_PLATFORM,
    FA_LINE_FIRST_BREAK,
    FA_LINE_OVERLAP = FA_LINE_FIRST_BREAK + FA_BREAK_ROW_CLASSES, /* no rows of its own */
    FA_LINE_REMAINDER,
    FA_LINE_BANK,
    FA_LINE_COUNT
};

struct fa_line_sum {
    bool is_known;
    fa_i128 credit, debit; /* both at least zero */
    int64_t rows;
};

/* Adds the tables to HEAD (match only when WANTS_MATCHES); TOTALS receives their control totals and
 * holds no others. */
enum fa_status fa_outputs_init(struct fa_outputs *out, struct fa_head *head,
                               struct fa_totals *totals, bool wants_matches, uint64_t memory_max,
                               const char *spool_dir, struct fa_sink *sink) FA_MUST_USE;
void fa_outputs_release(struct fa_outputs *out);
/* Forgets all rows and their totals. */
enum fa_status fa_outputs_clear(struct fa_outputs *out) FA_MUST_USE;
enum fa_status fa_outputs_finish(struct fa_outputs *out) FA_MUST_USE; /* cuts the last blocks */

enum fa_status fa_outputs_add_match(struct fa_outputs *out,
                                    const struct fa_match_row *row) FA_MUST_USE;
/* Matches that have a place are all there: they come behind those before the first of them. */
enum fa_status fa_outputs_order_matches(struct fa_outputs *out) FA_MUST_USE;
/* BOOK NULL: of no account; then DIRECTION is not given either. */
enum fa_status fa_outputs_add_total(struct fa_outputs *out, const struct fa_book *book,
                                    enum fa_direction direction, enum fa_total_class class,
                                    const struct fa_tally *tally, fa_currency currency) FA_MUST_USE;
enum fa_status fa_outputs_add_break(struct fa_outputs *out, const struct fa_break *brk,
                                    const struct fa_book *book) FA_MUST_USE;
enum fa_status fa_outputs_add_line(struct fa_outputs *out, const struct fa_book *book,
                                   int32_t day_no, enum fa_bridge_line line,
                                   const struct fa_line_sum *sum) FA_MUST_USE;
/* What is owed and held at the end of a day, as far as it is known. */
struct fa_coverage_row {
    int32_t day_no;
    fa_currency currency;
    bool is_owed_known, is_held_known, is_lowest;
    uint64_t account_count; /* whose balances are owed */
    fa_i128 owed, held;
};
enum fa_status fa_outputs_add_coverage(struct fa_outputs *out,
                                       const struct fa_coverage_row *row) FA_MUST_USE;

/* What a sum is for, to say it when the sum does not fit. */
struct fa_sum_use {
    const struct fa_head *head;
    const struct fa_held_table *accounts; /* NULL: not known yet */
    const char *table, *what; /* the table it would stand in; its class or line, NULL: none */
    bool has_account, has_day;
    uint32_t account;
    fa_currency currency;
    int32_t day_no;
};

/* A sum as a value of the stream; FA_EINPUT with a message when it does not fit. */
enum fa_status fa_narrow_sum(fa_i128 sum, const struct fa_sum_use *use, struct fa_sink *sink,
                             int64_t *minor) FA_MUST_USE;
/* Index of a value in an enum column's list, -1 when it is not there. */
int64_t fa_enum_index(const struct fa_column_def *column, const char *value);

#endif
