#include "rules/track.h"

#include <stdlib.h>
#include <string.h>

#include "base/limits.h"


/* --- leaves of the level --- */

static const struct fa_vector *value_vector(struct fa_track *track, int index, struct fa_pool *pool)
{
    uint8_t *state = NULL;
    for (uint32_t i = 0; i < track->count; i++) {
        if (!track->causes[index][i])
            continue;
        if (!state) {
            state = fa_pool_take(pool, track->count);
            if (!state)
                return NULL;
            memset(state, FA_HAS, track->count);
        }
        state[i] = track->items[i].is_bound ? FA_BOUND : FA_MISSING;
    }
    return fa_wholes_vector(track->values[index], track->denominators[index], track->count,
                            track->value_kinds[index], state, pool);
}

static const uint32_t *groups_of(struct fa_track *track, struct fa_pool *pool)
{
    uint32_t *groups = fa_pool_take(pool, track->count * sizeof *groups);
    for (uint32_t i = 0; groups && i < track->count; i++)
        groups[i] = track->items[i].group;
    return groups;
}

static const struct fa_vector *leaf(struct fa_units *units, const struct fa_formula *f,
                                    struct fa_pool *pool)
{
    struct fa_track *track = (struct fa_track *)(void *)units;
    const uint32_t *groups;
    int64_t *num;
    switch (f->op) {
    case FA_OP_STATE:
        return value_vector(track, f->detail.index, pool);
    case FA_FORMULA_CAPTURE:
        groups = groups_of(track, pool);
        return groups ? fa_captures_vector(&track->captures, f->detail.index, f->kind, groups,
                                           track->count, pool)
                      : NULL;
    case FA_OP_KEY:
        groups = groups_of(track, pool);
        return groups ? fa_keyspace_part(track->judge->keys.space, f->detail.index, groups, track->count,
                                         pool)
                      : NULL;
    default: /* FA_FORMULA_JUDGED */
        num = fa_pool_take(pool, track->count * sizeof *num);
        for (uint32_t i = 0; num && i < track->count; i++)
            num[i] = track->items[i].judged;
        struct fa_vector *v = fa_pool_take(pool, sizeof *v);
        if (!num || !v)
            return NULL;
        *v = (struct fa_vector){.kind = f->kind, .den = 1, .num = num};
        return v;
    }
}

static struct fa_str cause(struct fa_units *units, const struct fa_formula *f, uint32_t i)
{
    struct fa_track *track = (struct fa_track *)(void *)units;
    uint16_t number = track->causes[f->detail.index][i];
    return number ? track->judge->causes.items[number - 1] : (struct fa_str){NULL, 0};
}

/* --- life --- */

static size_t buffer_bytes(const struct fa_track *track, size_t units, int value_count)
{
    return units * (sizeof *track->items +
                    (size_t)value_count * (sizeof **track->values + sizeof **track->causes));
}

/* When the rule is in force, by what its units are dated by. */
static void set_force(struct fa_track *track)
{
    const struct fa_rule *rule = track->judge->rule;
    const struct fa_zone *zone = &rule->ruleset->zone;
    bool is_time = track->judge->units.judged->kind == FA_KIND_TIME;
    track->from_judged = rule->from_day;
    track->to_judged = rule->to_day;
    if (is_time && rule->from_day != INT64_MIN)
        track->from_judged = fa_day_start(rule->from_day, zone);
    if (is_time && rule->to_day != INT64_MAX)
        track->to_judged = fa_day_start(rule->to_day + 1, zone) - 1;
}

enum fa_status fa_track_init(struct fa_track *track, struct fa_judge *judge, int value_count)
{
    struct fa_sink *sink = judge->run->sink;
    *track = (struct fa_track){.units = {leaf, cause}, .judge = judge, .capacity = FA_TRACK_UNITS};
    if (judge->run->slice_rows < track->capacity)
        track->capacity = judge->run->slice_rows;
    set_force(track);
    FA_TRY(fa_captures_init(&track->captures, judge));
    if (value_count > FA_TRACK_VALUES_MAX)
        return fa_error(sink, FA_CODE_LIMIT, (struct fa_place){0}, NULL,
                        "rule %.*s compares %d series, more than the %d it may compare",
                        (int)judge->rule->id.size, judge->rule->id.bytes, value_count,
                        FA_TRACK_VALUES_MAX);
    FA_TRY(fa_meter_take(&judge->run->meter,
                         buffer_bytes(track, track->capacity, value_count)));
    track->value_count = value_count;
    track->items = calloc(track->capacity, sizeof *track->items);
    if (!track->items)
        return fa_out_of_memory(sink, "the plan of the rules");
    for (int v = 0; v < value_count; v++) {
        track->values[v] = calloc(track->capacity, sizeof *track->values[v]);
        track->causes[v] = calloc(track->capacity, sizeof *track->causes[v]);
        if (!track->values[v] || !track->causes[v])
            return fa_out_of_memory(sink, "the plan of the rules");
    }
    return FA_OK;
}

