#include "rules/duty.h"

#include <stdlib.h>
#include <string.h>

#include "rules/met.h"
#include "rules/prev.h"
#include "rules/window.h"

/* --- kernels --- */

static const struct fa_kernel kernels[] = {
    [FA_WAY_ROW] = {.plan = fa_row_plan, .slice = fa_row_slice, .end = fa_row_end, .cite = fa_row_cite,
                    .free = fa_row_free, .cost = fa_row_cost, .judges_rows = true},
    [FA_WAY_GROUP] = {.plan = fa_group_plan, .slice = fa_group_slice, .end = fa_group_end,
                      .cite = fa_group_cite, .free = fa_group_free, .cost = fa_group_cost},
    [FA_WAY_RUNNING] = {.plan = fa_running_plan, .begin = fa_running_begin, .slice = fa_running_slice,
                        .end = fa_running_end, .cite = fa_running_cite, .free = fa_running_free, .cost = fa_running_cost,
                        .takes_all_dates = true},
    [FA_WAY_STOCK] = {.plan = fa_stock_plan, .begin = fa_stock_begin, .slice = fa_stock_slice,
                      .end = fa_stock_end, .cite = fa_stock_cite, .free = fa_stock_free, .cost = fa_stock_cost,
                      .takes_all_dates = true, .places_rows = true},
    [FA_WAY_COMPARE] = {.plan_rows = fa_series_plan, .begin = fa_series_begin,
                        .slice_table = fa_series_slice, .end = fa_series_end,
                        .cite_table = fa_series_cite, .cite_end = fa_series_cite_end,
                        .free = fa_series_free, .cost = fa_series_cost, .takes_all_dates = true, .reads = fa_series_reads},
    [FA_WAY_STRETCH] = {.plan = fa_stretch_plan, .slice_table = fa_stretch_slice, .end = fa_stretch_end,
                        .cite_table = fa_stretch_cite, .free = fa_stretch_free, .cost = fa_stretch_cost,
                        .takes_all_dates = true, .reads = fa_stretch_reads},
    [FA_WAY_EVERY] = {.plan = fa_every_plan, .begin = fa_every_begin, .slice_table = fa_every_slice,
                      .end = fa_every_end, .cite_table = fa_every_cite, .cite_end = fa_every_cite_end,
                      .free = fa_every_free, .cost = fa_every_cost, .takes_all_dates = true, .places_rows = true,
                      .reads = fa_every_reads},
    [FA_WAY_HOPS] = {.plan = fa_hops_plan, .begin = fa_hops_begin, .slice = fa_hops_slice,
                     .end = fa_hops_end, .free = fa_hops_free, .cost = fa_hops_cost, .cites_at_once = true},
    [FA_WAY_GAPLESS] = {.plan = fa_gapless_plan, .slice = fa_gapless_slice, .end = fa_gapless_end,
                        .cite = fa_gapless_cite, .free = fa_gapless_free, .cost = fa_gapless_cost},
    [FA_WAY_WINDOW] = {.plan = fa_window_plan, .slice = fa_window_slice, .end = fa_window_end,
                       .cite = fa_window_cite, .free = fa_window_free, .cost = fa_window_cost},
    [FA_WAY_SEQUENCE] = {.plan = fa_window_plan, .slice = fa_window_slice, .end = fa_window_end,
                         .cite = fa_window_cite, .free = fa_window_free, .cost = fa_window_cost},
    [FA_WAY_UNIQUE] = {.plan = fa_uniqueness_plan, .slice = fa_uniqueness_slice, .end = fa_uniqueness_end,
                       .cite = fa_uniqueness_cite, .free = fa_uniqueness_free, .cost = fa_uniqueness_cost},
};

const struct fa_kernel *fa_kernel_of(enum fa_way way)
{
    return &kernels[way];
}

static const struct fa_kernel *kernel_of(const struct fa_judge *judge)
{
    return &kernels[judge->rule->way];
}

/* --- plan --- */

