/*
 * The sheets of what the findings were found in: the evidence rows, the rows that were rejected,
 * and what was doubted of rows that were accepted.
 */
#include <stdio.h>

#include "base/limits.h"
#include "report/workbook.h"

/* --- evidence --- */

/* A text within a formula holds 255 UTF-16 units. */
enum { LINK_TEXT_MAX = 200 };
enum { SOURCE_WIDTH = 18, KEY_WIDTH = 20, FIELDS_WIDTH = 80 };

static const struct fa_column_spec evidence_columns[] = {
    {FA_WORD_FINDING, NULL, 13}, {FA_WORD_EVIDENCE_NO, NULL, 10}, {FA_WORD_TABLE, NULL, 13},
    {FA_WORD_RECORD_ID, NULL, KEY_WIDTH}, {FA_WORD_SOURCE, NULL, SOURCE_WIDTH},
    {FA_WORD_RECORD, NULL, 9}, {FA_WORD_LINE, NULL, 9}, {FA_WORD_ROW, NULL, 9},
    {FA_WORD_TIME, NULL, 20}, {FA_WORD_AMOUNT, NULL, 16}, {FA_WORD_CURRENCY, NULL, 10},
    {FA_WORD_FIELDS, NULL, FIELDS_WIDTH}};

/* What a row of any table has cells of its own for. */
struct record {
    struct fa_str time, amount, currency; /* clear, where no mask is on them */
    struct fa_buf *key, *fields;          /* shown */
};

static bool is_key(const struct fa_table_def *table, struct fa_str name)
{
    for (int k = 0; table && k < table->key_count; k++)
        if (fa_str_equal(name, table->columns[table->key_columns[k]].name))
            return true;
    return false;
}

/* Key, clock and amount get columns of their own, everything else stands as name=value. */
static enum fa_status read_record(struct fa_workbook *book, uint64_t row,
                                  const struct fa_table_def *table, struct record *record)
{
    const struct fa_loaded_table *cells = &book->results->tables[FA_RESULT_CELL];
    struct fa_row_span span = book->results->row_cells[row];
    for (uint64_t c = span.from; c < span.to; c++) {
        struct fa_str name = fa_result_text(cells, c, book->columns.cell_column);
        struct fa_str value = fa_result_text(cells, c, book->columns.cell_value);
        bool is_clock = table && table->clock != FA_NO_COLUMN &&
                        fa_str_equal(name, table->columns[table->clock].name);
        bool is_own = is_clock || fa_str_is(name, "amount") || fa_str_is(name, "currency");
        bool is_of_key = is_key(table, name);
        if (is_own) {
            enum fa_mask mask; /* of a table that nobody knows no value is shown as it is */
            FA_TRY(fa_shown_evidence_kind(book->context, row, c, &mask));
            is_own = book->context->reveal || mask == FA_MASK_NONE;
        }
        if (is_own)
            *(is_clock                     ? &record->time
              : fa_str_is(name, "amount") ? &record->amount
                                          : &record->currency) = value;
        if (is_own && !is_of_key)
            continue;
        FA_TRY(fa_shown_evidence(book->context, row, c, &book->text));
        struct fa_buf *out = is_of_key ? record->key : record->fields;
        FA_TRY(fa_buf_add_text(out, !out->size ? "" : is_of_key ? " | " : "; "));
        if (!is_of_key) {
            FA_TRY(fa_buf_add_str(out, name));
            FA_TRY(fa_buf_add_char(out, '='));
        }
        FA_TRY(fa_buf_add_str(out, fa_buf_str(&book->text)));
    }
    return FA_OK;
}

static enum fa_status put_time(struct fa_workbook *book, struct fa_sheet_writer *sheet,
                               struct fa_str time)
{
    int64_t number;
    if (fa_time_parse(time, &book->results->head->zone, &number) == FA_VALUE_OK)
        return fa_sheet_put_time(sheet, number);
    if (fa_date_parse(time, &number) == FA_VALUE_OK)
        return fa_sheet_put_day(sheet, number);
    return fa_sheet_put_text(sheet, time, book->formats.text);
}

