#include "intake/damage.h"
#include "intake/remark.h"

#include <check.h>
#include <stdlib.h>
#include <string.h>

/* What a value that was refused is called, and how to have it read. */
START_TEST(codes)
{
    static const struct {
        const char *text;
        enum fa_code refused, code;
        const char *hint; /* NULL: none */
    } cases[] = {
        {"x", FA_CODE_ROW_NUMBER, FA_CODE_ROW_NUMBER, NULL},
        {"", FA_CODE_ROW_NUMBER, FA_CODE_ROW_NUMBER, NULL},
        {"#REF!", FA_CODE_ROW_NUMBER, FA_CODE_ROW_SHEET_ERROR, NULL},
        {"#N/A", FA_CODE_ROW_DAY, FA_CODE_ROW_SHEET_ERROR, NULL},
        {"#REF", FA_CODE_ROW_NUMBER, FA_CODE_ROW_NUMBER, NULL},
        {"########", FA_CODE_ROW_DATE, FA_CODE_ROW_SHEET_ERROR, NULL},
        {"##", FA_CODE_ROW_DATE, FA_CODE_ROW_DATE, NULL},
        {"6.22202E+17", FA_CODE_ROW_NUMBER, FA_CODE_ROW_SHEET_NUMBER, NULL},
        {"6.22202E+17", FA_CODE_ROW_DATE, FA_CODE_ROW_DATE, NULL},
        {"6.22202E-17", FA_CODE_ROW_NUMBER, FA_CODE_ROW_NUMBER, NULL},
        {"6E+17", FA_CODE_ROW_NUMBER, FA_CODE_ROW_SHEET_NUMBER, NULL},
        /* hidden: a zero width blank, one that does not break, a mark of direction, a BOM */
        {"1\xE2\x80\x8B", FA_CODE_ROW_NUMBER, FA_CODE_ROW_HIDDEN,
         "it was copied from a page or a spreadsheet: export it from the source"},
        {"\xC2\xA0"
         "1",
         FA_CODE_ROW_NUMBER, FA_CODE_ROW_HIDDEN,
         "it was copied from a page or a spreadsheet: export it from the source"},
        {"pay\xE2\x80\xAE", FA_CODE_ROW_ENUM, FA_CODE_ROW_HIDDEN,
         "it was copied from a page or a spreadsheet: export it from the source"},
        {"\xEF\xBB\xBF"
         "2025-01-01",
         FA_CODE_ROW_DATE, FA_CODE_ROW_HIDDEN,
         "it was copied from a page or a spreadsheet: export it from the source"},
        {"\xE2\x80\x90"
         "1",
         FA_CODE_ROW_NUMBER, FA_CODE_ROW_NUMBER, NULL}, /* a hyphen is seen */
        {"１２", FA_CODE_ROW_NUMBER, FA_CODE_ROW_WIDE,
         "export it with the digits and letters of ASCII"},
        {"２０２５-01-01", FA_CODE_ROW_DATE, FA_CODE_ROW_WIDE,
         "export it with the digits and letters of ASCII"},
        {"ＣＮＹ", FA_CODE_ROW_CURRENCY, FA_CODE_ROW_WIDE,
         "export it with the digits and letters of ASCII"},
        {"支付（其他）", FA_CODE_ROW_ENUM, FA_CODE_ROW_ENUM, NULL},
        {"1,234.50", FA_CODE_ROW_NUMBER, FA_CODE_ROW_THOUSANDS,
         "say in a profile: thousands \",\""},
        {"-1,234,567", FA_CODE_ROW_NUMBER, FA_CODE_ROW_THOUSANDS,
         "say in a profile: thousands \",\""},
        {"1,23", FA_CODE_ROW_NUMBER, FA_CODE_ROW_NUMBER, NULL},
        {"1,2345", FA_CODE_ROW_NUMBER, FA_CODE_ROW_NUMBER, NULL},
        {"1,23,456.00", FA_CODE_ROW_NUMBER, FA_CODE_ROW_NUMBER, NULL},
        {"1.234,50", FA_CODE_ROW_NUMBER, FA_CODE_ROW_NUMBER, NULL},
        {"1,234", FA_CODE_ROW_ENUM, FA_CODE_ROW_ENUM, NULL},
        {"12元", FA_CODE_ROW_NUMBER, FA_CODE_ROW_UNIT,
         "say of the column in a profile: suffix \"元\""},
        {"12.5 万元", FA_CODE_ROW_NUMBER, FA_CODE_ROW_UNIT,
         "say of the column in a profile: suffix \"万元\" times 10000"},
        {"3亿", FA_CODE_ROW_NUMBER, FA_CODE_ROW_UNIT,
         "say of the column in a profile: suffix \"亿\" times 100000000"},
        {"￥1,200.00", FA_CODE_ROW_NUMBER, FA_CODE_ROW_UNIT,
         "say of the column in a profile: prefix \"￥\""},
        {"¥12元", FA_CODE_ROW_NUMBER, FA_CODE_ROW_UNIT,
         "say of the column in a profile: suffix \"元\""},
        {"12 yuan", FA_CODE_ROW_NUMBER, FA_CODE_ROW_UNIT,
         "say of the column in a profile: suffix \"yuan\""},
        {"RMB 12", FA_CODE_ROW_NUMBER, FA_CODE_ROW_UNIT,
         "say of the column in a profile: prefix \"RMB\""},
        {"元", FA_CODE_ROW_NUMBER, FA_CODE_ROW_NUMBER, NULL},
        {"十元", FA_CODE_ROW_NUMBER, FA_CODE_ROW_NUMBER, NULL},
    };
    for (size_t i = 0; i < sizeof cases / sizeof *cases; i++) {
        char buffer[FA_DAMAGE_HINT_BYTES];
        struct fa_str text = fa_str_from(cases[i].text);
        enum fa_code code = fa_damage_code(text, cases[i].refused);
        ck_assert_msg(code == cases[i].code, "'%s': %s", cases[i].text,
                      fa_code_info(code)->name);
        const char *hint = fa_damage_hint(text, code, buffer);
        ck_assert_msg((hint == NULL) == (cases[i].hint == NULL), "'%s'", cases[i].text);
        if (hint)
            ck_assert_str_eq(hint, cases[i].hint);
    }
}
END_TEST

