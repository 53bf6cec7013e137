/*
 * The sheet of control totals: what became of each record, and sums over the rows of the other
 * sheets as formulas, beside the constants that the tool reached without them. Differences stand in
 * one column, which must be all zero; the first line of the sheet counts those that are not.
 */
#include <stdio.h>

#include "base/limits.h"
#include "report/workbook.h"

/* The same columns in every part of the sheet. */
enum { DIFFERENCE_COLUMN = 8, COLUMN_COUNT, FORMULA_BYTES = 128 };

struct controls {
    struct fa_workbook *book;
    struct fa_sheet_writer *sheet;
};

static enum fa_status put_headings(struct controls *c, enum fa_word title,
                                   const enum fa_word *words, int count)
{
    fa_sheet_next_row(c->sheet);
    fa_sheet_begin_list(c->sheet);
    FA_TRY(fa_book_put_word(c->book, c->sheet, title, c->book->formats.key));
    fa_sheet_next_row(c->sheet);
    for (int i = 0; i < count; i++)
        FA_TRY(words[i] == FA_WORD_COUNT
                   ? (fa_sheet_skip(c->sheet), FA_OK)
                   : fa_book_put_word(c->book, c->sheet, words[i], c->book->formats.heading));
    c->sheet->line_count = 2;
    fa_sheet_next_row(c->sheet);
    return FA_OK;
}

static void put_count(struct controls *c, uint64_t count)
{
    fa_sheet_put_number(c->sheet, (double)count, c->book->formats.integer);
}

static void skip_to(struct controls *c, int column)
{
    while (c->sheet->column < column)
        fa_sheet_skip(c->sheet);
}

static void put_row_formula(struct controls *c, const char *formula, fa_i128 value, int scale)
{
    fa_sheet_put_formula(c->sheet, formula, fa_sheet_number_of(value, scale),
                         scale ? c->book->formats.money[scale] : c->book->formats.integer);
}

/* In words, and the same in all parts of the sheet: formulas look tables up by it. */
static enum fa_status put_table(struct controls *c, struct fa_str table)
{
    fa_buf_clear(&c->book->text);
    FA_TRY(fa_table_add(&c->book->results->head->dictionary, table, c->book->language,
                        &c->book->text));
    return fa_sheet_put_text(c->sheet, fa_buf_str(&c->book->text), c->book->formats.text);
}

/* --- what became of each record --- */

static fa_i128 left_over(const struct fa_source_count *count)
{
    return (fa_i128)count->records - count->accepted - count->rejected - count->ignored -
           count->other;
}

static const enum fa_word source_words[COLUMN_COUNT] = {
    FA_WORD_SOURCE,   FA_WORD_TABLE,   FA_WORD_RECORDS,     FA_WORD_ACCEPTED,  FA_WORD_REJECTED,
    FA_WORD_IGNORED,  FA_WORD_OF_OTHER, FA_WORD_ROWS_MADE, FA_WORD_DIFFERENCE};

static void put_source_counts(struct controls *c, const struct fa_source_count *count)
{
    char formula[FORMULA_BYTES];
    unsigned row = (unsigned)c->sheet->row + 1;
    put_count(c, count->records);
    put_count(c, count->accepted);
    put_count(c, count->rejected);
    put_count(c, count->ignored);
    put_count(c, count->other);
    put_count(c, count->rows);
    snprintf(formula, sizeof formula, "=C%u-SUM(D%u:G%u)", row, row, row);
    put_row_formula(c, formula, left_over(count), 0);
    fa_sheet_next_row(c->sheet);
}

