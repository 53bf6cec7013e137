#include "rules/plain_ledger.h"

#include <stdlib.h>

#include "rules/plain_observe.h"

bool fa_plain_equal(const struct fa_value *a, const struct fa_value *b)
{
    if (a->kind == FA_KIND_TEXT || a->kind == FA_KIND_SET)
        return fa_str_equal(a->text, b->text);
    struct fa_ratio x = {a->numerator, a->denominator}, y = {b->numerator, b->denominator};
    return fa_ratio_compare(x, y) == 0;
}

/* The number that the rules' dictionary gives the enum value VALUE of the stream's column; -1:
 * none. */
static int64_t enum_number(const struct fa_column_def *theirs, int64_t value,
                           const struct fa_column_def *ours)
{
    if (value < 0 || (uint64_t)value >= theirs->value_count)
        return -1;
    for (uint32_t i = 0; i < ours->value_count; i++)
        if (fa_str_equal(ours->values[i], theirs->values[value]))
            return i;
    return -1;
}

static enum fa_status load_cell(struct fa_plain_ledger *ledger, const struct fa_column *column,
                                const struct fa_column_def *theirs,
                                const struct fa_column_def *ours, uint32_t at,
                                struct fa_value *cell)
{
    *cell = (struct fa_value){.kind = fa_kind_of(ours->type), .denominator = 1};
    if (fa_is_missing(column, at)) {
        cell->is_missing = true;
    } else if (fa_type_is_bytes(ours->type)) {
        cell->text = fa_arena_str(ledger->arena, fa_column_text(column, at));
        if (!cell->text.bytes)
            return FA_ELIMIT;
    } else if (ours->type == FA_TYPE_ENUM) {
        cell->numerator = enum_number(theirs, column->values[at], ours);
        cell->is_missing = cell->numerator < 0;
    } else {
        cell->numerator = column->values[at];
        cell->denominator = ours->type == FA_TYPE_RATIO ? FA_RATIO_UNIT : 1;
    }
    return FA_OK;
}

static struct fa_plain_table *table_of(struct fa_plain_ledger *ledger, int head_table)
{
    for (int t = 0; t < ledger->dictionary->table_count; t++)
        if (ledger->tables[t].head_table == head_table)
            return &ledger->tables[t];
    return NULL;
}

static bool is_kept(const struct fa_plain_ledger *ledger, const struct fa_plain_table *table,
                    uint64_t row_no)
{
    const struct fa_plain_observer *observer = ledger->observer;
    return !observer || !observer->keeps ||
           observer->keeps(observer->context, table->def, row_no);
}

static enum fa_status load_rows(struct fa_plain_ledger *ledger, const struct fa_block *block)
{
    struct fa_plain_table *table = table_of(ledger, block->table);
    uint32_t first = 0;
    while (table && first < block->row_count &&
           !is_kept(ledger, table, block->first_row + first))
        first++;
    if (!table || first == block->row_count)
        return FA_OK;
    const struct fa_table_def *theirs = &ledger->head->dictionary.tables[block->table];
    struct fa_decoder *decoder = fa_decoder_new(theirs);
    if (!decoder)
        return FA_ELIMIT;
    fa_decoder_want_all(decoder);
    struct fa_batch batch;
    enum fa_status status = fa_decoder_decode(decoder, block, ledger->sink, &batch);
    for (uint32_t at = first; status == FA_OK && at < batch.row_count; at++) {
        if (!is_kept(ledger, table, batch.first_row + at))
            continue;
        /* five more cells than columns, for what a leg has beyond its flow */
        struct fa_plain_row row = {.row_no = batch.first_row + at,
                                   .cells = fa_arena_array(ledger->arena,
                                                           (size_t)table->def->column_count + 5,
                                                           sizeof(struct fa_value))};
        if (!row.cells) {
            status = FA_ELIMIT;
            break;
        }
        for (int c = 0; status == FA_OK && c < table->def->column_count; c++) {
            int found = fa_table_find_column(theirs, table->def->columns[c].name);
            if (found == FA_NO_COLUMN ||
                !fa_column_agrees(&theirs->columns[found], &table->def->columns[c]))
                row.cells[c] = (struct fa_value){.is_missing = true, .denominator = 1};
            else
                status = load_cell(ledger, &batch.columns[found], &theirs->columns[found],
                                   &table->def->columns[c], at, &row.cells[c]);
        }
        if (status == FA_OK)
            status = fa_vec_add(&table->rows, row);
    }
    fa_decoder_free(decoder);
    return status;
}

static enum fa_status load_names(struct fa_plain_ledger *ledger, const struct fa_block *block)
{
    struct fa_plain_table *table = table_of(ledger, block->table);
    if (!table)
        return FA_OK;
    struct fa_str *names;
    uint32_t *filers;
    FA_TRY(fa_block_decode_ids(block, ledger->arena, ledger->sink, &names, &filers));
    int t = table->def->index;
    uint32_t before = ledger->name_counts[t];
    struct fa_str *all =
        fa_arena_array(ledger->arena, (size_t)before + block->row_count, sizeof *all);
    if (!all)
        return FA_ELIMIT;
    for (uint32_t i = 0; i < before; i++)
        all[i] = ledger->names[t][i];
    for (uint32_t i = 0; i < block->row_count; i++)
        all[before + i] = names[i];
    ledger->names[t] = all;
    ledger->name_counts[t] = before + block->row_count;
    return FA_OK;
}

