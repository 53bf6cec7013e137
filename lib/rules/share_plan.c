/* What shares are to do: rules are compiled, and the tables and columns asked for that they read. */
#include <stdlib.h>

#include "base/limits.h"
#include "rules/met.h"
#include "rules/share.h"
#include "rules/verify.h"
#include "rules/view_rows.h"

static enum fa_status no_memory(const struct fa_evaluation *evaluation)
{
    return fa_out_of_memory(evaluation->sink, "judging the rules");
}

/* --- rules and views --- */

/* Views that a rule or part reads stand before it in rounds. */
static int round_of(const struct fa_rule *rule)
{
    int round = 0;
    for (int v = 0; v < rule->view_count; v++)
        if (rule->views[v]->depth > round)
            round = rule->views[v]->depth;
    return round;
}

static enum fa_status plan_rule(struct fa_evaluation *evaluation, int share_no, const struct fa_rule *rule,
                                int rule_no, struct fa_rule_counts *counts, struct fa_judge **planned)
{
    struct fa_share *share = &evaluation->shares[share_no];
    struct fa_judge *judge = &share->judges[share->judge_count++];
    evaluation->judges[evaluation->judge_count++] = (struct fa_shared_judge){share, judge};
    FA_TRY(fa_judge_plan(&share->run, rule, rule_no, counts, judge));
    judge->round = round_of(rule);
    if (judge->round >= evaluation->round_count)
        evaluation->round_count = judge->round + 1;
    *planned = judge;
    return FA_OK;
}

static enum fa_status plan_views(struct fa_evaluation *evaluation, const int *share_of, int rule_no)
{
    for (size_t v = 0; v < evaluation->verdicts->views.count; v++) {
        struct fa_made_view *made = &evaluation->verdicts->views.items[v];
        struct fa_view_rows *rows;
        enum fa_status status = fa_view_rows_new(&evaluation->shares[share_of[v]].run, made->view,
                                                 evaluation->stream_table_count + (int)v, &rows);
        evaluation->views[v] = rows;
        FA_TRY(status);
        for (int p = 0; p < made->view->part_count; p++) {
            struct fa_judge *judge;
            FA_TRY(plan_rule(evaluation, share_of[v], &made->view->parts[p], rule_no++, &made->counts, &judge));
            judge->made = rows;
            rows->parts[p].judge = judge;
        }
    }
    return FA_OK;
}

static enum fa_status plan_rules(struct fa_evaluation *evaluation, const int *of_rules, const int *of_views)
{
    const struct fa_ruleset_list *rulesets = evaluation->rulesets;
    const struct fa_evaluate_options *options = evaluation->options;
    int rule_no = 0;
    for (size_t s = 0; s < rulesets->rulesets.count; s++) {
        const struct fa_ruleset *ruleset = rulesets->rulesets.items[s];
        for (int r = 0; r < ruleset->rule_count; r++, rule_no++) {
            const struct fa_rule *rule = &ruleset->rules[r];
            struct fa_rule_counts *counts = &evaluation->verdicts->counts[rule_no];
            struct fa_judge *judge;
            if (counts->verdict != FA_TESTED)
                continue;
            FA_TRY(plan_rule(evaluation, of_rules[rule_no], rule, rule_no, counts, &judge));
            judge->notes_met = options->tells_met && fa_met_can_tell(rule) &&
                               options->tells_met(options->met_context, rule);
        }
    }
    return plan_views(evaluation, of_views, rule_no);
}

/* --- tables and columns --- */

bool fa_is_streamed(const struct fa_table_def *table)
{
    if (table->written_by == FA_BY_VIEW)
        return false;
    return table->by != FA_NO_COLUMN || table->written_by != FA_BY_FILING;
}

/* Rows that a tool added come in no promised order: only rules that need none can take them as they
 * come. */
static bool needs_order(const struct fa_judge *judge, int table)
{
    const struct fa_rule *rule = judge->rule;
    return !fa_judge_judges(judge, table) || rule->duty || rule->way != FA_WAY_ROW || rule->key_count > 0 ||
           rule->has_period || rule->prev_key_count > 0;
}

/* Whether rows of the table are held, for all shares. */
static void choose_held(struct fa_evaluation *evaluation, int table)
{
    const struct fa_table_def *def = &evaluation->head.dictionary.tables[table];
    bool is_ordered = true;
    for (int j = 0; j < evaluation->judge_count; j++) {
        struct fa_shared_judge *it = &evaluation->judges[j];
        if (!fa_judge_reads(it->judge, table))
            continue;
        it->share->feeds[table].is_judged = true;
        is_ordered = is_ordered && (def->by != FA_NO_COLUMN || !needs_order(it->judge, table));
    }
    evaluation->is_held[table] = !fa_is_streamed(def) || !is_ordered;
}

static enum fa_status plan_table(struct fa_share *share, int table)
{
    struct fa_evaluation *evaluation = share->evaluation;
    const struct fa_table_def *def = &share->run.head->dictionary.tables[table];
    struct fa_table_use *use = &share->run.program.uses[table];
    struct fa_feed *feed = &share->feeds[table];
    bool is_held = evaluation->is_held[table];
    if (def->written_by == FA_BY_VIEW)
        return FA_OK;
    bool is_wanted = use->is_jumped_to || (is_held && feed->is_judged);
    for (int c = 0; c < def->column_count; c++) {
        bool is_read = use->columns[c] & FA_USE_JUMP ||
                       (is_held && use->columns[c] & FA_USE_ROW) ||
                       ((is_held || use->is_jumped_to) && use->columns[c] & FA_USE_GIVEN);
        if (is_read)
            fa_held_want(evaluation->held, table, c);
        is_wanted |= is_read;
    }
    if (is_wanted)
        fa_held_want(evaluation->held, table, FA_NO_COLUMN);
    if (is_wanted && fa_is_streamed(def))
        fa_held_want_streamed(evaluation->held, table);
    if (use->jumped_by.size)
        fa_held_set_reader(evaluation->held, table, use->jumped_by);
    if (is_held)
        return FA_OK;
    for (int c = 0; c < def->column_count; c++)
        if (use->columns[c] & (FA_USE_ROW | FA_USE_GIVEN)) {
            feed->decoder = fa_decoder_new(def);
            return feed->decoder ? FA_OK : no_memory(evaluation);
        }
    return FA_OK;
}

