/* Way 1: each row is judged; what fires is a finding of its own, or gathered by key and period. */
#include <stdlib.h>
#include <string.h>

#include "rules/duty.h"

struct fa_row_judge {
    const struct fa_formula *period; /* last day of the row's period; NULL: none */
    struct fa_tuples gathered;       /* group, period, outcome */
    FA_VEC(uint32_t) findings;       /* of each of them */
};

static bool is_gathered(const struct fa_rule *rule)
{
    return rule->key_count > 0 || rule->has_period;
}

enum fa_status fa_row_plan(struct fa_judge *judge)
{
    struct fa_program *program = &judge->run->program;
    judge->row = calloc(1, sizeof *judge->row);
    if (!judge->row)
        return fa_out_of_memory(judge->run->sink, "the plan of the rules");
    fa_tuples_init(&judge->row->gathered, 3);
    if (judge->rule->has_period) {
        struct fa_expr day = {.op = FA_OP_PERIOD_DAY, .kind = FA_KIND_DATE};
        struct fa_expr *args[] = {&day};
        struct fa_expr last = {.op = FA_OP_END_OF, .kind = FA_KIND_DATE, .args = args, .arg_count = 1,
                               .period = judge->rule->period};
        if (judge->rule->period == FA_PERIOD_BDAY)
            judge->row->period = judge->population.scope.day;
        else
            FA_TRY(fa_compile(&judge->population.scope, &last, &judge->row->period));
    }
    const struct fa_table_def *def = &program->dictionary->tables[judge->population.scope.table];
    judge->row_keys = fa_arena_array(&program->arena, (size_t)def->key_count + 1, sizeof *judge->row_keys);
    if (!judge->row_keys)
        return fa_out_of_memory(judge->run->sink, "the plan of the rules");
    for (int k = 0; k < def->key_count; k++)
        FA_TRY(fa_compile_column(&judge->population.scope, def->key_columns[k], &judge->row_keys[k]));
    return FA_OK;
}

void fa_row_free(struct fa_judge *judge)
{
    if (!judge->row)
        return;
    fa_tuples_release(&judge->row->gathered, &judge->run->meter);
    fa_vec_free(&judge->row->findings);
    free(judge->row);
}

/* --- the row's own key --- */

static enum fa_status add_part(struct fa_judge *judge, const struct fa_column_def *column,
                               const struct fa_vector *v, uint32_t i, struct fa_buf *text)
{
    struct fa_value value = fa_vector_value(v, i);
    char date[FA_TIME_TEXT_BYTES], currency[4];
    if (value.is_missing)
        return FA_OK;
    switch (value.kind) {
    case FA_KIND_ID: {
        int table = fa_program_table(&judge->run->program, column->refers_to);
        const struct fa_held_table *space = table < 0 ? NULL : judge->run->program.uses[table].space;
        if (space && space->names && value.numerator >= 0 && value.numerator < space->id_count)
            return fa_buf_add_str(text, space->names[value.numerator]);
        return FA_OK;
    }
    case FA_KIND_ENUM:
        if (value.numerator < 0 || value.numerator >= column->value_count)
            return FA_OK;
        return fa_buf_add_str(text, column->values[value.numerator]);
    case FA_KIND_DATE:
        return fa_buf_add(text, date, fa_date_format((int64_t)value.numerator, date));
    case FA_KIND_TIME:
        return fa_buf_add(text, date, fa_time_format((int64_t)value.numerator,
                                                     &judge->run->head->zone, date));
    case FA_KIND_INT:
        return fa_buf_addf(text, "%lld", (long long)value.numerator);
    case FA_KIND_CURRENCY:
        fa_currency_format((fa_currency)value.numerator, currency);
        return fa_buf_add_text(text, currency);
    default:
        return fa_buf_add_str(text, value.text);
    }
}

/* The parts of the table's key, joined by '|'. */
static enum fa_status row_key(struct fa_judge *judge, struct fa_frame *frame, uint32_t i,
                              struct fa_str *key)
{
    const struct fa_dictionary *dictionary = judge->run->program.dictionary;
    const struct fa_table_def *def = &dictionary->tables[judge->population.scope.table];
    struct fa_buf text;
    fa_buf_init(&text);
    enum fa_status status = FA_OK;
    for (int k = 0; status == FA_OK && k < def->key_count; k++) {
        const struct fa_vector *v = fa_eval(frame, judge->row_keys[k]);
        if (!v)
            status = fa_failed(frame->slice);
        else if ((k && fa_buf_add_char(&text, '|') != FA_OK) ||
                 add_part(judge, &def->columns[def->key_columns[k]], v, i, &text) != FA_OK)
            status = fa_out_of_memory(judge->run->sink, "findings");
    }
    if (status == FA_OK) {
        *key = fa_arena_str(judge->run->arena, fa_buf_str(&text));
        status = key->bytes ? FA_OK : fa_out_of_memory(judge->run->sink, "findings");
    }
    fa_buf_release(&text);
    return status;
}

