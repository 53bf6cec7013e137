/*
 * The page of a rule: what it cites, its formula, what of it cannot be tested, its parameters
 * and its examples.
 */
#include "ledger/head.h"
#include "rules/build.h"
#include "rules/doc_parts.h"
#include "rules/syntax.h"
#include "rules/verdict.h"

/* A value as the rules write it; OF may be NULL. */
static enum fa_status write_value(struct fa_document *document, const struct fa_value *value,
                                  const struct fa_column_def *values_of)
{
    const struct fa_head head = {.currency = document->ruleset->currency};
    const struct fa_expr of = {.kind = value->kind, .values_of = values_of};
    if (value->is_none)
        return fa_buf_add_text(document->text, "no limit");
    if (value->kind == FA_KIND_TEXT && !value->is_missing)
        return fa_doc_text(document, value->text);
    return fa_value_format(value, &of, document->ruleset, &head, NULL, NULL, document->text);
}

/* --- parameters --- */

static enum fa_status write_row(struct fa_document *document, const struct fa_param *param,
                                const struct fa_param_row *row)
{
    for (int k = 0; k < param->key_count; k++) {
        WRITE(k ? ", " : "");
        FA_TRY(write_value(document, &row->keys[k], param->key_columns[k]));
    }
    WRITE(param->key_count ? ": " : "");
    return write_value(document, &row->value, param->values_of);
}

static enum fa_status write_part(struct fa_document *document, const struct fa_scale_part *part)
{
    FA_TRY(write_value(document, &part->rate, NULL));
    if (part->up_to.is_missing)
        return fa_buf_add_text(document->text, " beyond");
    WRITE(" to ");
    return write_value(document, &part->up_to, NULL);
}

static enum fa_status write_period(struct fa_document *document, const struct fa_param *param,
                                   const struct fa_param_period *period)
{
    for (int r = 0; r < period->row_count; r++) {
        WRITE(r ? ", " : "");
        FA_TRY(write_row(document, param, &period->rows[r]));
    }
    for (int r = 0; r < period->part_count; r++) {
        WRITE(r ? ", " : "");
        FA_TRY(write_part(document, &period->parts[r]));
    }
    WRITE(" | ");
    return fa_doc_days(document, period->from_day, period->to_day);
}

/* A row for each time in which it has another value. */
static enum fa_status write_param(struct fa_document *document, const struct fa_param *param)
{
    for (int p = 0; p < param->period_count || p == 0; p++) {
        WRITE("| `%.*s` | ", STR(param->name));
        if (param->period_count)
            FA_TRY(write_period(document, param, &param->periods[p]));
        else
            WRITE("to be given: ");
        if (param->period_count == 0)
            TEXT(param->note);
        WRITE(param->period_count ? " | " : " |  | ");
        FA_TRY(fa_doc_cite(document, &param->cite));
        WRITE(" |");
        for (int i = 0; i < param->sources.list.count; i++) {
            WRITE("%s ", i ? ";" : "");
            TEXT(param->sources.list.items[i].where);
            WRITE(" (%s)", fa_doc_readings[param->sources.list.items[i].reading]);
        }
        WRITE(" |\n");
    }
    return FA_OK;
}

/* Which parameters a rule reads, wherever. */
struct params {
    FA_VEC(const struct fa_param *) list;
    enum fa_status status;
};

static void note_param(void *context, struct fa_expr *expr)
{
    struct params *params = context;
    if (expr->op != FA_OP_PARAM && expr->op != FA_OP_SCALE)
        return;
    for (size_t i = 0; i < params->list.count; i++)
        if (params->list.items[i] == expr->param.param)
            return;
    if (params->status == FA_OK)
        params->status = fa_vec_add(&params->list, (const struct fa_param *)expr->param.param);
}

static enum fa_status write_params(struct fa_document *document)
{
    struct fa_rule rule = *document->rule; /* it is not changed by who visits it */
    struct params params = {.status = FA_OK};
    fa_rule_visit(&rule, note_param, &params);
    enum fa_status status = params.status;
    if (status == FA_OK && params.list.count)
        status = fa_buf_add_text(document->text,
                                 "\n| threshold | value | in force | article | source |\n"
                                 "|---|---|---|---|---|\n");
    for (size_t i = 0; status == FA_OK && i < params.list.count; i++)
        status = write_param(document, params.list.items[i]);
    fa_vec_free(&params.list);
    return status;
}

