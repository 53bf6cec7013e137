/*
 * An id space: the ids of one table (accounts, parties, ...) and their dense numbers.
 *
 * Many threads look ids up while one adds. An id that a reader does not see yet is no harm: the
 * reader's chunk keeps it in a dictionary of its own (struct fa_id_chunk), and when the chunk
 * is committed, in source order, it gets the number that it has or the next one. So neither
 * threads nor chunk size nor hash key change a number.
 *
 * An id belongs to a filer: the same text from two filers is two ids, but for institutions.
 */
#ifndef FA_INTAKE_INTERN_H
#define FA_INTAKE_INTERN_H

#include "base/hash.h"
#include "base/str.h"

struct fa_ids;

enum { FA_NO_ID = UINT32_MAX };

struct fa_ids *fa_ids_new(struct fa_hash_key key); /* NULL: memory is out */
void fa_ids_free(struct fa_ids *ids);

/* Looks up COUNT names, at most FA_IDS_BATCH; one with size 0 is no id. NUMBERS[i] is the
 * number, or FA_NO_ID. HASHES[i] becomes its hash, for fa_id_chunk_add. Bytes up to 8 behind a
 * name are read. */
enum { FA_IDS_BATCH = 256 };
void fa_ids_find(const struct fa_ids *ids, uint32_t filer, const struct fa_str *names,
                 uint32_t count, uint64_t *hashes, uint32_t *numbers);

/* The number of a name, which is added when it is new; up to 8 bytes behind it are read.
 * FA_ELIMIT: memory is out, or FA_IDS_MAX is reached. One thread at a time. */
enum fa_status fa_ids_add(struct fa_ids *ids, uint32_t filer, struct fa_str name,
                          uint32_t *number) FA_MUST_USE;
uint32_t fa_ids_count(const struct fa_ids *ids);
struct fa_str fa_ids_name(const struct fa_ids *ids, uint32_t number);
uint32_t fa_ids_filer(const struct fa_ids *ids, uint32_t number);

/* Number N becomes NEW_NUMBERS[N], a permutation. No other thread may be looking. */
enum fa_status fa_ids_renumber(struct fa_ids *ids, const uint32_t *new_numbers) FA_MUST_USE;

/* --- new ids of one chunk, numbered from 0 in order of appearance --- */

struct fa_id_chunk {
    struct fa_str *names; /* they stay where they are: in the chunk's window */
    uint64_t *hashes;
    uint32_t count, capacity;
    uint32_t *slots; /* number + 1, 0: free */
    uint32_t slot_mask;
};

void fa_id_chunk_release(struct fa_id_chunk *chunk);
void fa_id_chunk_clear(struct fa_id_chunk *chunk);
enum fa_status fa_id_chunk_add(struct fa_id_chunk *chunk, struct fa_str name, uint64_t hash,
                               uint32_t *number) FA_MUST_USE;

#endif
