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
    if (value->is_missing)
        return FA_OK;
    return fa_value_format(value, of, ruleset, flagging->ledger->head, name_of, flagging, text);
}

/* Money of a finding of a rule with currency any is in the currency of its key. */
static const struct fa_ruleset *speaker(const struct fa_finding *finding, struct fa_ruleset *own)
{
    const struct fa_rule *rule = finding->rule;
    for (int k = 0; rule->is_any_currency && finding->keys && k < rule->key_count; k++)
        if (finding->keys[k].kind == FA_KIND_CURRENCY && !finding->keys[k].is_missing) {
            *own = *rule->ruleset;
            own->currency = (fa_currency)finding->keys[k].numerator;
            return own;
        }
    return rule->ruleset;
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

/* "table.column" where a value comes from, for masking; empty for what was computed. */
static enum fa_status origin_of(const struct fa_flagging *flagging, const struct fa_expr *expr,
                                struct fa_buf *text)
{
    fa_buf_clear(text);
    const struct fa_path *path = expr->op == FA_OP_PATH     ? &expr->path
                                 : expr->op == FA_OP_LOOKUP ? &expr->look.path
                                                            : NULL;
    if (!path || path->step_count == 0)
        return FA_OK;
    int last = path->step_count - 1;
    for (size_t v = 0; v < flagging->verdicts.views.count; v++) {
        const struct fa_view *view = flagging->verdicts.views.items[v].view;
        if (path->tables[last] == view->table) /* masked as what the view is made of */
            return path->steps[last] < view->column_count
                       ? fa_buf_add_str(text, view->columns[path->steps[last]].mask_column)
                       : FA_OK;
    }
    if (path->tables[last] <
        0) { /* of a leg: its accounts are a flow's, the rest was computed */
        bool is_account = path->step_count == 1 && expr->kind == FA_KIND_ID;
        return is_account ? fa_buf_add_text(text, "flow.payer_account") : FA_OK;
    }
    const struct fa_table_def *table =
        &flagging->rulesets->dictionary->tables[path->tables[last]];
    FA_TRY(fa_buf_add_str(text, table->name));
    FA_TRY(fa_buf_add_char(text, '.'));
    return fa_buf_add_str(text, table->columns[path->steps[last]].name);
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

/* The key of a view's row, each part masked as what it is made of. A text with a '|' in it leaves the
 * parts unknown: then the whole is masked as the part that shows least. */
static enum fa_status write_view_subject(struct fa_flagging *flagging,
                                         const struct fa_finding *finding,
                                         struct fa_str finding_no, struct fa_buf *subject)
{
    const struct fa_rule *rule = finding->rule;
    const struct fa_table_def *table = rule->population.row_table;
    const struct fa_view *view = NULL;
    for (int v = 0; v < rule->view_count; v++)
        if (rule->views[v]->table == rule->population.table)
            view = rule->views[v];
    int separators = 0;
    struct fa_str rest = finding->row_key, whole_mask = {"", 0};
    for (size_t i = 0; i < rest.size; i++)
        separators += rest.bytes[i] == '|';
    for (int k = table->key_count; view && k-- > 0;)
        if (view->columns[k].mask_column.size)
            whole_mask = view->columns[k].mask_column;
    FA_TRY(fa_buf_add_str(subject, rest));
    if (!view || separators != table->key_count - 1)
        return write_value(flagging, finding_no, table->columns[0].name, WHICH_SUBJECT, rest,
                           whole_mask);
    for (int k = 0; k < table->key_count; k++) {
        const char *end = memchr(rest.bytes, '|', rest.size);
        size_t size = end ? (size_t)(end - rest.bytes) : rest.size;
        FA_TRY(write_value(flagging, finding_no, table->columns[k].name, WHICH_SUBJECT,
                           (struct fa_str){rest.bytes, size}, view->columns[k].mask_column));
        rest = end ? (struct fa_str){end + 1, rest.size - size - 1} : (struct fa_str){"", 0};
    }
    return FA_OK;
}

/* The subject, part by part into result_value and whole into SUBJECT. */
static enum fa_status write_subject(struct fa_flagging *flagging,
                                    const struct fa_finding *finding, struct fa_str finding_no,
                                    struct fa_buf *subject, struct fa_buf *text,
                                    struct fa_buf *origin)
{
    const struct fa_rule *rule = finding->rule;
    fa_buf_clear(subject);
    if (finding->row_key.size && rule->population.row_table->written_by == FA_BY_VIEW)
        return write_view_subject(flagging, finding, finding_no, subject);
    if (finding->row_key.size) {
        const struct fa_table_def *table = rule->population.row_table;
        struct fa_str key = finding->row_key;
        while (key.size > 1 && key.bytes[key.size - 1] == '|') /* a row that always holds has no since */
            key.size--;
        FA_TRY(fa_buf_add_str(subject, key));
        fa_buf_clear(origin);
        FA_TRY(fa_buf_add_str(origin, table->name));
        FA_TRY(fa_buf_add_char(origin, '.'));
        FA_TRY(fa_buf_add_str(origin, table->columns[table->key_columns[0]].name));
        return write_value(flagging, finding_no, table->columns[table->key_columns[0]].name,
                           WHICH_SUBJECT, key, fa_buf_str(origin));
    }
    struct fa_ruleset own;
    for (int k = 0; finding->keys && k < rule->key_count; k++) {
        const struct fa_key_part *part = &rule->keys[k];
        FA_TRY(fa_flagging_value_text(flagging, speaker(finding, &own), &finding->keys[k],
                                      part->expr, text));
        FA_TRY(origin_of(flagging, part->expr, origin));
        if (k > 0)
            FA_TRY(fa_buf_add_char(subject, '|'));
        FA_TRY(fa_buf_add_str(subject, fa_buf_str(text)));
        FA_TRY(write_value(flagging, finding_no, part->name, WHICH_SUBJECT, fa_buf_str(text),
                           fa_buf_str(origin)));
    }
    if (subject->size == 0)
        FA_TRY(fa_buf_add_str(subject, finding->cause.size ? finding->cause : finding->filer));
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
            FA_TRY(fa_flagging_value_text(flagging, speaker(finding, &own), &values[i],
                                          rule->shown[i].expr, text));
            FA_TRY(write_value(flagging, finding_no, rule->shown[i].name, which,
                               fa_buf_str(text), rule->shown[i].mask_column));
        }
    }
    return FA_OK;
}

