/*
 * Way 12: periods that need a row. For each key it is remembered, a bit a period, in which periods it
 * has such a row and in which it was active; what is in doubt is remembered by itself. When all rows
 * are in, each key is led through the periods in turn.
 */
#include <stdlib.h>
#include <string.h>

#include "rules/met.h"
#include "rules/spans.h"
#include "rules/track.h"

enum { NO_PERIOD = -1 };

/* A period, and from when to when the row that it needs may be dated: days or, where `within` tells
 * hours, instants; both belong to it. */
struct period {
    int64_t last;     /* day */
    int64_t from, to;
    int64_t due_day;  /* of a row that may come later */
    bool is_unknown;  /* the calendar does not know */
    bool is_outside;  /* it reaches outside what is covered */
    bool is_pending;  /* its row is due after as-of */
};

/* Rows nearest to a run of missing periods: the last on the way there, the first behind it. */
struct nearest {
    bool is_there;
    int64_t first_at, last_at;
    uint64_t first_row, last_row;
    fa_i128 first_amount, last_amount;
};

struct fa_every_judge {
    struct fa_track track;
    struct fa_keyed_rows activity;
    struct fa_span_rows each;
    struct fa_spans each_spans;
    FA_VEC(struct period) periods;
    struct fa_calendar *calendar;
    bool is_by_instant;
    uint16_t calendar_cause, outside_cause;
    size_t words;           /* of 64 periods */
    uint32_t *place;        /* by group: where its bits are, + 1 */
    uint64_t *bits;         /* by place: WORDS for the rows, then WORDS for the activity */
    size_t place_capacity, bits_capacity;
    uint32_t place_count;
    struct fa_tuples doubts;    /* group, period * 2 + 1 for activity; period -1: the row has no date */
    uint16_t *doubt_causes;
    size_t doubt_causes_capacity;
    uint8_t *is_key;        /* by group: it has a row of the population */
    size_t is_key_capacity;
    size_t near_period;     /* where the row before was found */
    /* second pass: by episode the rows between it and the one before, and within it; behind the last of
     * a key those behind it */
    struct nearest *near;
    size_t near_capacity;
};

/* --- plan --- */

static enum fa_status plan_calendar(struct fa_judge *judge)
{
    struct fa_expr day = {.op = FA_OP_PERIOD_DAY, .kind = FA_KIND_DATE};
    struct fa_expr *args[] = {&day};
    struct fa_expr is_bday = {.op = FA_OP_IS_BDAY, .kind = FA_KIND_BOOL, .args = args, .arg_count = 1};
    const struct fa_formula *formula;
    FA_TRY(fa_compile(&judge->population.scope, &is_bday, &formula));
    judge->every->calendar = formula->detail.calendar;
    return fa_judge_cause(judge, FA_STR("holiday.date"), &judge->every->calendar_cause);
}

enum fa_status fa_every_plan(struct fa_judge *judge)
{
    const struct fa_every *rule = judge->rule->every;
    struct fa_every_judge *every = calloc(1, sizeof *every);
    judge->every = every;
    if (!every)
        return fa_out_of_memory(judge->run->sink, "the plan of the rules");
    fa_tuples_init(&every->doubts, 2);
    FA_TRY(fa_track_init(&every->track, judge, 1));
    every->track.value_kinds[0] = FA_KIND_INT;
    every->is_by_instant = rule->within && rule->unit == FA_UNIT_M;
    if (rule->activity)
        FA_TRY(fa_keyed_rows_plan(judge, rule->activity, &every->activity));
    if (rule->each) {
        FA_TRY(fa_keyed_rows_plan(judge, rule->each, &every->each.rows));
        FA_TRY(fa_span_rows_plan(judge, &every->each));
    }
    if (judge->rule->period == FA_PERIOD_BDAY || (rule->within && rule->unit == FA_UNIT_BD))
        FA_TRY(plan_calendar(judge));
    return fa_outside_cause(judge, judge->rule->population.table, &every->outside_cause);
}

