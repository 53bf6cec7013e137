#include "rules/dense.h"

#include <stdlib.h>
#include <string.h>

#include "base/hash.h"

/* Numbers come from the order of rows, so the hash decides no result; its key need not be secret
 * to protect one, and a filing made to collide is met by the bound on memory and time of its owner. */
static const struct fa_hash_key hash_key = {UINT64_C(0x5bd1e995a4c3f1d7), UINT64_C(0x27d4eb2f165667c5)};

enum { SLOTS_MIN = 64 };

static size_t slots_for(size_t count)
{
    size_t slots = SLOTS_MIN;
    while (slots / 2 < count)
        slots *= 2;
    return slots;
}

/* WANT free slots of SIZE bytes, for COUNT that the caller moves over and frees. */
static enum fa_status new_slots(struct fa_meter *meter, void **made, size_t count, size_t want, size_t size)
{
    FA_TRY(fa_meter_take(meter, want * size));
    *made = calloc(want, size);
    if (*made)
        fa_meter_wish_big_pages(*made, want * size);
    fa_meter_give(meter, (*made ? count : want) * size);
    return *made ? FA_OK : fa_out_of_memory(meter->sink, "numbering keys");
}

/* --- texts --- */

void fa_texts_init(struct fa_texts *texts)
{
    *texts = (struct fa_texts){0};
    fa_arena_init(&texts->arena);
}

void fa_texts_release(struct fa_texts *texts, struct fa_meter *meter)
{
    fa_meter_give(meter, texts->slot_count * sizeof *texts->slots +
                             texts->capacity * sizeof *texts->items + texts->arena.allocated_bytes);
    free(texts->slots);
    free(texts->items);
    fa_arena_release(&texts->arena);
    *texts = (struct fa_texts){0};
}

uint32_t fa_text_hash(struct fa_str text)
{
    return (uint32_t)fa_hash64(hash_key, text.bytes, text.size);
}

static uint32_t find_text(const struct fa_texts *texts, struct fa_str text, uint32_t hash)
{
    if (!texts->slot_count)
        return FA_NO_NUMBER;
    size_t mask = texts->slot_count - 1;
    for (size_t at = hash & mask; texts->slots[at].number; at = (at + 1) & mask) {
        struct fa_text_slot slot = texts->slots[at];
        if (slot.hash == hash && fa_str_equal(texts->items[slot.number - 1], text))
            return slot.number - 1;
    }
    return FA_NO_NUMBER;
}

uint32_t fa_texts_find(const struct fa_texts *texts, struct fa_str text)
{
    return find_text(texts, text, fa_text_hash(text));
}

static void place_text(struct fa_text_slot *slots, size_t slot_count, struct fa_text_slot slot)
{
    size_t at = slot.hash & (slot_count - 1);
    while (slots[at].number)
        at = (at + 1) & (slot_count - 1);
    slots[at] = slot;
}

static enum fa_status grow_texts(struct fa_texts *texts, struct fa_meter *meter, size_t want)
{
    void *made;
    FA_TRY(new_slots(meter, &made, texts->slot_count, want, sizeof *texts->slots));
    for (size_t i = 0; i < texts->slot_count; i++)
        if (texts->slots[i].number)
            place_text(made, want, texts->slots[i]);
    free(texts->slots);
    texts->slots = made;
    texts->slot_count = want;
    return FA_OK;
}

enum fa_status fa_texts_add(struct fa_texts *texts, struct fa_meter *meter, struct fa_str text,
                            bool copy, uint32_t *number)
{
    return fa_texts_add_hashed(texts, meter, text, fa_text_hash(text), copy, number);
}

