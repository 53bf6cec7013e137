#include "ledger/dictionary.h"

#include <string.h>

#include "base/limits.h"
#include "base/nearest.h"
#include "base/vec.h"
#include "lang/lexer.h"
#include "ledger/dictionary_text.h"

static const char *const type_names[FA_TYPE_COUNT] = {
    [FA_TYPE_ID] = "id",
    [FA_TYPE_KEY] = "key",
    [FA_TYPE_TEXT] = "text",
    [FA_TYPE_ENUM] = "enum",
    [FA_TYPE_SET] = "set",
    [FA_TYPE_BOOL] = "bool",
    [FA_TYPE_INT] = "int",
    [FA_TYPE_MONEY] = "money",
    [FA_TYPE_RATIO] = "ratio",
    [FA_TYPE_DATE] = "date",
    [FA_TYPE_TIME] = "time",
    [FA_TYPE_DURATION] = "duration",
    [FA_TYPE_CURRENCY] = "currency",
};

static const char *const mask_names[] = {
    [FA_MASK_NONE] = "none",     [FA_MASK_NAME] = "name",   [FA_MASK_PARTY] = "party",
    [FA_MASK_NUMBER] = "number", [FA_MASK_PHONE] = "phone", [FA_MASK_TEXT] = "text",
};

static const char *const writer_names[] = {
    [FA_BY_FILING] = "filing",
    [FA_BY_INGEST] = "ingest",
    [FA_BY_RECONCILE] = "reconcile",
    [FA_BY_FLAG] = "flag",
};

static const char *const clause_names[] = {"meaning", "key",     "clock",  "interval",
                                           "by",      "written", "column", "end"};

#define COUNT_OF(array) (sizeof(array) / sizeof *(array))

const char *fa_type_name(enum fa_type type)
{
    return type_names[type];
}

/* --- reading --- */

/* What is read before it can be resolved: names of columns and tables that may come later. */
struct reference {
    int table, column;
    struct fa_token name;
};

struct reader {
    struct fa_lexer *lexer;
    FA_VEC(struct fa_column_def) columns; /* of the table being read */
    FA_VEC(struct fa_str) values;         /* of the enum being read */
    FA_VEC(struct reference) references;  /* of all tables */
    FA_VEC(struct fa_table_def) tables;
};

