#include "rules/spans.h"

#include <stdlib.h>

#include "rules/met.h"

/* --- plan --- */

enum fa_status fa_keyed_rows_plan(struct fa_judge *judge, const struct fa_each *each,
                                  struct fa_keyed_rows *rows)
{
    struct fa_run *run = judge->run;
    struct fa_population_want want = {.population = &each->population, .dated_by = each->dated_by};
    FA_TRY(fa_population_plan(&run->stages, &run->program, judge->rule, &want, &rows->population));
    FA_TRY(fa_keys_make(&run->stages.spaces, &rows->population.scope, each->keys,
                        judge->rule->key_count, NULL, &judge->keys.space, &rows->keys));
    struct fa_stage stage = {.kind = FA_STAGE_KEYS, .parent = rows->population.last,
                             .table = rows->population.table, .keys = rows->keys};
    return fa_stage_make(&run->stages, &run->program, &stage, &rows->population.last);
}

enum fa_status fa_span_rows_plan(struct fa_judge *judge, struct fa_span_rows *rows)
{
    struct fa_program *program = &judge->run->program;
    struct fa_scope *scope = &rows->rows.population.scope;
    const struct fa_table_def *def = &program->dictionary->tables[scope->table];
    if (def->interval_from != FA_NO_COLUMN) {
        FA_TRY(fa_compile_column(scope, def->interval_from, &rows->from));
        FA_TRY(fa_compile_column(scope, def->interval_to, &rows->to));
    }
    int since = fa_table_find_column(def, FA_STR("since"));
    if (since == FA_NO_COLUMN || def->id_column == FA_NO_COLUMN)
        return FA_OK;
    const struct fa_formula *unused;
    FA_TRY(fa_compile_column(scope, since, &unused));
    return fa_compile_column(scope, def->id_column, &rows->id);
}

bool fa_span_rows_have_times(const struct fa_span_rows *rows)
{
    return rows->from && rows->from->kind == FA_KIND_TIME;
}

/* --- spans --- */

/* The days for which the row of the held table describes its thing. */
static void clip_to_version(const struct fa_program *program, const struct fa_frame *frame, uint32_t i,
                            int64_t *from_day, int64_t *to_day)
{
    const struct fa_held_table *held = program->uses[frame->slice->table].held;
    if (!held || !held->first_row || held->since == FA_NO_COLUMN ||
        held->rows.columns[held->since].is_absent)
        return;
    const struct fa_column *since = &held->rows.columns[held->since];
    const struct fa_table_def *def = held->table;
    uint32_t row = fa_frame_index(frame, i);
    int64_t id = held->rows.columns[def->id_column].values[row];
    if (id < 0 || id >= held->id_count || held->first_row[id] == UINT32_MAX)
        return;
    bool is_dated = !fa_is_missing(since, row);
    if (is_dated)
        *from_day = since->values[row];
    /* Rows of one thing are in order of the day; one on the same day does not end this one. */
    uint32_t end = held->first_row[id] + held->row_counts[id];
    for (uint32_t next = row + 1; next < end; next++) {
        if (fa_is_missing(since, next) || (is_dated && since->values[next] == since->values[row]))
            continue;
        *to_day = since->values[next];
        return;
    }
}

static int64_t on_axis(const struct fa_judge *judge, const struct fa_formula *f, int64_t value,
                       bool is_end, bool is_time)
{
    const struct fa_zone *zone = &judge->rule->ruleset->zone;
    if (f->kind == FA_KIND_TIME)
        return is_time ? value : fa_day_of(value, zone);
    int64_t day = value + is_end;
    return is_time ? fa_day_start(day, zone) : day;
}

