/*
 * From what the parts of a view added to one held table: rows by period, filer and key, the parts
 * beside each other, shares worked out.
 */
#include <stdlib.h>
#include <string.h>

#include "rules/cost.h"
#include "rules/view_rows.h"

/* The rows of one part in the view's order. */
struct sorted {
    const struct fa_view_part *part;
    uint32_t *order;
    int64_t *filers;               /* by own row */
    struct fa_view_cells *keys;    /* by part of the key and own row: numbers or texts */
    uint32_t at;                   /* while parts are laid together */
};

struct finishing {
    struct fa_view_rows *rows;
    int key_count;
    struct sorted *parts;
    uint32_t count;
};

static enum fa_status no_memory(const struct fa_view_rows *rows)
{
    return fa_out_of_memory(rows->run->sink, "the rows of a view");
}

/* Memory that lives as long as the rows. */
static enum fa_status own(struct fa_view_rows *rows, size_t count, size_t item_size, void *array)
{
    size_t size;
    if (__builtin_mul_overflow(count + 1, item_size, &size))
        return no_memory(rows);
    FA_TRY(fa_meter_take(&rows->run->meter, size));
    rows->owned_bytes += size;
    if (rows->owned_count == rows->owned_capacity) {
        size_t capacity = 2 * rows->owned_capacity + 16;
        void **more = realloc(rows->owned, capacity * sizeof *more);
        if (!more)
            return no_memory(rows);
        rows->owned = more;
        rows->owned_capacity = capacity;
    }
    void *made = calloc(1, size);
    if (!made)
        return no_memory(rows);
    rows->owned[rows->owned_count++] = made;
    memcpy(array, &made, sizeof made);
    return FA_OK;
}

/* --- order --- */

static enum fa_status read_keys(struct finishing *f, struct sorted *sorted)
{
    struct fa_view_rows *rows = f->rows;
    const struct fa_view_part *part = sorted->part;
    const struct fa_keyspace *space = part->judge->keys.space;
    uint32_t step = rows->run->slice_rows;
    FA_TRY(own(rows, part->count, sizeof *sorted->filers, &sorted->filers));
    for (uint32_t i = 0; i < part->count; i++)
        sorted->filers[i] = fa_keyspace_filer(space, part->groups[i]);
    for (int k = 0; k < f->key_count; k++) {
        struct fa_view_cells *keys = &sorted->keys[k];
        keys->kind = space->kinds[k];
        bool is_text = fa_kind_is_text(keys->kind);
        if (is_text)
            FA_TRY(own(rows, part->count, sizeof *keys->texts, &keys->texts));
        else
            FA_TRY(own(rows, part->count, sizeof *keys->num, &keys->num));
        for (uint32_t from = 0; from < part->count; from += step) {
            uint32_t count = part->count - from < step ? part->count - from : step;
            fa_pool_clear(&rows->run->unit_pool);
            const struct fa_vector *v =
                fa_keyspace_part(space, k, part->groups + from, count, &rows->run->unit_pool);
            if (!v)
                return no_memory(rows);
            for (uint32_t i = 0; is_text && i < count; i++)
                keys->texts[from + i] = v->texts[fa_at(v, i)];
            for (uint32_t i = 0; !is_text && i < count; i++)
                keys->num[from + i] = v->truth ? fa_truth_at(v, i) == FA_TRUE : v->num[fa_at(v, i)];
        }
    }
    return FA_OK;
}

static int order_of(int64_t a, int64_t b)
{
    return (a > b) - (a < b);
}

/* Row I of A and row J of B: period, filer, key part by part. */
static int compare(const struct finishing *f, const struct sorted *a, uint32_t i, const struct sorted *b,
                   uint32_t j)
{
    int order = order_of(a->part->days[i], b->part->days[j]);
    if (!order)
        order = order_of(a->filers[i], b->filers[j]);
    for (int k = 0; !order && k < f->key_count; k++)
        order = a->keys[k].texts ? fa_str_compare(a->keys[k].texts[i], b->keys[k].texts[j])
                                 : order_of(a->keys[k].num[i], b->keys[k].num[j]);
    return order;
}

