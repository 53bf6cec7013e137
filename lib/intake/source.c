#include "intake/source.h"

#include <errno.h>
#include <stdlib.h>
#include <string.h>
#include <unistd.h>

#include "base/limits.h"
#include "intake/gzip.h"
#include "intake/profile.h"
#include "intake/unpack.h"

/* --- from the file to its text -------------------------------------------------------------
 */

static bool is_gzip(struct fa_str name)
{
    return fa_filing_bare_name(name).size < name.size;
}

/* The file's bytes as they are; NULL: a fault. */
static struct fa_feed *open_raw(struct fa_source *source)
{
    const struct fa_source_input *input = &source->input;
    const struct fa_filing_file *file = input->file;
    struct fa_feed *feed = NULL;
    if (file->archive) {
        feed = fa_archive_feed(file->archive, &file->member, &source->fault);
        source->identity = *fa_archive_identity(file->archive);
        source->size_bytes = file->member.size_bytes;
    } else if (fa_filing_open_file(file, NULL, &source->fd) != FA_OK ||
               !fa_file_identify(source->fd, &source->identity)) {
        fa_fault_set_io(&source->fault, errno);
    } else {
        feed = fa_feed_of_file(source->fd, &source->identity, &source->fault);
        source->size_bytes = source->identity.size;
    }
    if (feed && input->identity && !fa_file_is_same(input->identity, &source->identity)) {
        fa_fault_set_changed(&source->fault);
        fa_feed_close(feed);
        return NULL;
    }
    return feed ? fa_feed_watched(feed, source->sha256, &source->raw_bytes) : NULL;
}

/* One content can be packed in many ways, so it has a hash of its own. */
static struct fa_feed *open_gzip(struct fa_source *source)
{
    const struct fa_filing_file *file = source->input.file;
    uint64_t outer_ratio = file->archive ? file->member.ratio : FA_UNPACK_NOT_AT_ALL;
    struct fa_feed *feed = fa_feed_gunzip(source->raw, source->size_bytes, outer_ratio);
    if (!feed || !source->sha256)
        return feed;
    source->content_sha256 = fa_sha256_new();
    if (source->content_sha256)
        return fa_feed_watched(feed, source->content_sha256, &source->content_bytes);
    fa_fault_set_memory(&source->fault);
    fa_feed_close(feed);
    return NULL;
}

enum { START_BYTES = 8 }; /* more than any byte order mark or kind of file is told by */

/* What a file is that begins so, where text was expected. */
static const struct kind {
    const char *start;
    size_t size;
    const char *what, *hint;
} kinds[] = {
    {"PK\3\4", 4, "a workbook (.xlsx) or an archive",
     "a workbook is read by a profile with format sheet; an archive's name ends in .zip"},
    {"\xD0\xCF\x11\xE0", 4, "a workbook (.xls) or another document of Office",
     "a workbook is read by a profile with format sheet"},
    {"\x1F\x8B", 2, "compressed by gzip", "its name must end in .gz"},
    {"Rar!\x1A\x07", 6, "an archive (.rar)", "unpack it, or pack it as .zip"},
    {"7z\xBC\xAF\x27\x1C", 6, "an archive (.7z)", "unpack it, or pack it as .zip"},
    {"%PDF", 4, "a PDF document", "ask for the export itself"},
};

static void refuse_kind(struct fa_source *source, struct fa_str window)
{
    for (size_t i = 0; i < sizeof kinds / sizeof *kinds; i++)
        if (fa_str_starts(window, (struct fa_str){kinds[i].start, kinds[i].size}))
            fa_fault_set(&source->fault, FA_CODE_FILE_KIND, 0, 0, kinds[i].hint,
                         "the file is no text: it is %s", kinds[i].what);
}

/* Without a profile a file is canonical, which is UTF-8; but a template that was filled in a
 * spreadsheet comes back in its user's encoding. Where nothing fits, it is taken for UTF-8, and
 * the records that are not are rejected alone. */
static bool find_encoding(struct fa_source *source, struct fa_str window, bool is_whole)
{
    const struct fa_profile *profile = source->input.profile;
    struct fa_fault unfit = {0};
    refuse_kind(source, window);
    if (source->fault.is_set)
        return false;
    if (!profile &&
        fa_encoding_find(window, is_whole, FA_ENCODING_DETECT, &source->encoding, &unfit))
        return true;
    return fa_encoding_find(window, is_whole, profile ? profile->encoding : FA_ENCODING_UTF8,
                            &source->encoding, &source->fault);
}

