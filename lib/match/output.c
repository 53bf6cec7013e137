#include "match/output.h"

#include <assert.h>
#include <stdio.h>
#include <string.h>

/* Column names of each table in the order in which the functions below set them. */
enum { M_NO, M_ACCOUNT, M_DIRECTION, M_FLOW, M_STATEMENT, M_DETAIL, M_STAGE, M_CLASS, M_NOTE,
       M_REFERENCE, M_DATE, M_FLOW_DATE, M_FLOW_AMOUNT, M_STATEMENT_AMOUNT, M_FEE, M_ABSORBED,
       M_CURRENCY };
enum { T_ACCOUNT, T_DIRECTION, T_CLASS, T_ROWS, T_LEDGER_ROWS, T_BANK_ROWS, T_LEDGER, T_BANK,
       T_CURRENCY };
enum { B_ID, B_ACCOUNT, B_CLASS, B_DIRECTION, B_FLOW, B_STATEMENT, B_REFERENCE, B_DATE, B_AMOUNT,
       B_LEDGER, B_BANK, B_CURRENCY, B_SEVERITY, B_DUE_ON, B_DAYS_LATE, B_AGE, B_AGE_DAYS,
       B_OTHER_ACCOUNT, B_OTHER, B_MISSING, B_CANDIDATES, B_MATCH_NO, B_NOTE };
enum { L_ACCOUNT, L_DATE, L_LINE, L_DEBIT, L_CREDIT, L_ROWS, L_CURRENCY };
enum { C_DATE, C_CURRENCY, C_LIABILITIES, C_HELD, C_SHORTFALL, C_SURPLUS, C_ACCOUNTS,
       C_LOWEST };

static const struct {
    const char *table;
    const char *columns[FA_OUT_COLUMNS_MAX];
} plan[FA_OUT_COUNT] = {
    [FA_OUT_MATCH] = {"match",
                      {"match_no", "account", "direction", "flow", "statement", "detail_no",
                       "stage", "class", "note", "reference", "date", "flow_date", "flow_amount",
                       "statement_amount", "fee", "absorbed", "currency"}},
    [FA_OUT_TOTAL] = {"match_total",
                      {"account", "direction", "class", "rows", "ledger_rows", "bank_rows",
                       "ledger_amount", "bank_amount", "currency"}},
    [FA_OUT_BREAK] = {"break",
                      {"break_id", "account", "class", "direction", "flow", "statement",
                       "reference", "date", "amount", "ledger_amount", "bank_amount", "currency",
                       "severity", "due_on", "days_late", "age", "age_days", "other_account",
                       "other", "missing_count",
                       "candidates", "match_no", "note"}},
    [FA_OUT_BRIDGE] = {"bridge",
                       {"account", "date", "line", "debit", "credit", "rows", "currency"}},
    [FA_OUT_COVERAGE] = {"coverage",
                         {"date", "currency", "liabilities", "held", "shortfall", "surplus",
                          "accounts", "is_lowest"}},
};

static const char *const stage_names[FA_STAGE_COUNT] = {
    [FA_STAGE_REFERENCE] = "reference",
    [FA_STAGE_DUPLICATE] = "duplicate",
    [FA_STAGE_REVERSAL] = "reversal",
    [FA_STAGE_REFERENCE_SUM] = "reference_sum",
    [FA_STAGE_REFERENCE_AMOUNT] = "reference_amount",
    [FA_STAGE_OTHER_CURRENCY] = "other_currency",
    [FA_STAGE_OTHER_ACCOUNT] = "other_account",
    [FA_STAGE_DETAIL] = "detail",
    [FA_STAGE_NAMED_GROUP] = "named_group",
    [FA_STAGE_AMOUNT] = "amount",
    [FA_STAGE_GROUP] = "group",
    [FA_STAGE_SUBSET] = "subset",
};

