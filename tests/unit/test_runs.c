/*
 * Rows sorted by runs come out as a stable sort in memory has them, whatever the memory, the
 * size of blocks and the disorder; a full disk is an error.
 */
#include <check.h>
#include <signal.h>
#include <stdlib.h>
#include <string.h>
#include <sys/resource.h>

#include "ledger/runs.h"
#include "ledgers.h"

enum { ACCOUNT = 1, SINCE = 1, OWNER = 2, BALANCE = 4 };

/* How the order of a row is made of its number. */
enum disorder {
    IN_ORDER,
    REVERSED,
    SHUFFLED,
    NEARLY,    /* each within some rows of its place */
    FEW,       /* many rows of one value */
    STRETCHES, /* files in order, one behind the other, of the same time */
    EQUAL,
    DISORDER_COUNT
};

static int64_t make_order(enum disorder disorder, uint32_t row, uint32_t count,
                          uint64_t *random)
{
    uint64_t next = next_random(random);
    switch (disorder) {
    case IN_ORDER:
        return (int64_t)row - 700;
    case REVERSED:
        return (int64_t)(count - row) / 2;
    case SHUFFLED:
        return (int64_t)(next % count);
    case NEARLY:
        return (int64_t)row + (int64_t)(next % 40);
    case FEW:
        return (int64_t)(next % 5);
    case STRETCHES:
        return row % (count / 7 + 1);
    default:
        return 3;
    }
}

struct sorted {
    struct told told;
    struct fa_kept *kept;
    const struct fa_table_def *table;
    struct fa_spool *from, *into;
};

static void release(struct sorted *sorted)
{
    fa_spool_free(sorted->from);
    fa_spool_free(sorted->into);
    fa_kept_free(sorted->kept);
}

static void must(enum fa_status status)
{
    if (status != FA_OK)
        ck_abort_msg("status %d", status);
}

/* A row that has neither a number nor a text now and then, and says which one it was. */
static void add_row(struct fa_builder *builder, uint32_t row, int64_t order)
{
    char text[40];
    snprintf(text, sizeof text, "%s%u", row % 3 ? "" : "a longer text than most ",
             row % 100000);
    fa_builder_set(builder, 0, (int64_t)row);
    if (order != 0)
        fa_builder_set(builder, SINCE, order);
    if (row % 7)
        must(fa_builder_set_text(builder, OWNER, fa_str_from(text)));
    if (row % 5)
        fa_builder_set(builder, BALANCE, (int64_t)row * 11);
    must(fa_builder_end_row(builder));
}

static struct fa_builder *open_builder(struct sorted *sorted, struct fa_spool *spool)
{
    struct fa_builder *builder =
        fa_builder_new(sorted->table, ACCOUNT, spool, NULL, &sorted->told.sink);
    ck_assert_ptr_nonnull(builder);
    return builder;
}

static void make_rows(struct sorted *sorted, uint32_t block_rows, const int64_t *orders,
                      uint32_t count)
{
    told_init(&sorted->told);
    struct fa_sink *sink = &sorted->told.sink;
    must(fa_kept_new(UINT64_C(1) << 30, NULL, sink, &sorted->kept));
    struct fa_head *head = &sorted->kept->head;
    must(fa_dictionary_parse(fa_str_from(small_dictionary), FA_STR("small"), &head->arena, sink,
                             &head->dictionary));
    sorted->table = &head->dictionary.tables[ACCOUNT];
    sorted->from = fa_spool_new(UINT64_MAX, NULL, sink);
    sorted->into = fa_spool_new(UINT64_MAX, NULL, sink);
    struct fa_builder *builder = open_builder(sorted, sorted->from);
    fa_builder_set_block_rows(builder, block_rows);
    for (uint32_t row = 0; row < count; row++)
        add_row(builder, row, orders[row]);
    must(fa_builder_finish(builder));
    fa_builder_free(builder);
}

static enum fa_status sort(struct sorted *sorted, uint64_t memory_max, const char *dir)
{
    struct fa_builder *builder = open_builder(sorted, sorted->into);
    struct fa_sorting sorting = {
        .table = sorted->table,
        .by = SINCE,
        .spool = sorted->from,
        .end = fa_spool_count(sorted->from),
        .into = builder,
        .memory_max = memory_max,
        .dir = dir,
        .sink = &sorted->told.sink,
    };
    enum fa_status status = fa_runs_sort(&sorting);
    if (status == FA_OK)
        status = fa_builder_finish(builder);
    fa_builder_free(builder);
    return status;
}

struct expected_row {
    int64_t order;
    uint32_t row;
};

static int compare(const void *left, const void *right)
{
    const struct expected_row *a = left, *b = right;
    if (a->order != b->order)
        return a->order < b->order ? -1 : 1;
    return a->row < b->row ? -1 : a->row > b->row;
}

