/* Stages that go by what rows say of themselves: reversals, duplicates, references. */
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

struct expectation {
    const char *name;
    const char *rows;
    const char *links;
};

static enum fa_status run_own(struct fa_resolver *r)
{
    FA_TRY(fa_stage_reversals(r));
    FA_TRY(fa_stage_references(r));
    return fa_stage_duplicates(r);
}

/* With a tolerance of 0.05 and a fee of 0.60 for either direction, or without. */
static void expect(const struct expectation *e, bool has_terms)
{
    static const struct fa_fee fee = {.is_on = {true, true}, .fixed_minor = 60};
    struct made_open made;
    struct fa_buf text = {0};
    made_open_init(&made, e->rows, &sink);
    for (int book = 0; has_terms && book < MADE_BOOKS; book++) {
        made.terms[book].tolerance_minor = 5;
        made.terms[book].fees = &fee;
        made.terms[book].fee_count = 1;
    }
    ck_assert_int_eq(run_own(&made.resolver), FA_OK);
    made_open_print(&made, &text);
    ck_assert_msg(strcmp(fa_buf_cstr(&text), e->links) == 0, "%s: found\n%s\nexpected\n%s",
                  e->name, fa_buf_cstr(&text), e->links);
    fa_buf_release(&text);
    made_open_release(&made);
}

static const struct expectation of_itself[] = {
    {"a row whose twin was matched",
     "flow f2 A credit 1.00 2025-01-02T10:00 ref=o1 twin=f1\n"
     "line l2 A credit 2.00 2025-01-02T10:00 ref=o2 twin=l1\n"
     "line l3 A credit 2.00 2025-01-02T10:00 ref=o3\n",
     "duplicate: f2\nduplicate: = l2\nopen: l3\n"},
    {"not where the other side has a second row of the reference too",
     "flow f2 A credit 1.00 2025-01-02T10:00 ref=o1 twin=f1\n"
     "line l2 A credit 0.99 2025-01-02T10:00 ref=o1\n",
     "reference_amount: f2 = l2\n"},
    {"a flow takes another one back, whatever their orders",
     "flow f1 A credit 1.00 2025-01-02T10:00 ref=o1\n"
     "flow f2 A debit 1.00 2025-01-05T10:00 ref=o2 reverses=f1\n",
     "reversal: f1 f2\n"},
    {"not one of another amount, direction or account, nor itself, nor one that is unknown",
     "flow f1 A credit 1.00 2025-01-02T10:00 ref=o1\n"
     "flow f2 A debit 1.01 2025-01-03T10:00 ref=o2 reverses=f1\n"
     "flow f3 A credit 1.00 2025-01-04T10:00 ref=o3 reverses=f1\n"
     "flow f4 B debit 1.00 2025-01-05T10:00 ref=o4 reverses=f1\n"
     "flow f5 U debit 1.00 2025-01-05T10:00 ref=o5 reverses=f1\n"
     "flow f6 A credit 2.00 2025-01-05T10:00 ref=o6 reverses=f6\n"
     "flow f6 A debit 2.00 2025-01-05T10:00 ref=o6 reverses=f6\n"
     "flow f7 A debit 1.00 2025-01-05T10:00 ref=o7 reverses=f0\n",
     "open: f1\nopen: f3\nopen: f6\nopen: f2\nopen: f7\nopen: f6\nopen: f5\nopen: f4\n"},
    {"one flow is taken back once, by the first",
     "flow f1 A credit 1.00 2025-01-02T10:00 ref=o1\n"
     "flow f3 A debit 1.00 2025-01-05T10:00 ref=o3 reverses=f1\n"
     "flow f2 A debit 1.00 2025-01-04T10:00 ref=o2 reverses=f1\n",
     "reversal: f1 f2\nopen: f3\n"},
    {"a flow between two books is taken back in both",
     "flow f1 A debit 1.00 2025-01-02T10:00 ref=o1\n"
     "flow f1 B credit 1.00 2025-01-02T10:00 ref=o1\n"
     "flow f2 A credit 1.00 2025-01-03T10:00 ref=o2 reverses=f1\n"
     "flow f2 B debit 1.00 2025-01-03T10:00 ref=o2 reverses=f1\n",
     "reversal: f2 f1\nreversal: f1 f2\n"},
    {"a copy that its own side took back is no duplicate",
     "flow f2 A credit 1.00 2025-01-02T10:00 ref=o1 twin=f1\n"
     "flow f3 A debit 1.00 2025-01-03T10:00 ref=o3 reverses=f1\n"
     "flow f5 A credit 1.00 2025-01-02T10:00 ref=o5 twin=f4\n"
     "flow f6 A debit 1.00 2025-01-03T10:00 ref=o6 reverses=f5\n",
     "reversal: f2 f3\nreversal: f5 f6\n"},
    {"lines of one reference, one of which says that it reverses",
     "line l1 A credit 1.00 2025-01-02T10:00 ref=o1\n"
     "line l2 A debit 1.00 2025-01-03T10:00 ref=o1 reversal\n"
     "line l3 A credit 1.00 2025-01-02T10:00 ref=o3\n"
     "line l4 A debit 1.00 2025-01-03T10:00 ref=o3\n"
     "line l5 A credit 1.00 2025-01-02T10:00\n"
     "line l6 A debit 1.00 2025-01-03T10:00 reversal\n"
     "line l7 A credit 1.00 2025-01-02T10:00 ref=o7 reversal\n"
     "line l8 A debit 1.00 2025-01-03T10:00 ref=o7 reversal\n",
     "reversal: = l1 l2\nopen: l5\nopen: l3\nopen: l7\nopen: l6\nopen: l4\nopen: l8\n"},
    {"flows and lines do not take each other back",
     "flow o1 A credit 1.00 2025-01-02T10:00 ref=o1\n"
     "line l2 A debit 1.00 2025-01-03T10:00 ref=o1 reversal\n",
     "open: o1\nopen: l2\n"},
    {"each takes one of those that are alike",
     "line l1 A credit 1.00 2025-01-02T10:00 ref=o1\n"
     "line l2 A credit 1.00 2025-01-02T11:00 ref=o1\n"
     "line l3 A credit 1.00 2025-01-02T12:00 ref=o1\n"
     "line l4 A debit 1.00 2025-01-03T10:00 ref=o1 reversal\n"
     "line l5 A debit 1.00 2025-01-03T11:00 ref=o1 reversal\n"
     "line l6 A debit 1.00 2025-01-03T11:00 ref=o1\n"
     "line l7 A credit 1.00 2025-01-03T12:00 ref=o1 reversal\n",
     "reversal: = l1 l4\nreversal: = l2 l5\nreversal: = l7 l6\nopen: l3\n"},
};

