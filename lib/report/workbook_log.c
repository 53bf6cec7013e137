/*
 * The log of the run: of each step its version, its options, what it read, by hash, and how many
 * rows of each table it handed on. Nothing of a clock or a machine: the same run, the same log.
 */
#include "base/limits.h"
#include "report/workbook.h"

enum { VALUE_WIDTH = 50 };
static const struct fa_column_spec columns[] = {
    {FA_WORD_STEP, NULL, 16},          {FA_WORD_WHAT, NULL, 20}, {FA_WORD_NAME, NULL, 40},
    {FA_WORD_VALUE, NULL, VALUE_WIDTH}, {FA_WORD_ROWS, NULL, 14}, {FA_WORD_REJECTED_ROWS, NULL, 12},
    {FA_WORD_BYTES, NULL, 16},         {FA_WORD_HASH, NULL, 70}};
enum { COLUMN_COUNT = sizeof columns / sizeof *columns };
enum { ROWS_COLUMN = 4, BYTES_COLUMN = 6, HASH_COLUMN };

/* What the last step made. */
static const struct {
    enum fa_result_table table;
    enum fa_word word;
} made[] = {{FA_RESULT_RULE, FA_WORD_RULES},      {FA_RESULT_FINDING, FA_WORD_FINDINGS},
            {FA_RESULT_ROW, FA_WORD_EVIDENCE},    {FA_RESULT_REMARK, FA_WORD_REMARKS},
            {FA_RESULT_REJECT, FA_WORD_REJECTED}, {FA_RESULT_VIEW, FA_WORD_VIEWS}};
enum { MADE = sizeof made / sizeof *made };

struct log {
    struct fa_workbook *book;
    struct fa_sheet_writer *sheet;
    uint64_t count; /* of rows; those beyond the sheet are counted only */
};

static struct fa_str text_of(const struct fa_workbook *book, enum fa_result_table table, uint64_t row,
                             const char *name)
{
    const struct fa_loaded_table *loaded = &book->results->tables[table];
    int column = fa_result_column(loaded, name);
    return fa_result_missing(loaded, row, column) ? (struct fa_str){"", 0}
                                                  : fa_result_text(loaded, row, column);
}

static void skip_to(struct log *log, int column)
{
    while (log->sheet->column < column)
        fa_sheet_skip(log->sheet);
}

static enum fa_status put_value(struct log *log, struct fa_str value)
{
    fa_buf_clear(&log->book->text);
    FA_TRY(fa_value_add(FA_STR("log"), value, log->book->language, &log->book->text));
    return fa_sheet_put_text(log->sheet, fa_buf_str(&log->book->text), log->book->formats.text);
}

/* Step and what the line is about; then the caller puts the rest. */
static enum fa_status begin_line(struct log *log, struct fa_str step, struct fa_str what)
{
    FA_TRY(put_value(log, step));
    return put_value(log, what);
}

static void end_line(struct log *log)
{
    log->count++;
    fa_sheet_next_row(log->sheet);
}

static enum fa_status put_step(struct log *log, const struct fa_step_info *step)
{
    FA_TRY(begin_line(log, step->tool, FA_STR("tool")));
    FA_TRY(fa_sheet_put_text(log->sheet, FA_STR("flowaudit"), log->book->formats.text));
    FA_TRY(fa_sheet_put_text(log->sheet, step->version, log->book->formats.text));
    skip_to(log, HASH_COLUMN);
    FA_TRY(fa_sheet_put_text(log->sheet, step->hash, log->book->formats.text));
    end_line(log);
    if (!step->options.size)
        return FA_OK;
    FA_TRY(begin_line(log, step->tool, FA_STR("option"))); /* all in one, as they count */
    fa_sheet_skip(log->sheet);
    FA_TRY(fa_sheet_put_wrapped(log->sheet, step->options, VALUE_WIDTH));
    end_line(log);
    return FA_OK;
}

static enum fa_status put_options(struct log *log, struct fa_str step)
{
    const struct fa_loaded_table *options = &log->book->results->tables[FA_RESULT_OPTION];
    for (uint64_t row = 0; row < options->row_count && log->count < FA_SHEET_ROWS_MAX; row++) {
        struct fa_str name = text_of(log->book, FA_RESULT_OPTION, row, "name");
        if (!fa_str_equal(text_of(log->book, FA_RESULT_OPTION, row, "stage"), step) ||
            fa_str_is(name, "version"))
            continue;
        FA_TRY(begin_line(log, step, FA_STR("option")));
        FA_TRY(fa_sheet_put_text(log->sheet, name, log->book->formats.text));
        FA_TRY(fa_sheet_put_wrapped(log->sheet, text_of(log->book, FA_RESULT_OPTION, row, "value"),
                                    VALUE_WIDTH));
        end_line(log);
    }
    return FA_OK;
}

