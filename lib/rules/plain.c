#include "rules/plain.h"

#include <stdlib.h>

#include "rules/plain_observe.h"
#include "rules/plain_run.h"

/* --- way 1: rows --- */

static enum fa_status add_currency(struct fa_buf *text, fa_currency currency)
{
    char code[4];
    fa_currency_format(currency, code);
    return fa_buf_add_text(text, code);
}

/* The row's own key as a filing writes it, parts joined by '|'. */
static enum fa_status row_key(struct fa_plain *plain, const struct fa_plain_member *member,
                              struct fa_str *key)
{
    const struct fa_table_def *table = plain->ledger.tables[plain->rule->population.table].def;
    struct fa_buf text = {0};
    enum fa_status status = FA_OK;
    for (int k = 0; status == FA_OK && k < table->key_count; k++) {
        const struct fa_column_def *column = &table->columns[table->key_columns[k]];
        const struct fa_value *value = &member->cells[table->key_columns[k]];
        char date[FA_TIME_TEXT_BYTES];
        if (k > 0)
            status = fa_buf_add_char(&text, '|');
        if (status != FA_OK || value->is_missing)
            continue;
        if (value->kind == FA_KIND_ID)
            status = fa_buf_add_str(
                &text, fa_plain_name_of(plain, column->refers_to, value->numerator));
        else if (value->kind == FA_KIND_ENUM)
            status = fa_buf_add_str(&text, column->values[value->numerator]);
        else if (value->kind == FA_KIND_DATE)
            status = fa_buf_add(&text, date, fa_date_format((int64_t)value->numerator, date));
        else if (value->kind == FA_KIND_TIME)
            status = fa_buf_add(
                &text, date,
                fa_time_format((int64_t)value->numerator, &plain->ledger.head->zone, date));
        else if (value->kind == FA_KIND_INT)
            status = fa_buf_addf(&text, "%lld", (long long)value->numerator);
        else if (value->kind == FA_KIND_CURRENCY)
            status = add_currency(&text, (fa_currency)value->numerator);
        else
            status = fa_buf_add_str(&text, value->text);
    }
    if (status == FA_OK) {
        *key = fa_arena_str(plain->arena, fa_buf_str(&text));
        status = key->bytes ? FA_OK : FA_ELIMIT;
    }
    fa_buf_release(&text);
    return status;
}

struct fa_finding *fa_plain_find_gathered(struct fa_plain *plain, const struct fa_finding *like)
{
    for (size_t i = plain->findings_before; i < plain->verdicts->findings.count; i++) {
        struct fa_finding *finding = &plain->verdicts->findings.items[i];
        if (!finding->cause.size && finding->keys && finding->outcome == like->outcome &&
            fa_str_equal(finding->filer, like->filer) &&
            fa_plain_same_keys(finding->keys, like->keys, plain->rule->key_count) &&
            (!plain->rule->has_period || finding->period_last_day == like->period_last_day))
            return finding;
    }
    return NULL;
}

static enum fa_status fire_row(struct fa_plain *plain, const struct fa_plain_scope *scope,
                               const struct fa_plain_member *member, bool undecided)
{
    const struct fa_rule *rule = plain->rule;
    bool is_gathered = rule->key_count > 0 || rule->has_period;
    struct fa_value *shown;
    FA_TRY(fa_plain_show(plain, scope, &shown));
    struct fa_finding made = {
        .outcome = fa_plain_outcome_of(plain, undecided || member->except_unknown),
        .filer = fa_plain_filer_of(plain, &member->filer),
        .keys = is_gathered ? member->keys : NULL,
        .is_dated = member->is_dated,
        .period_last_day = member->period_last};
    struct fa_finding *finding =
        is_gathered && !rule->duty ? fa_plain_find_gathered(plain, &made) : NULL;
    bool is_new = !finding;
    if (is_new && !is_gathered)
        FA_TRY(row_key(plain, member, &made.row_key));
    finding = is_new ? &made : finding;
    fa_plain_join(plain, finding, member->clock_us, member->has_clock, shown);
    FA_TRY(fa_plain_cite_row(plain, finding, rule->population.table, member));
    if (rule->duty)
        return fa_plain_owe(plain, finding, member);
    return is_new ? fa_plain_publish(plain, finding) : FA_OK;
}

static enum fa_status judge_rows(struct fa_plain *plain, const fa_plain_members *members)
{
    size_t before = plain->verdicts->findings.count;
    for (size_t i = 0; i < members->count; i++) {
        const struct fa_plain_member *member = &members->items[i];
        struct fa_plain_scope scope =
            fa_plain_row_scope(plain, plain->rule->population.row_table, member);
        enum fa_plain_judgement judgement;
        struct fa_str cause;
        bool excepted, undecided;
        FA_TRY(fa_plain_judge(plain, &scope, member->is_unknown ? &member->cause : NULL,
                              &judgement, &cause, &excepted, &undecided));
        if (judgement == FA_PLAIN_UNKNOWN)
            FA_TRY(fa_plain_add_unknown(plain, before, fa_plain_filer_of(plain, &member->filer),
                                        cause, member, 1, true));
        else if (judgement == FA_PLAIN_FIRES && !excepted)
            FA_TRY(fire_row(plain, &scope, member, undecided));
    }
    return FA_OK;
}

