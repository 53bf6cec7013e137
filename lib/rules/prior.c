/*
 * What a finding was in earlier results. It is the same finding when rule, filer, subject and, of what
 * happens several times, the day or first row are the same: that is its fingerprint. What was still
 * on at the end of the earlier period and is on from the beginning of this one is the same, too, although
 * its first row lies before this filing.
 */
#include "rules/earlier.h"

#include <string.h>

enum prior { PRIOR_NEW, PRIOR_PERSISTING, PRIOR_CHANGED, PRIOR_REOPENED };

/* Several findings of a run may share a fingerprint, where a filing declares a key twice; they are
 * paired in order, equal ones first among so many. */
enum { SAME_MAX = 64 };

/* On from the first day, or in the first period, that the filing covers. */
static bool is_on_from_start(const struct fa_flagging *flagging, const struct fa_finding *finding)
{
    const struct fa_rule *rule = finding->rule;
    int64_t from, to;
    if (finding->is_from_opening)
        return true;
    if (rule->way == FA_WAY_ROW || !finding->has_time ||
        !fa_earlier_cover(flagging, rule, &from, &to))
        return false;
    if (rule->has_period)
        return finding->period_last_day <= fa_period_last(rule->period, from);
    return fa_day_of(finding->first_us, &rule->ruleset->zone) <= from;
}

/* Index + 1 in the baseline, 0: it is new. */
static uint32_t pair(const struct fa_flagging *flagging, const struct fa_finding *finding,
                     const struct fa_facts *facts, struct fa_str subject,
                     const uint8_t fingerprint[FA_FINGERPRINT_BYTES])
{
    struct fa_baseline *baseline = flagging->options->baseline;
    uint32_t same = 0, fixed = 0, left = SAME_MAX;
    for (uint32_t at = fa_baseline_find(baseline, fingerprint); at && left; left--) {
        const struct fa_earlier *earlier = &baseline->list.items[at - 1];
        bool is_free = !earlier->is_again;
        if (is_free && fa_earlier_is_settled(earlier) && !fixed)
            fixed = at;
        else if (is_free && !fa_earlier_is_settled(earlier)) {
            bool is_same_time = earlier->facts.has_time == facts->has_time &&
                                earlier->facts.first_us == facts->first_us;
            if (is_same_time && earlier->facts.has_amount == facts->has_amount &&
                earlier->facts.amount == facts->amount)
                return at;
            /* What was on before the period is the same only if it was not over since. */
            if (!same && (!finding->is_from_opening || is_same_time || earlier->facts.is_still_on))
                same = at;
        }
        at = earlier->next;
    }
    if (!same && is_on_from_start(flagging, finding))
        same = fa_baseline_find_on(baseline, finding->rule->id, subject, &flagging->search->text);
    return same ? same : fixed;
}

/* --- what changed --- */

static enum fa_status add_name(struct fa_buf *change, const char *name)
{
    FA_TRY(fa_buf_add_text(change, change->size ? " " : ""));
    FA_TRY(fa_buf_add_text(change, name));
    return fa_buf_add_char(change, '=');
}

static enum fa_status add_enum(const struct fa_flagging *flagging, const char *name, int value,
                               struct fa_buf *change)
{
    const struct fa_table_def *table = flagging->sheets[FA_SHEET_FINDING].table;
    const struct fa_column_def *column =
        &table->columns[fa_table_find_column(table, fa_str_from(name))];
    FA_TRY(add_name(change, name));
    return fa_buf_add_str(change, column->values[value]);
}

static enum fa_status add_time(const struct fa_flagging *flagging, const char *name, bool has_time,
                               int64_t time_us, struct fa_buf *change)
{
    char text[FA_TIME_TEXT_BYTES];
    FA_TRY(add_name(change, name));
    if (!has_time)
        return fa_buf_add_char(change, '?');
    return fa_buf_add(change, text,
                      fa_time_format(time_us, &flagging->ledger->head->zone, text));
}

static enum fa_status add_amount(const struct fa_flagging *flagging, const struct fa_facts *facts,
                                 struct fa_buf *change)
{
    char text[FA_MONEY_TEXT_BYTES];
    FA_TRY(add_name(change, "amount"));
    if (!facts->has_amount)
        return fa_buf_add_char(change, '?');
    int scale = fa_head_scale(flagging->ledger->head, facts->currency);
    return fa_buf_add(change, text, fa_money_format(facts->amount, scale, text));
}

/* Dated by the day of the audit, as what somebody is. */
static bool is_of_day(const struct fa_facts *facts, int64_t day, const struct fa_zone *zone)
{
    return facts->has_time && fa_day_of(facts->first_us, zone) == day &&
           fa_day_of(facts->last_us, zone) == day;
}

