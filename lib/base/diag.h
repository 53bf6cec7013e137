/*
 * Diagnostics: what the library tells people. The library never prints; it sends a struct fa_diag
 * to a sink, and a printer (cmd/common) or a test shows or collects it.
 *
 * Every message has a permanent code from base/codes.def, which also makes flowaudit-codes(7). The
 * sink counts each code; a printer shows the first FA_DIAG_PRINTED_MAX of one code.
 * One cause, one message: whoever finds the cause reports it, everybody above passes the status on.
 */
#ifndef FA_BASE_DIAG_H
#define FA_BASE_DIAG_H

#include <stdint.h>

#include "base/status.h"
#include "base/str.h"

enum fa_severity { FA_NOTE, FA_WARNING, FA_ERROR };

/* FA_CODE(NAME, "PRINTED-NAME", STATUS, "one line: what it means", "one line: what to do") */
#define FA_CODE(name, printed, status, meaning, remedy) FA_CODE_##name,
enum fa_code {
#include "base/codes.def"
    FA_CODE_COUNT
};
#undef FA_CODE

struct fa_code_info {
    const char *name;      /* as printed: "CSV-QUOTE" */
    enum fa_status status; /* what a tool ends with because of it; FA_OK for warnings and rejects */
    const char *meaning;
    const char *remedy;
};

const struct fa_code_info *fa_code_info(enum fa_code code);

struct fa_diag {
    enum fa_severity severity;
    enum fa_code code;
    struct fa_str source;  /* file as the user named it; empty when there is none */
    uint64_t line_no;      /* from 1; 0 when unknown */
    uint64_t column_no;    /* byte column from 1; 0 when unknown */
    bool is_cell;          /* of a sheet: line_no is the row, column_no its column: shown as !C17 */
    struct fa_str sheet;   /* of a cell: the sheet's name */
    struct fa_str text;    /* lower case, no full stop; what failed, then why */
    struct fa_str hint;    /* may be empty */
    struct fa_str excerpt; /* the source line, of rules, manifests and profiles only, never of data */
};

struct fa_sink {
    void (*emit)(void *context, const struct fa_diag *diag); /* the texts live only during the call */
    void *context;
    uint64_t counts[FA_CODE_COUNT];
    bool has_error;
    enum fa_code error_code; /* of the last error: what an aborted stream is marked with */
};

void fa_sink_init(struct fa_sink *sink, void (*emit)(void *, const struct fa_diag *), void *context);

/* Where a message belongs; any part may be zero. */
struct fa_place {
    struct fa_str source;
    uint64_t line_no;
    uint64_t column_no;
    bool is_cell;
    struct fa_str excerpt;
    struct fa_str sheet;
};

/* Sends one diagnostic and returns the status of its code (FA_OK for a warning or note), so that
 * "return fa_error(...)" is the usual way out. HINT may be NULL. FORMAT is printf's; quote values
 * from outside with fa_quoted(). SINK may be NULL, then only the status is returned. */
enum fa_status fa_error(struct fa_sink *sink, enum fa_code code, struct fa_place place,
                        const char *hint, const char *format, ...)
    __attribute__((format(printf, 5, 6)));
void fa_warn(struct fa_sink *sink, enum fa_code code, struct fa_place place, const char *hint,
             const char *format, ...) __attribute__((format(printf, 5, 6)));
void fa_note(struct fa_sink *sink, enum fa_code code, struct fa_place place, const char *hint,
             const char *format, ...) __attribute__((format(printf, 5, 6)));

/* Sends a diagnostic that another sink took. */
void fa_sink_pass(struct fa_sink *sink, const struct fa_diag *diag);

/* Memory is out: the one message for it. WHAT is what was being built. */
enum fa_status fa_out_of_memory(struct fa_sink *sink, const char *what);

/* A file operation failed: "cannot WHAT PATH: strerror". Code IO. */
enum fa_status fa_io_error(struct fa_sink *sink, const char *what, const char *path, int error);

/* The first character of TEXT, which is not empty, as a terminal may have it: control characters
 * and what is not UTF-8 as \xNN, those that nobody sees as \u{NNNN}, all others as they are.
 * Returns how many bytes of SHOWN it fills; TAKEN: how many of TEXT it is. */
enum { FA_SHOWN_BYTES = 9 };
size_t fa_shown(struct fa_str text, char shown[FA_SHOWN_BYTES], size_t *taken);
/* TEXT in single quotes for a message, its characters as fa_shown() has them; cut after 80
 * characters with "...", or before they fill BUFFER. The result lives in BUFFER. */
enum { FA_QUOTED_BYTES = 512 };
const char *fa_quoted(struct fa_str text, char buffer[FA_QUOTED_BYTES]);
/* The same for a value that people must not see: its shape, digits as 9 and letters as a. */
const char *fa_quoted_shape(struct fa_str text, char buffer[FA_QUOTED_BYTES]);
/* The same for a value that should be a word or a total, but may be anything where columns have
 * shifted: as fa_quoted, but by its shape when it has more than DIGITS_MAX digits in a row, as
 * numbers of people, phones and accounts have. */
enum { FA_WORD_DIGITS_MAX = 5, FA_TOTAL_DIGITS_MAX = 15 };
const char *fa_quoted_careful(struct fa_str text, unsigned digits_max,
                              char buffer[FA_QUOTED_BYTES]);

#endif
