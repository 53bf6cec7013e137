#include "rules/window.h"

#include <stdlib.h>

#include "rules/capture.h"
#include "rules/roll.h"
#include "rules/spell.h"

struct fa_window_judge {
    struct fa_units units; /* first: the leaves find the rest behind it */
    struct fa_judge *judge;
    struct fa_roll *roll;
    int *values; /* of the roll, one for each aggregate of the rule */
    struct fa_captures captures;
    struct fa_spells spells;
};

/* --- leaves of the level --- */

static const struct fa_vector *judged_vector(const struct fa_roll *roll, enum fa_kind kind,
                                             struct fa_pool *pool)
{
    struct fa_vector *v = fa_pool_take(pool, sizeof *v);
    if (v)
        *v = (struct fa_vector){.kind = kind, .den = 1, .num = roll->units.times};
    return v;
}

static const struct fa_vector *leaf(struct fa_units *units, const struct fa_formula *f,
                                    struct fa_pool *pool)
{
    struct fa_window_judge *window = (struct fa_window_judge *)(void *)units;
    struct fa_roll *roll = window->roll;
    const struct fa_roll_units *of = &roll->units;
    struct fa_roll_value *value;
    switch (f->op) {
    case FA_OP_KEY:
        return fa_keyspace_part(roll->space, f->detail.index, of->groups, of->count, pool);
    case FA_OP_AGG:
        value = roll->values.items[window->values[f->detail.index]];
        if (!value->vector)
            value->vector = fa_roll_value_vector(value, of->any_marks ? of->marks : NULL, of->count,
                                                 pool);
        return value->vector;
    case FA_FORMULA_CAPTURE:
        return fa_captures_vector(&window->captures, f->detail.index, f->kind, of->groups, of->count,
                                  pool);
    default: /* FA_FORMULA_JUDGED */
        return judged_vector(roll, f->kind, pool);
    }
}

static struct fa_str cause(struct fa_units *units, const struct fa_formula *f, uint32_t i)
{
    struct fa_window_judge *window = (struct fa_window_judge *)(void *)units;
    const struct fa_roll *roll = window->roll;
    const struct fa_roll_value *value = roll->values.items[window->values[f->detail.index]];
    uint8_t mark = roll->units.marks[i];
    if (mark & FA_UNIT_ENDLESS)
        return FA_STR("holiday.date");
    uint16_t number = mark & FA_UNIT_TAINTED                ? roll->units.causes[i]
                      : value->states[i] & FA_NOW_TAINTED ? value->causes[i]
                      : mark & FA_UNIT_OUTSIDE              ? roll->outside_cause
                                                            : 0;
    return number ? roll->causes.items[number - 1] : value->agg->text;
}

/* --- plan --- */

bool fa_has_windows(const struct fa_rule *rule)
{
    return rule->window || rule->sequence || (rule->unique && rule->unique->has_span);
}

static const struct fa_length *span_of(const struct fa_rule *rule)
{
    return rule->window     ? &rule->window->last
           : rule->sequence ? &rule->sequence->within
                            : &rule->unique->within;
}

static enum fa_status plan_roll(struct fa_judge *judge, struct fa_window_judge *window)
{
    const struct fa_rule *rule = judge->rule;
    struct fa_scope *scope = &judge->population.scope;
    const struct fa_formula *first = NULL, *then = NULL;
    if (rule->sequence) {
        FA_TRY(fa_compile(scope, rule->sequence->first, &first));
        FA_TRY(fa_compile(scope, rule->sequence->then, &then));
    }
    FA_TRY(fa_roll_make(judge, span_of(rule), first, then, &window->roll));
    for (int a = 0; a < rule->agg_count; a++)
        FA_TRY(fa_roll_value(window->roll, scope, rule->aggs[a], &window->values[a]));
    struct fa_str table = judge->run->program.dictionary->tables[scope->table].name;
    struct fa_buf text;
    fa_buf_init(&text);
    enum fa_status status = FA_ELIMIT;
    if (fa_buf_add_str(&text, table) == FA_OK &&
        fa_buf_add_text(&text, " outside the covered period") == FA_OK)
        status = fa_roll_cause(window->roll, fa_buf_str(&text), &window->roll->outside_cause);
    fa_buf_release(&text);
    return status;
}

