/*
 * Way 7: cycles and paths. Each flow is the last hop of chains that are searched backwards in the log
 * of what came before. All flows of an instant are in the log before the first of them is asked for.
 */
#include "rules/hops.h"

#include <stdlib.h>
#include <string.h>

/* A chain that was found and is to be judged. */
struct chain {
    uint32_t closing; /* in CLOSINGS */
    int count;
    uint64_t places[FA_HOPS_MAX]; /* its first flow first */
};

/* The flows of the chains at work, as units of which aggregates are made. */
struct chain_rows {
    struct fa_units units; /* first */
    struct fa_hops_judge *hops;
    const uint64_t *places;
    uint32_t count;
};

struct fa_hops_judge {
    struct fa_units units; /* first: the chains */
    struct fa_judge *judge;
    struct chain_rows rows;
    struct fa_hop_log log;
    struct fa_keys payees;
    const struct fa_formula *instant, *judged, *amount, *within, *tolerance; /* last three: or NULL */
    int hops_min, hops_max;
    int64_t reach_max_us; /* of hours and minutes: the longest that they ever are */
    bool is_always;       /* the condition is true whatever the chain */
    struct fa_passed_column *columns; /* what aggregates, and texts, read of rows */
    int column_count, capture_column; /* captures are the columns from here on */
    struct fa_aggregate *aggregates;  /* rule->agg_count */
    int64_t covered_from_us;
    uint16_t outside_cause, cut_cause;
    /* the instant at work */
    int64_t now;
    FA_VEC(struct fa_closing) closings; /* not yet searched, or searched and not yet judged */
    size_t searched;
    FA_VEC(struct chain) chains;
    struct fa_hop_search search;
};

/* --- leaves of chains and of their rows --- */

static const struct fa_vector *wholes(struct fa_pool *pool, enum fa_kind kind, int64_t *num)
{
    struct fa_vector *v = fa_pool_take(pool, sizeof *v);
    if (!v || !num)
        return NULL;
    *v = (struct fa_vector){.kind = kind, .den = 1, .num = num};
    return v;
}

static const struct fa_closing *closing_of(const struct fa_hops_judge *hops, uint32_t i)
{
    return &hops->closings.items[hops->chains.items[i].closing];
}

static int64_t chain_value(const struct fa_hops_judge *hops, uint32_t i, int index)
{
    const struct chain *chain = &hops->chains.items[i];
    if (index == FA_HOPS_COUNT)
        return chain->count;
    return fa_hop_at(&hops->log, chain->places[chain->count - 1])->time_us -
           fa_hop_at(&hops->log, chain->places[0])->time_us;
}

static const struct fa_vector *key_vector(const struct fa_hops_judge *hops, int part, struct fa_pool *pool)
{
    uint32_t count = (uint32_t)hops->chains.count;
    uint32_t *groups = fa_pool_take(pool, ((size_t)count + 1) * sizeof *groups);
    if (!groups)
        return NULL;
    for (uint32_t i = 0; i < count; i++)
        groups[i] = fa_hop_at(&hops->log, hops->chains.items[i].places[0])->payer;
    return fa_keyspace_part(hops->judge->keys.space, part, groups, count, pool);
}

static const struct fa_vector *column_vector(const struct fa_hops_judge *hops, int column,
                                             const uint64_t *places, uint32_t count, struct fa_pool *pool)
{
    struct fa_passed *passed = fa_pool_take(pool, ((size_t)count + 1) * sizeof *passed);
    if (!passed)
        return NULL;
    for (uint32_t i = 0; i < count; i++)
        passed[i] = fa_hop_passed(&hops->log, places[i])[column];
    return fa_passed_vector(&hops->columns[column], passed, count, pool);
}