/* --- findings --- */

/* What a finding wants to know of the rows that fired or stayed unknown. */
struct view {
    struct fa_frame *frame;
    const struct fa_vector *clock, *amount, *filer, *period;
    const struct fa_vector *const *shown;
};

static enum fa_status look(struct fa_judge *judge, struct fa_frame *frame, bool is_fired,
                           struct view *view)
{
    *view = (struct view){.frame = frame};
    if ((judge->clock && !(view->clock = fa_eval(frame, judge->clock))) ||
        (judge->amount && !(view->amount = fa_eval(frame, judge->amount))) ||
        !(view->filer = fa_eval(frame, judge->filer)))
        return fa_failed(frame->slice);
    if (!is_fired)
        return FA_OK;
    if ((judge->row->period && !(view->period = fa_eval(frame, judge->row->period))) ||
        !(view->shown = fa_judge_shown(judge, frame)))
        return fa_failed(frame->slice);
    return FA_OK;
}

static bool time_of(const struct fa_judge *judge, const struct view *view, uint32_t i, int64_t *us)
{
    *us = 0;
    if (!view->clock || fa_state_at(view->clock, i) != FA_HAS)
        return false;
    *us = fa_judge_instant(judge, view->clock->kind, view->clock->num[fa_at(view->clock, i)]);
    return true;
}

static int64_t filer_of(const struct view *view, uint32_t i)
{
    return fa_state_at(view->filer, i) == FA_HAS ? view->filer->num[fa_at(view->filer, i)] : -1;
}

static enum fa_status cite(struct fa_judge *judge, const struct view *view, uint32_t i, uint32_t finding)
{
    struct fa_finding *f = &judge->findings.items[finding];
    if (view->amount && fa_state_at(view->amount, i) == FA_HAS)
        f->row_sum += fa_number_at(view->amount, i).numerator;
    return fa_cite_row(judge, finding, view->frame->slice->table, fa_frame_row(view->frame, i));
}

/* The finding that firing row I joins; IS_NEW when it is made for it. */
static enum fa_status finding_for(struct fa_judge *judge, const struct view *view, uint32_t i,
                                  enum fa_outcome outcome, uint32_t *number, bool *is_new)
{
    struct fa_row_judge *row = judge->row;
    bool gathers = is_gathered(judge->rule), joins = gathers && outcome != FA_PENDING;
    int64_t period = view->period ? view->period->num[fa_at(view->period, i)] : 0;
    uint32_t place = 0;
    *is_new = true;
    if (joins) {
        uint32_t group = view->frame->group[i];
        FA_TRY(fa_tuples_add(&row->gathered, &judge->run->meter, (int64_t[]){group, period, outcome},
                             &place));
        *is_new = place == row->findings.count;
        if (!*is_new) {
            *number = row->findings.items[place];
            return FA_OK;
        }
    }
    struct fa_finding finding = {.outcome = outcome,
                                 .filer = fa_judge_filer(judge, filer_of(view, i)),
                                 .is_dated = view->clock && view->clock->kind == FA_KIND_DATE &&
                                             fa_state_at(view->clock, i) == FA_HAS,
                                 .period_last_day = period};
    if (gathers)
        FA_TRY(fa_judge_keys(judge, view->frame->group[i], &finding.keys));
    else
        FA_TRY(row_key(judge, view->frame, i, &finding.row_key));
    FA_TRY(fa_judge_add(judge, &finding, number));
    if (joins && fa_vec_add(&row->findings, *number) != FA_OK)
        return fa_out_of_memory(judge->run->sink, "findings");
    return FA_OK;
}

