/*
 * What can be said only when a table was read: the last numbers of its ids, in the order of the
 * rows that declare them, and the order of time. Both mean writing its blocks once more, which
 * is done only where something changes.
 */
#include <stdlib.h>
#include <string.h>

#include "intake/run.h"

/* New numbers of one id space; NULL: they stay. */
struct renumbering {
    uint32_t *numbers;
    uint32_t count, declared_count;
};

static enum fa_status no_memory(struct fa_run *run)
{
    return fa_out_of_memory(run->sink, "the numbers of ids");
}

/* --- last numbers --------------------------------------------------------------------------
 */

/* The rows of the declaring table, in their order, give the numbers from 0; ids that no row
 * declares come behind, in the order in which they were read. */
static enum fa_status find_numbers(struct fa_run *run, int table,
                                   struct renumbering *renumbering)
{
    const struct fa_ids *ids = run->env.spaces[table].ids;
    uint32_t count = fa_ids_count(ids), next = 0;
    uint32_t *numbers = malloc((count ? count : 1) * sizeof *numbers);
    struct fa_cursor cursor = {.decoder = NULL};
    if (!numbers)
        return no_memory(run);
    memset(numbers, 0xFF, count * sizeof *numbers);
    enum fa_status status = FA_OK;
    bool is_end = !run->tables[table].is_read;
    if (!is_end) {
        status = fa_cursor_open(&cursor, run, table);
        if (status == FA_OK)
            fa_decoder_want(cursor.decoder, cursor.def->id_column);
    }
    while (status == FA_OK && !is_end) {
        struct fa_batch batch;
        status = fa_cursor_next(&cursor, &batch, &is_end);
        for (uint32_t row = 0; status == FA_OK && !is_end && row < batch.row_count; row++) {
            int64_t id = batch.columns[cursor.def->id_column].values[row];
            if (numbers[id] == UINT32_MAX)
                numbers[id] = next++;
        }
    }
    fa_decoder_free(cursor.decoder);
    renumbering->declared_count = next;
    renumbering->count = count;
    bool is_same = true;
    for (uint32_t i = 0; i < count; i++) {
        if (numbers[i] == UINT32_MAX)
            numbers[i] = next++;
        is_same &= numbers[i] == i;
    }
    if (is_same || status != FA_OK)
        free(numbers);
    else
        renumbering->numbers = numbers;
    return status;
}

static enum fa_status apply_numbers(struct fa_run *run, int table,
                                    const struct renumbering *renumbering)
{
    struct fa_space *space = &run->env.spaces[table];
    run->declared_counts[table] = renumbering->declared_count;
    run->is_final[table] = true;
    if (!renumbering->numbers)
        return FA_OK;
    if (fa_ids_renumber(space->ids, renumbering->numbers) != FA_OK)
        return no_memory(run);
    fa_currency *currencies =
        space->currencies
            ? calloc(renumbering->count ? renumbering->count : 1, sizeof *currencies)
            : NULL;
    if (space->currencies && !currencies)
        return no_memory(run);
    for (uint32_t i = 0; i < space->currency_count; i++)
        currencies[renumbering->numbers[i]] = space->currencies[i];
    free(space->currencies);
    space->currencies = currencies;
    space->currency_count = currencies ? renumbering->count : 0;
    space->currency_capacity = space->currency_count;
    return FA_OK;
}

/* --- writing a table once more -------------------------------------------------------------
 */

struct rewriting {
    struct fa_run *run;
    const struct fa_table_def *def;
    const struct renumbering *spaces; /* by table; NULL: numbers stay */
    struct fa_builder *builder;
    struct fa_column *columns; /* views: those of the batch, or with new numbers */
    int64_t **values;          /* new numbers, by column */
    uint64_t old_end;          /* of the spool before the first new block */
};

static bool has_new_numbers(const struct rewriting *rewriting, int column)
{
    const struct fa_column_def *def = &rewriting->def->columns[column];
    return rewriting->spaces && def->type == FA_TYPE_ID && def->refers_to != FA_NO_TABLE &&
           rewriting->spaces[def->refers_to].numbers;
}

/* Rows that were read before the filer was known belong to the filing's. */
static bool needs_filer(const struct rewriting *rewriting)
{
    return fa_str_is(rewriting->def->name, "institution") &&
           rewriting->run->filers.items[0].id >= 0;
}

