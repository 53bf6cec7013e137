#include "ledger/column.h"

#include <stdlib.h>
#include <string.h>

#include "base/limits.h"
#include "base/utf8.h"
#include "ledger/wire.h"
#include "value/datetime.h"

enum {
    NUMBERS_PREFIX_BYTES = 24,
    TEXTS_PREFIX_BYTES = 8,
    SLICE = 1024, /* rows handled at a time: the scratch of a slice stays in the first cache */
    DISTINCT_MAX = 1024,
    SLOT_COUNT = 4096, /* of the hash table over distinct texts, at most a quarter full */
    PROBES_MAX = 16,   /* texts made to collide give up the dictionary, not the time */
};

/* --- bounds --- */

void fa_column_bounds(const struct fa_column_def *def, int64_t *least, int64_t *greatest)
{
    *least = INT64_MIN;
    *greatest = INT64_MAX;
    switch (def->type) {
    case FA_TYPE_ID:
        *least = 0;
        *greatest = (int64_t)FA_IDS_MAX - 1;
        break;
    case FA_TYPE_ENUM:
        *least = 0;
        *greatest = (int64_t)def->value_count - 1;
        break;
    case FA_TYPE_BOOL:
        *least = 0;
        *greatest = 1;
        break;
    case FA_TYPE_MONEY:
        *least = def->is_signed ? INT64_MIN : 0;
        break;
    case FA_TYPE_DATE:
        *least = FA_DAY_FIRST;
        *greatest = FA_DAY_LAST;
        break;
    case FA_TYPE_TIME:
        /* A day more at both ends: an offset moves an instant out of the years it was written
         * in. */
        *least = (FA_DAY_FIRST - 1) * FA_DAY_US;
        *greatest = (FA_DAY_LAST + 2) * FA_DAY_US - 1;
        break;
    case FA_TYPE_CURRENCY:
        *least = 'A' << 16 | 'A' << 8 | 'A';
        *greatest = 'Z' << 16 | 'Z' << 8 | 'Z';
        break;
    default:
        break;
    }
}

static bool is_currency(int64_t value)
{
    for (int shift = 0; shift <= 16; shift += 8) {
        int64_t letter = value >> shift & 0xFF;
        if (letter < 'A' || letter > 'Z')
            return false;
    }
    return true;
}

/* Whether all values are currencies; there are few, in long runs. */
static bool are_currencies(const struct fa_column *column, uint32_t row_count)
{
    int64_t before = 0;
    bool are = true;
    for (uint32_t row = 0; row < row_count; row++) {
        int64_t value = column->values[row];
        if (value != before && !(column->missing && column->missing[row]))
            are = are && is_currency(value);
        before = value;
    }
    return are;
}

/* --- missing rows --- */

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

/* --- numbers, encoding --- */

/* What decides the encoding. Differences are unsigned, so they hold for any two int64. */
struct number_stats {
    int64_t least, greatest, first;
    uint64_t step_least, step_greatest; /* between neighbours, if is_rising */
    bool is_rising;
};

/* The rows [FROM, FROM + COUNT), missing ones filled with the value before them, so that they
 * widen neither offsets nor steps. LAST carries the value from slice to slice. */
static const int64_t *filled_slice(const struct fa_column *column, uint32_t from,
                                   uint32_t count, int64_t *last, int64_t scratch[SLICE])
{
    const int64_t *values = column->values + from;
    if (!column->missing)
        return values;
    const uint8_t *missing = column->missing + from;
    int64_t before = *last;
    for (uint32_t i = 0; i < count; i++) {
        before = missing[i] ? before : values[i];
        scratch[i] = before;
    }
    *last = before;
    return scratch;
}

static int64_t first_value(const struct fa_column *column)
{
    uint32_t row = 0;
    while (column->missing && column->missing[row])
        row++;
    return column->values[row];
}

/* Reads a slice of a column that was rising so far; false when it is not any more. */
static bool scan_rising(const int64_t *values, uint32_t count, int64_t before,
                        struct number_stats *stats)
{
    uint64_t least = stats->step_least, greatest = stats->step_greatest;
    bool is_rising = true;
    for (uint32_t i = 0; i < count; i++) {
        uint64_t step = (uint64_t)values[i] - (uint64_t)before;
        is_rising &= values[i] >= before;
        least = step < least ? step : least;
        greatest = step > greatest ? step : greatest;
        before = values[i];
    }
    stats->step_least = least;
    stats->step_greatest = greatest;
    return is_rising;
}

