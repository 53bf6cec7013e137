#include "rules/keys.h"

#include <stdlib.h>
#include <string.h>

#include "rules/cost.h"

static enum fa_status add_part(struct fa_scope *scope, struct fa_keyspace *space, int part,
                               const struct fa_formula *formula, int refers_to,
                               const struct fa_column_def *values_of)
{
    space->parts[part] = formula;
    space->kinds[part] = formula->kind;
    space->tables[part] = -1;
    if (formula->kind == FA_KIND_ID)
        space->tables[part] = fa_program_table(scope->program, refers_to);
    if (formula->kind == FA_KIND_ENUM && values_of)
        space->value_counts[part] = values_of->value_count;
    fa_texts_init(&space->texts[part]);
    return FA_OK;
}

static bool is_space_of(const struct fa_keyspace *space, bool is_across_filers,
                        const struct fa_formula *const *parts, int count)
{
    return space->part_count == count && space->is_across_filers == is_across_filers &&
           memcmp(space->parts, parts, (size_t)count * sizeof *parts) == 0;
}

static enum fa_status new_space(struct fa_keyspaces *spaces, struct fa_scope *scope,
                                struct fa_expr *const *exprs, int expr_count,
                                const struct fa_formula *const *parts, int count,
                                struct fa_keyspace **made)
{
    struct fa_keyspace *space = calloc(1, sizeof *space);
    if (!space || fa_vec_add(&spaces->list, space) != FA_OK) {
        free(space);
        return fa_out_of_memory(scope->program->sink, "the plan of the rules");
    }
    space->number = (int)spaces->list.count;
    space->part_count = count;
    space->has_filer = !scope->is_across_filers;
    space->is_across_filers = scope->is_across_filers;
    space->filer = -1;
    for (int i = 0; i < count; i++) {
        bool is_own = i < expr_count;
        FA_TRY(add_part(scope, space, i, parts[i], is_own ? exprs[i]->refers_to : FA_NO_TABLE,
                        is_own ? exprs[i]->values_of : NULL));
        if (space->kinds[i] == FA_KIND_ID)
            space->has_filer = false;
    }
    if (space->has_filer) {
        space->kinds[count] = FA_KIND_ID;
        const struct fa_table_def *institution =
            fa_dictionary_find(&scope->program->head->dictionary, FA_STR("institution"));
        space->tables[count] = institution ? institution->index : -1;
    }
    fa_tuples_init(&space->tuples, count + space->has_filer ? count + space->has_filer : 1);
    *made = space;
    return FA_OK;
}

void fa_keyspaces_release(struct fa_keyspaces *spaces, struct fa_meter *meter)
{
    for (size_t i = 0; i < spaces->list.count; i++) {
        struct fa_keyspace *space = spaces->list.items[i];
        for (int p = 0; p < space->part_count; p++)
            fa_texts_release(&space->texts[p], meter);
        fa_tuples_release(&space->tuples, meter);
        fa_meter_give(meter, space->filer_capacity * sizeof *space->filer_of +
                                 space->product_capacity * sizeof *space->product_of);
        for (uint32_t r = 0; space->groups && r < space->rest_count; r++) {
            fa_meter_give(meter, space->groups[r].capacity * sizeof *space->groups[r].of);
            free(space->groups[r].of);
        }
        free(space->groups);
        free(space->filer_of);
        free(space->product_of);
        free(space);
    }
    fa_vec_free(&spaces->list);
}

/* The formula that numbers a text in a space, or the part itself. */
static enum fa_status number_part(struct fa_scope *scope, struct fa_keyspace *space, int part,
                                  const struct fa_formula **formula)
{
    if (!fa_kind_is_text((*formula)->kind))
        return FA_OK;
    struct fa_formula_detail detail = fa_no_detail();
    detail.index = space->number * (FA_KEY_PARTS_MAX + 1) + part;
    const struct fa_formula *args[] = {*formula};
    FA_TRY(fa_formula_make(scope->program, FA_FORMULA_NUMBER, FA_KIND_INT, &detail, 1, args, formula));
    scope->program->formulas.items[(*formula)->number]->texts = &space->texts[part];
    return FA_OK;
}

