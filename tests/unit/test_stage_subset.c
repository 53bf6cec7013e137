/* Rows that add up to one row: cases worked by hand, the search against one that tries every
 * set, and how often chance is believed. */
#include <check.h>
#include <stdlib.h>
#include <string.h>

#include "made_open.h"
#include "match/subset.h"

static struct fa_sink sink;

static void ignore_message(void *context, const struct fa_diag *diag)
{
    (void)context;
    (void)diag;
}

static void setup(void)
{
    fa_sink_init(&sink, ignore_message, NULL);
}

/* --- worked by hand --- */

struct stage_case {
    const char *name;
    int parts_max;
    const char *rows;
    const char *expected;
};

/* The window is the flow's day and the next working day; 2025-01-02 is a Thursday. */
static const struct stage_case cases[] = {
    {"two flows are one line", 6,
     "flow f1 A credit 1234.56 2025-01-02T10:00\n"
     "flow f2 A credit 8765.43 2025-01-02T11:00\n"
     "flow f3 A credit 77.77 2025-01-02T12:00\n"
     "line l1 A credit 9999.99 2025-01-03T10:00\n",
     "subset: f1 f2 = l1\nopen: f3\n"},
    {"three lines are one flow", 6,
     "flow f1 A debit 1111.10 2025-01-02T10:00\n"
     "line l1 A debit 311.04 2025-01-02T10:00\n"
     "line l2 A debit 302.87 2025-01-03T10:00\n"
     "line l3 A debit 497.19 2025-01-03T11:00\n",
     "subset: f1 = l1 l2 l3\n"},
    {"not more parts than are declared", 2,
     "flow f1 A debit 1111.10 2025-01-02T10:00\n"
     "line l1 A debit 311.04 2025-01-02T10:00\n"
     "line l2 A debit 302.87 2025-01-03T10:00\n"
     "line l3 A debit 497.19 2025-01-03T11:00\n",
     "open: f1\nopen: l1\nopen: l2\nopen: l3\n"},
    {"only where it is declared", 0,
     "flow f1 A credit 1234.56 2025-01-02T10:00\n"
     "flow f2 A credit 8765.43 2025-01-02T11:00\n"
     "line l1 A credit 9999.99 2025-01-03T10:00\n",
     "open: f1\nopen: f2\nopen: l1\n"},
    {"not out of the window, nor of another direction or book, nor a fen off", 6,
     "flow f1 A credit 1234.56 2025-01-02T10:00\n"
     "flow f2 A credit 8765.43 2025-01-02T11:00\n"
     "line l1 A credit 9999.99 2025-01-06T10:00\n"
     "line l2 A debit 9999.99 2025-01-03T10:00\n"
     "line l3 B credit 9999.99 2025-01-03T10:00\n"
     "line l4 A credit 9999.98 2025-01-03T10:00\n"
     "line l5 A credit 9999.99 2025-01-01T10:00\n",
     "open: f1\nopen: f2\nopen: l5\nopen: l4\nopen: l1\nopen: l2\nopen: l3\n"},
    {"two ways are none", 6,
     "flow f1 A credit 1234.56 2025-01-02T10:00\n"
     "flow f2 A credit 8765.43 2025-01-02T11:00\n"
     "flow f3 A credit 2345.67 2025-01-02T12:00\n"
     "flow f4 A credit 7654.32 2025-01-02T13:00\n"
     "flow f5 A credit 50.00 2025-01-02T14:00\n"
     "line l1 A credit 9999.99 2025-01-03T10:00\n",
     "open: f1, 2 choices\nopen: f2, 2 choices\nopen: f3, 2 choices\nopen: f4, 2 choices\n"
     "open: f5\nopen: l1, 2 choices\n"},
    {"an equal row is another way", 6,
     "flow f1 A credit 1234.56 2025-01-02T10:00\n"
     "flow f2 A credit 8765.43 2025-01-02T11:00\n"
     "flow f3 A credit 9999.99 2025-01-02T12:00\n"
     "line l1 A credit 9999.99 2025-01-03T10:00\n",
     "open: f1, 2 choices\nopen: f2, 2 choices\nopen: f3, 2 choices\nopen: l1, 2 choices\n"},
    {"an equal row alone is no sum", 6,
     "flow f1 A credit 9999.99 2025-01-02T10:00\n"
     "flow f2 A credit 1.00 2025-01-02T11:00\n"
     "line l1 A credit 9999.99 2025-01-03T10:00\n",
     "open: f1\nopen: f2\nopen: l1\n"},
    {"two targets that claim one row", 6,
     "flow f1 A credit 1234.56 2025-01-02T10:00\n"
     "flow f2 A credit 8765.43 2025-01-02T11:00\n"
     "flow f3 A credit 444.42 2025-01-02T12:00\n"
     "line l1 A credit 9999.99 2025-01-03T10:00\n"
     "line l2 A credit 1678.98 2025-01-03T11:00\n",
     "open: f1, 2 choices\nopen: f2, 2 choices\nopen: f3, 2 choices\nopen: l1, 2 choices\n"
     "open: l2, 2 choices\n"},
    {"targets that share nothing, one on each side", 6,
     "flow f1 A credit 1234.56 2025-01-02T10:00\n"
     "flow f2 A credit 8765.43 2025-01-02T11:00\n"
     "line l1 A credit 9999.99 2025-01-03T10:00\n"
     "flow f3 A credit 23456.78 2025-01-02T12:00\n"
     "line l3 A credit 20000.41 2025-01-02T10:00\n"
     "line l4 A credit 3456.37 2025-01-02T10:00\n",
     "subset: f3 = l4 l3\nsubset: f1 f2 = l1\n"},
    {"round amounts prove nothing", 6,
     "flow f1 A credit 1000.00 2025-01-02T10:00\n"
     "flow f2 A credit 2000.00 2025-01-02T11:00\n"
     "line l1 A credit 3000.00 2025-01-03T10:00\n",
     "open: f1, 1 choices\nopen: f2, 1 choices\nopen: l1, 1 choices\n"},
    {"nor do round amounts beside a crooked one", 6,
     "flow f1 A credit 34.56 2025-01-02T10:00\n"
     "flow f2 A credit 1200.00 2025-01-02T11:00\n"
     "flow f3 A credit 700.00 2025-01-02T11:00\n"
     "line l1 A credit 1234.56 2025-01-03T10:00\n",
     "open: f1, 1 choices\nopen: f3\nopen: f2, 1 choices\nopen: l1, 1 choices\n"},
    {"nor do amounts close together", 6,
     "flow f1 A credit 100.01 2025-01-02T10:00\n"
     "flow f2 A credit 100.05 2025-01-02T11:00\n"
     "flow f3 A credit 100.12 2025-01-02T11:00\n"
     "line l1 A credit 200.17 2025-01-03T10:00\n",
     "open: f1\nopen: f2, 1 choices\nopen: f3, 1 choices\nopen: l1, 1 choices\n"},
    {"amounts of nothing are no parts and no targets", 6,
     "flow f1 A credit 1234.56 2025-01-02T10:00\n"
     "flow f2 A credit 8765.43 2025-01-02T11:00\n"
     "flow f3 A credit 0.00 2025-01-02T11:00\n"
     "line l0 A credit 0.00 2025-01-03T10:00\n"
     "line l1 A credit 9999.99 2025-01-03T10:00\n",
     "subset: f1 f2 = l1\nopen: f3\nopen: l0\n"},
};

