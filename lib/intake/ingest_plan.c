/*
 * What is read before any row: the manifest, profiles, headers; the scales and the currency
 * that follow from them.
 */
#include <string.h>
#include <unistd.h>

#include "base/nearest.h"
#include "intake/run.h"

static enum fa_status no_memory(struct fa_run *run)
{
    return fa_out_of_memory(run->sink, "the filing");
}

enum fa_status fa_run_read_manifest(struct fa_run *run)
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

enum fa_status fa_run_read_profiles(struct fa_run *run)
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

/* Whether amounts of the table can have another currency than the filing's only by their
 * account or contract. */
static bool lacks_currency(const struct fa_table_def *table)
{
    bool has_money = false;
    for (int i = 0; i < table->hidden_from; i++)
        has_money |= table->columns[i].type == FA_TYPE_MONEY;
    return has_money && table->currency_column == FA_NO_COLUMN;
}

/* The currency of amounts for which a stream names none: the manifest's, else that of the
 * profiles. */
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
                "its profile gives amounts in %s, the filing is in %s, and table %s has no "
                "column "
                "for it",
                own_code, code, fa_quoted(table->name, quoted));
        }
    }
    return FA_OK;
}

enum fa_status fa_run_plan_files(struct fa_run *run)
{
    FA_TRY(add_filer(run, run->manifest.filer));
    FA_TRY(add_tables(run));
    for (size_t i = 0; i < run->files.count; i++)
        FA_TRY(plan_file(run, i));
    FA_TRY(find_currency(run));
    return find_scales(run);
}
