/*
 * Functions of values, and aggregates of rows. Both lists are closed.
 */
#include <string.h>

#include "base/limits.h"
#include "base/nearest.h"
#include "rules/check.h"

/* --- aggregates --- */

static const char *const aggregate_names[] = {
    [FA_AGG_SUM] = "sum",   [FA_AGG_COUNT] = "count", [FA_AGG_DISTINCT] = "distinct",
    [FA_AGG_MIN] = "min",   [FA_AGG_MAX] = "max",     [FA_AGG_FIRST] = "first",
    [FA_AGG_LAST] = "last", [FA_AGG_MEAN] = "mean", [FA_AGG_TOP] = "top",
    [FA_AGG_IRR] = "irr",
};

enum { AGGREGATE_COUNT = sizeof aggregate_names / sizeof *aggregate_names };

static bool find_aggregate(struct fa_str name, enum fa_agg_op *op)
{
    for (int i = 0; i < AGGREGATE_COUNT; i++)
        if (fa_str_is(name, aggregate_names[i])) {
            *op = (enum fa_agg_op)i;
            return true;
        }
    return false;
}

bool fa_is_aggregate(const struct fa_node *node)
{
    enum fa_agg_op op;
    if (node->kind != FA_NODE_CALL || !find_aggregate(node->token.text, &op))
        return false;
    /* min(a, b) chooses between two values */
    return !((op == FA_AGG_MIN || op == FA_AGG_MAX) && node->arg_count > 1);
}

/* The type that an aggregate gives, or -1 when it does not take its argument's. */
static int aggregate_kind(enum fa_agg_op op, enum fa_kind arg)
{
    bool is_sum = arg == FA_KIND_MONEY || arg == FA_KIND_INT || arg == FA_KIND_RATIO ||
                  arg == FA_KIND_DURATION;
    switch (op) {
    case FA_AGG_COUNT:
    case FA_AGG_DISTINCT:
        return arg == FA_KIND_SET ? -1 : FA_KIND_INT;
    case FA_AGG_SUM:
    case FA_AGG_TOP:
        return is_sum ? (int)arg : -1;
    case FA_AGG_MEAN:
        return !is_sum ? -1 : arg == FA_KIND_INT ? FA_KIND_RATIO : (int)arg;
    case FA_AGG_IRR:
        return arg == FA_KIND_MONEY ? FA_KIND_RATIO : -1;
    case FA_AGG_MIN:
    case FA_AGG_MAX:
        return is_sum || arg == FA_KIND_DATE || arg == FA_KIND_TIME ? (int)arg : -1;
    default:
        return (int)arg;
    }
}

/* Whether an expression over rows cannot come out below zero, whatever the rows are. */
static bool is_never_negative(const struct fa_checker *checker, const struct fa_expr *expr)
{
    bool every = true, some = false;
    switch (expr->op) {
    case FA_OP_CONST:
        return !expr->value.is_missing && !expr->value.is_none && expr->value.numerator >= 0;
    case FA_OP_PATH: {
        int last = expr->path.step_count - 1, table = expr->path.tables[last];
        const struct fa_table_def *def =
            table == FA_LEG_TABLE ? checker->leg : &checker->list->dictionary->tables[table];
        const struct fa_column_def *column = &def->columns[expr->path.steps[last]];
        return column->type == FA_TYPE_MONEY && !column->is_signed;
    }
    case FA_OP_ABS:
    case FA_OP_SIZE:
        return true;
    case FA_OP_ADD:
    case FA_OP_MUL:
    case FA_OP_DIV:
    case FA_OP_ROUND:
    case FA_OP_MIN:
    case FA_OP_MAX:
    case FA_OP_ELSE:
        for (int i = 0; i < expr->arg_count; i++) {
            bool is_so = is_never_negative(checker, expr->args[i]);
            every = every && is_so;
            some = some || is_so;
        }
        return expr->op == FA_OP_MAX ? some : every;
    case FA_OP_CASE:
        for (int i = 0; i < expr->arg_count; i++)
            if (i % 2 == 1 || i == expr->arg_count - 1)
                every = every && is_never_negative(checker, expr->args[i]);
        return every;
    default:
        return false;
    }
}

