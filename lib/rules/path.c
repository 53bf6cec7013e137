#include <stdlib.h>
#include <string.h>

#include "rules/dense.h"
#include "rules/operators.h"
#include "rules/reach.h"

/*
 * A step reads a column in the row that an id names. Where every table on the way knows one row an
 * id, the whole way from the first id to the last value is worked out once for every id and kept in
 * as few bytes as the values need: one access that mostly hits the cache stands for two or three
 * that do not.
 */
struct fa_flat {
    uint32_t count;     /* ids of the first table */
    uint8_t *small;     /* enums and truths; NO_SMALL: missing */
    uint32_t *whole;    /* ids, numbers of texts, rows of the last table; FA_NO_NUMBER: missing */
    int64_t *num;       /* the rest */
    uint8_t *state;
    uint64_t size_bytes;
};

enum { NO_SMALL = 255 };

/* --- rows of ids --- */

bool fa_knows_one_row(const struct fa_held_table *held)
{
    return held->since == FA_NO_COLUMN || held->rows.columns[held->since].is_absent;
}

static uint32_t only_row(const struct fa_held_table *held, int64_t id)
{
    if (id < 0 || id >= held->id_count || held->first_row[id] == UINT32_MAX ||
        (held->is_conflicting && held->is_conflicting[id]))
        return UINT32_MAX;
    return held->first_row[id];
}

uint32_t fa_row_on(const struct fa_program *program, int table, int64_t id, int64_t day)
{
    const struct fa_held_table *held = table < 0 ? NULL : program->uses[table].held;
    if (!held || !held->first_row)
        return UINT32_MAX;
    if (fa_knows_one_row(held))
        return only_row(held, id);
    if (id < 0 || id >= held->id_count)
        return UINT32_MAX;
    return fa_held_row(held, id, day, NULL);
}

bool fa_step_is_flat(const struct fa_program *program, const struct fa_formula *f)
{
    int table = f->detail.table;
    const struct fa_held_table *held = table < 0 ? NULL : program->uses[table].held;
    return f->op == FA_FORMULA_STEP && held && held->first_row && fa_knows_one_row(held) &&
           f->detail.column >= 0;
}

const struct fa_formula *fa_step_root(const struct fa_program *program, const struct fa_formula *f)
{
    if (f->op == FA_FORMULA_NUMBER)
        return fa_step_is_flat(program, f->args[0]) ? fa_step_root(program, f->args[0]) : f->args[0];
    if (!fa_step_is_flat(program, f))
        return f->args[0];
    return fa_step_is_flat(program, f->args[0]) ? fa_step_root(program, f->args[0]) : f->args[0];
}

/* --- values of all ids --- */

static int64_t mapped(const struct fa_formula *f, int64_t value)
{
    return f->enum_map ? f->enum_map[value] : value;
}

static bool is_small(const struct fa_program *program, const struct fa_formula *f)
{
    const struct fa_column_def *column =
        &program->head->dictionary.tables[f->detail.table].columns[f->detail.column];
    return f->kind == FA_KIND_BOOL ||
           (f->kind == FA_KIND_ENUM && !f->enum_map && column->value_count < NO_SMALL);
}

static void *take_array(struct fa_program *program, struct fa_flat *flat, size_t item_size)
{
    size_t size = (size_t)flat->count * item_size;
    if (fa_meter_take(program->meter, size) != FA_OK)
        return NULL;
    flat->size_bytes += size;
    void *array = malloc(size ? size : 1);
    if (!array && fa_out_of_memory(program->sink, "paths of the rules") == FA_OK)
        return NULL;
    return array;
}

void fa_flat_free(struct fa_flat *flat, struct fa_meter *meter)
{
    if (!flat)
        return;
    fa_meter_give(meter, flat->size_bytes);
    free(flat->small);
    free(flat->whole);
    free(flat->num);
    free(flat->state);
    free(flat);
}

static struct fa_flat *flat_of(struct fa_program *program, const struct fa_formula *f);

