#include "report/sheet.h"

#include <stdio.h>
#include <string.h>

#include "report/celltext.h"

enum { MONEY_DIGITS_MAX = 15, LINE_POINTS = 15, LINES_MAX = 20 };
/* Serial day numbers are right from 1900-03-01 on (the 1900 date system has a 29 February
 * 1900). */
#define SERIAL_OF_1970   25569
#define FIRST_SERIAL_DAY (-25508)

static lxw_format *new_format(lxw_workbook *file, const char *number_format)
{
    lxw_format *format = workbook_add_format(file);
    if (format && number_format)
        format_set_num_format(format, number_format);
    if (format)
        format_set_align(format, LXW_ALIGN_VERTICAL_TOP);
    return format;
}

/* Apart from a number that ends in the column before. */
static lxw_format *new_left_format(lxw_workbook *file, const char *number_format)
{
    lxw_format *format = new_format(file, number_format);
    if (!format)
        return NULL;
    format_set_align(format, LXW_ALIGN_LEFT);
    format_set_indent(format, 1);
    return format;
}

void fa_formats_make(struct fa_formats *formats, lxw_workbook *file)
{
    static const uint32_t severity_colors[FA_SHEET_SEVERITIES] = {0xC00000, 0xD9480F, 0x8A6100,
                                                                  0x3A6B35, 0x555555};
    formats->text = new_left_format(file, "@");
    formats->wrapped = new_left_format(file, "@");
    format_set_text_wrap(formats->wrapped);
    formats->integer = new_format(file, "#,##0");
    formats->percent = new_format(file, "0.00%");
    formats->date = new_left_format(file, "yyyy-mm-dd");
    formats->time = new_left_format(file, "yyyy-mm-dd hh:mm:ss");
    formats->title = new_left_format(file, NULL);
    format_set_bold(formats->title);
    format_set_font_size(formats->title, 16);
    formats->key = new_format(file, NULL);
    format_set_bold(formats->key);
    formats->heading = new_left_format(file, NULL);
    format_set_bold(formats->heading);
    format_set_text_wrap(formats->heading);
    /* no line below: on a screen or a coarse printer it covers the top of the row that follows */
    format_set_bg_color(formats->heading, 0xCBD8E5);
    formats->note = new_format(file, NULL);
    format_set_italic(formats->note);
    /* a cell that a person fills in */
    formats->input = new_left_format(file, NULL);
    format_set_text_wrap(formats->input);
    format_set_bg_color(formats->input, 0xFFF8DC);
    format_set_border(formats->input, LXW_BORDER_HAIR);
    format_set_unlocked(formats->input);
    formats->link = new_left_format(file, NULL);
    format_set_font_color(formats->link, 0x0563C1);
    format_set_underline(formats->link, LXW_UNDERLINE_SINGLE);
    formats->number_link = new_format(file, "#,##0");
    format_set_font_color(formats->number_link, 0x0563C1);
    format_set_underline(formats->number_link, LXW_UNDERLINE_SINGLE);
    formats->fact = new_left_format(file, "#,##0");
    formats->count = new_format(file, "#,##0;-#,##0;-");
    format_set_align(formats->count, LXW_ALIGN_RIGHT);
    for (int i = 0; i < FA_SHEET_SEVERITIES; i++) {
        formats->severity[i] = new_left_format(file, "@");
        format_set_font_color(formats->severity[i], severity_colors[i]);
        format_set_text_wrap(formats->severity[i]);
        if (i == 0)
            format_set_bold(formats->severity[i]);
    }
    /* less than nothing in brackets, in red where there is colour; nothing is a dash */
    char number[FA_SHEET_SCALES + 8] = "#,##0";
    for (int scale = 0; scale < FA_SHEET_SCALES; scale++) {
        char number_format[2 * sizeof number + 16];
        snprintf(number_format, sizeof number_format, "%s;[Red](%s);-", number, number);
        formats->money[scale] = new_format(file, number_format);
        formats->marked_money[scale] = new_format(file, number_format);
        format_set_font_color(formats->marked_money[scale], severity_colors[0]);
        format_set_bold(formats->marked_money[scale]);
        size_t size = strlen(number);
        snprintf(number + size, sizeof number - size, scale ? "0" : ".0");
    }
}

void fa_sheet_next_row(struct fa_sheet_writer *sheet)
{
    if (sheet->line_count > 1)
        worksheet_set_row(sheet->worksheet, sheet->row, sheet->line_count * LINE_POINTS, NULL);
    sheet->line_count = 0;
    sheet->count.row_count += sheet->row_has_cells;
    sheet->row_has_cells = false;
    sheet->row++;
    sheet->column = 0;
}

