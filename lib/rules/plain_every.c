#include "rules/plain_observe.h"

/* A period, and from when to when the row that it needs may be dated. */
struct period {
    int64_t first, last;
    int64_t from_day, to_day;
    int64_t until_us; /* instead of TO_DAY, where a span of hours is told */
    bool has_until;
    bool is_unknown; /* the calendar does not know */
    bool is_outside, is_pending;
};

struct key_run {
    struct fa_plain *plain;
    const struct fa_plain_member *key;
    const fa_plain_members *rows, *activity, *each; /* of the key */
    size_t before;
    struct fa_plain_account run;
    struct period first, last; /* of the run */
};

static enum fa_status find_window(const struct fa_plain *plain, struct period *period)
{
    const struct fa_rule *rule = plain->rule;
    const struct fa_every *every = rule->every;
    period->from_day = every->within ? period->last : period->first;
    period->to_day = period->last;
    if (!every->within)
        return FA_OK;
    int64_t count = (int64_t)every->within->value.numerator;
    if (every->unit == FA_UNIT_M) {
        period->has_until = true;
        period->until_us = fa_day_start(period->last + 1, &rule->ruleset->zone) + count;
        period->to_day = fa_day_of(period->until_us, &rule->ruleset->zone);
    } else if (every->unit == FA_UNIT_D) {
        period->to_day += count;
    } else if (every->unit == FA_UNIT_MO) {
        period->to_day = fa_day_add_months(period->last, count);
    } else if (every->unit == FA_UNIT_Y) {
        period->to_day = fa_day_add_months(period->last, 12 * count);
    } else if (!plain->calendar ||
               !fa_calendar_add_bdays(plain->calendar, period->last, count, &period->to_day)) {
        period->is_unknown = true;
    }
    return FA_OK;
}

static bool is_in_window(const struct period *period, const struct fa_plain_member *member)
{
    if (!member->has_day || member->day_no < period->from_day)
        return false;
    return period->has_until ? member->instant_us <= period->until_us
                             : member->day_no <= period->to_day;
}

/* Whether the key has to have a row in the period: 1 yes, 0 no, -1 unknown. */
static int is_asked(const struct key_run *run, const struct period *period,
                    struct fa_str *cause)
{
    const struct fa_every *every = run->plain->rule->every;
    int active = every->activity ? 0 : 1, there = every->each ? 0 : 1;
    struct fa_str active_cause = {"", 0}, there_cause = {"", 0};
    for (size_t i = 0; every->activity && i < run->activity->count; i++) {
        const struct fa_plain_member *member = &run->activity->items[i];
        if (!member->has_day || member->day_no < period->first || member->day_no > period->last)
            continue;
        if (member->is_unknown && active == 0) {
            active = -1;
            active_cause = member->cause;
        }
        active = member->is_unknown ? active : 1;
    }
    int64_t end_us = fa_day_start(period->last + 1, &run->plain->rule->ruleset->zone) - 1;
    for (size_t i = 0; every->each && i < run->each->count; i++) {
        const struct fa_plain_member *member = &run->each->items[i];
        if (!fa_plain_holds(run->plain, every->each->population.table, member->row,
                            period->last, end_us))
            continue;
        if (member->is_unknown && there == 0) {
            there = -1;
            there_cause = member->cause;
        }
        there = member->is_unknown ? there : 1;
    }
    if (active == 0 || there == 0)
        return 0;
    *cause = active < 0 ? active_cause : there_cause;
    return active < 0 || there < 0 ? -1 : 1;
}

/* Whether there is such a row: one, none, or unknown, with what is blamed for it. */
static struct fa_plain_result find_row(const struct key_run *run, const struct period *period)
{
    struct fa_plain_result found = {.value = {.kind = FA_KIND_INT, .denominator = 1}};
    struct fa_str undated = {NULL, 0};
    for (size_t i = 0; i < run->rows->count; i++) {
        const struct fa_plain_member *member = &run->rows->items[i];
        if (!member->has_day && !undated.bytes)
            undated = member->cause;
        if (!is_in_window(period, member))
            continue;
        if (!member->is_unknown)
            return (struct fa_plain_result){
                .value = {.kind = FA_KIND_INT, .numerator = 1, .denominator = 1}};
        if (!found.is_bound)
            found.cause = member->cause;
        found.is_bound = true;
    }
    if (!found.is_bound && undated.bytes) {
        found.is_bound = true;
        found.cause = undated;
    }
    if (!found.is_bound && period->is_outside) {
        found.is_bound = true;
        found.cause = fa_plain_outside_text(run->plain, run->plain->rule->population.table);
    }
    found.bound = found.value;
    found.value.is_missing = found.is_bound;
    return found;
}

/* The date of a row as it is compared: by the instant where hours are told, else by the day. */
static int64_t date_of(const struct fa_plain *plain, const struct fa_plain_member *member)
{
    const struct fa_every *every = plain->rule->every;
    return every->within && every->unit == FA_UNIT_M ? member->instant_us : member->day_no;
}

