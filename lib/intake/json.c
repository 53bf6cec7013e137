#include "intake/json.h"

#include <setjmp.h>
#include <stdarg.h>
#include <stdio.h>
#include <string.h>
#include <yajl/yajl_parse.h>

#include "base/limits.h"

enum { STEP_BYTES = 16 << 10 };

/* Of what yajl allocates: it never looks whether it got memory, so the way out when there is
 * none is a jump, and all it has is then given back at once. */
struct block {
    struct block *before, *after; /* its bytes follow */
};

/* Where in an escape the last byte was. */
enum escape { ESC_NONE, ESC_BACKSLASH, ESC_DIGITS, ESC_SECOND_BACKSLASH, ESC_SECOND_U };

struct fa_json {
    fa_json_handler *handler;
    void *context;
    struct fa_fault *fault;
    yajl_handle yajl;
    yajl_alloc_funcs memory;
    struct block blocks; /* the ring's head */
    jmp_buf no_memory;
    unsigned depth;
    /* The piece that yajl has now. */
    const char *piece;
    uint64_t piece_offset; /* of the document */
    uint64_t event_offset; /* behind the last event */
    /* The line of the byte at SEEN. */
    uint64_t line_no, line_offset, seen;
    enum escape escape;
    unsigned digit_count, unit; /* of \uXXXX */
    bool is_second;             /* the escape is the second of a pair */
};

/* --- memory --- */

static void *take(void *context, size_t size)
{
    struct fa_json *json = context;
    struct block *block = size < SIZE_MAX / 2 ? malloc(sizeof *block + size) : NULL;
    if (!block)
        longjmp(json->no_memory, 1);
    block->before = &json->blocks;
    block->after = json->blocks.after;
    block->after->before = block;
    json->blocks.after = block;
    return block + 1;
}

static void give_back(void *context, void *bytes)
{
    (void)context;
    if (!bytes)
        return;
    struct block *block = (struct block *)bytes - 1;
    block->before->after = block->after;
    block->after->before = block->before;
    free(block);
}

static void *take_more(void *context, void *bytes, size_t size)
{
    struct fa_json *json = context;
    if (!bytes)
        return take(context, size);
    struct block *block =
        size < SIZE_MAX / 2 ? realloc((struct block *)bytes - 1, sizeof *block + size) : NULL;
    if (!block)
        longjmp(json->no_memory, 1);
    block->before->after = block;
    block->after->before = block;
    return block + 1;
}

static void give_all_back(struct fa_json *json)
{
    while (json->blocks.after != &json->blocks)
        give_back(json, json->blocks.after + 1);
    json->yajl = NULL;
}

/* --- places --- */

/* Counts lines up to the byte at OFFSET, which is in the piece or directly behind it. */
static void see(struct fa_json *json, uint64_t offset)
{
    const char *at = json->piece + (json->seen - json->piece_offset);
    const char *end = json->piece + (offset - json->piece_offset);
    while (at < end && (at = memchr(at, '\n', (size_t)(end - at)))) {
        at++;
        json->line_no++;
        json->line_offset = json->piece_offset + (uint64_t)(at - json->piece);
    }
    json->seen = offset;
}

static uint64_t consumed(const struct fa_json *json)
{
    return json->piece_offset + yajl_get_bytes_consumed(json->yajl);
}

struct fa_origin fa_json_place(struct fa_json *json)
{
    uint64_t end = consumed(json);
    if (end > json->seen)
        see(json, end - 1);
    return (struct fa_origin){json->line_no, end ? end - 1 : 0};
}

static void set_fault(struct fa_json *json, uint64_t offset, enum fa_code code,
                      const char *hint, const char *text)
{
    if (offset > json->seen)
        see(json, offset);
    uint64_t column_no = offset >= json->line_offset ? offset - json->line_offset + 1 : 0;
    fa_fault_set(json->fault, code, json->line_no, column_no, hint, "%s", text);
}

void fa_json_fault(struct fa_json *json, enum fa_code code, const char *hint,
                   const char *format, ...)
{
    char text[sizeof json->fault->text];
    va_list args;
    va_start(args, format);
    vsnprintf(text, sizeof text, format, args);
    va_end(args);
    uint64_t end = consumed(json);
    set_fault(json, end ? end - 1 : 0, code, hint, text);
}