/* From bytes to UTF-8 without a byte order mark. To find an encoding takes the file's
 * beginning; where it is known, its mark is all to look for, and the rest is read right into
 * the windows. */
static struct fa_feed *decode(struct fa_source *source, struct fa_feed *feed)
{
    const struct fa_profile *profile = source->input.profile;
    size_t window_bytes = !profile || profile->encoding == FA_ENCODING_DETECT
                              ? FA_ENCODING_WINDOW_BYTES
                              : START_BYTES;
    struct fa_buf start = {0};
    if (fa_buf_reserve(&start, window_bytes) != FA_OK)
        fa_fault_set_memory(&source->fault);
    else
        start.size = fa_feed_read(feed, start.bytes, window_bytes);
    if (source->fault.is_set ||
        !find_encoding(source, fa_buf_str(&start), start.size < window_bytes)) {
        fa_buf_release(&start);
        fa_feed_close(feed);
        return NULL;
    }
    bool is_utf8 = source->encoding.encoding == FA_ENCODING_UTF8;
    source->given_bytes = is_utf8 ? source->encoding.mark_bytes : 0;
    source->source_bytes = source->encoding.mark_bytes;
    feed = fa_feed_behind(&start, source->given_bytes, feed);
    return is_utf8 || !feed ? feed
                            : fa_feed_decode(feed, source->encoding.encoding, &source->fault);
}

static bool read_to_end(struct fa_source *source)
{
    enum { BUFFER_BYTES = 1 << 18 };
    char *buffer = malloc(BUFFER_BYTES);
    if (!buffer)
        fa_fault_set_memory(&source->fault);
    while (buffer && fa_feed_read(source->content, buffer, BUFFER_BYTES) == BUFFER_BYTES)
        continue;
    free(buffer);
    return !source->fault.is_set;
}

/* A reader that needs a whole file gets the file itself, or a copy of what is packed. The hash
 * is taken before. */
static int whole_file(struct fa_source *source, struct fa_feed *feed)
{
    bool is_packed = feed != source->raw || source->fd < 0;
    if (is_packed)
        fa_feed_spool(feed, source->input.spool_dir, FA_UNPACK_FILE_BYTES_MAX, &source->own_fd);
    else if (source->sha256)
        read_to_end(source);
    return is_packed ? source->own_fd : source->fd;
}

static void open_reader(struct fa_source *source, const struct fa_reader_type *type)
{
    struct fa_reader_input input = {
        .fd = -1,
        .encoding = source->encoding.encoding,
        .profile = source->input.profile,
        .table = source->input.table,
        .spool_dir = source->input.spool_dir,
        .fault = &source->fault,
    };
    if (type->needs_file)
        input.fd = whole_file(source, source->text);
    else
        input.feed = source->text;
    source->records.bytes.size_max = FA_BLOCK_BYTES_MAX;
    if (!source->fault.is_set)
        source->reader = type->open(&input);
}

/* A reader's records are canonical CSV, but for blanks that the profile has trimmed. */
static struct fa_csv_dialect dialect_of(const struct fa_profile *profile, bool has_reader)
{
    struct fa_csv_dialect dialect = fa_csv_canonical;
    dialect.trims = profile && profile->trims;
    if (!profile || has_reader)
        return dialect;
    dialect.separator = profile->separator;
    switch (profile->quotes) {
    case FA_QUOTES_STRICT:
        dialect.quotes = FA_CSV_QUOTES_STRICT;
        break;
    case FA_QUOTES_LITERAL:
        dialect.quotes = FA_CSV_QUOTES_LITERAL;
        break;
    case FA_QUOTES_NONE:
        dialect.quotes = FA_CSV_QUOTES_NONE;
        break;
    }
    return dialect;
}

/* The bytes that workbooks begin with: .xlsx is a .zip, .xls a compound file. */
static bool is_workbook(struct fa_str start)
{
    return fa_str_starts(start, FA_STR("PK\x03\x04")) ||
           fa_str_starts(start, FA_STR("\xD0\xCF\x11\xE0\xA1\xB1\x1A\xE1"));
}

/* Platforms give the same table as text and as a workbook: a profile of text reads both. What a
 * feed gave is put before it again. */
