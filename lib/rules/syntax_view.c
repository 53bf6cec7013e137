/*
 * Views and statistics: tables that are made of the rows of others, by key and period.
 *
 *   view NAME
 *     on POPULATION, dated by, where, except rows when, let: as in a rule
 *     per K, K [each P]   |   per K running x = TERMS at end of each P
 *     show NAME = X, ...
 *     also on POPULATION ... show NAME = X, ...   more columns of the same keys and periods
 *   end
 */
#include "rules/syntax_parse.h"

static struct fa_syntax_part *part_of(struct fa_parser *parser)
{
    return &parser->view->parts.items[parser->view->parts.count - 1];
}

static enum fa_status parse_title(struct fa_parser *parser)
{
    return fa_parse_texts(parser, &parser->view->title_en, &parser->view->title_zh);
}

/* sheet [first] en "..." zh "...": statistics of one sheet stand on it together. */
static enum fa_status parse_sheet(struct fa_parser *parser)
{
    parser->view->sheet_token = parser->keyword;
    parser->view->is_sheet_first = fa_lex_accept(parser->lexer, "first");
    return fa_parse_texts(parser, &parser->view->sheet_en, &parser->view->sheet_zh);
}

/* Another population, whose rows go to the same keys and periods. */
static enum fa_status parse_also(struct fa_parser *parser)
{
    if (parser->view->parts.items[0].shows.count == 0)
        return fa_error(parser->lexer->sink, FA_CODE_RULE_ORDER,
                        fa_lex_place(parser->lexer, &parser->keyword),
                        "write on, per and show first", "'also on' comes too early");
    FA_PARSE_ADD(&parser->view->parts,
                 (struct fa_syntax_part){.rule = {.id = parser->view->name}});
    parser->rule = &part_of(parser)->rule;
    parser->seen = 0; /* the other population has conditions and a date of its own */
    return fa_parse_on(parser);
}

/* "at end of each" may begin a line: no statement of a view does. */
static bool is_end_next(const struct fa_lexer *lexer)
{
    struct fa_lexer copy = *lexer;
    copy.sink = NULL;
    return fa_lex_take(&copy).kind == FA_TOKEN_LINE_END && fa_lex_at_words(&copy, "at end of each");
}

/* running x = TERMS at end of each P */
static enum fa_status parse_stock(struct fa_parser *parser)
{
    struct fa_lexer *lexer = parser->lexer;
    struct fa_syntax_rule *rule = parser->rule;
    FA_TRY(fa_lex_expect_kind(lexer, FA_TOKEN_WORD, "a name", &rule->running));
    FA_TRY(fa_lex_expect(lexer, "="));
    FA_TRY(fa_expr_parse(lexer, &rule->running_value));
    if (is_end_next(lexer))
        fa_lex_take(lexer);
    struct fa_token token = lexer->token;
    if (!fa_lex_accept_words(lexer, "at end of each"))
        return fa_lex_unexpected(lexer, "'at end of each' and a period");
    if (rule->per.has_period)
        return fa_error(lexer->sink, FA_CODE_RULE_TWICE, fa_lex_place(lexer, &token),
                        "take out each behind per", "the view has a second period");
    rule->per.has_period = true;
    return fa_parse_period(parser, &rule->per.period);
}

/* NAME = X, or X where it has a name of its own: a word, or count() */
static enum fa_status parse_show(struct fa_parser *parser)
{
    struct fa_lexer *lexer = parser->lexer;
    do {
        struct fa_syntax_show show = {.token = lexer->token};
        FA_TRY(fa_expr_parse(lexer, &show.value));
        const struct fa_node *node = show.value;
        show.name = node->kind == FA_NODE_NAME || node->kind == FA_NODE_MEMBER ||
                            node->kind == FA_NODE_CALL
                        ? node->token.text
                        : (struct fa_str){0};
        if (fa_node_is(node, FA_NODE_BINARY, "=") && node->args[0]->kind == FA_NODE_NAME) {
            show.name = node->args[0]->token.text;
            show.value = node->args[1];
        }
        if (!show.name.size)
            return fa_error(lexer->sink, FA_CODE_RULE_MISSING,
                            fa_lex_place(lexer, &show.token), "write NAME = in front of it",
                            "a column of a view needs a name");
        FA_PARSE_ADD(&part_of(parser)->shows, show);
    } while (fa_lex_accept(lexer, ","));
    return FA_OK;
}

static enum fa_status parse_chart(struct fa_parser *parser)
{
    static const char *const names[] = {"none", "column", "line", "bar"};
    int chart = 0;
    parser->view->has_chart = true;
    parser->view->chart_token = parser->keyword;
    FA_TRY(FA_PARSE_CHOICE("kind of chart", names, &chart));
    parser->view->chart = (enum fa_chart)chart;
    return FA_OK;
}

static const struct fa_statement view_items[] = {
    {"title", 0, parse_title, true},
    {"sheet", 0, parse_sheet, false},
    {"on", 1, fa_parse_on, false},
    {"also on", 1, parse_also, true},
    {"dated by", 1, fa_parse_dated_by, false},
    {"where", 1, fa_parse_where, true},
    {"except rows when", 1, fa_parse_except_rows, true},
    {"let", 1, fa_parse_let, true},
    {"per", 1, fa_parse_per, false},
    {"running", 1, parse_stock, false},
    {"show", 1, parse_show, true},
    {"chart", 2, parse_chart, false},
};

static const struct fa_statements view_statements = {
    view_items, sizeof view_items / sizeof *view_items, false};

static enum fa_status parse_block(struct fa_parser *parser, bool is_statistic)
{
    struct fa_syntax_view view = {.is_statistic = is_statistic};
    FA_TRY(fa_lex_expect_kind(parser->lexer, FA_TOKEN_WORD, "the view's name", &view.name));
    FA_TRY(fa_lex_expect_statement_end(parser->lexer));
    FA_PARSE_ADD(&view.parts, (struct fa_syntax_part){.rule = {.id = view.name}});
    parser->view = &view;
    parser->rule = &part_of(parser)->rule;
    view.is_broken = !fa_parse_block(parser, &view.name, &view_statements);
    parser->view = NULL;
    parser->rule = NULL;
    FA_PARSE_ADD(&parser->ruleset->views, view);
    return FA_OK;
}

enum fa_status fa_parse_view(struct fa_parser *parser)
{
    return parse_block(parser, false);
}

enum fa_status fa_parse_statistic(struct fa_parser *parser)
{
    return parse_block(parser, true);
}

enum fa_status fa_syntax_parse_view(struct fa_lexer *lexer, struct fa_syntax_view *view)
{
    struct fa_syntax_file file = {.mistake_count = 0};
    struct fa_syntax_ruleset ruleset = {.is_broken = false};
    struct fa_parser parser = {.lexer = lexer, .file = &file, .ruleset = &ruleset};
    FA_TRY(fa_lex_expect(lexer, "view"));
    FA_TRY(fa_parse_view(&parser));
    *view = ruleset.views.items[0];
    return FA_OK;
}
