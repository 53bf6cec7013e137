#include "value/datetime.h"
#include "value/identity.h"
#include "value/ratio.h"

#include <check.h>
#include <stdlib.h>
#include <string.h>

#define COUNT(array) (sizeof(array) / sizeof *(array))

/* What stands behind a cell in the reader's window: a value must not look at it. */
static const char behind[] = {'9', '.', 'e', 'Z', '%', 's', ':', '\0'};

struct cell {
    char bytes[128];
};

static struct fa_str cell(struct cell *cell, const char *text, char next)
{
    size_t size = strlen(text);
    ck_assert_uint_lt(size, sizeof cell->bytes);
    memcpy(cell->bytes, text, size);
    memset(cell->bytes + size, next, sizeof cell->bytes - size);
    return (struct fa_str){cell->bytes, size};
}

/* --- money --- */

START_TEST(money_parse)
{
    const struct {
        const char *text;
        int scale;
        bool allow_negative;
        enum fa_value_status status;
        int64_t minor;
    } cases[] = {
        {"0", 2, false, FA_VALUE_OK, 0},
        {"0.50", 2, false, FA_VALUE_OK, 50},
        {"0.5", 2, false, FA_VALUE_OK, 50},
        {"12", 2, false, FA_VALUE_OK, 1200},
        {"12", 0, false, FA_VALUE_OK, 12},
        {"12.0", 0, false, FA_VALUE_DECIMALS, 0},
        {"12.345", 2, false, FA_VALUE_DECIMALS, 0},
        {"12.340", 2, false, FA_VALUE_DECIMALS, 0},
        {"0.12345678", 8, false, FA_VALUE_OK, 12345678},
        {"0.123456789", 8, false, FA_VALUE_DECIMALS, 0},
        {"-3.1", 2, true, FA_VALUE_OK, -310},
        {"-3.1", 2, false, FA_VALUE_NEGATIVE, 0},
        {"-0", 2, false, FA_VALUE_NEGATIVE, 0},
        {"-x", 2, false, FA_VALUE_SYNTAX, 0},
        {"", 2, true, FA_VALUE_SYNTAX, 0},
        {"-", 2, true, FA_VALUE_SYNTAX, 0},
        {"--1", 2, true, FA_VALUE_SYNTAX, 0},
        {"1.", 2, false, FA_VALUE_SYNTAX, 0},
        {".5", 2, false, FA_VALUE_SYNTAX, 0},
        {".", 2, false, FA_VALUE_SYNTAX, 0},
        {"+1", 2, true, FA_VALUE_SYNTAX, 0},
        {"1e5", 2, false, FA_VALUE_SYNTAX, 0},
        {"1,000.00", 2, false, FA_VALUE_SYNTAX, 0},
        {"1.0.0", 2, false, FA_VALUE_SYNTAX, 0},
        {" 1", 2, false, FA_VALUE_SYNTAX, 0},
        {"1 ", 2, false, FA_VALUE_SYNTAX, 0},
        {"1.5 ", 2, false, FA_VALUE_SYNTAX, 0},
        {"\xef\xbc\x91", 2, false, FA_VALUE_SYNTAX, 0},
        {"92233720368547758.07", 2, false, FA_VALUE_OK, INT64_MAX},
        {"92233720368547758.08", 2, false, FA_VALUE_RANGE, 0},
        {"-92233720368547758.07", 2, true, FA_VALUE_OK, -INT64_MAX},
        {"-92233720368547758.08", 2, true, FA_VALUE_RANGE, 0},
        {"92233720368547758.1", 2, false, FA_VALUE_RANGE, 0},
        {"9223372036854775807", 0, false, FA_VALUE_OK, INT64_MAX},
        {"9223372036854775808", 0, false, FA_VALUE_RANGE, 0},
        {"9999999999999999999", 0, false, FA_VALUE_RANGE, 0},
        {"18446744073709551617", 0, false, FA_VALUE_RANGE, 0}, /* 2^64 + 1 wraps to 1 */
        {"184467440737095517", 2, false, FA_VALUE_RANGE, 0},   /* wraps when it is scaled */
        {"9223372036854", 8, false, FA_VALUE_RANGE, 0},
        {"92233720368.54775807", 8, false, FA_VALUE_OK, INT64_MAX},
        {"00000000000000000000000000012.50", 2, false, FA_VALUE_OK, 1250},
        {"0000000000000000000000.05", 2, false, FA_VALUE_OK, 5},
        {"00000000000000000000092233720368547758.08", 2, false, FA_VALUE_RANGE, 0},
        {"0.000000000001", 12, false, FA_VALUE_OK, 1},
    };
    for (size_t i = 0; i < COUNT(cases) * COUNT(behind); i++) {
        struct cell buffer;
        size_t c = i / COUNT(behind);
        struct fa_str text = cell(&buffer, cases[c].text, behind[i % COUNT(behind)]);
        int64_t minor = 77;
        enum fa_value_status status = fa_money_parse(text, cases[c].scale,
                                                     cases[c].allow_negative, &minor);
        ck_assert_msg(status == cases[c].status, "'%s': status %d", cases[c].text, status);
        ck_assert_msg(minor == (status == FA_VALUE_OK ? cases[c].minor : 77), "'%s': %lld",
                      cases[c].text, (long long)minor);
    }
}
END_TEST

