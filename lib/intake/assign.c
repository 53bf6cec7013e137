/*
 * Which file of a filing holds which table, and which profile reads it: by the manifest, by the
 * names that profiles state, by the file's own name.
 */
#include <string.h>
#include <strings.h>

#include "base/nearest.h"
#include "base/utf8.h"
#include "intake/run.h"
#include "intake/wants.h"

static enum fa_status no_memory(struct fa_run *run)
{
    return fa_out_of_memory(run->sink, "the filing");
}

/* The table that a part of a name says: what stands before the first '.' or '-'. */
static const struct fa_table_def *table_of_part(const struct fa_run *run, struct fa_str part)
{
    size_t size = 0;
    while (size < part.size && part.bytes[size] != '.' && part.bytes[size] != '-')
        size++;
    const struct fa_table_def *table =
        fa_dictionary_find(&run->builtin, (struct fa_str){part.bytes, size});
    return table && table->written_by == FA_BY_FILING ? table : NULL;
}

/* flow.csv, flow-2025-01.csv, flow/2025-01.csv: the innermost name that is a table's. */
static const struct fa_table_def *table_of_name(const struct fa_run *run, struct fa_str name)
{
    const struct fa_table_def *found = NULL;
    for (size_t end = name.size; !found;) {
        size_t start = end;
        while (start > 0 && name.bytes[start - 1] != '/')
            start--;
        found = table_of_part(run, (struct fa_str){name.bytes + start, end - start});
        if (start == 0)
            break;
        end = start - 1;
    }
    return found;
}

static bool is_csv(struct fa_str name)
{
    name = fa_filing_bare_name(name);
    return name.size > 4 && strncasecmp(name.bytes + name.size - 4, ".csv", 4) == 0;
}

static bool is_other_archive(struct fa_str name)
{
    static const char *const endings[] = {".rar", ".7z", ".tar", ".tgz", ".bz2", ".xz", ".lzh"};
    struct fa_str bare = fa_filing_bare_name(name);
    for (size_t i = 0; i < sizeof endings / sizeof *endings; i++) {
        size_t size = strlen(endings[i]);
        if (bare.size > size && strncasecmp(bare.bytes + bare.size - size, endings[i], size) == 0)
            return true;
    }
    return false;
}

static enum fa_status refuse_name(struct fa_run *run, const struct fa_filing_file *file)
{
    char hint[FA_NEAREST_HINT_BYTES];
    struct fa_str name = file->name;
    size_t size = 0;
    if (file->fd >= 0)
        return fa_error(run->sink, FA_CODE_FILING_NAME, (struct fa_place){.source = name},
                        "give the profile that reads it: --profile",
                        "what comes through a pipe has no name that says its table");
    if (is_other_archive(name))
        return fa_error(run->sink, FA_CODE_FILING_NAME, (struct fa_place){.source = name},
                        "unpack it and give the folder, or pack it as .zip",
                        "archives of this kind are not read");
    while (size < name.size && name.bytes[size] != '.' && name.bytes[size] != '-')
        size++;
    struct fa_nearest nearest = {.wanted = {name.bytes, size}};
    for (int i = 0; i < run->builtin.table_count; i++)
        if (run->builtin.tables[i].written_by == FA_BY_FILING)
            fa_nearest_add(&nearest, run->builtin.tables[i].name);
    return fa_error(run->sink, FA_CODE_FILING_NAME, (struct fa_place){.source = name},
                    fa_nearest_hint(&nearest,
                                    "give the profile that reads it, --profile NAME, or, if it is "
                                    "canonical CSV, name it after its table, as flow.csv",
                                    hint),
                    "the file's name says no table");
}

static enum fa_status add_file(struct fa_run *run, const struct fa_filing_file *file,
                               int builtin_table, const struct fa_manifest_file *stated)
{
    struct fa_file_run added = {
        .file = file, .stated = stated, .table = builtin_table, .is_lead = true};
    if (fa_utf8_valid_size(file->name) != file->name.size)
        return fa_error(run->sink, FA_CODE_FILING_NAME, (struct fa_place){.source = file->name},
                        "rename it, or give the archive that it came in, whose names are decoded",
                        "the file's name is not UTF-8, so no report could show it");
    return fa_vec_add(&run->files, added) == FA_OK ? FA_OK : no_memory(run);
}

/* A part for each table of the profile; where the manifest names a table, that one alone. */
static enum fa_status add_parts(struct fa_run *run, const struct fa_filing_file *file,
                                const struct fa_profile *profile,
                                const struct fa_manifest_file *stated)
{
    size_t first = run->files.count;
    int wanted = stated ? stated->table : FA_NO_TABLE;
    for (size_t i = 0; i < profile->tables.count; i++) {
        const struct fa_profile_table *part = &profile->tables.items[i];
        if (wanted != FA_NO_TABLE && wanted != part->table)
            continue;
        FA_TRY(add_file(run, file, part->table, stated));
        struct fa_file_run *added = &run->files.items[run->files.count - 1];
        added->profile = profile;
        added->part = part;
        for (size_t k = first; k + 1 < run->files.count; k++)
            if (fa_reads_same(run->files.items[k].part, part))
                added->is_lead = false;
    }
    char quoted[FA_QUOTED_BYTES];
    if (run->files.count > first)
        return FA_OK;
    return fa_error(
        run->sink, FA_CODE_MANIFEST_SYNTAX, stated->place, NULL,
        "the profile reads table %s, not this one",
        fa_quoted(run->builtin.tables[profile->tables.items[0].table].name, quoted));
}

