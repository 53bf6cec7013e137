#include "intake/manifest.h"

#include <string.h>

#include "base/hash.h"
#include "base/limits.h"
#include "base/nearest.h"
#include "lang/lexer.h"

struct reading {
    struct fa_lexer lexer;
    const struct fa_dictionary *dictionary;
    struct fa_manifest *manifest;
};

static enum fa_status no_memory(struct reading *reading)
{
    return fa_out_of_memory(reading->lexer.sink, "a manifest");
}

static enum fa_status wrong(struct reading *reading, const struct fa_token *token,
                            const char *what)
{
    char quoted[FA_QUOTED_BYTES];
    return fa_error(reading->lexer.sink, FA_CODE_MANIFEST_SYNTAX,
                    fa_lex_place(&reading->lexer, token), NULL, "%s: %s",
                    fa_quoted(token->text, quoted), what);
}

/* The current token names no WHAT; NEAREST is what may have been meant, OTHERWISE (NULL: nothing) what
 * is said where nothing is near. */
static enum fa_status unknown(struct reading *reading, const char *what,
                              const struct fa_nearest *nearest, const char *otherwise)
{
    char quoted[FA_QUOTED_BYTES], hint[FA_NEAREST_HINT_BYTES];
    if (reading->lexer.token.kind != FA_TOKEN_WORD)
        return fa_lex_unexpected(&reading->lexer, what);
    return fa_error(reading->lexer.sink, FA_CODE_LANG_UNKNOWN, fa_lex_here(&reading->lexer),
                    fa_nearest_hint(nearest, otherwise, hint), "unknown %s %s", what,
                    fa_quoted(nearest->wanted, quoted));
}

static enum fa_status read_date(struct reading *reading, int64_t *day_no)
{
    struct fa_token token;
    FA_TRY(fa_lex_expect_kind(&reading->lexer, FA_TOKEN_DATE, "a date such as 2025-01-31",
                              &token));
    return fa_date_parse(token.text, day_no) == FA_VALUE_OK
               ? FA_OK
               : wrong(reading, &token, "no such day in the calendar");
}

static enum fa_status read_span(struct reading *reading, struct fa_manifest_cover *cover)
{
    FA_TRY(read_date(reading, &cover->from_day));
    FA_TRY(fa_lex_expect(&reading->lexer, ".."));
    struct fa_token token = reading->lexer.token;
    FA_TRY(read_date(reading, &cover->to_day));
    if (cover->to_day < cover->from_day)
        return wrong(reading, &token, "the period ends before it begins");
    for (size_t i = 0; i < reading->manifest->covers.count; i++)
        if (reading->manifest->covers.items[i].table == cover->table)
            return wrong(reading, &token, "a second period for the same");
    return fa_vec_add(&reading->manifest->covers, *cover) == FA_OK ? FA_OK : no_memory(reading);
}

static enum fa_status read_table(struct reading *reading, int *table)
{
    const struct fa_dictionary *dictionary = reading->dictionary;
    const struct fa_token token = reading->lexer.token;
    const struct fa_table_def *found =
        token.kind == FA_TOKEN_WORD ? fa_dictionary_find(dictionary, token.text) : NULL;
    if (found && found->written_by == FA_BY_FILING) {
        fa_lex_take(&reading->lexer);
        *table = found->index;
        return FA_OK;
    }
    if (found)
        return wrong(reading, &token, "a table that the tools write, in no filing");
    struct fa_nearest nearest = {.wanted = token.text};
    for (int i = 0; i < dictionary->table_count; i++)
        if (dictionary->tables[i].written_by == FA_BY_FILING)
            fa_nearest_add(&nearest, dictionary->tables[i].name);
    return unknown(reading, "table", &nearest,
                   "a table that a ruleset of your own declares is read where -r names its file");
}

static enum fa_status read_currency(struct reading *reading, fa_currency *currency)
{
    struct fa_token token;
    FA_TRY(
        fa_lex_expect_kind(&reading->lexer, FA_TOKEN_WORD, "a currency such as CNY", &token));
    return fa_currency_parse(token.text, currency)
               ? FA_OK
               : wrong(reading, &token, "not a currency of ISO 4217");
}

static enum fa_status read_zone(struct reading *reading)
{
    struct fa_token token = reading->lexer.token;
    struct fa_str name;
    FA_TRY(fa_lex_expect_joined(&reading->lexer, "a time zone such as Asia/Shanghai", &name));
    reading->manifest->has_zone = fa_zone_find(name, &reading->manifest->zone);
    token.text = name;
    return reading->manifest->has_zone
               ? FA_OK
               : wrong(reading, &token,
                       "an unknown zone; known are UTC, Asia/Shanghai and offsets "
                       "such as +08:00");
}