enum fa_status fa_texts_add_hashed(struct fa_texts *texts, struct fa_meter *meter, struct fa_str text,
                                   uint32_t hash, bool copy, uint32_t *number)
{
    *number = find_text(texts, text, hash);
    if (*number != FA_NO_NUMBER)
        return FA_OK;
    if (slots_for(texts->count + 1) > texts->slot_count)
        FA_TRY(grow_texts(texts, meter, slots_for(texts->count + 1)));
    FA_TRY(fa_meter_reserve(meter, texts->items, &texts->capacity, texts->count + 1));
    if (copy) {
        uint64_t before = texts->arena.allocated_bytes;
        text = fa_arena_str(&texts->arena, text);
        if (!text.bytes)
            return fa_out_of_memory(meter->sink, "numbering keys");
        FA_TRY(fa_meter_take(meter, texts->arena.allocated_bytes - before));
    }
    *number = (uint32_t)texts->count++;
    texts->items[*number] = text;
    place_text(texts->slots, texts->slot_count, (struct fa_text_slot){hash, *number + 1});
    return FA_OK;
}

/* --- tuples --- */

static void place(uint32_t *slots, size_t slot_count, uint64_t hash, uint32_t number)
{
    size_t at = hash & (slot_count - 1);
    while (slots[at])
        at = (at + 1) & (slot_count - 1);
    slots[at] = number + 1;
}

void fa_tuples_init(struct fa_tuples *tuples, int width)
{
    *tuples = (struct fa_tuples){.width = width};
}

void fa_tuples_release(struct fa_tuples *tuples, struct fa_meter *meter)
{
    fa_meter_give(meter, tuples->slot_count * sizeof *tuples->slots +
                             tuples->capacity * (size_t)tuples->width * sizeof *tuples->items);
    free(tuples->slots);
    free(tuples->items);
    *tuples = (struct fa_tuples){.width = tuples->width};
}

/* A multiplication a number, then the finish of MurmurHash3 so that the low bits depend on all. */
uint64_t fa_tuple_hash(const int64_t *tuple, int width)
{
    uint64_t hash = hash_key.k0;
    for (int i = 0; i < width; i++) {
        hash = (hash ^ (uint64_t)tuple[i]) * UINT64_C(0x9E3779B97F4A7C15);
        hash ^= hash >> 32;
    }
    hash *= UINT64_C(0xFF51AFD7ED558CCD);
    return hash ^ hash >> 33;
}

static bool is_tuple(const struct fa_tuples *tuples, uint32_t number, const int64_t *tuple)
{
    const int64_t *item = tuples->items + (size_t)number * (size_t)tuples->width;
    for (int i = 0; i < tuples->width; i++)
        if (item[i] != tuple[i])
            return false;
    return true;
}

uint32_t fa_tuples_find(const struct fa_tuples *tuples, const int64_t *tuple)
{
    if (!tuples->slot_count)
        return FA_NO_NUMBER;
    size_t mask = tuples->slot_count - 1;
    for (size_t at = fa_tuple_hash(tuple, tuples->width) & mask; tuples->slots[at]; at = (at + 1) & mask)
        if (is_tuple(tuples, tuples->slots[at] - 1, tuple))
            return tuples->slots[at] - 1;
    return FA_NO_NUMBER;
}

enum fa_status fa_tuples_add(struct fa_tuples *tuples, struct fa_meter *meter, const int64_t *tuple,
                             uint32_t *number)
{
    *number = fa_tuples_find(tuples, tuple);
    if (*number != FA_NO_NUMBER)
        return FA_OK;
    size_t width = (size_t)tuples->width;
    if (slots_for(tuples->count + 1) > tuples->slot_count) {
        size_t want = slots_for(tuples->count + 1);
        void *made;
        FA_TRY(new_slots(meter, &made, tuples->slot_count, want, sizeof *tuples->slots));
        for (size_t i = 0; i < tuples->count; i++)
            place(made, want, fa_tuple_hash(tuples->items + i * width, tuples->width), (uint32_t)i);
        free(tuples->slots);
        tuples->slots = made;
        tuples->slot_count = want;
    }
    FA_TRY(fa_meter_grow(meter, &tuples->items, &tuples->capacity, tuples->count + 1,
                         width * sizeof *tuples->items));
    if (tuples->count >= FA_NO_NUMBER - 1)
        return fa_meter_take(meter, UINT64_MAX);
    *number = (uint32_t)tuples->count++;
    memcpy(tuples->items + *number * width, tuple, width * sizeof *tuple);
    place(tuples->slots, tuples->slot_count, fa_tuple_hash(tuple, tuples->width), *number);
    return FA_OK;
}
