#include "intake/profile.h"

#include <string.h>

#include "base/nearest.h"
#include "lang/lexer.h"

struct reading {
    struct fa_lexer lexer;
    const struct fa_dictionary *dictionary;
    const struct fa_table_def *table; /* NULL until it is named */
    struct fa_profile *profile;
};

static enum fa_status no_memory(struct reading *reading)
{
    return fa_out_of_memory(reading->lexer.sink, "a profile");
}

static enum fa_status wrong(struct reading *reading, const struct fa_token *token,
                            const char *what)
{
    char quoted[FA_QUOTED_BYTES];
    return fa_error(reading->lexer.sink, FA_CODE_PROFILE_SYNTAX,
                    fa_lex_place(&reading->lexer, token), NULL, "%s: %s",
                    fa_quoted(token->text, quoted), what);
}

static enum fa_status unknown(struct reading *reading, const char *what,
                              const struct fa_nearest *nearest)
{
    char quoted[FA_QUOTED_BYTES], hint[FA_NEAREST_HINT_BYTES];
    if (reading->lexer.token.kind != FA_TOKEN_WORD)
        return fa_lex_unexpected(&reading->lexer, what);
    return fa_error(reading->lexer.sink, FA_CODE_LANG_UNKNOWN, fa_lex_here(&reading->lexer),
                    fa_nearest_hint(nearest, NULL, hint), "unknown %s %s", what,
                    fa_quoted(nearest->wanted, quoted));
}

static enum fa_status read_table(struct reading *reading)
{
    const struct fa_dictionary *dictionary = reading->dictionary;
    struct fa_nearest nearest = {.wanted = reading->lexer.token.text};
    for (int i = 0; i < dictionary->table_count; i++) {
        const struct fa_table_def *table = &dictionary->tables[i];
        if (table->written_by != FA_BY_FILING)
            continue;
        if (fa_str_equal(table->name, nearest.wanted)) {
            fa_lex_take(&reading->lexer);
            reading->table = table;
            reading->profile->table = i;
            return FA_OK;
        }
        fa_nearest_add(&nearest, table->name);
    }
    return unknown(reading, "table", &nearest);
}

static enum fa_status read_column_name(struct reading *reading, int *column)
{
    const struct fa_token token = reading->lexer.token;
    struct fa_nearest nearest = {.wanted = token.text};
    if (!reading->table)
        return wrong(reading, &token, "the table must be named first");
    for (int i = 0; i < reading->table->hidden_from; i++) {
        if (fa_str_equal(reading->table->columns[i].name, token.text)) {
            fa_lex_take(&reading->lexer);
            *column = i;
            return FA_OK;
        }
        fa_nearest_add(&nearest, reading->table->columns[i].name);
    }
    return unknown(reading, "column", &nearest);
}

/* --- columns --- */

/* map "in" credit, "out" debit */
static enum fa_status read_choices(struct reading *reading, struct fa_profile_column *column)
{
    struct fa_lexer *lexer = &reading->lexer;
    const struct fa_column_def *def = &reading->table->columns[column->column];
    do {
        struct fa_choice choice;
        FA_TRY(fa_lex_expect_string(lexer, "a value of the source in quotes", &choice.text));
        const struct fa_token token = lexer->token;
        struct fa_nearest nearest = {.wanted = token.text};
        uint32_t value = 0;
        for (; value < def->value_count && !fa_str_equal(def->values[value], token.text);
             value++)
            fa_nearest_add(&nearest, def->values[value]);
        if (value == def->value_count)
            return unknown(reading, "value of the column", &nearest);
        fa_lex_take(lexer);
        choice.value = value;
        if (fa_vec_add(&column->choices, choice) != FA_OK)
            return no_memory(reading);
    } while (fa_lex_accept(lexer, ","));
    return FA_OK;
}

static enum fa_status read_sign(struct reading *reading, struct fa_profile_column *column)
{
    const struct fa_token token = reading->lexer.token;
    FA_TRY(read_column_name(reading, &column->sign_column));
    const struct fa_column_def *def = &reading->table->columns[column->sign_column];
    bool has_credit = false, has_debit = false;
    for (uint32_t i = 0; def->type == FA_TYPE_ENUM && i < def->value_count; i++) {
        has_credit |= fa_str_is(def->values[i], "credit");
        has_debit |= fa_str_is(def->values[i], "debit");
    }
    return has_credit && has_debit
               ? FA_OK
               : wrong(reading, &token, "not a column whose values are credit and debit");
}

