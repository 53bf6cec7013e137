#include <string.h>

#include "rules/operators.h"

/* Kleene: false decides a conjunction and true a disjunction, whatever is unknown beside it. */
FA_VECTORISE static void and_loop(const uint8_t *restrict a, const uint8_t *restrict b,
                                  uint8_t *restrict r, uint32_t n)
{
    for (uint32_t i = 0; i < n; i++) {
        uint8_t greater = a[i] > b[i] ? a[i] : b[i];
        r[i] = (a[i] != FA_FALSE) & (b[i] != FA_FALSE) ? greater : FA_FALSE;
    }
}

FA_VECTORISE static void or_loop(const uint8_t *restrict a, const uint8_t *restrict b,
                                 uint8_t *restrict r, uint32_t n)
{
    for (uint32_t i = 0; i < n; i++) {
        uint8_t greater = a[i] > b[i] ? a[i] : b[i];
        r[i] = (a[i] == FA_TRUE) | (b[i] == FA_TRUE) ? FA_TRUE : greater;
    }
}

static const uint8_t *spread_truth(struct fa_pool *pool, const struct fa_vector *v, uint32_t n)
{
    if (!v->is_const)
        return v->truth;
    uint8_t *truth = fa_pool_take(pool, n);
    return truth ? memset(truth, v->truth[0], n) : NULL;
}

uint8_t *fa_truth_and(struct fa_pool *pool, const struct fa_vector *a, const struct fa_vector *b, uint32_t n)
{
    uint8_t *r = fa_pool_take(pool, n);
    const uint8_t *x = spread_truth(pool, a, n), *y = spread_truth(pool, b, n);
    if (!r || !x || !y)
        return NULL;
    and_loop(x, y, r, n);
    return r;
}

uint8_t *fa_truth_or(struct fa_pool *pool, const struct fa_vector *a, const struct fa_vector *b, uint32_t n)
{
    uint8_t *r = fa_pool_take(pool, n);
    const uint8_t *x = spread_truth(pool, a, n), *y = spread_truth(pool, b, n);
    if (!r || !x || !y)
        return NULL;
    or_loop(x, y, r, n);
    return r;
}

static uint8_t *negate(struct fa_pool *pool, const struct fa_vector *a, uint32_t n)
{
    static const uint8_t inverse[] = {FA_TRUE, FA_FALSE, FA_UNKNOWN};
    uint8_t *r = fa_pool_take(pool, n);
    for (uint32_t i = 0; r && i < n; i++)
        r[i] = inverse[fa_truth_at(a, i)];
    return r;
}

/* Row I of the result is that of sources[choice[i]]; a choice of -1 is missing. */
static struct fa_vector *choose(struct fa_pool *pool, const struct fa_formula *f,
                                const struct fa_vector *const *sources, int source_count,
                                const int16_t *choice, uint32_t n)
{
    struct fa_vector *r = fa_result(pool, f);
    uint8_t *state = fa_pool_take(pool, n);
    if (!r || !state)
        return NULL;
    if (f->kind == FA_KIND_BOOL) {
        for (uint32_t i = 0; i < n; i++)
            state[i] = choice[i] < 0 ? FA_UNKNOWN : fa_truth_at(sources[choice[i]], i);
        r->truth = state;
        return r;
    }
    for (uint32_t i = 0; i < n; i++)
        state[i] = choice[i] < 0 ? FA_MISSING : fa_state_at(sources[choice[i]], i);
    r->state = state;
    if (fa_kind_is_text(f->kind)) {
        struct fa_str *texts = fa_pool_take(pool, n * sizeof *texts);
        for (uint32_t i = 0; texts && i < n; i++)
            texts[i] = choice[i] < 0 ? (struct fa_str){"", 0}
                                     : sources[choice[i]]->texts[fa_at(sources[choice[i]], i)];
        r->texts = texts;
        return texts ? r : NULL;
    }
    bool is_narrow = true;
    for (int k = 0; k < source_count; k++)
        is_narrow = is_narrow && sources[k]->num && sources[k]->den == sources[0]->den;
    if (is_narrow) {
        int64_t *num = fa_pool_take(pool, n * sizeof *num);
        for (uint32_t i = 0; num && i < n; i++)
            num[i] = choice[i] < 0 ? 0 : sources[choice[i]]->num[fa_at(sources[choice[i]], i)];
        r->num = num;
        r->den = sources[0]->den;
        return num ? r : NULL;
    }
    struct fa_ratio *wide = fa_pool_take(pool, n * sizeof *wide);
    for (uint32_t i = 0; wide && i < n; i++)
        wide[i] = choice[i] < 0 ? (struct fa_ratio){0, 1} : fa_number_at(sources[choice[i]], i);
    r->wide = wide;
    return wide && fa_narrow(pool, r, n) ? r : NULL;
}

static bool is_there(const struct fa_vector *v, uint32_t i)
{
    return v->truth ? fa_truth_at(v, i) != FA_UNKNOWN : fa_state_at(v, i) < FA_MISSING;
}

static struct fa_vector *otherwise(struct fa_pool *pool, const struct fa_formula *f,
                                   const struct fa_vector *const *args, uint32_t n)
{
    int16_t *choice = fa_pool_take(pool, n * sizeof *choice);
    if (!choice)
        return NULL;
    for (uint32_t i = 0; i < n; i++)
        choice[i] = !is_there(args[0], i);
    return choose(pool, f, args, 2, choice, n);
}

/* The first condition that is true chooses; one that is unknown before it makes the result missing. */
static struct fa_vector *pick_case(struct fa_pool *pool, const struct fa_formula *f,
                                   const struct fa_vector *const *args, uint32_t n)
{
    int count = f->arg_count / 2 + f->arg_count % 2;
    const struct fa_vector **values = fa_pool_take(pool, ((size_t)count + 1) * sizeof *values);
    int16_t *choice = fa_pool_take(pool, n * sizeof *choice);
    if (!values || !choice)
        return NULL;
    for (int k = 0; k < f->arg_count / 2; k++)
        values[k] = args[2 * k + 1];
    if (f->arg_count % 2)
        values[count - 1] = args[f->arg_count - 1];
    for (uint32_t i = 0; i < n; i++) {
        choice[i] = f->arg_count % 2 ? (int16_t)(count - 1) : -1;
        for (int k = 0; k < f->arg_count / 2; k++) {
            uint8_t truth = fa_truth_at(args[2 * k], i);
            if (truth == FA_FALSE)
                continue;
            choice[i] = truth == FA_TRUE ? (int16_t)k : -1;
            break;
        }
    }
    return choose(pool, f, values, count, choice, n);
}

struct fa_vector *fa_op_logic(struct fa_pool *pool, const struct fa_formula *f,
                              const struct fa_vector *const *args, uint32_t n)
{
    if (f->op == FA_OP_ELSE)
        return otherwise(pool, f, args, n);
    if (f->op == FA_OP_CASE)
        return pick_case(pool, f, args, n);
    struct fa_vector *r = fa_result(pool, f);
    if (!r)
        return NULL;
    r->truth = negate(pool, args[0], n);
    return r->truth ? r : NULL;
}
