/*
 * Private to the plain evaluator: what its files share. plain.c judges rows and groups,
 * plain_running.c running values, plain_series.c series, plain_stretch.c intervals, plain_every.c
 * periods that need a row; plain_population.c says which rows a
 * rule looks at, plain_tally.c aggregates them, plain_finding.c counts and publishes,
 * plain_testable.c says why a rule cannot be tested.
 */
#ifndef FA_RULES_PLAIN_RUN_H
#define FA_RULES_PLAIN_RUN_H

#include "rules/plain_value.h"

/* A row of a population that reached the rule, with what is unknown about it. */
struct fa_plain_member {
    const struct fa_plain_row *row;
    const struct fa_value *cells; /* the row's, or a leg's */
    int leg;
    int series;      /* way 5: whose row it is */
    bool is_unknown; /* its `where` or its date cannot be told */
    struct fa_str cause;
    bool except_unknown;
    bool has_day;
    int64_t day_no;   /* the judged date */
    struct fa_str day_cause; /* why there is none */
    bool has_instant; /* what dates it is a time */
    int64_t instant_us;
    bool has_clock, is_dated;
    int64_t clock_us;
    struct fa_value filer;
    struct fa_value *keys;
    int64_t period_last;
    const struct fa_plain_scope *before; /* the key's row before; NULL: none, or not sure */
};

typedef FA_VEC(struct fa_plain_member) fa_plain_members;

/* What fired and owes: the finding that it is unless the duty is done, and when it counts from. */
struct fa_plain_owed {
    struct fa_finding finding;
    bool has_instant;
    int64_t day_no, instant_us;
    struct fa_plain_member row; /* way 1 */
    size_t place; /* in the order in which they fired */
};

struct fa_plain {
    struct fa_plain_ledger ledger;
    const struct fa_ruleset_list *rulesets;
    struct fa_verdicts *verdicts;
    struct fa_sink *sink;
    int64_t as_of_day;
    /* of the rule at hand */
    const struct fa_rule *rule;
    struct fa_rule_counts *counts;
    struct fa_calendar *calendar;
    bool lacks_exception;   /* the filing lacks what only an exception reads: nothing is sure */
    struct fa_arena *arena; /* the verdicts' */
    size_t findings_before; /* of the rules before it */
    FA_VEC(struct fa_plain_owed) owed;
};

enum fa_plain_judgement { FA_PLAIN_CLEAR, FA_PLAIN_FIRES, FA_PLAIN_UNKNOWN };

/* One aggregate while its rows come. */
struct fa_plain_tally {
    struct fa_plain_result result; /* exact, or what tainted it */
    struct fa_value known;         /* over the rows that are known */
    uint64_t count;
    bool is_tainted, is_beyond; /* beyond: the sum left its range, and is not even a bound */
    struct fa_str cause;
    struct fa_plain_flows *flows; /* IRR; in the run's arena */
    FA_VEC(struct fa_value) seen; /* DISTINCT: each once; TOP: all */
};

/* The state of one key and the episode it is in. */
struct fa_plain_account {
    struct fa_plain_result state;
    struct fa_finding episode;
    bool is_open;
    bool except_unknown;
    uint64_t applied; /* rows so far */
};

/* plain_population.c */

struct fa_plain_scope fa_plain_row_scope(struct fa_plain *plain,
                                         const struct fa_table_def *table,
                                         const struct fa_plain_member *member);
struct fa_value fa_plain_cell_named(const struct fa_table_def *table,
                                    const struct fa_value *cells, const char *name);
bool fa_plain_is_enum(const struct fa_table_def *table, const struct fa_value *cells,
                      const char *name, const char *value);
/* The filer who parts keys: the row's, or nobody in particular where they are across filers. */
struct fa_value fa_plain_key_filer(const struct fa_plain *plain,
                                   const struct fa_table_def *table,
                                   const struct fa_value *cells);
bool fa_plain_same_filer(const struct fa_value *a, const struct fa_value *b);
/* The currency of a row's money: its own, its account's, its contract's, the filing's, the
 * rules'. */
fa_currency fa_plain_currency_of(struct fa_plain *plain, const struct fa_table_def *table,
                                 const struct fa_value *cells,
                                 const struct fa_plain_member *member);
