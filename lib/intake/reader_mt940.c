/*
 * The reader of MT940, MT942 and MT950: bank statements of SWIFT, with and without envelopes,
 * as banks write them. Lines of the file become fields here, and these records in
 * mt940_statement.c.
 *
 * Nothing is dropped. A file may begin and end anywhere a statement may; a statement without a
 * closing balance is given as it is.
 */
#include <stdlib.h>
#include <string.h>

#include "base/limits.h"
#include "intake/mt940.h"
#include "intake/mt940_statement.h"
#include "intake/reader.h"

static const struct {
    char name[FA_MT940_TAG_BYTES_MAX + 1];
    enum fa_mt940_tag tag;
} tags[] = {
    {"13", FA_MT940_13},       {"13D", FA_MT940_13},      {"20", FA_MT940_20},
    {"21", FA_MT940_21},       {"25", FA_MT940_25},       {"25P", FA_MT940_25},
    {"28", FA_MT940_28},       {"28C", FA_MT940_28},      {"34F", FA_MT940_34F},
    {"60F", FA_MT940_60},      {"60M", FA_MT940_60},      {"61", FA_MT940_61},
    {"62F", FA_MT940_62},      {"62M", FA_MT940_62},      {"64", FA_MT940_64},
    {"65", FA_MT940_65},       {"86", FA_MT940_86},       {"90C", FA_MT940_90C},
    {"90D", FA_MT940_90D},     {"940", FA_MT940_MESSAGE}, {"942", FA_MT940_MESSAGE},
    {"950", FA_MT940_MESSAGE}, {"NS", FA_MT940_NS},
};

/* A line of the file is at most a field long, so one is always whole in the window. */
enum { WINDOW_BYTES = 4 * FA_MT940_FIELD_BYTES_MAX };

struct mt940 {
    struct fa_reader base;
    struct fa_reader_input input;
    bool has_header, is_feed_at_end, is_done;
    struct fa_origin next; /* of the next line */
    size_t window_at, window_end;
    struct fa_mt940_statements *statements;
    struct fa_mt940_field field; /* that is being put together */
    char window[WINDOW_BYTES];
};

static struct mt940 *mt940_of(struct fa_reader *reader)
{
    return (struct mt940 *)(void *)reader;
}

static bool is_stopped(const struct mt940 *r)
{
    return r->input.fault->is_set;
}

static void need(struct mt940 *r, enum fa_status status)
{
    if (status != FA_OK)
        fa_fault_set_memory(r->input.fault);
}

static void close_field(struct mt940 *r)
{
    if (!r->field.is_open)
        return;
    r->field.is_open = false;
    fa_mt940_add_field(r->statements, &r->field);
}

/* --- lines of the file --- */

/* A message ends: "-", "-}", ING's "-XXX"; what stands behind is REST. */
static bool is_message_end(struct fa_str line, struct fa_str *rest)
{
    if (!line.size || line.bytes[0] != '-')
        return false;
    size_t size = 1;
    if (line.size > 1 && line.bytes[1] == '}')
        size = 2;
    else if (fa_str_is(line, "-XXX"))
        size = line.size;
    struct fa_str behind = {line.bytes + size, line.size - size};
    *rest = fa_str_trim(behind);
    return size == 2 || rest->size == 0;
}

/* "{1:": a block of the envelope. */
static bool is_envelope(struct fa_str line)
{
    return line.size >= 3 && line.bytes[0] == '{' && line.bytes[1] >= '1' &&
           line.bytes[1] <= '5' && line.bytes[2] == ':';
}

/* The name between two colons at the start of LINE; its size, 0 when there is none. */
static size_t tag_size(struct fa_str line)
{
    size_t size = 0;
    while (1 + size < line.size && size <= FA_MT940_TAG_BYTES_MAX &&
           ((line.bytes[1 + size] >= '0' && line.bytes[1 + size] <= '9') ||
            (line.bytes[1 + size] >= 'A' && line.bytes[1 + size] <= 'Z')))
        size++;
    bool is_tag = line.size > 1 + size && line.bytes[0] == ':' && line.bytes[1 + size] == ':' &&
                  size >= 2 && size <= FA_MT940_TAG_BYTES_MAX;
    return is_tag ? size : 0;
}

static enum fa_mt940_tag find_tag(struct fa_str name)
{
    for (size_t i = 0; i < sizeof tags / sizeof *tags; i++)
        if (fa_str_is(name, tags[i].name))
            return tags[i].tag;
    return FA_MT940_NONE;
}

/* "30", "30 Uhr": the seconds of a time. */
static bool is_seconds(struct fa_str text)
{
    bool is_two = text.size >= 2 && text.bytes[0] >= '0' && text.bytes[0] <= '5' &&
                  text.bytes[1] >= '0' && text.bytes[1] <= '9';
    return is_two && (text.size == 2 || text.bytes[2] == ' ');
}

