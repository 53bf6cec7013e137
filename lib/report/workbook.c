#include "report/report.h"

#include <stdlib.h>
#include <string.h>
#include <strings.h>

#include "base/limits.h"
#include "report/workbook.h"

/*
 * The workbook. Rows go to disk as they are written (constant_memory), so its size costs no
 * memory; every cell passes one of the put_ functions, which count it for the read-back.
 */

static const enum fa_word sheet_words[FA_BOOK_SHEETS] = {
    FA_WORD_COVER,    FA_WORD_SUMMARY, FA_WORD_NOT_TESTED, FA_WORD_FINDINGS,
    FA_WORD_EVIDENCE, FA_WORD_BREAKS,  FA_WORD_BRIDGE,     FA_WORD_COVERAGE,
    FA_WORD_REJECTED, FA_WORD_REMARKS, FA_WORD_CONTROLS};

enum fa_status fa_book_put_word(struct fa_workbook *book, struct fa_sheet_writer *sheet,
                               enum fa_word word, lxw_format *format)
{
    fa_buf_clear(&book->text);
    FA_TRY(fa_word_add(word, book->language, &book->text));
    return fa_sheet_put_text(sheet, fa_buf_str(&book->text), format);
}

/* --- sheets that show a table --- */

/* Columns so wide hold sentences, citations, lists and ids, which wrap. */
enum { CITE_WIDTH = 28, WRAPPED_WIDTH_MIN = CITE_WIDTH, FROZEN_ROWS_MAX = 10 };
enum { PAPER_A3 = 8, PAPER_A4 = 9 }; /* as the format numbers them */

static const struct fa_column_spec summary_columns[] = {
    {FA_WORD_RULE, "rule", 20},
    {FA_WORD_RULESET, "ruleset", 26},
    {FA_WORD_RULE_TITLE, "title", 50},
    {FA_WORD_CITE, "cite", CITE_WIDTH},
    {FA_WORD_CONFIDENCE, "confidence", 11},
    {FA_WORD_SEVERITY, "severity", 10},
    {FA_WORD_KIND, "kind", 10},
    {FA_WORD_STATE, "state", 14},
    {FA_WORD_REASON, "reason", 40},
    {FA_WORD_POPULATION, "population", 12},
    {FA_WORD_TESTED, "tested", 10},
    {FA_WORD_FIRED, "fired", 10},
    {FA_WORD_CLEAR, "clear", 10},
    {FA_WORD_UNKNOWN, "unknown", 10},
    {FA_WORD_PENDING, "pending", 10},
    {FA_WORD_NOT_IN_FORCE, "not_in_force", 12},
    {FA_WORD_OTHER_CURRENCY, "other_currency", 12},
    {FA_WORD_OUTSIDE_GROUP, "outside_group", 12},
    {FA_WORD_OUTSIDE_AMOUNT, "outside_group_amount", 16},
    {FA_WORD_EXCEPTED, "excepted_rows", 12},
    {FA_WORD_EXCEPTED_AMOUNT, "excepted_amount", 16},
    {FA_WORD_EXCEPTED_FINDINGS, "excepted_findings", 12},
    {FA_WORD_FINDINGS, "finding_count", 10}};
static const struct fa_column_spec finding_columns[] = {
    {FA_WORD_FINDING, "finding", 13},
    {FA_WORD_OUTCOME, "outcome", 13},
    {FA_WORD_SEVERITY, "severity", 10},
    {FA_WORD_RULE, "rule", 18},
    {FA_WORD_SUBJECT, "subject", 24},
    {FA_WORD_FROM, "first_time", 21},
    {FA_WORD_TO, "last_time", 21},
    {FA_WORD_STILL_ON, "still_on", 9},
    {FA_WORD_AMOUNT, "amount", 18},
    {FA_WORD_CURRENCY, "currency", 11},
    {FA_WORD_MESSAGE, "message", 70},
    {FA_WORD_VALUES, "values", 50},
    {FA_WORD_DISPOSAL, "disposal", 40},
    {FA_WORD_DISPOSAL_CITE, "disposal_cite", CITE_WIDTH},
    {FA_WORD_EVIDENCE, "evidence_carried", 14},
    {FA_WORD_EVIDENCE_ROWS, "evidence_rows", 12},
    {FA_WORD_ROW_RANGES, "row_ranges", 36},
    {FA_WORD_FINGERPRINT, "fingerprint", 37}};
static const struct fa_column_spec reject_columns[] = {
    {FA_WORD_SOURCE, "source", 26},    {FA_WORD_TABLE, "table", 14},
    {FA_WORD_RECORD, "record_no", 10}, {FA_WORD_LINE, "line_no", 10},
    {FA_WORD_BYTE, "byte_offset", 12}, {FA_WORD_COLUMN, "column", 18},
    {FA_WORD_CODE, "code", 18},        {FA_WORD_REASON, "reason", 60},
    {FA_WORD_AMOUNT, "amount", 18},    {FA_WORD_CURRENCY, "currency", 11},
    {FA_WORD_RAW, "raw", 60}};