enum fa_status fa_track_cost(const struct fa_rule *rule, int value_count, struct fa_cost *cost)
{
    const struct fa_track *track = NULL;
    FA_TRY(fa_cost_add(cost, FA_COST_FIXED, FA_COST_EXACT,
                       buffer_bytes(track, FA_TRACK_UNITS, value_count), 1));
    FA_TRY(fa_captures_cost(rule, cost));
    FA_TRY(fa_cost_array(cost, FA_COST_KEYS, sizeof *track->open_of + 2, 1)); /* and two bits */
    return fa_cost_array(cost, FA_COST_FINDINGS, sizeof *track->episodes.items, 1);
}

void fa_track_release(struct fa_track *track)
{
    if (!track->judge)
        return;
    struct fa_meter *meter = &track->judge->run->meter;
    fa_captures_release(&track->captures, meter);
    fa_meter_give(meter, buffer_bytes(track, track->capacity, track->value_count));
    fa_meter_give(meter, track->is_open_capacity * sizeof(uint64_t) +
                             track->open_of_capacity * sizeof *track->open_of +
                             track->episodes.capacity * sizeof *track->episodes.items);
    free(track->is_open);
    free(track->open_of);
    fa_vec_free(&track->episodes);
    free(track->items);
    for (int v = 0; v < track->value_count; v++) {
        free(track->values[v]);
        free(track->causes[v]);
    }
}

enum fa_status fa_track_capture(struct fa_track *track, struct fa_frame *frame)
{
    return fa_captures_take(&track->captures, track->judge, frame);
}

/* --- the buffer --- */

enum fa_status fa_track_make_room(struct fa_track *track, fa_i128 denominator)
{
    if (track->count && !fa_track_has_room(track, denominator))
        FA_TRY(fa_track_judge(track));
    track->denominators[0] = denominator;
    return FA_OK;
}

enum fa_status fa_track_push(struct fa_track *track, const struct fa_judged *unit, const fa_i128 *values,
                             const fa_i128 *denominators, const uint16_t *causes)
{
    if (!fa_track_is_in_force(track, unit->judged))
        return FA_OK;
    bool is_same = true;
    for (int v = 0; v < track->value_count; v++)
        is_same = is_same && track->denominators[v] == denominators[v];
    if (track->count == track->capacity || (track->count && !is_same))
        FA_TRY(fa_track_judge(track));
    uint32_t at = track->count++;
    track->items[at] = *unit;
    for (int v = 0; v < track->value_count; v++) {
        track->values[v][at] = values[v];
        track->causes[v][at] = causes[v];
        track->denominators[v] = denominators[v];
    }
    return FA_OK;
}

/* --- episodes --- */

static bool is_open(const struct fa_track *track, uint32_t group)
{
    return group / 64 < track->is_open_capacity && (track->is_open[group / 64] >> group % 64 & 1);
}

static void close_episode(struct fa_track *track, uint32_t group, int64_t at_us)
{
    if (!is_open(track, group))
        return;
    track->is_open[group / 64] &= ~(UINT64_C(1) << group % 64);
    track->open_count--;
    const struct fa_episode *episode = &track->episodes.items[track->open_of[group]];
    struct fa_finding *finding = &track->judge->findings.items[episode->finding];
    finding->is_still_on = false;
    if (track->judge->rule->way == FA_WAY_RUNNING)
        finding->ended_us = at_us;
}

static enum fa_status open_episode(struct fa_track *track, const struct fa_judged *unit, bool is_undecided)
{
    struct fa_judge *judge = track->judge;
    struct fa_meter *meter = &judge->run->meter;
    bool is_running = judge->rule->way == FA_WAY_RUNNING;
    struct fa_finding finding = {
        .outcome = fa_judge_outcome(judge, is_undecided || unit->is_except_unknown),
        .filer = fa_judge_filer(judge, fa_keyspace_filer(judge->keys.space, unit->group)),
        .first_us = unit->at_us, .worst_us = unit->at_us, .has_time = true, .is_dated = unit->is_dated,
        .period_last_day = is_running ? 0 : unit->period_last, .is_still_on = true,
        .is_from_opening = unit->is_opening};
    if (is_running) {
        struct fa_ratio before = {unit->before, track->denominators[0]};
        fa_rational_reduce(&before);
        finding.carried = (struct fa_value){.kind = judge->rule->state_kind,
                                            .is_missing = unit->before_cause != 0,
                                            .numerator = unit->before_cause ? 0 : before.numerator,
                                            .denominator = before.denominator};
    }
    FA_TRY(fa_judge_keys(judge, unit->group, &finding.keys));
    struct fa_episode episode = {.group = unit->group, .rows_to_us = INT64_MIN};
    FA_TRY(fa_judge_add(judge, &finding, &episode.finding));
    FA_TRY(fa_meter_reserve(meter, track->is_open, &track->is_open_capacity, (size_t)unit->group / 64 + 1));
    FA_TRY(fa_meter_reserve(meter, track->open_of, &track->open_of_capacity, (size_t)unit->group + 1));
    track->is_open[unit->group / 64] |= UINT64_C(1) << unit->group % 64;
    track->open_count++;
    track->open_of[unit->group] = (uint32_t)track->episodes.count;
    return fa_meter_add(meter, &track->episodes, episode);
}

