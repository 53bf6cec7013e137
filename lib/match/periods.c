#include "match/periods.h"

#include <stdlib.h>

#include "match/break.h"

static uint64_t hash_of(const struct fa_periods *periods, uint32_t account,
                        struct fa_str period_id)
{
    struct fa_hash_key key = {periods->key.k0 ^ account, periods->key.k1};
    return fa_hash64(key, period_id.bytes, period_id.size);
}

static bool is_named(const struct fa_bank_period *period, uint32_t account, struct fa_str name)
{
    return period->account == account && fa_str_equal(period->name, name);
}

static int64_t order_day(const struct fa_bank_period *period)
{
    return period->to_day != FA_PERIOD_UNKNOWN ? period->to_day : period->from_day;
}

static int compare_periods(const void *left, const void *right)
{
    const struct fa_bank_period *a = *(struct fa_bank_period *const *)left;
    const struct fa_bank_period *b = *(struct fa_bank_period *const *)right;
    FA_ORDER(a->account, b->account);
    FA_ORDER(a->currency, b->currency);
    FA_ORDER(order_day(a), order_day(b));
    FA_ORDER(a->from_day, b->from_day);
    FA_ORDER(a->number, b->number);
    FA_ORDER(a->page, b->page);
    int order = fa_str_compare(a->name, b->name);
    if (order)
        return order;
    FA_ORDER(a->row, b->row);
    return 0;
}

static void read_period(struct fa_periods *periods, uint32_t row, int64_t booked)
{
    const struct fa_period_columns *columns = periods->columns;
    struct fa_bank_period *period = &periods->list[row];
    period->row = row;
    period->name = fa_column_text(&periods->held->rows.columns[columns->period_id], row);
    period->account = (uint32_t)fa_period_value(periods, period, columns->account);
    period->currency = fa_period_value(periods, period, columns->currency);
    period->is_booked = fa_period_value(periods, period, columns->kind) == booked;
    period->is_opening_page = fa_period_value(periods, period, columns->opening_page) == 1;
    period->is_closing_page = fa_period_value(periods, period, columns->closing_page) == 1;
    period->from_day = fa_period_value(periods, period, columns->from_day);
    period->to_day = fa_period_value(periods, period, columns->to_day);
    period->number = fa_period_value(periods, period, columns->number);
    period->page = fa_period_value(periods, period, columns->page);
    period->opening = fa_period_value(periods, period, columns->opening);
    period->closing = fa_period_value(periods, period, columns->closing);
    period->repeated_to = FA_PERIOD_UNKNOWN;
}

enum fa_status fa_periods_init(struct fa_periods *periods, const struct fa_held_table *held,
                               const struct fa_period_columns *columns, int64_t booked,
                               struct fa_hash_key key)
{
    *periods = (struct fa_periods){.held = held, .columns = columns, .key = key};
    uint64_t count = held && held->is_present ? held->rows.row_count : 0;
    if (!count)
        return FA_OK;
    uint64_t slot_count = 16;
    while (slot_count < 2 * count)
        slot_count *= 2;
    periods->list = calloc(count, sizeof *periods->list);
    periods->order = calloc(count, sizeof(struct fa_bank_period *));
    periods->slots = calloc(slot_count, sizeof *periods->slots);
    if (!periods->list || !periods->order || !periods->slots)
        return FA_ELIMIT;
    periods->slot_mask = (uint32_t)(slot_count - 1);
    for (uint32_t row = 0; row < count; row++) {
        read_period(periods, row, booked);
        const struct fa_bank_period *period = &periods->list[row];
        periods->order[row] = &periods->list[row];
        periods->count++;
        uint64_t slot = hash_of(periods, period->account, period->name) & periods->slot_mask;
        while (periods->slots[slot] && !is_named(&periods->list[periods->slots[slot] - 1],
                                                 period->account, period->name))
            slot = (slot + 1) & periods->slot_mask;
        if (!periods->slots[slot]) /* of several rows of one name the first */
            periods->slots[slot] = periods->count;
    }
    qsort(periods->order, count, sizeof(struct fa_bank_period *), compare_periods);
    return FA_OK;
}

void fa_periods_release(struct fa_periods *periods)
{
    free(periods->list);
    free(periods->order);
    free(periods->slots);
    free(periods->spans);
    *periods = (struct fa_periods){0};
}