/* --- events --- */

static int tell(struct fa_json *json, enum fa_json_event event, const void *bytes, size_t size)
{
    if (size > FA_FIELD_BYTES_MAX) {
        fa_json_fault(json, FA_CODE_JSON_LIMIT, NULL, "a text is longer than %u bytes",
                      FA_FIELD_BYTES_MAX);
        return 0;
    }
    json->event_offset = consumed(json);
    struct fa_str text = {bytes, size};
    return json->handler(json->context, event, text);
}

static int open_level(struct fa_json *json, enum fa_json_event event)
{
    if (json->depth == FA_JSON_DEPTH_MAX) {
        fa_json_fault(json, FA_CODE_JSON_LIMIT, NULL,
                      "objects and lists are nested more than %u deep", FA_JSON_DEPTH_MAX);
        return 0;
    }
    json->depth++;
    return tell(json, event, "", 0);
}

static int on_null(void *context)
{
    return tell(context, FA_JSON_NULL, "", 0);
}

static int on_boolean(void *context, int is_true)
{
    struct fa_str word = is_true ? FA_STR("true") : FA_STR("false");
    return tell(context, FA_JSON_WORD, word.bytes, word.size);
}

static int on_number(void *context, const char *bytes, size_t size)
{
    return tell(context, FA_JSON_WORD, bytes, size);
}

static int on_text(void *context, const unsigned char *bytes, size_t size)
{
    return tell(context, FA_JSON_TEXT, bytes, size);
}

static int on_key(void *context, const unsigned char *bytes, size_t size)
{
    return tell(context, FA_JSON_KEY, bytes, size);
}

static int on_object(void *context)
{
    return open_level(context, FA_JSON_OBJECT);
}

static int on_object_end(void *context)
{
    struct fa_json *json = context;
    json->depth--;
    return tell(json, FA_JSON_OBJECT_END, "", 0);
}

static int on_list(void *context)
{
    return open_level(context, FA_JSON_LIST);
}

static int on_list_end(void *context)
{
    struct fa_json *json = context;
    json->depth--;
    return tell(json, FA_JSON_LIST_END, "", 0);
}

/* --- escapes --- */

static int hex_digit(char c)
{
    if (c >= '0' && c <= '9')
        return c - '0';
    char lower = (char)(c | 0x20);
    return lower >= 'a' && lower <= 'f' ? lower - 'a' + 10 : -1;
}

/* The next byte of an escape; false: it leaves half of a surrogate pair alone. */
static bool escape_goes_on(struct fa_json *json, char c)
{
    int digit;
    switch (json->escape) {
    case ESC_BACKSLASH:
    case ESC_SECOND_U:
        json->is_second = json->escape == ESC_SECOND_U;
        json->escape = c == 'u' ? ESC_DIGITS : ESC_NONE;
        json->digit_count = json->unit = 0;
        return c == 'u' || !json->is_second;
    case ESC_SECOND_BACKSLASH:
        json->escape = ESC_SECOND_U;
        return c == '\\';
    case ESC_DIGITS:
        break;
    default:
        return true;
    }
    digit = hex_digit(c);
    if (digit < 0) { /* yajl refuses it */
        json->escape = ESC_NONE;
        return true;
    }
    json->unit = json->unit << 4 | (unsigned)digit;
    if (++json->digit_count < 4)
        return true;
    bool is_high = json->unit >> 10 == 0xD800 >> 10, is_low = json->unit >> 10 == 0xDC00 >> 10;
    bool is_sound = json->is_second == is_low;
    json->escape = is_high && is_sound ? ESC_SECOND_BACKSLASH : ESC_NONE;
    return is_sound;
}

/* Bytes of the piece before the one that spoils an escape; SIZE: none does. Outside texts a
 * backslash is an error anyway. */
