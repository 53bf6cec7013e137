/*
 * Ways 11 and 12: intervals of a table counted at any time, periods that need a row.
 */
#include "rules/build_parts.h"

#include <string.h>

static const struct fa_node as_of_node = {
    .kind = FA_NODE_NAME,
    .token = {.kind = FA_TOKEN_WORD, .text = {"as_of", 5}},
    .text = {"as_of", 5}};

/* --- keys said of other tables --- */

static bool have_same_values(const struct fa_column_def *a, const struct fa_column_def *b)
{
    if (!a || !b || a == b)
        return a == b;
    bool is_same = a->value_count == b->value_count;
    for (uint32_t i = 0; is_same && i < a->value_count; i++)
        is_same = fa_str_equal(a->values[i], b->values[i]);
    return is_same;
}

/* A part of the rule's key, said of a row of TABLE: its own id where the key names such a
 * thing, else the words of per. */
static void build_key_of(struct fa_builder *builder, const struct fa_names *names,
                         const struct fa_node *node, const struct fa_expr *key,
                         bool is_declared, struct fa_expr **expr)
{
    const struct fa_table_def *def = names->def;
    bool is_own = is_declared && key->kind == FA_KIND_ID && def->id_column != FA_NO_COLUMN &&
                  key->refers_to == names->table;
    if (is_own) {
        struct fa_path path = {
            .table = names->table, .step_count = 1, .tables = {names->table}};
        path.steps[0] = def->id_column;
        const struct fa_node id = {.kind = FA_NODE_NAME,
                                   .token = node->token,
                                   .text = def->columns[def->id_column].name};
        fa_build_note(builder, fa_path_expr(builder->checker, &id, &path, expr));
        return;
    }
    enum fa_status status = fa_check_any(builder->checker, names, node, expr);
    fa_build_note(builder, status);
    if (status == FA_OK &&
        ((*expr)->kind != key->kind || (*expr)->refers_to != key->refers_to ||
         !have_same_values((*expr)->values_of, key->values_of)))
        fa_build_error(builder, FA_CODE_RULE_TYPE, fa_node_start(node), NULL,
                       "the key '%.*s' is of another type in %.*s", (int)node->text.size,
                       node->text.bytes, (int)def->name.size, def->name.bytes);
}

/* Rows whose keys are judged. DECLARED: rows of each T, which stand for what they declare. */
static struct fa_each *build_each(struct fa_builder *builder,
                                  const struct fa_syntax_population *syntax, bool is_declared)
{
    struct fa_rule *rule = builder->rule;
    struct fa_names names;
    struct fa_each *each = fa_build_array(builder, 0, sizeof *each);
    if (!each || !fa_build_population(builder, syntax, &each->population, &names))
        return NULL;
    if (is_declared)
        fa_build_note(builder, fa_expr_make(builder->checker, &as_of_node, FA_OP_AS_OF,
                                            FA_KIND_DATE, NULL, 0, &each->dated_by));
    else
        fa_build_date(builder, &names, &each->dated_by);
    const struct fa_syntax_per *per = &builder->syntax->per;
    each->keys = fa_build_array(builder, rule->key_count, sizeof *each->keys);
    bool is_whole = rule->key_count == per->keys.count;
    for (int k = 0; each->keys && is_whole && k < rule->key_count; k++)
        build_key_of(builder, &names, per->keys.items[k].value, rule->keys[k].expr, is_declared,
                     &each->keys[k]);
    fa_build_require_status(builder, syntax, &each->population, NULL);
    return each;
}

/* --- way 11 --- */

