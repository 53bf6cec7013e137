/*
 * The sheet of findings, the gravest first: what an auditor files, and a cell for the answer. What
 * stands right of that cell helps on a screen and is not printed.
 */
#include <stdio.h>

#include "base/limits.h"
#include "report/workbook.h"

enum {
    RULE_WIDTH = 15,
    CITE_WIDTH = 15,
    SUBJECT_WIDTH = 14,
    CONDITION_WIDTH = 31,
    CRITERION_WIDTH = 20,
    EFFECT_WIDTH = 26,
    VALUES_WIDTH = 50,
    RANGES_WIDTH = 36
};

static const struct fa_column_spec columns[] = {{FA_WORD_FINDING, NULL, 13},
                                                {FA_WORD_OUTCOME, NULL, 12},
                                                {FA_WORD_SEVERITY, NULL, 9},
                                                {FA_WORD_RULE, NULL, RULE_WIDTH},
                                                {FA_WORD_CITE, NULL, CITE_WIDTH},
                                                {FA_WORD_SUBJECT, NULL, SUBJECT_WIDTH},
                                                {FA_WORD_COUNTERPARTY, NULL, SUBJECT_WIDTH},
                                                {FA_WORD_DATE, NULL, 12},
                                                {FA_WORD_AMOUNT, NULL, 15},
                                                {FA_WORD_CURRENCY, NULL, 10},
                                                {FA_WORD_CONDITION, NULL, CONDITION_WIDTH},
                                                {FA_WORD_CRITERION, NULL, CRITERION_WIDTH},
                                                {FA_WORD_EFFECT, NULL, EFFECT_WIDTH},
                                                {FA_WORD_EVIDENCE, NULL, 10},
                                                {FA_WORD_PRIOR, NULL, 10},
                                                {FA_WORD_WAIVER, NULL, 9},
                                                {FA_WORD_TICKMARK, NULL, 6},
                                                {FA_WORD_RESPONSE, NULL, 18},
                                                /* from here on for the screen only */
                                                {FA_WORD_FROM, "first_time", 21},
                                                {FA_WORD_TO, "last_time", 21},
                                                {FA_WORD_STILL_ON, "still_on", 9},
                                                {FA_WORD_FIRST_SEEN, "first_seen", 12},
                                                {FA_WORD_VALUES, NULL, VALUES_WIDTH},
                                                {FA_WORD_EVIDENCE_ROWS, "evidence_rows", 10},
                                                {FA_WORD_ROW_RANGES, "row_ranges", RANGES_WIDTH},
                                                {FA_WORD_FINGERPRINT, "fingerprint", 37}};
enum { COLUMN_COUNT = sizeof columns / sizeof *columns, PRINTED_COUNT = 18 };

/* --- who else has a part in it --- */

enum { ROWS_ASKED_MAX = 50, ROLES_MAX = 2 };

/* Columns that name the two sides of a row. */
static const struct {
    const char *table, *roles[ROLES_MAX];
} sides[] = {
    {"flow", {"payer_account", "payee_account"}},
    {"statement", {"counterparty", NULL}},
    {"contract", {"lender", "borrower"}},
    {"claim", {"holder", "came_from"}},
};

static bool has_part(const struct fa_workbook *book, uint64_t finding, struct fa_str value)
{
    const struct fa_loaded_table *values = &book->results->tables[FA_RESULT_VALUE];
    struct fa_row_span span = book->results->finding_values[finding];
    enum { WHICH_SUBJECT = 3 };
    for (uint64_t row = span.from; row < span.to; row++)
        if (fa_result_number(values, row, book->columns.value_which) == WHICH_SUBJECT &&
            fa_str_equal(fa_result_text(values, row, book->columns.value_value), value))
            return true;
    return false;
}

/* Appends who stands on the sides of an evidence ROW and is not what the finding is about. */
static enum fa_status add_others(struct fa_workbook *book, uint64_t finding, uint64_t row,
                                 struct fa_buf *out)
{
    const struct fa_results *results = book->results;
    const struct fa_loaded_table *rows = &results->tables[FA_RESULT_ROW];
    const struct fa_loaded_table *cells = &results->tables[FA_RESULT_CELL];
    struct fa_str table = fa_result_text(rows, row, book->columns.row_table);
    for (size_t s = 0; s < sizeof sides / sizeof *sides; s++) {
        if (!fa_str_is(table, sides[s].table))
            continue;
        struct fa_row_span span = results->row_cells[row];
        for (uint64_t cell = span.from; cell < span.to; cell++) {
            struct fa_str name = fa_result_text(cells, cell, book->columns.cell_column);
            bool is_side = false;
            for (int r = 0; r < ROLES_MAX; r++)
                is_side |= sides[s].roles[r] && fa_str_is(name, sides[s].roles[r]);
            if (!is_side ||
                has_part(book, finding, fa_result_text(cells, cell, book->columns.cell_value)))
                continue;
            FA_TRY(fa_shown_evidence(book->context, row, cell, &book->text));
            FA_TRY(fa_buf_add_text(out, out->size ? ", " : ""));
            FA_TRY(fa_buf_add_str(out, fa_buf_str(&book->text)));
        }
    }
    return FA_OK;
}