/* Text of a :86: is cut anywhere, so a line of it may begin like a tag: "..T13" and ":12:11".
 * What MT940 does not have, or has only before the first line, is such text. But the head of
 * another account's statement must not vanish in it, so an account or a number is none, unless
 * it is of a time. */
static bool is_text(const struct mt940 *r, struct fa_str name, enum fa_mt940_tag tag,
                    struct fa_str behind)
{
    bool is_in_details = r->field.is_open && fa_mt940_is_in_line(r->statements) &&
                         (r->field.tag == FA_MT940_86 || r->field.tag == FA_MT940_NS);
    if (!is_in_details)
        return false;
    bool is_number = behind.size && behind.bytes[0] >= '0' && behind.bytes[0] <= '9';
    if (tag == FA_MT940_25)
        return is_seconds(behind);
    if (tag == FA_MT940_28)
        return !is_number || (name.size == 2 && is_seconds(behind));
    return tag == FA_MT940_NONE || tag == FA_MT940_13 || tag == FA_MT940_21 ||
           tag == FA_MT940_34F;
}

static bool has_more_lines(const struct fa_mt940_field *field)
{
    return field->tag == FA_MT940_61 || field->tag == FA_MT940_86 ||
           field->tag == FA_MT940_NS || field->tag == FA_MT940_NONE ||
           strcmp(field->name, "25P") == 0;
}

static void open_field(struct mt940 *r, struct fa_str name, enum fa_mt940_tag tag,
                       struct fa_origin origin, struct fa_str text)
{
    struct fa_mt940_field *field = &r->field;
    field->is_open = true;
    field->tag = tag;
    memcpy(field->name, name.bytes, name.size);
    field->name[name.size] = '\0';
    field->origin = origin;
    field->surplus_line = 0;
    fa_buf_clear(&field->text);
    need(r, fa_buf_add_str(&field->text, text));
}

static void continue_field(struct mt940 *r, struct fa_str line, struct fa_origin origin)
{
    struct fa_mt940_field *field = &r->field;
    if (field->text.size + line.size >= FA_MT940_FIELD_BYTES_MAX) {
        fa_fault_set(r->input.fault, FA_CODE_MT940_SIZE, field->origin.line_no, 0, NULL,
                     "field :%s: is longer than %u bytes", field->name,
                     FA_MT940_FIELD_BYTES_MAX);
        return;
    }
    bool is_further = field->text.size && memchr(field->text.bytes, '\n', field->text.size);
    if (field->tag == FA_MT940_61 && is_further && !field->surplus_line)
        field->surplus_line = origin.line_no;
    if (field->text.size)
        need(r, fa_buf_add_char(&field->text, '\n'));
    need(r, fa_buf_add_str(&field->text, line));
}

/* "{2:O940...": what the message is. Text of the message may begin on the envelope's line. */
static struct fa_str read_envelope(struct mt940 *r, struct fa_str line, struct fa_origin origin)
{
    struct fa_str message_start = FA_STR("{4:");
    size_t size = line.size;
    for (size_t at = 0; at + 3 <= line.size; at++) {
        struct fa_str rest = {line.bytes + at, line.size - at};
        if (rest.size >= 7 && memcmp(rest.bytes, "{2:", 3) == 0)
            fa_mt940_set_message(r->statements, rest.bytes + 4);
        if (fa_str_starts(rest, message_start)) {
            size = at + message_start.size;
            break;
        }
    }
    fa_mt940_add_other(r->statements, "", origin, (struct fa_str){line.bytes, size});
    return (struct fa_str){line.bytes + size, line.size - size};
}

static void read_text_line(struct mt940 *r, struct fa_str line, struct fa_origin origin)
{
    size_t name_size = tag_size(line);
    struct fa_str name = {line.bytes + 1, name_size};
    enum fa_mt940_tag tag = name_size ? find_tag(name) : FA_MT940_NONE;
    struct fa_str behind = {line.bytes, 0};
    if (name_size)
        behind = (struct fa_str){name.bytes + name_size + 1, line.size - name_size - 2};
    if (tag == FA_MT940_NONE && fa_mt940_is_damaged_tag(line)) {
        /* As text it would take an amount with it, and nobody would miss it. */
        fa_fault_set(r->input.fault, FA_CODE_MT940_FIELD, origin.line_no, 0, NULL,
                     "a line begins like a :61: or a balance, but its tag is damaged");
    } else if (name_size && !is_text(r, name, tag, behind)) {
        close_field(r);
        open_field(r, name, tag, origin, behind);
    } else if (fa_str_trim(line).size == 0) {
        return;
    } else if (r->field.is_open && has_more_lines(&r->field)) {
        continue_field(r, line, origin);
    } else {
        close_field(r);
        open_field(r, (struct fa_str){line.bytes, 0}, FA_MT940_NONE, origin, line);
    }
}

