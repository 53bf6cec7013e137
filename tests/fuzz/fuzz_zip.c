/* Archives: whatever the bytes are, names stay in their folder, and a member without a fault is as
 * large as its archive says. */
#include <stdio.h>
#include <string.h>
#include <sys/mman.h>
#include <unistd.h>

#include "base/limits.h"
#include "base/utf8.h"
#include "fuzz.h"
#include "intake/archive.h"

static void look_at_name(struct fa_str name)
{
    PROMISE(name.size > 0 && name.size <= FA_MEMBER_NAME_BYTES_MAX);
    PROMISE(fa_utf8_valid_size(name) == name.size);
    PROMISE(name.bytes[0] != '/' && name.bytes[name.size - 1] != '/');
    PROMISE(!fa_str_is(name, "..") && !fa_str_starts(name, FA_STR("../")));
    PROMISE(!fa_str_contains(name, FA_STR("/../")) && !fa_str_contains(name, FA_STR("\\")));
}

static void read_member(struct fa_archive *archive, const struct fa_member *member)
{
    static char out[1 << 16];
    struct fa_fault fault = {0};
    struct fa_feed *feed = fa_archive_feed(archive, member, &fault);
    PROMISE(feed || fault.is_set);
    uint64_t size = 0;
    /* The rest of a bomb would be the same again. */
    for (size_t got = 1; feed && got > 0 && size < 1 << 22; size += got)
        got = fa_feed_read(feed, out, sizeof out);
    PROMISE(fault.is_set || size >= 1 << 22 || size == member->size_bytes);
    fa_feed_close(feed);
}

static void look_at(struct fa_archive *archive)
{
    struct fa_arena arena;
    struct fa_members members = {0};
    struct fa_fault fault = {0};
    fa_arena_init(&arena);
    bool is_listed = fa_archive_list(archive, &arena, &members, &fault);
    PROMISE(is_listed != fault.is_set);
    for (size_t i = 0; is_listed && i < members.list.count; i++) {
        const struct fa_member *member = &members.list.items[i];
        look_at_name(member->name);
        if (member->is_folder)
            continue;
        if (i < 64)
            read_member(archive, member);
        if (i < 4 && !fa_archive_is_nested(archive)) {
            struct fa_archive *inner = fa_archive_in_archive(archive, member);
            PROMISE(inner);
            look_at(inner);
        }
    }
    fa_vec_free(&members.list);
    fa_arena_release(&arena);
}

int LLVMFuzzerTestOneInput(const uint8_t *bytes, size_t size)
{
    char path[64];
    int fd = memfd_create("fuzz", MFD_CLOEXEC);
    PROMISE(fd >= 0 && write(fd, bytes, size) == (ssize_t)size);
    snprintf(path, sizeof path, "/proc/self/fd/%d", fd);
    struct fa_archive_set *set = fa_archive_set_new("/tmp");
    struct fa_archive *archive = set ? fa_archive_on_disk(set, path) : NULL;
    PROMISE(archive);
    look_at(archive);
    fa_archive_set_free(set);
    close(fd);
    return 0;
}
