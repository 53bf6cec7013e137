/*
 * What an expression reaches beside its row: paths, parameters, look-ups, rates.
 */
#include "rules/plain_parts.h"

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
            *result = fa_plain_lacking(kind, (struct fa_str){"", 0});
            return fa_plain_blame(scope, table->name, table->columns[path->steps[step]].name,
                                  &result->cause);
        }
        value = row->cells[path->steps[step]];
    }
    *result = fa_plain_given(value);
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

enum fa_status fa_plain_path(const struct fa_plain_scope *scope, const struct fa_expr *expr,
                             struct fa_plain_result *result)
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
        *result = fa_plain_lacking(expr->kind, (struct fa_str){"", 0});
        if (value.is_bound && key < 0 && !scope->rule) {
            result->is_bound = true;
            result->bound = fa_plain_number(expr->kind, value.numerator, value.denominator);
        }
        return fa_plain_blame(scope, table->name, table->columns[path->steps[0]].name,
                              &result->cause);
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
struct fa_value fa_plain_scaled(const struct fa_plain_scope *scope, struct fa_value value)
{
    if (value.kind != FA_KIND_MONEY || value.is_missing || value.is_none)
        return value;
    int more = fa_head_scale(scope->ledger->head, scope->ruleset->currency) -
               fa_currency_scale(scope->ruleset->currency);
    fa_i128 factor = 1;
    for (int i = 0; i < more; i++)
        factor *= 10;
    struct fa_value by = {.numerator = factor, .denominator = 1};
    return fa_plain_multiply(value, by, FA_KIND_MONEY);
}

/* The day at which a parameter is read: `at`, else the judged date. */
static enum fa_status parameter_day(const struct fa_plain_scope *scope,
                                    const struct fa_expr *expr, struct fa_plain_result *day)
{
    if (expr->param.at) {
        FA_TRY(fa_plain_evaluate(scope, expr->param.at, day));
        if (!day->value.is_missing)
            *day = fa_plain_whole(FA_KIND_DATE, fa_plain_day_of(scope, &day->value));
        return FA_OK;
    }
    *day = scope->has_day ? fa_plain_whole(FA_KIND_DATE, scope->day_no)
                          : fa_plain_lacking(FA_KIND_DATE, scope->day_cause.size
                                                               ? scope->day_cause
                                                               : expr->param.param->name);
    return FA_OK;
}

enum fa_status fa_plain_parameter(const struct fa_plain_scope *scope,
                                  const struct fa_expr *expr, struct fa_plain_result *result)
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
            *result = fa_plain_lacking(expr->kind, keys[k].cause);
            return FA_OK;
        }
    }
    if (day.value.is_missing) {
        *result = fa_plain_lacking(expr->kind, day.cause);
        return FA_OK;
    }
    *result = fa_plain_lacking(expr->kind, param->name);
    const struct fa_param_period *period = period_at(param, (int64_t)day.value.numerator);
    for (int r = 0; period && r < period->row_count; r++) {
        bool matches = true;
        for (int k = 0; k < param->key_count; k++)
            matches = matches && fa_plain_equal(&period->rows[r].keys[k], &keys[k].value);
        if (matches) {
            *result = fa_plain_given(fa_plain_scaled(scope, period->rows[r].value));
            return FA_OK;
        }
    }
    return FA_OK;
}

/* RATE of each part of the amount: 5% to 500 million, 4% to 2,000 million, 3% beyond; of what
 * is not above zero, nothing. */
enum fa_status fa_plain_scale(const struct fa_plain_scope *scope, const struct fa_expr *expr,
                              struct fa_plain_result *result)
{
    struct fa_plain_result amount, day;
    FA_TRY(fa_plain_evaluate(scope, expr->args[0], &amount));
    FA_TRY(parameter_day(scope, expr, &day));
    *result = fa_plain_lacking(expr->kind, amount.value.is_missing ? amount.cause
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
        struct fa_value to = fa_plain_scaled(scope, period->parts[p].up_to);
        bool is_last = to.is_missing || fa_plain_compare(&amount.value, &to) <= 0;
        if (fa_plain_compare(&amount.value, &from) <= 0)
            break;
        struct fa_value end = is_last ? amount.value : to;
        struct fa_value part = fa_plain_add(end, fa_plain_negate(from), FA_KIND_MONEY);
        struct fa_value share = fa_plain_multiply(part, period->parts[p].rate, expr->kind);
        if (part.is_missing || share.is_missing)
            return FA_OK;
        sum = fa_plain_add(sum, share, expr->kind);
        if (sum.is_missing || is_last)
            break;
        from = to;
    }
    if (!sum.is_missing)
        *result = fa_plain_given(sum);
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
        return clock->kind == FA_KIND_TIME ? clock->numerator <= fa_plain_instant_of(scope, x)
                                           : clock->numerator <= fa_plain_day_of(scope, x);
    }
    if (table->interval_from == FA_NO_COLUMN)
        return true;
    const struct fa_value *from = &row->cells[table->interval_from];
    const struct fa_value *to =
        table->interval_to == FA_NO_COLUMN ? NULL : &row->cells[table->interval_to];
    bool begun = from->is_missing ||
                 (from->kind == FA_KIND_TIME ? from->numerator <= fa_plain_instant_of(scope, x)
                                             : from->numerator <= fa_plain_day_of(scope, x));
    if (!to || to->is_missing)
        return begun;
    return begun && (to->kind == FA_KIND_TIME ? fa_plain_instant_of(scope, x) < to->numerator
                                              : fa_plain_day_of(scope, x) <= to->numerator);
}

