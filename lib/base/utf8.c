#include "base/utf8.h"

#include <string.h>

size_t fa_utf8_size(struct fa_str text)
{
    const unsigned char *b = (const unsigned char *)text.bytes;
    if (text.size == 0)
        return 0;
    size_t size = b[0] < 0x80                   ? 1
                  : b[0] >= 0xC2 && b[0] < 0xE0 ? 2
                  : b[0] >= 0xE0 && b[0] < 0xF0 ? 3
                  : b[0] >= 0xF0 && b[0] < 0xF5 ? 4
                                                : 0;
    if (size == 0 || size > text.size)
        return 0;
    for (size_t i = 1; i < size; i++)
        if ((b[i] & 0xC0) != 0x80)
            return 0;
    bool too_low = (b[0] == 0xE0 && b[1] < 0xA0) || (b[0] == 0xF0 && b[1] < 0x90);
    bool too_high = (b[0] == 0xED && b[1] >= 0xA0) || (b[0] == 0xF4 && b[1] >= 0x90);
    return too_low || too_high ? 0 : size;
}

uint32_t fa_utf8_point(const char *bytes, size_t size)
{
    const unsigned char *b = (const unsigned char *)bytes;
    switch (size) {
    case 2:
        return (b[0] & 0x1Fu) << 6 | (b[1] & 0x3Fu);
    case 3:
        return (b[0] & 0x0Fu) << 12 | (b[1] & 0x3Fu) << 6 | (b[2] & 0x3Fu);
    case 4:
        return (b[0] & 0x07u) << 18 | (b[1] & 0x3Fu) << 12 | (b[2] & 0x3Fu) << 6 |
               (b[3] & 0x3Fu);
    default:
        return b[0];
    }
}

bool fa_utf8_is_hidden(uint32_t point)
{
    return point == 0xA0 || point == 0xAD || point == 0x61C || point == 0x180E ||
           point == 0x2007 || (point >= 0x200B && point <= 0x200F) ||
           (point >= 0x2028 && point <= 0x202F) || (point >= 0x2060 && point <= 0x206F) ||
           point == 0xFEFF;
}

/* The three bytes of most Chinese characters, whose first byte needs no look at the second. */
static bool is_plain_three(const unsigned char *b)
{
    return b[0] > 0xE0 && b[0] < 0xF0 && b[0] != 0xED && (b[1] & 0xC0) == 0x80 &&
           (b[2] & 0xC0) == 0x80;
}

size_t fa_utf8_valid_size(struct fa_str text)
{
    const unsigned char *b = (const unsigned char *)text.bytes;
    size_t at = 0;
    while (at < text.size) {
        uint64_t eight;
        if (b[at] < 0x80) {
            if (text.size - at >= sizeof eight) {
                memcpy(&eight, b + at, sizeof eight);
                at += eight & UINT64_C(0x8080808080808080) ? 1 : sizeof eight;
            } else {
                at++;
            }
            continue;
        }
        if (text.size - at >= 3 && is_plain_three(b + at)) {
            at += 3;
            continue;
        }
        size_t size = fa_utf8_size((struct fa_str){text.bytes + at, text.size - at});
        if (size == 0)
            break;
        at += size;
    }
    return at;
}

size_t fa_utf8_count(struct fa_str text)
{
    size_t count = 0;
    for (size_t i = 0; i < text.size; i++)
        count += ((unsigned char)text.bytes[i] & 0xC0) != 0x80;
    return count;
}
