#include "rules/plain_value.h"

#include "rules/plain_observe.h"
#include "value/identity.h"

/* --- exact numbers --- */

static fa_i128 magnitude(fa_i128 x)
{
    return x < 0 ? -x : x;
}

static fa_i128 common_divisor(fa_i128 a, fa_i128 b)
{
    a = magnitude(a);
    b = magnitude(b);
    while (b) {
        fa_i128 rest = a % b;
        a = b;
        b = rest;
    }
    return a ? a : 1;
}

struct fa_value fa_plain_missing(enum fa_kind kind)
{
    return (struct fa_value){.kind = kind, .is_missing = true, .denominator = 1};
}

struct fa_value fa_plain_number(enum fa_kind kind, fa_i128 numerator, fa_i128 denominator)
{
    fa_i128 lowest = (fa_i128)1 << 126;
    lowest = -lowest - lowest;
    if (denominator == 0 || numerator == lowest || denominator == lowest)
        return fa_plain_missing(kind);
    fa_i128 divisor = common_divisor(numerator, denominator);
    if (denominator < 0)
        divisor = -divisor;
    return (struct fa_value){
        .kind = kind, .numerator = numerator / divisor, .denominator = denominator / divisor};
}

struct fa_value fa_plain_add(struct fa_value a, struct fa_value b, enum fa_kind kind)
{
    fa_i128 shared = common_divisor(a.denominator, b.denominator), left, right, sum,
            denominator;
    if (__builtin_mul_overflow(a.numerator, b.denominator / shared, &left) ||
        __builtin_mul_overflow(b.numerator, a.denominator / shared, &right) ||
        __builtin_add_overflow(left, right, &sum) ||
        __builtin_mul_overflow(a.denominator / shared, b.denominator, &denominator))
        return fa_plain_missing(kind);
    return fa_plain_number(kind, sum, denominator);
}

struct fa_value fa_plain_negate(struct fa_value a)
{
    a.numerator = -a.numerator;
    return a;
}

static struct fa_value multiply(struct fa_value a, struct fa_value b, enum fa_kind kind)
{
    fa_i128 one = common_divisor(a.numerator, b.denominator);
    fa_i128 other = common_divisor(b.numerator, a.denominator), numerator, denominator;
    if (__builtin_mul_overflow(a.numerator / one, b.numerator / other, &numerator) ||
        __builtin_mul_overflow(a.denominator / other, b.denominator / one, &denominator))
        return fa_plain_missing(kind);
    return fa_plain_number(kind, numerator, denominator);
}

struct fa_value fa_plain_divide(struct fa_value a, struct fa_value b, enum fa_kind kind)
{
    if (b.numerator == 0)
        return fa_plain_missing(kind);
    struct fa_value inverse = {.numerator = b.denominator, .denominator = b.numerator};
    if (inverse.denominator < 0) {
        inverse.numerator = -inverse.numerator;
        inverse.denominator = -inverse.denominator;
    }
    return multiply(a, inverse, kind);
}

int fa_plain_compare(const struct fa_value *a, const struct fa_value *b)
{
    if (a->kind == FA_KIND_TEXT || a->kind == FA_KIND_SET)
        return fa_str_compare(a->text, b->text);
    struct fa_ratio x = {a->numerator, a->denominator}, y = {b->numerator, b->denominator};
    return fa_ratio_compare(x, y);
}

/* The largest whole number that is not above the value. */
static fa_i128 floor_of(struct fa_value value)
{
    fa_i128 whole = value.numerator / value.denominator;
    return whole - (value.numerator % value.denominator < 0);
}

static struct fa_value round_to(struct fa_value value, struct fa_value unit,
                                enum fa_rounding rounding, enum fa_kind kind)
{
    struct fa_value steps = fa_plain_divide(value, unit, FA_KIND_RATIO);
    if (steps.is_missing)
        return fa_plain_missing(kind);
    bool is_negative = steps.numerator < 0;
    steps.numerator = magnitude(steps.numerator);
    fa_i128 whole = floor_of(steps);
    fa_i128 rest = steps.numerator - whole * steps.denominator;
    fa_i128 twice =
        rest * 2; /* rest < denominator, which a division left far below the limit */
    bool up = rounding == FA_ROUND_HALF_UP ? twice >= steps.denominator
              : rounding == FA_ROUND_HALF_EVEN
                  ? twice > steps.denominator || (twice == steps.denominator && whole % 2)
                  : false;
    whole += up;
    struct fa_value rounded = fa_plain_number(FA_KIND_RATIO, is_negative ? -whole : whole, 1);
    return multiply(rounded, unit, kind);
}

