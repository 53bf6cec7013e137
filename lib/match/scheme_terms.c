#include "base/limits.h"
#include "match/scheme_read.h"
#include "value/ratio.h"

#include <string.h>

/* --- amounts --- */

static int decimals_of(struct fa_str text)
{
    const char *point = memchr(text.bytes, '.', text.size);
    return point ? (int)(text.bytes + text.size - point - 1) : 0;
}

/* 0.10 CNY, from TOKEN, which holds the number, on */
static enum fa_status read_amount(struct fa_scheme_reading *reading,
                                  const struct fa_token *token, struct fa_scheme_amount *amount)
{
    struct fa_lexer *lexer = &reading->lexer;
    struct fa_token currency;
    int64_t minor;
    *amount =
        (struct fa_scheme_amount){.text = token->text, .place = fa_lex_place(lexer, token)};
    if (decimals_of(token->text) > (int)FA_MONEY_SCALE_MAX)
        return fa_scheme_wrong(reading, token, NULL, "amounts have at most 12 decimals");
    if (fa_money_parse(token->text, decimals_of(token->text), false, &minor) != FA_VALUE_OK)
        return fa_scheme_wrong(reading, token, NULL, "does not fit 64 bits of minor units");
    FA_TRY(fa_lex_expect_kind(lexer, FA_TOKEN_WORD, "a currency such as CNY", &currency));
    return fa_currency_parse(currency.text, &amount->currency)
               ? FA_OK
               : fa_scheme_wrong(reading, &currency, NULL, "not a currency of ISO 4217");
}

static enum fa_status expect_amount(struct fa_scheme_reading *reading,
                                    struct fa_scheme_amount *amount)
{
    struct fa_token token = reading->lexer.token;
    if (token.kind != FA_TOKEN_NUMBER || token.suffix != FA_SUFFIX_NONE)
        return fa_lex_unexpected(&reading->lexer, "an amount such as 0.10 CNY");
    fa_lex_take(&reading->lexer);
    return read_amount(reading, &token, amount);
}

static bool is_zero(struct fa_str number)
{
    for (size_t i = 0; i < number.size; i++)
        if (number.bytes[i] != '0' && number.bytes[i] != '.')
            return false;
    return true;
}

/* At the finer one's decimals; a number that does not fit there is the greater one. */
static bool is_less(const struct fa_scheme_amount *a, const struct fa_scheme_amount *b)
{
    int scale = decimals_of(a->text) > decimals_of(b->text) ? decimals_of(a->text)
                                                            : decimals_of(b->text);
    int64_t left, right;
    if (fa_money_parse(a->text, scale, false, &left) != FA_VALUE_OK)
        return false;
    return fa_money_parse(b->text, scale, false, &right) != FA_VALUE_OK || left < right;
}

/* tolerance 0.05 CNY */
enum fa_status fa_scheme_read_tolerance(struct fa_scheme_reading *reading)
{
    struct fa_scheme_section *section = reading->section;
    struct fa_scheme_amount amount;
    if (reading->is_first)
        memset(&section->tolerances, 0, sizeof section->tolerances);
    FA_TRY(expect_amount(reading, &amount));
    for (int i = 0; i < section->tolerances.count; i++)
        if (section->tolerances.items[i].currency == amount.currency)
            return fa_scheme_twice(reading, &reading->statement,
                                   &section->tolerances.items[i].place);
    return fa_list_add(reading->lexer.arena, &section->tolerances, amount) == FA_OK
               ? FA_OK
               : fa_scheme_no_memory(reading);
}

/* --- fees --- */

static enum fa_status read_rate(struct fa_scheme_reading *reading, struct fa_scheme_fee *fee)
{
    struct fa_lexer *lexer = &reading->lexer;
    struct fa_token token = fa_lex_take(lexer);
    token.text = (struct fa_str){lexer->text.bytes + token.offset, token.end - token.offset};
    fee->is_rate = true;
    if (fa_ratio_parse(token.text, &fee->rate_ppb) != FA_VALUE_OK)
        return fa_scheme_wrong(reading, &token, NULL, "a rate has at most 7 decimals");
    return fee->rate_ppb > 0 && fee->rate_ppb < FA_RATIO_UNIT
               ? FA_OK
               : fa_scheme_wrong(reading, &token, NULL, "a rate is above zero and below 100%");
}