START_TEST(money_parse_scientific)
{
    const struct {
        const char *text;
        int scale;
        enum fa_rounding rounding;
        enum fa_value_status status;
        int64_t minor;
        bool inexact;
    } cases[] = {
        {"12.5", 2, FA_ROUND_REFUSE, FA_VALUE_OK, 1250, false},
        {"12.500", 2, FA_ROUND_REFUSE, FA_VALUE_OK, 1250, false},
        {"1.05E-5", 8, FA_ROUND_REFUSE, FA_VALUE_OK, 1050, false},
        {"1.05e-5", 6, FA_ROUND_REFUSE, FA_VALUE_DECIMALS, 0, false},
        {"1.05E-5", 6, FA_ROUND_HALF_EVEN, FA_VALUE_OK, 10, true}, /* 10.5: to even */
        {"1.15E-5", 6, FA_ROUND_HALF_EVEN, FA_VALUE_OK, 12, true},
        {"1.0500001E-5", 6, FA_ROUND_HALF_EVEN, FA_VALUE_OK, 11, true},
        {"1.05E-5", 6, FA_ROUND_HALF_UP, FA_VALUE_OK, 11, true},
        {"-1.05E-5", 6, FA_ROUND_HALF_UP, FA_VALUE_OK, -11, true},
        {"1.05999E-5", 6, FA_ROUND_DOWN, FA_VALUE_OK, 10, true},
        {"1e5", 2, FA_ROUND_REFUSE, FA_VALUE_OK, 10000000, false},
        {"1E+5", 0, FA_ROUND_REFUSE, FA_VALUE_OK, 100000, false},
        {"0e99999999999999999999", 2, FA_ROUND_REFUSE, FA_VALUE_OK, 0, false},
        {"0.00", 0, FA_ROUND_REFUSE, FA_VALUE_OK, 0, false},
        {"1e99999999999999999999", 2, FA_ROUND_HALF_EVEN, FA_VALUE_RANGE, 0, false},
        {"9e-99999999999999999999", 2, FA_ROUND_HALF_EVEN, FA_VALUE_OK, 0, true},
        {"9e-99999999999999999999", 2, FA_ROUND_REFUSE, FA_VALUE_DECIMALS, 0, false},
        {"0.005", 2, FA_ROUND_HALF_EVEN, FA_VALUE_OK, 0, true},
        {"0.0051", 2, FA_ROUND_HALF_EVEN, FA_VALUE_OK, 1, true},
        {"0.006", 2, FA_ROUND_HALF_EVEN, FA_VALUE_OK, 1, true},
        {"0.0099", 1, FA_ROUND_HALF_UP, FA_VALUE_OK, 0, true},
        {"0.995", 2, FA_ROUND_HALF_UP, FA_VALUE_OK, 100, true},
        {"9.2233720368547758071E18", 0, FA_ROUND_REFUSE, FA_VALUE_DECIMALS, 0, false},
        {"9.223372036854775807E18", 0, FA_ROUND_REFUSE, FA_VALUE_OK, INT64_MAX, false},
        {"9.223372036854775808E18", 0, FA_ROUND_REFUSE, FA_VALUE_RANGE, 0, false},
        {"9223372036854775807.5", 0, FA_ROUND_HALF_UP, FA_VALUE_RANGE, 0, false},
        {"1e19", 0, FA_ROUND_REFUSE, FA_VALUE_RANGE, 0, false},
        {"1e18", 0, FA_ROUND_REFUSE, FA_VALUE_OK, INT64_C(1000000000000000000), false},
        {"000000000000000000000000000000001e2", 0, FA_ROUND_REFUSE, FA_VALUE_OK, 100, false},
        {"0.1e", 2, FA_ROUND_REFUSE, FA_VALUE_SYNTAX, 0, false},
        {"1e+-5", 2, FA_ROUND_REFUSE, FA_VALUE_SYNTAX, 0, false},
        {"1e5.0", 2, FA_ROUND_REFUSE, FA_VALUE_SYNTAX, 0, false},
        {"1.e5", 2, FA_ROUND_REFUSE, FA_VALUE_SYNTAX, 0, false},
        {".5e1", 2, FA_ROUND_REFUSE, FA_VALUE_SYNTAX, 0, false},
        {"e5", 2, FA_ROUND_REFUSE, FA_VALUE_SYNTAX, 0, false},
        {"", 2, FA_ROUND_REFUSE, FA_VALUE_SYNTAX, 0, false},
    };
    for (size_t i = 0; i < COUNT(cases) * COUNT(behind); i++) {
        struct cell buffer;
        size_t c = i / COUNT(behind);
        struct fa_str text = cell(&buffer, cases[c].text, behind[i % COUNT(behind)]);
        int64_t minor = 77;
        bool inexact = false;
        enum fa_value_status status =
            fa_money_parse_scientific(text, cases[c].scale, true,
                                      cases[c].rounding, &minor, &inexact);
        ck_assert_msg(status == cases[c].status, "'%s': status %d", cases[c].text, status);
        ck_assert_msg(minor == (status == FA_VALUE_OK ? cases[c].minor : 77), "'%s': %lld",
                      cases[c].text, (long long)minor);
        ck_assert_msg(inexact == cases[c].inexact, "'%s': inexact %d", cases[c].text, inexact);
    }
    int64_t minor;
    ck_assert_int_eq(fa_money_parse_scientific(FA_STR("-1e2"), 2, false, FA_ROUND_REFUSE, &minor, NULL),
                     FA_VALUE_NEGATIVE);
}
END_TEST

START_TEST(money_format)
{
    const struct {
        fa_i128 minor;
        int scale;
        const char *text;
    } cases[] = {
        {0, 2, "0.00"},
        {0, 0, "0"},
        {5, 2, "0.05"},
        {-5, 2, "-0.05"},
        {123456, 2, "1234.56"},
        {123456, 0, "123456"},
        {1, 8, "0.00000001"},
        {INT64_MAX, 2, "92233720368547758.07"},
        {-(fa_i128)INT64_MAX - 1, 0, "-9223372036854775808"},
        {(fa_i128)(((unsigned __int128)1 << 127) - 1), 2, "1701411834604692317316873037158841057.27"},
        {-(fa_i128)(((unsigned __int128)1 << 127) - 1) - 1, 12,
         "-170141183460469231731687303.715884105728"},
    };
    for (size_t i = 0; i < COUNT(cases); i++) {
        char text[FA_MONEY_TEXT_BYTES];
        size_t size = fa_money_format(cases[i].minor, cases[i].scale, text);
        ck_assert_str_eq(text, cases[i].text);
        ck_assert_uint_eq(size, strlen(cases[i].text));
    }
}
END_TEST

