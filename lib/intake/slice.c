#include "intake/slice.h"

#include <string.h>

#include "intake/damage.h"

/* --- faults --------------------------------------------------------------------------------
 */

/* Where a field of a row stands in the source. */
static int place_of(const struct fa_slice *slice, uint32_t row, uint32_t field_idx)
{
    const struct fa_map *map = slice->plan->map;
    if (!map)
        return (int)field_idx;
    const struct fa_map_column *column =
        fa_map_column_of(map, slice->scratch->mapped.sections[row], field_idx);
    return column && column->first_field != FA_NO_FIELD ? column->first_field : INT16_MAX;
}

void fa_slice_add_fault(struct fa_slice *slice, uint32_t row, const struct fa_field_plan *field,
                        enum fa_code code)
{
    struct fa_row_scratch *scratch = slice->scratch;
    int place = field ? place_of(slice, row, field->field_idx) : -1;
    if (scratch->codes[row] != FA_CODE_COUNT && scratch->fault_places[row] <= place)
        return;
    scratch->codes[row] = (uint16_t)code;
    scratch->fault_fields[row] = field ? (int16_t)field->field_idx : -1;
    scratch->fault_places[row] = (int16_t)place;
    scratch->has_faults = true;
}

static const enum fa_code csv_fault_codes[] = {
    [FA_CSV_QUOTE_INSIDE] = FA_CODE_ROW_QUOTE,
    [FA_CSV_QUOTE_AFTER] = FA_CODE_ROW_QUOTE,
    [FA_CSV_FEW] = FA_CODE_ROW_FIELDS,
    [FA_CSV_MANY] = FA_CODE_ROW_FIELDS,
};

static void start_faults(struct fa_slice *slice)
{
    struct fa_row_scratch *scratch = slice->scratch;
    scratch->has_faults = false;
    for (uint32_t i = 0; i < slice->count; i++) {
        scratch->codes[i] = FA_CODE_COUNT;
        if (scratch->rows.records[i].fault == FA_CSV_SOUND)
            continue;
        fa_slice_add_fault(slice, i, NULL, csv_fault_codes[scratch->rows.records[i].fault]);
        memset(scratch->rows.fields + (size_t)i * scratch->rows.stride, 0,
               scratch->rows.width * sizeof *scratch->rows.fields);
    }
}

void fa_slice_add_value_fault(struct fa_slice *slice, uint32_t row,
                              const struct fa_field_plan *field, struct fa_str text,
                              enum fa_code code)
{
    fa_slice_add_fault(slice, row, field, fa_damage_code(text, code));
}

/* --- money's currency ----------------------------------------------------------------------
 */

/* The currency of each row: its own, its account's, its contract's, the filing's. */
static void find_currencies(struct fa_slice *slice)
{
    const struct fa_table_def *table = slice->plan->table;
    const struct fa_row_env *env = slice->env;
    fa_currency *currencies = slice->scratch->currencies;
    memset(currencies, 0, slice->count * sizeof *currencies);
    int own = table->currency_column;
    if (own != FA_NO_COLUMN && slice->scratch->has_own_currency)
        memcpy(currencies, slice->chunk->columns[own].values + slice->first,
               slice->count * sizeof *currencies);
    for (int i = 0; i < table->hidden_from; i++) {
        if (table->columns[i].type != FA_TYPE_ID || !slice->chunk->columns[i].is_used)
            continue;
        if (table->columns[i].refers_to == table->index)
            continue; /* they are being declared */
        const struct fa_space *space = &env->spaces[table->columns[i].refers_to];
        const int64_t *ids = slice->chunk->columns[i].values + slice->first;
        const uint8_t *missing = slice->chunk->columns[i].missing + slice->first;
        if (space->currency_count == 0)
            continue;
        for (uint32_t row = 0; row < slice->count; row++)
            if (currencies[row] == 0 && !missing[row] && ids[row] >= 0 &&
                ids[row] < (int64_t)space->currency_count)
                currencies[row] = space->currencies[ids[row]];
    }
    fa_currency last = 0;
    int scale = -1;
    for (uint32_t row = 0; row < slice->count; row++) {
        if (currencies[row] == 0)
            currencies[row] = slice->plan->currency ? slice->plan->currency : env->currency;
        if (currencies[row] != last) {
            last = currencies[row];
            scale = last ? fa_row_scale(env, last) : -1;
        }
        slice->scratch->scales[row] = (int8_t)scale;
    }
}

