/*
 * The files of one table, read by all threads and committed in source order: record after
 * record, file after file, as if one thread had done it alone.
 */
#include <stdlib.h>
#include <string.h>

#include "intake/pattern.h"
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
        .table = file->part,
        .identity = &file->header.identity,
        .skip_bytes = file->header.bytes,
        .skip_records = file->header.records,
        .spool_dir = reading->run->options->spool_dir,
        .store = file->store,
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
        memcpy(file->sha256, reading->source.digests.file, sizeof file->sha256);
        memcpy(file->content_sha256, reading->source.digests.content,
               sizeof file->content_sha256);
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

/* --- behind the data --- */

/* Whether a record, as patterns see it, is the file's header. */
static bool is_header(const struct fa_file_run *file, struct fa_str text)
{
    size_t at = 0;
    for (uint32_t i = 0; i < file->header.count; i++) {
        struct fa_str name = file->header.names[i];
        if (i > 0 && at < text.size && text.bytes[at++] != file->plan.dialect.separator)
            return false;
        if (text.size - at < name.size || memcmp(text.bytes + at, name.bytes, name.size) != 0)
            return false;
        at += name.size;
    }
    return at == text.size;
}

/* Whether a record has something in each field that fills a required column, of a section that
 * has such columns. */
static bool fills_row(const struct fa_file_plan *plan, const struct fa_map_section *section,
                      const struct fa_csv *csv, const struct fa_csv_field *fields)
{
    int filled = 0;
    for (int i = 0; i < section->column_count; i++) {
        const struct fa_map_column *column = &section->columns[i];
        if (!column->stated || !plan->table->columns[column->stated->column].is_required)
            continue;
        for (int k = 0; k < column->part_count; k++) {
            int field_idx = column->parts[k].field_idx;
            if (field_idx == FA_NO_FIELD)
                continue;
            struct fa_str text = {csv->base + fields[field_idx].start, fields[field_idx].size};
            if (fa_str_trim(text).size == 0)
                return false;
            filled++;
        }
    }
    return filled > 0;
}

/* Whether a record in the footer, other than its first, could be data: what is like the footer
 * ends the data wherever it stands, also where it is none. */
static bool looks_like_data(const struct fa_file_run *file, const struct fa_csv *csv,
                            const struct fa_csv_rows *rows, struct fa_str text)
{
    const struct fa_map *map = file->plan.map;
    const struct fa_profile *profile = map->profile;
    struct fa_str stated;
    enum fa_csv_fault fault = rows->records[0].fault; /* the width is not the file's */
    if (fault == FA_CSV_QUOTE_INSIDE || fault == FA_CSV_QUOTE_AFTER ||
        (rows->records[0].field_count < map->named_count && !map->pads) ||
        fa_texts_match(&profile->footers, text) || fa_texts_match(&profile->skips, text))
        return false;
    for (size_t i = 0; i < profile->totals.count; i++)
        if (fa_pattern_match(profile->totals.items[i].pattern, text, &stated))
            return false;
    for (int i = 0; i < map->section_count; i++)
        if (fills_row(&file->plan, &map->sections[i], csv, rows->fields))
            return true;
    return false;
}

static void tell_behind(const struct reading *reading, const struct fa_file_run *file)
{
    struct fa_place place = {.source = file->file->name, .line_no = file->behind_line_no};
    if (file->behind > 0)
        fa_warn(reading->run->sink, FA_CODE_CSV_BEHIND, place,
                "look whether a record of data is like the footer of the profile",
                "%llu record%s behind the footer, here the first, %s all that a row needs, and "
                "%s left out",
                (unsigned long long)file->behind, file->behind == 1 ? "" : "s",
                file->behind == 1 ? "has" : "have", file->behind == 1 ? "was" : "were");
}

/* A record of the footer, kept for the totals that it may state. Where the header comes again,
 * the file has pages, and what looked like its footer is that of the first one. */
