#include "rules/test.h"

#include <string.h>

#include "rules/build.h"
#include "rules/compile.h"
#include "rules/plain.h"

static const struct {
    const char *name;
    enum fa_status (*evaluate)(const struct fa_ruleset_list *, struct fa_blocks *,
                               const struct fa_evaluate_options *, struct fa_sink *,
                               struct fa_verdicts *);
} evaluators[] = {
    {"plain", fa_evaluate_plain},
    {"vectorised", fa_evaluate},
};

enum { EVALUATOR_COUNT = sizeof evaluators / sizeof *evaluators };

/* --- running --- */

/* A list of one ruleset of one rule, so that a test judges nothing else. */
struct alone {
    struct fa_ruleset ruleset, *pointer;
    struct fa_rule rule;
    struct fa_ruleset_list list;
};

/* Without an institution in the test the rule applies to whoever files. */
static void make_alone(struct alone *alone, const struct fa_test_ledger *ledger)
{
    const struct fa_dictionary *dictionary = ledger->list->dictionary;
    int institution = fa_dictionary_find(dictionary, FA_STR("institution"))->index;
    alone->rule = *ledger->rule;
    alone->rule.state = FA_RULE_ON;
    alone->rule.ruleset = &alone->ruleset;
    alone->ruleset = *ledger->rule->ruleset;
    alone->ruleset.rules = &alone->rule;
    alone->ruleset.rule_count = 1;
    alone->rule.needs = ledger->needs;
    alone->rule.need_count = ledger->need_count;
    if (!ledger->sheets[institution].def)
        alone->ruleset.applies = NULL;
    alone->pointer = &alone->ruleset;
    alone->list =
        (struct fa_ruleset_list){.rulesets = {&alone->pointer, 1, 1}, .dictionary = dictionary};
}

static enum fa_status evaluate(const struct fa_test_ledger *ledger, int evaluator,
                               struct alone *alone, struct fa_verdicts *verdicts)
{
    const struct fa_evaluate_options options = {.as_of_day = INT64_MIN,
                                                .memory_max = 64u << 20};
    make_alone(alone, ledger);
    FA_TRY(fa_blocks_rewind(&ledger->kept->base));
    return evaluators[evaluator].evaluate(&alone->list, &ledger->kept->base, &options,
                                          ledger->sink, verdicts);
}

static void count_outcome(const struct fa_verdicts *verdicts, struct fa_rule_tested *tested)
{
    tested->fires |= verdicts->counts[0].fired > 0;
    tested->clears |= verdicts->counts[0].clear > 0 || verdicts->counts[0].tested == 0;
}

/* The evaluators share nothing, so where they differ one of them is wrong. */
static enum fa_status compare_evaluators(const struct fa_test_ledger *ledger,
                                         const struct fa_verdicts *verdicts, bool *is_equal)
{
    for (int i = 1; i < EVALUATOR_COUNT; i++) {
        struct fa_buf why;
        fa_buf_init(&why);
        if (!fa_verdicts_equal(&verdicts[0], &verdicts[i], &why)) {
            const char *text = fa_buf_cstr(&why);
            fa_error(ledger->sink, FA_CODE_DEFECT,
                     fa_lex_place(&ledger->file, &ledger->test->token), NULL,
                     "%.*s: the evaluators differ: %s", (int)ledger->rule->id.size,
                     ledger->rule->id.bytes, text ? text : "");
            *is_equal = false;
        }
        fa_buf_release(&why);
    }
    return FA_OK;
}

static enum fa_status run_on_ledger(const struct fa_test_ledger *ledger,
                                    struct fa_rule_tested *tested, bool *is_equal)
{
    struct fa_verdicts verdicts[EVALUATOR_COUNT];
    struct alone alone[EVALUATOR_COUNT];
    enum fa_status status = FA_OK;
    for (int i = 0; i < EVALUATOR_COUNT; i++)
        fa_verdicts_init(&verdicts[i]);
    for (int i = 0; status == FA_OK && i < EVALUATOR_COUNT; i++)
        status = evaluate(ledger, i, &alone[i], &verdicts[i]);
    if (status == FA_OK)
        status = fa_test_compare(ledger, &verdicts[0], ledger->sink, is_equal);
    if (status == FA_OK)
        status = compare_evaluators(ledger, verdicts, is_equal);
    if (status == FA_OK)
        count_outcome(&verdicts[0], tested);
    for (int i = 0; i < EVALUATOR_COUNT; i++)
        fa_verdicts_release(&verdicts[i]);
    return status;
}

