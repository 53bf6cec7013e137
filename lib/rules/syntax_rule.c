/*
 * The statements of a rule.
 */
#include "rules/syntax_parse.h"

enum fa_status fa_parse_title(struct fa_parser *parser)
{
    struct fa_str *into_en = parser->rule  ? &parser->rule->title_en
                             : parser->set ? &parser->set->title_en
                                           : &parser->ruleset->title_en;
    struct fa_str *into_zh = parser->rule  ? &parser->rule->title_zh
                             : parser->set ? &parser->set->title_zh
                                           : &parser->ruleset->title_zh;
    return fa_parse_texts(parser, into_en, into_zh);
}

static enum fa_status parse_rule_cite(struct fa_parser *parser)
{
    return fa_parse_cite(parser, &parser->rule->cite);
}

static enum fa_status parse_rule_source(struct fa_parser *parser)
{
    return fa_parse_source(parser, &parser->rule->sources);
}

static enum fa_status parse_severity(struct fa_parser *parser)
{
    static const char *const names[] = {"critical", "high", "medium", "low", "info"};
    int level = 0;
    FA_TRY(FA_PARSE_CHOICE("severity", names, &level));
    parser->rule->severity = (enum fa_level)level;
    parser->rule->has_severity = true;
    return FA_OK;
}

static enum fa_status parse_kind(struct fa_parser *parser)
{
    static const char *const names[] = {"violation", "lead"};
    int kind = 0;
    FA_TRY(FA_PARSE_CHOICE("kind of rule", names, &kind));
    parser->rule->is_lead = kind == 1;
    return FA_OK;
}

static enum fa_status parse_state(struct fa_parser *parser)
{
    static const char *const names[] = {"on", "off", "model"};
    int state = 0;
    FA_TRY(FA_PARSE_CHOICE("state", names, &state));
    parser->rule->state = (enum fa_rule_state)state;
    if (state == FA_RULE_ON)
        return FA_OK;
    return fa_parse_text(parser, "the reason in quotes",
                                &parser->rule->state_why);
}

static enum fa_status parse_rule_force(struct fa_parser *parser)
{
    parser->rule->has_force = true;
    return fa_parse_days(parser, &parser->rule->from_day, &parser->rule->to_day);
}

enum fa_status fa_parse_on(struct fa_parser *parser)
{
    parser->rule->has_population = true;
    return fa_parse_population(parser, &parser->rule->population);
}

enum fa_status fa_parse_dated_by(struct fa_parser *parser)
{
    return fa_expr_parse(parser->lexer, &parser->rule->dated_by);
}

enum fa_status fa_parse_where(struct fa_parser *parser)
{
    struct fa_syntax_population *population = &parser->rule->population;
    if (population->where)
        return fa_error(parser->lexer->sink, FA_CODE_RULE_TWICE,
                        fa_lex_place(parser->lexer, &parser->keyword), "join the two with and",
                        "the rule has a second where");
    return fa_expr_parse(parser->lexer, &population->where);
}

static enum fa_status parse_exception(struct fa_parser *parser,
                                      struct fa_syntax_exception *exception)
{
    FA_TRY(fa_expr_parse(parser->lexer, &exception->when));
    if (!fa_lex_accept(parser->lexer, "cite"))
        return fa_error(parser->lexer->sink, FA_CODE_RULE_CITE, fa_lex_here(parser->lexer),
                        "write cite \"Art. 1\" seen behind the condition",
                        "the exception has no citation");
    return fa_parse_cite(parser, &exception->cite);
}

enum fa_status fa_parse_except_rows(struct fa_parser *parser)
{
    struct fa_syntax_exception exception = {0};
    FA_TRY(parse_exception(parser, &exception));
    FA_PARSE_ADD(&parser->rule->except_rows, exception);
    return FA_OK;
}

static enum fa_status parse_except_when(struct fa_parser *parser)
{
    struct fa_syntax_exception exception = {0};
    FA_TRY(parse_exception(parser, &exception));
    FA_PARSE_ADD(&parser->rule->except_findings, exception);
    return FA_OK;
}

enum fa_status fa_parse_let(struct fa_parser *parser)
{
    struct fa_syntax_let let = {0};
    FA_TRY(fa_lex_expect_kind(parser->lexer, FA_TOKEN_WORD, "a name", &let.name));
    FA_TRY(fa_lex_expect(parser->lexer, "="));
    FA_TRY(fa_expr_parse(parser->lexer, &let.value));
    if (parser->rule)
        FA_PARSE_ADD(&parser->rule->lets, let);
    else
        FA_PARSE_ADD(&parser->ruleset->lets, let);
    return FA_OK;
}

static enum fa_status parse_when(struct fa_parser *parser)
{
    return fa_expr_parse(parser->lexer, &parser->rule->when);
}

static enum fa_status parse_on_unknown(struct fa_parser *parser)
{
    static const char *const names[] = {"fire", "clear"};
    int answer = 0;
    FA_TRY(FA_PARSE_CHOICE("answer (fire or clear)", names, &answer));
    parser->rule->on_unknown = answer == 0 ? FA_UNKNOWN_FIRES : FA_UNKNOWN_CLEARS;
    FA_TRY(fa_lex_expect(parser->lexer, "because"));
    return fa_parse_text(parser, "the reason in quotes",
                                &parser->rule->on_unknown_why);
}

