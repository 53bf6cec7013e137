/*
 * The workbook while it is written, between workbook.c and the files that write its larger
 * sheets.
 */
#ifndef FA_REPORT_WORKBOOK_H
#define FA_REPORT_WORKBOOK_H

#include "report/report.h"
#include "report/sheet.h"

/* In the order of the workbook. Statistics that ask for it stand behind Summary, the lead sheets
 * behind Waivers, the other statistics behind Coverage. */
enum fa_book_sheet {
    FA_BOOK_COVER,
    FA_BOOK_SUMMARY,
    FA_BOOK_FINDINGS,
    FA_BOOK_PENDING,
    FA_BOOK_EARLIER,
    FA_BOOK_WAIVERS,
    FA_BOOK_BREAKS,
    FA_BOOK_BRIDGE,
    FA_BOOK_COVERAGE,
    FA_BOOK_EVIDENCE,
    FA_BOOK_REJECTED,
    FA_BOOK_REMARKS,
    FA_BOOK_CONTROLS,
    FA_BOOK_RULES,
    FA_BOOK_NOT_TESTED,
    FA_BOOK_TICKMARKS,
    FA_BOOK_SOURCES,
    FA_BOOK_LOG,
    FA_BOOK_SHEETS
};

/* What a sheet is for; its tab has the colour of it. */
enum fa_sheet_role {
    FA_ROLE_FRONT,   /* cover and summary */
    FA_ROLE_RESULT,  /* what was found */
    FA_ROLE_WORKING, /* how it adds up */
    FA_ROLE_SOURCE,  /* what it was found in */
    FA_ROLE_METHOD,  /* how it was looked for */
    FA_ROLE_COUNT
};

/* Rows of every sheet but the cover: the link back with the sheet's title, a line that says how
 * many rows there are, and the heading of the list. Rows count from 0 here. */
enum { FA_BOOK_TITLE_ROW, FA_BOOK_NOTE_ROW, FA_BOOK_HEADING_ROW, FA_BOOK_FIRST_ROW };

/* A sheet of one statistic, or of several: VIEW is the first of them in result_view. */
struct fa_statistic_sheet {
    struct fa_sheet_writer writer;
    struct fa_buf name;
    uint64_t view;
};

/* A finding and where it stands; rows count from 0, and 0 means nowhere. */
struct fa_planned_finding {
    uint64_t finding;      /* row of result_finding */
    uint32_t rule;         /* row of result_rule, or FA_BOOK_NO_RULE */
    uint32_t sheet_row;    /* on Findings */
    uint32_t evidence_row; /* on Evidence, the first */
};
#define FA_BOOK_NO_RULE UINT32_MAX

/* Findings of one severity, rule, outcome and currency: [from, to) of the planned ones. */
struct fa_finding_run {
    int severity, outcome;
    uint32_t rule;
    fa_currency currency; /* 0: none */
    uint64_t from, to, waived_count;
    fa_i128 amount;
    bool has_amount;
};

/* The findings in the order of the sheet: by severity, rule, outcome, currency. */
struct fa_book_plan {
    struct fa_planned_finding *findings;
    FA_VEC(struct fa_finding_run) runs;
};

enum { FA_OUTCOME_VIOLATION, FA_OUTCOME_LEAD, FA_OUTCOME_INDETERMINATE, FA_OUTCOMES };

struct fa_area_counts {
    uint64_t rules, tested, not_testable; /* rules */
    uint64_t judged, unknown;             /* units, and those that could not be judged */
    uint64_t outcomes[FA_OUTCOMES], waived;
};

/* A lead sheet. */
struct fa_area {
    struct fa_sheet_writer writer;
    uint64_t ruleset; /* row of result_ruleset */
    struct fa_area_counts counts;
};

/* Columns that are asked for at every row. */
struct fa_book_columns {
    int evidence_row_no, row_table, cell_column, cell_value, value_which, value_value;
    /* of result_finding */
    int number, first_time, effect[3], evidence_rows, waiver, waived, outcome;
};

