/*
 * must, in the words of flowaudit-rules(5): duties from the oldest on each take the oldest rows
 * that answer them and that no other has taken, until `with` holds.
 */
#include "rules/plain_observe.h"
#include "rules/plain_parts.h"
#include "rules/plain_run.h"

#include <stdlib.h>

/* A row that may answer. */
struct answer {
    const struct fa_plain_member *member;
    bool is_doubtful; /* whether it counts cannot be told */
    struct fa_str cause;
    bool is_taken;
};

typedef FA_VEC(struct answer) fa_answers;
typedef FA_VEC(const struct answer *) fa_taken;

struct judged {
    bool is_unknown, is_done, is_pending;
    struct fa_str cause;
    fa_taken in_time, late;
    const struct answer *completed; /* the row after which `with` held, in time or late */
};

/* --- what owes --- */

enum fa_status fa_plain_owe(struct fa_plain *plain, const struct fa_finding *finding,
                            const struct fa_plain_member *member)
{
    const struct fa_rule *rule = plain->rule;
    struct fa_plain_owed owed = {.finding = *finding, .place = plain->owed.count};
    owed.finding.rule = rule;
    if (member) {
        owed.has_instant = member->has_instant;
        owed.instant_us = member->instant_us;
        owed.day_no = member->day_no;
        owed.row = *member;
    } else if (rule->has_period) {
        owed.day_no = finding->period_last_day;
    } else if (rule->duty->has_moment) {
        owed.has_instant = rule->duty->moment == FA_KIND_TIME;
        owed.instant_us = finding->first_us;
        owed.day_no = fa_day_of(finding->first_us, &rule->ruleset->zone);
    }
    return fa_vec_add(&plain->owed, owed);
}

static int compare_numbers(int64_t a, int64_t b)
{
    return (a > b) - (a < b);
}

static int compare_owed(const void *a, const void *b)
{
    const struct fa_plain_owed *x = a, *y = b;
    const struct fa_finding *f = &x->finding, *g = &y->finding;
    int order = compare_numbers(x->day_no, y->day_no);
    if (!order && x->has_instant)
        order = compare_numbers(x->instant_us, y->instant_us);
    if (!order)
        order = x->row.row
                    ? compare_numbers((int64_t)x->row.row->row_no, (int64_t)y->row.row->row_no)
                    : 0;
    if (!order)
        order = x->row.leg - y->row.leg;
    if (!order && f->rule->way != FA_WAY_ROW && f->keys)
        order = fa_values_compare(f->keys, g->keys, f->rule->key_count);
    if (!order)
        order = fa_str_compare(f->filer, g->filer);
    return order || !f->rule->duty->has_moment ? order
                                               : compare_numbers(f->first_us, g->first_us);
}

/* --- time --- */

static int64_t elapsed(const struct fa_duty *duty)
{
    int64_t unit = duty->unit == FA_UNIT_H ? FA_HOUR_US : FA_MINUTE_US;
    return (int64_t)duty->within->value.numerator * unit;
}

static bool is_elapsed(const struct fa_duty *duty)
{
    return duty->within && (duty->unit == FA_UNIT_H || duty->unit == FA_UNIT_M);
}

static bool has_time(const struct fa_duty *duty)
{
    return duty->within || duty->is_before;
}

/* <0: the row is before what owes; by their instants, or by days where one is known by its day.
 */
static int compare_moments(const struct fa_plain_member *row, const struct fa_plain_owed *owed)
{
    return row->has_instant && owed->has_instant
               ? compare_numbers(row->instant_us, owed->instant_us)
               : compare_numbers(row->day_no, owed->day_no);
}

static int64_t shown_day(const struct fa_plain_owed *owed, int shown)
{
    return (int64_t)owed->finding.first[shown].numerator;
}