static const char *total_name(enum fa_total_class class)
{
    switch (class) {
    case FA_TOTAL_MATCHED:
        return "matched";
    case FA_TOTAL_SUPERSEDED:
        return "superseded";
    case FA_TOTAL_NO_STATEMENT:
        return "no_statement";
    default:
        return fa_break_class_name((enum fa_break_class)(class - FA_TOTAL_FIRST_BREAK));
    }
}

static const char *line_name(enum fa_bridge_line line)
{
    switch (line) {
    case FA_LINE_PLATFORM:
        return "platform_closing";
    case FA_LINE_OVERLAP:
        return "overlap";
    case FA_LINE_REMAINDER:
        return "remainder";
    case FA_LINE_BANK:
        return "bank_closing";
    default:
        return fa_break_class_name((enum fa_break_class)(line - FA_LINE_FIRST_BREAK));
    }
}

static const char *const direction_names[] = {[FA_CREDIT] = "credit", [FA_DEBIT] = "debit"};

int64_t fa_enum_index(const struct fa_column_def *column, const char *value)
{
    for (uint32_t i = 0; i < column->value_count; i++)
        if (fa_str_is(column->values[i], value))
            return i;
    return -1;
}

/* The row that declares the account rather than its name, which may be a person's. */
static const char *account_text(const struct fa_sum_use *use, char text[64])
{
    const struct fa_held_table *accounts = use->accounts;
    uint32_t row = accounts && accounts->first_row && use->account < accounts->id_count
                       ? accounts->first_row[use->account]
                       : UINT32_MAX;
    if (row == UINT32_MAX)
        snprintf(text, 64, ", an account that is not in table account");
    else
        snprintf(text, 64, ", the account in row %lu of table account", (unsigned long)row + 1);
    return text;
}

static enum fa_status refuse_sum(fa_i128 sum, const struct fa_sum_use *use, struct fa_sink *sink)
{
    char account[64], date[FA_TIME_TEXT_BYTES] = "", code[4] = "";
    char amount[FA_MONEY_TEXT_BYTES], most[FA_MONEY_TEXT_BYTES];
    int scale = fa_head_scale(use->head, use->currency);
    if (use->has_day)
        fa_date_format(use->day_no, date);
    fa_currency_format(use->currency, code);
    fa_money_format(sum, scale, amount);
    fa_money_format(sum < 0 ? INT64_MIN : INT64_MAX, scale, most);
    return fa_error(sink, FA_CODE_MATCH_RANGE, (struct fa_place){0}, NULL,
                    "a sum for table %s%s%s%s%s%s: %s %s is beyond 64 bits of minor units, which end at %s",
                    use->table, use->what ? ", " : "", use->what ? use->what : "",
                    use->has_account ? account_text(use, account) : "",
                    use->has_day ? ", " : "", date, amount, code, most);
}

enum fa_status fa_narrow_sum(fa_i128 sum, const struct fa_sum_use *use, struct fa_sink *sink,
                             int64_t *minor)
{
    if (sum > INT64_MAX || sum < INT64_MIN)
        return refuse_sum(sum, use, sink);
    *minor = (int64_t)sum;
    return FA_OK;
}

static void find_columns(struct fa_outputs *out, int i)
{
    const struct fa_table_def *table = out->tables[i];
    for (int c = 0; c < FA_OUT_COLUMNS_MAX && plan[i].columns[c]; c++) {
        out->columns[i].at[c] = fa_table_find_column(table, fa_str_from(plan[i].columns[c]));
        assert(out->columns[i].at[c] != FA_NO_COLUMN);
    }
    out->columns[i].filer = fa_table_hidden_column(table, "filer");
}

