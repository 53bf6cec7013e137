/* Terms without a stream: what fees leave of an amount, and how days are counted. */
#include <check.h>
#include <stdio.h>

#include "base/diag.h"
#include "match/terms.h"

#define COUNT(array) (sizeof(array) / sizeof *(array))

static struct fa_sink sink;
static char message[512];

static void keep_message(void *context, const struct fa_diag *diag)
{
    (void)context;
    snprintf(message, sizeof message, "%.*s [%s]", (int)diag->text.size, diag->text.bytes,
             fa_code_info(diag->code)->name);
}

static void setup(void)
{
    fa_sink_init(&sink, keep_message, NULL);
    message[0] = '\0';
}

static int32_t day(const char *text)
{
    int64_t day_no;
    ck_assert_int_eq(fa_date_parse(fa_str_from(text), &day_no), FA_VALUE_OK);
    return (int32_t)day_no;
}

/* --- fees --- */

enum { REFUSED = -1 };

START_TEST(fixed_fees_lower_credits_and_raise_debits)
{
    const struct fa_fee both = {.is_on = {true, true}, .fixed_minor = 200};
    const struct fa_fee debits = {.is_on = {false, true}, .fixed_minor = 200};
    int64_t line = REFUSED;
    ck_assert(fa_fee_apply(&both, FA_CREDIT, 1000, &line));
    ck_assert_int_eq(line, 800);
    ck_assert(fa_fee_apply(&both, FA_DEBIT, 1000, &line));
    ck_assert_int_eq(line, 1200);
    ck_assert(!fa_fee_apply(&debits, FA_CREDIT, 1000, &line));
    ck_assert(fa_fee_apply(&debits, FA_DEBIT, 1000, &line));
    /* nothing would be left, or it does not fit */
    ck_assert(!fa_fee_apply(&both, FA_CREDIT, 200, &line));
    ck_assert(fa_fee_apply(&both, FA_CREDIT, 201, &line));
    ck_assert_int_eq(line, 1);
    ck_assert(!fa_fee_apply(&both, FA_DEBIT, INT64_MAX - 199, &line));
    ck_assert(fa_fee_apply(&both, FA_DEBIT, INT64_MAX - 200, &line));
    ck_assert_int_eq(line, INT64_MAX);
}
END_TEST

/* 0.6% between 0.10 and 50.00, of credits */
START_TEST(rates_are_rounded_as_stated_and_bounded)
{
    const struct {
        enum fa_rounding rounding;
        int64_t flow, line; /* REFUSED: no fee of this amount */
    } cases[] = {
        {FA_ROUND_REFUSE, 100000, 99400},   /* 6.00 */
        {FA_ROUND_REFUSE, 100001, REFUSED}, /* 6.00006 */
        {FA_ROUND_REFUSE, 1667, REFUSED},   /* 0.10002 */
        {FA_ROUND_HALF_UP, 100001, 99401},  /* 6.00 */
        {FA_ROUND_HALF_UP, 100083, 99483},  /* 6.00498 */
        {FA_ROUND_HALF_UP, 100084, 99483},  /* 6.00504 */
        {FA_ROUND_HALF_UP, 6750, 6709},     /* 0.405 -> 0.41 */
        {FA_ROUND_HALF_EVEN, 6750, 6710},   /* 0.405 -> 0.40 */
        {FA_ROUND_HALF_EVEN, 6917, 6875},   /* 0.41502 -> 0.42 */
        {FA_ROUND_HALF_EVEN, 7250, 7206},   /* 0.435 -> 0.44 */
        {FA_ROUND_DOWN, 7250, 7207},        /* 0.435 -> 0.43 */
        {FA_ROUND_DOWN, 7333, 7290},        /* 0.43998 -> 0.43 */
        {FA_ROUND_REFUSE, 1000, 990},       /* 0.06: at least 0.10 */
        {FA_ROUND_REFUSE, 11, 1},           /* 0.00066 */
        {FA_ROUND_REFUSE, 10, REFUSED},     /* nothing left */
        {FA_ROUND_REFUSE, 900000, 895000},  /* 54.00: at most 50.00 */
        {FA_ROUND_REFUSE, 833334, 828334},  /* 50.00004 */
        {FA_ROUND_HALF_UP, 833333, 828333}, /* 49.99998 */
        {FA_ROUND_HALF_UP, INT64_MAX, INT64_MAX - 5000},
    };
    for (size_t i = 0; i < COUNT(cases); i++) {
        const struct fa_fee fee = {.is_on = {[FA_CREDIT] = true},
                                   .is_rate = true,
                                   .rate_ppb = 6000000,
                                   .at_least_minor = 10,
                                   .at_most_minor = 5000,
                                   .rounding = cases[i].rounding};
        int64_t line = REFUSED;
        bool is_known = fa_fee_apply(&fee, FA_CREDIT, cases[i].flow, &line);
        ck_assert_msg((is_known ? line : REFUSED) == cases[i].line, "%zu: %lld", i,
                      (long long)line);
        ck_assert(!fa_fee_apply(&fee, FA_DEBIT, cases[i].flow, &line));
    }
}
END_TEST

