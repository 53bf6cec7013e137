/*
 * Dense numbers for texts and for tuples of numbers, in the order in which they are first seen, so
 * that what is kept for each of them is an array.
 */
#ifndef FA_RULES_DENSE_H
#define FA_RULES_DENSE_H

#include "base/arena.h"
#include "rules/meter.h"

#define FA_NO_NUMBER UINT32_MAX

/* Its text's hash beside its number: another text is told from it without a look at either. */
struct fa_text_slot {
    uint32_t hash, number; /* number + 1, 0: free */
};

struct fa_texts {
    struct fa_text_slot *slots; /* a power of two of them */
    size_t slot_count;
    struct fa_str *items;
    size_t count, capacity;
    struct fa_arena arena;
};

void fa_texts_init(struct fa_texts *texts);
void fa_texts_release(struct fa_texts *texts, struct fa_meter *meter);
uint32_t fa_texts_find(const struct fa_texts *texts, struct fa_str text);
/* The same in steps, for many texts: hash them all, ask for the slots of some, then add those. */
uint32_t fa_text_hash(struct fa_str text);
static inline void fa_texts_prefetch(const struct fa_texts *texts, uint32_t hash)
{
    if (texts->slot_count)
        __builtin_prefetch(&texts->slots[hash & (texts->slot_count - 1)]);
}
enum fa_status fa_texts_add_hashed(struct fa_texts *texts, struct fa_meter *meter, struct fa_str text,
                                   uint32_t hash, bool copy, uint32_t *number) FA_MUST_USE;
/* COPY: the bytes do not live as long as this. */
enum fa_status fa_texts_add(struct fa_texts *texts, struct fa_meter *meter, struct fa_str text,
                            bool copy, uint32_t *number) FA_MUST_USE;

struct fa_tuples {
    int width; /* numbers of a tuple, 1 or more */
    uint32_t *slots;
    size_t slot_count;
    int64_t *items; /* count * width */
    size_t count, capacity;
};

void fa_tuples_init(struct fa_tuples *tuples, int width);
void fa_tuples_release(struct fa_tuples *tuples, struct fa_meter *meter);
uint64_t fa_tuple_hash(const int64_t *tuple, int width);
uint32_t fa_tuples_find(const struct fa_tuples *tuples, const int64_t *tuple);
enum fa_status fa_tuples_add(struct fa_tuples *tuples, struct fa_meter *meter, const int64_t *tuple,
                             uint32_t *number) FA_MUST_USE;
static inline void fa_tuples_prefetch(const struct fa_tuples *tuples, uint64_t hash)
{
    if (tuples->slot_count)
        __builtin_prefetch(&tuples->slots[hash & (tuples->slot_count - 1)]);
}

#endif
