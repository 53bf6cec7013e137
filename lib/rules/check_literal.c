/*
 * Numbers, texts and dates as they are written, and the type that a bare number takes.
 */
#include "rules/check_parts.h"

enum fa_status fa_const_make(struct fa_checker *checker, const struct fa_node *node, int kind,
                             fa_i128 numerator, fa_i128 denominator, struct fa_expr **expr)
{
    FA_TRY(fa_expr_make(checker, node, FA_OP_CONST, kind, NULL, 0, expr));
    (*expr)->value = (struct fa_value){
        .kind = (enum fa_kind)kind, .numerator = numerator, .denominator = denominator};
    return FA_OK;
}

/* Digits and one point as numerator / 10^decimals; more than 30 digits are refused. */
static bool read_number(struct fa_str text, fa_i128 *numerator, fa_i128 *denominator)
{
    bool is_behind_point = false;
    *numerator = 0;
    *denominator = 1;
    if (text.size > 30)
        return false;
    for (size_t i = 0; i < text.size; i++) {
        if (text.bytes[i] == '.') {
            is_behind_point = true;
            continue;
        }
        *numerator = *numerator * 10 + (text.bytes[i] - '0');
        *denominator *= is_behind_point ? 10 : 1;
    }
    return true;
}

enum fa_status fa_check_number(struct fa_checker *checker, const struct fa_node *node,
                               struct fa_expr **expr)
{
    static const int64_t micros[] = {[FA_SUFFIX_SECOND] = 1000000,
                                     [FA_SUFFIX_MINUTE] = FA_MINUTE_US,
                                     [FA_SUFFIX_HOUR] = FA_HOUR_US};
    static const enum fa_unit units[] = {[FA_SUFFIX_DAY] = FA_UNIT_D,
                                         [FA_SUFFIX_BDAY] = FA_UNIT_BD,
                                         [FA_SUFFIX_WEEK] = FA_UNIT_D,
                                         [FA_SUFFIX_MONTH] = FA_UNIT_MO,
                                         [FA_SUFFIX_YEAR] = FA_UNIT_Y};
    const struct fa_token *token = &node->token;
    fa_i128 numerator, denominator;
    if (!read_number(token->text, &numerator, &denominator))
        return fa_check_error(checker, FA_CODE_RULE_VALUE, token, NULL,
                              "a number has at most 30 digits");
    if (token->suffix == FA_SUFFIX_NONE)
        return fa_const_make(checker, node, FA_KIND_NUMBER, numerator, denominator, expr);
    if (token->suffix == FA_SUFFIX_PERCENT)
        return fa_const_make(checker, node, FA_KIND_RATIO, numerator, denominator * 100, expr);
    if (denominator != 1 || numerator > 100000)
        return fa_check_error(checker, FA_CODE_RULE_UNIT, token, NULL,
                              "a span of time is a whole number of at most 100000");
    if (token->suffix <= FA_SUFFIX_HOUR)
        return fa_const_make(checker, node, FA_KIND_DURATION, numerator * micros[token->suffix],
                             1, expr);
    struct fa_expr *count;
    FA_TRY(fa_const_make(checker, node, FA_KIND_INT,
                         numerator * (token->suffix == FA_SUFFIX_WEEK ? 7 : 1), 1, &count));
    FA_TRY(fa_expr_make(checker, node, FA_OP_DATE_ADD, FA_KIND_SPAN, &count, 1, expr));
    (*expr)->unit = units[token->suffix];
    return FA_OK;
}

enum fa_status fa_check_string(struct fa_checker *checker, const struct fa_node *node,
                               const struct fa_expr *beside, struct fa_expr **expr)
{
    if (beside && beside->kind == FA_KIND_ENUM)
        return fa_check_error(checker, FA_CODE_RULE_TYPE, &node->token,
                              "write the value without quotes",
                              "the values of an enum are words, not texts");
    FA_TRY(fa_expr_make(checker, node, FA_OP_CONST, FA_KIND_TEXT, NULL, 0, expr));
    (*expr)->value =
        (struct fa_value){.kind = FA_KIND_TEXT, .denominator = 1, .text = node->token.text};
    return FA_OK;
}

enum fa_status fa_check_date(struct fa_checker *checker, const struct fa_node *node,
                             struct fa_expr **expr)
{
    int64_t number = 0;
    bool is_date = node->kind == FA_NODE_DATE;
    enum fa_value_status status =
        is_date ? fa_date_parse(node->token.text, &number)
                : fa_time_parse(node->token.text, &checker->ruleset->zone, &number);
    if (status != FA_VALUE_OK)
        return fa_check_error(checker, FA_CODE_RULE_DATE, &node->token, NULL,
                              "%.*s is not in the calendar or not in the range of the zone",
                              (int)node->token.text.size, node->token.text.bytes);
    return fa_const_make(checker, node, is_date ? FA_KIND_DATE : FA_KIND_TIME, number, 1, expr);
}

bool fa_is_number(const struct fa_expr *expr)
{
    return (int)expr->kind == FA_KIND_NUMBER;
}

/* A bare number as money of the ruleset's currency. */
static enum fa_status number_to_money(struct fa_checker *checker, const struct fa_node *node,
                                      struct fa_value *value)
{
    int scale = checker->ruleset->currency ? fa_currency_scale(checker->ruleset->currency) : 2;
    fa_i128 minor = value->numerator;
    for (int i = 0; i < scale; i++)
        if (__builtin_mul_overflow(minor, (fa_i128)10, &minor))
            return fa_check_error(checker, FA_CODE_RULE_VALUE, fa_node_start(node), NULL,
                                  "the number is too large");
    if (minor % value->denominator)
        return fa_check_error(checker, FA_CODE_RULE_VALUE, fa_node_start(node), NULL,
                              "money of this ruleset has %d decimals, '%.*s' has more", scale,
                              (int)node->text.size, node->text.bytes);
    value->numerator = minor / value->denominator;
    value->denominator = 1;
    return FA_OK;
}

enum fa_status fa_coerce(struct fa_checker *checker, const struct fa_node *node, int kind,
                         struct fa_expr **expr)
{
    struct fa_expr *from = *expr;
    if ((int)from->kind == kind || ((int)from->kind == FA_KIND_INT && kind == FA_KIND_RATIO))
        return FA_OK;
    bool is_whole = fa_is_number(from) && from->value.numerator % from->value.denominator == 0;
    if (fa_is_number(from) && kind == FA_KIND_MONEY) {
        FA_TRY(number_to_money(checker, node, &from->value));
    } else if (is_whole && kind == FA_KIND_INT) {
        from->value.numerator /= from->value.denominator;
        from->value.denominator = 1;
    } else if (!(fa_is_number(from) && kind == FA_KIND_RATIO)) {
        return fa_check_error(
            checker, FA_CODE_RULE_TYPE, fa_node_start(node),
            kind == FA_KIND_DATE && from->kind == FA_KIND_TIME ? "write date(x)" : NULL,
            "expected %s, found %s", fa_kind_name(kind), fa_kind_name((int)from->kind));
    }
    from->kind = from->value.kind = (enum fa_kind)kind;
    return FA_OK;
}
