#include "intake/number.h"

#include <string.h>

enum { DIGITS_MAX = 64, FACTOR_DIGITS_MAX = 28 }; /* 10^28 times 2^32 fits 128 bits */

/* Digits without leading zeros, the last FRACTION of them behind the point. */
struct digits {
    char text[DIGITS_MAX];
    size_t count, fraction;
    bool has_point;
};

static bool is_digit(char c)
{
    return c >= '0' && c <= '9';
}

static bool add_digit(struct digits *digits, char digit)
{
    if (digits->count == 0 && digit == '0' && !digits->has_point)
        return true;
    if (digits->count == DIGITS_MAX)
        return false;
    digits->text[digits->count++] = digit;
    digits->fraction += digits->has_point;
    return true;
}

/* Digits before the point, in groups of three where one mark stands. Gives how many bytes of
 * TEXT they take; 0: they are wrong. */
static size_t read_whole(const struct fa_number_form *form, struct fa_str text,
                         struct digits *digits, enum fa_value_status *status)
{
    size_t at = 0, group = 0;
    bool has_marks = false;
    for (; at < text.size; at++) {
        char c = text.bytes[at];
        if (form->thousands && c == form->thousands) {
            if (group == 0 || group > 3 || (has_marks && group != 3))
                return 0;
            has_marks = true;
            group = 0;
        } else if (is_digit(c)) {
            group++;
            if (!add_digit(digits, c)) {
                *status = FA_VALUE_RANGE;
                return 0;
            }
        } else {
            break;
        }
    }
    return group == 0 || (has_marks && group != 3) ? 0 : at;
}

static enum fa_value_status read_digits(const struct fa_number_form *form, struct fa_str text,
                                        struct digits *digits)
{
    enum fa_value_status status = FA_VALUE_SYNTAX;
    size_t at = read_whole(form, text, digits, &status);
    if (at == 0)
        return status;
    if (at == text.size)
        return FA_VALUE_OK;
    if (text.bytes[at] != form->decimal || at + 1 == text.size)
        return FA_VALUE_SYNTAX;
    digits->has_point = true;
    for (at++; at < text.size; at++) {
        if (!is_digit(text.bytes[at]))
            return FA_VALUE_SYNTAX;
        if (!add_digit(digits, text.bytes[at]))
            return FA_VALUE_RANGE;
    }
    return FA_VALUE_OK;
}

static enum fa_value_status multiply(struct digits *digits, uint32_t factor)
{
    unsigned __int128 value = 0;
    char reversed[DIGITS_MAX];
    size_t count = 0;
    if (digits->count > FACTOR_DIGITS_MAX)
        return FA_VALUE_RANGE;
    for (size_t i = 0; i < digits->count; i++)
        value = value * 10 + (unsigned)(digits->text[i] - '0');
    for (value *= factor; value > 0; value /= 10)
        reversed[count++] = (char)('0' + (int)(value % 10));
    for (size_t i = 0; i < count; i++)
        digits->text[i] = reversed[count - 1 - i];
    digits->count = count;
    return FA_VALUE_OK;
}

/* Zeros at the end say nothing once the point was moved. */
static void drop_zeros(struct digits *digits)
{
    while (digits->fraction > 0 && digits->count > 0 &&
           digits->text[digits->count - 1] == '0') {
        digits->count--;
        digits->fraction--;
    }
    if (digits->count == 0)
        digits->fraction = 0;
}

static void write_number(const struct digits *digits, struct fa_str exponent, bool has_minus,
                         struct fa_number *number)
{
    char *out = number->text;
    size_t whole = digits->count > digits->fraction ? digits->count - digits->fraction : 0;
    if (has_minus)
        *out++ = '-';
    if (whole == 0)
        *out++ = '0';
    memcpy(out, digits->text, whole);
    out += whole;
    if (digits->fraction > 0) {
        *out++ = '.';
        for (size_t i = digits->count - whole; i < digits->fraction; i++)
            *out++ = '0';
        memcpy(out, digits->text + whole, digits->count - whole);
        out += digits->count - whole;
    }
    memcpy(out, exponent.bytes, exponent.size);
    out += exponent.size;
    number->size = (size_t)(out - number->text);
}

/* Cuts the exponent off the text: "E-05" of "1.05E-05". */
static struct fa_str cut_exponent(struct fa_str *text)
{
    enum { EXPONENT_MAX = 8 };
    for (size_t at = 0; at < text->size; at++) {
        if ((text->bytes[at] | 0x20) != 'e')
            continue;
        struct fa_str exponent = {text->bytes + at, text->size - at};
        if (exponent.size > EXPONENT_MAX)
            break; /* left where it is, it is no digit */
        text->size = at;
        return exponent;
    }
    return FA_STR("");
}

enum fa_value_status fa_number_read(const struct fa_number_form *form, struct fa_str text,
                                    struct fa_number *number)
{
    struct digits digits = {.count = 0};
    struct fa_str exponent = FA_STR(""), whole = text;
    bool has_sign = text.size > 0 && (text.bytes[0] == '+' || text.bytes[0] == '-');
    bool has_minus = has_sign && text.bytes[0] == '-';
    text.bytes += has_sign;
    text.size -= has_sign;
    if (form->is_scientific)
        exponent = cut_exponent(&text);
    enum fa_value_status status = read_digits(form, text, &digits);
    if (status != FA_VALUE_OK)
        return status;
    bool is_zero = true;
    for (size_t i = 0; i < digits.count; i++)
        is_zero &= digits.text[i] == '0';
    if (form->implied > 0) {
        if (digits.has_point && !form->takes_points)
            return FA_VALUE_SYNTAX;
        digits.fraction += form->implied;
        if (digits.fraction > DIGITS_MAX / 2)
            return FA_VALUE_RANGE;
    }
    if (form->factor > 1) {
        status = multiply(&digits, form->factor);
        if (status != FA_VALUE_OK)
            return status;
    }
    if (form->implied > 0 || form->factor > 1)
        drop_zeros(&digits);
    number->is_negative = has_minus && !is_zero;
    bool keeps_minus = has_minus && !form->drops_sign && !form->splits_sign;
    write_number(&digits, exponent, keeps_minus, number);
    number->is_same =
        number->size == whole.size && memcmp(number->text, whole.bytes, whole.size) == 0;
    return FA_VALUE_OK;
}

bool fa_number_scaled(struct fa_str text, int scale, fa_i128 *value)
{
    enum { SCALED_DIGITS_MAX = 36 }; /* 10^36 fits 128 bits, and so do a hundred sums of it */
    static const struct fa_number_form canonical = {.decimal = '.'};
    struct digits digits = {.count = 0};
    bool is_negative = text.size > 0 && text.bytes[0] == '-';
    text.bytes += is_negative;
    text.size -= is_negative;
    if (read_digits(&canonical, text, &digits) != FA_VALUE_OK ||
        digits.fraction > (size_t)scale ||
        digits.count + (size_t)scale - digits.fraction > SCALED_DIGITS_MAX)
        return false;
    fa_i128 scaled = 0;
    for (size_t i = 0; i < digits.count; i++)
        scaled = scaled * 10 + (digits.text[i] - '0');
    for (size_t i = digits.fraction; i < (size_t)scale; i++)
        scaled *= 10;
    *value = is_negative ? -scaled : scaled;
    return true;
}