static bool is_same_for_all_rows(const struct fa_expr *expr)
{
    bool is_leaf = expr->op == FA_OP_CONST || (expr->op == FA_OP_PARAM && !expr->param.at);
    for (int i = 0; i < expr->arg_count; i++)
        if (!is_same_for_all_rows(expr->args[i]))
            return false;
    return is_leaf || (expr->op >= FA_OP_ADD && expr->op <= FA_OP_ROUND);
}

/* Whether all values of an expression can be written over one denominator of modest size: exact
 * sums need one, and fractions of which each row has its own soon leave 127 bits. */
static bool has_one_denominator(const struct fa_expr *expr)
{
    if (expr->op == FA_OP_ROUND)
        return is_same_for_all_rows(expr->args[1]);
    if (expr->op == FA_OP_DIV && !is_same_for_all_rows(expr->args[1]))
        return false;
    bool is_number = (expr->op >= FA_OP_ADD && expr->op <= FA_OP_MAX) || expr->op == FA_OP_ELSE ||
                     expr->op == FA_OP_CASE || expr->op == FA_OP_SCALE;
    for (int i = 0; is_number && i < expr->arg_count; i++)
        if (!has_one_denominator(expr->args[i]))
            return false;
    return true;
}

/* How many values top(n, x) adds up. */
static enum fa_status check_top(struct fa_checker *checker, const struct fa_names *names,
                                const struct fa_node *call, struct fa_expr **top)
{
    const struct fa_node *count = call->arg_count == 2 ? call->args[0] : NULL;
    if (!count)
        return fa_check_error(checker, FA_CODE_RULE_TYPE, &call->token,
                              "write top(10, x), top(10, x if c)",
                              "top takes a number and a value");
    FA_TRY(fa_check_kind(checker, names, count, FA_KIND_INT, top));
    bool is_number = (*top)->op == FA_OP_CONST && (*top)->value.numerator >= 1 &&
                     (*top)->value.numerator <= FA_TOP_MAX;
    if (is_number)
        return FA_OK;
    return fa_check_error(checker, FA_CODE_RULE_VALUE, fa_node_start(count), NULL,
                          "top adds up a number of values that is written out, from 1 to %u",
                          FA_TOP_MAX);
}

/* irr(x, simple|compound): how a year is made of months. */
static enum fa_status check_irr(struct fa_checker *checker, const struct fa_node *call,
                                bool *is_compound)
{
    static const char use[] = "write irr(x, simple), irr(x, compound) or irr(x if c, simple)";
    if (call->arg_count != 2)
        return fa_check_error(checker, FA_CODE_RULE_TYPE, &call->token, use,
                              "irr takes cash flows, and how a year is made of months");
    *is_compound = fa_node_is(call->args[1], FA_NODE_NAME, "compound");
    if (*is_compound || fa_node_is(call->args[1], FA_NODE_NAME, "simple"))
        return FA_OK;
    return fa_check_error(checker, FA_CODE_RULE_VALUE, fa_node_start(call->args[1]), use,
                          "expected simple or compound, found '%.*s'", (int)call->args[1]->text.size,
                          call->args[1]->text.bytes);
}