/* Merges ORDER[FROM, MIDDLE) and ORDER[MIDDLE, TO), each in order, by way of SPARE. */
static void merge(const struct finishing *f, const struct sorted *sorted, uint32_t *order, uint32_t *spare,
                  uint32_t from, uint32_t middle, uint32_t to)
{
    if (middle >= to || compare(f, sorted, order[middle - 1], sorted, order[middle]) <= 0)
        return; /* rows mostly come by period */
    memcpy(spare + from, order + from, (size_t)(to - from) * sizeof *order);
    uint32_t a = from, b = middle;
    for (uint32_t at = from; at < to; at++) {
        bool takes_a = a < middle && (b == to || compare(f, sorted, spare[a], sorted, spare[b]) <= 0);
        order[at] = takes_a ? spare[a++] : spare[b++];
    }
}

static enum fa_status sort_part(struct finishing *f, struct sorted *sorted)
{
    uint32_t count = sorted->part->count;
    uint32_t *spare = malloc(((size_t)count + 1) * sizeof *spare);
    if (!spare)
        return no_memory(f->rows);
    for (uint32_t i = 0; i < count; i++)
        sorted->order[i] = i;
    for (uint64_t width = 1; width < count; width *= 2)
        for (uint64_t from = 0; from + width < count; from += 2 * width) {
            uint64_t to = from + 2 * width < count ? from + 2 * width : count;
            merge(f, sorted, sorted->order, spare, (uint32_t)from, (uint32_t)(from + width), (uint32_t)to);
        }
    free(spare);
    return FA_OK;
}

/* --- the parts beside each other --- */

/* The part whose next row comes first; -1: all rows are taken. */
static int next_part(const struct finishing *f)
{
    int least = -1;
    for (int p = 0; p < f->rows->view->part_count; p++) {
        const struct sorted *s = &f->parts[p], *best = least < 0 ? NULL : &f->parts[least];
        if (s->at < s->part->count &&
            (!best || compare(f, s, s->order[s->at], best, best->order[best->at]) < 0))
            least = p;
    }
    return least;
}

/* Which row of each part stands behind each row of the view. */
static enum fa_status lay_together(struct finishing *f)
{
    struct fa_view_rows *rows = f->rows;
    uint64_t most = 0;
    for (int p = 0; p < rows->view->part_count; p++)
        most += rows->parts[p].count;
    if (most >= FA_NO_NUMBER)
        return fa_error(rows->run->sink, FA_CODE_LIMIT, (struct fa_place){0}, NULL,
                        "view %.*s has more than %u rows", (int)rows->view->name.size,
                        rows->view->name.bytes, FA_NO_NUMBER - 1);
    for (int p = 0; p < rows->view->part_count; p++)
        FA_TRY(own(rows, most, sizeof *rows->parts[p].rows, &rows->parts[p].rows));
    for (int least; (least = next_part(f)) >= 0; f->count++) {
        const struct sorted first = f->parts[least];
        uint32_t row = first.order[first.at];
        for (int p = 0; p < rows->view->part_count; p++) {
            struct sorted *s = &f->parts[p];
            bool is_same =
                s->at < s->part->count && compare(f, s, s->order[s->at], &first, row) == 0;
            rows->parts[p].rows[f->count] = is_same ? s->order[s->at] : FA_NO_NUMBER;
            s->at += is_same;
        }
    }
    return FA_OK;
}

/* --- columns --- */

/* A part that has a row at ROW of the view. */
static const struct sorted *part_at(const struct finishing *f, uint32_t row, uint32_t *own_row)
{
    int p = 0;
    while (f->rows->parts[p].rows[row] == FA_NO_NUMBER)
        p++;
    *own_row = f->rows->parts[p].rows[row];
    return &f->parts[p];
}

struct text_column {
    struct fa_buf bytes;
    uint32_t *starts, *sizes;
};