static enum fa_status look_at_footer(struct reading *reading, struct fa_file_run *file,
                                     const struct fa_csv *csv, const struct fa_csv_rows *rows,
                                     uint64_t line_no)
{
    enum { KEPT_BYTES_MAX = 65536 };
    struct fa_buf buf = {0};
    struct fa_heading footer = {.line_no = line_no};
    struct fa_place place = {.source = file->file->name, .line_no = line_no};
    enum fa_status status = fa_record_text(csv, rows, 0, &buf, &footer.text);
    if (status != FA_OK)
        status = no_memory(reading);
    else if (is_header(file, footer.text))
        status = fa_error(reading->run->sink, FA_CODE_CSV_FOOTER, place,
                          "where each page has a foot of its own, state it and the header by skip",
                          "the header comes again behind the footer, so there may be more data");
    else if (file->is_lead && file->footer_bytes > 0 &&
             looks_like_data(file, csv, rows, footer.text) && file->behind++ == 0)
        file->behind_line_no = line_no;
    file->footer_bytes += footer.text.size + 1;
    if (status == FA_OK && file->plan.map->total_count > 0 &&
        file->footer_bytes <= KEPT_BYTES_MAX) {
        footer.text = fa_arena_str(&reading->run->run_arena, footer.text);
        if (!footer.text.bytes || fa_vec_add(&file->footers, footer) != FA_OK)
            status = no_memory(reading);
    }
    fa_buf_release(&buf);
    return status;
}

/* Splits what lies behind the data from byte FROM of the window, which is LINE_IDX lines behind
 * its start; sets the chunk's outcome and counts. */
static enum fa_status walk_footer(struct reading *reading, struct fa_file_run *file,
                                  struct fa_chunk *chunk, uint32_t from, uint32_t line_idx)
{
    struct fa_csv csv;
    struct fa_csv_record record;
    struct fa_csv_rows rows = {.width = FA_RECORD_FIELDS_MAX,
                               .stride = FA_RECORD_FIELDS_MAX,
                               .count_max = 1,
                               .records = &record};
    rows.fields = malloc(FA_RECORD_FIELDS_MAX * sizeof *rows.fields);
    enum fa_status status = rows.fields ? FA_OK : no_memory(reading);
    fa_csv_init(&csv, chunk->base, chunk->size);
    csv.dialect = chunk->plan->dialect;
    csv.pos = from;
    csv.line_idx = line_idx;
    do {
        chunk->outcome = fa_csv_split(&csv, &rows);
        uint64_t line_no = chunk->has_origins && chunk->record_count < chunk->origins.count
                               ? chunk->origins.items[chunk->record_count].line_no
                               : reading->base.line_no + record.line_idx;
        chunk->record_count += rows.count;
        chunk->ignored_count += rows.count;
        if (status == FA_OK && rows.count > 0)
            status = look_at_footer(reading, file, &csv, &rows, line_no);
    } while (status == FA_OK && chunk->outcome == FA_CSV_MORE);
    chunk->line_count = csv.line_idx;
    chunk->refused_at = csv.refused_at;
    chunk->refused_line_idx = csv.refused_line_idx;
    free(rows.fields);
    return status;
}

/* A chunk that was parsed before anybody knew that the data had ended. */
static enum fa_status skip_footer(struct reading *reading, struct fa_file_run *file,
                                  struct fa_chunk *chunk)
{
    chunk->record_count = chunk->ignored_count = chunk->other_count = 0;
    FA_TRY(walk_footer(reading, file, chunk, chunk->skip, 0));
    return chunk->outcome == FA_CSV_END ? FA_OK : refuse(reading, chunk);
}

/* --- rows --- */

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

/* What a row's column is made of; NULL: not of the record's number in rows of this section. */
static const struct fa_map_column *find_record_column(const struct fa_chunk *chunk, int at,
                                                      uint32_t row)
{
    const struct fa_map_section *section = &chunk->plan->map->sections[chunk->sections[row]];
    for (int i = 0; i < section->column_count; i++)
        if (section->columns[i].is_record && section->columns[i].stated->column == at)
            return &section->columns[i];
    return NULL;
}

