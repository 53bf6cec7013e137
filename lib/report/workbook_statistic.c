#include <stdlib.h>
#include <string.h>

#include "base/limits.h"
#include "report/workbook.h"

/*
 * Statistics: a sheet each, its rows as a table and beside it the chart that the rules ask for; those
 * that share a sheet stand on it below one another.
 */

enum { COLUMN_WIDTH = 20, CHART_WIDTH = 820, CHART_HEIGHT = 420 };
enum { KIND_STATISTIC = 1, STATE_MADE = 0, STATE_NOT_APPLICABLE = 2 }; /* of result_view */
enum { ROLE_VALUE = 2, TYPE_BOOL = 0, TYPE_INT = 1, TYPE_MONEY = 2, TYPE_RATIO = 3, TYPE_DATE = 4,
       TYPE_ENUM = 9 }; /* of result_column */
enum { CHART_NONE, CHART_COLUMN, CHART_LINE, CHART_BAR };

struct statistic {
    struct fa_workbook *book;
    struct fa_sheet_writer *sheet;
    uint64_t view;    /* row of result_view */
    int column_count;
    uint64_t row_count;
};

static int64_t view_number(const struct statistic *s, const char *column)
{
    const struct fa_loaded_table *views = &s->book->results->tables[FA_RESULT_VIEW];
    return fa_result_number(views, s->view, fa_result_column(views, column));
}

static struct fa_str view_text(const struct statistic *s, const char *column)
{
    const struct fa_loaded_table *views = &s->book->results->tables[FA_RESULT_VIEW];
    return fa_result_text(views, s->view, fa_result_column(views, column));
}

static int64_t column_number(const struct statistic *s, int column, const char *name)
{
    const struct fa_loaded_table *columns = &s->book->results->tables[FA_RESULT_COLUMN];
    return fa_result_number(columns, s->book->results->view_columns[s->view].from + (uint64_t)column,
                            fa_result_column(columns, name));
}

static struct fa_str column_text(const struct statistic *s, int column, const char *name)
{
    const struct fa_loaded_table *columns = &s->book->results->tables[FA_RESULT_COLUMN];
    return fa_result_text(columns, s->book->results->view_columns[s->view].from + (uint64_t)column,
                          fa_result_column(columns, name));
}

static enum fa_status add_name(const struct statistic *s, int column, struct fa_buf *out)
{
    return fa_name_add(&s->book->results->head->dictionary, column_text(s, column, "column"),
                       column_text(s, column, "name"), s->book->language, out);
}

/* --- cells --- */

/* A decimal of few digits as a number; false: it is none, or its digits are too many. */
static bool read_decimal(struct fa_str text, double *number)
{
    enum { DIGITS_MAX = 17 };
    const char *point = memchr(text.bytes, '.', text.size);
    int scale = point ? (int)(text.bytes + text.size - point - 1) : 0;
    int64_t whole;
    if (text.size == 0 || text.size > DIGITS_MAX || scale > FA_MONEY_SCALE_MAX ||
        fa_money_parse(text, scale, true, &whole) != FA_VALUE_OK)
        return false;
    double unit = 1;
    for (int i = 0; i < scale; i++)
        unit *= 10;
    *number = (double)whole / unit;
    return true;
}

/* "0.25" or "1/3" */
static bool read_ratio(struct fa_str text, double *number)
{
    const char *slash = memchr(text.bytes, '/', text.size);
    double above, below = 1;
    if (!slash)
        return read_decimal(text, number);
    size_t size = (size_t)(slash - text.bytes);
    struct fa_str behind = {slash + 1, text.size - size - 1};
    if (!read_decimal((struct fa_str){text.bytes, size}, &above) || !read_decimal(behind, &below) ||
        below == 0)
        return false;
    *number = above / below;
    return true;
}

/* What is known in part stands as text, so that nothing adds it up. */
static enum fa_status put_at_least(struct statistic *s, struct fa_str text)
{
    struct fa_buf *scratch = &s->book->scratch;
    double number;
    if (read_ratio(text, &number) && number == 0) /* that it is at least 0 says nothing */
        return fa_book_put_word(s->book, s->sheet, FA_WORD_NOT_KNOWN, s->book->formats.text);
    fa_buf_clear(scratch);
    FA_TRY(fa_buf_add_text(scratch, ">= "));
    FA_TRY(fa_buf_add_str(scratch, text));
    return fa_sheet_put_text(s->sheet, fa_buf_str(scratch), s->book->formats.text);
}

