/*
 * Mutation: changes a rule one thing at a time and names each change after which all its tests
 * still come out as they say.
 */
#include <stdlib.h>
#include <string.h>

#include "base/limits.h"
#include "rules/build.h"
#include "rules/place.h"
#include "rules/test_run.h"

/* One change: of an expression as a whole, of a number in it by STEP, or of a duty's comparison. */
struct mutant {
    struct fa_expr *expr;   /* where it stands; NULL: a parameter's value */
    bool is_replaced;       /* the expression becomes CHANGED */
    struct fa_expr was, changed;
    const char *what;       /* REPLACED: "the rule without %s"; NULL: another operator */
    fa_i128 *numerator;
    fa_i128 step;
    struct fa_value *value; /* whose numerator it is */
    const struct fa_param *param;
    const struct fa_param_period *period;
    enum fa_op *op, was_op; /* of a duty's PART */
    const struct fa_duty_part *part;
};

struct mutation {
    FA_VEC(struct mutant) mutants;
    FA_VEC(const struct fa_param *) params;
    const struct fa_hops *hops; /* NULL: the rule searches no chains */
    enum fa_status status;
};

static void add_mutant(struct mutation *mutation, const struct mutant *mutant)
{
    if (mutation->status == FA_OK)
        mutation->status = fa_vec_add(&mutation->mutants, *mutant);
}

/* --- numbers --- */

/* One unit of a number: a fen, a day, a second of a duration, the last digit of a ratio as
 * written. */
static fa_i128 unit_of(const struct fa_value *value)
{
    bool is_clock = value->kind == FA_KIND_DURATION || value->kind == FA_KIND_TIME;
    return is_clock ? 1000000 : 1;
}

static bool is_number(const struct fa_value *value)
{
    return !value->is_none && !value->is_missing &&
           (value->kind == FA_KIND_INT || value->kind == FA_KIND_MONEY ||
            value->kind == FA_KIND_RATIO || value->kind == FA_KIND_DATE ||
            value->kind == FA_KIND_TIME || value->kind == FA_KIND_DURATION);
}

/* The language refuses chains of one hop, and so many that no search would end. */
static bool is_refused(const struct fa_hops *hops, const struct fa_value *value, fa_i128 step)
{
    if (!hops || (value != &hops->hops_min->value && value != &hops->hops_max->value))
        return false;
    fa_i128 changed = value->numerator + step;
    return changed < 2 || changed > FA_HOPS_MAX;
}

static void add_number(struct mutation *mutation, struct fa_value *value, struct mutant mutant)
{
    mutant.numerator = &value->numerator;
    mutant.value = value;
    for (int sign = -1; is_number(value) && sign <= 1; sign += 2) {
        mutant.step = sign * unit_of(value);
        if (!is_refused(mutation->hops, value, mutant.step))
            add_mutant(mutation, &mutant);
    }
}

static void add_param(struct mutation *mutation, const struct fa_param *param)
{
    for (size_t i = 0; i < mutation->params.count; i++)
        if (mutation->params.items[i] == param)
            return;
    if (mutation->status == FA_OK)
        mutation->status = fa_vec_add(&mutation->params, param);
    for (int p = 0; p < param->period_count; p++) {
        const struct fa_param_period *period = &param->periods[p];
        const struct mutant mutant = {.param = param, .period = period};
        for (int r = 0; r < period->row_count; r++)
            add_number(mutation, &period->rows[r].value, mutant);
        for (int r = 0; r < period->part_count; r++) {
            add_number(mutation, &period->parts[r].rate, mutant);
            add_number(mutation, &period->parts[r].up_to, mutant);
        }
    }
}

/* --- operators, and parts that are left out --- */

static void add_operator(struct mutation *mutation, struct fa_expr *expr, enum fa_op op)
{
    struct mutant mutant = {.expr = expr, .is_replaced = true, .was = *expr, .changed = *expr};
    mutant.changed.op = op;
    add_mutant(mutation, &mutant);
}

