#include "match/scheme.h"

#include <stdio.h>
#include <string.h>

#include "base/limits.h"
#include "base/nearest.h"
#include "match/scheme_read.h"

enum fa_status fa_scheme_no_memory(struct fa_scheme_reading *reading)
{
    return fa_out_of_memory(reading->lexer.sink, "a scheme");
}

enum fa_status fa_scheme_wrong(struct fa_scheme_reading *reading, const struct fa_token *token,
                               const char *hint, const char *what)
{
    char quoted[FA_QUOTED_BYTES];
    return fa_error(reading->lexer.sink, FA_CODE_SCHEME_SYNTAX,
                    fa_lex_place(&reading->lexer, token), hint, "%s: %s",
                    fa_quoted(token->text, quoted), what);
}

enum fa_status fa_scheme_twice(struct fa_scheme_reading *reading, const struct fa_token *token,
                               const struct fa_place *first)
{
    char quoted[FA_QUOTED_BYTES];
    return fa_error(reading->lexer.sink, FA_CODE_SCHEME_SYNTAX,
                    fa_lex_place(&reading->lexer, token), NULL,
                    "%s stands twice, first in line %llu", fa_quoted(token->text, quoted),
                    (unsigned long long)first->line_no);
}

enum fa_status fa_scheme_lacks(struct fa_scheme_reading *reading, const char *hint,
                               const char *what)
{
    return reading->status != FA_OK ? reading->status
                                    : fa_scheme_wrong(reading, &reading->statement, hint, what);
}

/* --- columns --- */

static enum fa_status unknown_column(struct fa_scheme_reading *reading,
                                     const struct fa_table_def *table, bool is_key,
                                     const struct fa_token *token)
{
    struct fa_nearest nearest = {.wanted = token->text};
    for (int i = 0; i < table->hidden_from; i++)
        fa_nearest_add(&nearest, table->columns[i].name);
    if (is_key)
        fa_nearest_add(&nearest, FA_STR("day"));
    char quoted[FA_QUOTED_BYTES], hint[FA_NEAREST_HINT_BYTES];
    return fa_error(reading->lexer.sink, FA_CODE_LANG_UNKNOWN,
                    fa_lex_place(&reading->lexer, token),
                    fa_nearest_hint(&nearest, "flowaudit-ledger(5) lists them", hint),
                    "unknown column of %.*s %s", (int)table->name.size, table->name.bytes,
                    fa_quoted(token->text, quoted));
}

enum fa_status fa_scheme_read_column(struct fa_scheme_reading *reading, const char *table,
                                     bool is_key, struct fa_token *token,
                                     const struct fa_column_def **column)
{
    char what[64];
    const struct fa_table_def *def =
        fa_dictionary_find(reading->dictionary, fa_str_from(table));
    snprintf(what, sizeof what, "a column of %s", table);
    FA_TRY(fa_lex_expect_kind(&reading->lexer, FA_TOKEN_WORD, what, token));
    int place = fa_table_find_column(def, token->text);
    if (place == FA_NO_COLUMN || place >= def->hidden_from)
        return unknown_column(reading, def, is_key, token);
    *column = &def->columns[place];
    return FA_OK;
}

/* --- statements of the head --- */

static enum fa_status read_title(struct fa_scheme_reading *reading)
{
    return fa_lex_expect_string(&reading->lexer, "a title in quotes", &reading->scheme->title);
}

/* calendar "cn"; calendar weekdays */
static enum fa_status read_calendar(struct fa_scheme_reading *reading)
{
    struct fa_lexer *lexer = &reading->lexer;
    struct fa_scheme *scheme = reading->scheme;
    const struct fa_token token = lexer->token;
    scheme->calendar_place = fa_lex_here(lexer);
    scheme->is_weekdays = fa_lex_accept(lexer, "weekdays");
    if (scheme->is_weekdays) {
        scheme->calendar = FA_STR("weekdays");
        return FA_OK;
    }
    FA_TRY(fa_lex_expect_string(lexer, "the calendar's name in quotes, or weekdays",
                                &scheme->calendar));
    return scheme->calendar.size
               ? FA_OK
               : fa_scheme_wrong(reading, &token, NULL, "a calendar has a name");
}

