/* The chain of stages that a rule's rows go through, in the order that flowaudit-rules(5) states. */
#include <string.h>

#include "rules/stage.h"

int fa_clock_column(const struct fa_table_def *table)
{
    return table->by != FA_NO_COLUMN ? table->by : table->clock;
}

bool fa_is_in_order(const struct fa_scope *scope)
{
    int table = fa_program_table(scope->program, scope->table);
    return table >= 0 && scope->judged->op == FA_FORMULA_COLUMN &&
           scope->judged->detail.column == fa_clock_column(&scope->program->head->dictionary.tables[table]);
}

static enum fa_status operator_of(struct fa_scope *scope, int op, enum fa_kind kind,
                                  const struct fa_formula *a, const struct fa_formula *b,
                                  const struct fa_formula **formula)
{
    struct fa_formula_detail detail = fa_no_detail();
    const struct fa_formula *args[] = {a, b};
    return fa_formula_make(scope->program, op, kind, &detail, b ? 2 : 1, args, formula);
}

static enum fa_status constant(struct fa_scope *scope, enum fa_kind kind, int64_t number,
                               const struct fa_formula **formula)
{
    struct fa_value value = {.kind = kind, .numerator = number, .denominator = 1};
    return fa_formula_const(scope->program, &value, formula);
}

/* --- currency --- */

static bool has_money(const struct fa_table_def *table)
{
    for (int c = 0; c < table->column_count; c++)
        if (table->columns[c].type == FA_TYPE_MONEY)
            return true;
    return false;
}

/* The currency of the account, or else of the contract, that the row names. */
static enum fa_status add_owner_currency(struct fa_scope *scope, const char *name,
                                         const struct fa_formula **currency)
{
    const struct fa_dictionary *dictionary = scope->program->dictionary;
    const struct fa_table_def *def = &dictionary->tables[scope->table];
    const struct fa_table_def *owner = fa_dictionary_find(dictionary, fa_str_from(name));
    int column = fa_table_find_column(def, fa_str_from(name));
    if (!owner || column == FA_NO_COLUMN || def->columns[column].type != FA_TYPE_ID ||
        def->columns[column].refers_to != owner->index || owner->currency_column == FA_NO_COLUMN)
        return FA_OK;
    struct fa_expr path = {.op = FA_OP_PATH, .kind = FA_KIND_CURRENCY};
    path.path = (struct fa_path){.table = scope->table, .step_count = 2};
    path.path.tables[0] = scope->table;
    path.path.steps[0] = column;
    path.path.tables[1] = owner->index;
    path.path.steps[1] = owner->currency_column;
    const struct fa_formula *next;
    FA_TRY(fa_compile(scope, &path, &next));
    if (!*currency) {
        *currency = next;
        return FA_OK;
    }
    return operator_of(scope, FA_OP_ELSE, FA_KIND_CURRENCY, *currency, next, currency);
}

enum fa_status fa_currency_of_row(struct fa_scope *scope, const struct fa_formula **formula)
{
    struct fa_program *program = scope->program;
    const struct fa_table_def *def = &program->dictionary->tables[scope->table];
    const struct fa_formula *currency = NULL;
    bool is_sure = false; /* every row states its own */
    if (def->currency_column != FA_NO_COLUMN) {
        FA_TRY(fa_compile_column(scope, def->currency_column, &currency));
        is_sure = def->columns[def->currency_column].is_required;
    }
    if (!is_sure) {
        FA_TRY(add_owner_currency(scope, "account", &currency));
        FA_TRY(add_owner_currency(scope, "contract", &currency));
    }
    fa_currency otherwise = program->head->currency ? program->head->currency : scope->ruleset->currency;
    FA_TRY(constant(scope, FA_KIND_CURRENCY, otherwise, formula));
    return currency ? operator_of(scope, FA_OP_ELSE, FA_KIND_CURRENCY, currency, *formula, formula)
                    : FA_OK;
}

