/*
 * Ingest gives the same bytes for any number of threads, window size, hash key and order of
 * listing; what it gives can be read as a stream; files that change, and memory that is small,
 * are met as promised.
 */
#include <check.h>
#include <errno.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <sys/stat.h>
#include <unistd.h>

#include "base/vec.h"
#include "intake/ingest.h"
#include "intake/unique.h"

static char folder[] = "/tmp/flowaudit-test-ingest-XXXXXX";

static void must(bool holds)
{
    if (!holds)
        abort();
}

static void put(const char *name, const struct fa_buf *text)
{
    char path[256];
    snprintf(path, sizeof path, "%s/%s", folder, name);
    FILE *file = fopen(path, "w");
    must(file != NULL);
    must(fwrite(text->bytes, 1, text->size, file) == text->size);
    must(fclose(file) == 0);
}

static void add(struct fa_buf *text, const char *line)
{
    must(fa_buf_add_text(text, line) == FA_OK);
}

/* A filing with everything that could come out of order: quoted line breaks, rejected records,
 * ids that are declared late, only referred to, or new in every window, a file in wrong order,
 * two files of one table, a claim that names a later one. */
static void make_filing(void)
{
    struct fa_buf text = {0};
    add(&text, "party_id,kind,name\n");
    for (int i = 0; i < 300; i++)
        must(fa_buf_addf(&text, "P%d,natural,\"name \"\"%d\"\"\nin two lines\"\n", i * 7 % 300,
                         i) == FA_OK);
    put("party.csv", &text);
    fa_buf_clear(&text);
    add(&text, "owner,account_id,role,currency,bound_to\n");
    for (int i = 0; i < 500; i++) /* bound to an account that may come later, or never */
        must(fa_buf_addf(&text, "P%d,A%d,customer,%s,A%d\n", i % 400, i, i % 9 ? "CNY" : "JPY",
                         i * 3) == FA_OK);
    put("account.csv", &text);
    fa_buf_clear(&text);
    add(&text, "claim_id,contract,holder,principal,came_from,valid_from\n");
    for (int i = 0; i < 200; i++)
        must(fa_buf_addf(&text, "C%d,K%d,P1,5.00,C%d,2025-01-%02d\n", i, i % 7, (i + 3) % 220,
                         28 - i % 28) == FA_OK);
    put("claim.csv", &text);
    for (int part = 2; part > 0; part--) {
        fa_buf_clear(&text);
        add(&text,
            "flow_id,time,payee_account,payer_account,amount,currency,kind,status,memo\r\n");
        for (int i = 0; i < 4000; i++) {
            const char *memo = i % 50 == 0    ? "\"a, \"\"b\"\"\r\nc\""
                               : i % 333 == 1 ? "stray \"quote"
                                              : "";
            must(fa_buf_addf(
                     &text,
                     "F%d-%d,2025-01-%02dT10:%02d:%02dZ,A%d,N%d,%d.%02d,CNY,%s,settled,%s\r\n",
                     part, i % 3900, i / 200 + 1, i % 60, i * 7 % 60, i % 600, i * 13 % 1777, i,
                     i % 100, i % 250 == 3 ? "pya" : "pay", memo) == FA_OK);
        }
        put(part == 2 ? "flow-2.csv" : "flow-1.csv", &text);
    }
    fa_buf_clear(&text);
    add(&text, "account,date,source,closing\n");
    for (int i = 0; i < 900;
         i++) /* the scale is that of the account's currency: JPY has no decimals */
        must(fa_buf_addf(&text, "A%d,2025-01-%02d,bank,%d%s\n", i % 500, i / 500 + 1, i,
                         i % 500 % 9 ? ".25" : "") == FA_OK);
    put("balance.csv", &text);
    fa_buf_clear(&text);
    add(&text, "filing \"test\"\n zone UTC\n currency CNY\n period 2025-01-01 .. 2025-01-31\n"
               " file \"party.csv\" table party rows 300\n file \"account.csv\" table account "
               "rows 500\n"
               " file \"claim.csv\" table claim sum principal = 1000.00\n"
               " file \"flow-1.csv\" table flow rows 4000\n file \"flow-2.csv\" table flow "
               "filer Q rows 4000\n"
               " file \"balance.csv\" table balance rows 900 sum closing CNY = 359479.75\n"
               "end\n");
    put("filing.manifest", &text);
    fa_buf_release(&text);
}

