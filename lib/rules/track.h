/*
 * Judging keys through time, instant by instant (way 4) or period by period (way 5): units are
 * gathered into a buffer, asked together, and joined to episodes: runs of consecutive firings.
 */
#ifndef FA_RULES_TRACK_H
#define FA_RULES_TRACK_H

#include "rules/capture.h"
#include "rules/sums.h"

/* Units of a buffer: so few that what is read of them again lies in the cache. */
enum { FA_TRACK_VALUES_MAX = 16, FA_TRACK_UNITS = 1024 };

struct fa_judged {
    uint32_t group;
    int64_t at_us;        /* the judged instant; of a day or period its start */
    int64_t judged;       /* date or time that chooses law and parameters */
    int64_t period_last;  /* way 5 */
    fa_i128 before;       /* way 4: the value before this instant's rows */
    uint16_t before_cause;
    uint16_t doubt_cause; /* not 0: whether it is a unit at all cannot be told */
    bool is_opening, is_except_unknown, is_dated;
    bool is_bound; /* values with a cause are lower bounds, not unknown */
};

struct fa_episode {
    uint32_t group;
    uint32_t finding;
    int64_t rows_to_us;   /* rows up to this instant belong to it; INT64_MIN: none */
    int64_t worst_period; /* way 5 */
};

struct fa_track {
    struct fa_units units; /* first: the leaves find the rest behind it */
    struct fa_judge *judge;
    int value_count;
    enum fa_kind value_kinds[FA_TRACK_VALUES_MAX];
    fa_i128 denominators[FA_TRACK_VALUES_MAX]; /* of the values pushed since the last judging */
    uint32_t count, capacity;
    int64_t from_judged, to_judged;                /* units dated outside are out of force */
    struct fa_judged *items;                       /* the buffer */
    fa_i128 *values[FA_TRACK_VALUES_MAX];
    uint16_t *causes[FA_TRACK_VALUES_MAX];       /* 0: the value is known */
    struct fa_captures captures;
    uint64_t *is_open;                           /* a bit a group */
    uint32_t *open_of;                           /* index of its open episode */
    size_t is_open_capacity, open_of_capacity;
    size_t open_count;
    FA_VEC(struct fa_episode) episodes;
};

enum fa_status fa_track_init(struct fa_track *track, struct fa_judge *judge, int value_count) FA_MUST_USE;
/* CAPTURES: columns of the first row that it may keep. */
enum fa_status fa_track_cost(const struct fa_rule *rule, int value_count, struct fa_cost *cost) FA_MUST_USE;
void fa_track_release(struct fa_track *track);
/* Appends a unit; VALUES and CAUSES of it, over DENOMINATORS. Units of one key come in order. Days out
 * of force are left out. */
enum fa_status fa_track_push(struct fa_track *track, const struct fa_judged *unit, const fa_i128 *values,
                             const fa_i128 *denominators, const uint16_t *causes) FA_MUST_USE;
/* Room for one more unit whose one value has this denominator. */
enum fa_status fa_track_make_room(struct fa_track *track, fa_i128 denominator) FA_MUST_USE;
static inline bool fa_track_is_in_force(const struct fa_track *track, int64_t judged)
{
    return judged >= track->from_judged && judged <= track->to_judged;
}
static inline bool fa_track_has_room(const struct fa_track *track, fa_i128 denominator)
{
    return track->count < track->capacity && track->denominators[0] == denominator;
}
/* Judges what the buffer holds. */
enum fa_status fa_track_judge(struct fa_track *track) FA_MUST_USE;
/* Remembers what the level reads of the first row of each key. */
enum fa_status fa_track_capture(struct fa_track *track, struct fa_frame *frame) FA_MUST_USE;

#endif
