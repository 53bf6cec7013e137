#include "rules/meter.h"

#include <stdlib.h>
#include <string.h>
#include <sys/mman.h>

#include "base/arena.h"

enum { LINE_BYTES = 64, BIG_PAGE_BYTES = 2 << 20, COPIED_BYTES_MAX = 32 << 20 };

enum fa_status fa_meter_take(struct fa_meter *meter, uint64_t size)
{
    if (meter->max && (size > meter->max || meter->used + meter->others > meter->max - size)) {
        char quoted[FA_QUOTED_BYTES];
        if (!meter->rule.size)
            return fa_error(meter->sink, FA_CODE_RULE_MEMORY, (struct fa_place){0}, "raise --memory",
                            "the tables that rules hold need more than the %llu bytes that "
                            "--memory allows",
                            (unsigned long long)meter->max);
        return fa_error(meter->sink, FA_CODE_RULE_MEMORY, (struct fa_place){0},
                        "raise --memory, or judge the rule alone with --only",
                        "rule %s needs more than the %llu bytes that --memory allows",
                        fa_quoted(meter->rule, quoted), (unsigned long long)meter->max);
    }
    meter->used += size;
    struct fa_meter_account *account = meter->account;
    if (account && (account->used += size) > account->peak)
        account->peak = account->used;
    return FA_OK;
}

void fa_meter_give(struct fa_meter *meter, uint64_t size)
{
    meter->used -= size < meter->used ? size : meter->used;
    struct fa_meter_account *account = meter->account;
    if (account)
        account->used -= size < account->used ? size : account->used;
}

enum fa_status fa_meter_text(struct fa_meter *meter, struct fa_arena *arena, struct fa_str *text)
{
    uint64_t before = arena->allocated_bytes;
    if (!text->size)
        return FA_OK;
    *text = fa_arena_str(arena, *text);
    if (!text->bytes)
        return fa_out_of_memory(meter->sink, "judging a rule");
    return arena->allocated_bytes > before ? fa_meter_take(meter, arena->allocated_bytes - before)
                                           : FA_OK;
}

void fa_meter_clear_arena(struct fa_meter *meter, struct fa_arena *arena)
{
    uint64_t before = arena->allocated_bytes;
    fa_arena_clear(arena);
    fa_meter_give(meter, before - arena->allocated_bytes);
}

void fa_meter_release_arena(struct fa_meter *meter, struct fa_arena *arena)
{
    fa_meter_give(meter, arena->allocated_bytes);
    fa_arena_release(arena);
}

/* Doubling keeps the copies rare. */
static enum fa_status count_for(struct fa_meter *meter, size_t capacity, size_t needed,
                                size_t item_size, size_t *count, size_t *size)
{
    *count = capacity < 4 ? 4 : capacity;
    while (*count < needed) {
        if (*count > SIZE_MAX / 4)
            return fa_out_of_memory(meter->sink, "judging a rule");
        *count *= 2;
    }
    if (__builtin_mul_overflow(*count, item_size, size) || *size > SIZE_MAX - LINE_BYTES)
        return fa_out_of_memory(meter->sink, "judging a rule");
    return FA_OK;
}

/* A block that will be written all over costs one fault for each big page it holds, not one for each
 * small one. Only a wish: without it all works, slower. */
void fa_meter_wish_big_pages(void *block, size_t size)
{
#ifdef MADV_HUGEPAGE
    uintptr_t skipped = -(uintptr_t)block & (BIG_PAGE_BYTES - 1);
    if (size >= skipped + BIG_PAGE_BYTES)
        madvise((char *)block + skipped, (size - skipped) & ~(size_t)(BIG_PAGE_BYTES - 1),
                MADV_HUGEPAGE);
#else
    (void)block, (void)size;
#endif
}

/* The C library copies blocks of a middling size as well, but into small pages; beyond it moves them. */
static void *grow_block(void *old, size_t old_size, size_t size)
{
    if (size < 2 * BIG_PAGE_BYTES || old_size > COPIED_BYTES_MAX) {
        void *moved = realloc(old, size);
        if (moved)
            fa_meter_wish_big_pages(moved, size);
        return moved;
    }
    void *grown = malloc(size);
    if (!grown)
        return NULL;
    fa_meter_wish_big_pages(grown, size);
    memcpy(grown, old, old_size);
    free(old);
    return grown;
}

/* Big blocks come from the system as pages that cost nothing until they are touched, so an array for a
 * million ids of which few occur stays small. */
