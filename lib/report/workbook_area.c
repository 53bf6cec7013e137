/*
 * Lead sheets, one for each ruleset that applies to the filer: its rules with what became of them,
 * their findings with counts and amounts that lead to the rows, and what follows for the area.
 */
#include <stdlib.h>
#include <string.h>

#include "base/limits.h"
#include "report/workbook.h"

enum { RULE_WIDTH = 19, TITLE_WIDTH = 36, CITE_WIDTH = 20, REASON_WIDTH = 30, NAME_MAX = 31 };

static const struct fa_column_spec columns[] = {
    {FA_WORD_RULE, NULL, RULE_WIDTH},    {FA_WORD_RULE_TITLE, NULL, TITLE_WIDTH},
    {FA_WORD_CITE, NULL, CITE_WIDTH},    {FA_WORD_SEVERITY, NULL, 10},
    {FA_WORD_STATE, NULL, 13},           {FA_WORD_POPULATION, NULL, 11},
    {FA_WORD_UNKNOWN, NULL, 11},         {FA_WORD_OUTCOME, NULL, 14},
    {FA_WORD_FINDINGS, NULL, 10},        {FA_WORD_OF_THESE_WAIVED, NULL, 9},
    {FA_WORD_CURRENCY, NULL, 10},        {FA_WORD_AMOUNT, NULL, 17},
    {FA_WORD_CONCLUSION, NULL, REASON_WIDTH}};
enum { COLUMN_COUNT = sizeof columns / sizeof *columns };

/* --- what follows --- */

enum fa_word fa_book_conclusion(const struct fa_area_counts *counts)
{
    if (counts->outcomes[FA_OUTCOME_VIOLATION])
        return FA_WORD_CONCLUDED_EXCEPTIONS;
    if (counts->tested == 0)
        return FA_WORD_CONCLUDED_NOT_TESTED;
    if (counts->judged == 0 && counts->unknown == 0)
        return FA_WORD_CONCLUDED_NO_UNITS;
    if (counts->outcomes[FA_OUTCOME_INDETERMINATE] || counts->unknown)
        return FA_WORD_CONCLUDED_UNDECIDED;
    if (counts->not_testable)
        return FA_WORD_CONCLUDED_IN_PART;
    return FA_WORD_CONCLUDED_NOTHING;
}

static struct fa_str text_of(const struct fa_workbook *book, enum fa_result_table table,
                             uint64_t row, const char *column)
{
    const struct fa_loaded_table *loaded = &book->results->tables[table];
    return fa_result_text(loaded, row, fa_result_column(loaded, column));
}

static uint64_t rule_number(const struct fa_workbook *book, uint64_t rule, const char *column)
{
    const struct fa_loaded_table *rules = &book->results->tables[FA_RESULT_RULE];
    return (uint64_t)fa_result_number(rules, rule, fa_result_column(rules, column));
}

static void add_run(struct fa_area_counts *counts, const struct fa_finding_run *run)
{
    if (run->outcome >= 0 && run->outcome < FA_OUTCOMES)
        counts->outcomes[run->outcome] += run->to - run->from;
    counts->waived += run->waived_count;
}

static void count_rule(const struct fa_workbook *book, uint64_t rule,
                       struct fa_area_counts *counts)
{
    struct fa_str state = fa_book_rule_state(&book->results->tables[FA_RESULT_RULE], rule);
    counts->rules++;
    counts->tested += fa_str_is(state, "tested");
    counts->not_testable += fa_str_is(state, "not_testable");
    counts->judged += rule_number(book, rule, "tested");
    counts->unknown += rule_number(book, rule, "unknown");
    for (size_t r = 0; r < book->plan.runs.count; r++)
        if (book->plan.runs.items[r].rule == rule)
            add_run(counts, &book->plan.runs.items[r]);
}

static bool is_of_area(const struct fa_workbook *book, uint64_t rule, const struct fa_area *area)
{
    return fa_str_equal(text_of(book, FA_RESULT_RULE, rule, "ruleset"),
                        text_of(book, FA_RESULT_RULESET, area->ruleset, "ruleset"));
}

/* --- the sheets --- */

