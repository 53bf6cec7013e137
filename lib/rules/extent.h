/*
 * How far a window reaches back: the first instant (or day, where rows are dated by days) that
 * belongs to the window ending at another. It never goes back as the end goes on.
 */
#ifndef FA_RULES_EXTENT_H
#define FA_RULES_EXTENT_H

#include "rules/program.h"

struct fa_extent {
    bool is_elapsed, is_time;
    int64_t length; /* microseconds, or how many of UNIT */
    enum fa_unit unit;
    struct fa_zone zone;
    const struct fa_calendar *calendar;
    /* whole days: what was found for the ends of one day */
    bool has_day, is_known;
    int64_t day_from, day_to; /* ends in it, both included */
    int64_t start;
};

/* SCOPE is that of the rows, whose judged date windows run along. */
enum fa_status fa_extent_init(struct fa_extent *extent, struct fa_scope *scope,
                              const struct fa_length *span) FA_MUST_USE;
/* Of whole days. */
bool fa_extent_start_of_days(struct fa_extent *extent, int64_t end, int64_t *start);
/* False: the calendar does not know. */
static inline bool fa_extent_start(struct fa_extent *extent, int64_t end, int64_t *start)
{
    if (!extent->is_elapsed)
        return fa_extent_start_of_days(extent, end, start);
    *start = end - extent->length;
    return true;
}
bool fa_extent_is_equal(const struct fa_extent *a, const struct fa_extent *b);

#endif
