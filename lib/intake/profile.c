#include "intake/profile.h"

#include <stdio.h>
#include <string.h>

#include "base/limits.h"
#include "base/nearest.h"
#include "intake/form.h"
#include "intake/pattern.h"
#include "intake/profile_read.h"

enum fa_status fa_profile_no_memory(struct fa_profile_reading *reading)
{
    return fa_out_of_memory(reading->lexer.sink, "a profile");
}

enum fa_status fa_profile_wrong(struct fa_profile_reading *reading,
                                const struct fa_token *token, const char *what)
{
    char quoted[FA_QUOTED_BYTES];
    return fa_error(reading->lexer.sink, FA_CODE_PROFILE_SYNTAX,
                    fa_lex_place(&reading->lexer, token), NULL, "%s: %s",
                    fa_quoted(token->text, quoted), what);
}

/* --- texts, patterns, conditions --- */

enum fa_status fa_profile_read_texts(struct fa_profile_reading *reading, const char *what,
                                     struct fa_profile_texts *texts)
{
    do {
        const struct fa_token token = reading->lexer.token;
        struct fa_str text;
        FA_TRY(fa_lex_expect_string(&reading->lexer, what, &text));
        if (texts->count == FA_PROFILE_LIST_MAX)
            return fa_profile_wrong(reading, &token, "more texts than a list may have");
        if (fa_vec_add(texts, text) != FA_OK)
            return fa_profile_no_memory(reading);
    } while (fa_lex_accept(&reading->lexer, ","));
    return FA_OK;
}

static enum fa_status read_pattern(struct fa_profile_reading *reading, struct fa_str *pattern)
{
    const struct fa_token token = reading->lexer.token;
    FA_TRY(fa_lex_expect_string(&reading->lexer, "a pattern in quotes", pattern));
    const char *fault = fa_pattern_fault(*pattern);
    return fault ? fa_profile_wrong(reading, &token, fault) : FA_OK;
}

static enum fa_status read_patterns(struct fa_profile_reading *reading, struct fa_profile_texts *texts)
{
    do {
        const struct fa_token token = reading->lexer.token;
        struct fa_str pattern;
        FA_TRY(read_pattern(reading, &pattern));
        if (texts->count == FA_PROFILE_LIST_MAX)
            return fa_profile_wrong(reading, &token, "more patterns than a list may have");
        if (fa_vec_add(texts, pattern) != FA_OK)
            return fa_profile_no_memory(reading);
    } while (fa_lex_accept(&reading->lexer, ","));
    return FA_OK;
}

enum fa_status fa_profile_read_taking(struct fa_profile_reading *reading,
                                      struct fa_str *pattern)
{
    const struct fa_token token = reading->lexer.token;
    FA_TRY(read_pattern(reading, pattern));
    if (!memchr(pattern->bytes, '{', pattern->size))
        return fa_profile_wrong(reading, &token, "the pattern takes nothing out: write {}");
    return FA_OK;
}

/* "HEADER" is "A", "B" | is not "A" | is like "P*" | is missing | is present */
static enum fa_status read_test(struct fa_profile_reading *reading,
                                struct fa_profile_test *test)
{
    struct fa_lexer *lexer = &reading->lexer;
    test->place = fa_lex_here(lexer);
    FA_TRY(fa_lex_expect_string(lexer, "a header in quotes", &test->header));
    FA_TRY(fa_lex_expect(lexer, "is"));
    if (fa_lex_accept(lexer, "missing")) {
        test->kind = FA_TEST_IS_MISSING;
        return FA_OK;
    }
    if (fa_lex_accept(lexer, "present")) {
        test->kind = FA_TEST_IS_PRESENT;
        return FA_OK;
    }
    if (fa_lex_accept(lexer, "like")) {
        test->kind = FA_TEST_IS_LIKE;
        return read_patterns(reading, &test->texts);
    }
    test->kind = fa_lex_accept(lexer, "not") ? FA_TEST_IS_NOT : FA_TEST_IS;
    const struct fa_token token = lexer->token;
    FA_TRY(fa_profile_read_texts(reading,
                                 test->kind == FA_TEST_IS
                                     ? "a text in quotes, not, like, missing or present"
                                     : "a text in quotes",
                                 &test->texts));
    for (size_t i = 0; i < test->texts.count; i++)
        if (test->texts.items[i].size == 0)
            return fa_profile_wrong(reading, &token,
                                    "an empty field is missing: write is missing");
    return FA_OK;
}

