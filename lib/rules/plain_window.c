#include "rules/plain_run.h"

#include <stdlib.h>

/*
 * Ways 3 and 6, and 8 within a length of time: for each key and each instant at which one of its rows
 * stands, the rows of the window that ends there are looked up anew.
 */

bool fa_plain_has_windows(const struct fa_rule *rule)
{
    return rule->way == FA_WAY_WINDOW || rule->way == FA_WAY_SEQUENCE ||
           (rule->way == FA_WAY_UNIQUE && rule->unique->has_span);
}

static const struct fa_length *span_of(const struct fa_rule *rule)
{
    return rule->way == FA_WAY_WINDOW     ? &rule->window->last
           : rule->way == FA_WAY_SEQUENCE ? &rule->sequence->within
                                          : &rule->unique->within;
}

/* A row in its place in time: an instant, or, where rows are dated by days, a day. */
struct placed {
    const struct fa_plain_member *member;
    int64_t at;
};

typedef FA_VEC(struct placed) placed_rows;

/* What is known of a row as a part of a sequence. */
enum part { IS_NOT, MAY_BE, IS };

struct leg {
    const struct fa_plain_member *member;
    enum part first, then;
    struct fa_str cause; /* of what may be */
    int64_t at;
};

typedef FA_VEC(struct leg) legs;

/* One judged window. */
struct window {
    int64_t at;       /* the instant or day that it ends with */
    bool has_start;   /* false: it cannot be told how far it reaches back */
    int64_t start;    /* the first instant or day in it */
    int64_t from;     /* from here on its rows are cited */
    legs rows;        /* of the window; of a sequence its legs, and those that may be legs */
    int64_t sure;     /* of a sequence: from here on a `then` surely follows a `first` */
    bool is_unit;     /* it is judged ... */
    bool is_doubtful; /* ... but perhaps it should not be */
    struct fa_str cause;
};

/* The episode of the key that came last. */
struct episode {
    bool is_there;
    struct fa_finding finding;
    int64_t from, to; /* rows in between are cited */
};

static int64_t at_of(const struct fa_plain_member *member)
{
    return member->has_instant ? member->instant_us : member->day_no;
}

/* --- how far a window reaches --- */

/* The day that lies the span before DAY_NO; false: the calendar does not know. */
static bool day_before(struct fa_plain *plain, int64_t day_no, const struct fa_length *span,
                       int64_t *before)
{
    int64_t count = (int64_t)span->length->value.numerator;
    int32_t year, month, day;
    fa_day_to_civil(day_no, &year, &month, &day);
    switch (span->unit) {
    case FA_UNIT_BD:
        return plain->calendar && fa_calendar_add_bdays(plain->calendar, day_no, -count, before);
    case FA_UNIT_MO:
    case FA_UNIT_Y:
        count *= span->unit == FA_UNIT_Y ? 12 : 1;
        *before = count < (int64_t)year * 12 ? fa_day_add_months(day_no, -count) : FA_DAY_FIRST;
        return true;
    default:
        *before = day_no - count;
        return true;
    }
}

/* The first instant (or day, where rows are dated by days) of the window that ends with AT. */
static bool start_of(struct fa_plain *plain, bool is_time, int64_t at, int64_t *start)
{
    const struct fa_length *span = span_of(plain->rule);
    const struct fa_zone *zone = &plain->rule->ruleset->zone;
    int64_t before;
    if (span->is_elapsed) {
        *start = at - (int64_t)span->length->value.numerator;
        return true;
    }
    if (!day_before(plain, is_time ? fa_day_of(at, zone) : at, span, &before))
        return false;
    *start = is_time ? fa_day_start(before + 1, zone) : before + 1;
    return true;
}

static bool is_outside(struct fa_plain *plain, bool is_time, const struct window *window)
{
    const struct fa_plain_table *table = &plain->ledger.tables[plain->rule->population.table];
    const struct fa_zone *zone = &plain->rule->ruleset->zone;
    int64_t last = fa_plain_covered_until(plain, plain->rule->population.table);
    if (!table->is_covered)
        return false;
    int64_t day_no = is_time ? fa_day_of(window->at, zone) : window->at;
    int64_t first = is_time ? fa_day_start(table->from_day, zone) : table->from_day;
    return window->start < first || day_no > last;
}

