/*
 * Which columns and parameters a rule reads: without one of them it is not testable. Columns
 * that only a view or the currency filter reads (status, reverses, currency) and those that
 * only texts mention are not among them. What only the shown columns of a statistic read leaves
 * those without values and hinders nothing else.
 */
#include "rules/build.h"

struct collector {
    struct fa_checker *checker;
    struct fa_rule *rule;
    bool is_exception, is_shown; /* what is now visited */
    enum fa_status status;
};

static void add_need(struct collector *collector, int table, int column)
{
    struct fa_rule *rule = collector->rule;
    const struct fa_table_def *def = fa_table_of(collector->checker, table);
    /* what a view lacks, its own needs tell */
    if (column < 0 || def->columns[column].is_hidden || def->written_by == FA_BY_VIEW)
        return;
    for (int i = 0; i < rule->need_count; i++)
        if (rule->needs[i].table == table && rule->needs[i].column == column)
            return;
    if (fa_arena_grow(&collector->checker->list->arena, &rule->needs, (size_t)rule->need_count,
                      sizeof *rule->needs) != FA_OK) {
        collector->status = fa_check_no_memory(collector->checker);
        return;
    }
    rule->needs[rule->need_count++] =
        (struct fa_need){table, column, collector->is_exception, collector->is_shown};
}

static void add_flow_column(struct collector *collector, const char *name)
{
    const struct fa_table_def *flow =
        fa_dictionary_find(collector->checker->list->dictionary, FA_STR("flow"));
    add_need(collector, flow->index, fa_table_find_column(flow, fa_str_from(name)));
}

/* A leg's own columns are made of those of its flow. */
static void add_leg_column(struct collector *collector, int column)
{
    const struct fa_dictionary *dictionary = collector->checker->list->dictionary;
    const struct fa_table_def *flow = fa_dictionary_find(dictionary, FA_STR("flow"));
    const struct fa_table_def *account = fa_dictionary_find(dictionary, FA_STR("account"));
    struct fa_str name = collector->checker->leg->columns[column].name;
    if (column < flow->column_count) {
        add_need(collector, flow->index, column);
        return;
    }
    add_flow_column(collector, "payer_account");
    add_flow_column(collector, "payee_account");
    if (fa_str_is(name, "signed"))
        add_flow_column(collector, "amount");
    if (fa_str_is(name, "internal"))
        add_need(collector, account->index, fa_table_find_column(account, FA_STR("owner")));
}

static void add_path(struct collector *collector, const struct fa_path *path)
{
    for (int i = 0; i < path->step_count; i++)
        if (path->tables[i] == FA_LEG_TABLE)
            add_leg_column(collector, path->steps[i]);
        else
            add_need(collector, path->tables[i], path->steps[i]);
}

static void add_param(struct collector *collector, struct fa_param *param)
{
    struct fa_rule *rule = collector->rule;
    for (int i = 0; i < rule->param_count; i++)
        if (rule->params[i] == param)
            return;
    if (fa_arena_grow(&collector->checker->list->arena, &rule->params,
                      (size_t)rule->param_count, sizeof *rule->params) != FA_OK) {
        collector->status = fa_check_no_memory(collector->checker);
        return;
    }
    rule->params[rule->param_count++] = param;
}

static void collect(void *context, struct fa_expr *expr)
{
    struct collector *collector = context;
    if ((expr->op == FA_OP_PARAM || expr->op == FA_OP_SCALE) && !collector->is_exception)
        add_param(collector, expr->param.param);
    if (expr->op == FA_OP_PATH)
        add_path(collector, &expr->path);
    if (expr->op == FA_OP_CONVERT) {
        const struct fa_table_def *rate =
            fa_dictionary_find(collector->checker->list->dictionary, FA_STR("rate"));
        add_need(collector, rate->index, fa_table_find_column(rate, FA_STR("series")));
        add_need(collector, rate->index, fa_table_find_column(rate, FA_STR("value")));
    }
    if (expr->op == FA_OP_LOOKUP)
        add_path(collector, &expr->look.path);
    bool is_shown = collector->is_shown;
    collector->is_shown = false; /* a row that cannot be looked for is not one that is not there */
    if (expr->op == FA_OP_LOOKUP || expr->op == FA_OP_HAS)
        for (int i = 0; i < expr->look.lookup->cond_count; i++)
            add_need(collector, expr->look.lookup->table, expr->look.lookup->cond_columns[i]);
    collector->is_shown = is_shown;
}