enum fa_status fa_profile_read_condition(struct fa_profile_reading *reading,
                                         struct fa_profile_condition *condition)
{
    do {
        const struct fa_token token = reading->lexer.token;
        if (condition->tests.count == FA_PROFILE_LIST_MAX)
            return fa_profile_wrong(reading, &token, "more tests than a condition may have");
        if (fa_vec_add(&condition->tests, (struct fa_profile_test){0}) != FA_OK)
            return fa_profile_no_memory(reading);
        FA_TRY(read_test(reading, &condition->tests.items[condition->tests.count - 1]));
    } while (fa_lex_accept(&reading->lexer, "and"));
    return FA_OK;
}

void fa_profile_release_condition(struct fa_profile_condition *condition)
{
    for (size_t i = 0; i < condition->tests.count; i++)
        fa_vec_free(&condition->tests.items[i].texts);
    fa_vec_free(&condition->tests);
}

/* --- statements about the file --- */

static enum fa_status read_title(struct fa_profile_reading *reading)
{
    return fa_lex_expect_string(&reading->lexer, "a title in quotes", &reading->profile->title);
}

static enum fa_status read_files(struct fa_profile_reading *reading)
{
    return read_patterns(reading, &reading->profile->file_names);
}

/* One of NAMES, whose index is CHOSEN. */
static enum fa_status read_choice(struct fa_profile_reading *reading, const char *what,
                                  const char *const *names, unsigned count, unsigned *chosen)
{
    struct fa_lexer *lexer = &reading->lexer;
    struct fa_nearest nearest = {.wanted = lexer->token.text};
    char all[96] = "", expected[64], quoted[FA_QUOTED_BYTES], hint[FA_NEAREST_HINT_BYTES];
    for (*chosen = 0; *chosen < count; (*chosen)++) {
        if (fa_lex_accept(lexer, names[*chosen]))
            return FA_OK;
        size_t size = strlen(all);
        snprintf(all + size, sizeof all - size, "%s%s", *chosen > 0 ? ", " : "there are ",
                 names[*chosen]);
        fa_nearest_add(&nearest, fa_str_from(names[*chosen]));
    }
    snprintf(expected, sizeof expected, "a word for %s", what);
    if (lexer->token.kind != FA_TOKEN_WORD)
        return fa_lex_unexpected(lexer, expected);
    return fa_error(lexer->sink, FA_CODE_LANG_UNKNOWN, fa_lex_here(lexer),
                    fa_nearest_hint(&nearest, all, hint), "unknown %s %s", what,
                    fa_quoted(lexer->token.text, quoted));
}

static enum fa_status read_format(struct fa_profile_reading *reading)
{
    static const char *const names[] = {
        [FA_FORMAT_TEXT] = "text",   [FA_FORMAT_FIXED] = "fixed", [FA_FORMAT_JSON] = "json",
        [FA_FORMAT_MT940] = "mt940", [FA_FORMAT_CAMT] = "camt",   [FA_FORMAT_SHEET] = "sheet"};
    unsigned chosen;
    FA_TRY(read_choice(reading, "format", names, sizeof names / sizeof *names, &chosen));
    reading->profile->format = (enum fa_format)chosen;
    return FA_OK;
}

static enum fa_status read_encoding(struct fa_profile_reading *reading)
{
    static const char *const names[] = {"utf-8", "utf-16le", "utf-16be", "gb18030", "cp852"};
    static const enum fa_encoding encodings[] = {FA_ENCODING_UTF8, FA_ENCODING_UTF16LE,
                                                 FA_ENCODING_UTF16BE, FA_ENCODING_GB18030,
                                                 FA_ENCODING_CP852};
    unsigned chosen;
    FA_TRY(read_choice(reading, "encoding", names, sizeof names / sizeof *names, &chosen));
    reading->profile->encoding = encodings[chosen];
    return FA_OK;
}

/* A text of one character of ASCII that no value is written with. */
static enum fa_status read_mark(struct fa_profile_reading *reading, const char *what,
                                const char *allowed, char *mark)
{
    struct fa_lexer *lexer = &reading->lexer;
    const struct fa_token token = lexer->token;
    struct fa_str text;
    FA_TRY(fa_lex_expect_string(lexer, what, &text));
    if (text.size != 1 || text.bytes[0] == '\0' || !strchr(allowed, text.bytes[0])) {
        char quoted[FA_QUOTED_BYTES];
        return fa_error(lexer->sink, FA_CODE_PROFILE_SYNTAX, fa_lex_place(lexer, &token), NULL,
                        "%s: expected one of the characters %s", fa_quoted(text, quoted),
                        allowed);
    }
    *mark = text.bytes[0];
    return FA_OK;
}

