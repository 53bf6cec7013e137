/*
 * Way 2: groups by key and period. Rows come in order of time, so that only the groups of one period
 * are open at once: when its end has passed they are judged and forgotten. Where the judged date is
 * not the order of the rows, the period is one more part of the key and all is judged at the end.
 */
#include <stdlib.h>
#include <string.h>

#include "base/limits.h"
#include "rules/aggregate.h"
#include "rules/view_rows.h"

/* SLOT_SURE is kept where captures ask for it, SLOT_DOUBT where no row of the group surely belongs. */
enum { SLOT_EXCEPT = 1, SLOT_SURE = 2, SLOT_DOUBT = 4, AHEAD = 16 };

struct fa_group_judge {
    struct fa_units units;
    struct fa_judge *judge;
    /* Rules that group the same rows by the same key and ask for the same aggregates share the groups of
     * one of them, which takes rows in for all, even if it is not tested itself. */
    struct fa_group_judge *leader;    /* whose groups these are; itself where nobody shares */
    struct fa_judge *next_judge;      /* of the run */
    FA_VEC(struct fa_judge *) members; /* of a leader: who asks, the leader first */
    uint64_t slice_no;                /* of the slice that it took in last */
    bool is_in_order;
    const struct fa_formula *day;     /* of the row */
    struct fa_aggregate *aggregates;  /* rule->agg_count */
    /* The open groups: slot_of[group] is a slot only if groups[slot] says the same, so that nothing
     * needs clearing. */
    uint32_t *slot_of;
    uint32_t *groups;
    uint8_t *marks;
    uint16_t *doubts;                 /* of SLOT_DOUBT: the cause of the first row */
    struct fa_value **captured;       /* a value for each capture and slot */
    size_t slot_of_capacity, groups_capacity, marks_capacity, doubts_capacity;
    size_t captured_capacity[FA_KEY_PARTS_MAX * 4];
    struct fa_arena arena;            /* texts of captured values */
    uint32_t slot_count;
    int64_t period_last;              /* of the open period */
    bool is_open, has_doubts;         /* a slot may be SLOT_DOUBT */
    /* while judging */
    uint32_t from, count;
    const uint8_t *outside;
    const int64_t *days;
    uint16_t outside_cause;
};

enum { CAPTURES_MAX = FA_KEY_PARTS_MAX * 4 };

/* --- leaves of the level --- */

static const struct fa_vector *numbers(struct fa_pool *pool, enum fa_kind kind, const int64_t *num)
{
    struct fa_vector *v = fa_pool_take(pool, sizeof *v);
    if (v)
        *v = (struct fa_vector){.kind = kind, .den = 1, .num = num};
    return v;
}

static const struct fa_vector *values_vector(const struct fa_value *values, uint32_t count,
                                             enum fa_kind kind, struct fa_pool *pool)
{
    struct fa_vector *v = fa_pool_take(pool, sizeof *v);
    uint8_t *state = fa_pool_take(pool, count);
    int64_t *num = fa_pool_take(pool, count * sizeof *num);
    struct fa_str *texts = fa_pool_take(pool, count * sizeof *texts);
    if (!v || !state || !num || !texts)
        return NULL;
    *v = (struct fa_vector){.kind = kind, .den = kind == FA_KIND_RATIO ? FA_RATIO_UNIT : 1};
    for (uint32_t i = 0; i < count; i++) {
        const struct fa_value *value = &values[i];
        bool is_missing = value->is_missing || !value->denominator;
        num[i] = 0;
        if (!is_missing && !fa_kind_is_text(kind))
            num[i] = (int64_t)(value->numerator * (v->den / (int64_t)value->denominator));
        texts[i] = value->text;
        state[i] = is_missing ? FA_MISSING : FA_HAS;
        if (kind == FA_KIND_BOOL)
            state[i] = is_missing ? FA_UNKNOWN : value->numerator != 0;
    }
    if (kind == FA_KIND_BOOL)
        v->truth = state;
    else if (fa_kind_is_text(kind))
        v->texts = texts;
    else
        v->num = num;
    v->state = kind == FA_KIND_BOOL ? NULL : state;
    return v;
}

