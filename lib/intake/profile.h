/*
 * A profile: how a real export maps to a table of the dictionary (flowaudit-profile(5)). Which
 * header fills which column, which values every row has, how dates are written, what words
 * stand for, and where numbers are rounded: nothing of it is guessed.
 */
#ifndef FA_INTAKE_PROFILE_H
#define FA_INTAKE_PROFILE_H

#include "intake/row.h"

enum fa_profile_source { FA_FROM_HEADER, FA_FROM_RECORD, FA_FROM_CONSTANT };

struct fa_profile_column {
    int column;
    enum fa_profile_source source;
    struct fa_str text; /* the header's or the constant's */
    bool is_scientific;
    int sign_column; /* FA_NO_COLUMN: the sign says nothing */
    FA_VEC(struct fa_choice) choices;
};

struct fa_profile {
    struct fa_str name;
    int table;
    FA_VEC(struct fa_profile_column) columns;
    FA_VEC(struct fa_str) ignored; /* headers that are known and left out */
    FA_VEC(struct fa_currency_info) currencies;
    bool has_zone;
    struct fa_zone zone;
    enum fa_rounding rounding;
    char date_separator; /* 0: canonical */
    enum fa_date_order date_order;
    uint8_t sha256[FA_SHA256_BYTES]; /* of its text */
};

/* Texts point into TEXT or live in ARENA; NAME is the file's for messages. */
enum fa_status fa_profile_parse(struct fa_str text, struct fa_str name,
                                const struct fa_dictionary *dictionary, struct fa_arena *arena,
                                struct fa_sink *sink, struct fa_profile *profile) FA_MUST_USE;
void fa_profile_release(struct fa_profile *profile);

#endif
