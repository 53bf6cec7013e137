#include "intake/sheet_number.h"

#include <stdio.h>
#include <string.h>

#include "value/datetime.h"

__extension__ typedef unsigned __int128 u128;

enum {
    DIGITS_TYPED_MAX = 15,  /* decimal digits that every double keeps */
    DIGITS_STORED_MAX = 17, /* that tell any two doubles apart */
    DIGITS_MAX = 40,        /* more are not looked at */
    FIVES_MAX = 27,         /* 5 ^ 27 < 2 ^ 63 */
};

/* --- decimals --- */

/* digits * 10 ^ exponent, without zeros at either end; zero has no digits. */
struct decimal {
    bool is_negative;
    char digits[DIGITS_MAX];
    int count;
    int exponent;
};

static bool is_digit(char c)
{
    return c >= '0' && c <= '9';
}

static void strip(struct decimal *number)
{
    while (number->count && number->digits[number->count - 1] == '0') {
        number->count--;
        number->exponent++;
    }
    if (!number->count)
        number->exponent = 0;
}

/* "e-7"; at most four digits. */
static bool read_exponent(struct fa_str text, int *exponent)
{
    size_t at = text.size && (text.bytes[0] == '-' || text.bytes[0] == '+') ? 1 : 0;
    int value = 0;
    if (at == text.size || text.size - at > 4)
        return false;
    for (size_t i = at; i < text.size; i++) {
        if (!is_digit(text.bytes[i]))
            return false;
        value = 10 * value + (text.bytes[i] - '0');
    }
    *exponent = text.bytes[0] == '-' ? -value : value;
    return true;
}

/* False: not a number, or one of more digits than are looked at. */
static bool read_decimal(struct fa_str text, struct decimal *number)
{
    bool has_point = false, has_digit = false;
    size_t at = 0;
    *number = (struct decimal){0};
    if (text.size && (text.bytes[0] == '-' || text.bytes[0] == '+'))
        number->is_negative = text.bytes[at++] == '-';
    for (; at < text.size; at++) {
        char c = text.bytes[at];
        if (c == '.' && !has_point) {
            has_point = true;
            continue;
        }
        if (!is_digit(c))
            break;
        has_digit = true;
        if (has_point)
            number->exponent--;
        if (c == '0' && !number->count)
            continue;
        if (number->count == DIGITS_MAX)
            return false;
        number->digits[number->count++] = c;
    }
    int exponent = 0;
    if (!has_digit)
        return false;
    if (at < text.size && (text.bytes[at] == 'E' || text.bytes[at] == 'e')) {
        struct fa_str rest = {text.bytes + at + 1, text.size - at - 1};
        if (!read_exponent(rest, &exponent))
            return false;
    } else if (at < text.size) {
        return false;
    }
    number->exponent += exponent;
    strip(number);
    return true;
}

/* Without an exponent; the sizes were looked at before. */
static struct fa_str write_plain(const struct decimal *number, char out[FA_SHEET_TEXT_BYTES])
{
    size_t size = 0;
    int whole = number->count + number->exponent; /* digits before the point */
    if (!number->count)
        return FA_STR("0");
    if (number->is_negative)
        out[size++] = '-';
    if (whole <= 0)
        out[size++] = '0';
    for (int i = whole < 0 ? whole : 0; i < number->count || i < whole; i++) {
        if (i == whole || (whole <= 0 && i == (whole < 0 ? whole : 0)))
            out[size++] = '.';
        out[size++] = i >= 0 && i < number->count ? number->digits[i] : '0';
    }
    return (struct fa_str){out, size};
}

/* Whether it can be written out: at most 15 digits before the point, and not endless zeros. */
static bool is_plain(const struct decimal *number)
{
    int whole = number->count + number->exponent;
    return whole <= DIGITS_TYPED_MAX && number->exponent >= -DIGITS_MAX;
}

static uint64_t first_digits(const struct decimal *number, int count)
{
    uint64_t value = 0;
    for (int i = 0; i < count; i++)
        value = 10 * value + (uint64_t)(number->digits[i] - '0');
    return value;
}

static void set_digits(struct decimal *number, uint64_t value)
{
    char digits[24];
    number->count = snprintf(digits, sizeof digits, "%llu", (unsigned long long)value);
    memcpy(number->digits, digits, (size_t)number->count);
    if (!value)
        number->count = 0;
    strip(number);
}

/* --- doubles --- */

static uint64_t five_to(unsigned power)
{
    uint64_t value = 1;
    for (unsigned i = 0; i < power; i++)
        value *= 5;
    return value;
}

