/*
 * The trailer of a stream as bytes: the payload of its last block (flowaudit-stream(5)).
 * Internal to the ledger.
 *
 *   status u8 (0 complete, 1 aborted) · exit status u8 · size of the code u16 · the code ·
 *   count of totals u32 · for each total table u16, column u16 (65535: rows of the table),
 *   direction i32, currency i64, rows u64, rejected u64, sum i128 · SHA-256, 32 bytes
 */
#ifndef FA_LEDGER_TRAILER_H
#define FA_LEDGER_TRAILER_H

#include "ledger/blocks.h"

enum fa_status fa_trailer_format(const struct fa_trailer *trailer,
                                 struct fa_buf *bytes) FA_MUST_USE;

/* Fills TRAILER, whose totals the caller has initialised and releases; its code points into
 * PAYLOAD. FA_EINPUT without a message: the bytes are no trailer of a stream with this head.
 * HEAD is NULL when there was none. */
enum fa_status fa_trailer_parse(struct fa_str payload, const struct fa_head *head,
                                struct fa_trailer *trailer) FA_MUST_USE;

#endif
