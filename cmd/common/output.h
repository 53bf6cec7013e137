/*
 * Output that is whole or not there.
 *
 * A file is written under a temporary name beside its target (mode 0600), synced, closed with a
 * check, renamed, and its folder synced. On an error or a signal the old file stays and the
 * temporary one is removed. Standard output, pipes and devices are written directly.
 * A reader that went away is silent: write() and output_finish() return FA_EIO without a message.
 */
#ifndef FLOWAUDIT_COMMON_OUTPUT_H
#define FLOWAUDIT_COMMON_OUTPUT_H

#include "base/diag.h"
#include "ledger/stream.h"

enum output_form {
    OUTPUT_TEXT,
    OUTPUT_BINARY, /* never to a terminal (code USAGE) */
    OUTPUT_NAMED,  /* binary that someone else writes by name: output_file(); copied at the end when
                    * the target is no file */
};

enum { OUTPUT_BUFFER_BYTES = 65536 };

struct output {
    struct fa_output base; /* give its address to the library; never inspect */
    struct fa_sink *sink;
    const char *name; /* for messages; NULL: standard output */
    char *target;     /* renamed to this; NULL: written directly */
    char *temporary;  /* NULL once it is gone */
    char *kept;       /* the old file, while several replace theirs */
    bool is_new;      /* there was none then */
    int fd;
    int direct_fd; /* OUTPUT_NAMED without a target: where the copy goes; else -1 */
    struct output *next;
    size_t used;
    char buffer[OUTPUT_BUFFER_BYTES];
};

/* PATH NULL or "-": standard output. */
enum fa_status output_open(struct output *output, const char *path, enum output_form form,
                           struct fa_sink *sink) FA_MUST_USE;
enum fa_status output_write(struct output *output, const void *bytes, size_t size) FA_MUST_USE;
/* What is written so far, and the rest: with FA_OK the output becomes the target, with another
 * STATUS it vanishes. Returns STATUS, or what went wrong on the way. */
enum fa_status output_finish(struct output *output, enum fa_status status) FA_MUST_USE;
/* The same for files that belong together: each is whole before the first becomes its target, and they
 * become it in this order. What fails on the way leaves the old files, or none where none were. */
enum fa_status output_finish_together(struct output *const *outputs, int count,
                                      enum fa_status status) FA_MUST_USE;
/* Ends the writing: the file is whole under its temporary name. */
enum fa_status output_seal(struct output *output) FA_MUST_USE;

/* The file to be written, for someone who opens it by name. */
const char *output_file(const struct output *output);

/* Removes all temporary files of this process, for signals.c: IS_CRASH when the process is in an
 * unknown state and must not wait for a lock. After it no output becomes a target any more. */
void output_abandon_all(bool is_crash);

/* Flushes and closes stdio's stdout; what went wrong before counts too. */
enum fa_status output_close_stdout(struct fa_sink *sink) FA_MUST_USE;

#endif
