#include "value/big.h"

#include <stdlib.h>
#include <string.h>

bool fa_big_init(struct fa_big *big, size_t limbs)
{
    *big = (struct fa_big){.limbs = calloc(limbs, sizeof *big->limbs), .capacity = limbs};
    return big->limbs != NULL;
}

void fa_big_release(struct fa_big *big)
{
    free(big->limbs);
    *big = (struct fa_big){0};
}

static void trim(struct fa_big *big)
{
    while (big->count && !big->limbs[big->count - 1])
        big->count--;
}

void fa_big_set(struct fa_big *big, fa_i128 value)
{
    unsigned __int128 size = value < 0 ? -(unsigned __int128)value : (unsigned __int128)value;
    big->is_beyond = big->capacity < 2;
    if (big->is_beyond)
        return;
    big->limbs[0] = (uint64_t)size;
    big->limbs[1] = (uint64_t)(size >> 64);
    big->count = 2;
    trim(big);
}

void fa_big_copy(struct fa_big *to, const struct fa_big *from)
{
    to->is_beyond = from->is_beyond || from->count > to->capacity;
    if (to->is_beyond)
        return;
    if (from->count)
        memcpy(to->limbs, from->limbs, from->count * sizeof *to->limbs);
    to->count = from->count;
}

void fa_big_add(struct fa_big *big, const struct fa_big *other)
{
    uint64_t carry = 0;
    size_t count = big->count > other->count ? big->count : other->count;
    big->is_beyond = big->is_beyond || other->is_beyond || count + 1 > big->capacity;
    if (big->is_beyond)
        return;
    for (size_t i = 0; i < count; i++) {
        unsigned __int128 sum = (unsigned __int128)(i < big->count ? big->limbs[i] : 0) +
                                (i < other->count ? other->limbs[i] : 0) + carry;
        big->limbs[i] = (uint64_t)sum;
        carry = (uint64_t)(sum >> 64);
    }
    big->limbs[count] = carry;
    big->count = count + 1;
    trim(big);
}

void fa_big_multiply(struct fa_big *product, const struct fa_big *a, const struct fa_big *b)
{
    product->is_beyond = a->is_beyond || b->is_beyond || a->count + b->count > product->capacity;
    if (product->is_beyond)
        return;
    product->count = a->count + b->count;
    if (product->count)
        memset(product->limbs, 0, product->count * sizeof *product->limbs);
    for (size_t i = 0; i < a->count; i++) {
        uint64_t carry = 0;
        for (size_t k = 0; k < b->count; k++) {
            unsigned __int128 sum = (unsigned __int128)a->limbs[i] * b->limbs[k] +
                                    product->limbs[i + k] + carry;
            product->limbs[i + k] = (uint64_t)sum;
            carry = (uint64_t)(sum >> 64);
        }
        product->limbs[i + b->count] = carry;
    }
    trim(product);
}

void fa_big_shift(struct fa_big *big, size_t bits)
{
    size_t limbs = bits / 64, rest = bits % 64;
    big->is_beyond = big->is_beyond || big->count + limbs + 1 > big->capacity;
    if (big->is_beyond || !big->count)
        return;
    big->limbs[big->count] = 0;
    for (size_t i = big->count + 1; i-- > 0;) {
        uint64_t below = rest && i ? big->limbs[i - 1] >> (64 - rest) : 0;
        big->limbs[i + limbs] = big->limbs[i] << rest | below;
    }
    memset(big->limbs, 0, limbs * sizeof *big->limbs);
    big->count += limbs + 1;
    trim(big);
}

int fa_big_compare(const struct fa_big *a, const struct fa_big *b)
{
    if (a->count != b->count)
        return a->count < b->count ? -1 : 1;
    for (size_t i = a->count; i-- > 0;)
        if (a->limbs[i] != b->limbs[i])
            return a->limbs[i] < b->limbs[i] ? -1 : 1;
    return 0;
}
