/*
 * What can be said only when a table was read: the last numbers of its ids, in the order of the
 * rows that declare them, and the order of time. Both mean writing its blocks once more, which
 * is done only where something changes.
 */
#include <stdlib.h>
#include <string.h>

#include "intake/run.h"
#include "ledger/runs.h"

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
    int hidden = cursor.def->hidden_from;
    fa_decoder_want(cursor.decoder, hidden + 1);
    fa_decoder_want(cursor.decoder, hidden + 3);
    enum fa_status status = FA_OK;
    for (bool is_end = false; status == FA_OK && !is_end;) {
        struct fa_batch batch;
        status = fa_cursor_next(&cursor, &batch, &is_end);
        for (int i = 0; status == FA_OK && !is_end && i < cursor.def->hidden_from; i++) {
            int space = cursor.def->columns[i].refers_to;
            if (cursor.def->columns[i].type != FA_TYPE_ID || !run->is_final[space])
                continue;
            struct fa_dangling *dangling = &run->tables[table].dangling[i];
            for (uint32_t row = 0; row < batch.row_count; row++) {
                if (fa_is_missing(&batch.columns[i], row) ||
                    batch.columns[i].values[row] < (int64_t)run->declared_counts[space])
                    continue;
                if (dangling->count++ == 0) {
                    dangling->source_idx = batch.columns[hidden + 1].values[row];
                    dangling->line_no = batch.columns[hidden + 3].values[row];
                }
            }
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

static enum fa_status sort_table(struct fa_run *run, int table)
{
    struct rewriting rewriting;
    enum fa_status status = rewriting_open(&rewriting, run, table, NULL);
    if (status == FA_OK) {
        struct fa_sorting sorting = {
            .table = rewriting.def,
            .by = rewriting.def->by,
            .spool = run->kept->spool,
            .end = rewriting.old_end,
            .into = rewriting.builder,
            .memory_max = run->options->memory_max,
            .dir = run->options->spool_dir,
            .sink = run->sink,
        };
        status = fa_runs_sort(&sorting);
    }
    if (status == FA_OK)
        status = rewriting_finish(&rewriting);
    rewriting_close(&rewriting);
    return status;
}

static bool refers_to(const struct fa_table_def *def, int table)
{
    for (int i = 0; i < def->hidden_from; i++)
        if (def->columns[i].type == FA_TYPE_ID && def->columns[i].refers_to == table)
            return true;
    return false;
}

/* Tables that were read before this one and refer to it: what they hold are its numbers as they were
 * then, and who is declared is known only now. */
static enum fa_status finish_referring(struct fa_run *run, int table,
                                       const struct renumbering *spaces)
{
    const struct fa_dictionary *dictionary = &run->head->dictionary;
    for (int t = 0; t < dictionary->table_count; t++)
        if (run->tables[t].is_read && spaces[table].numbers &&
            refers_to(&dictionary->tables[t], table))
            FA_TRY(rewrite(run, t, spaces));
    FA_TRY(apply_numbers(run, table, &spaces[table]));
    for (int t = 0; t < dictionary->table_count; t++) {
        if (!run->tables[t].is_read || (t != table && !refers_to(&dictionary->tables[t], table)))
            continue;
        memset(run->tables[t].dangling, 0,
               (size_t)dictionary->tables[t].column_count * sizeof(struct fa_dangling));
        FA_TRY(count_dangling(run, t));
    }
    return FA_OK;
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
    if (status == FA_OK)
        status = finish_referring(run, table, spaces);
    free(spaces[table].numbers);
    free(spaces);
    return status;
}
