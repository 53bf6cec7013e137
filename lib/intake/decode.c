#include "intake/decode.h"

#include <string.h>

#include "intake/gb18030.h"

static const uint64_t ones = UINT64_C(0x0101010101010101);
static const uint64_t tops = UINT64_C(0x8080808080808080);

const char *fa_encoding_name(enum fa_encoding encoding)
{
    static const char *const names[] = {
        [FA_ENCODING_DETECT] = "an unknown encoding",
        [FA_ENCODING_UTF8] = "UTF-8",
        [FA_ENCODING_UTF16LE] = "UTF-16LE",
        [FA_ENCODING_UTF16BE] = "UTF-16BE",
        [FA_ENCODING_GB18030] = "GB18030",
        [FA_ENCODING_CP852] = "code page 852",
    };
    return names[encoding];
}

/* The first byte is the lowest, on any processor. */
static inline uint64_t load_eight(const unsigned char *bytes)
{
    uint64_t value;
    memcpy(&value, bytes, sizeof value);
#if __BYTE_ORDER__ == __ORDER_BIG_ENDIAN__
    value = __builtin_bswap64(value);
#endif
    return value;
}

/* A code point from U+0080 on; OUT has room for 4 bytes. Gives the number of bytes. */
static inline size_t put_point(unsigned char *out, uint32_t point)
{
    if (point < 0x800) {
        out[0] = (unsigned char)(0xC0 | point >> 6);
        out[1] = (unsigned char)(0x80 | (point & 0x3F));
        return 2;
    }
    if (point < 0x10000) {
        out[0] = (unsigned char)(0xE0 | point >> 12);
        out[1] = (unsigned char)(0x80 | (point >> 6 & 0x3F));
        out[2] = (unsigned char)(0x80 | (point & 0x3F));
        return 3;
    }
    out[0] = (unsigned char)(0xF0 | point >> 18);
    out[1] = (unsigned char)(0x80 | (point >> 12 & 0x3F));
    out[2] = (unsigned char)(0x80 | (point >> 6 & 0x3F));
    out[3] = (unsigned char)(0x80 | (point & 0x3F));
    return 4;
}

/* --- GB 18030 ------------------------------------------------------------------------------
 */

/* Copies bytes 01 to 7F until another one, or less than eight bytes of input or room, come. */
static inline void copy_ascii(struct fa_decode *decode)
{
    while (decode->in_end - decode->in >= 8 && decode->out_end - decode->out >= 8) {
        uint64_t eight = load_eight(decode->in);
        /* A borrow spoils only what lies above a zero, so the lowest bit found is a true one.
         */
        uint64_t others = ((eight - ones) | eight) & tops;
        memcpy(decode->out, decode->in, 8);
        size_t count = others ? (size_t)__builtin_ctzll(others) / 8 : 8;
        decode->in += count;
        decode->out += count;
        if (others)
            return;
    }
}

static inline bool is_second_of_two(unsigned char byte)
{
    return byte >= 0x40 && byte != 0x7F && byte != 0xFF;
}

/* The code point of a four-byte code by its number from 81308130 on; 0: it has none. */
static uint32_t four_point(uint32_t number)
{
    const uint32_t second_plane = (0x90 - 0x81) * 12600;
    if (number >= second_plane)
        return number - second_plane < 0x100000 ? 0x10000 + number - second_plane : 0;
    if (number >= fa_gb18030_four_count)
        return 0;
    size_t low = 0, high = fa_gb18030_run_count;
    while (high - low > 1) {
        size_t middle = (low + high) / 2;
        if (fa_gb18030_runs[middle].number <= number)
            low = middle;
        else
            high = middle;
    }
    return number - fa_gb18030_runs[low].number + fa_gb18030_runs[low].point;
}

static enum fa_decode_outcome bad(struct fa_decode *decode, uint32_t size)
{
    decode->bad_size = size;
    return FA_DECODE_BAD;
}

static inline bool is_first(unsigned char byte)
{
    return byte >= 0x81 && byte != 0xFF;
}