static struct number_stats scan_numbers(const struct fa_column *column, uint32_t row_count)
{
    int64_t scratch[SLICE];
    int64_t first = first_value(column);
    int64_t last = first, before = first;
    struct number_stats stats = {first, first, first, UINT64_MAX, 0, true};
    for (uint32_t from = 0; from < row_count; from += SLICE) {
        uint32_t count = row_count - from < SLICE ? row_count - from : SLICE;
        const int64_t *values = filled_slice(column, from, count, &last, scratch);
        /* The first row has no step. */
        uint32_t skipped = from == 0;
        if (stats.is_rising)
            stats.is_rising = scan_rising(values + skipped, count - skipped, before, &stats);
        before = values[count - 1];
        if (stats.is_rising) {
            stats.greatest = before;
            continue;
        }
        int64_t least = stats.least, greatest = stats.greatest;
        for (uint32_t i = 0; i < count; i++) {
            least = values[i] < least ? values[i] : least;
            greatest = values[i] > greatest ? values[i] : greatest;
        }
        stats.least = least;
        stats.greatest = greatest;
    }
    if (row_count == 1)
        stats.step_least = 0;
    return stats;
}

static unsigned width_of(uint64_t greatest)
{
    return greatest == 0            ? 0
           : greatest <= UINT8_MAX  ? 1
           : greatest <= UINT16_MAX ? 2
           : greatest <= UINT32_MAX ? 4
                                    : 8;
}

/* Constants, so that the compiler divides by multiplication. */
static inline uint64_t divided(uint64_t value, uint32_t unit)
{
    return unit == 1 ? value : unit == 1000 ? value / 1000 : value / 1000000;
}

static bool all_are_multiples(const struct fa_column *column, uint32_t row_count, int64_t base,
                              uint32_t unit)
{
    for (uint32_t row = 0; row < row_count; row++) {
        uint64_t offset = (uint64_t)column->values[row] - (uint64_t)base;
        bool is_missing = column->missing && column->missing[row];
        if (!is_missing && divided(offset, unit) * unit != offset)
            return false;
    }
    return true;
}

static uint32_t choose_unit(const struct fa_column_def *def, const struct fa_column *column,
                            uint32_t row_count, const struct number_stats *stats)
{
    if (def->type != FA_TYPE_TIME && def->type != FA_TYPE_DURATION)
        return 1;
    if (all_are_multiples(column, row_count, stats->first, 1000000))
        return 1000000;
    return all_are_multiples(column, row_count, stats->first, 1000) ? 1000 : 1;
}

/* OFFSETS are COUNT numbers below 2^(8 * WIDTH). */
static void pack(const uint64_t *offsets, uint32_t count, unsigned width, uint8_t *out)
{
    switch (width) {
    case 1:
        for (uint32_t i = 0; i < count; i++)
            out[i] = (uint8_t)offsets[i];
        break;
    case 2:
        for (uint32_t i = 0; i < count; i++)
            fa_wire_store_u16(out + 2 * (size_t)i, (uint16_t)offsets[i]);
        break;
    case 4:
        for (uint32_t i = 0; i < count; i++)
            fa_wire_store_u32(out + 4 * (size_t)i, (uint32_t)offsets[i]);
        break;
    case 8:
        for (uint32_t i = 0; i < count; i++)
            fa_wire_store_u64(out + 8 * (size_t)i, offsets[i]);
        break;
    default:
        break;
    }
}

struct number_plan {
    bool is_deltas;
    unsigned width;
    uint32_t unit;
    int64_t base;
    uint64_t step;
};

static struct number_plan plan_numbers(const struct fa_column_def *def,
                                       const struct fa_column *column, uint32_t row_count,
                                       const struct number_stats *stats)
{
    uint64_t range = (uint64_t)stats->greatest - (uint64_t)stats->least;
    struct number_plan plan = {.unit = 1, .base = stats->least};
    if (range > 0)
        plan.unit = choose_unit(def, column, row_count, stats);
    plan.width = width_of(divided(range, plan.unit));
    if (!stats->is_rising)
        return plan;
    uint64_t step = divided(stats->step_least, plan.unit);
    unsigned width = width_of(divided(stats->step_greatest, plan.unit) - step);
    if (width < plan.width)
        plan = (struct number_plan){true, width, plan.unit, stats->first, step};
    return plan;
}

