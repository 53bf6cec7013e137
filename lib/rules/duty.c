#include "rules/duty.h"

#include <stdlib.h>
#include <string.h>

/* --- plan --- */

static bool is_elapsed(const struct fa_duty *duty)
{
    return duty->within && (duty->unit == FA_UNIT_H || duty->unit == FA_UNIT_M);
}

static bool has_time(const struct fa_duty *duty)
{
    return duty->within || duty->is_before;
}

static bool owes_by_row(const struct fa_judge *judge)
{
    return judge->rule->way == FA_WAY_ROW;
}

static enum fa_status plan_answers(struct fa_judge *judge)
{
    struct fa_owing *owing = judge->owing;
    const struct fa_duty *duty = owing->duty;
    struct fa_population_want want = {.population = &duty->population, .dated_by = duty->dated_by};
    FA_TRY(fa_population_plan(&judge->run->stages, &judge->run->program, judge->rule, &want,
                              &owing->answers));
    struct fa_scope *scope = &owing->answers.scope;
    for (int i = 0; i < duty->same_count; i++)
        FA_TRY(fa_compile(scope, duty->theirs[i], &owing->theirs[i]));
    for (int p = 0; p < duty->part_count; p++) {
        if (duty->parts[p].agg->arg)
            FA_TRY(fa_compile(scope, duty->parts[p].agg->arg, &owing->args[p]));
        if (duty->parts[p].agg->cond)
            FA_TRY(fa_compile(scope, duty->parts[p].agg->cond, &owing->conds[p]));
    }
    const struct fa_table_def *def = &judge->run->program.dictionary->tables[scope->table];
    return fa_compile_column(scope, fa_table_hidden_column(def, "filer"), &owing->filer);
}

enum fa_status fa_duty_plan(struct fa_judge *judge)
{
    const struct fa_duty *duty = judge->rule->duty;
    struct fa_owing *owing = calloc(1, sizeof *owing);
    judge->owing = owing;
    if (!owing)
        return fa_out_of_memory(judge->run->sink, "the plan of the rules");
    owing->duty = duty;
    fa_buf_init(&owing->key);
    struct fa_settle_rule rule = {.is_before = duty->is_before || !duty->within,
                                  .is_shared = duty->is_shared,
                                  .is_ban = duty->is_ban,
                                  .has_from = duty->within != NULL,
                                  .has_late = has_time(duty) && !duty->is_ban,
                                  .part_count = duty->part_count};
    for (int p = 0; p < duty->part_count; p++)
        rule.ops[p] = duty->parts[p].op;
    fa_settler_init(&owing->settler, &rule, &judge->run->meter);
    owing->is_in_order = owes_by_row(judge) && fa_is_in_order(&judge->population.scope);
    FA_TRY(plan_answers(judge));
    return fa_outside_cause(judge, duty->population.table, &owing->outside_cause);
}

void fa_duty_free(struct fa_judge *judge)
{
    struct fa_owing *owing = judge->owing;
    if (!owing)
        return;
    fa_settler_release(&owing->settler);
    fa_meter_give(&judge->run->meter, owing->fates.capacity * sizeof *owing->fates.items);
    fa_vec_free(&owing->fates);
    fa_buf_release(&owing->key);
    free(owing);
}

bool fa_duty_reads(const struct fa_judge *judge, int table)
{
    return judge->owing && judge->owing->answers.table == table;
}

/* --- keys --- */

static enum fa_status no_memory(struct fa_judge *judge)
{
    return fa_out_of_memory(judge->run->sink, "settling duties");
}

/* A part of the key: what is equal has equal bytes. */
static enum fa_status add_part(struct fa_judge *judge, const struct fa_value *value)
{
    struct fa_buf *key = &judge->owing->key;
    struct fa_ratio number = {value->numerator, value->denominator};
    bool is_text = fa_kind_is_text(value->kind);
    if (!is_text && number.denominator != 1)
        fa_rational_reduce(&number);
    int64_t whole = (int64_t)number.numerator;
    bool is_whole = number.denominator == 1 && whole == number.numerator;
    uint64_t size = value->text.size;
    const fa_i128 wide[] = {number.numerator, number.denominator};
    enum fa_status status = fa_buf_add_char(key, is_text ? 't' : is_whole ? 'n' : 'w');
    if (status == FA_OK && is_text)
        status = fa_buf_add(key, (const char *)&size, sizeof size);
    if (status == FA_OK)
        status = is_text    ? fa_buf_add_str(key, value->text)
                 : is_whole ? fa_buf_add(key, (const char *)&whole, sizeof whole)
                            : fa_buf_add(key, (const char *)wide, sizeof wide);
    return status == FA_OK ? FA_OK : no_memory(judge);
}

