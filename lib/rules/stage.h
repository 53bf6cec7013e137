/*
 * The way of a row to a rule: dates, view, condition, currency, time in force, exceptions, key. Each
 * step is a stage; equal stages of different rules are one, so that a slice is filtered once for all
 * rules that begin alike. A stage tells which rows it dropped.
 */
#ifndef FA_RULES_STAGE_H
#define FA_RULES_STAGE_H

#include "rules/keys.h"
#include "rules/program.h"

enum fa_stage_kind {
    FA_STAGE_BASE,      /* every row */
    FA_STAGE_AS_OF,     /* not after the as-of day; formula: the judged day */
    FA_STAGE_SETTLED,   /* formula: status = settled */
    FA_STAGE_EFFECTIVE, /* formula: reverses is missing; other: flow_id */
    FA_STAGE_LEG,       /* each flow twice, the payer's side first */
    FA_STAGE_WHERE,     /* formula; unknown rows stay, in doubt */
    FA_STAGE_CURRENCY,  /* formula: the row's currency is the ruleset's */
    FA_STAGE_IN_FORCE,  /* formula: the judged day; missing: stays, in doubt */
    FA_STAGE_EXCEPT,    /* formula true: dropped; unknown: stays, in doubt about the exception */
    FA_STAGE_PERIOD,    /* formula: the row's day or, each bday, whether it is one; else no group */
    FA_STAGE_KEYS,      /* keys; a row without its key is dropped */
};

struct fa_stage {
    enum fa_stage_kind kind;
    struct fa_stage *parent;
    int table; /* of the head */
    const struct fa_formula *formula, *other;
    struct fa_stage *source; /* EFFECTIVE: the settled flows by as-of, some of which take others back */
    int64_t from_day, to_day;
    struct fa_keys keys;
    struct fa_reversed *reversed; /* of a source: what its flows take back */
    /* of the slice at work */
    uint64_t slice_no;
    struct fa_frame *frame;
    const uint32_t *dropped; /* rows of the parent's frame */
    uint32_t dropped_count;
};

/* Flows that a settled flow takes back (view.c). */
struct fa_reversed;

struct fa_stages {
    FA_VEC(struct fa_stage *) list;
    struct fa_keyspaces spaces;
    uint64_t slice_no;
    struct fa_frame *base;
};

void fa_stages_init(struct fa_stages *stages);
void fa_stages_release(struct fa_stages *stages, struct fa_meter *meter);
/* The stage equal to WANTED, made if there is none. */
enum fa_status fa_stage_make(struct fa_stages *stages, struct fa_program *program,
                             const struct fa_stage *wanted, struct fa_stage **stage) FA_MUST_USE;
/* Of an EFFECTIVE stage: the column of the head's table that names what a row takes back. */
static inline int fa_stage_reverses(const struct fa_stage *stage)
{
    return stage->formula->args[0]->detail.column;
}
/* Begins a slice: its rows are BASE. */
void fa_stages_begin(struct fa_stages *stages, struct fa_frame *base);
/* The rows that pass a stage and all before it; NULL: slice->status, or memory is out. */
struct fa_frame *fa_stage_frame(struct fa_stages *stages, struct fa_stage *stage);
/* Why row I of the stage's frame is in doubt whether it is a member; empty when it is not. */
struct fa_str fa_stage_cause(struct fa_stage *stage, uint32_t i);

/* --- the population of a rule (population.c) --- */

struct fa_population_plan {
    struct fa_scope scope;  /* of its rows */
    struct fa_stage *last;  /* the rows that are judged */
    int table;              /* of the head; -1: the stream lacks it */
};

struct fa_population_want {
    const struct fa_population *population;
    const struct fa_expr *dated_by;
    bool is_in_force_only; /* ways 1 and 2 */
    bool has_period;
    enum fa_period period;
    const struct fa_exception *except_rows;
    int except_count;
};

enum fa_status fa_population_plan(struct fa_stages *stages, struct fa_program *program,
                                  const struct fa_rule *rule, const struct fa_population_want *want,
                                  struct fa_population_plan *plan) FA_MUST_USE;
/* Whether rows of TABLE come in the order of the scope's judged date. */
bool fa_is_in_order(const struct fa_scope *scope);
/* The formula that a row's currency is that of the ruleset; NULL: the table has no money. */
/* The currency of a row's money: its own, its account's, its contract's, the filing's, the rules'. */
enum fa_status fa_currency_of_row(struct fa_scope *scope, const struct fa_formula **formula) FA_MUST_USE;
enum fa_status fa_currency_test(struct fa_scope *scope, const struct fa_formula **formula) FA_MUST_USE;
/* The column that orders the rows of a table of the head in time, FA_NO_COLUMN: none. */
int fa_clock_column(const struct fa_table_def *table);

/* --- view.c --- */
struct fa_reversed *fa_reversed_new(void);
void fa_reversed_free(struct fa_reversed *reversed, struct fa_meter *meter);
/* Adds what the settled flows of FRAME take back. REVERSES: text, FILER: id. */
enum fa_status fa_reversed_add(struct fa_reversed *reversed, struct fa_frame *frame,
                               const struct fa_formula *reverses, const struct fa_formula *filer) FA_MUST_USE;
uint64_t fa_reversed_count(const struct fa_reversed *reversed); /* names of them */
struct fa_cost;
enum fa_status fa_reversed_cost(struct fa_cost *cost) FA_MUST_USE;
bool fa_reversed_is_empty(const struct fa_reversed *reversed);
bool fa_reversed_has(const struct fa_reversed *reversed, int64_t filer, struct fa_str flow_id);

#endif