void fa_periods_clear(struct fa_periods *periods)
{
    for (uint32_t i = 0; i < periods->count; i++) {
        struct fa_bank_period *period = &periods->list[i];
        for (int direction = 0; direction < 2; direction++) {
            period->sums[direction] = 0;
            period->line_counts[direction] = 0;
        }
        period->outside_lines = period->foreign_lines = 0;
        period->foreign_net = 0;
    }
}

struct fa_bank_period *fa_periods_find(const struct fa_periods *periods, uint32_t account,
                                       struct fa_str period_id)
{
    if (!periods->count)
        return NULL;
    uint64_t slot = hash_of(periods, account, period_id) & periods->slot_mask;
    for (; periods->slots[slot]; slot = (slot + 1) & periods->slot_mask) {
        struct fa_bank_period *period = &periods->list[periods->slots[slot] - 1];
        if (is_named(period, account, period_id))
            return period;
    }
    return NULL;
}

uint32_t fa_periods_first(const struct fa_periods *periods, uint32_t account,
                          fa_currency currency)
{
    uint32_t low = 0, high = periods->count;
    while (low < high) {
        uint32_t middle = low + (high - low) / 2;
        const struct fa_bank_period *period = periods->order[middle];
        if (period->account < account ||
            (period->account == account && period->currency < currency))
            low = middle + 1;
        else
            high = middle;
    }
    return low;
}

int64_t fa_period_value(const struct fa_periods *periods, const struct fa_bank_period *period,
                        int column)
{
    const struct fa_column *found = &periods->held->rows.columns[column];
    return fa_is_missing(found, period->row) ? FA_PERIOD_UNKNOWN : found->values[period->row];
}

/* --- days --- */

static int compare_spans(const void *left, const void *right)
{
    const struct fa_period_span *a = left, *b = right;
    FA_ORDER(a->account, b->account);
    FA_ORDER(a->currency, b->currency);
    FA_ORDER(a->from_day, b->from_day);
    FA_ORDER(a->to_day, b->to_day);
    return 0;
}

static bool is_same_book(const struct fa_period_span *a, const struct fa_period_span *b)
{
    return a->account == b->account && a->currency == b->currency;
}

enum fa_status fa_periods_cover(struct fa_periods *periods)
{
    if (!periods->count)
        return FA_OK;
    struct fa_period_span *spans = calloc(periods->count, sizeof *spans);
    if (!spans)
        return FA_ELIMIT;
    uint32_t count = 0;
    for (uint32_t i = 0; i < periods->count; i++) {
        const struct fa_bank_period *period = &periods->list[i];
        bool has_only_end = period->from_day == FA_PERIOD_UNKNOWN;
        if (!period->is_booked || period->to_day == FA_PERIOD_UNKNOWN ||
            (!has_only_end && !fa_period_has_days(period)))
            continue;
        int64_t from_day = has_only_end ? period->to_day : period->from_day;
        spans[count++] = (struct fa_period_span){
            period->account, period->currency, from_day + period->opens_after, period->to_day};
    }
    if (count)
        qsort(spans, count, sizeof *spans, compare_spans);
    uint32_t kept = 0;
    for (uint32_t i = 0; i < count; i++) {
        struct fa_period_span *last = kept ? &spans[kept - 1] : NULL;
        if (!last || !is_same_book(last, &spans[i]) || spans[i].from_day > last->to_day + 1)
            spans[kept++] = spans[i];
        else if (spans[i].to_day > last->to_day)
            last->to_day = spans[i].to_day;
    }
    periods->spans = spans;
    periods->span_count = kept;
    return FA_OK;
}

bool fa_periods_covers(const struct fa_periods *periods, uint32_t account, fa_currency currency,
                       int64_t day_no)
{
    const struct fa_period_span wanted = {account, currency, day_no, INT64_MAX};
    uint32_t low = 0, high = periods->span_count;
    while (low < high) {
        uint32_t middle = low + (high - low) / 2;
        if (compare_spans(&periods->spans[middle], &wanted) <= 0)
            low = middle + 1;
        else
            high = middle;
    }
    return low && is_same_book(&periods->spans[low - 1], &wanted) &&
           day_no <= periods->spans[low - 1].to_day;
}
