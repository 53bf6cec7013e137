/*
 * A rules file as it is written: blocks and statements with untyped expressions, before any
 * name is looked up. The checker (rules/compile.c) makes the typed model of it.
 *
 * Everything lives in the lexer's arena. A part in which the parser met a mistake is marked
 * broken; the mistake was reported, and the checker passes over the part but knows its name.
 */
#ifndef FA_RULES_SYNTAX_H
#define FA_RULES_SYNTAX_H

#include "lang/expr.h"
#include "ledger/table_block.h"
#include "rules/rule.h"

struct fa_syntax_let {
    struct fa_token name;
    const struct fa_node *value;
    bool is_used, is_open; /* of the checker: expanded somewhere; being expanded */
};

/* "K, K VALUE", or one part of a scale */
struct fa_syntax_entry {
    FA_LIST(struct fa_token) keys;
    const struct fa_node *value;
    const struct fa_node *up_to; /* of a scale's part; NULL: without end */
};

struct fa_syntax_from {
    struct fa_token token; /* the date it begins with */
    int64_t from_day, to_day;
    bool has_end;
    FA_LIST(struct fa_syntax_entry) entries;
};

struct fa_syntax_param {
    struct fa_token name, type;
    FA_LIST(const struct fa_node *) keys; /* paths */
    bool is_required, is_broken;
    struct fa_str note;
    struct fa_cite cite;
    struct fa_sources sources;
    FA_LIST(struct fa_syntax_from) periods;
};

struct fa_syntax_population {
    struct fa_token table; /* a table, or settled, effective */
    bool is_leg;
    const struct fa_node *where;
};

struct fa_syntax_exception {
    const struct fa_node *when;
    struct fa_cite cite;
};

struct fa_syntax_key {
    struct fa_str name; /* given, or empty */
    const struct fa_node *value;
};

struct fa_syntax_per {
    struct fa_token token;
    FA_LIST(struct fa_syntax_key) keys;
    bool is_across_filers;
    struct fa_token across; /* where that is said */
    bool has_period;
    enum fa_period period;
};

struct fa_syntax_series {
    struct fa_token name;
    enum fa_series_kind kind;
    FA_LIST(const struct fa_node *) openings;
    const struct fa_node *sum;
    struct fa_syntax_population population;
    bool is_carried, is_previous;
    enum fa_period previous; /* P of "at end of previous P" */
};

/* at most|exactly|at least N of [distinct X of] T per K [of each T3] at any time; K is the rule's */
enum fa_stretch_bound { FA_STRETCH_AT_MOST, FA_STRETCH_EXACTLY, FA_STRETCH_AT_LEAST };
struct fa_syntax_stretch {
    struct fa_token token; /* kind FA_TOKEN_END: none */
    enum fa_stretch_bound bound;
    const struct fa_node *number, *distinct; /* DISTINCT may be NULL */
    struct fa_syntax_population population, each;
    bool has_each;
};

/* every P [with activity] [of each T3] has T2 [dated by X] per K [within W]; K is the rule's */
struct fa_syntax_every {
    struct fa_token token; /* kind FA_TOKEN_END: none */
    enum fa_period period;
    bool has_activity, has_each;
    struct fa_syntax_population population, each;
    const struct fa_node *dated_by;
    const struct fa_node *within; /* a number with a unit; NULL: none */
};

/* cycle|path hops N..M within W [amount within R] [skip C] [budget N] */
struct fa_syntax_hops {
    struct fa_token token; /* cycle or path */
    bool is_cycle;
    const struct fa_node *hops_min, *hops_max; /* numbers */
    const struct fa_node *within, *tolerance, *skip; /* TOLERANCE, SKIP: or NULL */
    struct fa_token budget_token;
    uint64_t budget; /* 0: not said */
};

/* gapless FIELD [digits N] */
struct fa_syntax_gapless {
    struct fa_token token;
    const struct fa_node *field;
    struct fa_token digits_token;
    uint64_t digits; /* 0: not said */
};

/* "a = EXPR" of a duty: of its row and of what owes it; "a" alone is both. */
struct fa_syntax_same {
    const struct fa_node *theirs, *ours;
};

/* must [not] T [where C] same a, b = x [before] [within W] [with AGG] [shared] */
struct fa_syntax_duty {
    struct fa_token token;
    struct fa_syntax_population population;
    FA_LIST(struct fa_syntax_same) same;
    bool is_ban, is_before, is_shared;
    const struct fa_node *within, *with; /* NULL: not said */
};

