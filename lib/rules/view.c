/* Which flows were taken back: known before the first flow is judged, since a reversal comes later. */
#include <stdlib.h>
#include <string.h>

#include "rules/cost.h"
#include "rules/dense.h"
#include "rules/stage.h"

/* A bit for each hash of a name's end: nearly every flow is told from the few reversed ones without
 * a look into the table. */
enum { FILTER_BITS = 1 << 16 };

struct fa_reversed {
    struct fa_texts names;
    struct fa_tuples pairs; /* filer, number of the name */
    uint64_t filter[FILTER_BITS / 64];
};

struct fa_reversed *fa_reversed_new(void)
{
    struct fa_reversed *reversed = calloc(1, sizeof *reversed);
    if (!reversed)
        return NULL;
    fa_texts_init(&reversed->names);
    fa_tuples_init(&reversed->pairs, 2);
    return reversed;
}

void fa_reversed_free(struct fa_reversed *reversed, struct fa_meter *meter)
{
    if (!reversed)
        return;
    fa_texts_release(&reversed->names, meter);
    fa_tuples_release(&reversed->pairs, meter);
    free(reversed);
}

static uint32_t filter_bit(struct fa_str name)
{
    uint64_t end = name.size;
    size_t size = name.size < 8 ? name.size : 8;
    if (size)
        memcpy(&end, name.bytes + name.size - size, size);
    return (uint32_t)(end * UINT64_C(0x9E3779B97F4A7C15) >> 48);
}

enum fa_status fa_reversed_add(struct fa_reversed *reversed, struct fa_frame *frame,
                               const struct fa_formula *reverses, const struct fa_formula *filer)
{
    struct fa_meter *meter = frame->slice->program->meter;
    const struct fa_vector *names = fa_eval(frame, reverses);
    const struct fa_vector *filers = fa_eval(frame, filer);
    if (!names || !filers)
        return fa_out_of_memory(meter->sink, "the reversed flows");
    for (uint32_t i = 0; i < frame->count; i++) {
        if (fa_state_at(names, i) != FA_HAS)
            continue;
        struct fa_str name = names->texts[fa_at(names, i)];
        uint32_t number, pair;
        FA_TRY(fa_texts_add(&reversed->names, meter, name, true, &number));
        int64_t of = fa_state_at(filers, i) == FA_HAS ? filers->num[fa_at(filers, i)] : -1;
        FA_TRY(fa_tuples_add(&reversed->pairs, meter, (int64_t[]){of, number}, &pair));
        uint32_t bit = filter_bit(name);
        reversed->filter[bit / 64] |= UINT64_C(1) << bit % 64;
    }
    return FA_OK;
}

uint64_t fa_reversed_count(const struct fa_reversed *reversed)
{
    return !reversed                                        ? 0
           : reversed->pairs.count > reversed->names.count ? reversed->pairs.count
                                                            : reversed->names.count;
}

enum fa_status fa_reversed_cost(struct fa_cost *cost)
{
    FA_TRY(fa_cost_add(cost, FA_COST_REVERSALS, FA_COST_TEXTS, 0, 1));
    return fa_cost_add(cost, FA_COST_REVERSALS, FA_COST_TUPLES, 2, 1);
}

bool fa_reversed_is_empty(const struct fa_reversed *reversed)
{
    return !reversed || reversed->names.count == 0;
}

bool fa_reversed_has(const struct fa_reversed *reversed, int64_t filer, struct fa_str flow_id)
{
    uint32_t bit = filter_bit(flow_id);
    if (!(reversed->filter[bit / 64] >> bit % 64 & 1))
        return false;
    uint32_t number = fa_texts_find(&reversed->names, flow_id);
    return number != FA_NO_NUMBER &&
           fa_tuples_find(&reversed->pairs, (int64_t[]){filer, number}) != FA_NO_NUMBER;
}