static enum fa_status filer_of_row(struct fa_scope *scope, const struct fa_formula **formula)
{
    const struct fa_table_def *def = &scope->program->dictionary->tables[scope->table];
    int column = fa_table_hidden_column(def, "filer");
    if (column != FA_NO_COLUMN && !scope->is_across_filers)
        return fa_compile_column(scope, column, formula);
    return fa_formula_const(scope->program, &(struct fa_value){.kind = FA_KIND_ID, .is_missing = true},
                            formula);
}

enum fa_status fa_keys_make(struct fa_keyspaces *spaces, struct fa_scope *scope,
                            struct fa_expr *const *exprs, int count, const struct fa_formula *extra,
                            struct fa_keyspace **space, struct fa_keys *keys)
{
    const struct fa_formula *parts[FA_KEY_PARTS_MAX + 1];
    if (count + (extra != NULL) > FA_KEY_PARTS_MAX)
        return fa_error(scope->program->sink, FA_CODE_LIMIT, (struct fa_place){0}, NULL,
                        "a key has %d parts, more than the %d it may have", count, FA_KEY_PARTS_MAX);
    for (int i = 0; i < count; i++)
        FA_TRY(fa_compile(scope, exprs[i], &parts[i]));
    int part_count = count;
    if (extra)
        parts[part_count++] = extra;
    for (size_t i = 0; !*space && i < spaces->list.count; i++)
        if (is_space_of(spaces->list.items[i], scope->is_across_filers, parts, part_count))
            *space = spaces->list.items[i];
    if (!*space)
        FA_TRY(new_space(spaces, scope, exprs, count, parts, part_count, space));
    keys->space = *space;
    for (int i = 0; i < part_count; i++) {
        keys->parts[i] = parts[i];
        FA_TRY(number_part(scope, *space, i, &keys->parts[i]));
    }
    return filer_of_row(scope, &keys->filer);
}

/* --- numbering --- */

/* How many values a part has; 0: no bound is known. */
static uint32_t radix_of(const struct fa_program *program, const struct fa_keyspace *space, int part)
{
    switch (space->kinds[part]) {
    case FA_KIND_BOOL:
        return 2;
    case FA_KIND_ENUM:
        return space->parts[part]->enum_map ? 0 : space->value_counts[part];
    case FA_KIND_ID: {
        int table = space->tables[part];
        const struct fa_held_table *held = table < 0 ? NULL : program->uses[table].held;
        return held ? held->id_count + 1 : 0; /* + 1: a filer that is not given */
    }
    default:
        return 0;
    }
}

/* A product needs the first part dense and the others few. */
static enum fa_status make_ready(const struct fa_program *program, struct fa_keyspace *space)
{
    int count = space->part_count + space->has_filer;
    uint64_t product = 1;
    enum fa_kind first = space->kinds[0];
    space->is_product = count && !space->is_sparse && (fa_kind_is_text(first) || radix_of(program, space, 0));
    for (int i = 0; i < count; i++) {
        space->radix[i] = radix_of(program, space, i);
        if (i == 0)
            continue;
        product *= space->radix[i];
        if (!space->radix[i] || product > FA_KEY_PRODUCT_MAX)
            space->is_product = false;
    }
    if (space->is_product && (uint64_t)space->radix[0] * product >= FA_NO_NUMBER)
        space->is_product = false;
    space->is_ready = true;
    space->is_renumbered = space->is_product && fa_kind_is_text(first) && product > 1;
    if (!space->is_renumbered)
        return FA_OK;
    space->rest_count = (uint32_t)product;
    space->groups = calloc(product, sizeof *space->groups);
    return space->groups ? FA_OK : fa_out_of_memory(program->sink, "the plan of the rules");
}

