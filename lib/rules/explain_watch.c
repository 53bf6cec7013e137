/*
 * The plain evaluator watched at the few rows that belong together: how far the row came, the
 * units that it belongs to, the values that their expressions had.
 */
#include "base/limits.h"
#include "rules/explain_run.h"

static bool is_row(const struct fa_explain_run *run, const struct fa_plain_scope *scope)
{
    const struct fa_explanation *told = &run->told;
    int table = scope->row_table->index;
    if (table == FA_LEG_TABLE)
        table = fa_dictionary_find(told->list->dictionary, FA_STR("flow"))->index;
    return told->has_row && !scope->rule && scope->row && table == told->table &&
           scope->row->row_no == told->row_no;
}

static void note(struct fa_explain_run *run, fa_seen_values *values, int leg,
                 const struct fa_expr *expr, const struct fa_plain_result *result)
{
    const struct fa_seen_value seen = {expr, leg, *result};
    for (size_t i = 0; i < values->count; i++)
        if (values->items[i].expr == expr && values->items[i].leg == leg) {
            values->items[i] = seen;
            return;
        }
    if (run->status == FA_OK)
        run->status = fa_vec_add(values, seen);
}

static void evaluated(void *context, const struct fa_plain_scope *scope,
                      const struct fa_expr *expr, const struct fa_plain_result *result)
{
    struct fa_explain_run *run = context;
    if (run->is_judging)
        note(run, &run->unit_values, 0, expr, result);
    if (is_row(run, scope))
        note(run, &run->told.values, scope->leg, expr, result);
}

static void admitted(void *context, const struct fa_rule *rule,
                     const struct fa_population *population,
                     const struct fa_plain_member *member, const struct fa_plain_step *step)
{
    struct fa_explain_run *run = context;
    struct fa_explanation *told = &run->told;
    if (!told->has_row || population->table != told->table ||
        member->row->row_no != told->row_no)
        return;
    if (rule->view) { /* what becomes a row of a view is not judged by itself */
        const struct fa_seen_feed feed = {rule, *step, *member};
        if (run->status == FA_OK)
            run->status = fa_vec_add(&told->feeds, feed);
        return;
    }
    const struct fa_seen_entry entry = {
        .population = population, .leg = member->leg, .step = *step, .member = *member};
    if (run->status == FA_OK)
        run->status = fa_vec_add(&told->entries, entry);
}

static int64_t instant_of(const struct fa_explanation *told, bool has_instant,
                          int64_t instant_us, int64_t day_no)
{
    return has_instant ? instant_us : fa_day_start(day_no, &told->rule->ruleset->zone);
}

/* Whether a unit with the entry's key comes at the entry's time, or is the first behind it. */
static bool is_at(const struct fa_explanation *told, const struct fa_seen_entry *entry,
                  const struct fa_plain_scope *scope)
{
    const struct fa_rule *rule = told->rule;
    if (told->finding) {
        int64_t at = instant_of(told, scope->has_instant, scope->instant_us, scope->day_no);
        return rule->has_period ? scope->day_no == told->finding->period_last_day
               : rule->way == FA_WAY_GROUP || !told->finding->has_time
                   ? true
                   : at >= told->finding->first_us;
    }
    if (!entry->member.has_day)
        return false;
    if (rule->has_period)
        return scope->day_no == fa_period_last(rule->period, entry->member.day_no);
    if (rule->way == FA_WAY_GROUP)
        return true;
    if (scope->has_instant && entry->member.has_instant)
        return scope->instant_us >= entry->member.instant_us;
    return scope->has_day && scope->day_no >= entry->member.day_no;
}

/* Ways 11 and 12 have a unit for each stretch of time or period of a key: the one told is the first
 * that counts the row, and of those the first that fires. */
static bool is_of_intervals(const struct fa_rule *rule)
{
    return rule->way == FA_WAY_STRETCH || rule->way == FA_WAY_EVERY;
}

static bool is_of_population(const struct fa_explanation *told, const struct fa_seen_entry *entry)
{
    return entry->population == &told->rule->population;
}

static int weight_of(const struct fa_explanation *told, const struct fa_seen_unit *unit)
{
    bool counts = !is_of_population(told, &told->entries.items[unit->entry]);
    for (size_t i = 0; i < unit->counted.count; i++)
        counts |= unit->counted.items[i].row->row_no == told->row_no;
    bool is_clear = unit->judged.judgement == FA_PLAIN_CLEAR && !unit->judged.is_pending;
    return 2 * counts + !is_clear;
}

static bool has_unit(const struct fa_explanation *told, size_t entry)
{
    for (size_t i = 0; i < told->units.count; i++)
        if (told->units.items[i].entry == entry)
            return true;
    return false;
}