enum fa_status fa_meter_grow(struct fa_meter *meter, void *items, size_t *capacity, size_t needed,
                             size_t item_size)
{
    size_t count = 0, size = 0, old_size = *capacity * item_size;
    if (needed <= *capacity)
        return FA_OK;
    FA_TRY(count_for(meter, *capacity, needed, item_size, &count, &size));
    FA_TRY(fa_meter_take(meter, size - old_size));
    void *old;
    memcpy(&old, items, sizeof old); /* a pointer of any type, without breaking the aliasing rules */
    void *grown = old ? grow_block(old, old_size, size) : calloc(count, item_size);
    if (!grown) {
        fa_meter_give(meter, size - old_size);
        return fa_out_of_memory(meter->sink, "judging a rule");
    }
    if (old)
        memset((char *)grown + old_size, 0, size - old_size);
    memcpy(items, &grown, sizeof grown);
    *capacity = count;
    return FA_OK;
}

/* --- arrays that begin at a cache line --- */

/* The items begin at the first line behind the block's first byte; the byte before them says how far in. */
static char *first_line(char *block)
{
    size_t offset = LINE_BYTES - (uintptr_t)block % LINE_BYTES;
    block[offset - 1] = (char)offset;
    return block + offset;
}

static char *block_of(char *items)
{
    return items ? items - items[-1] : NULL;
}

void fa_lines_free(void *items)
{
    free(block_of(items));
}

enum fa_status fa_meter_grow_lines(struct fa_meter *meter, void *items, size_t *capacity,
                                   size_t needed, size_t item_size)
{
    size_t count = 0, size = 0, old_size = *capacity * item_size;
    if (needed <= *capacity)
        return FA_OK;
    FA_TRY(count_for(meter, *capacity, needed, item_size, &count, &size));
    FA_TRY(fa_meter_take(meter, size - old_size));
    char *old, *grown;
    memcpy(&old, items, sizeof old);
    size_t offset = old ? (size_t)old[-1] : 0;
    char *block = old ? grow_block(block_of(old), old_size + LINE_BYTES, size + LINE_BYTES)
                      : calloc(1, size + LINE_BYTES);
    if (!block) {
        fa_meter_give(meter, size - old_size);
        return fa_out_of_memory(meter->sink, "judging a rule");
    }
    if (old) { /* it may have come to stand elsewhere in a line */
        grown = block + (LINE_BYTES - (uintptr_t)block % LINE_BYTES);
        memmove(grown, block + offset, old_size);
        memset(grown + old_size, 0, size - old_size);
    } else {
        fa_meter_wish_big_pages(block, size);
    }
    grown = first_line(block);
    memcpy(items, &grown, sizeof grown);
    *capacity = count;
    return FA_OK;
}

enum { CHUNK_BYTES = 1 << 20, ALIGN_BYTES = 64 };

struct fa_pool_chunk {
    struct fa_pool_chunk *next;
    char *bytes;
    size_t size;
};

void fa_pool_init(struct fa_pool *pool)
{
    *pool = (struct fa_pool){0};
}

void fa_pool_release(struct fa_pool *pool)
{
    for (struct fa_pool_chunk *chunk = pool->chunks, *next; chunk; chunk = next) {
        next = chunk->next;
        free(chunk->bytes);
        free(chunk);
    }
    fa_pool_init(pool);
}

void fa_pool_clear(struct fa_pool *pool)
{
    pool->current = pool->chunks;
    pool->used = 0;
}

struct fa_pool_mark fa_pool_mark(const struct fa_pool *pool)
{
    return (struct fa_pool_mark){pool->current, pool->used};
}

void fa_pool_rewind(struct fa_pool *pool, struct fa_pool_mark mark)
{
    if (!mark.current)
        fa_pool_clear(pool);
    else
        *pool = (struct fa_pool){pool->chunks, mark.current, mark.used, pool->total_bytes};
}

static struct fa_pool_chunk *add_chunk(struct fa_pool *pool, size_t size)
{
    struct fa_pool_chunk *chunk = malloc(sizeof *chunk);
    if (!chunk)
        return NULL;
    chunk->size = size > CHUNK_BYTES ? size : CHUNK_BYTES;
    chunk->bytes = aligned_alloc(ALIGN_BYTES, chunk->size);
    if (!chunk->bytes) {
        free(chunk);
        return NULL;
    }
    if (pool->current) {
        chunk->next = pool->current->next;
        pool->current->next = chunk;
    } else {
        chunk->next = pool->chunks;
        pool->chunks = chunk;
    }
    pool->total_bytes += chunk->size;
    return chunk;
}

void *fa_pool_take(struct fa_pool *pool, size_t size)
{
    size = (size + ALIGN_BYTES - 1) / ALIGN_BYTES * ALIGN_BYTES;
    if (!size)
        size = ALIGN_BYTES;
    while (!pool->current || pool->current->size - pool->used < size) {
        struct fa_pool_chunk *next = pool->current ? pool->current->next : NULL;
        if (!next) {
            next = add_chunk(pool, size);
            if (!next)
                return NULL;
        }
        pool->current = next;
        pool->used = 0;
    }
    void *memory = pool->current->bytes + pool->used;
    pool->used += size;
    return memory;
}
