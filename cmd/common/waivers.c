#include "waivers.h"

#include <dirent.h>
#include <errno.h>
#include <limits.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <sys/stat.h>

#include "base/file.h"
#include "base/limits.h"

/* Cuts the last part off an absolute path; false: there is none. */
static bool go_up(char *path)
{
    char *slash = strrchr(path, '/');
    if (!slash || !path[1])
        return false;
    slash[slash == path ? 1 : 0] = '\0';
    return true;
}

static bool is_same(const char *path, const struct stat *info)
{
    struct stat own;
    return stat(path, &own) == 0 && own.st_dev == info->st_dev && own.st_ino == info->st_ino;
}

enum { FOLDERS_DEEP = 8 }; /* a filing's own files stand in its folder or just below */

/* Whether something in FOLDER is the file of INFO under another name: a link of either kind, which the
 * filer may have made. */
static bool holds(const char *folder, const struct stat *info, int depth)
{
    DIR *dir = opendir(folder);
    bool is_held = false;
    for (struct dirent *entry = NULL; dir && !is_held && (entry = readdir(dir));) {
        char *path = NULL;
        struct stat link;
        if (strcmp(entry->d_name, ".") == 0 || strcmp(entry->d_name, "..") == 0 ||
            asprintf(&path, "%s/%s", folder, entry->d_name) < 0)
            continue;
        is_held = is_same(path, info);
        if (!is_held && depth > 0 && lstat(path, &link) == 0 && S_ISDIR(link.st_mode))
            is_held = holds(path, info, depth - 1);
        free(path);
    }
    if (dir)
        closedir(dir);
    return is_held;
}

/* REAL has no links left, and folders are compared by what they are, so neither a link nor a second
 * mount hides where a file lies. A filing that is a file was delivered in its folder, where the filer
 * may have put others, but not in those below. */
static enum fa_status check_place(struct tool_run *run, const char *path, char *real,
                                  const char *filing)
{
    char *folder = realpath(filing, NULL);
    struct stat info, file;
    if (!folder || stat(folder, &info) != 0 || stat(real, &file) != 0) {
        free(folder);
        return FA_OK; /* whoever reads the filing says so */
    }
    bool is_folder = S_ISDIR(info.st_mode), is_inside = false;
    if (!is_folder)
        is_inside = is_same(real, &info) || (go_up(folder) && stat(folder, &info) == 0 &&
                                             go_up(real) && is_same(real, &info));
    while (is_folder && !is_inside && go_up(real))
        is_inside = is_same(real, &info);
    is_inside = is_inside || holds(folder, &file, is_folder ? FOLDERS_DEEP : 0);
    free(folder);
    char quoted[FA_QUOTED_BYTES];
    return !is_inside ? FA_OK
                      : fa_error(run->sink, FA_CODE_WAIVER_FILING, (struct fa_place){0},
                                 "keep waivers where the filer cannot write",
                                 is_folder ? "the waivers %s lie in the filing under test"
                                           : "the waivers %s lie in the folder of the filing under test",
                                 fa_quoted(fa_str_from(path), quoted));
}

static enum fa_status load(struct fa_waiver_list *list, struct tool_run *run, const char *path,
                           const char *filing)
{
    char *real = realpath(path, NULL);
    if (!real)
        return fa_io_error(run->sink, "open", path, errno);
    enum fa_status status = filing ? check_place(run, path, real, filing) : FA_OK;
    free(real);
    FA_TRY(status);
    struct fa_buf bytes = {0};
    status = fa_file_read(path, FA_LANG_BYTES_MAX, run->sink, &bytes);
    struct fa_str text = {NULL, 0};
    if (status == FA_OK) {
        text = fa_arena_str(&list->arena, fa_buf_str(&bytes));
        status = text.bytes ? FA_OK : fa_out_of_memory(run->sink, "waivers");
    }
    fa_buf_release(&bytes);
    return status == FA_OK ? fa_waivers_parse(text, fa_str_from(path), run->sink, list) : status;
}

enum fa_status waivers_load(struct fa_waiver_list *list, struct tool_run *run,
                            const struct option_list *paths, const char *filing)
{
    enum fa_status total = FA_OK;
    for (size_t i = 0; i < paths->texts.count; i++) {
        enum fa_status one = load(list, run, paths->texts.items[i], filing);
        total = total == FA_OK ? one : total;
        if (one != FA_OK && one != FA_ERULES)
            return one;
    }
    return total;
}
