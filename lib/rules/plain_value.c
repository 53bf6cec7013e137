/*
 * Expressions: operators, and what makes their results.
 */
#include "rules/plain_parts.h"

#include "rules/plain_observe.h"
#include "value/identity.h"

struct fa_plain_result fa_plain_given(struct fa_value value)
{
    return (struct fa_plain_result){.value = value};
}

struct fa_plain_result fa_plain_lacking(enum fa_kind kind, struct fa_str cause)
{
    return (struct fa_plain_result){.value = fa_plain_missing(kind), .cause = cause};
}

struct fa_plain_result fa_plain_truth(bool is_true)
{
    return fa_plain_given(
        (struct fa_value){.kind = FA_KIND_BOOL, .numerator = is_true, .denominator = 1});
}

struct fa_plain_result fa_plain_whole(enum fa_kind kind, int64_t number)
{
    return fa_plain_given(
        (struct fa_value){.kind = kind, .numerator = number, .denominator = 1});
}

enum fa_status fa_plain_blame(const struct fa_plain_scope *scope, struct fa_str table,
                              struct fa_str column, struct fa_str *cause)
{
    struct fa_buf text = {0};
    enum fa_status status = fa_buf_add_str(&text, table);
    if (status == FA_OK)
        status = fa_buf_add_char(&text, '.');
    if (status == FA_OK)
        status = fa_buf_add_str(&text, column);
    if (status == FA_OK) {
        *cause = fa_arena_str(scope->ledger->arena, fa_buf_str(&text));
        if (!cause->bytes)
            status = FA_ELIMIT;
    }
    fa_buf_release(&text);
    return status;
}

/* --- dates --- */

int64_t fa_plain_day_of(const struct fa_plain_scope *scope, const struct fa_value *value)
{
    return value->kind == FA_KIND_TIME
               ? fa_day_of((int64_t)value->numerator, &scope->ruleset->zone)
               : (int64_t)value->numerator;
}

int64_t fa_plain_instant_of(const struct fa_plain_scope *scope, const struct fa_value *value)
{
    return value->kind == FA_KIND_TIME
               ? (int64_t)value->numerator
               : fa_day_start((int64_t)value->numerator + 1, &scope->ruleset->zone) - 1;
}

/* --- operators --- */

bool fa_plain_order_holds(enum fa_op op, int order)
{
    switch (op) {
    case FA_OP_EQ:
        return order == 0;
    case FA_OP_NE:
        return order != 0;
    case FA_OP_LT:
        return order < 0;
    case FA_OP_LE:
        return order <= 0;
    case FA_OP_GT:
        return order > 0;
    default:
        return order >= 0;
    }
}

/* What a lower bound L against an exact X decides: L > X settles every comparison, L = X only
 * >=, <. */
static bool decided_by_bound(enum fa_op op, bool bound_is_left, int order, bool *is_true)
{
    if (!bound_is_left) /* X op L is L mirrored-op X */
        op = op == FA_OP_LT   ? FA_OP_GT
             : op == FA_OP_GT ? FA_OP_LT
             : op == FA_OP_LE ? FA_OP_GE
             : op == FA_OP_GE ? FA_OP_LE
                              : op;
    *is_true = op == FA_OP_GT || op == FA_OP_GE || op == FA_OP_NE;
    return order > 0 || (order == 0 && (op == FA_OP_GE || op == FA_OP_LT));
}

static enum fa_status evaluate_comparison(const struct fa_plain_scope *scope,
                                          const struct fa_expr *expr,
                                          struct fa_plain_result *result)
{
    struct fa_plain_result a, b;
    FA_TRY(fa_plain_evaluate(scope, expr->args[0], &a));
    FA_TRY(fa_plain_evaluate(scope, expr->args[1], &b));
    if ((!a.value.is_missing && a.value.is_none) || (!b.value.is_missing && b.value.is_none)) {
        *result = fa_plain_truth(false);
        return FA_OK;
    }
    if ((a.flows || b.flows) && !a.value.is_missing && !b.value.is_missing) {
        int order;
        FA_TRY(fa_plain_compare_rate(a.flows ? a.flows : b.flows, a.flows ? &b.value : &a.value,
                                     &order));
        *result = fa_plain_truth(fa_plain_order_holds(expr->op, a.flows ? order : -order));
        return FA_OK;
    }
    if (!a.value.is_missing && !b.value.is_missing) {
        *result = fa_plain_truth(fa_plain_order_holds(expr->op, fa_plain_compare(&a.value, &b.value)));
        return FA_OK;
    }
    bool bound_is_left = a.value.is_missing;
    const struct fa_plain_result *bound = bound_is_left ? &a : &b,
                                 *exact = bound_is_left ? &b : &a;
    bool is_true;
    if (bound->is_bound && !exact->value.is_missing &&
        decided_by_bound(expr->op, bound_is_left,
                         fa_plain_compare(&bound->bound, &exact->value), &is_true))
        *result = fa_plain_truth(is_true);
    else
        *result = fa_plain_lacking(FA_KIND_BOOL, a.value.is_missing ? a.cause : b.cause);
    return FA_OK;
}