static unsigned bit_count(uint64_t value)
{
    return value ? 64 - (unsigned)__builtin_clzll(value) : 0;
}

/* mantissa * 2 ^ exponent, mantissa of 53 bits. */
struct binary {
    uint64_t mantissa;
    int exponent;
};

/* The double nearest to N / 10 ^ DECIMALS, ties to even; 0 < N < 10 ^ 17, DECIMALS <=
 * FIVES_MAX. The quotient by 5 ^ DECIMALS gets 55 or 56 bits, so that what is left over only
 * breaks ties. */
static struct binary nearest(uint64_t n, unsigned decimals)
{
    uint64_t fives = five_to(decimals);
    unsigned shift = 56 + bit_count(fives) - bit_count(n);
    u128 scaled = (u128)n << shift;
    uint64_t quotient = (uint64_t)(scaled / fives), over = scaled % fives != 0;
    unsigned excess = bit_count(quotient) - 53;
    uint64_t rest = quotient & ((UINT64_C(1) << excess) - 1), half = UINT64_C(1)
                                                                     << (excess - 1);
    uint64_t mantissa = quotient >> excess;
    if (rest > half || (rest == half && (over || mantissa & 1)))
        mantissa++;
    int exponent = (int)excess - (int)shift - (int)decimals;
    if (mantissa >> 53)
        return (struct binary){mantissa >> 1, exponent + 1};
    return (struct binary){mantissa, exponent};
}

static bool is_same_double(struct binary a, struct binary b)
{
    return a.mantissa == b.mantissa && a.exponent == b.exponent;
}

/* VALUE / 10 ^ POWER, half away from zero: only the nearest of 15 digits can have the same
 * double. */
static uint64_t round_off(uint64_t value, int power)
{
    uint64_t unit = 1;
    for (int i = 0; i < power; i++)
        unit *= 10;
    return (value + unit / 2) / unit;
}

/* 16 or 17 digits become the number of 15 that has the same double, where there is one. */
static void recover_typed(struct decimal *number)
{
    int surplus = number->count - DIGITS_TYPED_MAX;
    if (surplus <= 0 || number->count > DIGITS_STORED_MAX || number->exponent >= 0 ||
        number->exponent < -FIVES_MAX || -number->exponent < surplus)
        return;
    uint64_t stored = first_digits(number, number->count);
    uint64_t typed = round_off(stored, surplus);
    unsigned decimals = (unsigned)-number->exponent;
    struct binary a = nearest(stored, decimals),
                  b = nearest(typed, decimals - (unsigned)surplus);
    if (!is_same_double(a, b))
        return;
    number->exponent += surplus;
    set_digits(number, typed);
}

struct fa_str fa_sheet_number(struct fa_str stored, char out[FA_SHEET_TEXT_BYTES])
{
    struct decimal number;
    size_t digits = 0;
    while (digits < stored.size && is_digit(stored.bytes[digits]))
        digits++;
    /* Most numbers: an integer of few digits. */
    if (digits == stored.size && digits <= DIGITS_TYPED_MAX)
        return stored;
    if (!read_decimal(stored, &number))
        return stored;
    if (number.count > DIGITS_TYPED_MAX)
        recover_typed(&number);
    return is_plain(&number) ? write_plain(&number, out) : stored;
}

/* From 10^15 on. Each step keeps 100 bits and more, far beyond the 17 digits that are shown. */
static struct fa_str write_large(bool is_negative, uint64_t mantissa, int exponent,
                                 unsigned decimals, char out[FA_SHEET_TEXT_BYTES])
{
    u128 value = mantissa;
    int tens = -(int)decimals;
    for (; exponent < 0; exponent++)
        value >>= 1;
    for (; exponent > 0; exponent--) {
        if (value >> 120) {
            value /= 10;
            tens++;
        }
        value <<= 1;
    }
    while (value >= UINT64_C(1000000000000000000)) {
        value /= 10;
        tens++;
    }
    struct decimal number = {.is_negative = is_negative};
    uint64_t rest = (uint64_t)value;
    for (; rest >= UINT64_C(100000000000000000); tens++)
        rest = (rest + 5) / 10;
    set_digits(&number, rest);
    int size = snprintf(out, FA_SHEET_TEXT_BYTES, "%s%c%s%.*sE+%02d", is_negative ? "-" : "",
                        number.digits[0], number.count > 1 ? "." : "", number.count - 1,
                        number.digits + 1, tens + number.exponent + number.count - 1);
    return (struct fa_str){out, (size_t)size};
}

