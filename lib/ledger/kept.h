/*
 * Blocks that are all made and kept: a head, a spool and totals behind the iterator of
 * ledger/blocks.h, readable any number of times. What flag answers with, and the ledgers of tests.
 */
#ifndef FA_LEDGER_KEPT_H
#define FA_LEDGER_KEPT_H

#include "ledger/spool.h"

struct fa_kept {
    struct fa_blocks base;
    struct fa_head head;     /* the maker fills it */
    struct fa_totals totals;
    struct fa_spool *spool;  /* in stream order */
    uint64_t next_block;
};

/* Head and totals start empty; a limit of the spool is reached as fa_spool_new says. */
enum fa_status fa_kept_new(uint64_t memory_max, const char *spool_dir, struct fa_sink *sink,
                           struct fa_kept **kept) FA_MUST_USE;
void fa_kept_free(struct fa_kept *kept);

#endif
