#include "intake/sheet_biff.h"

#include <string.h>

enum { RECORD_HEAD = 4 };

static bool read_head(struct fa_biff *biff, uint8_t head[RECORD_HEAD])
{
    return fa_cfb_read(biff->cfb, biff->at, head, RECORD_HEAD);
}

bool fa_biff_next(struct fa_biff *biff)
{
    uint8_t head[RECORD_HEAD];
    if (!read_head(biff, head))
        return false;
    biff->kind = head[0] | (unsigned)head[1] << 8;
    biff->size = head[2] | (unsigned)head[3] << 8;
    biff->used = 0;
    if (!fa_cfb_read(biff->cfb, biff->at + RECORD_HEAD, biff->content, biff->size))
        return false;
    biff->at += RECORD_HEAD + biff->size;
    return true;
}

unsigned fa_biff_peek(struct fa_biff *biff)
{
    uint8_t head[RECORD_HEAD];
    return read_head(biff, head) ? head[0] | (unsigned)head[1] << 8 : 0;
}

unsigned fa_biff_u16(const struct fa_biff *biff, unsigned at)
{
    return biff->content[at] | (unsigned)biff->content[at + 1] << 8;
}

/* Goes on in the next record when this one is used up; false: nothing follows. */
static bool go_on(struct fa_biff *biff)
{
    while (biff->used == biff->size)
        if (fa_biff_peek(biff) != FA_BIFF_CONTINUE || !fa_biff_next(biff))
            return false;
    return true;
}

bool fa_biff_take(struct fa_biff *biff, void *out, size_t size)
{
    char *to = out;
    while (size) {
        if (!go_on(biff))
            return false;
        size_t count = biff->size - biff->used < size ? biff->size - biff->used : size;
        if (to) {
            memcpy(to, biff->content + biff->used, count);
            to += count;
        }
        biff->used += (unsigned)count;
        size -= count;
    }
    return true;
}

static enum fa_status add_character(struct fa_buf *out, uint32_t c)
{
    static const unsigned char marks[] = {0, 0, 0xC0, 0xE0, 0xF0};
    char bytes[4];
    size_t size = c < 0x80 ? 1 : c < 0x800 ? 2 : c < 0x10000 ? 3 : 4;
    for (size_t i = size; i-- > 1; c >>= 6)
        bytes[i] = (char)(0x80 | (c & 0x3F));
    bytes[0] = (char)(marks[size] | c);
    return fa_buf_add(out, bytes, size);
}

/* UTF-16 unit by unit: the first half of a pair waits in HIGH. */
static bool add_unit(struct fa_buf *out, uint32_t unit, uint32_t *high)
{
    bool is_low = unit >= 0xDC00 && unit < 0xE000, is_high = unit >= 0xD800 && unit < 0xDC00;
    if (*high && !is_low && add_character(out, *high) != FA_OK)
        return false;
    uint32_t first = *high;
    *high = is_high ? unit : 0;
    if (is_high)
        return true;
    if (first && is_low)
        unit = 0x10000 + ((first - 0xD800) << 10) + (unit - 0xDC00);
    return add_character(out, unit) == FA_OK;
}

bool fa_biff_take_text(struct fa_biff *biff, size_t character_count, bool is_wide,
                       struct fa_buf *out)
{
    uint32_t high = 0;
    for (; character_count; character_count--) {
        if (biff->used == biff->size) {
            uint8_t flags;
            if (!fa_biff_take(biff, &flags, 1))
                return false;
            is_wide = flags & 1;
        }
        unsigned width = is_wide ? 2 : 1;
        if (biff->size - biff->used < width)
            return false;
        uint32_t unit = is_wide ? fa_biff_u16(biff, biff->used) : biff->content[biff->used];
        biff->used += width;
        if (!add_unit(out, unit, &high))
            return false;
    }
    return !high || add_character(out, high) == FA_OK;
}
