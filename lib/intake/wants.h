/*
 * Which headers a profile wants: those that fill a column, that a condition looks at, or whose
 * total is stated. The record that has all of them is the header; one that it has beside them
 * and that the profile does not ignore is unknown.
 */
#ifndef FA_INTAKE_WANTS_H
#define FA_INTAKE_WANTS_H

#include "intake/profile.h"

/* One of NAMES must be there. */
struct fa_want {
    const struct fa_str *names;
    size_t count;
};

struct fa_wants {
    FA_VEC(struct fa_want) list;
};

/* Of the tables that read the same records as TABLE: JSON's lists are read one by one.
 * FA_ELIMIT: memory is out. Texts stay the profile's. */
enum fa_status fa_wants_make(const struct fa_profile *profile,
                             const struct fa_profile_table *table,
                             struct fa_wants *wants) FA_MUST_USE;
void fa_wants_release(struct fa_wants *wants);

/* Whether both read the same records. */
bool fa_reads_same(const struct fa_profile_table *a, const struct fa_profile_table *b);

/* Index of NAME among COUNT names; -1: it is not there. */
int fa_header_find(const struct fa_str *names, uint32_t count, struct fa_str name);
/* Index of the first of WANT's names that is there. */
int fa_want_find(const struct fa_want *want, const struct fa_str *names, uint32_t count);

#endif
