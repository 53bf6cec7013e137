/*
 * Numbers as a profile says they are written, made canonical: digits, one point, a minus.
 * Exact, by arithmetic on the digits; nothing is rounded here.
 */
#ifndef FA_INTAKE_NUMBER_H
#define FA_INTAKE_NUMBER_H

#include "value/money.h"

/* Zero but for DECIMAL is a canonical number, which may have a plus. */
struct fa_number_form {
    char thousands;     /* the mark between groups of three digits; 0: there is none */
    char decimal;       /* '.' or ',' */
    bool is_scientific; /* an exponent may follow; it is kept as it is */
    bool drops_sign;
    bool splits_sign;  /* the sign is told apart, and not in the text */
    unsigned implied;  /* decimals that the digits have without a point */
    bool takes_points; /* a number that has a point is moved by IMPLIED, too: of percent */
    uint32_t factor;   /* 0 and 1: none */
};

enum { FA_NUMBER_BYTES = 96 };

struct fa_number {
    bool is_negative; /* below zero, whether or not the text says so */
    bool is_same;     /* the text was canonical */
    size_t size;
    char text[FA_NUMBER_BYTES];
};

/* FA_VALUE_SYNTAX: not written so; FA_VALUE_RANGE: more digits than any number of ours has. */
enum fa_value_status fa_number_read(const struct fa_number_form *form, struct fa_str text,
                                    struct fa_number *number) FA_MUST_USE;

/* A canonical number in units of 10^-SCALE; false: it is none, or has more decimals or more
 * than 36 digits. */
bool fa_number_scaled(struct fa_str text, int scale, fa_i128 *value);

#endif
