#include "ledger/builder.h"

#include <stdlib.h>
#include <string.h>

#include "base/limits.h"

/* A column under construction: FA_BLOCK_ROWS_MAX rows, got when the column has its first value.
 */
struct building {
    int64_t *values;
    uint8_t *missing;
    uint32_t *starts, *sizes;
    struct fa_buf bytes;
    uint32_t present_count;
};

struct fa_builder {
    const struct fa_table_def *table;
    int table_idx;
    struct fa_spool *spool;
    struct fa_totals *totals;
    struct fa_sink *sink;
    struct building *building;
    struct fa_column *columns; /* views of building, for encoding */
    uint32_t row_count, block_rows;
    uint64_t first_row;
    bool is_out_of_memory; /* seen in a setter that cannot say so */
    struct fa_buf encoded;
};

struct fa_builder *fa_builder_new(const struct fa_table_def *table, int table_idx,
                                  struct fa_spool *spool, struct fa_totals *totals,
                                  struct fa_sink *sink)
{
    struct fa_builder *builder = calloc(1, sizeof *builder);
    if (!builder)
        return NULL;
    builder->table = table;
    builder->table_idx = table_idx;
    builder->spool = spool;
    builder->totals = totals;
    builder->sink = sink;
    builder->block_rows = FA_BLOCK_ROWS_MAX;
    builder->building = calloc((size_t)table->column_count + 1, sizeof *builder->building);
    builder->columns = calloc((size_t)table->column_count + 1, sizeof *builder->columns);
    if (!builder->building || !builder->columns) {
        fa_builder_free(builder);
        return NULL;
    }
    return builder;
}

void fa_builder_free(struct fa_builder *builder)
{
    if (!builder)
        return;
    for (int i = 0; builder->building && i < builder->table->column_count; i++) {
        struct building *building = &builder->building[i];
        free(building->values);
        free(building->missing);
        free(building->starts);
        free(building->sizes);
        fa_buf_release(&building->bytes);
    }
    free(builder->building);
    free(builder->columns);
    fa_buf_release(&builder->encoded);
    free(builder);
}

static enum fa_status no_memory(struct fa_builder *builder)
{
    return fa_out_of_memory(builder->sink, "a block under construction");
}

/* All rows missing. What values and sizes hold in such rows is never looked at. */
static void clear_rows(const struct fa_builder *builder, struct building *building)
{
    memset(building->missing, 1, builder->block_rows);
}

static bool get_rows(struct fa_builder *builder, int column)
{
    struct building *building = &builder->building[column];
    if (building->missing)
        return true;
    bool is_bytes = fa_type_is_bytes(builder->table->columns[column].type);
    uint8_t *missing = malloc(FA_BLOCK_ROWS_MAX);
    if (is_bytes) {
        building->starts = malloc(FA_BLOCK_ROWS_MAX * sizeof *building->starts);
        building->sizes = malloc(FA_BLOCK_ROWS_MAX * sizeof *building->sizes);
    } else {
        building->values = malloc(FA_BLOCK_ROWS_MAX * sizeof *building->values);
    }
    bool is_complete =
        missing && (is_bytes ? building->starts && building->sizes : building->values != NULL);
    if (!is_complete) {
        free(missing);
        free(building->starts);
        free(building->sizes);
        free(building->values);
        *building = (struct building){0};
        return false;
    }
    building->missing = missing;
    clear_rows(builder, building);
    return true;
}

void fa_builder_set(struct fa_builder *builder, int column, int64_t value)
{
    struct building *building = &builder->building[column];
    if (!building->missing && !get_rows(builder, column)) {
        builder->is_out_of_memory = true;
        return;
    }
    uint32_t row = builder->row_count;
    building->values[row] = value;
    building->present_count += building->missing[row];
    building->missing[row] = 0;
}

/* A block is bounded, and with it the offsets of its texts. */
static enum fa_status reserve_texts(struct fa_builder *builder, int column, size_t size)
{
    struct fa_buf *bytes = &builder->building[column].bytes;
    size_t size_max = FA_BLOCK_BYTES_MAX / 2;
    if (size > size_max || bytes->size > size_max - size) {
        char quoted[FA_QUOTED_BYTES];
        return fa_error(builder->sink, FA_CODE_LIMIT, (struct fa_place){0}, NULL,
                        "column %s has a text above %u bytes, or %u rows with more than %zu",
                        fa_quoted(builder->table->columns[column].name, quoted),
                        FA_TEXT_BYTES_MAX, FA_BLOCK_ROWS_MAX, size_max);
    }
    return fa_buf_reserve(bytes, size) == FA_OK ? FA_OK : no_memory(builder);
}

