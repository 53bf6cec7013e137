/*
 * The summary: what was not tested first, then what was found, by severity, period and age with a
 * chart each, and by rule. Every count of a rule leads to its rows; amounts are summed within one
 * currency only.
 */
#include <stdio.h>

#include "base/limits.h"
#include "report/workbook_summary.h"

enum { RULE_COLUMN = 6, RULE_WIDTH = 20, TITLE_WIDTH = 44, CITE_WIDTH = 24, NOT_TESTED_MAX = 10 };

static const struct fa_column_spec run_columns[] = {{FA_WORD_SEVERITY, NULL, 14},
                                                    {FA_WORD_OUTCOME, NULL, 13},
                                                    {FA_WORD_FINDINGS, NULL, 14},
                                                    {FA_WORD_OF_THESE_WAIVED, NULL, 11},
                                                    {FA_WORD_CURRENCY, NULL, 11},
                                                    {FA_WORD_AMOUNT, NULL, 18},
                                                    {FA_WORD_RULE, NULL, RULE_WIDTH},
                                                    {FA_WORD_RULE_TITLE, NULL, TITLE_WIDTH},
                                                    {FA_WORD_CITE, NULL, CITE_WIDTH}};
enum { RUN_COLUMNS = sizeof run_columns / sizeof *run_columns };

/* --- what was not tested --- */

enum { NOT_TESTED_REASON_COLUMN = 3 };

/* Beyond the edge of its cell, for the cells behind it are empty; each language in a row of its own. */
static enum fa_status put_reason(struct fa_workbook *book, struct fa_sheet_writer *sheet,
                                 uint64_t rule)
{
    const struct fa_loaded_table *rules = &book->results->tables[FA_RESULT_RULE];
    FA_TRY(fa_shown_words(book->context, FA_RESULT_RULE, rule, fa_result_column(rules, "reason"),
                          book->language, &book->text));
    struct fa_str text = fa_buf_str(&book->text);
    for (size_t from = 0, to; from < text.size; from = to + 1) {
        for (to = from; to < text.size && text.bytes[to] != '\n';)
            to++;
        if (from)
            fa_sheet_next_row(sheet);
        while (sheet->column < NOT_TESTED_REASON_COLUMN)
            fa_sheet_skip(sheet);
        FA_TRY(fa_sheet_put_text(sheet, (struct fa_str){text.bytes + from, to - from},
                                 book->formats.text));
    }
    return FA_OK;
}

/* A link to the sheet that lists it all, and the first rules with what kept them from it; how many
 * judged by an empty table. */
static enum fa_status put_not_tested(struct fa_workbook *book, struct fa_sheet_writer *sheet)
{
    const struct fa_loaded_table *rules = &book->results->tables[FA_RESULT_RULE];
    fa_buf_clear(&book->scratch);
    FA_TRY(fa_book_add_not_tested(book));
    if (book->scratch.size == 0)
        FA_TRY(fa_word_add(FA_WORD_ALL_TESTED, book->language, &book->scratch));
    FA_TRY(fa_book_put_link(sheet, book->sheets[FA_BOOK_NOT_TESTED].worksheet->name, "A1",
                            fa_buf_str(&book->scratch)));
    fa_sheet_next_row(sheet);
    uint64_t shown = 0;
    for (uint64_t row = 0; row < rules->row_count && shown < NOT_TESTED_MAX; row++) {
        if (!fa_str_is(fa_book_rule_state(rules, row), "not_testable"))
            continue;
        fa_sheet_skip(sheet);
        FA_TRY(fa_book_put_column(book, sheet, FA_RESULT_RULE, row, "rule", 0));
        FA_TRY(put_reason(book, sheet, row));
        fa_sheet_next_row(sheet);
        shown++;
    }
    fa_buf_clear(&book->scratch);
    FA_TRY(fa_book_add_by_empty(book));
    if (book->scratch.size == 0)
        return FA_OK;
    FA_TRY(fa_book_put_link(sheet, book->sheets[FA_BOOK_RULES].worksheet->name, "A1",
                            fa_buf_str(&book->scratch)));
    fa_sheet_next_row(sheet);
    return FA_OK;
}

/* --- by rule --- */

enum fa_status fa_book_put_run_link(struct fa_workbook *book, struct fa_sheet_writer *sheet,
                                    const struct fa_finding_run *run)
{
    uint64_t count = run->to - run->from;
    uint64_t last = run->to < FA_SHEET_ROWS_MAX ? run->to : FA_SHEET_ROWS_MAX;
    char target[64], label[32];
    if (run->from >= FA_SHEET_ROWS_MAX) {
        fa_sheet_put_number(sheet, (double)count, book->formats.integer);
        return FA_OK;
    }
    snprintf(target, sizeof target, "A%llu:R%llu",
             (unsigned long long)run->from + FA_BOOK_FIRST_ROW + 1,
             (unsigned long long)last + FA_BOOK_FIRST_ROW);
    snprintf(label, sizeof label, "%llu", (unsigned long long)count);
    return fa_book_put_number_link(sheet, book->sheets[FA_BOOK_FINDINGS].worksheet->name, target,
                                   label);
}

enum fa_status fa_book_put_run_amount(struct fa_workbook *book, struct fa_sheet_writer *sheet,
                                      const struct fa_finding_run *run)
{
    char currency[4] = "";
    if (run->currency)
        fa_currency_format(run->currency, currency);
    FA_TRY(fa_sheet_put_text(sheet, fa_str_from(currency), book->formats.text));
    if (run->has_amount)
        return fa_sheet_put_money(sheet, run->amount,
                                  fa_head_scale(book->results->head, run->currency));
    fa_sheet_skip(sheet);
    return FA_OK;
}