static bool is_order(enum fa_op op)
{
    return op == FA_OP_LT || op == FA_OP_LE || op == FA_OP_GT || op == FA_OP_GE;
}

static enum fa_op other_strictness(enum fa_op op)
{
    return op == FA_OP_LT   ? FA_OP_LE
           : op == FA_OP_LE ? FA_OP_LT
           : op == FA_OP_GT ? FA_OP_GE
                            : FA_OP_GT;
}

static void add_without(struct mutation *mutation, struct fa_expr *expr, bool instead,
                        const char *what)
{
    struct mutant mutant = {
        .expr = expr, .is_replaced = true, .was = *expr, .changed = *expr, .what = what};
    mutant.changed.op = FA_OP_CONST;
    mutant.changed.arg_count = 0;
    mutant.changed.value =
        (struct fa_value){.kind = FA_KIND_BOOL, .numerator = instead, .denominator = 1};
    add_mutant(mutation, &mutant);
}

/* Each part of a condition: one that must hold is taken to hold, one of several of which one
 * suffices never to. */
static void add_parts(struct mutation *mutation, struct fa_expr *expr, bool instead)
{
    if (!expr)
        return;
    bool is_one = fa_expr_is_one(expr);
    if (is_one || expr->op != (instead ? FA_OP_AND : FA_OP_OR))
        add_without(mutation, expr, instead, "the rule without %s");
    if (!is_one && (expr->op == FA_OP_AND || expr->op == FA_OP_OR))
        for (int i = 0; i < expr->arg_count; i++)
            add_parts(mutation, expr->args[i], expr->op == FA_OP_AND);
}

static void add_exceptions(struct mutation *mutation, const struct fa_exception *exceptions,
                           int count)
{
    for (int i = 0; i < count; i++)
        add_without(mutation, exceptions[i].when, false, "the rule without the exception %s");
}

static void add_aggregate(struct mutation *mutation, const struct fa_agg *agg)
{
    if (agg)
        add_parts(mutation, agg->cond, true);
}

static void collect(void *context, struct fa_expr *expr)
{
    struct mutation *mutation = context;
    if (expr->op == FA_OP_CONST)
        add_number(mutation, &expr->value, (struct mutant){.expr = expr});
    if (expr->op == FA_OP_PARAM || expr->op == FA_OP_SCALE)
        add_param(mutation, expr->param.param);
    if (is_order(expr->op))
        add_operator(mutation, expr, other_strictness(expr->op));
}

static void collect_population(struct mutation *mutation, const struct fa_population *population)
{
    add_parts(mutation, population->where, true);
}

static void collect_terms(struct mutation *mutation, const struct fa_running_term *terms,
                          int count)
{
    for (int i = 0; i < count; i++) {
        add_parts(mutation, terms[i].where, true);
        add_aggregate(mutation, terms[i].agg);
    }
}

static void collect_each(struct mutation *mutation, const struct fa_each *each)
{
    if (each)
        collect_population(mutation, &each->population);
}

static void collect_duty(struct mutation *mutation, struct fa_duty *duty)
{
    collect_population(mutation, &duty->population);
    for (int i = 0; i < duty->part_count; i++) {
        struct fa_duty_part *part = &duty->parts[i];
        const struct mutant mutant = {.expr = part->need,
                                      .op = &part->op,
                                      .was_op = part->op,
                                      .part = part};
        add_aggregate(mutation, part->agg);
        if (is_order(part->op))
            add_mutant(mutation, &mutant);
    }
}

/* The built-in view is nobody's to change. */
static void collect_views(struct mutation *mutation, const struct fa_rule *rule)
{
    for (int v = 0; v < rule->view_count; v++)
        for (int p = 0; p < rule->views[v]->part_count && !rule->views[v]->is_built_in; p++) {
            const struct fa_rule *part = &rule->views[v]->parts[p];
            collect_population(mutation, &part->population);
            collect_terms(mutation, part->terms, part->term_count);
            for (int i = 0; i < part->agg_count; i++)
                add_aggregate(mutation, part->aggs[i]);
            add_exceptions(mutation, part->except_rows, part->except_row_count);
        }
}