/* --- days: the spring festival of 2025, 01-28 to 02-04 off, 01-26 and 02-08 (weekend) worked
 * --- */

static struct fa_calendar *spring_festival(void)
{
    struct fa_calendar *calendar = fa_calendar_new();
    ck_assert_int_eq(fa_calendar_add(calendar, day("2025-01-01"), false), FA_OK);
    for (int64_t off = day("2025-01-28"); off <= day("2025-02-04"); off++)
        ck_assert_int_eq(fa_calendar_add(calendar, off, false), FA_OK);
    ck_assert_int_eq(fa_calendar_add(calendar, day("2025-01-26"), true), FA_OK);
    ck_assert_int_eq(fa_calendar_add(calendar, day("2025-02-08"), true), FA_OK);
    return calendar;
}

static const struct fa_terms working_day_window = {
    .has_window = true, .is_window_bdays = true, .window_to = 1};

START_TEST(lags_count_working_days)
{
    struct fa_calendar *calendar = spring_festival();
    const struct fa_days days = {calendar, FA_STR("cn"), &sink};
    const struct {
        const char *flow, *line;
        int64_t lag;
    } cases[] = {
        {"2025-01-16", "2025-01-16", 0}, {"2025-01-16", "2025-01-17", 1},
        {"2025-01-17", "2025-01-20", 1}, /* over a weekend */
        {"2025-01-17", "2025-01-18", 1}, /* a line of a Saturday counts as of Monday */
        {"2025-01-18", "2025-01-18", 0}, /* and so does a flow */
        {"2025-01-18", "2025-01-20", 0}, {"2025-01-18", "2025-01-21", 1},
        {"2025-01-20", "2025-01-18", 0}, {"2025-01-20", "2025-01-17", -1},
        {"2025-01-24", "2025-01-26", 1}, /* a Sunday that is worked */
        {"2025-01-27", "2025-02-05", 1}, /* the festival */
        {"2025-01-27", "2025-02-06", 2}, {"2025-01-30", "2025-02-05", 0},
        {"2025-02-07", "2025-02-08", 1}, {"2025-02-05", "2025-01-26", -2},
    };
    for (size_t i = 0; i < COUNT(cases); i++) {
        int64_t lag = 99;
        ck_assert_int_eq(fa_days_lag(&days, &working_day_window, day(cases[i].flow),
                                     day(cases[i].line), &lag),
                         FA_OK);
        ck_assert_msg(lag == cases[i].lag, "%s to %s: %lld", cases[i].flow, cases[i].line,
                      (long long)lag);
    }
    const struct fa_terms plain = {.has_window = true, .window_to = 2};
    int64_t lag;
    ck_assert_int_eq(fa_days_lag(&days, &plain, day("2025-01-17"), day("2025-01-20"), &lag),
                     FA_OK);
    ck_assert_int_eq(lag, 3);
    /* no calendar day is unknown */
    ck_assert_int_eq(fa_days_lag(&days, &plain, day("2031-01-02"), day("2030-12-31"), &lag),
                     FA_OK);
    ck_assert_int_eq(lag, -2);
    fa_calendar_free(calendar);
}
END_TEST

