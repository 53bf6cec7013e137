/*
 * The sheets of the reconciliation: Breaks with the totals of their classes on top; Bridge with
 * one row for an account's day, which foots from left to right; Coverage with its lowest point.
 */
#include <stdlib.h>

#include "base/limits.h"
#include "report/workbook.h"

/* --- what the sheets share --- */

/* A value of an enum in words. */
static enum fa_status put_value(struct fa_workbook *book, struct fa_sheet_writer *sheet,
                                const struct fa_column_def *column, int64_t value,
                                lxw_format *format)
{
    if ((uint64_t)value >= column->value_count) {
        fa_sheet_skip(sheet);
        return FA_OK;
    }
    fa_buf_clear(&book->text);
    FA_TRY(fa_value_add((struct fa_str){NULL, 0}, column->values[value], book->language,
                        &book->text));
    return fa_sheet_put_text(sheet, fa_buf_str(&book->text), format);
}

static fa_currency currency_of(const struct fa_workbook *book, enum fa_result_table table,
                               uint64_t row)
{
    const struct fa_loaded_table *loaded = &book->results->tables[table];
    return fa_cell_currency(&book->results->context,
                            &loaded->batches.items[row / FA_BLOCK_ROWS_MAX],
                            (uint32_t)(row % FA_BLOCK_ROWS_MAX));
}

static enum fa_status put_currency(struct fa_sheet_writer *sheet, fa_currency currency)
{
    char text[4] = "";
    if (currency)
        fa_currency_format(currency, text);
    return fa_sheet_put_text(sheet, fa_str_from(text), sheet->formats->text);
}

/* --- breaks --- */

enum { CLASSES_MAX = 64 };

/* The first columns are those of the totals, too; those from OPTIONAL_FROM on stand there only
 * when some break has a value. */