static const struct fa_vector *leaf(struct fa_units *units, const struct fa_formula *f,
                                    struct fa_pool *pool)
{
    const struct fa_group_judge *group = ((struct fa_group_judge *)(void *)units)->leader;
    const uint32_t *groups = group->groups + group->from;
    switch (f->op) {
    case FA_OP_KEY:
        return fa_keyspace_part(group->judge->keys.space, f->detail.index, groups, group->count, pool);
    case FA_OP_AGG:
        return fa_aggregate_vector(&group->aggregates[f->detail.index], group->outside, group->from,
                                   group->count, pool);
    case FA_FORMULA_CAPTURE:
        return values_vector(group->captured[f->detail.index] + group->from, group->count, f->kind, pool);
    default: /* FA_FORMULA_JUDGED */
        return numbers(pool, FA_KIND_DATE, group->days);
    }
}

static struct fa_str cause(struct fa_units *units, const struct fa_formula *f, uint32_t i)
{
    const struct fa_group_judge *group = ((struct fa_group_judge *)(void *)units)->leader;
    const struct fa_aggregate *a = &group->aggregates[f->detail.index];
    uint32_t slot = group->from + i;
    uint16_t number = a->flags[slot] & FA_TAINTED ? a->causes[slot] : 0;
    if (!number && group->outside && group->outside[i])
        number = group->outside_cause;
    return number ? group->judge->causes.items[number - 1] : a->agg->text;
}

/* --- plan --- */

/* The last day of the row's period as a part of the key. */
static enum fa_status period_part(struct fa_judge *judge, const struct fa_formula **part)
{
    struct fa_expr day = {.op = FA_OP_PERIOD_DAY, .kind = FA_KIND_DATE};
    struct fa_expr *args[] = {&day};
    struct fa_expr last = {.op = FA_OP_END_OF, .kind = FA_KIND_DATE, .args = args, .arg_count = 1,
                           .period = judge->rule->period};
    if (judge->rule->period == FA_PERIOD_DAY || judge->rule->period == FA_PERIOD_BDAY) {
        *part = judge->population.scope.day;
        return FA_OK;
    }
    return fa_compile(&judge->population.scope, &last, part);
}

/* Whether two rules have the same groups, and read the same of them. */
static bool are_alike(const struct fa_judge *a, const struct fa_judge *b)
{
    const struct fa_rule *x = a->rule, *y = b->rule;
    bool is_alike = !x->view && !y->view && a->population.last == b->population.last &&
                    a->keys.space == b->keys.space && x->has_period == y->has_period &&
                    (!x->has_period || x->period == y->period) && x->agg_count == y->agg_count &&
                    a->group->is_in_order == b->group->is_in_order &&
                    a->group->day == b->group->day &&
                    a->units.captures.count == b->units.captures.count;
    for (size_t c = 0; is_alike && c < a->units.captures.count; c++)
        is_alike = a->units.captures.items[c] == b->units.captures.items[c];
    for (int i = 0; is_alike && i < x->agg_count; i++) {
        const struct fa_aggregate *p = &a->group->aggregates[i], *q = &b->group->aggregates[i];
        is_alike = p->agg->op == q->agg->op && p->arg == q->arg && p->cond == q->cond &&
                   !p->agg->top && !q->agg->top && p->agg->kind == q->agg->kind &&
                   p->agg->only_grows == q->agg->only_grows;
    }
    return is_alike;
}

/* Joins the groups of a rule planned before, or leads its own. */
static enum fa_status find_leader(struct fa_judge *judge)
{
    struct fa_group_judge *group = judge->group, *leader = group;
    for (struct fa_judge *other = judge->run->groups; other; other = other->group->next_judge)
        if (other->group->leader == other->group && are_alike(other, judge))
            leader = other->group;
    group->leader = leader;
    group->next_judge = judge->run->groups;
    judge->run->groups = judge;
    return fa_vec_add(&leader->members, judge) == FA_OK
               ? FA_OK
               : fa_out_of_memory(judge->run->sink, "the plan of the rules");
}

