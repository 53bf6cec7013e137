#include "rules/flows.h"

#include <string.h>

#include "value/datetime.h"

void fa_flows_release(struct fa_flows *flows, struct fa_meter *meter)
{
    fa_meter_give(meter, flows->months.capacity * sizeof *flows->months.items +
                             flows->first_capacity * sizeof *flows->first +
                             flows->last_capacity * sizeof *flows->last);
    fa_vec_free(&flows->months);
    free(flows->first);
    free(flows->last);
    free(flows->memory);
}

enum fa_status fa_flows_reserve(struct fa_flows *flows, struct fa_meter *meter, size_t count)
{
    if (!flows->memory && !(flows->memory = calloc(1, sizeof *flows->memory)))
        return fa_out_of_memory(meter->sink, "judging a rule");
    FA_TRY(fa_meter_reserve(meter, flows->first, &flows->first_capacity, count));
    return fa_meter_reserve(meter, flows->last, &flows->last_capacity, count);
}

void fa_flows_clear(struct fa_flows *flows, size_t count)
{
    flows->months.count = 0;
    if (flows->first && count) {
        memset(flows->first, 0, count * sizeof *flows->first);
        memset(flows->last, 0, count * sizeof *flows->last);
    }
}

static int32_t month_of(int64_t day)
{
    int32_t year, month, day_of_month;
    fa_day_to_civil(day, &year, &month, &day_of_month);
    return year * 12 + month;
}

/* The month before which MONTH stands: its own or a later one; rows mostly come in order. */
enum fa_status fa_flows_add(struct fa_flows *flows, struct fa_meter *meter, uint32_t slot, int64_t day,
                            fa_i128 amount)
{
    int32_t month = month_of(day);
    uint32_t last = flows->last[slot], at = flows->first[slot], before = 0;
    if (last && flows->months.items[last - 1].month <= month) {
        at = flows->months.items[last - 1].month == month ? last : 0;
        before = last;
    } else {
        for (; at && flows->months.items[at - 1].month < month; at = flows->months.items[at - 1].next)
            before = at;
    }
    if (at && flows->months.items[at - 1].month == month)
        return __builtin_add_overflow(flows->months.items[at - 1].sum, amount,
                                      &flows->months.items[at - 1].sum)
                   ? FA_EDEFECT
                   : FA_OK;
    if (flows->months.count >= UINT32_MAX - 1)
        return FA_EDEFECT;
    struct fa_flow_month one = {month, at, amount};
    FA_TRY(fa_meter_add(meter, &flows->months, one));
    uint32_t added = (uint32_t)flows->months.count;
    if (before)
        flows->months.items[before - 1].next = added;
    else
        flows->first[slot] = added;
    if (!at)
        flows->last[slot] = added;
    return FA_OK;
}

const struct fa_irr *fa_flows_irr(const struct fa_flows *flows, uint32_t slot, bool is_compound,
                                  struct fa_pool *pool)
{
    uint32_t count = 0;
    for (uint32_t at = flows->first[slot]; at; at = flows->months.items[at - 1].next)
        count++;
    struct fa_irr *irr = fa_pool_take(pool, sizeof *irr);
    struct fa_irr_flow *list = fa_pool_take(pool, ((size_t)count + 1) * sizeof *list);
    if (!irr || !list)
        return NULL;
    *irr = (struct fa_irr){.flows = list, .is_compound = is_compound};
    for (uint32_t at = flows->first[slot]; at; at = flows->months.items[at - 1].next)
        if (flows->months.items[at - 1].sum)
            list[irr->count++] =
                (struct fa_irr_flow){flows->months.items[at - 1].month, flows->months.items[at - 1].sum};
    return irr;
}
