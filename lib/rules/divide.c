/*
 * Which share a rule or view is of. What is joined by views goes together; of the rest the dearest is
 * given to the share that has least, so that shares take about as long, but rather to one that has
 * rules on the same rows: what those have in common is worked out once a share. What a rule will cost
 * is not known before, only its way, which tells more than nothing.
 */
#include <stdlib.h>

#include "rules/share.h"

/* Rows that much is worked out for: flows, and legs of flows. FLOWS_WEIGHT: what that comes to. */
enum { FLOWS, LEGS, POPULATIONS, FLOWS_WEIGHT = 50 };

/* A rule, or a view with all that is joined to it. */
struct piece {
    int joined; /* the piece that stands for those joined, itself or one before it */
    unsigned weight;
    int number, share;
    bool is_on[POPULATIONS]; /* it judges rows of such */
};

static int head_of(const struct piece *pieces, int i)
{
    while (pieces[i].joined != i)
        i = pieces[i].joined;
    return i;
}

static void join(struct piece *pieces, int i, int j)
{
    int a = head_of(pieces, i), b = head_of(pieces, j);
    pieces[a > b ? a : b].joined = a > b ? b : a;
}

static bool has_distinct(const struct fa_rule *rule)
{
    for (int a = 0; a < rule->agg_count; a++)
        if (rule->aggs[a]->op == FA_AGG_DISTINCT)
            return true;
    return false;
}

/* In tens of nanoseconds a row, as measured once on the rules that are shipped. */
static unsigned weight_of(const struct fa_evaluation *evaluation, const struct fa_rule *rule)
{
    unsigned weight = 4;
    if (!fa_is_streamed(&evaluation->rulesets->dictionary->tables[rule->population.table]))
        return 1;
    if (rule->way == FA_WAY_GROUP)
        weight = 8;
    else if (rule->way != FA_WAY_ROW)
        weight = 20;
    if (rule->duty)
        weight += 30;
    if (rule->prev_key_count)
        weight += 6;
    if (has_distinct(rule))
        weight += 20;
    return weight;
}

static void add_rule(const struct fa_evaluation *evaluation, struct piece *piece, const struct fa_rule *rule)
{
    piece->weight += weight_of(evaluation, rule);
    if (fa_is_streamed(&evaluation->rulesets->dictionary->tables[rule->population.table]))
        piece->is_on[rule->population.is_leg ? LEGS : FLOWS] = true;
}

static int by_weight(const void *a, const void *b)
{
    const struct piece *x = *(const struct piece *const *)a, *y = *(const struct piece *const *)b;
    if (x->weight != y->weight)
        return x->weight > y->weight ? -1 : 1;
    return (x->number > y->number) - (x->number < y->number);
}

static void join_views(const struct fa_verdicts *verdicts, struct piece *pieces, int i, const struct fa_rule *rule)
{
    for (int v = 0; v < rule->view_count; v++) {
        int at = fa_verdicts_find_view(verdicts, rule->views[v]);
        if (at >= 0)
            join(pieces, i, (int)verdicts->rule_count + at);
    }
}

/* Rules stand first, then views. */
static void make_pieces(const struct fa_evaluation *evaluation, struct piece *pieces, int count)
{
    const struct fa_verdicts *verdicts = evaluation->verdicts;
    const struct fa_ruleset_list *rulesets = evaluation->rulesets;
    int i = 0;
    for (int n = 0; n < count; n++)
        pieces[n] = (struct piece){.joined = n, .number = n};
    for (size_t s = 0; s < rulesets->rulesets.count; s++)
        for (int r = 0; r < rulesets->rulesets.items[s]->rule_count; r++, i++) {
            const struct fa_rule *rule = &rulesets->rulesets.items[s]->rules[r];
            if (verdicts->counts[i].verdict != FA_TESTED)
                continue;
            add_rule(evaluation, &pieces[i], rule);
            join_views(verdicts, pieces, i, rule);
        }
    for (size_t v = 0; v < verdicts->views.count; v++, i++) {
        const struct fa_view *view = verdicts->views.items[v].view;
        for (int p = 0; p < view->part_count; p++) {
            add_rule(evaluation, &pieces[i], &view->parts[p]);
            join_views(verdicts, pieces, i, &view->parts[p]);
        }
    }
    for (int n = count - 1; n >= 0; n--)
        if (pieces[n].joined != n) {
            struct piece *into = &pieces[pieces[n].joined];
            into->weight += pieces[n].weight;
            for (int p = 0; p < POPULATIONS; p++)
                into->is_on[p] |= pieces[n].is_on[p];
        }
}

/* A share of the engine while rules are given out. */
struct load {
    unsigned weight;
    bool is_on[POPULATIONS];
};

/* What a share would come to with a piece more. */
static unsigned load_with(const struct load *load, const struct piece *piece)
{
    unsigned weight = load->weight + piece->weight;
    for (int p = 0; p < POPULATIONS; p++)
        if (piece->is_on[p] && !load->is_on[p])
            weight += FLOWS_WEIGHT;
    return weight;
}

static void give(const struct fa_evaluation *evaluation, struct load *loads, struct piece *piece)
{
    int least = 0;
    for (int s = 1; s < evaluation->share_count; s++)
        if (load_with(&loads[s], piece) < load_with(&loads[least], piece))
            least = s;
    piece->share = least;
    loads[least].weight = load_with(&loads[least], piece);
    for (int p = 0; p < POPULATIONS; p++)
        loads[least].is_on[p] |= piece->is_on[p];
}

enum fa_status fa_shares_divide(struct fa_evaluation *evaluation, int *of_rules, int *of_views)
{
    const struct fa_verdicts *verdicts = evaluation->verdicts;
    int count = (int)(verdicts->rule_count + verdicts->views.count);
    struct load loads[FA_RULE_SHARES_MAX] = {0};
    struct piece *pieces = calloc((size_t)count + 1, sizeof *pieces);
    struct piece **order = calloc((size_t)count + 1, sizeof *order);
    if (pieces && order) {
        make_pieces(evaluation, pieces, count);
        for (int i = 0; i < count; i++)
            order[i] = &pieces[i];
        qsort(order, (size_t)count, sizeof *order, by_weight);
        for (int i = 0; i < count; i++)
            if (order[i]->joined == order[i]->number)
                give(evaluation, loads, order[i]);
        for (int i = 0; i < count; i++) {
            int share = pieces[head_of(pieces, i)].share;
            *((size_t)i < verdicts->rule_count ? &of_rules[i]
                                               : &of_views[i - (int)verdicts->rule_count]) = share;
        }
    }
    bool is_done = pieces && order;
    free(pieces);
    free(order);
    return is_done ? FA_OK : fa_out_of_memory(evaluation->sink, "judging the rules");
}