enum { OPTIONAL_FROM = 15 };
static const struct fa_column_spec break_columns[] = {
    {FA_WORD_CLASS, "class", 24},
    {FA_WORD_SEVERITY, "severity", 10},
    {FA_WORD_CURRENCY, "currency", 11},
    {FA_WORD_DIFFERENCE, "amount", 18},
    {FA_WORD_BANK_LESS_LEDGER, NULL, 18},
    {FA_WORD_ACCOUNT, "account", 22},
    {FA_WORD_DATE, "date", 13},
    {FA_WORD_AGE, "age", 14},
    {FA_WORD_AGE_DAYS, "age_days", 12},
    {FA_WORD_DIRECTION, "direction", 10},
    {FA_WORD_REFERENCE, "reference", 36},
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
        .currency = currency_of(book, FA_RESULT_BREAK, row),
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
    return put_value(book, sheet, column, value, book->formats.severity[value]);
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
        FA_TRY(put_value(book, sheet, &columns[list->class], total->class, book->formats.text));
        FA_TRY(put_severity(book, sheet, &columns[list->severity], total->severity));
        FA_TRY(put_currency(sheet, total->currency));
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
    FA_TRY(put_value(book, sheet, class, fa_result_number(list->table, row, list->class),
                     book->formats.text));
    int scale = fa_head_scale(book->results->head, currency_of(book, FA_RESULT_BREAK, row));
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

/* --- the bridge --- */

enum { LINES_MAX = 32, MONEY_WIDTH = 19 };

struct bridge_list {
    const struct fa_loaded_table *table;
    const struct fa_column_def *lines; /* the column line */
    int account, date, line, debit, credit, currency;
    bool is_used[LINES_MAX]; /* lines that some day has */
    int64_t remainder;       /* the line that must be zero; -1: there is none */
    uint64_t day_count;
};

/* The rows from FROM on that are of one account, day and currency. */
static uint64_t day_end(const struct bridge_list *list, uint64_t from)
{
    const int columns[] = {list->account, list->date, list->currency};
    uint64_t to = from;
    for (bool is_same = true; is_same;) {
        to++;
        is_same = to < list->table->row_count;
        for (size_t i = 0; i < sizeof columns / sizeof *columns && is_same; i++)
            is_same = fa_result_number(list->table, from, columns[i]) ==
                      fa_result_number(list->table, to, columns[i]);
    }
    return to;
}

static void survey(struct bridge_list *list)
{
    list->remainder = -1;
    for (uint32_t v = 0; v < list->lines->value_count && v < LINES_MAX; v++)
        if (fa_str_is(list->lines->values[v], "remainder"))
            list->remainder = v;
    for (uint64_t from = 0, to; from < list->table->row_count; from = to) {
        to = day_end(list, from);
        list->day_count++;
        for (uint64_t row = from; row < to; row++) {
            uint64_t line = (uint64_t)fa_result_number(list->table, row, list->line);
            if (line < LINES_MAX)
                list->is_used[line] = true;
        }
    }
}

static enum fa_status put_bridge_heading(struct fa_workbook *book,
                                         struct fa_sheet_writer *sheet,
                                         const struct bridge_list *list)
{
    static const struct fa_column_spec names[] = {{FA_WORD_ACCOUNT, "account", 22},
                                                  {FA_WORD_DATE, "date", 13},
                                                  {FA_WORD_CURRENCY, "currency", 11}};
    enum { NAMES = sizeof names / sizeof *names };
    lxw_col_t column = NAMES;
    FA_TRY(fa_book_put_note(book, sheet, list->day_count, FA_SHEET_ROWS_MAX));
    lxw_row_t heading = sheet->row;
    for (int c = 0; c < NAMES; c++) {
        worksheet_set_column(sheet->worksheet, (lxw_col_t)c, (lxw_col_t)c, names[c].width,
                             NULL);
        FA_TRY(fa_book_put_word(book, sheet, names[c].heading, book->formats.heading));
    }
    for (int v = 0; v < LINES_MAX; v++) {
        if (!list->is_used[v])
            continue;
        worksheet_set_column(sheet->worksheet, column, column, MONEY_WIDTH, NULL);
        column++;
        FA_TRY(put_value(book, sheet, list->lines, v, book->formats.heading));
    }
    sheet->line_count = 2;
    fa_sheet_next_row(sheet);
    worksheet_freeze_panes(sheet->worksheet, heading + 1, NAMES);
    fa_book_set_print(sheet, heading, list->day_count, column);
    uint64_t last = list->day_count < FA_SHEET_ROWS_MAX ? list->day_count : FA_SHEET_ROWS_MAX;
    worksheet_autofilter(sheet->worksheet, heading, 0, heading + (lxw_row_t)last,
                         (lxw_col_t)(column - 1));
    return FA_OK;
}

/* What each line adds, or takes when below zero; a class that the day lacks stays empty. */
static enum fa_status put_bridge_day(struct fa_workbook *book, struct fa_sheet_writer *sheet,
                                     const struct bridge_list *list, uint64_t from, uint64_t to)
{
    FA_TRY(fa_book_put_column(book, sheet, FA_RESULT_BRIDGE, from, "account", 0));
    FA_TRY(fa_book_put_column(book, sheet, FA_RESULT_BRIDGE, from, "date", 0));
    FA_TRY(fa_book_put_column(book, sheet, FA_RESULT_BRIDGE, from, "currency", 0));
    int scale = fa_head_scale(book->results->head, currency_of(book, FA_RESULT_BRIDGE, from));
    for (int v = 0; v < LINES_MAX; v++) {
        if (!list->is_used[v])
            continue;
        uint64_t row = from;
        while (row < to && fa_result_number(list->table, row, list->line) != v)
            row++;
        if (row == to || fa_result_missing(list->table, row, list->credit)) {
            fa_sheet_skip(sheet);
            continue;
        }
        fa_i128 minor = (fa_i128)fa_result_number(list->table, row, list->credit) -
                        fa_result_number(list->table, row, list->debit);
        FA_TRY(v == list->remainder && minor != 0
                   ? fa_sheet_put_marked_money(sheet, minor, scale)
                   : fa_sheet_put_money(sheet, minor, scale));
    }
    fa_sheet_next_row(sheet);
    return FA_OK;
}

enum fa_status fa_book_write_bridge(struct fa_workbook *book)
{
    struct fa_sheet_writer *sheet = &book->sheets[FA_BOOK_BRIDGE];
    struct bridge_list list = {.table = &book->results->tables[FA_RESULT_BRIDGE]};
    if (!list.table->def)
        return fa_book_put_note(book, sheet, 0, FA_SHEET_ROWS_MAX);
    list.account = fa_result_column(list.table, "account");
    list.date = fa_result_column(list.table, "date");
    list.line = fa_result_column(list.table, "line");
    list.debit = fa_result_column(list.table, "debit");
    list.credit = fa_result_column(list.table, "credit");
    list.currency = fa_result_column(list.table, "currency");
    list.lines = &list.table->def->columns[list.line];
    survey(&list);
    FA_TRY(put_bridge_heading(book, sheet, &list));
    uint64_t day = 0;
    for (uint64_t from = 0, to; day < list.day_count && day < FA_SHEET_ROWS_MAX;
         from = to, day++) {
        to = day_end(&list, from);
        FA_TRY(put_bridge_day(book, sheet, &list, from, to));
    }
    return FA_OK;
}

/* --- coverage --- */

static const struct fa_column_spec coverage_columns[] = {
    {FA_WORD_DATE, "date", 13},
    {FA_WORD_CURRENCY, "currency", 11},
    {FA_WORD_LIABILITIES, "liabilities", 22},
    {FA_WORD_HELD, "held", 22},
    {FA_WORD_SURPLUS, "surplus", 22},
    {FA_WORD_ACCOUNTS, "accounts", 14},
    {FA_WORD_LOWEST, "is_lowest", 22}};

/* A shortfall stands out. */
static enum fa_status put_surplus(struct fa_workbook *book, struct fa_sheet_writer *sheet,
                                  const struct fa_loaded_table *table, uint64_t row)
{
    int column = fa_result_column(table, "surplus");
    if (fa_result_missing(table, row, column)) {
        fa_sheet_skip(sheet);
        return FA_OK;
    }
    int scale = fa_head_scale(book->results->head, currency_of(book, FA_RESULT_COVERAGE, row));
    int64_t surplus = fa_result_number(table, row, column);
    return surplus < 0 ? fa_sheet_put_marked_money(sheet, surplus, scale)
                       : fa_sheet_put_money(sheet, surplus, scale);
}

enum fa_status fa_book_write_coverage(struct fa_workbook *book)
{
    struct fa_sheet_writer *sheet = &book->sheets[FA_BOOK_COVERAGE];
    const struct fa_loaded_table *table = &book->results->tables[FA_RESULT_COVERAGE];
    if (!table->def)
        return fa_book_put_note(book, sheet, 0, FA_SHEET_ROWS_MAX);
    enum { COLUMNS = sizeof coverage_columns / sizeof *coverage_columns };
    FA_TRY(fa_book_put_heading(book, sheet, coverage_columns, COLUMNS, table->row_count));
    int is_lowest = fa_result_column(table, "is_lowest");
    for (uint64_t row = 0; row < table->row_count && row < FA_SHEET_ROWS_MAX; row++) {
        for (int c = 0; c < COLUMNS - 1; c++)
            FA_TRY(coverage_columns[c].heading == FA_WORD_SURPLUS
                       ? put_surplus(book, sheet, table, row)
                       : fa_book_put_column(book, sheet, FA_RESULT_COVERAGE, row,
                                            coverage_columns[c].column, 0));
        if (fa_result_number(table, row, is_lowest))
            FA_TRY(fa_book_put_word(book, sheet, FA_WORD_LOWEST, book->formats.text));
        fa_sheet_next_row(sheet);
    }
    return FA_OK;
}

/* "Liabilities 10.00; Held 9.00; Surplus -1.00" */
static enum fa_status add_amounts(struct fa_workbook *book, const struct fa_loaded_table *table,
                                  uint64_t row)
{
    fa_buf_clear(&book->scratch);
    for (int c = 2; c < 5; c++) {
        if (c > 2)
            FA_TRY(fa_buf_add_text(&book->scratch, "; "));
        FA_TRY(fa_word_add(coverage_columns[c].heading, book->language, &book->scratch));
        FA_TRY(fa_buf_add_char(&book->scratch, ' '));
        FA_TRY(fa_result_format(book->results, table, row,
                                fa_result_column(table, coverage_columns[c].column),
                                &book->text));
        FA_TRY(fa_buf_add_str(&book->scratch, fa_buf_str(&book->text)));
    }
    return FA_OK;
}

enum fa_status fa_book_put_lowest(struct fa_workbook *book)
{
    struct fa_sheet_writer *sheet = &book->sheets[FA_BOOK_COVER];
    const struct fa_loaded_table *table = &book->results->tables[FA_RESULT_COVERAGE];
    if (!table->def)
        return FA_OK;
    int is_lowest = fa_result_column(table, "is_lowest");
    bool has_any = false;
    for (uint64_t row = 0; row < table->row_count; row++) {
        if (!fa_result_number(table, row, is_lowest))
            continue;
        has_any = true;
        FA_TRY(fa_book_put_word(book, sheet, FA_WORD_LOWEST_COVERAGE, book->formats.key));
        FA_TRY(fa_result_format(book->results, table, row, fa_result_column(table, "date"),
                                &book->text));
        char currency[4] = "";
        fa_currency_format(currency_of(book, FA_RESULT_COVERAGE, row), currency);
        FA_TRY(fa_buf_addf(&book->text, " %s", currency));
        FA_TRY(fa_sheet_put_text(sheet, fa_buf_str(&book->text), book->formats.text));
        FA_TRY(add_amounts(book, table, row));
        FA_TRY(fa_sheet_put_text(sheet, fa_buf_str(&book->scratch), book->formats.text));
        fa_sheet_next_row(sheet);
    }
    if (has_any)
        return FA_OK;
    FA_TRY(fa_book_put_word(book, sheet, FA_WORD_LOWEST_COVERAGE, book->formats.key));
    FA_TRY(fa_book_put_word(book, sheet, FA_WORD_NOT_KNOWN, book->formats.text));
    fa_sheet_next_row(sheet);
    return FA_OK;
}