void fa_every_free(struct fa_judge *judge)
{
    struct fa_every_judge *every = judge->every;
    struct fa_meter *meter = &judge->run->meter;
    if (!every)
        return;
    fa_track_release(&every->track);
    fa_spans_release(&every->each_spans, meter);
    fa_tuples_release(&every->doubts, meter);
    fa_meter_give(meter, every->periods.capacity * sizeof(struct period) +
                             every->place_capacity * sizeof *every->place +
                             every->bits_capacity * sizeof *every->bits +
                             every->doubt_causes_capacity * sizeof *every->doubt_causes +
                             every->is_key_capacity + every->near_capacity * sizeof *every->near);
    fa_vec_free(&every->periods);
    free(every->place);
    free(every->bits);
    free(every->doubt_causes);
    free(every->is_key);
    free(every->near);
    free(every);
}

bool fa_every_reads(const struct fa_judge *judge, int table)
{
    const struct fa_every *rule = judge->rule->every;
    return judge->population.table == table ||
           (rule->activity && judge->every->activity.population.table == table) ||
           (rule->each && judge->every->each.rows.population.table == table);
}

/* --- the periods --- */

/* When the row of a period may be dated. */
static void set_window(const struct fa_judge *judge, struct period *period)
{
    const struct fa_every *rule = judge->rule->every;
    int64_t count = rule->within ? (int64_t)rule->within->value.numerator : 0;
    const struct fa_zone *zone = &judge->rule->ruleset->zone;
    period->from = rule->within ? period->last : fa_period_first(judge->rule->period, period->last);
    period->due_day = period->last;
    if (rule->within && rule->unit == FA_UNIT_BD)
        period->is_unknown |= !fa_calendar_add_bdays(judge->every->calendar, period->last, count,
                                                     &period->due_day);
    else if (rule->within && rule->unit == FA_UNIT_D)
        period->due_day += count;
    else if (rule->within && rule->unit != FA_UNIT_M)
        period->due_day =
            fa_day_add_months(period->last, rule->unit == FA_UNIT_Y ? 12 * count : count);
    period->to = period->due_day;
    if (!judge->every->is_by_instant)
        return;
    period->from = fa_day_start(period->from, zone);
    period->to = fa_day_start(period->last + 1, zone) + count;
    period->due_day = fa_day_of(period->to, zone);
}

static enum fa_status add_period(struct fa_judge *judge, int64_t last, int64_t from_day, int64_t to_day)
{
    struct fa_every_judge *every = judge->every;
    struct period period = {.last = last};
    bool is_bday = true;
    if (judge->rule->period == FA_PERIOD_BDAY)
        period.is_unknown = !fa_calendar_is_bday(every->calendar, last, &is_bday);
    if (!is_bday && !period.is_unknown) /* of a year that is not known no day is known to be off */
        return FA_OK;
    set_window(judge, &period);
    /* windows end in order, for rows look for theirs; where the calendar ends it does not matter where */
    int64_t before = every->periods.count ? every->periods.items[every->periods.count - 1].to : INT64_MIN;
    if (period.is_unknown && period.to < before)
        period.to = before;
    bool may_be_late = judge->rule->every->within != NULL;
    int64_t first = may_be_late ? last : fa_period_first(judge->rule->period, last);
    period.is_outside = first < from_day || period.due_day > to_day;
    period.is_pending = may_be_late && period.due_day > judge->run->program.as_of_day;
    return fa_meter_add(&judge->run->meter, &every->periods, period);
}

enum fa_status fa_every_begin(struct fa_judge *judge)
{
    struct fa_every_judge *every = judge->every;
    enum fa_period kind = judge->rule->period;
    int64_t from_day, to_day;
    if (!fa_covers_find(judge->run, judge->population.table, &from_day, &to_day) &&
        !fa_span_cover(judge->run, judge->population.table, &from_day, &to_day))
        return FA_OK;
    for (int64_t last = from_day > to_day ? INT64_MAX : fa_period_last(kind, from_day);
         last != INT64_MAX && fa_period_first(kind, last) <= to_day;
         last = fa_period_last(kind, last + 1))
        FA_TRY(add_period(judge, last, from_day, to_day));
    every->words = (every->periods.count + 63) / 64;
    return FA_OK;
}

