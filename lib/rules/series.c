/*
 * Way 5: series compared period by period. What rows add is kept in cells, one for each key and
 * period that has rows; when all rows are in, each key is led through all periods in turn.
 */
#include <stdlib.h>
#include <string.h>

#include "rules/met.h"
#include "rules/opening.h"
#include "rules/track.h"

/* For levels, by key of the table: from when until when a row is asked for. */
struct asked {
    int64_t from, to; /* an empty span until the first row */
    uint32_t group;
};

/* A first or a last day of a key, where it has one. */
struct edge {
    uint32_t group;
    int64_t day;
};

/* The newest row of each key of the table, for levels. */
struct newest {
    int64_t period; /* the last in which it had a row */
    uint16_t cause; /* why its value is unknown; 0: it is known */
    bool is_there;
};

struct series {
    const struct fa_series *series;
    struct fa_population_plan population;
    struct fa_keys keys;
    const struct fa_formula *arg, *cond, *amount; /* NULL: count(), every row, no amount */
    const struct fa_formula *opens, *closes;      /* LEVEL: as in fa_series */
    struct fa_tuples cells;      /* group, last day of the period */
    struct fa_sums sums;         /* by cell */
    uint16_t *causes;            /* by cell; 0: all that it adds is known */
    uint16_t *undated;           /* by group: a row without a date makes every period unknown */
    size_t causes_capacity, undated_capacity;
    int opening_count;
    struct fa_opening *openings; /* RUNNING */
    struct fa_opened opened;
    /* LEVEL */
    struct fa_keyspace *row_space; /* of the rule's key and the table's own, less its clock */
    struct fa_keys row_keys;
    struct fa_sums values;       /* by key of the table: of its newest row */
    struct newest *newest;
    struct asked *asked;
    uint32_t *key_counts;        /* by group: keys of the table it has at any time */
    int32_t *there, *unknown;    /* by cell: keys with a row, keys with an unknown value; carried: changes */
    size_t newest_capacity, asked_capacity, key_counts_capacity, there_capacity, unknown_capacity;
    uint16_t outside_cause, absent_cause;
    int64_t from_day, to_day;    /* covered */
    bool is_covered;
    /* the sweep: cells by group, then period */
    uint32_t *sorted;
    size_t at;
    fa_i128 sum;                 /* carried along */
    int64_t there_now, unknown_now;
    uint16_t cause;
    /* first days and last days by group, then day; of the group at hand, keys to come and keys gone */
    struct edge *begins, *ends;
    size_t begin_count, end_count, begin_at, end_at;
    uint32_t coming, gone;
    struct fa_citing citing;     /* second pass */
};

struct fa_series_judge {
    struct fa_track track;
    struct series *series;
    int series_count;
    bool has_previous;
    FA_VEC(int64_t) periods; /* last days; a day that the calendar does not know as -1 - day */
    struct fa_calendar *calendar;
    uint16_t calendar_cause;
    /* second pass: rows that are the newest of a level so far */
    struct fa_tuples held;
    struct held_row {
        int series;
        uint32_t finding;
        uint64_t row;
        fa_i128 amount;
    } *held_rows;
    size_t held_capacity;
};

/* --- plan --- */

/* Keys of the table without its clock: what a level has one value for at a time. */
static enum fa_status plan_row_keys(struct fa_judge *judge, struct series *s)
{
    struct fa_scope *scope = &s->population.scope;
    const struct fa_table_def *def = &scope->program->dictionary->tables[scope->table];
    struct fa_expr columns[4], *exprs[FA_KEY_PARTS_MAX + 4];
    int count = 0;
    for (int k = 0; k < judge->rule->key_count; k++)
        exprs[count++] = s->series->keys[k];
    for (int k = 0; k < def->key_count; k++) {
        const struct fa_column_def *column = &def->columns[def->key_columns[k]];
        if (def->key_columns[k] == def->clock)
            continue;
        columns[k] = (struct fa_expr){.op = FA_OP_PATH, .kind = fa_kind_of(column->type),
                                      .refers_to = column->refers_to, .values_of = column};
        columns[k].path = (struct fa_path){.table = scope->table, .step_count = 1};
        columns[k].path.steps[0] = def->key_columns[k];
        columns[k].path.tables[0] = scope->table;
        exprs[count++] = &columns[k];
    }
    /* rows of two filers are two rows, also where their keys are one */
    bool is_across_filers = scope->is_across_filers;
    scope->is_across_filers = false;
    enum fa_status status = fa_keys_make(&judge->run->stages.spaces, scope, exprs, count, NULL,
                                         &s->row_space, &s->row_keys);
    scope->is_across_filers = is_across_filers;
    if (status == FA_OK)
        s->row_space->is_sparse = true;
    return status;
}

static enum fa_status plan_openings(struct fa_judge *judge, struct series *s)
{
    s->openings = calloc((size_t)s->series->term_count + 1, sizeof *s->openings);
    if (!s->openings)
        return fa_out_of_memory(judge->run->sink, "the plan of the rules");
    for (int t = 0; t < s->series->term_count; t++)
        FA_TRY(fa_opening_plan(judge, &s->series->terms[t], s->series->population.table,
                               &judge->keys.space, &s->openings[s->opening_count++]));
    return FA_OK;
}