static enum fa_status add_text(struct finishing *f, struct text_column *column, uint32_t row,
                               struct fa_str text)
{
    uint32_t before = row ? row - 1 : 0;
    column->sizes[row] = (uint32_t)text.size;
    if (row && column->sizes[before] == text.size &&
        (text.size == 0 || memcmp(column->bytes.bytes + column->starts[before], text.bytes, text.size) == 0)) {
        column->starts[row] = column->starts[before];
        return FA_OK;
    }
    if (column->bytes.size + text.size > UINT32_MAX)
        return fa_error(f->rows->run->sink, FA_CODE_LIMIT, (struct fa_place){0}, NULL,
                        "the texts of view %.*s take more than 4 GiB", (int)f->rows->view->name.size,
                        f->rows->view->name.bytes);
    column->starts[row] = (uint32_t)column->bytes.size;
    return fa_buf_add(&column->bytes, text.bytes, text.size) == FA_OK ? FA_OK : no_memory(f->rows);
}

/* Gives the bytes, which the column points to from now on, to the rows. */
static enum fa_status finish_text(struct finishing *f, struct text_column *from, struct fa_column *to)
{
    char *bytes;
    FA_TRY(own(f->rows, from->bytes.size, 1, &bytes));
    if (from->bytes.size)
        memcpy(bytes, from->bytes.bytes, from->bytes.size);
    to->bytes = bytes;
    to->starts = from->starts;
    to->sizes = from->sizes;
    return FA_OK;
}

static enum fa_status fill_text(struct finishing *f, int c, struct fa_column *to, uint8_t *missing)
{
    const struct fa_view_column *column = &f->rows->view->columns[c];
    struct text_column made = {0};
    fa_buf_init(&made.bytes);
    enum fa_status status = own(f->rows, f->count, sizeof *made.starts, &made.starts);
    if (status == FA_OK)
        status = own(f->rows, f->count, sizeof *made.sizes, &made.sizes);
    for (uint32_t row = 0; status == FA_OK && row < f->count; row++) {
        uint32_t at;
        struct fa_str text = {"", 0};
        const struct sorted *part = part_at(f, row, &at);
        if (column->part >= 0 && (at = f->rows->parts[column->part].rows[row]) != FA_NO_NUMBER) {
            const struct fa_view_cells *cells = &f->rows->parts[column->part].cells[column->shown];
            text = cells->texts[at];
            missing[row] = cells->state[at] != FA_HAS;
        } else if (column->part >= 0) {
            missing[row] = 1;
        } else {
            text = part->keys[c].texts[at];
        }
        status = add_text(f, &made, row, text);
    }
    if (status == FA_OK)
        status = finish_text(f, &made, to);
    fa_buf_release(&made.bytes);
    return status;
}

/* Of a part without a row, what is counted and added up is zero, or at least that where more rows may
 * be outside what is covered. */
static uint8_t absent_state(const struct finishing *f, const struct fa_view_column *column, uint32_t row)
{
    const struct fa_view_part *part = &f->rows->parts[column->part];
    const struct fa_rule *rule = part->judge->rule;
    int64_t from_day, to_day;
    if (column->expr->op != FA_OP_AGG)
        return FA_MISSING;
    enum fa_agg_op op = rule->aggs[column->expr->index]->op;
    if (op != FA_AGG_SUM && op != FA_AGG_COUNT && op != FA_AGG_DISTINCT)
        return FA_MISSING;
    if (!rule->has_period || !fa_covers_find(f->rows->run, part->judge->population.table, &from_day, &to_day))
        return FA_HAS;
    uint32_t at;
    const struct sorted *other = part_at(f, row, &at);
    int64_t last = other->part->days[at];
    return fa_period_first(rule->period, last) < from_day || last > to_day ? FA_BOUND : FA_HAS;
}

/* The value of a number column at ROW; MISSING becomes 0, 1, or 2 for a lower bound. */
static struct fa_ratio number_of(const struct finishing *f, int c, uint32_t row, uint8_t *missing)
{
    static const uint8_t codes[] = {[FA_HAS] = 0, [FA_NONE] = 1, [FA_MISSING] = 1, [FA_BOUND] = 2};
    const struct fa_view_column *column = &f->rows->view->columns[c];
    uint32_t at;
    const struct sorted *part = part_at(f, row, &at);
    *missing = 0;
    if (column->part < 0)
        return (struct fa_ratio){c < f->key_count ? part->keys[c].num[at] : part->part->days[at], 1};
    at = f->rows->parts[column->part].rows[row];
    if (at == FA_NO_NUMBER) {
        *missing = codes[absent_state(f, column, row)];
        return (struct fa_ratio){0, 1};
    }
    const struct fa_view_cells *cells = &f->rows->parts[column->part].cells[column->shown];
    *missing = codes[cells->state[at]];
    return cells->wide ? cells->wide[at] : (struct fa_ratio){cells->num[at], 1};
}