/* --- taking rows in --- */

static enum fa_status bits_of(struct fa_judge *judge, uint32_t group, uint64_t **bits)
{
    struct fa_every_judge *every = judge->every;
    struct fa_meter *meter = &judge->run->meter;
    FA_TRY(fa_meter_reserve(meter, every->place, &every->place_capacity, (size_t)group + 1));
    if (!every->place[group])
        every->place[group] = ++every->place_count;
    size_t at = (size_t)(every->place[group] - 1) * 2 * every->words;
    FA_TRY(fa_meter_reserve(meter, every->bits, &every->bits_capacity, at + 2 * every->words));
    *bits = every->bits + at;
    return FA_OK;
}

static enum fa_status add_doubt(struct fa_judge *judge, uint32_t group, int64_t what, uint16_t cause)
{
    struct fa_every_judge *every = judge->every;
    uint32_t number;
    FA_TRY(fa_tuples_add(&every->doubts, &judge->run->meter, (int64_t[]){group, what}, &number));
    FA_TRY(fa_meter_reserve(&judge->run->meter, every->doubt_causes, &every->doubt_causes_capacity,
                            (size_t)number + 1));
    if (!every->doubt_causes[number])
        every->doubt_causes[number] = cause; /* of the first such row */
    return FA_OK;
}

static uint16_t doubt_of(const struct fa_every_judge *every, uint32_t group, int64_t what)
{
    uint32_t number =
        every->doubts.count ? fa_tuples_find(&every->doubts, (int64_t[]){group, what}) : FA_NO_NUMBER;
    return number == FA_NO_NUMBER ? 0 : every->doubt_causes[number];
}

/* The first period whose window does not end before AT; rows mostly come in order. */
static size_t find_period(struct fa_every_judge *every, int64_t at)
{
    const struct period *periods = every->periods.items;
    size_t low = 0, high = every->periods.count, near = every->near_period;
    if (near < high && periods[near].to >= at && (near == 0 || periods[near - 1].to < at))
        return near;
    while (low < high) {
        size_t middle = low + (high - low) / 2;
        if (periods[middle].to < at)
            low = middle + 1;
        else
            high = middle;
    }
    every->near_period = low;
    return low;
}

/* A row of the population dated AT counts for every period in whose window it lies. */
static enum fa_status mark_row(struct fa_judge *judge, uint32_t group, int64_t at, uint16_t cause)
{
    struct fa_every_judge *every = judge->every;
    uint64_t *bits = NULL;
    for (size_t p = find_period(every, at); p < every->periods.count && every->periods.items[p].from <= at;
         p++) {
        if (cause) {
            FA_TRY(add_doubt(judge, group, (int64_t)p * 2, cause));
            continue;
        }
        if (!bits)
            FA_TRY(bits_of(judge, group, &bits));
        bits[p / 64] |= UINT64_C(1) << p % 64;
    }
    return FA_OK;
}

static enum fa_status take_rows(struct fa_judge *judge)
{
    struct fa_every_judge *every = judge->every;
    struct fa_scope *scope = &judge->population.scope;
    const struct fa_formula *date = every->is_by_instant ? scope->judged : scope->day;
    struct fa_frame *frame = fa_stage_frame(&judge->run->stages, judge->population.last);
    if (!frame)
        return fa_failed(judge->run->stages.base->slice);
    FA_TRY(fa_judge_count_dropped(judge));
    if (!frame->count)
        return FA_OK;
    FA_TRY(fa_track_capture(&every->track, frame));
    FA_TRY(fa_met_table(judge, frame, judge->population.table, scope->day));
    const struct fa_vector *at = fa_eval(frame, date);
    if (!at)
        return fa_failed(frame->slice);
    FA_TRY(fa_meter_reserve(&judge->run->meter, every->is_key, &every->is_key_capacity,
                            judge->keys.space->space));
    for (uint32_t i = 0; i < frame->count; i++) {
        uint32_t group = frame->group[i];
        uint16_t cause = 0;
        every->is_key[group] = 1;
        if (frame->doubt && frame->doubt[i] & FA_DOUBT_MEMBER)
            FA_TRY(fa_judge_cause(judge, fa_stage_cause(judge->population.last, i), &cause));
        if (fa_state_at(at, i) == FA_HAS)
            FA_TRY(mark_row(judge, group, at->num[fa_at(at, i)], cause));
        else
            FA_TRY(add_doubt(judge, group, NO_PERIOD, cause));
    }
    return FA_OK;
}

