#include "match/look.h"

#include <stdlib.h>

#include "base/limits.h"
#include "ledger/cell.h"
#include "match/sieve.h"

enum { LOOK_FLOW, LOOK_LINE, LOOK_DETAIL, LOOK_COUNT };

/* An open row by its key or its number, or a line by its id. */
struct sought {
    uint64_t hash; /* of its key */
    struct fa_open *row;
};

typedef FA_VEC(struct sought) sought_list;

struct look {
    struct fa_matcher *m;
    const struct fa_look_columns *c;
    int tables[LOOK_COUNT];
    struct fa_decoder *narrow[LOOK_COUNT]; /* what the sieves test; NULL: nothing is sought */
    struct fa_decoder *second; /* narrow, for flows some of which lack their first reference */
    struct fa_decoder *wide[LOOK_COUNT];
    sought_list by_row[2];         /* by side; ascending */
    sought_list by_key;            /* with a reference; rows of one key stand together */
    sought_list by_id;             /* lines whose payments are sought; ascending */
    struct fa_sieve references[2]; /* by side */
    struct fa_sieve ids;
    FA_VEC(struct fa_open) details;
    uint32_t *hits; /* rows of a block that came through the sieve */
    struct fa_buf text; /* of a key */
};

static enum fa_status out_of_memory(const struct look *k)
{
    return fa_out_of_memory(k->m->sink, "open rows of the reconciliation");
}

/* --- what is sought --- */

static int compare_row_numbers(const void *left, const void *right)
{
    const struct sought *a = left, *b = right;
    FA_ORDER(a->row->row, b->row->row);
    FA_ORDER(a->row->direction, b->row->direction);
    return 0;
}

static int compare_keys(const void *left, const void *right)
{
    const struct sought *a = left, *b = right;
    FA_ORDER(a->hash, b->hash);
    FA_ORDER(a->row->side, b->row->side);
    FA_ORDER(a->row->book, b->row->book);
    FA_ORDER(a->row->direction, b->row->direction);
    FA_ORDER(a->row->amount_minor, b->row->amount_minor);
    return fa_str_compare(a->row->reference, b->row->reference);
}

static int compare_ids(const void *left, const void *right)
{
    const struct sought *a = left, *b = right;
    int order = fa_str_compare(a->row->id, b->row->id);
    if (order)
        return order;
    FA_ORDER(a->row->row, b->row->row);
    return 0;
}

static uint64_t hash_of(const struct look *k, const struct fa_open *row)
{
    const struct fa_pending *p = &k->m->pending;
    uint64_t hash = fa_hash64(p->key, row->reference.bytes, row->reference.size);
    return fa_pending_hash(p, hash, row->book, row->direction, row->amount_minor);
}

static void sort(sought_list *list, int (*compare)(const void *left, const void *right))
{
    if (list->count)
        qsort(list->items, list->count, sizeof *list->items, compare);
}

static enum fa_status fill_sieves(struct look *k)
{
    for (int side = 0; side < 2; side++) {
        if (!k->by_row[side].count)
            continue;
        if (fa_sieve_init(&k->references[side], k->by_row[side].count) != FA_OK)
            return out_of_memory(k);
        for (size_t i = 0; i < k->by_row[side].count; i++)
            if (k->by_row[side].items[i].row->reference.size)
                fa_sieve_add(&k->references[side], k->by_row[side].items[i].row->reference);
    }
    if (k->by_id.count && fa_sieve_init(&k->ids, k->by_id.count) != FA_OK)
        return out_of_memory(k);
    for (size_t i = 0; i < k->by_id.count; i++)
        fa_sieve_add(&k->ids, k->by_id.items[i].row->id);
    return FA_OK;
}

static enum fa_status list_sought(struct look *k)
{
    const struct fa_resolver *r = &k->m->resolver;
    for (size_t i = 0; i < r->rows.count; i++) {
        struct fa_open *row = &r->rows.items[i];
        const struct sought sought = {hash_of(k, row), row};
        bool has_details = row->side == FA_SIDE_BANK && r->terms[row->book]->matches_details;
        if (fa_vec_add(&k->by_row[row->side], sought) != FA_OK ||
            (row->reference.size && fa_vec_add(&k->by_key, sought) != FA_OK) ||
            (has_details && fa_vec_add(&k->by_id, sought) != FA_OK))
            return out_of_memory(k);
    }
    for (int side = 0; side < 2; side++)
        sort(&k->by_row[side], compare_row_numbers);
    sort(&k->by_key, compare_keys);
    sort(&k->by_id, compare_ids);
    return fill_sieves(k);
}