static const struct fa_column_spec remark_columns[] = {
    {FA_WORD_SOURCE, "source", 26},     {FA_WORD_TABLE, "table", 14},
    {FA_WORD_COLUMN, "column", 18},     {FA_WORD_CODE, "code", 18},
    {FA_WORD_DOUBT_COUNT, "count", 10}, {FA_WORD_RECORD, "record_no", 10},
    {FA_WORD_LINE, "line_no", 10},      {FA_WORD_REASON, "reason", 80}};
static const struct fa_column_spec control_columns[] = {{FA_WORD_STAGE, "stage", 14},
                                                     {FA_WORD_TABLE, "table", 18},
                                                     {FA_WORD_COLUMN, "column", 18},
                                                     {FA_WORD_CURRENCY, "currency", 11},
                                                     {FA_WORD_DIRECTION, "direction", 10},
                                                     {FA_WORD_ROWS, "rows", 12},
                                                     {FA_WORD_REJECTED_ROWS, "rejected", 12},
                                                     {FA_WORD_SUM, "sum", 24}};

static const struct table_sheet {
    enum fa_book_sheet sheet;
    enum fa_result_table table;
    const struct fa_column_spec *columns;
    int column_count;
} table_sheets[] = {
#define COLUMNS(specs) specs, sizeof specs / sizeof *specs
    {FA_BOOK_FINDINGS, FA_RESULT_FINDING, COLUMNS(finding_columns)},
    {FA_BOOK_REJECTED, FA_RESULT_REJECT, COLUMNS(reject_columns)},
    {FA_BOOK_REMARKS, FA_RESULT_REMARK, COLUMNS(remark_columns)},
    {FA_BOOK_CONTROLS, FA_RESULT_CONTROL, COLUMNS(control_columns)},
#undef COLUMNS
};

enum fa_status fa_book_put_heading(struct fa_workbook *book, struct fa_sheet_writer *sheet,
                                   const struct fa_column_spec *columns, int count,
                                   uint64_t row_count)
{
    lxw_row_t heading = sheet->row;
    for (int c = 0; c < count; c++) {
        worksheet_set_column(sheet->worksheet, (lxw_col_t)c, (lxw_col_t)c, columns[c].width,
                             NULL);
        FA_TRY(fa_book_put_word(book, sheet, columns[c].heading, book->formats.heading));
    }
    sheet->line_count = 3; /* headings wrap in narrow columns */
    fa_sheet_next_row(sheet);
    /* what stands above it must leave room for rows on a screen */
    worksheet_freeze_panes(sheet->worksheet, heading <= FROZEN_ROWS_MAX ? heading + 1 : 0, 1);
    worksheet_repeat_rows(sheet->worksheet, heading, heading);
    uint64_t last = row_count < FA_SHEET_ROWS_MAX ? row_count : FA_SHEET_ROWS_MAX;
    worksheet_autofilter(sheet->worksheet, heading, 0, heading + (lxw_row_t)last,
                         (lxw_col_t)(count - 1));
    return FA_OK;
}

enum fa_status fa_book_put_cut_notice(struct fa_workbook *book, struct fa_sheet_writer *sheet,
                                      uint64_t row_count, uint32_t rows_max)
{
    if (row_count <= rows_max)
        return FA_OK;
    fa_buf_clear(&book->scratch);
    FA_TRY(fa_buf_addf(&book->scratch, "%u / %llu. ", rows_max,
                       (unsigned long long)row_count));
    FA_TRY(fa_word_add(FA_WORD_CUT, book->language, &book->scratch));
    FA_TRY(fa_sheet_put_text(sheet, fa_buf_str(&book->scratch), book->formats.key));
    fa_sheet_next_row(sheet);
    return FA_OK;
}

static enum fa_status put_shown_text(struct fa_workbook *book, struct fa_sheet_writer *sheet,
                                     enum fa_result_table table, uint64_t row, int column,
                                     lxw_format *format)
{
    FA_TRY(fa_shown_cell(book->context, table, row, column, &book->text));
    return fa_sheet_put_text(sheet, fa_buf_str(&book->text), format);
}

/* "title" and "message" stand in the results once in each language. */
static enum fa_status put_by_language(struct fa_workbook *book, struct fa_sheet_writer *sheet,
                                      enum fa_result_table table, uint64_t row,
                                      const char *stem, double width)
{
    const struct fa_loaded_table *loaded = &book->results->tables[table];
    fa_buf_clear(&book->scratch);
    FA_TRY(fa_buf_addf(&book->scratch, "%s_en", stem));
    int en = fa_result_column(loaded, fa_buf_cstr(&book->scratch));
    fa_buf_clear(&book->scratch);
    FA_TRY(fa_buf_addf(&book->scratch, "%s_zh", stem));
    int zh = fa_result_column(loaded, fa_buf_cstr(&book->scratch));
    FA_TRY(fa_shown_cell(book->context, table, row, en, &book->text));
    FA_TRY(fa_shown_cell(book->context, table, row, zh, &book->scratch));
    struct fa_buf both = {0};
    enum fa_status status =
        fa_text_add(fa_buf_str(&book->text), fa_buf_str(&book->scratch), book->language, &both);
    if (status == FA_OK)
        status = fa_sheet_put_wrapped(sheet, fa_buf_str(&both), width);
    fa_buf_release(&both);
    return status;
}

