/*
 * The ways: what a rule looks at together, behind its population and before its condition.
 */
#include "rules/syntax_parse.h"

enum fa_status fa_parse_per(struct fa_parser *parser)
{
    parser->rule->has_per = true;
    return fa_parse_key(parser, &parser->rule->per);
}

enum fa_status fa_parse_running(struct fa_parser *parser)
{
    struct fa_lexer *lexer = parser->lexer;
    struct fa_syntax_rule *rule = parser->rule;
    FA_TRY(fa_lex_expect_kind(lexer, FA_TOKEN_WORD, "a name", &rule->running));
    FA_TRY(fa_lex_expect(lexer, "="));
    FA_TRY(fa_expr_parse(lexer, &rule->running_value));
    rule->is_at_day_end = fa_lex_accept_words(lexer, "at day end");
    if (!rule->is_at_day_end)
        fa_lex_accept_words(lexer, "at instant");
    return FA_OK;
}

/* The condition of a series may begin a line: no statement of a comparison does. */
static bool is_where_next(const struct fa_lexer *lexer)
{
    struct fa_lexer copy = *lexer;
    copy.sink = NULL;
    return fa_lex_take(&copy).kind == FA_TOKEN_LINE_END && fa_lex_at(&copy, "where");
}

/* NAME = [opening sum(T.c) + ...] [level|running] sum(x) of T [where c] [carried] [at end of
 * previous P] */
static enum fa_status parse_series(struct fa_parser *parser, struct fa_syntax_series *series)
{
    struct fa_lexer *lexer = parser->lexer;
    FA_TRY(fa_lex_expect_kind(lexer, FA_TOKEN_WORD, "a name", &series->name));
    FA_TRY(fa_lex_expect(lexer, "="));
    while (fa_lex_at(lexer, "opening")) {
        const struct fa_node *opening;
        FA_TRY(fa_expr_parse_atom(lexer, &opening));
        FA_PARSE_ADD(&series->openings, opening);
        FA_TRY(fa_lex_expect(lexer, "+"));
    }
    if (fa_lex_accept(lexer, "running"))
        series->kind = FA_SERIES_RUNNING;
    else if (fa_lex_accept(lexer, "level"))
        series->kind = FA_SERIES_LEVEL;
    FA_TRY(fa_expr_parse_atom(lexer, &series->sum));
    FA_TRY(fa_lex_expect(lexer, "of"));
    FA_TRY(fa_parse_population(parser, &series->population));
    if (!series->population.where && is_where_next(lexer)) {
        fa_lex_take(lexer);
        fa_lex_take(lexer);
        FA_TRY(fa_expr_parse(lexer, &series->population.where));
    }
    series->is_carried = fa_lex_accept(lexer, "carried");
    series->is_previous = fa_lex_accept_words(lexer, "at end of previous");
    return series->is_previous ? fa_parse_period(parser, &series->previous) : FA_OK;
}

enum fa_status fa_parse_compare(struct fa_parser *parser)
{
    do {
        struct fa_syntax_series series = {0};
        FA_TRY(parse_series(parser, &series));
        FA_PARSE_ADD(&parser->rule->series, series);
    } while (fa_lex_accept(parser->lexer, ","));
    return FA_OK;
}

/* last W, behind over */
enum fa_status fa_parse_over(struct fa_parser *parser)
{
    FA_TRY(fa_lex_expect(parser->lexer, "last"));
    return fa_parse_span(parser, &parser->rule->over);
}

/* NAME = C then NAME = C within W, behind first */
enum fa_status fa_parse_sequence(struct fa_parser *parser)
{
    struct fa_lexer *lexer = parser->lexer;
    struct fa_syntax_sequence sequence = {.token = parser->keyword};
    FA_TRY(fa_lex_expect_kind(lexer, FA_TOKEN_WORD, "a name", &sequence.first_name));
    FA_TRY(fa_lex_expect(lexer, "="));
    FA_TRY(fa_expr_parse(lexer, &sequence.first));
    FA_TRY(fa_lex_expect(lexer, "then"));
    FA_TRY(fa_lex_expect_kind(lexer, FA_TOKEN_WORD, "a name", &sequence.then_name));
    FA_TRY(fa_lex_expect(lexer, "="));
    FA_TRY(fa_expr_parse(lexer, &sequence.then));
    FA_TRY(fa_lex_expect(lexer, "within"));
    FA_TRY(fa_parse_span(parser, &sequence.within));
    parser->rule->sequence = sequence;
    return FA_OK;
}

/* K, K [within W], behind unique */
enum fa_status fa_parse_unique(struct fa_parser *parser)
{
    struct fa_syntax_unique *unique = &parser->rule->unique;
    unique->is_given = true;
    FA_TRY(fa_parse_key(parser, &unique->per));
    if (!fa_lex_accept(parser->lexer, "within"))
        return FA_OK;
    return fa_parse_span(parser, &unique->within);
}