static void add_both_accounts(struct collector *collector,
                              const struct fa_population *population)
{
    if (!population->is_leg)
        return;
    add_flow_column(collector, "payer_account");
    add_flow_column(collector, "payee_account");
}

static void add_openings(struct collector *collector, const struct fa_running_term *terms,
                         int count)
{
    for (int i = 0; i < count; i++)
        if (terms[i].is_opening)
            add_need(collector, terms[i].table, terms[i].column);
}

/* Whether a column that part P of the view V shows is read. */
static bool reads_part(const struct fa_rule *rule, int v, int p)
{
    bool is_read = p == 0;
    for (int c = 0; c < rule->views[v]->column_count; c++)
        is_read |= rule->view_columns[v][c] && rule->views[v]->columns[c].part == p;
    return is_read;
}

/* What the views that it reads need, the rule needs; of what a view has `also`, where it reads it. */
static void add_needs_of_views(struct collector *collector, bool is_exception)
{
    const struct fa_rule *rule = collector->rule;
    for (int v = 0; v < rule->view_count; v++)
        for (int p = 0; p < rule->views[v]->part_count; p++) {
            const struct fa_rule *part = &rule->views[v]->parts[p];
            if (!reads_part(rule, v, p))
                continue;
            for (int n = 0; n < part->need_count; n++)
                if (part->needs[n].is_exception_only == is_exception)
                    add_need(collector, part->needs[n].table, part->needs[n].column);
            for (int i = 0; !is_exception && i < part->param_count; i++)
                add_param(collector, part->params[i]);
        }
}

/* A rule that calls clear what it does not know would call everything clear of windows and deadlines in
 * working days, if no calendar said which those are. */
static void add_calendar(struct collector *collector)
{
    const struct fa_rule *rule = collector->rule;
    const struct fa_table_def *holiday =
        fa_dictionary_find(collector->checker->list->dictionary, FA_STR("holiday"));
    bool counts = (rule->window && rule->window->last.unit == FA_UNIT_BD) ||
                  (rule->sequence && rule->sequence->within.unit == FA_UNIT_BD) ||
                  (rule->duty && rule->duty->within && rule->duty->unit == FA_UNIT_BD);
    if (counts && rule->on_unknown == FA_UNKNOWN_CLEARS)
        add_need(collector, holiday->index, fa_table_find_column(holiday, FA_STR("date")));
}

enum fa_status fa_rule_collect_needs(struct fa_checker *checker, struct fa_rule *rule)
{
    struct collector collector = {.checker = checker, .rule = rule};
    struct fa_rule without = *rule;
    without.except_row_count = without.except_finding_count = without.view_count = 0;
    if (rule->view && rule->view->is_statistic)
        without.agg_count = without.shown_count = 0;
    add_both_accounts(&collector, &rule->population);
    add_openings(&collector, rule->terms, rule->term_count);
    if (rule->stretch) /* where no row has an end, all are still on; a start is always stated */
        add_need(&collector, rule->population.table, rule->population.row_table->interval_from);
    if (rule->every && rule->every->activity)
        add_both_accounts(&collector, &rule->every->activity->population);
    for (int i = 0; i < rule->series_count; i++) {
        add_both_accounts(&collector, &rule->series[i].population);
        add_openings(&collector, rule->series[i].terms, rule->series[i].term_count);
    }
    add_calendar(&collector);
    if (rule->duty)
        add_both_accounts(&collector, &rule->duty->population);
    fa_rule_visit(&without, collect, &collector);
    without.agg_count = rule->agg_count;
    without.shown_count = rule->shown_count;
    collector.is_shown = rule->view && rule->view->is_statistic;
    fa_rule_visit(&without, collect, &collector);
    collector.is_shown = false;
    add_needs_of_views(&collector, false);
    collector.is_exception = true;
    without.except_row_count = rule->except_row_count;
    without.except_finding_count = rule->except_finding_count;
    fa_rule_visit(&without, collect, &collector);
    add_needs_of_views(&collector, true);
    return collector.status;
}
