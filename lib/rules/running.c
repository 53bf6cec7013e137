/*
 * Way 4: a value for each key that rows add to and take from. All rows of an instant (or, at day end,
 * of a day) are applied before the key is judged.
 */
#include <stdlib.h>
#include <string.h>

#include "rules/running.h"

enum { FEW = 8, AHEAD = 16 };

/* --- plan --- */

static enum fa_status plan_terms(struct fa_judge *judge, struct fa_running_judge *running)
{
    const struct fa_rule *rule = judge->rule;
    running->terms = calloc((size_t)rule->term_count + 1, sizeof *running->terms);
    running->openings = calloc((size_t)rule->term_count + 1, sizeof *running->openings);
    if (!running->terms || !running->openings)
        return fa_out_of_memory(judge->run->sink, "the plan of the rules");
    for (int t = 0; t < rule->term_count; t++) {
        const struct fa_running_term *term = &rule->terms[t];
        if (term->is_opening) {
            FA_TRY(fa_opening_plan(judge, term, rule->population.table, &judge->keys.space,
                                   &running->openings[running->opening_count++]));
            continue;
        }
        struct fa_running_row_term *mine = &running->terms[running->term_count++];
        mine->is_negative = term->is_negative;
        if (term->agg->arg)
            FA_TRY(fa_compile(&judge->population.scope, term->agg->arg, &mine->arg));
        if (term->agg->cond)
            FA_TRY(fa_compile(&judge->population.scope, term->agg->cond, &mine->cond));
    }
    return FA_OK;
}

enum fa_status fa_running_plan(struct fa_judge *judge)
{
    struct fa_running_judge *running = calloc(1, sizeof *running);
    judge->running = running;
    if (!running)
        return fa_out_of_memory(judge->run->sink, "the plan of the rules");
    fa_opened_init(&running->state);
    FA_TRY(fa_track_init(&running->track, judge, 1));
    running->track.value_kinds[0] = judge->rule->state_kind;
    FA_TRY(plan_terms(judge, running));
    running->judged = judge->population.scope.judged;
    running->instant = judge->clock ? judge->clock : judge->population.scope.judged;
    if (judge->rule->is_at_day_end && running->instant->kind == FA_KIND_TIME) {
        struct fa_formula_detail detail = fa_no_detail();
        detail.zone_minutes = judge->rule->ruleset->zone.offset_minutes;
        FA_TRY(fa_formula_make(&judge->run->program, FA_OP_DATE, FA_KIND_DATE, &detail, 1,
                               &running->instant, &running->instant));
    }
    return FA_OK;
}

void fa_running_free(struct fa_judge *judge)
{
    struct fa_running_judge *running = judge->running;
    struct fa_meter *meter = &judge->run->meter;
    if (!running)
        return;
    fa_track_release(&running->track);
    fa_opened_release(&running->state, meter);
    fa_meter_give(meter, running->except_capacity + running->touched.capacity * sizeof(struct fa_touched) +
                             (running->place_capacity + running->seen_capacity) * sizeof(uint32_t));
    free(running->is_except_unknown);
    fa_vec_free(&running->touched);
    free(running->place);
    free(running->seen);
    free(running->terms);
    free(running->openings);
    free(running);
}

/* --- judging --- */

static enum fa_status push(struct fa_judge *judge, const struct fa_touched *touched, bool is_opening,
                           int64_t at_us)
{
    struct fa_running_judge *running = judge->running;
    uint32_t group = touched->group;
    struct fa_judged unit = {
        .group = group, .at_us = at_us, .judged = touched->judged, .before = touched->before,
        .before_cause = touched->before_cause, .is_opening = is_opening,
        .is_dated = judge->rule->is_at_day_end ||
                    (!is_opening && running->instant->kind == FA_KIND_DATE),
        .is_except_unknown = running->is_except_unknown && group < running->except_capacity &&
                             running->is_except_unknown[group]};
    return fa_track_push(&running->track, &unit, &running->state.sums.items[group],
                         &running->state.sums.denominator, &running->state.causes[group]);
}

static enum fa_status end_instant(struct fa_judge *judge)
{
    struct fa_running_judge *running = judge->running;
    int64_t at_us = fa_judge_instant(judge, running->instant->kind, running->now);
    for (size_t i = 0; i < running->touched.count; i++)
        FA_TRY(push(judge, &running->touched.items[i], false, at_us));
    running->touched.count = 0;
    return FA_OK;
}

