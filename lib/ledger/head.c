#include "ledger/head.h"

#include <stdlib.h>
#include <string.h>

#include "base/limits.h"
#include "lang/lexer.h"

void fa_head_init(struct fa_head *head)
{
    *head = (struct fa_head){0};
    fa_arena_init(&head->arena);
    fa_zone_find(FA_STR("UTC"), &head->zone);
}

void fa_head_release(struct fa_head *head)
{
    fa_vec_free(&head->currencies);
    fa_vec_free(&head->sources);
    fa_vec_free(&head->covers);
    fa_vec_free(&head->steps);
    fa_vec_free(&head->options);
    fa_vec_free(&head->inputs);
    fa_arena_release(&head->arena);
    *head = (struct fa_head){0};
}

/* --- writing --- */

static enum fa_status format_quoted(const char *word, struct fa_str text, struct fa_buf *buf)
{
    FA_TRY(fa_buf_addf(buf, " %s ", word));
    return fa_lex_quote(text, buf);
}

/* A line of its own; nothing for an empty text. */
static enum fa_status format_text(const char *word, struct fa_str text, struct fa_buf *buf)
{
    if (text.size == 0)
        return FA_OK;
    FA_TRY(fa_buf_add_char(buf, ' '));
    FA_TRY(format_quoted(word, text, buf));
    return fa_buf_add_char(buf, '\n');
}

static enum fa_status format_date(int64_t day_no, struct fa_buf *buf)
{
    char text[FA_TIME_TEXT_BYTES];
    return fa_buf_add(buf, text, fa_date_format(day_no, text));
}

static enum fa_status format_currency(fa_currency currency, struct fa_buf *buf)
{
    char text[4];
    fa_currency_format(currency, text);
    return fa_buf_add(buf, text, 3);
}

static const char *const count_names[] = {"records", "accepted", "rejected",
                                          "ignored", "other",    "rows"};

static uint64_t *count_of(struct fa_source_count *count, size_t i)
{
    uint64_t *const counts[] = {&count->records, &count->accepted, &count->rejected,
                                &count->ignored, &count->other,    &count->rows};
    return counts[i];
}

static enum fa_status format_source(const struct fa_head *head,
                                    const struct fa_source_info *source, struct fa_buf *buf)
{
    char hex[FA_SHA256_HEX_BYTES];
    fa_sha256_hex(source->sha256, hex);
    FA_TRY(fa_buf_add_char(buf, ' '));
    FA_TRY(format_quoted("source", source->name, buf));
    if (source->table != FA_NO_TABLE) {
        FA_TRY(fa_buf_add_text(buf, " table "));
        FA_TRY(fa_buf_add_str(buf, head->dictionary.tables[source->table].name));
    }
    if (source->profile.size > 0)
        FA_TRY(format_quoted("profile", source->profile, buf));
    FA_TRY(fa_buf_addf(buf, " size %llu sha256 \"%s\"", (unsigned long long)source->size_bytes,
                       hex));
    struct fa_source_count count = source->count;
    for (size_t i = 0; i < sizeof count_names / sizeof *count_names; i++)
        FA_TRY(fa_buf_addf(buf, " %s %llu", count_names[i],
                           (unsigned long long)*count_of(&count, i)));
    return fa_buf_add_char(buf, '\n');
}

static enum fa_status format_cover(const struct fa_head *head,
                                   const struct fa_cover_info *cover, struct fa_buf *buf)
{
    FA_TRY(fa_buf_add_text(buf, "  covers "));
    FA_TRY(fa_buf_add_str(buf, head->dictionary.tables[cover->table].name));
    FA_TRY(fa_buf_add_char(buf, ' '));
    FA_TRY(format_date(cover->from_day, buf));
    FA_TRY(fa_buf_add_text(buf, " .. "));
    FA_TRY(format_date(cover->to_day, buf));
    return fa_buf_add_text(buf, cover->is_assumed ? " assumed\n" : "\n");
}

