/*
 * Look-ups: rows of a held table by the values of some of its columns, and among those the ones in
 * force at a date. An index numbers the tuples of values that occur and lists the rows of each by
 * the start of their interval, or by their clock. One id needs no number: it is one.
 */
#include <stdlib.h>
#include <string.h>

#include "rules/cost.h"
#include "rules/dense.h"
#include "rules/operators.h"
#include "rules/reach.h"

enum { CONDS_MAX = 8, COLUMN_CODES = 1 << 12 };

struct dated_row {
    uint32_t tuple, row;
    int64_t from, to; /* the interval, or the clock as FROM */
};

/* What a path of ids comes to in a condition on texts, for every id that the path begins with. */
struct numbers {
    uint32_t *of_ids; /* numbers of the index's texts, or one of those below */
    uint32_t count;
};

enum { NOT_FOUND = FA_NO_NUMBER, NOT_GIVEN = FA_NO_NUMBER - 1 };

struct fa_find {
    struct fa_formula *formula;
    int cond_count;
    int columns[CONDS_MAX];             /* of the head's table */
    const int64_t *maps[CONDS_MAX];     /* enum values in the rules' numbers; NULL: equal */
    bool is_text[CONDS_MAX];
    struct fa_texts texts[CONDS_MAX];
    struct fa_tuples tuples;
    struct numbers numbers[CONDS_MAX];
    uint32_t *starts; /* of each tuple's rows in DATES; one more at the end */
    size_t tuple_count;
    struct dated_row *dates;
    uint64_t size_bytes;
    bool is_built;
    bool is_direct; /* the tuples are the ids themselves */
    bool is_described; /* rows that do not describe their id are left out */
    bool is_instant; /* the table's dates are instants */
    int holds_until; /* column of the last day for which a row of a dated series is known to hold */
    bool has_interval, has_clock;
};

bool fa_table_is_given(const struct fa_program *program, int table)
{
    if (table < 0)
        return false;
    const struct fa_held_table *held = program->uses[table].held;
    if (held && held->rows.row_count)
        return true;
    for (size_t i = 0; i < program->head->covers.count; i++)
        if (program->head->covers.items[i].table == table)
            return true;
    return held && held->is_present;
}

/* --- making --- */

static void use_dates(struct fa_program *program, struct fa_find *find, int table)
{
    const struct fa_table_def *def = &program->head->dictionary.tables[table];
    find->has_interval = def->interval_from != FA_NO_COLUMN;
    find->has_clock = def->clock != FA_NO_COLUMN;
    find->holds_until = find->has_interval ? FA_NO_COLUMN : fa_holds_until_column(def);
    fa_program_use(program, table, find->holds_until, FA_USE_JUMP);
    int from = find->has_interval ? def->interval_from : def->clock;
    find->is_instant = from != FA_NO_COLUMN && def->columns[from].type == FA_TYPE_TIME;
    fa_program_use(program, table, from, FA_USE_JUMP);
    fa_program_use(program, table, def->interval_to, FA_USE_JUMP);
    fa_program_use(program, table, fa_table_find_column(def, FA_STR("since")), FA_USE_JUMP);
    fa_program_use(program, table, def->id_column, FA_USE_JUMP);
}

static enum fa_status new_find(struct fa_scope *scope, const struct fa_lookup *look,
                               struct fa_formula *formula, struct fa_find **made)
{
    struct fa_program *program = scope->program;
    struct fa_find *find = calloc(1, sizeof *find);
    if (!find || fa_vec_add(&program->finds, find) != FA_OK) {
        free(find);
        return fa_out_of_memory(program->sink, "the plan of the rules");
    }
    find->formula = formula;
    find->cond_count = look->cond_count;
    fa_tuples_init(&find->tuples, look->cond_count ? look->cond_count : 1);
    int table = formula->detail.table;
    const struct fa_table_def *mine = &program->dictionary->tables[look->table];
    for (int i = 0; i < look->cond_count; i++) {
        fa_texts_init(&find->texts[i]);
        find->columns[i] = fa_program_column(program, look->table, look->cond_columns[i]);
        find->is_text[i] = fa_type_is_bytes(mine->columns[look->cond_columns[i]].type);
        fa_program_use(program, table, find->columns[i], FA_USE_JUMP);
    }
    if (table >= 0)
        use_dates(program, find, table);
    *made = find;
    return FA_OK;
}