static enum fa_status read_sides(struct fa_scheme_reading *reading, struct fa_scheme_fee *fee)
{
    static const char *const sides[] = {[FA_CREDIT] = "credit", [FA_DEBIT] = "debit"};
    fee->is_on[FA_CREDIT] = fee->is_on[FA_DEBIT] = true;
    if (!fa_lex_accept(&reading->lexer, "of"))
        return FA_OK;
    fee->is_on[FA_CREDIT] = fa_lex_accept(&reading->lexer, "credit");
    fee->is_on[FA_DEBIT] = !fee->is_on[FA_CREDIT] && fa_lex_accept(&reading->lexer, "debit");
    return fee->is_on[FA_CREDIT] || fee->is_on[FA_DEBIT]
               ? FA_OK
               : fa_lex_unknown(&reading->lexer, "side of a statement", sides, 2);
}

/* at least 0.10 CNY at most 50.00 CNY half up */
static enum fa_status read_bounds(struct fa_scheme_reading *reading, struct fa_scheme_fee *fee)
{
    struct fa_lexer *lexer = &reading->lexer;
    if (fa_lex_accept_words(lexer, "at least")) {
        FA_TRY(expect_amount(reading, &fee->at_least));
        fee->currency = fee->at_least.currency;
    }
    bool has_least = fee->currency != 0;
    struct fa_token token = lexer->token;
    if (fa_lex_accept_words(lexer, "at most")) {
        FA_TRY(expect_amount(reading, &fee->at_most));
        fee->currency = fee->at_most.currency;
        token.text = fee->at_most.text;
        if (is_zero(token.text))
            return fa_scheme_wrong(reading, &token, NULL, "a fee is above zero");
        if (has_least && fee->at_least.currency != fee->currency)
            return fa_scheme_wrong(reading, &token, NULL,
                                   "both bounds of a fee are in one currency");
        if (has_least && is_less(&fee->at_most, &fee->at_least))
            return fa_scheme_wrong(reading, &token, NULL,
                                   "a fee is at most less than it is at least");
    }
    if (fa_lex_accept_words(lexer, "half up"))
        fee->rounding = FA_ROUND_HALF_UP;
    else if (fa_lex_accept_words(lexer, "half even"))
        fee->rounding = FA_ROUND_HALF_EVEN;
    else if (fa_lex_accept(lexer, "down"))
        fee->rounding = FA_ROUND_DOWN;
    return FA_OK;
}

static enum fa_status read_fixed(struct fa_scheme_reading *reading, struct fa_scheme_fee *fee)
{
    const struct fa_token token = reading->lexer.token;
    FA_TRY(expect_amount(reading, &fee->fixed));
    fee->currency = fee->fixed.currency;
    return is_zero(token.text) ? fa_scheme_wrong(reading, &token, NULL, "a fee is above zero")
                               : FA_OK;
}

/* fee 0.6% of credit at least 0.10 CNY at most 50.00 CNY half up; fee 2.00 CNY; fee none */
enum fa_status fa_scheme_read_fee(struct fa_scheme_reading *reading)
{
    struct fa_lexer *lexer = &reading->lexer;
    struct fa_scheme_section *section = reading->section;
    struct fa_scheme_fee fee = {.rounding = FA_ROUND_REFUSE};
    bool had_none = !reading->is_first && section->fees.count == 0;
    if (reading->is_first)
        memset(&section->fees, 0, sizeof section->fees);
    if (had_none || (fa_lex_at(lexer, "none") && !reading->is_first))
        return fa_scheme_wrong(reading, &reading->statement, NULL,
                               "fee none is the only one of its accounts");
    if (fa_lex_accept(lexer, "none"))
        return FA_OK;
    bool is_rate =
        lexer->token.kind == FA_TOKEN_NUMBER && lexer->token.suffix == FA_SUFFIX_PERCENT;
    if (!is_rate && lexer->token.kind != FA_TOKEN_NUMBER)
        return fa_lex_unexpected(lexer,
                                 "a rate such as 0.6%, an amount such as 2.00 CNY, or none");
    FA_TRY(is_rate ? read_rate(reading, &fee) : read_fixed(reading, &fee));
    FA_TRY(read_sides(reading, &fee));
    if (is_rate)
        FA_TRY(read_bounds(reading, &fee));
    if (section->fees.count == FA_SCHEME_FEES_MAX)
        return fa_scheme_wrong(reading, &reading->statement, NULL,
                               "more fees than accounts may have");
    return fa_list_add(lexer->arena, &section->fees, fee) == FA_OK
               ? FA_OK
               : fa_scheme_no_memory(reading);
}

/* --- days --- */

