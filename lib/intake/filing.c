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

static enum fa_status refuse_kind(struct fa_str name, const char *kind, struct fa_sink *sink)
{
    return fa_error(sink, FA_CODE_FILING_KIND, (struct fa_place){.source = name},
                    "a file of a filing is opened twice, so it must be a regular one",
                    "expected a regular file, found %s", kind);
}

static enum fa_status refuse_archive(struct fa_str name, struct fa_sink *sink)
{
    return fa_error(sink, FA_CODE_FILING_KIND, (struct fa_place){.source = name},
                    "name the files in it: ARCHIVE/FILE",
                    "expected a regular file, found an archive");
}

static bool ends_with(struct fa_str name, const char *ending)
{
    size_t size = strlen(ending);
    return name.size > size && strncasecmp(name.bytes + name.size - size, ending, size) == 0;
}

static bool is_archive(struct fa_str name)
{
    return ends_with(name, ".zip");
}

struct walk {
    const struct fa_filing_options *options;
    struct fa_filing *filing;
    struct fa_sink *sink;
    struct fa_buf path; /* of the folder or file that is looked at */
    size_t root_size;   /* of the part of the path that is no name within the filing */
};

static enum fa_status no_memory(struct fa_sink *sink)
{
    return fa_out_of_memory(sink, "the list of files");
}

static enum fa_status add(struct walk *walk, const struct fa_filing_file *file)
{
    if (walk->filing->files.count == FA_SOURCES_MAX)
        return fa_error(walk->sink, FA_CODE_FILING_LIMIT,
                        (struct fa_place){.source = file->name}, "split the filing",
                        "a filing may hold %u files", FA_SOURCES_MAX);
    return fa_vec_add(&walk->filing->files, *file) == FA_OK ? FA_OK : no_memory(walk->sink);
}

/* --- archives ------------------------------------------------------------------------------
 */

static bool is_hidden(struct fa_str name)
{
    return fa_str_starts(name, FA_STR(".")) || fa_str_contains(name, FA_STR("/."));
}

/* BEFORE and NAME put together in the filing's arena; bytes NULL: memory is out. */
static struct fa_str join(struct walk *walk, struct fa_str before, struct fa_str name)
{
    struct fa_buf text = {0};
    struct fa_str joined = {NULL, 0};
    if (fa_buf_add_str(&text, before) == FA_OK && fa_buf_add_str(&text, name) == FA_OK)
        joined = fa_arena_str(&walk->filing->arena, fa_buf_str(&text));
    fa_buf_release(&text);
    return joined;
}

static enum fa_status add_archive(struct walk *walk, struct fa_archive *archive,
                                  struct fa_str name, struct fa_str prefix, const char *path);

static enum fa_status add_member(struct walk *walk, struct fa_archive *archive,
                                 const struct fa_member *member, struct fa_str prefix,
                                 const char *path)
{
    struct fa_filing_file file = {
        join(walk, prefix, member->name), path, FA_FILE_REGULAR, archive, *member, -1};
    if (!file.name.bytes)
        return no_memory(walk->sink);
    file.kind = member->is_folder          ? FA_FILE_FOLDER
                : is_archive(member->name) ? FA_FILE_ARCHIVE
                                           : FA_FILE_REGULAR;
    FA_TRY(add(walk, &file));
    if (file.kind != FA_FILE_ARCHIVE)
        return FA_OK;
    if (fa_archive_is_nested(archive))
        return fa_error(walk->sink, FA_CODE_ZIP_NESTED, (struct fa_place){.source = file.name},
                        "unpack the outermost one, and give the folder",
                        "an archive may lie in an archive, but not in one that does so itself");
    struct fa_archive *inner = fa_archive_in_archive(archive, member);
    struct fa_str inner_prefix = join(walk, file.name, FA_STR("/"));
    if (!inner || !inner_prefix.bytes)
        return no_memory(walk->sink);
    return add_archive(walk, inner, file.name, inner_prefix, path);
}

