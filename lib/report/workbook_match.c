/*
 * The sheet of breaks, with the totals of their classes on top.
 */
#include <stdlib.h>

#include "base/limits.h"
#include "report/workbook.h"

enum { CLASSES_MAX = 64 };

/* The first columns are those of the totals, too; those from OPTIONAL_FROM on stand there only
 * when some break has a value. */
enum { OPTIONAL_FROM = 15, PRINTED_COUNT = 11 };
static const struct fa_column_spec break_columns[] = {
    {FA_WORD_CLASS, "class", 20},
    {FA_WORD_SEVERITY, "severity", 10},
    {FA_WORD_CURRENCY, "currency", 11},
    {FA_WORD_DIFFERENCE, "amount", 18},
    {FA_WORD_BANK_LESS_LEDGER, NULL, 18},
    {FA_WORD_ACCOUNT, "account", 22},
    {FA_WORD_DATE, "date", 13},
    {FA_WORD_AGE, "age", 14},
    {FA_WORD_AGE_DAYS, "age_days", 12},
    {FA_WORD_DIRECTION, "direction", 10},
    {FA_WORD_REFERENCE, "reference", 30},
    {FA_WORD_FLOW, "flow", 28},
    {FA_WORD_STATEMENT, "statement", 28},
    {FA_WORD_LEDGER_AMOUNT, "ledger_amount", 18},
    {FA_WORD_BANK_AMOUNT, "bank_amount", 18},
    {FA_WORD_DUE_ON, "due_on", 13},
    {FA_WORD_DAYS_LATE, "days_late", 10},
    {FA_WORD_OTHER_ACCOUNT, "other_account", 22},
    {FA_WORD_OTHER, "other", 28},
    {FA_WORD_MISSING_COUNT, "missing_count", 10},
    {FA_WORD_CANDIDATES, "candidates", 13},
    {FA_WORD_MATCH, "match_no", 10},
    {FA_WORD_NOTE, "note", 14},
    {FA_WORD_BREAK, "break_id", 56}};
static const enum fa_word total_headings[] = {FA_WORD_CLASS,
                                              FA_WORD_SEVERITY,
                                              FA_WORD_CURRENCY,
                                              FA_WORD_DIFFERENCE,
                                              FA_WORD_BANK_LESS_LEDGER,
                                              FA_WORD_BREAKS,
                                              FA_WORD_OLDEST,
                                              FA_WORD_AGE,
                                              FA_WORD_AGE_DAYS};

/* Breaks of one class and currency. */
struct class_total {
    int64_t class, severity;
    fa_currency currency;
    uint64_t row_count;
    fa_i128 sum, net;
    uint64_t oldest_row;
    int64_t oldest_day;
};

struct break_list {
    const struct fa_loaded_table *table;
    int class, severity, amount, date, direction, ledger, bank, match_no;
    struct fa_column_spec columns[sizeof break_columns / sizeof *break_columns];
    int column_count;
    uint64_t *order; /* rows: the gravest first, then by class, else as they come */
    FA_VEC(struct class_total) totals;
};

static bool has_values(const struct fa_loaded_table *table, int column)
{
    bool has = false;
    for (uint64_t row = 0; row < table->row_count && !has; row++)
        has = !fa_result_missing(table, row, column);
    return has;
}

static void choose_columns(struct break_list *list)
{
    for (int c = 0; c < (int)(sizeof break_columns / sizeof *break_columns); c++)
        if (c < OPTIONAL_FROM ||
            has_values(list->table, fa_result_column(list->table, break_columns[c].column)))
            list->columns[list->column_count++] = break_columns[c];
}

static size_t place_of(const struct break_list *list, uint64_t row)
{
    uint64_t class = (uint64_t)fa_result_number(list->table, row, list->class);
    uint64_t severity = (uint64_t)fa_result_number(list->table, row, list->severity);
    return (severity < FA_SEVERITIES ? severity : FA_SEVERITIES - 1) * CLASSES_MAX +
           (class < CLASSES_MAX ? class : CLASSES_MAX - 1);
}

