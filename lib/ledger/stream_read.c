#include <errno.h>
#include <fcntl.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <sys/stat.h>
#include <unistd.h>

#include "base/limits.h"
#include "ledger/spool.h"
#include "ledger/stream.h"
#include "ledger/stream_format.h"
#include "ledger/trailer.h"
#include "ledger/wire.h"

/* How much is asked for at a time: sizes in headers are believed only as far as bytes come. */
#define READ_BYTES ((size_t)1 << 20)

/* What is known of one table while its blocks come. */
struct table_state {
    uint64_t next_row; /* numbers of its rows so far */
    uint64_t id_count; /* names of its id space so far */
    bool is_short;     /* its last block had fewer rows than fit, so it was its last */
    bool are_ids_short;
    int64_t last_order;
    struct fa_decoder *decoder; /* of the columns that are checked */
};

struct stream {
    struct fa_blocks base;
    struct fa_head head;
    struct fa_totals totals;
    struct fa_str name;
    /* where bytes come from: the copy as far as it goes, then the descriptor */
    int fd;
    off_t file_start; /* of a regular file, for rewinding */
    int copy_fd;      /* -1: no copy is kept */
    uint64_t copied;
    uint64_t position; /* of the next byte, from the start of the stream */
    uint64_t blocks_start;
    struct fa_buf window; /* the one block, or start and head */
    struct fa_sha256 *sha;
    struct fa_buf head_bytes; /* start and head, which the SHA-256 begins with on each pass */
    struct table_state *tables;
    struct fa_block last; /* for the order; kind 0: none came */
    bool is_ended;
    bool is_proven; /* a pass came to its end with everything right */
    uint8_t proven_sha256[FA_SHA256_BYTES];
};

static struct fa_place place_of(const struct stream *stream)
{
    return (struct fa_place){.source = stream->name};
}

static enum fa_status no_memory(const struct stream *stream)
{
    return fa_out_of_memory(stream->base.sink, "reading a stream");
}

/* --- bytes --- */

static enum fa_status read_failed(const struct stream *stream, int error)
{
    char quoted[FA_QUOTED_BYTES];
    return fa_error(stream->base.sink, FA_CODE_IO, (struct fa_place){0}, NULL,
                    "cannot read %s: %s", fa_quoted(stream->name, quoted), strerror(error));
}

/* Some bytes, at least one; *GOT is 0 at the end. */
static enum fa_status read_some(struct stream *stream, void *bytes, size_t size, size_t *got)
{
    ssize_t result;
    bool is_copied = stream->position < stream->copied;
    if (is_copied && size > stream->copied - stream->position)
        size = (size_t)(stream->copied - stream->position);
    do
        result = is_copied ? pread(stream->copy_fd, bytes, size, (off_t)stream->position)
                           : read(stream->fd, bytes, size);
    while (result < 0 && errno == EINTR);
    if (result < 0)
        return read_failed(stream, errno);
    if (stream->copy_fd >= 0 && !is_copied) {
        FA_TRY(fa_spool_file_write(stream->copy_fd, bytes, (size_t)result, stream->copied,
                                   stream->base.sink));
        stream->copied += (uint64_t)result;
    }
    stream->position += (uint64_t)result;
    *got = (size_t)result;
    return FA_OK;
}

/* Adds SIZE bytes to the window, or as many as there are; MISSING: how many are not. */
static enum fa_status read_up_to(struct stream *stream, size_t size, size_t *missing)
{
    size_t got = 1;
    while (size > 0 && got > 0) {
        size_t part = size < READ_BYTES ? size : READ_BYTES;
        if (fa_buf_reserve(&stream->window, part) != FA_OK)
            return no_memory(stream);
        FA_TRY(read_some(stream, stream->window.bytes + stream->window.size, part, &got));
        stream->window.size += got;
        size -= got;
    }
    *missing = size;
    return FA_OK;
}

/* WHAT the bytes belong to that are not there. */
static enum fa_status refuse_cut(const struct stream *stream, const char *what, size_t missing)
{
    return fa_error(stream->base.sink, FA_CODE_STREAM_CUT, place_of(stream), NULL,
                    "the stream ends at byte %llu, within %s; expected %zu bytes more",
                    (unsigned long long)stream->position, what, missing);
}

/* Adds SIZE bytes of WHAT to the window. */
static enum fa_status read_exactly(struct stream *stream, size_t size, const char *what)
{
    size_t missing;
    FA_TRY(read_up_to(stream, size, &missing));
    return missing ? refuse_cut(stream, what, missing) : FA_OK;
}