static const struct fa_vector *leaf(struct fa_units *units, const struct fa_formula *f, struct fa_pool *pool)
{
    struct fa_hops_judge *hops = (struct fa_hops_judge *)(void *)units;
    uint32_t count = (uint32_t)hops->chains.count;
    if (f->op == FA_OP_KEY)
        return key_vector(hops, f->detail.index, pool);
    if (f->op == FA_OP_AGG)
        return fa_aggregate_vector(&hops->aggregates[f->detail.index], NULL, 0, count, pool);
    if (f->op == FA_FORMULA_CAPTURE) {
        uint64_t *places = fa_pool_take(pool, ((size_t)count + 1) * sizeof *places);
        for (uint32_t i = 0; places && i < count; i++)
            places[i] = hops->chains.items[i].places[0];
        return places ? column_vector(hops, hops->capture_column + f->detail.index, places, count, pool)
                      : NULL;
    }
    int64_t *num = fa_pool_take(pool, ((size_t)count + 1) * sizeof *num);
    for (uint32_t i = 0; num && i < count; i++)
        num[i] = f->op == FA_OP_STATE ? chain_value(hops, i, f->detail.index)
                                      : closing_of(hops, i)->judged;
    return wholes(pool, f->kind, num);
}

static struct fa_str cause(struct fa_units *units, const struct fa_formula *f, uint32_t i)
{
    struct fa_hops_judge *hops = (struct fa_hops_judge *)(void *)units;
    const struct fa_aggregate *a = &hops->aggregates[f->detail.index];
    if (f->op == FA_OP_AGG && a->flags[i] & FA_TAINTED)
        return hops->judge->causes.items[a->causes[i] - 1];
    return f->op == FA_OP_AGG ? a->agg->text : (struct fa_str){NULL, 0};
}

static const struct fa_vector *row_leaf(struct fa_units *units, const struct fa_formula *f,
                                        struct fa_pool *pool)
{
    const struct chain_rows *rows = (struct chain_rows *)(void *)units;
    return column_vector(rows->hops, f->detail.index - FA_PASSED_LEAF, rows->places, rows->count, pool);
}

static struct fa_str row_cause(struct fa_units *units, const struct fa_formula *f, uint32_t i)
{
    const struct chain_rows *rows = (struct chain_rows *)(void *)units;
    const struct fa_passed *passed =
        &fa_hop_passed(&rows->hops->log, rows->places[i])[f->detail.index - FA_PASSED_LEAF];
    return passed->cause ? rows->hops->judge->causes.items[passed->cause - 1]
                         : (struct fa_str){NULL, 0};
}

/* --- plan --- */

/* The column that keeps a formula of the row; NULL is kept as NULL. */
static enum fa_status keep(struct fa_hops_judge *hops, const struct fa_formula **of)
{
    if (!*of)
        return FA_OK;
    int c = 0;
    while (c < hops->column_count && hops->columns[c].of != *of)
        c++;
    if (c == hops->column_count) {
        FA_TRY(fa_passed_make(hops->judge, *of, c, &hops->columns[c]));
        hops->column_count++;
    }
    *of = hops->columns[c].leaf;
    return FA_OK;
}

/* What is kept of each flow: captures by their number, behind what aggregates read. */
static enum fa_status plan_columns(struct fa_judge *judge)
{
    struct fa_hops_judge *hops = judge->hops;
    const struct fa_rule *rule = judge->rule;
    size_t captures = judge->units.captures.count;
    hops->columns = calloc((size_t)rule->agg_count * 2 + captures + 1, sizeof *hops->columns);
    hops->aggregates = calloc((size_t)rule->agg_count + 1, sizeof *hops->aggregates);
    if (!hops->columns || !hops->aggregates)
        return fa_out_of_memory(judge->run->sink, "the plan of the rules");
    for (int a = 0; a < rule->agg_count; a++) {
        struct fa_aggregate *aggregate = &hops->aggregates[a];
        FA_TRY(fa_aggregate_plan(aggregate, &judge->population.scope, rule->aggs[a]));
        FA_TRY(keep(hops, &aggregate->arg));
        FA_TRY(keep(hops, &aggregate->cond));
    }
    hops->capture_column = hops->column_count;
    for (size_t c = 0; c < captures; c++) {
        int column = hops->column_count++;
        FA_TRY(fa_passed_make(judge, judge->units.captures.items[c], column, &hops->columns[column]));
    }
    fa_hop_log_init(&hops->log, hops->column_count);
    return FA_OK;
}

/* The longest that a parameter ever is. */
static int64_t longest(const struct fa_expr *within)
{
    if (within->op != FA_OP_PARAM)
        return (int64_t)within->value.numerator;
    const struct fa_param *param = within->param.param;
    fa_i128 max = 0;
    for (int p = 0; p < param->period_count; p++)
        if (param->periods[p].rows[0].value.numerator > max)
            max = param->periods[p].rows[0].value.numerator;
    return (int64_t)max;
}