static enum fa_status read_separator(struct fa_profile_reading *reading)
{
    if (fa_lex_accept(&reading->lexer, "tab")) {
        reading->profile->separator = '\t';
        return FA_OK;
    }
    const struct fa_token token = reading->lexer.token;
    struct fa_str text;
    FA_TRY(fa_lex_expect_string(&reading->lexer, "a separator in quotes, or tab", &text));
    unsigned char c = text.size == 1 ? (unsigned char)text.bytes[0] : 0;
    bool is_in_values = (c >= '0' && c <= '9') || (c >= 'A' && c <= 'Z') ||
                        (c >= 'a' && c <= 'z') || c == '.' || c == '-' || c == '"';
    if (c == 0 || c >= 0x7F || c == '\n' || c == '\r' || is_in_values)
        return fa_profile_wrong(reading, &token,
                                "expected one character of ASCII, such as , ; |");
    reading->profile->separator = (char)c;
    return FA_OK;
}

static enum fa_status read_quotes(struct fa_profile_reading *reading)
{
    static const char *const names[] = {[FA_QUOTES_STRICT] = "strict",
                                        [FA_QUOTES_LITERAL] = "literal",
                                        [FA_QUOTES_NONE] = "none"};
    unsigned chosen;
    FA_TRY(read_choice(reading, "use of quotes", names, 3, &chosen));
    reading->profile->quotes = (enum fa_quotes)chosen;
    return FA_OK;
}

static enum fa_status read_blanks(struct fa_profile_reading *reading)
{
    static const char *const names[] = {"data", "trim"};
    unsigned chosen;
    FA_TRY(read_choice(reading, "use of blanks", names, 2, &chosen));
    reading->profile->trims = chosen == 1;
    return FA_OK;
}

static enum fa_status read_surplus(struct fa_profile_reading *reading)
{
    static const char *const names[] = {[FA_SURPLUS_REJECT] = "reject",
                                        [FA_SURPLUS_EMPTY] = "empty",
                                        [FA_SURPLUS_IGNORE] = "ignore"};
    unsigned chosen;
    FA_TRY(read_choice(reading, "use of surplus fields", names, 3, &chosen));
    reading->profile->surplus = (enum fa_surplus)chosen;
    return FA_OK;
}

static enum fa_status read_sheet(struct fa_profile_reading *reading)
{
    return fa_lex_expect_string(&reading->lexer, "a sheet's name in quotes",
                                &reading->profile->sheet);
}

static enum fa_status read_records(struct fa_profile_reading *reading)
{
    return fa_lex_expect_string(&reading->lexer, "the path to the list in quotes",
                                &reading->profile->records);
}

static enum fa_status read_byte_count(struct fa_profile_reading *reading, const char *what,
                                      uint32_t *bytes)
{
    const struct fa_token token = reading->lexer.token;
    uint64_t count;
    FA_TRY(fa_lex_expect_count(&reading->lexer, what, &count));
    if (count > FA_RECORD_BYTES_MAX)
        return fa_profile_wrong(reading, &token, "more bytes than a record may have");
    *bytes = (uint32_t)count;
    return FA_OK;
}

static enum fa_status read_line(struct fa_profile_reading *reading)
{
    const struct fa_token token = reading->lexer.token;
    FA_TRY(read_byte_count(reading, "the bytes of a line", &reading->profile->line_bytes));
    return reading->profile->line_bytes > 0
               ? FA_OK
               : fa_profile_wrong(reading, &token, "a line has at least one byte");
}

/* field "AMOUNT" 23 .. 40 */
static enum fa_status read_field(struct fa_profile_reading *reading)
{
    struct fa_lexer *lexer = &reading->lexer;
    struct fa_profile *profile = reading->profile;
    const struct fa_token token = lexer->token;
    struct fa_fixed_field field = {.place = fa_lex_here(lexer)};
    FA_TRY(fa_lex_expect_string(lexer, "a field's name in quotes", &field.name));
    FA_TRY(read_byte_count(reading, "its first byte, from 0", &field.from));
    FA_TRY(fa_lex_expect(lexer, ".."));
    FA_TRY(read_byte_count(reading, "the byte behind its last", &field.to));
    if (field.from >= field.to)
        return fa_profile_wrong(reading, &token, "the field ends where it begins, or before");
    for (size_t i = 0; i < profile->fixed_fields.count; i++) {
        if (fa_str_equal(profile->fixed_fields.items[i].name, field.name))
            return fa_profile_wrong(reading, &token, "the field is described twice");
    }
    if (profile->fixed_fields.count == FA_RECORD_FIELDS_MAX)
        return fa_profile_wrong(reading, &token, "more fields than a record may have");
    return fa_vec_add(&profile->fixed_fields, field) == FA_OK ? FA_OK
                                                              : fa_profile_no_memory(reading);
}

