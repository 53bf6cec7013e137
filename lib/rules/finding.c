#include <stdlib.h>
#include <string.h>

#include "rules/view_rows.h"

enum fa_status fa_failed(const struct fa_slice *slice)
{
    if (slice->status != FA_OK)
        return slice->status;
    return fa_out_of_memory(slice->program->sink, "judging a rule");
}

/* --- outcomes --- */

const uint8_t *fa_judge_truths(struct fa_judge *judge, struct fa_frame *frame)
{
    const struct fa_vector *when = fa_eval(frame, judge->when);
    uint8_t *truths = fa_pool_take(frame->slice->pool, frame->count);
    if (!when || !truths)
        return NULL;
    if (when->is_const)
        memset(truths, when->truth[0], frame->count);
    else
        memcpy(truths, when->truth, frame->count);
    uint8_t instead = judge->rule->on_unknown == FA_UNKNOWN_FIRES    ? FA_TRUE
                      : judge->rule->on_unknown == FA_UNKNOWN_CLEARS ? FA_FALSE
                                                                     : FA_UNKNOWN;
    uint64_t fired = 0, unknown = 0;
    for (uint32_t i = 0; i < frame->count; i++) {
        truths[i] = truths[i] == FA_UNKNOWN ? instead : truths[i];
        /* What a rule says of unknown conditions is not said of rows that may not be its own. */
        if (frame->doubt && frame->doubt[i] & FA_DOUBT_MEMBER)
            truths[i] = FA_UNKNOWN;
        fired += truths[i] == FA_TRUE;
        unknown += truths[i] == FA_UNKNOWN;
    }
    judge->counts->tested += frame->count;
    judge->counts->fired += fired;
    judge->counts->unknown += unknown;
    judge->counts->clear += frame->count - fired - unknown;
    return truths;
}

const uint8_t *fa_judge_except(struct fa_judge *judge, struct fa_frame *fired)
{
    uint8_t *answers = fa_pool_take(fired->slice->pool, fired->count);
    if (!answers)
        return NULL;
    memset(answers, FA_STANDS, fired->count);
    for (int e = 0; e < judge->rule->except_finding_count; e++) {
        const struct fa_vector *v = fa_eval(fired, judge->except_findings[e]);
        if (!v)
            return NULL;
        for (uint32_t i = 0; i < fired->count; i++) {
            uint8_t truth = fa_truth_at(v, i);
            if (truth == FA_TRUE && answers[i] != FA_EXCEPTED) {
                answers[i] = FA_EXCEPTED;
                judge->counts->excepted_findings++;
            } else if (truth == FA_UNKNOWN && answers[i] == FA_STANDS) {
                answers[i] = FA_UNDECIDED;
            }
        }
    }
    return answers;
}

enum fa_outcome fa_judge_outcome(const struct fa_judge *judge, bool is_undecided)
{
    return is_undecided ? FA_INDETERMINATE : judge->rule->is_lead ? FA_LEAD : FA_VIOLATION;
}

/* --- values --- */

const struct fa_vector *const *fa_judge_shown(struct fa_judge *judge, struct fa_frame *frame)
{
    int count = judge->rule->shown_count;
    const struct fa_vector **shown =
        fa_pool_take(frame->slice->pool, ((size_t)count + 1) * sizeof *shown);
    for (int k = 0; shown && k < count; k++)
        if (!(shown[k] = fa_eval(frame, judge->shown[k])))
            return NULL;
    return shown;
}

static enum fa_status keep_text(struct fa_judge *judge, struct fa_value *value)
{
    if (!value->text.size)
        return FA_OK;
    FA_TRY(fa_meter_take(&judge->run->meter, value->text.size));
    value->text = fa_arena_str(judge->run->arena, value->text);
    return value->text.bytes ? FA_OK : fa_out_of_memory(judge->run->sink, "findings");
}

