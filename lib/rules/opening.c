#include "rules/opening.h"

#include <stdlib.h>
#include <string.h>

#include "rules/reach.h"

void fa_opened_init(struct fa_opened *opened)
{
    *opened = (struct fa_opened){0};
    fa_sums_init(&opened->sums);
}

void fa_opened_release(struct fa_opened *opened, struct fa_meter *meter)
{
    fa_sums_release(&opened->sums, meter);
    fa_meter_give(meter, opened->causes_capacity * sizeof *opened->causes +
                             opened->is_known_key_capacity + opened->is_given_capacity);
    free(opened->causes);
    free(opened->is_known_key);
    free(opened->is_given);
}

enum fa_status fa_opened_reserve(struct fa_opened *opened, struct fa_meter *meter, size_t space)
{
    FA_TRY(fa_meter_reserve(meter, opened->sums.items, &opened->sums.capacity, space));
    FA_TRY(fa_meter_reserve(meter, opened->causes, &opened->causes_capacity, space));
    FA_TRY(fa_meter_reserve(meter, opened->is_known_key, &opened->is_known_key_capacity, space));
    return fa_meter_reserve(meter, opened->is_given, &opened->is_given_capacity, space);
}

static enum fa_status column_or_none(struct fa_opening *opening, int column,
                                     const struct fa_formula **formula)
{
    *formula = NULL;
    return column == FA_NO_COLUMN ? FA_OK : fa_compile_column(&opening->scope, column, formula);
}

/* When a row of the table began: its interval's start, or else its clock. */
static enum fa_status plan_start(struct fa_opening *opening, const struct fa_table_def *def)
{
    const struct fa_formula *args[2];
    FA_TRY(column_or_none(opening, def->interval_from, &args[0]));
    FA_TRY(column_or_none(opening, def->clock, &args[1]));
    struct fa_formula_detail detail = fa_no_detail();
    detail.zone_minutes = opening->scope.ruleset->zone.offset_minutes;
    for (int i = 0; i < 2; i++)
        if (args[i] && args[i]->kind == FA_KIND_TIME)
            FA_TRY(fa_formula_make(opening->scope.program, FA_OP_DATE, FA_KIND_DATE, &detail, 1, &args[i],
                                   &args[i]));
    detail.zone_minutes = 0;
    opening->start = args[0] ? args[0] : args[1];
    if (!args[0] || !args[1])
        return FA_OK;
    return fa_formula_make(opening->scope.program, FA_OP_ELSE, FA_KIND_DATE, &detail, 2, args,
                           &opening->start);
}

enum fa_status fa_opening_plan(struct fa_judge *judge, const struct fa_running_term *term,
                               int population_table, struct fa_keyspace **space,
                               struct fa_opening *opening)
{
    struct fa_program *program = &judge->run->program;
    const struct fa_table_def *def = &program->dictionary->tables[term->table];
    *opening = (struct fa_opening){.term = term, .table = fa_program_table(program, term->table)};
    int64_t from_day, to_day;
    bool is_covered = fa_covers_find(judge->run, fa_program_table(program, population_table), &from_day, &to_day);
    struct fa_value first = {.kind = FA_KIND_DATE, .is_missing = !is_covered,
                             .numerator = is_covered ? from_day : 0, .denominator = 1};
    opening->scope = (struct fa_scope){.program = program, .ruleset = judge->rule->ruleset,
                                       .table = term->table, .rule_no = -1,
                                       .is_any_currency = judge->rule->is_any_currency,
                                       .is_across_filers = judge->rule->is_across_filers};
    FA_TRY(fa_formula_const(program, &first, &opening->scope.day));
    opening->scope.judged = opening->scope.day;
    FA_TRY(fa_keys_make(&judge->run->stages.spaces, &opening->scope, term->keys, judge->rule->key_count,
                        NULL, space, &opening->keys));
    if (term->where)
        FA_TRY(fa_compile(&opening->scope, term->where, &opening->where));
    FA_TRY(fa_currency_test(&opening->scope, &opening->currency));
    FA_TRY(fa_compile_column(&opening->scope, term->column, &opening->value));
    FA_TRY(plan_start(opening, def));
    FA_TRY(column_or_none(opening, def->id_column, &opening->id));
    fa_program_use(program, opening->table,
                   fa_program_column(program, term->table, fa_table_find_column(def, FA_STR("since"))),
                   FA_USE_JUMP);
    return fa_text_cause(judge, def->name, ".", def->columns[term->column].name, &opening->cause);
}

/* What is known of a slice of rows. */
struct opening_rows {
    const uint32_t *groups;
    const struct fa_vector *where, *currency, *value, *start, *id;
};

static bool eval_rows(const struct fa_opening *opening, struct fa_frame *frame, struct opening_rows *rows)
{
    *rows = (struct opening_rows){0};
    return (rows->groups = fa_keys_number(&opening->keys, frame)) &&
           (!opening->where || (rows->where = fa_eval(frame, opening->where))) &&
           (!opening->currency || (rows->currency = fa_eval(frame, opening->currency))) &&
           (rows->value = fa_eval(frame, opening->value)) &&
           (!opening->start || (rows->start = fa_eval(frame, opening->start))) &&
           (!opening->id || (rows->id = fa_eval(frame, opening->id)));
}

enum description { OTHER_DAYS, DESCRIBES, CONFLICTS };

/* Of an id's several rows the one in force when the covered period starts speaks, else its first; rows
 * that contradict each other say nothing. */