static enum fa_status begin_key(struct fa_judge *judge, int64_t filer)
{
    fa_buf_clear(&judge->owing->key);
    return fa_buf_add(&judge->owing->key, (const char *)&filer, sizeof filer) == FA_OK
               ? FA_OK
               : no_memory(judge);
}

static int64_t filer_at(const struct fa_vector *filer, uint32_t i)
{
    return fa_state_at(filer, i) == FA_HAS ? filer->num[fa_at(filer, i)] : -1;
}

/* --- keys that owe --- */

static size_t wanted_bit(int64_t number)
{
    return (uint64_t)number * UINT64_C(0x9E3779B97F4A7C15) >> 32 & (FA_WANTED_BITS - 1);
}

static void want(struct fa_owing *owing, const struct fa_value *first)
{
    size_t bit = wanted_bit((int64_t)first->numerator);
    owing->wanted[bit / 64] |= UINT64_C(1) << bit % 64;
}

/* --- rows that answer --- */

struct answers {
    struct fa_frame *frame;
    const struct fa_vector *theirs[FA_DUTY_SAME_MAX];
    const struct fa_vector *args[FA_DUTY_PARTS_MAX], *conds[FA_DUTY_PARTS_MAX];
    const struct fa_vector *filer, *at;
};

static enum fa_status look(struct fa_judge *judge, struct fa_frame *frame, struct answers *view)
{
    const struct fa_owing *owing = judge->owing;
    *view = (struct answers){.frame = frame};
    for (int i = 0; i < owing->duty->same_count; i++)
        if (!(view->theirs[i] = fa_eval(frame, owing->theirs[i])))
            return fa_failed(frame->slice);
    for (int p = 0; p < owing->duty->part_count; p++)
        if ((owing->args[p] && !(view->args[p] = fa_eval(frame, owing->args[p]))) ||
            (owing->conds[p] && !(view->conds[p] = fa_eval(frame, owing->conds[p]))))
            return fa_failed(frame->slice);
    view->filer = fa_eval(frame, owing->filer);
    view->at = fa_eval(frame, owing->answers.scope.judged);
    return view->filer && view->at ? FA_OK : fa_failed(frame->slice);
}

/* What row I adds to each part; where that is not known the row is in doubt. */
static enum fa_status weigh(struct fa_judge *judge, const struct answers *view, uint32_t i,
                            fa_i128 *amounts, struct fa_answer *answer)
{
    const struct fa_owing *owing = judge->owing;
    for (int p = 0; p < owing->duty->part_count; p++) {
        const struct fa_vector *arg = view->args[p], *cond = view->conds[p];
        uint8_t counts = cond ? fa_truth_at(cond, i) : FA_TRUE;
        const struct fa_formula *blamed = counts == FA_UNKNOWN ? owing->conds[p] : NULL;
        if (counts == FA_TRUE && arg && fa_state_at(arg, i) != FA_HAS)
            blamed = owing->args[p];
        if (blamed && !answer->doubt)
            FA_TRY(fa_judge_cause(judge, fa_cause(view->frame, blamed, i), &answer->doubt));
        amounts[p] = 0;
        if (!blamed && counts == FA_TRUE)
            amounts[p] = arg ? fa_number_at(arg, i).numerator : 1;
    }
    return FA_OK;
}

static enum fa_status answer_row(struct fa_judge *judge, const struct answers *view, uint32_t i)
{
    struct fa_owing *owing = judge->owing;
    struct fa_frame *frame = view->frame;
    fa_i128 amounts[FA_DUTY_PARTS_MAX];
    FA_TRY(begin_key(judge, filer_at(view->filer, i)));
    for (int k = 0; k < owing->duty->same_count; k++) {
        struct fa_value value = fa_vector_value(view->theirs[k], i);
        if (value.is_missing)
            return FA_OK; /* it answers for nobody */
        FA_TRY(add_part(judge, &value));
    }
    bool is_timeless = fa_state_at(view->at, i) != FA_HAS;
    struct fa_answer answer = {.at_us = INT64_MIN, .row = fa_frame_row(frame, i),
                               .is_timeless = is_timeless};
    if (!is_timeless)
        answer.came_us = fa_judge_instant(judge, view->at->kind, view->at->num[fa_at(view->at, i)]);
    if (!is_timeless && has_time(owing->duty))
        answer.at_us = answer.came_us;
    if (frame->doubt && frame->doubt[i] & FA_DOUBT_MEMBER)
        FA_TRY(fa_judge_cause(judge, fa_stage_cause(owing->answers.last, i), &answer.doubt));
    FA_TRY(weigh(judge, view, i, amounts, &answer));
    return fa_settler_answer(&owing->settler, fa_buf_str(&owing->key), &answer, amounts);
}

