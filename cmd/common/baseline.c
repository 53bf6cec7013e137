#include "baseline.h"

#include <errno.h>
#include <fcntl.h>
#include <string.h>
#include <sys/stat.h>
#include <unistd.h>

#include "base/limits.h"
#include "intake/gzip.h"
#include "intake/unpack.h"
#include "ledger/stream.h"

enum { READ_BYTES = 1 << 16, FIRST_BYTES = 8 };

static struct fa_place place_of(const char *path)
{
    return (struct fa_place){.source = fa_str_from(path)};
}

/* Reports are what people have at hand, so each is told by its name. */
static enum fa_status check_kind(const char *path, struct tool_run *run,
                                 const unsigned char first[FIRST_BYTES], size_t size)
{
    static const struct {
        const char *bytes, *is;
    } kinds[] = {{"{", "JSON"},
                 {"[", "JSON"},
                 {"PK", "a workbook or an archive"},
                 {"<", "XML"},
                 {"finding,", "a table as CSV"},
                 {"\xef\xbb\xbf", "text"}};
    for (size_t i = 0; i < sizeof kinds / sizeof *kinds; i++) {
        size_t length = strlen(kinds[i].bytes);
        if (size < length || memcmp(first, kinds[i].bytes, length) != 0)
            continue;
        return fa_error(run->sink, FA_CODE_BASELINE_RESULTS, place_of(path),
                        "give what flowaudit-flag wrote; a report is masked and cannot be it",
                        "expected the results stream of an earlier filing, found %s",
                        kinds[i].is);
    }
    return FA_OK;
}

/* Size and hash of the file, and whether it can be a stream at all. */
static enum fa_status look_at(const char *path, int fd, struct tool_run *run,
                              struct fa_input_info *file, bool *is_packed)
{
    static unsigned char bytes[READ_BYTES];
    struct stat info;
    if (fstat(fd, &info) != 0)
        return fa_io_error(run->sink, "read", path, errno);
    if (!S_ISREG(info.st_mode))
        return fa_error(run->sink, FA_CODE_USAGE, (struct fa_place){0},
                        "keep the results in a file: flowaudit flag -o FILE",
                        "--baseline reads a file, found a %s",
                        S_ISDIR(info.st_mode) ? "folder" : "pipe or device");
    struct fa_sha256 *sha = fa_sha256_new();
    if (!sha)
        return fa_out_of_memory(run->sink, "the earlier results");
    enum fa_status status = FA_OK;
    ssize_t got = 0;
    while (status == FA_OK) {
        got = pread(fd, bytes, sizeof bytes, (off_t)file->size_bytes);
        if (got < 0 && errno == EINTR)
            continue;
        if (got <= 0)
            break;
        if (!file->size_bytes) {
            *is_packed = got >= 2 && bytes[0] == 0x1f && bytes[1] == 0x8b;
            status = check_kind(path, run, bytes, (size_t)got);
        }
        fa_sha256_add(sha, bytes, (size_t)got);
        file->size_bytes += (uint64_t)got;
    }
    if (got < 0)
        status = fa_io_error(run->sink, "read", path, errno);
    fa_sha256_finish(sha, file->sha256);
    fa_sha256_free(sha);
    return status;
}

/* Instead of *FD an unlinked file of what the .gz holds, to its very end. */
static enum fa_status unpack(const char *path, int *fd, struct tool_run *run)
{
    struct fa_fault fault = {0};
    struct fa_file_identity identity;
    if (!fa_file_identify(*fd, &identity))
        return fa_io_error(run->sink, "read", path, errno);
    struct fa_feed *feed = fa_feed_of_file(*fd, &identity, &fault);
    if (feed)
        feed = fa_feed_gunzip(feed, identity.size, FA_UNPACK_NOT_AT_ALL);
    int unpacked = -1;
    bool is_whole = feed && fa_feed_spool(feed, tool_spool_folder(), FA_UNPACK_BYTES_MAX, &unpacked);
    fa_feed_close(feed);
    enum fa_status status = fa_fault_tell(&fault, fa_str_from(path), path, run->sink);
    if (status != FA_OK || !is_whole) {
        if (unpacked >= 0)
            close(unpacked);
        return status != FA_OK ? status : fa_out_of_memory(run->sink, "the earlier results");
    }
    close(*fd);
    *fd = unpacked;
    return lseek(unpacked, 0, SEEK_SET) == 0 ? FA_OK
                                             : fa_io_error(run->sink, "read", path, errno);
}

enum fa_status baseline_load(const char *path, struct tool_run *run, struct fa_baseline **baseline)
{
    *baseline = NULL;
    if (!path)
        return FA_OK;
    if (strcmp(path, "-") == 0)
        return fa_error(run->sink, FA_CODE_USAGE, (struct fa_place){0},
                        "keep the results in a file: flowaudit flag -o FILE",
                        "--baseline reads a file, found standard input");
    /* O_NONBLOCK: opening a FIFO must not wait for a writer. */
    int fd = open(path, O_RDONLY | O_CLOEXEC | O_NONBLOCK);
    if (fd < 0)
        return fa_io_error(run->sink, "open", path, errno);
    const char *slash = strrchr(path, '/');
    struct fa_input_info file = {.tool = FA_STR("flag"),
                                 .role = FA_INPUT_BASELINE,
                                 .name = fa_str_from(slash ? slash + 1 : path)};
    struct fa_blocks *blocks = NULL;
    bool is_packed = false;
    enum fa_status status = look_at(path, fd, run, &file, &is_packed);
    if (status == FA_OK && is_packed)
        status = unpack(path, &fd, run);
    if (status == FA_OK)
        status = fa_stream_open(fd, path, NULL, run->sink, &blocks);
    if (status == FA_OK)
        status = fa_baseline_load(blocks, fa_str_from(path), run->sink, baseline);
    if (status == FA_OK)
        (*baseline)->file = file;
    fa_blocks_free(blocks);
    close(fd);
    return status;
}
