/*
 * A vector: the values of one expression for the rows of a slice. Numbers come in two forms: narrow
 * (int64 over one common denominator, what columns and nearly all arithmetic are) and wide (a
 * rational of 128-bit numbers each), taken when a result leaves 64 bits or denominators differ.
 * Truth is three-valued. A constant vector has one item that stands for every row.
 */
#ifndef FA_RULES_VECTOR_H
#define FA_RULES_VECTOR_H

#include "rules/meter.h"
#include "rules/rule.h"
#include "value/ratio.h"

/* The state of a value. In arithmetic the greater wins, and a bound is as good as missing. */
enum { FA_HAS = 0, FA_NONE = 1, FA_MISSING = 2, FA_BOUND = 3 /* the true value is at least this */ };
enum { FA_FALSE = 0, FA_TRUE = 1, FA_UNKNOWN = 2 };

struct fa_irr;        /* irr.h */
struct fa_irr_memory; /* flows.h */

struct fa_vector {
    enum fa_kind kind;
    bool is_const;         /* item 0 stands for all */
    const uint8_t *truth;  /* BOOL, and nothing else of these */
    const uint8_t *state;  /* NULL: every row has a value */
    const int64_t *num;    /* narrow: num[i] / den */
    int64_t den;
    const struct fa_ratio *wide; /* when num is NULL */
    const struct fa_str *texts;  /* TEXT and SET */
    /* Rates that are only compared, not had as numbers (irr); then num and wide are NULL. */
    const struct fa_irr *const *rates;
    struct fa_irr_memory *rates_memory;
};

static inline uint32_t fa_at(const struct fa_vector *v, uint32_t i)
{
    return v->is_const ? 0 : i;
}

static inline uint8_t fa_state_at(const struct fa_vector *v, uint32_t i)
{
    return v->state ? v->state[fa_at(v, i)] : FA_HAS;
}

static inline uint8_t fa_truth_at(const struct fa_vector *v, uint32_t i)
{
    return v->truth[fa_at(v, i)];
}

static inline struct fa_ratio fa_number_at(const struct fa_vector *v, uint32_t i)
{
    i = fa_at(v, i);
    return v->num ? (struct fa_ratio){v->num[i], v->den} : v->wide[i];
}

static inline bool fa_kind_is_text(enum fa_kind kind)
{
    return kind == FA_KIND_TEXT || kind == FA_KIND_SET;
}

/* All of these give NULL when memory is out. */

/* The item PICK[j] of V for each j < COUNT; V itself when PICK is NULL or V is constant. */
const struct fa_vector *fa_vector_pick(struct fa_pool *pool, const struct fa_vector *v,
                                       const uint32_t *pick, uint32_t count);
/* The same numbers in wide form. */
const struct fa_ratio *fa_vector_widen(struct fa_pool *pool, const struct fa_vector *v, uint32_t count);
/* One number for every row, also where V is constant: arrays for loops without cases. */
const int64_t *fa_vector_spread(struct fa_pool *pool, const struct fa_vector *v, uint32_t count);
/* A constant. A truth is numerator 0, 1, or missing. */
const struct fa_vector *fa_vector_const(struct fa_pool *pool, const struct fa_value *value);
/* Every row missing (BOOL: unknown). */
const struct fa_vector *fa_vector_missing(struct fa_pool *pool, enum fa_kind kind);
/* Item I as a value; its text is V's. A bound is missing: it is not the value. */
struct fa_value fa_vector_value(const struct fa_vector *v, uint32_t i);

/* Exact arithmetic in lowest terms; false: the result does not fit 127 bits. */
bool fa_rational_reduce(struct fa_ratio *r);
bool fa_rational_add(struct fa_ratio a, struct fa_ratio b, struct fa_ratio *r);
bool fa_rational_multiply(struct fa_ratio a, struct fa_ratio b, struct fa_ratio *r);
bool fa_rational_divide(struct fa_ratio a, struct fa_ratio b, struct fa_ratio *r); /* b not zero */
/* To a multiple of UNIT > 0. Half up goes away from zero, down towards it. */
bool fa_rational_round(struct fa_ratio a, struct fa_ratio unit, enum fa_rounding rounding,
                       struct fa_ratio *r);

/* The greatest whole number not above a / b, b > 0. */
static inline int64_t fa_floor_div(int64_t a, int64_t b)
{
    return a / b - (a % b < 0);
}

#endif