static enum fa_status read_header(struct reading *reading, struct fa_profile_column *column)
{
    static const char *const names[] = {"exponent", "sign", "map"};
    struct fa_lexer *lexer = &reading->lexer;
    enum fa_type type = reading->table->columns[column->column].type;
    FA_TRY(fa_lex_expect_string(lexer, "a header in quotes, or record", &column->text));
    while (!fa_lex_at_statement_end(lexer)) {
        const struct fa_token token = lexer->token;
        if (fa_lex_accept(lexer, "exponent")) {
            column->is_scientific = true;
        } else if (fa_lex_accept(lexer, "sign")) {
            FA_TRY(read_sign(reading, column));
        } else if (fa_lex_accept(lexer, "map")) {
            if (type != FA_TYPE_ENUM)
                return wrong(reading, &token, "only a column with a closed list can be mapped");
            FA_TRY(read_choices(reading, column));
            continue;
        } else {
            return fa_lex_unknown(lexer, "part of a column statement", names,
                                  sizeof names / sizeof *names);
        }
        if (type != FA_TYPE_MONEY)
            return wrong(reading, &token, "only for a column of money");
    }
    return FA_OK;
}

static enum fa_status read_column(struct reading *reading)
{
    struct fa_lexer *lexer = &reading->lexer;
    const struct fa_token token = lexer->token;
    struct fa_profile_column column = {.sign_column = FA_NO_COLUMN};
    FA_TRY(read_column_name(reading, &column.column));
    for (size_t i = 0; i < reading->profile->columns.count; i++)
        if (reading->profile->columns.items[i].column == column.column)
            return wrong(reading, &token, "the column is filled twice");
    if (fa_lex_accept(lexer, "=")) {
        column.source = FA_FROM_CONSTANT;
        FA_TRY(fa_lex_expect_string(lexer, "a value in quotes", &column.text));
    } else {
        FA_TRY(fa_lex_expect(lexer, "from"));
        if (fa_lex_accept(lexer, "record")) {
            column.source = FA_FROM_RECORD;
            if (reading->table->columns[column.column].type != FA_TYPE_KEY)
                return wrong(reading, &token,
                             "only a key can be made from the record's number");
        } else {
            enum fa_status status = read_header(reading, &column);
            if (status != FA_OK) {
                fa_vec_free(&column.choices);
                return status;
            }
        }
    }
    if (fa_vec_add(&reading->profile->columns, column) == FA_OK)
        return FA_OK;
    fa_vec_free(&column.choices);
    return no_memory(reading);
}

/* --- the rest --- */

static enum fa_status read_ignored(struct reading *reading)
{
    do {
        struct fa_str header;
        FA_TRY(fa_lex_expect_string(&reading->lexer, "a header in quotes", &header));
        if (fa_vec_add(&reading->profile->ignored, header) != FA_OK)
            return no_memory(reading);
    } while (fa_lex_accept(&reading->lexer, ","));
    return FA_OK;
}

/* currency EUR scale 8 [tolerance 1] */
static enum fa_status read_currency(struct reading *reading)
{
    struct fa_lexer *lexer = &reading->lexer;
    struct fa_currency_info info = {0};
    struct fa_token token;
    uint64_t scale, tolerance = 0;
    FA_TRY(fa_lex_expect_kind(lexer, FA_TOKEN_WORD, "a currency such as EUR", &token));
    if (!fa_currency_parse(token.text, &info.currency))
        return wrong(reading, &token, "not a currency of ISO 4217");
    FA_TRY(fa_lex_expect(lexer, "scale"));
    token = lexer->token;
    FA_TRY(fa_lex_expect_count(lexer, "a number of decimals", &scale));
    if (scale > FA_MONEY_SCALE_MAX || (int)scale < fa_currency_scale(info.currency))
        return wrong(reading, &token, "decimals from those of ISO 4217 to 12");
    if (fa_lex_accept(lexer, "tolerance")) {
        token = lexer->token;
        FA_TRY(fa_lex_expect_count(lexer, "a number of units of the last decimal", &tolerance));
        if (tolerance > 1000)
            return wrong(reading, &token, "at most 1,000 units are put down to rounding");
    }
    info.scale = (int)scale;
    info.balance_tolerance = (int64_t)tolerance;
    return fa_vec_add(&reading->profile->currencies, info) == FA_OK ? FA_OK
                                                                    : no_memory(reading);
}

static enum fa_status read_rounding(struct reading *reading)
{
    static const char *const names[] = {"half", "down"};
    struct fa_lexer *lexer = &reading->lexer;
    if (fa_lex_accept(lexer, "down")) {
        reading->profile->rounding = FA_ROUND_DOWN;
        return FA_OK;
    }
    if (!fa_lex_accept(lexer, "half"))
        return fa_lex_unknown(lexer, "rounding", names, 2);
    bool is_even = fa_lex_accept(lexer, "even");
    reading->profile->rounding = is_even ? FA_ROUND_HALF_EVEN : FA_ROUND_HALF_UP;
    return is_even ? FA_OK : fa_lex_expect(lexer, "up");
}

static enum fa_status read_zone(struct reading *reading)
{
    struct fa_token token = reading->lexer.token;
    FA_TRY(
        fa_lex_expect_joined(&reading->lexer, "a time zone such as Europe/Riga", &token.text));
    reading->profile->has_zone = fa_zone_find(token.text, &reading->profile->zone);
    return reading->profile->has_zone ? FA_OK : wrong(reading, &token, "an unknown zone");
}

