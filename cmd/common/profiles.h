/*
 * Profiles as the tools take them: files, or names of shipped ones.
 */
#ifndef FLOWAUDIT_COMMON_PROFILES_H
#define FLOWAUDIT_COMMON_PROFILES_H

#include "intake/profile.h"
#include "tool.h"

/* The path of what the user named: the name itself when it is that of a file (with a '/', with
 * the suffix .profile, or there), else that of the shipped profile. Code USAGE when there is
 * none. PATH is an empty buffer. */
enum fa_status profiles_find(struct tool_run *run, const char *name,
                             struct fa_buf *path) FA_MUST_USE;

struct profile_list {
    struct fa_arena arena; /* owns the texts */
    struct fa_dictionary dictionary;
    FA_VEC(struct fa_profile) profiles;
};

/* The path of the shipped one of that name, whatever lies in the working folder. PATH is an empty buffer. */
enum fa_status profiles_find_shipped(struct tool_run *run, const char *name,
                                     struct fa_buf *path) FA_MUST_USE;
/* Those NAMES mean; all shipped ones when there are none. Each is read before giving up, so
 * that all mistakes show at once. Release it also after a failure. */
enum fa_status profiles_load(struct profile_list *list, struct tool_run *run,
                             char *const *names, int name_count) FA_MUST_USE;
void profiles_release(struct profile_list *list);

#endif