static void fill_filer(struct rewriting *rewriting, const struct fa_batch *batch)
{
    int column = rewriting->def->hidden_from;
    int64_t *values = rewriting->values[column];
    const struct fa_column *from = &rewriting->columns[column];
    for (uint32_t row = 0; row < batch->row_count; row++)
        values[row] =
            fa_is_missing(from, row) ? rewriting->run->filers.items[0].id : from->values[row];
    rewriting->columns[column] = (struct fa_column){.values = values};
}

static void renumber_batch(struct rewriting *rewriting, const struct fa_batch *batch)
{
    for (int i = 0; i < rewriting->def->column_count; i++) {
        rewriting->columns[i] = batch->columns[i];
        if (batch->columns[i].is_absent || !has_new_numbers(rewriting, i))
            continue;
        const uint32_t *numbers =
            rewriting->spaces[rewriting->def->columns[i].refers_to].numbers;
        int64_t *values = rewriting->values[i];
        for (uint32_t row = 0; row < batch->row_count; row++)
            values[row] = fa_is_missing(&batch->columns[i], row)
                              ? 0
                              : (int64_t)numbers[batch->columns[i].values[row]];
        rewriting->columns[i].values = values;
    }
    if (needs_filer(rewriting))
        fill_filer(rewriting, batch);
}

static void rewriting_close(struct rewriting *rewriting)
{
    for (int i = 0; rewriting->values && i < rewriting->def->column_count; i++)
        free(rewriting->values[i]);
    free(rewriting->values);
    free(rewriting->columns);
    fa_builder_free(rewriting->builder);
}

static enum fa_status rewriting_open(struct rewriting *rewriting, struct fa_run *run, int table,
                                     const struct renumbering *spaces)
{
    *rewriting = (struct rewriting){.run = run,
                                    .def = &run->head->dictionary.tables[table],
                                    .spaces = spaces,
                                    .old_end = fa_spool_count(run->kept->spool)};
    size_t count = (size_t)rewriting->def->column_count;
    rewriting->columns = calloc(count, sizeof *rewriting->columns);
    rewriting->values = calloc(count, sizeof *rewriting->values);
    /* Its totals were added when it was built first. */
    rewriting->builder =
        fa_builder_new(rewriting->def, table, run->kept->spool, NULL, run->sink);
    bool is_complete = rewriting->columns && rewriting->values && rewriting->builder;
    for (int i = 0; is_complete && i < (int)count; i++)
        if (rewriting->def->columns[i].type == FA_TYPE_ID)
            is_complete =
                (rewriting->values[i] = malloc(FA_BLOCK_ROWS_MAX * sizeof(int64_t))) != NULL;
    return is_complete ? FA_OK : no_memory(run);
}

/* The new blocks take the place of the old ones. */
static enum fa_status rewriting_finish(struct rewriting *rewriting)
{
    FA_TRY(fa_builder_finish(rewriting->builder));
    fa_spool_drop(rewriting->run->kept->spool, rewriting->def->index, rewriting->old_end);
    return FA_OK;
}

static enum fa_status rewrite(struct fa_run *run, int table, const struct renumbering *spaces)
{
    struct rewriting rewriting;
    struct fa_cursor cursor = {.decoder = NULL};
    enum fa_status status = rewriting_open(&rewriting, run, table, spaces);
    if (status == FA_OK)
        status = fa_cursor_open(&cursor, run, table);
    if (status == FA_OK)
        fa_decoder_want_all(cursor.decoder);
    for (bool is_end = false; status == FA_OK && !is_end;) {
        struct fa_batch batch;
        status = fa_cursor_next(&cursor, &batch, &is_end);
        if (status != FA_OK || is_end)
            break;
        renumber_batch(&rewriting, &batch);
        batch.columns = rewriting.columns;
        status = fa_builder_add_rows(rewriting.builder, &batch, 0, batch.row_count);
    }
    if (status == FA_OK)
        status = rewriting_finish(&rewriting);
    fa_decoder_free(cursor.decoder);
    rewriting_close(&rewriting);
    return status;
}

static bool must_rewrite(const struct fa_run *run, int table, const struct renumbering *spaces)
{
    const struct fa_table_def *def = &run->head->dictionary.tables[table];
    for (int i = 0; i < def->column_count; i++)
        if (def->columns[i].type == FA_TYPE_ID && def->columns[i].refers_to != FA_NO_TABLE &&
            spaces[def->columns[i].refers_to].numbers)
            return true;
    return fa_str_is(def->name, "institution") && run->filers.items[0].id >= 0;
}

/* --- references ----------------------------------------------------------------------------
 */