/* Of rows [0..COUNT) those that may answer: a duty that has not come yet, or one that did. Whole
 * numbers as a key's first part say no fast. */
static uint32_t pick_asked(const struct fa_owing *owing, const struct answers *view, uint32_t count,
                           uint32_t *rows)
{
    const struct fa_vector *first = owing->duty->same_count ? view->theirs[0] : NULL, *at = view->at;
    bool is_picky = first && first->num && first->den == 1 && !owing->settler.rule.is_before &&
                    at->kind == FA_KIND_TIME && has_time(owing->duty);
    uint32_t picked = 0;
    for (uint32_t i = 0; i < count; i++) {
        rows[picked] = i;
        picked++;
        if (!is_picky || fa_state_at(first, i) != FA_HAS || fa_state_at(at, i) != FA_HAS ||
            at->num[fa_at(at, i)] >= owing->settler.owed_upto_us)
            continue;
        size_t bit = wanted_bit(first->num[fa_at(first, i)]);
        picked -= !(owing->wanted[bit / 64] >> bit % 64 & 1);
    }
    return picked;
}

static enum fa_status answer_rows(struct fa_judge *judge)
{
    struct fa_frame *frame = fa_stage_frame(&judge->run->stages, judge->owing->answers.last);
    struct answers view;
    if (!frame)
        return fa_failed(judge->run->stages.base->slice);
    if (!frame->count)
        return FA_OK;
    FA_TRY(look(judge, frame, &view));
    uint32_t *rows = fa_pool_take(frame->slice->pool, frame->count * sizeof *rows);
    if (!rows)
        return fa_failed(frame->slice);
    uint32_t picked = pick_asked(judge->owing, &view, frame->count, rows);
    for (uint32_t k = 0; k < picked; k++)
        FA_TRY(answer_row(judge, &view, rows[k]));
    return FA_OK;
}

/* --- what owes --- */

/* When a duty counts from. */
struct moment {
    bool is_day;
    int64_t day, us;
};

static struct moment moment_at(const struct fa_judge *judge, enum fa_kind kind, int64_t number)
{
    const struct fa_zone *zone = &judge->rule->ruleset->zone;
    if (kind == FA_KIND_DATE)
        return (struct moment){true, number, fa_day_start(number, zone)};
    return (struct moment){false, fa_day_of(number, zone), number};
}

static int64_t elapsed(const struct fa_duty *duty)
{
    int64_t unit = duty->unit == FA_UNIT_H ? FA_HOUR_US : FA_MINUTE_US;
    return (int64_t)duty->within->value.numerator * unit;
}

static int64_t day_end(const struct fa_judge *judge, int64_t day)
{
    return fa_day_start(day + 1, &judge->rule->ruleset->zone) - 1;
}

/* The time in which rows answer; one that is dated by its day stands at the day's start. */
static void set_span(const struct fa_judge *judge, const struct fa_value *shown, struct moment at,
                     struct fa_owed *owed)
{
    const struct fa_duty *duty = judge->owing->duty;
    const struct fa_zone *zone = &judge->rule->ruleset->zone;
    bool is_exact = !at.is_day && duty->dated_by->kind == FA_KIND_TIME;
    owed->moment_us = at.us;
    owed->from_us = INT64_MIN;
    owed->to_us = at.us;
    if (duty->is_before) {
        owed->to_us = is_exact ? at.us : day_end(judge, at.day);
        if (is_elapsed(duty))
            owed->from_us = at.us - elapsed(duty);
        else if (duty->within)
            owed->from_us = fa_day_start((int64_t)shown[duty->since_shown].numerator, zone);
    } else if (duty->within) {
        owed->from_us = is_exact ? at.us : fa_day_start(at.day, zone);
        owed->to_us = is_elapsed(duty)
                          ? at.us + elapsed(duty)
                          : day_end(judge, (int64_t)shown[duty->due_shown].numerator);
    }
}

