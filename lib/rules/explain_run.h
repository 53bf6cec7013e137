/*
 * Private to explanations: what was seen of a row and of the units it belongs to (explain.c),
 * and how it is told (explain_text.c).
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
};

/* A unit that was judged: the row itself, its group, instant or period. */
struct fa_seen_unit {
    size_t entry; /* whose it is */
    const struct fa_value *keys;
    bool has_day, has_instant;
    int64_t day_no, instant_us;
    struct fa_plain_judged judged;
    fa_seen_values values;
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
    const struct fa_plain_ledger *ledger; /* while it is told */
};

enum fa_status fa_explanation_tell(struct fa_explanation *explanation,
                                   struct fa_buf *text) FA_MUST_USE;

#endif