static enum fa_status put_cell(struct statistic *s, uint64_t cell, int column)
{
    struct fa_workbook *book = s->book;
    const struct fa_loaded_table *cells = &book->results->tables[FA_RESULT_STATISTIC];
    int64_t type = column_number(s, column, "type"), day_no;
    double number;
    FA_TRY(fa_shown_statistic(book->context, s->view, cell, &book->text));
    struct fa_str text = fa_buf_str(&book->text);
    if (fa_result_number(cells, cell, fa_result_column(cells, "at_least")))
        return put_at_least(s, text);
    if (type == TYPE_MONEY)
        return fa_sheet_put_decimal(s->sheet, text);
    if ((type == TYPE_INT && read_decimal(text, &number)) ||
        (type == TYPE_RATIO && read_ratio(text, &number))) {
        fa_sheet_put_number(s->sheet, number,
                            type == TYPE_INT ? book->formats.integer : book->formats.percent);
        return FA_OK;
    }
    if (type == TYPE_DATE && fa_date_parse(text, &day_no) == FA_VALUE_OK)
        return fa_sheet_put_day(s->sheet, day_no);
    if (type == TYPE_BOOL || type == TYPE_ENUM) {
        fa_buf_clear(&book->scratch);
        FA_TRY(fa_value_add(column_text(s, column, "column"), text, book->language, &book->scratch));
        text = fa_buf_str(&book->scratch);
    }
    return fa_sheet_put_text(s->sheet, text, book->formats.text);
}

/* --- the chart --- */

static int chart_type(int64_t chart)
{
    return chart == CHART_LINE ? LXW_CHART_LINE : chart == CHART_BAR ? LXW_CHART_BAR : LXW_CHART_COLUMN;
}

/* Columns of one type share an axis: amounts where there are any, else ratios, else numbers. */
static int64_t charted_type(const struct statistic *s)
{
    static const int64_t types[] = {TYPE_MONEY, TYPE_RATIO, TYPE_INT};
    for (size_t t = 0; t < sizeof types / sizeof *types; t++)
        for (int c = 0; c < s->column_count; c++)
            if (column_number(s, c, "role") == ROLE_VALUE && column_number(s, c, "type") == types[t])
                return types[t];
    return -1;
}

/* What stands along the axis: keys and period, but not the filer, who is the same for all. */
struct labels {
    int from, to;
};

static struct labels labels_of(const struct statistic *s)
{
    struct labels labels = {0, 0};
    while (labels.to < s->column_count && column_number(s, labels.to, "role") != ROLE_VALUE)
        labels.to++;
    if (labels.to > 1 && fa_str_is(column_text(s, 0, "name"), "filer"))
        labels.from = 1;
    return labels;
}

static void set_axes(const struct statistic *s, lxw_chart *made, struct labels labels, int64_t type)
{
    if (labels.to - labels.from == 1 && column_number(s, labels.from, "type") == TYPE_DATE)
        chart_axis_set_num_format(made->x_axis, "yyyy-mm-dd");
    chart_axis_set_label_position(made->x_axis, LXW_CHART_AXIS_LABEL_POSITION_LOW);
    chart_axis_set_num_format(made->y_axis, type == TYPE_RATIO ? "0%" : "#,##0");
}

static enum fa_status add_series(struct statistic *s, lxw_chart *made, const char *sheet_name, int column,
                                 struct labels labels, lxw_row_t first, lxw_row_t last)
{
    struct fa_buf *scratch = &s->book->scratch;
    lxw_chart_series *series = chart_add_series(made, NULL, NULL);
    fa_buf_clear(scratch);
    FA_TRY(add_name(s, column, scratch));
    const char *name = fa_buf_cstr(scratch);
    if (!series || !name)
        return FA_ELIMIT;
    chart_series_set_name(series, name);
    chart_series_set_categories(series, sheet_name, first, (lxw_col_t)labels.from, last,
                                (lxw_col_t)(labels.to - 1));
    chart_series_set_values(series, sheet_name, first, (lxw_col_t)column, last, (lxw_col_t)column);
    return FA_OK;
}

