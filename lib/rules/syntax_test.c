/*
 * Tests: small ledgers as tables of cells, and what must come out.
 */
#include "rules/syntax_parse.h"

static enum fa_status parse_as_of(struct fa_parser *parser)
{
    parser->test->has_as_of = true;
    return fa_parse_date(parser, "a date", &parser->test->as_of_day);
}

static enum fa_status parse_covers(struct fa_parser *parser)
{
    struct fa_test_cover cover = {0};
    if (parser->lexer->token.kind == FA_TOKEN_WORD)
        cover.table = fa_lex_take(parser->lexer);
    FA_TRY(fa_parse_days(parser, &cover.from_day, &cover.to_day));
    FA_PARSE_ADD(&parser->test->covers, cover);
    return FA_OK;
}

static enum fa_status parse_test_param(struct fa_parser *parser)
{
    struct fa_test_param param;
    FA_TRY(fa_lex_expect_kind(parser->lexer, FA_TOKEN_WORD, "a parameter", &param.name));
    FA_TRY(fa_lex_expect(parser->lexer, "="));
    FA_TRY(fa_parse_raw(parser, "a value", &param.value));
    FA_PARSE_ADD(&parser->test->params, param);
    return FA_OK;
}

static enum fa_status parse_test_row(struct fa_parser *parser, struct fa_test_row *row)
{
    struct fa_cells cells = {0};
    row->line_no = parser->lexer->token.line_no;
    enum fa_status status = fa_lex_expect_cells(parser->lexer, &cells);
    for (size_t i = 0; status == FA_OK && i < cells.count; i++)
        if (fa_list_add(parser->lexer->arena, &row->cells, cells.items[i]) != FA_OK)
            status = fa_parse_no_memory(parser);
    fa_vec_free(&cells);
    return status;
}

enum fa_status fa_parse_test_table(struct fa_parser *parser)
{
    struct fa_lexer *lexer = parser->lexer;
    struct fa_test_table table = {.name = parser->keyword};
    FA_TRY(parse_test_row(parser, &table.head));
    while (fa_lex_at(lexer, "|")) {
        struct fa_token token = lexer->token;
        struct fa_test_row row = {0};
        FA_TRY(parse_test_row(parser, &row));
        if (row.cells.count != table.head.cells.count) {
            fa_error(lexer->sink, FA_CODE_RULE_TEST, fa_lex_place(lexer, &token), NULL,
                     "expected %d cells as in the head of the table, found %d",
                     table.head.cells.count, row.cells.count);
            parser->file->mistake_count++;
            parser->test->is_broken = true;
        }
        FA_PARSE_ADD(&table.rows, row);
    }
    FA_PARSE_ADD(&parser->test->tables, table);
    return FA_OK;
}

/* T, or T.column */
static enum fa_status parse_lacks(struct fa_parser *parser)
{
    struct fa_test_lack lack = {.column.kind = FA_TOKEN_END};
    FA_TRY(fa_lex_expect_kind(parser->lexer, FA_TOKEN_WORD, "a table", &lack.table));
    if (fa_lex_accept(parser->lexer, "."))
        FA_TRY(fa_lex_expect_kind(parser->lexer, FA_TOKEN_WORD, "a column", &lack.column));
    FA_PARSE_ADD(&parser->test->lacks, lack);
    return FA_OK;
}

/* T KEY, KEY */
static enum fa_status parse_cited(struct fa_parser *parser, struct fa_expectation *expectation)
{
    struct fa_test_cited cited = {.table.kind = FA_TOKEN_END};
    FA_TRY(fa_lex_expect_kind(parser->lexer, FA_TOKEN_WORD, "a table", &cited.table));
    do {
        struct fa_str key;
        FA_TRY(fa_parse_raw(parser, "the key of a row", &key));
        FA_PARSE_ADD(&cited.keys, key);
    } while (fa_lex_accept(parser->lexer, ","));
    FA_PARSE_ADD(&expectation->cited, cited);
    return FA_OK;
}

