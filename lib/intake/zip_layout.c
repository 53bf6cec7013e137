#include "intake/zip_layout.h"

#include <errno.h>
#include <stdlib.h>
#include <string.h>
#include <unistd.h>

#include "base/limits.h"
#include "base/str.h"

enum {
    END_BYTES = 22,
    END64_BYTES = 56,
    END64_LOCATOR_BYTES = 20,
    ENTRY_BYTES = 46,
    LOCAL_BYTES = 30,
    STREAMED = 1 << 3, /* flag: a descriptor follows the member's bytes */
};

struct span {
    uint64_t start, end;
    bool is_streamed;
};

struct layout {
    int fd;
    uint64_t size;
    zip_t *zip;
    struct fa_fault *fault;
    uint64_t directory_at, directory_bytes, count;
    unsigned char *directory;
    struct span *spans;
};

static uint16_t load_u16(const unsigned char *bytes)
{
    return (uint16_t)(bytes[0] | bytes[1] << 8);
}

static bool refuse(struct layout *layout, const char *why)
{
    if (!layout->fault->is_set)
        fa_fault_set(layout->fault, FA_CODE_ZIP_DATA, 0, 0, "ask for the archive again",
                     "the archive is damaged: %s", why);
    return false;
}

/* Bytes from START to END that are nobody's. */
static bool refuse_strangers(struct layout *layout, uint64_t start, uint64_t end)
{
    fa_fault_set(layout->fault, FA_CODE_ZIP_DATA, 0, 0,
                 "ask what they are; archives that were put together are given one by one",
                 "%llu bytes from byte %llu on belong to no member that the archive lists",
                 (unsigned long long)(end - start), (unsigned long long)start);
    return false;
}

/* False: they cannot be read, or the file ends before. */
static bool read_at(struct layout *layout, uint64_t at, unsigned char *out, size_t size)
{
    if (at > layout->size || size > layout->size - at)
        return refuse(layout, "it points behind its own end");
    while (size > 0) {
        ssize_t got = pread(layout->fd, out, size, (off_t)at);
        if (got < 0 && errno == EINTR)
            continue;
        if (got < 0) {
            fa_fault_set_io(layout->fault, errno);
            return false;
        }
        if (got == 0)
            return refuse(layout, "it points behind its own end");
        at += (uint64_t)got;
        out += got;
        size -= (size_t)got;
    }
    return true;
}

/* --- the end -------------------------------------------------------------------------------
 */

/* The record that goes with its comment to the very end of the file. */
static bool find_end(struct layout *layout, uint64_t *end_at, unsigned char *end)
{
    unsigned char tail[END_BYTES + UINT16_MAX];
    size_t size = layout->size < sizeof tail ? (size_t)layout->size : sizeof tail;
    uint64_t tail_at = layout->size - size;
    if (!read_at(layout, tail_at, tail, size))
        return false;
    for (size_t behind = END_BYTES; behind <= size; behind++) {
        const unsigned char *found = tail + size - behind;
        if (memcmp(found, "PK\5\6", 4) == 0 && load_u16(found + 20) == behind - END_BYTES) {
            *end_at = layout->size - behind;
            memcpy(end, found, END_BYTES);
            return true;
        }
    }
    fa_fault_set(layout->fault, FA_CODE_ZIP_DATA, 0, 0, "ask what they are",
                 "bytes follow the end of the archive");
    return false;
}

/* Zip64 has a second end record before the plain one, with a pointer to it between them. Moves
 * END_AT to it. */
static bool read_end64(struct layout *layout, uint64_t *end_at)
{
    unsigned char locator[END64_LOCATOR_BYTES], end64[END64_BYTES];
    if (*end_at < sizeof locator)
        return true;
    uint64_t locator_at = *end_at - sizeof locator;
    if (!read_at(layout, locator_at, locator, sizeof locator))
        return false;
    if (memcmp(locator, "PK\6\7", 4) != 0)
        return true;
    uint64_t at = fa_load_u64(locator + 8);
    if (!read_at(layout, at, end64, sizeof end64))
        return false;
    if (memcmp(end64, "PK\6\6", 4) != 0 || at > locator_at || locator_at - at < 12 ||
        fa_load_u64(end64 + 4) != locator_at - at - 12)
        return refuse(layout, "its zip64 end record is not where it should be");
    layout->count = fa_load_u64(end64 + 32);
    layout->directory_bytes = fa_load_u64(end64 + 40);
    layout->directory_at = fa_load_u64(end64 + 48);
    *end_at = at;
    return true;
}

static bool read_end(struct layout *layout)
{
    unsigned char end[END_BYTES];
    uint64_t end_at = 0;
    if (!find_end(layout, &end_at, end))
        return false;
    layout->count = load_u16(end + 10);
    layout->directory_bytes = fa_load_u32(end + 12);
    layout->directory_at = fa_load_u32(end + 16);
    if (!read_end64(layout, &end_at))
        return false;
    if (layout->directory_bytes > end_at ||
        layout->directory_at > end_at - layout->directory_bytes)
        return refuse(layout, "its directory and its end overlap");
    uint64_t directory_end = layout->directory_at + layout->directory_bytes;
    if (directory_end == end_at)
        return true;
    fa_fault_set(layout->fault, FA_CODE_ZIP_DATA, 0, 0,
                 "archives that were put together are given one by one",
                 "the directory of the archive should end at byte %llu, found its end at byte "
                 "%llu: it does not account for %llu bytes",
                 (unsigned long long)directory_end, (unsigned long long)end_at,
                 (unsigned long long)(end_at - directory_end));
    return false;
}

/* --- the directory -------------------------------------------------------------------------
 */