/* The period that holds a day; false: it lies in none. */
static bool period_of_day(const struct fa_every_judge *every, enum fa_period kind, int64_t day, size_t *p)
{
    size_t low = 0, high = every->periods.count;
    while (low < high) {
        size_t middle = low + (high - low) / 2;
        if (every->periods.items[middle].last < day)
            low = middle + 1;
        else
            high = middle;
    }
    *p = low;
    return low < every->periods.count && fa_period_first(kind, every->periods.items[low].last) <= day;
}

static enum fa_status take_activity(struct fa_judge *judge)
{
    struct fa_every_judge *every = judge->every;
    struct fa_stage *stage = every->activity.population.last;
    struct fa_frame *frame = fa_stage_frame(&judge->run->stages, stage);
    if (!frame)
        return fa_failed(judge->run->stages.base->slice);
    const struct fa_vector *day = frame->count ? fa_eval(frame, every->activity.population.scope.day) : NULL;
    if (frame->count && !day)
        return fa_failed(frame->slice);
    FA_TRY(fa_met_table(judge, frame, every->activity.population.table, every->activity.population.scope.day));
    int64_t last_day = INT64_MIN;
    size_t p = 0;
    bool is_in = false;
    for (uint32_t i = 0; i < frame->count; i++) {
        uint16_t cause = 0;
        uint64_t *bits;
        if (fa_state_at(day, i) != FA_HAS)
            continue; /* active at no time that could be told */
        int64_t at = day->num[fa_at(day, i)];
        if (at != last_day || i == 0)
            is_in = period_of_day(every, judge->rule->period, at, &p);
        last_day = at;
        if (!is_in)
            continue;
        if (frame->doubt && frame->doubt[i] & FA_DOUBT_MEMBER) {
            FA_TRY(fa_judge_cause(judge, fa_stage_cause(stage, i), &cause));
            FA_TRY(add_doubt(judge, frame->group[i], (int64_t)p * 2 + 1, cause));
            continue;
        }
        FA_TRY(bits_of(judge, frame->group[i], &bits));
        bits[every->words + p / 64] |= UINT64_C(1) << p % 64;
    }
    return FA_OK;
}

enum fa_status fa_every_slice(struct fa_judge *judge, int table)
{
    struct fa_every_judge *every = judge->every;
    const struct fa_every *rule = judge->rule->every;
    if (judge->population.table == table)
        FA_TRY(take_rows(judge));
    if (rule->activity && every->activity.population.table == table)
        FA_TRY(take_activity(judge));
    if (rule->each && every->each.rows.population.table == table)
        return fa_spans_take(judge, &every->each, false, &every->each_spans);
    return FA_OK;
}

/* --- the way through the periods --- */

/* Whether a key is there on a day: 0 it is, -1 it is not, else the cause why that is not known. */
static int is_there(const struct fa_every_judge *every, const size_t each[2], int64_t day)
{
    int cause = -1;
    uint32_t order = UINT32_MAX;
    for (size_t i = each[0]; i < each[1]; i++) {
        const struct fa_span *span = &every->each_spans.list.items[i];
        if (span->from > day || span->to <= day)
            continue;
        if (!span->cause)
            return 0;
        if (span->order < order) {
            cause = span->cause;
            order = span->order;
        }
    }
    return cause;
}

