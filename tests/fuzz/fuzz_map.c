/*
 * A profile and the file that it maps: no record is lost, and a window more or less changes
 * nothing. The first byte is the small window's size; a line "====" parts profile and file.
 */
#include <stdio.h>
#include <string.h>
#include <sys/mman.h>
#include <unistd.h>

#include "base/hash.h"
#include "base/str.h"
#include "fuzz.h"
#include "intake/ingest.h"

struct seen {
    struct fa_output output;
    uint64_t sum; /* over the stream and all messages */
    enum fa_status status;
};

static void add(struct seen *seen, const void *bytes, size_t size)
{
    struct fa_hash_key key = {seen->sum, 0};
    seen->sum = fa_hash64(key, bytes, size);
}

static enum fa_status collect(struct fa_output *output, const void *bytes, size_t size)
{
    add((struct seen *)output, bytes, size);
    return FA_OK;
}

static void note(void *context, const struct fa_diag *diag)
{
    uint64_t facts[] = {diag->code, diag->line_no, diag->column_no};
    add(context, facts, sizeof facts);
    if (diag->text.size > 0)
        add(context, diag->text.bytes, diag->text.size);
}

static void look_at_counts(const struct fa_head *head)
{
    for (size_t i = 0; i < head->sources.count; i++) {
        const struct fa_source_count *count = &head->sources.items[i].count;
        PROMISE(count->records ==
                count->accepted + count->rejected + count->ignored + count->other);
        PROMISE(count->rows >= count->accepted);
    }
}

static struct seen ingest(const char *profile, const char *file, size_t window_bytes)
{
    struct seen seen = {.output = {collect}};
    struct fa_sink sink;
    struct fa_blocks *blocks = NULL;
    struct fa_ingest_options options = {.paths = &file,
                                        .path_count = 1,
                                        .profiles = &profile,
                                        .profile_count = 1,
                                        .input_fd = -1,
                                        .thread_count = 1,
                                        .window_bytes = window_bytes};
    fa_sink_init(&sink, note, &seen);
    seen.status = fa_ingest(&options, &sink, &blocks);
    if (seen.status == FA_OK) {
        look_at_counts(blocks->head);
        PROMISE(fa_stream_write(blocks, false, &seen.output) == FA_OK);
    }
    PROMISE(seen.status != FA_EDEFECT);
    fa_blocks_free(blocks);
    return seen;
}

/* A file in memory; its path is good for as long as it is open. */
static int make_file(const uint8_t *bytes, size_t size, char path[32])
{
    int fd = memfd_create("fuzz", MFD_CLOEXEC);
    PROMISE(fd >= 0 && write(fd, bytes, size) == (ssize_t)size);
    snprintf(path, 32, "/proc/self/fd/%d", fd);
    return fd;
}

int LLVMFuzzerTestOneInput(const uint8_t *bytes, size_t size)
{
    static const char mark[] = "\n====\n";
    const uint8_t *at = size > 1 ? memmem(bytes, size, mark, sizeof mark - 1) : NULL;
    char profile[32], file[32];
    if (!at || at == bytes || size > 65536)
        return 0;
    const uint8_t *behind = at + sizeof mark - 1;
    int profile_fd = make_file(bytes + 1, (size_t)(at - bytes), profile);
    int file_fd = make_file(behind, size - (size_t)(behind - bytes), file);
    struct seen whole = ingest(profile, file, 1 << 20);
    struct seen parts = ingest(profile, file, 1 + bytes[0]);
    PROMISE(whole.status == parts.status && whole.sum == parts.sum);
    close(profile_fd);
    close(file_fd);
    return 0;
}