void fa_build_stretch(struct fa_builder *builder)
{
    struct fa_syntax_rule *syntax = builder->syntax;
    struct fa_syntax_stretch *stretch = &syntax->stretch;
    struct fa_rule *rule = builder->rule;
    rule->stretch = fa_build_array(builder, 0, sizeof *rule->stretch);
    if (syntax->has_population || syntax->population.where)
        fa_build_error(
            builder, FA_CODE_RULE_TYPE, &stretch->token,
            "write at most 3 of TABLE where ... per ... at any time",
            "intervals are counted of the table behind of: there is no on and no where "
            "before it");
    if (!rule->stretch ||
        !fa_build_population(builder, &stretch->population, &rule->population, &builder->row))
        return;
    if (rule->population.row_table->interval_from == FA_NO_COLUMN || rule->population.is_leg) {
        fa_build_error(
            builder, FA_CODE_RULE_TYPE, &stretch->population.table,
            "tables with an interval are account, contract, licence, claim, relation, "
            "listed and others: see flowaudit-ledger(5)",
            "rows of %.*s hold at no interval of time",
            (int)stretch->population.table.text.size, stretch->population.table.text.bytes);
        return;
    }
    if (syntax->dated_by)
        fa_build_date(builder, &builder->row, &rule->dated_by);
    else
        fa_build_note(builder, fa_expr_make(builder->checker, &as_of_node, FA_OP_AS_OF,
                                            FA_KIND_DATE, NULL, 0, &rule->dated_by));
    fa_build_exceptions(builder, &builder->row, syntax->except_rows.items,
                        syntax->except_rows.count, &rule->except_rows, &rule->except_row_count);
    fa_build_keys(builder, &syntax->per);
    if (syntax->per.has_period)
        fa_build_error(builder, FA_CODE_RULE_TYPE, &syntax->per.token, "take out each",
                       "at any time is not each period");
    if (stretch->distinct)
        fa_build_note(builder, fa_check_any(builder->checker, &builder->row, stretch->distinct,
                                            &rule->stretch->distinct));
    if (rule->stretch->distinct && rule->stretch->distinct->kind == FA_KIND_SET)
        fa_build_error(builder, FA_CODE_RULE_TYPE, fa_node_start(stretch->distinct), NULL,
                       "sets are not told from one another");
    if (stretch->has_each && builder->status == FA_OK)
        rule->stretch->each = build_each(builder, &stretch->each, true);
    rule->state_name = FA_STR("count");
    rule->state_kind = FA_KIND_INT;
}

/* --- way 12 --- */

static void build_within(struct fa_builder *builder, const struct fa_node *node)
{
    struct fa_every *every = builder->rule->every;
    struct fa_expr *span;
    enum fa_status status = fa_check(builder->checker, &builder->row, node, NULL, &span);
    fa_build_note(builder, status);
    if (status != FA_OK)
        return;
    bool is_duration = span->op == FA_OP_CONST && span->kind == FA_KIND_DURATION;
    if (!is_duration && (int)span->kind != FA_KIND_SPAN) {
        fa_build_error(builder, FA_CODE_RULE_TYPE, &node->token, "write within 24h, 5bd or 1mo",
                       "expected a span of time");
        return;
    }
    if (is_duration && builder->rule->dated_by && builder->rule->dated_by->kind != FA_KIND_TIME)
        fa_build_error(builder, FA_CODE_RULE_TYPE, &node->token, "write within 1d or 1bd",
                       "hours are told of rows with a time, and these have a date");
    every->within = is_duration ? span : span->args[0];
    every->unit = is_duration ? FA_UNIT_M : span->unit;
    if (!is_duration && span->unit == FA_UNIT_BD && !builder->checker->ruleset->calendar.size)
        fa_build_error(builder, FA_CODE_RULE_MISSING, &node->token,
                       "add calendar cn (or another) to the ruleset's head",
                       "working days need a calendar");
}

