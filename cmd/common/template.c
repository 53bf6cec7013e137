#include "template.h"

#include <errno.h>
#include <stdlib.h>
#include <string.h>
#include <sys/stat.h>

#include "base/limits.h"
#include "base/nearest.h"
#include "intake/template.h"

struct template
{
    struct tool_run *run;
    const char *folder;
    struct fa_dictionary dictionary;
    bool is_wanted[FA_RULE_TABLES_MAX];
    struct fa_buf path, text;
    struct output output;
};

static enum fa_status no_memory(struct template *template)
{
    return fa_out_of_memory(template->run->sink, "a template");
}

static enum fa_status choose_table(struct template *template, const char *name)
{
    struct fa_nearest nearest = {.wanted = fa_str_from(name)};
    char quoted[FA_QUOTED_BYTES], hint[FA_NEAREST_HINT_BYTES];
    for (int i = 0; i < template->dictionary.table_count; i++) {
        const struct fa_table_def *table = &template->dictionary.tables[i];
        if (table->written_by != FA_BY_FILING)
            continue;
        if (fa_str_is(table->name, name)) {
            template->is_wanted[i] = true;
            return FA_OK;
        }
        fa_nearest_add(&nearest, table->name);
    }
    return fa_error(template->run->sink, FA_CODE_USAGE, (struct fa_place){0},
                    fa_nearest_hint(&nearest, "flowaudit-ledger(5) lists the tables", hint),
                    "a filing has no table %s", fa_quoted(nearest.wanted, quoted));
}

static enum fa_status choose_tables(struct template *template, char *const *tables, int count)
{
    for (int i = 0; i < count; i++)
        FA_TRY(choose_table(template, tables[i]));
    for (int i = 0; count == 0 && i < template->dictionary.table_count; i++)
        template->is_wanted[i] = template->dictionary.tables[i].written_by == FA_BY_FILING;
    return FA_OK;
}

/* FOLDER/NAME SUFFIX */
static enum fa_status set_path(struct template *template, struct fa_str name,
                               const char *suffix)
{
    fa_buf_clear(&template->path);
    bool is_whole = fa_buf_add_text(&template->path, template->folder) == FA_OK &&
                    fa_buf_add_char(&template->path, '/') == FA_OK &&
                    fa_buf_add_str(&template->path, name) == FA_OK &&
                    fa_buf_add_text(&template->path, suffix) == FA_OK &&
                    fa_buf_cstr(&template->path);
    return is_whole ? FA_OK : no_memory(template);
}

static enum fa_status check_absent(struct template *template, struct fa_str name,
                                   const char *suffix)
{
    struct stat info;
    FA_TRY(set_path(template, name, suffix));
    return lstat(template->path.bytes, &info) == 0
               ? fa_io_error(template->run->sink, "make", template->path.bytes, EEXIST)
               : FA_OK;
}

static enum fa_status write_file(struct template *template, struct fa_str name,
                                 const char *suffix)
{
    FA_TRY(set_path(template, name, suffix));
    FA_TRY(
        output_open(&template->output, template->path.bytes, OUTPUT_TEXT, template->run->sink));
    return output_finish(
        &template->output,
        output_write(&template->output, template->text.bytes, template->text.size));
}

static enum fa_status make_manifest(const struct template *template, struct fa_buf *text)
{
    FA_TRY(fa_template_manifest_start(text));
    for (int i = 0; i < template->dictionary.table_count; i++)
        if (template->is_wanted[i])
            FA_TRY(fa_template_manifest_file(&template->dictionary.tables[i], text));
    return fa_template_manifest_end(text);
}

static enum fa_status write_all(struct template *template)
{
    const struct fa_dictionary *dictionary = &template->dictionary;
    FA_TRY(check_absent(template, FA_STR("filing.manifest"), ""));
    for (int i = 0; i < dictionary->table_count; i++)
        if (template->is_wanted[i])
            FA_TRY(check_absent(template, dictionary->tables[i].name, ".csv"));
    if (mkdir(template->folder, 0777) != 0 && errno != EEXIST)
        return fa_io_error(template->run->sink, "make folder", template->folder, errno);
    for (int i = 0; i < dictionary->table_count; i++) {
        if (!template->is_wanted[i])
            continue;
        fa_buf_clear(&template->text);
        if (fa_template_header(&dictionary->tables[i], &template->text) != FA_OK)
            return no_memory(template);
        FA_TRY(write_file(template, dictionary->tables[i].name, ".csv"));
    }
    fa_buf_clear(&template->text);
    if (make_manifest(template, &template->text) != FA_OK)
        return no_memory(template);
    return write_file(template, FA_STR("filing.manifest"), "");
}

enum fa_status template_write(struct tool_run *run, const char *folder,
                              const struct fa_dictionary *known, char *const *tables,
                              int table_count)
{
    struct fa_arena run_arena;
    struct template *template = calloc(1, sizeof *template);
    if (!template)
        return fa_out_of_memory(run->sink, "a template");
    fa_arena_init(&run_arena);
    template->run = run;
    template->folder = folder;
    enum fa_status status = FA_OK;
    if (known)
        template->dictionary = *known;
    else
        status = fa_dictionary_builtin(&run_arena, run->sink, &template->dictionary);
    if (status == FA_OK)
        status = choose_tables(template, tables, table_count);
    if (status == FA_OK)
        status = write_all(template);
    fa_buf_release(&template->path);
    fa_buf_release(&template->text);
    free(template);
    fa_arena_release(&run_arena);
    return status;
}