static enum fa_status read_skip(struct fa_profile_reading *reading)
{
    return read_patterns(reading, &reading->profile->skips);
}

static enum fa_status read_footer(struct fa_profile_reading *reading)
{
    return read_patterns(reading, &reading->profile->footers);
}

static enum fa_status read_ignore(struct fa_profile_reading *reading)
{
    struct fa_profile *profile = reading->profile;
    if (!fa_lex_accept(&reading->lexer, "when"))
        return fa_profile_read_texts(reading, "a header in quotes, or when", &profile->ignored);
    if (fa_vec_add(&profile->ignored_when, (struct fa_profile_condition){0}) != FA_OK)
        return fa_profile_no_memory(reading);
    return fa_profile_read_condition(
        reading, &profile->ignored_when.items[profile->ignored_when.count - 1]);
}

static enum fa_status read_missing(struct fa_profile_reading *reading)
{
    return fa_profile_read_texts(reading, "a text in quotes", &reading->profile->missing);
}

/* EUR scale 8 [tolerance 1]: the decimals that its amounts have; or EUR: that of all amounts */
static enum fa_status read_currency(struct fa_profile_reading *reading)
{
    struct fa_lexer *lexer = &reading->lexer;
    struct fa_profile *profile = reading->profile;
    struct fa_currency_info info = {0};
    struct fa_token name, token;
    uint64_t scale, tolerance = 0;
    FA_TRY(fa_lex_expect_kind(lexer, FA_TOKEN_WORD, "a currency such as EUR", &name));
    if (!fa_currency_parse(name.text, &info.currency))
        return fa_profile_wrong(reading, &name, "not a currency of ISO 4217");
    if (!fa_lex_accept(lexer, "scale")) {
        if (profile->currency != 0)
            return fa_profile_wrong(reading, &name,
                                    "all amounts have another currency already");
        profile->currency = info.currency;
        return FA_OK;
    }
    token = lexer->token;
    FA_TRY(fa_lex_expect_count(lexer, "a number of decimals", &scale));
    if (scale > FA_MONEY_SCALE_MAX || (int)scale < fa_currency_scale(info.currency))
        return fa_profile_wrong(reading, &token, "decimals from those of ISO 4217 to 12");
    if (fa_lex_accept(lexer, "tolerance")) {
        token = lexer->token;
        FA_TRY(fa_lex_expect_count(lexer, "a number of units of the last decimal", &tolerance));
        if (tolerance > 1000)
            return fa_profile_wrong(reading, &token,
                                    "at most 1,000 units are put down to rounding");
    }
    for (size_t i = 0; i < profile->currencies.count; i++)
        if (profile->currencies.items[i].currency == info.currency)
            return fa_profile_wrong(reading, &name, "the currency has a scale already");
    info.scale = (int)scale;
    info.balance_tolerance = (int64_t)tolerance;
    return fa_vec_add(&profile->currencies, info) == FA_OK ? FA_OK
                                                           : fa_profile_no_memory(reading);
}

static enum fa_status read_rounding(struct fa_profile_reading *reading)
{
    static const char *const names[] = {"half", "down"};
    struct fa_lexer *lexer = &reading->lexer;
    unsigned chosen;
    FA_TRY(read_choice(reading, "rounding", names, 2, &chosen));
    if (chosen == 1) {
        reading->profile->rounding = FA_ROUND_DOWN;
        return FA_OK;
    }
    bool is_even = fa_lex_accept(lexer, "even");
    reading->profile->rounding = is_even ? FA_ROUND_HALF_EVEN : FA_ROUND_HALF_UP;
    return is_even ? FA_OK : fa_lex_expect(lexer, "up");
}

