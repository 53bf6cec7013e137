/*
 * Ingest: a filing becomes a ledger, in two phases. Phase one reads,
 * checks, interns and encodes everything, compares control totals, brings tables by time into
 * their order. When it is done the blocks can be read, as often as wanted; a filing that is
 * refused gives none.
 *
 * The same filing and options give the same bytes for any number of threads, window size, hash
 * key and order of listing.
 */
#ifndef FA_INTAKE_INGEST_H
#define FA_INTAKE_INGEST_H

#include "base/hash.h"
#include "base/progress.h"
#include "intake/account.h"
#include "ledger/stream.h"

/* A table that a ruleset declares. */
struct fa_ingest_table {
    struct fa_str table, ruleset;
    const char *hash; /* of the ruleset's text, hexadecimal */
};

struct fa_ingest_options {
    const char *const *paths; /* one folder, one archive, or files; "-" is input_fd */
    size_t path_count;
    int input_fd;
    const char *const
        *profiles; /* files of profiles; each reads the files whose names are like its patterns */
    size_t profile_count;
    const char *profile_dir;   /* where profiles named by a manifest are; may be NULL */
    struct fa_output *rejects; /* rejected records as CSV; may be NULL */
    bool has_rejects_max;
    uint64_t rejects_max;
    bool has_as_of;
    int64_t as_of_day;
    uint64_t memory_max;   /* 0: FA_MEMORY_DEFAULT */
    const char *spool_dir; /* NULL: what does not fit into memory_max is refused */
    unsigned thread_count; /* 0: 1 */
    size_t window_bytes;   /* 0: 1 MiB */
    struct fa_hash_key hash_key;
    const struct fa_dictionary *dictionary; /* what a filing may hold; NULL: the core's tables */
    const struct fa_ingest_table *extra; /* its tables beyond the core's */
    size_t extra_count;
    struct fa_progress *progress; /* may be NULL */
    struct fa_account *account;   /* gets what became of each file, also of a run that fails; NULL */
};

/* BLOCKS stay as they are on failure, but for who asked for an account and was refused only because
 * totals disagree: he gets the rows. */
enum fa_status fa_ingest(const struct fa_ingest_options *options, struct fa_sink *sink,
                         struct fa_blocks **blocks) FA_MUST_USE;

#endif
