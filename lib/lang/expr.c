#include "lang/expr.h"

#include <string.h>

#include "base/limits.h"

/* A chain of operators builds a deep tree without recursion, so both the tree and the recursion
 * are bounded; what walks the tree later may then recurse. */
struct parser {
    struct fa_lexer *lexer;
    unsigned depth;
};

typedef enum fa_status parse_function(struct parser *parser, struct fa_node **node);

static parse_function parse_or;

static enum fa_status too_deep(struct fa_lexer *lexer)
{
    if (lexer->status != FA_OK)
        return lexer->status;
    return fa_error(lexer->sink, FA_CODE_LANG_DEPTH, fa_lex_here(lexer), "split it with let",
                    "the expression is nested deeper than %u", FA_EXPR_DEPTH_MAX);
}

/* TOKEN is the node's own; its text reaches from START to the token taken last. */
static enum fa_status make(struct parser *parser, enum fa_node_kind kind,
                           const struct fa_token *token, size_t start,
                           struct fa_node *const *args, int arg_count, struct fa_node **node)
{
    struct fa_lexer *lexer = parser->lexer;
    if (lexer->status != FA_OK)
        return lexer->status;
    struct fa_node *made = fa_arena_alloc(lexer->arena, sizeof *made);
    struct fa_node **copy =
        fa_arena_array(lexer->arena, (size_t)arg_count + 1, sizeof(struct fa_node *));
    if (!made || !copy)
        return fa_out_of_memory(lexer->sink, "an expression");
    unsigned depth = 0;
    for (int i = 0; i < arg_count; i++) {
        copy[i] = args[i];
        depth = args[i]->depth > depth ? args[i]->depth : depth;
    }
    if (depth >= FA_EXPR_DEPTH_MAX)
        return too_deep(lexer);
    *made = (struct fa_node){.kind = kind,
                             .depth = depth + 1,
                             .token = *token,
                             .args = copy,
                             .arg_count = arg_count,
                             .text = {lexer->text.bytes + start, lexer->last_end - start}};
    *node = made;
    return FA_OK;
}

static size_t start_of(const struct parser *parser, const struct fa_node *node)
{
    return (size_t)(node->text.bytes - parser->lexer->text.bytes);
}

/* --- atoms --- */

struct node_list {
    struct fa_node **items;
    size_t count, capacity;
};

static bool is_reserved(struct fa_str word)
{
    static const char *const words[] = {
        "and", "any", "at", "between", "case",    "contains", "else",   "has",
        "if",  "in",  "is", "not",     "opening", "or",       "starts", "then"};
    for (size_t i = 0; i < sizeof words / sizeof *words; i++)
        if (fa_str_is(word, words[i]))
            return true;
    return false;
}

/* Where a value is expected in is a name, as in sum(amount if in), unless a list follows. */
static bool is_name_in(const struct fa_lexer *lexer)
{
    struct fa_lexer copy = *lexer;
    copy.sink = NULL;
    fa_lex_take(&copy);
    return fa_lex_at(lexer, "in") && copy.status == FA_OK && !fa_lex_at(&copy, "{");
}

/* x · x if condition · if condition · x to unit · half up · half even */
static enum fa_status parse_argument(struct parser *parser, struct fa_node **node)
{
    struct fa_lexer *lexer = parser->lexer;
    struct fa_node *parts[2];
    int part_count = 0;
    size_t start = lexer->token.offset;
    if (!fa_lex_at(lexer, "if")) {
        FA_TRY(parse_or(parser, &parts[part_count++]));
        if (fa_node_is(parts[0], FA_NODE_NAME, "half") &&
            (fa_lex_accept(lexer, "up") || fa_lex_accept(lexer, "even"))) {
            parts[0]->text.size = lexer->last_end - start;
            parts[0]->token.text = parts[0]->text;
        }
    }
    struct fa_token token = lexer->token;
    enum fa_node_kind kind = fa_lex_at(lexer, "if") ? FA_NODE_IF : FA_NODE_TO;
    if (!fa_lex_accept(lexer, "if") && !fa_lex_accept(lexer, "to")) {
        *node = parts[0];
        return FA_OK;
    }
    FA_TRY(parse_or(parser, &parts[part_count++]));
    return make(parser, kind, &token, start, parts, part_count, node);
}

