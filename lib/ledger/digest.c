#include "ledger/digest.h"

#include <stdio.h>
#include <stdlib.h>
#include <string.h>

struct fa_digest {
    struct fa_blocks base;
    struct fa_blocks *from;
    struct fa_sha256 *sha;
    struct fa_buf text;
    bool is_begun;
    uint8_t sha256[FA_SHA256_BYTES];
};

/* Each part with its size before it, so that no part can be taken for the end of another. */
static void add_part(struct fa_digest *digest, const void *bytes, size_t size)
{
    uint64_t count = size;
    uint8_t prefix[8];
    for (int i = 0; i < 8; i++)
        prefix[i] = (uint8_t)(count >> 8 * i);
    fa_sha256_add(digest->sha, prefix, sizeof prefix);
    fa_sha256_add(digest->sha, bytes, size);
}

static enum fa_status add_head(struct fa_digest *digest)
{
    fa_buf_clear(&digest->text);
    if (fa_head_format(digest->from->head, &digest->text) != FA_OK)
        return fa_out_of_memory(digest->base.sink, "the hash of a stream");
    add_part(digest, digest->text.bytes, digest->text.size);
    return FA_OK;
}

static enum fa_status add_block(struct fa_digest *digest, const struct fa_block *block)
{
    char place[96];
    struct fa_str payload;
    fa_buf_clear(&digest->text);
    FA_TRY(fa_block_payload(block, digest->base.sink, &digest->text, &payload));
    int size = snprintf(place, sizeof place, "block %d %d %llu %u", (int)block->kind, block->table,
                        (unsigned long long)block->first_row, (unsigned)block->row_count);
    add_part(digest, place, (size_t)size);
    add_part(digest, payload.bytes, payload.size);
    return FA_OK;
}

static void add_totals(struct fa_digest *digest)
{
    const struct fa_totals *totals = digest->from->totals;
    for (size_t i = 0; i < totals->list.count; i++) {
        const struct fa_total *total = &totals->list.items[i];
        char sum[FA_MONEY_TEXT_BYTES], line[160 + FA_MONEY_TEXT_BYTES];
        size_t sum_size = fa_money_format(total->sum, 0, sum);
        int size = snprintf(line, sizeof line, "total %d %d %llu %d %llu %llu %.*s", total->table,
                            total->column, (unsigned long long)total->currency, total->direction,
                            (unsigned long long)total->rows, (unsigned long long)total->rejected,
                            (int)sum_size, sum);
        add_part(digest, line, (size_t)size);
    }
}

static enum fa_status digest_next(struct fa_blocks *blocks, struct fa_block *block, bool *is_end)
{
    struct fa_digest *digest = (struct fa_digest *)blocks;
    if (!digest->is_begun) {
        digest->is_begun = true;
        FA_TRY(add_head(digest));
    }
    FA_TRY(fa_blocks_next(digest->from, block, is_end));
    digest->base.totals = digest->from->totals;
    if (!*is_end)
        return add_block(digest, block);
    add_totals(digest);
    fa_sha256_finish(digest->sha, digest->sha256);
    return FA_OK;
}

static void digest_free(struct fa_blocks *blocks)
{
    fa_digest_free((struct fa_digest *)blocks);
}

static const struct fa_blocks_ops digest_ops = {digest_next, NULL, digest_free};

struct fa_digest *fa_digest_new(struct fa_blocks *from)
{
    struct fa_digest *digest = calloc(1, sizeof *digest);
    if (!digest)
        return NULL;
    digest->base = (struct fa_blocks){&digest_ops, from->head, from->totals, from->sink};
    digest->from = from;
    digest->sha = fa_sha256_new();
    if (digest->sha)
        return digest;
    free(digest);
    return NULL;
}

struct fa_blocks *fa_digest_blocks(struct fa_digest *digest)
{
    return &digest->base;
}

void fa_digest_get(const struct fa_digest *digest, uint8_t sha256[FA_SHA256_BYTES])
{
    memcpy(sha256, digest->sha256, FA_SHA256_BYTES);
}

void fa_digest_free(struct fa_digest *digest)
{
    if (!digest)
        return;
    fa_sha256_free(digest->sha);
    fa_buf_release(&digest->text);
    free(digest);
}
