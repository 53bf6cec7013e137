#include <string.h>

#include "rules/operators.h"

struct fa_vector *fa_result(struct fa_pool *pool, const struct fa_formula *f)
{
    struct fa_vector *r = fa_pool_take(pool, sizeof *r);
    if (r)
        *r = (struct fa_vector){.kind = f->kind, .den = 1};
    return r;
}

bool fa_merge_states(struct fa_pool *pool, const struct fa_vector *const *args, int arg_count,
                     uint32_t n, uint8_t **state)
{
    *state = NULL;
    for (int k = 0; k < arg_count; k++) {
        if (!args[k]->state)
            continue;
        if (!*state) {
            *state = fa_pool_take(pool, n);
            if (!*state)
                return false;
            memset(*state, FA_HAS, n);
        }
        for (uint32_t i = 0; i < n; i++) {
            uint8_t s = args[k]->state[fa_at(args[k], i)];
            if (s > FA_MISSING)
                s = FA_MISSING;
            if (s > (*state)[i])
                (*state)[i] = s;
        }
    }
    return true;
}

bool fa_narrow(struct fa_pool *pool, struct fa_vector *v, uint32_t n)
{
    for (uint32_t i = 0; i < n; i++)
        if (v->wide[i].denominator != 1 || v->wide[i].numerator != (int64_t)v->wide[i].numerator)
            return true;
    int64_t *num = fa_pool_take(pool, n * sizeof *num);
    if (!num)
        return false;
    for (uint32_t i = 0; i < n; i++)
        num[i] = (int64_t)v->wide[i].numerator;
    v->num = num;
    v->wide = NULL;
    return true;
}

/* --- narrow: 64 bits, and word of it when that was not enough --- */

FA_VECTORISE static bool add_narrow(const int64_t *restrict a, const int64_t *restrict b,
                                    int64_t *restrict r, uint32_t n)
{
    uint64_t overflow = 0;
    for (uint32_t i = 0; i < n; i++) {
        uint64_t x = (uint64_t)a[i], y = (uint64_t)b[i], sum = x + y;
        overflow |= (sum ^ x) & (sum ^ y);
        r[i] = (int64_t)sum;
    }
    return !(overflow >> 63);
}

FA_VECTORISE static bool subtract_narrow(const int64_t *restrict a, const int64_t *restrict b,
                                         int64_t *restrict r, uint32_t n)
{
    uint64_t overflow = 0;
    for (uint32_t i = 0; i < n; i++) {
        uint64_t x = (uint64_t)a[i], y = (uint64_t)b[i], difference = x - y;
        overflow |= (x ^ y) & (difference ^ x);
        r[i] = (int64_t)difference;
    }
    return !(overflow >> 63);
}

static bool multiply_narrow(const int64_t *restrict a, const int64_t *restrict b,
                            int64_t *restrict r, uint32_t n)
{
    bool overflow = false;
    for (uint32_t i = 0; i < n; i++)
        overflow |= __builtin_mul_overflow(a[i], b[i], &r[i]);
    return !overflow;
}

FA_VECTORISE static void least_narrow(const int64_t *restrict a, const int64_t *restrict b,
                                      int64_t *restrict r, uint32_t n, bool greatest)
{
    for (uint32_t i = 0; i < n; i++)
        r[i] = (a[i] < b[i]) != greatest ? a[i] : b[i];
}

/* False: this needs the wide form. R's memory is N numbers. */
static bool try_narrow(struct fa_pool *pool, int op, const struct fa_vector *a,
                       const struct fa_vector *b, uint32_t n, int64_t *num, int64_t *den)
{
    if (!a->num || !b->num)
        return false;
    if (op != FA_OP_MUL && a->den != b->den)
        return false;
    const int64_t *x = n == 1 ? a->num : fa_vector_spread(pool, a, n);
    const int64_t *y = n == 1 ? b->num : fa_vector_spread(pool, b, n);
    if (!x || !y)
        return false;
    *den = a->den;
    switch (op) {
    case FA_OP_ADD:
        return add_narrow(x, y, num, n);
    case FA_OP_SUB:
        return subtract_narrow(x, y, num, n);
    case FA_OP_MUL:
        return !__builtin_mul_overflow(a->den, b->den, den) && multiply_narrow(x, y, num, n);
    case FA_OP_MIN:
    case FA_OP_MAX:
        least_narrow(x, y, num, n, op == FA_OP_MAX);
        return true;
    default:
        return false;
    }
}

