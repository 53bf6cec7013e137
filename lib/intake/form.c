#include "intake/form.h"

#include <string.h>

enum unit { YEAR, MONTH, DAY, HOUR, MINUTE, SECOND, UNIT_COUNT };

/* One step through a form: digits of a unit, or a byte that stands for itself. */
struct step {
    enum unit unit; /* UNIT_COUNT: a byte */
    unsigned digits_min, digits_max;
};

/* The step at AT; *SIZE is what it takes of the form. */
static struct step step_at(struct fa_str form, size_t at, size_t *size)
{
    static const char letters[] = "YMDhms";
    char c = form.bytes[at];
    const char *letter = c ? strchr(letters, c) : NULL;
    *size = 1;
    if (!letter)
        return (struct step){UNIT_COUNT, 0, 0};
    while (at + *size < form.size && form.bytes[at + *size] == c)
        ++*size;
    unsigned count = *size > 4 ? 5 : (unsigned)*size;
    return (struct step){(enum unit)(letter - letters), count, count == 1 ? 2 : count};
}

const char *fa_form_fault(struct fa_str form, enum fa_form_kind kind)
{
    unsigned counts[UNIT_COUNT] = {0};
    bool is_open = false; /* digits of one or two came last, so no digit may follow */
    size_t size;
    for (size_t at = 0; at < form.size; at += size) {
        struct step step = step_at(form, at, &size);
        char c = form.bytes[at];
        bool is_digits = step.unit != UNIT_COUNT;
        if (is_open && (is_digits || (c >= '0' && c <= '9')))
            return "behind M, D or h, which may have one digit, a mark must stand";
        is_open = is_digits && step.digits_min == 1;
        if (!is_digits)
            continue;
        bool fits = step.unit == YEAR    ? step.digits_min == 4 || step.digits_min == 2
                    : step.unit < MINUTE ? step.digits_min <= 2
                                         : step.digits_min == 2;
        if (!fits)
            return "forms are made of YYYY or YY, MM or M, DD or D, hh or h, mm, ss and marks";
        if (counts[step.unit]++ > 0)
            return "a part of the form stands twice";
    }
    if (counts[YEAR] == 0 || counts[MONTH] == 0 || counts[DAY] == 0)
        return "a form has a year YYYY, a month MM and a day DD";
    bool has_time = counts[HOUR] > 0;
    if (has_time != (counts[MINUTE] > 0) || (counts[SECOND] > 0 && !has_time))
        return "a time of day has hh and mm, and may have ss";
    if (kind == FA_FORM_DATE && has_time)
        return "this form is of a day: YYYY, MM and DD";
    if (kind == FA_FORM_TIME && !has_time)
        return "this form is of a time: hh and mm must stand behind the day";
    return NULL;
}

bool fa_form_has_time(struct fa_str form)
{
    return memchr(form.bytes, 'h', form.size) != NULL;
}

static bool is_digit_at(struct fa_str text, size_t at)
{
    return at < text.size && text.bytes[at] >= '0' && text.bytes[at] <= '9';
}

size_t fa_form_read(struct fa_str form, struct fa_str text, size_t *used,
                    char canonical[FA_FORM_CANONICAL_BYTES])
{
    static const struct {
        unsigned at, digits;
    } places[UNIT_COUNT] = {{0, 4}, {5, 2}, {8, 2}, {11, 2}, {14, 2}, {17, 2}};
    char made[] = "0000-00-00T00:00:00";
    size_t at = 0, size;
    bool has_time = false;
    for (size_t f = 0; f < form.size; f += size) {
        struct step step = step_at(form, f, &size);
        if (step.unit == UNIT_COUNT) {
            if (at >= text.size || text.bytes[at] != form.bytes[f])
                return 0;
            at++;
            continue;
        }
        unsigned count = 0;
        while (count < step.digits_max && is_digit_at(text, at + count))
            count++;
        if (count < step.digits_min || (step.digits_min == 1 && is_digit_at(text, at + count)))
            return 0;
        has_time |= step.unit == HOUR;
        char *place = made + places[step.unit].at;
        if (step.unit == YEAR && count == 2)
            memcpy(place, "20", 2);
        memcpy(place + places[step.unit].digits - count, text.bytes + at, count);
        at += count;
    }
    if (used)
        *used = at;
    else if (at != text.size)
        return 0;
    size_t bytes = has_time ? FA_FORM_CANONICAL_BYTES : 10;
    memcpy(canonical, made, bytes);
    return bytes;
}