/* Zip64 keeps what 32 bits cannot hold in an extra field: those of the three that are all ones,
 * in this order. */
static void widen(const unsigned char *extra, size_t size, uint64_t *values[3])
{
    while (size >= 4) {
        size_t field_bytes = load_u16(extra + 2), at = 4;
        if (field_bytes > size - 4)
            return;
        for (size_t i = 0; i < 3 && load_u16(extra) == 1; i++)
            if (*values[i] == UINT32_MAX && at + 8 <= 4 + field_bytes) {
                *values[i] = fa_load_u64(extra + at);
                at += 8;
            }
        extra += 4 + field_bytes;
        size -= 4 + field_bytes;
    }
}

/* Whether libzip has taken the same directory for that of the archive. */
static bool is_known(struct layout *layout, uint64_t idx, const unsigned char *entry,
                     uint64_t packed_bytes)
{
    zip_stat_t found;
    size_t name_bytes = load_u16(entry + 28);
    const char *name = zip_get_name(layout->zip, idx, ZIP_FL_ENC_RAW);
    return name && strlen(name) <= name_bytes &&
           memcmp(name, entry + ENTRY_BYTES, strlen(name)) == 0 &&
           zip_stat_index(layout->zip, idx, 0, &found) == 0 &&
           found.crc == fa_load_u32(entry + 16) && found.comp_size == packed_bytes;
}

/* Where the member of an entry lies. */
static bool find_span(struct layout *layout, const unsigned char *entry, uint64_t packed_bytes,
                      uint64_t start, struct span *span)
{
    unsigned char local[LOCAL_BYTES];
    if (!read_at(layout, start, local, sizeof local))
        return false;
    if (memcmp(local, "PK\3\4", 4) != 0)
        return refuse(layout, "its directory names a place where no member begins");
    span->start = start;
    span->end = start + LOCAL_BYTES + load_u16(local + 26) + load_u16(local + 28);
    if (span->end > layout->directory_at || packed_bytes > layout->directory_at - span->end)
        return refuse(layout, "a member is longer than its place before the directory");
    span->end += packed_bytes;
    span->is_streamed = ((load_u16(entry + 8) | load_u16(local + 6)) & STREAMED) != 0;
    return true;
}

static bool read_directory(struct layout *layout)
{
    size_t left = (size_t)layout->directory_bytes;
    const unsigned char *entry = layout->directory;
    if (!read_at(layout, layout->directory_at, layout->directory, left))
        return false;
    for (uint64_t i = 0; i < layout->count; i++) {
        if (left < ENTRY_BYTES || memcmp(entry, "PK\1\2", 4) != 0)
            return refuse(layout, "its directory ends too early");
        size_t before_extra = ENTRY_BYTES + (size_t)load_u16(entry + 28);
        size_t extra_bytes = load_u16(entry + 30);
        size_t size = before_extra + extra_bytes + load_u16(entry + 32);
        if (size > left)
            return refuse(layout, "its directory ends too early");
        uint64_t unpacked = fa_load_u32(entry + 24), packed = fa_load_u32(entry + 20);
        uint64_t start = fa_load_u32(entry + 42);
        widen(entry + before_extra, extra_bytes, (uint64_t *[]){&unpacked, &packed, &start});
        if (!is_known(layout, i, entry, packed))
            return refuse(layout, "it has two directories that differ");
        if (!find_span(layout, entry, packed, start, &layout->spans[i]))
            return false;
        entry += size;
        left -= size;
    }
    return left == 0 ||
           refuse_strangers(layout, layout->directory_at + layout->directory_bytes - left,
                            layout->directory_at + layout->directory_bytes);
}

/* --- the members ---------------------------------------------------------------------------
 */

static int compare(const void *left, const void *right)
{
    const struct span *a = left, *b = right;
    return (a->start > b->start) - (a->start < b->start);
}

/* A descriptor is a checksum and two sizes, of four or eight bytes, and may have a mark before
 * it. */
static bool is_descriptor(uint64_t size)
{
    return size == 12 || size == 16 || size == 20 || size == 24;
}

/* Members that overlap leave no gap; their sizes tell (archive.c). */
static bool check_spans(struct layout *layout)
{
    uint64_t at = 0;
    bool is_streamed = false;
    qsort(layout->spans, (size_t)layout->count, sizeof *layout->spans, compare);
    for (uint64_t i = 0; i <= layout->count; i++) {
        uint64_t next = i < layout->count ? layout->spans[i].start : layout->directory_at;
        if (next > at && !(is_streamed && is_descriptor(next - at)))
            return refuse_strangers(layout, at, next);
        if (i < layout->count && layout->spans[i].end >= at) {
            at = layout->spans[i].end;
            is_streamed = layout->spans[i].is_streamed;
        }
    }
    return true;
}

bool fa_zip_layout_check(int fd, uint64_t size, zip_t *zip, struct fa_fault *fault)
{
    struct layout layout = {.fd = fd, .size = size, .zip = zip, .fault = fault};
    if (!read_end(&layout))
        return false;
    if (layout.count != (uint64_t)zip_get_num_entries(zip, 0) ||
        layout.directory_bytes > FA_ARCHIVE_DIRECTORY_BYTES_MAX)
        return refuse(&layout, "it has two directories that differ");
    layout.directory = malloc((size_t)layout.directory_bytes + 1);
    layout.spans = calloc((size_t)layout.count + 1, sizeof *layout.spans);
    if (!layout.directory || !layout.spans)
        fa_fault_set_memory(fault);
    bool is_sound = !fault->is_set && read_directory(&layout) && check_spans(&layout);
    free(layout.directory);
    free(layout.spans);
    return is_sound;
}
