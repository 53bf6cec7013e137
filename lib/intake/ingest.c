#include "intake/ingest.h"

#include <stdlib.h>

#include "intake/run.h"

static enum fa_status no_memory(struct fa_run *run)
{
    return fa_out_of_memory(run->sink, "the filing");
}

/* --- phase one --- */

static enum fa_status prepare_spaces(struct fa_run *run)
{
    const struct fa_dictionary *dictionary = &run->head->dictionary;
    size_t count = (size_t)dictionary->table_count;
    run->tables = fa_arena_array(&run->run_arena, count, sizeof *run->tables);
    run->env.spaces = fa_arena_array(&run->run_arena, count, sizeof *run->env.spaces);
    run->declared_counts = fa_arena_array(&run->run_arena, count, sizeof *run->declared_counts);
    run->is_final = fa_arena_array(&run->run_arena, count, sizeof *run->is_final);
    if (!run->tables || !run->env.spaces || !run->declared_counts || !run->is_final)
        return no_memory(run);
    for (size_t i = 0; i < count; i++)
        if (dictionary->tables[i].id_column != FA_NO_COLUMN &&
            !(run->env.spaces[i].ids = fa_ids_new(run->options->hash_key)))
            return no_memory(run);
    run->env.dictionary = dictionary;
    run->env.zone = run->manifest.has_zone ? &run->manifest.zone : NULL;
    run->env.currency = run->manifest.currency;
    run->env.hash_key = run->options->hash_key;
    return FA_OK;
}

static enum fa_status prepare_chunks(struct fa_run *run)
{
    unsigned count = 2 * run->options->thread_count;
    run->chunks = calloc(count, sizeof *run->chunks);
    if (!run->chunks)
        return no_memory(run);
    for (; run->chunk_count < count; run->chunk_count++)
        if (fa_chunk_init(&run->chunks[run->chunk_count], run->head->dictionary.table_count) !=
            FA_OK)
            return no_memory(run);
    return FA_OK;
}

static int find_table(const struct fa_run *run, const char *name)
{
    return fa_dictionary_find(&run->head->dictionary, fa_str_from(name))->index;
}

/* Filers are institutions, named by the manifest or, where it is the only one, by the table. */
static enum fa_status find_filers(struct fa_run *run)
{
    struct fa_ids *institutions = run->env.spaces[find_table(run, "institution")].ids;
    struct fa_filer *first = &run->filers.items[0];
    if (first->name.size == 0 && fa_ids_count(institutions) == 1)
        first->name = fa_ids_name(institutions, 0);
    for (size_t i = 0; i < run->filers.count; i++) {
        uint32_t id;
        if (run->filers.items[i].name.size == 0)
            continue;
        if (fa_ids_add(institutions, 0, run->filers.items[i].name, &id) != FA_OK)
            return no_memory(run);
        run->filers.items[i].id = id;
    }
    return FA_OK;
}

/* Which tables of the head have files, those by time or the others, in the dictionary's order.
 */
static enum fa_status read_tables(struct fa_run *run, bool by_time)
{
    const struct fa_dictionary *dictionary = &run->head->dictionary;
    for (int b = 0; b < run->builtin.table_count; b++) {
        const struct fa_table_def *def =
            fa_dictionary_find(dictionary, run->builtin.tables[b].name);
        bool has_file = false;
        for (size_t i = 0; def && i < run->files.count; i++)
            has_file |= run->files.items[i].table == def->index;
        if (!has_file || fa_table_is_by_time(def) != by_time)
            continue;
        FA_TRY(fa_run_read_table(run, def->index));
        if (by_time)
            FA_TRY(fa_run_finish_by_time(run, def->index));
        else if (fa_str_is(def->name, "institution"))
            FA_TRY(find_filers(run));
    }
    return FA_OK;
}

static enum fa_status read_filing(struct fa_run *run)
{
    uint64_t total = 0;
    for (size_t i = 0; i < run->files.count; i++)
        total += run->files.items[i].header.size_bytes;
    fa_progress_begin(run->options->progress, "reading", "bytes", total);
    FA_TRY(prepare_spaces(run));
    FA_TRY(prepare_chunks(run));
    run->unique = fa_unique_new(run->options->memory_max, run->options->spool_dir, run->sink);
    if (!run->unique)
        return no_memory(run);
    FA_TRY(fa_run_open_rejects(run));
    FA_TRY(fa_run_open_remarks(run));
    if (run->manifest.filer.size > 0 || run->filers.count > 1)
        FA_TRY(find_filers(run));
    FA_TRY(read_tables(run, false));
    if (run->filers.items[0].name.size == 0)
        fa_note(run->sink, FA_CODE_FILING_FILER, (struct fa_place){0},
                "name the filer in filing.manifest", "nobody said who files");
    FA_TRY(fa_run_finish_held(run));
    FA_TRY(read_tables(run, true));
    FA_TRY(fa_run_finish_rejects(run));
    return fa_run_tell_remarks(run);
}

