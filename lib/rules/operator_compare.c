#include <string.h>

#include "rules/flows.h"
#include "rules/operators.h"

/* The six comparisons of two arrays, or of an array with one number. */
#define COMPARE_LOOP(name, type, a_item, b_item)                                                   \
    FA_VECTORISE static void name(int op, const type *restrict a, const type *restrict b,          \
                                  uint8_t *restrict r, uint32_t n)                                 \
    {                                                                                              \
        switch (op) {                                                                              \
        case FA_OP_EQ:                                                                             \
            for (uint32_t i = 0; i < n; i++)                                                       \
                r[i] = a_item == b_item;                                                           \
            break;                                                                                 \
        case FA_OP_NE:                                                                             \
            for (uint32_t i = 0; i < n; i++)                                                       \
                r[i] = a_item != b_item;                                                           \
            break;                                                                                 \
        case FA_OP_LT:                                                                             \
            for (uint32_t i = 0; i < n; i++)                                                       \
                r[i] = a_item < b_item;                                                            \
            break;                                                                                 \
        case FA_OP_LE:                                                                             \
            for (uint32_t i = 0; i < n; i++)                                                       \
                r[i] = a_item <= b_item;                                                           \
            break;                                                                                 \
        case FA_OP_GT:                                                                             \
            for (uint32_t i = 0; i < n; i++)                                                       \
                r[i] = a_item > b_item;                                                            \
            break;                                                                                 \
        default:                                                                                   \
            for (uint32_t i = 0; i < n; i++)                                                       \
                r[i] = a_item >= b_item;                                                           \
        }                                                                                          \
    }

COMPARE_LOOP(compare_arrays, int64_t, a[i], b[i])
COMPARE_LOOP(compare_with_one, int64_t, a[i], *b)
COMPARE_LOOP(compare_truths, uint8_t, a[i], b[i])

static int mirrored(int op)
{
    switch (op) {
    case FA_OP_LT:
        return FA_OP_GT;
    case FA_OP_LE:
        return FA_OP_GE;
    case FA_OP_GT:
        return FA_OP_LT;
    case FA_OP_GE:
        return FA_OP_LE;
    default:
        return op;
    }
}

bool fa_order_holds(int op, int order)
{
    switch (op) {
    case FA_OP_EQ:
        return order == 0;
    case FA_OP_NE:
        return order != 0;
    case FA_OP_LT:
        return order < 0;
    case FA_OP_LE:
        return order <= 0;
    case FA_OP_GT:
        return order > 0;
    default:
        return order >= 0;
    }
}

static void compare_numbers(int op, const struct fa_vector *a, const struct fa_vector *b,
                            uint8_t *truth, uint32_t n)
{
    bool is_narrow = a->num && b->num && a->den == b->den;
    if (is_narrow && b->is_const)
        compare_with_one(op, a->num, b->num, truth, n);
    else if (is_narrow && a->is_const)
        compare_with_one(mirrored(op), b->num, a->num, truth, n);
    else if (is_narrow)
        compare_arrays(op, a->num, b->num, truth, n);
    else if (a->num && b->num)
        for (uint32_t i = 0; i < n; i++) {
            fa_i128 x = (fa_i128)a->num[fa_at(a, i)] * b->den;
            fa_i128 y = (fa_i128)b->num[fa_at(b, i)] * a->den;
            truth[i] = fa_order_holds(op, (x > y) - (x < y));
        }
    else
        for (uint32_t i = 0; i < n; i++)
            truth[i] = fa_order_holds(op, fa_ratio_compare(fa_number_at(a, i), fa_number_at(b, i)));
}

/* Rows of a dictionary-encoded column share their bytes: the same place and size is the same text,
 * which saves the look at the bytes when the value before was the same. */