/* The last row dated before the time that begins with FIRST, and the first behind LAST's. */
static void find_neighbours(const struct key_run *run, const struct period *first,
                            const struct period *last, const struct fa_plain_member **before,
                            const struct fa_plain_member **after)
{
    const struct fa_plain *plain = run->plain;
    *before = *after = NULL;
    for (size_t i = 0; i < run->rows->count; i++) {
        const struct fa_plain_member *member = &run->rows->items[i];
        if (member->is_unknown || !member->has_day)
            continue;
        bool is_behind = last->has_until ? member->instant_us > last->until_us
                                         : member->day_no > last->to_day;
        if (member->day_no < first->from_day &&
            (!*before || date_of(plain, member) >= date_of(plain, *before)))
            *before = member;
        if (is_behind && (!*after || date_of(plain, member) < date_of(plain, *after)))
            *after = member;
    }
}

static enum fa_status cite_neighbours(struct key_run *run)
{
    const struct fa_plain_member *before, *after;
    struct fa_plain *plain = run->plain;
    int table = plain->rule->population.table;
    find_neighbours(run, &run->first, &run->last, &before, &after);
    if (before)
        FA_TRY(fa_plain_cite_row(plain, &run->run.episode, table, before));
    return after ? fa_plain_cite_row(plain, &run->run.episode, table, after) : FA_OK;
}

/* What is looked for and what was found, for who watches. */
static void tell_search(const struct key_run *run, const struct period *period)
{
    const struct fa_plain_observer *observer = run->plain->ledger.observer;
    struct fa_plain_due due = {.from_day = period->from_day,
                               .to_day = period->to_day,
                               .has_until = period->has_until,
                               .until_us = period->until_us};
    if (!observer || !observer->due || !observer->counted)
        return;
    find_neighbours(run, period, period, &due.before, &due.after);
    observer->due(observer->context, &due);
    for (size_t i = 0; i < run->rows->count; i++)
        if (is_in_window(period, &run->rows->items[i]) && !run->rows->items[i].is_unknown)
            observer->counted(observer->context, &run->rows->items[i]);
}

static enum fa_status end_run(struct key_run *run, bool is_still_on)
{
    if (run->run.is_open)
        FA_TRY(cite_neighbours(run));
    return fa_plain_close_episode(run->plain, &run->run, is_still_on, 0);
}

static enum fa_status fire(struct key_run *run, const struct fa_plain_scope *scope,
                           const struct period *period, bool undecided)
{
    struct fa_plain *plain = run->plain;
    struct fa_value *shown;
    FA_TRY(fa_plain_show(plain, scope, &shown));
    if (!run->run.is_open) {
        run->run.is_open = true;
        run->first = *period;
        run->run.episode =
            (struct fa_finding){.outcome = fa_plain_outcome_of(plain, undecided),
                                .filer = fa_plain_filer_of(plain, &run->key->filer),
                                .keys = run->key->keys,
                                .is_dated = true,
                                .period_last_day = period->last};
    }
    run->last = *period;
    fa_plain_join(plain, &run->run.episode,
                  fa_day_start(period->last, &plain->rule->ruleset->zone), true, shown);
    return FA_OK;
}

static struct fa_plain_scope scope_of(const struct key_run *run, const struct period *period,
                                      const struct fa_plain_result *found)
{
    static const struct fa_plain_member nobody;
    const struct fa_rule *rule = run->plain->rule;
    struct fa_plain_scope scope =
        fa_plain_row_scope(run->plain, rule->population.row_table,
                           run->rows->count ? &run->rows->items[0] : &nobody);
    scope.has_day = true;
    scope.day_no = period->last;
    scope.has_instant = false;
    scope.rule = rule;
    scope.keys = run->key->keys;
    scope.values = found;
    return scope;
}

/* It is not due yet. */
static enum fa_status leave_pending(struct key_run *run, const struct period *period)
{
    struct fa_plain *plain = run->plain;
    int64_t at_us = fa_day_start(period->last, &plain->rule->ruleset->zone);
    struct fa_finding pending = {.rule = plain->rule,
                                 .outcome = FA_PENDING,
                                 .filer = fa_plain_filer_of(plain, &run->key->filer),
                                 .keys = run->key->keys,
                                 .first_us = at_us,
                                 .last_us = at_us,
                                 .worst_us = at_us,
                                 .has_time = true,
                                 .is_dated = true,
                                 .period_last_day = period->last,
                                 .due_day = period->to_day,
                                 .judged_count = 1};
    const struct fa_plain_observer *observer = plain->ledger.observer;
    const struct fa_plain_judged judged = {.is_pending = true};
    const struct fa_plain_scope scope = scope_of(run, period, NULL);
    if (observer && observer->judging && observer->judged) {
        observer->judging(observer->context, plain->rule, &scope);
        observer->judged(observer->context, plain->rule, &scope, &judged);
    }
    plain->counts->tested++;
    plain->counts->pending++;
    return fa_vec_add(&plain->verdicts->pending, pending);
}