/* A row says its currency itself, wherever it came from. */
static void fill_currencies(struct fa_slice *slice)
{
    const struct fa_table_def *table = slice->plan->table;
    int own = table->currency_column;
    if (own == FA_NO_COLUMN)
        return;
    struct fa_parsed *column = &slice->chunk->columns[own];
    for (uint32_t row = 0; row < slice->count; row++) {
        bool is_missing = slice->scratch->currencies[row] == 0;
        column->values[slice->first + row] = slice->scratch->currencies[row];
        column->missing[slice->first + row] = is_missing;
        column->has_missing |= is_missing;
        if (is_missing && table->columns[own].is_required)
            fa_slice_add_fault(slice, row, NULL, FA_CODE_ROW_CURRENCY);
    }
}

/* --- a slice -------------------------------------------------------------------------------
 */

static void parse_column(struct fa_slice *slice, const struct fa_field_plan *field)
{
    enum fa_type type = slice->plan->table->columns[field->column].type;
    if (type == FA_TYPE_ID)
        fa_slice_parse_ids(slice, field);
    else if (fa_type_is_bytes(type))
        fa_slice_parse_texts(slice, field);
    else if (type == FA_TYPE_DATE || type == FA_TYPE_TIME)
        fa_slice_parse_times(slice, field);
    else
        fa_slice_parse_values(slice, field);
}

/* Currency and ids stand first in the plan; the row's currency is known when money comes. */
static void parse_columns(struct fa_slice *slice)
{
    const struct fa_file_plan *plan = slice->plan;
    int i = 0;
    slice->scratch->has_own_currency = false;
    for (; i < plan->field_count; i++) {
        enum fa_type type = plan->table->columns[plan->fields[i].column].type;
        if (type != FA_TYPE_CURRENCY && type != FA_TYPE_ID)
            break;
        parse_column(slice, &plan->fields[i]);
    }
    find_currencies(slice);
    for (; i < plan->field_count; i++)
        parse_column(slice, &plan->fields[i]);
    fill_currencies(slice);
}

static struct fa_money_sum *find_sum(struct fa_chunk *chunk, int sum_idx, fa_currency currency)
{
    for (size_t i = 0; i < chunk->sums.count; i++)
        if (chunk->sums.items[i].sum_idx == sum_idx &&
            chunk->sums.items[i].currency == currency)
            return &chunk->sums.items[i];
    struct fa_money_sum sum = {sum_idx, currency, 0};
    if (fa_vec_add(&chunk->sums, sum) != FA_OK)
        return NULL;
    return &chunk->sums.items[chunk->sums.count - 1];
}

/* Whether the amount of a row that has a fault can be read for all that. */
static bool is_readable(const struct fa_slice *slice, const struct fa_field_plan *field,
                        uint32_t row, int64_t *amount)
{
    struct fa_str text = fa_slice_text(slice, fa_slice_field(slice, row, field->field_idx));
    bool is_split = slice->plan->map || slice->scratch->rows.records[row].fault == FA_CSV_SOUND;
    return is_split && (text.size == 0 ||
                        fa_slice_parse_money(slice, field, row, text, amount) == FA_CODE_COUNT);
}

static const struct fa_field_plan *find_field(const struct fa_file_plan *plan, int column)
{
    for (int i = 0; i < plan->field_count; i++)
        if (plan->fields[i].column == column)
            return &plan->fields[i];
    return NULL;
}

