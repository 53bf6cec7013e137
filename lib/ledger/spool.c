#include "ledger/spool.h"

#include <errno.h>
#include <fcntl.h>
#include <stdlib.h>
#include <string.h>
#include <sys/mman.h>
#include <unistd.h>

/* Memory comes in chunks of this size, in huge pages where the system has them: touching fresh
 * memory page by page would cost more than writing the blocks. Only a larger block has a chunk
 * of its own. */
#define CHUNK_BYTES ((size_t)32 << 20)

struct chunk {
    uint8_t *bytes;
    size_t size, used;
};

/* Where a block is: in memory, or in the file if bytes is NULL. */
struct entry {
    struct fa_block block;
    uint64_t file_offset;
};

struct fa_spool {
    uint64_t memory_max, memory_used;
    const char *dir;
    struct fa_sink *sink;
    FA_VEC(struct chunk) chunks;
    FA_VEC(struct entry) entries;
    int fd;
    uint64_t file_size;
    struct fa_buf read_back;
};

struct fa_spool *fa_spool_new(uint64_t memory_max, const char *dir, struct fa_sink *sink)
{
    struct fa_spool *spool = calloc(1, sizeof *spool);
    if (!spool)
        return NULL;
    spool->memory_max = memory_max;
    spool->dir = dir;
    spool->sink = sink;
    spool->fd = -1;
    return spool;
}

void fa_spool_free(struct fa_spool *spool)
{
    if (!spool)
        return;
    for (size_t i = 0; i < spool->chunks.count; i++)
        munmap(spool->chunks.items[i].bytes, spool->chunks.items[i].size);
    fa_vec_free(&spool->chunks);
    fa_vec_free(&spool->entries);
    fa_buf_release(&spool->read_back);
    if (spool->fd >= 0)
        close(spool->fd);
    free(spool);
}

/* Room for SIZE bytes in the newest chunk or a new one; NULL when memory is out. */
static uint8_t *take_memory(struct fa_spool *spool, size_t size)
{
    struct chunk *newest =
        spool->chunks.count ? &spool->chunks.items[spool->chunks.count - 1] : NULL;
    if (!newest || newest->size - newest->used < size) {
        size_t chunk_size = size > CHUNK_BYTES ? size : CHUNK_BYTES;
        if (fa_vec_reserve(&spool->chunks, spool->chunks.count + 1) != FA_OK)
            return NULL;
        void *bytes =
            mmap(NULL, chunk_size, PROT_READ | PROT_WRITE, MAP_PRIVATE | MAP_ANONYMOUS, -1, 0);
        if (bytes == MAP_FAILED)
            return NULL;
#ifdef MADV_HUGEPAGE
        madvise(bytes, chunk_size, MADV_HUGEPAGE); /* a wish: without it all works, slower */
#endif
        newest = &spool->chunks.items[spool->chunks.count++];
        *newest = (struct chunk){bytes, chunk_size, 0};
    }
    uint8_t *memory = newest->bytes + newest->used;
    newest->used += size;
    return memory;
}

enum fa_status fa_spool_file_open(const char *dir, struct fa_sink *sink, int *fd)
{
    static const char name[] = "/flowaudit-spool-XXXXXX";
    struct fa_buf path = {0};
    if (fa_buf_add_text(&path, dir) != FA_OK || fa_buf_add(&path, name, sizeof name) != FA_OK) {
        fa_buf_release(&path);
        return fa_out_of_memory(sink, "the name of a spool file");
    }
    int made = mkostemp(path.bytes, O_CLOEXEC);
    enum fa_status status = FA_OK;
    if (made < 0)
        status = fa_io_error(sink, "create a spool file in", dir, errno);
    else if (unlink(path.bytes) != 0)
        status = fa_io_error(sink, "unlink the spool file", path.bytes, errno);
    fa_buf_release(&path);
    if (status == FA_OK)
        *fd = made;
    else if (made >= 0)
        close(made);
    return status;
}

enum fa_status fa_spool_file_write(int fd, const void *bytes, size_t size, uint64_t offset,
                                   struct fa_sink *sink)
{
    const uint8_t *at = bytes;
    while (size > 0) {
        ssize_t written = pwrite(fd, at, size, (off_t)offset);
        if (written < 0 && errno == EINTR)
            continue;
        if (written <= 0)
            return fa_error(
                sink, FA_CODE_IO, (struct fa_place){0},
                "free space where temporary files go, or name another folder with TMPDIR",
                "cannot write the spool file: %s", strerror(errno));
        at += written;
        size -= (size_t)written;
        offset += (uint64_t)written;
    }
    return FA_OK;
}

