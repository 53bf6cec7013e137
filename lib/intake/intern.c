#include "intake/intern.h"

#include <stdatomic.h>
#include <stdlib.h>
#include <string.h>
#include <sys/mman.h>

#include "base/limits.h"
#include "base/vec.h"
#include "ledger/wire.h"

/*
 * Open addressing, 16 bytes a slot. Names lie in pages that never move, each behind the four
 * bytes of its filer. A slot is written name first and published by its `mark`, so that a
 * reader finds either nothing or all of it; a table that grew is replaced whole, and the old
 * ones are kept until the space is freed, because a reader may still be in one (together they
 * are as large as the new).
 *
 *   mark  high half: tag, the hash's upper bits; low half: number + 1, 0 for a free slot
 */
struct slot {
    _Atomic uint64_t mark;
    const char *name; /* four bytes of filer and four of size stand in front */
};

struct table {
    uint64_t slot_mask;
    struct table *older;
    struct slot slots[];
};

enum { PREFIX_BYTES = 8, PAGE_BYTES = 4 << 20, HUGE_BYTES = 2 << 20, SLOTS_MIN = 1024 };

struct page {
    char *bytes;
    size_t size;
};

struct fa_ids {
    struct fa_hash_key key;
    _Atomic(struct table *) table;
    FA_VEC(struct page) pages;
    size_t page_left;
    char *page_at;
    FA_VEC(const char *) names; /* by number */
};

/* Look-ups miss the cache; in huge pages, where the system has them, they do not miss the
 * processor's address tables as well. */
static void *get_memory(size_t size)
{
    void *memory = mmap(NULL, size, PROT_READ | PROT_WRITE, MAP_PRIVATE | MAP_ANONYMOUS, -1, 0);
    if (memory == MAP_FAILED)
        return NULL;
#ifdef MADV_HUGEPAGE
    if (size >= HUGE_BYTES)
        madvise(memory, size, MADV_HUGEPAGE);
#endif
    return memory;
}

static size_t table_bytes(uint64_t slot_count)
{
    return sizeof(struct table) + slot_count * sizeof(struct slot);
}

static struct table *table_new(uint64_t slot_count, struct table *older)
{
    struct table *table = get_memory(table_bytes(slot_count));
    if (table) {
        table->slot_mask = slot_count - 1;
        table->older = older;
    }
    return table;
}

struct fa_ids *fa_ids_new(struct fa_hash_key key)
{
    struct fa_ids *ids = calloc(1, sizeof *ids);
    struct table *table = ids ? table_new(SLOTS_MIN, NULL) : NULL;
    if (!table) {
        free(ids);
        return NULL;
    }
    ids->key = key;
    atomic_init(&ids->table, table);
    return ids;
}

static void free_tables(struct table *table)
{
    while (table) {
        struct table *older = table->older;
        munmap(table, table_bytes(table->slot_mask + 1));
        table = older;
    }
}

void fa_ids_free(struct fa_ids *ids)
{
    if (!ids)
        return;
    free_tables(atomic_load(&ids->table));
    for (size_t i = 0; i < ids->pages.count; i++)
        munmap(ids->pages.items[i].bytes, ids->pages.items[i].size);
    fa_vec_free(&ids->pages);
    fa_vec_free(&ids->names);
    free(ids);
}

static inline uint32_t filer_at(const char *name)
{
    return fa_wire_u32((const uint8_t *)name - 8);
}

static inline uint32_t size_at(const char *name)
{
    return fa_wire_u32((const uint8_t *)name - 4);
}

static uint64_t hash_of(const struct fa_ids *ids, uint32_t filer, struct fa_str name)
{
    struct fa_hash_key key = {ids->key.k0 + filer, ids->key.k1};
    return fa_hash64(key, name.bytes, name.size);
}

static inline uint64_t tag_of(uint64_t hash)
{
    return hash & UINT64_C(0xFFFFFFFF00000000);
}

static inline uint64_t word_at(const char *bytes)
{
    uint64_t word;
    memcpy(&word, bytes, sizeof word);
    return word;
}

/* Eight bytes at a time; up to seven behind both are read and left out. */
static inline bool is_name(const char *kept, uint32_t filer, struct fa_str name)
{
    if (size_at(kept) != name.size || filer_at(kept) != filer)
        return false;
    size_t at = 0;
    for (; at + 8 <= name.size; at += 8)
        if (word_at(kept + at) != word_at(name.bytes + at))
            return false;
    uint64_t rest = word_at(kept + at) ^ word_at(name.bytes + at);
    return at == name.size || rest << (64 - 8 * (name.size - at)) == 0;
}