static bool has_bit(const uint64_t *bits, size_t p)
{
    return bits && bits[p / 64] >> p % 64 & 1;
}

/* Whether the key has to have a row in period P: 0 it has, -1 it has not, else why that is not known. */
static int is_asked(const struct fa_judge *judge, const uint64_t *bits, uint32_t group,
                    const size_t each[2], size_t p)
{
    const struct fa_every_judge *every = judge->every;
    const struct fa_every *rule = judge->rule->every;
    int cause = 0;
    if (rule->activity && !has_bit(bits ? bits + every->words : NULL, p)) {
        cause = doubt_of(every, group, (int64_t)p * 2 + 1);
        if (!cause)
            return -1;
    }
    int there = rule->each ? is_there(every, each, every->periods.items[p].last) : 0;
    if (there < 0)
        return -1;
    return cause ? cause : there;
}

/* Nothing is decided before its last day is over: it is listed, as duties are. */
static enum fa_status leave_pending(struct fa_judge *judge, uint32_t group,
                                    const struct period *period)
{
    uint32_t number;
    if (!fa_track_is_in_force(&judge->every->track, period->last))
        return FA_OK;
    int64_t at_us = fa_day_start(period->last, &judge->rule->ruleset->zone);
    struct fa_finding finding = {
        .outcome = FA_PENDING,
        .filer = fa_judge_filer(judge, fa_keyspace_filer(judge->keys.space, group)),
        .first_us = at_us, .last_us = at_us, .worst_us = at_us, .has_time = true, .is_dated = true,
        .period_last_day = period->last, .due_day = period->due_day, .judged_count = 1};
    FA_TRY(fa_judge_keys(judge, group, &finding.keys));
    judge->counts->tested++;
    judge->counts->pending++;
    return fa_judge_add(judge, &finding, &number);
}

static enum fa_status judge_period(struct fa_judge *judge, uint32_t group, const uint64_t *bits,
                                   const size_t each[2], size_t p)
{
    struct fa_every_judge *every = judge->every;
    const struct period *period = &every->periods.items[p];
    int asked = is_asked(judge, bits, group, each, p);
    bool has_row = has_bit(bits, p);
    if (asked < 0)
        return FA_OK;
    if (period->is_pending && !has_row && !period->is_unknown)
        return leave_pending(judge, group, period);
    fa_i128 value = has_row, denominator = 1;
    uint16_t cause = 0;
    if (!has_row) {
        cause = doubt_of(every, group, (int64_t)p * 2);
        if (!cause)
            cause = doubt_of(every, group, NO_PERIOD);
        if (!cause && period->is_outside)
            cause = every->outside_cause;
    }
    struct fa_judged unit = {.group = group, .judged = period->last, .period_last = period->last,
                             .is_dated = true, .is_bound = cause != 0,
                             .at_us = fa_day_start(period->last, &judge->rule->ruleset->zone)};
    if (period->is_unknown)
        unit.doubt_cause = every->calendar_cause;
    else if (!has_row)
        unit.doubt_cause = (uint16_t)asked;
    return fa_track_push(&every->track, &unit, &value, &denominator, &cause);
}

static enum fa_status judge_key(struct fa_judge *judge, uint32_t group, const size_t each[2])
{
    struct fa_every_judge *every = judge->every;
    const uint64_t *bits = NULL;
    if (group < every->place_capacity && every->place[group])
        bits = every->bits + (size_t)(every->place[group] - 1) * 2 * every->words;
    for (size_t p = 0; p < every->periods.count; p++)
        FA_TRY(judge_period(judge, group, bits, each, p));
    return FA_OK;
}

/* Keys of the things that are there, and the spans of each. */
static enum fa_status judge_each(struct fa_judge *judge)
{
    struct fa_every_judge *every = judge->every;
    struct fa_spans *spans = &every->each_spans;
    fa_spans_sort(spans);
    for (size_t each[2] = {0, 0}; each[0] < spans->list.count; each[0] = each[1]) {
        uint32_t group = spans->list.items[each[0]].group;
        while (each[1] < spans->list.count && spans->list.items[each[1]].group == group)
            each[1]++;
        FA_TRY(judge_key(judge, group, each));
    }
    return FA_OK;
}

