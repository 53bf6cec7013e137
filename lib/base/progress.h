/*
 * How far long work has come. The library only counts; whoever wants to show it reads the counts
 * from another thread (cmd/common/progress.h). Add once a chunk or block, not once a row. A NULL
 * progress is allowed everywhere.
 */
#ifndef FA_BASE_PROGRESS_H
#define FA_BASE_PROGRESS_H

#include <stdatomic.h>
#include <stdint.h>

struct fa_progress {
    _Atomic(const char *) stage; /* a literal: "reading" */
    _Atomic(const char *) unit;  /* a literal: "rows"; "bytes" are shown as MB */
    _Atomic uint64_t done;
    _Atomic uint64_t total; /* 0: unknown */
};

static inline void fa_progress_begin(struct fa_progress *progress, const char *stage,
                                     const char *unit, uint64_t total)
{
    if (!progress)
        return;
    atomic_store_explicit(&progress->done, 0, memory_order_relaxed);
    atomic_store_explicit(&progress->total, total, memory_order_relaxed);
    atomic_store_explicit(&progress->unit, unit, memory_order_relaxed);
    atomic_store_explicit(&progress->stage, stage, memory_order_relaxed);
}

static inline void fa_progress_add(struct fa_progress *progress, uint64_t done)
{
    if (progress)
        atomic_fetch_add_explicit(&progress->done, done, memory_order_relaxed);
}

#endif
