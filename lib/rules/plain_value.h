/*
 * Private to the plain evaluator: one expression for one row or one group, in the words of
 * flowaudit-rules(5). No vectors, no sharing, no caching.
 */
#ifndef FA_RULES_PLAIN_VALUE_H
#define FA_RULES_PLAIN_VALUE_H

#include "rules/plain_ledger.h"

/* A value, and when it is missing, what was missing first. */
struct fa_plain_month {
    int32_t month; /* year * 12 + month */
    fa_i128 sum;
};

/* What irr() is asked of. */
struct fa_plain_flows {
    struct fa_arena *arena;
    struct fa_plain_month *months;
    size_t count;
    bool is_compound;
};

struct fa_plain_result {
    struct fa_value value;
    struct fa_str cause;
    bool is_bound; /* an aggregate that more data could only raise: value is missing, BOUND is
                      known */
    struct fa_value bound;
    const struct fa_plain_flows *flows; /* irr: VALUE is only what is shown; NULL elsewhere */
};

/* Where an expression is evaluated. */
struct fa_plain_scope {
    struct fa_plain_ledger *ledger;
    const struct fa_ruleset *ruleset;
    const struct fa_calendar *calendar; /* NULL: the ruleset names none */
    int64_t as_of_day;
    const struct fa_table_def *row_table; /* of CELLS */
    const struct fa_value *cells; /* the row, or the first row of the group; may be NULL */
    const struct fa_plain_row *row; /* whose cells they are, for who observes; may be NULL */
    int leg;
    bool has_day;                 /* the judged date is known */
    int64_t day_no;
    struct fa_str day_cause; /* why it is not */
    bool has_instant; /* and more exactly than by its day: look-ups read at it */
    int64_t instant_us;
    /* of a group, instant or period */
    const struct fa_rule *rule; /* NULL: a row is judged */
    const struct fa_value *keys;
    const struct fa_plain_scope *before; /* the key's row before; NULL: none, or not sure */
    const struct fa_plain_result *states; /* what units of ways 7 and 9 have of themselves, by index */
    const struct fa_plain_result *values; /* aggregates, running value or series, by index */
};

/* FA_ELIMIT: memory. Everything else is a missing value. */
enum fa_status fa_plain_evaluate(const struct fa_plain_scope *scope, const struct fa_expr *expr,
                                 struct fa_plain_result *result) FA_MUST_USE;

/* A number in lowest terms; missing where 127 bits are too few. */
struct fa_value fa_plain_number(enum fa_kind kind, fa_i128 numerator, fa_i128 denominator);
struct fa_value fa_plain_add(struct fa_value a, struct fa_value b, enum fa_kind kind);
struct fa_value fa_plain_negate(struct fa_value a);
struct fa_value fa_plain_divide(struct fa_value a, struct fa_value b, enum fa_kind kind);
int fa_plain_compare(const struct fa_value *a, const struct fa_value *b);
struct fa_value fa_plain_missing(enum fa_kind kind);
/* What is known of a result as a value that says of itself whether it is a lower bound. */
struct fa_value fa_plain_known(const struct fa_plain_result *result);

/* plain_irr.c */
enum fa_status fa_plain_add_flow(struct fa_plain_flows *flows, int64_t day, fa_i128 amount) FA_MUST_USE;
/* Whether the flows have one rate; puts them in order. */
bool fa_plain_has_rate(struct fa_plain_flows *flows);
enum fa_status fa_plain_compare_rate(const struct fa_plain_flows *flows, const struct fa_value *rate,
                                     int *order) FA_MUST_USE;
enum fa_status fa_plain_show_rate(const struct fa_plain_flows *flows, struct fa_value *rate) FA_MUST_USE;

#endif
