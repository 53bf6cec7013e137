#include "intake/encoding.h"

#include <inttypes.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>

#include "base/utf8.h"
#include "intake/gb18030.h"

/* --- byte order marks ----------------------------------------------------------------------
 */

static const struct mark {
    enum fa_encoding encoding;
    const char *bytes;
    uint32_t size;
} marks[] = {
    {FA_ENCODING_UTF8, "\xEF\xBB\xBF", 3},
    {FA_ENCODING_UTF16LE, "\xFF\xFE", 2},
    {FA_ENCODING_UTF16BE, "\xFE\xFF", 2},
    {FA_ENCODING_GB18030, "\x84\x31\x95\x33", 4},
};

static const struct mark *mark_of(struct fa_str bytes)
{
    for (size_t i = 0; i < sizeof marks / sizeof *marks; i++)
        if (fa_str_starts(bytes, (struct fa_str){marks[i].bytes, marks[i].size}))
            return &marks[i];
    return NULL;
}

/* --- finding it ----------------------------------------------------------------------------
 */

/* How much of a text is of an encoding; decoded to be thrown away. */
struct trial {
    uint64_t size; /* of the longest valid beginning */
    uint64_t two_count, two_plain_count;
    bool is_valid; /* all of it, but for a character that the end of a window cuts */
};

static struct trial try_encoding(enum fa_encoding encoding, struct fa_str text, bool is_whole)
{
    unsigned char out[4096];
    const unsigned char *bytes = (const unsigned char *)text.bytes;
    struct fa_decode decode = {
        .in = bytes, .in_end = bytes + text.size, .out_end = out + sizeof out};
    enum fa_decode_outcome outcome;
    do {
        decode.out = out;
        outcome = fa_decode(encoding, &decode);
    } while (outcome == FA_DECODE_FULL);
    bool is_cut = decode.in != decode.in_end;
    return (struct trial){.size = (uint64_t)(decode.in - bytes),
                          .two_count = decode.two_count,
                          .two_plain_count = decode.two_plain_count,
                          .is_valid = outcome != FA_DECODE_BAD && !(is_cut && is_whole)};
}

/* Is what begins at the end of WINDOW a character that only the window's end cuts? */
static bool is_cut_utf8(struct fa_str window, size_t valid_size)
{
    static const char rest[] = "\x80\x80\x80";
    char last[7];
    size_t left = window.size - valid_size;
    if (left == 0 || left > 3)
        return false;
    memcpy(last, window.bytes + valid_size, left);
    /* The lowest and the highest byte that can follow, because not every first one takes both.
     */
    for (int fill = 0; fill < 2; fill++) {
        memcpy(last + left, fill ? "\xBF\xBF\xBF" : rest, 3);
        if (fa_utf8_size((struct fa_str){last, sizeof last}) > left)
            return true;
    }
    return false;
}

/* Separators, digits and line breaks of UTF-16 have a zero byte each, all on one side. */
static enum fa_encoding utf16_by_zeros(struct fa_str window, bool is_whole)
{
    uint64_t zeros[2] = {0, 0};
    for (size_t i = 0; i < window.size; i++)
        zeros[i & 1] += window.bytes[i] == 0;
    enum fa_encoding encoding = zeros[1] > zeros[0] ? FA_ENCODING_UTF16LE : FA_ENCODING_UTF16BE;
    bool is_likely = zeros[0] != zeros[1] && (zeros[0] + zeros[1]) * 8 >= window.size;
    return is_likely && try_encoding(encoding, window, is_whole).is_valid ? encoding
                                                                          : FA_ENCODING_DETECT;
}