/* Rows of a table that was written for good that refer to ids nobody declares. */
static enum fa_status count_dangling(struct fa_run *run, int table)
{
    struct fa_cursor cursor;
    FA_TRY(fa_cursor_open(&cursor, run, table));
    for (int i = 0; i < cursor.def->hidden_from; i++)
        if (cursor.def->columns[i].type == FA_TYPE_ID)
            fa_decoder_want(cursor.decoder, i);
    enum fa_status status = FA_OK;
    for (bool is_end = false; status == FA_OK && !is_end;) {
        struct fa_batch batch;
        status = fa_cursor_next(&cursor, &batch, &is_end);
        for (int i = 0; status == FA_OK && !is_end && i < cursor.def->hidden_from; i++) {
            int space = cursor.def->columns[i].refers_to;
            if (cursor.def->columns[i].type != FA_TYPE_ID || !run->is_final[space])
                continue;
            for (uint32_t row = 0; row < batch.row_count; row++)
                run->tables[table].dangling[i] +=
                    !fa_is_missing(&batch.columns[i], row) &&
                    batch.columns[i].values[row] >= (int64_t)run->declared_counts[space];
        }
    }
    fa_decoder_free(cursor.decoder);
    return status;
}

/* --- held tables ---------------------------------------------------------------------------
 */

static enum fa_status finish_spaces(struct fa_run *run, struct renumbering *spaces)
{
    const struct fa_dictionary *dictionary = &run->head->dictionary;
    int count = dictionary->table_count;
    for (int i = 0; i < count; i++)
        if (run->env.spaces[i].ids && !fa_table_is_by_time(&dictionary->tables[i]))
            FA_TRY(find_numbers(run, i, &spaces[i]));
    int institution =
        dictionary->tables[0].columns[dictionary->tables[0].hidden_from].refers_to;
    for (size_t i = 0; i < run->filers.count; i++) {
        struct fa_filer *filer = &run->filers.items[i];
        if (filer->id >= 0 && spaces[institution].numbers)
            filer->id = spaces[institution].numbers[filer->id];
    }
    for (int i = 0; i < count; i++)
        if (run->tables[i].is_read && must_rewrite(run, i, spaces))
            FA_TRY(rewrite(run, i, spaces));
    for (int i = 0; i < count; i++)
        if (run->env.spaces[i].ids && !fa_table_is_by_time(&dictionary->tables[i]))
            FA_TRY(apply_numbers(run, i, &spaces[i]));
    for (int i = 0; i < count; i++)
        if (run->tables[i].is_read)
            FA_TRY(count_dangling(run, i));
    return FA_OK;
}

enum fa_status fa_run_finish_held(struct fa_run *run)
{
    size_t count = (size_t)run->head->dictionary.table_count;
    struct renumbering *spaces = calloc(count, sizeof *spaces);
    if (!spaces)
        return no_memory(run);
    enum fa_status status = finish_spaces(run, spaces);
    for (size_t i = 0; i < count; i++)
        free(spaces[i].numbers);
    free(spaces);
    return status;
}

/* --- rejected records ----------------------------------------------------------------------
 */

/* Their filer was kept by its place in run->filers; now it has its number. */
static void number_filers(struct fa_run *run, struct fa_batch *batch, struct fa_column *columns,
                          int64_t *values)
{
    int filer = batch->table->hidden_from;
    memcpy(columns, batch->columns, (size_t)batch->table->column_count * sizeof *columns);
    batch->columns = columns;
    if (columns[filer].is_absent)
        return;
    for (uint32_t row = 0; row < batch->row_count; row++)
        values[row] = fa_is_missing(&columns[filer], row)
                          ? 0
                          : run->filers.items[columns[filer].values[row]].id;
    columns[filer].values = values;
}

enum fa_status fa_run_finish_rejects(struct fa_run *run)
{
    struct rewriting rewriting;
    struct fa_cursor cursor = {.decoder = NULL};
    FA_TRY(fa_builder_finish(run->rejects));
    enum fa_status status = rewriting_open(&rewriting, run, run->reject_table, NULL);
    if (status == FA_OK)
        status = fa_cursor_open(&cursor, run, run->reject_table);
    if (status == FA_OK)
        fa_decoder_want_all(cursor.decoder);
    for (bool is_end = false; status == FA_OK && !is_end;) {
        struct fa_batch batch;
        status = fa_cursor_next(&cursor, &batch, &is_end);
        if (status != FA_OK || is_end)
            break;
        number_filers(run, &batch, rewriting.columns,
                      rewriting.values[batch.table->hidden_from]);
        status = fa_builder_add_rows(rewriting.builder, &batch, 0, batch.row_count);
    }
    if (status == FA_OK)
        status = rewriting_finish(&rewriting);
    fa_decoder_free(cursor.decoder);
    rewriting_close(&rewriting);
    return status;
}

