#include "value/datetime.h"

#include <stdlib.h>

#include "base/vec.h"

/* One covered year: a bit for each of its days, set for a working day. */
struct year {
    int64_t first_day;
    int64_t last_day;
    uint64_t work[6];
};

struct fa_calendar {
    FA_VEC(struct year) years; /* sorted */
    bool knows_weekdays;       /* every other year, too: Monday to Friday */
};

struct fa_calendar *fa_calendar_new(void)
{
    return calloc(1, sizeof(struct fa_calendar));
}

void fa_calendar_free(struct fa_calendar *calendar)
{
    if (calendar)
        fa_vec_free(&calendar->years);
    free(calendar);
}

void fa_calendar_know_weekdays(struct fa_calendar *calendar)
{
    calendar->knows_weekdays = true;
}

/* Days from Monday (0) to Sunday (6). */
static int64_t day_of_week(int64_t day_no)
{
    return day_no - fa_period_first(FA_PERIOD_WEEK, day_no);
}

/* Mondays to Fridays from the week of day 0 up to DAY_NO: differences count. */
static int64_t weekdays_up_to(int64_t day_no)
{
    int64_t weekday = day_of_week(day_no);
    int64_t weeks = (day_no - weekday - fa_period_first(FA_PERIOD_WEEK, 0)) / 7;
    return weeks * 5 + (weekday < 5 ? weekday + 1 : 5);
}

static void set_day(struct year *year, int64_t day_no, bool is_work)
{
    uint64_t idx = (uint64_t)(day_no - year->first_day);
    uint64_t bit = UINT64_C(1) << (idx % 64);
    if (is_work)
        year->work[idx / 64] |= bit;
    else
        year->work[idx / 64] &= ~bit;
}

/* Working days from the year's first day up to DAY_NO, which may be the day before it. */
static int64_t work_up_to(const struct year *year, int64_t day_no)
{
    uint64_t days = (uint64_t)(day_no - year->first_day + 1);
    int64_t count = 0;
    for (uint64_t word = 0; word * 64 < days; word++) {
        uint64_t left = days - word * 64;
        uint64_t mask = left < 64 ? (UINT64_C(1) << left) - 1 : UINT64_MAX;
        count += __builtin_popcountll(year->work[word] & mask);
    }
    return count;
}

/* The place of the first year that ends on DAY_NO or later. */
static size_t year_place(const struct fa_calendar *calendar, int64_t day_no)
{
    size_t place = 0;
    while (place < calendar->years.count && calendar->years.items[place].last_day < day_no)
        place++;
    return place;
}

static bool is_in_place(const struct fa_calendar *calendar, size_t place, int64_t day_no)
{
    return place < calendar->years.count && calendar->years.items[place].first_day <= day_no;
}

enum fa_status fa_calendar_add(struct fa_calendar *calendar, int64_t day_no, bool is_work)
{
    size_t place = year_place(calendar, day_no);
    if (!is_in_place(calendar, place, day_no)) {
        struct year year = {.first_day = fa_period_first(FA_PERIOD_YEAR, day_no),
                            .last_day = fa_period_last(FA_PERIOD_YEAR, day_no)};
        for (int64_t day = year.first_day; day <= year.last_day; day++)
            set_day(&year, day, day_of_week(day) < 5);
        FA_TRY(fa_vec_add(&calendar->years, year));
        for (size_t i = calendar->years.count - 1; i > place; i--)
            calendar->years.items[i] = calendar->years.items[i - 1];
        calendar->years.items[place] = year;
    }
    set_day(&calendar->years.items[place], day_no, is_work);
    return FA_OK;
}

bool fa_calendar_is_bday(const struct fa_calendar *calendar, int64_t day_no, bool *is_bday)
{
    size_t place = year_place(calendar, day_no);
    if (!is_in_place(calendar, place, day_no)) {
        *is_bday = day_of_week(day_no) < 5;
        return calendar->knows_weekdays;
    }
    const struct year *year = &calendar->years.items[place];
    uint64_t idx = (uint64_t)(day_no - year->first_day);
    *is_bday = year->work[idx / 64] >> (idx % 64) & 1;
    return true;
}

bool fa_calendar_add_bdays(const struct fa_calendar *calendar, int64_t day_no, int64_t n,
                           int64_t *result)
{
    int64_t step = n < 0 ? -1 : 1;
    int64_t day = day_no;
    while (n != 0) {
        bool is_bday;
        day += step;
        if (!fa_calendar_is_bday(calendar, day, &is_bday))
            return false;
        if (is_bday)
            n -= step;
    }
    *result = day;
    return true;
}

bool fa_calendar_bdays(const struct fa_calendar *calendar, int64_t from, int64_t to, int64_t *n)
{
    if (to < from) {
        int64_t count;
        if (!fa_calendar_bdays(calendar, to, from, &count))
            return false;
        *n = -count;
        return true;
    }
    int64_t count = 0;
    for (int64_t day = from + 1, last; day <= to; day = last + 1) {
        size_t place = year_place(calendar, day);
        if (is_in_place(calendar, place, day)) {
            const struct year *year = &calendar->years.items[place];
            last = to < year->last_day ? to : year->last_day;
            count += work_up_to(year, last) - work_up_to(year, day - 1);
            continue;
        }
        if (!calendar->knows_weekdays)
            return false;
        bool is_before =
            place < calendar->years.count && calendar->years.items[place].first_day <= to;
        last = is_before ? calendar->years.items[place].first_day - 1 : to;
        count += weekdays_up_to(last) - weekdays_up_to(day - 1);
    }
    *n = count;
    return true;
}
