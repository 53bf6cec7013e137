#include "rules/syntax.h"

#include <string.h>

#include "value/datetime.h"

/* What a statement parser works on. */
struct parser {
    struct fa_lexer *lexer;
    struct fa_syntax_file *file;
    struct fa_syntax_ruleset *ruleset;
    struct fa_syntax_rule *rule;
    struct fa_syntax_param *param;
    struct fa_rule_test *test;
    struct fa_token keyword; /* of the statement being parsed */
    enum fa_status fatal;    /* other than a mistake in the file */
    bool after_block;        /* the statement was a block, which took its own end */
};

/* A statement: its first words, its place in the order, and what parses the rest. Words that
 * this version does not run have no parser. */
struct statement {
    const char *words;
    int rank;
    enum fa_status (*parse)(struct parser *parser);
    const char *unsupported; /* what it would be */
};

static enum fa_status no_memory(struct parser *parser)
{
    return fa_out_of_memory(parser->lexer->sink, "a rules file");
}

#define ADD(list, item)                                                                        \
    do {                                                                                       \
        if (fa_list_add(parser->lexer->arena, (list), (item)) != FA_OK)                        \
            return no_memory(parser);                                                          \
    } while (0)

/* --- parts of statements --- */

static enum fa_status parse_date(struct parser *parser, const char *what, int64_t *day)
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
static enum fa_status parse_days(struct parser *parser, int64_t *from_day, int64_t *to_day)
{
    struct fa_lexer *lexer = parser->lexer;
    struct fa_token token = lexer->token;
    int64_t from = INT64_MIN, to = INT64_MAX;
    if (!fa_lex_at(lexer, ".."))
        FA_TRY(parse_date(parser, "a date", &from));
    FA_TRY(fa_lex_expect(lexer, ".."));
    if (lexer->token.kind == FA_TOKEN_DATE || from == INT64_MIN)
        FA_TRY(parse_date(parser, "a date", &to));
    if (from > to)
        return fa_error(lexer->sink, FA_CODE_RULE_DATE, fa_lex_place(lexer, &token), NULL,
                        "the first day is behind the last");
    *from_day = from;
    *to_day = to;
    return FA_OK;
}

static enum fa_status parse_choice(struct parser *parser, const char *what,
                                   const char *const *names, size_t name_count, int *index)
{
    for (size_t i = 0; i < name_count; i++)
        if (fa_lex_accept(parser->lexer, names[i])) {
            *index = (int)i;
            return FA_OK;
        }
    return fa_lex_unknown(parser->lexer, what, names, name_count);
}

#define CHOICE(what, names, index)                                                             \
    parse_choice(parser, what, names, sizeof(names) / sizeof *(names), index)

/* "Art. 17(1)" seen|known|unsure */
static enum fa_status parse_cite(struct parser *parser, struct fa_cite *cite)
{
    static const char *const names[] = {"seen", "known", "unsure"};
    struct fa_str text;
    int confidence = 0;
    FA_TRY(fa_lex_expect_string(parser->lexer, "a citation in quotes", &text));
    FA_TRY(CHOICE("confidence (seen, known or unsure)", names, &confidence));
    *cite = (struct fa_cite){text, (enum fa_confidence)confidence};
    return FA_OK;
}

/* en "..." and zh "...", one or both */
static enum fa_status parse_languages(struct parser *parser, struct fa_token *en,
                                      struct fa_token *zh)
{
    struct fa_lexer *lexer = parser->lexer;
    do {
        bool is_en = fa_lex_accept(lexer, "en");
        if (!is_en && !fa_lex_accept(lexer, "zh"))
            return fa_lex_unexpected(lexer, "en or zh");
        FA_TRY(fa_lex_expect_kind(lexer, FA_TOKEN_STRING, "a text in quotes", is_en ? en : zh));
    } while (!fa_lex_at_statement_end(lexer));
    return FA_OK;
}