/* first NAME = C then NAME = C within W */
struct fa_syntax_sequence {
    struct fa_token token;
    struct fa_token first_name, then_name;
    const struct fa_node *first, *then;
    const struct fa_node *within; /* NULL: the rule has no sequence */
};

/* unique K, K [within W] */
struct fa_syntax_unique {
    bool is_given;
    struct fa_syntax_per per;
    const struct fa_node *within; /* NULL: ever */
};

/* A test: tables of cells as written, and what must come out. */
struct fa_test_row {
    FA_LIST(struct fa_cell) cells;
    uint64_t line_no;
};

struct fa_test_table {
    struct fa_token name;
    struct fa_test_row head;
    FA_LIST(struct fa_test_row) rows;
};

struct fa_test_cover {
    struct fa_token table; /* kind FA_TOKEN_END: every table */
    int64_t from_day, to_day;
};

struct fa_test_param {
    struct fa_token name;
    struct fa_str value;
};

struct fa_test_value {
    struct fa_str name;
    struct fa_str value;
};

/* "citing flow 1, 2": of that table these rows and no others. */
struct fa_test_cited {
    struct fa_token table;
    FA_LIST(struct fa_str) keys;
};

/* What `expect count` may ask for; the names are those of the table result_rule. */
enum fa_test_counted {
    FA_COUNT_POPULATION,
    FA_COUNT_FIRED,
    FA_COUNT_CLEAR,
    FA_COUNT_UNKNOWN,
    FA_COUNT_PENDING,
    FA_COUNT_NOT_IN_FORCE,
    FA_COUNT_OTHER_CURRENCY,
    FA_COUNT_AFTER_AS_OF,
    FA_COUNT_OUTSIDE_GROUP,
    FA_COUNT_OUTSIDE_GROUP_AMOUNT,
    FA_COUNT_EXCEPTED_ROWS,
    FA_COUNT_EXCEPTED_AMOUNT,
    FA_COUNT_EXCEPTED_FINDINGS,
    FA_COUNT_FINDINGS,
};

struct fa_test_count {
    struct fa_token token;
    enum fa_test_counted counted;
    struct fa_str value;
};

/* "lacks flow.memo": the filing has no such table, or no row of it gives the column. */
struct fa_test_lack {
    struct fa_token table, column; /* column.kind FA_TOKEN_END: the table as a whole */
};

enum fa_expected { FA_EXPECT_FIRES, FA_EXPECT_CLEAR, FA_EXPECT_UNKNOWN, FA_EXPECT_PENDING };

struct fa_expectation {
    struct fa_token token;
    enum fa_expected outcome;
    struct fa_token at_table; /* "at flow 2"; kind FA_TOKEN_END: not said */
    struct fa_str at_key;
    FA_LIST(struct fa_str) keys; /* "for b, debit" */
    bool has_day;
    int64_t day; /* "on 2017-01-02" */
    bool has_last_day, is_still_on;
    int64_t last_day; /* "to 2017-01-05" */
    FA_LIST(struct fa_test_cited) cited;
    FA_LIST(struct fa_test_value) values;
};

struct fa_rule_test {
    struct fa_str name;
    struct fa_token token;
    bool is_broken;
    bool has_as_of;
    int64_t as_of_day;
    FA_LIST(struct fa_test_cover) covers;
    FA_LIST(struct fa_test_param) params;
    FA_LIST(struct fa_test_lack) lacks;
    FA_LIST(struct fa_test_table) tables;
    FA_LIST(struct fa_test_count) counts;
    bool expects_nothing, expects_not_testable;
    FA_LIST(struct fa_expectation) expectations;
};

struct fa_syntax_rule {
    struct fa_token id;
    bool is_broken;
    struct fa_str title_en, title_zh;
    struct fa_cite cite;
    struct fa_sources sources;
    bool has_severity;
    enum fa_level severity;
    bool is_lead;
    enum fa_rule_state state;
    struct fa_str state_why;
    struct fa_str note_en, note_zh;
    bool has_force;
    int64_t from_day, to_day;

