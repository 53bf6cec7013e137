#include "rules/flagging.h"

#include <stdlib.h>
#include <string.h>

#include "base/hash.h"
#include "rules/window.h"

/* --- writing cells by name: a wrong name is a defect that the first run of the tests finds ---
 */

static int column_of(const struct fa_sheet *sheet, const char *name)
{
    int column = fa_table_find_column(sheet->table, fa_str_from(name));
    if (column == FA_NO_COLUMN)
        abort();
    return column;
}

void fa_flagging_set(struct fa_sheet *sheet, const char *name, int64_t value)
{
    fa_builder_set(sheet->builder, column_of(sheet, name), value);
}

enum fa_status fa_flagging_set_text(struct fa_sheet *sheet, const char *name, struct fa_str text)
{
    if (text.size == 0)
        return FA_OK; /* empty is missing */
    return fa_builder_set_text(sheet->builder, column_of(sheet, name), text);
}

/* Sums beyond 64 bits stay missing here; result_control and the row counts tell them exactly.
 */
void fa_flagging_set_money(struct fa_sheet *sheet, const char *name, fa_i128 amount)
{
    if (amount >= 0 && amount <= INT64_MAX)
        fa_flagging_set(sheet, name, (int64_t)amount);
}

enum fa_status fa_flagging_reason(struct fa_flagging *flagging, const struct fa_rule_counts *counts,
                                  struct fa_buf *text)
{
    const struct fa_blocks *ledger = flagging->ledger;
    const struct fa_table_def *table =
        counts->lacks ? fa_dictionary_find(&ledger->head->dictionary, counts->lacks->name) : NULL;
    uint64_t rejected = 0;
    for (size_t i = 0; table && i < ledger->totals->list.count; i++) {
        const struct fa_total *total = &ledger->totals->list.items[i];
        if (total->table == table->index && total->column == FA_NO_COLUMN)
            rejected += total->rejected;
    }
    if (!rejected)
        return fa_buf_add_str(text, counts->reason);
    return rejected == 1
               ? fa_buf_addf(text, "the one row of %.*s was rejected", (int)table->name.size,
                             table->name.bytes)
               : fa_buf_addf(text, "all %llu rows of %.*s were rejected",
                             (unsigned long long)rejected, (int)table->name.size,
                             table->name.bytes);
}

enum fa_status fa_flagging_set_reason(struct fa_flagging *flagging, struct fa_sheet *sheet,
                                      const struct fa_rule_counts *counts)
{
    struct fa_buf text = {0};
    enum fa_status status = fa_flagging_reason(flagging, counts, &text);
    if (status == FA_OK)
        status = fa_flagging_set_text(sheet, "reason", fa_buf_str(&text));
    fa_buf_release(&text);
    return status;
}

/* --- names of ids --- */

/* TABLE counts in the rules' dictionary; the ledger's own may hold fewer tables. */
static struct fa_str name_of(void *context, int table, int64_t id)
{
    const struct fa_flagging *flagging = context;
    const struct fa_table_def *def =
        fa_dictionary_find(&flagging->ledger->head->dictionary,
                           flagging->rulesets->dictionary->tables[table].name);
    const struct fa_held_table *space = def ? fa_held_get(flagging->held, def->index) : NULL;
    if (!space || id < 0 || (uint64_t)id >= space->id_count)
        return (struct fa_str){"", 0};
    return space->names[id];
}

enum fa_status fa_flagging_value_text(struct fa_flagging *flagging, const struct fa_ruleset *ruleset,
                                 const struct fa_value *value, const struct fa_expr *of,
                                 struct fa_buf *text)
{
    fa_buf_clear(text);
    if (value->is_missing && !value->is_bound)
        return FA_OK;
    return fa_value_format(value, of, ruleset, flagging->ledger->head, name_of, flagging, text);
}

/* --- the result tables --- */

/* Of a ruleset of provisions alone nothing is judged: it is told of where it was asked for by name, or by a
 * set that applies. */
static bool is_asked_for(const struct fa_flagging *flagging, const struct fa_ruleset *ruleset)
{
    const struct fa_ruleset_list *list = flagging->rulesets;
    bool is_asked = !list->picks_sets || ruleset->rule_count > 0;
    for (size_t i = 0; !is_asked && i < list->sets.count; i++)
        is_asked = flagging->verdicts.set_applies[i] &&
                   fa_set_has(&list->sets.items[i], ruleset->id);
    return is_asked;
}

