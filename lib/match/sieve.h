/*
 * A sieve of texts: lets through every text that was added, and few others. For a quick
 * "certainly not" over millions of rows; whoever comes through is looked at properly.
 */
#ifndef FA_MATCH_SIEVE_H
#define FA_MATCH_SIEVE_H

#include <string.h>

#include "base/str.h"

struct fa_sieve {
    uint64_t *bits; /* NULL: lets nothing through */
    unsigned shift;
};

/* Room for COUNT texts. FA_ELIMIT without a message. */
static inline enum fa_status fa_sieve_init(struct fa_sieve *sieve, size_t count)
{
    /* At least 64 places a text, and enough that few texts let no block of others through. */
    unsigned bits = 20;
    while (bits < 40 && (UINT64_C(1) << bits) / 64 < count)
        bits++;
    uint64_t *made = calloc((size_t)1 << (bits - 6), sizeof *made);
    if (!made)
        return FA_ELIMIT;
    *sieve = (struct fa_sieve){made, 64 - bits};
    return FA_OK;
}

static inline void fa_sieve_release(struct fa_sieve *sieve)
{
    free(sieve->bits);
    *sieve = (struct fa_sieve){NULL, 0};
}

/* Of the size and the last bytes, in which numbers differ. Not keyed: who makes texts that all
 * come through gains nothing but that each is looked at. */
static inline uint64_t fa_sieve_place(const struct fa_sieve *sieve, struct fa_str text)
{
    uint64_t last = 0;
    if (text.size >= sizeof last)
        memcpy(&last, text.bytes + text.size - sizeof last, sizeof last);
    else if (text.size)
        memcpy(&last, text.bytes, text.size);
    return (last + text.size) * UINT64_C(0x9E3779B97F4A7C15) >> sieve->shift;
}

static inline void fa_sieve_add(struct fa_sieve *sieve, struct fa_str text)
{
    uint64_t place = fa_sieve_place(sieve, text);
    sieve->bits[place / 64] |= UINT64_C(1) << place % 64;
}

static inline bool fa_sieve_passes(const struct fa_sieve *sieve, struct fa_str text)
{
    uint64_t place = fa_sieve_place(sieve, text);
    return sieve->bits && sieve->bits[place / 64] >> place % 64 & 1;
}

#endif
