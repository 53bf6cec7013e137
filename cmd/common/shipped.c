#include "shipped.h"

#include <dirent.h>
#include <errno.h>
#include <stdlib.h>
#include <string.h>
#include <sys/stat.h>

#include "base/file.h"
#include "base/limits.h"

static bool has_suffix(const char *name, const char *suffix)
{
    size_t size = strlen(name), wanted = strlen(suffix);
    return size > wanted && strcmp(name + size - wanted, suffix) == 0;
}

static enum fa_status shipped_path(struct tool_run *run, const struct shipped_kind *kind,
                                   const char *name, struct fa_buf *path)
{
    FA_TRY(tool_data_path(run, kind->folder, path));
    bool is_whole = fa_buf_add_text(path, "/") == FA_OK &&
                    fa_buf_add_text(path, name) == FA_OK &&
                    fa_buf_add_text(path, kind->suffix) == FA_OK && fa_buf_cstr(path);
    return is_whole ? FA_OK : fa_out_of_memory(run->sink, "a path");
}

static enum fa_status none(struct tool_run *run, const struct shipped_kind *kind, const char *name,
                           const char *neither)
{
    char quoted[FA_QUOTED_BYTES], hint[96];
    snprintf(hint, sizeof hint, "%s shows the shipped ones", kind->lister);
    return fa_error(run->sink, FA_CODE_USAGE, (struct fa_place){0}, hint, "%s is %s shipped %s",
                    fa_quoted(fa_str_from(name), quoted), neither, kind->what);
}

enum fa_status shipped_find(struct tool_run *run, const struct shipped_kind *kind,
                            const char *name, struct fa_buf *path)
{
    struct stat info;
    bool is_path = strchr(name, '/') || has_suffix(name, kind->suffix);
    if (!is_path) {
        FA_TRY(shipped_path(run, kind, name, path));
        if (stat(path->bytes, &info) == 0)
            return FA_OK;
        if (stat(name, &info) != 0)
            return none(run, kind, name, "neither a file nor a");
    }
    fa_buf_clear(path);
    bool is_whole = fa_buf_add_text(path, name) == FA_OK && fa_buf_cstr(path);
    return is_whole ? FA_OK : fa_out_of_memory(run->sink, "a path");
}

enum fa_status shipped_find_named(struct tool_run *run, const struct shipped_kind *kind,
                                  const char *name, struct fa_buf *path)
{
    struct stat info;
    FA_TRY(shipped_path(run, kind, name, path));
    return stat(path->bytes, &info) == 0 ? FA_OK : none(run, kind, name, "no");
}

enum fa_status shipped_read(struct tool_run *run, const struct shipped_kind *kind,
                            const char *path, struct fa_arena *arena, struct fa_str *text,
                            struct fa_str *name)
{
    struct fa_buf bytes = {0};
    enum fa_status status = fa_file_read(path, FA_LANG_BYTES_MAX, run->sink, &bytes);
    if (status == FA_OK) {
        *text = fa_arena_str(arena, fa_buf_str(&bytes));
        *name = fa_arena_str(arena, fa_str_from(path));
        if (!text->bytes || !name->bytes)
            status = fa_out_of_memory(run->sink, kind->folder);
    }
    fa_buf_release(&bytes);
    return status;
}

static int compare_names(const struct dirent **a, const struct dirent **b)
{
    return strcmp((*a)->d_name, (*b)->d_name);
}

static enum fa_status each_shipped(struct tool_run *run, const struct shipped_kind *kind,
                                   shipped_load *load, void *context)
{
    struct fa_buf path = {0};
    struct dirent **entries = NULL;
    int count = -1;
    enum fa_status status = tool_data_path(run, kind->folder, &path);
    if (status == FA_OK && !fa_buf_cstr(&path))
        status = fa_out_of_memory(run->sink, "a path");
    size_t folder_size = path.size;
    if (status == FA_OK && (count = scandir(path.bytes, &entries, NULL, compare_names)) < 0)
        status = fa_io_error(run->sink, "open", path.bytes, errno);
    for (int i = 0; i < count; i++) {
        const char *name = entries[i]->d_name;
        enum fa_status one = FA_OK;
        path.size = folder_size;
        if (name[0] != '.' && has_suffix(name, kind->suffix)) {
            if (fa_buf_add_text(&path, "/") != FA_OK || fa_buf_add_text(&path, name) != FA_OK ||
                !fa_buf_cstr(&path))
                one = fa_out_of_memory(run->sink, "a path");
            else
                one = load(context, run, path.bytes);
        }
        status = status == FA_OK ? one : status;
        free(entries[i]);
    }
    free(entries);
    fa_buf_release(&path);
    return status;
}

enum fa_status shipped_each(struct tool_run *run, const struct shipped_kind *kind,
                            char *const *names, int name_count, shipped_load *load,
                            void *context)
{
    if (name_count == 0)
        return each_shipped(run, kind, load, context);
    enum fa_status status = FA_OK;
    for (int i = 0; i < name_count; i++) {
        struct fa_buf path = {0};
        enum fa_status one = shipped_find(run, kind, names[i], &path);
        if (one == FA_OK)
            one = load(context, run, path.bytes);
        fa_buf_release(&path);
        status = status == FA_OK ? one : status;
    }
    return status;
}