static enum fa_status format_step(const struct fa_step_info *step, struct fa_buf *buf)
{
    FA_TRY(fa_buf_add_char(buf, ' '));
    FA_TRY(format_quoted("step", step->tool, buf));
    FA_TRY(format_quoted("version", step->version, buf));
    if (step->options.size > 0)
        FA_TRY(format_quoted("options", step->options, buf));
    if (step->hash.size > 0)
        FA_TRY(format_quoted("hash", step->hash, buf));
    return fa_buf_add_char(buf, '\n');
}

static enum fa_status format_option(const struct fa_option_info *option, struct fa_buf *buf)
{
    FA_TRY(fa_buf_add_char(buf, ' '));
    FA_TRY(format_quoted("option", option->tool, buf));
    FA_TRY(format_quoted("name", option->name, buf));
    FA_TRY(format_quoted("value", option->value, buf));
    return fa_buf_add_char(buf, '\n');
}

static const char *const role_names[FA_INPUT_ROLE_COUNT] = {
    "source", "manifest", "profile", "scheme", "ruleset", "set", "waivers", "baseline"};

static enum fa_status format_input(const struct fa_input_info *input, struct fa_buf *buf)
{
    char hex[FA_SHA256_HEX_BYTES];
    fa_sha256_hex(input->sha256, hex);
    FA_TRY(fa_buf_add_char(buf, ' '));
    FA_TRY(format_quoted("input", input->tool, buf));
    FA_TRY(fa_buf_addf(buf, " role %s", role_names[input->role]));
    FA_TRY(format_quoted("name", input->name, buf));
    return fa_buf_addf(buf, " size %llu sha256 \"%s\"\n", (unsigned long long)input->size_bytes,
                       hex);
}

enum fa_status fa_head_format(const struct fa_head *head, struct fa_buf *buf)
{
    FA_TRY(fa_buf_add_text(buf, head->kind == FA_STREAM_LEDGER ? "stream ledger\n"
                                                               : "stream results\n"));
    FA_TRY(format_text("filing", head->filing, buf));
    FA_TRY(format_text("filer", head->filer, buf));
    FA_TRY(fa_buf_addf(buf, "  zone %s\n  as of ", head->zone.name));
    FA_TRY(format_date(head->as_of_day, buf));
    FA_TRY(fa_buf_add_text(buf, head->as_of_assumed ? " assumed\n" : "\n"));
    if (head->currency != 0) {
        FA_TRY(fa_buf_add_text(buf, "  currency "));
        FA_TRY(format_currency(head->currency, buf));
        FA_TRY(fa_buf_add_char(buf, '\n'));
    }
    FA_TRY(format_text("reference", head->reference, buf));
    for (size_t i = 0; i < head->currencies.count; i++) {
        FA_TRY(fa_buf_add_text(buf, "  scale "));
        FA_TRY(format_currency(head->currencies.items[i].currency, buf));
        FA_TRY(fa_buf_addf(buf, " %d", head->currencies.items[i].scale));
        if (head->currencies.items[i].balance_tolerance)
            FA_TRY(fa_buf_addf(buf, " balance tolerance %lld",
                               (long long)head->currencies.items[i].balance_tolerance));
        FA_TRY(fa_buf_add_char(buf, '\n'));
    }
    for (size_t i = 0; i < head->sources.count; i++)
        FA_TRY(format_source(head, &head->sources.items[i], buf));
    for (size_t i = 0; i < head->covers.count; i++)
        FA_TRY(format_cover(head, &head->covers.items[i], buf));
    for (size_t i = 0; i < head->steps.count; i++)
        FA_TRY(format_step(&head->steps.items[i], buf));
    for (size_t i = 0; i < head->options.count; i++)
        FA_TRY(format_option(&head->options.items[i], buf));
    for (size_t i = 0; i < head->inputs.count; i++)
        FA_TRY(format_input(&head->inputs.items[i], buf));
    FA_TRY(fa_buf_add_text(buf, "end\n"));
    for (int i = 0; i < head->dictionary.table_count; i++)
        FA_TRY(fa_table_def_format(&head->dictionary.tables[i], buf));
    return FA_OK;
}

/* --- reading --- */

/* Sources and covers name tables whose definitions come behind them. */
struct reading {
    struct fa_lexer lexer;
    FA_VEC(struct fa_token) source_tables;
    FA_VEC(struct fa_token) cover_tables;
};