/* --- parameters of a test --- */

struct saved_params {
    struct fa_param *params; /* as they were */
    int count;
};

static enum fa_status set_params(struct fa_ruleset_list *list, struct fa_ruleset *ruleset,
                                 const struct fa_test_ledger *ledger,
                                 struct saved_params *saved)
{
    saved->count = ruleset->param_count;
    saved->params =
        fa_arena_array(&list->arena, (size_t)saved->count + 1, sizeof *saved->params);
    if (!saved->params)
        return fa_out_of_memory(ledger->sink, "a test");
    if (saved->count)
        memcpy(saved->params, ruleset->params, (size_t)saved->count * sizeof *saved->params);
    for (int i = 0; i < ledger->test->params.count; i++) {
        const struct fa_test_param *set = &ledger->test->params.items[i];
        struct fa_param *param = NULL;
        for (int p = 0; p < ruleset->param_count && !param; p++)
            if (fa_str_equal(ruleset->params[p].name, set->name.text))
                param = &ruleset->params[p];
        enum fa_status status =
            param ? fa_param_override(list, ruleset, param, set->value) : FA_ERULES;
        if (status == FA_ERULES)
            return fa_error(
                ledger->sink, FA_CODE_RULE_TEST, fa_lex_place(&ledger->file, &set->name), NULL,
                param ? "'%.*s' cannot have this value" : "unknown parameter '%.*s'",
                (int)set->name.text.size, set->name.text.bytes);
        FA_TRY(status);
    }
    return FA_OK;
}

static void restore_params(struct fa_ruleset *ruleset, const struct saved_params *saved)
{
    if (saved->count && saved->params)
        memcpy(ruleset->params, saved->params, (size_t)saved->count * sizeof *saved->params);
}

enum fa_status fa_rule_run_tests(struct fa_ruleset_list *list, struct fa_ruleset *ruleset,
                                 struct fa_rule *rule, struct fa_sink *sink,
                                 struct fa_rule_tested *tested)
{
    *tested = (struct fa_rule_tested){.tests = 0};
    enum fa_status total = FA_OK;
    for (int t = 0; t < rule->test_count && (total == FA_OK || total == FA_ERULES); t++) {
        struct fa_test_ledger ledger;
        struct saved_params saved = {NULL, 0};
        bool is_equal = true;
        enum fa_status status =
            fa_test_ledger_build(&ledger, list, rule, &rule->tests[t], sink);
        if (status == FA_OK)
            status = set_params(list, ruleset, &ledger, &saved);
        if (status == FA_OK)
            status = run_on_ledger(&ledger, tested, &is_equal);
        restore_params(ruleset, &saved);
        fa_test_ledger_release(&ledger);
        tested->tests++;
        tested->failed += status == FA_OK && !is_equal;
        if (total == FA_OK || status != FA_OK)
            total = status;
    }
    return total;
}

/* --- mutation --- */

/* One change: of an expression's operator, or of a number by STEP. */
struct mutant {
    enum fa_op *op;
    fa_i128 *numerator;
    enum fa_op old_op, new_op;
    fa_i128 step;
    const struct fa_expr *expr; /* where it stands; NULL: a parameter's value */
    const struct fa_param *param;
    const struct fa_param_period *period;
    const struct fa_value *value;
};

struct mutation {
    FA_VEC(struct mutant) mutants;
    FA_VEC(const struct fa_param *) params;
    enum fa_status status;
};

static void add_mutant(struct mutation *mutation, struct mutant mutant)
{
    if (mutation->status == FA_OK)
        mutation->status = fa_vec_add(&mutation->mutants, mutant);
}