START_TEST(currencies)
{
    const struct {
        const char *text;
        int scale; /* -2: not a currency */
    } cases[] = {
        {"CNY", 2}, {"USD", 2}, {"EUR", 2}, {"JPY", 0}, {"KWD", 3}, {"CLF", 4}, {"XAU", 0},
        {"HRK", 2}, {"ZWG", 2}, {"AED", 2}, {"BYR", 0}, {"cny", -2}, {"CN", -2}, {"CNYX", -2},
        {"ZZZ", -2}, {"AAA", -2}, {"", -2}, {"C\xd1Y", -2}, {"[AA", -2}, {"RMB", -2},
    };
    for (size_t i = 0; i < COUNT(cases); i++) {
        fa_currency currency = 0;
        bool found = fa_currency_parse(fa_str_from(cases[i].text), &currency);
        ck_assert_msg(found == (cases[i].scale >= 0), "'%s'", cases[i].text);
        if (!found)
            continue;
        char text[4];
        fa_currency_format(currency, text);
        ck_assert_str_eq(text, cases[i].text);
        ck_assert_int_eq(fa_currency_scale(currency), cases[i].scale);
    }
    ck_assert_int_eq(fa_currency_scale(0), -1);
    ck_assert_int_eq(fa_currency_scale(-1), -1);
    ck_assert_int_eq(fa_currency_scale(INT64_MAX), -1);

    int counts[5] = {0};
    for (char a = 'A'; a <= 'Z'; a++)
        for (char b = 'A'; b <= 'Z'; b++)
            for (char c = 'A'; c <= 'Z'; c++) {
                fa_currency currency;
                char text[3] = {a, b, c};
                if (fa_currency_parse((struct fa_str){text, 3}, &currency))
                    counts[fa_currency_scale(currency)]++;
            }
    /* list one and the withdrawn ones */
    ck_assert_int_eq(counts[0], 17 + 13 + 1);
    ck_assert_int_eq(counts[2], 139 + 13 + 6);
    ck_assert_int_eq(counts[3], 7);
    ck_assert_int_eq(counts[4], 2);
}
END_TEST

/* --- ratios --- */

START_TEST(ratio_parse_and_format)
{
    const struct {
        const char *text;
        enum fa_value_status status;
        int64_t ppb;
        const char *shown;
    } cases[] = {
        {"0.145", FA_VALUE_OK, 145000000, "0.145"},
        {"14.5%", FA_VALUE_OK, 145000000, "0.145"},
        {"100%", FA_VALUE_OK, FA_RATIO_UNIT, "1"},
        {"0", FA_VALUE_OK, 0, "0"},
        {"-0.000000001", FA_VALUE_OK, -1, "-0.000000001"},
        {"0.0000001%", FA_VALUE_OK, 1, "0.000000001"},
        {"0.00000001%", FA_VALUE_DECIMALS, 0, NULL},
        {"0.0000000001", FA_VALUE_DECIMALS, 0, NULL},
        {"9223372036.854775807", FA_VALUE_OK, INT64_MAX, "9223372036.854775807"},
        {"9223372036.854775808", FA_VALUE_RANGE, 0, NULL},
        {"10", FA_VALUE_OK, 10 * FA_RATIO_UNIT, "10"},
        {"%", FA_VALUE_SYNTAX, 0, NULL},
        {"", FA_VALUE_SYNTAX, 0, NULL},
        {"1 %", FA_VALUE_SYNTAX, 0, NULL},
        {"1%%", FA_VALUE_SYNTAX, 0, NULL},
        {"3/7", FA_VALUE_SYNTAX, 0, NULL},
    };
    for (size_t i = 0; i < COUNT(cases) * COUNT(behind); i++) {
        struct cell buffer;
        size_t c = i / COUNT(behind);
        struct fa_str text = cell(&buffer, cases[c].text, behind[i % COUNT(behind)]);
        int64_t ppb = 77;
        enum fa_value_status status = fa_ratio_parse(text, &ppb);
        ck_assert_msg(status == cases[c].status, "'%s': status %d", cases[c].text, status);
        if (status != FA_VALUE_OK)
            continue;
        char shown[FA_RATIO_TEXT_BYTES];
        ck_assert_msg(ppb == cases[c].ppb, "'%s': %lld", cases[c].text, (long long)ppb);
        ck_assert_uint_eq(fa_ratio_format(ppb, shown), strlen(cases[c].shown));
        ck_assert_str_eq(shown, cases[c].shown);
    }
}
END_TEST

START_TEST(ratio_compare)
{
    const fa_i128 max = (fa_i128)(((unsigned __int128)1 << 127) - 1);
    const fa_i128 min = -max - 1;
    const struct {
        struct fa_ratio a, b;
        int order;
    } cases[] = {
        {{1, 3}, {2, 6}, 0},
        {{1, 3}, {333333333, 1000000000}, 1},
        {{-1, 3}, {-333333333, 1000000000}, -1},
        {{-1, 3}, {1, 3}, -1},
        {{0, 5}, {0, max}, 0},
        {{0, 1}, {-1, max}, 1},
        {{max, max - 1}, {max - 1, max - 2}, -1},
        {{max - 1, max}, {max - 2, max - 1}, 1},
        {{max, 1}, {max - 1, 1}, 1},
        {{max, 2}, {max, 3}, 1},
        {{min, max}, {min + 1, max}, -1},
        {{min, 1}, {min, 1}, 0},
        {{min, max}, {-1, 1}, -1},
        {{max, max}, {1, 1}, 0},
        {{(fa_i128)1 << 64, 1}, {((fa_i128)1 << 64) + 1, 1}, -1},
        {{((fa_i128)3 << 64) + 7, ((fa_i128)5 << 64) + 11}, /* 3/5 + x against 3/5 */
         {3, 5}, 1},
    };
    for (size_t i = 0; i < COUNT(cases); i++) {
        ck_assert_msg(fa_ratio_compare(cases[i].a, cases[i].b) == cases[i].order, "case %zu", i);
        ck_assert_msg(fa_ratio_compare(cases[i].b, cases[i].a) == -cases[i].order, "case %zu", i);
    }
}
END_TEST

