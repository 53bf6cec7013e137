#include "rules/met.h"

#include <stdlib.h>
#include <string.h>

#include "base/hash.h"

enum { BATCH = 4096, TUPLE_WIDTH = 3 };

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

uint64_t fa_met_hash_period(uint64_t so_far, int64_t first_day)
{
    uint8_t number[8];
    fa_store_u64(number, (uint64_t)first_day);
    return fa_hash64((struct fa_hash_key){so_far, 1}, number, sizeof number);
}

uint64_t fa_met_hash_table(uint64_t so_far, struct fa_str table, int64_t first_day)
{
    const struct fa_value name = {.kind = FA_KIND_TEXT, .text = table};
    return fa_met_hash_period(fa_met_hash(so_far, &name), first_day);
}

static int compare_keys(const void *left, const void *right)
{
    const struct fa_met_key *a = left, *b = right;
    return (a->hash > b->hash) - (a->hash < b->hash);
}

uint64_t fa_met_rows(const struct fa_met *met, uint64_t hash)
{
    const struct fa_met_key wanted = {hash, 0};
    const struct fa_met_key *found =
        met->list.count ? bsearch(&wanted, met->list.items, met->list.count,
                                  sizeof *met->list.items, compare_keys)
                        : NULL;
    return found ? found->rows : 0;
}

static enum fa_status mark(struct fa_judge *judge, uint64_t number)
{
    FA_TRY(fa_meter_reserve(&judge->run->meter, judge->met, &judge->met_capacity,
                            (size_t)(number / 8 + 1)));
    judge->met[number / 8] |= (uint8_t)(1u << number % 8);
    return FA_OK;
}

enum { NO_TABLE = -1 };

static enum fa_status count_row(struct fa_judge *judge, uint32_t group, int64_t first_day, int table)
{
    const int64_t tuple[TUPLE_WIDTH] = {group, first_day, table};
    uint32_t number;
    if (!judge->met_keys.width)
        fa_tuples_init(&judge->met_keys, TUPLE_WIDTH);
    FA_TRY(fa_tuples_add(&judge->met_keys, &judge->run->meter, tuple, &number));
    FA_TRY(fa_meter_reserve(&judge->run->meter, judge->met_rows, &judge->met_rows_capacity,
                            (size_t)number + 1));
    judge->met_rows[number]++;
    return FA_OK;
}

/* Rows without a day are in no period. */
static enum fa_status count_rows(struct fa_judge *judge, struct fa_frame *frame)
{
    const struct fa_rule *rule = judge->rule;
    const struct fa_formula *formula = judge->population.scope.day;
    const struct fa_vector *day = NULL;
    if (frame->count && rule->has_period && formula && !(day = fa_eval(frame, formula)))
        return fa_failed(judge->run->stages.base->slice);
    /* chains begin with who pays, and their rows are numbered by who is paid */
    const uint32_t *payers = NULL;
    if (rule->way == FA_WAY_HOPS && !(payers = fa_keys_number(&judge->keys, frame)))
        return fa_failed(frame->slice);
    for (uint32_t i = 0; i < frame->count; i++) {
        bool has_day = !day || (fa_state_at(day, i) == FA_HAS && day->num);
        int64_t first = day && has_day ? fa_period_first(rule->period, day->num[fa_at(day, i)]) : 0;
        if (frame->group[i] != FA_NO_NUMBER && has_day)
            FA_TRY(count_row(judge, frame->group[i], first, NO_TABLE));
        if (payers && payers[i] != FA_NO_NUMBER && payers[i] != frame->group[i])
            FA_TRY(count_row(judge, payers[i], first, NO_TABLE));
    }
    return FA_OK;
}

enum fa_status fa_met_table(struct fa_judge *judge, struct fa_frame *frame, int table,
                            const struct fa_formula *day)
{
    const struct fa_vector *days = NULL;
    if (!judge->notes_met || !frame->count)
        return FA_OK;
    if (day && !(days = fa_eval(frame, day)))
        return fa_failed(frame->slice);
    for (uint32_t i = 0; i < frame->count; i++) {
        uint32_t group = frame->group[i];
        if (group == FA_NO_NUMBER)
            continue;
        FA_TRY(count_row(judge, group, FA_MET_EVER, table));
        if (days && fa_state_at(days, i) == FA_HAS)
            FA_TRY(count_row(judge, group, fa_period_first(FA_PERIOD_MONTH, days->num[fa_at(days, i)]), table));
    }
    return FA_OK;
}

