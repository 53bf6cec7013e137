#include "rules/capture.h"

#include <stdlib.h>

enum fa_status fa_captures_init(struct fa_captures *captures, struct fa_judge *judge)
{
    size_t count = judge->units.captures.count;
    *captures = (struct fa_captures){.units = &judge->units};
    fa_arena_init(&captures->arena);
    captures->values = calloc(count + 1, sizeof *captures->values);
    captures->capacities = calloc(count + 1, sizeof *captures->capacities);
    return captures->values && captures->capacities
               ? FA_OK
               : fa_out_of_memory(judge->run->sink, "the plan of the rules");
}

void fa_captures_release(struct fa_captures *captures, struct fa_meter *meter)
{
    bool is_whole = captures->values && captures->capacities;
    for (size_t c = 0; is_whole && c < captures->units->captures.count; c++) {
        fa_meter_give(meter, captures->capacities[c] * sizeof **captures->values);
        free(captures->values[c]);
    }
    fa_meter_give(meter, captures->has_capacity * sizeof *captures->has);
    free(captures->values);
    free(captures->capacities);
    free(captures->has);
    fa_meter_release_arena(meter, &captures->arena);
}

enum fa_status fa_captures_take(struct fa_captures *captures, struct fa_judge *judge,
                                struct fa_frame *frame)
{
    struct fa_meter *meter = &judge->run->meter;
    size_t count = captures->units->captures.count, space = judge->keys.space->space;
    if (!count)
        return FA_OK;
    FA_TRY(fa_meter_reserve(meter, captures->has, &captures->has_capacity, space / 64 + 1));
    for (size_t c = 0; c < count; c++) {
        const struct fa_vector *v = fa_eval(frame, captures->units->captures.items[c]);
        if (!v)
            return fa_failed(frame->slice);
        FA_TRY(fa_meter_reserve(meter, captures->values[c], &captures->capacities[c], space));
        for (uint32_t i = 0; i < frame->count; i++) {
            uint32_t group = frame->group[i];
            if (captures->has[group / 64] >> group % 64 & 1)
                continue;
            struct fa_value *kept = &captures->values[c][group];
            if (kept->denominator)
                continue; /* of an earlier row of this slice */
            *kept = fa_vector_value(v, i);
            FA_TRY(fa_meter_text(meter, &captures->arena, &kept->text));
        }
    }
    for (uint32_t i = 0; i < frame->count; i++)
        captures->has[frame->group[i] / 64] |= UINT64_C(1) << frame->group[i] % 64;
    return FA_OK;
}

const struct fa_vector *fa_captures_vector(const struct fa_captures *captures, int capture,
                                           enum fa_kind kind, const uint32_t *groups, uint32_t count,
                                           struct fa_pool *pool)
{
    struct fa_vector *v = fa_pool_take(pool, sizeof *v);
    uint8_t *state = fa_pool_take(pool, count);
    struct fa_ratio *wide = fa_pool_take(pool, count * sizeof *wide);
    struct fa_str *texts = fa_pool_take(pool, count * sizeof *texts);
    if (!v || !state || !wide || !texts)
        return NULL;
    *v = (struct fa_vector){.kind = kind, .den = 1};
    for (uint32_t i = 0; i < count; i++) {
        struct fa_value value = {.is_missing = true};
        if (groups[i] < captures->capacities[capture])
            value = captures->values[capture][groups[i]];
        bool is_missing = value.is_missing || !value.denominator;
        state[i] = is_missing ? FA_MISSING : FA_HAS;
        if (kind == FA_KIND_BOOL)
            state[i] = is_missing ? FA_UNKNOWN : value.numerator != 0;
        wide[i] = is_missing ? (struct fa_ratio){0, 1}
                             : (struct fa_ratio){value.numerator, value.denominator};
        texts[i] = value.text;
    }
    if (kind == FA_KIND_BOOL) {
        v->truth = state;
        return v;
    }
    v->state = state;
    if (fa_kind_is_text(kind)) {
        v->texts = texts;
        return v;
    }
    /* Whole numbers must be narrow: ids are looked up by them. */
    int64_t *num = fa_pool_take(pool, count * sizeof *num);
    bool is_whole = num != NULL;
    for (uint32_t i = 0; is_whole && i < count; i++) {
        num[i] = (int64_t)wide[i].numerator;
        is_whole = wide[i].denominator == 1 && num[i] == wide[i].numerator;
    }
    v->num = is_whole ? num : NULL;
    v->wide = is_whole ? NULL : wide;
    return num ? v : NULL;
}

enum fa_status fa_captures_cost(const struct fa_rule *rule, struct fa_cost *cost)
{
    int count = fa_cost_captures(rule);
    if (!count)
        return FA_OK;
    FA_TRY(fa_cost_array(cost, FA_COST_KEYS, sizeof(struct fa_value), count));
    FA_TRY(fa_cost_array(cost, FA_COST_KEYS, 1, 1)); /* a bit each */
    return fa_cost_add(cost, FA_COST_KEYS, FA_COST_TEXTS, 0, count);
}