/* What the condition read, first and, where it differs, worst. */
static enum fa_status put_values(struct fa_workbook *book, struct fa_sheet_writer *sheet,
                                 uint64_t row, double width)
{
    fa_buf_clear(&book->scratch);
    FA_TRY(fa_word_add(FA_WORD_AT_WORST, book->language, &book->scratch));
    FA_TRY(fa_shown_values(book->context, row, fa_buf_str(&book->scratch), &book->text));
    return fa_sheet_put_wrapped(sheet, fa_buf_str(&book->text), width);
}

/* "3 rows", a link to the first evidence row of the finding. */
static enum fa_status put_evidence_link(struct fa_workbook *book, struct fa_sheet_writer *sheet,
                                        uint64_t row)
{
    struct fa_row_span span = book->results->finding_evidence[row];
    if (span.from == span.to || span.from >= FA_SHEET_ROWS_MAX) {
        fa_sheet_skip(sheet);
        return FA_OK;
    }
    char label[32];
    snprintf(label, sizeof label, "%llu", (unsigned long long)(span.to - span.from));
    fa_buf_clear(&book->text);
    FA_TRY(fa_buf_add_text(&book->text, "=HYPERLINK(\"#'"));
    FA_TRY(fa_word_add(FA_WORD_EVIDENCE, book->language, &book->text));
    FA_TRY(fa_buf_addf(&book->text, "'!A%llu\",\"%s\")", (unsigned long long)span.from + 2,
                       label));
    const char *formula = fa_buf_cstr(&book->text);
    if (!formula)
        return FA_ELIMIT;
    fa_sheet_put_link(sheet, formula, label);
    return FA_OK;
}

/* "title", "message" and the reason of a provision. */
static bool is_by_language(const struct fa_loaded_table *table, const char *name)
{
    bool is_own = table->def && fa_table_find_column(table->def, fa_str_from(name)) != FA_NO_COLUMN;
    struct fa_str stem = fa_str_from(name);
    return !is_own && (fa_str_is(stem, "title") || fa_str_is(stem, "message") ||
                       fa_str_is(stem, "reason"));
}

enum fa_status fa_book_put_column(struct fa_workbook *book, struct fa_sheet_writer *sheet,
                                 enum fa_result_table table, uint64_t row, const char *name,
                                 double width)
{
    const struct fa_loaded_table *loaded = &book->results->tables[table];
    if (is_by_language(loaded, name))
        return put_by_language(book, sheet, table, row, name, width);
    if (fa_str_is(fa_str_from(name), "evidence_carried"))
        return put_evidence_link(book, sheet, row);
    if (fa_str_is(fa_str_from(name), "values"))
        return put_values(book, sheet, row, width);
    if (table == FA_RESULT_FINDING && fa_str_is(fa_str_from(name), "last_time") &&
        fa_shown_still_on(book->context, row))
        return fa_sheet_put_day(sheet, book->results->head->as_of_day);
    int column = fa_result_column(loaded, name);
    if (fa_result_missing(loaded, row, column)) {
        fa_sheet_skip(sheet);
        return FA_OK;
    }
    int64_t value = fa_type_is_bytes(loaded->def->columns[column].type)
                        ? 0
                        : fa_result_number(loaded, row, column);
    const struct fa_batch *batch = &loaded->batches.items[row / FA_BLOCK_ROWS_MAX];
    uint32_t at = (uint32_t)(row % FA_BLOCK_ROWS_MAX);
    switch (loaded->def->columns[column].type) {
    case FA_TYPE_MONEY:
        return fa_sheet_put_money(
            sheet, value,
            fa_head_scale(book->results->head,
                          fa_cell_currency(&book->results->context, batch, at)));
    case FA_TYPE_INT:
        fa_sheet_put_number(sheet, (double)value, book->formats.integer);
        return FA_OK;
    case FA_TYPE_DATE:
        return fa_sheet_put_day(sheet, value);
    case FA_TYPE_TIME:
        return fa_sheet_put_time(sheet, value);
    default:
        break;
    }
    if (fa_str_is(loaded->def->columns[column].name, "sum"))
        return fa_sheet_put_decimal(sheet, fa_result_text(loaded, row, column));
    bool is_severity = fa_str_is(loaded->def->columns[column].name, "severity");
    if (width >= WRAPPED_WIDTH_MIN && fa_type_is_bytes(loaded->def->columns[column].type)) {
        FA_TRY(fa_shown_cell(book->context, table, row, column, &book->text));
        return fa_sheet_put_wrapped(sheet, fa_buf_str(&book->text), width);
    }
    return put_shown_text(book, sheet, table, row, column,
                          is_severity && value < FA_SEVERITIES ? book->formats.severity[value]
                                                               : book->formats.text);
}

