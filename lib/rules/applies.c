/*
 * Which rulesets apply to the filer: by their own conditions, and by the sets of rulesets. It is asked
 * before anything is planned, so that what does not apply costs nothing.
 */
#include "rules/judge.h"
#include "rules/reach.h"
#include "rules/verify.h"

/* A run of its own over the filing's front, with the conditions as formulas over a row of institution. */
struct asking {
    struct fa_run run;
    struct fa_held *held;
    const struct fa_formula **rulesets, **sets; /* NULL: no condition */
    int institution;                            /* the stream's table; -1: it has none */
    bool reads_stream;                          /* a condition looks behind the front */
};

/* A condition on the filer's row as it stands at the end. */
static enum fa_status plan(struct asking *asking, const struct fa_ruleset *ruleset,
                           const struct fa_expr *applies, const struct fa_formula **formula)
{
    struct fa_program *program = &asking->run.program;
    const struct fa_table_def *institution =
        fa_dictionary_find(program->dictionary, FA_STR("institution"));
    if (!applies || !institution)
        return FA_OK;
    struct fa_scope scope = {
        .program = program, .ruleset = ruleset, .table = institution->index, .rule_no = -1};
    struct fa_value as_of = {
        .kind = FA_KIND_DATE, .numerator = program->as_of_day, .denominator = 1};
    FA_TRY(fa_formula_const(program, &as_of, &scope.day));
    scope.judged = scope.day;
    fa_program_use(program, fa_program_table(program, institution->index), FA_NO_COLUMN,
                   FA_USE_JUMP);
    return fa_compile(&scope, applies, formula);
}

static enum fa_status plan_all(struct asking *asking)
{
    struct fa_run *run = &asking->run;
    const struct fa_ruleset_list *list = run->rulesets;
    asking->rulesets = fa_arena_array(&run->program.arena, list->rulesets.count + 1,
                                      sizeof *asking->rulesets);
    asking->sets =
        fa_arena_array(&run->program.arena, list->sets.count + 1, sizeof *asking->sets);
    if (!asking->rulesets || !asking->sets)
        return fa_out_of_memory(run->sink, "the plan of the rules");
    for (size_t s = 0; s < list->rulesets.count; s++)
        FA_TRY(plan(asking, list->rulesets.items[s], list->rulesets.items[s]->applies,
                    &asking->rulesets[s]));
    for (size_t i = 0; list->picks_sets && i < list->sets.count; i++)
        FA_TRY(plan(asking, list->sets.items[i].rulesets[0], list->sets.items[i].applies,
                    &asking->sets[i]));
    return fa_plan_verify(run, NULL, 0);
}

static enum fa_status want_tables(struct asking *asking)
{
    const struct fa_run *run = &asking->run;
    const struct fa_dictionary *dictionary = &run->head->dictionary;
    const struct fa_table_def *institution = fa_dictionary_find(dictionary, FA_STR("institution"));
    asking->institution = institution ? institution->index : -1;
    asking->held = fa_held_new(run->head, run->sink);
    if (!asking->held)
        return fa_out_of_memory(run->sink, "the plan of the rules");
    fa_held_set_limit(asking->held, run->meter.max);
    if (institution)
        fa_held_want_names(asking->held, institution->index);
    for (int t = 0; t < dictionary->table_count; t++) {
        const struct fa_table_use *use = &run->program.uses[t];
        for (int c = 0; c < dictionary->tables[t].column_count; c++)
            if (use->columns[c] & (FA_USE_JUMP | FA_USE_ROW))
                fa_held_want(asking->held, t, c);
        if (!use->is_jumped_to)
            continue;
        fa_held_want(asking->held, t, FA_NO_COLUMN);
        if (dictionary->tables[t].by != FA_NO_COLUMN ||
            dictionary->tables[t].written_by != FA_BY_FILING) {
            fa_held_want_streamed(asking->held, t);
            asking->reads_stream = true;
        }
    }
    return FA_OK;
}

static enum fa_status read_front(struct asking *asking, struct fa_blocks *blocks)
{
    struct fa_run *run = &asking->run;
    struct fa_block block;
    for (bool is_end = false;;) {
        FA_TRY(fa_blocks_next(blocks, &block, &is_end));
        if (is_end || (!asking->reads_stream &&
                       fa_block_section(run->head, &block) >= FA_SECTION_TIME))
            break;
        FA_TRY(fa_held_add(asking->held, &block));
    }
    FA_TRY(fa_held_finish(asking->held));
    for (int t = 0; t < run->head->dictionary.table_count; t++)
        run->program.uses[t].held = run->program.uses[t].space = fa_held_get(asking->held, t);
    FA_TRY(fa_run_fill_calendars(run));
    return fa_blocks_rewind(blocks);
}

