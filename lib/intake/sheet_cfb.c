#include "intake/sheet_cfb.h"

#include <errno.h>
#include <string.h>
#include <sys/stat.h>
#include <unistd.h>

#include "base/limits.h"

/* MS-CFB 2.2: the header is 512 bytes, and sector 0 begins behind the first sector's size. */
enum {
    HEADER_BYTES = 512,
    HEADER_FAT_COUNT = 109, /* sectors of the table that the header itself names */
    SMALL_BYTES_MAX = 4096, /* streams below it lie in the root's stream */
    SMALL_SHIFT = 6,
    ENTRY_BYTES = 128, /* of the directory */
    ENTRY_STREAM = 2,
    ENTRY_ROOT = 5,
};
#define SECTOR_LAST UINT32_C(0xFFFFFFFA) /* beyond it numbers have a meaning of their own */

static const char again[] = "open it in its program and save it again";

static unsigned load_u16(const uint8_t *bytes)
{
    return bytes[0] | (unsigned)bytes[1] << 8;
}

static bool refuse(struct fa_cfb *cfb, const char *why)
{
    fa_fault_set(cfb->fault, FA_CODE_SHEET_BROKEN, 0, 0, again,
                 "the workbook is no sound compound file: %s", why);
    return false;
}

static bool read_file(struct fa_cfb *cfb, uint64_t at, void *out, size_t size)
{
    for (size_t done = 0; done < size;) {
        ssize_t got = pread(cfb->fd, (char *)out + done, size - done, (off_t)(at + done));
        if (got < 0 && errno == EINTR)
            continue;
        if (got < 0) {
            fa_fault_set_io(cfb->fault, errno);
            return false;
        }
        /* The last sector of a file may be cut off behind what it holds. */
        if (got == 0) {
            if (done == 0)
                return refuse(cfb, "it ends before its last sector");
            memset((char *)out + done, 0, size - done);
            return true;
        }
        done += (size_t)got;
    }
    return true;
}

static bool read_sector(struct fa_cfb *cfb, uint32_t sector, void *out)
{
    return read_file(cfb, ((uint64_t)sector + 1) << cfb->sector_shift, out,
                     (size_t)1 << cfb->sector_shift);
}

static bool run_out(struct fa_cfb *cfb)
{
    fa_fault_set_memory(cfb->fault);
    return false;
}

/* --- chains --- */

static bool collect(struct fa_cfb *cfb, uint32_t first, struct fa_cfb_chain *chain)
{
    for (uint32_t sector = first; sector <= SECTOR_LAST; sector = cfb->follow.items[sector]) {
        if (sector >= cfb->follow.count)
            return refuse(cfb, "a chain of sectors leaves it");
        if (chain->count == cfb->follow.count)
            return refuse(cfb, "a chain of sectors is a circle");
        if (fa_vec_add(chain, sector) != FA_OK)
            return run_out(cfb);
    }
    return true;
}

/* All sectors of a chain, one behind the other. */
static bool load_chain(struct fa_cfb *cfb, uint32_t first, struct fa_buf *out)
{
    struct fa_cfb_chain chain = {0};
    size_t size = (size_t)1 << cfb->sector_shift;
    bool is_whole = collect(cfb, first, &chain);
    for (size_t i = 0; i < chain.count && is_whole; i++) {
        if (fa_buf_reserve(out, size) != FA_OK)
            is_whole = run_out(cfb);
        else
            is_whole = read_sector(cfb, chain.items[i], out->bytes + out->size);
        out->size += is_whole ? size : 0;
    }
    fa_vec_free(&chain);
    return is_whole;
}

/* --- the table of sectors --- */

static bool add_table_sector(struct fa_cfb *cfb, uint32_t sector)
{
    uint8_t bytes[4096];
    size_t count = ((size_t)1 << cfb->sector_shift) / 4;
    if (cfb->follow.count > cfb->file_bytes >> cfb->sector_shift)
        return refuse(cfb, "its table of sectors is larger than it is itself");
    if (!read_sector(cfb, sector, bytes))
        return false;
    if (fa_vec_reserve(&cfb->follow, cfb->follow.count + count) != FA_OK)
        return run_out(cfb);
    for (size_t i = 0; i < count; i++)
        cfb->follow.items[cfb->follow.count++] = fa_load_u32(bytes + 4 * i);
    return true;
}

/* The header names 109 sectors of the table; those behind them stand in sectors of their own.
 */
static bool read_table(struct fa_cfb *cfb, const uint8_t header[HEADER_BYTES])
{
    uint32_t count = fa_load_u32(header + 44), more = fa_load_u32(header + 68);
    uint8_t bytes[4096];
    size_t in_sector = ((size_t)1 << cfb->sector_shift) / 4 - 1;
    uint32_t i = 0;
    for (; i < count && i < HEADER_FAT_COUNT; i++)
        if (!add_table_sector(cfb, fa_load_u32(header + 76 + 4 * i)))
            return false;
    while (i < count) {
        if (more > SECTOR_LAST || !read_sector(cfb, more, bytes))
            return refuse(cfb, "its table of sectors is cut short");
        for (size_t k = 0; k < in_sector && i < count; k++, i++)
            if (!add_table_sector(cfb, fa_load_u32(bytes + 4 * k)))
                return false;
        more = fa_load_u32(bytes + 4 * in_sector);
    }
    return true;
}

/* --- the directory --- */

static bool has_name(const uint8_t *entry, const char *name)
{
    size_t size = strlen(name);
    if (load_u16(entry + 64) != 2 * (size + 1))
        return false;
    for (size_t i = 0; i < size; i++)
        if (entry[2 * i] != (uint8_t)name[i] || entry[2 * i + 1] != 0)
            return false;
    return true;
}