/* An account in quotes. */
static enum fa_status read_account(struct fa_scheme_reading *reading, const char *what,
                                   struct fa_token *token, struct fa_scheme_key *account)
{
    FA_TRY(fa_lex_expect_kind(&reading->lexer, FA_TOKEN_STRING, what, token));
    if (token->text.size == 0)
        return fa_scheme_wrong(reading, token, NULL, "an account has a name");
    *account = (struct fa_scheme_key){.name = token->text,
                                      .place = fa_lex_place(&reading->lexer, token)};
    return FA_OK;
}

/* face part_of; face "LEDGER-1" with "BANK-1" */
static enum fa_status read_face(struct fa_scheme_reading *reading)
{
    struct fa_lexer *lexer = &reading->lexer;
    struct fa_scheme *scheme = reading->scheme;
    struct fa_scheme_face face;
    struct fa_token from = lexer->token, to;
    if (fa_lex_accept(lexer, "part_of")) {
        if (scheme->faces_part_of)
            return fa_scheme_twice(reading, &from, &reading->part_of);
        scheme->faces_part_of = true;
        reading->part_of = fa_lex_place(lexer, &from);
        return FA_OK;
    }
    FA_TRY(read_account(reading, "an account in quotes, or part_of", &from, &face.from));
    FA_TRY(fa_lex_expect(lexer, "with"));
    FA_TRY(read_account(reading, "the bank's account in quotes", &to, &face.to));
    if (fa_str_equal(from.text, to.text))
        return fa_scheme_wrong(reading, &to, NULL, "an account faces itself as it is");
    for (int i = 0; i < scheme->faces.count; i++)
        if (fa_str_equal(scheme->faces.items[i].from.name, from.text))
            return fa_scheme_twice(reading, &from, &scheme->faces.items[i].from.place);
    if (scheme->faces.count == (int)FA_SCHEME_ACCOUNTS_MAX)
        return fa_scheme_wrong(reading, &from, "put sub-accounts' masters into account.part_of",
                               "more accounts than a scheme may name");
    return fa_list_add(lexer->arena, &scheme->faces, face) == FA_OK
               ? FA_OK
               : fa_scheme_no_memory(reading);
}

/* --- statements of a section --- */

static enum fa_status read_reference(struct fa_scheme_reading *reading)
{
    struct fa_token token;
    const struct fa_column_def *column;
    FA_TRY(fa_scheme_read_column(reading, "flow", false, &token, &column));
    if (column->type != FA_TYPE_KEY && column->type != FA_TYPE_TEXT)
        return fa_scheme_wrong(reading, &token, NULL, "not a key or text, as a reference is");
    reading->section->reference =
        (struct fa_scheme_reference){token.text, fa_lex_place(&reading->lexer, &token)};
    return FA_OK;
}

static enum fa_status read_daily(struct fa_scheme_reading *reading)
{
    if (reading->scheme->calendar.size == 0)
        return fa_scheme_lacks(reading, "name a calendar above it",
                               "a statement for each working day needs a calendar");
    reading->section->is_daily = true;
    return FA_OK;
}

/* Whether an earlier section, or this one, names it, and where. */
static const struct fa_scheme_key *find_named(const struct fa_scheme *scheme, bool is_role,
                                              struct fa_str name)
{
    for (int s = 0; s < scheme->sections.count; s++) {
        const struct fa_scheme_section *section = &scheme->sections.items[s];
        const struct fa_scheme_key *keys =
            is_role ? section->roles.items : section->accounts.items;
        int count = is_role ? section->roles.count : section->accounts.count;
        for (int i = 0; i < count; i++)
            if (fa_str_equal(keys[i].name, name))
                return &keys[i];
    }
    return NULL;
}