static bool is_pending(const struct fa_judge *judge, const struct fa_owed *owed)
{
    const struct fa_duty *duty = judge->owing->duty;
    return duty->within && !duty->is_before &&
           fa_day_of(owed->to_us, &judge->rule->ruleset->zone) > judge->run->program.as_of_day;
}

/* Whether rows that could answer may lie outside the days that the filing covers. */
static bool is_outside(const struct fa_judge *judge, const struct fa_owed *owed)
{
    const struct fa_owing *owing = judge->owing;
    const struct fa_zone *zone = &judge->rule->ruleset->zone;
    int64_t from_day, to_day;
    int table = owing->answers.table;
    if (table < 0 || !fa_covers_find(judge->run, table, &from_day, &to_day))
        return false;
    int64_t last_us = owing->duty->is_before ? owed->moment_us : owed->to_us;
    if (has_time(owing->duty) && fa_day_of(last_us, zone) > to_day)
        return true;
    if (!owing->duty->within)
        return judge->run->head->dictionary.tables[table].by != FA_NO_COLUMN;
    int64_t first_us = owing->duty->is_before ? owed->from_us : owed->moment_us;
    return fa_day_of(first_us, zone) < from_day;
}

static struct fa_str shown_cause(const struct fa_rule *rule, int shown)
{
    return rule->shown[shown].mask_column.size ? rule->shown[shown].mask_column
                                               : rule->shown[shown].name;
}

/* What must be known before anything can answer; empty: all is. */
static struct fa_str missing_of(const struct fa_judge *judge, const struct fa_value *shown)
{
    const struct fa_duty *duty = judge->owing->duty;
    for (int i = 0; i < duty->same_count; i++)
        if (shown[duty->same_shown[i]].is_missing)
            return shown_cause(judge->rule, duty->same_shown[i]);
    for (int p = 0; p < duty->part_count; p++)
        if (shown[duty->parts[p].shown].is_missing)
            return shown_cause(judge->rule, duty->parts[p].shown);
    int day = duty->is_before ? duty->since_shown : duty->due_shown;
    if (duty->within && !is_elapsed(duty) && shown[day].is_missing)
        return duty->unit == FA_UNIT_BD ? FA_STR("holiday.date")
                                        : FA_STR("a number beyond its range");
    return (struct fa_str){NULL, 0};
}

/* Whether hours lead out of the years that dates have. */
static bool is_beyond(const struct fa_judge *judge, struct moment at)
{
    const struct fa_duty *duty = judge->owing->duty;
    if (!is_elapsed(duty))
        return false;
    int64_t end_us = duty->is_before ? at.us - elapsed(duty) : at.us + elapsed(duty);
    return !fa_time_has_day(end_us, &judge->rule->ruleset->zone);
}

static enum fa_status owe(struct fa_judge *judge, const struct fa_value *shown, int64_t filer,
                          struct moment at, struct fa_fate fate)
{
    struct fa_owing *owing = judge->owing;
    const struct fa_duty *duty = owing->duty;
    struct fa_str missing = missing_of(judge, shown);
    if (!missing.size && is_beyond(judge, at))
        missing = FA_STR("a number beyond its range");
    if (missing.size) {
        fate.kind = FA_FATE_UNKNOWN;
        FA_TRY(fa_judge_cause(judge, missing, &fate.cause));
        return fa_meter_add(&judge->run->meter, &owing->fates, fate);
    }
    FA_TRY(begin_key(judge, filer));
    if (duty->same_count)
        want(owing, &shown[duty->same_shown[0]]);
    for (int i = 0; i < duty->same_count; i++)
        FA_TRY(add_part(judge, &shown[duty->same_shown[i]]));
    struct fa_ratio needs[FA_DUTY_PARTS_MAX];
    for (int p = 0; p < duty->part_count; p++) {
        const struct fa_value *need = &shown[duty->parts[p].shown];
        needs[p] = (struct fa_ratio){need->numerator, need->is_none ? 0 : need->denominator};
    }
    struct fa_owed owed = {.unit = fate.unit};
    set_span(judge, shown, at, &owed);
    owed.is_kept = duty->is_ban && (is_pending(judge, &owed) || is_outside(judge, &owed));
    return fa_settler_owe(&owing->settler, fa_buf_str(&owing->key), &owed, needs);
}

