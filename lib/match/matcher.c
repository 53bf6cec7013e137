#include "match/matcher.h"

#include <stddef.h>
#include <stdlib.h>

#include "ledger/cell.h"

static enum fa_status out_of_memory(struct fa_matcher *m)
{
    return fa_out_of_memory(m->sink, "open rows of the reconciliation");
}

/* --- tables and columns --- */

struct column_name {
    const char *name;
    enum fa_type type; /* a stream brings its own dictionary, so nothing is taken for granted */
    size_t offset; /* of its index within the struct of columns */
};

static const struct column_name flow_names[] = {
    {"flow_id", FA_TYPE_KEY, offsetof(struct fa_flow_columns, flow_id)},
    {"time", FA_TYPE_TIME, offsetof(struct fa_flow_columns, time)},
    {"payer_account", FA_TYPE_ID, offsetof(struct fa_flow_columns, payer)},
    {"payee_account", FA_TYPE_ID, offsetof(struct fa_flow_columns, payee)},
    {"amount", FA_TYPE_MONEY, offsetof(struct fa_flow_columns, amount)},
    {"currency", FA_TYPE_CURRENCY, offsetof(struct fa_flow_columns, currency)},
    {"status", FA_TYPE_ENUM, offsetof(struct fa_flow_columns, status)},
    {"order_id", FA_TYPE_KEY, offsetof(struct fa_flow_columns, order_id)},
    {NULL, FA_TYPE_COUNT, 0},
};
static const struct column_name line_names[] = {
    {"statement_id", FA_TYPE_KEY, offsetof(struct fa_line_columns, statement_id)},
    {"account", FA_TYPE_ID, offsetof(struct fa_line_columns, account)},
    {"booked_at", FA_TYPE_TIME, offsetof(struct fa_line_columns, booked_at)},
    {"direction", FA_TYPE_ENUM, offsetof(struct fa_line_columns, direction)},
    {"amount", FA_TYPE_MONEY, offsetof(struct fa_line_columns, amount)},
    {"currency", FA_TYPE_CURRENCY, offsetof(struct fa_line_columns, currency)},
    {"balance_after", FA_TYPE_MONEY, offsetof(struct fa_line_columns, balance_after)},
    {"reference", FA_TYPE_KEY, offsetof(struct fa_line_columns, reference)},
    {"period_id", FA_TYPE_TEXT, offsetof(struct fa_line_columns, period_id)},
    {NULL, FA_TYPE_COUNT, 0},
};
static const struct column_name look_flow_names[] = {
    {"reverses", FA_TYPE_KEY, offsetof(struct fa_look_columns, reverses)},
    {NULL, FA_TYPE_COUNT, 0},
};
static const struct column_name look_line_names[] = {
    {"reversal", FA_TYPE_BOOL, offsetof(struct fa_look_columns, reversal)},
    {NULL, FA_TYPE_COUNT, 0},
};
static const struct column_name detail_names[] = {
    {"statement_id", FA_TYPE_KEY, offsetof(struct fa_look_columns, detail_statement)},
    {"detail_no", FA_TYPE_INT, offsetof(struct fa_look_columns, detail_no)},
    {"account", FA_TYPE_ID, offsetof(struct fa_look_columns, detail_account)},
    {"direction", FA_TYPE_ENUM, offsetof(struct fa_look_columns, detail_direction)},
    {"amount", FA_TYPE_MONEY, offsetof(struct fa_look_columns, detail_amount)},
    {"currency", FA_TYPE_CURRENCY, offsetof(struct fa_look_columns, detail_currency)},
    {"reference", FA_TYPE_KEY, offsetof(struct fa_look_columns, detail_reference)},
    {NULL, FA_TYPE_COUNT, 0},
};
static const struct column_name balance_names[] = {
    {"account", FA_TYPE_ID, offsetof(struct fa_balance_columns, account)},
    {"date", FA_TYPE_DATE, offsetof(struct fa_balance_columns, date)},
    {"source", FA_TYPE_ENUM, offsetof(struct fa_balance_columns, source)},
    {"opening", FA_TYPE_MONEY, offsetof(struct fa_balance_columns, opening)},
    {"closing", FA_TYPE_MONEY, offsetof(struct fa_balance_columns, closing)},
    {NULL, FA_TYPE_COUNT, 0},
};
static const struct column_name account_names[] = {
    {"role", FA_TYPE_ENUM, offsetof(struct fa_account_columns, role)},
    {"currency", FA_TYPE_CURRENCY, offsetof(struct fa_account_columns, currency)},
    {"opening_balance", FA_TYPE_MONEY, offsetof(struct fa_account_columns, opening)},
    {"opened_on", FA_TYPE_DATE, offsetof(struct fa_account_columns, opened_on)},
    {"closed_on", FA_TYPE_DATE, offsetof(struct fa_account_columns, closed_on)},
    {NULL, FA_TYPE_COUNT, 0},
};

