#include "rules/pairs.h"

#include <stdlib.h>

enum { COUNT_MAX = 0x7fffffff };

static uint64_t hash_of(uint32_t group, int64_t value)
{
    uint64_t hash = (uint64_t)value * UINT64_C(0x9E3779B97F4A7C15);
    hash = (hash ^ hash >> 32 ^ group) * UINT64_C(0xFF51AFD7ED558CCD);
    return hash ^ hash >> 33;
}

void fa_pairs_release(struct fa_pairs *pairs, struct fa_meter *meter)
{
    fa_meter_give(meter, pairs->place_count * sizeof *pairs->places);
    free(pairs->places);
    *pairs = (struct fa_pairs){0};
}

void fa_pairs_prefetch(const struct fa_pairs *pairs, uint32_t group, int64_t value)
{
    if (pairs->place_count)
        __builtin_prefetch(&pairs->places[hash_of(group, value) & (pairs->place_count - 1)], 1);
}

static size_t home_of(const struct fa_pairs *pairs, const struct fa_pair *pair)
{
    return hash_of(pair->group, pair->value) & (pairs->place_count - 1);
}

/* The place of a pair, or the free one where it would stand. */
static struct fa_pair *find(const struct fa_pairs *pairs, uint32_t group, int64_t value, bool is_text)
{
    size_t mask = pairs->place_count - 1, at = hash_of(group, value) & mask;
    for (; pairs->places[at].count; at = (at + 1) & mask) {
        const struct fa_pair *pair = &pairs->places[at];
        if (pair->group == group && pair->value == value && pair->is_text == is_text)
            break;
    }
    return &pairs->places[at];
}

/* Places for twice as many pairs as there are. */
static enum fa_status grow_places(struct fa_pairs *pairs, struct fa_meter *meter)
{
    size_t wanted = pairs->place_count ? pairs->place_count * 2 : FA_PAIRS_MIN;
    FA_TRY(fa_meter_take(meter, wanted * sizeof *pairs->places));
    struct fa_pair *old = pairs->places;
    size_t old_count = pairs->place_count;
    pairs->places = calloc(wanted, sizeof *old);
    if (!pairs->places) {
        pairs->places = old;
        fa_meter_give(meter, wanted * sizeof *old);
        return fa_out_of_memory(meter->sink, "counting values");
    }
    pairs->place_count = wanted;
    for (size_t i = 0; i < old_count; i++)
        if (old[i].count)
            *find(pairs, old[i].group, old[i].value, old[i].is_text) = old[i];
    fa_meter_give(meter, old_count * sizeof *old);
    free(old);
    return FA_OK;
}

enum fa_status fa_pairs_add(struct fa_pairs *pairs, struct fa_meter *meter, uint32_t group,
                            int64_t value, bool is_text, bool *is_new)
{
    if ((pairs->live + 1) * 2 > pairs->place_count)
        FA_TRY(grow_places(pairs, meter));
    struct fa_pair *pair = find(pairs, group, value, is_text);
    *is_new = !pair->count;
    if (*is_new) {
        *pair = (struct fa_pair){.value = value, .group = group, .is_text = is_text};
        pairs->live++;
    } else if (pair->count == COUNT_MAX) {
        return fa_meter_take(meter, UINT64_MAX);
    }
    pair->count++;
    return FA_OK;
}

/* Frees a place; what stands behind it and belongs before it moves up. */
static void vacate(struct fa_pairs *pairs, size_t hole)
{
    size_t mask = pairs->place_count - 1;
    for (size_t at = (hole + 1) & mask; pairs->places[at].count; at = (at + 1) & mask) {
        size_t home = home_of(pairs, &pairs->places[at]);
        if (((at - home) & mask) < ((at - hole) & mask))
            continue;
        pairs->places[hole] = pairs->places[at];
        hole = at;
    }
    pairs->places[hole].count = 0;
}

bool fa_pairs_remove(struct fa_pairs *pairs, uint32_t group, int64_t value, bool is_text)
{
    struct fa_pair *pair = find(pairs, group, value, is_text);
    if (pair->count > 1) {
        pair->count--;
        return false;
    }
    vacate(pairs, (size_t)(pair - pairs->places));
    pairs->live--;
    return true;
}
