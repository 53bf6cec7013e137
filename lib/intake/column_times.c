#include "intake/slice.h"

#include <string.h>

static inline bool is_two_digits(const char *at)
{
    return (unsigned char)(at[0] - '0') <= 9 && (unsigned char)(at[1] - '0') <= 9;
}

static inline int two_digits(const char *at)
{
    return (at[0] - '0') * 10 + (at[1] - '0');
}

static enum fa_code date_fault(enum fa_value_status status)
{
    return status == FA_VALUE_OK           ? FA_CODE_COUNT
           : status == FA_VALUE_IMPOSSIBLE ? FA_CODE_ROW_DAY
           : status == FA_VALUE_RANGE      ? FA_CODE_ROW_RANGE
                                           : FA_CODE_ROW_DATE;
}

/* The first ten bytes of a text as a date; the same as the last one's mostly. */
static inline enum fa_value_status memo_date(struct fa_date_memo *memo, const char *bytes,
                                             int64_t *day_no)
{
    if (memo->is_set && memcmp(memo->text, bytes, 10) == 0) {
        *day_no = memo->day_no;
        return FA_VALUE_OK;
    }
    enum fa_value_status status = fa_date_parse((struct fa_str){bytes, 10}, day_no);
    if (status == FA_VALUE_OK) {
        memcpy(memo->text, bytes, 10);
        memo->day_no = *day_no;
        memo->is_set = true;
    }
    return status;
}

static inline enum fa_code parse_date(struct fa_slice *slice, const struct fa_field_plan *field,
                                      uint32_t row, struct fa_str text, int64_t *value)
{
    (void)row, (void)field;
    enum fa_value_status status = text.size == 10 ? FA_VALUE_OK : FA_VALUE_SYNTAX;
    if (status == FA_VALUE_OK)
        status = memo_date(&slice->scratch->memo, text.bytes, value);
    return date_fault(status);
}

/* "YYYY-MM-DDThh:mm:ss" with the offset of the row before, or none: nearly every time there is.
 * All others, and all that is wrong, are left to fa_time_parse(). */
static inline bool parse_usual_time(struct fa_date_memo *memo, struct fa_str text,
                                    const struct fa_zone *zone, int64_t *value)
{
    const char *bytes = text.bytes;
    if (text.size < 19 || (bytes[10] != 'T' && bytes[10] != ' ') || bytes[13] != ':' ||
        bytes[16] != ':' || !is_two_digits(bytes + 11) || !is_two_digits(bytes + 14) ||
        !is_two_digits(bytes + 17))
        return false;
    int64_t offset_us;
    if (text.size == 19 && zone)
        offset_us = zone->offset_minutes * FA_MINUTE_US;
    else if (text.size == 25 && memo->has_offset &&
             memcmp(memo->offset_text, bytes + 19, 6) == 0)
        offset_us = memo->offset_us;
    else if (text.size == 20 && bytes[19] == 'Z')
        offset_us = 0;
    else
        return false;
    int hour = two_digits(bytes + 11), minute = two_digits(bytes + 14),
        second = two_digits(bytes + 17);
    int64_t day_no;
    if (hour > 23 || minute > 59 || second > 59 ||
        memo_date(memo, bytes, &day_no) != FA_VALUE_OK ||
        day_no < 0) /* before 1970: the slow way, with all its bounds */
        return false;
    *value = day_no * FA_DAY_US + hour * FA_HOUR_US + minute * FA_MINUTE_US +
             second * INT64_C(1000000) - offset_us;
    return text.size != 19 || *value >= zone->valid_from_us;
}

/* Keeps the offset "+hh:mm" at the end of a time, which was found to be one. */
static void keep_offset(struct fa_slice *slice, struct fa_str text)
{
    struct fa_date_memo *memo = &slice->scratch->memo;
    const char *offset = text.bytes + text.size - 6;
    bool is_utc = text.bytes[text.size - 1] == 'Z';
    bool has_offset = !is_utc && text.size > 16 && (offset[0] == '+' || offset[0] == '-');
    if (!is_utc && !has_offset)
        return;
    int32_t minutes = is_utc ? 0 : two_digits(offset + 1) * 60 + two_digits(offset + 4);
    if (has_offset && offset[0] == '-')
        minutes = -minutes;
    if (has_offset) {
        memcpy(memo->offset_text, offset, 6);
        memo->offset_us = minutes * FA_MINUTE_US;
        memo->has_offset = true;
    }
    if (!slice->chunk->has_offset) {
        slice->chunk->has_offset = true;
        slice->chunk->offset_minutes = minutes;
    }
}

static enum fa_code time_fault(struct fa_str text, const struct fa_zone *zone,
                               enum fa_value_status status)
{
    int64_t unused;
    struct fa_zone utc;
    if (status == FA_VALUE_IMPOSSIBLE)
        return FA_CODE_ROW_DAY;
    if (status == FA_VALUE_RANGE)
        return FA_CODE_ROW_RANGE;
    if (!zone && fa_zone_find(FA_STR("UTC"), &utc) &&
        fa_time_parse(text, &utc, &unused) == FA_VALUE_OK)
        return FA_CODE_ROW_ZONE;
    return FA_CODE_ROW_TIME;
}

static inline enum fa_code parse_time(struct fa_slice *slice, const struct fa_field_plan *field,
                                      uint32_t row, struct fa_str text, int64_t *value)
{
    (void)row, (void)field;
    const struct fa_zone *zone = slice->plan->zone ? slice->plan->zone : slice->env->zone;
    if (parse_usual_time(&slice->scratch->memo, text, zone, value)) {
        if (!slice->chunk->has_offset)
            keep_offset(slice, text);
        return FA_CODE_COUNT;
    }
    enum fa_value_status status = fa_time_parse(text, zone, value);
    if (status != FA_VALUE_OK)
        return time_fault(text, zone, status);
    keep_offset(slice, text);
    return FA_CODE_COUNT;
}

void fa_slice_parse_times(struct fa_slice *slice, const struct fa_field_plan *field)
{
    if (slice->plan->table->columns[field->column].type == FA_TYPE_DATE)
        fa_parse_column(slice, field, parse_date);
    else
        fa_parse_column(slice, field, parse_time);
}