enum fa_status fa_group_plan(struct fa_judge *judge)
{
    struct fa_group_judge *group = calloc(1, sizeof *group);
    judge->group = group;
    if (!group)
        return fa_out_of_memory(judge->run->sink, "the plan of the rules");
    const struct fa_rule *rule = judge->rule;
    group->units = (struct fa_units){leaf, cause};
    group->judge = judge;
    group->leader = group;
    group->day = judge->population.scope.day;
    group->is_in_order = !rule->has_period || fa_is_in_order(&judge->population.scope);
    fa_arena_init(&group->arena);
    group->aggregates = calloc((size_t)rule->agg_count + 1, sizeof *group->aggregates);
    if (!group->aggregates)
        return fa_out_of_memory(judge->run->sink, "the plan of the rules");
    for (int a = 0; a < rule->agg_count; a++)
        FA_TRY(fa_aggregate_plan(&group->aggregates[a], &judge->population.scope, rule->aggs[a]));
    if (judge->units.captures.count > CAPTURES_MAX)
        return fa_error(judge->run->sink, FA_CODE_LIMIT, (struct fa_place){0}, NULL,
                        "rule %.*s reads more than %d columns of a group's first row",
                        (int)rule->id.size, rule->id.bytes, CAPTURES_MAX);
    group->captured = calloc(judge->units.captures.count + 1, sizeof *group->captured);
    if (!group->captured)
        return fa_out_of_memory(judge->run->sink, "the plan of the rules");
    FA_TRY(fa_outside_cause(judge, judge->population.scope.table, &group->outside_cause));
    return find_leader(judge);
}

enum fa_status fa_group_period_part(struct fa_judge *judge, const struct fa_formula **part)
{
    *part = NULL;
    if (!judge->rule->has_period || fa_is_in_order(&judge->population.scope))
        return FA_OK;
    return period_part(judge, part);
}

void fa_group_free(struct fa_judge *judge)
{
    struct fa_group_judge *group = judge->group;
    struct fa_meter *meter = &judge->run->meter;
    if (!group)
        return;
    for (int a = 0; group->aggregates && a < judge->rule->agg_count; a++)
        fa_aggregate_release(&group->aggregates[a], meter);
    free(group->aggregates);
    for (size_t c = 0; group->captured && c < judge->units.captures.count; c++) {
        fa_meter_give(meter, group->captured_capacity[c] * sizeof **group->captured);
        free(group->captured[c]);
    }
    free(group->captured);
    fa_meter_give(meter, group->slot_of_capacity * sizeof *group->slot_of +
                             group->groups_capacity * sizeof *group->groups + group->marks_capacity +
                             group->doubts_capacity * sizeof *group->doubts);
    free(group->slot_of);
    free(group->groups);
    free(group->marks);
    free(group->doubts);
    fa_meter_release_arena(meter, &group->arena);
    fa_vec_free(&group->members);
    free(group);
}

/* --- judging the open groups --- */

static enum fa_status add_finding(struct fa_judge *judge, struct fa_frame *fired, uint32_t i,
                                  const struct fa_vector *const *shown, bool is_undecided, uint32_t slot)
{
    const struct fa_group_judge *group = judge->group->leader;
    uint32_t number, key = group->groups[slot];
    int64_t last = group->is_in_order ? group->period_last : group->days[fired->pick[i]];
    struct fa_finding finding = {
        .outcome = fa_judge_outcome(judge, is_undecided || group->marks[slot] & SLOT_EXCEPT),
        .filer = fa_judge_filer(judge, fa_keyspace_filer(judge->keys.space, key)),
        .period_last_day = judge->rule->has_period ? last : 0,
        .judged_count = 1};
    FA_TRY(fa_judge_keys(judge, key, &finding.keys));
    FA_TRY(fa_judge_values(judge, shown, i, &finding.first));
    finding.worst = finding.first;
    FA_TRY(fa_judge_add(judge, &finding, &number));
    return fa_citing_add(&judge->citing, &judge->run->meter, key,
                         group->is_in_order ? group->period_last : 0, (struct fa_cited){.finding = number});
}

static enum fa_status add_unknown(struct fa_judge *judge, struct fa_frame *frame, uint32_t i)
{
    const struct fa_group_judge *group = judge->group->leader;
    uint32_t number, slot = group->from + i, key = group->groups[slot];
    bool is_doubted = frame->doubt && frame->doubt[i] & FA_DOUBT_MEMBER;
    struct fa_str why = is_doubted ? group->judge->causes.items[group->doubts[slot] - 1]
                                   : fa_cause(frame, judge->when, i);
    FA_TRY(fa_judge_unknown(judge, fa_keyspace_filer(judge->keys.space, key), why, &number));
    return fa_citing_add(&judge->citing, &judge->run->meter, key,
                         group->is_in_order ? group->period_last : 0, (struct fa_cited){.finding = number});
}

