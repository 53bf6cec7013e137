#include "ledger/held.h"

#include <stdio.h>
#include <stdlib.h>
#include <string.h>

#include "base/hash.h"
#include "base/limits.h"

/* One column as it grows; the view in rows.columns is made at the end. */
struct growing {
    bool is_wanted;
    bool has_value, has_missing;
    int64_t *values;
    uint8_t *missing;
    uint32_t *starts, *sizes;
    struct fa_buf bytes;
};

struct slot {
    struct fa_held_table held;
    bool are_rows_wanted, are_names_wanted;
    bool is_by_time; /* its rows are not held unless asked for, only names of its ids */
    struct fa_decoder *decoder;
    struct growing *columns;
    size_t row_capacity;
    uint64_t counted_ids;
    FA_VEC(struct fa_str) names;
    FA_VEC(uint32_t) filers;
    struct fa_hash128
        *contents; /* a row's declared columns, to tell equal declarations from others */
    uint32_t *numbers;
    struct fa_str reader;
};

struct fa_held {
    const struct fa_head *head;
    struct fa_sink *sink;
    struct slot *slots;
    struct fa_arena names_arena;
    struct fa_buf content; /* of one row */
    uint64_t memory_max;
};

struct fa_held *fa_held_new(const struct fa_head *head, struct fa_sink *sink)
{
    struct fa_held *held = calloc(1, sizeof *held);
    if (!held)
        return NULL;
    held->head = head;
    held->sink = sink;
    fa_arena_init(&held->names_arena);
    held->slots = calloc((size_t)head->dictionary.table_count + 1, sizeof *held->slots);
    bool is_out = !held->slots;
    for (int i = 0; !is_out && i < head->dictionary.table_count; i++) {
        struct slot *slot = &held->slots[i];
        const struct fa_table_def *table = &head->dictionary.tables[i];
        size_t count = (size_t)table->column_count + 1;
        slot->held.table = slot->held.rows.table = table;
        slot->held.since = fa_table_find_column(table, FA_STR("since"));
        if (slot->held.since != FA_NO_COLUMN &&
            table->columns[slot->held.since].type != FA_TYPE_DATE)
            slot->held.since = FA_NO_COLUMN;
        slot->is_by_time = table->by != FA_NO_COLUMN || table->written_by != FA_BY_FILING;
        slot->columns = calloc(count, sizeof *slot->columns);
        slot->held.rows.columns = calloc(count, sizeof *slot->held.rows.columns);
        is_out = !slot->columns || !slot->held.rows.columns;
        for (int c = 0; !is_out && c < table->column_count; c++)
            slot->held.rows.columns[c].is_absent = true;
    }
    if (!is_out)
        return held;
    fa_held_free(held);
    return NULL;
}

static void free_column(struct growing *column)
{
    free(column->values);
    free(column->missing);
    free(column->starts);
    free(column->sizes);
    fa_buf_release(&column->bytes);
}

void fa_held_free(struct fa_held *held)
{
    if (!held)
        return;
    for (int i = 0; held->slots && i < held->head->dictionary.table_count; i++) {
        struct slot *slot = &held->slots[i];
        for (int c = 0; slot->columns && c < held->head->dictionary.tables[i].column_count; c++)
            free_column(&slot->columns[c]);
        free(slot->columns);
        free(slot->held.rows.columns);
        free(slot->held.first_row);
        free(slot->held.row_counts);
        free(slot->held.is_conflicting);
        free(slot->contents);
        free(slot->numbers);
        fa_vec_free(&slot->names);
        fa_vec_free(&slot->filers);
        fa_decoder_free(slot->decoder);
    }
    free(held->slots);
    fa_arena_release(&held->names_arena);
    fa_buf_release(&held->content);
    free(held);
}

void fa_held_set_limit(struct fa_held *held, uint64_t memory_max)
{
    held->memory_max = memory_max;
}

void fa_held_set_reader(struct fa_held *held, int table, struct fa_str reader)
{
    held->slots[table].reader = reader;
}

void fa_held_want(struct fa_held *held, int table, int column)
{
    struct slot *slot = &held->slots[table];
    slot->are_rows_wanted = true;
    if (column != FA_NO_COLUMN)
        slot->columns[column].is_wanted = true;
    if (slot->held.table->id_column != FA_NO_COLUMN)
        slot->columns[slot->held.table->id_column].is_wanted = true;
    if (slot->held.since != FA_NO_COLUMN)
        slot->columns[slot->held.since].is_wanted = true;
}

void fa_held_want_streamed(struct fa_held *held, int table)
{
    held->slots[table].is_by_time = false;
}