static enum fa_status order_breaks(struct break_list *list)
{
    uint64_t count = list->table->row_count, starts[FA_SEVERITIES * CLASSES_MAX + 1] = {0};
    list->order = malloc((count + 1) * sizeof *list->order);
    if (!list->order)
        return FA_ELIMIT;
    for (uint64_t row = 0; row < count; row++)
        starts[place_of(list, row) + 1]++;
    for (size_t i = 1; i <= FA_SEVERITIES * CLASSES_MAX; i++)
        starts[i] += starts[i - 1];
    for (uint64_t row = 0; row < count; row++)
        list->order[starts[place_of(list, row)]++] = row;
    return FA_OK;
}

static bool is_class(const struct break_list *list, uint64_t row, const char *name)
{
    const struct fa_column_def *column = &list->table->def->columns[list->class];
    uint64_t class = (uint64_t)fa_result_number(list->table, row, list->class);
    return class < column->value_count && fa_str_is(column->values[class], name);
}

/* Whether it is about flows and lines, of which the bridge is made; others are about balances
 * or whole statements. Those have two classes in common with rows, but are never matched. */
static bool is_about_rows(const struct break_list *list, uint64_t row)
{
    static const char *const others[] = {"footing", "continuity", "no_balance",
                                         "gap",     "overlap",    "remainder"};
    bool is_matched = !fa_result_missing(list->table, row, list->match_no);
    for (size_t i = 0; i < sizeof others / sizeof *others; i++)
        if (is_class(list, row, others[i]))
            return false;
    return is_matched || (!is_class(list, row, "absorbed") && !is_class(list, row, "currency"));
}

/* What the bank has more than the ledger by a break; below zero: less. As the bridge counts it,
 * in which overlap takes off what statements state once more. */
static fa_i128 net_of(const struct break_list *list, uint64_t row)
{
    const struct fa_column_def *direction = &list->table->def->columns[list->direction];
    uint64_t value = (uint64_t)fa_result_number(list->table, row, list->direction);
    bool is_credit =
        value < direction->value_count && fa_str_is(direction->values[value], "credit");
    fa_i128 sign = is_credit ? 1 : -1;
    if (is_about_rows(list, row))
        return sign * ((fa_i128)fa_result_number(list->table, row, list->bank) -
                       fa_result_number(list->table, row, list->ledger));
    fa_i128 amount = fa_result_number(list->table, row, list->amount);
    return is_class(list, row, "overlap") ? -sign * amount : sign * amount;
}

/* Into the total of its class and currency; the breaks of a class come in a row. */
static enum fa_status add_to_total(const struct fa_workbook *book, struct break_list *list,
                                   uint64_t row)
{
    struct class_total made = {
        .class = fa_result_number(list->table, row, list->class),
        .severity = fa_result_number(list->table, row, list->severity),
        .currency = fa_book_currency(book, FA_RESULT_BREAK, row),
        .oldest_row = row,
        .oldest_day = fa_result_number(list->table, row, list->date),
    };
    struct class_total *total = NULL;
    for (size_t i = list->totals.count; i-- > 0 && !total;) {
        struct class_total *there = &list->totals.items[i];
        if (there->class != made.class || there->severity != made.severity)
            break;
        if (there->currency == made.currency)
            total = there;
    }
    if (!total) {
        FA_TRY(fa_vec_add(&list->totals, made));
        total = &list->totals.items[list->totals.count - 1];
    }
    total->row_count++;
    total->sum += fa_result_number(list->table, row, list->amount);
    total->net += net_of(list, row);
    if (made.oldest_day < total->oldest_day) {
        total->oldest_day = made.oldest_day;
        total->oldest_row = row;
    }
    return FA_OK;
}

static enum fa_status put_severity(struct fa_workbook *book, struct fa_sheet_writer *sheet,
                                   const struct fa_column_def *column, int64_t value)
{
    if ((uint64_t)value >= column->value_count || value >= FA_SEVERITIES) {
        fa_sheet_skip(sheet);
        return FA_OK;
    }
    return fa_book_put_enum(book, sheet, column, value, book->formats.severity[value]);
}

