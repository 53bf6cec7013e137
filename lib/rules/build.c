/*
 * One typed rule of its syntax.
 */
#include "rules/build_parts.h"

#include <string.h>

#include "base/limits.h"
#include "base/nearest.h"

void fa_build_note(struct fa_builder *builder, enum fa_status status)
{
    if (builder->status == FA_OK || (builder->status == FA_ERULES && status != FA_OK))
        builder->status = status;
}

void fa_build_no_memory(struct fa_builder *builder)
{
    fa_build_note(builder, fa_check_no_memory(builder->checker));
}

void *fa_build_array(struct fa_builder *builder, int count, size_t item_size)
{
    void *array = fa_arena_array(&builder->checker->list->arena, (size_t)count + 1, item_size);
    if (!array)
        fa_build_no_memory(builder);
    return array;
}

void fa_rule_warn_unused(struct fa_checker *checker, const struct fa_syntax_let *let)
{
    if (!let->is_used)
        fa_warn(checker->sink, FA_CODE_RULE_UNUSED, fa_lex_place(checker->lexer, &let->name),
                NULL, "'%.*s' is never used, so it was not checked", (int)let->name.text.size,
                let->name.text.bytes);
}

/* --- the ways --- */

void fa_build_require(struct fa_builder *builder, bool is_given, const char *what,
                      const char *hint)
{
    const struct fa_token *id = &builder->syntax->id;
    if (!is_given)
        fa_build_error(builder, FA_CODE_RULE_MISSING, id, hint, "rule '%.*s' lacks '%s'",
                       (int)id->text.size, id->text.bytes, what);
}

static const struct fa_syntax_let *let_named(const struct fa_builder *builder, struct fa_str name)
{
    const struct fa_syntax_rule *syntax = builder->syntax;
    for (int i = 0; i < syntax->lets.count; i++)
        if (fa_str_equal(syntax->lets.items[i].name.text, name))
            return &syntax->lets.items[i];
    const struct fa_known_let *known = fa_find_let(builder->checker, name);
    return known ? known->let : NULL;
}

/* Whether rows themselves are asked for the one before: prev(x) outside of aggregates, also by the
 * name of a let. */
static bool asks_before(const struct fa_builder *builder, const struct fa_node *node, int depth)
{
    if (!node || depth > FA_LET_DEPTH_MAX || fa_is_aggregate(node))
        return false;
    if (node->kind == FA_NODE_CALL && fa_str_is(node->token.text, "prev"))
        return true;
    const struct fa_syntax_let *let =
        node->kind == FA_NODE_NAME ? let_named(builder, node->token.text) : NULL;
    if (let && asks_before(builder, let->value, depth + 1))
        return true;
    for (int i = 0; i < node->arg_count; i++)
        if (asks_before(builder, node->args[i], depth))
            return true;
    return false;
}

static enum fa_way find_way(const struct fa_syntax_rule *syntax)
{
    if (syntax->stretch.token.kind != FA_TOKEN_END)
        return FA_WAY_STRETCH;
    if (syntax->every.token.kind != FA_TOKEN_END)
        return FA_WAY_EVERY;
    if (syntax->hops)
        return FA_WAY_HOPS;
    if (syntax->gapless)
        return FA_WAY_GAPLESS;
    if (syntax->series.count)
        return FA_WAY_COMPARE;
    if (syntax->running.kind != FA_TOKEN_END)
        return FA_WAY_RUNNING;
    if (syntax->over)
        return FA_WAY_WINDOW;
    if (syntax->sequence.within)
        return FA_WAY_SEQUENCE;
    if (syntax->unique.is_given)
        return FA_WAY_UNIQUE;
    return syntax->has_per ? FA_WAY_GROUP : FA_WAY_ROW;
}

/* Ways with rows or keys of their own go with no other. */
static void check_one_way(struct fa_builder *builder)
{
    const struct fa_syntax_rule *syntax = builder->syntax;
    const struct fa_syntax_hops *hops = syntax->hops;
    bool has_running = syntax->running.kind != FA_TOKEN_END, has_series = syntax->series.count > 0;
    if (hops && (has_running || has_series || syntax->has_per || syntax->gapless))
        fa_build_error(builder, FA_CODE_RULE_TWICE, &hops->token, "take per and the other way out",
                       "a rule has one way, and chains have no other key than the account where they "
                       "begin");
    else if (syntax->gapless && (has_running || has_series))
        fa_build_error(builder, FA_CODE_RULE_TWICE, &syntax->gapless->token, "make two rules of it",
                       "a rule has one way");
}

