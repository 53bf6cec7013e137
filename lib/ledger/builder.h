/*
 * Builds a table row by row and cuts it into full, encoded blocks in a spool: how every stage
 * makes rows. Only the last block is shorter than FA_BLOCK_ROWS_MAX.
 *
 *     fa_builder_set(b, column, value);   fa_builder_set_text(b, column, text);
 *     FA_TRY(fa_builder_end_row(b));      columns that were not set are missing in that row
 */
#ifndef FA_LEDGER_BUILDER_H
#define FA_LEDGER_BUILDER_H

#include "ledger/spool.h"

struct fa_builder;

/* TOTALS (may be NULL) receives the control totals of every finished block. */
struct fa_builder *fa_builder_new(const struct fa_table_def *table, int table_idx,
                                  struct fa_spool *spool, struct fa_totals *totals,
                                  struct fa_sink *sink);
void fa_builder_free(struct fa_builder *builder);
void fa_builder_set(struct fa_builder *builder, int column, int64_t value);
enum fa_status fa_builder_set_text(struct fa_builder *builder, int column,
                                   struct fa_str text) FA_MUST_USE;
enum fa_status fa_builder_end_row(struct fa_builder *builder) FA_MUST_USE;
/* Appends rows [FROM, FROM + COUNT) of a batch of the same table, column by column. */
enum fa_status fa_builder_add_rows(struct fa_builder *builder, const struct fa_batch *batch,
                                   uint32_t from, uint32_t count) FA_MUST_USE;
/* The same for rows picked by index. */
enum fa_status fa_builder_add_picked(struct fa_builder *builder, const struct fa_batch *batch,
                                     const uint32_t *rows, uint32_t count) FA_MUST_USE;
/* A row of one of several batches of the same table. */
struct fa_pick {
    uint32_t source; /* of the batches */
    uint32_t row;
};
/* The same for rows picked from several batches, whose columns SOURCES gives. */
enum fa_status fa_builder_add_mixed(struct fa_builder *builder,
                                    const struct fa_column *const *sources,
                                    const struct fa_pick *picks, uint32_t count) FA_MUST_USE;
/* Cuts blocks of ROWS, at most FA_BLOCK_ROWS_MAX: for blocks that no stream holds. Before the first
 * row. */
void fa_builder_set_block_rows(struct fa_builder *builder, uint32_t rows);
enum fa_status fa_builder_finish(struct fa_builder *builder)
    FA_MUST_USE; /* cuts the last block */
uint64_t fa_builder_row_count(const struct fa_builder *builder);

#endif
