/*
 * The three small tables of the summary and their charts: findings by severity, by period, by age.
 * The charts are told apart by their patterns, so that they can be read in black and white.
 */
#include <stdio.h>

#include "base/limits.h"
#include "report/workbook_summary.h"

enum { PERIODS_MAX = 24, EARLIER = 0, FIRST_PERIOD, LATER = FIRST_PERIOD + PERIODS_MAX, UNDATED,
       PERIOD_ROWS };
enum { AGES = 6, AGE_ROWS = AGES + 1 };
enum { CHART_ROWS = 15, CHART_COLUMN = 6, CHART_WIDTH = 620, CHART_HEIGHT = 285, SERIES_MAX = 5 };

static const int64_t age_ends[AGES - 1] = {7, 30, 90, 180, 365};

/* Months or years of the covered period; what lies before and behind is counted apart. */
struct periods {
    int32_t from; /* months or years since year 0 */
    int count;
    bool are_years;
};

struct overview {
    struct fa_workbook *book;
    struct fa_sheet_writer *sheet;
    struct periods periods;
    uint64_t by_outcome[FA_SEVERITIES][FA_OUTCOMES], waived[FA_SEVERITIES], breaks[FA_SEVERITIES];
    uint64_t by_period[PERIOD_ROWS][FA_SEVERITIES];
    uint64_t by_age[AGE_ROWS], breaks_by_age[AGE_ROWS];
};

/* --- counting --- */

static int32_t month_of(int64_t day_no)
{
    int32_t year, month, day;
    fa_day_to_civil(day_no, &year, &month, &day);
    return year * 12 + month - 1;
}

static struct periods choose_periods(const struct fa_workbook *book)
{
    int64_t from_day, to_day;
    fa_book_period(book, &from_day, &to_day);
    int32_t from = month_of(from_day), to = month_of(to_day);
    if (to - from < PERIODS_MAX)
        return (struct periods){from, to - from + 1, false};
    from /= 12, to /= 12;
    if (to - from >= PERIODS_MAX)
        from = to - PERIODS_MAX + 1;
    return (struct periods){from, to - from + 1, true};
}

static int period_of(const struct periods *periods, int64_t day_no)
{
    int32_t at = month_of(day_no);
    at = (periods->are_years ? at / 12 : at) - periods->from;
    return at < 0 ? EARLIER : at >= periods->count ? LATER : FIRST_PERIOD + at;
}

static int age_of(int64_t days)
{
    int age = 0;
    while (age < AGES - 1 && days > age_ends[age])
        age++;
    return age;
}

static void count_findings(struct overview *overview)
{
    const struct fa_head *head = overview->book->results->head;
    const struct fa_loaded_table *findings = &overview->book->results->tables[FA_RESULT_FINDING];
    if (findings->row_count == 0)
        return;
    int severity = fa_result_column(findings, "severity"),
        outcome = fa_result_column(findings, "outcome"),
        waived = fa_result_column(findings, "waived"),
        time = fa_result_column(findings, "first_time");
    for (uint64_t row = 0; row < findings->row_count; row++) {
        int64_t grade = fa_result_number(findings, row, severity);
        int64_t kind = fa_result_number(findings, row, outcome);
        grade = grade < FA_SEVERITIES ? grade : FA_SEVERITIES - 1;
        overview->by_outcome[grade][kind < FA_OUTCOMES ? kind : FA_OUTCOME_INDETERMINATE]++;
        overview->waived[grade] += fa_result_number(findings, row, waived) != 0;
        if (fa_result_missing(findings, row, time)) {
            overview->by_period[UNDATED][grade]++;
            overview->by_age[AGES]++;
            continue;
        }
        int64_t day_no = fa_day_of(fa_result_number(findings, row, time), &head->zone);
        overview->by_period[period_of(&overview->periods, day_no)][grade]++;
        overview->by_age[age_of(head->as_of_day - day_no)]++;
    }
}

