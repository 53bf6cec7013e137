#include "made_ledger.h"

#include <check.h>
#include <stdlib.h>
#include <string.h>

#include "base/limits.h"
#include "ledger/builder.h"
#include "value/money.h"

#define OK(expr) ck_assert_int_eq((expr), FA_OK)

enum { NAMES_MAX = 4096, TABLES_MAX = 32 };

struct making {
    struct fa_kept *kept;
    struct fa_sink *sink;
    struct fa_str names[TABLES_MAX][NAMES_MAX];
    uint32_t name_count[TABLES_MAX];
    struct fa_spool *spools[TABLES_MAX];
};

static struct fa_str next_word(struct fa_str *line)
{
    while (line->size && *line->bytes == ' ')
        *line = (struct fa_str){line->bytes + 1, line->size - 1};
    size_t size = 0;
    while (size < line->size && line->bytes[size] != ' ')
        size++;
    struct fa_str word = {line->bytes, size};
    *line = (struct fa_str){line->bytes + size, line->size - size};
    return word;
}

static bool next_line(const char **text, struct fa_str *line)
{
    if (!**text)
        return false;
    size_t size = strcspn(*text, "\n");
    *line = (struct fa_str){*text, size};
    *text += size + ((*text)[size] == '\n');
    return true;
}

static int64_t id_of(struct making *making, int table, struct fa_str name)
{
    uint32_t count = making->name_count[table];
    for (uint32_t i = 0; i < count; i++)
        if (fa_str_equal(making->names[table][i], name))
            return i;
    ck_assert_uint_lt(count, NAMES_MAX);
    making->names[table][count] = name;
    return making->name_count[table]++;
}

static void set_cell(struct making *making, const struct fa_table_def *table, int column,
                     struct fa_str text, struct fa_builder *builder)
{
    const struct fa_column_def *def = &table->columns[column];
    int64_t value = -1;
    struct fa_zone zone = making->kept->head.zone;
    if (fa_str_is(text, "-"))
        return;
    switch (def->type) {
    case FA_TYPE_ID:
        value = id_of(making, def->refers_to, text);
        break;
    case FA_TYPE_ENUM:
        for (uint32_t i = 0; i < def->value_count; i++)
            if (fa_str_equal(def->values[i], text))
                value = i;
        ck_assert_int_ge(value, 0);
        break;
    case FA_TYPE_MONEY:
        ck_assert_int_eq(fa_money_parse(text, 2, true, &value), FA_VALUE_OK);
        break;
    case FA_TYPE_INT:
        ck_assert_int_eq(fa_money_parse(text, 0, true, &value), FA_VALUE_OK);
        break;
    case FA_TYPE_BOOL:
        value = fa_str_is(text, "true");
        break;
    case FA_TYPE_DATE:
        ck_assert_int_eq(fa_date_parse(text, &value), FA_VALUE_OK);
        break;
    case FA_TYPE_TIME:
        ck_assert_int_eq(fa_time_parse(text, &zone, &value), FA_VALUE_OK);
        break;
    case FA_TYPE_CURRENCY:
        ck_assert(fa_currency_parse(text, &value));
        break;
    default:
        ck_assert(fa_type_is_bytes(def->type));
        OK(fa_builder_set_text(builder, column, text));
        return;
    }
    fa_builder_set(builder, column, value);
}

/* The table's rows; one block of the builder at most. */
static void add_rows(struct making *making, struct fa_str header, const char **text)
{
    struct fa_str name = next_word(&header);
    const struct fa_table_def *table = fa_dictionary_find(&making->kept->head.dictionary, name);
    ck_assert_ptr_nonnull(table);
    ck_assert_int_lt(table->index, TABLES_MAX);
    int columns[64], column_count = 0;
    bool has_currency = table->currency_column == FA_NO_COLUMN;
    for (struct fa_str word = next_word(&header); word.size; word = next_word(&header)) {
        columns[column_count] = fa_table_find_column(table, word);
        ck_assert_msg(columns[column_count] != FA_NO_COLUMN, "no column %.*s", (int)word.size,
                      word.bytes);
        has_currency |= columns[column_count++] == table->currency_column;
    }
    struct fa_spool *spool = fa_spool_new(UINT64_MAX, NULL, making->sink);
    struct fa_builder *builder =
        fa_builder_new(table, table->index, spool, &making->kept->totals, making->sink);
    making->spools[table->index] = spool;
    struct fa_str line;
    while (next_line(text, &line) && line.size) {
        for (int i = 0; i < column_count; i++)
            set_cell(making, table, columns[i], next_word(&line), builder);
        if (!has_currency)
            set_cell(making, table, table->currency_column, FA_STR("CNY"), builder);
        OK(fa_builder_end_row(builder));
    }
    OK(fa_builder_finish(builder));
    fa_builder_free(builder);
}

