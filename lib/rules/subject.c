/*
 * What a finding is about: its subject part by part, its money, and the fingerprint by which it is known
 * from filing to filing.
 */
#include <stdlib.h>
#include <string.h>

#include "base/hash.h"
#include "rules/flagging.h"
#include "rules/window.h"

const struct fa_ruleset *fa_flagging_speaker(const struct fa_finding *finding, struct fa_ruleset *own)
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

/* Levels and unlike figures: the money of one row is what it is, that of several has no sum. */
static bool adds_up(const struct fa_table_def *table)
{
    static const char *const levels[] = {"balance", "coverage", "disclosure", "financial",
                                         "reconciliation_record"};
    for (size_t i = 0; i < sizeof levels / sizeof *levels; i++)
        if (fa_str_is(table->name, levels[i]))
            return false;
    return true;
}

bool fa_flagging_amount(const struct fa_finding *finding, fa_i128 *amount)
{
    const struct fa_rule *rule = finding->rule;
    int worst = rule->worst_shown;
    bool judges_balance = rule->way == FA_WAY_RUNNING || rule->way == FA_WAY_COMPARE;
    if (judges_balance && finding->worst && worst >= 0 &&
        rule->shown[worst].expr->kind == FA_KIND_MONEY && !finding->worst[worst].is_missing) {
        fa_i128 balance = finding->worst[worst].numerator;
        *amount = balance < 0 ? -balance : balance;
        return true;
    }
    bool has_amount =
        finding->has_sum && (finding->row_count == 1 || adds_up(rule->population.row_table));
    if (has_amount)
        *amount = finding->row_sum;
    return has_amount;
}

/* --- the subject --- */

enum fa_status fa_flagging_origin(const struct fa_flagging *flagging, const struct fa_expr *expr,
                                  struct fa_buf *text)
{
    for (int a = 0; a < expr->arg_count; a++) {
        if (!fa_expr_chooses(expr, a))
            continue;
        FA_TRY(fa_flagging_origin(flagging, expr->args[a], text));
        if (fa_mask_column_hides(flagging->rulesets->dictionary, fa_buf_str(text)))
            return FA_OK;
    }
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

void fa_subject_release(struct fa_subject *subject)
{
    fa_buf_release(&subject->whole);
    fa_buf_release(&subject->bytes);
    fa_buf_release(&subject->text);
    fa_vec_free(&subject->parts);
}

static struct fa_str bytes_at(const struct fa_subject *subject, size_t at, size_t size)
{
    return (struct fa_str){size ? subject->bytes.bytes + at : "", size};
}

struct fa_str fa_subject_value(const struct fa_subject *subject, size_t part)
{
    const struct fa_subject_part *it = &subject->parts.items[part];
    return bytes_at(subject, it->value_at, it->value_size);
}

struct fa_str fa_subject_origin(const struct fa_subject *subject, size_t part)
{
    const struct fa_subject_part *it = &subject->parts.items[part];
    return bytes_at(subject, it->value_at + it->value_size, it->origin_size);
}

static enum fa_status add_part(struct fa_subject *subject, struct fa_str name, struct fa_str value,
                               struct fa_str origin)
{
    const struct fa_subject_part part = {name, subject->bytes.size, value.size, origin.size};
    FA_TRY(fa_buf_add_str(&subject->bytes, value));
    FA_TRY(fa_buf_add_str(&subject->bytes, origin));
    return fa_vec_add(&subject->parts, part);
}

/* The key of a view's row, each part masked as what it is made of. A text with a '|' in it leaves the
 * parts unknown: then the whole is masked as the part that shows least. */
static enum fa_status add_view_row(struct fa_subject *subject, const struct fa_finding *finding)
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
    FA_TRY(fa_buf_add_str(&subject->whole, rest));
    if (!view || separators != table->key_count - 1)
        return add_part(subject, table->columns[0].name, rest, whole_mask);
    for (int k = 0; k < table->key_count; k++) {
        const char *end = memchr(rest.bytes, '|', rest.size);
        size_t size = end ? (size_t)(end - rest.bytes) : rest.size;
        FA_TRY(add_part(subject, table->columns[k].name, (struct fa_str){rest.bytes, size},
                        view->columns[k].mask_column));
        rest = end ? (struct fa_str){end + 1, rest.size - size - 1} : (struct fa_str){"", 0};
    }
    return FA_OK;
}

static enum fa_status add_row(struct fa_subject *subject, const struct fa_finding *finding)
{
    const struct fa_table_def *table = finding->rule->population.row_table;
    struct fa_str key = finding->row_key, name = table->columns[table->key_columns[0]].name;
    while (key.size > 1 && key.bytes[key.size - 1] == '|') /* a row that always holds has no since */
        key.size--;
    FA_TRY(fa_buf_add_str(&subject->whole, key));
    fa_buf_clear(&subject->text);
    FA_TRY(fa_buf_add_str(&subject->text, table->name));
    FA_TRY(fa_buf_add_char(&subject->text, '.'));
    FA_TRY(fa_buf_add_str(&subject->text, name));
    return add_part(subject, name, key, fa_buf_str(&subject->text));
}

static enum fa_status add_keys(struct fa_flagging *flagging, const struct fa_finding *finding,
                               struct fa_subject *subject)
{
    const struct fa_rule *rule = finding->rule;
    struct fa_ruleset own;
    struct fa_buf value = {0};
    enum fa_status status = FA_OK;
    for (int k = 0; status == FA_OK && finding->keys && k < rule->key_count; k++) {
        const struct fa_key_part *part = &rule->keys[k];
        status = fa_flagging_value_text(flagging, fa_flagging_speaker(finding, &own),
                                        &finding->keys[k], part->expr, &value);
        if (status == FA_OK)
            status = fa_flagging_origin(flagging, part->expr, &subject->text);
        if (status == FA_OK && k > 0)
            status = fa_buf_add_char(&subject->whole, '|');
        if (status == FA_OK)
            status = fa_buf_add_str(&subject->whole, fa_buf_str(&value));
        if (status == FA_OK)
            status = add_part(subject, part->name, fa_buf_str(&value), fa_buf_str(&subject->text));
    }
    fa_buf_release(&value);
    return status;
}

enum fa_status fa_subject_make(struct fa_flagging *flagging, const struct fa_finding *finding,
                               struct fa_subject *subject)
{
    fa_buf_clear(&subject->whole);
    fa_buf_clear(&subject->bytes);
    subject->parts.count = 0;
    if (finding->row_key.size)
        return finding->rule->population.row_table->written_by == FA_BY_VIEW
                   ? add_view_row(subject, finding)
                   : add_row(subject, finding);
    FA_TRY(add_keys(flagging, finding, subject));
    if (subject->whole.size)
        return FA_OK;
    return fa_buf_add_str(&subject->whole, finding->cause.size ? finding->cause : finding->filer);
}

/* --- the fingerprint --- */

enum fa_status fa_flagging_fingerprint(struct fa_flagging *flagging,
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