/* Made from rule and business keys only, so that the same finding keeps it from filing to
 * filing, whatever the order of files and rows. */
static enum fa_status fingerprint(struct fa_flagging *flagging,
                                  const struct fa_finding *finding, struct fa_str subject,
                                  struct fa_buf *text)
{
    const struct fa_rule *rule = finding->rule;
    struct fa_buf anchor;
    fa_buf_init(&anchor);
    enum fa_status status = FA_OK;
    char date[FA_TIME_TEXT_BYTES];
    bool is_of_cause = finding->cause.size > 0 && !finding->keys && !finding->row_key.size;
    if (is_of_cause) {
        status = fa_buf_add_text(&anchor, "cause");
    } else if (finding->is_from_opening) {
        status = fa_buf_add_text(&anchor, "opening");
    } else if (rule->way == FA_WAY_COMPARE || rule->has_period) {
        size_t size = fa_date_format(finding->period_last_day, date);
        status = fa_buf_add(&anchor, date, size);
    } else if ((rule->way == FA_WAY_RUNNING || fa_has_windows(rule) || finding->has_anchor) &&
               finding->rows.count) {
        uint64_t row = finding->has_anchor ? finding->anchor_row : finding->rows.items[0].from_row;
        const struct fa_cited_row *first =
            fa_evidence_find(&flagging->evidence, fa_finding_table(finding), row);
        if (first)
            status = fa_buf_add_str(&anchor, first->key);
    }
    struct fa_sha256 *sha = status == FA_OK ? fa_sha256_new() : NULL;
    if (!sha) {
        fa_buf_release(&anchor);
        return fa_out_of_memory(flagging->sink, "fingerprints");
    }
    struct fa_str parts[] = {rule->id, finding->filer, subject, fa_buf_str(&anchor)};
    for (size_t i = 0; i < sizeof parts / sizeof *parts; i++) {
        uint8_t size[8];
        fa_store_u64(size, parts[i].size);
        fa_sha256_add(sha, size, sizeof size);
        fa_sha256_add(sha, parts[i].bytes, parts[i].size);
    }
    uint8_t digest[FA_SHA256_BYTES];
    char hex[FA_SHA256_HEX_BYTES];
    fa_sha256_finish(sha, digest);
    fa_sha256_free(sha);
    fa_sha256_hex(digest, hex);
    fa_buf_release(&anchor);
    fa_buf_clear(text);
    return fa_buf_add(text, hex, 32);
}

