/*
 * Signals, and the thread that attends to what the work must not wait for.
 *
 * SIGTERM, SIGINT and SIGHUP (those that are not ignored) are taken by that thread alone: it
 * removes the temporary files, clears the progress line, and lets the process die of the signal.
 * In between it shows the progress. SIGPIPE and SIGXFSZ are ignored, so a write to a closed pipe or
 * behind the size limit of files fails like any other. A crash (abort, bad memory access) removes the temporary files, says that it is a defect
 * and ends with FA_EDEFECT; builds with a sanitizer leave it to that.
 *
 * A process started from here inherits a signal mask; it must clear it before it runs a program.
 */
#ifndef FLOWAUDIT_COMMON_SIGNALS_H
#define FLOWAUDIT_COMMON_SIGNALS_H

#include "base/progress.h"
#include "printer.h"

/* Before any other thread is made, so that all inherit the mask. */
void signals_start(struct printer *printer, const struct fa_progress *progress);
void signals_stop(void);

#endif