/* Names of ids that findings print: filers, and what the keys of rows are made of. */
static void want_names(struct fa_evaluation *evaluation)
{
    const struct fa_table_def *institution =
        fa_dictionary_find(&evaluation->head.dictionary, FA_STR("institution"));
    if (institution)
        fa_held_want_names(evaluation->held, institution->index);
    for (int j = 0; j < evaluation->judge_count; j++) {
        const struct fa_judge *judge = evaluation->judges[j].judge;
        const struct fa_program *program = &judge->run->program;
        const struct fa_table_def *def = &program->dictionary->tables[judge->rule->population.table];
        if (judge->rule->key_count > 0 || judge->rule->has_period || judge->rule->way != FA_WAY_ROW)
            continue;
        for (int k = 0; k < def->key_count; k++) {
            const struct fa_column_def *column = &def->columns[def->key_columns[k]];
            int space = column->type == FA_TYPE_ID ? fa_program_table(program, column->refers_to) : -1;
            if (space >= 0)
                fa_held_want_names(evaluation->held, space);
        }
    }
}

/* Where rules look at effective flows: the settled ones, some of which take others back. */
static enum fa_status plan_reversals(struct fa_share *share)
{
    struct fa_run *run = &share->run;
    for (size_t i = 0; i < run->stages.list.count; i++) {
        const struct fa_stage *stage = run->stages.list.items[i];
        if (stage->kind != FA_STAGE_EFFECTIVE || stage->table < 0 || stage->source->reversed)
            continue;
        stage->source->reversed = fa_reversed_new();
        if (!stage->source->reversed)
            return no_memory(share->evaluation);
        if (fa_stage_reverses(stage) < 0)
            continue; /* nothing says that a row takes another back */
        if (fa_vec_add(&share->effective, stage) != FA_OK)
            return no_memory(share->evaluation);
    }
    return FA_OK;
}

/* --- all of it --- */

static enum fa_status make_room(struct fa_share *share, size_t judge_count)
{
    const struct fa_dictionary *dictionary = &share->run.head->dictionary;
    size_t table_count = (size_t)dictionary->table_count;
    share->judges = calloc(judge_count + 1, sizeof *share->judges);
    share->feeds = calloc(table_count + 1, sizeof *share->feeds);
    share->given = calloc(table_count + 1, sizeof *share->given);
    share->row_counts = calloc(table_count + 1, sizeof *share->row_counts);
    if (!share->judges || !share->feeds || !share->given || !share->row_counts)
        return no_memory(share->evaluation);
    for (size_t t = 0; t < table_count; t++)
        if (!(share->given[t] = calloc((size_t)dictionary->tables[t].column_count + 1, 1)))
            return no_memory(share->evaluation);
    return FA_OK;
}

static enum fa_status divide(struct fa_evaluation *evaluation)
{
    const struct fa_verdicts *verdicts = evaluation->verdicts;
    size_t judge_count = verdicts->rule_count;
    for (size_t v = 0; v < verdicts->views.count; v++)
        judge_count += (size_t)verdicts->views.items[v].view->part_count;
    int *of_rules = calloc(verdicts->rule_count + 1, sizeof *of_rules);
    int *of_views = calloc(verdicts->views.count + 1, sizeof *of_views);
    evaluation->judges = calloc(judge_count + 1, sizeof *evaluation->judges);
    enum fa_status status = of_rules && of_views && evaluation->judges ? FA_OK : no_memory(evaluation);
    if (status == FA_OK)
        status = fa_shares_divide(evaluation, of_rules, of_views);
    for (int s = 0; status == FA_OK && s < evaluation->share_count; s++)
        status = make_room(&evaluation->shares[s], judge_count);
    if (status == FA_OK)
        status = plan_rules(evaluation, of_rules, of_views);
    free(of_rules);
    free(of_views);
    return status;
}

enum fa_status fa_shares_plan(struct fa_evaluation *evaluation)
{
    int table_count = evaluation->head.dictionary.table_count;
    evaluation->is_held = calloc((size_t)table_count + 1, sizeof *evaluation->is_held);
    evaluation->held = fa_held_new(evaluation->blocks->head, evaluation->sink);
    if (!evaluation->is_held || !evaluation->held)
        return no_memory(evaluation);
    for (int s = 0; s < evaluation->share_count; s++)
        evaluation->shares[s].run.is_held = evaluation->is_held;
    FA_TRY(divide(evaluation));
    fa_held_set_limit(evaluation->held, evaluation->options->memory_max);
    for (int t = 0; t < table_count; t++)
        choose_held(evaluation, t);
    for (int s = evaluation->share_count - 1; s >= 0; s--) {
        struct fa_share *share = &evaluation->shares[s];
        share->run.meter.account = NULL; /* what the tables come to is no rule's */
        FA_TRY(plan_reversals(share));
        FA_TRY(fa_plan_verify(&share->run, share->judges, share->judge_count));
        for (int t = 0; t < table_count; t++)
            FA_TRY(plan_table(share, t));
    }
    want_names(evaluation);
    return FA_OK;
}