bool fa_plain_has_money(const struct fa_table_def *table);
void fa_plain_add_amount(struct fa_plain *plain, const struct fa_value *cells, fa_i128 *sum);
/* Every row of the population that reached the rule, in the order of time and row number. */
enum fa_status fa_plain_admit_all(struct fa_plain *plain,
                                  const struct fa_population *population,
                                  const struct fa_expr *dated_by, struct fa_expr *const *keys,
                                  int key_count, bool is_main,
                                  fa_plain_members *members) FA_MUST_USE;
/* Tells each member of a rule that asks for it the row before of its key; those without that key are
 * taken out. */
enum fa_status fa_plain_link_before(struct fa_plain *plain, fa_plain_members *members) FA_MUST_USE;
enum fa_status fa_plain_rule_keys(struct fa_plain *plain, struct fa_expr ***keys) FA_MUST_USE;

/* plain_finding.c */

bool fa_plain_same_keys(const struct fa_value *a, const struct fa_value *b, int count);
struct fa_str fa_plain_name_of(struct fa_plain *plain, int table, fa_i128 id);
struct fa_str fa_plain_filer_of(struct fa_plain *plain, const struct fa_value *filer);
enum fa_status fa_plain_cite_row(struct fa_plain *plain, struct fa_finding *finding, int table,
                                 const struct fa_plain_member *member) FA_MUST_USE;
enum fa_status fa_plain_show(struct fa_plain *plain, const struct fa_plain_scope *scope,
                             struct fa_value **shown) FA_MUST_USE;
/* A firing unit joins the finding: its times, and its values where they are the first or the
 * worst. */
void fa_plain_join(struct fa_plain *plain, struct fa_finding *finding, int64_t at_us,
                   bool has_time, struct fa_value *shown);
enum fa_outcome fa_plain_outcome_of(const struct fa_plain *plain, bool is_undecided);
/* Adds it to the findings; under a rule with a duty, to what is owed. */
enum fa_status fa_plain_publish(struct fa_plain *plain, struct fa_finding *finding) FA_MUST_USE;
enum fa_status fa_plain_list(struct fa_plain *plain, struct fa_finding *finding) FA_MUST_USE;
/* The three outcomes of a unit; UNKNOWN_CAUSE is given for a unit that is unknown before its
 * condition is asked. Counts it. EXCEPTED: it fires, but an exception takes the finding out;
 * UNDECIDED: an exception is unknown. */
enum fa_status fa_plain_judge(struct fa_plain *plain, const struct fa_plain_scope *scope,
                              const struct fa_str *unknown_cause,
                              enum fa_plain_judgement *judgement, struct fa_str *cause,
                              bool *excepted, bool *undecided) FA_MUST_USE;
/* One indeterminate finding per filer and cause takes all unknown units; MEMBER NULL: no row.
 */
enum fa_status fa_plain_add_unknown(struct fa_plain *plain, size_t findings_before,
                                    struct fa_str filer, struct fa_str cause,
                                    const struct fa_plain_member *members, size_t count,
                                    bool has_unit) FA_MUST_USE;

/* plain_tally.c */

void fa_plain_taint(struct fa_plain_tally *tally, struct fa_str cause);
enum fa_status fa_plain_tally_member(struct fa_plain *plain, struct fa_plain_tally *tally,
                                     const struct fa_agg *agg, const struct fa_table_def *table,
                                     const struct fa_plain_member *member) FA_MUST_USE;
struct fa_plain_result fa_plain_finish_tally(struct fa_plain_tally *tally,
                                             const struct fa_agg *agg,
                                             const struct fa_str *outside);
struct fa_plain_tally fa_plain_empty_tally(const struct fa_agg *agg);

/* plain_duty.c */

/* MEMBER: the row that owes; NULL: a group or episode. */
enum fa_status fa_plain_owe(struct fa_plain *plain, const struct fa_finding *finding,
                            const struct fa_plain_member *member) FA_MUST_USE;
/* Decides what was owed: done, pending, unknown, or a finding. */
enum fa_status fa_plain_settle(struct fa_plain *plain) FA_MUST_USE;
void fa_plain_forget_owed(struct fa_plain *plain);

/* plain_running.c */

/* Adds what TERM opens for KEYS. GIVEN: some row opens with a value that is not zero. */
enum fa_status fa_plain_open_term(struct fa_plain *plain, const struct fa_running_term *term,
                                  int key_count, const struct fa_value *keys,
                                  const struct fa_value *filer, int population_table,
                                  struct fa_plain_result *state, bool *is_given,
                                  bool *is_known_key) FA_MUST_USE;
