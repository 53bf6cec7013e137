/*
 * Days without a statement, of accounts for which the scheme says that one is due every working
 * day (flowaudit-scheme(5): daily). A day is stated when a booked statement ends on it, when
 * the bank states its closing balance, or when a line of a booked statement lies on it.
 *
 * Looked for from the first to the last day that the filing says its statements cover (else
 * that is stated), while the account was open, up to the as-of day. Of accounts of which any
 * day is stated: lines alone do, but not stray ones in another currency than the account's, for
 * no statement is due in that.
 */
#ifndef FA_MATCH_DAILY_H
#define FA_MATCH_DAILY_H

#include "base/vec.h"
#include "match/matcher.h"

/* Working days in a row, without a day that is stated between them. */
struct fa_day_gap {
    uint32_t book;
    int64_t before_day, behind_day; /* the days that are stated next to it, or the edges */
    int64_t from_day, to_day;       /* the first and the last working day */
    int64_t count;
    bool is_told; /* a break tells of it */
};

struct fa_day_gaps {
    FA_VEC(struct fa_day_gap) gaps; /* each book's together, in order */
};

/* FA_EINPUT (MATCH-CALENDAR) when working days are not known; FA_ELIMIT; with a message. */
enum fa_status fa_daily_find(const struct fa_matcher *matcher,
                             struct fa_day_gaps *found) FA_MUST_USE;

/* The gap of a book that lies between two days; NULL: none. */
struct fa_day_gap *fa_daily_between(const struct fa_day_gaps *found, uint32_t book,
                                    int64_t before_day, int64_t behind_day);

#endif