/* --- order of time -------------------------------------------------------------------------
 */

struct timed_row {
    int64_t order;
    uint64_t row;
};

/* Natural merge sort: stable, and as fast as reading on what is nearly in order, as most tables
 * are. */
static void sort_rows(struct timed_row *rows, struct timed_row *space, uint64_t count)
{
    for (uint64_t merged = 2; merged > 1;) {
        uint64_t from = 0;
        merged = 0;
        while (from < count) {
            uint64_t middle = from + 1;
            while (middle < count && rows[middle].order >= rows[middle - 1].order)
                middle++;
            uint64_t end = middle < count ? middle + 1 : middle;
            while (end < count && rows[end].order >= rows[end - 1].order)
                end++;
            for (uint64_t a = from, b = middle, to = from; to < end; to++)
                space[to] = b == end || (a < middle && rows[a].order <= rows[b].order)
                                ? rows[a++]
                                : rows[b++];
            merged++;
            from = end;
        }
        memcpy(rows, space, count * sizeof *rows);
    }
}

static enum fa_status read_orders(struct fa_run *run, int table, struct timed_row *rows)
{
    struct fa_cursor cursor;
    FA_TRY(fa_cursor_open(&cursor, run, table));
    fa_decoder_want(cursor.decoder, cursor.def->by);
    enum fa_status status = FA_OK;
    uint64_t count = 0;
    for (bool is_end = false; status == FA_OK && !is_end;) {
        struct fa_batch batch;
        status = fa_cursor_next(&cursor, &batch, &is_end);
        for (uint32_t row = 0; status == FA_OK && !is_end && row < batch.row_count;
             row++, count++)
            rows[count] = (struct timed_row){batch.columns[cursor.def->by].values[row], count};
    }
    fa_decoder_free(cursor.decoder);
    return status;
}

/* Decoded blocks, as many as memory allows, the one used longest ago given up first. */
struct block_cache {
    struct fa_run *run;
    uint64_t *blocks; /* spool numbers of the table's blocks */
    uint64_t block_count;
    struct cached {
        struct fa_decoder *decoder;
        struct fa_batch batch;
        uint64_t block_no, used_at;
    } * cached;
    uint64_t cached_count, capacity;
    uint64_t now, miss_count;
};

static enum fa_status cache_open(struct block_cache *cache, struct fa_run *run, int table,
                                 uint64_t memory)
{
    const struct fa_table_def *def = &run->head->dictionary.tables[table];
    struct fa_spool *spool = run->kept->spool;
    uint64_t spool_count = fa_spool_count(spool), bytes_max = 1;
    *cache = (struct block_cache){.run = run};
    cache->blocks = calloc(spool_count + 1, sizeof *cache->blocks);
    if (!cache->blocks)
        return no_memory(run);
    for (uint64_t i = 0; i < spool_count; i++) {
        const struct fa_block *block = fa_spool_peek(spool, i);
        if (block->table != table)
            continue;
        cache->blocks[cache->block_count++] = i;
        uint64_t bytes =
            block->size_bytes + (uint64_t)block->row_count * (uint64_t)def->column_count * 9;
        bytes_max = bytes > bytes_max ? bytes : bytes_max;
    }
    cache->capacity = memory / bytes_max > 2 ? memory / bytes_max : 2;
    if (cache->capacity > cache->block_count)
        cache->capacity = cache->block_count;
    cache->cached = calloc(cache->capacity + 1, sizeof *cache->cached);
    return cache->cached ? FA_OK : no_memory(run);
}

static void cache_close(struct block_cache *cache)
{
    for (uint64_t i = 0; i < cache->cached_count; i++)
        fa_decoder_free(cache->cached[i].decoder);
    free(cache->cached);
    free(cache->blocks);
}