/* Whether the row comes after the duty's time. */
static bool is_late(const struct fa_duty *duty, const struct fa_plain_owed *owed,
                    const struct fa_plain_member *row)
{
    if (!has_time(duty))
        return false;
    if (duty->is_before)
        return compare_moments(row, owed) > 0;
    if (is_elapsed(duty))
        return row->instant_us > owed->instant_us + elapsed(duty);
    return row->day_no > shown_day(owed, duty->due_shown);
}

static bool is_early(const struct fa_duty *duty, const struct fa_plain_owed *owed,
                     const struct fa_plain_member *row)
{
    if (!duty->within)
        return false;
    if (!duty->is_before)
        return compare_moments(row, owed) < 0;
    if (is_elapsed(duty))
        return row->instant_us < owed->instant_us - elapsed(duty);
    return row->day_no < shown_day(owed, duty->since_shown);
}

/* The days on which something may answer. */
static int64_t last_day(struct fa_plain *plain, const struct fa_plain_owed *owed)
{
    const struct fa_duty *duty = plain->rule->duty;
    if (duty->is_before)
        return owed->day_no;
    return is_elapsed(duty)
               ? fa_day_of(owed->instant_us + elapsed(duty), &plain->rule->ruleset->zone)
               : shown_day(owed, duty->due_shown);
}

static int64_t first_day(struct fa_plain *plain, const struct fa_plain_owed *owed)
{
    const struct fa_duty *duty = plain->rule->duty;
    if (!duty->is_before)
        return owed->day_no;
    return is_elapsed(duty)
               ? fa_day_of(owed->instant_us - elapsed(duty), &plain->rule->ruleset->zone)
               : shown_day(owed, duty->since_shown);
}

/* Whether rows that could answer may lie outside the days that the filing covers. */
static bool is_outside(struct fa_plain *plain, const struct fa_plain_owed *owed)
{
    const struct fa_duty *duty = plain->rule->duty;
    const struct fa_plain_table *table = &plain->ledger.tables[duty->population.table];
    bool is_streamed = table->def->by != FA_NO_COLUMN;
    if (!table->is_covered)
        return false;
    if (has_time(duty) &&
        last_day(plain, owed) > fa_plain_covered_until(plain, duty->population.table))
        return true;
    return duty->within ? first_day(plain, owed) < table->from_day : is_streamed;
}

/* --- answering --- */

static bool agrees(struct fa_plain *plain, const struct fa_plain_owed *owed,
                   const struct answer *answer)
{
    const struct fa_duty *duty = plain->rule->duty;
    if (!fa_str_equal(owed->finding.filer, fa_plain_filer_of(plain, &answer->member->filer)))
        return false;
    for (int i = 0; i < duty->same_count; i++)
        if (!fa_plain_equal(&answer->member->keys[i],
                            &owed->finding.first[duty->same_shown[i]]))
            return false;
    return true;
}

static bool is_met(enum fa_op op, const struct fa_value *given, const struct fa_value *need)
{
    if (need->is_none) /* no limit: a comparison with it is false */
        return false;
    int order = fa_plain_compare(given, need);
    return fa_plain_order_holds(op, order);
}

/* An aggregate of the rows taken. */
static enum fa_status sum_up(struct fa_plain *plain, const struct fa_agg *agg,
                             const fa_taken *in_time, const fa_taken *late,
                             struct fa_plain_result *sum)
{
    const struct fa_table_def *table = plain->rule->duty->population.row_table;
    struct fa_plain_tally tally = fa_plain_empty_tally(agg);
    for (size_t i = 0; i < in_time->count; i++)
        FA_TRY(fa_plain_tally_member(plain, &tally, agg, table, in_time->items[i]->member));
    for (size_t i = 0; late && i < late->count; i++)
        FA_TRY(fa_plain_tally_member(plain, &tally, agg, table, late->items[i]->member));
    *sum = fa_plain_finish_tally(&tally, agg, NULL);
    return FA_OK;
}