enum fa_status fa_every_end(struct fa_judge *judge)
{
    struct fa_every_judge *every = judge->every;
    const struct fa_every *rule = judge->rule->every;
    static const size_t nothing[2] = {0, 0};
    if (rule->each)
        FA_TRY(judge_each(judge));
    uint32_t space = rule->each ? 0 : judge->keys.space->space;
    for (uint32_t group = 0; group < space; group++) {
        bool is_active = group < every->place_capacity && every->place[group];
        bool is_key = group < every->is_key_capacity && every->is_key[group];
        if (rule->activity ? is_active || every->doubts.count : is_key)
            FA_TRY(judge_key(judge, group, nothing));
    }
    return fa_track_judge(&every->track);
}

/* --- the second pass: the neighbours of what is missing --- */

static const struct fa_finding *finding_of(const struct fa_judge *judge, size_t episode)
{
    return &judge->findings.items[judge->every->track.episodes.items[episode].finding];
}

/* From when to when rows were missing. */
static void missing_time(const struct fa_judge *judge, size_t episode, int64_t *from, int64_t *to)
{
    const struct fa_every_judge *every = judge->every;
    const struct fa_finding *finding = finding_of(judge, episode);
    size_t p;
    int64_t last = fa_day_of(finding->last_us, &judge->rule->ruleset->zone);
    (void)period_of_day(every, judge->rule->period, finding->period_last_day, &p);
    *from = every->periods.items[p].from;
    (void)period_of_day(every, judge->rule->period, last, &p);
    *to = every->periods.items[p].to;
}

/* The first episode of GROUP that does not end before AT, or the end of the group's; they are in order
 * of group and time. */
static size_t find_episode(const struct fa_judge *judge, uint32_t group, int64_t at)
{
    const struct fa_every_judge *every = judge->every;
    size_t low = 0, high = every->track.episodes.count;
    while (low < high) {
        size_t middle = low + (high - low) / 2;
        uint32_t its_group = every->track.episodes.items[middle].group;
        int64_t from = 0, to = 0;
        if (its_group == group)
            missing_time(judge, middle, &from, &to);
        if (its_group < group || (its_group == group && to < at))
            low = middle + 1;
        else
            high = middle;
    }
    return low;
}

static void remember(struct nearest *near, int64_t at, uint64_t row, fa_i128 amount)
{
    if (!near->is_there || at < near->first_at) {
        near->first_at = at;
        near->first_row = row;
        near->first_amount = amount;
    }
    if (!near->is_there || at >= near->last_at) {
        near->last_at = at;
        near->last_row = row;
        near->last_amount = amount;
    }
    near->is_there = true;
}

/* Places are: 3 e for what lies before episode E, 3 e + 1 for what lies within, 3 e + 2 for what lies
 * behind E where it is the last of its key. */
static size_t place_of(const struct fa_judge *judge, uint32_t group, int64_t at)
{
    const struct fa_every_judge *every = judge->every;
    size_t episode = find_episode(judge, group, at);
    bool is_behind = episode == every->track.episodes.count ||
                     every->track.episodes.items[episode].group != group;
    if (is_behind)
        return episode && every->track.episodes.items[episode - 1].group == group ? 3 * episode - 1
                                                                                   : SIZE_MAX;
    int64_t from, to;
    missing_time(judge, episode, &from, &to);
    return 3 * episode + (at >= from);
}