void fa_held_want_names(struct fa_held *held, int table)
{
    held->slots[table].are_names_wanted = true;
}

static enum fa_status no_memory(const struct fa_held *held)
{
    return fa_out_of_memory(held->sink, "held tables");
}

/* --- taking blocks --- */

static enum fa_status add_names(struct fa_held *held, struct slot *slot,
                                const struct fa_block *block)
{
    struct fa_str *names;
    uint32_t *filers;
    slot->counted_ids += block->row_count;
    if (!slot->are_names_wanted)
        return FA_OK;
    FA_TRY(fa_block_decode_ids(block, &held->names_arena, held->sink, &names, &filers));
    size_t count = slot->names.count;
    if (fa_vec_reserve(&slot->names, count + block->row_count) != FA_OK ||
        fa_vec_reserve(&slot->filers, count + block->row_count) != FA_OK)
        return no_memory(held);
    memcpy(slot->names.items + count, names, block->row_count * sizeof *names);
    memcpy(slot->filers.items + count, filers, block->row_count * sizeof *filers);
    slot->names.count = slot->filers.count = count + block->row_count;
    return FA_OK;
}

static bool grow_array(void *array, size_t count, size_t item_size)
{
    void *old;
    memcpy(&old, array, sizeof old);
    void *grown = realloc(old, count * item_size);
    if (grown)
        memcpy(array, &grown, sizeof grown);
    return grown != NULL;
}

static enum fa_status reserve_rows(struct fa_held *held, struct slot *slot, size_t row_count)
{
    const struct fa_table_def *table = slot->held.table;
    if (row_count <= slot->row_capacity)
        return FA_OK;
    size_t capacity = slot->row_capacity + slot->row_capacity / 2;
    capacity = capacity < row_count ? row_count : capacity;
    bool is_grown = true;
    for (int c = 0; is_grown && c < table->column_count; c++) {
        struct growing *column = &slot->columns[c];
        if (!column->is_wanted)
            continue;
        is_grown = grow_array(&column->missing, capacity, sizeof *column->missing);
        if (fa_type_is_bytes(table->columns[c].type))
            is_grown = is_grown &&
                       grow_array(&column->starts, capacity, sizeof *column->starts) &&
                       grow_array(&column->sizes, capacity, sizeof *column->sizes);
        else
            is_grown =
                is_grown && grow_array(&column->values, capacity, sizeof *column->values);
    }
    if (is_grown && table->id_column != FA_NO_COLUMN)
        is_grown = grow_array(&slot->contents, capacity, sizeof *slot->contents);
    if (!is_grown)
        return no_memory(held);
    slot->row_capacity = capacity;
    return FA_OK;
}

static enum fa_status too_large(const struct fa_held *held, const struct slot *slot,
                                const char *what)
{
    char quoted[FA_QUOTED_BYTES];
    return fa_error(held->sink, FA_CODE_LIMIT, (struct fa_place){0}, NULL,
                    "table %s must be held in memory and has more than %s",
                    fa_quoted(slot->held.table->name, quoted), what);
}

static enum fa_status add_texts(struct fa_held *held, struct slot *slot, struct growing *to,
                                const struct fa_column *from, uint32_t at, uint32_t count)
{
    size_t total = 0;
    for (uint32_t i = 0; i < count; i++)
        total += from->sizes[i];
    if (to->bytes.size + total > UINT32_MAX)
        return too_large(held, slot, "4 GiB of texts in one column");
    if (fa_buf_reserve(&to->bytes, total) != FA_OK)
        return no_memory(held);
    for (uint32_t i = 0; i < count; i++) {
        uint32_t size = fa_is_missing(from, i) ? 0 : from->sizes[i];
        to->starts[at + i] = (uint32_t)to->bytes.size;
        to->sizes[at + i] = size;
        if (size > 0)
            memcpy(to->bytes.bytes + to->bytes.size, from->bytes + from->starts[i], size);
        to->bytes.size += size;
    }
    return FA_OK;
}

static enum fa_status add_column(struct fa_held *held, struct slot *slot, int c,
                                 const struct fa_column *from, uint32_t at, uint32_t count)
{
    struct growing *to = &slot->columns[c];
    bool is_bytes = fa_type_is_bytes(slot->held.table->columns[c].type);
    if (from->is_absent) {
        to->has_missing = true;
        memset(to->missing + at, 1, count);
        if (is_bytes)
            memset(to->sizes + at, 0, count * sizeof *to->sizes);
        else
            memset(to->values + at, 0, count * sizeof *to->values);
        if (is_bytes)
            memset(to->starts + at, 0, count * sizeof *to->starts);
        return FA_OK;
    }
    to->has_value = true;
    to->has_missing |= from->missing != NULL;
    if (from->missing)
        memcpy(to->missing + at, from->missing, count);
    else
        memset(to->missing + at, 0, count);
    if (is_bytes)
        return add_texts(held, slot, to, from, at, count);
    memcpy(to->values + at, from->values, count * sizeof *to->values);
    return FA_OK;
}

