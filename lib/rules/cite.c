#include <string.h>

#include "rules/judge.h"

void fa_citing_init(struct fa_citing *citing)
{
    *citing = (struct fa_citing){0};
    fa_tuples_init(&citing->groups, 2);
}

void fa_citing_release(struct fa_citing *citing, struct fa_meter *meter)
{
    fa_tuples_release(&citing->groups, meter);
    fa_meter_give(meter, (citing->first_capacity + citing->last_capacity) * sizeof *citing->first +
                             citing->list.capacity * sizeof *citing->list.items +
                             citing->bit_words * sizeof *citing->bits);
    free(citing->first);
    free(citing->last);
    free(citing->bits);
    fa_vec_free(&citing->list);
}

enum fa_status fa_citing_add(struct fa_citing *citing, struct fa_meter *meter, uint32_t group,
                             int64_t period, struct fa_cited cited)
{
    uint32_t number;
    FA_TRY(fa_tuples_add(&citing->groups, meter, (int64_t[]){group, period}, &number));
    FA_TRY(fa_meter_reserve(meter, citing->first, &citing->first_capacity, (size_t)number + 1));
    FA_TRY(fa_meter_reserve(meter, citing->last, &citing->last_capacity, (size_t)number + 1));
    FA_TRY(fa_meter_reserve(meter, citing->bits, &citing->bit_words, (size_t)group / 64 + 1));
    citing->bits[group / 64] |= UINT64_C(1) << group % 64;
    cited.next = 0;
    FA_TRY(fa_meter_add(meter, &citing->list, cited));
    uint32_t added = (uint32_t)citing->list.count;
    if (citing->first[number])
        citing->list.items[citing->last[number] - 1].next = added;
    else
        citing->first[number] = added;
    citing->last[number] = added;
    return FA_OK;
}

/* More dates than that are not gone through for each slice. */
enum { DATES_MAX = 1024 };

static bool may_have_dates(const struct fa_judge *judge, bool by_period, int64_t from, int64_t to)
{
    const struct fa_citing *citing = &judge->citing;
    size_t count = by_period ? citing->groups.count : citing->list.count;
    if (count > DATES_MAX)
        return true;
    for (size_t i = 0; i < count; i++) {
        int64_t period = by_period ? citing->groups.items[2 * i + 1] : 0;
        if (by_period ? period >= fa_period_last(judge->rule->period, from) &&
                            period <= fa_period_last(judge->rule->period, to)
                      : citing->list.items[i].to >= from && citing->list.items[i].from <= to)
            return true;
    }
    return false;
}

enum fa_status fa_citing_may_have_slice(const struct fa_judge *judge, const struct fa_formula *date,
                                        bool by_period, bool *may)
{
    struct fa_frame *base = judge->run->stages.base;
    const struct fa_vector *dates = fa_eval(base, date);
    if (!dates)
        return fa_failed(base->slice);
    int64_t from = INT64_MAX, to = INT64_MIN;
    for (uint32_t i = 0; i < base->count; i++) {
        int64_t at = dates->num[fa_at(dates, i)];
        if (fa_state_at(dates, i) != FA_HAS)
            continue;
        from = at < from ? at : from;
        to = at > to ? at : to;
    }
    *may = from <= to && may_have_dates(judge, by_period, from, to);
    return FA_OK;
}

enum fa_status fa_citing_cost(struct fa_cost *cost)
{
    const struct fa_citing *citing = NULL;
    FA_TRY(fa_cost_add(cost, FA_COST_FINDINGS, FA_COST_TUPLES, 2, 1));
    FA_TRY(fa_cost_array(cost, FA_COST_FINDINGS, sizeof *citing->first, 2));
    FA_TRY(fa_cost_array(cost, FA_COST_FINDINGS, sizeof *citing->list.items, 1));
    return fa_cost_array(cost, FA_COST_KEYS, 1, 1); /* a bit each */
}

struct fa_cited *fa_citing_find(const struct fa_citing *citing, uint32_t group, int64_t period)
{
    if (!fa_citing_may_have(citing, group))
        return NULL;
    uint32_t number = fa_tuples_find(&citing->groups, (int64_t[]){group, period});
    return number == FA_NO_NUMBER ? NULL : &citing->list.items[citing->first[number] - 1];
}

struct fa_cited *fa_citing_from(struct fa_citing *citing, uint32_t group, int64_t at)
{
    if (!fa_citing_may_have(citing, group))
        return NULL;
    uint32_t number = fa_tuples_find(&citing->groups, (int64_t[]){group, 0});
    if (number == FA_NO_NUMBER)
        return NULL;
    uint32_t place = citing->first[number];
    while (place && citing->list.items[place - 1].to < at)
        place = citing->list.items[place - 1].next;
    citing->first[number] = place;
    if (!place)
        citing->bits[group / 64] &= ~(UINT64_C(1) << group % 64);
    return place ? &citing->list.items[place - 1] : NULL;
}
