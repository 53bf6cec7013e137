/*
 * What a rule may cost before it runs: the class of its work, and a bound on the memory of its state,
 * made of the structs that the kernels keep for each key, row, period and finding. Each kernel says
 * its own part (fa_kernel.cost); arrays double as they grow, and a bound counts that in.
 *
 * Not part of it: tables that are held for look-ups and paths, which are the ledger's, and the
 * memory of one slice of rows.
 */
#ifndef FA_RULES_COST_H
#define FA_RULES_COST_H

#include "base/vec.h"
#include "rules/rule.h"
#include "rules/verdict.h"

/* The work a row means: A none is remembered, B a number a key, C rows of a window or intervals, D
 * searches among rows. */
enum fa_cost_class { FA_COST_A, FA_COST_B, FA_COST_C, FA_COST_D };

/* What there may be many of. */
enum fa_cost_unit {
    FA_COST_FIXED,    /* of the rule itself */
    FA_COST_KEYS,     /* keys in the ledger: numbers that the key may have */
    FA_COST_GROUPS,   /* keys with rows in one period */
    FA_COST_PERIOD_ROWS, /* rows in one period */
    FA_COST_CELLS,    /* keys and periods with rows */
    FA_COST_WINDOW,   /* rows in a window */
    FA_COST_ROWS,     /* rows of its tables */
    FA_COST_REVERSALS, /* settled flows that take others back */
    FA_COST_HELD,     /* rows, and ids, of tables that it looks up */
    FA_COST_FINDINGS, /* findings, among them one for each cause of the unknown */
    FA_COST_CITED,    /* ranges of rows that findings cite */
    FA_COST_MADE,     /* rows that a view has */
    FA_COST_UNIT_COUNT
};

/* Sizes that a bound is asked for. */
struct fa_cost_sizes {
    uint64_t rows, keys, days, held, findings, cited, reversals;
    uint64_t made;       /* rows of the view; 0: not known, worked out of keys and days */
    uint64_t text_bytes; /* of the longest text in a key, or among values that are told apart */
};

enum fa_cost_kind {
    FA_COST_ARRAY,   /* an item of BYTES each */
    FA_COST_TUPLES,  /* a number for each tuple of WIDTH numbers */
    FA_COST_TEXTS,   /* a number for each text */
    FA_COST_LETTERS, /* the bytes of a text each */
    FA_COST_PER_DAY, /* BYTES for each and 64 days */
    FA_COST_EXACT,   /* BYTES each, and never more */
};

struct fa_cost_term {
    enum fa_cost_unit unit;
    enum fa_cost_kind kind;
    uint32_t bytes; /* of TUPLES: the width */
    uint32_t count; /* so many of them */
};

struct fa_cost {
    enum fa_cost_class class;
    enum fa_period period; /* of GROUPS */
    bool has_period;
    uint32_t window_days;  /* of WINDOW: days that it may reach back; 0: all */
    uint32_t part_count;   /* of MADE: parts that make rows */
    bool makes_levels;
    FA_VEC(struct fa_cost_term) terms;
};

/* The cost of a rule as its kernel says it. FA_ELIMIT: memory. */
enum fa_status fa_cost_of(const struct fa_rule *rule, struct fa_cost *cost) FA_MUST_USE;
void fa_cost_release(struct fa_cost *cost);
/* The sizes that a run met; texts are taken to be at most TEXT_BYTES long. */
struct fa_cost_sizes fa_cost_sizes_of(const struct fa_rule_cost *cost, uint64_t text_bytes);
/* How many of UNIT there are with SIZES, and the bytes that all terms together may need; UINT64_MAX:
 * more than can be counted. */
uint64_t fa_cost_count(const struct fa_cost *cost, enum fa_cost_unit unit,
                       const struct fa_cost_sizes *sizes);
uint64_t fa_cost_bytes(const struct fa_cost *cost, const struct fa_cost_sizes *sizes);
/* Bytes for one of UNIT: the coefficient of the formula, arrays as full as they get. */
uint64_t fa_cost_each(const struct fa_cost *cost, enum fa_cost_unit unit,
                      const struct fa_cost_sizes *sizes);
const char *fa_cost_unit_name(enum fa_cost_unit unit);

/* --- for the kernels --- */

/* Columns of its first row that a unit may have to remember, for texts and exceptions. */
int fa_cost_captures(const struct fa_rule *rule);

enum fa_status fa_cost_add(struct fa_cost *cost, enum fa_cost_unit unit, enum fa_cost_kind kind,
                           size_t bytes, int count) FA_MUST_USE;
/* COUNT arrays with an item of BYTES for each of UNIT. */
static inline enum fa_status fa_cost_array(struct fa_cost *cost, enum fa_cost_unit unit, size_t bytes,
                                           int count)
{
    return fa_cost_add(cost, unit, FA_COST_ARRAY, bytes, count);
}

#endif
