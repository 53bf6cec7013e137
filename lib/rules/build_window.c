/*
 * Ways 3, 6 and 8: windows, sequences, unique keys.
 */
#include "rules/build_parts.h"

/* --- lengths of time --- */

static bool is_dated_by_time(const struct fa_builder *builder)
{
    const struct fa_expr *date = builder->rule->dated_by;
    return date && date->kind == FA_KIND_TIME;
}

/* What windows of this length need of the rows and of the ruleset. */
static void require_of_span(struct fa_builder *builder, const struct fa_node *node,
                            const struct fa_length *span)
{
    if (span->length->value.numerator == 0)
        fa_build_error(builder, FA_CODE_RULE_VALUE, &node->token, NULL,
                       "a window takes in at least 1 of its unit");
    if (span->is_elapsed && !is_dated_by_time(builder))
        fa_build_error(builder, FA_CODE_RULE_TYPE, &node->token, "write days: 1d, 7d",
                       "the rows are dated by days, and hours cannot be told apart");
    if (!span->is_elapsed && span->unit == FA_UNIT_BD &&
        !builder->checker->ruleset->calendar.size)
        fa_build_error(builder, FA_CODE_RULE_MISSING, &node->token,
                       "add calendar cn (or another) to the ruleset's head",
                       "working days need a calendar");
}

static void build_span(struct fa_builder *builder, const struct fa_node *node,
                       struct fa_length *span)
{
    struct fa_expr *expr;
    enum fa_status status = fa_check(builder->checker, &builder->row, node, NULL, &expr);
    fa_build_note(builder, status);
    if (status != FA_OK)
        return;
    bool is_days = expr->op == FA_OP_DATE_ADD;
    if (!is_days && expr->kind != FA_KIND_DURATION) {
        fa_build_error(builder, FA_CODE_RULE_TYPE, &node->token,
                       "write 24h, 30m, 7d, 10bd, 12mo or 1y",
                       "expected a length of time, found %s", fa_kind_name((int)expr->kind));
        return;
    }
    *span = (struct fa_length){.is_elapsed = !is_days,
                             .length = is_days ? expr->args[0] : expr,
                             .unit = is_days ? expr->unit : FA_UNIT_H};
    require_of_span(builder, node, span);
}

/* Windows run along the date of their rows. */
static void require_dates(struct fa_builder *builder)
{
    const struct fa_syntax_rule *syntax = builder->syntax;
    const struct fa_table_def *table = builder->rule->population.row_table;
    if (table->clock == FA_NO_COLUMN && !syntax->dated_by)
        fa_build_error(builder, FA_CODE_RULE_TYPE, &syntax->population.table,
                       "name one with dated by", "the table has no clock to run along");
}

static void require_key(struct fa_builder *builder, const char *hint)
{
    const struct fa_syntax_rule *syntax = builder->syntax;
    fa_build_require(builder, syntax->has_per, "per", hint);
    if (syntax->per.has_period)
        fa_build_error(builder, FA_CODE_RULE_TYPE, &syntax->per.token, "take out each",
                       "a window ends at each instant, not with a period");
}

/* --- way 3 --- */

void fa_build_window(struct fa_builder *builder)
{
    struct fa_rule *rule = builder->rule;
    require_key(builder, "a window takes in the rows of a key: per account");
    require_dates(builder);
    rule->window = fa_build_array(builder, 1, sizeof *rule->window);
    if (rule->window)
        build_span(builder, builder->syntax->over, &rule->window->last);
}

/* --- way 6 --- */

/* Conditions of a sequence have names that aggregates may use: they are lets of the rule. */
static void name_condition(struct fa_builder *builder, const struct fa_token *name,
                           const struct fa_node *condition)
{
    struct fa_syntax_rule *syntax = builder->syntax;
    const struct fa_table_def *table = builder->row.def;
    bool is_taken = fa_table_find_column(table, name->text) != FA_NO_COLUMN;
    for (int i = 0; i < syntax->lets.count; i++)
        is_taken |= fa_str_equal(syntax->lets.items[i].name.text, name->text);
    if (is_taken)
        fa_build_error(builder, FA_CODE_RULE_TWICE, name, "take a name that nothing has yet",
                       "'%.*s' is a column, a let or the other part of the sequence already",
                       (int)name->text.size, name->text.bytes);
    struct fa_syntax_let let = {.name = *name, .value = condition, .is_used = true};
    if (fa_list_add(&builder->checker->list->arena, &syntax->lets, let) != FA_OK)
        fa_build_no_memory(builder);
}

