/* Groups by declared keys: with a name, and without. */
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

enum { NET = 1, LINES = 2, FEES = 4 };

struct group_case {
    const char *name;
    unsigned options;
    const char *rows, *expected;
};

/* 0.6 percent of credits, half up; 2.00 of debits. */
static const struct fa_fee fees[] = {
    {.is_on = {[FA_CREDIT] = true},
     .is_rate = true,
     .rate_ppb = 6000000,
     .at_most_minor = INT64_MAX,
     .rounding = FA_ROUND_HALF_UP},
    {.is_on = {[FA_DEBIT] = true}, .fixed_minor = 200},
};

static void set_terms(struct made_open *made, unsigned options, bool has_name)
{
    for (int i = 0; i < MADE_BOOKS; i++) {
        struct fa_terms *terms = &made->terms[i];
        terms->group_count = 1;
        terms->groups[0] =
            (struct fa_group_rule){.many = options & LINES ? FA_SIDE_BANK : FA_SIDE_LEDGER,
                                   .key_count = 1,
                                   .has_name = has_name,
                                   .is_net = (options & NET) != 0};
        terms->fees = fees;
        terms->fee_count = options & FEES ? 2 : 0;
        terms->has_window = terms->is_window_bdays = true;
        terms->window_to = 1;
    }
}

static void check_case(const struct group_case *test,
                       enum fa_status (*stage)(struct fa_resolver *resolver), bool has_name)
{
    struct made_open made;
    struct fa_buf text = {0};
    made_open_init(&made, test->rows, &sink);
    set_terms(&made, test->options, has_name);
    ck_assert_int_eq(stage(&made.resolver), FA_OK);
    made_open_print(&made, &text);
    ck_assert_msg(strcmp(fa_buf_cstr(&text), test->expected) == 0, "%s:\n%s", test->name,
                  fa_buf_cstr(&text));
    fa_buf_release(&text);
    made_open_release(&made);
}