/* A column of the looked-up table as the rules number its values: a formula of its own has the map. */
static enum fa_status map_conditions(struct fa_scope *scope, const struct fa_lookup *look,
                                     struct fa_find *find)
{
    struct fa_scope other = {.program = scope->program, .ruleset = scope->ruleset,
                             .table = look->table, .rule_no = -1};
    for (int i = 0; i < look->cond_count; i++) {
        const struct fa_formula *column;
        FA_TRY(fa_compile_column(&other, look->cond_columns[i], &column));
        find->maps[i] = column->enum_map;
    }
    return FA_OK;
}

enum fa_status fa_find_make(struct fa_scope *scope, const struct fa_lookup *look,
                            const struct fa_formula *const *args, const struct fa_formula **formula)
{
    struct fa_program *program = scope->program;
    if (look->cond_count > CONDS_MAX)
        return fa_error(program->sink, FA_CODE_LIMIT, (struct fa_place){0},
                        "put conditions into the rule's `when`",
                        "a look-up has %d conditions, more than the %d it may have",
                        look->cond_count, CONDS_MAX);
    struct fa_formula_detail detail = fa_no_detail();
    detail.table = fa_program_table(program, look->table);
    detail.zone_minutes = scope->ruleset->zone.offset_minutes;
    /* The condition columns tell apart look-ups of one table with the same values. */
    detail.scale = 1;
    for (int i = 0; i < look->cond_count; i++)
        detail.scale = detail.scale * COLUMN_CODES + look->cond_columns[i];
    const struct fa_formula *made;
    FA_TRY(fa_formula_make(program, FA_FORMULA_FIND, FA_KIND_INT, &detail, look->cond_count + 2, args,
                           &made));
    *formula = made;
    struct fa_formula *mutable = program->formulas.items[made->number];
    if (mutable->find)
        return FA_OK;
    FA_TRY(new_find(scope, look, mutable, &mutable->find));
    mutable->cause = program->dictionary->tables[look->table].name;
    return map_conditions(scope, look, mutable->find);
}

bool fa_find_is_sound(const struct fa_program *program, const struct fa_formula *f)
{
    bool is_known = false;
    for (size_t i = 0; f->find && i < program->finds.count; i++)
        is_known = is_known || program->finds.items[i] == f->find;
    if (!is_known || f->find->formula != f || f->arg_count != f->find->cond_count + 2 ||
        f->detail.table < -1 || f->detail.table >= program->head->dictionary.table_count)
        return false;
    const struct fa_table_def *def =
        f->detail.table < 0 ? NULL : &program->head->dictionary.tables[f->detail.table];
    for (int i = 0; i < f->find->cond_count; i++) {
        int column = f->find->columns[i];
        bool is_text = fa_kind_is_text(f->args[i]->kind);
        if (column < -1 || (def ? column >= def->column_count : column >= 0) ||
            is_text != f->find->is_text[i])
            return false;
        if (def && column >= 0 && fa_type_is_bytes(def->columns[column].type) != is_text)
            return false;
    }
    return true;
}

void fa_find_free(struct fa_find *find, struct fa_meter *meter)
{
    for (int i = 0; i < find->cond_count; i++)
        fa_texts_release(&find->texts[i], meter);
    fa_tuples_release(&find->tuples, meter);
    fa_meter_give(meter, find->size_bytes);
    for (int i = 0; i < find->cond_count; i++)
        free(find->numbers[i].of_ids);
    free(find->starts);
    free(find->dates);
    free(find);
}

/* --- building the index --- */

static enum fa_status tuple_of_row(struct fa_program *program, struct fa_find *find,
                                   const struct fa_batch *rows, uint32_t row, uint32_t *number)
{
    int64_t tuple[CONDS_MAX] = {0};
    *number = FA_NO_NUMBER;
    for (int i = 0; i < find->cond_count; i++) {
        const struct fa_column *column = &rows->columns[find->columns[i]];
        if (fa_is_missing(column, row))
            return FA_OK;
        if (find->is_text[i]) {
            uint32_t text;
            FA_TRY(fa_texts_add(&find->texts[i], program->meter, fa_column_text(column, row), false,
                                &text));
            tuple[i] = text;
        } else {
            tuple[i] = find->maps[i] ? find->maps[i][column->values[row]] : column->values[row];
        }
    }
    return fa_tuples_add(&find->tuples, program->meter, tuple, number);
}

