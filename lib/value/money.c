#include "value/money.h"

#include <string.h>

/* 10^19 - 1 is the largest run of nines that fits 64 bits: digits up to here cannot overflow. */
enum { SAFE_DIGITS = 19 };

static const uint64_t powers_of_ten[SAFE_DIGITS] = {
    1u,
    10u,
    100u,
    1000u,
    10000u,
    100000u,
    1000000u,
    10000000u,
    100000000u,
    1000000000u,
    10000000000u,
    100000000000u,
    1000000000000u,
    10000000000000u,
    100000000000000u,
    1000000000000000u,
    10000000000000000u,
    100000000000000000u,
    1000000000000000000u,
};

/* The sign is judged last: what is not a number at all is not a negative one either. The range is
 * symmetric, so that a sign can always be turned. */
static enum fa_value_status finish(uint64_t magnitude, bool fits, bool is_negative,
                                   bool allow_negative, int64_t *minor)
{
    if (is_negative && !allow_negative)
        return FA_VALUE_NEGATIVE;
    if (!fits || magnitude > INT64_MAX)
        return FA_VALUE_RANGE;
    *minor = is_negative ? -(int64_t)magnitude : (int64_t)magnitude;
    return FA_VALUE_OK;
}

enum fa_value_status fa_money_parse(struct fa_str text, int scale, bool allow_negative,
                                    int64_t *minor)
{
    const char *at = text.bytes;
    const char *end = text.bytes + text.size;
    bool is_negative = at < end && *at == '-';
    at += is_negative;

    const char *first = at;
    uint64_t value = 0; /* may wrap; used only when the count of digits says it did not */
    unsigned digit;
    while (at < end && (digit = (unsigned)*at - '0') <= 9) {
        value = value * 10 + digit;
        at++;
    }
    size_t whole_count = (size_t)(at - first);
    size_t decimal_count = 0;
    if (whole_count == 0)
        return FA_VALUE_SYNTAX;
    if (at < end) {
        if (*at++ != '.')
            return FA_VALUE_SYNTAX;
        const char *decimals = at;
        while (at < end && (digit = (unsigned)*at - '0') <= 9) {
            value = value * 10 + digit;
            at++;
        }
        decimal_count = (size_t)(at - decimals);
        if (decimal_count == 0 || at != end)
            return FA_VALUE_SYNTAX;
        if (decimal_count > (size_t)scale)
            return FA_VALUE_DECIMALS;
    }

    size_t digit_count = whole_count + decimal_count;
    if (digit_count > SAFE_DIGITS)
        for (; first < end && (*first == '0' || *first == '.'); first++)
            digit_count -= *first == '0';
    bool fits = digit_count <= SAFE_DIGITS &&
                !__builtin_mul_overflow(value, powers_of_ten[(size_t)scale - decimal_count], &value);
    return finish(value, fits, is_negative, allow_negative, minor);
}

/* A number in scientific notation, taken apart but not evaluated. */
struct scientific {
    struct fa_str mantissa; /* digits with at most one point among them */
    int64_t shift;          /* value = all digits of the mantissa * 10^shift */
    bool is_negative;
};

static size_t digit_run(const char *at, const char *end)
{
    const char *first = at;
    while (at < end && (unsigned)*at - '0' <= 9)
        at++;
    return (size_t)(at - first);
}

/* An exponent beyond this is out of range or rounds to nothing for any text that fits a field. */
static const int64_t exponent_max = 1000000000;