/* Three-valued: one false makes AND false whatever is unknown, one true makes OR true. */
static enum fa_status evaluate_logic(const struct fa_plain_scope *scope,
                                     const struct fa_expr *expr, struct fa_plain_result *result)
{
    bool decides = expr->op == FA_OP_OR, is_unknown = false;
    struct fa_plain_result unknown = {0};
    for (int i = 0; i < expr->arg_count; i++) {
        struct fa_plain_result one;
        FA_TRY(fa_plain_evaluate(scope, expr->args[i], &one));
        if (!one.value.is_missing && (one.value.numerator != 0) == decides) {
            *result = fa_plain_truth(decides);
            return FA_OK;
        }
        if (one.value.is_missing && !is_unknown) {
            is_unknown = true;
            unknown = fa_plain_lacking(FA_KIND_BOOL, one.cause);
        }
    }
    *result = is_unknown ? unknown : fa_plain_truth(!decides);
    return FA_OK;
}

static enum fa_status evaluate_in(const struct fa_plain_scope *scope,
                                  const struct fa_expr *expr, struct fa_plain_result *result)
{
    struct fa_plain_result value, unknown = fa_plain_truth(false);
    FA_TRY(fa_plain_evaluate(scope, expr->args[0], &value));
    if (value.value.is_missing) {
        *result = fa_plain_lacking(FA_KIND_BOOL, value.cause);
        return FA_OK;
    }
    for (int i = 1; i < expr->arg_count; i++) {
        struct fa_plain_result one;
        FA_TRY(fa_plain_evaluate(scope, expr->args[i], &one));
        if (one.value.is_missing) {
            if (!unknown.value.is_missing)
                unknown = fa_plain_lacking(FA_KIND_BOOL, one.cause);
        } else if (!one.value.is_none && !value.value.is_none &&
                   fa_plain_equal(&value.value, &one.value)) {
            *result = fa_plain_truth(true);
            return FA_OK;
        }
    }
    *result = unknown;
    return FA_OK;
}

static enum fa_status evaluate_case(const struct fa_plain_scope *scope,
                                    const struct fa_expr *expr, struct fa_plain_result *result)
{
    for (int i = 0; i + 1 < expr->arg_count; i += 2) {
        struct fa_plain_result condition;
        FA_TRY(fa_plain_evaluate(scope, expr->args[i], &condition));
        if (condition.value.is_missing) {
            *result = fa_plain_lacking(expr->kind, condition.cause);
            return FA_OK;
        }
        if (condition.value.numerator)
            return fa_plain_evaluate(scope, expr->args[i + 1], result);
    }
    return fa_plain_evaluate(scope, expr->args[expr->arg_count - 1], result);
}

static bool set_has(struct fa_str set, struct fa_str element)
{
    while (set.size) {
        size_t size = 0;
        while (size < set.size && set.bytes[size] != ';')
            size++;
        if (fa_str_equal((struct fa_str){set.bytes, size}, element))
            return true;
        size_t skip = size < set.size ? size + 1 : size;
        set.bytes += skip;
        set.size -= skip;
    }
    return false;
}

static int64_t set_size(struct fa_str set)
{
    int64_t count = set.size > 0;
    for (size_t i = 0; i < set.size; i++)
        count += set.bytes[i] == ';';
    return count;
}

/* A calendar's answer, unknown outside its years. */
static struct fa_plain_result from_calendar(bool is_known, enum fa_kind kind, int64_t number)
{
    return is_known ? fa_plain_whole(kind, number)
                    : fa_plain_lacking(kind, FA_STR("holiday.date"));
}

