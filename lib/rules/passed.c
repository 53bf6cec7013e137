#include "rules/passed.h"

#include <string.h>

#include "rules/operators.h"

enum fa_passed_form { PASSED_NUMBER, PASSED_WIDE, PASSED_NONE };

enum fa_status fa_passed_make(struct fa_judge *judge, const struct fa_formula *of, int index,
                              struct fa_passed_column *column)
{
    struct fa_formula_detail detail = fa_no_detail();
    *column = (struct fa_passed_column){.of = of};
    fa_texts_init(&column->texts);
    detail.scope = judge->rule_no;
    detail.index = FA_PASSED_LEAF + index;
    judge->passed_count = index < judge->passed_count ? judge->passed_count : index + 1;
    return fa_formula_make(&judge->run->program, FA_OP_STATE, of->kind, &detail, 0, NULL, &column->leaf);
}

void fa_passed_release(struct fa_passed_column *column, struct fa_meter *meter)
{
    fa_texts_release(&column->texts, meter);
}

static bool is_missing(const struct fa_vector *v, uint32_t i)
{
    return v->truth ? fa_truth_at(v, i) == FA_UNKNOWN : fa_state_at(v, i) >= FA_MISSING;
}

enum fa_status fa_passed_take(struct fa_passed_column *column, struct fa_judge *judge,
                              struct fa_frame *frame, const struct fa_vector *v, uint32_t i,
                              struct fa_passed *passed)
{
    *passed = (struct fa_passed){.form = PASSED_NUMBER};
    if (is_missing(v, i))
        return fa_judge_cause(judge, fa_cause(frame, column->of, i), &passed->cause);
    if (v->truth) {
        passed->number = fa_truth_at(v, i) == FA_TRUE;
        return FA_OK;
    }
    if (fa_state_at(v, i) == FA_NONE) {
        passed->form = PASSED_NONE;
        return FA_OK;
    }
    if (v->num && v->den == 1) {
        passed->number = v->num[fa_at(v, i)];
        return FA_OK;
    }
    struct fa_str bytes;
    struct fa_ratio ratio;
    if (v->texts) {
        bytes = v->texts[fa_at(v, i)];
    } else {
        memset(&ratio, 0, sizeof ratio);
        ratio = fa_number_at(v, i);
        bytes = (struct fa_str){(const char *)&ratio, sizeof ratio};
    }
    uint32_t number;
    FA_TRY(fa_texts_add(&column->texts, &judge->run->meter, bytes, true, &number));
    passed->number = number;
    passed->form = PASSED_WIDE;
    return FA_OK;
}

static const struct fa_vector *wide_vector(const struct fa_passed_column *column,
                                           const struct fa_passed *passed, uint32_t count,
                                           struct fa_vector *v, struct fa_pool *pool)
{
    struct fa_ratio *wide = fa_pool_take(pool, count * sizeof *wide);
    if (!wide)
        return NULL;
    for (uint32_t i = 0; i < count; i++) {
        wide[i] = (struct fa_ratio){passed[i].number, 1};
        if (passed[i].form == PASSED_WIDE)
            memcpy(&wide[i], column->texts.items[passed[i].number].bytes, sizeof wide[i]);
    }
    v->wide = wide;
    return fa_narrow(pool, v, count) ? v : NULL;
}

static const struct fa_vector *text_vector(const struct fa_passed_column *column,
                                           const struct fa_passed *passed, uint32_t count,
                                           struct fa_vector *v, struct fa_pool *pool)
{
    struct fa_str *texts = fa_pool_take(pool, count * sizeof *texts);
    for (uint32_t i = 0; texts && i < count; i++)
        texts[i] = passed[i].form == PASSED_WIDE ? column->texts.items[passed[i].number]
                                                 : (struct fa_str){"", 0};
    v->texts = texts;
    return texts ? v : NULL;
}

const struct fa_vector *fa_passed_vector(const struct fa_passed_column *column,
                                         const struct fa_passed *passed, uint32_t count,
                                         struct fa_pool *pool)
{
    struct fa_vector *v = fa_pool_take(pool, sizeof *v);
    uint8_t *state = fa_pool_take(pool, (size_t)count + 1);
    bool is_narrow = true, is_whole = true;
    if (!v || !state)
        return NULL;
    *v = (struct fa_vector){.kind = column->of->kind, .den = 1};
    for (uint32_t i = 0; i < count; i++) {
        state[i] = passed[i].cause ? FA_MISSING : passed[i].form == PASSED_NONE ? FA_NONE : FA_HAS;
        is_whole = is_whole && state[i] == FA_HAS;
        is_narrow = is_narrow && passed[i].form != PASSED_WIDE;
    }
    if (v->kind == FA_KIND_BOOL) {
        for (uint32_t i = 0; i < count; i++)
            state[i] = passed[i].cause ? FA_UNKNOWN : passed[i].number != 0;
        v->truth = state;
        return v;
    }
    v->state = is_whole ? NULL : state;
    if (fa_kind_is_text(v->kind))
        return text_vector(column, passed, count, v, pool);
    if (!is_narrow)
        return wide_vector(column, passed, count, v, pool);
    int64_t *num = fa_pool_take(pool, ((size_t)count + 1) * sizeof *num);
    for (uint32_t i = 0; num && i < count; i++)
        num[i] = passed[i].number;
    v->num = num;
    return num ? v : NULL;
}
