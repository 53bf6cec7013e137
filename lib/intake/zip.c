#include "intake/zip.h"

#include <errno.h>
#include <stdlib.h>
#include <string.h>
#include <unistd.h>
#include <zlib.h>

#include "base/limits.h"
#include "base/str.h"
#include "intake/zip_layout.h"

struct fa_zip {
    zip_t *handle;
    int fd;
    uint64_t size, at;
    uint64_t allowed_bytes; /* that may still be read */
    bool is_past_limit;
    int io_error;
    zip_error_t error; /* of the last call that failed */
};

/* --- the file, as libzip reads it ----------------------------------------------------------
 */

static zip_int64_t fail(struct fa_zip *zip, int io_error)
{
    zip->io_error = io_error;
    zip_error_set(&zip->error, ZIP_ER_READ, io_error);
    return -1;
}

static zip_int64_t read_some(struct fa_zip *zip, void *out, zip_uint64_t size)
{
    ssize_t got;
    uint64_t left = zip->size - zip->at;
    size_t wanted = left < size ? (size_t)left : (size_t)size;
    if (wanted > zip->allowed_bytes) {
        zip->is_past_limit = true;
        return fail(zip, 0);
    }
    do
        got = pread(zip->fd, out, wanted, (off_t)zip->at);
    while (got < 0 && errno == EINTR);
    if (got < 0)
        return fail(zip, errno);
    zip->at += (uint64_t)got;
    zip->allowed_bytes -= (uint64_t)got;
    return got;
}

static zip_int64_t say_size(const struct fa_zip *zip, void *data, zip_uint64_t size)
{
    zip_stat_t found;
    if (size < sizeof found)
        return -1;
    zip_stat_init(&found);
    found.valid = ZIP_STAT_SIZE;
    found.size = zip->size;
    memcpy(data, &found, sizeof found);
    return sizeof found;
}

static zip_int64_t answer(void *context, void *data, zip_uint64_t size,
                          zip_source_cmd_t command)
{
    struct fa_zip *zip = context;
    zip_int64_t at;
    switch (command) {
    case ZIP_SOURCE_OPEN:
        zip->at = 0;
        return 0;
    case ZIP_SOURCE_READ:
        return read_some(zip, data, size);
    case ZIP_SOURCE_SEEK:
        at = zip_source_seek_compute_offset(zip->at, zip->size, data, size, &zip->error);
        if (at < 0)
            return -1;
        zip->at = (uint64_t)at;
        return 0;
    case ZIP_SOURCE_TELL:
        return (zip_int64_t)zip->at;
    case ZIP_SOURCE_STAT:
        return say_size(zip, data, size);
    case ZIP_SOURCE_ERROR:
        return zip_error_to_data(&zip->error, data, size);
    case ZIP_SOURCE_SUPPORTS:
        return ZIP_SOURCE_SUPPORTS_SEEKABLE;
    case ZIP_SOURCE_CLOSE:
    case ZIP_SOURCE_FREE:
        return 0;
    default:
        zip_error_set(&zip->error, ZIP_ER_OPNOTSUPP, 0);
        return -1;
    }
}

/* --- opening -------------------------------------------------------------------------------
 */

enum { END_RECORD_BYTES = 22, END64_LOCATOR_BYTES = 20, END64_RECORD_BYTES = 56 };

/* False: the file has no such bytes, or it cannot be read. */
static bool read_at(struct fa_zip *zip, uint64_t at, unsigned char *out, size_t size)
{
    if (at > zip->size || size > zip->size - at)
        return false;
    zip->at = at;
    while (size > 0) {
        zip_int64_t got = read_some(zip, out, size);
        if (got <= 0)
            return false;
        out += got;
        size -= (size_t)got;
    }
    return true;
}

/* libzip makes room for all members that an end record announces before it has seen one, zip64
 * up to 2^64 of them, and tries whatever looks like an end record. So those are looked at
 * before. */
static bool announces_too_many(struct fa_zip *zip)
{
    static const unsigned char plain[] = {'P', 'K', 5, 6}, locator[] = {'P', 'K', 6, 7};
    unsigned char tail[END64_LOCATOR_BYTES + END_RECORD_BYTES + UINT16_MAX];
    unsigned char record[END64_RECORD_BYTES];
    size_t size = zip->size < sizeof tail ? (size_t)zip->size : sizeof tail;
    if (!read_at(zip, zip->size - size, tail, size))
        return false;
    for (size_t at = 0; at + END64_LOCATOR_BYTES <= size; at++) {
        unsigned count = tail[at + 10] | (unsigned)tail[at + 11] << 8;
        if (memcmp(tail + at, plain, sizeof plain) == 0 && count > FA_ARCHIVE_ENTRIES_MAX &&
            count != UINT16_MAX) /* see zip64 */
            return true;
        if (memcmp(tail + at, locator, sizeof locator) == 0 &&
            read_at(zip, fa_load_u64(tail + at + 8), record, sizeof record) &&
            (fa_load_u64(record + 24) > FA_ARCHIVE_ENTRIES_MAX ||
             fa_load_u64(record + 32) > FA_ARCHIVE_ENTRIES_MAX))
            return true;
    }
    return false;
}

