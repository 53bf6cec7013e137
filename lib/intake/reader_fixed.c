/*
 * Lines of fixed fields. A field is cut by the bytes of the file's own encoding, in which a
 * Chinese character takes two or four, and decoded then; so the feed is not decoded. Lines end
 * with LF or CRLF, the last one may lack it; an empty line is no record.
 *
 * A line that is longer or shorter than the profile says is given as a record of another number
 * of fields than the header has: the whole line in its first. So is a line in which a field
 * begins or ends within a character, or holds bytes that are none; what cannot be decoded is
 * left out of it.
 */
#include <stdlib.h>
#include <string.h>

#include "base/limits.h"
#include "base/utf8.h"
#include "intake/encoding.h"
#include "intake/profile.h"
#include "intake/reader.h"

/* A power of two below FA_FIELD_BYTES_MAX, as FA_ENCODING_WINDOW_BYTES is. */
enum { FIRST_CAPACITY = 1 << 16 };

struct reader {
    struct fa_reader base;
    struct fa_reader_input input;
    enum fa_encoding encoding;
    bool is_started, is_end; /* of the feed */
    char *bytes; /* [start, end) are read and not yet given */
    size_t start, end, capacity;
    uint64_t line_no, offset; /* of START */
    struct fa_buf text;       /* the fields of a line, decoded */
    uint32_t *sizes;          /* of the fields */
};

/* --- bytes --- */

/* Reads more behind END; false: there is no more, or a fault. */
static bool read_more(struct reader *reader)
{
    if (reader->is_end)
        return false;
    if (reader->start > 0)
        memmove(reader->bytes, reader->bytes + reader->start, reader->end - reader->start);
    reader->end -= reader->start;
    reader->start = 0;
    size_t room = reader->capacity - reader->end;
    size_t got = fa_feed_read(reader->input.feed, reader->bytes + reader->end, room);
    reader->end += got;
    reader->is_end = got < room;
    return got > 0 && !reader->input.fault->is_set;
}

/* Room for longer lines. False: a fault was kept. */
static bool grow(struct reader *reader)
{
    if (reader->capacity == FA_FIELD_BYTES_MAX) {
        fa_fault_set(reader->input.fault, FA_CODE_CSV_RECORD_SIZE, reader->line_no, 1,
                     "look for line breaks that are missing", "a line is longer than %u bytes",
                     FA_FIELD_BYTES_MAX);
        return false;
    }
    char *bytes = realloc(reader->bytes, 2 * reader->capacity);
    if (!bytes) {
        fa_fault_set_memory(reader->input.fault);
        return false;
    }
    reader->bytes = bytes;
    reader->capacity *= 2;
    return true;
}

/* The next line, with its break. False: there is none, or a fault was kept. */
static bool find_line(struct reader *reader, struct fa_str *line)
{
    size_t seen = 0;
    for (;;) {
        size_t left = reader->end - reader->start;
        *line = (struct fa_str){reader->bytes + reader->start, left};
        const char *found = left > seen ? memchr(line->bytes + seen, '\n', left - seen) : NULL;
        if (found) {
            line->size = (size_t)(found - line->bytes) + 1;
            return true;
        }
        seen = left;
        if (left == reader->capacity && !grow(reader))
            return false;
        if (read_more(reader))
            continue;
        return left > 0 && !reader->input.fault->is_set;
    }
}

static void step_over(struct reader *reader, size_t size)
{
    reader->start += size;
    reader->offset += size;
    reader->line_no++;
}

/* --- records --- */

/* The fields one after the other in TEXT. False: one of them cannot be. */
static bool decode_fields(struct reader *reader, struct fa_str line, struct fa_records *out)
{
    const struct fa_profile *profile = reader->input.profile;
    fa_buf_clear(&reader->text);
    if (line.size != profile->line_bytes)
        return false;
    for (size_t i = 0; i < profile->fixed_fields.count; i++) {
        const struct fa_fixed_field *field = &profile->fixed_fields.items[i];
        struct fa_str bytes = {line.bytes + field->from, field->to - field->from};
        size_t before = reader->text.size;
        enum fa_status status = fa_encoding_decode(reader->encoding, bytes, &reader->text);
        out->is_out_of_memory |= status == FA_ELIMIT;
        if (status != FA_OK)
            return false;
        reader->sizes[i] = (uint32_t)(reader->text.size - before);
    }
    return true;
}