/* Adds the text that is made of the record's number, or what the mapping made, to the chunk's. */
static enum fa_status add_record_text(struct reading *reading, struct fa_chunk *chunk, int at,
                                      uint32_t row)
{
    const struct fa_map_column *made = find_record_column(chunk, at, row);
    const struct fa_parsed *column = &chunk->columns[at];
    struct fa_buf *texts = &chunk->record_texts;
    bool is_whole = made || fa_buf_add(texts, chunk->base + column->starts[row],
                                       column->sizes[row]) == FA_OK;
    for (int i = 0; made && i <= made->part_count; i++) {
        if (i == made->record_at)
            is_whole = is_whole && fa_buf_add_str(texts, chunk->plan->source) == FA_OK &&
                       fa_buf_addf(texts, ":%lld",
                                   (long long)(reading->base.record_no +
                                               chunk->record_idx[row])) == FA_OK;
        if (i < made->part_count)
            is_whole =
                is_whole && fa_buf_add(texts, chunk->plan->map->pool + made->parts[i].text.start,
                                       made->parts[i].text.size) == FA_OK;
    }
    return is_whole && texts->size <= UINT32_MAX ? FA_OK : no_memory(reading);
}

/* The texts of a column, one behind the other; of an id, one at a time, each in its number's place.
 * A key that is made of the record's number alone gets its hash here. */
static enum fa_status make_record_column(struct reading *reading, struct fa_chunk *chunk, int at)
{
    enum { READ_BEHIND = 8 }; /* by fa_ids_add */
    struct fa_parsed *column = &chunk->columns[at];
    struct fa_buf *texts = &chunk->record_texts;
    struct fa_ids *ids = column->values
                             ? reading->run->env.spaces[reading->def->columns[at].refers_to].ids
                             : NULL;
    bool is_key = reading->def->key_count == 1 && reading->def->key_columns[0] == at;
    struct fa_hash_key hash_key = fa_filer_key(&reading->run->env, chunk->plan);
    for (uint32_t row = 0; row < chunk->row_count; row++) {
        if (ids)
            fa_buf_clear(texts);
        size_t start = texts->size;
        FA_TRY(add_record_text(reading, chunk, at, row));
        if (fa_buf_reserve(texts, READ_BEHIND) != FA_OK)
            return no_memory(reading);
        struct fa_str text = {texts->bytes + start, texts->size - start};
        uint32_t number;
        if (is_key)
            chunk->keys[row] = fa_hash128(hash_key, text.bytes, text.size);
        if (!ids) {
            column->starts[row] = (uint32_t)start;
            column->sizes[row] = (uint32_t)text.size;
        } else if (fa_ids_add(ids, chunk->plan->filer_idx, text, &number) == FA_OK) {
            column->values[row] = number;
        } else {
            return no_memory(reading);
        }
    }
    return FA_OK;
}