static void count_breaks(struct overview *overview)
{
    const struct fa_head *head = overview->book->results->head;
    const struct fa_loaded_table *breaks = &overview->book->results->tables[FA_RESULT_BREAK];
    if (breaks->row_count == 0)
        return;
    int severity = fa_result_column(breaks, "severity"), date = fa_result_column(breaks, "date");
    for (uint64_t row = 0; row < breaks->row_count; row++) {
        int64_t grade = fa_result_number(breaks, row, severity);
        overview->breaks[grade < FA_SEVERITIES ? grade : FA_SEVERITIES - 1]++;
        overview->breaks_by_age[age_of(head->as_of_day - fa_result_number(breaks, row, date))]++;
    }
}

/* --- charts --- */

/* Dark to light, and different patterns: they stay apart on any printer. */
static const struct {
    uint32_t ink, ground;
    uint8_t pattern; /* LXW_CHART_PATTERN_NONE: all ink */
} looks[SERIES_MAX] = {{0x202020, 0x202020, LXW_CHART_PATTERN_NONE},
                       {0x202020, 0xFFFFFF, LXW_CHART_PATTERN_WIDE_UPWARD_DIAGONAL},
                       {0x8C8C8C, 0x8C8C8C, LXW_CHART_PATTERN_NONE},
                       {0x404040, 0xFFFFFF, LXW_CHART_PATTERN_SMALL_GRID},
                       {0xE6E6E6, 0xE6E6E6, LXW_CHART_PATTERN_NONE}};

struct chart {
    lxw_row_t heading, first, last; /* of the table beside it; last 0: its end */
    int series_count;
    uint8_t type;
    enum fa_word title, axis;
    bool has_labels;
};

static void set_look(lxw_chart_series *series, int look)
{
    lxw_chart_line line = {.color = 0x202020, .width = 0.75};
    chart_series_set_line(series, &line);
    if (looks[look].pattern == LXW_CHART_PATTERN_NONE) {
        lxw_chart_fill fill = {.color = looks[look].ink};
        chart_series_set_fill(series, &fill);
    } else {
        lxw_chart_pattern pattern = {.fg_color = looks[look].ink,
                                     .bg_color = looks[look].ground,
                                     .type = looks[look].pattern};
        chart_series_set_pattern(series, &pattern);
    }
}

static enum fa_status add_word(const struct overview *overview, enum fa_word word,
                               const char **text)
{
    struct fa_buf *buf = &overview->book->text;
    fa_buf_clear(buf);
    FA_TRY(fa_word_add(word, overview->book->language, buf));
    *text = fa_buf_cstr(buf);
    return *text ? FA_OK : FA_ELIMIT;
}

static enum fa_status add_chart(const struct overview *overview, const struct chart *chart)
{
    const char *name = overview->sheet->worksheet->name, *text;
    lxw_chart *made = workbook_add_chart(overview->book->file, chart->type);
    if (!made)
        return FA_ELIMIT;
    for (int s = 0; s < chart->series_count; s++) {
        lxw_chart_series *series = chart_add_series(made, NULL, NULL);
        if (!series)
            return FA_ELIMIT;
        lxw_col_t column = (lxw_col_t)(s + 1);
        chart_series_set_name_range(series, name, chart->heading, column);
        chart_series_set_categories(series, name, chart->first, 0, chart->last, 0);
        chart_series_set_values(series, name, chart->first, column, chart->last, column);
        set_look(series, s);
        if (chart->has_labels) {
            chart_series_set_labels(series);
            chart_series_set_labels_num_format(series, "0;;"); /* no noughts */
        }
    }
    FA_TRY(add_word(overview, chart->title, &text));
    lxw_chart_font title_font = {.size = 11, .bold = LXW_TRUE},
                   font = {.size = 9, .bold = LXW_FALSE};
    chart_title_set_name(made, text);
    chart_title_set_name_font(made, &title_font);
    chart_axis_set_name_font(made->x_axis, &font);
    chart_axis_set_name_font(made->y_axis, &font);
    FA_TRY(add_word(overview, FA_WORD_COUNT_AXIS, &text));
    chart_axis_set_name(made->y_axis, text);
    chart_axis_set_num_format(made->y_axis, "0");
    FA_TRY(add_word(overview, chart->axis, &text));
    chart_axis_set_name(made->x_axis, text);
    chart_legend_set_position(made, LXW_CHART_LEGEND_BOTTOM);
    lxw_chart_options options = {.x_scale = CHART_WIDTH / 480.0,
                                 .y_scale = CHART_HEIGHT / 288.0,
                                 .x_offset = 8,
                                 .object_position = LXW_OBJECT_MOVE_DONT_SIZE};
    lxw_error error = worksheet_insert_chart_opt(overview->sheet->worksheet, chart->heading,
                                                 CHART_COLUMN, made, &options);
    return error == LXW_NO_ERROR ? FA_OK : FA_ELIMIT;
}