/* IN is at a first byte, behind it a digit. */
static enum fa_decode_outcome decode_four(struct fa_decode *decode)
{
    const unsigned char *in = decode->in;
    size_t left = (size_t)(decode->in_end - in);
    if (left > 2 && !is_first(in[2]))
        return bad(decode, 3);
    if (left > 3 && (in[3] < '0' || in[3] > '9'))
        return bad(decode, 4);
    if (left < 4)
        return FA_DECODE_MORE;
    uint32_t number =
        (((in[0] - 0x81u) * 10 + in[1] - '0') * 126 + in[2] - 0x81u) * 10 + in[3] - '0';
    uint32_t point = four_point(number);
    if (point == 0)
        return bad(decode, 4);
    decode->out += put_point(decode->out, point);
    decode->in += 4;
    return FA_DECODE_MORE;
}

/* Two-byte codes as long as they follow one another. */
static inline void decode_twos(struct fa_decode *decode)
{
    const unsigned char *in = decode->in;
    unsigned char *out = decode->out;
    while (decode->in_end - in >= 2 && decode->out_end - out >= 4 && is_first(in[0]) &&
           is_second_of_two(in[1])) {
        size_t place = (in[0] - 0x81u) * 190 + in[1] - (in[1] > 0x7F ? 0x41u : 0x40u);
        out += put_point(out, fa_gb18030_two[place]);
        decode->two_count++;
        decode->two_plain_count += in[0] > 0xA0 && in[1] > 0xA0;
        in += 2;
    }
    decode->in = in;
    decode->out = out;
}

static enum fa_decode_outcome decode_gb18030(struct fa_decode *decode)
{
    for (;;) {
        copy_ascii(decode);
        if (decode->in == decode->in_end)
            return FA_DECODE_MORE;
        if (decode->out_end - decode->out < 4)
            return FA_DECODE_FULL;
        if (*decode->in < 0x80) {
            if (*decode->in == 0)
                return bad(decode, 1);
            *decode->out++ = *decode->in++;
            continue;
        }
        const unsigned char *before = decode->in;
        decode_twos(decode);
        if (decode->in != before)
            continue;
        if (!is_first(*before))
            return bad(decode, 1);
        if (decode->in_end - before < 2)
            return FA_DECODE_MORE;
        if (before[1] < '0' || before[1] > '9')
            return bad(decode, 2);
        enum fa_decode_outcome outcome = decode_four(decode);
        if (outcome == FA_DECODE_BAD || decode->in == before)
            return outcome;
    }
}

/* --- UTF-16 --------------------------------------------------------------------------------
 */

/* Four units with the first one lowest. */
static inline uint64_t load_units(const unsigned char *bytes, bool is_big)
{
    const uint64_t low_bytes = UINT64_C(0x00FF00FF00FF00FF);
    uint64_t units = load_eight(bytes);
    return is_big ? (units >> 8 & low_bytes) | (units & low_bytes) << 8 : units;
}

static inline void copy_ascii_units(struct fa_decode *decode, bool is_big)
{
    while (decode->in_end - decode->in >= 8 && decode->out_end - decode->out >= 4) {
        uint64_t units = load_units(decode->in, is_big);
        /* None above 7F, none 0: then adding 7F sets bit 7 of each. */
        if ((units & UINT64_C(0xFF80FF80FF80FF80)) != 0 ||
            (~(units + UINT64_C(0x007F007F007F007F)) & UINT64_C(0x0080008000800080)) != 0)
            return;
        units = (units | units >> 8) & UINT64_C(0x0000FFFF0000FFFF);
        units |= units >> 16;
        for (int i = 0; i < 4; i++)
            decode->out[i] = (unsigned char)(units >> 8 * i);
        decode->in += 8;
        decode->out += 4;
    }
}

static inline uint32_t unit_at(const unsigned char *bytes, bool is_big)
{
    return is_big ? (uint32_t)bytes[0] << 8 | bytes[1] : (uint32_t)bytes[1] << 8 | bytes[0];
}