/* The sums of the columns, the tool's own sums below them, and that both agree. */
static enum fa_status put_source_sums(struct controls *c, unsigned first, unsigned last,
                                      const struct fa_source_count *sum)
{
    const uint64_t values[] = {sum->records, sum->accepted, sum->rejected,
                               sum->ignored, sum->other,    sum->rows};
    enum { VALUES = sizeof values / sizeof *values };
    char formula[FORMULA_BYTES];
    FA_TRY(fa_book_put_word(c->book, c->sheet, FA_WORD_SUM, c->book->formats.key));
    skip_to(c, 2);
    for (int i = 0; i < VALUES; i++) {
        snprintf(formula, sizeof formula, "=SUBTOTAL(9,%c%u:%c%u)", 'C' + i, first, 'C' + i, last);
        put_row_formula(c, formula, (fa_i128)values[i], 0);
    }
    fa_sheet_next_row(c->sheet);
    FA_TRY(fa_book_put_word(c->book, c->sheet, FA_WORD_BY_TOOL, c->book->formats.key));
    skip_to(c, 2);
    put_source_counts(c, sum); /* its difference: across */
    unsigned row = (unsigned)c->sheet->row; /* of the constants, from 1 */
    FA_TRY(fa_book_put_word(c->book, c->sheet, FA_WORD_DIFFERENCE, c->book->formats.key));
    skip_to(c, DIFFERENCE_COLUMN);
    snprintf(formula, sizeof formula, "=SUMPRODUCT(ABS(C%u:H%u-C%u:H%u))", row - 1, row - 1, row,
             row);
    put_row_formula(c, formula, 0, 0);
    fa_sheet_next_row(c->sheet);
    return FA_OK;
}

static enum fa_status put_sources(struct controls *c, unsigned *first, unsigned *last)
{
    const struct fa_head *head = c->book->results->head;
    struct fa_source_count sum = {0};
    FA_TRY(put_headings(c, FA_WORD_RECORDS_OF_SOURCES, source_words, COLUMN_COUNT));
    *first = (unsigned)c->sheet->row + 1;
    *last = *first;
    for (size_t i = 0; i < head->sources.count; i++) {
        const struct fa_source_info *source = &head->sources.items[i];
        *last = (unsigned)c->sheet->row + 1;
        FA_TRY(fa_sheet_put_text(c->sheet, source->name, c->book->formats.text));
        FA_TRY(put_table(c, head->dictionary.tables[source->table].name));
        put_source_counts(c, &source->count);
        sum.records += source->count.records;
        sum.accepted += source->count.accepted;
        sum.rejected += source->count.rejected;
        sum.ignored += source->count.ignored;
        sum.other += source->count.other;
        sum.rows += source->count.rows;
    }
    return head->sources.count ? put_source_sums(c, *first, *last, &sum) : FA_OK;
}

/* --- the stages' own totals --- */

static struct fa_str control_text(const struct controls *c, uint64_t row, const char *column)
{
    const struct fa_loaded_table *controls = &c->book->results->tables[FA_RESULT_CONTROL];
    int at = fa_result_column(controls, column);
    return fa_result_missing(controls, row, at) ? (struct fa_str){"", 0}
                                                : fa_result_text(controls, row, at);
}

static uint64_t control_number(const struct controls *c, uint64_t row, const char *column)
{
    const struct fa_loaded_table *controls = &c->book->results->tables[FA_RESULT_CONTROL];
    return (uint64_t)fa_result_number(controls, row, fa_result_column(controls, column));
}

/* A total of rows alone, of a table that the filing fills. */
static bool is_of_filing(const struct controls *c, uint64_t row)
{
    const struct fa_table_def *table = fa_dictionary_find(&c->book->results->head->dictionary,
                                                          control_text(c, row, "table"));
    return control_text(c, row, "column").size == 0 && table && table->written_by == FA_BY_FILING;
}

/* What the sources say of the table of the total ROW, and how far that is from the total. */
static fa_i128 count_of_sources(const struct controls *c, uint64_t row, uint64_t *rows,
                                uint64_t *rejected)
{
    const struct fa_head *head = c->book->results->head;
    struct fa_str table = control_text(c, row, "table");
    *rows = *rejected = 0;
    for (size_t i = 0; i < head->sources.count; i++) {
        const struct fa_source_info *source = &head->sources.items[i];
        if (!fa_str_equal(head->dictionary.tables[source->table].name, table))
            continue;
        *rows += source->count.rows;
        *rejected += source->count.rejected;
    }
    fa_i128 more = (fa_i128)control_number(c, row, "rows") - *rows,
            more_rejected = (fa_i128)control_number(c, row, "rejected") - *rejected;
    return (more < 0 ? -more : more) + (more_rejected < 0 ? -more_rejected : more_rejected);
}

