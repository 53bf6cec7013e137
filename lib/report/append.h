/*
 * Short texts, compared and appended by the hundred million: what base/str.h does for everyone, here
 * without a call for each. Internal.
 */
#ifndef FA_REPORT_APPEND_H
#define FA_REPORT_APPEND_H

#include <string.h>

#include "base/fields.h"
#include "base/str.h"

/* Texts of a dictionary are the same bytes row for row. */
static inline bool fa_is_same(struct fa_str a, struct fa_str b)
{
    return a.size == b.size &&
           (a.bytes == b.bytes || a.size == 0 || memcmp(a.bytes, b.bytes, a.size) == 0);
}

static inline enum fa_status fa_append(struct fa_buf *buf, const char *bytes, size_t size)
{
    if (size == 0)
        return FA_OK;
    if (size > buf->capacity - buf->size)
        FA_TRY(fa_buf_reserve(buf, size));
    char *to = buf->bytes + buf->size;
    buf->size += size;
    if (size >= 8 && size <= 16) {
        uint64_t first, last; /* they overlap */
        memcpy(&first, bytes, sizeof first);
        memcpy(&last, bytes + size - sizeof last, sizeof last);
        memcpy(to, &first, sizeof first);
        memcpy(to + size - sizeof last, &last, sizeof last);
    } else {
        memcpy(to, bytes, size);
    }
    return FA_OK;
}

static inline enum fa_status fa_append_char(struct fa_buf *buf, char c)
{
    if (buf->capacity == buf->size)
        FA_TRY(fa_buf_reserve(buf, 1));
    buf->bytes[buf->size++] = c;
    return FA_OK;
}

/* Not zero when one of eight bytes is anything but printed ASCII, or a quote or backslash. */
static inline uint64_t fa_odd_bytes(uint64_t eight)
{
    const uint64_t ones = UINT64_C(0x0101010101010101);
    uint64_t quote = eight ^ ones * '"', slash = eight ^ ones * '\\', del = eight ^ ones * 0x7F;
    return (((eight - ones * 0x20) & ~eight) | eight | ((quote - ones) & ~quote) |
            ((slash - ones) & ~slash) | ((del - ones) & ~del)) &
           ones * 0x80;
}

/* Copies TEXT to TO; tells whether JSON writes it as it is. */
static inline bool fa_copy_plain(char *to, struct fa_str text)
{
    const char *from = text.bytes;
    size_t size = text.size;
    uint64_t eight, odd = 0;
    if (size >= sizeof eight) {
        for (size_t at = 0; at + sizeof eight <= size; at += sizeof eight) {
            memcpy(&eight, from + at, sizeof eight);
            memcpy(to + at, &eight, sizeof eight);
            odd |= fa_odd_bytes(eight);
        }
        memcpy(&eight, from + size - sizeof eight, sizeof eight);
        memcpy(to + size - sizeof eight, &eight, sizeof eight);
        return (odd | fa_odd_bytes(eight)) == 0;
    }
    if (size >= sizeof(uint32_t)) {
        uint32_t first, last;
        memcpy(&first, from, sizeof first);
        memcpy(&last, from + size - sizeof last, sizeof last);
        memcpy(to, &first, sizeof first);
        memcpy(to + size - sizeof last, &last, sizeof last);
        return fa_odd_bytes(first | (uint64_t)last << 32) == 0;
    }
    eight = UINT64_C(0x2020202020202020);
    for (size_t i = 0; i < size; i++) {
        to[i] = from[i];
        eight = eight << 8 | (unsigned char)from[i];
    }
    return fa_odd_bytes(eight) == 0;
}

/* The text between quotes, as fa_json_add_string() writes it. */
static inline enum fa_status fa_append_json(struct fa_buf *buf, struct fa_str text)
{
    if (buf->capacity - buf->size < 2 || text.size > buf->capacity - buf->size - 2)
        FA_TRY(fa_buf_reserve(buf, text.size + 2));
    char *to = buf->bytes + buf->size;
    if (!fa_copy_plain(to + 1, text))
        return fa_json_add_string(buf, text);
    to[0] = to[text.size + 1] = '"';
    buf->size += text.size + 2;
    return FA_OK;
}

#endif