/* What makes a way stands once: a rule looks at its rows in one of them. */
static void require_one_way(struct fa_builder *builder)
{
    const struct fa_syntax_rule *syntax = builder->syntax;
    bool is_told = syntax->running.kind != FA_TOKEN_END || syntax->series.count; /* above */
    bool is_hops = syntax->hops && !is_told && !syntax->has_per && !syntax->gapless;
    bool is_gapless = syntax->gapless && !is_told && !syntax->hops;
    const struct {
        bool is_given;
        const struct fa_token *token;
    } ways[] = {
        {syntax->series.count, syntax->series.count ? &syntax->series.items[0].name : NULL},
        {syntax->running.kind != FA_TOKEN_END, &syntax->running},
        {syntax->over, syntax->over ? &syntax->over->token : NULL},
        {syntax->sequence.within, &syntax->sequence.token},
        {syntax->unique.is_given, &syntax->unique.per.token},
        {syntax->stretch.token.kind != FA_TOKEN_END, &syntax->stretch.token},
        {syntax->every.token.kind != FA_TOKEN_END, &syntax->every.token},
        {is_hops, is_hops ? &syntax->hops->token : NULL},
        {is_gapless, is_gapless ? &syntax->gapless->token : NULL},
    };
    int given = 0;
    for (size_t i = 0; i < sizeof ways / sizeof *ways; i++) {
        given += ways[i].is_given;
        if (ways[i].is_given && given == 2)
            fa_build_error(builder, FA_CODE_RULE_TWICE, ways[i].token, "make it two rules",
                           "the rule looks at its rows in another way already");
    }
}

/* Rows that are compared with the one before of the same key (way 1): per says which that is. */
static void build_before(struct fa_builder *builder)
{
    struct fa_rule *rule = builder->rule;
    const struct fa_syntax_per *per = &builder->syntax->per;
    fa_build_keys(builder, per);
    if (per->has_period)
        fa_build_error(builder, FA_CODE_RULE_TYPE, &per->token, "take out each",
                       "the row before is looked for whenever it was, not each period");
    if (rule->population.row_table->clock == FA_NO_COLUMN)
        fa_build_error(builder, FA_CODE_RULE_TYPE, &builder->syntax->population.table, NULL,
                       "the table has no clock, so that no row is before another");
    rule->prev_keys = rule->keys;
    rule->prev_key_count = rule->key_count;
    rule->keys = NULL;
    rule->key_count = 0;
    rule->has_period = false;
    builder->row.has_before = true;
}

static void build_way(struct fa_builder *builder)
{
    struct fa_syntax_rule *syntax = builder->syntax;
    struct fa_rule *rule = builder->rule;
    check_one_way(builder);
    require_one_way(builder);
    if (rule->way == FA_WAY_COMPARE) {
        fa_build_compare(builder);
        return;
    }
    if (rule->way == FA_WAY_STRETCH) {
        fa_build_stretch(builder);
        return;
    }
    if (rule->way == FA_WAY_EVERY) {
        fa_build_every(builder);
        return;
    }
    if (!fa_build_population(builder, &syntax->population, &rule->population, &builder->row))
        return;
    fa_build_date(builder, &builder->row, &rule->dated_by);
    fa_build_exceptions(builder, &builder->row, syntax->except_rows.items,
                        syntax->except_rows.count, &rule->except_rows, &rule->except_row_count);
    if (rule->way == FA_WAY_GROUP && asks_before(builder, syntax->when, 0))
        rule->way = FA_WAY_ROW;
    if (rule->way == FA_WAY_ROW) {
        if (syntax->has_per)
            build_before(builder);
        if (syntax->has_gather)
            fa_build_keys(builder, &syntax->gather);
        return;
    }
    if (rule->way == FA_WAY_HOPS) {
        fa_build_hops(builder);
        return;
    }
    if (rule->way == FA_WAY_UNIQUE) {
        fa_build_unique(builder);
        return;
    }
    fa_build_keys(builder, &syntax->per);
    bool may_ask_before = rule->way == FA_WAY_GROUP || rule->way == FA_WAY_RUNNING;
    builder->row.has_before = may_ask_before && rule->key_count > 0;
    if (rule->way == FA_WAY_GAPLESS)
        fa_build_gapless(builder);
    if (rule->way == FA_WAY_WINDOW)
        fa_build_window(builder);
    if (rule->way == FA_WAY_SEQUENCE)
        fa_build_sequence(builder);
    if (rule->way != FA_WAY_RUNNING)
        return;
    fa_build_require(builder, syntax->has_per, "per",
                     "a running value is kept per key: per account");
    if (syntax->per.has_period)
        fa_build_error(
            builder, FA_CODE_RULE_TYPE, &syntax->per.token, "take out each",
            "a running value is judged at each instant or at day end, not each period");
    if (rule->population.row_table->clock == FA_NO_COLUMN && !syntax->dated_by)
        fa_build_error(builder, FA_CODE_RULE_TYPE, &syntax->population.table,
                       "name one with dated by", "the table has no clock to run along");
    rule->state_name = syntax->running.text;
    rule->is_at_day_end = syntax->is_at_day_end;
    if (builder->status == FA_OK)
        fa_build_running(builder, syntax->running_value, false);
}

