/* The stream: any bytes are read to the end as a whole stream or refused with one message; a whole
 * one decodes. */
#include <sys/mman.h>
#include <unistd.h>

#include "fuzz.h"
#include "ledger/stream.h"

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

int LLVMFuzzerTestOneInput(const uint8_t *bytes, size_t size)
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
    return 0;
}
