/*
 * Way 11: how many intervals hold at a time. What is kept is each interval with its key; when all are
 * in, each key is led through the ends of its intervals in order of time, and the time between two
 * ends is judged by the number of intervals that hold in it.
 */
#include <stdlib.h>
#include <string.h>

#include "rules/build.h"
#include "rules/spans.h"
#include "rules/track.h"

/* An end on the way through a key. */
struct bound {
    int64_t at;
    uint32_t span; /* index; of the keys' own spans: behind those of the intervals */
    bool is_end;
};

/* A stretch of time in the buffer, behind the unit of the track at the same place. */
struct unit {
    int64_t from, to;
};

/* What a finding of a key spans, for the second pass. */
struct cited {
    uint32_t group, finding;
    int64_t from, to;
};

struct fa_stretch_judge {
    struct fa_track track; /* of which only the leaves are used: units, values, first rows */
    struct fa_span_rows rows, each;
    bool is_time;
    const struct fa_formula *distinct;
    struct fa_texts texts;      /* distinct texts */
    struct fa_tuples values;    /* group, value: numbers of distinct values */
    uint32_t *holding;          /* by number: rows that hold it now */
    size_t holding_capacity;
    struct fa_spans spans, each_spans;
    /* the time that is judged, and where law or conditions change within it */
    int64_t from, to;
    bool is_from_cover, is_to_cover; /* not cut by the time in force */
    bool is_asked_daily;
    FA_VEC(int64_t) changes;
    /* the key at work */
    FA_VEC(struct bound) bounds;
    FA_VEC(uint32_t) doubted; /* spans that hold and may not count */
    int64_t count, excepted, each_count;
    FA_VEC(uint32_t) each_doubted;
    struct unit *units;
    /* judging the buffer */
    uint32_t group;
    bool is_key_open, has_fired, has_unknown;
    FA_VEC(uint16_t) causes;
    bool is_on, is_excepted; /* a finding, or one that was taken out, lasts until ON_UNTIL */
    uint32_t finding;
    int64_t on_until;
    FA_VEC(struct cited) cited;
};

/* --- plan --- */

/* Whether what an expression says may change from one day to the next beside the count and the values
 * of parameters, which change on known days. */
static void ask_daily(void *context, struct fa_expr *expr)
{
    bool *is_daily = context;
    *is_daily |= expr->op == FA_OP_PATH || expr->op == FA_OP_LOOKUP || expr->op == FA_OP_HAS;
}

struct change_search {
    struct fa_judge *judge;
    enum fa_status status;
};

static void add_change(void *context, struct fa_expr *expr)
{
    struct change_search *search = context;
    struct fa_judge *judge = search->judge;
    struct fa_stretch_judge *stretch = judge->stretch;
    if ((expr->op != FA_OP_PARAM && expr->op != FA_OP_SCALE) || search->status != FA_OK)
        return;
    const struct fa_param *param = expr->param.param;
    for (int p = 0; p < param->period_count; p++) {
        int64_t days[] = {param->periods[p].from_day, param->periods[p].to_day};
        for (int d = 0; d < 2; d++) {
            if (days[d] < FA_DAY_FIRST || days[d] > FA_DAY_LAST)
                continue;
            int64_t day = days[d] + d; /* the day after the last */
            int64_t at = stretch->is_time ? fa_day_start(day, &judge->rule->ruleset->zone) : day;
            search->status = fa_meter_add(&judge->run->meter, &stretch->changes, at);
            if (search->status != FA_OK)
                return;
        }
    }
}

static enum fa_status plan_each(struct fa_judge *judge)
{
    struct fa_stretch_judge *stretch = judge->stretch;
    const struct fa_stretch *rule = judge->rule->stretch;
    FA_TRY(fa_span_rows_plan(judge, &stretch->rows));
    stretch->is_time = fa_span_rows_have_times(&stretch->rows);
    if (!rule->each)
        return FA_OK;
    FA_TRY(fa_keyed_rows_plan(judge, rule->each, &stretch->each.rows));
    FA_TRY(fa_span_rows_plan(judge, &stretch->each));
    stretch->is_time |= fa_span_rows_have_times(&stretch->each);
    return FA_OK;
}

