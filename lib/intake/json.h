/*
 * JSON (RFC 8259) as events with their places, through yajl. What yajl lets pass is refused
 * here: nesting without bound, texts without bound, and an escape that is half of a character,
 * for which it would write a question mark. What goes wrong is kept in the fault.
 */
#ifndef FA_INTAKE_JSON_H
#define FA_INTAKE_JSON_H

#include "intake/fault.h"
#include "intake/records.h"

enum fa_json_event {
    FA_JSON_OBJECT,
    FA_JSON_OBJECT_END,
    FA_JSON_LIST,
    FA_JSON_LIST_END,
    FA_JSON_KEY,
    FA_JSON_TEXT,
    FA_JSON_WORD, /* a number as it is written, true, false */
    FA_JSON_NULL,
};

struct fa_json; /* opaque */

/* TEXT, of keys, texts and words, lives during the call. False: a fault was kept; parsing ends.
 */
typedef bool fa_json_handler(void *context, enum fa_json_event event, struct fa_str text);

/* NULL: memory is out, and the fault says so. */
struct fa_json *fa_json_new(fa_json_handler *handler, void *context, struct fa_fault *fault);
void fa_json_free(struct fa_json *json);

/* The next bytes of the document. False: a fault was kept. */
bool fa_json_add(struct fa_json *json, const char *bytes, size_t size);
/* There are no more. False: a fault was kept. */
bool fa_json_end(struct fa_json *json);
/* How many bytes to add best: few, but not so few that a long text is looked at again and
 * again. */
size_t fa_json_step(const struct fa_json *json);

/* Within a handler: where the event's last byte is. */
struct fa_origin fa_json_place(struct fa_json *json);
/* Keeps a fault at that place. */
void fa_json_fault(struct fa_json *json, enum fa_code code, const char *hint,
                   const char *format, ...) __attribute__((format(printf, 4, 5)));

#endif
