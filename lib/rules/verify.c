#include "rules/verify.h"

#include <stdlib.h>

#include "rules/passed.h"
#include "rules/reach.h"

/* How the values of a kind lie in a vector: an operator that reads numbers faults on texts. */
enum storage { TRUTHS, NUMBERS, TEXTS };

static enum storage storage_of(enum fa_kind kind)
{
    return kind == FA_KIND_BOOL ? TRUTHS : fa_kind_is_text(kind) ? TEXTS : NUMBERS;
}

struct verifier {
    const struct fa_program *program;
    const struct fa_verify_level *levels;
    size_t level_count;
};

static bool is_kind(enum fa_kind kind)
{
    return kind >= FA_KIND_BOOL && kind <= FA_KIND_CURRENCY;
}

static bool is_day(const struct fa_formula *f)
{
    return f->kind == FA_KIND_DATE || f->kind == FA_KIND_TIME;
}

/* COUNT arguments from FROM on that lie as STORAGE. */
static bool are(const struct fa_formula *f, int from, int count, enum storage storage)
{
    if (from + count > f->arg_count)
        return false;
    for (int i = from; i < from + count; i++)
        if (storage_of(f->args[i]->kind) != storage)
            return false;
    return true;
}

/* Exactly COUNT arguments, all as STORAGE; the result is of KIND. */
static bool is_shape(const struct fa_formula *f, int count, enum storage storage, enum fa_kind kind)
{
    return f->arg_count == count && are(f, 0, count, storage) && f->kind == kind;
}

/* --- what every formula must be --- */

/* Whether a formula is one of the program's first COUNT. */
static bool is_made(const struct fa_program *program, const struct fa_formula *f, size_t count)
{
    return f && f->number >= 0 && (size_t)f->number < count &&
           program->formulas.items[f->number] == f;
}

static const char *check_args(const struct verifier *v, const struct fa_formula *f, size_t number)
{
    if (f->number != (int)number)
        return "does not stand at its number";
    if (!is_kind(f->kind))
        return "is of no kind";
    if (f->arg_count < 0 || (f->arg_count > 0 && !f->args))
        return "has no arguments";
    for (int i = 0; i < f->arg_count; i++) {
        if (!is_made(v->program, f->args[i], number))
            return "has an argument that was not made before it";
    }
    return NULL;
}

/* --- leaves --- */

static const char *check_const(const struct fa_formula *f)
{
    if (f->arg_count != 0)
        return "is a constant with arguments";
    bool has_number = !f->value.is_missing && !f->value.is_none;
    if (has_number && storage_of(f->kind) == NUMBERS && f->value.denominator <= 0)
        return "is a constant without a denominator";
    if (storage_of(f->kind) == TEXTS && f->value.text.size && !f->value.text.bytes)
        return "is a text without bytes";
    return NULL;
}

/* A column of a table of the stream; -1: the stream lacks it. */
static const char *check_column(const struct verifier *v, const struct fa_formula *f)
{
    const struct fa_dictionary *dictionary = &v->program->head->dictionary;
    int table = f->detail.table, column = f->detail.column;
    if (table < -1 || table >= dictionary->table_count)
        return "reads a table that is not there";
    if (column < -1 || (table < 0 && column >= 0) ||
        (table >= 0 && column >= dictionary->tables[table].column_count))
        return "reads a column that is not there";
    if (column < 0)
        return NULL;
    const struct fa_column_def *def = &dictionary->tables[table].columns[column];
    if (storage_of(fa_kind_of(def->type)) != storage_of(f->kind))
        return "reads a column of another kind";
    return f->enum_map && def->type != FA_TYPE_ENUM ? "maps what is no enum" : NULL;
}

