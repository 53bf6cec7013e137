/*
 * Rows that are all alike but for their days: how many of each day are paired, so that there
 * are as many pairs as there can be, and among those the fewest days between flows and lines.
 *
 * It is a flow of least cost from days to days. Method: successive shortest paths (R. G.
 * Busacker and P. J. Gowen, 1961), found with a queue because what was paired may be parted
 * again, which gives days back. It begins with rows of one day, which cost nothing. Days are
 * few where rows are many, but need not be; so the steps are counted.
 */
#ifndef FA_MATCH_TRANSPORT_H
#define FA_MATCH_TRANSPORT_H

#include <stdbool.h>
#include <stdint.h>

#include "base/status.h"

struct fa_transport_day {
    int64_t day;
    uint32_t rows[2];   /* by side: flows, lines */
    uint32_t paired[2]; /* of them: the result */
};

/* DAYS ascend, each once. A flow meets lines from FROM to TO days later. *STEPS grows by what
 * was looked at; *IS_DONE is false, and nothing is paired, when it would pass STEPS_MAX, or the
 * days that may meet are more than FA_TRANSPORT_ARCS_MAX. FA_ELIMIT without a message. */
enum fa_status fa_transport(struct fa_transport_day *days, uint32_t day_count, int64_t from,
                            int64_t to, uint64_t steps_max, uint64_t *steps,
                            bool *is_done) FA_MUST_USE;

#endif
