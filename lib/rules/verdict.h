/*
 * What an evaluator says: counts for every rule, and the findings. The vectorised evaluator
 * (rules/engine.h) and the plain one (rules/plain.h) both fill it; tests compare the two.
 *
 * Order of findings, the same for any order of files, blocks and threads: rule, first instant, key
 * (part by part: numbers by value, ids by their number in the ledger, text by its bytes), own key of
 * the row, outcome, cause, rows.
 */
#ifndef FA_RULES_VERDICT_H
#define FA_RULES_VERDICT_H

#include "base/limits.h"
#include "ledger/blocks.h"
#include "rules/rule.h"

/* PENDING: not a finding, but a duty that as-of was not due; they are listed apart. */
enum fa_outcome { FA_VIOLATION, FA_LEAD, FA_INDETERMINATE, FA_PENDING };

/* Rows [from_row, to_row] of one table of the ledger. */
struct fa_row_range {
    int table;
    uint64_t from_row, to_row;
};

struct fa_finding {
    const struct fa_rule *rule;
    enum fa_outcome outcome;
    struct fa_str cause;    /* indeterminate: what was missing, "party.kind" */
    struct fa_value *keys;  /* rule->key_count; in way 1 without gather: none */
    struct fa_str row_key;  /* way 1 without gather: the row's own key */
    struct fa_str filer;    /* institution_id, may be empty */
    int64_t first_us, last_us;   /* judged instants: first and last firing; a day counts at its start */
    int64_t worst_us;
    int64_t ended_us;            /* way 4, unless still on: the judgement that ended it */
    bool has_time;          /* tables without a clock have none */
    bool is_dated;          /* by days, not instants */
    int64_t period_last_day;/* with `each P`: last day of the first firing period */
    int64_t due_day;        /* way 12, pending: the last day on which the row may come */
    bool is_still_on;       /* an episode that nothing has ended by as-of */
    bool is_from_opening;   /* was on when the covered period started */
    struct fa_value *first, *worst; /* rule->shown_count each */
    uint64_t judged_count;  /* firing rows, instants or periods in the episode */
    FA_VEC(struct fa_row_range) rows; /* all contributing rows, sorted, disjoint */
    uint64_t row_count;
    fa_i128 row_sum;        /* of rule->amount_column, minor units */
    bool has_sum;
    bool has_anchor;        /* ANCHOR_ROW tells it from others of its key: a row that it cites */
    uint64_t anchor_row;
    int owing_table; /* + 1, where rows of a duty's answers are cited, too: that of its own; else 0 */
    uint64_t carried_count; /* way 4: rows before the episode that make up the balance carried in */
    struct fa_value carried; /* that balance; missing: none */
};

enum fa_rule_verdict { FA_TESTED, FA_NOT_TESTABLE, FA_NOT_APPLICABLE, FA_SWITCHED_OFF };

struct fa_rule_counts {
    enum fa_rule_verdict verdict;
    struct fa_str reason;   /* not testable: which table, column or parameter; not applicable: why */
    const struct fa_table_def *lacks; /* the table of which the filing has no row, where that is the reason */
    uint64_t tested;        /* units judged: rows, groups, key and instant, key and period */
    uint64_t fired, clear, unknown;
    uint64_t pending;       /* duties not yet due; tested = fired + clear + unknown + pending */
    uint64_t not_in_force, other_currency, after_as_of;
    uint64_t outside_group; /* rows whose key has a missing part */
    fa_i128 outside_group_sum;
    uint64_t excepted_rows;
    fa_i128 excepted_sum;
    uint64_t excepted_findings;
    uint64_t finding_count;
};

/* What a rule cost: told with -v, never part of a result. What several rules share (a filter, a key,
 * the index of a look-up) is counted for the first of them. */
struct fa_rule_cost {
    uint64_t rows;       /* of its tables, in the first pass */
    uint64_t ns;         /* in both passes */
    uint64_t peak_bytes; /* of its state and findings */
    uint64_t keys;       /* numbers that its keys may have */
    uint64_t findings, cited; /* CITED: ranges of rows, with room for more */
    uint64_t days;       /* from the first that is covered to the last that is judged */
    uint64_t made;       /* rows of the view of which it is a part, of the first part those of all */
    uint64_t reversals;  /* settled flows that take others back */
    uint64_t held;       /* rows or ids of the largest table that is held */
};

/* What became of a view that rules read, or of a statistic. */
struct fa_made_view {
    const struct fa_view *view;
    struct fa_rule_counts counts; /* verdict, reason, and the rows that it did not take */
    uint64_t row_count;
    /* The rows, by period, filer and key: row_count * view->column_count values, and a filer each. NULL
     * for a view that is no statistic, unless fa_evaluate_options.keeps_views. A value that is a lower
     * bound is missing and is_bound. */
    struct fa_value *values;
    struct fa_str *filers;
};

/* How many rows a key of a rule had, by the hash of its parts that are ids or texts and, of a rule with
 * periods, of the period's first day. */
struct fa_met_key {
    uint64_t hash, rows;
};

/* Which keys of a rule had rows, sorted; of one that judges rows, which rows it took; of one that reads several
 * tables, which keys had rows in each, by month. That none are there says that nothing was met. */
enum fa_met_state { FA_MET_UNTOLD, FA_MET_KEYS, FA_MET_ROWS, FA_MET_TABLES };
struct fa_met {
    enum fa_met_state state;
    FA_VEC(struct fa_met_key) list;
    uint8_t *rows; /* a bit a row, in ROW_BYTES bytes */
    size_t row_bytes;
};