/* --- bytes and messages of a run --- */

struct collected {
    struct fa_output output;
    struct fa_buf bytes, messages;
};

static enum fa_status collect(struct fa_output *output, const void *bytes, size_t size)
{
    return fa_buf_add(&((struct collected *)output)->bytes, bytes, size);
}

static void note(void *context, const struct fa_diag *diag)
{
    struct collected *collected = context;
    must(fa_buf_addf(&collected->messages, "%.*s:%llu:%llu: %s %.*s\n", (int)diag->source.size,
                     diag->source.bytes, (unsigned long long)diag->line_no,
                     (unsigned long long)diag->column_no, fa_code_info(diag->code)->name,
                     (int)diag->text.size, diag->text.bytes) == FA_OK);
}

static enum fa_status ingest(struct fa_ingest_options options, struct collected *collected)
{
    struct fa_sink sink;
    struct fa_blocks *blocks = NULL;
    *collected = (struct collected){.output = {collect}};
    fa_sink_init(&sink, note, collected);
    enum fa_status status = fa_ingest(&options, &sink, &blocks);
    if (status == FA_OK)
        status = fa_stream_write(blocks, false, &collected->output);
    fa_blocks_free(blocks);
    return status;
}

static void release(struct collected *collected)
{
    fa_buf_release(&collected->bytes);
    fa_buf_release(&collected->messages);
}

static const char *const paths[] = {folder};

START_TEST(gives_the_same_bytes)
{
    static const struct {
        unsigned threads;
        size_t window_bytes;
        struct fa_hash_key key;
        uint64_t memory_max;
    } runs[] = {
        {1, 1 << 20, {1, 2}, 0},       {2, 1 << 20, {1, 2}, 0}, {1, 1 << 10, {1, 2}, 0},
        {4, 1 << 10, {9, 7}, 0},       {3, 1 << 16, {5, 5}, 0}, {2, 97, {0, 0}, 0},
        {2, 1 << 16, {1, 3}, 1 << 18}, /* blocks and keys beyond memory go to files */
    };
    struct collected first;
    for (size_t i = 0; i < sizeof runs / sizeof *runs; i++) {
        struct collected now;
        struct fa_ingest_options options = {.paths = paths,
                                            .path_count = 1,
                                            .thread_count = runs[i].threads,
                                            .window_bytes = runs[i].window_bytes,
                                            .hash_key = runs[i].key,
                                            .memory_max = runs[i].memory_max,
                                            .spool_dir = folder};
        enum fa_status status = ingest(options, &now);
        size_t tail =
            now.messages.size < 600 ? now.messages.size : 600; /* the error stands last */
        ck_assert_msg(status == FA_OK, "run %zu: status %d: %.*s", i, (int)status, (int)tail,
                      now.messages.bytes + now.messages.size - tail);
        if (i == 0) {
            first = now;
            continue;
        }
        ck_assert_msg(fa_str_equal(fa_buf_str(&now.messages), fa_buf_str(&first.messages)),
                      "run %zu says otherwise", i);
        ck_assert_msg(fa_str_equal(fa_buf_str(&now.bytes), fa_buf_str(&first.bytes)),
                      "run %zu gives other bytes", i);
        release(&now);
    }
    /* The filing had what the test is for. */
    static const char *const wanted[] = {"ROW-QUOTE", "ROW-ENUM", "KEY-CONFLICT",
                                         "REF-DANGLING"};
    for (size_t i = 0; i < sizeof wanted / sizeof *wanted; i++)
        ck_assert_msg(fa_str_contains(fa_buf_str(&first.messages), fa_str_from(wanted[i])),
                      "no %s", wanted[i]);
    release(&first);
}
END_TEST

