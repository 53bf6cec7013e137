/*
 * An explanation as text: from the outside in. What cannot be told is left out, never guessed.
 */
#include <string.h>

#include "rules/build.h"
#include "rules/explain_run.h"
#include "rules/place.h"
#include "rules/verdict.h"
#include "value/ratio.h"

struct teller {
    struct fa_explanation *told;
    struct fa_buf *text;
    const fa_seen_values *values; /* of the row or unit at hand */
    int leg;
    int64_t day_no; /* by whose law it was judged */
};

#define SAY(...) FA_TRY(fa_buf_addf(teller->text, __VA_ARGS__))

static enum fa_status indent(struct teller *teller, int depth)
{
    for (int i = 0; i < depth; i++)
        FA_TRY(fa_buf_add_text(teller->text, "  "));
    return FA_OK;
}

static enum fa_status add_source(struct teller *teller, const struct fa_expr *expr)
{
    return fa_add_one_line(teller->text, expr->text);
}

static enum fa_status add_day(struct teller *teller, int64_t day_no)
{
    char text[FA_TIME_TEXT_BYTES];
    return fa_buf_add(teller->text, text, fa_date_format(day_no, text));
}

/* --- values --- */

static struct fa_str name_of(void *context, int table, int64_t id)
{
    const struct fa_plain_ledger *ledger = ((struct fa_explanation *)context)->ledger;
    bool is_known = ledger && table >= 0 && id >= 0 && id < ledger->name_counts[table];
    return is_known ? ledger->names[table][id] : (struct fa_str){"", 0};
}

/* The column whose text a value shows. */
static const struct fa_path *origin_of(const struct fa_explanation *told,
                                       const struct fa_expr *expr)
{
    if (expr->op == FA_OP_KEY)
        expr = told->rule->keys[expr->index].expr;
    if (expr->op == FA_OP_AGG)
        expr = told->rule->aggs[expr->index]->arg;
    if (expr && (expr->op == FA_OP_PATH || expr->op == FA_OP_LOOKUP))
        return expr->op == FA_OP_PATH ? &expr->path : &expr->look.path;
    const struct fa_path *path = NULL;
    for (int i = 0; expr && i < expr->arg_count && !path; i++)
        path = origin_of(told, expr->args[i]);
    return path;
}

static const struct fa_view *view_of(const struct fa_explanation *told, int table)
{
    for (int v = 0; v < told->rule->view_count; v++)
        if (told->rule->views[v]->table == table)
            return told->rule->views[v];
    return NULL;
}

static enum fa_status add_origin(const struct fa_explanation *told, const struct fa_expr *expr,
                                 struct fa_buf *column)
{
    for (int a = 0; a < expr->arg_count; a++) {
        if (!fa_expr_chooses(expr, a))
            continue;
        FA_TRY(add_origin(told, expr->args[a], column));
        if (fa_mask_column_hides(told->list->dictionary, fa_buf_str(column)))
            return FA_OK;
        fa_buf_clear(column);
    }
    bool is_shown = expr->kind == FA_KIND_TEXT || expr->kind == FA_KIND_SET ||
                    expr->kind == FA_KIND_ID;
    const struct fa_path *path = is_shown ? origin_of(told, expr) : NULL;
    if (!path)
        return FA_OK;
    int last = path->step_count - 1, table = path->tables[last], step = path->steps[last];
    const struct fa_view *view = view_of(told, table);
    if (view) /* masked as what it is made of */
        return step < view->column_count
                   ? fa_buf_add_str(column, view->columns[step].mask_column)
                   : FA_OK;
    const struct fa_dictionary *dictionary = told->list->dictionary;
    const struct fa_table_def *flow = fa_dictionary_find(dictionary, FA_STR("flow"));
    if (table == FA_LEG_TABLE && step >= flow->column_count) /* its accounts are a flow's */
        return expr->kind == FA_KIND_ID ? fa_buf_add_text(column, "flow.payer_account") : FA_OK;
    const struct fa_table_def *def =
        table == FA_LEG_TABLE ? flow : &dictionary->tables[table];
    FA_TRY(fa_buf_add_str(column, def->name));
    FA_TRY(fa_buf_add_char(column, '.'));
    return fa_buf_add_str(column, def->columns[step].name);
}

/* A text that came from COLUMN, as people may see it. */
static enum fa_status add_shown(struct teller *teller, struct fa_str column, struct fa_str text)
{
    const struct fa_explain_options *options = teller->told->options;
    return options->show && column.size
               ? options->show(options->context, column, text, teller->text)
               : fa_buf_add_str(teller->text, text);
}