/* Its members, named behind PREFIX. NAME is the archive's own, for messages. */
static enum fa_status add_archive(struct walk *walk, struct fa_archive *archive,
                                  struct fa_str name, struct fa_str prefix, const char *path)
{
    struct fa_members members = {0};
    struct fa_fault fault = {0};
    enum fa_status status = FA_OK;
    if (!fa_archive_list(archive, &walk->filing->arena, &members, &fault))
        status = fa_fault_tell(&fault, name, path, walk->sink);
    for (size_t i = 0; status == FA_OK && i < members.list.count; i++)
        if (!is_hidden(members.list.items[i].name))
            status = add_member(walk, archive, &members.list.items[i], prefix, path);
    fa_vec_free(&members.list);
    return status;
}

/* A .zip on disk. The archive that is the filing itself has no name in it. */
static enum fa_status add_disk_archive(struct walk *walk, struct fa_str path,
                                       struct fa_str name, bool is_root)
{
    struct fa_filing *filing = walk->filing;
    if (!filing->archives)
        filing->archives = fa_archive_set_new(walk->options->spool_dir);
    struct fa_archive *archive =
        filing->archives ? fa_archive_on_disk(filing->archives, path.bytes) : NULL;
    struct fa_str prefix = is_root ? FA_STR("") : join(walk, name, FA_STR("/"));
    if (!archive || !prefix.bytes)
        return no_memory(walk->sink);
    return add_archive(walk, archive, is_root ? path : name, prefix, path.bytes);
}

/* --- files and folders ---------------------------------------------------------------------
 */