static int by_tuple_and_date(const void *a, const void *b)
{
    const struct dated_row *x = a, *y = b;
    if (x->tuple != y->tuple)
        return x->tuple < y->tuple ? -1 : 1;
    if (x->from != y->from)
        return x->from < y->from ? -1 : 1;
    return (x->row > y->row) - (x->row < y->row);
}

static int64_t date_or(const struct fa_batch *rows, int column, uint32_t row, int64_t otherwise)
{
    if (column == FA_NO_COLUMN || fa_is_missing(&rows->columns[column], row))
        return otherwise;
    return rows->columns[column].values[row];
}

static struct dated_row dated(const struct fa_find *find, const struct fa_held_table *held,
                              uint32_t tuple, uint32_t row)
{
    struct dated_row dated = {tuple, row, INT64_MIN, INT64_MAX};
    const struct fa_table_def *def = held->table;
    if (find->has_interval) {
        dated.from = date_or(&held->rows, def->interval_from, row, INT64_MIN);
        dated.to = date_or(&held->rows, def->interval_to, row, INT64_MAX);
        if (find->is_instant && dated.to != INT64_MAX)
            dated.to--; /* instants exclude the end */
    } else if (find->has_clock) {
        dated.from = date_or(&held->rows, def->clock, row, INT64_MAX); /* without one: never */
        dated.to = date_or(&held->rows, find->holds_until, row, INT64_MAX);
    }
    return dated;
}

/* Of an id that several rows describe, only the one in force counts, and none in conflict. */
static bool describes(const struct fa_program *program, const struct fa_held_table *held, uint32_t row,
                      int64_t day)
{
    int id_column = held->table->id_column;
    if (id_column == FA_NO_COLUMN || !held->first_row)
        return true;
    const struct fa_column *ids = &held->rows.columns[id_column];
    if (fa_is_missing(ids, row))
        return true;
    return fa_row_on(program, held->table->index, ids->values[row], day) == row;
}

/* Whether a condition on an id alone has as few ids as rows, about, and how many. */
static bool has_direct_ids(const struct fa_find *find, const struct fa_held_table *held, size_t *count)
{
    const struct fa_column *column = &held->rows.columns[find->columns[0]];
    *count = 0;
    if (find->cond_count != 1 || held->table->columns[find->columns[0]].type != FA_TYPE_ID)
        return false;
    for (uint32_t row = 0; row < held->rows.row_count; row++)
        if (!fa_is_missing(column, row) && (size_t)column->values[row] >= *count)
            *count = (size_t)column->values[row] + 1;
    return *count / 4 <= held->rows.row_count;
}

static void sort_dates(struct dated_row *dates, size_t count)
{
    for (size_t i = 1; i < count; i++)
        if (by_tuple_and_date(&dates[i - 1], &dates[i]) > 0) {
            qsort(dates, count, sizeof *dates, by_tuple_and_date);
            return;
        }
}

static enum fa_status make_starts(struct fa_program *program, struct fa_find *find, size_t count)
{
    size_t size = (find->tuple_count + 1) * sizeof *find->starts;
    FA_TRY(fa_meter_take(program->meter, size));
    find->size_bytes += size;
    find->starts = calloc(find->tuple_count + 1, sizeof *find->starts);
    if (!find->starts)
        return fa_out_of_memory(program->sink, "look-ups of the rules");
    for (size_t i = 0; i < count; i++)
        find->starts[find->dates[i].tuple + 1] = (uint32_t)(i + 1);
    for (size_t t = 1; t <= find->tuple_count; t++)
        if (find->starts[t] < find->starts[t - 1])
            find->starts[t] = find->starts[t - 1];
    return FA_OK;
}

