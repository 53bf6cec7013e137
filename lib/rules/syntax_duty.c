/*
 * must: what is owed where a rule fires, and by which rows it is given.
 */
#include "rules/syntax_parse.h"

/* A part of the clause may begin a line: none of these words begins a statement that may stand
 * behind it. */
static bool accept(struct fa_parser *parser, const char *word)
{
    struct fa_lexer *lexer = parser->lexer;
    if (fa_lex_accept(lexer, word))
        return true;
    struct fa_lexer copy = *lexer;
    copy.sink = NULL;
    if (fa_lex_take(&copy).kind != FA_TOKEN_LINE_END || !fa_lex_at(&copy, word))
        return false;
    fa_lex_take(lexer);
    fa_lex_take(lexer);
    return true;
}

/* a, b = x */
static enum fa_status parse_same(struct fa_parser *parser, struct fa_syntax_duty *duty)
{
    do {
        const struct fa_node *node;
        FA_TRY(fa_expr_parse(parser->lexer, &node));
        struct fa_syntax_same same = {node, node};
        if (fa_node_is(node, FA_NODE_BINARY, "="))
            same = (struct fa_syntax_same){node->args[0], node->args[1]};
        FA_PARSE_ADD(&duty->same, same);
    } while (fa_lex_accept(parser->lexer, ","));
    return FA_OK;
}

enum fa_status fa_parse_duty(struct fa_parser *parser)
{
    struct fa_lexer *lexer = parser->lexer;
    struct fa_syntax_duty *duty = &parser->rule->duty;
    if (parser->rule->has_duty)
        return fa_error(lexer->sink, FA_CODE_RULE_TWICE,
                        fa_lex_place(lexer, &parser->keyword), "write a rule for each duty",
                        "the rule has a second must");
    parser->rule->has_duty = true;
    duty->token = parser->keyword;
    duty->is_ban = fa_lex_accept(lexer, "not");
    FA_TRY(fa_parse_population(parser, &duty->population));
    if (!duty->population.where && accept(parser, "where"))
        FA_TRY(fa_expr_parse(lexer, &duty->population.where));
    if (!accept(parser, "same"))
        return fa_lex_unexpected(lexer, "'same'");
    FA_TRY(parse_same(parser, duty));
    duty->is_before = accept(parser, "before");
    if (accept(parser, "within"))
        FA_TRY(fa_expr_parse_atom(lexer, &duty->within));
    if (accept(parser, "with"))
        FA_TRY(fa_expr_parse(lexer, &duty->with));
    duty->is_shared = accept(parser, "shared");
    return FA_OK;
}
