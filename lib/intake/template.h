/*
 * Empty canonical CSVs for a platform to fill: a file with the header of each table, and a
 * manifest that names them (flowaudit-filing(5)).
 */
#ifndef FA_INTAKE_TEMPLATE_H
#define FA_INTAKE_TEMPLATE_H

#include "ledger/dictionary.h"

/* All columns of the table in one line, in the dictionary's order. */
enum fa_status fa_template_header(const struct fa_table_def *table,
                                  struct fa_buf *text) FA_MUST_USE;

/* What comes before the files of a manifest, one of its files (TABLE.csv), and what comes
 * behind. */
enum fa_status fa_template_manifest_start(struct fa_buf *text) FA_MUST_USE;
enum fa_status fa_template_manifest_file(const struct fa_table_def *table,
                                         struct fa_buf *text) FA_MUST_USE;
enum fa_status fa_template_manifest_end(struct fa_buf *text) FA_MUST_USE;

#endif