/* The blocks are those that a builder makes of rows that come in order. */
static void check_blocks(struct sorted *sorted, const int64_t *orders, uint32_t count)
{
    struct expected_row *rows = calloc(count, sizeof *rows);
    ck_assert_ptr_nonnull(rows);
    for (uint32_t row = 0; row < count; row++)
        rows[row] = (struct expected_row){orders[row], row};
    qsort(rows, count, sizeof *rows, compare);
    struct fa_spool *expected = fa_spool_new(UINT64_MAX, NULL, &sorted->told.sink);
    struct fa_builder *builder = open_builder(sorted, expected);
    for (uint32_t i = 0; i < count; i++)
        add_row(builder, rows[i].row, rows[i].order);
    must(fa_builder_finish(builder));
    ck_assert_uint_eq(fa_spool_count(sorted->into), fa_spool_count(expected));
    for (uint64_t i = 0; i < fa_spool_count(expected); i++) {
        struct fa_block one, other;
        must(fa_spool_get(expected, i, &one));
        must(fa_spool_get(sorted->into, i, &other));
        ck_assert_uint_eq(one.size_bytes, other.size_bytes);
        ck_assert_int_eq(memcmp(one.bytes, other.bytes, one.size_bytes), 0);
    }
    fa_builder_free(builder);
    fa_spool_free(expected);
    free(rows);
}

static int64_t *make_orders(enum disorder disorder, uint32_t count)
{
    uint64_t random = 1 + (uint64_t)disorder;
    int64_t *orders = calloc(count + 1, sizeof *orders);
    ck_assert_ptr_nonnull(orders);
    for (uint32_t row = 0; row < count; row++)
        orders[row] = make_order(disorder, row, count, &random);
    return orders;
}

static void check_sorting(enum disorder disorder, uint32_t count, uint32_t block_rows,
                          uint64_t memory_max)
{
    struct sorted sorted;
    int64_t *orders = make_orders(disorder, count);
    make_rows(&sorted, block_rows, orders, count);
    must(sort(&sorted, memory_max, "/tmp"));
    check_blocks(&sorted, orders, count);
    release(&sorted);
    free(orders);
}

START_TEST(sorts_any_disorder_in_any_memory)
{
    static const uint64_t memories[] = {1, 200000, UINT64_MAX};
    for (int memory = 0; memory < 3; memory++) {
        check_sorting((enum disorder)_i, 0, 64, memories[memory]);
        check_sorting((enum disorder)_i, 1, 64, memories[memory]);
        check_sorting((enum disorder)_i, 20000, 64, memories[memory]);
        check_sorting((enum disorder)_i, 3000, 1, memories[memory]);
    }
}
END_TEST

/* Blocks as streams have them. */
START_TEST(sorts_large_blocks)
{
    check_sorting(SHUFFLED, 300000, 65536, 1);
    check_sorting(REVERSED, 300000, 65536, 1);
    check_sorting(SHUFFLED, 300000, 65536, UINT64_C(1) << 30);
}
END_TEST

/* However far the file gets, the error is told once and nothing is lost track of. */
START_TEST(tells_of_a_full_disk)
{
    enum { ROWS = 20000 };
    int64_t *orders = make_orders(SHUFFLED, ROWS);
    struct rlimit before;
    ck_assert_int_eq(getrlimit(RLIMIT_FSIZE, &before), 0);
    ck_assert(signal(SIGXFSZ, SIG_IGN) != SIG_ERR);
    enum fa_status status = FA_EIO;
    for (rlim_t size = 0; status != FA_OK; size += 50000) {
        struct sorted sorted;
        make_rows(&sorted, 64, orders, ROWS);
        struct rlimit small = {size, before.rlim_max};
        ck_assert_int_eq(setrlimit(RLIMIT_FSIZE, &small), 0);
        status = sort(&sorted, 1, "/tmp");
        ck_assert_int_eq(setrlimit(RLIMIT_FSIZE, &before), 0);
        if (status != FA_OK) {
            ck_assert_int_eq(status, FA_EIO);
            ck_assert_ptr_nonnull(
                strstr(sorted.told.text, "cannot write the spool file: File too large"));
        } else {
            ck_assert_uint_gt(size, 0);
            check_blocks(&sorted, orders, ROWS);
        }
        release(&sorted);
    }
    free(orders);
}
END_TEST

START_TEST(says_that_there_is_no_folder)
{
    enum { ROWS = 20000 };
    struct sorted sorted;
    int64_t *orders = make_orders(SHUFFLED, ROWS);
    make_rows(&sorted, 64, orders, ROWS);
    ck_assert_int_eq(sort(&sorted, 1, NULL), FA_ELIMIT);
    release(&sorted);
    free(orders);
}
END_TEST

int main(void)
{
    TCase *tests = tcase_create("runs");
    tcase_set_timeout(tests, 300);
    tcase_add_loop_test(tests, sorts_any_disorder_in_any_memory, 0, DISORDER_COUNT);
    tcase_add_test(tests, sorts_large_blocks);
    tcase_add_test(tests, tells_of_a_full_disk);
    tcase_add_test(tests, says_that_there_is_no_folder);
    Suite *suite = suite_create("runs");
    suite_add_tcase(suite, tests);
    SRunner *runner = srunner_create(suite);
    srunner_run_all(runner, CK_ENV);
    int failed = srunner_ntests_failed(runner);
    srunner_free(runner);
    return failed ? EXIT_FAILURE : EXIT_SUCCESS;
}