/* Days before year 1 and behind year 9999 have no date. */
static struct fa_plain_result dated(const struct fa_plain_scope *scope, enum fa_kind kind,
                                    fa_i128 number)
{
    bool is_time = kind == FA_KIND_TIME;
    int64_t first = is_time ? fa_day_start(FA_DAY_FIRST, &scope->ruleset->zone) : FA_DAY_FIRST;
    int64_t end =
        is_time ? fa_day_start(FA_DAY_LAST + 1, &scope->ruleset->zone) : FA_DAY_LAST + 1;
    return number < first || number >= end
               ? fa_plain_lacking(kind, FA_STR("a number beyond its range"))
               : fa_plain_whole(kind, (int64_t)number);
}

static struct fa_plain_result add_to_date(const struct fa_plain_scope *scope,
                                          const struct fa_expr *expr, struct fa_value date,
                                          fa_i128 count)
{
    enum { FAR = 4000000 }; /* days, months and years, from any date: beyond all others */
    fa_i128 us = expr->unit == FA_UNIT_H   ? FA_HOUR_US
                 : expr->unit == FA_UNIT_M ? FA_MINUTE_US
                                           : 0;
    if (us)
        return dated(scope, expr->kind, date.numerator + count * us);
    int64_t n = (int64_t)(count < -FAR ? -FAR : count > FAR ? FAR : count);
    int64_t day_no = fa_plain_day_of(scope, &date), moved = day_no;
    if (expr->unit == FA_UNIT_D)
        moved = day_no + n;
    else if (expr->unit == FA_UNIT_MO)
        moved = fa_day_add_months(day_no, n);
    else if (expr->unit == FA_UNIT_Y)
        moved = fa_day_add_months(day_no, n * 12);
    else if (!scope->calendar || !fa_calendar_add_bdays(scope->calendar, day_no, n, &moved))
        return fa_plain_lacking(expr->kind, FA_STR("holiday.date"));
    if (date.kind != FA_KIND_TIME)
        return dated(scope, expr->kind, moved);
    int64_t within = (int64_t)date.numerator - fa_day_start(day_no, &scope->ruleset->zone);
    return dated(scope, expr->kind, fa_day_start(moved, &scope->ruleset->zone) + within);
}

static struct fa_plain_result of_date(const struct fa_plain_scope *scope,
                                      const struct fa_expr *expr, const struct fa_value *args)
{
    int64_t day_no = fa_plain_day_of(scope, &args[0]), number = 0;
    int32_t year, month, day;
    fa_day_to_civil(day_no, &year, &month, &day);
    bool is_bday = false, is_known;
    switch (expr->op) {
    case FA_OP_DATE:
        return fa_plain_whole(FA_KIND_DATE, day_no);
    case FA_OP_DAY:
        return fa_plain_whole(FA_KIND_INT, day);
    case FA_OP_MONTH:
        return fa_plain_whole(FA_KIND_INT, month);
    case FA_OP_QUARTER:
        return fa_plain_whole(FA_KIND_INT, (month + 2) / 3);
    case FA_OP_YEAR:
        return fa_plain_whole(FA_KIND_INT, year);
    case FA_OP_WEEKDAY: /* day 0 was a Thursday */
        return fa_plain_whole(FA_KIND_INT, ((day_no + 3) % 7 + 7) % 7 + 1);
    case FA_OP_IS_BDAY:
        is_known = scope->calendar && fa_calendar_is_bday(scope->calendar, day_no, &is_bday);
        return from_calendar(is_known, FA_KIND_BOOL, is_bday);
    case FA_OP_BDAYS:
        is_known =
            scope->calendar && fa_calendar_bdays(scope->calendar, day_no,
                                                 fa_plain_day_of(scope, &args[1]), &number);
        return from_calendar(is_known, FA_KIND_INT, number);
    case FA_OP_START_OF:
        return fa_plain_whole(FA_KIND_DATE, fa_period_first(expr->period, day_no));
    case FA_OP_END_OF:
        return fa_plain_whole(FA_KIND_DATE, fa_period_last(expr->period, day_no));
    default:
        return add_to_date(scope, expr, args[0], args[1].numerator);
    }
}

