/*
 * Which types +, -, * and / take, and what they give.
 */
#include "rules/check_parts.h"

/* Two bare numbers give one. */
static enum fa_status fold(struct fa_checker *checker, const struct fa_node *node, char sign,
                           const struct fa_value *a, const struct fa_value *b,
                           struct fa_expr **expr)
{
    fa_i128 left, right, numerator, denominator;
    bool is_sum = sign == '+' || sign == '-';
    bool is_over = false;
    if (sign == '/') {
        if (b->numerator == 0)
            return fa_check_error(checker, FA_CODE_RULE_VALUE, &node->token, NULL,
                                  "division by zero");
        is_over |= __builtin_mul_overflow(a->numerator, b->denominator, &numerator);
        is_over |= __builtin_mul_overflow(a->denominator, b->numerator, &denominator);
        if (denominator < 0) {
            numerator = -numerator;
            denominator = -denominator;
        }
    } else {
        is_over |= __builtin_mul_overflow(a->denominator, b->denominator, &denominator);
        is_over |=
            __builtin_mul_overflow(a->numerator, is_sum ? b->denominator : b->numerator, &left);
        is_over |= __builtin_mul_overflow(b->numerator, is_sum ? a->denominator : 0, &right);
        is_over |= __builtin_add_overflow(left, sign == '-' ? -right : right, &numerator);
    }
    if (is_over)
        return fa_check_error(checker, FA_CODE_RULE_VALUE, &node->token, NULL,
                              "the number is too large");
    return fa_const_make(checker, node, FA_KIND_NUMBER, numerator, denominator, expr);
}

enum fa_status fa_type_clash(struct fa_checker *checker, const struct fa_node *node,
                             const struct fa_expr *a, const struct fa_expr *b, const char *hint)
{
    return fa_check_error(
        checker, FA_CODE_RULE_TYPE, &node->token, hint, "'%.*s' is %s and '%.*s' is %s",
        (int)node->args[0]->text.size, node->args[0]->text.bytes, fa_kind_name((int)a->kind),
        (int)node->args[1]->text.size, node->args[1]->text.bytes, fa_kind_name((int)b->kind));
}

enum fa_status fa_unify(struct fa_checker *checker, const struct fa_node *node,
                        struct fa_expr **a, struct fa_expr **b, bool *is_one_kind)
{
    if (fa_is_number(*a) && fa_is_number(*b)) {
        FA_TRY(fa_coerce(checker, node->args[0], FA_KIND_RATIO, a));
        FA_TRY(fa_coerce(checker, node->args[1], FA_KIND_RATIO, b));
    }
    for (int side = 0; side < 2; side++) {
        struct fa_expr **number = side ? b : a;
        const struct fa_expr *other = side ? *a : *b;
        bool can = other->kind == FA_KIND_MONEY || other->kind == FA_KIND_INT ||
                   other->kind == FA_KIND_RATIO;
        bool is_part = (*number)->op == FA_OP_CONST && fa_is_number(*number) &&
                       other->kind == FA_KIND_INT &&
                       (*number)->value.numerator % (*number)->value.denominator != 0;
        if (fa_is_number(*number) && can)
            FA_TRY(fa_coerce(checker, node->args[side],
                             is_part ? FA_KIND_RATIO : (int)other->kind, number));
    }
    bool is_ratio = ((*a)->kind == FA_KIND_RATIO && (*b)->kind == FA_KIND_INT) ||
                    ((*a)->kind == FA_KIND_INT && (*b)->kind == FA_KIND_RATIO);
    *is_one_kind = (*a)->kind == (*b)->kind || is_ratio;
    return FA_OK;
}

/* date + 5bd, time + 24h. Whole days are counted from the day of a time. */
static enum fa_status add_span(struct fa_checker *checker, const struct fa_node *node,
                               bool is_minus, struct fa_expr *to, struct fa_expr *span,
                               struct fa_expr **expr)
{
    struct fa_expr *count = span;
    enum fa_unit unit = span->unit;
    if ((int)span->kind == FA_KIND_SPAN) {
        count = span->args[0];
        if (unit == FA_UNIT_BD && checker->ruleset->calendar.size == 0)
            return fa_check_error(checker, FA_CODE_RULE_MISSING, &node->token,
                                  "add calendar cn (or another) to the ruleset's head",
                                  "working days need a calendar");
        if (to->kind == FA_KIND_TIME)
            FA_TRY(fa_expr_make(checker, node, FA_OP_DATE, FA_KIND_DATE, &to, 1, &to));
    } else {
        if (to->kind == FA_KIND_DATE)
            return fa_check_error(checker, FA_CODE_RULE_UNIT, fa_node_start(node->args[1]),
                                  "use d, bd, mo or y", "a date has no hours or minutes");
        fa_i128 us = span->value.numerator;
        if (us % FA_MINUTE_US)
            return fa_check_error(checker, FA_CODE_RULE_UNIT, fa_node_start(node->args[1]),
                                  "use m or h", "seconds cannot be added to a time");
        unit = us % FA_HOUR_US ? FA_UNIT_M : FA_UNIT_H;
        count->value.numerator = us / (unit == FA_UNIT_M ? FA_MINUTE_US : FA_HOUR_US);
        count->kind = count->value.kind = FA_KIND_INT;
    }
    if (is_minus)
        count->value.numerator = -count->value.numerator;
    struct fa_expr *args[] = {to, count};
    FA_TRY(fa_expr_make(checker, node, FA_OP_DATE_ADD, (int)to->kind, args, 2, expr));
    (*expr)->unit = unit;
    return FA_OK;
}

