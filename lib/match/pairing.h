/*
 * Pairing the rows of a component: flows and lines of one lane that hang together because each
 * may be the same movement as some other. Four ways, for four kinds of component; the stage
 * of amounts chooses. Every pair is of a flow and a line that may meet, and no row is in two
 * pairs.
 */
#ifndef FA_MATCH_PAIRING_H
#define FA_MATCH_PAIRING_H

#include "match/lane.h"
#include "match/transport.h"

/* How the amounts of a flow and a line are alike. */
enum fa_likeness { FA_LIKE_EXACT, FA_LIKE_FEE, FA_LIKE_TOLERANCE, FA_LIKENESS_COUNT };

struct fa_pair {
    uint32_t flow, line; /* in the rows of the lane's sides */
    unsigned notes;      /* FA_LINK_* */
};

struct fa_component {
    uint32_t *flows, *lines; /* in the rows of the lane's sides; their order may be changed */
    uint32_t flow_count, line_count;
};

struct fa_pairing {
    const struct fa_lane *lane;
    enum fa_likeness likeness;
    struct fa_sink *sink;
    FA_VEC(struct fa_pair) pairs;
    uint64_t steps; /* of fa_pairing_by_days, so far */
    FA_VEC(struct fa_transport_day) days;
    FA_VEC(bool) chosen; /* in use while rows are paired in order */
    FA_VEC(uint32_t)
    up, down; /* the next line at or behind, or before, a place that is not taken;
                 one more than there are lines; empty until needed */
};

void fa_pairing_begin(struct fa_pairing *pairing, const struct fa_lane *lane,
                      enum fa_likeness likeness);
void fa_pairing_release(struct fa_pairing *pairing);

/* The amounts of lines that a flow may meet are some spans, numbered from 0; false: the span of
 * this number holds none. */
int fa_pairing_span_count(const struct fa_pairing *pairing);
bool fa_pairing_span(const struct fa_pairing *pairing, int span_no, int64_t flow_minor,
                     int64_t *least, int64_t *most);

/* All flows of one amount, all lines of one amount, and a window that lies on one side of the
 * flow's day. As many pairs as there can be, among those the fewest days between flow and line;
 * of rows of one day the first, each side in the order of time. Time grows with the rows,
 * however many. FA_ELIMIT with a message. */
enum fa_status fa_pairing_in_order(struct fa_pairing *pairing,
                                   const struct fa_component *component) FA_MUST_USE;
/* The same for any window. *IS_DONE is false, and nothing paired, where it would take too long.
 */
enum fa_status fa_pairing_by_days(struct fa_pairing *pairing,
                                  const struct fa_component *component,
                                  bool *is_done) FA_MUST_USE;
/* At most FA_COMPONENT_ROWS_MAX rows. As many pairs as there can be; among those the smallest
 * differences, then the fewest days between flow and line, then the first rows, then each side
 * in the order of time. On rows that fit both, the same pairs as in order. FA_ELIMIT with a
 * message. */
enum fa_status fa_pairing_best(struct fa_pairing *pairing,
                               const struct fa_component *component) FA_MUST_USE;
/* Any component. The fewest days first; for one number of days the flows by day, amount and
 * time, each taking the line with the smallest difference that is left, then the first.
 * FA_ELIMIT with a message. */
enum fa_status fa_pairing_greedy(struct fa_pairing *pairing,
                                 const struct fa_component *component) FA_MUST_USE;

#endif