/* The ruleset's own name, cut to what the format takes; a number in front makes it one of its own. */
static enum fa_status name_area(struct fa_workbook *book, uint64_t ruleset)
{
    struct fa_str name = text_of(book, FA_RESULT_RULESET, ruleset, "ruleset");
    bool is_own = false;
    fa_buf_clear(&book->scratch);
    FA_TRY(fa_buf_add(&book->scratch, name.bytes, name.size < NAME_MAX ? name.size : NAME_MAX));
    const char *text = fa_buf_cstr(&book->scratch);
    if (!text)
        return FA_ELIMIT;
    FA_TRY(fa_book_is_own_name(book, text, &is_own));
    if (!is_own && workbook_validate_sheet_name(book->file, text) == LXW_NO_ERROR)
        return FA_OK;
    fa_buf_clear(&book->scratch);
    return fa_buf_addf(&book->scratch, "L%d %.*s", book->area_count + 1,
                       (int)(name.size < 24 ? name.size : 24), name.bytes);
}

enum fa_status fa_book_add_areas(struct fa_workbook *book)
{
    const struct fa_loaded_table *rulesets = &book->results->tables[FA_RESULT_RULESET];
    const struct fa_loaded_table *rules = &book->results->tables[FA_RESULT_RULE];
    if (rulesets->row_count == 0 || rules->row_count == 0)
        return FA_OK;
    book->areas = calloc(FA_LEAD_SHEETS_MAX, sizeof *book->areas);
    if (!book->areas)
        return FA_ELIMIT;
    for (uint64_t row = 0; row < rulesets->row_count; row++) {
        int state = fa_result_column(rulesets, "state");
        struct fa_area area = {.ruleset = row};
        if (fa_result_number(rulesets, row, state) != 0 || book->area_count == FA_LEAD_SHEETS_MAX)
            continue; /* not applied; or more than anyone turns over: they are on Rules */
        for (uint64_t rule = 0; rule < rules->row_count; rule++)
            if (is_of_area(book, rule, &area))
                count_rule(book, rule, &area.counts);
        if (area.counts.rules == 0)
            continue;
        FA_TRY(name_area(book, row));
        const char *name = fa_buf_cstr(&book->scratch);
        if (!name)
            return FA_ELIMIT;
        struct fa_area *made = &book->areas[book->area_count++];
        *made = area;
        FA_TRY(fa_book_add_sheet(book, &made->writer, name, FA_ROLE_RESULT));
    }
    return FA_OK;
}

static enum fa_status put_rule(struct fa_workbook *book, struct fa_sheet_writer *sheet,
                               uint64_t rule)
{
    FA_TRY(fa_book_put_column(book, sheet, FA_RESULT_RULE, rule, "rule", RULE_WIDTH));
    FA_TRY(fa_book_put_column(book, sheet, FA_RESULT_RULE, rule, "title", TITLE_WIDTH));
    FA_TRY(fa_book_put_column(book, sheet, FA_RESULT_RULE, rule, "cite", CITE_WIDTH));
    FA_TRY(fa_book_put_column(book, sheet, FA_RESULT_RULE, rule, "severity", 0));
    return fa_book_put_column(book, sheet, FA_RESULT_RULE, rule, "state", 0);
}

/* What follows for the rule alone, or what kept it from being tested. */
static enum fa_status put_conclusion(struct fa_workbook *book, struct fa_sheet_writer *sheet,
                                     uint64_t rule)
{
    struct fa_area_counts counts = {0};
    count_rule(book, rule, &counts);
    fa_buf_clear(&book->scratch);
    FA_TRY(fa_word_add(fa_book_conclusion(&counts), book->language, &book->scratch));
    FA_TRY(fa_shown_words(book->context, FA_RESULT_RULE, rule,
                          fa_result_column(&book->results->tables[FA_RESULT_RULE], "reason"),
                          book->language, &book->text));
    if (book->text.size) {
        FA_TRY(fa_buf_add_text(&book->scratch, ": "));
        FA_TRY(fa_buf_add_str(&book->scratch, fa_buf_str(&book->text)));
    }
    return fa_sheet_put_wrapped(sheet, fa_buf_str(&book->scratch), REASON_WIDTH);
}

