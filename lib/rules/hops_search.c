#include "rules/hops.h"

#include <stdlib.h>
#include <string.h>

/* --- the log --- */

void fa_hop_log_init(struct fa_hop_log *log, int column_count)
{
    *log = (struct fa_hop_log){.column_count = column_count, .from = 1, .to = 1};
}

static uint64_t place_bytes(const struct fa_hop_log *log)
{
    return sizeof *log->hops + (size_t)log->column_count * sizeof *log->passed;
}

void fa_hop_log_release(struct fa_hop_log *log, struct fa_meter *meter)
{
    fa_meter_give(meter, log->capacity * place_bytes(log) +
                             log->account_capacity * sizeof *log->accounts);
    free(log->hops);
    free(log->passed);
    free(log->accounts);
}

/* Another ring of twice the size, with the same flows at the same places. */
static enum fa_status grow(struct fa_hop_log *log, struct fa_meter *meter, size_t needed)
{
    size_t capacity = log->capacity ? log->capacity : 1024;
    while (capacity < needed)
        capacity *= 2;
    if (capacity > FA_HOPS_LOG_MAX)
        return fa_error(meter->sink, FA_CODE_LIMIT, (struct fa_place){0}, NULL,
                        "rule %.*s: more than %u flows lie within its span", (int)meter->rule.size,
                        meter->rule.bytes, FA_HOPS_LOG_MAX);
    struct fa_hop_log old = *log;
    FA_TRY(fa_meter_take(meter, capacity * place_bytes(log)));
    log->hops = malloc(capacity * sizeof *log->hops);
    log->passed = malloc((capacity * (size_t)log->column_count + 1) * sizeof *log->passed);
    log->capacity = capacity;
    if (log->hops && log->passed) {
        for (uint64_t place = log->from; place < log->to; place++) {
            *fa_hop_at(log, place) = *fa_hop_at(&old, place);
            memcpy(fa_hop_passed(log, place), fa_hop_passed(&old, place),
                   (size_t)log->column_count * sizeof *log->passed);
        }
    }
    bool is_whole = log->hops && log->passed;
    fa_meter_give(meter, old.capacity * place_bytes(log));
    free(old.hops);
    free(old.passed);
    return is_whole ? FA_OK : fa_out_of_memory(meter->sink, "judging a rule");
}

enum fa_status fa_hop_log_reserve(struct fa_hop_log *log, struct fa_meter *meter, uint32_t more,
                                  size_t account_count)
{
    size_t before = log->account_capacity;
    FA_TRY(fa_meter_reserve(meter, log->accounts, &log->account_capacity, account_count));
    for (size_t i = before; i < log->account_capacity; i++)
        log->accounts[i].paid_us = INT64_MIN;
    size_t needed = (size_t)(log->to - log->from) + more;
    return needed > log->capacity ? grow(log, meter, needed) : FA_OK;
}

void fa_hop_log_forget(struct fa_hop_log *log, int64_t start_us)
{
    while (log->from < log->to && fa_hop_at(log, log->from)->time_us < start_us)
        log->from++;
}

uint64_t fa_hop_log_add(struct fa_hop_log *log, const struct fa_hop *hop, uint32_t payee)
{
    struct fa_hop_account *account = &log->accounts[payee];
    uint64_t place = log->to++;
    bool has_before = account->received >= log->from;
    struct fa_hop *at = fa_hop_at(log, place);
    *at = *hop;
    at->before = has_before ? (uint32_t)(place - account->received) : 0;
    account->received = place;
    log->accounts[hop->payer].paid_us = hop->time_us;
    return place;
}

/* --- the search --- */

/* Whether NEXT is near enough to the amount BEFORE it. */
static bool fits(const struct fa_closing *closing, int64_t before, int64_t next)
{
    if (!closing->has_tolerance)
        return true;
    const struct fa_ratio *tolerance = &closing->tolerance;
    fa_i128 apart = (fa_i128)next - before, of = before;
    apart = apart < 0 ? -apart : apart;
    of = of < 0 ? -of : of;
    if (!closing->is_wide)
        return apart * tolerance->denominator <= of * tolerance->numerator;
    return of ? fa_ratio_compare((struct fa_ratio){apart, of}, *tolerance) <= 0 : !apart;
}

static bool is_on_chain(const struct fa_hop_search *search, uint32_t account, int count)
{
    for (int i = 0; i <= count; i++)
        if (search->accounts[i] == account)
            return true;
    return false;
}

/* Flows all of one instant make a ring that could be cut anywhere: it closes at the last of them. */
static bool closes_here(const struct fa_hop_search *search, int count)
{
    const struct fa_hop_log *log = search->log;
    uint64_t last = search->places[0];
    if (fa_hop_at(log, search->places[count - 1])->time_us < fa_hop_at(log, last)->time_us)
        return true;
    for (int i = 1; i < count; i++)
        if (search->places[i] > last)
            return false;
    return true;
}

/* The flow at PLACE stands before the COUNT that the chain has. */
static enum fa_status lead(struct fa_hop_search *search, int count, uint64_t place);

/* All flows that may stand before the COUNT of the chain, newest first. */
static enum fa_status extend(struct fa_hop_search *search, int count)
{
    const struct fa_hop_log *log = search->log;
    struct fa_closing *closing = search->closing;
    const struct fa_hop *next = fa_hop_at(log, search->places[count - 1]);
    uint64_t place = log->accounts[next->payer].received;
    while (place >= log->from && place) {
        const struct fa_hop *hop = fa_hop_at(log, place);
        if (hop->time_us < closing->start_us)
            break;
        if (search->looked == search->budget) {
            closing->is_cut = true;
            search->is_done = true;
            break;
        }
        search->looked++;
        __builtin_prefetch(fa_hop_at(log, place - hop->before));
        if (hop->time_us <= next->time_us && fits(closing, hop->amount, next->amount)) {
            FA_TRY(lead(search, count, place));
            if (search->is_done)
                break;
        }
        if (!hop->before)
            break;
        place -= hop->before;
    }
    return FA_OK;
}

static enum fa_status lead(struct fa_hop_search *search, int count, uint64_t place)
{
    uint32_t payer = fa_hop_at(search->log, place)->payer;
    search->places[count] = place;
    if (search->is_cycle && payer == search->closing->payee)
        return count + 1 >= search->hops_min && closes_here(search, count + 1)
                   ? search->take(search, count + 1)
                   : FA_OK;
    if (is_on_chain(search, payer, count))
        return FA_OK;
    search->accounts[count + 1] = payer;
    if (count + 1 < search->hops_max)
        FA_TRY(extend(search, count + 1));
    if (search->is_cycle || search->is_done || count + 1 < search->hops_min)
        return FA_OK;
    return search->take(search, count + 1);
}

enum fa_status fa_hop_search_run(struct fa_hop_search *search)
{
    const struct fa_hop_log *log = search->log;
    const struct fa_hop *last = fa_hop_at(log, search->closing->place);
    uint32_t payee = search->closing->payee;
    search->looked = 0;
    search->is_done = false;
    if (last->payer == payee)
        return FA_OK;
    if (search->is_cycle && log->accounts[payee].paid_us < search->closing->start_us)
        return FA_OK;
    search->places[0] = search->closing->place;
    search->accounts[0] = payee;
    search->accounts[1] = last->payer;
    return extend(search, 1);
}
