/*
 * The two kinds of columns, numbers and texts, as bytes: what ledger/column.h is made of.
 * Internal. BYTES of an encoding are appended; a COLUMN to encode has missing rows only if
 * .missing is set. Decoding fails as fa_column_decode() says.
 */
#ifndef FA_LEDGER_COLUMN_FORM_H
#define FA_LEDGER_COLUMN_FORM_H

#include "ledger/column.h"
#include "ledger/wire.h"

/* Bytes of the smallest width that holds GREATEST: 0, 1, 2, 4 or 8. */
static inline unsigned fa_width_of(uint64_t greatest)
{
    return greatest == 0            ? 0
           : greatest <= UINT8_MAX  ? 1
           : greatest <= UINT16_MAX ? 2
           : greatest <= UINT32_MAX ? 4
                                    : 8;
}

static inline enum fa_status fa_wrong(const char **wrong, const char *what)
{
    *wrong = what;
    return FA_EINPUT;
}

enum fa_status fa_numbers_encode(const struct fa_column_def *def,
                                 const struct fa_column *column, uint32_t row_count,
                                 struct fa_buf *bytes, enum fa_column_encoding *encoding) FA_MUST_USE;
/* WIRE is the whole of the encoding. MISSING may be NULL. */
enum fa_status fa_numbers_decode(const struct fa_column_def *def, enum fa_column_encoding encoding,
                                 uint32_t row_count, struct fa_wire *wire,
                                 const uint8_t *missing, int64_t *values,
                                 const char **wrong) FA_MUST_USE;

enum fa_status fa_texts_encode(const struct fa_column *column, uint32_t row_count,
                               struct fa_buf *bytes, enum fa_column_encoding *encoding) FA_MUST_USE;
/* Fills starts, sizes and bytes of MEMORY, and its values on the way. */
enum fa_status fa_texts_decode(enum fa_column_encoding encoding, uint32_t row_count,
                               struct fa_wire *wire, const uint8_t *missing,
                               struct fa_column_memory *memory, const char **wrong) FA_MUST_USE;

#endif