static void add_ids(struct making *making, int table)
{
    uint32_t filers[NAMES_MAX] = {0};
    struct fa_buf bytes = {0};
    if (!making->name_count[table])
        return;
    OK(fa_block_encode_ids(table, 0, making->name_count[table], making->names[table], filers,
                           &bytes));
    struct fa_block block = fa_block_at(&bytes);
    OK(fa_spool_add(making->kept->spool, &block));
    fa_buf_release(&bytes);
}

/* Cuts a table's blocks into smaller ones. */
static void cut_blocks(struct making *making, const struct fa_table_def *table,
                       uint32_t block_rows, struct fa_spool *into)
{
    struct fa_spool *spool = making->spools[table->index];
    struct fa_decoder *decoder = fa_decoder_new(table);
    struct fa_column *columns = calloc((size_t)table->column_count, sizeof *columns);
    fa_decoder_want_all(decoder);
    for (uint64_t b = 0; b < fa_spool_count(spool); b++) {
        struct fa_block block;
        struct fa_batch batch;
        OK(fa_spool_get(spool, b, &block));
        OK(fa_decoder_decode(decoder, &block, making->sink, &batch));
        for (uint32_t from = 0; from < batch.row_count; from += block_rows) {
            uint32_t left = batch.row_count - from;
            struct fa_batch part = {table, batch.first_row + from,
                                    left < block_rows ? left : block_rows, columns};
            for (int c = 0; c < table->column_count; c++) {
                columns[c] = batch.columns[c];
                if (columns[c].missing)
                    columns[c].missing += from;
                if (columns[c].values)
                    columns[c].values += from;
                if (columns[c].starts) {
                    columns[c].starts += from;
                    columns[c].sizes += from;
                }
            }
            struct fa_buf bytes = {0};
            OK(fa_block_encode(&part, table->index, &bytes));
            struct fa_block cut = fa_block_at(&bytes);
            OK(fa_spool_add(into, &cut));
            fa_buf_release(&bytes);
        }
    }
    free(columns);
    fa_decoder_free(decoder);
}

/* Tables by time, their blocks by the time of their first row. */
static void interleave(struct making *making, uint32_t block_rows)
{
    const struct fa_dictionary *dictionary = &making->kept->head.dictionary;
    struct fa_spool *cut[TABLES_MAX] = {NULL};
    uint64_t at[TABLES_MAX] = {0};
    for (int t = 0; t < dictionary->table_count; t++) {
        if (!making->spools[t] || dictionary->tables[t].by == FA_NO_COLUMN)
            continue;
        cut[t] = fa_spool_new(UINT64_MAX, NULL, making->sink);
        cut_blocks(making, &dictionary->tables[t], block_rows, cut[t]);
    }
    for (;;) {
        int first = -1;
        int64_t first_us = 0;
        for (int t = 0; t < dictionary->table_count; t++) {
            if (!cut[t] || at[t] == fa_spool_count(cut[t]))
                continue;
            struct fa_block block;
            OK(fa_spool_get(cut[t], at[t], &block));
            const struct fa_table_def *def = &dictionary->tables[t];
            bool is_date = def->columns[def->by].type == FA_TYPE_DATE;
            int64_t us = is_date ? fa_day_start(block.first_order, &making->kept->head.zone)
                                 : block.first_order;
            if (first < 0 || us < first_us) {
                first = t;
                first_us = us;
            }
        }
        if (first < 0)
            break;
        struct fa_block block;
        OK(fa_spool_get(cut[first], at[first]++, &block));
        OK(fa_spool_add(making->kept->spool, &block));
    }
    for (int t = 0; t < TABLES_MAX; t++)
        fa_spool_free(cut[t]);
}

