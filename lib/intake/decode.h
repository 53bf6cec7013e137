/*
 * Text in other encodings made into UTF-8, strictly: what is no character, and a NUL, ends it.
 */
#ifndef FA_INTAKE_DECODE_H
#define FA_INTAKE_DECODE_H

#include "base/str.h"

/* How a file's characters are written. GB 18030 stands for its subsets GBK and GB 2312 as well.
 */
enum fa_encoding {
    FA_ENCODING_DETECT,
    FA_ENCODING_UTF8,
    FA_ENCODING_UTF16LE,
    FA_ENCODING_UTF16BE,
    FA_ENCODING_GB18030,
    FA_ENCODING_CP852 /* of DOS, Central Europe: only where it is declared, as all bytes fit */
};

const char *fa_encoding_name(enum fa_encoding encoding); /* for messages: "GB18030" */

enum fa_decode_outcome {
    FA_DECODE_MORE, /* the input is used up, or ends within a character */
    FA_DECODE_FULL, /* the output has no room for another character (4 bytes) */
    FA_DECODE_BAD,  /* bad_size bytes at IN are no character */
};

struct fa_decode {
    const unsigned char *in, *in_end; /* what is left */
    unsigned char *out, *out_end;     /* what is free */
    uint64_t two_count;               /* GB 18030: two-byte codes so far */
    uint64_t two_plain_count; /* those of them that have both bytes above A0, as in GB 2312 */
    uint32_t bad_size;
};

/* ENCODING is one of those that are not UTF-8. */
enum fa_decode_outcome fa_decode(enum fa_encoding encoding, struct fa_decode *decode);

#endif