static void declare(struct made_open *made, int parts_max)
{
    for (int i = 0; i < MADE_BOOKS; i++) {
        made->terms[i].has_window = true;
        made->terms[i].is_window_bdays = true;
        made->terms[i].window_to = 1;
        made->terms[i].subset_parts_max = parts_max;
    }
}

START_TEST(sums_are_found_as_worked_by_hand)
{
    const struct stage_case *c = &cases[_i];
    struct made_open made;
    struct fa_buf text = {0};
    made_open_init(&made, c->rows, &sink);
    declare(&made, c->parts_max);
    ck_assert_int_eq(fa_stage_subsets(&made.resolver), FA_OK);
    made_open_print(&made, &text);
    ck_assert_msg(strcmp(fa_buf_cstr(&text), c->expected) == 0, "%s:\n%snot\n%s", c->name,
                  fa_buf_cstr(&text), c->expected);
    ck_assert_uint_eq(made.resolver.large_blocks, 0);
    fa_buf_release(&text);
    made_open_release(&made);
}
END_TEST

/* --- many rows --- */

static uint64_t random_state;

static uint64_t any_below(uint64_t bound)
{
    random_state += UINT64_C(0x9E3779B97F4A7C15); /* splitmix64, S. Vigna */
    uint64_t z = random_state;
    z = (z ^ z >> 30) * UINT64_C(0xBF58476D1CE4E5B9);
    z = (z ^ z >> 27) * UINT64_C(0x94D049BB133111EB);
    return (z ^ z >> 31) % bound;
}