/* Row of the last table for each id of the first. */
static uint32_t last_row(const struct fa_held_table *held, const struct fa_flat *before, uint32_t id)
{
    if (!before)
        return only_row(held, id);
    return before->whole[id] == FA_NO_NUMBER ? UINT32_MAX : only_row(held, before->whole[id]);
}

static bool fill_flat(struct fa_program *program, const struct fa_formula *f,
                      const struct fa_flat *before, struct fa_flat *flat)
{
    const struct fa_held_table *held = program->uses[f->detail.table].held;
    const struct fa_column *column = &held->rows.columns[f->detail.column];
    bool is_text = fa_kind_is_text(f->kind);
    if (is_small(program, f)) {
        flat->small = take_array(program, flat, 1);
    } else if (f->kind == FA_KIND_ID || is_text) {
        flat->whole = take_array(program, flat, sizeof *flat->whole);
    } else {
        flat->num = take_array(program, flat, sizeof *flat->num);
        flat->state = take_array(program, flat, 1);
    }
    if (!flat->small && !flat->whole && !(flat->num && flat->state))
        return false;
    for (uint32_t id = 0; id < flat->count; id++) {
        uint32_t row = last_row(held, before, id);
        bool is_there = row != UINT32_MAX && !fa_is_missing(column, row);
        if (flat->small) {
            flat->small[id] = is_there ? (uint8_t)column->values[row] : NO_SMALL;
        } else if (flat->whole) {
            flat->whole[id] = !is_there ? FA_NO_NUMBER : is_text ? row : (uint32_t)column->values[row];
        } else {
            flat->num[id] = is_there ? mapped(f, column->values[row]) : 0;
            flat->state[id] = is_there ? FA_HAS : FA_MISSING;
        }
    }
    return true;
}

/* Texts become their numbers: each row's once, then each id's. */
static bool fill_numbers(struct fa_program *program, const struct fa_formula *f, struct fa_flat *flat)
{
    const struct fa_formula *text = f->args[0];
    const struct fa_flat *rows = flat_of(program, text);
    if (!rows)
        return false;
    const struct fa_held_table *held = program->uses[text->detail.table].held;
    const struct fa_column *column = &held->rows.columns[text->detail.column];
    flat->count = rows->count;
    flat->whole = take_array(program, flat, sizeof *flat->whole);
    if (!flat->whole)
        return false;
    for (uint32_t id = 0; id < flat->count; id++) {
        flat->whole[id] = FA_NO_NUMBER;
        if (rows->whole[id] != FA_NO_NUMBER &&
            fa_texts_add(f->texts, program->meter, fa_column_text(column, rows->whole[id]), false,
                         &flat->whole[id]) != FA_OK)
            return false;
    }
    return true;
}

static struct fa_flat *flat_of(struct fa_program *program, const struct fa_formula *f)
{
    if (f->flat)
        return f->flat;
    struct fa_flat *flat = calloc(1, sizeof *flat);
    if (!flat)
        return fa_out_of_memory(program->sink, "paths of the rules") ? NULL : flat;
    bool is_done;
    if (f->op == FA_FORMULA_NUMBER) {
        is_done = fill_numbers(program, f, flat);
    } else {
        const struct fa_flat *before = NULL;
        if (fa_step_is_flat(program, f->args[0]) && !(before = flat_of(program, f->args[0]))) {
            free(flat);
            return NULL;
        }
        flat->count = before ? before->count : program->uses[f->detail.table].held->id_count;
        is_done = fill_flat(program, f, before, flat);
    }
    if (!is_done) {
        fa_flat_free(flat, program->meter);
        return NULL;
    }
    return program->formulas.items[f->number]->flat = flat;
}

const uint32_t *fa_step_rows(struct fa_program *program, const struct fa_formula *f, uint32_t *count)
{
    const struct fa_flat *flat = flat_of(program, f);
    *count = flat ? flat->count : 0;
    return flat ? flat->whole : NULL;
}

/* --- evaluation --- */

static struct fa_vector *new_vector(struct fa_pool *pool, enum fa_kind kind)
{
    struct fa_vector *v = fa_pool_take(pool, sizeof *v);
    if (v)
        *v = (struct fa_vector){.kind = kind, .den = kind == FA_KIND_RATIO ? FA_RATIO_UNIT : 1};
    return v;
}

