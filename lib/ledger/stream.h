/*
 * The stream: the binary form in which stages hand each other a ledger or results
 * (flowaudit-stream(5)). magic, version, head, blocks, trailer; nothing may follow the trailer.
 *
 * A reader checks every CRC, the order and numbering of blocks, the SHA-256 over head and block
 * CRCs, and that the trailer's totals equal those of the blocks that came. A stream that ends
 * early, was changed, or whose maker gave up is never read as whole: next() gives the error, or the
 * exit status of the maker (code UPSTREAM) with one line.
 */
#ifndef FA_LEDGER_STREAM_H
#define FA_LEDGER_STREAM_H

#include "ledger/blocks.h"

/* Where bytes go. write() gets all of SIZE bytes or reports why not and returns FA_EIO. */
struct fa_output {
    enum fa_status (*write)(struct fa_output *output, const void *bytes, size_t size);
};

/* Writes the whole iteration as one stream. When BLOCKS fails, an aborted trailer is written with
 * the failure's exit status, and that status is returned. COMPRESS: zlib over each block (-z). */
enum fa_status fa_stream_write(struct fa_blocks *blocks, bool compress, struct fa_output *output) FA_MUST_USE;
/* A stream that carries nothing but that its maker gave up before a head was there. */
enum fa_status fa_stream_write_aborted(enum fa_status status, const char *code, struct fa_output *output) FA_MUST_USE;

/* Reads a stream from a file descriptor (not closed by free). NAME is for messages. A regular file
 * can be rewound; a pipe cannot unless SPOOL_DIR is given, then its bytes are kept in an unlinked
 * file there as they are read. */
enum fa_status fa_stream_open(int fd, const char *name, const char *spool_dir, struct fa_sink *sink,
                              struct fa_blocks **blocks) FA_MUST_USE;

#endif
