#include "intake/source.h"

#include <errno.h>
#include <stdlib.h>
#include <string.h>
#include <sys/stat.h>
#include <unistd.h>

static bool identify(int fd, struct fa_file_identity *identity)
{
    struct stat now;
    if (fstat(fd, &now) != 0)
        return false;
    *identity = (struct fa_file_identity){
        .device = now.st_dev,
        .inode = now.st_ino,
        .size = (uint64_t)now.st_size,
        .changed_ns = now.st_ctim.tv_sec * INT64_C(1000000000) + now.st_ctim.tv_nsec,
        .modified_ns = now.st_mtim.tv_sec * INT64_C(1000000000) + now.st_mtim.tv_nsec,
    };
    return true;
}

static bool is_same(const struct fa_file_identity *a, const struct fa_file_identity *b)
{
    return a->device == b->device && a->inode == b->inode && a->size == b->size &&
           a->changed_ns == b->changed_ns && a->modified_ns == b->modified_ns;
}

static void fail(struct fa_source *source, enum fa_source_fault fault, int error)
{
    source->fault = fault;
    source->error = error;
}

void fa_source_open(struct fa_source *source, const struct fa_filing_file *file,
                    const struct fa_file_identity *identity)
{
    *source = (struct fa_source){.file = file, .fd = -1};
    fa_csv_cut_init(&source->cut);
    source->sha256 = fa_sha256_new();
    if (!source->sha256)
        fail(source, FA_SOURCE_NO_MEMORY, 0);
    else if (fa_filing_open_file(file, NULL, &source->fd) != FA_OK)
        fail(source, FA_SOURCE_UNREADABLE, errno);
    else if (!identify(source->fd, &source->identity))
        fail(source, FA_SOURCE_UNREADABLE, errno);
    else if (identity && !is_same(identity, &source->identity))
        fail(source, FA_SOURCE_CHANGED, 0);
}

void fa_source_close(struct fa_source *source)
{
    if (source->fd >= 0)
        close(source->fd);
    source->fd = -1;
    fa_buf_release(&source->carry);
    fa_sha256_free(source->sha256);
    source->sha256 = NULL;
}

/* Reads SIZE bytes to OUT, all of which the file must have. */
static bool read_bytes(struct fa_source *source, char *out, size_t size)
{
    while (size > 0) {
        ssize_t got = read(source->fd, out, size);
        if (got < 0 && errno == EINTR)
            continue;
        if (got <= 0) {
            fail(source, got < 0 ? FA_SOURCE_UNREADABLE : FA_SOURCE_CHANGED, errno);
            return false;
        }
        fa_sha256_add(source->sha256, out, (size_t)got);
        source->read_bytes += (uint64_t)got;
        out += got;
        size -= (size_t)got;
    }
    return true;
}

/* A byte order mark belongs to no record. */
static size_t drop_byte_order_mark(struct fa_source *source, char *base, size_t size)
{
    if (source->given_bytes > 0 || size < 3 || memcmp(base, "\xEF\xBB\xBF", 3) != 0)
        return size;
    memmove(base, base + 3, size - 3);
    source->given_bytes = 3;
    source->skip_bytes = source->skip_bytes > 3 ? source->skip_bytes - 3 : 0;
    return size - 3;
}

/* When all was read: nobody may have written meanwhile. */
static bool finish(struct fa_source *source)
{
    struct fa_file_identity now;
    if (!identify(source->fd, &now))
        fail(source, FA_SOURCE_UNREADABLE, errno);
    else if (!is_same(&now, &source->identity))
        fail(source, FA_SOURCE_CHANGED, 0);
    fa_sha256_finish(source->sha256, source->digest);
    return source->fault == FA_SOURCE_FINE;
}