enum fa_status fa_stretch_plan(struct fa_judge *judge)
{
    const struct fa_rule *rule = judge->rule;
    struct fa_stretch_judge *stretch = calloc(1, sizeof *stretch);
    judge->stretch = stretch;
    if (!stretch)
        return fa_out_of_memory(judge->run->sink, "the plan of the rules");
    fa_tuples_init(&stretch->values, 2);
    fa_texts_init(&stretch->texts);
    stretch->rows.rows = (struct fa_keyed_rows){judge->population, judge->keys};
    FA_TRY(fa_track_init(&stretch->track, judge, 1));
    stretch->track.value_kinds[0] = FA_KIND_INT;
    stretch->track.denominators[0] = 1;
    stretch->units = calloc(stretch->track.capacity, sizeof *stretch->units);
    if (!stretch->units)
        return fa_out_of_memory(judge->run->sink, "the plan of the rules");
    if (rule->stretch->distinct)
        FA_TRY(fa_compile(&judge->population.scope, rule->stretch->distinct, &stretch->distinct));
    FA_TRY(plan_each(judge));
    for (int e = 0; e < rule->except_finding_count; e++)
        fa_expr_visit(rule->except_findings[e].when, ask_daily, &stretch->is_asked_daily);
    return FA_OK;
}

void fa_stretch_free(struct fa_judge *judge)
{
    struct fa_stretch_judge *stretch = judge->stretch;
    struct fa_meter *meter = &judge->run->meter;
    if (!stretch)
        return;
    fa_track_release(&stretch->track);
    fa_tuples_release(&stretch->values, meter);
    fa_texts_release(&stretch->texts, meter);
    fa_spans_release(&stretch->spans, meter);
    fa_spans_release(&stretch->each_spans, meter);
    fa_meter_give(meter, stretch->holding_capacity * sizeof *stretch->holding +
                             stretch->changes.capacity * sizeof(int64_t) +
                             stretch->bounds.capacity * sizeof(struct bound) +
                             (stretch->doubted.capacity + stretch->each_doubted.capacity) *
                                 sizeof(uint32_t) +
                             stretch->causes.capacity * sizeof(uint16_t) +
                             stretch->cited.capacity * sizeof(struct cited));
    free(stretch->holding);
    fa_vec_free(&stretch->changes);
    fa_vec_free(&stretch->bounds);
    fa_vec_free(&stretch->doubted);
    fa_vec_free(&stretch->each_doubted);
    fa_vec_free(&stretch->causes);
    fa_vec_free(&stretch->cited);
    free(stretch->units);
    free(stretch);
}

bool fa_stretch_reads(const struct fa_judge *judge, int table)
{
    bool is_each = judge->rule->stretch->each && judge->stretch->each.rows.population.table == table;
    return judge->population.table == table || is_each;
}

/* --- taking rows in --- */

static enum fa_status number_value(struct fa_judge *judge, const struct fa_vector *v, uint32_t i,
                                   struct fa_span *span)
{
    struct fa_stretch_judge *stretch = judge->stretch;
    struct fa_meter *meter = &judge->run->meter;
    uint32_t number;
    int64_t value;
    if (v->texts) {
        FA_TRY(fa_texts_add(&stretch->texts, meter, v->texts[fa_at(v, i)], true, &number));
        value = number;
    } else if (v->truth) {
        value = fa_truth_at(v, i);
    } else if (v->num) {
        value = v->num[fa_at(v, i)];
    } else { /* a rational is told from others by its digits */
        struct fa_ratio ratio = v->wide[fa_at(v, i)];
        fa_rational_reduce(&ratio);
        FA_TRY(fa_texts_add(&stretch->texts, meter,
                            (struct fa_str){(const char *)&ratio, sizeof ratio}, true, &number));
        value = number;
    }
    FA_TRY(fa_tuples_add(&stretch->values, meter, (int64_t[]){span->group, value}, &span->value));
    return fa_meter_reserve(meter, stretch->holding, &stretch->holding_capacity,
                            (size_t)span->value + 1);
}

