#include "value/identity.h"

#include <string.h>

#include "value/datetime.h"

/* The value of a digit or capital letter in base 36; -1 for anything else. */
static int base36(char c)
{
    if (c >= '0' && c <= '9')
        return c - '0';
    if (c >= 'A' && c <= 'Z')
        return c - 'A' + 10;
    return -1;
}

static bool all_digits(struct fa_str text)
{
    for (size_t i = 0; i < text.size; i++)
        if (text.bytes[i] < '0' || text.bytes[i] > '9')
            return false;
    return true;
}

static int32_t number_at(const char *digits, int count)
{
    int32_t number = 0;
    for (int i = 0; i < count; i++)
        number = number * 10 + (digits[i] - '0');
    return number;
}

bool fa_id18_valid(struct fa_str text)
{
    static const uint8_t weights[17] = {7, 9, 10, 5, 8, 4, 2, 1, 6, 3, 7, 9, 10, 5, 8, 4, 2};
    if (text.size != 18 || !all_digits((struct fa_str){text.bytes, 17}))
        return false;
    const char *birth = text.bytes + 6;
    if (!fa_civil_is_valid(number_at(birth, 4), number_at(birth + 4, 2), number_at(birth + 6, 2)))
        return false;
    int sum = 0;
    for (int i = 0; i < 17; i++)
        sum += weights[i] * (text.bytes[i] - '0');
    char check = text.bytes[17] == 'x' ? 'X' : text.bytes[17];
    return check == "10X98765432"[sum % 11];
}

bool fa_uscc_valid(struct fa_str text)
{
    static const char alphabet[] = "0123456789ABCDEFGHJKLMNPQRTUWXY"; /* no I O S V Z */
    static const uint8_t weights[17] = {1,  3,  9,  27, 19, 26, 16, 17, 20,
                                        29, 25, 13, 8,  24, 10, 30, 28};
    if (text.size != 18)
        return false;
    int sum = 0;
    int value = 0;
    for (int i = 0; i < 18; i++) {
        const char *found = memchr(alphabet, text.bytes[i], sizeof alphabet - 1);
        if (!found)
            return false;
        value = (int)(found - alphabet);
        if (i < 17)
            sum += weights[i] * value;
    }
    return value == (31 - sum % 31) % 31;
}

bool fa_luhn_valid(struct fa_str text)
{
    if (text.size < 10 || text.size > 19 || !all_digits(text))
        return false;
    int sum = 0;
    for (size_t i = 0; i < text.size; i++) {
        int digit = text.bytes[text.size - 1 - i] - '0';
        if (i % 2 == 1)
            digit = digit * 2 - (digit > 4 ? 9 : 0);
        sum += digit;
    }
    return sum % 10 == 0;
}

/* ISO 7064 MOD 97-10 over base-36 values, a letter counting as two digits. -1: not of the alphabet. */
static int mod97(int carry, struct fa_str text)
{
    for (size_t i = 0; i < text.size; i++) {
        int value = base36(text.bytes[i]);
        if (value < 0)
            return -1;
        carry = (carry * (value < 10 ? 10 : 100) + value) % 97;
    }
    return carry;
}

bool fa_lei_valid(struct fa_str text)
{
    return text.size == 20 && all_digits((struct fa_str){text.bytes + 18, 2}) && mod97(0, text) == 1;
}

bool fa_iban_valid(struct fa_str text)
{
    if (text.size < 15 || text.size > 34 || base36(text.bytes[0]) < 10 ||
        base36(text.bytes[1]) < 10 || !all_digits((struct fa_str){text.bytes + 2, 2}))
        return false;
    int carry = mod97(0, (struct fa_str){text.bytes + 4, text.size - 4});
    return carry >= 0 && mod97(carry, (struct fa_str){text.bytes, 4}) == 1;
}