/* Numbers with their states as a vector of the kind they are of. */
static const struct fa_vector *finish(struct fa_pool *pool, enum fa_kind kind, const int64_t *num,
                                      uint8_t *state, bool any_missing, uint32_t count)
{
    struct fa_vector *v = new_vector(pool, kind);
    if (!v)
        return NULL;
    if (kind == FA_KIND_BOOL) {
        for (uint32_t i = 0; i < count; i++)
            state[i] = state[i] != FA_HAS ? FA_UNKNOWN : num[i] != 0;
        v->truth = state;
        return v;
    }
    v->num = num;
    v->state = any_missing ? state : NULL;
    return v;
}

/* Of a view's rows: what is known in part only is missing to who looks it up. */
static const struct fa_vector *pick_exact(struct fa_pool *pool, const struct fa_formula *f,
                                          const struct fa_view_exact *exact, const int64_t *rows,
                                          uint32_t count)
{
    struct fa_vector *v = new_vector(pool, f->kind);
    uint8_t *state = fa_pool_take(pool, count);
    struct fa_ratio *wide = fa_pool_take(pool, count * sizeof *wide);
    if (!v || !state || !wide)
        return NULL;
    for (uint32_t i = 0; i < count; i++) {
        bool is_there = rows[i] >= 0 && !exact->missing[rows[i]];
        state[i] = is_there ? FA_HAS : FA_MISSING;
        wide[i] = is_there ? exact->wide[rows[i]] : (struct fa_ratio){0, 1};
    }
    v->state = state;
    v->den = 1;
    v->wide = wide;
    return fa_narrow(pool, v, count) ? v : NULL;
}

const struct fa_vector *fa_column_pick(struct fa_slice *slice, const struct fa_formula *f,
                                       const struct fa_column *column, const int64_t *rows,
                                       uint32_t count)
{
    struct fa_pool *pool = slice->pool;
    uint8_t *state = fa_pool_take(pool, count);
    bool any_missing = false;
    if (!state)
        return NULL;
    bool is_bound = f->detail.table >= 0 && f->detail.column >= 0;
    const struct fa_view_exact *exact =
        is_bound ? slice->program->uses[f->detail.table].exact : NULL;
    if (exact && exact[f->detail.column].wide)
        return pick_exact(pool, f, &exact[f->detail.column], rows, count);
    for (uint32_t i = 0; i < count; i++) {
        bool is_there = rows[i] >= 0 && !fa_is_missing(column, (uint32_t)rows[i]);
        state[i] = is_there ? FA_HAS : FA_MISSING;
        any_missing |= !is_there;
    }
    if (fa_kind_is_text(f->kind)) {
        struct fa_vector *v = new_vector(pool, f->kind);
        struct fa_str *texts = fa_pool_take(pool, count * sizeof *texts);
        if (!v || !texts)
            return NULL;
        for (uint32_t i = 0; i < count; i++)
            texts[i] = state[i] == FA_HAS ? fa_column_text(column, (uint32_t)rows[i])
                                          : (struct fa_str){"", 0};
        v->texts = texts;
        v->state = any_missing ? state : NULL;
        return v;
    }
    int64_t *num = fa_pool_take(pool, count * sizeof *num);
    if (!num)
        return NULL;
    for (uint32_t i = 0; i < count; i++)
        num[i] = state[i] == FA_HAS ? mapped(f, column->values[rows[i]]) : 0;
    return finish(pool, f->kind, num, state, any_missing, count);
}

/* Roots that every row has, one each: ids of the table or beyond it. */
static bool is_plain(const struct fa_vector *root)
{
    return root->num && !root->state && !root->is_const;
}