static enum fa_status new_values(struct fa_judge *judge, int count, struct fa_value **values)
{
    size_t size = ((size_t)count + 1) * sizeof **values;
    FA_TRY(fa_meter_take(&judge->run->meter, size));
    *values = fa_arena_alloc(judge->run->arena, size);
    return *values ? FA_OK : fa_out_of_memory(judge->run->sink, "findings");
}

enum fa_status fa_judge_values(struct fa_judge *judge, const struct fa_vector *const *shown, uint32_t i,
                               struct fa_value **values)
{
    FA_TRY(new_values(judge, judge->rule->shown_count, values));
    for (int k = 0; k < judge->rule->shown_count; k++) {
        (*values)[k] = fa_vector_value(shown[k], i);
        FA_TRY(keep_text(judge, &(*values)[k]));
    }
    return FA_OK;
}

enum fa_status fa_judge_worst(struct fa_judge *judge, const struct fa_vector *const *shown, uint32_t i,
                              struct fa_finding *finding)
{
    if (finding->worst == finding->first)
        return fa_judge_values(judge, shown, i, &finding->worst);
    for (int k = 0; k < judge->rule->shown_count; k++) {
        struct fa_value before = finding->worst[k];
        finding->worst[k] = fa_vector_value(shown[k], i);
        if (before.text.size && fa_str_equal(before.text, finding->worst[k].text))
            finding->worst[k].text = before.text;
        else
            FA_TRY(keep_text(judge, &finding->worst[k]));
    }
    return FA_OK;
}

bool fa_judge_is_worse(const struct fa_judge *judge, const struct fa_vector *const *shown, uint32_t i,
                       const struct fa_value *worst)
{
    int w = judge->rule->worst_shown;
    if (w < 0 || worst[w].is_missing || shown[w]->truth || shown[w]->texts)
        return false;
    /* A bound is missing as a value that is shown, and so is `none` as a number. */
    if (fa_state_at(shown[w], i) != FA_HAS || worst[w].is_none)
        return false;
    int order = fa_ratio_compare(fa_number_at(shown[w], i),
                                 (struct fa_ratio){worst[w].numerator, worst[w].denominator});
    return judge->rule->worst_is_smallest ? order < 0 : order > 0;
}

enum fa_status fa_judge_keys(struct fa_judge *judge, uint32_t group, struct fa_value **keys)
{
    FA_TRY(new_values(judge, judge->rule->key_count, keys));
    for (int k = 0; k < judge->rule->key_count; k++) {
        const struct fa_vector *v =
            fa_keyspace_part(judge->keys.space, k, &group, 1, &judge->run->unit_pool);
        if (!v)
            return fa_out_of_memory(judge->run->sink, "findings");
        (*keys)[k] = fa_vector_value(v, 0);
        FA_TRY(keep_text(judge, &(*keys)[k]));
    }
    return FA_OK;
}

int64_t fa_judge_instant(const struct fa_judge *judge, enum fa_kind kind, int64_t number)
{
    return kind == FA_KIND_DATE ? fa_day_start(number, &judge->rule->ruleset->zone) : number;
}

/* --- findings --- */

enum fa_status fa_judge_add(struct fa_judge *judge, const struct fa_finding *finding, uint32_t *number)
{
    *number = (uint32_t)judge->findings.count;
    FA_TRY(fa_meter_add(&judge->run->meter, &judge->findings, *finding));
    judge->findings.items[*number].rule = judge->rule;
    return FA_OK;
}

enum fa_status fa_cite_row(struct fa_judge *judge, uint32_t finding, int table, uint64_t row)
{
    struct fa_finding *f = &judge->findings.items[finding];
    struct fa_row_range *last = f->rows.count ? &f->rows.items[f->rows.count - 1] : NULL;
    struct fa_view_rows *view = fa_view_rows_find(judge->run, table);
    f->row_count++;
    f->has_sum = judge->rule->amount_column >= 0;
    if (view) /* the rows behind it are evidence */
        return fa_view_cite(view, row, judge, finding);
    if (last && last->table == table && row >= last->from_row && row <= last->to_row + 1) {
        last->to_row = row > last->to_row ? row : last->to_row;
        return FA_OK;
    }
    struct fa_row_range range = {table, row, row};
    return fa_meter_add(&judge->run->meter, &f->rows, range);
}