static enum fa_status no_memory(struct fa_lexer *lexer)
{
    return fa_out_of_memory(lexer->sink, "the head of a stream");
}

static enum fa_status bad_head(const struct fa_lexer *lexer, const struct fa_token *token,
                               const char *what)
{
    char quoted[FA_QUOTED_BYTES];
    return fa_error(lexer->sink, FA_CODE_STREAM_HEAD, fa_lex_place(lexer, token), NULL,
                    "the head of the stream has %s %s", what, fa_quoted(token->text, quoted));
}

static enum fa_status read_date(struct fa_lexer *lexer, int64_t *day_no)
{
    struct fa_token token;
    FA_TRY(fa_lex_expect_kind(lexer, FA_TOKEN_DATE, "a date", &token));
    return fa_date_parse(token.text, day_no) == FA_VALUE_OK
               ? FA_OK
               : bad_head(lexer, &token, "an impossible date");
}

static enum fa_status read_currency(struct fa_lexer *lexer, fa_currency *currency)
{
    struct fa_token token;
    FA_TRY(fa_lex_expect_kind(lexer, FA_TOKEN_WORD, "a currency", &token));
    return fa_currency_parse(token.text, currency)
               ? FA_OK
               : bad_head(lexer, &token, "an unknown currency");
}

static enum fa_status read_zone(struct fa_lexer *lexer, struct fa_head *head)
{
    struct fa_token token = lexer->token;
    FA_TRY(fa_lex_expect_joined(lexer, "a time zone", &token.text));
    return fa_zone_find(token.text, &head->zone) ? FA_OK
                                                 : bad_head(lexer, &token, "an unknown zone");
}

static bool hex_digit(char c, uint8_t *value)
{
    bool is_digit = c >= '0' && c <= '9', is_letter = c >= 'a' && c <= 'f';
    *value = (uint8_t)(is_digit ? c - '0' : c - 'a' + 10);
    return is_digit || is_letter;
}

static enum fa_status read_sha256(struct fa_lexer *lexer, uint8_t sha256[FA_SHA256_BYTES])
{
    struct fa_token token;
    FA_TRY(fa_lex_expect_kind(lexer, FA_TOKEN_STRING, "a SHA-256 in quotes", &token));
    bool is_hex = token.text.size == 2 * FA_SHA256_BYTES;
    for (size_t i = 0; is_hex && i < FA_SHA256_BYTES; i++) {
        uint8_t high = 0, low = 0;
        is_hex = hex_digit(token.text.bytes[2 * i], &high) &&
                 hex_digit(token.text.bytes[2 * i + 1], &low);
        sha256[i] = (uint8_t)(high << 4 | low);
    }
    return is_hex ? FA_OK : bad_head(lexer, &token, "no SHA-256 but");
}

static enum fa_status read_source(struct reading *reading, struct fa_head *head)
{
    struct fa_lexer *lexer = &reading->lexer;
    struct fa_source_info source = {.table = FA_NO_TABLE};
    struct fa_token table = {0};
    FA_TRY(fa_lex_expect_string(lexer, "the name of a file in quotes", &source.name));
    if (fa_lex_accept(lexer, "table"))
        FA_TRY(fa_lex_expect_kind(lexer, FA_TOKEN_WORD, "a table", &table));
    if (fa_lex_accept(lexer, "profile"))
        FA_TRY(fa_lex_expect_string(lexer, "a profile in quotes", &source.profile));
    FA_TRY(fa_lex_expect(lexer, "size"));
    FA_TRY(fa_lex_expect_count(lexer, "a size in bytes", &source.size_bytes));
    FA_TRY(fa_lex_expect(lexer, "sha256"));
    FA_TRY(read_sha256(lexer, source.sha256));
    /* streams of earlier versions have no counts */
    for (size_t i = 0; i < sizeof count_names / sizeof *count_names; i++)
        if (fa_lex_accept(lexer, count_names[i]))
            FA_TRY(
                fa_lex_expect_count(lexer, "a number of records", count_of(&source.count, i)));
    if (head->sources.count == FA_SOURCES_MAX || fa_vec_add(&head->sources, source) != FA_OK ||
        fa_vec_add(&reading->source_tables, table) != FA_OK)
        return no_memory(lexer);
    return FA_OK;
}