static void add_row(struct made_open *made, enum fa_side side, int64_t amount_minor,
                    int32_t day)
{
    enum { MONDAY = 20094 }; /* 2025-01-06 */
    struct fa_open row = {.side = side,
                          .amount_minor = amount_minor,
                          .time_us = (MONDAY + day) * FA_DAY_US,
                          .day_no = MONDAY + day,
                          .business_day = MONDAY + day,
                          .row = made->resolver.rows.count,
                          .reference = {"", 0},
                          .id = {"", 0},
                          .reverses = {"", 0},
                          .twin = {"", 0},
                          .detail_of = FA_NO_OPEN,
                          .link = FA_NO_LINK};
    if (fa_vec_add(&made->resolver.rows, row) != FA_OK)
        ck_abort_msg("memory");
}

/* COUNT flows of which the first two are a line. */
static void make_block(struct made_open *made, int count)
{
    int64_t total = 0;
    made_open_init(made, "", &sink);
    random_state = 7;
    for (int i = 0; i < count; i++) {
        int64_t amount = 500000 + (int64_t)any_below(400000);
        total += i < 2 ? amount : 0;
        add_row(made, FA_SIDE_LEDGER, amount, 0);
    }
    add_row(made, FA_SIDE_BANK, total, 0);
    ck_assert_int_eq(fa_resolver_sort(&made->resolver), FA_OK);
    declare(made, 3);
    ck_assert_int_eq(fa_stage_subsets(&made->resolver), FA_OK);
}

START_TEST(a_block_of_16_rows_is_searched_and_one_of_17_is_not)
{
    struct made_open made;
    make_block(&made, 16);
    ck_assert_uint_eq(made.resolver.links.count, 1);
    ck_assert_uint_eq(made.resolver.large_blocks, 0);
    fa_resolver_tell(&made.resolver);
    ck_assert_uint_eq(sink.counts[FA_CODE_MATCH_SUBSET], 0);
    made_open_release(&made);
    make_block(&made, 17);
    ck_assert_uint_eq(made.resolver.links.count, 0);
    ck_assert_uint_eq(made.resolver.large_blocks, 1);
    fa_resolver_tell(&made.resolver);
    ck_assert_uint_eq(sink.counts[FA_CODE_MATCH_SUBSET], 1);
    for (size_t i = 0; i < made.resolver.rows.count; i++) {
        const struct fa_open *row = &made.resolver.rows.items[i];
        ck_assert_int_eq(row->is_beyond_limit, row->side == FA_SIDE_BANK);
        ck_assert_uint_eq(row->choices, 0);
    }
    made_open_release(&made);
}
END_TEST

