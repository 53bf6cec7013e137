#include "ledger/table_block.h"

#include <string.h>

#include "base/limits.h"
#include "base/nearest.h"
#include "base/vec.h"

static const char *const clause_names[] = {"meaning", "key",     "clock",  "interval",
                                           "by",      "written", "column", "end"};

#define COUNT_OF(array) (sizeof(array) / sizeof *(array))


struct reader {
    struct fa_lexer *lexer;
    struct fa_table_block *block;
    FA_VEC(struct fa_column_def) columns;
    FA_VEC(struct fa_str) values; /* of the enum being read */
};

/* Columns that a table's clauses name; the words are resolved at its end. */
struct clauses {
    struct fa_token key[FA_KEY_COLUMNS_MAX];
    int key_count;
    struct fa_token clock, interval_from, interval_to, by; /* no text: not given */
};

/* Every table of a filing has them beside its own columns, others only the first. */
static const char *const hidden_names[] = {"filer", "source_idx", "record_no", "line_no"};

static enum fa_status no_memory(const struct reader *reader)
{
    return fa_out_of_memory(reader->lexer->sink, "the data dictionary");
}

static enum fa_status word_token(struct fa_lexer *lexer, const char *what,
                                 struct fa_token *token)
{
    return fa_lex_expect_kind(lexer, FA_TOKEN_WORD, what, token);
}

/* Takes a word that is one of NAMES; gives its index. */
static enum fa_status one_of(struct fa_lexer *lexer, const char *what, const char *const *names,
                             size_t count, int *index)
{
    for (size_t i = 0; i < count; i++)
        if (fa_lex_accept(lexer, names[i])) {
            *index = (int)i;
            return FA_OK;
        }
    return fa_lex_unknown(lexer, what, names, count);
}

static enum fa_status said_twice(const struct fa_lexer *lexer, const struct fa_token *token,
                                 const char *what)
{
    char quoted[FA_QUOTED_BYTES];
    return fa_error(lexer->sink, FA_CODE_DICT_TWICE, fa_lex_place(lexer, token), NULL,
                    "%s %s is there twice", what, fa_quoted(token->text, quoted));
}

/* "{a, b}": the values of an enum or a closed set. */
static enum fa_status read_values(struct reader *reader, struct fa_column_def *column)
{
    struct fa_lexer *lexer = reader->lexer;
    reader->values.count = 0;
    FA_TRY(fa_lex_expect(lexer, "{"));
    do {
        struct fa_token value;
        FA_TRY(word_token(lexer, "a value", &value));
        for (size_t i = 0; i < reader->values.count; i++)
            if (fa_str_equal(reader->values.items[i], value.text))
                return said_twice(lexer, &value, "value");
        if (reader->values.count == FA_VALUES_MAX)
            return fa_error(lexer->sink, FA_CODE_DICT_LIMIT, fa_lex_place(lexer, &value), NULL,
                            "a column has more than %u values", FA_VALUES_MAX);
        if (fa_vec_add(&reader->values, value.text) != FA_OK)
            return no_memory(reader);
    } while (fa_lex_accept(lexer, ","));
    FA_TRY(fa_lex_expect(lexer, "}"));
    size_t count = reader->values.count;
    column->values = fa_arena_array(lexer->arena, count, sizeof *column->values);
    if (!column->values)
        return no_memory(reader);
    memcpy(column->values, reader->values.items, count * sizeof *column->values);
    column->value_count = (uint32_t)count;
    return FA_OK;
}

static enum fa_status read_type(struct reader *reader, const struct fa_str *table_name,
                                struct fa_column_def *column)
{
    struct fa_lexer *lexer = reader->lexer;
    int type = 0;
    FA_TRY(one_of(lexer, "type", fa_type_names, FA_TYPE_COUNT, &type));
    column->type = (enum fa_type)type;
    if (column->type == FA_TYPE_ENUM || (column->type == FA_TYPE_SET && fa_lex_at(lexer, "{")))
        return read_values(reader, column);
    if (column->type != FA_TYPE_ID)
        return FA_OK;
    struct fa_table_reference reference = {(int)reader->columns.count, lexer->token};
    reference.table.text = *table_name; /* "id" alone: the table's own */
    if (fa_lex_accept(lexer, "of"))
        FA_TRY(word_token(lexer, "a table", &reference.table));
    column->refers_to_name = reference.table.text;
    return fa_list_add(lexer->arena, &reader->block->references, reference) == FA_OK
               ? FA_OK
               : no_memory(reader);
}