enum fa_status fa_builder_set_text(struct fa_builder *builder, int column, struct fa_str text)
{
    struct building *building = &builder->building[column];
    if (!building->missing && !get_rows(builder, column))
        return no_memory(builder);
    FA_TRY(
        reserve_texts(builder, column, text.size <= FA_TEXT_BYTES_MAX ? text.size : SIZE_MAX));
    uint32_t row = builder->row_count;
    building->starts[row] = (uint32_t)building->bytes.size;
    if (text.size > 0)
        memcpy(building->bytes.bytes + building->bytes.size, text.bytes, text.size);
    building->bytes.size += text.size;
    building->sizes[row] = (uint32_t)text.size;
    building->present_count += building->missing[row];
    building->missing[row] = 0;
    return FA_OK;
}

/* Encodes the rows so far as one block and starts the next. */
static enum fa_status cut_block(struct fa_builder *builder)
{
    if (builder->row_count == 0)
        return FA_OK;
    for (int i = 0; i < builder->table->column_count; i++) {
        const struct building *building = &builder->building[i];
        builder->columns[i] = (struct fa_column){
            .is_absent = building->present_count == 0,
            .missing = building->present_count == builder->row_count ? NULL : building->missing,
            .values = building->values,
            .bytes = fa_buf_str(&building->bytes).bytes,
            .starts = building->starts,
            .sizes = building->sizes,
        };
    }
    struct fa_batch batch = {builder->table, builder->first_row, builder->row_count,
                             builder->columns};
    fa_buf_clear(&builder->encoded);
    enum fa_status status = fa_block_encode(&batch, builder->table_idx, &builder->encoded);
    if (status == FA_ELIMIT)
        return no_memory(builder);
    if (status != FA_OK) {
        char quoted[FA_QUOTED_BYTES];
        return fa_error(builder->sink, FA_CODE_DEFECT, (struct fa_place){0}, NULL,
                        "a row of table %s holds a value that its column cannot have",
                        fa_quoted(builder->table->name, quoted));
    }
    struct fa_block block = fa_block_at(&builder->encoded);
    FA_TRY(fa_spool_add(builder->spool, &block));
    if (builder->totals &&
        fa_totals_add_batch(builder->totals, &batch, builder->table_idx) != FA_OK)
        return no_memory(builder);
    builder->first_row += builder->row_count;
    builder->row_count = 0;
    for (int i = 0; i < builder->table->column_count; i++) {
        struct building *building = &builder->building[i];
        if (building->present_count > 0)
            clear_rows(builder, building);
        building->present_count = 0;
        fa_buf_clear(&building->bytes);
    }
    return FA_OK;
}

enum fa_status fa_builder_end_row(struct fa_builder *builder)
{
    if (builder->is_out_of_memory)
        return no_memory(builder);
    builder->row_count++;
    return builder->row_count < builder->block_rows ? FA_OK : cut_block(builder);
}

/* Source row I of the rows that are added: PICKED[I], or FROM + I. */
static inline uint32_t source_row(const uint32_t *picked, uint32_t from, uint32_t i)
{
    return picked ? picked[i] : from + i;
}

static void add_numbers(struct building *building, uint32_t at, const struct fa_column *column,
                        const uint32_t *picked, uint32_t from, uint32_t count)
{
    uint32_t present = count;
    if (picked)
        for (uint32_t i = 0; i < count; i++)
            building->values[at + i] = column->values[picked[i]];
    else
        memcpy(building->values + at, column->values + from, count * sizeof *building->values);
    if (!column->missing) {
        memset(building->missing + at, 0, count);
    } else {
        for (uint32_t i = 0; i < count; i++) {
            uint8_t missing = column->missing[source_row(picked, from, i)] != 0;
            building->missing[at + i] = missing;
            present -= missing;
        }
    }
    building->present_count += present;
}

/* memcpy for texts that are mostly shorter than the call is long. */
static inline void copy_text(char *to, const char *from, size_t size)
{
    uint64_t first, last;
    if (size < sizeof first || size > 2 * sizeof first) {
        if (size > 0)
            memcpy(to, from, size);
        return;
    }
    memcpy(&first, from, sizeof first); /* the two may overlap */
    memcpy(&last, from + size - sizeof last, sizeof last);
    memcpy(to, &first, sizeof first);
    memcpy(to + size - sizeof last, &last, sizeof last);
}

static enum fa_status add_texts(struct fa_builder *builder, int column_idx,
                                const struct fa_column *column, const uint32_t *picked,
                                uint32_t from, uint32_t count)
{
    struct building *building = &builder->building[column_idx];
    size_t total = 0;
    for (uint32_t i = 0; i < count; i++)
        total += column->sizes[source_row(picked, from, i)];
    FA_TRY(reserve_texts(builder, column_idx, total));
    uint32_t at = builder->row_count;
    for (uint32_t i = 0; i < count; i++) {
        uint32_t row = source_row(picked, from, i);
        if (fa_is_missing(column, row))
            continue;
        uint32_t size = column->sizes[row];
        building->starts[at + i] = (uint32_t)building->bytes.size;
        building->sizes[at + i] = size;
        building->missing[at + i] = 0;
        building->present_count++;
        copy_text(building->bytes.bytes + building->bytes.size,
                  column->bytes + column->starts[row], size);
        building->bytes.size += size;
    }
    return FA_OK;
}

