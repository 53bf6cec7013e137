/*
 * Schemes as the tools take them: files, or names of shipped ones.
 */
#ifndef FLOWAUDIT_COMMON_SCHEMES_H
#define FLOWAUDIT_COMMON_SCHEMES_H

#include "base/vec.h"
#include "match/scheme.h"
#include "tool.h"

/* The option that reconcile and audit share; NAME is a const char *, NULL unless given. */
#define SCHEME_OPTION(name)                                                                    \
    {                                                                                          \
        "scheme", 0, "SCHEME",                                                                 \
            "how ledger and statements belong together: a scheme's file, or the name of a "    \
            "shipped one; without it rows are matched by reference alone",                     \
            OPTION_TEXT, &(name)                                                               \
    }

struct scheme_list {
    struct fa_arena arena; /* owns the texts */
    struct fa_dictionary dictionary;
    FA_VEC(struct fa_scheme) schemes;
};

/* The path of the shipped one of that name, whatever lies in the working folder. PATH is an empty buffer. */
enum fa_status schemes_find_shipped(struct tool_run *run, const char *name,
                                     struct fa_buf *path) FA_MUST_USE;
/* Those NAMES mean; all shipped ones when there are none. Each is read before giving up, so
 * that all mistakes show at once. Release it also after a failure. */
enum fa_status schemes_load(struct scheme_list *list, struct tool_run *run, char *const *names,
                            int name_count) FA_MUST_USE;
/* That of SCHEME_OPTION; *SCHEME is NULL when NAME is. Release LIST in any case. */
enum fa_status schemes_load_chosen(struct scheme_list *list, struct tool_run *run,
                                   const char *name,
                                   const struct fa_scheme **scheme) FA_MUST_USE;
void schemes_release(struct scheme_list *list);

#endif