/* Everything up to the next blank, comma or end of the statement; texts may stand in quotes. */
static enum fa_status parse_raw(struct parser *parser, const char *what, struct fa_str *text)
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
static enum fa_status parse_population(struct parser *parser,
                                       struct fa_syntax_population *population)
{
    struct fa_lexer *lexer = parser->lexer;
    population->is_leg = fa_lex_accept_words(lexer, "leg of");
    FA_TRY(fa_lex_expect_kind(lexer, FA_TOKEN_WORD, "a table or view", &population->table));
    if (fa_lex_accept(lexer, "where"))
        FA_TRY(fa_expr_parse(lexer, &population->where));
    return FA_OK;
}

static enum fa_status unsupported(struct parser *parser, const char *what)
{
    return fa_error(parser->lexer->sink, FA_CODE_RULE_UNSUPPORTED, fa_lex_here(parser->lexer),
                    "take it out, or use a version that has it", "this version does not run %s",
                    what);
}

static enum fa_status parse_period(struct parser *parser, enum fa_period *period)
{
    static const char *const names[] = {"day", "bday", "week", "month", "quarter", "year"};
    int index = 0;
    FA_TRY(CHOICE("period", names, &index));
    *period = (enum fa_period)index;
    return FA_OK;
}

/* K, NAME = K [each P] */
static enum fa_status parse_per_rest(struct parser *parser, struct fa_syntax_per *per)
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
        ADD(&per->keys, key);
    } while (fa_lex_accept(lexer, ","));
    if (fa_lex_at_words(lexer, "across filers"))
        return unsupported(parser, "keys across filers");
    per->has_period = fa_lex_accept(lexer, "each");
    return per->has_period ? parse_period(parser, &per->period) : FA_OK;
}

/* --- statements of a rule --- */

static enum fa_status parse_title(struct parser *parser)
{
    struct fa_token en = {0}, zh = {0};
    FA_TRY(parse_languages(parser, &en, &zh));
    struct fa_str *into_en =
        parser->rule ? &parser->rule->title_en : &parser->ruleset->title_en;
    struct fa_str *into_zh =
        parser->rule ? &parser->rule->title_zh : &parser->ruleset->title_zh;
    *into_en = en.kind ? en.text : *into_en;
    *into_zh = zh.kind ? zh.text : *into_zh;
    return FA_OK;
}

static enum fa_status parse_rule_cite(struct parser *parser)
{
    return parse_cite(parser, &parser->rule->cite);
}

static enum fa_status parse_severity(struct parser *parser)
{
    static const char *const names[] = {"critical", "high", "medium", "low", "info"};
    int level = 0;
    FA_TRY(CHOICE("severity", names, &level));
    parser->rule->severity = (enum fa_level)level;
    parser->rule->has_severity = true;
    return FA_OK;
}

static enum fa_status parse_kind(struct parser *parser)
{
    static const char *const names[] = {"violation", "lead"};
    int kind = 0;
    FA_TRY(CHOICE("kind of rule", names, &kind));
    parser->rule->is_lead = kind == 1;
    return FA_OK;
}

static enum fa_status parse_state(struct parser *parser)
{
    static const char *const names[] = {"on", "off", "model"};
    int state = 0;
    FA_TRY(CHOICE("state", names, &state));
    parser->rule->state = (enum fa_rule_state)state;
    if (state == FA_RULE_ON)
        return FA_OK;
    return fa_lex_expect_string(parser->lexer, "the reason in quotes",
                                &parser->rule->state_why);
}

static enum fa_status parse_rule_force(struct parser *parser)
{
    parser->rule->has_force = true;
    return parse_days(parser, &parser->rule->from_day, &parser->rule->to_day);
}

static enum fa_status parse_on(struct parser *parser)
{
    parser->rule->has_population = true;
    return parse_population(parser, &parser->rule->population);
}

static enum fa_status parse_dated_by(struct parser *parser)
{
    return fa_expr_parse(parser->lexer, &parser->rule->dated_by);
}

static enum fa_status parse_where(struct parser *parser)
{
    struct fa_syntax_population *population = &parser->rule->population;
    if (population->where)
        return fa_error(parser->lexer->sink, FA_CODE_RULE_TWICE,
                        fa_lex_place(parser->lexer, &parser->keyword), "join the two with and",
                        "the rule has a second where");
    return fa_expr_parse(parser->lexer, &population->where);
}

