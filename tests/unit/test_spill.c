/*
 * The join in little memory: the same pairs, told with the same numbers, and the same open rows
 * as in memory, whatever comes in which order.
 */
#include <check.h>
#include <signal.h>
#include <stdlib.h>
#include <string.h>
#include <sys/resource.h>

#include "base/vec.h"
#include "ledgers.h"
#include "match/pending.h"

enum { TEXT_BYTES = 9000 };

struct pair {
    uint64_t order, arrived, waited;
};

struct open_row {
    uint64_t row;
    uint32_t book, other_book;
    int32_t day_no;
    uint32_t reference_size, id_size;
    uint8_t side, direction;
};

struct joined {
    FA_VEC(struct pair) pairs;
    FA_VEC(struct open_row) open;
    uint64_t row_bytes_max, spilled_rows;
};

/* How arrivals are made. */
struct shape {
    uint64_t seed;
    uint32_t count, key_count;
    uint64_t hash_mask;  /* few bits: many keys of one hash */
    bool flows_first;    /* else both sides at once */
    uint32_t text_bytes; /* of references and ids, at most */
};

static char text[TEXT_BYTES];
static const struct fa_hash_key hash_key = {7, 9};

static void must(enum fa_status status)
{
    if (status != FA_OK)
        ck_abort_msg("status %d", status);
}

static void setup(void)
{
    memset(text, 't', sizeof text);
}

static struct fa_arrival make_arrival(const struct shape *shape, uint32_t step,
                                      uint64_t *random)
{
    uint64_t next = next_random(random);
    uint32_t key = (uint32_t)(next % shape->key_count);
    bool is_bank = shape->flows_first ? step >= shape->count / 2 : (next >> 40) % 2 != 0;
    uint32_t reference_size = key % (shape->text_bytes + 1);
    struct fa_arrival arrival = {
        .reference = {text, reference_size},
        .id = {text, (uint32_t)(next >> 20) % (shape->text_bytes + 1)},
        .amount_minor = key,
        .row = step,
        .book = key % 5,
        .other_book = (uint32_t)(next >> 50),
        .day_no = (int32_t)(next >> 45 & 1023) - 500,
        .business_day = (int32_t)(next >> 35 & 63),
        .side = is_bank ? FA_SIDE_BANK : FA_SIDE_LEDGER,
        .direction = key % 2 ? FA_CREDIT : FA_DEBIT,
    };
    uint64_t hash = key;
    arrival.hash = next_random(&hash) & shape->hash_mask;
    return arrival;
}

static enum fa_status keep_pair(void *context, const struct fa_arrival *arrival,
                                const struct fa_waiting *waiting, uint64_t order)
{
    struct joined *joined = context;
    struct pair pair = {order, arrival->row, waiting->row};
    return fa_vec_add(&joined->pairs, pair);
}

/* Book 4 has no statement, so to speak. */
static bool is_taken(const void *context, uint32_t book)
{
    (void)context;
    return book == 4;
}

static enum fa_status keep_open(void *context, const struct fa_waiting *w)
{
    struct joined *joined = context;
    struct open_row row;
    memset(&row, 0, sizeof row); /* they are compared as bytes */
    row.row = w->row;
    row.book = w->book;
    row.other_book = w->other_book;
    row.day_no = w->day_no + 10000 * w->business_day;
    row.reference_size = w->reference_size;
    row.id_size = w->id_size;
    row.side = w->side;
    row.direction = w->direction;
    ck_assert_int_eq(memcmp(w->texts, text, w->reference_size), 0);
    return fa_vec_add(&joined->open, row);
}

static int compare_pairs(const void *left, const void *right)
{
    const struct pair *a = left, *b = right;
    return a->order < b->order ? -1 : a->order > b->order;
}

static int compare_open(const void *left, const void *right)
{
    const struct open_row *a = left, *b = right;
    return a->row < b->row ? -1 : a->row > b->row;
}