/* at T KEY | for K, K | on D | to D | still on | citing T KEY, KEY | with NAME = VALUE, ... */
static enum fa_status parse_expectation(struct fa_parser *parser,
                                        struct fa_expectation *expectation)
{
    struct fa_lexer *lexer = parser->lexer;
    if (fa_lex_accept(lexer, "at")) {
        FA_TRY(fa_lex_expect_kind(lexer, FA_TOKEN_WORD, "a table", &expectation->at_table));
        FA_TRY(fa_parse_raw(parser, "the key of a row", &expectation->at_key));
    }
    if (fa_lex_accept(lexer, "for"))
        do {
            struct fa_str key;
            FA_TRY(fa_parse_raw(parser, "a key", &key));
            FA_PARSE_ADD(&expectation->keys, key);
        } while (fa_lex_accept(lexer, ","));
    expectation->has_day = fa_lex_accept(lexer, "on");
    if (expectation->has_day)
        FA_TRY(fa_parse_date(parser, "a date", &expectation->day));
    expectation->has_last_day = fa_lex_accept(lexer, "to");
    if (expectation->has_last_day)
        FA_TRY(fa_parse_date(parser, "a date", &expectation->last_day));
    expectation->is_still_on = fa_lex_accept_words(lexer, "still on");
    while (fa_lex_accept(lexer, "citing"))
        FA_TRY(parse_cited(parser, expectation));
    if (fa_lex_accept(lexer, "with"))
        do {
            struct fa_test_value value;
            const struct fa_node *name;
            FA_TRY(fa_expr_parse_atom(lexer, &name));
            value.name = name->text;
            FA_TRY(fa_lex_expect(lexer, "="));
            FA_TRY(fa_parse_raw(parser, "a value", &value.value));
            FA_PARSE_ADD(&expectation->values, value);
        } while (fa_lex_accept(lexer, ","));
    return FA_OK;
}

/* NAME = N, ... */
static enum fa_status parse_counts(struct fa_parser *parser)
{
    static const char *const names[] = {
        [FA_COUNT_POPULATION] = "population",
        [FA_COUNT_FIRED] = "fired",
        [FA_COUNT_CLEAR] = "clear",
        [FA_COUNT_UNKNOWN] = "unknown",
        [FA_COUNT_PENDING] = "pending",
        [FA_COUNT_NOT_IN_FORCE] = "not_in_force",
        [FA_COUNT_OTHER_CURRENCY] = "other_currency",
        [FA_COUNT_AFTER_AS_OF] = "after_as_of",
        [FA_COUNT_OUTSIDE_GROUP] = "outside_group",
        [FA_COUNT_OUTSIDE_GROUP_AMOUNT] = "outside_group_amount",
        [FA_COUNT_EXCEPTED_ROWS] = "excepted_rows",
        [FA_COUNT_EXCEPTED_AMOUNT] = "excepted_amount",
        [FA_COUNT_EXCEPTED_FINDINGS] = "excepted_findings",
        [FA_COUNT_FINDINGS] = "finding_count",
    };
    do {
        struct fa_test_count count = {.token = parser->lexer->token};
        int counted = 0;
        FA_TRY(FA_PARSE_CHOICE("count", names, &counted));
        FA_TRY(fa_lex_expect(parser->lexer, "="));
        FA_TRY(fa_parse_raw(parser, "a number", &count.value));
        count.counted = (enum fa_test_counted)counted;
        FA_PARSE_ADD(&parser->test->counts, count);
    } while (fa_lex_accept(parser->lexer, ","));
    return FA_OK;
}

static enum fa_status parse_expect(struct fa_parser *parser)
{
    static const char *const names[] = {"fires", "clear", "unknown", "pending", "nothing"};
    struct fa_expectation expectation = {.token = parser->keyword};
    int outcome = 0;
    if (fa_lex_accept_words(parser->lexer, "not testable")) {
        parser->test->expects_not_testable = true;
        return FA_OK;
    }
    if (fa_lex_accept(parser->lexer, "count"))
        return parse_counts(parser);
    FA_TRY(FA_PARSE_CHOICE("outcome", names, &outcome));
    if (outcome > FA_EXPECT_PENDING) {
        parser->test->expects_nothing = true;
        return FA_OK;
    }
    expectation.outcome = (enum fa_expected)outcome;
    FA_TRY(parse_expectation(parser, &expectation));
    FA_PARSE_ADD(&parser->test->expectations, expectation);
    return FA_OK;
}

static const struct fa_statement test_items[] = {
    {"as of", 0, parse_as_of, false},      {"covers", 0, parse_covers, true},
    {"param", 0, parse_test_param, true}, {"lacks", 0, parse_lacks, true},
    {"expect", 0, parse_expect, true},
};

const struct fa_statements fa_test_statements = {test_items,
                                                 sizeof test_items / sizeof *test_items, true};

enum fa_status fa_parse_test(struct fa_parser *parser)
{
    struct fa_rule_test test = {.token = parser->keyword};
    FA_TRY(fa_parse_text(parser, "the test's name in quotes", &test.name));
    FA_TRY(fa_lex_expect_statement_end(parser->lexer));
    parser->test = &test;
    test.is_broken =
        !fa_parse_block(parser, &test.token, &fa_test_statements) || test.is_broken;
    parser->test = NULL;
    FA_PARSE_ADD(&parser->rule->tests, test);
    return FA_OK;
}
