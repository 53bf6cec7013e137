#include <string.h>

#include "base/limits.h"
#include "base/nearest.h"
#include "intake/form.h"
#include "intake/profile_read.h"

static enum fa_status unknown(struct fa_profile_reading *reading, const char *what,
                              const struct fa_nearest *nearest, const char *otherwise)
{
    char quoted[FA_QUOTED_BYTES], hint[FA_NEAREST_HINT_BYTES];
    return fa_error(reading->lexer.sink, FA_CODE_LANG_UNKNOWN, fa_lex_here(&reading->lexer),
                    fa_nearest_hint(nearest, otherwise, hint), "unknown %s %s", what,
                    fa_quoted(nearest->wanted, quoted));
}

/* --- tables --- */

/* Each row has the columns of all rows too. */
static enum fa_status copy_column(struct fa_profile_reading *reading,
                                  const struct fa_profile_column *from,
                                  struct fa_profile_column *to)
{
    *to = *from;
    to->parts.items = NULL;
    to->parts.count = to->parts.capacity = 0;
    to->choices.items = NULL;
    to->choices.count = to->choices.capacity = 0;
    to->missing = (struct fa_profile_texts){0};
    bool is_whole = true;
    for (size_t i = 0; is_whole && i < from->parts.count; i++) {
        const struct fa_profile_part *part = &from->parts.items[i];
        struct fa_profile_part copy = *part;
        copy.headers = (struct fa_profile_texts){0};
        is_whole = fa_vec_add(&to->parts, copy) == FA_OK;
        for (size_t k = 0; is_whole && k < part->headers.count; k++)
            is_whole = fa_vec_add(&to->parts.items[i].headers, part->headers.items[k]) == FA_OK;
    }
    for (size_t i = 0; is_whole && i < from->choices.count; i++)
        is_whole = fa_vec_add(&to->choices, from->choices.items[i]) == FA_OK;
    for (size_t i = 0; is_whole && i < from->missing.count; i++)
        is_whole = fa_vec_add(&to->missing, from->missing.items[i]) == FA_OK;
    return is_whole ? FA_OK : fa_profile_no_memory(reading);
}

void fa_profile_release_column(struct fa_profile_column *column)
{
    for (size_t i = 0; i < column->parts.count; i++)
        fa_vec_free(&column->parts.items[i].headers);
    fa_vec_free(&column->parts);
    fa_vec_free(&column->choices);
    fa_vec_free(&column->missing);
}

static struct fa_profile_table *current_table(struct fa_profile_reading *reading)
{
    return &reading->profile->tables.items[reading->profile->tables.count - 1];
}

static enum fa_status add_row(struct fa_profile_reading *reading, struct fa_place place)
{
    struct fa_profile_table *table = current_table(reading);
    if (fa_vec_add(&table->rows, (struct fa_profile_row){.place = place}) != FA_OK)
        return fa_profile_no_memory(reading);
    struct fa_profile_row *row = &table->rows.items[table->rows.count - 1];
    for (size_t i = 0; i < reading->shared.count; i++) {
        if (fa_vec_add(&row->columns, (struct fa_profile_column){0}) != FA_OK)
            return fa_profile_no_memory(reading);
        FA_TRY(copy_column(reading, &reading->shared.items[i], &row->columns.items[i]));
    }
    return FA_OK;
}

enum fa_status fa_profile_end_table(struct fa_profile_reading *reading)
{
    if (reading->def && !reading->has_row)
        FA_TRY(add_row(reading, current_table(reading)->place));
    for (size_t i = 0; i < reading->shared.count; i++)
        fa_profile_release_column(&reading->shared.items[i]);
    reading->shared.count = 0;
    reading->has_row = false;
    reading->def = NULL;
    return FA_OK;
}

