/*
 * The writers of a report, over the one result model. All print masked cells (report/shown.h).
 *
 *   text      a summary for a terminal
 *   csv       the findings
 *   ndjson    everything, one object a line, "type" first; money as exact decimal text
 *   sarif     findings and breaks as results of a static analysis (SARIF 2.1.0)
 *   junit     a suite for each ruleset, a case for each rule
 *   github    the worst findings as annotations of lines
 *   workbook  .xlsx for people; detail sheets end after FA_SHEET_ROWS_MAX rows and say where
 *             the rest is
 */
#ifndef FA_REPORT_REPORT_H
#define FA_REPORT_REPORT_H

#include "ledger/stream.h"
#include "report/shown.h"

enum fa_paper { FA_PAPER_A4, FA_PAPER_A3, FA_PAPER_LETTER, FA_PAPER_LEGAL, FA_PAPER_COUNT };

/* Each decodes results for itself and keeps tens of megabytes until the ones before have written theirs. */
enum { FA_REPORT_THREADS_MAX = 4 };

struct fa_report_options {
    enum fa_language language;
    enum fa_paper paper; /* of the workbook's pages */
    bool csv_safe; /* a quote before csv cells that a spreadsheet could run as a formula */
    const char *rest_stem; /* "report": lists that the workbook cuts stand in report.findings.csv and
                            * so on; NULL: nowhere */
    /* For who makes the workbook again: of what the results hold (ledger/digest.h), hexadecimal; and what
     * tells a key from another without telling it. Empty: not known; no key. */
    struct fa_str results_hash, key_id;
    struct fa_str root; /* put before the names of files where they point into a source tree */
    unsigned threads; /* that ndjson is made by, at most FA_REPORT_THREADS_MAX; 0 and 1: the caller's */
};

enum fa_status fa_report_text(const struct fa_shown_context *context,
                              const struct fa_report_options *options,
                              struct fa_output *output) FA_MUST_USE;
enum fa_status fa_report_csv(const struct fa_shown_context *context,
                             const struct fa_report_options *options,
                             struct fa_output *output) FA_MUST_USE;
/* Any table, every column; nothing where the results have no such table. */
enum fa_status fa_report_csv_table(const struct fa_shown_context *context,
                                   const struct fa_report_options *options,
                                   enum fa_result_table table, struct fa_output *output) FA_MUST_USE;
enum fa_status fa_report_ndjson(const struct fa_shown_context *context,
                                const struct fa_report_options *options,
                                struct fa_output *output) FA_MUST_USE;
enum fa_status fa_report_sarif(const struct fa_shown_context *context,
                               const struct fa_report_options *options,
                               struct fa_output *output) FA_MUST_USE;
enum fa_status fa_report_junit(const struct fa_shown_context *context,
                               const struct fa_report_options *options,
                               struct fa_output *output) FA_MUST_USE;
enum fa_status fa_report_github(const struct fa_shown_context *context,
                                const struct fa_report_options *options,
                                struct fa_output *output) FA_MUST_USE;
/* The lists that a workbook may have to cut, and each of them whole as CSV. */
enum { FA_REPORT_RESTS = 11 };
const char *fa_report_rest_name(int rest);
const char *fa_report_rest_of(enum fa_result_table table); /* NULL: it is no such list */
bool fa_report_has_rest(const struct fa_results *results, int rest);
enum fa_status fa_report_rest(const struct fa_shown_context *context,
                              const struct fa_report_options *options, int rest,
                              struct fa_output *output) FA_MUST_USE;
/* Writes PATH (a temporary file of the caller's, who renames it) and reads it back. DIR takes
 * the library's own temporary files. */
enum fa_status fa_report_workbook(const struct fa_shown_context *context,
                                  const struct fa_report_options *options, const char *path,
                                  const char *dir) FA_MUST_USE;

#endif