static enum fa_status read_zone(struct fa_profile_reading *reading)
{
    struct fa_token token = reading->lexer.token;
    FA_TRY(fa_lex_expect_joined(&reading->lexer, "a time zone such as Asia/Shanghai",
                                &token.text));
    reading->profile->has_zone = fa_zone_find(token.text, &reading->profile->zone);
    return reading->profile->has_zone
               ? FA_OK
               : fa_profile_wrong(reading, &token,
                                  "an unknown zone; there are UTC, Asia/Shanghai and +08:00");
}

/* date "DD.MM.YYYY" */
static enum fa_status read_date_form(struct fa_profile_reading *reading)
{
    const struct fa_token token = reading->lexer.token;
    struct fa_str *form = &reading->profile->date_form;
    FA_TRY(fa_lex_expect_string(&reading->lexer, "a form such as \"DD.MM.YYYY\"", form));
    const char *fault = fa_form_fault(*form, FA_FORM_DATE);
    return fault ? fa_profile_wrong(reading, &token, fault) : FA_OK;
}

static enum fa_status read_thousands(struct fa_profile_reading *reading)
{
    return read_mark(reading, "a mark in quotes", ",.' ", &reading->profile->thousands);
}

static enum fa_status read_decimal(struct fa_profile_reading *reading)
{
    return read_mark(reading, "a mark in quotes", ".,", &reading->profile->decimal);
}

/* total rows = "PATTERN {}" [when ...]; total "HEADER" = "PATTERN {}" [when ...] */
static enum fa_status read_total(struct fa_profile_reading *reading)
{
    struct fa_lexer *lexer = &reading->lexer;
    struct fa_profile *profile = reading->profile;
    struct fa_profile_total added = {.place = fa_lex_here(lexer)};
    if (!fa_lex_accept(lexer, "rows")) {
        const struct fa_token token = lexer->token;
        FA_TRY(fa_lex_expect_string(lexer, "rows, or a header in quotes", &added.header));
        if (added.header.size == 0)
            return fa_profile_wrong(reading, &token, "a header cannot be empty");
    }
    FA_TRY(fa_lex_expect(lexer, "="));
    FA_TRY(fa_profile_read_taking(reading, &added.pattern));
    if (fa_vec_add(&profile->totals, added) != FA_OK)
        return fa_profile_no_memory(reading);
    return fa_lex_accept(lexer, "when")
               ? fa_profile_read_condition(
                     reading, &profile->totals.items[profile->totals.count - 1].when)
               : FA_OK;
}

/* --- the whole --- */

struct statement {
    const char *name;
    enum fa_status (*read)(struct fa_profile_reading *reading);
    bool may_repeat;
};

static const struct statement statements[] = {
    {"title", read_title, false},
    {"files", read_files, true},
    {"format", read_format, false},
    {"encoding", read_encoding, false},
    {"separator", read_separator, false},
    {"quotes", read_quotes, false},
    {"blanks", read_blanks, false},
    {"surplus", read_surplus, false},
    {"sheet", read_sheet, false},
    {"records", read_records, false},
    {"line", read_line, false},
    {"field", read_field, true},
    {"skip", read_skip, true},
    {"footer", read_footer, true},
    {"ignore", read_ignore, true},
    {"missing", read_missing, true},
    {"zone", read_zone, false},
    {"currency", read_currency, true},
    {"rounding", read_rounding, false},
    {"date", read_date_form, false},
    {"thousands", read_thousands, false},
    {"decimal", read_decimal, false},
    {"total", read_total, true},
    {"table", fa_profile_read_table, true},
    {"row", fa_profile_read_row, true},
    {"column", fa_profile_read_column, true},
};

enum { STATEMENT_COUNT = sizeof statements / sizeof *statements };
_Static_assert((int)STATEMENT_COUNT <= (int)FA_PROFILE_STATEMENTS_MAX,
               "each statement has a place");

bool fa_profile_find_statement(const struct fa_profile_reading *reading, const char *name,
                               struct fa_place *place)
{
    for (size_t i = 0; i < STATEMENT_COUNT; i++)
        if (strcmp(statements[i].name, name) == 0) {
            *place = reading->seen[i];
            return place->line_no > 0;
        }
    return false;
}

