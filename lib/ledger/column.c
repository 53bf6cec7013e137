#include "ledger/column_form.h"

#include <stdlib.h>
#include <string.h>

bool fa_column_has_value(const struct fa_column *column, uint32_t row_count)
{
    return !column->is_absent && (!column->missing || memchr(column->missing, 0, row_count));
}

static enum fa_status add_bitmap(const uint8_t *missing, uint32_t row_count,
                                 struct fa_buf *bytes)
{
    size_t size = ((size_t)row_count + 7) / 8;
    FA_TRY(fa_buf_reserve(bytes, size));
    uint8_t *bitmap = (uint8_t *)bytes->bytes + bytes->size;
    memset(bitmap, 0, size);
    for (uint32_t row = 0; row < row_count; row++)
        bitmap[row >> 3] |= (uint8_t)((missing[row] != 0) << (row & 7));
    bytes->size += size;
    return FA_OK;
}

enum fa_status fa_column_encode(const struct fa_column_def *def, const struct fa_column *column,
                                uint32_t row_count, struct fa_buf *bytes,
                                enum fa_column_encoding *encoding, bool *has_missing)
{
    struct fa_column given = *column;
    if (given.missing && !memchr(given.missing, 1, row_count))
        given.missing = NULL;
    *has_missing = given.missing != NULL;
    if (given.missing)
        FA_TRY(add_bitmap(given.missing, row_count, bytes));
    return fa_type_is_bytes(def->type)
               ? fa_texts_encode(&given, row_count, bytes, encoding)
               : fa_numbers_encode(def, &given, row_count, bytes, encoding);
}

void fa_column_memory_release(struct fa_column_memory *memory)
{
    free(memory->values);
    free(memory->starts);
    free(memory->sizes);
    free(memory->missing);
    fa_buf_release(&memory->bytes);
    *memory = (struct fa_column_memory){0};
}

static enum fa_status reserve_rows(struct fa_column_memory *memory, bool is_bytes,
                                   uint32_t row_count)
{
    if (row_count <= memory->row_capacity)
        return FA_OK;
    struct fa_buf bytes = memory->bytes;
    memory->bytes = (struct fa_buf){0};
    fa_column_memory_release(memory);
    memory->bytes = bytes;
    memory->missing = malloc(row_count);
    if (is_bytes) {
        memory->starts = malloc(row_count * sizeof *memory->starts);
        memory->sizes = malloc(row_count * sizeof *memory->sizes);
    } else {
        memory->values = malloc(row_count * sizeof *memory->values);
    }
    bool is_out =
        !memory->missing || (is_bytes ? !memory->starts || !memory->sizes : !memory->values);
    if (is_out)
        return FA_ELIMIT;
    memory->row_capacity = row_count;
    return FA_OK;
}

static enum fa_status decode_missing(struct fa_wire *wire, uint32_t row_count, uint8_t *missing,
                                     const char **wrong)
{
    const uint8_t *bitmap = fa_wire_take(wire, ((size_t)row_count + 7) / 8);
    if (!bitmap)
        return fa_wrong(wrong, "a cut bitmap of missing rows");
    for (uint32_t row = 0; row < row_count; row++)
        missing[row] = bitmap[row >> 3] >> (row & 7) & 1;
    unsigned unused = row_count & 7 ? bitmap[row_count >> 3] >> (row_count & 7) : 0;
    return unused == 0 ? FA_OK : fa_wrong(wrong, "a missing row behind the last");
}

enum fa_status fa_column_decode(const struct fa_column_def *def, enum fa_column_encoding encoding,
                                bool has_missing, uint32_t row_count, const uint8_t *bytes,
                                size_t size, struct fa_column_memory *memory,
                                struct fa_column *column, const char **wrong)
{
    struct fa_wire wire = {bytes, size};
    bool is_bytes = fa_type_is_bytes(def->type);
    *wrong = NULL;
    FA_TRY(reserve_rows(memory, is_bytes, row_count));
    struct fa_column made = {0};
    if (has_missing) {
        FA_TRY(decode_missing(&wire, row_count, memory->missing, wrong));
        made.missing = memory->missing;
    }
    if (is_bytes) {
        FA_TRY(fa_texts_decode(encoding, row_count, &wire, made.missing, memory, wrong));
        made.bytes = memory->bytes.bytes ? memory->bytes.bytes : "";
        made.starts = memory->starts;
        made.sizes = memory->sizes;
    } else {
        if (encoding != FA_COLUMN_OFFSETS && encoding != FA_COLUMN_DELTAS)
            return fa_wrong(wrong, "an encoding that numbers do not have");
        FA_TRY(fa_numbers_decode(def, encoding, row_count, &wire, made.missing, memory->values,
                                 wrong));
        made.values = memory->values;
    }
    *column = made;
    return FA_OK;
}
