#include "intake/ingest.h"

#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <unistd.h>

#include "base/nearest.h"
#include "intake/run.h"

static enum fa_status no_memory(struct fa_run *run)
{
    return fa_out_of_memory(run->sink, "the filing");
}

/* --- manifest and profiles -----------------------------------------------------------------
 */

static enum fa_status read_manifest(struct fa_run *run)
{
    struct fa_str text;
    if (!run->filing.manifest_path)
        return FA_OK;
    FA_TRY(fa_filing_read_manifest(&run->filing, run->sink, &run->run_arena, &text));
    FA_TRY(fa_manifest_parse(text, fa_str_from(run->filing.manifest_path), &run->builtin,
                             &run->run_arena, run->sink, &run->manifest));
    run->has_manifest = true;
    run->manifest_text = text;
    return FA_OK;
}

static enum fa_status read_profile(struct fa_run *run, const char *path)
{
    struct fa_str text;
    struct fa_profile profile;
    FA_TRY(fa_filing_read_text(path, FA_LANG_BYTES_MAX, run->sink, &run->run_arena, &text));
    FA_TRY(fa_profile_parse(text, fa_str_from(path), &run->builtin, &run->run_arena, run->sink,
                            &profile));
    if (fa_vec_add(&run->profiles, profile) == FA_OK)
        return FA_OK;
    fa_profile_release(&profile);
    return no_memory(run);
}

static enum fa_status no_profile(struct fa_run *run, const struct fa_manifest_file *file)
{
    char quoted[FA_QUOTED_BYTES];
    return fa_error(run->sink, FA_CODE_MANIFEST_SYNTAX, file->place, "give it with --profile",
                    "no profile %s is known", fa_quoted(file->profile, quoted));
}

/* A profile that the manifest names: one given on the command line, or a shipped one. */
static enum fa_status find_profile(struct fa_run *run, const struct fa_manifest_file *file,
                                   size_t *idx)
{
    struct fa_buf path = {0};
    for (*idx = 0; *idx < run->profiles.count; (*idx)++)
        if (fa_str_equal(run->profiles.items[*idx].name, file->profile))
            return FA_OK;
    char quoted[FA_QUOTED_BYTES];
    bool is_plain = memchr(file->profile.bytes, '/', file->profile.size) == NULL;
    if (!run->options->profile_dir || !is_plain)
        return fa_error(run->sink, FA_CODE_MANIFEST_SYNTAX, file->place,
                        "give it with --profile", "no profile %s is known",
                        fa_quoted(file->profile, quoted));
    bool is_whole = fa_buf_add_text(&path, run->options->profile_dir) == FA_OK &&
                    fa_buf_add_char(&path, '/') == FA_OK &&
                    fa_buf_add_str(&path, file->profile) == FA_OK &&
                    fa_buf_add_text(&path, ".profile") == FA_OK && fa_buf_cstr(&path);
    enum fa_status status = is_whole ? FA_OK : no_memory(run);
    if (status == FA_OK && access(path.bytes, F_OK) != 0)
        status = no_profile(run, file);
    if (status == FA_OK)
        status = read_profile(run, path.bytes);
    if (status == FA_OK && !fa_str_equal(run->profiles.items[*idx].name, file->profile))
        status = fa_error(run->sink, FA_CODE_PROFILE_SYNTAX,
                          (struct fa_place){.source = fa_str_from(path.bytes)}, NULL,
                          "the profile in this file has another name: %s",
                          fa_quoted(run->profiles.items[*idx].name, quoted));
    fa_buf_release(&path);
    return status;
}

static enum fa_status read_profiles(struct fa_run *run)
{
    for (size_t i = 0; i < run->options->profile_count; i++)
        FA_TRY(read_profile(run, run->options->profiles[i]));
    for (size_t i = 0; i < run->manifest.files.count; i++) {
        size_t unused;
        if (run->manifest.files.items[i].profile.size > 0)
            FA_TRY(find_profile(run, &run->manifest.files.items[i], &unused));
    }
    return FA_OK;
}