/* Rows whose value is missing may or may not be one more. */
static enum fa_status take_values(struct fa_judge *judge, struct fa_frame *frame, size_t before)
{
    struct fa_stretch_judge *stretch = judge->stretch;
    const struct fa_vector *v = fa_eval(frame, stretch->distinct);
    if (!v)
        return fa_failed(frame->slice);
    for (uint32_t i = 0; i < frame->count; i++) {
        struct fa_span *span = &stretch->spans.list.items[before + i];
        bool is_missing = v->truth ? fa_truth_at(v, i) == FA_UNKNOWN : fa_state_at(v, i) != FA_HAS;
        if (span->cause)
            continue;
        if (is_missing)
            FA_TRY(fa_judge_cause(judge, fa_cause(frame, stretch->distinct, i), &span->cause));
        else
            FA_TRY(number_value(judge, v, i, span));
    }
    return FA_OK;
}

static enum fa_status take_rows(struct fa_judge *judge)
{
    struct fa_stretch_judge *stretch = judge->stretch;
    size_t before = stretch->spans.list.count;
    FA_TRY(fa_spans_take(judge, &stretch->rows, stretch->is_time, &stretch->spans));
    struct fa_frame *frame = fa_stage_frame(&judge->run->stages, judge->population.last);
    if (frame->count) {
        FA_TRY(fa_track_capture(&stretch->track, frame));
        if (stretch->distinct)
            FA_TRY(take_values(judge, frame, before));
    }
    return fa_judge_count_dropped(judge);
}

enum fa_status fa_stretch_slice(struct fa_judge *judge, int table)
{
    struct fa_stretch_judge *stretch = judge->stretch;
    if (judge->population.table == table)
        FA_TRY(take_rows(judge));
    if (judge->rule->stretch->each && stretch->each.rows.population.table == table)
        return fa_spans_take(judge, &stretch->each, stretch->is_time, &stretch->each_spans);
    return FA_OK;
}

/* --- judging the buffer --- */

static int64_t start_us(const struct fa_judge *judge, int64_t at)
{
    return judge->stretch->is_time ? at : fa_day_start(at, &judge->rule->ruleset->zone);
}

static int64_t day_of(const struct fa_judge *judge, int64_t at)
{
    return judge->stretch->is_time ? fa_day_of(at, &judge->rule->ruleset->zone) : at;
}

/* The key that is done is one unit: it fired, or was unknown at some time, or was clear. */
static void end_key(struct fa_judge *judge)
{
    struct fa_stretch_judge *stretch = judge->stretch;
    if (!stretch->is_key_open)
        return;
    judge->counts->tested++;
    judge->counts->fired += stretch->has_fired;
    judge->counts->unknown += !stretch->has_fired && stretch->has_unknown;
    judge->counts->clear += !stretch->has_fired && !stretch->has_unknown;
    stretch->is_key_open = stretch->has_fired = stretch->has_unknown = false;
    stretch->is_on = stretch->is_excepted = false;
    stretch->causes.count = 0;
}

