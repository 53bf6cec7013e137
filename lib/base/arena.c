#include "base/arena.h"

#include <stdalign.h>
#include <stdint.h>
#include <stdlib.h>
#include <string.h>

struct fa_arena_chunk {
    struct fa_arena_chunk *older;
    size_t size;
    alignas(max_align_t) unsigned char bytes[];
};

enum { CHUNK_BYTES = 64 * 1024 };

void fa_arena_init(struct fa_arena *arena)
{
    *arena = (struct fa_arena){0};
}

static void free_from(struct fa_arena_chunk *chunk)
{
    while (chunk) {
        struct fa_arena_chunk *older = chunk->older;
        free(chunk);
        chunk = older;
    }
}

void fa_arena_release(struct fa_arena *arena)
{
    free_from(arena->newest);
    fa_arena_init(arena);
}

void fa_arena_clear(struct fa_arena *arena)
{
    if (!arena->newest)
        return;
    free_from(arena->newest->older);
    arena->newest->older = NULL;
    arena->used = 0;
    arena->allocated_bytes = arena->newest->size;
}

void *fa_arena_alloc(struct fa_arena *arena, size_t size)
{
    size_t align = alignof(max_align_t);
    if (size > SIZE_MAX / 2)
        return NULL;
    size = (size + align - 1) / align * align;
    if (!arena->newest || arena->newest->size - arena->used < size) {
        size_t chunk_size = size > CHUNK_BYTES ? size : CHUNK_BYTES;
        struct fa_arena_chunk *chunk = malloc(sizeof *chunk + chunk_size);
        if (!chunk)
            return NULL;
        chunk->older = arena->newest;
        chunk->size = chunk_size;
        arena->newest = chunk;
        arena->used = 0;
        arena->allocated_bytes += chunk_size;
    }
    void *memory = arena->newest->bytes + arena->used;
    arena->used += size;
    return memset(memory, 0, size);
}

void *fa_arena_array(struct fa_arena *arena, size_t count, size_t item_size)
{
    size_t size;
    if (__builtin_mul_overflow(count, item_size, &size))
        return NULL;
    return fa_arena_alloc(arena, size);
}

struct fa_str fa_arena_str(struct fa_arena *arena, struct fa_str text)
{
    if (text.size == SIZE_MAX)
        return (struct fa_str){NULL, 0};
    char *copy = fa_arena_alloc(arena, text.size + 1);
    if (!copy)
        return (struct fa_str){NULL, 0};
    if (text.size)
        memcpy(copy, text.bytes, text.size);
    return (struct fa_str){copy, text.size};
}

enum fa_status fa_arena_grow(struct fa_arena *arena, void *items, size_t count,
                             size_t item_size)
{
    /* room is always a power of two, so it is used up exactly when the count is one */
    if (count & (count - 1))
        return FA_OK;
    void *grown = fa_arena_array(arena, count ? count * 2 : 1, item_size);
    if (!grown || count > INT32_MAX / 2)
        return FA_ELIMIT;
    void *old;
    memcpy(&old, items, sizeof old);
    if (count)
        memcpy(grown, old, count * item_size);
    memcpy(items, &grown, sizeof grown);
    return FA_OK;
}
