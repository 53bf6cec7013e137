/*
 * Which rows belong together with the row or the finding that is explained: those with its key,
 * found by the vectorised evaluator, or all where a key does not tell.
 */
#include <stdlib.h>

#include "base/limits.h"
#include "rules/engine.h"
#include "rules/explain_run.h"

/* Whether a key tells which rows of a streamed table belong to a unit. Duties compete for what
 * answers them whatever their keys, and views are made of all rows. */
static bool is_keyed(const struct fa_rule *rule)
{
    bool is_simple = !rule->duty && rule->view_count == 0 && rule->prev_key_count == 0;
    return is_simple && (rule->way == FA_WAY_GROUP || rule->way == FA_WAY_RUNNING ||
                         rule->way == FA_WAY_COMPARE || rule->way == FA_WAY_ROW ||
                         rule->way == FA_WAY_WINDOW || rule->way == FA_WAY_SEQUENCE ||
                         rule->way == FA_WAY_UNIQUE || rule->way == FA_WAY_GAPLESS);
}

static enum fa_status keep(struct fa_explain_run *run, int table, uint64_t from_row,
                           uint64_t to_row)
{
    const struct fa_kept_range range = {table, from_row, to_row};
    return fa_vec_add(&run->kept, range) == FA_OK ? FA_OK : fa_explain_no_memory(run);
}

/* A rule that fires for the rows of POPULATION with these keys, and gathers them. */
static enum fa_status make_gatherer(struct fa_explain_run *run,
                                    const struct fa_population *population,
                                    struct fa_expr *const *keys, struct fa_expr *dated_by,
                                    const struct fa_value *values, struct fa_rule *gatherer)
{
    const struct fa_rule *rule = run->told.rule;
    size_t count = (size_t)rule->key_count;
    struct fa_expr *made = fa_arena_array(&run->arena, 2 * count + 1, sizeof *made);
    struct fa_expr **args = fa_arena_array(&run->arena, 3 * count + 1, sizeof *args);
    struct fa_key_part *parts = fa_arena_array(&run->arena, count + 1, sizeof *parts);
    if (!made || !args || !parts)
        return fa_explain_no_memory(run);
    for (size_t k = 0; k < count; k++) {
        struct fa_expr *equal = &made[2 * k], *value = &made[2 * k + 1];
        *value = (struct fa_expr){.op = FA_OP_CONST,
                                  .kind = keys[k]->kind,
                                  .values_of = keys[k]->values_of,
                                  .refers_to = keys[k]->refers_to,
                                  .value = values[k]};
        args[count + 2 * k] = keys[k];
        args[count + 2 * k + 1] = value;
        *equal = (struct fa_expr){
            .op = FA_OP_EQ, .kind = FA_KIND_BOOL, .args = &args[count + 2 * k], .arg_count = 2};
        args[k] = equal;
        parts[k] = (struct fa_key_part){.name = rule->keys[k].name, .expr = keys[k]};
    }
    struct fa_expr *all = &made[2 * count];
    *all = (struct fa_expr){
        .op = FA_OP_AND, .kind = FA_KIND_BOOL, .args = args, .arg_count = (int)count};
    *gatherer = (struct fa_rule){.id = rule->id,
                                 .ruleset = rule->ruleset,
                                 .from_day = INT64_MIN,
                                 .to_day = INT64_MAX,
                                 .way = FA_WAY_ROW,
                                 .population = *population,
                                 .dated_by = dated_by,
                                 .keys = parts,
                                 .key_count = (int)count,
                                 .when = count == 1 ? args[0] : all,
                                 .worst_shown = -1,
                                 .amount_column = -1};
    return FA_OK;
}

/* Rows of POPULATION with the keys VALUES; those of which it is not known come along. */
static enum fa_status keep_group(struct fa_explain_run *run,
                                 const struct fa_population *population,
                                 struct fa_expr *const *keys, struct fa_expr *dated_by,
                                 const struct fa_value *values)
{
    struct fa_explanation *told = &run->told;
    struct fa_rule_alone alone;
    struct fa_rule gatherer;
    struct fa_verdicts verdicts;
    fa_rule_isolate(&alone, told->list, &run->alone.rule);
    FA_TRY(make_gatherer(run, population, keys, dated_by, values, &gatherer));
    alone.rule = gatherer;
    alone.rule.ruleset = &alone.ruleset;
    alone.ruleset.applies = NULL;
    fa_verdicts_init(&verdicts);
    enum fa_status status = fa_blocks_rewind(run->ledger);
    if (status == FA_OK)
        status = fa_evaluate(&alone.list, run->ledger, &run->evaluate, told->sink, &verdicts);
    const struct fa_table_def *theirs = fa_dictionary_find(
        &told->head->dictionary, told->list->dictionary->tables[population->table].name);
    for (size_t f = 0; status == FA_OK && f < verdicts.findings.count; f++) {
        const struct fa_finding *finding = &verdicts.findings.items[f];
        bool is_own = finding->cause.size || told->rule->is_across_filers ||
                      fa_str_equal(finding->filer, told->filer);
        for (size_t i = 0; status == FA_OK && is_own && i < finding->rows.count; i++)
            if (finding->rows.items[i].table == theirs->index)
                status = keep(run, population->table, finding->rows.items[i].from_row,
                              finding->rows.items[i].to_row);
    }
    fa_verdicts_release(&verdicts);
    return status;
}