/* --- start and head --- */

/* Of a file that is shorter than they are as many as it has: one that begins otherwise never was a
 * stream, whatever it lacks. */
static enum fa_status check_magic(const struct stream *stream)
{
    const char *bytes = stream->window.bytes;
    size_t same = 0;
    while (same < stream->window.size && bytes[same] == FA_STREAM_MAGIC[same])
        same++;
    if (same == stream->window.size)
        return FA_OK;
    bool is_converted = same >= 10; /* behind the name are only line ends */
    return fa_error(stream->base.sink, FA_CODE_STREAM_MAGIC, place_of(stream),
                    is_converted ? "a transfer as text changed it: transfer it as binary"
                                 : "give the output of a flowaudit tool; ingest reads a filing",
                    "not a stream of flowaudit: byte %zu is 0x%02x, expected 0x%02x", same,
                    (unsigned char)bytes[same], (unsigned char)FA_STREAM_MAGIC[same]);
}

static enum fa_status read_start(struct stream *stream, uint32_t *head_size)
{
    size_t missing;
    FA_TRY(read_up_to(stream, FA_STREAM_MAGIC_BYTES, &missing));
    FA_TRY(check_magic(stream));
    if (missing)
        return refuse_cut(stream, "its first bytes", missing);
    FA_TRY(
        read_exactly(stream, FA_STREAM_START_BYTES - FA_STREAM_MAGIC_BYTES, "its first bytes"));
    const uint8_t *start = (const uint8_t *)stream->window.bytes;
    if (start[14] != FA_STREAM_MAJOR)
        return fa_error(stream->base.sink, FA_CODE_STREAM_VERSION, place_of(stream), NULL,
                        "the stream has format %u.%u, expected %d", start[14], start[15],
                        FA_STREAM_MAJOR);
    uint32_t stored = fa_wire_u32(start + 24), computed = fa_crc32c(0, start, 24);
    if (stored != computed)
        return fa_error(
            stream->base.sink, FA_CODE_STREAM_CRC, place_of(stream), NULL,
            "the first bytes of the stream were changed: their CRC is %08x, expected %08x",
            computed, stored);
    *head_size = fa_wire_u32(start + 16);
    return FA_OK;
}

static enum fa_status read_head(struct stream *stream)
{
    uint32_t head_size = 0;
    FA_TRY(read_start(stream, &head_size));
    if (head_size > FA_HEAD_BYTES_MAX)
        return fa_error(stream->base.sink, FA_CODE_STREAM_HEAD, place_of(stream), NULL,
                        "the head of the stream has %u bytes, at most %u are read", head_size,
                        FA_HEAD_BYTES_MAX);
    FA_TRY(read_exactly(stream, head_size, "its head"));
    struct fa_str text = {stream->window.bytes + FA_STREAM_START_BYTES, head_size};
    uint32_t stored = fa_wire_u32((const uint8_t *)stream->window.bytes + 20);
    uint32_t computed = fa_crc32c(0, text.bytes, text.size);
    if (stored != computed)
        return fa_error(stream->base.sink, FA_CODE_STREAM_CRC, place_of(stream), NULL,
                        "the head of the stream was changed: its CRC is %08x, expected %08x",
                        computed, stored);
    if (fa_buf_add_str(&stream->head_bytes, fa_buf_str(&stream->window)) != FA_OK)
        return no_memory(stream);
    stream->blocks_start = stream->position;
    if (head_size == 0)
        return FA_OK; /* its maker gave up before it had one; the trailer says so */
    struct fa_head head;
    FA_TRY(fa_head_parse(text, stream->base.sink, &head));
    fa_head_release(&stream->head);
    stream->head = head;
    return FA_OK;
}

static bool has_head(const struct stream *stream)
{
    return stream->head_bytes.size > FA_STREAM_START_BYTES;
}

/* --- order and numbers of blocks --- */

static enum fa_status bad_order(const struct stream *stream, const struct fa_block *block,
                                const char *found)
{
    char quoted[FA_QUOTED_BYTES];
    struct fa_str table = stream->head.dictionary.tables[block->table].name;
    return fa_error(stream->base.sink, FA_CODE_STREAM_ORDER, place_of(stream), NULL,
                    "block of table %s at byte %llu is not in order: found %s",
                    fa_quoted(table, quoted), (unsigned long long)block->offset, found);
}