static enum fa_status add_value(struct teller *teller, const struct fa_value *value,
                                const struct fa_expr *of)
{
    struct fa_explanation *told = teller->told;
    struct fa_buf text, column;
    fa_buf_init(&text);
    fa_buf_init(&column);
    enum fa_status status = fa_value_format(value, of, told->rule->ruleset, told->head, name_of,
                                            told, &text);
    if (status == FA_OK && told->options->show)
        status = add_origin(told, of, &column);
    if (status == FA_OK)
        status = add_shown(teller, fa_buf_str(&column), fa_buf_str(&text));
    fa_buf_release(&text);
    fa_buf_release(&column);
    return status;
}

static const struct fa_plain_result *find_value(const struct teller *teller,
                                                const struct fa_expr *expr)
{
    for (size_t i = 0; i < teller->values->count; i++)
        if (teller->values->items[i].expr == expr && teller->values->items[i].leg == teller->leg)
            return &teller->values->items[i].result;
    return NULL;
}

/* "?: party.kind is missing" */
static enum fa_status add_result(struct teller *teller, const struct fa_plain_result *result,
                                 const struct fa_expr *of)
{
    if (!result->value.is_missing)
        return add_value(teller, &result->value, of);
    if (result->is_bound) {
        FA_TRY(fa_buf_add_text(teller->text, "at least "));
        FA_TRY(add_value(teller, &result->bound, of));
        SAY(", not known in full");
    } else {
        SAY("unknown");
    }
    if (result->cause.size)
        SAY(": %.*s", (int)result->cause.size, result->cause.bytes);
    return FA_OK;
}

/* Where a parameter's value comes from. */
static enum fa_status add_param_source(struct teller *teller, const struct fa_param *param)
{
    static const char *const confidences[] = {"seen", "known", "unsure"};
    if (param->is_overridden) {
        SAY(", set for this run");
        return FA_OK;
    }
    for (int i = 0; i < param->period_count; i++) {
        const struct fa_param_period *period = &param->periods[i];
        if (teller->day_no < period->from_day || teller->day_no > period->to_day ||
            period->from_day == INT64_MIN)
            continue;
        SAY(", from ");
        FA_TRY(add_day(teller, period->from_day));
    }
    SAY(", %.*s (%s)", (int)param->cite.text.size, param->cite.text.bytes,
        confidences[param->cite.confidence]);
    return FA_OK;
}

/* --- conditions --- */

static bool is_order(enum fa_op op)
{
    return op == FA_OP_LT || op == FA_OP_LE || op == FA_OP_GT || op == FA_OP_GE;
}

/* What a comparison that is false lacks: the least change of its left side that would do. */
static enum fa_status add_lack(struct teller *teller, const struct fa_expr *expr)
{
    if (!is_order(expr->op))
        return FA_OK;
    const struct fa_plain_result *a = find_value(teller, expr->args[0]),
                                 *b = find_value(teller, expr->args[1]);
    if (!a || !b || a->value.is_missing || b->value.is_missing || a->value.is_none ||
        b->value.is_none)
        return FA_OK;
    enum fa_kind kind = expr->args[0]->kind;
    bool is_number = kind == FA_KIND_MONEY || kind == FA_KIND_INT || kind == FA_KIND_RATIO ||
                     kind == FA_KIND_DURATION;
    bool is_day = kind == FA_KIND_DATE;
    if (!is_number && !is_day)
        return FA_OK;
    struct fa_value lack = fa_plain_add(b->value, fa_plain_negate(a->value), kind);
    bool is_more = expr->op == FA_OP_GT || expr->op == FA_OP_GE;
    bool is_strict = expr->op == FA_OP_GT || expr->op == FA_OP_LT;
    if (lack.is_missing)
        return FA_OK;
    if (!is_more)
        lack = fa_plain_negate(lack);
    /* the next number above it: a ratio has none */
    if (is_strict && kind != FA_KIND_RATIO && kind != FA_KIND_DURATION && lack.denominator == 1)
        lack.numerator++;
    lack.kind = is_day ? FA_KIND_INT : kind;
    SAY(is_strict && lack.numerator == 0 ? "; equal, and must be %s" : "; lacks ",
        is_more ? "more" : "less");
    if (is_strict && lack.numerator == 0)
        return FA_OK;
    FA_TRY(add_value(teller, &lack, expr->args[0]));
    SAY(is_day ? (lack.numerator == 1 ? " day" : " days") : "");
    SAY("%s", is_more ? "" : " less");
    return FA_OK;
}

static enum fa_status tell_parts(struct teller *teller, const struct fa_expr *expr, int depth);