static enum fa_status keep_key(struct fa_explain_run *run, const struct fa_value *values)
{
    const struct fa_rule *rule = run->told.rule;
    struct fa_expr **keys =
        fa_arena_array(&run->arena, (size_t)rule->key_count + 1, sizeof *keys);
    if (!keys)
        return fa_explain_no_memory(run);
    if (rule->way == FA_WAY_COMPARE) {
        for (int s = 0; s < rule->series_count; s++)
            FA_TRY(keep_group(run, &rule->series[s].population, rule->series[s].keys,
                              rule->series[s].dated_by, values));
        return FA_OK;
    }
    for (int k = 0; k < rule->key_count; k++)
        keys[k] = rule->keys[k].expr;
    return keep_group(run, &rule->population, keys, rule->dated_by, values);
}

/* What is judged belongs together by its key: it is found by the row, or told by the finding.
 */
enum fa_status fa_explain_select(struct fa_explain_run *run)
{
    struct fa_explanation *told = &run->told;
    const struct fa_rule *rule = told->rule;
    run->keeps_all = !is_keyed(rule) && !told->is_of_view;
    if (run->keeps_all || told->is_of_view || rule->key_count == 0)
        return FA_OK;
    if (told->finding && told->finding->keys) {
        told->filer = told->finding->filer;
        return keep_key(run, told->finding->keys);
    }
    struct fa_verdicts verdicts;
    fa_verdicts_init(&verdicts);
    enum fa_status status = fa_explain_watch(run, &verdicts, false);
    FA_VEC(const struct fa_value *) keys = {0};
    for (size_t i = 0; status == FA_OK && i < told->entries.count; i++)
        if (told->entries.items[i].step.kind == FA_STEP_TAKEN)
            status = fa_vec_add(&keys, told->entries.items[i].member.keys);
    fa_explain_forget(told);
    for (size_t i = 0; status == FA_OK && i < keys.count; i++)
        status = keep_key(run, keys.items[i]);
    fa_vec_free(&keys);
    fa_verdicts_release(&verdicts);
    return status;
}

static int compare_ranges(const void *a, const void *b)
{
    const struct fa_kept_range *x = a, *y = b;
    if (x->table != y->table)
        return x->table < y->table ? -1 : 1;
    return x->from_row < y->from_row ? -1 : x->from_row > y->from_row;
}

void fa_explain_sort_kept(struct fa_explain_run *run)
{
    size_t count = 0;
    if (run->kept.count)
        qsort(run->kept.items, run->kept.count, sizeof *run->kept.items, compare_ranges);
    for (size_t i = 0; i < run->kept.count; i++) {
        struct fa_kept_range range = run->kept.items[i];
        struct fa_kept_range *last = count ? &run->kept.items[count - 1] : NULL;
        if (!last || last->table != range.table || last->to_row < range.from_row)
            run->kept.items[count++] = range;
        else if (range.to_row > last->to_row)
            last->to_row = range.to_row;
    }
    run->kept.count = count;
}

/* Tables that come in the order of time are loaded in part, the others as a whole. */
static bool is_read_in_part(const struct fa_explain_run *run, const struct fa_table_def *table)
{
    const struct fa_rule *rule = run->told.rule;
    if (run->keeps_all || table->by == FA_NO_COLUMN)
        return false;
    bool is_own = rule->population.table == table->index;
    for (int s = 0; s < rule->series_count; s++)
        is_own |= rule->series[s].population.table == table->index;
    return is_own;
}

bool fa_explain_keeps(void *context, const struct fa_table_def *table, uint64_t row_no)
{
    struct fa_explain_run *run = context;
    const struct fa_explanation *told = &run->told;
    bool is_kept = !is_read_in_part(run, table) ||
                   (told->has_row && told->table == table->index && told->row_no == row_no);
    size_t from = 0, to = run->kept.count;
    while (!is_kept && from < to) {
        size_t middle = from + (to - from) / 2;
        const struct fa_kept_range *range = &run->kept.items[middle];
        bool is_behind = range->table < table->index ||
                         (range->table == table->index && range->to_row < row_no);
        is_kept = range->table == table->index && range->from_row <= row_no &&
                  row_no <= range->to_row;
        from = is_behind ? middle + 1 : from;
        to = is_behind ? to : middle;
    }
    run->loaded += is_kept;
    return is_kept && run->loaded <= FA_EXPLAIN_ROWS_MAX;
}
