/*
 * The part of the sheet of control totals that foots the other sheets: counts and sums over their
 * rows as formulas, beside the constants that stand in the results. Sums are kept apart by currency.
 */
#include <stdio.h>
#include <string.h>

#include "base/limits.h"
#include "report/workbook.h"

enum { CURRENCIES_MAX = 64, CONSTANT_COLUMN = 7, DIFFERENCE_COLUMN = 8, FORMULA_BYTES = 256 };

struct checks {
    struct fa_workbook *book;
    struct fa_sheet_writer *sheet; /* that they stand on */
    enum fa_book_sheet of;         /* the sheet that is checked */
    const struct fa_book_list *list;
};

/* The column of the list that has the heading; -1: none. */
static int find_column(const struct checks *c, enum fa_word heading)
{
    for (int i = 0; i < c->list->column_count; i++)
        if (c->list->columns[i] == heading)
            return i;
    return -1;
}

/* "'Findings'!$H$4:$H$90", the cells of a column. */
static enum fa_status add_range(const struct checks *c, int column, struct fa_buf *out)
{
    char range[LXW_MAX_CELL_RANGE_LENGTH];
    uint64_t rows = c->list->shown_count ? c->list->shown_count : 1;
    lxw_rowcol_to_range_abs(range, c->list->first, (lxw_col_t)column,
                            c->list->first + (lxw_row_t)(rows - 1), (lxw_col_t)column);
    FA_TRY(fa_book_add_reference(c->book->sheets[c->of].worksheet->name, out));
    return fa_buf_add_text(out, range);
}

static enum fa_status put_what(struct checks *c, struct fa_str what, struct fa_str currency)
{
    struct fa_sheet_writer *sheet = c->sheet;
    FA_TRY(fa_sheet_put_text(sheet, fa_str_from(c->book->sheets[c->of].worksheet->name),
                             c->book->formats.text));
    FA_TRY(fa_sheet_put_text(sheet, what, c->book->formats.text));
    fa_sheet_skip(sheet);
    FA_TRY(fa_sheet_put_text(sheet, currency, c->book->formats.text));
    while (sheet->column < CONSTANT_COLUMN - 1)
        fa_sheet_skip(sheet);
    return FA_OK;
}

/* The rest of the line: FORMULA, the constant, and their difference unless WHY says why not. */
static enum fa_status put_compared(struct checks *c, const char *formula, fa_i128 constant,
                                   int scale, const enum fa_word *why)
{
    struct fa_sheet_writer *sheet = c->sheet;
    lxw_format *format =
        scale ? c->book->formats.money[scale] : c->book->formats.integer;
    char difference[FORMULA_BYTES];
    unsigned at = (unsigned)sheet->row + 1;
    if (!formula)
        return FA_ELIMIT;
    if (why) {
        fa_sheet_skip(sheet);
        FA_TRY(fa_sheet_put_money(sheet, constant, scale));
        FA_TRY(fa_book_put_word(c->book, sheet, *why, c->book->formats.text));
    } else {
        fa_sheet_put_formula(sheet, formula, fa_sheet_number_of(constant, scale), format);
        FA_TRY(fa_sheet_put_money(sheet, constant, scale));
        snprintf(difference, sizeof difference, "=ROUND(G%u-H%u,%d)", at, at, scale);
        fa_sheet_put_formula(sheet, difference, 0, format);
    }
    fa_sheet_next_row(sheet);
    return FA_OK;
}

static const enum fa_word *why_not(const struct checks *c)
{
    static const enum fa_word cut = FA_WORD_NOT_ALL_SHOWN;
    return c->list->shown_count < c->list->row_count ? &cut : NULL;
}

/* How many rows there are: the cells of a column in which none is empty. */
static enum fa_status check_count(struct checks *c, enum fa_word heading)
{
    int column = find_column(c, heading);
    struct fa_buf *formula = &c->book->scratch;
    if (column < 0)
        return FA_OK;
    fa_buf_clear(&c->book->text);
    FA_TRY(fa_word_add(FA_WORD_ROWS, c->book->language, &c->book->text));
    FA_TRY(put_what(c, fa_buf_str(&c->book->text), (struct fa_str){NULL, 0}));
    fa_buf_clear(formula);
    FA_TRY(fa_buf_add_text(formula, "=COUNTA("));
    FA_TRY(add_range(c, column, formula));
    FA_TRY(fa_buf_add_char(formula, ')'));
    return put_compared(c, fa_buf_cstr(formula), (fa_i128)c->list->row_count, 0, why_not(c));
}