/* The first open row of a number, or where it would stand. */
static size_t place_of_row(const sought_list *list, uint64_t row)
{
    size_t low = 0, high = list->count;
    while (low < high) {
        size_t middle = low + (high - low) / 2;
        if (list->items[middle].row->row < row)
            low = middle + 1;
        else
            high = middle;
    }
    return low;
}

/* The first open row of a key. NULL: none. */
static struct fa_open *find_key(const struct look *k, const struct sought *key)
{
    size_t low = 0, high = k->by_key.count;
    while (low < high) {
        size_t middle = low + (high - low) / 2;
        if (compare_keys(&k->by_key.items[middle], key) < 0)
            low = middle + 1;
        else
            high = middle;
    }
    bool is_there = low < k->by_key.count && compare_keys(&k->by_key.items[low], key) == 0;
    return is_there ? k->by_key.items[low].row : NULL;
}

/* --- twins --- */

static bool is_open(const struct look *k, const struct fa_open *face)
{
    const sought_list *list = &k->by_row[face->side];
    for (size_t i = place_of_row(list, face->row); i < list->count; i++) {
        const struct fa_open *row = list->items[i].row;
        if (row->row != face->row)
            return false;
        if (row->book == face->book && row->direction == face->direction)
            return true;
    }
    return false;
}

/* A face of a row whose reference looks like one that is open: if it was matched, it is the
 * twin of the open rows of its key. The first of them keeps it until all came. */
static enum fa_status try_twin(struct look *k, const struct fa_open *face)
{
    const struct sought key = {hash_of(k, face), (struct fa_open *)(void *)(size_t)face};
    struct fa_open *first = find_key(k, &key);
    if (!first || first->twin.size || is_open(k, face))
        return FA_OK;
    first->twin = fa_arena_str(&k->m->text_arena, face->id);
    return first->twin.bytes ? FA_OK : out_of_memory(k);
}

static void share_twins(struct look *k)
{
    for (size_t i = 1; i < k->by_key.count; i++)
        if (compare_keys(&k->by_key.items[i - 1], &k->by_key.items[i]) == 0)
            k->by_key.items[i].row->twin = k->by_key.items[i - 1].row->twin;
}

/* --- rows --- */

static struct fa_str text_at(const struct fa_batch *batch, int column, uint32_t row)
{
    const struct fa_column *found = &batch->columns[column];
    return fa_is_missing(found, row) ? (struct fa_str){"", 0} : fa_column_text(found, row);
}

static enum fa_status keep(struct look *k, struct fa_str text, struct fa_str *kept)
{
    if (!text.size)
        return FA_OK;
    *kept = fa_arena_str(&k->m->text_arena, text);
    return kept->bytes ? FA_OK : out_of_memory(k);
}

/* --- keys of groups --- */

/* Appends nothing when the row has no such value. FA_ELIMIT without a message. */
static enum fa_status add_key(struct look *k, const struct fa_bound_key *key,
                              const struct fa_batch *batch, uint32_t at,
                              const struct fa_open *row)
{
    const struct fa_matcher *m = k->m;
    const struct fa_cell_context context = {m->head, m->held};
    char date[FA_TIME_TEXT_BYTES];
    int column = key->column;
    if (key->kind == FA_KEY_DAY) {
        int32_t day_no = row->business_day;
        if (row->side == FA_SIDE_BANK && m->terms[row->book]->is_window_bdays)
            FA_TRY(fa_days_roll(&m->binding.days, day_no, &day_no)); /* as flows are */
        size_t size = fa_date_format(day_no, date);
        return fa_buf_add_str(&k->text, (struct fa_str){date, size});
    }
    if (column == FA_NO_COLUMN) /* the account on the other side of the flow */
        column = row->direction == FA_DEBIT ? m->flow.payee : m->flow.payer;
    return fa_cell_format(&context, batch, column, at, &k->text);
}