static enum fa_status load_all(struct fa_plain_ledger *ledger, struct fa_blocks *blocks)
{
    for (;;) {
        struct fa_block block;
        bool is_end;
        FA_TRY(fa_blocks_next(blocks, &block, &is_end));
        if (is_end)
            return FA_OK;
        if (block.kind == FA_BLOCK_IDS)
            FA_TRY(load_names(ledger, &block));
        else if (block.kind == FA_BLOCK_TABLE)
            FA_TRY(load_rows(ledger, &block));
    }
}

enum fa_status fa_plain_load(struct fa_plain_ledger *ledger,
                             const struct fa_dictionary *dictionary, struct fa_blocks *blocks,
                             const struct fa_plain_observer *observer, struct fa_arena *arena,
                             struct fa_sink *sink)
{
    *ledger = (struct fa_plain_ledger){.observer = observer,
                                       .head = blocks->head,
                                       .dictionary = dictionary,
                                       .arena = arena,
                                       .sink = sink};
    size_t count = (size_t)dictionary->table_count;
    ledger->tables = calloc(count + 1, sizeof *ledger->tables);
    ledger->names = calloc(count + 1, sizeof *ledger->names);
    ledger->name_counts = calloc(count + 1, sizeof *ledger->name_counts);
    if (!ledger->tables || !ledger->names || !ledger->name_counts)
        return fa_out_of_memory(sink, "the ledger");
    for (size_t t = 0; t < count; t++) {
        const struct fa_table_def *theirs =
            dictionary->tables[t].written_by == FA_BY_VIEW
                ? NULL
                : fa_dictionary_find(&blocks->head->dictionary, dictionary->tables[t].name);
        ledger->tables[t].def = &dictionary->tables[t];
        ledger->tables[t].head_table = theirs ? theirs->index : -1;
    }
    for (size_t i = 0; i < blocks->head->covers.count; i++) {
        const struct fa_cover_info *cover = &blocks->head->covers.items[i];
        struct fa_plain_table *table = table_of(ledger, cover->table);
        if (table) {
            table->is_covered = true;
            table->from_day = cover->from_day;
            table->to_day = cover->to_day;
        }
    }
    enum fa_status status = load_all(ledger, blocks);
    for (size_t i = 0; status == FA_OK && i < blocks->totals->list.count; i++) {
        const struct fa_total *total = &blocks->totals->list.items[i];
        struct fa_plain_table *table = table_of(ledger, total->table);
        if (table && total->column == FA_NO_COLUMN)
            table->is_lost = total->rejected > 0 && table->rows.count == 0;
    }
    return status == FA_ELIMIT ? fa_out_of_memory(sink, "the ledger") : status;
}

void fa_plain_release(struct fa_plain_ledger *ledger)
{
    for (int t = 0; ledger->tables && t < ledger->dictionary->table_count; t++)
        fa_vec_free(&ledger->tables[t].rows);
    free(ledger->tables);
    free(ledger->names);
    free(ledger->name_counts);
}

/* Different in a column that a filing states. */
static bool rows_differ(const struct fa_table_def *table, const struct fa_plain_row *a,
                        const struct fa_plain_row *b)
{
    for (int c = 0; c < table->hidden_from; c++) {
        const struct fa_value *x = &a->cells[c], *y = &b->cells[c];
        if (x->is_missing != y->is_missing || (!x->is_missing && !fa_plain_equal(x, y)))
            return true;
    }
    return false;
}

static bool same_key(const struct fa_table_def *table, const struct fa_plain_row *a,
                     const struct fa_plain_row *b)
{
    for (int k = 0; k < table->key_count; k++) {
        const struct fa_value *x = &a->cells[table->key_columns[k]];
        const struct fa_value *y = &b->cells[table->key_columns[k]];
        if (x->is_missing != y->is_missing || (!x->is_missing && !fa_plain_equal(x, y)))
            return false;
    }
    return true;
}

bool fa_plain_is_conflicting(const struct fa_plain_ledger *ledger, int table, fa_i128 id)
{
    const struct fa_plain_table *rows = &ledger->tables[table];
    for (size_t i = 0; i < rows->rows.count; i++) {
        const struct fa_plain_row *row = &rows->rows.items[i];
        const struct fa_value *own = &row->cells[rows->def->id_column];
        for (size_t j = 0; j < i && !own->is_missing && own->numerator == id; j++)
            if (same_key(rows->def, &rows->rows.items[j], row) &&
                rows_differ(rows->def, &rows->rows.items[j], row))
                return true;
    }
    return false;
}

const struct fa_plain_row *fa_plain_find(const struct fa_plain_ledger *ledger, int table,
                                         fa_i128 id, bool has_day, int64_t day_no)
{
    const struct fa_plain_table *rows = &ledger->tables[table];
    const struct fa_table_def *def = rows->def;
    int since = fa_table_find_column(def, FA_STR("since"));
    const struct fa_plain_row *found = NULL;
    if (fa_plain_is_conflicting(ledger, table, id))
        return NULL;
    for (size_t i = 0; i < rows->rows.count; i++) {
        const struct fa_plain_row *row = &rows->rows.items[i];
        const struct fa_value *own = &row->cells[def->id_column];
        if (own->is_missing || own->numerator != id)
            continue;
        const struct fa_value *from = since == FA_NO_COLUMN ? NULL : &row->cells[since];
        bool is_dated = from && !from->is_missing;
        if (is_dated && (!has_day || from->numerator > day_no))
            continue;
        const struct fa_value *best = found && from ? &found->cells[since] : NULL;
        bool is_later =
            !found || (is_dated && (best->is_missing || from->numerator > best->numerator));
        if (is_later)
            found = row;
    }
    return found;
}