static enum fa_status plan_series(struct fa_judge *judge, const struct fa_series *series, struct series *s)
{
    struct fa_run *run = judge->run;
    *s = (struct series){.series = series};
    fa_tuples_init(&s->cells, 2);
    fa_sums_init(&s->sums);
    fa_sums_init(&s->values);
    fa_opened_init(&s->opened);
    fa_citing_init(&s->citing);
    struct fa_population_want want = {.population = &series->population, .dated_by = series->dated_by};
    FA_TRY(fa_population_plan(&run->stages, &run->program, judge->rule, &want, &s->population));
    struct fa_scope *scope = &s->population.scope;
    FA_TRY(fa_keys_make(&run->stages.spaces, scope, series->keys, judge->rule->key_count, NULL,
                        &judge->keys.space, &s->keys));
    struct fa_stage stage = {.kind = FA_STAGE_KEYS, .parent = s->population.last,
                             .table = s->population.table, .keys = s->keys};
    FA_TRY(fa_stage_make(&run->stages, &run->program, &stage, &s->population.last));
    if (series->agg->arg)
        FA_TRY(fa_compile(scope, series->agg->arg, &s->arg));
    if (series->agg->cond)
        FA_TRY(fa_compile(scope, series->agg->cond, &s->cond));
    if (judge->rule->amount_column >= 0 && series->population.row_table == judge->rule->population.row_table)
        FA_TRY(fa_compile_column(scope, judge->rule->amount_column, &s->amount));
    if (series->opens)
        FA_TRY(fa_compile(scope, series->opens, &s->opens));
    if (series->closes)
        FA_TRY(fa_compile(scope, series->closes, &s->closes));
    if (series->kind == FA_SERIES_LEVEL)
        FA_TRY(plan_row_keys(judge, s));
    FA_TRY(plan_openings(judge, s));
    s->is_covered = fa_covers_find(run, s->population.table, &s->from_day, &s->to_day);
    struct fa_str table = run->program.dictionary->tables[series->population.table].name;
    FA_TRY(fa_text_cause(judge, table, " without a row", (struct fa_str){"", 0}, &s->absent_cause));
    return fa_outside_cause(judge, series->population.table, &s->outside_cause);
}

/* The calendar comes with any formula that asks for a working day. */
static enum fa_status plan_calendar(struct fa_judge *judge)
{
    struct fa_series_judge *all = judge->series;
    struct fa_expr day = {.op = FA_OP_PERIOD_DAY, .kind = FA_KIND_DATE};
    struct fa_expr *args[] = {&day};
    struct fa_expr is_bday = {.op = FA_OP_IS_BDAY, .kind = FA_KIND_BOOL, .args = args, .arg_count = 1};
    const struct fa_formula *formula;
    FA_TRY(fa_compile(&all->series[0].population.scope, &is_bday, &formula));
    all->calendar = formula->detail.calendar;
    return fa_judge_cause(judge, FA_STR("holiday.date"), &all->calendar_cause);
}

enum fa_status fa_series_plan(struct fa_judge *judge)
{
    const struct fa_rule *rule = judge->rule;
    struct fa_series_judge *all = calloc(1, sizeof *all);
    judge->series = all;
    if (!all)
        return fa_out_of_memory(judge->run->sink, "the plan of the rules");
    fa_tuples_init(&all->held, 2);
    all->series = calloc((size_t)rule->series_count + 1, sizeof *all->series);
    if (!all->series)
        return fa_out_of_memory(judge->run->sink, "the plan of the rules");
    for (int k = 0; k < rule->series_count; k++) {
        all->series_count++;
        all->has_previous |= rule->series[k].is_previous;
        FA_TRY(plan_series(judge, &rule->series[k], &all->series[k]));
    }
    judge->population = all->series[0].population;
    return rule->period == FA_PERIOD_BDAY ? plan_calendar(judge) : FA_OK;
}

enum fa_status fa_series_begin(struct fa_judge *judge)
{
    struct fa_series_judge *all = judge->series;
    FA_TRY(fa_track_init(&all->track, judge, all->series_count));
    for (int k = 0; k < all->series_count; k++) {
        struct series *s = &all->series[k];
        all->track.value_kinds[k] = s->series->kind_of_value;
        for (int t = 0; t < s->opening_count; t++)
            FA_TRY(fa_opening_apply(judge, &s->openings[t], &s->opened));
    }
    return FA_OK;
}

static void free_series(struct series *s, struct fa_meter *meter)
{
    fa_tuples_release(&s->cells, meter);
    fa_sums_release(&s->sums, meter);
    fa_sums_release(&s->values, meter);
    fa_opened_release(&s->opened, meter);
    fa_citing_release(&s->citing, meter);
    fa_meter_give(meter, (s->causes_capacity + s->undated_capacity) * sizeof *s->causes +
                             s->newest_capacity * sizeof *s->newest +
                             s->asked_capacity * sizeof *s->asked +
                             (s->begin_count + s->end_count) * sizeof *s->begins +
                             (s->key_counts_capacity + s->there_capacity + s->unknown_capacity) *
                                 sizeof(uint32_t));
    free(s->causes);
    free(s->undated);
    free(s->openings);
    free(s->newest);
    free(s->asked);
    free(s->begins);
    free(s->ends);
    free(s->key_counts);
    free(s->there);
    free(s->unknown);
    free(s->sorted);
}

