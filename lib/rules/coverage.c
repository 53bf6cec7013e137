/*
 * Coverage: which conditions of a rule its tests make true, and which they make false.
 *
 * A condition counts where it was asked: what stands behind a part that had decided an `and` or
 * an `or` made no difference. So each part is seen to matter.
 */
#include <stdlib.h>

#include "rules/build.h"
#include "rules/place.h"
#include "rules/plain.h"
#include "rules/plain_observe.h"
#include "rules/test_run.h"

struct condition {
    const struct fa_expr *expr;
    const char *what;
    bool is_part;   /* of an `and` or `or` */
    bool is_judged; /* of `when` or an exception to it: counts while a unit is judged */
    bool seen[2];   /* false, true */
};

struct coverage {
    FA_VEC(struct condition) conditions;
    enum fa_status status;
    const char *what; /* of what is being collected */
    bool is_judged;
    bool is_judging;
};

/* --- which conditions there are --- */

static bool is_same_text(const struct fa_expr *a, const struct fa_expr *b)
{
    return a->text.bytes == b->text.bytes && a->text.size == b->text.size;
}

/* Also as the whole that it was made for. */
static bool is_known(const struct coverage *coverage, const struct fa_expr *expr)
{
    for (size_t i = 0; i < coverage->conditions.count; i++) {
        const struct fa_expr *known = coverage->conditions.items[i].expr;
        if (known == expr || (is_same_text(known, expr) && fa_expr_is_one(known)))
            return true;
    }
    return false;
}

/* The parts of a condition that are no `and`, `or` or `not`: the whole is true and false where
 * they are. */
static void add_condition(struct coverage *coverage, const struct fa_expr *expr, bool is_part)
{
    bool is_joined = expr->op == FA_OP_AND || expr->op == FA_OP_OR;
    bool is_made = (is_joined || expr->op == FA_OP_NOT) && !fa_expr_is_one(expr);
    for (int i = 0; is_made && i < expr->arg_count; i++)
        add_condition(coverage, expr->args[i], is_part || is_joined);
    if (coverage->status != FA_OK || is_made || expr->op == FA_OP_CONST ||
        is_known(coverage, expr))
        return;
    const struct condition condition = {.expr = expr,
                                        .what = coverage->what,
                                        .is_part = is_part,
                                        .is_judged = coverage->is_judged};
    coverage->status = fa_vec_add(&coverage->conditions, condition);
}

static void add_root(struct coverage *coverage, const struct fa_expr *expr, const char *what,
                     bool is_judged)
{
    coverage->what = what;
    coverage->is_judged = is_judged;
    if (expr)
        add_condition(coverage, expr, false);
}

/* Conditions inside an expression: of case, and what no list above knows. */
static void collect(void *context, struct fa_expr *expr)
{
    struct coverage *coverage = context;
    if (expr->op == FA_OP_CASE)
        for (int i = 0; i + 1 < expr->arg_count; i += 2)
            add_condition(coverage, expr->args[i], false);
}

/* Whatever other conditions a way has. */
static void collect_roots(void *context, struct fa_expr *expr)
{
    struct coverage *coverage = context;
    bool is_condition =
        (expr->op >= FA_OP_EQ && expr->op <= FA_OP_NOT) || expr->op == FA_OP_HAS;
    if (expr->kind == FA_KIND_BOOL && is_condition)
        add_condition(coverage, expr, false);
}

static void collect_all(struct coverage *coverage, struct fa_rule *rule)
{
    add_root(coverage, rule->when, "condition", true);
    coverage->what = "condition of case";
    fa_expr_visit(rule->when, collect, coverage);
    for (int i = 0; i < rule->except_finding_count; i++)
        add_root(coverage, rule->except_findings[i].when, "exception", true);
    for (int i = 0; i < rule->except_row_count; i++)
        add_root(coverage, rule->except_rows[i].when, "exception", false);
    add_root(coverage, rule->population.where, "where", false);
    for (int i = 0; i < rule->agg_count; i++)
        add_root(coverage, rule->aggs[i]->cond, "if", false);
    for (int i = 0; i < rule->term_count; i++)
        add_root(coverage, rule->terms[i].agg ? rule->terms[i].agg->cond : NULL, "if", false);
    for (int i = 0; i < rule->series_count; i++) {
        add_root(coverage, rule->series[i].population.where, "where", false);
        add_root(coverage, rule->series[i].agg->cond, "if", false);
    }
    coverage->what = "condition";
    coverage->is_judged = false;
    fa_rule_visit(rule, collect_roots, coverage);
}

/* --- what the tests make of them --- */

static void evaluated(void *context, const struct fa_plain_scope *scope,
                      const struct fa_expr *expr, const struct fa_plain_result *result)
{
    struct coverage *coverage = context;
    (void)scope;
    if (expr->kind != FA_KIND_BOOL || result->value.is_missing)
        return;
    for (size_t i = 0; i < coverage->conditions.count; i++) {
        struct condition *condition = &coverage->conditions.items[i];
        if (condition->expr == expr && (!condition->is_judged || coverage->is_judging))
            condition->seen[result->value.numerator != 0] = true;
    }
}