static enum fa_status parse_gather(struct fa_parser *parser)
{
    parser->rule->has_gather = true;
    FA_TRY(fa_lex_expect(parser->lexer, "per"));
    return fa_parse_key(parser, &parser->rule->gather);
}

static enum fa_status parse_say(struct fa_parser *parser)
{
    return fa_parse_languages(parser, &parser->rule->say_en, &parser->rule->say_zh);
}

/* What a reader must know of the rule that its formula does not tell: where the law is open. */
static enum fa_status parse_rule_note(struct fa_parser *parser)
{
    return fa_parse_texts(parser, &parser->rule->note_en, &parser->rule->note_zh);
}

static enum fa_status parse_disposal(struct fa_parser *parser)
{
    struct fa_lexer *lexer = parser->lexer;
    if (lexer->token.kind == FA_TOKEN_WORD)
        FA_TRY(fa_lex_expect_word(lexer, "a measure", &parser->rule->measure));
    FA_TRY(fa_parse_text(parser, "what the law provides, in quotes",
                                &parser->rule->disposal));
    if (fa_lex_accept(lexer, "within"))
        FA_TRY(fa_expr_parse_atom(lexer, &parser->rule->disposal_within));
    if (fa_lex_accept(lexer, "cite"))
        FA_TRY(fa_parse_cite(parser, &parser->rule->disposal_cite));
    return FA_OK;
}

/* unnoticed "the change" because "the reason" */
static enum fa_status parse_unnoticed(struct fa_parser *parser)
{
    struct fa_unnoticed unnoticed = {.line_no = parser->lexer->token.line_no,
                                     .column_no = parser->lexer->token.column_no};
    FA_TRY(fa_parse_text(parser,
                                "a change in quotes, as test --mutate prints it",
                                &unnoticed.change));
    FA_TRY(fa_lex_expect(parser->lexer, "because"));
    FA_TRY(fa_parse_text(parser, "the reason in quotes", &unnoticed.why));
    FA_PARSE_ADD(&parser->rule->unnoticed, unnoticed);
    return FA_OK;
}

/* currency any */
static enum fa_status parse_any_currency(struct fa_parser *parser)
{
    parser->rule->any_currency = parser->keyword;
    return fa_lex_expect(parser->lexer, "any");
}

static const struct fa_statement rule_items[] = {
    {"title", 0, fa_parse_title, true},
    {"cite", 0, parse_rule_cite, false},
    {"source", 0, parse_rule_source, true},
    {"severity", 0, parse_severity, false},
    {"kind", 0, parse_kind, false},
    {"state", 0, parse_state, false},
    {"note", 0, parse_rule_note, true},
    {"in force", 0, parse_rule_force, false},
    {"on unknown", 10, parse_on_unknown, false},
    {"on", 1, fa_parse_on, false},
    {"dated by", 2, fa_parse_dated_by, false},
    {"where", 3, fa_parse_where, true},
    {"except rows when", 4, fa_parse_except_rows, true},
    {"let", 5, fa_parse_let, true},
    {"compare", 6, fa_parse_compare, false},
    {"per", 6, fa_parse_per, false},
    {"running", 6, fa_parse_running, false},
    {"cycle", 6, fa_parse_hops, false},
    {"path", 6, fa_parse_hops, false},
    {"gapless", 6, fa_parse_gapless, false},
    {"over", 6, fa_parse_over, false},
    {"first", 6, fa_parse_sequence, false},
    {"unique", 6, fa_parse_unique, false},
    {"at most", 6, fa_parse_at_most, false},
    {"at least", 6, fa_parse_at_least, false},
    {"exactly", 6, fa_parse_exactly, false},
    {"every", 6, fa_parse_every, false},
    {"currency", 3, parse_any_currency, false},
    {"when", 7, parse_when, false},
    {"must", 8, fa_parse_duty, true},
    {"except when", 9, parse_except_when, true},
    {"gather", 11, parse_gather, false},
    {"say", 12, parse_say, true},
    {"disposal", 13, parse_disposal, false},
    {"unnoticed", 14, parse_unnoticed, true},
    {"test", 15, fa_parse_test, true},
};

const struct fa_statements fa_rule_statements = {rule_items,
                                                 sizeof rule_items / sizeof *rule_items, false};

/* --- provisions --- */

/* because "why" [zh "why"] */
static enum fa_status parse_because(struct fa_parser *parser)
{
    struct fa_lexer *lexer = parser->lexer;
    struct fa_syntax_provision *provision = parser->provision;
    FA_TRY(fa_parse_text(parser, "the reason in quotes", &provision->why_en));
    return fa_lex_accept(lexer, "zh")
               ? fa_parse_text(parser, "the reason in quotes", &provision->why_zh)
               : FA_OK;
}

static const struct fa_statement provision_items[] = {
    {"title", 0, fa_parse_title, true},       {"cite", 0, parse_rule_cite, false},
    {"source", 0, parse_rule_source, true},   {"severity", 0, parse_severity, false},
    {"in force", 0, parse_rule_force, false},  {"because", 0, parse_because, false},
    {"note", 0, parse_rule_note, true},
};

const struct fa_statements fa_provision_statements = {
    provision_items, sizeof provision_items / sizeof *provision_items, false};
