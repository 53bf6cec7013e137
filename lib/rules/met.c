#include "rules/met.h"

#include <stdlib.h>
#include <string.h>

#include "base/hash.h"

enum { BATCH = 4096 };

uint64_t fa_met_hash(uint64_t so_far, const struct fa_value *part)
{
    uint8_t number[8];
    struct fa_hash_key key = {so_far, 0};
    if (part->kind == FA_KIND_TEXT)
        return fa_hash64(key, part->text.bytes, part->text.size);
    if (part->kind != FA_KIND_ID)
        return so_far;
    fa_store_u64(number, (uint64_t)part->numerator);
    return fa_hash64(key, number, sizeof number);
}

static int compare_hashes(const void *a, const void *b)
{
    uint64_t x, y;
    memcpy(&x, a, sizeof x);
    memcpy(&y, b, sizeof y);
    return (x > y) - (x < y);
}

bool fa_met_has(const struct fa_met *met, uint64_t hash)
{
    return met->list.count && bsearch(&hash, met->list.items, met->list.count,
                                      sizeof *met->list.items, compare_hashes);
}

static enum fa_status mark(struct fa_judge *judge, uint64_t number)
{
    FA_TRY(fa_meter_reserve(&judge->run->meter, judge->met, &judge->met_capacity,
                            (size_t)(number / 8 + 1)));
    judge->met[number / 8] |= (uint8_t)(1u << number % 8);
    return FA_OK;
}

enum fa_status fa_met_slice(struct fa_judge *judge)
{
    struct fa_frame *frame = fa_stage_frame(&judge->run->stages, judge->population.last);
    bool is_of_rows = judge->rule->key_count == 0;
    if (!frame)
        return fa_failed(judge->run->stages.base->slice);
    if (!is_of_rows && frame->count && !frame->group)
        return FA_OK; /* its keys are numbered elsewhere: chains of flows */
    judge->has_met = true;
    for (uint32_t i = 0; i < frame->count; i++) {
        uint64_t number = is_of_rows ? fa_frame_row(frame, i) : frame->group[i];
        if (is_of_rows || number != FA_NO_NUMBER)
            FA_TRY(mark(judge, number));
    }
    return FA_OK;
}

static enum fa_status add_batch(struct fa_judge *judge, const uint32_t *groups, uint32_t count,
                                struct fa_met *met)
{
    struct fa_run *run = judge->run;
    const struct fa_vector *parts[FA_KEY_PARTS_MAX];
    fa_pool_clear(&run->unit_pool);
    for (int k = 0; k < judge->rule->key_count; k++)
        if (!(parts[k] = fa_keyspace_part(judge->keys.space, k, groups, count, &run->unit_pool)))
            return fa_out_of_memory(run->sink, "the keys of a rule");
    for (uint32_t i = 0; i < count; i++) {
        uint64_t hash = 0;
        for (int k = 0; k < judge->rule->key_count; k++) {
            struct fa_value value = fa_vector_value(parts[k], i);
            hash = fa_met_hash(hash, &value);
        }
        if (fa_vec_add(&met->list, hash) != FA_OK)
            return fa_out_of_memory(run->sink, "the keys of a rule");
    }
    return FA_OK;
}

enum fa_status fa_met_end(struct fa_judge *judge, struct fa_met *met)
{
    uint32_t groups[BATCH], count = 0;
    met->is_known = judge->has_met;
    if (judge->rule->key_count == 0) {
        met->rows = judge->met;
        met->row_bytes = judge->met_capacity;
        judge->met = NULL;
        judge->met_capacity = 0;
        return FA_OK;
    }
    for (size_t byte = 0; byte < judge->met_capacity; byte++)
        for (int bit = 0; bit < 8 && judge->met[byte]; bit++) {
            if (!(judge->met[byte] >> bit & 1))
                continue;
            groups[count++] = (uint32_t)(byte * 8) + (uint32_t)bit;
            if (count < BATCH)
                continue;
            FA_TRY(add_batch(judge, groups, count, met));
            count = 0;
        }
    if (count)
        FA_TRY(add_batch(judge, groups, count, met));
    if (met->list.count)
        qsort(met->list.items, met->list.count, sizeof *met->list.items, compare_hashes);
    return FA_OK;
}