/* A group of which no row surely belongs may be none: it is clear at most. */
static enum fa_status doubt_units(struct fa_judge *judge, struct fa_frame *frame)
{
    const struct fa_group_judge *group = judge->group->leader;
    if (!group->has_doubts)
        return FA_OK;
    const struct fa_vector *when = fa_eval(frame, judge->when);
    uint8_t *doubt = fa_pool_take(frame->slice->pool, frame->count);
    if (!when || !doubt)
        return fa_failed(frame->slice);
    for (uint32_t i = 0; i < frame->count; i++) {
        bool is_doubted = group->marks[group->from + i] & SLOT_DOUBT;
        doubt[i] = is_doubted && fa_truth_at(when, i) != FA_FALSE ? FA_DOUBT_MEMBER : 0;
    }
    frame->doubt = doubt;
    return FA_OK;
}

static enum fa_status judge_frame(struct fa_judge *judge, struct fa_frame *frame)
{
    const struct fa_group_judge *group = judge->group->leader;
    FA_TRY(doubt_units(judge, frame));
    const uint8_t *truths = fa_judge_truths(judge, frame);
    uint32_t *rows = fa_pool_take(frame->slice->pool, frame->count * sizeof *rows), fired = 0;
    if (!truths || !rows)
        return fa_failed(frame->slice);
    for (uint32_t i = 0; i < frame->count; i++) {
        if (truths[i] == FA_UNKNOWN)
            FA_TRY(add_unknown(judge, frame, i));
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
        if (answers[i] != FA_EXCEPTED)
            FA_TRY(add_finding(judge, few, i, shown, answers[i] == FA_UNDECIDED, group->from + rows[i]));
    return FA_OK;
}

/* The days by which the units are judged, and which periods reach outside what is covered. */
static enum fa_status date_units(struct fa_judge *judge, struct fa_pool *pool)
{
    struct fa_group_judge *group = judge->group;
    const struct fa_rule *rule = judge->rule;
    int64_t from_day, to_day;
    bool is_covered = fa_covers_find(judge->run, judge->population.table, &from_day, &to_day);
    int64_t *days = fa_pool_take(pool, group->count * sizeof *days);
    uint8_t *outside = fa_pool_take(pool, group->count);
    if (!days || !outside)
        return fa_out_of_memory(judge->run->sink, "judging a rule");
    const struct fa_vector *part = NULL;
    if (!group->is_in_order &&
        !(part = fa_keyspace_part(judge->keys.space, rule->key_count, group->groups + group->from,
                                  group->count, pool)))
        return fa_out_of_memory(judge->run->sink, "judging a rule");
    for (uint32_t i = 0; i < group->count; i++) {
        days[i] = !rule->has_period ? to_day : part ? part->num[i] : group->period_last;
        outside[i] = rule->has_period && is_covered &&
                     (fa_period_first(rule->period, days[i]) < from_day || days[i] > to_day);
    }
    group->days = days;
    group->outside = outside;
    return FA_OK;
}

/* The groups of a view become its rows. */
static enum fa_status take_frame(struct fa_judge *judge, struct fa_frame *frame)
{
    struct fa_group_judge *group = judge->group;
    uint8_t *doubts = fa_pool_take(frame->slice->pool, frame->count);
    if (!doubts)
        return fa_failed(frame->slice);
    for (uint32_t i = 0; i < frame->count; i++)
        doubts[i] = group->marks[group->from + i] & SLOT_EXCEPT ? FA_DOUBT_EXCEPT : 0;
    return fa_view_take(judge, frame, group->groups + group->from, group->days, doubts);
}

/* One of the rules that share the groups judges those at work. */
static enum fa_status ask_member(const struct fa_group_judge *group, struct fa_judge *member)
{
    struct fa_run *run = member->run;
    struct fa_slice slice = {.program = &run->program, .pool = &run->unit_pool, .count = group->count};
    if (member->is_dropped)
        return FA_OK;
    fa_judge_begin_account(member);
    struct fa_frame *frame = fa_frame_units(&slice, &member->group->units, group->count);
    if (!frame)
        return fa_failed(&slice);
    return member->rule->view ? take_frame(member, frame) : judge_frame(member, frame);
}

static enum fa_status close_period(struct fa_judge *judge)
{
    struct fa_group_judge *group = judge->group;
    struct fa_run *run = judge->run;
    for (group->from = 0; group->from < group->slot_count; group->from += group->count) {
        uint32_t left = group->slot_count - group->from;
        group->count = left < run->slice_rows ? left : run->slice_rows;
        fa_pool_clear(&run->unit_pool);
        FA_TRY(date_units(judge, &run->unit_pool));
        struct fa_pool_mark mark = fa_pool_mark(&run->unit_pool);
        for (size_t m = 0; m < group->members.count; m++) {
            FA_TRY(ask_member(group, group->members.items[m]));
            fa_pool_rewind(&run->unit_pool, mark);
        }
        fa_judge_begin_account(judge);
    }
    for (int a = 0; a < judge->rule->agg_count; a++)
        if (group->slot_count)
            fa_aggregate_clear(&group->aggregates[a], &run->meter, group->slot_count);
    fa_meter_clear_arena(&run->meter, &group->arena);
    group->slot_count = 0;
    group->is_open = group->has_doubts = false;
    return FA_OK;
}

/* --- taking rows in --- */

static enum fa_status reserve(struct fa_judge *judge, uint32_t more)
{
    struct fa_group_judge *group = judge->group;
    struct fa_meter *meter = &judge->run->meter;
    size_t count = (size_t)group->slot_count + more;
    FA_TRY(fa_meter_reserve(meter, group->slot_of, &group->slot_of_capacity, judge->keys.space->space));
    FA_TRY(fa_meter_reserve(meter, group->groups, &group->groups_capacity, count));
    FA_TRY(fa_meter_reserve(meter, group->marks, &group->marks_capacity, count));
    for (int a = 0; a < judge->rule->agg_count; a++)
        FA_TRY(fa_aggregate_reserve(&group->aggregates[a], meter, count));
    for (size_t c = 0; c < judge->units.captures.count; c++)
        FA_TRY(fa_meter_reserve(meter, group->captured[c], &group->captured_capacity[c], count));
    return FA_OK;
}

static void find_slots(struct fa_group_judge *group, const uint32_t *keys, uint32_t *slots, uint32_t from,
                       uint32_t to)
{
    uint32_t count = group->slot_count;
    for (uint32_t i = from; i < to; i++) {
        if (i + AHEAD < to)
            __builtin_prefetch(&group->slot_of[keys[i + AHEAD]]);
        uint32_t slot = group->slot_of[keys[i]];
        if (slot >= count || group->groups[slot] != keys[i]) {
            slot = group->slot_of[keys[i]] = count++;
            group->groups[slot] = keys[i];
            group->marks[slot] = 0;
        }
        slots[i] = slot;
    }
    group->slot_count = count;
}

/* What the level reads of a group's first row; a row that surely belongs wins over one in doubt. */
static enum fa_status capture(struct fa_judge *judge, struct fa_frame *frame, const uint32_t *slots,
                              uint32_t from, uint32_t to, uint32_t slots_before)
{
    struct fa_group_judge *group = judge->group;
    for (size_t c = 0; c < judge->units.captures.count; c++) {
        const struct fa_vector *v = fa_eval(frame, judge->units.captures.items[c]);
        if (!v)
            return fa_failed(frame->slice);
        uint32_t next = slots_before; /* the slot that the next new group has */
        for (uint32_t i = from; i < to; i++) {
            bool is_sure = !frame->doubt || !(frame->doubt[i] & FA_DOUBT_MEMBER);
            bool is_new = slots[i] == next;
            next += is_new;
            if (!is_new && (!is_sure || group->marks[slots[i]] & SLOT_SURE))
                continue;
            struct fa_value *kept = &group->captured[c][slots[i]];
            *kept = fa_vector_value(v, i);
            FA_TRY(fa_meter_text(&judge->run->meter, &group->arena, &kept->text));
            if (is_sure && c + 1 == judge->units.captures.count)
                group->marks[slots[i]] |= SLOT_SURE;
        }
    }
    return FA_OK;
}

/* Which groups have no row yet that surely belongs. */
static enum fa_status note_doubts(struct fa_judge *judge, struct fa_frame *frame, const uint32_t *slots,
                                  uint32_t from, uint32_t to, uint32_t slots_before)
{
    struct fa_group_judge *group = judge->group;
    uint32_t next = slots_before; /* the slot that the next new group has */
    if (!frame->doubt && !group->has_doubts)
        return FA_OK;
    for (uint32_t i = from; i < to; i++) {
        uint32_t slot = slots[i];
        bool is_sure = !frame->doubt || !(frame->doubt[i] & FA_DOUBT_MEMBER), is_new = slot == next;
        next += is_new;
        if (is_sure)
            group->marks[slot] &= (uint8_t)~SLOT_DOUBT;
        if (is_sure || !is_new)
            continue;
        group->has_doubts = true;
        group->marks[slot] |= SLOT_DOUBT;
        FA_TRY(fa_meter_reserve(&judge->run->meter, group->doubts, &group->doubts_capacity,
                                (size_t)slot + 1));
        FA_TRY(fa_judge_cause(judge, fa_stage_cause(judge->population.last, i), &group->doubts[slot]));
    }
    return FA_OK;
}

static enum fa_status take_rows(struct fa_judge *judge, struct fa_frame *frame, uint32_t *slots,
                                uint32_t from, uint32_t to)
{
    struct fa_group_judge *group = judge->group;
    uint32_t before = group->slot_count;
    FA_TRY(reserve(judge, to - from));
    find_slots(group, frame->group, slots, from, to);
    for (uint32_t i = from; frame->doubt && i < to; i++)
        if (frame->doubt[i] & FA_DOUBT_EXCEPT)
            group->marks[slots[i]] |= SLOT_EXCEPT;
    FA_TRY(note_doubts(judge, frame, slots, from, to, before));
    if (judge->units.captures.count)
        FA_TRY(capture(judge, frame, slots, from, to, before));
    for (int a = 0; a < judge->rule->agg_count; a++)
        FA_TRY(fa_aggregate_rows(&group->aggregates[a], judge, frame, judge->population.last, slots, from,
                                 to));
    return FA_OK;
}

/* One behind the last of the rows from FROM on whose day lies in the period that ends on LAST. */
static uint32_t same_period(const struct fa_vector *day, int64_t last, uint32_t from, uint32_t count)
{
    if (day->num[fa_at(day, count - 1)] <= last)
        return count;
    while (from < count && day->num[fa_at(day, from)] <= last)
        from++;
    return from;
}

/* Calls TAKE for each run of rows of one period, which come in order of time. */
static enum fa_status each_period(struct fa_judge *judge, struct fa_frame *frame, uint32_t *slots,
                                  enum fa_status (*take)(struct fa_judge *, struct fa_frame *, uint32_t *,
                                                         uint32_t, uint32_t))
{
    struct fa_group_judge *group = judge->group;
    if (!judge->rule->has_period || !group->is_in_order)
        return take(judge, frame, slots, 0, frame->count);
    const struct fa_vector *day = fa_eval(frame, group->day);
    if (!day)
        return fa_failed(frame->slice);
    for (uint32_t from = 0, to; from < frame->count; from = to) {
        int64_t last = fa_period_last(judge->rule->period, day->num[fa_at(day, from)]);
        to = same_period(day, last, from, frame->count);
        if (!judge->run->is_citing && group->is_open && last != group->period_last)
            FA_TRY(close_period(judge));
        group->period_last = last;
        group->is_open = true;
        FA_TRY(take(judge, frame, slots, from, to));
    }
    return FA_OK;
}

enum fa_status fa_group_slice(struct fa_judge *of)
{
    struct fa_judge *judge = of->group->leader->judge;
    if (judge->group->slice_no == of->run->stages.slice_no)
        return FA_OK; /* taken in for another of the rules that share the groups */
    judge->group->slice_no = of->run->stages.slice_no;
    struct fa_frame *frame = fa_stage_frame(&judge->run->stages, judge->population.last);
    if (!frame)
        return fa_failed(judge->run->stages.base->slice);
    if (!frame->count)
        return FA_OK;
    uint32_t *slots = fa_pool_take(frame->slice->pool, frame->count * sizeof *slots);
    return slots ? each_period(judge, frame, slots, take_rows) : fa_failed(frame->slice);
}

enum fa_status fa_group_end(struct fa_judge *judge)
{
    return close_period(judge->group->leader->judge);
}

/* --- the second pass --- */

static enum fa_status pass_row(struct fa_judge *judge, struct fa_frame *frame, uint32_t i,
                               const struct fa_cited *cited)
{
    for (; cited; cited = fa_citing_next(&judge->citing, cited))
        FA_TRY(fa_view_pass(judge, cited, frame, i));
    return FA_OK;
}

static enum fa_status cite_rows(struct fa_judge *judge, struct fa_frame *frame, uint32_t *slots,
                                uint32_t from, uint32_t to)
{
    (void)slots;
    int64_t period = judge->rule->has_period && judge->group->is_in_order ? judge->group->period_last : 0;
    const struct fa_vector *clock = NULL, *amount = NULL;
    for (uint32_t i = from; i < to; i++) {
        struct fa_cited *cited = fa_citing_find(&judge->citing, frame->group[i], period);
        if (cited && judge->rule->view) {
            FA_TRY(pass_row(judge, frame, i, cited));
            continue;
        }
        if (!cited)
            continue;
        struct fa_finding *f = &judge->findings.items[cited->finding];
        if (frame->doubt && frame->doubt[i] & FA_DOUBT_MEMBER && !f->cause.size)
            continue;
        if ((judge->clock && !clock && !(clock = fa_eval(frame, judge->clock))) ||
            (judge->amount && !amount && !(amount = fa_eval(frame, judge->amount))))
            return fa_failed(frame->slice);
        if (amount && fa_state_at(amount, i) == FA_HAS)
            f->row_sum += fa_number_at(amount, i).numerator;
        if (clock && fa_state_at(clock, i) == FA_HAS) {
            int64_t us = fa_judge_instant(judge, clock->kind, clock->num[fa_at(clock, i)]);
            if (!f->has_time || us < f->first_us)
                f->first_us = f->worst_us = us;
            if (!f->has_time || us > f->last_us)
                f->last_us = us;
            f->has_time = true;
            f->is_dated = clock->kind == FA_KIND_DATE;
        }
        FA_TRY(fa_cite_row(judge, cited->finding, frame->slice->table, fa_frame_row(frame, i)));
    }
    return FA_OK;
}

enum fa_status fa_group_cite(struct fa_judge *judge)
{
    bool may = true;
    if (judge->rule->has_period && judge->group->is_in_order)
        FA_TRY(fa_citing_may_have_slice(judge, judge->group->day, true, &may));
    if (!may)
        return FA_OK;
    struct fa_frame *frame = fa_stage_frame(&judge->run->stages, judge->population.last);
    if (!frame)
        return fa_failed(judge->run->stages.base->slice);
    return frame->count ? each_period(judge, frame, NULL, cite_rows) : FA_OK;
}

/* --- its cost --- */

/* Rows come in order of their clock: only then are periods judged one after the other. */
static bool comes_in_order(const struct fa_rule *rule)
{
    const struct fa_expr *date = rule->dated_by;
    const struct fa_table_def *def = rule->population.row_table;
    int clock = def->by != FA_NO_COLUMN ? def->by : def->clock;
    return date && date->op == FA_OP_PATH && date->path.step_count == 1 && date->path.steps[0] == clock;
}

enum fa_status fa_group_cost(const struct fa_rule *rule, struct fa_cost *cost)
{
    const struct fa_group_judge *group = NULL;
    cost->class = FA_COST_B;
    cost->has_period &= comes_in_order(rule);
    FA_TRY(fa_cost_array(cost, FA_COST_KEYS, sizeof *group->slot_of, 1));
    /* room for a slice of new groups is made at a time */
    size_t slot = sizeof *group->groups + sizeof *group->marks + sizeof *group->doubts;
    size_t captured = sizeof **group->captured;
    FA_TRY(fa_cost_array(cost, FA_COST_GROUPS, slot, 1));
    int captures = fa_cost_captures(rule);
    FA_TRY(fa_cost_array(cost, FA_COST_GROUPS, captured, captures));
    FA_TRY(fa_cost_add(cost, FA_COST_GROUPS, FA_COST_TEXTS, 0, captures));
    size_t ahead = slot + captured * (size_t)captures;
    for (int a = 0; a < rule->agg_count; a++) {
        FA_TRY(fa_aggregate_cost(rule->aggs[a], FA_COST_GROUPS, FA_COST_PERIOD_ROWS, cost));
        ahead += 2 * sizeof(struct fa_value);
    }
    FA_TRY(fa_cost_add(cost, FA_COST_FIXED, FA_COST_EXACT, 2 * FA_SLICE_ROWS * ahead, 1));
    return fa_citing_cost(cost);
}