static const struct column_name period_names[] = {
    {"account", FA_TYPE_ID, offsetof(struct fa_period_columns, account)},
    {"period_id", FA_TYPE_TEXT, offsetof(struct fa_period_columns, period_id)},
    {"kind", FA_TYPE_ENUM, offsetof(struct fa_period_columns, kind)},
    {"number", FA_TYPE_INT, offsetof(struct fa_period_columns, number)},
    {"page", FA_TYPE_INT, offsetof(struct fa_period_columns, page)},
    {"from_day", FA_TYPE_DATE, offsetof(struct fa_period_columns, from_day)},
    {"to_day", FA_TYPE_DATE, offsetof(struct fa_period_columns, to_day)},
    {"opening", FA_TYPE_MONEY, offsetof(struct fa_period_columns, opening)},
    {"closing", FA_TYPE_MONEY, offsetof(struct fa_period_columns, closing)},
    {"opening_page", FA_TYPE_BOOL, offsetof(struct fa_period_columns, opening_page)},
    {"closing_page", FA_TYPE_BOOL, offsetof(struct fa_period_columns, closing_page)},
    {"lines", FA_TYPE_INT, offsetof(struct fa_period_columns, lines)},
    {"credit_lines", FA_TYPE_INT, offsetof(struct fa_period_columns, credit_lines)},
    {"debit_lines", FA_TYPE_INT, offsetof(struct fa_period_columns, debit_lines)},
    {"credits", FA_TYPE_MONEY, offsetof(struct fa_period_columns, credits)},
    {"debits", FA_TYPE_MONEY, offsetof(struct fa_period_columns, debits)},
    {"currency", FA_TYPE_CURRENCY, offsetof(struct fa_period_columns, currency)},
    {NULL, FA_TYPE_COUNT, 0},
};

/* TABLE_IDX is FA_NO_TABLE when the stream has no such table. */
static enum fa_status find_columns(struct fa_matcher *m, const char *table_name,
                                   const struct column_name *names, void *columns, int *table_idx)
{
    const struct fa_table_def *table =
        fa_dictionary_find(&m->head->dictionary, fa_str_from(table_name));
    *table_idx = table ? table->index : FA_NO_TABLE;
    for (; table && names->name; names++) {
        int column = fa_table_find_column(table, fa_str_from(names->name));
        if (column == FA_NO_COLUMN)
            return fa_error(m->sink, FA_CODE_MATCH_COLUMN, (struct fa_place){0}, NULL,
                            "table %s of the stream has no column %s", table_name, names->name);
        if (table->columns[column].type != names->type)
            return fa_error(m->sink, FA_CODE_MATCH_COLUMN, (struct fa_place){0}, NULL,
                            "column %s of table %s of the stream is %s, expected %s", names->name,
                            table_name, fa_type_name(table->columns[column].type),
                            fa_type_name(names->type));
        *(int *)(void *)((char *)columns + names->offset) = column;
    }
    return FA_OK;
}

static enum fa_status find_value(const struct fa_matcher *m, int table, int column,
                                 const char *name, int64_t *value)
{
    *value = -1;
    if (table == FA_NO_TABLE)
        return FA_OK;
    const struct fa_table_def *def = &m->head->dictionary.tables[table];
    *value = fa_enum_index(&def->columns[column], name);
    if (*value >= 0)
        return FA_OK;
    return fa_error(m->sink, FA_CODE_MATCH_COLUMN, (struct fa_place){0}, NULL,
                    "column %.*s of table %.*s of the stream has no value %s",
                    (int)def->columns[column].name.size, def->columns[column].name.bytes,
                    (int)def->name.size, def->name.bytes, name);
}

