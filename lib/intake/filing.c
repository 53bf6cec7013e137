#include "intake/filing.h"

#include <dirent.h>
#include <errno.h>
#include <fcntl.h>
#include <stdlib.h>
#include <string.h>
#include <strings.h>
#include <sys/stat.h>
#include <unistd.h>

#include "base/limits.h"

static enum fa_file_kind kind_of(mode_t mode)
{
    return S_ISREG(mode)   ? FA_FILE_REGULAR
           : S_ISDIR(mode) ? FA_FILE_FOLDER
           : S_ISLNK(mode) ? FA_FILE_LINK
                           : FA_FILE_OTHER;
}

static const char *kind_text(mode_t mode)
{
    return S_ISDIR(mode)    ? "a folder"
           : S_ISLNK(mode)  ? "a link"
           : S_ISFIFO(mode) ? "a pipe"
           : S_ISSOCK(mode) ? "a socket"
                            : "a device";
}

static enum fa_status refuse_kind(const char *path, mode_t mode, struct fa_sink *sink)
{
    return fa_error(sink, FA_CODE_FILING_KIND, (struct fa_place){.source = fa_str_from(path)},
                    "a file of a filing is opened twice, so it must be a regular one",
                    "expected a regular file, found %s", kind_text(mode));
}

struct walk {
    struct fa_filing *filing;
    struct fa_sink *sink;
    struct fa_buf path; /* of the folder or file that is looked at */
    size_t root_size;   /* of the part of the path that is no name within the filing */
};

static enum fa_status no_memory(struct fa_sink *sink)
{
    return fa_out_of_memory(sink, "the list of files");
}

static enum fa_status add_file(struct walk *walk, enum fa_file_kind kind)
{
    struct fa_filing *filing = walk->filing;
    struct fa_str path = fa_arena_str(&filing->arena, fa_buf_str(&walk->path));
    if (!path.bytes)
        return no_memory(walk->sink);
    struct fa_str name = {path.bytes + walk->root_size, path.size - walk->root_size};
    struct fa_filing_file file = {name, path.bytes, kind};
    if (filing->files.count == FA_SOURCES_MAX)
        return fa_error(walk->sink, FA_CODE_FILING_LIMIT, (struct fa_place){.source = path},
                        "split the filing", "a filing may hold %u files", FA_SOURCES_MAX);
    return fa_vec_add(&filing->files, file) == FA_OK ? FA_OK : no_memory(walk->sink);
}

static enum fa_status walk_folder(struct walk *walk, unsigned depth);

static enum fa_status walk_entry(struct walk *walk, const char *name, unsigned depth)
{
    size_t folder_size = walk->path.size;
    struct stat status_of;
    if (fa_buf_add_char(&walk->path, '/') != FA_OK ||
        fa_buf_add_text(&walk->path, name) != FA_OK || !fa_buf_cstr(&walk->path))
        return no_memory(walk->sink);
    if (lstat(walk->path.bytes, &status_of) != 0)
        return fa_io_error(walk->sink, "look at", walk->path.bytes, errno);
    enum fa_file_kind kind = kind_of(status_of.st_mode);
    FA_TRY(add_file(walk, kind));
    if (kind == FA_FILE_FOLDER)
        FA_TRY(walk_folder(walk, depth + 1));
    walk->path.size = folder_size;
    return FA_OK;
}

static enum fa_status walk_folder(struct walk *walk, unsigned depth)
{
    const char *path = fa_buf_cstr(&walk->path);
    if (!path)
        return no_memory(walk->sink);
    if (depth > FA_FOLDER_DEPTH_MAX)
        return fa_error(walk->sink, FA_CODE_FILING_LIMIT,
                        (struct fa_place){.source = fa_buf_str(&walk->path)}, NULL,
                        "folders of a filing may be nested %u deep", FA_FOLDER_DEPTH_MAX);
    DIR *folder = opendir(path);
    if (!folder)
        return fa_io_error(walk->sink, "read folder", path, errno);
    enum fa_status status = FA_OK;
    while (status == FA_OK) {
        errno = 0;
        struct dirent *entry = readdir(folder);
        if (!entry) {
            if (errno)
                status = fa_io_error(walk->sink, "read folder", walk->path.bytes, errno);
            break;
        }
        if (entry->d_name[0] != '.')
            status = walk_entry(walk, entry->d_name, depth);
    }
    closedir(folder);
    return status;
}

static int compare_files(const void *left, const void *right)
{
    const struct fa_filing_file *a = left, *b = right;
    int order = fa_str_compare(a->name, b->name);
    return order ? order : strcmp(a->path, b->path);
}

static enum fa_status open_folder(struct walk *walk)
{
    struct fa_filing *filing = walk->filing;
    while (walk->path.size > 1 && walk->path.bytes[walk->path.size - 1] == '/')
        walk->path.size--;
    walk->root_size = walk->path.size + 1;
    filing->is_folder = true;
    FA_TRY(walk_folder(walk, 1));
    for (size_t i = 0; i < filing->files.count; i++) {
        struct fa_filing_file *file = &filing->files.items[i];
        if (!fa_str_is(file->name, "filing.manifest"))
            continue;
        filing->manifest_path = file->path;
        *file = filing->files.items[--filing->files.count];
        break;
    }
    return FA_OK;
}

/* A file given by itself is named by the last part of its path. */
static enum fa_status add_operand(struct walk *walk, const char *path, mode_t mode)
{
    const char *slash = strrchr(path, '/');
    walk->root_size = slash ? (size_t)(slash - path) + 1 : 0;
    if (strcmp(path + walk->root_size, "filing.manifest") == 0)
        return fa_error(walk->sink, FA_CODE_USAGE,
                        (struct fa_place){.source = fa_str_from(path)}, NULL,
                        "a manifest is read with its folder: give the folder");
    if (!S_ISREG(mode))
        return refuse_kind(path, mode, walk->sink);
    return add_file(walk, FA_FILE_REGULAR);
}

