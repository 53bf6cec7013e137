/*
 * Open addressing; the table doubles before it is three quarters full, and what it outgrew stays in
 * the arena.
 */
#include "rules/name_map.h"

#include "base/hash.h"

enum { FIRST_SLOTS = 64 };

struct fa_name_slot {
    struct fa_str name;
    int place;
    bool is_taken;
};

/* Where the name is, or belongs. */
static struct fa_name_slot *slot_of(const struct fa_name_map *map, struct fa_str name)
{
    static const struct fa_hash_key key = {UINT64_C(0x6e616d65732e6f66),
                                           UINT64_C(0x2e72756c65736574)};
    size_t at = (size_t)fa_hash64(key, name.bytes, name.size) & (map->slot_count - 1);
    while (map->slots[at].is_taken && !fa_str_equal(map->slots[at].name, name))
        at = (at + 1) & (map->slot_count - 1);
    return &map->slots[at];
}

int fa_name_map_find(const struct fa_name_map *map, struct fa_str name)
{
    if (map->slot_count == 0)
        return -1;
    const struct fa_name_slot *slot = slot_of(map, name);
    return slot->is_taken ? slot->place : -1;
}

static enum fa_status grow(struct fa_arena *arena, struct fa_name_map *map)
{
    struct fa_name_map larger = {.slot_count = map->slot_count ? 2 * map->slot_count : FIRST_SLOTS,
                                 .count = map->count};
    larger.slots = fa_arena_array(arena, larger.slot_count, sizeof *larger.slots);
    if (!larger.slots)
        return FA_ELIMIT;
    for (size_t i = 0; i < map->slot_count; i++)
        if (map->slots[i].is_taken)
            *slot_of(&larger, map->slots[i].name) = map->slots[i];
    *map = larger;
    return FA_OK;
}

enum fa_status fa_name_map_add(struct fa_arena *arena, struct fa_name_map *map,
                               struct fa_str name, int place)
{
    if (4 * (map->count + 1) > 3 * map->slot_count)
        FA_TRY(grow(arena, map));
    struct fa_name_slot *slot = slot_of(map, name);
    if (slot->is_taken)
        return FA_OK;
    *slot = (struct fa_name_slot){name, place, true};
    map->count++;
    return FA_OK;
}
