/*
 * What writer and reader of streams agree on beside blocks and trailer. Internal to the ledger.
 *
 * A stream begins with 28 bytes, little endian:
 *
 *    0 magic, 14 bytes      14 major version u8   15 minor version u8
 *   16 head size u32        20 CRC32C of the head    24 CRC32C of the 24 bytes before
 *
 * The head, a text (ledger/head.h), follows; then blocks (ledger/block.c); the last holds the
 * trailer (ledger/trailer.h). The magic is broken by what breaks binary files on their way: its
 * first byte by seven-bit transfer, CR LF and LF by conversion of line ends; ^Z stops it on a
 * terminal of DOS.
 *
 * A change that old readers must not read as if nothing had changed raises the major version.
 */
#ifndef FA_LEDGER_STREAM_FORMAT_H
#define FA_LEDGER_STREAM_FORMAT_H

enum {
    FA_STREAM_MAGIC_BYTES = 14,
    FA_STREAM_START_BYTES = 28,
    FA_STREAM_MAJOR = 1,
    FA_STREAM_MINOR = 0,
};

#define FA_STREAM_MAGIC                                                                        \
    "\x89"                                                                                     \
    "flowaudit\r\n\x1a\n"

#endif