static enum fa_status open_paths(struct walk *walk, const char *const *paths, size_t path_count)
{
    for (size_t i = 0; i < path_count; i++) {
        struct stat status_of;
        if (stat(paths[i], &status_of) != 0)
            return fa_io_error(walk->sink, "open", paths[i], errno);
        fa_buf_clear(&walk->path);
        if (fa_buf_add_text(&walk->path, paths[i]) != FA_OK)
            return no_memory(walk->sink);
        if (path_count == 1 && S_ISDIR(status_of.st_mode))
            FA_TRY(open_folder(walk));
        else
            FA_TRY(add_operand(walk, paths[i], status_of.st_mode));
    }
    return FA_OK;
}

enum fa_status fa_filing_open(const char *const *paths, size_t path_count, struct fa_sink *sink,
                              struct fa_filing *filing)
{
    *filing = (struct fa_filing){0};
    fa_arena_init(&filing->arena);
    struct walk walk = {.filing = filing, .sink = sink};
    enum fa_status status = open_paths(&walk, paths, path_count);
    fa_buf_release(&walk.path);
    if (status == FA_OK && filing->files.count > 1)
        qsort(filing->files.items, filing->files.count, sizeof *filing->files.items,
              compare_files);
    for (size_t i = 1; status == FA_OK && i < filing->files.count; i++)
        if (fa_str_equal(filing->files.items[i - 1].name, filing->files.items[i].name))
            status =
                fa_error(sink, FA_CODE_FILING_TWICE,
                         (struct fa_place){.source = fa_str_from(filing->files.items[i].path)},
                         "put them into one folder with sub-folders, and give that",
                         "another file of the same name was given");
    if (status != FA_OK)
        fa_filing_release(filing);
    return status;
}

void fa_filing_release(struct fa_filing *filing)
{
    fa_vec_free(&filing->files);
    fa_arena_release(&filing->arena);
}

static bool ends_with(struct fa_str name, const char *ending)
{
    size_t size = strlen(ending);
    return name.size > size && strncasecmp(name.bytes + name.size - size, ending, size) == 0;
}

struct fa_str fa_filing_bare_name(struct fa_str name)
{
    return (struct fa_str){name.bytes, ends_with(name, ".gz") ? name.size - 3 : name.size};
}

const struct fa_filing_file *fa_filing_find(const struct fa_filing *filing, struct fa_str name)
{
    struct fa_filing_file wanted = {name, "", FA_FILE_REGULAR};
    size_t low = 0, high = filing->files.count;
    while (low < high) {
        size_t middle = low + (high - low) / 2;
        if (fa_str_compare(filing->files.items[middle].name, wanted.name) < 0)
            low = middle + 1;
        else
            high = middle;
    }
    bool is_found =
        low < filing->files.count && fa_str_equal(filing->files.items[low].name, name);
    return is_found ? &filing->files.items[low] : NULL;
}

/* O_NONBLOCK: opening a pipe must not wait for its writer. */
static enum fa_status open_regular(const char *path, struct fa_sink *sink, int *fd)
{
    struct stat status_of;
    int opened = open(path, O_RDONLY | O_CLOEXEC | O_NONBLOCK | O_NOCTTY);
    if (opened < 0)
        return fa_io_error(sink, "open", path, errno);
    enum fa_status status = FA_OK;
    if (fstat(opened, &status_of) != 0)
        status = fa_io_error(sink, "look at", path, errno);
    else if (!S_ISREG(status_of.st_mode))
        status = refuse_kind(path, status_of.st_mode, sink);
    if (status != FA_OK) {
        close(opened);
        return status;
    }
    *fd = opened;
    return FA_OK;
}

enum fa_status fa_filing_open_file(const struct fa_filing_file *file, struct fa_sink *sink,
                                   int *fd)
{
    struct stat status_of;
    if (file->kind == FA_FILE_REGULAR)
        return open_regular(file->path, sink, fd);
    if (lstat(file->path, &status_of) != 0)
        return fa_io_error(sink, "look at", file->path, errno);
    return refuse_kind(file->path, status_of.st_mode, sink);
}

enum fa_status fa_filing_read_text(const char *path, size_t size_max, struct fa_sink *sink,
                                   struct fa_arena *arena, struct fa_str *text)
{
    int fd;
    struct fa_buf buf = {.size_max = size_max + 1};
    FA_TRY(open_regular(path, sink, &fd));
    enum fa_status status = FA_OK;
    ssize_t got = 1;
    while (status == FA_OK && got > 0 && buf.size <= size_max) {
        status = fa_buf_reserve(&buf, size_max + 1 - buf.size < 4096 ? size_max + 1 - buf.size
                                                                     : 4096);
        if (status != FA_OK) {
            fa_out_of_memory(sink, "a text");
            break;
        }
        got = read(fd, buf.bytes + buf.size, buf.capacity - buf.size);
        if (got < 0 && errno == EINTR)
            got = 1;
        else if (got < 0)
            status = fa_io_error(sink, "read", path, errno);
        else
            buf.size += (size_t)got;
    }
    close(fd);
    if (status == FA_OK) {
        *text = fa_arena_str(arena, fa_buf_str(&buf));
        if (!text->bytes)
            status = fa_out_of_memory(sink, "a text");
    }
    fa_buf_release(&buf);
    return status;
}