enum fa_status fa_matcher_init(struct fa_matcher *m, const struct fa_head *head,
                               const struct fa_scheme *scheme, struct fa_outputs *out,
                               struct fa_hash_key key, struct fa_sink *sink)
{
    *m = (struct fa_matcher){.head = head, .sink = sink, .out = out};
    fa_arena_init(&m->text_arena);
    FA_TRY(find_columns(m, "flow", flow_names, &m->flow, &m->flow_table));
    FA_TRY(find_columns(m, "statement", line_names, &m->line, &m->line_table));
    FA_TRY(find_columns(m, "flow", look_flow_names, &m->look, &m->flow_table));
    FA_TRY(find_columns(m, "statement", look_line_names, &m->look, &m->line_table));
    FA_TRY(find_columns(m, "statement_detail", detail_names, &m->look, &m->look.detail_table));
    FA_TRY(find_columns(m, "balance", balance_names, &m->balance, &m->balance_table));
    FA_TRY(find_columns(m, "account", account_names, &m->account, &m->account_table));
    FA_TRY(find_columns(m, "statement_period", period_names, &m->period, &m->period_table));
    if (m->line_table != FA_NO_TABLE)
        m->line.filer =
            fa_table_hidden_column(&head->dictionary.tables[m->line_table], "filer");
    if (m->balance_table != FA_NO_TABLE)
        m->balance.filer =
            fa_table_hidden_column(&head->dictionary.tables[m->balance_table], "filer");
    if (m->period_table != FA_NO_TABLE)
        m->period.filer =
            fa_table_hidden_column(&head->dictionary.tables[m->period_table], "filer");
    FA_TRY(find_value(m, m->flow_table, m->flow.status, "settled", &m->settled));
    FA_TRY(find_value(m, m->line_table, m->line.direction, "credit", &m->line_credit));
    FA_TRY(find_value(m, m->look.detail_table, m->look.detail_direction, "credit",
                      &m->look.detail_credit));
    FA_TRY(find_value(m, m->balance_table, m->balance.source, "bank", &m->bank_source));
    FA_TRY(find_value(m, m->period_table, m->period.kind, "booked", &m->period_booked));
    FA_TRY(fa_binding_init(&m->binding, scheme, head, sink));
    return fa_pending_init(&m->pending, key, sink);
}

void fa_matcher_release(struct fa_matcher *m)
{
    fa_binding_release(&m->binding);
    fa_books_release(&m->books);
    fa_pending_release(&m->pending);
    fa_coverage_release(&m->coverage);
    fa_periods_release(&m->periods);
    fa_vec_free(&m->chain.links);
    fa_arena_release(&m->text_arena);
    fa_vec_free(&m->breaks.breaks);
    fa_resolver_release(&m->resolver);
    free(m->terms);
}

static void want_columns(struct fa_decoder *decoder, const struct column_name *names,
                         const void *columns, int filer)
{
    for (; names->name; names++)
        fa_decoder_want(decoder,
                        *(const int *)(const void *)((const char *)columns + names->offset));
    if (filer != FA_NO_COLUMN)
        fa_decoder_want(decoder, filer);
}

void fa_matcher_want(const struct fa_matcher *m, const struct fa_table_def *table,
                     struct fa_decoder *decoder)
{
    if (table->index == m->flow_table) {
        want_columns(decoder, flow_names, &m->flow, FA_NO_COLUMN);
        fa_binding_want_reference(&m->binding, decoder);
    } else if (table->index == m->line_table) {
        want_columns(decoder, line_names, &m->line, m->line.filer);
    } else if (table->index == m->balance_table) {
        want_columns(decoder, balance_names, &m->balance, m->balance.filer);
    } else if (table->index == m->look.detail_table) {
        want_columns(decoder, detail_names, &m->look, FA_NO_COLUMN);
    }
}

static void want_held(struct fa_held *held, int table, const struct column_name *names,
                      const void *columns)
{
    for (; table != FA_NO_TABLE && names->name; names++)
        fa_held_want(held, table,
                     *(const int *)(const void *)((const char *)columns + names->offset));
}

static bool has_groups(const struct fa_binding *binding)
{
    for (int i = 0; i < binding->section_count; i++)
        if (binding->sections[i].group_count)
            return true;
    return false;
}

void fa_matcher_want_held(const struct fa_matcher *m, struct fa_held *held)
{
    fa_binding_want_held(&m->binding, held);
    if (has_groups(&m->binding)) { /* keys are compared as texts */
        if (m->flow_table != FA_NO_TABLE)
            fa_cell_want(held, m->head, m->flow_table);
        if (m->line_table != FA_NO_TABLE)
            fa_cell_want(held, m->head, m->line_table);
    }
    want_held(held, m->account_table, account_names, &m->account);
    want_held(held, m->period_table, period_names, &m->period);
    if (m->period_table != FA_NO_TABLE && m->period.filer != FA_NO_COLUMN)
        fa_held_want(held, m->period_table, m->period.filer);
}

/* --- accounts --- */