static struct fa_plain_result of_text(const struct fa_expr *expr, const struct fa_value *args)
{
    struct fa_str text = args[0].text;
    switch (expr->op) {
    case FA_OP_SET_HAS:
        return fa_plain_truth(set_has(text, args[1].text));
    case FA_OP_STARTS:
        return fa_plain_truth(fa_str_starts(text, args[1].text));
    case FA_OP_CONTAINS:
        return fa_plain_truth(fa_str_contains(text, args[1].text));
    case FA_OP_SIZE:
        return fa_plain_whole(FA_KIND_INT, set_size(text));
    case FA_OP_VALID_ID18:
        return fa_plain_truth(fa_id18_valid(text));
    case FA_OP_VALID_ID15:
        return fa_plain_truth(fa_id15_valid(text));
    case FA_OP_VALID_USCC:
        return fa_plain_truth(fa_uscc_valid(text));
    case FA_OP_EARLY_USCC:
        return fa_plain_truth(fa_uscc_early(text));
    case FA_OP_VALID_LEI:
        return fa_plain_truth(fa_lei_valid(text));
    case FA_OP_VALID_LUHN:
        return fa_plain_truth(fa_luhn_valid(text));
    default:
        return fa_plain_truth(fa_iban_valid(text));
    }
}

static struct fa_plain_result of_numbers(const struct fa_expr *expr,
                                         const struct fa_value *args)
{
    struct fa_value a = args[0], b = expr->arg_count > 1 ? args[1] : a;
    struct fa_value value = a;
    switch (expr->op) {
    case FA_OP_ADD:
        value = fa_plain_add(a, b, expr->kind);
        break;
    case FA_OP_SUB:
        value = fa_plain_add(a, fa_plain_negate(b), expr->kind);
        break;
    case FA_OP_MUL:
        value = fa_plain_multiply(a, b, expr->kind);
        break;
    case FA_OP_DIV:
        if (b.numerator == 0)
            return fa_plain_lacking(expr->kind, FA_STR("division by zero"));
        value = fa_plain_divide(a, b, expr->kind);
        break;
    case FA_OP_NEG:
        value = fa_plain_negate(a);
        break;
    case FA_OP_ABS:
        value.numerator = fa_plain_magnitude(a.numerator);
        break;
    case FA_OP_ROUND:
        if (b.numerator == 0)
            return fa_plain_lacking(expr->kind, FA_STR("division by zero"));
        value = fa_plain_round_to(a, b, expr->rounding, expr->kind);
        break;
    default:
        break;
    }
    value.kind = expr->kind;
    return fa_plain_given(value);
}

/* MIN skips `none`, MAX with one is none. */
static struct fa_plain_result extreme(const struct fa_expr *expr, const struct fa_value *args)
{
    const struct fa_value *best = NULL;
    for (int i = 0; i < expr->arg_count; i++) {
        if (args[i].is_none) {
            if (expr->op == FA_OP_MAX)
                return fa_plain_given(args[i]);
            continue;
        }
        int order = best ? fa_plain_compare(&args[i], best) : 0;
        if (!best || (expr->op == FA_OP_MIN ? order < 0 : order > 0))
            best = &args[i];
    }
    return fa_plain_given(best ? *best : args[0]);
}

enum { ARGS_FEW = 8 };

/* Operators that need every argument. */
static enum fa_status evaluate_strict(const struct fa_plain_scope *scope,
                                      const struct fa_expr *expr,
                                      struct fa_plain_result *result)
{
    struct fa_value few[ARGS_FEW], *args = few; /* min and max take any number */
    const struct fa_value *none = NULL;
    if (expr->arg_count > ARGS_FEW)
        args = fa_arena_array(scope->ledger->arena, (size_t)expr->arg_count, sizeof *args);
    if (!args)
        return FA_ELIMIT;
    for (int i = 0; i < expr->arg_count; i++) {
        struct fa_plain_result one;
        FA_TRY(fa_plain_evaluate(scope, expr->args[i], &one));
        if (one.value.is_missing) {
            *result = fa_plain_lacking(expr->kind, one.cause);
            return FA_OK;
        }
        args[i] = one.value;
        none = args[i].is_none ? &args[i] : none;
    }
    if (expr->op == FA_OP_MIN || expr->op == FA_OP_MAX) {
        *result = extreme(expr, args);
        return FA_OK;
    }
    if (none) {
        *result = fa_plain_given(*none);
        return FA_OK;
    }
    if (expr->op == FA_OP_NOT)
        *result = fa_plain_truth(!args[0].numerator);
    else if (expr->op >= FA_OP_ADD && expr->op <= FA_OP_ROUND)
        *result = of_numbers(expr, args);
    else if (expr->op >= FA_OP_DATE && expr->op <= FA_OP_DATE_ADD)
        *result = of_date(scope, expr, args);
    else
        *result = of_text(expr, args);
    if (result->value.is_missing && result->cause.size == 0)
        result->cause = FA_STR("a number beyond its range");
    return FA_OK;
}

