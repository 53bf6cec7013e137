#include "progress.h"

#include <stdio.h>
#include <string.h>
#include <time.h>

static double seconds_of(clockid_t clock)
{
    struct timespec now;
    clock_gettime(clock, &now);
    return (double)now.tv_sec + (double)now.tv_nsec * 1e-9;
}

double progress_wall_seconds(void)
{
    return seconds_of(CLOCK_MONOTONIC);
}

double progress_cpu_seconds(void)
{
    return seconds_of(CLOCK_PROCESS_CPUTIME_ID);
}

void progress_show(struct progress_view *view, const struct fa_progress *progress,
                   struct printer *printer)
{
    double now = progress_wall_seconds();
    if (view->started <= 0)
        view->started = now;
    const char *stage = atomic_load_explicit(&progress->stage, memory_order_relaxed);
    const char *unit = atomic_load_explicit(&progress->unit, memory_order_relaxed);
    if (!stage || !unit || now - view->started < 0.8) /* the first call came after 0.2 s */
        return;
    if (stage != view->stage) {
        view->stage = stage;
        view->stage_started = now;
    }
    double done = (double)atomic_load_explicit(&progress->done, memory_order_relaxed);
    double total = (double)atomic_load_explicit(&progress->total, memory_order_relaxed);
    double rate = now > view->stage_started ? done / (now - view->stage_started) : 0;
    bool is_bytes = strcmp(unit, "bytes") == 0;
    double scale = is_bytes ? 1e-6 : 1;
    const char *shown_unit = is_bytes ? "MB" : unit;
    char line[160], left[40] = "", of_total[32] = "";
    if (total > 0)
        snprintf(of_total, sizeof of_total, " of %.0f", total * scale);
    if (total > done && rate > 0)
        snprintf(left, sizeof left, ", %.0f s left", (total - done) / rate);
    snprintf(line, sizeof line, "%s  %.0f%s %s, %.0f %s/s%s", stage, done * scale, of_total,
             shown_unit, rate * scale, shown_unit, left);
    printer_show_line(printer, line);
}