/* MANTISSA * 2 ^ EXPONENT in units of 10 ^ -DECIMALS, half away from zero. */
static u128 in_units(uint64_t mantissa, int exponent, unsigned decimals)
{
    u128 value = (u128)mantissa * five_to(decimals);
    int shift = exponent + (int)decimals;
    if (shift >= 0)
        return value << shift;
    if (shift <= -127)
        return 0;
    return ((value >> (-shift - 1)) + 1) >> 1;
}

struct fa_str fa_sheet_double(uint64_t bits, unsigned decimals, char out[FA_SHEET_TEXT_BYTES])
{
    static const uint64_t typed_end = UINT64_C(1000000000000000), /* 10 ^ 15 */
        stored_end = UINT64_C(100000000000000000);                /* 10 ^ 17 */
    bool is_negative = bits >> 63;
    int biased = (int)(bits >> 52 & 0x7FF);
    uint64_t mantissa = bits & ((UINT64_C(1) << 52) - 1);
    if (biased == 0x7FF)
        return FA_STR("#NUM!");
    if (biased)
        mantissa |= UINT64_C(1) << 52;
    int exponent = (biased ? biased : 1) - 1075;
    if (!mantissa)
        return FA_STR("0");
    if (exponent > 0 || in_units(mantissa, exponent, 0) >= typed_end)
        return write_large(is_negative, mantissa, exponent, decimals, out);

    struct decimal number = {.is_negative = is_negative};
    unsigned places = 0; /* the most with which 17 digits are enough */
    while (places < FIVES_MAX && in_units(mantissa, exponent, places + 1) < stored_end)
        places++;
    uint64_t stored = (uint64_t)in_units(mantissa, exponent, places);
    number.exponent = -(int)places;
    set_digits(&number, stored);
    recover_typed(&number);
    number.exponent -= (int)decimals;
    if (!number.count)
        return FA_STR("0");
    return write_plain(&number, out);
}

/* --- forms of dates --- */

enum fa_sheet_form fa_sheet_form_of_id(uint32_t id)
{
    /* ECMA-376 part 1, 18.8.30, with the ids that only East Asian languages have. */
    if ((id >= 14 && id <= 17) || (id >= 27 && id <= 31) || id == 36 ||
        (id >= 50 && id <= 54) || id == 57 || id == 58)
        return FA_SHEET_DATE;
    if (id == 22)
        return FA_SHEET_DATE_TIME;
    if ((id >= 18 && id <= 21) || (id >= 32 && id <= 35) || id == 45 || id == 47 || id == 55 ||
        id == 56)
        return FA_SHEET_TIME;
    return id == 46 ? FA_SHEET_ELAPSED : FA_SHEET_NUMBER;
}

static char lower(char c)
{
    return c >= 'A' && c <= 'Z' ? (char)(c + 'a' - 'A') : c;
}

/* Where the part that begins at AT ends, if it only shows something: "text", \x, _x, *x. */
static size_t after_literal(struct fa_str code, size_t at)
{
    char c = code.bytes[at];
    if (c == '\\' || c == '_' || c == '*')
        return at + 2;
    if (c != '"')
        return at;
    const char *end = memchr(code.bytes + at + 1, '"', code.size - at - 1);
    return end ? (size_t)(end - code.bytes) + 1 : code.size;
}

/* "[h]" or "[mm]"; other brackets are colours, conditions and languages. */
static bool is_elapsed(struct fa_str brackets)
{
    char unit = brackets.size > 2 ? lower(brackets.bytes[1]) : 0;
    if (unit != 'h' && unit != 'm' && unit != 's')
        return false;
    for (size_t i = 1; i + 1 < brackets.size; i++)
        if (lower(brackets.bytes[i]) != unit)
            return false;
    return true;
}

static bool is_general(struct fa_str rest)
{
    const char *word = "general";
    size_t i = 0;
    while (word[i] && i < rest.size && lower(rest.bytes[i]) == word[i])
        i++;
    return !word[i];
}