enum fa_status fa_check_aggregate(struct fa_checker *checker, const struct fa_names *names,
                                  const struct fa_node *call, struct fa_agg **agg)
{
    enum fa_agg_op op = FA_AGG_SUM;
    struct fa_expr *top = NULL;
    find_aggregate(call->token.text, &op);
    int first = op == FA_AGG_TOP; /* of the arguments: the value */
    bool is_compound = false;
    bool is_grouped = names->level == FA_NAMES_GROUP && names->rule && names->rule->way == FA_WAY_GROUP;
    if (op == FA_AGG_IRR && !is_grouped)
        return fa_check_error(checker, FA_CODE_RULE_LEVEL, &call->token,
                              "write per contract when irr(x, simple) > 24%",
                              "a rate of return is of the rows of a group (way 2)");
    if (op == FA_AGG_IRR)
        FA_TRY(check_irr(checker, call, &is_compound));
    if (op == FA_AGG_TOP)
        FA_TRY(check_top(checker, names, call, &top));
    const struct fa_node *arg = call->arg_count ? call->args[first] : NULL, *cond = NULL;
    struct fa_names row = *names;
    row.level = FA_NAMES_ROW;
    if (arg && arg->kind == FA_NODE_IF) {
        cond = arg->args[arg->arg_count - 1];
        arg = arg->arg_count == 2 ? arg->args[0] : NULL;
    }
    int most = op == FA_AGG_IRR ? 2 : first + 1;
    if (call->arg_count > most || (arg == NULL) != (op == FA_AGG_COUNT))
        return fa_check_error(checker, FA_CODE_RULE_TYPE, &call->token,
                              "write count(), count(if c), sum(x), sum(x if c)", "%s takes %s",
                              aggregate_names[op],
                              op == FA_AGG_COUNT ? "no value" : "one value");
    struct fa_agg *made = fa_arena_alloc(&checker->list->arena, sizeof *made);
    if (!made)
        return fa_check_no_memory(checker);
    *made = (struct fa_agg){.op = op, .top = top, .is_compound = is_compound, .kind = FA_KIND_INT, .text = call->text};
    if (arg) {
        FA_TRY(fa_check_any(checker, &row, arg, &made->arg));
        int kind = aggregate_kind(op, made->arg->kind);
        if (kind < 0)
            return fa_check_error(checker, FA_CODE_RULE_TYPE, fa_node_start(arg), NULL,
                                  "%s does not take %s", aggregate_names[op],
                                  fa_kind_name((int)made->arg->kind));
        made->kind = (enum fa_kind)kind;
        if ((op == FA_AGG_SUM || op == FA_AGG_MEAN || op == FA_AGG_TOP) && !has_one_denominator(made->arg))
            return fa_check_error(checker, FA_CODE_RULE_TYPE, fa_node_start(arg),
                                  "round it first: round(x to 0.0001%, half even)",
                                  "%s adds up fractions of which each row has its own",
                                  aggregate_names[op]);
    }
    if (cond)
        FA_TRY(fa_check_kind(checker, &row, cond, FA_KIND_BOOL, &made->cond));
    made->only_grows = op == FA_AGG_COUNT || op == FA_AGG_DISTINCT ||
                       ((op == FA_AGG_SUM || op == FA_AGG_TOP) &&
                        is_never_negative(checker, made->arg));
    *agg = made;
    return FA_OK;
}

bool fa_has_aggregates(const struct fa_rule *rule)
{
    return rule->way == FA_WAY_GROUP || rule->way == FA_WAY_WINDOW ||
           rule->way == FA_WAY_SEQUENCE || rule->way == FA_WAY_UNIQUE ||
           rule->way == FA_WAY_HOPS;
}

/* An aggregate where groups are judged: one of the rule's, which is added unless it is there.
 */