/* The finding that cites the row, with the way back to it. */
static enum fa_status put_finding(struct fa_workbook *book, struct fa_sheet_writer *sheet,
                                  const struct fa_planned_finding *planned)
{
    const struct fa_loaded_table *findings = &book->results->tables[FA_RESULT_FINDING];
    struct fa_str number = fa_result_text(findings, planned->finding,
                                          book->columns.number);
    if (!planned->sheet_row)
        return fa_sheet_put_text(sheet, number, book->formats.text);
    char target[32];
    snprintf(target, sizeof target, "A%u", planned->sheet_row + 1);
    return fa_book_put_link(sheet, book->sheets[FA_BOOK_FINDINGS].worksheet->name, target, number);
}

static enum fa_status put_evidence_row(struct fa_workbook *book, struct fa_sheet_writer *sheet,
                                       const struct fa_planned_finding *planned, uint64_t link)
{
    const struct fa_results *results = book->results;
    const struct fa_loaded_table *links = &results->tables[FA_RESULT_EVIDENCE];
    const struct fa_loaded_table *rows = &results->tables[FA_RESULT_ROW];
    uint64_t row = (uint64_t)fa_result_number(links, link, book->columns.evidence_row_no) - 1;
    if (row >= rows->row_count)
        return fa_error(results->sink, FA_CODE_REPORT_RESULTS, (struct fa_place){0}, NULL,
                        "evidence names row %llu of %llu", (unsigned long long)row + 1,
                        (unsigned long long)rows->row_count);
    struct fa_str table = fa_result_text(rows, row, book->columns.row_table);
    fa_buf_clear(&book->key);
    fa_buf_clear(&book->scratch);
    struct record record = {.key = &book->key, .fields = &book->scratch};
    FA_TRY(read_record(book, row, fa_dictionary_find(&results->head->dictionary, table), &record));
    FA_TRY(put_finding(book, sheet, planned));
    fa_sheet_put_number(sheet, (double)(row + 1), book->formats.integer);
    FA_TRY(fa_sheet_put_text(sheet, table, book->formats.text));
    FA_TRY(fa_sheet_put_wrapped(sheet, fa_buf_str(record.key), KEY_WIDTH));
    FA_TRY(fa_book_put_column(book, sheet, FA_RESULT_ROW, row, "source", SOURCE_WIDTH));
    FA_TRY(fa_book_put_column(book, sheet, FA_RESULT_ROW, row, "record_no", 0));
    FA_TRY(fa_book_put_column(book, sheet, FA_RESULT_ROW, row, "line_no", 0));
    FA_TRY(fa_book_put_column(book, sheet, FA_RESULT_ROW, row, "table_row", 0));
    FA_TRY(put_time(book, sheet, record.time));
    FA_TRY(fa_sheet_put_decimal(sheet, record.amount));
    FA_TRY(fa_sheet_put_text(sheet, record.currency, book->formats.text));
    FA_TRY(fa_sheet_put_wrapped(sheet, fa_buf_str(record.fields), FIELDS_WIDTH));
    fa_sheet_next_row(sheet);
    return FA_OK;
}

enum fa_status fa_book_write_evidence(struct fa_workbook *book)
{
    const struct fa_results *results = book->results;
    struct fa_sheet_writer *sheet = &book->sheets[FA_BOOK_EVIDENCE];
    uint64_t row_count = results->tables[FA_RESULT_EVIDENCE].row_count, written = 0;
    FA_TRY(fa_book_put_heading(book, sheet, evidence_columns,
                               sizeof evidence_columns / sizeof *evidence_columns, row_count));
    for (uint64_t i = 0; i < results->tables[FA_RESULT_FINDING].row_count; i++) {
        const struct fa_planned_finding *planned = &book->plan.findings[i];
        struct fa_row_span span = results->finding_evidence[planned->finding];
        for (uint64_t link = span.from; link < span.to && written < FA_SHEET_ROWS_MAX; link++) {
            FA_TRY(put_evidence_row(book, sheet, planned, link));
            written++;
        }
    }
    return FA_OK;
}