static bool is_wide(const struct finishing *f, int c)
{
    const struct fa_view_column *column = &f->rows->view->columns[c];
    return column->kind == FA_KIND_RATIO ||
           (column->part >= 0 && f->rows->parts[column->part].cells[column->shown].wide);
}

static enum fa_status fill_numbers(struct finishing *f, int c, struct fa_column *to, uint8_t *missing)
{
    int64_t *values = NULL;
    struct fa_ratio *wide = NULL;
    if (is_wide(f, c))
        FA_TRY(own(f->rows, f->count, sizeof *wide, &wide));
    else
        FA_TRY(own(f->rows, f->count, sizeof *values, &values));
    for (uint32_t row = 0; row < f->count; row++) {
        struct fa_ratio number = number_of(f, c, row, &missing[row]);
        if (wide)
            wide[row] = number;
        else
            values[row] = (int64_t)number.numerator;
    }
    to->values = values;
    to->is_absent = wide != NULL; /* for who knows no more than 64 bits */
    if (wide || memchr(missing, 2, f->count))
        f->rows->exact[c] = (struct fa_view_exact){wide, missing};
    return FA_OK;
}

/* The part of a column in its sum over the filer and period. */
static enum fa_status fill_share(struct finishing *f, int c, struct fa_column *to, uint8_t *missing)
{
    int of = f->rows->view->columns[c].share_of;
    struct fa_ratio *wide;
    FA_TRY(own(f->rows, f->count, sizeof *wide, &wide));
    for (uint32_t from = 0, end; from < f->count; from = end) {
        uint32_t at, other;
        const struct sorted *first = part_at(f, from, &at);
        struct fa_ratio sum = {0, 1};
        bool is_known = true;
        for (end = from; end < f->count; end++) {
            const struct sorted *next = part_at(f, end, &other);
            if (next->part->days[other] != first->part->days[at] ||
                next->filers[other] != first->filers[at])
                break;
            wide[end] = number_of(f, of, end, &missing[end]);
            is_known = is_known && !missing[end] && fa_rational_add(sum, wide[end], &sum);
        }
        for (uint32_t row = from; row < end; row++)
            missing[row] = !is_known || sum.numerator == 0 ||
                           !fa_rational_divide(wide[row], sum, &wide[row]);
    }
    to->is_absent = true;
    f->rows->exact[c] = (struct fa_view_exact){wide, missing};
    return FA_OK;
}

static enum fa_status fill_filers(struct finishing *f, struct fa_column *to)
{
    int64_t *values;
    uint8_t *missing;
    FA_TRY(own(f->rows, f->count, sizeof *values, &values));
    FA_TRY(own(f->rows, f->count, 1, &missing));
    for (uint32_t row = 0; row < f->count; row++) {
        uint32_t at;
        const struct sorted *part = part_at(f, row, &at);
        missing[row] = part->filers[at] < 0;
        values[row] = missing[row] ? 0 : part->filers[at];
    }
    to->values = values;
    to->missing = missing;
    return FA_OK;
}

static enum fa_status fill_doubts(struct finishing *f)
{
    struct fa_view_rows *rows = f->rows;
    bool is_doubted = false;
    uint8_t *doubts;
    FA_TRY(own(rows, f->count, 1, &doubts));
    for (int p = 0; p < rows->view->part_count; p++)
        for (uint32_t row = 0; row < f->count; row++) {
            uint32_t at = rows->parts[p].rows[row];
            if (at != FA_NO_NUMBER && rows->parts[p].doubts[at])
                doubts[row] = FA_DOUBT_EXCEPT;
            is_doubted |= doubts[row] != 0;
        }
    rows->doubts = is_doubted ? doubts : NULL;
    return FA_OK;
}