static bool has_groups(const struct fa_rule *rule)
{
    return rule->way != FA_WAY_ROW || rule->key_count > 0 || rule->has_period;
}

static enum fa_status plan_keys(struct fa_judge *judge)
{
    struct fa_run *run = judge->run;
    const struct fa_rule *rule = judge->rule;
    const struct fa_formula *extra = NULL;
    struct fa_expr *exprs[FA_KEY_PARTS_MAX + 1];
    if (rule->key_count > FA_KEY_PARTS_MAX)
        return fa_error(run->sink, FA_CODE_LIMIT, (struct fa_place){0}, NULL,
                        "rule %.*s: a key has %d parts, more than the %d it may have",
                        (int)rule->id.size, rule->id.bytes, rule->key_count, FA_KEY_PARTS_MAX);
    for (int k = 0; k < rule->key_count; k++)
        exprs[k] = rule->keys[k].expr;
    if (rule->way == FA_WAY_GROUP)
        FA_TRY(fa_group_period_part(judge, &extra));
    FA_TRY(fa_keys_make(&run->stages.spaces, &judge->population.scope, exprs, rule->key_count, extra,
                        &judge->keys.space, &judge->keys));
    struct fa_stage stage = {.kind = FA_STAGE_KEYS, .parent = judge->population.last,
                             .table = judge->population.table, .keys = judge->keys};
    return fa_stage_make(&run->stages, &run->program, &stage, &judge->population.last);
}

static enum fa_status plan_population(struct fa_judge *judge)
{
    const struct fa_rule *rule = judge->rule;
    struct fa_population_want want = {
        .population = &rule->population, .dated_by = rule->dated_by,
        .is_in_force_only = !kernel_of(judge)->takes_all_dates,
        .has_period = (rule->has_period && !kernel_of(judge)->places_rows) || fa_has_windows(rule), .period = rule->period,
        .except_rows = rule->except_rows, .except_count = rule->except_row_count};
    FA_TRY(fa_population_plan(&judge->run->stages, &judge->run->program, rule, &want, &judge->population));
    if (rule->prev_key_count)
        FA_TRY(fa_prev_plan(judge));
    return has_groups(rule) ? plan_keys(judge) : FA_OK;
}

/* Columns of the row that findings tell of. */
static enum fa_status plan_row_columns(struct fa_judge *judge)
{
    struct fa_program *program = &judge->run->program;
    struct fa_scope *scope = &judge->population.scope;
    const struct fa_table_def *def = &program->dictionary->tables[scope->table];
    int clock = fa_clock_column(def), filer = fa_table_hidden_column(def, "filer");
    if (clock != FA_NO_COLUMN)
        FA_TRY(fa_compile_column(scope, clock, &judge->clock));
    if (judge->rule->amount_column >= 0)
        FA_TRY(fa_compile_column(scope, judge->rule->amount_column, &judge->amount));
    if (filer != FA_NO_COLUMN && !judge->rule->is_across_filers)
        FA_TRY(fa_compile_column(scope, filer, &judge->filer));
    else
        FA_TRY(fa_formula_const(program, &(struct fa_value){.kind = FA_KIND_ID, .is_missing = true},
                                &judge->filer));
    return FA_OK;
}

static enum fa_status plan_condition(struct fa_judge *judge)
{
    struct fa_program *program = &judge->run->program;
    const struct fa_rule *rule = judge->rule;
    struct fa_scope *units = &judge->units;
    bool is_row = kernel_of(judge)->judges_rows;
    if (is_row)
        *units = judge->population.scope;
    else
        FA_TRY(fa_scope_level(&judge->population.scope, rule, judge->rule_no, units));
    judge->shown = fa_arena_array(&program->arena, (size_t)rule->shown_count + 1, sizeof *judge->shown);
    judge->except_findings = fa_arena_array(&program->arena, (size_t)rule->except_finding_count + 1,
                                            sizeof *judge->except_findings);
    if (!judge->shown || !judge->except_findings)
        return fa_out_of_memory(judge->run->sink, "the plan of the rules");
    if (rule->when)
        FA_TRY(fa_compile(units, rule->when, &judge->when));
    for (int e = 0; e < rule->except_finding_count; e++)
        FA_TRY(fa_compile(units, rule->except_findings[e].when, &judge->except_findings[e]));
    for (int k = 0; k < rule->shown_count; k++)
        FA_TRY(fa_compile(units, rule->shown[k].expr, &judge->shown[k]));
    return FA_OK;
}

