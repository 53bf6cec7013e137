/*
 * Per currency and day: what is owed to customers and merchants by the platform's own books, and
 * what custody and reserve accounts hold by the bank's, with the day on which the difference is
 * lowest.
 *
 * Owed on a day is the sum of the closing balances that the platform states for that day. Flows do
 * not tell: whether money that moves between a customer and a reserve account adds to a claim or
 * settles one depends on what it was paid for.
 */
#ifndef FA_MATCH_COVERAGE_H
#define FA_MATCH_COVERAGE_H

#include "match/books.h"

struct fa_matcher;

struct fa_cover_day {
    int32_t day_no; /* first: fa_day_place */
    uint64_t stated_rows;
    fa_i128 stated;      /* of accounts that are owed to */
    bool is_held_known;  /* from this day on, at the latest */
    fa_i128 held_change; /* change of what is held, by the bank's balances */
};

struct fa_cover {
    fa_currency currency;
    uint64_t absorbed_rows; /* balances after lines that are off within the tolerance, ... */
    fa_i128 absorbed;       /* ... and the sum of the sizes of these differences */
    struct fa_tally no_statement; /* flows whose accounts have no statement */
    FA_VEC(struct fa_cover_day) days;
};

struct fa_coverage {
    FA_VEC(struct fa_cover) list; /* in the order in which currencies came */
};

void fa_coverage_release(struct fa_coverage *coverage);
/* Valid until another currency is added. */
enum fa_status fa_coverage_get(struct fa_coverage *coverage, fa_currency currency,
                               struct fa_cover **cover) FA_MUST_USE;
/* Valid until another day is added. */
enum fa_status fa_cover_get_day(struct fa_cover *cover, int32_t day_no, struct fa_cover_day **day)
    FA_MUST_USE;

/* The table coverage, when the bridge carried the bank's balances on: each day of the period that
 * flows, statements and balances cover, by currency. What the platform states no balances for, or
 * the bank none up to the day, is missing. */
enum fa_status fa_matcher_cover(struct fa_matcher *matcher) FA_MUST_USE;

#endif