static void write_offsets(const struct fa_column *column, uint32_t row_count,
                          const struct number_plan *plan, uint8_t *out)
{
    int64_t scratch[SLICE];
    uint64_t offsets[SLICE];
    int64_t last = first_value(column);
    uint64_t before = (uint64_t)plan->base;
    for (uint32_t from = 0; from < row_count; from += SLICE) {
        uint32_t count = row_count - from < SLICE ? row_count - from : SLICE;
        const int64_t *values = filled_slice(column, from, count, &last, scratch);
        uint32_t skipped = 0;
        if (plan->is_deltas) {
            for (uint32_t i = 0; i < count; i++) {
                uint64_t value = (uint64_t)values[i];
                offsets[i] = divided(value - before, plan->unit) - plan->step;
                before = value;
            }
            skipped = from == 0; /* the first row is the base */
        } else {
            for (uint32_t i = 0; i < count; i++)
                offsets[i] = divided((uint64_t)values[i] - before, plan->unit);
        }
        pack(offsets + skipped, count - skipped, plan->width, out);
        out += (size_t)(count - skipped) * plan->width;
    }
}

static enum fa_status encode_numbers(const struct fa_column_def *def,
                                     const struct fa_column *column, uint32_t row_count,
                                     struct fa_buf *bytes, enum fa_encoding *encoding)
{
    struct number_stats stats = scan_numbers(column, row_count);
    int64_t least, greatest;
    fa_column_bounds(def, &least, &greatest);
    if (stats.least < least || stats.greatest > greatest ||
        (def->type == FA_TYPE_CURRENCY && !are_currencies(column, row_count)))
        return FA_EDEFECT;
    struct number_plan plan = plan_numbers(def, column, row_count, &stats);
    size_t size = NUMBERS_PREFIX_BYTES + (size_t)(row_count - plan.is_deltas) * plan.width;
    FA_TRY(fa_buf_reserve(bytes, size));
    uint8_t *out = (uint8_t *)bytes->bytes + bytes->size;
    fa_wire_store_u32(out, plan.width);
    fa_wire_store_u32(out + 4, plan.unit);
    fa_wire_store_u64(out + 8, (uint64_t)plan.base);
    fa_wire_store_u64(out + 16, plan.step);
    if (plan.width > 0)
        write_offsets(column, row_count, &plan, out + NUMBERS_PREFIX_BYTES);
    bytes->size += size;
    *encoding = plan.is_deltas ? FA_ENCODING_DELTAS : FA_ENCODING_OFFSETS;
    return FA_OK;
}

/* --- texts, encoding --- */

static inline uint32_t size_of_row(const struct fa_column *column, uint32_t row)
{
    return column->missing && column->missing[row] ? 0 : column->sizes[row];
}

/* Distinct texts in the order in which they come, found again by hash. */
struct distinct {
    uint32_t count;
    uint32_t limit;
    struct fa_str texts[DISTINCT_MAX];
    uint16_t slots[SLOT_COUNT]; /* index + 1 */
};

/* Decides only where a text is looked for; the same everywhere, because giving up is seen in
 * the bytes. */
static uint32_t slot_hash(struct fa_str text)
{
    uint64_t hash = text.size * UINT64_C(0x9E3779B97F4A7C15);
    const uint8_t *at = (const uint8_t *)text.bytes;
    size_t left = text.size;
    for (; left >= 8; left -= 8, at += 8) {
        hash = (hash ^ fa_wire_u64(at)) * UINT64_C(0xD1B54A32D192ED03);
        hash ^= hash >> 32;
    }
    uint64_t tail = 0;
    for (size_t i = 0; i < left; i++)
        tail |= (uint64_t)at[i] << (8 * i);
    hash = (hash ^ tail) * UINT64_C(0xD1B54A32D192ED03);
    return (uint32_t)(hash >> 40);
}