/* How many rows have each value of an enum. */
static enum fa_status check_values(struct checks *c, enum fa_word heading,
                                   enum fa_result_table table, const char *name)
{
    const struct fa_loaded_table *loaded = &c->book->results->tables[table];
    int column = find_column(c, heading);
    struct fa_buf *formula = &c->book->scratch;
    if (column < 0 || !loaded->def)
        return FA_OK;
    int at = fa_result_column(loaded, name);
    const struct fa_column_def *def = &loaded->def->columns[at];
    for (uint32_t v = 0; v < def->value_count; v++) {
        uint64_t count = 0;
        for (uint64_t row = 0; row < loaded->row_count; row++)
            count += !fa_result_missing(loaded, row, at) && fa_result_number(loaded, row, at) == v;
        fa_buf_clear(&c->book->text);
        FA_TRY(fa_value_add(def->name, def->values[v], c->book->language, &c->book->text));
        FA_TRY(put_what(c, fa_buf_str(&c->book->text), (struct fa_str){NULL, 0}));
        fa_buf_clear(formula);
        FA_TRY(fa_buf_add_text(formula, "=COUNTIF("));
        FA_TRY(add_range(c, column, formula));
        FA_TRY(fa_buf_addf(formula, ",B%u)", (unsigned)c->sheet->row + 1));
        FA_TRY(put_compared(c, fa_buf_cstr(formula), (fa_i128)count, 0, why_not(c)));
    }
    return FA_OK;
}

/* --- sums --- */

struct sum {
    fa_currency currency;
    fa_i128 net, size; /* SIZE: without signs */
    uint64_t row_count;
};

/* Into the sum of its currency; there are few. */
static void add_to_sum(struct sum sums[CURRENCIES_MAX], int *count, fa_currency currency,
                       int64_t minor)
{
    int i = 0;
    while (i < *count && sums[i].currency != currency)
        i++;
    if (i == CURRENCIES_MAX)
        return; /* beyond: no check, which the missing line shows */
    if (i == *count)
        sums[(*count)++] = (struct sum){.currency = currency};
    sums[i].net += minor;
    sums[i].size += minor < 0 ? -(fa_i128)minor : minor;
    sums[i].row_count++;
}

/* Whether a spreadsheet adds the numbers up without an error that shows: each addition rounds by
 * at most half of 2^-52 of the sum, and errors of n additions grow with the root of n. */
static bool is_exact(const struct sum *sum)
{
    fa_i128 limit = (fa_i128)1 << 50;
    return sum->size < limit &&
           sum->size * sum->size / (limit / 1024) < limit * 1024 / (sum->row_count + 1);
}

static enum fa_status check_sum(struct checks *c, int amounts, struct fa_str what,
                                const struct sum *sum)
{
    static const enum fa_word long_sum = FA_WORD_TOO_LONG;
    struct fa_buf *formula = &c->book->scratch;
    int currencies = find_column(c, FA_WORD_CURRENCY);
    int scale = fa_head_scale(c->book->results->head, sum->currency);
    char currency[4] = "";
    if (sum->currency)
        fa_currency_format(sum->currency, currency);
    FA_TRY(put_what(c, what, fa_str_from(currency)));
    fa_buf_clear(formula);
    if (sum->currency && currencies >= 0) {
        FA_TRY(fa_buf_add_text(formula, "=SUMIF("));
        FA_TRY(add_range(c, currencies, formula));
        FA_TRY(fa_buf_addf(formula, ",D%u,", (unsigned)c->sheet->row + 1));
    } else {
        FA_TRY(fa_buf_add_text(formula, "=SUM("));
    }
    FA_TRY(add_range(c, amounts, formula));
    FA_TRY(fa_buf_add_char(formula, ')'));
    return put_compared(c, fa_buf_cstr(formula), sum->net, scale,
                        is_exact(sum) ? why_not(c) : &long_sum);
}