/* "flow 12-15,18; contract 3", counted from 1 */
static enum fa_status row_ranges(const struct fa_flagging *flagging,
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

/* What the finding is about in money: the worst balance or difference where a rule judges one,
 * the sum of its rows elsewhere. Sums beyond 64 bits stay missing. */
static bool amount_of(const struct fa_finding *finding, int64_t *amount)
{
    const struct fa_rule *rule = finding->rule;
    int worst = rule->worst_shown;
    bool judges_balance = rule->way == FA_WAY_RUNNING || rule->way == FA_WAY_COMPARE;
    fa_i128 sum = finding->row_sum;
    bool is_worst = judges_balance && finding->worst && worst >= 0 &&
                    rule->shown[worst].expr->kind == FA_KIND_MONEY &&
                    !finding->worst[worst].is_missing;
    if (is_worst)
        sum = finding->worst[worst].numerator < 0 ? -finding->worst[worst].numerator
                                                  : finding->worst[worst].numerator;
    if ((!is_worst && !finding->has_sum) || sum < 0 || sum > INT64_MAX)
        return false;
    *amount = (int64_t)sum;
    return true;
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
                               .currency = speaker(finding, &own)->currency,
                               .evidence_rows = finding->row_count};
    facts->has_amount = amount_of(finding, &facts->amount);
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
                                    struct fa_buf buffers[4])
{
    const struct fa_finding *finding = &flagging->verdicts.findings.items[index];
    const struct fa_rule *rule = finding->rule;
    struct fa_sheet *sheet = &flagging->sheets[FA_SHEET_FINDING];
    struct fa_buf *number = &buffers[0], *subject = &buffers[1], *text = &buffers[2];
    fa_buf_clear(number);
    FA_TRY(fa_buf_addf(number, "F-%06zu", index + 1));
    struct fa_str finding_no = fa_buf_str(number);
    FA_TRY(write_subject(flagging, finding, finding_no, subject, text, &buffers[3]));
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
    FA_TRY(fa_flagging_set_text(sheet, "subject", fa_buf_str(subject)));
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
    FA_TRY(fingerprint(flagging, finding, fa_buf_str(subject), text));
    FA_TRY(fa_flagging_set_text(sheet, "fingerprint", fa_buf_str(text)));
    FA_TRY(fa_flagging_set_prior(flagging, finding, fa_buf_str(subject), fa_buf_str(text)));
    fa_flagging_set(sheet, "evidence_rows", (int64_t)facts.evidence_rows);
    fa_flagging_set(sheet, "evidence_carried", carried);
    FA_TRY(row_ranges(flagging, finding, text));
    FA_TRY(fa_flagging_set_text(sheet, "row_ranges", fa_buf_str(text)));
    fa_flagging_set(sheet, "waived", 0);
    return fa_builder_end_row(sheet->builder);
}

static enum fa_status write_findings(struct fa_flagging *flagging)
{
    struct fa_buf buffers[4] = {0};
    enum fa_status status = FA_OK;
    for (size_t i = 0; status == FA_OK && i < flagging->verdicts.findings.count; i++)
        status = write_finding(flagging, i, buffers);
    for (int i = 0; i < 4; i++)
        fa_buf_release(&buffers[i]);
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
    FA_TRY(write_findings(flagging));
    FA_TRY(fa_flagging_write_earlier(flagging));
    FA_TRY(write_controls(flagging));
    FA_TRY(fa_flagging_write_origin(flagging));
    return flagging->verdicts.views.count ? fa_flagging_write_views(flagging) : FA_OK;
}