/* Whether the rows taken are enough: without `with` one is. */
static enum fa_status is_enough(struct fa_plain *plain, const struct fa_plain_owed *owed,
                                const struct judged *judged, bool *enough)
{
    const struct fa_duty *duty = plain->rule->duty;
    *enough = judged->in_time.count + judged->late.count > 0;
    for (int p = 0; *enough && p < duty->part_count; p++) {
        struct fa_plain_result sum;
        FA_TRY(sum_up(plain, duty->parts[p].agg, &judged->in_time, &judged->late, &sum));
        *enough =
            is_met(duty->parts[p].op, &sum.value, &owed->finding.first[duty->parts[p].shown]);
    }
    return FA_OK;
}

/* The duty takes rows, the oldest first, until they are enough. */
static enum fa_status take(struct fa_plain *plain, const struct fa_plain_owed *owed,
                           fa_answers *answers, bool wants_late, struct judged *judged)
{
    const struct fa_duty *duty = plain->rule->duty;
    bool enough = false;
    for (size_t i = 0; !enough && i < answers->count; i++) {
        struct answer *answer = &answers->items[i];
        bool is_in_time =
            !is_early(duty, owed, answer->member) && !is_late(duty, owed, answer->member);
        bool is_free = duty->is_shared || duty->is_ban || !answer->is_taken;
        bool fits = wants_late ? is_late(duty, owed, answer->member) : is_in_time;
        if (answer->is_doubtful || !is_free || !agrees(plain, owed, answer) || !fits)
            continue;
        answer->is_taken = true;
        FA_TRY(fa_vec_add(wants_late ? &judged->late : &judged->in_time, answer));
        FA_TRY(is_enough(plain, owed, judged, &enough));
        if (enough)
            judged->completed = answer;
    }
    if (!wants_late)
        judged->is_done = enough;
    return FA_OK;
}

/* The last row in time of which it is not known whether it answers. */
static const struct answer *find_doubtful(struct fa_plain *plain,
                                          const struct fa_plain_owed *owed,
                                          const fa_answers *answers)
{
    const struct fa_duty *duty = plain->rule->duty;
    const struct answer *found = NULL;
    for (size_t i = 0; i < answers->count; i++) {
        const struct answer *answer = &answers->items[i];
        bool is_in_time = !answer->member->has_day || (!is_early(duty, owed, answer->member) &&
                                                       !is_late(duty, owed, answer->member));
        if (answer->is_doubtful && is_in_time && agrees(plain, owed, answer))
            found = answer;
    }
    return found;
}

/* --- one duty --- */

static struct fa_str shown_cause(const struct fa_rule *rule, int shown)
{
    return rule->shown[shown].mask_column.size ? rule->shown[shown].mask_column
                                               : rule->shown[shown].name;
}

/* What must be known before anything can answer; empty: all is. */
static struct fa_str missing_of(const struct fa_rule *rule, const struct fa_plain_owed *owed)
{
    const struct fa_duty *duty = rule->duty;
    const struct fa_value *shown = owed->finding.first;
    for (int i = 0; i < duty->same_count; i++)
        if (shown[duty->same_shown[i]].is_missing)
            return shown_cause(rule, duty->same_shown[i]);
    for (int i = 0; i < duty->part_count; i++)
        if (shown[duty->parts[i].shown].is_missing)
            return shown_cause(rule, duty->parts[i].shown);
    int day = duty->is_before ? duty->since_shown : duty->due_shown;
    if (duty->within && !is_elapsed(duty) && shown[day].is_missing)
        return duty->unit == FA_UNIT_BD ? FA_STR("holiday.date")
                                        : FA_STR("a number beyond its range");
    if (is_elapsed(duty)) {
        int64_t span = duty->is_before ? -elapsed(duty) : elapsed(duty);
        if (!fa_time_has_day(owed->instant_us + span, &rule->ruleset->zone))
            return FA_STR("a number beyond its range");
    }
    return (struct fa_str){NULL, 0};
}

static bool is_pending(struct fa_plain *plain, const struct fa_plain_owed *owed)
{
    const struct fa_duty *duty = plain->rule->duty;
    return duty->within && !duty->is_before && last_day(plain, owed) > plain->as_of_day;
}

