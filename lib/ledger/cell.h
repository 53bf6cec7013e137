/*
 * One cell of a batch as text, exactly as a canonical filing writes it (flowaudit-filing(5)): what
 * view prints, evidence carries, and ingest reads back to the same value.
 */
#ifndef FA_LEDGER_CELL_H
#define FA_LEDGER_CELL_H

#include "ledger/held.h"

/* What cells need beside their own batch: names of ids, and the currency of accounts. */
struct fa_cell_context {
    const struct fa_head *head;
    const struct fa_held *held; /* fa_cell_want() was called on it before it was loaded */
};

/* Asks HELD for what the cells of TABLE need. */
void fa_cell_want(struct fa_held *held, const struct fa_head *head, int table);

/* Appends the text; nothing for a missing cell. The column must be decoded. */
enum fa_status fa_cell_format(const struct fa_cell_context *context, const struct fa_batch *batch,
                              int column, uint32_t row, struct fa_buf *text) FA_MUST_USE;

/* The currency of a row's money: its own column's, else its account's, else its contract's, else the
 * filing's; 0: none. */
fa_currency fa_cell_currency(const struct fa_cell_context *context, const struct fa_batch *batch,
                             uint32_t row);

#endif