static enum fa_status open_finding(struct fa_judge *judge, const struct fa_judged *unit,
                                   const struct unit *stretch_of, bool is_undecided)
{
    struct fa_stretch_judge *stretch = judge->stretch;
    struct fa_finding finding = {
        .outcome = fa_judge_outcome(judge, is_undecided),
        .filer = fa_judge_filer(judge, fa_keyspace_filer(judge->keys.space, unit->group)),
        .first_us = start_us(judge, stretch_of->from), .worst_us = start_us(judge, stretch_of->from),
        .has_time = true, .is_dated = !stretch->is_time,
        .is_from_opening = stretch->is_from_cover && stretch_of->from == stretch->from};
    FA_TRY(fa_judge_keys(judge, unit->group, &finding.keys));
    FA_TRY(fa_judge_add(judge, &finding, &stretch->finding));
    struct cited cited = {unit->group, stretch->finding, stretch_of->from, stretch_of->to};
    stretch->is_on = true;
    return fa_meter_add(&judge->run->meter, &stretch->cited, cited);
}

/* A finding goes on through all that follows without a gap and fires, too. */
static enum fa_status extend(struct fa_judge *judge, const struct unit *unit,
                             const struct fa_vector *const *shown, uint32_t i)
{
    struct fa_stretch_judge *stretch = judge->stretch;
    struct fa_finding *f = &judge->findings.items[stretch->finding];
    struct cited *cited = &stretch->cited.items[stretch->cited.count - 1];
    cited->to = unit->to;
    int64_t first_day = day_of(judge, cited->from);
    int64_t last_day = stretch->is_time ? day_of(judge, unit->to - 1) : unit->to - 1;
    f->last_us = stretch->is_time ? unit->to - 1 : start_us(judge, last_day);
    f->judged_count = (uint64_t)(last_day - first_day) + 1;
    f->is_still_on = stretch->is_to_cover && unit->to == stretch->to;
    if (!f->first) {
        FA_TRY(fa_judge_values(judge, shown, i, &f->first));
        f->worst = f->first;
    } else if (fa_judge_is_worse(judge, shown, i, f->worst)) {
        FA_TRY(fa_judge_worst(judge, shown, i, f));
        f->worst_us = start_us(judge, unit->from);
    }
    return FA_OK;
}

/* A key is counted once in the finding of each cause. */
static enum fa_status leave_unknown(struct fa_judge *judge, struct fa_frame *frame, uint32_t i)
{
    struct fa_stretch_judge *stretch = judge->stretch;
    const struct fa_judged *unit = &stretch->track.items[i];
    uint16_t number = unit->doubt_cause;
    uint32_t finding;
    if (!number)
        FA_TRY(fa_judge_cause(judge, fa_cause(frame, judge->when, i), &number));
    stretch->has_unknown = true;
    for (size_t k = 0; k < stretch->causes.count; k++)
        if (stretch->causes.items[k] == number)
            return FA_OK;
    FA_TRY(fa_meter_add(&judge->run->meter, &stretch->causes, number));
    return fa_judge_unknown(judge, fa_keyspace_filer(judge->keys.space, unit->group),
                            judge->causes.items[number - 1], &finding);
}

static enum fa_status judge_unit(struct fa_judge *judge, struct fa_frame *frame, uint32_t i,
                                 uint8_t truth, const uint8_t *answer,
                                 const struct fa_vector *const *shown, uint32_t k)
{
    struct fa_stretch_judge *stretch = judge->stretch;
    const struct fa_judged *unit = &stretch->track.items[i];
    const struct unit *of = &stretch->units[i];
    if (!stretch->is_key_open || stretch->group != unit->group) {
        end_key(judge);
        stretch->is_key_open = true;
        stretch->group = unit->group;
    }
    if (stretch->on_until != of->from)
        stretch->is_on = stretch->is_excepted = false;
    stretch->on_until = of->to;
    stretch->has_fired |= truth == FA_TRUE;
    if (truth == FA_UNKNOWN)
        FA_TRY(leave_unknown(judge, frame, i));
    bool is_excepted = truth == FA_TRUE && *answer == FA_EXCEPTED;
    judge->counts->excepted_findings += is_excepted && !stretch->is_excepted;
    stretch->is_excepted = is_excepted;
    if (truth != FA_TRUE || is_excepted) {
        stretch->is_on = false;
        return FA_OK;
    }
    bool is_undecided = *answer == FA_UNDECIDED || unit->is_except_unknown;
    if (!stretch->is_on)
        FA_TRY(open_finding(judge, unit, of, is_undecided));
    return extend(judge, of, shown, k);
}