/* --- dates and times --- */

static int64_t day(const char *text)
{
    int64_t day_no;
    ck_assert_msg(fa_date_parse(fa_str_from(text), &day_no) == FA_VALUE_OK, "'%s'", text);
    return day_no;
}

START_TEST(date_parse)
{
    const struct {
        const char *text;
        enum fa_value_status status;
        int64_t day_no;
    } cases[] = {
        {"1970-01-01", FA_VALUE_OK, 0},
        {"1969-12-31", FA_VALUE_OK, -1},
        {"2000-02-29", FA_VALUE_OK, 11016},
        {"2024-02-29", FA_VALUE_OK, 19782},
        {"2025-02-28", FA_VALUE_OK, 20147},
        {"2025-02-29", FA_VALUE_IMPOSSIBLE, 0},
        {"2025-02-30", FA_VALUE_IMPOSSIBLE, 0},
        {"1900-02-29", FA_VALUE_IMPOSSIBLE, 0},
        {"2025-04-31", FA_VALUE_IMPOSSIBLE, 0},
        {"2025-13-01", FA_VALUE_IMPOSSIBLE, 0},
        {"2025-00-01", FA_VALUE_IMPOSSIBLE, 0},
        {"2025-01-00", FA_VALUE_IMPOSSIBLE, 0},
        {"0000-01-01", FA_VALUE_IMPOSSIBLE, 0},
        {"0001-01-01", FA_VALUE_OK, -719162},
        {"9999-12-31", FA_VALUE_OK, 2932896},
        {"10000-01-01", FA_VALUE_SYNTAX, 0},
        {"2025-1-01", FA_VALUE_SYNTAX, 0},
        {"2025/01/01", FA_VALUE_SYNTAX, 0},
        {"2025-01/01", FA_VALUE_SYNTAX, 0},
        {"20250101", FA_VALUE_SYNTAX, 0},
        {"2025-01-0a", FA_VALUE_SYNTAX, 0},
        {"-025-01-01", FA_VALUE_SYNTAX, 0},
        {"2025-01-01 ", FA_VALUE_SYNTAX, 0},
        {"", FA_VALUE_SYNTAX, 0},
    };
    for (size_t i = 0; i < COUNT(cases) * COUNT(behind); i++) {
        struct cell buffer;
        size_t c = i / COUNT(behind);
        struct fa_str text = cell(&buffer, cases[c].text, behind[i % COUNT(behind)]);
        int64_t day_no = 77;
        enum fa_value_status status = fa_date_parse(text, &day_no);
        ck_assert_msg(status == cases[c].status, "'%s': status %d", cases[c].text, status);
        ck_assert_msg(day_no == (status == FA_VALUE_OK ? cases[c].day_no : 77), "'%s': %lld",
                      cases[c].text, (long long)day_no);
    }
}
END_TEST

/* Every day of 0001-9999 goes through text and back, and follows the one before it. */
START_TEST(date_round_trip)
{
    int32_t year, month, day_of_month;
    for (int64_t day_no = -719162; day_no <= 2932896; day_no++) {
        fa_day_to_civil(day_no, &year, &month, &day_of_month);
        if (!fa_civil_is_valid(year, month, day_of_month) ||
            fa_day_from_civil(year, month, day_of_month) != day_no)
            ck_abort_msg("day %lld", (long long)day_no);
        if (day_no % 97 != 0)
            continue;
        char text[FA_TIME_TEXT_BYTES];
        ck_assert_uint_eq(fa_date_format(day_no, text), 10);
        ck_assert_int_eq(day(text), day_no);
    }
}
END_TEST

