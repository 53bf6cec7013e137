/*
 * Way 7 as flowaudit-rules(5) says it: every chain that ends at a flow, in the order of the manual,
 * found by asking every flow whether it may stand before.
 */
#include "rules/plain_run.h"

#include <stdlib.h>

#include "base/limits.h"

struct chains {
    struct fa_plain *plain;
    const fa_plain_members *flows; /* those that may be hops, in the order of the ledger */
    size_t findings_before;
    const struct fa_plain_member *last; /* the flow that is judged */
    int64_t start_us;
    bool has_tolerance;
    struct fa_value tolerance;
    uint32_t looked;
    const struct fa_plain_member *hops[FA_HOPS_MAX]; /* the last first */
    /* what came out */
    bool has_fired, is_cut, is_unknown;
    struct fa_str cause; /* of the first chain whose condition is unknown */
};

static const struct fa_table_def *table_of(const struct chains *chains)
{
    return chains->plain->rule->population.row_table;
}

static fa_i128 cell(const struct chains *chains, const struct fa_plain_member *flow, const char *name)
{
    return fa_plain_cell_named(table_of(chains), flow->cells, name).numerator;
}

static fa_i128 payer(const struct chains *chains, const struct fa_plain_member *flow)
{
    return cell(chains, flow, "payer_account");
}

static fa_i128 payee(const struct chains *chains, const struct fa_plain_member *flow)
{
    return cell(chains, flow, "payee_account");
}

/* --- a chain is judged --- */

static enum fa_status values_of(struct chains *chains, int count, struct fa_plain_scope *scope,
                                bool *except_unknown)
{
    struct fa_plain *plain = chains->plain;
    const struct fa_rule *rule = plain->rule;
    const struct fa_plain_member *first = chains->hops[count - 1], *last = chains->hops[0];
    struct fa_plain_result *values =
        fa_arena_array(plain->arena, (size_t)rule->agg_count + 1, sizeof *values);
    struct fa_plain_result *states =
        fa_arena_array(plain->arena, FA_HOPS_VALUE_COUNT, sizeof *states);
    if (!values || !states)
        return FA_ELIMIT;
    for (int a = 0; a < rule->agg_count; a++) {
        struct fa_plain_tally tally = fa_plain_empty_tally(rule->aggs[a]);
        for (int h = count - 1; h >= 0; h--)
            FA_TRY(fa_plain_tally_member(plain, &tally, rule->aggs[a], table_of(chains),
                                         chains->hops[h]));
        values[a] = fa_plain_finish_tally(&tally, rule->aggs[a], NULL);
    }
    states[FA_HOPS_COUNT].value = fa_plain_number(FA_KIND_INT, count, 1);
    states[FA_HOPS_ELAPSED].value =
        fa_plain_number(FA_KIND_DURATION, last->clock_us - first->clock_us, 1);
    *except_unknown = false;
    for (int h = 0; h < count; h++)
        *except_unknown |= chains->hops[h]->except_unknown;
    *scope = fa_plain_row_scope(plain, table_of(chains), first);
    scope->has_day = last->has_day;
    scope->day_no = last->day_no;
    scope->has_instant = last->has_instant;
    scope->instant_us = last->instant_us;
    scope->rule = rule;
    scope->keys = first->keys;
    scope->values = values;
    scope->states = states;
    return FA_OK;
}

static enum fa_status publish(struct chains *chains, const struct fa_plain_scope *scope, int count,
                              bool is_undecided)
{
    struct fa_plain *plain = chains->plain;
    const struct fa_plain_member *first = chains->hops[count - 1], *last = chains->hops[0];
    struct fa_finding finding = {.outcome = fa_plain_outcome_of(plain, is_undecided),
                                 .filer = fa_plain_filer_of(plain, &first->filer),
                                 .keys = first->keys,
                                 .first_us = first->clock_us,
                                 .worst_us = first->clock_us,
                                 .last_us = last->clock_us,
                                 .has_time = true,
                                 .has_anchor = true,
                                 .anchor_row = last->row->row_no,
                                 .judged_count = 1};
    FA_TRY(fa_plain_show(plain, scope, &finding.first));
    finding.worst = finding.first;
    for (int h = count - 1; h >= 0; h--)
        FA_TRY(fa_plain_cite_row(plain, &finding, plain->rule->population.table, chains->hops[h]));
    return fa_plain_publish(plain, &finding);
}

/* A flow is counted once, whatever the number of its chains. */
static enum fa_status judge_chain(struct chains *chains, int count)
{
    struct fa_plain *plain = chains->plain;
    struct fa_rule_counts before = *plain->counts;
    struct fa_plain_scope scope;
    enum fa_plain_judgement judgement;
    struct fa_str cause;
    bool except_unknown, excepted, undecided;
    FA_TRY(values_of(chains, count, &scope, &except_unknown));
    FA_TRY(fa_plain_judge(plain, &scope, NULL, &judgement, &cause, &excepted, &undecided));
    before.excepted_findings = plain->counts->excepted_findings;
    *plain->counts = before;
    if (judgement == FA_PLAIN_UNKNOWN && !chains->is_unknown) {
        chains->is_unknown = true;
        chains->cause = cause;
    }
    if (judgement != FA_PLAIN_FIRES)
        return FA_OK;
    chains->has_fired = true;
    return excepted ? FA_OK : publish(chains, &scope, count, undecided || except_unknown);
}