static const struct group_case named_cases[] = {
    {"a batch in one line", 0,
     "flow f1 A debit 60.00 2025-01-02T10:00 key0=B1\n"
     "flow f2 A debit 40.00 2025-01-02T11:00 key0=B1\n"
     "flow f3 A debit 40.00 2025-01-02T11:00 key0=B2\n"
     "flow f4 A credit 5.00 2025-01-02T11:00 key0=B1\n"
     "flow f5 B debit 40.00 2025-01-02T11:00 key0=B1\n"
     "line l1 A debit 100.00 2025-02-03T09:00 key0=B1\n",
     "named_group: f1 f2 = l1\n"
     "open: f4\nopen: f3\nopen: f5\n"},
    {"in two lines", 0,
     "flow f1 A debit 60.00 2025-01-02T10:00 key0=B1\n"
     "flow f2 A debit 40.00 2025-01-02T11:00 key0=B1\n"
     "line l1 A debit 70.00 2025-01-03T09:00 key0=B1\n"
     "line l2 A debit 30.00 2025-01-06T09:00 key0=B1\n",
     "named_group: f1 f2 = l1 l2\n"},
    {"one flow in many lines", LINES,
     "flow f1 A debit 100.00 2025-01-02T10:00 key0=O1\n"
     "line l1 A debit 70.00 2025-01-03T09:00 key0=O1\n"
     "line l2 A debit 30.00 2025-01-06T09:00 key0=O1\n",
     "named_group: f1 = l1 l2\n"},
    {"a fee of each flow", FEES, /* 0.01 of each, where the sum would be 0.03 */
     "flow f1 A credit 1.00 2025-01-02T10:00 key0=B1\n"
     "flow f2 A credit 1.00 2025-01-02T11:00 key0=B1\n"
     "flow f3 A credit 1.00 2025-01-02T12:00 key0=B1\n"
     "flow f4 A credit 2.00 2025-01-02T13:00 key0=B1\n"
     "line l1 A credit 4.96 2025-01-03T09:00 key0=B1\n",
     "named_group: f1 f2 f3 f4 = l1, fee 0.04\n"},
    {"a fee of the sum", FEES,
     "flow f1 A debit 60.00 2025-01-02T10:00 key0=B1\n"
     "flow f2 A debit 40.00 2025-01-02T11:00 key0=B1\n"
     "line l1 A debit 102.00 2025-01-03T09:00 key0=B1\n",
     "named_group: f1 f2 = l1, fee 2.00\n"},
    {"a fixed fee of each", FEES,
     "flow f1 A debit 60.00 2025-01-02T10:00 key0=B1\n"
     "flow f2 A debit 40.00 2025-01-02T11:00 key0=B1\n"
     "line l1 A debit 104.00 2025-01-03T09:00 key0=B1\n",
     "named_group: f1 f2 = l1, fee 4.00\n"},
    {"net, with the direction of what is more", NET,
     "flow f1 A debit 60.00 2025-01-02T10:00 key0=B1\n"
     "flow f2 A credit 90.00 2025-01-02T11:00 key0=B1\n"
     "line l1 A credit 30.00 2025-01-03T09:00 key0=B1\n",
     "named_group: f2 f1 = l1\n"},
    {"net, the other direction is another amount", NET,
     "flow f1 A debit 90.00 2025-01-02T10:00 key0=B1\n"
     "flow f2 A credit 60.00 2025-01-02T11:00 key0=B1\n"
     "line l1 A credit 30.00 2025-01-03T09:00 key0=B1\n",
     "open: f2\nopen: l1\nopen: f1\n"},
    {"net, less a fee of the credits", NET | FEES,
     "flow f1 A debit 60.00 2025-01-02T10:00 key0=B1\n"
     "flow f2 A credit 100.00 2025-01-02T11:00 key0=B1\n"
     "line l1 A credit 39.40 2025-01-03T09:00 key0=B1\n",
     "named_group: f2 f1 = l1, fee 0.60\n"},
    {"a sum of nothing proves nothing", NET,
     "flow f1 A debit 60.00 2025-01-02T10:00 key0=B1\n"
     "flow f2 A credit 60.00 2025-01-02T11:00 key0=B1\n"
     "line l1 A credit 30.00 2025-01-03T09:00 key0=B1\n"
     "line l2 A debit 30.00 2025-01-03T09:00 key0=B1\n",
     "open: f2\nopen: l1\nopen: f1\nopen: l2\n"},
    {"the bank lacks one", 0,
     "flow f1 A debit 60.00 2025-01-02T10:00 key0=B1\n"
     "flow f2 A debit 40.00 2025-01-02T11:00 key0=B1\n"
     "flow f3 A debit 30.00 2025-01-02T11:00 key0=B1\n"
     "line l1 A debit 90.00 2025-01-03T09:00 key0=B1\n",
     "named_group: f1 f3 = l1\nopen: f2\n"},
    {"the bank lacks one of three alike", 0,
     "flow f1 A debit 60.00 2025-01-02T10:00 key0=B1\n"
     "flow f3 A debit 60.00 2025-01-02T12:00 key0=B1\n"
     "flow f2 A debit 60.00 2025-01-02T11:00 key0=B1\n"
     "flow f4 A debit 10.00 2025-01-02T11:00 key0=B1\n"
     "line l1 A debit 130.00 2025-01-03T09:00 key0=B1\n",
     "named_group: f1 f4 f2 = l1, interchangeable\nopen: f3\n"},
    {"the bank lacks one, and took a fee of each", FEES,
     "flow f1 A debit 60.00 2025-01-02T10:00 key0=B1\n"
     "flow f2 A debit 40.00 2025-01-02T11:00 key0=B1\n"
     "flow f3 A debit 30.00 2025-01-02T11:00 key0=B1\n"
     "line l1 A debit 94.00 2025-01-03T09:00 key0=B1\n",
     "named_group: f1 f3 = l1, fee 4.00\nopen: f2\n"},
    {"the bank lacks one, and took a rate of the rest", FEES,
     "flow f1 A credit 60.00 2025-01-02T10:00 key0=B1\n"
     "flow f2 A credit 40.00 2025-01-02T11:00 key0=B1\n"
     "flow f3 A credit 30.33 2025-01-02T12:00 key0=B1\n"
     "line l1 A credit 69.91 2025-01-03T09:00 key0=B1\n",
     "named_group: f2 f3 = l1, fee 0.42\nopen: f1\n"},
    {"the bank booked the batch twice", 0,
     "flow f1 A debit 60.00 2025-01-02T10:00 key0=B1\n"
     "flow f2 A debit 40.00 2025-01-02T11:00 key0=B1\n"
     "line l1 A debit 100.00 2025-01-03T09:00 key0=B1\n"
     "line l2 A debit 100.00 2025-01-04T09:00 key0=B1\n",
     "named_group: f1 f2 = l1, interchangeable\nopen: l2\n"},
    {"net, two rows on different sides would do", NET,
     "flow f1 A credit 60.00 2025-01-02T10:00 key0=B1\n"
     "flow f2 A credit 40.00 2025-01-02T11:00 key0=B1\n"
     "line l1 A credit 100.00 2025-01-03T09:00 key0=B1\n"
     "line l2 A debit 40.00 2025-01-03T09:00 key0=B1\n",
     "open: f1\nopen: f2\nopen: l1\nopen: l2\n"},
    {"unexplained: left to other stages", 0,
     "flow f1 A debit 60.00 2025-01-02T10:00 key0=B1\n"
     "flow f2 A debit 40.00 2025-01-02T11:00 key0=B1\n"
     "line l1 A debit 99.00 2025-01-03T09:00 key0=B1\n",
     "open: f1\nopen: f2\nopen: l1\n"},
    {"one side alone", 0,
     "flow f1 A debit 60.00 2025-01-02T10:00 key0=B1\n"
     "line l1 A debit 60.00 2025-01-03T09:00 key0=B2\n"
     "line l2 A debit 60.00 2025-01-03T09:00\n",
     "open: f1\nopen: l1\nopen: l2\n"},
};

