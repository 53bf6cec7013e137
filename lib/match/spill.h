/*
 * Rows of the join that memory does not hold: whole partitions of the hash in one unlinked
 * file, each read back in the order in which its rows were added.
 */
#ifndef FA_MATCH_SPILL_H
#define FA_MATCH_SPILL_H

#include "match/pending.h"

enum { FA_SPILL_PARTITIONS = 64 };

struct fa_spill;

/* Buffers of the partitions take a small part of MEMORY_MAX, and 4 KiB each at least. DIR: of
 * the file, made when a buffer is full; NULL: then FA_ELIMIT. */
struct fa_spill *fa_spill_new(uint64_t memory_max, const char *dir, struct fa_sink *sink);
void fa_spill_free(struct fa_spill *spill);
enum fa_status fa_spill_add(struct fa_spill *spill, unsigned partition,
                            const struct fa_arrival *arrival, uint64_t order) FA_MUST_USE;
uint64_t fa_spill_rows(const struct fa_spill *spill);
uint64_t fa_spill_bytes(const struct fa_spill *spill);

/* Reads a partition from its first row; nothing is added to it any more. */
struct fa_spill_reader {
    unsigned partition;
    size_t next_chunk, at;
    struct fa_str bytes; /* of the chunk that is read */
};
/* The arrival's texts live until the next call. */
enum fa_status fa_spill_next(struct fa_spill *spill, struct fa_spill_reader *reader,
                             struct fa_arrival *arrival, uint64_t *order,
                             bool *is_end) FA_MUST_USE;

#endif