/* date "DD.MM.YYYY" */
static enum fa_status read_date_form(struct reading *reading)
{
    static const struct {
        const char *form;
        enum fa_date_order order;
        size_t mark;
    } forms[] = {{"YYYY?MM?DD", FA_DATE_YMD, 4},
                 {"DD?MM?YYYY", FA_DATE_DMY, 2},
                 {"MM?DD?YYYY", FA_DATE_MDY, 2}};
    struct fa_token token = reading->lexer.token;
    struct fa_str form;
    FA_TRY(fa_lex_expect_string(&reading->lexer, "a form such as \"DD.MM.YYYY\"", &form));
    for (size_t i = 0; i < sizeof forms / sizeof *forms; i++) {
        char separator = form.size == 10 ? form.bytes[forms[i].mark] : 0;
        bool fits = separator && strchr("-./ ", separator) != NULL;
        for (size_t k = 0; fits && k < 10; k++)
            fits = form.bytes[k] == (forms[i].form[k] == '?' ? separator : forms[i].form[k]);
        if (fits) {
            reading->profile->date_separator = separator;
            reading->profile->date_order = forms[i].order;
            return FA_OK;
        }
    }
    return wrong(reading, &token,
                 "dates are written with YYYY, MM, DD and one of - . / between");
}

static enum fa_status read_statement(struct reading *reading)
{
    static const char *const names[] = {"title",    "table", "column", "ignore",
                                        "currency", "zone",  "date",   "rounding"};
    struct fa_lexer *lexer = &reading->lexer;
    struct fa_str unused;
    enum fa_status status;
    if (fa_lex_accept(lexer, "title"))
        status = fa_lex_expect_string(lexer, "a title in quotes", &unused);
    else if (fa_lex_accept(lexer, "table"))
        status = read_table(reading);
    else if (fa_lex_accept(lexer, "column"))
        status = read_column(reading);
    else if (fa_lex_accept(lexer, "ignore"))
        status = read_ignored(reading);
    else if (fa_lex_accept(lexer, "currency"))
        status = read_currency(reading);
    else if (fa_lex_accept(lexer, "zone"))
        status = read_zone(reading);
    else if (fa_lex_accept(lexer, "date"))
        status = read_date_form(reading);
    else if (fa_lex_accept(lexer, "rounding"))
        status = read_rounding(reading);
    else
        status = fa_lex_unknown(lexer, "statement of a profile", names,
                                sizeof names / sizeof *names);
    return status == FA_OK ? fa_lex_expect_statement_end(lexer) : status;
}

static enum fa_status read_profile(struct reading *reading)
{
    static const char *const first[] = {"profile"};
    struct fa_lexer *lexer = &reading->lexer;
    if (!fa_lex_accept(lexer, "profile"))
        return fa_lex_unknown(lexer, "first statement of a profile", first, 1);
    FA_TRY(fa_lex_expect_word(lexer, "the profile's name", &reading->profile->name));
    FA_TRY(fa_lex_expect_statement_end(lexer));
    while (!fa_lex_accept(lexer, "end"))
        FA_TRY(read_statement(reading));
    FA_TRY(fa_lex_expect_statement_end(lexer));
    if (lexer->token.kind != FA_TOKEN_END)
        return fa_lex_unexpected(lexer, "nothing behind the profile's end");
    if (!reading->table)
        return wrong(reading, &lexer->token, "the profile names no table");
    return FA_OK;
}

enum fa_status fa_profile_parse(struct fa_str text, struct fa_str name,
                                const struct fa_dictionary *dictionary, struct fa_arena *arena,
                                struct fa_sink *sink, struct fa_profile *profile)
{
    *profile = (struct fa_profile){.rounding = FA_ROUND_REFUSE};
    struct reading reading = {.dictionary = dictionary, .profile = profile};
    struct fa_sha256 *sha = fa_sha256_new();
    if (!sha)
        return fa_out_of_memory(sink, "a profile");
    fa_sha256_add(sha, text.bytes, text.size);
    fa_sha256_finish(sha, profile->sha256);
    fa_sha256_free(sha);
    enum fa_status status = fa_lexer_init(&reading.lexer, text, name, arena, sink);
    if (status == FA_OK)
        status = read_profile(&reading);
    if (status == FA_OK)
        status = reading.lexer.status;
    if (status != FA_OK)
        fa_profile_release(profile);
    return status;
}

void fa_profile_release(struct fa_profile *profile)
{
    for (size_t i = 0; i < profile->columns.count; i++)
        fa_vec_free(&profile->columns.items[i].choices);
    fa_vec_free(&profile->columns);
    fa_vec_free(&profile->ignored);
    fa_vec_free(&profile->currencies);
}