static void multiply_in(const struct fa_vector *part, uint32_t radix, bool is_filer,
                        uint32_t *groups, uint32_t count)
{
    bool is_plain = part->num && !part->state && !part->is_const;
    for (uint32_t i = 0; is_plain && i < count; i++) {
        uint64_t number = (uint64_t)groups[i] * radix + (uint64_t)(part->num[i] + is_filer);
        uint32_t group = number < FA_NO_NUMBER ? (uint32_t)number : FA_NO_NUMBER - 1;
        groups[i] = groups[i] == FA_NO_NUMBER ? FA_NO_NUMBER : group;
    }
    for (uint32_t i = 0; !is_plain && i < count; i++) {
        uint8_t state = part->truth ? (fa_truth_at(part, i) == FA_UNKNOWN ? FA_MISSING : FA_HAS)
                                    : fa_state_at(part, i);
        int64_t value = part->truth ? fa_truth_at(part, i) : part->num[fa_at(part, i)];
        if (is_filer)
            value = state == FA_HAS ? value + 1 : 0;
        else if (state != FA_HAS)
            groups[i] = FA_NO_NUMBER;
        uint64_t number = (uint64_t)groups[i] * radix + (uint64_t)value;
        if (groups[i] != FA_NO_NUMBER)
            groups[i] = number < FA_NO_NUMBER ? (uint32_t)number : FA_NO_NUMBER - 1;
    }
}

/* The common case: the key is one id that every row has. */
static void copy_ids(const int64_t *ids, uint32_t *groups, uint32_t count)
{
    for (uint32_t i = 0; i < count; i++)
        groups[i] = (uint32_t)ids[i];
}

/* The number of a text and of the parts behind it, which GROUPS has. */
static enum fa_status renumber(struct fa_keyspace *space, struct fa_meter *meter, const uint32_t *texts,
                               uint32_t *groups, uint32_t count)
{
    for (uint32_t i = 0; i < count; i++) {
        if (groups[i] == FA_NO_NUMBER)
            continue;
        struct fa_key_groups *of = &space->groups[groups[i]];
        if (texts[i] >= of->capacity)
            FA_TRY(fa_meter_reserve(meter, of->of, &of->capacity, (size_t)texts[i] + 1));
        if (!of->of[texts[i]]) {
            if (space->group_count >= FA_NO_NUMBER - 1)
                return fa_meter_take(meter, UINT64_MAX);
            FA_TRY(fa_meter_reserve(meter, space->product_of, &space->product_capacity,
                                    (size_t)space->group_count + 1));
            space->product_of[space->group_count] = (uint64_t)texts[i] * space->rest_count + groups[i];
            of->of[texts[i]] = ++space->group_count;
        }
        groups[i] = of->of[texts[i]] - 1;
    }
    return FA_OK;
}

static bool number_product(struct fa_keyspace *space, struct fa_slice *slice,
                           const struct fa_vector *const *parts, uint32_t *groups, uint32_t count)
{
    int part_count = space->part_count + space->has_filer;
    const struct fa_vector *first = parts[0];
    uint32_t *texts = NULL;
    if (first->num && !first->state && !first->is_const) {
        copy_ids(first->num, groups, count);
    } else {
        memset(groups, 0, count * sizeof *groups);
        multiply_in(first, 1, space->part_count == 0, groups, count);
    }
    if (space->is_renumbered) {
        if (!(texts = fa_pool_take(slice->pool, count * sizeof *texts)))
            return false;
        memcpy(texts, groups, count * sizeof *groups);
        for (uint32_t i = 0; i < count; i++)
            groups[i] = groups[i] == FA_NO_NUMBER ? FA_NO_NUMBER : 0;
    }
    for (int p = 1; p < part_count; p++)
        multiply_in(parts[p], space->radix[p], p == space->part_count, groups, count);
    if (texts)
        slice->status = renumber(space, slice->program->meter, texts, groups, count);
    return slice->status == FA_OK;
}

