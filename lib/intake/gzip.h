/*
 * What a .gz file holds: all its members (RFC 1952), one behind the other. It is read to its
 * very end: a member that is cut short, a checksum or size that differs, and anything behind
 * the last member are faults that name the byte of the compressed file.
 */
#ifndef FA_INTAKE_GZIP_H
#define FA_INTAKE_GZIP_H

#include "intake/feed.h"

/* Takes BELOW over, which has PACKED_BYTES. OUTER_RATIO: see struct fa_unpack. NULL: memory is
 * out. */
struct fa_feed *fa_feed_gunzip(struct fa_feed *below, uint64_t packed_bytes,
                               uint64_t outer_ratio);

#endif
