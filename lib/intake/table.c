/*
 * The files of one table, read by all threads and committed in source order: record after
 * record, file after file, as if one thread had done it alone.
 */
#include <stdlib.h>
#include <string.h>

#include "intake/pipeline.h"
#include "intake/run.h"

struct reading {
    struct fa_run *run;
    const struct fa_table_def *def;
    struct fa_table_run *table;
    /* cut */
    struct fa_file_run **files;
    size_t file_count, next_file;
    struct fa_source source;
    bool is_open, is_faulty;
    /* commit */
    size_t file_at;
    struct fa_chunk_base base;
    struct fa_builder *builder;
    bool has_keys; /* to be checked */
    struct fa_column *columns;
    bool has_cover;
    int64_t cover_from,
        cover_to; /* the stated period: days, or instants for a clock that is a time */
};

/* --- cut -----------------------------------------------------------------------------------
 */

static bool open_next(struct reading *reading)
{
    if (reading->next_file == reading->file_count)
        return false;
    struct fa_file_run *file = reading->files[reading->next_file++];
    struct fa_source_input input = {
        .file = file->file,
        .profile = file->profile,
        .table = file->profile ? &file->profile->tables.items[0] : NULL,
        .identity = &file->header.identity,
        .skip_bytes = file->header.bytes,
        .skip_records = file->header.records,
        .spool_dir = reading->run->options->spool_dir,
    };
    fa_source_open(&reading->source, &input);
    reading->is_open = true;
    return true;
}

/* A fault is handed on as a last, empty chunk, so that it is told in its turn. */
static bool cut_chunk(void *context, struct fa_chunk *chunk)
{
    struct reading *reading = context;
    if (reading->is_faulty || (!reading->is_open && !open_next(reading)))
        return false;
    struct fa_file_run *file = reading->files[reading->next_file - 1];
    chunk->plan = &file->plan;
    chunk->size = 0;
    chunk->has_fault = false;
    if (!fa_source_next(&reading->source, reading->run->options->window_bytes, chunk)) {
        reading->is_faulty = chunk->has_fault = chunk->is_file_end = true;
        chunk->size = 0;
        chunk->taken_bytes = 0;
        return true;
    }
    if (chunk->is_file_end) {
        memcpy(file->sha256, reading->source.digest, sizeof file->sha256);
        fa_source_close(&reading->source);
        reading->is_open = false;
    }
    return true;
}

static void parse_chunk(void *context, struct fa_chunk *chunk)
{
    struct reading *reading = context;
    if (chunk->size > 0)
        fa_chunk_parse(&reading->run->env, chunk);
    else
        chunk->row_count = chunk->record_count = chunk->line_count = 0;
}

/* --- commit --------------------------------------------------------------------------------
 */

static enum fa_status no_memory(struct reading *reading)
{
    return fa_out_of_memory(reading->run->sink, "the rows of a table");
}

static enum fa_status refuse(struct reading *reading, const struct fa_chunk *chunk)
{
    struct fa_sink *sink = reading->run->sink;
    uint32_t line_start = chunk->refused_at;
    while (line_start > 0 && chunk->base[line_start - 1] != '\n' &&
           chunk->base[line_start - 1] != '\r')
        line_start--;
    struct fa_place place = fa_chunk_place(chunk, reading->base, chunk->refused_line_idx,
                                           line_start, chunk->refused_at);
    switch (chunk->outcome) {
    case FA_CSV_OPEN_QUOTE:
        return fa_error(sink, FA_CODE_CSV_QUOTE, place,
                        "close it; a quote that belongs to the text is doubled",
                        "the quote that opens here is never closed");
    case FA_CSV_FIELD_TOO_LONG:
        return fa_error(
            sink, FA_CODE_CSV_FIELD_SIZE, place, "perhaps a quote was opened and never closed",
            "the field that begins here is larger than %u bytes", FA_FIELD_BYTES_MAX);
    case FA_CSV_RECORD_TOO_LONG:
        return fa_error(sink, FA_CODE_CSV_RECORD_SIZE, place, NULL,
                        "the record that begins here is larger than %u bytes",
                        FA_RECORD_BYTES_MAX);
    case FA_CSV_MORE:
    case FA_CSV_END:
        break;
    }
    return FA_OK;
}