static const enum fa_word table_words[COLUMN_COUNT] = {
    FA_WORD_STAGE,         FA_WORD_TABLE, FA_WORD_ROWS_BY_STAGE, FA_WORD_ROWS_BY_SOURCES,
    FA_WORD_REJECTED_ROWS, FA_WORD_REJECTED_BY_SOURCES, FA_WORD_COUNT, FA_WORD_COUNT,
    FA_WORD_DIFFERENCE};

/* FIRST and LAST are the rows of the sources, from 1. */
static enum fa_status put_tables(struct controls *c, unsigned first, unsigned last)
{
    const struct fa_loaded_table *controls = &c->book->results->tables[FA_RESULT_CONTROL];
    char formula[FORMULA_BYTES];
    FA_TRY(put_headings(c, FA_WORD_SOURCES_AND_STAGES, table_words, COLUMN_COUNT));
    for (uint64_t row = 0; row < controls->row_count; row++) {
        if (!is_of_filing(c, row))
            continue;
        unsigned at = (unsigned)c->sheet->row + 1;
        uint64_t rows, rejected;
        fa_i128 difference = count_of_sources(c, row, &rows, &rejected);
        FA_TRY(fa_book_put_column(c->book, c->sheet, FA_RESULT_CONTROL, row, "stage", 0));
        FA_TRY(put_table(c, control_text(c, row, "table")));
        put_count(c, control_number(c, row, "rows"));
        snprintf(formula, sizeof formula, "=SUMIF($B$%u:$B$%u,B%u,$H$%u:$H$%u)", first, last, at,
                 first, last);
        put_row_formula(c, formula, (fa_i128)rows, 0);
        put_count(c, control_number(c, row, "rejected"));
        snprintf(formula, sizeof formula, "=SUMIF($B$%u:$B$%u,B%u,$E$%u:$E$%u)", first, last, at,
                 first, last);
        put_row_formula(c, formula, (fa_i128)rejected, 0);
        skip_to(c, DIFFERENCE_COLUMN);
        snprintf(formula, sizeof formula, "=ABS(C%u-D%u)+ABS(E%u-F%u)", at, at, at, at);
        put_row_formula(c, formula, difference, 0);
        fa_sheet_next_row(c->sheet);
    }
    return FA_OK;
}

/* --- debits, credits and net --- */

static const enum fa_word side_words[COLUMN_COUNT] = {
    FA_WORD_STAGE,  FA_WORD_TABLE, FA_WORD_COLUMN,  FA_WORD_CURRENCY,  FA_WORD_DEBITS,
    FA_WORD_CREDITS, FA_WORD_NET,   FA_WORD_BY_TOOL, FA_WORD_DIFFERENCE};

/* The sum of a control total in minor units; false: too long for a cell to hold as a number. */
static bool read_sum(const struct controls *c, uint64_t row, int scale, fa_i128 *sum)
{
    int64_t minor = 0;
    struct fa_str text = control_text(c, row, "sum");
    if (text.size && fa_money_parse(text, scale, true, &minor) != FA_VALUE_OK)
        return false;
    *sum = minor;
    return fa_sheet_is_number(minor);
}

