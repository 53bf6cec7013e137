/* Feeds: what stands on one another gives the same bytes in any steps, and each fault is kept. */
#include <check.h>
#include <fcntl.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <sys/mman.h>
#include <unistd.h>
#include <zip.h>
#include <zlib.h>

#include "intake/archive.h"
#include "intake/gzip.h"
#include "intake/unpack.h"

enum { TEXT_BYTES = 300000 };
static char text[TEXT_BYTES];

static void make_text(void)
{
    uint32_t state = 1;
    for (size_t i = 0; i < TEXT_BYTES; i++) {
        state = state * 1664525 + 1013904223;
        text[i] = (char)('0' + (state >> 28));
    }
}

static size_t compress_text(unsigned char *out, size_t room)
{
    z_stream stream = {0};
    ck_assert_int_eq(deflateInit2(&stream, 6, Z_DEFLATED, 16 + MAX_WBITS, 8, Z_DEFAULT_STRATEGY),
                     Z_OK);
    stream.next_in = (unsigned char *)text;
    stream.avail_in = TEXT_BYTES;
    stream.next_out = out;
    stream.avail_out = (uInt)room;
    ck_assert_int_eq(deflate(&stream, Z_FINISH), Z_STREAM_END);
    size_t size = room - stream.avail_out;
    deflateEnd(&stream);
    return size;
}

/* Reads all of FEED, STEP bytes at a time, and closes it. */
static size_t drain(struct fa_feed *feed, size_t step, char *out, size_t room)
{
    size_t size = 0, got = step;
    ck_assert_ptr_nonnull(feed);
    while (got == step) {
        ck_assert_uint_le(step, room - size);
        got = fa_feed_read(feed, out + size, step);
        size += got;
    }
    fa_feed_close(feed);
    return size;
}

START_TEST(steps_change_nothing)
{
    static unsigned char packed[TEXT_BYTES];
    static char out[TEXT_BYTES + 100000];
    static const size_t steps[] = {1, 7, 4096, 65536, 100000};
    size_t packed_size = compress_text(packed, sizeof packed);
    for (size_t i = 0; i < sizeof steps / sizeof *steps; i++) {
        struct fa_fault fault = {0};
        struct fa_buf start = {0};
        struct fa_sha256 *sha = fa_sha256_new();
        uint64_t watched = 0;
        /* The beginning was read before, to look at it. */
        ck_assert_int_eq(fa_buf_add(&start, packed, 5), FA_OK);
        struct fa_feed *feed = fa_feed_of_bytes(
            (struct fa_str){(char *)packed + 5, packed_size - 5}, &fault);
        feed = fa_feed_watched(feed, sha, &watched);
        feed = fa_feed_behind(&start, 0, feed);
        feed = fa_feed_gunzip(feed, packed_size, FA_UNPACK_NOT_AT_ALL);
        ck_assert_uint_eq(drain(feed, steps[i], out, sizeof out), TEXT_BYTES);
        ck_assert(!fault.is_set);
        ck_assert_mem_eq(out, text, TEXT_BYTES);
        ck_assert_uint_eq(watched, packed_size - 5);
        fa_sha256_free(sha);
    }
}
END_TEST

START_TEST(copies_are_limited)
{
    struct fa_fault fault = {0};
    int fd = -1;
    char back[16];
    struct fa_str hello = FA_STR("hello");
    struct fa_feed *feed = fa_feed_of_bytes(hello, &fault);
    ck_assert(fa_feed_spool(feed, "/tmp", 5, &fd));
    ck_assert_int_eq(pread(fd, back, sizeof back, 0), 5);
    ck_assert_mem_eq(back, "hello", 5);
    close(fd);
    fa_feed_close(feed);
    feed = fa_feed_of_bytes(hello, &fault);
    ck_assert(!fa_feed_spool(feed, "/tmp", 4, &fd));
    ck_assert_int_eq(fault.code, FA_CODE_UNPACK_LIMIT);
    fa_feed_close(feed);
    fault = (struct fa_fault){0};
    feed = fa_feed_of_bytes(hello, &fault);
    ck_assert(!fa_feed_spool(feed, NULL, 5, &fd));
    ck_assert_int_eq(fault.code, FA_CODE_IO);
    fa_feed_close(feed);
}
END_TEST

/* Longer, shorter, or written to: not the file that was opened. */
START_TEST(changed_files_are_faults)
{
    static const off_t sizes[] = {5, 20};
    char out[64];
    for (size_t i = 0; i < sizeof sizes / sizeof *sizes; i++) {
        struct fa_fault fault = {0};
        struct fa_file_identity identity;
        int fd = memfd_create("file", 0);
        ck_assert_int_eq(write(fd, "0123456789", 10), 10);
        ck_assert(fa_file_identify(fd, &identity));
        struct fa_feed *feed = fa_feed_of_file(fd, &identity, &fault);
        ck_assert_uint_eq(fa_feed_read(feed, out, 3), 3);
        ck_assert_int_eq(ftruncate(fd, sizes[i]), 0);
        fa_feed_read(feed, out, sizeof out);
        ck_assert_int_eq(fault.code, FA_CODE_FILING_CHANGED);
        fa_feed_close(feed);
        close(fd);
    }
}
END_TEST

