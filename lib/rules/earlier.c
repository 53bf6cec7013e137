/*
 * What became of findings of earlier results that this run does not make. That it does not make them
 * proves nothing by itself: only a rule that was tested, on what the finding was about, and cleared it,
 * makes it fixed. What happened in a time that this filing does not cover stands; of all else nothing
 * can be said, and why is told.
 */
#include "rules/earlier.h"

#include <string.h>

#include "base/limits.h"

/* --- what became of one --- */

struct fate {
    enum fa_earlier_state state;
    enum fa_earlier_why why;
    struct fa_buf *reason;
};

static enum fa_status say(struct fate *fate, enum fa_earlier_state state, enum fa_earlier_why why,
                          const char *format, ...) __attribute__((format(printf, 4, 5)));
static enum fa_status say(struct fate *fate, enum fa_earlier_state state, enum fa_earlier_why why,
                          const char *format, ...)
{
    va_list args;
    fate->state = state;
    fate->why = why;
    va_start(args, format);
    enum fa_status status = fa_buf_vaddf(fate->reason, format, args);
    va_end(args);
    return status;
}

/* Those of the assignments in LINE that are RULESET's. */
static enum fa_status parameters_of(struct fa_str line, struct fa_str ruleset, struct fa_buf *own)
{
    fa_buf_clear(own);
    while (line.size) {
        const char *blank = memchr(line.bytes, ' ', line.size);
        size_t size = blank ? (size_t)(blank - line.bytes) : line.size;
        struct fa_str word = {line.bytes, size};
        if (size > ruleset.size && fa_str_starts(word, ruleset) && word.bytes[ruleset.size] == '.') {
            FA_TRY(fa_buf_add_text(own, own->size ? " " : ""));
            FA_TRY(fa_buf_add_str(own, word));
        }
        size += blank != NULL;
        line = (struct fa_str){line.bytes + size, line.size - size};
    }
    return FA_OK;
}

static enum fa_status judge_parameters(const struct fa_flagging *flagging,
                                       const struct fa_earlier_rule *was, struct fate *fate,
                                       bool *is_judged)
{
    struct fa_buf then = {0}, now = {0};
    enum fa_status status = parameters_of(was->params, was->ruleset, &then);
    if (status == FA_OK)
        status = parameters_of(flagging->options->parameters, was->ruleset, &now);
    *is_judged = status == FA_OK && !fa_str_equal(fa_buf_str(&then), fa_buf_str(&now));
    if (*is_judged && !now.size)
        status = fa_buf_add_text(&now, "none");
    if (*is_judged && !then.size && status == FA_OK)
        status = fa_buf_add_text(&then, "none");
    if (*is_judged && status == FA_OK)
        status = say(fate, FA_EARLIER_NOT_TESTABLE, FA_WHY_OTHER_PARAMETERS,
                     "judged with other parameters: %.*s; in the earlier results: %.*s",
                     (int)now.size, now.bytes, (int)then.size, then.bytes);
    fa_buf_release(&then);
    fa_buf_release(&now);
    return status;
}

static enum fa_status judge_rule(struct fa_flagging *flagging, const struct fa_earlier *earlier,
                                 struct fate *fate, bool *is_judged)
{
    static const char *const words[] = {"was tested", "is not testable", "does not apply",
                                        "is switched off"};
    const struct fa_earlier_rule *was = &flagging->options->baseline->rules.items[earlier->rule];
    const struct fa_known_rule *is = &flagging->search->rules[earlier->rule];
    *is_judged = true;
    if (!is->rule)
        return say(fate, FA_EARLIER_NOT_TESTABLE, FA_WHY_RULE_ABSENT, "the rule is not in this run");
    if (is->counts->verdict != FA_TESTED) {
        FA_TRY(say(fate, FA_EARLIER_NOT_TESTABLE, FA_WHY_RULE_UNTESTED, "the rule %s: ",
                   words[is->counts->verdict]));
        return fa_flagging_reason(flagging, is->counts, fate->reason);
    }
    return judge_parameters(flagging, was, fate, is_judged);
}

/* Rows that come and go with the period, so that an earlier one is not expected in a later filing. */
static bool is_dated(const struct fa_table_def *table)
{
    return table->by != FA_NO_COLUMN || table->written_by != FA_BY_FILING ||
           (table->clock != FA_NO_COLUMN && table->id_column == FA_NO_COLUMN);
}