/* Several values are told apart by their sizes; one that is missing makes the key missing. */
static enum fa_status add_keys(struct look *k, const struct fa_bound_group *group,
                               const struct fa_batch *batch, uint32_t at,
                               const struct fa_open *row)
{
    if (group->many != row->side)
        return group->has_name ? add_key(k, &group->equals, batch, at, row) : FA_OK;
    for (int i = 0; i < group->key_count; i++) {
        size_t from = k->text.size;
        FA_TRY(add_key(k, &group->keys[i], batch, at, row));
        if (k->text.size == from) {
            fa_buf_clear(&k->text);
            return FA_OK;
        }
        if (group->key_count > 1)
            FA_TRY(fa_buf_addf(&k->text, "%zu", k->text.size - from));
        if (group->key_count > 1)
            FA_TRY(fa_buf_add_char(&k->text, ';'));
    }
    return FA_OK;
}

static enum fa_status see_keys(struct look *k, const struct fa_batch *batch, uint32_t at,
                               struct fa_open *row)
{
    uint32_t account = k->m->books.list.items[row->book].account;
    const struct fa_bound_section *section = fa_binding_section(&k->m->binding, account);
    if (!section->group_count)
        return FA_OK;
    struct fa_str *keys =
        fa_arena_array(&k->m->text_arena, (size_t)section->group_count, sizeof *keys);
    if (!keys)
        return out_of_memory(k);
    for (int i = 0; i < section->group_count; i++) {
        fa_buf_clear(&k->text);
        enum fa_status status = add_keys(k, &section->groups[i], batch, at, row);
        if (status == FA_ELIMIT)
            return out_of_memory(k);
        FA_TRY(status); /* a day that the calendar does not know was told */
        keys[i] = (struct fa_str){"", 0};
        FA_TRY(keep(k, fa_buf_str(&k->text), &keys[i]));
    }
    row->keys = keys;
    return FA_OK;
}

/* --- open rows --- */

static enum fa_status see_flow(struct look *k, const struct fa_batch *batch, uint32_t at,
                               struct fa_open *row)
{
    row->time_us = batch->columns[k->m->flow.time].values[at];
    FA_TRY(keep(k, text_at(batch, k->c->reverses, at), &row->reverses));
    row->is_reversal = row->reverses.size > 0;
    return FA_OK;
}

static enum fa_status see_line(struct look *k, const struct fa_batch *batch, uint32_t at,
                               struct fa_open *row)
{
    const struct fa_column *reversals = &batch->columns[k->c->reversal];
    row->time_us = batch->columns[k->m->line.booked_at].values[at];
    row->is_reversal = !fa_is_missing(reversals, at) && reversals->values[at];
    return FA_OK;
}

static enum fa_status see_open_rows(struct look *k, int table, const struct fa_batch *batch)
{
    const sought_list *list = &k->by_row[table == LOOK_FLOW ? FA_SIDE_LEDGER : FA_SIDE_BANK];
    for (size_t i = place_of_row(list, batch->first_row); i < list->count; i++) {
        struct fa_open *row = list->items[i].row;
        if (row->row >= batch->first_row + batch->row_count)
            return FA_OK;
        uint32_t at = (uint32_t)(row->row - batch->first_row);
        FA_TRY(table == LOOK_FLOW ? see_flow(k, batch, at, row) : see_line(k, batch, at, row));
        FA_TRY(see_keys(k, batch, at, row));
    }
    return FA_OK;
}