static enum fa_status read_cover(struct reading *reading, struct fa_head *head)
{
    struct fa_lexer *lexer = &reading->lexer;
    struct fa_cover_info cover = {.table = FA_NO_TABLE};
    struct fa_token table;
    FA_TRY(fa_lex_expect_kind(lexer, FA_TOKEN_WORD, "a table", &table));
    FA_TRY(read_date(lexer, &cover.from_day));
    FA_TRY(fa_lex_expect(lexer, ".."));
    FA_TRY(read_date(lexer, &cover.to_day));
    cover.is_assumed = fa_lex_accept(lexer, "assumed");
    if (fa_vec_add(&head->covers, cover) != FA_OK ||
        fa_vec_add(&reading->cover_tables, table) != FA_OK)
        return no_memory(lexer);
    return FA_OK;
}

static enum fa_status read_scale(struct fa_lexer *lexer, struct fa_head *head)
{
    struct fa_currency_info info = {0};
    uint64_t scale, tolerance = 0;
    struct fa_token token = lexer->token;
    FA_TRY(read_currency(lexer, &info.currency));
    for (size_t i = 0; i < head->currencies.count; i++)
        if (head->currencies.items[i].currency == info.currency)
            return bad_head(lexer, &token, "a second scale for");
    token = lexer->token;
    FA_TRY(fa_lex_expect_count(lexer, "a number of decimals", &scale));
    if (scale > FA_MONEY_SCALE_MAX)
        return bad_head(lexer, &token, "too many decimals");
    info.scale = (int)scale;
    if (fa_lex_accept(lexer, "balance")) {
        FA_TRY(fa_lex_expect(lexer, "tolerance"));
        token = lexer->token;
        FA_TRY(fa_lex_expect_count(lexer, "minor units", &tolerance));
        if (tolerance > INT64_MAX)
            return bad_head(lexer, &token, "too large a tolerance");
    }
    info.balance_tolerance = (int64_t)tolerance;
    return fa_vec_add(&head->currencies, info) == FA_OK ? FA_OK : no_memory(lexer);
}

static enum fa_status read_step(struct fa_lexer *lexer, struct fa_head *head)
{
    struct fa_step_info step = {0};
    FA_TRY(fa_lex_expect_string(lexer, "the name of a tool in quotes", &step.tool));
    FA_TRY(fa_lex_expect(lexer, "version"));
    FA_TRY(fa_lex_expect_string(lexer, "a version in quotes", &step.version));
    if (fa_lex_accept(lexer, "options"))
        FA_TRY(fa_lex_expect_string(lexer, "options in quotes", &step.options));
    if (fa_lex_accept(lexer, "hash"))
        FA_TRY(fa_lex_expect_string(lexer, "a hash in quotes", &step.hash));
    return fa_vec_add(&head->steps, step) == FA_OK ? FA_OK : no_memory(lexer);
}

static enum fa_status read_option(struct fa_lexer *lexer, struct fa_head *head)
{
    struct fa_option_info option = {0};
    FA_TRY(fa_lex_expect_string(lexer, "the name of a tool in quotes", &option.tool));
    FA_TRY(fa_lex_expect(lexer, "name"));
    FA_TRY(fa_lex_expect_string(lexer, "the name of an option in quotes", &option.name));
    FA_TRY(fa_lex_expect(lexer, "value"));
    FA_TRY(fa_lex_expect_string(lexer, "the value of an option in quotes", &option.value));
    return fa_vec_add(&head->options, option) == FA_OK ? FA_OK : no_memory(lexer);
}

static enum fa_status read_role(struct fa_lexer *lexer, enum fa_input_role *role)
{
    struct fa_token token;
    FA_TRY(fa_lex_expect_kind(lexer, FA_TOKEN_WORD, "what an input is", &token));
    for (int i = FA_INPUT_SOURCE + 1; i < FA_INPUT_ROLE_COUNT; i++) {
        if (fa_str_is(token.text, role_names[i])) {
            *role = (enum fa_input_role)i;
            return FA_OK;
        }
    }
    return bad_head(lexer, &token, "an unknown kind of input");
}