static enum fa_status add_chart(struct statistic *s, const char *sheet_name, lxw_row_t first, lxw_row_t last)
{
    struct fa_workbook *book = s->book;
    int64_t chart = view_number(s, "chart"), type = charted_type(s);
    struct labels labels = labels_of(s);
    if (chart == CHART_NONE || type < 0 || last < first)
        return FA_OK;
    if (last - first >= FA_CHART_ROWS_MAX)
        last = first + FA_CHART_ROWS_MAX - 1;
    lxw_chart *made = workbook_add_chart(book->file, (uint8_t)chart_type(chart));
    if (!made)
        return FA_ELIMIT;
    for (int c = 0; c < s->column_count; c++)
        if (column_number(s, c, "role") == ROLE_VALUE && column_number(s, c, "type") == type)
            FA_TRY(add_series(s, made, sheet_name, c, labels, first, last));
    fa_buf_clear(&book->text);
    FA_TRY(fa_text_add(view_text(s, "title_en"), view_text(s, "title_zh"), book->language, &book->text));
    const char *title = fa_buf_cstr(&book->text);
    if (!title)
        return FA_ELIMIT;
    chart_title_set_name(made, title);
    set_axes(s, made, labels, type);
    lxw_chart_options options = {.x_scale = CHART_WIDTH / 480.0, .y_scale = CHART_HEIGHT / 288.0};
    worksheet_insert_chart_opt(s->sheet->worksheet, first - 1, (lxw_col_t)(s->column_count + 1), made,
                               &options);
    return FA_OK;
}

/* --- the sheet --- */

/* "name n" where n is not 0 */
static enum fa_status add_count(struct statistic *s, enum fa_word word, const char *column)
{
    struct fa_buf *scratch = &s->book->scratch;
    int64_t count = view_number(s, column);
    if (!count)
        return FA_OK;
    FA_TRY(fa_buf_add_text(scratch, "; "));
    FA_TRY(fa_word_add(word, s->book->language, scratch));
    return fa_buf_addf(scratch, " %lld", (long long)count);
}

/* What the statistic took and did not take, or why there is none. */
static enum fa_status put_note(struct statistic *s)
{
    struct fa_workbook *book = s->book;
    fa_buf_clear(&book->scratch);
    FA_TRY(fa_word_add(FA_WORD_RULESET, book->language, &book->scratch));
    FA_TRY(fa_buf_add_char(&book->scratch, ' '));
    FA_TRY(fa_buf_add_str(&book->scratch, view_text(s, "ruleset")));
    FA_TRY(add_count(s, FA_WORD_ROWS, "rows"));
    FA_TRY(add_count(s, FA_WORD_NOT_IN_FORCE, "not_in_force"));
    FA_TRY(add_count(s, FA_WORD_OTHER_CURRENCY, "other_currency"));
    FA_TRY(add_count(s, FA_WORD_OUTSIDE_GROUP, "outside_group"));
    FA_TRY(add_count(s, FA_WORD_EXCEPTED, "excepted_rows"));
    if (view_number(s, "state") != STATE_MADE) {
        FA_TRY(fa_buf_add_text(&book->scratch, "; "));
        FA_TRY(fa_word_add(FA_WORD_NOT_MADE, book->language, &book->scratch));
    }
    if (view_text(s, "reason").size) {
        FA_TRY(fa_buf_add_text(&book->scratch, "; "));
        FA_TRY(fa_phrase_add(&book->results->head->dictionary, view_text(s, "reason"),
                             book->language, &book->scratch));
    }
    FA_TRY(fa_sheet_put_text(s->sheet, fa_buf_str(&book->scratch), book->formats.text));
    fa_sheet_next_row(s->sheet);
    return FA_OK;
}

static enum fa_status put_headings(struct statistic *s)
{
    for (int c = 0; c < s->column_count; c++) {
        fa_buf_clear(&s->book->text);
        FA_TRY(add_name(s, c, &s->book->text));
        FA_TRY(fa_sheet_put_text(s->sheet, fa_buf_str(&s->book->text), s->book->formats.heading));
    }
    fa_sheet_next_row(s->sheet);
    return FA_OK;
}

static enum fa_status put_rows(struct statistic *s, uint64_t count)
{
    uint64_t cell = s->book->results->view_cells[s->view].from;
    for (uint64_t row = 0; row < count; row++) {
        for (int c = 0; c < s->column_count; c++)
            FA_TRY(put_cell(s, cell++, c));
        fa_sheet_next_row(s->sheet);
    }
    return FA_OK;
}