static void list_open(const struct fa_pending *pending, struct joined *joined)
{
    struct fa_waiting_list list = {0};
    must(fa_pending_list(pending, &list));
    for (size_t i = 0; i < list.rows.count; i++)
        must(keep_open(joined, list.rows.items[i]));
    fa_vec_free(&list.rows);
    if (joined->open.count)
        qsort(joined->open.items, joined->open.count, sizeof *joined->open.items, compare_open);
    if (joined->pairs.count)
        qsort(joined->pairs.items, joined->pairs.count, sizeof *joined->pairs.items,
              compare_pairs);
}

static enum fa_status join(const struct shape *shape, uint64_t memory_max, const char *dir,
                           struct fa_sink *sink, struct joined *joined)
{
    struct fa_pending pending;
    uint64_t random = shape->seed;
    *joined = (struct joined){0};
    must(fa_pending_init(&pending, hash_key, sink));
    fa_pending_limit(&pending, memory_max, dir);
    enum fa_status status = FA_OK;
    for (uint32_t step = 0; status == FA_OK && step < shape->count; step++) {
        struct fa_arrival arrival = make_arrival(shape, step, &random);
        struct fa_waiting *met;
        status = fa_pending_meet(&pending, &arrival, &met);
        if (status == FA_OK && met) {
            must(keep_pair(joined, &arrival, met, pending.order));
            fa_pending_recycle(&pending, met);
        }
        if (pending.row_bytes > joined->row_bytes_max)
            joined->row_bytes_max = pending.row_bytes;
    }
    joined->spilled_rows = fa_pending_spilled_rows(&pending);
    if (status == FA_OK)
        status = fa_pending_replay(
            &pending, &(const struct fa_replay){joined, keep_pair, is_taken, keep_open});
    if (status == FA_OK)
        list_open(&pending, joined);
    fa_pending_release(&pending);
    return status;
}

static void release(struct joined *joined)
{
    fa_vec_free(&joined->pairs);
    fa_vec_free(&joined->open);
}

static void check_equal(const struct joined *one, const struct joined *other)
{
    ck_assert_uint_eq(one->pairs.count, other->pairs.count);
    ck_assert_uint_eq(one->open.count, other->open.count);
    ck_assert(!one->pairs.count || memcmp(one->pairs.items, other->pairs.items,
                                          one->pairs.count * sizeof *one->pairs.items) == 0);
    ck_assert(!one->open.count || memcmp(one->open.items, other->open.items,
                                         one->open.count * sizeof *one->open.items) == 0);
}

/* Gives whether rows were spilled. */
static bool check_shape(const struct shape *shape, uint64_t memory_max)
{
    struct told told;
    struct joined whole, parts;
    told_init(&told);
    must(join(shape, UINT64_MAX, NULL, &told.sink, &whole));
    enum fa_status status = join(shape, memory_max, "/tmp", &told.sink, &parts);
    if (status == FA_OK) {
        check_equal(&whole, &parts);
    } else {
        ck_assert_int_eq(status, FA_ELIMIT);
        ck_assert_int_eq(told.code, FA_CODE_MATCH_MEMORY);
        ck_assert_uint_gt(whole.row_bytes_max, memory_max);
    }
    bool is_spilled = status == FA_OK && parts.spilled_rows;
    release(&whole);
    release(&parts);
    return is_spilled;
}

START_TEST(random_arrivals_in_any_memory)
{
    uint64_t random = 5;
    unsigned spilled = 0;
    for (int i = 0; i < 10000; i++) {
        uint64_t next = next_random(&random);
        struct shape shape = {
            .seed = next,
            .count = 1 + (uint32_t)(next % 100),
            .key_count = 1 + (uint32_t)(next >> 10) % 40,
            .hash_mask = next >> 20 & 1 ? UINT64_MAX : UINT64_C(0xC300000000000001),
            .flows_first = next >> 21 & 1,
            .text_bytes = next >> 30 & 127 ? 30 : TEXT_BYTES,
        };
        spilled += check_shape(&shape, (next >> 40) % 200000);
    }
    ck_assert_uint_gt(spilled, 2500);
}
END_TEST