static enum fa_status extend(struct fa_track *track, const struct fa_judged *unit,
                             const struct fa_vector *const *shown, uint32_t i)
{
    struct fa_judge *judge = track->judge;
    struct fa_episode *episode = &track->episodes.items[track->open_of[unit->group]];
    struct fa_finding *f = &judge->findings.items[episode->finding];
    bool is_first = f->judged_count++ == 0;
    f->last_us = unit->at_us;
    if (!unit->is_opening)
        episode->rows_to_us = unit->at_us;
    if (is_first) {
        FA_TRY(fa_judge_values(judge, shown, i, &f->first));
        f->worst = f->first;
        episode->worst_period = unit->period_last;
    } else if (fa_judge_is_worse(judge, shown, i, f->worst)) {
        FA_TRY(fa_judge_worst(judge, shown, i, f));
        f->worst_us = unit->at_us;
        episode->worst_period = unit->period_last;
    }
    return FA_OK;
}

static enum fa_status fire(struct fa_track *track, struct fa_frame *fired, const uint8_t *answers,
                           const struct fa_vector *const *shown, uint32_t i, const struct fa_judged *unit)
{
    (void)fired;
    if (answers[i] == FA_EXCEPTED) {
        close_episode(track, unit->group, unit->at_us);
        return FA_OK;
    }
    if (!is_open(track, unit->group))
        FA_TRY(open_episode(track, unit, answers[i] == FA_UNDECIDED));
    return extend(track, unit, shown, i);
}

static enum fa_status leave_unknown(struct fa_track *track, struct fa_frame *frame, uint32_t i)
{
    struct fa_judge *judge = track->judge;
    uint32_t group = track->items[i].group, number;
    uint16_t doubt = track->items[i].doubt_cause;
    close_episode(track, group, track->items[i].at_us);
    return fa_judge_unknown(judge, fa_keyspace_filer(judge->keys.space, group),
                            doubt ? judge->causes.items[doubt - 1] : fa_cause(frame, judge->when, i),
                            &number);
}

static enum fa_status judge_frame(struct fa_track *track, struct fa_frame *frame)
{
    struct fa_judge *judge = track->judge;
    const uint8_t *truths = fa_judge_truths(judge, frame);
    uint32_t *rows = fa_pool_take(frame->slice->pool, frame->count * sizeof *rows), fired = 0;
    if (!truths || !rows)
        return fa_failed(frame->slice);
    for (uint32_t i = 0; i < frame->count; i++) {
        rows[fired] = i;
        fired += truths[i] == FA_TRUE;
    }
    if (!fired && !track->open_count && !memchr(truths, FA_UNKNOWN, frame->count))
        return FA_OK; /* nothing begins, and there is nothing to end */
    struct fa_frame *few = fa_frame_pick(frame, rows, fired);
    const uint8_t *answers = few ? fa_judge_except(judge, few) : NULL;
    const struct fa_vector *const *shown = answers ? fa_judge_shown(judge, few) : NULL;
    if (!shown)
        return fa_failed(frame->slice);
    /* In the order of the buffer, since a clear unit ends what an earlier one began. */
    for (uint32_t i = 0, k = 0; i < frame->count; i++) {
        if (truths[i] == FA_TRUE)
            FA_TRY(fire(track, few, answers, shown, k++, &track->items[i]));
        else if (truths[i] == FA_UNKNOWN)
            FA_TRY(leave_unknown(track, frame, i));
        else
            close_episode(track, track->items[i].group, track->items[i].at_us);
    }
    return FA_OK;
}

enum fa_status fa_track_judge(struct fa_track *track)
{
    struct fa_run *run = track->judge->run;
    if (!track->count)
        return FA_OK;
    fa_pool_clear(&run->unit_pool);
    struct fa_slice slice = {.program = &run->program, .pool = &run->unit_pool, .count = track->count};
    struct fa_frame *frame = fa_frame_units(&slice, &track->units, track->count);
    uint8_t *doubt = fa_pool_take(slice.pool, track->count);
    for (uint32_t i = 0; doubt && i < track->count; i++)
        doubt[i] = track->items[i].doubt_cause ? FA_DOUBT_MEMBER : 0;
    if (frame)
        frame->doubt = doubt;
    enum fa_status status = frame && doubt ? judge_frame(track, frame) : fa_failed(&slice);
    track->count = 0;
    return status;
}