static enum fa_status read_input(struct fa_lexer *lexer, struct fa_head *head)
{
    struct fa_input_info input = {0};
    FA_TRY(fa_lex_expect_string(lexer, "the name of a tool in quotes", &input.tool));
    FA_TRY(fa_lex_expect(lexer, "role"));
    FA_TRY(read_role(lexer, &input.role));
    FA_TRY(fa_lex_expect(lexer, "name"));
    FA_TRY(fa_lex_expect_string(lexer, "the name of an input in quotes", &input.name));
    FA_TRY(fa_lex_expect(lexer, "size"));
    FA_TRY(fa_lex_expect_count(lexer, "a size in bytes", &input.size_bytes));
    FA_TRY(fa_lex_expect(lexer, "sha256"));
    FA_TRY(read_sha256(lexer, input.sha256));
    return fa_vec_add(&head->inputs, input) == FA_OK ? FA_OK : no_memory(lexer);
}

static enum fa_status read_statement(struct reading *reading, struct fa_head *head)
{
    static const char *const names[] = {"filing", "filer",  "zone", "as",     "currency", "reference",
                                        "scale",  "source", "covers", "step", "option",   "input"};
    struct fa_lexer *lexer = &reading->lexer;
    if (fa_lex_accept(lexer, "filing")) {
        FA_TRY(fa_lex_expect_string(lexer, "a title in quotes", &head->filing));
    } else if (fa_lex_accept(lexer, "filer")) {
        FA_TRY(fa_lex_expect_string(lexer, "an institution in quotes", &head->filer));
    } else if (fa_lex_accept(lexer, "zone")) {
        FA_TRY(read_zone(lexer, head));
    } else if (fa_lex_accept(lexer, "as")) {
        FA_TRY(fa_lex_expect(lexer, "of"));
        FA_TRY(read_date(lexer, &head->as_of_day));
        head->as_of_assumed = fa_lex_accept(lexer, "assumed");
    } else if (fa_lex_accept(lexer, "currency")) {
        FA_TRY(read_currency(lexer, &head->currency));
    } else if (fa_lex_accept(lexer, "reference")) {
        FA_TRY(fa_lex_expect_string(lexer, "a column in quotes", &head->reference));
    } else if (fa_lex_accept(lexer, "scale")) {
        FA_TRY(read_scale(lexer, head));
    } else if (fa_lex_accept(lexer, "source")) {
        FA_TRY(read_source(reading, head));
    } else if (fa_lex_accept(lexer, "covers")) {
        FA_TRY(read_cover(reading, head));
    } else if (fa_lex_accept(lexer, "step")) {
        FA_TRY(read_step(lexer, head));
    } else if (fa_lex_accept(lexer, "option")) {
        FA_TRY(read_option(lexer, head));
    } else if (fa_lex_accept(lexer, "input")) {
        FA_TRY(read_input(lexer, head));
    } else {
        return fa_lex_unknown(lexer, "statement of a stream's head", names,
                              sizeof names / sizeof *names);
    }
    return fa_lex_expect_statement_end(lexer);
}

static enum fa_status find_table(const struct reading *reading, const struct fa_head *head,
                                 const struct fa_token *name, int *table)
{
    const struct fa_table_def *found = fa_dictionary_find(&head->dictionary, name->text);
    if (!found)
        return bad_head(&reading->lexer, name, "no table");
    *table = found->index;
    return FA_OK;
}