/* Openings are known before the first row; keys that open with something are judged at once. */
enum fa_status fa_running_begin(struct fa_judge *judge)
{
    struct fa_running_judge *running = judge->running;
    struct fa_opened *state = &running->state;
    int64_t from_day, to_day;
    for (int t = 0; t < running->opening_count; t++)
        FA_TRY(fa_opening_apply(judge, &running->openings[t], state));
    if (!fa_covers_find(judge->run, judge->population.table, &from_day, &to_day) ||
        from_day > judge->run->program.as_of_day)
        return FA_OK;
    int64_t start = fa_day_start(from_day, &judge->rule->ruleset->zone);
    bool is_time = running->judged->kind == FA_KIND_TIME;
    for (uint32_t group = 0; group < state->is_given_capacity; group++) {
        if (!state->is_given[group])
            continue;
        struct fa_touched opened = {.group = group, .judged = is_time ? start : from_day};
        FA_TRY(push(judge, &opened, true, start));
    }
    return FA_OK;
}

/* --- what a row changes --- */

static enum fa_status blame(struct fa_judge *judge, struct fa_changes *changes, struct fa_frame *frame,
                            uint32_t i, struct fa_str cause)
{
    if (!changes->causes) {
        changes->causes = fa_pool_take(frame->slice->pool, frame->count * sizeof *changes->causes);
        if (!changes->causes)
            return fa_failed(frame->slice);
        memset(changes->causes, 0, frame->count * sizeof *changes->causes);
    }
    return changes->causes[i] ? FA_OK : fa_judge_cause(judge, cause, &changes->causes[i]);
}

/* The usual term: an amount that every row has, perhaps under a condition that is always known. */
static bool add_plain(const struct fa_vector *arg, const struct fa_vector *cond, bool is_negative,
                      fa_i128 *deltas, uint32_t count)
{
    if (!arg || !arg->num || arg->is_const || arg->state || (cond && cond->is_const))
        return false;
    if (cond && memchr(cond->truth, FA_UNKNOWN, count))
        return false;
    int64_t sign = is_negative ? -1 : 1;
    for (uint32_t i = 0; i < count; i++) {
        int64_t counts = cond ? cond->truth[i] : 1;
        deltas[i] += (fa_i128)arg->num[i] * (sign * counts);
    }
    return true;
}

static enum fa_status add_term(struct fa_judge *judge, const struct fa_running_row_term *term, struct fa_frame *frame,
                               struct fa_changes *changes)
{
    struct fa_sums *sums = &judge->running->state.sums;
    const struct fa_vector *arg = NULL, *cond = NULL;
    if ((term->arg && !(arg = fa_eval(frame, term->arg))) ||
        (term->cond && !(cond = fa_eval(frame, term->cond))))
        return fa_failed(frame->slice);
    if (arg && arg->den == 1 && sums->denominator == 1 &&
        add_plain(arg, cond, term->is_negative, changes->deltas, frame->count))
        return FA_OK;
    for (uint32_t i = 0; i < frame->count; i++) {
        uint8_t counts = cond ? fa_truth_at(cond, i) : FA_TRUE;
        if (counts == FA_FALSE)
            continue;
        fa_i128 change = sums->denominator;
        if (counts == FA_UNKNOWN)
            FA_TRY(blame(judge, changes, frame, i, fa_cause(frame, term->cond, i)));
        else if (arg && fa_state_at(arg, i) != FA_HAS)
            FA_TRY(blame(judge, changes, frame, i, fa_cause(frame, term->arg, i)));
        else if (arg && !fa_sums_scale(sums, fa_number_at(arg, i), &change))
            FA_TRY(blame(judge, changes, frame, i, FA_STR("a number beyond its range")));
        changes->deltas[i] += term->is_negative ? -change : change;
    }
    return FA_OK;
}

/* The state's denominator must suit every term before the first is added. */
static bool fit_terms(struct fa_judge *judge, struct fa_frame *frame)
{
    struct fa_running_judge *running = judge->running;
    for (int t = 0; t < running->term_count; t++) {
        const struct fa_vector *arg = running->terms[t].arg ? fa_eval(frame, running->terms[t].arg) : NULL;
        if (arg)
            (void)fa_sums_fit(&running->state.sums, arg, NULL, arg->is_const ? 1 : frame->count);
    }
    return true;
}

enum fa_status fa_running_changes(struct fa_judge *judge, struct fa_frame *frame,
                                  struct fa_changes *changes)
{
    struct fa_running_judge *running = judge->running;
    *changes = (struct fa_changes){0};
    changes->deltas = fa_pool_take(frame->slice->pool, frame->count * sizeof *changes->deltas);
    if (!changes->deltas)
        return fa_failed(frame->slice);
    memset(changes->deltas, 0, frame->count * sizeof *changes->deltas);
    for (uint32_t i = 0; frame->doubt && i < frame->count; i++)
        if (frame->doubt[i] & FA_DOUBT_MEMBER)
            FA_TRY(blame(judge, changes, frame, i, fa_stage_cause(judge->population.last, i)));
    fit_terms(judge, frame);
    for (int t = 0; t < running->term_count; t++)
        FA_TRY(add_term(judge, &running->terms[t], frame, changes));
    return FA_OK;
}