/* Columns that a table's clauses name; the words are resolved at its end. */
struct clauses {
    struct fa_token key[FA_KEY_COLUMNS_MAX];
    int key_count;
    struct fa_token clock, interval_from, interval_to, by; /* no text: not given */
};

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
    FA_TRY(one_of(lexer, "type", type_names, FA_TYPE_COUNT, &type));
    column->type = (enum fa_type)type;
    if (column->type == FA_TYPE_ENUM || (column->type == FA_TYPE_SET && fa_lex_at(lexer, "{")))
        return read_values(reader, column);
    if (column->type != FA_TYPE_ID)
        return FA_OK;
    struct reference reference = {(int)reader->tables.count, (int)reader->columns.count,
                                  lexer->token};
    reference.name.text = *table_name; /* "id" alone: the table's own */
    if (fa_lex_accept(lexer, "of"))
        FA_TRY(word_token(lexer, "a table", &reference.name));
    column->refers_to_name = reference.name.text;
    return fa_vec_add(&reader->references, reference) == FA_OK ? FA_OK : no_memory(reader);
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
            FA_TRY(one_of(lexer, "mask", mask_names, COUNT_OF(mask_names), &mask));
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
    } else if (fa_lex_accept(lexer, "meaning")) {
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
        FA_TRY(one_of(lexer, "tool", writer_names, COUNT_OF(writer_names), &writer));
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
    static const char *const hidden_names[] = {"filer", "source_idx", "record_no", "line_no"};
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
    reader->columns.count = 0;
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

static enum fa_status read_table(struct reader *reader)
{
    struct fa_lexer *lexer = reader->lexer;
    struct fa_table_def table = {.index = (int)reader->tables.count};
    struct clauses clauses = {.key_count = 0};
    struct fa_token name;
    FA_TRY(fa_lex_expect(lexer, "table"));
    FA_TRY(word_token(lexer, "the name of a table", &name));
    table.name = name.text;
    for (size_t i = 0; i < reader->tables.count; i++)
        if (fa_str_equal(reader->tables.items[i].name, name.text))
            return said_twice(lexer, &name, "table");
    if (reader->tables.count == FA_TABLES_MAX)
        return fa_error(lexer->sink, FA_CODE_DICT_LIMIT, fa_lex_place(lexer, &name), NULL,
                        "there are more than %u tables", FA_TABLES_MAX);
    FA_TRY(fa_lex_expect_statement_end(lexer));
    while (!fa_lex_accept(lexer, "end"))
        FA_TRY(read_clause(reader, &table, &clauses));
    FA_TRY(fa_lex_expect_statement_end(lexer));
    FA_TRY(take_columns(reader, &table));
    FA_TRY(resolve_clauses(lexer, &clauses, &table));
    derive_roles(&table);
    return fa_vec_add(&reader->tables, table) == FA_OK ? FA_OK : no_memory(reader);
}

static enum fa_status resolve_references(const struct reader *reader,
                                         struct fa_dictionary *dictionary)
{
    const struct fa_lexer *lexer = reader->lexer;
    for (size_t i = 0; i < reader->references.count; i++) {
        const struct reference *reference = &reader->references.items[i];
        const struct fa_table_def *found = fa_dictionary_find(dictionary, reference->name.text);
        if (!found) {
            struct fa_nearest nearest = {.wanted = reference->name.text};
            for (int t = 0; t < dictionary->table_count; t++)
                fa_nearest_add(&nearest, dictionary->tables[t].name);
            char quoted[FA_QUOTED_BYTES], hint[FA_NEAREST_HINT_BYTES];
            return fa_error(lexer->sink, FA_CODE_DICT_TABLE,
                            fa_lex_place(lexer, &reference->name),
                            fa_nearest_hint(&nearest, NULL, hint), "there is no table %s",
                            fa_quoted(reference->name.text, quoted));
        }
        dictionary->tables[reference->table].columns[reference->column].refers_to =
            found->index;
    }
    const struct fa_table_def *filers = fa_dictionary_find(dictionary, FA_STR("institution"));
    for (int t = 0; filers && t < dictionary->table_count; t++)
        dictionary->tables[t].columns[dictionary->tables[t].hidden_from].refers_to =
            filers->index;
    return FA_OK;
}

static enum fa_status read_tables(struct reader *reader, struct fa_dictionary *dictionary)
{
    while (reader->lexer->token.kind != FA_TOKEN_END)
        FA_TRY(read_table(reader));
    FA_TRY(reader->lexer->status);
    size_t count = reader->tables.count;
    struct fa_dictionary made = {
        .tables = fa_arena_array(reader->lexer->arena, count, sizeof *made.tables),
        .table_count = (int)count,
    };
    if (!made.tables)
        return no_memory(reader);
    if (count > 0)
        memcpy(made.tables, reader->tables.items, count * sizeof *made.tables);
    FA_TRY(resolve_references(reader, &made));
    *dictionary = made;
    return FA_OK;
}

enum fa_status fa_dictionary_read(struct fa_lexer *lexer, struct fa_dictionary *dictionary)
{
    struct reader reader = {.lexer = lexer};
    enum fa_status status = read_tables(&reader, dictionary);
    fa_vec_free(&reader.columns);
    fa_vec_free(&reader.values);
    fa_vec_free(&reader.references);
    fa_vec_free(&reader.tables);
    return status;
}

enum fa_status fa_dictionary_parse(struct fa_str text, struct fa_str name,
                                   struct fa_arena *arena, struct fa_sink *sink,
                                   struct fa_dictionary *dictionary)
{
    struct fa_str kept = fa_arena_str(arena, text);
    if (!kept.bytes)
        return fa_out_of_memory(sink, "the data dictionary");
    struct fa_lexer lexer;
    FA_TRY(fa_lexer_init(&lexer, kept, name, arena, sink));
    return fa_dictionary_read(&lexer, dictionary);
}

enum fa_status fa_dictionary_builtin(struct fa_arena *arena, struct fa_sink *sink,
                                     struct fa_dictionary *dictionary)
{
    struct fa_str text = {fa_dictionary_text, fa_dictionary_text_size};
    return fa_dictionary_parse(text, FA_STR("dictionary.txt"), arena, sink, dictionary);
}

/* --- writing --- */

static enum fa_status format_column(const struct fa_column_def *column, struct fa_buf *buf)
{
    FA_TRY(fa_buf_add_text(buf, "  column "));
    FA_TRY(fa_buf_add_str(buf, column->name));
    FA_TRY(fa_buf_addf(buf, " : %s", fa_type_name(column->type)));
    if (column->type == FA_TYPE_ID) {
        FA_TRY(fa_buf_add_text(buf, " of "));
        FA_TRY(fa_buf_add_str(buf, column->refers_to_name));
    }
    for (uint32_t i = 0; i < column->value_count; i++) {
        FA_TRY(fa_buf_add_text(buf, i == 0 ? " {" : ", "));
        FA_TRY(fa_buf_add_str(buf, column->values[i]));
    }
    FA_TRY(fa_buf_add_text(buf, column->value_count > 0 ? "}" : ""));
    FA_TRY(fa_buf_add_text(buf, column->is_required ? " required" : ""));
    FA_TRY(fa_buf_add_text(buf, column->is_signed ? " signed" : ""));
    if (column->mask != FA_MASK_NONE)
        FA_TRY(fa_buf_addf(buf, " mask %s", mask_names[column->mask]));
    if (column->label_zh.size > 0) {
        FA_TRY(fa_buf_add_text(buf, " zh "));
        FA_TRY(fa_lex_quote(column->label_zh, buf));
    }
    if (column->meaning_en.size > 0) {
        FA_TRY(fa_buf_add_text(buf, " en "));
        FA_TRY(fa_lex_quote(column->meaning_en, buf));
    }
    return fa_buf_add_char(buf, '\n');
}

static enum fa_status format_clause(const struct fa_table_def *table, const char *clause,
                                    int column, struct fa_buf *buf)
{
    if (column == FA_NO_COLUMN)
        return FA_OK;
    FA_TRY(fa_buf_addf(buf, "  %s ", clause));
    FA_TRY(fa_buf_add_str(buf, table->columns[column].name));
    return fa_buf_add_char(buf, '\n');
}

static enum fa_status format_meaning(const char *language, struct fa_str text,
                                     struct fa_buf *buf)
{
    if (text.size == 0)
        return FA_OK;
    FA_TRY(fa_buf_addf(buf, "  meaning %s ", language));
    FA_TRY(fa_lex_quote(text, buf));
    return fa_buf_add_char(buf, '\n');
}

enum fa_status fa_table_def_format(const struct fa_table_def *table, struct fa_buf *buf)
{
    FA_TRY(fa_buf_add_text(buf, "table "));
    FA_TRY(fa_buf_add_str(buf, table->name));
    FA_TRY(fa_buf_add_char(buf, '\n'));
    FA_TRY(format_meaning("en", table->meaning_en, buf));
    FA_TRY(format_meaning("zh", table->meaning_zh, buf));
    if (table->written_by != FA_BY_FILING)
        FA_TRY(fa_buf_addf(buf, "  written by %s\n", writer_names[table->written_by]));
    for (int i = 0; i < table->key_count; i++) {
        FA_TRY(fa_buf_add_text(buf, i == 0 ? "  key " : " "));
        FA_TRY(fa_buf_add_str(buf, table->columns[table->key_columns[i]].name));
    }
    FA_TRY(fa_buf_add_text(buf, table->key_count > 0 ? "\n" : ""));
    FA_TRY(format_clause(table, "clock", table->clock, buf));
    if (table->interval_from != FA_NO_COLUMN) {
        FA_TRY(fa_buf_add_text(buf, "  interval "));
        FA_TRY(fa_buf_add_str(buf, table->columns[table->interval_from].name));
        FA_TRY(fa_buf_add_text(buf, " .. "));
        FA_TRY(fa_buf_add_str(buf, table->columns[table->interval_to].name));
        FA_TRY(fa_buf_add_char(buf, '\n'));
    }
    FA_TRY(format_clause(table, "by", table->by, buf));
    for (int i = 0; i < table->hidden_from; i++)
        FA_TRY(format_column(&table->columns[i], buf));
    return fa_buf_add_text(buf, "end\n");
}

/* --- finding --- */

const struct fa_table_def *fa_dictionary_find(const struct fa_dictionary *dictionary,
                                              struct fa_str name)
{
    for (int i = 0; i < dictionary->table_count; i++)
        if (fa_str_equal(dictionary->tables[i].name, name))
            return &dictionary->tables[i];
    return NULL;
}

int fa_table_find_column(const struct fa_table_def *table, struct fa_str name)
{
    for (int i = 0; i < table->column_count; i++)
        if (fa_str_equal(table->columns[i].name, name))
            return i;
    return FA_NO_COLUMN;
}

int fa_table_hidden_column(const struct fa_table_def *table, const char *name)
{
    for (int i = table->hidden_from; i < table->column_count; i++)
        if (fa_str_is(table->columns[i].name, name))
            return i;
    return FA_NO_COLUMN;
}
