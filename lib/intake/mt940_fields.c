#include <string.h>

#include "intake/mt940.h"
#include "value/datetime.h"

static bool is_digit(char c)
{
    return c >= '0' && c <= '9';
}

static bool is_capital(char c)
{
    return c >= 'A' && c <= 'Z';
}

/* --- a field, read from left to right --- */

struct cursor {
    struct fa_str text;
    size_t at;
    struct fa_mt940_misfit *misfit;
};

static bool refuse(struct cursor *cursor, const char *expected)
{
    *cursor->misfit = (struct fa_mt940_misfit){cursor->at, expected};
    return false;
}

static char peek(const struct cursor *cursor)
{
    return cursor->at < cursor->text.size ? cursor->text.bytes[cursor->at] : '\n';
}

static struct fa_str rest_of(const struct cursor *cursor)
{
    return (struct fa_str){cursor->text.bytes + cursor->at, cursor->text.size - cursor->at};
}

static struct fa_str taken_from(const struct cursor *cursor, size_t from)
{
    return (struct fa_str){cursor->text.bytes + from, cursor->at - from};
}

static bool take(struct cursor *cursor, char c)
{
    bool is_there = cursor->at < cursor->text.size && cursor->text.bytes[cursor->at] == c;
    cursor->at += is_there;
    return is_there;
}

static struct fa_str take_digits(struct cursor *cursor)
{
    size_t from = cursor->at;
    while (is_digit(peek(cursor)))
        cursor->at++;
    return taken_from(cursor, from);
}

/* Digits, a comma, digits or none. */
static bool take_amount(struct cursor *cursor, struct fa_str *amount)
{
    size_t from = cursor->at;
    if (!take_digits(cursor).size)
        return refuse(cursor, "an amount");
    size_t whole_to = cursor->at;
    if (take(cursor, ',') && take_digits(cursor).size)
        whole_to = cursor->at;
    if (peek(cursor) == '.')
        return refuse(cursor, "a comma before the decimals");
    *amount = (struct fa_str){cursor->text.bytes + from, whole_to - from};
    return true;
}

static bool take_currency(struct cursor *cursor, struct fa_str *currency)
{
    struct fa_str rest = rest_of(cursor);
    if (rest.size < 3 || !is_capital(rest.bytes[0]) || !is_capital(rest.bytes[1]) ||
        !is_capital(rest.bytes[2]))
        return false;
    *currency = (struct fa_str){rest.bytes, 3};
    cursor->at += 3;
    return true;
}

static bool is_at_end(struct cursor *cursor)
{
    return rest_of(cursor).size == 0 || refuse(cursor, "the end of the field");
}

/* --- dates --- */

static int two_digits(const char *text)
{
    return (text[0] - '0') * 10 + (text[1] - '0');
}

static void write_date(char date[FA_MT940_DATE_BYTES], int year, int month, int day)
{
    int last = fa_civil_is_valid(year, 2, 29) ? 29 : 28;
    if (month == 2 && day <= 30 && day > last)
        day = last;
    const int parts[] = {year / 100, year % 100, month, day};
    char *to = date;
    for (int i = 0; i < 4; i++) {
        *to++ = (char)('0' + parts[i] / 10);
        *to++ = (char)('0' + parts[i] % 10);
        if (i == 1 || i == 2)
            *to++ = '-';
    }
    *to = '\0';
}

static bool has_digits(struct fa_str text, size_t count)
{
    bool all = text.size >= count;
    for (size_t i = 0; all && i < count; i++)
        all = is_digit(text.bytes[i]);
    return all;
}

static int year_of(const char *text)
{
    int year = two_digits(text);
    return year >= 80 ? 1900 + year : 2000 + year;
}

bool fa_mt940_date_read(struct fa_str text, char date[FA_MT940_DATE_BYTES])
{
    if (!has_digits(text, 6))
        return false;
    write_date(date, year_of(text.bytes), two_digits(text.bytes + 2),
               two_digits(text.bytes + 4));
    return true;
}

static bool take_date(struct cursor *cursor, char date[FA_MT940_DATE_BYTES])
{
    if (!fa_mt940_date_read(rest_of(cursor), date))
        return refuse(cursor, "a date of six digits, YYMMDD");
    cursor->at += 6;
    return true;
}