static enum fa_status tell_part(struct teller *teller, const struct fa_expr *expr,
                                const struct fa_expr *part, int depth)
{
    const struct fa_plain_result *result = find_value(teller, part);
    if (part->op == FA_OP_CONST || !result)
        return FA_OK;
    if (part->text.bytes == expr->text.bytes && part->text.size == expr->text.size)
        return tell_parts(teller, part, depth);
    FA_TRY(indent(teller, depth));
    FA_TRY(add_source(teller, part));
    SAY(" = ");
    FA_TRY(add_result(teller, result, part));
    if (part->op == FA_OP_PARAM || part->op == FA_OP_SCALE)
        FA_TRY(add_param_source(teller, part->param.param));
    SAY("\n");
    return tell_parts(teller, part, depth + 1);
}

/* The values that a condition was made of. */
static enum fa_status tell_parts(struct teller *teller, const struct fa_expr *expr, int depth)
{
    for (int i = 0; i < expr->arg_count; i++)
        FA_TRY(tell_part(teller, expr, expr->args[i], depth));
    if (expr->op != FA_OP_LOOKUP && expr->op != FA_OP_HAS)
        return FA_OK;
    for (int i = 0; i < expr->look.lookup->cond_count; i++)
        FA_TRY(tell_part(teller, expr, expr->look.lookup->cond_values[i], depth));
    return FA_OK;
}

static enum fa_status tell_condition(struct teller *teller, const struct fa_expr *expr,
                                     int depth);

/* The sides of an `and` or `or`, however they were put in pairs. */
static enum fa_status tell_sides(struct teller *teller, const struct fa_expr *expr, int depth)
{
    for (int i = 0; i < expr->arg_count; i++) {
        const struct fa_expr *arg = expr->args[i];
        if (arg->op == expr->op && expr->op != FA_OP_NOT && !fa_expr_is_one(arg))
            FA_TRY(tell_sides(teller, arg, depth));
        else
            FA_TRY(tell_condition(teller, arg, depth));
    }
    return FA_OK;
}

/* The text of ways 11 and 12 alone says little: "2", "has". */
static enum fa_status add_condition(struct teller *teller, const struct fa_expr *expr)
{
    const struct fa_rule *rule = teller->told->rule;
    if (rule->way == FA_WAY_STRETCH && expr == rule->when)
        SAY(expr->op == FA_OP_GT ? "more than " : expr->op == FA_OP_LT ? "fewer than "
                                                                     : "not exactly ");
    if (rule->way == FA_WAY_EVERY && expr == rule->when) {
        SAY("the row is lacking");
        return FA_OK;
    }
    return add_source(teller, expr);
}

static enum fa_status tell_condition(struct teller *teller, const struct fa_expr *expr,
                                     int depth)
{
    const struct fa_plain_result *result = find_value(teller, expr);
    bool is_made = (expr->op == FA_OP_AND || expr->op == FA_OP_OR || expr->op == FA_OP_NOT) &&
                   !fa_expr_is_one(expr);
    FA_TRY(indent(teller, depth));
    if (is_made && result)
        SAY("%s", expr->op == FA_OP_AND ? "all of" : expr->op == FA_OP_OR ? "one of" : "not");
    else
        FA_TRY(add_condition(teller, expr));
    if (!result) {
        SAY(": not asked\n");
        return FA_OK;
    }
    SAY(": ");
    FA_TRY(add_result(teller, result, expr));
    bool has_number = teller->told->rule->way != FA_WAY_EVERY || expr != teller->told->rule->when;
    if (!is_made && has_number && !result->value.is_missing && !result->value.numerator)
        FA_TRY(add_lack(teller, expr));
    SAY("\n");
    return is_made ? tell_sides(teller, expr, depth + 1) : tell_parts(teller, expr, depth + 1);
}

/* --- the row --- */

static const struct fa_table_def *row_table(const struct teller *teller)
{
    return &teller->told->list->dictionary->tables[teller->told->table];
}

static enum fa_status tell_force(struct teller *teller, bool has_day, int64_t day_no)
{
    const struct fa_rule *rule = teller->told->rule;
    if (!has_day)
        return FA_OK;
    bool is_in = day_no >= rule->from_day && day_no <= rule->to_day;
    SAY("  judged by the law of ");
    FA_TRY(add_day(teller, day_no));
    SAY(is_in ? ": the rule is in force\n" : ": the rule is not in force then\n");
    return FA_OK;
}

static enum fa_status tell_exceptions(struct teller *teller,
                                      const struct fa_exception *exceptions, int count)
{
    for (int i = 0; i < count; i++) {
        if (!find_value(teller, exceptions[i].when))
            continue;
        SAY("  exception, %.*s:\n", (int)exceptions[i].cite.text.size,
            exceptions[i].cite.text.bytes);
        FA_TRY(tell_condition(teller, exceptions[i].when, 2));
    }
    return FA_OK;
}