/* --- way 2: groups --- */

struct fa_str fa_plain_outside_text(struct fa_plain *plain, int table)
{
    struct fa_buf text = {0};
    struct fa_str kept = {"", 0};
    if (fa_buf_add_str(&text, plain->ledger.dictionary->tables[table].name) == FA_OK &&
        fa_buf_add_text(&text, " outside the covered period") == FA_OK)
        kept = fa_arena_str(plain->arena, fa_buf_str(&text));
    fa_buf_release(&text);
    return kept;
}

int64_t fa_plain_covered_until(struct fa_plain *plain, int table)
{
    const struct fa_plain_table *rows = &plain->ledger.tables[table];
    return rows->is_covered && rows->to_day < plain->as_of_day ? rows->to_day
                                                               : plain->as_of_day;
}

bool fa_plain_is_outside_cover(struct fa_plain *plain, int table, int64_t first_day,
                               int64_t last_day)
{
    const struct fa_plain_table *rows = &plain->ledger.tables[table];
    return rows->is_covered &&
           (first_day < rows->from_day || last_day > fa_plain_covered_until(plain, table));
}

static bool same_group(struct fa_plain *plain, const struct fa_plain_member *a,
                       const struct fa_plain_member *b)
{
    return fa_plain_same_filer(&a->filer, &b->filer) &&
           fa_plain_same_keys(a->keys, b->keys, plain->rule->key_count) &&
           a->period_last == b->period_last;
}

/* A group of which no row surely belongs may be none: it is clear at most. */
static enum fa_status find_doubt(struct fa_plain *plain, const struct fa_plain_scope *scope,
                                 const fa_plain_members *group, const struct fa_str **cause)
{
    struct fa_plain_result when;
    *cause = NULL;
    for (size_t i = 0; i < group->count; i++)
        if (!group->items[i].is_unknown)
            return FA_OK;
    FA_TRY(fa_plain_evaluate(scope, plain->rule->when, &when));
    if (when.value.is_missing || when.value.numerator)
        *cause = &group->items[0].cause;
    return FA_OK;
}

static enum fa_status judge_group(struct fa_plain *plain, size_t before,
                                  const fa_plain_members *group)
{
    const struct fa_rule *rule = plain->rule;
    const struct fa_table_def *table = rule->population.row_table;
    const struct fa_plain_member *first = &group->items[0];
    for (size_t i = 0; i < group->count && first->is_unknown; i++)
        first = &group->items[i];
    int64_t day_no = rule->has_period ? first->period_last
                                      : fa_plain_covered_until(plain, rule->population.table);
    bool is_outside = rule->has_period && fa_plain_is_outside_cover(
                                              plain, rule->population.table,
                                              fa_period_first(rule->period, first->period_last),
                                              first->period_last);
    struct fa_str outside = fa_plain_outside_text(plain, rule->population.table);
    struct fa_plain_result *values =
        fa_arena_array(plain->arena, (size_t)rule->agg_count + 1, sizeof *values);
    if (!values)
        return FA_ELIMIT;
    bool except_unknown = false;
    for (int a = 0; a < rule->agg_count; a++) {
        struct fa_plain_tally tally = fa_plain_empty_tally(rule->aggs[a]);
        for (size_t i = 0; i < group->count; i++)
            FA_TRY(
                fa_plain_tally_member(plain, &tally, rule->aggs[a], table, &group->items[i]));
        values[a] = fa_plain_finish_tally(&tally, rule->aggs[a], is_outside ? &outside : NULL);
    }
    for (size_t i = 0; i < group->count; i++)
        except_unknown |= group->items[i].except_unknown;
    struct fa_plain_scope scope = fa_plain_row_scope(plain, table, first);
    scope.has_day = true;
    scope.day_no = day_no;
    scope.has_instant = false;
    scope.rule = rule;
    scope.keys = first->keys;
    scope.values = values;
    enum fa_plain_judgement judgement;
    struct fa_str cause;
    const struct fa_str *doubt;
    bool excepted, undecided;
    FA_TRY(find_doubt(plain, &scope, group, &doubt));
    FA_TRY(fa_plain_judge(plain, &scope, doubt, &judgement, &cause, &excepted, &undecided));
    if (judgement == FA_PLAIN_UNKNOWN)
        return fa_plain_add_unknown(plain, before,
                                    fa_plain_filer_of(plain, &group->items[0].filer), cause,
                                    group->items, group->count, true);
    if (judgement == FA_PLAIN_CLEAR || excepted)
        return FA_OK;
    struct fa_finding finding = {.outcome =
                                     fa_plain_outcome_of(plain, undecided || except_unknown),
                                 .filer = fa_plain_filer_of(plain, &group->items[0].filer),
                                 .keys = first->keys,
                                 .period_last_day = rule->has_period ? first->period_last : 0,
                                 .judged_count = 1};
    FA_TRY(fa_plain_show(plain, &scope, &finding.first));
    finding.worst = finding.first;
    for (size_t i = 0; i < group->count; i++) {
        const struct fa_plain_member *member = &group->items[i];
        if (member->is_unknown)
            continue;
        if (member->has_clock && !finding.has_time) {
            finding.has_time = true;
            finding.is_dated = member->is_dated;
            finding.first_us = finding.worst_us = member->clock_us;
        }
        if (member->has_clock)
            finding.last_us = member->clock_us;
        FA_TRY(fa_plain_cite_row(plain, &finding, rule->population.table, member));
    }
    return fa_plain_publish(plain, &finding);
}