/* Index of the text; -1 when there are too many. */
static int distinct_find(struct distinct *distinct, struct fa_str text)
{
    uint32_t slot = slot_hash(text) % SLOT_COUNT;
    for (int probe = 0; probe < PROBES_MAX; probe++, slot = (slot + 1) % SLOT_COUNT) {
        if (distinct->slots[slot] == 0) {
            if (distinct->count == distinct->limit)
                return -1;
            distinct->texts[distinct->count] = text;
            distinct->slots[slot] = (uint16_t)++distinct->count;
            return (int)distinct->count - 1;
        }
        int index = distinct->slots[slot] - 1;
        if (fa_str_equal(distinct->texts[index], text))
            return index;
    }
    return -1;
}

/* Writes 16-bit indices to OUT. False when texts are too many for a dictionary to be worth it.
 */
static bool index_texts(const struct fa_column *column, uint32_t row_count,
                        struct distinct *distinct, uint8_t *out)
{
    uint32_t before = UINT32_MAX;
    int index = 0;
    for (uint32_t row = 0; row < row_count; row++) {
        if (column->missing && column->missing[row]) {
            fa_wire_store_u16(out + 2 * (size_t)row, 0);
            continue;
        }
        bool is_as_before = before != UINT32_MAX &&
                            column->starts[row] == column->starts[before] &&
                            column->sizes[row] == column->sizes[before];
        if (!is_as_before)
            index = distinct_find(distinct, fa_column_text(column, row));
        if (index < 0)
            return false;
        fa_wire_store_u16(out + 2 * (size_t)row, (uint16_t)index);
        before = row;
    }
    return true;
}

static enum fa_status encode_dictionary(const struct fa_column *column, uint32_t row_count,
                                        struct fa_buf *bytes, bool *is_done)
{
    struct distinct distinct = {.limit = row_count < 4 ? 1 : row_count / 4};
    if (distinct.limit > DISTINCT_MAX)
        distinct.limit = DISTINCT_MAX;
    FA_TRY(fa_buf_reserve(bytes, TEXTS_PREFIX_BYTES + 2 * (size_t)row_count));
    uint8_t *out = (uint8_t *)bytes->bytes + bytes->size;
    uint8_t *indices = out + TEXTS_PREFIX_BYTES;
    *is_done = index_texts(column, row_count, &distinct, indices);
    if (!*is_done)
        return FA_OK;
    unsigned width = width_of(distinct.count - 1);
    if (width == 1)
        for (uint32_t row = 0; row < row_count; row++)
            indices[row] = indices[2 * (size_t)row];
    fa_wire_store_u32(out, width);
    fa_wire_store_u32(out + 4, distinct.count);
    bytes->size += TEXTS_PREFIX_BYTES + (size_t)width * row_count;
    for (uint32_t i = 0; i < distinct.count; i++)
        FA_TRY(fa_buf_add_u32(bytes, (uint32_t)distinct.texts[i].size));
    for (uint32_t i = 0; i < distinct.count; i++)
        FA_TRY(fa_buf_add_str(bytes, distinct.texts[i]));
    return FA_OK;
}

static void write_sizes(const struct fa_column *column, uint32_t row_count, unsigned width,
                        uint8_t *out)
{
    switch (width) {
    case 1:
        for (uint32_t row = 0; row < row_count; row++)
            out[row] = (uint8_t)size_of_row(column, row);
        break;
    case 2:
        for (uint32_t row = 0; row < row_count; row++)
            fa_wire_store_u16(out + 2 * (size_t)row, (uint16_t)size_of_row(column, row));
        break;
    case 4:
        for (uint32_t row = 0; row < row_count; row++)
            fa_wire_store_u32(out + 4 * (size_t)row, size_of_row(column, row));
        break;
    default:
        break;
    }
}