/* table T [spread "list"] */
enum fa_status fa_profile_read_table(struct fa_profile_reading *reading)
{
    struct fa_lexer *lexer = &reading->lexer;
    const struct fa_dictionary *dictionary = reading->dictionary;
    struct fa_profile *profile = reading->profile;
    FA_TRY(fa_profile_end_table(reading));
    struct fa_profile_table added = {.table = FA_NO_TABLE, .place = fa_lex_here(lexer)};
    const struct fa_token token = lexer->token;
    struct fa_nearest nearest = {.wanted = token.text};
    reading->is_lost = true;
    if (token.kind != FA_TOKEN_WORD)
        return fa_lex_unexpected(lexer, "the name of a table");
    for (int i = 0; i < dictionary->table_count; i++) {
        const struct fa_table_def *table = &dictionary->tables[i];
        if (table->written_by != FA_BY_FILING)
            continue;
        if (fa_str_equal(table->name, token.text))
            added.table = i;
        fa_nearest_add(&nearest, table->name);
    }
    if (added.table == FA_NO_TABLE)
        return unknown(reading, "table", &nearest,
                       "flowaudit-ledger(5) lists the tables of a filing");
    fa_lex_take(lexer);
    for (size_t i = 0; i < profile->tables.count; i++)
        if (profile->tables.items[i].table == added.table) {
            return fa_profile_wrong(reading, &token,
                                    "the table stands twice; its rows belong together");
        }
    if (fa_lex_accept(lexer, "spread"))
        FA_TRY(fa_lex_expect_string(lexer, "the name of a list in quotes", &added.spread));
    if (fa_vec_add(&profile->tables, added) != FA_OK)
        return fa_profile_no_memory(reading);
    reading->def = &dictionary->tables[added.table];
    reading->is_lost = false;
    return FA_OK;
}

/* row [when CONDITION] */
enum fa_status fa_profile_read_row(struct fa_profile_reading *reading)
{
    struct fa_lexer *lexer = &reading->lexer;
    const struct fa_token token = reading->statement;
    if (!reading->def)
        return fa_profile_wrong(reading, &token, "the table must be named first");
    struct fa_profile_table *table = current_table(reading);
    if (table->rows.count == FA_PROFILE_ROWS_MAX)
        return fa_profile_wrong(reading, &token, "a table has at most 64 row sections");
    FA_TRY(add_row(reading, fa_lex_place(lexer, &token)));
    reading->has_row = true;
    return fa_lex_accept(lexer, "when")
               ? fa_profile_read_condition(reading,
                                           &table->rows.items[table->rows.count - 1].when)
               : FA_OK;
}

/* --- where a column comes from --- */

static enum fa_status read_column_name(struct fa_profile_reading *reading, int *column)
{
    const struct fa_token token = reading->lexer.token;
    struct fa_nearest nearest = {.wanted = token.text};
    if (token.kind != FA_TOKEN_WORD)
        return fa_lex_unexpected(&reading->lexer, "the name of a column");
    if (!reading->def)
        return fa_profile_wrong(reading, &token, "the table must be named first");
    for (int i = 0; i < reading->def->hidden_from; i++) {
        if (fa_str_equal(reading->def->columns[i].name, token.text)) {
            fa_lex_take(&reading->lexer);
            *column = i;
            return FA_OK;
        }
        fa_nearest_add(&nearest, reading->def->columns[i].name);
    }
    return unknown(reading, "column", &nearest,
                   "flowaudit-ledger(5) lists the columns of the table");
}

/* Whether rows of the table can be named by their records: by a key, or the id that they
 * declare. */
static bool can_be_record(const struct fa_profile_reading *reading,
                          const struct fa_column_def *def)
{
    const struct fa_table_def *table = reading->def;
    return def->type == FA_TYPE_KEY ||
           (def->type == FA_TYPE_ID && def->refers_to == table->index &&
            def == &table->columns[table->key_columns[0]]);
}

/* "HEADER" [or "HEADER2"]... | text "words" | record | heading "PATTERN {}" | name "PATTERN {}"
 */
static enum fa_status read_part(struct fa_profile_reading *reading,
                                const struct fa_column_def *def, struct fa_profile_part *part)
{
    struct fa_lexer *lexer = &reading->lexer;
    const struct fa_token token = lexer->token;
    part->place = fa_lex_here(lexer);
    if (fa_lex_accept(lexer, "text")) {
        part->kind = FA_PART_TEXT;
        return fa_lex_expect_string(lexer, "a text in quotes", &part->text);
    }
    if (fa_lex_accept(lexer, "record")) {
        part->kind = FA_PART_RECORD;
        return can_be_record(reading, def)
                   ? FA_OK
                   : fa_profile_wrong(reading, &token,
                                      "only a key can be made from the record's number");
    }
    if (fa_lex_accept(lexer, "heading")) {
        part->kind = FA_PART_HEADING;
        return fa_profile_read_taking(reading, &part->text);
    }
    if (fa_lex_accept(lexer, "name")) {
        part->kind = FA_PART_NAME;
        return fa_profile_read_taking(reading, &part->text);
    }
    part->kind = FA_PART_FIELD;
    do {
        struct fa_str header;
        FA_TRY(fa_lex_expect_string(lexer, "a header in quotes, record, text, heading or name",
                                    &header));
        if (fa_vec_add(&part->headers, header) != FA_OK)
            return fa_profile_no_memory(reading);
    } while (fa_lex_accept(lexer, "or"));
    return FA_OK;
}