static enum fa_status try_flow(struct look *k, const struct fa_batch *batch, uint32_t at)
{
    struct fa_matcher *m = k->m;
    if (batch->columns[m->flow.status].values[at] != m->settled)
        return FA_OK;
    uint32_t accounts[2];
    if (!fa_matcher_faces(m, (uint32_t)batch->columns[m->flow.payer].values[at],
                          (uint32_t)batch->columns[m->flow.payee].values[at], accounts))
        return FA_OK;
    for (enum fa_direction direction = FA_CREDIT; direction <= FA_DEBIT; direction++) {
        struct fa_open face = {.side = FA_SIDE_LEDGER, .direction = direction};
        face.book = fa_books_find(&m->books, accounts[direction],
                                  batch->columns[m->flow.currency].values[at]);
        if (face.book == FA_NO_BOOK)
            continue;
        face.amount_minor = batch->columns[m->flow.amount].values[at];
        face.row = batch->first_row + at;
        face.id = text_at(batch, m->flow.flow_id, at);
        face.reference = fa_matcher_flow_reference(
            &fa_binding_section(&m->binding, accounts[direction])->reference, batch, at);
        FA_TRY(try_twin(k, &face));
    }
    return FA_OK;
}

static enum fa_status try_line(struct look *k, const struct fa_batch *batch, uint32_t at)
{
    const struct fa_matcher *m = k->m;
    const struct fa_column *columns = batch->columns;
    const struct fa_open face = {
        .book = fa_books_find(&m->books, (uint32_t)columns[m->line.account].values[at],
                              columns[m->line.currency].values[at]),
        .side = FA_SIDE_BANK,
        .direction =
            columns[m->line.direction].values[at] == m->line_credit ? FA_CREDIT : FA_DEBIT,
        .amount_minor = columns[m->line.amount].values[at],
        .row = batch->first_row + at,
        .id = text_at(batch, m->line.statement_id, at),
        .reference = text_at(batch, m->line.reference, at),
    };
    bool is_matched = face.book != FA_NO_BOOK && !fa_matcher_is_superseded(m, batch, at);
    return is_matched ? try_twin(k, &face) : FA_OK;
}

static enum fa_status add_detail(struct look *k, const struct fa_batch *batch, uint32_t at,
                                 const struct fa_open *line)
{
    const struct fa_look_columns *c = k->c;
    const struct fa_column *columns = batch->columns;
    const struct fa_book *book = &k->m->books.list.items[line->book];
    bool is_same_currency = fa_is_missing(&columns[c->detail_currency], at) ||
                            columns[c->detail_currency].values[at] == book->currency;
    int64_t detail_no = columns[c->detail_no].values[at];
    bool has_amount = is_same_currency && !fa_is_missing(&columns[c->detail_amount], at) &&
                      detail_no != 0; /* which would be the line itself */
    struct fa_open row = *line;
    row.direction =
        columns[c->detail_direction].values[at] == c->detail_credit ? FA_CREDIT : FA_DEBIT;
    row.amount_minor = has_amount ? columns[c->detail_amount].values[at] : FA_OPEN_NO_AMOUNT;
    row.reference = (struct fa_str){"", 0};
    row.is_reversal = false;
    row.keys = NULL;
    row.detail_no = detail_no ? detail_no : -1;
    row.detail_row = batch->first_row + at;
    row.is_aside = true;
    FA_TRY(keep(k, text_at(batch, c->detail_reference, at), &row.reference));
    return fa_vec_add(&k->details, row) == FA_OK ? FA_OK : out_of_memory(k);
}

static enum fa_status try_detail(struct look *k, const struct fa_batch *batch, uint32_t at)
{
    const struct fa_open wanted = {.id = text_at(batch, k->c->detail_statement, at)};
    uint32_t account = (uint32_t)batch->columns[k->c->detail_account].values[at];
    size_t low = 0, high = k->by_id.count;
    while (low < high) {
        size_t middle = low + (high - low) / 2;
        if (fa_str_compare(k->by_id.items[middle].row->id, wanted.id) < 0)
            low = middle + 1;
        else
            high = middle;
    }
    for (; low < k->by_id.count && fa_str_equal(k->by_id.items[low].row->id, wanted.id);
         low++) {
        const struct fa_open *line = k->by_id.items[low].row;
        if (k->m->books.list.items[line->book].account == account)
            return add_detail(k, batch, at, line);
    }
    return FA_OK;
}

/* --- blocks --- */