/* Two rows are the same declaration when all declared columns are: 128 bits of hash stand for
 * them. */
static enum fa_status hash_contents(struct fa_held *held, struct slot *slot,
                                    const struct fa_batch *batch, uint32_t at)
{
    static const struct fa_hash_key key = {UINT64_C(0x6c65646765722e68),
                                           UINT64_C(0x656c642e726f7773)};
    struct fa_buf *content = &held->content;
    for (uint32_t row = 0; row < batch->row_count; row++) {
        fa_buf_clear(content);
        for (int c = 0; c < batch->table->hidden_from; c++) {
            const struct fa_column *column = &batch->columns[c];
            bool is_bytes = fa_type_is_bytes(batch->table->columns[c].type);
            bool is_missing = fa_is_missing(column, row);
            struct fa_str text = {NULL, 0};
            if (!is_missing && is_bytes)
                text = fa_column_text(column, row);
            uint64_t number = is_missing ? 0
                              : is_bytes ? text.size
                                         : (uint64_t)column->values[row];
            if (fa_buf_add_char(content, (char)is_missing) != FA_OK ||
                fa_buf_add_u64(content, number) != FA_OK ||
                fa_buf_add_str(content, text) != FA_OK)
                return no_memory(held);
        }
        slot->contents[at + row] = fa_hash128(key, content->bytes, content->size);
    }
    return FA_OK;
}

static enum fa_status check_memory(const struct fa_held *held, const struct slot *slot)
{
    if (held->memory_max == 0 || fa_held_memory(held) <= held->memory_max)
        return FA_OK;
    char quoted[FA_QUOTED_BYTES], hint[FA_QUOTED_BYTES];
    snprintf(hint, sizeof hint, "raise --memory%s%.*s%s", slot->reader.size ? "; rule " : "",
             (int)slot->reader.size, slot->reader.bytes,
             slot->reader.size ? " looks its rows up" : "");
    return fa_error(held->sink, FA_CODE_LIMIT, (struct fa_place){0}, hint,
                    "table %s must be held and with it held tables take more than %llu bytes",
                    fa_quoted(slot->held.table->name, quoted),
                    (unsigned long long)held->memory_max);
}

static enum fa_status add_rows(struct fa_held *held, struct slot *slot,
                               const struct fa_block *block)
{
    const struct fa_table_def *table = slot->held.table;
    struct fa_batch batch;
    uint32_t at = slot->held.rows.row_count;
    if (!slot->decoder) {
        slot->decoder = fa_decoder_new(table);
        if (!slot->decoder)
            return no_memory(held);
        for (int c = 0; c < table->column_count; c++)
            if (slot->columns[c].is_wanted || table->id_column != FA_NO_COLUMN)
                fa_decoder_want(slot->decoder, c);
    }
    FA_TRY(fa_decoder_decode(slot->decoder, block, held->sink, &batch));
    if (batch.row_count > UINT32_MAX - 1 - at)
        return too_large(held, slot, "4,294,967,294 rows");
    FA_TRY(reserve_rows(held, slot, (size_t)at + batch.row_count));
    for (int c = 0; c < table->column_count; c++)
        if (slot->columns[c].is_wanted)
            FA_TRY(add_column(held, slot, c, &batch.columns[c], at, batch.row_count));
    if (table->id_column != FA_NO_COLUMN)
        FA_TRY(hash_contents(held, slot, &batch, at));
    slot->held.rows.row_count += batch.row_count;
    return check_memory(held, slot);
}

enum fa_status fa_held_add(struct fa_held *held, const struct fa_block *block)
{
    bool is_known = block->kind == FA_BLOCK_IDS || block->kind == FA_BLOCK_TABLE;
    if (!is_known || block->table >= held->head->dictionary.table_count)
        return FA_OK;
    struct slot *slot = &held->slots[block->table];
    if (block->kind == FA_BLOCK_IDS)
        return add_names(held, slot, block);
    slot->held.is_present = true;
    return slot->are_rows_wanted && !slot->is_by_time ? add_rows(held, slot, block) : FA_OK;
}

/* --- the end: rows by id --- */

