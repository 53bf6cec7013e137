/*
 * How much a small file may become. A file can be packed several times (a .gz in an archive in
 * an archive), so the ratios of all its wrappings are multiplied.
 */
#ifndef FA_INTAKE_UNPACK_H
#define FA_INTAKE_UNPACK_H

#include "intake/fault.h"

/* One wrapping. */
struct fa_unpack {
    /* How many times larger than on disk the packed bytes already are, in thousandths; 1000:
     * they lie there as they are. */
    uint64_t outer_ratio;
    uint64_t packed_bytes;   /* the whole of it, so that no window's size changes an answer */
    uint64_t unpacked_bytes; /* so far */
};

enum { FA_UNPACK_NOT_AT_ALL = 1000 };

/* The ratio of all wrappings up to this one, in thousandths, rounded up. */
uint64_t fa_unpack_ratio(const struct fa_unpack *unpack);
/* False: past a limit, and the fault says so (code UNPACK-LIMIT). WHAT: "the file", or its
 * name. */
bool fa_unpack_check(const struct fa_unpack *unpack, const char *what, struct fa_fault *fault);

#endif
