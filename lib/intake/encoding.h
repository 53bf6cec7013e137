/*
 * In which encoding a file is, and its bytes made into UTF-8.
 *
 * What is declared holds. What is not is found in the file's first bytes: a byte order mark;
 * else the zero bytes that UTF-16 has; else UTF-8 if the whole window is; else GB 18030 if the
 * whole window is and most of it is of GB 2312, as real text is and western text by accident is
 * not. Else the file is refused. GB 18030 stands for GBK and GB 2312, which are parts of it.
 */
#ifndef FA_INTAKE_ENCODING_H
#define FA_INTAKE_ENCODING_H

#include "intake/decode.h"
#include "intake/feed.h"

/* Bytes of a file that its encoding is found by. */
enum { FA_ENCODING_WINDOW_BYTES = 1 << 20 };

struct fa_encoding_found {
    enum fa_encoding encoding;
    uint32_t mark_bytes; /* of the byte order mark, which belongs to no record */
    bool is_assumed; /* neither declared nor marked nor UTF-8: REASON is to be told, by a note
                        of code FILE-ENCODING */
    char reason[160];
};

/* WINDOW is the file's beginning, IS_WHOLE: all of it. DECLARED may be FA_ENCODING_DETECT.
 * False: a fault was kept: the mark is not that of the declared encoding, or no encoding fits.
 */
bool fa_encoding_find(struct fa_str window, bool is_whole, enum fa_encoding declared,
                      struct fa_encoding_found *found, struct fa_fault *fault) FA_MUST_USE;

/* A note, where the encoding is assumed. */
void fa_encoding_tell(const struct fa_encoding_found *found, struct fa_str source,
                      struct fa_sink *sink);

/* A feed of UTF-8 without byte order mark, from bytes in ENCODING (which is found). Bytes that
 * are no character are a fault with their offset and line; UTF-8 is given as it is, because a
 * record that is not UTF-8 is rejected alone. The feed owns BELOW, also when it cannot be made
 * (NULL). */
struct fa_feed *fa_feed_decode(struct fa_feed *below, enum fa_encoding encoding,
                               struct fa_fault *fault);

/* Of a feed that fa_feed_decode() made, of another encoding than UTF-8: where among the bytes
 * below TAIL begins, the last of what the feed gave. TAIL is empty or begins with a character.
 */
uint64_t fa_feed_decoded_offset(const struct fa_feed *feed, struct fa_str tail);

/* Adds BYTES to OUT as UTF-8: names, short texts. FA_EINPUT: they are not in ENCODING, and OUT
 * is as before; FA_ELIMIT: memory. */
enum fa_status fa_encoding_decode(enum fa_encoding encoding, struct fa_str bytes,
                                  struct fa_buf *out) FA_MUST_USE;

/* Bytes that UTF-8 text, decoded from ENCODING, had there. In GB 18030 a character that has a
 * two-byte code counts 2: 18 rare ones have a four-byte code as well (lib/intake/gb18030.txt).
 */
uint64_t fa_encoding_size(enum fa_encoding encoding, struct fa_str text);

#endif