/* MMDD, in the year that brings it nearest to the day YYMMDD. */
static void write_entry_date(const char *entry, const char *value,
                             char date[FA_MT940_DATE_BYTES])
{
    int turn = two_digits(value + 2) - two_digits(entry);
    int year = year_of(value) + (turn > 6) - (turn < -6);
    write_date(date, year, two_digits(entry), two_digits(entry + 2));
}

/* --- balances and sums --- */

bool fa_mt940_balance_read(struct fa_str field, struct fa_mt940_balance *balance,
                           struct fa_mt940_misfit *misfit)
{
    struct cursor cursor = {field, 0, misfit};
    struct fa_mt940_balance read = {.currency = {"", 0}};
    read.is_debit = take(&cursor, 'D');
    if (!read.is_debit && !take(&cursor, 'C'))
        return refuse(&cursor, "C or D");
    if (!take_date(&cursor, read.date))
        return false;
    if (!take_currency(&cursor, &read.currency) && !is_digit(peek(&cursor)))
        return refuse(&cursor, "a currency of three capital letters");
    if (!take_amount(&cursor, &read.amount) || !is_at_end(&cursor))
        return false;
    *balance = read;
    return true;
}

bool fa_mt940_sum_read(struct fa_str field, struct fa_mt940_sum *sum,
                       struct fa_mt940_misfit *misfit)
{
    struct cursor cursor = {field, 0, misfit};
    struct fa_mt940_sum read;
    read.count = take_digits(&cursor);
    if (!read.count.size)
        return refuse(&cursor, "a number of lines");
    if (!take_currency(&cursor, &read.currency))
        return refuse(&cursor, "a currency of three capital letters");
    if (!take_amount(&cursor, &read.amount) || !is_at_end(&cursor))
        return false;
    *sum = read;
    return true;
}

bool fa_mt940_floor_read(struct fa_str field, struct fa_mt940_floor *limit,
                         struct fa_mt940_misfit *misfit)
{
    struct cursor cursor = {field, 0, misfit};
    struct fa_mt940_floor read = {.mark = 0};
    if (!take_currency(&cursor, &read.currency))
        return refuse(&cursor, "a currency of three capital letters");
    if (take(&cursor, 'D'))
        read.mark = 'D';
    else if (take(&cursor, 'C'))
        read.mark = 'C';
    if (!take_amount(&cursor, &read.amount) || !is_at_end(&cursor))
        return false;
    *limit = read;
    return true;
}

bool fa_mt940_time_read(struct fa_str field, char date[FA_MT940_DATE_BYTES],
                        char text[FA_MT940_TIME_BYTES], struct fa_mt940_misfit *misfit)
{
    struct cursor cursor = {field, 0, misfit};
    char day[FA_MT940_DATE_BYTES];
    if (!take_date(&cursor, day))
        return false;
    if (!has_digits(rest_of(&cursor), 4))
        return refuse(&cursor, "four digits, hhmm");
    const char *minute = field.bytes + cursor.at;
    cursor.at += 4;
    char sign = peek(&cursor);
    bool has_offset = sign == '+' || sign == '-';
    cursor.at += has_offset;
    if (has_offset && !has_digits(rest_of(&cursor), 4))
        return refuse(&cursor, "an offset of four digits, hhmm");
    const char *offset = field.bytes + cursor.at;
    cursor.at += has_offset ? 4 : 0;
    if (!is_at_end(&cursor))
        return false;
    memcpy(date, day, sizeof day);
    memcpy(text, day, sizeof day - 1);
    memcpy(text + 10, (char[]){'T', minute[0], minute[1], ':', minute[2], minute[3], '\0'}, 7);
    if (has_offset)
        memcpy(text + 16, (char[]){sign, offset[0], offset[1], ':', offset[2], offset[3], '\0'},
               7);
    return true;
}

/* --- lines --- */

/* R and E are the first letters of marks only where a C or D follows. */
static bool take_mark(struct cursor *cursor, struct fa_mt940_line *line)
{
    size_t from = cursor->at;
    take(cursor, 'E');
    bool is_reversal = take(cursor, 'R');
    bool is_credit = take(cursor, 'C');
    if (!is_credit && !take(cursor, 'D')) {
        cursor->at = from;
        return refuse(cursor, "C, D, RC or RD");
    }
    line->mark = taken_from(cursor, from);
    line->is_reversal = is_reversal;
    line->is_credit = is_credit != is_reversal;
    return true;
}

/* "REFERENCE//BANK'S REFERENCE". Where the first is filled up to 16 characters with blanks,
 * what stands behind belongs to the supplement. */