enum fa_status fa_currency_test(struct fa_scope *scope, const struct fa_formula **formula)
{
    const struct fa_table_def *def = &scope->program->dictionary->tables[scope->table];
    *formula = NULL;
    bool is_view = def->written_by == FA_BY_VIEW; /* whose money is its ruleset's */
    if (!has_money(def) || !scope->ruleset->currency || is_view || scope->is_any_currency)
        return FA_OK;
    const struct fa_formula *own, *ours;
    FA_TRY(fa_currency_of_row(scope, &own));
    FA_TRY(constant(scope, FA_KIND_CURRENCY, scope->ruleset->currency, &ours));
    return operator_of(scope, FA_OP_EQ, FA_KIND_BOOL, own, ours, formula);
}

/* --- the chain --- */

struct chain {
    struct fa_stages *stages;
    struct fa_program *program;
    int table;
    struct fa_stage *last;
};

static enum fa_status add(struct chain *chain, struct fa_stage wanted)
{
    wanted.parent = chain->last;
    wanted.table = chain->table;
    return fa_stage_make(chain->stages, chain->program, &wanted, &chain->last);
}

static enum fa_status flow_column(struct fa_scope *scope, const char *name,
                                  const struct fa_formula **formula)
{
    const struct fa_table_def *flow = &scope->program->dictionary->tables[scope->table];
    return fa_compile_column(scope, fa_table_find_column(flow, fa_str_from(name)), formula);
}

static enum fa_status add_settled(struct chain *chain, struct fa_scope *scope)
{
    const struct fa_table_def *flow = &scope->program->dictionary->tables[scope->table];
    const struct fa_column_def *def = &flow->columns[fa_table_find_column(flow, FA_STR("status"))];
    const struct fa_formula *status, *settled, *is_settled;
    uint32_t value = 0;
    while (value < def->value_count && !fa_str_is(def->values[value], "settled"))
        value++;
    FA_TRY(flow_column(scope, "status", &status));
    FA_TRY(constant(scope, FA_KIND_ENUM, value, &settled));
    FA_TRY(operator_of(scope, FA_OP_EQ, FA_KIND_BOOL, status, settled, &is_settled));
    return add(chain, (struct fa_stage){.kind = FA_STAGE_SETTLED, .formula = is_settled});
}

static enum fa_status add_as_of(struct chain *chain, const struct fa_scope *scope)
{
    return add(chain, (struct fa_stage){.kind = FA_STAGE_AS_OF, .formula = scope->day,
                                        .from_day = INT64_MIN, .to_day = chain->program->as_of_day});
}

/* The flows that had settled by as-of, whatever dates the rule's rows. */
static enum fa_status add_source(const struct chain *chain, const struct fa_scope *scope,
                                 struct fa_stage **source)
{
    struct chain own = {chain->stages, chain->program, chain->table, NULL};
    struct fa_scope clocked;
    FA_TRY(fa_scope_row(scope->program, scope->ruleset, scope->table, false, NULL, &clocked));
    FA_TRY(add(&own, (struct fa_stage){.kind = FA_STAGE_BASE}));
    FA_TRY(add_as_of(&own, &clocked));
    FA_TRY(add_settled(&own, &clocked));
    *source = own.last;
    return FA_OK;
}

static enum fa_status add_effective(struct chain *chain, struct fa_scope *scope)
{
    struct fa_stage effective = {.kind = FA_STAGE_EFFECTIVE};
    FA_TRY(add_source(chain, scope, &effective.source));
    const struct fa_formula *reverses;
    FA_TRY(flow_column(scope, "reverses", &reverses));
    FA_TRY(operator_of(scope, FA_OP_IS_MISSING, FA_KIND_BOOL, reverses, NULL, &effective.formula));
    FA_TRY(flow_column(scope, "flow_id", &effective.other));
    FA_TRY(flow_column(scope, "filer", &effective.keys.filer));
    return add(chain, effective);
}

static enum fa_status add_where(struct chain *chain, struct fa_scope *scope, const struct fa_expr *where)
{
    if (where->op == FA_OP_AND) {
        for (int i = 0; i < where->arg_count; i++)
            FA_TRY(add_where(chain, scope, where->args[i]));
        return FA_OK;
    }
    struct fa_stage stage = {.kind = FA_STAGE_WHERE};
    FA_TRY(fa_compile(scope, where, &stage.formula));
    return add(chain, stage);
}

