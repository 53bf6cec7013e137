/*
 * The currencies of ISO 4217, list one (maintenance agency SIX, amendments up to 2025), and those of
 * list three (withdrawn) that filings since 2010, or older statements of euro countries, may still
 * hold. A table over all 26^3 codes, so that a currency column is read without a search.
 */
#include "value/money.h"

enum { LETTERS = 26 };

#define CODE_IDX(a, b, c) ((((a) - 'A') * LETTERS + ((b) - 'A')) * LETTERS + ((c) - 'A'))
#define C(a, b, c, scale) [CODE_IDX(a, b, c)] = (scale) + 1

/* The scale plus one; 0: no such currency. */
static const uint8_t scale_plus_one[LETTERS * LETTERS * LETTERS] = {
    /* clang-format off */
    /* two decimals */
    C('A', 'E', 'D', 2), C('A', 'F', 'N', 2), C('A', 'L', 'L', 2), C('A', 'M', 'D', 2),
    C('A', 'O', 'A', 2), C('A', 'R', 'S', 2), C('A', 'U', 'D', 2), C('A', 'W', 'G', 2),
    C('A', 'Z', 'N', 2), C('B', 'A', 'M', 2), C('B', 'B', 'D', 2), C('B', 'D', 'T', 2),
    C('B', 'M', 'D', 2), C('B', 'N', 'D', 2), C('B', 'O', 'B', 2), C('B', 'O', 'V', 2),
    C('B', 'R', 'L', 2), C('B', 'S', 'D', 2), C('B', 'T', 'N', 2), C('B', 'W', 'P', 2),
    C('B', 'Y', 'N', 2), C('B', 'Z', 'D', 2), C('C', 'A', 'D', 2), C('C', 'D', 'F', 2),
    C('C', 'H', 'E', 2), C('C', 'H', 'F', 2), C('C', 'H', 'W', 2), C('C', 'N', 'Y', 2),
    C('C', 'O', 'P', 2), C('C', 'O', 'U', 2), C('C', 'R', 'C', 2), C('C', 'U', 'P', 2),
    C('C', 'V', 'E', 2), C('C', 'Z', 'K', 2), C('D', 'K', 'K', 2), C('D', 'O', 'P', 2),
    C('D', 'Z', 'D', 2), C('E', 'G', 'P', 2), C('E', 'R', 'N', 2), C('E', 'T', 'B', 2),
    C('E', 'U', 'R', 2), C('F', 'J', 'D', 2), C('F', 'K', 'P', 2), C('G', 'B', 'P', 2),
    C('G', 'E', 'L', 2), C('G', 'H', 'S', 2), C('G', 'I', 'P', 2), C('G', 'M', 'D', 2),
    C('G', 'T', 'Q', 2), C('G', 'Y', 'D', 2), C('H', 'K', 'D', 2), C('H', 'N', 'L', 2),
    C('H', 'T', 'G', 2), C('H', 'U', 'F', 2), C('I', 'D', 'R', 2), C('I', 'L', 'S', 2),
    C('I', 'N', 'R', 2), C('I', 'R', 'R', 2), C('J', 'M', 'D', 2), C('K', 'E', 'S', 2),
    C('K', 'G', 'S', 2), C('K', 'H', 'R', 2), C('K', 'P', 'W', 2), C('K', 'Y', 'D', 2),
    C('K', 'Z', 'T', 2), C('L', 'A', 'K', 2), C('L', 'B', 'P', 2), C('L', 'K', 'R', 2),
    C('L', 'R', 'D', 2), C('L', 'S', 'L', 2), C('M', 'A', 'D', 2), C('M', 'D', 'L', 2),
    C('M', 'G', 'A', 2), C('M', 'K', 'D', 2), C('M', 'M', 'K', 2), C('M', 'N', 'T', 2),
    C('M', 'O', 'P', 2), C('M', 'R', 'U', 2), C('M', 'U', 'R', 2), C('M', 'V', 'R', 2),
    C('M', 'W', 'K', 2), C('M', 'X', 'N', 2), C('M', 'X', 'V', 2), C('M', 'Y', 'R', 2),
    C('M', 'Z', 'N', 2), C('N', 'A', 'D', 2), C('N', 'G', 'N', 2), C('N', 'I', 'O', 2),
    C('N', 'O', 'K', 2), C('N', 'P', 'R', 2), C('N', 'Z', 'D', 2), C('P', 'A', 'B', 2),
    C('P', 'E', 'N', 2), C('P', 'G', 'K', 2), C('P', 'H', 'P', 2), C('P', 'K', 'R', 2),
    C('P', 'L', 'N', 2), C('Q', 'A', 'R', 2), C('R', 'O', 'N', 2), C('R', 'S', 'D', 2),
    C('R', 'U', 'B', 2), C('S', 'A', 'R', 2), C('S', 'B', 'D', 2), C('S', 'C', 'R', 2),
    C('S', 'D', 'G', 2), C('S', 'E', 'K', 2), C('S', 'G', 'D', 2), C('S', 'H', 'P', 2),
    C('S', 'L', 'E', 2), C('S', 'O', 'S', 2), C('S', 'R', 'D', 2), C('S', 'S', 'P', 2),
    C('S', 'T', 'N', 2), C('S', 'V', 'C', 2), C('S', 'Y', 'P', 2), C('S', 'Z', 'L', 2),
    C('T', 'H', 'B', 2), C('T', 'J', 'S', 2), C('T', 'M', 'T', 2), C('T', 'O', 'P', 2),
    C('T', 'R', 'Y', 2), C('T', 'T', 'D', 2), C('T', 'W', 'D', 2), C('T', 'Z', 'S', 2),
    C('U', 'A', 'H', 2), C('U', 'S', 'D', 2), C('U', 'S', 'N', 2), C('U', 'Y', 'U', 2),
    C('U', 'Z', 'S', 2), C('V', 'E', 'D', 2), C('V', 'E', 'S', 2), C('W', 'S', 'T', 2),
    C('X', 'A', 'D', 2), C('X', 'C', 'D', 2), C('X', 'C', 'G', 2), C('Y', 'E', 'R', 2),
    C('Z', 'A', 'R', 2), C('Z', 'M', 'W', 2), C('Z', 'W', 'G', 2),
    /* none */
    C('B', 'I', 'F', 0), C('C', 'L', 'P', 0), C('D', 'J', 'F', 0), C('G', 'N', 'F', 0),
    C('I', 'S', 'K', 0), C('J', 'P', 'Y', 0), C('K', 'M', 'F', 0), C('K', 'R', 'W', 0),
    C('P', 'Y', 'G', 0), C('R', 'W', 'F', 0), C('U', 'G', 'X', 0), C('U', 'Y', 'I', 0),
    C('V', 'N', 'D', 0), C('V', 'U', 'V', 0), C('X', 'A', 'F', 0), C('X', 'O', 'F', 0),
    C('X', 'P', 'F', 0),
    /* three */
    C('B', 'H', 'D', 3), C('I', 'Q', 'D', 3), C('J', 'O', 'D', 3), C('K', 'W', 'D', 3),
    C('L', 'Y', 'D', 3), C('O', 'M', 'R', 3), C('T', 'N', 'D', 3),
    /* four: units of account */
    C('C', 'L', 'F', 4), C('U', 'Y', 'W', 4),
    /* "N.A." in the list (metals, baskets, tests): whole units, unless a profile asks for more */
    C('X', 'A', 'G', 0), C('X', 'A', 'U', 0), C('X', 'B', 'A', 0), C('X', 'B', 'B', 0),
    C('X', 'B', 'C', 0), C('X', 'B', 'D', 0), C('X', 'D', 'R', 0), C('X', 'P', 'D', 0),
    C('X', 'P', 'T', 0), C('X', 'S', 'U', 0), C('X', 'T', 'S', 0), C('X', 'U', 'A', 0),
    C('X', 'X', 'X', 0),
    /* gone into the euro by 2002, those with two decimals: old statements are still kept */
    C('A', 'T', 'S', 2), C('D', 'E', 'M', 2), C('F', 'I', 'M', 2), C('F', 'R', 'F', 2),
    C('I', 'E', 'P', 2), C('N', 'L', 'G', 2),
    /* withdrawn since 2010 */
    C('A', 'N', 'G', 2), C('B', 'G', 'N', 2), C('C', 'U', 'C', 2), C('E', 'E', 'K', 2),
    C('H', 'R', 'K', 2), C('L', 'T', 'L', 2), C('L', 'V', 'L', 2), C('M', 'R', 'O', 2),
    C('S', 'L', 'L', 2), C('S', 'T', 'D', 2), C('V', 'E', 'F', 2), C('Z', 'M', 'K', 2),
    C('Z', 'W', 'L', 2),
    C('B', 'Y', 'R', 0),
    /* clang-format on */
};