static bool number_tuples(struct fa_keyspace *space, struct fa_slice *slice,
                          const struct fa_vector *const *parts, uint32_t *groups, uint32_t count)
{
    int width = space->tuples.width;
    int64_t *tuples = fa_pool_take(slice->pool, (size_t)count * (size_t)width * sizeof *tuples);
    if (!tuples)
        return false;
    memset(groups, 0, count * sizeof *groups);
    memset(tuples, 0, (size_t)count * (size_t)width * sizeof *tuples);
    for (int p = 0; p < space->part_count + space->has_filer; p++)
        for (uint32_t i = 0; i < count; i++) {
            const struct fa_vector *v = parts[p];
            bool is_there = v->truth ? fa_truth_at(v, i) != FA_UNKNOWN : fa_state_at(v, i) == FA_HAS;
            int64_t value = v->truth ? fa_truth_at(v, i) : v->num ? v->num[fa_at(v, i)] : 0;
            if (!is_there && p < space->part_count)
                groups[i] = FA_NO_NUMBER;
            tuples[(size_t)i * (size_t)width + (size_t)p] = is_there ? value : -1;
        }
    enum { AHEAD = 16 };
    for (uint32_t i = 0; i < count; i++) {
        if (i + AHEAD < count)
            fa_tuples_prefetch(&space->tuples,
                               fa_tuple_hash(tuples + (size_t)(i + AHEAD) * (size_t)width, width));
        if (groups[i] == FA_NO_NUMBER)
            continue;
        slice->status = fa_tuples_add(&space->tuples, slice->program->meter,
                                      tuples + (size_t)i * (size_t)width, &groups[i]);
        if (slice->status != FA_OK)
            return false;
    }
    return true;
}

/* The common case: all rows are of the filer that all groups have. */
static bool are_all_of(const struct fa_vector *filer, int64_t value, uint32_t count)
{
    if (filer->state || !filer->num)
        return false;
    uint64_t differs = 0;
    for (uint32_t i = 0; !filer->is_const && i < count; i++)
        differs |= (uint64_t)(filer->num[i] ^ value);
    return !differs && (!filer->is_const || filer->num[0] == value);
}

static bool keep_filers(struct fa_keyspace *space, struct fa_slice *slice, const struct fa_vector *filer,
                        const uint32_t *groups, uint32_t count)
{
    if (space->has_seen_filer && !space->filer_of && are_all_of(filer, space->filer, count))
        return true;
    for (uint32_t i = 0; i < count; i++) {
        int64_t value = fa_state_at(filer, i) == FA_HAS ? filer->num[fa_at(filer, i)] : -1;
        if (!space->has_seen_filer) {
            space->filer = value;
            space->has_seen_filer = true;
        }
        if (value == space->filer && !space->filer_of) {
            if (filer->is_const)
                return true;
            continue;
        }
        if (groups[i] == FA_NO_NUMBER)
            continue;
        size_t before = space->filer_of ? space->filer_capacity : 0;
        slice->status = fa_meter_reserve(slice->program->meter, space->filer_of, &space->filer_capacity,
                                         space->space);
        if (slice->status != FA_OK)
            return false;
        for (size_t k = before; k < space->filer_capacity; k++)
            space->filer_of[k] = (uint32_t)(space->filer + 1);
        space->filer_of[groups[i]] = (uint32_t)(value + 1);
    }
    return true;
}