static const char *check_leg(const struct fa_formula *f)
{
    static const enum fa_kind kinds[] = {[FA_LEG_ACCOUNT] = FA_KIND_ID,
                                         [FA_LEG_COUNTERPARTY] = FA_KIND_ID,
                                         [FA_LEG_DIRECTION] = FA_KIND_ENUM,
                                         [FA_LEG_SIGNED] = FA_KIND_MONEY,
                                         [FA_LEG_INTERNAL] = FA_KIND_BOOL};
    int index = f->detail.index;
    if (index < FA_LEG_ACCOUNT || index > FA_LEG_INTERNAL)
        return "is no column of a leg";
    if (f->arg_count != (index == FA_LEG_INTERNAL ? 5 : 3) || !are(f, 0, f->arg_count, NUMBERS))
        return "is not made of accounts and an amount";
    return f->kind == kinds[index] ? NULL : "is a leg's column of another kind";
}

static const char *check_state(const struct fa_verify_level *level, const struct fa_formula *f)
{
    const struct fa_rule *rule = level->rule;
    int count, index = f->detail.index;
    if (index >= FA_PASSED_LEAF)
        return index - FA_PASSED_LEAF < level->passed_count
                   ? NULL
                   : "reads a column that no row was kept with";
    const struct fa_unit_name *names = fa_unit_names(rule->way, &count);
    if (count > 0) {
        if (index >= count)
            return "reads a state that is not there";
        return f->kind == names[index].kind ? NULL : "is a state of another kind";
    }
    /* elsewhere they have names of the rule's own, and are numbers */
    bool has_none = rule->way == FA_WAY_ROW || rule->way == FA_WAY_GROUP;
    count = rule->way == FA_WAY_COMPARE ? rule->series_count : has_none ? 0 : 1;
    if (index >= count)
        return "reads a state that is not there";
    return storage_of(f->kind) == NUMBERS ? NULL : "is a state and no number";
}

/* What is known of judged units only. */
static const char *check_level(const struct verifier *v, const struct fa_formula *f)
{
    if (f->arg_count != 0)
        return "is a leaf with arguments";
    if (f->detail.scope < 0 || (size_t)f->detail.scope >= v->level_count ||
        !v->levels[f->detail.scope].rule)
        return "is of a rule that is not judged";
    const struct fa_verify_level *level = &v->levels[f->detail.scope];
    const struct fa_rule *rule = level->rule;
    int index = f->detail.index;
    if (index < 0)
        return "has a negative index";
    switch (f->op) {
    case FA_OP_KEY:
        if (index >= rule->key_count)
            return "reads a part of the key that is not there";
        return f->kind == rule->keys[index].expr->kind ? NULL : "is a key of another kind";
    case FA_OP_AGG:
        if (index >= rule->agg_count)
            return "reads an aggregate that is not there";
        return f->kind == rule->aggs[index]->kind ? NULL : "is an aggregate of another kind";
    case FA_OP_STATE:
        return check_state(level, f);
    case FA_FORMULA_CAPTURE:
        return (size_t)index < level->capture_count ? NULL
                                                    : "reads a capture that is not there";
    case FA_FORMULA_PREV: /* its value is there before it is asked for, or it is missing */
        return NULL;
    default: /* FA_FORMULA_JUDGED */
        return is_day(f) ? NULL : "is judged at no date";
    }
}

/* --- what reaches other rows --- */

static const char *check_reach(const struct verifier *v, const struct fa_formula *f)
{
    switch (f->op) {
    case FA_FORMULA_STEP:
        if (f->arg_count != 2 || storage_of(f->args[0]->kind) != NUMBERS || !is_day(f->args[1]))
            return "does not step from an id on a date";
        return check_column(v, f);
    case FA_FORMULA_FIND:
        if (f->kind != FA_KIND_INT || !fa_find_is_sound(v->program, f))
            return "is no look-up that was made";
        return NULL;
    case FA_FORMULA_LOOK:
        if (f->arg_count != 1 || f->args[0]->op != FA_FORMULA_FIND ||
            f->args[0]->detail.table != f->detail.table)
            return "looks into another table than it found a row of";
        return check_column(v, f);
    case FA_OP_HAS:
        return f->arg_count == 1 && f->args[0]->op == FA_FORMULA_FIND && f->kind == FA_KIND_BOOL
                   ? NULL
                   : "asks for a row without a look-up";
    default: /* FA_FORMULA_NUMBER */
        return is_shape(f, 1, TEXTS, FA_KIND_INT) ? NULL : "numbers what is no text";
    }
}

