#include "rules/explain.h"

#include "rules/engine.h"
#include "rules/explain_run.h"

enum fa_status fa_explain_no_memory(const struct fa_explain_run *run)
{
    return fa_out_of_memory(run->told.sink, "an explanation");
}

/* A finding stands for a row (way 1), or for a unit with its key. */
static enum fa_status take_finding(struct fa_explain_run *run,
                                   const struct fa_verdicts *verdicts)
{
    struct fa_explanation *told = &run->told;
    if (told->options->finding_no >= verdicts->findings.count)
        return fa_error(told->sink, FA_CODE_EXPLAIN_ROW, (struct fa_place){0}, NULL,
                        "the rule has no such finding");
    told->finding = &verdicts->findings.items[told->options->finding_no];
    const struct fa_finding *finding = told->finding;
    const struct fa_table_def *judged = told->rule->population.row_table;
    told->is_of_view =
        told->rule->way == FA_WAY_ROW && judged && judged->written_by == FA_BY_VIEW;
    if (finding->rows.count == 0 || told->is_of_view)
        return FA_OK;
    const struct fa_row_range *range = &finding->rows.items[0];
    const struct fa_table_def *mine = fa_dictionary_find(
        told->list->dictionary, told->head->dictionary.tables[range->table].name);
    if ((told->rule->way == FA_WAY_ROW || finding->cause.size) && mine) {
        told->has_row = true;
        told->table = mine->index;
        told->row_no = range->from_row;
        told->row_key = finding->row_key;
    }
    return FA_OK;
}

static enum fa_status explain_tested(struct fa_explain_run *run, struct fa_verdicts *verdicts)
{
    struct fa_explanation *told = &run->told;
    if (told->options->is_finding)
        FA_TRY(take_finding(run, verdicts));
    FA_TRY(fa_explain_find_row(run));
    if (told->finding && told->has_row)
        told->finding = NULL; /* from here on it is the row's */
    FA_TRY(fa_explain_select(run));
    if (told->finding && told->finding->keys && !told->is_of_view) {
        struct fa_seen_entry entry = {.population = &told->rule->population,
                                      .step = {.kind = FA_STEP_TAKEN}};
        entry.member.keys = told->finding->keys;
        FA_TRY(fa_vec_add(&told->entries, entry));
    }
    struct fa_verdicts seen;
    fa_verdicts_init(&seen);
    enum fa_status status = fa_explain_watch(run, &seen, true);
    fa_verdicts_release(&seen);
    return status;
}

enum fa_status fa_rule_explain(const struct fa_ruleset_list *list, const struct fa_rule *rule,
                               struct fa_blocks *ledger,
                               const struct fa_explain_options *options, struct fa_sink *sink,
                               struct fa_buf *text)
{
    struct fa_explain_run run = {
        .ledger = ledger,
        .text = text,
        .evaluate = {.as_of_day = options->as_of_day, .memory_max = options->memory_max}};
    struct fa_verdicts verdicts;
    fa_arena_init(&run.arena);
    fa_rule_isolate(&run.alone, list, rule);
    fa_verdicts_init(&verdicts);
    enum fa_status status = fa_blocks_rewind(ledger);
    if (status == FA_OK)
        status = fa_evaluate(&run.alone.list, ledger, &run.evaluate, sink, &verdicts);
    run.told = (struct fa_explanation){.list = list,
                                       .rule = &run.alone.rule,
                                       .options = options,
                                       .head = ledger->head,
                                       .sink = sink,
                                       .table = rule->population.table,
                                       .counts = verdicts.counts};
    /* a part of the ledger may lack what the whole has */
    run.alone.rule.need_count = 0;
    if (status == FA_OK)
        status = verdicts.counts[0].verdict == FA_TESTED ? explain_tested(&run, &verdicts)
                                                         : fa_explanation_tell(&run.told, text);
    fa_explain_forget(&run.told);
    fa_vec_free(&run.told.entries);
    fa_vec_free(&run.told.units);
    fa_vec_free(&run.told.feeds);
    fa_vec_free(&run.unit.counted);
    fa_vec_free(&run.told.values);
    fa_vec_free(&run.unit_values);
    fa_vec_free(&run.kept);
    fa_verdicts_release(&verdicts);
    fa_arena_release(&run.arena);
    return status == FA_ELIMIT && !sink->has_error ? fa_out_of_memory(sink, "an explanation")
                                                   : status;
}