static void set_widths(struct fa_sheet_writer *sheet, int count)
{
    worksheet_set_column(sheet->worksheet, 0, (lxw_col_t)(count - 1), COLUMN_WIDTH, NULL);
}

static enum fa_status put_title(struct statistic *s)
{
    struct fa_workbook *book = s->book;
    fa_buf_clear(&book->text);
    FA_TRY(fa_text_add(view_text(s, "title_en"), view_text(s, "title_zh"), book->language, &book->text));
    if (book->language == FA_LANGUAGE_BOTH)
        s->sheet->line_count = 2;
    FA_TRY(fa_sheet_put_text(s->sheet, fa_buf_str(&book->text), book->formats.key));
    fa_sheet_next_row(s->sheet);
    return FA_OK;
}

static bool is_shown(const struct statistic *s)
{
    return view_number(s, "kind") == KIND_STATISTIC && view_number(s, "state") != STATE_NOT_APPLICABLE;
}

static void look_at(struct statistic *s, uint64_t view)
{
    s->view = view;
    struct fa_row_span columns = s->book->results->view_columns[view];
    struct fa_row_span cells = s->book->results->view_cells[view];
    s->column_count = (int)(columns.to - columns.from);
    s->row_count = s->column_count ? (cells.to - cells.from) / (columns.to - columns.from) : 0;
}

/* --- a sheet of its own --- */

static enum fa_status write_alone(struct statistic *s, const char *sheet_name)
{
    struct fa_workbook *book = s->book;
    struct fa_sheet_writer *sheet = s->sheet;
    fa_buf_clear(&book->text);
    FA_TRY(fa_text_add(view_text(s, "title_en"), view_text(s, "title_zh"), book->language, &book->text));
    FA_TRY(fa_book_put_title(book, sheet, fa_buf_str(&book->text)));
    FA_TRY(put_note(s));
    if (!s->column_count)
        return FA_OK;
    lxw_row_t heading = sheet->row;
    uint64_t shown = s->row_count < FA_SHEET_ROWS_MAX ? s->row_count : FA_SHEET_ROWS_MAX;
    set_widths(sheet, s->column_count);
    FA_TRY(put_headings(s));
    worksheet_freeze_panes(sheet->worksheet, heading + 1, 0);
    worksheet_repeat_rows(sheet->worksheet, heading, heading);
    worksheet_autofilter(sheet->worksheet, heading, 0, heading + (lxw_row_t)shown,
                         (lxw_col_t)(s->column_count - 1));
    FA_TRY(put_rows(s, shown));
    FA_TRY(fa_book_put_cut_notice(book, sheet, s->row_count, FA_SHEET_ROWS_MAX));
    return add_chart(s, sheet_name, heading + 1, heading + (lxw_row_t)shown);
}

/* --- a sheet of several --- */

static enum fa_status write_among(struct statistic *s)
{
    struct fa_workbook *book = s->book;
    uint64_t shown = s->row_count < FA_SHARED_ROWS_MAX ? s->row_count : FA_SHARED_ROWS_MAX;
    fa_sheet_next_row(s->sheet);
    fa_sheet_begin_list(s->sheet);
    FA_TRY(put_title(s));
    FA_TRY(put_note(s));
    if (!s->column_count || view_number(s, "state") != STATE_MADE)
        return FA_OK;
    FA_TRY(put_headings(s));
    FA_TRY(put_rows(s, shown));
    if (shown == 0) {
        FA_TRY(fa_book_put_word(book, s->sheet, FA_WORD_NONE, book->formats.text));
        fa_sheet_next_row(s->sheet);
    }
    return fa_book_put_cut_notice(book, s->sheet, s->row_count, FA_SHARED_ROWS_MAX);
}

/* Every statistic from FIRST on that names the same sheet. */
static enum fa_status write_together(struct statistic *s, uint64_t first, struct fa_str name)
{
    struct fa_workbook *book = s->book;
    const struct fa_loaded_table *views = &book->results->tables[FA_RESULT_VIEW];
    int widest = 1;
    FA_TRY(fa_book_put_title(book, s->sheet, name));
    look_at(s, first);
    struct fa_str english = view_text(s, "sheet_en");
    for (uint64_t view = first; view < views->row_count; view++) {
        look_at(s, view);
        if (!is_shown(s) || !fa_str_equal(view_text(s, "sheet_en"), english))
            continue;
        widest = s->column_count > widest ? s->column_count : widest;
        FA_TRY(write_among(s));
    }
    set_widths(s->sheet, widest);
    fa_sheet_set_pages(s->sheet);
    return FA_OK;
}