void fa_series_free(struct fa_judge *judge)
{
    struct fa_series_judge *all = judge->series;
    struct fa_meter *meter = &judge->run->meter;
    if (!all)
        return;
    fa_track_release(&all->track);
    for (int k = 0; k < all->series_count; k++)
        free_series(&all->series[k], meter);
    fa_tuples_release(&all->held, meter);
    fa_meter_give(meter, all->held_capacity * sizeof *all->held_rows);
    free(all->held_rows);
    fa_vec_free(&all->periods);
    free(all->series);
    free(all);
}

/* --- taking rows in --- */

/* What each row is worth to its series. */
struct row_values {
    const struct fa_vector *arg, *cond, *day, *opens, *closes;
    int64_t last_day, last_period; /* the period of the day before saves working it out again */
};

static int64_t period_of(const struct fa_judge *judge, struct row_values *rows, int64_t day)
{
    if (day != rows->last_day) {
        rows->last_day = day;
        rows->last_period = fa_period_last(judge->rule->period, day);
    }
    return rows->last_period;
}

/* The value of row I over the sums' denominator, or why it is unknown. */
static enum fa_status value_of(struct fa_judge *judge, struct series *s, struct fa_frame *frame,
                               const struct row_values *rows, uint32_t i, fa_i128 *value, uint16_t *cause)
{
    *value = 0;
    *cause = 0;
    if (frame->doubt && frame->doubt[i] & FA_DOUBT_MEMBER)
        return fa_judge_cause(judge, fa_stage_cause(s->population.last, i), cause);
    uint8_t counts = rows->cond ? fa_truth_at(rows->cond, i) : FA_TRUE;
    if (counts == FA_FALSE)
        return FA_OK;
    if (counts == FA_UNKNOWN)
        return fa_judge_cause(judge, fa_cause(frame, s->cond, i), cause);
    *value = s->sums.denominator;
    if (!rows->arg)
        return FA_OK;
    if (fa_state_at(rows->arg, i) != FA_HAS)
        return fa_judge_cause(judge, fa_cause(frame, s->arg, i), cause);
    if (!fa_sums_scale(&s->sums, fa_number_at(rows->arg, i), value))
        return fa_judge_cause(judge, FA_STR("a number beyond its range"), cause);
    return FA_OK;
}

static enum fa_status find_cell(struct fa_judge *judge, struct series *s, uint32_t group, int64_t period,
                                uint32_t *cell)
{
    struct fa_meter *meter = &judge->run->meter;
    FA_TRY(fa_tuples_add(&s->cells, meter, (int64_t[]){group, period}, cell));
    size_t count = (size_t)*cell + 1;
    FA_TRY(fa_meter_reserve(meter, s->sums.items, &s->sums.capacity, count));
    FA_TRY(fa_meter_reserve(meter, s->causes, &s->causes_capacity, count));
    if (s->series->kind != FA_SERIES_LEVEL)
        return FA_OK;
    FA_TRY(fa_meter_reserve(meter, s->there, &s->there_capacity, count));
    return fa_meter_reserve(meter, s->unknown, &s->unknown_capacity, count);
}

/* The newest row of a key of the table takes the place of the one before: in its period, or from
 * then on where levels are carried. */
static void replace_newest(struct series *s, uint32_t key, uint32_t cell, int64_t period, fa_i128 value,
                           uint16_t cause)
{
    struct newest *newest = &s->newest[key];
    bool replaces = newest->is_there && (s->series->is_carried || newest->period == period);
    if (replaces) {
        s->sums.items[cell] -= s->values.items[key];
        s->unknown[cell] -= newest->cause != 0;
    } else {
        s->there[cell]++;
    }
    s->sums.items[cell] += value;
    s->unknown[cell] += cause != 0;
    if (cause)
        s->causes[cell] = cause;
    s->values.items[key] = value;
    *newest = (struct newest){period, cause, true};
}

/* A key is asked for rows in all the days of its thing, and in those of its rows. */
static void ask_for(struct asked *asked, const struct row_values *rows, uint32_t i)
{
    bool is_dated = fa_state_at(rows->day, i) == FA_HAS;
    int64_t from = INT64_MIN, to = INT64_MAX;
    if (is_dated && rows->opens && fa_state_at(rows->opens, i) == FA_HAS)
        from = rows->opens->num[fa_at(rows->opens, i)];
    if (is_dated && rows->closes && fa_state_at(rows->closes, i) == FA_HAS)
        to = rows->closes->num[fa_at(rows->closes, i)];
    int64_t day = is_dated ? rows->day->num[fa_at(rows->day, i)] : from;
    from = from < day ? from : day;
    to = is_dated && day > to ? day : to;
    asked->from = from < asked->from ? from : asked->from;
    asked->to = to > asked->to ? to : asked->to;
}

