/*
 * What operators mean and which types they take.
 */
#include <string.h>

#include "base/limits.h"
#include "rules/check.h"

enum { EXPRS_MAX = 20000 }; /* of one rule: lets may multiply what is written */

enum fa_status fa_check_no_memory(struct fa_checker *checker)
{
    return fa_out_of_memory(checker->sink, "a ruleset");
}

const char *fa_kind_name(int kind)
{
    static const char *const names[] = {
        [FA_KIND_BOOL] = "a condition",    [FA_KIND_INT] = "a whole number",
        [FA_KIND_MONEY] = "money",         [FA_KIND_RATIO] = "a ratio",
        [FA_KIND_DATE] = "a date",         [FA_KIND_TIME] = "a time",
        [FA_KIND_DURATION] = "a duration", [FA_KIND_ID] = "an id",
        [FA_KIND_TEXT] = "a text",         [FA_KIND_ENUM] = "an enum",
        [FA_KIND_SET] = "a set",           [FA_KIND_CURRENCY] = "a currency",
        [FA_KIND_NUMBER] = "a number",     [FA_KIND_SPAN] = "a span of days or months",
    };
    return names[kind];
}

enum fa_status fa_expr_make(struct fa_checker *checker, const struct fa_node *node,
                            enum fa_op op, int kind, struct fa_expr *const *args, int arg_count,
                            struct fa_expr **expr)
{
    if (++checker->expr_count > EXPRS_MAX)
        return fa_check_error(checker, FA_CODE_RULE_SIZE, &node->token, NULL,
                              "the rule has more than %d parts once its lets are put in",
                              EXPRS_MAX);
    struct fa_expr *made = fa_arena_alloc(&checker->list->arena, sizeof *made);
    struct fa_expr **copy =
        fa_arena_array(&checker->list->arena, (size_t)arg_count + 1, sizeof(struct fa_expr *));
    if (!made || !copy)
        return fa_check_no_memory(checker);
    if (arg_count)
        memcpy(copy, args, (size_t)arg_count * sizeof(struct fa_expr *));
    *made = (struct fa_expr){.op = op,
                             .kind = (enum fa_kind)kind,
                             .refers_to = FA_NO_TABLE,
                             .args = copy,
                             .arg_count = arg_count,
                             .text = node->text};
    /* what a let of another ruleset says has no place in this file */
    if (fa_str_equal(checker->lexer->source, checker->ruleset->file)) {
        made->line_no = (uint32_t)node->token.line_no;
        made->column_no = (uint32_t)node->token.column_no;
    }
    *expr = made;
    return FA_OK;
}

static enum fa_status make_const(struct fa_checker *checker, const struct fa_node *node,
                                 int kind, fa_i128 numerator, fa_i128 denominator,
                                 struct fa_expr **expr)
{
    FA_TRY(fa_expr_make(checker, node, FA_OP_CONST, kind, NULL, 0, expr));
    (*expr)->value = (struct fa_value){
        .kind = (enum fa_kind)kind, .numerator = numerator, .denominator = denominator};
    return FA_OK;
}

/* --- literals --- */

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

static enum fa_status check_number(struct fa_checker *checker, const struct fa_node *node,
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
        return make_const(checker, node, FA_KIND_NUMBER, numerator, denominator, expr);
    if (token->suffix == FA_SUFFIX_PERCENT)
        return make_const(checker, node, FA_KIND_RATIO, numerator, denominator * 100, expr);
    if (denominator != 1 || numerator > 100000)
        return fa_check_error(checker, FA_CODE_RULE_UNIT, token, NULL,
                              "a span of time is a whole number of at most 100000");
    if (token->suffix <= FA_SUFFIX_HOUR)
        return make_const(checker, node, FA_KIND_DURATION, numerator * micros[token->suffix], 1,
                          expr);
    struct fa_expr *count;
    FA_TRY(make_const(checker, node, FA_KIND_INT,
                      numerator * (token->suffix == FA_SUFFIX_WEEK ? 7 : 1), 1, &count));
    FA_TRY(fa_expr_make(checker, node, FA_OP_DATE_ADD, FA_KIND_SPAN, &count, 1, expr));
    (*expr)->unit = units[token->suffix];
    return FA_OK;
}