/* NAME : TYPE [required] [signed] [mask KIND] [zh "..."] [en "..."] */
static enum fa_status read_column(struct reader *reader, const struct fa_str *table_name)
{
    struct fa_lexer *lexer = reader->lexer;
    struct fa_column_def column = {.refers_to = FA_NO_TABLE};
    struct fa_token name;
    FA_TRY(word_token(lexer, "the name of a column", &name));
    for (size_t i = 0; i < reader->columns.count; i++)
        if (fa_str_equal(reader->columns.items[i].name, name.text))
            return said_twice(lexer, &name, "column");
    if (reader->columns.count == FA_COLUMNS_MAX)
        return fa_error(lexer->sink, FA_CODE_DICT_LIMIT, fa_lex_place(lexer, &name), NULL,
                        "a table has more than %u columns", FA_COLUMNS_MAX);
    column.name = name.text;
    FA_TRY(fa_lex_expect(lexer, ":"));
    FA_TRY(read_type(reader, table_name, &column));
    while (!fa_lex_at_statement_end(lexer) && !fa_lex_at(lexer, ",")) {
        int mask = 0;
        if (fa_lex_accept(lexer, "required")) {
            column.is_required = true;
        } else if (column.type == FA_TYPE_MONEY && fa_lex_accept(lexer, "signed")) {
            column.is_signed = true;
        } else if (fa_lex_accept(lexer, "mask")) {
            FA_TRY(one_of(lexer, "mask", fa_mask_names, FA_MASK_COUNT, &mask));
            column.mask = (enum fa_mask)mask;
        } else if (fa_lex_accept(lexer, "zh")) {
            FA_TRY(fa_lex_expect_string(lexer, "a label in quotes", &column.label_zh));
        } else if (fa_lex_accept(lexer, "en")) {
            FA_TRY(fa_lex_expect_string(lexer, "a meaning in quotes", &column.meaning_en));
        } else {
            return fa_lex_unexpected(lexer,
                                     "required, signed (money), mask, zh, en or the end of "
                                     "the line");
        }
    }
    return fa_vec_add(&reader->columns, column) == FA_OK ? FA_OK : no_memory(reader);
}

static enum fa_status read_meaning(struct fa_lexer *lexer, struct fa_table_def *table)
{
    if (fa_lex_accept(lexer, "en"))
        return fa_lex_expect_string(lexer, "a meaning in quotes", &table->meaning_en);
    if (fa_lex_accept(lexer, "zh"))
        return fa_lex_expect_string(lexer, "a meaning in quotes", &table->meaning_zh);
    return fa_lex_unexpected(lexer, "'en' or 'zh'");
}

static enum fa_status read_key(struct fa_lexer *lexer, struct clauses *clauses)
{
    do {
        if (clauses->key_count == FA_KEY_COLUMNS_MAX)
            return fa_error(lexer->sink, FA_CODE_DICT_LIMIT, fa_lex_here(lexer), NULL,
                            "a key has more than %d columns", FA_KEY_COLUMNS_MAX);
        FA_TRY(word_token(lexer, "a column", &clauses->key[clauses->key_count]));
        clauses->key_count++;
    } while (!fa_lex_at_statement_end(lexer));
    return FA_OK;
}

/* One statement of a table but for `end`. */
static enum fa_status read_clause(struct reader *reader, struct fa_table_def *table,
                                  struct clauses *clauses)
{
    struct fa_lexer *lexer = reader->lexer;
    if (fa_lex_accept(lexer, "column")) {
        do
            FA_TRY(read_column(reader, &table->name));
        while (fa_lex_accept(lexer, ","));
    } else if (fa_lex_accept(lexer, "meaning") || fa_lex_accept(lexer, "title")) {
        FA_TRY(read_meaning(lexer, table));
    } else if (fa_lex_accept(lexer, "key")) {
        FA_TRY(read_key(lexer, clauses));
    } else if (fa_lex_accept(lexer, "clock")) {
        FA_TRY(word_token(lexer, "a column", &clauses->clock));
    } else if (fa_lex_accept(lexer, "interval")) {
        FA_TRY(word_token(lexer, "a column", &clauses->interval_from));
        FA_TRY(fa_lex_expect(lexer, ".."));
        FA_TRY(word_token(lexer, "a column", &clauses->interval_to));
    } else if (fa_lex_accept(lexer, "by")) {
        FA_TRY(word_token(lexer, "a column", &clauses->by));
    } else if (fa_lex_accept(lexer, "written")) {
        int writer = 0;
        FA_TRY(fa_lex_expect(lexer, "by"));
        FA_TRY(one_of(lexer, "tool", fa_writer_names, FA_WRITER_COUNT, &writer));
        table->written_by = (enum fa_writer)writer;
    } else {
        return fa_lex_unknown(lexer, "clause of a table", clause_names, COUNT_OF(clause_names));
    }
    return fa_lex_expect_statement_end(lexer);
}

