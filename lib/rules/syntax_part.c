#include "rules/syntax_parse.h"

#include <string.h>

#include "value/datetime.h"

enum fa_status fa_parse_no_memory(struct fa_parser *parser)
{
    return fa_out_of_memory(parser->lexer->sink, "a rules file");
}

enum fa_status fa_parse_date(struct fa_parser *parser, const char *what, int64_t *day)
{
    struct fa_token token;
    FA_TRY(fa_lex_expect_kind(parser->lexer, FA_TOKEN_DATE, what, &token));
    if (fa_date_parse(token.text, day) != FA_VALUE_OK)
        return fa_error(parser->lexer->sink, FA_CODE_RULE_DATE,
                        fa_lex_place(parser->lexer, &token), NULL,
                        "%.*s is not in the calendar", (int)token.text.size, token.text.bytes);
    return FA_OK;
}

/* "D .. D", "D .." or ".. D"; both ends belong to it. */
enum fa_status fa_parse_days(struct fa_parser *parser, int64_t *from_day, int64_t *to_day)
{
    struct fa_lexer *lexer = parser->lexer;
    struct fa_token token = lexer->token;
    int64_t from = INT64_MIN, to = INT64_MAX;
    if (!fa_lex_at(lexer, ".."))
        FA_TRY(fa_parse_date(parser, "a date", &from));
    FA_TRY(fa_lex_expect(lexer, ".."));
    if (lexer->token.kind == FA_TOKEN_DATE || from == INT64_MIN)
        FA_TRY(fa_parse_date(parser, "a date", &to));
    if (from > to)
        return fa_error(lexer->sink, FA_CODE_RULE_DATE, fa_lex_place(lexer, &token), NULL,
                        "the first day is behind the last");
    *from_day = from;
    *to_day = to;
    return FA_OK;
}

enum fa_status fa_parse_choice(struct fa_parser *parser, const char *what,
                               const char *const *names, size_t name_count, int *index)
{
    for (size_t i = 0; i < name_count; i++)
        if (fa_lex_accept(parser->lexer, names[i])) {
            *index = (int)i;
            return FA_OK;
        }
    return fa_lex_unknown(parser->lexer, what, names, name_count);
}

enum fa_status fa_parse_text(struct fa_parser *parser, const char *what, struct fa_str *text)
{
    struct fa_lexer *lexer = parser->lexer;
    struct fa_token token = lexer->token;
    FA_TRY(fa_lex_expect_string(lexer, what, text));
    for (size_t i = 0; i < text->size; i++)
        if (!strchr(" \t\r\n", text->bytes[i]))
            return FA_OK;
    return fa_error(lexer->sink, FA_CODE_RULE_VALUE, fa_lex_place(lexer, &token),
                    "write it, or leave the statement out", "the text is blank");
}

/* "Art. 17(1)" seen|known|unsure */
enum fa_status fa_parse_cite(struct fa_parser *parser, struct fa_cite *cite)
{
    static const char *const names[] = {"seen", "known", "unsure"};
    struct fa_str text;
    int confidence = 0;
    FA_TRY(fa_parse_text(parser, "a citation in quotes", &text));
    FA_TRY(FA_PARSE_CHOICE("confidence (seen, known or unsure)", names, &confidence));
    *cite = (struct fa_cite){text, (enum fa_confidence)confidence};
    return FA_OK;
}

enum fa_status fa_parse_source(struct fa_parser *parser, struct fa_sources *sources)
{
    static const char *const names[] = {"text", "restatement", "memory"};
    struct fa_source source;
    int reading = 0;
    FA_TRY(fa_parse_text(parser, "a page or a book in quotes", &source.where));
    FA_TRY(FA_PARSE_CHOICE("kind of source (text, restatement or memory)", names, &reading));
    source.reading = (enum fa_reading)reading;
    FA_PARSE_ADD(&sources->list, source);
    return FA_OK;
}