/* What the tool did to a finding; the sheet of tickmarks says what they mean. */
#define FA_TICK_EXCEPTION "\xE2\x9C\x97" /* a cross */
#define FA_TICK_LEAD      "\xE2\x96\xB3" /* a triangle */
#define FA_TICK_UNDECIDED "?"


/* Where the rows of a sheet's list stand, so that formulas of other sheets find them. */
enum { FA_BOOK_COLUMNS_MAX = 48 };
struct fa_book_list {
    lxw_row_t first;
    uint64_t row_count, shown_count; /* of the table, on the sheet */
    enum fa_word columns[FA_BOOK_COLUMNS_MAX];
    int column_count;
};

/* Where a column is that sheets ask for by name. */
struct fa_found_column {
    const char *name; /* a constant, known by its address */
    enum fa_result_table table;
    int column, en, zh; /* column -1: it is a pair, one for each language */
};
enum { FA_FOUND_COLUMNS = 256 };

struct fa_workbook {
    const struct fa_shown_context *context;
    const struct fa_results *results;
    enum fa_language language;
    lxw_workbook *file;
    struct fa_formats formats;
    struct fa_sheet_writer sheets[FA_BOOK_SHEETS];
    struct fa_statistic_sheet *statistics; /* those that stand behind the summary come first */
    int statistic_count, first_statistic_count;
    struct fa_area *areas;
    int area_count;
    struct fa_book_list lists[FA_BOOK_SHEETS]; /* of the sheets that are written */
    FA_VEC(struct fa_sheet_writer *) order; /* all sheets as they stand */
    enum fa_paper paper;
    const char *rest_stem;                  /* of the CSV files beside it, or NULL */
    lxw_row_t sources_row;                  /* of the first source on the cover */
    struct fa_str results_hash, key_id;     /* as of struct fa_report_options */
    char hash[FA_SHA256_HEX_BYTES];         /* of what the run was made from */
    struct fa_buf header, footer;           /* of printed pages */
    struct fa_book_plan plan;
    struct fa_book_columns columns;
    struct fa_found_column found[FA_FOUND_COLUMNS];
    struct fa_buf cell, text, scratch, key;
};

/* What a column shows: a column of the table, or one of the pairs that have a text in each
 * language. */
struct fa_column_spec {
    enum fa_word heading;
    const char *column; /* "title" and "message": by language */
    double width;
};

/* Header and footer of all pages; then sheets can be added. */
enum fa_status fa_book_make_page_texts(struct fa_workbook *book) FA_MUST_USE;
/* The flows' own period where there are flows, since a paper may be older; else that of all
 * tables. */
void fa_book_period(const struct fa_workbook *book, int64_t *from_day, int64_t *to_day);
/* "2025-01-01 .. 2025-12-31". */
enum fa_status fa_book_add_period(const struct fa_workbook *book, struct fa_buf *out) FA_MUST_USE;
/* Adds a sheet behind those that are there and sets it up for screen and paper. */
enum fa_status fa_book_add_sheet(struct fa_workbook *book, struct fa_sheet_writer *sheet,
                                 const char *name, enum fa_sheet_role role) FA_MUST_USE;
/* Its first row: the link back to the cover, and TITLE. */
enum fa_status fa_book_put_title(struct fa_workbook *book, struct fa_sheet_writer *sheet,
                                 struct fa_str title) FA_MUST_USE;
/* A link to the cell that the text of TARGET names ("A1"), on the sheet with this name. */
enum fa_status fa_book_put_link(struct fa_sheet_writer *sheet,
                                const char *sheet_name, const char *target,
                                struct fa_str label) FA_MUST_USE;
/* The same with a count as label, which stays a number. */
enum fa_status fa_book_put_number_link(struct fa_sheet_writer *sheet, const char *sheet_name,
                                       const char *target, const char *label) FA_MUST_USE;
/* "'Name'!", as a formula calls the sheet. */
enum fa_status fa_book_add_reference(const char *sheet_name, struct fa_buf *out) FA_MUST_USE;
/* Notes where the list of SHEET begins and what its columns are. */
void fa_book_note_list(struct fa_workbook *book, const struct fa_sheet_writer *sheet,
                       const struct fa_column_spec *columns, int count, uint64_t row_count);
