/*
 * Judging one rule: what its four ways share. Rows or units are asked in frames; what fires becomes
 * findings, what is unknown one indeterminate finding for each filer and cause. Rows that a finding
 * of ways 2, 4 and 5 cites are collected by a second pass (cite.c).
 */
#ifndef FA_RULES_JUDGE_H
#define FA_RULES_JUDGE_H

#include "rules/cost.h"
#include "rules/stage.h"
#include "rules/verdict.h"

struct fa_run {
    struct fa_program program;
    struct fa_stages stages;
    struct fa_meter meter;
    struct fa_pool row_pool;  /* of the slice of rows at work */
    struct fa_pool unit_pool; /* of the judged units at work: groups, instants, periods */
    struct fa_arena *arena;   /* of the verdicts */
    struct fa_sink *sink;
    const struct fa_head *head;
    const struct fa_totals *totals; /* of the ledger, complete when it was read to its end */
    const struct fa_ruleset_list *rulesets;
    const struct fa_str *institutions; /* names of the filers */
    uint32_t institution_count;
    bool is_citing;           /* the second pass */
    struct fa_view_rows **views; /* by table of the head, from VIEW_TABLE_FROM on */
    int view_table_from;
    const bool *is_held;      /* by table of the head: its rows are judged from memory */
    struct fa_roll *rolls;    /* of windows, that rules share */
    struct fa_judge *groups;  /* of way 2, the last planned; rules that group alike share theirs */
    uint32_t slice_rows;      /* rows or units taken at a time, FA_SLICE_ROWS at most */
};

/* One outcome of a firing unit. */
enum fa_exception_answer { FA_STANDS, FA_EXCEPTED, FA_UNDECIDED };

/* Rows that findings cite: which findings a group's rows belong to. */
struct fa_cited {
    uint32_t finding; /* index */
    int64_t from, to; /* instants, or the last day of a period: what counts is the way's business */
    uint32_t next;    /* of the same group, + 1; 0: the last */
    bool is_begun;    /* a row of it has come, cited or not */
};

struct fa_citing {
    struct fa_tuples groups;   /* group, period */
    uint32_t *first, *last;    /* index in LIST + 1 for each of GROUPS; in the order they were added */
    size_t first_capacity, last_capacity;
    FA_VEC(struct fa_cited) list;
    uint64_t *bits;            /* one a group: most rows are told at a glance */
    size_t bit_words;
};

struct fa_owing;
struct fa_row_judge;
struct fa_group_judge;
struct fa_running_judge;
struct fa_series_judge;
struct fa_stretch_judge;
struct fa_every_judge;
struct fa_hops_judge;
struct fa_gapless_judge;
struct fa_stock_judge;
struct fa_view_rows;
struct fa_window_judge;
struct fa_roll;

struct fa_judge {
    struct fa_run *run;
    const struct fa_rule *rule;
    int rule_no;
    int round;                       /* in which its rows come: that of the views it reads, and one more */
    struct fa_view_rows *made;       /* of a part of a view: what its rows are added to */
    struct fa_rule_counts *counts;
    struct fa_population_plan population;
    struct fa_prev *prev;            /* NULL: no row before is asked for */
    struct fa_keys keys;             /* of the population's rows */
    bool has_keys;
    struct fa_scope units;           /* scope of what is judged: rows (way 1) or the level */
    const struct fa_formula *when;
    const struct fa_formula **shown; /* rule->shown_count */
    const struct fa_formula **except_findings;
    const struct fa_formula *amount, *clock, *filer; /* of the row; amount and clock may be NULL */
    const struct fa_formula **row_keys;  /* way 1: the table's own key */
    FA_VEC(struct fa_finding) findings;
    FA_VEC(struct fa_str) causes;    /* number 1 is the first */
    struct fa_tuples unknowns;       /* filer, cause */
    FA_VEC(uint32_t) unknown_findings;
    struct fa_citing citing;
    struct fa_owing *owing;          /* of a rule with a duty (rules/duty.h); else NULL */
    int passed_count;         /* columns of rows that have passed, which formulas may name */
    bool is_exception_absent; /* only an exception needs what the filing lacks: nothing is sure */
    bool notes_met;           /* groups, or rows, that it looked at (rules/met.h) */
    bool is_met_untold;       /* they are numbered elsewhere */
    uint8_t *met;             /* a bit for each row */
    size_t met_capacity;
    struct fa_tuples met_keys; /* group, first day of the period */
    uint64_t *met_rows;       /* by number of those */
    size_t met_rows_capacity;
    bool is_dropped;          /* it cannot be tested: what it found does not count */
    struct fa_rule_cost cost;
    struct fa_meter_account account;
    union {
        struct fa_row_judge *row;
        struct fa_group_judge *group;
        struct fa_running_judge *running;
        struct fa_series_judge *series;
        struct fa_stretch_judge *stretch;
        struct fa_every_judge *every;
        struct fa_hops_judge *hops;
        struct fa_gapless_judge *gapless;
        struct fa_window_judge *window;
    };
    struct fa_stock_judge *stock; /* beside RUNNING */
};