static enum fa_status tell_keys(struct teller *teller, const struct fa_value *keys)
{
    const struct fa_rule *rule = teller->told->rule;
    for (int k = 0; keys && k < rule->key_count; k++) {
        SAY("  %.*s = ", (int)rule->keys[k].name.size, rule->keys[k].name.bytes);
        FA_TRY(add_value(teller, &keys[k], rule->keys[k].expr));
        SAY("\n");
    }
    return FA_OK;
}

/* What the row adds to the aggregates or the running value. */
static enum fa_status tell_share(struct teller *teller, const struct fa_agg *agg)
{
    const struct fa_plain_result *cond = agg && agg->cond ? find_value(teller, agg->cond) : NULL;
    const struct fa_plain_result *arg = agg && agg->arg ? find_value(teller, agg->arg) : NULL;
    if (!agg || (!cond && !arg))
        return FA_OK;
    SAY("  ");
    FA_TRY(fa_add_one_line(teller->text, agg->text));
    bool is_in = !cond || (!cond->value.is_missing && cond->value.numerator);
    if (cond && cond->value.is_missing)
        SAY(": unknown whether the row counts\n");
    else if (!is_in)
        SAY(": the row does not count\n");
    else if (arg) {
        SAY(": the row gives ");
        FA_TRY(add_result(teller, arg, agg->arg));
        SAY("\n");
    } else
        SAY(": the row counts\n");
    return agg->cond && cond ? tell_condition(teller, agg->cond, 2) : FA_OK;
}

static enum fa_status tell_shares(struct teller *teller)
{
    const struct fa_rule *rule = teller->told->rule;
    for (int i = 0; i < rule->agg_count; i++)
        FA_TRY(tell_share(teller, rule->aggs[i]));
    for (int i = 0; i < rule->term_count; i++)
        FA_TRY(tell_share(teller, rule->terms[i].agg));
    for (int i = 0; i < rule->series_count; i++)
        FA_TRY(tell_share(teller, rule->series[i].agg));
    return FA_OK;
}

static const char *step_words(enum fa_plain_step_kind kind)
{
    switch (kind) {
    case FA_STEP_AFTER_AS_OF:
        return "not judged: it comes after the last day judged";
    case FA_STEP_NOT_IN_VIEW:
        return "not in the population: the view has no such row";
    case FA_STEP_NOT_WHERE:
        return "not in the population: the condition of where is not true";
    case FA_STEP_OTHER_CURRENCY:
        return "not judged: its money is in another currency than the ruleset's";
    case FA_STEP_NOT_IN_FORCE:
        return "not judged: the rule was not in force";
    case FA_STEP_EXCEPTED:
        return "taken out by an exception";
    case FA_STEP_OUTSIDE_GROUP:
        return "belongs to no group: a part of its key or its period is missing";
    case FA_STEP_TAKEN:
        break;
    }
    return "in the population";
}

static enum fa_status tell_population(struct teller *teller,
                                      const struct fa_population *population)
{
    static const char *const views[] = {"", "settled", "effective"};
    struct fa_str table = teller->told->list->dictionary->tables[population->table].name;
    SAY("%s%s%.*s", population->is_leg ? "leg of " : "",
        population->view != FA_VIEW_NONE && population->view <= FA_VIEW_EFFECTIVE
            ? views[population->view]
            : "",
        population->view == FA_VIEW_NONE ? (int)table.size : 0, table.bytes);
    return FA_OK;
}

static enum fa_status tell_entry(struct teller *teller, const struct fa_seen_entry *entry)
{
    const struct fa_rule *rule = teller->told->rule;
    const struct fa_plain_member *member = &entry->member;
    teller->values = &teller->told->values;
    teller->leg = entry->leg;
    teller->day_no = member->day_no;
    FA_TRY(tell_population(teller, entry->population));
    if (entry->population->is_leg)
        SAY(", %s leg", entry->leg == 0 ? "the payer's" : "the payee's");
    SAY(": %s", step_words(entry->step.kind));
    if (entry->step.kind == FA_STEP_TAKEN && member->is_unknown)
        SAY(", or not: %.*s is missing", (int)member->cause.size, member->cause.bytes);
    SAY("\n");
    FA_TRY(tell_force(teller, member->has_day, member->day_no));
    if (entry->population->where)
        FA_TRY(tell_condition(teller, entry->population->where, 1));
    FA_TRY(tell_exceptions(teller, rule->except_rows, rule->except_row_count));
    if (entry->step.kind == FA_STEP_TAKEN || entry->step.kind == FA_STEP_OUTSIDE_GROUP)
        FA_TRY(tell_keys(teller, member->keys));
    return entry->step.kind == FA_STEP_TAKEN ? tell_shares(teller) : FA_OK;
}

/* --- the unit --- */