static enum fa_status read_parts(struct fa_profile_reading *reading,
                                 const struct fa_column_def *def,
                                 struct fa_profile_column *column)
{
    do {
        const struct fa_token token = reading->lexer.token;
        if (column->parts.count == FA_PROFILE_PARTS_MAX)
            return fa_profile_wrong(reading, &token, "a column is put together of 16 at most");
        if (fa_vec_add(&column->parts, (struct fa_profile_part){0}) != FA_OK)
            return fa_profile_no_memory(reading);
        FA_TRY(read_part(reading, def, &column->parts.items[column->parts.count - 1]));
    } while (fa_lex_accept(&reading->lexer, ","));
    return FA_OK;
}

/* --- what is done with it --- */

/* Whether the current token is a value of the column, as far as its type tells. */
static enum fa_status check_value(struct fa_profile_reading *reading,
                                  const struct fa_column_def *def)
{
    const struct fa_token token = reading->lexer.token;
    struct fa_nearest nearest = {.wanted = token.text};
    fa_currency currency;
    int64_t day_no;
    switch (def->type) {
    case FA_TYPE_ENUM:
        for (uint32_t i = 0; i < def->value_count; i++) {
            if (fa_str_equal(def->values[i], token.text))
                return FA_OK;
            fa_nearest_add(&nearest, def->values[i]);
        }
        return unknown(reading, "value of the column", &nearest,
                       "flowaudit-ledger(5) lists the values of the column");
    case FA_TYPE_BOOL:
        return fa_str_is(token.text, "true") || fa_str_is(token.text, "false")
                   ? FA_OK
                   : fa_profile_wrong(reading, &token, "expected true or false");
    case FA_TYPE_CURRENCY:
        return fa_currency_parse(token.text, &currency)
                   ? FA_OK
                   : fa_profile_wrong(reading, &token, "not a currency of ISO 4217");
    case FA_TYPE_DATE:
        return fa_date_parse(token.text, &day_no) == FA_VALUE_OK
                   ? FA_OK
                   : fa_profile_wrong(reading, &token, "expected a day as 2025-01-31");
    default:
        return FA_OK;
    }
}

/* A value in canonical form: a word, a number, or a text in quotes. */
static enum fa_status read_value(struct fa_profile_reading *reading,
                                 const struct fa_column_def *def, struct fa_str *value)
{
    struct fa_lexer *lexer = &reading->lexer;
    const struct fa_token token = lexer->token;
    if (fa_lex_accept(lexer, "missing")) {
        *value = FA_STR("");
        return FA_OK;
    }
    if (token.kind != FA_TOKEN_WORD && token.kind != FA_TOKEN_STRING &&
        (token.kind != FA_TOKEN_NUMBER || token.suffix != FA_SUFFIX_NONE))
        return fa_lex_unexpected(lexer, "a value of the column, or missing");
    FA_TRY(check_value(reading, def));
    fa_lex_take(lexer);
    *value = token.text;
    return FA_OK;
}