/* An amount, its currency, the day. */
static const char *check_convert(const struct fa_formula *f)
{
    return f->arg_count == 3 && are(f, 0, 3, NUMBERS) && f->kind == FA_KIND_MONEY &&
                   f->args[1]->kind == FA_KIND_CURRENCY && is_day(f->args[2])
               ? NULL
               : "converts no amount of a day";
}

static const char *check_param(const struct fa_formula *f)
{
    const struct fa_param *param = f->detail.param;
    if (!param)
        return "reads no parameter";
    if (f->arg_count < 1 || !is_day(f->args[f->arg_count - 1]))
        return "does not read its parameter at a date";
    if (f->op == FA_OP_SCALE)
        return f->arg_count == 2 && are(f, 0, 1, NUMBERS) && storage_of(f->kind) == NUMBERS
                   ? NULL
                   : "is no scale of a number";
    /* one value for all keys, as --param gives, has no use for those that the rule says */
    if (param->key_count && f->arg_count != param->key_count + 1)
        return "reads its parameter by other keys than it has";
    for (int k = 0; k < param->key_count; k++)
        if (storage_of(f->args[k]->kind) != storage_of(param->key_kinds[k]))
            return "reads its parameter by a key of another kind";
    return storage_of(f->kind) == storage_of(param->kind) ? NULL
                                                          : "is a parameter of another kind";
}

/* --- operators --- */

static bool is_order(int op)
{
    return op == FA_OP_LT || op == FA_OP_LE || op == FA_OP_GT || op == FA_OP_GE;
}

static const char *check_compare(const struct fa_formula *f)
{
    bool has_count = f->op == FA_OP_IN ? f->arg_count >= 2 : f->arg_count == 2;
    if (!has_count || f->kind != FA_KIND_BOOL)
        return "does not compare two values";
    enum storage storage = storage_of(f->args[0]->kind);
    if (!are(f, 0, f->arg_count, storage))
        return "compares values that lie differently";
    return is_order(f->op) && storage != NUMBERS ? "orders what has no order" : NULL;
}

static const char *check_number(const struct fa_formula *f)
{
    bool is_one = f->op == FA_OP_NEG || f->op == FA_OP_ABS;
    bool is_list = f->op == FA_OP_MIN || f->op == FA_OP_MAX;
    bool has_count = is_list ? f->arg_count >= 2 : f->arg_count == (is_one ? 1 : 2);
    if (!has_count || !are(f, 0, f->arg_count, NUMBERS) || storage_of(f->kind) != NUMBERS)
        return "calculates with what is no number";
    bool has_rounding = f->detail.rounding >= FA_ROUND_HALF_UP && f->detail.rounding <= FA_ROUND_DOWN;
    return f->op == FA_OP_ROUND && !has_rounding ? "rounds in no way" : NULL;
}

static const char *check_logic(const struct fa_formula *f)
{
    enum storage storage = storage_of(f->kind);
    switch (f->op) {
    case FA_OP_NOT:
        return is_shape(f, 1, TRUTHS, FA_KIND_BOOL) ? NULL : "negates what is no truth";
    case FA_OP_AND:
    case FA_OP_OR:
        return f->arg_count >= 1 && is_shape(f, f->arg_count, TRUTHS, FA_KIND_BOOL)
                   ? NULL
                   : "joins what is no truth";
    case FA_OP_IS_MISSING:
        return f->arg_count % 2 == 1 && f->kind == FA_KIND_BOOL ? NULL : "asks of no value";
    case FA_OP_ELSE:
        return f->arg_count == 2 && are(f, 0, 2, storage) ? NULL
                                                          : "stands in for another kind";
    default: /* FA_OP_CASE */
        if (f->arg_count < 3 || f->arg_count % 2 == 0)
            return "has cases without a value";
        for (int i = 0; i + 1 < f->arg_count; i += 2)
            if (!are(f, i, 1, TRUTHS) || !are(f, i + 1, 1, storage))
                return "has a case of another kind";
        return are(f, f->arg_count - 1, 1, storage) ? NULL : "ends with another kind";
    }
}