static bool find_by_bytes(struct fa_str window, bool is_whole, struct fa_encoding_found *found,
                          struct fa_fault *fault)
{
    const char *all = is_whole ? "the file is" : "its first 1,048,576 bytes are";
    found->encoding = utf16_by_zeros(window, is_whole);
    found->is_assumed = true;
    if (found->encoding != FA_ENCODING_DETECT) {
        snprintf(found->reason, sizeof found->reason,
                 "read as %s: every %s byte of digits and signs is 0",
                 fa_encoding_name(found->encoding),
                 found->encoding == FA_ENCODING_UTF16LE ? "second" : "first");
        return true;
    }
    size_t utf8_size = fa_utf8_valid_size(window);
    if (utf8_size == window.size || (!is_whole && is_cut_utf8(window, utf8_size))) {
        found->encoding = FA_ENCODING_UTF8;
        found->is_assumed = false;
        snprintf(found->reason, sizeof found->reason, "read as UTF-8: %s UTF-8", all);
        return true;
    }
    struct trial trial = try_encoding(FA_ENCODING_GB18030, window, is_whole);
    unsigned byte = (unsigned char)window.bytes[utf8_size];
    if (trial.is_valid && trial.two_plain_count * 2 >= trial.two_count && trial.two_count > 0) {
        found->encoding = FA_ENCODING_GB18030;
        snprintf(found->reason, sizeof found->reason,
                 "read as GB18030: byte 0x%02X at offset %zu is not UTF-8, and %s GB18030",
                 byte, utf8_size, all);
        return true;
    }
    const char *hint = "export it as UTF-8, or name its encoding in a profile";
    if (trial.is_valid)
        fa_fault_set(fault, FA_CODE_FILE_UNKNOWN, 0, 0, hint,
                     "the file is not UTF-8 from offset %zu on (byte 0x%02X), and it would be "
                     "GB18030 only "
                     "with characters that texts hardly have",
                     utf8_size, byte);
    else
        fa_fault_set(
            fault, FA_CODE_FILE_UNKNOWN, 0, 0, hint,
            "the file is neither UTF-8 from offset %zu on (byte 0x%02X) nor GB18030 from "
            "offset %" PRIu64 " on (byte 0x%02X)",
            utf8_size, byte, trial.size,
            trial.size < window.size ? (unsigned char)window.bytes[trial.size] : 0u);
    return false;
}

bool fa_encoding_find(struct fa_str window, bool is_whole, enum fa_encoding declared,
                      struct fa_encoding_found *found, struct fa_fault *fault)
{
    const struct mark *mark = mark_of(window);
    *found = (struct fa_encoding_found){.encoding = declared};
    if (mark && declared != FA_ENCODING_DETECT && mark->encoding != declared) {
        fa_fault_set(fault, FA_CODE_FILE_UNKNOWN, 0, 0, "correct the encoding in the profile",
                     "the profile says %s, the file begins with the byte order mark of %s",
                     fa_encoding_name(declared), fa_encoding_name(mark->encoding));
        return false;
    }
    if (mark) {
        found->encoding = mark->encoding;
        found->mark_bytes = mark->size;
        snprintf(found->reason, sizeof found->reason,
                 "read as %s: it begins with its byte order mark",
                 fa_encoding_name(mark->encoding));
        return true;
    }
    if (declared != FA_ENCODING_DETECT) {
        snprintf(found->reason, sizeof found->reason, "read as %s: the profile says so",
                 fa_encoding_name(declared));
        return true;
    }
    return find_by_bytes(window, is_whole, found, fault);
}

void fa_encoding_tell(const struct fa_encoding_found *found, struct fa_str source,
                      struct fa_sink *sink)
{
    if (found->is_assumed)
        fa_note(sink, FA_CODE_FILE_ENCODING, (struct fa_place){.source = source},
                "name its encoding in a profile if it is another", "%s", found->reason);
}

/* --- the feed ------------------------------------------------------------------------------
 */

enum { INPUT_BYTES = 1 << 16 }; /* stays in the second-level cache */

struct decoder {
    struct fa_feed base;
    struct fa_feed *below;
    enum fa_encoding encoding;
    bool is_started;
    bool is_input_end;
    uint64_t offset;     /* of input[at] among the bytes below */
    uint64_t line_count; /* line breaks given so far */
    bool ends_in_cr;
    unsigned char pending[4]; /* decoded, and not yet asked for */
    size_t pending_at, pending_size;
    size_t at, end; /* what is left of the input */
    unsigned char input[INPUT_BYTES];
};

/* LF, CRLF and a lone CR are a line break each, wherever two calls divide the text. */
static void count_lines(struct decoder *decoder, const unsigned char *text, size_t size)
{
    const unsigned char *end = text + size;
    if (size == 0)
        return;
    if (decoder->ends_in_cr && *text == '\n')
        decoder->line_count--;
    for (const unsigned char *at = text; (at = memchr(at, '\n', (size_t)(end - at))); at++)
        decoder->line_count++;
    for (const unsigned char *at = text; (at = memchr(at, '\r', (size_t)(end - at))); at++)
        decoder->line_count += at + 1 == end || at[1] != '\n';
    decoder->ends_in_cr = end[-1] == '\r';
}

/* Bytes SIZE at the start of the input in hexadecimal, each behind a blank. */
static const char *hex(const struct decoder *decoder, size_t size, char text[16])
{
    text[0] = '\0';
    for (size_t i = 0; i < size && i < 4; i++)
        snprintf(text + 3 * i, 4, " %02X", decoder->input[decoder->at + i]);
    return text;
}