/* What is undecided so far is pending, unknown, or else open to what came late. */
static void decide(struct fa_plain *plain, const struct fa_plain_owed *owed,
                   const fa_answers *answers, struct judged *judged)
{
    if (judged->is_unknown || judged->is_done)
        return;
    judged->is_pending = is_pending(plain, owed);
    if (judged->is_pending)
        return;
    const struct answer *doubtful = find_doubtful(plain, owed, answers);
    judged->is_unknown = doubtful || is_outside(plain, owed);
    if (doubtful)
        judged->cause = doubtful->cause;
    else if (judged->is_unknown)
        judged->cause = fa_plain_outside_text(plain, plain->rule->duty->population.table);
}

/* --- what comes of it --- */

/* The row, or the rows behind that of a view. */
static enum fa_status cite_answer(struct fa_plain *plain, struct fa_finding *finding,
                                  const struct fa_plain_row *row)
{
    const struct fa_plain_table *table = &plain->ledger.tables[plain->rule->duty->population.table];
    finding->row_count++;
    if (table->def->written_by != FA_BY_VIEW)
        return fa_vec_add(&finding->rows, ((struct fa_row_range){table->head_table, row->row_no,
                                                                 row->row_no}));
    for (int i = 0; i < row->sources.count; i++) {
        const struct fa_plain_source *source = &row->sources.items[i];
        struct fa_row_range range = {source->head_table, source->row_no, source->row_no};
        if (!source->is_unknown)
            FA_TRY(fa_vec_add(&finding->rows, range));
    }
    return FA_OK;
}

static enum fa_status cite_answers(struct fa_plain *plain, struct fa_finding *finding,
                                   const fa_taken *taken)
{
    if (taken->count && finding->rows.count && !finding->owing_table) {
        finding->owing_table = finding->rows.items[0].table + 1;
        if (plain->rule->way == FA_WAY_RUNNING) {
            finding->has_anchor = true;
            finding->anchor_row = finding->rows.items[0].from_row;
        }
    }
    for (size_t i = 0; i < taken->count; i++)
        FA_TRY(cite_answer(plain, finding, taken->items[i]->member->row));
    return FA_OK;
}

/* The values that only now are known. */
static enum fa_status fill_in(struct fa_plain *plain, struct fa_plain_owed *owed,
                              const struct judged *judged)
{
    const struct fa_duty *duty = plain->rule->duty;
    struct fa_value *shown = owed->finding.first;
    struct fa_value instant = {.kind = FA_KIND_TIME, .denominator = 1};
    if (is_elapsed(duty) && duty->is_before) {
        instant.numerator = owed->instant_us - elapsed(duty);
        shown[duty->since_shown] = instant;
    }
    if (duty->is_before) {
        shown[duty->due_shown] = (struct fa_value){
            .kind = duty->moment,
            .denominator = 1,
            .numerator = duty->moment == FA_KIND_TIME ? owed->instant_us : owed->day_no};
    } else if (is_elapsed(duty)) {
        instant.numerator = owed->instant_us + elapsed(duty);
        shown[duty->due_shown] = instant;
    }
    if (judged->completed && duty->came_shown >= 0) {
        const struct fa_plain_member *row = judged->completed->member;
        shown[duty->came_shown] =
            (struct fa_value){.kind = duty->dated_by->kind,
                              .denominator = 1,
                              .numerator = row->has_instant ? row->instant_us : row->day_no};
    }
    if (duty->done_shown >= 0) {
        struct fa_plain_result done;
        FA_TRY(sum_up(plain, duty->parts[0].agg, &judged->in_time, NULL, &done));
        shown[duty->done_shown] = done.value;
    }
    if (owed->finding.worst != shown) {
        const int places[] = {duty->due_shown, duty->since_shown, duty->came_shown,
                              duty->done_shown};
        for (int i = 0; i < 4; i++)
            if (places[i] >= 0)
                owed->finding.worst[places[i]] = shown[places[i]];
    }
    return FA_OK;
}