/* Ways that say themselves what makes them fire. */
static bool names_own_condition(enum fa_way way)
{
    return way == FA_WAY_STRETCH || way == FA_WAY_EVERY || way == FA_WAY_UNIQUE;
}

/* Ways that name their tables themselves, without on. */
static bool names_own_tables(enum fa_way way)
{
    return way == FA_WAY_COMPARE || way == FA_WAY_STRETCH || way == FA_WAY_EVERY;
}

/* Ways that find something by themselves; a condition only narrows it. */
static bool needs_condition(enum fa_way way)
{
    return way != FA_WAY_HOPS && way != FA_WAY_GAPLESS && !names_own_condition(way);
}

/* Without a condition everything that the way finds fires, or owes. */
static void build_always(struct fa_builder *builder)
{
    const struct fa_node always = {.kind = FA_NODE_NAME, .text = FA_STR("true")};
    fa_build_note(builder, fa_expr_make(builder->checker, &always, FA_OP_CONST, FA_KIND_BOOL, NULL,
                                        0, &builder->rule->when));
    if (builder->rule->when)
        builder->rule->when->value =
            (struct fa_value){.kind = FA_KIND_BOOL, .numerator = 1, .denominator = 1};
}

static void build_condition(struct fa_builder *builder)
{
    struct fa_syntax_rule *syntax = builder->syntax;
    struct fa_rule *rule = builder->rule;
    builder->group = builder->row;
    if (rule->way != FA_WAY_ROW)
        builder->group.level = FA_NAMES_GROUP;
    bool is_condition = names_own_condition(rule->way);
    if (!builder->row.def ||
        (!syntax->when && !syntax->has_duty && needs_condition(rule->way)))
        return;
    /* names of a broken key or series would all be reported as unknown */
    if (rule->way != FA_WAY_ROW && builder->status != FA_OK)
        return;
    if (rule->way == FA_WAY_STRETCH || rule->way == FA_WAY_EVERY)
        fa_build_interval_condition(builder);
    else if (rule->way != FA_WAY_UNIQUE && !syntax->when)
        build_always(builder);
    else if (rule->way != FA_WAY_UNIQUE)
        fa_build_note(builder, fa_check_kind(builder->checker, &builder->group, syntax->when,
                                             FA_KIND_BOOL, &rule->when));
    if (syntax->has_duty)
        fa_build_duty(builder);
    fa_build_disposal(builder);
    fa_build_exceptions(builder, &builder->group, syntax->except_findings.items,
                        syntax->except_findings.count, &rule->except_findings,
                        &rule->except_finding_count);
    bool is_of_rows = fa_has_aggregates(rule) && rule->way != FA_WAY_HOPS;
    if (is_of_rows && builder->status == FA_OK && rule->agg_count == 0 && !syntax->has_duty)
        fa_build_error(builder, FA_CODE_RULE_MISSING, &syntax->per.token,
                       "write when sum(amount) > 1000.00",
                       "the rule groups rows but aggregates none");
    if (rule->way != FA_WAY_COMPARE && !is_condition)
        fa_build_require_status(builder, &syntax->population, &rule->population,
                                rule->way == FA_WAY_ROW ? rule->when : NULL);
}

/* --- what the whole must have --- */

int fa_rule_amount(const struct fa_table_def *def)
{
    int amount = fa_table_find_column(def, FA_STR("amount"));
    for (int i = 0; amount == FA_NO_COLUMN && i < def->column_count; i++)
        if (def->columns[i].type == FA_TYPE_MONEY && def->columns[i].is_required)
            amount = i;
    return amount != FA_NO_COLUMN && def->columns[amount].type == FA_TYPE_MONEY ? amount : -1;
}

struct param_check {
    struct fa_builder *builder;
    const struct fa_param *reported;
};