static void refuse_bad(struct decoder *decoder, uint32_t bad_size)
{
    char text[16];
    const unsigned char *in = decoder->input + decoder->at;
    const char *name = fa_encoding_name(decoder->encoding);
    const char *hint =
        "the file is damaged or in another encoding: export it as UTF-8, or name its "
        "encoding in a profile";
    bool is_utf16 =
        decoder->encoding == FA_ENCODING_UTF16LE || decoder->encoding == FA_ENCODING_UTF16BE;
    const char *why = "are no character of";
    if (bad_size == 1)
        why = "is no character of";
    if (in[0] == 0 && (!is_utf16 || in[1] == 0))
        why = bad_size == 1 ? "is a NUL in" : "are a NUL in";
    else if (is_utf16)
        why = "are half of a surrogate pair of";
    if (!is_utf16 && in[0] == 0x80)
        hint = "it is the euro sign in Windows code page 936 alone; GB18030 writes it A2 E3";
    fa_fault_set(decoder->base.fault, FA_CODE_FILE_BYTES, decoder->line_count + 1, 0, hint,
                 "byte%s%s at offset %" PRIu64 " %s %s", bad_size == 1 ? "" : "s",
                 hex(decoder, bad_size, text), decoder->offset, why, name);
}

static void refuse_cut(struct decoder *decoder)
{
    char text[16];
    size_t left = decoder->end - decoder->at;
    fa_fault_set(decoder->base.fault, FA_CODE_FILE_BYTES, decoder->line_count + 1, 0,
                 "the file was cut short: send it again",
                 "the file ends within a character of %s: byte%s%s at offset %" PRIu64,
                 fa_encoding_name(decoder->encoding), left == 1 ? "" : "s",
                 hex(decoder, left, text), decoder->offset);
}

/* Brings more input behind what is left of it. False: there is none, or a fault. */
static bool fill(struct decoder *decoder)
{
    size_t left = decoder->end - decoder->at;
    if (left)
        memmove(decoder->input, decoder->input + decoder->at, left);
    decoder->at = 0;
    size_t got =
        fa_feed_read(decoder->below, (char *)decoder->input + left, INPUT_BYTES - left);
    decoder->end = left + got;
    if (!decoder->is_started) {
        const struct mark *mark =
            mark_of((struct fa_str){(const char *)decoder->input, decoder->end});
        if (mark && mark->encoding == decoder->encoding)
            decoder->at = decoder->offset = mark->size;
        decoder->is_started = true;
    }
    return got > 0;
}

/* Decodes from the input into OUT, which has room for a character. */
static size_t decode_some(struct decoder *decoder, unsigned char *out, size_t size)
{
    struct fa_decode decode = {.in = decoder->input + decoder->at,
                               .in_end = decoder->input + decoder->end,
                               .out = out,
                               .out_end = out + size};
    enum fa_decode_outcome outcome = fa_decode(decoder->encoding, &decode);
    size_t given = (size_t)(decode.out - out);
    size_t used = (size_t)(decode.in - (decoder->input + decoder->at));
    count_lines(decoder, out, given);
    decoder->at += used;
    decoder->offset += used;
    if (outcome == FA_DECODE_BAD)
        refuse_bad(decoder, decode.bad_size);
    return given;
}

static size_t read_decoded(struct fa_feed *feed, char *out, size_t size)
{
    struct decoder *decoder = (struct decoder *)feed;
    bool is_small = size < sizeof decoder->pending;
    size_t given = 0;
    while (given == 0 && decoder->pending_size == 0 && !feed->fault->is_set) {
        if (is_small)
            decoder->pending_size =
                decode_some(decoder, decoder->pending, sizeof decoder->pending);
        else
            given = decode_some(decoder, (unsigned char *)out, size);
        if (given > 0 || decoder->pending_size > 0 || feed->fault->is_set)
            break;
        if (!fill(decoder)) {
            if (decoder->at < decoder->end && !feed->fault->is_set)
                refuse_cut(decoder);
            break;
        }
    }
    if (decoder->pending_size > 0) {
        given = decoder->pending_size < size ? decoder->pending_size : size;
        memcpy(out, decoder->pending + decoder->pending_at, given);
        decoder->pending_at += given;
        decoder->pending_size -= given;
        if (decoder->pending_size == 0)
            decoder->pending_at = 0;
    }
    return given;
}

/* UTF-8: only the mark is taken off. */
static size_t read_plain(struct fa_feed *feed, char *out, size_t size)
{
    struct decoder *decoder = (struct decoder *)feed;
    if (!decoder->is_started) {
        decoder->is_started = true;
        decoder->end = fa_feed_read(decoder->below, (char *)decoder->input, 3);
        if (decoder->end == 3 && memcmp(decoder->input, "\xEF\xBB\xBF", 3) == 0)
            decoder->at = 3;
    }
    size_t left = decoder->end - decoder->at;
    if (left == 0)
        return decoder->below->type->read(decoder->below, out, size);
    size_t given = left < size ? left : size;
    memcpy(out, decoder->input + decoder->at, given);
    decoder->at += given;
    return given;
}