struct fa_str fa_judge_filer(const struct fa_judge *judge, int64_t filer)
{
    const struct fa_run *run = judge->run;
    if (filer >= 0 && filer < run->institution_count && run->institutions[filer].size)
        return run->institutions[filer];
    return run->head->filer;
}

enum fa_status fa_judge_cause(struct fa_judge *judge, struct fa_str text, uint16_t *number)
{
    for (size_t i = 0; i < judge->causes.count; i++)
        if (fa_str_equal(judge->causes.items[i], text)) {
            *number = (uint16_t)(i + 1);
            return FA_OK;
        }
    struct fa_str kept = fa_arena_str(judge->run->arena, text);
    if (!kept.bytes || judge->causes.count >= UINT16_MAX || fa_vec_add(&judge->causes, kept) != FA_OK)
        return fa_out_of_memory(judge->run->sink, "findings");
    *number = (uint16_t)judge->causes.count;
    return FA_OK;
}

enum fa_status fa_text_cause(struct fa_judge *judge, struct fa_str a, const char *b, struct fa_str c, uint16_t *number)
{
    struct fa_buf text;
    fa_buf_init(&text);
    enum fa_status status = FA_OK;
    if (fa_buf_add_str(&text, a) != FA_OK || fa_buf_add_text(&text, b) != FA_OK ||
        fa_buf_add_str(&text, c) != FA_OK)
        status = fa_out_of_memory(judge->run->sink, "findings");
    if (status == FA_OK)
        status = fa_judge_cause(judge, fa_buf_str(&text), number);
    fa_buf_release(&text);
    return status;
}

enum fa_status fa_outside_cause(struct fa_judge *judge, int my_table, uint16_t *number)
{
    return fa_text_cause(judge, judge->run->program.dictionary->tables[my_table].name,
                         " outside the covered period", (struct fa_str){"", 0}, number);
}

enum fa_status fa_judge_unknown(struct fa_judge *judge, int64_t filer, struct fa_str cause, uint32_t *number)
{
    uint16_t cause_no;
    uint32_t pair;
    FA_TRY(fa_judge_cause(judge, cause, &cause_no));
    FA_TRY(fa_tuples_add(&judge->unknowns, &judge->run->meter, (int64_t[]){filer, cause_no}, &pair));
    if (pair == judge->unknown_findings.count) {
        struct fa_finding finding = {.outcome = FA_INDETERMINATE,
                                     .cause = judge->causes.items[cause_no - 1],
                                     .filer = fa_judge_filer(judge, filer)};
        FA_TRY(fa_judge_add(judge, &finding, number));
        if (fa_vec_add(&judge->unknown_findings, *number) != FA_OK)
            return fa_out_of_memory(judge->run->sink, "findings");
    }
    *number = judge->unknown_findings.items[pair];
    judge->findings.items[*number].judged_count++;
    return FA_OK;
}

enum fa_status fa_judge_sum(struct fa_judge *judge, struct fa_frame *frame, fa_i128 *sum)
{
    if (!judge->amount)
        return FA_OK;
    const struct fa_vector *amount = fa_eval(frame, judge->amount);
    if (!amount)
        return fa_failed(frame->slice);
    for (uint32_t i = 0; i < frame->count; i++)
        if (fa_state_at(amount, i) == FA_HAS)
            *sum += fa_number_at(amount, i).numerator;
    return FA_OK;
}

bool fa_covers_find(const struct fa_run *run, int table, int64_t *from_day, int64_t *to_day)
{
    for (size_t i = 0; i < run->head->covers.count; i++)
        if (run->head->covers.items[i].table == table) {
            *from_day = run->head->covers.items[i].from_day;
            *to_day = run->head->covers.items[i].to_day;
            if (*to_day > run->program.as_of_day)
                *to_day = run->program.as_of_day;
            return true;
        }
    *from_day = INT64_MIN;
    *to_day = run->program.as_of_day;
    return false;
}
