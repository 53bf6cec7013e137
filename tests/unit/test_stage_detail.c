/* Payments within a line. */
#include <check.h>
#include <stdlib.h>
#include <string.h>

#include "made_open.h"

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

struct detail_case {
    const char *name, *rows, *expected;
    int split, uneven;
};

static const struct detail_case cases[] = {
    {"all met",
     "flow f1 A debit 60.00 2025-01-02T10:00 ref=O1\n"
     "flow f2 A debit 40.00 2025-01-02T11:00 ref=O2\n"
     "line l1 A debit 100.00 2025-01-03T09:00 ref=BATCH\n"
     "detail l1 1 60.00 ref=O1\n"
     "detail l1 2 40.00 ref=O2\n",
     "detail: f1 = l1/1\n"
     "detail: f2 = l1/2\n",
     1, 0},
    {"one missing on each side",
     "flow f1 A debit 60.00 2025-01-02T10:00 ref=O1\n"
     "flow f9 A debit 40.00 2025-01-02T11:00 ref=O9\n"
     "line l1 A debit 100.00 2025-01-03T09:00\n"
     "detail l1 1 60.00 ref=O1\n"
     "detail l1 2 40.00 ref=O2\n",
     "detail: f1 = l1/1\n"
     "open: f9\n"
     "open: l1/2\n",
     1, 0},
    {"a reference with another amount is for the stages behind",
     "flow f1 A debit 61.00 2025-01-02T10:00 ref=O1\n"
     "line l1 A debit 100.00 2025-01-03T09:00\n"
     "detail l1 1 60.00 ref=O1\n"
     "detail l1 2 40.00\n",
     "open: f1\n"
     "open: l1/2\n"
     "open: l1/1\n",
     1, 0},
    {"nothing known of it: stays whole",
     "flow f1 A debit 100.00 2025-01-02T10:00 ref=O7\n"
     "line l1 A debit 100.00 2025-01-03T09:00\n"
     "detail l1 1 60.00 ref=O1\n"
     "detail l1 2 40.00 ref=O2\n",
     "open: f1\n"
     "open: l1\n",
     0, 0},
    {"the other direction, book or an empty reference is not known",
     "flow f1 A credit 60.00 2025-01-02T10:00 ref=O1\n"
     "flow f2 B debit 60.00 2025-01-02T10:00 ref=O1\n"
     "flow f3 A debit 40.00 2025-01-02T10:00\n"
     "line l1 A debit 100.00 2025-01-03T09:00\n"
     "detail l1 1 60.00 ref=O1\n"
     "detail l1 2 40.00\n",
     "open: f1\n"
     "open: f3\n"
     "open: l1\n"
     "open: f2\n",
     0, 0},
    {"does not add up",
     "flow f1 A debit 60.00 2025-01-02T10:00 ref=O1\n"
     "line l1 A debit 100.00 2025-01-03T09:00\n"
     "detail l1 1 60.00 ref=O1\n"
     "detail l1 2 40.01 ref=O2\n",
     "open: f1\n"
     "open: l1\n",
     0, 1},
    {"an amount is missing",
     "flow f1 A debit 60.00 2025-01-02T10:00 ref=O1\n"
     "line l1 A debit 60.00 2025-01-03T09:00\n"
     "detail l1 1 60.00 ref=O1\n"
     "detail l1 2 - ref=O2\n",
     "open: f1\n"
     "open: l1\n",
     0, 1},
    {"a single detail says what its line says",
     "flow f1 A debit 60.00 2025-01-02T10:00 ref=O1\n"
     "line l1 A debit 61.00 2025-01-03T09:00 ref=O1\n"
     "detail l1 1 61.00 ref=O1\n",
     "open: f1\n"
     "open: l1\n",
     0, 0},
    {"a single detail with a reference of its own",
     "flow f1 A debit 60.00 2025-01-02T10:00 ref=O1\n"
     "line l1 A debit 60.00 2025-01-03T09:00 ref=BATCH\n"
     "detail l1 1 60.00 ref=O1\n",
     "detail: f1 = l1/1\n", 1, 0},
    {"alike payments in two lines meet in the order of time",
     "flow f1 A debit 60.00 2025-01-02T10:00 ref=O1\n"
     "flow f2 A debit 60.00 2025-01-02T11:00 ref=O1\n"
     "line l2 A debit 60.00 2025-01-03T10:00\n"
     "line l1 A debit 120.00 2025-01-03T09:00\n"
     "detail l1 1 60.00 ref=O1\n"
     "detail l1 2 60.00 ref=O1\n"
     "detail l2 1 60.00 ref=O1\n",
     "detail: f1 = l1/1\n"
     "detail: f2 = l1/2\n"
     "open: l2/1\n",
     2, 0},
};

static void check_case(const struct detail_case *test, bool is_declared)
{
    struct made_open made;
    struct fa_buf text = {0};
    made_open_init(&made, test->rows, &sink);
    for (int i = 0; i < MADE_BOOKS; i++)
        made.terms[i].matches_details = is_declared;
    ck_assert_int_eq(fa_stage_details(&made.resolver), FA_OK);
    if (is_declared) {
        made_open_print(&made, &text);
        ck_assert_msg(strcmp(fa_buf_cstr(&text), test->expected) == 0, "%s:\n%s", test->name,
                      fa_buf_cstr(&text));
        ck_assert_uint_eq(made.resolver.split_lines, (unsigned)test->split);
        ck_assert_uint_eq(made.resolver.uneven_lines, (unsigned)test->uneven);
    } else {
        ck_assert_uint_eq(made.resolver.links.count + made.resolver.split_lines +
                              made.resolver.uneven_lines,
                          0);
    }
    fa_buf_release(&text);
    made_open_release(&made);
}

START_TEST(details_take_the_place_of_their_line)
{
    check_case(&cases[_i], true);
}
END_TEST

START_TEST(nothing_without_a_scheme)
{
    check_case(&cases[_i], false);
}
END_TEST

int main(void)
{
    enum { CASES = sizeof cases / sizeof *cases };
    Suite *suite = suite_create("stage_detail");
    TCase *tcase = tcase_create("stage_detail");
    tcase_add_checked_fixture(tcase, setup, NULL);
    tcase_add_loop_test(tcase, details_take_the_place_of_their_line, 0, CASES);
    tcase_add_loop_test(tcase, nothing_without_a_scheme, 0, CASES);
    suite_add_tcase(suite, tcase);
    SRunner *runner = srunner_create(suite);
    srunner_run_all(runner, CK_NORMAL);
    int failed = srunner_ntests_failed(runner);
    srunner_free(runner);
    return failed ? EXIT_FAILURE : EXIT_SUCCESS;
}