/* Way 1: a row and its leg, and whether an exception of it is unknown. */
static uint64_t row_unit(const struct fa_frame *frame, uint32_t i, bool is_undecided)
{
    uint64_t side = frame->side ? frame->side[i] : 0;
    return fa_frame_row(frame, i) * 4 + side * 2 + is_undecided;
}

enum fa_status fa_duty_owe_rows(struct fa_judge *judge, struct fa_frame *fired,
                                const uint8_t *answers)
{
    const struct fa_rule *rule = judge->rule;
    const struct fa_vector *const *shown = fa_judge_shown(judge, fired);
    const struct fa_vector *judged = fa_eval(fired, judge->population.scope.judged);
    const struct fa_vector *filer = fa_eval(fired, judge->filer);
    struct fa_value *values =
        fa_pool_take(fired->slice->pool, ((size_t)rule->shown_count + 1) * sizeof *values);
    if (!shown || !judged || !filer || !values)
        return fa_failed(fired->slice);
    for (uint32_t i = 0; i < fired->count; i++) {
        if (answers[i] == FA_EXCEPTED)
            continue;
        bool is_undecided = answers[i] == FA_UNDECIDED ||
                            (fired->doubt && fired->doubt[i] & FA_DOUBT_EXCEPT);
        struct fa_fate fate = {.unit = row_unit(fired, i, is_undecided),
                               .is_undecided = is_undecided};
        for (int k = 0; k < rule->shown_count; k++)
            values[k] = fa_vector_value(shown[k], i);
        judge->owing->owed_count++;
        FA_TRY(owe(judge, values, filer_at(filer, i),
                   moment_at(judge, judged->kind, judged->num[fa_at(judged, i)]), fate));
    }
    return FA_OK;
}

/* --- as rows come --- */

/* No duty of a row behind these will enter before this. */
static enum fa_status pass_owed(struct fa_judge *judge)
{
    struct fa_owing *owing = judge->owing;
    struct fa_frame *base = judge->run->stages.base;
    if (!owing->is_in_order || !base->count)
        return FA_OK;
    const struct fa_vector *judged = fa_eval(base, judge->population.scope.judged);
    if (!judged)
        return fa_failed(base->slice);
    if (fa_state_at(judged, base->count - 1) != FA_HAS)
        return FA_OK;
    struct moment at = moment_at(judge, judged->kind, judged->num[fa_at(judged, base->count - 1)]);
    bool is_exact = !at.is_day && owing->duty->dated_by->kind == FA_KIND_TIME;
    int64_t upto = is_exact || !has_time(owing->duty) ? at.us
                                                      : fa_day_start(at.day, &judge->rule->ruleset->zone);
    return fa_settler_pass(&owing->settler, upto, INT64_MIN);
}

static enum fa_status pass_rows(struct fa_judge *judge)
{
    struct fa_owing *owing = judge->owing;
    struct fa_frame *base = judge->run->stages.base;
    if (!has_time(owing->duty) || !base->count)
        return FA_OK;
    const struct fa_vector *at = fa_eval(base, owing->answers.scope.judged);
    if (!at)
        return fa_failed(base->slice);
    uint32_t last = base->count - 1;
    if (fa_state_at(at, last) != FA_HAS)
        return FA_OK;
    return fa_settler_pass(&owing->settler, INT64_MIN,
                           fa_judge_instant(judge, at->kind, at->num[fa_at(at, last)]));
}

static bool owes_in_front(const struct fa_judge *judge)
{
    int table = judge->population.table;
    return owes_by_row(judge) && table >= 0 && judge->run->is_held[table];
}

enum fa_status fa_duty_front(struct fa_judge *judge, int table)
{
    if (fa_duty_reads(judge, table))
        FA_TRY(answer_rows(judge));
    return owes_in_front(judge) && judge->population.table == table
               ? fa_judge_population_slice(judge, table)
               : FA_OK;
}

enum fa_status fa_duty_front_end(struct fa_judge *judge)
{
    int table = judge->owing->answers.table;
    bool is_answered = table < 0 || judge->run->is_held[table];
    bool is_owed = owes_in_front(judge) && judge->owing->is_in_order;
    return fa_settler_pass(&judge->owing->settler, is_owed ? INT64_MAX : INT64_MIN,
                           is_answered ? INT64_MAX : INT64_MIN);
}

