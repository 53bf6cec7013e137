/*
 * Ways 7 and 9: chains of flows, and numbers that follow each other.
 */
#include "rules/syntax_parse.h"

static enum fa_status parse_number_node(struct fa_parser *parser, const char *what,
                                        const struct fa_node **node)
{
    if (parser->lexer->token.kind != FA_TOKEN_NUMBER)
        return fa_lex_unexpected(parser->lexer, what);
    return fa_expr_parse_atom(parser->lexer, node);
}

/* cycle|path hops N..M within W [amount within R] [skip C] [budget N] */
enum fa_status fa_parse_hops(struct fa_parser *parser)
{
    struct fa_lexer *lexer = parser->lexer;
    struct fa_syntax_hops *hops = fa_arena_alloc(lexer->arena, sizeof *hops);
    if (!hops)
        return fa_parse_no_memory(parser);
    *hops = (struct fa_syntax_hops){.token = parser->keyword,
                                    .is_cycle = fa_str_is(parser->keyword.text, "cycle")};
    parser->rule->hops = hops;
    FA_TRY(fa_lex_expect(lexer, "hops"));
    FA_TRY(parse_number_node(parser, "a number of hops", &hops->hops_min));
    hops->hops_max = hops->hops_min;
    if (fa_lex_accept(lexer, ".."))
        FA_TRY(parse_number_node(parser, "a number of hops", &hops->hops_max));
    FA_TRY(fa_lex_expect(lexer, "within"));
    FA_TRY(fa_expr_parse_atom(lexer, &hops->within));
    if (fa_lex_accept_words(lexer, "amount within"))
        FA_TRY(fa_expr_parse_atom(lexer, &hops->tolerance));
    if (fa_lex_accept(lexer, "skip"))
        FA_TRY(fa_expr_parse(lexer, &hops->skip));
    hops->budget_token = lexer->token;
    if (!fa_lex_accept(lexer, "budget"))
        return FA_OK;
    hops->budget_token = lexer->token;
    return fa_lex_expect_count(lexer, "how many rows a search may look at", &hops->budget);
}

/* gapless FIELD [digits N] */
enum fa_status fa_parse_gapless(struct fa_parser *parser)
{
    struct fa_lexer *lexer = parser->lexer;
    struct fa_syntax_gapless *gapless = fa_arena_alloc(lexer->arena, sizeof *gapless);
    if (!gapless)
        return fa_parse_no_memory(parser);
    *gapless = (struct fa_syntax_gapless){.token = parser->keyword};
    parser->rule->gapless = gapless;
    FA_TRY(fa_expr_parse(lexer, &gapless->field));
    if (!fa_lex_accept(lexer, "digits"))
        return FA_OK;
    gapless->digits_token = lexer->token;
    return fa_lex_expect_count(lexer, "a number of digits", &gapless->digits);
}
