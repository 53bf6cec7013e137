/*
 * x in USD: an amount of the row in the ruleset's currency, by the table of rates. A row of rate whose
 * series is a currency's code says what one unit of it is in the currency of the filing.
 */
#include <stdlib.h>
#include <string.h>

#include "rules/cost.h"
#include "rules/operators.h"
#include "rules/reach.h"
#include "rules/stage.h"

struct rate {
    fa_currency currency;
    uint32_t row;
    int64_t date, until;
    int64_t value; /* 10^-9; 0: not known */
};

struct fa_rates {
    struct rate *items; /* by currency and date */
    size_t count;
    uint64_t size_bytes;
};

enum { SERIES, DATE, VALUE, UNTIL, COLUMN_COUNT };
static const char *const column_names[COLUMN_COUNT] = {"series", "date", "value",
                                                       "holds_until"};

void fa_rates_free(struct fa_rates *rates, struct fa_meter *meter)
{
    if (!rates)
        return;
    fa_meter_give(meter, rates->size_bytes);
    free(rates->items);
    free(rates);
}

static int rate_column(const struct fa_program *program, int column)
{
    const struct fa_table_def *mine = fa_dictionary_find(program->dictionary, FA_STR("rate"));
    return mine ? fa_program_column(program, mine->index,
                                    fa_table_find_column(mine, fa_str_from(column_names[column])))
                : FA_NO_COLUMN;
}

static int rate_table(const struct fa_program *program)
{
    const struct fa_table_def *mine = fa_dictionary_find(program->dictionary, FA_STR("rate"));
    return mine ? fa_program_table(program, mine->index) : -1;
}

enum fa_status fa_convert_make(struct fa_scope *scope, const struct fa_expr *expr,
                               const struct fa_formula **formula)
{
    struct fa_program *program = scope->program;
    const struct fa_formula *args[3];
    FA_TRY(fa_compile(scope, expr->args[0], &args[0]));
    FA_TRY(fa_currency_of_row(scope, &args[1]));
    args[2] = scope->day;
    for (int c = 0; c < COLUMN_COUNT; c++)
        fa_program_use(program, rate_table(program), rate_column(program, c), FA_USE_JUMP);
    struct fa_formula_detail detail = fa_no_detail();
    detail.rounding = expr->rounding;
    detail.index = (int)scope->ruleset->currency;
    FA_TRY(fa_formula_make(program, FA_OP_CONVERT, FA_KIND_MONEY, &detail, 3, args, formula));
    ((struct fa_formula *)program->formulas.items[(*formula)->number])->cause =
        FA_STR("rate.value");
    return FA_OK;
}

/* --- the rates --- */

static int by_currency_and_date(const void *a, const void *b)
{
    const struct rate *x = a, *y = b;
    if (x->currency != y->currency)
        return x->currency < y->currency ? -1 : 1;
    if (x->date != y->date)
        return x->date < y->date ? -1 : 1;
    return (x->row > y->row) - (x->row < y->row);
}

static int64_t number_at(const struct fa_column *column, uint32_t row, int64_t otherwise)
{
    return !column || fa_is_missing(column, row) ? otherwise : column->values[row];
}

static enum fa_status make_rates(struct fa_program *program)
{
    struct fa_rates *rates = calloc(1, sizeof *rates);
    if (!rates)
        return fa_out_of_memory(program->sink, "the table of rates");
    program->rates = rates;
    int table = rate_table(program);
    const struct fa_held_table *held = table < 0 ? NULL : program->uses[table].held;
    const struct fa_column *columns[COLUMN_COUNT];
    for (int c = 0; c < COLUMN_COUNT; c++) {
        int column = rate_column(program, c);
        columns[c] = held && column >= 0 ? &held->rows.columns[column] : NULL;
    }
    if (!columns[SERIES] || !columns[DATE] || !columns[VALUE])
        return FA_OK;
    size_t size = ((size_t)held->rows.row_count + 1) * sizeof *rates->items;
    FA_TRY(fa_meter_take(program->meter, size));
    rates->size_bytes = size;
    rates->items = malloc(size);
    if (!rates->items)
        return fa_out_of_memory(program->sink, "the table of rates");
    for (uint32_t row = 0; row < held->rows.row_count; row++) {
        struct rate rate = {.row = row};
        if (fa_is_missing(columns[SERIES], row) || fa_is_missing(columns[DATE], row) ||
            !fa_currency_parse(fa_column_text(columns[SERIES], row), &rate.currency))
            continue;
        rate.date = columns[DATE]->values[row];
        rate.until = number_at(columns[UNTIL], row, INT64_MAX);
        rate.value = number_at(columns[VALUE], row, 0);
        rates->items[rates->count++] = rate;
    }
    qsort(rates->items, rates->count, sizeof *rates->items, by_currency_and_date);
    return FA_OK;
}