/* --- taking rows in --- */

static enum fa_status touch(struct fa_judge *judge, uint32_t group, int64_t judged)
{
    struct fa_running_judge *running = judge->running;
    struct fa_touched *list = running->touched.items;
    size_t count = running->touched.count;
    if (count <= FEW) {
        for (size_t k = 0; k < count; k++)
            if (list[k].group == group) {
                list[k].judged = judged;
                return FA_OK;
            }
    } else {
        uint32_t place = running->place[group];
        if (place < count && list[place].group == group) {
            list[place].judged = judged;
            return FA_OK;
        }
    }
    struct fa_touched touched = {.group = group, .judged = judged,
                              .before = running->state.sums.items[group],
                              .before_cause = running->state.causes[group]};
    FA_TRY(fa_meter_add(&judge->run->meter, &running->touched, touched));
    if (count == FEW) /* from here on places are looked up */
        for (size_t k = 0; k < count; k++)
            running->place[running->touched.items[k].group] = (uint32_t)k;
    if (count >= FEW)
        running->place[group] = (uint32_t)count;
    return FA_OK;
}

enum fa_status fa_running_apply(struct fa_judge *judge, struct fa_frame *frame,
                                const struct fa_changes *changes, uint32_t i)
{
    struct fa_running_judge *running = judge->running;
    struct fa_opened *state = &running->state;
    uint32_t group = frame->group[i];
    state->sums.items[group] += changes->deltas[i];
    if (changes->causes && changes->causes[i] && !state->causes[group])
        state->causes[group] = changes->causes[i];
    if (!frame->doubt || !(frame->doubt[i] & FA_DOUBT_EXCEPT))
        return FA_OK;
    FA_TRY(fa_meter_reserve(&judge->run->meter, running->is_except_unknown, &running->except_capacity,
                            (size_t)group + 1));
    running->is_except_unknown[group] = 1;
    return FA_OK;
}

/* A row that is alone in its instant is judged without the list of those touched. */
static enum fa_status apply_alone(struct fa_judge *judge, struct fa_frame *frame,
                                  const struct fa_changes *changes, uint32_t i, int64_t judged)
{
    struct fa_running_judge *running = judge->running;
    uint32_t group = frame->group[i];
    struct fa_touched touched = {.group = group, .judged = judged,
                              .before = running->state.sums.items[group],
                              .before_cause = running->state.causes[group]};
    FA_TRY(fa_running_apply(judge, frame, changes, i));
    return push(judge, &touched, false, fa_judge_instant(judge, running->instant->kind, running->now));
}

/* A key that no row of the openings' tables has opens with nobody knows what. */
void fa_running_lack_opening(struct fa_running_judge *running, uint32_t group)
{
    running->state.is_known_key[group] = 1;
    if (!running->state.causes[group])
        running->state.causes[group] = running->openings[0].cause;
}

/* A row of which all is known, and that no other row of its instant and key follows. */
static inline enum fa_status apply_known(struct fa_judge *judge, uint32_t group, fa_i128 delta,
                                         int64_t at_us, int64_t judged, bool is_dated)
{
    struct fa_running_judge *running = judge->running;
    struct fa_track *track = &running->track;
    fa_i128 *sum = &running->state.sums.items[group];
    const fa_i128 before = *sum;
    const uint16_t cause = running->state.causes[group];
    *sum += delta;
    if (!fa_track_is_in_force(track, judged))
        return FA_OK;
    if (!fa_track_has_room(track, running->state.sums.denominator))
        FA_TRY(fa_track_make_room(track, running->state.sums.denominator));
    uint32_t at = track->count++;
    track->items[at] = (struct fa_judged){.group = group, .at_us = at_us, .judged = judged,
                                          .before = before, .before_cause = cause,
                                          .is_dated = is_dated};
    track->values[0][at] = *sum;
    track->causes[0][at] = cause;
    return FA_OK;
}

static bool is_plain(const struct fa_vector *v)
{
    return v->num && !v->state && !v->is_const;
}

/* Takes rows in from FROM on while each instant has one row, or two of different keys, and ends within
 * the slice: most do. Gives the first row that was not taken. */