enum fa_status fa_duty_slice(struct fa_judge *judge, int table)
{
    if (fa_judge_judges(judge, table) && !owes_in_front(judge)) {
        FA_TRY(fa_judge_population_slice(judge, table));
        FA_TRY(pass_owed(judge));
    }
    if (!fa_duty_reads(judge, table) || judge->run->is_held[table])
        return FA_OK;
    FA_TRY(answer_rows(judge));
    return pass_rows(judge);
}

/* --- the end --- */

static enum fa_status add_fate(struct fa_judge *judge, uint32_t number)
{
    struct fa_owing *owing = judge->owing;
    const struct fa_owed *owed = &owing->settler.owed[number];
    struct fa_fate fate = {.unit = owed->unit, .owed = number,
                           .is_undecided = owes_by_row(judge) && owed->unit & 1};
    if (owed->is_broken) {
        fate.kind = FA_FATE_FIRES;
    } else if (is_pending(judge, owed)) {
        fate.kind = FA_FATE_PENDING;
    } else if (owed->doubt || is_outside(judge, owed)) {
        fate.kind = FA_FATE_UNKNOWN;
        fate.cause = owed->doubt ? owed->doubt : owing->outside_cause;
    } else if (owing->duty->is_ban) {
        return FA_OK; /* it held */
    }
    return fa_meter_add(&judge->run->meter, &owing->fates, fate);
}

static int by_unit(const void *a, const void *b)
{
    const struct fa_fate *x = a, *y = b;
    return (x->unit > y->unit) - (x->unit < y->unit);
}

static enum fa_status decide(struct fa_judge *judge)
{
    struct fa_owing *owing = judge->owing;
    bool is_unsorted = owes_by_row(judge) && !owing->is_in_order;
    FA_TRY(fa_settler_finish(&owing->settler, is_unsorted));
    for (uint32_t n = 0; (n = fa_settler_next(&owing->settler, n)) != 0;)
        FA_TRY(add_fate(judge, n));
    if (owing->fates.count)
        qsort(owing->fates.items, owing->fates.count, sizeof *owing->fates.items, by_unit);
    struct fa_rule_counts *counts = judge->counts;
    for (size_t i = 0; i < owing->fates.count; i++) {
        counts->fired += owing->fates.items[i].kind == FA_FATE_FIRES;
        counts->pending += owing->fates.items[i].kind == FA_FATE_PENDING;
        counts->unknown += owing->fates.items[i].kind == FA_FATE_UNKNOWN;
    }
    return FA_OK;
}

/* --- findings that owe --- */

struct candidate {
    const struct fa_finding *finding;
    uint32_t number;
};

static int by_moment(const void *a, const void *b)
{
    const struct fa_finding *f = ((const struct candidate *)a)->finding,
                            *g = ((const struct candidate *)b)->finding;
    const struct fa_rule *rule = f->rule;
    int64_t x = rule->has_period ? f->period_last_day : f->first_us;
    int64_t y = rule->has_period ? g->period_last_day : g->first_us;
    if (!rule->duty->has_moment) {
        x = y = 0;
    } else if (!rule->has_period && rule->duty->moment == FA_KIND_DATE) {
        x = fa_day_of(x, &rule->ruleset->zone);
        y = fa_day_of(y, &rule->ruleset->zone);
    }
    int order = (x > y) - (x < y);
    if (!order && f->keys && g->keys)
        order = fa_values_compare(f->keys, g->keys, rule->key_count);
    if (!order)
        order = fa_str_compare(f->filer, g->filer);
    return order ? order : (f->first_us > g->first_us) - (f->first_us < g->first_us);
}

static int64_t filer_of(const struct fa_judge *judge, struct fa_str name)
{
    const struct fa_run *run = judge->run;
    for (uint32_t i = 0; i < run->institution_count; i++)
        if (fa_str_equal(run->institutions[i], name))
            return i;
    return -1;
}

static enum fa_status owe_finding(struct fa_judge *judge, const struct candidate *candidate)
{
    const struct fa_finding *f = candidate->finding;
    struct fa_rule_counts *counts = judge->counts;
    bool has_period = judge->rule->has_period;
    struct moment at = has_period ? moment_at(judge, FA_KIND_DATE, f->period_last_day)
                                  : moment_at(judge, FA_KIND_TIME, f->first_us);
    if (!has_period && judge->owing->duty->moment == FA_KIND_DATE)
        at = moment_at(judge, FA_KIND_DATE, at.day);
    /* what fired was counted unit by unit; it owes once, however long it lasts */
    counts->fired -= f->judged_count;
    counts->tested -= f->judged_count - 1;
    judge->owing->owed_count++;
    return owe(judge, f->first, filer_of(judge, f->filer), at,
               (struct fa_fate){.unit = candidate->number});
}