void fa_sheet_begin_list(struct fa_sheet_writer *sheet)
{
    enum { SURE_ROWS = 25 }; /* that a page holds and still has room for a title and some rows */
    lxw_row_t top = sheet->break_count ? sheet->breaks[sheet->break_count - 1] : 0;
    if (sheet->row - top > SURE_ROWS && sheet->break_count < FA_SHEET_BREAKS_MAX)
        sheet->breaks[sheet->break_count++] = sheet->row;
}

void fa_sheet_set_pages(struct fa_sheet_writer *sheet)
{
    if (sheet->break_count)
        worksheet_set_h_pagebreaks(sheet->worksheet, sheet->breaks);
}

void fa_sheet_skip(struct fa_sheet_writer *sheet)
{
    sheet->column++;
}

static void count_cell(struct fa_sheet_writer *sheet)
{
    sheet->count.cell_count++;
    sheet->row_has_cells = true;
    sheet->column++;
}

enum fa_status fa_sheet_put_text(struct fa_sheet_writer *sheet, struct fa_str text,
                                 lxw_format *format)
{
    if (text.size == 0) {
        fa_sheet_skip(sheet);
        return FA_OK;
    }
    fa_buf_clear(sheet->buf);
    FA_TRY(fa_cell_text(text, sheet->buf));
    const char *string = fa_buf_cstr(sheet->buf);
    if (!string)
        return FA_ELIMIT;
    worksheet_write_string(sheet->worksheet, sheet->row, sheet->column, string, format);
    count_cell(sheet);
    return FA_OK;
}

/* How wide the character at BYTES is: one beyond Latin is about two wide. */
static uint32_t character_width(const char *bytes)
{
    unsigned char c = (unsigned char)*bytes;
    return (c & 0xC0) == 0x80 ? 0 : c >= 0xE0 ? 2 : 1;
}

/* Lines of TEXT in a column of WIDTH characters, broken between words, and anywhere in a word that
 * is too long or in text without blanks. */
static uint32_t count_lines(struct fa_str text, uint32_t width)
{
    uint32_t lines = 1, used = 0;
    for (size_t i = 0; i < text.size && lines < LINES_MAX;) {
        uint32_t word = 0;
        size_t end = i;
        bool is_wide = false;
        while (end < text.size && text.bytes[end] != ' ' && text.bytes[end] != '\n' && !is_wide) {
            uint32_t size = character_width(text.bytes + end);
            is_wide = size == 2;
            word += size;
            end++;
            while (end < text.size && ((unsigned char)text.bytes[end] & 0xC0) == 0x80)
                end++;
        }
        if (used && used + word > width) {
            lines++;
            used = 0;
        }
        if (word > width) {
            lines += (word - 1) / width;
            word = (word - 1) % width + 1;
        }
        used += word;
        if (end < text.size && text.bytes[end] == '\n') {
            lines++;
            used = 0;
        } else if (end < text.size && text.bytes[end] == ' ') {
            used++;
        }
        bool is_break = end < text.size && (text.bytes[end] == ' ' || text.bytes[end] == '\n');
        i = end + is_break;
    }
    return lines < LINES_MAX ? lines : LINES_MAX;
}

enum fa_status fa_sheet_put_wrapped(struct fa_sheet_writer *sheet, struct fa_str text,
                                    double width)
{
    /* the indent takes one character */
    uint32_t lines = count_lines(text, (uint32_t)width - 1);
    if (lines > sheet->line_count)
        sheet->line_count = lines;
    return fa_sheet_put_text(sheet, text, sheet->formats->wrapped);
}

enum fa_status fa_sheet_put_running(struct fa_sheet_writer *sheet, struct fa_str text,
                                    double room, double width)
{
    if (count_lines(text, (uint32_t)(room * 0.9)) == 1)
        return fa_sheet_put_text(sheet, text, sheet->formats->text);
    return fa_sheet_put_wrapped(sheet, text, width);
}

enum fa_status fa_sheet_put_heading(struct fa_sheet_writer *sheet, struct fa_str text,
                                    double width)
{
    /* bold letters are wider */
    uint32_t lines = width > 2 ? count_lines(text, (uint32_t)(width * 0.85) - 1) : 1;
    if (lines > sheet->line_count)
        sheet->line_count = lines;
    return fa_sheet_put_text(sheet, text, sheet->formats->heading);
}