START_TEST(many_rows_that_cannot_add_up_are_not_beyond_the_limit)
{
    struct made_open made;
    made_open_init(&made, "", &sink);
    for (int i = 0; i < 40; i++)
        add_row(&made, FA_SIDE_LEDGER, 1000 + i, 0);
    add_row(&made, FA_SIDE_BANK, 3200, 0); /* three are 3,114 at most */
    add_row(&made, FA_SIDE_BANK, 2000, 1); /* two are 2,001 at least */
    add_row(&made, FA_SIDE_BANK, 3114, 0);
    ck_assert_int_eq(fa_resolver_sort(&made.resolver), FA_OK);
    declare(&made, 3);
    ck_assert_int_eq(fa_stage_subsets(&made.resolver), FA_OK);
    ck_assert_uint_eq(made.resolver.large_blocks, 1);
    made_open_release(&made);
}
END_TEST

/* Blocks in which every sum of 16 rows is below the target, so that each is looked at, twice.
 */
START_TEST(hostile_rows_do_not_hold_the_search_up)
{
    struct made_open made;
    made_open_init(&made, "", &sink);
    random_state = 10;
    for (int32_t day = 0; day < 3000; day++) {
        int64_t total = 0;
        for (int i = 0; i < 16; i++) {
            int64_t amount = 100000 + (int64_t)any_below(900000000000);
            total += amount;
            add_row(&made, FA_SIDE_LEDGER, amount, 2 * day);
        }
        add_row(&made, FA_SIDE_BANK, total, 2 * day);
    }
    made.terms[MADE_A].has_window = true;
    made.terms[MADE_A].subset_parts_max = 16;
    ck_assert_int_eq(fa_resolver_sort(&made.resolver), FA_OK);
    ck_assert_int_eq(fa_stage_subsets(&made.resolver), FA_OK);
    ck_assert_uint_gt(made.resolver.links.count, 1000);
    ck_assert_uint_gt(made.resolver.large_blocks, 0);
    ck_assert_uint_eq(made.resolver.links.count + made.resolver.large_blocks, 3000);
    made_open_release(&made);
}
END_TEST

/* What became of each row, by its number: the sum of the numbers in its link, or its choices.
 */
static void list_fates(const struct made_open *made, uint64_t *fates)
{
    const struct fa_resolver *r = &made->resolver;
    for (size_t i = 0; i < r->rows.count; i++) {
        const struct fa_open *row = &r->rows.items[i];
        fates[row->row] = row->choices;
        if (fa_open_is_free(row))
            continue;
        const struct fa_link *link = &r->links.items[row->link];
        for (uint32_t k = 0; k < link->member_count; k++)
            fates[row->row] +=
                1000 + r->rows.items[r->members.items[link->first_member + k]].row;
    }
}

/* Rows of both sides, some of which add up, in the order in which they come, turned round, and
 * with the sides exchanged: all the same. */
