/*
 * The records that a reader made of a file, kept for the other tables that are made of the same
 * records, so that a file is taken apart once: in memory up to a limit, beyond it in an
 * unlinked file. Where that cannot be written, nothing is kept, and the reader runs again.
 */
#ifndef FA_INTAKE_RECORD_STORE_H
#define FA_INTAKE_RECORD_STORE_H

#include "base/hash.h"
#include "intake/fault.h"
#include "intake/records.h"

struct fa_record_store;

/* Of a file: its bytes as they are, and what they are unpacked; the same but for a .gz. */
struct fa_file_digests {
    uint8_t file[FA_SHA256_BYTES], content[FA_SHA256_BYTES];
};

/* DIR: for the unlinked file; NULL: there is none. NULL: memory is out. */
struct fa_record_store *fa_record_store_new(const char *dir);
void fa_record_store_free(struct fa_record_store *store);

/* Adds the records of one window, in the order of reading; once DIGESTS are given, those of
 * the file, they are complete. */
void fa_record_store_add(struct fa_record_store *store, const struct fa_records *records);
void fa_record_store_finish(struct fa_record_store *store,
                            const struct fa_file_digests *digests);

/* NULL: there are not all of them. */
const struct fa_file_digests *fa_record_store_digests(const struct fa_record_store *store);
size_t fa_record_store_count(const struct fa_record_store *store); /* of windows */
/* What was added I-th takes the place of what OUT holds. False: the fault says why not. */
bool fa_record_store_get(const struct fa_record_store *store, size_t i, struct fa_records *out,
                         struct fa_fault *fault);

#endif
