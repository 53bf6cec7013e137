/*
 * The first rows of a ledger's tables as CSV: what a person looks at to see whether a file was read
 * as it was meant.
 */
#ifndef FLOWAUDIT_COMMON_ROWS_H
#define FLOWAUDIT_COMMON_ROWS_H

#include "ledger/blocks.h"
#include "tool.h"

struct rows_choice {
    uint64_t row_max; /* of each table */
    /* Whether a column of a table is shown; tables without such a column are not. */
    bool (*is_shown)(const void *context, const struct fa_table_def *table, int column);
    const void *context;
};

/* Prints them to standard output, each table behind an empty line and "NAME:". */
enum fa_status rows_print(struct fa_blocks *blocks, const struct rows_choice *choice,
                          struct tool_run *run) FA_MUST_USE;

#endif