static enum fa_status add_period(struct chain *chain, struct fa_scope *scope, enum fa_period period)
{
    struct fa_stage stage = {.kind = FA_STAGE_PERIOD, .formula = scope->day, .from_day = INT64_MIN,
                             .to_day = INT64_MAX};
    if (period == FA_PERIOD_BDAY) {
        struct fa_expr day = {.op = FA_OP_PERIOD_DAY, .kind = FA_KIND_DATE};
        struct fa_expr *args[] = {&day};
        struct fa_expr is_bday = {.op = FA_OP_IS_BDAY, .kind = FA_KIND_BOOL, .args = args, .arg_count = 1};
        FA_TRY(fa_compile(scope, &is_bday, &stage.formula));
    }
    return add(chain, stage);
}

static enum fa_status add_judging(struct chain *chain, struct fa_scope *scope, const struct fa_rule *rule,
                                  const struct fa_population_want *want)
{
    struct fa_stage currency = {.kind = FA_STAGE_CURRENCY};
    FA_TRY(fa_currency_test(scope, &currency.formula));
    if (currency.formula)
        FA_TRY(add(chain, currency));
    if (want->is_in_force_only)
        FA_TRY(add(chain, (struct fa_stage){.kind = FA_STAGE_IN_FORCE, .formula = scope->day,
                                            .from_day = rule->from_day, .to_day = rule->to_day}));
    else /* rows of all times count, but one without a date has no place among them */
        FA_TRY(add(chain, (struct fa_stage){.kind = FA_STAGE_IN_FORCE, .formula = scope->day,
                                            .from_day = INT64_MIN, .to_day = INT64_MAX}));
    for (int i = 0; i < want->except_count; i++) {
        struct fa_stage except = {.kind = FA_STAGE_EXCEPT};
        FA_TRY(fa_compile(scope, want->except_rows[i].when, &except.formula));
        FA_TRY(add(chain, except));
    }
    return want->has_period ? add_period(chain, scope, want->period) : FA_OK;
}

static bool reads_leg(const struct fa_formula *f)
{
    for (int k = 0; k < f->arg_count; k++)
        if (reads_leg(f->args[k]))
            return true;
    return f->op == FA_FORMULA_LEG;
}

enum fa_status fa_population_plan(struct fa_stages *stages, struct fa_program *program,
                                  const struct fa_rule *rule, const struct fa_population_want *want,
                                  struct fa_population_plan *plan)
{
    const struct fa_population *population = want->population;
    *plan = (struct fa_population_plan){.table = fa_program_table(program, population->table)};
    FA_TRY(fa_scope_row(program, rule->ruleset, population->table, population->is_leg, want->dated_by,
                        &plan->scope));
    struct fa_scope *scope = &plan->scope;
    scope->is_across_filers = rule->is_across_filers;
    scope->is_any_currency = rule->is_any_currency;
    struct chain chain = {stages, program, plan->table, NULL};
    FA_TRY(add(&chain, (struct fa_stage){.kind = FA_STAGE_BASE}));
    bool is_dated_by_leg = population->is_leg && reads_leg(scope->day);
    if (is_dated_by_leg)
        FA_TRY(add(&chain, (struct fa_stage){.kind = FA_STAGE_LEG}));
    /* The period of a view's row may end later than what it was made of. */
    if (population->row_table->written_by != FA_BY_VIEW)
        FA_TRY(add_as_of(&chain, scope));
    if (population->view != FA_VIEW_NONE)
        FA_TRY(add_settled(&chain, scope));
    if (population->view == FA_VIEW_EFFECTIVE)
        FA_TRY(add_effective(&chain, scope));
    if (population->is_leg && !is_dated_by_leg)
        FA_TRY(add(&chain, (struct fa_stage){.kind = FA_STAGE_LEG}));
    if (population->where)
        FA_TRY(add_where(&chain, scope, population->where));
    FA_TRY(add_judging(&chain, scope, rule, want));
    plan->last = chain.last;
    return FA_OK;
}