/* Its number, or FA_NO_ID; the search begins and ends at slot *AT. */
static inline uint32_t find(const struct table *table, uint32_t filer, struct fa_str name,
                            uint64_t hash, uint64_t *at)
{
    for (uint64_t i = *at;; i = (i + 1) & table->slot_mask) {
        uint64_t mark = atomic_load_explicit(&table->slots[i].mark, memory_order_acquire);
        *at = i;
        if ((uint32_t)mark == 0)
            return FA_NO_ID;
        if (tag_of(mark) == tag_of(hash) && is_name(table->slots[i].name, filer, name))
            return (uint32_t)mark - 1;
    }
}

/* The first slot with the hash's tag, or the free one that ends the search. */
static inline uint64_t first_with_tag(const struct table *table, uint64_t hash)
{
    for (uint64_t i = hash & table->slot_mask;; i = (i + 1) & table->slot_mask) {
        uint64_t mark = atomic_load_explicit(&table->slots[i].mark, memory_order_acquire);
        if ((uint32_t)mark == 0 || tag_of(mark) == tag_of(hash))
            return i;
    }
}

/* Three passes, so that the cache misses of many names are under way at once: slot, name,
 * answer. */
void fa_ids_find(const struct fa_ids *ids, uint32_t filer, const struct fa_str *names,
                 uint32_t count, uint64_t *hashes, uint32_t *numbers)
{
    const struct table *table = atomic_load_explicit(&ids->table, memory_order_acquire);
    uint64_t slots[FA_IDS_BATCH];
    for (uint32_t i = 0; i < count; i++) {
        hashes[i] = hash_of(ids, filer, names[i]);
        __builtin_prefetch(&table->slots[hashes[i] & table->slot_mask]);
    }
    for (uint32_t i = 0; i < count; i++) {
        slots[i] = first_with_tag(table, hashes[i]);
        const struct slot *slot = &table->slots[slots[i]];
        /* The name of a free slot may be being written. */
        if ((uint32_t)atomic_load_explicit(&slot->mark, memory_order_acquire) != 0)
            __builtin_prefetch(slot->name);
    }
    for (uint32_t i = 0; i < count; i++)
        numbers[i] =
            names[i].size ? find(table, filer, names[i], hashes[i], &slots[i]) : FA_NO_ID;
}

static void put(struct table *table, uint64_t at, uint64_t hash, uint32_t number,
                const char *name)
{
    table->slots[at].name = name;
    atomic_store_explicit(&table->slots[at].mark, tag_of(hash) | (number + 1),
                          memory_order_release);
}

/* A table of SLOT_COUNT slots with all names; the readers go on in the old one. */
static enum fa_status rebuild(struct fa_ids *ids, uint64_t slot_count)
{
    struct table *table = table_new(slot_count, atomic_load(&ids->table));
    if (!table)
        return FA_ELIMIT;
    for (size_t number = 0; number < ids->names.count; number++) {
        const char *kept = ids->names.items[number];
        struct fa_str name = {kept, size_at(kept)};
        uint64_t hash = hash_of(ids, filer_at(kept), name);
        uint64_t at = hash & (slot_count - 1);
        find(table, filer_at(kept), name, hash, &at);
        put(table, at, hash, (uint32_t)number, kept);
    }
    atomic_store_explicit(&ids->table, table, memory_order_release);
    return FA_OK;
}

static char *keep_name(struct fa_ids *ids, uint32_t filer, struct fa_str name)
{
    /* Whole words: comparing reads to the end of a name's last word, where no other name may
     * be. */
    size_t size = PREFIX_BYTES + name.size / 8 * 8 + 8;
    if (size > ids->page_left) {
        /* A space of few names takes little. */
        size_t page_size = ids->pages.count == 0 ? 64u << 10 : PAGE_BYTES;
        if (size > page_size)
            page_size = size;
        struct page page = {get_memory(page_size), page_size};
        if (!page.bytes || fa_vec_add(&ids->pages, page) != FA_OK) {
            if (page.bytes)
                munmap(page.bytes, page.size);
            return NULL;
        }
        ids->page_at = page.bytes;
        ids->page_left = page_size;
    }
    char *kept = ids->page_at + PREFIX_BYTES;
    fa_store_u32(kept - 8, filer);
    fa_store_u32(kept - 4, (uint32_t)name.size);
    memcpy(kept, name.bytes, name.size);
    ids->page_at += size;
    ids->page_left -= size;
    return kept;
}

