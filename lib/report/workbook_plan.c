/*
 * Where each finding and its evidence stand in the workbook, before anything is written: the
 * gravest first, those of a rule together, so that every count of the summary and of the lead
 * sheets is a run of rows that a link can select.
 */
#include <stdlib.h>

#include "base/limits.h"
#include "report/workbook.h"

/* What findings are sorted by, the last resort their number. */
struct place {
    uint32_t severity, rule, outcome;
    fa_currency currency;
    uint64_t finding;
};

static int compare_places(const void *left, const void *right)
{
    const struct place *a = left, *b = right;
    if (a->severity != b->severity)
        return a->severity < b->severity ? -1 : 1;
    if (a->rule != b->rule)
        return a->rule < b->rule ? -1 : 1;
    if (a->outcome != b->outcome)
        return a->outcome < b->outcome ? -1 : 1;
    if (a->currency != b->currency)
        return a->currency < b->currency ? -1 : 1;
    return a->finding < b->finding ? -1 : a->finding > b->finding;
}

/* The row of result_rule that a finding names; findings of a rule mostly come in a row. */
static uint32_t rule_of(const struct fa_results *results, uint64_t finding, uint32_t guess)
{
    const struct fa_loaded_table *rules = &results->tables[FA_RESULT_RULE];
    const struct fa_loaded_table *findings = &results->tables[FA_RESULT_FINDING];
    struct fa_str name = fa_result_text(findings, finding, fa_result_column(findings, "rule"));
    if (rules->row_count == 0)
        return FA_BOOK_NO_RULE;
    int column = fa_result_column(rules, "rule");
    if (guess < rules->row_count && fa_str_equal(fa_result_text(rules, guess, column), name))
        return guess;
    for (uint64_t row = 0; row < rules->row_count; row++)
        if (fa_str_equal(fa_result_text(rules, row, column), name))
            return (uint32_t)row;
    return FA_BOOK_NO_RULE;
}

static enum fa_status sort_findings(struct fa_book_plan *plan, const struct fa_results *results)
{
    const struct fa_loaded_table *findings = &results->tables[FA_RESULT_FINDING];
    uint64_t count = findings->row_count;
    struct place *places = calloc(count + 1, sizeof *places);
    plan->findings = calloc(count + 1, sizeof *plan->findings);
    if (!places || !plan->findings) {
        free(places);
        return FA_ELIMIT;
    }
    uint32_t rule = 0;
    for (uint64_t row = 0; row < count; row++) {
        uint32_t at;
        const struct fa_batch *batch = fa_result_batch(findings, row, &at);
        rule = rule_of(results, row, rule);
        int64_t severity = fa_result_number(findings, row, fa_result_column(findings, "severity"));
        places[row] = (struct place){
            .severity = severity < FA_SEVERITIES ? (uint32_t)severity : FA_SEVERITIES - 1,
            .rule = rule,
            .outcome =
                (uint32_t)fa_result_number(findings, row, fa_result_column(findings, "outcome")),
            .currency = fa_cell_currency(&results->context, batch, at),
            .finding = row,
        };
    }
    qsort(places, count, sizeof *places, compare_places);
    for (uint64_t i = 0; i < count; i++)
        plan->findings[i] =
            (struct fa_planned_finding){.finding = places[i].finding, .rule = places[i].rule};
    enum fa_status status = FA_OK;
    for (uint64_t i = 0; i < count && status == FA_OK; i++) {
        const struct place *here = &places[i], *before = &places[i ? i - 1 : 0];
        bool is_new = i == 0 || here->severity != before->severity || here->rule != before->rule ||
                      here->outcome != before->outcome || here->currency != before->currency;
        struct fa_finding_run made = {.severity = (int)here->severity,
                                      .rule = here->rule,
                                      .outcome = (int)here->outcome,
                                      .currency = here->currency,
                                      .from = i};
        if (is_new)
            status = fa_vec_add(&plan->runs, made);
        if (status != FA_OK)
            break;
        struct fa_finding_run *run = &plan->runs.items[plan->runs.count - 1];
        run->to = i + 1;
        run->amount += fa_result_number(findings, here->finding,
                                        fa_result_column(findings, "amount"));
        run->has_amount |= !fa_result_missing(findings, here->finding,
                                              fa_result_column(findings, "amount"));
        run->waived_count += fa_result_number(findings, here->finding,
                                              fa_result_column(findings, "waived")) != 0;
    }
    free(places);
    return status;
}

/* Sheet rows, while there is room. */
static void place_rows(struct fa_book_plan *plan, const struct fa_results *results)
{
    uint64_t count = results->tables[FA_RESULT_FINDING].row_count, evidence = 0;
    for (uint64_t i = 0; i < count; i++) {
        struct fa_planned_finding *finding = &plan->findings[i];
        struct fa_row_span span = results->finding_evidence[finding->finding];
        uint64_t size = span.to - span.from;
        if (i < FA_SHEET_ROWS_MAX)
            finding->sheet_row = (uint32_t)(FA_BOOK_FIRST_ROW + i);
        if (size && evidence < FA_SHEET_ROWS_MAX)
            finding->evidence_row = (uint32_t)(FA_BOOK_FIRST_ROW + evidence);
        evidence += size;
    }
}

/* Columns that are asked for at every row. */
static void find_columns(struct fa_workbook *book)
{
    const struct fa_loaded_table *tables = book->results->tables;
    struct fa_book_columns *columns = &book->columns;
    if (tables[FA_RESULT_EVIDENCE].row_count)
        columns->evidence_row_no = fa_result_column(&tables[FA_RESULT_EVIDENCE], "row_no");
    if (tables[FA_RESULT_ROW].row_count)
        columns->row_table = fa_result_column(&tables[FA_RESULT_ROW], "table");
    if (tables[FA_RESULT_CELL].row_count) {
        columns->cell_column = fa_result_column(&tables[FA_RESULT_CELL], "column");
        columns->cell_value = fa_result_column(&tables[FA_RESULT_CELL], "value");
    }
    const struct fa_loaded_table *findings = &tables[FA_RESULT_FINDING];
    if (findings->row_count) {
        columns->number = fa_result_column(findings, "finding");
        columns->first_time = fa_result_column(findings, "first_time");
        columns->effect[0] = fa_result_column(findings, "disposal");
        columns->effect[1] = fa_result_column(findings, "disposal_cite");
        columns->effect[2] = fa_result_column(findings, "due");
        columns->evidence_rows = fa_result_column(findings, "evidence_rows");
        columns->waiver = fa_result_column(findings, "waiver");
        columns->waived = fa_result_column(findings, "waived");
        columns->outcome = fa_result_column(findings, "outcome");
    }
    if (tables[FA_RESULT_VALUE].row_count) {
        columns->value_which = fa_result_column(&tables[FA_RESULT_VALUE], "which");
        columns->value_value = fa_result_column(&tables[FA_RESULT_VALUE], "value");
    }
}

enum fa_status fa_book_make_plan(struct fa_workbook *book)
{
    find_columns(book);
    FA_TRY(sort_findings(&book->plan, book->results));
    place_rows(&book->plan, book->results);
    return FA_OK;
}

void fa_book_release_plan(struct fa_workbook *book)
{
    free(book->plan.findings);
    fa_vec_free(&book->plan.runs);
}