static enum fa_status read_statement(struct fa_profile_reading *reading)
{
    struct fa_lexer *lexer = &reading->lexer;
    const char *names[STATEMENT_COUNT];
    for (size_t i = 0; i < STATEMENT_COUNT; i++) {
        const struct fa_token token = lexer->token;
        names[i] = statements[i].name;
        if (!fa_lex_at(lexer, names[i]))
            continue;
        reading->statement = token;
        if (reading->is_lost && (fa_lex_at(lexer, "column") || fa_lex_at(lexer, "row"))) {
            fa_lex_skip_statement(lexer);
            return FA_OK;
        }
        fa_lex_take(lexer);
        if (reading->seen[i].line_no > 0 && !statements[i].may_repeat)
            return fa_profile_wrong(reading, &token, "the statement stands twice");
        if (reading->seen[i].line_no == 0)
            reading->seen[i] = fa_lex_place(lexer, &token);
        FA_TRY(statements[i].read(reading));
        return fa_lex_expect_statement_end(lexer);
    }
    return fa_lex_unknown(lexer, "statement of a profile", names, STATEMENT_COUNT);
}

/* Statements to the end; a mistake is reported and the next statement read. */
static enum fa_status read_statements(struct fa_profile_reading *reading)
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

static enum fa_status read_profile(struct fa_profile_reading *reading)
{
    static const char *const first[] = {"profile"};
    struct fa_lexer *lexer = &reading->lexer;
    if (!fa_lex_accept(lexer, "profile"))
        return fa_lex_unknown(lexer, "first statement of a profile", first, 1);
    FA_TRY(fa_lex_expect_kind(lexer, FA_TOKEN_WORD, "the profile's name", &reading->name));
    reading->profile->name = reading->name.text;
    FA_TRY(fa_lex_expect_statement_end(lexer));
    FA_TRY(read_statements(reading));
    FA_TRY(fa_profile_end_table(reading));
    fa_lex_take(lexer);
    FA_TRY(fa_lex_expect_statement_end(lexer));
    if (lexer->token.kind != FA_TOKEN_END)
        return fa_lex_unexpected(lexer, "nothing behind the profile's end");
    if (reading->profile->tables.count == 0)
        return fa_profile_wrong(reading, &reading->name, "the profile names no table");
    return fa_profile_check(reading);
}

enum fa_status fa_profile_parse(struct fa_str text, struct fa_str name,
                                const struct fa_dictionary *dictionary, struct fa_arena *arena,
                                struct fa_sink *sink, struct fa_profile *profile)
{
    *profile =
        (struct fa_profile){.separator = ',', .rounding = FA_ROUND_REFUSE, .decimal = '.'};
    struct fa_profile_reading reading = {.dictionary = dictionary, .profile = profile};
    struct fa_sha256 *sha = fa_sha256_new();
    if (!sha)
        return fa_out_of_memory(sink, "a profile");
    fa_sha256_add(sha, text.bytes, text.size);
    fa_sha256_finish(sha, profile->sha256);
    profile->size_bytes = text.size;
    fa_sha256_free(sha);
    enum fa_status status = fa_lexer_init(&reading.lexer, text, name, arena, sink);
    if (status == FA_OK)
        status = read_profile(&reading);
    if (status == FA_OK)
        status = reading.lexer.status;
    for (size_t i = 0; i < reading.shared.count; i++)
        fa_profile_release_column(&reading.shared.items[i]);
    fa_vec_free(&reading.shared);
    if (status != FA_OK)
        fa_profile_release(profile);
    return status;
}

static void release_table(struct fa_profile_table *table)
{
    for (size_t r = 0; r < table->rows.count; r++) {
        struct fa_profile_row *row = &table->rows.items[r];
        for (size_t c = 0; c < row->columns.count; c++)
            fa_profile_release_column(&row->columns.items[c]);
        fa_vec_free(&row->columns);
        fa_profile_release_condition(&row->when);
    }
    fa_vec_free(&table->rows);
}

void fa_profile_release(struct fa_profile *profile)
{
    fa_vec_free(&profile->file_names);
    fa_vec_free(&profile->fixed_fields);
    fa_vec_free(&profile->skips);
    fa_vec_free(&profile->footers);
    for (size_t i = 0; i < profile->ignored_when.count; i++)
        fa_profile_release_condition(&profile->ignored_when.items[i]);
    fa_vec_free(&profile->ignored_when);
    fa_vec_free(&profile->missing);
    fa_vec_free(&profile->ignored);
    for (size_t i = 0; i < profile->totals.count; i++)
        fa_profile_release_condition(&profile->totals.items[i].when);
    fa_vec_free(&profile->totals);
    for (size_t i = 0; i < profile->tables.count; i++)
        release_table(&profile->tables.items[i]);
    fa_vec_free(&profile->tables);
    fa_vec_free(&profile->currencies);
}