static enum fa_status plan_numbers(struct fa_judge *judge)
{
    struct fa_hops_judge *hops = judge->hops;
    const struct fa_hops *said = judge->rule->hops;
    struct fa_scope *scope = &judge->population.scope;
    const struct fa_value *min = &said->hops_min->value, *max = &said->hops_max->value;
    hops->hops_min = (int)min->numerator;
    hops->hops_max = max->numerator > FA_HOPS_MAX ? FA_HOPS_MAX : (int)max->numerator;
    if (!said->is_within_days) {
        hops->reach_max_us = longest(said->within);
        FA_TRY(fa_compile(scope, said->within, &hops->within));
    }
    if (said->tolerance)
        FA_TRY(fa_compile(scope, said->tolerance, &hops->tolerance));
    if (judge->rule->amount_column >= 0)
        FA_TRY(fa_compile_column(scope, judge->rule->amount_column, &hops->amount));
    return fa_compile_column(scope, scope->program->dictionary->tables[scope->table].clock,
                             &hops->instant);
}

enum fa_status fa_hops_plan(struct fa_judge *judge)
{
    struct fa_run *run = judge->run;
    struct fa_hops_judge *hops = calloc(1, sizeof *hops);
    judge->hops = hops;
    if (!hops)
        return fa_out_of_memory(run->sink, "the plan of the rules");
    hops->units = (struct fa_units){leaf, cause};
    hops->rows = (struct chain_rows){.units = {row_leaf, row_cause}, .hops = hops};
    hops->judge = judge;
    hops->now = INT64_MIN;
    hops->judged = judge->population.scope.judged;
    hops->is_always = judge->rule->when->op == FA_OP_CONST && judge->rule->when->value.numerator &&
                      !judge->rule->when->value.is_missing;
    FA_TRY(plan_columns(judge));
    FA_TRY(plan_numbers(judge));
    /* A flow that nobody received is outside any group, as one that nobody paid. */
    FA_TRY(fa_keys_make(&run->stages.spaces, &judge->population.scope, &judge->rule->hops->payee, 1, NULL,
                        &judge->keys.space, &hops->payees));
    struct fa_stage stage = {.kind = FA_STAGE_KEYS, .parent = judge->population.last,
                             .table = judge->population.table, .keys = hops->payees};
    FA_TRY(fa_stage_make(&run->stages, &run->program, &stage, &judge->population.last));
    FA_TRY(fa_outside_cause(judge, judge->population.scope.table, &hops->outside_cause));
    return fa_judge_cause(judge, FA_STR("a search cut at its budget"), &hops->cut_cause);
}

enum fa_status fa_hops_begin(struct fa_judge *judge)
{
    int64_t from_day, to_day;
    bool is_covered = fa_covers_find(judge->run, judge->population.table, &from_day, &to_day);
    judge->hops->covered_from_us =
        is_covered ? fa_day_start(from_day, &judge->rule->ruleset->zone) : INT64_MIN;
    return FA_OK;
}

void fa_hops_free(struct fa_judge *judge)
{
    struct fa_hops_judge *hops = judge->hops;
    struct fa_meter *meter = &judge->run->meter;
    if (!hops)
        return;
    for (int a = 0; hops->aggregates && a < judge->rule->agg_count; a++)
        fa_aggregate_release(&hops->aggregates[a], meter);
    for (int c = 0; c < hops->column_count; c++)
        fa_passed_release(&hops->columns[c], meter);
    fa_hop_log_release(&hops->log, meter);
    fa_meter_give(meter, hops->closings.capacity * sizeof *hops->closings.items +
                             hops->chains.capacity * sizeof *hops->chains.items);
    fa_vec_free(&hops->closings);
    fa_vec_free(&hops->chains);
    free(hops->aggregates);
    free(hops->columns);
    free(hops);
}

/* --- what is known of a closing flow --- */

static enum fa_status cite_hop(struct fa_judge *judge, uint32_t finding, const struct fa_hop *hop)
{
    struct fa_finding *f = &judge->findings.items[finding];
    if (hop->amount != FA_HOP_NO_AMOUNT)
        f->row_sum += hop->amount;
    return fa_cite_row(judge, finding, judge->population.table, hop->row & ~FA_HOP_MAY_BE_EXCEPTED);
}

