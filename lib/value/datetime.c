#include "value/datetime.h"

#include <string.h>

enum { YEAR_MAX = 9999, MONTHS = 12, OFFSET_MINUTES_MAX = 14 * 60 };

static const int64_t days_per_era = 146097; /* 400 years */
static const int64_t second_us = 1000000;
static const int64_t first_day_no = FA_DAY_FIRST;
static const int64_t last_day_no = FA_DAY_LAST;

/* Both directions: Howard Hinnant, "chrono-compatible low-level date algorithms"; the year begins
 * in March, so that the leap day is its last. */
int64_t fa_day_from_civil(int32_t year, int32_t month, int32_t day)
{
    int32_t y = year - (month <= 2);
    int32_t era = (y >= 0 ? y : y - 399) / 400;
    uint32_t year_of_era = (uint32_t)(y - era * 400);
    uint32_t month_from_march = (uint32_t)(month > 2 ? month - 3 : month + 9);
    uint32_t day_of_year = (153 * month_from_march + 2) / 5 + (uint32_t)day - 1;
    uint32_t day_of_era = year_of_era * 365 + year_of_era / 4 - year_of_era / 100 + day_of_year;
    return era * days_per_era + day_of_era - 719468;
}

void fa_day_to_civil(int64_t day_no, int32_t *year, int32_t *month, int32_t *day)
{
    int64_t shifted = day_no + 719468;
    int64_t era = (shifted >= 0 ? shifted : shifted - (days_per_era - 1)) / days_per_era;
    int64_t day_of_era = shifted - era * days_per_era;
    int64_t year_of_era =
        (day_of_era - day_of_era / 1460 + day_of_era / 36524 - day_of_era / 146096) / 365;
    int64_t day_of_year = day_of_era - (365 * year_of_era + year_of_era / 4 - year_of_era / 100);
    int64_t month_from_march = (5 * day_of_year + 2) / 153;
    *day = (int32_t)(day_of_year - (153 * month_from_march + 2) / 5 + 1);
    *month = (int32_t)(month_from_march < 10 ? month_from_march + 3 : month_from_march - 9);
    *year = (int32_t)(year_of_era + era * 400 + (*month <= 2));
}

static bool is_leap(int32_t year)
{
    return year % 4 == 0 && (year % 100 != 0 || year % 400 == 0);
}

static int32_t month_length(int32_t year, int32_t month)
{
    static const uint8_t lengths[MONTHS] = {31, 28, 31, 30, 31, 30, 31, 31, 30, 31, 30, 31};
    return lengths[month - 1] + (month == 2 && is_leap(year));
}

bool fa_civil_is_valid(int32_t year, int32_t month, int32_t day)
{
    return year >= 1 && year <= YEAR_MAX && month >= 1 && month <= MONTHS && day >= 1 &&
           (day <= 28 || day <= month_length(year, month));
}

/* COUNT digits at a fixed place. Anything else leaves *BAD not zero; the callers test it once. */
static inline int32_t digits_at(const char *at, int count, unsigned *bad)
{
    unsigned number = 0;
    for (int i = 0; i < count; i++) {
        unsigned digit = (unsigned char)at[i] - (unsigned)'0';
        *bad |= digit > 9;
        number = number * 10 + digit;
    }
    return (int32_t)number;
}

static inline enum fa_value_status date_at(const char *at, int64_t *day_no)
{
    unsigned bad = (unsigned)(at[4] ^ '-') | (unsigned)(at[7] ^ '-');
    int32_t year = digits_at(at, 4, &bad);
    int32_t month = digits_at(at + 5, 2, &bad);
    int32_t day = digits_at(at + 8, 2, &bad);
    if (bad)
        return FA_VALUE_SYNTAX;
    if (!fa_civil_is_valid(year, month, day))
        return FA_VALUE_IMPOSSIBLE;
    *day_no = fa_day_from_civil(year, month, day);
    return FA_VALUE_OK;
}