START_TEST(time_parse)
{
    const int64_t nine = INT64_C(1738285200000000); /* 2025-01-31T09:00:00+08:00 */
    const struct {
        const char *text;
        const char *zone; /* NULL: no zone */
        enum fa_value_status status;
        int64_t instant_us;
    } cases[] = {
        {"2025-01-31T09:00:00+08:00", NULL, FA_VALUE_OK, nine},
        {"2025-01-31T01:00:00Z", NULL, FA_VALUE_OK, nine},
        {"2025-01-30T20:00:00-05:00", "Asia/Shanghai", FA_VALUE_OK, nine},
        {"2025-01-31T09:00:00", "Asia/Shanghai", FA_VALUE_OK, nine},
        {"2025-01-31 09:00", "Asia/Shanghai", FA_VALUE_OK, nine},
        {"2025-01-31T09:00", "+08:00", FA_VALUE_OK, nine},
        {"2025-01-31T09:00+08:00", NULL, FA_VALUE_OK, nine},
        {"2025-01-31T09:00:00.5", "+08:00", FA_VALUE_OK, nine + 500000},
        {"2025-01-31T09:00:00.000001Z", NULL, FA_VALUE_OK, nine + 8 * FA_HOUR_US + 1},
        {"2025-01-31T09:00:00.0000001Z", NULL, FA_VALUE_SYNTAX, 0},
        {"2025-01-31T09:00:00.Z", NULL, FA_VALUE_SYNTAX, 0},
        {"2025-01-31T09:00:00.", "UTC", FA_VALUE_SYNTAX, 0},
        {"2025-01-31T09:00.5", "UTC", FA_VALUE_SYNTAX, 0},
        {"2025-01-31T09:00:00", NULL, FA_VALUE_SYNTAX, 0},
        {"2025-01-31", "UTC", FA_VALUE_SYNTAX, 0},
        {"2025-01-31T09", "UTC", FA_VALUE_SYNTAX, 0},
        {"2025-01-31t09:00:00", "UTC", FA_VALUE_SYNTAX, 0},
        {"2025-01-31T09:00:0", "UTC", FA_VALUE_SYNTAX, 0},
        {"2025-01-31T09:00:", "UTC", FA_VALUE_SYNTAX, 0},
        {"2025-01-31T09.00:00", "UTC", FA_VALUE_SYNTAX, 0},
        {"2025-01-31T0x:00:00", "UTC", FA_VALUE_SYNTAX, 0},
        {"2025-01-31T09:00:00 +08:00", "UTC", FA_VALUE_SYNTAX, 0},
        {"2025-01-31T09:00:00+0800", "UTC", FA_VALUE_SYNTAX, 0},
        {"2025-01-31T09:00:00+8:00", "UTC", FA_VALUE_SYNTAX, 0},
        {"2025-01-31T09:00:00*08:00", "UTC", FA_VALUE_SYNTAX, 0},
        {"2025-01-31T09:00:00+08-00", "UTC", FA_VALUE_SYNTAX, 0},
        {"2025-01-31T09:00:00+08:00Z", "UTC", FA_VALUE_SYNTAX, 0},
        {"2025-01-31T09:00:00ZZ", "UTC", FA_VALUE_SYNTAX, 0},
        {"2025-02-30T09:00:00Z", NULL, FA_VALUE_IMPOSSIBLE, 0},
        {"2025-02-30T09:00:00z", NULL, FA_VALUE_SYNTAX, 0},
        {"2025-01-31T24:00:00Z", NULL, FA_VALUE_IMPOSSIBLE, 0},
        {"2025-01-31T23:60:00Z", NULL, FA_VALUE_IMPOSSIBLE, 0},
        {"2025-01-31T23:59:60Z", NULL, FA_VALUE_IMPOSSIBLE, 0},
        {"2025-01-31T23:59:59+14:00", NULL, FA_VALUE_OK, nine + 9 * FA_HOUR_US - 1000000},
        {"2025-01-31T23:59:59+14:01", NULL, FA_VALUE_IMPOSSIBLE, 0},
        {"2025-01-31T23:59:59-08:60", NULL, FA_VALUE_IMPOSSIBLE, 0},
        {"1970-01-01T00:00:00Z", NULL, FA_VALUE_OK, 0},
        {"1969-12-31T23:59:59.999999Z", NULL, FA_VALUE_OK, -1},
        {"1991-09-16T00:00:00", "Asia/Shanghai", FA_VALUE_OK, INT64_C(684950400000000)},
        {"1991-09-15T23:59:59", "Asia/Shanghai", FA_VALUE_RANGE, 0},
        {"1988-06-01T00:00:00+09:00", "Asia/Shanghai", FA_VALUE_OK, INT64_C(581094000000000)},
        {"0001-01-01T00:00:00Z", NULL, FA_VALUE_OK, -719162 * FA_DAY_US},
        {"0001-01-01T00:00:00+00:01", NULL, FA_VALUE_RANGE, 0},
        {"9999-12-31T23:59:59.999999Z", NULL, FA_VALUE_OK, 2932897 * FA_DAY_US - 1},
        {"9999-12-31T23:59:59-00:01", NULL, FA_VALUE_RANGE, 0},
        {"", "UTC", FA_VALUE_SYNTAX, 0},
    };
    for (size_t i = 0; i < COUNT(cases) * COUNT(behind); i++) {
        struct cell buffer;
        size_t c = i / COUNT(behind);
        struct fa_str text = cell(&buffer, cases[c].text, behind[i % COUNT(behind)]);
        struct fa_zone zone;
        int64_t instant_us = 77;
        if (cases[c].zone)
            ck_assert(fa_zone_find(fa_str_from(cases[c].zone), &zone));
        enum fa_value_status status =
            fa_time_parse(text, cases[c].zone ? &zone : NULL, &instant_us);
        ck_assert_msg(status == cases[c].status, "'%s': status %d", cases[c].text, status);
        ck_assert_msg(instant_us == (status == FA_VALUE_OK ? cases[c].instant_us : 77), "'%s': %lld",
                      cases[c].text, (long long)instant_us);
    }
}
END_TEST

START_TEST(time_format)
{
    const struct {
        const char *text;
        const char *zone;
        const char *shown;
    } cases[] = {
        {"2025-01-31T01:00:00Z", "Asia/Shanghai", "2025-01-31T09:00:00+08:00"},
        {"2025-01-31T23:30:00Z", "Asia/Shanghai", "2025-02-01T07:30:00+08:00"},
        {"2025-01-31T01:00:00Z", "UTC", "2025-01-31T01:00:00Z"},
        {"2025-01-31T01:00:00Z", "-03:30", "2025-01-30T21:30:00-03:30"},
        {"2025-01-31T01:00:00.120Z", "UTC", "2025-01-31T01:00:00.12Z"},
        {"1969-12-31T23:59:59.999999Z", "UTC", "1969-12-31T23:59:59.999999Z"},
        {"1988-06-01T00:00:00Z", "Asia/Shanghai", "1988-06-01T00:00:00Z"},
        {"9999-12-31T23:00:00Z", "+08:00", "9999-12-31T23:00:00Z"},
        {"0001-01-01T00:00:00Z", "-01:00", "0001-01-01T00:00:00Z"},
    };
    for (size_t i = 0; i < COUNT(cases); i++) {
        struct fa_zone zone;
        int64_t instant_us, again_us;
        char text[FA_TIME_TEXT_BYTES];
        ck_assert(fa_zone_find(fa_str_from(cases[i].zone), &zone));
        ck_assert_int_eq(fa_time_parse(fa_str_from(cases[i].text), NULL, &instant_us), FA_VALUE_OK);
        ck_assert_uint_eq(fa_time_format(instant_us, &zone, text), strlen(cases[i].shown));
        ck_assert_str_eq(text, cases[i].shown);
        ck_assert_int_eq(fa_time_parse(fa_str_from(text), NULL, &again_us), FA_VALUE_OK);
        ck_assert_int_eq(again_us, instant_us);
    }
}
END_TEST