/* --- headers -------------------------------------------------------------------------------
 */

static enum fa_status add_tables(struct fa_run *run)
{
    bool *is_wanted = fa_arena_array(&run->run_arena, (size_t)run->builtin.table_count + 1,
                                     sizeof *is_wanted);
    if (!is_wanted)
        return no_memory(run);
    for (int t = 0; t < run->builtin.table_count; t++) {
        for (size_t i = 0; i < run->files.count; i++)
            is_wanted[t] |= run->files.items[i].table == t;
        if (is_wanted[t])
            FA_TRY(fa_head_add_tables(run->head, &run->builtin, is_wanted, run->sink));
        is_wanted[t] = false;
    }
    FA_TRY(fa_head_add_table(run->head, "reject", run->sink, &run->reject_table));
    FA_TRY(fa_head_add_table(run->head, "remark", run->sink, &run->remark_table));
    for (size_t i = 0; i < run->files.count; i++) {
        struct fa_str name = run->builtin.tables[run->files.items[i].table].name;
        run->files.items[i].table = fa_dictionary_find(&run->head->dictionary, name)->index;
    }
    return FA_OK;
}

/* A filer's name is looked up like other ids, which may be read eight bytes beyond their end.
 */
static enum fa_status add_filer(struct fa_run *run, struct fa_str name)
{
    enum { PADDING = 8 };
    char *padded = fa_arena_alloc(&run->run_arena, name.size + PADDING);
    struct fa_filer filer = {{padded, name.size}, -1};
    if (!padded)
        return no_memory(run);
    if (name.size)
        memcpy(padded, name.bytes, name.size);
    return fa_vec_add(&run->filers, filer) == FA_OK ? FA_OK : no_memory(run);
}

/* The number of a filer; the filing's is 0. */
static enum fa_status find_filer(struct fa_run *run, struct fa_str name, uint32_t *filer_idx)
{
    for (*filer_idx = 0; *filer_idx < run->filers.count; (*filer_idx)++)
        if (name.size == 0 || fa_str_equal(run->filers.items[*filer_idx].name, name))
            return FA_OK;
    return add_filer(run, name);
}

/* Each of them has it, so that whichever comes first fills it. */
static enum fa_status share_store(struct fa_run *run, struct fa_file_run *before,
                                  struct fa_file_run *file)
{
    if (!before->store) {
        struct fa_record_store *store = fa_record_store_new(run->options->spool_dir);
        if (!store || fa_vec_add(&run->stores, store) != FA_OK) {
            fa_record_store_free(store);
            return fa_out_of_memory(run->sink, "the records of a file");
        }
        before->store = store;
    }
    file->store = before->store;
    return FA_OK;
}

/* Parts of one file that read the same records have one header, and their records in common. */
static enum fa_status read_header(struct fa_run *run, size_t idx)
{
    struct fa_file_run *file = &run->files.items[idx];
    struct fa_source_input input = {
        .file = file->file,
        .profile = file->profile,
        .table = file->part,
        .spool_dir = run->options->spool_dir,
    };
    struct fa_file_run *before = idx > 0 ? file - 1 : NULL;
    if (before && before->file == file->file && fa_reads_same(before->part, file->part)) {
        file->header = before->header;
        return share_store(run, before, file);
    }
    return fa_header_read(&input, &run->run_arena, run->sink, &file->header);
}

static enum fa_status plan_file(struct fa_run *run, size_t idx)
{
    struct fa_file_run *file = &run->files.items[idx];
    FA_TRY(read_header(run, idx));
    struct fa_plan_request request = {
        .header = &file->header,
        .source = file->file->name,
        .table = &run->head->dictionary.tables[file->table],
        .builtin = &run->builtin,
        .filing_currency = run->manifest.currency,
        .profile = file->profile,
        .part = file->part,
        .is_lead = file->is_lead,
        .file = file->stated,
        .arena = &run->run_arena,
        .sink = run->sink,
    };
    FA_TRY(fa_plan_make(&request, &file->plan));
    file->plan.source_idx = (int)idx;
    return find_filer(run, file->stated ? file->stated->filer : FA_STR(""),
                      &file->plan.filer_idx);
}