static struct fa_str rule_state(const struct fa_loaded_table *rules, uint64_t row)
{
    int column = fa_result_column(rules, "state");
    return rules->def->columns[column].values[fa_result_number(rules, row, column)];
}

/* What was not tested leads. */
static const char *const summary_states[] = {"not_testable", "tested", "off", "not_applicable"};

static uint64_t count_rules(const struct fa_workbook *book, const char *state)
{
    const struct fa_loaded_table *rules = &book->results->tables[FA_RESULT_RULE];
    uint64_t count = 0;
    for (uint64_t row = 0; row < rules->row_count; row++)
        count += fa_str_is(rule_state(rules, row), state);
    return count;
}

/* "NOT TESTED: 3 of 20 rules", into SCRATCH; nothing where all that apply were tested. */
static enum fa_status add_not_tested(struct fa_workbook *book)
{
    uint64_t count = count_rules(book, "not_testable"), total = book->results->tables[FA_RESULT_RULE].row_count;
    uint64_t elsewhere = count_rules(book, "not_applicable");
    bool is_nothing_tested = total && !count_rules(book, "tested");
    if (!count && !is_nothing_tested)
        return FA_OK;
    FA_TRY(fa_word_add(FA_WORD_RULES_NOT_TESTED, book->language, &book->scratch));
    return fa_buf_addf(&book->scratch, " %llu / %llu", (unsigned long long)(is_nothing_tested ? total : count),
                       (unsigned long long)(is_nothing_tested ? total : total - elsewhere));
}

static enum fa_status write_summary(struct fa_workbook *book)
{
    struct fa_sheet_writer *sheet = &book->sheets[FA_BOOK_SUMMARY];
    const struct fa_loaded_table *rules = &book->results->tables[FA_RESULT_RULE];
    enum { COLUMNS = sizeof summary_columns / sizeof *summary_columns };
    uint64_t written = 0;
    fa_buf_clear(&book->scratch);
    FA_TRY(add_not_tested(book));
    if (book->scratch.size) {
        FA_TRY(fa_sheet_put_text(sheet, fa_buf_str(&book->scratch), book->formats.key));
        fa_sheet_next_row(sheet);
    }
    FA_TRY(fa_book_put_heading(book, sheet, summary_columns, COLUMNS, rules->row_count));
    for (size_t s = 0; s < sizeof summary_states / sizeof *summary_states; s++)
        for (uint64_t row = 0; row < rules->row_count && written < FA_SHEET_ROWS_MAX; row++) {
            if (!fa_str_is(rule_state(rules, row), summary_states[s]))
                continue;
            for (int c = 0; c < COLUMNS; c++)
                FA_TRY(fa_book_put_column(book, sheet, FA_RESULT_RULE, row, summary_columns[c].column,
                                          summary_columns[c].width));
            fa_sheet_next_row(sheet);
            written++;
        }
    return fa_book_put_cut_notice(book, sheet, rules->row_count, FA_SHEET_ROWS_MAX);
}

static enum fa_status write_table_sheet(struct fa_workbook *book, const struct table_sheet *spec)
{
    struct fa_sheet_writer *sheet = &book->sheets[spec->sheet];
    uint64_t row_count = book->results->tables[spec->table].row_count;
    FA_TRY(fa_book_put_heading(book, sheet, spec->columns, spec->column_count, row_count));
    for (uint64_t row = 0; row < row_count && row < FA_SHEET_ROWS_MAX; row++) {
        for (int c = 0; c < spec->column_count; c++)
            FA_TRY(fa_book_put_column(book, sheet, spec->table, row, spec->columns[c].column,
                              spec->columns[c].width));
        fa_sheet_next_row(sheet);
    }
    return fa_book_put_cut_notice(book, sheet, row_count, FA_SHEET_ROWS_MAX);
}

/* --- evidence --- */

static const struct fa_column_spec evidence_columns[] = {
    {FA_WORD_FINDING, NULL, 13}, {FA_WORD_TABLE, NULL, 14},  {FA_WORD_ROW, NULL, 10},
    {FA_WORD_SOURCE, NULL, 24},  {FA_WORD_RECORD, NULL, 10}, {FA_WORD_LINE, NULL, 10},
    {FA_WORD_TIME, NULL, 21},    {FA_WORD_AMOUNT, NULL, 18}, {FA_WORD_CURRENCY, NULL, 11},
    {FA_WORD_FIELDS, NULL, 120}};

