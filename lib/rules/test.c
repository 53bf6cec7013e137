#include "rules/test.h"

#include <string.h>

#include "rules/compile.h"
#include "rules/cost.h"
#include "rules/plain.h"
#include "rules/test_run.h"

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

void fa_rule_isolate(struct fa_rule_alone *alone, const struct fa_ruleset_list *list,
                     const struct fa_rule *rule)
{
    alone->rule = *rule;
    alone->rule.state = FA_RULE_ON;
    alone->rule.ruleset = &alone->ruleset;
    alone->ruleset = *rule->ruleset;
    alone->ruleset.rules = &alone->rule;
    alone->ruleset.rule_count = 1;
    alone->pointer = &alone->ruleset;
    alone->list = *list;
    alone->list.rulesets.items = &alone->pointer;
    alone->list.rulesets.count = 1;
}

/* Without an institution in the test the rule applies to whoever files. */
void fa_test_make_alone(struct fa_rule_alone *alone, const struct fa_test_ledger *ledger)
{
    const struct fa_dictionary *dictionary = ledger->list->dictionary;
    int institution = fa_dictionary_find(dictionary, FA_STR("institution"))->index;
    fa_rule_isolate(alone, ledger->list, ledger->rule);
    alone->rule.needs = ledger->needs;
    alone->rule.need_count = ledger->need_count;
    if (!ledger->sheets[institution].def)
        alone->ruleset.applies = NULL;
    alone->list.picks_sets = false; /* a test is of the rule, whoever files */
}

struct fa_evaluate_options fa_test_options(void)
{
    return (struct fa_evaluate_options){.as_of_day = INT64_MIN, .memory_max = 64u << 20,
                                        .keeps_views = true};
}

enum { TEXT_BYTES_MAX = 4096 }; /* longer than any text of a test */

struct bound_check {
    const struct fa_test_ledger *ledger;
    enum fa_status status;
};

/* The memory that the rule took is within what fa_cost_of says of it. */
static void check_bound(void *context, const struct fa_rule *rule, const struct fa_rule_cost *took)
{
    struct bound_check *check = context;
    const struct fa_test_ledger *ledger = check->ledger;
    const struct fa_cost_sizes sizes = fa_cost_sizes_of(took, TEXT_BYTES_MAX);
    struct fa_cost cost;
    check->status = fa_cost_of(rule, &cost);
    if (check->status == FA_OK && took->peak_bytes > fa_cost_bytes(&cost, &sizes))
        check->status = fa_error(
            ledger->sink, FA_CODE_DEFECT, fa_lex_place(&ledger->file, &ledger->test->token), NULL,
            "%.*s: took %llu bytes, more than its bound of %llu", (int)rule->id.size,
            rule->id.bytes, (unsigned long long)took->peak_bytes,
            (unsigned long long)fa_cost_bytes(&cost, &sizes));
    fa_cost_release(&cost);
}

enum fa_status fa_test_evaluate(const struct fa_test_ledger *ledger, int evaluator,
                                struct fa_rule_alone *alone, struct fa_verdicts *verdicts)
{
    struct bound_check check = {ledger, FA_OK};
    struct fa_evaluate_options options = fa_test_options();
    options.tell_cost = check_bound;
    options.cost_context = &check;
    fa_test_make_alone(alone, ledger);
    FA_TRY(fa_blocks_rewind(&ledger->kept->base));
    enum fa_status status = evaluators[evaluator].evaluate(
        &alone->list, &ledger->kept->base, &options, ledger->sink, verdicts);
    return status == FA_OK ? check.status : status;
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
    struct fa_rule_alone alone[EVALUATOR_COUNT];
    enum fa_status status = FA_OK;
    for (int i = 0; i < EVALUATOR_COUNT; i++)
        fa_verdicts_init(&verdicts[i]);
    for (int i = 0; status == FA_OK && i < EVALUATOR_COUNT; i++)
        status = fa_test_evaluate(ledger, i, &alone[i], &verdicts[i]);
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

enum fa_status fa_test_set_params(struct fa_ruleset_list *list, struct fa_ruleset *ruleset,
                                  const struct fa_test_ledger *ledger,
                                  struct fa_test_saved *saved)
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

void fa_test_restore_params(struct fa_ruleset *ruleset, const struct fa_test_saved *saved)
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
        struct fa_test_saved saved = {NULL, 0};
        bool is_equal = true;
        enum fa_status status =
            fa_test_ledger_build(&ledger, list, rule, &rule->tests[t], sink);
        if (status == FA_OK)
            status = fa_test_set_params(list, ruleset, &ledger, &saved);
        if (status == FA_OK)
            status = run_on_ledger(&ledger, tested, &is_equal);
        fa_test_restore_params(ruleset, &saved);
        fa_test_ledger_release(&ledger);
        tested->tests++;
        tested->failed += status != FA_OK || !is_equal; /* what cannot be run did not pass */
        if (total == FA_OK || status != FA_OK)
            total = status;
    }
    return total;
}