static enum fa_status put_run(struct fa_workbook *book, struct fa_sheet_writer *sheet,
                              const struct fa_finding_run *run)
{
    FA_TRY(fa_book_put_value(book, sheet, FA_RESULT_FINDING, "severity", run->severity,
                             book->formats.severity[run->severity]));
    FA_TRY(fa_book_put_value(book, sheet, FA_RESULT_FINDING, "outcome", run->outcome,
                             book->formats.text));
    FA_TRY(fa_book_put_run_link(book, sheet, run));
    fa_sheet_put_number(sheet, (double)run->waived_count, book->formats.count);
    FA_TRY(fa_book_put_run_amount(book, sheet, run));
    if (run->rule != FA_BOOK_NO_RULE) {
        static const char *const names[] = {"rule", "title", "cite"};
        for (size_t i = 0; i < sizeof names / sizeof *names; i++)
            FA_TRY(fa_book_put_column(book, sheet, FA_RESULT_RULE, run->rule, names[i],
                                      run_columns[RULE_COLUMN + i].width));
    }
    fa_sheet_next_row(sheet);
    return FA_OK;
}

struct sums {
    FA_VEC(struct fa_finding_run) of; /* severity, outcome and currency, all rules together */
};

static enum fa_status add_run(struct sums *sums, const struct fa_finding_run *run)
{
    for (size_t i = sums->of.count; i-- > 0;) {
        struct fa_finding_run *sum = &sums->of.items[i];
        if (sum->severity != run->severity)
            break; /* runs come by severity */
        if (sum->outcome != run->outcome || sum->currency != run->currency)
            continue;
        sum->amount += run->amount;
        sum->has_amount |= run->has_amount;
        sum->waived_count += run->waived_count;
        sum->to += run->to - run->from;
        return FA_OK;
    }
    return fa_vec_add(&sums->of, *run);
}

static enum fa_status put_sums(struct fa_workbook *book, struct fa_sheet_writer *sheet,
                               const struct sums *sums)
{
    FA_TRY(fa_book_put_headings(book, sheet, run_columns, RULE_COLUMN));
    for (size_t i = 0; i < sums->of.count; i++) {
        const struct fa_finding_run *sum = &sums->of.items[i];
        FA_TRY(fa_book_put_value(book, sheet, FA_RESULT_FINDING, "severity", sum->severity,
                                 book->formats.severity[sum->severity]));
        FA_TRY(fa_book_put_value(book, sheet, FA_RESULT_FINDING, "outcome", sum->outcome,
                                 book->formats.text));
        fa_sheet_put_number(sheet, (double)(sum->to - sum->from), book->formats.count);
        fa_sheet_put_number(sheet, (double)sum->waived_count, book->formats.count);
        FA_TRY(fa_book_put_run_amount(book, sheet, sum));
        fa_sheet_next_row(sheet);
    }
    return FA_OK;
}

static enum fa_status put_by_currency(struct fa_workbook *book, struct fa_sheet_writer *sheet)
{
    struct sums sums = {{0}};
    enum fa_status status = FA_OK;
    for (size_t r = 0; r < book->plan.runs.count && status == FA_OK; r++)
        status = add_run(&sums, &book->plan.runs.items[r]);
    if (status == FA_OK)
        status = put_sums(book, sheet, &sums);
    fa_vec_free(&sums.of);
    return status;
}

/* --- the sheet --- */

static enum fa_status put_section(struct fa_workbook *book, struct fa_sheet_writer *sheet,
                                  enum fa_word title)
{
    fa_sheet_next_row(sheet);
    fa_sheet_begin_list(sheet);
    FA_TRY(fa_book_put_word(book, sheet, title, book->formats.key));
    fa_sheet_next_row(sheet);
    return FA_OK;
}

enum fa_status fa_book_write_summary(struct fa_workbook *book)
{
    struct fa_sheet_writer *sheet = &book->sheets[FA_BOOK_SUMMARY];
    const struct fa_book_plan *plan = &book->plan;
    for (int c = 0; c < RUN_COLUMNS; c++)
        worksheet_set_column(sheet->worksheet, (lxw_col_t)c, (lxw_col_t)c, run_columns[c].width,
                             NULL);
    FA_TRY(put_not_tested(book, sheet));
    FA_TRY(fa_book_put_overviews(book, sheet));
    FA_TRY(put_section(book, sheet, FA_WORD_BY_CURRENCY));
    FA_TRY(put_by_currency(book, sheet));
    FA_TRY(put_section(book, sheet, FA_WORD_BY_RULE));
    lxw_row_t heading = sheet->row;
    FA_TRY(fa_book_put_headings(book, sheet, run_columns, RUN_COLUMNS));
    for (size_t r = 0; r < plan->runs.count; r++)
        FA_TRY(put_run(book, sheet, &plan->runs.items[r]));
    if (plan->runs.count == 0) {
        FA_TRY(fa_book_put_word(book, sheet, FA_WORD_NONE, book->formats.text));
        fa_sheet_next_row(sheet);
    } else {
        worksheet_autofilter(sheet->worksheet, heading, 0, sheet->row - 1, RUN_COLUMNS - 1);
    }
    worksheet_print_area(sheet->worksheet, 0, 0, sheet->row, RUN_COLUMNS - 1);
    worksheet_repeat_rows(sheet->worksheet, FA_BOOK_TITLE_ROW, FA_BOOK_TITLE_ROW);
    worksheet_freeze_panes(sheet->worksheet, FA_BOOK_NOTE_ROW, 0);
    fa_sheet_set_pages(sheet);
    return FA_OK;
}