START_TEST(windows_end_on_their_last_day)
{
    struct fa_calendar *calendar = spring_festival();
    const struct fa_days days = {calendar, FA_STR("cn"), &sink};
    const struct {
        const char *flow;
        int32_t to;
        const char *due;
    } cases[] = {
        {"2025-01-16", 0, "2025-01-16"}, {"2025-01-16", 1, "2025-01-17"},
        {"2025-01-17", 1, "2025-01-20"}, {"2025-01-18", 0, "2025-01-20"},
        {"2025-01-24", 1, "2025-01-26"}, {"2025-01-27", 1, "2025-02-05"},
        {"2025-01-27", 4, "2025-02-08"}, {"2025-02-05", -1, "2025-01-27"},
    };
    for (size_t i = 0; i < COUNT(cases); i++) {
        struct fa_terms terms = working_day_window;
        terms.window_from = -3;
        terms.window_to = cases[i].to;
        int32_t due;
        ck_assert_int_eq(fa_days_due(&days, &terms, day(cases[i].flow), &due), FA_OK);
        ck_assert_msg(due == day(cases[i].due), "%s + %d", cases[i].flow, cases[i].to);
        /* a line of that day is in the window, one of the next working day is not */
        int64_t lag;
        ck_assert_int_eq(fa_days_lag(&days, &terms, day(cases[i].flow), due, &lag), FA_OK);
        ck_assert_int_eq(lag, terms.window_to);
        ck_assert_int_eq(fa_days_lag(&days, &terms, day(cases[i].flow), due + 1, &lag), FA_OK);
        ck_assert_int_gt(lag, terms.window_to);
    }
    const struct fa_terms plain = {.has_window = true, .window_to = 2};
    int32_t due;
    ck_assert_int_eq(fa_days_due(&days, &plain, day("2025-01-17"), &due), FA_OK);
    ck_assert_int_eq(due, day("2025-01-19"));
    fa_calendar_free(calendar);
}
END_TEST

/* 17 January is a Friday, 27 January the working day before the festival. */
START_TEST(either_side_may_be_late)
{
    struct fa_calendar *calendar = spring_festival();
    const struct fa_days days = {calendar, FA_STR("cn"), &sink};
    struct fa_terms terms = working_day_window;
    terms.window_from = -1;
    terms.window_to = 1;
    static const struct {
        const char *flow, *line;
        int64_t late;
        const char *due;
    } cases[] = {
        {"2025-01-16", "2025-01-17", 0, "2025-01-17"}, /* the window's last day */
        {"2025-01-16", "2025-01-20", 1, "2025-01-17"}, /* the bank, one working day */
        {"2025-01-17", "2025-01-16", 0, "2025-01-20"}, /* its first day */
        {"2025-01-20", "2025-01-16", 1, "2025-01-17"}, /* the platform, one */
        {"2025-01-22", "2025-01-16", 3, "2025-01-17"},
    };
    for (size_t i = 0; i < sizeof cases / sizeof *cases; i++) {
        int64_t late = -1;
        int32_t due = 0;
        ck_assert_int_eq(fa_days_late(&days, &terms, day(cases[i].flow), day(cases[i].line),
                                      &late, &due),
                         FA_OK);
        ck_assert_int_eq(late, cases[i].late);
        ck_assert_int_eq(due, day(cases[i].due));
    }
    fa_calendar_free(calendar);
}
END_TEST

START_TEST(unknown_days_are_refused)
{
    struct fa_calendar *calendar = spring_festival();
    const struct fa_days days = {calendar, FA_STR("cn"), &sink}, none = {.sink = &sink};
    int64_t lag = 77, age = 77;
    int32_t due = 77;
    ck_assert_int_eq(
        fa_days_lag(&days, &working_day_window, day("2025-12-31"), day("2026-01-02"), &lag),
        FA_EINPUT);
    ck_assert_str_eq(message, "calendar 'cn' does not say whether 2026-01-02 is "
                              "a working day: it has no day of 2026 [MATCH-CALENDAR]");
    ck_assert_int_eq(fa_days_due(&days, &working_day_window, day("2025-12-31"), &due),
                     FA_EINPUT);
    ck_assert_str_eq(message, "calendar 'cn' does not say whether 2026-01-01 is "
                              "a working day: it has no day of 2026 [MATCH-CALENDAR]");
    struct fa_terms back = working_day_window;
    back.window_from = back.window_to = -2;
    ck_assert_int_eq(fa_days_due(&days, &back, day("2025-01-03"), &due), FA_EINPUT);
    ck_assert_str_eq(message, "calendar 'cn' does not say whether 2024-12-31 is "
                              "a working day: it has no day of 2024 [MATCH-CALENDAR]");
    /* both ends are known, what lies between is not */
    ck_assert_int_eq(fa_calendar_add(calendar, day("2027-01-01"), false), FA_OK);
    ck_assert_int_eq(
        fa_days_lag(&days, &working_day_window, day("2027-01-04"), day("2025-12-31"), &lag),
        FA_EINPUT);
    ck_assert_str_eq(message, "calendar 'cn' does not say whether 2026-01-01 is "
                              "a working day: it has no day of 2026 [MATCH-CALENDAR]");
    ck_assert_int_eq(
        fa_days_lag(&none, &working_day_window, day("2025-01-02"), day("2025-01-03"), &lag),
        FA_EINPUT);
    ck_assert_str_eq(message, "working days are to be counted, and no calendar "
                              "is known [MATCH-CALENDAR]");
    ck_assert(!fa_days_age(&days, day("2025-12-30"), day("2026-01-02"), &age));
    ck_assert(!fa_days_age(&none, day("2025-12-30"), day("2025-12-31"), &age));
    ck_assert_int_eq(lag, 77);
    ck_assert_int_eq(due, 77);
    ck_assert_int_eq(age, 77);
    fa_calendar_free(calendar);
}
END_TEST