bool fa_is_span(const struct fa_expr *expr)
{
    return (int)expr->kind == FA_KIND_SPAN ||
           (expr->kind == FA_KIND_DURATION && expr->op == FA_OP_CONST);
}

static enum fa_status check_sum(struct fa_checker *checker, const struct fa_node *node,
                                bool is_minus, struct fa_expr *a, struct fa_expr *b,
                                struct fa_expr **expr)
{
    bool is_instant = a->kind == FA_KIND_DATE || a->kind == FA_KIND_TIME;
    if (is_instant && fa_is_span(b))
        return add_span(checker, node, is_minus, a, b, expr);
    bool is_one_kind;
    FA_TRY(fa_unify(checker, node, &a, &b, &is_one_kind));
    struct fa_expr *args[] = {a, b};
    enum fa_op op = is_minus ? FA_OP_SUB : FA_OP_ADD;
    if (is_one_kind && (a->kind == FA_KIND_MONEY || a->kind == FA_KIND_DURATION ||
                        a->kind == FA_KIND_INT || a->kind == FA_KIND_RATIO)) {
        int kind = (int)(b->kind == FA_KIND_RATIO ? b->kind : a->kind);
        return fa_expr_make(checker, node, op, kind, args, 2, expr);
    }
    /* the time between two instants; the days between two dates */
    if (is_one_kind && is_instant && is_minus)
        return fa_expr_make(checker, node, op,
                            a->kind == FA_KIND_TIME ? FA_KIND_DURATION : FA_KIND_INT, args, 2,
                            expr);
    return fa_type_clash(checker, node, a, b,
                         is_instant ? "add 5d, 5bd, 1mo, 1y to a date; 24h, 30m to a time"
                                    : "both sides of + and - are of one type");
}

static enum fa_status check_product(struct fa_checker *checker, const struct fa_node *node,
                                    struct fa_expr *a, struct fa_expr *b, struct fa_expr **expr)
{
    /* a bare number is a factor: whole or a ratio */
    for (int side = 0; side < 2; side++) {
        struct fa_expr **number = side ? &b : &a;
        if (fa_is_number(*number))
            FA_TRY(fa_coerce(checker, node->args[side],
                             (*number)->value.numerator % (*number)->value.denominator
                                 ? FA_KIND_RATIO
                                 : FA_KIND_INT,
                             number));
    }
    bool a_is_factor = a->kind == FA_KIND_INT || a->kind == FA_KIND_RATIO;
    bool b_is_factor = b->kind == FA_KIND_INT || b->kind == FA_KIND_RATIO;
    struct fa_expr *args[] = {a, b};
    int kind = -1;
    if (a_is_factor && b_is_factor)
        kind = a->kind == FA_KIND_INT && b->kind == FA_KIND_INT ? FA_KIND_INT : FA_KIND_RATIO;
    else if (b_is_factor && (a->kind == FA_KIND_MONEY || a->kind == FA_KIND_DURATION))
        kind = (int)a->kind;
    else if (a_is_factor && (b->kind == FA_KIND_MONEY || b->kind == FA_KIND_DURATION))
        kind = (int)b->kind;
    if (kind < 0)
        return fa_type_clash(checker, node, a, b,
                             "money is multiplied with a whole number or a ratio");
    return fa_expr_make(checker, node, FA_OP_MUL, kind, args, 2, expr);
}

static enum fa_status check_quotient(struct fa_checker *checker, const struct fa_node *node,
                                     struct fa_expr *a, struct fa_expr *b,
                                     struct fa_expr **expr)
{
    if (fa_is_number(b) && (a->kind == FA_KIND_MONEY || a->kind == FA_KIND_DURATION))
        return fa_check_error(
            checker, FA_CODE_RULE_TYPE, fa_node_start(node->args[1]),
            "write x * (1/3) for a part of it; for a ratio compare x > 95% * y",
            "%s divided by a bare number may mean a part of it or a ratio",
            fa_kind_name((int)a->kind));
    bool is_one_kind;
    FA_TRY(fa_unify(checker, node, &a, &b, &is_one_kind));
    struct fa_expr *args[] = {a, b};
    if (!is_one_kind || (a->kind != FA_KIND_MONEY && a->kind != FA_KIND_INT &&
                         a->kind != FA_KIND_RATIO && a->kind != FA_KIND_DURATION))
        return fa_type_clash(checker, node, a, b,
                             "/ gives the ratio of two values of one type");
    return fa_expr_make(checker, node, FA_OP_DIV, FA_KIND_RATIO, args, 2, expr);
}

enum fa_status fa_check_arithmetic(struct fa_checker *checker, const struct fa_names *names,
                                   const struct fa_node *node, struct fa_expr **expr)
{
    char sign = node->token.text.bytes[0];
    struct fa_expr *a, *b;
    FA_TRY(fa_check(checker, names, node->args[0], NULL, &a));
    FA_TRY(fa_check(checker, names, node->args[1], NULL, &b));
    if (fa_is_number(a) && fa_is_number(b))
        return fold(checker, node, sign, &a->value, &b->value, expr);
    switch (sign) {
    case '+':
        return check_sum(checker, node, false, a, b, expr);
    case '-':
        return check_sum(checker, node, true, a, b, expr);
    case '*':
        return check_product(checker, node, a, b, expr);
    default:
        return check_quotient(checker, node, a, b, expr);
    }
}