/* --- the rows of a window --- */

static enum fa_status ask_part(struct fa_plain *plain, const struct fa_plain_member *member,
                               const struct fa_expr *condition, enum part *part,
                               struct fa_str *cause)
{
    struct fa_plain_scope scope =
        fa_plain_row_scope(plain, plain->rule->population.row_table, member);
    struct fa_plain_result result;
    FA_TRY(fa_plain_evaluate(&scope, condition, &result));
    *part = result.value.is_missing ? MAY_BE : result.value.numerator ? IS : IS_NOT;
    if (*part == IS && member->is_unknown)
        *part = MAY_BE;
    if (*part == MAY_BE && !cause->size)
        *cause = member->is_unknown ? member->cause : result.cause;
    return FA_OK;
}

/* In way 6 what a row is to the sequence; elsewhere every row is in, if it belongs at all. */
static enum fa_status make_leg(struct fa_plain *plain, const struct placed *row, struct leg *leg)
{
    const struct fa_sequence *sequence = plain->rule->sequence;
    *leg = (struct leg){.member = row->member, .at = row->at};
    if (plain->rule->way == FA_WAY_SEQUENCE) {
        FA_TRY(ask_part(plain, row->member, sequence->first, &leg->first, &leg->cause));
        return ask_part(plain, row->member, sequence->then, &leg->then, &leg->cause);
    }
    leg->then = row->member->is_unknown ? MAY_BE : IS;
    leg->cause = row->member->cause;
    return FA_OK;
}

/* The legs of a sequence: every `first` of the window, and every `then` that is not before the first
 * of those. What lies between a row that may be a `first` and the first that surely is one may be a
 * leg. */
static void keep_legs(struct window *window)
{
    int64_t maybe_from = INT64_MAX;
    window->sure = INT64_MAX;
    for (size_t i = 0; i < window->rows.count; i++) {
        const struct leg *leg = &window->rows.items[i];
        if (leg->first != IS_NOT && leg->at < maybe_from)
            maybe_from = leg->at;
        if (leg->first == IS && leg->at < window->sure)
            window->sure = leg->at;
    }
    size_t kept = 0;
    for (size_t i = 0; i < window->rows.count; i++) {
        const struct leg *leg = &window->rows.items[i];
        if (leg->first != IS_NOT || (leg->then != IS_NOT && leg->at >= maybe_from))
            window->rows.items[kept++] = *leg;
    }
    window->rows.count = kept;
    window->from = window->sure < window->at ? window->sure : window->at;
}

static enum part part_of(const struct fa_plain *plain, const struct window *window,
                         const struct leg *leg)
{
    if (plain->rule->way != FA_WAY_SEQUENCE)
        return leg->then;
    if (leg->first == IS || (leg->then == IS && leg->at >= window->sure))
        return IS;
    /* a `then` before the first sure `first` hangs on the row that may be one */
    return leg->first == MAY_BE || leg->then == MAY_BE ? MAY_BE : IS_NOT;
}

/* Whether the window is judged at all: in way 6 a `then` must stand at its end, elsewhere any row. */
static void find_unit(struct window *window)
{
    bool is_sure = false;
    for (size_t i = 0; i < window->rows.count; i++) {
        const struct leg *leg = &window->rows.items[i];
        if (leg->at != window->at || leg->then == IS_NOT)
            continue;
        window->is_unit = true;
        is_sure |= leg->then == IS;
        if (leg->then == MAY_BE)
            window->cause = leg->cause;
    }
    window->is_doubtful = window->is_unit && !is_sure;
}

static enum fa_status fill_window(struct fa_plain *plain, const placed_rows *rows,
                                  struct window *window)
{
    window->rows.count = 0;
    for (size_t i = 0; i < rows->count; i++) {
        const struct placed *row = &rows->items[i];
        struct leg leg;
        if (row->at > window->at || (window->has_start && row->at < window->start))
            continue;
        FA_TRY(make_leg(plain, row, &leg));
        FA_TRY(fa_vec_add(&window->rows, leg));
    }
    find_unit(window);
    if (plain->rule->way == FA_WAY_SEQUENCE)
        keep_legs(window);
    else
        window->from = window->has_start ? window->start : INT64_MIN;
    return FA_OK;
}