/* Record and line numbers, and the ids and texts that a profile makes of them. */
static enum fa_status number_rows(struct reading *reading, struct fa_chunk *chunk)
{
    int hidden = reading->def->hidden_from;
    int64_t *record_nos = chunk->columns[hidden + 2].values;
    int64_t *line_nos = chunk->columns[hidden + 3].values;
    for (uint32_t row = 0; row < chunk->row_count; row++) {
        record_nos[row] = (int64_t)(reading->base.record_no + chunk->record_idx[row]);
        line_nos[row] = chunk->has_origins
                            ? (int64_t)chunk->origins.items[chunk->record_idx[row]].line_no
                            : (int64_t)(reading->base.line_no + chunk->line_idx[row]);
    }
    /* Ids first: they use the texts one by one. */
    for (int pass = 0; pass < 2; pass++)
        for (int i = 0; i < hidden; i++)
            if (chunk->columns[i].from_record && (chunk->columns[i].values == NULL) == pass)
                FA_TRY(make_record_column(reading, chunk, i));
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
        struct fa_dangling *dangling = &reading->table->dangling[i];
        uint64_t count = 0;
        int64_t declared = run->declared_counts[space];
        for (uint32_t row = 0; row < chunk->row_count; row++)
            count += column->values[row] >= declared && !column->missing[row];
        uint32_t first = 0;
        while (count > 0 && dangling->count == 0 &&
               (column->values[first] < declared || column->missing[first]))
            first++;
        if (count > 0 && dangling->count == 0) {
            dangling->source_idx = chunk->plan->source_idx;
            dangling->line_no = chunk->columns[reading->def->hidden_from + 3].values[first];
        }
        dangling->count += count;
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
    while (file->causes.count < chunk->causes.count)
        if (fa_vec_add(&file->causes, 0) != FA_OK)
            return no_memory(reading);
    for (size_t i = 0; i < chunk->causes.count; i++)
        file->causes.items[i] += chunk->causes.items[i];
    while (file->totals.count < chunk->totals.count)
        if (fa_vec_add(&file->totals, (struct fa_total_sum){0}) != FA_OK)
            return no_memory(reading);
    for (size_t i = 0; i < chunk->totals.count; i++) {
        file->totals.items[i].sum += chunk->totals.items[i].sum;
        file->totals.items[i].count += chunk->totals.items[i].count;
        file->totals.items[i].unreadable += chunk->totals.items[i].unreadable;
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
    tell_behind(reading, reading->files[reading->file_at]);
    reading->files[reading->file_at]->is_read = true;
    reading->file_at++;
    if (reading->file_at == reading->file_count)
        return;
    reading->base.record_no = 1;
    reading->base.line_no = 1 + reading->files[reading->file_at]->header.lines;
}

static enum fa_status commit_data(struct reading *reading, struct fa_file_run *file,
                                  struct fa_chunk *chunk)
{
    for (size_t i = 0; i < chunk->rejects.count; i++)
        FA_TRY(
            fa_run_reject(reading->run, file, chunk, reading->base, &chunk->rejects.items[i]));
    if (chunk->has_footer) {
        file->is_in_footer = true;
        FA_TRY(walk_footer(reading, file, chunk, chunk->footer_at, chunk->footer_line_idx));
    }
    if (chunk->outcome != FA_CSV_END)
        return refuse(reading, chunk);
    if (chunk->has_origins && chunk->origins.count < chunk->record_count)
        return fa_error(reading->run->sink, FA_CODE_DEFECT, (struct fa_place){0}, NULL,
                        "a reader gave fewer places than records");
    FA_TRY(commit_rows(reading, chunk));
    FA_TRY(add_sums(reading, file, chunk));
    file->accepted +=
        chunk->record_count - chunk->rejects.count - chunk->ignored_count - chunk->other_count;
    file->rows += chunk->row_count;
    reading->table->row_count += chunk->row_count;
    return FA_OK;
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
        FA_TRY(file->is_in_footer ? skip_footer(reading, file, chunk)
                                  : commit_data(reading, file, chunk));
        file->records += chunk->record_count;
        file->ignored += chunk->ignored_count;
        file->other += chunk->other_count;
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

/* A key of several parts, one of which is made of the record's number. */
static bool has_made_key(const struct reading *reading, const struct fa_file_run *file)
{
    const struct fa_map *map = file->plan.map;
    bool is_made = false;
    for (int s = 0; map && s < map->section_count; s++)
        for (int i = 0; i < map->sections[s].column_count; i++)
            for (int k = 0; k < reading->def->key_count; k++)
                is_made |=
                    map->sections[s].columns[i].is_record &&
                    map->sections[s].columns[i].stated->column == reading->def->key_columns[k];
    return is_made && reading->def->key_count > 1;
}

static enum fa_status start(struct reading *reading)
{
    struct fa_run *run = reading->run;
    int table = reading->def->index;
    reading->table->is_read = true;
    reading->table->last_order = INT64_MIN;
    reading->table->dangling =
        fa_arena_array(&run->run_arena, (size_t)reading->def->column_count,
                       sizeof(struct fa_dangling));
    reading->columns = calloc((size_t)reading->def->column_count, sizeof *reading->columns);
    reading->builder =
        fa_builder_new(reading->def, table, run->kept->spool, &run->kept->totals, run->sink);
    reading->files = calloc(run->files.count, sizeof(struct fa_file_run *));
    bool has_made_keys = false; /* no hash of them is made */
    for (size_t i = 0; reading->files && i < run->files.count; i++) {
        struct fa_file_run *file = &run->files.items[i];
        if (file->table != table)
            continue;
        file->plan.filer = run->filers.items[file->plan.filer_idx].id;
        has_made_keys |= has_made_key(reading, file);
        file->records = file->ignored = file->header.heading_count;
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
