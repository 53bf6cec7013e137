/*
 * One column of a block as bytes (flowaudit-stream(5)). Internal to the ledger: stages use
 * ledger/blocks.h.
 *
 *   [bitmap of missing rows, a bit a row, if has_missing] [encoding]
 *
 * Numbers, as offsets or as deltas: width u32 (0, 1, 2, 4, 8), unit u32, base i64, step u64,
 * then offsets of WIDTH bytes. With offsets, value = base + unit * offset, and step is 0. With
 * deltas, value = value before + unit * (step + offset), and the first row is base, so there is
 * one offset less than rows.
 *
 * Texts: width u32 (0, 1, 2, 4), common size u32, a size of WIDTH bytes a row (width 0: every
 * row has the common size), bytes.
 *
 * Dictionary: width u32 (0, 1, 2), count u32, an index of WIDTH bytes a row, a size u32 for each
 * of COUNT texts, their bytes.
 *
 * Numbered, for texts that are the same beginning and then a number: encoding of the numbers u32
 * (offsets or deltas), size of the beginning u32, digits u32, the beginning, the numbers as
 * above. A text is the beginning and its number in so many digits, with zeros in front.
 *
 * Width 0 is what a constant column costs: nothing a row. All arithmetic wraps at 64 bits, so
 * every int64 has an offset from every base. The unit is above 1 only for times and durations
 * that are whole seconds or milliseconds. A missing row has the offset (size, index) that costs
 * least; reading gives it the value 0 or no bytes.
 */
#ifndef FA_LEDGER_COLUMN_H
#define FA_LEDGER_COLUMN_H

#include "base/str.h"
#include "ledger/batch.h"

enum fa_column_encoding {
    FA_COLUMN_OFFSETS = 1,
    FA_COLUMN_DELTAS = 2,
    FA_COLUMN_TEXTS = 3,
    FA_COLUMN_DICTIONARY = 4,
    FA_COLUMN_NUMBERED = 5,
};

/* The values that a type can have, for every type that is a number. */
void fa_column_bounds(const struct fa_column_def *def, int64_t *least, int64_t *greatest);

/* Whether any row has a value; if not, the column is left out of its block. */
bool fa_column_has_value(const struct fa_column *column, uint32_t row_count);

/* Appends the column. FA_EDEFECT: a value is outside its type's bounds. */
enum fa_status fa_column_encode(const struct fa_column_def *def, const struct fa_column *column,
                                uint32_t row_count, struct fa_buf *bytes,
                                enum fa_column_encoding *encoding, bool *has_missing) FA_MUST_USE;

/* Memory that decoding one column fills, kept from block to block. Zero is empty. */
struct fa_column_memory {
    int64_t *values;
    uint32_t *starts, *sizes;
    uint8_t *missing;
    uint32_t row_capacity;
    struct fa_buf bytes;
};

void fa_column_memory_release(struct fa_column_memory *memory);

/* Fills MEMORY and COLUMN. *WRONG is NULL or what is wrong with the bytes ("found"), then
 * FA_EINPUT; FA_ELIMIT: memory is out. */
enum fa_status fa_column_decode(const struct fa_column_def *def, enum fa_column_encoding encoding,
                                bool has_missing, uint32_t row_count, const uint8_t *bytes,
                                size_t size, struct fa_column_memory *memory,
                                struct fa_column *column, const char **wrong) FA_MUST_USE;

#endif