#undef C

bool fa_currency_parse(struct fa_str text, fa_currency *currency)
{
    if (text.size != 3)
        return false;
    unsigned a = (unsigned)text.bytes[0] - 'A';
    unsigned b = (unsigned)text.bytes[1] - 'A';
    unsigned c = (unsigned)text.bytes[2] - 'A';
    if (a >= LETTERS || b >= LETTERS || c >= LETTERS)
        return false;
    if (scale_plus_one[(a * LETTERS + b) * LETTERS + c] == 0)
        return false;
    *currency = (fa_currency)(a + 'A') << 16 | (fa_currency)(b + 'A') << 8 | (fa_currency)(c + 'A');
    return true;
}

void fa_currency_format(fa_currency currency, char text[4])
{
    text[0] = (char)(currency >> 16 & 0x7f);
    text[1] = (char)(currency >> 8 & 0x7f);
    text[2] = (char)(currency & 0x7f);
    text[3] = '\0';
}

int fa_currency_scale(fa_currency currency)
{
    fa_currency a = (currency >> 16) - 'A';
    fa_currency b = (currency >> 8 & 0xff) - 'A';
    fa_currency c = (currency & 0xff) - 'A';
    if (a < 0 || a >= LETTERS || b < 0 || b >= LETTERS || c < 0 || c >= LETTERS)
        return -1;
    return scale_plus_one[(a * LETTERS + b) * LETTERS + c] - 1;
}
