/*
 * What a stream holds, as one hash: equal for equal heads, names, rows and totals, whether its blocks
 * are compressed or not. It says that two runs came to the same results, and is what a workbook
 * records of them.
 */
#ifndef FA_LEDGER_DIGEST_H
#define FA_LEDGER_DIGEST_H

#include "ledger/blocks.h"

struct fa_digest;

/* An iteration that gives FROM's blocks as they are and hashes them on the way. FROM stays the
 * caller's and outlives it; it is read once. NULL: no memory. */
struct fa_digest *fa_digest_new(struct fa_blocks *from);
struct fa_blocks *fa_digest_blocks(struct fa_digest *digest);
/* When the end was reached. */
void fa_digest_get(const struct fa_digest *digest, uint8_t sha256[FA_SHA256_BYTES]);
void fa_digest_free(struct fa_digest *digest);

#endif