/* The other side of the total ROW, which is of debits; row_count: there is none. */
static uint64_t find_side(const struct controls *c, uint64_t row, const char *direction)
{
    static const char *const same[] = {"stage", "table", "column"};
    const struct fa_loaded_table *controls = &c->book->results->tables[FA_RESULT_CONTROL];
    int currency = fa_result_column(controls, "currency");
    uint64_t at = 0;
    for (bool is_it = false; at < controls->row_count; at++) {
        is_it = fa_str_is(control_text(c, at, "direction"), direction) &&
                fa_result_number(controls, at, currency) ==
                    fa_result_number(controls, row, currency);
        for (size_t i = 0; i < sizeof same / sizeof *same && is_it; i++)
            is_it = fa_str_equal(control_text(c, at, same[i]), control_text(c, row, same[i]));
        if (is_it)
            break;
    }
    return at;
}

static enum fa_status put_sides(struct controls *c, uint64_t debit, uint64_t credit, int scale)
{
    const struct fa_loaded_table *controls = &c->book->results->tables[FA_RESULT_CONTROL];
    uint64_t row = debit < controls->row_count ? debit : credit;
    fa_i128 debits = 0, credits = 0;
    char formula[FORMULA_BYTES];
    unsigned at = (unsigned)c->sheet->row + 1;
    bool is_number = debit == controls->row_count || read_sum(c, debit, scale, &debits);
    is_number &= credit == controls->row_count || read_sum(c, credit, scale, &credits);
    static const char *const names[] = {"stage", "table", "column", "currency"};
    for (size_t i = 0; i < sizeof names / sizeof *names; i++)
        FA_TRY(fa_book_put_column(c->book, c->sheet, FA_RESULT_CONTROL, row, names[i], 0));
    if (!is_number) {
        FA_TRY(fa_sheet_put_text(c->sheet, control_text(c, debit, "sum"), c->book->formats.text));
        FA_TRY(fa_sheet_put_text(c->sheet, control_text(c, credit, "sum"), c->book->formats.text));
        skip_to(c, DIFFERENCE_COLUMN);
        FA_TRY(fa_book_put_word(c->book, c->sheet, FA_WORD_TOO_LONG, c->book->formats.text));
    } else {
        FA_TRY(fa_sheet_put_money(c->sheet, debits, scale));
        FA_TRY(fa_sheet_put_money(c->sheet, credits, scale));
        snprintf(formula, sizeof formula, "=ROUND(F%u-E%u,%d)", at, at, scale);
        put_row_formula(c, formula, credits - debits, scale);
        FA_TRY(fa_sheet_put_money(c->sheet, credits - debits, scale));
        snprintf(formula, sizeof formula, "=ROUND(G%u-H%u,%d)", at, at, scale);
        put_row_formula(c, formula, 0, scale);
    }
    fa_sheet_next_row(c->sheet);
    return FA_OK;
}

static enum fa_status put_all_sides(struct controls *c)
{
    const struct fa_loaded_table *controls = &c->book->results->tables[FA_RESULT_CONTROL];
    int currency = fa_result_column(controls, "currency");
    FA_TRY(put_headings(c, FA_WORD_BOTH_SIDES, side_words, COLUMN_COUNT));
    for (uint64_t row = 0; row < controls->row_count; row++) {
        struct fa_str direction = control_text(c, row, "direction");
        int scale = fa_head_scale(c->book->results->head,
                                  (fa_currency)fa_result_number(controls, row, currency));
        if (fa_str_is(direction, "debit"))
            FA_TRY(put_sides(c, row, find_side(c, row, "credit"), scale));
        else if (fa_str_is(direction, "credit") &&
                 find_side(c, row, "debit") == controls->row_count)
            FA_TRY(put_sides(c, controls->row_count, row, scale));
    }
    return FA_OK;
}

/* --- all totals --- */

static const struct fa_column_spec control_columns[] = {
    {FA_WORD_STAGE, "stage", 24},        {FA_WORD_TABLE, "table", 28},
    {FA_WORD_COLUMN, "column", 24},      {FA_WORD_CURRENCY, "currency", 12},
    {FA_WORD_DIRECTION, "direction", 18}, {FA_WORD_ROWS, "rows", 18},
    {FA_WORD_REJECTED_ROWS, "rejected", 20}, {FA_WORD_SUM, "sum", 20}};
