#include "rules/engine.h"

#include <stdlib.h>

#include "base/limits.h"
#include "rules/share.h"
#include "rules/view_rows.h"

static enum fa_status no_memory(const struct fa_evaluation *evaluation)
{
    return fa_out_of_memory(evaluation->sink, "judging the rules");
}

/* --- what must be known before the first row is judged --- */

/* Findings name their filer and live longer than the held tables. */
static enum fa_status keep_institutions(struct fa_evaluation *evaluation)
{
    struct fa_arena *arena = &evaluation->verdicts->arena;
    const struct fa_table_def *institution =
        fa_dictionary_find(&evaluation->head.dictionary, FA_STR("institution"));
    const struct fa_held_table *held =
        institution ? fa_held_get(evaluation->held, institution->index) : NULL;
    if (!held || !held->names)
        return FA_OK;
    struct fa_str *names = fa_arena_array(arena, (size_t)held->id_count + 1, sizeof *names);
    if (!names)
        return no_memory(evaluation);
    for (uint32_t i = 0; i < held->id_count; i++) {
        names[i] = fa_arena_str(arena, held->names[i]);
        if (!names[i].bytes)
            return no_memory(evaluation);
    }
    for (int s = 0; s < evaluation->share_count; s++) {
        evaluation->shares[s].run.institutions = names;
        evaluation->shares[s].run.institution_count = held->id_count;
    }
    return FA_OK;
}

/* The held tables are complete. */
static enum fa_status begin(struct fa_evaluation *evaluation)
{
    struct fa_meter *meter = &evaluation->shares[0].run.meter;
    FA_TRY(fa_held_finish(evaluation->held));
    meter->account = NULL; /* what is held is nobody's state */
    meter->rule = FA_STR("");
    FA_TRY(fa_meter_take(meter, fa_held_memory(evaluation->held)));
    FA_TRY(keep_institutions(evaluation));
    FA_TRY(fa_shares_do(evaluation, fa_share_begin, NULL));
    return fa_shares_do(evaluation, fa_share_begin_round, NULL);
}

/* Whether something behind the held tables must be read before rows are judged. */
static bool needs_scout(const struct fa_evaluation *evaluation)
{
    for (int s = 0; s < evaluation->share_count; s++) {
        const struct fa_share *share = &evaluation->shares[s];
        for (int t = 0; t < evaluation->stream_table_count; t++)
            if (fa_is_streamed(&evaluation->head.dictionary.tables[t]) &&
                (share->run.program.uses[t].is_jumped_to ||
                 (evaluation->is_held[t] && share->feeds[t].is_judged)))
                return true;
        if (share->effective.count > 0)
            return true;
    }
    return false;
}

/* --- passes --- */

static enum fa_status rewind_blocks(struct fa_evaluation *evaluation)
{
    if (!fa_blocks_can_rewind(evaluation->blocks))
        return fa_error(evaluation->sink, FA_CODE_DEFECT, (struct fa_place){0}, NULL,
                        "the rules must read the ledger again, and it can be read only once");
    return fa_blocks_rewind(evaluation->blocks);
}

/* The pass before the first: reversed flows, and tables by time that look-ups read. */
static enum fa_status scout(struct fa_evaluation *evaluation)
{
    struct fa_block block;
    for (bool is_end = false;;) {
        FA_TRY(fa_blocks_next(evaluation->blocks, &block, &is_end));
        if (is_end)
            break;
        FA_TRY(fa_held_add(evaluation->held, &block));
        if (block.kind == FA_BLOCK_TABLE)
            FA_TRY(fa_shares_do(evaluation, fa_share_collect_reversed, &block));
    }
    return rewind_blocks(evaluation);
}

/* The stream once more, for the rules and views of this round. */
static enum fa_status read_again(struct fa_evaluation *evaluation)
{
    struct fa_block block;
    bool is_read = false;
    for (int s = 0; s < evaluation->share_count; s++)
        is_read |= fa_share_reads_stream(&evaluation->shares[s]);
    if (!is_read)
        return FA_OK;
    FA_TRY(rewind_blocks(evaluation));
    for (bool is_end = false;;) {
        FA_TRY(fa_blocks_next(evaluation->blocks, &block, &is_end));
        if (is_end)
            return FA_OK;
        if (block.kind == FA_BLOCK_TABLE)
            FA_TRY(fa_shares_do(evaluation, fa_share_judge_block, &block));
    }
}

/* What one share has seen of the filing all know: it tells which rules cannot be tested. */
static void join_given(struct fa_evaluation *evaluation)
{
    const struct fa_dictionary *dictionary = &evaluation->head.dictionary;
    for (int from = 0; from < evaluation->share_count; from++)
        for (int to = 0; to < evaluation->share_count; to++)
            for (int t = 0; t < dictionary->table_count; t++) {
                const struct fa_share *seen = &evaluation->shares[from];
                struct fa_share *share = &evaluation->shares[to];
                for (int c = 0; c < dictionary->tables[t].column_count; c++)
                    share->given[t][c] |= seen->given[t][c];
                if (share->row_counts[t] < seen->row_counts[t])
                    share->row_counts[t] = seen->row_counts[t];
            }
}

