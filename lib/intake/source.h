/*
 * One file of a filing while it is read: windows of whole records, its SHA-256, and the proof
 * that nobody changed it meanwhile.
 *
 *     file on disk, or member of an archive     intake/feed.h, intake/archive.h
 *       -> inflated, where it is a .gz          intake/gzip.h
 *       -> decoded, where it is not UTF-8       intake/encoding.h
 *       -> cut into windows of text (intake/csv.h), or
 *          taken apart by a reader, which gives records as canonical CSV (intake/reader.h)
 *
 * A file as it is needs none of it and is read right into the window. Nothing here sends
 * messages, because windows are cut while another thread commits; what went wrong is told by
 * fa_source_complain() when its turn has come.
 */
#ifndef FA_INTAKE_SOURCE_H
#define FA_INTAKE_SOURCE_H

#include "intake/encoding.h"
#include "intake/feed.h"
#include "intake/filing.h"
#include "intake/reader.h"
#include "intake/record_store.h"
#include "intake/row.h"

struct fa_source_input {
    const struct fa_filing_file *file;
    const struct fa_profile *profile;     /* NULL: canonical */
    const struct fa_profile_table *table; /* whose records are wanted; NULL without a profile */
    const struct fa_file_identity *identity; /* what the file must be; NULL: whatever it is */
    uint64_t skip_bytes;                     /* of the text: what stands before the data */
    uint64_t skip_records;                   /* of a reader: the records in it */
    const char *spool_dir; /* for files that must be unpacked as a whole; may be NULL */
    /* Of a reader whose records make several tables: filled by the first source, read by those
     * that follow; NULL: none. */
    struct fa_record_store *store;
};

struct fa_source {
    struct fa_source_input input;
    struct fa_fault fault;
    int fd;     /* of the file on disk; -1: it is a member of an archive */
    int own_fd; /* of an unpacked copy; else -1 */
    struct fa_file_identity identity; /* of the file on disk */
    uint64_t size_bytes;              /* of the file; of the member of an archive */
    struct fa_encoding_found encoding;
    struct fa_feed *raw; /* the file's bytes as they are; owned by text, where there is one */
    struct fa_feed *content;  /* of a .gz: what it is unpacked; else raw */
    struct fa_feed *text;     /* NULL: the reader has taken the file as a whole */
    struct fa_reader *reader; /* NULL: text */
    struct fa_records records;
    bool is_stored;        /* records come from the store, in place of a reader */
    size_t stored_idx;     /* of its next window */
    uint64_t raw_bytes;    /* read from raw */
    uint64_t told_bytes;   /* of them, those of windows handed out */
    uint64_t given_bytes;  /* of text handed out as windows, with the byte order mark */
    uint64_t source_bytes; /* of the file in its own encoding, before the next window of text */
    uint64_t skip_bytes;   /* header bytes not yet handed out */
    uint64_t skip_records; /* of a reader: the records in them */
    bool is_at_end, is_done;
    struct fa_csv_cut cut;
    struct fa_buf carry;                       /* begun record behind the last window */
    struct fa_sha256 *sha256, *content_sha256; /* content_sha256: of a .gz; else NULL */
    uint64_t content_bytes;                    /* of a .gz: read from content */
    struct fa_file_digests digests;            /* when the end was reached */
};

/* INPUT is copied; what it points to outlives the source, which must not be moved. */
void fa_source_open(struct fa_source *source, const struct fa_source_input *input);
void fa_source_close(struct fa_source *source);

/* Puts the next window of whole records, about WINDOW_BYTES large, into the chunk. False: there
 * was no more, or a fault. Sets what the chunk says of its window. */
bool fa_source_next(struct fa_source *source, size_t window_bytes, struct fa_chunk *chunk);

/* Tells the fault and returns its status. */
enum fa_status fa_source_complain(const struct fa_source *source,
                                  struct fa_sink *sink) FA_MUST_USE;

#endif