static void judging(void *context, const struct fa_rule *rule,
                    const struct fa_plain_scope *scope)
{
    (void)rule, (void)scope;
    ((struct coverage *)context)->is_judging = true;
}

static void judged(void *context, const struct fa_rule *rule, const struct fa_plain_scope *scope,
                   const struct fa_plain_judged *judged)
{
    (void)rule, (void)scope, (void)judged;
    ((struct coverage *)context)->is_judging = false;
}

static enum fa_status run_test(struct coverage *coverage, struct fa_ruleset_list *list,
                               struct fa_ruleset *ruleset, const struct fa_rule *rule,
                               const struct fa_rule_test *test, struct fa_sink *sink)
{
    const struct fa_plain_observer observer = {.context = coverage,
                                               .evaluated = evaluated,
                                               .judging = judging,
                                               .judged = judged};
    const struct fa_evaluate_options options = fa_test_options();
    struct fa_test_ledger ledger;
    struct fa_test_saved saved = {NULL, 0};
    struct fa_verdicts verdicts;
    struct fa_rule_alone alone;
    fa_verdicts_init(&verdicts);
    enum fa_status status = fa_test_ledger_build(&ledger, list, rule, test, sink);
    if (status == FA_OK)
        status = fa_test_set_params(list, ruleset, &ledger, &saved);
    if (status == FA_OK)
        status = fa_blocks_rewind(&ledger.kept->base);
    if (status == FA_OK) {
        fa_test_make_alone(&alone, &ledger);
        status = fa_observe_plain(&alone.list, &ledger.kept->base, &options, &observer, sink,
                                  &verdicts);
    }
    fa_test_restore_params(ruleset, &saved);
    fa_verdicts_release(&verdicts);
    fa_test_ledger_release(&ledger);
    return status;
}

/* --- saying it --- */

/* Two copies of what was written once are one. */
static void join_copies(struct coverage *coverage)
{
    for (size_t i = 0; i < coverage->conditions.count; i++)
        for (size_t j = 0; j < coverage->conditions.count; j++) {
            struct condition *a = &coverage->conditions.items[i],
                             *b = &coverage->conditions.items[j];
            if (i == j || !a->expr->line_no || a->expr->line_no != b->expr->line_no ||
                a->expr->column_no != b->expr->column_no || a->expr->op != b->expr->op)
                continue;
            for (int truth = 0; truth < 2; truth++)
                a->seen[truth] = b->seen[truth] = a->seen[truth] || b->seen[truth];
        }
}

static bool is_copy(const struct coverage *coverage, size_t index)
{
    const struct fa_expr *expr = coverage->conditions.items[index].expr;
    for (size_t i = 0; i < index; i++) {
        const struct fa_expr *other = coverage->conditions.items[i].expr;
        if (expr->line_no && other->line_no == expr->line_no &&
            other->column_no == expr->column_no && other->op == expr->op)
            return true;
    }
    return false;
}

static enum fa_status tell(const struct fa_rule *rule, const struct condition *condition,
                           bool truth, struct fa_sink *sink)
{
    struct fa_buf text;
    fa_buf_init(&text);
    enum fa_status status = fa_add_one_line(&text, condition->expr->text);
    const char *cstr = status == FA_OK ? fa_buf_cstr(&text) : NULL;
    char quoted[FA_QUOTED_BYTES];
    if (cstr)
        fa_warn(sink, FA_CODE_RULE_COVERAGE,
                fa_rule_place(rule, condition->expr->line_no, condition->expr->column_no),
                condition->is_part
                    ? "add a test in which the parts before it leave the decision to it"
                    : NULL,
                "%.*s: no test makes the %s %s %s", (int)rule->id.size, rule->id.bytes,
                condition->what, fa_quoted(fa_buf_str(&text), quoted),
                truth ? "true" : "false");
    fa_buf_release(&text);
    return cstr ? FA_OK : fa_out_of_memory(sink, "coverage");
}

static enum fa_status report(struct coverage *coverage, const struct fa_rule *rule,
                             struct fa_sink *sink, struct fa_rule_tested *tested)
{
    for (size_t i = 0; i < coverage->conditions.count; i++) {
        const struct condition *condition = &coverage->conditions.items[i];
        for (int truth = 1; truth >= 0 && !is_copy(coverage, i); truth--) {
            tested->outcomes++;
            tested->seen += condition->seen[truth];
            if (!condition->seen[truth])
                FA_TRY(tell(rule, condition, truth, sink));
        }
    }
    return FA_OK;
}

enum fa_status fa_rule_cover(struct fa_ruleset_list *list, struct fa_ruleset *ruleset,
                             struct fa_rule *rule, struct fa_sink *sink,
                             struct fa_rule_tested *tested)
{
    struct coverage coverage = {.status = FA_OK};
    tested->outcomes = tested->seen = 0;
    collect_all(&coverage, rule);
    enum fa_status status =
        coverage.status == FA_OK ? FA_OK : fa_out_of_memory(sink, "coverage");
    for (int t = 0; status == FA_OK && t < rule->test_count; t++)
        status = run_test(&coverage, list, ruleset, rule, &rule->tests[t], sink);
    join_copies(&coverage);
    if (status == FA_OK)
        status = report(&coverage, rule, sink, tested);
    fa_vec_free(&coverage.conditions);
    return status;
}