static enum fa_status take_level(struct fa_judge *judge, struct series *s, struct fa_frame *frame,
                                 const uint32_t *keys, struct row_values *rows)
{
    struct fa_meter *meter = &judge->run->meter;
    FA_TRY(fa_meter_reserve(meter, s->newest, &s->newest_capacity, s->row_space->space));
    FA_TRY(fa_meter_reserve(meter, s->asked, &s->asked_capacity, s->row_space->space));
    FA_TRY(fa_meter_reserve(meter, s->values.items, &s->values.capacity, s->row_space->space));
    FA_TRY(fa_meter_reserve(meter, s->key_counts, &s->key_counts_capacity, judge->keys.space->space));
    for (uint32_t i = 0; i < frame->count; i++) {
        uint32_t key = keys[i], cell;
        fa_i128 value;
        uint16_t cause;
        if (key == FA_NO_NUMBER)
            continue; /* the table requires its key's columns */
        bool is_new = s->newest[key].period == 0 && !s->newest[key].is_there && s->newest[key].cause == 0;
        if (is_new) {
            s->key_counts[frame->group[i]]++;
            s->newest[key].period = INT64_MIN; /* known, though nothing of it may be dated */
            s->asked[key] = (struct asked){INT64_MAX, INT64_MIN, frame->group[i]};
        }
        ask_for(&s->asked[key], rows, i);
        if (fa_state_at(rows->day, i) != FA_HAS)
            continue;
        int64_t period = period_of(judge, rows, rows->day->num[fa_at(rows->day, i)]);
        FA_TRY(value_of(judge, s, frame, rows, i, &value, &cause));
        FA_TRY(find_cell(judge, s, frame->group[i], period, &cell));
        replace_newest(s, key, cell, period, value, cause);
    }
    return FA_OK;
}

static enum fa_status take_sum(struct fa_judge *judge, struct series *s, struct fa_frame *frame,
                               struct row_values *rows)
{
    struct fa_meter *meter = &judge->run->meter;
    uint32_t last_group = FA_NO_NUMBER, cell = 0;
    int64_t last_period = 0;
    for (uint32_t i = 0; i < frame->count; i++) {
        uint32_t group = frame->group[i];
        fa_i128 value;
        uint16_t cause;
        FA_TRY(value_of(judge, s, frame, rows, i, &value, &cause));
        if (fa_state_at(rows->day, i) != FA_HAS) {
            FA_TRY(fa_meter_reserve(meter, s->undated, &s->undated_capacity, (size_t)group + 1));
            if (!s->undated[group])
                s->undated[group] = cause;
            continue;
        }
        int64_t period = period_of(judge, rows, rows->day->num[fa_at(rows->day, i)]);
        if (group != last_group || period != last_period)
            FA_TRY(find_cell(judge, s, group, period, &cell));
        last_group = group;
        last_period = period;
        s->sums.items[cell] += value;
        if (cause && !s->causes[cell])
            s->causes[cell] = cause;
    }
    return FA_OK;
}

static enum fa_status take_slice(struct fa_judge *judge, struct series *s, bool is_first)
{
    struct fa_frame *frame = fa_stage_frame(&judge->run->stages, s->population.last);
    if (!frame)
        return fa_failed(judge->run->stages.base->slice);
    if (!frame->count)
        return FA_OK;
    struct row_values rows = {.last_day = INT64_MIN};
    if ((s->arg && !(rows.arg = fa_eval(frame, s->arg))) ||
        (s->cond && !(rows.cond = fa_eval(frame, s->cond))) ||
        (s->opens && !(rows.opens = fa_eval(frame, s->opens))) ||
        (s->closes && !(rows.closes = fa_eval(frame, s->closes))) ||
        !(rows.day = fa_eval(frame, s->population.scope.day)))
        return fa_failed(frame->slice);
    if (rows.arg) {
        uint32_t count = rows.arg->is_const ? 1 : frame->count;
        (void)fa_sums_fit(&s->sums, rows.arg, NULL, count);
        (void)fa_sums_fit(&s->values, rows.arg, NULL, count);
    }
    if (is_first)
        FA_TRY(fa_track_capture(&judge->series->track, frame));
    FA_TRY(fa_met_table(judge, frame, s->population.table, s->population.scope.day));
    if (s->series->kind != FA_SERIES_LEVEL)
        return take_sum(judge, s, frame, &rows);
    const uint32_t *keys = fa_keys_number(&s->row_keys, frame);
    return keys ? take_level(judge, s, frame, keys, &rows) : fa_failed(frame->slice);
}

enum fa_status fa_series_slice(struct fa_judge *judge, int table)
{
    struct fa_series_judge *all = judge->series;
    for (int k = 0; k < all->series_count; k++)
        if (all->series[k].population.table == table)
            FA_TRY(take_slice(judge, &all->series[k], k == 0));
    return FA_OK;
}

bool fa_series_reads(const struct fa_judge *judge, int table)
{
    for (int k = 0; k < judge->series->series_count; k++)
        if (judge->series->series[k].population.table == table)
            return true;
    return false;
}

/* --- the sweep through the periods --- */

static int by_group_and_period(const void *a, const void *b, void *context)
{
    const struct fa_tuples *cells = context;
    const int64_t *x = cells->items + 2 * (size_t)*(const uint32_t *)a;
    const int64_t *y = cells->items + 2 * (size_t)*(const uint32_t *)b;
    if (x[0] != y[0])
        return x[0] < y[0] ? -1 : 1;
    return (x[1] > y[1]) - (x[1] < y[1]);
}

