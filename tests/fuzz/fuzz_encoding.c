/*
 * Encodings: the first byte says which one and how many bytes are given at a time. Whatever the
 * pieces, the text and the fault are the same; the text is valid UTF-8 without NUL, and its
 * size in its own encoding is that of the bytes. Values of such texts are looked at for damage.
 */
#include "fuzz.h"

#include <string.h>

#include "base/utf8.h"
#include "intake/damage.h"
#include "intake/encoding.h"

struct drip {
    struct fa_feed base;
    struct fa_str rest;
    size_t step;
};

static size_t read_drip(struct fa_feed *feed, char *out, size_t size)
{
    struct drip *drip = (struct drip *)feed;
    size_t given = drip->step < size ? drip->step : size;
    given = given < drip->rest.size ? given : drip->rest.size;
    if (given)
        memcpy(out, drip->rest.bytes, given);
    drip->rest.bytes += given;
    drip->rest.size -= given;
    return given;
}

static void close_drip(struct fa_feed *feed)
{
    free(feed);
}

static void decode(enum fa_encoding encoding, struct fa_str bytes, size_t step, size_t part,
                   struct fa_buf *out, struct fa_fault *fault)
{
    static const struct fa_feed_type type = {read_drip, close_drip};
    struct drip *drip = malloc(sizeof *drip);
    if (!drip)
        return;
    *drip = (struct drip){{&type, fault}, bytes, step};
    struct fa_feed *feed = fa_feed_decode(&drip->base, encoding, fault);
    if (!feed)
        return;
    for (size_t got = part; got == part;) {
        if (fa_buf_reserve(out, part) != FA_OK)
            break;
        got = fa_feed_read(feed, out->bytes + out->size, part);
        PROMISE(got <= part);
        out->size += got;
    }
    fa_feed_close(feed);
}

static void look_for_damage(struct fa_str text)
{
    static const enum fa_code refused[] = {FA_CODE_ROW_NUMBER, FA_CODE_ROW_ENUM,
                                           FA_CODE_ROW_DAY};
    char hint[FA_DAMAGE_HINT_BYTES], name[FA_HIDDEN_NAME_BYTES];
    for (size_t i = 0; i < sizeof refused / sizeof *refused; i++) {
        enum fa_code code = fa_damage_code(text, refused[i]);
        (void)fa_damage_hint(text, code, hint);
        fa_damage_hidden_name(text, name);
        PROMISE((code != FA_CODE_ROW_HIDDEN) || name[0] == 'U');
        PROMISE(code != FA_CODE_ROW_UNIT || fa_damage_hint(text, code, hint));
    }
    (void)fa_damage_of_name(text);
}

int LLVMFuzzerTestOneInput(const uint8_t *bytes, size_t size)
{
    static const enum fa_encoding encodings[] = {FA_ENCODING_GB18030, FA_ENCODING_UTF16LE,
                                                 FA_ENCODING_UTF16BE, FA_ENCODING_UTF8};
    if (size < 1 || size > 65536)
        return 0;
    enum fa_encoding encoding = encodings[bytes[0] % 4];
    size_t step = 1 + bytes[0] / 4 % 9, part = 1 + bytes[0] / 36;
    struct fa_str text = {(const char *)bytes + 1, size - 1};
    struct fa_buf whole = {0}, parts = {0};
    struct fa_fault fault = {0}, part_fault = {0}, find_fault = {0};
    decode(encoding, text, SIZE_MAX, 1 << 17, &whole, &fault);
    decode(encoding, text, step, part, &parts, &part_fault);
    PROMISE(whole.size == parts.size &&
            (!whole.size || !memcmp(whole.bytes, parts.bytes, whole.size)));
    PROMISE(fault.is_set == part_fault.is_set && !strcmp(fault.text, part_fault.text));
    PROMISE(fault.line_no == part_fault.line_no);
    struct fa_str decoded = fa_buf_str(&whole);
    if (encoding != FA_ENCODING_UTF8) {
        PROMISE(fa_utf8_valid_size(decoded) == decoded.size);
        PROMISE(!decoded.size || !memchr(decoded.bytes, 0, decoded.size));
    }
    struct fa_encoding_found found;
    bool is_found =
        fa_encoding_find(text, bytes[0] & 1, FA_ENCODING_DETECT, &found, &find_fault);
    PROMISE(is_found != find_fault.is_set);
    PROMISE(!is_found || found.encoding != FA_ENCODING_DETECT);
    if (encoding == FA_ENCODING_GB18030 && !fault.is_set) {
        bool has_mark = text.size >= 4 && !memcmp(text.bytes, "\x84\x31\x95\x33", 4);
        uint64_t stated = fa_encoding_size(encoding, decoded) + (has_mark ? 4 : 0);
        PROMISE(stated <= text.size && (text.size - stated) % 2 == 0);
    } else if (encoding != FA_ENCODING_UTF8 && !fault.is_set) {
        uint64_t stated = fa_encoding_size(encoding, decoded);
        PROMISE(stated == text.size || stated + 2 == text.size);
    }
    look_for_damage(decoded);
    look_for_damage(text);
    fa_buf_release(&whole);
    fa_buf_release(&parts);
    return 0;
}