/* New ids get their numbers row by row, in the order of the table's columns, whatever the order
 * of the header. Ids of rejected rows get none. */
static enum fa_status number_new_ids(struct reading *reading, struct fa_chunk *chunk)
{
    struct fa_run *run = reading->run;
    int columns[FA_COLUMNS_MAX];
    int count = 0;
    for (int i = 0; i < reading->def->hidden_from; i++)
        if (reading->def->columns[i].type == FA_TYPE_ID && chunk->columns[i].is_used &&
            chunk->new_ids[reading->def->columns[i].refers_to].count > 0)
            columns[count++] = i;
    for (uint32_t row = 0; count > 0 && row < chunk->row_count; row++) {
        for (int i = 0; i < count; i++) {
            int64_t *value = &chunk->columns[columns[i]].values[row];
            int space = reading->def->columns[columns[i]].refers_to;
            if (*value >= 0)
                continue;
            struct fa_str name = chunk->new_ids[space].names[-1 - *value];
            bool is_shared = fa_str_is(run->head->dictionary.tables[space].name, "institution");
            struct fa_ids *ids = run->env.spaces[space].ids;
            uint32_t number, known_count = fa_ids_count(ids);
            if (fa_ids_add(ids, is_shared ? 0 : chunk->plan->filer_idx, name, &number) != FA_OK)
                return no_memory(reading);
            if (number >= known_count)
                FA_TRY(fa_run_watch_id(run, reading->files[reading->file_at], chunk, row,
                                       columns[i], name));
            *value = number;
        }
    }
    return FA_OK;
}

/* Accounts and contracts tell the currency of what refers to them. */
static enum fa_status keep_currencies(struct reading *reading, const struct fa_chunk *chunk)
{
    int id_column = reading->def->id_column, currency_column = reading->def->currency_column;
    if (id_column == FA_NO_COLUMN || currency_column == FA_NO_COLUMN)
        return FA_OK;
    struct fa_space *space = &reading->run->env.spaces[reading->def->index];
    uint32_t needed = fa_ids_count(space->ids);
    if (needed > space->currency_capacity) {
        uint32_t capacity = needed < UINT32_MAX / 2 ? 2 * needed : UINT32_MAX;
        fa_currency *currencies = realloc(space->currencies, capacity * sizeof *currencies);
        if (!currencies)
            return no_memory(reading);
        space->currencies = currencies;
        space->currency_capacity = capacity;
    }
    if (needed > space->currency_count)
        memset(space->currencies + space->currency_count, 0,
               (needed - space->currency_count) * sizeof *space->currencies);
    space->currency_count = needed;
    const int64_t *ids = chunk->columns[id_column].values;
    const int64_t *currencies = chunk->columns[currency_column].values;
    for (uint32_t row = 0; row < chunk->row_count; row++)
        if (space->currencies[ids[row]] == 0)
            space->currencies[ids[row]] = currencies[row];
    return FA_OK;
}

/* Record and line numbers, and the key that a profile makes of them. */
static enum fa_status number_rows(struct reading *reading, struct fa_chunk *chunk)
{
    int hidden = reading->def->hidden_from;
    int64_t *record_nos = chunk->columns[hidden + 2].values;
    int64_t *line_nos = chunk->columns[hidden + 3].values;
    for (uint32_t row = 0; row < chunk->row_count; row++) {
        record_nos[row] = (int64_t)(reading->base.record_no + chunk->record_idx[row]);
        line_nos[row] = (int64_t)(reading->base.line_no + chunk->line_idx[row]);
    }
    if (chunk->plan->record_column == FA_NO_COLUMN)
        return FA_OK;
    struct fa_parsed *column = &chunk->columns[chunk->plan->record_column];
    for (uint32_t row = 0; row < chunk->row_count; row++) {
        size_t start = chunk->record_texts.size;
        if (fa_buf_add_str(&chunk->record_texts, chunk->plan->source) != FA_OK ||
            fa_buf_addf(&chunk->record_texts, ":%lld", (long long)record_nos[row]) != FA_OK)
            return no_memory(reading);
        column->starts[row] = (uint32_t)start;
        column->sizes[row] = (uint32_t)(chunk->record_texts.size - start);
        column->missing[row] = 0;
    }
    return FA_OK;
}