/* FATE: what became of its duty; NULL: it has none. */
static enum fa_status fire(struct fa_judge *judge, const struct view *view, uint32_t i,
                           bool is_undecided, const struct fa_fate *fate)
{
    uint32_t number;
    bool is_new, is_pending = fate && fate->kind == FA_FATE_PENDING;
    FA_TRY(finding_for(judge, view, i,
                       is_pending ? FA_PENDING : fa_judge_outcome(judge, is_undecided), &number,
                       &is_new));
    struct fa_finding *f = &judge->findings.items[number];
    int64_t us;
    bool has_time = time_of(judge, view, i, &us);
    f->judged_count++;
    if (is_new) {
        FA_TRY(fa_judge_values(judge, view->shown, i, &f->first));
        if (fate)
            fa_duty_show(judge, fate, f->first);
        f->worst = f->first;
        f->first_us = f->last_us = f->worst_us = us;
        f->has_time = has_time;
    } else {
        f->last_us = us;
        if (fa_judge_is_worse(judge, view->shown, i, f->worst)) {
            FA_TRY(fa_judge_worst(judge, view->shown, i, f));
            if (fate)
                fa_duty_show(judge, fate, f->worst);
            f->worst_us = us;
        }
    }
    FA_TRY(cite(judge, view, i, number));
    return fate && !is_pending ? fa_duty_cite(judge, fate, number) : FA_OK;
}

static enum fa_status fire_all(struct fa_judge *judge, struct fa_frame *fired)
{
    struct view view;
    const uint8_t *answers = fa_judge_except(judge, fired);
    if (!answers)
        return fa_failed(fired->slice);
    if (judge->owing)
        return fa_duty_owe_rows(judge, fired, answers);
    FA_TRY(look(judge, fired, true, &view));
    for (uint32_t i = 0; i < fired->count; i++) {
        bool is_undecided = answers[i] == FA_UNDECIDED ||
                            (fired->doubt && fired->doubt[i] & FA_DOUBT_EXCEPT);
        if (answers[i] != FA_EXCEPTED)
            FA_TRY(fire(judge, &view, i, is_undecided, NULL));
    }
    return FA_OK;
}

/* Row I of the view joins the indeterminate finding of its cause. */
static enum fa_status join_unknown(struct fa_judge *judge, const struct view *view, uint32_t i,
                                   struct fa_str cause)
{
    uint32_t number;
    FA_TRY(fa_judge_unknown(judge, filer_of(view, i), cause, &number));
    struct fa_finding *f = &judge->findings.items[number];
    int64_t us;
    if (time_of(judge, view, i, &us)) {
        if (!f->has_time || us < f->first_us)
            f->first_us = us;
        if (!f->has_time || us > f->last_us)
            f->last_us = us;
        f->worst_us = f->first_us;
        f->has_time = true;
        f->is_dated = view->clock->kind == FA_KIND_DATE;
    }
    return cite(judge, view, i, number);
}

static enum fa_status leave_unknown(struct fa_judge *judge, struct fa_frame *frame, const uint32_t *rows,
                                    uint32_t count)
{
    struct fa_frame *unknown = fa_frame_pick(frame, rows, count);
    struct view view;
    if (!unknown)
        return fa_failed(frame->slice);
    FA_TRY(look(judge, unknown, false, &view));
    for (uint32_t i = 0; i < count; i++) {
        struct fa_str cause = fa_stage_cause(judge->population.last, rows[i]);
        if (!cause.size)
            cause = fa_cause(frame, judge->when, rows[i]);
        FA_TRY(join_unknown(judge, &view, i, cause));
    }
    return FA_OK;
}

/* Of rows that owe only those are looked at again whose duty was not done. */
enum fa_status fa_row_cite(struct fa_judge *judge)
{
    struct fa_frame *frame = fa_stage_frame(&judge->run->stages, judge->population.last);
    if (!frame)
        return fa_failed(judge->run->stages.base->slice);
    uint32_t *rows = fa_pool_take(frame->slice->pool, ((size_t)frame->count + 1) * sizeof *rows);
    const struct fa_fate **fates =
        fa_pool_take(frame->slice->pool, ((size_t)frame->count + 1) * sizeof *fates);
    uint32_t count = 0;
    if (!rows || !fates)
        return fa_failed(frame->slice);
    for (uint32_t i = 0; i < frame->count; i++) {
        fates[count] = fa_duty_fate(judge, fa_frame_row(frame, i), frame->side ? frame->side[i] : 0);
        rows[count] = i;
        count += fates[count] != NULL;
    }
    if (!count)
        return FA_OK;
    struct fa_frame *few = fa_frame_pick(frame, rows, count);
    struct view view;
    if (!few)
        return fa_failed(frame->slice);
    FA_TRY(look(judge, few, true, &view));
    for (uint32_t i = 0; i < count; i++) {
        if (fates[i]->kind == FA_FATE_UNKNOWN)
            FA_TRY(join_unknown(judge, &view, i, judge->causes.items[fates[i]->cause - 1]));
        else
            FA_TRY(fire(judge, &view, i, fates[i]->is_undecided || judge->is_exception_absent, fates[i]));
    }
    return FA_OK;
}

