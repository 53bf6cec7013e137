#include "base/file.h"

#include <errno.h>
#include <fcntl.h>
#include <sys/stat.h>
#include <unistd.h>

static enum fa_status read_all(int fd, const char *path, size_t size_max, struct fa_sink *sink,
                               struct fa_buf *content)
{
    struct stat info;
    if (fstat(fd, &info) != 0)
        return fa_io_error(sink, "read", path, errno);
    if (S_ISDIR(info.st_mode))
        return fa_io_error(sink, "read", path, EISDIR);
    if (!S_ISREG(info.st_mode))
        return fa_io_error(sink, "read", path, EINVAL);
    size_t before = content->size;
    for (;;) {
        if (fa_buf_reserve(content, 64 * 1024) != FA_OK)
            return fa_out_of_memory(sink, "a file");
        ssize_t size =
            read(fd, content->bytes + content->size, content->capacity - content->size);
        if (size == 0)
            return FA_OK;
        if (size < 0 && errno == EINTR)
            continue;
        if (size < 0)
            return fa_io_error(sink, "read", path, errno);
        content->size += (size_t)size;
        if (content->size - before > size_max) {
            char quoted[FA_QUOTED_BYTES];
            return fa_error(sink, FA_CODE_LIMIT, (struct fa_place){0}, NULL,
                            "file %s is larger than the %zu bytes that it may have",
                            fa_quoted(fa_str_from(path), quoted), size_max);
        }
    }
}

/* What is opened is asked, not the path, which may be another file by then. A link is followed: what counts
 * is the file that is read. */
static enum fa_status check_secret(int fd, const char *path, struct fa_sink *sink)
{
    struct stat info;
    char quoted[FA_QUOTED_BYTES];
    struct fa_str name = fa_str_from(path);
    if (fstat(fd, &info) != 0)
        return fa_io_error(sink, "read", path, errno);
    if (!S_ISREG(info.st_mode))
        return fa_error(sink, FA_CODE_KEY_FILE, (struct fa_place){0}, NULL,
                        "key file %s is not a regular file", fa_quoted(name, quoted));
    if (info.st_uid != geteuid())
        return fa_error(sink, FA_CODE_KEY_FILE, (struct fa_place){0}, "make a key of your own",
                        "key file %s belongs to another user", fa_quoted(name, quoted));
    unsigned mode = info.st_mode & 07777;
    return mode == 0600 || mode == 0400
               ? FA_OK
               : fa_error(sink, FA_CODE_KEY_FILE, (struct fa_place){0}, "chmod 600 FILE",
                          "key file %s has mode %04o, expected 0600 or 0400, so that nobody else has it",
                          fa_quoted(name, quoted), mode);
}

static enum fa_status read_file(const char *path, size_t size_max, bool is_secret,
                                struct fa_sink *sink, struct fa_buf *content)
{
    /* O_NONBLOCK: opening a FIFO must not wait for a writer. */
    int fd = open(path, O_RDONLY | O_CLOEXEC | O_NONBLOCK);
    if (fd < 0)
        return fa_io_error(sink, "open", path, errno);
    enum fa_status status = is_secret ? check_secret(fd, path, sink) : FA_OK;
    if (status == FA_OK)
        status = read_all(fd, path, size_max, sink, content);
    close(fd);
    return status;
}

enum fa_status fa_file_read(const char *path, size_t size_max, struct fa_sink *sink,
                            struct fa_buf *content)
{
    return read_file(path, size_max, false, sink, content);
}

enum fa_status fa_file_read_secret(const char *path, size_t size_max, struct fa_sink *sink,
                                   struct fa_buf *content)
{
    return read_file(path, size_max, true, sink, content);
}