static enum fa_status tell_time(struct teller *teller, const struct fa_seen_unit *unit)
{
    const struct fa_rule *rule = teller->told->rule;
    char text[FA_TIME_TEXT_BYTES];
    if (rule->has_period) {
        static const char *const names[] = {"day", "bday", "week", "month", "quarter", "year"};
        bool is_day = rule->period == FA_PERIOD_DAY || rule->period == FA_PERIOD_BDAY;
        SAY(is_day ? "the day " : "the %s that ends on ", names[rule->period]);
        return add_day(teller, unit->day_no);
    }
    if (unit->has_instant) {
        size_t size = fa_time_format(unit->instant_us, &rule->ruleset->zone, text);
        SAY("the instant %.*s", (int)size, text);
    } else if (unit->has_day) {
        SAY(rule->way == FA_WAY_GROUP ? "the group, by the law of " : "the day ");
        return add_day(teller, unit->day_no);
    }
    return FA_OK;
}

/* --- ways 11 and 12: the rows that the number is of --- */

static enum fa_status tell_key_of(struct teller *teller, const struct fa_table_def *def,
                                  const struct fa_plain_member *member)
{
    for (int k = 0; k < def->key_count; k++) {
        int column = def->key_columns[k];
        const struct fa_column_def *of = &def->columns[column];
        const struct fa_expr path = {.op = FA_OP_PATH,
                                     .kind = fa_kind_of(of->type),
                                     .values_of = of->value_count ? of : NULL,
                                     .refers_to = of->refers_to,
                                     .path = {.table = def->index,
                                              .step_count = 1,
                                              .steps = {column},
                                              .tables = {def->index}}};
        if (member->row->cells[column].is_missing)
            continue;
        if (k)
            SAY("|");
        FA_TRY(add_value(teller, &member->row->cells[column], &path));
    }
    return FA_OK;
}

static enum fa_status tell_cell(struct teller *teller, const char *word, int column,
                                const struct fa_plain_member *member)
{
    const struct fa_rule *rule = teller->told->rule;
    const struct fa_table_def *def = rule->population.row_table;
    if (column == FA_NO_COLUMN || member->row->cells[column].is_missing)
        return FA_OK;
    const struct fa_expr of = {.op = FA_OP_AS_OF, .kind = fa_kind_of(def->columns[column].type)};
    SAY(" %s ", word);
    return add_value(teller, &member->row->cells[column], &of);
}

static enum fa_status tell_counted(struct teller *teller, const struct fa_seen_unit *unit)
{
    const struct fa_rule *rule = teller->told->rule;
    const struct fa_table_def *def = rule->population.row_table;
    for (size_t i = 0; i < unit->counted.count && i < FA_EXPLAIN_SHOWN_MAX; i++) {
        const struct fa_plain_member *member = &unit->counted.items[i];
        SAY("    ");
        FA_TRY(tell_key_of(teller, def, member));
        if (unit->has_due && member->has_day) {
            SAY(" of ");
            FA_TRY(add_day(teller, member->day_no));
        } else if (!unit->has_due) {
            FA_TRY(tell_cell(teller, "from", def->interval_from, member));
            FA_TRY(tell_cell(teller, "to", def->interval_to, member));
        }
        SAY("\n");
    }
    if (unit->counted.count > FA_EXPLAIN_SHOWN_MAX)
        SAY("    and %zu more\n", unit->counted.count - FA_EXPLAIN_SHOWN_MAX);
    return FA_OK;
}

static enum fa_status tell_neighbour(struct teller *teller, const char *word,
                                     const struct fa_plain_member *member)
{
    SAY("  the %s ", word);
    FA_TRY(tell_key_of(teller, teller->told->rule->population.row_table, member));
    SAY(" of ");
    FA_TRY(add_day(teller, member->day_no));
    SAY("\n");
    return FA_OK;
}

static enum fa_status tell_due(struct teller *teller, const struct fa_seen_unit *unit)
{
    const struct fa_rule *rule = teller->told->rule;
    const struct fa_plain_due *due = &unit->due;
    char text[FA_TIME_TEXT_BYTES];
    SAY("  needs a row of ");
    FA_TRY(tell_population(teller, &rule->population));
    SAY(" dated ");
    FA_TRY(add_day(teller, due->from_day));
    if (due->has_until) {
        size_t size = fa_time_format(due->until_us, &rule->ruleset->zone, text);
        SAY(" to %.*s", (int)size, text);
    } else if (due->to_day != due->from_day) {
        SAY(" to ");
        FA_TRY(add_day(teller, due->to_day));
    }
    SAY(unit->counted.count ? "; has\n" : "; has none\n");
    if (unit->counted.count)
        return tell_counted(teller, unit);
    if (due->before)
        FA_TRY(tell_neighbour(teller, "one before is", &unit->before));
    return due->after ? tell_neighbour(teller, "one behind is", &unit->after) : FA_OK;
}