/* Records that were rejected before they gave a row: none of their amounts can be read. */
static uint64_t count_rowless(const struct fa_slice *slice)
{
    const struct fa_mapped *mapped = &slice->scratch->mapped;
    uint64_t count = 0;
    for (uint32_t i = 0; slice->plan->map && i < slice->record_count; i++)
        count += mapped->kinds[i] == FA_RECORD_REJECTED;
    return count;
}

/* What the control totals are compared with: all amounts that can be read, of accepted rows or
 * not. */
static void add_sums(struct fa_slice *slice)
{
    struct fa_row_scratch *scratch = slice->scratch;
    struct fa_chunk *chunk = slice->chunk;
    for (int s = 0; s < slice->plan->sum_count; s++) {
        const struct fa_field_plan *field =
            find_field(slice->plan, slice->plan->sum_columns[s]);
        const int64_t *amounts = chunk->columns[field->column].values + slice->first;
        struct fa_money_sum *sum = NULL;
        chunk->unreadable.items[s] += count_rowless(slice);
        for (uint32_t row = 0; row < slice->count; row++) {
            int64_t unused;
            if (scratch->codes[row] != FA_CODE_COUNT &&
                !is_readable(slice, field, row, &unused)) {
                chunk->unreadable.items[s]++;
                continue;
            }
            if (!sum || sum->currency != scratch->currencies[row])
                sum = find_sum(chunk, s, scratch->currencies[row]);
            if (!sum) {
                chunk->status = FA_ELIMIT;
                return;
            }
            sum->sum += amounts[row]; /* 0 where it is missing */
        }
    }
}

/* The column that stands for a record's money: its amount, else the first money it has. */
static const struct fa_field_plan *amount_field(const struct fa_file_plan *plan)
{
    const struct fa_field_plan *first = NULL;
    for (int i = 0; i < plan->field_count; i++) {
        const struct fa_column_def *def = &plan->table->columns[plan->fields[i].column];
        if (def->type == FA_TYPE_MONEY && (!first || fa_str_is(def->name, "amount")))
            first = &plan->fields[i];
    }
    return first;
}

/* The field that is to blame, its column, and the value as the source has it. */
static void blame_field(struct fa_slice *slice, uint32_t row, struct fa_reject *reject)
{
    const struct fa_map *map = slice->plan->map;
    int field_idx = slice->scratch->fault_fields[row];
    if (field_idx < 0)
        return;
    for (int i = 0; i < slice->plan->field_count; i++)
        if ((int)slice->plan->fields[i].field_idx == field_idx)
            reject->column = slice->plan->fields[i].column;
    reject->field_idx = field_idx;
    reject->value = fa_slice_field(slice, row, (uint32_t)field_idx);
    if (!map)
        return;
    reject->mapped =
        fa_map_column_of(map, slice->scratch->mapped.sections[row], (uint32_t)field_idx);
    reject->field_idx = reject->mapped ? reject->mapped->first_field : FA_NO_FIELD;
    if (reject->mapped)
        reject->value =
            fa_map_original(slice, reject->mapped, slice->scratch->mapped.records[row]);
}

/* A record that is rejected because of CODE, met in ROW of the slice; FA_NO_ROW: it gave none.
 */