enum fa_status fa_outputs_init(struct fa_outputs *out, struct fa_head *head,
                               struct fa_totals *totals, bool wants_matches, uint64_t memory_max,
                               const char *spool_dir, struct fa_sink *sink)
{
    *out = (struct fa_outputs){
        .sink = sink, .head = head,
        .as_of_day = (int32_t)head->as_of_day, .totals = totals, .memory_max = memory_max, .spool_dir = spool_dir};
    fa_buf_init(&out->text);
    int first = wants_matches ? FA_OUT_MATCH : FA_OUT_MATCH + 1;
    int indexes[FA_OUT_COUNT];
    for (int i = first; i < FA_OUT_COUNT; i++)
        FA_TRY(fa_head_add_table(head, plan[i].table, sink, &indexes[i]));
    for (int i = first; i < FA_OUT_COUNT; i++) { /* only now: adding a table moves the others */
        out->tables[i] = &head->dictionary.tables[indexes[i]];
        find_columns(out, i);
    }
    return fa_outputs_clear(out);
}

static void free_rows(struct fa_outputs *out)
{
    if (out->ordered_matches)
        out->builders[FA_OUT_MATCH] = out->ordered_matches;
    out->ordered_matches = NULL;
    fa_disorder_release(&out->disorder);
    for (int i = 0; i < FA_OUT_COUNT; i++) {
        fa_builder_free(out->builders[i]);
        fa_spool_free(out->spools[i]);
        out->builders[i] = NULL;
        out->spools[i] = NULL;
    }
}

enum fa_status fa_outputs_clear(struct fa_outputs *out)
{
    free_rows(out);
    fa_totals_release(out->totals);
    fa_totals_init(out->totals);
    for (int i = 0; i < FA_OUT_COUNT; i++) {
        if (!out->tables[i])
            continue;
        out->spools[i] = fa_spool_new(out->memory_max, out->spool_dir, out->sink);
        if (out->spools[i])
            out->builders[i] = fa_builder_new(out->tables[i], out->tables[i]->index,
                                              out->spools[i], out->totals, out->sink);
        if (!out->builders[i])
            return fa_out_of_memory(out->sink, "the tables of the reconciliation");
    }
    return FA_OK;
}

void fa_outputs_release(struct fa_outputs *out)
{
    free_rows(out);
    fa_buf_release(&out->text);
}

enum fa_status fa_outputs_finish(struct fa_outputs *out)
{
    for (int i = 0; i < FA_OUT_COUNT; i++)
        if (out->builders[i])
            FA_TRY(fa_builder_finish(out->builders[i]));
    return FA_OK;
}

/* --- one row under way --- */

static void set(struct fa_outputs *out, enum fa_output_table table, int column, int64_t value)
{
    fa_builder_set(out->builders[table], out->columns[table].at[column], value);
}

static enum fa_status set_sum(struct fa_outputs *out, enum fa_output_table table, int column,
                              fa_i128 sum, const struct fa_sum_use *use)
{
    int64_t minor = 0;
    FA_TRY(fa_narrow_sum(sum, use, out->sink, &minor));
    set(out, table, column, minor);
    return FA_OK;
}

static enum fa_status set_text(struct fa_outputs *out, enum fa_output_table table, int column,
                               struct fa_str text)
{
    if (!text.size)
        return FA_OK;
    return fa_builder_set_text(out->builders[table], out->columns[table].at[column], text);
}

/* Names that our own dictionary states: their absence is our mistake. */
static void set_name(struct fa_outputs *out, enum fa_output_table table, int column,
                     const char *name)
{
    int at = out->columns[table].at[column];
    int64_t value = fa_enum_index(&out->tables[table]->columns[at], name);
    assert(value >= 0);
    fa_builder_set(out->builders[table], at, value);
}

static enum fa_status end_row(struct fa_outputs *out, enum fa_output_table table,
                              const struct fa_book *book)
{
    if (book && book->filer != FA_NOBODY && out->columns[table].filer != FA_NO_COLUMN)
        fa_builder_set(out->builders[table], out->columns[table].filer, book->filer);
    return fa_builder_end_row(out->builders[table]);
}

