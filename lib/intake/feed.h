/*
 * A feed gives bytes: of a file, of a member of an archive, inflated, decoded. Feeds stand on
 * one another; closing one closes those below it. What goes wrong is kept in the fault that all
 * feeds of one source share (intake/fault.h).
 */
#ifndef FA_INTAKE_FEED_H
#define FA_INTAKE_FEED_H

#include "base/hash.h"
#include "intake/fault.h"

struct fa_feed;

struct fa_feed_type {
    /* At least one byte, up to SIZE, into OUT; 0: the end, or a fault. */
    size_t (*read)(struct fa_feed *feed, char *out, size_t size);
    void (*close)(struct fa_feed *feed); /* frees FEED */
};

struct fa_feed {
    const struct fa_feed_type *type; /* the first member of each kind of feed */
    struct fa_fault *fault;
};

/* Fills OUT; less than SIZE only at the end or on a fault. */
size_t fa_feed_read(struct fa_feed *feed, char *out, size_t size);
void fa_feed_close(struct fa_feed *feed); /* NULL does nothing */

/* NULL from the functions that make a feed: memory is out, and the fault says so; the feed
 * below, if there is one, was closed. */

/* BYTES stay the caller's. */
struct fa_feed *fa_feed_of_bytes(struct fa_str bytes, struct fa_fault *fault);

/* What tells whether a file is still the same. */
struct fa_file_identity {
    uint64_t device, inode, size;
    int64_t changed_ns, modified_ns;
};

bool fa_file_identify(int fd, struct fa_file_identity *identity); /* false: see errno */
bool fa_file_is_same(const struct fa_file_identity *a, const struct fa_file_identity *b);
/* The fault of a file that is not what it was (code FILING-CHANGED). */
void fa_fault_set_changed(struct fa_fault *fault);

/* A regular file from its start, wherever its offset is. FD stays the caller's. A file that is
 * not IDENTITY any more when its end was given is a fault. */
struct fa_feed *fa_feed_of_file(int fd, const struct fa_file_identity *identity,
                                struct fa_fault *fault);

/* Whatever can be read from FD, from where it is. FD stays the caller's. */
struct fa_feed *fa_feed_of_pipe(int fd, struct fa_fault *fault);

/* What goes through: how much, and its hash unless SHA256 is NULL, which stays the caller's. */
struct fa_feed *fa_feed_watched(struct fa_feed *below, struct fa_sha256 *sha256,
                                uint64_t *size_bytes);

/* The bytes from AT on in START, which are taken over, and behind them what BELOW has. */
struct fa_feed *fa_feed_behind(struct fa_buf *start, size_t at, struct fa_feed *below);

/* Copies all that FEED has into a new unlinked file in DIR (NULL: a fault, nothing may be
 * written anywhere). More than SIZE_MAX bytes are a fault. The caller closes FD. */
bool fa_feed_spool(struct fa_feed *feed, const char *dir, uint64_t size_max, int *fd);

#endif