static int64_t since_of(const struct slot *slot, uint32_t row)
{
    if (slot->held.since == FA_NO_COLUMN)
        return INT64_MIN;
    const struct growing *since = &slot->columns[slot->held.since];
    return since->missing[row] ? INT64_MIN : since->values[row];
}

static bool are_rows_in_order(const struct slot *slot, const int64_t *ids)
{
    for (uint32_t row = 1; row < slot->held.rows.row_count; row++) {
        bool is_before = ids[row] < ids[row - 1];
        if (is_before ||
            (ids[row] == ids[row - 1] && since_of(slot, row) < since_of(slot, row - 1)))
            return false;
    }
    return true;
}

/* For qsort_r: rows by id, then since, then as they came. */
static int compare_rows(const void *a, const void *b, void *context)
{
    const struct slot *slot = context;
    const int64_t *ids = slot->columns[slot->held.table->id_column].values;
    uint32_t x = *(const uint32_t *)a, y = *(const uint32_t *)b;
    if (ids[x] != ids[y])
        return ids[x] < ids[y] ? -1 : 1;
    int64_t x_since = since_of(slot, x), y_since = since_of(slot, y);
    if (x_since != y_since)
        return x_since < y_since ? -1 : 1;
    return (x > y) - (x < y);
}

/* Puts COUNT items of an array into the order of NUMBERS. */
static bool reorder(void *array, const uint32_t *numbers, uint32_t count, size_t item_size)
{
    char *old;
    memcpy(&old, array, sizeof old);
    if (!old)
        return true;
    char *ordered = malloc((size_t)count * item_size);
    if (!ordered)
        return false;
    for (uint32_t i = 0; i < count; i++)
        memcpy(ordered + (size_t)i * item_size, old + (size_t)numbers[i] * item_size,
               item_size);
    free(old);
    memcpy(array, &ordered, sizeof ordered);
    return true;
}

static enum fa_status reorder_rows(struct fa_held *held, struct slot *slot)
{
    uint32_t count = slot->held.rows.row_count;
    slot->numbers = malloc((size_t)count * sizeof *slot->numbers);
    if (!slot->numbers)
        return no_memory(held);
    for (uint32_t row = 0; row < count; row++)
        slot->numbers[row] = row;
    qsort_r(slot->numbers, count, sizeof *slot->numbers, compare_rows, slot);
    bool is_done = reorder(&slot->contents, slot->numbers, count, sizeof *slot->contents);
    for (int c = 0; is_done && c < slot->held.table->column_count; c++) {
        struct growing *column = &slot->columns[c];
        is_done = reorder(&column->values, slot->numbers, count, sizeof *column->values) &&
                  reorder(&column->missing, slot->numbers, count, sizeof *column->missing) &&
                  reorder(&column->starts, slot->numbers, count, sizeof *column->starts) &&
                  reorder(&column->sizes, slot->numbers, count, sizeof *column->sizes);
    }
    slot->row_capacity = count;
    slot->held.numbers = slot->numbers;
    return is_done ? FA_OK : no_memory(held);
}

/* Two rows of an id in force from the same day that say different things. */
static void mark_conflicts(struct slot *slot, const int64_t *ids)
{
    for (uint32_t row = 1; row < slot->held.rows.row_count; row++) {
        bool is_again =
            ids[row] == ids[row - 1] && since_of(slot, row) == since_of(slot, row - 1);
        const struct fa_hash128 *a = &slot->contents[row - 1], *b = &slot->contents[row];
        if (is_again && (a->low != b->low || a->high != b->high))
            slot->held.is_conflicting[ids[row]] = 1;
    }
}

static enum fa_status count_rows(struct fa_held *held, struct slot *slot,
                                 const struct growing *id_column)
{
    for (uint32_t row = 0; row < slot->held.rows.row_count; row++) {
        int64_t id = id_column->values[row];
        char quoted[FA_QUOTED_BYTES];
        if (id_column->missing[row] || id < 0 || id >= (int64_t)slot->held.id_count)
            return fa_error(held->sink, FA_CODE_STREAM_BLOCK, (struct fa_place){0}, NULL,
                            "table %s: row %u declares an id without a name",
                            fa_quoted(slot->held.table->name, quoted), row);
        slot->held.declared_count += slot->held.row_counts[id] == 0;
        slot->held.row_counts[id]++;
    }
    return FA_OK;
}