static enum fa_status judge_groups(struct fa_plain *plain, const fa_plain_members *members)
{
    size_t before = plain->verdicts->findings.count;
    bool *done = calloc(members->count + 1, sizeof *done);
    enum fa_status status = done ? FA_OK : FA_ELIMIT;
    for (size_t i = 0; status == FA_OK && i < members->count; i++) {
        if (done[i])
            continue;
        fa_plain_members group = {0};
        for (size_t j = i; status == FA_OK && j < members->count; j++)
            if (!done[j] && same_group(plain, &members->items[i], &members->items[j])) {
                done[j] = true;
                status = fa_vec_add(&group, members->items[j]);
            }
        if (status == FA_OK)
            status = judge_group(plain, before, &group);
        fa_vec_free(&group);
    }
    free(done);
    return status;
}

/* --- a rule, a run --- */

enum fa_status fa_plain_make_calendar(struct fa_plain *plain)
{
    const struct fa_table_def *holiday =
        fa_dictionary_find(plain->ledger.dictionary, FA_STR("holiday"));
    plain->calendar = NULL;
    if (!holiday || plain->rule->ruleset->calendar.size == 0)
        return FA_OK;
    plain->calendar = fa_calendar_new();
    if (!plain->calendar)
        return FA_ELIMIT;
    const struct fa_plain_table *table = &plain->ledger.tables[holiday->index];
    for (size_t i = 0; i < table->rows.count; i++) {
        const struct fa_value *cells = table->rows.items[i].cells;
        struct fa_value name = fa_plain_cell_named(holiday, cells, "calendar");
        struct fa_value date = fa_plain_cell_named(holiday, cells, "date");
        if (name.is_missing || date.is_missing ||
            !fa_str_equal(name.text, plain->rule->ruleset->calendar))
            continue;
        FA_TRY(fa_calendar_add(plain->calendar, (int64_t)date.numerator,
                               fa_plain_is_enum(holiday, cells, "kind", "work")));
    }
    return FA_OK;
}

static enum fa_status judge_rule(struct fa_plain *plain)
{
    const struct fa_rule *rule = plain->rule;
    if (rule->way == FA_WAY_COMPARE)
        return fa_plain_judge_series(plain);
    struct fa_expr **keys;
    fa_plain_members members = {0};
    enum fa_status status = fa_plain_rule_keys(plain, &keys);
    if (status == FA_OK)
        status = fa_plain_admit_all(plain, &rule->population, rule->dated_by, keys,
                                    rule->key_count, true, &members);
    if (status == FA_OK)
        status = fa_plain_link_before(plain, &members);
    if (status == FA_OK)
        status = rule->way == FA_WAY_ROW       ? judge_rows(plain, &members)
                 : rule->way == FA_WAY_GROUP   ? judge_groups(plain, &members)
                 : rule->way == FA_WAY_STRETCH ? fa_plain_judge_stretches(plain, &members)
                 : rule->way == FA_WAY_EVERY   ? fa_plain_judge_every(plain, &members)
                 : rule->way == FA_WAY_HOPS    ? fa_plain_judge_hops(plain, &members)
                 : rule->way == FA_WAY_GAPLESS ? fa_plain_judge_gapless(plain, &members)
                 : rule->way == FA_WAY_RUNNING ? fa_plain_judge_running(plain, &members)
                 : fa_plain_has_windows(rule)  ? fa_plain_judge_windows(plain, &members)
                                               : judge_groups(plain, &members);
    fa_vec_free(&members);
    return status;
}