/* What happened at a time and is over, other than what somebody or something is. */
static bool is_event(const struct fa_rule *rule, const struct fa_earlier *earlier)
{
    if (earlier->facts.is_still_on)
        return false;
    bool is_of_time = rule->has_period || (rule->way != FA_WAY_ROW && rule->way != FA_WAY_GROUP &&
                                           rule->way != FA_WAY_UNIQUE && rule->way != FA_WAY_GAPLESS);
    return is_dated(rule->population.row_table) || (is_of_time && earlier->facts.has_time);
}

/* The days of the finding; of one without, those that the earlier results cover. */
static bool days_of(const struct fa_flagging *flagging, const struct fa_rule *rule,
                    const struct fa_earlier *earlier, int64_t *from, int64_t *to)
{
    const struct fa_baseline *baseline = flagging->options->baseline;
    if (earlier->facts.has_time) {
        *from = fa_day_of(earlier->facts.first_us, &rule->ruleset->zone);
        *to = fa_day_of(earlier->facts.last_us, &rule->ruleset->zone);
        return true;
    }
    for (size_t i = 0; i < baseline->covers.count; i++)
        if (fa_str_equal(baseline->covers.items[i].table, fa_earlier_table(rule))) {
            *from = baseline->covers.items[i].from_day;
            *to = baseline->covers.items[i].to_day;
            return true;
        }
    return false;
}

/* HAS_ROW: what it is about is in this filing, whatever days that covers. */
static enum fa_status judge_time(const struct fa_flagging *flagging, const struct fa_rule *rule,
                                 const struct fa_earlier *earlier, bool has_row, struct fate *fate,
                                 bool *is_judged)
{
    char texts[2][FA_TIME_TEXT_BYTES];
    int sizes[2];
    int64_t from = 0, to = 0, cover_from, cover_to;
    bool has_days = days_of(flagging, rule, earlier, &from, &to);
    bool has_cover = fa_earlier_cover(flagging, rule, &cover_from, &cover_to);
    *is_judged =
        !has_row && (!has_days || !has_cover || from < cover_from || to > cover_to);
    if (*is_judged && (!has_days || !has_cover))
        return say(fate, FA_EARLIER_CARRIED, FA_WHY_OUTSIDE_PERIOD, "%s",
                   has_days ? "nothing tells which days this filing covers"
                            : "nothing tells when it was");
    if (*is_judged) {
        sizes[0] = (int)fa_date_format(cover_from, texts[0]);
        sizes[1] = (int)fa_date_format(cover_to, texts[1]);
        return say(fate, FA_EARLIER_CARRIED, FA_WHY_OUTSIDE_PERIOD,
                   "its time is not within the days that this filing covers, %.*s to %.*s", sizes[0],
                   texts[0], sizes[1], texts[1]);
    }
    *is_judged = has_days && (from < rule->from_day || to > rule->to_day);
    return *is_judged ? say(fate, FA_EARLIER_NOT_TESTABLE, FA_WHY_NOT_IN_FORCE,
                            "the rule was not in force then")
                      : FA_OK;
}

/* The cause for which the row could not be judged; empty: none. */
static struct fa_str cause_of(const struct fa_flagging *flagging, const struct fa_rule *rule,
                              const struct fa_table_def *table, uint64_t row)
{
    for (size_t f = 0; f < flagging->search->unknown.count; f++) {
        const struct fa_finding *finding = flagging->search->unknown.items[f];
        if (finding->rule != rule)
            continue;
        size_t low = 0, high = finding->rows.count;
        while (low < high) {
            size_t middle = low + (high - low) / 2;
            const struct fa_row_range *range = &finding->rows.items[middle];
            if (range->table < table->index ||
                (range->table == table->index && range->to_row < row))
                low = middle + 1;
            else
                high = middle;
        }
        if (low < finding->rows.count && finding->rows.items[low].table == table->index &&
            finding->rows.items[low].from_row <= row)
            return finding->cause.size ? finding->cause : FA_STR("a value");
    }
    return (struct fa_str){"", 0};
}