static void compare_texts(int op, const struct fa_vector *a, const struct fa_vector *b,
                          uint8_t *truth, uint32_t n)
{
    const char *last_bytes = NULL;
    size_t last_size = 0;
    bool last = false;
    bool is_constant = b->is_const;
    for (uint32_t i = 0; i < n; i++) {
        struct fa_str x = a->texts[fa_at(a, i)], y = b->texts[fa_at(b, i)];
        if (!is_constant || x.bytes != last_bytes || x.size != last_size || !last_bytes) {
            last = x.size == y.size && (x.size == 0 || memcmp(x.bytes, y.bytes, x.size) == 0);
            last_bytes = x.bytes;
            last_size = x.size;
        }
        truth[i] = last == (op == FA_OP_EQ);
    }
}

/* What a comparison comes to when the left side is known to be at least A. */
static uint8_t compare_bound(int op, struct fa_ratio a, struct fa_ratio b)
{
    int order = fa_ratio_compare(a, b);
    switch (op) {
    case FA_OP_GT:
        return order > 0 ? FA_TRUE : FA_UNKNOWN;
    case FA_OP_GE:
        return order >= 0 ? FA_TRUE : FA_UNKNOWN;
    case FA_OP_LT:
        return order >= 0 ? FA_FALSE : FA_UNKNOWN;
    case FA_OP_LE:
    case FA_OP_EQ:
        return order > 0 ? FA_FALSE : FA_UNKNOWN;
    default:
        return order > 0 ? FA_TRUE : FA_UNKNOWN;
    }
}

static void apply_states(int op, const struct fa_vector *a, const struct fa_vector *b,
                         uint8_t *truth, uint32_t n)
{
    for (uint32_t i = 0; i < n; i++) {
        uint8_t x = fa_state_at(a, i), y = fa_state_at(b, i);
        if (x == FA_HAS && y == FA_HAS)
            continue;
        if (x == FA_NONE || y == FA_NONE)
            truth[i] = FA_FALSE;
        else if (x == FA_BOUND && y == FA_HAS)
            truth[i] = compare_bound(op, fa_number_at(a, i), fa_number_at(b, i));
        else if (x == FA_HAS && y == FA_BOUND)
            truth[i] = compare_bound(mirrored(op), fa_number_at(b, i), fa_number_at(a, i));
        else
            truth[i] = FA_UNKNOWN;
    }
}

/* Rates of flows are at, above or below a number: exactly, without being had as numbers. */
static void compare_rates(int op, const struct fa_vector *a, const struct fa_vector *b, uint8_t *truth,
                          uint32_t n)
{
    for (uint32_t i = 0; i < n; i++) {
        uint8_t x = fa_state_at(a, i), y = fa_state_at(b, i);
        int order = 0;
        if (y == FA_NONE)
            truth[i] = FA_FALSE;
        else if (x != FA_HAS || y != FA_HAS ||
                 !fa_irr_compare(a->rates[fa_at(a, i)], fa_number_at(b, i), &a->rates_memory->asked, &order))
            truth[i] = FA_UNKNOWN;
        else
            truth[i] = fa_order_holds(op, order);
    }
}

static uint8_t *compare(struct fa_pool *pool, int op, const struct fa_vector *a,
                        const struct fa_vector *b, uint32_t n)
{
    uint8_t *truth = fa_pool_take(pool, n);
    if (!truth)
        return NULL;
    if (a->rates || b->rates) {
        compare_rates(a->rates ? op : mirrored(op), a->rates ? a : b, a->rates ? b : a, truth, n);
        return truth;
    }
    if (a->truth) {
        for (uint32_t i = 0; i < n; i++) {
            uint8_t x = fa_truth_at(a, i), y = fa_truth_at(b, i);
            compare_truths(op, &x, &y, &truth[i], 1);
            if (x == FA_UNKNOWN || y == FA_UNKNOWN)
                truth[i] = FA_UNKNOWN;
        }
        return truth;
    }
    if (a->texts)
        compare_texts(op, a, b, truth, n);
    else
        compare_numbers(op, a, b, truth, n);
    if (a->state || b->state)
        apply_states(op, a, b, truth, n);
    return truth;
}