static enum fa_status check_order(struct stream *stream, const struct fa_block *block)
{
    struct table_state *table = &stream->tables[block->table];
    bool is_ids = block->kind == FA_BLOCK_IDS;
    uint64_t *next_row = is_ids ? &table->id_count : &table->next_row;
    bool *is_short = is_ids ? &table->are_ids_short : &table->is_short;
    if (stream->last.kind != 0 && fa_block_compare(&stream->head, &stream->last, block) >= 0)
        return bad_order(stream, block, "a block that belongs before the one in front of it");
    if (*is_short)
        return bad_order(stream, block, "rows behind the last block of its table");
    if (block->first_row != *next_row) {
        char found[96];
        snprintf(found, sizeof found, "first row %llu, expected %llu",
                 (unsigned long long)block->first_row, (unsigned long long)*next_row);
        return bad_order(stream, block, found);
    }
    *next_row += block->row_count;
    *is_short = block->row_count < FA_BLOCK_ROWS_MAX;
    if (is_ids && *next_row > FA_IDS_MAX)
        return bad_order(stream, block, "more ids than a table may have");
    stream->last = *block;
    return FA_OK;
}

/* --- rows --- */

static enum fa_status make_decoder(struct stream *stream, struct table_state *state,
                                   const struct fa_table_def *table)
{
    state->decoder = fa_decoder_new(table);
    if (!state->decoder)
        return no_memory(stream);
    fa_decoder_demand_required(state->decoder);
    fa_totals_want(table, state->decoder);
    for (int i = 0; i < table->column_count; i++)
        if (table->columns[i].type == FA_TYPE_ID)
            fa_decoder_want(state->decoder, i);
    if (table->by != FA_NO_COLUMN)
        fa_decoder_want(state->decoder, table->by);
    return FA_OK;
}

/* Every id has a name, so that who reads on may use it as an index. */
static enum fa_status check_ids(struct stream *stream, const struct fa_block *block,
                                const struct fa_batch *batch)
{
    const struct fa_table_def *table = batch->table;
    for (int i = 0; i < table->column_count; i++) {
        const struct fa_column *column = &batch->columns[i];
        const struct fa_column_def *def = &table->columns[i];
        if (def->type != FA_TYPE_ID || column->is_absent)
            continue;
        int64_t greatest = -1;
        for (uint32_t row = 0; row < batch->row_count; row++) {
            int64_t id = column->missing && column->missing[row] ? -1 : column->values[row];
            greatest = id > greatest ? id : greatest;
        }
        int64_t count = def->refers_to == FA_NO_TABLE
                            ? 0
                            : (int64_t)stream->tables[def->refers_to].id_count;
        char quoted[FA_QUOTED_BYTES];
        if (greatest >= count)
            return fa_error(
                stream->base.sink, FA_CODE_STREAM_BLOCK, place_of(stream), NULL,
                "block at byte %llu: column %s holds id %lld; there are names for %lld",
                (unsigned long long)block->offset, fa_quoted(def->name, quoted),
                (long long)greatest, (long long)count);
    }
    return FA_OK;
}

static enum fa_status check_row_order(struct stream *stream, const struct fa_block *block,
                                      const struct fa_batch *batch)
{
    int by = batch->table->by;
    if (by == FA_NO_COLUMN)
        return FA_OK;
    struct table_state *state = &stream->tables[block->table];
    const int64_t *orders =
        batch->columns[by].values; /* required, so there is one in every row */
    bool is_rising = block->first_row == 0 || orders[0] >= state->last_order;
    for (uint32_t row = 1; row < batch->row_count; row++)
        is_rising &= orders[row] >= orders[row - 1];
    if (!is_rising)
        return bad_order(stream, block, "a row that is earlier than the one before it");
    if (orders[0] != block->first_order)
        return bad_order(stream, block, "a header with another time than its first row");
    state->last_order = orders[batch->row_count - 1];
    return FA_OK;
}

static enum fa_status check_rows(struct stream *stream, const struct fa_block *block)
{
    struct table_state *state = &stream->tables[block->table];
    struct fa_batch batch;
    if (!state->decoder)
        FA_TRY(make_decoder(stream, state, &stream->head.dictionary.tables[block->table]));
    FA_TRY(fa_decoder_decode(state->decoder, block, stream->base.sink, &batch));
    FA_TRY(check_ids(stream, block, &batch));
    FA_TRY(check_row_order(stream, block, &batch));
    if (fa_totals_add_batch(&stream->totals, &batch, block->table) == FA_OK)
        return FA_OK;
    if (stream->totals.list.count < FA_TOTALS_MAX)
        return no_memory(stream);
    return fa_error(stream->base.sink, FA_CODE_STREAM_TOTALS, place_of(stream), NULL,
                    "the stream has more than %u control totals", FA_TOTALS_MAX);
}