static void collect_all(struct mutation *mutation, struct fa_rule *rule)
{
    fa_rule_visit(rule, collect, mutation);
    collect_population(mutation, &rule->population);
    collect_terms(mutation, rule->terms, rule->term_count);
    for (int i = 0; i < rule->agg_count; i++)
        add_aggregate(mutation, rule->aggs[i]);
    collect_each(mutation, rule->stretch ? rule->stretch->each : NULL);
    collect_each(mutation, rule->every ? rule->every->each : NULL);
    collect_each(mutation, rule->every ? rule->every->activity : NULL);
    add_parts(mutation, rule->sequence ? rule->sequence->first : NULL, true);
    add_parts(mutation, rule->sequence ? rule->sequence->then : NULL, true);
    if (rule->duty)
        collect_duty(mutation, rule->duty);
    collect_views(mutation, rule);
    for (int i = 0; i < rule->series_count; i++) {
        add_aggregate(mutation, rule->series[i].agg);
        if (i > 0) /* the first series' is the rule's own */
            collect_population(mutation, &rule->series[i].population);
        collect_terms(mutation, rule->series[i].terms, rule->series[i].term_count);
    }
    /* without its condition no rule would be left */
    if (rule->when && (rule->when->op == FA_OP_AND || rule->when->op == FA_OP_OR))
        add_parts(mutation, rule->when, rule->when->op == FA_OP_AND);
    add_exceptions(mutation, rule->except_rows, rule->except_row_count);
    add_exceptions(mutation, rule->except_findings, rule->except_finding_count);
}

/* --- making a change --- */

/* Two copies of what was written once: a let, or a condition said of openings too. */
static bool is_same_place(const struct mutant *a, const struct mutant *b)
{
    return a->expr && b->expr && !a->op && !b->op && a->was.op == b->was.op &&
           a->step == b->step &&
           a->is_replaced == b->is_replaced && a->changed.op == b->changed.op &&
           a->expr->line_no && a->expr->line_no == b->expr->line_no &&
           a->expr->column_no == b->expr->column_no;
}

static void apply_one(struct mutant *mutant, bool is_back)
{
    if (mutant->is_replaced)
        *mutant->expr = is_back ? mutant->was : mutant->changed;
    else if (mutant->op)
        *mutant->op = is_back ? mutant->was_op : other_strictness(mutant->was_op);
    else
        *mutant->numerator += is_back ? -mutant->step : mutant->step;
}

/* Makes the change at all copies, or takes it back. */
static void apply(struct mutation *mutation, size_t index, bool is_back)
{
    for (size_t i = index; i < mutation->mutants.count; i++)
        if (i == index ||
            is_same_place(&mutation->mutants.items[index], &mutation->mutants.items[i]))
            apply_one(&mutation->mutants.items[i], is_back);
}

static bool is_copy(const struct mutation *mutation, size_t index)
{
    for (size_t i = 0; i < index; i++)
        if (is_same_place(&mutation->mutants.items[i], &mutation->mutants.items[index]))
            return true;
    return false;
}

/* --- saying it --- */

/* "200000.00 as 200000.01" */
static enum fa_status describe_number(const struct fa_test_ledger *ledger,
                                      const struct mutant *mutant, struct fa_buf *text)
{
    struct fa_value changed = *mutant->value;
    if (mutant->param)
        FA_TRY(fa_buf_addf(text, "%.*s = ", (int)mutant->param->name.size,
                           mutant->param->name.bytes));
    FA_TRY(fa_test_format_value(ledger, &changed, mutant->expr, text));
    changed.numerator += mutant->step;
    FA_TRY(fa_buf_add_text(text, " as "));
    FA_TRY(fa_test_format_value(ledger, &changed, mutant->expr, text));
    if (!mutant->period || mutant->period->from_day == INT64_MIN)
        return FA_OK;
    FA_TRY(fa_buf_add_text(text, " from "));
    char day[FA_TIME_TEXT_BYTES];
    return fa_buf_add(text, day, fa_date_format(mutant->period->from_day, day));
}

