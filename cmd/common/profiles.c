#include "profiles.h"

#include <dirent.h>
#include <errno.h>
#include <stdlib.h>
#include <string.h>
#include <sys/stat.h>

#include "base/file.h"
#include "base/limits.h"

static const char suffix[] = ".profile";

static bool has_suffix(const char *name)
{
    size_t size = strlen(name), wanted = sizeof suffix - 1;
    return size > wanted && strcmp(name + size - wanted, suffix) == 0;
}

static enum fa_status shipped_path(struct tool_run *run, const char *name, struct fa_buf *path)
{
    FA_TRY(tool_data_path(run, "profiles", path));
    bool is_whole = fa_buf_add_text(path, "/") == FA_OK &&
                    fa_buf_add_text(path, name) == FA_OK &&
                    fa_buf_add_text(path, suffix) == FA_OK && fa_buf_cstr(path);
    return is_whole ? FA_OK : fa_out_of_memory(run->sink, "a path");
}

enum fa_status profiles_find(struct tool_run *run, const char *name, struct fa_buf *path)
{
    struct stat info;
    if (strchr(name, '/') || has_suffix(name) || stat(name, &info) == 0) {
        bool is_whole = fa_buf_add_text(path, name) == FA_OK && fa_buf_cstr(path);
        return is_whole ? FA_OK : fa_out_of_memory(run->sink, "a path");
    }
    FA_TRY(shipped_path(run, name, path));
    if (stat(path->bytes, &info) == 0)
        return FA_OK;
    char quoted[FA_QUOTED_BYTES];
    return fa_error(run->sink, FA_CODE_USAGE, (struct fa_place){0},
                    "flowaudit-profile list shows the shipped ones",
                    "%s is neither a file nor a shipped profile",
                    fa_quoted(fa_str_from(name), quoted));
}

static enum fa_status load(struct profile_list *list, struct tool_run *run, const char *path)
{
    struct fa_buf text = {0};
    struct fa_profile profile;
    enum fa_status status = fa_file_read(path, FA_LANG_BYTES_MAX, run->sink, &text);
    struct fa_str kept = {0}, name = {0};
    if (status == FA_OK) {
        kept = fa_arena_str(&list->arena, fa_buf_str(&text));
        name = fa_arena_str(&list->arena, fa_str_from(path));
        if (!kept.bytes || !name.bytes)
            status = fa_out_of_memory(run->sink, "profiles");
    }
    fa_buf_release(&text);
    FA_TRY(status);
    FA_TRY(fa_profile_parse(kept, name, &list->dictionary, &list->arena, run->sink, &profile));
    if (fa_vec_add(&list->profiles, profile) == FA_OK)
        return FA_OK;
    fa_profile_release(&profile);
    return fa_out_of_memory(run->sink, "profiles");
}

static int is_profile(const struct dirent *entry)
{
    return entry->d_name[0] != '.' && has_suffix(entry->d_name);
}

static int compare_names(const struct dirent **a, const struct dirent **b)
{
    return strcmp((*a)->d_name, (*b)->d_name);
}

static enum fa_status load_shipped(struct profile_list *list, struct tool_run *run)
{
    struct fa_buf path = {0};
    struct dirent **entries = NULL;
    int count = -1;
    enum fa_status status = tool_data_path(run, "profiles", &path);
    if (status == FA_OK && !fa_buf_cstr(&path))
        status = fa_out_of_memory(run->sink, "a path");
    size_t folder_size = path.size;
    if (status == FA_OK &&
        (count = scandir(path.bytes, &entries, is_profile, compare_names)) < 0)
        status = fa_io_error(run->sink, "open", path.bytes, errno);
    for (int i = 0; i < count; i++) {
        path.size = folder_size;
        enum fa_status one = FA_OK;
        if (fa_buf_add_text(&path, "/") != FA_OK ||
            fa_buf_add_text(&path, entries[i]->d_name) != FA_OK || !fa_buf_cstr(&path))
            one = fa_out_of_memory(run->sink, "a path");
        if (one == FA_OK)
            one = load(list, run, path.bytes);
        status = status == FA_OK ? one : status;
        free(entries[i]);
    }
    free(entries);
    fa_buf_release(&path);
    return status;
}

enum fa_status profiles_load(struct profile_list *list, struct tool_run *run,
                             char *const *names, int name_count)
{
    *list = (struct profile_list){0};
    fa_arena_init(&list->arena);
    enum fa_status status = fa_dictionary_builtin(&list->arena, run->sink, &list->dictionary);
    if (status != FA_OK || name_count == 0)
        return status == FA_OK ? load_shipped(list, run) : status;
    for (int i = 0; i < name_count; i++) {
        struct fa_buf path = {0};
        enum fa_status one = profiles_find(run, names[i], &path);
        if (one == FA_OK)
            one = load(list, run, path.bytes);
        fa_buf_release(&path);
        status = status == FA_OK ? one : status;
    }
    return status;
}

void profiles_release(struct profile_list *list)
{
    for (size_t i = 0; i < list->profiles.count; i++)
        fa_profile_release(&list->profiles.items[i]);
    fa_vec_free(&list->profiles);
    fa_arena_release(&list->arena);
}