START_TEST(names)
{
    static const struct {
        const char *text;
        enum fa_code code;
    } cases[] = {
        {"6222021234567890", FA_CODE_COUNT},
        {"某公司（北京）", FA_CODE_COUNT},
        {"1.2E+17", FA_CODE_ROW_SHEET_NUMBER},
        {"#VALUE!", FA_CODE_ROW_SHEET_ERROR},
        {"####", FA_CODE_COUNT}, /* a name may be anything that was meant */
        {"A\xE2\x80\x8D"
         "1",
         FA_CODE_ROW_HIDDEN},
        {"账户Ａ１", FA_CODE_ROW_WIDE},
        {"ｚ", FA_CODE_ROW_WIDE},
    };
    for (size_t i = 0; i < sizeof cases / sizeof *cases; i++)
        ck_assert_msg(fa_damage_of_name(fa_str_from(cases[i].text)) == cases[i].code, "'%s'",
                      cases[i].text);
    char name[FA_HIDDEN_NAME_BYTES];
    fa_damage_hidden_name(FA_STR("a\xEF\xBB\xBF"), name);
    ck_assert_str_eq(name, "U+FEFF");
    fa_damage_hidden_name(FA_STR("a\xC2\xAD\xE2\x80\x8B"), name);
    ck_assert_str_eq(name, "U+00AD");
    fa_damage_hidden_name(FA_STR("a\x80\xE2\x80"), name); /* invalid UTF-8 does no harm */
    ck_assert_str_eq(name, "");
}
END_TEST

/* COUNT numbers of DIGITS digits, of which ROUNDED end in zeros. */
static bool is_rounded(int digits, int count, int rounded)
{
    struct fa_watch watch = {.rounded = {0}};
    for (int i = 0; i < count; i++) {
        char text[32];
        memset(text, '7', sizeof text);
        if (i < rounded)
            memset(text + 15, '0', sizeof text - 15);
        fa_watch_number(&watch, (struct fa_str){text, (size_t)digits}, i + 1, i + 2);
    }
    if (watch.rounded.count > 0)
        ck_assert_uint_eq(watch.rounded.record_no, 1);
    return fa_watch_is_rounded(&watch);
}

/* More than chance gives: a number of 16 digits ends in 0 once in ten, one of 18 in 000 once in
 * a thousand. */
START_TEST(rounded_numbers)
{
    ck_assert(!is_rounded(15, 10, 10));
    ck_assert(!is_rounded(20, 10, 10));
    ck_assert(!is_rounded(16, 1, 1));
    ck_assert(is_rounded(16, 2, 2));
    ck_assert(!is_rounded(16, 100, 40));
    ck_assert(is_rounded(16, 100, 41));
    ck_assert(is_rounded(17, 1, 1));
    ck_assert(is_rounded(18, 1, 1));
    ck_assert(!is_rounded(18, 1000, 4));
    ck_assert(is_rounded(18, 1000, 5));
    ck_assert(is_rounded(19, 1000, 2));
    ck_assert(!is_rounded(19, 1000, 0));
}
END_TEST