enum fa_status fa_every_cite(struct fa_judge *judge, int table)
{
    struct fa_every_judge *every = judge->every;
    if (judge->population.table != table || !every->track.episodes.count)
        return FA_OK;
    struct fa_scope *scope = &judge->population.scope;
    struct fa_frame *frame = fa_stage_frame(&judge->run->stages, judge->population.last);
    const struct fa_vector *at = NULL, *amount = NULL;
    if (!frame)
        return fa_failed(judge->run->stages.base->slice);
    FA_TRY(fa_meter_reserve(&judge->run->meter, every->near, &every->near_capacity,
                            3 * every->track.episodes.count));
    if (frame->count && (!(at = fa_eval(frame, every->is_by_instant ? scope->judged : scope->day)) ||
                         (judge->amount && !(amount = fa_eval(frame, judge->amount)))))
        return fa_failed(frame->slice);
    for (uint32_t i = 0; i < frame->count; i++) {
        if ((frame->doubt && frame->doubt[i] & FA_DOUBT_MEMBER) || fa_state_at(at, i) != FA_HAS)
            continue;
        int64_t when = at->num[fa_at(at, i)];
        size_t place = place_of(judge, frame->group[i], when);
        bool has_amount = amount && fa_state_at(amount, i) == FA_HAS;
        if (place != SIZE_MAX)
            remember(&every->near[place], when, fa_frame_row(frame, i),
                     has_amount ? fa_number_at(amount, i).numerator : 0);
    }
    return FA_OK;
}

static enum fa_status cite(struct fa_judge *judge, size_t episode, uint64_t row, fa_i128 amount)
{
    uint32_t finding = judge->every->track.episodes.items[episode].finding;
    judge->findings.items[finding].row_sum += amount;
    return fa_cite_row(judge, finding, judge->population.table, row);
}

/* The last row before each episode of a key and the first behind it, however far away. */
enum fa_status fa_every_cite_end(struct fa_judge *judge)
{
    struct fa_every_judge *every = judge->every;
    const struct fa_episode *episodes = every->track.episodes.items;
    size_t count = every->near ? every->track.episodes.count : 0;
    const struct nearest *before = NULL, *after = NULL;
    for (size_t e = 0; e < count; e++) {
        const struct nearest *near = &every->near[3 * e];
        if (e == 0 || episodes[e - 1].group != episodes[e].group)
            before = NULL;
        before = near[0].is_there ? &near[0] : before;
        if (before)
            FA_TRY(cite(judge, e, before->last_row, before->last_amount));
        before = near[1].is_there ? &near[1] : before;
    }
    for (size_t e = count; e-- > 0;) {
        const struct nearest *near = &every->near[3 * e];
        if (e + 1 == count || episodes[e + 1].group != episodes[e].group)
            after = NULL;
        after = near[2].is_there ? &near[2] : after;
        if (after)
            FA_TRY(cite(judge, e, after->first_row, after->first_amount));
        after = near[1].is_there ? &near[1] : after;
        after = near[0].is_there ? &near[0] : after;
    }
    return FA_OK;
}

/* --- its cost --- */

enum fa_status fa_every_cost(const struct fa_rule *rule, struct fa_cost *cost)
{
    const struct fa_every_judge *every = NULL;
    cost->class = FA_COST_B;
    FA_TRY(fa_track_cost(rule, 1, cost));
    FA_TRY(fa_cost_add(cost, FA_COST_FIXED, FA_COST_PER_DAY, 64 * sizeof *every->periods.items, 1));
    FA_TRY(fa_cost_array(cost, FA_COST_KEYS, sizeof *every->place + sizeof *every->is_key, 1));
    FA_TRY(fa_cost_add(cost, FA_COST_KEYS, FA_COST_PER_DAY, 2 * sizeof *every->bits, 1));
    FA_TRY(fa_cost_array(cost, FA_COST_FINDINGS, 3 * sizeof *every->near, 1));
    /* rows of which it is not known whether they count: mostly none, at worst all */
    FA_TRY(fa_cost_add(cost, FA_COST_ROWS, FA_COST_TUPLES, 2, 1));
    FA_TRY(fa_cost_array(cost, FA_COST_ROWS, sizeof *every->doubt_causes, 1));
    return rule->every->each ? fa_cost_array(cost, FA_COST_ROWS, sizeof *every->each_spans.list.items, 1)
                             : FA_OK;
}
