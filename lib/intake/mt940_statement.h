/*
 * Statements of MT940, MT942 and MT950 as records: fields go in one by one, each with its tag,
 * and records come out. What belongs to no statement is given as it is. Faults are kept; then
 * whatever goes in is ignored.
 */
#ifndef FA_INTAKE_MT940_STATEMENT_H
#define FA_INTAKE_MT940_STATEMENT_H

#include "intake/fault.h"
#include "intake/records.h"

enum fa_mt940_tag {
    FA_MT940_NONE, /* text, and tags that the format does not have */
    FA_MT940_13,
    FA_MT940_20,
    FA_MT940_21,
    FA_MT940_25,
    FA_MT940_28,
    FA_MT940_34F,
    FA_MT940_60,
    FA_MT940_61,
    FA_MT940_62,
    FA_MT940_64,
    FA_MT940_65,
    FA_MT940_86,
    FA_MT940_90C,
    FA_MT940_90D,
    FA_MT940_NS,
    FA_MT940_MESSAGE, /* some banks put :940: before each message */
};

enum { FA_MT940_TAG_BYTES_MAX = 4 };

/* A tag and its text, put together from lines. */
struct fa_mt940_field {
    bool is_open;
    enum fa_mt940_tag tag;
    char name[FA_MT940_TAG_BYTES_MAX + 1]; /* empty: text between statements */
    struct fa_origin origin;
    struct fa_buf text;    /* lines joined by LF */
    uint64_t surplus_line; /* the first line behind the one that a :61: may have; 0: none */
};

struct fa_mt940_statements;

/* NULL: memory is out, and the fault says so. */
struct fa_mt940_statements *fa_mt940_statements_new(struct fa_fault *fault);
void fa_mt940_statements_free(struct fa_mt940_statements *statements); /* NULL does nothing */

/* Where records go from now on. */
void fa_mt940_write_to(struct fa_mt940_statements *statements, struct fa_records *out);
void fa_mt940_add_header(struct fa_mt940_statements *statements);
void fa_mt940_add_field(struct fa_mt940_statements *statements,
                        const struct fa_mt940_field *field);
/* A record of what is no part of a statement; TAG may be empty. */
void fa_mt940_add_other(struct fa_mt940_statements *statements, const char *tag,
                        struct fa_origin origin, struct fa_str text);
/* Whether a :61: came that may still get a :86:. */
bool fa_mt940_is_in_line(const struct fa_mt940_statements *statements);
/* The message ends, and with it the statement. */
void fa_mt940_end_message(struct fa_mt940_statements *statements);
/* The next message is of this type, three digits. */
void fa_mt940_set_message(struct fa_mt940_statements *statements, const char *type);
/* The file ends: a fault unless a statement came. */
void fa_mt940_finish(struct fa_mt940_statements *statements);

#endif