/* --- results --- */

static struct fa_plain_result given(struct fa_value value)
{
    return (struct fa_plain_result){.value = value};
}

static struct fa_plain_result lacking(enum fa_kind kind, struct fa_str cause)
{
    return (struct fa_plain_result){.value = fa_plain_missing(kind), .cause = cause};
}

static struct fa_plain_result truth(bool is_true)
{
    return given(
        (struct fa_value){.kind = FA_KIND_BOOL, .numerator = is_true, .denominator = 1});
}

static struct fa_plain_result whole(enum fa_kind kind, int64_t number)
{
    return given((struct fa_value){.kind = kind, .numerator = number, .denominator = 1});
}

static enum fa_status blame(const struct fa_plain_scope *scope, struct fa_str table,
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

static int64_t day_of(const struct fa_plain_scope *scope, const struct fa_value *value)
{
    return value->kind == FA_KIND_TIME
               ? fa_day_of((int64_t)value->numerator, &scope->ruleset->zone)
               : (int64_t)value->numerator;
}

static int64_t instant_of(const struct fa_plain_scope *scope, const struct fa_value *value)
{
    return value->kind == FA_KIND_TIME
               ? (int64_t)value->numerator
               : fa_day_start((int64_t)value->numerator + 1, &scope->ruleset->zone) - 1;
}

/* --- paths --- */

/* Walks the steps of a path from STEP on; VALUE is that of the step before. */
static enum fa_status walk(const struct fa_plain_scope *scope, const struct fa_path *path,
                           int step, struct fa_value value, enum fa_kind kind,
                           struct fa_plain_result *result)
{
    for (; step < path->step_count; step++) {
        const struct fa_table_def *table =
            &scope->ledger->dictionary->tables[path->tables[step]];
        const struct fa_plain_row *row = fa_plain_find(
            scope->ledger, path->tables[step], value.numerator, scope->has_day, scope->day_no);
        if (!row || row->cells[path->steps[step]].is_missing) {
            *result = lacking(kind, (struct fa_str){"", 0});
            return blame(scope, table->name, table->columns[path->steps[step]].name,
                         &result->cause);
        }
        value = row->cells[path->steps[step]];
    }
    *result = given(value);
    return FA_OK;
}

/* The part of the key that PATH begins with, -1 when it begins with none. */
static int key_before(const struct fa_plain_scope *scope, const struct fa_path *path,
                      int *steps)
{
    for (int k = 0; scope->rule && k < scope->rule->key_count; k++) {
        const struct fa_expr *key = scope->rule->keys[k].expr;
        if (key->op != FA_OP_PATH || key->path.step_count > path->step_count)
            continue;
        bool is_prefix = true;
        for (int s = 0; s < key->path.step_count; s++)
            is_prefix = is_prefix && key->path.steps[s] == path->steps[s];
        if (is_prefix) {
            *steps = key->path.step_count;
            return k;
        }
    }
    return -1;
}

static enum fa_status evaluate_path(const struct fa_plain_scope *scope,
                                    const struct fa_expr *expr, struct fa_plain_result *result)
{
    const struct fa_path *path = &expr->path;
    int steps = 1, key = key_before(scope, path, &steps);
    struct fa_value value = key >= 0       ? scope->keys[key]
                            : scope->cells ? scope->cells[path->steps[0]]
                                           : fa_plain_missing(expr->kind);
    if (value.is_missing) {
        /* A leg lacks what its flow lacks. */
        const struct fa_table_def *table = scope->row_table;
        const struct fa_table_def *flow =
            fa_dictionary_find(scope->ledger->dictionary, FA_STR("flow"));
        if (table->index == FA_LEG_TABLE && path->steps[0] < flow->column_count)
            table = flow;
        *result = lacking(expr->kind, (struct fa_str){"", 0});
        if (value.is_bound && key < 0 && !scope->rule) {
            result->is_bound = true;
            result->bound = fa_plain_number(expr->kind, value.numerator, value.denominator);
        }
        return blame(scope, table->name, table->columns[path->steps[0]].name, &result->cause);
    }
    return walk(scope, path, key >= 0 ? steps : 1, value, expr->kind, result);
}

/* --- parameters --- */

static const struct fa_param_period *period_at(const struct fa_param *param, int64_t day_no)
{
    for (int i = 0; i < param->period_count; i++)
        if (param->periods[i].from_day <= day_no && day_no <= param->periods[i].to_day)
            return &param->periods[i];
    return NULL;
}

/* Money in the rules is at the scale of ISO 4217; a ledger may keep more decimals. */
static struct fa_value scaled(const struct fa_plain_scope *scope, struct fa_value value)
{
    if (value.kind != FA_KIND_MONEY || value.is_missing || value.is_none)
        return value;
    int more = fa_head_scale(scope->ledger->head, scope->ruleset->currency) -
               fa_currency_scale(scope->ruleset->currency);
    fa_i128 factor = 1;
    for (int i = 0; i < more; i++)
        factor *= 10;
    struct fa_value by = {.numerator = factor, .denominator = 1};
    return multiply(value, by, FA_KIND_MONEY);
}

/* The day at which a parameter is read: `at`, else the judged date. */
static enum fa_status parameter_day(const struct fa_plain_scope *scope,
                                    const struct fa_expr *expr, struct fa_plain_result *day)
{
    if (expr->param.at) {
        FA_TRY(fa_plain_evaluate(scope, expr->param.at, day));
        if (!day->value.is_missing)
            *day = whole(FA_KIND_DATE, day_of(scope, &day->value));
        return FA_OK;
    }
    *day = scope->has_day ? whole(FA_KIND_DATE, scope->day_no)
                          : lacking(FA_KIND_DATE, scope->day_cause.size
                                                      ? scope->day_cause
                                                      : expr->param.param->name);
    return FA_OK;
}

static enum fa_status evaluate_parameter(const struct fa_plain_scope *scope,
                                         const struct fa_expr *expr,
                                         struct fa_plain_result *result)
{
    const struct fa_param *param = expr->param.param;
    struct fa_plain_result day, *keys;
    keys = fa_arena_array(scope->ledger->arena, (size_t)param->key_count + 1, sizeof *keys);
    if (!keys)
        return FA_ELIMIT;
    FA_TRY(parameter_day(scope, expr, &day));
    for (int k = 0; k < param->key_count; k++) {
        FA_TRY(fa_plain_evaluate(scope, expr->args[k], &keys[k]));
        if (keys[k].value.is_missing) {
            *result = lacking(expr->kind, keys[k].cause);
            return FA_OK;
        }
    }
    if (day.value.is_missing) {
        *result = lacking(expr->kind, day.cause);
        return FA_OK;
    }
    *result = lacking(expr->kind, param->name);
    const struct fa_param_period *period = period_at(param, (int64_t)day.value.numerator);
    for (int r = 0; period && r < period->row_count; r++) {
        bool matches = true;
        for (int k = 0; k < param->key_count; k++)
            matches = matches && fa_plain_equal(&period->rows[r].keys[k], &keys[k].value);
        if (matches) {
            *result = given(scaled(scope, period->rows[r].value));
            return FA_OK;
        }
    }
    return FA_OK;
}

/* RATE of each part of the amount: 5% to 500 million, 4% to 2,000 million, 3% beyond; of what is not
 * above zero, nothing. */
static enum fa_status evaluate_scale(const struct fa_plain_scope *scope,
                                     const struct fa_expr *expr, struct fa_plain_result *result)
{
    struct fa_plain_result amount, day;
    FA_TRY(fa_plain_evaluate(scope, expr->args[0], &amount));
    FA_TRY(parameter_day(scope, expr, &day));
    *result =
        lacking(expr->kind, amount.value.is_missing ? amount.cause
                            : day.value.is_missing  ? day.cause
                                                    : expr->param.param->name);
    if (amount.value.is_missing || amount.value.is_none || day.value.is_missing)
        return FA_OK;
    const struct fa_param_period *period =
        period_at(expr->param.param, (int64_t)day.value.numerator);
    if (!period)
        return FA_OK;
    struct fa_value sum = fa_plain_number(expr->kind, 0, 1), from = sum;
    for (int p = 0; p < period->part_count; p++) {
        struct fa_value to = scaled(scope, period->parts[p].up_to);
        bool is_last = to.is_missing || fa_plain_compare(&amount.value, &to) <= 0;
        if (fa_plain_compare(&amount.value, &from) <= 0)
            break;
        struct fa_value end = is_last ? amount.value : to;
        struct fa_value part = fa_plain_add(end, fa_plain_negate(from), FA_KIND_MONEY);
        struct fa_value share = multiply(part, period->parts[p].rate, expr->kind);
        if (part.is_missing || share.is_missing)
            return FA_OK;
        sum = fa_plain_add(sum, share, expr->kind);
        if (sum.is_missing || is_last)
            break;
        from = to;
    }
    if (!sum.is_missing)
        *result = given(sum);
    return FA_OK;
}

/* --- look-ups --- */

/* Whether a row's interval holds X, or its clock is not after it. */
static bool holds(const struct fa_plain_scope *scope, const struct fa_table_def *table,
                  const struct fa_plain_row *row, const struct fa_value *x)
{
    if (table->interval_from == FA_NO_COLUMN && table->clock != FA_NO_COLUMN) {
        const struct fa_value *clock = &row->cells[table->clock];
        if (clock->is_missing)
            return false;
        return clock->kind == FA_KIND_TIME ? clock->numerator <= instant_of(scope, x)
                                           : clock->numerator <= day_of(scope, x);
    }
    if (table->interval_from == FA_NO_COLUMN)
        return true;
    const struct fa_value *from = &row->cells[table->interval_from];
    const struct fa_value *to =
        table->interval_to == FA_NO_COLUMN ? NULL : &row->cells[table->interval_to];
    bool begun = from->is_missing ||
                 (from->kind == FA_KIND_TIME ? from->numerator <= instant_of(scope, x)
                                             : from->numerator <= day_of(scope, x));
    if (!to || to->is_missing)
        return begun;
    return begun && (to->kind == FA_KIND_TIME ? instant_of(scope, x) < to->numerator
                                              : day_of(scope, x) <= to->numerator);
}

static bool is_in_force(const struct fa_plain_scope *scope, const struct fa_table_def *table,
                        const struct fa_plain_row *row, bool has_x, const struct fa_value *x)
{
    if (table->id_column == FA_NO_COLUMN || row->cells[table->id_column].is_missing)
        return true;
    return fa_plain_find(scope->ledger, table->index, row->cells[table->id_column].numerator,
                         has_x, has_x ? day_of(scope, x) : 0) == row;
}

struct answer {
    const struct fa_plain_row *row; /* the first */
    int count;
    struct fa_str cause; /* not empty: the look-up itself is unknown */
};

static enum fa_status find_rows(const struct fa_plain_scope *scope,
                                const struct fa_lookup *lookup, struct answer *answer)
{
    const struct fa_table_def *table = &scope->ledger->dictionary->tables[lookup->table];
    const struct fa_plain_table *rows = &scope->ledger->tables[lookup->table];
    struct fa_plain_result wanted[16], x = {0};
    *answer = (struct answer){0};
    for (int c = 0; c < lookup->cond_count && c < 16; c++) {
        FA_TRY(fa_plain_evaluate(scope, lookup->cond_values[c], &wanted[c]));
        if (wanted[c].value.is_missing) {
            answer->cause = wanted[c].cause;
            return FA_OK;
        }
    }
    bool has_x = lookup->at || scope->has_day;
    if (lookup->at)
        FA_TRY(fa_plain_evaluate(scope, lookup->at, &x));
    else if (scope->has_day)
        x = scope->has_instant ? whole(FA_KIND_TIME, scope->instant_us)
                               : whole(FA_KIND_DATE, scope->day_no);
    bool needs_x = table->interval_from != FA_NO_COLUMN || table->clock != FA_NO_COLUMN;
    if (needs_x && (!has_x || x.value.is_missing)) {
        answer->cause = lookup->at          ? x.cause
                        : scope->day_cause.size ? scope->day_cause
                                                : table->name;
        return FA_OK;
    }
    if (!rows->rows.count && !rows->is_covered && table->written_by == FA_BY_FILING) {
        answer->cause = table->name; /* the filing has no such table */
        return FA_OK;
    }
    has_x = has_x && !x.value.is_missing;
    bool by_clock = table->interval_from == FA_NO_COLUMN && table->clock != FA_NO_COLUMN;
    int holds_until = fa_holds_until_column(table);
    bool has_newest = false;
    fa_i128 newest = 0;
    for (size_t i = 0; i < rows->rows.count; i++) {
        const struct fa_plain_row *row = &rows->rows.items[i];
        bool matches = true;
        for (int c = 0; matches && c < lookup->cond_count; c++) {
            const struct fa_value *cell = &row->cells[lookup->cond_columns[c]];
            matches = !cell->is_missing && fa_plain_equal(cell, &wanted[c].value);
        }
        if (!matches || !is_in_force(scope, table, row, has_x, &x.value) ||
            (needs_x && !holds(scope, table, row, &x.value)))
            continue;
        if (by_clock) {
            fa_i128 now = row->cells[table->clock].numerator;
            if (has_newest && now < newest)
                continue;
            if (!has_newest || now > newest)
                answer->count = 0;
            has_newest = true;
            newest = now;
        }
        if (holds_until != FA_NO_COLUMN && !row->cells[holds_until].is_missing &&
            row->cells[holds_until].numerator < day_of(scope, &x.value))
            continue;
        if (answer->count == 0)
            answer->row = row;
        answer->count++;
    }
    return FA_OK;
}

static enum fa_status evaluate_lookup(const struct fa_plain_scope *scope,
                                      const struct fa_expr *expr,
                                      struct fa_plain_result *result)
{
    const struct fa_lookup *lookup = expr->look.lookup;
    struct answer answer;
    FA_TRY(find_rows(scope, lookup, &answer));
    if (answer.cause.size) {
        *result = lacking(expr->kind, answer.cause);
        return FA_OK;
    }
    if (expr->op == FA_OP_HAS) {
        *result = truth(answer.count > 0);
        return FA_OK;
    }
    const struct fa_table_def *table = &scope->ledger->dictionary->tables[lookup->table];
    const struct fa_path *path = &expr->look.path;
    bool is_answered = answer.count == 1 || (answer.count > 1 && lookup->is_any);
    if (!is_answered || answer.row->cells[path->steps[0]].is_missing) {
        *result = lacking(expr->kind, (struct fa_str){"", 0});
        return blame(scope, table->name, table->columns[path->steps[0]].name, &result->cause);
    }
    return walk(scope, path, 1, answer.row->cells[path->steps[0]], expr->kind, result);
}

/* --- amounts of other currencies --- */

/* What a row's money is in: as it says itself, else as its account or contract says, else as the
 * filing says. */
static fa_currency currency_of_row(const struct fa_plain_scope *scope)
{
    static const char *const owners[] = {"account", "contract"};
    const struct fa_table_def *table = scope->row_table;
    const struct fa_dictionary *dictionary = scope->ledger->dictionary;
    if (table->currency_column != FA_NO_COLUMN &&
        !scope->cells[table->currency_column].is_missing)
        return (fa_currency)scope->cells[table->currency_column].numerator;
    for (int i = 0; i < 2; i++) {
        const struct fa_table_def *owner = fa_dictionary_find(dictionary, fa_str_from(owners[i]));
        int column = fa_table_find_column(table, fa_str_from(owners[i]));
        bool refers = owner && column != FA_NO_COLUMN &&
                      table->columns[column].type == FA_TYPE_ID &&
                      table->columns[column].refers_to == owner->index &&
                      !scope->cells[column].is_missing;
        const struct fa_plain_row *row =
            refers ? fa_plain_find(scope->ledger, owner->index, scope->cells[column].numerator,
                                   scope->has_day, scope->day_no)
                   : NULL;
        if (row && !row->cells[owner->currency_column].is_missing)
            return (fa_currency)row->cells[owner->currency_column].numerator;
    }
    fa_currency filing = scope->ledger->head->currency;
    return filing ? filing : scope->ruleset->currency;
}

/* What one unit of CURRENCY is in that of the filing on the judged day; missing: nobody says, or two
 * rows do. */
static struct fa_value rate_of(const struct fa_plain_scope *scope, fa_currency currency)
{
    const struct fa_table_def *def =
        fa_dictionary_find(scope->ledger->dictionary, FA_STR("rate"));
    const struct fa_plain_table *rates = &scope->ledger->tables[def->index];
    int series = fa_table_find_column(def, FA_STR("series"));
    int date = fa_table_find_column(def, FA_STR("date"));
    int value = fa_table_find_column(def, FA_STR("value"));
    int until = fa_table_find_column(def, FA_STR("holds_until"));
    fa_currency filing = scope->ledger->head->currency ? scope->ledger->head->currency
                                                       : scope->ruleset->currency;
    struct fa_value answer = fa_plain_missing(FA_KIND_RATIO);
    char code[4];
    fa_currency_format(currency, code);
    bool has_newest = false;
    fa_i128 newest = 0;
    int count = 0;
    if (currency == filing)
        return fa_plain_number(FA_KIND_RATIO, 1, 1);
    for (size_t i = 0; scope->has_day && i < rates->rows.count; i++) {
        const struct fa_value *cells = rates->rows.items[i].cells;
        if (cells[series].is_missing || cells[date].is_missing ||
            !fa_str_is(cells[series].text, code) || cells[date].numerator > scope->day_no)
            continue;
        if (has_newest && cells[date].numerator < newest)
            continue;
        if (!has_newest || cells[date].numerator > newest)
            count = 0;
        has_newest = true;
        newest = cells[date].numerator;
        if (!cells[until].is_missing && cells[until].numerator < scope->day_no)
            continue;
        answer = cells[value];
        count++;
    }
    bool is_rate = count == 1 && !answer.is_missing && answer.numerator > 0;
    return is_rate ? answer : fa_plain_missing(FA_KIND_RATIO);
}

static enum fa_status evaluate_convert(const struct fa_plain_scope *scope,
                                       const struct fa_expr *expr,
                                       struct fa_plain_result *result)
{
    FA_TRY(fa_plain_evaluate(scope, expr->args[0], result));
    fa_currency from = currency_of_row(scope), into = scope->ruleset->currency;
    if (result->value.is_missing || from == into)
        return FA_OK;
    struct fa_value of_from = rate_of(scope, from), of_into = rate_of(scope, into);
    if (of_from.is_missing || of_into.is_missing) {
        *result = lacking(expr->kind, scope->has_day || !scope->day_cause.size
                                          ? FA_STR("rate.value")
                                          : scope->day_cause);
        return FA_OK;
    }
    struct fa_value unit = fa_plain_number(FA_KIND_MONEY, 1, 1), ten = unit;
    ten.numerator = 10;
    struct fa_value value = multiply(
        result->value, fa_plain_divide(of_from, of_into, FA_KIND_RATIO), FA_KIND_MONEY);
    int more = fa_head_scale(scope->ledger->head, into) - fa_head_scale(scope->ledger->head, from);
    for (; more > 0 && !value.is_missing; more--)
        value = multiply(value, ten, FA_KIND_MONEY);
    for (; more < 0 && !value.is_missing; more++)
        value = fa_plain_divide(value, ten, FA_KIND_MONEY);
    if (!value.is_missing)
        value = round_to(value, unit, expr->rounding, FA_KIND_MONEY);
    *result = value.is_missing ? lacking(expr->kind, FA_STR("rate.value")) : given(value);
    return FA_OK;
}

/* --- operators --- */

static bool holds_order(enum fa_op op, int order)
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
        *result = truth(false);
        return FA_OK;
    }
    if ((a.flows || b.flows) && !a.value.is_missing && !b.value.is_missing) {
        int order;
        FA_TRY(fa_plain_compare_rate(a.flows ? a.flows : b.flows, a.flows ? &b.value : &a.value, &order));
        *result = truth(holds_order(expr->op, a.flows ? order : -order));
        return FA_OK;
    }
    if (!a.value.is_missing && !b.value.is_missing) {
        *result = truth(holds_order(expr->op, fa_plain_compare(&a.value, &b.value)));
        return FA_OK;
    }
    bool bound_is_left = a.value.is_missing;
    const struct fa_plain_result *bound = bound_is_left ? &a : &b,
                                 *exact = bound_is_left ? &b : &a;
    bool is_true;
    if (bound->is_bound && !exact->value.is_missing &&
        decided_by_bound(expr->op, bound_is_left,
                         fa_plain_compare(&bound->bound, &exact->value), &is_true))
        *result = truth(is_true);
    else
        *result = lacking(FA_KIND_BOOL, a.value.is_missing ? a.cause : b.cause);
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
            *result = truth(decides);
            return FA_OK;
        }
        if (one.value.is_missing && !is_unknown) {
            is_unknown = true;
            unknown = lacking(FA_KIND_BOOL, one.cause);
        }
    }
    *result = is_unknown ? unknown : truth(!decides);
    return FA_OK;
}