/* Way 12: of all periods of the key, which lack their row. */
static enum fa_status tell_periods(struct teller *teller, const struct fa_seen_entry *entry)
{
    SAY("periods of this key: %llu; without their row %llu",
        (unsigned long long)entry->period_count, (unsigned long long)entry->missing_count);
    if (entry->unknown_count)
        SAY(", unknown %llu", (unsigned long long)entry->unknown_count);
    if (entry->pending_count)
        SAY(", not yet due %llu", (unsigned long long)entry->pending_count);
    SAY("\n");
    uint64_t shown = entry->missing_count < FA_EXPLAIN_DAYS_MAX ? entry->missing_count
                                                                : FA_EXPLAIN_DAYS_MAX;
    for (uint64_t i = 0; i < shown; i++) {
        SAY(i ? ", " : "  that end on ");
        FA_TRY(add_day(teller, entry->missing_days[i]));
    }
    if (entry->missing_count > shown)
        SAY(" and %llu more", (unsigned long long)(entry->missing_count - shown));
    if (shown)
        SAY("\n");
    return FA_OK;
}

static enum fa_status tell_intervals(struct teller *teller, const struct fa_seen_unit *unit)
{
    if (unit->has_due)
        return tell_due(teller, unit);
    SAY("  in force then: %zu row%s\n", unit->counted.count, unit->counted.count == 1 ? "" : "s");
    return tell_counted(teller, unit);
}

/* What the judgement came to. */
static enum fa_status tell_outcome(struct teller *teller, const struct fa_seen_unit *unit)
{
    const struct fa_rule *rule = teller->told->rule;
    const struct fa_plain_judged *judged = &unit->judged;
    if (judged->is_pending) {
        SAY("pending, not yet due\n");
        return FA_OK;
    }
    if (judged->judgement == FA_PLAIN_UNKNOWN) {
        SAY("unknown: %.*s is missing\n", (int)judged->cause.size, judged->cause.bytes);
        return FA_OK;
    }
    if (judged->judgement == FA_PLAIN_CLEAR) {
        SAY("clear\n");
        return FA_OK;
    }
    SAY("%s%s\n", rule->duty ? "owes" : "fires",
        judged->is_excepted ? ", and an exception takes it out"
                     : judged->is_undecided || (teller->told->entries.count &&
                                                teller->told->entries.items[unit->entry]
                                                    .member.except_unknown)
                         ? "; whether an exception takes it out is unknown"
                     : rule->is_lead ? ": a lead, which breaks no rule"
                                     : "");
    return FA_OK;
}

/* What became of the duty, with what its finding would show of it. */
static enum fa_status tell_duty(struct teller *teller, const struct fa_seen_unit *unit)
{
    static const char *const outcomes[] = {[FA_DUTY_KEPT] = "kept",
                                           [FA_DUTY_BROKEN] = "broken",
                                           [FA_DUTY_PENDING] = "pending, not yet due",
                                           [FA_DUTY_UNKNOWN] = "unknown"};
    const struct fa_rule *rule = teller->told->rule;
    SAY("duty: %s", outcomes[unit->settled]);
    if (unit->settled == FA_DUTY_UNKNOWN)
        SAY(": %.*s is missing", (int)unit->duty_cause.size, unit->duty_cause.bytes);
    SAY("\n");
    const int places[] = {rule->duty->since_shown, rule->duty->due_shown,
                          rule->duty->came_shown, rule->duty->done_shown};
    for (size_t i = 0; unit->shown && i < sizeof places / sizeof *places; i++) {
        if (places[i] < 0 || unit->shown[places[i]].is_missing)
            continue;
        const struct fa_shown *shown = &rule->shown[places[i]];
        SAY("  %.*s = ", (int)shown->name.size, shown->name.bytes);
        FA_TRY(add_value(teller, &unit->shown[places[i]], shown->expr));
        SAY("\n");
    }
    return FA_OK;
}

static enum fa_status tell_unit(struct teller *teller, const struct fa_seen_unit *unit)
{
    const struct fa_rule *rule = teller->told->rule;
    teller->values = &unit->values;
    teller->leg = 0;
    teller->day_no = unit->day_no;
    if (rule->way == FA_WAY_ROW) {
        SAY("judged: ");
    } else {
        SAY("judged: ");
        FA_TRY(tell_time(teller, unit));
        SAY("\n");
        if (teller->told->finding)
            FA_TRY(tell_keys(teller, unit->keys));
        if (rule->way == FA_WAY_STRETCH || rule->way == FA_WAY_EVERY)
            FA_TRY(tell_intervals(teller, unit));
        SAY("outcome: ");
    }
    FA_TRY(tell_outcome(teller, unit));
    const struct fa_plain_result *when = rule->when ? find_value(teller, rule->when) : NULL;
    if (when && when->value.is_missing && rule->on_unknown != FA_UNKNOWN_STAYS)
        SAY("  what is unknown %s here, because %.*s\n",
            rule->on_unknown == FA_UNKNOWN_FIRES ? "fires" : "is clear",
            (int)rule->on_unknown_why.size, rule->on_unknown_why.bytes);
    if (unit->judged.is_pending)
        return FA_OK;
    if (rule->when && rule->when->op != FA_OP_CONST) /* without one, all that is judged fires */
        FA_TRY(tell_condition(teller, rule->when, 1));
    FA_TRY(tell_exceptions(teller, rule->except_findings, rule->except_finding_count));
    return unit->has_duty ? tell_duty(teller, unit) : FA_OK;
}