static enum fa_status check_string(struct fa_checker *checker, const struct fa_node *node,
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

static enum fa_status check_date(struct fa_checker *checker, const struct fa_node *node,
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
    return make_const(checker, node, is_date ? FA_KIND_DATE : FA_KIND_TIME, number, 1, expr);
}

static bool is_number(const struct fa_expr *expr)
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
    bool is_whole = is_number(from) && from->value.numerator % from->value.denominator == 0;
    if (is_number(from) && kind == FA_KIND_MONEY) {
        FA_TRY(number_to_money(checker, node, &from->value));
    } else if (is_whole && kind == FA_KIND_INT) {
        from->value.numerator /= from->value.denominator;
        from->value.denominator = 1;
    } else if (!(is_number(from) && kind == FA_KIND_RATIO)) {
        return fa_check_error(
            checker, FA_CODE_RULE_TYPE, fa_node_start(node),
            kind == FA_KIND_DATE && from->kind == FA_KIND_TIME ? "write date(x)" : NULL,
            "expected %s, found %s", fa_kind_name(kind), fa_kind_name((int)from->kind));
    }
    from->kind = from->value.kind = (enum fa_kind)kind;
    return FA_OK;
}

/* --- arithmetic --- */

/* Two bare numbers give one. */
static enum fa_status fold(struct fa_checker *checker, const struct fa_node *node,
                           char operator, const struct fa_value * a, const struct fa_value *b,
                           struct fa_expr **expr)
{
    fa_i128 left, right, numerator, denominator;
    bool is_sum = operator== '+' || operator== '-';
    bool is_over = false;
    if (operator== '/') {
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
        is_over |= __builtin_add_overflow(left, operator== '-' ? -right : right, &numerator);
    }
    if (is_over)
        return fa_check_error(checker, FA_CODE_RULE_VALUE, &node->token, NULL,
                              "the number is too large");
    return make_const(checker, node, FA_KIND_NUMBER, numerator, denominator, expr);
}

static enum fa_status type_clash(struct fa_checker *checker, const struct fa_node *node,
                                 const struct fa_expr *a, const struct fa_expr *b,
                                 const char *hint)
{
    return fa_check_error(
        checker, FA_CODE_RULE_TYPE, &node->token, hint, "'%.*s' is %s and '%.*s' is %s",
        (int)node->args[0]->text.size, node->args[0]->text.bytes, fa_kind_name((int)a->kind),
        (int)node->args[1]->text.size, node->args[1]->text.bytes, fa_kind_name((int)b->kind));
}

/* Gives a bare number the type of the other side, and a whole number beside a ratio that of a
 * ratio. False when the two are of different types after it. */