/* Files given one by one, forward and backward. */
START_TEST(sorts_its_files)
{
    static const char *const names[] = {"account.csv", "claim.csv", "flow-1.csv", "party.csv"};
    char given[4][256];
    const char *forward[4], *backward[4];
    for (int i = 0; i < 4; i++) {
        snprintf(given[i], sizeof given[i], "%s/%s", folder, names[i]);
        forward[i] = given[i];
        backward[3 - i] = given[i];
    }
    struct collected one, other;
    struct fa_ingest_options options = {.paths = forward, .path_count = 4};
    ck_assert_int_eq(ingest(options, &one), FA_OK);
    options.paths = backward;
    ck_assert_int_eq(ingest(options, &other), FA_OK);
    ck_assert(fa_str_equal(fa_buf_str(&one.bytes), fa_buf_str(&other.bytes)));
    release(&one);
    release(&other);
}
END_TEST

/* What was made is a whole stream whose tables are in order: the reader checks all of it. */
START_TEST(can_be_read_back)
{
    struct collected made;
    ck_assert_int_eq(ingest((struct fa_ingest_options){.paths = paths, .path_count = 1}, &made),
                     FA_OK);
    FILE *file = tmpfile();
    ck_assert_ptr_nonnull(file);
    ck_assert_uint_eq(fwrite(made.bytes.bytes, 1, made.bytes.size, file), made.bytes.size);
    ck_assert_int_eq(fflush(file), 0);
    rewind(file);
    struct fa_sink sink;
    struct fa_blocks *blocks;
    fa_sink_init(&sink, note, &made);
    ck_assert_int_eq(fa_stream_open(fileno(file), "made", NULL, &sink, &blocks), FA_OK);
    struct fa_block block;
    bool is_end = false;
    enum fa_status status = FA_OK;
    while (status == FA_OK && !is_end)
        status = fa_blocks_next(blocks, &block, &is_end);
    ck_assert_int_eq(status, FA_OK);
    fa_blocks_free(blocks);
    fclose(file);
    release(&made);
}
END_TEST

/* --- a file that changes while it is read --- */

struct changing {
    struct fa_output output;
    bool is_done;
};

/* Rejected records are told while a file is read: the moment to write to it. */
static enum fa_status change(struct fa_output *output, const void *bytes, size_t size)
{
    (void)bytes, (void)size;
    struct changing *changing = (struct changing *)output;
    char path[256];
    snprintf(path, sizeof path, "%s/flow-2.csv", folder);
    FILE *file = changing->is_done ? NULL : fopen(path, "a");
    changing->is_done = true;
    if (file) {
        fputs("F,2025-01-01T10:00:00Z,A,B,1.00,CNY,pay,settled,\r\n", file);
        fclose(file);
    }
    return FA_OK;
}

START_TEST(refuses_a_file_that_changes)
{
    struct changing changing = {.output = {change}};
    struct collected made;
    struct fa_ingest_options options = {
        .paths = paths, .path_count = 1, .window_bytes = 1 << 10, .rejects = &changing.output};
    ck_assert_int_eq(ingest(options, &made), FA_EINPUT);
    ck_assert(changing.is_done);
    ck_assert(fa_str_contains(fa_buf_str(&made.messages), FA_STR("FILING-CHANGED")));
    ck_assert_uint_eq(made.bytes.size, 0);
    release(&made);
    make_filing();
}
END_TEST

/* --- memory --- */