START_TEST(neither_sides_nor_order_change_a_sum)
{
    enum { COUNT = 12 };
    struct made_open made;
    uint64_t linked = 0, ambiguous = 0;
    made_open_init(&made, "", &sink);
    random_state = 12;
    for (int round = 0; round < 10000; round++) {
        int64_t amounts[COUNT];
        int32_t days[COUNT];
        uint64_t fates[3][COUNT];
        enum fa_side sides[COUNT];
        uint64_t range = round % 2 ? 100 : 1000000;
        for (int i = 0; i < COUNT; i++) {
            amounts[i] = 1 + (int64_t)any_below(range);
            days[i] = (int32_t)any_below(3);
            sides[i] = any_below(2) ? FA_SIDE_BANK : FA_SIDE_LEDGER;
            if (i > 2 && any_below(3) == 0) {
                amounts[i] = amounts[i - 1] + amounts[i - 2];
                sides[i - 1] = sides[i - 2] = !sides[i];
            }
        }
        for (int way = 0; way < 3; way++) {
            made.resolver.rows.count = made.resolver.links.count = 0;
            made.resolver.members.count = 0;
            for (int k = 0; k < COUNT; k++) {
                int i = way == 1 ? COUNT - 1 - k : k;
                add_row(&made, way == 2 ? !sides[i] : sides[i], amounts[i], days[i]);
                made.resolver.rows.items[k].row = (uint64_t)i;
            }
            declare(&made, 4);
            made.terms[MADE_A].window_from = way == 2 ? -1 : 0;
            made.terms[MADE_A].window_to = way == 2 ? 0 : 1;
            if (fa_resolver_sort(&made.resolver) != FA_OK ||
                fa_stage_subsets(&made.resolver) != FA_OK)
                ck_abort_msg("round %d fails", round);
            list_fates(&made, fates[way]);
        }
        if (memcmp(fates[0], fates[1], sizeof fates[0]) ||
            memcmp(fates[0], fates[2], sizeof fates[0]))
            ck_abort_msg("round %d: not the same", round);
        linked += made.resolver.links.count;
        for (int i = 0; i < COUNT; i++)
            ambiguous += fates[0][i] > 1 && fates[0][i] < 1000;
    }
    ck_assert_uint_gt(linked, 1000);
    ck_assert_uint_gt(ambiguous, 1000);
    made_open_release(&made);
}
END_TEST

/* --- the search --- */

static int compare_amounts(const void *left, const void *right)
{
    const int64_t *a = left, *b = right;
    return (*a > *b) - (*a < *b);
}

static void try_every_set(const int64_t *amounts, int count, int64_t total, int parts_max,
                          struct fa_subset *found)
{
    *found = (struct fa_subset){0};
    for (uint32_t rows = 1; rows < UINT32_C(1) << count; rows++) {
        int64_t sum = 0;
        for (int i = 0; i < count; i++)
            sum += rows >> i & 1 ? amounts[i] : 0;
        if (sum != total || __builtin_popcount(rows) > parts_max)
            continue;
        found->choices++;
        found->rows |= rows;
    }
    if (found->choices == 1 && __builtin_popcount(found->rows) == 1)
        *found = (struct fa_subset){0};
}

START_TEST(the_search_finds_every_set)
{
    random_state = 8;
    uint64_t sure = 0, steps = 0;
    for (int round = 0; round < 20000; round++) {
        int64_t amounts[FA_SUBSET_ROWS_MAX], total = 0;
        int count = 2 + (int)any_below(9), parts_max = 2 + (int)any_below(6);
        uint64_t range = round % 2 ? 30 : 1000000;
        for (int i = 0; i < count; i++)
            amounts[i] = 1 + (int64_t)any_below(range);
        qsort(amounts, (size_t)count, sizeof *amounts, compare_amounts);
        for (int i = 0; i < count; i++)
            total += any_below(3) == 0 ? amounts[i] : 0;
        struct fa_subset found, expected;
        if (total == 0)
            continue;
        fa_subset_search(amounts, count, total, parts_max, &steps, &found);
        try_every_set(amounts, count, total, parts_max, &expected);
        if (found.choices != expected.choices || found.rows != expected.rows ||
            (found.is_sure && found.choices != 1))
            ck_abort_msg("round %d: %u choices instead of %u", round, found.choices,
                         expected.choices);
        sure += found.is_sure;
    }
    ck_assert_uint_gt(sure, 3000);
    ck_assert_uint_gt(steps, 0);
}
END_TEST

