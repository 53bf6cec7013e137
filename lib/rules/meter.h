/*
 * The memory of one evaluation: what grows with the ledger (group states, keys, look-up indexes,
 * findings) is taken through a meter, so that --memory is a bound and its error names the rule.
 *
 * And the pool: memory of one slice, given back all at once, never zeroed.
 */
#ifndef FA_RULES_METER_H
#define FA_RULES_METER_H

#include "base/diag.h"

/* What one rule has of it. What several rules share is on the account of the first that asked. */
struct fa_meter_account {
    uint64_t used, peak;
};

struct fa_meter {
    uint64_t used, max; /* bytes; max 0: no bound */
    uint64_t others;    /* bytes of MAX that others have who work beside it, as of when they began */
    struct fa_sink *sink;
    struct fa_str rule; /* whom to name: the rule at work, may be empty */
    struct fa_meter_account *account; /* its account; NULL: nobody's */
};

/* Counts SIZE bytes; FA_ELIMIT with the message that the bound is reached. */
enum fa_status fa_meter_take(struct fa_meter *meter, uint64_t size) FA_MUST_USE;
void fa_meter_give(struct fa_meter *meter, uint64_t size);

/* Tells the system that all of a block will be written soon. */
void fa_meter_wish_big_pages(void *block, size_t size);
/* Grows an array to hold at least NEEDED items; new items are zero. ITEMS is the address of the
 * pointer. */
enum fa_status fa_meter_grow(struct fa_meter *meter, void *items, size_t *capacity, size_t needed,
                             size_t item_size) FA_MUST_USE;
#define fa_meter_reserve(meter, array, capacity, needed)                                           \
    fa_meter_grow((meter), &(array), (capacity), (needed), sizeof *(array))
/* The same for an array whose items are touched at random: it begins at a cache line, so that an item of
 * half a line or a whole one stands in one. To be freed with fa_lines_free. */
enum fa_status fa_meter_grow_lines(struct fa_meter *meter, void *items, size_t *capacity,
                                   size_t needed, size_t item_size) FA_MUST_USE;
void fa_lines_free(void *items);
#define fa_meter_reserve_lines(meter, array, capacity, needed)                                     \
    fa_meter_grow_lines((meter), &(array), (capacity), (needed), sizeof *(array))
/* Adds to an FA_VEC under the meter. */
#define fa_meter_add(meter, vec, item)                                                             \
    (fa_meter_grow((meter), &(vec)->items, &(vec)->capacity, (vec)->count + 1,                     \
                   sizeof *(vec)->items) == FA_OK                                                  \
         ? ((vec)->items[(vec)->count++] = (item), FA_OK)                                          \
         : FA_ELIMIT)

/* A text copied into an arena whose growth is counted. */
struct fa_arena;
enum fa_status fa_meter_text(struct fa_meter *meter, struct fa_arena *arena, struct fa_str *text) FA_MUST_USE;
/* Empties it, or gives it back. */
void fa_meter_clear_arena(struct fa_meter *meter, struct fa_arena *arena);
void fa_meter_release_arena(struct fa_meter *meter, struct fa_arena *arena);

struct fa_pool_chunk;
struct fa_pool {
    struct fa_pool_chunk *chunks; /* all there are; the one in use is CURRENT */
    struct fa_pool_chunk *current;
    size_t used; /* of the current chunk */
    uint64_t total_bytes;
};

void fa_pool_init(struct fa_pool *pool);
void fa_pool_release(struct fa_pool *pool);
void fa_pool_clear(struct fa_pool *pool); /* keeps the memory */
/* Back to what was taken when MARK was set. */
struct fa_pool_mark {
    struct fa_pool_chunk *current;
    size_t used;
};
struct fa_pool_mark fa_pool_mark(const struct fa_pool *pool);
void fa_pool_rewind(struct fa_pool *pool, struct fa_pool_mark mark);
/* Not zeroed, aligned to 64 bytes; NULL: memory is out. */
void *fa_pool_take(struct fa_pool *pool, size_t size);

#endif
