/*
 * Walking the typed trees of a rule.
 */
#include "rules/build.h"

void fa_expr_visit(struct fa_expr *expr, fa_visit_expr *visit, void *context)
{
    if (!expr)
        return;
    visit(context, expr);
    for (int i = 0; i < expr->arg_count; i++)
        fa_expr_visit(expr->args[i], visit, context);
    if (expr->op == FA_OP_PARAM)
        fa_expr_visit(expr->param.at, visit, context);
    if (expr->op != FA_OP_LOOKUP && expr->op != FA_OP_HAS)
        return;
    for (int i = 0; i < expr->look.lookup->cond_count; i++)
        fa_expr_visit(expr->look.lookup->cond_values[i], visit, context);
    fa_expr_visit(expr->look.lookup->at, visit, context);
}

bool fa_expr_is_one(const struct fa_expr *expr)
{
    for (int i = 0; i < expr->arg_count; i++)
        if (expr->args[i]->text.bytes == expr->text.bytes &&
            expr->args[i]->text.size == expr->text.size)
            return true;
    return false;
}

static void visit_agg(const struct fa_agg *agg, fa_visit_expr *visit, void *context)
{
    fa_expr_visit(agg ? agg->arg : NULL, visit, context);
    fa_expr_visit(agg ? agg->cond : NULL, visit, context);
    fa_expr_visit(agg ? agg->top : NULL, visit, context);
}

static void visit_terms(const struct fa_running_term *terms, int count, int key_count,
                        fa_visit_expr *visit, void *context)
{
    for (int i = 0; i < count; i++) {
        visit_agg(terms[i].agg, visit, context);
        fa_expr_visit(terms[i].where, visit, context);
        for (int k = 0; terms[i].keys && k < key_count; k++)
            fa_expr_visit(terms[i].keys[k], visit, context);
    }
}

static void visit_each(const struct fa_each *each, int key_count, fa_visit_expr *visit, void *context)
{
    if (!each)
        return;
    fa_expr_visit(each->population.where, visit, context);
    fa_expr_visit(each->dated_by, visit, context);
    for (int k = 0; k < key_count; k++)
        fa_expr_visit(each->keys[k], visit, context);
}

static void visit_duty(const struct fa_duty *duty, fa_visit_expr *visit, void *context)
{
    fa_expr_visit(duty->population.where, visit, context);
    fa_expr_visit(duty->dated_by, visit, context);
    for (int i = 0; i < duty->same_count; i++) {
        fa_expr_visit(duty->theirs[i], visit, context);
        fa_expr_visit(duty->ours[i], visit, context);
    }
    for (int i = 0; i < duty->part_count; i++) {
        visit_agg(duty->parts[i].agg, visit, context);
        fa_expr_visit(duty->parts[i].need, visit, context);
    }
    fa_expr_visit(duty->within, visit, context);
}

static void visit_windows(const struct fa_rule *rule, fa_visit_expr *visit, void *context)
{
    if (rule->window)
        fa_expr_visit(rule->window->last.length, visit, context);
    if (rule->sequence) {
        fa_expr_visit(rule->sequence->first, visit, context);
        fa_expr_visit(rule->sequence->then, visit, context);
        fa_expr_visit(rule->sequence->within.length, visit, context);
    }
    if (rule->unique && rule->unique->has_span)
        fa_expr_visit(rule->unique->within.length, visit, context);
}

void fa_rule_visit(struct fa_rule *rule, fa_visit_expr *visit, void *context)
{
    fa_expr_visit(rule->population.where, visit, context);
    fa_expr_visit(rule->dated_by, visit, context);
    for (int i = 0; i < rule->key_count; i++)
        fa_expr_visit(rule->keys[i].expr, visit, context);
    for (int i = 0; i < rule->prev_key_count && rule->prev_keys != rule->keys; i++)
        fa_expr_visit(rule->prev_keys[i].expr, visit, context);
    for (int i = 0; i < rule->except_row_count; i++)
        fa_expr_visit(rule->except_rows[i].when, visit, context);
    visit_windows(rule, visit, context);
    for (int i = 0; i < rule->agg_count; i++)
        visit_agg(rule->aggs[i], visit, context);
    visit_terms(rule->terms, rule->term_count, rule->key_count, visit, context);
    for (int i = 0; i < rule->series_count; i++) {
        const struct fa_series *series = &rule->series[i];
        /* the first series' are the rule's own */
        fa_expr_visit(i ? series->population.where : NULL, visit, context);
        fa_expr_visit(i ? series->dated_by : NULL, visit, context);
        for (int k = 0; k < rule->key_count; k++)
            fa_expr_visit(series->keys[k], visit, context);
        visit_agg(series->agg, visit, context);
        visit_terms(series->terms, series->term_count, rule->key_count, visit, context);
    }
    if (rule->stretch) {
        fa_expr_visit(rule->stretch->distinct, visit, context);
        visit_each(rule->stretch->each, rule->key_count, visit, context);
    }
    if (rule->every) {
        visit_each(rule->every->activity, rule->key_count, visit, context);
        visit_each(rule->every->each, rule->key_count, visit, context);
        fa_expr_visit(rule->every->within, visit, context);
    }
    if (rule->hops) {
        fa_expr_visit(rule->hops->hops_min, visit, context);
        fa_expr_visit(rule->hops->hops_max, visit, context);
        fa_expr_visit(rule->hops->within, visit, context);
        fa_expr_visit(rule->hops->tolerance, visit, context);
        fa_expr_visit(rule->hops->payee, visit, context);
    }
    if (rule->gapless)
        fa_expr_visit(rule->gapless->field, visit, context);
    fa_expr_visit(rule->when, visit, context);
    if (rule->duty)
        visit_duty(rule->duty, visit, context);
    for (int i = 0; i < rule->except_finding_count; i++)
        fa_expr_visit(rule->except_findings[i].when, visit, context);
    for (int i = 0; rule->view && i < rule->shown_count; i++)
        fa_expr_visit(rule->shown[i].expr, visit, context);
    /* VIEWS holds those that views read, too */
    for (int v = 0; v < rule->view_count; v++)
        for (int p = 0; p < rule->views[v]->part_count; p++) {
            struct fa_rule part = rule->views[v]->parts[p];
            part.view_count = 0;
            fa_rule_visit(&part, visit, context);
        }
}