static enum fa_status unify(struct fa_checker *checker, const struct fa_node *node,
                            struct fa_expr **a, struct fa_expr **b, bool *is_one_kind)
{
    if (is_number(*a) && is_number(*b)) {
        FA_TRY(fa_coerce(checker, node->args[0], FA_KIND_RATIO, a));
        FA_TRY(fa_coerce(checker, node->args[1], FA_KIND_RATIO, b));
    }
    for (int side = 0; side < 2; side++) {
        struct fa_expr **number = side ? b : a;
        const struct fa_expr *other = side ? *a : *b;
        bool can = other->kind == FA_KIND_MONEY || other->kind == FA_KIND_INT ||
                   other->kind == FA_KIND_RATIO;
        bool is_part = (*number)->op == FA_OP_CONST && is_number(*number) &&
                       other->kind == FA_KIND_INT &&
                       (*number)->value.numerator % (*number)->value.denominator != 0;
        if (is_number(*number) && can)
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

static bool is_span(const struct fa_expr *expr)
{
    return (int)expr->kind == FA_KIND_SPAN ||
           (expr->kind == FA_KIND_DURATION && expr->op == FA_OP_CONST);
}

static enum fa_status check_sum(struct fa_checker *checker, const struct fa_node *node,
                                bool is_minus, struct fa_expr *a, struct fa_expr *b,
                                struct fa_expr **expr)
{
    bool is_instant = a->kind == FA_KIND_DATE || a->kind == FA_KIND_TIME;
    if (is_instant && is_span(b))
        return add_span(checker, node, is_minus, a, b, expr);
    bool is_one_kind;
    FA_TRY(unify(checker, node, &a, &b, &is_one_kind));
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
    return type_clash(checker, node, a, b,
                      is_instant ? "add 5d, 5bd, 1mo, 1y to a date; 24h, 30m to a time"
                                 : "both sides of + and - are of one type");
}

static enum fa_status check_product(struct fa_checker *checker, const struct fa_node *node,
                                    struct fa_expr *a, struct fa_expr *b, struct fa_expr **expr)
{
    /* a bare number is a factor: whole or a ratio */
    for (int side = 0; side < 2; side++) {
        struct fa_expr **number = side ? &b : &a;
        if (is_number(*number))
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
        return type_clash(checker, node, a, b,
                          "money is multiplied with a whole number or a ratio");
    return fa_expr_make(checker, node, FA_OP_MUL, kind, args, 2, expr);
}

static enum fa_status check_quotient(struct fa_checker *checker, const struct fa_node *node,
                                     struct fa_expr *a, struct fa_expr *b,
                                     struct fa_expr **expr)
{
    if (is_number(b) && (a->kind == FA_KIND_MONEY || a->kind == FA_KIND_DURATION))
        return fa_check_error(
            checker, FA_CODE_RULE_TYPE, fa_node_start(node->args[1]),
            "write x * (1/3) for a part of it; for a ratio compare x > 95% * y",
            "%s divided by a bare number may mean a part of it or a ratio",
            fa_kind_name((int)a->kind));
    bool is_one_kind;
    FA_TRY(unify(checker, node, &a, &b, &is_one_kind));
    struct fa_expr *args[] = {a, b};
    if (!is_one_kind || (a->kind != FA_KIND_MONEY && a->kind != FA_KIND_INT &&
                         a->kind != FA_KIND_RATIO && a->kind != FA_KIND_DURATION))
        return type_clash(checker, node, a, b, "/ gives the ratio of two values of one type");
    return fa_expr_make(checker, node, FA_OP_DIV, FA_KIND_RATIO, args, 2, expr);
}

static enum fa_status check_arithmetic(struct fa_checker *checker, const struct fa_names *names,
                                       const struct fa_node *node, struct fa_expr **expr)
{
    char operator= node->token.text.bytes[0];
    struct fa_expr *a, *b;
    FA_TRY(fa_check(checker, names, node->args[0], NULL, &a));
    FA_TRY(fa_check(checker, names, node->args[1], NULL, &b));
    if (is_number(a) && is_number(b))
        return fold(checker, node, operator, & a->value, &b->value, expr);
    switch (operator) {
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

/* --- comparisons --- */

static bool is_ordered(enum fa_kind kind)
{
    return kind == FA_KIND_INT || kind == FA_KIND_MONEY || kind == FA_KIND_RATIO ||
           kind == FA_KIND_DATE || kind == FA_KIND_TIME || kind == FA_KIND_DURATION;
}

/* Enums compare by index, so both must have the same list. */
static bool have_same_values(const struct fa_column_def *a, const struct fa_column_def *b)
{
    if (a == b || !a || !b)
        return a == b;
    bool is_same = a->value_count == b->value_count;
    for (uint32_t i = 0; is_same && i < a->value_count; i++)
        is_same = fa_str_equal(a->values[i], b->values[i]);
    return is_same;
}

enum fa_status fa_check_comparable(struct fa_checker *checker, const struct fa_node *node,
                                   bool is_order, struct fa_expr **a, struct fa_expr **b)
{
    bool is_one_kind;
    FA_TRY(unify(checker, node, a, b, &is_one_kind));
    if (!is_one_kind && (is_span(*a) || is_span(*b)))
        return fa_check_error(checker, FA_CODE_RULE_UNIT,
                              fa_node_start(node->args[is_span(*b)]),
                              "compare dates with date + 5bd; a duration with hours or minutes",
                              "a span of time does not compare with %s",
                              fa_kind_name((int)(is_span(*b) ? *a : *b)->kind));
    if (!is_one_kind)
        return type_clash(checker, node, *a, *b,
                          (*a)->kind == FA_KIND_TIME || (*b)->kind == FA_KIND_TIME
                              ? "write date(x) for the day of a time"
                              : "a comparison needs two values of one type");
    enum fa_kind kind = (*a)->kind;
    if (is_order && !is_ordered(kind))
        return fa_check_error(checker, FA_CODE_RULE_TYPE, &node->token,
                              "compare it with =, != or in", "%s has no order",
                              fa_kind_name((int)kind));
    if ((int)kind == FA_KIND_SPAN || kind == FA_KIND_SET)
        return fa_check_error(checker, FA_CODE_RULE_TYPE, &node->token,
                              "ask for elements with has", "%s cannot be compared",
                              fa_kind_name((int)kind));
    if (kind == FA_KIND_ENUM && !have_same_values((*a)->values_of, (*b)->values_of))
        return fa_check_error(checker, FA_CODE_RULE_TYPE, &node->token, NULL,
                              "the two enums have different lists of values");
    if (kind == FA_KIND_ID && (*a)->refers_to != (*b)->refers_to)
        return fa_check_error(checker, FA_CODE_RULE_TYPE, &node->token, NULL,
                              "the two ids are of different tables");
    return FA_OK;
}

static enum fa_status check_comparison(struct fa_checker *checker, const struct fa_names *names,
                                       const struct fa_node *node, enum fa_op op,
                                       struct fa_expr **expr)
{
    struct fa_expr *args[2];
    FA_TRY(fa_check(checker, names, node->args[0], NULL, &args[0]));
    FA_TRY(fa_check(checker, names, node->args[1], args[0], &args[1]));
    FA_TRY(
        fa_check_comparable(checker, node, op != FA_OP_EQ && op != FA_OP_NE, &args[0], &args[1]));
    return fa_expr_make(checker, node, op, FA_KIND_BOOL, args, 2, expr);
}

static enum fa_status check_between(struct fa_checker *checker, const struct fa_names *names,
                                    const struct fa_node *node, struct fa_expr **expr)
{
    struct fa_expr *both[2];
    for (int side = 0; side < 2; side++) {
        struct fa_node *parts[] = {node->args[0], node->args[1 + side]};
        struct fa_node half = *node;
        half.args = parts;
        half.arg_count = 2;
        half.token = parts[1]->token; /* each bound has a place of its own */
        FA_TRY(
            check_comparison(checker, names, &half, side ? FA_OP_LE : FA_OP_GE, &both[side]));
    }
    return fa_expr_make(checker, node, FA_OP_AND, FA_KIND_BOOL, both, 2, expr);
}

static enum fa_status negate(struct fa_checker *checker, const struct fa_node *node,
                             struct fa_expr **expr)
{
    return node->is_negated
               ? fa_expr_make(checker, node, FA_OP_NOT, FA_KIND_BOOL, expr, 1, expr)
               : FA_OK;
}

static enum fa_status check_in(struct fa_checker *checker, const struct fa_names *names,
                               const struct fa_node *node, struct fa_expr **expr)
{
    struct fa_expr **args =
        fa_arena_array(&checker->list->arena, (size_t)node->arg_count, sizeof *args);
    if (!args)
        return fa_check_no_memory(checker);
    FA_TRY(fa_check(checker, names, node->args[0], NULL, &args[0]));
    for (int i = 1; i < node->arg_count; i++) {
        struct fa_node *parts[] = {node->args[0], node->args[i]};
        struct fa_node pair = *node;
        pair.args = parts;
        FA_TRY(fa_check(checker, names, node->args[i], args[0], &args[i]));
        FA_TRY(fa_check_comparable(checker, &pair, false, &args[0], &args[i]));
    }
    FA_TRY(fa_expr_make(checker, node, FA_OP_IN, FA_KIND_BOOL, args, node->arg_count, expr));
    return negate(checker, node, expr);
}

/* S has x · a starts with b · a contains b */
static enum fa_status check_text_test(struct fa_checker *checker, const struct fa_names *names,
                                      const struct fa_node *node, enum fa_op op,
                                      struct fa_expr **expr)
{
    struct fa_expr *args[2];
    int kind = op == FA_OP_SET_HAS ? FA_KIND_SET : FA_KIND_TEXT;
    FA_TRY(fa_check_kind(checker, names, node->args[0], (enum fa_kind)kind, &args[0]));
    FA_TRY(fa_check(checker, names, node->args[1], args[0], &args[1]));
    FA_TRY(fa_coerce(checker, node->args[1], FA_KIND_TEXT, &args[1]));
    const struct fa_column_def *values = args[0]->values_of;
    bool is_known = !values || !values->value_count || args[1]->op != FA_OP_CONST;
    for (uint32_t i = 0; !is_known && i < values->value_count; i++)
        is_known = fa_str_equal(values->values[i], args[1]->value.text);
    if (!is_known)
        return fa_check_error(checker, FA_CODE_RULE_VALUE, fa_node_start(node->args[1]), NULL,
                              "column %.*s has no value '%.*s'", (int)values->name.size,
                              values->name.bytes, (int)args[1]->value.text.size,
                              args[1]->value.text.bytes);
    return fa_expr_make(checker, node, op, FA_KIND_BOOL, args, 2, expr);
}

/* --- logic and choice --- */

static enum fa_status check_logic(struct fa_checker *checker, const struct fa_names *names,
                                  const struct fa_node *node, enum fa_op op,
                                  struct fa_expr **expr)
{
    struct fa_expr *args[2];
    for (int i = 0; i < 2; i++)
        FA_TRY(fa_check_kind(checker, names, node->args[i], FA_KIND_BOOL, &args[i]));
    return fa_expr_make(checker, node, op, FA_KIND_BOOL, args, 2, expr);
}

/* What a choice between values is: that of the first one that has a type. */
static enum fa_status check_choice(struct fa_checker *checker, const struct fa_names *names,
                                   const struct fa_node *node, enum fa_op op,
                                   const struct fa_expr *beside, struct fa_expr **expr)
{
    struct fa_expr **args =
        fa_arena_array(&checker->list->arena, (size_t)node->arg_count, sizeof *args);
    if (!args)
        return fa_check_no_memory(checker);
    int step = op == FA_OP_CASE ? 2 : 1, last = node->arg_count - 1;
    const struct fa_expr *model = NULL;
    for (int i = 0; i <= last; i++) {
        bool is_condition = op == FA_OP_CASE && i % step == 0 && i != last;
        if (is_condition) {
            FA_TRY(fa_check_kind(checker, names, node->args[i], FA_KIND_BOOL, &args[i]));
            continue;
        }
        FA_TRY(fa_check(checker, names, node->args[i], model ? model : beside, &args[i]));
        if (!model || is_number(model))
            model = args[i];
    }
    if (is_number(model) && beside && !is_number(beside))
        model = beside;
    int kind = (int)model->kind;
    for (int i = 0; i <= last; i++) {
        bool is_condition = op == FA_OP_CASE && i % step == 0 && i != last;
        if (is_condition)
            continue;
        if (kind == FA_KIND_NUMBER)
            kind = FA_KIND_RATIO;
        FA_TRY(fa_coerce(checker, node->args[i], kind, &args[i]));
        if (!have_same_values(model->values_of, args[i]->values_of) ||
            model->refers_to != args[i]->refers_to)
            return fa_check_error(checker, FA_CODE_RULE_TYPE, fa_node_start(node->args[i]),
                                  NULL,
                                  "the values to choose from are of different lists or tables");
    }
    FA_TRY(fa_expr_make(checker, node, op, kind, args, node->arg_count, expr));
    (*expr)->values_of = model->values_of;
    (*expr)->refers_to = model->refers_to;
    return FA_OK;
}

static enum fa_status check_prefix(struct fa_checker *checker, const struct fa_names *names,
                                   const struct fa_node *node, const struct fa_expr *beside,
                                   struct fa_expr **expr)
{
    struct fa_str word = node->token.text;
    if (fa_str_is(word, "has") || fa_str_is(word, "any"))
        return fa_check_name(checker, names, node, beside, expr);
    if (fa_str_is(word, "opening"))
        return fa_check_error(checker, FA_CODE_RULE_LEVEL, &node->token, NULL,
                              "opening stands only in a running value");
    if (fa_str_is(word, "not")) {
        struct fa_expr *arg;
        FA_TRY(fa_check_kind(checker, names, node->args[0], FA_KIND_BOOL, &arg));
        return fa_expr_make(checker, node, FA_OP_NOT, FA_KIND_BOOL, &arg, 1, expr);
    }
    struct fa_expr *arg;
    FA_TRY(fa_check(checker, names, node->args[0], NULL, &arg));
    if (is_number(arg) || (arg->op == FA_OP_CONST && arg->kind == FA_KIND_RATIO)) {
        arg->value.numerator = -arg->value.numerator;
        arg->text = node->text;
        *expr = arg;
        return FA_OK;
    }
    if (arg->kind != FA_KIND_INT && arg->kind != FA_KIND_MONEY && arg->kind != FA_KIND_RATIO &&
        arg->kind != FA_KIND_DURATION)
        return fa_check_error(checker, FA_CODE_RULE_TYPE, &node->token, NULL, "%s has no sign",
                              fa_kind_name((int)arg->kind));
    return fa_expr_make(checker, node, FA_OP_NEG, (int)arg->kind, &arg, 1, expr);
}

/* The references on the way of a path, each with the id of the row that it leads to. */
static enum fa_status add_references(struct fa_checker *checker, const struct fa_node *node,
                                     const struct fa_expr *path, struct fa_expr **args, int *count)
{
    for (int k = 1; k < path->path.step_count; k++) {
        int table = path->path.tables[k];
        const struct fa_table_def *def = &checker->list->dictionary->tables[table];
        if (def->id_column == FA_NO_COLUMN)
            continue;
        for (int i = 0; i < 2; i++) {
            struct fa_expr *made;
            FA_TRY(fa_expr_make(checker, node, FA_OP_PATH, FA_KIND_ID, NULL, 0, &made));
            made->refers_to = table;
            made->path = path->path;
            made->path.step_count = k + i;
            if (i)
                made->path.steps[k] = def->id_column;
            args[(*count)++] = made;
        }
    }
    return FA_OK;
}

static enum fa_status check_missing(struct fa_checker *checker, const struct fa_names *names,
                                    const struct fa_node *node, struct fa_expr **expr)
{
    struct fa_expr *arg, *args[2 * FA_PATH_STEPS_MAX + 1];
    int count = 1;
    FA_TRY(fa_check_any(checker, names, node->args[0], &arg));
    args[0] = arg;
    if (arg->op == FA_OP_PATH)
        FA_TRY(add_references(checker, node, arg, args, &count));
    FA_TRY(fa_expr_make(checker, node, FA_OP_IS_MISSING, FA_KIND_BOOL, args, count, expr));
    return negate(checker, node, expr);
}

static enum fa_status check_binary(struct fa_checker *checker, const struct fa_names *names,
                                   const struct fa_node *node, const struct fa_expr *beside,
                                   struct fa_expr **expr)
{
    static const struct {
        const char *word;
        enum fa_op op;
        enum fa_status (*check)(struct fa_checker *, const struct fa_names *,
                                const struct fa_node *, enum fa_op, struct fa_expr **);
    } operators[] = {
        {"=", FA_OP_EQ, check_comparison},
        {"!=", FA_OP_NE, check_comparison},
        {"<", FA_OP_LT, check_comparison},
        {"<=", FA_OP_LE, check_comparison},
        {">", FA_OP_GT, check_comparison},
        {">=", FA_OP_GE, check_comparison},
        {"and", FA_OP_AND, check_logic},
        {"or", FA_OP_OR, check_logic},
        {"has", FA_OP_SET_HAS, check_text_test},
        {"starts", FA_OP_STARTS, check_text_test},
        {"contains", FA_OP_CONTAINS, check_text_test},
    };
    if (fa_str_is(node->token.text, "else"))
        return check_choice(checker, names, node, FA_OP_ELSE, beside, expr);
    for (size_t i = 0; i < sizeof operators / sizeof *operators; i++)
        if (fa_str_is(node->token.text, operators[i].word))
            return operators[i].check(checker, names, node, operators[i].op, expr);
    return check_arithmetic(checker, names, node, expr);
}

static enum fa_status check_node(struct fa_checker *checker, const struct fa_names *names,
                                 const struct fa_node *node, const struct fa_expr *beside,
                                 struct fa_expr **expr)
{
    switch (node->kind) {
    case FA_NODE_NUMBER:
        return check_number(checker, node, expr);
    case FA_NODE_STRING:
        return check_string(checker, node, beside, expr);
    case FA_NODE_DATE:
    case FA_NODE_TIME:
        return check_date(checker, node, expr);
    case FA_NODE_NAME:
    case FA_NODE_MEMBER:
    case FA_NODE_AT:
        return fa_check_name(checker, names, node, beside, expr);
    case FA_NODE_CALL:
        return fa_check_call(checker, names, node, expr);
    case FA_NODE_PREFIX:
        return check_prefix(checker, names, node, beside, expr);
    case FA_NODE_BINARY:
        return check_binary(checker, names, node, beside, expr);
    case FA_NODE_BETWEEN:
        return check_between(checker, names, node, expr);
    case FA_NODE_IN:
        return check_in(checker, names, node, expr);
    case FA_NODE_MISSING:
        return check_missing(checker, names, node, expr);
    case FA_NODE_CASE:
        return check_choice(checker, names, node, FA_OP_CASE, beside, expr);
    case FA_NODE_CONVERT:
        return fa_check_convert(checker, names, node, expr);
    case FA_NODE_IF:
    case FA_NODE_TO:
        break;
    }
    return fa_check_error(checker, FA_CODE_RULE_TYPE, &node->token, NULL,
                          "'%.*s' does not belong here", (int)node->token.text.size,
                          node->token.text.bytes);
}

enum fa_status fa_check(struct fa_checker *checker, const struct fa_names *names,
                        const struct fa_node *node, const struct fa_expr *beside,
                        struct fa_expr **expr)
{
    if (checker->depth >= FA_EXPR_DEPTH_MAX)
        return fa_check_error(
            checker, FA_CODE_RULE_SIZE, &node->token, NULL,
            "the expression is nested deeper than %u once its lets are put in",
            FA_EXPR_DEPTH_MAX);
    checker->depth++;
    enum fa_status status = check_node(checker, names, node, beside, expr);
    checker->depth--;
    return status;
}

enum fa_status fa_check_any(struct fa_checker *checker, const struct fa_names *names,
                            const struct fa_node *node, struct fa_expr **expr)
{
    struct fa_expr *found;
    FA_TRY(fa_check(checker, names, node, NULL, &found));
    if (is_number(found))
        FA_TRY(fa_coerce(checker, node,
                         found->value.numerator % found->value.denominator ? FA_KIND_RATIO
                                                                           : FA_KIND_INT,
                         &found));
    if ((int)found->kind == FA_KIND_SPAN)
        return fa_check_error(checker, FA_CODE_RULE_UNIT, fa_node_start(node),
                              "add it to a date: date + 5bd",
                              "a span of days or months is not a value");
    *expr = found;
    return FA_OK;
}

enum fa_status fa_check_kind(struct fa_checker *checker, const struct fa_names *names,
                             const struct fa_node *node, enum fa_kind kind,
                             struct fa_expr **expr)
{
    const struct fa_expr beside = {.kind = kind, .refers_to = FA_NO_TABLE};
    struct fa_expr *found;
    FA_TRY(fa_check(checker, names, node, &beside, &found));
    FA_TRY(fa_coerce(checker, node, (int)kind, &found));
    *expr = found;
    return FA_OK;
}
