#include "rules/pairs.h"

#include <stdlib.h>

enum { SLOTS_MIN = 64, COUNT_MAX = 0x7fffffff };

static uint64_t hash_of(uint32_t group, int64_t value)
{
    uint64_t hash = (uint64_t)value * UINT64_C(0x9E3779B97F4A7C15);
    hash = (hash ^ hash >> 32 ^ group) * UINT64_C(0xFF51AFD7ED558CCD);
    return hash ^ hash >> 33;
}

void fa_pairs_release(struct fa_pairs *pairs, struct fa_meter *meter)
{
    fa_meter_give(meter, pairs->slot_count * sizeof *pairs->slots +
                             pairs->capacity * sizeof *pairs->items);
    free(pairs->slots);
    free(pairs->items);
    *pairs = (struct fa_pairs){0};
}

void fa_pairs_prefetch(const struct fa_pairs *pairs, uint32_t group, int64_t value)
{
    if (pairs->slot_count)
        __builtin_prefetch(&pairs->slots[hash_of(group, value) & (pairs->slot_count - 1)]);
}

static size_t home_of(const struct fa_pairs *pairs, uint32_t number)
{
    const struct fa_pair *pair = &pairs->items[number];
    return hash_of(pair->group, pair->value) & (pairs->slot_count - 1);
}

/* The slot of a pair, or the free one where it would stand. */
static size_t find(const struct fa_pairs *pairs, uint32_t group, int64_t value, bool is_text)
{
    size_t mask = pairs->slot_count - 1, at = hash_of(group, value) & mask;
    for (; pairs->slots[at]; at = (at + 1) & mask) {
        const struct fa_pair *pair = &pairs->items[pairs->slots[at]];
        if (pair->group == group && pair->value == value && pair->is_text == is_text)
            break;
    }
    return at;
}

/* Slots for twice as many pairs as there are. */
static enum fa_status grow_slots(struct fa_pairs *pairs, struct fa_meter *meter)
{
    size_t wanted = pairs->slot_count ? pairs->slot_count * 2 : SLOTS_MIN;
    FA_TRY(fa_meter_take(meter, wanted * sizeof *pairs->slots));
    uint32_t *made = calloc(wanted, sizeof *made), *old = pairs->slots;
    size_t old_count = pairs->slot_count;
    if (!made) {
        fa_meter_give(meter, wanted * sizeof *pairs->slots);
        return fa_out_of_memory(meter->sink, "counting values");
    }
    pairs->slots = made;
    pairs->slot_count = wanted;
    for (size_t i = 0; i < old_count; i++) {
        size_t at = old[i] ? home_of(pairs, old[i]) : 0;
        while (old[i] && made[at])
            at = (at + 1) & (wanted - 1);
        if (old[i])
            made[at] = old[i];
    }
    fa_meter_give(meter, old_count * sizeof *old);
    free(old);
    return FA_OK;
}

static enum fa_status make(struct fa_pairs *pairs, struct fa_meter *meter, uint32_t *number)
{
    *number = pairs->free;
    if (*number) {
        pairs->free = pairs->items[*number].group;
        return FA_OK;
    }
    FA_TRY(fa_meter_reserve(meter, pairs->items, &pairs->capacity, pairs->used + 2));
    if (pairs->used >= UINT32_MAX - 2)
        return fa_meter_take(meter, UINT64_MAX);
    *number = (uint32_t)++pairs->used;
    return FA_OK;
}

enum fa_status fa_pairs_add(struct fa_pairs *pairs, struct fa_meter *meter, uint32_t group,
                            int64_t value, bool is_text, bool *is_new)
{
    if ((pairs->live + 1) * 2 > pairs->slot_count)
        FA_TRY(grow_slots(pairs, meter));
    size_t at = find(pairs, group, value, is_text);
    *is_new = !pairs->slots[at];
    if (!*is_new) {
        struct fa_pair *pair = &pairs->items[pairs->slots[at]];
        if (pair->count == COUNT_MAX)
            return fa_meter_take(meter, UINT64_MAX);
        pair->count++;
        return FA_OK;
    }
    uint32_t number;
    FA_TRY(make(pairs, meter, &number));
    pairs->items[number] =
        (struct fa_pair){.value = value, .group = group, .is_text = is_text, .count = 1};
    pairs->slots[at] = number;
    pairs->live++;
    return FA_OK;
}

/* Frees a slot; what stands behind it and belongs before it moves up. */
static void vacate(struct fa_pairs *pairs, size_t hole)
{
    size_t mask = pairs->slot_count - 1;
    for (size_t at = (hole + 1) & mask; pairs->slots[at]; at = (at + 1) & mask) {
        size_t home = home_of(pairs, pairs->slots[at]);
        if (((at - home) & mask) < ((at - hole) & mask))
            continue;
        pairs->slots[hole] = pairs->slots[at];
        hole = at;
    }
    pairs->slots[hole] = 0;
}

bool fa_pairs_remove(struct fa_pairs *pairs, uint32_t group, int64_t value, bool is_text)
{
    size_t at = find(pairs, group, value, is_text);
    uint32_t number = pairs->slots[at];
    struct fa_pair *pair = &pairs->items[number];
    if (--pair->count)
        return false;
    vacate(pairs, at);
    pair->group = pairs->free;
    pairs->free = number;
    pairs->live--;
    return true;
}
