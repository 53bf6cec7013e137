/*
 * Keys that were declared more than once: rows with the same content are counted, rows with
 * other content are listed one by one. Only the rows that share a key are read again.
 */
#include <stdlib.h>
#include <string.h>

#include "intake/run.h"

/* A row that shares its key with another. */
struct shared_row {
    uint32_t row;
    uint32_t group; /* rows with one key have one group */
    struct fa_hash128 content;
    int64_t source_idx, line_no;
};

static enum fa_status no_memory(struct fa_run *run)
{
    return fa_out_of_memory(run->sink, "keys that were declared twice");
}

/* All of a row but where it came from. */
static enum fa_status hash_content(const struct fa_run *run, const struct fa_batch *batch,
                                   uint32_t row, struct fa_buf *content,
                                   struct fa_hash128 *hash)
{
    fa_buf_clear(content);
    for (int i = 0; i < batch->table->hidden_from; i++) {
        const struct fa_column *column = &batch->columns[i];
        bool is_missing = fa_is_missing(column, row);
        FA_TRY(fa_buf_add_char(content, is_missing ? 0 : 1));
        if (is_missing)
            continue;
        if (fa_type_is_bytes(batch->table->columns[i].type)) {
            struct fa_str text = fa_column_text(column, row);
            FA_TRY(fa_buf_add_u64(content, text.size));
            FA_TRY(fa_buf_add_str(content, text));
        } else {
            FA_TRY(fa_buf_add_u64(content, (uint64_t)column->values[row]));
        }
    }
    *hash = fa_hash128(run->env.hash_key, content->bytes, content->size);
    return FA_OK;
}

/* Calls SEE for each of ROWS, which are sorted, with its batch. */
static enum fa_status visit_rows(
    struct fa_run *run, int table, struct shared_row *rows, size_t count,
    enum fa_status (*see)(struct fa_run *run, const struct fa_batch *batch, uint32_t row,
                          struct shared_row *shared, void *context),
    void *context)
{
    struct fa_cursor cursor;
    FA_TRY(fa_cursor_open(&cursor, run, table));
    fa_decoder_want_all(cursor.decoder);
    enum fa_status status = FA_OK;
    size_t at = 0;
    while (status == FA_OK && at < count) {
        struct fa_batch batch;
        bool is_end;
        status = fa_cursor_next(&cursor, &batch, &is_end);
        if (status == FA_OK && is_end)
            status = FA_EDEFECT;
        for (;
             status == FA_OK && at < count && rows[at].row < batch.first_row + batch.row_count;
             at++)
            status = see(run, &batch, (uint32_t)(rows[at].row - batch.first_row), &rows[at],
                         context);
    }
    fa_decoder_free(cursor.decoder);
    return status;
}

static enum fa_status see_content(struct fa_run *run, const struct fa_batch *batch,
                                  uint32_t row, struct shared_row *shared, void *context)
{
    int hidden = batch->table->hidden_from;
    shared->source_idx = batch->columns[hidden + 1].values[row];
    shared->line_no = batch->columns[hidden + 3].values[row];
    return hash_content(run, batch, row, context, &shared->content) == FA_OK ? FA_OK
                                                                             : no_memory(run);
}

/* The key of a row for a message: its parts, masked ones by their shape. */
static enum fa_status format_key(struct fa_run *run, const struct fa_batch *batch, uint32_t row,
                                 struct fa_buf *key)
{
    const struct fa_table_def *def = batch->table;
    for (int i = 0; i < def->key_count; i++) {
        int at = def->key_columns[i];
        const struct fa_column_def *column = &def->columns[at];
        char quoted[FA_QUOTED_BYTES], buffer[FA_TIME_TEXT_BYTES];
        if (fa_is_missing(&batch->columns[at], row))
            continue;
        struct fa_str text = {buffer, 0};
        int64_t value = fa_type_is_bytes(column->type) ? 0 : batch->columns[at].values[row];
        if (fa_type_is_bytes(column->type))
            text = fa_column_text(&batch->columns[at], row);
        else if (column->type == FA_TYPE_ID)
            text = fa_ids_name(run->env.spaces[column->refers_to].ids, (uint32_t)value);
        else if (column->type == FA_TYPE_ENUM)
            text = column->values[value];
        else if (column->type == FA_TYPE_DATE)
            text.size = fa_date_format(value, buffer);
        else if (column->type == FA_TYPE_TIME)
            text.size = fa_time_format(value, &run->head->zone, buffer);
        else
            text.size = fa_money_format(value, 0, buffer);
        FA_TRY(fa_buf_addf(key, "%s%.*s %s", key->size ? ", " : "", (int)column->name.size,
                           column->name.bytes,
                           column->mask == FA_MASK_NONE ? fa_quoted(text, quoted)
                                                        : fa_quoted_shape(text, quoted)));
    }
    return fa_buf_cstr(key) ? FA_OK : FA_ELIMIT;
}

