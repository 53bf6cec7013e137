/*
 * Words and what they stand for: a small open-addressing table, made once a file, asked once a
 * value. Most words are told by their first eight bytes.
 */
#ifndef FA_INTAKE_CHOICES_H
#define FA_INTAKE_CHOICES_H

#include <string.h>

#include "base/arena.h"

struct fa_choice {
    struct fa_str text; /* not empty */
    int64_t value;
    uint64_t first_bytes; /* of the text; fa_choices_make fills it */
};

struct fa_choices {
    struct fa_choice *slots; /* text.bytes NULL: free */
    uint32_t mask;
};

/* Of two choices with one text the first counts. The table lives in ARENA, the texts stay the
 * caller's. */
enum fa_status fa_choices_make(struct fa_choices *choices, const struct fa_choice *given,
                               size_t count, struct fa_arena *arena) FA_MUST_USE;

/* The first eight bytes of a text; what lies behind it may be read. */
static inline uint64_t fa_first_bytes(struct fa_str text)
{
    uint64_t bytes;
    memcpy(&bytes, text.bytes, sizeof bytes);
    return text.size >= 8 ? bytes : bytes & ((UINT64_C(1) << (8 * text.size)) - 1);
}

static inline uint32_t fa_choice_slot(uint64_t first, size_t size)
{
    return (uint32_t)((first + size) * UINT64_C(0x9E3779B97F4A7C15) >> 40);
}

/* The value that TEXT, which is not empty, stands for; -1: it is no choice. Up to eight bytes
 * behind it are read. */
static inline int64_t fa_choices_find(const struct fa_choices *choices, struct fa_str text)
{
    uint64_t first = fa_first_bytes(text);
    for (uint32_t at = fa_choice_slot(first, text.size) & choices->mask;
         choices->slots[at].text.bytes; at = (at + 1) & choices->mask) {
        const struct fa_choice *choice = &choices->slots[at];
        if (choice->first_bytes == first && choice->text.size == text.size &&
            (text.size <= 8 ||
             memcmp(choice->text.bytes + 8, text.bytes + 8, text.size - 8) == 0))
            return choice->value;
    }
    return -1;
}

#endif