static enum fa_status add(struct parser *parser, struct node_list *list, struct fa_node *node)
{
    return fa_vec_add(list, node) == FA_OK
               ? FA_OK
               : fa_out_of_memory(parser->lexer->sink, "an expression");
}

/* Items with commas between them up to CLOSING. */
static enum fa_status parse_list(struct parser *parser, const char *closing,
                                 parse_function *parse_item, struct node_list *list)
{
    if (fa_lex_accept(parser->lexer, closing))
        return FA_OK;
    do {
        struct fa_node *item;
        FA_TRY(parse_item(parser, &item));
        FA_TRY(add(parser, list, item));
    } while (fa_lex_accept(parser->lexer, ","));
    if (!fa_lex_at(parser->lexer, closing))
        return fa_lex_unexpected(parser->lexer, *closing == ')' ? "',' or ')'" : "',' or '}'");
    fa_lex_take(parser->lexer);
    return FA_OK;
}

/* condition then value, ..., else value ) */
static enum fa_status parse_branches(struct parser *parser, struct node_list *list)
{
    struct fa_lexer *lexer = parser->lexer;
    FA_TRY(fa_lex_expect(lexer, "("));
    for (;;) {
        bool is_last = fa_lex_accept(lexer, "else");
        struct fa_node *node;
        if (!is_last) {
            FA_TRY(parse_or(parser, &node));
            FA_TRY(add(parser, list, node));
            FA_TRY(fa_lex_expect(lexer, "then"));
        }
        FA_TRY(parse_or(parser, &node));
        FA_TRY(add(parser, list, node));
        if (is_last)
            return fa_lex_expect(lexer, ")");
        FA_TRY(fa_lex_expect(lexer, ","));
    }
}

/* TOKEN, taken, makes a node whose arguments follow. */
static enum fa_status parse_call(struct parser *parser, const struct fa_token *token,
                                 struct fa_node **node)
{
    struct node_list list = {0};
    bool is_case = fa_str_is(token->text, "case");
    enum fa_status status;
    if (is_case) {
        status = parse_branches(parser, &list);
    } else {
        fa_lex_take(parser->lexer); /* the bracket */
        status = parse_list(parser, ")", parse_argument, &list);
    }
    if (status == FA_OK)
        status = make(parser, is_case ? FA_NODE_CASE : FA_NODE_CALL, token, token->offset,
                      list.items, (int)list.count, node);
    fa_vec_free(&list);
    return status;
}

static parse_function parse_member, parse_sum;

static bool is_blank(char c)
{
    return c == ' ' || c == '\t';
}

/* Whether "opening" stands before f(x). Elsewhere it is a name: tables have such a column. */
static bool is_at_opening(const struct fa_lexer *lexer)
{
    const char *at = lexer->text.bytes + lexer->offset, *end = lexer->text.bytes + lexer->text.size;
    if (!fa_lex_at(lexer, "opening"))
        return false;
    while (at < end && is_blank(*at))
        at++;
    struct fa_str word = {at, 0};
    for (; at < end && ((*at >= 'a' && *at <= 'z') || *at == '_'); at++)
        word.size++;
    while (at < end && is_blank(*at))
        at++;
    return at < end && *at == '(' && word.size && !is_reserved(word) && !fa_str_is(word, "to");
}

static enum fa_status parse_name(struct parser *parser, struct fa_node **node)
{
    struct fa_lexer *lexer = parser->lexer;
    if (fa_lex_at(lexer, "any") || is_at_opening(lexer)) {
        struct fa_token token = fa_lex_take(lexer);
        struct fa_node *arg;
        FA_TRY(parse_member(parser, &arg));
        return make(parser, FA_NODE_PREFIX, &token, token.offset, &arg, 1, node);
    }
    if (fa_lex_at(lexer, "case")) {
        struct fa_token token = fa_lex_take(lexer);
        return parse_call(parser, &token, node);
    }
    if (is_reserved(lexer->token.text) && !fa_lex_at(lexer, "opening") && !is_name_in(lexer))
        return fa_lex_unexpected(lexer, "a value");
    struct fa_token token = fa_lex_take(lexer);
    if (fa_lex_at(lexer, "("))
        return parse_call(parser, &token, node);
    return make(parser, FA_NODE_NAME, &token, token.offset, NULL, 0, node);
}

