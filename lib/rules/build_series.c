/*
 * Series that are compared.
 */
#include "rules/build_parts.h"

static void build_series_keys(struct fa_builder *builder, const struct fa_names *names,
                              struct fa_series *series)
{
    const struct fa_syntax_per *per = &builder->syntax->per;
    series->keys = fa_build_array(builder, per->keys.count, sizeof *series->keys);
    for (int i = 0; series->keys && i < per->keys.count; i++)
        fa_build_note(builder, fa_check_any(builder->checker, names, per->keys.items[i].value,
                                            &series->keys[i]));
    for (int i = 0; builder->status == FA_OK && i < builder->rule->key_count; i++) {
        const struct fa_expr *first = builder->rule->keys[i].expr, *mine = series->keys[i];
        if (first->kind != mine->kind || first->refers_to != mine->refers_to)
            fa_build_error(builder, FA_CODE_RULE_TYPE, &per->keys.items[i].value->token, NULL,
                           "the key is of different types in the series that are compared");
    }
}

/* The path COLUMN.DAY of the row, where DAY is a column of the table that COLUMN refers to. */
static struct fa_expr *day_of_thing(struct fa_builder *builder, const struct fa_series *series,
                                    int column, int day)
{
    const struct fa_table_def *row = series->population.row_table;
    int table = row->columns[column].refers_to;
    struct fa_expr *expr = fa_build_array(builder, 1, sizeof *expr);
    if (expr)
        *expr = (struct fa_expr){.op = FA_OP_PATH,
                                 .kind = FA_KIND_DATE,
                                 .refers_to = FA_NO_TABLE,
                                 .path = {.table = series->population.table,
                                          .step_count = 2,
                                          .steps = {column, day},
                                          .tables = {series->population.table, table}}};
    return expr;
}

/* The first part of the table's key that names a thing with a first and a last day. */
static void build_days(struct fa_builder *builder, struct fa_series *series)
{
    const struct fa_dictionary *dictionary = builder->checker->list->dictionary;
    const struct fa_table_def *row = series->population.row_table;
    int table = series->population.table;
    if (series->population.is_leg || fa_view_of(builder->checker, table))
        return;
    for (int k = 0; k < row->key_count; k++) {
        int column = row->key_columns[k], refers_to = row->columns[column].refers_to;
        if (row->columns[column].type != FA_TYPE_ID || refers_to == FA_NO_TABLE)
            continue;
        const struct fa_table_def *thing = &dictionary->tables[refers_to];
        if (thing->interval_from == FA_NO_COLUMN || thing->interval_to == FA_NO_COLUMN ||
            thing->columns[thing->interval_from].type != FA_TYPE_DATE)
            continue;
        series->opens = day_of_thing(builder, series, column, thing->interval_from);
        series->closes = day_of_thing(builder, series, column, thing->interval_to);
        return;
    }
}

static void build_series(struct fa_builder *builder, const struct fa_syntax_series *syntax,
                         struct fa_series *series)
{
    struct fa_names names;
    const struct fa_rule *rule = builder->rule;
    *series = (struct fa_series){.name = syntax->name.text,
                                 .kind = syntax->kind,
                                 .is_carried = syntax->is_carried,
                                 .is_previous = syntax->is_previous};
    if (!fa_build_population(builder, &syntax->population, &series->population, &names))
        return;
    if (series == rule->series) {
        builder->row = names;
        fa_build_keys(builder, &builder->syntax->per);
    }
    build_series_keys(builder, &names, series);
    fa_build_date(builder, &names, &series->dated_by);
    fa_build_rows_term(builder, &names, syntax->sum, &series->agg);
    if (builder->status != FA_OK)
        return;
    series->kind_of_value = series->agg->kind;
    series->terms = fa_build_array(builder, syntax->openings.count, sizeof *series->terms);
    for (int i = 0; series->terms && i < syntax->openings.count; i++) {
        const struct fa_node *opening = syntax->openings.items[i]->args[0];
        fa_build_opening(builder, opening, &series->population, series->keys, rule->key_count,
                         &series->terms[series->term_count++]);
    }
    if (syntax->openings.count && series->kind != FA_SERIES_RUNNING)
        fa_build_error(builder, FA_CODE_RULE_TYPE, &syntax->name,
                       "write opening ... + running sum(x) of T",
                       "only a running series has an opening");
    if (syntax->is_carried && series->kind != FA_SERIES_LEVEL)
        fa_build_error(builder, FA_CODE_RULE_TYPE, &syntax->name, NULL,
                       "only a level series is carried");
    if (series->kind == FA_SERIES_LEVEL && series->agg->op != FA_AGG_SUM)
        fa_build_error(builder, FA_CODE_RULE_TYPE, &syntax->name, NULL, "a level is a sum");
    if (series->kind == FA_SERIES_LEVEL)
        build_days(builder, series);
    if (syntax->is_previous && syntax->previous != builder->syntax->per.period)
        fa_build_error(builder, FA_CODE_RULE_TYPE, &syntax->name, NULL,
                       "the previous period must be of the kind that each names");
    fa_build_require_status(builder, &syntax->population, &series->population, NULL);
}

void fa_build_compare(struct fa_builder *builder)
{
    struct fa_syntax_rule *syntax = builder->syntax;
    struct fa_rule *rule = builder->rule;
    if (syntax->has_population)
        fa_build_error(builder, FA_CODE_RULE_TYPE, &syntax->population.table,
                       "put the table behind of", "a comparison of series has no on");
    fa_build_require(builder, syntax->has_per && syntax->per.has_period, "period",
                     "write per filer each day");
    rule->series = fa_build_array(builder, syntax->series.count, sizeof *rule->series);
    for (int i = 0; rule->series && i < syntax->series.count; i++) {
        for (int other = 0; other < i; other++)
            if (fa_str_equal(syntax->series.items[i].name.text,
                             syntax->series.items[other].name.text))
                fa_build_error(builder, FA_CODE_RULE_TWICE, &syntax->series.items[i].name, NULL,
                               "two series have this name");
        rule->series_count++;
        build_series(builder, &syntax->series.items[i], &rule->series[i]);
    }
    if (rule->series_count && rule->series[0].population.row_table) {
        rule->population = rule->series[0].population;
        rule->dated_by = rule->series[0].dated_by;
    }
}