/* --- a finding of a row of a view, which is told by what it carries --- */

/* The parts of its key; a text with a '|' in it leaves them unknown. */
static enum fa_status tell_view_key(struct teller *teller, const struct fa_view *view)
{
    const struct fa_explanation *told = teller->told;
    const struct fa_table_def *table = told->rule->population.row_table;
    struct fa_str rest = told->finding->row_key;
    int separators = 0;
    for (size_t i = 0; i < rest.size; i++)
        separators += rest.bytes[i] == '|';
    for (int k = 0; separators == table->key_count - 1 && k < table->key_count; k++) {
        const char *end = memchr(rest.bytes, '|', rest.size);
        size_t size = end ? (size_t)(end - rest.bytes) : rest.size;
        SAY("  %.*s = ", (int)table->columns[k].name.size, table->columns[k].name.bytes);
        FA_TRY(add_shown(teller, view->columns[k].mask_column, (struct fa_str){rest.bytes, size}));
        SAY("\n");
        rest = end ? (struct fa_str){end + 1, rest.size - size - 1} : (struct fa_str){"", 0};
    }
    return FA_OK;
}

static enum fa_status tell_shown(struct teller *teller, const struct fa_value *values)
{
    const struct fa_rule *rule = teller->told->rule;
    for (int i = 0; i < rule->shown_count; i++) {
        if (values[i].is_missing)
            continue;
        SAY("  %.*s = ", (int)rule->shown[i].name.size, rule->shown[i].name.bytes);
        FA_TRY(add_value(teller, &values[i], rule->shown[i].expr));
        SAY("\n");
    }
    return FA_OK;
}

static enum fa_status add_moment(struct teller *teller, int64_t instant_us)
{
    const struct fa_explanation *told = teller->told;
    const struct fa_zone *zone = &told->rule->ruleset->zone;
    char text[FA_TIME_TEXT_BYTES];
    if (told->finding->is_dated)
        return add_day(teller, fa_day_of(instant_us, zone));
    return fa_buf_add(teller->text, text, fa_time_format(instant_us, zone, text));
}

static enum fa_status tell_view_finding(struct teller *teller)
{
    const struct fa_explanation *told = teller->told;
    const struct fa_finding *finding = told->finding;
    const struct fa_view *view = view_of(told, told->rule->population.table);
    SAY("\nfinding of the view %.*s\n", (int)told->rule->population.row_table->name.size,
        told->rule->population.row_table->name.bytes);
    if (view && finding->row_key.size)
        FA_TRY(tell_view_key(teller, view));
    FA_TRY(tell_keys(teller, finding->keys));
    if (finding->has_time) {
        SAY("from ");
        FA_TRY(add_moment(teller, finding->first_us));
        SAY(" to ");
        FA_TRY(add_moment(teller, finding->last_us));
        SAY("\n");
    }
    if (finding->cause.size)
        SAY("unknown: %.*s is missing\n", (int)finding->cause.size, finding->cause.bytes);
    if (finding->first)
        FA_TRY(tell_shown(teller, finding->first));
    if (finding->worst && finding->worst_us != finding->first_us) {
        SAY("at worst, ");
        FA_TRY(add_moment(teller, finding->worst_us));
        SAY("\n");
        FA_TRY(tell_shown(teller, finding->worst));
    }
    return FA_OK;
}

/* --- all of it --- */

/* Masked whole as its first part is, as in reports. */
static enum fa_status tell_row_key(struct teller *teller)
{
    const struct fa_table_def *table = row_table(teller);
    struct fa_str key = teller->told->row_key;
    struct fa_buf column;
    fa_buf_init(&column);
    while (key.size > 1 && key.bytes[key.size - 1] == '|') /* a row that always holds has no since */
        key.size--;
    enum fa_status status =
        fa_buf_addf(&column, "%.*s.%.*s", (int)table->name.size, table->name.bytes,
                    (int)table->columns[table->key_columns[0]].name.size,
                    table->columns[table->key_columns[0]].name.bytes);
    if (status == FA_OK)
        status = add_shown(teller, fa_buf_str(&column), key);
    fa_buf_release(&column);
    FA_TRY(status);
    return fa_buf_add_char(teller->text, '\n');
}

