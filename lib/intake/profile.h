/*
 * A profile: how a real export maps to tables of the dictionary (flowaudit-profile(5)). Which
 * format the file has, which of its records are rows of which table, what fills each column, what
 * words stand for, how dates and numbers are written: nothing of it is guessed.
 */
#ifndef FA_INTAKE_PROFILE_H
#define FA_INTAKE_PROFILE_H

#include "base/arena.h"
#include "base/hash.h"
#include "base/vec.h"
#include "intake/decode.h"
#include "ledger/head.h"
#include "value/datetime.h"
#include "value/money.h"

/* A vector (base/vec.h) of texts. */
struct fa_profile_texts {
    struct fa_str *items;
    size_t count, capacity;
};

/* --- what stands in a record --- */

/* "收/支" is "收入", "支出"; all tests of a condition hold together. */
enum fa_test_kind { FA_TEST_IS, FA_TEST_IS_NOT, FA_TEST_IS_MISSING, FA_TEST_IS_PRESENT, FA_TEST_IS_LIKE };
struct fa_profile_test {
    struct fa_str header;
    enum fa_test_kind kind;
    struct fa_profile_texts texts; /* of is, is not, is like */
    struct fa_place place;
};
struct fa_profile_condition {
    FA_VEC(struct fa_profile_test) tests; /* none: always */
};

/* --- what fills a column --- */

enum fa_part_kind {
    FA_PART_FIELD,   /* the field under the first of these headers that the file has */
    FA_PART_TEXT,    /* these words themselves */
    FA_PART_RECORD,  /* the file's name and the record's number */
    FA_PART_HEADING, /* what PATTERN's {} takes from a record before the header */
    FA_PART_NAME,    /* what PATTERN's {} takes from the file's name */
};
struct fa_profile_part {
    enum fa_part_kind kind;
    struct fa_profile_texts headers;
    struct fa_str text; /* TEXT's words; HEADING's and NAME's pattern (intake/pattern.h) */
    struct fa_place place;
};

/* map "收" credit: what a text of the source stands for, in canonical form; empty: missing. */
struct fa_profile_choice {
    struct fa_str from, to;
};

struct fa_profile_column {
    int column;
    FA_VEC(struct fa_profile_part) parts; /* put together, without anything between them */
    FA_VEC(struct fa_profile_choice) choices;
    bool has_other; /* map ... else VALUE */
    struct fa_str other;
    struct fa_profile_texts missing;  /* texts that stand for a missing value, beside the profile's */
    struct fa_str prefix, suffix;   /* taken off, where they are there: "¥", "元" */
    struct fa_str form;             /* of dates and times: "YYYYMMDD hhmmss"; empty: the profile's */
    bool is_scientific;             /* exponent */
    bool drops_sign;                /* unsigned */
    int sign_column;                /* sign COLUMN; FA_NO_COLUMN: the sign says nothing */
    unsigned implied_decimals;      /* implied 2: an integer of minor units */
    uint32_t factor;                /* times 10000; 0 and 1: none */
    unsigned width;                 /* width 18: characters that a value has; 0: any number */
    struct fa_place place;
};

struct fa_profile_row {
    struct fa_profile_condition when;
    FA_VEC(struct fa_profile_column) columns; /* with those that all rows of the table have */
    struct fa_place place;
};

/* A record gives a row of the table for each of these whose condition holds. */
struct fa_profile_table {
    int table;            /* in the dictionary that the profile was parsed with */
    struct fa_str spread; /* JSON: the list of each record whose elements are records; or empty */
    FA_VEC(struct fa_profile_row) rows;
    struct fa_place place;
};

/* --- what stands in a file --- */

enum fa_format { FA_FORMAT_TEXT, FA_FORMAT_FIXED, FA_FORMAT_JSON, FA_FORMAT_MT940, FA_FORMAT_CAMT,
                 FA_FORMAT_SHEET };
enum fa_quotes { FA_QUOTES_STRICT, FA_QUOTES_LITERAL, FA_QUOTES_NONE };
enum fa_surplus { FA_SURPLUS_REJECT, FA_SURPLUS_EMPTY, FA_SURPLUS_IGNORE };

/* field "AMOUNT" 23 .. 40: bytes of the file's own encoding, from 0, the end excluded. */
struct fa_fixed_field {
    struct fa_str name;
    uint32_t from, to;
    struct fa_place place;
};

/* total rows = "共{}笔记录" [when ...]; total "金额" = "收入：*笔 {}元" when "收/支" is "收入" */
struct fa_profile_total {
    struct fa_str header;  /* whose sum is stated; empty: the number of records */
    struct fa_str pattern; /* of the heading or footer record that states it */
    struct fa_profile_condition when;
    struct fa_place place;
};

struct fa_profile {
    struct fa_str name, title;
    struct fa_profile_texts file_names; /* patterns of names that such files have; may be empty */
    enum fa_format format;
    enum fa_encoding encoding;
    char separator; /* text; ',' unless stated */
    enum fa_quotes quotes;
    bool trims;           /* blanks trim */
    enum fa_surplus surplus;
    struct fa_str sheet;  /* name of the sheet; empty: the only one */
    struct fa_str records;/* JSON: the list that holds the records; empty: the whole is one */
    uint32_t line_bytes;  /* fixed: of a line, without its break */
    FA_VEC(struct fa_fixed_field) fixed_fields;
    struct fa_profile_texts skips;   /* patterns of records that are known and no data */
    struct fa_profile_texts footers; /* the first record like one of them, and all behind it */
    FA_VEC(struct fa_profile_condition) ignored_when; /* ignore when ...: records left out */
    struct fa_profile_texts missing; /* texts that stand for a missing value */
    struct fa_profile_texts ignored; /* headers that are known and left out */
    FA_VEC(struct fa_profile_total) totals;
    FA_VEC(struct fa_profile_table) tables; /* at least one */
    FA_VEC(struct fa_currency_info) currencies; /* those with a scale of their own */
    fa_currency currency; /* of all amounts that name none; 0: the filing's */
    bool has_zone;
    struct fa_zone zone;
    enum fa_rounding rounding;
    struct fa_str date_form;  /* of dates, and of the days of times; empty: canonical */
    char thousands;          /* 0: no marks */
    char decimal;            /* '.' unless stated */
    uint8_t sha256[FA_SHA256_BYTES]; /* of its text */
    uint64_t size_bytes;             /* of the same */
};

/* Texts point into TEXT or live in ARENA; NAME is the file's for messages. */
enum fa_status fa_profile_parse(struct fa_str text, struct fa_str name,
                                const struct fa_dictionary *dictionary, struct fa_arena *arena,
                                struct fa_sink *sink, struct fa_profile *profile) FA_MUST_USE;
void fa_profile_release(struct fa_profile *profile);
/* Whether some statement names the header: a column, a condition, a total, or ignore. */
bool fa_profile_uses(const struct fa_profile *profile, struct fa_str header);

#endif
