/*
 * Small ledgers for the tests of blocks and streams: a dictionary of two tables by time, one
 * held and one added, random rows in them, and streams as bytes.
 */
#ifndef TESTS_UNIT_LEDGERS_H
#define TESTS_UNIT_LEDGERS_H

#include "ledger/builder.h"
#include "ledger/kept.h"
#include "ledger/stream.h"

/* Errors that came, for comparison with what was expected. */
struct told {
    struct fa_sink sink;
    enum fa_code code; /* of the last */
    unsigned count;
    char text[512];
};
void told_init(struct told *told);

/* Pseudorandom numbers, the same in every run (splitmix64). */
uint64_t next_random(uint64_t *state);

extern const char small_dictionary[];

/* A ledger: 5 accounts, COUNT flows, COUNT + 3 statement lines, 2 breaks. */
struct fa_kept *make_ledger(uint32_t flow_count, struct fa_sink *sink);

/* The stream of a source of blocks as bytes. */
enum fa_status stream_bytes(struct fa_blocks *blocks, bool compress, struct fa_buf *bytes);

/* Reads a whole stream; DRIP: through a pipe, one byte at a time. */
enum fa_status read_stream(struct fa_str bytes, bool drip, struct fa_sink *sink);

/* A file descriptor at the start of a file that holds BYTES and has no name. */
int file_of(struct fa_str bytes);

#endif