static enum fa_status check_group_aggregate(struct fa_checker *checker,
                                            const struct fa_names *names,
                                            const struct fa_node *node, struct fa_expr **expr)
{
    struct fa_rule *rule = names->rule;
    if (names->level != FA_NAMES_GROUP || !rule || !fa_has_aggregates(rule))
        return fa_check_error(
            checker, FA_CODE_RULE_LEVEL, &node->token,
            "aggregates stand in the when of a rule with per",
            "'%.*s' is of a group, but %s here", (int)node->text.size, node->text.bytes,
            names->level == FA_NAMES_GROUP ? "the rule's own values are judged"
                                           : "rows are judged");
    int index = 0;
    while (index < rule->agg_count && !fa_str_equal(rule->aggs[index]->text, node->text))
        index++;
    if (index == rule->agg_count) {
        struct fa_agg *agg;
        FA_TRY(fa_check_aggregate(checker, names, node, &agg));
        if (fa_arena_grow(&checker->list->arena, &rule->aggs, (size_t)rule->agg_count,
                          sizeof *rule->aggs) != FA_OK)
            return fa_check_no_memory(checker);
        rule->aggs[rule->agg_count++] = agg;
    }
    const struct fa_agg *agg = rule->aggs[index];
    FA_TRY(fa_expr_make(checker, node, FA_OP_AGG, (int)agg->kind, NULL, 0, expr));
    (*expr)->index = index;
    if (agg->op == FA_AGG_FIRST || agg->op == FA_AGG_LAST) {
        (*expr)->values_of = agg->arg->values_of;
        (*expr)->refers_to = agg->arg->refers_to;
    }
    return FA_OK;
}

/* --- functions --- */

enum { ANY_NUMBER = 200, DATE_OR_TIME };

/* Functions of fixed arguments: what they take and give. */
static const struct function {
    const char *name;
    enum fa_op op;
    int arg_count;
    int arg;  /* type of each */
    int kind; /* of the result; ANY_NUMBER: that of the arguments */
} functions[] = {
    {"abs", FA_OP_ABS, 1, ANY_NUMBER, ANY_NUMBER},
    {"date", FA_OP_DATE, 1, FA_KIND_TIME, FA_KIND_DATE},
    {"day", FA_OP_DAY, 1, DATE_OR_TIME, FA_KIND_INT},
    {"month", FA_OP_MONTH, 1, DATE_OR_TIME, FA_KIND_INT},
    {"quarter", FA_OP_QUARTER, 1, DATE_OR_TIME, FA_KIND_INT},
    {"year", FA_OP_YEAR, 1, DATE_OR_TIME, FA_KIND_INT},
    {"weekday", FA_OP_WEEKDAY, 1, DATE_OR_TIME, FA_KIND_INT},
    {"is_bday", FA_OP_IS_BDAY, 1, DATE_OR_TIME, FA_KIND_BOOL},
    {"bdays", FA_OP_BDAYS, 2, DATE_OR_TIME, FA_KIND_INT},
    {"size", FA_OP_SIZE, 1, FA_KIND_SET, FA_KIND_INT},
    {"valid_id18", FA_OP_VALID_ID18, 1, FA_KIND_TEXT, FA_KIND_BOOL},
    {"valid_id15", FA_OP_VALID_ID15, 1, FA_KIND_TEXT, FA_KIND_BOOL},
    {"valid_uscc", FA_OP_VALID_USCC, 1, FA_KIND_TEXT, FA_KIND_BOOL},
    {"early_uscc", FA_OP_EARLY_USCC, 1, FA_KIND_TEXT, FA_KIND_BOOL},
    {"valid_lei", FA_OP_VALID_LEI, 1, FA_KIND_TEXT, FA_KIND_BOOL},
    {"valid_luhn", FA_OP_VALID_LUHN, 1, FA_KIND_TEXT, FA_KIND_BOOL},
    {"valid_iban", FA_OP_VALID_IBAN, 1, FA_KIND_TEXT, FA_KIND_BOOL},
};

enum { FUNCTION_COUNT = sizeof functions / sizeof *functions };

static enum fa_status wrong_count(struct fa_checker *checker, const struct fa_node *node,
                                  const char *use)
{
    return fa_check_error(checker, FA_CODE_RULE_TYPE, &node->token, use,
                          "'%.*s' does not take %d values", (int)node->token.text.size,
                          node->token.text.bytes, node->arg_count);
}

static bool is_numeric(enum fa_kind kind)
{
    return kind == FA_KIND_INT || kind == FA_KIND_MONEY || kind == FA_KIND_RATIO ||
           kind == FA_KIND_DURATION;
}