static inline __attribute__((always_inline)) enum fa_decode_outcome decode_utf16(
    struct fa_decode *decode, bool is_big)
{
    for (;;) {
        copy_ascii_units(decode, is_big);
        if (decode->in_end - decode->in < 2)
            return FA_DECODE_MORE;
        if (decode->out_end - decode->out < 4)
            return FA_DECODE_FULL;
        uint32_t point = unit_at(decode->in, is_big);
        if (point == 0 || (point >= 0xDC00 && point < 0xE000))
            return bad(decode, 2);
        size_t used = 2;
        if (point >= 0xD800 && point < 0xDC00) {
            if (decode->in_end - decode->in < 4)
                return FA_DECODE_MORE;
            uint32_t low = unit_at(decode->in + 2, is_big);
            if (low < 0xDC00 || low >= 0xE000)
                return bad(decode, 2);
            point = 0x10000 + ((point & 0x3FF) << 10 | (low & 0x3FF));
            used = 4;
        }
        if (point < 0x80)
            *decode->out++ = (unsigned char)point;
        else
            decode->out += put_point(decode->out, point);
        decode->in += used;
    }
}

/* --- code page 852 -------------------------------------------------------------------------
 */

/* Bytes 80 to FF, as IBM's page CP00852 has them. */
static const uint16_t cp852_points[128] = {
    /* clang-format off */
    0x00C7, 0x00FC, 0x00E9, 0x00E2, 0x00E4, 0x016F, 0x0107, 0x00E7,
    0x0142, 0x00EB, 0x0150, 0x0151, 0x00EE, 0x0179, 0x00C4, 0x0106,
    0x00C9, 0x0139, 0x013A, 0x00F4, 0x00F6, 0x013D, 0x013E, 0x015A,
    0x015B, 0x00D6, 0x00DC, 0x0164, 0x0165, 0x0141, 0x00D7, 0x010D,
    0x00E1, 0x00ED, 0x00F3, 0x00FA, 0x0104, 0x0105, 0x017D, 0x017E,
    0x0118, 0x0119, 0x00AC, 0x017A, 0x010C, 0x015F, 0x00AB, 0x00BB,
    0x2591, 0x2592, 0x2593, 0x2502, 0x2524, 0x00C1, 0x00C2, 0x011A,
    0x015E, 0x2563, 0x2551, 0x2557, 0x255D, 0x017B, 0x017C, 0x2510,
    0x2514, 0x2534, 0x252C, 0x251C, 0x2500, 0x253C, 0x0102, 0x0103,
    0x255A, 0x2554, 0x2569, 0x2566, 0x2560, 0x2550, 0x256C, 0x00A4,
    0x0111, 0x0110, 0x010E, 0x00CB, 0x010F, 0x0147, 0x00CD, 0x00CE,
    0x011B, 0x2518, 0x250C, 0x2588, 0x2584, 0x0162, 0x016E, 0x2580,
    0x00D3, 0x00DF, 0x00D4, 0x0143, 0x0144, 0x0148, 0x0160, 0x0161,
    0x0154, 0x00DA, 0x0155, 0x0170, 0x00FD, 0x00DD, 0x0163, 0x00B4,
    0x00AD, 0x02DD, 0x02DB, 0x02C7, 0x02D8, 0x00A7, 0x00F7, 0x00B8,
    0x00B0, 0x00A8, 0x02D9, 0x0171, 0x0158, 0x0159, 0x25A0, 0x00A0,
    /* clang-format on */
};

static enum fa_decode_outcome decode_cp852(struct fa_decode *decode)
{
    for (;;) {
        copy_ascii(decode);
        if (decode->in == decode->in_end)
            return FA_DECODE_MORE;
        if (decode->out_end - decode->out < 4)
            return FA_DECODE_FULL;
        if (*decode->in == 0)
            return bad(decode, 1);
        if (*decode->in < 0x80)
            *decode->out++ = *decode->in++;
        else
            decode->out += put_point(decode->out, cp852_points[*decode->in++ - 0x80]);
    }
}

enum fa_decode_outcome fa_decode(enum fa_encoding encoding, struct fa_decode *decode)
{
    if (encoding == FA_ENCODING_UTF16LE)
        return decode_utf16(decode, false);
    if (encoding == FA_ENCODING_UTF16BE)
        return decode_utf16(decode, true);
    if (encoding == FA_ENCODING_CP852)
        return decode_cp852(decode);
    return decode_gb18030(decode);
}
