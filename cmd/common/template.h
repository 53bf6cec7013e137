/*
 * ingest --template: a folder with empty tables for a platform to fill.
 */
#ifndef FLOWAUDIT_COMMON_TEMPLATE_H
#define FLOWAUDIT_COMMON_TEMPLATE_H

#include "ledger/dictionary.h"
#include "tool.h"

/* Writes TABLE.csv for each of the TABLES (all that a filing may hold, when there are none) and
 * filing.manifest into FOLDER, which is made when it is not there. A file that is there already
 * is an error (code IO) before anything is written. DICTIONARY is what a filing may hold; NULL: the
 * core's tables. */
enum fa_status template_write(struct tool_run *run, const char *folder,
                              const struct fa_dictionary *dictionary, char *const *tables,
                              int table_count) FA_MUST_USE;

#endif