enum fa_status fa_window_plan(struct fa_judge *judge)
{
    struct fa_window_judge *window = calloc(1, sizeof *window);
    judge->window = window;
    if (window)
        window->values = calloc((size_t)judge->rule->agg_count + 1, sizeof *window->values);
    if (!window || !window->values)
        return fa_out_of_memory(judge->run->sink, "the plan of the rules");
    window->units = (struct fa_units){leaf, cause};
    window->judge = judge;
    window->spells.judge = judge;
    FA_TRY(fa_captures_init(&window->captures, judge));
    return plan_roll(judge, window);
}

void fa_window_free(struct fa_judge *judge)
{
    struct fa_window_judge *window = judge->window;
    if (!window)
        return;
    fa_spells_release(&window->spells, &judge->run->meter);
    if (window->captures.units)
        fa_captures_release(&window->captures, &judge->run->meter);
    fa_roll_leave(window->roll);
    free(window->values);
    free(window);
}

/* --- judging --- */

static enum fa_status fire(struct fa_window_judge *window, uint32_t unit, uint8_t answer,
                           const struct fa_vector *const *shown, uint32_t i)
{
    const struct fa_roll_units *units = &window->roll->units;
    struct fa_firing firing = {
        .group = units->groups[unit], .from = units->froms[unit], .at = units->times[unit],
        .is_undecided = answer == FA_UNDECIDED || units->marks[unit] & FA_UNIT_EXCEPT};
    return answer == FA_EXCEPTED ? FA_OK : fa_spells_fire(&window->spells, &firing, shown, i);
}

static enum fa_status leave_unknown(struct fa_judge *judge, struct fa_frame *frame, uint32_t i)
{
    const struct fa_roll *roll = judge->window->roll;
    const struct fa_roll_units *units = &roll->units;
    uint32_t number;
    struct fa_str why = units->marks[i] & FA_UNIT_DOUBT ? roll->causes.items[units->causes[i] - 1]
                                                        : fa_cause(frame, judge->when, i);
    return fa_judge_unknown(judge, fa_keyspace_filer(roll->space, units->groups[i]), why, &number);
}

static enum fa_status judge_frame(struct fa_judge *judge, struct fa_frame *frame)
{
    struct fa_window_judge *window = judge->window;
    const uint8_t *truths = fa_judge_truths(judge, frame);
    uint32_t *rows = fa_pool_take(frame->slice->pool, frame->count * sizeof *rows), fired = 0;
    if (!truths || !rows)
        return fa_failed(frame->slice);
    for (uint32_t i = 0; i < frame->count; i++) {
        if (truths[i] == FA_UNKNOWN)
            FA_TRY(leave_unknown(judge, frame, i));
        rows[fired] = i;
        fired += truths[i] == FA_TRUE;
    }
    if (!fired)
        return FA_OK;
    struct fa_frame *few = fa_frame_pick(frame, rows, fired);
    const uint8_t *answers = few ? fa_judge_except(judge, few) : NULL;
    const struct fa_vector *const *shown = answers ? fa_judge_shown(judge, few) : NULL;
    if (!shown)
        return fa_failed(frame->slice);
    for (uint32_t i = 0; i < fired; i++)
        FA_TRY(fire(window, rows[i], answers[i], shown, i));
    return FA_OK;
}

enum fa_status fa_window_judge(struct fa_judge *judge)
{
    struct fa_run *run = judge->run;
    const struct fa_roll_units *units = &judge->window->roll->units;
    struct fa_slice slice = {.program = &run->program, .pool = &run->unit_pool, .count = units->count};
    struct fa_frame *frame = fa_frame_units(&slice, &judge->window->units, units->count);
    if (!frame)
        return fa_failed(&slice);
    if (units->any_marks & FA_UNIT_DOUBT) {
        uint8_t *doubt = fa_pool_take(slice.pool, units->count);
        for (uint32_t i = 0; doubt && i < units->count; i++)
            doubt[i] = units->marks[i] & FA_UNIT_DOUBT ? FA_DOUBT_MEMBER : 0;
        frame->doubt = doubt;
        if (!doubt)
            return fa_failed(&slice);
    }
    return judge_frame(judge, frame);
}