static enum fa_status sort_cells(struct fa_judge *judge, struct series *s)
{
    FA_TRY(fa_meter_take(&judge->run->meter, s->cells.count * sizeof *s->sorted));
    s->sorted = malloc((s->cells.count + 1) * sizeof *s->sorted);
    if (!s->sorted)
        return fa_out_of_memory(judge->run->sink, "series");
    for (size_t i = 0; i < s->cells.count; i++)
        s->sorted[i] = (uint32_t)i;
    qsort_r(s->sorted, s->cells.count, sizeof *s->sorted, by_group_and_period, &s->cells);
    return FA_OK;
}

static int by_edge(const void *a, const void *b)
{
    const struct edge *x = a, *y = b;
    if (x->group != y->group)
        return x->group < y->group ? -1 : 1;
    return (x->day > y->day) - (x->day < y->day);
}

/* Where a key of the table begins or ends within time; most neither do. */
static enum fa_status list_edges(struct fa_judge *judge, struct series *s)
{
    size_t count = s->asked_capacity < s->newest_capacity ? s->asked_capacity : s->newest_capacity;
    for (size_t i = 0; i < count; i++) {
        bool is_there = s->newest[i].is_there || s->newest[i].period == INT64_MIN;
        s->begin_count += is_there && s->asked[i].from != INT64_MIN;
        s->end_count += is_there && s->asked[i].to != INT64_MAX;
    }
    FA_TRY(fa_meter_take(&judge->run->meter, (s->begin_count + s->end_count) * sizeof *s->begins));
    s->begins = malloc((s->begin_count + 1) * sizeof *s->begins);
    s->ends = malloc((s->end_count + 1) * sizeof *s->ends);
    if (!s->begins || !s->ends)
        return fa_out_of_memory(judge->run->sink, "series");
    size_t begin = 0, end = 0;
    for (size_t i = 0; i < count; i++) {
        const struct asked *asked = &s->asked[i];
        bool is_there = s->newest[i].is_there || s->newest[i].period == INT64_MIN;
        if (is_there && asked->from != INT64_MIN)
            s->begins[begin++] = (struct edge){asked->group, asked->from};
        if (is_there && asked->to != INT64_MAX)
            s->ends[end++] = (struct edge){asked->group, asked->to};
    }
    qsort(s->begins, s->begin_count, sizeof *s->begins, by_edge);
    qsort(s->ends, s->end_count, sizeof *s->ends, by_edge);
    return FA_OK;
}

static enum fa_status list_periods(struct fa_judge *judge)
{
    struct fa_series_judge *all = judge->series;
    const struct series *first = &all->series[0];
    enum fa_period period = judge->rule->period;
    if (!first->is_covered)
        return FA_OK;
    for (int64_t last = fa_period_last(period, first->from_day);
         fa_period_first(period, last) <= first->to_day; last = fa_period_last(period, last + 1)) {
        bool is_bday = true;
        int64_t entry = last;
        if (period == FA_PERIOD_BDAY && !fa_calendar_is_bday(all->calendar, last, &is_bday))
            entry = -1 - last;
        if (is_bday && fa_meter_add(&judge->run->meter, &all->periods, entry) != FA_OK)
            return FA_ELIMIT;
    }
    return FA_OK;
}

static bool is_day_unknown(const struct fa_judge *judge, int64_t entry)
{
    return judge->rule->period == FA_PERIOD_BDAY && entry < 0;
}

/* The period before the one that ends on LAST; false: the calendar does not know. */
static bool period_before(const struct fa_judge *judge, int64_t last, int64_t *before)
{
    if (judge->rule->period == FA_PERIOD_BDAY)
        return fa_calendar_add_bdays(judge->series->calendar, last, -1, before);
    *before = fa_period_first(judge->rule->period, last) - 1;
    return true;
}

static void begin_group(struct series *s, uint32_t group)
{
    while (s->at < s->cells.count && s->cells.items[2 * (size_t)s->sorted[s->at]] < group)
        s->at++;
    s->sum = 0;
    s->there_now = s->unknown_now = 0;
    s->cause = s->undated && group < s->undated_capacity ? s->undated[group] : 0;
    while (s->begin_at < s->begin_count && s->begins[s->begin_at].group < group)
        s->begin_at++;
    while (s->end_at < s->end_count && s->ends[s->end_at].group < group)
        s->end_at++;
    s->coming = s->gone = 0;
    for (size_t i = s->begin_at; i < s->begin_count && s->begins[i].group == group; i++)
        s->coming++;
}

/* How many keys of the table GROUP is asked for in the period: not those still to come, nor, where
 * their rows are not carried on, those gone. */
