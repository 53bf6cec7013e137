/*
 * The rules in the results, with the accounts of their populations. A rule that judged nothing
 * says why, for it found nothing wrong and nothing in order.
 */
#include <string.h>

#include "rules/flagging.h"
#include "value/datetime.h"

/* In the order of result_rule.judged_nothing. */
enum why {
    NO_ROW,
    NOT_CONCERNED,
    NOT_IN_FORCE,
    OTHER_CURRENCY,
    OUTSIDE_GROUP,
    EXCEPTED,
    AFTER_AS_OF,
    WHY_COUNT
};

/* What never came to be judged. */
struct aside {
    uint64_t rows[WHY_COUNT];
};

static void add_counts(struct aside *aside, const struct fa_rule_counts *counts)
{
    aside->rows[NOT_IN_FORCE] += counts->not_in_force;
    aside->rows[OTHER_CURRENCY] += counts->other_currency;
    aside->rows[OUTSIDE_GROUP] += counts->outside_group;
    aside->rows[EXCEPTED] += counts->excepted_rows;
    aside->rows[AFTER_AS_OF] += counts->after_as_of;
}

static const struct fa_made_view *find_made(const struct fa_flagging *flagging, int table)
{
    for (size_t v = 0; v < flagging->verdicts.views.count; v++)
        if (flagging->verdicts.views.items[v].view->table == table)
            return &flagging->verdicts.views.items[v];
    return NULL;
}

/* What the view that a rule looks at left aside, and the views behind it. Gives the table of
 * the filing at the bottom: of several the first. */
static int add_view(const struct fa_flagging *flagging, int table, struct aside *aside)
{
    const struct fa_made_view *made = find_made(flagging, table);
    if (!made)
        return table;
    add_counts(aside, &made->counts);
    return add_view(flagging, made->view->parts[0].population.table, aside);
}

static const struct fa_table_def *in_ledger(const struct fa_flagging *flagging, int table)
{
    return fa_dictionary_find(&flagging->ledger->head->dictionary,
                              flagging->rulesets->dictionary->tables[table].name);
}

static uint64_t count_rows(const struct fa_flagging *flagging, const struct fa_table_def *def)
{
    const struct fa_totals *totals = flagging->ledger->totals;
    for (size_t i = 0; def && i < totals->list.count; i++)
        if (totals->list.items[i].table == def->index &&
            totals->list.items[i].column == FA_NO_COLUMN)
            return totals->list.items[i].rows;
    return 0;
}

/* Whether the filing covers no day of the table on which the rule is in force. */
static bool is_other_time(const struct fa_flagging *flagging, const struct fa_rule *rule,
                          const struct fa_table_def *def)
{
    const struct fa_head *head = flagging->ledger->head;
    for (size_t i = 0; def && i < head->covers.count; i++) {
        const struct fa_cover_info *cover = &head->covers.items[i];
        if (cover->table == def->index)
            return cover->to_day < rule->from_day || cover->from_day > rule->to_day;
    }
    return false;
}

static enum fa_status add_force(const struct fa_rule *rule, struct fa_buf *text)
{
    char day[FA_TIME_TEXT_BYTES];
    FA_TRY(fa_buf_add_text(text, " ("));
    if (rule->from_day != INT64_MIN)
        FA_TRY(fa_buf_add(text, day, fa_date_format(rule->from_day, day)));
    FA_TRY(fa_buf_add_text(text, ".."));
    if (rule->to_day != INT64_MAX)
        FA_TRY(fa_buf_add(text, day, fa_date_format(rule->to_day, day)));
    return fa_buf_add_char(text, ')');
}

/* "rows of flow: 3 dated outside its time in force (2024-05-01..); also 2 in another currency" */
static enum fa_status tell_aside(const struct fa_rule *rule, struct fa_str table, uint64_t row_count,
                                 const struct aside *aside, struct fa_buf *text)
{
    static const char *const whys[WHY_COUNT] = {
        [NOT_IN_FORCE] = "dated outside its time in force",
        [OTHER_CURRENCY] = "in another currency",
        [OUTSIDE_GROUP] = "with a missing part of its key",
        [EXCEPTED] = "taken out by an exception",
        [AFTER_AS_OF] = "dated after the day of the audit",
    };
    uint64_t told = 0;
    FA_TRY(fa_buf_addf(text, "rows of %.*s: ", (int)table.size, table.bytes));
    for (int why = 0; why < WHY_COUNT; why++) {
        uint64_t rows = aside->rows[why];
        if (!rows)
            continue;
        FA_TRY(fa_buf_addf(text, "%s%llu %s", told ? "; also " : "", (unsigned long long)rows,
                           whys[why]));
        if (why == NOT_IN_FORCE)
            FA_TRY(add_force(rule, text));
        told += rows;
    }
    return told < row_count ? fa_buf_add_text(text, "; it looks at no other") : FA_OK;
}

