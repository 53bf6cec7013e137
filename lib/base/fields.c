#include "base/fields.h"

#include <stdio.h>
#include <string.h>

#include "base/utf8.h"

/* All of them are small numbers, so that most bytes are told by one comparison. */
static bool must_be_quoted(struct fa_str text)
{
    for (size_t i = 0; i < text.size; i++) {
        char c = text.bytes[i];
        if ((unsigned char)c <= ',' && (c == ',' || c == '"' || c == '\n' || c == '\r'))
            return true;
    }
    return false;
}

/* A spreadsheet of East Asia takes the full-width forms for the others. */
static bool may_be_formula(struct fa_str text)
{
    static const char *const wide[] = {"\xEF\xBC\x9D", "\xEF\xBC\x8B", "\xEF\xBC\x8D",
                                       "\xEF\xBC\xA0"}; /* of = + - @ */
    if (text.size && memchr("=+-@\t\r\n", text.bytes[0], 7))
        return true;
    for (size_t i = 0; i < sizeof wide / sizeof *wide; i++)
        if (fa_str_starts(text, fa_str_from(wide[i])))
            return true;
    return false;
}

enum fa_status fa_csv_add_field(struct fa_buf *line, struct fa_str text, bool safe)
{
    bool is_formula = safe && may_be_formula(text);
    bool needs_quotes = must_be_quoted(text);
    if (!needs_quotes && !is_formula)
        return fa_buf_add_str(line, text);
    if (needs_quotes)
        FA_TRY(fa_buf_add_char(line, '"'));
    if (is_formula)
        FA_TRY(fa_buf_add_char(line, '\''));
    while (text.size && needs_quotes) {
        const char *quote = memchr(text.bytes, '"', text.size);
        size_t size = quote ? (size_t)(quote - text.bytes) + 1 : text.size;
        FA_TRY(fa_buf_add(line, text.bytes, size));
        FA_TRY(quote ? fa_buf_add_char(line, '"') : FA_OK);
        text.bytes += size;
        text.size -= size;
    }
    FA_TRY(fa_buf_add_str(line, text));
    return needs_quotes ? fa_buf_add_char(line, '"') : FA_OK;
}

/* Controls, what nobody sees, and what ends a line for some readers. */
static bool is_unseen(uint32_t point)
{
    return point < 0x20 || (point >= 0x7F && point <= 0x9F) || fa_utf8_is_hidden(point) ||
           point == 0x2028 || point == 0x2029 || (point >= 0xFFF9 && point <= 0xFFFB) ||
           (point & 0xFFFE) == 0xFFFE || (point >= 0xE0000 && point <= 0xE0FFF);
}

/* Blanks that do not break stand in numbers and names, and are seen as blanks. */
static bool is_blank(uint32_t point)
{
    return point == 0xA0 || point == 0x2007 || point == 0x202F;
}

/* Not zero when one of eight bytes is anything but printed ASCII, or a quote or backslash. */
static inline uint64_t odd_bytes(uint64_t eight)
{
    const uint64_t ones = UINT64_C(0x0101010101010101);
    uint64_t quote = eight ^ ones * '"', slash = eight ^ ones * '\\', del = eight ^ ones * 0x7F;
    return (((eight - ones * 0x20) & ~eight) | eight | ((quote - ones) & ~quote) |
            ((slash - ones) & ~slash) | ((del - ones) & ~del)) &
           ones * 0x80;
}

/* Bytes at the start of TEXT that are ASCII without controls, quote and backslash. */
static size_t plain_size(struct fa_str text)
{
    size_t at = 0;
    while (text.size - at >= sizeof(uint64_t)) {
        uint64_t eight;
        memcpy(&eight, text.bytes + at, sizeof eight);
        if (odd_bytes(eight))
            break;
        at += sizeof eight;
    }
    while (at < text.size) {
        unsigned char c = (unsigned char)text.bytes[at];
        if (c < 0x20 || c >= 0x7F || c == '"' || c == '\\')
            break;
        at++;
    }
    return at;
}

