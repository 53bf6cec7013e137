#include <string.h>

#include "rules/operators.h"
#include "value/identity.h"

static bool has_element(struct fa_str set, struct fa_str element)
{
    while (set.size) {
        const char *end = memchr(set.bytes, ';', set.size);
        size_t size = end ? (size_t)(end - set.bytes) : set.size;
        if (size == element.size && memcmp(set.bytes, element.bytes, size) == 0)
            return true;
        size_t step = end ? size + 1 : size;
        set.bytes += step;
        set.size -= step;
    }
    return false;
}

static int64_t element_count(struct fa_str set)
{
    int64_t count = set.size != 0;
    for (size_t i = 0; i < set.size; i++)
        count += set.bytes[i] == ';';
    return count;
}

static bool judge(int op, struct fa_str a, struct fa_str b)
{
    switch (op) {
    case FA_OP_SET_HAS:
        return has_element(a, b);
    case FA_OP_STARTS:
        return fa_str_starts(a, b);
    case FA_OP_CONTAINS:
        return fa_str_contains(a, b);
    case FA_OP_VALID_ID18:
        return fa_id18_valid(a);
    case FA_OP_VALID_ID15:
        return fa_id15_valid(a);
    case FA_OP_VALID_USCC:
        return fa_uscc_valid(a);
    case FA_OP_EARLY_USCC:
        return fa_uscc_early(a);
    case FA_OP_VALID_LEI:
        return fa_lei_valid(a);
    case FA_OP_VALID_LUHN:
        return fa_luhn_valid(a);
    default:
        return fa_iban_valid(a);
    }
}

/* Values that share their bytes with the row before are judged once. */
static uint8_t *judge_all(struct fa_pool *pool, int op, const struct fa_vector *a,
                          const struct fa_vector *b, const uint8_t *state, uint32_t n)
{
    uint8_t *truth = fa_pool_take(pool, n);
    if (!truth)
        return NULL;
    struct fa_str last_a = {NULL, 0}, last_b = {NULL, 0};
    uint8_t last = FA_UNKNOWN;
    for (uint32_t i = 0; i < n; i++) {
        if (state && state[i] != FA_HAS) {
            truth[i] = state[i] == FA_NONE ? FA_FALSE : FA_UNKNOWN;
            continue;
        }
        struct fa_str x = a->texts[fa_at(a, i)];
        struct fa_str y = b ? b->texts[fa_at(b, i)] : (struct fa_str){NULL, 0};
        if (last == FA_UNKNOWN || x.bytes != last_a.bytes || x.size != last_a.size ||
            y.bytes != last_b.bytes || y.size != last_b.size)
            last = judge(op, x, y);
        last_a = x;
        last_b = y;
        truth[i] = last;
    }
    return truth;
}

struct fa_vector *fa_op_text(struct fa_pool *pool, const struct fa_formula *f,
                             const struct fa_vector *const *args, uint32_t n)
{
    struct fa_vector *r = fa_result(pool, f);
    uint8_t *state;
    if (!r || !fa_merge_states(pool, args, f->arg_count, n, &state))
        return NULL;
    if (f->op != FA_OP_SIZE) {
        r->truth = judge_all(pool, f->op, args[0], f->arg_count > 1 ? args[1] : NULL, state, n);
        return r->truth ? r : NULL;
    }
    int64_t *num = fa_pool_take(pool, n * sizeof *num);
    if (!num)
        return NULL;
    for (uint32_t i = 0; i < n; i++)
        num[i] = state && state[i] != FA_HAS ? 0 : element_count(args[0]->texts[fa_at(args[0], i)]);
    r->num = num;
    r->state = state;
    return r;
}