/* The same on all evidence rows, or that there are several. */
static enum fa_status put_counterparty(struct fa_workbook *book, struct fa_sheet_writer *sheet,
                                       uint64_t finding)
{
    const struct fa_loaded_table *links = &book->results->tables[FA_RESULT_EVIDENCE];
    struct fa_row_span span = book->results->finding_evidence[finding];
    struct fa_buf first = {0}, other = {0};
    enum fa_status status = FA_OK;
    bool differs = false;
    uint64_t end = span.to - span.from > ROWS_ASKED_MAX ? span.from + ROWS_ASKED_MAX : span.to;
    for (uint64_t link = span.from; link < end && status == FA_OK && !differs; link++) {
        uint64_t row = (uint64_t)fa_result_number(links, link, book->columns.evidence_row_no) - 1;
        if (row >= book->results->tables[FA_RESULT_ROW].row_count)
            break; /* the sheet of evidence refuses it */
        fa_buf_clear(&other);
        status = add_others(book, finding, row, &other);
        if (status == FA_OK && other.size && first.size)
            differs = !fa_str_equal(fa_buf_str(&first), fa_buf_str(&other));
        else if (status == FA_OK && other.size)
            status = fa_buf_add_str(&first, fa_buf_str(&other));
    }
    if (status == FA_OK && differs) {
        fa_buf_clear(&first);
        status = fa_word_add(FA_WORD_SEVERAL, book->language, &first);
    }
    if (status == FA_OK)
        status = fa_sheet_put_wrapped(sheet, fa_buf_str(&first), SUBJECT_WIDTH);
    fa_buf_release(&first);
    fa_buf_release(&other);
    return status;
}

/* --- cells --- */

static enum fa_status put(struct fa_workbook *book, struct fa_sheet_writer *sheet, uint64_t row,
                          const char *column, double width)
{
    return fa_book_put_column(book, sheet, FA_RESULT_FINDING, row, column, width);
}

static enum fa_status put_of_rule(struct fa_workbook *book, struct fa_sheet_writer *sheet,
                                  uint32_t rule, const char *column, double width)
{
    if (rule != FA_BOOK_NO_RULE)
        return fa_book_put_column(book, sheet, FA_RESULT_RULE, rule, column, width);
    fa_sheet_skip(sheet);
    return FA_OK;
}

/* The day alone where the finding is dated by days, as most are. */
static enum fa_status put_date(struct fa_workbook *book, struct fa_sheet_writer *sheet,
                               uint64_t row)
{
    const struct fa_loaded_table *findings = &book->results->tables[FA_RESULT_FINDING];
    int column = book->columns.first_time;
    if (fa_result_missing(findings, row, column)) {
        fa_sheet_skip(sheet);
        return FA_OK;
    }
    int64_t instant_us = fa_result_number(findings, row, column);
    return fa_sheet_put_day(sheet, fa_day_of(instant_us, &book->results->head->zone));
}

/* The measure, its article, and the day by which it is due. */
static enum fa_status put_effect(struct fa_workbook *book, struct fa_sheet_writer *sheet,
                                 uint64_t row)
{
    enum { PARTS = 3, DUE = 2 };
    fa_buf_clear(&book->scratch);
    for (int p = 0; p < PARTS; p++) {
        FA_TRY(fa_shown_cell(book->context, FA_RESULT_FINDING, row, book->columns.effect[p],
                             &book->text));
        if (book->text.size == 0)
            continue;
        FA_TRY(fa_buf_add_text(&book->scratch, book->scratch.size ? "\n" : ""));
        if (p == DUE) {
            FA_TRY(fa_word_add(FA_WORD_DUE_BY, book->language, &book->scratch));
            FA_TRY(fa_buf_add_char(&book->scratch, ' '));
        }
        FA_TRY(fa_buf_add_str(&book->scratch, fa_buf_str(&book->text)));
    }
    return fa_sheet_put_wrapped(sheet, fa_buf_str(&book->scratch), EFFECT_WIDTH);
}

/* "3", or "1000 / 52113" where not all rows came with the results. */
static enum fa_status put_evidence(struct fa_workbook *book, struct fa_sheet_writer *sheet,
                                   const struct fa_planned_finding *planned)
{
    const struct fa_loaded_table *findings = &book->results->tables[FA_RESULT_FINDING];
    struct fa_row_span span = book->results->finding_evidence[planned->finding];
    uint64_t carried = span.to - span.from;
    uint64_t all = (uint64_t)fa_result_number(findings, planned->finding,
                                              book->columns.evidence_rows);
    char label[64], target[64];
    snprintf(label, sizeof label, all > carried ? "%llu / %llu" : "%llu",
             (unsigned long long)carried, (unsigned long long)all);
    if (!planned->evidence_row)
        return carried ? fa_sheet_put_text(sheet, fa_str_from(label), book->formats.text)
                       : fa_sheet_put_text(sheet, FA_STR(""), book->formats.text);
    uint64_t last = planned->evidence_row + carried;
    if (last > FA_BOOK_FIRST_ROW + FA_SHEET_ROWS_MAX)
        last = FA_BOOK_FIRST_ROW + FA_SHEET_ROWS_MAX;
    snprintf(target, sizeof target, "A%llu:A%llu", (unsigned long long)planned->evidence_row + 1,
             (unsigned long long)last);
    return fa_book_put_link(sheet, book->sheets[FA_BOOK_EVIDENCE].worksheet->name, target,
                            fa_str_from(label));
}

