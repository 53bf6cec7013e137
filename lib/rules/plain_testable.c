#include "rules/plain_run.h"

#include <stdlib.h>

/* --- whether a rule can be tested at all --- */

static enum fa_status refuse(struct fa_plain *plain, enum fa_rule_verdict verdict,
                             const char *format, ...) __attribute__((format(printf, 3, 4)));

static enum fa_status refuse(struct fa_plain *plain, enum fa_rule_verdict verdict,
                             const char *format, ...)
{
    struct fa_buf text = {0};
    va_list args;
    va_start(args, format);
    enum fa_status status = fa_buf_vaddf(&text, format, args);
    va_end(args);
    if (status == FA_OK) {
        plain->counts->verdict = verdict;
        plain->counts->reason = fa_arena_str(plain->arena, fa_buf_str(&text));
        status = plain->counts->reason.bytes ? FA_OK : FA_ELIMIT;
    }
    fa_buf_release(&text);
    return status;
}

static bool is_ever_given(const struct fa_plain_table *table, int column)
{
    for (size_t i = 0; i < table->rows.count; i++)
        if (!table->rows.items[i].cells[column].is_missing)
            return true;
    /* a covered table without rows lacks nothing, nor does what a tool wrote */
    return table->rows.count == 0 || table->def->written_by != FA_BY_FILING;
}

/* What the filer's row of institution says of a condition; *IS_TRUE and *IS_FALSE stay as they are
 * without such a row, and where it does not decide. */
static enum fa_status ask_filer(struct fa_plain *plain, const struct fa_ruleset *ruleset,
                                const struct fa_expr *condition, bool *is_true, bool *is_false)
{
    const struct fa_table_def *institution =
        fa_dictionary_find(plain->ledger.dictionary, FA_STR("institution"));
    if (!condition || !institution)
        return FA_OK;
    for (fa_i128 id = 0; id < plain->ledger.name_counts[institution->index]; id++) {
        if (!fa_str_equal(fa_plain_name_of(plain, institution->index, id),
                          plain->ledger.head->filer))
            continue;
        const struct fa_plain_row *row =
            fa_plain_find(&plain->ledger, institution->index, id, true, plain->as_of_day);
        if (!row)
            return FA_OK;
        struct fa_plain_member member = {
            .row = row, .cells = row->cells, .has_day = true, .day_no = plain->as_of_day};
        struct fa_rule asked = {.ruleset = ruleset};
        plain->rule = &asked;
        FA_TRY(fa_plain_make_calendar(plain));
        struct fa_plain_scope scope = fa_plain_row_scope(plain, institution, &member);
        struct fa_plain_result answer;
        enum fa_status status = fa_plain_evaluate(&scope, condition, &answer);
        fa_calendar_free(plain->calendar);
        plain->calendar = NULL;
        plain->rule = NULL;
        FA_TRY(status);
        *is_true = !answer.value.is_missing && answer.value.numerator;
        *is_false = !answer.value.is_missing && !answer.value.numerator;
    }
    return FA_OK;
}

/* A ruleset applies unless its condition on the filer is false. Where sets of rulesets apply, it
 * must be in one of them. */
static enum fa_status check_applies(struct fa_plain *plain, size_t index)
{
    const struct fa_ruleset *ruleset = plain->rulesets->rulesets.items[index];
    bool is_true = false, is_false = false, is_left_out = false, is_member = false;
    FA_TRY(ask_filer(plain, ruleset, ruleset->applies, &is_true, &is_false));
    if (is_false)
        return fa_verdicts_leave_out(plain->verdicts, index,
                                     "the filer is not an institution where %.*s",
                                     (int)ruleset->applies->text.size, ruleset->applies->text.bytes);
    if (ruleset->applies && !is_true && plain->rulesets->picks_sets) {
        plain->verdicts->is_doubtful[index] = true;
        return fa_verdicts_leave_out(plain->verdicts, index,
                                     "nobody can tell whether the filer is an institution where %.*s",
                                     (int)ruleset->applies->text.size, ruleset->applies->text.bytes);
    }
    struct fa_str set_id = {NULL, 0};
    for (size_t i = 0; plain->rulesets->picks_sets && i < plain->rulesets->sets.count; i++) {
        const struct fa_ruleset_set *set = &plain->rulesets->sets.items[i];
        is_true = false;
        FA_TRY(ask_filer(plain, set->rulesets[0], set->applies, &is_true, &is_false));
        if (!is_true)
            continue;
        plain->verdicts->set_applies[i] = true;
        set_id = set->id;
        is_left_out = true;
        for (int r = 0; r < set->ruleset_count; r++)
            is_member |= fa_str_equal(set->rulesets[r]->id, ruleset->id);
    }
    if (is_left_out && !is_member)
        return fa_verdicts_leave_out(plain->verdicts, index,
                                     "it is not in the set %.*s, which applies to the filer",
                                     (int)set_id.size, set_id.bytes);
    return FA_OK;
}