/* Membership in a list of small constants, such as enum values, is one bit of a mask. */
static bool make_mask(const struct fa_formula *f, uint64_t *mask)
{
    *mask = 0;
    if (f->args[0]->kind != FA_KIND_ENUM)
        return false;
    for (int i = 1; i < f->arg_count; i++) {
        const struct fa_value *value = &f->args[i]->value;
        if (f->args[i]->op != FA_OP_CONST || value->is_missing || value->is_none ||
            value->numerator < 0 || value->numerator > 63)
            return false;
        *mask |= UINT64_C(1) << value->numerator;
    }
    return true;
}

static uint8_t *in_mask(struct fa_pool *pool, const struct fa_vector *a, uint64_t mask, uint32_t n)
{
    uint8_t *truth = fa_pool_take(pool, n);
    if (!truth)
        return NULL;
    for (uint32_t i = 0; i < n; i++) {
        uint64_t value = (uint64_t)a->num[i];
        truth[i] = value < 64 && (mask >> value & 1);
    }
    for (uint32_t i = 0; a->state && i < n; i++)
        if (a->state[i] != FA_HAS)
            truth[i] = a->state[i] == FA_NONE ? FA_FALSE : FA_UNKNOWN;
    return truth;
}

static uint8_t *in(struct fa_pool *pool, const struct fa_formula *f,
                   const struct fa_vector *const *args, uint32_t n)
{
    uint64_t mask;
    if (args[0]->num && args[0]->den == 1 && make_mask(f, &mask))
        return in_mask(pool, args[0], mask, n);
    struct fa_vector any = {.kind = FA_KIND_BOOL};
    for (int i = 1; i < f->arg_count; i++) {
        struct fa_vector one = {.kind = FA_KIND_BOOL};
        one.truth = compare(pool, FA_OP_EQ, args[0], args[i], n);
        if (!one.truth)
            return NULL;
        any.truth = any.truth ? fa_truth_or(pool, &any, &one, n) : one.truth;
        if (!any.truth)
            return NULL;
    }
    uint8_t *truth = fa_pool_take(pool, n);
    if (!truth)
        return NULL;
    if (any.truth)
        memcpy(truth, any.truth, n);
    else
        memset(truth, FA_FALSE, n);
    return truth;
}

static bool is_there(const struct fa_vector *v, uint32_t i)
{
    return fa_state_at(v, i) == FA_HAS;
}

/* What lies behind a reference that leads nowhere is neither missing nor given. */
static void doubt_missing(const struct fa_vector *reference, const struct fa_vector *row, uint8_t *truth,
                          uint32_t n)
{
    for (uint32_t i = 0; i < n; i++)
        if (truth[i] == FA_TRUE && is_there(reference, i) && !is_there(row, i))
            truth[i] = FA_UNKNOWN;
}

static uint8_t *is_missing(struct fa_pool *pool, const struct fa_formula *f,
                           const struct fa_vector *const *args, uint32_t n)
{
    const struct fa_vector *a = args[0];
    uint8_t *truth = fa_pool_take(pool, n);
    if (!truth)
        return NULL;
    for (uint32_t i = 0; i < n; i++)
        truth[i] = a->truth ? fa_truth_at(a, i) == FA_UNKNOWN : fa_state_at(a, i) >= FA_MISSING;
    for (int k = 1; k + 1 < f->arg_count; k += 2)
        doubt_missing(args[k], args[k + 1], truth, n);
    return truth;
}

struct fa_vector *fa_op_compare(struct fa_pool *pool, const struct fa_formula *f,
                                const struct fa_vector *const *args, uint32_t n)
{
    struct fa_vector *r = fa_result(pool, f);
    if (!r)
        return NULL;
    if (f->op == FA_OP_IN)
        r->truth = in(pool, f, args, n);
    else if (f->op == FA_OP_IS_MISSING)
        r->truth = is_missing(pool, f, args, n);
    else
        r->truth = compare(pool, f->op, args[0], args[1], n);
    return r->truth ? r : NULL;
}