    bool has_population;
    struct fa_syntax_population population;
    const struct fa_node *dated_by;
    FA_LIST(struct fa_syntax_exception) except_rows;
    FA_LIST(struct fa_syntax_let) lets;
    struct fa_token any_currency; /* currency any; kind FA_TOKEN_END: not said */
    bool has_per;
    struct fa_syntax_per per;
    struct fa_token running; /* the name; kind FA_TOKEN_END: none */
    const struct fa_node *running_value;
    bool is_at_day_end;
    FA_LIST(struct fa_syntax_series) series;
    struct fa_syntax_stretch stretch;
    struct fa_syntax_every every;
    struct fa_syntax_hops *hops;       /* NULL: none */
    struct fa_syntax_gapless *gapless; /* NULL: none */
    const struct fa_node *over; /* W of over last W; NULL: none */
    struct fa_syntax_sequence sequence;
    struct fa_syntax_unique unique;
    const struct fa_node *when;
    bool has_duty;
    struct fa_syntax_duty duty;
    FA_LIST(struct fa_syntax_exception) except_findings;
    enum fa_on_unknown on_unknown;
    struct fa_str on_unknown_why;
    bool has_gather;
    struct fa_syntax_per gather;
    struct fa_token say_en, say_zh; /* kind FA_TOKEN_END: none */
    struct fa_str measure, disposal;
    const struct fa_node *disposal_within; /* NULL: no time is set */
    struct fa_cite disposal_cite;
    FA_LIST(struct fa_unnoticed) unnoticed;
    FA_LIST(struct fa_rule_test) tests;
};

/* An article that no filing can show; its titles, citation, sources and dates stand as in a rule. */
struct fa_syntax_provision {
    struct fa_syntax_rule head;
    struct fa_str why_en, why_zh;
};

/* A column of a view. */
struct fa_syntax_show {
    struct fa_token token;
    struct fa_str name;
    const struct fa_node *value;
};

/* One population of a view with its columns. RULE has no condition. */
struct fa_syntax_part {
    struct fa_syntax_rule rule;
    FA_LIST(struct fa_syntax_show) shows;
};

struct fa_syntax_view {
    struct fa_token name;
    bool is_statistic, is_broken;
    struct fa_str title_en, title_zh;
    FA_LIST(struct fa_syntax_part) parts; /* one, and one for each `also on` */
    bool has_chart;
    struct fa_token chart_token;
    enum fa_chart chart;
    struct fa_token sheet_token; /* of no kind: it has a sheet of its own */
    struct fa_str sheet_en, sheet_zh;
    bool is_sheet_first;
    bool is_open, is_done, is_made; /* of the checker: at work; looked at; without mistakes */
    enum fa_status status;          /* what came of it */
};

struct fa_syntax_ruleset {
    struct fa_token id;
    bool is_broken;
    struct fa_str title_en, title_zh, issuer, document, sources;
    bool has_force;
    int64_t from_day, to_day;
    struct fa_token zone_token, currency_token;
    struct fa_zone zone;
    struct fa_str calendar;
    fa_currency currency;
    const struct fa_node *applies;
    FA_LIST(struct fa_token) uses;
    FA_LIST(struct fa_table_block) tables;
    FA_LIST(struct fa_syntax_param) params;
    FA_LIST(struct fa_syntax_let) lets;
    FA_LIST(struct fa_syntax_view) views;
    FA_LIST(struct fa_syntax_rule) rules;
    FA_LIST(struct fa_syntax_provision) provisions;
};

/* set NAME ... end: rulesets that go together */
struct fa_syntax_set {
    struct fa_token id;
    bool is_broken;
    struct fa_str title_en, title_zh;
    const struct fa_node *applies;
    FA_LIST(struct fa_token) rulesets;
};

/* Parses one file: sets, or a ruleset block, then params, lets and rules, which belong to the ruleset
 * before them. Mistakes are reported and counted, and parsing goes on with the next statement;
 * FA_ERULES when there was one: what was parsed can be checked all the same. */
struct fa_syntax_file {
    FA_LIST(struct fa_syntax_ruleset) rulesets;
    FA_LIST(struct fa_syntax_set) sets;
    int mistake_count;
};

enum fa_status fa_syntax_parse(struct fa_lexer *lexer, struct fa_syntax_file *file) FA_MUST_USE;

/* Parses "view NAME ... end" alone. */
enum fa_status fa_syntax_parse_view(struct fa_lexer *lexer,
                                    struct fa_syntax_view *view) FA_MUST_USE;

#endif
