#include <stdlib.h>
#include <string.h>

#include "intake/slice.h"

int fa_row_scale(const struct fa_row_env *env, fa_currency currency)
{
    for (size_t i = 0; i < env->scale_count; i++)
        if (env->scales[i].currency == currency)
            return env->scales[i].scale;
    return fa_currency_scale(currency);
}

/* --- memory --------------------------------------------------------------------------------
 */

enum fa_status fa_chunk_init(struct fa_chunk *chunk, int space_count)
{
    *chunk = (struct fa_chunk){.space_count = space_count};
    chunk->new_ids = calloc((size_t)space_count + 1, sizeof *chunk->new_ids);
    chunk->scratch = calloc(1, sizeof *chunk->scratch);
    if (chunk->scratch)
        chunk->scratch->rows.records =
            malloc(FA_SLICE_RECORDS_MAX * sizeof *chunk->scratch->rows.records);
    if (chunk->new_ids && chunk->scratch && chunk->scratch->rows.records)
        return FA_OK;
    fa_chunk_release(chunk);
    return FA_ELIMIT;
}

static void release_columns(struct fa_chunk *chunk)
{
    for (int i = 0; i < chunk->column_count; i++) {
        free(chunk->columns[i].values);
        free(chunk->columns[i].missing);
        free(chunk->columns[i].starts);
        free(chunk->columns[i].sizes);
    }
    free(chunk->columns);
    chunk->columns = NULL;
    chunk->column_count = 0;
    chunk->row_capacity = 0;
}

void fa_chunk_release(struct fa_chunk *chunk)
{
    release_columns(chunk);
    for (int i = 0; chunk->new_ids && i < chunk->space_count; i++)
        fa_id_chunk_release(&chunk->new_ids[i]);
    free(chunk->new_ids);
    if (chunk->scratch) {
        free(chunk->scratch->rows.fields);
        free(chunk->scratch->rows.records);
        free(chunk->scratch->mapped.fields);
        fa_buf_release(&chunk->scratch->mapped.text);
        fa_buf_release(&chunk->scratch->key);
    }
    free(chunk->scratch);
    free(chunk->record_idx);
    free(chunk->line_idx);
    free(chunk->sections);
    free(chunk->keys);
    free(chunk->base);
    fa_buf_release(&chunk->record_texts);
    fa_vec_free(&chunk->origins);
    fa_vec_free(&chunk->rejects);
    fa_vec_free(&chunk->sums);
    fa_vec_free(&chunk->unreadable);
    fa_vec_free(&chunk->totals);
    fa_vec_free(&chunk->causes);
    *chunk = (struct fa_chunk){0};
}

enum { READ_BEHIND = 8 }; /* bytes behind a text that may be read */

/* The window, what may be read behind it, the splitter's side area (intake/csv.h). */
enum fa_status fa_chunk_reserve(struct fa_chunk *chunk, size_t size, size_t kept)
{
    size_t needed = 2 * size + FA_CSV_PADDING + READ_BEHIND;
    if (needed <= chunk->base_capacity)
        return FA_OK;
    char *base = malloc(needed);
    if (!base)
        return FA_ELIMIT;
    if (kept)
        memcpy(base, chunk->base, kept);
    free(chunk->base);
    chunk->base = base;
    chunk->base_capacity = needed;
    return FA_OK;
}

/* Behind the splitter's side area lies ours. Names of new ids point into the window: they move
 * with it. */
enum fa_status fa_chunk_add_side(struct fa_chunk *chunk, size_t size, uint32_t *start)
{
    size_t needed = chunk->side + size + READ_BEHIND;
    if (needed > UINT32_MAX)
        return FA_ELIMIT;
    if (needed > chunk->base_capacity) {
        size_t capacity = needed + needed / 2;
        char *base = malloc(capacity);
        if (!base)
            return FA_ELIMIT;
        memcpy(base, chunk->base, chunk->side);
        for (int i = 0; i < chunk->space_count; i++)
            for (uint32_t k = 0; k < chunk->new_ids[i].count; k++)
                chunk->new_ids[i].names[k].bytes =
                    base + (chunk->new_ids[i].names[k].bytes - chunk->base);
        free(chunk->base);
        chunk->base = chunk->scratch->csv.base = base;
        chunk->base_capacity = capacity;
    }
    *start = chunk->side;
    chunk->side += (uint32_t)size;
    return FA_OK;
}

static bool resize(void *array_ref, uint32_t count, size_t item_size)
{
    void **array = array_ref;
    void *resized = realloc(*array, count * item_size);
    if (resized)
        *array = resized;
    return resized != NULL;
}

