/*
 * Expressions as they are written: a tree without types, made from tokens. What the names mean
 * and whether the types fit is the checker's business (rules/check.h).
 *
 * From loosest to tightest:
 *
 *   or · and · not · comparison · else · + - · * / · unary - · member and call
 *
 *   comparison  a = b  != < <= > >=   a between b and c   a [not] in {b, c}   a has b
 *               a starts with b   a contains b   a is missing   a is given
 *   atom        95% "text" 2016-08-24 name name.name ( ... ) case(c then x, ..., else y)
 *               f(x, ...)   has T(k = v)   any T(k = v)   opening f(x)
 *   argument    x if condition   x to unit   half up   half even
 *   name at X   the value of another date; X is a path, a date or in brackets
 *   T(...) at X X is a name, a date, or in brackets, so that .column behind it belongs to T
 *   "at instant", "at day end", "at end" and "at any time" end an expression: they belong to the
 *   statement
 *
 * A comparison does not chain: a < b < c is a mistake. Trees are at most FA_EXPR_DEPTH_MAX
 * deep.
 */
#ifndef FA_LANG_EXPR_H
#define FA_LANG_EXPR_H

#include "lang/lexer.h"

enum fa_node_kind {
    FA_NODE_NUMBER,
    FA_NODE_STRING,
    FA_NODE_DATE,
    FA_NODE_TIME,
    FA_NODE_NAME,
    FA_NODE_MEMBER,  /* args[0] . token */
    FA_NODE_CALL,    /* token ( args ) */
    FA_NODE_PREFIX,  /* token args[0]: - not has any opening */
    FA_NODE_BINARY,  /* args[0] token args[1]: + - * / = != < <= > >= and or else has starts
                        contains */
    FA_NODE_BETWEEN, /* args[0] between args[1] and args[2] */
    FA_NODE_IN,      /* args[0] in {args[1], ...} */
    FA_NODE_MISSING, /* args[0] is missing */
    FA_NODE_CASE,    /* condition, value, ..., else value */
    FA_NODE_IF,      /* condition; or value, condition */
    FA_NODE_TO,      /* args[0] to args[1] */
    FA_NODE_AT,      /* args[0] at args[1] */
    FA_NODE_CONVERT, /* args[0] in token, rounded as args[1] says: a name, "half up" */
};

struct fa_node {
    enum fa_node_kind kind;
    bool is_negated;       /* IN: not in; MISSING: is given */
    unsigned depth;        /* of the tree, 1 for a leaf */
    struct fa_token token; /* the literal, the name, or the word or mark that makes the node */
    struct fa_node **args;
    int arg_count;
    struct fa_str text; /* as written */
};

/* Parses one expression and leaves the lexer behind it. Nodes live in the lexer's arena. */
enum fa_status fa_expr_parse(struct fa_lexer *lexer, const struct fa_node **node) FA_MUST_USE;

/* The same without operators: a literal, name, path, call or an expression in brackets. */
enum fa_status fa_expr_parse_atom(struct fa_lexer *lexer,
                                  const struct fa_node **node) FA_MUST_USE;

/* Where a node begins: its own token stands behind its left side when it is an operator or a
 * member. */
const struct fa_token *fa_node_start(const struct fa_node *node);

/* Whether a node is this name. */
bool fa_node_is(const struct fa_node *node, enum fa_node_kind kind, const char *spelling);

#endif