/* --- wide: exact rationals --- */

static bool combine(const struct fa_formula *f, int op, struct fa_ratio a, struct fa_ratio b,
                    struct fa_ratio *r)
{
    switch (op) {
    case FA_OP_ADD:
        return fa_rational_add(a, b, r);
    case FA_OP_SUB:
        if (__builtin_sub_overflow((fa_i128)0, b.numerator, &b.numerator))
            return false;
        return fa_rational_add(a, b, r);
    case FA_OP_MUL:
        return fa_rational_multiply(a, b, r);
    case FA_OP_DIV:
        return b.numerator != 0 && fa_rational_divide(a, b, r);
    case FA_OP_ROUND:
        return b.numerator > 0 && fa_rational_round(a, b, f->detail.rounding, r);
    case FA_OP_MIN:
        *r = fa_ratio_compare(a, b) <= 0 ? a : b;
        return true;
    default: /* FA_OP_MAX */
        *r = fa_ratio_compare(a, b) >= 0 ? a : b;
        return true;
    }
}

static bool combine_wide(struct fa_pool *pool, const struct fa_formula *f, int op,
                         const struct fa_vector *a, const struct fa_vector *b, uint32_t n,
                         uint8_t **state, struct fa_vector *r)
{
    struct fa_ratio *wide = fa_pool_take(pool, n * sizeof *wide);
    if (!wide)
        return false;
    for (uint32_t i = 0; i < n; i++) {
        wide[i] = (struct fa_ratio){0, 1};
        if (*state && (*state)[i] != FA_HAS)
            continue;
        if (combine(f, op, fa_number_at(a, i), fa_number_at(b, i), &wide[i]))
            continue;
        if (!*state) {
            *state = fa_pool_take(pool, n);
            if (!*state)
                return false;
            memset(*state, FA_HAS, n);
        }
        wide[i] = (struct fa_ratio){0, 1};
        (*state)[i] = FA_MISSING;
    }
    r->num = NULL;
    r->wide = wide;
    return fa_narrow(pool, r, n);
}

/* `none` is no limit: the least of it and a number is the number. */
static bool skip_none(struct fa_pool *pool, const struct fa_vector *const *args, uint32_t n,
                      uint8_t *state, struct fa_vector *r)
{
    struct fa_ratio *wide = NULL;
    for (uint32_t i = 0; i < n; i++) {
        if (state[i] != FA_NONE)
            continue;
        const struct fa_vector *other = fa_state_at(args[0], i) == FA_NONE ? args[1] : args[0];
        if (fa_state_at(other, i) != FA_HAS)
            continue;
        if (!wide) {
            const struct fa_ratio *old = fa_vector_widen(pool, r, n);
            wide = fa_pool_take(pool, n * sizeof *wide);
            if (!old || !wide)
                return false;
            memcpy(wide, old, n * sizeof *wide);
        }
        wide[i] = fa_number_at(other, i);
        state[i] = FA_HAS;
    }
    if (!wide)
        return true;
    r->num = NULL;
    r->wide = wide;
    r->den = 1;
    return fa_narrow(pool, r, n);
}