/* An id: in quotes when it is more than letters, digits and joined marks. */
static enum fa_status read_id(struct reading *reading, struct fa_str *id)
{
    if (reading->lexer.token.kind == FA_TOKEN_STRING)
        return fa_lex_expect_string(&reading->lexer, "an id", id);
    return fa_lex_expect_joined(&reading->lexer, "an id", id);
}

static enum fa_status read_reference(struct reading *reading)
{
    static const char *const names[] = {"flow_id", "order_id"};
    for (size_t i = 0; i < 2; i++)
        if (fa_lex_accept(&reading->lexer, names[i])) {
            reading->manifest->reference = fa_str_from(names[i]);
            return FA_OK;
        }
    return fa_lex_unknown(&reading->lexer, "reference", names, 2);
}

/* --- files --- */

static enum fa_status read_sum(struct reading *reading, struct fa_manifest_file *file)
{
    struct fa_lexer *lexer = &reading->lexer;
    struct fa_manifest_sum sum = {.place = fa_lex_here(lexer)};
    struct fa_token token = lexer->token;
    if (file->table == FA_NO_TABLE)
        return wrong(reading, &token, "name the table of the sum, in front of the profile");
    const struct fa_table_def *table = &reading->dictionary->tables[file->table];
    sum.column =
        token.kind == FA_TOKEN_WORD ? fa_table_find_column(table, token.text) : FA_NO_COLUMN;
    if (sum.column == FA_NO_COLUMN || table->columns[sum.column].type != FA_TYPE_MONEY) {
        struct fa_nearest nearest = {.wanted = token.text};
        for (int i = 0; i < table->column_count; i++)
            if (table->columns[i].type == FA_TYPE_MONEY)
                fa_nearest_add(&nearest, table->columns[i].name);
        return unknown(reading, "column of money", &nearest, NULL);
    }
    fa_lex_take(lexer);
    if (!fa_lex_at(lexer, "="))
        FA_TRY(read_currency(reading, &sum.currency));
    FA_TRY(fa_lex_expect(lexer, "="));
    struct fa_token first = lexer->token;
    bool is_negative = fa_lex_accept(lexer, "-");
    FA_TRY(fa_lex_expect_kind(lexer, FA_TOKEN_NUMBER, "an amount", &token));
    if (token.suffix != FA_SUFFIX_NONE)
        return wrong(reading, &token, "an amount has no unit");
    sum.amount = token.text;
    if (is_negative) {
        if (token.offset != first.end)
            return wrong(reading, &token, "a blank between sign and amount");
        sum.amount = (struct fa_str){token.text.bytes - 1, token.text.size + 1};
    }
    return fa_vec_add(&file->sums, sum) == FA_OK ? FA_OK : no_memory(reading);
}

static enum fa_status read_sha256(struct reading *reading, struct fa_manifest_file *file)
{
    struct fa_token token = reading->lexer.token;
    FA_TRY(fa_lex_expect_string(&reading->lexer, "a SHA-256 in quotes", &file->sha256));
    bool is_hex = file->sha256.size == FA_SHA256_HEX_BYTES - 1;
    for (size_t i = 0; is_hex && i < file->sha256.size; i++)
        is_hex = memchr("0123456789abcdef", file->sha256.bytes[i], 16) != NULL;
    return is_hex ? FA_OK : wrong(reading, &token, "not 64 hexadecimal digits in lower case");
}

static enum fa_status read_file_parts(struct reading *reading, struct fa_manifest_file *file)
{
    static const char *const names[] = {"profile", "filer", "rows", "sum", "sha256"};
    struct fa_lexer *lexer = &reading->lexer;
    FA_TRY(fa_lex_expect_string(lexer, "a file's name in quotes", &file->name));
    /* a profile names its tables itself */
    file->table = FA_NO_TABLE;
    if (!fa_lex_at(lexer, "profile")) {
        FA_TRY(fa_lex_expect(lexer, "table"));
        FA_TRY(read_table(reading, &file->table));
    }
    while (!fa_lex_at_statement_end(lexer)) {
        if (fa_lex_accept(lexer, ",")) {
            continue;
        } else if (fa_lex_accept(lexer, "profile")) {
            FA_TRY(read_id(reading, &file->profile));
        } else if (fa_lex_accept(lexer, "filer")) {
            FA_TRY(read_id(reading, &file->filer));
        } else if (fa_lex_accept(lexer, "rows")) {
            FA_TRY(fa_lex_expect_count(lexer, "a number of rows", &file->rows));
            file->has_rows = true;
        } else if (fa_lex_accept(lexer, "sum")) {
            FA_TRY(read_sum(reading, file));
        } else if (fa_lex_accept(lexer, "sha256")) {
            FA_TRY(read_sha256(reading, file));
        } else {
            return fa_lex_unknown(lexer, "part of a file statement", names,
                                  sizeof names / sizeof *names);
        }
    }
    return FA_OK;
}

