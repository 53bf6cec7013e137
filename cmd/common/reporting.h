/*
 * What report and audit have in common: the options of a report, and writing it.
 */
#ifndef FLOWAUDIT_COMMON_REPORTING_H
#define FLOWAUDIT_COMMON_REPORTING_H

#include <limits.h>

#include "report/report.h"
#include "tool.h"

enum report_format {
    REPORT_XLSX,
    REPORT_CSV,
    REPORT_NDJSON,
    REPORT_TEXT,
    REPORT_SARIF,
    REPORT_JUNIT,
    REPORT_GITHUB
};
#define REPORT_FORMATS "xlsx|csv|ndjson|text|sarif|junit|github"
#define SEVERITIES     "critical|high|medium|low|info"
enum { FAIL_ON_NOTHING = UINT_MAX };

/* When a tool that did all it should ends with status 1. */
struct fail_choice {
    unsigned severity; /* FAIL_ON_NOTHING: never */
    bool only_new;
};
#define FAIL_OPTIONS(choice)                                                                       \
    {"fail-on", 0, SEVERITIES, "end with status 1 when a finding or break is at least so grave",   \
     OPTION_CHOICE, &(choice)->severity},                                                          \
    {                                                                                              \
        "only-new", 0, NULL,                                                                       \
            "with --fail-on: let findings that earlier results had, too, pass", OPTION_FLAG,       \
            &(choice)->only_new                                                                    \
    }

struct reporting {
    unsigned format; /* enum report_format */
    unsigned language;
    unsigned paper; /* enum fa_paper */
    bool csv_safe, reveal;
    bool is_passing; /* no file of it stays, so that none is told of */
    uint64_t threads; /* 0: one for each core */
    const char *key_file;
    const char *root;   /* NULL: names of files are those of the filing */
    const char *output; /* NULL: standard output */
};

/* The rows of an option table for a report. */
#define REPORTING_OPTIONS(reporting)                                                               \
    {"lang", 0, "en|zh|both", "language of the report", OPTION_CHOICE, &(reporting)->language},    \
        {"paper", 0, "a4|a3|letter|legal", "paper of the workbook's pages", OPTION_CHOICE,         \
         &(reporting)->paper},                                                                     \
        {"csv-safe", 0, NULL, "put a quote mark before csv cells that a spreadsheet could run",    \
         OPTION_FLAG, &(reporting)->csv_safe},                                                     \
        {"root", 0, "FOLDER", "the filing's folder in the source tree, put before the names of files " \
                              "in sarif and github",                                               \
         OPTION_TEXT, &(reporting)->root},                                                         \
        {"key", 0, "FILE", "replace persons by HMAC pseudonyms under the key in FILE, which join " \
                           "across filings",                                                       \
         OPTION_TEXT, &(reporting)->key_file},                                                     \
    {                                                                                              \
        "reveal", 0, NULL, "show personal data in clear; the cover says so", OPTION_FLAG,          \
            &(reporting)->reveal                                                                   \
    }

/* Refuses --only-new without --fail-on, which would promise a gate that is none. */
enum fa_status fail_check(const struct fail_choice *choice, struct tool_run *run) FA_MUST_USE;
/* FA_FINDINGS, or FA_OK. */
enum fa_status fail_judge(const struct fail_choice *choice,
                          const struct fa_results *results) FA_MUST_USE;

/* Whether the key can be had, before anything long is begun. Code KEY-FILE. */
enum fa_status reporting_check(const struct reporting *reporting, struct tool_run *run) FA_MUST_USE;
/* What tells the key of --key from another without telling it. */
enum { KEY_ID_BYTES = 17 };
enum fa_status reporting_key_id(const char *path, struct tool_run *run,
                                char id[KEY_ID_BYTES]) FA_MUST_USE;

/* Loads the results and writes them; with SUMMARY also the text form to standard output.
 * RESULTS may be asked what was found; free it. */
enum fa_status reporting_write(const struct reporting *reporting, struct tool_run *run,
                               struct fa_blocks *blocks, bool summary,
                               struct fa_results **results) FA_MUST_USE;

#endif
