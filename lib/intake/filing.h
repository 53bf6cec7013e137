/*
 * The files of a filing: the regular files below one folder or in one archive, or files given
 * one by one.
 *
 * Names are those within the filing, '/' between folders, in byte order, so the order in which
 * a system lists a folder changes nothing. The members of an archive are files of the filing,
 * too: jan.zip/bank/flow.csv; those of an archive that is the filing are named as in a folder.
 * Links are not followed; names that begin with a dot are not looked at. What a filing holds
 * beside its tables is told (code FILING-IGNORED), never read.
 */
#ifndef FA_INTAKE_FILING_H
#define FA_INTAKE_FILING_H

#include <sys/types.h>

#include "base/arena.h"
#include "base/diag.h"
#include "base/vec.h"
#include "intake/archive.h"

enum fa_file_kind {
    FA_FILE_REGULAR,
    FA_FILE_FOLDER,
    FA_FILE_ARCHIVE, /* its members are files of their own */
    FA_FILE_LINK,
    FA_FILE_OTHER
};

struct fa_filing_file {
    struct fa_str name; /* within the filing */
    const char *path;   /* to open it; of a member: that of the archive on disk */
    enum fa_file_kind kind;
    struct fa_archive *archive; /* NULL: it lies on disk as it is */
    struct fa_member member;    /* of the archive */
    int fd; /* -1, or an unlinked copy of what came through a pipe, of the filing */
};

struct fa_filing {
    FA_VEC(struct fa_filing_file) files; /* sorted by name; folders too, for messages */
    struct fa_filing_file manifest;
    const char *manifest_path; /* for messages; NULL: there is none */
    bool is_folder;            /* or one archive */
    struct fa_archive_set *archives;
    struct fa_arena arena; /* owns the texts */
};

struct fa_filing_options {
    const char *const *paths; /* one folder, one archive, or files; "-" is input_fd */
    size_t path_count;
    int input_fd;
    const char *spool_dir; /* for what must be unpacked as a whole; NULL: such is refused */
};

/* What OPTIONS points to outlives the filing. */
enum fa_status fa_filing_open(const struct fa_filing_options *options, struct fa_sink *sink,
                              struct fa_filing *filing) FA_MUST_USE;
void fa_filing_release(struct fa_filing *filing);

/* A name without the .gz that says how the file is packed: flow.csv.gz is a flow.csv. */
struct fa_str fa_filing_bare_name(struct fa_str name);
/* The last part of a name, behind all folders. */
struct fa_str fa_filing_base_name(struct fa_str name);

const struct fa_filing_file *fa_filing_find(const struct fa_filing *filing, struct fa_str name);

/* Opens a regular file for reading, or says why not (codes IO and FILING-KIND). FD -1: it is a
 * member of an archive. */
enum fa_status fa_filing_open_file(const struct fa_filing_file *file, struct fa_sink *sink,
                                   int *fd) FA_MUST_USE;
/* The manifest's text; there must be one. */
enum fa_status fa_filing_read_manifest(const struct fa_filing *filing, struct fa_sink *sink,
                                       struct fa_arena *arena, struct fa_str *text) FA_MUST_USE;
/* The whole of a small text: a manifest or profile of at most SIZE_MAX bytes. */
enum fa_status fa_filing_read_text(const char *path, size_t size_max, struct fa_sink *sink,
                                   struct fa_arena *arena, struct fa_str *text) FA_MUST_USE;

#endif
