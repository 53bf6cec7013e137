/*
 * Work on chunks in order, by several threads: cut() takes the next chunk from the input,
 * work() may run for many chunks at once, commit() sees them in the order in which they were
 * cut. One thread at most is in cut(), and one in commit(). Every thread does whatever can be
 * done next, so one thread alone does the same in the same order.
 */
#ifndef FA_INTAKE_PIPELINE_H
#define FA_INTAKE_PIPELINE_H

#include "intake/row.h"

struct fa_pipeline {
    void *context;
    bool (*cut)(void *context, struct fa_chunk *chunk); /* false: there is no more */
    void (*work)(void *context, struct fa_chunk *chunk);
    enum fa_status (*commit)(void *context, struct fa_chunk *chunk);
    struct fa_chunk *chunks; /* twice the threads keeps all busy */
    unsigned chunk_count;
    unsigned thread_count;
};

/* FA_OK when all chunks were committed, else the status of the first commit that failed; chunks
 * behind it are dropped. */
enum fa_status fa_pipeline_run(const struct fa_pipeline *pipeline) FA_MUST_USE;

#endif