static enum fa_status index_ids(struct fa_held *held, struct slot *slot)
{
    struct fa_held_table *table = &slot->held;
    const struct growing *id_column = &slot->columns[table->table->id_column];
    size_t count = (size_t)table->id_count + 1;
    table->first_row = malloc(count * sizeof *table->first_row);
    table->row_counts = calloc(count, sizeof *table->row_counts);
    table->is_conflicting = calloc(count, sizeof *table->is_conflicting);
    if (!table->first_row || !table->row_counts || !table->is_conflicting)
        return no_memory(held);
    memset(table->first_row, 0xFF, count * sizeof *table->first_row);
    FA_TRY(count_rows(held, slot, id_column));
    if (!are_rows_in_order(slot, id_column->values))
        FA_TRY(reorder_rows(held, slot));
    for (uint32_t row = table->rows.row_count; row-- > 0;)
        table->first_row[id_column->values[row]] = row;
    mark_conflicts(slot, id_column->values);
    free(slot->contents);
    slot->contents = NULL;
    return FA_OK;
}

static void show_columns(struct slot *slot)
{
    for (int c = 0; c < slot->held.table->column_count; c++) {
        const struct growing *column = &slot->columns[c];
        slot->held.rows.columns[c] = (struct fa_column){
            .is_absent = !column->has_value,
            .missing = column->has_missing ? column->missing : NULL,
            .values = column->values,
            .bytes = fa_buf_str(&column->bytes).bytes,
            .starts = column->starts,
            .sizes = column->sizes,
        };
    }
}

static enum fa_status finish_slot(struct fa_held *held, struct slot *slot)
{
    if (slot->counted_ids > FA_IDS_MAX)
        return too_large(held, slot, "4,294,967,295 ids");
    slot->held.id_count = (uint32_t)slot->counted_ids;
    slot->held.names = slot->names.items;
    slot->held.filers = slot->filers.items;
    if (slot->held.table->id_column != FA_NO_COLUMN && slot->are_rows_wanted &&
        !slot->is_by_time)
        FA_TRY(index_ids(held, slot));
    show_columns(slot);
    fa_decoder_free(slot->decoder);
    slot->decoder = NULL;
    return FA_OK;
}

enum fa_status fa_held_finish(struct fa_held *held)
{
    for (size_t i = 0; i < held->head->sources.count; i++)
        if (held->head->sources.items[i].table != FA_NO_TABLE)
            held->slots[held->head->sources.items[i].table].held.is_present = true;
    for (int i = 0; i < held->head->dictionary.table_count; i++)
        FA_TRY(finish_slot(held, &held->slots[i]));
    return FA_OK;
}

/* --- looking up --- */

const struct fa_held_table *fa_held_get(const struct fa_held *held, int table)
{
    bool is_table = table >= 0 && table < held->head->dictionary.table_count;
    return is_table ? &held->slots[table].held : NULL;
}

uint32_t fa_held_row(const struct fa_held_table *held, int64_t id, int64_t day_no,
                     bool *is_conflict)
{
    if (is_conflict)
        *is_conflict = false;
    if (!held->first_row || id < 0 || id >= (int64_t)held->id_count ||
        held->row_counts[id] == 0)
        return UINT32_MAX;
    if (held->is_conflicting[id]) {
        if (is_conflict)
            *is_conflict = true;
        return UINT32_MAX;
    }
    uint32_t first = held->first_row[id], low = first, high = first + held->row_counts[id];
    if (held->since == FA_NO_COLUMN)
        return first;
    /* The last row that began on the day or before; rows without a day come first. */
    const struct fa_column *since = &held->rows.columns[held->since];
    while (low < high) {
        uint32_t middle = low + (high - low) / 2;
        if (fa_is_missing(since, middle) || since->values[middle] <= day_no)
            low = middle + 1;
        else
            high = middle;
    }
    return low > first ? low - 1 : UINT32_MAX;
}

uint64_t fa_held_memory(const struct fa_held *held)
{
    uint64_t bytes = held->names_arena.allocated_bytes;
    for (int i = 0; i < held->head->dictionary.table_count; i++) {
        const struct slot *slot = &held->slots[i];
        bytes += slot->names.capacity * sizeof *slot->names.items;
        bytes += slot->filers.capacity * sizeof *slot->filers.items;
        for (int c = 0; c < slot->held.table->column_count; c++) {
            const struct growing *column = &slot->columns[c];
            size_t row_bytes =
                (column->values ? sizeof *column->values : 0) +
                (column->starts ? sizeof *column->starts + sizeof *column->sizes : 0) +
                (column->missing ? sizeof *column->missing : 0);
            bytes += column->bytes.capacity + slot->row_capacity * row_bytes;
        }
        size_t id_bytes = slot->held.first_row ? 2 * sizeof(uint32_t) + 1 : 0;
        bytes += slot->held.id_count * id_bytes;
        bytes += slot->contents ? slot->row_capacity * sizeof *slot->contents : 0;
    }
    return bytes;
}