START_TEST(zones)
{
    struct fa_zone zone;
    const char *bad[] = {"", "CET", "Asia/Shangha", "8:00", "+8:00", "+08:0", "+15:00", "+0800", "Z"};
    for (size_t i = 0; i < COUNT(bad); i++)
        ck_assert_msg(!fa_zone_find(fa_str_from(bad[i]), &zone), "'%s'", bad[i]);
    ck_assert(fa_zone_find(FA_STR("-03:30"), &zone));
    ck_assert_int_eq(zone.offset_minutes, -210);
    ck_assert_str_eq(zone.name, "-03:30");
    ck_assert(fa_zone_find(FA_STR("Asia/Shanghai"), &zone));
    ck_assert_int_eq(zone.offset_minutes, 480);

    int64_t midnight = fa_day_start(day("2025-02-01"), &zone);
    ck_assert_int_eq(midnight, day("2025-01-31") * FA_DAY_US + 16 * FA_HOUR_US);
    ck_assert_int_eq(fa_day_of(midnight, &zone), day("2025-02-01"));
    ck_assert_int_eq(fa_day_of(midnight - 1, &zone), day("2025-01-31"));
    ck_assert_int_eq(fa_day_of(-1, &zone), 0);
    ck_assert_int_eq(fa_day_of(-9 * FA_HOUR_US, &zone), -1);
    ck_assert_int_eq(fa_day_of((FA_DAY_LAST + 1) * FA_DAY_US - 1, &zone), FA_DAY_LAST);
    ck_assert(fa_zone_find(FA_STR("-01:00"), &zone));
    ck_assert_int_eq(fa_day_of(FA_DAY_FIRST * FA_DAY_US, &zone), FA_DAY_FIRST);
}
END_TEST

START_TEST(durations)
{
    const struct {
        const char *text;
        enum fa_value_status status;
        int64_t us;
        const char *shown;
    } cases[] = {
        {"1d12h", FA_VALUE_OK, 36 * FA_HOUR_US, "1d12h"},
        {"90s", FA_VALUE_OK, 90 * INT64_C(1000000), "1m30s"},
        {"0s", FA_VALUE_OK, 0, "0s"},
        {"0d", FA_VALUE_OK, 0, "0s"},
        {"24h", FA_VALUE_OK, FA_DAY_US, "1d"},
        {"1d0h5m", FA_VALUE_OK, FA_DAY_US + 5 * FA_MINUTE_US, "1d5m"},
        {"0.5s", FA_VALUE_OK, 500000, "0.5s"},
        {"2m0.000001s", FA_VALUE_OK, 2 * FA_MINUTE_US + 1, "2m0.000001s"},
        {"12h1d", FA_VALUE_SYNTAX, 0, NULL},
        {"1h1h", FA_VALUE_SYNTAX, 0, NULL},
        {"0.5d", FA_VALUE_SYNTAX, 0, NULL},
        {"1", FA_VALUE_SYNTAX, 0, NULL},
        {"d", FA_VALUE_SYNTAX, 0, NULL},
        {"1d2", FA_VALUE_SYNTAX, 0, NULL},
        {"1.s", FA_VALUE_SYNTAX, 0, NULL},
        {"-1d", FA_VALUE_SYNTAX, 0, NULL},
        {"1w", FA_VALUE_SYNTAX, 0, NULL},
        {"", FA_VALUE_SYNTAX, 0, NULL},
        {"106751991d", FA_VALUE_OK, 106751991 * FA_DAY_US, "106751991d"},
        {"106751992d", FA_VALUE_RANGE, 0, NULL},
        {"99999999999999999999s", FA_VALUE_RANGE, 0, NULL},
        {"106751991d23h59m59s", FA_VALUE_RANGE, 0, NULL},
    };
    char shown[FA_TIME_TEXT_BYTES];
    for (size_t i = 0; i < COUNT(cases) * COUNT(behind); i++) {
        struct cell buffer;
        size_t c = i / COUNT(behind);
        struct fa_str text = cell(&buffer, cases[c].text, behind[i % COUNT(behind)]);
        int64_t us = 77;
        enum fa_value_status status = fa_duration_parse(text, &us);
        ck_assert_msg(status == cases[c].status, "'%s': status %d", cases[c].text, status);
        ck_assert_msg(us == (status == FA_VALUE_OK ? cases[c].us : 77), "'%s'", cases[c].text);
        if (status != FA_VALUE_OK)
            continue;
        ck_assert_uint_eq(fa_duration_format(us, shown), strlen(cases[c].shown));
        ck_assert_str_eq(shown, cases[c].shown);
    }
    fa_duration_format(-90 * INT64_C(1000000), shown);
    ck_assert_str_eq(shown, "-1m30s");
    fa_duration_format(INT64_MIN, shown);
    ck_assert_str_eq(shown, "-106751991d4h54.775808s");
}
END_TEST