/* Fills the window until a record ends in it. Gives the size of the whole records. */
static bool fill(struct fa_source *source, size_t window_bytes, struct fa_chunk *chunk,
                 size_t *size, uint32_t *piece)
{
    for (;;) {
        uint64_t left = source->identity.size - source->read_bytes;
        size_t wanted = left < window_bytes ? (size_t)left : window_bytes;
        if (source->read_bytes == 0 && wanted < 3)
            wanted = left < 3 ? (size_t)left : 3; /* the mark, if there is one, in one piece */
        if (fa_chunk_reserve(chunk, *size + wanted, *size) != FA_OK) {
            fail(source, FA_SOURCE_NO_MEMORY, 0);
            return false;
        }
        if (!read_bytes(source, chunk->base + *size, wanted))
            return false;
        bool is_first = source->read_bytes == wanted;
        *size += wanted;
        if (is_first)
            *size = drop_byte_order_mark(source, chunk->base, *size);
        bool is_last = source->read_bytes == source->identity.size;
        *piece = fa_csv_cut_find(&source->cut, chunk->base, (uint32_t)*size, is_last);
        if (*piece == 0 && *size > FA_RECORD_BYTES_MAX)
            *piece = (uint32_t)*size; /* the reader will refuse it */
        if (*piece > 0 || is_last)
            return true;
    }
}

bool fa_source_next(struct fa_source *source, size_t window_bytes, struct fa_chunk *chunk)
{
    bool is_done = source->read_bytes == source->identity.size && source->carry.size == 0 &&
                   source->read_bytes > 0;
    if (source->fault != FA_SOURCE_FINE || is_done)
        return false;
    size_t size = source->carry.size;
    uint32_t piece = 0;
    if (fa_chunk_reserve(chunk, size + window_bytes, 0) != FA_OK) {
        fail(source, FA_SOURCE_NO_MEMORY, 0);
        return false;
    }
    if (size)
        memcpy(chunk->base, source->carry.bytes, size);
    if (!fill(source, window_bytes, chunk, &size, &piece))
        return false;
    fa_csv_cut_shift(&source->cut, piece);
    fa_buf_clear(&source->carry);
    if (fa_buf_add(&source->carry, chunk->base + piece, size - piece) != FA_OK) {
        fail(source, FA_SOURCE_NO_MEMORY, 0);
        return false;
    }
    chunk->size = piece;
    chunk->file_offset = source->given_bytes;
    chunk->skip = source->skip_bytes < piece ? (uint32_t)source->skip_bytes : piece;
    source->skip_bytes -= chunk->skip;
    source->given_bytes += piece;
    chunk->is_file_end = source->read_bytes == source->identity.size && source->carry.size == 0;
    return !chunk->is_file_end || finish(source);
}

enum fa_status fa_source_complain(const struct fa_source *source, struct fa_sink *sink)
{
    struct fa_place place = {.source = source->file->name};
    switch (source->fault) {
    case FA_SOURCE_UNREADABLE:
        return fa_io_error(sink, "read", source->file->path, source->error);
    case FA_SOURCE_CHANGED:
        return fa_error(sink, FA_CODE_FILING_CHANGED, place,
                        "try again when nobody writes to it",
                        "the file was changed while it was read");
    case FA_SOURCE_NO_MEMORY:
        return fa_out_of_memory(sink, "a file's window");
    case FA_SOURCE_FINE:
        break;
    }
    return FA_OK;
}

/* --- the header ----------------------------------------------------------------------------
 */

static enum fa_status refuse_encoding(const struct fa_chunk *chunk, struct fa_place place,
                                      struct fa_sink *sink)
{
    const char *base = chunk->base;
    bool is_utf16 = chunk->size >= 2 &&
                    (memcmp(base, "\xFF\xFE", 2) == 0 || memcmp(base, "\xFE\xFF", 2) == 0);
    if (!is_utf16)
        return FA_OK;
    return fa_error(sink, FA_CODE_CSV_ENCODING, place, "export it as UTF-8",
                    "the file is not UTF-8: it begins with the byte order mark of UTF-16");
}

static enum fa_status refuse_header(const struct fa_csv *csv, const struct fa_csv_rows *rows,
                                    enum fa_csv_outcome outcome, struct fa_place place,
                                    struct fa_sink *sink)
{
    bool has_quote_fault = rows->count > 0 && (rows->records[0].fault == FA_CSV_QUOTE_INSIDE ||
                                               rows->records[0].fault == FA_CSV_QUOTE_AFTER);
    if (rows->count > 0 && !has_quote_fault)
        return FA_OK;
    place.line_no = rows->count > 0 ? rows->records[0].line_idx + 1 : csv->refused_line_idx + 1;
    if (outcome == FA_CSV_OPEN_QUOTE)
        return fa_error(sink, FA_CODE_CSV_QUOTE, place, NULL,
                        "the quote that opens here, in the header, is never closed");
    if (has_quote_fault || outcome == FA_CSV_FIELD_TOO_LONG ||
        outcome == FA_CSV_RECORD_TOO_LONG)
        return fa_error(sink, FA_CODE_CSV_COLUMN, place, NULL, "the header cannot be read: %s",
                        has_quote_fault ? "a quote stands where none may" : "it is too long");
    place.line_no = 0;
    return fa_error(sink, FA_CODE_CSV_EMPTY, place, NULL, "the file has no header");
}