static enum description describes(const struct fa_opening *opening, const struct fa_vector *id, uint32_t i,
                                  uint32_t row)
{
    const struct fa_held_table *held = opening->scope.program->uses[opening->table].held;
    if (!id || !held->first_row || fa_state_at(id, i) != FA_HAS)
        return DESCRIBES;
    int64_t number = id->num[fa_at(id, i)];
    if (number < 0 || number >= held->id_count)
        return DESCRIBES;
    if (held->is_conflicting && held->is_conflicting[number])
        return CONFLICTS;
    const struct fa_value *day = &opening->scope.day->value;
    uint32_t in_force = fa_row_on(opening->scope.program, opening->table, number,
                                  day->is_missing ? INT64_MIN : (int64_t)day->numerator);
    if (in_force == UINT32_MAX)
        in_force = held->first_row[number];
    return in_force == row ? DESCRIBES : OTHER_DAYS;
}

static enum fa_status cannot_tell(struct fa_opened *opened, uint32_t group, uint16_t cause)
{
    if (!opened->causes[group])
        opened->causes[group] = cause;
    return FA_OK;
}

static enum fa_status open_row(struct fa_judge *judge, const struct fa_opening *opening,
                               const struct opening_rows *rows, struct fa_frame *frame, uint32_t i,
                               struct fa_opened *opened)
{
    uint32_t group = rows->groups[i];
    opened->is_known_key[group] = 1;
    if (rows->currency && fa_truth_at(rows->currency, i) == FA_FALSE)
        return FA_OK;
    enum description description = describes(opening, rows->id, i, fa_frame_index(frame, i));
    if (description == OTHER_DAYS)
        return FA_OK;
    uint8_t counts = rows->where ? fa_truth_at(rows->where, i) : FA_TRUE;
    if (counts == FA_UNKNOWN) {
        uint16_t cause;
        FA_TRY(fa_judge_cause(judge, fa_cause(frame, opening->where, i), &cause));
        return cannot_tell(opened, group, cause);
    }
    if (counts == FA_FALSE)
        return FA_OK;
    if (description == CONFLICTS)
        return cannot_tell(opened, group, opening->cause);
    if (fa_state_at(rows->value, i) != FA_HAS) {
        const struct fa_value *first = &opening->scope.day->value;
        bool began_inside = rows->start && fa_state_at(rows->start, i) == FA_HAS && !first->is_missing &&
                            rows->start->num[fa_at(rows->start, i)] >= first->numerator;
        return began_inside ? FA_OK : cannot_tell(opened, group, opening->cause);
    }
    struct fa_ratio number = fa_number_at(rows->value, i);
    fa_i128 scaled;
    opened->is_given[group] |= number.numerator != 0;
    if (!fa_sums_fit(&opened->sums, rows->value, &i, 1) || !fa_sums_scale(&opened->sums, number, &scaled))
        return cannot_tell(opened, group, opening->cause);
    opened->sums.items[group] += opening->term->is_negative ? -scaled : scaled;
    return FA_OK;
}

static enum fa_status apply_rows(struct fa_judge *judge, const struct fa_opening *opening,
                                 const struct fa_held_table *held, const uint32_t *order,
                                 struct fa_opened *opened)
{
    struct fa_run *run = judge->run;
    for (uint32_t from = 0; from < held->rows.row_count; from += run->slice_rows) {
        uint32_t left = held->rows.row_count - from;
        struct fa_slice slice = {.program = &run->program, .pool = &run->row_pool, .batch = &held->rows,
                                 .table = opening->table, .from = from, .order = order,
                                 .count = left < run->slice_rows ? left : run->slice_rows};
        fa_pool_clear(&run->row_pool);
        struct fa_frame *frame = fa_frame_base(&slice);
        struct opening_rows rows;
        if (!frame || !eval_rows(opening, frame, &rows))
            return fa_failed(&slice);
        FA_TRY(fa_opened_reserve(opened, &run->meter, opening->keys.space->space));
        for (uint32_t i = 0; i < frame->count; i++)
            if (rows.groups[i] != FA_NO_NUMBER)
                FA_TRY(open_row(judge, opening, &rows, frame, i, opened));
    }
    return FA_OK;
}

enum fa_status fa_opening_apply(struct fa_judge *judge, const struct fa_opening *opening,
                                struct fa_opened *opened)
{
    const struct fa_program *program = &judge->run->program;
    const struct fa_held_table *held = opening->table < 0 ? NULL : program->uses[opening->table].held;
    if (!held || !held->numbers)
        return held ? apply_rows(judge, opening, held, NULL, opened) : FA_OK;
    /* In the order of the filing, since the first row that cannot tell is blamed. */
    uint32_t *order = malloc(((size_t)held->rows.row_count + 1) * sizeof *order);
    if (!order)
        return fa_out_of_memory(judge->run->sink, "openings");
    for (uint32_t i = 0; i < held->rows.row_count; i++)
        order[held->numbers[i]] = i;
    enum fa_status status = apply_rows(judge, opening, held, order, opened);
    free(order);
    return status;
}

enum fa_status fa_opened_cost(struct fa_cost *cost)
{
    const struct fa_opened *opened = NULL;
    return fa_cost_array(cost, FA_COST_KEYS, sizeof *opened->sums.items + sizeof *opened->causes +
                                                 sizeof *opened->is_known_key + sizeof *opened->is_given, 1);
}
