/*
 * The head of a ruleset, and its parameters.
 */
#include "rules/syntax_parse.h"

#include "base/limits.h"
#include "value/datetime.h"

static enum fa_status parse_issuer(struct fa_parser *parser)
{
    return fa_parse_text(parser, "a name in quotes", &parser->ruleset->issuer);
}

static enum fa_status parse_document(struct fa_parser *parser)
{
    return fa_parse_text(parser, "a number in quotes",
                                &parser->ruleset->document);
}

static enum fa_status parse_sources(struct fa_parser *parser)
{
    return fa_parse_text(parser, "a text in quotes", &parser->ruleset->sources);
}

static enum fa_status parse_force(struct fa_parser *parser)
{
    parser->ruleset->has_force = true;
    return fa_parse_days(parser, &parser->ruleset->from_day, &parser->ruleset->to_day);
}

static enum fa_status parse_zone(struct fa_parser *parser)
{
    struct fa_lexer *lexer = parser->lexer;
    struct fa_str name;
    parser->ruleset->zone_token = lexer->token;
    FA_TRY(fa_lex_expect_joined(lexer, "a time zone", &name));
    if (!fa_zone_find(name, &parser->ruleset->zone))
        return fa_error(lexer->sink, FA_CODE_RULE_VALUE,
                        fa_lex_place(lexer, &parser->ruleset->zone_token),
                        "there are UTC, Asia/Shanghai and offsets such as +08:00",
                        "unknown time zone '%.*s'", (int)name.size, name.bytes);
    return FA_OK;
}

static enum fa_status parse_calendar(struct fa_parser *parser)
{
    return fa_lex_expect_word(parser->lexer, "a calendar", &parser->ruleset->calendar);
}

static enum fa_status parse_currency(struct fa_parser *parser)
{
    struct fa_lexer *lexer = parser->lexer;
    if (fa_lex_at(lexer, "any"))
        return fa_error(lexer->sink, FA_CODE_RULE_CURRENCY, fa_lex_here(lexer),
                        "write currency any in a rule; here stands the currency of its numbers",
                        "a ruleset has one currency");
    FA_TRY(fa_lex_expect_kind(lexer, FA_TOKEN_WORD, "a currency",
                              &parser->ruleset->currency_token));
    struct fa_token *token = &parser->ruleset->currency_token;
    if (!fa_currency_parse(token->text, &parser->ruleset->currency))
        return fa_error(lexer->sink, FA_CODE_RULE_VALUE, fa_lex_place(lexer, token),
                        "write the three capital letters of ISO 4217",
                        "unknown currency '%.*s'", (int)token->text.size, token->text.bytes);
    return FA_OK;
}

static enum fa_status parse_applies(struct fa_parser *parser)
{
    FA_TRY(fa_lex_expect(parser->lexer, "institution"));
    FA_TRY(fa_lex_expect(parser->lexer, "where"));
    return fa_expr_parse(parser->lexer,
                         parser->set ? &parser->set->applies : &parser->ruleset->applies);
}

/* A, B: rulesets that are used, or that a set is made of */
static enum fa_status parse_rulesets(struct fa_parser *parser)
{
    size_t count = (size_t)(parser->set ? parser->set->rulesets.count : parser->ruleset->uses.count);
    do {
        struct fa_token name;
        FA_TRY(fa_lex_expect_kind(parser->lexer, FA_TOKEN_WORD, "a ruleset", &name));
        if (count++ == FA_RULE_FILES_MAX) {
            if (parser->set)
                parser->set->rulesets.count = 0; /* nothing else is said of them */
            return fa_error(parser->lexer->sink, FA_CODE_RULE_SIZE,
                            fa_lex_place(parser->lexer, &name), "name them in several blocks",
                            "more than %u rulesets are named", FA_RULE_FILES_MAX);
        }
        if (parser->set)
            FA_PARSE_ADD(&parser->set->rulesets, name);
        else
            FA_PARSE_ADD(&parser->ruleset->uses, name);
    } while (fa_lex_accept(parser->lexer, ","));
    return FA_OK;
}

static const struct fa_statement ruleset_items[] = {
    {"title", 0, fa_parse_title, true},    {"issuer", 0, parse_issuer, false},
    {"document", 0, parse_document, false}, {"in force", 0, parse_force, false},
    {"zone", 0, parse_zone, false},         {"calendar", 0, parse_calendar, false},
    {"currency", 0, parse_currency, false}, {"applies", 0, parse_applies, false},
    {"use", 0, parse_rulesets, true},     {"sources", 0, parse_sources, false},
};

const struct fa_statements fa_ruleset_statements = {
    ruleset_items, sizeof ruleset_items / sizeof *ruleset_items, false};

