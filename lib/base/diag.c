#include "base/diag.h"

#include <stdio.h>
#include <string.h>

#include "base/utf8.h"

static const struct fa_code_info code_infos[FA_CODE_COUNT] = {
#define FA_CODE(name, printed, status, meaning, remedy) {printed, status, meaning, remedy},
#include "base/codes.def"
#undef FA_CODE
};

const struct fa_code_info *fa_code_info(enum fa_code code)
{
    return &code_infos[code];
}

void fa_sink_init(struct fa_sink *sink, void (*emit)(void *, const struct fa_diag *), void *context)
{
    *sink = (struct fa_sink){.emit = emit, .context = context};
}

void fa_sink_pass(struct fa_sink *sink, const struct fa_diag *diag)
{
    sink->counts[diag->code]++;
    if (diag->severity == FA_ERROR) {
        sink->has_error = true;
        sink->error_code = diag->code;
    }
    if (sink->emit)
        sink->emit(sink->context, diag);
}

__attribute__((format(printf, 6, 0))) static void
send(struct fa_sink *sink, enum fa_severity severity, enum fa_code code, struct fa_place place,
     const char *hint, const char *format, va_list args)
{
    if (!sink)
        return;
    char text[4096];
    int size = vsnprintf(text, sizeof text, format, args);
    if (size < 0)
        size = 0;
    if ((size_t)size >= sizeof text)
        size = sizeof text - 1;
    struct fa_diag diag = {
        .severity = severity,
        .code = code,
        .source = place.source,
        .line_no = place.line_no,
        .column_no = place.column_no,
        .is_cell = place.is_cell,
        .sheet = place.sheet,
        .excerpt = place.excerpt,
        .text = {text, (size_t)size},
        .hint = fa_str_from(hint),
    };
    fa_sink_pass(sink, &diag);
}

enum fa_status fa_error(struct fa_sink *sink, enum fa_code code, struct fa_place place,
                        const char *hint, const char *format, ...)
{
    va_list args;
    va_start(args, format);
    send(sink, FA_ERROR, code, place, hint, format, args);
    va_end(args);
    return code_infos[code].status;
}

void fa_warn(struct fa_sink *sink, enum fa_code code, struct fa_place place, const char *hint,
             const char *format, ...)
{
    va_list args;
    va_start(args, format);
    send(sink, FA_WARNING, code, place, hint, format, args);
    va_end(args);
}

void fa_note(struct fa_sink *sink, enum fa_code code, struct fa_place place, const char *hint,
             const char *format, ...)
{
    va_list args;
    va_start(args, format);
    send(sink, FA_NOTE, code, place, hint, format, args);
    va_end(args);
}

enum fa_status fa_out_of_memory(struct fa_sink *sink, const char *what)
{
    return fa_error(sink, FA_CODE_MEMORY, (struct fa_place){0}, NULL, "out of memory for %s", what);
}

enum fa_status fa_io_error(struct fa_sink *sink, const char *what, const char *path, int error)
{
    char quoted[FA_QUOTED_BYTES];
    return fa_error(sink, FA_CODE_IO, (struct fa_place){0}, NULL, "cannot %s %s: %s", what,
                    fa_quoted(fa_str_from(path), quoted), strerror(error));
}

size_t fa_shown(struct fa_str text, char shown[FA_SHOWN_BYTES], size_t *taken)
{
    size_t size = fa_utf8_size(text), at = 0;
    unsigned char first = (unsigned char)text.bytes[0];
    bool is_control = first < 0x20 || first == 0x7F ||
                      (size == 2 && first == 0xC2 && (unsigned char)text.bytes[1] < 0xA0);
    *taken = size ? size : 1;
    if (size == 0 || is_control) {
        for (size_t i = 0; i < *taken; i++)
            at += (size_t)snprintf(shown + at, 5, "\\x%02X", (unsigned char)text.bytes[i]);
    } else if (size > 1 && fa_utf8_is_hidden(fa_utf8_point(text.bytes, size))) {
        at = (size_t)snprintf(shown, 9, "\\u{%04X}",
                              (unsigned)fa_utf8_point(text.bytes, size) & 0xFFFF);
    } else {
        memcpy(shown, text.bytes, size);
        at = size;
    }
    return at;
}

const char *fa_quoted(struct fa_str text, char buffer[FA_QUOTED_BYTES])
{
    /* of one character, and of what ends a text */
    enum { SHOWN_CHARACTERS_MAX = 80, ROOM = FA_SHOWN_BYTES + 4 };
    size_t at = 0, shown = 0;
    buffer[at++] = '\'';
    while (text.size && shown < SHOWN_CHARACTERS_MAX && at + ROOM <= FA_QUOTED_BYTES) {
        size_t size;
        at += fa_shown(text, buffer + at, &size);
        text.bytes += size;
        text.size -= size;
        shown++;
    }
    buffer[at++] = '\'';
    if (text.size)
        at += (size_t)snprintf(buffer + at, 4, "...");
    buffer[at] = '\0';
    return buffer;
}

const char *fa_quoted_shape(struct fa_str text, char buffer[FA_QUOTED_BYTES])
{
    enum { SHAPE_BYTES_MAX = 100 };
    char shape[SHAPE_BYTES_MAX];
    size_t size = 0;
    while (text.size && size < SHAPE_BYTES_MAX) {
        char c = text.bytes[0];
        bool is_letter = (c >= 'a' && c <= 'z') || (c >= 'A' && c <= 'Z') || (c & 0x80);
        shape[size++] = c >= '0' && c <= '9' ? '9' : is_letter ? 'a' : c;
        size_t step = fa_utf8_size(text);
        text.bytes += step ? step : 1;
        text.size -= step ? step : 1;
    }
    return fa_quoted((struct fa_str){shape, size}, buffer);
}

const char *fa_quoted_careful(struct fa_str text, unsigned digits_max,
                              char buffer[FA_QUOTED_BYTES])
{
    unsigned digits = 0;
    for (size_t i = 0; i < text.size && digits <= digits_max; i++)
        digits = text.bytes[i] >= '0' && text.bytes[i] <= '9' ? digits + 1 : 0;
    return digits > digits_max ? fa_quoted_shape(text, buffer) : fa_quoted(text, buffer);
}