static enum fa_op other_strictness(enum fa_op op)
{
    return op == FA_OP_LT   ? FA_OP_LE
           : op == FA_OP_LE ? FA_OP_LT
           : op == FA_OP_GT ? FA_OP_GE
                            : FA_OP_GT;
}

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

static void add_number(struct mutation *mutation, struct fa_value *value, struct mutant mutant)
{
    mutant.numerator = &value->numerator;
    mutant.value = value;
    for (int sign = -1; is_number(value) && sign <= 1; sign += 2) {
        mutant.step = sign * unit_of(value);
        add_mutant(mutation, mutant);
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

static void collect_mutants(void *context, struct fa_expr *expr)
{
    struct mutation *mutation = context;
    if (expr->op == FA_OP_CONST)
        add_number(mutation, &expr->value, (struct mutant){.expr = expr});
    if (expr->op == FA_OP_PARAM || expr->op == FA_OP_SCALE)
        add_param(mutation, expr->param.param);
    if (expr->op == FA_OP_LT || expr->op == FA_OP_LE || expr->op == FA_OP_GT ||
        expr->op == FA_OP_GE)
        add_mutant(mutation, (struct mutant){.op = &expr->op,
                                             .old_op = expr->op,
                                             .new_op = other_strictness(expr->op),
                                             .expr = expr});
}

/* Two copies of what was written once: a let, or a condition said of openings too. */
static bool is_same_place(const struct mutant *a, const struct mutant *b)
{
    return a->expr && b->expr && a->expr->line_no && a->expr->line_no == b->expr->line_no &&
           a->expr->column_no == b->expr->column_no && (a->op == NULL) == (b->op == NULL) &&
           a->step == b->step;
}

/* Makes the change at all copies, or takes it back. */
static void apply(struct mutation *mutation, size_t index, bool is_back)
{
    const struct mutant *first = &mutation->mutants.items[index];
    for (size_t i = index; i < mutation->mutants.count; i++) {
        struct mutant *mutant = &mutation->mutants.items[i];
        if (i != index && !is_same_place(first, mutant))
            continue;
        if (mutant->op)
            *mutant->op = is_back ? mutant->old_op : mutant->new_op;
        else
            *mutant->numerator += is_back ? -mutant->step : mutant->step;
    }
}

static bool is_copy(const struct mutation *mutation, size_t index)
{
    for (size_t i = 0; i < index; i++)
        if (is_same_place(&mutation->mutants.items[i], &mutation->mutants.items[index]))
            return true;
    return false;
}

/* A test's ledger, kept over all mutants of its rule. */
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
        struct saved_params saved = {NULL, 0};
        struct fa_verdicts verdicts;
        struct alone alone;
        bool is_equal = true;
        fa_verdicts_init(&verdicts);
        enum fa_status status = FA_OK;
        if (ledger->test->params.count)
            status = set_params(list, ruleset, ledger, &saved);
        if (status == FA_OK)
            status = evaluate(ledger, 0, &alone, &verdicts);
        if (status == FA_OK)
            status = fa_test_compare(ledger, &verdicts, NULL, &is_equal);
        restore_params(ruleset, &saved);
        fa_verdicts_release(&verdicts);
        FA_TRY(status);
        *noticed = !is_equal;
    }
    return FA_OK;
}

/* "200000.00 as 200000.01" */
static enum fa_status describe(const struct fa_test_ledger *ledger, const struct mutant *mutant,
                               struct fa_buf *text)
{
    static const char *const signs[] = {
        [FA_OP_LT] = "<", [FA_OP_LE] = "<=", [FA_OP_GT] = ">", [FA_OP_GE] = ">="};
    if (mutant->op)
        return fa_buf_addf(text, "'%.*s' with %s", (int)mutant->expr->text.size,
                           mutant->expr->text.bytes, signs[mutant->new_op]);
    struct fa_value changed = *mutant->value;
    if (mutant->param)
        FA_TRY(fa_buf_addf(text, "%.*s = ", (int)mutant->param->name.size,
                           mutant->param->name.bytes));
    FA_TRY(fa_test_format_value(ledger, &changed, mutant->expr, text));
    changed.numerator += mutant->step;
    FA_TRY(fa_buf_add_text(text, " as "));
    FA_TRY(fa_test_format_value(ledger, &changed, mutant->expr, text));
    if (mutant->period && mutant->period->from_day != INT64_MIN) {
        char day[FA_TIME_TEXT_BYTES];
        FA_TRY(fa_buf_add_text(text, " from "));
        return fa_buf_add(text, day, fa_date_format(mutant->period->from_day, day));
    }
    return FA_OK;
}