static enum fa_status owe_findings(struct fa_judge *judge)
{
    size_t count = 0;
    struct candidate *candidates = malloc((judge->findings.count + 1) * sizeof *candidates);
    if (!candidates)
        return no_memory(judge);
    for (size_t i = 0; i < judge->findings.count; i++)
        if (!judge->findings.items[i].cause.size && judge->findings.items[i].outcome != FA_PENDING)
            candidates[count++] = (struct candidate){&judge->findings.items[i], (uint32_t)i};
    qsort(candidates, count, sizeof *candidates, by_moment);
    enum fa_status status = FA_OK;
    for (size_t i = 0; status == FA_OK && i < count; i++)
        status = owe_finding(judge, &candidates[i]);
    free(candidates);
    return status;
}

/* What is done is no finding: it has no unit left. */
static void mark_findings(struct fa_judge *judge)
{
    const struct fa_owing *owing = judge->owing;
    size_t at = 0;
    for (size_t i = 0; i < judge->findings.count; i++) {
        struct fa_finding *f = &judge->findings.items[i];
        if (f->cause.size || f->outcome == FA_PENDING)
            continue;
        const struct fa_fate *fate = at < owing->fates.count ? &owing->fates.items[at] : NULL;
        if (!fate || fate->unit != i) {
            f->judged_count = 0;
            continue;
        }
        at++;
        if (fate->kind == FA_FATE_PENDING)
            f->outcome = FA_PENDING;
        if (fate->kind == FA_FATE_UNKNOWN)
            continue;
        fa_duty_show(judge, fate, f->first);
        const int places[] = {owing->duty->due_shown, owing->duty->since_shown,
                              owing->duty->came_shown, owing->duty->done_shown};
        for (int p = 0; f->worst != f->first && p < 4; p++)
            if (places[p] >= 0) /* it was owed once, whichever instant was the worst */
                f->worst[places[p]] = f->first[places[p]];
    }
}

enum fa_status fa_duty_end(struct fa_judge *judge)
{
    struct fa_owing *owing = judge->owing;
    struct fa_rule_counts *counts = judge->counts;
    if (owes_by_row(judge))
        counts->fired -= owing->owed_count;
    else
        FA_TRY(owe_findings(judge));
    FA_TRY(decide(judge));
    counts->clear += owing->owed_count - owing->fates.count;
    if (!owes_by_row(judge))
        mark_findings(judge);
    return FA_OK;
}

/* --- the second pass --- */

bool fa_duty_wants_rows(const struct fa_judge *judge)
{
    bool has_findings = owes_by_row(judge) ? judge->owing->fates.count > 0
                                           : judge->findings.count > 0;
    return has_findings && !judge->is_dropped;
}

const struct fa_fate *fa_duty_fate(struct fa_judge *judge, uint64_t row, uint8_t side)
{
    struct fa_owing *owing = judge->owing;
    const struct fa_fate *fates = owing->fates.items;
    uint64_t unit = row * 2 + side;
    size_t low = 0, high = owing->fates.count;
    /* mostly the next one, or none before it */
    if (owing->fate_at < high && fates[owing->fate_at].unit / 2 >= unit)
        high = owing->fate_at + 1;
    if (owing->fate_at > 0 && fates[owing->fate_at - 1].unit / 2 < unit)
        low = owing->fate_at;
    while (low < high) {
        size_t middle = low + (high - low) / 2;
        if (fates[middle].unit / 2 < unit)
            low = middle + 1;
        else
            high = middle;
    }
    owing->fate_at = low;
    return low < owing->fates.count && fates[low].unit / 2 == unit ? &fates[low] : NULL;
}

static void set_time(const struct fa_judge *judge, enum fa_kind kind, int64_t us,
                     struct fa_value *value)
{
    const struct fa_zone *zone = &judge->rule->ruleset->zone;
    *value = (struct fa_value){.kind = kind, .denominator = 1,
                               .numerator = kind == FA_KIND_DATE ? fa_day_of(us, zone) : us};
}

