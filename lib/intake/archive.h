/*
 * Archives (.zip) of a filing, on disk or, once, in another archive. Nothing is ever unpacked
 * into a folder: members are read where they are, and an archive in an archive goes to an
 * unlinked file.
 *
 * A filing may hold any number of archives, so only the one that is read is kept open, with the
 * one around it; it is opened again when another one's turn is over, and must be the same file
 * still. The archives of a set are used by one thread at a time.
 */
#ifndef FA_INTAKE_ARCHIVE_H
#define FA_INTAKE_ARCHIVE_H

#include "base/arena.h"
#include "base/vec.h"
#include "intake/feed.h"

struct fa_archive;
struct fa_archive_set;

struct fa_member {
    struct fa_str name; /* UTF-8, checked; '/' between folders, none at the end of a folder's */
    bool is_folder;
    uint64_t idx;        /* in its archive */
    uint64_t size_bytes; /* unpacked, as the archive says; more or less is a fault */
    uint64_t ratio;      /* what it is unpacked to, as fa_unpack_ratio() has it */
};

struct fa_members {
    FA_VEC(struct fa_member) list;
};

/* SPOOL_DIR: for archives in archives; NULL: they cannot be read. NULL: memory is out. */
struct fa_archive_set *fa_archive_set_new(const char *spool_dir);
/* NULL does nothing. No feed may be open. */
void fa_archive_set_free(struct fa_archive_set *set);

/* The file at PATH, which outlives the set. NULL: memory is out. */
struct fa_archive *fa_archive_on_disk(struct fa_archive_set *set, const char *path);
/* A member of OUTER, which is on disk. NULL: memory is out. */
struct fa_archive *fa_archive_in_archive(struct fa_archive *outer,
                                         const struct fa_member *member);
bool fa_archive_is_nested(const struct fa_archive *archive);

/* All members, in the archive's order; names live in ARENA. False: a fault, also when only one
 * of them cannot be read: an archive is taken as a whole or not at all. */
bool fa_archive_list(struct fa_archive *archive, struct fa_arena *arena,
                     struct fa_members *members, struct fa_fault *fault) FA_MUST_USE;

/* Of the file on disk that it lies in; known when it was listed. */
const struct fa_file_identity *fa_archive_identity(const struct fa_archive *archive);

/* What MEMBER holds, checked to its end. NULL: a fault. */
struct fa_feed *fa_archive_feed(struct fa_archive *archive, const struct fa_member *member,
                                struct fa_fault *fault);

#endif