static bool scientific_split(struct fa_str text, struct scientific *number)
{
    const char *at = text.bytes;
    const char *end = text.bytes + text.size;
    number->is_negative = at < end && *at == '-';
    at += number->is_negative;
    number->mantissa.bytes = at;
    size_t whole_count = digit_run(at, end);
    size_t decimal_count = 0;
    at += whole_count;
    if (at < end && *at == '.') {
        at++;
        decimal_count = digit_run(at, end);
        if (decimal_count == 0)
            return false;
        at += decimal_count;
    }
    if (whole_count == 0)
        return false;
    number->mantissa.size = (size_t)(at - number->mantissa.bytes);

    int64_t exponent = 0;
    if (at < end && (*at == 'e' || *at == 'E')) {
        at++;
        bool is_minus = at < end && *at == '-';
        if (at < end && (*at == '-' || *at == '+'))
            at++;
        size_t count = digit_run(at, end);
        if (count == 0)
            return false;
        for (const char *stop = at + count; at < stop; at++)
            if (exponent < exponent_max)
                exponent = exponent * 10 + (*at - '0');
        if (is_minus)
            exponent = -exponent;
    }
    number->shift = exponent - (int64_t)decimal_count;
    return at == end;
}

static bool rounds_up(enum fa_rounding rounding, uint64_t kept, int first_dropped, bool has_more)
{
    switch (rounding) {
    case FA_ROUND_HALF_UP: /* away from zero */
        return first_dropped >= 5;
    case FA_ROUND_HALF_EVEN:
        return first_dropped > 5 || (first_dropped == 5 && (has_more || (kept & 1)));
    case FA_ROUND_DOWN: /* toward zero */
    case FA_ROUND_REFUSE:
        break;
    }
    return false;
}

enum fa_value_status fa_money_parse_scientific(struct fa_str text, int scale, bool allow_negative,
                                               enum fa_rounding rounding, int64_t *minor,
                                               bool *inexact)
{
    struct scientific number;
    if (!scientific_split(text, &number))
        return FA_VALUE_SYNTAX;
    const char *at = number.mantissa.bytes;
    const char *end = at + number.mantissa.size;
    while (at < end && (*at == '0' || *at == '.'))
        at++;
    int64_t digit_count = end - at;
    if (digit_count > 0 && memchr(at, '.', (size_t)digit_count))
        digit_count--;
    if (digit_count == 0)
        number.shift = -scale;

    /* The first kept_count of the digits (then zeros, where the exponent asks for them) are minor
     * units, what follows is dropped; a negative count drops zeros before the first digit as well. */
    int64_t kept_count = digit_count + number.shift + scale;
    bool fits = kept_count <= SAFE_DIGITS;
    uint64_t kept = 0;
    int first_dropped = 0;
    bool has_more = false;
    int64_t digit_idx = 0;
    for (; fits && at < end; at++) {
        if (*at == '.')
            continue;
        int digit = *at - '0';
        if (digit_idx < kept_count)
            kept = kept * 10 + (uint64_t)digit;
        else if (digit_idx == kept_count)
            first_dropped = digit;
        else
            has_more = has_more || digit != 0;
        digit_idx++;
    }
    if (fits && kept_count > digit_idx)
        fits = !__builtin_mul_overflow(kept, powers_of_ten[kept_count - digit_idx], &kept);
    if (kept_count < 0) {
        has_more = digit_count > 0;
        first_dropped = 0;
    }

    bool is_inexact = first_dropped != 0 || has_more;
    if (is_inexact && rounding == FA_ROUND_REFUSE)
        return FA_VALUE_DECIMALS;
    if (fits && rounds_up(rounding, kept, first_dropped, has_more))
        kept++;
    enum fa_value_status status = finish(kept, fits, number.is_negative, allow_negative, minor);
    if (status == FA_VALUE_OK && inexact)
        *inexact = is_inexact;
    return status;
}

size_t fa_money_format(fa_i128 minor, int scale, char text[FA_MONEY_TEXT_BYTES])
{
    unsigned __int128 rest = minor < 0 ? -(unsigned __int128)minor : (unsigned __int128)minor;
    char reversed[FA_MONEY_TEXT_BYTES];
    size_t size = 0;
    for (int place = 0; rest != 0 || place <= scale; place++) {
        if (place == scale && scale > 0)
            reversed[size++] = '.';
        reversed[size++] = (char)('0' + (int)(rest % 10));
        rest /= 10;
    }
    if (minor < 0)
        reversed[size++] = '-';
    for (size_t i = 0; i < size; i++)
        text[i] = reversed[size - 1 - i];
    text[size] = '\0';
    return size;
}