static void note_needs(struct fa_judge *judge)
{
    struct fa_program *program = &judge->run->program;
    for (int n = 0; n < judge->rule->need_count; n++) {
        const struct fa_need *need = &judge->rule->needs[n];
        fa_program_use(program, fa_program_table(program, need->table),
                       fa_program_column(program, need->table, need->column), FA_USE_GIVEN);
    }
}

enum fa_status fa_judge_plan(struct fa_run *run, const struct fa_rule *rule, int rule_no,
                             struct fa_rule_counts *counts, struct fa_judge *judge)
{
    *judge = (struct fa_judge){.run = run, .rule = rule, .rule_no = rule_no, .counts = counts};
    fa_judge_begin_account(judge);
    run->program.rule = rule->id;
    fa_tuples_init(&judge->unknowns, 2);
    fa_citing_init(&judge->citing);
    const struct fa_kernel *kernel = kernel_of(judge);
    FA_TRY(kernel->plan_rows ? kernel->plan_rows(judge) : plan_population(judge));
    FA_TRY(plan_row_columns(judge));
    FA_TRY(plan_condition(judge));
    note_needs(judge);
    if (rule->duty)
        FA_TRY(fa_duty_plan(judge));
    return kernel->plan ? kernel->plan(judge) : FA_OK;
}

void fa_judge_free(struct fa_judge *judge)
{
    struct fa_meter *meter = &judge->run->meter;
    meter->account = NULL; /* what is given back now no longer matters */
    kernel_of(judge)->free(judge);
    fa_duty_free(judge);
    fa_prev_free(judge);
    for (size_t i = 0; i < judge->findings.count; i++)
        fa_vec_free(&judge->findings.items[i].rows);
    fa_vec_free(&judge->findings);
    free(judge->met);
    if (judge->met_keys.width)
        fa_tuples_release(&judge->met_keys, meter);
    fa_meter_give(meter, judge->met_rows_capacity * sizeof *judge->met_rows);
    free(judge->met_rows);
    fa_vec_free(&judge->causes);
    fa_tuples_release(&judge->unknowns, meter);
    fa_vec_free(&judge->unknown_findings);
    fa_citing_release(&judge->citing, meter);
    if (!kernel_of(judge)->judges_rows)
        fa_scope_release(&judge->units);
}

bool fa_judge_reads(const struct fa_judge *judge, int table)
{
    return fa_judge_judges(judge, table) || fa_duty_reads(judge, table);
}

bool fa_judge_judges(const struct fa_judge *judge, int table)
{
    const struct fa_kernel *kernel = kernel_of(judge);
    return kernel->reads ? kernel->reads(judge, table) : judge->population.table == table;
}

void fa_judge_begin_account(struct fa_judge *judge)
{
    judge->run->meter.rule = judge->rule->id;
    judge->run->meter.account = &judge->account;
}

/* --- the first pass --- */

enum fa_status fa_judge_begin(struct fa_judge *judge)
{
    fa_judge_begin_account(judge);
    return kernel_of(judge)->begin ? kernel_of(judge)->begin(judge) : FA_OK;
}

/* Rows that STAGE dropped, summed. */
static enum fa_status sum_dropped(struct fa_judge *judge, struct fa_stage *stage, fa_i128 *sum)
{
    if (!judge->amount)
        return FA_OK;
    struct fa_frame *dropped = fa_frame_pick(stage->parent->frame, stage->dropped, stage->dropped_count);
    return dropped ? fa_judge_sum(judge, dropped, sum) : fa_failed(stage->parent->frame->slice);
}