/* --- what was found --- */

static void tell_reference(struct fa_run *run, const struct fa_table_def *def, int column)
{
    const struct fa_dangling *dangling = &run->tables[def->index].dangling[column];
    const struct fa_column_def *told = &def->columns[column];
    bool is_filed = run->tables[told->refers_to].is_read;
    struct fa_place place = {0};
    if (is_filed)
        place = (struct fa_place){.source = run->files.items[dangling->source_idx].file->name,
                                  .line_no = (uint64_t)dangling->line_no};
    fa_note(run->sink, FA_CODE_REF_DANGLING, place, NULL,
            "%.*s.%.*s: %llu row%s to an id that no row declares%s", (int)def->name.size,
            def->name.bytes, (int)told->name.size, told->name.bytes,
            (unsigned long long)dangling->count, dangling->count == 1 ? " refers" : "s refer",
            !is_filed               ? ": the filing lacks the table"
            : dangling->count == 1 ? ""
                                    : "; the first is here");
}

static void tell_references(struct fa_run *run)
{
    const struct fa_dictionary *dictionary = &run->head->dictionary;
    for (int t = 0; t < dictionary->table_count; t++) {
        const struct fa_table_def *def = &dictionary->tables[t];
        for (int i = 0; run->tables[t].is_read && i < def->hidden_from; i++)
            if (run->tables[t].dangling[i].count > 0)
                tell_reference(run, def, i);
    }
}

static void tell_outside(struct fa_run *run)
{
    for (int t = 0; t < run->head->dictionary.table_count; t++) {
        uint64_t count = run->tables[t].outside_count;
        char quoted[FA_QUOTED_BYTES];
        if (count > 0)
            fa_warn(run->sink, FA_CODE_PERIOD_OUTSIDE, (struct fa_place){0}, NULL,
                    "table %s: %llu row%s outside the period that the manifest states",
                    fa_quoted(run->head->dictionary.tables[t].name, quoted),
                    (unsigned long long)count, count == 1 ? " lies" : "s lie");
    }
}

/* --- names of ids --- */

static enum fa_status add_id_block(struct fa_run *run, int table, uint32_t first,
                                   uint32_t count, struct fa_str *names, uint32_t *filers,
                                   struct fa_buf *bytes)
{
    const struct fa_ids *ids = run->env.spaces[table].ids;
    for (uint32_t i = 0; i < count; i++) {
        int64_t filer = run->filers.items[fa_ids_filer(ids, first + i)].id;
        names[i] = fa_ids_name(ids, first + i);
        filers[i] = filer < 0 ? FA_NO_FILER : (uint32_t)filer;
    }
    fa_buf_clear(bytes);
    enum fa_status status = fa_block_encode_ids(table, first, count, names, filers, bytes);
    if (status != FA_OK)
        return status == FA_ELIMIT ? no_memory(run)
                                   : fa_error(run->sink, FA_CODE_DEFECT, (struct fa_place){0},
                                              NULL, "ids of a table cannot be encoded");
    struct fa_block block = fa_block_at(bytes);
    return fa_spool_add(run->kept->spool, &block);
}

static enum fa_status add_ids(struct fa_run *run)
{
    struct fa_str *names = malloc(FA_BLOCK_ROWS_MAX * sizeof *names);
    uint32_t *filers = malloc(FA_BLOCK_ROWS_MAX * sizeof *filers);
    struct fa_buf bytes = {0};
    enum fa_status status = names && filers ? FA_OK : no_memory(run);
    for (int t = 0; t < run->head->dictionary.table_count; t++) {
        uint32_t count = run->env.spaces[t].ids ? fa_ids_count(run->env.spaces[t].ids) : 0;
        for (uint32_t first = 0; status == FA_OK && first < count; first += FA_BLOCK_ROWS_MAX)
            status = add_id_block(run, t, first,
                                  count - first < FA_BLOCK_ROWS_MAX ? count - first
                                                                    : FA_BLOCK_ROWS_MAX,
                                  names, filers, &bytes);
    }
    fa_buf_release(&bytes);
    free(names);
    free(filers);
    return status;
}