static size_t sound_size(struct fa_json *json, const char *bytes, size_t size)
{
    size_t at = 0;
    while (at < size) {
        if (json->escape == ESC_NONE) {
            const char *next = memchr(bytes + at, '\\', size - at);
            if (!next)
                break;
            at = (size_t)(next - bytes) + 1;
            json->escape = ESC_BACKSLASH;
            continue;
        }
        if (!escape_goes_on(json, bytes[at]))
            return at;
        at++;
    }
    return size;
}

/* --- the document --- */

static bool make_parser(struct fa_json *json)
{
    static const yajl_callbacks callbacks = {.yajl_null = on_null,
                                             .yajl_boolean = on_boolean,
                                             .yajl_number = on_number,
                                             .yajl_string = on_text,
                                             .yajl_start_map = on_object,
                                             .yajl_map_key = on_key,
                                             .yajl_end_map = on_object_end,
                                             .yajl_start_array = on_list,
                                             .yajl_end_array = on_list_end};
    if (setjmp(json->no_memory) != 0)
        return false;
    json->yajl = yajl_alloc(&callbacks, &json->memory, json);
    return true;
}

struct fa_json *fa_json_new(fa_json_handler *handler, void *context, struct fa_fault *fault)
{
    struct fa_json *json = calloc(1, sizeof *json);
    if (json) {
        json->handler = handler;
        json->context = context;
        json->fault = fault;
        json->line_no = 1;
        json->blocks.before = json->blocks.after = &json->blocks;
        json->memory = (yajl_alloc_funcs){take, take_more, give_back, json};
        if (make_parser(json))
            return json;
    }
    fa_fault_set_memory(fault);
    fa_json_free(json);
    return NULL;
}

void fa_json_free(struct fa_json *json)
{
    if (!json)
        return;
    give_all_back(json);
    free(json);
}

/* yajl's own words, without their class and line break: "invalid char in json text." */
static void tell_syntax(struct fa_json *json)
{
    unsigned char *said = yajl_get_error(json->yajl, 0, NULL, 0);
    const char *words = said ? strchr((const char *)said, ':') : NULL;
    words = words ? words + 2 : "it is malformed";
    char text[200];
    snprintf(text, sizeof text, "no JSON: %.*s", (int)strcspn(words, ".\n"), words);
    if (strstr(text, "premature EOF"))
        set_fault(json, json->piece_offset, FA_CODE_JSON_CUT, "ask for the whole file",
                  "the file ends before its objects and lists are closed");
    else
        set_fault(json, consumed(json), FA_CODE_JSON_SYNTAX, NULL, text);
}

/* BYTES NULL: the end. */
static bool parse(struct fa_json *json, const char *bytes, size_t size)
{
    if (!json->yajl || json->fault->is_set)
        return false;
    if (setjmp(json->no_memory) != 0) {
        give_all_back(json);
        fa_fault_set_memory(json->fault);
        return false;
    }
    yajl_status status = bytes ? yajl_parse(json->yajl, (const unsigned char *)bytes, size)
                               : yajl_complete_parse(json->yajl);
    if (status == yajl_status_error)
        tell_syntax(json);
    return !json->fault->is_set;
}

bool fa_json_add(struct fa_json *json, const char *bytes, size_t size)
{
    size_t sound = sound_size(json, bytes, size);
    json->piece = bytes;
    if (!parse(json, bytes, sound))
        return false;
    if (sound < size) {
        set_fault(json, json->piece_offset + sound, FA_CODE_JSON_SYNTAX, NULL,
                  "no JSON: an escape is half of a pair of surrogates");
        return false;
    }
    see(json, json->piece_offset + size);
    json->piece_offset += size;
    if (json->piece_offset - json->event_offset > FA_FIELD_BYTES_MAX + STEP_BYTES) {
        set_fault(json, json->piece_offset, FA_CODE_JSON_LIMIT, NULL,
                  "a value, or blanks between two, take more than its text may");
        return false;
    }
    return true;
}

bool fa_json_end(struct fa_json *json)
{
    static const char nothing[1] = "";
    json->piece = nothing;
    return parse(json, NULL, 0);
}

size_t fa_json_step(const struct fa_json *json)
{
    uint64_t pending = json->piece_offset - json->event_offset;
    return pending > STEP_BYTES ? (size_t)pending : STEP_BYTES;
}
