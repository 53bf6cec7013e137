/*
 * Private to explanations (explain.c): the row is found (explain_find.c), with it what belongs
 * together is kept (explain_keep.c), the plain evaluator is watched over that (explain_watch.c),
 * and what was seen is told (explain_text.c).
 */
#ifndef FA_RULES_EXPLAIN_RUN_H
#define FA_RULES_EXPLAIN_RUN_H

#include "rules/alone.h"
#include "rules/explain.h"
#include "rules/plain.h"
#include "rules/plain_observe.h"

/* The value that an expression had. */
struct fa_seen_value {
    const struct fa_expr *expr;
    int leg;
    struct fa_plain_result result;
};

typedef FA_VEC(struct fa_seen_value) fa_seen_values;

/* How far the row came in a population: one for each leg, and for each series that looks at its
 * table. */
struct fa_seen_entry {
    const struct fa_population *population;
    int leg;
    struct fa_plain_step step;
    struct fa_plain_member member;
    /* way 12: of the periods of its key */
    uint64_t period_count, missing_count, pending_count, unknown_count;
    int64_t missing_days[FA_EXPLAIN_DAYS_MAX]; /* last days of the first that lack their row */
};

/* How far the row came on its way into a view that the rule reads. */
struct fa_seen_feed {
    const struct fa_rule *part; /* of the view */
    struct fa_plain_step step;
    struct fa_plain_member member;
};

/* A unit that was judged: the row itself, its group, instant or period. */
struct fa_seen_unit {
    size_t entry; /* whose it is */
    const struct fa_value *keys;
    bool has_day, has_instant;
    int64_t day_no, instant_us;
    struct fa_plain_judged judged;
    fa_seen_values values;
    fa_plain_members counted; /* ways 11 and 12 */
    bool has_due;             /* way 12: */
    struct fa_plain_due due;
    struct fa_plain_member before, after; /* as DUE has them */
    bool has_duty; /* what it owed is settled: */
    enum fa_plain_settled settled;
    struct fa_str duty_cause;
    const struct fa_value *shown; /* as its finding shows them */
};

struct fa_explanation {
    const struct fa_ruleset_list *list;
    const struct fa_rule *rule; /* alone */
    const struct fa_explain_options *options;
    const struct fa_head *head;
    struct fa_sink *sink;
    const struct fa_rule_counts *counts; /* over the whole ledger */
    const struct fa_finding *finding;    /* that is explained; NULL: a row is */
    bool is_of_view; /* FINDING stands for a row of a view, which is no row of the ledger */
    bool has_row;
    int table; /* of the row, in the rules' dictionary */
    uint64_t row_no;
    struct fa_str row_key, filer;
    fa_seen_values values; /* that expressions over the row had */
    FA_VEC(struct fa_seen_entry) entries;
    FA_VEC(struct fa_seen_unit) units;
    FA_VEC(struct fa_seen_feed) feeds;
    const struct fa_plain_ledger *ledger; /* while it is told */
};

/* Rows of a streamed table that belong together with what is explained. */
struct fa_kept_range {
    int table; /* in the rules' dictionary */
    uint64_t from_row, to_row;
};

/* What is told while it is still being found. */
struct fa_explain_run {
    struct fa_explanation told;
    struct fa_blocks *ledger; /* lent */
    struct fa_rule_alone alone;
    struct fa_evaluate_options evaluate;
    FA_VEC(struct fa_kept_range) kept;
    bool keeps_all; /* what belongs together cannot be told by a key */
    uint64_t loaded;
    struct fa_buf *text; /* lent */
    bool is_telling;     /* the run at hand is the one that is told */
    struct fa_arena arena;
    fa_seen_values unit_values; /* while a unit is judged */
    struct fa_seen_unit unit;   /* what was told of it before that */
    bool is_judging;
    size_t judged_entry;
    enum fa_status status; /* of the observers, which cannot return one */
};

/* Reports it, and gives its status. */
enum fa_status fa_explain_no_memory(const struct fa_explain_run *run);

/* Finds the row that the options name, and keeps all rows that reverse others. A row that is not
 * there, or a key that several rows have, is an error (code EXPLAIN-ROW). */
enum fa_status fa_explain_find_row(struct fa_explain_run *run) FA_MUST_USE;
/* Keeps what belongs together with the row or the finding by its key. */
enum fa_status fa_explain_select(struct fa_explain_run *run) FA_MUST_USE;
/* Sorts what is kept, without overlaps, so that fa_explain_keeps can bisect. */
void fa_explain_sort_kept(struct fa_explain_run *run);
/* Whether a row is loaded, which it counts. CONTEXT is the run: an observer's function. */
bool fa_explain_keeps(void *context, const struct fa_table_def *table, uint64_t row_no);
/* One run of the plain evaluator over what is kept; more than FA_EXPLAIN_ROWS_MAX rows are an
 * error (code LIMIT). IS_TELLING appends the explanation to the text, else only whose row it is
 * and how far it came is seen. */
enum fa_status fa_explain_watch(struct fa_explain_run *run, struct fa_verdicts *verdicts,
                                bool is_telling) FA_MUST_USE;
/* Empties what a run saw. */
void fa_explain_forget(struct fa_explanation *told);

enum fa_status fa_explanation_tell(struct fa_explanation *explanation,
                                   struct fa_buf *text) FA_MUST_USE;

#endif