START_TEST(rows_of_one_side)
{
    expect(&of_itself[_i], false);
}
END_TEST

static const struct expectation of_references[] = {
    {"one flow, two lines",
     "flow f1 A credit 100.00 2025-01-02T10:00 ref=o1\n"
     "line l1 A credit 60.00 2025-01-02T11:00 ref=o1\n"
     "line l2 A credit 40.00 2025-01-03T11:00 ref=o1\n",
     "reference_sum: f1 = l1 l2\n"},
    {"two flows, one line, and the same the other way round",
     "flow f1 A credit 60.00 2025-01-02T10:00 ref=o1\n"
     "flow f2 A credit 40.00 2025-01-02T10:01 ref=o1\n"
     "line l1 A credit 100.00 2025-01-02T11:00 ref=o1\n"
     "flow f3 A debit 100.00 2025-01-02T10:00 ref=o1\n"
     "line l3 A debit 60.00 2025-01-02T11:00 ref=o1\n"
     "line l4 A debit 40.00 2025-01-02T12:00 ref=o1\n",
     "reference_sum: f1 f2 = l1\nreference_sum: f3 = l3 l4\n"},
    {"credits less debits",
     "flow f1 A credit 100.00 2025-01-02T10:00 ref=o1\n"
     "flow f2 A debit 30.00 2025-01-02T10:01 ref=o1\n"
     "line l1 A credit 70.00 2025-01-02T11:00 ref=o1\n",
     "reference_sum: f1 f2 = l1\n"},
    {"one direction adds up, the other does not",
     "flow f1 A credit 100.00 2025-01-02T10:00 ref=o1\n"
     "line l1 A credit 70.00 2025-01-02T11:00 ref=o1\n"
     "line l2 A credit 30.00 2025-01-02T12:00 ref=o1\n"
     "flow f2 A debit 5.00 2025-01-02T10:01 ref=o1\n",
     "reference_sum: f1 = l1 l2\nopen: f2\n"},
    {"sums of nothing prove nothing, sums in two books neither",
     "flow f1 A credit 100.00 2025-01-02T10:00 ref=o1\n"
     "flow f2 A debit 100.00 2025-01-02T10:01 ref=o1\n"
     "line l1 A credit 70.00 2025-01-02T11:00 ref=o2\n"
     "line l2 A debit 70.00 2025-01-02T11:00 ref=o2\n"
     "flow f3 A credit 70.00 2025-01-02T11:00 ref=o3\n"
     "line l3 A credit 60.00 2025-01-02T11:00 ref=o3\n"
     "line l4 B credit 10.00 2025-01-02T11:00 ref=o3\n",
     "reference_amount: f3 = l3\nopen: f1\nopen: l1\nopen: f2\nopen: l2\nopen: l4\n"},
    {"zero on both sides is no sum",
     "flow f1 A credit 100.00 2025-01-02T10:00 ref=o1\n"
     "flow f2 A debit 100.00 2025-01-02T10:01 ref=o1\n"
     "line l1 A credit 70.00 2025-01-02T11:00 ref=o1\n"
     "line l2 A debit 70.00 2025-01-02T11:00 ref=o1\n",
     "reference_amount: f1 = l1\nreference_amount: f2 = l2\n"},
    {"another amount, the closest first",
     "flow f2 A credit 20.00 2025-01-03T10:00 ref=o1\n"
     "flow f1 A credit 10.00 2025-01-02T10:00 ref=o1\n"
     "flow f3 A credit 30.00 2025-01-04T10:00 ref=o1\n"
     "line l1 A credit 21.00 2025-01-02T11:00 ref=o1\n"
     "line l2 A credit 11.00 2025-01-02T12:00 ref=o1\n",
     "reference_amount: f1 = l2\nreference_amount: f2 = l1\nopen: f3\n"},
    {"rows without a reference are left alone",
     "flow f1 A credit 10.00 2025-01-02T10:00\n"
     "line l1 A credit 11.00 2025-01-02T12:00\n"
     "line l2 U credit 10.00 2025-01-02T12:00\n"
     "line l3 B credit 10.00 2025-01-02T12:00\n",
     "open: f1\nopen: l1\nopen: l2\nopen: l3\n"},
    {"payments within a line stand aside",
     "flow f1 A credit 60.00 2025-01-02T10:00 ref=o1\n"
     "line l1 A credit 100.00 2025-01-02T12:00\n"
     "detail l1 1 60.00 ref=o1\n"
     "detail l1 2 40.00 ref=o2\n",
     "open: f1\nopen: l1\n"},
    {"another currency",
     "flow f1 A credit 720.00 2025-01-02T10:00 ref=o1\n"
     "line l1 U credit 100.00 2025-01-02T12:00 ref=o1\n"
     "flow f2 U debit 100.00 2025-01-02T10:00 ref=o2\n"
     "line l2 A debit 100.00 2025-01-02T12:00 ref=o2\n"
     "line l3 A credit 100.00 2025-01-02T12:00 ref=o2\n",
     "other_currency: f1 = l1\nother_currency: f2 = l2\nopen: l3\n"},
    {"another account, of the very amount",
     "flow f1 A credit 10.00 2025-01-02T10:00 ref=o1\n"
     "flow f2 A credit 11.00 2025-01-02T10:00 ref=o1\n"
     "line l1 B credit 10.00 2025-01-02T12:00 ref=o1\n"
     "line l2 B credit 12.00 2025-01-02T12:00 ref=o1\n"
     "line l3 A debit 7.00 2025-01-02T12:00 ref=o2\n"
     "flow f3 B debit 7.00 2025-01-02T12:00 ref=o2\n",
     "other_account: f1 = l1\nother_account: f3 = l3\nopen: f2\nopen: l2\n"},
    {"the own account first",
     "flow f1 A credit 10.00 2025-01-02T10:00 ref=o1\n"
     "line l1 A credit 11.00 2025-01-02T12:00 ref=o1\n"
     "line l2 U credit 10.00 2025-01-02T12:00 ref=o1\n"
     "line l3 B credit 10.00 2025-01-02T12:00 ref=o1\n",
     "reference_amount: f1 = l1\nopen: l2\nopen: l3\n"},
};