/* What a row of a table adds. */
typedef int64_t amount_of(const struct fa_loaded_table *table, uint64_t row, int column);

static int64_t amount_itself(const struct fa_loaded_table *table, uint64_t row, int column)
{
    return fa_result_number(table, row, column);
}

/* The line of the bridge that is the bank's closing balance, as what it adds less what it takes. */
static int64_t bank_closing(const struct fa_loaded_table *table, uint64_t row, int column)
{
    const struct fa_column_def *line = &table->def->columns[fa_result_column(table, "line")];
    int64_t value = fa_result_number(table, row, fa_result_column(table, "line"));
    if (!fa_str_is(line->values[value], "bank_closing"))
        return 0;
    return fa_result_number(table, row, column) -
           fa_result_number(table, row, fa_result_column(table, "debit"));
}

static enum fa_status check_sums(struct checks *c, enum fa_word heading,
                                 enum fa_result_table table, const char *name, amount_of *amount)
{
    const struct fa_loaded_table *loaded = &c->book->results->tables[table];
    struct sum sums[CURRENCIES_MAX];
    struct fa_buf what = {0};
    int count = 0, column = find_column(c, heading);
    if (column < 0 || !loaded->def)
        return FA_OK;
    int at = fa_result_column(loaded, name);
    for (uint64_t row = 0; row < loaded->row_count; row++)
        if (!fa_result_missing(loaded, row, at))
            add_to_sum(sums, &count, fa_book_currency(c->book, table, row),
                       amount(loaded, row, at));
    enum fa_status status = fa_word_add(heading, c->book->language, &what);
    for (int i = 0; i < count && status == FA_OK; i++)
        status = check_sum(c, column, fa_buf_str(&what), &sums[i]);
    fa_buf_release(&what);
    return status;
}

/* --- sheet by sheet --- */

static void look_at(struct checks *c, enum fa_book_sheet of)
{
    c->of = of;
    c->list = &c->book->lists[of];
}

/* What each day leaves over, added up without signs. */
static enum fa_status check_left_over(struct checks *c)
{
    struct fa_buf *formula = &c->book->scratch;
    int column = find_column(c, FA_WORD_FOOTS);
    if (column < 0)
        return FA_OK;
    fa_buf_clear(&c->book->text);
    FA_TRY(fa_word_add(FA_WORD_FOOTS, c->book->language, &c->book->text));
    FA_TRY(put_what(c, fa_buf_str(&c->book->text), (struct fa_str){NULL, 0}));
    fa_buf_clear(formula);
    FA_TRY(fa_buf_add_text(formula, "=SUMIF("));
    FA_TRY(add_range(c, column, formula));
    FA_TRY(fa_buf_add_text(formula, ",\">0\")-SUMIF("));
    FA_TRY(add_range(c, column, formula));
    FA_TRY(fa_buf_add_text(formula, ",\"<0\")"));
    return put_compared(c, fa_buf_cstr(formula), 0, 0, NULL);
}

static enum fa_status check_reconciliation(struct checks *c)
{
    look_at(c, FA_BOOK_BREAKS);
    FA_TRY(check_count(c, FA_WORD_CLASS));
    FA_TRY(check_sums(c, FA_WORD_DIFFERENCE, FA_RESULT_BREAK, "amount", amount_itself));
    look_at(c, FA_BOOK_BRIDGE);
    FA_TRY(check_count(c, FA_WORD_ACCOUNT));
    FA_TRY(check_sums(c, FA_WORD_BANK_CLOSING, FA_RESULT_BRIDGE, "credit", bank_closing));
    FA_TRY(check_left_over(c));
    look_at(c, FA_BOOK_COVERAGE);
    FA_TRY(check_count(c, FA_WORD_DATE));
    FA_TRY(check_sums(c, FA_WORD_LIABILITIES, FA_RESULT_COVERAGE, "liabilities", amount_itself));
    FA_TRY(check_sums(c, FA_WORD_HELD, FA_RESULT_COVERAGE, "held", amount_itself));
    return check_sums(c, FA_WORD_SURPLUS, FA_RESULT_COVERAGE, "surplus", amount_itself);
}