static void close_decoder(struct fa_feed *feed)
{
    struct decoder *decoder = (struct decoder *)feed;
    fa_feed_close(decoder->below);
    free(decoder);
}

struct fa_feed *fa_feed_decode(struct fa_feed *below, enum fa_encoding encoding,
                               struct fa_fault *fault)
{
    static const struct fa_feed_type decoded = {read_decoded, close_decoder};
    static const struct fa_feed_type plain = {read_plain, close_decoder};
    struct decoder *decoder = malloc(sizeof *decoder);
    if (!decoder) {
        fa_fault_set_memory(fault);
        fa_feed_close(below);
        return NULL;
    }
    memset(decoder, 0, offsetof(struct decoder, input));
    decoder->base = (struct fa_feed){encoding == FA_ENCODING_UTF8 ? &plain : &decoded, fault};
    decoder->below = below;
    decoder->encoding = encoding;
    return &decoder->base;
}

/* --- short texts ---------------------------------------------------------------------------
 */

enum fa_status fa_encoding_decode(enum fa_encoding encoding, struct fa_str bytes,
                                  struct fa_buf *out)
{
    size_t before = out->size;
    if (encoding == FA_ENCODING_UTF8)
        return fa_utf8_valid_size(bytes) == bytes.size ? fa_buf_add_str(out, bytes) : FA_EINPUT;
    const unsigned char *in = (const unsigned char *)bytes.bytes;
    struct fa_decode decode = {.in = in, .in_end = in + bytes.size};
    enum fa_decode_outcome outcome;
    do {
        unsigned char part[256];
        decode.out = part;
        decode.out_end = part + sizeof part;
        outcome = fa_decode(encoding, &decode);
        if (fa_buf_add(out, part, (size_t)(decode.out - part)) != FA_OK) {
            out->size = before;
            return FA_ELIMIT;
        }
    } while (outcome == FA_DECODE_FULL);
    if (outcome == FA_DECODE_MORE && decode.in == decode.in_end)
        return FA_OK;
    out->size = before;
    return FA_EINPUT;
}

static uint64_t gb18030_size(struct fa_str text)
{
    uint64_t size = 0;
    for (size_t at = 0, used; at < text.size; at += used) {
        unsigned char first = (unsigned char)text.bytes[at];
        used = first < 0x80 ? 1 : first < 0xE0 ? 2 : first < 0xF0 ? 3 : 4;
        uint32_t point = fa_utf8_point(text.bytes + at, used);
        bool has_two = point < 0x10000 && fa_gb18030_has_two[point >> 3] >> (point & 7) & 1;
        size += used == 1 ? 1 : has_two ? 2 : 4;
    }
    return size;
}

uint64_t fa_encoding_size(enum fa_encoding encoding, struct fa_str text)
{
    if (encoding == FA_ENCODING_UTF8)
        return text.size;
    if (encoding == FA_ENCODING_GB18030)
        return gb18030_size(text);
    uint64_t units = 0;
    for (size_t i = 0; i < text.size; i++) {
        unsigned char byte = (unsigned char)text.bytes[i];
        units += (byte & 0xC0) != 0x80;
        units += byte >= 0xF0;
    }
    if (encoding == FA_ENCODING_CP852)
        return units; /* none is outside the first plane */
    return 2 * units;
}

/* Of a character that was given in part the rest is still pending. */
uint64_t fa_feed_decoded_offset(const struct fa_feed *feed, struct fa_str tail)
{
    const struct decoder *decoder = (const struct decoder *)feed;
    char joined[2 * sizeof decoder->pending];
    size_t whole = tail.size;
    while (decoder->pending_size > 0 && whole > 0 && (tail.bytes[whole - 1] & 0xC0) == 0x80)
        whole--;
    whole -= decoder->pending_size > 0 && whole > 0;
    size_t part = tail.size - whole;
    if (part > sizeof decoder->pending) /* no character is so large: there is no part of one */
        part = 0;
    if (part)
        memcpy(joined, tail.bytes + tail.size - part, part);
    memcpy(joined + part, decoder->pending + decoder->pending_at, decoder->pending_size);
    struct fa_str last = {joined, part + decoder->pending_size};
    return decoder->offset - fa_encoding_size(decoder->encoding, last) -
           fa_encoding_size(decoder->encoding, (struct fa_str){tail.bytes, tail.size - part});
}