static void split_references(struct fa_str text, struct fa_mt940_line *line)
{
    enum { REFERENCE_SIZE = 16 };
    size_t stroke = 0;
    while (stroke + 1 < text.size &&
           (text.bytes[stroke] != '/' || text.bytes[stroke + 1] != '/'))
        stroke++;
    bool has_strokes = stroke + 1 < text.size;
    struct fa_str customer = {text.bytes, has_strokes ? stroke : text.size};
    if (has_strokes)
        line->bank_reference =
            fa_str_trim((struct fa_str){text.bytes + stroke + 2, text.size - stroke - 2});
    if (!has_strokes && text.size > REFERENCE_SIZE &&
        memcmp(text.bytes + REFERENCE_SIZE - 2, "  ", 2) == 0) {
        customer.size = REFERENCE_SIZE;
        line->supplement = (struct fa_str){text.bytes + REFERENCE_SIZE, 0};
    }
    line->customer_reference = fa_str_trim(customer);
}

bool fa_mt940_line_read(struct fa_str field, struct fa_mt940_line *line,
                        struct fa_mt940_misfit *misfit)
{
    const struct fa_str none = {"", 0};
    struct fa_mt940_line read = {.funds_code = none,
                                 .customer_reference = none,
                                 .bank_reference = none,
                                 .supplement = none};
    const char *line_end = field.size ? memchr(field.bytes, '\n', field.size) : NULL;
    struct fa_str first = {field.bytes,
                           line_end ? (size_t)(line_end - field.bytes) : field.size};
    struct cursor cursor = {first, 0, misfit};
    if (!take_date(&cursor, read.value_date))
        return false;
    memcpy(read.booked_date, read.value_date, sizeof read.value_date);
    if (has_digits(rest_of(&cursor), 4)) {
        write_entry_date(first.bytes + cursor.at, first.bytes, read.booked_date);
        cursor.at += 4;
    }
    while (take(&cursor, ' '))
        ;
    if (!take_mark(&cursor, &read))
        return false;
    if (is_capital(peek(&cursor))) {
        read.funds_code = (struct fa_str){first.bytes + cursor.at, 1};
        cursor.at++;
    }
    if (!take_amount(&cursor, &read.amount))
        return false;
    struct fa_str rest = rest_of(&cursor);
    if (rest.size < 4 || !is_capital(rest.bytes[0]))
        return refuse(&cursor, "a type: a capital letter and three characters");
    read.type = (struct fa_str){rest.bytes, 4};
    split_references((struct fa_str){rest.bytes + 4, rest.size - 4}, &read);
    /* From behind the reference, or on the next line, to the end. */
    const char *from = read.supplement.bytes;
    if (from == none.bytes)
        from = field.bytes + (line_end ? (size_t)(line_end + 1 - field.bytes) : field.size);
    read.supplement =
        fa_str_trim((struct fa_str){from, (size_t)(field.bytes + field.size - from)});
    *line = read;
    return true;
}

/* --- tags that are none --- */

static void skip_blanks(struct cursor *cursor)
{
    while (take(cursor, ' ') || take(cursor, '\t'))
        ;
}

bool fa_mt940_is_damaged_tag(struct fa_str line)
{
    struct fa_mt940_misfit misfit;
    struct fa_mt940_line read;
    char date[FA_MT940_DATE_BYTES];
    struct cursor cursor = {line, 0, &misfit};
    skip_blanks(&cursor);
    bool has_colon = take(&cursor, ':');
    skip_blanks(&cursor);
    if (!has_digits(rest_of(&cursor), 2))
        return false;
    int number = two_digits(line.bytes + cursor.at);
    cursor.at += 2;
    char letter = peek(&cursor);
    bool has_letter = is_capital(letter) || (letter >= 'a' && letter <= 'z');
    /* Without a colon behind it, a C is the mark of a balance. */
    if (has_letter && letter != 'C' && letter != 'D')
        cursor.at++;
    skip_blanks(&cursor);
    has_colon |= take(&cursor, ':');
    skip_blanks(&cursor);
    if (!has_colon)
        return false;
    if (number == 60 || number == 62)
        return (take(&cursor, 'C') || take(&cursor, 'D')) && take_date(&cursor, date);
    if (number != 61 || !take_date(&cursor, date))
        return false;
    if (has_digits(rest_of(&cursor), 4))
        cursor.at += 4;
    skip_blanks(&cursor);
    return take_mark(&cursor, &read);
}
