#include "match/terms.h"

#include "base/diag.h"
#include "value/ratio.h"

/* --- fees --- */

/* Parts per billion of an amount, rounded; false: it would have to be. */
static bool round_rate(fa_i128 product, enum fa_rounding rounding, fa_i128 *minor)
{
    fa_i128 whole = product / FA_RATIO_UNIT, rest = product % FA_RATIO_UNIT;
    bool is_up = rest * 2 > FA_RATIO_UNIT;
    bool is_half = rest * 2 == FA_RATIO_UNIT;
    switch (rounding) {
    case FA_ROUND_REFUSE:
        if (rest != 0)
            return false;
        break;
    case FA_ROUND_HALF_UP:
        whole += is_up || is_half;
        break;
    case FA_ROUND_HALF_EVEN:
        whole += is_up || (is_half && whole % 2 != 0);
        break;
    case FA_ROUND_DOWN:
        break;
    }
    *minor = whole;
    return true;
}

/* A bound is a whole number of minor units, so what reaches it needs no rounding. */
static bool rate_of(const struct fa_fee *fee, int64_t amount_minor, fa_i128 *minor)
{
    fa_i128 product = (fa_i128)amount_minor * fee->rate_ppb;
    if (product <= (fa_i128)fee->at_least_minor * FA_RATIO_UNIT)
        *minor = fee->at_least_minor;
    else if (product >= (fa_i128)fee->at_most_minor * FA_RATIO_UNIT)
        *minor = fee->at_most_minor;
    else
        return round_rate(product, fee->rounding, minor);
    return true;
}

bool fa_fee_apply(const struct fa_fee *fee, enum fa_direction direction, int64_t flow_minor,
                  int64_t *line_minor)
{
    fa_i128 kept = fee->fixed_minor;
    if (!fee->is_on[direction] || (fee->is_rate && !rate_of(fee, flow_minor, &kept)))
        return false;
    fa_i128 line = direction == FA_CREDIT ? flow_minor - kept : flow_minor + kept;
    if (line <= 0 || line > INT64_MAX)
        return false;
    *line_minor = (int64_t)line;
    return true;
}

/* --- days --- */

static enum fa_status unknown_day(const struct fa_days *days, int64_t day_no)
{
    char text[FA_TIME_TEXT_BYTES], quoted[FA_QUOTED_BYTES];
    int32_t year, month, day;
    if (!days->calendar)
        return fa_error(days->sink, FA_CODE_MATCH_CALENDAR, (struct fa_place){0},
                        "name a calendar in the scheme, or declare calendar weekdays",
                        "working days are to be counted, and no calendar is known");
    fa_date_format(day_no, text);
    fa_day_to_civil(day_no, &year, &month, &day);
    return fa_error(days->sink, FA_CODE_MATCH_CALENDAR, (struct fa_place){0},
                    "file the days off and the make-up working days of that year in table "
                    "holiday, or declare calendar weekdays",
                    "calendar %s does not say whether %s is a working day: it has no day of %d",
                    fa_quoted(days->calendar_name, quoted), text, (int)year);
}

enum fa_status fa_days_roll(const struct fa_days *days, int32_t day_no, int32_t *working_day)
{
    bool is_bday = false;
    for (int64_t day = day_no;; day++) {
        if (!days->calendar || !fa_calendar_is_bday(days->calendar, day, &is_bday))
            return unknown_day(days, day);
        if (!is_bday)
            continue;
        *working_day = (int32_t)day;
        return FA_OK;
    }
}

/* The first day that the calendar does not know on the way from FROM, in steps of 1 or -1;
 * there is one. */
static enum fa_status unknown_from(const struct fa_days *days, int64_t from, int step)
{
    bool is_bday;
    while (fa_calendar_is_bday(days->calendar, from, &is_bday))
        from += step;
    return unknown_day(days, from);
}

enum fa_status fa_days_lag(const struct fa_days *days, const struct fa_terms *terms,
                           int32_t business_day, int32_t line_day, int64_t *lag)
{
    if (!terms->is_window_bdays ||
        line_day == business_day) { /* most lines: no calendar needed */
        *lag = (int64_t)line_day - business_day;
        return FA_OK;
    }
    int32_t from = 0, to = 0;
    FA_TRY(fa_days_roll(days, business_day, &from));
    FA_TRY(fa_days_roll(days, line_day, &to));
    if (fa_calendar_bdays(days->calendar, from, to, lag))
        return FA_OK;
    return unknown_from(days, from < to ? from : to, 1);
}

enum fa_status fa_days_due(const struct fa_days *days, const struct fa_terms *terms,
                           int32_t business_day, int32_t *due_day)
{
    if (!terms->is_window_bdays) {
        *due_day = business_day + terms->window_to;
        return FA_OK;
    }
    int32_t from = 0;
    int64_t due;
    FA_TRY(fa_days_roll(days, business_day, &from));
    if (fa_calendar_add_bdays(days->calendar, from, terms->window_to, &due)) {
        *due_day = (int32_t)due;
        return FA_OK;
    }
    return unknown_from(days, from, terms->window_to < 0 ? -1 : 1);
}

enum fa_status fa_days_late(const struct fa_days *days, const struct fa_terms *terms,
                            int32_t business_day, int32_t line_day, int64_t *days_late,
                            int32_t *due_day)
{
    int64_t lag;
    FA_TRY(fa_days_lag(days, terms, business_day, line_day, &lag));
    *days_late = 0;
    if (lag < terms->window_from) {
        struct fa_terms turned = *terms;
        turned.window_to = -terms->window_from;
        *days_late = terms->window_from - lag;
        return fa_days_due(days, &turned, line_day, due_day);
    }
    if (lag > terms->window_to)
        *days_late = lag - terms->window_to;
    return fa_days_due(days, terms, business_day, due_day);
}

enum fa_status fa_days_count(const struct fa_days *days, int32_t from_day, int32_t to_day,
                             int64_t *count)
{
    if (!days->calendar)
        return unknown_day(days, from_day);
    if (fa_calendar_bdays(days->calendar, from_day, to_day, count))
        return FA_OK;
    return unknown_from(days, (int64_t)from_day + 1, 1);
}

bool fa_days_age(const struct fa_days *days, int32_t from_day, int32_t to_day, int64_t *age)
{
    return days->calendar && fa_calendar_bdays(days->calendar, from_day, to_day, age);
}