static enum fa_status parse_exception(struct parser *parser,
                                      struct fa_syntax_exception *exception)
{
    FA_TRY(fa_expr_parse(parser->lexer, &exception->when));
    if (!fa_lex_accept(parser->lexer, "cite"))
        return fa_error(parser->lexer->sink, FA_CODE_RULE_CITE, fa_lex_here(parser->lexer),
                        "write cite \"Art. 1\" seen behind the condition",
                        "the exception has no citation");
    return parse_cite(parser, &exception->cite);
}

static enum fa_status parse_except_rows(struct parser *parser)
{
    struct fa_syntax_exception exception = {0};
    FA_TRY(parse_exception(parser, &exception));
    ADD(&parser->rule->except_rows, exception);
    return FA_OK;
}

static enum fa_status parse_except_when(struct parser *parser)
{
    struct fa_syntax_exception exception = {0};
    FA_TRY(parse_exception(parser, &exception));
    ADD(&parser->rule->except_findings, exception);
    return FA_OK;
}

static enum fa_status parse_let(struct parser *parser)
{
    struct fa_syntax_let let = {0};
    FA_TRY(fa_lex_expect_kind(parser->lexer, FA_TOKEN_WORD, "a name", &let.name));
    FA_TRY(fa_lex_expect(parser->lexer, "="));
    FA_TRY(fa_expr_parse(parser->lexer, &let.value));
    if (parser->rule)
        ADD(&parser->rule->lets, let);
    else
        ADD(&parser->ruleset->lets, let);
    return FA_OK;
}

static enum fa_status parse_per(struct parser *parser)
{
    parser->rule->has_per = true;
    return parse_per_rest(parser, &parser->rule->per);
}

static enum fa_status parse_running(struct parser *parser)
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
static enum fa_status parse_series(struct parser *parser, struct fa_syntax_series *series)
{
    struct fa_lexer *lexer = parser->lexer;
    FA_TRY(fa_lex_expect_kind(lexer, FA_TOKEN_WORD, "a name", &series->name));
    FA_TRY(fa_lex_expect(lexer, "="));
    while (fa_lex_at(lexer, "opening")) {
        const struct fa_node *opening;
        FA_TRY(fa_expr_parse_atom(lexer, &opening));
        ADD(&series->openings, opening);
        FA_TRY(fa_lex_expect(lexer, "+"));
    }
    if (fa_lex_accept(lexer, "running"))
        series->kind = FA_SERIES_RUNNING;
    else if (fa_lex_accept(lexer, "level"))
        series->kind = FA_SERIES_LEVEL;
    FA_TRY(fa_expr_parse_atom(lexer, &series->sum));
    FA_TRY(fa_lex_expect(lexer, "of"));
    FA_TRY(parse_population(parser, &series->population));
    if (!series->population.where && is_where_next(lexer)) {
        fa_lex_take(lexer);
        fa_lex_take(lexer);
        FA_TRY(fa_expr_parse(lexer, &series->population.where));
    }
    series->is_carried = fa_lex_accept(lexer, "carried");
    series->is_previous = fa_lex_accept_words(lexer, "at end of previous");
    return series->is_previous ? parse_period(parser, &series->previous) : FA_OK;
}

static enum fa_status parse_compare(struct parser *parser)
{
    do {
        struct fa_syntax_series series = {0};
        FA_TRY(parse_series(parser, &series));
        ADD(&parser->rule->series, series);
    } while (fa_lex_accept(parser->lexer, ","));
    return FA_OK;
}

static enum fa_status parse_when(struct parser *parser)
{
    return fa_expr_parse(parser->lexer, &parser->rule->when);
}

static enum fa_status parse_on_unknown(struct parser *parser)
{
    static const char *const names[] = {"fire", "clear"};
    int answer = 0;
    FA_TRY(CHOICE("answer (fire or clear)", names, &answer));
    parser->rule->on_unknown = answer == 0 ? FA_UNKNOWN_FIRES : FA_UNKNOWN_CLEARS;
    FA_TRY(fa_lex_expect(parser->lexer, "because"));
    return fa_lex_expect_string(parser->lexer, "the reason in quotes",
                                &parser->rule->on_unknown_why);
}