static enum fa_status parse_atom(struct parser *parser, struct fa_node **node)
{
    struct fa_lexer *lexer = parser->lexer;
    static const enum fa_node_kind literals[] = {
        [FA_TOKEN_STRING] = FA_NODE_STRING,
        [FA_TOKEN_NUMBER] = FA_NODE_NUMBER,
        [FA_TOKEN_DATE] = FA_NODE_DATE,
        [FA_TOKEN_TIME] = FA_NODE_TIME,
    };
    switch (lexer->token.kind) {
    case FA_TOKEN_STRING:
    case FA_TOKEN_NUMBER:
    case FA_TOKEN_DATE:
    case FA_TOKEN_TIME: {
        struct fa_token token = fa_lex_take(lexer);
        return make(parser, literals[token.kind], &token, token.offset, NULL, 0, node);
    }
    case FA_TOKEN_WORD:
        return parse_name(parser, node);
    case FA_TOKEN_MARK:
        if (fa_lex_at(lexer, "(")) {
            size_t start = fa_lex_take(lexer).offset;
            FA_TRY(parse_or(parser, node));
            FA_TRY(fa_lex_expect(lexer, ")"));
            (*node)->text = (struct fa_str){lexer->text.bytes + start, lexer->last_end - start};
            return FA_OK;
        }
        break;
    default:
        break;
    }
    return fa_lex_unexpected(lexer, "a value");
}

/* "at X" behind a name or a call. X of a call ends before a '.', which belongs to the call. */
static enum fa_status parse_at(struct parser *parser, struct fa_node **node)
{
    struct fa_lexer *lexer = parser->lexer;
    struct fa_token token = fa_lex_take(lexer);
    struct fa_node *parts[2] = {*node, NULL};
    FA_TRY((*node)->kind == FA_NODE_CALL ? parse_atom(parser, &parts[1])
                                         : parse_member(parser, &parts[1]));
    return make(parser, FA_NODE_AT, &token, start_of(parser, *node), parts, 2, node);
}

static bool is_at(const struct fa_lexer *lexer)
{
    return fa_lex_at(lexer, "at") && !fa_lex_at_words(lexer, "at instant") &&
           !fa_lex_at_words(lexer, "at day end") && !fa_lex_at_words(lexer, "at end") &&
           !fa_lex_at_words(lexer, "at any time");
}

static enum fa_status parse_member(struct parser *parser, struct fa_node **node)
{
    struct fa_lexer *lexer = parser->lexer;
    if (++parser->depth > FA_EXPR_DEPTH_MAX)
        return too_deep(lexer);
    FA_TRY(parse_atom(parser, node));
    for (;;) {
        if (is_at(lexer) && ((*node)->kind == FA_NODE_CALL || (*node)->kind == FA_NODE_NAME)) {
            FA_TRY(parse_at(parser, node));
        } else if (fa_lex_accept(lexer, ".")) {
            struct fa_token token;
            FA_TRY(fa_lex_expect_kind(lexer, FA_TOKEN_WORD, "a column name", &token));
            FA_TRY(
                make(parser, FA_NODE_MEMBER, &token, start_of(parser, *node), node, 1, node));
        } else {
            parser->depth--;
            return FA_OK;
        }
    }
}

/* --- operators --- */

/* Whether "in" stands before a currency, three capital letters; elsewhere a list follows. */
static bool is_at_currency(const struct fa_lexer *lexer)
{
    struct fa_lexer copy = *lexer;
    copy.sink = NULL;
    if (!fa_lex_at(lexer, "in"))
        return false;
    fa_lex_take(&copy);
    struct fa_str word = copy.token.text;
    bool is_code = copy.token.kind == FA_TOKEN_WORD && word.size == 3;
    for (size_t i = 0; is_code && i < word.size; i++)
        is_code = word.bytes[i] >= 'A' && word.bytes[i] <= 'Z';
    return is_code;
}