/* The rows that each period needs are the rule's population; on speaks of the activity. */
void fa_build_every(struct fa_builder *builder)
{
    struct fa_syntax_rule *syntax = builder->syntax;
    struct fa_syntax_every *every = &syntax->every;
    struct fa_rule *rule = builder->rule;
    const struct fa_node *dated_by = syntax->dated_by;
    rule->every = fa_build_array(builder, 0, sizeof *rule->every);
    if (every->has_activity != syntax->has_population)
        fa_build_error(builder, FA_CODE_RULE_MISSING, &every->token,
                       "write on TABLE and, behind the period, with activity",
                       every->has_activity
                           ? "the rule does not say what activity is"
                           : "the rule has an on and does not say with activity");
    if (!every->has_activity && (syntax->population.where || dated_by))
        fa_build_error(builder, FA_CODE_RULE_TYPE, &every->token,
                       "put where and dated by behind the table that has names",
                       "without on there are no rows that a where or dated by could speak of");
    if (syntax->except_rows.count)
        fa_build_error(builder, FA_CODE_RULE_TYPE, &every->token,
                       "exempt rows by where, or findings by except when",
                       "rows of a calendar are not excepted");
    if (!rule->every ||
        !fa_build_population(builder, &every->population, &rule->population, &builder->row))
        return;
    syntax->dated_by = every->dated_by;
    fa_build_date(builder, &builder->row, &rule->dated_by);
    if (rule->population.row_table->clock == FA_NO_COLUMN && !every->dated_by)
        fa_build_error(builder, FA_CODE_RULE_TYPE, &every->population.table,
                       "name one with dated by", "the table has no clock that says the period");
    syntax->per.has_period = true;
    syntax->per.period = every->period;
    fa_build_keys(builder, &syntax->per);
    syntax->dated_by = dated_by;
    fa_build_require_status(builder, &every->population, &rule->population, NULL);
    if (every->within)
        build_within(builder, every->within);
    if (every->has_activity && syntax->has_population && builder->status == FA_OK)
        rule->every->activity = build_each(builder, &syntax->population, false);
    if (every->has_each && builder->status == FA_OK)
        rule->every->each = build_each(builder, &every->each, true);
    rule->state_name = FA_STR("count");
    rule->state_kind = FA_KIND_INT;
}

/* --- the condition --- */

static void make_condition(struct fa_builder *builder, const struct fa_node *node,
                           enum fa_op op, struct fa_expr *number)
{
    struct fa_expr *count, *sides[2];
    const struct fa_node name = {
        .kind = FA_NODE_NAME, .token = node->token, .text = FA_STR("count")};
    fa_build_note(builder, fa_expr_make(builder->checker, &name, FA_OP_STATE, FA_KIND_INT, NULL,
                                        0, &count));
    if (builder->status != FA_OK)
        return;
    sides[0] = count;
    sides[1] = number;
    fa_build_note(builder, fa_expr_make(builder->checker, node, op, FA_KIND_BOOL, sides, 2,
                                        &builder->rule->when));
}

struct row_search {
    bool is_found;
};

static void search_row(void *context, struct fa_expr *expr)
{
    struct row_search *search = context;
    search->is_found |= expr->op == FA_OP_LOOKUP || expr->op == FA_OP_HAS ||
                        expr->op == FA_OP_PATH || expr->op == FA_OP_STATE;
}

void fa_build_interval_condition(struct fa_builder *builder)
{
    static const enum fa_op broken_by[] = {[FA_STRETCH_AT_MOST] = FA_OP_GT,
                                           [FA_STRETCH_EXACTLY] = FA_OP_NE,
                                           [FA_STRETCH_AT_LEAST] = FA_OP_LT};
    struct fa_syntax_rule *syntax = builder->syntax;
    struct fa_expr *number = NULL;
    if (syntax->when) {
        fa_build_error(builder, FA_CODE_RULE_TYPE, fa_node_start(syntax->when),
                       "take out when; what is exempt stands in except when",
                       "the way is a condition itself");
        return;
    }
    if (builder->rule->way == FA_WAY_EVERY) {
        const struct fa_token *token = &syntax->every.token;
        const struct fa_node one = {
            .kind = FA_NODE_NUMBER, .token = *token, .text = FA_STR("1")};
        const struct fa_node every = {
            .kind = FA_NODE_NAME, .token = *token, .text = FA_STR("has")};
        fa_build_note(builder, fa_expr_make(builder->checker, &one, FA_OP_CONST, FA_KIND_INT,
                                            NULL, 0, &number));
        if (builder->status != FA_OK)
            return;
        number->value =
            (struct fa_value){.kind = FA_KIND_INT, .numerator = 1, .denominator = 1};
        make_condition(builder, &every, FA_OP_LT, number);
        return;
    }
    const struct fa_node *node = syntax->stretch.number;
    enum fa_status status =
        fa_check_kind(builder->checker, &builder->group, node, FA_KIND_INT, &number);
    fa_build_note(builder, status);
    if (status != FA_OK)
        return;
    struct row_search search = {false};
    fa_expr_visit(number, search_row, &search);
    if (search.is_found) {
        fa_build_error(builder, FA_CODE_RULE_TYPE, fa_node_start(node),
                       "write a number, or a parameter of type int",
                       "how many there may be is said of the time, not of rows");
        return;
    }
    make_condition(builder, node, broken_by[syntax->stretch.bound], number);
}
