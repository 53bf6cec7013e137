/*
 * Chains of flows (way 7).
 */
#include "rules/build_parts.h"

#include <string.h>

#include "base/limits.h"

/* --- accounts that may not be on a chain --- */

/* C of "skip C" is said of an account; a flow is left out when it holds of its payer's or its
 * payee's account, so each path is led through the flow's column. */
static void lead_through(struct fa_builder *builder, struct fa_expr *expr, int table, int column)
{
    struct fa_path path = {.table = table, .step_count = 1, .steps = {column}, .tables = {table}};
    for (int i = 0; i < expr->path.step_count && path.step_count < FA_PATH_STEPS_MAX; i++) {
        path.steps[path.step_count] = expr->path.steps[i];
        path.tables[path.step_count++] = expr->path.tables[i];
    }
    bool is_too_long = path.step_count != expr->path.step_count + 1;
    if (is_too_long && builder->status == FA_OK) /* once, however many paths a question has */
        fa_build_error(builder, FA_CODE_RULE_SIZE, &builder->syntax->hops->token, NULL,
                       "a path behind skip has at most %d steps", FA_PATH_STEPS_MAX - 1);
    expr->path = path;
}

struct leading {
    struct fa_builder *builder;
    int table, column;
};

static void lead_path(void *context, struct fa_expr *expr)
{
    struct leading *leading = context;
    if (expr->op == FA_OP_PATH)
        lead_through(leading->builder, expr, leading->table, leading->column);
}

/* What "skip C" says of the account in COLUMN of a flow; it is checked anew for each side, so that
 * the two trees share nothing. */
static struct fa_expr *skips(struct fa_builder *builder, const char *column)
{
    const struct fa_dictionary *dictionary = builder->checker->list->dictionary;
    const struct fa_table_def *flow = &dictionary->tables[builder->rule->population.table];
    const struct fa_table_def *account = fa_dictionary_find(dictionary, FA_STR("account"));
    const struct fa_names names = {.level = FA_NAMES_ROW, .table = account->index, .def = account,
                                   .syntax = builder->syntax};
    struct fa_expr *expr;
    enum fa_status status = fa_check_kind(builder->checker, &names, builder->syntax->hops->skip,
                                          FA_KIND_BOOL, &expr);
    fa_build_note(builder, status);
    if (status != FA_OK)
        return NULL;
    struct leading leading = {builder, flow->index,
                              fa_table_find_column(flow, fa_str_from(column))};
    fa_expr_visit(expr, lead_path, &leading);
    return expr;
}

/* "skip C": neither the condition that is turned round nor the whole is what C says, and their
 * texts must differ from its own. */
static struct fa_str skip_text(struct fa_builder *builder, struct fa_str condition)
{
    static const char word[] = "skip ";
    size_t before = sizeof word - 1;
    char *text = fa_build_array(builder, (int)(before + condition.size), 1);
    if (!text)
        return condition;
    memcpy(text, word, before);
    memcpy(text + before, condition.bytes, condition.size);
    return (struct fa_str){text, before + condition.size};
}

/* where W and not (payer is skipped) and not (payee is skipped) */
static void build_skip(struct fa_builder *builder)
{
    static const char *const columns[] = {"payer_account", "payee_account"};
    static const char *const wholes[] = {"where, payer not skipped", "where, none skipped"};
    struct fa_rule *rule = builder->rule;
    rule->hops->where = rule->population.where;
    for (int i = 0; i < 2; i++) {
        struct fa_expr *skip = skips(builder, columns[i]), *both[2];
        if (!skip)
            return; /* the same mistake twice tells nothing */
        rule->hops->skip = skip;
        const struct fa_node node = {.text = skip_text(builder, skip->text)};
        const struct fa_node whole = {.text = fa_str_from(wholes[i])};
        fa_build_note(builder, fa_expr_make(builder->checker, &node, FA_OP_NOT, FA_KIND_BOOL,
                                            &skip, 1, &both[1]));
        both[0] = rule->population.where;
        if (builder->status != FA_OK)
            return;
        if (!both[0])
            rule->population.where = both[1];
        else
            fa_build_note(builder,
                          fa_expr_make(builder->checker, &whole, FA_OP_AND, FA_KIND_BOOL, both, 2,
                                       &rule->population.where));
    }
}

/* --- numbers --- */

static const struct fa_names no_names = {.level = FA_NAMES_NONE};

static int64_t build_count(struct fa_builder *builder, const struct fa_node *node,
                           struct fa_expr **expr)
{
    enum fa_status status =
        fa_check_kind(builder->checker, &no_names, node, FA_KIND_INT, expr);
    fa_build_note(builder, status);
    return status == FA_OK ? (int64_t)(*expr)->value.numerator : -1;
}

static void build_lengths(struct fa_builder *builder)
{
    const struct fa_syntax_hops *syntax = builder->syntax->hops;
    struct fa_hops *hops = builder->rule->hops;
    int64_t from = build_count(builder, syntax->hops_min, &hops->hops_min);
    int64_t to = build_count(builder, syntax->hops_max, &hops->hops_max);
    if (from < 0 || to < 0)
        return;
    if (from < 2 || to < from || to > FA_HOPS_MAX)
        fa_build_error(builder, FA_CODE_RULE_VALUE, &syntax->hops_min->token,
                       "write hops 2..5, or hops 3", "a chain has 2 to %d hops, the fewer first",
                       FA_HOPS_MAX);
}

