#include "intake/unique.h"

#include <errno.h>
#include <stdlib.h>
#include <string.h>
#include <unistd.h>

#include "base/vec.h"
#include "ledger/spool.h"

/* 256 partitions: at 10^7 rows each is 800 kB, so that its look-ups stay in the second-level
 * cache. */
enum { PARTITIONS = 256, PAGE_ENTRIES_MIN = 16, PAGE_ENTRIES_MAX = 1024 };

struct __attribute__((packed)) entry {
    uint64_t low, high;
    uint32_t row;
};

/* Pages, so that growing never copies and memory is what the rows need. */
struct page {
    struct page *next;
    uint32_t count;
    struct entry entries[];
};

/* The entries of a page that was written to the file. */
struct run {
    uint64_t offset;
    uint32_t partition;
    uint32_t count;
};

struct fa_unique {
    uint64_t memory_max;
    const char *dir;
    struct fa_sink *sink;
    uint64_t row_count;
    uint64_t page_count; /* in use */
    uint32_t page_entries;
    struct page *partitions[PARTITIONS];
    struct page *free_pages;
    FA_VEC(struct run) runs;
    int fd;
    uint64_t file_size;
};

struct fa_unique *fa_unique_new(uint64_t memory_max, const char *dir, struct fa_sink *sink)
{
    struct fa_unique *unique = calloc(1, sizeof *unique);
    if (unique) {
        unique->memory_max = memory_max;
        unique->dir = dir;
        unique->sink = sink;
        unique->fd = -1;
        /* So that what is spilled at a time is some full pages of each partition. */
        uint64_t entries = memory_max / (4 * PARTITIONS * sizeof(struct entry));
        unique->page_entries = entries < PAGE_ENTRIES_MIN   ? PAGE_ENTRIES_MIN
                               : entries > PAGE_ENTRIES_MAX ? PAGE_ENTRIES_MAX
                                                            : (uint32_t)entries;
    }
    return unique;
}

static size_t page_bytes(const struct fa_unique *unique)
{
    return sizeof(struct page) + unique->page_entries * sizeof(struct entry);
}

static void free_pages(struct page *page)
{
    while (page) {
        struct page *next = page->next;
        free(page);
        page = next;
    }
}

void fa_unique_free(struct fa_unique *unique)
{
    if (!unique)
        return;
    for (int i = 0; i < PARTITIONS; i++)
        free_pages(unique->partitions[i]);
    free_pages(unique->free_pages);
    fa_vec_free(&unique->runs);
    if (unique->fd >= 0)
        close(unique->fd);
    free(unique);
}

static enum fa_status no_memory(struct fa_unique *unique)
{
    return fa_out_of_memory(unique->sink, "the keys of a table");
}

/* --- the file ------------------------------------------------------------------------------
 */

static enum fa_status open_file(struct fa_unique *unique)
{
    if (!unique->dir)
        return fa_error(
            unique->sink, FA_CODE_LIMIT, (struct fa_place){0}, NULL,
            "the keys of a table take more than %llu bytes of memory and there is no "
            "folder for a file",
            (unsigned long long)unique->memory_max);
    return fa_spool_file_open(unique->dir, unique->sink, &unique->fd);
}

static enum fa_status write_page(struct fa_unique *unique, uint32_t partition,
                                 const struct page *page)
{
    struct run run = {unique->file_size, partition, page->count};
    size_t size = page->count * sizeof page->entries[0];
    if (fa_vec_add(&unique->runs, run) != FA_OK)
        return no_memory(unique);
    unique->file_size += size;
    return fa_spool_file_write(unique->fd, page->entries, size, run.offset, unique->sink);
}

static enum fa_status spill(struct fa_unique *unique)
{
    if (unique->fd < 0)
        FA_TRY(open_file(unique));
    for (uint32_t i = 0; i < PARTITIONS; i++) {
        while (unique->partitions[i]) {
            struct page *page = unique->partitions[i];
            FA_TRY(write_page(unique, i, page));
            unique->partitions[i] = page->next;
            page->next = unique->free_pages;
            unique->free_pages = page;
        }
    }
    unique->page_count = 0;
    return FA_OK;
}

static enum fa_status read_run(struct fa_unique *unique, const struct run *run,
                               struct page *page)
{
    char *bytes = (char *)page->entries;
    size_t size = run->count * sizeof page->entries[0], done = 0;
    while (done < size) {
        ssize_t got = pread(unique->fd, bytes + done, size - done, (off_t)(run->offset + done));
        if (got < 0 && errno == EINTR)
            continue;
        if (got <= 0)
            return fa_io_error(unique->sink, "read a temporary file in", unique->dir,
                               got < 0 ? errno : EIO);
        done += (size_t)got;
    }
    page->count = run->count;
    return FA_OK;
}

/* --- adding --------------------------------------------------------------------------------
 */

/* A page with room in front of the partition's list; spills when the memory limit is reached.
 */
static enum fa_status add_page(struct fa_unique *unique, uint32_t partition)
{
    if ((unique->page_count + 1) * page_bytes(unique) > unique->memory_max &&
        unique->page_count)
        FA_TRY(spill(unique));
    struct page *page = unique->free_pages;
    if (page)
        unique->free_pages = page->next;
    else if (!(page = malloc(page_bytes(unique))))
        return no_memory(unique);
    page->count = 0;
    page->next = unique->partitions[partition];
    unique->partitions[partition] = page;
    unique->page_count++;
    return FA_OK;
}

