/*
 * Watching the plain evaluator at work: what coverage and explanations are made of. Whoever
 * observes changes nothing and cannot fail the evaluation; what is handed over lives until the
 * call returns, but the rules' own parts and, of values, texts in the ledger.
 */
#ifndef FA_RULES_PLAIN_OBSERVE_H
#define FA_RULES_PLAIN_OBSERVE_H

#include "rules/plain_run.h"

/* Where a row stopped on its way to a rule. */
enum fa_plain_step_kind {
    FA_STEP_AFTER_AS_OF,
    FA_STEP_NOT_IN_VIEW,
    FA_STEP_NOT_WHERE,
    FA_STEP_OTHER_CURRENCY,
    FA_STEP_NOT_IN_FORCE,
    FA_STEP_EXCEPTED, /* by rule->except_rows[exception] */
    FA_STEP_OUTSIDE_GROUP,
    FA_STEP_TAKEN,
};

struct fa_plain_step {
    enum fa_plain_step_kind kind;
    int exception;
};

struct fa_plain_judged {
    enum fa_plain_judgement judgement;
    struct fa_str cause; /* of UNKNOWN */
    bool is_excepted, is_undecided;
    bool is_pending; /* of a period of way 12: then it was not judged at all */
};

/* What became of a duty. */
enum fa_plain_settled { FA_DUTY_KEPT, FA_DUTY_BROKEN, FA_DUTY_PENDING, FA_DUTY_UNKNOWN };

/* Way 12: the row that a period must have. */
struct fa_plain_due {
    int64_t from_day, to_day; /* it is dated */
    bool has_until;
    int64_t until_us; /* instead of TO_DAY, where hours are told */
    const struct fa_plain_member *before, *after; /* the rows next to that time; NULL: none */
};

/* Each may be NULL. */
struct fa_plain_observer {
    void *context;
    /* Whether a row is loaded at all; NULL: every row is. */
    bool (*keeps)(void *context, const struct fa_table_def *table, uint64_t row_no);
    /* A row was taken through the steps of POPULATION. */
    void (*admitted)(void *context, const struct fa_rule *rule,
                     const struct fa_population *population,
                     const struct fa_plain_member *member, const struct fa_plain_step *step);
    /* An expression has a value; its parts came before it. A condition that `and` or `or` did
     * not need was not asked. */
    void (*evaluated)(void *context, const struct fa_plain_scope *scope,
                      const struct fa_expr *expr, const struct fa_plain_result *result);
    /* Ways 11 and 12, before a unit is judged: a row that its number counts. */
    void (*counted)(void *context, const struct fa_plain_member *member);
    void (*due)(void *context, const struct fa_plain_due *due); /* way 12 */
    /* A row, group, instant or period is judged: before its condition is asked, and after. */
    void (*judging)(void *context, const struct fa_rule *rule,
                    const struct fa_plain_scope *scope);
    void (*judged)(void *context, const struct fa_rule *rule,
                   const struct fa_plain_scope *scope, const struct fa_plain_judged *judged);
    /* What owes is settled; its finding shows what is known by then. CAUSE: of UNKNOWN. */
    void (*settled)(void *context, const struct fa_rule *rule, const struct fa_plain_owed *owed,
                    enum fa_plain_settled settled, struct fa_str cause);
    /* All is judged, and the ledger is still there. */
    enum fa_status (*done)(void *context, const struct fa_plain_ledger *ledger);
};

#endif