/* U+4000 to U+9FFF, where all are seen: most of Chinese. */
static bool is_plain_three(struct fa_str text)
{
    const unsigned char *b = (const unsigned char *)text.bytes;
    return text.size >= 3 && b[0] >= 0xE4 && b[0] <= 0xE9 && (b[1] & 0xC0) == 0x80 &&
           (b[2] & 0xC0) == 0x80;
}

/* The same of whole characters that are seen: most texts are ASCII or Chinese. */
static size_t seen_size(struct fa_str text)
{
    size_t at = 0;
    for (;;) {
        struct fa_str rest = {text.bytes + at, text.size - at};
        size_t size = plain_size(rest);
        while (size == 0 && is_plain_three(rest)) {
            at += 3;
            rest = (struct fa_str){rest.bytes + 3, rest.size - 3};
            size = plain_size(rest);
        }
        if (size == 0)
            size = fa_utf8_size(rest);
        if (size == 0 || (size <= 4 && (unsigned char)rest.bytes[0] >= 0x80 &&
                          is_unseen(fa_utf8_point(rest.bytes, size))))
            return at;
        unsigned char c = (unsigned char)rest.bytes[0];
        if (c < 0x20 || c == 0x7F || c == '"' || c == '\\')
            return at;
        at += size;
    }
}

static enum fa_status add_json_point(struct fa_buf *line, uint32_t point)
{
    const char *name = point == '\n' ? "\\n" : point == '\r' ? "\\r" : point == '\t' ? "\\t" : NULL;
    if (name)
        return fa_buf_add_text(line, name);
    if (point < 0x10000)
        return fa_buf_addf(line, "\\u%04x", (unsigned)point);
    point -= 0x10000;
    return fa_buf_addf(line, "\\u%04x\\u%04x", (unsigned)(0xD800 + (point >> 10)),
                       (unsigned)(0xDC00 + (point & 0x3FF)));
}

/* Copies TEXT to TO; tells whether JSON writes it as it is. */
static inline bool copy_plain(char *to, struct fa_str text)
{
    const char *from = text.bytes;
    size_t size = text.size;
    uint64_t eight, odd = 0;
    if (size >= sizeof eight) {
        for (size_t at = 0; at + sizeof eight <= size; at += sizeof eight) {
            memcpy(&eight, from + at, sizeof eight);
            memcpy(to + at, &eight, sizeof eight);
            odd |= odd_bytes(eight);
        }
        memcpy(&eight, from + size - sizeof eight, sizeof eight);
        memcpy(to + size - sizeof eight, &eight, sizeof eight);
        return (odd | odd_bytes(eight)) == 0;
    }
    if (size >= sizeof(uint32_t)) {
        uint32_t first, last;
        memcpy(&first, from, sizeof first);
        memcpy(&last, from + size - sizeof last, sizeof last);
        memcpy(to, &first, sizeof first);
        memcpy(to + size - sizeof last, &last, sizeof last);
        return odd_bytes(first | (uint64_t)last << 32) == 0;
    }
    eight = UINT64_C(0x2020202020202020);
    for (size_t i = 0; i < size; i++) {
        to[i] = from[i];
        eight = eight << 8 | (unsigned char)from[i];
    }
    return odd_bytes(eight) == 0;
}

static enum fa_status add_escaped(struct fa_buf *line, struct fa_str text)
{
    FA_TRY(fa_buf_reserve(line, text.size + 2));
    FA_TRY(fa_buf_add_char(line, '"'));
    while (text.size) {
        size_t size = seen_size(text);
        FA_TRY(fa_buf_add(line, text.bytes, size));
        text.bytes += size;
        text.size -= size;
        if (text.size == 0)
            break;
        size = fa_utf8_size(text);
        if (size == 0)
            FA_TRY(fa_buf_add_text(line, "\xEF\xBF\xBD"));
        else if (text.bytes[0] == '"' || text.bytes[0] == '\\')
            FA_TRY(fa_buf_addf(line, "\\%c", text.bytes[0]));
        else
            FA_TRY(add_json_point(line, fa_utf8_point(text.bytes, size)));
        text.bytes += size ? size : 1;
        text.size -= size ? size : 1;
    }
    return fa_buf_add_char(line, '"');
}