enum fa_status fa_window_slice(struct fa_judge *judge)
{
    struct fa_frame *frame = fa_stage_frame(&judge->run->stages, judge->population.last);
    if (!frame)
        return fa_failed(judge->run->stages.base->slice);
    if (frame->count)
        FA_TRY(fa_captures_take(&judge->window->captures, judge, frame));
    return fa_roll_rows(judge->window->roll, frame);
}

enum fa_status fa_window_end(struct fa_judge *judge)
{
    struct fa_window_judge *window = judge->window;
    struct fa_extent *extent = &window->roll->extent;
    int64_t as_of = judge->run->program.as_of_day, still_from;
    FA_TRY(fa_roll_end(window->roll));
    int64_t end = extent->is_time ? fa_day_start(as_of + 1, &extent->zone) - 1 : as_of;
    if (!fa_extent_start(extent, end, &still_from))
        still_from = INT64_MIN;
    return fa_spells_end(&window->spells, still_from);
}

/* --- the second pass --- */

/* Of a sequence only what surely is a leg is cited. */
static enum fa_status find_legs(const struct fa_roll *roll, struct fa_frame *frame,
                                const struct fa_vector **first, const struct fa_vector **then)
{
    *first = *then = NULL;
    if (!roll->first)
        return FA_OK;
    *first = fa_eval(frame, roll->first);
    *then = fa_eval(frame, roll->then);
    return *first && *then ? FA_OK : fa_failed(frame->slice);
}

static enum fa_status cite_rows(struct fa_judge *judge, struct fa_frame *frame)
{
    const struct fa_roll *roll = judge->window->roll;
    const struct fa_vector *time = NULL, *amount = NULL, *first, *then;
    for (uint32_t i = 0; i < frame->count; i++) {
        uint32_t group = frame->group[i], finding;
        if (!fa_citing_may_have(&judge->citing, group) ||
            (frame->doubt && frame->doubt[i] & FA_DOUBT_MEMBER))
            continue;
        if (!time) {
            time = fa_eval(frame, roll->time);
            amount = judge->amount ? fa_eval(frame, judge->amount) : NULL;
            if (!time || (judge->amount && !amount))
                return fa_failed(frame->slice);
        }
        FA_TRY(find_legs(roll, frame, &first, &then));
        if (first && fa_truth_at(first, i) != FA_TRUE && fa_truth_at(then, i) != FA_TRUE)
            continue;
        if (!fa_spells_find(judge, group, time->num[fa_at(time, i)], roll->is_in_order, &finding))
            continue;
        if (amount && fa_state_at(amount, i) == FA_HAS)
            judge->findings.items[finding].row_sum += fa_number_at(amount, i).numerator;
        FA_TRY(fa_cite_row(judge, finding, frame->slice->table, fa_frame_row(frame, i)));
    }
    return FA_OK;
}

enum fa_status fa_window_cite(struct fa_judge *judge)
{
    bool may = true;
    if (judge->window->roll->is_in_order)
        FA_TRY(fa_citing_may_have_slice(judge, judge->window->roll->time, false, &may));
    if (!may)
        return FA_OK;
    struct fa_frame *frame = fa_stage_frame(&judge->run->stages, judge->population.last);
    if (!frame)
        return fa_failed(judge->run->stages.base->slice);
    return frame->count ? cite_rows(judge, frame) : FA_OK;
}

/* --- its cost --- */

enum fa_status fa_window_cost(const struct fa_rule *rule, struct fa_cost *cost)
{
    static const int days[] = {[FA_UNIT_D] = 1, [FA_UNIT_BD] = 7, [FA_UNIT_MO] = 31, [FA_UNIT_Y] = 366};
    const struct fa_length *span = rule->window ? &rule->window->last
                                   : rule->sequence ? &rule->sequence->within
                                                    : NULL;
    cost->class = FA_COST_C;
    if (span) { /* ten working days may be a few weeks apart; one more for the day at either end */
        int64_t length = (int64_t)span->length->value.numerator;
        int64_t reach = span->is_elapsed ? length / FA_DAY_US : length * days[span->unit];
        cost->window_days = (uint32_t)(reach < 100000 ? reach + 2 : 0);
    }
    FA_TRY(fa_roll_cost(rule->aggs, rule->agg_count, rule->way == FA_WAY_SEQUENCE, cost));
    FA_TRY(fa_captures_cost(rule, cost));
    FA_TRY(fa_spells_cost(cost));
    return fa_citing_cost(cost);
}