static enum fa_status apply_known_rows(struct fa_judge *judge, const struct fa_frame *frame,
                                       const struct fa_changes *changes, const int64_t *instants,
                                       const int64_t *judged, uint32_t *from)
{
    struct fa_running_judge *running = judge->running;
    const uint32_t *groups = frame->group;
    uint32_t i = *from, count = frame->count;
    bool is_date = running->instant->kind == FA_KIND_DATE;
    bool is_dated = judge->rule->is_at_day_end || is_date;
    while (i + 2 < count) {
        int64_t now = instants[i];
        uint32_t rows = instants[i + 1] != now ? 1 : 2;
        if (rows == 2 && (instants[i + 2] == now || groups[i] == groups[i + 1]))
            break;
        if (i + AHEAD + 1 < count) {
            __builtin_prefetch(&running->state.sums.items[groups[i + AHEAD]]);
            __builtin_prefetch(&running->state.sums.items[groups[i + AHEAD + 1]]);
        }
        int64_t at_us = is_date ? fa_judge_instant(judge, FA_KIND_DATE, now) : now;
        for (uint32_t end = i + rows; i < end; i++)
            FA_TRY(apply_known(judge, groups[i], changes->deltas[i], at_us, judged[i], is_dated));
    }
    *from = i;
    return FA_OK;
}

static enum fa_status apply_rows(struct fa_judge *judge, struct fa_frame *frame,
                                 const struct fa_changes *changes, const struct fa_vector *instant,
                                 const struct fa_vector *judged)
{
    struct fa_running_judge *running = judge->running;
    uint32_t count = frame->count;
    bool is_known = is_plain(instant) && is_plain(judged) && !changes->causes && !frame->doubt &&
                    !running->opening_count && !running->is_except_unknown;
    for (uint32_t i = 0; i < count; i++) {
        bool is_new = is_known && (!running->is_running || instant->num[i] != running->now);
        if (is_new) {
            FA_TRY(end_instant(judge));
            FA_TRY(apply_known_rows(judge, frame, changes, instant->num, judged->num, &i));
            if (i)
                running->now = instant->num[i - 1];
            running->is_running |= i > 0;
        }
        if (i + AHEAD < count)
            __builtin_prefetch(&running->state.sums.items[frame->group[i + AHEAD]]);
        uint32_t group = frame->group[i];
        if (running->opening_count && !running->state.is_known_key[group])
            fa_running_lack_opening(running, group);
        if (fa_state_at(instant, i) != FA_HAS) { /* before all that is dated, never judged by itself */
            FA_TRY(fa_running_apply(judge, frame, changes, i));
            if (!running->state.causes[group])
                FA_TRY(fa_judge_cause(judge, fa_cause(frame, running->instant, i),
                                      &running->state.causes[group]));
            continue;
        }
        int64_t now = instant->num[fa_at(instant, i)];
        int64_t dated = judged->num[fa_at(judged, i)];
        if (!running->is_running || now != running->now) {
            FA_TRY(end_instant(judge));
            running->now = now;
            running->is_running = true;
        }
        bool is_alone = running->touched.count == 0 && i + 1 < count &&
                        instant->num[fa_at(instant, i + 1)] != now;
        if (is_alone) {
            FA_TRY(apply_alone(judge, frame, changes, i, dated));
        } else {
            FA_TRY(touch(judge, group, dated));
            FA_TRY(fa_running_apply(judge, frame, changes, i));
        }
    }
    return FA_OK;
}

enum fa_status fa_running_slice(struct fa_judge *judge)
{
    struct fa_running_judge *running = judge->running;
    struct fa_frame *frame = fa_stage_frame(&judge->run->stages, judge->population.last);
    if (!frame)
        return fa_failed(judge->run->stages.base->slice);
    if (!frame->count)
        return FA_OK;
    struct fa_meter *meter = &judge->run->meter;
    FA_TRY(fa_opened_reserve(&running->state, meter, judge->keys.space->space));
    FA_TRY(fa_meter_reserve(meter, running->place, &running->place_capacity, judge->keys.space->space));
    FA_TRY(fa_track_capture(&running->track, frame));
    struct fa_changes changes;
    fa_i128 denominator = running->state.sums.denominator;
    FA_TRY(fa_running_changes(judge, frame, &changes));
    if (denominator != running->state.sums.denominator) { /* values kept elsewhere follow */
        fa_i128 factor = running->state.sums.denominator / denominator;
        for (size_t i = 0; i < running->touched.count; i++)
            running->touched.items[i].before *= factor;
    }
    const struct fa_vector *instant = fa_eval(frame, running->instant);
    const struct fa_vector *judged = fa_eval(frame, running->judged);
    if (!instant || !judged)
        return fa_failed(frame->slice);
    return apply_rows(judge, frame, &changes, instant, judged);
}