static enum fa_status fill_columns(struct finishing *f)
{
    struct fa_view_rows *rows = f->rows;
    const struct fa_view *view = rows->view;
    const struct fa_table_def *def = &rows->run->head->dictionary.tables[rows->table];
    struct fa_column *columns;
    FA_TRY(own(rows, (size_t)def->column_count, sizeof *columns, &columns));
    FA_TRY(own(rows, (size_t)def->column_count, sizeof *rows->exact, &rows->exact));
    for (int c = 0; c < view->column_count; c++) {
        uint8_t *missing;
        FA_TRY(own(rows, f->count, 1, &missing));
        columns[c].missing = missing;
        FA_TRY(view->columns[c].share_of >= 0           ? fill_share(f, c, &columns[c], missing)
               : fa_kind_is_text(view->columns[c].kind) ? fill_text(f, c, &columns[c], missing)
                                                        : fill_numbers(f, c, &columns[c], missing));
    }
    FA_TRY(fill_filers(f, &columns[view->column_count]));
    FA_TRY(fill_doubts(f));
    rows->held = (struct fa_held_table){
        .table = def, .is_present = true, .since = FA_NO_COLUMN,
        .rows = {.table = def, .row_count = f->count, .columns = columns}};
    return FA_OK;
}

/* What the parts gathered is in the table now; groups and days stay, for citing. */
static void drop_cells(struct fa_view_rows *rows)
{
    struct fa_meter *meter = &rows->run->meter;
    for (int p = 0; p < rows->view->part_count; p++)
        for (int c = 0; c < rows->view->parts[p].shown_count; c++) {
            struct fa_view_cells *cells = &rows->parts[p].cells[c];
            fa_meter_give(meter, cells->state_capacity + cells->num_capacity * sizeof *cells->num +
                                     cells->wide_capacity * sizeof *cells->wide +
                                     cells->texts_capacity * sizeof *cells->texts);
            free(cells->state);
            free(cells->num);
            free(cells->wide);
            free(cells->texts);
            *cells = (struct fa_view_cells){.kind = cells->kind};
        }
}

enum fa_status fa_view_finish(struct fa_view_rows *rows)
{
    struct finishing f = {.rows = rows, .key_count = rows->view->key_count};
    size_t key_count = (size_t)f.key_count;
    rows->run->meter.rule = rows->view->name;
    rows->run->meter.account = &rows->parts[0].judge->account;
    FA_TRY(own(rows, (size_t)rows->view->part_count, sizeof *f.parts, &f.parts));
    for (int p = 0; p < rows->view->part_count; p++) {
        f.parts[p].part = &rows->parts[p];
        FA_TRY(own(rows, key_count, sizeof *f.parts[p].keys, &f.parts[p].keys));
        FA_TRY(own(rows, rows->parts[p].count, sizeof *f.parts[p].order, &f.parts[p].order));
        FA_TRY(read_keys(&f, &f.parts[p]));
        FA_TRY(sort_part(&f, &f.parts[p]));
    }
    FA_TRY(lay_together(&f));
    FA_TRY(fill_columns(&f));
    drop_cells(rows);
    return FA_OK;
}

/* --- for the verdicts --- */

static struct fa_value value_of(const struct fa_view_rows *rows, int c, uint32_t row)
{
    const struct fa_column *column = &rows->held.rows.columns[c];
    const struct fa_view_exact *exact = &rows->exact[c];
    enum fa_kind kind = rows->view->columns[c].kind;
    struct fa_value value = {.kind = kind, .denominator = 1, .text = {"", 0}};
    value.is_missing = column->missing[row] != 0;
    value.is_bound = column->missing[row] == 2;
    if (value.is_missing && !value.is_bound)
        return value;
    if (fa_kind_is_text(kind)) {
        value.text = fa_column_text(column, row);
    } else if (exact->wide) {
        value.numerator = exact->wide[row].numerator;
        value.denominator = exact->wide[row].denominator;
    } else {
        value.numerator = column->values[row];
    }
    return value;
}

