/*
 * Texts that come with the program, or that a user has: profiles, schemes. Each is a file, or
 * the name of a shipped one.
 */
#ifndef FLOWAUDIT_COMMON_SHIPPED_H
#define FLOWAUDIT_COMMON_SHIPPED_H

#include "base/arena.h"
#include "tool.h"

struct shipped_kind {
    const char *folder; /* of the shipped ones */
    const char *suffix; /* of their files */
    const char *what;   /* "profile" */
    const char *lister; /* the command that lists them */
};

/* The path of what the user named: the name itself where it has a '/' or the suffix; else that of the
 * shipped one, whatever lies in the working folder; else of a file that is there. Code USAGE when there
 * is none. PATH is an empty buffer. */
enum fa_status shipped_find(struct tool_run *run, const struct shipped_kind *kind,
                            const char *name, struct fa_buf *path) FA_MUST_USE;
/* The same of the shipped one alone. */
enum fa_status shipped_find_named(struct tool_run *run, const struct shipped_kind *kind,
                                  const char *name, struct fa_buf *path) FA_MUST_USE;

/* The text of a file and the file's name, in ARENA. */
enum fa_status shipped_read(struct tool_run *run, const struct shipped_kind *kind,
                            const char *path, struct fa_arena *arena, struct fa_str *text,
                            struct fa_str *name) FA_MUST_USE;

/* Calls LOAD for each that NAMES mean, or for each shipped one, in the order of names, when
 * there are none. Each is read before giving up, so that all mistakes show at once. */
typedef enum fa_status shipped_load(void *context, struct tool_run *run, const char *path);
enum fa_status shipped_each(struct tool_run *run, const struct shipped_kind *kind,
                            char *const *names, int name_count, shipped_load *load,
                            void *context) FA_MUST_USE;

#endif
