/*
 * The ways that count intervals and periods: at most N of T at any time, every P has T.
 */
#include <stdio.h>

#include "rules/syntax_parse.h"

/* of each T [where c] */
static enum fa_status parse_each(struct fa_parser *parser, bool *has_each,
                                 struct fa_syntax_population *each)
{
    *has_each = fa_lex_accept_words(parser->lexer, "of each");
    return *has_each ? fa_parse_population(parser, each) : FA_OK;
}

static enum fa_status parse_own_key(struct fa_parser *parser)
{
    FA_TRY(fa_lex_expect(parser->lexer, "per"));
    parser->rule->has_per = true;
    return fa_parse_key(parser, &parser->rule->per);
}

static enum fa_status expect_words(struct fa_parser *parser, const char *words)
{
    if (fa_lex_accept_words(parser->lexer, words))
        return FA_OK;
    char what[40];
    snprintf(what, sizeof what, "'%s'", words);
    return fa_lex_unexpected(parser->lexer, what);
}

static enum fa_status parse_stretch(struct fa_parser *parser, enum fa_stretch_bound bound)
{
    struct fa_lexer *lexer = parser->lexer;
    struct fa_syntax_stretch *stretch = &parser->rule->stretch;
    stretch->token = parser->keyword;
    stretch->bound = bound;
    FA_TRY(fa_expr_parse(lexer, &stretch->number));
    FA_TRY(fa_lex_expect(lexer, "of"));
    if (fa_lex_accept(lexer, "distinct")) {
        FA_TRY(fa_expr_parse(lexer, &stretch->distinct));
        FA_TRY(fa_lex_expect(lexer, "of"));
    }
    FA_TRY(fa_parse_population(parser, &stretch->population));
    FA_TRY(parse_own_key(parser));
    FA_TRY(parse_each(parser, &stretch->has_each, &stretch->each));
    return expect_words(parser, "at any time");
}

enum fa_status fa_parse_at_most(struct fa_parser *parser)
{
    return parse_stretch(parser, FA_STRETCH_AT_MOST);
}

enum fa_status fa_parse_exactly(struct fa_parser *parser)
{
    return parse_stretch(parser, FA_STRETCH_EXACTLY);
}

enum fa_status fa_parse_at_least(struct fa_parser *parser)
{
    return parse_stretch(parser, FA_STRETCH_AT_LEAST);
}

enum fa_status fa_parse_every(struct fa_parser *parser)
{
    struct fa_lexer *lexer = parser->lexer;
    struct fa_syntax_every *every = &parser->rule->every;
    every->token = parser->keyword;
    FA_TRY(fa_parse_period(parser, &every->period));
    every->has_activity = fa_lex_accept_words(lexer, "with activity");
    FA_TRY(parse_each(parser, &every->has_each, &every->each));
    FA_TRY(fa_lex_expect(lexer, "has"));
    FA_TRY(fa_parse_population(parser, &every->population));
    if (fa_lex_accept_words(lexer, "dated by"))
        FA_TRY(fa_expr_parse(lexer, &every->dated_by));
    FA_TRY(parse_own_key(parser));
    if (!fa_lex_accept(lexer, "within"))
        return FA_OK;
    return fa_expr_parse_atom(lexer, &every->within);
}
