/*
 * Whole numbers of any size, not below zero, for the few questions that 128 bits do not decide. A
 * number keeps what it was given room for; what would not fit makes it beyond, and so does anything
 * made of it.
 */
#ifndef FA_VALUE_BIG_H
#define FA_VALUE_BIG_H

#include <stdbool.h>
#include <stddef.h>
#include <stdint.h>

#include "value/money.h"

struct fa_big {
    uint64_t *limbs; /* the least first; the greatest is not 0 */
    size_t count, capacity;
    bool is_beyond;
};

/* Zero, with room for LIMBS times 64 bits; false: memory is out. */
bool fa_big_init(struct fa_big *big, size_t limbs);
void fa_big_release(struct fa_big *big);

void fa_big_set(struct fa_big *big, fa_i128 value); /* its magnitude */
void fa_big_copy(struct fa_big *to, const struct fa_big *from);
void fa_big_add(struct fa_big *big, const struct fa_big *other);
/* PRODUCT is neither A nor B. */
void fa_big_multiply(struct fa_big *product, const struct fa_big *a, const struct fa_big *b);
void fa_big_shift(struct fa_big *big, size_t bits); /* times 2^BITS */
int fa_big_compare(const struct fa_big *a, const struct fa_big *b);

#endif