static enum fa_status read_role(struct fa_scheme_reading *reading)
{
    struct fa_lexer *lexer = &reading->lexer;
    const struct fa_table_def *account =
        fa_dictionary_find(reading->dictionary, FA_STR("account"));
    const struct fa_column_def *role =
        &account->columns[fa_table_find_column(account, FA_STR("role"))];
    struct fa_nearest nearest = {.wanted = lexer->token.text};
    const struct fa_token token = lexer->token;
    struct fa_str word;
    FA_TRY(fa_lex_expect_word(lexer, "a role of accounts", &word));
    const struct fa_scheme_key *first = find_named(reading->scheme, true, word);
    if (first)
        return fa_scheme_twice(reading, &token, &first->place);
    const struct fa_scheme_key key = {.name = word, .place = fa_lex_place(lexer, &token)};
    for (uint32_t i = 0; i < role->value_count; i++) {
        if (fa_str_equal(role->values[i], word))
            return fa_list_add(lexer->arena, &reading->section->roles, key) == FA_OK
                       ? FA_OK
                       : fa_scheme_no_memory(reading);
        fa_nearest_add(&nearest, role->values[i]);
    }
    char quoted[FA_QUOTED_BYTES], hint[FA_NEAREST_HINT_BYTES];
    return fa_error(lexer->sink, FA_CODE_LANG_UNKNOWN, key.place,
                    fa_nearest_hint(&nearest, "flowaudit-ledger(5) lists them", hint),
                    "unknown role of accounts %s", fa_quoted(word, quoted));
}

static enum fa_status read_named_account(struct fa_scheme_reading *reading)
{
    struct fa_scheme_key key;
    struct fa_token token;
    FA_TRY(read_account(reading, "an account in quotes, or role", &token, &key));
    const struct fa_scheme_key *first = find_named(reading->scheme, false, key.name);
    if (first)
        return fa_scheme_twice(reading, &token, &first->place);
    int count = 0;
    for (int s = 0; s < reading->scheme->sections.count; s++)
        count += reading->scheme->sections.items[s].accounts.count;
    if (count == (int)FA_SCHEME_ACCOUNTS_MAX)
        return fa_scheme_wrong(reading, &token, "name their role",
                               "more accounts than a scheme may name");
    return fa_list_add(reading->lexer.arena, &reading->section->accounts, key) == FA_OK
               ? FA_OK
               : fa_scheme_no_memory(reading);
}

static void forget_seen_of_section(struct fa_scheme_reading *reading);

/* accounts role custody, reserve; accounts "A-1", "A-2": begins a section */
static enum fa_status read_accounts(struct fa_scheme_reading *reading)
{
    struct fa_scheme *scheme = reading->scheme;
    if (scheme->sections.count == (int)FA_SCHEME_SECTIONS_MAX)
        return fa_scheme_wrong(reading, &reading->statement, NULL,
                               "more sections than a scheme may have");
    if (fa_list_add(reading->lexer.arena, &scheme->sections, scheme->common) != FA_OK)
        return fa_scheme_no_memory(reading);
    reading->section = &scheme->sections.items[scheme->sections.count - 1];
    reading->is_alone = false;
    forget_seen_of_section(reading);
    bool is_role = fa_lex_accept(&reading->lexer, "role");
    do
        FA_TRY(is_role ? read_role(reading) : read_named_account(reading));
    while (fa_lex_accept(&reading->lexer, ","));
    return FA_OK;
}

/* --- the whole --- */

static const struct statement {
    const char *name;
    enum fa_status (*read)(struct fa_scheme_reading *);
    bool is_of_head; /* stands above the first section */
    bool may_repeat;
} statements[] = {
    {"title", read_title, true, false},
    {"calendar", read_calendar, true, false},
    {"face", read_face, true, true},
    {"reference", read_reference, false, false},
    {"cutoff", fa_scheme_read_cutoff, false, true},
    {"window", fa_scheme_read_window, false, false},
    {"tolerance", fa_scheme_read_tolerance, false, true},
    {"fee", fa_scheme_read_fee, false, true},
    {"daily", read_daily, false, false},
    {"match", fa_scheme_read_match, false, true},
    {"accounts", read_accounts, false, true},
};

