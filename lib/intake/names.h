/*
 * Names in the order in which they first came: the keys of a JSON file with their path.
 */
#ifndef FA_INTAKE_NAMES_H
#define FA_INTAKE_NAMES_H

#include "base/limits.h"
#include "base/str.h"
#include "base/vec.h"

enum { FA_NAME_SLOTS = 2 * FA_JSON_KEYS_MAX };

struct fa_name {
    uint32_t start, size; /* in names.text */
    uint32_t column_no;   /* from 1; 0: no field of its own */
    uint64_t seen;        /* the last object that had it */
};

struct fa_names {
    FA_VEC(struct fa_name) list;
    struct fa_buf text;
    uint32_t *slots; /* number of the name, from 1 */
    uint32_t column_count;
};

void fa_names_release(struct fa_names *names);
struct fa_str fa_names_text(const struct fa_names *names, size_t i);
/* The number of TEXT, added when it is new. FA_EINPUT: there are FA_JSON_KEYS_MAX others;
 * FA_ELIMIT: memory is out. */
enum fa_status fa_names_add(struct fa_names *names, struct fa_str text, uint32_t *number);
/* Makes the name a column, behind those that are. */
void fa_names_make_column(struct fa_names *names, uint32_t number);

#endif
