/*
 * Statements as a whole (table statement_period): what their lines add up to, and which days
 * the booked ones cover. How one follows another is match/chain.h. Memory grows with
 * statements, not with lines.
 */
#ifndef FA_MATCH_PERIODS_H
#define FA_MATCH_PERIODS_H

#include "base/hash.h"
#include "ledger/held.h"
#include "match/pending.h"
#include "value/money.h"

struct fa_period_columns {
    int account, period_id, kind, number, page, from_day, to_day, opening, closing,
        opening_page, closing_page, lines, credit_lines, debit_lines, credits, debits, currency;
    int filer;
};

#define FA_PERIOD_UNKNOWN INT64_MIN

/* A row of the table, with what came of its lines; by direction. */
struct fa_bank_period {
    uint32_t row;
    uint32_t account;
    struct fa_str name; /* its period_id; the held table's */
    fa_currency currency;
    bool is_booked;                        /* else its lines are stated again by a booked one */
    bool is_opening_page, is_closing_page; /* that balance stands between pages */
    bool opens_after;                      /* its first day is that on which the one before it
                                              should have closed and did not: see chain.h */
    int64_t repeated_to;                   /* up to this day another statement has its lines,
                                              too; FA_PERIOD_UNKNOWN: of no day */
    int64_t from_day, to_day, number, page; /* FA_PERIOD_UNKNOWN: not stated */
    int64_t opening, closing;               /* likewise */
    fa_i128 sums[2];
    int64_t line_counts[2];
    int64_t outside_lines;        /* of days that are not the statement's */
    int64_t foreign_lines;        /* in another currency: not in sums and line_counts */
    fa_currency foreign_currency; /* of the first of them ... */
    fa_i128 foreign_net;          /* ... and the sum of those in it */
    int32_t line_day_no;          /* of the last line */
};

/* Days that booked statements of an account and currency cover without a day between. */
struct fa_period_span {
    uint32_t account;
    fa_currency currency;
    int64_t from_day, to_day;
};

struct fa_periods {
    const struct fa_held_table *held; /* NULL: the stream has no such table */
    const struct fa_period_columns *columns;
    struct fa_hash_key key;
    struct fa_bank_period *list;   /* in the order of the rows */
    struct fa_bank_period **order; /* each account and currency in the order of time: last day
                                      (else first), first day, number, page, name, row */
    uint32_t count;
    uint32_t *slots; /* places in the list + 1; open addressing, at most half full */
    uint32_t slot_mask;
    struct fa_period_span *spans; /* by account, currency, day */
    uint32_t span_count;
};

/* HELD has the columns, with a value in the required ones, and outlives PERIODS; it may be
 * NULL. BOOKED is that value of kind. FA_ELIMIT without a message. */
enum fa_status fa_periods_init(struct fa_periods *periods, const struct fa_held_table *held,
                               const struct fa_period_columns *columns, int64_t booked,
                               struct fa_hash_key key) FA_MUST_USE;
void fa_periods_release(struct fa_periods *periods);
/* Forgets all lines. */
void fa_periods_clear(struct fa_periods *periods);
/* Once, when it is known which statements open after a day that is not there: from then on
 * fa_periods_covers() works. FA_ELIMIT without a message. */
enum fa_status fa_periods_cover(struct fa_periods *periods) FA_MUST_USE;

/* The statement that a line names; NULL: there is none. */
struct fa_bank_period *fa_periods_find(const struct fa_periods *periods, uint32_t account,
                                       struct fa_str period_id);
/* Place in the order of the first statement of an account and currency; COUNT, or that of
 * another account's: there is none. */
uint32_t fa_periods_first(const struct fa_periods *periods, uint32_t account,
                          fa_currency currency);
/* Whether a booked statement covers the day. */
bool fa_periods_covers(const struct fa_periods *periods, uint32_t account, fa_currency currency,
                       int64_t day_no);

/* A value of the statement's row; FA_PERIOD_UNKNOWN when it is missing. */
int64_t fa_period_value(const struct fa_periods *periods, const struct fa_bank_period *period,
                        int column);

/* Whether both days are known and in order. */
static inline bool fa_period_has_days(const struct fa_bank_period *period)
{
    return period->from_day != FA_PERIOD_UNKNOWN && period->from_day <= period->to_day;
}

#endif
