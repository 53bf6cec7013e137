#include "ledger/cell.h"

#include "value/ratio.h"

/* Whose currency a row's money is in where it has none of its own. */
static const char *const owners[] = {"account", "contract"};
enum { OWNER_COUNT = sizeof owners / sizeof *owners };

/* The column of TABLE through which the owner's currency is reached, and that currency's
 * column. */
static bool find_owner(const struct fa_head *head, const struct fa_table_def *table, int owner,
                       int *column, int *currency_column)
{
    const struct fa_table_def *def =
        fa_dictionary_find(&head->dictionary, fa_str_from(owners[owner]));
    *column = fa_table_find_column(table, fa_str_from(owners[owner]));
    if (!def || *column == FA_NO_COLUMN || table->columns[*column].type != FA_TYPE_ID ||
        table->columns[*column].refers_to != def->index)
        return false;
    *currency_column = def->currency_column;
    return *currency_column != FA_NO_COLUMN;
}

void fa_cell_want(struct fa_held *held, const struct fa_head *head, int table)
{
    const struct fa_table_def *def = &head->dictionary.tables[table];
    for (int i = 0; i < def->column_count; i++)
        if (def->columns[i].type == FA_TYPE_ID && def->columns[i].refers_to != FA_NO_TABLE)
            fa_held_want_names(held, def->columns[i].refers_to);
    if (def->currency_column != FA_NO_COLUMN)
        return;
    for (int owner = 0; owner < OWNER_COUNT; owner++) {
        int column, currency_column;
        if (find_owner(head, def, owner, &column, &currency_column))
            fa_held_want(held, def->columns[column].refers_to, currency_column);
    }
}

fa_currency fa_cell_currency(const struct fa_cell_context *context,
                             const struct fa_batch *batch, uint32_t row)
{
    const struct fa_table_def *table = batch->table;
    const struct fa_head *head = context->head;
    if (table->currency_column != FA_NO_COLUMN) {
        const struct fa_column *own = &batch->columns[table->currency_column];
        return fa_is_missing(own, row) ? head->currency : own->values[row];
    }
    for (int owner = 0; owner < OWNER_COUNT; owner++) {
        int column, currency_column;
        if (!find_owner(head, table, owner, &column, &currency_column) ||
            fa_is_missing(&batch->columns[column], row))
            continue;
        const struct fa_held_table *rows =
            fa_held_get(context->held, table->columns[column].refers_to);
        uint32_t found =
            rows ? fa_held_row(rows, batch->columns[column].values[row], head->as_of_day, NULL)
                 : UINT32_MAX;
        const struct fa_column *currency =
            found == UINT32_MAX ? NULL : &rows->rows.columns[currency_column];
        if (currency && !fa_is_missing(currency, found))
            return currency->values[found];
    }
    return head->currency;
}

static enum fa_status add_id(const struct fa_cell_context *context,
                             const struct fa_column_def *def, int64_t id, struct fa_buf *text)
{
    const struct fa_held_table *space = fa_held_get(context->held, def->refers_to);
    if (!space || id < 0 || (uint64_t)id >= space->id_count)
        return FA_EDEFECT;
    return fa_buf_add_str(text, space->names[id]);
}

enum fa_status fa_cell_format(const struct fa_cell_context *context,
                              const struct fa_batch *batch, int column, uint32_t row,
                              struct fa_buf *text)
{
    const struct fa_column *cells = &batch->columns[column];
    const struct fa_column_def *def = &batch->table->columns[column];
    if (fa_is_missing(cells, row))
        return FA_OK;
    if (fa_type_is_bytes(def->type))
        return fa_buf_add_str(text, fa_column_text(cells, row));
    int64_t value = cells->values[row];
    char buffer[FA_MONEY_TEXT_BYTES];
    _Static_assert(sizeof buffer >= FA_TIME_TEXT_BYTES && sizeof buffer >= FA_RATIO_TEXT_BYTES,
                   "one buffer for every kind");
    size_t size = 0;
    switch (def->type) {
    case FA_TYPE_ID:
        return add_id(context, def, value, text);
    case FA_TYPE_ENUM:
        return (uint64_t)value < def->value_count ? fa_buf_add_str(text, def->values[value])
                                                  : FA_EDEFECT;
    case FA_TYPE_BOOL:
        return fa_buf_add_text(text, value ? "true" : "false");
    case FA_TYPE_INT:
        return fa_buf_addf(text, "%lld", (long long)value);
    case FA_TYPE_MONEY:
        size = fa_money_format(
            value, fa_head_scale(context->head, fa_cell_currency(context, batch, row)), buffer);
        break;
    case FA_TYPE_RATIO:
        size = fa_ratio_format(value, buffer);
        break;
    case FA_TYPE_DATE:
        size = fa_date_format(value, buffer);
        break;
    case FA_TYPE_TIME:
        size = fa_time_format(value, &context->head->zone, buffer);
        break;
    case FA_TYPE_DURATION:
        size = fa_duration_format(value, buffer);
        break;
    case FA_TYPE_CURRENCY:
        fa_currency_format(value, buffer);
        size = 3;
        break;
    case FA_TYPE_KEY:
    case FA_TYPE_TEXT:
    case FA_TYPE_SET:
    case FA_TYPE_COUNT:
        return FA_EDEFECT;
    }
    return fa_buf_add(text, buffer, size);
}