/* What a way does: a row of the table of kernels in judge.c. A member that is NULL has nothing to do
 * there. Each has its state behind its own pointer in fa_judge. */
struct fa_kernel {
    enum fa_status (*plan_rows)(struct fa_judge *judge); /* instead of the usual population */
    enum fa_status (*plan)(struct fa_judge *judge);      /* before the held tables are loaded */
    enum fa_status (*begin)(struct fa_judge *judge);     /* they are there; no row has come */
    enum fa_status (*slice)(struct fa_judge *judge);     /* rows of its population's table, or ... */
    enum fa_status (*slice_table)(struct fa_judge *judge, int table); /* ... of several tables */
    enum fa_status (*end)(struct fa_judge *judge);
    enum fa_status (*cite)(struct fa_judge *judge);      /* a slice of the second pass */
    enum fa_status (*cite_table)(struct fa_judge *judge, int table);
    enum fa_status (*cite_end)(struct fa_judge *judge);
    void (*free)(struct fa_judge *judge);
    /* What its state may come to; findings, keys and look-ups are counted elsewhere. */
    enum fa_status (*cost)(const struct fa_rule *rule, struct fa_cost *cost);
    bool judges_rows;     /* rows are the units; they are cited at once */
    bool cites_at_once;   /* so are rows of other units: there is no second pass */
    bool takes_all_dates; /* rows outside the time in force count, and are not judged */
    bool places_rows;     /* it says itself which period a row belongs to */
    bool (*reads)(const struct fa_judge *judge, int table); /* NULL: the population's table alone */
};

/* --- judge.c --- */
const struct fa_kernel *fa_kernel_of(enum fa_way way);
/* Compiles all that a rule says and makes its way's plan. */
enum fa_status fa_judge_plan(struct fa_run *run, const struct fa_rule *rule, int rule_no,
                             struct fa_rule_counts *counts, struct fa_judge *judge) FA_MUST_USE;
void fa_judge_free(struct fa_judge *judge);
/* Counts what the population's stages dropped of the slice at work. */
enum fa_status fa_judge_count_dropped(struct fa_judge *judge) FA_MUST_USE;
/* Whether rows of a table of the head are judged by it; or else answer its duties. */
bool fa_judge_judges(const struct fa_judge *judge, int table);
bool fa_judge_reads(const struct fa_judge *judge, int table);
/* The held tables are there; no row has come. */
enum fa_status fa_judge_begin(struct fa_judge *judge) FA_MUST_USE;
/* The slice that the stages are at, of TABLE: in the front that of a table that is held, before all
 * that is streamed, for duties only; then of every table. */
enum fa_status fa_judge_front(struct fa_judge *judge, int table) FA_MUST_USE;
enum fa_status fa_judge_front_end(struct fa_judge *judge) FA_MUST_USE;
enum fa_status fa_judge_slice(struct fa_judge *judge, int table) FA_MUST_USE;
enum fa_status fa_judge_end(struct fa_judge *judge) FA_MUST_USE;
/* Rows of its population, whatever owes or answers. */
enum fa_status fa_judge_population_slice(struct fa_judge *judge, int table) FA_MUST_USE;
bool fa_judge_wants_rows(const struct fa_judge *judge);
enum fa_status fa_judge_cite(struct fa_judge *judge, int table) FA_MUST_USE;
enum fa_status fa_judge_cite_end(struct fa_judge *judge) FA_MUST_USE;
/* Decides whether the rule can be tested on this filing, by what held tables tell and, at the end, the
 * streamed ones too. GIVEN[table][column]: some row had a value in it. */