/* Counts have no currency, whatever that of the row's amounts. */
static enum fa_status check_counts(struct checks *c, enum fa_word heading, const char *name)
{
    const struct fa_loaded_table *rules = &c->book->results->tables[FA_RESULT_RULE];
    int column = find_column(c, heading);
    struct sum sum = {0};
    if (column < 0 || !rules->def)
        return FA_OK;
    int at = fa_result_column(rules, name);
    for (uint64_t row = 0; row < rules->row_count; row++)
        sum.net += fa_result_number(rules, row, at);
    struct fa_buf *formula = &c->book->scratch;
    fa_buf_clear(&c->book->text);
    FA_TRY(fa_word_add(heading, c->book->language, &c->book->text));
    FA_TRY(put_what(c, fa_buf_str(&c->book->text), (struct fa_str){NULL, 0}));
    fa_buf_clear(formula);
    FA_TRY(fa_buf_add_text(formula, "=SUM("));
    FA_TRY(add_range(c, column, formula));
    FA_TRY(fa_buf_add_char(formula, ')'));
    return put_compared(c, fa_buf_cstr(formula), sum.net, 0, why_not(c));
}

static enum fa_status check_rules(struct checks *c)
{
    look_at(c, FA_BOOK_RULES);
    FA_TRY(check_count(c, FA_WORD_RULE));
    FA_TRY(check_values(c, FA_WORD_STATE, FA_RESULT_RULE, "state"));
    FA_TRY(check_counts(c, FA_WORD_POPULATION, "population"));
    FA_TRY(check_counts(c, FA_WORD_TESTED, "tested"));
    FA_TRY(check_counts(c, FA_WORD_FIRED, "fired"));
    FA_TRY(check_counts(c, FA_WORD_CLEAR, "clear"));
    FA_TRY(check_counts(c, FA_WORD_UNKNOWN, "unknown"));
    FA_TRY(check_counts(c, FA_WORD_PENDING, "pending"));
    FA_TRY(check_counts(c, FA_WORD_FINDINGS, "finding_count"));
    return check_left_over(c);
}

enum fa_status fa_book_put_checks(struct fa_workbook *book)
{
    static const enum fa_word words[] = {FA_WORD_SHEET,      FA_WORD_WHAT,    FA_WORD_COUNT,
                                         FA_WORD_CURRENCY,   FA_WORD_COUNT,   FA_WORD_COUNT,
                                         FA_WORD_BY_FORMULA, FA_WORD_BY_TOOL, FA_WORD_DIFFERENCE};
    struct checks c = {.book = book, .sheet = &book->sheets[FA_BOOK_CONTROLS]};
    fa_sheet_next_row(c.sheet);
    fa_sheet_begin_list(c.sheet);
    FA_TRY(fa_book_put_word(book, c.sheet, FA_WORD_CHECKS, book->formats.key));
    fa_sheet_next_row(c.sheet);
    for (size_t i = 0; i < sizeof words / sizeof *words; i++)
        FA_TRY(words[i] == FA_WORD_COUNT ? (fa_sheet_skip(c.sheet), FA_OK)
                                         : fa_book_put_word(book, c.sheet, words[i], book->formats.heading));
    fa_sheet_next_row(c.sheet);
    look_at(&c, FA_BOOK_FINDINGS);
    FA_TRY(check_count(&c, FA_WORD_FINDING));
    FA_TRY(check_values(&c, FA_WORD_OUTCOME, FA_RESULT_FINDING, "outcome"));
    FA_TRY(check_sums(&c, FA_WORD_AMOUNT, FA_RESULT_FINDING, "amount", amount_itself));
    FA_TRY(check_reconciliation(&c));
    look_at(&c, FA_BOOK_EVIDENCE);
    FA_TRY(check_count(&c, FA_WORD_FINDING));
    look_at(&c, FA_BOOK_REJECTED);
    FA_TRY(check_count(&c, FA_WORD_SOURCE));
    FA_TRY(check_sums(&c, FA_WORD_AMOUNT, FA_RESULT_REJECT, "amount", amount_itself));
    look_at(&c, FA_BOOK_REMARKS);
    FA_TRY(check_count(&c, FA_WORD_CODE));
    return check_rules(&c);
}
