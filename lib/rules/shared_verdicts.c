/* What shares found becomes the verdicts. */
#include "rules/duty.h"
#include "rules/met.h"
#include "rules/prev.h"
#include "rules/share.h"
#include "rules/view_rows.h"

static enum fa_status no_memory(const struct fa_evaluation *evaluation)
{
    return fa_out_of_memory(evaluation->sink, "judging the rules");
}

/* What a statistic lacks is said of it; a rule that reads it says so by itself. */
static enum fa_status publish_views(struct fa_evaluation *evaluation)
{
    for (size_t v = 0; v < evaluation->verdicts->views.count; v++) {
        struct fa_made_view *made = &evaluation->verdicts->views.items[v];
        struct fa_view_rows *rows = evaluation->views[v];
        const struct fa_share *seen = &evaluation->shares[0]; /* all know the same by now */
        for (int p = 0; made->view->is_statistic && p < made->view->part_count; p++) {
            struct fa_judge *judge = rows->parts[p].judge;
            if (made->counts.verdict != FA_TESTED)
                break;
            FA_TRY(fa_judge_testable(judge, seen->given, seen->row_counts, false));
            FA_TRY(fa_judge_testable(judge, seen->given, seen->row_counts, true));
        }
        if (made->counts.verdict != FA_TESTED)
            continue;
        made->row_count = rows->held.rows.row_count;
        if (made->view->is_statistic || evaluation->options->keeps_views)
            FA_TRY(fa_view_publish(rows, made));
    }
    return FA_OK;
}

enum fa_status fa_shares_publish(struct fa_evaluation *evaluation)
{
    FA_TRY(publish_views(evaluation));
    for (int j = 0; j < evaluation->judge_count; j++) {
        struct fa_judge *judge = evaluation->judges[j].judge;
        if (!judge->is_dropped)
            FA_TRY(fa_duty_join_unknown(judge));
        if (judge->notes_met)
            FA_TRY(fa_met_end(judge, &evaluation->verdicts->met[judge->rule_no]));
        for (size_t i = 0; !judge->is_dropped && i < judge->findings.count; i++) {
            struct fa_finding *finding = &judge->findings.items[i];
            if (!finding->judged_count)
                continue; /* its duty is done */
            bool is_pending = finding->outcome == FA_PENDING;
            if (judge->is_exception_absent && !is_pending)
                finding->outcome = FA_INDETERMINATE;
            if ((is_pending ? fa_vec_add(&evaluation->verdicts->pending, *finding)
                            : fa_vec_add(&evaluation->verdicts->findings, *finding)) != FA_OK)
                return no_memory(evaluation);
            *finding = (struct fa_finding){0}; /* its rows have a new owner */
            judge->counts->finding_count += !is_pending;
        }
    }
    return fa_verdicts_finish(evaluation->verdicts) == FA_OK ? FA_OK : no_memory(evaluation);
}

static uint64_t largest_held(const struct fa_share *share)
{
    uint64_t largest = 0;
    for (int t = 0; t < share->run.head->dictionary.table_count; t++) {
        const struct fa_held_table *held = share->run.program.uses[t].held;
        uint64_t count = !held ? 0 : held->id_count > held->rows.row_count ? held->id_count
                                                                          : held->rows.row_count;
        largest = count > largest ? count : largest;
    }
    return largest;
}

/* The first day that some table covers. */
static int64_t first_day(const struct fa_evaluation *evaluation, int64_t as_of_day)
{
    int64_t day = as_of_day;
    for (size_t i = 0; i < evaluation->head.covers.count; i++)
        if (evaluation->head.covers.items[i].from_day < day)
            day = evaluation->head.covers.items[i].from_day;
    return day;
}

void fa_shares_tell_costs(struct fa_evaluation *evaluation)
{
    const struct fa_evaluate_options *options = evaluation->options;
    const struct fa_verdicts *verdicts = evaluation->verdicts;
    if (!options->tell_cost)
        return;
    for (size_t i = 0; i < verdicts->findings.count; i++)
        for (int j = 0; j < evaluation->judge_count; j++)
            if (evaluation->judges[j].judge->rule == verdicts->findings.items[i].rule)
                evaluation->judges[j].judge->cost.cited += verdicts->findings.items[i].rows.capacity;
    for (int j = 0; j < evaluation->judge_count; j++) {
        const struct fa_share *share = evaluation->judges[j].share;
        struct fa_judge *judge = evaluation->judges[j].judge;
        int64_t as_of_day = share->run.program.as_of_day;
        judge->cost.peak_bytes = judge->account.peak;
        judge->cost.keys = judge->keys.space ? judge->keys.space->space : 0;
        if (judge->prev && judge->prev->keys.space->space > judge->cost.keys)
            judge->cost.keys = judge->prev->keys.space->space;
        judge->cost.findings = judge->findings.count; /* with those whose duty was done */
        judge->cost.cited += judge->made ? judge->citing.list.count + judge->made->sinks.count : 0;
        judge->cost.made = judge->made ? fa_view_part_rows(judge) : 0;
        judge->cost.days = (uint64_t)(as_of_day - first_day(evaluation, as_of_day)) + 1;
        judge->cost.held = largest_held(share);
        for (size_t i = 0; i < share->effective.count; i++)
            judge->cost.reversals += fa_reversed_count(share->effective.items[i]->source->reversed);
        if (!judge->is_dropped)
            options->tell_cost(options->cost_context, judge->rule, &judge->cost);
    }
}
