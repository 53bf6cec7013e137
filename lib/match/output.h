/*
 * The tables that reconciliation adds: match (when asked for), match_total, break, bridge, coverage.
 * Each is built in a spool of its own, so that it comes whole, one table behind the other.
 */
#ifndef FA_MATCH_OUTPUT_H
#define FA_MATCH_OUTPUT_H

#include "ledger/builder.h"
#include "match/books.h"
#include "match/break.h"

enum fa_output_table {
    FA_OUT_MATCH,
    FA_OUT_TOTAL,
    FA_OUT_BREAK,
    FA_OUT_BRIDGE,
    FA_OUT_COVERAGE,
    FA_OUT_COUNT
};

enum { FA_OUT_COLUMNS_MAX = 16 };

struct fa_output_columns {
    int at[FA_OUT_COLUMNS_MAX]; /* by the order of the names in output.c */
    int filer;
};

struct fa_outputs {
    struct fa_spool *spools[FA_OUT_COUNT];
    struct fa_builder *builders[FA_OUT_COUNT];
    struct fa_output_columns columns[FA_OUT_COUNT];
    const struct fa_table_def *tables[FA_OUT_COUNT]; /* NULL: not written */
    struct fa_totals *totals;
    uint64_t memory_max;
    const char *spool_dir;
    struct fa_buf text; /* of one cell */
    struct fa_sink *sink;
};

/* A flow and a line that were paired. */
struct fa_match_row {
    const struct fa_book *book;
    enum fa_direction direction;
    bool is_equal;
    struct fa_str flow, statement, reference;
    int32_t flow_day, bank_day;
    int64_t ledger_minor, bank_minor;
};

/* Totals by class, also those that are no break. */
enum fa_total_class {
    FA_TOTAL_MATCHED,
    FA_TOTAL_AMOUNT,
    FA_TOTAL_MISSING_AT_BANK,
    FA_TOTAL_MISSING_IN_LEDGER,
    FA_TOTAL_NO_STATEMENT,
    FA_TOTAL_CLASS_COUNT
};

enum fa_bridge_line {
    FA_LINE_PLATFORM,
    FA_LINE_MISSING_AT_BANK,
    FA_LINE_MISSING_IN_LEDGER,
    FA_LINE_AMOUNT,
    FA_LINE_TIMING,
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
/* BOOK NULL: of no account; then DIRECTION is not given either. */
enum fa_status fa_outputs_add_total(struct fa_outputs *out, const struct fa_book *book,
                                    enum fa_direction direction, enum fa_total_class class,
                                    const struct fa_tally *tally, fa_currency currency) FA_MUST_USE;
enum fa_status fa_outputs_add_break(struct fa_outputs *out, const struct fa_break *brk,
                                    const struct fa_book *book) FA_MUST_USE;
enum fa_status fa_outputs_add_line(struct fa_outputs *out, const struct fa_book *book,
                                   int32_t day_no, enum fa_bridge_line line,
                                   const struct fa_line_sum *sum) FA_MUST_USE;
enum fa_status fa_outputs_add_coverage(struct fa_outputs *out, int32_t day_no, fa_currency currency,
                                       fa_i128 owed, fa_i128 held) FA_MUST_USE;

/* A sum as a value of the stream; FA_EINPUT with a message when it does not fit. */
enum fa_status fa_narrow_sum(fa_i128 sum, struct fa_sink *sink, int64_t *minor) FA_MUST_USE;
/* Index of a value in an enum column's list, -1 when it is not there. */
int64_t fa_enum_index(const struct fa_column_def *column, const char *value);

#endif
