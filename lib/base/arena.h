/*
 * An arena: memory that is given back all at once. Name the parameter after its lifetime
 * (run_arena, block_arena). Allocation returns NULL when memory is out; the memory is zeroed and
 * aligned for any type.
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
/* A copy that lives as long as the arena and is followed by a NUL; .bytes is NULL when memory is out. */
struct fa_str fa_arena_str(struct fa_arena *arena, struct fa_str text);

#endif
