/*
 * The workbook while it is written, between workbook.c and the files that write its larger
 * sheets.
 */
#ifndef FA_REPORT_WORKBOOK_H
#define FA_REPORT_WORKBOOK_H

#include "report/report.h"
#include "report/sheet.h"

enum fa_book_sheet {
    FA_BOOK_COVER,
    FA_BOOK_SUMMARY,
    FA_BOOK_NOT_TESTED,
    FA_BOOK_FINDINGS,
    FA_BOOK_EVIDENCE,
    FA_BOOK_BREAKS,
    FA_BOOK_BRIDGE,
    FA_BOOK_COVERAGE,
    FA_BOOK_REJECTED,
    FA_BOOK_REMARKS,
    FA_BOOK_CONTROLS,
    FA_BOOK_SHEETS
};

/* A sheet of one statistic, or of several: VIEW is the first of them in result_view. */
struct fa_statistic_sheet {
    struct fa_sheet_writer writer;
    struct fa_buf name;
    uint64_t view;
};

struct fa_workbook {
    const struct fa_shown_context *context;
    const struct fa_results *results;
    enum fa_language language;
    lxw_workbook *file;
    struct fa_formats formats;
    struct fa_sheet_writer sheets[FA_BOOK_SHEETS];
    struct fa_statistic_sheet *statistics; /* those that stand behind the summary come first */
    int statistic_count, first_statistic_count;
    struct fa_buf cell, text, scratch;
};

/* What a column shows: a column of the table, or one of the pairs that have a text in each
 * language. */
struct fa_column_spec {
    enum fa_word heading;
    const char *column; /* "title" and "message": by language */
    double width;
};

/* Sets up a sheet whose worksheet is made. */
void fa_book_begin_sheet(struct fa_workbook *book, struct fa_sheet_writer *sheet, bool is_wide);
enum fa_status fa_book_put_word(struct fa_workbook *book, struct fa_sheet_writer *sheet,
                                enum fa_word word, lxw_format *format) FA_MUST_USE;
/* The heading of a list of ROW_COUNT rows, with its filter; on top of every printed page. */
enum fa_status fa_book_put_heading(struct fa_workbook *book, struct fa_sheet_writer *sheet,
                                   const struct fa_column_spec *columns, int count,
                                   uint64_t row_count) FA_MUST_USE;
/* A cell of the table by its type. */
enum fa_status fa_book_put_column(struct fa_workbook *book, struct fa_sheet_writer *sheet,
                                  enum fa_result_table table, uint64_t row, const char *name,
                                  double width) FA_MUST_USE;
/* Lists end after ROWS_MAX rows and say so. */
enum fa_status fa_book_put_cut_notice(struct fa_workbook *book, struct fa_sheet_writer *sheet,
                                      uint64_t row_count, uint32_t rows_max) FA_MUST_USE;

/* Rules that the filing left untested, then provisions that no filing shows. */
enum fa_status fa_book_write_not_tested(struct fa_workbook *book) FA_MUST_USE;

/* Of the reconciliation; nothing where the results have no such table. */
enum fa_status fa_book_write_breaks(struct fa_workbook *book) FA_MUST_USE;
enum fa_status fa_book_write_bridge(struct fa_workbook *book) FA_MUST_USE;
enum fa_status fa_book_write_coverage(struct fa_workbook *book) FA_MUST_USE;
/* On the cover: the lowest point of each currency. */
enum fa_status fa_book_put_lowest(struct fa_workbook *book) FA_MUST_USE;

/* Whether one of the sheets that every workbook has is called NAME. */
enum fa_status fa_book_is_own_name(struct fa_workbook *book, const char *name,
                                   bool *is_own) FA_MUST_USE;

/* Adds the sheets of statistics: those that stand behind the summary, or the others. */
enum fa_status fa_book_add_statistics(struct fa_workbook *book, bool is_first) FA_MUST_USE;
/* Writes them. */
enum fa_status fa_book_write_statistics(struct fa_workbook *book) FA_MUST_USE;

#endif
