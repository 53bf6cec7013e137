/*
 * A value for each key that rows add to and take from: what way 4 and the stocks of views share.
 */
#ifndef FA_RULES_RUNNING_H
#define FA_RULES_RUNNING_H

#include "rules/opening.h"
#include "rules/track.h"

struct fa_running_row_term {
    const struct fa_formula *arg, *cond; /* NULL: count(), every row */
    bool is_negative;
};

/* A key that the instant at work has touched. */
struct fa_touched {
    uint32_t group;
    uint16_t before_cause;
    fa_i128 before;
    int64_t judged;
};

struct fa_running_judge {
    struct fa_track track;
    int term_count, opening_count;
    struct fa_running_row_term *terms;
    struct fa_opening *openings;
    struct fa_opened state; /* starts as the openings, then runs */
    uint8_t *is_except_unknown; /* by group; NULL while none is */
    size_t except_capacity;
    const struct fa_formula *instant; /* what rows of one instant share: the clock, or its day */
    const struct fa_formula *judged;
    /* the instant at work */
    bool is_running;
    int64_t now;
    FA_VEC(struct fa_touched) touched;
    uint32_t *place; /* of a group in TOUCHED, if the group there is it */
    size_t place_capacity;
    uint32_t *seen; /* second pass: rows of each key so far */
    size_t seen_capacity;
};

/* What rows change. */
struct fa_changes {
    fa_i128 *deltas;  /* over the state's denominator */
    uint16_t *causes; /* 0: the change is known; NULL: all are */
};

/* Reserve the state for the keys of the frame first. */
enum fa_status fa_running_changes(struct fa_judge *judge, struct fa_frame *frame,
                                  struct fa_changes *changes) FA_MUST_USE;
/* A key that no row of the openings' table has does not run from zero. */
void fa_running_lack_opening(struct fa_running_judge *running, uint32_t group);
/* Row I changes the value of its key. */
enum fa_status fa_running_apply(struct fa_judge *judge, struct fa_frame *frame,
                                const struct fa_changes *changes, uint32_t i) FA_MUST_USE;

#endif