static enum fa_status write_provisions(struct fa_flagging *flagging,
                                       const struct fa_ruleset *ruleset)
{
    struct fa_sheet *sheet = &flagging->sheets[FA_SHEET_PROVISION];
    for (int p = 0; p < ruleset->provision_count; p++) {
        const struct fa_provision *provision = &ruleset->provisions[p];
        FA_TRY(fa_flagging_set_text(sheet, "provision", provision->id));
        FA_TRY(fa_flagging_set_text(sheet, "ruleset", ruleset->id));
        FA_TRY(fa_flagging_set_text(sheet, "title_en", provision->title_en));
        FA_TRY(fa_flagging_set_text(sheet, "title_zh", provision->title_zh));
        FA_TRY(fa_flagging_set_text(sheet, "cite", provision->cite.text));
        fa_flagging_set(sheet, "confidence", provision->cite.confidence);
        fa_flagging_set(sheet, "severity", provision->severity);
        FA_TRY(fa_flagging_set_text(sheet, "reason_en", provision->why_en));
        FA_TRY(fa_flagging_set_text(sheet, "reason_zh", provision->why_zh));
        FA_TRY(fa_builder_end_row(sheet->builder));
    }
    return FA_OK;
}

static enum fa_status write_rulesets(struct fa_flagging *flagging)
{
    struct fa_sheet *sheet = &flagging->sheets[FA_SHEET_RULESET];
    for (size_t s = 0; s < flagging->rulesets->rulesets.count; s++) {
        const struct fa_ruleset *ruleset = flagging->rulesets->rulesets.items[s];
        struct fa_str left_out = flagging->verdicts.left_out[s];
        if (!left_out.size && !is_asked_for(flagging, ruleset))
            left_out = FA_STR("no set that applies to the filer has it");
        FA_TRY(fa_flagging_set_text(sheet, "ruleset", ruleset->id));
        FA_TRY(fa_flagging_set_text(sheet, "hash", fa_str_from(ruleset->hash)));
        FA_TRY(fa_flagging_set_text(sheet, "title_en", ruleset->title_en));
        FA_TRY(fa_flagging_set_text(sheet, "title_zh", ruleset->title_zh));
        FA_TRY(fa_flagging_set_text(sheet, "issuer", ruleset->issuer));
        FA_TRY(fa_flagging_set_text(sheet, "document", ruleset->document));
        fa_flagging_set(sheet, "state", left_out.size ? 1 : 0);
        if (left_out.size)
            FA_TRY(fa_flagging_set_text(sheet, "reason", left_out));
        FA_TRY(fa_builder_end_row(sheet->builder));
        if (!left_out.size)
            FA_TRY(write_provisions(flagging, ruleset));
    }
    return FA_OK;
}

enum { WHICH_FIRST, WHICH_WORST, WHICH_LAST, WHICH_SUBJECT };

static enum fa_status write_value(struct fa_flagging *flagging, struct fa_str finding,
                                  struct fa_str name, int which, struct fa_str value,
                                  struct fa_str origin)
{
    struct fa_sheet *sheet = &flagging->sheets[FA_SHEET_VALUE];
    FA_TRY(fa_flagging_set_text(sheet, "finding", finding));
    FA_TRY(fa_flagging_set_text(sheet, "name", name));
    fa_flagging_set(sheet, "which", which);
    FA_TRY(fa_flagging_set_text(sheet, "value", value));
    FA_TRY(fa_flagging_set_text(sheet, "column", origin));
    return fa_builder_end_row(sheet->builder);
}

/* The parts of the subject into result_value. */
static enum fa_status write_subject(struct fa_flagging *flagging, struct fa_str finding_no,
                                    const struct fa_subject *subject)
{
    for (size_t i = 0; i < subject->parts.count; i++)
        FA_TRY(write_value(flagging, finding_no, subject->parts.items[i].name, WHICH_SUBJECT,
                           fa_subject_value(subject, i), fa_subject_origin(subject, i)));
    return FA_OK;
}