/* What a page prints: the columns up to COLUMN_COUNT, with the row HEADING on top of each. A list without
 * rows takes no paper: the cover says that there are none. */
void fa_book_set_print(const struct fa_workbook *book, struct fa_sheet_writer *sheet,
                       lxw_row_t heading, uint64_t row_count, int column_count);
enum fa_status fa_book_put_word(struct fa_workbook *book, struct fa_sheet_writer *sheet,
                                enum fa_word word, lxw_format *format) FA_MUST_USE;
/* The rows of the list that a sheet shows, or would; 0: it shows no table of the results. */
uint64_t fa_book_listed_rows(const struct fa_workbook *book, const struct fa_sheet_writer *sheet);
/* What the file with all rows of a sheet is called; NULL: there is none. */
const char *fa_book_rest_of(const struct fa_workbook *book, const struct fa_sheet_writer *sheet);
/* All rows that the stages accepted. */
uint64_t fa_book_accepted_rows(const struct fa_workbook *book);
/* "50000 / 123456. Shown: the first rows; all rows: report.findings.csv" */
enum fa_status fa_book_add_cut(struct fa_workbook *book, const struct fa_sheet_writer *sheet,
                               uint64_t row_count, uint32_t rows_max) FA_MUST_USE;
/* A line that says how many rows follow, and how many of them are shown when not all are. */
enum fa_status fa_book_put_note(struct fa_workbook *book, struct fa_sheet_writer *sheet,
                                uint64_t row_count, uint32_t rows_max) FA_MUST_USE;
/* The note and the heading of a list of ROW_COUNT rows, with its filter; the heading stands on top
 * of every printed page. */
enum fa_status fa_book_put_heading(struct fa_workbook *book, struct fa_sheet_writer *sheet,
                                   const struct fa_column_spec *columns, int count,
                                   uint64_t row_count) FA_MUST_USE;
/* Headings alone. */
enum fa_status fa_book_put_headings(struct fa_workbook *book, struct fa_sheet_writer *sheet,
                                    const struct fa_column_spec *columns,
                                    int count) FA_MUST_USE;
/* A value of an enum in words. */
enum fa_status fa_book_put_value(struct fa_workbook *book, struct fa_sheet_writer *sheet,
                                 enum fa_result_table table, const char *column, int64_t value,
                                 lxw_format *format) FA_MUST_USE;
/* A cell of the table by its type. */
enum fa_status fa_book_put_column(struct fa_workbook *book, struct fa_sheet_writer *sheet,
                                  enum fa_result_table table, uint64_t row, const char *name,
                                  double width) FA_MUST_USE;
/* A value of an enum of the results, in words. */
enum fa_status fa_book_put_enum(struct fa_workbook *book, struct fa_sheet_writer *sheet,
                                 const struct fa_column_def *column, int64_t value,
                                 lxw_format *format) FA_MUST_USE;
/* The currency of a row's amounts. */
fa_currency fa_book_currency(const struct fa_workbook *book, enum fa_result_table table,
                             uint64_t row);
enum fa_status fa_book_put_currency(struct fa_sheet_writer *sheet,
                                    fa_currency currency) FA_MUST_USE;
/* Lists end after ROWS_MAX rows and say so. */
enum fa_status fa_book_put_cut_notice(struct fa_workbook *book, struct fa_sheet_writer *sheet,
                                      uint64_t row_count, uint32_t rows_max) FA_MUST_USE;

/* Where findings and evidence go; before the first sheet is written. */
enum fa_status fa_book_make_plan(struct fa_workbook *book) FA_MUST_USE;
void fa_book_release_plan(struct fa_workbook *book);