/* --- the run --- */

static enum fa_status ingest(struct fa_run *run)
{
    const struct fa_ingest_options *options = run->options;
    if (options->dictionary)
        run->builtin = *options->dictionary;
    else
        FA_TRY(fa_dictionary_builtin(&run->run_arena, run->sink, &run->builtin));
    struct fa_filing_options filing = {.paths = options->paths,
                                       .path_count = options->path_count,
                                       .input_fd = options->input_fd,
                                       .spool_dir = options->spool_dir};
    FA_TRY(fa_filing_open(&filing, run->sink, &run->filing));
    FA_TRY(fa_run_read_manifest(run));
    FA_TRY(fa_run_read_profiles(run));
    FA_TRY(fa_run_assign(run));
    FA_TRY(fa_kept_new(options->memory_max, options->spool_dir, run->sink, &run->kept));
    run->head = &run->kept->head;
    if (run->manifest.has_zone)
        run->head->zone = run->manifest.zone;
    FA_TRY(fa_run_plan_files(run));
    FA_TRY(read_filing(run));
    FA_TRY(fa_run_refuse_copies(run));
    enum fa_status refused = fa_run_check_totals(run);
    if (refused != FA_OK && (refused != FA_EINPUT || !run->options->account))
        return refused;
    tell_references(run);
    tell_outside(run);
    FA_TRY(fa_run_finish_head(run));
    FA_TRY(add_ids(run));
    for (int t = 0; t < run->head->dictionary.table_count; t++)
        if (fa_totals_add_rejected(&run->kept->totals, t, run->tables[t].rejected) != FA_OK)
            return no_memory(run);
    fa_spool_sort(run->kept->spool, run->head);
    run->is_whole = true;
    return refused;
}

static void release(struct fa_run *run)
{
    for (unsigned i = 0; i < run->chunk_count; i++)
        fa_chunk_release(&run->chunks[i]);
    free(run->chunks);
    for (int t = 0; run->env.spaces && t < run->head->dictionary.table_count; t++) {
        fa_ids_free(run->env.spaces[t].ids);
        free(run->env.spaces[t].currencies);
    }
    for (size_t i = 0; i < run->files.count; i++) {
        fa_vec_free(&run->files.items[i].sums);
        fa_vec_free(&run->files.items[i].unreadable);
        fa_vec_free(&run->files.items[i].totals);
        fa_vec_free(&run->files.items[i].causes);
        fa_vec_free(&run->files.items[i].footers);
    }
    for (size_t i = 0; i < run->profiles.count; i++)
        fa_profile_release(&run->profiles.items[i]);
    fa_builder_free(run->rejects);
    fa_builder_free(run->remarks);
    fa_unique_free(run->unique);
    for (size_t i = 0; i < run->stores.count; i++)
        fa_record_store_free(run->stores.items[i]);
    fa_vec_free(&run->stores);
    fa_vec_free(&run->files);
    fa_vec_free(&run->profiles);
    fa_vec_free(&run->filers);
    fa_manifest_release(&run->manifest);
    fa_filing_release(&run->filing);
    fa_arena_release(&run->run_arena);
}

enum fa_status fa_ingest(const struct fa_ingest_options *options, struct fa_sink *sink,
                         struct fa_blocks **blocks)
{
    struct fa_ingest_options own = *options;
    own.memory_max = own.memory_max ? own.memory_max : FA_MEMORY_DEFAULT;
    own.window_bytes = own.window_bytes ? own.window_bytes : (size_t)1 << 20;
    own.thread_count = own.thread_count == 0               ? 1
                       : own.thread_count > FA_THREADS_MAX ? FA_THREADS_MAX
                                                           : own.thread_count;
    struct fa_run run = {.options = &own, .sink = sink};
    fa_arena_init(&run.run_arena);
    enum fa_status status = ingest(&run);
    if (options->account && fa_run_account(&run, options->account) != FA_OK) {
        run.is_whole = false;
        status = no_memory(&run);
    }
    release(&run);
    if (status == FA_OK || run.is_whole)
        *blocks = &run.kept->base;
    else
        fa_kept_free(run.kept);
    return status;
}