/* --- aggregates of a window --- */

/* Of several rows that taint an aggregate the latest is named; those that may not belong come first. */
static enum fa_status aggregate(struct fa_plain *plain, const struct window *window,
                                const struct fa_agg *agg, const struct fa_str *outside,
                                struct fa_plain_result *result)
{
    const struct fa_table_def *table = plain->rule->population.row_table;
    struct fa_plain_tally tally = fa_plain_empty_tally(agg);
    struct fa_str tainted = {"", 0}, doubtful = {"", 0};
    bool is_tainted = false, is_doubtful = false;
    for (size_t i = 0; i < window->rows.count; i++) {
        const struct leg *leg = &window->rows.items[i];
        enum part part = part_of(plain, window, leg);
        if (part == MAY_BE) {
            is_doubtful = true;
            doubtful = leg->cause;
        }
        if (part != IS)
            continue;
        tally.is_tainted = false;
        FA_TRY(fa_plain_tally_member(plain, &tally, agg, table, leg->member));
        if (tally.is_tainted)
            tainted = tally.cause;
        is_tainted |= tally.is_tainted;
    }
    tally.is_tainted = is_tainted || is_doubtful;
    tally.cause = is_doubtful ? doubtful : tainted;
    *result = fa_plain_finish_tally(&tally, agg, outside);
    if (!window->has_start)
        *result = (struct fa_plain_result){.value = fa_plain_missing(agg->kind),
                                           .cause = FA_STR("holiday.date")};
    return FA_OK;
}

/* --- findings --- */

static bool is_leg_of_rule(struct fa_plain *plain, const struct placed *row, enum fa_status *status)
{
    struct leg leg;
    if (row->member->is_unknown)
        return false;
    *status = make_leg(plain, row, &leg);
    return *status == FA_OK && (leg.first == IS || leg.then == IS);
}

static enum fa_status publish(struct fa_plain *plain, const placed_rows *rows,
                              struct episode *episode)
{
    if (!episode->is_there)
        return FA_OK;
    episode->is_there = false;
    for (size_t i = 0; i < rows->count; i++) {
        const struct placed *row = &rows->items[i];
        enum fa_status status = FA_OK;
        if (row->at >= episode->from && row->at <= episode->to &&
            is_leg_of_rule(plain, row, &status))
            status = fa_plain_cite_row(plain, &episode->finding, plain->rule->population.table,
                                       row->member);
        FA_TRY(status);
    }
    bool is_time = rows->items[0].member->has_instant;
    const struct fa_zone *zone = &plain->rule->ruleset->zone;
    int64_t end = is_time ? fa_day_start(plain->as_of_day + 1, zone) - 1 : plain->as_of_day, start;
    episode->finding.is_still_on =
        !start_of(plain, is_time, end, &start) || start <= episode->to;
    return fa_plain_publish(plain, &episode->finding);
}

static enum fa_status fire(struct fa_plain *plain, const placed_rows *rows,
                           const struct window *window, const struct fa_plain_scope *scope,
                           const struct fa_plain_member *key, bool is_undecided,
                           struct episode *episode)
{
    struct fa_value *shown;
    FA_TRY(fa_plain_show(plain, scope, &shown));
    if (!episode->is_there || window->from > episode->to) {
        FA_TRY(publish(plain, rows, episode));
        *episode = (struct episode){
            .is_there = true,
            .from = window->from,
            .finding = {.outcome = fa_plain_outcome_of(plain, is_undecided),
                        .filer = fa_plain_filer_of(plain, &key->filer),
                        .keys = key->keys,
                        .is_dated = !rows->items[0].member->has_instant}};
    }
    episode->to = window->at;
    fa_plain_join(plain, &episode->finding, scope->has_instant
                                                ? scope->instant_us
                                                : fa_day_start(scope->day_no, &plain->rule->ruleset->zone),
                  true, shown);
    return FA_OK;
}