static const char *check_date(const struct fa_formula *f)
{
    bool is_period = f->op == FA_OP_START_OF || f->op == FA_OP_END_OF;
    bool is_two = f->op == FA_OP_BDAYS || f->op == FA_OP_DATE_ADD;
    enum storage result = f->op == FA_OP_IS_BDAY ? TRUTHS : NUMBERS;
    if (f->arg_count != (is_two ? 2 : 1) || !are(f, 0, f->arg_count, NUMBERS) ||
        storage_of(f->kind) != result)
        return "is no function of a date";
    if (is_period && (f->detail.period < FA_PERIOD_DAY || f->detail.period > FA_PERIOD_YEAR))
        return "is of no period";
    if (f->op == FA_OP_DATE_ADD &&
        (f->detail.unit < FA_UNIT_M || f->detail.unit > FA_UNIT_Y))
        return "adds no unit";
    bool wants_calendar = f->op == FA_OP_IS_BDAY || f->op == FA_OP_BDAYS ||
                          (is_period && f->detail.period == FA_PERIOD_BDAY) ||
                          (f->op == FA_OP_DATE_ADD && f->detail.unit == FA_UNIT_BD);
    return wants_calendar && !f->detail.calendar ? "has no calendar" : NULL;
}

static const char *check_text(const struct fa_formula *f)
{
    bool is_two =
        f->op == FA_OP_SET_HAS || f->op == FA_OP_STARTS || f->op == FA_OP_CONTAINS;
    enum fa_kind kind = f->op == FA_OP_SIZE ? FA_KIND_INT : FA_KIND_BOOL;
    return is_shape(f, is_two ? 2 : 1, TEXTS, kind) ? NULL : "is no function of a text";
}

/* Operators and leaves by what checks them. A new one needs its line here: without it no plan that
 * has it is run. */
static const char *check(const struct verifier *v, const struct fa_formula *f)
{
    switch (f->op) {
    case FA_OP_CONST:
        return check_const(f);
    case FA_FORMULA_COLUMN:
        return f->arg_count ? "is a column with arguments" : check_column(v, f);
    case FA_FORMULA_LEG:
        return check_leg(f);
    case FA_OP_KEY: case FA_OP_AGG: case FA_OP_STATE: case FA_FORMULA_CAPTURE:
    case FA_FORMULA_JUDGED: case FA_FORMULA_PREV:
        return check_level(v, f);
    case FA_FORMULA_STEP: case FA_FORMULA_FIND: case FA_FORMULA_LOOK: case FA_FORMULA_NUMBER:
    case FA_OP_HAS:
        return check_reach(v, f);
    case FA_OP_PARAM: case FA_OP_SCALE:
        return check_param(f);
    case FA_OP_CONVERT:
        return check_convert(f);
    case FA_OP_ADD: case FA_OP_SUB: case FA_OP_MUL: case FA_OP_DIV: case FA_OP_NEG:
    case FA_OP_ABS: case FA_OP_MIN: case FA_OP_MAX: case FA_OP_ROUND:
        return check_number(f);
    case FA_OP_EQ: case FA_OP_NE: case FA_OP_LT: case FA_OP_LE: case FA_OP_GT: case FA_OP_GE:
    case FA_OP_IN:
        return check_compare(f);
    case FA_OP_AND: case FA_OP_OR: case FA_OP_NOT: case FA_OP_ELSE: case FA_OP_CASE:
    case FA_OP_IS_MISSING:
        return check_logic(f);
    case FA_OP_DATE: case FA_OP_DAY: case FA_OP_MONTH: case FA_OP_QUARTER: case FA_OP_YEAR:
    case FA_OP_WEEKDAY: case FA_OP_IS_BDAY: case FA_OP_BDAYS: case FA_OP_START_OF:
    case FA_OP_END_OF: case FA_OP_DATE_ADD:
        return check_date(f);
    case FA_OP_SET_HAS: case FA_OP_STARTS: case FA_OP_CONTAINS: case FA_OP_SIZE:
    case FA_OP_VALID_ID18: case FA_OP_VALID_ID15: case FA_OP_VALID_USCC: case FA_OP_EARLY_USCC:
    case FA_OP_VALID_LEI: case FA_OP_VALID_LUHN: case FA_OP_VALID_IBAN:
        return check_text(f);
    default:
        return "has no operator that is known";
    }
}