/* --- tables --- */

static enum fa_status begin_table(struct overview *overview, enum fa_word title,
                                  struct chart *chart)
{
    struct fa_workbook *book = overview->book;
    fa_sheet_next_row(overview->sheet);
    FA_TRY(fa_book_put_word(book, overview->sheet, title, book->formats.key));
    fa_sheet_next_row(overview->sheet);
    chart->title = title;
    chart->heading = overview->sheet->row;
    chart->first = chart->heading + 1;
    return FA_OK;
}

/* What follows begins below the chart, or below the table where that is longer. */
static enum fa_status end_table(struct overview *overview, struct chart *chart)
{
    if (!chart->last)
        chart->last = overview->sheet->row - 1;
    FA_TRY(add_chart(overview, chart));
    while (overview->sheet->row < chart->heading + CHART_ROWS)
        fa_sheet_next_row(overview->sheet);
    return FA_OK;
}

static void put_counts(struct overview *overview, const uint64_t *counts, int count)
{
    for (int i = 0; i < count; i++)
        fa_sheet_put_number(overview->sheet, (double)counts[i],
                            overview->book->formats.count);
}

static enum fa_status put_severities(struct overview *overview)
{
    static const struct fa_column_spec columns[] = {
        {FA_WORD_SEVERITY, NULL, 14},      {FA_WORD_VIOLATIONS, NULL, 13},
        {FA_WORD_INDETERMINATE, NULL, 14}, {FA_WORD_LEADS, NULL, 11},
        {FA_WORD_BREAKS, NULL, 11},        {FA_WORD_OF_THESE_WAIVED, NULL, 18}};
    struct fa_workbook *book = overview->book;
    struct chart chart = {.series_count = 4,
                          .type = LXW_CHART_COLUMN,
                          .axis = FA_WORD_SEVERITY,
                          .has_labels = true};
    FA_TRY(begin_table(overview, FA_WORD_BY_SEVERITY, &chart));
    FA_TRY(fa_book_put_headings(book, overview->sheet, columns,
                                sizeof columns / sizeof *columns));
    uint64_t totals[5] = {0};
    for (int s = 0; s < FA_SEVERITIES; s++) {
        const uint64_t counts[5] = {overview->by_outcome[s][FA_OUTCOME_VIOLATION],
                                    overview->by_outcome[s][FA_OUTCOME_INDETERMINATE],
                                    overview->by_outcome[s][FA_OUTCOME_LEAD], overview->breaks[s],
                                    overview->waived[s]};
        for (int i = 0; i < 5; i++)
            totals[i] += counts[i];
        FA_TRY(fa_book_put_value(book, overview->sheet, FA_RESULT_FINDING, "severity", s,
                                 book->formats.severity[s]));
        put_counts(overview, counts, 5);
        fa_sheet_next_row(overview->sheet);
    }
    chart.last = overview->sheet->row - 1;
    FA_TRY(fa_book_put_word(book, overview->sheet, FA_WORD_TOTAL, book->formats.key));
    put_counts(overview, totals, 5);
    fa_sheet_next_row(overview->sheet);
    return end_table(overview, &chart);
}