static enum fa_status put_waiver(struct fa_workbook *book, struct fa_sheet_writer *sheet,
                                 uint64_t row)
{
    const struct fa_loaded_table *findings = &book->results->tables[FA_RESULT_FINDING];
    if (!fa_result_missing(findings, row, book->columns.waiver))
        return put(book, sheet, row, "waiver", 0);
    if (fa_result_number(findings, row, book->columns.waived))
        return fa_book_put_word(book, sheet, FA_WORD_WAIVED, book->formats.text);
    fa_sheet_skip(sheet);
    return FA_OK;
}

/* What the tool did: it found an exception, could not decide, or saw a pattern. */
static enum fa_status put_tickmark(struct fa_workbook *book, struct fa_sheet_writer *sheet,
                                   uint64_t row)
{
    static const char *const marks[] = {FA_TICK_EXCEPTION, FA_TICK_LEAD, FA_TICK_UNDECIDED};
    const struct fa_loaded_table *findings = &book->results->tables[FA_RESULT_FINDING];
    int64_t outcome = fa_result_number(findings, row, book->columns.outcome);
    size_t mark = outcome < (int)(sizeof marks / sizeof *marks) ? (size_t)outcome : 0;
    return fa_sheet_put_text(sheet, fa_str_from(marks[mark]), book->formats.text);
}

static enum fa_status put_values(struct fa_workbook *book, struct fa_sheet_writer *sheet,
                                 uint64_t row)
{
    fa_buf_clear(&book->scratch);
    FA_TRY(fa_word_add(FA_WORD_AT_WORST, book->language, &book->scratch));
    FA_TRY(fa_shown_values(book->context, row, fa_buf_str(&book->scratch), &book->text));
    return fa_sheet_put_text(sheet, fa_buf_str(&book->text), book->formats.text);
}

static enum fa_status put_detail(struct fa_workbook *book, struct fa_sheet_writer *sheet,
                                 uint64_t row)
{
    for (int c = PRINTED_COUNT; c < COLUMN_COUNT; c++) {
        if (columns[c].heading == FA_WORD_VALUES)
            FA_TRY(put_values(book, sheet, row));
        else if (columns[c].heading == FA_WORD_TO && fa_shown_still_on(book->context, row))
            FA_TRY(fa_sheet_put_day(sheet, book->results->head->as_of_day));
        else
            FA_TRY(put(book, sheet, row, columns[c].column, 0));
    }
    return FA_OK;
}

static enum fa_status put_finding(struct fa_workbook *book, struct fa_sheet_writer *sheet,
                                  const struct fa_planned_finding *planned)
{
    uint64_t row = planned->finding;
    FA_TRY(put(book, sheet, row, "finding", 0));
    FA_TRY(put(book, sheet, row, "outcome", 0));
    FA_TRY(put(book, sheet, row, "severity", 0));
    FA_TRY(put(book, sheet, row, "rule", RULE_WIDTH));
    FA_TRY(put_of_rule(book, sheet, planned->rule, "cite", CITE_WIDTH));
    FA_TRY(put(book, sheet, row, "subject", SUBJECT_WIDTH));
    FA_TRY(put_counterparty(book, sheet, row));
    FA_TRY(put_date(book, sheet, row));
    FA_TRY(put(book, sheet, row, "amount", 0));
    FA_TRY(put(book, sheet, row, "currency", 0));
    FA_TRY(put(book, sheet, row, "message", CONDITION_WIDTH));
    FA_TRY(put_of_rule(book, sheet, planned->rule, "title", CRITERION_WIDTH));
    FA_TRY(put_effect(book, sheet, row));
    FA_TRY(put_evidence(book, sheet, planned));
    FA_TRY(put(book, sheet, row, "prior", 0));
    FA_TRY(put_waiver(book, sheet, row));
    FA_TRY(put_tickmark(book, sheet, row));
    fa_sheet_put_input(sheet);
    FA_TRY(put_detail(book, sheet, row));
    fa_sheet_next_row(sheet);
    return FA_OK;
}

enum fa_status fa_book_write_findings(struct fa_workbook *book)
{
    struct fa_sheet_writer *sheet = &book->sheets[FA_BOOK_FINDINGS];
    uint64_t count = book->results->tables[FA_RESULT_FINDING].row_count;
    sheet->printed_columns = PRINTED_COUNT;
    FA_TRY(fa_book_put_heading(book, sheet, columns, COLUMN_COUNT, count));
    for (uint64_t i = 0; i < count && i < FA_SHEET_ROWS_MAX; i++)
        FA_TRY(put_finding(book, sheet, &book->plan.findings[i]));
    return FA_OK;
}