START_TEST(says_when_there_is_no_room)
{
    struct collected made;
    struct fa_ingest_options options = {.paths = paths, .path_count = 1, .memory_max = 1000};
    ck_assert_int_eq(ingest(options, &made), FA_ELIMIT); /* and no folder to spill into */
    ck_assert(fa_str_contains(fa_buf_str(&made.messages), FA_STR("LIMIT")));
    release(&made);
}
END_TEST

/* Flows out of order among them. */
START_TEST(gives_the_same_in_any_memory)
{
    struct collected one, other;
    struct fa_ingest_options options = {.paths = paths, .path_count = 1, .spool_dir = folder};
    ck_assert_int_eq(ingest(options, &one), FA_OK);
    options.memory_max = 1;
    ck_assert_int_eq(ingest(options, &other), FA_OK);
    ck_assert(fa_str_equal(fa_buf_str(&one.bytes), fa_buf_str(&other.bytes)));
    release(&one);
    release(&other);
}
END_TEST

/* Keys are found again whatever was spilled. */
START_TEST(finds_repeats)
{
    enum { ROWS = 200000 };
    struct fa_hash128 *keys = malloc(ROWS * sizeof *keys);
    ck_assert_ptr_nonnull(keys);
    for (uint32_t i = 0; i < ROWS;
         i++) { /* each thousandth row has the key of the one before */
        uint64_t number = i % 1000 == 999 ? i - 1 : i;
        keys[i] = fa_hash128((struct fa_hash_key){3, 4}, &number, sizeof number);
    }
    static const uint64_t limits[] = {UINT64_MAX, 6000000, 1};
    for (size_t k = 0; k < 3; k++) {
        struct fa_unique *unique = fa_unique_new(limits[k], folder, NULL);
        struct fa_repeat *repeats;
        size_t count;
        ck_assert_ptr_nonnull(unique);
        for (int table = 0; table < 2; table++) { /* it serves one table after the other */
            for (uint32_t i = 0; i < ROWS; i += 5000)
                ck_assert_int_eq(fa_unique_add(unique, keys + i, 5000), FA_OK);
            ck_assert_int_eq(fa_unique_finish(unique, &repeats, &count), FA_OK);
            ck_assert_uint_eq(count, 2 * ROWS / 1000);
            for (size_t i = 0; i < count; i += 2) {
                ck_assert_uint_eq(repeats[i].row % 1000, 998);
                ck_assert_uint_eq(repeats[i + 1].row, repeats[i].row + 1);
            }
            free(repeats);
        }
        fa_unique_free(unique);
    }
    free(keys);
}
END_TEST

int main(void)
{
    if (!mkdtemp(folder))
        return EXIT_FAILURE;
    make_filing();
    Suite *suite = suite_create("ingest");
    TCase *tests = tcase_create("ingest");
    tcase_set_timeout(tests, 120);
    tcase_add_test(tests, gives_the_same_bytes);
    tcase_add_test(tests, sorts_its_files);
    tcase_add_test(tests, can_be_read_back);
    tcase_add_test(tests, says_when_there_is_no_room);
    tcase_add_test(tests, gives_the_same_in_any_memory);
    tcase_add_test(tests, finds_repeats);
    tcase_add_test(tests, refuses_a_file_that_changes);
    suite_add_tcase(suite, tests);
    SRunner *runner = srunner_create(suite);
    srunner_run_all(runner, CK_NORMAL);
    int failed = srunner_ntests_failed(runner);
    srunner_free(runner);
    static const char *const names[] = {"account.csv",    "balance.csv", "claim.csv",
                                        "flow-1.csv",     "flow-2.csv",  "party.csv",
                                        "filing.manifest"};
    for (size_t i = 0; i < sizeof names / sizeof *names; i++) {
        char path[256];
        snprintf(path, sizeof path, "%s/%s", folder, names[i]);
        unlink(path);
    }
    rmdir(folder);
    return failed == 0 ? EXIT_SUCCESS : EXIT_FAILURE;
}