static enum fa_status put_period_name(struct overview *overview, int row)
{
    const struct periods *periods = &overview->periods;
    struct fa_workbook *book = overview->book;
    if (row == EARLIER || row == LATER || row == UNDATED)
        return fa_book_put_word(book, overview->sheet,
                                row == EARLIER ? FA_WORD_EARLIER
                                : row == LATER ? FA_WORD_LATER
                                               : FA_WORD_UNDATED,
                                book->formats.text);
    int32_t period = periods->from + row - FIRST_PERIOD;
    char text[32];
    if (periods->are_years)
        snprintf(text, sizeof text, "%04d", (int)period);
    else
        snprintf(text, sizeof text, "%04d-%02d", (int)period / 12, (int)period % 12 + 1);
    return fa_sheet_put_text(overview->sheet, fa_str_from(text), book->formats.text);
}

static enum fa_status put_trend(struct overview *overview)
{
    struct fa_workbook *book = overview->book;
    struct chart chart = {.series_count = FA_SEVERITIES,
                          .type = LXW_CHART_COLUMN_STACKED,
                          .axis = FA_WORD_PERIOD};
    FA_TRY(begin_table(overview, FA_WORD_BY_PERIOD, &chart));
    FA_TRY(fa_book_put_word(book, overview->sheet, FA_WORD_PERIOD, book->formats.heading));
    for (int s = 0; s < FA_SEVERITIES; s++)
        FA_TRY(fa_book_put_value(book, overview->sheet, FA_RESULT_FINDING, "severity", s,
                                 book->formats.heading));
    fa_sheet_next_row(overview->sheet);
    for (int row = 0; row < PERIOD_ROWS; row++) {
        bool is_shown = row >= FIRST_PERIOD && row < FIRST_PERIOD + overview->periods.count;
        for (int s = 0; s < FA_SEVERITIES; s++)
            is_shown |= overview->by_period[row][s] != 0;
        if (!is_shown)
            continue;
        FA_TRY(put_period_name(overview, row));
        put_counts(overview, overview->by_period[row], FA_SEVERITIES);
        fa_sheet_next_row(overview->sheet);
    }
    return end_table(overview, &chart);
}

static enum fa_status put_ages(struct overview *overview)
{
    static const struct fa_column_spec columns[] = {{FA_WORD_AGE_DAYS, NULL, 14},
                                                    {FA_WORD_FINDINGS, NULL, 13},
                                                    {FA_WORD_BREAKS, NULL, 14}};
    struct fa_workbook *book = overview->book;
    struct chart chart = {.series_count = 2,
                          .type = LXW_CHART_COLUMN,
                          .axis = FA_WORD_AGE_DAYS,
                          .has_labels = true};
    FA_TRY(begin_table(overview, FA_WORD_BY_AGE, &chart));
    FA_TRY(fa_book_put_headings(book, overview->sheet, columns,
                                sizeof columns / sizeof *columns));
    for (int age = 0; age < AGE_ROWS; age++) {
        char text[64];
        if (age == AGES && !overview->by_age[age])
            continue;
        if (age < AGES - 1)
            snprintf(text, sizeof text, "%lld-%lld", age ? (long long)age_ends[age - 1] + 1 : 0,
                     (long long)age_ends[age]);
        else
            snprintf(text, sizeof text, "> %lld", (long long)age_ends[AGES - 2]);
        FA_TRY(age == AGES ? fa_book_put_word(book, overview->sheet, FA_WORD_UNDATED,
                                              book->formats.text)
                           : fa_sheet_put_text(overview->sheet, fa_str_from(text),
                                               book->formats.text));
        put_counts(overview, &overview->by_age[age], 1);
        put_counts(overview, &overview->breaks_by_age[age], 1);
        fa_sheet_next_row(overview->sheet);
    }
    return end_table(overview, &chart);
}

enum fa_status fa_book_put_overviews(struct fa_workbook *book, struct fa_sheet_writer *sheet)
{
    struct overview overview = {
        .book = book, .sheet = sheet, .periods = choose_periods(book)};
    count_findings(&overview);
    count_breaks(&overview);
    FA_TRY(put_severities(&overview));
    FA_TRY(put_trend(&overview));
    fa_sheet_begin_list(sheet); /* a chart is not cut by the end of a page */
    return put_ages(&overview);
}
