/*
 * Diagnostics as people and CI read them, on standard error:
 *
 *     rules/a.rules:12:9: error: unknown column 'amout' [RULE-NAME]
 *         where amout > 50000
 *               ^
 *     hint: did you mean 'amount'?
 *
 * Without a source the tool's name stands in its place. Each message is one write. Of one code
 * FA_DIAG_PRINTED_MAX are printed, all are counted, and printer_finish() says how many more.
 */
#ifndef FLOWAUDIT_COMMON_PRINTER_H
#define FLOWAUDIT_COMMON_PRINTER_H

#include <pthread.h>
#include <stdbool.h>

#include "base/diag.h"
#include "base/limits.h"

enum printer_format { PRINTER_TEXT, PRINTER_GITHUB }; /* as in the option's choices */
enum printer_color { PRINTER_AUTO, PRINTER_ALWAYS, PRINTER_NEVER };

struct printer {
    struct fa_sink sink; /* give its address to the library */
    const char *tool_name;
    unsigned format, color; /* enum printer_format, enum printer_color; set them any time */
    bool is_terminal; /* standard error is one that can move its cursor */
    bool is_plain;    /* NO_COLOR is set */
    bool has_line;    /* a progress line stands on the terminal */
    pthread_mutex_t lock; /* of standard error: messages and progress come from two threads */
};

void printer_init(struct printer *printer, const char *tool_name);
/* Says how many messages of each code were not printed. */
void printer_finish(struct printer *printer);

/* LINES as they are, whole, ending with a line break. */
void printer_print(struct printer *printer, const char *lines);

/* The progress line: printed over the last one, and gone before any message. NULL only clears. */
void printer_show_line(struct printer *printer, const char *line);

#endif
