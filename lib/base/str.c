#include "base/str.h"

#include <stdio.h>
#include <stdlib.h>
#include <string.h>

int fa_str_compare(struct fa_str a, struct fa_str b)
{
    size_t shorter = a.size < b.size ? a.size : b.size;
    int order = shorter ? memcmp(a.bytes, b.bytes, shorter) : 0;
    return order ? order : (a.size > b.size) - (a.size < b.size);
}

bool fa_str_starts(struct fa_str text, struct fa_str prefix)
{
    return text.size >= prefix.size &&
           (prefix.size == 0 || memcmp(text.bytes, prefix.bytes, prefix.size) == 0);
}

bool fa_str_contains(struct fa_str text, struct fa_str part)
{
    if (part.size == 0)
        return true;
    for (size_t at = 0; at + part.size <= text.size; at++)
        if (memcmp(text.bytes + at, part.bytes, part.size) == 0)
            return true;
    return false;
}

static bool is_blank(char c)
{
    return c == ' ' || c == '\t' || c == '\r' || c == '\n';
}

struct fa_str fa_str_trim(struct fa_str text)
{
    while (text.size && is_blank(text.bytes[0]))
        text.bytes++, text.size--;
    while (text.size && is_blank(text.bytes[text.size - 1]))
        text.size--;
    return text;
}

void fa_buf_init(struct fa_buf *buf)
{
    *buf = (struct fa_buf){0};
}

void fa_buf_release(struct fa_buf *buf)
{
    free(buf->bytes);
    *buf = (struct fa_buf){.size_max = buf->size_max};
}

enum fa_status fa_buf_reserve(struct fa_buf *buf, size_t extra)
{
    size_t size_max = buf->size_max ? buf->size_max : SIZE_MAX / 2;
    if (extra > size_max || buf->size > size_max - extra)
        return FA_ELIMIT;
    size_t needed = buf->size + extra;
    if (needed <= buf->capacity)
        return FA_OK;
    size_t capacity = buf->capacity < size_max / 2 ? buf->capacity * 2 : size_max;
    if (capacity < needed)
        capacity = needed;
    if (capacity < 64)
        capacity = 64;
    char *bytes = realloc(buf->bytes, capacity);
    if (!bytes)
        return FA_ELIMIT;
    buf->bytes = bytes;
    buf->capacity = capacity;
    return FA_OK;
}

enum fa_status fa_buf_vaddf(struct fa_buf *buf, const char *format, va_list args)
{
    va_list again;
    va_copy(again, args);
    size_t room = buf->capacity - buf->size; /* mostly enough */
    int size = vsnprintf(room ? buf->bytes + buf->size : NULL, room, format, args);
    enum fa_status status = size < 0 ? FA_EDEFECT : FA_OK;
    if (status == FA_OK && (size_t)size >= room) {
        status = fa_buf_reserve(buf, (size_t)size + 1);
        if (status == FA_OK)
            vsnprintf(buf->bytes + buf->size, (size_t)size + 1, format, again);
    }
    if (status == FA_OK)
        buf->size += (size_t)size;
    va_end(again);
    return status;
}

enum fa_status fa_buf_addf(struct fa_buf *buf, const char *format, ...)
{
    va_list args;
    va_start(args, format);
    enum fa_status status = fa_buf_vaddf(buf, format, args);
    va_end(args);
    return status;
}

const char *fa_buf_cstr(struct fa_buf *buf)
{
    if (fa_buf_reserve(buf, 1) != FA_OK)
        return NULL;
    buf->bytes[buf->size] = '\0';
    return buf->bytes;
}

uint32_t fa_load_u32(const void *bytes)
{
    const uint8_t *b = bytes;
    return (uint32_t)b[0] | (uint32_t)b[1] << 8 | (uint32_t)b[2] << 16 | (uint32_t)b[3] << 24;
}

uint64_t fa_load_u64(const void *bytes)
{
    const uint8_t *b = bytes;
    return (uint64_t)fa_load_u32(b) | (uint64_t)fa_load_u32(b + 4) << 32;
}

void fa_store_u32(void *bytes, uint32_t value)
{
    uint8_t *b = bytes;
    for (int i = 0; i < 4; i++)
        b[i] = (uint8_t)(value >> (8 * i));
}

void fa_store_u64(void *bytes, uint64_t value)
{
    fa_store_u32(bytes, (uint32_t)value);
    fa_store_u32((uint8_t *)bytes + 4, (uint32_t)(value >> 32));
}

enum fa_status fa_buf_add_u32(struct fa_buf *buf, uint32_t value)
{
    uint8_t bytes[4];
    fa_store_u32(bytes, value);
    return fa_buf_add(buf, bytes, sizeof bytes);
}

enum fa_status fa_buf_add_u64(struct fa_buf *buf, uint64_t value)
{
    uint8_t bytes[8];
    fa_store_u64(bytes, value);
    return fa_buf_add(buf, bytes, sizeof bytes);
}