/* Clock and amount get columns of their own, everything else stands as name=value. */
static enum fa_status put_evidence_cells(struct fa_workbook *book, struct fa_sheet_writer *sheet,
                                         uint64_t row, const struct fa_table_def *table)
{
    const struct fa_results *results = book->results;
    const struct fa_loaded_table *cells = &results->tables[FA_RESULT_CELL];
    struct fa_row_span span = results->row_cells[row];
    int name_column = fa_result_column(cells, "column");
    struct fa_str time = {0}, amount = {0}, currency = {0};
    fa_buf_clear(&book->scratch);
    for (uint64_t c = span.from; c < span.to; c++) {
        struct fa_str name = fa_result_text(cells, c, name_column);
        struct fa_str value = fa_result_text(cells, c, fa_result_column(cells, "value"));
        if (table && table->clock != FA_NO_COLUMN &&
            fa_str_equal(name, table->columns[table->clock].name))
            time = value;
        else if (fa_str_is(name, "amount"))
            amount = value;
        else if (fa_str_is(name, "currency"))
            currency = value;
        else {
            FA_TRY(fa_shown_evidence(book->context, row, c, &book->text));
            FA_TRY(fa_buf_add_text(&book->scratch, book->scratch.size ? "; " : ""));
            FA_TRY(fa_buf_add_str(&book->scratch, name));
            FA_TRY(fa_buf_add_char(&book->scratch, '='));
            FA_TRY(fa_buf_add_str(&book->scratch, fa_buf_str(&book->text)));
        }
    }
    int64_t number;
    if (fa_time_parse(time, &results->head->zone, &number) == FA_VALUE_OK)
        FA_TRY(fa_sheet_put_time(sheet, number));
    else if (fa_date_parse(time, &number) == FA_VALUE_OK)
        FA_TRY(fa_sheet_put_day(sheet, number));
    else
        FA_TRY(fa_sheet_put_text(sheet, time, book->formats.text));
    FA_TRY(fa_sheet_put_decimal(sheet, amount));
    FA_TRY(fa_sheet_put_text(sheet, currency, book->formats.text));
    return fa_sheet_put_text(sheet, fa_buf_str(&book->scratch), book->formats.text);
}

static enum fa_status put_evidence_row(struct fa_workbook *book, struct fa_sheet_writer *sheet,
                                       uint64_t evidence)
{
    const struct fa_results *results = book->results;
    const struct fa_loaded_table *links = &results->tables[FA_RESULT_EVIDENCE];
    const struct fa_loaded_table *rows = &results->tables[FA_RESULT_ROW];
    uint64_t row =
        (uint64_t)fa_result_number(links, evidence, fa_result_column(links, "row_no")) - 1;
    if (row >= rows->row_count)
        return fa_error(results->sink, FA_CODE_REPORT_RESULTS, (struct fa_place){0}, NULL,
                        "evidence names row %llu of %llu", (unsigned long long)row + 1,
                        (unsigned long long)rows->row_count);
    struct fa_str table_name = fa_result_text(rows, row, fa_result_column(rows, "table"));
    FA_TRY(fa_sheet_put_text(
        sheet, fa_result_text(links, evidence, fa_result_column(links, "finding")),
        book->formats.text));
    FA_TRY(fa_sheet_put_text(sheet, table_name, book->formats.text));
    FA_TRY(fa_book_put_column(book, sheet, FA_RESULT_ROW, row, "table_row", 0));
    FA_TRY(fa_book_put_column(book, sheet, FA_RESULT_ROW, row, "source", 0));
    FA_TRY(fa_book_put_column(book, sheet, FA_RESULT_ROW, row, "record_no", 0));
    FA_TRY(fa_book_put_column(book, sheet, FA_RESULT_ROW, row, "line_no", 0));
    return put_evidence_cells(book, sheet, row,
                              fa_dictionary_find(&results->head->dictionary, table_name));
}

static enum fa_status write_evidence(struct fa_workbook *book)
{
    struct fa_sheet_writer *sheet = &book->sheets[FA_BOOK_EVIDENCE];
    uint64_t row_count = book->results->tables[FA_RESULT_EVIDENCE].row_count;
    FA_TRY(fa_book_put_heading(book, sheet, evidence_columns,
                       sizeof evidence_columns / sizeof *evidence_columns, row_count));
    for (uint64_t e = 0; e < row_count && e < FA_SHEET_ROWS_MAX; e++) {
        FA_TRY(put_evidence_row(book, sheet, e));
        fa_sheet_next_row(sheet);
    }
    return fa_book_put_cut_notice(book, sheet, row_count, FA_SHEET_ROWS_MAX);
}

/* --- cover --- */

enum { OPTIONS_WIDTH = 50 };

static enum fa_status put_fact(struct fa_workbook *book, enum fa_word word, struct fa_str value)
{
    struct fa_sheet_writer *sheet = &book->sheets[FA_BOOK_COVER];
    FA_TRY(fa_book_put_word(book, sheet, word, book->formats.key));
    FA_TRY(fa_sheet_put_text(sheet, value.size ? value : FA_STR("-"), book->formats.text));
    fa_sheet_next_row(sheet);
    return FA_OK;
}