static void read_line_of_file(struct mt940 *r, struct fa_str line, struct fa_origin origin)
{
    enum { SOH = 1, ETX = 3, SUB = 0x1A }; /* what terminals put around a message */
    if (line.size && line.bytes[0] == SOH)
        line = (struct fa_str){line.bytes + 1, line.size - 1};
    while (line.size && (line.bytes[line.size - 1] == ETX || line.bytes[line.size - 1] == SUB))
        line.size--;
    struct fa_str rest = line;
    bool is_end = is_message_end(line, &rest);
    if (is_end || is_envelope(line)) {
        close_field(r);
        fa_mt940_end_message(r->statements);
        if (!is_stopped(r) && is_envelope(rest))
            rest = read_envelope(r, rest, origin);
    }
    if (rest.size && !is_stopped(r))
        read_text_line(r, rest, origin);
}

/* The end of the first line in the window: LF, CR, CR LF. False: it is not there yet. */
static bool find_line(struct mt940 *r, size_t *size, size_t *break_size)
{
    const char *from = r->window + r->window_at;
    size_t seen = r->window_end - r->window_at;
    const char *feed = seen ? memchr(from, '\n', seen) : NULL;
    size_t to = feed ? (size_t)(feed - from) : seen;
    const char *cr = to ? memchr(from, '\r', to) : NULL;
    if (cr) {
        *size = (size_t)(cr - from);
        bool is_pair = *size + 1 < seen && cr[1] == '\n';
        *break_size = is_pair ? 2 : 1;
        /* An LF may follow behind the window. */
        return *size + 1 < seen || r->is_feed_at_end;
    }
    *size = to;
    *break_size = feed != NULL;
    return feed || r->is_feed_at_end;
}

static void fill_window(struct mt940 *r)
{
    size_t kept = r->window_end - r->window_at;
    memmove(r->window, r->window + r->window_at, kept);
    r->window_at = 0;
    size_t got = fa_feed_read(r->input.feed, r->window + kept, WINDOW_BYTES - kept);
    r->window_end = kept + got;
    r->is_feed_at_end = got < WINDOW_BYTES - kept;
}

static void finish(struct mt940 *r)
{
    r->is_done = true;
    close_field(r);
    fa_mt940_finish(r->statements);
}

/* One line of the file. */
static void step(struct mt940 *r)
{
    size_t size, break_size;
    while (!find_line(r, &size, &break_size)) {
        if (size > FA_MT940_FIELD_BYTES_MAX)
            break;
        fill_window(r);
        if (r->input.fault->is_set)
            return;
    }
    if (size == 0 && break_size == 0) {
        finish(r);
        return;
    }
    if (size > FA_MT940_FIELD_BYTES_MAX) {
        fa_fault_set(r->input.fault, FA_CODE_MT940_SIZE, r->next.line_no, 0, NULL,
                     "a line is longer than %u bytes", FA_MT940_FIELD_BYTES_MAX);
        return;
    }
    struct fa_str line = {r->window + r->window_at, size};
    struct fa_origin origin = r->next;
    r->window_at += size + break_size;
    r->next.line_no++;
    r->next.byte_offset += size + break_size;
    read_line_of_file(r, line, origin);
}

/* --- the reader --- */

static void mt940_close(struct fa_reader *reader)
{
    struct mt940 *r = mt940_of(reader);
    fa_mt940_statements_free(r->statements);
    fa_buf_release(&r->field.text);
    free(r);
}

static struct fa_reader *mt940_open(const struct fa_reader_input *input)
{
    struct mt940 *r = calloc(1, sizeof *r);
    if (!r) {
        fa_fault_set_memory(input->fault);
        return NULL;
    }
    r->base.type = &fa_reader_mt940;
    r->input = *input;
    r->next.line_no = 1;
    r->statements = fa_mt940_statements_new(input->fault);
    if (r->statements)
        return &r->base;
    mt940_close(&r->base);
    return NULL;
}

static bool mt940_next(struct fa_reader *reader, size_t bytes_wanted, struct fa_records *out)
{
    struct mt940 *r = mt940_of(reader);
    size_t from = out->origins.count;
    fa_mt940_write_to(r->statements, out);
    if (!r->has_header)
        fa_mt940_add_header(r->statements);
    r->has_header = true;
    while (!r->is_done && !is_stopped(r) && !out->is_out_of_memory &&
           out->bytes.size < bytes_wanted)
        step(r);
    if (out->is_out_of_memory)
        fa_fault_set_memory(r->input.fault);
    return !r->input.fault->is_set && out->origins.count > from;
}

const struct fa_reader_type fa_reader_mt940 = {
    .name = "mt940",
    .is_decoded = true,
    .open = mt940_open,
    .next = mt940_next,
    .close = mt940_close,
};