/* --- the end --- */

static enum fa_status check_tail(struct stream *stream)
{
    char byte;
    size_t got;
    FA_TRY(read_some(stream, &byte, 1, &got));
    if (got == 0)
        return FA_OK;
    return fa_error(stream->base.sink, FA_CODE_STREAM_TAIL, place_of(stream), NULL,
                    "bytes follow the trailer of the stream, from byte %llu on",
                    (unsigned long long)(stream->position - 1));
}

static const char *number_text(fa_i128 number, char text[FA_MONEY_TEXT_BYTES])
{
    fa_money_format(number, 0, text);
    return text;
}

/* Says which total differs. What was rejected is in no block: that the trailer alone knows. */
static enum fa_status check_totals(struct stream *stream, const struct fa_totals *said)
{
    for (size_t i = 0; i < said->list.count; i++)
        if (said->list.items[i].rejected > 0)
            if (fa_totals_add_rejected(&stream->totals, said->list.items[i].table,
                                       said->list.items[i].rejected) != FA_OK)
                return no_memory(stream);
    const struct fa_total *differing = fa_totals_find_difference(said, &stream->totals);
    if (!differing)
        return FA_OK;
    const struct fa_total none = {0};
    const struct fa_total *expected = fa_totals_find(said, differing);
    const struct fa_total *found = fa_totals_find(&stream->totals, differing);
    expected = expected ? expected : &none;
    found = found ? found : &none;
    const struct fa_table_def *table = &stream->head.dictionary.tables[differing->table];
    char quoted[FA_QUOTED_BYTES], quoted_column[FA_QUOTED_BYTES];
    if (differing->column == FA_NO_COLUMN)
        return fa_error(stream->base.sink, FA_CODE_STREAM_TOTALS, place_of(stream), NULL,
                        "table %s: found %llu rows, the trailer says %llu",
                        fa_quoted(table->name, quoted), (unsigned long long)found->rows,
                        (unsigned long long)expected->rows);
    char sums[2][FA_MONEY_TEXT_BYTES], currency[4] = "";
    if (differing->currency != 0)
        fa_currency_format(differing->currency, currency);
    return fa_error(
        stream->base.sink, FA_CODE_STREAM_TOTALS, place_of(stream), NULL,
        "table %s, column %s %s: found %llu values that sum to %s minor units, the trailer "
        "says %llu and %s",
        fa_quoted(table->name, quoted),
        fa_quoted(table->columns[differing->column].name, quoted_column), currency,
        (unsigned long long)found->rows, number_text(found->sum, sums[0]),
        (unsigned long long)expected->rows, number_text(expected->sum, sums[1]));
}

static enum fa_status check_digest(struct stream *stream, const uint8_t said[FA_SHA256_BYTES])
{
    uint8_t computed[FA_SHA256_BYTES];
    fa_sha256_finish(stream->sha, computed);
    if (memcmp(computed, said, sizeof computed) != 0)
        return fa_error(stream->base.sink, FA_CODE_STREAM_DIGEST, place_of(stream), NULL,
                        "head and blocks have another SHA-256 than the trailer says");
    if (stream->is_proven && memcmp(computed, stream->proven_sha256, sizeof computed) != 0)
        return fa_error(stream->base.sink, FA_CODE_STREAM_DIGEST, place_of(stream), NULL,
                        "the stream was changed between two readings");
    memcpy(stream->proven_sha256, computed, sizeof computed);
    return FA_OK;
}

/* The next stream is to be marked with the first cause, not with its passing on. */
static void keep_cause(struct fa_sink *sink, struct fa_str code)
{
    for (int i = 0; sink && i < FA_CODE_COUNT; i++)
        if (fa_str_is(code, fa_code_info((enum fa_code)i)->name))
            sink->error_code = (enum fa_code)i;
}