static enum fa_status parse_gather(struct parser *parser)
{
    parser->rule->has_gather = true;
    FA_TRY(fa_lex_expect(parser->lexer, "per"));
    return parse_per_rest(parser, &parser->rule->gather);
}

static enum fa_status parse_say(struct parser *parser)
{
    return parse_languages(parser, &parser->rule->say_en, &parser->rule->say_zh);
}

static enum fa_status parse_disposal(struct parser *parser)
{
    struct fa_lexer *lexer = parser->lexer;
    if (lexer->token.kind == FA_TOKEN_WORD)
        FA_TRY(fa_lex_expect_word(lexer, "a measure", &parser->rule->measure));
    FA_TRY(fa_lex_expect_string(lexer, "what the law provides, in quotes",
                                &parser->rule->disposal));
    if (fa_lex_accept(lexer, "cite"))
        FA_TRY(parse_cite(parser, &parser->rule->disposal_cite));
    return FA_OK;
}

/* --- tests --- */

static enum fa_status parse_as_of(struct parser *parser)
{
    parser->test->has_as_of = true;
    return parse_date(parser, "a date", &parser->test->as_of_day);
}

static enum fa_status parse_covers(struct parser *parser)
{
    struct fa_test_cover cover = {0};
    if (parser->lexer->token.kind == FA_TOKEN_WORD)
        cover.table = fa_lex_take(parser->lexer);
    FA_TRY(parse_days(parser, &cover.from_day, &cover.to_day));
    ADD(&parser->test->covers, cover);
    return FA_OK;
}

static enum fa_status parse_test_param(struct parser *parser)
{
    struct fa_test_param param;
    FA_TRY(fa_lex_expect_kind(parser->lexer, FA_TOKEN_WORD, "a parameter", &param.name));
    FA_TRY(fa_lex_expect(parser->lexer, "="));
    FA_TRY(parse_raw(parser, "a value", &param.value));
    ADD(&parser->test->params, param);
    return FA_OK;
}

static enum fa_status parse_test_row(struct parser *parser, struct fa_test_row *row)
{
    struct fa_cells cells = {0};
    row->line_no = parser->lexer->token.line_no;
    enum fa_status status = fa_lex_expect_cells(parser->lexer, &cells);
    for (size_t i = 0; status == FA_OK && i < cells.count; i++)
        if (fa_list_add(parser->lexer->arena, &row->cells, cells.items[i]) != FA_OK)
            status = no_memory(parser);
    fa_vec_free(&cells);
    return status;
}

static enum fa_status parse_test_table(struct parser *parser)
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
        ADD(&table.rows, row);
    }
    ADD(&parser->test->tables, table);
    return FA_OK;
}

/* at T KEY | for K, K | on D | with NAME = VALUE, ... */
static enum fa_status parse_expectation(struct parser *parser,
                                        struct fa_expectation *expectation)
{
    struct fa_lexer *lexer = parser->lexer;
    if (fa_lex_accept(lexer, "at")) {
        FA_TRY(fa_lex_expect_kind(lexer, FA_TOKEN_WORD, "a table", &expectation->at_table));
        FA_TRY(parse_raw(parser, "the key of a row", &expectation->at_key));
    }
    if (fa_lex_accept(lexer, "for"))
        do {
            struct fa_str key;
            FA_TRY(parse_raw(parser, "a key", &key));
            ADD(&expectation->keys, key);
        } while (fa_lex_accept(lexer, ","));
    expectation->has_day = fa_lex_accept(lexer, "on");
    if (expectation->has_day)
        FA_TRY(parse_date(parser, "a date", &expectation->day));
    if (fa_lex_accept(lexer, "with"))
        do {
            struct fa_test_value value;
            const struct fa_node *name;
            FA_TRY(fa_expr_parse_atom(lexer, &name));
            value.name = name->text;
            FA_TRY(fa_lex_expect(lexer, "="));
            FA_TRY(parse_raw(parser, "a value", &value.value));
            ADD(&expectation->values, value);
        } while (fa_lex_accept(lexer, ","));
    return FA_OK;
}

