#include <stdlib.h>
#include <string.h>

#include "base/hash.h"
#include "rules/settle.h"

/* No result depends on the hash. */
static const struct fa_hash_key hash_key = {UINT64_C(0x8f1bbcdc62c1d6ca), UINT64_C(0x5a827999cc0ac6d1)};

enum { SLOTS_MIN = 64 };

void fa_spots_release(struct fa_spots *spots, struct fa_meter *meter)
{
    for (uint32_t i = 1; i <= spots->top; i++)
        if (spots->items[i].uses) {
            fa_meter_give(meter, spots->items[i].size);
            free(spots->items[i].bytes);
        }
    fa_meter_give(meter, spots->slot_count * sizeof *spots->slots +
                             spots->capacity * sizeof *spots->items);
    free(spots->slots);
    free(spots->items);
    *spots = (struct fa_spots){0};
}

static enum fa_status make_room(struct fa_spots *spots, struct fa_meter *meter)
{
    if (spots->used * 2 < spots->slot_count)
        return FA_OK;
    size_t count = spots->slot_count ? 2 * spots->slot_count : SLOTS_MIN;
    FA_TRY(fa_meter_take(meter, count * sizeof *spots->slots));
    uint32_t *slots = calloc(count, sizeof *slots);
    if (!slots) {
        fa_meter_give(meter, count * sizeof *slots);
        return fa_out_of_memory(meter->sink, "settling duties");
    }
    for (size_t i = 0; i < spots->slot_count; i++) {
        if (!spots->slots[i])
            continue;
        size_t at = spots->items[spots->slots[i]].hash & (count - 1);
        while (slots[at])
            at = (at + 1) & (count - 1);
        slots[at] = spots->slots[i];
    }
    fa_meter_give(meter, spots->slot_count * sizeof *slots);
    free(spots->slots);
    spots->slots = slots;
    spots->slot_count = count;
    return FA_OK;
}

/* The slot of a key, or the free one that it would take. */
static size_t find_slot(const struct fa_spots *spots, uint64_t hash, struct fa_str key)
{
    size_t at = hash & (spots->slot_count - 1);
    for (; spots->slots[at]; at = (at + 1) & (spots->slot_count - 1)) {
        const struct fa_spot *spot = &spots->items[spots->slots[at]];
        if (spot->hash == hash && spot->size == key.size &&
            memcmp(spot->bytes, key.bytes, key.size) == 0)
            return at;
    }
    return at;
}

static enum fa_status new_spot(struct fa_spots *spots, struct fa_meter *meter, uint64_t hash,
                               struct fa_str key, uint32_t *number)
{
    *number = spots->free_first;
    if (!*number) {
        *number = spots->top + 1;
        FA_TRY(fa_meter_reserve(meter, spots->items, &spots->capacity, (size_t)*number + 1));
    }
    FA_TRY(fa_meter_take(meter, key.size));
    uint8_t *bytes = malloc(key.size + 1);
    if (!bytes) {
        fa_meter_give(meter, key.size);
        return fa_out_of_memory(meter->sink, "settling duties");
    }
    memcpy(bytes, key.bytes, key.size);
    if (*number == spots->free_first)
        spots->free_first = spots->items[*number].open_first;
    else
        spots->top = *number;
    spots->items[*number] =
        (struct fa_spot){.bytes = bytes, .size = (uint32_t)key.size, .hash = hash, .uses = 1};
    spots->used++;
    return FA_OK;
}

enum fa_status fa_spots_use(struct fa_spots *spots, struct fa_meter *meter, struct fa_str key,
                            uint32_t *number)
{
    FA_TRY(make_room(spots, meter));
    uint64_t hash = fa_hash64(hash_key, key.bytes, key.size);
    size_t at = find_slot(spots, hash, key);
    if (spots->slots[at]) {
        *number = spots->slots[at];
        spots->items[*number].uses++;
        return FA_OK;
    }
    FA_TRY(new_spot(spots, meter, hash, key, number));
    spots->slots[at] = *number;
    return FA_OK;
}

bool fa_spots_have(const struct fa_spots *spots, struct fa_str key)
{
    return spots->used && spots->slots[find_slot(spots, fa_hash64(hash_key, key.bytes, key.size), key)];
}

/* Takes a slot out: those behind it that would have stood nearer to their place move up. */
static void remove_slot(struct fa_spots *spots, size_t at)
{
    size_t mask = spots->slot_count - 1;
    for (size_t next = (at + 1) & mask; spots->slots[next]; next = (next + 1) & mask) {
        size_t home = spots->items[spots->slots[next]].hash & mask;
        if (((next - home) & mask) < ((next - at) & mask))
            continue;
        spots->slots[at] = spots->slots[next];
        at = next;
    }
    spots->slots[at] = FA_NO_ITEM;
}

void fa_spots_leave(struct fa_spots *spots, struct fa_meter *meter, uint32_t number)
{
    struct fa_spot *spot = &spots->items[number];
    if (--spot->uses)
        return;
    size_t at = spot->hash & (spots->slot_count - 1);
    while (spots->slots[at] != number)
        at = (at + 1) & (spots->slot_count - 1);
    remove_slot(spots, at);
    fa_meter_give(meter, spot->size);
    free(spot->bytes);
    *spot = (struct fa_spot){.open_first = spots->free_first};
    spots->free_first = number;
    spots->used--;
}