static enum fa_status append_to_file(struct fa_spool *spool, const struct fa_block *block)
{
    if (!spool->dir)
        return fa_error(
            spool->sink, FA_CODE_LIMIT, (struct fa_place){0}, NULL,
            "finished blocks take more than %llu bytes of memory and there is no folder "
            "for a spool file",
            (unsigned long long)spool->memory_max);
    if (spool->fd < 0)
        FA_TRY(fa_spool_file_open(spool->dir, spool->sink, &spool->fd));
    FA_TRY(fa_spool_file_write(spool->fd, block->bytes, block->size_bytes, spool->file_size,
                               spool->sink));
    spool->file_size += block->size_bytes;
    return FA_OK;
}

enum fa_status fa_spool_add(struct fa_spool *spool, const struct fa_block *block)
{
    struct entry entry = {.block = *block, .file_offset = spool->file_size};
    if (fa_vec_reserve(&spool->entries, spool->entries.count + 1) != FA_OK)
        return fa_out_of_memory(spool->sink, "the spool");
    if (block->size_bytes <= spool->memory_max - spool->memory_used) {
        uint8_t *memory = take_memory(spool, block->size_bytes);
        if (!memory)
            return fa_out_of_memory(spool->sink, "the spool");
        memcpy(memory, block->bytes, block->size_bytes);
        entry.block.bytes = memory;
        spool->memory_used += block->size_bytes;
    } else {
        entry.block.bytes = NULL;
        FA_TRY(append_to_file(spool, block));
    }
    spool->entries.items[spool->entries.count++] = entry;
    return FA_OK;
}

uint64_t fa_spool_count(const struct fa_spool *spool)
{
    return spool->entries.count;
}

enum fa_status fa_spool_get(struct fa_spool *spool, uint64_t i, struct fa_block *block)
{
    if (i >= spool->entries.count)
        return FA_EDEFECT;
    const struct entry *entry = &spool->entries.items[i];
    if (entry->block.bytes) {
        *block = entry->block;
        return FA_OK;
    }
    fa_buf_clear(&spool->read_back);
    if (fa_buf_reserve(&spool->read_back, entry->block.size_bytes) != FA_OK)
        return fa_out_of_memory(spool->sink, "a block of the spool");
    size_t size = 0;
    while (size < entry->block.size_bytes) {
        ssize_t got = pread(spool->fd, spool->read_back.bytes + size,
                            entry->block.size_bytes - size, (off_t)(entry->file_offset + size));
        if (got < 0 && errno == EINTR)
            continue;
        if (got <= 0)
            return fa_error(spool->sink, FA_CODE_IO, (struct fa_place){0}, NULL,
                            "cannot read the spool file: %s", strerror(got < 0 ? errno : EIO));
        size += (size_t)got;
    }
    *block = entry->block;
    block->bytes = (const uint8_t *)spool->read_back.bytes;
    return FA_OK;
}

const struct fa_block *fa_spool_peek(const struct fa_spool *spool, uint64_t i)
{
    return &spool->entries.items[i].block;
}

/* For qsort_r: blocks in stream order. */
static int compare_entries(const void *a, const void *b, void *head)
{
    const struct entry *x = a, *y = b;
    const struct fa_head *const *given = head;
    return fa_block_compare(*given, &x->block, &y->block);
}

void fa_spool_sort(struct fa_spool *spool, const struct fa_head *head)
{
    if (spool->entries.count > 1)
        qsort_r(spool->entries.items, spool->entries.count, sizeof *spool->entries.items,
                compare_entries, &head);
}

void fa_spool_drop(struct fa_spool *spool, int table, uint64_t end)
{
    size_t kept = 0;
    for (size_t i = 0; i < spool->entries.count; i++)
        if (i >= end || spool->entries.items[i].block.table != table)
            spool->entries.items[kept++] = spool->entries.items[i];
    spool->entries.count = kept;
}

uint64_t fa_spool_memory(const struct fa_spool *spool)
{
    return spool->memory_used;
}