void fa_sheet_put_input(struct fa_sheet_writer *sheet)
{
    worksheet_write_blank(sheet->worksheet, sheet->row, sheet->column, sheet->formats->input);
    count_cell(sheet);
}

void fa_sheet_put_number(struct fa_sheet_writer *sheet, double number, lxw_format *format)
{
    worksheet_write_number(sheet->worksheet, sheet->row, sheet->column, number, format);
    count_cell(sheet);
}

bool fa_sheet_is_number(fa_i128 minor)
{
    fa_i128 limit = 1000000000000000;
    return minor > -limit && minor < limit;
}

double fa_sheet_number_of(fa_i128 minor, int scale)
{
    double unit = 1; /* a power of ten, exact */
    for (int i = 0; i < scale; i++)
        unit *= 10;
    return (double)minor / unit;
}

void fa_sheet_put_formula(struct fa_sheet_writer *sheet, const char *formula, double value,
                          lxw_format *format)
{
    worksheet_write_formula_num(sheet->worksheet, sheet->row, sheet->column, formula, format,
                                value);
    count_cell(sheet);
}

static enum fa_status put_money(struct fa_sheet_writer *sheet, fa_i128 minor, int scale,
                                lxw_format *format, lxw_format *text_format)
{
    if (fa_sheet_is_number(minor)) {
        fa_sheet_put_number(sheet, fa_sheet_number_of(minor, scale), format);
        return FA_OK;
    }
    char text[FA_MONEY_TEXT_BYTES];
    size_t size = fa_money_format(minor, scale, text);
    return fa_sheet_put_text(sheet, (struct fa_str){text, size}, text_format);
}

enum fa_status fa_sheet_put_money(struct fa_sheet_writer *sheet, fa_i128 minor, int scale)
{
    return put_money(sheet, minor, scale, sheet->formats->money[scale], sheet->formats->text);
}

enum fa_status fa_sheet_put_marked_money(struct fa_sheet_writer *sheet, fa_i128 minor, int scale)
{
    return put_money(sheet, minor, scale, sheet->formats->marked_money[scale],
                     sheet->formats->severity[0]);
}

enum fa_status fa_sheet_put_day(struct fa_sheet_writer *sheet, int64_t day_no)
{
    if (day_no >= FIRST_SERIAL_DAY) {
        fa_sheet_put_number(sheet, (double)(day_no + SERIAL_OF_1970), sheet->formats->date);
        return FA_OK;
    }
    char text[FA_TIME_TEXT_BYTES];
    size_t size = fa_date_format(day_no, text);
    return fa_sheet_put_text(sheet, (struct fa_str){text, size}, sheet->formats->text);
}

enum fa_status fa_sheet_put_time(struct fa_sheet_writer *sheet, int64_t instant_us)
{
    const struct fa_zone *zone = sheet->zone;
    int64_t day_no = fa_day_of(instant_us, zone);
    if (day_no < FIRST_SERIAL_DAY) {
        char text[FA_TIME_TEXT_BYTES];
        size_t size = fa_time_format(instant_us, zone, text);
        return fa_sheet_put_text(sheet, (struct fa_str){text, size}, sheet->formats->text);
    }
    double fraction = (double)(instant_us - fa_day_start(day_no, zone)) / (double)FA_DAY_US;
    fa_sheet_put_number(sheet, (double)(day_no + SERIAL_OF_1970) + fraction,
                        sheet->formats->time);
    return FA_OK;
}

enum fa_status fa_sheet_put_decimal(struct fa_sheet_writer *sheet, struct fa_str text)
{
    int scale = 0;
    size_t point = 0;
    while (point < text.size && text.bytes[point] != '.')
        point++;
    if (point < text.size)
        scale = (int)(text.size - point - 1);
    int64_t minor;
    if (text.size > MONEY_DIGITS_MAX || scale > FA_MONEY_SCALE_MAX ||
        fa_money_parse(text, scale, true, &minor) != FA_VALUE_OK)
        return fa_sheet_put_text(sheet, text, sheet->formats->text);
    return fa_sheet_put_money(sheet, minor, scale);
}

void fa_sheet_put_link(struct fa_sheet_writer *sheet, const char *formula, const char *label,
                       bool is_number)
{
    lxw_format *format = is_number ? sheet->formats->number_link : sheet->formats->link;
    worksheet_write_formula_str(sheet->worksheet, sheet->row, sheet->column, formula, format,
                                label);
    count_cell(sheet);
}
