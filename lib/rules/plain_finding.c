#include "rules/plain_run.h"

#include <stdlib.h>

#include "rules/plain_observe.h"

/* --- findings --- */

bool fa_plain_same_keys(const struct fa_value *a, const struct fa_value *b, int count)
{
    for (int k = 0; k < count; k++)
        if (!fa_plain_equal(&a[k], &b[k]))
            return false;
    return true;
}

struct fa_str fa_plain_name_of(struct fa_plain *plain, int table, fa_i128 id)
{
    if (id < 0 || id >= plain->ledger.name_counts[table])
        return (struct fa_str){"", 0};
    return plain->ledger.names[table][id];
}

struct fa_str fa_plain_filer_of(struct fa_plain *plain, const struct fa_value *filer)
{
    const struct fa_table_def *institution =
        fa_dictionary_find(plain->ledger.dictionary, FA_STR("institution"));
    if (!filer || filer->is_missing || !institution)
        return plain->ledger.head->filer;
    struct fa_str name = fa_plain_name_of(plain, institution->index, filer->numerator);
    return name.size ? name : plain->ledger.head->filer;
}

enum fa_status fa_plain_cite_row(struct fa_plain *plain, struct fa_finding *finding, int table,
                                 const struct fa_plain_member *member)
{
    int head_table = plain->ledger.tables[table].head_table;
    struct fa_row_range range = {head_table, member->row->row_no, member->row->row_no};
    finding->row_count++;
    fa_plain_add_amount(plain, member->cells, &finding->row_sum);
    finding->has_sum = plain->rule->amount_column >= 0;
    if (plain->ledger.tables[table].def->written_by != FA_BY_VIEW)
        return fa_vec_add(&finding->rows, range);
    for (int i = 0; i < member->row->sources.count; i++) { /* the rows behind the view's */
        const struct fa_plain_source *source = &member->row->sources.items[i];
        range = (struct fa_row_range){source->head_table, source->row_no, source->row_no};
        if (!source->is_unknown || finding->cause.size)
            FA_TRY(fa_vec_add(&finding->rows, range));
    }
    return FA_OK;
}

enum fa_status fa_plain_show(struct fa_plain *plain, const struct fa_plain_scope *scope,
                             struct fa_value **shown)
{
    const struct fa_rule *rule = plain->rule;
    struct fa_value *values =
        fa_arena_array(plain->arena, (size_t)rule->shown_count + 1, sizeof *values);
    if (!values)
        return FA_ELIMIT;
    for (int i = 0; i < rule->shown_count; i++) {
        struct fa_plain_result result;
        FA_TRY(fa_plain_evaluate(scope, rule->shown[i].expr, &result));
        if (result.flows && !result.value.is_missing)
            FA_TRY(fa_plain_show_rate(result.flows, &result.value));
        values[i] = fa_plain_known(&result);
    }
    *shown = values;
    return FA_OK;
}

void fa_plain_join(struct fa_plain *plain, struct fa_finding *finding, int64_t at_us,
                   bool has_time, struct fa_value *shown)
{
    const struct fa_rule *rule = plain->rule;
    if (finding->judged_count++ == 0) {
        finding->first = finding->worst = shown;
        finding->first_us = finding->last_us = finding->worst_us = at_us;
        finding->has_time = has_time;
        return;
    }
    finding->last_us = at_us;
    int w = rule->worst_shown;
    if (w < 0 || shown[w].is_missing || finding->worst[w].is_missing)
        return;
    int order = fa_plain_compare(&shown[w], &finding->worst[w]);
    if (rule->worst_is_smallest ? order < 0 : order > 0) {
        finding->worst = shown;
        finding->worst_us = at_us;
    }
}

enum fa_outcome fa_plain_outcome_of(const struct fa_plain *plain, bool is_undecided)
{
    if (is_undecided || plain->lacks_exception)
        return FA_INDETERMINATE;
    return plain->rule->is_lead ? FA_LEAD : FA_VIOLATION;
}

enum fa_status fa_plain_list(struct fa_plain *plain, struct fa_finding *finding)
{
    plain->counts->finding_count++;
    finding->rule = plain->rule;
    return fa_vec_add(&plain->verdicts->findings, *finding);
}

enum fa_status fa_plain_publish(struct fa_plain *plain, struct fa_finding *finding)
{
    bool is_owed = plain->rule->duty && finding->cause.size == 0;
    return is_owed ? fa_plain_owe(plain, finding, NULL) : fa_plain_list(plain, finding);
}

