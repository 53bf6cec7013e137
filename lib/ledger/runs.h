/*
 * Sorts the rows of a table that may be larger than memory: sorted runs, merged.
 *
 * Blocks that follow one another in order are one run as they stand, and a block whose rows are
 * in disorder is sorted when it is read. A run is opened only when the merge comes to its first
 * row, so a table that is nearly in order, or the other way round, or put together from files
 * in order is sorted by reading it once. Where more runs overlap than fit memory, neighbours
 * are first merged into longer runs, which go to an unlinked file in small blocks.
 *
 * Rows with equal values keep their order, so the result depends on neither memory nor passes.
 * However little memory is allowed, two blocks of the table are held decoded.
 */
#ifndef FA_LEDGER_RUNS_H
#define FA_LEDGER_RUNS_H

#include "ledger/builder.h"

struct fa_sorting {
    const struct fa_table_def *table;
    int by;                  /* a column of numbers; a missing value counts as 0 */
    struct fa_spool *spool;  /* its rows are those of TABLE's index ... */
    uint64_t end;            /* ... among the first END blocks */
    struct fa_builder *into; /* may add to the same spool */
    uint64_t memory_max;     /* for decoded blocks and longer runs together */
    const char *dir;         /* of unlinked files; NULL: runs beyond memory are FA_ELIMIT */
    struct fa_sink *sink;
};

/* What was sorted stays in the spool: see fa_spool_drop. */
enum fa_status fa_runs_sort(const struct fa_sorting *sorting) FA_MUST_USE;

#endif