static enum fa_status parse_expect(struct parser *parser)
{
    static const char *const names[] = {"fires", "clear", "unknown", "pending", "nothing"};
    struct fa_expectation expectation = {.token = parser->keyword};
    int outcome = 0;
    if (fa_lex_accept_words(parser->lexer, "not testable")) {
        parser->test->expects_not_testable = true;
        return FA_OK;
    }
    FA_TRY(CHOICE("outcome", names, &outcome));
    if (outcome == FA_EXPECT_PENDING)
        return unsupported(parser, "duties, so nothing is pending");
    if (outcome > FA_EXPECT_PENDING) {
        parser->test->expects_nothing = true;
        return FA_OK;
    }
    expectation.outcome = (enum fa_expected)outcome;
    FA_TRY(parse_expectation(parser, &expectation));
    ADD(&parser->test->expectations, expectation);
    return FA_OK;
}

static const struct statement test_statements[] = {
    {"as of", 0, parse_as_of, NULL},
    {"covers", 0, parse_covers, NULL},
    {"param", 0, parse_test_param, NULL},
    {"expect", 0, parse_expect, NULL},
};

/* --- the loop over statements --- */

/* Words that begin a block: met inside another they mean that its end is missing. */
static bool is_block_start(const struct fa_lexer *lexer)
{
    static const char *const words[] = {"rule", "param",     "ruleset", "table",
                                        "view", "statistic", "set"};
    for (size_t i = 0; i < sizeof words / sizeof *words; i++)
        if (fa_lex_at(lexer, words[i]))
            return true;
    return false;
}

/* The block ends here; false with a message when it lacks its end. */
static bool is_at_end(struct parser *parser, const struct fa_token *block, bool *is_whole)
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
static const struct statement *find_statement(const struct parser *parser,
                                              const struct statement *statements, size_t count)
{
    for (size_t i = 0; i < count; i++)
        if (fa_lex_at_words(parser->lexer, statements[i].words))
            return &statements[i];
    return NULL;
}

static enum fa_status unknown_statement(struct parser *parser,
                                        const struct statement *statements, size_t count)
{
    const char *names[40];
    size_t name_count = 0;
    for (size_t i = 0; i < count && name_count < sizeof names / sizeof *names; i++)
        if (!strchr(statements[i].words, ' '))
            names[name_count++] = statements[i].words;
    return fa_lex_unknown(parser->lexer, "statement", names, name_count);
}

/* One statement without its end. RANK is the order reached so far. */
static enum fa_status parse_statement(struct parser *parser, const struct statement *statements,
                                      size_t count, int *rank)
{
    struct fa_lexer *lexer = parser->lexer;
    const struct statement *statement = find_statement(parser, statements, count);
    if (!statement)
        return unknown_statement(parser, statements, count);
    if (!statement->parse)
        return unsupported(parser, statement->unsupported);
    parser->keyword = lexer->token;
    fa_lex_accept_words(lexer, statement->words);
    if (statement->rank < *rank)
        return fa_error(
            lexer->sink, FA_CODE_RULE_ORDER, fa_lex_place(lexer, &parser->keyword),
            "the order is: on, dated by, where, except rows, let, the way, when, except when, "
            "on unknown, gather, say, disposal, tests",
            "'%s' comes too late", statement->words);
    *rank = statement->rank;
    return statement->parse(parser);
}

static bool is_at_table(const struct fa_lexer *lexer)
{
    struct fa_lexer copy = *lexer;
    copy.sink = NULL;
    return fa_lex_take(&copy).kind == FA_TOKEN_WORD && fa_lex_at(&copy, "|");
}

/* One statement with its end; several may share a line: on T where ... when ... */
static enum fa_status parse_line(struct parser *parser, const struct statement *statements,
                                 size_t count, int *rank)
{
    struct fa_lexer *lexer = parser->lexer;
    if (statements == test_statements && is_at_table(lexer)) {
        parser->keyword = fa_lex_take(lexer);
        return parse_test_table(parser);
    }
    FA_TRY(parse_statement(parser, statements, count, rank));
    if (statements != test_statements && find_statement(parser, statements, count))
        return FA_OK;
    return parser->after_block ? FA_OK : fa_lex_expect_statement_end(lexer);
}

