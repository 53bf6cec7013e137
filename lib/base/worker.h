/*
 * One job at a time in a thread of its own, beside the work of whoever gives it: give, go on,
 * wait. Jobs run in the order in which they are given, so nothing depends on timing.
 */
#ifndef FA_BASE_WORKER_H
#define FA_BASE_WORKER_H

#include "base/status.h"

struct fa_worker;

/* NULL: the system gives no thread; the caller then does the job itself. */
struct fa_worker *fa_worker_new(enum fa_status (*job)(void *context), void *context);
/* Waits for the job at hand, then ends the thread. */
void fa_worker_free(struct fa_worker *worker);
/* Starts the job; the one before must have been waited for. */
void fa_worker_start(struct fa_worker *worker);
/* The status of the job that was started last; FA_OK when none is at hand. Asked again it is
 * FA_OK. */
enum fa_status fa_worker_wait(struct fa_worker *worker) FA_MUST_USE;

#endif