static void widen(struct fa_finding *finding, const struct fa_finding *other)
{
    if (!other->has_time)
        return;
    if (!finding->has_time || other->first_us < finding->first_us)
        finding->first_us = other->first_us;
    if (!finding->has_time || other->last_us > finding->last_us)
        finding->last_us = other->last_us;
    finding->worst_us = finding->first_us;
    finding->has_time = true;
    finding->is_dated = other->is_dated;
}

static enum fa_status add_rows(struct fa_finding *finding, const struct fa_finding *other)
{
    for (size_t i = 0; i < other->rows.count; i++)
        FA_TRY(fa_vec_add(&finding->rows, other->rows.items[i]));
    finding->row_count += other->row_count;
    finding->row_sum += other->row_sum;
    finding->has_sum |= other->has_sum;
    return FA_OK;
}

static enum fa_status leave_unknown(struct fa_plain *plain, struct fa_plain_owed *owed,
                                    struct fa_str cause)
{
    struct fa_str filer = owed->finding.filer;
    if (plain->rule->way == FA_WAY_ROW)
        return fa_plain_add_unknown(plain, plain->findings_before, filer, cause, &owed->row, 1,
                                    true);
    FA_TRY(fa_plain_add_unknown(plain, plain->findings_before, filer, cause, NULL, 0, true));
    for (size_t i = plain->findings_before; i < plain->verdicts->findings.count; i++) {
        struct fa_finding *finding = &plain->verdicts->findings.items[i];
        if (!fa_str_equal(finding->cause, cause) || !fa_str_equal(finding->filer, filer))
            continue;
        widen(finding, &owed->finding);
        return add_rows(finding, &owed->finding);
    }
    return FA_OK;
}

/* Rows that are gathered join the finding of their key. */
static enum fa_status fire(struct fa_plain *plain, struct fa_plain_owed *owed)
{
    struct fa_finding *mine = &owed->finding;
    bool is_gathered = plain->rule->way == FA_WAY_ROW && mine->keys;
    struct fa_finding *finding = is_gathered ? fa_plain_find_gathered(plain, mine) : NULL;
    if (!finding) {
        FA_TRY(fa_plain_list(plain, mine));
        *mine = (struct fa_finding){0}; /* its rows have a new owner */
        return FA_OK;
    }
    fa_plain_join(plain, finding, mine->first_us, mine->has_time, mine->first);
    return add_rows(finding, mine);
}

static void tell(struct fa_plain *plain, const struct fa_plain_owed *owed,
                 enum fa_plain_settled settled, struct fa_str cause)
{
    const struct fa_plain_observer *observer = plain->ledger.observer;
    if (observer && observer->settled)
        observer->settled(observer->context, plain->rule, owed, settled, cause);
}

/* What fired was counted as such; it is one unit, however long it lasted. */
static enum fa_status settle_one(struct fa_plain *plain, struct fa_plain_owed *owed,
                                 const struct judged *judged)
{
    struct fa_rule_counts *counts = plain->counts;
    uint64_t units = owed->finding.judged_count;
    bool is_broken = judged->is_done == plain->rule->duty->is_ban;
    counts->fired -= units;
    counts->tested -= units - 1;
    if (judged->is_unknown) {
        counts->unknown++;
        tell(plain, owed, FA_DUTY_UNKNOWN, judged->cause);
        return leave_unknown(plain, owed, judged->cause);
    }
    FA_TRY(fill_in(plain, owed, judged));
    tell(plain, owed,
         judged->is_pending ? FA_DUTY_PENDING
         : is_broken        ? FA_DUTY_BROKEN
                            : FA_DUTY_KEPT,
         judged->cause);
    if (judged->is_pending) {
        counts->pending++;
        owed->finding.outcome = FA_PENDING;
        FA_TRY(fa_vec_add(&plain->verdicts->pending, owed->finding));
        owed->finding = (struct fa_finding){0};
        return FA_OK;
    }
    if (!is_broken) {
        counts->clear++;
        return FA_OK;
    }
    counts->fired++;
    FA_TRY(cite_answers(plain, &owed->finding, &judged->in_time));
    FA_TRY(cite_answers(plain, &owed->finding, &judged->late));
    return fire(plain, owed);
}