START_TEST(other_watches)
{
    struct fa_watch watch = {.rounded = {0}};
    fa_watch_number(&watch, FA_STR("000000000000000000"), 1, 1); /* no spreadsheet wrote it */
    fa_watch_number(&watch, FA_STR("62220200000000000X"), 1, 1);
    ck_assert_uint_eq(watch.long_counts[2], 0);
    fa_watch_number(&watch, FA_STR("110101199003070000"), 1, 1);
    ck_assert_uint_eq(watch.failing_count, 1);
    fa_watch_number(&watch, FA_STR("110101199013070000"), 2, 2); /* no date: another number */
    ck_assert_uint_eq(watch.failing_count, 1);
    ck_assert_uint_eq(watch.rounded.count, 2);
    fa_watch_identity(&watch, FA_STR("11010119900307001"), 4, 5);
    fa_watch_identity(&watch, FA_STR("110101199003070011"), 5, 6);
    fa_watch_identity(&watch, FA_STR("1101011990030700X"), 6, 7);
    ck_assert_uint_eq(watch.shorter.count, 1);
    ck_assert_int_eq(watch.shorter.line_no, 5);
}
END_TEST

START_TEST(long_texts)
{
    static char text[4 * 33000];
    for (size_t i = 0; i < 33000; i++)
        memcpy(text + 3 * i, "中", 3);
    struct fa_watch watch = {.rounded = {0}};
    fa_watch_text(&watch, (struct fa_str){text, 3 * 254}, 1, 1);
    ck_assert_uint_eq(watch.longest_chars, 0);
    fa_watch_text(&watch, (struct fa_str){text, 3 * 255}, 2, 2);
    fa_watch_text(&watch, (struct fa_str){text, 3 * 255}, 3, 3);
    fa_watch_text(&watch, (struct fa_str){text, 3 * 254}, 4, 4);
    ck_assert_uint_eq(watch.longest_chars, 255);
    ck_assert_uint_eq(watch.longest.count, 2);
    ck_assert_int_eq(watch.longest.record_no, 2);
    fa_watch_text(&watch, (struct fa_str){text, 3 * 32767}, 5, 5);
    ck_assert_uint_eq(watch.longest_chars, 32767);
    ck_assert_uint_eq(watch.longest.count, 1);
    ck_assert_int_eq(watch.longest.record_no, 5);
}
END_TEST

static int64_t day(int32_t year, int32_t month, int32_t date)
{
    return fa_day_from_civil(year, month, date);
}

START_TEST(months_without_rows)
{
    struct fa_arena arena;
    struct fa_months months;
    char text[FA_MONTHS_TEXT_BYTES];
    fa_arena_init(&arena);
    ck_assert_int_eq(fa_months_init(&months, &arena), FA_OK);
    ck_assert_uint_eq(fa_months_missing(&months, text), 0);
    fa_months_add(&months, day(2024, 12, 31), false, NULL);
    fa_months_add(&months, day(2025, 2, 1), false, NULL);
    ck_assert_uint_eq(fa_months_missing(&months, text), 1);
    ck_assert_str_eq(text, "2025-01");
    fa_months_add(&months, day(2025, 1, 31), false, NULL);
    ck_assert_uint_eq(fa_months_missing(&months, text), 0);
    ck_assert_str_eq(text, "");
    fa_months_add(&months, day(2026, 1, 1), false, NULL);
    ck_assert_uint_eq(fa_months_missing(&months, text), 10);
    ck_assert_str_eq(text, "2025-03, 2025-04, 2025-05, 2025-06, 2025-07, 2025-08 and 4 more");
    fa_months_add(&months, FA_DAY_FIRST, false, NULL);
    fa_months_add(&months, FA_DAY_LAST, false, NULL);
    ck_assert_uint_eq(fa_months_missing(&months, text), 9999 * 12 - 6);

    /* An instant belongs to the month that it has in the zone. */
    struct fa_zone zone;
    ck_assert(fa_zone_find(FA_STR("+08:00"), &zone));
    ck_assert_int_eq(fa_months_init(&months, &arena), FA_OK);
    fa_months_add(&months, day(2025, 1, 31) * FA_DAY_US + 15 * FA_HOUR_US, true, &zone);
    fa_months_add(&months, day(2025, 3, 1) * FA_DAY_US, true, &zone);
    ck_assert_uint_eq(fa_months_missing(&months, text), 1);
    fa_months_add(&months, day(2025, 1, 31) * FA_DAY_US + 16 * FA_HOUR_US, true, &zone);
    ck_assert_uint_eq(fa_months_missing(&months, text), 0);
    fa_arena_release(&arena);
}
END_TEST

int main(void)
{
    Suite *suite = suite_create("damage");
    TCase *tcase = tcase_create("damage");
    tcase_add_test(tcase, codes);
    tcase_add_test(tcase, names);
    tcase_add_test(tcase, rounded_numbers);
    tcase_add_test(tcase, other_watches);
    tcase_add_test(tcase, long_texts);
    tcase_add_test(tcase, months_without_rows);
    suite_add_tcase(suite, tcase);
    SRunner *runner = srunner_create(suite);
    srunner_run_all(runner, CK_NORMAL);
    int failed = srunner_ntests_failed(runner);
    srunner_free(runner);
    return failed != 0;
}