static enum fa_status judge(struct fa_plain *plain, const struct fa_plain_scope *scope,
                            const struct fa_str *unknown_cause,
                            enum fa_plain_judgement *judgement, struct fa_str *cause,
                            bool *excepted, bool *undecided)
{
    const struct fa_rule *rule = plain->rule;
    struct fa_rule_counts *counts = plain->counts;
    *excepted = *undecided = false;
    *cause = (struct fa_str){"", 0};
    counts->tested++;
    bool is_unknown = unknown_cause != NULL, fires = false;
    enum fa_on_unknown on_unknown = rule->on_unknown;
    if (is_unknown) {
        *cause = *unknown_cause;
        on_unknown = FA_UNKNOWN_STAYS; /* the rule answers for its condition only */
    } else {
        struct fa_plain_result when;
        FA_TRY(fa_plain_evaluate(scope, rule->when, &when));
        is_unknown = when.value.is_missing;
        fires = !is_unknown && when.value.numerator;
        *cause = when.cause;
    }
    if (is_unknown && on_unknown == FA_UNKNOWN_STAYS) {
        counts->unknown++;
        *judgement = FA_PLAIN_UNKNOWN;
        return FA_OK;
    }
    if (is_unknown)
        fires = on_unknown == FA_UNKNOWN_FIRES;
    *judgement = fires ? FA_PLAIN_FIRES : FA_PLAIN_CLEAR;
    if (!fires) {
        counts->clear++;
        return FA_OK;
    }
    counts->fired++;
    for (int e = 0; e < rule->except_finding_count; e++) {
        struct fa_plain_result except;
        FA_TRY(fa_plain_evaluate(scope, rule->except_findings[e].when, &except));
        if (except.value.is_missing) {
            *undecided = true;
        } else if (except.value.numerator) {
            *excepted = true;
            counts->excepted_findings++;
            return FA_OK;
        }
    }
    return FA_OK;
}

enum fa_status fa_plain_judge(struct fa_plain *plain, const struct fa_plain_scope *scope,
                              const struct fa_str *unknown_cause,
                              enum fa_plain_judgement *judgement, struct fa_str *cause,
                              bool *excepted, bool *undecided)
{
    const struct fa_plain_observer *observer = plain->ledger.observer;
    if (observer && observer->judging)
        observer->judging(observer->context, plain->rule, scope);
    FA_TRY(judge(plain, scope, unknown_cause, judgement, cause, excepted, undecided));
    const struct fa_plain_judged judged = {.judgement = *judgement,
                                           .cause = *cause,
                                           .is_excepted = *excepted,
                                           .is_undecided = *undecided};
    if (observer && observer->judged)
        observer->judged(observer->context, plain->rule, scope, &judged);
    return FA_OK;
}

enum fa_status fa_plain_add_unknown(struct fa_plain *plain, size_t findings_before,
                                    struct fa_str filer, struct fa_str cause,
                                    const struct fa_plain_member *members, size_t count,
                                    bool has_unit)
{
    struct fa_finding *finding = NULL;
    for (size_t i = findings_before; i < plain->verdicts->findings.count; i++) {
        struct fa_finding *one = &plain->verdicts->findings.items[i];
        if (one->cause.size && fa_str_equal(one->cause, cause) &&
            fa_str_equal(one->filer, filer))
            finding = one;
    }
    if (!finding) {
        struct fa_finding made = {.outcome = FA_INDETERMINATE, .cause = cause, .filer = filer};
        FA_TRY(fa_plain_publish(plain, &made));
        finding = &plain->verdicts->findings.items[plain->verdicts->findings.count - 1];
    }
    finding->judged_count += has_unit;
    for (size_t i = 0; i < count; i++) {
        FA_TRY(fa_plain_cite_row(plain, finding, plain->rule->population.table, &members[i]));
        if (!members[i].has_clock)
            continue;
        if (!finding->has_time || members[i].clock_us < finding->first_us)
            finding->first_us = members[i].clock_us;
        if (!finding->has_time || members[i].clock_us > finding->last_us)
            finding->last_us = members[i].clock_us;
        finding->worst_us = finding->first_us;
        finding->has_time = true;
        finding->is_dated = members[i].is_dated;
    }
    return FA_OK;
}