/* A line that is no record, as far as it can be decoded. */
static void put_whole(struct reader *reader, struct fa_str line, struct fa_records *out)
{
    const unsigned char *bytes = (const unsigned char *)line.bytes;
    unsigned char text[4096];
    struct fa_decode decode = {.in = bytes, .in_end = bytes + line.size};
    enum fa_decode_outcome outcome = FA_DECODE_MORE;
    fa_buf_clear(&reader->text);
    if (reader->encoding == FA_ENCODING_UTF8) {
        fa_record_add(out, (struct fa_str){line.bytes, fa_utf8_valid_size(line)});
    } else {
        do {
            decode.out = text;
            decode.out_end = text + sizeof text;
            outcome = fa_decode(reader->encoding, &decode);
            if (fa_buf_add(&reader->text, text, (size_t)(decode.out - text)) != FA_OK)
                out->is_out_of_memory = true;
            if (outcome == FA_DECODE_BAD)
                decode.in += decode.bad_size;
        } while (outcome != FA_DECODE_MORE && !out->is_out_of_memory);
        fa_record_add(out, fa_buf_str(&reader->text));
    }
    /* One field is as many as the header has: */
    if (reader->input.profile->fixed_fields.count == 1)
        fa_record_add(out, FA_STR(""));
}

static void put_line(struct reader *reader, struct fa_str line, struct fa_records *out)
{
    const struct fa_profile *profile = reader->input.profile;
    if (line.size > 0 && line.bytes[line.size - 1] == '\n')
        line.size--;
    if (line.size > 0 && line.bytes[line.size - 1] == '\r')
        line.size--;
    if (line.size == 0)
        return;
    fa_record_start(out, (struct fa_origin){reader->line_no, reader->offset});
    if (decode_fields(reader, line, out)) {
        struct fa_str field = fa_buf_str(&reader->text);
        for (size_t i = 0; i < profile->fixed_fields.count; i++) {
            field.size = reader->sizes[i];
            fa_record_add(out, field);
            field.bytes += field.size;
        }
    } else {
        put_whole(reader, line, out);
    }
    fa_record_end(out);
}

/* The header; and which encoding the file has. */
static bool start(struct reader *reader, struct fa_records *out)
{
    const struct fa_profile *profile = reader->input.profile;
    struct fa_encoding_found found;
    reader->is_started = true;
    (void)read_more(reader);
    struct fa_str window = {reader->bytes, reader->end};
    if (reader->input.fault->is_set ||
        !fa_encoding_find(window, reader->is_end, profile->encoding, &found,
                          reader->input.fault))
        return false;
    reader->encoding = found.encoding;
    reader->start = reader->offset = found.mark_bytes;
    fa_record_start(out, (struct fa_origin){1, 0});
    for (size_t i = 0; i < profile->fixed_fields.count; i++)
        fa_record_add(out, profile->fixed_fields.items[i].name);
    fa_record_end(out);
    return true;
}

static bool fixed_next(struct fa_reader *base, size_t bytes_wanted, struct fa_records *out)
{
    struct reader *reader = (struct reader *)base;
    struct fa_str line;
    if (!reader->is_started && !start(reader, out))
        return false;
    while (out->bytes.size < bytes_wanted) {
        if (!find_line(reader, &line))
            return false;
        put_line(reader, line, out);
        step_over(reader, line.size);
        if (out->is_out_of_memory) {
            fa_fault_set_memory(reader->input.fault);
            return false;
        }
    }
    return true;
}

static void fixed_close(struct fa_reader *base)
{
    struct reader *reader = (struct reader *)base;
    free(reader->bytes);
    free(reader->sizes);
    fa_buf_release(&reader->text);
    free(reader);
}

static struct fa_reader *fixed_open(const struct fa_reader_input *input)
{
    struct reader *reader = calloc(1, sizeof *reader);
    if (!reader) {
        fa_fault_set_memory(input->fault);
        return NULL;
    }
    reader->base.type = &fa_reader_fixed;
    reader->input = *input;
    reader->line_no = 1;
    reader->capacity = input->profile->encoding == FA_ENCODING_DETECT
                           ? (size_t)FA_ENCODING_WINDOW_BYTES
                           : (size_t)FIRST_CAPACITY;
    reader->bytes = malloc(reader->capacity);
    reader->sizes = calloc(input->profile->fixed_fields.count + 1, sizeof *reader->sizes);
    if (reader->bytes && reader->sizes)
        return &reader->base;
    fa_fault_set_memory(input->fault);
    fixed_close(&reader->base);
    return NULL;
}

const struct fa_reader_type fa_reader_fixed = {
    .name = "fixed", .open = fixed_open, .next = fixed_next, .close = fixed_close};