enum fa_status fa_ids_add(struct fa_ids *ids, uint32_t filer, struct fa_str name,
                          uint32_t *number)
{
    struct table *table = atomic_load_explicit(&ids->table, memory_order_relaxed);
    uint64_t hash = hash_of(ids, filer, name);
    uint64_t at = hash & table->slot_mask;
    uint32_t found = find(table, filer, name, hash, &at);
    if (found != FA_NO_ID) {
        *number = found;
        return FA_OK;
    }
    if (ids->names.count >= FA_IDS_MAX - 1)
        return FA_ELIMIT;
    FA_TRY(fa_vec_reserve(&ids->names, ids->names.count + 1));
    if ((ids->names.count + 1) / 3 * 4 > table->slot_mask) { /* full to three quarters */
        FA_TRY(rebuild(ids, 2 * (table->slot_mask + 1)));
        table = atomic_load_explicit(&ids->table, memory_order_relaxed);
        at = hash & table->slot_mask;
        find(table, filer, name, hash, &at);
    }
    const char *kept = keep_name(ids, filer, name);
    if (!kept)
        return FA_ELIMIT;
    *number = (uint32_t)ids->names.count;
    ids->names.items[ids->names.count++] = kept;
    put(table, at, hash, *number, kept);
    return FA_OK;
}

uint32_t fa_ids_count(const struct fa_ids *ids)
{
    return (uint32_t)ids->names.count;
}

struct fa_str fa_ids_name(const struct fa_ids *ids, uint32_t number)
{
    const char *kept = ids->names.items[number];
    return (struct fa_str){kept, size_at(kept)};
}

uint32_t fa_ids_filer(const struct fa_ids *ids, uint32_t number)
{
    return filer_at(ids->names.items[number]);
}

enum fa_status fa_ids_renumber(struct fa_ids *ids, const uint32_t *new_numbers)
{
    size_t count = ids->names.count;
    const char **names = malloc((count ? count : 1) * sizeof *names);
    if (!names)
        return FA_ELIMIT;
    for (size_t i = 0; i < count; i++)
        names[new_numbers[i]] = ids->names.items[i];
    free(ids->names.items);
    ids->names.items = names;
    ids->names.capacity = count ? count : 1;
    struct table *table = atomic_load(&ids->table);
    FA_TRY(rebuild(ids, table->slot_mask + 1));
    table = atomic_load(&ids->table);
    free_tables(table->older);
    table->older = NULL;
    return FA_OK;
}

/* --- chunks --------------------------------------------------------------------------------
 */

enum { CHUNK_SLOTS_MIN = 256 };

void fa_id_chunk_release(struct fa_id_chunk *chunk)
{
    free(chunk->names);
    free(chunk->hashes);
    free(chunk->slots);
    *chunk = (struct fa_id_chunk){0};
}

void fa_id_chunk_clear(struct fa_id_chunk *chunk)
{
    if (chunk->count)
        memset(chunk->slots, 0, (chunk->slot_mask + 1) * sizeof *chunk->slots);
    chunk->count = 0;
}

static enum fa_status grow_chunk(struct fa_id_chunk *chunk)
{
    uint32_t slot_count = chunk->slots ? 2 * (chunk->slot_mask + 1) : CHUNK_SLOTS_MIN;
    uint32_t *slots = calloc(slot_count, sizeof *slots);
    struct fa_str *names = realloc(chunk->names, slot_count / 2 * sizeof *names);
    if (names)
        chunk->names = names;
    uint64_t *hashes = realloc(chunk->hashes, slot_count / 2 * sizeof *hashes);
    if (hashes)
        chunk->hashes = hashes;
    if (!slots || !names || !hashes) {
        free(slots);
        return FA_ELIMIT;
    }
    free(chunk->slots);
    chunk->slots = slots;
    chunk->slot_mask = slot_count - 1;
    chunk->capacity = slot_count / 2;
    for (uint32_t i = 0; i < chunk->count; i++) {
        uint32_t at = (uint32_t)chunk->hashes[i] & chunk->slot_mask;
        while (slots[at])
            at = (at + 1) & chunk->slot_mask;
        slots[at] = i + 1;
    }
    return FA_OK;
}

enum fa_status fa_id_chunk_add(struct fa_id_chunk *chunk, struct fa_str name, uint64_t hash,
                               uint32_t *number)
{
    if (chunk->count == chunk->capacity)
        FA_TRY(grow_chunk(chunk));
    uint32_t at = (uint32_t)hash & chunk->slot_mask;
    for (; chunk->slots[at]; at = (at + 1) & chunk->slot_mask) {
        uint32_t i = chunk->slots[at] - 1;
        if (chunk->hashes[i] == hash && fa_str_equal(chunk->names[i], name)) {
            *number = i;
            return FA_OK;
        }
    }
    chunk->names[chunk->count] = name;
    chunk->hashes[chunk->count] = hash;
    *number = chunk->count++;
    chunk->slots[at] = *number + 1;
    return FA_OK;
}