static void widen_span(struct fa_finding *f, int64_t us)
{
    if (!f->has_time || us < f->first_us)
        f->first_us = us;
    if (!f->has_time || us > f->last_us)
        f->last_us = us;
    f->worst_us = f->first_us;
    f->has_time = true;
}

static enum fa_status leave_unknown(struct fa_judge *judge, const struct fa_hop *hop, uint16_t cause_no)
{
    uint32_t number;
    judge->counts->tested++;
    judge->counts->unknown++;
    FA_TRY(fa_judge_unknown(judge, fa_keyspace_filer(judge->keys.space, hop->payer),
                            judge->causes.items[cause_no - 1], &number));
    if (hop->time_us != INT64_MIN)
        widen_span(&judge->findings.items[number], hop->time_us);
    return cite_hop(judge, number, hop);
}

/* Everything that could be found for a closing flow was found and judged. */
static enum fa_status close(struct fa_judge *judge, const struct fa_closing *closing)
{
    struct fa_hops_judge *hops = judge->hops;
    uint16_t cause_no = closing->has_fired      ? 0
                        : closing->unknown_cause ? closing->unknown_cause
                        : closing->is_cut        ? hops->cut_cause
                                                 : closing->cause;
    if (cause_no)
        return leave_unknown(judge, fa_hop_at(&hops->log, closing->place), cause_no);
    judge->counts->tested++;
    judge->counts->fired += closing->has_fired;
    judge->counts->clear += !closing->has_fired;
    return FA_OK;
}

/* --- judging chains --- */

static enum fa_status add_finding(struct fa_judge *judge, const struct fa_vector *const *shown, uint32_t i,
                                  const struct chain *chain, bool is_undecided)
{
    struct fa_hops_judge *hops = judge->hops;
    const struct fa_hop *first = fa_hop_at(&hops->log, chain->places[0]);
    const struct fa_hop *last = fa_hop_at(&hops->log, chain->places[chain->count - 1]);
    for (int h = 0; h < chain->count; h++)
        is_undecided |= (fa_hop_at(&hops->log, chain->places[h])->row & FA_HOP_MAY_BE_EXCEPTED) != 0;
    struct fa_finding finding = {
        .outcome = fa_judge_outcome(judge, is_undecided),
        .filer = fa_judge_filer(judge, fa_keyspace_filer(judge->keys.space, first->payer)),
        .first_us = first->time_us, .worst_us = first->time_us, .last_us = last->time_us,
        .has_time = true, .judged_count = 1, .has_anchor = true,
        .anchor_row = last->row & ~FA_HOP_MAY_BE_EXCEPTED};
    uint32_t number;
    FA_TRY(fa_judge_keys(judge, first->payer, &finding.keys));
    FA_TRY(fa_judge_values(judge, shown, i, &finding.first));
    finding.worst = finding.first;
    FA_TRY(fa_judge_add(judge, &finding, &number));
    for (int h = 0; h < chain->count; h++)
        FA_TRY(cite_hop(judge, number, fa_hop_at(&hops->log, chain->places[h])));
    return FA_OK;
}

/* Aggregates of the chains' flows, in the order of the hops. */
static enum fa_status aggregate(struct fa_judge *judge, struct fa_slice *slice)
{
    struct fa_hops_judge *hops = judge->hops;
    uint32_t total = 0, count = (uint32_t)hops->chains.count;
    if (!judge->rule->agg_count)
        return FA_OK;
    for (uint32_t i = 0; i < count; i++)
        total += (uint32_t)hops->chains.items[i].count;
    uint64_t *places = fa_pool_take(slice->pool, ((size_t)total + 1) * sizeof *places);
    uint32_t *slots = fa_pool_take(slice->pool, ((size_t)total + 1) * sizeof *slots), at = 0;
    if (!places || !slots)
        return fa_failed(slice);
    for (uint32_t i = 0; i < count; i++)
        for (int h = 0; h < hops->chains.items[i].count; h++, at++) {
            places[at] = hops->chains.items[i].places[h];
            slots[at] = i;
        }
    hops->rows.places = places;
    hops->rows.count = total;
    struct fa_frame *frame = fa_frame_units(slice, &hops->rows.units, total);
    if (!frame)
        return fa_failed(slice);
    for (int a = 0; a < judge->rule->agg_count; a++) {
        FA_TRY(fa_aggregate_reserve(&hops->aggregates[a], &judge->run->meter, count));
        FA_TRY(fa_aggregate_rows(&hops->aggregates[a], judge, frame, NULL, slots, 0, total));
    }
    return FA_OK;
}

