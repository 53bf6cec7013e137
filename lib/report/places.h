/*
 * Where in the filing a finding, a break or a rejected record stands: for the forms that point into
 * files (SARIF, annotations). Names of files are those of the filing; ROOT is put before them.
 */
#ifndef FA_REPORT_PLACES_H
#define FA_REPORT_PLACES_H

#include "report/results.h"

struct fa_report_place {
    struct fa_str source; /* empty: nowhere */
    int64_t line_no;      /* 0: the file as a whole */
};

/* The first file that holds rows of a table, else the first file. */
struct fa_report_place fa_place_of_table(const struct fa_results *results, struct fa_str table);
/* The row of an evidence row number in result_row: they are numbered from 1 in order. */
bool fa_place_of_evidence(const struct fa_results *results, uint64_t evidence,
                          struct fa_report_place *place);
/* The first evidence row of a finding; else the file of its subject's table. */
struct fa_report_place fa_place_of_finding(const struct fa_results *results, uint64_t finding);
/* The file of the flow or the line that a break is about. */
struct fa_report_place fa_place_of_break(const struct fa_results *results, uint64_t row);

/* "ROOT/SOURCE" as it is, without a doubled slash. Appends. */
enum fa_status fa_place_path(struct fa_str root, struct fa_str source, struct fa_buf *out) FA_MUST_USE;

#endif