enum fa_status fa_judge_testable(struct fa_judge *judge, uint8_t *const *given, const uint64_t *row_counts,
                                 bool is_end) FA_MUST_USE;

/* From now on memory is the rule's. */
void fa_judge_begin_account(struct fa_judge *judge);

/* --- finding.c --- */

/* Three-valued outcomes of the frame's rows, doubt and `on unknown` applied and counted. NULL:
 * memory is out or slice->status. */
const uint8_t *fa_judge_truths(struct fa_judge *judge, struct fa_frame *frame);
/* What the exceptions say of firing units; excepted ones are counted. */
const uint8_t *fa_judge_except(struct fa_judge *judge, struct fa_frame *fired);
/* The vectors of the values that findings show. */
const struct fa_vector *const *fa_judge_shown(struct fa_judge *judge, struct fa_frame *frame);
/* Unit I is the worst of FINDING so far: its values take the place of those before. */
enum fa_status fa_judge_worst(struct fa_judge *judge, const struct fa_vector *const *shown, uint32_t i,
                              struct fa_finding *finding) FA_MUST_USE;
enum fa_status fa_judge_values(struct fa_judge *judge, const struct fa_vector *const *shown, uint32_t i,
                               struct fa_value **values) FA_MUST_USE;
/* Whether unit I is worse than WORST. */
bool fa_judge_is_worse(const struct fa_judge *judge, const struct fa_vector *const *shown, uint32_t i,
                       const struct fa_value *worst);
enum fa_status fa_judge_add(struct fa_judge *judge, const struct fa_finding *finding, uint32_t *number) FA_MUST_USE;
enum fa_status fa_judge_keys(struct fa_judge *judge, uint32_t group, struct fa_value **keys) FA_MUST_USE;
enum fa_outcome fa_judge_outcome(const struct fa_judge *judge, bool is_undecided);
/* The number of a cause, from 1. */
enum fa_status fa_judge_cause(struct fa_judge *judge, struct fa_str text, uint16_t *number) FA_MUST_USE;
/* The indeterminate finding that takes a unit of FILER with CAUSE; counts the unit in it. */
enum fa_status fa_judge_unknown(struct fa_judge *judge, int64_t filer, struct fa_str cause, uint32_t *number) FA_MUST_USE;
struct fa_str fa_judge_filer(const struct fa_judge *judge, int64_t filer);
/* The currency-scaled amount of rows: adds to SUM those of FRAME. */
enum fa_status fa_judge_sum(struct fa_judge *judge, struct fa_frame *frame, fa_i128 *sum) FA_MUST_USE;
enum fa_status fa_cite_row(struct fa_judge *judge, uint32_t finding, int table, uint64_t row) FA_MUST_USE;
/* An instant or day as microseconds. */
int64_t fa_judge_instant(const struct fa_judge *judge, enum fa_kind kind, int64_t number);
/* Memory was out unless the slice says otherwise. */
enum fa_status fa_failed(const struct fa_slice *slice);
bool fa_covers_find(const struct fa_run *run, int table, int64_t *from_day, int64_t *to_day);
enum fa_status fa_outside_cause(struct fa_judge *judge, int my_table, uint16_t *number) FA_MUST_USE;
enum fa_status fa_text_cause(struct fa_judge *judge, struct fa_str a, const char *b, struct fa_str c, uint16_t *number) FA_MUST_USE;

/* --- cite.c --- */
void fa_citing_init(struct fa_citing *citing);
void fa_citing_release(struct fa_citing *citing, struct fa_meter *meter);
enum fa_status fa_citing_add(struct fa_citing *citing, struct fa_meter *meter, uint32_t group,
                             int64_t period, struct fa_cited cited) FA_MUST_USE;