/* Since when and until when, unless it has only gone on: that it lasts is no change, nor that the rows of
 * this filing are others. */
static enum fa_status add_span(const struct fa_flagging *flagging, const struct fa_facts *was,
                               const struct fa_facts *is, bool goes_on, struct fa_buf *change)
{
    bool has_first = !goes_on && (was->has_time != is->has_time || was->first_us != is->first_us);
    bool has_last = (was->has_time != is->has_time || was->last_us != is->last_us) &&
                    was->is_still_on == is->is_still_on && !was->is_still_on && !goes_on;
    has_last |= was->is_still_on != is->is_still_on;
    if (has_first)
        FA_TRY(add_time(flagging, "first_time", was->has_time, was->first_us, change));
    if (has_last)
        FA_TRY(add_time(flagging, "last_time", was->has_time, was->last_us, change));
    if (was->is_still_on != is->is_still_on) {
        FA_TRY(add_name(change, "still_on"));
        FA_TRY(fa_buf_add_text(change, was->is_still_on ? "true" : "false"));
    }
    if (goes_on || was->evidence_rows == is->evidence_rows)
        return FA_OK;
    FA_TRY(add_name(change, "evidence_rows"));
    return fa_buf_addf(change, "%llu", (unsigned long long)was->evidence_rows);
}

static enum fa_status list_changes(const struct fa_flagging *flagging, const struct fa_facts *was,
                                   const struct fa_facts *is, bool goes_on, struct fa_buf *change)
{
    fa_buf_clear(change);
    if (was->outcome != is->outcome)
        FA_TRY(add_enum(flagging, "outcome", was->outcome, change));
    if (was->severity != is->severity)
        FA_TRY(add_enum(flagging, "severity", was->severity, change));
    if (was->has_amount != is->has_amount || was->amount != is->amount)
        FA_TRY(add_amount(flagging, was, change));
    if (was->currency != is->currency) {
        char letters[4] = {0};
        FA_TRY(add_name(change, "currency"));
        if (was->currency)
            fa_currency_format(was->currency, letters);
        FA_TRY(fa_buf_add_text(change, was->currency ? letters : "?"));
    }
    return add_span(flagging, was, is, goes_on, change);
}

enum fa_status fa_flagging_set_prior(struct fa_flagging *flagging, const struct fa_finding *finding,
                                     struct fa_str subject, struct fa_str fingerprint,
                                     bool is_waived)
{
    struct fa_baseline *baseline = flagging->options->baseline;
    struct fa_sheet *sheet = &flagging->sheets[FA_SHEET_FINDING];
    struct fa_facts facts;
    uint8_t bytes[FA_FINGERPRINT_BYTES];
    if (!baseline)
        return FA_OK;
    if (!fa_fingerprint_read(fingerprint, bytes))
        return FA_EDEFECT;
    fa_flagging_facts(finding, &facts);
    uint32_t at = pair(flagging, finding, &facts, subject, bytes);
    if (!at) {
        fa_flagging_set(sheet, "prior", PRIOR_NEW);
        fa_flagging_set(sheet, "first_seen", flagging->out->head.as_of_day);
        return FA_OK;
    }
    struct fa_earlier *earlier = &baseline->list.items[at - 1];
    earlier->is_again = true;
    fa_flagging_set(sheet, "first_seen", earlier->first_seen);
    if (fa_earlier_is_settled(earlier)) {
        fa_flagging_set(sheet, "prior", PRIOR_REOPENED);
        return FA_OK;
    }
    const struct fa_zone *zone = &finding->rule->ruleset->zone;
    bool goes_on = (earlier->facts.is_still_on && is_on_from_start(flagging, finding) &&
                    earlier->facts.first_us != facts.first_us) ||
                   (is_of_day(&earlier->facts, earlier->last_seen, zone) &&
                    is_of_day(&facts, flagging->out->head.as_of_day, zone));
    struct fa_buf *change = &flagging->search->text;
    FA_TRY(list_changes(flagging, &earlier->facts, &facts, goes_on, change));
    if (earlier->is_waived && !is_waived) { /* that somebody answers for it is no change of it */
        FA_TRY(add_name(change, "waived"));
        FA_TRY(fa_buf_add_text(change, "true"));
    }
    fa_flagging_set(sheet, "prior", change->size ? PRIOR_CHANGED : PRIOR_PERSISTING);
    return fa_flagging_set_text(sheet, "change", fa_buf_str(change));
}
