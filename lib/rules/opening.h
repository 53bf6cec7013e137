/*
 * What keys open with: the columns of held tables that a running value or series starts from.
 */
#ifndef FA_RULES_OPENING_H
#define FA_RULES_OPENING_H

#include "rules/judge.h"
#include "rules/sums.h"

struct fa_opening {
    const struct fa_running_term *term;
    struct fa_scope scope;
    int table;      /* of the head; -1: the stream lacks it */
    struct fa_keys keys;
    const struct fa_formula *where, *currency; /* NULL: every row */
    const struct fa_formula *value, *start, *id; /* start, id may be NULL */
    uint16_t cause;
};

/* By group. */
struct fa_opened {
    struct fa_sums sums;
    uint16_t *causes;       /* 0: the sum is known */
    uint8_t *is_known_key;  /* some row opens it */
    uint8_t *is_given;      /* some row opens it with a value that is not zero */
    size_t causes_capacity, is_known_key_capacity, is_given_capacity;
};

void fa_opened_init(struct fa_opened *opened);
enum fa_status fa_opened_cost(struct fa_cost *cost) FA_MUST_USE;
void fa_opened_release(struct fa_opened *opened, struct fa_meter *meter);
enum fa_status fa_opened_reserve(struct fa_opened *opened, struct fa_meter *meter, size_t space) FA_MUST_USE;
/* TERM opens a value over rows of POPULATION_TABLE (of the rules' dictionary). */
enum fa_status fa_opening_plan(struct fa_judge *judge, const struct fa_running_term *term,
                               int population_table, struct fa_keyspace **space,
                               struct fa_opening *opening) FA_MUST_USE;
enum fa_status fa_opening_apply(struct fa_judge *judge, const struct fa_opening *opening,
                                struct fa_opened *opened) FA_MUST_USE;

#endif