static enum fa_status judge_frame(struct fa_judge *judge, struct fa_frame *frame)
{
    struct fa_rule_counts before = *judge->counts;
    const uint8_t *truths = fa_judge_truths(judge, frame);
    uint32_t *rows = fa_pool_take(frame->slice->pool, frame->count * sizeof *rows), fired = 0;
    if (!truths || !rows)
        return fa_failed(frame->slice);
    /* Keys are counted, not stretches. */
    judge->counts->tested = before.tested;
    judge->counts->fired = before.fired;
    judge->counts->unknown = before.unknown;
    judge->counts->clear = before.clear;
    for (uint32_t i = 0; i < frame->count; i++) {
        rows[fired] = i;
        fired += truths[i] == FA_TRUE;
    }
    struct fa_frame *few = fa_frame_pick(frame, rows, fired);
    const uint8_t *answers = few ? fa_judge_except(judge, few) : NULL;
    judge->counts->excepted_findings = before.excepted_findings; /* counted as findings are */
    const struct fa_vector *const *shown = answers ? fa_judge_shown(judge, few) : NULL;
    if (!shown)
        return fa_failed(frame->slice);
    for (uint32_t i = 0, k = 0; i < frame->count; i++) {
        FA_TRY(judge_unit(judge, frame, i, truths[i], &answers[k], shown, k));
        k += truths[i] == FA_TRUE;
    }
    return FA_OK;
}

static enum fa_status judge_buffer(struct fa_judge *judge)
{
    struct fa_run *run = judge->run;
    struct fa_track *track = &judge->stretch->track;
    if (!track->count)
        return FA_OK;
    fa_pool_clear(&run->unit_pool);
    struct fa_slice slice = {.program = &run->program, .pool = &run->unit_pool, .count = track->count};
    struct fa_frame *frame = fa_frame_units(&slice, &track->units, track->count);
    if (!frame)
        return fa_failed(&slice);
    uint8_t *doubt = fa_pool_take(slice.pool, track->count);
    if (!doubt)
        return fa_failed(&slice);
    for (uint32_t i = 0; i < track->count; i++)
        doubt[i] = track->items[i].doubt_cause ? FA_DOUBT_MEMBER : 0;
    frame->doubt = doubt;
    FA_TRY(judge_frame(judge, frame));
    track->count = 0;
    return FA_OK;
}

/* --- the way through a key --- */

/* The first of the rows that hold and may not count: the one blamed. */
static uint16_t first_cause(const struct fa_spans *spans, const uint32_t *doubted, size_t count)
{
    const struct fa_span *first = NULL;
    for (size_t i = 0; i < count; i++) {
        const struct fa_span *span = &spans->list.items[doubted[i]];
        if (!first || span->order < first->order)
            first = span;
    }
    return first ? first->cause : 0;
}

static enum fa_status push(struct fa_judge *judge, uint32_t group, int64_t from, int64_t to)
{
    struct fa_stretch_judge *stretch = judge->stretch;
    struct fa_track *track = &stretch->track;
    bool has_each = judge->rule->stretch->each != NULL;
    if (has_each && stretch->each_count == 0 && stretch->each_doubted.count == 0)
        return FA_OK; /* nobody is there who would have to have intervals */
    if (track->count == track->capacity)
        FA_TRY(judge_buffer(judge));
    uint16_t cause = first_cause(&stretch->spans, stretch->doubted.items, stretch->doubted.count);
    uint32_t at = track->count++;
    track->items[at] = (struct fa_judged){
        .group = group, .at_us = start_us(judge, from), .judged = day_of(judge, from),
        .is_bound = cause != 0, .is_except_unknown = stretch->excepted > 0};
    if (has_each && stretch->each_count == 0)
        track->items[at].doubt_cause = first_cause(&stretch->each_spans, stretch->each_doubted.items,
                                                   stretch->each_doubted.count);
    track->values[0][at] = stretch->count;
    track->causes[0][at] = cause;
    stretch->units[at] = (struct unit){from, to};
    return FA_OK;
}