/* --- resolving --- */

/* The column a clause names; IS_TIMED: it must be a date or a time. */
static enum fa_status resolve_column(const struct fa_lexer *lexer,
                                     const struct fa_table_def *table,
                                     const struct fa_token *name, bool is_timed, int *column)
{
    *column = FA_NO_COLUMN;
    if (name->text.size == 0)
        return FA_OK;
    struct fa_nearest nearest = {.wanted = name->text};
    for (int i = 0; i < table->hidden_from; i++)
        if (fa_str_equal(table->columns[i].name, name->text))
            *column = i;
    for (int i = 0; *column == FA_NO_COLUMN && i < table->hidden_from; i++)
        fa_nearest_add(&nearest, table->columns[i].name);
    char quoted[FA_QUOTED_BYTES], hint[FA_NEAREST_HINT_BYTES];
    if (*column == FA_NO_COLUMN)
        return fa_error(lexer->sink, FA_CODE_DICT_COLUMN, fa_lex_place(lexer, name),
                        fa_nearest_hint(&nearest, NULL, hint), "the table has no column %s",
                        fa_quoted(name->text, quoted));
    enum fa_type type = table->columns[*column].type;
    if (is_timed && type != FA_TYPE_DATE && type != FA_TYPE_TIME)
        return fa_error(lexer->sink, FA_CODE_DICT_TYPE, fa_lex_place(lexer, name), NULL,
                        "column %s must be a date or a time, found %s",
                        fa_quoted(name->text, quoted), fa_type_name(type));
    return FA_OK;
}

static enum fa_status resolve_clauses(const struct fa_lexer *lexer,
                                      const struct clauses *clauses, struct fa_table_def *table)
{
    for (int i = 0; i < clauses->key_count; i++)
        FA_TRY(resolve_column(lexer, table, &clauses->key[i], false, &table->key_columns[i]));
    table->key_count = clauses->key_count;
    FA_TRY(resolve_column(lexer, table, &clauses->clock, true, &table->clock));
    FA_TRY(resolve_column(lexer, table, &clauses->interval_from, true, &table->interval_from));
    FA_TRY(resolve_column(lexer, table, &clauses->interval_to, true, &table->interval_to));
    FA_TRY(resolve_column(lexer, table, &clauses->by, true, &table->by));
    if (table->by != FA_NO_COLUMN && !table->columns[table->by].is_required)
        return fa_error(lexer->sink, FA_CODE_DICT_TYPE, fa_lex_place(lexer, &clauses->by), NULL,
                        "a column that orders rows must be required");
    if (table->interval_from != FA_NO_COLUMN &&
        table->columns[table->interval_from].type != table->columns[table->interval_to].type)
        return fa_error(lexer->sink, FA_CODE_DICT_TYPE,
                        fa_lex_place(lexer, &clauses->interval_to), NULL,
                        "both ends of an interval must be dates, or both times");
    return FA_OK;
}

/* Adds the hidden columns and moves all to the arena. */
static enum fa_status take_columns(struct reader *reader, struct fa_table_def *table)
{
    int hidden_count = table->written_by == FA_BY_FILING ? 4 : 1;
    int declared_count = (int)reader->columns.count;
    table->hidden_from = declared_count;
    table->column_count = declared_count + hidden_count;
    table->columns = fa_arena_array(reader->lexer->arena, (size_t)table->column_count,
                                    sizeof *table->columns);
    if (!table->columns)
        return no_memory(reader);
    if (declared_count > 0)
        memcpy(table->columns, reader->columns.items,
               (size_t)declared_count * sizeof *table->columns);
    for (int i = 0; i < hidden_count; i++)
        table->columns[declared_count + i] = (struct fa_column_def){
            .name = fa_str_from(hidden_names[i]),
            .type = i == 0 ? FA_TYPE_ID : FA_TYPE_INT,
            .is_hidden = true,
            .refers_to = FA_NO_TABLE,
            .refers_to_name = i == 0 ? FA_STR("institution") : (struct fa_str){NULL, 0},
        };
    return FA_OK;
}