static enum fa_status write_shown(struct fa_flagging *flagging,
                                  const struct fa_finding *finding, struct fa_str finding_no,
                                  struct fa_buf *text)
{
    const struct fa_rule *rule = finding->rule;
    struct fa_ruleset own;
    for (int which = WHICH_FIRST; which <= WHICH_WORST; which++) {
        const struct fa_value *values = which == WHICH_FIRST ? finding->first : finding->worst;
        for (int i = 0; values && i < rule->shown_count; i++) {
            FA_TRY(fa_flagging_value_text(flagging, fa_flagging_speaker(finding, &own), &values[i],
                                          rule->shown[i].expr, text));
            FA_TRY(write_value(flagging, finding_no, rule->shown[i].name, which,
                               fa_buf_str(text), rule->shown[i].mask_column));
        }
    }
    return FA_OK;
}

enum fa_status fa_flagging_row_ranges(const struct fa_flagging *flagging,
                                      const struct fa_finding *finding, struct fa_buf *text)
{
    enum { SHOWN_MAX = 200 };
    fa_buf_clear(text);
    int table = FA_NO_TABLE;
    for (size_t i = 0; i < finding->rows.count; i++) {
        const struct fa_row_range *range = &finding->rows.items[i];
        if (i == SHOWN_MAX)
            return fa_buf_addf(text, " and %zu more ranges", finding->rows.count - i);
        if (range->table != table) {
            if (i > 0)
                FA_TRY(fa_buf_add_text(text, "; "));
            FA_TRY(fa_buf_add_str(
                text, flagging->ledger->head->dictionary.tables[range->table].name));
            FA_TRY(fa_buf_add_char(text, ' '));
            table = range->table;
        } else {
            FA_TRY(fa_buf_add_char(text, ','));
        }
        FA_TRY(fa_buf_addf(text, "%llu", (unsigned long long)range->from_row + 1));
        if (range->to_row > range->from_row)
            FA_TRY(fa_buf_addf(text, "-%llu", (unsigned long long)range->to_row + 1));
    }
    return FA_OK;
}

/* Gives the finding its carried rows; COUNT is how many. */
static enum fa_status write_evidence(struct fa_flagging *flagging,
                                     const struct fa_finding *finding, struct fa_str finding_no,
                                     uint32_t *count)
{
    struct fa_sheet *sheet = &flagging->sheets[FA_SHEET_EVIDENCE];
    uint32_t carried = 0;
    for (size_t r = 0; r < finding->rows.count; r++) {
        const struct fa_row_range *range = &finding->rows.items[r];
        for (uint64_t row = range->from_row; row <= range->to_row; row++) {
            if (carried == flagging->options->evidence_max)
                goto done;
            const struct fa_cited_row *cited =
                fa_evidence_find(&flagging->evidence, range->table, row);
            if (!cited || cited->row_no == 0)
                return fa_error(flagging->sink, FA_CODE_DEFECT, (struct fa_place){0}, NULL,
                                "row %llu cited by %.*s did not come again",
                                (unsigned long long)row + 1, (int)finding->rule->id.size,
                                finding->rule->id.bytes);
            FA_TRY(fa_flagging_set_text(sheet, "finding", finding_no));
            fa_flagging_set(sheet, "row_no", (int64_t)cited->row_no);
            FA_TRY(fa_builder_end_row(sheet->builder));
            carried++;
        }
    }
done:
    *count = carried;
    return FA_OK;
}

void fa_flagging_facts(const struct fa_finding *finding, struct fa_facts *facts)
{
    struct fa_ruleset own;
    bool has_ended = finding->rule->way == FA_WAY_RUNNING && !finding->is_still_on;
    *facts = (struct fa_facts){.outcome = finding->outcome,
                               .severity = finding->rule->severity,
                               .has_time = finding->has_time,
                               .is_still_on = finding->is_still_on,
                               .first_us = finding->first_us,
                               .last_us = has_ended ? finding->ended_us : finding->last_us,
                               .currency = fa_flagging_speaker(finding, &own)->currency,
                               .evidence_rows = finding->row_count};
    fa_i128 amount;
    facts->has_amount =
        fa_flagging_amount(finding, &amount) && amount >= 0 && amount <= INT64_MAX;
    if (facts->has_amount) /* beyond 64 bits it stays missing */
        facts->amount = (int64_t)amount;
}

