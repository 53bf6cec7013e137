#include <check.h>
#include <stdlib.h>

#include "ledger/held.h"
#include "ledgers.h"

/* One row of the table account: its id, the day it is in force from, what it says. */
struct account {
    int64_t id;
    int64_t since; /* NEVER: none */
    const char *owner;
    int64_t balance;
};

enum { NEVER = -1000000, ACCOUNT = 1, OWNER = 2, BALANCE = 4 };

struct loaded {
    struct told told;
    struct fa_kept *kept;
    struct fa_held *held;
    const struct fa_held_table *accounts;
};

static void add_names(struct loaded *loaded, uint32_t count)
{
    struct fa_str names[8] = {FA_STR("a"), FA_STR("b"), FA_STR("c"), FA_STR("d"),
                              FA_STR("e"), FA_STR("f"), FA_STR("g"), FA_STR("h")};
    uint32_t filers[8] = {0};
    struct fa_buf bytes = {0};
    ck_assert_int_eq(fa_block_encode_ids(ACCOUNT, 0, count, names, filers, &bytes), FA_OK);
    struct fa_block block = fa_block_at(&bytes);
    ck_assert_int_eq(fa_held_add(loaded->held, &block), FA_OK);
    fa_buf_release(&bytes);
}

static enum fa_status load(struct loaded *loaded, const struct account *accounts, size_t count,
                           uint32_t name_count, uint64_t memory_max)
{
    told_init(&loaded->told);
    struct fa_sink *sink = &loaded->told.sink;
    ck_assert_int_eq(fa_kept_new(UINT64_C(1) << 30, NULL, sink, &loaded->kept), FA_OK);
    struct fa_head *head = &loaded->kept->head;
    ck_assert_int_eq(fa_dictionary_parse(fa_str_from(small_dictionary), FA_STR("small"),
                                         &head->arena, sink, &head->dictionary),
                     FA_OK);
    struct fa_builder *builder = fa_builder_new(&head->dictionary.tables[ACCOUNT], ACCOUNT,
                                                loaded->kept->spool, NULL, sink);
    for (size_t i = 0; i < count; i++) {
        fa_builder_set(builder, 0, accounts[i].id);
        if (accounts[i].since != NEVER)
            fa_builder_set(builder, 1, accounts[i].since);
        if (accounts[i].owner)
            ck_assert_int_eq(
                fa_builder_set_text(builder, OWNER, fa_str_from(accounts[i].owner)), FA_OK);
        fa_builder_set(builder, BALANCE, accounts[i].balance);
        ck_assert_int_eq(fa_builder_end_row(builder), FA_OK);
    }
    ck_assert_int_eq(fa_builder_finish(builder), FA_OK);
    fa_builder_free(builder);
    loaded->held = fa_held_new(head, sink);
    fa_held_set_limit(loaded->held, memory_max);
    fa_held_want(loaded->held, ACCOUNT, OWNER);
    fa_held_want_names(loaded->held, ACCOUNT);
    add_names(loaded, name_count);
    enum fa_status status = FA_OK;
    for (uint64_t i = 0; status == FA_OK && i < fa_spool_count(loaded->kept->spool); i++) {
        struct fa_block block;
        ck_assert_int_eq(fa_spool_get(loaded->kept->spool, i, &block), FA_OK);
        status = fa_held_add(loaded->held, &block);
    }
    if (status == FA_OK)
        status = fa_held_finish(loaded->held);
    loaded->accounts = fa_held_get(loaded->held, ACCOUNT);
    return status;
}

static void unload(struct loaded *loaded)
{
    fa_held_free(loaded->held);
    fa_kept_free(loaded->kept);
}

/* Whose row of ID is in force on DAY: its owner; "-" none, "!" two that disagree. */
static struct fa_str owner_on(const struct loaded *loaded, int64_t id, int64_t day_no)
{
    bool is_conflict;
    uint32_t row = fa_held_row(loaded->accounts, id, day_no, &is_conflict);
    if (row == UINT32_MAX)
        return is_conflict ? FA_STR("!") : FA_STR("-");
    return fa_column_text(&loaded->accounts->rows.columns[OWNER], row);
}

static void expect_owner(const struct loaded *loaded, int64_t id, int64_t day_no,
                         const char *owner)
{
    struct fa_str found = owner_on(loaded, id, day_no);
    ck_assert_msg(fa_str_is(found, owner), "id %d on day %d: expected %s, found %.*s", (int)id,
                  (int)day_no, owner, (int)found.size, found.bytes);
}

