/*
 * The row that an explanation was asked for: looked for by its key, which is written as people
 * see it, so the names of ids and the texts of dates are compared.
 */
#include <string.h>

#include "rules/explain_run.h"

/* Names of the ids that the keys of the wanted table have parts of, by table of the ledger. */
struct names {
    struct fa_str **items;
    uint32_t *counts;
};

static enum fa_status add_names(struct fa_explain_run *run, const struct fa_block *block,
                                struct names *names)
{
    struct fa_str *more;
    uint32_t *filers, before = names->counts[block->table];
    FA_TRY(fa_block_decode_ids(block, &run->arena, run->told.sink, &more, &filers));
    struct fa_str *all =
        fa_arena_array(&run->arena, (size_t)before + block->row_count + 1, sizeof *all);
    if (!all)
        return fa_explain_no_memory(run);
    if (before)
        memcpy(all, names->items[block->table], before * sizeof *all);
    memcpy(all + before, more, block->row_count * sizeof *all);
    names->items[block->table] = all;
    names->counts[block->table] = before + block->row_count;
    return FA_OK;
}

static enum fa_status add_key_part(const struct fa_explain_run *run, const struct names *names,
                                   const struct fa_column_def *def,
                                   const struct fa_column *column, uint32_t at,
                                   struct fa_buf *key)
{
    char text[FA_TIME_TEXT_BYTES], code[4];
    if (fa_is_missing(column, at))
        return FA_OK;
    if (fa_type_is_bytes(def->type))
        return fa_buf_add_str(key, fa_column_text(column, at));
    int64_t value = column->values[at];
    switch (def->type) {
    case FA_TYPE_ID:
        if (value < 0 || value >= names->counts[def->refers_to])
            return FA_OK;
        return fa_buf_add_str(key, names->items[def->refers_to][value]);
    case FA_TYPE_ENUM:
        if (value < 0 || (uint64_t)value >= def->value_count)
            return FA_OK;
        return fa_buf_add_str(key, def->values[value]);
    case FA_TYPE_DATE:
        return fa_buf_add(key, text, fa_date_format(value, text));
    case FA_TYPE_TIME:
        return fa_buf_add(key, text, fa_time_format(value, &run->told.head->zone, text));
    case FA_TYPE_CURRENCY:
        fa_currency_format((fa_currency)value, code);
        return fa_buf_add_text(key, code);
    default:
        return fa_buf_addf(key, "%lld", (long long)value);
    }
}

/* What the scan for the wanted row has come to. */
struct search {
    const struct fa_table_def *def; /* the ledger's */
    struct fa_decoder *decoder;
    uint64_t whole_count, part_count; /* rows with this key; rows whose key begins with it */
    uint64_t whole_row, part_row;
    int64_t filer; /* of the first of them */
    bool has_filers; /* several */
};

/* Whose row it is, where that was asked for. */
static bool is_of_filer(const struct fa_explain_run *run, const struct names *names,
                        const struct fa_batch *batch, uint32_t at)
{
    struct fa_str wanted = run->told.options->filer;
    const struct fa_column *filer = &batch->columns[batch->table->hidden_from];
    const struct fa_table_def *institution =
        fa_dictionary_find(&run->told.head->dictionary, FA_STR("institution"));
    if (wanted.size == 0)
        return true;
    if (!institution || fa_is_missing(filer, at) || filer->values[at] < 0 ||
        filer->values[at] >= names->counts[institution->index])
        return fa_str_equal(run->told.head->filer, wanted);
    return fa_str_equal(names->items[institution->index][filer->values[at]], wanted);
}

static enum fa_status search_block(struct fa_explain_run *run, const struct names *names,
                                   const struct fa_block *block, struct search *search,
                                   struct fa_buf *key)
{
    struct fa_str wanted = run->told.options->key;
    struct fa_batch batch;
    FA_TRY(fa_decoder_decode(search->decoder, block, run->told.sink, &batch));
    for (uint32_t at = 0; at < batch.row_count; at++) {
        bool is_part = false;
        fa_buf_clear(key);
        if (!is_of_filer(run, names, &batch, at))
            continue;
        for (int k = 0; k < search->def->key_count; k++) {
            int column = search->def->key_columns[k];
            if (k && fa_buf_add_char(key, '|') != FA_OK)
                return fa_explain_no_memory(run);
            if (add_key_part(run, names, &search->def->columns[column], &batch.columns[column],
                             at, key) != FA_OK)
                return fa_explain_no_memory(run);
            is_part |= fa_str_equal(fa_buf_str(key), wanted);
        }
        bool is_whole = fa_str_equal(fa_buf_str(key), wanted);
        if (is_part) {
            const struct fa_column *filer = &batch.columns[batch.table->hidden_from];
            int64_t whose = fa_is_missing(filer, at) ? -1 : filer->values[at];
            search->has_filers |= search->part_count > 0 && whose != search->filer;
            search->filer = whose;
        }
        if (is_whole && search->whole_count++ == 0)
            search->whole_row = batch.first_row + at;
        if (is_part && search->part_count++ == 0)
            search->part_row = batch.first_row + at;
    }
    return FA_OK;
}

