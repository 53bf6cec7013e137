/*
 * One file of a filing while it is read: windows of whole records, its SHA-256, and the proof
 * that nobody changed it meanwhile. Nothing here sends messages, because windows are cut while
 * another thread commits; what went wrong is told by fa_source_complain() when its turn has
 * come.
 */
#ifndef FA_INTAKE_SOURCE_H
#define FA_INTAKE_SOURCE_H

#include "intake/filing.h"
#include "intake/row.h"

/* What tells whether a file is still the same. */
struct fa_file_identity {
    uint64_t device, inode, size;
    int64_t changed_ns, modified_ns;
};

enum fa_source_fault {
    FA_SOURCE_FINE,
    FA_SOURCE_UNREADABLE,
    FA_SOURCE_CHANGED,
    FA_SOURCE_NO_MEMORY
};

struct fa_source {
    const struct fa_filing_file *file;
    int fd;
    struct fa_file_identity identity;
    uint64_t read_bytes;  /* of the file */
    uint64_t given_bytes; /* handed out as windows, with the byte order mark */
    uint64_t skip_bytes;  /* header bytes not yet handed out */
    struct fa_csv_cut cut;
    struct fa_buf carry; /* begun record behind the last window */
    struct fa_sha256 *sha256;
    uint8_t digest[FA_SHA256_BYTES]; /* when the end was reached */
    enum fa_source_fault fault;
    int error; /* errno of an unreadable file */
};

/* Opens FILE; IDENTITY is what it must be, NULL: whatever it is. */
void fa_source_open(struct fa_source *source, const struct fa_filing_file *file,
                    const struct fa_file_identity *identity);
void fa_source_close(struct fa_source *source);

/* Puts the next window of whole records, about WINDOW_BYTES large, into the chunk. False: there
 * was no more, or a fault. Sets the chunk's size, skip, file_offset and is_file_end. */
bool fa_source_next(struct fa_source *source, size_t window_bytes, struct fa_chunk *chunk);

/* Tells the fault and returns its status. */
enum fa_status fa_source_complain(const struct fa_source *source, struct fa_sink *sink);

/* The first record of the file. */
struct fa_header {
    struct fa_str *names; /* in ARENA */
    uint32_t count;
    uint32_t bytes, lines; /* data begins there; with the byte order mark */
    struct fa_file_identity identity;
};
enum fa_status fa_source_read_header(const struct fa_filing_file *file, struct fa_arena *arena,
                                     struct fa_sink *sink,
                                     struct fa_header *header) FA_MUST_USE;

#endif