START_TEST(references)
{
    expect(&of_references[_i], false);
}
END_TEST

static const struct expectation within_terms[] = {
    {"a fee that is declared: the bank credits less and debits more",
     "flow f1 A credit 10.00 2025-01-02T10:00 ref=o1\n"
     "line l1 A credit 9.40 2025-01-02T12:00 ref=o1\n"
     "flow f2 A debit 10.00 2025-01-02T10:00 ref=o2\n"
     "line l2 A debit 10.60 2025-01-02T12:00 ref=o2\n"
     "flow f3 A debit 10.00 2025-01-02T10:00 ref=o3\n"
     "line l3 A debit 9.40 2025-01-02T12:00 ref=o3\n",
     "reference_amount: f1 = l1, fee 0.60\nreference_amount: f2 = l2, fee 0.60\n"
     "reference_amount: f3 = l3\n"},
    {"a fee goes before the order of time, then what is nearly equal",
     "flow f1 A credit 10.00 2025-01-01T10:00 ref=o1\n"
     "flow f2 A credit 20.00 2025-01-02T10:00 ref=o1\n"
     "flow f3 A credit 30.00 2025-01-03T10:00 ref=o1\n"
     "line l1 A credit 29.40 2025-01-01T12:00 ref=o1\n"
     "line l2 A credit 19.95 2025-01-02T12:00 ref=o1\n"
     "line l3 A credit 10.06 2025-01-03T12:00 ref=o1\n",
     "reference_amount: f3 = l1, fee 0.60\nreference_amount: f2 = l2, absorbed 0.05\n"
     "reference_amount: f1 = l3\n"},
    {"the closest first, whatever the tolerance",
     "flow f1 A credit 10.00 2025-01-01T10:00 ref=o1\n"
     "flow f2 A credit 10.04 2025-01-02T10:00 ref=o1\n"
     "line l1 A credit 10.02 2025-01-01T12:00 ref=o1\n"
     "line l2 A credit 9.98 2025-01-02T12:00 ref=o1\n",
     "reference_amount: f1 = l1, absorbed 0.02\nreference_amount: f2 = l2\n"},
    {"the tolerance is for one flow and one line, not for sums",
     "flow f1 A credit 10.00 2025-01-01T10:00 ref=o1\n"
     "line l1 A credit 5.00 2025-01-01T12:00 ref=o1\n"
     "line l2 A credit 4.99 2025-01-02T12:00 ref=o1\n",
     "reference_amount: f1 = l1\nopen: l2\n"},
};

