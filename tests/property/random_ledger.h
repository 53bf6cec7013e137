/*
 * Small ledgers from nowhere: every table, values that crowd on few days, marks and keys so
 * that they meet, with holes, second filers, other currencies, reversals and columns that no
 * row has. The same seed gives the same ledger.
 */
#ifndef TESTS_PROPERTY_RANDOM_LEDGER_H
#define TESTS_PROPERTY_RANDOM_LEDGER_H

#include "ledger/kept.h"

/* splitmix64 */
uint64_t random_next(uint64_t *state);
/* 0 .. COUNT - 1 */
int64_t random_below(uint64_t *state, int64_t count);

/* The tables of such ledgers, read once; the head outlives the ledgers. */
void random_tables(struct fa_head *head, struct fa_sink *sink);

/* Fewer than ROW_MAX flows (at most 64), and about a fifth of that in other tables. Any mistake
 * ends the test. The caller frees it. */
struct fa_kept *random_ledger(uint64_t seed, int row_max, const struct fa_head *tables,
                              struct fa_sink *sink);

#endif