/* map "in" credit, "out" debit [, else VALUE] */
static enum fa_status read_choices(struct fa_profile_reading *reading,
                                   const struct fa_column_def *def,
                                   struct fa_profile_column *column)
{
    struct fa_lexer *lexer = &reading->lexer;
    do {
        if (column->choices.count > 0 && fa_lex_accept(lexer, "else")) {
            column->has_other = true;
            return read_value(reading, def, &column->other);
        }
        struct fa_profile_choice choice;
        const struct fa_token token = lexer->token;
        FA_TRY(fa_lex_expect_string(lexer, "a value of the source in quotes", &choice.from));
        if (choice.from.size == 0)
            return fa_profile_wrong(reading, &token, "an empty field is missing already");
        FA_TRY(read_value(reading, def, &choice.to));
        for (size_t i = 0; i < column->choices.count; i++)
            if (fa_str_equal(column->choices.items[i].from, choice.from))
                return fa_profile_wrong(reading, &token, "the value is mapped twice");
        if (column->choices.count == FA_VALUES_MAX)
            return fa_profile_wrong(reading, &token, "more values than a column may map");
        if (fa_vec_add(&column->choices, choice) != FA_OK)
            return fa_profile_no_memory(reading);
    } while (fa_lex_accept(lexer, ","));
    return FA_OK;
}

static enum fa_status read_sign(struct fa_profile_reading *reading,
                                struct fa_profile_column *column)
{
    const struct fa_token token = reading->lexer.token;
    FA_TRY(read_column_name(reading, &column->sign_column));
    const struct fa_column_def *def = &reading->def->columns[column->sign_column];
    bool has_credit = false, has_debit = false;
    for (uint32_t i = 0; def->type == FA_TYPE_ENUM && i < def->value_count; i++) {
        has_credit |= fa_str_is(def->values[i], "credit");
        has_debit |= fa_str_is(def->values[i], "debit");
    }
    return has_credit && has_debit
               ? FA_OK
               : fa_profile_wrong(reading, &token,
                                  "not a column whose values are credit and debit");
}

static enum fa_status read_number(struct fa_profile_reading *reading, const char *what,
                                  uint64_t max, const char *fault, uint64_t *number)
{
    const struct fa_token token = reading->lexer.token;
    FA_TRY(fa_lex_expect_count(&reading->lexer, what, number));
    return *number > 0 && *number <= max ? FA_OK : fa_profile_wrong(reading, &token, fault);
}

static enum fa_status read_form(struct fa_profile_reading *reading,
                                const struct fa_column_def *def,
                                struct fa_profile_column *column)
{
    const struct fa_token token = reading->lexer.token;
    FA_TRY(fa_lex_expect_string(&reading->lexer, "a form such as \"YYYYMMDD\"", &column->form));
    const char *fault = fa_form_fault(column->form, FA_FORM_ANY);
    if (!fault && def->type != FA_TYPE_DATE && def->type != FA_TYPE_TIME)
        return fa_profile_wrong(reading, &token, "only dates and times are written in a form");
    return fault ? fa_profile_wrong(reading, &token, fault) : FA_OK;
}

/* The options of money; some are ratios' too. */
static enum fa_status read_number_option(struct fa_profile_reading *reading,
                                         struct fa_profile_column *column, bool *is_read)
{
    struct fa_lexer *lexer = &reading->lexer;
    uint64_t number;
    *is_read = true;
    if (fa_lex_accept(lexer, "exponent")) {
        column->is_scientific = true;
    } else if (fa_lex_accept(lexer, "unsigned")) {
        column->drops_sign = true;
    } else if (fa_lex_accept(lexer, "sign")) {
        FA_TRY(read_sign(reading, column));
    } else if (fa_lex_accept(lexer, "implied")) {
        FA_TRY(read_number(reading, "a number of decimals", FA_MONEY_SCALE_MAX,
                           "from 1 to 12 decimals can be implied", &number));
        column->implied_decimals = (unsigned)number;
    } else if (fa_lex_accept(lexer, "times")) {
        FA_TRY(read_number(reading, "a factor such as 10000", FA_PROFILE_FACTOR_MAX,
                           "a factor is from 1 to 1,000,000,000", &number));
        column->factor = (uint32_t)number;
    } else {
        *is_read = false;
    }
    return FA_OK;
}