/* --- rejected rows and doubts --- */

static const struct fa_column_spec reject_columns[] = {
    {FA_WORD_SOURCE, "source", 20},    {FA_WORD_TABLE, "table", 14},
    {FA_WORD_RECORD, "record_no", 10}, {FA_WORD_LINE, "line_no", 10},
    {FA_WORD_BYTE, "byte_offset", 12}, {FA_WORD_COLUMN, "column", 16},
    {FA_WORD_CODE, "code", 18},        {FA_WORD_REASON, "reason", 46},
    {FA_WORD_AMOUNT, "amount", 16},    {FA_WORD_CURRENCY, "currency", 10},
    {FA_WORD_RAW, "raw", 46}};
static const struct fa_column_spec remark_columns[] = {
    {FA_WORD_SOURCE, "source", 20},     {FA_WORD_TABLE, "table", 14},
    {FA_WORD_COLUMN, "column", 18},     {FA_WORD_CODE, "code", 18},
    {FA_WORD_DOUBT_COUNT, "count", 10}, {FA_WORD_RECORD, "record_no", 10},
    {FA_WORD_LINE, "line_no", 10},      {FA_WORD_REASON, "reason", 80}};

/* The file, with the way to its hash on the cover. */
static enum fa_status put_source(struct fa_workbook *book, struct fa_sheet_writer *sheet,
                                 enum fa_result_table table, uint64_t row)
{
    const struct fa_loaded_table *loaded = &book->results->tables[table];
    const struct fa_head *head = book->results->head;
    struct fa_str name = fa_result_text(loaded, row, fa_result_column(loaded, "source"));
    for (size_t i = 0; i < head->sources.count && name.size < LINK_TEXT_MAX; i++) {
        char target[32];
        if (!fa_str_equal(name, head->sources.items[i].name))
            continue;
        snprintf(target, sizeof target, "A%llu",
                 (unsigned long long)book->sources_row + i + 1);
        return fa_book_put_link(sheet, book->sheets[FA_BOOK_COVER].worksheet->name, target, name);
    }
    return fa_sheet_put_wrapped(sheet, name, SOURCE_WIDTH);
}

/* A list that begins with the file. */
static enum fa_status write_list(struct fa_workbook *book, enum fa_book_sheet which,
                                 enum fa_result_table table, const struct fa_column_spec *columns,
                                 int count)
{
    struct fa_sheet_writer *sheet = &book->sheets[which];
    uint64_t row_count = book->results->tables[table].row_count;
    FA_TRY(fa_book_put_heading(book, sheet, columns, count, row_count));
    for (uint64_t row = 0; row < row_count && row < FA_SHEET_ROWS_MAX; row++) {
        FA_TRY(put_source(book, sheet, table, row));
        for (int c = 1; c < count; c++)
            FA_TRY(fa_book_put_column(book, sheet, table, row, columns[c].column,
                                      columns[c].width));
        fa_sheet_next_row(sheet);
    }
    return FA_OK;
}

enum fa_status fa_book_write_rejected(struct fa_workbook *book)
{
    return write_list(book, FA_BOOK_REJECTED, FA_RESULT_REJECT, reject_columns,
                      sizeof reject_columns / sizeof *reject_columns);
}

enum fa_status fa_book_write_remarks(struct fa_workbook *book)
{
    return write_list(book, FA_BOOK_REMARKS, FA_RESULT_REMARK, remark_columns,
                      sizeof remark_columns / sizeof *remark_columns);
}