static enum fa_status decide(struct fa_evaluation *evaluation)
{
    struct fa_block block;
    bool has_begun = needs_scout(evaluation);
    if (has_begun) {
        FA_TRY(scout(evaluation));
        FA_TRY(begin(evaluation));
    }
    for (bool is_end = false;;) {
        FA_TRY(fa_blocks_next(evaluation->blocks, &block, &is_end));
        bool is_front = !is_end && fa_block_section(&evaluation->head, &block) < FA_SECTION_TIME;
        if (is_front && !has_begun)
            FA_TRY(fa_held_add(evaluation->held, &block));
        if (!is_front && !has_begun)
            FA_TRY(begin(evaluation));
        has_begun |= !is_front;
        if (is_end)
            break;
        if (block.kind == FA_BLOCK_TABLE && !is_front)
            FA_TRY(fa_shares_do(evaluation, fa_share_judge_block, &block));
    }
    join_given(evaluation);
    FA_TRY(fa_shares_do(evaluation, fa_share_end_round, NULL));
    for (evaluation->round = 1; evaluation->round < evaluation->round_count; evaluation->round++) {
        FA_TRY(fa_shares_do(evaluation, fa_share_begin_round, NULL));
        FA_TRY(read_again(evaluation));
        FA_TRY(fa_shares_do(evaluation, fa_share_end_round, NULL));
    }
    return FA_OK;
}

/* From what reads views back to what they are made of, since rows of a view are cited by way of those
 * behind them. */
static enum fa_status cite(struct fa_evaluation *evaluation)
{
    for (int s = 0; s < evaluation->share_count; s++)
        evaluation->shares[s].run.is_citing = true;
    for (evaluation->round = evaluation->round_count - 1; evaluation->round >= 0; evaluation->round--) {
        FA_TRY(read_again(evaluation));
        FA_TRY(fa_shares_do(evaluation, fa_share_cite_end, NULL));
    }
    return FA_OK;
}

/* --- set up, run, tear down --- */

/* What is known of rules before the filing is read. */
static enum fa_status set_aside(struct fa_evaluation *evaluation)
{
    const struct fa_ruleset_list *rulesets = evaluation->rulesets;
    struct fa_verdicts *verdicts = evaluation->verdicts;
    size_t rule_no = 0;
    for (size_t s = 0; s < rulesets->rulesets.count; s++) {
        const struct fa_ruleset *ruleset = rulesets->rulesets.items[s];
        for (int r = 0; r < ruleset->rule_count; r++, rule_no++) {
            struct fa_rule_counts *counts = &verdicts->counts[rule_no];
            if (fa_verdict_leaves_out(evaluation->options->only, &ruleset->rules[r], counts))
                continue;
            if (verdicts->left_out[s].size)
                fa_verdicts_set_aside(verdicts, s, counts);
            else
                FA_TRY(fa_rule_set_aside(&evaluation->shares[0].run, &ruleset->rules[r], counts));
        }
    }
    return FA_OK;
}

/* A view covers the days that all its tables cover. */
static enum fa_status cover_view(struct fa_evaluation *evaluation, const struct fa_view *view, int table)
{
    struct fa_head *head = &evaluation->head;
    struct fa_cover_info cover = {.table = table, .from_day = INT64_MIN, .to_day = INT64_MAX};
    for (int p = 0; p < view->part_count; p++) {
        struct fa_str name = evaluation->rulesets->dictionary->tables[view->parts[p].population.table].name;
        const struct fa_table_def *of = fa_dictionary_find(&head->dictionary, name);
        if (p > 0 && !of)
            continue; /* what a view has `also` may be lacking */
        size_t c = 0;
        while (c < head->covers.count && (!of || head->covers.items[c].table != of->index))
            c++;
        if (c == head->covers.count)
            return FA_OK;
        const struct fa_cover_info *part = &head->covers.items[c];
        if (part->from_day > cover.from_day)
            cover.from_day = part->from_day;
        if (part->to_day < cover.to_day)
            cover.to_day = part->to_day;
    }
    return fa_vec_add(&head->covers, cover) == FA_OK ? FA_OK : no_memory(evaluation);
}