/* The sheets of which workbook.c lists what writes them; each begins behind the title. */
enum fa_status fa_book_write_cover(struct fa_workbook *book) FA_MUST_USE;
enum fa_status fa_book_write_summary(struct fa_workbook *book) FA_MUST_USE;
enum fa_status fa_book_write_findings(struct fa_workbook *book) FA_MUST_USE;
enum fa_status fa_book_write_earlier(struct fa_workbook *book) FA_MUST_USE;
enum fa_status fa_book_write_pending(struct fa_workbook *book) FA_MUST_USE;
enum fa_status fa_book_write_waivers(struct fa_workbook *book) FA_MUST_USE;
enum fa_status fa_book_write_evidence(struct fa_workbook *book) FA_MUST_USE;
enum fa_status fa_book_write_rejected(struct fa_workbook *book) FA_MUST_USE;
enum fa_status fa_book_write_remarks(struct fa_workbook *book) FA_MUST_USE;
enum fa_status fa_book_write_controls(struct fa_workbook *book) FA_MUST_USE;
/* Its part about the rows of the other sheets. */
enum fa_status fa_book_put_checks(struct fa_workbook *book) FA_MUST_USE;
enum fa_status fa_book_write_rules(struct fa_workbook *book) FA_MUST_USE;
enum fa_status fa_book_write_tickmarks(struct fa_workbook *book) FA_MUST_USE;
enum fa_status fa_book_write_sources(struct fa_workbook *book) FA_MUST_USE;
enum fa_status fa_book_write_log(struct fa_workbook *book) FA_MUST_USE;

/* A sheet that shows the rows of a table as they come. */
enum fa_status fa_book_write_table(struct fa_workbook *book, enum fa_book_sheet sheet,
                                   enum fa_result_table table,
                                   const struct fa_column_spec *columns, int count) FA_MUST_USE;
/* The number of findings of a run, which leads to their rows; their currency and amount. */
enum fa_status fa_book_put_run_link(struct fa_workbook *book, struct fa_sheet_writer *sheet,
                                    const struct fa_finding_run *run) FA_MUST_USE;
enum fa_status fa_book_put_run_amount(struct fa_workbook *book, struct fa_sheet_writer *sheet,
                                      const struct fa_finding_run *run) FA_MUST_USE;
/* What became of a rule, as the dictionary names it. */
struct fa_str fa_book_rule_state(const struct fa_loaded_table *rules, uint64_t row);
/* "NOT TESTED: 3 of 20 rules", into SCRATCH; nothing where all that apply were tested. */
enum fa_status fa_book_add_not_tested(struct fa_workbook *book) FA_MUST_USE;
enum fa_status fa_book_add_by_empty(struct fa_workbook *book) FA_MUST_USE;

/* Rules that the filing left untested, then provisions that no filing shows. */
enum fa_status fa_book_write_not_tested(struct fa_workbook *book) FA_MUST_USE;

/* Of the reconciliation; nothing where the results have no such table. */
enum fa_status fa_book_write_breaks(struct fa_workbook *book) FA_MUST_USE;
enum fa_status fa_book_write_bridge(struct fa_workbook *book) FA_MUST_USE;
enum fa_status fa_book_write_coverage(struct fa_workbook *book) FA_MUST_USE;
uint64_t fa_book_bridge_days(const struct fa_workbook *book); /* rows of its sheet */
enum { FA_COVER_DETAIL_WIDTH = 68 }; /* of the cover's third column */
/* On the cover: the lowest point of each currency. */
enum fa_status fa_book_put_lowest(struct fa_workbook *book) FA_MUST_USE;

/* Whether one of the sheets that every workbook has is called NAME. */
enum fa_status fa_book_is_own_name(struct fa_workbook *book, const char *name,
                                   bool *is_own) FA_MUST_USE;

/* Adds the lead sheets, and writes them. */
enum fa_status fa_book_add_areas(struct fa_workbook *book) FA_MUST_USE;
enum fa_status fa_book_write_areas(struct fa_workbook *book) FA_MUST_USE;
/* What follows from the counts of an area or a rule. */
enum fa_word fa_book_conclusion(const struct fa_area_counts *counts);

/* Adds the sheets of statistics: those that stand behind the summary, or the others. */
enum fa_status fa_book_add_statistics(struct fa_workbook *book, bool is_first) FA_MUST_USE;
/* Writes them. */
enum fa_status fa_book_write_statistics(struct fa_workbook *book) FA_MUST_USE;

#endif
