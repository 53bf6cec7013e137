/* Records that are kept for other tables: in memory, in the file behind it, or not at all. */
#include <check.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>

#include "base/limits.h"
#include "intake/record_store.h"

static const struct fa_file_digests digests = {{7}, {9}};

/* Window I: I records of some bytes, all different. */
static void make_window(size_t i, size_t size, struct fa_records *records)
{
    fa_records_clear(records);
    for (size_t k = 0; k < i % 5; k++) {
        char text[64];
        snprintf(text, sizeof text, "window %zu record %zu", i, k);
        fa_record_start(records, (struct fa_origin){i + 1, k});
        fa_record_add(records, fa_str_from(text));
        fa_record_skip(records, 3);
        for (size_t filled = 0; filled < size; filled += 32)
            fa_record_add(records, FA_STR("0123456789012345678901234567890"));
        fa_record_end(records);
    }
    ck_assert(!records->is_out_of_memory);
}

static void fill(struct fa_record_store *store, size_t count, size_t size)
{
    struct fa_records records = {0};
    for (size_t i = 0; i < count; i++) {
        make_window(i, size, &records);
        fa_record_store_add(store, &records);
    }
    ck_assert_ptr_null(fa_record_store_digests(store));
    fa_record_store_finish(store, &digests);
    fa_records_release(&records);
}

static void check_same(const struct fa_record_store *store, size_t count, size_t size)
{
    struct fa_records expected = {0}, found = {0};
    struct fa_fault fault = {0};
    ck_assert_uint_eq(fa_record_store_count(store), count);
    ck_assert_mem_eq(fa_record_store_digests(store), &digests, sizeof digests);
    for (size_t i = 0; i < count; i++) {
        make_window(i, size, &expected);
        ck_assert(fa_record_store_get(store, i, &found, &fault));
        ck_assert(fa_str_equal(fa_buf_str(&found.bytes), fa_buf_str(&expected.bytes)));
        ck_assert_uint_eq(found.origins.count, expected.origins.count);
        for (size_t k = 0; k < found.origins.count; k++) {
            ck_assert_uint_eq(found.origins.items[k].line_no, i + 1);
            ck_assert_uint_eq(found.origins.items[k].byte_offset, k);
        }
    }
    fa_records_release(&expected);
    fa_records_release(&found);
}

START_TEST(in_memory)
{
    struct fa_record_store *store = fa_record_store_new(NULL);
    ck_assert_ptr_nonnull(store);
    fill(store, 12, 100);
    check_same(store, 12, 100);
    fa_record_store_free(store);
    fa_record_store_free(NULL);
}
END_TEST

/* Beyond the limit, where nothing that follows goes to memory any more. */
START_TEST(in_a_file)
{
    struct fa_record_store *store = fa_record_store_new("/tmp");
    ck_assert_ptr_nonnull(store);
    size_t size = FA_RECORD_STORE_BYTES_MAX / 16;
    fill(store, 40, size);
    check_same(store, 40, size);
    check_same(store, 40, size);
    fa_record_store_free(store);
}
END_TEST

/* Without room it keeps nothing, and says so by having no digest. */
START_TEST(nowhere)
{
    static const char *const folders[] = {NULL, "/nowhere/at/all"};
    for (size_t i = 0; i < 2; i++) {
        struct fa_record_store *store = fa_record_store_new(folders[i]);
        ck_assert_ptr_nonnull(store);
        fill(store, 40, FA_RECORD_STORE_BYTES_MAX / 16);
        ck_assert_ptr_null(fa_record_store_digests(store));
        fa_record_store_free(store);
    }
}
END_TEST

int main(void)
{
    Suite *suite = suite_create("record_store");
    TCase *tcase = tcase_create("record_store");
    tcase_add_test(tcase, in_memory);
    tcase_add_test(tcase, in_a_file);
    tcase_add_test(tcase, nowhere);
    suite_add_tcase(suite, tcase);
    SRunner *runner = srunner_create(suite);
    srunner_run_all(runner, CK_NORMAL);
    int failed = srunner_ntests_failed(runner);
    srunner_free(runner);
    return failed ? 1 : 0;
}