enum fa_status fa_running_end(struct fa_judge *judge)
{
    struct fa_running_judge *running = judge->running;
    FA_TRY(end_instant(judge));
    FA_TRY(fa_track_judge(&running->track));
    for (size_t i = 0; i < running->track.episodes.count; i++) {
        const struct fa_episode *episode = &running->track.episodes.items[i];
        const struct fa_finding *f = &judge->findings.items[episode->finding];
        struct fa_cited cited = {.finding = episode->finding, .to = episode->rows_to_us,
                                 .from = f->is_from_opening ? INT64_MIN : f->first_us};
        FA_TRY(fa_citing_add(&judge->citing, &judge->run->meter, episode->group, 0, cited));
    }
    return FA_OK;
}

/* --- the second pass --- */

/* What was carried into an episode are the rows before its first instant. */
static void note_carried(struct fa_judge *judge, struct fa_cited *cited, uint64_t rows_before)
{
    struct fa_finding *f = &judge->findings.items[cited->finding];
    if (!cited->is_begun && !f->is_from_opening)
        f->carried_count = rows_before;
    cited->is_begun = true;
}

static enum fa_status cite_row(struct fa_judge *judge, struct fa_frame *frame, uint32_t i,
                               const struct fa_cited *cited)
{
    struct fa_finding *f = &judge->findings.items[cited->finding];
    const struct fa_vector *amount = judge->amount ? fa_eval(frame, judge->amount) : NULL;
    if (judge->amount && !amount)
        return fa_failed(frame->slice);
    if (amount && fa_state_at(amount, i) == FA_HAS)
        f->row_sum += fa_number_at(amount, i).numerator;
    return fa_cite_row(judge, cited->finding, frame->slice->table, fa_frame_row(frame, i));
}

/* Rows before an opening's episode may lie before the rule was in force: then nothing fired there. */
static bool is_in_force(const struct fa_judge *judge, const struct fa_vector *judged, uint32_t i)
{
    if (fa_state_at(judged, i) != FA_HAS)
        return true;
    int64_t date = judged->num[fa_at(judged, i)];
    int64_t day = judged->kind == FA_KIND_TIME ? fa_day_of(date, &judge->rule->ruleset->zone) : date;
    return judge->rule->from_day <= day && day <= judge->rule->to_day;
}

enum fa_status fa_running_cite(struct fa_judge *judge)
{
    struct fa_running_judge *running = judge->running;
    struct fa_frame *frame = fa_stage_frame(&judge->run->stages, judge->population.last);
    if (!frame)
        return fa_failed(judge->run->stages.base->slice);
    if (!frame->count)
        return FA_OK;
    const struct fa_vector *instant = fa_eval(frame, running->instant);
    const struct fa_vector *judged = fa_eval(frame, running->judged);
    if (!instant || !judged)
        return fa_failed(frame->slice);
    FA_TRY(fa_meter_reserve(&judge->run->meter, running->seen, &running->seen_capacity,
                            judge->keys.space->space));
    for (uint32_t i = 0; i < frame->count; i++) {
        uint32_t group = frame->group[i];
        if (!fa_citing_may_have(&judge->citing, group))
            continue;
        uint32_t rows_before = running->seen[group]++;
        if (fa_state_at(instant, i) != FA_HAS)
            continue;
        int64_t at_us = fa_judge_instant(judge, instant->kind, instant->num[fa_at(instant, i)]);
        struct fa_cited *cited = fa_citing_from(&judge->citing, group, at_us);
        if (!cited || at_us < cited->from)
            continue;
        note_carried(judge, cited, rows_before);
        bool is_member = !frame->doubt || !(frame->doubt[i] & FA_DOUBT_MEMBER);
        if (is_member && is_in_force(judge, judged, i))
            FA_TRY(cite_row(judge, frame, i, cited));
    }
    return FA_OK;
}

/* --- its cost --- */

enum fa_status fa_running_cost(const struct fa_rule *rule, struct fa_cost *cost)
{
    const struct fa_running_judge *running = NULL;
    cost->class = FA_COST_B;
    FA_TRY(fa_opened_cost(cost));
    FA_TRY(fa_cost_array(cost, FA_COST_KEYS, sizeof *running->is_except_unknown + sizeof *running->place +
                                                 sizeof *running->seen, 1));
    FA_TRY(fa_cost_array(cost, FA_COST_KEYS, sizeof *running->touched.items, 1)); /* of one instant */
    FA_TRY(fa_track_cost(rule, 1, cost));
    return fa_citing_cost(cost);
}