/* A line for each outcome and currency of its findings; one without where it has none. */
static enum fa_status put_rule_rows(struct fa_workbook *book, struct fa_sheet_writer *sheet,
                                    uint64_t rule)
{
    bool is_first = true;
    for (size_t r = 0; r < book->plan.runs.count; r++) {
        const struct fa_finding_run *run = &book->plan.runs.items[r];
        if (run->rule != rule)
            continue;
        FA_TRY(put_rule(book, sheet, rule));
        if (is_first) {
            FA_TRY(fa_book_put_column(book, sheet, FA_RESULT_RULE, rule, "population", 0));
            FA_TRY(fa_book_put_column(book, sheet, FA_RESULT_RULE, rule, "unknown", 0));
        } else {
            fa_sheet_skip(sheet);
            fa_sheet_skip(sheet);
        }
        FA_TRY(fa_book_put_value(book, sheet, FA_RESULT_FINDING, "outcome", run->outcome,
                                 book->formats.text));
        FA_TRY(fa_book_put_run_link(book, sheet, run));
        fa_sheet_put_number(sheet, (double)run->waived_count, book->formats.count);
        FA_TRY(fa_book_put_run_amount(book, sheet, run));
        FA_TRY(put_conclusion(book, sheet, rule));
        fa_sheet_next_row(sheet);
        is_first = false;
    }
    if (!is_first)
        return FA_OK;
    FA_TRY(put_rule(book, sheet, rule));
    FA_TRY(fa_book_put_column(book, sheet, FA_RESULT_RULE, rule, "population", 0));
    FA_TRY(fa_book_put_column(book, sheet, FA_RESULT_RULE, rule, "unknown", 0));
    for (int c = 7; c < COLUMN_COUNT - 1; c++)
        fa_sheet_skip(sheet);
    FA_TRY(put_conclusion(book, sheet, rule));
    fa_sheet_next_row(sheet);
    return FA_OK;
}

static uint64_t count_rows(const struct fa_workbook *book, const struct fa_area *area)
{
    const struct fa_loaded_table *rules = &book->results->tables[FA_RESULT_RULE];
    uint64_t count = 0;
    for (uint64_t rule = 0; rule < rules->row_count; rule++) {
        uint64_t runs = 0;
        if (!is_of_area(book, rule, area))
            continue;
        for (size_t r = 0; r < book->plan.runs.count; r++)
            runs += book->plan.runs.items[r].rule == rule;
        count += runs ? runs : 1;
    }
    return count;
}

/* What the tool concludes, and a cell for what the reviewer does. */
static enum fa_status put_end(struct fa_workbook *book, struct fa_sheet_writer *sheet,
                              const struct fa_area *area)
{
    fa_sheet_next_row(sheet);
    FA_TRY(fa_book_put_word(book, sheet, FA_WORD_CONCLUSION, book->formats.key));
    FA_TRY(fa_book_put_word(book, sheet, fa_book_conclusion(&area->counts),
                            book->formats.text));
    fa_sheet_next_row(sheet);
    FA_TRY(fa_book_put_word(book, sheet, FA_WORD_REVIEWERS_CONCLUSION, book->formats.key));
    fa_sheet_put_input(sheet);
    sheet->line_count = 4;
    fa_sheet_next_row(sheet);
    return FA_OK;
}

static enum fa_status write_area(struct fa_workbook *book, struct fa_area *area)
{
    struct fa_sheet_writer *sheet = &area->writer;
    const struct fa_loaded_table *rules = &book->results->tables[FA_RESULT_RULE];
    struct fa_buf title = {0};
    enum fa_status status =
        fa_shown_columns(book->context, FA_RESULT_RULESET, area->ruleset, "title",
                         book->language, " ", &title);
    if (status == FA_OK)
        status = fa_book_put_title(book, sheet, fa_buf_str(&title));
    fa_buf_release(&title);
    FA_TRY(status);
    uint64_t row_count = count_rows(book, area);
    FA_TRY(fa_book_put_heading(book, sheet, columns, COLUMN_COUNT, row_count));
    for (uint64_t rule = 0; rule < rules->row_count; rule++)
        if (is_of_area(book, rule, area))
            FA_TRY(put_rule_rows(book, sheet, rule));
    FA_TRY(put_end(book, sheet, area));
    worksheet_print_area(sheet->worksheet, 0, 0, sheet->row, COLUMN_COUNT - 1);
    return FA_OK;
}

enum fa_status fa_book_write_areas(struct fa_workbook *book)
{
    for (int i = 0; i < book->area_count; i++)
        FA_TRY(write_area(book, &book->areas[i]));
    return FA_OK;
}
