#include "ledger/kept.h"

#include <stdlib.h>

static enum fa_status kept_next(struct fa_blocks *blocks, struct fa_block *block, bool *is_end)
{
    struct fa_kept *kept = (struct fa_kept *)blocks;
    if (kept->next_block == fa_spool_count(kept->spool)) {
        *is_end = true;
        return FA_OK;
    }
    FA_TRY(fa_spool_get(kept->spool, kept->next_block, block));
    kept->next_block++;
    *is_end = false;
    return FA_OK;
}

static enum fa_status kept_rewind(struct fa_blocks *blocks)
{
    ((struct fa_kept *)blocks)->next_block = 0;
    return FA_OK;
}

static void kept_free(struct fa_blocks *blocks)
{
    fa_kept_free((struct fa_kept *)blocks);
}

static const struct fa_blocks_ops kept_ops = {kept_next, kept_rewind, kept_free};

enum fa_status fa_kept_new(uint64_t memory_max, const char *spool_dir, struct fa_sink *sink,
                           struct fa_kept **kept)
{
    struct fa_kept *made = calloc(1, sizeof *made);
    if (!made)
        return fa_out_of_memory(sink, "kept blocks");
    made->spool = fa_spool_new(memory_max, spool_dir, sink);
    if (!made->spool) {
        free(made);
        return fa_out_of_memory(sink, "kept blocks");
    }
    fa_head_init(&made->head);
    fa_totals_init(&made->totals);
    made->base = (struct fa_blocks){&kept_ops, &made->head, &made->totals, sink};
    *kept = made;
    return FA_OK;
}

void fa_kept_free(struct fa_kept *kept)
{
    if (!kept)
        return;
    fa_spool_free(kept->spool);
    fa_totals_release(&kept->totals);
    fa_head_release(&kept->head);
    free(kept);
}