/* What an undecided finding says; a parameter that gives its cause a value is named with its ruleset. */
static enum fa_status write_cause(struct fa_flagging *flagging, const struct fa_finding *finding,
                                  struct fa_str finding_no, struct fa_buf *text)
{
    struct fa_sheet *sheet = &flagging->sheets[FA_SHEET_FINDING];
    const struct fa_param *param = NULL;
    for (int i = 0; !param && i < finding->rule->param_count; i++)
        if (fa_str_equal(finding->rule->params[i]->name, finding->cause))
            param = finding->rule->params[i];
    fa_buf_clear(text);
    FA_TRY(param ? fa_buf_addf(text, "--param %.*s.%.*s=VALUE", (int)param->ruleset->id.size,
                               param->ruleset->id.bytes, (int)param->name.size, param->name.bytes)
                 : FA_OK);
    FA_TRY(fa_flagging_set_text(sheet, "message_en",
                                param ? FA_STR("cannot be judged: parameter {cause} has no value for "
                                               "these rows; {option} gives one")
                                      : FA_STR("cannot be judged: {cause} is missing")));
    FA_TRY(fa_flagging_set_text(sheet, "message_zh",
                                param ? FA_STR("无法判断:参数 {cause} 对这些记录没有取值,可用 {option} 给出")
                                      : FA_STR("无法判断:缺少 {cause}")));
    FA_TRY(write_value(flagging, finding_no, FA_STR("cause"), WHICH_FIRST, finding->cause,
                       (struct fa_str){"", 0}));
    if (!param)
        return FA_OK;
    return write_value(flagging, finding_no, FA_STR("option"), WHICH_FIRST, fa_buf_str(text),
                       (struct fa_str){"", 0});
}

static enum fa_status write_finding(struct fa_flagging *flagging, size_t index,
                                    struct fa_subject *subject, struct fa_buf buffers[2])
{
    const struct fa_finding *finding = &flagging->verdicts.findings.items[index];
    const struct fa_rule *rule = finding->rule;
    struct fa_sheet *sheet = &flagging->sheets[FA_SHEET_FINDING];
    struct fa_buf *number = &buffers[0], *text = &buffers[1];
    fa_buf_clear(number);
    FA_TRY(fa_buf_addf(number, "F-%06zu", index + 1));
    struct fa_str finding_no = fa_buf_str(number);
    FA_TRY(fa_subject_make(flagging, finding, subject));
    FA_TRY(write_subject(flagging, finding_no, subject));
    FA_TRY(write_shown(flagging, finding, finding_no, text));
    uint32_t carried = 0;
    FA_TRY(write_evidence(flagging, finding, finding_no, &carried));

    FA_TRY(fa_flagging_set_text(sheet, "finding", finding_no));
    FA_TRY(fa_flagging_set_text(sheet, "rule", rule->id));
    struct fa_facts facts;
    fa_flagging_facts(finding, &facts);
    fa_flagging_set(sheet, "outcome", facts.outcome);
    fa_flagging_set(sheet, "severity", facts.severity);
    FA_TRY(fa_flagging_set_text(sheet, "subject_table", rule->population.row_table->name));
    FA_TRY(fa_flagging_set_text(sheet, "subject", fa_buf_str(&subject->whole)));
    if (facts.has_time) {
        fa_flagging_set(sheet, "first_time", facts.first_us);
        fa_flagging_set(sheet, "last_time", facts.last_us);
    }
    fa_flagging_set(sheet, "still_on", facts.is_still_on);
    if (facts.has_amount)
        fa_flagging_set(sheet, "amount", facts.amount);
    fa_flagging_set(sheet, "currency", facts.currency);
    bool is_undecided = finding->outcome == FA_INDETERMINATE && finding->cause.size;
    if (is_undecided) {
        FA_TRY(write_cause(flagging, finding, finding_no, text));
    } else {
        FA_TRY(fa_flagging_set_text(sheet, "message_en",
                                    rule->say_en.size ? rule->say_en : rule->title_en));
        FA_TRY(fa_flagging_set_text(sheet, "message_zh",
                                    rule->say_zh.size ? rule->say_zh : rule->title_zh));
    }
    FA_TRY(fa_flagging_set_text(sheet, "disposal", rule->disposal));
    FA_TRY(fa_flagging_set_text(sheet, "disposal_cite", rule->disposal_cite.text));
    int due = rule->disposal_due_shown;
    if (due >= 0 && finding->first && !finding->first[due].is_missing)
        fa_flagging_set(sheet, "due", (int64_t)finding->first[due].numerator);
    FA_TRY(fa_flagging_fingerprint(flagging, finding, fa_buf_str(&subject->whole), text));
    FA_TRY(fa_flagging_set_text(sheet, "fingerprint", fa_buf_str(text)));
    const struct fa_waiver *waiver = fa_flagging_waiver(flagging, index);
    FA_TRY(fa_flagging_set_prior(flagging, finding, fa_buf_str(&subject->whole), fa_buf_str(text),
                                 waiver != NULL));
    fa_flagging_set(sheet, "evidence_rows", (int64_t)facts.evidence_rows);
    fa_flagging_set(sheet, "evidence_carried", carried);
    FA_TRY(fa_flagging_row_ranges(flagging, finding, text));
    FA_TRY(fa_flagging_set_text(sheet, "row_ranges", fa_buf_str(text)));
    fa_flagging_set(sheet, "waived", waiver != NULL);
    if (waiver)
        FA_TRY(fa_flagging_set_text(sheet, "waiver", waiver->id));
    return fa_builder_end_row(sheet->builder);
}