/* Statements up to the block's end. False when there was a mistake. */
static bool parse_statements(struct parser *parser, const struct fa_token *block,
                             const struct statement *statements, size_t count)
{
    struct fa_lexer *lexer = parser->lexer;
    bool is_whole = true, is_ended = true;
    int rank = 0;
    while (!is_at_end(parser, block, &is_ended)) {
        if (is_block_start(lexer) && statements != test_statements) {
            fa_error(lexer->sink, FA_CODE_LANG_EXPECTED, fa_lex_here(lexer), NULL,
                     "expected the end of the block above, found '%.*s'",
                     (int)lexer->token.text.size, lexer->token.text.bytes);
            is_ended = false;
            break;
        }
        parser->after_block = false;
        enum fa_status status = parse_line(parser, statements, count, &rank);
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
    parser->file->mistake_count += !is_ended;
    parser->after_block = true;
    return is_whole && is_ended;
}

#define STATEMENTS(block, table)                                                               \
    parse_statements(parser, block, table, sizeof(table) / sizeof *(table))

static enum fa_status parse_test(struct parser *parser)
{
    struct fa_rule_test test = {.token = parser->keyword};
    FA_TRY(fa_lex_expect_string(parser->lexer, "the test's name in quotes", &test.name));
    FA_TRY(fa_lex_expect_statement_end(parser->lexer));
    parser->test = &test;
    test.is_broken = !STATEMENTS(&test.token, test_statements) || test.is_broken;
    parser->test = NULL;
    ADD(&parser->rule->tests, test);
    return FA_OK;
}

static const struct statement rule_statements[] = {
    {"title", 0, parse_title, NULL},
    {"cite", 0, parse_rule_cite, NULL},
    {"severity", 0, parse_severity, NULL},
    {"kind", 0, parse_kind, NULL},
    {"state", 0, parse_state, NULL},
    {"in force", 0, parse_rule_force, NULL},
    {"on unknown", 9, parse_on_unknown, NULL},
    {"on", 1, parse_on, NULL},
    {"dated by", 2, parse_dated_by, NULL},
    {"where", 3, parse_where, NULL},
    {"except rows when", 4, parse_except_rows, NULL},
    {"let", 5, parse_let, NULL},
    {"compare", 6, parse_compare, NULL},
    {"per", 6, parse_per, NULL},
    {"running", 6, parse_running, NULL},
    {"over", 6, NULL, "windows (way 3)"},
    {"first", 6, NULL, "pairs (way 6)"},
    {"cycle", 6, NULL, "cycles (way 7)"},
    {"path", 6, NULL, "paths (way 7)"},
    {"unique", 6, NULL, "unique keys (way 8)"},
    {"gapless", 6, NULL, "gapless numbers (way 9)"},
    {"must", 6, NULL, "duties (way 10)"},
    {"at most", 6, NULL, "stretches of time (way 11)"},
    {"at least", 6, NULL, "stretches of time (way 11)"},
    {"exactly", 6, NULL, "stretches of time (way 11)"},
    {"every", 6, NULL, "periods that need a row (way 12)"},
    {"currency", 6, NULL, "rules over several currencies"},
    {"when", 7, parse_when, NULL},
    {"except when", 8, parse_except_when, NULL},
    {"gather", 10, parse_gather, NULL},
    {"say", 11, parse_say, NULL},
    {"disposal", 12, parse_disposal, NULL},
    {"test", 13, parse_test, NULL},
};

/* --- the head of a ruleset --- */

static enum fa_status parse_issuer(struct parser *parser)
{
    return fa_lex_expect_string(parser->lexer, "a name in quotes", &parser->ruleset->issuer);
}

static enum fa_status parse_document(struct parser *parser)
{
    return fa_lex_expect_string(parser->lexer, "a number in quotes",
                                &parser->ruleset->document);
}

static enum fa_status parse_sources(struct parser *parser)
{
    return fa_lex_expect_string(parser->lexer, "a text in quotes", &parser->ruleset->sources);
}

static enum fa_status parse_force(struct parser *parser)
{
    parser->ruleset->has_force = true;
    return parse_days(parser, &parser->ruleset->from_day, &parser->ruleset->to_day);
}

static enum fa_status parse_zone(struct parser *parser)
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

static enum fa_status parse_calendar(struct parser *parser)
{
    return fa_lex_expect_word(parser->lexer, "a calendar", &parser->ruleset->calendar);
}

static enum fa_status parse_currency(struct parser *parser)
{
    struct fa_lexer *lexer = parser->lexer;
    if (fa_lex_at(lexer, "any"))
        return unsupported(parser, "rules over several currencies");
    FA_TRY(fa_lex_expect_kind(lexer, FA_TOKEN_WORD, "a currency",
                              &parser->ruleset->currency_token));
    struct fa_token *token = &parser->ruleset->currency_token;
    if (!fa_currency_parse(token->text, &parser->ruleset->currency))
        return fa_error(lexer->sink, FA_CODE_RULE_VALUE, fa_lex_place(lexer, token),
                        "write the three capital letters of ISO 4217",
                        "unknown currency '%.*s'", (int)token->text.size, token->text.bytes);
    return FA_OK;
}

static enum fa_status parse_applies(struct parser *parser)
{
    FA_TRY(fa_lex_expect(parser->lexer, "institution"));
    FA_TRY(fa_lex_expect(parser->lexer, "where"));
    return fa_expr_parse(parser->lexer, &parser->ruleset->applies);
}

static enum fa_status parse_use(struct parser *parser)
{
    do {
        struct fa_token name;
        FA_TRY(fa_lex_expect_kind(parser->lexer, FA_TOKEN_WORD, "a ruleset", &name));
        ADD(&parser->ruleset->uses, name);
    } while (fa_lex_accept(parser->lexer, ","));
    return FA_OK;
}

static const struct statement ruleset_statements[] = {
    {"title", 0, parse_title, NULL},       {"issuer", 0, parse_issuer, NULL},
    {"document", 0, parse_document, NULL}, {"in force", 0, parse_force, NULL},
    {"zone", 0, parse_zone, NULL},         {"calendar", 0, parse_calendar, NULL},
    {"currency", 0, parse_currency, NULL}, {"applies", 0, parse_applies, NULL},
    {"use", 0, parse_use, NULL},           {"sources", 0, parse_sources, NULL},
};

/* --- parameters --- */

static enum fa_status parse_param_cite(struct parser *parser)
{
    return parse_cite(parser, &parser->param->cite);
}

static enum fa_status parse_note(struct parser *parser)
{
    return fa_lex_expect_string(parser->lexer, "a text in quotes", &parser->param->note);
}

/* VALUE · K, VALUE · K K, VALUE · RATE to LIMIT: words in front of the value are keys */
static enum fa_status parse_entry(struct parser *parser, struct fa_syntax_entry *entry)
{
    struct fa_lexer *lexer = parser->lexer;
    for (int i = 0; i < parser->param->keys.count; i++) {
        struct fa_token key = lexer->token;
        if (key.kind != FA_TOKEN_WORD && key.kind != FA_TOKEN_STRING &&
            key.kind != FA_TOKEN_NUMBER)
            return fa_lex_unexpected(lexer, "a key of the parameter");
        fa_lex_take(lexer);
        ADD(&entry->keys, key);
    }
    FA_TRY(fa_expr_parse(lexer, &entry->value));
    if (fa_lex_accept(lexer, "to"))
        FA_TRY(fa_expr_parse(lexer, &entry->up_to));
    return FA_OK;
}

static enum fa_status parse_from(struct parser *parser)
{
    struct fa_lexer *lexer = parser->lexer;
    struct fa_syntax_from from = {.token = lexer->token, .to_day = INT64_MAX};
    FA_TRY(parse_date(parser, "a date", &from.from_day));
    from.has_end = fa_lex_accept(lexer, "..");
    if (from.has_end)
        FA_TRY(parse_date(parser, "a date", &from.to_day));
    FA_TRY(fa_lex_expect(lexer, "="));
    do {
        struct fa_syntax_entry entry = {0};
        FA_TRY(parse_entry(parser, &entry));
        ADD(&from.entries, entry);
    } while (fa_lex_accept(lexer, ","));
    ADD(&parser->param->periods, from);
    return FA_OK;
}

static const struct statement param_statements[] = {
    {"cite", 0, parse_param_cite, NULL},
    {"note", 0, parse_note, NULL},
    {"from", 0, parse_from, NULL},
};

/* --- blocks --- */

static enum fa_status parse_ruleset(struct parser *parser)
{
    struct fa_syntax_ruleset ruleset = {.from_day = INT64_MIN, .to_day = INT64_MAX};
    FA_TRY(fa_lex_expect_kind(parser->lexer, FA_TOKEN_WORD, "the ruleset's name", &ruleset.id));
    FA_TRY(fa_lex_expect_statement_end(parser->lexer));
    parser->ruleset = &ruleset;
    ruleset.is_broken = !STATEMENTS(&ruleset.id, ruleset_statements);
    ADD(&parser->file->rulesets, ruleset);
    parser->ruleset = &parser->file->rulesets.items[parser->file->rulesets.count - 1];
    return FA_OK;
}

/* param NAME : TYPE [by PATH, PATH] [required "note"] */
static enum fa_status parse_param_head(struct parser *parser)
{
    struct fa_lexer *lexer = parser->lexer;
    struct fa_syntax_param *param = parser->param;
    FA_TRY(fa_lex_expect(lexer, ":"));
    FA_TRY(fa_lex_expect_kind(lexer, FA_TOKEN_WORD, "a type", &param->type));
    if (fa_lex_accept(lexer, "by"))
        do {
            const struct fa_node *key;
            FA_TRY(fa_expr_parse_atom(lexer, &key));
            ADD(&param->keys, key);
        } while (fa_lex_accept(lexer, ","));
    param->is_required = fa_lex_accept(lexer, "required");
    if (param->is_required)
        FA_TRY(fa_lex_expect_string(lexer, "who knows the value, in quotes", &param->note));
    return fa_lex_expect_statement_end(lexer);
}

static enum fa_status parse_param(struct parser *parser)
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
    bool is_whole = STATEMENTS(&param.name, param_statements);
    param.is_broken = !is_whole || status != FA_OK;
    ADD(&parser->ruleset->params, param);
    parser->param = NULL;
    return FA_OK;
}

