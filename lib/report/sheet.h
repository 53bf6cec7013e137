/*
 * One sheet while its rows are written, and the cells it takes. Every cell passes here and is
 * counted, so that the finished file can be held against the counts (report/readback.h). Rows
 * go to disk as they are written: a sheet's size costs no memory, and a row is never gone back
 * to.
 */
#ifndef FA_REPORT_SHEET_H
#define FA_REPORT_SHEET_H

#include <xlsxwriter.h>

#include "report/readback.h"
#include "value/datetime.h"

enum { FA_SHEET_SEVERITIES = 5, FA_SHEET_SCALES = FA_MONEY_SCALE_MAX + 1 };

/* The looks of cells; those of a workbook belong to it. */
struct fa_formats {
    lxw_format *heading, *title, *input, *note, *count, *fact, *number_link, *key, *text, *wrapped, *integer, *date, *time, *link, *percent;
    lxw_format *severity[FA_SHEET_SEVERITIES];
    lxw_format *money[FA_SHEET_SCALES]; /* by the scale of its currency */
    lxw_format *marked_money[FA_SHEET_SCALES];
};

void fa_formats_make(struct fa_formats *formats, lxw_workbook *file);

enum { FA_SHEET_BREAKS_MAX = 64 };

struct fa_sheet_writer {
    lxw_worksheet *worksheet;
    const struct fa_formats *formats;
    const struct fa_zone *zone; /* whose wall-clock time the cells show */
    struct fa_buf *buf;         /* for the text of one cell; shared by all sheets */
    lxw_row_t row;
    lxw_col_t column; /* of the next cell */
    struct fa_sheet_count count;
    bool row_has_cells;
    int printed_columns; /* of a list: what stands right of them is for the screen; 0: all */
    uint32_t line_count; /* that the tallest cell of the row needs */
    lxw_row_t breaks[FA_SHEET_BREAKS_MAX + 1]; /* rows that begin a page; ends with 0 */
    int break_count;
};

void fa_sheet_next_row(struct fa_sheet_writer *sheet);
/* The next row begins one of several lists of the sheet. It begins a page, too, unless much of one is
 * left: no title stands alone at the foot. */
void fa_sheet_begin_list(struct fa_sheet_writer *sheet);
/* After the last list. */
void fa_sheet_set_pages(struct fa_sheet_writer *sheet);
void fa_sheet_skip(struct fa_sheet_writer *sheet); /* leaves the next cell empty */
/* Empty text leaves the cell empty. */
enum fa_status fa_sheet_put_text(struct fa_sheet_writer *sheet, struct fa_str text,
                                 lxw_format *format) FA_MUST_USE;
/* Text that wraps in a column of WIDTH characters; the row becomes high enough for it, since
 * not every program makes it so. */
enum fa_status fa_sheet_put_wrapped(struct fa_sheet_writer *sheet, struct fa_str text,
                                    double width) FA_MUST_USE;
/* Text that runs over the empty cells behind it; where ROOM characters are too few for it, it wraps
 * in its own column. */
enum fa_status fa_sheet_put_running(struct fa_sheet_writer *sheet, struct fa_str text,
                                    double room, double width) FA_MUST_USE;
/* The same for a heading, which is bold; WIDTH 0: not known. */
enum fa_status fa_sheet_put_heading(struct fa_sheet_writer *sheet, struct fa_str text,
                                    double width) FA_MUST_USE;
/* A shaded cell that the reader fills in; it is not protected. */
void fa_sheet_put_input(struct fa_sheet_writer *sheet);
void fa_sheet_put_number(struct fa_sheet_writer *sheet, double number, lxw_format *format);
/* A double holds 15 digits exactly; a longer amount stays text. */
bool fa_sheet_is_number(fa_i128 minor);
enum fa_status fa_sheet_put_money(struct fa_sheet_writer *sheet, fa_i128 minor,
                                  int scale) FA_MUST_USE;
/* The same, so that it stands out. */
enum fa_status fa_sheet_put_marked_money(struct fa_sheet_writer *sheet, fa_i128 minor,
                                         int scale) FA_MUST_USE;
/* An amount from its decimal text. */
enum fa_status fa_sheet_put_decimal(struct fa_sheet_writer *sheet,
                                    struct fa_str text) FA_MUST_USE;
enum fa_status fa_sheet_put_day(struct fa_sheet_writer *sheet, int64_t day_no) FA_MUST_USE;
enum fa_status fa_sheet_put_time(struct fa_sheet_writer *sheet, int64_t instant_us) FA_MUST_USE;
/* A formula over cells of the workbook, with the value that it has. */
void fa_sheet_put_formula(struct fa_sheet_writer *sheet, const char *formula, double value,
                          lxw_format *format);
/* MINOR units as the number that a cell holds: one division, rounded once. */
double fa_sheet_number_of(fa_i128 minor, int scale);
/* A formula that leads elsewhere and shows LABEL, which is a number or a text. */
void fa_sheet_put_link(struct fa_sheet_writer *sheet, const char *formula, const char *label,
                       bool is_number);

#endif