START_TEST(named_groups)
{
    check_case(&named_cases[_i], fa_stage_named_groups, true);
}
END_TEST

static const struct group_case amount_cases[] = {
    {"what a name holds together is one difference", 0,
     "flow f1 A debit 60.00 2025-01-02T10:00 key0=B1\n"
     "flow f2 A debit 40.00 2025-01-02T11:00 key0=B1\n"
     "line l1 A debit 99.00 2025-01-03T09:00 key0=B1\n"
     "line l2 A debit 99.00 2025-01-03T09:00 key0=B2\n",
     "named_group: f1 f2 = l1\nopen: l2\n"},
    {"no difference is no such case", NET,
     "flow f1 A debit 60.00 2025-01-02T10:00 key0=B1\n"
     "flow f2 A credit 60.00 2025-01-02T11:00 key0=B1\n"
     "line l1 A credit 30.00 2025-01-03T09:00 key0=B1\n"
     "line l2 A debit 30.00 2025-01-03T09:00 key0=B1\n",
     "open: f2\nopen: l1\nopen: f1\nopen: l2\n"},
};

START_TEST(named_groups_with_different_sums)
{
    check_case(&amount_cases[_i], fa_stage_group_amounts, true);
}
END_TEST

/* 2025-01-03 is a Friday. */
static const struct group_case sum_cases[] = {
    {"a day's sum, a working day later", 0,
     "flow f1 A credit 60.00 2025-01-03T10:00 key0=day3\n"
     "flow f2 A credit 40.00 2025-01-03T11:00 key0=day3\n"
     "line l0 A credit 100.00 2025-01-02T09:00\n"
     "line l1 A credit 100.00 2025-01-06T09:00\n"
     "line l2 A credit 100.00 2025-01-07T09:00\n"
     "line l3 A debit 100.00 2025-01-06T09:00\n"
     "line l4 B credit 100.00 2025-01-06T09:00\n",
     "group: f1 f2 = l1\n"
     "open: l0\nopen: l2\nopen: l3\nopen: l4\n"},
    {"a weekend is as the Monday behind it", 0,
     "flow f1 A credit 60.00 2025-01-04T10:00 key0=a\n"
     "flow f2 A credit 40.00 2025-01-05T11:00 key0=a\n"
     "line l1 A credit 100.00 2025-01-04T09:00\n",
     "group: f1 f2 = l1\n"},
    {"the group's last day counts", 0,
     "flow f1 A credit 60.00 2025-01-02T10:00 key0=a\n"
     "flow f2 A credit 40.00 2025-01-08T11:00 key0=a\n"
     "line l1 A credit 100.00 2025-01-09T09:00\n",
     "group: f1 f2 = l1\n"},
    {"one row is no group", 0,
     "flow f1 A credit 60.00 2025-01-02T10:00 key0=a\n"
     "line l1 A credit 60.00 2025-01-02T19:00\n",
     "open: f1\nopen: l1\n"},
    {"two lines could be it", 0,
     "flow f1 A credit 60.00 2025-01-02T10:00 key0=a\n"
     "flow f2 A credit 40.00 2025-01-02T11:00 key0=a\n"
     "line l1 A credit 100.00 2025-01-02T19:00\n"
     "line l2 A credit 100.00 2025-01-03T19:00\n",
     "open: f1, 2 choices\nopen: f2, 2 choices\nopen: l1, 2 choices\nopen: l2, 2 choices\n"},
    {"three groups could be it", 0,
     "flow f1 A credit 60.00 2025-01-02T10:00 key0=a\n"
     "flow f2 A credit 40.00 2025-01-02T11:00 key0=a\n"
     "flow f3 A credit 60.00 2025-01-02T12:00 key0=b\n"
     "flow f4 A credit 40.00 2025-01-02T13:00 key0=b\n"
     "flow f5 A credit 50.00 2025-01-02T14:00 key0=c\n"
     "flow f6 A credit 50.00 2025-01-02T15:00 key0=c\n"
     "line l1 A credit 100.00 2025-01-02T19:00\n",
     "open: f1, 3 choices\nopen: f2, 3 choices\nopen: f3, 3 choices\nopen: f4, 3 choices\n"
     "open: f5, 3 choices\nopen: f6, 3 choices\nopen: l1, 3 choices\n"},
    {"as many lines as groups: in the order of time", 0,
     "flow f1 A credit 60.00 2025-01-02T10:00 key0=z\n"
     "flow f2 A credit 40.00 2025-01-02T11:00 key0=z\n"
     "flow f3 A credit 60.00 2025-01-03T12:00 key0=b\n"
     "flow f4 A credit 40.00 2025-01-03T13:00 key0=b\n"
     "flow f5 A credit 99.00 2025-01-06T13:00 key0=c\n"
     "flow f6 A credit 1.00 2025-01-06T13:00 key0=c\n"
     "line l1 A credit 100.00 2025-01-03T19:00\n"
     "line l2 A credit 100.00 2025-01-03T20:00\n"
     "line l3 A credit 100.00 2025-01-07T20:00\n",
     "group: f1 f2 = l1, interchangeable\n"
     "group: f3 f4 = l2, interchangeable\n"
     "group: f6 f5 = l3\n"},
    {"as many, but not for each", 0,
     "flow f1 A credit 60.00 2025-01-02T10:00 key0=a\n"
     "flow f2 A credit 40.00 2025-01-02T11:00 key0=a\n"
     "flow f3 A credit 60.00 2025-01-02T12:00 key0=b\n"
     "flow f4 A credit 40.00 2025-01-02T13:00 key0=b\n"
     "flow f5 A credit 99.00 2025-01-06T13:00 key0=c\n"
     "flow f6 A credit 1.00 2025-01-06T13:00 key0=c\n"
     "line l1 A credit 100.00 2025-01-02T19:00\n"
     "line l2 A credit 100.00 2025-01-06T20:00\n"
     "line l3 A credit 100.00 2025-01-07T20:00\n",
     "open: f1, 2 choices\nopen: f2, 2 choices\nopen: f3, 2 choices\nopen: f4, 2 choices\n"
     "open: f6, 2 choices\nopen: f5, 2 choices\n"
     "open: l1, 2 choices\nopen: l2, 2 choices\nopen: l3, 2 choices\n"},
    {"net of a fee of the sum", FEES,
     "flow f1 A credit 60.00 2025-01-02T10:00 key0=a\n"
     "flow f2 A credit 40.00 2025-01-02T11:00 key0=a\n"
     "line l1 A credit 99.40 2025-01-02T19:00\n",
     "group: f1 f2 = l1, fee 0.60\n"},
    {"without the fee first", FEES,
     "flow f1 A credit 60.00 2025-01-02T10:00 key0=a\n"
     "flow f2 A credit 40.00 2025-01-02T11:00 key0=a\n"
     "line l1 A credit 99.40 2025-01-02T19:00\n"
     "line l2 A credit 100.00 2025-01-03T19:00\n",
     "group: f1 f2 = l2\nopen: l1\n"},
    {"two fees, two lines", FEES,
     "flow f1 A debit 60.00 2025-01-02T10:00 key0=a\n"
     "flow f2 A debit 40.00 2025-01-02T11:00 key0=a\n"
     "line l1 A debit 102.00 2025-01-02T19:00\n"
     "line l2 A debit 104.00 2025-01-03T19:00\n",
     "open: f1, 2 choices\nopen: f2, 2 choices\nopen: l1, 2 choices\nopen: l2, 2 choices\n"},
    {"ambiguous stays so, fee or not", FEES,
     "flow f1 A credit 60.00 2025-01-02T10:00 key0=a\n"
     "flow f2 A credit 40.00 2025-01-02T11:00 key0=a\n"
     "line l1 A credit 99.40 2025-01-02T19:00\n"
     "line l2 A credit 100.00 2025-01-03T19:00\n"
     "line l3 A credit 100.00 2025-01-03T19:00\n",
     "open: f1, 2 choices\nopen: f2, 2 choices\nopen: l1\nopen: l2, 2 choices\n"
     "open: l3, 2 choices\n"},
    {"a flow in two lines", LINES,
     "flow f1 A debit 100.00 2025-01-03T10:00\n"
     "flow f2 A debit 100.00 2025-01-08T10:00\n"
     "line l1 A debit 60.00 2025-01-06T10:00 key0=a\n"
     "line l2 A debit 40.00 2025-01-06T10:00 key0=a\n",
     "group: f1 = l2 l1\nopen: f2\n"},
    {"a flow in two lines with a fee", LINES | FEES,
     "flow f1 A debit 98.00 2025-01-03T10:00\n"
     "line l1 A debit 60.00 2025-01-06T10:00 key0=a\n"
     "line l2 A debit 40.00 2025-01-06T10:00 key0=a\n",
     "group: f1 = l2 l1, fee 2.00\n"},
    {"net", NET,
     "flow f1 A debit 60.00 2025-01-02T10:00 key0=a\n"
     "flow f2 A credit 40.00 2025-01-02T11:00 key0=a\n"
     "line l1 A credit 20.00 2025-01-02T19:00\n"
     "line l2 A debit 20.00 2025-01-02T19:00\n",
     "group: f2 f1 = l2\nopen: l1\n"},
    {"net of nothing", NET,
     "flow f1 A debit 40.00 2025-01-02T10:00 key0=a\n"
     "flow f2 A credit 40.00 2025-01-02T11:00 key0=a\n"
     "line l1 A credit 0.00 2025-01-02T19:00\n",
     "open: f2\nopen: l1\nopen: f1\n"},
};

START_TEST(sums)
{
    check_case(&sum_cases[_i], fa_stage_groups, false);
}
END_TEST

int main(void)
{
    Suite *suite = suite_create("stage_group");
    TCase *tcase = tcase_create("stage_group");
    tcase_add_checked_fixture(tcase, setup, NULL);
    tcase_add_loop_test(tcase, named_groups, 0, sizeof named_cases / sizeof *named_cases);
    tcase_add_loop_test(tcase, named_groups_with_different_sums, 0,
                        sizeof amount_cases / sizeof *amount_cases);
    tcase_add_loop_test(tcase, sums, 0, sizeof sum_cases / sizeof *sum_cases);
    suite_add_tcase(suite, tcase);
    SRunner *runner = srunner_create(suite);
    srunner_run_all(runner, CK_NORMAL);
    int failed = srunner_ntests_failed(runner);
    srunner_free(runner);
    return failed ? EXIT_FAILURE : EXIT_SUCCESS;
}
