/*
 * What a level reads of the first row of each key: values that are fixed by the key, and those that
 * texts name. One struct a rule, filled as rows come.
 */
#ifndef FA_RULES_CAPTURE_H
#define FA_RULES_CAPTURE_H

#include "rules/judge.h"

struct fa_captures {
    const struct fa_scope *units; /* whose captures they are */
    struct fa_value **values;     /* by capture and group; denominator 0: none yet */
    size_t *capacities;
    uint64_t *has;                /* a bit a group: its first row has come */
    size_t has_capacity;
    struct fa_arena arena;        /* of texts */
};

enum fa_status fa_captures_init(struct fa_captures *captures, struct fa_judge *judge) FA_MUST_USE;
enum fa_status fa_captures_cost(const struct fa_rule *rule, struct fa_cost *cost) FA_MUST_USE;
void fa_captures_release(struct fa_captures *captures, struct fa_meter *meter);
/* Remembers what is read of the first row of each group among the rows of FRAME. */
enum fa_status fa_captures_take(struct fa_captures *captures, struct fa_judge *judge,
                                struct fa_frame *frame) FA_MUST_USE;
/* One capture of GROUPS; NULL: memory is out. */
const struct fa_vector *fa_captures_vector(const struct fa_captures *captures, int capture,
                                           enum fa_kind kind, const uint32_t *groups, uint32_t count,
                                           struct fa_pool *pool);

#endif