static uint32_t keys_asked(const struct fa_judge *judge, struct series *s, uint32_t group, int64_t last)
{
    int64_t first = fa_period_first(judge->rule->period, last);
    for (; s->begin_at < s->begin_count && s->begins[s->begin_at].group == group &&
           s->begins[s->begin_at].day <= last;
         s->begin_at++)
        s->coming--;
    for (; s->end_at < s->end_count && s->ends[s->end_at].group == group && s->ends[s->end_at].day < first;
         s->end_at++)
        s->gone++;
    uint32_t keys = group < s->key_counts_capacity ? s->key_counts[group] : 0;
    return keys - s->coming - (s->series->is_carried ? 0 : s->gone);
}

/* Moves through the cells of GROUP up to period LAST; what only that period has is in the last step. */
static void move_to(struct series *s, uint32_t group, int64_t last, bool carries)
{
    if (!carries) {
        s->sum = 0;
        s->there_now = s->unknown_now = 0;
        s->cause = s->undated && group < s->undated_capacity ? s->undated[group] : 0;
    }
    for (; s->at < s->cells.count; s->at++) {
        uint32_t cell = s->sorted[s->at];
        const int64_t *of = s->cells.items + 2 * (size_t)cell;
        if (of[0] != group || of[1] > last)
            return;
        if (!carries && of[1] < last)
            continue;
        s->sum += s->sums.items[cell];
        if (s->there) {
            s->there_now += s->there[cell];
            s->unknown_now += s->unknown[cell];
        }
        if (s->causes[cell] && (s->series->kind == FA_SERIES_LEVEL || !s->cause))
            s->cause = s->causes[cell];
    }
}

static bool is_outside(const struct fa_judge *judge, const struct series *s, int64_t last)
{
    if (!s->is_covered)
        return false;
    if (s->series->kind == FA_SERIES_RUNNING && s->series->is_previous && last == s->from_day - 1)
        return false; /* what the cover starts from is the opening */
    return fa_period_first(judge->rule->period, last) < s->from_day || last > s->to_day;
}

/* The series' value at the end of a period. */
static void value_at(const struct fa_judge *judge, struct series *s, uint32_t group, int64_t last,
                     fa_i128 *value, uint16_t *cause)
{
    bool is_level = s->series->kind == FA_SERIES_LEVEL;
    move_to(s, group, last, s->series->kind == FA_SERIES_RUNNING || (is_level && s->series->is_carried));
    *value = s->sum;
    *cause = is_level ? 0 : s->cause;
    if (is_level) {
        uint32_t keys = keys_asked(judge, s, group, last);
        if (s->unknown_now)
            *cause = s->cause;
        else if (s->there_now < keys)
            *cause = s->absent_cause;
    }
    if (!*cause && is_outside(judge, s, last))
        *cause = s->outside_cause;
    if (s->opening_count == 0)
        return;
    bool is_known = group < s->opened.is_known_key_capacity && s->opened.is_known_key[group];
    if (!*cause)
        *cause = is_known ? s->opened.causes[group] : s->openings[0].cause;
    if (is_known)
        *value += s->opened.sums.items[group];
}

/* Openings and rows of a running series are added: over one denominator. */
static enum fa_status join_denominators(struct fa_judge *judge, struct series *s)
{
    struct fa_vector of_rows = {.num = (int64_t[]){0}, .den = (int64_t)s->sums.denominator, .is_const = true};
    struct fa_vector of_openings = {.num = (int64_t[]){0}, .den = (int64_t)s->opened.sums.denominator,
                                    .is_const = true};
    if (s->sums.denominator == s->opened.sums.denominator)
        return FA_OK;
    if (fa_sums_fit(&s->opened.sums, &of_rows, NULL, 1) && fa_sums_fit(&s->sums, &of_openings, NULL, 1))
        return FA_OK;
    return fa_error(judge->run->sink, FA_CODE_LIMIT, (struct fa_place){0}, NULL,
                    "rule %.*s: a series and its opening have no common denominator in 127 bits",
                    (int)judge->rule->id.size, judge->rule->id.bytes);
}

static enum fa_status judge_key(struct fa_judge *judge, uint32_t group)
{
    struct fa_series_judge *all = judge->series;
    fa_i128 values[FA_TRACK_VALUES_MAX], denominators[FA_TRACK_VALUES_MAX];
    uint16_t causes[FA_TRACK_VALUES_MAX];
    for (int k = 0; k < all->series_count; k++) {
        begin_group(&all->series[k], group);
        denominators[k] = all->series[k].sums.denominator;
    }
    for (size_t p = 0; p < all->periods.count; p++) {
        bool is_unknown = is_day_unknown(judge, all->periods.items[p]);
        int64_t last = is_unknown ? -1 - all->periods.items[p] : all->periods.items[p];
        int64_t before = 0;
        if (all->has_previous && !is_unknown)
            is_unknown = !period_before(judge, last, &before);
        for (int k = 0; k < all->series_count; k++) {
            struct series *s = &all->series[k];
            values[k] = 0;
            causes[k] = all->calendar_cause;
            if (!is_unknown)
                value_at(judge, s, group, s->series->is_previous ? before : last, &values[k], &causes[k]);
        }
        struct fa_judged unit = {.group = group, .judged = last, .period_last = last, .is_dated = true,
                                 .doubt_cause = is_unknown ? all->calendar_cause : 0,
                                 .at_us = fa_day_start(last, &judge->rule->ruleset->zone)};
        FA_TRY(fa_track_push(&all->track, &unit, values, denominators, causes));
    }
    return FA_OK;
}