/* One scale for a currency in a stream, whichever profiles were used. */
static enum fa_status find_scales(struct fa_run *run)
{
    for (size_t i = 0; i < run->files.count; i++) {
        const struct fa_profile *profile = run->files.items[i].profile;
        for (size_t k = 0; profile && k < profile->currencies.count; k++) {
            const struct fa_currency_info *wanted = &profile->currencies.items[k];
            struct fa_currency_info *known = NULL;
            for (size_t n = 0; n < run->head->currencies.count; n++)
                if (run->head->currencies.items[n].currency == wanted->currency)
                    known = &run->head->currencies.items[n];
            if (!known && fa_vec_add(&run->head->currencies, *wanted) != FA_OK)
                return no_memory(run);
            char code[4];
            fa_currency_format(wanted->currency, code);
            if (known && known->scale != wanted->scale)
                return fa_error(run->sink, FA_CODE_MONEY_SCALE,
                                (struct fa_place){.source = run->files.items[i].file->name},
                                NULL, "its profile gives %s %d decimals, another file's %d",
                                code, wanted->scale, known->scale);
        }
    }
    run->env.scales = run->head->currencies.items;
    run->env.scale_count = run->head->currencies.count;
    return FA_OK;
}

/* Whether amounts of the table can have another currency than the filing's only by their account
 * or contract. */
static bool lacks_currency(const struct fa_table_def *table)
{
    bool has_money = false;
    for (int i = 0; i < table->hidden_from; i++)
        has_money |= table->columns[i].type == FA_TYPE_MONEY;
    return has_money && table->currency_column == FA_NO_COLUMN;
}

/* The currency of amounts for which a stream names none: the manifest's, else that of the profiles. */
static enum fa_status find_currency(struct fa_run *run)
{
    fa_currency *common = &run->head->currency;
    *common = run->manifest.currency;
    for (size_t i = 0; i < run->files.count; i++) {
        const struct fa_file_run *file = &run->files.items[i];
        fa_currency own = file->profile ? file->profile->currency : 0;
        const struct fa_table_def *table = &run->head->dictionary.tables[file->table];
        if (own == 0 || own == *common)
            continue;
        if (*common == 0) {
            *common = own;
        } else if (lacks_currency(table)) {
            char own_code[4], code[4], quoted[FA_QUOTED_BYTES];
            fa_currency_format(own, own_code);
            fa_currency_format(*common, code);
            return fa_error(
                run->sink, FA_CODE_MONEY_CURRENCY,
                (struct fa_place){.source = file->file->name},
                "file it apart, or let its accounts name their currency instead of the profile",
                "its profile gives amounts in %s, the filing is in %s, and table %s has no column "
                "for it",
                own_code, code, fa_quoted(table->name, quoted));
        }
    }
    return FA_OK;
}

static enum fa_status plan_files(struct fa_run *run)
{
    FA_TRY(add_filer(run, run->manifest.filer));
    FA_TRY(add_tables(run));
    for (size_t i = 0; i < run->files.count; i++)
        FA_TRY(plan_file(run, i));
    FA_TRY(find_currency(run));
    return find_scales(run);
}

/* --- phase one -----------------------------------------------------------------------------
 */

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

/* --- what was found ------------------------------------------------------------------------
 */

