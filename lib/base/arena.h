/*
 * An arena: memory that is given back all at once. Name the parameter after its lifetime
 * (run_arena, block_arena). Allocation returns NULL when memory is out; the memory is zeroed
 * and aligned for any type.
 */
#ifndef FA_BASE_ARENA_H
#define FA_BASE_ARENA_H

#include <stddef.h>

#include "base/str.h"

struct fa_arena_chunk;

struct fa_arena {
    struct fa_arena_chunk *newest;
    size_t used; /* of the newest chunk */
    size_t allocated_bytes;
};

void fa_arena_init(struct fa_arena *arena);
void fa_arena_release(struct fa_arena *arena);
void fa_arena_clear(struct fa_arena *arena); /* keeps one chunk */
void *fa_arena_alloc(struct fa_arena *arena, size_t size);
void *fa_arena_array(struct fa_arena *arena, size_t count, size_t item_size);
/* A copy that lives as long as the arena and is followed by a NUL; .bytes is NULL when memory
 * is out. */
struct fa_str fa_arena_str(struct fa_arena *arena, struct fa_str text);

/* A list whose items live in an arena; grows by copying, so only for what is built once. ITEMS
 * is the address of the pointer to COUNT items; afterwards there is zeroed room for one more.
 */
enum fa_status fa_arena_grow(struct fa_arena *arena, void *items, size_t count,
                             size_t item_size) FA_MUST_USE;

#define FA_LIST(type)                                                                          \
    struct {                                                                                   \
        type *items;                                                                           \
        int count;                                                                             \
    }

#define fa_list_add(arena, list, item)                                                         \
    (fa_arena_grow((arena), &(list)->items, (size_t)(list)->count, sizeof *(list)->items) ==   \
             FA_OK                                                                             \
         ? ((list)->items[(list)->count++] = (item), FA_OK)                                    \
         : FA_ELIMIT)

#endif
