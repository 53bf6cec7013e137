#include <check.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>

#include "intake/sheet_number.h"
#include "intake/sheet_texts.h"

static const char *shown(struct fa_str text)
{
    static char buffer[128];
    snprintf(buffer, sizeof buffer, "%.*s", (int)text.size, text.bytes);
    return buffer;
}

START_TEST(numbers_are_those_that_were_typed)
{
    const char *cases[][2] = {
        {"4.5999999999999996", "4.6"},
        {"2176.9099999999999", "2176.91"},
        {"0.30000000000000004", "0.30000000000000004"},
        {"1E-3", "0.001"},
        {"1.2345678E7", "12345678"},
        {"1.0E2", "100"},
        {"-0", "0"},
        {".5", "0.5"},
        {"5.6843418860808015E-14", "0.000000000000056843418860808015"},
        {"1.10101199001011E+17", "1.10101199001011E+17"},
        {"123456789012345678", "123456789012345678"},
        {"1e400", "1e400"},
        {"1e99999", "1e99999"},
        {"abc", "abc"},
        {"", ""},
        {"-", "-"},
        {"1.2.3", "1.2.3"},
        {"00000000000000000000000000000000000000000000000001", "1"},
        {"1.11111111111111111111111111111111111111111", "1.11111111111111111111111111111111111111111"},
    };
    for (size_t i = 0; i < sizeof cases / sizeof *cases; i++) {
        char out[FA_SHEET_TEXT_BYTES];
        ck_assert_str_eq(shown(fa_sheet_number(fa_str_from(cases[i][0]), out)), cases[i][1]);
    }
}
END_TEST

/* The text of a double, read back by libc, is that double; from 17 digits the same text. */
START_TEST(doubles_keep_their_value)
{
    uint64_t random = 1;
    for (int i = 0; i < 200000; i++) {
        random = random * UINT64_C(6364136223846793005) + UINT64_C(1442695040888963407);
        double value = (double)(random >> 34) / 100.0, back;
        if (i % 3 == 0)
            value /= (double)(1 + (random & 1023));
        char out[FA_SHEET_TEXT_BYTES], stored[64], same[FA_SHEET_TEXT_BYTES];
        uint64_t bits;
        memcpy(&bits, &value, sizeof bits);
        const char *text = shown(fa_sheet_double(bits, 0, out));
        ck_assert_int_eq(sscanf(text, "%lf", &back), 1);
        ck_assert(back == value);
        snprintf(stored, sizeof stored, "%.17G", value);
        ck_assert(fa_str_equal(fa_str_from(text), fa_sheet_number(fa_str_from(stored), same)));
    }
}
END_TEST

START_TEST(formats_of_dates)
{
    const struct {
        const char *code;
        enum fa_sheet_form form;
    } cases[] = {
        {"yyyy\\-mm\\-dd", FA_SHEET_DATE},
        {"General", FA_SHEET_NUMBER},
        {"0.00E+00", FA_SHEET_NUMBER},
        {"[h]:mm:ss", FA_SHEET_ELAPSED},
        {"h:mm AM/PM", FA_SHEET_TIME},
        {"mm:ss.0", FA_SHEET_TIME},
        {"[$-409]d\\-mmm\\-yy;@", FA_SHEET_DATE},
        {"#,##0.00_);[Red]\\(#,##0.00\\)", FA_SHEET_NUMBER},
        {"\"day\"0", FA_SHEET_NUMBER},
        {"yyyy\"\xE5\xB9\xB4\"m\"\xE6\x9C\x88\"", FA_SHEET_DATE},
        {"m/d/yy h:mm", FA_SHEET_DATE_TIME},
        {"@", FA_SHEET_NUMBER},
        {"\\", FA_SHEET_NUMBER},
        {"\"d", FA_SHEET_NUMBER},
        {"[h", FA_SHEET_NUMBER},
    };
    for (size_t i = 0; i < sizeof cases / sizeof *cases; i++)
        ck_assert_msg(fa_sheet_form_of_code(fa_str_from(cases[i].code)) == cases[i].form, "%s",
                      cases[i].code);
}
END_TEST

