/*
 * Duties in the vectorised evaluator: what a way finds owes something, and is a finding only when
 * that was not done in time. A rule of way 1 is asked row by row: its duties are settled as the rows
 * come (rules/settle.h), and the second pass makes findings of those that were not done. Of every
 * other way the findings themselves are what owes, settled when all are there: no way knows of it.
 */
#ifndef FA_RULES_DUTY_H
#define FA_RULES_DUTY_H

#include "rules/judge.h"
#include "rules/settle.h"

enum fa_fate_kind { FA_FATE_FIRES, FA_FATE_PENDING, FA_FATE_UNKNOWN };

/* What became of a duty that is not done, nor a ban that held. */
struct fa_fate {
    uint64_t unit;
    enum fa_fate_kind kind;
    bool is_undecided; /* an exception of the row is unknown */
    uint16_t cause;    /* UNKNOWN */
    uint32_t owed;     /* its number in the settler; 0: it never entered */
};

enum { FA_WANTED_BITS = 1 << 15 };

struct fa_owing {
    const struct fa_duty *duty;
    struct fa_population_plan answers;
    const struct fa_formula *theirs[FA_DUTY_SAME_MAX];
    const struct fa_formula *args[FA_DUTY_PARTS_MAX], *conds[FA_DUTY_PARTS_MAX];
    const struct fa_formula *filer; /* of a row that answers */
    struct fa_settler settler;
    struct fa_buf key;
    uint64_t wanted[FA_WANTED_BITS / 64]; /* a bit of each key that owed, by its first part; of most
                                             rows that could answer it tells that nobody asks */
    bool is_in_order;
    uint64_t owed_count; /* way 1: rows that owe */
    uint16_t outside_cause;
    FA_VEC(struct fa_fate) fates; /* at the end by unit */
    size_t fate_at;               /* where the second pass is */
};

enum fa_status fa_duty_plan(struct fa_judge *judge) FA_MUST_USE;
enum fa_status fa_duty_cost(const struct fa_rule *rule, struct fa_cost *cost) FA_MUST_USE;
void fa_duty_free(struct fa_judge *judge);
bool fa_duty_reads(const struct fa_judge *judge, int table);
/* Rows of a table that is held, before any other: they answer, or owe by way 1. */
enum fa_status fa_duty_front(struct fa_judge *judge, int table) FA_MUST_USE;
/* All held tables have been looked at. */
enum fa_status fa_duty_front_end(struct fa_judge *judge) FA_MUST_USE;
enum fa_status fa_duty_slice(struct fa_judge *judge, int table) FA_MUST_USE;
/* Way 1: rows that fired owe, but for those excepted. */
enum fa_status fa_duty_owe_rows(struct fa_judge *judge, struct fa_frame *fired,
                                const uint8_t *answers) FA_MUST_USE;
/* Nothing more comes: decides. */
enum fa_status fa_duty_end(struct fa_judge *judge) FA_MUST_USE;

/* --- the second pass --- */
bool fa_duty_wants_rows(const struct fa_judge *judge);
/* Way 1: what became of a row's duty; NULL: it is done, or it owes nothing. */
const struct fa_fate *fa_duty_fate(struct fa_judge *judge, uint64_t row, uint8_t side);
/* The values that only now are known, of what owes at MOMENT. */
void fa_duty_show(const struct fa_judge *judge, const struct fa_fate *fate,
                  struct fa_value *shown);
/* The rows that came, as evidence. */
enum fa_status fa_duty_cite(struct fa_judge *judge, const struct fa_fate *fate,
                            uint32_t finding) FA_MUST_USE;
enum fa_status fa_duty_cite_end(struct fa_judge *judge) FA_MUST_USE;
/* What is unknown of what owes joins one finding, when every row was cited: those behind the rows of a
 * view come last. */
enum fa_status fa_duty_join_unknown(struct fa_judge *judge) FA_MUST_USE;

#endif