static enum fa_status put_inputs(struct log *log, struct fa_str step)
{
    const struct fa_loaded_table *inputs = &log->book->results->tables[FA_RESULT_INPUT];
    for (uint64_t row = 0; row < inputs->row_count && log->count < FA_SHEET_ROWS_MAX; row++) {
        if (!fa_str_equal(text_of(log->book, FA_RESULT_INPUT, row, "stage"), step))
            continue;
        FA_TRY(put_value(log, step));
        FA_TRY(fa_book_put_column(log->book, log->sheet, FA_RESULT_INPUT, row, "role", 0));
        FA_TRY(fa_book_put_column(log->book, log->sheet, FA_RESULT_INPUT, row, "name", 0));
        skip_to(log, BYTES_COLUMN);
        FA_TRY(fa_book_put_column(log->book, log->sheet, FA_RESULT_INPUT, row, "bytes", 0));
        FA_TRY(fa_book_put_column(log->book, log->sheet, FA_RESULT_INPUT, row, "sha256", 0));
        end_line(log);
    }
    return FA_OK;
}

/* Rows of each table that the step handed on, and what it refused. */
static enum fa_status put_rows(struct log *log, struct fa_str step)
{
    const struct fa_loaded_table *controls = &log->book->results->tables[FA_RESULT_CONTROL];
    for (uint64_t row = 0; row < controls->row_count && log->count < FA_SHEET_ROWS_MAX; row++) {
        if (!fa_str_equal(text_of(log->book, FA_RESULT_CONTROL, row, "stage"), step) ||
            text_of(log->book, FA_RESULT_CONTROL, row, "column").size)
            continue;
        FA_TRY(begin_line(log, step, FA_STR("table")));
        FA_TRY(fa_book_put_column(log->book, log->sheet, FA_RESULT_CONTROL, row, "table", 0));
        skip_to(log, ROWS_COLUMN);
        FA_TRY(fa_book_put_column(log->book, log->sheet, FA_RESULT_CONTROL, row, "rows", 0));
        FA_TRY(fa_book_put_column(log->book, log->sheet, FA_RESULT_CONTROL, row, "rejected", 0));
        end_line(log);
    }
    return FA_OK;
}

static enum fa_status put_made(struct log *log, struct fa_str step)
{
    for (int i = 0; i < MADE; i++) {
        FA_TRY(begin_line(log, step, FA_STR("results")));
        FA_TRY(fa_book_put_word(log->book, log->sheet, made[i].word, log->book->formats.text));
        skip_to(log, ROWS_COLUMN);
        fa_sheet_put_number(log->sheet,
                            (double)log->book->results->tables[made[i].table].row_count,
                            log->book->formats.integer);
        end_line(log);
    }
    return FA_OK;
}

/* What a step writes is counted before its first line. */
static uint64_t count_lines(const struct fa_workbook *book)
{
    const struct fa_loaded_table *tables = book->results->tables;
    const struct fa_head *head = book->results->head;
    uint64_t count = head->steps.count + MADE;
    for (size_t s = 0; s < head->steps.count; s++) {
        struct fa_str step = head->steps.items[s].tool;
        count += head->steps.items[s].options.size > 0;
        for (uint64_t row = 0; row < tables[FA_RESULT_OPTION].row_count; row++)
            count += fa_str_equal(text_of(book, FA_RESULT_OPTION, row, "stage"), step) &&
                     !fa_str_is(text_of(book, FA_RESULT_OPTION, row, "name"), "version");
        for (uint64_t row = 0; row < tables[FA_RESULT_INPUT].row_count; row++)
            count += fa_str_equal(text_of(book, FA_RESULT_INPUT, row, "stage"), step);
        for (uint64_t row = 0; row < tables[FA_RESULT_CONTROL].row_count; row++)
            count += fa_str_equal(text_of(book, FA_RESULT_CONTROL, row, "stage"), step) &&
                     !text_of(book, FA_RESULT_CONTROL, row, "column").size;
    }
    return count;
}

enum fa_status fa_book_write_log(struct fa_workbook *book)
{
    const struct fa_head *head = book->results->head;
    struct log log = {.book = book, .sheet = &book->sheets[FA_BOOK_LOG]};
    struct fa_str last = {"", 0};
    FA_TRY(fa_book_put_heading(book, log.sheet, columns, COLUMN_COUNT, count_lines(book)));
    for (size_t i = 0; i < head->steps.count && log.count < FA_SHEET_ROWS_MAX; i++) {
        last = head->steps.items[i].tool;
        FA_TRY(put_step(&log, &head->steps.items[i]));
        FA_TRY(put_options(&log, last));
        FA_TRY(put_inputs(&log, last));
        FA_TRY(put_rows(&log, last));
    }
    return put_made(&log, last);
}