static enum fa_status encode_texts(const struct fa_column *column, uint32_t row_count,
                                   struct fa_buf *bytes)
{
    size_t total = 0;
    uint32_t least = UINT32_MAX, greatest = 0;
    bool is_joined = true; /* each text begins where the one before ends */
    uint32_t end = column->starts[0];
    for (uint32_t row = 0; row < row_count; row++) {
        uint32_t size = size_of_row(column, row);
        least = size < least ? size : least;
        greatest = size > greatest ? size : greatest;
        is_joined &= size == 0 || column->starts[row] == end;
        end += size;
        total += size;
    }
    unsigned width = least == greatest ? 0 : width_of(greatest);
    size_t size = TEXTS_PREFIX_BYTES + (size_t)width * row_count + total;
    FA_TRY(fa_buf_reserve(bytes, size));
    uint8_t *out = (uint8_t *)bytes->bytes + bytes->size;
    fa_wire_store_u32(out, width);
    fa_wire_store_u32(out + 4, width == 0 ? greatest : 0);
    write_sizes(column, row_count, width, out + TEXTS_PREFIX_BYTES);
    out += TEXTS_PREFIX_BYTES + (size_t)width * row_count;
    if (is_joined && total > 0) {
        memcpy(out, column->bytes + column->starts[0], total);
    } else {
        for (uint32_t row = 0; row < row_count; row++) {
            uint32_t row_size = size_of_row(column, row);
            if (row_size > 0)
                memcpy(out, column->bytes + column->starts[row], row_size);
            out += row_size;
        }
    }
    bytes->size += size;
    return FA_OK;
}

enum fa_status fa_column_encode(const struct fa_column_def *def, const struct fa_column *column,
                                uint32_t row_count, struct fa_buf *bytes,
                                enum fa_encoding *encoding, bool *has_missing)
{
    struct fa_column given = *column;
    if (given.missing && !memchr(given.missing, 1, row_count))
        given.missing = NULL;
    *has_missing = given.missing != NULL;
    if (given.missing)
        FA_TRY(add_bitmap(given.missing, row_count, bytes));
    if (!fa_type_is_bytes(def->type))
        return encode_numbers(def, &given, row_count, bytes, encoding);
    bool is_done;
    *encoding = FA_ENCODING_DICTIONARY;
    FA_TRY(encode_dictionary(&given, row_count, bytes, &is_done));
    if (is_done)
        return FA_OK;
    *encoding = FA_ENCODING_TEXTS;
    return encode_texts(&given, row_count, bytes);
}

/* --- decoding --- */

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

static enum fa_status wrong_with(const char **wrong, const char *what)
{
    *wrong = what;
    return FA_EINPUT;
}

static enum fa_status decode_missing(struct fa_wire *wire, uint32_t row_count, uint8_t *missing,
                                     const char **wrong)
{
    const uint8_t *bitmap = fa_wire_take(wire, ((size_t)row_count + 7) / 8);
    if (!bitmap)
        return wrong_with(wrong, "a cut bitmap of missing rows");
    for (uint32_t row = 0; row < row_count; row++)
        missing[row] = bitmap[row >> 3] >> (row & 7) & 1;
    unsigned unused = row_count & 7 ? bitmap[row_count >> 3] >> (row_count & 7) : 0;
    return unused == 0 ? FA_OK : wrong_with(wrong, "a missing row behind the last");
}

/* How the values of a column follow from its offsets. */
struct number_form {
    bool is_deltas;
    unsigned width;
    uint32_t unit;
    uint64_t base, step;
};

static inline uint64_t offset_at(const uint8_t *in, size_t i, unsigned width)
{
    return width == 0   ? 0
           : width == 1 ? in[i]
           : width == 2 ? fa_wire_u16(in + 2 * i)
           : width == 4 ? fa_wire_u32(in + 4 * i)
                        : fa_wire_u64(in + 8 * i);
}

/* With a constant WIDTH, so that the loops have no branch. */
__attribute__((always_inline)) static inline void widen(const uint8_t *in, uint32_t count,
                                                        unsigned width,
                                                        const struct number_form *form,
                                                        uint64_t *values)
{
    uint64_t value = form->base, unit = form->unit, step = form->step;
    if (!form->is_deltas) {
        for (uint32_t i = 0; i < count; i++)
            values[i] = value + unit * offset_at(in, i, width);
        return;
    }
    values[0] = value;
    for (uint32_t i = 1; i < count; i++) {
        value += unit * (step + offset_at(in, i - 1, width));
        values[i] = value;
    }
}