enum { FA_NO_ROW = UINT32_MAX };
static void add_reject(struct fa_slice *slice, uint32_t record_idx, uint32_t row,
                       enum fa_code code)
{
    struct fa_row_scratch *scratch = slice->scratch;
    const struct fa_csv_record *record = &scratch->rows.records[record_idx];
    struct fa_reject reject = {
        .record_idx = slice->chunk->record_count + record_idx,
        .line_idx = record->line_idx,
        .start = record->start,
        .size = record->size,
        .field_idx = FA_NO_FIELD,
        .column = FA_NO_COLUMN,
        .code = code,
        .field_count = record->field_count,
    };
    if (record->fault == FA_CSV_QUOTE_INSIDE || record->fault == FA_CSV_QUOTE_AFTER)
        reject.value = (struct fa_csv_field){record->fault_at, 0};
    if (code == FA_CODE_ROW_UNMAPPED)
        reject.detail = fa_map_tested(slice, record_idx);
    if (row != FA_NO_ROW) {
        const struct fa_field_plan *amount = amount_field(slice->plan);
        blame_field(slice, row, &reject);
        reject.has_amount = amount && fa_slice_field(slice, row, amount->field_idx).size > 0 &&
                            is_readable(slice, amount, row, &reject.amount);
        if (slice->plan->map || record->fault == FA_CSV_SOUND)
            reject.currency = scratch->currencies[row];
    }
    if (fa_vec_add(&slice->chunk->rejects, reject) != FA_OK)
        slice->chunk->status = FA_ELIMIT;
}

/* Rejects records that gave no row or one with a fault; a record is rejected as a whole. */
static void judge_records(struct fa_slice *slice)
{
    struct fa_mapped *mapped = &slice->scratch->mapped;
    const uint16_t *codes = slice->scratch->codes;
    uint32_t row = 0;
    for (uint32_t i = 0; i < slice->record_count; i++) {
        uint32_t faulty = FA_NO_ROW;
        for (; row < slice->count && fa_slice_record(slice, row) == i; row++)
            if (codes[row] != FA_CODE_COUNT && faulty == FA_NO_ROW)
                faulty = row;
        if (faulty != FA_NO_ROW)
            add_reject(slice, i, faulty, codes[faulty]);
        else if (slice->plan->map && mapped->kinds[i] == FA_RECORD_REJECTED)
            add_reject(slice, i, FA_NO_ROW, mapped->codes[i]);
        if (!slice->plan->map)
            continue;
        if (faulty != FA_NO_ROW)
            mapped->kinds[i] = FA_RECORD_REJECTED;
        slice->chunk->ignored_count += mapped->kinds[i] == FA_RECORD_IGNORED;
        slice->chunk->other_count += mapped->kinds[i] == FA_RECORD_OTHER;
    }
}

static bool is_accepted(const struct fa_slice *slice, uint32_t row)
{
    const struct fa_mapped *mapped = &slice->scratch->mapped;
    return slice->plan->map ? mapped->kinds[mapped->records[row]] == FA_RECORD_ROWS
                            : slice->scratch->codes[row] == FA_CODE_COUNT;
}

/* Moves the accepted rows of the slice together. */
static uint32_t move_accepted(struct fa_slice *slice)
{
    struct fa_chunk *chunk = slice->chunk;
    uint16_t *kept = slice->scratch->kept;
    uint32_t count = 0;
    for (uint32_t row = 0; row < slice->count; row++)
        if (is_accepted(slice, row))
            kept[count++] = (uint16_t)row;
    for (int i = 0; i < slice->plan->table->hidden_from; i++) {
        struct fa_parsed *column = &chunk->columns[i];
        if (!column->is_used)
            continue;
        for (uint32_t to = 0; to < count; to++) {
            uint32_t from = slice->first + kept[to], at = slice->first + to;
            column->missing[at] = column->missing[from];
            if (column->values) {
                column->values[at] = column->values[from];
            } else {
                column->starts[at] = column->starts[from];
                column->sizes[at] = column->sizes[from];
            }
        }
    }
    return count;
}