static bool resize_column(struct fa_parsed *column, bool is_bytes, uint32_t capacity)
{
    bool is_done = resize(&column->missing, capacity, sizeof *column->missing);
    if (is_bytes)
        return is_done && resize(&column->starts, capacity, sizeof *column->starts) &&
               resize(&column->sizes, capacity, sizeof *column->sizes);
    return is_done && resize(&column->values, capacity, sizeof *column->values);
}

/* Columns that the plan fills, and those that ingest itself adds. */
static bool is_column_used(const struct fa_file_plan *plan, int column)
{
    if (column >= plan->table->hidden_from || column == plan->table->currency_column)
        return true;
    for (int i = 0; i < plan->field_count; i++)
        if (plan->fields[i].column == column)
            return true;
    return false;
}

static bool is_from_record(const struct fa_file_plan *plan, int column)
{
    for (int i = 0; plan->map && i < plan->map->section_count; i++)
        for (int k = 0; k < plan->map->sections[i].column_count; k++)
            if (plan->map->sections[i].columns[k].is_record &&
                plan->map->sections[i].columns[k].stated->column == column)
                return true;
    return false;
}

/* Room for one more slice. */
static enum fa_status reserve_rows(struct fa_chunk *chunk)
{
    if (chunk->row_count + FA_SLICE_RECORDS_MAX <= chunk->row_capacity)
        return FA_OK;
    uint32_t capacity =
        chunk->row_capacity ? 2 * chunk->row_capacity : 4 * FA_SLICE_RECORDS_MAX;
    if (!resize(&chunk->record_idx, capacity, sizeof *chunk->record_idx) ||
        !resize(&chunk->line_idx, capacity, sizeof *chunk->line_idx) ||
        !resize(&chunk->sections, capacity, sizeof *chunk->sections) ||
        !resize(&chunk->keys, capacity, sizeof *chunk->keys))
        return FA_ELIMIT;
    for (int i = 0; i < chunk->column_count; i++)
        if (chunk->columns[i].is_used &&
            !resize_column(&chunk->columns[i],
                           fa_type_is_bytes(chunk->plan->table->columns[i].type), capacity))
            return FA_ELIMIT;
    chunk->row_capacity = capacity;
    return FA_OK;
}

static enum fa_status reserve_fields(struct fa_csv_field **fields, size_t *capacity,
                                     size_t count)
{
    if (count <= *capacity)
        return FA_OK;
    free(*fields);
    *capacity = 0;
    *fields = malloc(count * sizeof **fields);
    if (!*fields)
        return FA_ELIMIT;
    *capacity = count;
    return FA_OK;
}

static enum fa_status prepare(struct fa_chunk *chunk)
{
    const struct fa_file_plan *plan = chunk->plan;
    struct fa_row_scratch *scratch = chunk->scratch;
    if (scratch->prepared_for == plan)
        return FA_OK;
    release_columns(chunk);
    chunk->columns = calloc((size_t)plan->table->column_count, sizeof *chunk->columns);
    if (!chunk->columns)
        return FA_ELIMIT;
    chunk->column_count = plan->table->column_count;
    for (int i = 0; i < chunk->column_count; i++) {
        chunk->columns[i].is_used = is_column_used(plan, i);
        chunk->columns[i].from_record = is_from_record(plan, i);
    }
    size_t slots = plan->map ? plan->map->slot_count : 0;
    FA_TRY(reserve_fields(&scratch->rows.fields, &scratch->fields_capacity,
                          (size_t)plan->width * FA_SLICE_RECORDS_MAX));
    FA_TRY(reserve_fields(&scratch->mapped.fields, &scratch->mapped.field_capacity,
                          slots * FA_SLICE_RECORDS_MAX));
    scratch->prepared_for = plan;
    return FA_OK;
}

static void clear_result(struct fa_chunk *chunk)
{
    chunk->status = FA_OK;
    chunk->outcome = FA_CSV_END;
    chunk->row_count = chunk->record_count = chunk->line_count = 0;
    chunk->ignored_count = chunk->other_count = 0;
    chunk->rejects.count = chunk->sums.count = chunk->unreadable.count = 0;
    chunk->totals.count = chunk->causes.count = 0;
    chunk->has_offset = chunk->has_footer = false;
    chunk->side = 2 * chunk->size + FA_CSV_PADDING;
    fa_buf_clear(&chunk->record_texts);
    for (int i = 0; i < chunk->space_count; i++)
        fa_id_chunk_clear(&chunk->new_ids[i]);
    for (int i = 0; i < chunk->column_count; i++)
        chunk->columns[i].has_missing = false;
    for (int i = 0; i < chunk->plan->sum_count; i++)
        if (fa_vec_add(&chunk->unreadable, 0) != FA_OK)
            chunk->status = FA_ELIMIT;
    for (int i = 0; chunk->plan->map && i < chunk->plan->map->total_count; i++)
        if (fa_vec_add(&chunk->totals, (struct fa_total_sum){0}) != FA_OK)
            chunk->status = FA_ELIMIT;
    size_t cause_count = chunk->plan->map ? fa_cause_count(chunk->plan->map->profile) : 0;
    while (chunk->causes.count < cause_count && chunk->status == FA_OK)
        if (fa_vec_add(&chunk->causes, 0) != FA_OK)
            chunk->status = FA_ELIMIT;
}

