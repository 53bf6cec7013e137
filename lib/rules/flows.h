/*
 * Cash flows of groups by calendar month, for irr().
 */
#ifndef FA_RULES_FLOWS_H
#define FA_RULES_FLOWS_H

#include "base/vec.h"
#include "rules/irr.h"
#include "rules/meter.h"

struct fa_flow_month {
    int32_t month;
    uint32_t next; /* of the same group, + 1; 0: the last */
    fa_i128 sum;
};

/* What vectors of rates need beside the flows. */
struct fa_irr_memory {
    struct fa_irr_factors asked, shown; /* of rates compared with, and of those that findings show */
};

struct fa_flows {
    FA_VEC(struct fa_flow_month) months;
    uint32_t *first, *last; /* by slot: its place in MONTHS + 1 */
    size_t first_capacity, last_capacity;
    struct fa_irr_memory *memory;
};

void fa_flows_release(struct fa_flows *flows, struct fa_meter *meter);
enum fa_status fa_flows_reserve(struct fa_flows *flows, struct fa_meter *meter, size_t count) FA_MUST_USE;
/* Forgets slots below COUNT. */
void fa_flows_clear(struct fa_flows *flows, size_t count);
/* FA_ELIMIT with a message, or FA_EDEFECT without one: the sum is beyond 127 bits. */
enum fa_status fa_flows_add(struct fa_flows *flows, struct fa_meter *meter, uint32_t slot, int64_t day,
                            fa_i128 amount) FA_MUST_USE;
/* The flows of a slot, those of zero left out. NULL: memory is out. */
const struct fa_irr *fa_flows_irr(const struct fa_flows *flows, uint32_t slot, bool is_compound,
                                  struct fa_pool *pool);

#endif
