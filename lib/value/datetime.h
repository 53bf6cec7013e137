/*
 * Dates are day numbers (days since 1970-01-01, proleptic Gregorian), instants are int64
 * microseconds since 1970-01-01T00:00:00Z, durations are microseconds.
 *
 * Dates are inclusive at both ends of an interval, instants half-open.
 *
 * Zones: only those with a rule that is written in zone.c, so that no file of the system changes a
 * result: UTC, fixed offsets ("+08:00"), Asia/Shanghai (+08:00; its summer times of 1940-1991 are
 * refused, not guessed: instants before 1991-09-16 are out of range in that zone).
 *
 * Instants reach from 0001-01-01T00:00:00Z to the end of 9999-12-31 in UTC.
 */
#ifndef FA_VALUE_DATETIME_H
#define FA_VALUE_DATETIME_H

#include "value/money.h"

#define FA_DAY_US    INT64_C(86400000000)
#define FA_HOUR_US   INT64_C(3600000000)
#define FA_MINUTE_US INT64_C(60000000)

#define FA_DAY_FIRST INT64_C(-719162) /* 0001-01-01 */
#define FA_DAY_LAST  INT64_C(2932896) /* 9999-12-31 */

struct fa_zone {
    char name[40];
    int32_t offset_minutes;
    int64_t valid_from_us; /* instants before it are out of range in this zone */
};

bool fa_zone_find(struct fa_str name, struct fa_zone *zone);

int64_t fa_day_from_civil(int32_t year, int32_t month, int32_t day); /* arguments in range */
void fa_day_to_civil(int64_t day_no, int32_t *year, int32_t *month, int32_t *day);
bool fa_civil_is_valid(int32_t year, int32_t month, int32_t day); /* years 1..9999 */

/* "YYYY-MM-DD". */
enum fa_value_status fa_date_parse(struct fa_str text, int64_t *day_no) FA_MUST_USE;
/* "YYYY-MM-DD", then 'T' or one blank, "hh:mm[:ss[.1-6 digits]]", then an offset "Z" or "+hh:mm".
 * Without an offset ZONE is used; ZONE NULL makes a missing offset FA_VALUE_SYNTAX. */
enum fa_value_status fa_time_parse(struct fa_str text, const struct fa_zone *zone,
                                   int64_t *instant_us) FA_MUST_USE;
/* "<n>d|h|m|s" parts, biggest first, each once, a fraction only of seconds: "1d12h", "90s", "0.5s". */
enum fa_value_status fa_duration_parse(struct fa_str text, int64_t *us) FA_MUST_USE;

enum { FA_TIME_TEXT_BYTES = 48 };
size_t fa_date_format(int64_t day_no, char text[FA_TIME_TEXT_BYTES]);
/* "2025-01-31T09:00:00+08:00", fraction only when it is not zero; reads back to the same instant.
 * An instant that ZONE has no rule for is written in UTC ("Z"). */
size_t fa_time_format(int64_t instant_us, const struct fa_zone *zone, char text[FA_TIME_TEXT_BYTES]);
size_t fa_duration_format(int64_t us, char text[FA_TIME_TEXT_BYTES]);

/* The civil day in ZONE. The last hours of 9999 in UTC are of the year 10000 east of it, and the
 * first of year 1 of the year 0 west of it: they count as of the last day and the first. */
int64_t fa_day_of(int64_t instant_us, const struct fa_zone *zone);
/* Whether that is its own day, not the nearest that can be written. */
bool fa_time_has_day(int64_t instant_us, const struct fa_zone *zone);
static inline int64_t fa_day_within(int64_t day_no)
{
    return day_no > FA_DAY_LAST ? FA_DAY_LAST : day_no < FA_DAY_FIRST ? FA_DAY_FIRST : day_no;
}
int64_t fa_day_start(int64_t day_no, const struct fa_zone *zone);    /* its first instant */
int64_t fa_day_add_months(int64_t day_no, int64_t months);           /* keeps to the month's last day */

enum fa_period { FA_PERIOD_DAY, FA_PERIOD_BDAY, FA_PERIOD_WEEK, FA_PERIOD_MONTH, FA_PERIOD_QUARTER,
                 FA_PERIOD_YEAR };
/* First and last day of the period that holds the day; weeks are Monday to Sunday (ISO 8601). */
int64_t fa_period_first(enum fa_period period, int64_t day_no);
int64_t fa_period_last(enum fa_period period, int64_t day_no);

/* Working days: weekdays less days off plus make-up days. Outside the years that the table covers
 * the answer is unknown (false is returned), never guessed. */
struct fa_calendar; /* opaque */
struct fa_calendar *fa_calendar_new(void);
void fa_calendar_free(struct fa_calendar *calendar);
enum fa_status fa_calendar_add(struct fa_calendar *calendar, int64_t day_no, bool is_work) FA_MUST_USE;
/* From now on every year of which no day was added is known, too: Monday to Friday. */
void fa_calendar_know_weekdays(struct fa_calendar *calendar);
bool fa_calendar_is_bday(const struct fa_calendar *calendar, int64_t day_no, bool *is_bday);
bool fa_calendar_add_bdays(const struct fa_calendar *calendar, int64_t day_no, int64_t n,
                           int64_t *result); /* the n-th working day after (n < 0: before); 0: the day */
/* Working days after FROM up to TO: add_bdays(d, n) = r gives bdays(d, r) = n. Negative backwards. */
bool fa_calendar_bdays(const struct fa_calendar *calendar, int64_t from, int64_t to, int64_t *n);

#endif