static enum fa_status evaluate_rule(struct fa_plain *plain, const struct fa_rule *rule,
                                    struct fa_rule_counts *counts)
{
    plain->rule = rule;
    plain->counts = counts;
    plain->findings_before = plain->verdicts->findings.count;
    FA_TRY(fa_plain_make_calendar(plain));
    enum fa_status status = fa_plain_check_testable(plain);
    if (status == FA_OK && counts->verdict == FA_TESTED)
        status = judge_rule(plain);
    if (status == FA_OK && rule->duty && counts->verdict == FA_TESTED)
        status = fa_plain_settle(plain);
    fa_plain_forget_owed(plain);
    fa_calendar_free(plain->calendar);
    plain->calendar = NULL;
    return status;
}

static enum fa_status evaluate_all(struct fa_plain *plain,
                                   const struct fa_ruleset_list *rulesets)
{
    size_t rule_no = 0;
    for (size_t s = 0; s < rulesets->rulesets.count; s++) {
        const struct fa_ruleset *ruleset = rulesets->rulesets.items[s];
        for (int r = 0; r < ruleset->rule_count; r++, rule_no++)
            if (plain->verdicts->counts[rule_no].verdict == FA_TESTED)
                FA_TRY(evaluate_rule(plain, &ruleset->rules[r],
                                     &plain->verdicts->counts[rule_no]));
    }
    return FA_OK;
}

/* --- texts outlive the ledger they came from --- */

static enum fa_status keep_text(struct fa_verdicts *verdicts, struct fa_str *text)
{
    if (!text->size)
        return FA_OK;
    *text = fa_arena_str(&verdicts->arena, *text);
    return text->bytes ? FA_OK : FA_ELIMIT;
}

static enum fa_status keep_values(struct fa_verdicts *verdicts, struct fa_value *values, int count)
{
    for (int i = 0; values && i < count; i++)
        FA_TRY(keep_text(verdicts, &values[i].text));
    return FA_OK;
}

static enum fa_status keep_finding(struct fa_verdicts *verdicts, struct fa_finding *finding)
{
    const struct fa_rule *rule = finding->rule;
    FA_TRY(keep_text(verdicts, &finding->filer));
    FA_TRY(keep_text(verdicts, &finding->cause));
    FA_TRY(keep_values(verdicts, finding->keys, rule->key_count));
    FA_TRY(keep_values(verdicts, finding->first, rule->shown_count));
    if (finding->worst != finding->first)
        FA_TRY(keep_values(verdicts, finding->worst, rule->shown_count));
    return FA_OK;
}

static enum fa_status keep_texts(struct fa_verdicts *verdicts)
{
    for (size_t i = 0; i < verdicts->findings.count; i++)
        FA_TRY(keep_finding(verdicts, &verdicts->findings.items[i]));
    for (size_t i = 0; i < verdicts->pending.count; i++)
        FA_TRY(keep_finding(verdicts, &verdicts->pending.items[i]));
    return FA_OK;
}

enum fa_status fa_observe_plain(const struct fa_ruleset_list *rulesets,
                                struct fa_blocks *blocks,
                                const struct fa_evaluate_options *options,
                                const struct fa_plain_observer *observer, struct fa_sink *sink,
                                struct fa_verdicts *verdicts)
{
    struct fa_plain plain = {.verdicts = verdicts, .sink = sink, .arena = &verdicts->arena};
    plain.as_of_day =
        options->as_of_day != INT64_MIN ? options->as_of_day : blocks->head->as_of_day;
    plain.rulesets = rulesets;
    enum fa_status status = fa_verdicts_begin(verdicts, rulesets);
    if (status == FA_OK)
        status = fa_plain_load(&plain.ledger, rulesets->dictionary, blocks, observer, plain.arena,
                               sink);
    if (status == FA_OK)
        status = fa_plain_choose(&plain, options->only);
    if (status == FA_OK)
        status = fa_verdicts_list_views(verdicts, options->only);
    if (status == FA_OK)
        status = fa_plain_make_views(&plain, options->keeps_views);
    if (status == FA_OK)
        status = evaluate_all(&plain, rulesets);
    if (status == FA_OK && observer && observer->done)
        status = observer->done(observer->context, &plain.ledger);
    if (status == FA_OK)
        status = keep_texts(verdicts);
    fa_vec_free(&plain.owed);
    if (plain.ledger.dictionary)
        fa_plain_release(&plain.ledger);
    if (status == FA_OK)
        status = fa_verdicts_finish(verdicts);
    return status == FA_ELIMIT ? fa_out_of_memory(sink, "the plain evaluation") : status;
}

enum fa_status fa_evaluate_plain(const struct fa_ruleset_list *rulesets,
                                 struct fa_blocks *blocks,
                                 const struct fa_evaluate_options *options,
                                 struct fa_sink *sink, struct fa_verdicts *verdicts)
{
    return fa_observe_plain(rulesets, blocks, options, NULL, sink, verdicts);
}