static enum fa_status tell_nothing(const struct fa_flagging *flagging,
                                   const struct fa_rule *rule,
                                   const struct fa_rule_counts *counts, enum why *why,
                                   struct fa_buf *text)
{
    struct aside aside = {{0}};
    add_counts(&aside, counts);
    int table = add_view(flagging, rule->population.table, &aside);
    const struct fa_table_def *def = in_ledger(flagging, table);
    struct fa_str name = flagging->rulesets->dictionary->tables[table].name;
    *why = NO_ROW;
    for (int w = 0; w < WHY_COUNT; w++)
        if (aside.rows[w] > aside.rows[*why])
            *why = (enum why)w;
    if (is_other_time(flagging, rule, def) && !aside.rows[NOT_IN_FORCE]) {
        *why = NOT_IN_FORCE; /* of ways that take rows of all dates, and judge only in force */
        FA_TRY(fa_buf_addf(text, "%.*s covers no day of its time in force", (int)name.size,
                           name.bytes));
        return add_force(rule, text);
    }
    if (aside.rows[*why])
        return tell_aside(rule, name, count_rows(flagging, def), &aside, text);
    *why = count_rows(flagging, def) ? NOT_CONCERNED : NO_ROW;
    return fa_buf_addf(
        text, *why == NO_ROW ? "%.*s has no row" : "no row of %.*s is one that it looks at",
        (int)name.size, name.bytes);
}

/* Whether the filing has TABLE, of the rules' dictionary, without a row. */
static bool is_empty(const struct fa_flagging *flagging, int table)
{
    const struct fa_table_def *def = table >= 0 ? in_ledger(flagging, table) : NULL;
    return def && def->written_by == FA_BY_FILING && count_rows(flagging, def) == 0;
}

static bool is_told(const struct fa_rule *rule, int before)
{
    for (int n = 0; n < before; n++)
        if (rule->needs[n].table == rule->needs[before].table)
            return true;
    return false;
}

/* "action has no row": what a rule looks up in such a table is not there, be it that nothing happened or
 * that nobody filed it. The verdict takes the filing by its word, and this says so. */
static enum fa_status tell_empty(const struct fa_flagging *flagging, const struct fa_rule *rule,
                                 struct fa_buf *text, struct fa_buf *names)
{
    for (int n = 0; n < rule->need_count; n++) {
        int table = rule->needs[n].table;
        if (!is_empty(flagging, table) || is_told(rule, n))
            continue;
        struct fa_str name = flagging->rulesets->dictionary->tables[table].name;
        FA_TRY(fa_buf_addf(text, "%s%.*s has no row", text->size ? "; also " : "", (int)name.size,
                           name.bytes));
        FA_TRY(fa_buf_addf(names, "%s%.*s", names->size ? ", " : "", (int)name.size, name.bytes));
    }
    return FA_OK;
}

static enum fa_status set_reason(struct fa_flagging *flagging, struct fa_sheet *sheet,
                                 const struct fa_rule *rule,
                                 const struct fa_rule_counts *counts)
{
    if (counts->verdict == FA_TESTED && counts->tested && !counts->reason.size) {
        struct fa_buf empty = {0}, names = {0};
        enum fa_status told = tell_empty(flagging, rule, &empty, &names);
        if (told == FA_OK && empty.size)
            told = fa_flagging_set_text(sheet, "reason", fa_buf_str(&empty));
        if (told == FA_OK && names.size)
            told = fa_flagging_set_text(sheet, "empty_tables", fa_buf_str(&names));
        fa_buf_release(&empty);
        fa_buf_release(&names);
        return told;
    }
    if (counts->verdict != FA_TESTED || counts->tested)
        return fa_flagging_set_reason(flagging, sheet, counts);
    struct fa_buf text = {0};
    enum why why = NO_ROW;
    enum fa_status status = tell_nothing(flagging, rule, counts, &why, &text);
    if (status == FA_OK && counts->reason.size)
        status = fa_buf_addf(&text, "; %.*s", (int)counts->reason.size, counts->reason.bytes);
    if (status == FA_OK)
        status = fa_flagging_set_text(sheet, "reason", fa_buf_str(&text));
    fa_flagging_set(sheet, "judged_nothing", why);
    fa_buf_release(&text);
    return status;
}