static enum fa_status evaluate_in(const struct fa_plain_scope *scope,
                                  const struct fa_expr *expr, struct fa_plain_result *result)
{
    struct fa_plain_result value, unknown = truth(false);
    FA_TRY(fa_plain_evaluate(scope, expr->args[0], &value));
    if (value.value.is_missing) {
        *result = lacking(FA_KIND_BOOL, value.cause);
        return FA_OK;
    }
    for (int i = 1; i < expr->arg_count; i++) {
        struct fa_plain_result one;
        FA_TRY(fa_plain_evaluate(scope, expr->args[i], &one));
        if (one.value.is_missing) {
            if (!unknown.value.is_missing)
                unknown = lacking(FA_KIND_BOOL, one.cause);
        } else if (!one.value.is_none && !value.value.is_none &&
                   fa_plain_equal(&value.value, &one.value)) {
            *result = truth(true);
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
            *result = lacking(expr->kind, condition.cause);
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
    return is_known ? whole(kind, number) : lacking(kind, FA_STR("holiday.date"));
}

static struct fa_plain_result add_to_date(const struct fa_plain_scope *scope,
                                          const struct fa_expr *expr, struct fa_value date,
                                          int64_t n)
{
    int64_t us = expr->unit == FA_UNIT_H   ? FA_HOUR_US
                 : expr->unit == FA_UNIT_M ? FA_MINUTE_US
                                           : 0;
    if (us)
        return given(fa_plain_number(expr->kind, date.numerator + (fa_i128)n * us, 1));
    int64_t day_no = day_of(scope, &date), moved = day_no;
    if (expr->unit == FA_UNIT_D)
        moved = day_no + n;
    else if (expr->unit == FA_UNIT_MO)
        moved = fa_day_add_months(day_no, n);
    else if (expr->unit == FA_UNIT_Y)
        moved = fa_day_add_months(day_no, n * 12);
    else if (!scope->calendar || !fa_calendar_add_bdays(scope->calendar, day_no, n, &moved))
        return lacking(expr->kind, FA_STR("holiday.date"));
    if (date.kind != FA_KIND_TIME)
        return whole(expr->kind, moved);
    int64_t within = (int64_t)date.numerator - fa_day_start(day_no, &scope->ruleset->zone);
    return whole(expr->kind, fa_day_start(moved, &scope->ruleset->zone) + within);
}

static struct fa_plain_result of_date(const struct fa_plain_scope *scope,
                                      const struct fa_expr *expr, const struct fa_value *args)
{
    int64_t day_no = day_of(scope, &args[0]), number = 0;
    int32_t year, month, day;
    fa_day_to_civil(day_no, &year, &month, &day);
    bool is_bday = false, is_known;
    switch (expr->op) {
    case FA_OP_DATE:
        return whole(FA_KIND_DATE, day_no);
    case FA_OP_DAY:
        return whole(FA_KIND_INT, day);
    case FA_OP_MONTH:
        return whole(FA_KIND_INT, month);
    case FA_OP_QUARTER:
        return whole(FA_KIND_INT, (month + 2) / 3);
    case FA_OP_YEAR:
        return whole(FA_KIND_INT, year);
    case FA_OP_WEEKDAY: /* day 0 was a Thursday */
        return whole(FA_KIND_INT, ((day_no + 3) % 7 + 7) % 7 + 1);
    case FA_OP_IS_BDAY:
        is_known = scope->calendar && fa_calendar_is_bday(scope->calendar, day_no, &is_bday);
        return from_calendar(is_known, FA_KIND_BOOL, is_bday);
    case FA_OP_BDAYS:
        is_known = scope->calendar &&
                   fa_calendar_bdays(scope->calendar, day_no, day_of(scope, &args[1]), &number);
        return from_calendar(is_known, FA_KIND_INT, number);
    case FA_OP_START_OF:
        return whole(FA_KIND_DATE, fa_period_first(expr->period, day_no));
    case FA_OP_END_OF:
        return whole(FA_KIND_DATE, fa_period_last(expr->period, day_no));
    default:
        return add_to_date(scope, expr, args[0], (int64_t)args[1].numerator);
    }
}

static struct fa_plain_result of_text(const struct fa_expr *expr, const struct fa_value *args)
{
    struct fa_str text = args[0].text;
    switch (expr->op) {
    case FA_OP_SET_HAS:
        return truth(set_has(text, args[1].text));
    case FA_OP_STARTS:
        return truth(fa_str_starts(text, args[1].text));
    case FA_OP_CONTAINS:
        return truth(fa_str_contains(text, args[1].text));
    case FA_OP_SIZE:
        return whole(FA_KIND_INT, set_size(text));
    case FA_OP_VALID_ID18:
        return truth(fa_id18_valid(text));
    case FA_OP_VALID_ID15:
        return truth(fa_id15_valid(text));
    case FA_OP_VALID_USCC:
        return truth(fa_uscc_valid(text));
    case FA_OP_EARLY_USCC:
        return truth(fa_uscc_early(text));
    case FA_OP_VALID_LEI:
        return truth(fa_lei_valid(text));
    case FA_OP_VALID_LUHN:
        return truth(fa_luhn_valid(text));
    default:
        return truth(fa_iban_valid(text));
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
        value = multiply(a, b, expr->kind);
        break;
    case FA_OP_DIV:
        if (b.numerator == 0)
            return lacking(expr->kind, FA_STR("division by zero"));
        value = fa_plain_divide(a, b, expr->kind);
        break;
    case FA_OP_NEG:
        value = fa_plain_negate(a);
        break;
    case FA_OP_ABS:
        value.numerator = magnitude(a.numerator);
        break;
    case FA_OP_ROUND:
        if (b.numerator == 0)
            return lacking(expr->kind, FA_STR("division by zero"));
        value = round_to(a, b, expr->rounding, expr->kind);
        break;
    default:
        break;
    }
    value.kind = expr->kind;
    return given(value);
}

/* MIN skips `none`, MAX with one is none. */
static struct fa_plain_result extreme(const struct fa_expr *expr, const struct fa_value *args)
{
    const struct fa_value *best = NULL;
    for (int i = 0; i < expr->arg_count; i++) {
        if (args[i].is_none) {
            if (expr->op == FA_OP_MAX)
                return given(args[i]);
            continue;
        }
        int order = best ? fa_plain_compare(&args[i], best) : 0;
        if (!best || (expr->op == FA_OP_MIN ? order < 0 : order > 0))
            best = &args[i];
    }
    return given(best ? *best : args[0]);
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
            *result = lacking(expr->kind, one.cause);
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
        *result = given(*none);
        return FA_OK;
    }
    if (expr->op == FA_OP_NOT)
        *result = truth(!args[0].numerator);
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

static enum fa_status evaluate(const struct fa_plain_scope *scope, const struct fa_expr *expr,
                               struct fa_plain_result *result)
{
    struct fa_plain_result first;
    switch (expr->op) {
    case FA_OP_CONST:
        *result = given(scaled(scope, expr->value));
        return FA_OK;
    case FA_OP_PATH:
        return evaluate_path(scope, expr, result);
    case FA_OP_PARAM:
        return evaluate_parameter(scope, expr, result);
    case FA_OP_SCALE:
        return evaluate_scale(scope, expr, result);
    case FA_OP_LOOKUP:
    case FA_OP_HAS:
        return evaluate_lookup(scope, expr, result);
    case FA_OP_CONVERT:
        return evaluate_convert(scope, expr, result);
    case FA_OP_KEY:
        *result = given(scope->keys[expr->index]);
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
            *result = lacking(expr->kind, FA_STR("the row before"));
        return FA_OK;
    case FA_OP_PERIOD_DAY:
        *result = scope->has_day ? whole(FA_KIND_DATE, scope->day_no)
                                 : lacking(FA_KIND_DATE, FA_STR("day"));
        return FA_OK;
    case FA_OP_AS_OF:
        *result = whole(FA_KIND_DATE, scope->as_of_day);
        return FA_OK;
    case FA_OP_DUTY:
        *result = lacking(expr->kind, FA_STR("duty"));
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
        FA_TRY(fa_plain_evaluate(scope, expr->args[0], &first));
        *result = truth(first.value.is_missing);
        return FA_OK;
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
