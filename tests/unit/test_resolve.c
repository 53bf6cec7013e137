/* The resolver without a stream: its order of rows, and links. */
#include <check.h>
#include <stdlib.h>

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

static void expect(const struct made_open *made, const char *expected)
{
    struct fa_buf text = {0};
    made_open_print(made, &text);
    ck_assert_str_eq(fa_buf_cstr(&text), expected);
    fa_buf_release(&text);
}

START_TEST(rows_stand_in_one_order)
{
    struct made_open made;
    made_open_init(&made,
                   "line l1 B credit 1.00 2025-01-02T10:00\n"
                   "flow f4 A debit 1.00 2025-01-02T09:00\n"
                   "line l2 A credit 1.00 2025-01-01T10:00\n"
                   "flow f3 U credit 1.00 2025-01-02T10:00\n"
                   "flow f2 A credit 1.00 2025-01-02T10:00 ref=b\n"
                   "flow f1 A credit 1.00 2025-01-02T10:00 ref=a\n",
                   &sink);
    expect(&made, "open: f1\nopen: f2\nopen: l2\nopen: f4\nopen: f3\nopen: l1\n");
    made_open_release(&made);
}
END_TEST

START_TEST(links_claim_rows)
{
    struct made_open made;
    made_open_init(&made,
                   "flow f1 A credit 1.00 2025-01-01T10:00\n"
                   "flow f2 A credit 1.00 2025-01-02T10:00\n"
                   "line l1 A credit 1.95 2025-01-03T10:00\n",
                   &sink);
    const uint32_t members[] = {2, 1, 0};
    const struct fa_link link = {.stage = FA_STAGE_GROUP, .fee_minor = 5};
    ck_assert_int_eq(fa_resolver_link(&made.resolver, &link, members, 3), FA_OK);
    expect(&made, "group: f1 f2 = l1, fee 0.05\n");
    made_open_release(&made);
}
END_TEST

int main(void)
{
    Suite *suite = suite_create("resolve");
    TCase *tcase = tcase_create("resolve");
    tcase_add_checked_fixture(tcase, setup, NULL);
    tcase_add_test(tcase, rows_stand_in_one_order);
    tcase_add_test(tcase, links_claim_rows);
    suite_add_tcase(suite, tcase);
    SRunner *runner = srunner_create(suite);
    srunner_run_all(runner, CK_NORMAL);
    int failed = srunner_ntests_failed(runner);
    srunner_free(runner);
    return failed ? EXIT_FAILURE : EXIT_SUCCESS;
}