/* Unknown: the filer has no row, or what it says does not decide. */
static enum fa_status ask(struct asking *asking, const struct fa_formula *formula, uint8_t *truth)
{
    struct fa_run *run = &asking->run;
    int table = asking->institution;
    const struct fa_held_table *held = table < 0 ? NULL : run->program.uses[table].held;
    *truth = FA_UNKNOWN;
    for (uint32_t id = 0; formula && held && held->names && id < held->id_count; id++) {
        if (!fa_str_equal(held->names[id], run->head->filer))
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
static enum fa_status decide(struct asking *asking, struct fa_verdicts *verdicts)
{
    const struct fa_ruleset_list *list = asking->run.rulesets;
    const struct fa_ruleset_set *applied = NULL;
    uint8_t truth;
    for (size_t i = 0; list->picks_sets && i < list->sets.count; i++) {
        FA_TRY(ask(asking, asking->sets[i], &truth));
        verdicts->set_applies[i] = truth == FA_TRUE;
        verdicts->is_filer_known |= truth != FA_UNKNOWN;
        applied = truth == FA_TRUE ? &list->sets.items[i] : applied;
    }
    for (size_t s = 0; s < list->rulesets.count; s++) {
        const struct fa_ruleset *ruleset = list->rulesets.items[s];
        FA_TRY(ask(asking, asking->rulesets[s], &truth));
        bool is_member = !applied;
        for (size_t i = 0; i < list->sets.count; i++)
            is_member |= verdicts->set_applies[i] &&
                         fa_set_has(&list->sets.items[i], ruleset->id);
        enum fa_status status = FA_OK;
        if (truth == FA_FALSE)
            status = fa_verdicts_leave_out(verdicts, s, "the filer is not an institution where %.*s",
                                           (int)ruleset->applies->text.size,
                                           ruleset->applies->text.bytes);
        else if (truth == FA_UNKNOWN && asking->rulesets[s] && list->picks_sets) {
            verdicts->is_doubtful[s] = true;
            status = fa_verdicts_leave_out(verdicts, s,
                                           "nobody can tell whether the filer is an institution where %.*s",
                                           (int)ruleset->applies->text.size,
                                           ruleset->applies->text.bytes);
        } else if (!is_member)
            status = fa_verdicts_leave_out(verdicts, s,
                                           "it is not in the set %.*s, which applies to the filer",
                                           (int)applied->id.size, applied->id.bytes);
        if (status != FA_OK)
            return fa_out_of_memory(asking->run.sink, "the verdicts");
    }
    return FA_OK;
}

static bool has_condition(const struct fa_ruleset_list *list)
{
    bool has = list->picks_sets && list->sets.count > 0;
    for (size_t s = 0; s < list->rulesets.count; s++)
        has |= list->rulesets.items[s]->applies != NULL;
    return has;
}

enum fa_status fa_applies_decide(const struct fa_ruleset_list *rulesets, struct fa_blocks *blocks,
                                 int64_t as_of_day, uint64_t memory_max, struct fa_sink *sink,
                                 struct fa_verdicts *verdicts)
{
    if (!has_condition(rulesets))
        return FA_OK;
    struct asking asking = {.run = {.meter = {.max = memory_max, .sink = sink},
                                    .arena = &verdicts->arena,
                                    .sink = sink,
                                    .head = blocks->head,
                                    .rulesets = rulesets}};
    struct fa_run *run = &asking.run;
    fa_stages_init(&run->stages);
    fa_pool_init(&run->row_pool);
    enum fa_status status = fa_program_init(&run->program, rulesets->dictionary, run->head,
                                            as_of_day, &run->meter, sink);
    if (status == FA_OK)
        status = plan_all(&asking);
    if (status == FA_OK)
        status = want_tables(&asking);
    if (status == FA_OK)
        status = read_front(&asking, blocks);
    if (status == FA_OK)
        status = decide(&asking, verdicts);
    fa_stages_release(&run->stages, &run->meter);
    fa_program_release(&run->program);
    fa_held_free(asking.held);
    fa_pool_release(&run->row_pool);
    return status;
}