/* --- all chains, in their order --- */

/* Flows all of one instant close at the last of them. */
static bool closes_here(const struct chains *chains, int count)
{
    if (chains->hops[count - 1]->clock_us < chains->last->clock_us)
        return true;
    for (int h = 1; h < count; h++)
        if (chains->hops[h]->row->row_no > chains->last->row->row_no)
            return false;
    return true;
}

static bool fits(const struct chains *chains, const struct fa_plain_member *before,
                 const struct fa_plain_member *next)
{
    if (!chains->has_tolerance)
        return true;
    fa_i128 from = cell(chains, before, "amount"), to = cell(chains, next, "amount");
    fa_i128 apart = to > from ? to - from : from - to, size = from < 0 ? -from : from;
    struct fa_value share = fa_plain_number(FA_KIND_RATIO, apart, size ? size : 1);
    return size ? fa_plain_compare(&share, &chains->tolerance) <= 0 : apart == 0;
}

static bool is_on_chain(const struct chains *chains, fa_i128 account, int count)
{
    bool is_on = payee(chains, chains->last) == account;
    for (int h = 0; h < count; h++)
        is_on |= payer(chains, chains->hops[h]) == account;
    return is_on;
}

static enum fa_status extend(struct chains *chains, int count)
{
    const struct fa_hops *rule = chains->plain->rule->hops;
    const struct fa_plain_member *next = chains->hops[count - 1];
    int hops_min = (int)rule->hops_min->value.numerator, hops_max = (int)rule->hops_max->value.numerator;
    for (size_t i = chains->flows->count; i-- > 0 && !chains->has_fired && !chains->is_cut;) {
        const struct fa_plain_member *hop = &chains->flows->items[i];
        bool is_near = hop->clock_us >= chains->start_us && hop->clock_us <= chains->last->clock_us;
        if (!is_near || payee(chains, hop) != payer(chains, next))
            continue;
        if (chains->looked++ == rule->budget) {
            chains->is_cut = true;
            break;
        }
        if (hop->clock_us > next->clock_us || !fits(chains, hop, next))
            continue;
        chains->hops[count] = hop;
        bool is_back = payer(chains, hop) == payee(chains, chains->last);
        if (rule->is_cycle && is_back) {
            if (count + 1 >= hops_min && closes_here(chains, count + 1))
                FA_TRY(judge_chain(chains, count + 1));
            continue;
        }
        if (is_on_chain(chains, payer(chains, hop), count))
            continue;
        if (count + 1 < hops_max)
            FA_TRY(extend(chains, count + 1));
        chains->hops[count] = hop;
        bool is_over = chains->has_fired || chains->is_cut;
        if (!rule->is_cycle && count + 1 >= hops_min && !is_over)
            FA_TRY(judge_chain(chains, count + 1));
    }
    return FA_OK;
}

/* --- a flow --- */

/* The first instant whose span reaches to the flow. */
static enum fa_status find_start(struct chains *chains, const struct fa_plain_scope *scope)
{
    const struct fa_hops *rule = chains->plain->rule->hops;
    const struct fa_zone *zone = &chains->plain->rule->ruleset->zone;
    struct fa_plain_result within;
    FA_TRY(fa_plain_evaluate(scope, rule->within, &within));
    if (!rule->is_within_days) {
        chains->start_us = chains->last->clock_us - (int64_t)within.value.numerator;
        return FA_OK;
    }
    int64_t day = fa_day_of(chains->last->clock_us, zone), from = day;
    int64_t months = (int64_t)within.value.numerator * (rule->within_unit == FA_UNIT_Y ? 12 : 1);
    if (rule->within_unit == FA_UNIT_D)
        from = day - (int64_t)within.value.numerator;
    else
        while (fa_day_add_months(from - 1, months) >= day)
            from--;
    chains->start_us = fa_day_start(from, zone);
    return FA_OK;
}

/* A cycle begins where the flow's payee pays. */
static bool may_close(const struct chains *chains)
{
    if (payer(chains, chains->last) == payee(chains, chains->last))
        return false;
    bool may = !chains->plain->rule->hops->is_cycle;
    for (size_t i = 0; i < chains->flows->count && !may; i++) {
        const struct fa_plain_member *flow = &chains->flows->items[i];
        may = payer(chains, flow) == payee(chains, chains->last) &&
              flow->clock_us >= chains->start_us && flow->clock_us <= chains->last->clock_us;
    }
    return may;
}

static enum fa_status leave_unknown(struct chains *chains, struct fa_str cause)
{
    struct fa_plain *plain = chains->plain;
    plain->counts->tested++;
    plain->counts->unknown++;
    return fa_plain_add_unknown(plain, chains->findings_before,
                                fa_plain_filer_of(plain, &chains->last->filer), cause, chains->last,
                                1, true);
}