/* Of each closing flow the first chain that fires, in ROWS; why another is unknown is kept. */
static enum fa_status choose(struct fa_judge *judge, struct fa_frame *frame, uint32_t *rows, uint32_t *fired)
{
    struct fa_hops_judge *hops = judge->hops;
    struct fa_rule_counts before = *judge->counts; /* flows are counted, not chains */
    const uint8_t *truths = fa_judge_truths(judge, frame);
    *judge->counts = before;
    *fired = 0;
    if (!truths)
        return fa_failed(frame->slice);
    for (uint32_t i = 0; i < frame->count; i++) {
        struct fa_closing *closing = &hops->closings.items[hops->chains.items[i].closing];
        if (truths[i] == FA_TRUE && !closing->has_fired) {
            closing->has_fired = true;
            rows[(*fired)++] = i;
        }
        if (truths[i] == FA_UNKNOWN && !closing->unknown_cause)
            FA_TRY(fa_judge_cause(judge, fa_cause(frame, judge->when, i), &closing->unknown_cause));
    }
    return FA_OK;
}

static enum fa_status judge_chains(struct fa_judge *judge)
{
    struct fa_hops_judge *hops = judge->hops;
    struct fa_run *run = judge->run;
    uint32_t count = (uint32_t)hops->chains.count, fired;
    if (!count)
        return FA_OK;
    fa_pool_clear(&run->unit_pool);
    struct fa_slice slice = {.program = &run->program, .pool = &run->unit_pool, .count = count};
    FA_TRY(aggregate(judge, &slice));
    struct fa_frame *frame = fa_frame_units(&slice, &hops->units, count);
    uint32_t *rows = fa_pool_take(slice.pool, count * sizeof *rows);
    if (!frame || !rows)
        return fa_failed(&slice);
    FA_TRY(choose(judge, frame, rows, &fired));
    struct fa_frame *few = fired ? fa_frame_pick(frame, rows, fired) : NULL;
    const uint8_t *answers = few ? fa_judge_except(judge, few) : NULL;
    const struct fa_vector *const *shown = answers ? fa_judge_shown(judge, few) : NULL;
    if (fired && !shown)
        return fa_failed(&slice);
    for (uint32_t i = 0; i < fired; i++)
        if (answers[i] != FA_EXCEPTED)
            FA_TRY(add_finding(judge, shown, i, &hops->chains.items[rows[i]], answers[i] == FA_UNDECIDED));
    for (int a = 0; a < judge->rule->agg_count; a++)
        fa_aggregate_clear(&hops->aggregates[a], &run->meter, count);
    hops->chains.count = 0;
    return FA_OK;
}

/* --- searching --- */

static enum fa_status take_chain(struct fa_hop_search *search, int hop_count)
{
    struct fa_judge *judge = search->context;
    struct fa_hops_judge *hops = judge->hops;
    struct chain chain = {.closing = (uint32_t)hops->searched, .count = hop_count};
    for (int h = 0; h < hop_count; h++)
        chain.places[h] = search->places[hop_count - 1 - h];
    FA_TRY(fa_meter_add(&judge->run->meter, &hops->chains, chain));
    search->is_done = hops->is_always;
    if (hops->chains.count == judge->run->slice_rows) {
        FA_TRY(judge_chains(judge));
        search->is_done |= search->closing->has_fired;
    }
    return FA_OK;
}

/* Searches for what ends at the flows of the instant that has passed. */
static enum fa_status end_instant(struct fa_judge *judge)
{
    struct fa_hops_judge *hops = judge->hops;
    for (; hops->searched < hops->closings.count; hops->searched++) {
        hops->search = (struct fa_hop_search){
            .log = &hops->log, .closing = &hops->closings.items[hops->searched],
            .is_cycle = judge->rule->hops->is_cycle, .hops_min = hops->hops_min,
            .hops_max = hops->hops_max, .budget = judge->rule->hops->budget, .take = take_chain,
            .context = judge};
        FA_TRY(fa_hop_search_run(&hops->search));
    }
    return FA_OK;
}

