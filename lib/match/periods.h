/*
 * Statements as a whole (table statement_period): what their lines add up to, whether that
 * leads from the opening to the closing balance, and whether one statement goes on where the
 * one before it ended. Memory grows with statements, not with lines.
 */
#ifndef FA_MATCH_PERIODS_H
#define FA_MATCH_PERIODS_H

#include "base/hash.h"
#include "ledger/held.h"
#include "match/pending.h"
#include "value/money.h"

struct fa_period_columns {
    int account, period_id, kind, number, page, from_day, to_day, opening, closing,
        closing_page, lines, credit_lines, debit_lines, credits, debits, currency;
    int filer;
};

#define FA_PERIOD_UNKNOWN INT64_MIN

/* A row of the table, with what came of its lines; by direction. */
struct fa_bank_period {
    uint32_t row;
    uint32_t account;
    fa_currency currency;
    int64_t from_day, to_day, number, page; /* FA_PERIOD_UNKNOWN: not stated */
    fa_i128 sums[2];
    int64_t line_counts[2];
    int32_t line_day_no; /* of the last line */
};

struct fa_periods {
    const struct fa_held_table *held; /* NULL: the stream has no such table */
    const struct fa_period_columns *columns;
    struct fa_hash_key key;
    struct fa_bank_period *list; /* in the order of the rows, until fa_periods_sort() */
    uint32_t count;
    uint32_t *slots; /* places in the list + 1; open addressing, at most half full */
    uint32_t slot_mask;
};

/* HELD has the columns, with a value in the required ones, and outlives PERIODS; it may be
 * NULL. FA_ELIMIT without a message. */
enum fa_status fa_periods_init(struct fa_periods *periods, const struct fa_held_table *held,
                               const struct fa_period_columns *columns,
                               struct fa_hash_key key) FA_MUST_USE;
void fa_periods_release(struct fa_periods *periods);
/* Forgets all lines. */
void fa_periods_clear(struct fa_periods *periods);

/* The statement that a line names; NULL: there is none. */
struct fa_bank_period *fa_periods_find(const struct fa_periods *periods, uint32_t account,
                                       struct fa_str period_id);
/* Each account and currency in the order of time: last day (else first), first day,
 * number, page, row. Lines
 * are not found any more. */
void fa_periods_sort(struct fa_periods *periods);

/* A value of the statement's row; FA_PERIOD_UNKNOWN when it is missing. */
int64_t fa_period_value(const struct fa_periods *periods, const struct fa_bank_period *period,
                        int column);
struct fa_str fa_period_name(const struct fa_periods *periods,
                             const struct fa_bank_period *period);

#endif