enum fa_value_status fa_date_parse(struct fa_str text, int64_t *day_no)
{
    return text.size == 10 ? date_at(text.bytes, day_no) : FA_VALUE_SYNTAX;
}

/* "Z" or "+hh:mm", all of [at, end). */
static enum fa_value_status offset_parse(const char *at, const char *end, int64_t *minutes)
{
    if (end - at == 1 && *at == 'Z') {
        *minutes = 0;
        return FA_VALUE_OK;
    }
    if (end - at != 6 || (*at != '+' && *at != '-') || at[3] != ':')
        return FA_VALUE_SYNTAX;
    unsigned bad = 0;
    int32_t hour = digits_at(at + 1, 2, &bad);
    int32_t minute = digits_at(at + 4, 2, &bad);
    if (bad)
        return FA_VALUE_SYNTAX;
    if (minute > 59 || hour * 60 + minute > OFFSET_MINUTES_MAX)
        return FA_VALUE_IMPOSSIBLE;
    *minutes = *at == '-' ? -(hour * 60 + minute) : hour * 60 + minute;
    return FA_VALUE_OK;
}

/* ".1" to ".123456" at *AT, which is moved behind it. */
static bool fraction_parse(const char **at, const char *end, int64_t *us)
{
    int64_t value = 0;
    int64_t unit = second_us;
    const char *digit = *at + 1;
    for (; digit < end && *digit >= '0' && *digit <= '9' && unit > 1; digit++) {
        unit /= 10;
        value += unit * (*digit - '0');
    }
    if (digit == *at + 1)
        return false;
    *at = digit;
    *us = value;
    return true;
}

enum fa_value_status fa_time_parse(struct fa_str text, const struct fa_zone *zone,
                                   int64_t *instant_us)
{
    const char *at = text.bytes;
    const char *end = at + text.size;
    if (text.size < 16 || (at[10] != 'T' && at[10] != ' ') || at[13] != ':')
        return FA_VALUE_SYNTAX;
    int64_t day_no = 0;
    enum fa_value_status date_status = date_at(at, &day_no);
    if (date_status == FA_VALUE_SYNTAX)
        return FA_VALUE_SYNTAX;
    unsigned bad = 0;
    int32_t hour = digits_at(at + 11, 2, &bad);
    int32_t minute = digits_at(at + 14, 2, &bad);
    int32_t second = 0;
    int64_t fraction_us = 0;
    at += 16;
    if (end - at >= 3 && *at == ':') {
        second = digits_at(at + 1, 2, &bad);
        at += 3;
        if (at < end && *at == '.' && !fraction_parse(&at, end, &fraction_us))
            return FA_VALUE_SYNTAX;
    }
    if (bad)
        return FA_VALUE_SYNTAX;
    int64_t offset_minutes = 0;
    enum fa_value_status offset_status = FA_VALUE_OK;
    bool has_offset = at < end;
    if (has_offset)
        offset_status = offset_parse(at, end, &offset_minutes);
    else if (zone)
        offset_minutes = zone->offset_minutes;
    else
        return FA_VALUE_SYNTAX;
    if (offset_status == FA_VALUE_SYNTAX)
        return FA_VALUE_SYNTAX;
    if (date_status != FA_VALUE_OK || offset_status != FA_VALUE_OK || hour > 23 || minute > 59 ||
        second > 59)
        return FA_VALUE_IMPOSSIBLE;
    int64_t result = day_no * FA_DAY_US + hour * FA_HOUR_US +
                     (minute - offset_minutes) * FA_MINUTE_US + second * second_us + fraction_us;
    if (result < first_day_no * FA_DAY_US || result >= (last_day_no + 1) * FA_DAY_US)
        return FA_VALUE_RANGE;
    if (!has_offset && result < zone->valid_from_us)
        return FA_VALUE_RANGE;
    *instant_us = result;
    return FA_VALUE_OK;
}

struct duration_unit {
    char letter;
    int64_t us;
};

