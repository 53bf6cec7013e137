#include <string.h>

#include "rules/operators.h"

static int64_t civil_day(int64_t instant_us, int32_t zone_minutes)
{
    return fa_floor_div(instant_us + zone_minutes * FA_MINUTE_US, FA_DAY_US);
}

/* Rows come in order of time, so the day mostly is that of the row before. */
static void days_of(const struct fa_vector *a, int32_t zone_minutes, int64_t *num, uint32_t n)
{
    int64_t offset = zone_minutes * FA_MINUTE_US;
    int64_t day = INT64_MIN, start = 0;
    for (uint32_t i = 0; i < n; i++) {
        int64_t at = a->num[fa_at(a, i)] + offset;
        if (day == INT64_MIN || (uint64_t)at - (uint64_t)start >= (uint64_t)FA_DAY_US) {
            day = fa_floor_div(at, FA_DAY_US);
            start = day * FA_DAY_US;
            day = fa_day_within(day);
        }
        num[i] = day;
    }
}

/* One date; false: the calendar does not know. */
static bool judge_day(const struct fa_formula *f, int64_t day, int64_t *result)
{
    int32_t year, month, mday;
    const struct fa_calendar *calendar = f->detail.calendar;
    bool is_bday;
    switch (f->op) {
    case FA_OP_WEEKDAY: /* 1970-01-01 was a Thursday */
        *result = day + 3 - fa_floor_div(day + 3, 7) * 7 + 1;
        return true;
    case FA_OP_IS_BDAY:
        if (!fa_calendar_is_bday(calendar, day, &is_bday))
            return false;
        *result = is_bday;
        return true;
    case FA_OP_START_OF:
    case FA_OP_END_OF:
        *result = f->op == FA_OP_START_OF ? fa_period_first(f->detail.period, day)
                                          : fa_period_last(f->detail.period, day);
        return true;
    default:
        fa_day_to_civil(day, &year, &month, &mday);
        *result = f->op == FA_OP_YEAR      ? year
                  : f->op == FA_OP_QUARTER ? (month - 1) / 3 + 1
                  : f->op == FA_OP_MONTH   ? month
                                           : mday;
        return true;
    }
}

/* What can be written as a date: years 1 to 9999. */
static bool has_date(int64_t day)
{
    return day >= FA_DAY_FIRST && day <= FA_DAY_LAST;
}

static bool add_to_day(const struct fa_formula *f, int64_t day, int64_t count, int64_t *result)
{
    /* Far beyond what has a date, and small enough to reckon with. */
    if (count < -100000000 || count > 100000000)
        return false;
    switch (f->detail.unit) {
    case FA_UNIT_BD:
        return fa_calendar_add_bdays(f->detail.calendar, day, count, result);
    case FA_UNIT_MO:
        *result = fa_day_add_months(day, count);
        return has_date(*result);
    case FA_UNIT_Y:
        *result = fa_day_add_months(day, count * 12);
        return has_date(*result);
    default:
        *result = day + count;
        return has_date(*result);
    }
}

static bool add(const struct fa_formula *f, bool is_time, int64_t at, int64_t count, int64_t *result)
{
    if (f->detail.unit == FA_UNIT_M || f->detail.unit == FA_UNIT_H) {
        int64_t unit = f->detail.unit == FA_UNIT_M ? FA_MINUTE_US : FA_HOUR_US;
        if (!is_time)
            return false;
        return !__builtin_mul_overflow(count, unit, &count) &&
               !__builtin_add_overflow(at, count, result) &&
               has_date(civil_day(*result, f->detail.zone_minutes));
    }
    if (!is_time)
        return add_to_day(f, at, count, result);
    int64_t day = civil_day(at, f->detail.zone_minutes), moved;
    if (!add_to_day(f, day, count, &moved))
        return false;
    return !__builtin_mul_overflow(moved - day, FA_DAY_US, &moved) &&
           !__builtin_add_overflow(at, moved, result);
}

static bool judge(const struct fa_formula *f, const struct fa_vector *const *args, uint32_t i,
                  int64_t *result)
{
    int64_t a = args[0]->num[fa_at(args[0], i)];
    if (f->op == FA_OP_DATE_ADD)
        return add(f, args[0]->kind == FA_KIND_TIME, a, args[1]->num[fa_at(args[1], i)], result);
    if (f->op == FA_OP_BDAYS)
        return fa_calendar_bdays(f->detail.calendar, a, args[1]->num[fa_at(args[1], i)], result);
    return judge_day(f, a, result);
}

static bool are_narrow(const struct fa_vector *const *args, int count)
{
    for (int k = 0; k < count; k++)
        if (!args[k]->num || args[k]->den != 1)
            return false;
    return true;
}

struct fa_vector *fa_op_date(struct fa_pool *pool, const struct fa_formula *f,
                             const struct fa_vector *const *args, uint32_t n)
{
    struct fa_vector *r = fa_result(pool, f);
    int64_t *num = fa_pool_take(pool, n * sizeof *num);
    uint8_t *state;
    if (!r || !num || !fa_merge_states(pool, args, f->arg_count, n, &state))
        return NULL;
    if (f->op == FA_OP_DATE) {
        days_of(args[0], f->detail.zone_minutes, num, n);
        r->num = num;
        r->state = state;
        return r;
    }
    bool is_narrow = are_narrow(args, f->arg_count);
    uint8_t *now = fa_pool_take(pool, n);
    uint8_t *truth = fa_pool_take(pool, n);
    if (!now || !truth)
        return NULL;
    bool any = state != NULL, is_of_one = true; /* only the first argument differs from row to row */
    for (int k = 1; k < f->arg_count; k++)
        is_of_one = is_of_one && args[k]->is_const;
    int64_t last_at = INT64_MIN;
    for (uint32_t i = 0; i < n; i++) {
        now[i] = state ? state[i] : FA_HAS;
        num[i] = 0;
        if (now[i] == FA_HAS && is_of_one && i && now[i - 1] == FA_HAS &&
            args[0]->num[fa_at(args[0], i)] == last_at)
            num[i] = num[i - 1];
        else if (now[i] == FA_HAS && !(is_narrow && judge(f, args, i, &num[i])))
            now[i] = FA_MISSING;
        last_at = is_narrow ? args[0]->num[fa_at(args[0], i)] : INT64_MIN;
        any |= now[i] != FA_HAS;
        truth[i] = now[i] == FA_HAS ? num[i] != 0 : FA_UNKNOWN;
    }
    if (f->kind == FA_KIND_BOOL) {
        r->truth = truth;
        return r;
    }
    r->num = num;
    r->state = any ? now : NULL;
    return r;
}
