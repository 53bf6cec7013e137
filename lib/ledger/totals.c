#include <string.h>

#include "base/limits.h"
#include "ledger/blocks.h"

void fa_totals_init(struct fa_totals *totals)
{
    *totals = (struct fa_totals){0};
}

void fa_totals_release(struct fa_totals *totals)
{
    fa_vec_free(&totals->list);
}

static int compare(const struct fa_total *a, const struct fa_total *b)
{
    if (a->table != b->table)
        return a->table < b->table ? -1 : 1;
    if (a->column != b->column)
        return a->column < b->column ? -1 : 1;
    if (a->currency != b->currency)
        return a->currency < b->currency ? -1 : 1;
    return (a->direction > b->direction) - (a->direction < b->direction);
}

bool fa_totals_are_sorted(const struct fa_totals *totals)
{
    for (size_t i = 1; i < totals->list.count; i++)
        if (compare(&totals->list.items[i - 1], &totals->list.items[i]) >= 0)
            return false;
    return true;
}

enum fa_status fa_totals_add(struct fa_totals *totals, const struct fa_total *total)
{
    if (total->rows == 0 && total->rejected == 0)
        return FA_OK; /* lines that say nothing would make equal totals differ */
    size_t low = 0, high = totals->list.count;
    while (low < high) {
        size_t middle = low + (high - low) / 2;
        if (compare(&totals->list.items[middle], total) < 0)
            low = middle + 1;
        else
            high = middle;
    }
    if (low < totals->list.count && compare(&totals->list.items[low], total) == 0) {
        struct fa_total *found = &totals->list.items[low];
        found->rows += total->rows;
        found->rejected += total->rejected;
        found->sum += total->sum;
        return FA_OK;
    }
    if (totals->list.count == FA_TOTALS_MAX)
        return FA_ELIMIT;
    FA_TRY(fa_vec_add(&totals->list, *total));
    memmove(&totals->list.items[low + 1], &totals->list.items[low],
            (totals->list.count - 1 - low) * sizeof *totals->list.items);
    totals->list.items[low] = *total;
    return FA_OK;
}

/* The column that says on which side a row's money stands. */
static int direction_column(const struct fa_table_def *table)
{
    int column = fa_table_find_column(table, FA_STR("direction"));
    bool is_enum = column != FA_NO_COLUMN && table->columns[column].type == FA_TYPE_ENUM;
    return is_enum ? column : FA_NO_COLUMN;
}

void fa_totals_want(const struct fa_table_def *table, struct fa_decoder *decoder)
{
    int direction = direction_column(table);
    bool has_money = false;
    for (int i = 0; i < table->column_count; i++) {
        if (table->columns[i].type != FA_TYPE_MONEY)
            continue;
        has_money = true;
        fa_decoder_want(decoder, i);
    }
    if (has_money && table->currency_column != FA_NO_COLUMN)
        fa_decoder_want(decoder, table->currency_column);
    if (has_money && direction != FA_NO_COLUMN)
        fa_decoder_want(decoder, direction);
}

/* Sums of one column while it is read. A batch has few currencies and two sides, so the sums
 * that rows belong to are found among these; when they are too many, all are handed over and it
 * starts anew. */
enum { RUNNING_MAX = 8 };
struct running {
    struct fa_total sums[RUNNING_MAX];
    int count;
};

static enum fa_status hand_over(struct running *running, struct fa_totals *totals)
{
    for (int i = 0; i < running->count; i++)
        FA_TRY(fa_totals_add(totals, &running->sums[i]));
    running->count = 0;
    return FA_OK;
}

static enum fa_status sum_column(struct fa_totals *totals, const struct fa_batch *batch,
                                 int table_idx, int column, int direction_idx)
{
    const struct fa_column absent = {.is_absent = true};
    const struct fa_column *money = &batch->columns[column];
    int currency_idx = batch->table->currency_column;
    const struct fa_column *currencies =
        currency_idx == FA_NO_COLUMN ? &absent : &batch->columns[currency_idx];
    const struct fa_column *directions =
        direction_idx == FA_NO_COLUMN ? &absent : &batch->columns[direction_idx];
    struct running running = {.count = 0};
    int at = 0;
    for (uint32_t row = 0; row < batch->row_count; row++) {
        if (fa_is_missing(money, row))
            continue;
        fa_currency currency = fa_is_missing(currencies, row) ? 0 : currencies->values[row];
        int direction = fa_is_missing(directions, row) ? -1 : (int)directions->values[row];
        bool is_found = at < running.count && running.sums[at].currency == currency &&
                        running.sums[at].direction == direction;
        for (int i = 0; !is_found && i < running.count; i++) {
            is_found =
                running.sums[i].currency == currency && running.sums[i].direction == direction;
            at = is_found ? i : at;
        }
        if (!is_found) {
            if (running.count == RUNNING_MAX)
                FA_TRY(hand_over(&running, totals));
            at = running.count++;
            running.sums[at] = (struct fa_total){.table = table_idx,
                                                 .column = column,
                                                 .currency = currency,
                                                 .direction = direction};
        }
        running.sums[at].rows++;
        running.sums[at].sum += money->values[row];
    }
    return hand_over(&running, totals);
}

enum fa_status fa_totals_add_batch(struct fa_totals *totals, const struct fa_batch *batch,
                                   int table_idx)
{
    int direction = direction_column(batch->table);
    struct fa_total rows = {table_idx, FA_NO_COLUMN, 0, -1, batch->row_count, 0, 0};
    FA_TRY(fa_totals_add(totals, &rows));
    for (int i = 0; i < batch->table->column_count; i++)
        if (batch->table->columns[i].type == FA_TYPE_MONEY && !batch->columns[i].is_absent)
            FA_TRY(sum_column(totals, batch, table_idx, i, direction));
    return FA_OK;
}

enum fa_status fa_totals_add_rejected(struct fa_totals *totals, int table_idx, uint64_t rows)
{
    struct fa_total total = {table_idx, FA_NO_COLUMN, 0, -1, 0, rows, 0};
    return fa_totals_add(totals, &total);
}

enum fa_status fa_totals_merge(struct fa_totals *into, const struct fa_totals *from)
{
    for (size_t i = 0; i < from->list.count; i++)
        FA_TRY(fa_totals_add(into, &from->list.items[i]));
    return FA_OK;
}

const struct fa_total *fa_totals_find_difference(const struct fa_totals *a,
                                                 const struct fa_totals *b)
{
    size_t i = 0, j = 0;
    while (i < a->list.count && j < b->list.count) {
        const struct fa_total *x = &a->list.items[i], *y = &b->list.items[j];
        int order = compare(x, y);
        if (order != 0)
            return order < 0 ? x : y;
        if (x->rows != y->rows || x->rejected != y->rejected || x->sum != y->sum)
            return x;
        i++, j++;
    }
    return i < a->list.count ? &a->list.items[i] : j < b->list.count ? &b->list.items[j] : NULL;
}

const struct fa_total *fa_totals_find(const struct fa_totals *totals,
                                      const struct fa_total *key)
{
    for (size_t i = 0; i < totals->list.count; i++)
        if (compare(&totals->list.items[i], key) == 0)
            return &totals->list.items[i];
    return NULL;
}

bool fa_totals_equal(const struct fa_totals *a, const struct fa_totals *b)
{
    return fa_totals_find_difference(a, b) == NULL;
}