enum { STATEMENT_COUNT = sizeof statements / sizeof *statements };
_Static_assert((int)STATEMENT_COUNT <= (int)FA_SCHEME_STATEMENTS_MAX,
               "each statement has a place");

static void forget_seen_of_section(struct fa_scheme_reading *reading)
{
    for (size_t i = 0; i < STATEMENT_COUNT; i++)
        if (!statements[i].is_of_head)
            reading->seen[i] = (struct fa_place){0};
}

static enum fa_status read_known(struct fa_scheme_reading *reading, size_t i)
{
    struct fa_lexer *lexer = &reading->lexer;
    const struct fa_token token = fa_lex_take(lexer);
    reading->statement = token;
    reading->is_first = reading->seen[i].line_no == 0;
    if (statements[i].is_of_head && reading->section != &reading->scheme->common)
        return fa_scheme_wrong(reading, &token, "put it above the first accounts statement",
                               "holds for all accounts");
    if (!reading->is_first && !statements[i].may_repeat)
        return fa_scheme_twice(reading, &token, &reading->seen[i]);
    if (reading->is_first)
        reading->seen[i] = fa_lex_place(lexer, &token);
    FA_TRY(statements[i].read(reading));
    return fa_lex_expect_statement_end(lexer);
}

static enum fa_status read_statement(struct fa_scheme_reading *reading)
{
    const char *names[STATEMENT_COUNT];
    for (size_t i = 0; i < STATEMENT_COUNT; i++) {
        names[i] = statements[i].name;
        if (fa_lex_at(&reading->lexer, names[i]))
            return read_known(reading, i);
    }
    return fa_lex_unknown(&reading->lexer, "statement of a scheme", names, STATEMENT_COUNT);
}

/* Statements to the end; a mistake is reported and the next statement read. */
static enum fa_status read_statements(struct fa_scheme_reading *reading)
{
    struct fa_lexer *lexer = &reading->lexer;
    while (!fa_lex_at(lexer, "end")) {
        if (lexer->token.kind == FA_TOKEN_END)
            return fa_lex_unexpected(lexer, "a statement, or end");
        enum fa_status status = read_statement(reading);
        bool is_over = status != FA_OK && status != FA_ERULES;
        if (is_over || lexer->status != FA_OK)
            return is_over ? status : lexer->status;
        if (status == FA_OK)
            continue;
        reading->status = status;
        fa_lex_skip_statement(lexer);
    }
    return reading->status;
}

static enum fa_status read_scheme(struct fa_scheme_reading *reading)
{
    static const char *const first[] = {"scheme"};
    struct fa_lexer *lexer = &reading->lexer;
    if (!fa_lex_accept(lexer, "scheme"))
        return fa_lex_unknown(lexer, "first statement of a scheme", first, 1);
    FA_TRY(fa_lex_expect_word(lexer, "the scheme's name", &reading->scheme->name));
    FA_TRY(fa_lex_expect_statement_end(lexer));
    FA_TRY(read_statements(reading));
    fa_lex_take(lexer);
    FA_TRY(fa_lex_expect_statement_end(lexer));
    return lexer->token.kind == FA_TOKEN_END
               ? lexer->status
               : fa_lex_unexpected(lexer, "nothing behind the scheme's end");
}

enum fa_status fa_scheme_parse(struct fa_str text, struct fa_str name,
                               const struct fa_dictionary *dictionary, struct fa_arena *arena,
                               struct fa_sink *sink, struct fa_scheme *scheme)
{
    *scheme = (struct fa_scheme){0};
    struct fa_scheme_reading reading = {.dictionary = dictionary, .scheme = scheme};
    reading.section = &scheme->common;
    struct fa_sha256 *sha = fa_sha256_new();
    if (!sha)
        return fa_out_of_memory(sink, "a scheme");
    fa_sha256_add(sha, text.bytes, text.size);
    fa_sha256_finish(sha, scheme->sha256);
    scheme->size_bytes = text.size;
    fa_sha256_free(sha);
    FA_TRY(fa_lexer_init(&reading.lexer, text, name, arena, sink));
    FA_TRY(read_scheme(&reading));
    return reading.lexer.status;
}