/* LEFT in USD half up|half even|down */
static enum fa_status parse_convert(struct parser *parser, struct fa_node *left,
                                    struct fa_node **node)
{
    struct fa_lexer *lexer = parser->lexer;
    struct fa_node *parts[2] = {left};
    fa_lex_take(lexer);
    struct fa_token currency = fa_lex_take(lexer), rounding = lexer->token;
    bool is_half = fa_lex_accept(lexer, "half");
    if (is_half ? !fa_lex_accept(lexer, "up") && !fa_lex_accept(lexer, "even")
                : !fa_lex_accept(lexer, "down"))
        return fa_lex_unexpected(lexer, is_half ? "'up' or 'even'"
                                                : "half up, half even or down: how it is rounded");
    rounding.text.size = lexer->last_end - rounding.offset;
    FA_TRY(make(parser, FA_NODE_NAME, &rounding, rounding.offset, NULL, 0, &parts[1]));
    return make(parser, FA_NODE_CONVERT, &currency, start_of(parser, left), parts, 2, node);
}

static enum fa_status parse_unary(struct parser *parser, struct fa_node **node)
{
    struct fa_lexer *lexer = parser->lexer;
    if (!fa_lex_at(lexer, "-")) {
        FA_TRY(parse_member(parser, node));
        return is_at_currency(lexer) ? parse_convert(parser, *node, node) : FA_OK;
    }
    struct fa_token token = fa_lex_take(lexer);
    struct fa_node *arg;
    FA_TRY(parse_member(parser, &arg));
    return make(parser, FA_NODE_PREFIX, &token, token.offset, &arg, 1, node);
}

/* A chain of operators of one strength, joined from the left. */
static enum fa_status parse_chain(struct parser *parser, parse_function *parse_part,
                                  const char *const operators[2], struct fa_node **node)
{
    struct fa_lexer *lexer = parser->lexer;
    struct fa_node *parts[2];
    FA_TRY(parse_part(parser, &parts[0]));
    while (fa_lex_at(lexer, operators[0]) || (operators[1] && fa_lex_at(lexer, operators[1]))) {
        struct fa_token token = fa_lex_take(lexer);
        FA_TRY(parse_part(parser, &parts[1]));
        FA_TRY(make(parser, FA_NODE_BINARY, &token, start_of(parser, parts[0]), parts, 2,
                    &parts[0]));
    }
    *node = parts[0];
    return FA_OK;
}

static enum fa_status parse_product(struct parser *parser, struct fa_node **node)
{
    return parse_chain(parser, parse_unary, (const char *const[]){"*", "/"}, node);
}

static enum fa_status parse_sum(struct parser *parser, struct fa_node **node)
{
    return parse_chain(parser, parse_product, (const char *const[]){"+", "-"}, node);
}

static enum fa_status parse_else(struct parser *parser, struct fa_node **node)
{
    return parse_chain(parser, parse_sum, (const char *const[]){"else", NULL}, node);
}

/* [not] in { item, ... } behind LEFT */
static enum fa_status parse_in(struct parser *parser, struct fa_node *left, bool is_negated,
                               struct fa_node **node)
{
    struct fa_token token = parser->lexer->token;
    FA_TRY(fa_lex_expect(parser->lexer, "in"));
    FA_TRY(fa_lex_expect(parser->lexer, "{"));
    struct node_list list = {0};
    enum fa_status status = add(parser, &list, left);
    if (status == FA_OK)
        status = parse_list(parser, "}", parse_else, &list);
    if (status == FA_OK && list.count == 1)
        status = fa_error(parser->lexer->sink, FA_CODE_LANG_EXPECTED,
                          fa_lex_place(parser->lexer, &token), NULL,
                          "expected a value in the list, found an empty list");
    if (status == FA_OK)
        status = make(parser, FA_NODE_IN, &token, start_of(parser, left), list.items,
                      (int)list.count, node);
    fa_vec_free(&list);
    if (status == FA_OK)
        (*node)->is_negated = is_negated;
    return status;
}