static enum fa_status put_counts(struct fa_workbook *book, enum fa_word word,
                                 const uint64_t counts[FA_SEVERITIES])
{
    static const char *const names[FA_SEVERITIES] = {"critical", "high", "medium", "low",
                                                     "info"};
    struct fa_sheet_writer *sheet = &book->sheets[FA_BOOK_COVER];
    uint64_t total = 0;
    fa_buf_clear(&book->scratch);
    for (int i = 0; i < FA_SEVERITIES; i++) {
        total += counts[i];
        if (counts[i])
            FA_TRY(fa_buf_addf(&book->scratch, "%s%s %llu", book->scratch.size ? ", " : "",
                               names[i], (unsigned long long)counts[i]));
    }
    FA_TRY(fa_book_put_word(book, sheet, word, book->formats.key));
    fa_sheet_put_number(sheet, (double)total, book->formats.integer);
    FA_TRY(fa_sheet_put_text(sheet, fa_buf_str(&book->scratch), book->formats.text));
    fa_sheet_next_row(sheet);
    return FA_OK;
}

/* Whether anything is missing leads, before any number. */
static enum fa_status write_state(struct fa_workbook *book)
{
    uint64_t rejected = book->results->tables[FA_RESULT_REJECT].row_count;
    fa_buf_clear(&book->scratch);
    if (rejected) {
        FA_TRY(fa_word_add(FA_WORD_INCOMPLETE, book->language, &book->scratch));
        FA_TRY(fa_buf_addf(&book->scratch, ": %llu ", (unsigned long long)rejected));
        FA_TRY(fa_word_add(FA_WORD_ROWS_REJECTED, book->language, &book->scratch));
    } else {
        FA_TRY(fa_word_add(FA_WORD_COMPLETE, book->language, &book->scratch));
    }
    uint64_t doubts = book->results->tables[FA_RESULT_REMARK].row_count;
    if (doubts) {
        FA_TRY(fa_buf_addf(&book->scratch, "; %llu ", (unsigned long long)doubts));
        FA_TRY(fa_word_add(FA_WORD_DOUBTS, book->language, &book->scratch));
    }
    size_t size = book->scratch.size;
    FA_TRY(fa_buf_add_text(&book->scratch, "; "));
    FA_TRY(add_not_tested(book));
    if (book->scratch.size == size + 2)
        book->scratch.size = size;
    return put_fact(book, FA_WORD_STATE, fa_buf_str(&book->scratch));
}

static enum fa_status write_filing(struct fa_workbook *book)
{
    const struct fa_head *head = book->results->head;
    char text[FA_TIME_TEXT_BYTES];
    FA_TRY(put_fact(book, FA_WORD_FILING, head->filing));
    FA_TRY(put_fact(book, FA_WORD_FILER, head->filer));
    size_t size = fa_date_format(head->as_of_day, text);
    fa_buf_clear(&book->scratch);
    FA_TRY(fa_buf_add(&book->scratch, text, size));
    if (head->as_of_assumed) {
        FA_TRY(fa_buf_add_text(&book->scratch, " - "));
        FA_TRY(fa_word_add(FA_WORD_ASSUMED, book->language, &book->scratch));
    }
    FA_TRY(put_fact(book, FA_WORD_AS_OF, fa_buf_str(&book->scratch)));
    FA_TRY(put_fact(book, FA_WORD_ZONE, fa_str_from(head->zone.name)));
    char currency[4] = "";
    if (head->currency)
        fa_currency_format(head->currency, currency);
    FA_TRY(put_fact(book, FA_WORD_CURRENCY, fa_str_from(currency)));
    FA_TRY(put_counts(book, FA_WORD_VIOLATIONS, book->results->violations));
    FA_TRY(put_counts(book, FA_WORD_INDETERMINATE, book->results->indeterminate));
    FA_TRY(put_counts(book, FA_WORD_BREAKS, book->results->breaks));
    FA_TRY(fa_book_put_lowest(book));
    struct fa_sheet_writer *sheet = &book->sheets[FA_BOOK_COVER];
    FA_TRY(fa_book_put_word(book, sheet, FA_WORD_LEADS, book->formats.key));
    fa_sheet_put_number(sheet, (double)book->results->lead_count, book->formats.integer);
    fa_sheet_next_row(sheet);
    FA_TRY(fa_book_put_word(book, sheet, book->context->reveal ? FA_WORD_REVEALED : FA_WORD_MASKED,
                    book->formats.text));
    fa_sheet_next_row(sheet);
    return FA_OK;
}