/* A parameter must have a value on every day on which the rule may judge. */
static void check_param_days(void *context, struct fa_expr *expr)
{
    struct param_check *check = context;
    struct fa_builder *builder = check->builder;
    if (expr->op != FA_OP_PARAM && expr->op != FA_OP_SCALE)
        return;
    const struct fa_param *param = expr->param.param;
    if (param->period_count == 0 || param == check->reported)
        return;
    const struct fa_param_period *last = &param->periods[param->period_count - 1];
    bool is_late = param->periods[0].from_day > builder->rule->from_day;
    if (!is_late && last->to_day >= builder->rule->to_day)
        return;
    check->reported = param;
    char text[FA_TIME_TEXT_BYTES];
    fa_date_format(is_late ? builder->rule->from_day : last->to_day, text);
    bool is_open = is_late && builder->rule->from_day == INT64_MIN;
    fa_build_error(
        builder, FA_CODE_RULE_GAP, &builder->syntax->id,
        "add the value of those days (none: no limit), or let the rule be in force later",
        "parameter '%.*s' has no value %s %s, when the rule is in force", (int)param->name.size,
        param->name.bytes, is_late ? "on" : "after", is_open ? "the first day" : text);
}

static bool is_rate(const struct fa_rule *rule, const struct fa_expr *expr)
{
    return expr->op == FA_OP_AGG && expr->index < rule->agg_count &&
           rule->aggs[expr->index]->op == FA_AGG_IRR;
}

/* A rate of return is never had as a number, so that it can only be compared with one. */
static void check_rates(struct fa_builder *builder, const struct fa_expr *expr, bool is_compared)
{
    const struct fa_rule *rule = builder->rule;
    bool compares = expr->op >= FA_OP_EQ && expr->op <= FA_OP_GE;
    if (is_rate(rule, expr) && !is_compared)
        fa_build_error(builder, FA_CODE_RULE_TYPE, &builder->syntax->id,
                       "write irr(x, simple) > 24%",
                       "'%.*s' can be compared with a ratio, and nothing else", (int)expr->text.size,
                       expr->text.bytes);
    if (compares && is_rate(rule, expr->args[0]) && is_rate(rule, expr->args[1]))
        compares = false;
    for (int i = 0; i < expr->arg_count; i++)
        check_rates(builder, expr->args[i], compares);
}

struct money_search {
    bool is_found;
};

static void search_money(void *context, struct fa_expr *expr)
{
    struct money_search *search = context;
    search->is_found |= expr->kind == FA_KIND_MONEY;
}

void fa_build_whole(struct fa_builder *builder)
{
    struct fa_checker *checker = builder->checker;
    struct fa_rule *rule = builder->rule;
    struct money_search money = {false};
    struct param_check params = {.builder = builder};
    fa_rule_visit(rule, search_money, &money);
    if (money.is_found && !checker->ruleset->currency)
        fa_build_error(builder, FA_CODE_RULE_CURRENCY, &builder->syntax->id,
                       "add currency CNY to the ruleset's head",
                       "the rule judges money, and the ruleset names no currency");
    fa_rule_visit(rule, check_param_days, &params);
    if (rule->when)
        check_rates(builder, rule->when, false);
    for (int i = 0; i < rule->except_finding_count; i++)
        check_rates(builder, rule->except_findings[i].when, false);
}

static void check_tests(struct fa_builder *builder)
{
    for (int i = 0; i < builder->syntax->tests.count; i++) {
        const struct fa_rule_test *test = &builder->syntax->tests.items[i];
        int kinds =
            test->expects_nothing + test->expects_not_testable + (test->expectations.count > 0);
        if (kinds == 0 && !test->is_broken)
            fa_build_error(builder, FA_CODE_RULE_TEST, &test->token,
                           "write expect fires ..., or expect nothing",
                           "the test expects neither something nor nothing");
        if (kinds > 1)
            fa_build_error(builder, FA_CODE_RULE_TEST, &test->token, NULL,
                           "the test expects something and nothing");
    }
    builder->rule->tests = builder->syntax->tests.items;
    builder->rule->test_count = builder->syntax->tests.count;
}

static void check_expected_pending(struct fa_builder *builder)
{
    const struct fa_rule *rule = builder->rule;
    bool may_wait = rule->duty || (rule->every && rule->every->within);
    for (int t = 0; !may_wait && t < rule->test_count; t++)
        for (int e = 0; e < rule->tests[t].expectations.count; e++) {
            const struct fa_expectation *expectation = &rule->tests[t].expectations.items[e];
            if (expectation->outcome == FA_EXPECT_PENDING)
                fa_build_error(builder, FA_CODE_RULE_TEST, &expectation->token,
                               "only what must be done is pending: must T same a within 5bd",
                               "the rule has no duty that could be pending");
        }
}