/* "where (text); where (restatement)" */
static enum fa_status set_sources(struct fa_sheet *sheet, const struct fa_sources *sources)
{
    static const char *const readings[] = {" (text)", " (restatement)", " (memory)"};
    struct fa_buf text = {0};
    enum fa_status status = FA_OK;
    for (int i = 0; status == FA_OK && i < sources->list.count; i++) {
        const struct fa_source *source = &sources->list.items[i];
        status = fa_buf_add_text(&text, i ? "; " : "");
        if (status == FA_OK)
            status = fa_buf_add_str(&text, source->where);
        if (status == FA_OK)
            status = fa_buf_add_text(&text, readings[source->reading]);
    }
    if (status == FA_OK)
        status = fa_flagging_set_text(sheet, "source", fa_buf_str(&text));
    fa_buf_release(&text);
    return status;
}

static enum fa_status write_rule(struct fa_flagging *flagging, const struct fa_rule *rule,
                                 const struct fa_rule_counts *counts)
{
    struct fa_sheet *sheet = &flagging->sheets[FA_SHEET_RULE];
    FA_TRY(fa_flagging_set_text(sheet, "rule", rule->id));
    FA_TRY(fa_flagging_set_text(sheet, "ruleset", rule->ruleset->id));
    FA_TRY(fa_flagging_set_text(sheet, "title_en", rule->title_en));
    FA_TRY(fa_flagging_set_text(sheet, "title_zh", rule->title_zh));
    FA_TRY(fa_flagging_set_text(sheet, "cite", rule->cite.text));
    fa_flagging_set(sheet, "confidence", rule->cite.confidence);
    FA_TRY(set_sources(sheet, &rule->sources));
    fa_flagging_set(sheet, "severity", rule->severity);
    fa_flagging_set(sheet, "kind", rule->is_lead);
    fa_flagging_set(sheet, "state", counts->verdict);
    FA_TRY(set_reason(flagging, sheet, rule, counts));
    fa_flagging_set(sheet, "tested", (int64_t)(counts->tested - counts->unknown));
    fa_flagging_set(sheet, "population", (int64_t)counts->tested);
    fa_flagging_set(sheet, "fired", (int64_t)counts->fired);
    fa_flagging_set(sheet, "clear", (int64_t)counts->clear);
    fa_flagging_set(sheet, "unknown", (int64_t)counts->unknown);
    fa_flagging_set(sheet, "pending", (int64_t)counts->pending);
    fa_flagging_set(sheet, "not_in_force", (int64_t)counts->not_in_force);
    fa_flagging_set(sheet, "other_currency", (int64_t)counts->other_currency);
    fa_flagging_set(sheet, "after_as_of", (int64_t)counts->after_as_of);
    fa_flagging_set(sheet, "outside_group", (int64_t)counts->outside_group);
    fa_flagging_set_money(sheet, "outside_group_amount", counts->outside_group_sum);
    fa_flagging_set(sheet, "excepted_rows", (int64_t)counts->excepted_rows);
    fa_flagging_set_money(sheet, "excepted_amount", counts->excepted_sum);
    fa_flagging_set(sheet, "excepted_findings", (int64_t)counts->excepted_findings);
    fa_flagging_set(sheet, "finding_count", (int64_t)counts->finding_count);
    fa_flagging_set(sheet, "currency", rule->ruleset->currency);
    FA_TRY(fa_flagging_set_text(sheet, "params", flagging->options->parameters));
    return fa_builder_end_row(sheet->builder);
}

enum fa_status fa_flagging_write_rules(struct fa_flagging *flagging)
{
    size_t rule_no = 0;
    for (size_t s = 0; s < flagging->rulesets->rulesets.count; s++)
        for (int r = 0; r < flagging->rulesets->rulesets.items[s]->rule_count; r++)
            FA_TRY(write_rule(flagging, &flagging->rulesets->rulesets.items[s]->rules[r],
                              &flagging->verdicts.counts[rule_no++]));
    return FA_OK;
}