static enum fa_status parse_rule(struct parser *parser)
{
    struct fa_syntax_rule rule = {0};
    FA_TRY(fa_lex_expect_kind(parser->lexer, FA_TOKEN_WORD, "the rule's id", &rule.id));
    FA_TRY(fa_lex_expect_statement_end(parser->lexer));
    parser->rule = &rule;
    rule.is_broken = !STATEMENTS(&rule.id, rule_statements);
    parser->rule = NULL;
    ADD(&parser->ruleset->rules, rule);
    return FA_OK;
}

static const struct statement file_statements[] = {
    {"ruleset", 0, parse_ruleset, NULL},
    {"param", 0, parse_param, NULL},
    {"rule", 0, parse_rule, NULL},
    {"let", 0, parse_let, NULL},
    {"table", 0, NULL, "tables of a ruleset's own"},
    {"view", 0, NULL, "views of a ruleset's own"},
    {"statistic", 0, NULL, "statistics"},
    {"set", 0, NULL, "sets of rulesets"},
};

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
    struct parser all = {.lexer = lexer, .file = file}, *parser = &all;
    enum fa_status status = lexer->status;
    while (status == FA_OK && parser->fatal == FA_OK && lexer->token.kind != FA_TOKEN_END) {
        size_t count = sizeof file_statements / sizeof *file_statements;
        const struct statement *statement = find_statement(parser, file_statements, count);
        bool is_block = statement && statement->parse != parse_let;
        int rank = 0;
        if (!parser->ruleset && statement && statement->parse &&
            statement->parse != parse_ruleset) {
            fa_error(lexer->sink, FA_CODE_LANG_EXPECTED, fa_lex_here(lexer),
                     "a file begins with ruleset NAME ... end",
                     "expected 'ruleset', found '%s'", statement->words);
            file->mistake_count++;
            return FA_ERULES;
        }
        parser->after_block = false;
        status = parse_line(parser, file_statements, count, &rank);
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
        file->mistake_count == 0)
        return fa_lex_unexpected(lexer, "'ruleset'");
    if (status == FA_OK)
        status = parser->fatal != FA_OK ? parser->fatal : lexer->status;
    return status == FA_OK && file->mistake_count ? FA_ERULES : status;
}
