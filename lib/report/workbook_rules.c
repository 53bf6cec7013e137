/*
 * The sheet of rules: each with the counts of its population, and why it was not tested.
 */
#include <stdio.h>

#include "base/limits.h"
#include "report/workbook.h"

/* Counts of the population come first and are printed; what is long helps on a screen. */
static const struct fa_column_spec rule_columns[] = {
    {FA_WORD_RULE, "rule", 18},
    {FA_WORD_RULE_TITLE, "title", 34},
    {FA_WORD_CITE, "cite", 28},
    {FA_WORD_CONFIDENCE, "confidence", 11},
    {FA_WORD_SEVERITY, "severity", 10},
    {FA_WORD_KIND, "kind", 10},
    {FA_WORD_STATE, "state", 14},
    {FA_WORD_POPULATION, "population", 11},
    {FA_WORD_TESTED, "tested", 10},
    {FA_WORD_FIRED, "fired", 9},
    {FA_WORD_CLEAR, "clear", 10},
    {FA_WORD_UNKNOWN, "unknown", 10},
    {FA_WORD_PENDING, "pending", 10},
    {FA_WORD_FOOTS, NULL, 12},
    {FA_WORD_FINDINGS, "finding_count", 10},
    {FA_WORD_NOT_IN_FORCE, "not_in_force", 10},
    {FA_WORD_OTHER_CURRENCY, "other_currency", 10},
    {FA_WORD_AFTER_AS_OF, "after_as_of", 10},
    {FA_WORD_OUTSIDE_GROUP, "outside_group", 10},
    {FA_WORD_EXCEPTED, "excepted_rows", 10},
    {FA_WORD_RULESET, "ruleset", 30},
    {FA_WORD_REASON, "reason", 50},
    {FA_WORD_PARAMS, "params", 40},
    {FA_WORD_OUTSIDE_AMOUNT, "outside_group_amount", 16},
    {FA_WORD_EXCEPTED_AMOUNT, "excepted_amount", 16},
    {FA_WORD_EXCEPTED_FINDINGS, "excepted_findings", 12}};
enum { POPULATION = 7, FIRST_PART = 9, PRINTED_COUNT = 20 };

struct fa_str fa_book_rule_state(const struct fa_loaded_table *rules, uint64_t row)
{
    int column = fa_result_column(rules, "state");
    return rules->def->columns[column].values[fa_result_number(rules, row, column)];
}

/* What was not tested leads. */
static const char *const rule_states[] = {"not_testable", "tested", "off", "not_applicable"};

static fa_i128 count_of(const struct fa_loaded_table *rules, uint64_t row, const char *name)
{
    return fa_result_number(rules, row, fa_result_column(rules, name));
}

/* Each judged unit fired, is clear, not due yet or not known; what is left of them as a formula. */
static void put_foots(struct fa_workbook *book, struct fa_sheet_writer *sheet, uint64_t row)
{
    static const char *const parts[] = {"fired", "clear", "unknown", "pending"};
    enum { PARTS = sizeof parts / sizeof *parts, FORMULA_BYTES = 128 };
    const struct fa_loaded_table *rules = &book->results->tables[FA_RESULT_RULE];
    char population[LXW_MAX_CELL_NAME_LENGTH], first[LXW_MAX_CELL_NAME_LENGTH],
        last[LXW_MAX_CELL_NAME_LENGTH], formula[FORMULA_BYTES];
    fa_i128 left = count_of(rules, row, "population");
    for (int i = 0; i < PARTS; i++)
        left -= count_of(rules, row, parts[i]);
    lxw_rowcol_to_cell(population, sheet->row, POPULATION);
    lxw_rowcol_to_cell(first, sheet->row, FIRST_PART);
    lxw_rowcol_to_cell(last, sheet->row, FIRST_PART + PARTS - 1);
    snprintf(formula, sizeof formula, "=%s-SUM(%s:%s)", population, first, last);
    fa_sheet_put_formula(sheet, formula, fa_sheet_number_of(left, 0), book->formats.integer);
}

