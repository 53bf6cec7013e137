/*
 * Names of rulesets by their text: parameters, lets and ids are looked up once for each that is
 * declared or used, so that a list from end to end would make large files quadratic.
 */
#ifndef FA_RULES_NAME_MAP_H
#define FA_RULES_NAME_MAP_H

#include "base/arena.h"
#include "base/str.h"

struct fa_name_map {
    struct fa_name_slot *slots;
    size_t slot_count; /* a power of two; 0: none yet */
    size_t count;
};

/* What NAME was added with; -1: it was not. */
int fa_name_map_find(const struct fa_name_map *map, struct fa_str name);
/* PLACE is from 0 on. A name that is there keeps its first place. The name's bytes are not copied. */
enum fa_status fa_name_map_add(struct fa_arena *arena, struct fa_name_map *map,
                               struct fa_str name, int place) FA_MUST_USE;

#endif
