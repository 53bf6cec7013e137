#include "rules/extent.h"

enum fa_status fa_extent_init(struct fa_extent *extent, struct fa_scope *scope,
                              const struct fa_length *span)
{
    *extent = (struct fa_extent){.is_elapsed = span->is_elapsed,
                                 .is_time = scope->judged->kind == FA_KIND_TIME,
                                 .length = (int64_t)span->length->value.numerator,
                                 .unit = span->unit,
                                 .zone = scope->ruleset->zone};
    if (span->is_elapsed || span->unit != FA_UNIT_BD)
        return FA_OK;
    extent->calendar = fa_scope_calendar(scope);
    return extent->calendar ? FA_OK
                            : fa_out_of_memory(scope->program->sink, "the plan of the rules");
}

/* The first day of the window that ends on DAY. */
static bool first_day(const struct fa_extent *extent, int64_t day, int64_t *first)
{
    int64_t months = extent->unit == FA_UNIT_Y ? extent->length * 12 : extent->length, before;
    int32_t year, month, of_month;
    switch (extent->unit) {
    case FA_UNIT_BD:
        if (!fa_calendar_add_bdays(extent->calendar, day, -extent->length, &before))
            return false;
        break;
    case FA_UNIT_MO:
    case FA_UNIT_Y:
        fa_day_to_civil(day, &year, &month, &of_month);
        before = months < (int64_t)year * 12 ? fa_day_add_months(day, -months) : FA_DAY_FIRST;
        break;
    default:
        before = day - extent->length;
    }
    *first = before + 1;
    return true;
}

bool fa_extent_start_of_days(struct fa_extent *extent, int64_t end, int64_t *start)
{
    if (!extent->has_day || end < extent->day_from || end > extent->day_to) {
        int64_t day = extent->is_time ? fa_day_of(end, &extent->zone) : end, first = 0;
        extent->has_day = true;
        extent->is_known = first_day(extent, day, &first);
        extent->start = extent->is_time ? fa_day_start(first, &extent->zone) : first;
        extent->day_from = extent->is_time ? fa_day_start(day, &extent->zone) : day;
        extent->day_to = extent->is_time ? fa_day_start(day + 1, &extent->zone) - 1 : day;
    }
    *start = extent->start;
    return extent->is_known;
}

bool fa_extent_is_equal(const struct fa_extent *a, const struct fa_extent *b)
{
    return a->is_elapsed == b->is_elapsed && a->is_time == b->is_time && a->length == b->length &&
           (a->is_elapsed || (a->unit == b->unit && a->calendar == b->calendar &&
                              a->zone.offset_minutes == b->zone.offset_minutes));
}
