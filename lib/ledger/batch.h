/*
 * A batch: up to FA_BLOCK_ROWS_MAX rows of one table as columns. What decoding a block gives, what
 * encoding takes, and what every kernel loops over.
 *
 * A column that was not asked for, or that no row has a value in, has neither values nor texts:
 * is_absent is true and every row of it is missing.
 */
#ifndef FA_LEDGER_BATCH_H
#define FA_LEDGER_BATCH_H

#include "ledger/dictionary.h"

struct fa_column {
    bool is_absent;
    const uint8_t *missing; /* one byte a row, 1 = no value; NULL: every row has one */
    /* types that are numbers; the value of a missing row is 0 */
    const int64_t *values;
    /* key, text, set: text of row i is bytes[starts[i] .. starts[i] + sizes[i]); rows may share bytes */
    const char *bytes;
    const uint32_t *starts;
    const uint32_t *sizes;
};

struct fa_batch {
    const struct fa_table_def *table;
    uint64_t first_row;   /* number of its first row within the table, from 0 */
    uint32_t row_count;
    struct fa_column *columns; /* table->column_count of them */
};

static inline bool fa_is_missing(const struct fa_column *column, uint32_t row)
{
    return column->is_absent || (column->missing && column->missing[row]);
}

static inline struct fa_str fa_column_text(const struct fa_column *column, uint32_t row)
{
    return (struct fa_str){column->bytes + column->starts[row], column->sizes[row]};
}

#endif