static enum fa_status judge_window(struct fa_plain *plain, size_t before,
                                   const struct fa_plain_member *key, const placed_rows *rows,
                                   const struct fa_plain_member *last, const struct window *window,
                                   struct episode *episode)
{
    const struct fa_rule *rule = plain->rule;
    struct fa_plain_result *values =
        fa_arena_array(plain->arena, (size_t)rule->agg_count + 1, sizeof *values);
    struct fa_str outside = fa_plain_outside_text(plain, rule->population.table);
    bool reaches_out = window->has_start && is_outside(plain, last->has_instant, window);
    bool except_unknown = false;
    if (!values)
        return FA_ELIMIT;
    for (int a = 0; a < rule->agg_count; a++)
        FA_TRY(aggregate(plain, window, rule->aggs[a], reaches_out ? &outside : NULL, &values[a]));
    for (size_t i = 0; i < window->rows.count; i++)
        except_unknown |= window->rows.items[i].member->except_unknown;
    struct fa_plain_scope scope = fa_plain_row_scope(plain, rule->population.row_table, key);
    scope.has_day = true;
    scope.day_no = last->day_no;
    scope.has_instant = last->has_instant;
    scope.instant_us = last->instant_us;
    scope.rule = rule;
    scope.keys = key->keys;
    scope.values = values;
    enum fa_plain_judgement judgement;
    struct fa_str cause;
    bool excepted, undecided;
    FA_TRY(fa_plain_judge(plain, &scope, window->is_doubtful ? &window->cause : NULL, &judgement,
                          &cause, &excepted, &undecided));
    if (judgement == FA_PLAIN_UNKNOWN)
        return fa_plain_add_unknown(plain, before, fa_plain_filer_of(plain, &key->filer), cause,
                                    NULL, 0, true);
    if (judgement == FA_PLAIN_CLEAR || excepted)
        return FA_OK;
    return fire(plain, rows, window, &scope, key, undecided || except_unknown, episode);
}

static enum fa_status judge_key(struct fa_plain *plain, size_t before,
                                const struct fa_plain_member *key, const placed_rows *rows)
{
    struct episode episode = {0};
    struct window window = {0};
    enum fa_status status = FA_OK;
    for (size_t i = 0; status == FA_OK && i < rows->count; i++) {
        const struct placed *row = &rows->items[i];
        if (i + 1 < rows->count && rows->items[i + 1].at == row->at)
            continue; /* judged after the last row of the instant */
        window.at = row->at;
        window.is_unit = window.is_doubtful = false;
        window.has_start = start_of(plain, row->member->has_instant, row->at, &window.start);
        status = fill_window(plain, rows, &window);
        if (status == FA_OK && window.is_unit)
            status = judge_window(plain, before, key, rows, row->member, &window, &episode);
    }
    fa_vec_free(&window.rows);
    return status == FA_OK ? publish(plain, rows, &episode) : status;
}

/* Rows in the order of the date they are judged by; those of one date as they were. */
static enum fa_status place(const fa_plain_members *members, placed_rows *rows)
{
    rows->count = 0;
    for (size_t i = 0; i < members->count; i++) {
        struct placed row = {&members->items[i], at_of(&members->items[i])};
        FA_TRY(fa_vec_add(rows, row));
        for (size_t k = rows->count - 1; k > 0 && rows->items[k - 1].at > row.at; k--) {
            rows->items[k] = rows->items[k - 1];
            rows->items[k - 1] = row;
        }
    }
    return FA_OK;
}

enum fa_status fa_plain_judge_windows(struct fa_plain *plain, const fa_plain_members *members)
{
    size_t before = plain->verdicts->findings.count;
    fa_plain_members keys = {0}, mine = {0};
    placed_rows rows = {0};
    enum fa_status status = fa_plain_add_member_keys(plain, members, &keys);
    for (size_t k = 0; status == FA_OK && k < keys.count; k++) {
        status = fa_plain_select_key(plain, &keys.items[k], members, &mine);
        if (status == FA_OK)
            status = place(&mine, &rows);
        if (status == FA_OK)
            status = judge_key(plain, before, &keys.items[k], &rows);
    }
    fa_vec_free(&keys);
    fa_vec_free(&mine);
    fa_vec_free(&rows);
    return status;
}