/* The next time after FROM, before TO, at which something beside the count may change. */
static int64_t next_change(const struct fa_judge *judge, int64_t from, int64_t to)
{
    const struct fa_stretch_judge *stretch = judge->stretch;
    int64_t next = to;
    if (stretch->is_asked_daily) {
        int64_t day = day_of(judge, from) + 1;
        int64_t at = stretch->is_time ? fa_day_start(day, &judge->rule->ruleset->zone) : day;
        next = at < next ? at : next;
    }
    for (size_t i = 0; i < stretch->changes.count; i++)
        if (stretch->changes.items[i] > from && stretch->changes.items[i] < next)
            next = stretch->changes.items[i];
    return next;
}

static enum fa_status push_time(struct fa_judge *judge, uint32_t group, int64_t from, int64_t to)
{
    for (int64_t at = from, next; at < to; at = next) {
        next = next_change(judge, at, to);
        FA_TRY(push(judge, group, at, next));
    }
    return FA_OK;
}

static int by_time(const void *a, const void *b)
{
    const struct bound *x = a, *y = b;
    if (x->at != y->at)
        return x->at < y->at ? -1 : 1;
    return (x->span > y->span) - (x->span < y->span);
}

/* Where spans FIRST .. END begin and end within the time that is judged; BASE is added to their index. */
static enum fa_status add_bounds(struct fa_judge *judge, const struct fa_spans *spans, size_t first,
                                 size_t end, size_t base)
{
    struct fa_stretch_judge *stretch = judge->stretch;
    struct fa_meter *meter = &judge->run->meter;
    for (size_t i = first; i < end; i++) {
        const struct fa_span *span = &spans->list.items[i];
        int64_t from = span->from > stretch->from ? span->from : stretch->from;
        int64_t to = span->to < stretch->to ? span->to : stretch->to;
        if (from >= to)
            continue;
        FA_TRY(fa_meter_add(meter, &stretch->bounds,
                            ((struct bound){.at = from, .span = (uint32_t)(base + i)})));
        FA_TRY(fa_meter_add(meter, &stretch->bounds,
                            ((struct bound){.at = to, .span = (uint32_t)(base + i), .is_end = true})));
    }
    return FA_OK;
}

static void drop(uint32_t *list, size_t *count, uint32_t span)
{
    for (size_t i = 0; i < *count; i++)
        if (list[i] == span) {
            list[i] = list[--*count];
            return;
        }
}

static enum fa_status pass(struct fa_judge *judge, const struct bound *bound)
{
    struct fa_stretch_judge *stretch = judge->stretch;
    struct fa_meter *meter = &judge->run->meter;
    size_t own = stretch->spans.list.count;
    bool is_each = bound->span >= own;
    uint32_t number = is_each ? (uint32_t)(bound->span - own) : bound->span;
    const struct fa_span *span =
        is_each ? &stretch->each_spans.list.items[number] : &stretch->spans.list.items[number];
    int step = bound->is_end ? -1 : 1;
    if (span->cause) {
        if (!bound->is_end)
            return is_each ? fa_meter_add(meter, &stretch->each_doubted, number)
                           : fa_meter_add(meter, &stretch->doubted, number);
        if (is_each)
            drop(stretch->each_doubted.items, &stretch->each_doubted.count, number);
        else
            drop(stretch->doubted.items, &stretch->doubted.count, number);
    } else if (is_each) {
        stretch->each_count += step;
    } else if (!stretch->distinct) {
        stretch->count += step;
    } else {
        uint32_t *holding = &stretch->holding[span->value];
        stretch->count += step > 0 ? (*holding)++ == 0 : -(--*holding == 0);
    }
    if (!is_each && span->flags & FA_SPAN_EXCEPT)
        stretch->excepted += step;
    return FA_OK;
}