enum { DIFFERENCE_WIDTH = 12 };

static enum fa_status put_totals(struct controls *c)
{
    const struct fa_loaded_table *controls = &c->book->results->tables[FA_RESULT_CONTROL];
    enum { COLUMNS = sizeof control_columns / sizeof *control_columns };
    enum fa_word words[COLUMNS];
    for (int i = 0; i < COLUMNS; i++)
        words[i] = control_columns[i].heading;
    FA_TRY(put_headings(c, FA_WORD_ALL_TOTALS, words, COLUMNS));
    lxw_row_t heading = c->sheet->row - 1;
    for (uint64_t row = 0; row < controls->row_count && row < FA_SHEET_ROWS_MAX; row++) {
        for (int i = 0; i < COLUMNS; i++)
            FA_TRY(fa_book_put_column(c->book, c->sheet, FA_RESULT_CONTROL, row,
                                      control_columns[i].column, 0));
        fa_sheet_next_row(c->sheet);
    }
    if (controls->row_count)
        worksheet_autofilter(c->sheet->worksheet, heading, 0, c->sheet->row - 1, COLUMNS - 1);
    return fa_book_put_cut_notice(c->book, c->sheet, controls->row_count, FA_SHEET_ROWS_MAX);
}

/* Of sources and tables; the other parts of the sheet hold constants against sums of themselves. */
static uint64_t count_differences(const struct controls *c)
{
    const struct fa_head *head = c->book->results->head;
    struct fa_source_count sum = {0};
    uint64_t count = 0, rows, rejected;
    for (size_t i = 0; i < head->sources.count; i++) {
        const struct fa_source_count *each = &head->sources.items[i].count;
        count += left_over(each) != 0;
        sum.records += each->records;
        sum.accepted += each->accepted;
        sum.rejected += each->rejected;
        sum.ignored += each->ignored;
        sum.other += each->other;
    }
    count += left_over(&sum) != 0;
    for (uint64_t row = 0; row < c->book->results->tables[FA_RESULT_CONTROL].row_count; row++)
        count += is_of_filing(c, row) && count_of_sources(c, row, &rows, &rejected) != 0;
    return count;
}

/* How many differences there are, over all that stands below. */
static enum fa_status put_verdict(struct controls *c)
{
    char formula[FORMULA_BYTES];
    unsigned from = (unsigned)c->sheet->row + 2, to = LXW_ROW_MAX;
    FA_TRY(fa_book_put_word(c->book, c->sheet, FA_WORD_DIFFERENCES, c->book->formats.key));
    skip_to(c, DIFFERENCE_COLUMN);
    snprintf(formula, sizeof formula, "=COUNTIF(I%u:I%u,\">0\")+COUNTIF(I%u:I%u,\"<0\")", from, to,
             from, to);
    put_row_formula(c, formula, (fa_i128)count_differences(c), 0);
    fa_sheet_next_row(c->sheet);
    return FA_OK;
}

enum fa_status fa_book_write_controls(struct fa_workbook *book)
{
    struct controls c = {book, &book->sheets[FA_BOOK_CONTROLS]};
    unsigned first, last;
    for (int i = 0; i < DIFFERENCE_COLUMN; i++)
        worksheet_set_column(c.sheet->worksheet, (lxw_col_t)i, (lxw_col_t)i,
                             control_columns[i].width, NULL);
    worksheet_set_column(c.sheet->worksheet, DIFFERENCE_COLUMN, DIFFERENCE_COLUMN,
                         DIFFERENCE_WIDTH, NULL);
    FA_TRY(put_verdict(&c));
    worksheet_freeze_panes(c.sheet->worksheet, c.sheet->row, 0);
    FA_TRY(put_sources(&c, &first, &last));
    FA_TRY(put_tables(&c, first, last));
    FA_TRY(put_all_sides(&c));
    FA_TRY(fa_book_put_checks(book));
    FA_TRY(put_totals(&c));
    fa_sheet_set_pages(c.sheet);
    return FA_OK;
}