static enum fa_status put_totals(struct fa_workbook *book, struct fa_sheet_writer *sheet,
                                 const struct break_list *list)
{
    const struct fa_column_def *columns = list->table->def->columns;
    if (list->totals.count == 0)
        return FA_OK;
    for (size_t i = 0; i < sizeof total_headings / sizeof *total_headings; i++)
        FA_TRY(fa_book_put_word(book, sheet, total_headings[i], book->formats.heading));
    sheet->line_count = 3;
    fa_sheet_next_row(sheet);
    for (size_t i = 0; i < list->totals.count; i++) {
        const struct class_total *total = &list->totals.items[i];
        FA_TRY(fa_book_put_enum(book, sheet, &columns[list->class], total->class, book->formats.text));
        FA_TRY(put_severity(book, sheet, &columns[list->severity], total->severity));
        FA_TRY(fa_book_put_currency(sheet, total->currency));
        int scale = fa_head_scale(book->results->head, total->currency);
        FA_TRY(fa_sheet_put_money(sheet, total->sum, scale));
        FA_TRY(fa_sheet_put_money(sheet, total->net, scale));
        fa_sheet_put_number(sheet, (double)total->row_count, book->formats.integer);
        FA_TRY(fa_sheet_put_day(sheet, total->oldest_day));
        FA_TRY(fa_book_put_column(book, sheet, FA_RESULT_BREAK, total->oldest_row, "age", 0));
        FA_TRY(
            fa_book_put_column(book, sheet, FA_RESULT_BREAK, total->oldest_row, "age_days", 0));
        fa_sheet_next_row(sheet);
    }
    fa_sheet_next_row(sheet);
    return FA_OK;
}

static enum fa_status put_break(struct fa_workbook *book, struct fa_sheet_writer *sheet,
                                const struct break_list *list, uint64_t row)
{
    const struct fa_column_def *class = &list->table->def->columns[list->class];
    FA_TRY(fa_book_put_enum(book, sheet, class, fa_result_number(list->table, row, list->class),
                     book->formats.text));
    int scale = fa_head_scale(book->results->head, fa_book_currency(book, FA_RESULT_BREAK, row));
    for (int c = 1; c < list->column_count; c++)
        FA_TRY(list->columns[c].heading == FA_WORD_BANK_LESS_LEDGER
                   ? fa_sheet_put_money(sheet, net_of(list, row), scale)
                   : fa_book_put_column(book, sheet, FA_RESULT_BREAK, row,
                                        list->columns[c].column, list->columns[c].width));
    fa_sheet_next_row(sheet);
    return FA_OK;
}

static enum fa_status list_breaks(struct fa_workbook *book, struct break_list *list)
{
    struct fa_sheet_writer *sheet = &book->sheets[FA_BOOK_BREAKS];
    uint64_t count = list->table->row_count;
    FA_TRY(order_breaks(list));
    for (uint64_t i = 0; i < count; i++)
        FA_TRY(add_to_total(book, list, list->order[i]));
    FA_TRY(put_totals(book, sheet, list));
    choose_columns(list);
    sheet->printed_columns = PRINTED_COUNT;
    FA_TRY(fa_book_put_heading(book, sheet, list->columns, list->column_count, count));
    for (uint64_t i = 0; i < count && i < FA_SHEET_ROWS_MAX; i++)
        FA_TRY(put_break(book, sheet, list, list->order[i]));
    return FA_OK;
}

enum fa_status fa_book_write_breaks(struct fa_workbook *book)
{
    struct break_list list = {.table = &book->results->tables[FA_RESULT_BREAK]};
    if (!list.table->def)
        return fa_book_put_note(book, &book->sheets[FA_BOOK_BREAKS], 0, FA_SHEET_ROWS_MAX);
    list.class = fa_result_column(list.table, "class");
    list.severity = fa_result_column(list.table, "severity");
    list.amount = fa_result_column(list.table, "amount");
    list.date = fa_result_column(list.table, "date");
    list.direction = fa_result_column(list.table, "direction");
    list.ledger = fa_result_column(list.table, "ledger_amount");
    list.bank = fa_result_column(list.table, "bank_amount");
    list.match_no = fa_result_column(list.table, "match_no");
    enum fa_status status = list_breaks(book, &list);
    free(list.order);
    fa_vec_free(&list.totals);
    return status;
}