/* One argument of the type WANT; the day of a time where days are wanted. */
static enum fa_status check_argument(struct fa_checker *checker, const struct fa_names *names,
                                     const struct fa_node *arg, int want, struct fa_expr **expr)
{
    if (want != ANY_NUMBER && want != DATE_OR_TIME)
        return fa_check_kind(checker, names, arg, (enum fa_kind)want, expr);
    FA_TRY(fa_check_any(checker, names, arg, expr));
    if (want == ANY_NUMBER && !is_numeric((*expr)->kind))
        return fa_check_error(checker, FA_CODE_RULE_TYPE, fa_node_start(arg), NULL,
                              "expected a number, found %s", fa_kind_name((int)(*expr)->kind));
    if (want == DATE_OR_TIME && (*expr)->kind == FA_KIND_TIME)
        return fa_expr_make(checker, arg, FA_OP_DATE, FA_KIND_DATE, expr, 1, expr);
    if (want == DATE_OR_TIME && (*expr)->kind != FA_KIND_DATE)
        return fa_check_error(checker, FA_CODE_RULE_TYPE, fa_node_start(arg), NULL,
                              "expected a date or time, found %s",
                              fa_kind_name((int)(*expr)->kind));
    return FA_OK;
}

static enum fa_status check_function(struct fa_checker *checker, const struct fa_names *names,
                                     const struct fa_node *node,
                                     const struct function *function, struct fa_expr **expr)
{
    struct fa_expr *args[2];
    if (node->arg_count != function->arg_count)
        return wrong_count(checker, node, NULL);
    if ((function->op == FA_OP_IS_BDAY || function->op == FA_OP_BDAYS) &&
        !checker->ruleset->calendar.size)
        return fa_check_error(checker, FA_CODE_RULE_MISSING, &node->token,
                              "add calendar cn (or another) to the ruleset's head",
                              "working days need a calendar");
    for (int i = 0; i < node->arg_count; i++)
        FA_TRY(check_argument(checker, names, node->args[i], function->arg, &args[i]));
    int kind = function->kind == ANY_NUMBER ? (int)args[0]->kind : function->kind;
    return fa_expr_make(checker, node, function->op, kind, args, node->arg_count, expr);
}

/* min(a, b, ...), max(a, b, ...) */
static enum fa_status check_extreme(struct fa_checker *checker, const struct fa_names *names,
                                    const struct fa_node *node, enum fa_op op,
                                    struct fa_expr **expr)
{
    struct fa_expr **args =
        fa_arena_array(&checker->list->arena, (size_t)node->arg_count, sizeof *args);
    if (!args)
        return fa_check_no_memory(checker);
    int kind = FA_KIND_NUMBER;
    for (int i = 0; i < node->arg_count; i++) {
        FA_TRY(fa_check(checker, names, node->args[i], NULL, &args[i]));
        if (kind == FA_KIND_NUMBER)
            kind = (int)args[i]->kind;
    }
    kind = kind == FA_KIND_NUMBER ? FA_KIND_RATIO : kind;
    for (int i = 0; i < node->arg_count; i++)
        FA_TRY(fa_coerce(checker, node->args[i], kind, &args[i]));
    if (!is_numeric((enum fa_kind)kind) && kind != FA_KIND_DATE && kind != FA_KIND_TIME)
        return fa_check_error(checker, FA_CODE_RULE_TYPE, &node->token, NULL, "%s has no order",
                              fa_kind_name(kind));
    return fa_expr_make(checker, node, op, kind, args, node->arg_count, expr);
}

