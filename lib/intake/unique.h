/*
 * Which keys of a table were declared more than once: a 128-bit keyed hash and the row number
 * of each row, 20 bytes, in partitions by hash. Above the memory limit, partitions are written
 * to an unlinked file and read back one by one, so memory stays bounded whatever the table's
 * size.
 */
#ifndef FA_INTAKE_UNIQUE_H
#define FA_INTAKE_UNIQUE_H

#include "base/diag.h"
#include "base/hash.h"

struct fa_unique;

/* DIR: where the unlinked file goes; NULL: reaching MEMORY_MAX is FA_ELIMIT. */
struct fa_unique *fa_unique_new(uint64_t memory_max, const char *dir, struct fa_sink *sink);
void fa_unique_free(struct fa_unique *unique);

/* The next COUNT rows; rows count from 0. */
enum fa_status fa_unique_add(struct fa_unique *unique, const struct fa_hash128 *hashes,
                             uint32_t count) FA_MUST_USE;

/* A row whose key another row has, too. */
struct fa_repeat {
    struct fa_hash128 key;
    uint32_t row;
};

/* All of them, ordered by key, then row. REPEATS is the caller's to free; NULL when there are
 * none. */
enum fa_status fa_unique_finish(struct fa_unique *unique, struct fa_repeat **repeats,
                                size_t *count) FA_MUST_USE;

#endif