static enum fa_status judge_flow(struct chains *chains)
{
    struct fa_plain *plain = chains->plain;
    const struct fa_rule *rule = plain->rule;
    struct fa_plain_scope scope = fa_plain_row_scope(plain, table_of(chains), chains->last);
    chains->hops[0] = chains->last;
    FA_TRY(find_start(chains, &scope));
    if (rule->hops->tolerance) {
        struct fa_plain_result tolerance;
        FA_TRY(fa_plain_evaluate(&scope, rule->hops->tolerance, &tolerance));
        chains->has_tolerance = !tolerance.value.is_none;
        chains->tolerance = tolerance.value;
    }
    if (may_close(chains))
        FA_TRY(extend(chains, 1));
    int64_t start_day = fa_day_of(chains->start_us, &rule->ruleset->zone);
    const struct fa_plain_table *covered = &plain->ledger.tables[rule->population.table];
    if (!chains->has_fired && chains->is_unknown)
        return leave_unknown(chains, chains->cause);
    if (!chains->has_fired && chains->is_cut)
        return leave_unknown(chains, FA_STR("a search cut at its budget"));
    if (!chains->has_fired && covered->is_covered && start_day < covered->from_day)
        return leave_unknown(chains, fa_plain_outside_text(plain, rule->population.table));
    plain->counts->tested++;
    plain->counts->fired += chains->has_fired;
    plain->counts->clear += !chains->has_fired;
    return FA_OK;
}

/* --- all flows --- */

static bool has_row(const struct fa_finding *finding, uint64_t row)
{
    bool has = false;
    for (size_t i = 0; i < finding->rows.count; i++)
        has |= finding->rows.items[i].from_row <= row && row <= finding->rows.items[i].to_row;
    return has;
}

static bool is_part_of(const struct fa_finding *a, const struct fa_finding *b)
{
    bool is_part = a->row_count < b->row_count;
    for (size_t i = 0; i < a->rows.count; i++)
        for (uint64_t row = a->rows.items[i].from_row; row <= a->rows.items[i].to_row; row++)
            is_part = is_part && has_row(b, row);
    return is_part;
}

/* A path all of whose flows are in another one is no finding of its own. */
static enum fa_status drop_parts(struct fa_plain *plain, size_t before)
{
    size_t count = plain->verdicts->findings.count, kept = before;
    struct fa_finding *items = plain->verdicts->findings.items;
    bool *is_part = calloc(count + 1, sizeof *is_part);
    if (!is_part)
        return FA_ELIMIT;
    for (size_t i = before; i < count; i++)
        for (size_t j = before; j < count; j++)
            is_part[i] |= items[i].has_anchor && items[j].has_anchor && is_part_of(&items[i], &items[j]);
    for (size_t i = before; i < count; i++) {
        if (is_part[i])
            fa_vec_free(&items[i].rows);
        else
            items[kept++] = items[i];
    }
    free(is_part);
    plain->verdicts->findings.count = kept;
    plain->counts->finding_count -= count - kept;
    return FA_OK;
}

/* Leaves out flows that nobody received. */
static void drop_outside(struct fa_plain *plain, fa_plain_members *members)
{
    size_t kept = 0;
    for (size_t i = 0; i < members->count; i++) {
        const struct fa_plain_member *member = &members->items[i];
        if (fa_plain_cell_named(plain->rule->population.row_table, member->cells, "payee_account")
                .is_missing) {
            plain->counts->outside_group++;
            fa_plain_add_amount(plain, member->cells, &plain->counts->outside_group_sum);
        } else {
            members->items[kept++] = *member;
        }
    }
    members->count = kept;
}

enum fa_status fa_plain_judge_hops(struct fa_plain *plain, fa_plain_members *members)
{
    size_t before = plain->verdicts->findings.count;
    fa_plain_members flows = {0};
    enum fa_status status = FA_OK;
    drop_outside(plain, members);
    for (size_t i = 0; status == FA_OK && i < members->count; i++) {
        struct fa_plain_member *member = &members->items[i];
        struct fa_value amount =
            fa_plain_cell_named(plain->rule->population.row_table, member->cells, "amount");
        if (!member->is_unknown && !member->has_clock) {
            member->is_unknown = true;
            member->cause = FA_STR("flow.time");
        }
        if (!member->is_unknown && plain->rule->hops->tolerance && amount.is_missing) {
            member->is_unknown = true;
            member->cause = FA_STR("flow.amount");
        }
        if (!member->is_unknown)
            status = fa_vec_add(&flows, *member);
    }
    for (size_t i = 0; status == FA_OK && i < members->count; i++) {
        struct chains chains = {.plain = plain, .flows = &flows, .findings_before = before,
                                .last = &members->items[i]};
        status = chains.last->is_unknown ? leave_unknown(&chains, chains.last->cause)
                                         : judge_flow(&chains);
    }
    if (status == FA_OK && !plain->rule->hops->is_cycle)
        status = drop_parts(plain, before);
    fa_vec_free(&flows);
    return status;
}