/* round(x to u, half up|half even|down) */
static enum fa_status check_round(struct fa_checker *checker, const struct fa_names *names,
                                  const struct fa_node *node, struct fa_expr **expr)
{
    static const struct {
        const char *words;
        enum fa_rounding rounding;
    } ways[] = {{"half up", FA_ROUND_HALF_UP},
                {"half even", FA_ROUND_HALF_EVEN},
                {"down", FA_ROUND_DOWN}};
    static const char use[] = "write round(x to 0.01, half up), half even or down";
    if (node->arg_count != 2 || node->args[0]->kind != FA_NODE_TO)
        return wrong_count(checker, node, use);
    const struct fa_node *to = node->args[0];
    struct fa_expr *args[2];
    FA_TRY(fa_check_any(checker, names, to->args[0], &args[0]));
    if (!is_numeric(args[0]->kind))
        return fa_check_error(checker, FA_CODE_RULE_TYPE, fa_node_start(to->args[0]), use,
                              "expected a number, found %s", fa_kind_name((int)args[0]->kind));
    FA_TRY(fa_check_kind(checker, names, to->args[1], args[0]->kind, &args[1]));
    for (size_t i = 0; i < sizeof ways / sizeof *ways; i++)
        if (fa_node_is(node->args[1], FA_NODE_NAME, ways[i].words)) {
            FA_TRY(fa_expr_make(checker, node, FA_OP_ROUND, (int)args[0]->kind, args, 2, expr));
            (*expr)->rounding = ways[i].rounding;
            return FA_OK;
        }
    return fa_check_error(checker, FA_CODE_RULE_VALUE, fa_node_start(node->args[1]), use,
                          "unknown rounding '%.*s'", (int)node->args[1]->text.size,
                          node->args[1]->text.bytes);
}

/* start_of(x, month), end_of(x, month) */
static enum fa_status check_period_end(struct fa_checker *checker, const struct fa_names *names,
                                       const struct fa_node *node, enum fa_op op,
                                       struct fa_expr **expr)
{
    static const char *const periods[] = {"day", "bday", "week", "month", "quarter", "year"};
    if (node->arg_count != 2)
        return wrong_count(checker, node, "write start_of(x, month)");
    struct fa_expr *arg;
    FA_TRY(check_argument(checker, names, node->args[0], DATE_OR_TIME, &arg));
    for (int i = FA_PERIOD_WEEK; i <= FA_PERIOD_YEAR; i++)
        if (fa_node_is(node->args[1], FA_NODE_NAME, periods[i])) {
            FA_TRY(fa_expr_make(checker, node, op, FA_KIND_DATE, &arg, 1, expr));
            (*expr)->period = (enum fa_period)i;
            return FA_OK;
        }
    return fa_check_error(checker, FA_CODE_RULE_VALUE, fa_node_start(node->args[1]),
                          "there are week, month, quarter and year", "unknown period '%.*s'",
                          (int)node->args[1]->text.size, node->args[1]->text.bytes);
}

static enum fa_status check_scale(struct fa_checker *checker, const struct fa_names *names,
                                  const struct fa_node *node, struct fa_expr **expr)
{
    if (node->arg_count != 2 || node->args[1]->kind != FA_NODE_NAME)
        return wrong_count(checker, node,
                           "write scale(x, NAME) with the name of a scale parameter");
    struct fa_param *param = fa_find_param(checker, node->args[1]->token.text);
    if (param && param->is_broken)
        return FA_ERULES;
    if (!param || !param->is_scale)
        return fa_check_error(checker, FA_CODE_RULE_NAME, fa_node_start(node->args[1]), NULL,
                              "'%.*s' is not a scale parameter", (int)node->args[1]->text.size,
                              node->args[1]->text.bytes);
    struct fa_expr *arg;
    FA_TRY(fa_check_kind(checker, names, node->args[0], FA_KIND_MONEY, &arg));
    FA_TRY(fa_expr_make(checker, node, FA_OP_SCALE, FA_KIND_MONEY, &arg, 1, expr));
    (*expr)->param.param = param;
    param->is_used = true;
    return FA_OK;
}

/* Functions that take other things than values. */
static const char *const others[] = {"min",    "max",   "round", "start_of", "end_of",
                                     "scale",  "irr",   "top",   "prev"};

enum { OTHER_COUNT = sizeof others / sizeof *others };