static enum fa_status keep_header(const struct fa_chunk *chunk, const struct fa_csv_rows *rows,
                                  struct fa_arena *arena, struct fa_header *header)
{
    uint32_t count = rows->records[0].field_count;
    header->names = fa_arena_array(arena, count, sizeof *header->names);
    if (!header->names)
        return FA_ELIMIT;
    header->count = count;
    for (uint32_t i = 0; i < count; i++) {
        struct fa_str name = {chunk->base + rows->fields[i].start, rows->fields[i].size};
        header->names[i] = fa_arena_str(arena, name);
        if (!header->names[i].bytes)
            return FA_ELIMIT;
    }
    return FA_OK;
}

/* Splits the first record that is not empty off the window. A header of unknown width: the
 * widest that may be is asked for first, then the one found. */
static enum fa_status split_header(struct fa_source *source, struct fa_chunk *chunk,
                                   struct fa_csv_rows *rows, struct fa_arena *arena,
                                   struct fa_sink *sink, struct fa_header *header)
{
    struct fa_place place = {.source = source->file->name};
    struct fa_csv csv;
    rows->width = rows->stride = FA_RECORD_FIELDS_MAX;
    FA_TRY(refuse_encoding(chunk, place, sink));
    fa_csv_init(&csv, chunk->base, chunk->size);
    enum fa_csv_outcome outcome = fa_csv_split(&csv, rows);
    FA_TRY(refuse_header(&csv, rows, outcome, place, sink));
    if (rows->records[0].field_count > FA_RECORD_FIELDS_MAX)
        return fa_error(sink, FA_CODE_CSV_COLUMN, place, NULL,
                        "the header names more than %u columns", FA_RECORD_FIELDS_MAX);
    rows->width = rows->records[0].field_count;
    fa_csv_init(&csv, chunk->base, chunk->size);
    fa_csv_split(&csv, rows);
    if (keep_header(chunk, rows, arena, header) != FA_OK)
        return fa_out_of_memory(sink, "a header");
    header->bytes = (uint32_t)chunk->file_offset + csv.pos;
    header->lines = csv.line_idx;
    header->identity = source->identity;
    return FA_OK;
}

enum fa_status fa_source_read_header(const struct fa_filing_file *file, struct fa_arena *arena,
                                     struct fa_sink *sink, struct fa_header *header)
{
    enum { HEADER_WINDOW_BYTES = 65536 };
    struct fa_source source;
    struct fa_chunk chunk;
    struct fa_csv_rows rows = {.count_max = 1};
    int fd;
    FA_TRY(fa_filing_open_file(file, sink, &fd)); /* to say why not */
    close(fd);
    if (fa_chunk_init(&chunk, 0) != FA_OK)
        return fa_out_of_memory(sink, "a header");
    rows.fields = malloc(FA_RECORD_FIELDS_MAX * sizeof *rows.fields);
    rows.records = malloc(sizeof *rows.records);
    fa_source_open(&source, file, NULL);
    chunk.size = 0;
    bool has_window = fa_source_next(&source, HEADER_WINDOW_BYTES, &chunk);
    enum fa_status status = FA_OK;
    if (source.fault != FA_SOURCE_FINE)
        status = fa_source_complain(&source, sink);
    else if (!rows.fields || !rows.records)
        status = fa_out_of_memory(sink, "a header");
    else if (!has_window || chunk.size == 0)
        status = fa_error(sink, FA_CODE_CSV_EMPTY, (struct fa_place){.source = file->name},
                          NULL, "the file is empty: it has no header");
    else
        status = split_header(&source, &chunk, &rows, arena, sink, header);
    fa_source_close(&source);
    fa_chunk_release(&chunk);
    free(rows.fields);
    free(rows.records);
    return status;
}