enum fa_status fa_view_publish(struct fa_view_rows *rows, struct fa_made_view *made)
{
    struct fa_arena *arena = rows->run->arena;
    uint32_t count = rows->held.rows.row_count;
    int width = rows->view->column_count;
    rows->run->meter.account = &rows->parts[0].judge->account;
    FA_TRY(fa_meter_take(&rows->run->meter, (uint64_t)count * (uint64_t)width * sizeof *made->values));
    made->values = fa_arena_array(arena, (size_t)count * (size_t)width + 1, sizeof *made->values);
    made->filers = fa_arena_array(arena, (size_t)count + 1, sizeof *made->filers);
    if (!made->values || !made->filers)
        return no_memory(rows);
    const struct fa_column *filer = &rows->held.rows.columns[width];
    for (uint32_t row = 0; row < count; row++) {
        made->filers[row] =
            fa_judge_filer(rows->parts[0].judge, filer->missing[row] ? -1 : filer->values[row]);
        for (int c = 0; c < width; c++) {
            struct fa_value *value = &made->values[(size_t)row * (size_t)width + (size_t)c];
            *value = value_of(rows, c, row);
            if (value->text.size && !(value->text = fa_arena_str(arena, value->text)).bytes)
                return no_memory(rows);
        }
    }
    return FA_OK;
}

/* --- its cost --- */

/* What a part gathers; the first also stands for the table that all of them make. */
enum fa_status fa_view_cost(const struct fa_rule *rule, struct fa_cost *cost)
{
    const struct fa_view *view = rule->view;
    const struct fa_view_part *part = NULL;
    const struct fa_view_cells *cells = NULL;
    bool is_first = rule == view->parts;
    size_t parts = (size_t)view->part_count, keys = (size_t)view->key_count;
    int texts = 0;
    cost->part_count = is_first ? (uint32_t)parts : 1;
    for (size_t p = 0; p < parts; p++)
        cost->makes_levels |= view->parts[p].way == FA_WAY_STOCK;
    FA_TRY(fa_cost_array(cost, FA_COST_MADE, sizeof *part->groups + sizeof *part->days +
                                                 sizeof *part->doubts, is_first ? (int)parts : 1));
    for (size_t p = 0; p < parts; p++)
        for (int c = 0; (is_first || &view->parts[p] == rule) && c < view->parts[p].shown_count; c++) {
            bool is_text = fa_kind_is_text(view->parts[p].shown[c].expr->kind);
            texts += is_text;
            FA_TRY(fa_cost_array(cost, FA_COST_MADE,
                                 sizeof *cells->state + sizeof *cells->num + sizeof *cells->wide +
                                     sizeof *cells->texts, 1));
        }
    FA_TRY(fa_cost_add(cost, FA_COST_MADE, FA_COST_LETTERS, 0, texts));
    /* rows that are cited: for whom, and the groups behind them */
    const struct fa_citing *citing = NULL;
    FA_TRY(fa_cost_add(cost, FA_COST_CITED, FA_COST_TUPLES, 2, 2));
    FA_TRY(fa_cost_array(cost, FA_COST_CITED, 2 * sizeof *citing->first + sizeof *citing->list.items +
                                                  sizeof(struct fa_view_sink), 1));
    if (!is_first)
        return FA_OK;
    const struct sorted *sorted = NULL;
    size_t columns = (size_t)view->column_count + 1;
    size_t ordered = sizeof *sorted->order + sizeof *sorted->filers + sizeof *part->rows +
                     keys * (sizeof *cells->num + sizeof *cells->texts);
    size_t column = 1 + sizeof(struct fa_ratio) + sizeof(int64_t) + sizeof(struct fa_value);
    size_t row = parts * ordered + columns * column + 1;
    FA_TRY(fa_cost_add(cost, FA_COST_MADE, FA_COST_EXACT, row, 1));
    FA_TRY(fa_cost_add(cost, FA_COST_MADE, FA_COST_LETTERS, 0, (int)columns));
    size_t fixed = (parts + 1) * (sizeof *sorted + (keys + 1) * sizeof *cells) +
                   (columns + 8) * (sizeof(struct fa_column) + sizeof(struct fa_view_exact));
    return fa_cost_add(cost, FA_COST_FIXED, FA_COST_EXACT, row + fixed, 1);
}