/* The next matches have places. */
static enum fa_status begin_disorder(struct fa_outputs *out)
{
    FA_TRY(fa_disorder_begin(&out->disorder, out->tables[FA_OUT_MATCH], out->memory_max,
                             out->spool_dir, out->sink));
    out->ordered_matches = out->builders[FA_OUT_MATCH];
    out->builders[FA_OUT_MATCH] = out->disorder.builder;
    return FA_OK;
}

enum fa_status fa_outputs_order_matches(struct fa_outputs *out)
{
    if (!out->ordered_matches)
        return FA_OK;
    out->builders[FA_OUT_MATCH] = out->ordered_matches;
    out->ordered_matches = NULL;
    return fa_disorder_end(&out->disorder, out->memory_max, out->spool_dir, out->sink,
                           out->builders[FA_OUT_MATCH]);
}

enum fa_status fa_outputs_add_match(struct fa_outputs *out, const struct fa_match_row *row)
{
    if (!out->builders[FA_OUT_MATCH])
        return FA_OK;
    if (row->place && !out->ordered_matches)
        FA_TRY(begin_disorder(out));
    if (row->place)
        fa_disorder_set_place(&out->disorder, row->place);
    set(out, FA_OUT_MATCH, M_NO, row->match_no);
    set(out, FA_OUT_MATCH, M_ACCOUNT, row->book->account);
    set_name(out, FA_OUT_MATCH, M_DIRECTION, direction_names[row->direction]);
    FA_TRY(set_text(out, FA_OUT_MATCH, M_FLOW, row->flow));
    FA_TRY(set_text(out, FA_OUT_MATCH, M_STATEMENT, row->statement));
    if (row->detail_no)
        set(out, FA_OUT_MATCH, M_DETAIL, row->detail_no);
    set_name(out, FA_OUT_MATCH, M_STAGE, stage_names[row->stage]);
    set_name(out, FA_OUT_MATCH, M_CLASS,
             row->class == FA_MATCH_EQUAL ? "matched" : fa_break_class_name(row->class));
    if (row->notes)
        set_name(out, FA_OUT_MATCH, M_NOTE,
                 row->notes & FA_LINK_GREEDY ? "greedy" : "interchangeable");
    FA_TRY(set_text(out, FA_OUT_MATCH, M_REFERENCE, row->reference));
    set(out, FA_OUT_MATCH, M_DATE, row->day_no);
    if (row->has_flow_day)
        set(out, FA_OUT_MATCH, M_FLOW_DATE, row->flow_day);
    if (row->has_ledger)
        set(out, FA_OUT_MATCH, M_FLOW_AMOUNT, row->ledger_minor);
    if (row->has_bank)
        set(out, FA_OUT_MATCH, M_STATEMENT_AMOUNT, row->bank_minor);
    if (row->fee_minor)
        set(out, FA_OUT_MATCH, M_FEE, row->fee_minor);
    if (row->absorbed_minor)
        set(out, FA_OUT_MATCH, M_ABSORBED, row->absorbed_minor);
    set(out, FA_OUT_MATCH, M_CURRENCY, row->book->currency);
    return end_row(out, FA_OUT_MATCH, row->book);
}