static enum fa_status read_file(struct reading *reading)
{
    struct fa_token token = reading->lexer.token;
    struct fa_manifest_file file = {.place = fa_lex_here(&reading->lexer)};
    enum fa_status status = read_file_parts(reading, &file);
    for (size_t i = 0; status == FA_OK && i < reading->manifest->files.count; i++)
        if (fa_str_equal(reading->manifest->files.items[i].name, file.name))
            status = wrong(reading, &token, "the file is named twice");
    if (status == FA_OK && fa_vec_add(&reading->manifest->files, file) != FA_OK)
        status = no_memory(reading);
    if (status != FA_OK)
        fa_vec_free(&file.sums);
    return status;
}

/* --- statements --- */

enum statement { FILER, PERIOD, COVERS, ZONE, CURRENCY, REFERENCE, AS, FILE_, STATEMENTS };
static const char *const statement_names[STATEMENTS] = {
    [FILER] = "filer",       [PERIOD] = "period",       [COVERS] = "covers", [ZONE] = "zone",
    [CURRENCY] = "currency", [REFERENCE] = "reference", [AS] = "as",         [FILE_] = "file"};

static enum fa_status read_statement(struct reading *reading, enum statement statement)
{
    struct fa_manifest *manifest = reading->manifest;
    struct fa_manifest_cover cover = {.table = FA_NO_TABLE};
    switch (statement) {
    case FILER:
        return read_id(reading, &manifest->filer);
    case COVERS:
        FA_TRY(read_table(reading, &cover.table));
        return read_span(reading, &cover);
    case PERIOD:
        return read_span(reading, &cover);
    case ZONE:
        return read_zone(reading);
    case CURRENCY:
        return read_currency(reading, &manifest->currency);
    case REFERENCE:
        return read_reference(reading);
    case AS:
        FA_TRY(fa_lex_expect(&reading->lexer, "of"));
        manifest->has_as_of = true;
        return read_date(reading, &manifest->as_of_day);
    case FILE_:
        return read_file(reading);
    case STATEMENTS:
        break;
    }
    return FA_EDEFECT;
}

static enum fa_status read_manifest(struct reading *reading)
{
    struct fa_lexer *lexer = &reading->lexer;
    bool was_said[STATEMENTS] = {false};
    if (!fa_lex_at(lexer, "filing")) {
        static const char *const first[] = {"filing"};
        return fa_lex_unknown(lexer, "first statement of a manifest", first, 1);
    }
    fa_lex_take(lexer);
    FA_TRY(fa_lex_expect_string(lexer, "a title in quotes", &reading->manifest->title));
    FA_TRY(fa_lex_expect_statement_end(lexer));
    while (!fa_lex_accept(lexer, "end")) {
        struct fa_token token = lexer->token;
        enum statement statement = 0;
        while (statement < STATEMENTS && !fa_lex_accept(lexer, statement_names[statement]))
            statement++;
        if (statement == STATEMENTS)
            return fa_lex_unknown(lexer, "statement of a manifest", statement_names,
                                  STATEMENTS);
        if (was_said[statement] && statement != COVERS && statement != FILE_)
            return wrong(reading, &token, "said twice");
        was_said[statement] = true;
        FA_TRY(read_statement(reading, statement));
        FA_TRY(fa_lex_expect_statement_end(lexer));
    }
    FA_TRY(fa_lex_expect_statement_end(lexer));
    if (lexer->token.kind != FA_TOKEN_END)
        return fa_lex_unexpected(lexer, "nothing behind the manifest's end");
    return FA_OK;
}

enum fa_status fa_manifest_parse(struct fa_str text, struct fa_str name,
                                 const struct fa_dictionary *dictionary, struct fa_arena *arena,
                                 struct fa_sink *sink, struct fa_manifest *manifest)
{
    *manifest = (struct fa_manifest){.has_zone = false};
    struct reading reading = {.dictionary = dictionary, .manifest = manifest};
    enum fa_status status = fa_lexer_init(&reading.lexer, text, name, arena, sink);
    if (status == FA_OK)
        status = read_manifest(&reading);
    if (status == FA_OK)
        status = reading.lexer.status;
    if (status != FA_OK)
        fa_manifest_release(manifest);
    return status;
}

void fa_manifest_release(struct fa_manifest *manifest)
{
    for (size_t i = 0; i < manifest->files.count; i++)
        fa_vec_free(&manifest->files.items[i].sums);
    fa_vec_free(&manifest->files);
    fa_vec_free(&manifest->covers);
}

bool fa_manifest_cover(const struct fa_manifest *manifest, int table, int64_t *from_day,
                       int64_t *to_day)
{
    const struct fa_manifest_cover *found = NULL;
    for (size_t i = 0; i < manifest->covers.count; i++) {
        const struct fa_manifest_cover *cover = &manifest->covers.items[i];
        if (cover->table == table || (cover->table == FA_NO_TABLE && !found))
            found = cover;
    }
    if (!found)
        return false;
    *from_day = found->from_day;
    *to_day = found->to_day;
    return true;
}
