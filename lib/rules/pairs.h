/*
 * How many rows of each group have each value: what distinct counts need where rows come and go. A
 * pair that no row has any more takes no memory.
 */
#ifndef FA_RULES_PAIRS_H
#define FA_RULES_PAIRS_H

#include "rules/meter.h"

enum { FA_PAIRS_MIN = 64 }; /* places at first */

struct fa_pair {
    int64_t value;
    uint32_t group;
    uint32_t is_text : 1, count : 31; /* count 0: the place is free */
};

struct fa_pairs {
    struct fa_pair *places; /* by hash; a power of two of them */
    size_t place_count, live;
};

void fa_pairs_release(struct fa_pairs *pairs, struct fa_meter *meter);
/* One row more; IS_NEW: it is the only one. IS_TEXT tells values that number a text from numbers. */
enum fa_status fa_pairs_add(struct fa_pairs *pairs, struct fa_meter *meter, uint32_t group,
                            int64_t value, bool is_text, bool *is_new) FA_MUST_USE;
/* One row less of a pair that has one; true: it was the last. */
bool fa_pairs_remove(struct fa_pairs *pairs, uint32_t group, int64_t value, bool is_text);
void fa_pairs_prefetch(const struct fa_pairs *pairs, uint32_t group, int64_t value);

#endif