void fa_duty_show(const struct fa_judge *judge, const struct fa_fate *fate, struct fa_value *shown)
{
    const struct fa_owing *owing = judge->owing;
    const struct fa_duty *duty = owing->duty;
    const struct fa_owed *owed = &owing->settler.owed[fate->owed];
    if (duty->is_before && is_elapsed(duty))
        set_time(judge, FA_KIND_TIME, owed->from_us, &shown[duty->since_shown]);
    if (duty->is_before)
        set_time(judge, duty->moment, owed->moment_us, &shown[duty->due_shown]);
    else if (is_elapsed(duty))
        set_time(judge, FA_KIND_TIME, owed->to_us, &shown[duty->due_shown]);
    if (owed->has_come && duty->came_shown >= 0)
        set_time(judge, duty->dated_by->kind, owed->came_us, &shown[duty->came_shown]);
    if (duty->done_shown >= 0)
        shown[duty->done_shown] = (struct fa_value){.kind = duty->parts[0].agg->kind,
                                                    .numerator = owing->settler.done[fate->owed],
                                                    .denominator = 1};
}

enum fa_status fa_duty_cite(struct fa_judge *judge, const struct fa_fate *fate, uint32_t finding)
{
    const struct fa_settler *settler = &judge->owing->settler;
    struct fa_finding *f = &judge->findings.items[finding];
    bool has_sum = f->has_sum; /* the amount is that of what owes, if it has rows */
    if (settler->owed[fate->owed].row_first && f->rows.count && !f->owing_table) {
        f->owing_table = f->rows.items[0].table + 1;
        /* an episode is told by its first row, which may not stay the first */
        if (judge->rule->way == FA_WAY_RUNNING) {
            f->has_anchor = true;
            f->anchor_row = f->rows.items[0].from_row;
        }
    }
    for (uint32_t n = settler->owed[fate->owed].row_first; n; n = settler->taken.items[n - 1].next)
        FA_TRY(fa_cite_row(judge, finding, judge->owing->answers.table,
                           settler->taken.items[n - 1].row));
    f->has_sum = has_sum;
    return FA_OK;
}

/* The finding's rows and time join the indeterminate one of its cause. */
static enum fa_status join_unknown(struct fa_judge *judge, uint32_t from, uint16_t cause)
{
    uint32_t number;
    FA_TRY(fa_judge_unknown(judge, filer_of(judge, judge->findings.items[from].filer),
                            judge->causes.items[cause - 1], &number));
    struct fa_finding *f = &judge->findings.items[number], *mine = &judge->findings.items[from];
    for (size_t i = 0; i < mine->rows.count; i++)
        FA_TRY(fa_meter_add(&judge->run->meter, &f->rows, mine->rows.items[i]));
    f->row_count += mine->row_count;
    f->row_sum += mine->row_sum;
    f->has_sum |= mine->has_sum;
    mine->judged_count = 0;
    if (!mine->has_time)
        return FA_OK;
    if (!f->has_time || mine->first_us < f->first_us)
        f->first_us = mine->first_us;
    if (!f->has_time || mine->last_us > f->last_us)
        f->last_us = mine->last_us;
    f->worst_us = f->first_us;
    f->has_time = true;
    f->is_dated = mine->is_dated;
    return FA_OK;
}

enum fa_status fa_duty_cite_end(struct fa_judge *judge)
{
    const struct fa_owing *owing = judge->owing;
    if (owes_by_row(judge))
        return FA_OK;
    for (size_t i = 0; i < owing->fates.count; i++) {
        const struct fa_fate *fate = &owing->fates.items[i];
        if (fate->kind == FA_FATE_FIRES)
            FA_TRY(fa_duty_cite(judge, fate, (uint32_t)fate->unit));
    }
    return FA_OK;
}

enum fa_status fa_duty_join_unknown(struct fa_judge *judge)
{
    const struct fa_owing *owing = judge->owing;
    if (!owing || owes_by_row(judge))
        return FA_OK;
    for (size_t i = 0; i < owing->fates.count; i++) {
        const struct fa_fate *fate = &owing->fates.items[i];
        if (fate->kind == FA_FATE_UNKNOWN)
            FA_TRY(join_unknown(judge, (uint32_t)fate->unit, fate->cause));
    }
    return FA_OK;
}

/* --- its cost --- */

enum fa_status fa_duty_cost(const struct fa_rule *rule, struct fa_cost *cost)
{
    const struct fa_owing *owing = NULL;
    if (cost->class < FA_COST_C)
        cost->class = FA_COST_C;
    FA_TRY(fa_cost_array(cost, FA_COST_ROWS, sizeof *owing->fates.items, 2));
    return fa_settler_cost(rule->duty->part_count, cost);
}