/* Some partitions stay in memory, others go to the file, early and late. */
START_TEST(many_arrivals)
{
    for (uint64_t seed = 1; seed <= 30; seed++) {
        struct shape shape = {.seed = seed,
                              .count = 20000,
                              .key_count = 300,
                              .hash_mask = UINT64_MAX,
                              .flows_first = seed % 3 != 0,
                              .text_bytes = 60};
        ck_assert(check_shape(&shape, 300000 + seed * 20000) || !shape.flows_first);
    }
}
END_TEST

START_TEST(says_when_open_rows_are_too_many)
{
    struct told told;
    struct joined joined;
    struct shape shape = {.seed = 1,
                          .count = 2000,
                          .key_count = 3000,
                          .hash_mask = UINT64_MAX,
                          .flows_first = true,
                          .text_bytes = 10};
    told_init(&told);
    ck_assert_int_eq(join(&shape, 40000, "/tmp", &told.sink, &joined), FA_ELIMIT);
    ck_assert_str_eq(told.text,
                     "more than 494 rows stay open: they take more than the 40000 bytes "
                     "of memory allowed");
    release(&joined);
    shape = (struct shape){.seed = 1, .count = 2000, .key_count = 1, .flows_first = true};
    ck_assert_int_eq(join(&shape, 40000, "/tmp", &told.sink, &joined), FA_ELIMIT);
    ck_assert_str_eq(told.text, "626 rows wait for their counterparts at once and take 40064 "
                                "bytes, more than the memory allowed");
    release(&joined);
    shape.count = 20000;
    ck_assert_int_eq(join(&shape, 40000, NULL, &told.sink, &joined), FA_ELIMIT);
    ck_assert_str_eq(told.text,
                     "open rows take more than 40000 bytes of memory and there is no "
                     "folder for a file");
    release(&joined);
}
END_TEST

/* However far the file gets. */
START_TEST(tells_of_a_full_disk)
{
    struct shape shape = {.seed = 3,
                          .count = 20000,
                          .key_count = 300,
                          .hash_mask = UINT64_MAX,
                          .flows_first = true,
                          .text_bytes = 60};
    struct rlimit before;
    ck_assert_int_eq(getrlimit(RLIMIT_FSIZE, &before), 0);
    ck_assert(signal(SIGXFSZ, SIG_IGN) != SIG_ERR);
    enum fa_status status = FA_EIO;
    unsigned failed = 0;
    for (rlim_t size = 0; status != FA_OK; size += 100000) {
        struct told told;
        struct joined joined;
        struct rlimit small = {size, before.rlim_max};
        told_init(&told);
        ck_assert_int_eq(setrlimit(RLIMIT_FSIZE, &small), 0);
        status = join(&shape, 400000, "/tmp", &told.sink, &joined);
        ck_assert_int_eq(setrlimit(RLIMIT_FSIZE, &before), 0);
        release(&joined);
        if (status == FA_OK)
            break;
        failed++;
        ck_assert_int_eq(status, FA_EIO);
        ck_assert_str_eq(told.text, "cannot write the spool file: File too large");
    }
    ck_assert_uint_gt(failed, 3);
}
END_TEST

int main(void)
{
    TCase *tests = tcase_create("spill");
    tcase_set_timeout(tests, 300);
    tcase_add_checked_fixture(tests, setup, NULL);
    tcase_add_test(tests, random_arrivals_in_any_memory);
    tcase_add_test(tests, many_arrivals);
    tcase_add_test(tests, says_when_open_rows_are_too_many);
    tcase_add_test(tests, tells_of_a_full_disk);
    Suite *suite = suite_create("spill");
    suite_add_tcase(suite, tests);
    SRunner *runner = srunner_create(suite);
    srunner_run_all(runner, CK_ENV);
    int failed = srunner_ntests_failed(runner);
    srunner_free(runner);
    return failed ? EXIT_FAILURE : EXIT_SUCCESS;
}