enum fa_status fa_outputs_add_total(struct fa_outputs *out, const struct fa_book *book,
                                    enum fa_direction direction, enum fa_total_class class,
                                    const struct fa_tally *tally, fa_currency currency)
{
    const struct fa_sum_use use = {.head = out->head,
                                   .accounts = out->accounts,
                                   .table = plan[FA_OUT_TOTAL].table,
                                   .what = total_name(class),
                                   .has_account = book != NULL,
                                   .account = book ? book->account : 0,
                                   .currency = currency};
    if (book) {
        set(out, FA_OUT_TOTAL, T_ACCOUNT, book->account);
        set_name(out, FA_OUT_TOTAL, T_DIRECTION, direction_names[direction]);
    }
    set_name(out, FA_OUT_TOTAL, T_CLASS, total_name(class));
    set(out, FA_OUT_TOTAL, T_ROWS, (int64_t)tally->rows);
    set(out, FA_OUT_TOTAL, T_LEDGER_ROWS, (int64_t)tally->ledger_rows);
    set(out, FA_OUT_TOTAL, T_BANK_ROWS, (int64_t)tally->bank_rows);
    if (tally->ledger_rows)
        FA_TRY(set_sum(out, FA_OUT_TOTAL, T_LEDGER, tally->ledger, &use));
    if (tally->bank_rows)
        FA_TRY(set_sum(out, FA_OUT_TOTAL, T_BANK, tally->bank, &use));
    set(out, FA_OUT_TOTAL, T_CURRENCY, currency);
    return end_row(out, FA_OUT_TOTAL, book);
}

static const char *severity_of(const struct fa_break *brk)
{
    switch (brk->class) {
    case FA_BREAK_REMAINDER:
        return "critical";
    case FA_BREAK_LATE:
    case FA_BREAK_AMBIGUOUS:
    case FA_BREAK_OVERLAP:
        return "medium";
    case FA_BREAK_GAP: /* unless balances say that nothing moved, or how much did */
        if (!brk->has_ledger || !brk->has_bank)
            return "medium";
        return brk->amount_minor ? "high" : "low";
    case FA_BREAK_REVERSAL:
    case FA_BREAK_NO_BALANCE:
        return "low";
    case FA_BREAK_TIMING:
    case FA_BREAK_FEE:
    case FA_BREAK_ABSORBED:
        return "info";
    default:
        return "high";
    }
}

/* What a scheme, a calendar and the stages know beyond the rows themselves. */
static enum fa_status set_circumstances(struct fa_outputs *out, const struct fa_break *brk)
{
    if (brk->has_due_on)
        set(out, FA_OUT_BREAK, B_DUE_ON, brk->due_on);
    if (brk->days_late)
        set(out, FA_OUT_BREAK, B_DAYS_LATE, brk->days_late);
    if (brk->day_no <= out->as_of_day)
        set(out, FA_OUT_BREAK, B_AGE_DAYS, (int64_t)out->as_of_day - brk->day_no);
    int64_t age;
    if (out->days && brk->day_no <= out->as_of_day &&
        fa_days_age(out->days, brk->day_no, out->as_of_day, &age))
        set(out, FA_OUT_BREAK, B_AGE, age);
    if (brk->has_other_account)
        set(out, FA_OUT_BREAK, B_OTHER_ACCOUNT, brk->other_account);
    FA_TRY(set_text(out, FA_OUT_BREAK, B_OTHER, brk->other));
    if (brk->missing_count)
        set(out, FA_OUT_BREAK, B_MISSING, brk->missing_count);
    if (brk->candidates)
        set(out, FA_OUT_BREAK, B_CANDIDATES, brk->candidates);
    if (brk->match_no)
        set(out, FA_OUT_BREAK, B_MATCH_NO, brk->match_no);
    if (brk->is_beyond_limit)
        set_name(out, FA_OUT_BREAK, B_NOTE, "beyond_limit");
    return FA_OK;
}