enum fa_status fa_span_of(struct fa_judge *judge, const struct fa_span_rows *rows, struct fa_frame *frame,
                          uint32_t i, bool is_time, int64_t *from, int64_t *to)
{
    const struct fa_zone *zone = &judge->rule->ruleset->zone;
    int64_t from_day = INT64_MIN, to_day = INT64_MAX;
    *from = INT64_MIN;
    *to = INT64_MAX;
    if (rows->from) {
        const struct fa_vector *a = fa_eval(frame, rows->from), *b = fa_eval(frame, rows->to);
        if (!a || !b)
            return fa_failed(frame->slice);
        if (fa_state_at(a, i) == FA_HAS)
            *from = on_axis(judge, rows->from, a->num[fa_at(a, i)], false, is_time);
        if (fa_state_at(b, i) == FA_HAS)
            *to = on_axis(judge, rows->to, b->num[fa_at(b, i)], true, is_time);
    }
    if (rows->id)
        clip_to_version(&judge->run->program, frame, i, &from_day, &to_day);
    if (is_time && from_day != INT64_MIN)
        from_day = fa_day_start(from_day, zone);
    if (is_time && to_day != INT64_MAX)
        to_day = fa_day_start(to_day, zone);
    *from = from_day > *from ? from_day : *from;
    *to = to_day < *to ? to_day : *to;
    return FA_OK;
}

enum fa_status fa_spans_take(struct fa_judge *judge, const struct fa_span_rows *rows, bool is_time,
                             struct fa_spans *spans)
{
    struct fa_stage *stage = rows->rows.population.last;
    struct fa_frame *frame = fa_stage_frame(&judge->run->stages, stage);
    if (!frame)
        return fa_failed(judge->run->stages.base->slice);
    FA_TRY(fa_met_table(judge, frame, rows->rows.population.table, rows->rows.population.scope.day));
    for (uint32_t i = 0; i < frame->count; i++) {
        struct fa_span span = {.group = frame->group[i], .order = (uint32_t)spans->list.count};
        uint8_t doubt = frame->doubt ? frame->doubt[i] : 0;
        FA_TRY(fa_span_of(judge, rows, frame, i, is_time, &span.from, &span.to));
        if (doubt & FA_DOUBT_EXCEPT)
            span.flags |= FA_SPAN_EXCEPT;
        if (doubt & FA_DOUBT_MEMBER)
            FA_TRY(fa_judge_cause(judge, fa_stage_cause(stage, i), &span.cause));
        if (spans->list.count == UINT32_MAX)
            return fa_out_of_memory(judge->run->sink, "intervals");
        FA_TRY(fa_meter_add(&judge->run->meter, &spans->list, span));
    }
    return FA_OK;
}

void fa_spans_release(struct fa_spans *spans, struct fa_meter *meter)
{
    fa_meter_give(meter, spans->list.capacity * sizeof *spans->list.items);
    fa_vec_free(&spans->list);
}

static int by_group_and_start(const void *a, const void *b)
{
    const struct fa_span *x = a, *y = b;
    if (x->group != y->group)
        return x->group < y->group ? -1 : 1;
    if (x->from != y->from)
        return x->from < y->from ? -1 : 1;
    return (x->order > y->order) - (x->order < y->order);
}

void fa_spans_sort(struct fa_spans *spans)
{
    if (spans->list.count)
        qsort(spans->list.items, spans->list.count, sizeof *spans->list.items, by_group_and_start);
}

/* --- what is covered --- */

bool fa_span_cover(const struct fa_run *run, int table, int64_t *from_day, int64_t *to_day)
{
    const struct fa_head *head = run->head;
    bool is_known = false;
    for (size_t i = 0; i < head->covers.count && !is_known; i++)
        if (head->covers.items[i].table == table && !head->covers.items[i].is_assumed) {
            *from_day = head->covers.items[i].from_day;
            *to_day = head->covers.items[i].to_day;
            is_known = true;
        }
    /* by time first: when accounts were opened says little about what is covered */
    for (int pass = 0; pass < 2 && !is_known; pass++)
        for (size_t i = 0; i < head->covers.count; i++) {
            const struct fa_cover_info *cover = &head->covers.items[i];
            bool is_streamed = head->dictionary.tables[cover->table].by != FA_NO_COLUMN;
            if (pass == 0 && !is_streamed)
                continue;
            *from_day = !is_known || cover->from_day < *from_day ? cover->from_day : *from_day;
            *to_day = !is_known || cover->to_day > *to_day ? cover->to_day : *to_day;
            is_known = true;
        }
    if (is_known && *to_day > run->program.as_of_day)
        *to_day = run->program.as_of_day;
    return is_known;
}