/* Rows that reverse others are kept all: the view `effective` asks for them. */
static enum fa_status keep_reversals(struct fa_explain_run *run, const struct fa_block *block,
                                     struct fa_decoder *decoder, int table, int column)
{
    struct fa_batch batch;
    FA_TRY(fa_decoder_decode(decoder, block, run->told.sink, &batch));
    for (uint32_t at = 0; at < batch.row_count; at++)
        if (!fa_is_missing(&batch.columns[column], at)) {
            const struct fa_kept_range range = {table, batch.first_row + at,
                                                batch.first_row + at};
            if (fa_vec_add(&run->kept, range) != FA_OK)
                return fa_explain_no_memory(run);
        }
    return FA_OK;
}

static enum fa_status scan_blocks(struct fa_explain_run *run, struct search *search,
                                  struct names *names, struct fa_decoder *flows,
                                  struct fa_buf *key)
{
    const struct fa_table_def *flow =
        fa_dictionary_find(&run->told.head->dictionary, FA_STR("flow"));
    const struct fa_table_def *mine =
        fa_dictionary_find(run->told.list->dictionary, FA_STR("flow"));
    int reverses = flow ? fa_table_find_column(flow, FA_STR("reverses")) : FA_NO_COLUMN;
    FA_TRY(fa_blocks_rewind(run->ledger));
    for (;;) {
        struct fa_block block;
        bool is_end;
        FA_TRY(fa_blocks_next(run->ledger, &block, &is_end));
        if (is_end)
            return FA_OK;
        if (block.kind == FA_BLOCK_IDS)
            FA_TRY(add_names(run, &block, names));
        if (block.kind != FA_BLOCK_TABLE)
            continue;
        if (search->def && block.table == search->def->index)
            FA_TRY(search_block(run, names, &block, search, key));
        if (flows && mine && block.table == flow->index && reverses != FA_NO_COLUMN)
            FA_TRY(keep_reversals(run, &block, flows, mine->index, reverses));
    }
}

static struct fa_decoder *new_decoder(const struct fa_table_def *def)
{
    struct fa_decoder *decoder = def ? fa_decoder_new(def) : NULL;
    if (decoder)
        fa_decoder_want_all(decoder);
    return decoder;
}

static enum fa_status scan(struct fa_explain_run *run, struct search *search)
{
    const struct fa_dictionary *dictionary = &run->told.head->dictionary;
    const struct fa_table_def *flow = fa_dictionary_find(dictionary, FA_STR("flow"));
    size_t tables = (size_t)dictionary->table_count;
    struct names names = {fa_arena_array(&run->arena, tables + 1, sizeof(struct fa_str *)),
                          fa_arena_array(&run->arena, tables + 1, sizeof(uint32_t))};
    struct fa_decoder *flows = new_decoder(flow);
    struct fa_buf key;
    fa_buf_init(&key);
    search->decoder = new_decoder(search->def);
    enum fa_status status =
        names.items && names.counts && (!flow || flows) && (!search->def || search->decoder)
            ? FA_OK
            : fa_explain_no_memory(run);
    if (status == FA_OK)
        status = scan_blocks(run, search, &names, flows, &key);
    if (flows)
        fa_decoder_free(flows);
    if (search->decoder)
        fa_decoder_free(search->decoder);
    fa_buf_release(&key);
    return status;
}

/* Finds the row that the options name. */
enum fa_status fa_explain_find_row(struct fa_explain_run *run)
{
    struct fa_explanation *told = &run->told;
    const struct fa_explain_options *options = told->options;
    struct fa_str name =
        options->table.size ? options->table : told->list->dictionary->tables[told->table].name;
    const struct fa_table_def *mine = fa_dictionary_find(told->list->dictionary, name);
    struct search search = {.def = fa_dictionary_find(&told->head->dictionary, name)};
    char quoted[FA_QUOTED_BYTES];
    if (!options->is_finding && (!mine || !search.def))
        return fa_error(told->sink, FA_CODE_EXPLAIN_ROW, (struct fa_place){0},
                        "flowaudit-view --schema shows the tables of a stream",
                        "the stream has no table %s", fa_quoted(name, quoted));
    if (options->is_finding)
        search.def = NULL;
    FA_TRY(scan(run, &search));
    if (options->is_finding)
        return FA_OK;
    uint64_t count = search.whole_count ? search.whole_count : search.part_count;
    if (count == 0)
        return fa_error(told->sink, FA_CODE_EXPLAIN_ROW, (struct fa_place){0}, NULL,
                        "no row of %.*s has the key %s", (int)name.size, name.bytes,
                        fa_quoted(options->key, quoted));
    if (count > 1)
        return fa_error(told->sink, FA_CODE_EXPLAIN_ROW, (struct fa_place){0},
                        search.has_filers
                            ? "say whose it is: --row TABLE:filer=ID|KEY"
                            : "give all parts of the key, with | between them",
                        "%llu rows of %.*s have the key %s", (unsigned long long)count,
                        (int)name.size, name.bytes, fa_quoted(options->key, quoted));
    told->has_row = true;
    told->table = mine->index;
    told->row_no = search.whole_count ? search.whole_row : search.part_row;
    told->row_key = options->key;
    return FA_OK;
}