START_TEST(ages_count_working_days)
{
    struct fa_calendar *calendar = spring_festival();
    const struct fa_days days = {calendar, FA_STR("cn"), &sink};
    const struct {
        const char *from, *to;
        int64_t age;
    } cases[] = {
        {"2025-01-24", "2025-01-24", 0},  {"2025-01-24", "2025-01-26", 1},
        {"2025-01-24", "2025-02-05", 3},  {"2025-01-25", "2025-02-05", 3},
        {"2025-02-05", "2025-01-24", -3},
    };
    for (size_t i = 0; i < COUNT(cases); i++) {
        int64_t age = 99;
        ck_assert(fa_days_age(&days, day(cases[i].from), day(cases[i].to), &age));
        ck_assert_msg(age == cases[i].age, "%s to %s: %lld", cases[i].from, cases[i].to,
                      (long long)age);
    }
    fa_calendar_free(calendar);
}
END_TEST

/* The same count, one day at a time. */
static int64_t count_days(const struct fa_calendar *calendar, int64_t from, int64_t to)
{
    int64_t count = 0;
    for (int64_t at = from + 1; at <= to; at++) {
        bool is_bday;
        ck_assert(fa_calendar_is_bday(calendar, at, &is_bday));
        count += is_bday;
    }
    return count;
}

START_TEST(weekdays_are_known_of_any_year)
{
    struct fa_calendar *calendar = spring_festival();
    fa_calendar_know_weekdays(calendar);
    const struct fa_days days = {calendar, FA_STR("cn"), &sink};
    for (int32_t from = day("2023-12-25"); from < day("2026-02-01"); from += 37)
        for (int32_t to = from; to < day("2027-01-10"); to += 41) {
            int64_t age;
            ck_assert(fa_days_age(&days, from, to, &age));
            ck_assert_int_eq(age, count_days(calendar, from, to));
            ck_assert(fa_days_age(&days, to, from, &age));
            ck_assert_int_eq(age, -count_days(calendar, from, to));
        }
    int64_t age;
    ck_assert(fa_days_age(&days, day("1969-12-20"), day("1970-01-10"), &age));
    ck_assert_int_eq(age, 15);
    ck_assert(fa_days_age(&days, day("0001-01-01"), day("0001-01-15"), &age));
    ck_assert_int_eq(age, 10);
    /* 400 years are 20,871 weeks */
    ck_assert(fa_days_age(&days, day("2100-01-01"), day("2500-01-01"), &age));
    ck_assert_int_eq(age, 5 * 20871);
    fa_calendar_free(calendar);
}
END_TEST

int main(void)
{
    Suite *suite = suite_create("terms");
    TCase *cases = tcase_create("terms");
    tcase_add_checked_fixture(cases, setup, NULL);
    tcase_add_test(cases, fixed_fees_lower_credits_and_raise_debits);
    tcase_add_test(cases, rates_are_rounded_as_stated_and_bounded);
    tcase_add_test(cases, lags_count_working_days);
    tcase_add_test(cases, windows_end_on_their_last_day);
    tcase_add_test(cases, either_side_may_be_late);
    tcase_add_test(cases, unknown_days_are_refused);
    tcase_add_test(cases, ages_count_working_days);
    tcase_add_test(cases, weekdays_are_known_of_any_year);
    suite_add_tcase(suite, cases);
    SRunner *runner = srunner_create(suite);
    srunner_run_all(runner, CK_NORMAL);
    int failed = srunner_ntests_failed(runner);
    srunner_free(runner);
    return failed ? 1 : 0;
}