/* What stands behind the left side of a comparison; LEFT itself when nothing does. */
static enum fa_status parse_comparison_rest(struct parser *parser, struct fa_node *left,
                                            struct fa_node **node)
{
    static const char *const operators[] = {"=",  "!=",  "<",        "<=",    ">",
                                            ">=", "has", "contains", "starts"};
    struct fa_lexer *lexer = parser->lexer;
    struct fa_token token = lexer->token;
    struct fa_node *parts[3] = {left};
    if (fa_lex_at(lexer, "in"))
        return parse_in(parser, left, false, node);
    if (fa_lex_accept(lexer, "not"))
        return parse_in(parser, left, true, node);
    if (fa_lex_accept(lexer, "is")) {
        bool is_given = fa_lex_accept(lexer, "given");
        if (!is_given && !fa_lex_accept(lexer, "missing"))
            return fa_lex_unexpected(lexer, "'missing' or 'given'");
        FA_TRY(make(parser, FA_NODE_MISSING, &token, start_of(parser, left), parts, 1, node));
        (*node)->is_negated = is_given;
        return FA_OK;
    }
    if (fa_lex_accept(lexer, "between")) {
        FA_TRY(parse_else(parser, &parts[1]));
        FA_TRY(fa_lex_expect(lexer, "and"));
        FA_TRY(parse_else(parser, &parts[2]));
        return make(parser, FA_NODE_BETWEEN, &token, start_of(parser, left), parts, 3, node);
    }
    for (size_t i = 0; i < sizeof operators / sizeof *operators; i++) {
        if (!fa_lex_accept(lexer, operators[i]))
            continue;
        if (fa_str_is(token.text, "starts"))
            FA_TRY(fa_lex_expect(lexer, "with"));
        FA_TRY(parse_else(parser, &parts[1]));
        return make(parser, FA_NODE_BINARY, &token, start_of(parser, left), parts, 2, node);
    }
    *node = left;
    return FA_OK;
}

static enum fa_status parse_comparison(struct parser *parser, struct fa_node **node)
{
    struct fa_lexer *lexer = parser->lexer;
    if (fa_lex_at(lexer, "not") || fa_lex_at(lexer, "has")) {
        struct fa_token token = fa_lex_take(lexer);
        struct fa_node *arg;
        if (++parser->depth > FA_EXPR_DEPTH_MAX)
            return too_deep(lexer);
        FA_TRY(fa_str_is(token.text, "not") ? parse_comparison(parser, &arg)
                                            : parse_member(parser, &arg));
        parser->depth--;
        return make(parser, FA_NODE_PREFIX, &token, token.offset, &arg, 1, node);
    }
    struct fa_node *left;
    FA_TRY(parse_else(parser, &left));
    return parse_comparison_rest(parser, left, node);
}

static enum fa_status parse_and(struct parser *parser, struct fa_node **node)
{
    return parse_chain(parser, parse_comparison, (const char *const[]){"and", NULL}, node);
}

static enum fa_status parse_or(struct parser *parser, struct fa_node **node)
{
    return parse_chain(parser, parse_and, (const char *const[]){"or", NULL}, node);
}

static enum fa_status parse_from(struct fa_lexer *lexer, parse_function *parse,
                                 const struct fa_node **node)
{
    struct parser parser = {.lexer = lexer};
    struct fa_node *parsed;
    FA_TRY(parse(&parser, &parsed));
    *node = parsed;
    return FA_OK;
}

enum fa_status fa_expr_parse(struct fa_lexer *lexer, const struct fa_node **node)
{
    return parse_from(lexer, parse_or, node);
}

enum fa_status fa_expr_parse_atom(struct fa_lexer *lexer, const struct fa_node **node)
{
    return parse_from(lexer, parse_member, node);
}

const struct fa_token *fa_node_start(const struct fa_node *node)
{
    while (node->arg_count && node->kind != FA_NODE_CALL && node->kind != FA_NODE_CASE &&
           node->kind != FA_NODE_PREFIX && node->token.offset > node->args[0]->token.offset)
        node = node->args[0];
    return &node->token;
}

bool fa_node_is(const struct fa_node *node, enum fa_node_kind kind, const char *spelling)
{
    return node->kind == kind && fa_str_is(node->token.text, spelling);
}