static enum fa_status put_headings(struct fa_workbook *book, const enum fa_word *words, int count)
{
    struct fa_sheet_writer *sheet = &book->sheets[FA_BOOK_COVER];
    fa_sheet_next_row(sheet);
    for (int i = 0; i < count; i++)
        FA_TRY(fa_book_put_word(book, sheet, words[i], book->formats.heading));
    fa_sheet_next_row(sheet);
    return FA_OK;
}

static enum fa_status write_covers(struct fa_workbook *book)
{
    static const enum fa_word words[] = {FA_WORD_COVERED, FA_WORD_FROM, FA_WORD_TO};
    const struct fa_head *head = book->results->head;
    struct fa_sheet_writer *sheet = &book->sheets[FA_BOOK_COVER];
    FA_TRY(put_headings(book, words, 3));
    for (size_t i = 0; i < head->covers.count; i++) {
        const struct fa_cover_info *cover = &head->covers.items[i];
        FA_TRY(fa_sheet_put_text(sheet, head->dictionary.tables[cover->table].name,
                                 book->formats.text));
        FA_TRY(fa_sheet_put_day(sheet, cover->from_day));
        FA_TRY(fa_sheet_put_day(sheet, cover->to_day));
        if (cover->is_assumed)
            FA_TRY(fa_book_put_word(book, sheet, FA_WORD_ASSUMED, book->formats.text));
        fa_sheet_next_row(sheet);
    }
    return FA_OK;
}

static enum fa_status write_provenance(struct fa_workbook *book)
{
    static const enum fa_word source_words[] = {FA_WORD_SOURCE, FA_WORD_BYTES, FA_WORD_HASH};
    static const enum fa_word step_words[] = {FA_WORD_STEP, FA_WORD_VERSION, FA_WORD_HASH,
                                              FA_WORD_OPTIONS};
    const struct fa_head *head = book->results->head;
    struct fa_sheet_writer *sheet = &book->sheets[FA_BOOK_COVER];
    FA_TRY(put_headings(book, source_words, 3));
    for (size_t i = 0; i < head->sources.count; i++) {
        char hex[FA_SHA256_HEX_BYTES];
        fa_sha256_hex(head->sources.items[i].sha256, hex);
        FA_TRY(fa_sheet_put_text(sheet, head->sources.items[i].name, book->formats.text));
        fa_sheet_put_number(sheet, (double)head->sources.items[i].size_bytes,
                            book->formats.integer);
        FA_TRY(fa_sheet_put_text(sheet, fa_str_from(hex), book->formats.text));
        fa_sheet_next_row(sheet);
    }
    FA_TRY(put_headings(book, step_words, 4));
    for (size_t i = 0; i < head->steps.count; i++) {
        const struct fa_step_info *step = &head->steps.items[i];
        FA_TRY(fa_sheet_put_text(sheet, step->tool, book->formats.text));
        FA_TRY(fa_sheet_put_text(sheet, step->version, book->formats.text));
        FA_TRY(fa_sheet_put_text(sheet, step->hash, book->formats.text));
        FA_TRY(fa_sheet_put_wrapped(sheet, step->options, OPTIONS_WIDTH));
        fa_sheet_next_row(sheet);
    }
    return FA_OK;
}

static enum fa_status write_cover(struct fa_workbook *book)
{
    struct fa_sheet_writer *sheet = &book->sheets[FA_BOOK_COVER];
    worksheet_set_column(sheet->worksheet, 0, 0, 30, NULL);
    worksheet_set_column(sheet->worksheet, 1, 1, 34, NULL);
    worksheet_set_column(sheet->worksheet, 2, 2, 68, NULL);
    worksheet_set_column(sheet->worksheet, 3, 3, OPTIONS_WIDTH, NULL);
    FA_TRY(fa_book_put_word(book, sheet, FA_WORD_TITLE, book->formats.title));
    fa_sheet_next_row(sheet);
    fa_sheet_next_row(sheet);
    FA_TRY(write_state(book));
    FA_TRY(write_filing(book));
    FA_TRY(write_covers(book));
    return write_provenance(book);
}

/* --- the file --- */

void fa_book_begin_sheet(struct fa_workbook *book, struct fa_sheet_writer *sheet, bool is_wide)
{
    sheet->formats = &book->formats;
    sheet->zone = &book->results->head->zone;
    sheet->buf = &book->cell;
    worksheet_set_paper(sheet->worksheet, is_wide ? PAPER_A3 : PAPER_A4);
    worksheet_set_landscape(sheet->worksheet);
    worksheet_fit_to_pages(sheet->worksheet, 1, 0);
}

enum fa_status fa_book_is_own_name(struct fa_workbook *book, const char *name, bool *is_own)
{
    bool is_found = false;
    for (int i = 0; i < FA_BOOK_SHEETS; i++) {
        fa_buf_clear(&book->text);
        FA_TRY(fa_word_add(sheet_words[i], book->language, &book->text));
        const char *own = fa_buf_cstr(&book->text);
        if (!own)
            return FA_ELIMIT;
        is_found |= strcasecmp(own, name) == 0; /* as spreadsheets compare them */
    }
    *is_own = is_found;
    return FA_OK;
}