/* The hash of a key with one more part; a part that is neither id nor text changes nothing. 0: of none. */
uint64_t fa_met_hash(uint64_t so_far, const struct fa_value *part);
/* The same with the period, which comes last. */
uint64_t fa_met_hash_period(uint64_t so_far, int64_t first_day);
/* The same with a table, behind the key; FIRST_DAY of the month comes behind it, FA_MET_EVER: of all time. */
enum { FA_MET_EVER = INT32_MIN };
uint64_t fa_met_hash_table(uint64_t so_far, struct fa_str table, int64_t first_day);
/* The rows of a key; 0: it was not met. */
uint64_t fa_met_rows(const struct fa_met *met, uint64_t hash);
static inline bool fa_met_has_row(const struct fa_met *met, uint64_t row)
{
    return row / 8 < met->row_bytes && met->rows[row / 8] >> row % 8 & 1;
}

struct fa_verdicts {
    const struct fa_ruleset_list *rulesets;
    struct fa_rule_counts *counts; /* one a rule, over all rulesets in order */
    size_t rule_count;
    struct fa_met *met; /* one a rule; of those that fa_evaluate_options.tells_met asks for */
    bool *set_applies; /* to the filer, of each set of the rulesets; where sets are picked */
    struct fa_str *left_out; /* of each ruleset: why it does not apply to the filer; empty: it does */
    bool *is_doubtful;       /* of each that is left out: it may apply, which nobody can tell */
    bool is_filer_known;     /* the filing decides some set's condition on the filer; where sets are picked */
    FA_VEC(struct fa_finding) findings;
    FA_VEC(struct fa_made_view) views; /* each behind those that it reads */
    FA_VEC(struct fa_finding) pending; /* what owes, and what it shows */
    struct fa_arena arena;
    struct fa_arena more[FA_RULE_SHARES_MAX - 1]; /* of shares of the rules behind the first (rules/share.h) */
};

/* The canonical order of the values of keys. */
int fa_values_compare(const struct fa_value *a, const struct fa_value *b, int count);

/* The table of the rows that a finding is about; it cites some. */
int fa_finding_table(const struct fa_finding *finding);

void fa_verdicts_init(struct fa_verdicts *verdicts);
void fa_verdicts_release(struct fa_verdicts *verdicts);
/* Room for the verdicts on RULESETS, each tested until something else is said. FA_ELIMIT: no memory. */
enum fa_status fa_verdicts_begin(struct fa_verdicts *verdicts,
                                 const struct fa_ruleset_list *rulesets) FA_MUST_USE;
/* The ruleset of that index does not apply to the filer. FA_ELIMIT: no memory. Where nobody named rules, what
 * may apply or not is left out, too: its rules are not testable. */
enum fa_status fa_verdicts_leave_out(struct fa_verdicts *verdicts, size_t ruleset, const char *format,
                                     ...) FA_MUST_USE __attribute__((format(printf, 3, 4)));
/* Whether ONLY (a rule's id, or empty) leaves RULE out; then its counts say that it was not run. */
bool fa_verdict_leaves_out(struct fa_str only, const struct fa_rule *rule,
                           struct fa_rule_counts *counts);
/* The required parameters without a value that a rule reads, as a reason; empty: it has them all. */
enum fa_status fa_rule_list_valueless(const struct fa_rule *rule, struct fa_buf *reason) FA_MUST_USE;
/* Whether the rows of that table tell of statements compared with the books. */
bool fa_is_of_statements(const struct fa_table_def *table);
/* Whether the set has the ruleset of that id. */
bool fa_set_has(const struct fa_ruleset_set *set, struct fa_str ruleset);
/* What that says of a rule of the ruleset. */
void fa_verdicts_set_aside(const struct fa_verdicts *verdicts, size_t ruleset, struct fa_rule_counts *counts);
/* Lists the views that must be made: those that the rules read of which nothing but tested is said so far and,
 * unless one rule is asked for alone, the statistics of the rulesets that apply with what they read. */
enum fa_status fa_verdicts_list_views(struct fa_verdicts *verdicts, struct fa_str only) FA_MUST_USE;
/* Index in VERDICTS->views, -1: it is not made. */
int fa_verdicts_find_view(const struct fa_verdicts *verdicts, const struct fa_view *view);
/* Sorts findings, and what is pending, into the canonical order and merges and sorts the row ranges
 * of each. */
enum fa_status fa_verdicts_finish(struct fa_verdicts *verdicts) FA_MUST_USE;
/* Equal in everything but cost; WHY (a buffer) names the first difference. */
bool fa_verdicts_equal(const struct fa_verdicts *a, const struct fa_verdicts *b, struct fa_buf *why);
/* A value as text the way a filing writes it; enums by value, ids by name (NAME_OF may be NULL; TABLE
 * is that of the id in the rules' dictionary). Currency and zone are RULESET's, scales HEAD's. A
 * missing value gives "?", one that is known as a lower bound the number behind a sign for "at least", `none` gives "none". A ratio that no decimal of 9 places says exactly is
 * written as a fraction, money finer than its scale as a decimal of at most 9 more places and "..." */
enum fa_status fa_value_format(const struct fa_value *value, const struct fa_expr *of,
                               const struct fa_ruleset *ruleset, const struct fa_head *head,
                               struct fa_str (*name_of)(void *context, int table, int64_t id),
                               void *context, struct fa_buf *text) FA_MUST_USE;

#endif