static bool is_flow_sought(const struct look *k, const struct fa_batch *batch, uint32_t at)
{
    const struct fa_binding *binding = &k->m->binding;
    int count = binding->has_one_reference ? 1 : binding->section_count;
    for (int i = 0; i < count; i++)
        if (fa_sieve_passes(
                &k->references[FA_SIDE_LEDGER],
                fa_matcher_flow_reference(&binding->sections[i].reference, batch, at)))
            return true;
    return false;
}

/* Whether a row of a narrow batch bears a text that is sought. */
static bool is_sought(const struct look *k, int table, const struct fa_batch *batch, uint32_t at)
{
    switch (table) {
    case LOOK_FLOW:
        return is_flow_sought(k, batch, at);
    case LOOK_LINE:
        return fa_sieve_passes(&k->references[FA_SIDE_BANK],
                               text_at(batch, k->m->line.reference, at));
    default:
        return fa_sieve_passes(&k->ids, text_at(batch, k->c->detail_statement, at));
    }
}

static bool has_open_rows(const struct look *k, int table, const struct fa_block *block)
{
    if (table == LOOK_DETAIL)
        return false;
    const sought_list *list = &k->by_row[table == LOOK_FLOW ? FA_SIDE_LEDGER : FA_SIDE_BANK];
    size_t place = place_of_row(list, block->first_row);
    return place < list->count &&
           list->items[place].row->row < block->first_row + block->row_count;
}

/* Values that the first reading checked, of bytes that are read again, and of details that it
 * did not read. */
static enum fa_status check_batch(struct look *k, int table, const struct fa_batch *batch)
{
    struct fa_matcher *m = k->m;
    const int64_t *values;
    const int columns[LOOK_COUNT][4] = {
        {m->flow.flow_id, m->flow.time, m->flow.amount, m->flow.currency},
        {m->line.statement_id, m->line.booked_at, m->line.amount, m->line.currency},
        {k->c->detail_statement, k->c->detail_no, k->c->detail_direction,
         k->c->detail_statement},
    };
    for (int i = 0; i < 4; i++)
        FA_TRY(fa_matcher_required(m, batch, columns[table][i], &values));
    switch (table) {
    case LOOK_FLOW:
        FA_TRY(fa_matcher_required(m, batch, m->flow.status, &values));
        FA_TRY(fa_matcher_required_accounts(m, batch, m->flow.payer, &values));
        return fa_matcher_required_accounts(m, batch, m->flow.payee, &values);
    case LOOK_LINE:
        FA_TRY(fa_matcher_required(m, batch, m->line.direction, &values));
        return fa_matcher_required_accounts(m, batch, m->line.account, &values);
    default:
        return fa_matcher_required_accounts(m, batch, k->c->detail_account, &values);
    }
}

static bool lacks_reference(const struct look *k, const struct fa_batch *batch)
{
    const struct fa_binding *binding = &k->m->binding;
    for (int i = 0; i < binding->section_count; i++) {
        const struct fa_bound_reference *reference = &binding->sections[i].reference;
        const struct fa_column *first = &batch->columns[reference->first];
        if (reference->second != FA_NO_COLUMN && (first->is_absent || first->missing))
            return true;
    }
    return false;
}

static enum fa_status look_at_block(struct look *k, int table, const struct fa_block *block)
{
    struct fa_batch batch;
    uint32_t hit_count = 0;
    FA_TRY(fa_decoder_decode(k->narrow[table], block, k->m->sink, &batch));
    if (table == LOOK_FLOW && lacks_reference(k, &batch))
        FA_TRY(fa_decoder_decode(k->second, block, k->m->sink, &batch));
    for (uint32_t at = 0; at < batch.row_count; at++) {
        k->hits[hit_count] = at;
        hit_count += is_sought(k, table, &batch, at);
    }
    if (!hit_count && !has_open_rows(k, table, block))
        return FA_OK;
    FA_TRY(fa_decoder_decode(k->wide[table], block, k->m->sink, &batch));
    FA_TRY(check_batch(k, table, &batch));
    if (table != LOOK_DETAIL)
        FA_TRY(see_open_rows(k, table, &batch));
    for (uint32_t i = 0; i < hit_count; i++)
        FA_TRY(table == LOOK_FLOW   ? try_flow(k, &batch, k->hits[i])
               : table == LOOK_LINE ? try_line(k, &batch, k->hits[i])
                                    : try_detail(k, &batch, k->hits[i]));
    return FA_OK;
}

