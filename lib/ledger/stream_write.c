#include <string.h>

#include "base/limits.h"
#include "ledger/stream.h"
#include "ledger/stream_format.h"
#include "ledger/trailer.h"
#include "ledger/wire.h"

struct writer {
    struct fa_output *output;
    struct fa_sink *sink;
    struct fa_sha256 *sha;
    struct fa_buf bytes;   /* of what is written next */
    struct fa_totals rows; /* of the blocks written, to prove the stage's own totals */
    bool is_output_failed; /* then nothing more can be said on it */
};

static enum fa_status no_memory(const struct writer *writer)
{
    return fa_out_of_memory(writer->sink, "a stream");
}

static enum fa_status write_bytes(struct writer *writer, const void *bytes, size_t size)
{
    enum fa_status status = writer->output->write(writer->output, bytes, size);
    writer->is_output_failed = status != FA_OK;
    return status;
}

/* HEAD is NULL for a stream whose maker gave up before it had one. */
static enum fa_status write_head(struct writer *writer, const struct fa_head *head)
{
    struct fa_buf *bytes = &writer->bytes;
    uint8_t start[FA_STREAM_START_BYTES] = FA_STREAM_MAGIC;
    if (fa_buf_add(bytes, start, sizeof start) != FA_OK ||
        (head && fa_head_format(head, bytes) != FA_OK))
        return no_memory(writer);
    size_t head_size = bytes->size - sizeof start;
    if (head_size > FA_HEAD_BYTES_MAX)
        return fa_error(writer->sink, FA_CODE_LIMIT, (struct fa_place){0}, "split the filing",
                        "the head of the stream has %zu bytes, at most %u can be read",
                        head_size, FA_HEAD_BYTES_MAX);
    start[14] = FA_STREAM_MAJOR;
    start[15] = FA_STREAM_MINOR;
    fa_wire_store_u32(start + 16, (uint32_t)head_size);
    fa_wire_store_u32(start + 20, fa_crc32c(0, bytes->bytes + sizeof start, head_size));
    fa_wire_store_u32(start + 24, fa_crc32c(0, start, 24));
    memcpy(bytes->bytes, start, sizeof start);
    fa_sha256_add(writer->sha, bytes->bytes, bytes->size);
    return write_bytes(writer, bytes->bytes, bytes->size);
}

static enum fa_status write_block(struct writer *writer, const struct fa_block *block,
                                  bool compress)
{
    struct fa_str bytes = {(const char *)block->bytes, block->size_bytes};
    if (block->kind == FA_BLOCK_TABLE) {
        struct fa_total rows = {block->table, FA_NO_COLUMN, 0, -1, block->row_count, 0, 0};
        if (fa_totals_add(&writer->rows, &rows) != FA_OK)
            return no_memory(writer);
    }
    if (compress && (block->kind == FA_BLOCK_TABLE || block->kind == FA_BLOCK_IDS)) {
        fa_buf_clear(&writer->bytes);
        if (fa_block_compress(block, &writer->bytes) != FA_OK)
            return no_memory(writer);
        bytes = fa_buf_str(&writer->bytes);
    }
    fa_sha256_add(writer->sha, bytes.bytes, FA_BLOCK_HEADER_BYTES);
    return write_bytes(writer, bytes.bytes, bytes.size);
}

static enum fa_status write_blocks(struct writer *writer, struct fa_blocks *blocks,
                                   bool compress)
{
    for (;;) {
        struct fa_block block;
        bool is_end;
        FA_TRY(fa_blocks_next(blocks, &block, &is_end));
        if (is_end)
            return FA_OK;
        FA_TRY(write_block(writer, &block, compress));
    }
}

/* The rows written are those that the stage counted. */
static enum fa_status check_rows(const struct writer *writer, const struct fa_blocks *blocks)
{
    const struct fa_totals *counted = blocks->totals;
    for (int table = 0; table < blocks->head->dictionary.table_count; table++) {
        const struct fa_total key = {table, FA_NO_COLUMN, 0, -1, 0, 0, 0};
        const struct fa_total *said = fa_totals_find(counted, &key);
        const struct fa_total *written = fa_totals_find(&writer->rows, &key);
        uint64_t said_rows = said ? said->rows : 0, written_rows = written ? written->rows : 0;
        char quoted[FA_QUOTED_BYTES];
        if (said_rows != written_rows)
            return fa_error(writer->sink, FA_CODE_DEFECT, (struct fa_place){0}, NULL,
                            "table %s has %llu rows in its blocks and %llu in its totals",
                            fa_quoted(blocks->head->dictionary.tables[table].name, quoted),
                            (unsigned long long)written_rows, (unsigned long long)said_rows);
    }
    return FA_OK;
}

static enum fa_status write_trailer(struct writer *writer, const struct fa_trailer *trailer)
{
    struct fa_trailer signed_trailer = *trailer;
    struct fa_buf payload = {0};
    fa_sha256_finish(writer->sha, signed_trailer.sha256);
    fa_buf_clear(&writer->bytes);
    enum fa_status status = fa_trailer_format(&signed_trailer, &payload);
    if (status == FA_OK)
        status = fa_block_encode_other(FA_BLOCK_END, fa_buf_str(&payload), &writer->bytes);
    status = status == FA_OK ? write_bytes(writer, writer->bytes.bytes, writer->bytes.size)
                             : no_memory(writer);
    fa_buf_release(&payload);
    return status;
}

static enum fa_status write_aborted(struct writer *writer, enum fa_status failure,
                                    const char *code)
{
    struct fa_trailer trailer = {
        .status = FA_END_ABORTED, .exit_status = failure, .code = fa_str_from(code)};
    return write_trailer(writer, &trailer);
}

static enum fa_status writer_init(struct writer *writer, struct fa_output *output,
                                  struct fa_sink *sink)
{
    *writer = (struct writer){.output = output, .sink = sink, .sha = fa_sha256_new()};
    return writer->sha ? FA_OK : no_memory(writer);
}

static void writer_release(struct writer *writer)
{
    fa_sha256_free(writer->sha);
    fa_buf_release(&writer->bytes);
    fa_totals_release(&writer->rows);
}

enum fa_status fa_stream_write(struct fa_blocks *blocks, bool compress,
                               struct fa_output *output)
{
    struct writer writer;
    FA_TRY(writer_init(&writer, output, blocks->sink));
    enum fa_status status = write_head(&writer, blocks->head);
    if (status == FA_OK) {
        status = write_blocks(&writer, blocks, compress);
        if (status == FA_OK)
            status = check_rows(&writer, blocks);
        if (status == FA_OK) {
            struct fa_trailer trailer = {.status = FA_END_COMPLETE, .totals = *blocks->totals};
            status = write_trailer(&writer, &trailer);
        } else if (!writer.is_output_failed) {
            const struct fa_sink *sink = blocks->sink;
            const char *code =
                sink && sink->has_error ? fa_code_info(sink->error_code)->name : "";
            enum fa_status told = write_aborted(&writer, status, code);
            status = told == FA_OK ? status : told;
        }
    }
    writer_release(&writer);
    return status;
}

enum fa_status fa_stream_write_aborted(enum fa_status status, const char *code,
                                       struct fa_output *output)
{
    struct writer writer;
    FA_TRY(writer_init(&writer, output, NULL));
    enum fa_status told = write_head(&writer, NULL);
    if (told == FA_OK)
        told = write_aborted(&writer, status, code);
    writer_release(&writer);
    return told;
}