/* First and last value of the clock, and whether rows by time come in order. */
static void watch_time(struct reading *reading, const struct fa_chunk *chunk)
{
    struct fa_table_run *table = reading->table;
    if (fa_table_is_by_time(reading->def)) {
        const int64_t *orders = chunk->columns[reading->def->by].values;
        int64_t last = table->last_order;
        bool is_falling = false;
        for (uint32_t row = 0; row < chunk->row_count; row++) {
            is_falling |= orders[row] < last;
            last = orders[row];
        }
        table->last_order = last;
        table->is_out_of_order |= is_falling;
    }
    int clock = reading->def->clock;
    if (clock == FA_NO_COLUMN || !chunk->columns[clock].is_used)
        return;
    const struct fa_parsed *column = &chunk->columns[clock];
    for (uint32_t row = 0; row < chunk->row_count; row++) {
        int64_t value = column->values[row];
        if (column->missing[row])
            continue;
        table->clock_min =
            !table->has_clock || value < table->clock_min ? value : table->clock_min;
        table->clock_max =
            !table->has_clock || value > table->clock_max ? value : table->clock_max;
        table->has_clock = true;
        table->outside_count +=
            reading->has_cover && (value < reading->cover_from || value > reading->cover_to);
    }
}

static void count_dangling(struct reading *reading, const struct fa_chunk *chunk)
{
    struct fa_run *run = reading->run;
    for (int i = 0; i < reading->def->hidden_from; i++) {
        const struct fa_parsed *column = &chunk->columns[i];
        int space = reading->def->columns[i].refers_to;
        if (reading->def->columns[i].type != FA_TYPE_ID || !column->is_used ||
            !run->is_final[space])
            continue;
        uint64_t count = 0;
        int64_t declared = run->declared_counts[space];
        for (uint32_t row = 0; row < chunk->row_count; row++)
            count += column->values[row] >= declared && !column->missing[row];
        reading->table->dangling[i] += count;
    }
}

static enum fa_status add_sums(struct reading *reading, struct fa_file_run *file,
                               const struct fa_chunk *chunk)
{
    for (size_t i = 0; i < chunk->sums.count; i++) {
        const struct fa_money_sum *sum = &chunk->sums.items[i];
        size_t at = 0;
        while (at < file->sums.count && (file->sums.items[at].sum_idx != sum->sum_idx ||
                                         file->sums.items[at].currency != sum->currency))
            at++;
        if (at < file->sums.count)
            file->sums.items[at].sum += sum->sum;
        else if (fa_vec_add(&file->sums, *sum) != FA_OK)
            return no_memory(reading);
    }
    while (file->unreadable.count < chunk->unreadable.count)
        if (fa_vec_add(&file->unreadable, 0) != FA_OK)
            return no_memory(reading);
    for (size_t i = 0; i < chunk->unreadable.count; i++)
        file->unreadable.items[i] += chunk->unreadable.items[i];
    return FA_OK;
}

static enum fa_status commit_rows(struct reading *reading, struct fa_chunk *chunk)
{
    struct fa_run *run = reading->run;
    struct fa_batch batch;
    FA_TRY(number_rows(reading, chunk));
    FA_TRY(number_new_ids(reading, chunk));
    FA_TRY(keep_currencies(reading, chunk));
    watch_time(reading, chunk);
    count_dangling(reading, chunk);
    if (reading->has_keys)
        FA_TRY(fa_unique_add(run->unique, chunk->keys, chunk->row_count));
    if (chunk->has_offset && !run->has_offset) {
        run->has_offset = true;
        run->offset_minutes = chunk->offset_minutes;
    }
    FA_TRY(fa_run_watch_rows(run, reading->files[reading->file_at], chunk));
    fa_chunk_batch(chunk, reading->columns, &batch);
    return fa_builder_add_rows(reading->builder, &batch, 0, chunk->row_count);
}

static void finish_file(struct reading *reading)
{
    reading->file_at++;
    if (reading->file_at == reading->file_count)
        return;
    reading->base.record_no = 1;
    reading->base.line_no = 1 + reading->files[reading->file_at]->header.lines;
}

