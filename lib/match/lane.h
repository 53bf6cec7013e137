/*
 * A lane: the free rows of one book and direction, flows and lines apart, laid out by day,
 * amount and the order of rows. What a row may meet on the other side, a few amounts on the
 * days of the window, is then a short stretch for each of those days, found by halving, never a
 * look at all pairs.
 */
#ifndef FA_MATCH_LANE_H
#define FA_MATCH_LANE_H

#include "match/resolve.h"

/* A row on the axis of days. Days are counted as the window counts them (fa_days_lag, which
 * adds up: from a to c is from a to b and from b to c), from any beginning, so that a line lies
 * in a flow's window when the difference of their days does. Without a window all rows are of
 * day 0. */
struct fa_laid {
    int64_t day;
    int64_t amount_minor;
    uint32_t place; /* in the resolver's rows */
};

struct fa_laid_day {
    int64_t day;
    uint32_t first; /* its rows end where those of the next one begin */
};

struct fa_lane_side {
    FA_VEC(struct fa_laid) rows;
    FA_VEC(struct fa_laid_day) days; /* and one behind the last */
};

struct fa_lane {
    const struct fa_terms *terms;
    enum fa_direction direction;
    int64_t from, to; /* the window: days from flow to line */
    struct fa_lane_side sides[2];
    FA_VEC(int32_t) civil_days; /* in use while it is laid out */
};

/* Fills LANE with the rows of the book and direction that begin at *NEXT in the resolver's
 * rows, and moves *NEXT behind them. *IS_END: there were none left. A lane whose rows are all
 * of one side, or whose terms IS_WANTED refuses, is passed over, so that nobody asks a calendar
 * in vain. Errors: memory, days that the calendar does not know, both with messages. */
enum fa_status fa_lane_next(const struct fa_resolver *resolver,
                            bool (*is_wanted)(const struct fa_terms *terms), uint32_t *next,
                            struct fa_lane *lane, bool *is_end) FA_MUST_USE;
/* Takes out the rows that are no longer free. FA_ELIMIT with a message. */
enum fa_status fa_lane_renew(const struct fa_resolver *resolver,
                             struct fa_lane *lane) FA_MUST_USE;
void fa_lane_release(struct fa_lane *lane);

/* Days of the other side that a row of SIDE and DAY may meet: those in places *FIRST to *END -
 * 1 of its list. */
void fa_lane_window(const struct fa_lane *lane, enum fa_side side, int64_t day, uint32_t *first,
                    uint32_t *end);
/* The place of a day in the list of a side; false: it has no row. */
bool fa_lane_find_day(const struct fa_lane_side *side, int64_t day, uint32_t *day_idx);
/* Rows of the day in place DAY_IDX with amounts from LEAST to MOST: places *FIRST to *END - 1.
 */
void fa_lane_amounts(const struct fa_lane_side *side, uint32_t day_idx, int64_t least,
                     int64_t most, uint32_t *first, uint32_t *end);

/* By day, amount and the order of rows. */
int fa_laid_compare(const void *left, const void *right);

#endif