/* Of a table that reconcile makes, those of what it is made from. */
static uint64_t rejected_of(const struct fa_flagging *flagging, const struct fa_table_def *table)
{
    const struct fa_dictionary *dictionary = &flagging->ledger->head->dictionary;
    uint64_t rejected = 0;
    for (size_t i = 0; table && i < flagging->ledger->totals->list.count; i++) {
        const struct fa_total *total = &flagging->ledger->totals->list.items[i];
        bool is_its = table->written_by == FA_BY_FILING
                          ? total->table == table->index
                          : dictionary->tables[total->table].by != FA_NO_COLUMN;
        if (is_its && total->column == FA_NO_COLUMN)
            rejected += total->rejected;
    }
    return rejected;
}

static enum fa_status judge_row(struct fa_flagging *flagging, const struct fa_rule *rule,
                                const struct fa_earlier *earlier, struct fate *fate, bool *is_judged)
{
    const struct fa_table_def *table = fa_dictionary_find(
        &flagging->ledger->head->dictionary, fa_earlier_table(rule));
    uint64_t row = fa_earlier_row(flagging, rule, earlier), rejected = rejected_of(flagging, table);
    struct fa_str name = fa_earlier_table(rule), cause = {"", 0};
    *is_judged = true;
    if (!row && rejected)
        return say(fate, FA_EARLIER_NOT_TESTABLE, FA_WHY_REJECTED,
                   "no accepted row of %.*s has its key, and %llu were rejected", (int)name.size,
                   name.bytes, (unsigned long long)rejected);
    if (!row)
        return say(fate, FA_EARLIER_NOT_TESTABLE, FA_WHY_SUBJECT_ABSENT,
                   "no row of %.*s in this filing has its key", (int)name.size, name.bytes);
    const struct fa_known_rule *known = &flagging->search->rules[earlier->rule];
    if (known->met->state == FA_MET_ROWS && !fa_met_has_row(known->met, row - 1))
        return say(fate, FA_EARLIER_NOT_TESTABLE, FA_WHY_SUBJECT_ABSENT,
                   "its row is none that the rule looks at");
    if (known->counts->unknown)
        cause = cause_of(flagging, rule, table, row - 1);
    *is_judged = cause.size > 0;
    return *is_judged ? say(fate, FA_EARLIER_NOT_TESTABLE, FA_WHY_UNKNOWN,
                            "it cannot be judged now: %.*s is missing", (int)cause.size, cause.bytes)
                      : FA_OK;
}

/* Nobody keeps which groups were judged: one that may be among those that were not is not cleared. */
static enum fa_status judge_group(struct fa_flagging *flagging, const struct fa_rule *rule,
                                  const struct fa_earlier *earlier, struct fate *fate,
                                  bool *is_judged)
{
    const struct fa_rule_counts *counts = flagging->search->rules[earlier->rule].counts;
    const struct fa_table_def *table = fa_dictionary_find(
        &flagging->ledger->head->dictionary, fa_earlier_table(rule));
    uint64_t rejected = rejected_of(flagging, table);
    *is_judged = true;
    if (!fa_earlier_is_named(flagging, earlier))
        return say(fate, FA_EARLIER_NOT_TESTABLE, FA_WHY_SUBJECT_ABSENT,
                   "this filing does not name its subject");
    uint64_t rows, rested_on = fa_earlier_table_rows(flagging, rule, earlier);
    bool is_told = fa_earlier_met_rows(flagging, earlier, &rows);
    if (is_told && !rows)
        return say(fate, FA_EARLIER_NOT_TESTABLE, FA_WHY_SUBJECT_ABSENT,
                   "the rule had no row of its subject%s to look at",
                   rule->has_period ? " and period" : "");
    if (is_told && is_event(rule, earlier) && rows < rested_on)
        return say(fate, FA_EARLIER_NOT_TESTABLE, FA_WHY_SUBJECT_ABSENT,
                   "it rested on %llu rows, and of its subject this filing has %llu",
                   (unsigned long long)rested_on, (unsigned long long)rows);
    struct fa_lacking lacking;
    bool is_lacking = fa_earlier_lacks(flagging, earlier, is_event(rule, earlier), &lacking);
    if (is_lacking && !lacking.found)
        return say(fate, FA_EARLIER_NOT_TESTABLE, FA_WHY_SUBJECT_ABSENT,
                   lacking.table.size ? "the rule had no row of its subject in %.*s to look at"
                                      : "the rule had no row of its subject%.*s to look at",
                   (int)lacking.table.size, lacking.table.bytes);
    if (is_lacking)
        return say(fate, FA_EARLIER_NOT_TESTABLE, FA_WHY_SUBJECT_ABSENT,
                   "it rested on %llu rows of %.*s, and of its subject this filing has %llu",
                   (unsigned long long)lacking.wanted, (int)lacking.table.size, lacking.table.bytes,
                   (unsigned long long)lacking.found);
    if (rejected)
        return say(fate, FA_EARLIER_NOT_TESTABLE, FA_WHY_REJECTED,
                   "%llu rows that it may rest on were rejected", (unsigned long long)rejected);
    *is_judged = counts->unknown > 0;
    return *is_judged ? say(fate, FA_EARLIER_NOT_TESTABLE, FA_WHY_UNKNOWN,
                            "of what the rule judges, %llu of %llu could not be decided, and it may "
                            "be among them",
                            (unsigned long long)counts->unknown,
                            (unsigned long long)counts->tested)
                      : FA_OK;
}

