/*
 * Whether a rule applies to the filer: by its ruleset's condition, and by the sets of rulesets.
 */
#include "rules/judge.h"
#include "rules/reach.h"

/* A condition on the filer's row as it stands at the end. */
static enum fa_status plan(struct fa_judge *judge, const struct fa_expr *applies,
                           const struct fa_formula **formula)
{
    struct fa_program *program = &judge->run->program;
    const struct fa_table_def *institution =
        fa_dictionary_find(program->dictionary, FA_STR("institution"));
    if (!applies || !institution)
        return FA_OK;
    struct fa_scope scope = {.program = program,
                             .ruleset = judge->rule->ruleset,
                             .table = institution->index,
                             .rule_no = -1};
    struct fa_value as_of = {
        .kind = FA_KIND_DATE, .numerator = program->as_of_day, .denominator = 1};
    FA_TRY(fa_formula_const(program, &as_of, &scope.day));
    scope.judged = scope.day;
    fa_program_use(program, fa_program_table(program, institution->index), FA_NO_COLUMN,
                   FA_USE_JUMP);
    return fa_compile(&scope, applies, formula);
}

enum fa_status fa_judge_plan_applies(struct fa_judge *judge)
{
    const struct fa_ruleset_list *rulesets = judge->run->rulesets;
    FA_TRY(plan(judge, judge->rule->ruleset->applies, &judge->applies));
    if (!rulesets->picks_sets)
        return FA_OK;
    judge->set_applies =
        fa_arena_array(&judge->run->program.arena, rulesets->sets.count + 1,
                       sizeof(const struct fa_formula *));
    if (!judge->set_applies)
        return fa_out_of_memory(judge->run->sink, "the plan of the rules");
    for (size_t i = 0; i < rulesets->sets.count; i++)
        FA_TRY(plan(judge, rulesets->sets.items[i].applies, &judge->set_applies[i]));
    return FA_OK;
}

/* Missing: the filer has no row, or what it says does not decide. */
static enum fa_status ask(struct fa_judge *judge, const struct fa_formula *formula,
                          uint8_t *truth)
{
    struct fa_run *run = judge->run;
    const struct fa_table_def *institution =
        fa_dictionary_find(run->program.dictionary, FA_STR("institution"));
    int table = institution ? fa_program_table(&run->program, institution->index) : -1;
    const struct fa_held_table *held = table < 0 ? NULL : run->program.uses[table].held;
    *truth = FA_UNKNOWN;
    for (uint32_t id = 0; formula && held && id < run->institution_count; id++) {
        if (!fa_str_equal(run->institutions[id], run->head->filer))
            continue;
        uint32_t row = fa_row_on(&run->program, table, id, run->program.as_of_day);
        if (row == UINT32_MAX)
            continue;
        struct fa_slice slice = {.program = &run->program,
                                 .pool = &run->row_pool,
                                 .batch = &held->rows,
                                 .table = table,
                                 .from = row,
                                 .count = 1};
        fa_pool_clear(&run->row_pool);
        struct fa_frame *frame = fa_frame_base(&slice);
        const struct fa_vector *v = frame ? fa_eval(frame, formula) : NULL;
        if (!v)
            return fa_failed(&slice);
        *truth = fa_truth_at(v, 0);
    }
    return FA_OK;
}

/* Of the sets that apply, one must have the ruleset; where none applies, all run. */
static enum fa_status check_sets(struct fa_judge *judge)
{
    struct fa_run *run = judge->run;
    const struct fa_ruleset_list *rulesets = run->rulesets;
    const struct fa_ruleset_set *applied = NULL;
    bool is_member = false;
    for (size_t i = 0; rulesets->picks_sets && i < rulesets->sets.count; i++) {
        const struct fa_ruleset_set *set = &rulesets->sets.items[i];
        uint8_t truth;
        FA_TRY(ask(judge, judge->set_applies[i], &truth));
        if (truth != FA_TRUE)
            continue;
        run->set_applies[i] = true;
        applied = set;
        is_member |= fa_set_has(set, judge->rule->ruleset->id);
    }
    return applied && !is_member
               ? fa_judge_refuse(judge, FA_NOT_APPLICABLE,
                                     "it is not in the set %.*s, which applies to the filer",
                                     (int)applied->id.size, applied->id.bytes)
                   : FA_OK;
}

enum fa_status fa_judge_check_applies(struct fa_judge *judge)
{
    const struct fa_expr *applies = judge->rule->ruleset->applies;
    uint8_t truth;
    FA_TRY(ask(judge, judge->applies, &truth));
    if (truth == FA_FALSE)
        return fa_judge_refuse(judge, FA_NOT_APPLICABLE,
                               "the filer is not an institution where %.*s",
                               (int)applies->text.size, applies->text.bytes);
    return check_sets(judge);
}