/* What follows from the columns: which declares the table's ids, which is its currency. */
static void derive_roles(struct fa_table_def *table)
{
    table->id_column = table->currency_column = FA_NO_COLUMN;
    for (int i = table->hidden_from; i-- > 0;)
        if (table->columns[i].type == FA_TYPE_CURRENCY)
            table->currency_column = i;
    if (table->key_count == 0)
        return;
    const struct fa_column_def *first = &table->columns[table->key_columns[0]];
    if (first->type == FA_TYPE_ID && fa_str_equal(first->refers_to_name, table->name))
        table->id_column = table->key_columns[0];
}

static enum fa_status read_block(struct reader *reader)
{
    struct fa_lexer *lexer = reader->lexer;
    struct fa_table_block *block = reader->block;
    struct fa_table_def *table = &block->def;
    struct clauses clauses = {.key_count = 0};
    FA_TRY(word_token(lexer, "the name of a table", &block->name));
    table->name = block->name.text;
    FA_TRY(fa_lex_expect_statement_end(lexer));
    while (!fa_lex_accept(lexer, "end"))
        FA_TRY(read_clause(reader, table, &clauses));
    FA_TRY(fa_lex_expect_statement_end(lexer));
    FA_TRY(take_columns(reader, table));
    FA_TRY(resolve_clauses(lexer, &clauses, table));
    derive_roles(table);
    return FA_OK;
}

enum fa_status fa_table_block_read(struct fa_lexer *lexer, struct fa_table_block *block)
{
    *block = (struct fa_table_block){.def = {.index = FA_NO_TABLE}};
    struct reader reader = {.lexer = lexer, .block = block};
    enum fa_status status = read_block(&reader);
    fa_vec_free(&reader.columns);
    fa_vec_free(&reader.values);
    return status;
}

/* --- what refers to other tables --- */

enum fa_status fa_table_block_add(const struct fa_lexer *lexer, struct fa_table_block *block,
                                  struct fa_dictionary *dictionary, int table_max)
{
    if (fa_dictionary_find(dictionary, block->def.name))
        return said_twice(lexer, &block->name, "table");
    if (dictionary->table_count == table_max)
        return fa_error(lexer->sink, FA_CODE_DICT_LIMIT, fa_lex_place(lexer, &block->name),
                        NULL, "there are more than %d tables", table_max);
    block->def.index = dictionary->table_count;
    dictionary->tables[dictionary->table_count++] = block->def;
    return FA_OK;
}

enum fa_status fa_table_block_resolve(const struct fa_lexer *lexer,
                                      const struct fa_table_block *block,
                                      const struct fa_dictionary *dictionary)
{
    struct fa_table_def *table = &dictionary->tables[block->def.index];
    for (int i = 0; i < block->references.count; i++) {
        const struct fa_token *name = &block->references.items[i].table;
        const struct fa_table_def *found = fa_dictionary_find(dictionary, name->text);
        if (found) {
            table->columns[block->references.items[i].column].refers_to = found->index;
            continue;
        }
        struct fa_nearest nearest = {.wanted = name->text};
        for (int t = 0; t < dictionary->table_count; t++)
            fa_nearest_add(&nearest, dictionary->tables[t].name);
        char quoted[FA_QUOTED_BYTES], hint[FA_NEAREST_HINT_BYTES];
        return fa_error(lexer->sink, FA_CODE_DICT_TABLE, fa_lex_place(lexer, name),
                        fa_nearest_hint(&nearest, NULL, hint), "there is no table %s",
                        fa_quoted(name->text, quoted));
    }
    const struct fa_table_def *filers = fa_dictionary_find(dictionary, FA_STR("institution"));
    if (filers)
        table->columns[table->hidden_from].refers_to = filers->index;
    return FA_OK;
}