static enum fa_status upstream(const struct stream *stream, const struct fa_trailer *trailer)
{
    bool is_status = trailer->exit_status >= FA_EUSAGE && trailer->exit_status <= FA_EDEFECT;
    enum fa_status status = is_status ? (enum fa_status)trailer->exit_status : FA_EINPUT;
    char quoted[FA_QUOTED_BYTES];
    fa_error(stream->base.sink, FA_CODE_UPSTREAM, place_of(stream), NULL,
             "the tool that made the stream gave up with status %d, code %s", status,
             fa_quoted(trailer->code, quoted));
    keep_cause(stream->base.sink, trailer->code);
    return status;
}

static enum fa_status check_trailer(struct stream *stream, const struct fa_block *block,
                                    struct fa_trailer *trailer)
{
    struct fa_str payload = {(const char *)block->bytes + FA_BLOCK_HEADER_BYTES,
                             block->size_bytes - FA_BLOCK_HEADER_BYTES};
    enum fa_status status =
        fa_trailer_parse(payload, has_head(stream) ? &stream->head : NULL, trailer);
    if (status == FA_ELIMIT)
        return no_memory(stream);
    if (status != FA_OK || block->is_compressed)
        return fa_error(stream->base.sink, FA_CODE_STREAM_BLOCK, place_of(stream), NULL,
                        "the trailer at byte %llu cannot be read",
                        (unsigned long long)block->offset);
    FA_TRY(check_digest(stream, trailer->sha256));
    if (trailer->status == FA_END_ABORTED)
        return upstream(stream, trailer);
    if (!has_head(stream))
        return fa_error(stream->base.sink, FA_CODE_STREAM_HEAD, place_of(stream), NULL,
                        "the stream is complete and has no head");
    if (!stream->is_proven)
        FA_TRY(check_totals(stream, &trailer->totals));
    return check_tail(stream);
}

static enum fa_status end_stream(struct stream *stream, const struct fa_block *block)
{
    struct fa_trailer trailer = {.status = FA_END_COMPLETE};
    fa_totals_init(&trailer.totals);
    enum fa_status status = check_trailer(stream, block, &trailer);
    fa_totals_release(&trailer.totals);
    if (status == FA_OK)
        stream->is_ended = stream->is_proven = true;
    return status;
}

/* --- the iterator --- */

static enum fa_status read_block(struct stream *stream, struct fa_block *block)
{
    *block = (struct fa_block){.source = stream->name, .offset = stream->position};
    fa_buf_clear(&stream->window);
    FA_TRY(
        read_exactly(stream, FA_BLOCK_HEADER_BYTES, "a block's header or before the trailer"));
    FA_TRY(
        fa_block_parse_header((const uint8_t *)stream->window.bytes, stream->base.sink, block));
    FA_TRY(read_exactly(stream, block->size_bytes - FA_BLOCK_HEADER_BYTES, "a block"));
    block->bytes = (const uint8_t *)stream->window.bytes;
    FA_TRY(fa_block_check_payload(block, stream->base.sink));
    return FA_OK;
}

static enum fa_status check_block(struct stream *stream, const struct fa_block *block)
{
    bool is_known = block->kind == FA_BLOCK_IDS || block->kind == FA_BLOCK_TABLE;
    if (!has_head(stream))
        return fa_error(stream->base.sink, FA_CODE_STREAM_HEAD, place_of(stream), NULL,
                        "the stream has blocks and no head");
    if (!is_known && !block->is_critical)
        return FA_OK;
    if (!is_known)
        return fa_error(
            stream->base.sink, FA_CODE_STREAM_KIND, place_of(stream), NULL,
            "block at byte %llu is of kind %d, which this version does not know and must",
            (unsigned long long)block->offset, (int)block->kind);
    if (block->table >= stream->head.dictionary.table_count)
        return fa_error(stream->base.sink, FA_CODE_STREAM_BLOCK, place_of(stream), NULL,
                        "block at byte %llu is of table %d; the head has %d",
                        (unsigned long long)block->offset, block->table,
                        stream->head.dictionary.table_count);
    FA_TRY(check_order(stream, block));
    bool is_checked = stream->is_proven || block->kind == FA_BLOCK_IDS;
    return is_checked ? FA_OK : check_rows(stream, block);
}

static enum fa_status stream_next(struct fa_blocks *blocks, struct fa_block *block,
                                  bool *is_end)
{
    struct stream *stream = (struct stream *)blocks;
    struct fa_block read;
    *is_end = stream->is_ended;
    if (stream->is_ended)
        return FA_OK;
    FA_TRY(read_block(stream, &read));
    if (read.kind == FA_BLOCK_END) {
        FA_TRY(end_stream(stream, &read));
        *is_end = true;
        return FA_OK;
    }
    fa_sha256_add(stream->sha, read.bytes, FA_BLOCK_HEADER_BYTES);
    FA_TRY(check_block(stream, &read));
    *block = read;
    return FA_OK;
}