static enum fa_status read_head(struct reading *reading, struct fa_head *head)
{
    struct fa_lexer *lexer = &reading->lexer;
    FA_TRY(fa_lex_expect(lexer, "stream"));
    if (fa_lex_accept(lexer, "results"))
        head->kind = FA_STREAM_RESULTS;
    else
        FA_TRY(fa_lex_expect(lexer, "ledger"));
    FA_TRY(fa_lex_expect_statement_end(lexer));
    while (!fa_lex_accept(lexer, "end"))
        FA_TRY(read_statement(reading, head));
    FA_TRY(fa_lex_expect_statement_end(lexer));
    FA_TRY(fa_dictionary_read(lexer, &head->dictionary));
    for (size_t i = 0; i < head->sources.count; i++)
        if (reading->source_tables.items[i].text.size > 0)
            FA_TRY(find_table(reading, head, &reading->source_tables.items[i],
                              &head->sources.items[i].table));
    bool is_covered[FA_TABLES_MAX] = {false};
    for (size_t i = 0; i < head->covers.count; i++) {
        const struct fa_token *name = &reading->cover_tables.items[i];
        int *table = &head->covers.items[i].table;
        FA_TRY(find_table(reading, head, name, table));
        if (is_covered[*table])
            return bad_head(lexer, name, "a second period for");
        is_covered[*table] = true;
    }
    return FA_OK;
}

enum fa_status fa_head_parse(struct fa_str text, struct fa_sink *sink, struct fa_head *head)
{
    struct fa_head made;
    fa_head_init(&made);
    struct reading reading = {.source_tables = {0}};
    struct fa_str kept = fa_arena_str(&made.arena, text);
    enum fa_status status = kept.bytes ? FA_OK : fa_out_of_memory(sink, "the head of a stream");
    if (status == FA_OK)
        status = fa_lexer_init(&reading.lexer, kept, FA_STR("head of the stream"), &made.arena,
                               sink);
    if (status == FA_OK)
        status = read_head(&reading, &made);
    fa_vec_free(&reading.source_tables);
    fa_vec_free(&reading.cover_tables);
    if (status == FA_OK)
        *head = made;
    else
        fa_head_release(&made);
    /* Nobody wrote a head by hand: what does not compile in one is damaged input. */
    return status == FA_ERULES ? FA_EINPUT : status;
}

enum fa_status fa_head_copy(const struct fa_head *from, struct fa_sink *sink,
                            struct fa_head *to)
{
    struct fa_buf text = {0};
    enum fa_status status = fa_head_format(from, &text);
    if (status != FA_OK)
        status = fa_out_of_memory(sink, "the head of a stream");
    else
        status = fa_head_parse(fa_buf_str(&text), sink, to);
    fa_buf_release(&text);
    return status;
}

/* --- adding what a run was made from --- */

enum fa_status fa_head_add_option(struct fa_head *head, const char *tool, const char *name,
                                  struct fa_str value)
{
    const struct fa_option_info option = {
        .tool = fa_arena_str(&head->arena, fa_str_from(tool)),
        .name = fa_arena_str(&head->arena, fa_str_from(name)),
        .value = fa_arena_str(&head->arena, value),
    };
    if (!option.tool.bytes || !option.name.bytes || !option.value.bytes)
        return FA_ELIMIT;
    return fa_vec_add(&head->options, option);
}

enum fa_status fa_head_add_input(struct fa_head *head, const struct fa_input_info *input)
{
    struct fa_input_info kept = *input;
    kept.tool = fa_arena_str(&head->arena, input->tool);
    kept.name = fa_arena_str(&head->arena, input->name);
    if (!kept.tool.bytes || !kept.name.bytes)
        return FA_ELIMIT;
    return fa_vec_add(&head->inputs, kept);
}

enum fa_status fa_head_add_text(struct fa_head *head, const char *tool, enum fa_input_role role,
                                struct fa_str name, struct fa_str text)
{
    struct fa_input_info input = {
        .tool = fa_str_from(tool), .role = role, .name = name, .size_bytes = text.size};
    struct fa_sha256 *sha = fa_sha256_new();
    if (!sha)
        return FA_ELIMIT;
    fa_sha256_add(sha, text.bytes, text.size);
    fa_sha256_finish(sha, input.sha256);
    fa_sha256_free(sha);
    return fa_head_add_input(head, &input);
}

const char *fa_input_role_name(enum fa_input_role role)
{
    return role_names[role];
}

/* --- adding tables --- */