/* Cleared by a text of the rules that is not the one by which it was found. */
static bool is_by_other_text(const struct fa_flagging *flagging, const struct fa_rule *rule)
{
    const struct fa_baseline *baseline = flagging->options->baseline;
    uint32_t number = fa_texts_find(&baseline->rulesets, rule->ruleset->id);
    return number == FA_NO_NUMBER ||
           !fa_str_equal(baseline->hashes.items[number], fa_str_from(rule->ruleset->hash));
}

static enum fa_status judge(struct fa_flagging *flagging, const struct fa_earlier *earlier,
                            struct fate *fate)
{
    const struct fa_known_rule *known = &flagging->search->rules[earlier->rule];
    const struct fa_rule *rule = known->rule;
    bool is_judged;
    FA_TRY(judge_rule(flagging, earlier, fate, &is_judged));
    if (is_judged)
        return FA_OK;
    /* A break that is gone was reconciled, so its absence clears it as no other row's does. */
    bool has_row = fa_earlier_is_row(rule) && fa_earlier_columns(flagging, earlier).size > 0 &&
                   rule->population.row_table->written_by == FA_BY_FILING;
    if (is_event(rule, earlier)) {
        FA_TRY(judge_time(flagging, rule, earlier, has_row && fa_earlier_row(flagging, rule, earlier), fate,
                          &is_judged));
        if (is_judged)
            return FA_OK;
    }
    FA_TRY(has_row ? judge_row(flagging, rule, earlier, fate, &is_judged)
                   : judge_group(flagging, rule, earlier, fate, &is_judged));
    if (is_judged)
        return FA_OK;
    bool is_of_filing = rule->population.row_table->written_by != FA_BY_RECONCILE;
    if (is_of_filing && known->counts->tested == known->counts->unknown)
        return say(fate, FA_EARLIER_NOT_TESTABLE, FA_WHY_UNKNOWN,
                   "the rule judged nothing in this filing");
    return is_by_other_text(flagging, rule)
               ? say(fate, FA_EARLIER_FIXED, FA_WHY_CLEAR_BY_OTHER_TEXT,
                     "judged anew and in order, by a ruleset whose text has changed since")
               : say(fate, FA_EARLIER_FIXED, FA_WHY_CLEAR, "judged anew and in order");
}

/* --- the table --- */

static enum fa_status write_what(struct fa_flagging *flagging, const struct fa_earlier *earlier)
{
    const struct fa_baseline *baseline = flagging->options->baseline;
    const struct fa_earlier_rule *rule = &baseline->rules.items[earlier->rule];
    struct fa_sheet *sheet = &flagging->sheets[FA_SHEET_EARLIER];
    char hex[2 * FA_FINGERPRINT_BYTES];
    for (size_t i = 0; i < sizeof hex; i++)
        hex[i] = "0123456789abcdef"[earlier->fingerprint[i / 2] >> (i % 2 ? 0 : 4) & 15];
    FA_TRY(fa_flagging_set_text(sheet, "fingerprint", (struct fa_str){hex, sizeof hex}));
    FA_TRY(fa_flagging_set_text(sheet, "finding", earlier->finding));
    FA_TRY(fa_flagging_set_text(sheet, "rule", rule->id));
    FA_TRY(fa_flagging_set_text(sheet, "ruleset", rule->ruleset));
    FA_TRY(fa_flagging_set_text(sheet, "title_en", rule->title_en));
    FA_TRY(fa_flagging_set_text(sheet, "title_zh", rule->title_zh));
    FA_TRY(fa_flagging_set_text(sheet, "cite", rule->cite));
    FA_TRY(fa_flagging_set_text(sheet, "subject_table", baseline->texts.items[earlier->table]));
    FA_TRY(fa_flagging_set_text(sheet, "subject", earlier->subject));
    return fa_flagging_set_text(sheet, "subject_columns", fa_earlier_columns(flagging, earlier));
}