static const struct fa_reader_type *find_reader(struct fa_source *source)
{
    const struct fa_profile *profile = source->input.profile;
    struct fa_buf start = {0};
    if (!profile || profile->format != FA_FORMAT_TEXT)
        return profile ? fa_reader_of(profile) : NULL;
    if (fa_buf_reserve(&start, START_BYTES) != FA_OK) {
        fa_fault_set_memory(&source->fault);
        return NULL;
    }
    bool is_plain = source->text == source->raw && source->fd >= 0;
    if (is_plain) {
        ssize_t got = pread(source->fd, start.bytes, START_BYTES, 0);
        start.size = got > 0 ? (size_t)got : 0;
    } else {
        start.size = fa_feed_read(source->text, start.bytes, START_BYTES);
    }
    bool is_book = is_workbook(fa_buf_str(&start));
    if (is_plain)
        fa_buf_release(&start);
    else
        source->text = fa_feed_behind(&start, 0, source->text);
    return is_book ? &fa_reader_sheet : NULL;
}

/* What another source has read already is not read again. */
static bool open_stored(struct fa_source *source)
{
    const struct fa_source_input *input = &source->input;
    const struct fa_file_digests *digests = fa_record_store_digests(input->store);
    source->is_stored = digests != NULL;
    if (!digests)
        return false;
    source->digests = *digests;
    source->cut.dialect = dialect_of(input->profile, true);
    source->skip_bytes = input->skip_bytes;
    source->skip_records = input->skip_records;
    return true;
}

void fa_source_open(struct fa_source *source, const struct fa_source_input *input)
{
    *source = (struct fa_source){.input = *input, .fd = -1, .own_fd = -1};
    const struct fa_reader_type *type = NULL;
    fa_csv_cut_init(&source->cut);
    if (input->store && open_stored(source))
        return;
    /* Who only looks at the header needs no hash. */
    if (input->identity && !(source->sha256 = fa_sha256_new()))
        fa_fault_set_memory(&source->fault);
    else
        source->raw = open_raw(source);
    source->content = source->raw;
    if (source->raw && is_gzip(input->file->name))
        source->content = open_gzip(source);
    source->text = source->content;
    if (source->text)
        type = find_reader(source);
    source->cut.dialect = dialect_of(input->profile, type != NULL);
    if (source->text && (!type || type->is_decoded))
        source->text = decode(source, source->text);
    source->skip_records = input->skip_records;
    if (input->skip_bytes > source->given_bytes)
        source->skip_bytes = input->skip_bytes - source->given_bytes;
    if (source->text && type)
        open_reader(source, type);
}

void fa_source_close(struct fa_source *source)
{
    if (source->reader)
        source->reader->type->close(source->reader);
    fa_feed_close(source->text);
    if (source->fd >= 0)
        close(source->fd);
    if (source->own_fd >= 0)
        close(source->own_fd);
    fa_buf_release(&source->carry);
    fa_records_release(&source->records);
    fa_sha256_free(source->sha256);
    fa_sha256_free(source->content_sha256);
    source->reader = NULL;
    source->text = source->content = source->raw = NULL;
    source->fd = source->own_fd = -1;
    source->sha256 = source->content_sha256 = NULL;
}

/* --- windows -------------------------------------------------------------------------------
 */

static bool reserve(struct fa_source *source, struct fa_chunk *chunk, size_t size, size_t kept)
{
    if (fa_chunk_reserve(chunk, size, kept) != FA_OK)
        fa_fault_set_memory(&source->fault);
    return !source->fault.is_set;
}

/* Fills the window until a record ends in it. Gives the size of the whole records. A record
 * that is far longer than a window is read in ever larger steps, because growing a window
 * copies it. */
static bool fill(struct fa_source *source, size_t window_bytes, struct fa_chunk *chunk,
                 size_t *size, uint32_t *piece)
{
    const size_t step_max =
        FA_FIELD_BYTES_MAX > window_bytes ? FA_FIELD_BYTES_MAX : window_bytes;
    for (size_t step = window_bytes;; step = step < step_max / 2 ? 2 * step : step_max) {
        if (!reserve(source, chunk, *size + step, *size))
            return false;
        size_t got = fa_feed_read(source->text, chunk->base + *size, step);
        if (source->fault.is_set)
            return false;
        source->is_at_end = got < step;
        *size += got;
        *piece = fa_csv_cut_find(&source->cut, chunk->base, (uint32_t)*size, source->is_at_end);
        if (*piece == 0 && *size > FA_RECORD_BYTES_MAX)
            *piece = (uint32_t)*size; /* the parser will refuse it */
        if (*piece > 0 || source->is_at_end)
            return true;
    }
}