static enum fa_status put_rule(struct fa_workbook *book, struct fa_sheet_writer *sheet,
                               uint64_t row)
{
    for (size_t c = 0; c < sizeof rule_columns / sizeof *rule_columns; c++)
        if (rule_columns[c].heading == FA_WORD_FOOTS)
            put_foots(book, sheet, row);
        else
            FA_TRY(fa_book_put_column(book, sheet, FA_RESULT_RULE, row, rule_columns[c].column,
                                      rule_columns[c].width));
    fa_sheet_next_row(sheet);
    return FA_OK;
}

static uint64_t count_rules(const struct fa_workbook *book, const char *state)
{
    const struct fa_loaded_table *rules = &book->results->tables[FA_RESULT_RULE];
    uint64_t count = 0;
    for (uint64_t row = 0; row < rules->row_count; row++)
        count += fa_str_is(fa_book_rule_state(rules, row), state);
    return count;
}

/* Rules of which COLUMN says something. */
static uint64_t count_given(const struct fa_workbook *book, const char *name)
{
    const struct fa_loaded_table *rules = &book->results->tables[FA_RESULT_RULE];
    int column = fa_result_column(rules, name);
    uint64_t count = 0;
    for (uint64_t row = 0; row < rules->row_count; row++)
        count += !fa_result_missing(rules, row, column);
    return count;
}

/* WORD and how many of the tested rules say something in COLUMN; nothing where none does. */
static enum fa_status add_tested(struct fa_workbook *book, enum fa_word word, const char *column)
{
    uint64_t count = count_given(book, column);
    if (!count)
        return FA_OK;
    FA_TRY(fa_word_add(word, book->language, &book->scratch));
    return fa_buf_addf(&book->scratch, " %llu / %llu", (unsigned long long)count,
                       (unsigned long long)count_rules(book, "tested"));
}

/* "rules not tested: 3 / 20, rules that judged nothing: 2 / 17", into SCRATCH; nothing where all
 * that apply judged something. */
enum fa_status fa_book_add_not_tested(struct fa_workbook *book)
{
    uint64_t count = count_rules(book, "not_testable"), total = book->results->tables[FA_RESULT_RULE].row_count;
    uint64_t elsewhere = count_rules(book, "not_applicable");
    bool is_nothing_tested = total && !count_rules(book, "tested");
    if (count || is_nothing_tested) {
        FA_TRY(fa_word_add(FA_WORD_RULES_NOT_TESTED, book->language, &book->scratch));
        FA_TRY(fa_buf_addf(&book->scratch, " %llu / %llu",
                           (unsigned long long)(is_nothing_tested ? total : count),
                           (unsigned long long)(is_nothing_tested ? total : total - elsewhere)));
    }
    if (count_given(book, "judged_nothing"))
        FA_TRY(fa_buf_add_text(&book->scratch, count ? ", " : ""));
    return add_tested(book, FA_WORD_RULES_JUDGED_NOTHING, "judged_nothing");
}

/* "rules that took it that what is not filed did not happen: 2 / 17", into SCRATCH; nothing where
 * there are none. */
enum fa_status fa_book_add_by_empty(struct fa_workbook *book)
{
    return add_tested(book, FA_WORD_RULES_BY_EMPTY, "empty_tables");
}

enum fa_status fa_book_write_rules(struct fa_workbook *book)
{
    struct fa_sheet_writer *sheet = &book->sheets[FA_BOOK_RULES];
    const struct fa_loaded_table *rules = &book->results->tables[FA_RESULT_RULE];
    enum { COLUMNS = sizeof rule_columns / sizeof *rule_columns };
    uint64_t written = 0;
    sheet->printed_columns = PRINTED_COUNT;
    FA_TRY(fa_book_put_heading(book, sheet, rule_columns, COLUMNS, rules->row_count));
    for (size_t s = 0; s < sizeof rule_states / sizeof *rule_states; s++)
        for (uint64_t row = 0; row < rules->row_count && written < FA_SHEET_ROWS_MAX; row++) {
            if (!fa_str_is(fa_book_rule_state(rules, row), rule_states[s]))
                continue;
            FA_TRY(put_rule(book, sheet, row));
            written++;
        }
    return FA_OK;
}
