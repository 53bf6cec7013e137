/* The stream: any bytes are read to the end as a whole stream or refused with one message; a
 * whole one decodes. Once as they are, and once with every CRC and the SHA-256 made right, as a
 * stranger would make them: else no change would get behind the first CRC. */
#include <string.h>
#include <sys/mman.h>
#include <unistd.h>

#include "fuzz.h"
#include "ledger/stream.h"
#include "ledger/stream_format.h"
#include "ledger/wire.h"

static void count(void *context, const struct fa_diag *diag)
{
    PROMISE(diag->text.size > 0);
    *(uint64_t *)context += diag->severity == FA_ERROR;
}

static enum fa_status decode(const struct fa_blocks *blocks, const struct fa_block *block,
                             struct fa_sink *sink)
{
    if (block->kind != FA_BLOCK_TABLE)
        return FA_OK;
    struct fa_decoder *decoder = fa_decoder_new(&blocks->head->dictionary.tables[block->table]);
    PROMISE(decoder);
    struct fa_batch batch;
    fa_decoder_want_all(decoder);
    enum fa_status status = fa_decoder_decode(decoder, block, sink, &batch);
    PROMISE(status != FA_OK || batch.row_count == block->row_count);
    fa_decoder_free(decoder);
    return status;
}

static void read_stream(const uint8_t *bytes, size_t size)
{
    int fd = memfd_create("fuzz", MFD_CLOEXEC);
    PROMISE(fd >= 0 && write(fd, bytes, size) == (ssize_t)size && lseek(fd, 0, SEEK_SET) == 0);
    struct fa_sink sink;
    uint64_t errors = 0;
    fa_sink_init(&sink, count, &errors);
    struct fa_blocks *blocks = NULL;
    enum fa_status status = fa_stream_open(fd, "fuzz", NULL, &sink, &blocks);
    bool is_end = false;
    while (status == FA_OK && !is_end) {
        struct fa_block block;
        status = fa_blocks_next(blocks, &block, &is_end);
        if (status == FA_OK && !is_end)
            status = decode(blocks, &block, &sink);
    }
    PROMISE((status == FA_OK) == (errors == 0));
    fa_blocks_free(blocks);
    close(fd);
}

static size_t at_most(size_t size, size_t limit)
{
    return size < limit ? size : limit;
}

static void seal_columns(uint8_t *payload, size_t size)
{
    size_t count = size < 4 ? 0 : at_most(fa_wire_u32(payload), (size - 4) / 12);
    size_t at = 4 + 12 * count;
    for (size_t i = 0; i < count; i++) {
        uint8_t *entry = payload + 4 + 12 * i;
        size_t column_size = at_most(fa_wire_u32(entry + 4), size - at);
        fa_wire_store_u32(entry + 8, fa_crc32c(0, payload + at, column_size));
        at += column_size;
    }
}

/* Makes the block's CRCs right; gives its size. */
static size_t seal_block(uint8_t *block, size_t size, struct fa_sha256 *sha)
{
    enum { COMPRESSED = 2, SHA256_BYTES = FA_SHA256_BYTES };
    uint8_t *payload = block + FA_BLOCK_HEADER_BYTES;
    size_t payload_size = at_most(fa_wire_u32(block + 12), size - FA_BLOCK_HEADER_BYTES);
    fa_wire_store_u32(block + 12, (uint32_t)payload_size);
    unsigned kind = fa_wire_u16(block);
    if (!(fa_wire_u16(block + 2) & COMPRESSED)) {
        fa_wire_store_u32(block + 32, (uint32_t)payload_size);
        if (kind == FA_BLOCK_IDS || kind == FA_BLOCK_TABLE)
            seal_columns(payload, payload_size);
    }
    if (kind == FA_BLOCK_END && payload_size >= SHA256_BYTES)
        fa_sha256_finish(sha, payload + payload_size - SHA256_BYTES);
    fa_wire_store_u32(block + 40, fa_crc32c(0, payload, payload_size));
    fa_wire_store_u32(block + 44, fa_crc32c(0, block, 44));
    fa_sha256_add(sha, block, FA_BLOCK_HEADER_BYTES);
    return FA_BLOCK_HEADER_BYTES + payload_size;
}

static void seal(uint8_t *bytes, size_t size)
{
    struct fa_sha256 *sha = fa_sha256_new();
    PROMISE(sha);
    memcpy(bytes, FA_STREAM_MAGIC, FA_STREAM_MAGIC_BYTES);
    bytes[14] = FA_STREAM_MAJOR;
    size_t head_size = at_most(fa_wire_u32(bytes + 16), size - FA_STREAM_START_BYTES);
    fa_wire_store_u32(bytes + 16, (uint32_t)head_size);
    fa_wire_store_u32(bytes + 20, fa_crc32c(0, bytes + FA_STREAM_START_BYTES, head_size));
    fa_wire_store_u32(bytes + 24, fa_crc32c(0, bytes, 24));
    size_t at = FA_STREAM_START_BYTES + head_size;
    fa_sha256_add(sha, bytes, at);
    while (size - at >= FA_BLOCK_HEADER_BYTES)
        at += seal_block(bytes + at, size - at, sha);
    fa_sha256_free(sha);
}

int LLVMFuzzerTestOneInput(const uint8_t *bytes, size_t size)
{
    read_stream(bytes, size);
    if (size < FA_STREAM_START_BYTES)
        return 0;
    uint8_t *sealed = malloc(size);
    PROMISE(sealed);
    memcpy(sealed, bytes, size);
    seal(sealed, size);
    read_stream(sealed, size);
    free(sealed);
    return 0;
}