static bool is_in_force(const struct fa_plain_scope *scope, const struct fa_table_def *table,
                        const struct fa_plain_row *row, bool has_x, const struct fa_value *x)
{
    if (table->id_column == FA_NO_COLUMN || row->cells[table->id_column].is_missing)
        return true;
    return fa_plain_find(scope->ledger, table->index, row->cells[table->id_column].numerator,
                         has_x, has_x ? fa_plain_day_of(scope, x) : 0) == row;
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
        x = scope->has_instant ? fa_plain_whole(FA_KIND_TIME, scope->instant_us)
                               : fa_plain_whole(FA_KIND_DATE, scope->day_no);
    bool needs_x = table->interval_from != FA_NO_COLUMN || table->clock != FA_NO_COLUMN;
    if (needs_x && (!has_x || x.value.is_missing)) {
        answer->cause = lookup->at              ? x.cause
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
            row->cells[holds_until].numerator < fa_plain_day_of(scope, &x.value))
            continue;
        if (answer->count == 0)
            answer->row = row;
        answer->count++;
    }
    return FA_OK;
}

enum fa_status fa_plain_lookup(const struct fa_plain_scope *scope, const struct fa_expr *expr,
                               struct fa_plain_result *result)
{
    const struct fa_lookup *lookup = expr->look.lookup;
    struct answer answer;
    FA_TRY(find_rows(scope, lookup, &answer));
    if (answer.cause.size) {
        *result = fa_plain_lacking(expr->kind, answer.cause);
        return FA_OK;
    }
    if (expr->op == FA_OP_HAS) {
        *result = fa_plain_truth(answer.count > 0);
        return FA_OK;
    }
    const struct fa_table_def *table = &scope->ledger->dictionary->tables[lookup->table];
    const struct fa_path *path = &expr->look.path;
    bool is_answered = answer.count == 1 || (answer.count > 1 && lookup->is_any);
    if (!is_answered || answer.row->cells[path->steps[0]].is_missing) {
        *result = fa_plain_lacking(expr->kind, (struct fa_str){"", 0});
        return fa_plain_blame(scope, table->name, table->columns[path->steps[0]].name,
                              &result->cause);
    }
    return walk(scope, path, 1, answer.row->cells[path->steps[0]], expr->kind, result);
}

/* --- amounts of other currencies --- */

/* What a row's money is in: as it says itself, else as its account or contract says, else as
 * the filing says. */
static fa_currency currency_of_row(const struct fa_plain_scope *scope)
{
    static const char *const owners[] = {"account", "contract"};
    const struct fa_table_def *table = scope->row_table;
    const struct fa_dictionary *dictionary = scope->ledger->dictionary;
    if (table->currency_column != FA_NO_COLUMN &&
        !scope->cells[table->currency_column].is_missing)
        return (fa_currency)scope->cells[table->currency_column].numerator;
    for (int i = 0; i < 2; i++) {
        const struct fa_table_def *owner =
            fa_dictionary_find(dictionary, fa_str_from(owners[i]));
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

/* What one unit of CURRENCY is in that of the filing on the judged day; missing: nobody says,
 * or two rows do. */
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

enum fa_status fa_plain_convert(const struct fa_plain_scope *scope, const struct fa_expr *expr,
                                struct fa_plain_result *result)
{
    FA_TRY(fa_plain_evaluate(scope, expr->args[0], result));
    fa_currency from = currency_of_row(scope), into = scope->ruleset->currency;
    if (result->value.is_missing || from == into)
        return FA_OK;
    struct fa_value of_from = rate_of(scope, from), of_into = rate_of(scope, into);
    if (of_from.is_missing || of_into.is_missing) {
        *result = fa_plain_lacking(expr->kind, scope->has_day || !scope->day_cause.size
                                                   ? FA_STR("rate.value")
                                                   : scope->day_cause);
        return FA_OK;
    }
    struct fa_value unit = fa_plain_number(FA_KIND_MONEY, 1, 1), ten = unit;
    ten.numerator = 10;
    struct fa_value value = fa_plain_multiply(
        result->value, fa_plain_divide(of_from, of_into, FA_KIND_RATIO), FA_KIND_MONEY);
    int more =
        fa_head_scale(scope->ledger->head, into) - fa_head_scale(scope->ledger->head, from);
    for (; more > 0 && !value.is_missing; more--)
        value = fa_plain_multiply(value, ten, FA_KIND_MONEY);
    for (; more < 0 && !value.is_missing; more++)
        value = fa_plain_divide(value, ten, FA_KIND_MONEY);
    if (!value.is_missing)
        value = fa_plain_round_to(value, unit, expr->rounding, FA_KIND_MONEY);
    *result = value.is_missing ? fa_plain_lacking(expr->kind, FA_STR("rate.value"))
                               : fa_plain_given(value);
    return FA_OK;
}