/* Keeps the accepted rows and where they come from; gives their number. */
static uint32_t keep_accepted(struct fa_slice *slice)
{
    struct fa_row_scratch *scratch = slice->scratch;
    struct fa_chunk *chunk = slice->chunk;
    uint32_t count = slice->count;
    if (scratch->has_faults || slice->plan->map)
        judge_records(slice);
    if (scratch->has_faults)
        count = move_accepted(slice);
    else
        for (uint32_t row = 0; row < count; row++)
            scratch->kept[row] = (uint16_t)row;
    for (uint32_t row = 0; row < count; row++) {
        uint32_t record = fa_slice_record(slice, scratch->kept[row]);
        chunk->record_idx[slice->first + row] = chunk->record_count + record;
        chunk->line_idx[slice->first + row] = scratch->rows.records[record].line_idx;
        if (slice->plan->map)
            chunk->sections[slice->first + row] = scratch->mapped.sections[scratch->kept[row]];
    }
    return count;
}

/* --- keys ----------------------------------------------------------------------------------
 */

/* A part of a key in a form in which two parts are equal only if they mean the same: an id by
 * its text (its number may not be known yet), a number by its value. */
static bool add_key_part(const struct fa_slice *slice, int column_idx, uint32_t row,
                         struct fa_buf *key)
{
    const struct fa_parsed *column = &slice->chunk->columns[column_idx];
    const struct fa_field_plan *field = find_field(slice->plan, column_idx);
    uint32_t at = slice->first + row;
    bool is_missing = !column->is_used || column->missing[at];
    if (fa_buf_add_char(key, is_missing ? 0 : 1) != FA_OK)
        return false;
    if (is_missing)
        return true;
    enum fa_type type = slice->plan->table->columns[column_idx].type;
    if (type != FA_TYPE_ID && !fa_type_is_bytes(type))
        return fa_buf_add_u64(key, (uint64_t)column->values[at]) == FA_OK;
    struct fa_str text =
        type == FA_TYPE_ID
            ? fa_slice_text(slice,
                            fa_slice_field(slice, slice->scratch->kept[row], field->field_idx))
            : (struct fa_str){slice->chunk->base + column->starts[at], column->sizes[at]};
    return fa_buf_add_u32(key, (uint32_t)text.size) == FA_OK &&
           fa_buf_add_str(key, text) == FA_OK;
}

struct fa_hash_key fa_filer_key(const struct fa_row_env *env, const struct fa_file_plan *plan)
{
    struct fa_hash_key key = env->hash_key;
    key.k0 ^= plan->filer_idx * UINT64_C(0x9E3779B97F4A7C15);
    return key;
}

static void hash_keys(struct fa_slice *slice, uint32_t count)
{
    const struct fa_table_def *table = slice->plan->table;
    struct fa_chunk *chunk = slice->chunk;
    struct fa_hash_key hash_key = fa_filer_key(slice->env, slice->plan);
    for (int i = 0; i < table->key_count; i++)
        if (chunk->columns[table->key_columns[i]].from_record)
            return; /* commit makes it */
    const struct fa_parsed *only = &chunk->columns[table->key_columns[0]];
    if (table->key_count == 1 && fa_type_is_bytes(table->columns[table->key_columns[0]].type)) {
        for (uint32_t row = 0; row < count; row++) {
            uint32_t at = slice->first + row;
            chunk->keys[at] =
                fa_hash128(hash_key, chunk->base + only->starts[at], only->sizes[at]);
        }
        return;
    }
    struct fa_buf *key = &slice->scratch->key;
    for (uint32_t row = 0; row < count; row++) {
        fa_buf_clear(key);
        for (int i = 0; i < table->key_count; i++)
            if (!add_key_part(slice, table->key_columns[i], row, key))
                chunk->status = FA_ELIMIT;
        chunk->keys[slice->first + row] = fa_hash128(hash_key, key->bytes, key->size);
    }
}

void fa_slice_parse(struct fa_slice *slice)
{
    struct fa_chunk *chunk = slice->chunk;
    if (!slice->plan->map)
        start_faults(slice);
    parse_columns(slice);
    add_sums(slice);
    uint32_t kept = keep_accepted(slice);
    if (slice->plan->table->key_count > 0)
        hash_keys(slice, kept);
    chunk->row_count += kept;
    chunk->record_count += slice->record_count;
}