enum fa_status fa_met_slice(struct fa_judge *judge)
{
    struct fa_frame *frame = fa_stage_frame(&judge->run->stages, judge->population.last);
    bool is_of_rows = judge->rule->key_count == 0;
    if (!frame)
        return fa_failed(judge->run->stages.base->slice);
    judge->is_met_untold |= !is_of_rows && frame->count && !frame->group; /* chains of flows */
    if (judge->is_met_untold)
        return FA_OK;
    if (!is_of_rows)
        return count_rows(judge, frame);
    for (uint32_t i = 0; i < frame->count; i++)
        FA_TRY(mark(judge, fa_frame_row(frame, i)));
    return FA_OK;
}

/* COUNT of the keys met, from FROM on. */
static enum fa_status add_batch(struct fa_judge *judge, size_t from, uint32_t count,
                                struct fa_met *met)
{
    struct fa_run *run = judge->run;
    const struct fa_vector *parts[FA_KEY_PARTS_MAX];
    uint32_t groups[BATCH];
    for (uint32_t i = 0; i < count; i++)
        groups[i] = (uint32_t)judge->met_keys.items[TUPLE_WIDTH * (from + i)];
    fa_pool_clear(&run->unit_pool);
    for (int k = 0; k < judge->rule->key_count; k++)
        if (!(parts[k] = fa_keyspace_part(judge->keys.space, k, groups, count, &run->unit_pool)))
            return fa_out_of_memory(run->sink, "the keys of a rule");
    for (uint32_t i = 0; i < count; i++) {
        const int64_t *tuple = &judge->met_keys.items[TUPLE_WIDTH * (from + i)];
        struct fa_met_key key = {0, judge->met_rows[from + i]};
        for (int k = 0; k < judge->rule->key_count; k++) {
            struct fa_value value = fa_vector_value(parts[k], i);
            key.hash = fa_met_hash(key.hash, &value);
        }
        if (tuple[2] != NO_TABLE)
            key.hash = fa_met_hash_table(key.hash, run->head->dictionary.tables[tuple[2]].name, tuple[1]);
        else if (judge->rule->has_period)
            key.hash = fa_met_hash_period(key.hash, tuple[1]);
        if (fa_vec_add(&met->list, key) != FA_OK)
            return fa_out_of_memory(run->sink, "the keys of a rule");
    }
    return FA_OK;
}

/* Keys that only a date or a number tells apart have one hash: their rows count together. */
static void join_equal(struct fa_met *met)
{
    size_t kept = 0;
    for (size_t i = 0; i < met->list.count; i++)
        if (kept && met->list.items[kept - 1].hash == met->list.items[i].hash)
            met->list.items[kept - 1].rows += met->list.items[i].rows;
        else
            met->list.items[kept++] = met->list.items[i];
    met->list.count = kept;
}

enum fa_status fa_met_end(struct fa_judge *judge, struct fa_met *met)
{
    if (judge->is_met_untold)
        return FA_OK;
    met->state = fa_kernel_of(judge->rule->way)->slice_table ? FA_MET_TABLES
                 : judge->rule->key_count                      ? FA_MET_KEYS
                                                               : FA_MET_ROWS;
    if (judge->rule->key_count == 0) {
        met->rows = judge->met;
        met->row_bytes = judge->met_capacity;
        judge->met = NULL;
        judge->met_capacity = 0;
        return FA_OK;
    }
    for (size_t from = 0; from < judge->met_keys.count; from += BATCH) {
        size_t left = judge->met_keys.count - from;
        FA_TRY(add_batch(judge, from, left < BATCH ? (uint32_t)left : BATCH, met));
    }
    if (met->list.count)
        qsort(met->list.items, met->list.count, sizeof *met->list.items, compare_keys);
    join_equal(met);
    return FA_OK;
}