static void widen_numbers(const uint8_t *in, uint32_t count, const struct number_form *form,
                          uint64_t *values)
{
    switch (form->width) {
    case 0:
        widen(in, count, 0, form, values);
        break;
    case 1:
        widen(in, count, 1, form, values);
        break;
    case 2:
        widen(in, count, 2, form, values);
        break;
    case 4:
        widen(in, count, 4, form, values);
        break;
    default:
        widen(in, count, 8, form, values);
        break;
    }
}

/* Missing rows have the value 0, which all types but currencies may have. */
static bool are_within_bounds(const struct fa_column_def *def, const struct fa_column *column,
                              uint32_t row_count)
{
    int64_t least, greatest;
    fa_column_bounds(def, &least, &greatest);
    if (def->type == FA_TYPE_CURRENCY)
        return are_currencies(column, row_count);
    if (least == INT64_MIN && greatest == INT64_MAX)
        return true;
    uint64_t range = (uint64_t)greatest - (uint64_t)least;
    bool is_outside = false;
    for (uint32_t row = 0; row < row_count; row++)
        is_outside |= (uint64_t)column->values[row] - (uint64_t)least > range;
    return !is_outside;
}

static enum fa_status decode_numbers(const struct fa_column_def *def, bool is_deltas,
                                     uint32_t row_count, struct fa_wire *wire,
                                     struct fa_column_memory *memory, struct fa_column *column,
                                     const char **wrong)
{
    const uint8_t *prefix = fa_wire_take(wire, NUMBERS_PREFIX_BYTES);
    if (!prefix)
        return wrong_with(wrong, "a cut description of numbers");
    const struct number_form form = {is_deltas, fa_wire_u32(prefix), fa_wire_u32(prefix + 4),
                                     fa_wire_u64(prefix + 8), fa_wire_u64(prefix + 16)};
    if (form.width > 8 || (form.width & (form.width - 1)) != 0 ||
        (!is_deltas && form.step != 0))
        return wrong_with(wrong, "an impossible description of numbers");
    if (wire->left != (size_t)(row_count - is_deltas) * form.width)
        return wrong_with(wrong, "another number of offsets than rows");
    uint64_t *values = (uint64_t *)memory->values;
    widen_numbers(wire->at, row_count, &form, values);
    if (column->missing)
        for (uint32_t row = 0; row < row_count; row++)
            values[row] = column->missing[row] ? 0 : values[row];
    column->values = memory->values;
    return are_within_bounds(def, column, row_count)
               ? FA_OK
               : wrong_with(wrong, "a value outside its type's bounds");
}

/* Copies the rest of WIRE as the bytes of COUNT texts whose sizes are in SIZES; fills STARTS.
 */
static enum fa_status take_texts(struct fa_wire *wire, uint32_t count, const uint32_t *sizes,
                                 uint32_t *starts, struct fa_buf *bytes, const char **wrong)
{
    uint64_t total = 0;
    uint32_t longest = 0;
    for (uint32_t i = 0; i < count; i++) {
        starts[i] = (uint32_t)total;
        longest = sizes[i] > longest ? sizes[i] : longest;
        total += sizes[i];
    }
    if (longest > FA_TEXT_BYTES_MAX || total != wire->left)
        return wrong_with(wrong, "text sizes that do not add up to its bytes");
    struct fa_str rest = {(const char *)wire->at, wire->left};
    bool is_cut_character = false; /* valid as a whole, but a text begins inside a character */
    for (uint32_t i = 0; i < count; i++)
        is_cut_character |= sizes[i] > 0 && ((uint8_t)rest.bytes[starts[i]] & 0xC0) == 0x80;
    if (is_cut_character || fa_utf8_valid_size(rest) != rest.size)
        return wrong_with(wrong, "text that is not UTF-8");
    fa_buf_clear(bytes);
    return fa_buf_add_str(bytes, rest);
}