/* A constant, or a parameter without keys: what holds for the whole search. */
static bool is_fixed(const struct fa_expr *expr)
{
    return expr->op == FA_OP_CONST ||
           (expr->op == FA_OP_PARAM && expr->arg_count == 0 && !expr->param.at);
}

static void refuse_none(struct fa_builder *builder, const struct fa_node *node,
                        const struct fa_expr *expr)
{
    if (expr->op != FA_OP_PARAM)
        return;
    const struct fa_param *param = expr->param.param;
    for (int p = 0; p < param->period_count; p++)
        if (param->periods[p].rows[0].value.is_none)
            fa_build_error(builder, FA_CODE_RULE_VALUE, fa_node_start(node),
                           "give it a value: it bounds what is searched",
                           "'%.*s' is none on some day, and a search needs an end",
                           (int)param->name.size, param->name.bytes);
}

static void build_within(struct fa_builder *builder)
{
    static const char use[] = "write within 72h, 30m, 3d, 2w, 1mo, or a parameter of type duration";
    struct fa_hops *hops = builder->rule->hops;
    const struct fa_node *node = builder->syntax->hops->within;
    struct fa_expr *expr;
    enum fa_status status = fa_check(builder->checker, &no_names, node, NULL, &expr);
    fa_build_note(builder, status);
    if (status != FA_OK)
        return;
    if ((int)expr->kind == FA_KIND_SPAN) {
        hops->is_within_days = true;
        hops->within_unit = expr->unit;
        expr = expr->args[0];
    }
    bool is_span = hops->is_within_days ? hops->within_unit != FA_UNIT_BD
                                        : expr->kind == FA_KIND_DURATION && is_fixed(expr);
    if (!is_span)
        fa_build_error(builder, FA_CODE_RULE_TYPE, fa_node_start(node), use,
                       "'%.*s' is no span of time that a chain can have", (int)node->text.size,
                       node->text.bytes);
    hops->within = expr;
    refuse_none(builder, node, expr);
}

static void build_tolerance(struct fa_builder *builder)
{
    struct fa_hops *hops = builder->rule->hops;
    const struct fa_node *node = builder->syntax->hops->tolerance;
    if (!node)
        return;
    enum fa_status status =
        fa_check_kind(builder->checker, &no_names, node, FA_KIND_RATIO, &hops->tolerance);
    fa_build_note(builder, status);
    if (status == FA_OK && !is_fixed(hops->tolerance))
        fa_build_error(builder, FA_CODE_RULE_TYPE, fa_node_start(node),
                       "write amount within 10%, or a parameter of type ratio",
                       "'%.*s' is no ratio that holds for a whole chain", (int)node->text.size,
                       node->text.bytes);
}

/* --- the whole --- */

/* Findings are about the account that paid first. */
static void build_account(struct fa_builder *builder)
{
    struct fa_rule *rule = builder->rule;
    const struct fa_table_def *flow = rule->population.row_table;
    const char *const names[] = {"payer_account", "payee_account"};
    struct fa_expr *paths[2];
    for (int i = 0; i < 2; i++) {
        int column = fa_table_find_column(flow, fa_str_from(names[i]));
        const struct fa_node node = {.kind = FA_NODE_NAME, .text = fa_str_from(names[i])};
        struct fa_path path = {.table = flow->index, .step_count = 1, .steps = {column},
                               .tables = {flow->index}};
        fa_build_note(builder, fa_path_expr(builder->checker, &node, &path, &paths[i]));
        if (builder->status != FA_OK)
            return;
    }
    rule->keys = fa_build_array(builder, 1, sizeof *rule->keys);
    if (rule->keys)
        rule->keys[rule->key_count++] =
            (struct fa_key_part){.name = FA_STR("account"), .expr = paths[0]};
    rule->hops->payee = paths[1];
}

void fa_build_hops(struct fa_builder *builder)
{
    const struct fa_syntax_hops *syntax = builder->syntax->hops;
    struct fa_rule *rule = builder->rule;
    rule->hops = fa_build_array(builder, 1, sizeof *rule->hops);
    if (!rule->hops)
        return;
    rule->hops->is_cycle = syntax->is_cycle;
    rule->hops->budget = syntax->budget ? (uint32_t)syntax->budget : FA_HOPS_BUDGET;
    if (syntax->budget > FA_HOPS_BUDGET_MAX)
        fa_build_error(builder, FA_CODE_RULE_VALUE, &syntax->budget_token, NULL,
                       "a search looks at %u rows at most", FA_HOPS_BUDGET_MAX);
    if (!fa_str_is(rule->population.row_table->name, "flow") || rule->population.is_leg) {
        fa_build_error(builder, FA_CODE_RULE_TYPE, &builder->syntax->population.table,
                       "write on effective, or on settled", "only flows make chains");
        return;
    }
    build_account(builder);
    build_lengths(builder);
    build_within(builder);
    build_tolerance(builder);
    if (syntax->skip)
        build_skip(builder);
}