static enum fa_status judge_key(struct fa_judge *judge, uint32_t group, const size_t spans[2],
                                const size_t each[2])
{
    struct fa_stretch_judge *stretch = judge->stretch;
    stretch->bounds.count = 0;
    FA_TRY(add_bounds(judge, &stretch->spans, spans[0], spans[1], 0));
    FA_TRY(add_bounds(judge, &stretch->each_spans, each[0], each[1], stretch->spans.list.count));
    if (stretch->bounds.count)
        qsort(stretch->bounds.items, stretch->bounds.count, sizeof *stretch->bounds.items, by_time);
    int64_t at = stretch->from;
    for (size_t i = 0; i < stretch->bounds.count; i++) {
        const struct bound *bound = &stretch->bounds.items[i];
        if (bound->at > at)
            FA_TRY(push_time(judge, group, at, bound->at));
        at = bound->at;
        FA_TRY(pass(judge, bound));
    }
    return push_time(judge, group, at, stretch->to);
}

/* --- the end of the first pass --- */

static int64_t on_axis(const struct fa_judge *judge, int64_t day)
{
    return judge->stretch->is_time ? fa_day_start(day, &judge->rule->ruleset->zone) : day;
}

/* The days that are covered and in force. False: there is none. */
static bool find_time(struct fa_judge *judge)
{
    struct fa_stretch_judge *stretch = judge->stretch;
    const struct fa_rule *rule = judge->rule;
    int64_t from_day, to_day;
    if (!fa_span_cover(judge->run, judge->population.table, &from_day, &to_day))
        return false;
    stretch->is_from_cover = rule->from_day <= from_day;
    stretch->is_to_cover = rule->to_day >= to_day;
    from_day = stretch->is_from_cover ? from_day : rule->from_day;
    to_day = stretch->is_to_cover ? to_day : rule->to_day;
    if (from_day > to_day)
        return false;
    stretch->from = on_axis(judge, from_day);
    stretch->to = on_axis(judge, to_day + 1);
    return true;
}

static size_t end_of_group(const struct fa_spans *spans, size_t from)
{
    size_t end = from;
    while (end < spans->list.count && spans->list.items[end].group == spans->list.items[from].group)
        end++;
    return end;
}

static bool is_at_group(const struct fa_spans *spans, size_t at, uint32_t group)
{
    return at < spans->list.count && spans->list.items[at].group == group;
}

enum fa_status fa_stretch_end(struct fa_judge *judge)
{
    struct fa_stretch_judge *stretch = judge->stretch;
    const struct fa_rule *rule = judge->rule;
    if (!find_time(judge))
        return FA_OK;
    struct change_search search = {judge, FA_OK};
    fa_expr_visit(rule->when, add_change, &search);
    for (int e = 0; e < rule->except_finding_count; e++)
        fa_expr_visit(rule->except_findings[e].when, add_change, &search);
    FA_TRY(search.status);
    fa_spans_sort(&stretch->spans);
    fa_spans_sort(&stretch->each_spans);
    const struct fa_spans *leading = rule->stretch->each ? &stretch->each_spans : &stretch->spans;
    size_t spans[2] = {0, 0};
    for (size_t at = 0, end; at < leading->list.count; at = end) {
        uint32_t group = leading->list.items[at].group;
        size_t each[2] = {0, 0};
        end = end_of_group(leading, at);
        if (rule->stretch->each) {
            each[0] = at;
            each[1] = end;
            spans[0] = spans[1];
            while (spans[0] < stretch->spans.list.count &&
                   stretch->spans.list.items[spans[0]].group < group)
                spans[0]++;
            bool has_spans = is_at_group(&stretch->spans, spans[0], group);
            spans[1] = has_spans ? end_of_group(&stretch->spans, spans[0]) : spans[0];
        } else {
            spans[0] = at;
            spans[1] = end;
        }
        FA_TRY(judge_key(judge, group, spans, each));
    }
    FA_TRY(judge_buffer(judge));
    end_key(judge);
    return FA_OK;
}