/* As people may write it into `unnoticed`: on one line, without double quotes. */
static enum fa_status describe(const struct fa_test_ledger *ledger, const struct mutant *mutant,
                               struct fa_buf *text)
{
    static const char *const signs[] = {
        [FA_OP_LT] = "<", [FA_OP_LE] = "<=", [FA_OP_GT] = ">", [FA_OP_GE] = ">="};
    if (!mutant->is_replaced && !mutant->op)
        return describe_number(ledger, mutant, text);
    struct fa_buf source;
    fa_buf_init(&source);
    enum fa_status status = fa_buf_add_char(&source, '\'');
    if (status == FA_OK)
        status = fa_add_one_line(&source, mutant->op ? mutant->part->agg->text : mutant->was.text);
    if (status == FA_OK)
        status = fa_buf_add_char(&source, '\'');
    const char *what = mutant->what ? mutant->what : "%s with ";
    const char *at = strstr(what, "%s");
    if (status == FA_OK)
        status = fa_buf_add(text, what, (size_t)(at - what));
    if (status == FA_OK)
        status = fa_buf_add_str(text, fa_buf_str(&source));
    if (status == FA_OK)
        status = fa_buf_add_text(text, at + 2);
    if (status == FA_OK && !mutant->what)
        status = fa_buf_add_text(text, signs[mutant->op ? other_strictness(mutant->was_op)
                                                        : mutant->changed.op]);
    fa_buf_release(&source);
    return status;
}

static struct fa_place place_of(const struct fa_test_ledger *ledger, const struct mutant *mutant)
{
    const struct fa_rule *rule = ledger->rule;
    if (mutant->expr && mutant->expr->line_no)
        return fa_rule_place(rule, mutant->expr->line_no, mutant->expr->column_no);
    bool is_own = mutant->param && mutant->param >= rule->ruleset->params &&
                  mutant->param < rule->ruleset->params + rule->ruleset->param_count;
    return fa_rule_place(rule, is_own ? mutant->param->line_no : rule->line_no, 0);
}

/* --- running --- */

/* The tests' ledgers, kept over all mutants of a rule. */
struct prepared {
    struct fa_test_ledger *ledgers;
    int count;
};

/* Whether some test notices the present change. */
static enum fa_status is_noticed(struct fa_ruleset_list *list, struct fa_ruleset *ruleset,
                                 const struct prepared *prepared, bool *noticed)
{
    *noticed = false;
    for (int t = 0; t < prepared->count && !*noticed; t++) {
        struct fa_test_ledger *ledger = &prepared->ledgers[t];
        struct fa_test_saved saved = {NULL, 0};
        struct fa_verdicts verdicts;
        struct fa_rule_alone alone;
        bool is_equal = true;
        fa_verdicts_init(&verdicts);
        enum fa_status status = FA_OK;
        if (ledger->test->params.count)
            status = fa_test_set_params(list, ruleset, ledger, &saved);
        if (status == FA_OK)
            status = fa_test_evaluate(ledger, 0, &alone, &verdicts);
        if (status == FA_OK)
            status = fa_test_compare(ledger, &verdicts, NULL, &is_equal);
        fa_test_restore_params(ruleset, &saved);
        fa_verdicts_release(&verdicts);
        FA_TRY(status);
        *noticed = !is_equal;
    }
    return FA_OK;
}

/* What the rule says of a change that nothing notices; NULL: nothing. */
static struct fa_unnoticed *find_accepted(const struct fa_rule *rule, struct fa_str text)
{
    for (int i = 0; i < rule->unnoticed_count; i++)
        if (fa_str_equal(rule->unnoticed[i].change, text))
            return &rule->unnoticed[i];
    return NULL;
}