START_TEST(the_largest_amounts_do_not_overflow)
{
    int64_t amounts[FA_SUBSET_ROWS_MAX];
    uint64_t steps = 0;
    struct fa_subset found;
    for (int i = 0; i < (int)FA_SUBSET_ROWS_MAX; i++)
        amounts[i] = INT64_MAX;
    fa_subset_search(amounts, FA_SUBSET_ROWS_MAX, INT64_MAX, 16, &steps, &found);
    ck_assert_uint_eq(found.choices, 16);
    amounts[0] = 1234567891234567;
    amounts[1] = INT64_MAX - amounts[0];
    fa_subset_search(amounts, FA_SUBSET_ROWS_MAX, INT64_MAX, 16, &steps, &found);
    ck_assert_uint_eq(found.choices, 15);
    fa_subset_search(amounts, 2, INT64_MAX, 16, &steps, &found);
    ck_assert_uint_eq(found.choices, 1);
    ck_assert(found.is_sure);
}
END_TEST

/* Totals that are the sum of three of the amounts, or have nothing to do with them: how many
 * are believed to be sums? Amounts are heavy-tailed, as real ones are, and multiples of a unit.
 */
static uint64_t count_believed(int count, int64_t unit, bool is_sum, int rounds)
{
    uint64_t believed = 0, steps = 0;
    for (int round = 0; round < rounds; round++) {
        int64_t amounts[FA_SUBSET_ROWS_MAX], sum = 0;
        for (int i = 0; i < count; i++) {
            int64_t most = INT64_C(10000) << any_below(8);
            amounts[i] = (1 + (int64_t)any_below((uint64_t)(most / unit))) * unit;
            sum += amounts[i];
        }
        qsort(amounts, (size_t)count, sizeof *amounts, compare_amounts);
        int64_t total = (1 + (int64_t)any_below((uint64_t)(sum / unit))) * unit;
        uint64_t first = any_below((uint64_t)count - 2);
        if (is_sum)
            total = amounts[first] + amounts[first + 1] + amounts[count - 1];
        struct fa_subset found;
        fa_subset_search(amounts, count, total, 6, &steps, &found);
        believed += found.is_sure;
    }
    return believed;
}

START_TEST(chance_is_not_believed)
{
    static const int64_t units[] = {1, 100, 1000, 10000};
    random_state = 9;
    for (size_t i = 0; i < sizeof units / sizeof *units; i++)
        for (int count = 4; count <= 16; count += 2) {
            uint64_t believed = count_believed(count, units[i], false, 1000);
            ck_assert_msg(believed < 20, "%d rows, multiples of %d: %d of 1,000 believed",
                          count, (int)units[i], (int)believed);
        }
}
END_TEST

START_TEST(true_sums_are_believed)
{
    random_state = 11;
    for (int count = 4; count <= 12; count += 2) {
        uint64_t believed = count_believed(count, 1, true, 1000);
        ck_assert_msg(believed > 900, "%d rows: %d of 1,000 believed", count, (int)believed);
    }
}
END_TEST

int main(void)
{
    Suite *suite = suite_create("stage_subset");
    TCase *tcase = tcase_create("stage_subset");
    tcase_add_checked_fixture(tcase, setup, NULL);
    tcase_set_timeout(tcase, 60);
    tcase_add_loop_test(tcase, sums_are_found_as_worked_by_hand, 0,
                        (int)(sizeof cases / sizeof *cases));
    tcase_add_test(tcase, a_block_of_16_rows_is_searched_and_one_of_17_is_not);
    tcase_add_test(tcase, many_rows_that_cannot_add_up_are_not_beyond_the_limit);
    tcase_add_test(tcase, hostile_rows_do_not_hold_the_search_up);
    tcase_add_test(tcase, neither_sides_nor_order_change_a_sum);
    tcase_add_test(tcase, the_search_finds_every_set);
    tcase_add_test(tcase, the_largest_amounts_do_not_overflow);
    tcase_add_test(tcase, chance_is_not_believed);
    tcase_add_test(tcase, true_sums_are_believed);
    suite_add_tcase(suite, tcase);
    SRunner *runner = srunner_create(suite);
    srunner_run_all(runner, CK_NORMAL);
    int failed = srunner_ntests_failed(runner);
    srunner_free(runner);
    return failed ? EXIT_FAILURE : EXIT_SUCCESS;
}