/* Whether nothing better can come: a unit that counts the row and fires. */
static bool has_decided(const struct fa_explanation *told, size_t entry)
{
    for (size_t i = 0; i < told->units.count; i++)
        if (told->units.items[i].entry == entry && weight_of(told, &told->units.items[i]) == 3)
            return true;
    return false;
}

static bool is_unit_of(const struct fa_explain_run *run, size_t index,
                       const struct fa_plain_scope *scope)
{
    const struct fa_explanation *told = &run->told;
    const struct fa_seen_entry *entry = &told->entries.items[index];
    if (entry->step.kind != FA_STEP_TAKEN)
        return false;
    const struct fa_every *every = told->rule->every;
    bool is_active = every && every->activity && entry->population == &every->activity->population;
    if (is_of_intervals(told->rule) && told->has_row && !is_active)
        return scope->keys && entry->member.keys && !has_decided(told, index) &&
               fa_plain_same_keys(scope->keys, entry->member.keys, told->rule->key_count);
    if (has_unit(told, index))
        return false;
    if (!scope->rule) /* the row itself is the unit */
        return is_row(run, scope) && scope->leg == entry->leg;
    return scope->keys && entry->member.keys &&
           fa_plain_same_keys(scope->keys, entry->member.keys, told->rule->key_count) &&
           is_at(told, entry, scope);
}

static void judging(void *context, const struct fa_rule *rule,
                    const struct fa_plain_scope *scope)
{
    struct fa_explain_run *run = context;
    (void)rule;
    for (size_t i = 0; i < run->told.entries.count && !run->is_judging; i++)
        if (is_unit_of(run, i, scope)) {
            run->is_judging = true;
            run->judged_entry = i;
            run->unit_values = (fa_seen_values){0};
        }
}

static void counted(void *context, const struct fa_plain_member *member)
{
    struct fa_explain_run *run = context;
    if (run->status == FA_OK)
        run->status = fa_vec_add(&run->unit.counted, *member);
}

static void due(void *context, const struct fa_plain_due *due)
{
    struct fa_seen_unit *unit = &((struct fa_explain_run *)context)->unit;
    unit->has_due = true;
    unit->due = *due;
    if (due->before)
        unit->before = *due->before;
    if (due->after)
        unit->after = *due->after;
}

static void free_unit(struct fa_seen_unit *unit)
{
    fa_vec_free(&unit->values);
    fa_vec_free(&unit->counted);
    *unit = (struct fa_seen_unit){0};
}

/* Way 12: how many periods of its key there are, and which lack their row. */
static void count_period(struct fa_seen_entry *entry, const struct fa_plain_scope *scope,
                         const struct fa_plain_judged *judged)
{
    entry->period_count++;
    entry->pending_count += judged->is_pending;
    entry->unknown_count += !judged->is_pending && judged->judgement == FA_PLAIN_UNKNOWN;
    if (judged->is_pending || judged->judgement != FA_PLAIN_FIRES)
        return;
    if (entry->missing_count < FA_EXPLAIN_DAYS_MAX)
        entry->missing_days[entry->missing_count] = scope->day_no;
    entry->missing_count++;
}

/* Instead of the entry's unit, if it has one that tells less. */
static void take_unit(struct fa_explain_run *run, struct fa_seen_unit *unit)
{
    struct fa_explanation *told = &run->told;
    for (size_t i = 0; i < told->units.count; i++)
        if (told->units.items[i].entry == unit->entry) {
            struct fa_seen_unit *other = &told->units.items[i];
            if (weight_of(told, unit) > weight_of(told, other)) {
                struct fa_seen_unit less = *other;
                *other = *unit;
                *unit = less;
            }
            free_unit(unit);
            return;
        }
    if (run->status == FA_OK)
        run->status = fa_vec_add(&told->units, *unit);
}

static void judged(void *context, const struct fa_rule *rule,
                   const struct fa_plain_scope *scope, const struct fa_plain_judged *judged)
{
    struct fa_explain_run *run = context;
    struct fa_explanation *told = &run->told;
    struct fa_seen_unit unit = run->unit;
    (void)rule;
    run->unit = (struct fa_seen_unit){0};
    for (size_t i = 0; unit.has_due && i < told->entries.count; i++)
        if (told->entries.items[i].member.keys && scope->keys &&
            fa_plain_same_keys(scope->keys, told->entries.items[i].member.keys,
                               told->rule->key_count))
            count_period(&told->entries.items[i], scope, judged);
    if (!run->is_judging) {
        free_unit(&unit);
        return;
    }
    run->is_judging = false;
    unit.entry = run->judged_entry;
    unit.keys = scope->keys;
    unit.has_day = scope->has_day;
    unit.has_instant = scope->has_instant;
    unit.day_no = scope->day_no;
    unit.instant_us = scope->instant_us;
    unit.judged = *judged;
    unit.values = run->unit_values;
    run->unit_values = (fa_seen_values){0};
    take_unit(run, &unit);
}