/* What the stages on the way dropped counts for each rule whose way it is. */
enum fa_status fa_judge_count_dropped(struct fa_judge *judge)
{
    struct fa_rule_counts *counts = judge->counts;
    bool is_split = false; /* the flows of the stage are not yet legs */
    for (struct fa_stage *stage = judge->population.last; stage->parent; stage = stage->parent) {
        is_split = is_split || stage->kind == FA_STAGE_LEG;
        if (!stage->dropped_count)
            continue;
        switch (stage->kind) {
        case FA_STAGE_AS_OF:
            counts->after_as_of += stage->dropped_count * (is_split ? 2u : 1u);
            break;
        case FA_STAGE_CURRENCY:
            counts->other_currency += stage->dropped_count;
            break;
        case FA_STAGE_IN_FORCE:
            counts->not_in_force += stage->dropped_count;
            break;
        case FA_STAGE_EXCEPT:
            counts->excepted_rows += stage->dropped_count;
            FA_TRY(sum_dropped(judge, stage, &counts->excepted_sum));
            break;
        case FA_STAGE_PERIOD:
        case FA_STAGE_KEYS:
            counts->outside_group += stage->dropped_count;
            FA_TRY(sum_dropped(judge, stage, &counts->outside_group_sum));
            break;
        default:
            break;
        }
    }
    return FA_OK;
}

enum fa_status fa_judge_front(struct fa_judge *judge, int table)
{
    fa_judge_begin_account(judge);
    return judge->owing ? fa_duty_front(judge, table) : FA_OK;
}

enum fa_status fa_judge_front_end(struct fa_judge *judge)
{
    fa_judge_begin_account(judge);
    return judge->owing ? fa_duty_front_end(judge) : FA_OK;
}

enum fa_status fa_judge_slice(struct fa_judge *judge, int table)
{
    fa_judge_begin_account(judge);
    return judge->owing ? fa_duty_slice(judge, table) : fa_judge_population_slice(judge, table);
}

enum fa_status fa_judge_population_slice(struct fa_judge *judge, int table)
{
    const struct fa_kernel *kernel = kernel_of(judge);
    if (kernel->slice_table)
        return kernel->slice_table(judge, table);
    if (judge->prev)
        FA_TRY(fa_prev_slice(judge));
    FA_TRY(kernel->slice(judge));
    if (judge->notes_met)
        FA_TRY(fa_met_slice(judge));
    return fa_judge_count_dropped(judge);
}

enum fa_status fa_judge_end(struct fa_judge *judge)
{
    fa_judge_begin_account(judge);
    if (kernel_of(judge)->end)
        FA_TRY(kernel_of(judge)->end(judge));
    if (!judge->owing)
        return FA_OK;
    FA_TRY(fa_duty_end(judge));
    return kernel_of(judge)->cites_at_once ? fa_duty_cite_end(judge) : FA_OK;
}

/* --- the second pass --- */

bool fa_judge_wants_rows(const struct fa_judge *judge)
{
    if (judge->rule->view)
        return judge->citing.list.count > 0;
    const struct fa_kernel *kernel = kernel_of(judge);
    if (judge->owing && !kernel->cites_at_once)
        return fa_duty_wants_rows(judge);
    return !kernel->judges_rows && !kernel->cites_at_once && judge->findings.count > 0 &&
           !judge->is_dropped;
}

enum fa_status fa_judge_cite(struct fa_judge *judge, int table)
{
    fa_judge_begin_account(judge);
    const struct fa_kernel *kernel = kernel_of(judge);
    if (judge->prev && judge->owing && kernel->judges_rows) /* values are shown in this pass */
        FA_TRY(fa_prev_slice(judge));
    return kernel->cite_table ? kernel->cite_table(judge, table) : kernel->cite(judge);
}

enum fa_status fa_judge_cite_end(struct fa_judge *judge)
{
    judge->run->meter.rule = judge->rule->id;
    if (kernel_of(judge)->cite_end)
        FA_TRY(kernel_of(judge)->cite_end(judge));
    return judge->owing ? fa_duty_cite_end(judge) : FA_OK;
}