/* en "..." and zh "...", one or both */
enum fa_status fa_parse_languages(struct fa_parser *parser, struct fa_token *en,
                                  struct fa_token *zh)
{
    struct fa_lexer *lexer = parser->lexer;
    do {
        bool is_en = fa_lex_accept(lexer, "en");
        if (!is_en && !fa_lex_accept(lexer, "zh"))
            return fa_lex_unexpected(lexer, "en or zh");
        struct fa_token *into = is_en ? en : zh, token = lexer->token;
        if (into->kind)
            return fa_error(lexer->sink, FA_CODE_RULE_TWICE, fa_lex_place(lexer, &token),
                            "take one of the two out", "the block says this in %s already",
                            is_en ? "English" : "Chinese");
        struct fa_str text;
        FA_TRY(fa_parse_text(parser, "a text in quotes", &text));
        *into = token;
        into->text = text;
    } while (!fa_lex_at_statement_end(lexer));
    return FA_OK;
}

enum fa_status fa_parse_texts(struct fa_parser *parser, struct fa_str *en, struct fa_str *zh)
{
    struct fa_token in_en = {.kind = en->size ? FA_TOKEN_STRING : FA_TOKEN_END, .text = *en};
    struct fa_token in_zh = {.kind = zh->size ? FA_TOKEN_STRING : FA_TOKEN_END, .text = *zh};
    FA_TRY(fa_parse_languages(parser, &in_en, &in_zh));
    *en = in_en.text;
    *zh = in_zh.text;
    return FA_OK;
}

/* Everything up to the next blank, comma or end of the statement; texts may stand in quotes. */
enum fa_status fa_parse_raw(struct fa_parser *parser, const char *what, struct fa_str *text)
{
    struct fa_lexer *lexer = parser->lexer;
    if (lexer->token.kind == FA_TOKEN_STRING)
        return fa_lex_expect_string(lexer, what, text);
    if (fa_lex_at_statement_end(lexer) || fa_lex_at(lexer, ","))
        return fa_lex_unexpected(lexer, what);
    size_t start = lexer->token.offset;
    do
        fa_lex_take(lexer);
    while (fa_lex_is_joined(lexer) && !fa_lex_at(lexer, ","));
    if (lexer->status != FA_OK)
        return lexer->status;
    *text = (struct fa_str){lexer->text.bytes + start, lexer->last_end - start};
    return FA_OK;
}

/* T, settled, effective, leg of V; then where */
enum fa_status fa_parse_population(struct fa_parser *parser,
                                   struct fa_syntax_population *population)
{
    struct fa_lexer *lexer = parser->lexer;
    population->is_leg = fa_lex_accept_words(lexer, "leg of");
    FA_TRY(fa_lex_expect_kind(lexer, FA_TOKEN_WORD, "a table or view", &population->table));
    if (fa_lex_accept(lexer, "where"))
        FA_TRY(fa_expr_parse(lexer, &population->where));
    return FA_OK;
}

enum fa_status fa_parse_period(struct fa_parser *parser, enum fa_period *period)
{
    static const char *const names[] = {"day", "bday", "week", "month", "quarter", "year"};
    int index = 0;
    FA_TRY(FA_PARSE_CHOICE("period", names, &index));
    *period = (enum fa_period)index;
    return FA_OK;
}

enum fa_status fa_parse_span(struct fa_parser *parser, const struct fa_node **span)
{
    struct fa_lexer *lexer = parser->lexer;
    if (lexer->token.kind != FA_TOKEN_NUMBER)
        return fa_lex_unexpected(lexer, "a length of time, as 24h, 7d, 10bd or 12mo");
    return fa_expr_parse_atom(lexer, span);
}

/* K, NAME = K [across filers] [each P] */
enum fa_status fa_parse_key(struct fa_parser *parser, struct fa_syntax_per *per)
{
    struct fa_lexer *lexer = parser->lexer;
    per->token = parser->keyword;
    do {
        const struct fa_node *node;
        FA_TRY(fa_expr_parse(lexer, &node));
        struct fa_syntax_key key = {.value = node};
        if (fa_node_is(node, FA_NODE_BINARY, "=") && node->args[0]->kind == FA_NODE_NAME)
            key = (struct fa_syntax_key){.name = node->args[0]->token.text,
                                         .value = node->args[1]};
        FA_PARSE_ADD(&per->keys, key);
    } while (fa_lex_accept(lexer, ","));
    per->across = lexer->token;
    per->is_across_filers = fa_lex_accept_words(lexer, "across filers");
    per->has_period = fa_lex_accept(lexer, "each");
    return per->has_period ? fa_parse_period(parser, &per->period) : FA_OK;
}
