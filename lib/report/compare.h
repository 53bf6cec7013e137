/*
 * Two results held against each other: those made again from a filing, and those on record. Findings
 * are matched by fingerprint, all other rows by their place. Differences name findings, tables,
 * rows and columns, never what stands in them.
 */
#ifndef FA_REPORT_COMPARE_H
#define FA_REPORT_COMPARE_H

#include "report/provenance.h"
#include "report/results.h"

/* FA_ELIMIT: no memory. */
enum fa_status fa_results_compare(const struct fa_results *made, const struct fa_results *recorded,
                                  struct fa_differences *differences) FA_MUST_USE;

#endif
