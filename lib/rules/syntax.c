/*
 * Blocks and the loop over their statements.
 */
#include "rules/syntax_parse.h"

#include <string.h>

/* --- the loop over statements --- */

/* Words that begin a block: met inside another they mean that its end is missing. */
static bool is_block_start(const struct fa_lexer *lexer)
{
    static const char *const words[] = {"rule", "param",     "ruleset", "table",
                                        "view", "statistic", "set",     "provision"};
    for (size_t i = 0; i < sizeof words / sizeof *words; i++)
        if (fa_lex_at(lexer, words[i]))
            return true;
    return false;
}

/* The block ends here; false with a message when it lacks its end. */
static bool is_at_end(struct fa_parser *parser, const struct fa_token *block, bool *is_whole)
{
    struct fa_lexer *lexer = parser->lexer;
    *is_whole = true;
    if (fa_lex_accept(lexer, "end")) {
        if (fa_lex_expect_statement_end(lexer) != FA_OK) {
            *is_whole = false;
            fa_lex_skip_statement(lexer);
        }
        return true;
    }
    if (lexer->token.kind != FA_TOKEN_END)
        return false;
    *is_whole = false;
    if (lexer->status == FA_OK)
        fa_error(lexer->sink, FA_CODE_LANG_EXPECTED, fa_lex_place(lexer, block),
                 "write end on a line of its own", "the block that begins here has no end");
    return true;
}

/* The statement that begins at the current token; NULL when none does. */
static const struct fa_statement *find_statement(const struct fa_parser *parser,
                                                 const struct fa_statements *statements)
{
    for (size_t i = 0; i < statements->count; i++)
        if (fa_lex_at_words(parser->lexer, statements->items[i].words))
            return &statements->items[i];
    return NULL;
}

static enum fa_status unknown_statement(struct fa_parser *parser,
                                        const struct fa_statements *statements)
{
    const char *names[64];
    size_t name_count = 0;
    for (size_t i = 0; i < statements->count && name_count < sizeof names / sizeof *names; i++)
        if (!strchr(statements->items[i].words, ' '))
            names[name_count++] = statements->items[i].words;
    return fa_lex_unknown(parser->lexer, "statement", names, name_count);
}

/* One statement without its end. RANK is the order reached so far. */
static enum fa_status parse_statement(struct fa_parser *parser,
                                      const struct fa_statements *statements, int *rank)
{
    struct fa_lexer *lexer = parser->lexer;
    const struct fa_statement *statement = find_statement(parser, statements);
    if (!statement)
        return unknown_statement(parser, statements);
    parser->keyword = lexer->token;
    fa_lex_accept_words(lexer, statement->words);
    uint64_t bit = UINT64_C(1) << (statement - statements->items);
    if (!statement->repeats && (parser->seen & bit))
        return fa_error(lexer->sink, FA_CODE_RULE_TWICE, fa_lex_place(lexer, &parser->keyword),
                        "take one of the two out", "the block says '%s' already",
                        statement->words);
    if (statement->rank < *rank)
        return fa_error(
            lexer->sink, FA_CODE_RULE_ORDER, fa_lex_place(lexer, &parser->keyword),
            "the order is: on, dated by, where, except rows, let, the way, when, must, "
            "except when, on unknown, gather, say, disposal, tests",
            "'%s' comes too late", statement->words);
    *rank = statement->rank;
    FA_TRY(statement->parse(parser));
    parser->seen |= bit;
    return FA_OK;
}

static bool is_at_table(const struct fa_lexer *lexer)
{
    struct fa_lexer copy = *lexer;
    copy.sink = NULL;
    return fa_lex_take(&copy).kind == FA_TOKEN_WORD && fa_lex_at(&copy, "|");
}

/* One statement with its end; several may share a line: on T where ... when ... */
static enum fa_status parse_line(struct fa_parser *parser,
                                 const struct fa_statements *statements, int *rank)
{
    struct fa_lexer *lexer = parser->lexer;
    if (statements->has_tables && is_at_table(lexer)) {
        parser->keyword = fa_lex_take(lexer);
        return fa_parse_test_table(parser);
    }
    FA_TRY(parse_statement(parser, statements, rank));
    if (!statements->has_tables && find_statement(parser, statements))
        return FA_OK;
    return parser->after_block ? FA_OK : fa_lex_expect_statement_end(lexer);
}

bool fa_parse_block(struct fa_parser *parser, const struct fa_token *block,
                    const struct fa_statements *statements)
{
    struct fa_lexer *lexer = parser->lexer;
    bool is_whole = true, is_ended = true;
    int rank = 0;
    const uint64_t seen = parser->seen;
    parser->seen = 0;
    while (!is_at_end(parser, block, &is_ended)) {
        if (is_block_start(lexer) && !statements->has_tables) {
            fa_error(lexer->sink, FA_CODE_LANG_EXPECTED, fa_lex_here(lexer), NULL,
                     "expected the end of the block above, found '%.*s'",
                     (int)lexer->token.text.size, lexer->token.text.bytes);
            is_ended = false;
            break;
        }
        parser->after_block = false;
        enum fa_status status = parse_line(parser, statements, &rank);
        if (status == FA_OK)
            continue;
        is_whole = false;
        parser->file->mistake_count++;
        if (status != FA_ERULES)
            parser->fatal = status;
        if (status != FA_ERULES || lexer->status != FA_OK)
            return false;
        fa_lex_skip_statement(lexer);
    }
    parser->seen = seen;
    parser->file->mistake_count += !is_ended;
    parser->after_block = true;
    return is_whole && is_ended;
}