static enum fa_status build(struct fa_program *program, struct fa_find *find)
{
    const struct fa_held_table *held = program->uses[find->formula->detail.table].held;
    size_t size = ((size_t)held->rows.row_count + 1) * sizeof *find->dates, count = 0;
    FA_TRY(fa_meter_take(program->meter, size));
    find->size_bytes += size;
    find->dates = malloc(size);
    if (!find->dates)
        return fa_out_of_memory(program->sink, "look-ups of the rules");
    find->is_described = fa_knows_one_row(held);
    find->is_direct = has_direct_ids(find, held, &find->tuple_count);
    const struct fa_column *ids = &held->rows.columns[find->columns[0]];
    for (uint32_t row = 0; row < held->rows.row_count; row++) {
        uint32_t tuple;
        if (find->is_described && !describes(program, held, row, 0))
            continue;
        if (find->is_direct)
            tuple = fa_is_missing(ids, row) ? FA_NO_NUMBER : (uint32_t)ids->values[row];
        else
            FA_TRY(tuple_of_row(program, find, &held->rows, row, &tuple));
        if (tuple != FA_NO_NUMBER)
            find->dates[count++] = dated(find, held, tuple, row);
    }
    sort_dates(find->dates, count);
    if (!find->is_direct)
        find->tuple_count = find->tuples.count;
    FA_TRY(make_starts(program, find, count));
    find->is_built = true;
    return FA_OK;
}

/* --- asking --- */

static uint32_t number_of(const struct fa_held_table *held, uint32_t row)
{
    return held->numbers ? held->numbers[row] : row;
}

/* One behind the last row of TUPLE that starts at or before AT. */
static uint32_t started_by(const struct fa_find *find, uint32_t tuple, int64_t at)
{
    uint32_t low = find->starts[tuple], high = find->starts[tuple + 1];
    while (low < high) {
        uint32_t middle = low + (high - low) / 2;
        if (find->dates[middle].from <= at)
            low = middle + 1;
        else
            high = middle;
    }
    return low;
}

/* Rows of a tuple that hold at AT: the lowest, -1 none, -2 - lowest when there are more. */
static int64_t rows_at(const struct fa_program *program, const struct fa_find *find, uint32_t tuple,
                       int64_t at, int64_t day)
{
    const struct fa_held_table *held = program->uses[find->formula->detail.table].held;
    bool is_latest_only = !find->has_interval && find->has_clock;
    int64_t lowest = -1, latest = 0;
    bool is_many = false, is_latest = false;
    for (uint32_t i = started_by(find, tuple, at); i-- > find->starts[tuple];) {
        const struct dated_row *row = &find->dates[i];
        if (is_latest_only && is_latest && row->from < latest)
            break;
        if (!find->is_described && !describes(program, held, row->row, day))
            continue;
        /* an older row does not hold again where the newest is known to hold no longer */
        is_latest = true;
        latest = row->from;
        if (row->to < (is_latest_only ? day : at))
            continue;
        is_many |= lowest >= 0;
        if (lowest < 0 || number_of(held, row->row) < number_of(held, (uint32_t)lowest))
            lowest = row->row;
    }
    return is_many ? -2 - lowest : lowest;
}

static uint32_t number_of_id(const struct numbers *numbers, const struct fa_vector *ids, uint32_t i)
{
    uint64_t id = (uint64_t)ids->num[fa_at(ids, i)];
    return fa_state_at(ids, i) == FA_HAS && id < numbers->count ? numbers->of_ids[id] : NOT_GIVEN;
}

/* The value of a condition in the index's terms; false: no row has it. */
static bool cond_number(const struct fa_find *find, int i, const struct fa_vector *v, uint32_t row,
                        int64_t *number)
{
    if (find->numbers[i].of_ids) {
        *number = number_of_id(&find->numbers[i], v, row);
        return *number < NOT_GIVEN;
    }
    if (find->is_text[i]) {
        uint32_t text = fa_texts_find(&find->texts[i], v->texts[fa_at(v, row)]);
        *number = text;
        return text != FA_NO_NUMBER;
    }
    if (v->truth) {
        *number = fa_truth_at(v, row);
        return true;
    }
    struct fa_ratio value = fa_number_at(v, row);
    if (v->kind == FA_KIND_RATIO && __builtin_mul_overflow(value.numerator, FA_RATIO_UNIT, &value.numerator))
        return false;
    *number = (int64_t)(value.numerator / value.denominator);
    return value.numerator % value.denominator == 0 && *number == value.numerator / value.denominator;
}

/* The date a look-up reads at, in the table's own terms; false: it is missing. */
static bool date_of(const struct fa_find *find, const struct fa_vector *judged,
                    const struct fa_vector *day, uint32_t i, int64_t *at, int64_t *at_day)
{
    *at = *at_day = 0;
    if (fa_state_at(day, i) != FA_HAS)
        return !find->has_interval && !find->has_clock;
    *at_day = *at = day->num[fa_at(day, i)];
    if (!find->is_instant)
        return true;
    int64_t offset = find->formula->detail.zone_minutes * FA_MINUTE_US;
    *at = judged->kind == FA_KIND_TIME ? judged->num[fa_at(judged, i)]
                                       : (*at_day + 1) * FA_DAY_US - offset - 1;
    return true;
}