static enum fa_status decode_texts(uint32_t row_count, struct fa_wire *wire,
                                   struct fa_column_memory *memory, struct fa_column *column,
                                   const char **wrong)
{
    const uint8_t *prefix = fa_wire_take(wire, TEXTS_PREFIX_BYTES);
    if (!prefix)
        return wrong_with(wrong, "a cut description of texts");
    uint32_t width = fa_wire_u32(prefix), common = fa_wire_u32(prefix + 4);
    const uint8_t *sizes = fa_wire_take(wire, (size_t)row_count * (width <= 4 ? width : 0));
    if (!sizes || width > 4 || width == 3 || (width != 0 && common != 0))
        return wrong_with(wrong, "an impossible description of texts");
    for (uint32_t row = 0; row < row_count; row++)
        memory->sizes[row] = width == 0   ? common
                             : width == 1 ? sizes[row]
                             : width == 2 ? fa_wire_u16(sizes + 2 * (size_t)row)
                                          : fa_wire_u32(sizes + 4 * (size_t)row);
    if (column->missing)
        for (uint32_t row = 0; row < row_count; row++)
            if (column->missing[row] && memory->sizes[row] != 0)
                return wrong_with(wrong, "a text in a missing row");
    return take_texts(wire, row_count, memory->sizes, memory->starts, &memory->bytes, wrong);
}

static enum fa_status decode_dictionary(uint32_t row_count, struct fa_wire *wire,
                                        struct fa_column_memory *memory,
                                        struct fa_column *column, const char **wrong)
{
    const uint8_t *prefix = fa_wire_take(wire, TEXTS_PREFIX_BYTES);
    if (!prefix)
        return wrong_with(wrong, "a cut description of a dictionary");
    uint32_t width = fa_wire_u32(prefix), count = fa_wire_u32(prefix + 4);
    if (width > 2 || count == 0 || count > DISTINCT_MAX)
        return wrong_with(wrong, "an impossible description of a dictionary");
    const uint8_t *indices = fa_wire_take(wire, (size_t)row_count * width);
    const uint8_t *wire_sizes = indices ? fa_wire_take(wire, (size_t)count * 4) : NULL;
    if (!wire_sizes)
        return wrong_with(wrong, "a cut dictionary");
    uint32_t starts[DISTINCT_MAX], sizes[DISTINCT_MAX];
    for (uint32_t i = 0; i < count; i++)
        sizes[i] = fa_wire_u32(wire_sizes + 4 * (size_t)i);
    FA_TRY(take_texts(wire, count, sizes, starts, &memory->bytes, wrong));
    for (uint32_t row = 0; row < row_count; row++) {
        uint32_t index = width == 0   ? 0
                         : width == 1 ? indices[row]
                                      : fa_wire_u16(indices + 2 * (size_t)row);
        if (index >= count)
            return wrong_with(wrong, "an index behind the end of its dictionary");
        memory->starts[row] = starts[index];
        memory->sizes[row] = sizes[index];
    }
    if (column->missing)
        for (uint32_t row = 0; row < row_count; row++)
            memory->sizes[row] = column->missing[row] ? 0 : memory->sizes[row];
    return FA_OK;
}

enum fa_status fa_column_decode(const struct fa_column_def *def, enum fa_encoding encoding,
                                bool has_missing, uint32_t row_count, const uint8_t *bytes,
                                size_t size, struct fa_column_memory *memory,
                                struct fa_column *column, const char **wrong)
{
    struct fa_wire wire = {bytes, size};
    bool is_bytes = fa_type_is_bytes(def->type);
    *wrong = NULL;
    bool is_fitting = is_bytes
                          ? encoding == FA_ENCODING_TEXTS || encoding == FA_ENCODING_DICTIONARY
                          : encoding == FA_ENCODING_OFFSETS || encoding == FA_ENCODING_DELTAS;
    if (!is_fitting)
        return wrong_with(wrong, "an encoding that its type does not have");
    FA_TRY(reserve_rows(memory, is_bytes, row_count));
    *column = (struct fa_column){0};
    if (has_missing) {
        FA_TRY(decode_missing(&wire, row_count, memory->missing, wrong));
        column->missing = memory->missing;
    }
    if (!is_bytes)
        return decode_numbers(def, encoding == FA_ENCODING_DELTAS, row_count, &wire, memory,
                              column, wrong);
    FA_TRY(encoding == FA_ENCODING_TEXTS
               ? decode_texts(row_count, &wire, memory, column, wrong)
               : decode_dictionary(row_count, &wire, memory, column, wrong));
    column->bytes = memory->bytes.bytes ? memory->bytes.bytes : "";
    column->starts = memory->starts;
    column->sizes = memory->sizes;
    return FA_OK;
}