/* The first of the findings that rows of a group (and period) belong to; NULL: none. */
struct fa_cited *fa_citing_find(const struct fa_citing *citing, uint32_t group, int64_t period);
/* The first of a group that does not end before AT; those before it are forgotten, for rows come in
 * order of time. */
struct fa_cited *fa_citing_from(struct fa_citing *citing, uint32_t group, int64_t at);
static inline struct fa_cited *fa_citing_next(const struct fa_citing *citing, const struct fa_cited *at)
{
    return at->next ? &citing->list.items[at->next - 1] : NULL;
}
static inline bool fa_citing_may_have(const struct fa_citing *citing, uint32_t group)
{
    return group / 64 < citing->bit_words && (citing->bits[group / 64] >> group % 64 & 1);
}

/* Whether the slice at work may have rows that are cited, by their dates, which are the table's own and
 * without which no row counts. BY_PERIOD: what is cited is the last day of a period of the rule. */
enum fa_status fa_citing_may_have_slice(const struct fa_judge *judge, const struct fa_formula *date,
                                        bool by_period, bool *may) FA_MUST_USE;

/* --- parts of costs --- */
enum fa_status fa_citing_cost(struct fa_cost *cost) FA_MUST_USE;

/* --- the ways --- */
/* Each: plan before the held tables are loaded; begin behind that; each slice of its population's
 * table; end; and in the second pass cite each slice, then end it. */
enum fa_status fa_row_plan(struct fa_judge *judge) FA_MUST_USE;
enum fa_status fa_row_slice(struct fa_judge *judge) FA_MUST_USE;
enum fa_status fa_row_end(struct fa_judge *judge) FA_MUST_USE;
enum fa_status fa_row_cite(struct fa_judge *judge) FA_MUST_USE; /* of rows that owe */
enum fa_status fa_row_cost(const struct fa_rule *rule, struct fa_cost *cost) FA_MUST_USE;
void fa_row_free(struct fa_judge *judge);

/* The period as a part of the key, where rows do not come in its order; else NULL. */
enum fa_status fa_group_period_part(struct fa_judge *judge, const struct fa_formula **part) FA_MUST_USE;
enum fa_status fa_group_plan(struct fa_judge *judge) FA_MUST_USE;
enum fa_status fa_group_slice(struct fa_judge *judge) FA_MUST_USE;
enum fa_status fa_group_end(struct fa_judge *judge) FA_MUST_USE;
enum fa_status fa_group_cite(struct fa_judge *judge) FA_MUST_USE;
enum fa_status fa_group_cost(const struct fa_rule *rule, struct fa_cost *cost) FA_MUST_USE;
void fa_group_free(struct fa_judge *judge);

enum fa_status fa_running_plan(struct fa_judge *judge) FA_MUST_USE;
enum fa_status fa_running_begin(struct fa_judge *judge) FA_MUST_USE;
enum fa_status fa_running_slice(struct fa_judge *judge) FA_MUST_USE;
enum fa_status fa_running_end(struct fa_judge *judge) FA_MUST_USE;
enum fa_status fa_running_cite(struct fa_judge *judge) FA_MUST_USE;
enum fa_status fa_running_cost(const struct fa_rule *rule, struct fa_cost *cost) FA_MUST_USE;
void fa_running_free(struct fa_judge *judge);

enum fa_status fa_hops_plan(struct fa_judge *judge) FA_MUST_USE;
enum fa_status fa_hops_begin(struct fa_judge *judge) FA_MUST_USE;
enum fa_status fa_hops_slice(struct fa_judge *judge) FA_MUST_USE;
enum fa_status fa_hops_end(struct fa_judge *judge) FA_MUST_USE;
enum fa_status fa_hops_cost(const struct fa_rule *rule, struct fa_cost *cost) FA_MUST_USE;
void fa_hops_free(struct fa_judge *judge);