static void begin_blocks(struct stream *stream)
{
    uint8_t unused[FA_SHA256_BYTES];
    fa_sha256_finish(stream->sha, unused);
    fa_sha256_add(stream->sha, stream->head_bytes.bytes, stream->head_bytes.size);
    for (int i = 0; i < stream->head.dictionary.table_count; i++)
        stream->tables[i] = (struct table_state){.decoder = stream->tables[i].decoder};
    stream->last = (struct fa_block){0};
    stream->is_ended = false;
    if (!stream->is_proven)
        stream->totals.list.count = 0;
}

static enum fa_status stream_rewind(struct fa_blocks *blocks)
{
    struct stream *stream = (struct stream *)blocks;
    stream->position = stream->blocks_start;
    if (stream->copy_fd < 0 &&
        lseek(stream->fd, stream->file_start + (off_t)stream->blocks_start, SEEK_SET) < 0)
        return read_failed(stream, errno);
    begin_blocks(stream);
    return FA_OK;
}

static void stream_free(struct fa_blocks *blocks)
{
    struct stream *stream = (struct stream *)blocks;
    for (int i = 0; stream->tables && i < stream->head.dictionary.table_count; i++)
        fa_decoder_free(stream->tables[i].decoder);
    free(stream->tables);
    fa_buf_release(&stream->window);
    fa_buf_release(&stream->head_bytes);
    fa_sha256_free(stream->sha);
    fa_totals_release(&stream->totals);
    fa_head_release(&stream->head);
    if (stream->copy_fd >= 0)
        close(stream->copy_fd);
    free(stream);
}

static const struct fa_blocks_ops once_ops = {stream_next, NULL, stream_free};
static const struct fa_blocks_ops again_ops = {stream_next, stream_rewind, stream_free};

/* Decides whether the stream can be read again, and from where. */
static enum fa_status choose_source(struct stream *stream, const char *spool_dir)
{
    struct stat info;
    if (fstat(stream->fd, &info) != 0)
        return read_failed(stream, errno);
    bool is_file = S_ISREG(info.st_mode);
#ifdef F_SETPIPE_SZ
    if (S_ISFIFO(info.st_mode)) /* a wish: fewer turns between writer and reader */
        (void)fcntl(stream->fd, F_SETPIPE_SZ, (int)READ_BYTES);
#endif
    stream->file_start = is_file ? lseek(stream->fd, 0, SEEK_CUR) : -1;
    is_file = stream->file_start >= 0;
    stream->base.ops = is_file || spool_dir ? &again_ops : &once_ops;
    return is_file || !spool_dir
               ? FA_OK
               : fa_spool_file_open(spool_dir, stream->base.sink, &stream->copy_fd);
}

static enum fa_status open_stream(struct stream *stream, const char *spool_dir)
{
    FA_TRY(choose_source(stream, spool_dir));
    stream->sha = fa_sha256_new();
    if (!stream->sha)
        return no_memory(stream);
    FA_TRY(read_head(stream));
    size_t table_count = (size_t)stream->head.dictionary.table_count;
    stream->tables = calloc(table_count + 1, sizeof *stream->tables);
    if (!stream->tables)
        return no_memory(stream);
    begin_blocks(stream);
    struct fa_block block;
    bool is_end;
    return has_head(stream) ? FA_OK : stream_next(&stream->base, &block, &is_end);
}

enum fa_status fa_stream_open(int fd, const char *name, const char *spool_dir,
                              struct fa_sink *sink, struct fa_blocks **blocks)
{
    struct stream *stream = calloc(1, sizeof *stream);
    if (!stream)
        return fa_out_of_memory(sink, "reading a stream");
    stream->base = (struct fa_blocks){&once_ops, &stream->head, &stream->totals, sink};
    stream->name = fa_str_from(name);
    stream->fd = fd;
    stream->copy_fd = -1;
    fa_head_init(&stream->head);
    fa_totals_init(&stream->totals);
    enum fa_status status = open_stream(stream, spool_dir);
    if (status == FA_OK)
        *blocks = &stream->base;
    else
        stream_free(&stream->base);
    return status;
}