/* The row is one of those that a view is made of. */
static enum fa_status tell_feed(struct teller *teller, const struct fa_seen_feed *feed)
{
    const struct fa_rule *part = feed->part;
    bool is_taken = feed->step.kind == FA_STEP_TAKEN;
    teller->values = &teller->told->values;
    teller->leg = feed->member.leg;
    teller->day_no = feed->member.day_no;
    SAY("\nthrough the view %.*s, which the rule reads\n", (int)part->view->name.size,
        part->view->name.bytes);
    FA_TRY(tell_population(teller, &part->population));
    SAY(": %s\n", step_words(feed->step.kind));
    if (part->population.where)
        FA_TRY(tell_condition(teller, part->population.where, 1));
    for (int k = 0; is_taken && feed->member.keys && k < part->key_count; k++) {
        SAY("  %.*s = ", (int)part->keys[k].name.size, part->keys[k].name.bytes);
        FA_TRY(add_value(teller, &feed->member.keys[k], part->keys[k].expr));
        SAY("\n");
    }
    if (is_taken && part->has_period && feed->member.has_day) {
        SAY("  row of the view: ");
        FA_TRY(add_day(teller, fa_period_last(part->period, feed->member.day_no)));
        SAY("\n");
    }
    return FA_OK;
}

static enum fa_status tell_rule(struct teller *teller)
{
    static const char *const confidences[] = {"seen", "known", "unsure"};
    static const char *const verdicts[] = {
        [FA_NOT_TESTABLE] = "not testable", [FA_NOT_APPLICABLE] = "does not apply",
        [FA_SWITCHED_OFF] = "switched off"};
    const struct fa_rule *rule = teller->told->rule;
    const struct fa_rule_counts *counts = teller->told->counts;
    SAY("%.*s: %.*s\n", (int)rule->id.size, rule->id.bytes, (int)rule->title_en.size,
        rule->title_en.bytes);
    SAY("%.*s (%s)\n", (int)rule->cite.text.size, rule->cite.text.bytes,
        confidences[rule->cite.confidence]);
    if (rule->note_en.size)
        SAY("note: %.*s\n", (int)rule->note_en.size, rule->note_en.bytes);
    if (counts->verdict != FA_TESTED) {
        SAY("\n%s: %.*s\n", verdicts[counts->verdict], (int)counts->reason.size,
            counts->reason.bytes);
        return FA_OK;
    }
    SAY("judged in this ledger: %llu; fired %llu, clear %llu, unknown %llu",
        (unsigned long long)counts->tested, (unsigned long long)counts->fired,
        (unsigned long long)counts->clear, (unsigned long long)counts->unknown);
    if (counts->pending)
        SAY(", pending %llu", (unsigned long long)counts->pending);
    SAY("\n");
    return FA_OK;
}

static enum fa_status tell_all(struct teller *teller)
{
    struct fa_explanation *told = teller->told;
    FA_TRY(tell_rule(teller));
    if (told->counts->verdict != FA_TESTED)
        return FA_OK;
    if (told->is_of_view)
        return tell_view_finding(teller);
    if (told->has_row) {
        SAY("\n%.*s ", (int)row_table(teller)->name.size, row_table(teller)->name.bytes);
        if (told->row_key.size)
            FA_TRY(tell_row_key(teller));
        else
            SAY("row %llu\n", (unsigned long long)told->row_no + 1);
    }
    for (size_t i = 0; i < told->entries.count; i++) {
        bool has_unit = false;
        SAY("\n");
        if (told->has_row)
            FA_TRY(tell_entry(teller, &told->entries.items[i]));
        for (size_t u = 0; u < told->units.count; u++)
            if (told->units.items[u].entry == i) {
                has_unit = true;
                FA_TRY(tell_unit(teller, &told->units.items[u]));
            }
        if (!has_unit && told->entries.items[i].step.kind == FA_STEP_TAKEN)
            SAY("judged: nothing at its time\n");
        if (told->entries.items[i].period_count)
            FA_TRY(tell_periods(teller, &told->entries.items[i]));
    }
    for (size_t i = 0; i < told->feeds.count; i++)
        FA_TRY(tell_feed(teller, &told->feeds.items[i]));
    if (told->has_row && told->entries.count == 0 && told->feeds.count == 0)
        SAY("\nthe rule does not look at this table\n");
    return FA_OK;
}

enum fa_status fa_explanation_tell(struct fa_explanation *explanation, struct fa_buf *text)
{
    struct teller teller = {.told = explanation, .text = text, .values = &explanation->values};
    return tell_all(&teller);
}
