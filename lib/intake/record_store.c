#include "intake/record_store.h"

#include <errno.h>
#include <string.h>
#include <unistd.h>

#include "base/limits.h"
#include "ledger/spool.h"

struct window {
    uint64_t offset; /* of its bytes; behind them its origins, as they lie in memory */
    size_t byte_count, origin_count;
};

struct fa_record_store {
    const char *dir;
    struct fa_buf memory; /* the beginning; all of it, while there is no file */
    int fd;               /* what is behind it; -1: nothing */
    uint64_t size;        /* of memory and file */
    FA_VEC(struct window) windows;
    bool is_broken, is_complete;
    struct fa_file_digests digests;
};

struct fa_record_store *fa_record_store_new(const char *dir)
{
    struct fa_record_store *store = calloc(1, sizeof *store);
    if (store)
        *store = (struct fa_record_store){.dir = dir, .fd = -1};
    return store;
}

void fa_record_store_free(struct fa_record_store *store)
{
    if (!store)
        return;
    if (store->fd >= 0)
        close(store->fd);
    fa_buf_release(&store->memory);
    fa_vec_free(&store->windows);
    free(store);
}

/* Once something is in the file, all that follows goes there. */
static bool append(struct fa_record_store *store, const void *bytes, size_t size)
{
    bool is_in_memory = store->fd < 0 && size <= FA_RECORD_STORE_BYTES_MAX - store->memory.size;
    if (is_in_memory && fa_buf_add(&store->memory, bytes, size) != FA_OK)
        return false;
    if (!is_in_memory && store->fd < 0 &&
        (!store->dir || fa_spool_file_open(store->dir, NULL, &store->fd) != FA_OK))
        return false;
    if (!is_in_memory && fa_spool_file_write(store->fd, bytes, size,
                                             store->size - store->memory.size, NULL) != FA_OK)
        return false;
    store->size += size;
    return true;
}

void fa_record_store_add(struct fa_record_store *store, const struct fa_records *records)
{
    struct window window = {store->size, records->bytes.size, records->origins.count};
    store->is_broken = store->is_broken ||
                       !append(store, records->bytes.bytes, records->bytes.size) ||
                       !append(store, records->origins.items,
                               records->origins.count * sizeof *records->origins.items) ||
                       fa_vec_add(&store->windows, window) != FA_OK;
}

void fa_record_store_finish(struct fa_record_store *store,
                            const struct fa_file_digests *digests)
{
    store->digests = *digests;
    store->is_complete = !store->is_broken;
}

const struct fa_file_digests *fa_record_store_digests(const struct fa_record_store *store)
{
    return store->is_complete ? &store->digests : NULL;
}

size_t fa_record_store_count(const struct fa_record_store *store)
{
    return store->windows.count;
}

/* A part lies in memory or in the file, never in both. */
static bool read_part(const struct fa_record_store *store, uint64_t offset, void *out,
                      size_t size, struct fa_fault *fault)
{
    char *to = out;
    if (offset < store->memory.size) {
        memcpy(to, store->memory.bytes + offset, size);
        return true;
    }
    offset -= store->memory.size;
    while (size > 0) {
        ssize_t got = pread(store->fd, to, size, (off_t)offset);
        if (got < 0 && errno == EINTR)
            continue;
        if (got <= 0) {
            fa_fault_set_spool(fault, got < 0 ? errno : EIO);
            return false;
        }
        to += got;
        offset += (uint64_t)got;
        size -= (size_t)got;
    }
    return true;
}

bool fa_record_store_get(const struct fa_record_store *store, size_t i, struct fa_records *out,
                         struct fa_fault *fault)
{
    const struct window *window = &store->windows.items[i];
    fa_records_clear(out);
    if (fa_buf_reserve(&out->bytes, window->byte_count) != FA_OK ||
        fa_vec_reserve(&out->origins, window->origin_count) != FA_OK) {
        fa_fault_set_memory(fault);
        return false;
    }
    size_t origin_bytes = window->origin_count * sizeof *out->origins.items;
    if ((window->byte_count &&
         !read_part(store, window->offset, out->bytes.bytes, window->byte_count, fault)) ||
        (origin_bytes && !read_part(store, window->offset + window->byte_count,
                                    out->origins.items, origin_bytes, fault)))
        return false;
    out->bytes.size = window->byte_count;
    out->origins.count = window->origin_count;
    return true;
}
