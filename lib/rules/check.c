/*
 * What operators mean: which part of the checker types them, and what becomes of its result.
 */
#include <string.h>

#include "base/limits.h"
#include "rules/check_parts.h"

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
        if (!model || fa_is_number(model))
            model = args[i];
    }
    if (fa_is_number(model) && beside && !fa_is_number(beside))
        model = beside;
    int kind = (int)model->kind;
    for (int i = 0; i <= last; i++) {
        bool is_condition = op == FA_OP_CASE && i % step == 0 && i != last;
        if (is_condition)
            continue;
        if (kind == FA_KIND_NUMBER)
            kind = FA_KIND_RATIO;
        FA_TRY(fa_coerce(checker, node->args[i], kind, &args[i]));
        if (!fa_have_same_values(model->values_of, args[i]->values_of) ||
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
    if (fa_is_number(arg) || (arg->op == FA_OP_CONST && arg->kind == FA_KIND_RATIO)) {
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
        {"=", FA_OP_EQ, fa_check_comparison},
        {"!=", FA_OP_NE, fa_check_comparison},
        {"<", FA_OP_LT, fa_check_comparison},
        {"<=", FA_OP_LE, fa_check_comparison},
        {">", FA_OP_GT, fa_check_comparison},
        {">=", FA_OP_GE, fa_check_comparison},
        {"and", FA_OP_AND, check_logic},
        {"or", FA_OP_OR, check_logic},
        {"has", FA_OP_SET_HAS, fa_check_text_test},
        {"starts", FA_OP_STARTS, fa_check_text_test},
        {"contains", FA_OP_CONTAINS, fa_check_text_test},
    };
    if (fa_str_is(node->token.text, "else"))
        return check_choice(checker, names, node, FA_OP_ELSE, beside, expr);
    for (size_t i = 0; i < sizeof operators / sizeof *operators; i++)
        if (fa_str_is(node->token.text, operators[i].word))
            return operators[i].check(checker, names, node, operators[i].op, expr);
    return fa_check_arithmetic(checker, names, node, expr);
}

static enum fa_status check_node(struct fa_checker *checker, const struct fa_names *names,
                                 const struct fa_node *node, const struct fa_expr *beside,
                                 struct fa_expr **expr)
{
    switch (node->kind) {
    case FA_NODE_NUMBER:
        return fa_check_number(checker, node, expr);
    case FA_NODE_STRING:
        return fa_check_string(checker, node, beside, expr);
    case FA_NODE_DATE:
    case FA_NODE_TIME:
        return fa_check_date(checker, node, expr);
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
        return fa_check_between(checker, names, node, expr);
    case FA_NODE_IN:
        return fa_check_in(checker, names, node, expr);
    case FA_NODE_MISSING:
        return fa_check_missing(checker, names, node, expr);
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
    if (fa_is_number(found))
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