static enum fa_status add_file(struct walk *walk, enum fa_file_kind kind)
{
    struct fa_str path = fa_arena_str(&walk->filing->arena, fa_buf_str(&walk->path));
    if (!path.bytes)
        return no_memory(walk->sink);
    struct fa_str name = {path.bytes + walk->root_size, path.size - walk->root_size};
    struct fa_filing_file file = {.name = name, .path = path.bytes, .kind = kind, .fd = -1};
    if (kind == FA_FILE_REGULAR && is_archive(name))
        file.kind = FA_FILE_ARCHIVE;
    FA_TRY(add(walk, &file));
    return file.kind == FA_FILE_ARCHIVE ? add_disk_archive(walk, path, name, false) : FA_OK;
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

/* The manifest is no file of the filing like others. */
static enum fa_status take_manifest(struct walk *walk)
{
    struct fa_filing *filing = walk->filing;
    for (size_t i = 0; i < filing->files.count; i++) {
        struct fa_filing_file *file = &filing->files.items[i];
        if (!fa_str_is(file->name, "filing.manifest"))
            continue;
        filing->manifest = *file;
        filing->manifest_path = file->path;
        *file = filing->files.items[--filing->files.count];
        break;
    }
    if (!filing->manifest_path || !filing->manifest.archive)
        return FA_OK;
    struct fa_str folder = join(walk, fa_str_from(filing->manifest_path), FA_STR("/"));
    struct fa_str path =
        folder.bytes ? join(walk, folder, filing->manifest.member.name) : folder;
    filing->manifest_path = path.bytes;
    return path.bytes ? FA_OK : no_memory(walk->sink);
}

static enum fa_status open_folder(struct walk *walk)
{
    while (walk->path.size > 1 && walk->path.bytes[walk->path.size - 1] == '/')
        walk->path.size--;
    walk->root_size = walk->path.size + 1;
    walk->filing->is_folder = true;
    FA_TRY(walk_folder(walk, 1));
    return take_manifest(walk);
}

/* The folder of the manifest, with its slash, if all that the filing has lies in it. */
static struct fa_str top_folder(const struct fa_filing *filing)
{
    struct fa_str top = FA_STR("");
    for (size_t i = 0; top.size == 0 && i < filing->files.count; i++) {
        struct fa_str name = filing->files.items[i].name;
        const char *slash = memchr(name.bytes, '/', name.size);
        size_t size = slash ? (size_t)(slash - name.bytes) + 1 : name.size;
        if (fa_str_is((struct fa_str){name.bytes + size, name.size - size}, "filing.manifest"))
            top = (struct fa_str){name.bytes, size};
    }
    for (size_t i = 0; i < filing->files.count; i++) {
        struct fa_str name = filing->files.items[i].name;
        bool is_itself = name.size + 1 == top.size && fa_str_starts(top, name);
        if (!is_itself && !fa_str_starts(name, top))
            return FA_STR("");
    }
    return top;
}

/* Who packs a folder packs its name as well: with a manifest in it, it is the filing. */
static void enter_top_folder(struct fa_filing *filing)
{
    struct fa_str top = top_folder(filing);
    size_t count = 0;
    for (size_t i = 0; i < filing->files.count; i++) {
        struct fa_filing_file *file = &filing->files.items[i];
        if (file->name.size < top.size)
            continue;
        file->name.bytes += top.size;
        file->name.size -= top.size;
        filing->files.items[count++] = *file;
    }
    filing->files.count = count;
}

static enum fa_status open_archive(struct walk *walk)
{
    struct fa_str path = fa_arena_str(&walk->filing->arena, fa_buf_str(&walk->path));
    if (!path.bytes)
        return no_memory(walk->sink);
    walk->filing->is_folder = true;
    FA_TRY(add_disk_archive(walk, path, path, true));
    enter_top_folder(walk->filing);
    return take_manifest(walk);
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
        return refuse_kind(fa_str_from(path), kind_text(mode), walk->sink);
    return add_file(walk, FA_FILE_REGULAR);
}

/* What comes through a pipe is read twice as any file is, so it is copied. */
static enum fa_status add_input(struct walk *walk)
{
    struct fa_filing_file file = {.name = FA_STR("standard input"),
                                  .path = "standard input",
                                  .kind = FA_FILE_REGULAR,
                                  .fd = -1};
    struct fa_fault fault = {0};
    struct fa_feed *pipe = fa_feed_of_pipe(walk->options->input_fd, &fault);
    if (pipe)
        fa_feed_spool(pipe, walk->options->spool_dir, UINT64_MAX, &file.fd);
    fa_feed_close(pipe);
    enum fa_status status = fa_fault_tell(&fault, file.name, file.path, walk->sink);
    if (status == FA_OK)
        status = add(walk, &file);
    if (status != FA_OK && file.fd >= 0)
        close(file.fd);
    return status;
}

static enum fa_status open_path(struct walk *walk, const char *path)
{
    struct stat status_of;
    bool is_only = walk->options->path_count == 1;
    if (strcmp(path, "-") == 0)
        return add_input(walk);
    if (stat(path, &status_of) != 0)
        return fa_io_error(walk->sink, "open", path, errno);
    fa_buf_clear(&walk->path);
    if (fa_buf_add_text(&walk->path, path) != FA_OK)
        return no_memory(walk->sink);
    if (is_only && S_ISDIR(status_of.st_mode))
        return open_folder(walk);
    if (is_only && S_ISREG(status_of.st_mode) && is_archive(fa_str_from(path)))
        return open_archive(walk);
    return add_operand(walk, path, status_of.st_mode);
}

/* Files are sorted. */
static enum fa_status refuse_twice(const struct fa_filing *filing, struct fa_sink *sink)
{
    for (size_t i = 1; i < filing->files.count; i++) {
        const struct fa_filing_file *file = &filing->files.items[i], *before = file - 1;
        if (!fa_str_equal(before->name, file->name))
            continue;
        if (file->archive && file->archive == before->archive)
            return fa_error(sink, FA_CODE_ZIP_TWICE, (struct fa_place){.source = file->name},
                            "which of the two counts nobody can know",
                            "the archive has two members of this name");
        return fa_error(sink, FA_CODE_FILING_TWICE,
                        (struct fa_place){.source = fa_str_from(file->path)},
                        "put them into one folder with sub-folders, and give that",
                        "another file of the same name was given");
    }
    return FA_OK;
}

enum fa_status fa_filing_open(const struct fa_filing_options *options, struct fa_sink *sink,
                              struct fa_filing *filing)
{
    *filing = (struct fa_filing){0};
    fa_arena_init(&filing->arena);
    struct walk walk = {.options = options, .filing = filing, .sink = sink};
    enum fa_status status = FA_OK;
    for (size_t i = 0; status == FA_OK && i < options->path_count; i++)
        status = open_path(&walk, options->paths[i]);
    fa_buf_release(&walk.path);
    if (status == FA_OK && filing->files.count > 1)
        qsort(filing->files.items, filing->files.count, sizeof *filing->files.items,
              compare_files);
    if (status == FA_OK)
        status = refuse_twice(filing, sink);
    if (status != FA_OK)
        fa_filing_release(filing);
    return status;
}

void fa_filing_release(struct fa_filing *filing)
{
    for (size_t i = 0; i < filing->files.count; i++)
        if (filing->files.items[i].fd >= 0)
            close(filing->files.items[i].fd);
    fa_archive_set_free(filing->archives);
    filing->archives = NULL;
    fa_vec_free(&filing->files);
    fa_arena_release(&filing->arena);
}

struct fa_str fa_filing_base_name(struct fa_str name)
{
    size_t start = name.size;
    while (start > 0 && name.bytes[start - 1] != '/')
        start--;
    return (struct fa_str){name.bytes + start, name.size - start};
}

struct fa_str fa_filing_bare_name(struct fa_str name)
{
    return (struct fa_str){name.bytes, ends_with(name, ".gz") ? name.size - 3 : name.size};
}

const struct fa_filing_file *fa_filing_find(const struct fa_filing *filing, struct fa_str name)
{
    struct fa_filing_file wanted = {.name = name};
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
        status = refuse_kind(fa_str_from(path), kind_text(status_of.st_mode), sink);
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
    if (file->kind == FA_FILE_ARCHIVE)
        return refuse_archive(file->name, sink);
    if (file->archive && file->kind != FA_FILE_REGULAR)
        return refuse_kind(file->name, "a folder", sink);
    if (file->archive || file->fd >= 0) {
        *fd = file->archive ? -1 : fcntl(file->fd, F_DUPFD_CLOEXEC, 0);
        return file->archive || *fd >= 0 ? FA_OK : fa_io_error(sink, "open", file->path, errno);
    }
    if (file->kind == FA_FILE_REGULAR)
        return open_regular(file->path, sink, fd);
    if (lstat(file->path, &status_of) != 0)
        return fa_io_error(sink, "look at", file->path, errno);
    return refuse_kind(fa_str_from(file->path), kind_text(status_of.st_mode), sink);
}

/* A manifest in an archive is small, or is refused as one on disk is. */
static enum fa_status read_member(const struct fa_filing_file *file, struct fa_sink *sink,
                                  struct fa_buf *buf)
{
    struct fa_fault fault = {0};
    struct fa_feed *feed = fa_archive_feed(file->archive, &file->member, &fault);
    if (feed && fa_buf_reserve(buf, FA_LANG_BYTES_MAX + 1) == FA_OK)
        buf->size = fa_feed_read(feed, buf->bytes, FA_LANG_BYTES_MAX + 1);
    else if (feed)
        fa_fault_set_memory(&fault);
    fa_feed_close(feed);
    return fa_fault_tell(&fault, file->name, file->path, sink);
}

enum fa_status fa_filing_read_manifest(const struct fa_filing *filing, struct fa_sink *sink,
                                       struct fa_arena *arena, struct fa_str *text)
{
    struct fa_buf buf = {0};
    if (!filing->manifest.archive && filing->manifest.kind == FA_FILE_REGULAR)
        return fa_filing_read_text(filing->manifest_path, FA_LANG_BYTES_MAX, sink, arena, text);
    int unused;
    FA_TRY(fa_filing_open_file(&filing->manifest, sink, &unused));
    enum fa_status status = read_member(&filing->manifest, sink, &buf);
    if (status == FA_OK) {
        *text = fa_arena_str(arena, fa_buf_str(&buf));
        if (!text->bytes)
            status = no_memory(sink);
    }
    fa_buf_release(&buf);
    return status;
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