static enum fa_status survive(const struct fa_test_ledger *ledger, const struct mutant *mutant,
                              struct fa_sink *sink, struct fa_rule_tested *tested)
{
    const struct fa_rule *rule = ledger->rule;
    struct fa_buf text;
    fa_buf_init(&text);
    enum fa_status status = describe(ledger, mutant, &text);
    const char *cstr = status == FA_OK ? fa_buf_cstr(&text) : NULL;
    struct fa_unnoticed *accepted = cstr ? find_accepted(rule, fa_buf_str(&text)) : NULL;
    if (accepted) {
        accepted->is_used = true;
        tested->accepted++;
    } else if (cstr) {
        tested->survivors++;
        fa_warn(sink, FA_CODE_RULE_MUTANT, place_of(ledger, mutant),
                mutant->what ? "add a test in which this part alone decides"
                             : "add a test on the very number",
                "%.*s: no test notices %s", (int)rule->id.size, rule->id.bytes, cstr);
    }
    fa_buf_release(&text);
    return cstr ? FA_OK : fa_out_of_memory(sink, "a mutant");
}

static enum fa_status run_mutants(struct fa_ruleset_list *list, struct fa_ruleset *ruleset,
                                  const struct prepared *prepared, struct mutation *mutation,
                                  struct fa_sink *sink, struct fa_rule_tested *tested)
{
    for (size_t i = 0; i < mutation->mutants.count; i++) {
        bool noticed;
        if (is_copy(mutation, i))
            continue;
        apply(mutation, i, false);
        enum fa_status status = is_noticed(list, ruleset, prepared, &noticed);
        apply(mutation, i, true);
        FA_TRY(status);
        tested->mutants++;
        if (!noticed)
            FA_TRY(survive(&prepared->ledgers[0], &mutation->mutants.items[i], sink, tested));
    }
    return FA_OK;
}

static void report_stale(const struct fa_rule *rule, struct fa_sink *sink,
                         struct fa_rule_tested *tested)
{
    for (int i = 0; i < rule->unnoticed_count; i++) {
        const struct fa_unnoticed *one = &rule->unnoticed[i];
        char quoted[FA_QUOTED_BYTES];
        if (one->is_used)
            continue;
        tested->stale++;
        fa_warn(sink, FA_CODE_RULE_STALE,
                fa_rule_place(rule, one->line_no, one->column_no), "take it out",
                "%.*s: %s is noticed by a test, or is no change of this rule",
                (int)rule->id.size, rule->id.bytes, fa_quoted(one->change, quoted));
    }
}

enum fa_status fa_rule_mutate(struct fa_ruleset_list *list, struct fa_ruleset *ruleset,
                              struct fa_rule *rule, struct fa_sink *sink,
                              struct fa_rule_tested *tested)
{
    struct mutation mutation = {.hops = rule->hops, .status = FA_OK};
    struct prepared prepared = {NULL, 0};
    tested->mutants = tested->survivors = tested->accepted = tested->stale = 0;
    for (int i = 0; i < rule->unnoticed_count; i++)
        rule->unnoticed[i].is_used = false;
    collect_all(&mutation, rule);
    enum fa_status status =
        mutation.status == FA_OK ? FA_OK : fa_out_of_memory(sink, "mutants");
    prepared.ledgers = calloc((size_t)rule->test_count + 1, sizeof *prepared.ledgers);
    if (status == FA_OK && !prepared.ledgers)
        status = fa_out_of_memory(sink, "mutants");
    for (int t = 0; status == FA_OK && t < rule->test_count; t++)
        status = fa_test_ledger_build(&prepared.ledgers[prepared.count++], list, rule,
                                      &rule->tests[t], sink);
    if (status == FA_OK && rule->test_count)
        status = run_mutants(list, ruleset, &prepared, &mutation, sink, tested);
    if (status == FA_OK && rule->test_count)
        report_stale(rule, sink, tested);
    for (int t = 0; t < prepared.count; t++)
        fa_test_ledger_release(&prepared.ledgers[t]);
    free(prepared.ledgers);
    fa_vec_free(&mutation.mutants);
    fa_vec_free(&mutation.params);
    return status;
}