/* Texts of the map itself lie where its fields say, counted from the side area's start. */
static enum fa_status add_pool(struct fa_chunk *chunk)
{
    const struct fa_map *map = chunk->plan->map;
    uint32_t start;
    if (!map)
        return FA_OK;
    FA_TRY(fa_chunk_add_side(chunk, map->pool_size, &start));
    memcpy(chunk->base + start, map->pool, map->pool_size);
    return FA_OK;
}

/* What ingest knows of every row of the file; record and line numbers are added by commit. */
static void fill_hidden(struct fa_chunk *chunk)
{
    const struct fa_file_plan *plan = chunk->plan;
    for (int i = plan->table->hidden_from; i < plan->table->column_count; i++) {
        struct fa_parsed *column = &chunk->columns[i];
        bool is_filer = i == plan->table->hidden_from;
        bool is_source = i == plan->table->hidden_from + 1;
        int64_t constant = is_filer ? plan->filer : plan->source_idx;
        column->has_missing = is_filer && plan->filer < 0;
        if (column->has_missing)
            memset(column->missing, 1, chunk->row_count);
        for (uint32_t row = 0; (is_filer || is_source) && row < chunk->row_count; row++)
            column->values[row] = column->has_missing ? 0 : constant;
    }
}

static struct fa_slice next_slice(const struct fa_row_env *env, struct fa_chunk *chunk)
{
    struct fa_row_scratch *scratch = chunk->scratch;
    chunk->outcome = fa_csv_split(&scratch->csv, &scratch->rows);
    struct fa_slice slice = {.env = env,
                             .chunk = chunk,
                             .scratch = scratch,
                             .plan = chunk->plan,
                             .first = chunk->row_count,
                             .count = scratch->rows.count,
                             .record_count = scratch->rows.count,
                             .fields = scratch->rows.fields,
                             .stride = scratch->rows.stride};
    if (chunk->plan->map)
        fa_map_slice(&slice);
    return slice;
}

void fa_chunk_parse(const struct fa_row_env *env, struct fa_chunk *chunk)
{
    struct fa_row_scratch *scratch = chunk->scratch;
    const struct fa_file_plan *plan = chunk->plan;
    unsigned rows_max = plan->map && plan->map->section_count > 0
                            ? (unsigned)plan->map->section_count
                            : 1; /* of a record */
    clear_result(chunk);
    if (chunk->status == FA_OK)
        chunk->status = prepare(chunk);
    if (chunk->status == FA_OK)
        chunk->status = add_pool(chunk);
    scratch->rows.width = scratch->rows.stride = plan->width;
    scratch->rows.count_max = FA_SLICE_RECORDS_MAX / rows_max;
    scratch->memo = (struct fa_date_memo){.is_set = false};
    fa_csv_init(&scratch->csv, chunk->base, chunk->size);
    scratch->csv.dialect = plan->dialect;
    scratch->csv.pos = chunk->skip;
    do {
        if (chunk->status != FA_OK || (chunk->status = reserve_rows(chunk)) != FA_OK)
            return;
        struct fa_slice slice = next_slice(env, chunk);
        fa_slice_parse(&slice);
    } while (chunk->outcome == FA_CSV_MORE && !chunk->has_footer);
    chunk->line_count = scratch->csv.line_idx;
    chunk->refused_at = scratch->csv.refused_at;
    chunk->refused_line_idx = scratch->csv.refused_line_idx;
    fill_hidden(chunk);
}

void fa_chunk_batch(const struct fa_chunk *chunk, struct fa_column *columns,
                    struct fa_batch *batch)
{
    const struct fa_table_def *table = chunk->plan->table;
    for (int i = 0; i < table->column_count; i++) {
        const struct fa_parsed *column = &chunk->columns[i];
        columns[i] = (struct fa_column){
            .is_absent = !column->is_used,
            .missing = column->has_missing ? column->missing : NULL,
            .values = column->values,
            .bytes = column->from_record ? chunk->record_texts.bytes : chunk->base,
            .starts = column->starts,
            .sizes = column->sizes,
        };
    }
    *batch = (struct fa_batch){table, 0, chunk->row_count, columns};
}