/* Whether the profile says that its files have such names. */
static bool is_file_of(const struct fa_profile *profile, struct fa_str name)
{
    name = fa_filing_base_name(name);
    return fa_texts_match(&profile->file_names, name) ||
           fa_texts_match(&profile->file_names, fa_filing_bare_name(name));
}

/* What a folder holds beside its tables, in one note. */
struct ignored {
    struct fa_buf names;
    unsigned count;
};

static enum fa_status ignore(struct fa_run *run, struct ignored *ignored, struct fa_str name)
{
    enum { SHOWN_MAX = 5 };
    char quoted[FA_QUOTED_BYTES];
    ignored->count++;
    if (ignored->count > SHOWN_MAX)
        return FA_OK;
    bool is_whole = fa_buf_add_text(&ignored->names, ignored->count > 1 ? ", " : "") == FA_OK &&
                    fa_buf_add_text(&ignored->names, fa_quoted(name, quoted)) == FA_OK;
    return is_whole && fa_buf_cstr(&ignored->names) ? FA_OK : no_memory(run);
}

/* What holds files, and no rows itself. */
static bool is_container(const struct fa_filing_file *file)
{
    return file->kind == FA_FILE_FOLDER || file->kind == FA_FILE_ARCHIVE;
}

/* It was named itself, not found in a folder or archive. */
static bool is_operand(const struct fa_run *run, const struct fa_filing_file *file)
{
    return !run->filing.is_folder && !file->archive;
}

/* The profile, among those given, that reads a file which no manifest names; NULL: none. A
 * profile that is the only one given reads all files but those of a folder that are no CSV. */
static enum fa_status choose_profile(struct fa_run *run, const struct fa_filing_file *file,
                                     const struct fa_profile **chosen)
{
    size_t count = run->options->profile_count;
    char first[FA_QUOTED_BYTES], second[FA_QUOTED_BYTES];
    *chosen = NULL;
    if (is_container(file))
        return FA_OK;
    for (size_t i = 0; i < count; i++) {
        const struct fa_profile *profile = &run->profiles.items[i];
        if (!is_file_of(profile, file->name))
            continue;
        if (*chosen)
            return fa_error(
                run->sink, FA_CODE_FILING_PROFILE, (struct fa_place){.source = file->name},
                "give one of them, or name it in filing.manifest",
                "profiles %s and %s both read files of this name",
                fa_quoted((*chosen)->name, first), fa_quoted(profile->name, second));
        *chosen = profile;
    }
    if (!*chosen && count == 1 && (is_operand(run, file) || is_csv(file->name)))
        *chosen = &run->profiles.items[0];
    return FA_OK;
}

static enum fa_status add_stated(struct fa_run *run, const struct fa_filing_file *file,
                                 const struct fa_manifest_file *stated)
{
    for (size_t i = 0; stated->profile.size > 0 && i < run->profiles.count; i++)
        if (fa_str_equal(run->profiles.items[i].name, stated->profile))
            return add_parts(run, file, &run->profiles.items[i], stated);
    return add_file(run, file, stated->table, stated);
}

static enum fa_status find_file_table(struct fa_run *run, const struct fa_filing_file *file,
                                      struct ignored *ignored)
{
    const struct fa_profile *profile;
    if (run->has_manifest) {
        for (size_t i = 0; i < run->manifest.files.count; i++)
            if (fa_str_equal(run->manifest.files.items[i].name, file->name))
                return add_stated(run, file, &run->manifest.files.items[i]);
        return is_container(file) ? FA_OK : ignore(run, ignored, file->name);
    }
    FA_TRY(choose_profile(run, file, &profile));
    if (profile)
        return add_parts(run, file, profile, NULL);
    const struct fa_table_def *table = table_of_name(run, file->name);
    if (is_container(file))
        return FA_OK;
    if (!is_csv(file->name) && !is_operand(run, file))
        return ignore(run, ignored, file->name);
    return table ? add_file(run, file, table->index, NULL) : refuse_name(run, file);
}

static enum fa_status check_manifest_files(struct fa_run *run)
{
    for (size_t i = 0; i < run->manifest.files.count; i++) {
        const struct fa_manifest_file *stated = &run->manifest.files.items[i];
        char quoted[FA_QUOTED_BYTES], hint[FA_NEAREST_HINT_BYTES];
        if (fa_filing_find(&run->filing, stated->name))
            continue;
        struct fa_nearest nearest = {.wanted = stated->name};
        for (size_t k = 0; k < run->filing.files.count; k++)
            fa_nearest_add(&nearest, run->filing.files.items[k].name);
        return fa_error(run->sink, FA_CODE_FILING_FILE, stated->place,
                        fa_nearest_hint(&nearest, NULL, hint), "the filing has no file %s",
                        fa_quoted(stated->name, quoted));
    }
    return FA_OK;
}

enum fa_status fa_run_assign(struct fa_run *run)
{
    struct ignored ignored = {.count = 0};
    enum fa_status status = check_manifest_files(run);
    for (size_t i = 0; status == FA_OK && i < run->filing.files.count; i++)
        status = find_file_table(run, &run->filing.files.items[i], &ignored);
    struct fa_place place = {.source = fa_str_from(run->options->paths[0])};
    if (status == FA_OK && run->files.count == 0)
        status = fa_error(
            run->sink, FA_CODE_FILING_EMPTY, place,
            "name files after their tables (flow.csv), or give the profile that reads them: "
            "--profile NAME, from 'flowaudit profile list'",
            "the filing holds no table");
    else if (status == FA_OK && ignored.count > 0)
        fa_note(run->sink, FA_CODE_FILING_IGNORED, place, NULL,
                "not part of the filing, not read: %s%s", ignored.names.bytes,
                ignored.count > 5 ? " and more" : "");
    fa_buf_release(&ignored.names);
    return status;
}