static enum fa_status write_findings(struct fa_flagging *flagging)
{
    struct fa_buf buffers[2] = {0};
    struct fa_subject subject = {0};
    enum fa_status status = FA_OK;
    for (size_t i = 0; status == FA_OK && i < flagging->verdicts.findings.count; i++)
        status = write_finding(flagging, i, &subject, buffers);
    for (int i = 0; i < 2; i++)
        fa_buf_release(&buffers[i]);
    fa_subject_release(&subject);
    return status;
}

static enum fa_status write_controls(struct fa_flagging *flagging)
{
    const struct fa_head *head = flagging->ledger->head;
    struct fa_sheet *sheet = &flagging->sheets[FA_SHEET_CONTROL];
    struct fa_str stage =
        head->steps.count ? head->steps.items[head->steps.count - 1].tool : FA_STR("ingest");
    for (size_t i = 0; i < flagging->ledger->totals->list.count; i++) {
        const struct fa_total *total = &flagging->ledger->totals->list.items[i];
        const struct fa_table_def *table = &head->dictionary.tables[total->table];
        FA_TRY(fa_flagging_set_text(sheet, "stage", stage));
        FA_TRY(fa_flagging_set_text(sheet, "table", table->name));
        fa_flagging_set(sheet, "rows", (int64_t)total->rows);
        if (total->column == FA_NO_COLUMN) {
            fa_flagging_set(sheet, "rejected", (int64_t)total->rejected);
        } else {
            char sum[FA_MONEY_TEXT_BYTES];
            fa_currency currency = total->currency ? total->currency : head->currency;
            size_t size = fa_money_format(total->sum, fa_head_scale(head, currency), sum);
            FA_TRY(fa_flagging_set_text(sheet, "column", table->columns[total->column].name));
            FA_TRY(fa_flagging_set_text(sheet, "sum", (struct fa_str){sum, size}));
            if (currency)
                fa_flagging_set(sheet, "currency", currency);
        }
        int direction = fa_table_find_column(table, FA_STR("direction"));
        if (total->direction >= 0 && direction != FA_NO_COLUMN)
            FA_TRY(fa_flagging_set_text(sheet, "direction",
                            table->columns[direction].values[total->direction]));
        FA_TRY(fa_builder_end_row(sheet->builder));
    }
    return FA_OK;
}

enum fa_status fa_flagging_write_results(struct fa_flagging *flagging)
{
    FA_TRY(write_rulesets(flagging));
    FA_TRY(fa_flagging_write_rules(flagging));
    FA_TRY(fa_flagging_waive(flagging));
    FA_TRY(write_findings(flagging));
    FA_TRY(fa_flagging_write_earlier(flagging));
    FA_TRY(fa_flagging_write_pending(flagging));
    FA_TRY(write_controls(flagging));
    FA_TRY(fa_flagging_write_origin(flagging));
    return flagging->verdicts.views.count ? fa_flagging_write_views(flagging) : FA_OK;
}
