/*
 * The sheet of what was not tested: rules that the filing or a missing parameter kept from it,
 * rules that are switched off, those that found nothing to judge, and behind them the provisions
 * that no filing shows. What is silent there would else be taken for what is in order.
 */
#include "report/workbook.h"

#include "base/limits.h"

static const struct fa_column_spec rule_columns[] = {{FA_WORD_RULE, "rule", 20},
                                                     {FA_WORD_RULESET, "ruleset", 26},
                                                     {FA_WORD_RULE_TITLE, "title", 50},
                                                     {FA_WORD_CITE, "cite", 28},
                                                     {FA_WORD_CONFIDENCE, "confidence", 11},
                                                     {FA_WORD_SEVERITY, "severity", 10},
                                                     {FA_WORD_STATE, "state", 18},
                                                     {FA_WORD_REASON, "reason", 70}};
enum { COLUMN_COUNT = sizeof rule_columns / sizeof *rule_columns };

static bool is_untested(const struct fa_loaded_table *rules, uint64_t row)
{
    int column = fa_result_column(rules, "state");
    const struct fa_column_def *states = &rules->def->columns[column];
    struct fa_str state = states->values[fa_result_number(rules, row, column)];
    return fa_str_is(state, "not_testable") || fa_str_is(state, "off");
}

static bool judged_nothing(const struct fa_loaded_table *rules, uint64_t row)
{
    return !fa_result_missing(rules, row, fa_result_column(rules, "judged_nothing"));
}

/* Of one that judged nothing, what its rows are says more than that it was tested. */
static enum fa_status put_rule(struct fa_workbook *book, struct fa_sheet_writer *sheet,
                               uint64_t row)
{
    bool is_nothing = judged_nothing(&book->results->tables[FA_RESULT_RULE], row);
    for (int c = 0; c < COLUMN_COUNT; c++) {
        bool is_state = rule_columns[c].heading == FA_WORD_STATE;
        const char *column = is_state && is_nothing ? "judged_nothing" : rule_columns[c].column;
        FA_TRY(fa_book_put_column(book, sheet, FA_RESULT_RULE, row, column,
                                  rule_columns[c].width));
    }
    fa_sheet_next_row(sheet);
    return FA_OK;
}

static enum fa_status put_provision(struct fa_workbook *book, struct fa_sheet_writer *sheet,
                                    uint64_t row)
{
    for (int c = 0; c < COLUMN_COUNT; c++) {
        const char *name =
            rule_columns[c].heading == FA_WORD_RULE ? "provision" : rule_columns[c].column;
        if (rule_columns[c].heading == FA_WORD_STATE)
            FA_TRY(fa_book_put_word(book, sheet, FA_WORD_NO_FILING, book->formats.text));
        else
            FA_TRY(fa_book_put_column(book, sheet, FA_RESULT_PROVISION, row, name,
                                      rule_columns[c].width));
    }
    fa_sheet_next_row(sheet);
    return FA_OK;
}

enum fa_status fa_book_write_not_tested(struct fa_workbook *book)
{
    struct fa_sheet_writer *sheet = &book->sheets[FA_BOOK_NOT_TESTED];
    const struct fa_loaded_table *rules = &book->results->tables[FA_RESULT_RULE];
    uint64_t provisions = book->results->tables[FA_RESULT_PROVISION].row_count, untested = 0;
    for (uint64_t row = 0; row < rules->row_count; row++)
        untested += is_untested(rules, row) || judged_nothing(rules, row);
    uint64_t count = untested + provisions, written = 0;
    FA_TRY(fa_book_put_heading(book, sheet, rule_columns, COLUMN_COUNT, count));
    for (uint64_t row = 0; row < rules->row_count && written < FA_SHEET_ROWS_MAX; row++) {
        if (!is_untested(rules, row))
            continue;
        FA_TRY(put_rule(book, sheet, row));
        written++;
    }
    for (uint64_t row = 0; row < rules->row_count && written < FA_SHEET_ROWS_MAX; row++) {
        if (!judged_nothing(rules, row))
            continue;
        FA_TRY(put_rule(book, sheet, row));
        written++;
    }
    for (uint64_t row = 0; row < provisions && written < FA_SHEET_ROWS_MAX; row++, written++)
        FA_TRY(put_provision(book, sheet, row));
    return FA_OK;
}