/* Judges what was found so far; every closing flow that was searched is decided then. */
static enum fa_status decide(struct fa_judge *judge)
{
    struct fa_hops_judge *hops = judge->hops;
    FA_TRY(judge_chains(judge));
    for (size_t c = 0; c < hops->searched; c++)
        FA_TRY(close(judge, &hops->closings.items[c]));
    hops->closings.count -= hops->searched;
    if (hops->closings.count)
        memmove(hops->closings.items, hops->closings.items + hops->searched,
                hops->closings.count * sizeof *hops->closings.items);
    hops->searched = 0;
    return FA_OK;
}

/* --- taking flows in --- */

/* The vectors of a slice. */
struct view {
    struct fa_frame *frame;
    const uint32_t *payers, *payees;
    const struct fa_vector *instant, *judged, *amount, *within, *tolerance;
    const struct fa_vector **columns;
};

static bool look(struct fa_judge *judge, struct fa_frame *frame, struct view *view)
{
    struct fa_hops_judge *hops = judge->hops;
    *view = (struct view){.frame = frame, .payees = frame->group};
    view->columns = fa_pool_take(frame->slice->pool, ((size_t)hops->column_count + 1) * sizeof *view->columns);
    for (int c = 0; view->columns && c < hops->column_count; c++)
        if (!(view->columns[c] = fa_eval(frame, hops->columns[c].of)))
            return false;
    return view->columns && (view->payers = fa_keys_number(&judge->keys, frame)) &&
           (view->instant = fa_eval(frame, hops->instant)) &&
           (view->judged = fa_eval(frame, hops->judged)) &&
           (!hops->amount || (view->amount = fa_eval(frame, hops->amount))) &&
           (!hops->within || (view->within = fa_eval(frame, hops->within))) &&
           (!hops->tolerance || (view->tolerance = fa_eval(frame, hops->tolerance)));
}

/* The first instant from which on days make a span that reaches to the day of US. */
static int64_t days_start(const struct fa_judge *judge, int64_t us)
{
    const struct fa_hops *said = judge->rule->hops;
    const struct fa_zone *zone = &judge->rule->ruleset->zone;
    int64_t count = (int64_t)said->within->value.numerator, day = fa_day_of(us, zone);
    if (said->within_unit == FA_UNIT_D)
        return fa_day_start(day - count, zone);
    int64_t months = said->within_unit == FA_UNIT_Y ? 12 * count : count;
    int64_t first = fa_day_add_months(day, -months);
    while (fa_day_add_months(first - 1, months) >= day)
        first--;
    while (fa_day_add_months(first, months) < day)
        first++;
    return fa_day_start(first, zone);
}

static void set_closing(struct fa_judge *judge, const struct view *view, uint32_t i,
                        struct fa_closing *closing, int64_t us)
{
    closing->judged = view->judged->num[fa_at(view->judged, i)];
    closing->start_us =
        view->within ? us - (int64_t)fa_number_at(view->within, i).numerator : days_start(judge, us);
    if (closing->start_us < judge->hops->covered_from_us)
        closing->cause = judge->hops->outside_cause;
    if (!view->tolerance || fa_state_at(view->tolerance, i) == FA_NONE)
        return;
    closing->has_tolerance = true;
    closing->tolerance = fa_number_at(view->tolerance, i);
    fa_i128 small = (fa_i128)1 << 60;
    closing->is_wide = closing->tolerance.denominator > small || closing->tolerance.numerator > small ||
                       closing->tolerance.numerator < -small;
}

/* Why row I can be no hop; *CAUSE stays empty where it can. */
static struct fa_str doubt_of(struct fa_judge *judge, const struct view *view, uint32_t i)
{
    struct fa_hops_judge *hops = judge->hops;
    if (view->frame->doubt && view->frame->doubt[i] & FA_DOUBT_MEMBER)
        return fa_stage_cause(judge->population.last, i);
    if (fa_state_at(view->instant, i) != FA_HAS)
        return fa_cause(view->frame, hops->instant, i);
    if (view->tolerance && fa_state_at(view->amount, i) != FA_HAS)
        return fa_cause(view->frame, hops->amount, i);
    return (struct fa_str){NULL, 0};
}