enum fa_status fa_row_slice(struct fa_judge *judge)
{
    struct fa_frame *frame = fa_stage_frame(&judge->run->stages, judge->population.last);
    if (!frame)
        return fa_failed(judge->run->stages.base->slice);
    if (!frame->count)
        return FA_OK;
    const uint8_t *truths = fa_judge_truths(judge, frame);
    uint32_t *rows = fa_pool_take(frame->slice->pool, frame->count * sizeof *rows);
    uint32_t *others = fa_pool_take(frame->slice->pool, frame->count * sizeof *others);
    if (!truths || !rows || !others)
        return fa_failed(frame->slice);
    uint32_t fired = 0, unknown = 0;
    for (uint32_t i = 0; i < frame->count; i++) {
        rows[fired] = i;
        fired += truths[i] == FA_TRUE;
        others[unknown] = i;
        unknown += truths[i] == FA_UNKNOWN;
    }
    if (fired) {
        struct fa_frame *few = fa_frame_pick(frame, rows, fired);
        if (!few)
            return fa_failed(frame->slice);
        FA_TRY(fire_all(judge, few));
    }
    return unknown ? leave_unknown(judge, frame, others, unknown) : FA_OK;
}

/* --- the end --- */

/* What an exception read proved to be absent: nothing that fired is sure, so that of one key and
 * period the sure rows and those in doubt are one finding after all. */

static bool is_worst_of(const struct fa_judge *judge, const struct fa_finding *f, const struct fa_finding *than)
{
    int w = judge->rule->worst_shown;
    if (w < 0 || f->worst[w].is_missing || than->worst[w].is_missing || f->worst[w].is_none ||
        than->worst[w].is_none || fa_kind_is_text(f->worst[w].kind) || f->worst[w].kind == FA_KIND_BOOL)
        return false;
    int order = fa_ratio_compare((struct fa_ratio){f->worst[w].numerator, f->worst[w].denominator},
                                 (struct fa_ratio){than->worst[w].numerator, than->worst[w].denominator});
    if (order == 0)
        return f->worst_us < than->worst_us;
    return judge->rule->worst_is_smallest ? order < 0 : order > 0;
}

/* FROM joins INTO, whose first row came before. */
static enum fa_status join(struct fa_judge *judge, struct fa_finding *from, struct fa_finding *into)
{
    if (is_worst_of(judge, from, into)) {
        into->worst = from->worst;
        into->worst_us = from->worst_us;
    }
    into->last_us = into->last_us > from->last_us ? into->last_us : from->last_us;
    into->judged_count += from->judged_count;
    into->row_count += from->row_count;
    into->row_sum += from->row_sum;
    for (size_t i = 0; i < from->rows.count; i++)
        if (fa_vec_add(&into->rows, from->rows.items[i]) != FA_OK)
            return fa_out_of_memory(judge->run->sink, "findings");
    fa_vec_free(&from->rows);
    from->judged_count = 0;
    return FA_OK;
}

static void drop_joined(struct fa_judge *judge)
{
    size_t kept = 0;
    for (size_t i = 0; i < judge->findings.count; i++)
        if (judge->findings.items[i].judged_count)
            judge->findings.items[kept++] = judge->findings.items[i];
    judge->findings.count = kept;
}

enum fa_status fa_row_end(struct fa_judge *judge)
{
    struct fa_row_judge *row = judge->row;
    if (!judge->is_exception_absent)
        return FA_OK;
    int64_t sure_outcome = fa_judge_outcome(judge, false);
    for (size_t place = 0; place < row->gathered.count; place++) {
        const int64_t *tuple = &row->gathered.items[3 * place];
        uint32_t sure = fa_tuples_find(&row->gathered, (int64_t[]){tuple[0], tuple[1], sure_outcome});
        if (tuple[2] != FA_INDETERMINATE || sure == FA_NO_NUMBER)
            continue;
        uint32_t a = row->findings.items[sure], b = row->findings.items[place];
        /* findings are made in the order of their first rows */
        uint32_t first = a < b ? a : b, second = a < b ? b : a;
        FA_TRY(join(judge, &judge->findings.items[second], &judge->findings.items[first]));
    }
    drop_joined(judge);
    return FA_OK;
}

enum fa_status fa_row_cost(const struct fa_rule *rule, struct fa_cost *cost)
{
    cost->class = FA_COST_A;
    if (!is_gathered(rule))
        return FA_OK;
    FA_TRY(fa_cost_array(cost, FA_COST_FINDINGS, sizeof(uint32_t), 1));
    return fa_cost_add(cost, FA_COST_FINDINGS, FA_COST_TUPLES, 3, 1);
}
