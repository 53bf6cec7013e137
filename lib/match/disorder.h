/*
 * Rows of an added table that are not made in their order: they get a number each, are kept in
 * a spool of their own, and are sorted by it at the end. While there is none of it, nothing is
 * done.
 */
#ifndef FA_MATCH_DISORDER_H
#define FA_MATCH_DISORDER_H

#include "ledger/builder.h"

/* Zero: the rows come in order. */
struct fa_disorder {
    struct fa_table_def table; /* as it is, and behind its columns the number */
    struct fa_spool *spool;
    struct fa_builder *builder; /* for the rows, by the columns of the table as it is */
};

enum fa_status fa_disorder_begin(struct fa_disorder *disorder, const struct fa_table_def *table,
                                 uint64_t memory_max, const char *dir,
                                 struct fa_sink *sink) FA_MUST_USE;
/* The place of the row under way: before fa_builder_end_row. */
void fa_disorder_set_place(struct fa_disorder *disorder, uint64_t place);
/* Adds the rows to INTO by their places, behind those that it has, and releases. */
enum fa_status fa_disorder_end(struct fa_disorder *disorder, uint64_t memory_max,
                               const char *dir, struct fa_sink *sink,
                               struct fa_builder *into) FA_MUST_USE;
void fa_disorder_release(struct fa_disorder *disorder);

#endif