static enum fa_status read_option(struct fa_profile_reading *reading,
                                  const struct fa_column_def *def,
                                  struct fa_profile_column *column)
{
    static const char *const names[] = {"map",  "missing", "prefix",   "suffix",
                                        "form", "width",   "exponent", "unsigned",
                                        "sign", "implied", "times"};
    struct fa_lexer *lexer = &reading->lexer;
    const struct fa_token token = lexer->token;
    if (fa_lex_accept(lexer, "map"))
        return read_choices(reading, def, column);
    if (fa_lex_accept(lexer, "missing"))
        return fa_profile_read_texts(reading, "a text in quotes", &column->missing);
    if (fa_lex_accept(lexer, "prefix"))
        return fa_lex_expect_string(lexer, "a text in quotes", &column->prefix);
    if (fa_lex_accept(lexer, "suffix"))
        return fa_lex_expect_string(lexer, "a text in quotes", &column->suffix);
    if (fa_lex_accept(lexer, "form"))
        return read_form(reading, def, column);
    if (fa_lex_accept(lexer, "width")) {
        uint64_t number = 0;
        FA_TRY(read_number(reading, "a number of characters", FA_PROFILE_WIDTH_MAX,
                           "a width is from 1 to 4,096 characters", &number));
        column->width = (unsigned)number;
        bool has_width =
            def->type == FA_TYPE_ID || def->type == FA_TYPE_KEY || def->type == FA_TYPE_TEXT;
        return has_width ? FA_OK
                         : fa_profile_wrong(reading, &token, "only for ids, keys and texts");
    }
    bool is_money = def->type == FA_TYPE_MONEY, is_read;
    bool fits = is_money || (def->type == FA_TYPE_RATIO && !fa_lex_at(lexer, "exponent") &&
                             !fa_lex_at(lexer, "sign"));
    FA_TRY(read_number_option(reading, column, &is_read));
    if (!is_read)
        return fa_lex_unknown(lexer, "part of a column statement", names,
                              sizeof names / sizeof *names);
    return fits ? FA_OK : fa_profile_wrong(reading, &token, "only for a column of money");
}

/* --- column statements --- */

/* C from SOURCE {, SOURCE} [OPTIONS], or C = "CONSTANT" */
static enum fa_status fill_column(struct fa_profile_reading *reading, struct fa_token name,
                                  struct fa_profile_column *column)
{
    struct fa_lexer *lexer = &reading->lexer;
    const struct fa_column_def *def = &reading->def->columns[column->column];
    if (fa_lex_accept(lexer, "=")) {
        struct fa_profile_part part = {.kind = FA_PART_TEXT, .place = fa_lex_here(lexer)};
        if (lexer->token.kind == FA_TOKEN_STRING)
            FA_TRY(check_value(reading, def));
        FA_TRY(fa_lex_expect_string(lexer, "a value in quotes", &part.text));
        return fa_vec_add(&column->parts, part) == FA_OK ? FA_OK
                                                         : fa_profile_no_memory(reading);
    }
    FA_TRY(fa_lex_expect(lexer, "from"));
    FA_TRY(read_parts(reading, def, column));
    while (!fa_lex_at_statement_end(lexer))
        FA_TRY(read_option(reading, def, column));
    if (column->drops_sign && column->sign_column != FA_NO_COLUMN)
        return fa_profile_wrong(reading, &name, "unsigned and sign do not go together");
    if (column->implied_decimals > 0 && column->is_scientific)
        return fa_profile_wrong(reading, &name, "implied and exponent do not go together");
    return FA_OK;
}

enum fa_status fa_profile_read_column(struct fa_profile_reading *reading)
{
    struct fa_lexer *lexer = &reading->lexer;
    const struct fa_token token = lexer->token;
    struct fa_profile_column column = {.sign_column = FA_NO_COLUMN,
                                       .place = fa_lex_here(lexer)};
    FA_TRY(read_column_name(reading, &column.column));
    struct fa_profile_table *table = current_table(reading);
    struct fa_profile_row *row =
        reading->has_row ? &table->rows.items[table->rows.count - 1] : NULL;
    struct fa_profile_column *known = row ? row->columns.items : reading->shared.items;
    size_t known_count = row ? row->columns.count : reading->shared.count;
    for (size_t i = 0; i < known_count; i++)
        if (known[i].column == column.column || known[i].sign_column == column.column)
            return fa_profile_wrong(reading, &token, "the column is filled twice");
    enum fa_status status =
        row ? fa_vec_add(&row->columns, column) : fa_vec_add(&reading->shared, column);
    if (status != FA_OK)
        return fa_profile_no_memory(reading);
    return fill_column(reading, token,
                       row ? &row->columns.items[row->columns.count - 1]
                           : &reading->shared.items[reading->shared.count - 1]);
}