/* What is known of a rule without a look at its tables. */
static enum fa_status check_rule(struct fa_plain *plain)
{
    const struct fa_rule *rule = plain->rule;
    if (rule->state != FA_RULE_ON)
        return refuse(plain, FA_SWITCHED_OFF, "%.*s", (int)rule->state_why.size,
                      rule->state_why.bytes);
    struct fa_buf reason = {0};
    enum fa_status status = fa_rule_list_valueless(rule, &reason);
    if (status == FA_OK && reason.size)
        status = refuse(plain, FA_NOT_TESTABLE, "%.*s", (int)reason.size, reason.bytes);
    fa_buf_release(&reason);
    return status;
}

enum fa_status fa_plain_choose(struct fa_plain *plain, struct fa_str only)
{
    size_t rule_no = 0;
    for (size_t s = 0; s < plain->rulesets->rulesets.count; s++) {
        const struct fa_ruleset *ruleset = plain->rulesets->rulesets.items[s];
        FA_TRY(check_applies(plain, s));
        for (int r = 0; r < ruleset->rule_count; r++, rule_no++) {
            plain->rule = &ruleset->rules[r];
            plain->counts = &plain->verdicts->counts[rule_no];
            if (fa_verdict_leaves_out(only, plain->rule, plain->counts))
                continue;
            if (plain->verdicts->left_out[s].size) {
                fa_verdicts_set_aside(plain->verdicts, s, plain->counts);
            } else {
                FA_TRY(check_rule(plain));
            }
        }
    }
    return FA_OK;
}

static enum fa_status add_blank(struct fa_plain *plain, const struct fa_plain_table *table, int column)
{
    struct fa_str *reason = &plain->counts->reason;
    struct fa_str name = table->def->columns[column].name;
    struct fa_buf text = {0};
    enum fa_status status = fa_buf_add_str(&text, *reason);
    if (status == FA_OK)
        status = fa_buf_addf(&text, "%s %.*s.%.*s", reason->size ? "," : "no row of the filing gives",
                             (int)table->def->name.size, table->def->name.bytes, (int)name.size, name.bytes);
    if (status == FA_OK)
        *reason = fa_arena_str(plain->arena, fa_buf_str(&text));
    fa_buf_release(&text);
    return status == FA_OK && reason->bytes ? FA_OK : FA_ELIMIT;
}

static bool is_given(const struct fa_plain_table *table)
{
    return table->rows.count > 0 || (table->is_covered && !table->is_lost);
}

static const struct fa_plain_table *find_statement(const struct fa_plain *plain)
{
    return &plain->ledger.tables[fa_dictionary_find(plain->ledger.dictionary, FA_STR("statement"))->index];
}

static enum fa_status check_needs(struct fa_plain *plain)
{
    const struct fa_rule *rule = plain->rule;
    for (int n = 0; n < rule->need_count; n++) {
        const struct fa_need *need = &rule->needs[n];
        const struct fa_plain_table *table = &plain->ledger.tables[need->table];
        bool is_written = table->head_table >= 0 && table->def->written_by != FA_BY_FILING;
        bool is_present = is_written || is_given(table);
        const struct fa_plain_table *statement = find_statement(plain);
        if (is_written && !table->rows.count && fa_is_of_statements(table->def) && !is_given(statement)) {
            table = statement; /* there was nothing to reconcile with */
            is_present = false;
        }
        if (need->is_exception_only) {
            plain->lacks_exception |=
                !is_present || (need->column >= 0 && !is_ever_given(table, need->column));
            continue;
        }
        if (!is_present) {
            FA_TRY(refuse(plain, FA_NOT_TESTABLE, "the filing has no table %.*s",
                          (int)table->def->name.size, table->def->name.bytes));
            plain->counts->lacks = table->def;
            return FA_OK;
        }
        if (need->column < 0 || is_ever_given(table, need->column))
            continue;
        if (need->is_shown_only) {
            FA_TRY(add_blank(plain, table, need->column));
        } else {
            struct fa_str column = table->def->columns[need->column].name;
            return refuse(plain, FA_NOT_TESTABLE, "no row of the filing gives %.*s.%.*s",
                          (int)table->def->name.size, table->def->name.bytes, (int)column.size,
                          column.bytes);
        }
    }
    return FA_OK;
}

enum fa_status fa_plain_check_testable(struct fa_plain *plain)
{
    plain->counts->verdict = FA_TESTED;
    plain->lacks_exception = false;
    FA_TRY(check_rule(plain));
    return plain->counts->verdict == FA_TESTED ? check_needs(plain) : FA_OK;
}
