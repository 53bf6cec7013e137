#include "ledger/dictionary.h"

#include <string.h>

#include "base/limits.h"
#include "lang/lexer.h"
#include "ledger/dictionary_text.h"
#include "ledger/table_block.h"

const char *const fa_type_names[FA_TYPE_COUNT] = {
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

const char *const fa_mask_names[FA_MASK_COUNT] = {
    [FA_MASK_NONE] = "none",     [FA_MASK_NAME] = "name",   [FA_MASK_PARTY] = "party",
    [FA_MASK_NUMBER] = "number", [FA_MASK_PHONE] = "phone", [FA_MASK_TEXT] = "text",
};

const char *const fa_writer_names[FA_WRITER_COUNT] = {
    [FA_BY_FILING] = "filing",
    [FA_BY_INGEST] = "ingest",
    [FA_BY_RECONCILE] = "reconcile",
    [FA_BY_FLAG] = "flag",
};

const char *fa_type_name(enum fa_type type)
{
    return fa_type_names[type];
}

/* --- reading --- */

enum fa_status fa_dictionary_read(struct fa_lexer *lexer, struct fa_dictionary *dictionary)
{
    FA_LIST(struct fa_table_block) blocks = {0};
    struct fa_dictionary made = {
        .tables = fa_arena_array(lexer->arena, FA_TABLES_MAX, sizeof *made.tables)};
    if (!made.tables)
        return fa_out_of_memory(lexer->sink, "the data dictionary");
    while (lexer->token.kind != FA_TOKEN_END) {
        struct fa_table_block block;
        FA_TRY(fa_lex_expect(lexer, "table"));
        FA_TRY(fa_table_block_read(lexer, &block));
        FA_TRY(fa_table_block_add(lexer, &block, &made, FA_TABLES_MAX));
        if (fa_list_add(lexer->arena, &blocks, block) != FA_OK)
            return fa_out_of_memory(lexer->sink, "the data dictionary");
    }
    FA_TRY(lexer->status);
    for (int i = 0; i < blocks.count; i++)
        FA_TRY(fa_table_block_resolve(lexer, &blocks.items[i], &made));
    *dictionary = made;
    return FA_OK;
}

enum fa_status fa_dictionary_copy(const struct fa_dictionary *from, int table_max,
                                  struct fa_arena *arena, struct fa_dictionary *to)
{
    struct fa_dictionary made = {
        .tables = fa_arena_array(arena, (size_t)table_max + 1, sizeof *made.tables),
        .table_count = from->table_count,
    };
    if (!made.tables)
        return FA_ELIMIT;
    for (int i = 0; i < from->table_count; i++)
        made.tables[i] = from->tables[i];
    *to = made;
    return FA_OK;
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
        FA_TRY(fa_buf_addf(buf, " mask %s", fa_mask_names[column->mask]));
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
        FA_TRY(fa_buf_addf(buf, "  written by %s\n", fa_writer_names[table->written_by]));
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

bool fa_column_agrees(const struct fa_column_def *a, const struct fa_column_def *b)
{
    return a->type == b->type &&
           (a->type != FA_TYPE_ID || fa_str_equal(a->refers_to_name, b->refers_to_name));
}