START_TEST(dates)
{
    const struct {
        const char *number;
        enum fa_sheet_form form;
        bool is_1904;
        const char *expected;
    } cases[] = {
        {"45658", FA_SHEET_DATE, false, "2025-01-01"},
        {"45658.5", FA_SHEET_DATE, false, "2025-01-01T12:00:00"},
        {"45658", FA_SHEET_DATE_TIME, false, "2025-01-01T00:00:00"},
        {"45657.999999999", FA_SHEET_DATE_TIME, false, "2025-01-01T00:00:00"},
        {"43101.13021990741", FA_SHEET_DATE_TIME, false, "2018-01-01T03:07:31"},
        {"0.25", FA_SHEET_TIME, false, "06:00:00"},
        {"45658.25", FA_SHEET_TIME, false, "2025-01-01T06:00:00"},
        {"1.5", FA_SHEET_ELAPSED, false, "36:00:00"},
        {"59", FA_SHEET_DATE, false, "1900-02-28"},
        {"60", FA_SHEET_DATE, false, "1900-02-29"},
        {"61", FA_SHEET_DATE, false, "1900-03-01"},
        {"0", FA_SHEET_DATE, false, "1900-01-00"},
        {"0", FA_SHEET_DATE, true, "1904-01-01"},
        {"44196", FA_SHEET_DATE, true, "2025-01-01"},
        {"2958465", FA_SHEET_DATE, false, "9999-12-31"},
        {"2958466", FA_SHEET_DATE, false, "2958466"},
        {"-1", FA_SHEET_DATE, false, "-1"},
        {"x", FA_SHEET_DATE, false, "x"},
        {"45658", FA_SHEET_NUMBER, false, "45658"},
    };
    for (size_t i = 0; i < sizeof cases / sizeof *cases; i++) {
        char out[FA_SHEET_TEXT_BYTES];
        struct fa_str text = fa_sheet_date(fa_str_from(cases[i].number), cases[i].form,
                                           cases[i].is_1904, out);
        ck_assert_str_eq(shown(text), cases[i].expected);
    }
}
END_TEST

/* Most of them in the file, which no limit of memory changes. */
START_TEST(texts_beyond_the_memory)
{
    struct fa_fault fault = {.is_set = false};
    struct fa_sheet_texts texts;
    fa_sheet_texts_init(&texts, "/tmp");
    texts.memory_max = 100;
    for (unsigned i = 0; i < 1000; i++) {
        char text[32];
        int size = snprintf(text, sizeof text, "text %u", i);
        ck_assert(fa_sheet_texts_add(&texts, (struct fa_str){text, (size_t)size}, &fault));
        ck_assert(i % 10 || fa_sheet_texts_add(&texts, FA_STR(""), &fault));
    }
    ck_assert_uint_eq(texts.starts.count, 1100);
    ck_assert_uint_gt(texts.file_bytes, 7000);
    for (uint32_t i = 1100; i-- > 0;) {
        char expected[32] = "";
        if (i % 11 != 1)
            snprintf(expected, sizeof expected, "text %u", i / 11 * 10 + (i % 11 ? i % 11 - 1 : 0));
        struct fa_str text;
        ck_assert(fa_sheet_texts_get(&texts, i, &text, &fault));
        ck_assert_str_eq(shown(text), expected);
    }
    fa_sheet_texts_release(&texts);
}
END_TEST

int main(void)
{
    Suite *suite = suite_create("sheet");
    TCase *tcase = tcase_create("sheet");
    tcase_add_test(tcase, numbers_are_those_that_were_typed);
    tcase_add_test(tcase, doubles_keep_their_value);
    tcase_add_test(tcase, formats_of_dates);
    tcase_add_test(tcase, dates);
    tcase_add_test(tcase, texts_beyond_the_memory);
    suite_add_tcase(suite, tcase);
    SRunner *runner = srunner_create(suite);
    srunner_run_all(runner, CK_NORMAL);
    int failed = srunner_ntests_failed(runner);
    srunner_free(runner);
    return failed ? 1 : 0;
}