static enum fa_status refuse(const struct fa_program *program, size_t number, const char *wrong)
{
    return fa_error(program->sink, FA_CODE_RULE_PLAN, (struct fa_place){0}, NULL,
                    "formula %zu of the plan %s", number, wrong);
}

enum fa_status fa_program_verify(const struct fa_program *program,
                                 const struct fa_verify_level *levels, size_t level_count)
{
    const struct verifier v = {program, levels, level_count};
    for (size_t i = 0; i < program->formulas.count; i++) {
        const struct fa_formula *f = program->formulas.items[i];
        const char *wrong = f ? check_args(&v, f, i) : "is not there";
        if (!wrong)
            wrong = check(&v, f);
        if (wrong)
            return refuse(program, i, wrong);
    }
    return FA_OK;
}

/* --- what rules ask of the program --- */

static bool is_root(const struct fa_program *program, const struct fa_formula *f,
                    enum storage storage)
{
    return is_made(program, f, program->formulas.count) && storage_of(f->kind) == storage;
}

/* WHEN and exceptions are truths, what is shown is anything; amount and clock may be absent. */
static enum fa_status verify_judge(const struct fa_judge *judge)
{
    const struct fa_program *program = &judge->run->program;
    const struct fa_rule *rule = judge->rule;
    bool is_sound = (!rule->when || is_root(program, judge->when, TRUTHS)) &&
                    is_root(program, judge->filer, NUMBERS) &&
                    (!judge->amount || is_root(program, judge->amount, NUMBERS)) &&
                    (!judge->clock || is_root(program, judge->clock, NUMBERS));
    for (int e = 0; is_sound && e < rule->except_finding_count; e++)
        is_sound = is_root(program, judge->except_findings[e], TRUTHS);
    for (int k = 0; is_sound && k < rule->shown_count; k++)
        is_sound = is_made(program, judge->shown[k], program->formulas.count);
    for (size_t c = 0; is_sound && c < judge->units.captures.count; c++)
        is_sound = is_made(program, judge->units.captures.items[c], program->formulas.count);
    if (is_sound)
        return FA_OK;
    return fa_error(program->sink, FA_CODE_RULE_PLAN, (struct fa_place){0}, NULL,
                    "rule %.*s asks for a formula that the plan does not have",
                    (int)rule->id.size, rule->id.bytes);
}

enum fa_status fa_plan_verify(const struct fa_run *run, const struct fa_judge *judges,
                              int judge_count)
{
    size_t level_count = 0;
    for (int j = 0; j < judge_count; j++)
        if ((size_t)judges[j].rule_no >= level_count)
            level_count = (size_t)judges[j].rule_no + 1;
    struct fa_verify_level *levels = calloc(level_count + 1, sizeof *levels);
    if (!levels)
        return fa_out_of_memory(run->sink, "the plan of the rules");
    for (int j = 0; j < judge_count; j++)
        levels[judges[j].rule_no] =
            (struct fa_verify_level){judges[j].rule, judges[j].units.captures.count,
                                     judges[j].passed_count};
    enum fa_status status = fa_program_verify(&run->program, levels, level_count);
    for (int j = 0; status == FA_OK && j < judge_count; j++)
        status = verify_judge(&judges[j]);
    free(levels);
    return status;
}