START_TEST(months_and_periods)
{
    const struct {
        const char *from;
        int64_t months;
        const char *to;
    } adds[] = {
        {"2025-01-31", 1, "2025-02-28"}, {"2024-01-31", 1, "2024-02-29"},
        {"2024-02-29", 12, "2025-02-28"}, {"2025-03-31", -1, "2025-02-28"},
        {"2025-01-15", -1, "2024-12-15"}, {"2025-12-31", 2, "2026-02-28"},
        {"2025-05-31", 0, "2025-05-31"}, {"2025-01-31", -13, "2023-12-31"},
    };
    for (size_t i = 0; i < COUNT(adds); i++)
        ck_assert_msg(fa_day_add_months(day(adds[i].from), adds[i].months) == day(adds[i].to), "%s",
                      adds[i].from);

    const struct {
        enum fa_period period;
        const char *day;
        const char *first;
        const char *last;
    } periods[] = {
        {FA_PERIOD_DAY, "2025-02-14", "2025-02-14", "2025-02-14"},
        {FA_PERIOD_BDAY, "2025-02-14", "2025-02-14", "2025-02-14"},
        {FA_PERIOD_WEEK, "2025-01-01", "2024-12-30", "2025-01-05"}, /* ISO week 2025-W01 */
        {FA_PERIOD_WEEK, "2025-01-05", "2024-12-30", "2025-01-05"},
        {FA_PERIOD_WEEK, "2025-01-06", "2025-01-06", "2025-01-12"},
        {FA_PERIOD_WEEK, "2021-01-03", "2020-12-28", "2021-01-03"}, /* 2020-W53 */
        {FA_PERIOD_WEEK, "1969-12-31", "1969-12-29", "1970-01-04"},
        {FA_PERIOD_WEEK, "1900-01-01", "1900-01-01", "1900-01-07"},
        {FA_PERIOD_MONTH, "2024-02-29", "2024-02-01", "2024-02-29"},
        {FA_PERIOD_MONTH, "2025-12-31", "2025-12-01", "2025-12-31"},
        {FA_PERIOD_QUARTER, "2025-02-14", "2025-01-01", "2025-03-31"},
        {FA_PERIOD_QUARTER, "2025-12-01", "2025-10-01", "2025-12-31"},
        {FA_PERIOD_YEAR, "2024-12-31", "2024-01-01", "2024-12-31"},
    };
    for (size_t i = 0; i < COUNT(periods); i++) {
        int64_t day_no = day(periods[i].day);
        ck_assert_msg(fa_period_first(periods[i].period, day_no) == day(periods[i].first), "%s",
                      periods[i].day);
        ck_assert_msg(fa_period_last(periods[i].period, day_no) == day(periods[i].last), "%s",
                      periods[i].day);
    }
}
END_TEST

/* The spring festival of 2025: 01-28 to 02-04 off, 01-26 and 02-08 (weekend) worked. */
START_TEST(working_days)
{
    struct fa_calendar *calendar = fa_calendar_new();
    int64_t result = 77;
    bool is_bday = true;
    ck_assert(!fa_calendar_is_bday(calendar, day("2025-01-06"), &is_bday));

    /* 2027 first: years need not come in order; 2026 stays uncovered */
    ck_assert_int_eq(fa_calendar_add(calendar, day("2027-01-01"), false), FA_OK);
    ck_assert_int_eq(fa_calendar_add(calendar, day("2025-01-01"), false), FA_OK);
    for (int64_t off = day("2025-01-28"); off <= day("2025-02-04"); off++)
        ck_assert_int_eq(fa_calendar_add(calendar, off, false), FA_OK);
    ck_assert_int_eq(fa_calendar_add(calendar, day("2025-01-26"), true), FA_OK);
    ck_assert_int_eq(fa_calendar_add(calendar, day("2025-02-08"), true), FA_OK);

    const struct {
        const char *day;
        int expected; /* -1: unknown */
    } days[] = {
        {"2025-01-01", 0}, {"2025-01-02", 1}, {"2025-01-04", 0}, {"2025-01-26", 1},
        {"2025-01-28", 0}, {"2025-02-05", 1}, {"2025-02-08", 1}, {"2025-12-31", 1},
        {"2024-12-31", -1}, {"2026-01-02", -1}, {"2026-07-01", -1}, {"2027-01-01", 0},
        {"2027-12-31", 1}, {"2028-01-03", -1},
    };
    for (size_t i = 0; i < COUNT(days); i++) {
        bool known = fa_calendar_is_bday(calendar, day(days[i].day), &is_bday);
        ck_assert_msg((known ? (int)is_bday : -1) == days[i].expected, "%s", days[i].day);
    }

    const struct {
        const char *from;
        int64_t n;
        const char *to; /* NULL: unknown */
    } adds[] = {
        {"2025-01-24", 1, "2025-01-26"}, {"2025-01-24", 2, "2025-01-27"},
        {"2025-01-24", 3, "2025-02-05"}, {"2025-01-24", 6, "2025-02-08"},
        {"2025-01-30", 1, "2025-02-05"}, {"2025-01-30", 0, "2025-01-30"},
        {"2025-02-05", -1, "2025-01-27"}, {"2025-01-02", -1, NULL},
        {"2025-12-31", 1, NULL}, {"2026-05-01", 1, NULL},
    };
    for (size_t i = 0; i < COUNT(adds); i++) {
        bool known = fa_calendar_add_bdays(calendar, day(adds[i].from), adds[i].n, &result);
        ck_assert_msg(known == (adds[i].to != NULL), "%s", adds[i].from);
        if (known)
            ck_assert_msg(result == day(adds[i].to), "%s + %lld", adds[i].from,
                          (long long)adds[i].n);
    }

    ck_assert(fa_calendar_bdays(calendar, day("2025-01-24"), day("2025-02-05"), &result));
    ck_assert_int_eq(result, 3);
    ck_assert(fa_calendar_bdays(calendar, day("2025-02-05"), day("2025-01-24"), &result));
    ck_assert_int_eq(result, -3);
    ck_assert(fa_calendar_bdays(calendar, day("2025-02-05"), day("2025-02-05"), &result));
    ck_assert_int_eq(result, 0);
    ck_assert(!fa_calendar_bdays(calendar, day("2025-12-30"), day("2026-01-01"), &result));
    ck_assert(!fa_calendar_bdays(calendar, day("2026-01-01"), day("2025-12-30"), &result));
    fa_calendar_free(calendar);
    fa_calendar_free(NULL);
}
END_TEST

/* --- identity numbers --- */