void fa_build_sequence(struct fa_builder *builder)
{
    const struct fa_syntax_sequence *syntax = &builder->syntax->sequence;
    struct fa_rule *rule = builder->rule;
    require_key(builder, "a sequence takes in the rows of a key: per account");
    require_dates(builder);
    rule->sequence = fa_build_array(builder, 1, sizeof *rule->sequence);
    if (!rule->sequence)
        return;
    fa_build_note(builder, fa_check_kind(builder->checker, &builder->row, syntax->first,
                                         FA_KIND_BOOL, &rule->sequence->first));
    fa_build_note(builder, fa_check_kind(builder->checker, &builder->row, syntax->then,
                                         FA_KIND_BOOL, &rule->sequence->then));
    build_span(builder, syntax->within, &rule->sequence->within);
    name_condition(builder, &syntax->first_name, syntax->first);
    name_condition(builder, &syntax->then_name, syntax->then);
}

/* --- way 8 --- */

/* count() > 1, which is what a rule of unique asks of a key. */
static struct fa_expr *more_than_one(struct fa_builder *builder, const struct fa_token *token)
{
    struct fa_checker *checker = builder->checker;
    struct fa_rule *rule = builder->rule;
    const struct fa_node count = {.token = *token, .text = FA_STR("count()")};
    const struct fa_node one = {.token = *token, .text = FA_STR("1")};
    const struct fa_node more = {.token = *token, .text = FA_STR("count() > 1")};
    struct fa_expr *args[2], *expr = NULL;
    struct fa_agg *agg = fa_build_array(builder, 1, sizeof *agg);
    rule->aggs = fa_build_array(builder, 1, sizeof *rule->aggs);
    if (!agg || !rule->aggs)
        return NULL;
    *agg = (struct fa_agg){.op = FA_AGG_COUNT, .kind = FA_KIND_INT, .only_grows = true,
                            .text = count.text};
    rule->aggs[rule->agg_count++] = agg;
    enum fa_status status =
        fa_expr_make(checker, &count, FA_OP_AGG, FA_KIND_INT, NULL, 0, &args[0]);
    if (status == FA_OK)
        status = fa_expr_make(checker, &one, FA_OP_CONST, FA_KIND_INT, NULL, 0, &args[1]);
    if (status == FA_OK)
        args[1]->value =
            (struct fa_value){.kind = FA_KIND_INT, .numerator = 1, .denominator = 1};
    if (status == FA_OK)
        status = fa_expr_make(checker, &more, FA_OP_GT, FA_KIND_BOOL, args, 2, &expr);
    fa_build_note(builder, status);
    return expr;
}

void fa_build_unique(struct fa_builder *builder)
{
    const struct fa_syntax_unique *syntax = &builder->syntax->unique;
    struct fa_rule *rule = builder->rule;
    if (builder->syntax->has_per)
        fa_build_error(builder, FA_CODE_RULE_TYPE, &builder->syntax->per.token,
                       "write unique K, K", "the key of unique stands behind that word");
    if (builder->syntax->when)
        fa_build_error(builder, FA_CODE_RULE_TYPE, fa_node_start(builder->syntax->when),
                       "write per K when count() > 2 for another number",
                       "unique is a condition already: that a key has one row");
    if (syntax->per.has_period)
        fa_build_error(builder, FA_CODE_RULE_TYPE, &syntax->per.token,
                       "write unique K within 1d, or per K each day when count() > 1",
                       "unique has no periods");
    rule->unique = fa_build_array(builder, 1, sizeof *rule->unique);
    if (!rule->unique)
        return;
    fa_build_keys(builder, &syntax->per);
    rule->unique->has_span = syntax->within != NULL;
    if (syntax->within) {
        require_dates(builder);
        build_span(builder, syntax->within, &rule->unique->within);
    }
    rule->when = more_than_one(builder, &syntax->per.token);
}
