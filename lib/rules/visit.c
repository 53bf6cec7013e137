/*
 * Walking the typed trees of a rule.
 */
#include "base/limits.h"
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

/* --- views --- */

static void note_aggregate(void *context, struct fa_expr *expr)
{
    bool *is_used = context;
    if (expr->op == FA_OP_AGG && expr->index < FA_VIEW_AGGS_MAX)
        is_used[expr->index] = true;
}

/* What decides the columns COLUMNS of a view: not the columns that nobody reads. */
static void visit_part(const struct fa_view *view, int p, const bool *columns, fa_visit_expr *visit,
                       void *context)
{
    const struct fa_rule *part = &view->parts[p];
    bool is_used[FA_VIEW_AGGS_MAX] = {false};
    fa_expr_visit(part->population.where, visit, context);
    fa_expr_visit(part->dated_by, visit, context);
    for (int k = 0; k < part->key_count; k++)
        fa_expr_visit(part->keys[k].expr, visit, context);
    for (int e = 0; e < part->except_row_count; e++)
        fa_expr_visit(part->except_rows[e].when, visit, context);
    visit_terms(part->terms, part->term_count, part->key_count, visit, context);
    for (int c = 0; c < view->column_count; c++) {
        if (view->columns[c].part != p || !columns[c])
            continue;
        fa_expr_visit(part->shown[view->columns[c].shown].expr, note_aggregate, is_used);
        fa_expr_visit(part->shown[view->columns[c].shown].expr, visit, context);
    }
    for (int a = 0; a < part->agg_count; a++)
        if (a >= FA_VIEW_AGGS_MAX || is_used[a])
            visit_agg(part->aggs[a], visit, context);
}

/* The built-in view is nobody's to change. */
static void visit_view(const struct fa_view *view, const bool *columns, fa_visit_expr *visit, void *context)
{
    for (int p = 0; p < view->part_count && !view->is_built_in; p++)
        visit_part(view, p, columns, visit, context);
}

struct column_search {
    const struct fa_view *view;
    bool *columns;
};

static void note_column(void *context, struct fa_expr *expr)
{
    const struct column_search *search = context;
    const struct fa_path *path = expr->op == FA_OP_PATH     ? &expr->path
                                 : expr->op == FA_OP_LOOKUP ? &expr->look.path
                                                            : NULL;
    for (int i = 0; path && i < path->step_count; i++)
        if (path->tables[i] == search->view->table && path->steps[i] < search->view->column_count)
            search->columns[path->steps[i]] = true;
    bool looks_up = expr->op == FA_OP_LOOKUP || expr->op == FA_OP_HAS;
    for (int i = 0; looks_up && expr->look.lookup->table == search->view->table &&
                    i < expr->look.lookup->cond_count; i++)
        search->columns[expr->look.lookup->cond_columns[i]] = true;
}

/* The last views are read first: what they are made of decides which columns of those before do. */
void fa_rule_note_columns(struct fa_rule *rule)
{
    struct fa_rule own = *rule;
    own.view_count = 0;
    for (int v = rule->view_count; v-- > 0;) {
        struct column_search search = {rule->views[v], rule->view_columns[v]};
        fa_rule_visit(&own, note_column, &search);
        for (int w = v + 1; w < rule->view_count; w++)
            for (int p = 0; p < rule->views[w]->part_count; p++)
                visit_part(rule->views[w], p, rule->view_columns[w], note_column, &search);
        for (int c = 0; c < rule->views[v]->column_count; c++)
            if (search.columns[c] && rule->views[v]->columns[c].share_of >= 0)
                search.columns[rule->views[v]->columns[c].share_of] = true;
    }
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
    for (int v = 0; v < rule->view_count; v++)
        visit_view(rule->views[v], rule->view_columns[v], visit, context);
}
