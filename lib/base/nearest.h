/*
 * The nearest known name to one that is not known, for hints: "did you mean 'payer_account'?".
 */
#ifndef FA_BASE_NEAREST_H
#define FA_BASE_NEAREST_H

#include "base/str.h"

/* Letters inserted, deleted, replaced or swapped with their neighbour, to come from A to B
 * (optimal string alignment). Names longer than FA_NEAREST_BYTES_MAX are as far apart as can
 * be. */
enum { FA_NEAREST_BYTES_MAX = 64 };
unsigned fa_edit_distance(struct fa_str a, struct fa_str b);

/* Collects candidates one by one; zero it but for WANTED. The first of equally near ones stays;
 * one that is WANTED itself is no hint. */
struct fa_nearest {
    struct fa_str wanted;
    struct fa_str best; /* empty while nothing is near enough to be meant */
    unsigned distance;
};

void fa_nearest_add(struct fa_nearest *nearest, struct fa_str candidate);

/* "did you mean 'x'?" in BUFFER, or OTHERWISE (may be NULL) when nothing is near. */
enum { FA_NEAREST_HINT_BYTES = 128 };
const char *fa_nearest_hint(const struct fa_nearest *nearest, const char *otherwise,
                            char buffer[FA_NEAREST_HINT_BYTES]);

#endif
