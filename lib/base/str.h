/*
 * Text as pointer and size, and a growing byte buffer.
 *
 * fa_str never owns its bytes and is not NUL-terminated; whoever made it says how long it lives.
 * fa_buf owns its bytes. Its functions that grow it return FA_ELIMIT when memory or the buffer's
 * own maximum is reached, without a message: the caller knows what was being built and says so.
 */
#ifndef FA_BASE_STR_H
#define FA_BASE_STR_H

#include <stdarg.h>
#include <stdbool.h>
#include <stddef.h>
#include <stdint.h>
#include <string.h>

#include "base/status.h"

struct fa_str {
    const char *bytes;
    size_t size;
};

#define FA_STR(literal) ((struct fa_str){"" literal, sizeof(literal) - 1})

/* What stands here whole is called by the hundred million, mostly for a few bytes. */

static inline struct fa_str fa_str_from(const char *text) /* NULL gives an empty text */
{
    return (struct fa_str){text ? text : "", text ? strlen(text) : 0};
}

/* Texts of a dictionary are the same bytes row for row. */
static inline bool fa_str_equal(struct fa_str a, struct fa_str b)
{
    return a.size == b.size &&
           (a.bytes == b.bytes || a.size == 0 || memcmp(a.bytes, b.bytes, a.size) == 0);
}

static inline bool fa_str_is(struct fa_str a, const char *text)
{
    return fa_str_equal(a, fa_str_from(text));
}

int fa_str_compare(struct fa_str a, struct fa_str b); /* byte order: <0, 0, >0 */
bool fa_str_starts(struct fa_str text, struct fa_str prefix);
bool fa_str_contains(struct fa_str text, struct fa_str part);
struct fa_str fa_str_trim(struct fa_str text); /* without ASCII blanks at both ends */

struct fa_buf {
    char *bytes; /* not NUL-terminated unless fa_buf_cstr() was called last */
    size_t size;
    size_t capacity;
    size_t size_max; /* 0: SIZE_MAX / 2 */
};

void fa_buf_init(struct fa_buf *buf);
void fa_buf_release(struct fa_buf *buf);
enum fa_status fa_buf_reserve(struct fa_buf *buf, size_t extra) FA_MUST_USE;

static inline void fa_buf_clear(struct fa_buf *buf) /* keeps the memory */
{
    buf->size = 0;
}

FA_MUST_USE static inline enum fa_status fa_buf_add(struct fa_buf *buf, const void *bytes,
                                                    size_t size)
{
    if (size > buf->capacity - buf->size)
        FA_TRY(fa_buf_reserve(buf, size));
    if (size == 0)
        return FA_OK;
    char *to = buf->bytes + buf->size;
    buf->size += size;
    if (size < 8 || size > 16) {
        memcpy(to, bytes, size);
        return FA_OK;
    }
    uint64_t first, last; /* they overlap */
    memcpy(&first, bytes, sizeof first);
    memcpy(&last, (const char *)bytes + size - sizeof last, sizeof last);
    memcpy(to, &first, sizeof first);
    memcpy(to + size - sizeof last, &last, sizeof last);
    return FA_OK;
}

FA_MUST_USE static inline enum fa_status fa_buf_add_str(struct fa_buf *buf, struct fa_str text)
{
    return fa_buf_add(buf, text.bytes, text.size);
}

FA_MUST_USE static inline enum fa_status fa_buf_add_text(struct fa_buf *buf, const char *text)
{
    return fa_buf_add(buf, text, strlen(text));
}

FA_MUST_USE static inline enum fa_status fa_buf_add_char(struct fa_buf *buf, char c)
{
    if (buf->capacity == buf->size)
        FA_TRY(fa_buf_reserve(buf, 1));
    buf->bytes[buf->size++] = c;
    return FA_OK;
}

/* printf for numbers and short texts; never use it to build a format from data. */
enum fa_status fa_buf_addf(struct fa_buf *buf, const char *format, ...) FA_MUST_USE
    __attribute__((format(printf, 2, 3)));
enum fa_status fa_buf_vaddf(struct fa_buf *buf, const char *format, va_list args) FA_MUST_USE
    __attribute__((format(printf, 2, 0)));
/* The content as C string, or NULL when memory is out. Valid until the buffer changes. */
const char *fa_buf_cstr(struct fa_buf *buf);
static inline struct fa_str fa_buf_str(const struct fa_buf *buf)
{
    return (struct fa_str){buf->bytes ? buf->bytes : "", buf->size};
}

/* Little-endian numbers, as every binary part of the project stores them. */
enum fa_status fa_buf_add_u32(struct fa_buf *buf, uint32_t value) FA_MUST_USE;
enum fa_status fa_buf_add_u64(struct fa_buf *buf, uint64_t value) FA_MUST_USE;
uint32_t fa_load_u32(const void *bytes);
uint64_t fa_load_u64(const void *bytes);
void fa_store_u32(void *bytes, uint32_t value);
void fa_store_u64(void *bytes, uint64_t value);

#endif