/* The rate of a currency on a day as a fraction; false: it is not known, or two are said. */
static bool find_rate(const struct fa_rates *rates, fa_currency currency, int64_t day,
                      struct fa_ratio *ratio)
{
    size_t low = 0, high = rates->count;
    while (low < high) {
        size_t middle = low + (high - low) / 2;
        const struct rate *rate = &rates->items[middle];
        if (rate->currency < currency || (rate->currency == currency && rate->date <= day))
            low = middle + 1;
        else
            high = middle;
    }
    int found = 0;
    int64_t value = 0;
    for (size_t i = low; i-- > 0;) {
        const struct rate *rate = &rates->items[i];
        if (rate->currency != currency || rate->date != rates->items[low - 1].date)
            break;
        if (rate->until < day)
            continue;
        found++;
        value = rate->value;
    }
    *ratio = (struct fa_ratio){value, FA_RATIO_UNIT};
    return found == 1 && value > 0;
}

/* --- evaluation --- */

struct conversion {
    const struct fa_program *program;
    fa_currency filing, into;
    enum fa_rounding rounding;
};

static bool convert(const struct conversion *c, struct fa_ratio amount, fa_currency from,
                    int64_t day, struct fa_ratio *result)
{
    static const struct fa_ratio one = {1, 1};
    struct fa_ratio from_rate = one, into_rate = one;
    *result = amount;
    if (from == c->into)
        return true;
    if ((from != c->filing && !find_rate(c->program->rates, from, day, &from_rate)) ||
        (c->into != c->filing && !find_rate(c->program->rates, c->into, day, &into_rate)))
        return false;
    int more = fa_head_scale(c->program->head, c->into) - fa_head_scale(c->program->head, from);
    struct fa_ratio scale = one;
    for (int i = 0; i < more; i++)
        scale.numerator *= 10;
    for (int i = 0; i > more; i--)
        scale.denominator *= 10;
    struct fa_ratio rate;
    return fa_rational_divide(from_rate, into_rate, &rate) &&
           fa_rational_multiply(rate, scale, &rate) &&
           fa_rational_multiply(amount, rate, result) &&
           fa_rational_round(*result, one, c->rounding, result);
}

const struct fa_vector *fa_convert_eval(struct fa_slice *slice, const struct fa_formula *f,
                                        const struct fa_vector *const *args, uint32_t n)
{
    struct fa_program *program = slice->program;
    if (!program->rates && (slice->status = make_rates(program)) != FA_OK)
        return NULL;
    const struct conversion conversion = {
        .program = program,
        .into = (fa_currency)f->detail.index,
        .filing = program->head->currency ? program->head->currency
                                          : (fa_currency)f->detail.index,
        .rounding = f->detail.rounding,
    };
    struct fa_vector *r = fa_result(slice->pool, f);
    struct fa_ratio *wide = fa_pool_take(slice->pool, n * sizeof *wide);
    uint8_t *state = fa_pool_take(slice->pool, n);
    if (!r || !wide || !state)
        return NULL;
    bool any_missing = false;
    for (uint32_t i = 0; i < n; i++) {
        bool has_day = fa_state_at(args[2], i) == FA_HAS;
        wide[i] = (struct fa_ratio){0, 1};
        state[i] = FA_MISSING;
        if (fa_state_at(args[0], i) == FA_HAS && fa_state_at(args[1], i) == FA_HAS &&
            convert(&conversion, fa_number_at(args[0], i),
                    (fa_currency)fa_number_at(args[1], i).numerator,
                    has_day ? (int64_t)fa_number_at(args[2], i).numerator : INT64_MIN, &wide[i]))
            state[i] = FA_HAS;
        else
            wide[i] = (struct fa_ratio){0, 1};
        any_missing |= state[i] != FA_HAS;
    }
    r->wide = wide;
    r->state = any_missing ? state : NULL;
    return fa_narrow(slice->pool, r, n) ? r : NULL;
}

enum fa_status fa_convert_cost(struct fa_cost *cost)
{
    return fa_cost_add(cost, FA_COST_HELD, FA_COST_EXACT, sizeof(struct rate), 1);
}