/* Whose filing the row came from. */
static enum fa_status find_filer(struct fa_explain_run *run,
                                 const struct fa_plain_ledger *ledger)
{
    struct fa_explanation *told = &run->told;
    int institution = fa_dictionary_find(told->list->dictionary, FA_STR("institution"))->index;
    told->filer = told->head->filer;
    for (size_t i = 0; i < told->entries.count; i++) {
        const struct fa_value *filer = &told->entries.items[i].member.filer;
        if (told->entries.items[i].step.kind != FA_STEP_TAKEN || filer->is_missing ||
            filer->numerator < 0 || filer->numerator >= ledger->name_counts[institution])
            continue;
        struct fa_str name =
            fa_arena_str(&run->arena, ledger->names[institution][filer->numerator]);
        if (!name.bytes)
            return fa_explain_no_memory(run);
        told->filer = name.size ? name : told->filer;
    }
    return FA_OK;
}

/* Whether the unit is what owed: the row, or the key while it fired. */
static bool is_owing(const struct fa_explanation *told, const struct fa_seen_unit *unit,
                     const struct fa_plain_owed *owed)
{
    const struct fa_finding *finding = &owed->finding;
    const struct fa_seen_entry *entry = &told->entries.items[unit->entry];
    if (told->rule->way == FA_WAY_ROW)
        return owed->row.row->row_no == told->row_no && owed->row.leg == entry->leg;
    if (!finding->keys || !unit->keys ||
        !fa_plain_same_keys(finding->keys, unit->keys, told->rule->key_count))
        return false;
    if (told->rule->has_period)
        return finding->period_last_day == unit->day_no;
    int64_t at = instant_of(told, unit->has_instant, unit->instant_us, unit->day_no);
    return !finding->has_time || told->rule->way == FA_WAY_GROUP ||
           (finding->first_us <= at && at <= finding->last_us);
}

static void settled(void *context, const struct fa_rule *rule, const struct fa_plain_owed *owed,
                    enum fa_plain_settled settled, struct fa_str cause)
{
    struct fa_explain_run *run = context;
    (void)rule;
    for (size_t i = 0; i < run->told.units.count; i++) {
        struct fa_seen_unit *unit = &run->told.units.items[i];
        if (unit->has_duty || !is_owing(&run->told, unit, owed))
            continue;
        unit->has_duty = true;
        unit->settled = settled;
        unit->duty_cause = cause;
        unit->shown = owed->finding.first;
    }
}

static enum fa_status done(void *context, const struct fa_plain_ledger *ledger)
{
    struct fa_explain_run *run = context;
    run->told.ledger = ledger;
    FA_TRY(run->status);
    return run->is_telling ? fa_explanation_tell(&run->told, run->text)
                           : find_filer(run, ledger);
}

void fa_explain_forget(struct fa_explanation *told)
{
    for (size_t i = 0; i < told->units.count; i++)
        free_unit(&told->units.items[i]);
    told->feeds.count = told->units.count = told->entries.count = told->values.count = 0;
}

/* One run of the plain evaluator over what is kept. */
enum fa_status fa_explain_watch(struct fa_explain_run *run, struct fa_verdicts *verdicts,
                                bool is_telling)
{
    const struct fa_plain_observer observer = {.context = run,
                                               .keeps = fa_explain_keeps,
                                               .admitted = admitted,
                                               .evaluated = evaluated,
                                               .counted = counted,
                                               .due = due,
                                               .judging = judging,
                                               .judged = judged,
                                               .settled = settled,
                                               .done = done};
    run->is_telling = is_telling;
    run->loaded = 0;
    fa_explain_sort_kept(run);
    FA_TRY(fa_blocks_rewind(run->ledger));
    enum fa_status status = fa_observe_plain(&run->alone.list, run->ledger, &run->evaluate,
                                             &observer, run->told.sink, verdicts);
    if (run->loaded > FA_EXPLAIN_ROWS_MAX)
        return fa_error(run->told.sink, FA_CODE_LIMIT, (struct fa_place){0},
                        "explain a row of a smaller key, or a smaller filing",
                        "more than %u rows belong to what is explained", FA_EXPLAIN_ROWS_MAX);
    return status;
}