static uint8_t flags_of_role(struct fa_str role)
{
    static const struct {
        const char *role;
        uint8_t flags;
    } roles[] = {
        {"customer", FA_ACCOUNT_OWED},
        {"merchant", FA_ACCOUNT_OWED},
        {"external", 0},
        {"custody", FA_ACCOUNT_HOLDS | FA_ACCOUNT_BOOKED},
        {"reserve", FA_ACCOUNT_HOLDS | FA_ACCOUNT_BOOKED},
        {"prepaid_special", FA_ACCOUNT_HOLDS | FA_ACCOUNT_BOOKED},
        {"elder_special", FA_ACCOUNT_HOLDS | FA_ACCOUNT_BOOKED},
        {"pending", FA_ACCOUNT_HOLDS | FA_ACCOUNT_BOOKED},
    };
    for (size_t i = 0; i < sizeof roles / sizeof *roles; i++)
        if (fa_str_is(role, roles[i].role))
            return roles[i].flags;
    return FA_ACCOUNT_BOOKED;
}

fa_currency fa_matcher_currency(const struct fa_matcher *m, uint32_t account)
{
    uint32_t row = fa_held_row(m->accounts, account, m->head->as_of_day, NULL);
    if (row == UINT32_MAX)
        return m->head->currency;
    const struct fa_column *column = &m->accounts->rows.columns[m->account.currency];
    return fa_is_missing(column, row) ? m->head->currency : column->values[row];
}

bool fa_matcher_is_foreign(const struct fa_matcher *m, const struct fa_book *book)
{
    uint32_t row = fa_held_row(m->accounts, book->account, m->head->as_of_day, NULL);
    if (row == UINT32_MAX)
        return false;
    const struct fa_column *column = &m->accounts->rows.columns[m->account.currency];
    return !fa_is_missing(column, row) && (fa_currency)column->values[row] != book->currency;
}

/* Of the account's first row that states one. */
bool fa_matcher_opening(const struct fa_matcher *m, const struct fa_book *book, int64_t *minor)
{
    const struct fa_held_table *accounts = m->accounts;
    uint32_t account = book->account;
    if (!accounts || account >= accounts->id_count || !accounts->is_present ||
        accounts->first_row[account] == UINT32_MAX ||
        (accounts->is_conflicting && accounts->is_conflicting[account]) ||
        fa_matcher_currency(m, account) != book->currency)
        return false;
    const struct fa_column *column = &accounts->rows.columns[m->account.opening];
    uint32_t first = accounts->first_row[account];
    for (uint32_t row = first; row < first + accounts->row_counts[account]; row++) {
        if (!fa_is_missing(column, row)) {
            *minor = column->values[row];
            return true;
        }
    }
    return false;
}

static enum fa_status set_accounts(struct fa_matcher *m, const struct fa_held_table *accounts)
{
    m->accounts = accounts;
    if (m->out)
        m->out->accounts = accounts;
    uint64_t count = accounts ? accounts->id_count : 0;
    if (fa_books_init(&m->books, count) != FA_OK)
        return out_of_memory(m);
    if (!count || !accounts->is_present)
        return FA_OK;
    const struct fa_column_def *role_def = &accounts->table->columns[m->account.role];
    const struct fa_column *roles = &accounts->rows.columns[m->account.role];
    for (uint64_t id = 0; id < count; id++) {
        uint32_t row = fa_held_row(accounts, (int64_t)id, m->head->as_of_day, NULL);
        if (row == UINT32_MAX || fa_is_missing(roles, row) ||
            (uint64_t)roles->values[row] >= role_def->value_count)
            continue; /* an account that nobody describes is outside */
        m->books.flags[id] = flags_of_role(role_def->values[roles->values[row]]);
    }
    return FA_OK;
}

static const struct fa_held_table *held_of(const struct fa_held *held, int table)
{
    return table == FA_NO_TABLE ? NULL : fa_held_get(held, table);
}

enum fa_status fa_matcher_set_held(struct fa_matcher *m, const struct fa_held *held)
{
    m->held = held;
    FA_TRY(fa_binding_set_held(&m->binding, held));
    if (m->out)
        m->out->days = &m->binding.days;
    FA_TRY(set_accounts(m, held_of(held, m->account_table)));
    return fa_matcher_set_periods(m, held_of(held, m->period_table));
}

enum fa_status fa_matcher_restart(struct fa_matcher *m)
{
    FA_TRY(fa_pending_clear(&m->pending));
    FA_TRY(fa_outputs_clear(m->out));
    fa_books_clear(&m->books);
    fa_coverage_release(&m->coverage);
    fa_periods_clear(&m->periods);
    fa_arena_clear(&m->text_arena);
    m->breaks.breaks.count = 0;
    for (int side = 0; side < 2; side++) {
        m->came[side] = m->left_out[side] = 0;
        m->came_rows[side] = m->left_out_rows[side] = 0;
    }
    m->summary = (struct fa_reconcile_summary){.is_second_pass = true};
    m->is_lost = false;
    m->is_exact = true;
    return fa_matcher_open_periods(m); /* other accounts of the bank are booked by now */
}