/* --- blocks --- */

static enum fa_status parse_ruleset(struct fa_parser *parser)
{
    struct fa_syntax_ruleset ruleset = {.from_day = INT64_MIN, .to_day = INT64_MAX};
    FA_TRY(fa_lex_expect_kind(parser->lexer, FA_TOKEN_WORD, "the ruleset's name", &ruleset.id));
    FA_TRY(fa_lex_expect_statement_end(parser->lexer));
    parser->ruleset = &ruleset;
    ruleset.is_broken = !fa_parse_block(parser, &ruleset.id, &fa_ruleset_statements);
    FA_PARSE_ADD(&parser->file->rulesets, ruleset);
    parser->ruleset = &parser->file->rulesets.items[parser->file->rulesets.count - 1];
    return FA_OK;
}

static enum fa_status parse_rule(struct fa_parser *parser)
{
    struct fa_syntax_rule rule = {0};
    FA_TRY(fa_lex_expect_kind(parser->lexer, FA_TOKEN_WORD, "the rule's id", &rule.id));
    FA_TRY(fa_lex_expect_statement_end(parser->lexer));
    parser->rule = &rule;
    rule.is_broken = !fa_parse_block(parser, &rule.id, &fa_rule_statements);
    parser->rule = NULL;
    FA_PARSE_ADD(&parser->ruleset->rules, rule);
    return FA_OK;
}

static enum fa_status parse_provision(struct fa_parser *parser)
{
    struct fa_syntax_provision provision = {.why_en = {0}};
    struct fa_token *id = &provision.head.id;
    FA_TRY(fa_lex_expect_kind(parser->lexer, FA_TOKEN_WORD, "the provision's id", id));
    FA_TRY(fa_lex_expect_statement_end(parser->lexer));
    parser->provision = &provision;
    parser->rule = &provision.head;
    provision.head.is_broken = !fa_parse_block(parser, id, &fa_provision_statements);
    parser->provision = NULL;
    parser->rule = NULL;
    FA_PARSE_ADD(&parser->ruleset->provisions, provision);
    return FA_OK;
}

static enum fa_status parse_table(struct fa_parser *parser)
{
    struct fa_table_block block;
    FA_TRY(fa_table_block_read(parser->lexer, &block));
    parser->after_block = true;
    FA_PARSE_ADD(&parser->ruleset->tables, block);
    return FA_OK;
}

static enum fa_status parse_set(struct fa_parser *parser)
{
    struct fa_syntax_set set = {0};
    FA_TRY(fa_lex_expect_kind(parser->lexer, FA_TOKEN_WORD, "the set's name", &set.id));
    FA_TRY(fa_lex_expect_statement_end(parser->lexer));
    parser->set = &set;
    set.is_broken = !fa_parse_block(parser, &set.id, &fa_set_statements);
    parser->set = NULL;
    FA_PARSE_ADD(&parser->file->sets, set);
    return FA_OK;
}

static const struct fa_statement file_items[] = {
    {"ruleset", 0, parse_ruleset, true},
    {"param", 0, fa_parse_param, true},
    {"rule", 0, parse_rule, true},
    {"provision", 0, parse_provision, true},
    {"let", 0, fa_parse_let, true},
    {"table", 0, parse_table, true},
    {"view", 0, fa_parse_view, true},
    {"statistic", 0, fa_parse_statistic, true},
    {"set", 0, parse_set, true},
};

static const struct fa_statements file_statements = {
    file_items, sizeof file_items / sizeof *file_items, false};

/* Goes behind the end of a block that is not parsed, and of the tests in it. */
static void skip_block(struct fa_lexer *lexer)
{
    for (int depth = 1; depth > 0 && lexer->token.kind != FA_TOKEN_END;) {
        depth += fa_lex_at(lexer, "test") - fa_lex_at(lexer, "end");
        fa_lex_skip_statement(lexer);
    }
}

enum fa_status fa_syntax_parse(struct fa_lexer *lexer, struct fa_syntax_file *file)
{
    struct fa_parser all = {.lexer = lexer, .file = file}, *parser = &all;
    enum fa_status status = lexer->status;
    while (status == FA_OK && parser->fatal == FA_OK && lexer->token.kind != FA_TOKEN_END) {
        const struct fa_statement *statement = find_statement(parser, &file_statements);
        bool is_block = statement && statement->parse != fa_parse_let;
        int rank = 0;
        if (!parser->ruleset && statement && statement->parse &&
            statement->parse != parse_ruleset && statement->parse != parse_set) {
            fa_error(lexer->sink, FA_CODE_LANG_EXPECTED, fa_lex_here(lexer),
                     "a file begins with ruleset NAME ... end, or set NAME ... end",
                     "expected 'ruleset', found '%s'", statement->words);
            file->mistake_count++;
            return FA_ERULES;
        }
        parser->after_block = false;
        status = parse_line(parser, &file_statements, &rank);
        if (status == FA_ERULES && lexer->status == FA_OK) {
            file->mistake_count++;
            if (is_block)
                skip_block(lexer);
            else
                fa_lex_skip_statement(lexer);
            status = FA_OK;
        }
    }
    if (status == FA_OK && lexer->status == FA_OK && file->rulesets.count == 0 &&
        file->sets.count == 0 && file->mistake_count == 0)
        return fa_lex_unexpected(lexer, "'ruleset'");
    if (status == FA_OK)
        status = parser->fatal != FA_OK ? parser->fatal : lexer->status;
    return status == FA_OK && file->mistake_count ? FA_ERULES : status;
}