static bool is_given(const struct fa_find *find, int k, const struct fa_vector *v, uint32_t i)
{
    if (find->numbers[k].of_ids)
        return number_of_id(&find->numbers[k], v, i) != NOT_GIVEN;
    return v->truth ? fa_truth_at(v, i) != FA_UNKNOWN : fa_state_at(v, i) == FA_HAS;
}

/* What the conditions of a slice that are the same for all its rows come to. */
struct fixed {
    bool is_fixed[CONDS_MAX], is_nowhere; /* no row has one of them */
    int64_t tuple[CONDS_MAX];
};

static void fix(const struct fa_find *find, const struct fa_vector *const *args, struct fixed *fixed)
{
    *fixed = (struct fixed){0};
    for (int k = 0; k < find->cond_count; k++) {
        fixed->is_fixed[k] = args[k]->is_const && is_given(find, k, args[k], 0);
        if (fixed->is_fixed[k] && !cond_number(find, k, args[k], 0, &fixed->tuple[k]))
            fixed->is_nowhere = true;
    }
}

static int64_t ask(const struct fa_program *program, const struct fa_find *find,
                   const struct fa_vector *const *args, const struct fixed *fixed, uint32_t i, int64_t at,
                   int64_t day)
{
    int64_t tuple[CONDS_MAX] = {0};
    if (fixed->is_nowhere)
        return -1;
    for (int k = 0; k < find->cond_count; k++) {
        tuple[k] = fixed->tuple[k];
        if (!fixed->is_fixed[k] && !cond_number(find, k, args[k], i, &tuple[k]))
            return -1;
    }
    if (find->is_direct)
        return (uint64_t)tuple[0] < find->tuple_count
                   ? rows_at(program, find, (uint32_t)tuple[0], at, day)
                   : -1;
    uint32_t number = fa_tuples_find(&find->tuples, tuple);
    return number == FA_NO_NUMBER ? -1 : rows_at(program, find, number, at, day);
}

static bool is_as_before(const struct fa_find *find, const struct fa_vector *const *args, uint32_t i)
{
    for (int k = 0; k < find->cond_count; k++) {
        const struct fa_vector *v = args[k];
        if (v->is_const)
            continue;
        if (v->truth ? v->truth[i] != v->truth[i - 1]
            : v->texts ? v->texts[i].bytes != v->texts[i - 1].bytes || v->texts[i].size != v->texts[i - 1].size
            : v->num   ? v->num[i] != v->num[i - 1]
                       : true)
            return false;
    }
    return true;
}

/* --- texts at the end of paths --- */

static bool is_path(const struct fa_program *program, const struct fa_formula *f, int arg)
{
    return arg < f->find->cond_count && f->find->is_text[arg] && fa_step_is_flat(program, f->args[arg]);
}

const struct fa_formula *fa_find_arg(const struct fa_program *program, const struct fa_formula *f, int arg)
{
    return is_path(program, f, arg) ? fa_step_root(program, f->args[arg]) : f->args[arg];
}

static enum fa_status number_path(struct fa_program *program, struct fa_find *find, int k)
{
    uint32_t count;
    const struct fa_formula *path = find->formula->args[k];
    const uint32_t *rows = fa_step_rows(program, path, &count);
    if (!rows)
        return FA_ELIMIT;
    const struct fa_column *column =
        &program->uses[path->detail.table].held->rows.columns[path->detail.column];
    size_t size = ((size_t)count + 1) * sizeof(uint32_t);
    FA_TRY(fa_meter_take(program->meter, size));
    find->size_bytes += size;
    uint32_t *of_ids = malloc(size);
    if (!of_ids)
        return fa_out_of_memory(program->sink, "look-ups of the rules");
    for (uint32_t id = 0; id < count; id++)
        of_ids[id] = rows[id] == FA_NO_NUMBER
                         ? (uint32_t)NOT_GIVEN
                         : fa_texts_find(&find->texts[k], fa_column_text(column, rows[id]));
    find->numbers[k] = (struct numbers){of_ids, count};
    return FA_OK;
}