/* The value runs from an opening that is not known. */
enum fa_status fa_plain_lack_opening(struct fa_plain *plain, const struct fa_running_term *term,
                                     struct fa_plain_result *state);
/* Adds what a row adds to its key's value. */
enum fa_status fa_plain_apply(struct fa_plain *plain, struct fa_plain_account *account,
                              const struct fa_plain_member *member) FA_MUST_USE;
enum fa_status fa_plain_close_episode(struct fa_plain *plain, struct fa_plain_account *account,
                                      bool still_on, int64_t at_us) FA_MUST_USE;
/* Keys that only an opening knows are judged, too: what was owed before the period is still
 * owed. */
enum fa_status fa_plain_add_opening_keys(struct fa_plain *plain,
                                         const struct fa_running_term *term,
                                         int population_table,
                                         fa_plain_members *keys) FA_MUST_USE;
enum fa_status fa_plain_add_member_keys(struct fa_plain *plain, const fa_plain_members *members,
                                        fa_plain_members *keys) FA_MUST_USE;
enum fa_status fa_plain_select_key(struct fa_plain *plain, const struct fa_plain_member *key,
                                   const fa_plain_members *members,
                                   fa_plain_members *rows) FA_MUST_USE;
enum fa_status fa_plain_judge_running(struct fa_plain *plain,
                                      const fa_plain_members *members) FA_MUST_USE;

/* plain_hops.c */

enum fa_status fa_plain_judge_hops(struct fa_plain *plain, fa_plain_members *members) FA_MUST_USE;

/* plain_gapless.c */

enum fa_status fa_plain_judge_gapless(struct fa_plain *plain,
                                      const fa_plain_members *members) FA_MUST_USE;

/* plain_series.c */

enum fa_status fa_plain_judge_series(struct fa_plain *plain) FA_MUST_USE;

/* plain_stretch.c */

/* Whether the row holds on a day or, where its table states times, at an instant: by its interval, and
 * as the row that describes its thing then. */
bool fa_plain_holds(const struct fa_plain *plain, int table, const struct fa_plain_row *row, int64_t day_no,
                    int64_t instant_us);
/* The days on which intervals of a table are judged: those stated for it, else those of what is
 * streamed, else of all. False: nothing says. */
bool fa_plain_interval_days(const struct fa_plain *plain, int table, int64_t *from_day, int64_t *to_day);
enum fa_status fa_plain_judge_stretches(struct fa_plain *plain,
                                        const fa_plain_members *members) FA_MUST_USE;

/* plain_every.c */

enum fa_status fa_plain_judge_every(struct fa_plain *plain, const fa_plain_members *members) FA_MUST_USE;
/* plain_window.c */

/* Whether the rule's rows are looked at in windows, which need to know when they happened. */
bool fa_plain_has_windows(const struct fa_rule *rule);
enum fa_status fa_plain_judge_windows(struct fa_plain *plain,
                                      const fa_plain_members *members) FA_MUST_USE;

/* plain_view.c */

/* Makes every view of the verdicts' list: its rows become those of a table of the ledger. */
enum fa_status fa_plain_make_views(struct fa_plain *plain, bool keeps_views) FA_MUST_USE;

/* plain_testable.c */

/* Says of every rule what is known before its tables are looked at: whether it was asked for, applies to
 * the filer, is on, and has its parameters. */
enum fa_status fa_plain_choose(struct fa_plain *plain, struct fa_str only) FA_MUST_USE;
enum fa_status fa_plain_check_testable(struct fa_plain *plain) FA_MUST_USE;

/* plain.c */

/* The calendar of the rule at hand. */
enum fa_status fa_plain_make_calendar(struct fa_plain *plain) FA_MUST_USE;
/* The finding that takes a firing row of this key, period and outcome; NULL: there is none yet. */
struct fa_finding *fa_plain_find_gathered(struct fa_plain *plain, const struct fa_finding *like);

struct fa_str fa_plain_outside_text(struct fa_plain *plain, int table);
int64_t fa_plain_covered_until(struct fa_plain *plain, int table);
bool fa_plain_is_outside_cover(struct fa_plain *plain, int table, int64_t first_day,
                               int64_t last_day);

#endif
