#include "ledger/column_form.h"

#include <string.h>

#include "base/limits.h"
#include "value/datetime.h"

enum {
    PREFIX_BYTES = 24,
    SLICE = 1024, /* rows handled at a time: the scratch of a slice stays in the first cache */
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

/* Whether all values are currencies; there are few, in long runs. */
static bool are_currencies(const int64_t *values, const uint8_t *missing, uint32_t row_count)
{
    int64_t before = 0;
    bool are = true;
    for (uint32_t row = 0; row < row_count; row++) {
        if (missing && missing[row])
            continue;
        if (values[row] != before)
            are = are && fa_currency_scale(values[row]) >= 0;
        before = values[row];
    }
    return are;
}

/* --- encoding --- */

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
    plan.width = fa_width_of(divided(range, plan.unit));
    if (!stats->is_rising)
        return plan;
    uint64_t step = divided(stats->step_least, plan.unit);
    unsigned width = fa_width_of(divided(stats->step_greatest, plan.unit) - step);
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

enum fa_status fa_numbers_encode(const struct fa_column_def *def,
                                 const struct fa_column *column, uint32_t row_count,
                                 struct fa_buf *bytes, enum fa_column_encoding *encoding)
{
    struct number_stats stats = scan_numbers(column, row_count);
    int64_t least, greatest;
    fa_column_bounds(def, &least, &greatest);
    if (stats.least < least || stats.greatest > greatest ||
        (def->type == FA_TYPE_CURRENCY &&
         !are_currencies(column->values, column->missing, row_count)))
        return FA_EDEFECT;
    struct number_plan plan = plan_numbers(def, column, row_count, &stats);
    size_t size = PREFIX_BYTES + (size_t)(row_count - plan.is_deltas) * plan.width;
    FA_TRY(fa_buf_reserve(bytes, size));
    uint8_t *out = (uint8_t *)bytes->bytes + bytes->size;
    fa_wire_store_u32(out, plan.width);
    fa_wire_store_u32(out + 4, plan.unit);
    fa_wire_store_u64(out + 8, (uint64_t)plan.base);
    fa_wire_store_u64(out + 16, plan.step);
    if (plan.width > 0)
        write_offsets(column, row_count, &plan, out + PREFIX_BYTES);
    bytes->size += size;
    *encoding = plan.is_deltas ? FA_COLUMN_DELTAS : FA_COLUMN_OFFSETS;
    return FA_OK;
}

/* --- decoding --- */

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
static bool are_within_bounds(const struct fa_column_def *def, const int64_t *values,
                              const uint8_t *missing, uint32_t row_count)
{
    int64_t least, greatest;
    fa_column_bounds(def, &least, &greatest);
    if (def->type == FA_TYPE_CURRENCY)
        return are_currencies(values, missing, row_count);
    if (least == INT64_MIN && greatest == INT64_MAX)
        return true;
    uint64_t range = (uint64_t)greatest - (uint64_t)least;
    bool is_outside = false;
    for (uint32_t row = 0; row < row_count; row++)
        is_outside |= (uint64_t)values[row] - (uint64_t)least > range;
    return !is_outside;
}

enum fa_status fa_numbers_decode(const struct fa_column_def *def, enum fa_column_encoding encoding,
                                 uint32_t row_count, struct fa_wire *wire,
                                 const uint8_t *missing, int64_t *values, const char **wrong)
{
    const uint8_t *prefix = fa_wire_take(wire, PREFIX_BYTES);
    bool is_deltas = encoding == FA_COLUMN_DELTAS;
    if (!prefix)
        return fa_wrong(wrong, "a cut description of numbers");
    const struct number_form form = {is_deltas, fa_wire_u32(prefix), fa_wire_u32(prefix + 4),
                                     fa_wire_u64(prefix + 8), fa_wire_u64(prefix + 16)};
    if (form.width > 8 || (form.width & (form.width - 1)) != 0 ||
        (!is_deltas && form.step != 0))
        return fa_wrong(wrong, "an impossible description of numbers");
    if (wire->left != (size_t)(row_count - is_deltas) * form.width)
        return fa_wrong(wrong, "another number of offsets than rows");
    widen_numbers(wire->at, row_count, &form, (uint64_t *)values);
    if (missing)
        for (uint32_t row = 0; row < row_count; row++)
            values[row] = missing[row] ? 0 : values[row];
    return are_within_bounds(def, values, missing, row_count)
               ? FA_OK
               : fa_wrong(wrong, "a value outside its type's bounds");
}