START_TEST(identity)
{
    const struct {
        bool (*valid)(struct fa_str);
        const char *text;
        bool expected;
    } cases[] = {
        {fa_id18_valid, "11010519491231002X", true},
        {fa_id18_valid, "11010519491231002x", true},
        {fa_id18_valid, "440524188001010014", true},
        {fa_id18_valid, "110105194912310021", false},
        {fa_id18_valid, "110105194902300020", false}, /* the check digit is right, the day is not */
        {fa_id18_valid, "110105194913310021", false},
        {fa_id18_valid, "110105194912000021", false},
        {fa_id18_valid, "110105000012310026", false},
        {fa_id18_valid, "1101051949123100X2", false},
        {fa_id18_valid, "110105491231002", false},
        {fa_id18_valid, "", false},
        /* the check digit is right in all of these: the first and last provinces, and what is none */
        {fa_id18_valid, "110105194912310003", true},
        {fa_id18_valid, "830105194912310002", true},
        {fa_id18_valid, "100105194912310001", false},
        {fa_id18_valid, "160105194912310002", false},
        {fa_id18_valid, "840105194912310004", false},
        {fa_id18_valid, "000105194912310008", false},
        {fa_id18_valid, "110105200002290005", true},
        {fa_id18_valid, "110105190002290009", false},
        {fa_id15_valid, "110105491231002", true},
        {fa_id15_valid, "110105000101000", true},
        {fa_id15_valid, "110105000229000", false}, /* 1900 was no leap year */
        {fa_id15_valid, "110105040229000", true},
        {fa_id15_valid, "110105491331002", false},
        {fa_id15_valid, "110105491200002", false},
        {fa_id15_valid, "160105491231002", false},
        {fa_id15_valid, "11010549123100", false},
        {fa_id15_valid, "1101054912310021", false},
        {fa_id15_valid, "11010549123100X", false},
        {fa_uscc_valid, "91350100M0001TGQXM", false},
        {fa_uscc_valid, "91350211M0000XUF46", false},
        {fa_uscc_valid, "91350203M0001FUE2P", false},
        {fa_uscc_early, "91350100M0001TGQXM", true},
        {fa_uscc_early, "91350211M0000XUF46", true},
        {fa_uscc_early, "91350203M0001FUE2P", true},
        {fa_uscc_early, "91350203M0001FUE2", false},
        {fa_uscc_early, "91350100M000100Y43", false},
        {fa_uscc_valid, "91350100M000100Y43", true},
        {fa_uscc_valid, "91110102MA0179UA3A", true},
        {fa_uscc_valid, "91350100M000100Y4Z", false},
        {fa_uscc_valid, "91350100M000100Y44", false},
        {fa_uscc_valid, "91350100M000100Y4", false},
        {fa_uscc_valid, "91350100m000100y43", false},
        {fa_luhn_valid, "79927398713", true},
        {fa_luhn_valid, "79927398710", false},
        {fa_luhn_valid, "4111111111111111", true},
        {fa_luhn_valid, "4111111111111112", false},
        {fa_luhn_valid, "6222021234567894", true},
        {fa_luhn_valid, "411111111111111a", false},
        {fa_luhn_valid, "000000000", false},
        {fa_luhn_valid, "00000000000000000000", false},
        {fa_lei_valid, "529900T8BM49AURSDO55", true},
        {fa_lei_valid, "5493001KJTIIGC8Y1R12", true},
        {fa_lei_valid, "529900T8BM49AURSDO56", false},
        {fa_lei_valid, "529900T8BM49AURSD055", false},
        {fa_lei_valid, "529900t8BM49AURSDO55", false},
        {fa_lei_valid, "529900T8BM49AURSDO5", false},
        {fa_iban_valid, "GB82WEST12345698765432", true},
        {fa_iban_valid, "DE89370400440532013000", true},
        {fa_iban_valid, "NO9386011117947", true},
        {fa_iban_valid, "GB82WEST12345698765423", false},
        {fa_iban_valid, "GB82 WEST 1234 5698 7654 32", false},
        {fa_iban_valid, "gb82WEST12345698765432", false},
        {fa_iban_valid, "8282WEST12345698765432", false},
        {fa_iban_valid, "G284WEST12345698765432", false}, /* check digits right, country not */
        {fa_iban_valid, "8B77WEST12345698765432", false},
        {fa_iban_valid, "GB8", false},
        {fa_iban_valid, "GB68WEST1234569", false}, /* check digits right, not 22 characters */
        {fa_iban_valid, "GB16AAAAAAAAAAAAAAAAAAAAAAAAAAAAAA", false},
        {fa_iban_valid, "NO9386011117947 ", false},
        {fa_iban_valid, "CN82WEST12345698765432", false}, /* a country without IBANs */
        {fa_iban_valid, "MT84MALT011000012345MTLCAST001S", true},
        {fa_iban_valid, "LC55HEMM000100010012001200023015", true},
        {fa_iban_valid, "YE15CBYE0001018861234567891234", true},
        {fa_iban_valid, "AD1200012030200359100100", true},
        {fa_iban_valid, "BE68539007547034", true},
        {fa_iban_valid, "", false},
        {fa_iban_valid, "GB82WEST1234-698765432", false},
    };
    for (size_t i = 0; i < COUNT(cases); i++)
        ck_assert_msg(cases[i].valid(fa_str_from(cases[i].text)) == cases[i].expected, "'%s'",
                      cases[i].text);
}
END_TEST

int main(void)
{
    Suite *suite = suite_create("value");
    TCase *tcase = tcase_create("value");
    suite_add_tcase(suite, tcase);
    tcase_set_timeout(tcase, 60);
    tcase_add_test(tcase, money_parse);
    tcase_add_test(tcase, money_parse_scientific);
    tcase_add_test(tcase, money_format);
    tcase_add_test(tcase, currencies);
    tcase_add_test(tcase, ratio_parse_and_format);
    tcase_add_test(tcase, ratio_compare);
    tcase_add_test(tcase, date_parse);
    tcase_add_test(tcase, date_round_trip);
    tcase_add_test(tcase, time_parse);
    tcase_add_test(tcase, time_format);
    tcase_add_test(tcase, zones);
    tcase_add_test(tcase, durations);
    tcase_add_test(tcase, months_and_periods);
    tcase_add_test(tcase, working_days);
    tcase_add_test(tcase, identity);
    SRunner *runner = srunner_create(suite);
    srunner_run_all(runner, CK_NORMAL);
    int failed = srunner_ntests_failed(runner);
    srunner_free(runner);
    return failed == 0 ? EXIT_SUCCESS : EXIT_FAILURE;
}
