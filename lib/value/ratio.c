#include "value/ratio.h"

#include <string.h>

enum { RATIO_SCALE = 9 }; /* FA_RATIO_UNIT = 10^9 */

enum fa_value_status fa_ratio_parse(struct fa_str text, int64_t *ppb)
{
    int scale = RATIO_SCALE;
    if (text.size > 0 && text.bytes[text.size - 1] == '%') {
        text.size--;
        scale -= 2;
    }
    return fa_money_parse(text, scale, true, ppb);
}

size_t fa_ratio_format(int64_t ppb, char text[FA_RATIO_TEXT_BYTES])
{
    char digits[FA_MONEY_TEXT_BYTES];
    size_t size = fa_money_format(ppb, RATIO_SCALE, digits);
    while (digits[size - 1] == '0')
        size--;
    if (digits[size - 1] == '.')
        size--;
    memcpy(text, digits, size);
    text[size] = '\0';
    return size;
}

typedef unsigned __int128 u128;

struct u256 {
    u128 high, low;
};

static struct u256 multiply(u128 a, u128 b)
{
    uint64_t a0 = (uint64_t)a, a1 = (uint64_t)(a >> 64);
    uint64_t b0 = (uint64_t)b, b1 = (uint64_t)(b >> 64);
    u128 low = (u128)a0 * b0;
    u128 mid = (u128)a1 * b0 + (uint64_t)(low >> 64);
    u128 mid2 = (u128)a0 * b1 + (uint64_t)mid;
    struct u256 product;
    product.high = (u128)a1 * b1 + (uint64_t)(mid >> 64) + (uint64_t)(mid2 >> 64);
    product.low = mid2 << 64 | (uint64_t)low;
    return product;
}

static u128 magnitude(fa_i128 value)
{
    return value < 0 ? -(u128)value : (u128)value;
}

static int sign(fa_i128 value)
{
    return (value > 0) - (value < 0);
}

int fa_ratio_compare(struct fa_ratio a, struct fa_ratio b)
{
    int a_sign = sign(a.numerator);
    int b_sign = sign(b.numerator);
    if (a_sign != b_sign)
        return a_sign < b_sign ? -1 : 1;
    struct u256 x = multiply(magnitude(a.numerator), (u128)b.denominator);
    struct u256 y = multiply(magnitude(b.numerator), (u128)a.denominator);
    int order = x.high != y.high ? (x.high < y.high ? -1 : 1) : (x.low > y.low) - (x.low < y.low);
    return a_sign < 0 ? -order : order;
}
