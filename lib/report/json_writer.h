/*
 * Writes JSON piece by piece, in the order of the calls; what is written is sent on in large pieces.
 * Names are our own and taken as they are; texts are escaped.
 */
#ifndef FA_REPORT_JSON_WRITER_H
#define FA_REPORT_JSON_WRITER_H

#include "ledger/stream.h"

struct fa_json_writer {
    struct fa_output *output;
    struct fa_buf text; /* not sent on yet; release it */
    bool needs_comma;
};

/* BRACKET is '{' or '['. NAME is NULL for an item of an array. */
enum fa_status fa_json_open(struct fa_json_writer *json, const char *name, char bracket) FA_MUST_USE;
/* BRACKET is '}' or ']'. */
enum fa_status fa_json_close(struct fa_json_writer *json, char bracket) FA_MUST_USE;
enum fa_status fa_json_put(struct fa_json_writer *json, const char *name, struct fa_str text) FA_MUST_USE;
/* Nothing where TEXT is empty. */
enum fa_status fa_json_put_optional(struct fa_json_writer *json, const char *name, struct fa_str text) FA_MUST_USE;
enum fa_status fa_json_put_number(struct fa_json_writer *json, const char *name, int64_t number) FA_MUST_USE;
enum fa_status fa_json_put_bool(struct fa_json_writer *json, const char *name, bool value) FA_MUST_USE;
/* The next object or item starts on a line of its own. */
enum fa_status fa_json_break_line(struct fa_json_writer *json) FA_MUST_USE;
/* Sends on what is left. */
enum fa_status fa_json_send(struct fa_json_writer *json) FA_MUST_USE;

#endif
