/*
 * Values of rows that have passed, for ways that judge rows together which lie far apart. A number of
 * 64 bits is kept as it is; texts and wider numbers are kept once each and numbered.
 */
#ifndef FA_RULES_PASSED_H
#define FA_RULES_PASSED_H

#include "rules/judge.h"

/* One value. CAUSE is a number of the rule's causes. */
struct fa_passed {
    int64_t number;
    uint16_t cause; /* not 0: the value is missing */
    uint8_t form;   /* enum fa_passed_form */
};

/* What is kept of each row: a formula of it, and the leaf that stands for its values later. */
struct fa_passed_column {
    const struct fa_formula *of, *leaf;
    struct fa_texts texts; /* texts, and wide numbers by their bytes */
};

enum { FA_PASSED_LEAF = 1 << 16 }; /* leaves are STATE of this number on: way 7 has few of its own */

/* The leaf of column INDEX of a rule. */
enum fa_status fa_passed_make(struct fa_judge *judge, const struct fa_formula *of, int index,
                              struct fa_passed_column *column) FA_MUST_USE;
void fa_passed_release(struct fa_passed_column *column, struct fa_meter *meter);
/* The value of row I, whose vector is V. */
enum fa_status fa_passed_take(struct fa_passed_column *column, struct fa_judge *judge,
                              struct fa_frame *frame, const struct fa_vector *v, uint32_t i,
                              struct fa_passed *passed) FA_MUST_USE;
/* Values that were kept as a vector; NULL: memory is out. */
const struct fa_vector *fa_passed_vector(const struct fa_passed_column *column,
                                         const struct fa_passed *passed, uint32_t count,
                                         struct fa_pool *pool);

#endif
