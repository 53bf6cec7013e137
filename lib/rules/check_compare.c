/*
 * Which values compare: =, <, between, in, has, starts with, contains, missing.
 */
#include "rules/check_parts.h"

static bool is_ordered(enum fa_kind kind)
{
    return kind == FA_KIND_INT || kind == FA_KIND_MONEY || kind == FA_KIND_RATIO ||
           kind == FA_KIND_DATE || kind == FA_KIND_TIME || kind == FA_KIND_DURATION;
}

bool fa_have_same_values(const struct fa_column_def *a, const struct fa_column_def *b)
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
    FA_TRY(fa_unify(checker, node, a, b, &is_one_kind));
    if (!is_one_kind && (fa_is_span(*a) || fa_is_span(*b)))
        return fa_check_error(checker, FA_CODE_RULE_UNIT,
                              fa_node_start(node->args[fa_is_span(*b)]),
                              "compare dates with date + 5bd; a duration with hours or minutes",
                              "a span of time does not compare with %s",
                              fa_kind_name((int)(fa_is_span(*b) ? *a : *b)->kind));
    if (!is_one_kind)
        return fa_type_clash(checker, node, *a, *b,
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
    if (kind == FA_KIND_ENUM && !fa_have_same_values((*a)->values_of, (*b)->values_of))
        return fa_check_error(checker, FA_CODE_RULE_TYPE, &node->token, NULL,
                              "the two enums have different lists of values");
    if (kind == FA_KIND_ID && (*a)->refers_to != (*b)->refers_to)
        return fa_check_error(checker, FA_CODE_RULE_TYPE, &node->token, NULL,
                              "the two ids are of different tables");
    return FA_OK;
}

enum fa_status fa_check_comparison(struct fa_checker *checker, const struct fa_names *names,
                                   const struct fa_node *node, enum fa_op op,
                                   struct fa_expr **expr)
{
    struct fa_expr *args[2];
    FA_TRY(fa_check(checker, names, node->args[0], NULL, &args[0]));
    FA_TRY(fa_check(checker, names, node->args[1], args[0], &args[1]));
    FA_TRY(fa_check_comparable(checker, node, op != FA_OP_EQ && op != FA_OP_NE, &args[0],
                               &args[1]));
    return fa_expr_make(checker, node, op, FA_KIND_BOOL, args, 2, expr);
}

enum fa_status fa_check_between(struct fa_checker *checker, const struct fa_names *names,
                                const struct fa_node *node, struct fa_expr **expr)
{
    struct fa_expr *both[2];
    for (int side = 0; side < 2; side++) {
        struct fa_node *parts[] = {node->args[0], node->args[1 + side]};
        struct fa_node half = *node;
        half.args = parts;
        half.arg_count = 2;
        half.token = parts[1]->token; /* each bound has a place of its own */
        FA_TRY(fa_check_comparison(checker, names, &half, side ? FA_OP_LE : FA_OP_GE,
                                   &both[side]));
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

enum fa_status fa_check_in(struct fa_checker *checker, const struct fa_names *names,
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

enum fa_status fa_check_text_test(struct fa_checker *checker, const struct fa_names *names,
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

/* The references on the way of a path, each with the id of the row that it leads to. */
static enum fa_status add_references(struct fa_checker *checker, const struct fa_node *node,
                                     const struct fa_expr *path, struct fa_expr **args,
                                     int *count)
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

enum fa_status fa_check_missing(struct fa_checker *checker, const struct fa_names *names,
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