static enum fa_status judge_period(struct key_run *run, const struct period *period)
{
    struct fa_plain *plain = run->plain;
    const struct fa_rule *rule = plain->rule;
    struct fa_str doubt = {"", 0}, cause;
    struct fa_plain_result found = find_row(run, period);
    int asked = is_asked(run, period, &doubt);
    bool has_row = !found.is_bound && found.value.numerator;
    if (asked == 0 || period->last < rule->from_day || period->last > rule->to_day)
        return FA_OK;
    tell_search(run, period);
    if (period->is_pending && !period->is_unknown && !has_row)
        return leave_pending(run, period);
    const struct fa_str *lacks = NULL;
    static const struct fa_str holiday = {"holiday.date", 12};
    if (period->is_unknown)
        lacks = &holiday;
    else if (asked < 0 && !has_row)
        lacks = &doubt;
    const struct fa_plain_scope scope = scope_of(run, period, &found);
    enum fa_plain_judgement judgement;
    bool excepted, undecided;
    FA_TRY(fa_plain_judge(plain, &scope, lacks, &judgement, &cause, &excepted, &undecided));
    if (judgement == FA_PLAIN_UNKNOWN)
        FA_TRY(fa_plain_add_unknown(plain, run->before,
                                    fa_plain_filer_of(plain, &run->key->filer), cause, NULL, 0,
                                    true));
    if (judgement != FA_PLAIN_FIRES || excepted)
        return end_run(run, false);
    return fire(run, &scope, period, undecided);
}

static enum fa_status judge_key(struct key_run *run, int64_t from_day, int64_t to_day)
{
    struct fa_plain *plain = run->plain;
    enum fa_period kind = plain->rule->period;
    for (int64_t last = fa_period_last(kind, from_day); fa_period_first(kind, last) <= to_day;
         last = fa_period_last(kind, last + 1)) {
        struct period period = {.first = fa_period_first(kind, last), .last = last};
        bool is_bday = true;
        if (kind == FA_PERIOD_BDAY)
            period.is_unknown =
                !plain->calendar || !fa_calendar_is_bday(plain->calendar, last, &is_bday);
        if (!is_bday && !period.is_unknown)
            continue;
        FA_TRY(find_window(plain, &period));
        bool may_be_late = plain->rule->every->within != NULL;
        period.is_outside =
            (may_be_late ? last : period.first) < from_day || period.to_day > to_day;
        period.is_pending = may_be_late && period.to_day > plain->as_of_day;
        FA_TRY(judge_period(run, &period));
    }
    return end_run(run, true);
}

static enum fa_status admit_each(struct fa_plain *plain, const struct fa_each *each,
                                 fa_plain_members *members)
{
    return each ? fa_plain_admit_all(plain, &each->population, each->dated_by, each->keys,
                                     plain->rule->key_count, false, members)
                : FA_OK;
}

enum fa_status fa_plain_judge_every(struct fa_plain *plain, const fa_plain_members *members)
{
    const struct fa_rule *rule = plain->rule;
    const struct fa_plain_table *table = &plain->ledger.tables[rule->population.table];
    fa_plain_members activity = {0}, each = {0}, keys = {0}, rows = {0}, active = {0},
                     there = {0};
    int64_t from_day = table->from_day,
            to_day = fa_plain_covered_until(plain, rule->population.table);
    size_t before = plain->verdicts->findings.count;
    if (!table->is_covered &&
        !fa_plain_interval_days(plain, rule->population.table, &from_day, &to_day))
        return FA_OK;
    if (from_day > to_day)
        return FA_OK;
    FA_TRY(admit_each(plain, rule->every->activity, &activity));
    FA_TRY(admit_each(plain, rule->every->each, &each));
    FA_TRY(fa_plain_add_member_keys(plain,
                                    rule->every->each       ? &each
                                    : rule->every->activity ? &activity
                                                            : members,
                                    &keys));
    for (size_t k = 0; k < keys.count; k++) {
        struct key_run run = {.plain = plain,
                              .key = &keys.items[k],
                              .rows = &rows,
                              .activity = &active,
                              .each = &there,
                              .before = before};
        FA_TRY(fa_plain_select_key(plain, run.key, members, &rows));
        FA_TRY(fa_plain_select_key(plain, run.key, &activity, &active));
        FA_TRY(fa_plain_select_key(plain, run.key, &each, &there));
        FA_TRY(judge_key(&run, from_day, to_day));
    }
    fa_vec_free(&activity);
    fa_vec_free(&each);
    fa_vec_free(&keys);
    fa_vec_free(&rows);
    fa_vec_free(&active);
    fa_vec_free(&there);
    return FA_OK;
}