static enum fa_status cache_get(struct block_cache *cache, const struct fa_table_def *def,
                                uint64_t block_no, const struct fa_batch **batch)
{
    struct cached *oldest = NULL;
    for (uint64_t i = 0; i < cache->cached_count; i++) {
        struct cached *cached = &cache->cached[i];
        if (cached->block_no == block_no) {
            cached->used_at = ++cache->now;
            *batch = &cached->batch;
            return FA_OK;
        }
        if (!oldest || cached->used_at < oldest->used_at)
            oldest = cached;
    }
    if (cache->cached_count < cache->capacity) {
        oldest = &cache->cached[cache->cached_count++];
        oldest->decoder = fa_decoder_new(def);
        if (!oldest->decoder)
            return no_memory(cache->run);
        fa_decoder_want_all(oldest->decoder);
    }
    enum { READS_MAX = 16 }; /* of each block: more is no order at all */
    if (++cache->miss_count > READS_MAX * cache->block_count) {
        char quoted[FA_QUOTED_BYTES];
        return fa_error(cache->run->sink, FA_CODE_FILING_ORDER, (struct fa_place){0},
                        "raise --memory, or sort the export by time",
                        "table %s is too far out of order to be sorted in the memory allowed",
                        fa_quoted(def->name, quoted));
    }
    struct fa_block block;
    FA_TRY(fa_spool_get(cache->run->kept->spool, cache->blocks[block_no], &block));
    FA_TRY(fa_decoder_decode(oldest->decoder, &block, cache->run->sink, &oldest->batch));
    oldest->block_no = block_no;
    oldest->used_at = ++cache->now;
    *batch = &oldest->batch;
    return FA_OK;
}

/* Adds the rows in their new order, as long runs of one block as there are. */
static enum fa_status gather(struct block_cache *cache, struct rewriting *rewriting,
                             const struct timed_row *rows, uint64_t count)
{
    enum { RUN_MAX = 4096 };
    uint32_t picked[RUN_MAX];
    for (uint64_t at = 0; at < count;) {
        uint64_t block_no = rows[at].row / FA_BLOCK_ROWS_MAX;
        uint32_t run = 0;
        for (; at < count && run < RUN_MAX && rows[at].row / FA_BLOCK_ROWS_MAX == block_no;
             at++)
            picked[run++] = (uint32_t)(rows[at].row % FA_BLOCK_ROWS_MAX);
        const struct fa_batch *batch = NULL;
        FA_TRY(cache_get(cache, rewriting->def, block_no, &batch));
        FA_TRY(fa_builder_add_picked(rewriting->builder, batch, picked, run));
    }
    return FA_OK;
}

static enum fa_status sort_table(struct fa_run *run, int table)
{
    uint64_t count = run->tables[table].row_count;
    uint64_t memory = run->options->memory_max;
    uint64_t needed = 2 * count * sizeof(struct timed_row);
    char quoted[FA_QUOTED_BYTES];
    if (needed > memory)
        return fa_error(
            run->sink, FA_CODE_FILING_ORDER, (struct fa_place){0},
            "raise --memory, or sort the export by time",
            "table %s is out of order: sorting %llu rows takes more than the memory allowed",
            fa_quoted(run->head->dictionary.tables[table].name, quoted),
            (unsigned long long)count);
    struct timed_row *rows = malloc(count * sizeof *rows),
                     *space = malloc(count * sizeof *space);
    struct rewriting rewriting = {.def = NULL};
    struct block_cache cache = {.cached = NULL};
    enum fa_status status = rows && space ? read_orders(run, table, rows) : no_memory(run);
    if (status == FA_OK)
        sort_rows(rows, space, count);
    free(space);
    if (status == FA_OK)
        status = rewriting_open(&rewriting, run, table, NULL);
    if (status == FA_OK)
        status = cache_open(&cache, run, table, memory - needed / 2);
    if (status == FA_OK)
        status = gather(&cache, &rewriting, rows, count);
    if (status == FA_OK)
        status = rewriting_finish(&rewriting);
    cache_close(&cache);
    if (rewriting.def)
        rewriting_close(&rewriting);
    free(rows);
    return status;
}

enum fa_status fa_run_finish_by_time(struct fa_run *run, int table)
{
    const struct fa_table_def *def = &run->head->dictionary.tables[table];
    if (run->tables[table].is_out_of_order)
        FA_TRY(sort_table(run, table));
    if (def->id_column == FA_NO_COLUMN)
        return FA_OK;
    size_t count = (size_t)run->head->dictionary.table_count;
    struct renumbering *spaces = calloc(count, sizeof *spaces);
    if (!spaces)
        return no_memory(run);
    enum fa_status status = find_numbers(run, table, &spaces[table]);
    if (status == FA_OK && spaces[table].numbers)
        status = rewrite(run, table, spaces);
    if (status == FA_OK)
        status = apply_numbers(run, table, &spaces[table]);
    free(spaces[table].numbers);
    free(spaces);
    if (status != FA_OK)
        return status;
    memset(run->tables[table].dangling, 0, (size_t)def->column_count * sizeof(uint64_t));
    return count_dangling(run, table);
}
