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

/* Provinces and their like: the first two digits of a region. */
static bool is_province(const char *digits)
{
    static const uint8_t provinces[] = {11, 12, 13, 14, 15, 21, 22, 23, 31, 32, 33, 34,
                                        35, 36, 37, 41, 42, 43, 44, 45, 46, 50, 51, 52,
                                        53, 54, 61, 62, 63, 64, 65, 71, 81, 82, 83};
    return memchr(provinces, number_at(digits, 2), sizeof provinces) != NULL;
}

bool fa_id15_valid(struct fa_str text)
{
    return text.size == 15 && all_digits(text) && is_province(text.bytes) &&
           fa_civil_is_valid(1900 + number_at(text.bytes + 6, 2), number_at(text.bytes + 8, 2),
                             number_at(text.bytes + 10, 2));
}

/* Province, date of birth and digits; the check digit may be any. */
static bool is_id18_form(struct fa_str text)
{
    if (text.size != 18 || !all_digits((struct fa_str){text.bytes, 17}) ||
        !is_province(text.bytes))
        return false;
    const char *birth = text.bytes + 6;
    return fa_civil_is_valid(number_at(birth, 4), number_at(birth + 4, 2),
                             number_at(birth + 6, 2));
}

static bool is_id18_checked(struct fa_str text)
{
    static const uint8_t weights[17] = {7, 9, 10, 5, 8, 4, 2, 1, 6, 3, 7, 9, 10, 5, 8, 4, 2};
    int sum = 0;
    for (int i = 0; i < 17; i++)
        sum += weights[i] * (text.bytes[i] - '0');
    char check = text.bytes[17] == 'x' ? 'X' : text.bytes[17];
    return check == "10X98765432"[sum % 11];
}

bool fa_id18_valid(struct fa_str text)
{
    return is_id18_form(text) && is_id18_checked(text);
}

bool fa_id18_has_wrong_check(struct fa_str text)
{
    return is_id18_form(text) && !is_id18_checked(text);
}

bool fa_uscc_valid(struct fa_str text)
{
    static const char alphabet[] = "0123456789ABCDEFGHJKLMNPQRTUWXY"; /* no I O S V Z */
    static const uint8_t weights[17] = {1,  3,  9,  27, 19, 26, 16, 17, 20,
                                        29, 25, 13, 8,  24, 10, 30, 28};
    if (text.size != 18 || !all_digits((struct fa_str){text.bytes + 2, 6}))
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

bool fa_uscc_early(struct fa_str text)
{
    static const char *const codes[] = {"91350100M0001TGQXM", "91350203M0001FUE2P",
                                        "91350211M0000XUF46"};
    for (size_t i = 0; i < sizeof codes / sizeof *codes; i++)
        if (fa_str_is(text, codes[i]))
            return true;
    return false;
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

/* ISO 7064 MOD 97-10 over base-36 values, a letter counting as two digits. -1: not of the
 * alphabet. */
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
    return text.size == 20 && all_digits((struct fa_str){text.bytes + 18, 2}) &&
           mod97(0, text) == 1;
}

/* The length of a country's IBANs; 0: it has none. */
static size_t iban_size(const char *country)
{
    static const char sizes[] =
        "AD24 AE23 AL28 AT20 AZ28 BA20 BE16 BG22 BH22 BI27 BR29 BY28 CH21 CR22 CY28 CZ24 "
        "DE22 DJ27 DK18 DO28 EE20 EG29 ES24 FI18 FK18 FO18 FR27 GB22 GE22 GI23 GL18 GR27 "
        "GT28 HN28 HR21 HU28 IE22 IL23 IQ23 IS26 IT27 JO30 KW30 KZ20 LB28 LC32 LI21 LT20 "
        "LU20 LV21 LY25 MC27 MD24 ME22 MK19 MN20 MR27 MT31 MU30 NI28 NL18 NO15 OM23 PK24 "
        "PL28 PS29 PT25 QA29 RO24 RS22 RU33 SA24 SC31 SD18 SE24 SI19 SK24 SM27 SO23 ST25 "
        "SV28 TL23 TN24 TR26 UA29 VA22 VG24 XK20 YE30 ";
    for (const char *at = sizes; *at; at += 5)
        if (at[0] == country[0] && at[1] == country[1])
            return (size_t)number_at(at + 2, 2);
    return 0;
}

bool fa_iban_valid(struct fa_str text)
{
    if (text.size < 15 || text.size != iban_size(text.bytes) ||
        !all_digits((struct fa_str){text.bytes + 2, 2}))
        return false;
    int carry = mod97(0, (struct fa_str){text.bytes + 4, text.size - 4});
    return carry >= 0 && mod97(carry, (struct fa_str){text.bytes, 4}) == 1;
}