/* Most texts are short and stand as they are. */
enum fa_status fa_json_add_string(struct fa_buf *line, struct fa_str text)
{
    if (line->capacity - line->size < 2 || text.size > line->capacity - line->size - 2)
        FA_TRY(fa_buf_reserve(line, text.size + 2));
    char *to = line->bytes + line->size;
    if (!copy_plain(to + 1, text))
        return add_escaped(line, text);
    to[0] = to[text.size + 1] = '"';
    line->size += text.size + 2;
    return FA_OK;
}

/* The next character of TEXT as people may read it: its bytes, U+FFFD for a bad byte, or
 * "\u{202E}" in ROOM. */
static struct fa_str take_visible(struct fa_str *text, char room[16])
{
    size_t size = fa_utf8_size(*text);
    struct fa_str shown = {text->bytes, size};
    uint32_t point = size ? fa_utf8_point(text->bytes, size) : 0;
    if (size == 0)
        shown = FA_STR("\xEF\xBF\xBD");
    else if (is_unseen(point) && !is_blank(point))
        shown = (struct fa_str){room, (size_t)snprintf(room, 16, "\\u{%04X}", (unsigned)point)};
    text->bytes += size ? size : 1;
    text->size -= size ? size : 1;
    return shown;
}

enum fa_status fa_visible_add(struct fa_buf *out, struct fa_str text)
{
    char room[16];
    while (text.size)
        FA_TRY(fa_buf_add_str(out, take_visible(&text, room)));
    return FA_OK;
}

enum fa_status fa_visible_cut(struct fa_buf *out, size_t from, size_t characters_max)
{
    size_t count = 0;
    for (size_t at = from; at < out->size; at++) {
        bool starts = ((unsigned char)out->bytes[at] & 0xC0) != 0x80;
        if (!starts || count++ < characters_max)
            continue;
        out->size = at;
        return fa_buf_add_text(out, "... (cut)");
    }
    return FA_OK;
}

enum fa_status fa_visible_add_lines(struct fa_buf *out, struct fa_str text)
{
    char room[16];
    while (text.size) {
        char c = text.bytes[0];
        struct fa_str shown = take_visible(&text, room);
        FA_TRY(c == '\n' || c == '\r' || c == '\t' ? fa_buf_add_char(out, c)
                                                   : fa_buf_add_str(out, shown));
    }
    return FA_OK;
}

enum fa_status fa_xml_add(struct fa_buf *out, struct fa_str text)
{
    char room[16];
    while (text.size) {
        struct fa_str shown = take_visible(&text, room);
        const char *entity = shown.size != 1        ? NULL
                             : shown.bytes[0] == '&' ? "&amp;"
                             : shown.bytes[0] == '<' ? "&lt;"
                             : shown.bytes[0] == '>' ? "&gt;"
                             : shown.bytes[0] == '"' ? "&quot;"
                                                     : NULL;
        FA_TRY(entity ? fa_buf_add_text(out, entity) : fa_buf_add_str(out, shown));
    }
    return FA_OK;
}

enum fa_status fa_workflow_add(struct fa_buf *out, struct fa_str text, bool is_property)
{
    char room[16];
    while (text.size) {
        struct fa_str shown = take_visible(&text, room);
        bool is_escaped = shown.size == 1 && (shown.bytes[0] == '%' ||
                                              (is_property && memchr(":,", shown.bytes[0], 2)));
        FA_TRY(is_escaped ? fa_buf_addf(out, "%%%02X", (unsigned)shown.bytes[0])
                          : fa_buf_add_str(out, shown));
    }
    return FA_OK;
}

enum fa_status fa_uri_add_path(struct fa_buf *out, struct fa_str path)
{
    for (size_t i = 0; i < path.size; i++) {
        unsigned char c = (unsigned char)path.bytes[i];
        bool is_plain = (c >= 'a' && c <= 'z') || (c >= 'A' && c <= 'Z') || (c >= '0' && c <= '9') ||
                        (c && strchr("-._~/", c));
        FA_TRY(is_plain ? fa_buf_add_char(out, (char)c) : fa_buf_addf(out, "%%%02X", c));
    }
    return FA_OK;
}