/* A test may only name values that findings of the rule carry. */
static void check_expected_values(struct fa_builder *builder)
{
    const struct fa_rule *rule = builder->rule;
    for (int t = 0; t < rule->test_count; t++)
        for (int e = 0; e < rule->tests[t].expectations.count; e++) {
            const struct fa_expectation *expectation = &rule->tests[t].expectations.items[e];
            for (int v = 0; v < expectation->values.count; v++) {
                struct fa_str name = fa_shown_name(expectation->values.items[v].name);
                struct fa_nearest nearest = {.wanted = name};
                bool is_known = false;
                for (int i = 0; i < rule->shown_count; i++) {
                    is_known |= fa_str_equal(rule->shown[i].name, name);
                    fa_nearest_add(&nearest, rule->shown[i].name);
                }
                char hint[FA_NEAREST_HINT_BYTES];
                if (!is_known)
                    fa_build_error(builder, FA_CODE_RULE_TEST, &expectation->token,
                                   fa_nearest_hint(&nearest, "name it in say or in when", hint),
                                   "findings of this rule carry no value '%.*s'",
                                   (int)name.size, name.bytes);
            }
        }
}

enum fa_status fa_rule_build(struct fa_checker *checker, struct fa_syntax_rule *syntax,
                             struct fa_rule *rule)
{
    const struct fa_ruleset *ruleset = checker->ruleset;
    struct fa_builder builder = {.checker = checker, .syntax = syntax, .rule = rule};
    *rule =
        (struct fa_rule){.id = syntax->id.text,
                         .ruleset = ruleset,
                         .title_en = syntax->title_en,
                         .title_zh = syntax->title_zh,
                         .cite = syntax->cite,
                         .sources = syntax->sources,
                         .severity = syntax->severity,
                         .is_lead = syntax->is_lead,
                         .state = syntax->state,
                         .state_why = syntax->state_why,
                         .note_en = syntax->note_en,
                         .note_zh = syntax->note_zh,
                         .from_day = syntax->has_force ? syntax->from_day : ruleset->from_day,
                         .to_day = syntax->has_force ? syntax->to_day : ruleset->to_day,
                         .way = find_way(syntax),
                         .on_unknown = syntax->on_unknown,
                         .on_unknown_why = syntax->on_unknown_why,
                         .unnoticed = syntax->unnoticed.items,
                         .unnoticed_count = syntax->unnoticed.count,
                         .worst_shown = -1,
                         .disposal_due_shown = -1,
                         .amount_column = -1,
                         .measure = syntax->measure,
                         .disposal = syntax->disposal,
                         .disposal_cite = syntax->disposal_cite,
                         .line_no = (uint32_t)syntax->id.line_no};
    checker->expr_count = checker->depth = 0;
    checker->reads.count = 0;
    fa_build_require(&builder, syntax->title_en.size, "title en", NULL);
    fa_build_require(&builder, syntax->has_severity, "severity",
                     "critical, high, medium, low or info");
    fa_build_require(&builder, names_own_tables(rule->way) || syntax->has_population, "on",
                     "write on TABLE");
    fa_build_require(&builder,
                     syntax->when || syntax->has_duty || !needs_condition(rule->way), "when",
                     NULL);
    if (syntax->cite.text.size == 0)
        fa_build_error(&builder, FA_CODE_RULE_CITE, &syntax->id, "add cite \"Art. 1\" seen",
                       "rule '%.*s' has no citation", (int)rule->id.size, rule->id.bytes);
    if (names_own_tables(rule->way) || syntax->has_population)
        build_way(&builder);
    build_condition(&builder);
    check_tests(&builder);
    if (builder.status != FA_OK)
        return builder.status;
    /* without a currency nothing may be added up */
    rule->amount_column =
        checker->ruleset->currency ? fa_rule_amount(rule->population.row_table) : -1;
    fa_build_note(&builder, fa_rule_collect_views(checker, rule));
    fa_build_whole(&builder);
    fa_build_any_currency(&builder);
    fa_build_note(&builder, fa_rule_collect_shown(checker, &builder.group, syntax, rule));
    check_expected_pending(&builder);
    check_expected_values(&builder);
    if (builder.status == FA_OK)
        fa_build_note(&builder, fa_rule_collect_needs(checker, rule));
    for (int i = 0; builder.status == FA_OK && i < syntax->lets.count; i++)
        fa_rule_warn_unused(checker, &syntax->lets.items[i]);
    return builder.status;
}