static enum fa_status take_row(struct fa_judge *judge, const struct view *view, uint32_t i)
{
    struct fa_hops_judge *hops = judge->hops;
    bool has_time = fa_state_at(view->instant, i) == FA_HAS;
    bool has_amount = view->amount && fa_state_at(view->amount, i) == FA_HAS;
    struct fa_hop hop = {.time_us = has_time ? view->instant->num[fa_at(view->instant, i)] : INT64_MIN,
                         .amount = has_amount ? view->amount->num[fa_at(view->amount, i)]
                                              : FA_HOP_NO_AMOUNT,
                         .row = fa_frame_row(view->frame, i), .payer = view->payers[i]};
    struct fa_str doubt = doubt_of(judge, view, i);
    if (doubt.size) {
        uint16_t cause_no;
        FA_TRY(fa_judge_cause(judge, doubt, &cause_no));
        return leave_unknown(judge, &hop, cause_no);
    }
    if (hop.time_us != hops->now)
        FA_TRY(end_instant(judge));
    hops->now = hop.time_us;
    if (view->frame->doubt && view->frame->doubt[i] & FA_DOUBT_EXCEPT)
        hop.row |= FA_HOP_MAY_BE_EXCEPTED;
    struct fa_closing closing = {.place = hops->log.to, .payee = view->payees[i]};
    set_closing(judge, view, i, &closing, hop.time_us);
    struct fa_passed *passed = fa_hop_passed(&hops->log, hops->log.to);
    for (int c = 0; c < hops->column_count; c++)
        FA_TRY(fa_passed_take(&hops->columns[c], judge, view->frame, view->columns[c], i, &passed[c]));
    fa_hop_log_add(&hops->log, &hop, closing.payee);
    return fa_meter_add(&judge->run->meter, &hops->closings, closing);
}

enum fa_status fa_hops_slice(struct fa_judge *judge)
{
    enum { AHEAD = 16, NEAR = 6 }; /* accounts are asked for first, then what they received */
    struct fa_hops_judge *hops = judge->hops;
    struct fa_frame *frame = fa_stage_frame(&judge->run->stages, judge->population.last);
    struct view view;
    if (!frame)
        return fa_failed(judge->run->stages.base->slice);
    if (!frame->count)
        return FA_OK;
    if (!look(judge, frame, &view))
        return fa_failed(frame->slice);
    int64_t first_us = fa_state_at(view.instant, 0) == FA_HAS ? view.instant->num[fa_at(view.instant, 0)]
                                                              : INT64_MIN;
    if (first_us != hops->now)
        FA_TRY(end_instant(judge));
    FA_TRY(decide(judge));
    if (first_us != INT64_MIN)
        fa_hop_log_forget(&hops->log, hops->within ? first_us - hops->reach_max_us
                                                   : days_start(judge, first_us));
    FA_TRY(fa_hop_log_reserve(&hops->log, &judge->run->meter, frame->count, judge->keys.space->space));
    for (uint32_t i = 0; i < frame->count; i++) {
        if (i + AHEAD < frame->count) {
            __builtin_prefetch(&hops->log.accounts[view.payers[i + AHEAD]]);
            __builtin_prefetch(&hops->log.accounts[view.payees[i + AHEAD]]);
            uint64_t received = hops->log.accounts[view.payers[i + NEAR]].received;
            __builtin_prefetch(fa_hop_at(&hops->log, received));
        }
        FA_TRY(take_row(judge, &view, i));
    }
    return decide(judge);
}

/* --- the end --- */

static bool is_inside(const struct fa_finding *part, const struct fa_finding *whole)
{
    size_t at = 0;
    for (size_t r = 0; r < part->rows.count; r++) {
        const struct fa_row_range *range = &part->rows.items[r];
        for (uint64_t row = range->from_row; row <= range->to_row; row++) {
            bool is_there = false;
            for (at = 0; at < whole->rows.count && !is_there; at++)
                is_there = whole->rows.items[at].from_row <= row && row <= whole->rows.items[at].to_row;
            if (!is_there)
                return false;
        }
    }
    return true;
}