/* Behind a reference that leads nowhere nobody knows what is missing. */
static enum fa_status evaluate_missing(const struct fa_plain_scope *scope, const struct fa_expr *expr,
                                       struct fa_plain_result *result)
{
    struct fa_plain_result first, reference, row;
    FA_TRY(fa_plain_evaluate(scope, expr->args[0], &first));
    *result = fa_plain_truth(first.value.is_missing);
    for (int k = 1; first.value.is_missing && k + 1 < expr->arg_count; k += 2) {
        FA_TRY(fa_plain_evaluate(scope, expr->args[k], &reference));
        FA_TRY(fa_plain_evaluate(scope, expr->args[k + 1], &row));
        if (!reference.value.is_missing && row.value.is_missing)
            *result = fa_plain_lacking(FA_KIND_BOOL, first.cause);
    }
    return FA_OK;
}

static enum fa_status evaluate(const struct fa_plain_scope *scope, const struct fa_expr *expr,
                               struct fa_plain_result *result)
{
    struct fa_plain_result first;
    switch (expr->op) {
    case FA_OP_CONST:
        *result = fa_plain_given(fa_plain_scaled(scope, expr->value));
        return FA_OK;
    case FA_OP_PATH:
        return fa_plain_path(scope, expr, result);
    case FA_OP_PARAM:
        return fa_plain_parameter(scope, expr, result);
    case FA_OP_SCALE:
        return fa_plain_scale(scope, expr, result);
    case FA_OP_LOOKUP:
    case FA_OP_HAS:
        return fa_plain_lookup(scope, expr, result);
    case FA_OP_CONVERT:
        return fa_plain_convert(scope, expr, result);
    case FA_OP_KEY:
        *result = fa_plain_given(scope->keys[expr->index]);
        return FA_OK;
    case FA_OP_AGG:
        *result = scope->values[expr->index];
        return FA_OK;
    case FA_OP_STATE:
        *result = scope->states ? scope->states[expr->index] : scope->values[expr->index];
        return FA_OK;
    case FA_OP_PREV:
        if (scope->before)
            FA_TRY(fa_plain_evaluate(scope->before, expr->args[0], result));
        if (!scope->before || result->value.is_missing)
            *result = fa_plain_lacking(expr->kind, FA_STR("the row before"));
        return FA_OK;
    case FA_OP_PERIOD_DAY:
        *result = scope->has_day ? fa_plain_whole(FA_KIND_DATE, scope->day_no)
                                 : fa_plain_lacking(FA_KIND_DATE, FA_STR("day"));
        return FA_OK;
    case FA_OP_AS_OF:
        *result = fa_plain_whole(FA_KIND_DATE, scope->as_of_day);
        return FA_OK;
    case FA_OP_DUTY:
        *result = fa_plain_lacking(expr->kind, FA_STR("duty"));
        return FA_OK;
    case FA_OP_EQ:
    case FA_OP_NE:
    case FA_OP_LT:
    case FA_OP_LE:
    case FA_OP_GT:
    case FA_OP_GE:
        return evaluate_comparison(scope, expr, result);
    case FA_OP_AND:
    case FA_OP_OR:
        return evaluate_logic(scope, expr, result);
    case FA_OP_IN:
        return evaluate_in(scope, expr, result);
    case FA_OP_CASE:
        return evaluate_case(scope, expr, result);
    case FA_OP_IS_MISSING:
        return evaluate_missing(scope, expr, result);
    case FA_OP_ELSE:
        FA_TRY(fa_plain_evaluate(scope, expr->args[0], &first));
        if (first.value.is_missing)
            return fa_plain_evaluate(scope, expr->args[1], result);
        *result = first;
        return FA_OK;
    default:
        return evaluate_strict(scope, expr, result);
    }
}

enum fa_status fa_plain_evaluate(const struct fa_plain_scope *scope, const struct fa_expr *expr,
                                 struct fa_plain_result *result)
{
    FA_TRY(evaluate(scope, expr, result));
    const struct fa_plain_observer *observer = scope->ledger->observer;
    if (observer && observer->evaluated && result->flows && !result->value.is_missing)
        FA_TRY(fa_plain_show_rate(result->flows, &result->value));
    if (observer && observer->evaluated)
        observer->evaluated(observer->context, scope, expr, result);
    return FA_OK;
}