/* The same rows in any order answer the same. */
START_TEST(rows_in_force)
{
    static const struct account accounts[] = {
        {0, NEVER, "always", 1}, {0, 100, "later", 1}, {0, 200, "last", 1},
        {1, 50, "one", 2},       {2, NEVER, "two", 3},
    };
    static const int orders[][5] = {{0, 1, 2, 3, 4}, {4, 3, 2, 1, 0}, {1, 4, 0, 3, 2}};
    for (size_t i = 0; i < sizeof orders / sizeof *orders; i++) {
        struct account ordered[5];
        struct loaded loaded;
        for (int j = 0; j < 5; j++)
            ordered[j] = accounts[orders[i][j]];
        ck_assert_int_eq(load(&loaded, ordered, 5, 4, 0), FA_OK);
        ck_assert_uint_eq(loaded.accounts->id_count, 4);
        ck_assert_uint_eq(loaded.accounts->declared_count, 3);
        ck_assert(loaded.accounts->is_present);
        expect_owner(&loaded, 0, -5000, "always");
        expect_owner(&loaded, 0, 99, "always");
        expect_owner(&loaded, 0, 100, "later");
        expect_owner(&loaded, 0, 199, "later");
        expect_owner(&loaded, 0, 5000, "last");
        expect_owner(&loaded, 1, 49, "-");
        expect_owner(&loaded, 1, 50, "one");
        expect_owner(&loaded, 2, 0, "two");
        expect_owner(&loaded, 3, 0, "-"); /* a name that no row declares */
        expect_owner(&loaded, 4, 0, "-");
        expect_owner(&loaded, -1, 0, "-");
        for (uint32_t row = 0; row < 5; row++) {
            uint32_t number = loaded.accounts->numbers ? loaded.accounts->numbers[row] : row;
            ck_assert(fa_str_is(fa_column_text(&loaded.accounts->rows.columns[OWNER], row),
                                ordered[number].owner));
        }
        ck_assert(loaded.accounts->rows.columns[BALANCE].is_absent); /* nobody asked for it */
        ck_assert(fa_str_is(loaded.accounts->names[3], "d"));
        unload(&loaded);
    }
}
END_TEST

/* Declared twice: equal rows are one, others make look-ups unknown, whichever column differs.
 */
START_TEST(declared_twice)
{
    static const struct account accounts[] = {
        {0, NEVER, "a", 1}, {1, NEVER, "b", 1}, {2, 10, "c", 1}, {3, NEVER, NULL, 1},
        {0, NEVER, "a", 1}, {1, NEVER, "b", 2}, {2, 20, "C", 1}, {3, NEVER, "", 1},
    };
    struct loaded loaded;
    ck_assert_int_eq(load(&loaded, accounts, 8, 4, 0), FA_OK);
    expect_owner(&loaded, 0, 0, "a");
    expect_owner(&loaded, 1, 0, "!"); /* by a column that nobody asked for */
    expect_owner(&loaded, 2, 15, "c");
    expect_owner(&loaded, 2, 25, "C");
    expect_owner(&loaded, 3, 0, "!"); /* a missing text is not an empty one */
    unload(&loaded);
}
END_TEST

START_TEST(nothing_there)
{
    struct loaded loaded;
    ck_assert_int_eq(load(&loaded, NULL, 0, 2, 0), FA_OK);
    ck_assert(!loaded.accounts->is_present);
    ck_assert_uint_eq(loaded.accounts->rows.row_count, 0);
    expect_owner(&loaded, 1, 0, "-");
    ck_assert_ptr_null(fa_held_get(loaded.held, 99));
    unload(&loaded);
}
END_TEST

START_TEST(limits_and_wrong_ids)
{
    static const struct account accounts[] = {{0, NEVER, "a", 1}, {5, NEVER, "b", 1}};
    struct loaded loaded;
    ck_assert_int_eq(load(&loaded, accounts, 2, 4, 0), FA_EINPUT);
    ck_assert_int_eq(loaded.told.code, FA_CODE_STREAM_BLOCK);
    unload(&loaded);
    ck_assert_int_eq(load(&loaded, accounts, 1, 4, 10), FA_ELIMIT);
    ck_assert_int_eq(loaded.told.code, FA_CODE_LIMIT);
    unload(&loaded);
}
END_TEST

/* More rows than a block, ids in reverse. */
START_TEST(many_rows)
{
    enum { COUNT = 70000 };
    struct account *accounts = calloc(COUNT, sizeof *accounts);
    for (int i = 0; i < COUNT; i++)
        accounts[i] = (struct account){7 - i % 8, COUNT - i, i % 2 ? "odd" : "even", 0};
    struct loaded loaded;
    ck_assert_int_eq(load(&loaded, accounts, COUNT, 8, 0), FA_OK);
    for (int64_t id = 0; id < 8; id++)
        for (int64_t day_no = 0; day_no < COUNT + 8; day_no += 997) {
            /* Row i has since COUNT - i and id 7 - i % 8: the last since up to the day with
             * that id. */
            int64_t since = day_no > COUNT ? COUNT : day_no;
            while (since > 0 && 7 - (COUNT - since) % 8 != id)
                since--;
            expect_owner(&loaded, id, day_no,
                         since <= 0            ? "-"
                         : (COUNT - since) % 2 ? "odd"
                                               : "even");
        }
    unload(&loaded);
    free(accounts);
}
END_TEST

int main(void)
{
    Suite *suite = suite_create("held");
    TCase *tests = tcase_create("held");
    tcase_set_timeout(tests, 60);
    tcase_add_test(tests, rows_in_force);
    tcase_add_test(tests, declared_twice);
    tcase_add_test(tests, nothing_there);
    tcase_add_test(tests, limits_and_wrong_ids);
    tcase_add_test(tests, many_rows);
    suite_add_tcase(suite, tests);
    SRunner *runner = srunner_create(suite);
    srunner_run_all(runner, CK_NORMAL);
    int failed = srunner_ntests_failed(runner);
    srunner_free(runner);
    return failed ? EXIT_FAILURE : EXIT_SUCCESS;
}