const uint32_t *fa_keys_number(const struct fa_keys *keys, struct fa_frame *frame)
{
    struct fa_keyspace *space = keys->space;
    struct fa_slice *slice = frame->slice;
    if (!space->is_ready && (slice->status = make_ready(slice->program, space)) != FA_OK)
        return NULL;
    const struct fa_vector *parts[FA_KEY_PARTS_MAX + 1];
    for (int p = 0; p < space->part_count; p++)
        if (!(parts[p] = fa_eval(frame, keys->parts[p])))
            return NULL;
    const struct fa_vector *filer = fa_eval(frame, keys->filer);
    parts[space->part_count] = filer;
    uint32_t *groups = fa_pool_take(slice->pool, ((size_t)frame->count + 1) * sizeof *groups);
    if (!filer || !groups)
        return NULL;
    if (!(space->is_product ? number_product(space, slice, parts, groups, frame->count)
                            : number_tuples(space, slice, parts, groups, frame->count)))
        return NULL;
    uint32_t greatest = 0;
    for (uint32_t i = 0; i < frame->count; i++) {
        uint32_t above = groups[i] + 1; /* 0 for no group */
        greatest = above > greatest ? above : greatest;
    }
    if (greatest > space->space)
        space->space = greatest;
    return keep_filers(space, slice, filer, groups, frame->count) ? groups : NULL;
}

/* --- keys of groups --- */

static int64_t part_number(const struct fa_keyspace *space, int part, uint32_t group)
{
    if (!space->is_product)
        return space->tuples.items[(size_t)group * (size_t)space->tuples.width + (size_t)part];
    uint64_t divisor = 1, product = space->is_renumbered ? space->product_of[group] : group;
    for (int p = space->part_count + space->has_filer - 1; p > part; p--)
        divisor *= space->radix[p];
    uint64_t number = product / divisor;
    return (int64_t)(part ? number % space->radix[part] : number);
}

const struct fa_vector *fa_keyspace_part(const struct fa_keyspace *space, int part,
                                         const uint32_t *groups, uint32_t count, struct fa_pool *pool)
{
    struct fa_vector *v = fa_pool_take(pool, sizeof *v);
    if (!v)
        return NULL;
    *v = (struct fa_vector){.kind = space->kinds[part], .den = 1};
    if (fa_kind_is_text(v->kind)) {
        struct fa_str *texts = fa_pool_take(pool, count * sizeof *texts);
        for (uint32_t i = 0; texts && i < count; i++)
            texts[i] = space->texts[part].items[part_number(space, part, groups[i])];
        v->texts = texts;
        return texts ? v : NULL;
    }
    if (v->kind == FA_KIND_BOOL) {
        uint8_t *truth = fa_pool_take(pool, count);
        for (uint32_t i = 0; truth && i < count; i++)
            truth[i] = (uint8_t)part_number(space, part, groups[i]);
        v->truth = truth;
        return truth ? v : NULL;
    }
    int64_t *num = fa_pool_take(pool, count * sizeof *num);
    for (uint32_t i = 0; num && i < count; i++)
        num[i] = part_number(space, part, groups[i]);
    v->num = num;
    if (v->kind == FA_KIND_RATIO)
        v->den = FA_RATIO_UNIT;
    return num ? v : NULL;
}

int64_t fa_keyspace_filer(const struct fa_keyspace *space, uint32_t group)
{
    if (space->filer_of && group < space->filer_capacity)
        return (int64_t)space->filer_of[group] - 1;
    return space->filer;
}

/* Where the key is no product of dense numbers, a tuple of its parts and perhaps the filer or a period. */
enum fa_status fa_keys_cost(const struct fa_key_part *parts, int count, struct fa_cost *cost)
{
    FA_TRY(fa_cost_add(cost, FA_COST_KEYS, FA_COST_TUPLES, (size_t)count + 2, 1));
    FA_TRY(fa_cost_array(cost, FA_COST_KEYS, sizeof(uint32_t), 4)); /* its filer, and its numbers */
    for (int k = 0; k < count; k++)
        if (fa_kind_is_text(parts[k].expr->kind))
            FA_TRY(fa_cost_add(cost, FA_COST_KEYS, FA_COST_TEXTS, 0, 1));
    return FA_OK;
}