/* Marks what the marked tables refer to, and so on. WAITING has room for every table. */
static void mark_needed(const struct fa_dictionary *dictionary, bool *is_needed, int *waiting)
{
    int count = 0;
    for (int t = 0; t < dictionary->table_count; t++)
        if (is_needed[t])
            waiting[count++] = t;
    while (count > 0) {
        const struct fa_table_def *def = &dictionary->tables[waiting[--count]];
        for (int i = 0; i < def->column_count; i++) {
            int other = def->columns[i].refers_to;
            if (other == FA_NO_TABLE || is_needed[other])
                continue;
            is_needed[other] = true;
            waiting[count++] = other;
        }
    }
}

/* Appends what is needed and not there, as text, and reads the whole dictionary again: numbers
 * of the tables that are there stay, references are resolved anew. */
static enum fa_status add_tables(struct fa_head *head, const struct fa_dictionary *dictionary,
                                 const bool *is_needed, struct fa_sink *sink,
                                 struct fa_buf *text)
{
    bool is_grown = false;
    for (int i = 0; i < head->dictionary.table_count; i++)
        if (fa_table_def_format(&head->dictionary.tables[i], text) != FA_OK)
            return fa_out_of_memory(sink, "the head of a stream");
    for (int i = 0; i < dictionary->table_count; i++) {
        if (!is_needed[i] || fa_dictionary_find(&head->dictionary, dictionary->tables[i].name))
            continue;
        is_grown = true;
        if (fa_table_def_format(&dictionary->tables[i], text) != FA_OK)
            return fa_out_of_memory(sink, "the head of a stream");
    }
    if (!is_grown)
        return FA_OK;
    return fa_dictionary_parse(fa_buf_str(text), FA_STR("head of the stream"), &head->arena,
                               sink, &head->dictionary);
}

enum fa_status fa_head_add_tables(struct fa_head *head, const struct fa_dictionary *dictionary,
                                  const bool *is_wanted, struct fa_sink *sink)
{
    size_t count = (size_t)dictionary->table_count;
    bool *is_needed = calloc(count + 1, sizeof *is_needed);
    int *waiting = calloc(count + 1, sizeof *waiting);
    struct fa_buf text = {0};
    enum fa_status status = FA_OK;
    if (!is_needed || !waiting) {
        status = fa_out_of_memory(sink, "the head of a stream");
    } else {
        for (size_t t = 0; t < count; t++)
            is_needed[t] = is_wanted[t];
        mark_needed(dictionary, is_needed, waiting);
        status = add_tables(head, dictionary, is_needed, sink, &text);
    }
    fa_buf_release(&text);
    free(waiting);
    free(is_needed);
    return status;
}

enum fa_status fa_head_add_table(struct fa_head *head, const char *table, struct fa_sink *sink,
                                 int *index)
{
    const struct fa_table_def *found =
        fa_dictionary_find(&head->dictionary, fa_str_from(table));
    if (found) {
        *index = found->index;
        return FA_OK;
    }
    struct fa_arena call_arena;
    struct fa_dictionary builtin;
    fa_arena_init(&call_arena);
    enum fa_status status = fa_dictionary_builtin(&call_arena, sink, &builtin);
    if (status == FA_OK) {
        bool is_wanted[FA_TABLES_MAX] = {false};
        found = fa_dictionary_find(&builtin, fa_str_from(table));
        char quoted[FA_QUOTED_BYTES];
        if (!found) {
            status = fa_error(sink, FA_CODE_DEFECT, (struct fa_place){0}, NULL,
                              "the data dictionary has no table %s",
                              fa_quoted(fa_str_from(table), quoted));
        } else {
            is_wanted[found->index] = true;
            status = fa_head_add_tables(head, &builtin, is_wanted, sink);
        }
    }
    fa_arena_release(&call_arena);
    if (status == FA_OK)
        *index = fa_dictionary_find(&head->dictionary, fa_str_from(table))->index;
    return status;
}

int fa_head_scale(const struct fa_head *head, fa_currency currency)
{
    if (currency == 0)
        currency = head->currency;
    for (size_t i = 0; i < head->currencies.count; i++)
        if (head->currencies.items[i].currency == currency)
            return head->currencies.items[i].scale;
    int scale = fa_currency_scale(currency);
    return scale >= 0 ? scale : 0;
}