enum fa_status fa_outputs_add_break(struct fa_outputs *out, const struct fa_break *brk,
                                    const struct fa_book *book)
{
    fa_buf_clear(&out->text);
    if (fa_break_format_id(brk, &out->text) != FA_OK)
        return fa_out_of_memory(out->sink, "the number of a break");
    FA_TRY(set_text(out, FA_OUT_BREAK, B_ID, fa_buf_str(&out->text)));
    set(out, FA_OUT_BREAK, B_ACCOUNT, brk->account);
    set_name(out, FA_OUT_BREAK, B_CLASS, fa_break_class_name(brk->class));
    set_name(out, FA_OUT_BREAK, B_DIRECTION, direction_names[brk->direction]);
    FA_TRY(set_text(out, FA_OUT_BREAK, B_FLOW, brk->flow));
    FA_TRY(set_text(out, FA_OUT_BREAK, B_STATEMENT, brk->statement));
    FA_TRY(set_text(out, FA_OUT_BREAK, B_REFERENCE, brk->reference));
    set(out, FA_OUT_BREAK, B_DATE, brk->day_no);
    set(out, FA_OUT_BREAK, B_AMOUNT, brk->amount_minor);
    if (brk->has_ledger)
        set(out, FA_OUT_BREAK, B_LEDGER, brk->ledger_minor);
    if (brk->has_bank)
        set(out, FA_OUT_BREAK, B_BANK, brk->bank_minor);
    set(out, FA_OUT_BREAK, B_CURRENCY, brk->currency);
    set_name(out, FA_OUT_BREAK, B_SEVERITY, severity_of(brk));
    FA_TRY(set_circumstances(out, brk));
    return end_row(out, FA_OUT_BREAK, book);
}

enum fa_status fa_outputs_add_line(struct fa_outputs *out, const struct fa_book *book,
                                   int32_t day_no, enum fa_bridge_line line,
                                   const struct fa_line_sum *sum)
{
    const struct fa_sum_use use = {.head = out->head,
                                   .accounts = out->accounts,
                                   .table = plan[FA_OUT_BRIDGE].table,
                                   .what = line_name(line),
                                   .has_account = true,
                                   .has_day = true,
                                   .account = book->account,
                                   .currency = book->currency,
                                   .day_no = day_no};
    set(out, FA_OUT_BRIDGE, L_ACCOUNT, book->account);
    set(out, FA_OUT_BRIDGE, L_DATE, day_no);
    set_name(out, FA_OUT_BRIDGE, L_LINE, line_name(line));
    if (sum->is_known) {
        FA_TRY(set_sum(out, FA_OUT_BRIDGE, L_DEBIT, sum->debit, &use));
        FA_TRY(set_sum(out, FA_OUT_BRIDGE, L_CREDIT, sum->credit, &use));
    }
    set(out, FA_OUT_BRIDGE, L_ROWS, sum->rows);
    set(out, FA_OUT_BRIDGE, L_CURRENCY, book->currency);
    return end_row(out, FA_OUT_BRIDGE, book);
}

enum fa_status fa_outputs_add_coverage(struct fa_outputs *out, const struct fa_coverage_row *row)
{
    const struct fa_sum_use use = {.head = out->head,
                                   .accounts = out->accounts,
                                   .table = plan[FA_OUT_COVERAGE].table,
                                   .has_day = true,
                                   .currency = row->currency,
                                   .day_no = row->day_no};
    set(out, FA_OUT_COVERAGE, C_DATE, row->day_no);
    set(out, FA_OUT_COVERAGE, C_CURRENCY, row->currency);
    if (row->is_owed_known) {
        FA_TRY(set_sum(out, FA_OUT_COVERAGE, C_LIABILITIES, row->owed, &use));
        set(out, FA_OUT_COVERAGE, C_ACCOUNTS, (int64_t)row->account_count);
    }
    if (row->is_held_known)
        FA_TRY(set_sum(out, FA_OUT_COVERAGE, C_HELD, row->held, &use));
    if (row->is_owed_known && row->is_held_known) {
        fa_i128 surplus = row->held - row->owed;
        FA_TRY(set_sum(out, FA_OUT_COVERAGE, C_SHORTFALL, surplus < 0 ? -surplus : 0, &use));
        FA_TRY(set_sum(out, FA_OUT_COVERAGE, C_SURPLUS, surplus, &use));
    }
    set(out, FA_OUT_COVERAGE, C_LOWEST, row->is_lowest);
    return end_row(out, FA_OUT_COVERAGE, NULL);
}