/* --- all of them --- */

/* A row counts as far as its condition, its date and what `with` sums of it are known. */
static enum fa_status weigh(struct fa_plain *plain, const struct fa_plain_member *member,
                            struct answer *answer)
{
    const struct fa_duty *duty = plain->rule->duty;
    *answer = (struct answer){
        .member = member, .is_doubtful = member->is_unknown, .cause = member->cause};
    for (int p = 0; p < duty->part_count && !answer->is_doubtful; p++) {
        struct fa_plain_tally tally = fa_plain_empty_tally(duty->parts[p].agg);
        FA_TRY(fa_plain_tally_member(plain, &tally, duty->parts[p].agg,
                                     duty->population.row_table, member));
        struct fa_plain_result sum = fa_plain_finish_tally(&tally, duty->parts[p].agg, NULL);
        answer->is_doubtful = sum.value.is_missing;
        answer->cause = sum.cause;
    }
    return FA_OK;
}

static enum fa_status judge_all(struct fa_plain *plain, fa_answers *answers,
                                struct judged *judged)
{
    const struct fa_duty *duty = plain->rule->duty;
    for (size_t i = 0; i < plain->owed.count; i++) {
        const struct fa_plain_owed *owed = &plain->owed.items[i];
        judged[i].cause = missing_of(plain->rule, owed);
        judged[i].is_unknown = judged[i].cause.size > 0;
        if (!judged[i].is_unknown)
            FA_TRY(take(plain, owed, answers, false, &judged[i]));
    }
    for (size_t i = 0; i < plain->owed.count; i++) {
        bool is_open = !judged[i].is_unknown && !judged[i].is_done;
        decide(plain, &plain->owed.items[i], answers, &judged[i]);
        if (is_open && !judged[i].is_pending && !duty->is_ban)
            FA_TRY(take(plain, &plain->owed.items[i], answers, true, &judged[i]));
    }
    /* rows are gathered in the order in which they fired */
    for (size_t place = 0; place < plain->owed.count; place++)
        for (size_t i = 0; i < plain->owed.count; i++)
            if (plain->owed.items[i].place == place)
                FA_TRY(settle_one(plain, &plain->owed.items[i], &judged[i]));
    return FA_OK;
}

void fa_plain_forget_owed(struct fa_plain *plain)
{
    for (size_t i = 0; i < plain->owed.count; i++)
        fa_vec_free(&plain->owed.items[i].finding.rows);
    plain->owed.count = 0;
}

enum fa_status fa_plain_settle(struct fa_plain *plain)
{
    const struct fa_duty *duty = plain->rule->duty;
    fa_plain_members members = {0};
    fa_answers answers = {0};
    struct judged *judged = calloc(plain->owed.count + 1, sizeof *judged);
    enum fa_status status = judged ? FA_OK : FA_ELIMIT;
    if (status == FA_OK)
        status = fa_plain_admit_all(plain, &duty->population, duty->dated_by, duty->theirs,
                                    duty->same_count, false, &members);
    for (size_t i = 0; status == FA_OK && i < members.count; i++) {
        struct answer answer;
        status = weigh(plain, &members.items[i], &answer);
        if (status == FA_OK)
            status = fa_vec_add(&answers, answer);
    }
    if (plain->owed.count)
        qsort(plain->owed.items, plain->owed.count, sizeof *plain->owed.items, compare_owed);
    if (status == FA_OK)
        status = judge_all(plain, &answers, judged);
    for (size_t i = 0; judged && i < plain->owed.count; i++) {
        fa_vec_free(&judged[i].in_time);
        fa_vec_free(&judged[i].late);
    }
    free(judged);
    fa_vec_free(&answers);
    fa_vec_free(&members);
    return status;
}