static enum fa_status see_conflict(struct fa_run *run, const struct fa_batch *batch,
                                   uint32_t row, struct shared_row *shared, void *context)
{
    const struct shared_row *const *firsts = context;
    const struct shared_row *first = firsts[shared->group];
    if (shared->content.low == first->content.low &&
        shared->content.high == first->content.high)
        return FA_OK;
    struct fa_buf key = {0};
    if (format_key(run, batch, row, &key) != FA_OK) {
        fa_buf_release(&key);
        return no_memory(run);
    }
    char quoted[FA_QUOTED_BYTES];
    const struct fa_file_run *files = run->files.items;
    struct fa_place place = {.source = files[shared->source_idx].file->name,
                             .line_no = (uint64_t)shared->line_no};
    fa_warn(run->sink, FA_CODE_KEY_CONFLICT, place, NULL,
            "%s was declared with other content in line %lld of %s", key.bytes,
            (long long)first->line_no, fa_quoted(files[first->source_idx].file->name, quoted));
    fa_buf_release(&key);
    return FA_OK;
}

static int compare_rows(const void *left, const void *right)
{
    const struct shared_row *a = left, *b = right;
    return (a->row > b->row) - (a->row < b->row);
}

/* What the repeats, sorted by row, come to. */
static enum fa_status tell(struct fa_run *run, int table, struct shared_row *rows, size_t count,
                           uint32_t group_count)
{
    const struct fa_table_def *def = &run->head->dictionary.tables[table];
    const struct shared_row **firsts = calloc(group_count, sizeof *firsts);
    struct fa_buf content = {0};
    enum fa_status status = firsts ? FA_OK : no_memory(run);
    if (status == FA_OK)
        status = visit_rows(run, table, rows, count, see_content, &content);
    fa_buf_release(&content);
    uint64_t repeats = 0, conflicts = 0;
    for (size_t i = 0; status == FA_OK && i < count; i++) {
        const struct shared_row *first = firsts[rows[i].group];
        if (!first) {
            firsts[rows[i].group] = &rows[i];
            continue;
        }
        bool is_same = first->content.low == rows[i].content.low &&
                       first->content.high == rows[i].content.high;
        repeats += is_same;
        conflicts += !is_same;
    }
    if (status == FA_OK && conflicts > 0)
        status = visit_rows(run, table, rows, count, see_conflict, firsts);
    char quoted[FA_QUOTED_BYTES];
    if (status == FA_OK && repeats > 0)
        fa_note(run->sink, FA_CODE_KEY_REPEAT, (struct fa_place){0}, NULL,
                "table %s: %llu row%s repeated, with the same key and content",
                fa_quoted(def->name, quoted), (unsigned long long)repeats,
                repeats == 1 ? " is" : "s are");
    if (status == FA_OK && repeats > 0)
        status = fa_run_remark_repeats(run, table, repeats);
    free(firsts);
    return status;
}

enum fa_status fa_run_check_keys(struct fa_run *run, int table)
{
    struct fa_repeat *repeats = NULL;
    size_t count = 0;
    enum fa_status status = fa_unique_finish(run->unique, &repeats, &count);
    if (status != FA_OK || count == 0)
        return status;
    struct shared_row *rows = calloc(count, sizeof *rows);
    uint32_t group_count = 0;
    if (rows) {
        for (size_t i = 0; i < count; i++) {
            group_count += i == 0 || repeats[i].key.low != repeats[i - 1].key.low ||
                           repeats[i].key.high != repeats[i - 1].key.high;
            rows[i] = (struct shared_row){.row = repeats[i].row, .group = group_count - 1};
        }
        qsort(rows, count, sizeof *rows, compare_rows);
        status = tell(run, table, rows, count, group_count);
    } else {
        status = no_memory(run);
    }
    free(rows);
    free(repeats);
    return status;
}