static const struct duration_unit duration_units[] = {
    {'d', FA_DAY_US}, {'h', FA_HOUR_US}, {'m', FA_MINUTE_US}, {'s', 1000000}};
enum { DURATION_UNITS = sizeof duration_units / sizeof duration_units[0] };

enum fa_value_status fa_duration_parse(struct fa_str text, int64_t *us)
{
    const char *at = text.bytes;
    const char *end = at + text.size;
    int64_t total = 0;
    bool overflows = false;
    if (at == end)
        return FA_VALUE_SYNTAX;
    for (int unit = 0; at < end; unit++) {
        int64_t number = 0;
        int64_t fraction_us = 0;
        const char *first = at;
        for (; at < end && *at >= '0' && *at <= '9'; at++)
            overflows |= __builtin_mul_overflow(number, 10, &number) ||
                         __builtin_add_overflow(number, *at - '0', &number);
        bool has_fraction = at < end && at > first && *at == '.';
        if (at == first || (has_fraction && !fraction_parse(&at, end, &fraction_us)) || at == end)
            return FA_VALUE_SYNTAX;
        while (unit < DURATION_UNITS && duration_units[unit].letter != *at)
            unit++;
        if (unit == DURATION_UNITS || (has_fraction && *at != 's'))
            return FA_VALUE_SYNTAX;
        at++;
        overflows |= __builtin_mul_overflow(number, duration_units[unit].us, &number) ||
                     __builtin_add_overflow(total, number, &total) ||
                     __builtin_add_overflow(total, fraction_us, &total);
    }
    if (overflows)
        return FA_VALUE_RANGE;
    *us = total;
    return FA_VALUE_OK;
}

static char *put_digits(char *at, int64_t number, int width)
{
    for (int i = width - 1; i >= 0; i--) {
        at[i] = (char)('0' + number % 10);
        number /= 10;
    }
    return at + width;
}

/* ".5", ".000001": without the zeros at its end; nothing when US is zero. */
static char *put_fraction(char *at, int64_t us)
{
    if (us == 0)
        return at;
    *at++ = '.';
    at = put_digits(at, us, 6);
    while (at[-1] == '0')
        at--;
    return at;
}

static char *put_date(char *at, int64_t day_no)
{
    int32_t year, month, day;
    fa_day_to_civil(day_no, &year, &month, &day);
    at = put_digits(at, year, 4);
    *at++ = '-';
    at = put_digits(at, month, 2);
    *at++ = '-';
    return put_digits(at, day, 2);
}

size_t fa_date_format(int64_t day_no, char text[FA_TIME_TEXT_BYTES])
{
    char *end = put_date(text, day_no);
    *end = '\0';
    return (size_t)(end - text);
}

/* Perhaps of the year 0 or 10000. */
static int64_t local_day(int64_t instant_us, const struct fa_zone *zone)
{
    int64_t local_us = instant_us + zone->offset_minutes * FA_MINUTE_US;
    return local_us / FA_DAY_US - (local_us % FA_DAY_US < 0);
}

size_t fa_time_format(int64_t instant_us, const struct fa_zone *zone, char text[FA_TIME_TEXT_BYTES])
{
    /* What the zone cannot say (before its first rule, in year 0 or 10000) is said in UTC. */
    int64_t offset = zone->offset_minutes;
    if (instant_us < zone->valid_from_us || !fa_time_has_day(instant_us, zone))
        offset = 0;
    int64_t local_us = instant_us + offset * FA_MINUTE_US;
    int64_t day_no = local_us / FA_DAY_US - (local_us % FA_DAY_US < 0);
    int64_t rest_us = local_us - day_no * FA_DAY_US;
    char *at = put_date(text, day_no);
    *at++ = 'T';
    at = put_digits(at, rest_us / FA_HOUR_US, 2);
    *at++ = ':';
    at = put_digits(at, rest_us / FA_MINUTE_US % 60, 2);
    *at++ = ':';
    at = put_digits(at, rest_us / second_us % 60, 2);
    at = put_fraction(at, rest_us % second_us);
    if (offset == 0) {
        *at++ = 'Z';
    } else {
        *at++ = offset < 0 ? '-' : '+';
        int64_t minutes = offset < 0 ? -offset : offset;
        at = put_digits(at, minutes / 60, 2);
        *at++ = ':';
        at = put_digits(at, minutes % 60, 2);
    }
    *at = '\0';
    return (size_t)(at - text);
}