START_TEST(ratios_multiply)
{
    struct fa_unpack unpack = {FA_UNPACK_NOT_AT_ALL, 10, 100};
    ck_assert_uint_eq(fa_unpack_ratio(&unpack), 10000);
    unpack.outer_ratio = fa_unpack_ratio(&unpack);
    ck_assert_uint_eq(fa_unpack_ratio(&unpack), 100000);
    unpack = (struct fa_unpack){FA_UNPACK_NOT_AT_ALL, 10, 1}; /* larger when packed */
    ck_assert_uint_eq(fa_unpack_ratio(&unpack), FA_UNPACK_NOT_AT_ALL);
    unpack = (struct fa_unpack){UINT64_MAX, 0, UINT64_MAX};
    ck_assert_uint_eq(fa_unpack_ratio(&unpack), UINT64_MAX);
}
END_TEST

/* --- archives --- */

static void write_archive(const char *path, const char *name, struct fa_str content)
{
    zip_t *zip = zip_open(path, ZIP_CREATE | ZIP_TRUNCATE, NULL);
    ck_assert_ptr_nonnull(zip);
    zip_source_t *source = zip_source_buffer(zip, content.bytes, content.size, 0);
    ck_assert_int_ge(zip_file_add(zip, name, source, ZIP_FL_ENC_UTF_8), 0);
    ck_assert_int_eq(zip_close(zip), 0);
}

struct archives {
    char folder[32], paths[3][64];
    struct fa_archive_set *set;
    struct fa_archive *list[3];
    struct fa_members members[3];
    struct fa_arena arena;
};

static void open_archives(struct archives *archives)
{
    *archives = (struct archives){.folder = "/tmp/fa-feed-XXXXXX"};
    ck_assert_ptr_nonnull(mkdtemp(archives->folder));
    fa_arena_init(&archives->arena);
    archives->set = fa_archive_set_new("/tmp");
    for (size_t i = 0; i < 3; i++) {
        struct fa_fault fault = {0};
        snprintf(archives->paths[i], sizeof archives->paths[i], "%s/%zu.zip", archives->folder, i);
        write_archive(archives->paths[i], "a", (struct fa_str){text + i, TEXT_BYTES - 3});
        archives->list[i] = fa_archive_on_disk(archives->set, archives->paths[i]);
        ck_assert(fa_archive_list(archives->list[i], &archives->arena, &archives->members[i], &fault));
        ck_assert_uint_eq(archives->members[i].list.count, 1);
    }
}

static void close_archives(struct archives *archives)
{
    fa_archive_set_free(archives->set);
    for (size_t i = 0; i < 3; i++) {
        fa_vec_free(&archives->members[i].list);
        unlink(archives->paths[i]);
    }
    rmdir(archives->folder);
    fa_arena_release(&archives->arena);
}

/* Only one archive of a set is kept open; a feed keeps the one that it needs. */
START_TEST(archives_take_turns)
{
    static char out[3][TEXT_BYTES];
    struct archives archives;
    struct fa_feed *feeds[3];
    struct fa_fault faults[3] = {0};
    size_t sizes[3] = {0};
    open_archives(&archives);
    for (size_t i = 0; i < 3; i++) {
        feeds[i] = fa_archive_feed(archives.list[i], &archives.members[i].list.items[0], &faults[i]);
        ck_assert_ptr_nonnull(feeds[i]);
    }
    for (size_t step = 0; step < TEXT_BYTES / 1000 + 1; step++)
        for (size_t i = 0; i < 3; i++)
            sizes[i] += fa_feed_read(feeds[i], out[i] + sizes[i], 1000);
    for (size_t i = 0; i < 3; i++) {
        ck_assert(!faults[i].is_set);
        ck_assert_uint_eq(sizes[i], TEXT_BYTES - 3);
        ck_assert_mem_eq(out[i], text + i, TEXT_BYTES - 3);
        fa_feed_close(feeds[i]);
    }
    close_archives(&archives);
}
END_TEST

START_TEST(changed_archives_are_faults)
{
    struct archives archives;
    struct fa_fault fault = {0}, again = {0};
    char out[TEXT_BYTES];
    open_archives(&archives);
    struct fa_feed *feed =
        fa_archive_feed(archives.list[2], &archives.members[2].list.items[0], &fault);
    ck_assert_uint_eq(fa_feed_read(feed, out, 10), 10);
    for (size_t i = 0; i < 3; i++) {
        int fd = open(archives.paths[i], O_WRONLY | O_APPEND);
        ck_assert_int_eq(write(fd, "x", 1), 1);
        close(fd);
    }
    fa_feed_read(feed, out, sizeof out);
    ck_assert_int_eq(fault.code, FA_CODE_FILING_CHANGED);
    fa_feed_close(feed);
    /* One that must be opened again. */
    ck_assert_ptr_null(fa_archive_feed(archives.list[0], &archives.members[0].list.items[0], &again));
    ck_assert_int_eq(again.code, FA_CODE_FILING_CHANGED);
    close_archives(&archives);
}
END_TEST

int main(void)
{
    make_text();
    Suite *suite = suite_create("feed");
    TCase *tests = tcase_create("feed");
    tcase_add_test(tests, steps_change_nothing);
    tcase_add_test(tests, copies_are_limited);
    tcase_add_test(tests, changed_files_are_faults);
    tcase_add_test(tests, ratios_multiply);
    tcase_add_test(tests, archives_take_turns);
    tcase_add_test(tests, changed_archives_are_faults);
    suite_add_tcase(suite, tests);
    SRunner *runner = srunner_create(suite);
    srunner_run_all(runner, CK_ENV);
    int failed = srunner_ntests_failed(runner);
    srunner_free(runner);
    return failed ? 1 : 0;
}