static const struct fa_statement set_items[] = {
    {"title", 0, fa_parse_title, true},
    {"applies", 0, parse_applies, false},
    {"rulesets", 0, parse_rulesets, true},
};

const struct fa_statements fa_set_statements = {set_items, sizeof set_items / sizeof *set_items,
                                                false};

/* --- parameters --- */

static enum fa_status parse_param_cite(struct fa_parser *parser)
{
    return fa_parse_cite(parser, &parser->param->cite);
}

static enum fa_status parse_param_source(struct fa_parser *parser)
{
    return fa_parse_source(parser, &parser->param->sources);
}

static enum fa_status parse_note(struct fa_parser *parser)
{
    if (parser->param->note.size)
        return fa_error(parser->lexer->sink, FA_CODE_RULE_TWICE,
                        fa_lex_place(parser->lexer, &parser->keyword), "take one of the two out",
                        "the parameter says behind required what is needed");
    return fa_parse_text(parser, "a text in quotes", &parser->param->note);
}

/* VALUE · K, VALUE · K K, VALUE · RATE to LIMIT: words in front of the value are keys */
static enum fa_status parse_entry(struct fa_parser *parser, struct fa_syntax_entry *entry)
{
    struct fa_lexer *lexer = parser->lexer;
    for (int i = 0; i < parser->param->keys.count; i++) {
        struct fa_token key = lexer->token;
        if (key.kind != FA_TOKEN_WORD && key.kind != FA_TOKEN_STRING &&
            key.kind != FA_TOKEN_NUMBER)
            return fa_lex_unexpected(lexer, "a key of the parameter");
        fa_lex_take(lexer);
        FA_PARSE_ADD(&entry->keys, key);
    }
    FA_TRY(fa_expr_parse(lexer, &entry->value));
    if (fa_lex_accept(lexer, "to"))
        FA_TRY(fa_expr_parse(lexer, &entry->up_to));
    return FA_OK;
}

static enum fa_status parse_from(struct fa_parser *parser)
{
    struct fa_lexer *lexer = parser->lexer;
    struct fa_syntax_from from = {.token = lexer->token, .to_day = INT64_MAX};
    FA_TRY(fa_parse_date(parser, "a date", &from.from_day));
    from.has_end = fa_lex_accept(lexer, "..");
    if (from.has_end)
        FA_TRY(fa_parse_date(parser, "a date", &from.to_day));
    FA_TRY(fa_lex_expect(lexer, "="));
    do {
        struct fa_syntax_entry entry = {0};
        FA_TRY(parse_entry(parser, &entry));
        FA_PARSE_ADD(&from.entries, entry);
    } while (fa_lex_accept(lexer, ","));
    FA_PARSE_ADD(&parser->param->periods, from);
    return FA_OK;
}

static const struct fa_statement param_items[] = {
    {"cite", 0, parse_param_cite, false},
    {"source", 0, parse_param_source, true},
    {"note", 0, parse_note, false},
    {"from", 0, parse_from, true},
};

const struct fa_statements fa_param_statements = {
    param_items, sizeof param_items / sizeof *param_items, false};

/* param NAME : TYPE [by PATH, PATH] [required "note"] */
static enum fa_status parse_param_head(struct fa_parser *parser)
{
    struct fa_lexer *lexer = parser->lexer;
    struct fa_syntax_param *param = parser->param;
    FA_TRY(fa_lex_expect(lexer, ":"));
    FA_TRY(fa_lex_expect_kind(lexer, FA_TOKEN_WORD, "a type", &param->type));
    if (fa_lex_accept(lexer, "by"))
        do {
            const struct fa_node *key;
            FA_TRY(fa_expr_parse_atom(lexer, &key));
            FA_PARSE_ADD(&param->keys, key);
        } while (fa_lex_accept(lexer, ","));
    param->is_required = fa_lex_accept(lexer, "required");
    if (param->is_required)
        FA_TRY(fa_parse_text(parser, "who knows the value, in quotes", &param->note));
    return fa_lex_expect_statement_end(lexer);
}

enum fa_status fa_parse_param(struct fa_parser *parser)
{
    struct fa_syntax_param param = {0};
    FA_TRY(
        fa_lex_expect_kind(parser->lexer, FA_TOKEN_WORD, "the parameter's name", &param.name));
    parser->param = &param;
    enum fa_status status = parse_param_head(parser);
    if (status == FA_ERULES && parser->lexer->status == FA_OK) {
        fa_lex_skip_statement(parser->lexer);
        parser->file->mistake_count++;
    } else if (status != FA_OK) {
        return status;
    }
    bool is_whole = fa_parse_block(parser, &param.name, &fa_param_statements);
    param.is_broken = !is_whole || status != FA_OK;
    FA_PARSE_ADD(&parser->ruleset->params, param);
    parser->param = NULL;
    return FA_OK;
}