static enum fa_status add_own_sheets(struct fa_workbook *book, int from, int to)
{
    for (int i = from; i < to; i++) {
        fa_buf_clear(&book->text);
        FA_TRY(fa_word_add(sheet_words[i], book->language, &book->text));
        const char *name = fa_buf_cstr(&book->text);
        book->sheets[i].worksheet = name ? workbook_add_worksheet(book->file, name) : NULL;
        if (!book->sheets[i].worksheet)
            return FA_ELIMIT;
        bool is_wide = i == FA_BOOK_BREAKS || i == FA_BOOK_BRIDGE;
        fa_book_begin_sheet(book, &book->sheets[i], is_wide);
    }
    return FA_OK;
}

static enum fa_status add_sheets(struct fa_workbook *book)
{
    FA_TRY(add_own_sheets(book, 0, FA_BOOK_SUMMARY + 1));
    FA_TRY(fa_book_add_statistics(book, true));
    book->first_statistic_count = book->statistic_count;
    FA_TRY(add_own_sheets(book, FA_BOOK_SUMMARY + 1, FA_BOOK_SHEETS));
    return fa_book_add_statistics(book, false);
}

static enum fa_status write_sheets(struct fa_workbook *book)
{
    FA_TRY(add_sheets(book));
    FA_TRY(write_cover(book));
    if (book->results->tables[FA_RESULT_RULE].def)
        FA_TRY(write_summary(book));
    for (size_t i = 0; i < sizeof table_sheets / sizeof *table_sheets; i++)
        if (book->results->tables[table_sheets[i].table].def)
            FA_TRY(write_table_sheet(book, &table_sheets[i]));
    FA_TRY(fa_book_write_not_tested(book));
    FA_TRY(fa_book_write_breaks(book));
    FA_TRY(fa_book_write_bridge(book));
    FA_TRY(fa_book_write_coverage(book));
    if (book->results->tables[FA_RESULT_EVIDENCE].def)
        FA_TRY(write_evidence(book));
    return fa_book_write_statistics(book);
}

static enum fa_status read_back(const struct fa_workbook *book, const char *path)
{
    int count = FA_BOOK_SHEETS + book->statistic_count;
    struct fa_sheet_count *counts = calloc((size_t)count, sizeof *counts);
    if (!counts)
        return fa_out_of_memory(book->results->sink, "the workbook");
    int at = 0;
    for (int i = 0; i <= FA_BOOK_SUMMARY; i++)
        counts[at++] = book->sheets[i].count;
    for (int i = 0; i < book->first_statistic_count; i++)
        counts[at++] = book->statistics[i].writer.count;
    for (int i = FA_BOOK_SUMMARY + 1; i < FA_BOOK_SHEETS; i++)
        counts[at++] = book->sheets[i].count;
    for (int i = book->first_statistic_count; i < book->statistic_count; i++)
        counts[at++] = book->statistics[i].writer.count;
    enum fa_status status = fa_workbook_read_back(path, counts, count, book->results->sink);
    free(counts);
    return status;
}

enum fa_status fa_report_workbook(const struct fa_shown_context *context,
                                  const struct fa_report_options *options, const char *path,
                                  const char *dir)
{
    const struct fa_results *results = context->results;
    char *tmpdir = strdup(dir); /* the library wants it writable */
    if (!tmpdir)
        return fa_out_of_memory(results->sink, "the workbook");
    lxw_workbook_options settings = {.constant_memory = 1, .tmpdir = tmpdir, .use_zip64 = 0};
    struct fa_workbook book = {
        .context = context, .results = results, .language = options->language};
    book.file = workbook_new_opt(path, &settings);
    if (!book.file) {
        free(tmpdir);
        return fa_out_of_memory(results->sink, "the workbook");
    }
    /* The only date in the file's own data: it makes the bytes depend on the filing alone. */
    lxw_doc_properties properties = {.created = (time_t)(results->head->as_of_day * 86400)};
    workbook_set_properties(book.file, &properties);
    fa_formats_make(&book.formats, book.file);
    enum fa_status status = write_sheets(&book);
    if (status == FA_ELIMIT)
        status = fa_out_of_memory(results->sink, "the workbook");
    lxw_error error = workbook_close(book.file);
    if (status == FA_OK && error != LXW_NO_ERROR)
        status = fa_error(results->sink, FA_CODE_IO, (struct fa_place){0}, NULL,
                          "cannot write the workbook: %s", lxw_strerror(error));
    if (status == FA_OK)
        status = read_back(&book, path);
    for (int i = 0; i < book.statistic_count; i++)
        fa_buf_release(&book.statistics[i].name);
    free(book.statistics);
    free(tmpdir);
    fa_buf_release(&book.cell);
    fa_buf_release(&book.text);
    fa_buf_release(&book.scratch);
    return status;
}
