/*
 * Ledgers for tests, written down as text:
 *
 *     account account_id role opening_balance
 *     R reserve 0.00
 *
 *     flow flow_id time payer_account payee_account amount status
 *     f1 2025-01-01T10:00:00+08:00 C R 100.00 settled
 *
 * A blank line ends a table; a table's first line names it and its columns; "-" is a missing value;
 * fields hold no blanks. Rows stand in the order of the stream. Currencies that no column gives are
 * CNY. Ids are numbered as they come, those of tables that declare them first.
 */
#ifndef TESTS_MADE_LEDGER_H
#define TESTS_MADE_LEDGER_H

#include "ledger/kept.h"

/* BLOCK_ROWS: rows of a block, to make boundaries; at most FA_BLOCK_ROWS_MAX. Any mistake ends the
 * test. The caller frees it. */
struct fa_kept *made_ledger(const char *text, uint32_t block_rows, struct fa_sink *sink);

/* All rows of a table as lines "value value ...", ids by number and name, "-" for missing; columns
 * by name, blank between. BLOCKS is rewound before and left at its end. */
void made_ledger_print(struct fa_blocks *blocks, const char *table, const char *columns,
                       struct fa_sink *sink, struct fa_buf *text);

#endif