enum fa_status fa_gapless_plan(struct fa_judge *judge) FA_MUST_USE;
enum fa_status fa_gapless_slice(struct fa_judge *judge) FA_MUST_USE;
enum fa_status fa_gapless_end(struct fa_judge *judge) FA_MUST_USE;
enum fa_status fa_gapless_cite(struct fa_judge *judge) FA_MUST_USE;
enum fa_status fa_gapless_cost(const struct fa_rule *rule, struct fa_cost *cost) FA_MUST_USE;
void fa_gapless_free(struct fa_judge *judge);

enum fa_status fa_stock_plan(struct fa_judge *judge) FA_MUST_USE;
enum fa_status fa_stock_begin(struct fa_judge *judge) FA_MUST_USE;
enum fa_status fa_stock_slice(struct fa_judge *judge) FA_MUST_USE;
enum fa_status fa_stock_end(struct fa_judge *judge) FA_MUST_USE;
enum fa_status fa_stock_cite(struct fa_judge *judge) FA_MUST_USE;
enum fa_status fa_stock_cost(const struct fa_rule *rule, struct fa_cost *cost) FA_MUST_USE;
void fa_stock_free(struct fa_judge *judge);

enum fa_status fa_series_plan(struct fa_judge *judge) FA_MUST_USE;
enum fa_status fa_series_begin(struct fa_judge *judge) FA_MUST_USE;
enum fa_status fa_series_slice(struct fa_judge *judge, int table) FA_MUST_USE;
enum fa_status fa_series_end(struct fa_judge *judge) FA_MUST_USE;
enum fa_status fa_series_cite(struct fa_judge *judge, int table) FA_MUST_USE;
enum fa_status fa_series_cite_end(struct fa_judge *judge) FA_MUST_USE;
enum fa_status fa_series_cost(const struct fa_rule *rule, struct fa_cost *cost) FA_MUST_USE;
void fa_series_free(struct fa_judge *judge);
bool fa_series_reads(const struct fa_judge *judge, int table);

enum fa_status fa_stretch_plan(struct fa_judge *judge) FA_MUST_USE;
enum fa_status fa_stretch_slice(struct fa_judge *judge, int table) FA_MUST_USE;
enum fa_status fa_stretch_end(struct fa_judge *judge) FA_MUST_USE;
enum fa_status fa_stretch_cite(struct fa_judge *judge, int table) FA_MUST_USE;
enum fa_status fa_stretch_cost(const struct fa_rule *rule, struct fa_cost *cost) FA_MUST_USE;
void fa_stretch_free(struct fa_judge *judge);
bool fa_stretch_reads(const struct fa_judge *judge, int table);

enum fa_status fa_every_plan(struct fa_judge *judge) FA_MUST_USE;
enum fa_status fa_every_begin(struct fa_judge *judge) FA_MUST_USE;
enum fa_status fa_every_slice(struct fa_judge *judge, int table) FA_MUST_USE;
enum fa_status fa_every_end(struct fa_judge *judge) FA_MUST_USE;
enum fa_status fa_every_cite(struct fa_judge *judge, int table) FA_MUST_USE;
enum fa_status fa_every_cite_end(struct fa_judge *judge) FA_MUST_USE;
enum fa_status fa_every_cost(const struct fa_rule *rule, struct fa_cost *cost) FA_MUST_USE;
void fa_every_free(struct fa_judge *judge);
bool fa_every_reads(const struct fa_judge *judge, int table);

/* --- applies.c --- */
/* Says in VERDICTS which sets apply to the filer and which rulesets do not. Reads the front of BLOCKS, and
 * rewinds them, when something depends on it. */
enum fa_status fa_applies_decide(const struct fa_ruleset_list *rulesets, struct fa_blocks *blocks,
                                 int64_t as_of_day, uint64_t memory_max, struct fa_sink *sink,
                                 struct fa_verdicts *verdicts) FA_MUST_USE;
/* The working days that the held table of holidays tells (share.c). */
enum fa_status fa_run_fill_calendars(struct fa_run *run) FA_MUST_USE;
/* What keeps the rule from being tested whatever the filing holds: COUNTS then say so (testable.c). */
enum fa_status fa_rule_set_aside(struct fa_run *run, const struct fa_rule *rule,
                                 struct fa_rule_counts *counts) FA_MUST_USE;

#endif
