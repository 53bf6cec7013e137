/*
 * Tests that stand in rules: their tables become a small ledger, every evaluator judges it, and
 * what comes out must be what the test lists.
 *
 * Mutation changes a rule one thing at a time; a change that no test notices is named. Coverage
 * says which conditions no test makes true, and which none makes false.
 */
#ifndef FA_RULES_TEST_H
#define FA_RULES_TEST_H

#include "ledger/kept.h"
#include "rules/engine.h"
#include "rules/syntax.h"

/* A table of a test as rows of values, in the order of the ledger. */
struct fa_test_cell {
    bool is_given;
    int64_t value;
    struct fa_str text;
};

struct fa_test_sheet {
    const struct fa_table_def *def; /* of the rules' dictionary */
    int row_count;
    struct fa_test_cell *cells; /* row by row, def->column_count each */
};

struct fa_test_names {
    FA_LIST(struct fa_str) names; /* of an id space, by number */
    FA_LIST(uint32_t) filers;     /* whose name it is; institutions are nobody's: 0 */
};

struct fa_test_ledger {
    const struct fa_ruleset_list *list;
    const struct fa_rule *rule;
    const struct fa_rule_test *test;
    struct fa_sink *sink;
    struct fa_lexer file; /* text and name of the rules file, for places */
    struct fa_arena arena;
    struct fa_test_sheet
        *sheets; /* by table of the rules' dictionary; def NULL: not in the test */
    struct fa_test_names *spaces; /* likewise */
    int64_t first_day, last_day;  /* of the rows' clocks */
    /* Of what the rule reads that which the test `lacks`: all else it gives, even where empty. */
    struct fa_need *needs;
    int need_count;
    struct fa_kept *kept;
};

/* Builds the ledger of a test; mistakes in the test are reported (code RULE-TEST). Release in
 * any case.
 *
 * Columns left out have no value, except: status is settled, currency the ruleset's, openings
 * zero. A column that the rule reads must be given. Without `covers` the ledger covers the days
 * of its rows, rounded to the rule's periods; without `as of` it is judged as of the last day
 * covered. */
enum fa_status fa_test_ledger_build(struct fa_test_ledger *ledger,
                                    const struct fa_ruleset_list *list,
                                    const struct fa_rule *rule, const struct fa_rule_test *test,
                                    struct fa_sink *sink) FA_MUST_USE;
void fa_test_ledger_release(struct fa_test_ledger *ledger);

/* The stream's number of a table of the rules' dictionary. */
int fa_test_head_table(const struct fa_test_ledger *ledger, int table);

/* A value as the ledger's filing would write it. */
enum fa_status fa_test_format_value(const struct fa_test_ledger *ledger,
                                    const struct fa_value *value, const struct fa_expr *of,
                                    struct fa_buf *text) FA_MUST_USE;

/* Whether what came out is what the test lists; each difference is reported to SINK (code
 * RULE-TEST-FAILED; NULL: mutants are judged in silence). */
enum fa_status fa_test_compare(const struct fa_test_ledger *ledger,
                               const struct fa_verdicts *verdicts, struct fa_sink *sink,
                               bool *is_equal) FA_MUST_USE;

struct fa_rule_tested {
    uint64_t tests, failed;
    bool fires, clears; /* in some test a unit fires, one is clear */
    uint64_t mutants, survivors;
    uint64_t accepted, stale; /* survivors that the rule lists; what it lists in vain */
    uint64_t outcomes, seen;  /* of conditions: each can be true and false */
};

/* Runs the tests of a rule on every evaluator. Failures are reported (code RULE-TEST-FAILED)
 * and are no failure of the function. */
enum fa_status fa_rule_run_tests(struct fa_ruleset_list *list, struct fa_ruleset *ruleset,
                                 struct fa_rule *rule, struct fa_sink *sink,
                                 struct fa_rule_tested *tested) FA_MUST_USE;

/* Moves each number of the rule and of its parameters by one unit, makes each comparison strict
 * that was not (and the other way round), leaves out each part of `where` and of `when` and each
 * exception: one at a time. Names (code RULE-MUTANT) each change after which all tests still come
 * out as they say, unless the rule lists it as `unnoticed`, and (RULE-STALE) what it lists in
 * vain. */
enum fa_status fa_rule_mutate(struct fa_ruleset_list *list, struct fa_ruleset *ruleset,
                              struct fa_rule *rule, struct fa_sink *sink,
                              struct fa_rule_tested *tested) FA_MUST_USE;

/* Names (code RULE-COVERAGE) each condition that no test makes true, or none makes false. */
enum fa_status fa_rule_cover(struct fa_ruleset_list *list, struct fa_ruleset *ruleset,
                             struct fa_rule *rule, struct fa_sink *sink,
                             struct fa_rule_tested *tested) FA_MUST_USE;

#endif