static void refuse_size(struct fa_fault *fault)
{
    fa_fault_set(fault, FA_CODE_UNPACK_LIMIT, 0, 0, "split the archive, or give the folder",
                 "an archive may have %u members and a directory of %u bytes",
                 FA_ARCHIVE_ENTRIES_MAX, FA_ARCHIVE_DIRECTORY_BYTES_MAX);
}

static bool open_handle(struct fa_zip *zip, struct fa_fault *fault)
{
    zip_error_t error;
    zip_error_init(&error);
    errno = 0; /* where libzip takes a lack of memory for a lack of archive, it stays here */
    zip_source_t *source = zip_source_function_create(answer, zip, &error);
    if (source)
        zip->handle = zip_open_from_source(source, ZIP_RDONLY, &error);
    if (!zip->handle) {
        if (errno == ENOMEM)
            fa_fault_set_memory(fault);
        if (source)
            zip_source_free(source);
        if (zip->is_past_limit)
            refuse_size(fault);
        fa_zip_fault(zip, &error, "the archive", fault);
    }
    zip_error_fini(&error);
    return zip->handle != NULL;
}

struct fa_zip *fa_zip_open(int fd, uint64_t size, struct fa_fault *fault)
{
    struct fa_zip *zip = calloc(1, sizeof *zip);
    if (!zip) {
        fa_fault_set_memory(fault);
        return NULL;
    }
    zip->fd = fd;
    zip->size = size;
    zip->allowed_bytes = UINT64_MAX;
    zip_error_init(&zip->error);
    bool is_too_large = size >= END_RECORD_BYTES && announces_too_many(zip);
    /* The end record is looked for among the last 64 KiB, some of which is read again. */
    zip->allowed_bytes = FA_ARCHIVE_DIRECTORY_BYTES_MAX + 4 * (UINT16_MAX + END_RECORD_BYTES);
    if (size < END_RECORD_BYTES)
        fa_fault_set(fault, FA_CODE_ZIP_DATA, 0, 0, "ask for the whole file",
                     "the file is too short to be a zip archive: %llu bytes",
                     (unsigned long long)size);
    else if (zip->io_error)
        fa_fault_set_io(fault, zip->io_error);
    else if (is_too_large)
        refuse_size(fault);
    else if (open_handle(zip, fault)) {
        zip->allowed_bytes = UINT64_MAX;
        if (zip_get_num_entries(zip->handle, 0) > (zip_int64_t)FA_ARCHIVE_ENTRIES_MAX)
            refuse_size(fault);
        else
            fa_zip_layout_check(fd, size, zip->handle, fault);
    }
    if (fault->is_set) {
        fa_zip_close(zip);
        return NULL;
    }
    return zip;
}

void fa_zip_close(struct fa_zip *zip)
{
    if (zip->handle)
        zip_discard(zip->handle);
    zip_error_fini(&zip->error);
    free(zip);
}

zip_t *fa_zip_handle(struct fa_zip *zip)
{
    return zip->handle;
}

void fa_zip_fault(struct fa_zip *zip, zip_error_t *error, const char *what,
                  struct fa_fault *fault)
{
    int code = zip_error_code_zip(error);
    bool is_zlib_memory = code == ZIP_ER_ZLIB && zip_error_code_system(error) == Z_MEM_ERROR;
    if (code == ZIP_ER_MEMORY || is_zlib_memory)
        fa_fault_set_memory(fault);
    else if (zip->io_error)
        fa_fault_set_io(fault, zip->io_error);
    else if (code == ZIP_ER_CRC)
        fa_fault_set(fault, FA_CODE_ZIP_CHECK, 0, 0, "ask for the archive again",
                     "what %s holds differs from its checksum", what);
    else if (code == ZIP_ER_NOZIP)
        fa_fault_set(fault, FA_CODE_ZIP_DATA, 0, 0,
                     "look what the file really is, and ask for the whole of it",
                     "the file is no zip archive, or its end is missing");
    else
        fa_fault_set(fault, FA_CODE_ZIP_DATA, 0, 0, "ask for the archive again",
                     "%s is damaged: %s", what, zip_error_strerror(error));
}