/* 17:00, 17:00:30; 24:00 is the end of the day */
static bool parse_time_of_day(struct fa_str text, int64_t *time_us)
{
    int64_t parts[3] = {0, 0, 0};
    if (text.size != 5 && text.size != 8)
        return false;
    for (size_t i = 0; i < text.size; i++) {
        char c = text.bytes[i];
        if (i % 3 == 2 ? c != ':' : c < '0' || c > '9')
            return false;
        if (i % 3 != 2)
            parts[i / 3] = parts[i / 3] * 10 + (c - '0');
    }
    *time_us = (parts[0] * 3600 + parts[1] * 60 + parts[2]) * 1000000;
    return parts[1] < 60 && parts[2] < 60 && *time_us <= FA_DAY_US;
}

/* cutoff 17:00 [from 2017-01-01] */
enum fa_status fa_scheme_read_cutoff(struct fa_scheme_reading *reading)
{
    struct fa_lexer *lexer = &reading->lexer;
    struct fa_scheme_section *section = reading->section;
    struct fa_scheme_cutoff cutoff = {.from_day = INT64_MIN};
    struct fa_token token = lexer->token, date;
    if (reading->is_first)
        memset(&section->cutoffs, 0, sizeof section->cutoffs);
    FA_TRY(fa_lex_expect_joined(lexer, "a time of day such as 17:00", &token.text));
    if (!parse_time_of_day(token.text, &cutoff.time_us))
        return fa_scheme_wrong(reading, &token, NULL, "not a time of day such as 17:00");
    if (cutoff.time_us == 0)
        return fa_scheme_wrong(reading, &token, "write 24:00 for the end of the day",
                               "no flow would belong to its own day");
    if (fa_lex_accept(lexer, "from")) {
        FA_TRY(fa_lex_expect_kind(lexer, FA_TOKEN_DATE, "a date such as 2017-01-01", &date));
        if (fa_date_parse(date.text, &cutoff.from_day) != FA_VALUE_OK)
            return fa_scheme_wrong(reading, &date, NULL, "not a date of the calendar");
        token = date;
    }
    int count = section->cutoffs.count;
    if (count > 0 && cutoff.from_day <= section->cutoffs.items[count - 1].from_day)
        return fa_scheme_wrong(reading, &token, "write from and a date after that one",
                               "must begin later than the cutoff above it");
    if (count == FA_SCHEME_CUTOFFS_MAX)
        return fa_scheme_wrong(reading, &token, NULL, "more cutoffs than accounts may have");
    return fa_list_add(lexer->arena, &section->cutoffs, cutoff) == FA_OK
               ? FA_OK
               : fa_scheme_no_memory(reading);
}

/* -1bd, 2d */
static enum fa_status read_days(struct fa_scheme_reading *reading, struct fa_token *token,
                                int32_t *days)
{
    struct fa_lexer *lexer = &reading->lexer;
    int64_t count;
    bool is_negative = fa_lex_accept(lexer, "-");
    if (lexer->token.suffix != FA_SUFFIX_DAY && lexer->token.suffix != FA_SUFFIX_BDAY)
        return fa_lex_unexpected(lexer, "days such as 1d, or working days such as 1bd");
    *token = fa_lex_take(lexer);
    if (fa_money_parse(token->text, 0, false, &count) != FA_VALUE_OK ||
        count > (int64_t)FA_SCHEME_WINDOW_MAX)
        return fa_scheme_wrong(reading, token, NULL, "a whole number of at most 366 days");
    *days = is_negative ? -(int32_t)count : (int32_t)count;
    return FA_OK;
}

/* window 0bd .. 1bd */
enum fa_status fa_scheme_read_window(struct fa_scheme_reading *reading)
{
    struct fa_scheme_section *section = reading->section;
    struct fa_token from, to;
    int32_t from_days, to_days;
    FA_TRY(read_days(reading, &from, &from_days));
    FA_TRY(fa_lex_expect(&reading->lexer, ".."));
    FA_TRY(read_days(reading, &to, &to_days));
    if (from.suffix != to.suffix)
        return fa_scheme_wrong(reading, &to, NULL,
                               "both ends of a window are in days, or both in working days");
    if (from_days > to_days)
        return fa_scheme_wrong(reading, &to, NULL, "a window ends before it begins");
    section->has_window = true;
    section->is_window_bdays = from.suffix == FA_SUFFIX_BDAY;
    section->window_from = from_days;
    section->window_to = to_days;
    if (section->is_window_bdays && reading->scheme->calendar.size == 0)
        return fa_scheme_lacks(reading, "name a calendar above it",
                               "a window in working days needs a calendar");
    return FA_OK;
}