static struct fa_vector *binary(struct fa_pool *pool, const struct fa_formula *f, int op,
                                const struct fa_vector *a, const struct fa_vector *b, uint32_t n)
{
    const struct fa_vector *args[] = {a, b};
    struct fa_vector *r = fa_result(pool, f);
    uint8_t *state;
    if (!r || !fa_merge_states(pool, args, 2, n, &state))
        return NULL;
    int64_t *num = fa_pool_take(pool, n * sizeof *num);
    if (!num)
        return NULL;
    if (try_narrow(pool, op, a, b, n, num, &r->den)) {
        r->num = num;
    } else {
        r->den = 1;
        if (!combine_wide(pool, f, op, a, b, n, &state, r))
            return NULL;
    }
    if (op == FA_OP_MIN && state && !skip_none(pool, args, n, state, r))
        return NULL;
    r->state = state;
    return r;
}

/* A duration in whole days, where it is added to a date. */
static const struct fa_vector *in_days(struct fa_pool *pool, const struct fa_vector *v, uint32_t n)
{
    if (!v->num) /* no such duration has a date */
        return fa_vector_missing(pool, v->kind);
    struct fa_vector *r = fa_pool_take(pool, sizeof *r);
    uint32_t count = v->is_const ? 1 : n;
    int64_t *num = fa_pool_take(pool, count * sizeof *num);
    if (!r || !num)
        return NULL;
    *r = *v;
    for (uint32_t i = 0; i < count; i++)
        num[i] = fa_floor_div(v->num[i], FA_DAY_US);
    r->num = num;
    return r;
}

static struct fa_vector *scaled(struct fa_pool *pool, struct fa_vector *v, int64_t factor, uint32_t n)
{
    int64_t *num = fa_pool_take(pool, n * sizeof *num);
    if (!v || !num || !v->num)
        return NULL;
    for (uint32_t i = 0; i < n; i++)
        num[i] = v->num[i] * factor;
    v->num = num;
    return v;
}

static struct fa_vector *sum_or_difference(struct fa_pool *pool, const struct fa_formula *f,
                                           const struct fa_vector *a, const struct fa_vector *b,
                                           uint32_t n)
{
    if (f->kind == FA_KIND_DATE && b->kind == FA_KIND_DURATION && !(b = in_days(pool, b, n)))
        return NULL;
    if (f->kind == FA_KIND_DATE && a->kind == FA_KIND_DURATION && !(a = in_days(pool, a, n)))
        return NULL;
    struct fa_vector *r = binary(pool, f, f->op, a, b, n);
    if (f->kind == FA_KIND_DURATION && a->kind == FA_KIND_DATE)
        return scaled(pool, r, FA_DAY_US, n);
    return r;
}

static struct fa_vector *negate(struct fa_pool *pool, const struct fa_formula *f,
                                const struct fa_vector *a, uint32_t n)
{
    static const int64_t zero = 0;
    struct fa_vector nothing = {.kind = a->kind, .is_const = true, .num = &zero, .den = a->den};
    return binary(pool, f, FA_OP_SUB, &nothing, a, n);
}

static struct fa_vector *absolute(struct fa_pool *pool, const struct fa_formula *f,
                                  const struct fa_vector *a, uint32_t n)
{
    struct fa_vector *minus = negate(pool, f, a, n);
    if (!minus)
        return NULL;
    minus->is_const = a->is_const;
    return binary(pool, f, FA_OP_MAX, a, minus, n);
}

struct fa_vector *fa_op_number(struct fa_pool *pool, const struct fa_formula *f,
                               const struct fa_vector *const *args, uint32_t n)
{
    struct fa_vector *r;
    switch (f->op) {
    case FA_OP_ADD:
    case FA_OP_SUB:
        return sum_or_difference(pool, f, args[0], args[1], n);
    case FA_OP_NEG:
        return negate(pool, f, args[0], n);
    case FA_OP_ABS:
        return absolute(pool, f, args[0], n);
    case FA_OP_MIN:
    case FA_OP_MAX:
        r = binary(pool, f, f->op, args[0], args[f->arg_count > 1], n);
        for (int i = 2; r && i < f->arg_count; i++)
            r = binary(pool, f, f->op, r, args[i], n);
        return r;
    default: /* MUL, DIV, ROUND */
        return binary(pool, f, f->op, args[0], args[1], n);
    }
}