enum fa_sheet_form fa_sheet_form_of_code(struct fa_str code)
{
    bool has_day = false, has_month = false, has_time = false, has_elapsed = false;
    for (size_t at = 0, after; at < code.size && code.bytes[at] != ';'; at = after) {
        char c = lower(code.bytes[at]);
        struct fa_str rest = {code.bytes + at, code.size - at};
        after = after_literal(code, at);
        if (after > at)
            continue;
        after = at + 1;
        if (c == '[') {
            const char *end = memchr(rest.bytes, ']', rest.size);
            after = end ? (size_t)(end - code.bytes) + 1 : code.size;
            has_elapsed |= is_elapsed((struct fa_str){rest.bytes, after - at});
        } else if (c == 'g' && is_general(rest)) {
            after = at + 7;
        } else if (c == 'e' && rest.size > 1 &&
                   (rest.bytes[1] == '+' || rest.bytes[1] == '-')) {
            after = at + 2; /* scientific */
        } else if (c == 'a' && rest.size > 1 && lower(rest.bytes[1]) != 'a') {
            bool is_long = rest.size > 4 && lower(rest.bytes[1]) == 'm';
            after = at + (is_long ? 5 : rest.size > 2 ? 3 : 1); /* AM/PM, A/P */
        } else {
            has_day |= c == 'y' || c == 'd' || c == 'e';
            has_month |= c == 'm';
            has_time |= c == 'h' || c == 's';
        }
    }
    if (has_elapsed)
        return FA_SHEET_ELAPSED;
    if (has_day && has_time)
        return FA_SHEET_DATE_TIME;
    if (has_day || (has_month && !has_time))
        return FA_SHEET_DATE;
    return has_time ? FA_SHEET_TIME : FA_SHEET_NUMBER;
}

/* --- dates --- */

enum {
    DAY_SECONDS = 86400,
    SERIAL_END = 2958466,   /* 10000-01-01 in the system that starts in 1900 */
    YEARS_APART = 1462,     /* days between the two systems */
    LEAP_DAY_OF_1900 = 60,  /* it never was */
    DAY_OF_1904 = 24107,    /* 1904-01-01, from 1970-01-01 back */
    DAY_BEFORE_1900 = 25568 /* 1899-12-31, likewise */
};

/* Days and seconds of a serial that is not negative; false: too large to be a date. */
static bool read_serial(struct fa_str text, int64_t *day, int64_t *second)
{
    struct decimal number;
    if (!read_decimal(text, &number) || number.is_negative)
        return false;
    int whole = number.count + number.exponent;
    if (whole > 7)
        return false;
    *day = 0;
    for (int i = 0; i < whole; i++)
        *day = 10 * *day + (i < number.count ? number.digits[i] - '0' : 0);
    /* Eighteen decimals are more than any double has at a day's size. */
    u128 fraction = 0, unit = 1;
    for (int i = whole; i < whole + 18; i++) {
        unsigned digit = i >= 0 && i < number.count ? (unsigned)(number.digits[i] - '0') : 0;
        fraction = 10 * fraction + digit;
        unit *= 10;
    }
    *second = (int64_t)((fraction * DAY_SECONDS + unit / 2) / unit);
    *day += *second / DAY_SECONDS;
    *second %= DAY_SECONDS;
    return true;
}

static size_t write_day(int64_t serial, bool is_1904, char out[FA_SHEET_TEXT_BYTES])
{
    if (!is_1904 && (serial == LEAP_DAY_OF_1900 || serial == 0))
        return (size_t)snprintf(out, FA_SHEET_TEXT_BYTES, "%s",
                                serial ? "1900-02-29" : "1900-01-00");
    int64_t day_no =
        is_1904 ? serial - DAY_OF_1904 : serial - DAY_BEFORE_1900 - (serial > LEAP_DAY_OF_1900);
    return fa_date_format(day_no, out);
}

struct fa_str fa_sheet_date(struct fa_str number, enum fa_sheet_form form, bool is_1904,
                            char out[FA_SHEET_TEXT_BYTES])
{
    int64_t day, second;
    size_t size = 0;
    if (form == FA_SHEET_NUMBER || !read_serial(number, &day, &second) ||
        day >= SERIAL_END - (is_1904 ? YEARS_APART : 0))
        return number;
    int64_t hours = second / 3600;
    bool has_day = form == FA_SHEET_DATE || form == FA_SHEET_DATE_TIME ||
                   (form == FA_SHEET_TIME && day > 0);
    if (form == FA_SHEET_ELAPSED)
        hours += day * 24;
    if (has_day)
        size = write_day(day, is_1904, out);
    if (form != FA_SHEET_DATE || second)
        size += (size_t)snprintf(out + size, FA_SHEET_TEXT_BYTES - size,
                                 "%s%02lld:%02lld:%02lld", has_day ? "T" : "", (long long)hours,
                                 (long long)(second / 60 % 60), (long long)(second % 60));
    return (struct fa_str){out, size};
}