static void write_facts(struct fa_sheet *sheet, const struct fa_facts *facts)
{
    fa_flagging_set(sheet, "outcome", facts->outcome);
    fa_flagging_set(sheet, "severity", facts->severity);
    if (facts->has_time) {
        fa_flagging_set(sheet, "first_time", facts->first_us);
        fa_flagging_set(sheet, "last_time", facts->last_us);
    }
    fa_flagging_set(sheet, "still_on", facts->is_still_on);
    if (facts->has_amount)
        fa_flagging_set(sheet, "amount", facts->amount);
    if (facts->currency)
        fa_flagging_set(sheet, "currency", facts->currency);
    fa_flagging_set(sheet, "evidence_rows", (int64_t)facts->evidence_rows);
}

static enum fa_status write_one(struct fa_flagging *flagging, const struct fa_earlier *earlier,
                                struct fa_buf *reason)
{
    const struct fa_baseline *baseline = flagging->options->baseline;
    struct fa_sheet *sheet = &flagging->sheets[FA_SHEET_EARLIER];
    struct fate fate = {.state = earlier->state, .why = earlier->why, .reason = reason};
    int64_t fixed_on = earlier->fixed_on, today = flagging->out->head.as_of_day;
    fa_buf_clear(reason);
    if (fa_earlier_is_settled(earlier)) {
        FA_TRY(fa_buf_add_str(reason, baseline->texts.items[earlier->reason]));
    } else {
        FA_TRY(judge(flagging, earlier, &fate));
        fixed_on = today;
    }
    int64_t last = fa_earlier_is_settled(earlier) ? fixed_on : earlier->last_seen;
    if (today - last > FA_EARLIER_DAYS)
        return FA_OK;
    FA_TRY(write_what(flagging, earlier));
    write_facts(sheet, &earlier->facts);
    const struct fa_rule *rule = flagging->search->rules[earlier->rule].rule;
    uint64_t table_rows = rule                                  ? fa_earlier_table_rows(flagging, rule, earlier)
                          : earlier->rows_table == FA_NO_NUMBER ? earlier->table_rows
                                                                : 0;
    if (table_rows)
        fa_flagging_set(sheet, "table_rows", (int64_t)table_rows);
    FA_TRY(fa_flagging_set_text(sheet, "rows_by_table", baseline->texts.items[earlier->rows_by_table]));
    fa_flagging_set(sheet, "waived", earlier->is_waived);
    fa_flagging_set(sheet, "first_seen", earlier->first_seen);
    fa_flagging_set(sheet, "last_seen", earlier->last_seen);
    fa_flagging_set(sheet, "state", fate.state);
    fa_flagging_set(sheet, "why", fate.why);
    FA_TRY(fa_flagging_set_text(sheet, "reason", fa_buf_str(reason)));
    if (fate.state == FA_EARLIER_FIXED)
        fa_flagging_set(sheet, "fixed_on", fixed_on);
    return fa_builder_end_row(sheet->builder);
}

enum fa_status fa_flagging_write_earlier(struct fa_flagging *flagging)
{
    const struct fa_baseline *baseline = flagging->options->baseline;
    struct fa_buf reason = {0};
    if (!baseline)
        return FA_OK;
    enum fa_status status = fa_earlier_find_names(flagging);
    for (size_t i = 0; status == FA_OK && i < baseline->list.count; i++)
        if (!baseline->list.items[i].is_again)
            status = write_one(flagging, &baseline->list.items[i], &reason);
    fa_buf_release(&reason);
    return status;
}