static const uint8_t *find_entry(const struct fa_buf *directory, const char *name, int type)
{
    for (size_t at = 0; at + ENTRY_BYTES <= directory->size; at += ENTRY_BYTES) {
        const uint8_t *entry = (const uint8_t *)directory->bytes + at;
        if (entry[66] == type && (!name || has_name(entry, name)))
            return entry;
    }
    return NULL;
}

/* A stream below 4,096 bytes: pieces of 64 of the root's stream, with a table of their own. */
static bool load_small(struct fa_cfb *cfb, const struct fa_buf *directory,
                       const uint8_t *header, uint32_t first)
{
    const uint8_t *root = find_entry(directory, NULL, ENTRY_ROOT);
    struct fa_buf store = {0}, table = {0};
    bool is_whole = root && load_chain(cfb, fa_load_u32(root + 116), &store) &&
                    load_chain(cfb, fa_load_u32(header + 60), &table);
    size_t piece_bytes = (size_t)1 << SMALL_SHIFT;
    for (uint32_t piece = first; is_whole && cfb->small.size < cfb->size_bytes;
         piece = fa_load_u32(table.bytes + 4 * (size_t)piece)) {
        size_t at = (size_t)piece << SMALL_SHIFT;
        if (at + piece_bytes > store.size || 4 * (size_t)piece + 4 > table.size)
            is_whole = refuse(cfb, "a chain of sectors leaves it");
        else if (fa_buf_add(&cfb->small, store.bytes + at, piece_bytes) != FA_OK)
            is_whole = run_out(cfb);
        if (!is_whole)
            break;
    }
    fa_buf_release(&store);
    fa_buf_release(&table);
    return is_whole || refuse(cfb, "it has no root");
}

static bool open_stream(struct fa_cfb *cfb, const struct fa_buf *directory,
                        const uint8_t *header, const uint8_t *entry)
{
    struct fa_cfb_chain chain = {0};
    uint32_t first = fa_load_u32(entry + 116);
    cfb->size_bytes = fa_load_u32(entry + 120);
    if (cfb->size_bytes > cfb->file_bytes)
        return refuse(cfb, "its workbook is larger than it is itself");
    if (cfb->size_bytes < SMALL_BYTES_MAX)
        return load_small(cfb, directory, header, first);
    if (!collect(cfb, first, &chain)) {
        fa_vec_free(&chain);
        return false;
    }
    cfb->sectors = chain;
    if (chain.count < (cfb->size_bytes + (UINT64_C(1) << cfb->sector_shift) - 1) >>
        cfb->sector_shift)
        return refuse(cfb, "its workbook ends too early");
    return true;
}

bool fa_cfb_open(struct fa_cfb *cfb, int fd, const char *name, const char *other_name,
                 struct fa_fault *fault)
{
    uint8_t header[HEADER_BYTES];
    struct stat stat;
    struct fa_buf directory = {0};
    *cfb = (struct fa_cfb){.fd = fd, .fault = fault};
    if (fstat(fd, &stat) != 0) {
        fa_fault_set_io(fault, errno);
        return false;
    }
    cfb->file_bytes = (uint64_t)stat.st_size;
    if (cfb->file_bytes > FA_XLS_BYTES_MAX) {
        fa_fault_set(fault, FA_CODE_SHEET_LIMIT, 0, 0, "save it as .xlsx",
                     "a workbook of .xls may have %u bytes", FA_XLS_BYTES_MAX);
        return false;
    }
    if (!read_file(cfb, 0, header, sizeof header))
        return false;
    cfb->sector_shift = load_u16(header + 30);
    if (cfb->sector_shift != 9 && cfb->sector_shift != 12)
        return refuse(cfb, "its sectors have an unknown size");
    const uint8_t *entry = NULL;
    bool is_whole =
        read_table(cfb, header) && load_chain(cfb, fa_load_u32(header + 48), &directory);
    if (is_whole) {
        cfb->is_encrypted = find_entry(&directory, "EncryptedPackage", ENTRY_STREAM) != NULL;
        entry = find_entry(&directory, name, ENTRY_STREAM);
        if (!entry)
            entry = find_entry(&directory, other_name, ENTRY_STREAM);
    }
    is_whole = entry && open_stream(cfb, &directory, header, entry);
    fa_buf_release(&directory);
    return is_whole;
}

void fa_cfb_release(struct fa_cfb *cfb)
{
    fa_vec_free(&cfb->follow);
    fa_vec_free(&cfb->sectors);
    fa_buf_release(&cfb->small);
}

/* --- reading --- */

/* The sector that holds AT becomes the window. */
static bool load_window(struct fa_cfb *cfb, uint64_t at)
{
    uint32_t idx = (uint32_t)(at >> cfb->sector_shift);
    cfb->window_bytes = 0;
    if (!read_sector(cfb, cfb->sectors.items[idx], cfb->window))
        return false;
    cfb->window_at = (uint64_t)idx << cfb->sector_shift;
    cfb->window_bytes = (size_t)1 << cfb->sector_shift;
    return true;
}

bool fa_cfb_read(struct fa_cfb *cfb, uint64_t at, void *out, size_t size)
{
    char *to = out;
    if (at > cfb->size_bytes || size > cfb->size_bytes - at)
        return false;
    if (cfb->small.size) {
        memcpy(out, cfb->small.bytes + at, size);
        return true;
    }
    while (size) {
        bool is_there = at >= cfb->window_at && at < cfb->window_at + cfb->window_bytes;
        if (!is_there && !load_window(cfb, at))
            return false;
        size_t from = (size_t)(at - cfb->window_at), count = cfb->window_bytes - from;
        if (count > size)
            count = size;
        memcpy(to, cfb->window + from, count);
        to += count;
        at += count;
        size -= count;
    }
    return true;
}