/* --- the sheets --- */

/* Whether the sheet of VIEW is made with an earlier one that names it. */
static bool is_made_before(struct statistic *s, uint64_t view)
{
    look_at(s, view);
    struct fa_str english = view_text(s, "sheet_en");
    bool is_before = false;
    for (uint64_t earlier = 0; english.size && earlier < view; earlier++) {
        look_at(s, earlier);
        is_before |= is_shown(s) && fa_str_equal(view_text(s, "sheet_en"), english);
    }
    look_at(s, view);
    return is_before;
}

/* "1 flow-direction", or the sheet's own name where the format takes it and nobody has it: a number in
 * front makes any other. */
static enum fa_status name_sheet(struct statistic *s, struct fa_buf *name)
{
    struct fa_workbook *book = s->book;
    fa_buf_clear(name);
    if (view_text(s, "sheet_en").size)
        FA_TRY(fa_text_add(view_text(s, "sheet_en"), view_text(s, "sheet_zh"), book->language, name));
    for (size_t i = 0; i < name->size; i++)
        name->bytes[i] = name->bytes[i] == '\n' ? ' ' : name->bytes[i];
    const char *text = fa_buf_cstr(name);
    if (!text)
        return FA_ELIMIT;
    bool is_own = false;
    FA_TRY(fa_book_is_own_name(book, text, &is_own));
    if (name->size && !is_own && workbook_validate_sheet_name(book->file, text) == LXW_NO_ERROR)
        return FA_OK;
    struct fa_str view = view_text(s, "view");
    fa_buf_clear(name);
    return fa_buf_addf(name, "%d %.*s", book->statistic_count + 1 - book->first_statistic_count, (int)(view.size < 24 ? view.size : 24),
                       view.bytes);
}

static enum fa_status add_sheet(struct statistic *s)
{
    struct fa_workbook *book = s->book;
    struct fa_statistic_sheet *sheet = &book->statistics[book->statistic_count];
    enum fa_status named = name_sheet(s, &sheet->name);
    const char *name = named == FA_OK ? fa_buf_cstr(&sheet->name) : NULL;
    book->statistic_count++; /* its name is released with the others */
    FA_TRY(named);
    sheet->view = s->view;
    return name ? fa_book_add_sheet(book, &sheet->writer, name, FA_ROLE_WORKING) : FA_ELIMIT;
}

enum fa_status fa_book_add_statistics(struct fa_workbook *book, bool is_first)
{
    const struct fa_loaded_table *views = &book->results->tables[FA_RESULT_VIEW];
    struct statistic s = {.book = book};
    if (views->row_count == 0)
        return FA_OK;
    if (views->row_count > FA_RULE_TABLES_MAX)
        return fa_error(book->results->sink, FA_CODE_REPORT_RESULTS, (struct fa_place){0}, NULL,
                        "the results have more than %d views", FA_RULE_TABLES_MAX);
    if (!book->statistics && !(book->statistics = calloc(views->row_count, sizeof *book->statistics)))
        return FA_ELIMIT;
    for (uint64_t view = 0; view < views->row_count; view++) {
        look_at(&s, view);
        if (is_shown(&s) && (view_number(&s, "sheet_is_first") != 0) == is_first && !is_made_before(&s, view))
            FA_TRY(add_sheet(&s));
    }
    return FA_OK;
}

enum fa_status fa_book_write_statistics(struct fa_workbook *book)
{
    for (int i = 0; i < book->statistic_count; i++) {
        struct fa_statistic_sheet *sheet = &book->statistics[i];
        struct statistic s = {.book = book, .sheet = &sheet->writer};
        look_at(&s, sheet->view);
        if (view_text(&s, "sheet_en").size) {
            fa_buf_clear(&book->text);
            FA_TRY(fa_text_add(view_text(&s, "sheet_en"), view_text(&s, "sheet_zh"), book->language,
                               &book->text));
            FA_TRY(write_together(&s, sheet->view, fa_buf_str(&book->text)));
        } else {
            FA_TRY(write_alone(&s, fa_buf_cstr(&sheet->name)));
        }
    }
    return FA_OK;
}