static bool next_text(struct fa_source *source, size_t window_bytes, struct fa_chunk *chunk)
{
    size_t size = source->carry.size;
    uint32_t piece = 0;
    if (!reserve(source, chunk, size + window_bytes, 0))
        return false;
    if (size)
        memcpy(chunk->base, source->carry.bytes, size);
    if (source->is_at_end)
        piece = (uint32_t)size;
    else if (!fill(source, window_bytes, chunk, &size, &piece))
        return false;
    fa_csv_cut_shift(&source->cut, piece);
    fa_buf_clear(&source->carry);
    if (fa_buf_add(&source->carry, chunk->base + piece, size - piece) != FA_OK) {
        fa_fault_set_memory(&source->fault);
        return false;
    }
    chunk->size = piece;
    chunk->is_file_end = source->is_at_end && source->carry.size == 0;
    return true;
}

/* The first COUNT records are skipped: nobody asks where they came from. */
static void drop_origins(struct fa_source *source, struct fa_chunk *chunk)
{
    size_t count = chunk->origins.count;
    size_t dropped = source->skip_records < count ? (size_t)source->skip_records : count;
    source->skip_records -= dropped;
    chunk->origins.count = count - dropped;
    memmove(chunk->origins.items, chunk->origins.items + dropped,
            chunk->origins.count * sizeof *chunk->origins.items);
}

static void read_records(struct fa_source *source, size_t window_bytes)
{
    struct fa_records *records = &source->records;
    struct fa_record_store *store = source->input.store;
    if (source->is_stored) {
        size_t i = source->stored_idx++;
        (void)fa_record_store_get(store, i, records, &source->fault);
        source->is_at_end = source->stored_idx == fa_record_store_count(store);
        return;
    }
    fa_records_clear(records);
    source->is_at_end = !source->reader->type->next(source->reader, window_bytes, records);
    if (records->is_out_of_memory)
        fa_fault_set_memory(&source->fault);
    else if (store && !source->fault.is_set)
        fa_record_store_add(store, records);
}

static bool next_records(struct fa_source *source, size_t window_bytes, struct fa_chunk *chunk)
{
    struct fa_records *records = &source->records;
    read_records(source, window_bytes);
    if (source->fault.is_set || !reserve(source, chunk, records->bytes.size, 0))
        return false;
    if (records->bytes.size)
        memcpy(chunk->base, records->bytes.bytes, records->bytes.size);
    chunk->size = (uint32_t)records->bytes.size;
    chunk->origins.count = 0;
    for (size_t i = 0; i < records->origins.count; i++)
        if (fa_vec_add(&chunk->origins, records->origins.items[i]) != FA_OK)
            fa_fault_set_memory(&source->fault);
    chunk->is_file_end = source->is_at_end;
    if (chunk->origins.count)
        drop_origins(source, chunk);
    return !source->fault.is_set;
}

static void finish_digests(struct fa_source *source)
{
    struct fa_file_digests *digests = &source->digests;
    fa_sha256_finish(source->sha256, digests->file);
    if (source->content_sha256)
        fa_sha256_finish(source->content_sha256, digests->content);
    else
        memcpy(digests->content, digests->file, sizeof digests->content);
}

bool fa_source_next(struct fa_source *source, size_t window_bytes, struct fa_chunk *chunk)
{
    if (source->fault.is_set || source->is_done)
        return false;
    chunk->has_origins = source->reader || source->is_stored;
    bool has_window = chunk->has_origins ? next_records(source, window_bytes, chunk)
                                         : next_text(source, window_bytes, chunk);
    if (!has_window)
        return false;
    chunk->file_offset = source->given_bytes;
    chunk->skip = source->skip_bytes < chunk->size ? (uint32_t)source->skip_bytes : chunk->size;
    source->skip_bytes -= chunk->skip;
    source->given_bytes += chunk->size;
    chunk->encoding = source->encoding.encoding;
    chunk->source_offset = source->source_bytes;
    source->source_bytes =
        chunk->encoding == FA_ENCODING_UTF8 || chunk->has_origins
            ? source->given_bytes
            : fa_feed_decoded_offset(source->text, fa_buf_str(&source->carry));
    source->is_done = chunk->is_file_end;
    /* What a reader left behind belongs to the file's hash, too. */
    if (source->is_done && !source->is_stored && read_to_end(source) && source->sha256) {
        finish_digests(source);
        if (source->input.store && source->reader)
            fa_record_store_finish(source->input.store, &source->digests);
    }
    chunk->taken_bytes = source->raw_bytes - source->told_bytes;
    source->told_bytes = source->raw_bytes;
    return !source->fault.is_set;
}

enum fa_status fa_source_complain(const struct fa_source *source, struct fa_sink *sink)
{
    return fa_fault_tell(&source->fault, source->input.file->name, source->input.file->path,
                         sink);
}