static void tell_references(struct fa_run *run)
{
    const struct fa_dictionary *dictionary = &run->head->dictionary;
    for (int t = 0; t < dictionary->table_count; t++) {
        const struct fa_table_def *def = &dictionary->tables[t];
        for (int i = 0; run->tables[t].is_read && i < def->hidden_from; i++) {
            uint64_t count = run->tables[t].dangling[i];
            if (count == 0)
                continue;
            const struct fa_table_def *wanted = &dictionary->tables[def->columns[i].refers_to];
            fa_note(run->sink, FA_CODE_REF_DANGLING, (struct fa_place){0}, NULL,
                    "%.*s.%.*s: %llu row%s to an id that %s", (int)def->name.size,
                    def->name.bytes, (int)def->columns[i].name.size, def->columns[i].name.bytes,
                    (unsigned long long)count, count == 1 ? " refers" : "s refer",
                    run->tables[wanted->index].is_read
                        ? "no row declares"
                        : "no row declares: the filing lacks the table");
        }
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

/* --- the head ------------------------------------------------------------------------------
 */

/* Where the manifest states no zone: the one that all profiles state. */
static bool take_zone_of_profiles(struct fa_run *run)
{
    const struct fa_zone *zone = NULL;
    for (size_t i = 0; i < run->files.count; i++) {
        const struct fa_zone *stated = run->files.items[i].plan.zone;
        if (!stated || (zone && strcmp(zone->name, stated->name) != 0))
            return false;
        zone = stated;
    }
    if (zone)
        run->head->zone = *zone;
    return zone != NULL;
}

/* Where nobody stated the zone: the offset of the first time that named one. */
static void assume_zone(struct fa_run *run)
{
    char name[16];
    int32_t minutes = run->offset_minutes < 0 ? -run->offset_minutes : run->offset_minutes;
    if (run->manifest.has_zone || take_zone_of_profiles(run) || !run->has_offset ||
        minutes == 0)
        return;
    snprintf(name, sizeof name, "%c%02d:%02d", run->offset_minutes < 0 ? '-' : '+',
             minutes / 60 % 100, minutes % 60);
    fa_zone_find(fa_str_from(name), &run->head->zone);
}

static int64_t clock_day(const struct fa_run *run, const struct fa_table_def *def,
                         int64_t value)
{
    return def->columns[def->clock].type == FA_TYPE_TIME ? fa_day_of(value, &run->head->zone)
                                                         : value;
}

static enum fa_status set_covers(struct fa_run *run, int64_t *last_day)
{
    struct fa_head *head = run->head;
    int64_t last_event = INT64_MIN, last_any = INT64_MIN;
    for (int t = 0; t < head->dictionary.table_count; t++) {
        const struct fa_table_def *def = &head->dictionary.tables[t];
        const struct fa_table_run *table = &run->tables[t];
        const struct fa_table_def *builtin = fa_dictionary_find(&run->builtin, def->name);
        struct fa_cover_info cover = {.table = t};
        if (!table->is_read)
            continue;
        if (!fa_manifest_cover(&run->manifest, builtin->index, &cover.from_day,
                               &cover.to_day)) {
            if (!table->has_clock)
                continue;
            cover.from_day = clock_day(run, def, table->clock_min);
            cover.to_day = clock_day(run, def, table->clock_max);
            cover.is_assumed = true;
            last_any = cover.to_day > last_any ? cover.to_day : last_any;
            if (fa_table_is_by_time(def) && cover.to_day > last_event)
                last_event = cover.to_day;
        }
        if (fa_vec_add(&head->covers, cover) != FA_OK)
            return no_memory(run);
    }
    *last_day = last_event != INT64_MIN ? last_event : last_any;
    return FA_OK;
}

static void set_as_of(struct fa_run *run, int64_t last_day)
{
    struct fa_head *head = run->head;
    int64_t from, to;
    if (run->options->has_as_of) {
        head->as_of_day = run->options->as_of_day;
    } else if (run->manifest.has_as_of) {
        head->as_of_day = run->manifest.as_of_day;
    } else if (fa_manifest_cover(&run->manifest, FA_NO_TABLE, &from, &to)) {
        head->as_of_day = to;
    } else {
        head->as_of_day = last_day == INT64_MIN ? 0 : last_day;
        head->as_of_assumed = true;
    }
}

static int compare_currencies(const void *left, const void *right)
{
    const struct fa_currency_info *a = left, *b = right;
    return (a->currency > b->currency) - (a->currency < b->currency);
}

static enum fa_status set_currencies(struct fa_run *run)
{
    struct fa_head *head = run->head;
    for (size_t i = 0; i <= run->kept->totals.list.count; i++) {
        fa_currency currency = i < run->kept->totals.list.count
                                   ? run->kept->totals.list.items[i].currency
                                   : head->currency;
        bool is_known = currency == 0;
        for (size_t k = 0; k < head->currencies.count; k++)
            is_known |= head->currencies.items[k].currency == currency;
        struct fa_currency_info info = {.currency = currency,
                                        .scale = fa_currency_scale(currency)};
        if (!is_known && fa_vec_add(&head->currencies, info) != FA_OK)
            return no_memory(run);
    }
    if (head->currencies.count > 1)
        qsort(head->currencies.items, head->currencies.count, sizeof *head->currencies.items,
              compare_currencies);
    return FA_OK;
}

static enum fa_status keep_text(struct fa_run *run, struct fa_str text, struct fa_str *kept)
{
    *kept = fa_arena_str(&run->head->arena, text);
    return kept->bytes ? FA_OK : no_memory(run);
}

static enum fa_status set_sources(struct fa_run *run)
{
    for (size_t i = 0; i < run->files.count; i++) {
        const struct fa_file_run *file = &run->files.items[i];
        struct fa_source_info info = {.size_bytes = file->header.size_bytes,
                                      .table = file->table,
                                      .count = {file->records, file->accepted, file->rejected,
                                                file->ignored, file->other, file->rows}};
        memcpy(info.sha256, file->sha256, sizeof info.sha256);
        FA_TRY(keep_text(run, file->file->name, &info.name));
        FA_TRY(keep_text(run, file->profile ? file->profile->name : FA_STR(""), &info.profile));
        if (fa_vec_add(&run->head->sources, info) != FA_OK)
            return no_memory(run);
    }
    return FA_OK;
}

/* Whether extra table I is the first that the filing has of its ruleset. */
static bool is_new_ruleset(const struct fa_run *run, size_t i)
{
    const struct fa_ingest_table *extra = run->options->extra;
    bool is_new = fa_dictionary_find(&run->head->dictionary, extra[i].table) != NULL;
    for (size_t k = 0; is_new && k < i; k++)
        is_new = !fa_str_equal(extra[k].ruleset, extra[i].ruleset) ||
                 !fa_dictionary_find(&run->head->dictionary, extra[k].table);
    return is_new;
}

/* The rulesets whose tables the filing has, each once. */
static bool add_rulesets(const struct fa_run *run, struct fa_buf *options, struct fa_buf *hashes)
{
    const struct fa_ingest_table *extra = run->options->extra;
    bool is_whole = true;
    for (size_t i = 0; i < run->options->extra_count; i++)
        if (is_new_ruleset(run, i))
            is_whole =
                is_whole &&
                fa_buf_addf(options, "%srules=%.*s", options->size ? " " : "",
                            (int)extra[i].ruleset.size, extra[i].ruleset.bytes) == FA_OK &&
                fa_buf_addf(hashes, "%s%s", hashes->size ? " " : "", extra[i].hash) == FA_OK;
    return is_whole;
}

/* What the filing was read by, so that it can be read so again. A profile that the manifest names is no
 * option: naming it is a matter of the filing. */
static enum fa_status set_origin(struct fa_run *run)
{
    static const char name[] = "ingest";
    struct fa_head *head = run->head;
    if (run->options->has_as_of) {
        char day[FA_TIME_TEXT_BYTES];
        size_t size = fa_date_format(run->options->as_of_day, day);
        FA_TRY(fa_head_add_option(head, name, "as-of", (struct fa_str){day, size}));
    }
    const struct fa_ingest_table *extra = run->options->extra;
    for (size_t i = 0; i < run->options->extra_count; i++)
        if (is_new_ruleset(run, i))
            FA_TRY(fa_head_add_option(head, name, "rules", extra[i].ruleset));
    if (run->has_manifest)
        FA_TRY(fa_head_add_text(head, name, FA_INPUT_MANIFEST, run->filing.manifest.name,
                                run->manifest_text));
    for (size_t i = 0; i < run->profiles.count; i++) {
        const struct fa_profile *profile = &run->profiles.items[i];
        struct fa_input_info input = {.tool = fa_str_from(name),
                                      .role = FA_INPUT_PROFILE,
                                      .name = profile->name,
                                      .size_bytes = profile->size_bytes};
        memcpy(input.sha256, profile->sha256, sizeof input.sha256);
        if (i < run->options->profile_count)
            FA_TRY(fa_head_add_option(head, name, "profile", profile->name));
        FA_TRY(fa_head_add_input(head, &input));
    }
    return FA_OK;
}

/* Options that can change a result, and the profiles and rulesets that were used. */
static enum fa_status set_step(struct fa_run *run)
{
    struct fa_step_info step = {.tool = FA_STR("ingest"), .version = FA_STR(PACKAGE_VERSION)};
    struct fa_buf options = {0}, hashes = {0};
    bool is_whole = true;
    if (run->options->has_as_of) {
        char day[FA_TIME_TEXT_BYTES];
        fa_date_format(run->options->as_of_day, day);
        is_whole = fa_buf_addf(&options, "as-of=%s", day) == FA_OK;
    }
    for (size_t i = 0; i < run->profiles.count; i++) {
        const struct fa_profile *profile = &run->profiles.items[i];
        char hex[FA_SHA256_HEX_BYTES];
        fa_sha256_hex(profile->sha256, hex);
        is_whole = is_whole &&
                   fa_buf_addf(&options, "%sprofile=%.*s", options.size ? " " : "",
                               (int)profile->name.size, profile->name.bytes) == FA_OK &&
                   fa_buf_addf(&hashes, "%s%s", i ? " " : "", hex) == FA_OK;
    }
    is_whole = is_whole && add_rulesets(run, &options, &hashes);
    enum fa_status status =
        is_whole ? keep_text(run, fa_buf_str(&options), &step.options) : no_memory(run);
    if (status == FA_OK)
        status = keep_text(run, fa_buf_str(&hashes), &step.hash);
    fa_buf_release(&options);
    fa_buf_release(&hashes);
    if (status == FA_OK && fa_vec_add(&run->head->steps, step) != FA_OK)
        status = no_memory(run);
    return status;
}

static enum fa_status finish_head(struct fa_run *run)
{
    int64_t last_day = INT64_MIN;
    FA_TRY(keep_text(run, run->manifest.title, &run->head->filing));
    FA_TRY(keep_text(run, run->filers.items[0].name, &run->head->filer));
    FA_TRY(keep_text(run, run->manifest.reference, &run->head->reference));
    assume_zone(run);
    FA_TRY(set_covers(run, &last_day));
    set_as_of(run, last_day);
    FA_TRY(set_currencies(run));
    FA_TRY(set_sources(run));
    if (set_origin(run) != FA_OK)
        return no_memory(run);
    return set_step(run);
}

/* --- names of ids --------------------------------------------------------------------------
 */

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
                                   : fa_error(run->sink, FA_CODE_DEFECT, (struct fa_place){0}, NULL,
                                              "ids of a table cannot be encoded");
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

/* --- the run -------------------------------------------------------------------------------
 */

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
    FA_TRY(read_manifest(run));
    FA_TRY(read_profiles(run));
    FA_TRY(fa_run_assign(run));
    FA_TRY(fa_kept_new(options->memory_max, options->spool_dir, run->sink, &run->kept));
    run->head = &run->kept->head;
    if (run->manifest.has_zone)
        run->head->zone = run->manifest.zone;
    FA_TRY(plan_files(run));
    FA_TRY(read_filing(run));
    FA_TRY(fa_run_refuse_copies(run));
    enum fa_status refused = fa_run_check_totals(run);
    if (refused != FA_OK && (refused != FA_EINPUT || !run->options->account))
        return refused;
    tell_references(run);
    tell_outside(run);
    FA_TRY(finish_head(run));
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