/* The head that the rules see: views are tables of it. */
static enum fa_status extend_head(struct fa_evaluation *evaluation)
{
    const struct fa_head *head = evaluation->blocks->head;
    const struct fa_verdicts *verdicts = evaluation->verdicts;
    size_t count = (size_t)head->dictionary.table_count, more = verdicts->views.count;
    evaluation->head.dictionary.tables = calloc(count + more + 1, sizeof *evaluation->head.dictionary.tables);
    evaluation->views = calloc(more + 1, sizeof *evaluation->views);
    if (!evaluation->head.dictionary.tables || !evaluation->views)
        return no_memory(evaluation);
    for (size_t t = 0; t < count; t++)
        evaluation->head.dictionary.tables[t] = head->dictionary.tables[t];
    for (size_t c = 0; c < head->covers.count; c++)
        if (fa_vec_add(&evaluation->head.covers, head->covers.items[c]) != FA_OK)
            return no_memory(evaluation);
    for (size_t v = 0; v < more; v++) {
        const struct fa_view *view = verdicts->views.items[v].view;
        struct fa_table_def *def = &evaluation->head.dictionary.tables[count + v];
        *def = evaluation->rulesets->dictionary->tables[view->table];
        def->index = evaluation->head.dictionary.table_count++;
        FA_TRY(cover_view(evaluation, view, def->index));
    }
    return FA_OK;
}

static enum fa_status prepare(struct fa_evaluation *evaluation)
{
    struct fa_verdicts *verdicts = evaluation->verdicts;
    const struct fa_evaluate_options *options = evaluation->options;
    int64_t as_of_day = options->as_of_day != INT64_MIN ? options->as_of_day
                                                        : evaluation->blocks->head->as_of_day;
    if (fa_verdicts_begin(verdicts, evaluation->rulesets) != FA_OK)
        return no_memory(evaluation);
    FA_TRY(fa_applies_decide(evaluation->rulesets, evaluation->blocks, as_of_day, options->memory_max,
                             evaluation->sink, verdicts));
    FA_TRY(set_aside(evaluation));
    if (fa_verdicts_list_views(verdicts, options->only) != FA_OK)
        return no_memory(evaluation);
    FA_TRY(extend_head(evaluation));
    for (int s = 0; s < evaluation->share_count; s++) {
        struct fa_run *run = &evaluation->shares[s].run;
        run->head = &evaluation->head;
        run->views = evaluation->views;
        run->view_table_from = evaluation->stream_table_count;
        FA_TRY(fa_program_init(&run->program, evaluation->rulesets->dictionary, run->head, as_of_day,
                               &run->meter, run->sink));
    }
    return FA_OK;
}

static void init(struct fa_evaluation *evaluation, struct fa_share shares[FA_RULE_SHARES_MAX])
{
    const struct fa_head *head = evaluation->blocks->head;
    unsigned wanted = evaluation->options->thread_count;
    evaluation->shares = shares;
    evaluation->share_count = wanted < 1 ? 1 : wanted < FA_RULE_SHARES_MAX ? (int)wanted : FA_RULE_SHARES_MAX;
    evaluation->head = *head;
    evaluation->head.dictionary.tables = NULL;
    evaluation->head.covers.items = NULL;
    evaluation->head.covers.count = evaluation->head.covers.capacity = 0;
    evaluation->stream_table_count = head->dictionary.table_count;
    evaluation->round_count = 1;
    for (int s = 0; s < evaluation->share_count; s++)
        fa_share_init(&shares[s], evaluation,
                      s ? &evaluation->verdicts->more[s - 1] : &evaluation->verdicts->arena);
}

static void release(struct fa_evaluation *evaluation)
{
    for (int s = 0; s < evaluation->share_count; s++)
        fa_share_release(&evaluation->shares[s]);
    fa_held_free(evaluation->held);
    for (size_t v = 0; evaluation->views && v < evaluation->verdicts->views.count; v++)
        fa_view_rows_free(evaluation->views[v]);
    free(evaluation->views);
    free(evaluation->head.dictionary.tables);
    fa_vec_free(&evaluation->head.covers);
    free(evaluation->judges);
    free(evaluation->is_held);
}

enum fa_status fa_evaluate(const struct fa_ruleset_list *rulesets, struct fa_blocks *blocks,
                           const struct fa_evaluate_options *options, struct fa_sink *sink,
                           struct fa_verdicts *verdicts)
{
    struct fa_evaluation evaluation = {.rulesets = rulesets, .blocks = blocks, .options = options,
                                       .sink = sink, .verdicts = verdicts};
    struct fa_share shares[FA_RULE_SHARES_MAX] = {0};
    if (blocks->head->kind != FA_STREAM_LEDGER)
        return fa_error(sink, FA_CODE_RULE_STREAM, (struct fa_place){0},
                        "give the output of flowaudit ingest or reconcile; flowaudit report shows "
                        "results",
                        "expected a ledger, found results");
    init(&evaluation, shares);
    enum fa_status status = prepare(&evaluation);
    if (status == FA_OK)
        status = fa_shares_plan(&evaluation);
    if (status == FA_OK)
        status = decide(&evaluation);
    if (status == FA_OK)
        status = cite(&evaluation);
    if (status == FA_OK)
        status = fa_shares_publish(&evaluation);
    if (status == FA_OK)
        fa_shares_tell_costs(&evaluation);
    release(&evaluation);
    return status;
}