bool fa_is_function_name(struct fa_str name)
{
    enum fa_agg_op op;
    bool is_found = find_aggregate(name, &op);
    for (int i = 0; i < FUNCTION_COUNT; i++)
        is_found |= fa_str_is(name, functions[i].name);
    for (int i = 0; i < OTHER_COUNT; i++)
        is_found |= fa_str_is(name, others[i]);
    return is_found;
}

/* prev(x): x of the row before of the same key. */
static enum fa_status check_prev(struct fa_checker *checker, const struct fa_names *names,
                                 const struct fa_node *node, struct fa_expr **expr)
{
    if (names->level != FA_NAMES_ROW || !names->has_before)
        return fa_check_error(checker, FA_CODE_RULE_LEVEL, &node->token,
                              "prev(x) stands behind per: in when, or in an aggregate",
                              "there is no row before to look at here");
    if (node->arg_count != 1)
        return wrong_count(checker, node, "write prev(x)");
    struct fa_names before = *names;
    struct fa_expr *arg;
    before.has_before = false;
    FA_TRY(fa_check_any(checker, &before, node->args[0], &arg));
    FA_TRY(fa_expr_make(checker, node, FA_OP_PREV, (int)arg->kind, &arg, 1, expr));
    (*expr)->values_of = arg->values_of;
    (*expr)->refers_to = arg->refers_to;
    if (!names->rule->prev_key_count) {
        names->rule->prev_keys = names->rule->keys;
        names->rule->prev_key_count = names->rule->key_count;
    }
    return FA_OK;
}

static enum fa_status unknown_function(struct fa_checker *checker, const struct fa_node *node)
{
    struct fa_nearest nearest = {.wanted = node->token.text};
    for (int i = 0; i < FUNCTION_COUNT; i++)
        fa_nearest_add(&nearest, fa_str_from(functions[i].name));
    for (int i = 0; i < AGGREGATE_COUNT; i++)
        fa_nearest_add(&nearest, fa_str_from(aggregate_names[i]));
    for (int i = 0; i < OTHER_COUNT; i++)
        fa_nearest_add(&nearest, fa_str_from(others[i]));
    for (int i = 0; i < checker->list->dictionary->table_count; i++)
        fa_nearest_add(&nearest, checker->list->dictionary->tables[i].name);
    char hint[FA_NEAREST_HINT_BYTES], use[FA_NEAREST_HINT_BYTES];
    return fa_check_error(
        checker, FA_CODE_RULE_NAME, &node->token,
        fa_table_hint(checker, node->token.text, fa_nearest_hint(&nearest, NULL, hint), use),
        "unknown function or table '%.*s'", (int)node->token.text.size, node->token.text.bytes);
}

enum fa_status fa_check_call(struct fa_checker *checker, const struct fa_names *names,
                             const struct fa_node *node, struct fa_expr **expr)
{
    struct fa_str name = node->token.text;
    if (fa_is_aggregate(node))
        return check_group_aggregate(checker, names, node, expr);
    for (int i = 0; i < FUNCTION_COUNT; i++)
        if (fa_str_is(name, functions[i].name))
            return check_function(checker, names, node, &functions[i], expr);
    if (fa_str_is(name, "min") || fa_str_is(name, "max"))
        return check_extreme(checker, names, node,
                             fa_str_is(name, "min") ? FA_OP_MIN : FA_OP_MAX, expr);
    if (fa_str_is(name, "round"))
        return check_round(checker, names, node, expr);
    if (fa_str_is(name, "start_of") || fa_str_is(name, "end_of"))
        return check_period_end(checker, names, node,
                                fa_str_is(name, "start_of") ? FA_OP_START_OF : FA_OP_END_OF,
                                expr);
    if (fa_str_is(name, "scale"))
        return check_scale(checker, names, node, expr);
    if (fa_str_is(name, "prev"))
        return check_prev(checker, names, node, expr);
    if (fa_find_param(checker, name) || fa_is_lookup(checker, node))
        return fa_check_name(checker, names, node, NULL, expr);
    return unknown_function(checker, node);
}