static enum fa_status commit_chunk(void *context, struct fa_chunk *chunk)
{
    struct reading *reading = context;
    struct fa_file_run *file = reading->files[reading->file_at];
    if (chunk->has_fault)
        return fa_source_complain(&reading->source, reading->run->sink);
    if (chunk->size > 0) {
        if (chunk->status != FA_OK)
            return no_memory(reading);
        for (size_t i = 0; i < chunk->rejects.count; i++)
            FA_TRY(fa_run_reject(reading->run, file, chunk, reading->base,
                                 &chunk->rejects.items[i]));
        if (chunk->outcome != FA_CSV_END)
            return refuse(reading, chunk);
        FA_TRY(commit_rows(reading, chunk));
        FA_TRY(add_sums(reading, file, chunk));
        file->accepted += chunk->row_count;
        reading->table->row_count += chunk->row_count;
        reading->base.record_no += chunk->record_count;
        reading->base.line_no += chunk->line_count;
    }
    fa_progress_add(reading->run->options->progress, chunk->taken_bytes);
    if (chunk->is_file_end)
        finish_file(reading);
    return FA_OK;
}

/* --- a table -------------------------------------------------------------------------------
 */

/* Events belong to the period that a filing covers; what is due, and what has a validity, may
 * lie outside it. */
static void find_cover(struct reading *reading)
{
    const struct fa_run *run = reading->run;
    const struct fa_table_def *builtin = fa_dictionary_find(&run->builtin, reading->def->name);
    int64_t from, to;
    if (reading->def->clock == FA_NO_COLUMN || !fa_table_is_event(reading->def) ||
        !fa_manifest_cover(&run->manifest, builtin->index, &from, &to))
        return;
    bool is_time = reading->def->columns[reading->def->clock].type == FA_TYPE_TIME;
    reading->has_cover = true;
    reading->cover_from = is_time ? fa_day_start(from, &run->head->zone) : from;
    reading->cover_to = is_time ? fa_day_start(to + 1, &run->head->zone) - 1 : to;
}

static enum fa_status start(struct reading *reading)
{
    struct fa_run *run = reading->run;
    int table = reading->def->index;
    reading->table->is_read = true;
    reading->table->last_order = INT64_MIN;
    reading->table->dangling =
        fa_arena_array(&run->run_arena, (size_t)reading->def->column_count, sizeof(uint64_t));
    reading->columns = calloc((size_t)reading->def->column_count, sizeof *reading->columns);
    reading->builder =
        fa_builder_new(reading->def, table, run->kept->spool, &run->kept->totals, run->sink);
    reading->files = calloc(run->files.count, sizeof(struct fa_file_run *));
    bool has_made_keys = false;
    for (size_t i = 0; reading->files && i < run->files.count; i++) {
        struct fa_file_run *file = &run->files.items[i];
        if (file->table != table)
            continue;
        file->plan.filer = run->filers.items[file->plan.filer_idx].id;
        has_made_keys |= file->plan.record_column != FA_NO_COLUMN;
        reading->files[reading->file_count++] = file;
    }
    reading->has_keys = reading->def->key_count > 0 && !has_made_keys;
    if (!reading->table->dangling || !reading->columns || !reading->builder || !reading->files)
        return no_memory(reading);
    reading->base = (struct fa_chunk_base){1, 1 + reading->files[0]->header.lines};
    find_cover(reading);
    return FA_OK;
}

enum fa_status fa_run_read_table(struct fa_run *run, int table)
{
    struct reading reading = {
        .run = run, .def = &run->head->dictionary.tables[table], .table = &run->tables[table]};
    enum fa_status status = start(&reading);
    if (status == FA_OK) {
        const struct fa_pipeline pipeline = {
            .context = &reading,
            .cut = cut_chunk,
            .work = parse_chunk,
            .commit = commit_chunk,
            .chunks = run->chunks,
            .chunk_count = run->chunk_count,
            .thread_count = run->options->thread_count,
        };
        status = fa_pipeline_run(&pipeline);
    }
    if (reading.is_open)
        fa_source_close(&reading.source);
    if (status == FA_OK)
        status = fa_builder_finish(reading.builder);
    fa_builder_free(reading.builder);
    free(reading.columns);
    free(reading.files);
    if (status == FA_OK && reading.has_keys)
        status = fa_run_check_keys(run, table);
    return status;
}