/* --- the second pass --- */

/* The first stretch of GROUP that ends behind FROM; they are in order of group and time. */
static size_t first_cited(const struct fa_stretch_judge *stretch, uint32_t group, int64_t from)
{
    size_t low = 0, high = stretch->cited.count;
    while (low < high) {
        size_t middle = low + (high - low) / 2;
        const struct cited *cited = &stretch->cited.items[middle];
        if (cited->group < group || (cited->group == group && cited->to <= from))
            low = middle + 1;
        else
            high = middle;
    }
    return low;
}

enum fa_status fa_stretch_cite(struct fa_judge *judge, int table)
{
    struct fa_stretch_judge *stretch = judge->stretch;
    if (judge->population.table != table)
        return FA_OK;
    struct fa_frame *frame = fa_stage_frame(&judge->run->stages, judge->population.last);
    if (!frame)
        return fa_failed(judge->run->stages.base->slice);
    const struct fa_vector *amount = NULL;
    for (uint32_t i = 0; i < frame->count; i++) {
        int64_t from, to;
        if (frame->doubt && frame->doubt[i] & FA_DOUBT_MEMBER)
            continue;
        FA_TRY(fa_span_of(judge, &stretch->rows, frame, i, stretch->is_time, &from, &to));
        if (from >= to)
            continue;
        for (size_t c = first_cited(stretch, frame->group[i], from); c < stretch->cited.count; c++) {
            const struct cited *cited = &stretch->cited.items[c];
            if (cited->group != frame->group[i] || cited->from >= to)
                break;
            if (judge->amount && !amount && !(amount = fa_eval(frame, judge->amount)))
                return fa_failed(frame->slice);
            if (amount && fa_state_at(amount, i) == FA_HAS)
                judge->findings.items[cited->finding].row_sum += fa_number_at(amount, i).numerator;
            FA_TRY(fa_cite_row(judge, cited->finding, table, fa_frame_row(frame, i)));
        }
    }
    return FA_OK;
}

/* --- its cost --- */

enum fa_status fa_stretch_cost(const struct fa_rule *rule, struct fa_cost *cost)
{
    const struct fa_stretch_judge *stretch = NULL;
    int tables = rule->stretch->each ? 2 : 1;
    cost->class = FA_COST_C;
    FA_TRY(fa_track_cost(rule, 1, cost));
    FA_TRY(fa_cost_array(cost, FA_COST_ROWS, sizeof *stretch->spans.list.items, tables));
    /* the ends of one key's rows, at worst of all; each end is one of two */
    FA_TRY(fa_cost_array(cost, FA_COST_ROWS, 2 * sizeof *stretch->bounds.items, tables));
    FA_TRY(fa_cost_array(cost, FA_COST_ROWS, sizeof *stretch->doubted.items, tables));
    FA_TRY(fa_cost_array(cost, FA_COST_FINDINGS, sizeof *stretch->cited.items, 1));
    FA_TRY(fa_cost_add(cost, FA_COST_FIXED, FA_COST_EXACT, 4096, 1)); /* changes of law, causes */
    if (!rule->stretch->distinct)
        return FA_OK;
    FA_TRY(fa_cost_add(cost, FA_COST_ROWS, FA_COST_TUPLES, 2, 1));
    FA_TRY(fa_cost_add(cost, FA_COST_ROWS, FA_COST_TEXTS, 0, 1));
    return fa_cost_array(cost, FA_COST_ROWS, sizeof *stretch->holding, 1);
}