/* What no test and no filing can show, and why. */
static enum fa_status write_limits(struct fa_document *document)
{
    static const char *const states[] = {"", "Switched off", "A model"};
    const struct fa_rule *rule = document->rule;
    if (rule->state != FA_RULE_ON) {
        WRITE("- **%s**: ", states[rule->state]);
        TEXT(rule->state_why);
        WRITE("\n");
    }
    for (int i = 0; i < rule->param_count; i++) {
        if (!rule->params[i]->is_required)
            continue;
        WRITE("- **Not testable** without `%.*s`: ", STR(rule->params[i]->name));
        TEXT(rule->params[i]->note);
        WRITE("\n");
    }
    if (rule->test_count == 0)
        WRITE("- **Has no test**\n");
    for (int i = 0; i < rule->unnoticed_count; i++) {
        WRITE("- **No test can notice** ");
        TEXT(rule->unnoticed[i].change);
        WRITE(": ");
        TEXT(rule->unnoticed[i].why);
        WRITE("\n");
    }
    return FA_OK;
}

static enum fa_status write_head(struct fa_document *document)
{
    const struct fa_rule *rule = document->rule;
    FA_TRY(fa_doc_heading(document, rule->id, rule->title_en));
    FA_TRY(fa_doc_line(document, rule->title_zh));
    WRITE("- **Article** ");
    FA_TRY(fa_doc_cite(document, &rule->cite));
    WRITE("\n");
    FA_TRY(fa_doc_sources(document, &rule->sources));
    WRITE("- **Severity** %s%s\n- **In force** ", fa_doc_severities[rule->severity],
          rule->is_lead ? "; a lead: it marks a pattern and breaks no rule" : "");
    FA_TRY(fa_doc_days(document, rule->from_day, rule->to_day));
    WRITE("\n");
    FA_TRY(fa_doc_note(document, rule->note_en, rule->note_zh));
    return write_limits(document);
}

static enum fa_status write_said(struct fa_document *document, const char *what,
                                 struct fa_str text)
{
    if (text.size == 0)
        return FA_OK;
    WRITE("- **%s** ", what);
    TEXT(text);
    return fa_buf_add_text(document->text, "\n");
}

enum fa_status fa_doc_rule(struct fa_document *document)
{
    const struct fa_rule *rule = document->rule;
    FA_TRY(write_head(document));
    FA_TRY(fa_doc_formula(document));
    FA_TRY(fa_doc_exceptions(document, rule->except_rows, rule->except_row_count,
                             "Rows do not count"));
    FA_TRY(fa_doc_exceptions(document, rule->except_findings, rule->except_finding_count,
                             "Does not fire"));
    if (rule->on_unknown != FA_UNKNOWN_STAYS) {
        WRITE("- **What is unknown** %s, because ",
              rule->on_unknown == FA_UNKNOWN_FIRES ? "fires" : "is clear");
        TEXT(rule->on_unknown_why);
        WRITE("\n");
    }
    if (rule->disposal.size) {
        WRITE("- **Measure** ");
        TEXT(rule->disposal);
        if (rule->disposal_within) {
            WRITE(", within ");
            FA_TRY(fa_doc_length(document, rule->disposal_within, rule->disposal_unit));
        }
        if (rule->disposal_cite.text.size) {
            WRITE(": ");
            FA_TRY(fa_doc_cite(document, &rule->disposal_cite));
        }
        WRITE("\n");
    }
    FA_TRY(write_said(document, "Says", rule->say_en));
    FA_TRY(write_said(document, "报告", rule->say_zh));
    FA_TRY(fa_doc_source(document));
    FA_TRY(write_params(document));
    if (rule->test_count)
        WRITE("\n### Examples\n");
    for (int t = 0; t < rule->test_count; t++)
        FA_TRY(fa_doc_test(document, &rule->tests[t]));
    return FA_OK;
}
