/*
 * Progress of long work, on a terminal, after a second:
 *
 *     reading  412 of 1010 MB, 340 MB/s, 2 s left
 *
 * Called about five times a second by the thread of common/signals.h.
 */
#ifndef FLOWAUDIT_COMMON_PROGRESS_H
#define FLOWAUDIT_COMMON_PROGRESS_H

#include "base/progress.h"
#include "printer.h"

/* What was seen last; zero to start. Times are seconds of the monotonic clock. */
struct progress_view {
    double started, stage_started;
    const char *stage;
};

void progress_show(struct progress_view *view, const struct fa_progress *progress,
                   struct printer *printer);

/* Seconds of the monotonic clock, and of the processor for the whole process. */
double progress_wall_seconds(void);
double progress_cpu_seconds(void);

#endif