static enum fa_status make_ready(struct fa_program *program, struct fa_find *find)
{
    FA_TRY(build(program, find));
    for (int k = 0; k < find->cond_count; k++)
        if (is_path(program, find->formula, k))
            FA_TRY(number_path(program, find, k));
    return FA_OK;
}

/* Rows by one id that every row has, at dates that every row has: the common case. */
static void ask_ids(const struct fa_program *program, const struct fa_find *find,
                    const struct fa_vector *ids, const struct fa_vector *day, int64_t *rows, uint32_t n)
{
    uint32_t day_step = !day->is_const;
    for (uint32_t i = 0; i < n; i++) {
        uint64_t id = (uint64_t)ids->num[i];
        int64_t at = day->num[i * day_step];
        rows[i] = -1;
        if (id >= find->tuple_count)
            continue;
        uint32_t start = find->starts[id];
        const struct dated_row *row = &find->dates[start];
        if (find->starts[id + 1] == start + 1 && find->is_described)
            rows[i] = row->from <= at && row->to >= at ? (int64_t)row->row : -1;
        else
            rows[i] = rows_at(program, find, (uint32_t)id, at, at);
    }
}

static bool has_plain_ids(const struct fa_find *find, const struct fa_vector *const *args)
{
    if (!find->is_direct || find->is_instant)
        return false; /* it may have fewer arguments */
    const struct fa_vector *ids = args[0], *day = args[2];
    return ids->num && !ids->state && !ids->is_const && ids->den == 1 && day->num && !day->state;
}

const struct fa_vector *fa_find_eval(struct fa_slice *slice, const struct fa_formula *f,
                                     const struct fa_vector *const *args, uint32_t n)
{
    struct fa_find *find = f->find;
    struct fa_program *program = slice->program;
    for (int k = 0; k < find->cond_count; k++)
        if (find->columns[k] < 0)
            return fa_vector_missing(slice->pool, FA_KIND_INT);
    if (!fa_table_is_given(program, f->detail.table) || !program->uses[f->detail.table].held)
        return fa_vector_missing(slice->pool, FA_KIND_INT);
    if (!find->is_built && (slice->status = make_ready(program, find)) != FA_OK)
        return NULL;
    struct fa_vector *r = fa_result(slice->pool, f);
    int64_t *num = fa_pool_take(slice->pool, n * sizeof *num);
    uint8_t *state = fa_pool_take(slice->pool, n);
    if (!r || !num || !state)
        return NULL;
    r->num = num;
    if (has_plain_ids(find, args)) {
        ask_ids(program, find, args[0], args[2], num, n);
        return r;
    }
    bool any_missing = false;
    int64_t last_at = 0, last_day = 0;
    struct fixed fixed;
    fix(find, args, &fixed);
    for (uint32_t i = 0; i < n; i++) {
        int64_t at, day;
        state[i] = date_of(find, args[find->cond_count], args[find->cond_count + 1], i, &at, &day)
                       ? FA_HAS
                       : FA_MISSING;
        for (int k = 0; k < find->cond_count; k++)
            if (!fixed.is_fixed[k] && !is_given(find, k, args[k], i))
                state[i] = FA_MISSING;
        num[i] = -1;
        if (state[i] == FA_HAS && i && state[i - 1] == FA_HAS && at == last_at && day == last_day &&
            is_as_before(find, args, i))
            num[i] = num[i - 1];
        else if (state[i] == FA_HAS)
            num[i] = ask(program, find, args, &fixed, i, at, day);
        last_at = at;
        last_day = day;
        any_missing |= state[i] != FA_HAS;
    }
    r->state = any_missing ? state : NULL;
    return r;
}

enum fa_status fa_find_cost(const struct fa_lookup *look, struct fa_cost *cost)
{
    const struct fa_find *find = NULL;
    FA_TRY(fa_cost_add(cost, FA_COST_HELD, FA_COST_TUPLES, (size_t)look->cond_count, 1));
    FA_TRY(fa_cost_add(cost, FA_COST_HELD, FA_COST_TEXTS, 0, look->cond_count));
    FA_TRY(fa_cost_array(cost, FA_COST_HELD, sizeof *find->starts, 1));
    FA_TRY(fa_cost_add(cost, FA_COST_HELD, FA_COST_EXACT, sizeof(uint32_t), look->cond_count));
    return fa_cost_add(cost, FA_COST_HELD, FA_COST_EXACT, sizeof *find->dates, 1);
}
