/*
 * The spool: encoded blocks that are kept until they are sent. In memory up to a limit, beyond
 * it in an unlinked file; readable any number of times.
 */
#ifndef FA_LEDGER_SPOOL_H
#define FA_LEDGER_SPOOL_H

#include "ledger/blocks.h"

struct fa_spool;

/* DIR: where the unlinked file goes when MEMORY_MAX bytes are reached; NULL: reaching it is
 * FA_ELIMIT. */
struct fa_spool *fa_spool_new(uint64_t memory_max, const char *dir, struct fa_sink *sink);
void fa_spool_free(struct fa_spool *spool);
/* Copies the block's bytes in. */
enum fa_status fa_spool_add(struct fa_spool *spool, const struct fa_block *block) FA_MUST_USE;
uint64_t fa_spool_count(const struct fa_spool *spool);
/* The I-th block as added; bytes valid until the next call. */
enum fa_status fa_spool_get(struct fa_spool *spool, uint64_t i,
                            struct fa_block *block) FA_MUST_USE;
/* What is known of the I-th block without reading it; bytes may be NULL. Valid until the next
 * add. */
const struct fa_block *fa_spool_peek(const struct fa_spool *spool, uint64_t i);
/* Puts the blocks into stream order (fa_block_compare): a stage builds its tables into one
 * spool in whatever order it likes, sorts, and sends. */
void fa_spool_sort(struct fa_spool *spool, const struct fa_head *head);
/* Forgets the blocks of TABLE among the first END; their room is not used again. */
void fa_spool_drop(struct fa_spool *spool, int table, uint64_t end);
uint64_t fa_spool_memory(const struct fa_spool *spool); /* bytes now held in memory */

/* An unlinked file in DIR, and writing to it, for who keeps other bytes than blocks. */
enum fa_status fa_spool_file_open(const char *dir, struct fa_sink *sink, int *fd) FA_MUST_USE;
enum fa_status fa_spool_file_write(int fd, const void *bytes, size_t size, uint64_t offset,
                                   struct fa_sink *sink) FA_MUST_USE;

#endif