static enum fa_status look_at_all(struct look *k, struct fa_blocks *in)
{
    for (;;) {
        struct fa_block block;
        bool is_end;
        FA_TRY(fa_blocks_next(in, &block, &is_end));
        if (is_end)
            return FA_OK;
        for (int table = 0; table < LOOK_COUNT; table++)
            if (block.kind == FA_BLOCK_TABLE && k->narrow[table] &&
                k->tables[table] == block.table)
                FA_TRY(look_at_block(k, table, &block));
    }
}

/* --- the second look --- */

static enum fa_status make_decoders(struct look *k, int table)
{
    const struct fa_matcher *m = k->m;
    const struct fa_table_def *def = &m->head->dictionary.tables[k->tables[table]];
    k->narrow[table] = fa_decoder_new(def);
    k->wide[table] = fa_decoder_new(def);
    if (!k->narrow[table] || !k->wide[table])
        return out_of_memory(k);
    fa_matcher_want(m, def, k->wide[table]);
    switch (table) {
    case LOOK_FLOW:
        k->second = fa_decoder_new(def);
        if (!k->second)
            return out_of_memory(k);
        fa_binding_want_reference(&m->binding, k->second);
        for (int i = 0; i < m->binding.section_count; i++)
            fa_decoder_want(k->narrow[table], m->binding.sections[i].reference.first);
        fa_binding_want_keys(&m->binding, def, k->wide[table]);
        fa_decoder_want(k->wide[table], k->c->reverses);
        break;
    case LOOK_LINE:
        fa_decoder_want(k->narrow[table], m->line.reference);
        fa_binding_want_keys(&m->binding, def, k->wide[table]);
        fa_decoder_want(k->wide[table], k->c->reversal);
        break;
    default:
        fa_decoder_want(k->narrow[table], k->c->detail_statement);
        break;
    }
    return FA_OK;
}

static enum fa_status look(struct look *k, struct fa_blocks *in)
{
    FA_TRY(list_sought(k));
    const bool has_sought[LOOK_COUNT] = {k->by_row[FA_SIDE_LEDGER].count > 0,
                                        k->by_row[FA_SIDE_BANK].count > 0, k->by_id.count > 0};
    for (int table = 0; table < LOOK_COUNT; table++)
        if (has_sought[table] && k->tables[table] != FA_NO_TABLE)
            FA_TRY(make_decoders(k, table));
    k->hits = malloc((FA_BLOCK_ROWS_MAX + 1) * sizeof *k->hits);
    if (!k->hits)
        return out_of_memory(k);
    FA_TRY(fa_blocks_rewind(in));
    FA_TRY(look_at_all(k, in));
    share_twins(k);
    for (size_t i = 0; i < k->details.count; i++)
        if (fa_vec_add(&k->m->resolver.rows, k->details.items[i]) != FA_OK)
            return out_of_memory(k);
    return FA_OK;
}

enum fa_status fa_matcher_look(struct fa_matcher *m, struct fa_blocks *in)
{
    if (!fa_blocks_can_rewind(in))
        return fa_error(
            m->sink, FA_CODE_MATCH_ONCE, (struct fa_place){0}, "give the stream as a file",
            "rows stay open and are to be looked at once more, and the input can be "
            "read only once");
    struct look k = {
        .m = m, .c = &m->look, .tables = {m->flow_table, m->line_table, m->look.detail_table}};
    fa_buf_init(&k.text);
    enum fa_status status = look(&k, in);
    for (int table = 0; table < LOOK_COUNT; table++) {
        fa_decoder_free(k.narrow[table]);
        fa_decoder_free(k.wide[table]);
    }
    fa_decoder_free(k.second);
    for (int side = 0; side < 2; side++) {
        fa_vec_free(&k.by_row[side]);
        fa_sieve_release(&k.references[side]);
    }
    fa_vec_free(&k.by_key);
    fa_vec_free(&k.by_id);
    fa_vec_free(&k.details);
    fa_sieve_release(&k.ids);
    fa_buf_release(&k.text);
    free(k.hits);
    return status;
}
