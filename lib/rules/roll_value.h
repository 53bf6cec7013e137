/*
 * One aggregate over windows: how a row that comes or leaves changes it, and what it is now.
 *
 * Sums and counts are taken back; minimum and maximum keep the numbers that may still become it, in
 * order; first keeps all, last the newest; distinct counts the rows of each value; top keeps them
 * sorted. A row whose value or condition is missing taints its group while it is in the window.
 */
#ifndef FA_RULES_ROLL_VALUE_H
#define FA_RULES_ROLL_VALUE_H

#include "rules/judge.h"
#include "rules/pairs.h"
#include "rules/sorted.h"

/* How a row of the queue counts. */
enum { FA_COUNTS_NOT, FA_COUNTS, FA_COUNTS_TEXT /* its number stands for a text */, FA_TAINTS };

/* What is known of a unit's value. */
enum { FA_NOW_TAINTED = 1, FA_NOW_EMPTY = 2 };

/* A group's aggregate: half a cache line. */
struct fa_roll_slot {
    union {
        fa_i128 sum;                      /* SUM, MEAN; LAST: the newest number */
        struct { uint32_t head, tail; };  /* MIN, MAX, FIRST: of its list */
        uint32_t root;                    /* TOP */
    };
    uint32_t count;     /* rows that count; DISTINCT: values */
    uint32_t taints;    /* rows that taint */
    uint16_t cause;     /* of the latest taint */
};

/* A value's numbers in a chunk of the queue: LOW and HIGH are the halves of 128 bits. Where numbers are
 * kept, not added, they are a fraction LOW / HIGH, or for a HIGH of 0 a text that spells it. */
struct fa_roll_part {
    int64_t *low, *high; /* HIGH NULL: LOW is the number as it is; LOW NULL: no number is needed */
    uint8_t *states;
    uint16_t *causes;    /* of taints; NULL: none */
    bool counts_all;     /* every state is FA_COUNTS */
};

/* A number in a list: the window's rows in order, those left out that cannot matter any more. */
struct fa_roll_item {
    fa_i128 number;
    uint64_t row;
    uint32_t before, after; /* 0: none; of a free one AFTER is the next free one */
};

struct fa_roll_value {
    const struct fa_agg *agg;
    const struct fa_formula *arg, *cond; /* NULL: count(), every row */
    enum fa_agg_op op;
    bool has_numbers; /* the queue holds a number for each row */
    size_t slot;      /* of its group's slots */
    bool is_guest;    /* another value keeps that slot: what is asked here can be read off it */
    fa_i128 denominator; /* of all numbers */
    struct fa_roll_item *items; /* from 1 */
    size_t item_capacity, item_used;
    uint32_t item_free;
    struct fa_pairs pairs;
    struct fa_sorted sorted;
    struct fa_texts texts;
    /* of the judged units */
    fa_i128 *numbers;
    uint32_t *counts;  /* MEAN */
    uint8_t *states;   /* FA_NOW_ bits */
    uint16_t *causes;
    uint8_t any_states;
    const struct fa_vector *vector; /* while they are judged */
};

struct fa_roll;
struct fa_roll_chunk;

enum fa_status fa_roll_value_init(struct fa_roll_value *value, struct fa_run *run,
                                  struct fa_scope *row, const struct fa_agg *agg) FA_MUST_USE;
/* Whether the two are always equal, and missing for the same cause. */
bool fa_roll_value_is_same(const struct fa_roll_value *a, const struct fa_roll_value *b);
/* Whether VALUE can be read off the slot of HOST. */
bool fa_roll_value_may_share(const struct fa_roll_value *value, const struct fa_roll_value *host);
void fa_roll_value_release(struct fa_roll_value *value, struct fa_run *run);
/* The numbers and states of rows PICK[0..COUNT) of FRAME (NULL: all) into PART from AT on. */
enum fa_status fa_roll_value_fill(struct fa_roll *roll, struct fa_roll_value *value,
                                  struct fa_frame *frame, const uint32_t *pick, uint32_t count,
                                  struct fa_roll_chunk *chunk, struct fa_roll_part *part,
                                  uint32_t at) FA_MUST_USE;
/* By what all numbers must be multiplied to have a denominator with those of FRAME; 1: they have. */
enum fa_status fa_roll_value_fit(struct fa_roll_value *value, struct fa_frame *frame,
                                 fa_i128 *factor) FA_MUST_USE;
/* Whether the numbers of the value itself, and those of a part, stay in range times FACTOR. */
bool fa_roll_value_may_scale(const struct fa_roll_value *value, fa_i128 factor);
bool fa_roll_part_may_scale(const struct fa_roll_value *value, const struct fa_roll_part *part,
                            uint32_t count, fa_i128 factor);
/* Multiplies them; of a part one number, one after the other. */
void fa_roll_value_scale(struct fa_roll_value *value, fa_i128 factor, uint32_t unit_count);
enum fa_status fa_roll_part_scale(struct fa_roll *roll, struct fa_roll_value *value,
                                  struct fa_roll_chunk *chunk, struct fa_roll_part *part,
                                  uint32_t at, fa_i128 factor) FA_MUST_USE;
enum fa_status fa_roll_value_add(struct fa_roll_value *value, struct fa_run *run,
                                 struct fa_roll_slot *slot, const struct fa_roll_part *part,
                                 uint32_t at, uint64_t row, uint32_t group) FA_MUST_USE;
void fa_roll_value_take(struct fa_roll_value *value, struct fa_roll_slot *slot,
                        const struct fa_roll_part *part, uint32_t at, uint64_t row, uint32_t group);
/* What it is now, as unit I. */
void fa_roll_value_emit(struct fa_roll_value *value, const struct fa_roll_slot *slot, uint32_t i);
/* The values of COUNT units. MARKS: FA_UNIT_ bits of each, NULL: none has any. */
const struct fa_vector *fa_roll_value_vector(struct fa_roll_value *value, const uint8_t *marks,
                                             uint32_t count, struct fa_pool *pool);

#endif