struct fa_kept *made_ledger(const char *text, uint32_t block_rows, struct fa_sink *sink)
{
    struct making *making = calloc(1, sizeof *making);
    making->sink = sink;
    OK(fa_kept_new(UINT64_MAX, NULL, sink, &making->kept));
    struct fa_head *head = &making->kept->head;
    head->kind = FA_STREAM_LEDGER;
    ck_assert(fa_zone_find(FA_STR("Asia/Shanghai"), &head->zone));
    ck_assert(fa_currency_parse(FA_STR("CNY"), &head->currency));
    head->as_of_day = fa_day_from_civil(2025, 1, 31);

    /* All tables first: adding one moves the others. */
    const char *at = text;
    struct fa_str line;
    bool is_header = true;
    while (next_line(&at, &line)) {
        if (is_header && line.size) {
            struct fa_str name = next_word(&line);
            char table[64] = {0};
            ck_assert_uint_lt(name.size, sizeof table);
            memcpy(table, name.bytes, name.size);
            int index;
            OK(fa_head_add_table(head, table, sink, &index));
        }
        is_header = !line.size;
    }
    at = text;
    while (next_line(&at, &line))
        if (line.size)
            add_rows(making, line, &at);

    for (int t = 0; t < head->dictionary.table_count; t++)
        add_ids(making, t);
    for (int t = 0; t < head->dictionary.table_count; t++)
        if (making->spools[t] && head->dictionary.tables[t].by == FA_NO_COLUMN)
            cut_blocks(making, &head->dictionary.tables[t], FA_BLOCK_ROWS_MAX,
                       making->kept->spool);
    interleave(making, block_rows);
    for (int t = 0; t < TABLES_MAX; t++)
        fa_spool_free(making->spools[t]);
    struct fa_kept *kept = making->kept;
    free(making);
    return kept;
}

/* --- printing --- */

static void print_cell(const struct fa_batch *batch, int column, uint32_t row, struct fa_buf *text)
{
    const struct fa_column_def *def = &batch->table->columns[column];
    const struct fa_column *cells = &batch->columns[column];
    char shown[FA_MONEY_TEXT_BYTES] = "";
    if (fa_is_missing(cells, row)) {
        OK(fa_buf_add_char(text, '-'));
        return;
    }
    if (fa_type_is_bytes(def->type)) {
        OK(fa_buf_add_str(text, fa_column_text(cells, row)));
        return;
    }
    switch (def->type) {
    case FA_TYPE_ENUM:
        OK(fa_buf_add_str(text, def->values[cells->values[row]]));
        return;
    case FA_TYPE_MONEY:
        fa_money_format(cells->values[row], 2, shown);
        break;
    case FA_TYPE_DATE:
        fa_date_format(cells->values[row], shown);
        break;
    case FA_TYPE_CURRENCY:
        fa_currency_format(cells->values[row], shown);
        break;
    default:
        OK(fa_buf_addf(text, "%lld", (long long)cells->values[row]));
        return;
    }
    OK(fa_buf_add_text(text, shown));
}

void made_ledger_print(struct fa_blocks *blocks, const char *table_name, const char *columns,
                       struct fa_sink *sink, struct fa_buf *text)
{
    const struct fa_table_def *table =
        fa_dictionary_find(&blocks->head->dictionary, fa_str_from(table_name));
    ck_assert_ptr_nonnull(table);
    struct fa_decoder *decoder = fa_decoder_new(table);
    fa_decoder_want_all(decoder);
    OK(fa_blocks_rewind(blocks));
    for (;;) {
        struct fa_block block;
        bool is_end;
        OK(fa_blocks_next(blocks, &block, &is_end));
        if (is_end)
            break;
        if (block.kind != FA_BLOCK_TABLE || block.table != table->index)
            continue;
        struct fa_batch batch;
        OK(fa_decoder_decode(decoder, &block, sink, &batch));
        for (uint32_t row = 0; row < batch.row_count; row++) {
            struct fa_str left = fa_str_from(columns);
            for (struct fa_str word = next_word(&left); word.size; word = next_word(&left)) {
                int column = fa_table_find_column(table, word);
                ck_assert_int_ne(column, FA_NO_COLUMN);
                print_cell(&batch, column, row, text);
                OK(fa_buf_add_char(text, left.size ? ' ' : '\n'));
            }
        }
    }
    fa_decoder_free(decoder);
}