size_t fa_duration_format(int64_t us, char text[FA_TIME_TEXT_BYTES])
{
    char *at = text;
    uint64_t rest = us < 0 ? -(uint64_t)us : (uint64_t)us;
    if (us < 0)
        *at++ = '-';
    for (int unit = 0; unit < DURATION_UNITS; unit++) {
        bool is_last = unit == DURATION_UNITS - 1;
        uint64_t number = rest / (uint64_t)duration_units[unit].us;
        rest %= (uint64_t)duration_units[unit].us;
        if (number == 0 && !(is_last && (us == 0 || rest != 0)))
            continue;
        char digits[FA_MONEY_TEXT_BYTES];
        size_t size = fa_money_format((fa_i128)number, 0, digits);
        memcpy(at, digits, size);
        at += size;
        if (is_last)
            at = put_fraction(at, (int64_t)rest);
        *at++ = duration_units[unit].letter;
    }
    *at = '\0';
    return (size_t)(at - text);
}

int64_t fa_day_of(int64_t instant_us, const struct fa_zone *zone)
{
    return fa_day_within(local_day(instant_us, zone));
}

bool fa_time_has_day(int64_t instant_us, const struct fa_zone *zone)
{
    int64_t day_no = local_day(instant_us, zone);
    return day_no == fa_day_within(day_no);
}

int64_t fa_day_start(int64_t day_no, const struct fa_zone *zone)
{
    return day_no * FA_DAY_US - zone->offset_minutes * FA_MINUTE_US;
}

int64_t fa_day_add_months(int64_t day_no, int64_t months)
{
    int32_t year, month, day;
    fa_day_to_civil(day_no, &year, &month, &day);
    int64_t total = (int64_t)year * MONTHS + (month - 1) + months;
    int64_t new_year = total / MONTHS - (total % MONTHS < 0);
    int32_t new_month = (int32_t)(total - new_year * MONTHS) + 1;
    int32_t length = month_length((int32_t)new_year, new_month);
    return fa_day_from_civil((int32_t)new_year, new_month, day < length ? day : length);
}

int64_t fa_period_first(enum fa_period period, int64_t day_no)
{
    int32_t year, month, day;
    switch (period) {
    case FA_PERIOD_DAY:
    case FA_PERIOD_BDAY:
        break;
    case FA_PERIOD_WEEK: /* 1970-01-01 was a Thursday, the third day after Monday */
        return day_no - ((day_no + 3) % 7 + 7) % 7;
    case FA_PERIOD_MONTH:
        fa_day_to_civil(day_no, &year, &month, &day);
        return day_no - day + 1;
    case FA_PERIOD_QUARTER:
        fa_day_to_civil(day_no, &year, &month, &day);
        return fa_day_from_civil(year, (month - 1) / 3 * 3 + 1, 1);
    case FA_PERIOD_YEAR:
        fa_day_to_civil(day_no, &year, &month, &day);
        return fa_day_from_civil(year, 1, 1);
    }
    return day_no;
}

int64_t fa_period_last(enum fa_period period, int64_t day_no)
{
    int64_t first = fa_period_first(period, day_no);
    switch (period) {
    case FA_PERIOD_DAY:
    case FA_PERIOD_BDAY:
        break;
    case FA_PERIOD_WEEK:
        return first + 6;
    case FA_PERIOD_MONTH:
        return fa_day_add_months(first, 1) - 1;
    case FA_PERIOD_QUARTER:
        return fa_day_add_months(first, 3) - 1;
    case FA_PERIOD_YEAR:
        return fa_day_add_months(first, 12) - 1;
    }
    return first;
}