static enum fa_status report_survivor(const struct fa_test_ledger *ledger,
                                      const struct fa_rule *rule, const struct mutant *mutant,
                                      struct fa_sink *sink)
{
    struct fa_buf text;
    fa_buf_init(&text);
    enum fa_status status = describe(ledger, mutant, &text);
    const char *cstr = status == FA_OK ? fa_buf_cstr(&text) : NULL;
    const struct fa_str source = ledger->file.text;
    struct fa_place place = {.source = ledger->file.source, .line_no = rule->line_no};
    for (int i = 0; i < rule->ruleset->param_count; i++)
        if (mutant->param == &rule->ruleset->params[i])
            place.line_no = mutant->param->line_no;
    /* expressions of texts in quotes do not lie in the file's text */
    if (mutant->expr && mutant->expr->line_no) {
        place.line_no = mutant->expr->line_no;
        place.column_no = mutant->expr->column_no;
        const char *line = source.bytes, *end = source.bytes + source.size;
        for (uint64_t n = 1; n < place.line_no && line < end; n++) {
            const char *next = memchr(line, '\n', (size_t)(end - line));
            line = next ? next + 1 : end;
        }
        const char *stop = line < end ? memchr(line, '\n', (size_t)(end - line)) : NULL;
        place.excerpt = (struct fa_str){line, (size_t)((stop ? stop : end) - line)};
    }
    if (cstr)
        fa_warn(sink, FA_CODE_RULE_MUTANT, place, "add a test on the very number",
                "%.*s: no test notices %s", (int)rule->id.size, rule->id.bytes, cstr);
    fa_buf_release(&text);
    return cstr ? FA_OK : fa_out_of_memory(sink, "a mutant");
}

static enum fa_status run_mutants(struct fa_ruleset_list *list, struct fa_ruleset *ruleset,
                                  struct fa_rule *rule, const struct prepared *prepared,
                                  struct mutation *mutation, struct fa_sink *sink,
                                  struct fa_rule_tested *tested)
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
        if (noticed)
            continue;
        tested->survivors++;
        FA_TRY(report_survivor(&prepared->ledgers[0], rule, &mutation->mutants.items[i], sink));
    }
    return FA_OK;
}

enum fa_status fa_rule_mutate(struct fa_ruleset_list *list, struct fa_ruleset *ruleset,
                              struct fa_rule *rule, struct fa_sink *sink,
                              struct fa_rule_tested *tested)
{
    struct mutation mutation = {.status = FA_OK};
    struct prepared prepared = {NULL, 0};
    tested->mutants = tested->survivors = 0;
    fa_rule_visit(rule, collect_mutants, &mutation);
    enum fa_status status =
        mutation.status == FA_OK ? FA_OK : fa_out_of_memory(sink, "mutants");
    prepared.ledgers = calloc((size_t)rule->test_count + 1, sizeof *prepared.ledgers);
    if (status == FA_OK && !prepared.ledgers)
        status = fa_out_of_memory(sink, "mutants");
    for (int t = 0; status == FA_OK && t < rule->test_count; t++)
        status = fa_test_ledger_build(&prepared.ledgers[prepared.count++], list, rule,
                                      &rule->tests[t], sink);
    if (status == FA_OK && rule->test_count)
        status = run_mutants(list, ruleset, rule, &prepared, &mutation, sink, tested);
    for (int t = 0; t < prepared.count; t++)
        fa_test_ledger_release(&prepared.ledgers[t]);
    free(prepared.ledgers);
    fa_vec_free(&mutation.mutants);
    fa_vec_free(&mutation.params);
    return status;
}