static const struct fa_vector *read_small(struct fa_pool *pool, const struct fa_formula *f,
                                          const struct fa_flat *flat, const struct fa_vector *root,
                                          uint32_t count)
{
    uint8_t *state = fa_pool_take(pool, count);
    if (!state)
        return NULL;
    uint32_t step = !root->is_const;
    for (uint32_t i = 0; i < count; i++) {
        uint64_t id = (uint64_t)root->num[i * step];
        state[i] = id < flat->count ? flat->small[id] : NO_SMALL;
    }
    for (uint32_t i = 0; root->state && i < count; i++)
        if (root->state[fa_at(root, i)] != FA_HAS)
            state[i] = NO_SMALL;
    struct fa_vector *v = new_vector(pool, f->kind);
    if (!v)
        return NULL;
    if (f->kind == FA_KIND_BOOL) {
        for (uint32_t i = 0; i < count; i++)
            state[i] = state[i] == NO_SMALL ? FA_UNKNOWN : state[i];
        v->truth = state;
        return v;
    }
    int64_t *num = fa_pool_take(pool, count * sizeof *num);
    if (!num)
        return NULL;
    uint8_t any_missing = 0;
    for (uint32_t i = 0; i < count; i++) {
        num[i] = state[i];
        state[i] = state[i] == NO_SMALL ? FA_MISSING : FA_HAS;
        any_missing |= state[i];
    }
    v->num = num;
    v->state = any_missing ? state : NULL;
    return v;
}

/* Ids and numbers of texts; true: some are missing. */
static bool read_whole(const struct fa_flat *flat, const int64_t *ids, int64_t *num, uint8_t *state,
                       uint32_t count)
{
    uint8_t any_missing = 0;
    for (uint32_t i = 0; i < count; i++) {
        uint64_t id = (uint64_t)ids[i];
        uint32_t value = id < flat->count ? flat->whole[id] : FA_NO_NUMBER;
        uint8_t is_missing = value == FA_NO_NUMBER;
        num[i] = is_missing ? 0 : (int64_t)value;
        state[i] = is_missing ? FA_MISSING : FA_HAS;
        any_missing |= is_missing;
    }
    return any_missing;
}

static const struct fa_vector *read_flat(struct fa_slice *slice, const struct fa_formula *f,
                                         const struct fa_flat *flat, const struct fa_vector *root,
                                         uint32_t count)
{
    struct fa_pool *pool = slice->pool;
    if (flat->small)
        return read_small(pool, f, flat, root, count);
    int64_t *num = fa_pool_take(pool, count * sizeof *num);
    uint8_t *state = fa_pool_take(pool, count);
    if (!num || !state)
        return NULL;
    bool any_missing = false, is_text = fa_kind_is_text(f->kind);
    if (flat->whole && is_plain(root) && !is_text) {
        any_missing = read_whole(flat, root->num, num, state, count);
        return finish(pool, f->op == FA_FORMULA_NUMBER ? FA_KIND_INT : f->kind, num, state, any_missing,
                      count);
    }
    for (uint32_t i = 0; i < count; i++) {
        uint64_t id = (uint64_t)root->num[fa_at(root, i)];
        bool is_there = id < flat->count && fa_state_at(root, i) == FA_HAS;
        if (is_there && flat->whole) {
            num[i] = flat->whole[id];
            is_there = num[i] != FA_NO_NUMBER;
        } else if (is_there) {
            num[i] = flat->num[id];
            is_there = flat->state[id] == FA_HAS;
        }
        state[i] = is_there ? FA_HAS : FA_MISSING;
        any_missing |= !is_there;
        if (!is_there)
            num[i] = is_text ? -1 : 0;
    }
    if (is_text) {
        const struct fa_held_table *held = slice->program->uses[f->detail.table].held;
        return fa_column_pick(slice, f, &held->rows.columns[f->detail.column], num, count);
    }
    return finish(pool, f->op == FA_FORMULA_NUMBER ? FA_KIND_INT : f->kind, num, state, any_missing,
                  count);
}