/* Keys of every series and of every opening. */
static enum fa_status mark_keys(struct fa_judge *judge, uint8_t *is_key)
{
    const struct fa_series_judge *all = judge->series;
    for (int k = 0; k < all->series_count; k++) {
        const struct series *s = &all->series[k];
        for (size_t i = 0; i < s->cells.count; i++)
            is_key[s->cells.items[2 * i]] = 1;
        for (size_t g = 0; g < s->key_counts_capacity && g < judge->keys.space->space; g++)
            is_key[g] |= s->key_counts[g] != 0;
        for (size_t g = 0; g < s->undated_capacity && g < judge->keys.space->space; g++)
            is_key[g] |= s->undated[g] != 0;
        for (size_t g = 0; g < s->opened.is_known_key_capacity && g < judge->keys.space->space; g++)
            is_key[g] |= s->opened.is_known_key[g];
    }
    return FA_OK;
}

static int64_t cited_period(const struct fa_judge *judge, const struct series *s, int64_t last)
{
    int64_t before = INT64_MIN;
    if (!s->series->is_previous)
        return last;
    return period_before(judge, last, &before) ? before : INT64_MIN;
}

/* Rows behind the first period of each run, and behind its worst. */
static enum fa_status want_rows(struct fa_judge *judge, const struct fa_episode *episode, struct series *s)
{
    int64_t first = judge->findings.items[episode->finding].period_last_day;
    int64_t wanted[] = {cited_period(judge, s, first), cited_period(judge, s, episode->worst_period)};
    for (int i = 0; i < (first == episode->worst_period ? 1 : 2); i++) {
        bool is_level = s->series->kind == FA_SERIES_LEVEL;
        if (wanted[i] == INT64_MIN)
            continue;
        struct fa_cited cited = {.finding = episode->finding, .to = wanted[i],
                                 .from = s->series->is_carried
                                             ? INT64_MIN
                                             : fa_period_first(judge->rule->period, wanted[i])};
        FA_TRY(fa_citing_add(&s->citing, &judge->run->meter, episode->group, is_level ? 0 : wanted[i], cited));
    }
    return FA_OK;
}

enum fa_status fa_series_end(struct fa_judge *judge)
{
    struct fa_series_judge *all = judge->series;
    FA_TRY(list_periods(judge));
    for (int k = 0; k < all->series_count; k++) {
        FA_TRY(sort_cells(judge, &all->series[k]));
        FA_TRY(list_edges(judge, &all->series[k]));
        FA_TRY(join_denominators(judge, &all->series[k]));
    }
    uint32_t space = judge->keys.space->space;
    uint8_t *is_key = calloc((size_t)space + 1, 1);
    if (!is_key)
        return fa_out_of_memory(judge->run->sink, "series");
    enum fa_status status = mark_keys(judge, is_key);
    for (uint32_t group = 0; status == FA_OK && group < space; group++)
        if (is_key[group])
            status = judge_key(judge, group);
    free(is_key);
    if (status == FA_OK)
        status = fa_track_judge(&all->track);
    for (size_t i = 0; status == FA_OK && i < all->track.episodes.count; i++)
        for (int k = 0; status == FA_OK && k < all->series_count; k++)
            status = want_rows(judge, &all->track.episodes.items[i], &all->series[k]);
    return status;
}

/* --- the second pass --- */

#define NO_ROW UINT64_MAX

static enum fa_status cite_now(struct fa_judge *judge, struct fa_frame *frame, const struct fa_cited *cited,
                               uint32_t i, fa_i128 amount)
{
    judge->findings.items[cited->finding].row_sum += amount;
    return fa_cite_row(judge, cited->finding, frame->slice->table, fa_frame_row(frame, i));
}

/* Rows come in order of time: the last one that fits is the newest, and nothing is cited where that is in
 * doubt (NO_ROW). */
static enum fa_status hold_row(struct fa_judge *judge, struct series *s, const struct fa_cited *cited,
                               uint32_t key, uint64_t row, fa_i128 amount)
{
    struct fa_series_judge *all = judge->series;
    struct fa_meter *meter = &judge->run->meter;
    int series = (int)(s - all->series);
    int64_t entry = (cited - s->citing.list.items) * FA_TRACK_VALUES_MAX + series;
    uint32_t number;
    FA_TRY(fa_tuples_add(&all->held, meter, (int64_t[]){entry, key}, &number));
    FA_TRY(fa_meter_reserve(meter, all->held_rows, &all->held_capacity, (size_t)number + 1));
    all->held_rows[number] = (struct held_row){series, cited->finding, row, amount};
    return FA_OK;
}