enum fa_status fa_unique_add(struct fa_unique *unique, const struct fa_hash128 *hashes,
                             uint32_t count)
{
    if (unique->row_count + count > UINT32_MAX)
        return fa_error(unique->sink, FA_CODE_LIMIT, (struct fa_place){0}, NULL,
                        "one table has more than %u rows", UINT32_MAX);
    for (uint32_t i = 0; i < count; i++) {
        uint32_t partition = hashes[i].high % PARTITIONS;
        struct page *page = unique->partitions[partition];
        if (!page || page->count == unique->page_entries) {
            FA_TRY(add_page(unique, partition));
            page = unique->partitions[partition];
        }
        page->entries[page->count++] =
            (struct entry){hashes[i].low, hashes[i].high, (uint32_t)(unique->row_count + i)};
    }
    unique->row_count += count;
    return FA_OK;
}

/* --- finding repeats -----------------------------------------------------------------------
 */

struct repeats {
    FA_VEC(struct fa_repeat) list;
};

/* Open addressing over one partition; a key that is there already makes both rows repeats. The
 * first row of a key is told apart by the flag in its slot. */
struct slot {
    const struct entry *entry;
    bool is_repeat;
};

static enum fa_status keep_repeat(struct repeats *repeats, const struct entry *entry)
{
    struct fa_repeat repeat = {{entry->low, entry->high}, entry->row};
    return fa_vec_add(&repeats->list, repeat);
}

static enum fa_status find_repeats(const struct page *pages, struct slot *slots,
                                   uint64_t slot_mask, struct repeats *repeats)
{
    for (const struct page *page = pages; page; page = page->next) {
        for (uint32_t i = 0; i < page->count; i++) {
            const struct entry *entry = &page->entries[i];
            uint64_t at = entry->low & slot_mask;
            while (slots[at].entry &&
                   (slots[at].entry->low != entry->low || slots[at].entry->high != entry->high))
                at = (at + 1) & slot_mask;
            if (!slots[at].entry) {
                slots[at].entry = entry;
                continue;
            }
            if (!slots[at].is_repeat)
                FA_TRY(keep_repeat(repeats, slots[at].entry));
            slots[at].is_repeat = true;
            FA_TRY(keep_repeat(repeats, entry));
        }
    }
    return FA_OK;
}

/* Brings the partition's runs back into memory, in front of what is there. */
static enum fa_status load_partition(struct fa_unique *unique, uint32_t partition)
{
    for (size_t i = 0; i < unique->runs.count; i++) {
        if (unique->runs.items[i].partition != partition)
            continue;
        struct page *page = unique->free_pages;
        if (page)
            unique->free_pages = page->next;
        else if (!(page = malloc(page_bytes(unique))))
            return no_memory(unique);
        page->next = unique->partitions[partition];
        unique->partitions[partition] = page;
        page->count = 0;
        FA_TRY(read_run(unique, &unique->runs.items[i], page));
    }
    return FA_OK;
}

static int compare_repeats(const void *left, const void *right)
{
    const struct fa_repeat *a = left, *b = right;
    if (a->key.high != b->key.high)
        return a->key.high < b->key.high ? -1 : 1;
    if (a->key.low != b->key.low)
        return a->key.low < b->key.low ? -1 : 1;
    return (a->row > b->row) - (a->row < b->row);
}

/* Its pages serve the next partition, or the next table. */
static void empty_partition(struct fa_unique *unique, uint32_t partition)
{
    while (unique->partitions[partition]) {
        struct page *page = unique->partitions[partition];
        unique->partitions[partition] = page->next;
        page->next = unique->free_pages;
        unique->free_pages = page;
    }
}

static enum fa_status finish_partition(struct fa_unique *unique, uint32_t partition,
                                       struct repeats *repeats)
{
    FA_TRY(load_partition(unique, partition));
    uint64_t count = 0, slot_count = 16;
    for (const struct page *page = unique->partitions[partition]; page; page = page->next)
        count += page->count;
    while (slot_count < 2 * count)
        slot_count *= 2;
    struct slot *slots = count < 2 ? NULL : calloc(slot_count, sizeof *slots);
    enum fa_status status = FA_OK;
    if (count >= 2)
        status =
            slots ? find_repeats(unique->partitions[partition], slots, slot_count - 1, repeats)
                  : FA_ELIMIT;
    free(slots);
    empty_partition(unique, partition);
    return status == FA_OK ? FA_OK : no_memory(unique);
}

enum fa_status fa_unique_finish(struct fa_unique *unique, struct fa_repeat **repeats,
                                size_t *count)
{
    struct repeats found = {0};
    for (uint32_t i = 0; i < PARTITIONS; i++) {
        enum fa_status status = finish_partition(unique, i, &found);
        if (status != FA_OK) {
            fa_vec_free(&found.list);
            return status;
        }
    }
    unique->row_count = unique->page_count = unique->file_size = 0;
    unique->runs.count = 0;
    if (found.list.count > 1)
        qsort(found.list.items, found.list.count, sizeof *found.list.items, compare_repeats);
    *repeats = found.list.items;
    *count = found.list.count;
    return FA_OK;
}
