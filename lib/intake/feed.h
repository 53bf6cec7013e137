/*
 * A feed gives bytes: of a file, of a member of an archive, inflated, decoded. Feeds stand on one
 * another; closing one closes those below it. What goes wrong is kept in the fault that all feeds
 * of one source share (intake/fault.h).
 */
#ifndef FA_INTAKE_FEED_H
#define FA_INTAKE_FEED_H

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

/* BYTES stay the caller's. NULL: memory is out, and the fault says so. */
struct fa_feed *fa_feed_of_bytes(struct fa_str bytes, struct fa_fault *fault);

#endif