/* Paths all of whose flows are in another one are no findings of their own: FINDING's rows but its
 * last may close such paths. */
static enum fa_status mark_parts(struct fa_judge *judge, const struct fa_tuples *closings,
                                 const uint32_t *finding_of, const struct fa_finding *finding, bool *is_part)
{
    for (size_t r = 0; r < finding->rows.count; r++)
        for (uint64_t row = finding->rows.items[r].from_row; row <= finding->rows.items[r].to_row; row++) {
            uint32_t closing = fa_tuples_find(closings, (int64_t[]){(int64_t)row});
            if (closing == FA_NO_NUMBER || row == finding->anchor_row)
                continue;
            const struct fa_finding *other = &judge->findings.items[finding_of[closing]];
            if (is_inside(other, finding))
                is_part[finding_of[closing]] = true;
        }
    return FA_OK;
}

static enum fa_status drop_parts(struct fa_judge *judge)
{
    struct fa_meter *meter = &judge->run->meter;
    size_t count = judge->findings.count, kept = 0;
    struct fa_tuples closings;
    uint32_t *finding_of = calloc(count + 1, sizeof *finding_of), number;
    bool *is_part = calloc(count + 1, sizeof *is_part);
    fa_tuples_init(&closings, 1);
    enum fa_status status = finding_of && is_part ? FA_OK : fa_out_of_memory(meter->sink, "findings");
    for (size_t i = 0; status == FA_OK && i < count; i++) {
        const struct fa_finding *f = &judge->findings.items[i];
        if (!f->has_anchor)
            continue;
        status = fa_tuples_add(&closings, meter, (int64_t[]){(int64_t)f->anchor_row}, &number);
        if (status == FA_OK)
            finding_of[number] = (uint32_t)i;
    }
    for (size_t i = 0; status == FA_OK && i < count; i++)
        if (judge->findings.items[i].has_anchor)
            status = mark_parts(judge, &closings, finding_of, &judge->findings.items[i], is_part);
    for (size_t i = 0; status == FA_OK && i < count; i++) {
        if (is_part[i])
            fa_vec_free(&judge->findings.items[i].rows);
        else
            judge->findings.items[kept++] = judge->findings.items[i];
    }
    if (status == FA_OK)
        judge->findings.count = kept;
    fa_tuples_release(&closings, meter);
    free(finding_of);
    free(is_part);
    return status;
}

enum fa_status fa_hops_end(struct fa_judge *judge)
{
    FA_TRY(end_instant(judge));
    FA_TRY(decide(judge));
    return judge->rule->hops->is_cycle ? FA_OK : drop_parts(judge);
}

/* --- its cost --- */

enum fa_status fa_hops_cost(const struct fa_rule *rule, struct fa_cost *cost)
{
    const struct fa_hops_judge *hops = NULL;
    int columns = fa_cost_captures(rule) + 2 * rule->agg_count;
    const struct fa_expr *within = rule->hops->within;
    if (within->op == FA_OP_CONST && !rule->hops->is_within_days)
        cost->window_days = (uint32_t)(within->value.numerator / FA_DAY_US) + 1;
    cost->class = FA_COST_D;
    /* the ring begins with 1024 places, and the old one is there while the new is filled */
    size_t place = sizeof *hops->log.hops + (size_t)columns * sizeof *hops->log.passed;
    FA_TRY(fa_cost_add(cost, FA_COST_FIXED, FA_COST_EXACT, 2 * (1024 + 4 * FA_SLICE_ROWS) * place, 1));
    FA_TRY(fa_cost_array(cost, FA_COST_WINDOW, place + place / 2, 1));
    FA_TRY(fa_cost_add(cost, FA_COST_WINDOW, FA_COST_TEXTS, 0, columns));
    FA_TRY(fa_cost_array(cost, FA_COST_WINDOW, sizeof *hops->closings.items, 1));
    FA_TRY(fa_cost_array(cost, FA_COST_FINDINGS, sizeof *hops->chains.items, 1));
    FA_TRY(fa_cost_add(cost, FA_COST_FINDINGS, FA_COST_TUPLES, 1, 1));
    return fa_cost_array(cost, FA_COST_KEYS, sizeof *hops->log.accounts, 1);
}
