/*
 * Little-endian numbers and a bounded reading position, inline because the loops over columns
 * live on them. The byte expressions compile to one load or store on every processor that
 * allows it.
 */
#ifndef FA_LEDGER_WIRE_H
#define FA_LEDGER_WIRE_H

#include <stddef.h>
#include <stdint.h>

static inline uint16_t fa_wire_u16(const uint8_t *b)
{
    return (uint16_t)(b[0] | b[1] << 8);
}

static inline uint32_t fa_wire_u32(const uint8_t *b)
{
    return (uint32_t)b[0] | (uint32_t)b[1] << 8 | (uint32_t)b[2] << 16 | (uint32_t)b[3] << 24;
}

static inline uint64_t fa_wire_u64(const uint8_t *b)
{
    return (uint64_t)fa_wire_u32(b) | (uint64_t)fa_wire_u32(b + 4) << 32;
}

static inline void fa_wire_store_u16(uint8_t *b, uint16_t value)
{
    b[0] = (uint8_t)value;
    b[1] = (uint8_t)(value >> 8);
}

static inline void fa_wire_store_u32(uint8_t *b, uint32_t value)
{
    b[0] = (uint8_t)value;
    b[1] = (uint8_t)(value >> 8);
    b[2] = (uint8_t)(value >> 16);
    b[3] = (uint8_t)(value >> 24);
}

static inline void fa_wire_store_u64(uint8_t *b, uint64_t value)
{
    fa_wire_store_u32(b, (uint32_t)value);
    fa_wire_store_u32(b + 4, (uint32_t)(value >> 32));
}

/* What is left of bytes from outside. */
struct fa_wire {
    const uint8_t *at;
    size_t left;
};

/* The next SIZE bytes; NULL when there are not so many. */
static inline const uint8_t *fa_wire_take(struct fa_wire *wire, size_t size)
{
    const uint8_t *taken = wire->at;
    if (size > wire->left)
        return NULL;
    wire->at += size;
    wire->left -= size;
    return taken;
}

#endif