static enum fa_status add_rows(struct fa_builder *builder, const struct fa_batch *batch,
                               const uint32_t *picked, uint32_t from, uint32_t count)
{
    while (count > 0) {
        uint32_t room = builder->block_rows - builder->row_count;
        uint32_t part = count < room ? count : room;
        for (int i = 0; i < builder->table->column_count; i++) {
            const struct fa_column *column = &batch->columns[i];
            if (column->is_absent)
                continue;
            if (!get_rows(builder, i))
                return no_memory(builder);
            if (fa_type_is_bytes(builder->table->columns[i].type))
                FA_TRY(add_texts(builder, i, column, picked, from, part));
            else
                add_numbers(&builder->building[i], builder->row_count, column, picked, from,
                            part);
        }
        builder->row_count += part;
        from += part;
        picked = picked ? picked + part : NULL;
        count -= part;
        if (builder->row_count == builder->block_rows)
            FA_TRY(cut_block(builder));
    }
    return FA_OK;
}

enum fa_status fa_builder_add_rows(struct fa_builder *builder, const struct fa_batch *batch,
                                   uint32_t from, uint32_t count)
{
    return add_rows(builder, batch, NULL, from, count);
}

enum fa_status fa_builder_add_picked(struct fa_builder *builder, const struct fa_batch *batch,
                                     const uint32_t *rows, uint32_t count)
{
    return add_rows(builder, batch, rows, 0, count);
}

/* --- rows of several batches --- */

static void add_mixed_numbers(struct fa_builder *builder, int column_idx,
                              const struct fa_column *const *sources,
                              const struct fa_pick *picks, uint32_t count)
{
    struct building *building = &builder->building[column_idx];
    int64_t *values = building->values + builder->row_count;
    uint8_t *missing = building->missing + builder->row_count;
    for (uint32_t i = 0; i < count; i++) {
        const struct fa_column *column = &sources[picks[i].source][column_idx];
        if (fa_is_missing(column, picks[i].row))
            continue;
        values[i] = column->values[picks[i].row];
        missing[i] = 0;
        building->present_count++;
    }
}

static enum fa_status add_mixed_texts(struct fa_builder *builder, int column_idx,
                                      const struct fa_column *const *sources,
                                      const struct fa_pick *picks, uint32_t count)
{
    struct building *building = &builder->building[column_idx];
    size_t total = 0;
    for (uint32_t i = 0; i < count; i++) {
        const struct fa_column *column = &sources[picks[i].source][column_idx];
        total += fa_is_missing(column, picks[i].row) ? 0 : column->sizes[picks[i].row];
    }
    FA_TRY(reserve_texts(builder, column_idx, total));
    uint32_t at = builder->row_count;
    for (uint32_t i = 0; i < count; i++) {
        const struct fa_column *column = &sources[picks[i].source][column_idx];
        uint32_t row = picks[i].row;
        if (fa_is_missing(column, row))
            continue;
        uint32_t size = column->sizes[row];
        building->starts[at + i] = (uint32_t)building->bytes.size;
        building->sizes[at + i] = size;
        building->missing[at + i] = 0;
        building->present_count++;
        copy_text(building->bytes.bytes + building->bytes.size,
                  column->bytes + column->starts[row], size);
        building->bytes.size += size;
    }
    return FA_OK;
}

/* Whether a row that was picked may have a value. */
static bool is_in_any(int column_idx, const struct fa_column *const *sources,
                      const struct fa_pick *picks, uint32_t count)
{
    for (uint32_t i = 0; i < count; i++)
        if (!sources[picks[i].source][column_idx].is_absent)
            return true;
    return false;
}

enum fa_status fa_builder_add_mixed(struct fa_builder *builder,
                                    const struct fa_column *const *sources,
                                    const struct fa_pick *picks, uint32_t count)
{
    while (count > 0) {
        uint32_t room = builder->block_rows - builder->row_count;
        uint32_t part = count < room ? count : room;
        for (int i = 0; i < builder->table->column_count; i++) {
            if (!is_in_any(i, sources, picks, part))
                continue;
            if (!get_rows(builder, i))
                return no_memory(builder);
            if (fa_type_is_bytes(builder->table->columns[i].type))
                FA_TRY(add_mixed_texts(builder, i, sources, picks, part));
            else
                add_mixed_numbers(builder, i, sources, picks, part);
        }
        builder->row_count += part;
        picks += part;
        count -= part;
        if (builder->row_count == builder->block_rows)
            FA_TRY(cut_block(builder));
    }
    return FA_OK;
}

void fa_builder_set_block_rows(struct fa_builder *builder, uint32_t rows)
{
    builder->block_rows = rows;
}

enum fa_status fa_builder_finish(struct fa_builder *builder)
{
    if (builder->is_out_of_memory)
        return no_memory(builder);
    return cut_block(builder);
}

uint64_t fa_builder_row_count(const struct fa_builder *builder)
{
    return builder->first_row + builder->row_count;
}
