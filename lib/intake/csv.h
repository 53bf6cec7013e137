/*
 * The CSV reader: RFC 4180 in UTF-8, comma, as flowaudit-filing(5) states it; a profile may
 * name another dialect.
 *
 *   - LF, CRLF and a lone CR each end a record outside quotes; inside quotes they are data. A
 * line that is empty is no record. The last record may lack its line break.
 *   - A field is quoted when a quote is its very first byte; a doubled quote inside it is one
 *     quote. Blanks are data. A quote inside an unquoted field, or anything but a separator
 * behind the closing quote, spoils the record; reading resumes behind the next line break,
 * whatever it belonged to.
 *   - Dialects: any ASCII byte separates; a quote inside an unquoted field is data (literal),
 * or every quote is (none); blanks and tabs are trimmed off fields, also within and around
 * their quotes.
 *   - A quote that is still open at the end, and a field or record past its limit, refuse the
 * file.
 *
 * Reading is done in two steps so that threads can share one file. struct fa_csv_cut walks over
 * the quotes alone, exactly as the reader understands them, and finds where a window can be cut
 * between two records. struct fa_csv splits such a piece into fields. Both only look at the
 * bytes; where the bytes come from is the caller's business.
 */
#ifndef FA_INTAKE_CSV_H
#define FA_INTAKE_CSV_H

#include <stdbool.h>
#include <stddef.h>
#include <stdint.h>

#include "base/limits.h"

/* Bytes behind a piece that may be read (never used). */
enum { FA_CSV_PADDING = 64 };

/* Bytes [start, start + size) from the piece's base. Doubled quotes are already single: such a
 * field lies in the side area behind the piece, so the raw bytes stay as they were. */
struct fa_csv_field {
    uint32_t start;
    uint32_t size;
};

enum fa_csv_quotes { FA_CSV_QUOTES_STRICT, FA_CSV_QUOTES_LITERAL, FA_CSV_QUOTES_NONE };

struct fa_csv_dialect {
    char separator; /* neither a quote nor a line break */
    enum fa_csv_quotes quotes;
    bool trims;
};

extern const struct fa_csv_dialect fa_csv_canonical; /* comma, strict, blanks are data */

enum fa_csv_fault {
    FA_CSV_SOUND,
    FA_CSV_QUOTE_INSIDE, /* a quote inside an unquoted field */
    FA_CSV_QUOTE_AFTER,  /* more text behind a closing quote */
    FA_CSV_FEW,          /* fewer fields than the width */
    FA_CSV_MANY,         /* more fields than the width */
};

struct fa_csv_record {
    uint32_t start, size; /* the raw record, without its line break */
    uint32_t line_idx;    /* line breaks in the piece before it */
    uint32_t field_count;
    uint32_t fault_at; /* where a quote is wrong, from the piece's base */
    enum fa_csv_fault fault;
};

/* Where fa_csv_split puts records; the caller owns the arrays. Row i's field j is
 * fields[i * stride + j], j < width <= stride. The fields of a record whose quotes are wrong
 * are empty; of one with fewer fields than the width those that it lacks are, of one with more
 * those beyond the width are left out. */
struct fa_csv_rows {
    uint32_t width, stride;
    uint32_t count_max;
    uint32_t count;
    struct fa_csv_field *fields;   /* stride * count_max */
    struct fa_csv_record *records; /* count_max */
};

enum fa_csv_outcome {
    FA_CSV_MORE, /* the rows are full; call again */
    FA_CSV_END,  /* the piece is at its end */
    FA_CSV_OPEN_QUOTE,
    FA_CSV_FIELD_TOO_LONG,
    FA_CSV_RECORD_TOO_LONG,
};

struct fa_csv {
    struct fa_csv_dialect dialect; /* canonical unless set before the first record is split */
    char *base;
    uint32_t pos, end;
    uint32_t side;     /* free place in the side area */
    uint32_t line_idx; /* line breaks before pos */
    /* of the last three outcomes: the field or record that refuses the file */
    uint32_t refused_at;
    uint32_t refused_line_idx;
};

/* BASE holds SIZE bytes of whole records (only the last piece of a file may end without a line
 * break), then FA_CSV_PADDING readable bytes, then SIZE writable bytes of side area. */
void fa_csv_init(struct fa_csv *csv, char *base, uint32_t size);
enum fa_csv_outcome fa_csv_split(struct fa_csv *csv, struct fa_csv_rows *rows);

/* Where field number FIELD_IDX of the record [START, END) begins, its quote and blanks with it;
 * END when it has no such field. For messages. */
uint32_t fa_csv_field_start(const struct fa_csv_dialect *dialect, const char *bytes,
                            uint32_t start, uint32_t end, uint32_t field_idx);

/* --- cutting --- */

struct fa_csv_cut {
    struct fa_csv_dialect dialect; /* canonical unless set after fa_csv_cut_init */
    uint32_t pos;                  /* everything before it is understood */
    enum { FA_CUT_PLAIN, FA_CUT_QUOTED, FA_CUT_RESUME } state;
    uint32_t plain_from; /* start of the stretch outside quotes that holds pos */
    uint32_t boundary;   /* last known place between two records */
};

void fa_csv_cut_init(struct fa_csv_cut *cut);
/* Looks at BYTES[0 .. SIZE), of which the cutter has seen a part before; they start at a
 * record. Returns the largest size that can be cut off, 0 when no record ends here. IS_LAST:
 * nothing follows, and everything can be cut off. */
uint32_t fa_csv_cut_find(struct fa_csv_cut *cut, const char *bytes, uint32_t size,
                         bool is_last);
/* The first SIZE bytes were taken away; positions now count from behind them. */
void fa_csv_cut_shift(struct fa_csv_cut *cut, uint32_t size);

/* --- the scan behind it, in the open for its test --- */

/* Bit i is set when BYTES[i] is SEPARATOR, QUOTE, CR or LF; 64 bytes are read. */
uint64_t fa_csv_structure(const char *bytes, char separator, char quote);
uint64_t fa_csv_structure_plain(const char *bytes, char separator, char quote);

#endif