/* 63 flows of 1000.00, 1001.00, ... and, later, one line nearest to the last of them, with another
 * one where there are to be 65 rows. */
START_TEST(many_rows_of_one_reference)
{
    const bool is_beyond = _i;
    struct made_open made;
    struct fa_buf rows = {0}, text = {0};
    for (int i = 0; i < 63; i++)
        ck_assert_int_eq(fa_buf_addf(&rows, "flow f%02d A credit 10%02d.00 2025-01-02T10:%02d ref=o\n",
                                     i, i, i % 60),
                         FA_OK);
    ck_assert_int_eq(fa_buf_add_text(&rows, "line l1 A credit 1062.50 2025-01-03T10:00 ref=o\n"),
                     FA_OK);
    if (is_beyond)
        ck_assert_int_eq(
            fa_buf_add_text(&rows, "line l2 A credit 9000.00 2025-01-03T11:00 ref=o\n"), FA_OK);
    made_open_init(&made, fa_buf_cstr(&rows), &sink);
    ck_assert_int_eq(run_own(&made.resolver), FA_OK);
    made_open_print(&made, &text);
    const char *links = is_beyond ? "reference_amount: f00 = l1\nreference_amount: f60 = l2\n"
                                  : "reference_amount: f62 = l1\n";
    ck_assert_msg(strncmp(fa_buf_cstr(&text), links, strlen(links)) == 0, "%s",
                  fa_buf_cstr(&text));
    fa_buf_release(&rows);
    fa_buf_release(&text);
    made_open_release(&made);
}
END_TEST

START_TEST(references_within_terms)
{
    expect(&within_terms[_i], true);
}
END_TEST

#define LENGTH(array) (int)(sizeof(array) / sizeof *(array))

int main(void)
{
    Suite *suite = suite_create("stage_reference");
    TCase *tcase = tcase_create("stage_reference");
    tcase_add_checked_fixture(tcase, setup, NULL);
    tcase_add_loop_test(tcase, rows_of_one_side, 0, LENGTH(of_itself));
    tcase_add_loop_test(tcase, references, 0, LENGTH(of_references));
    tcase_add_loop_test(tcase, many_rows_of_one_reference, 0, 2);
    tcase_add_loop_test(tcase, references_within_terms, 0, LENGTH(within_terms));
    suite_add_tcase(suite, tcase);
    SRunner *runner = srunner_create(suite);
    srunner_run_all(runner, CK_NORMAL);
    int failed = srunner_ntests_failed(runner);
    srunner_free(runner);
    return failed ? EXIT_FAILURE : EXIT_SUCCESS;
}