static enum fa_status cite_slice(struct fa_judge *judge, struct series *s)
{
    struct fa_frame *frame = fa_stage_frame(&judge->run->stages, s->population.last);
    if (!frame)
        return fa_failed(judge->run->stages.base->slice);
    if (!frame->count)
        return FA_OK;
    bool is_level = s->series->kind == FA_SERIES_LEVEL;
    const struct fa_vector *day = fa_eval(frame, s->population.scope.day), *amount = NULL;
    const uint32_t *keys = is_level ? fa_keys_number(&s->row_keys, frame) : frame->group;
    struct row_values rows = {.last_day = INT64_MIN};
    if (!day || !keys)
        return fa_failed(frame->slice);
    for (uint32_t i = 0; i < frame->count; i++) {
        bool is_doubted = frame->doubt && frame->doubt[i] & FA_DOUBT_MEMBER;
        if (!fa_citing_may_have(&s->citing, frame->group[i]) || fa_state_at(day, i) != FA_HAS ||
            (is_doubted && !is_level))
            continue;
        int64_t at = day->num[fa_at(day, i)];
        if (s->amount && !amount && !(amount = fa_eval(frame, s->amount)))
            return fa_failed(frame->slice);
        fa_i128 money = amount && fa_state_at(amount, i) == FA_HAS ? fa_number_at(amount, i).numerator : 0;
        const struct fa_cited *cited =
            fa_citing_find(&s->citing, frame->group[i], is_level ? 0 : period_of(judge, &rows, at));
        for (; cited; cited = fa_citing_next(&s->citing, cited)) {
            if (!is_level)
                FA_TRY(cite_now(judge, frame, cited, i, money));
            else if (at >= cited->from && at <= cited->to)
                FA_TRY(hold_row(judge, s, cited, keys[i], is_doubted ? NO_ROW : fa_frame_row(frame, i),
                                money));
        }
    }
    return FA_OK;
}

enum fa_status fa_series_cite(struct fa_judge *judge, int table)
{
    struct fa_series_judge *all = judge->series;
    for (int k = 0; k < all->series_count; k++)
        if (all->series[k].population.table == table)
            FA_TRY(cite_slice(judge, &all->series[k]));
    return FA_OK;
}

static int by_place(const void *a, const void *b)
{
    const struct held_row *x = a, *y = b;
    if (x->finding != y->finding)
        return x->finding < y->finding ? -1 : 1;
    if (x->series != y->series)
        return x->series < y->series ? -1 : 1;
    return (x->row > y->row) - (x->row < y->row);
}

enum fa_status fa_series_cite_end(struct fa_judge *judge)
{
    struct fa_series_judge *all = judge->series;
    if (!all->held.count)
        return FA_OK;
    qsort(all->held_rows, all->held.count, sizeof *all->held_rows, by_place);
    for (size_t i = 0; i < all->held.count; i++) {
        const struct held_row *row = &all->held_rows[i];
        if (row->row == NO_ROW || (i && by_place(row - 1, row) == 0))
            continue; /* a carried row is the newest of the first period and of the worst */
        judge->findings.items[row->finding].row_sum += row->amount;
        FA_TRY(fa_cite_row(judge, row->finding, all->series[row->series].population.table, row->row));
    }
    return FA_OK;
}

/* --- its cost --- */

enum fa_status fa_series_cost(const struct fa_rule *rule, struct fa_cost *cost)
{
    const struct series *s = NULL;
    const struct fa_series_judge *all = NULL;
    cost->class = FA_COST_B;
    FA_TRY(fa_track_cost(rule, rule->series_count, cost));
    FA_TRY(fa_cost_add(cost, FA_COST_FIXED, FA_COST_PER_DAY, 64 * sizeof *all->periods.items, 1));
    for (int k = 0; k < rule->series_count; k++) {
        FA_TRY(fa_cost_add(cost, FA_COST_CELLS, FA_COST_TUPLES, 2, 1));
        FA_TRY(fa_cost_array(cost, FA_COST_CELLS, sizeof *s->sums.items + sizeof *s->causes +
                                                      sizeof *s->there + sizeof *s->unknown +
                                                      sizeof *s->sorted, 1));
        FA_TRY(fa_cost_array(cost, FA_COST_KEYS, sizeof *s->undated + sizeof *s->key_counts, 1));
        FA_TRY(fa_opened_cost(cost));
        FA_TRY(fa_citing_cost(cost));
        if (rule->series[k].kind != FA_SERIES_LEVEL)
            continue;
        /* keys of the table itself: at worst one a row */
        FA_TRY(fa_cost_add(cost, FA_COST_ROWS, FA_COST_TUPLES, (size_t)rule->key_count + 4, 1));
        for (int p = 0; p < rule->key_count; p++)
            FA_TRY(fa_cost_add(cost, FA_COST_ROWS, FA_COST_TEXTS, 0,
                               fa_kind_is_text(rule->series[k].keys[p]->kind)));
        const struct fa_table_def *def = rule->series[k].population.row_table;
        for (int p = 0; p < def->key_count; p++)
            FA_TRY(fa_cost_add(cost, FA_COST_ROWS, FA_COST_TEXTS, 0,
                               fa_type_is_bytes(def->columns[def->key_columns[p]].type)));
        FA_TRY(fa_cost_array(cost, FA_COST_ROWS, sizeof *s->newest + sizeof *s->asked + 2 * sizeof *s->begins +
                                                     sizeof *s->values.items, 1));
        FA_TRY(fa_cost_add(cost, FA_COST_CITED, FA_COST_TUPLES, 2, 1));
        FA_TRY(fa_cost_array(cost, FA_COST_CITED, sizeof *all->held_rows, 1));
    }
    return FA_OK;
}
