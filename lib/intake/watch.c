#include <stdio.h>
#include <string.h>

#include "intake/damage.h"
#include "intake/remark.h"
#include "value/identity.h"

/* --- values --------------------------------------------------------------------------------
 */

static void see(struct fa_sighting *sighting, int64_t record_no, int64_t line_no)
{
    if (sighting->count++ == 0) {
        sighting->record_no = record_no;
        sighting->line_no = line_no;
    }
}

/* A number in a spreadsheet has no zeros in front, and 15 digits that mean something. */
void fa_watch_number(struct fa_watch *watch, struct fa_str text, int64_t record_no,
                     int64_t line_no)
{
    enum { DIGITS_MIN = 16, DIGITS_MAX = 19, DIGITS_KEPT = 15 };
    if (text.size < DIGITS_MIN || text.size > DIGITS_MAX || text.bytes[0] == '0')
        return;
    size_t zeros = 0;
    for (size_t i = 0; i < text.size; i++) {
        if (text.bytes[i] < '0' || text.bytes[i] > '9')
            return;
        zeros = text.bytes[i] == '0' ? zeros + 1 : 0;
    }
    watch->long_counts[text.size - DIGITS_MIN]++;
    if (zeros < text.size - DIGITS_KEPT)
        return;
    see(&watch->rounded, record_no, line_no);
    watch->failing_count += fa_id18_has_wrong_check(text);
}

void fa_watch_identity(struct fa_watch *watch, struct fa_str text, int64_t record_no,
                       int64_t line_no)
{
    enum { CHARS = 18 };
    bool is_short = text.size == CHARS - 1;
    for (size_t i = 0; is_short && i < text.size; i++)
        is_short = text.bytes[i] >= '0' && text.bytes[i] <= '9';
    if (is_short)
        see(&watch->shorter, record_no, line_no);
}

/* Expected are a tenth of the numbers of 16 digits, a hundredth of those of 17, and so on; four
 * times as many, and one more than nothing, are no chance. */
bool fa_watch_is_rounded(const struct fa_watch *watch)
{
    uint64_t expected = 0; /* in ten thousandths */
    for (int i = 0; i < 4; i++)
        expected = expected * 10 + watch->long_counts[i];
    return watch->rounded.count > 0 && watch->rounded.count * 10000 > 4 * expected + 9000;
}

void fa_watch_text(struct fa_watch *watch, struct fa_str text, int64_t record_no,
                   int64_t line_no)
{
    uint64_t chars = 0;
    for (size_t i = 0; i < text.size; i++)
        chars += ((unsigned char)text.bytes[i] & 0xC0) != 0x80;
    if (chars < FA_CUT_SHORT_CHARS || chars < watch->longest_chars)
        return;
    if (chars > watch->longest_chars)
        watch->longest.count = 0;
    watch->longest_chars = chars;
    see(&watch->longest, record_no, line_no);
}

/* --- months --------------------------------------------------------------------------------
 */

enum { MONTHS_MAX = 10000 * 12 }; /* of the years 0 to 9999 */

enum fa_status fa_months_init(struct fa_months *months, struct fa_arena *arena)
{
    *months = (struct fa_months){.first = MONTHS_MAX, .last = -1};
    months->seen = fa_arena_alloc(arena, MONTHS_MAX / 8);
    if (!months->seen)
        return FA_ELIMIT;
    memset(months->seen, 0, MONTHS_MAX / 8);
    return FA_OK;
}

void fa_months_add(struct fa_months *months, int64_t value, bool is_time,
                   const struct fa_zone *zone)
{
    if (value >= months->from && value < months->to)
        return;
    int64_t day = is_time ? fa_day_of(value, zone) : value;
    int64_t first_day = fa_period_first(FA_PERIOD_MONTH, day);
    int64_t next_day = fa_period_last(FA_PERIOD_MONTH, day) + 1;
    int32_t year, month, unused;
    fa_day_to_civil(day, &year, &month, &unused);
    int32_t number = year * 12 + month - 1;
    if (number < 0 || number >= MONTHS_MAX)
        return;
    months->from = is_time ? fa_day_start(first_day, zone) : first_day;
    months->to = is_time ? fa_day_start(next_day, zone) : next_day;
    months->seen[number / 8] |= (uint8_t)(1 << number % 8);
    months->first = number < months->first ? number : months->first;
    months->last = number > months->last ? number : months->last;
}

uint32_t fa_months_missing(const struct fa_months *months, char text[FA_MONTHS_TEXT_BYTES])
{
    enum { NAMED_MAX = 6 };
    uint32_t count = 0;
    size_t size = 0;
    text[0] = '\0';
    for (int32_t number = months->first + 1; months->seen && number < months->last; number++) {
        if (months->seen[number / 8] >> number % 8 & 1)
            continue;
        if (count < NAMED_MAX)
            size += (size_t)snprintf(text + size, FA_MONTHS_TEXT_BYTES - size, "%s%04d-%02d",
                                     count ? ", " : "", number / 12 % 10000, number % 12 + 1);
        count++;
    }
    if (count > NAMED_MAX)
        snprintf(text + size, FA_MONTHS_TEXT_BYTES - size, " and %u more", count - NAMED_MAX);
    return count;
}