/* A table that describes an id by several rows over time: each row's day chooses one. */
static const struct fa_vector *read_dated(struct fa_slice *slice, const struct fa_formula *f,
                                          const struct fa_vector *ids, const struct fa_vector *day,
                                          uint32_t count)
{
    const struct fa_program *program = slice->program;
    int64_t *rows = fa_pool_take(slice->pool, count * sizeof *rows);
    if (!rows)
        return NULL;
    int64_t last_id = -1, last_day = 0;
    int64_t last_row = -1;
    for (uint32_t i = 0; i < count; i++) {
        rows[i] = -1;
        if (fa_state_at(ids, i) != FA_HAS)
            continue;
        int64_t id = ids->num[fa_at(ids, i)];
        int64_t at = fa_state_at(day, i) == FA_HAS ? day->num[fa_at(day, i)] : INT64_MIN;
        if (id != last_id || at != last_day) {
            uint32_t row = fa_row_on(program, f->detail.table, id, at);
            last_row = row == UINT32_MAX ? -1 : (int64_t)row;
            last_id = id;
            last_day = at;
        }
        rows[i] = last_row;
    }
    const struct fa_held_table *held = program->uses[f->detail.table].held;
    return fa_column_pick(slice, f, &held->rows.columns[f->detail.column], rows, count);
}

/* Of a run of one text, as a dictionary gives it, only the first is worked out. */
static void hash_texts(const struct fa_vector *texts, uint32_t count, uint32_t *hashes)
{
    struct fa_str last = {"", 0};
    uint32_t hash = fa_text_hash(last);
    for (uint32_t i = 0; i < count; i++) {
        struct fa_str text = texts->texts[fa_at(texts, i)];
        if (fa_state_at(texts, i) == FA_HAS && (text.bytes != last.bytes || text.size != last.size)) {
            hash = fa_text_hash(text);
            last = text;
        }
        hashes[i] = hash;
    }
}

const struct fa_vector *fa_number_eval(struct fa_slice *slice, const struct fa_formula *f,
                                       const struct fa_vector *texts, uint32_t count)
{
    int64_t *num = fa_pool_take(slice->pool, count * sizeof *num);
    uint8_t *state = fa_pool_take(slice->pool, count);
    uint32_t *hashes = fa_pool_take(slice->pool, ((size_t)count + 1) * sizeof *hashes);
    if (!num || !state || !hashes)
        return NULL;
    enum { AHEAD = 16 };
    bool any_missing = false;
    struct fa_str last = {NULL, 0};
    hash_texts(texts, count, hashes);
    for (uint32_t i = 0; i < count; i++) {
        if (i + AHEAD < count)
            fa_texts_prefetch(f->texts, hashes[i + AHEAD]);
        state[i] = fa_state_at(texts, i) == FA_HAS ? FA_HAS : FA_MISSING;
        num[i] = 0;
        if (state[i] != FA_HAS) {
            any_missing = true;
            continue;
        }
        struct fa_str text = texts->texts[fa_at(texts, i)];
        uint32_t number;
        if (i && state[i - 1] == FA_HAS && text.bytes == last.bytes && text.size == last.size) {
            num[i] = num[i - 1];
            continue;
        }
        last = text;
        slice->status = fa_texts_add_hashed(f->texts, slice->program->meter, text, hashes[i], true,
                                             &number);
        if (slice->status != FA_OK)
            return NULL;
        num[i] = number;
    }
    return finish(slice->pool, FA_KIND_INT, num, state, any_missing, count);
}

const struct fa_vector *fa_step_eval(struct fa_slice *slice, const struct fa_formula *f,
                                     const struct fa_vector *root, const struct fa_vector *day,
                                     uint32_t count)
{
    struct fa_program *program = slice->program;
    if (f->op == FA_FORMULA_NUMBER && !fa_step_is_flat(program, f->args[0]))
        return fa_number_eval(slice, f, root, count);
    if (f->op == FA_FORMULA_NUMBER || fa_step_is_flat(program, f)) {
        const struct fa_flat *flat = flat_of(program, f);
        if (!flat)
            slice->status = FA_ELIMIT;
        return flat ? read_flat(slice, f, flat, root, count) : NULL;
    }
    const struct fa_held_table *held =
        f->detail.table < 0 ? NULL : program->uses[f->detail.table].held;
    if (!held || !held->first_row || f->detail.column < 0)
        return fa_vector_missing(slice->pool, f->kind);
    return read_dated(slice, f, root, day, count);
}
