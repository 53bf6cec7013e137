/*
 * The records of a workbook of .xls (MS-XLS, BIFF8), one behind the other in a stream: two
 * bytes that say which kind it is, two of its size, at most 8,224 of content; what needs more
 * goes on in records of kind CONTINUE.
 */
#ifndef FA_INTAKE_SHEET_BIFF_H
#define FA_INTAKE_SHEET_BIFF_H

#include "intake/sheet_cfb.h"

/* MS-XLS 2.3; those that are read. */
enum fa_biff_kind {
    FA_BIFF_FORMULA = 0x0006,
    FA_BIFF_END = 0x000A, /* of a sheet, or of what stands before the sheets */
    FA_BIFF_DATE_1904 = 0x0022,
    FA_BIFF_LOCKED = 0x002F,
    FA_BIFF_CONTINUE = 0x003C,
    FA_BIFF_SHEET = 0x0085,
    FA_BIFF_NUMBERS = 0x00BD, /* several in one row */
    FA_BIFF_RICH_TEXT = 0x00D6,
    FA_BIFF_STYLE = 0x00E0,
    FA_BIFF_TEXTS = 0x00FC,
    FA_BIFF_SHARED_TEXT = 0x00FD,
    FA_BIFF_DOUBLE = 0x0203,
    FA_BIFF_TEXT = 0x0204,
    FA_BIFF_BOOL_ERROR = 0x0205,
    FA_BIFF_FORMULA_TEXT = 0x0207, /* what the formula before it shows */
    FA_BIFF_SHORT_NUMBER = 0x027E,
    FA_BIFF_FORMAT = 0x041E,
    FA_BIFF_START = 0x0809,
};

struct fa_biff {
    struct fa_cfb *cfb;
    uint64_t at;   /* of the next record */
    unsigned kind; /* of this one */
    unsigned size; /* of its content */
    unsigned used; /* of that, bytes that were taken */
    uint8_t content[65536];
};

/* The next record; false: the stream is at its end, or a fault. */
bool fa_biff_next(struct fa_biff *biff);
/* The kind of the record behind this one; 0: there is none. */
unsigned fa_biff_peek(struct fa_biff *biff);

unsigned fa_biff_u16(const struct fa_biff *biff, unsigned at); /* at + 2 <= size */

/* Takes SIZE bytes of the content, and of the CONTINUE records behind it. False: there are
 * fewer. */
bool fa_biff_take(struct fa_biff *biff, void *out, size_t size);
/* Takes CHARACTER_COUNT units of UTF-16 into OUT as UTF-8; IS_WIDE says whether each has two
 * bytes, and so do the CONTINUE records within the text. Half a pair becomes bytes that are no
 * UTF-8, so that whoever reads the text refuses it. False: there are fewer, or memory is out.
 */
bool fa_biff_take_text(struct fa_biff *biff, size_t character_count, bool is_wide,
                       struct fa_buf *out);

#endif
