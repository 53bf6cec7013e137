#include "match/lane.h"

#include <assert.h>

#include "match/break.h"

static enum fa_status out_of_memory(const struct fa_resolver *r)
{
    return fa_out_of_memory(r->sink, "open rows of the reconciliation");
}

void fa_lane_release(struct fa_lane *lane)
{
    for (enum fa_side side = FA_SIDE_LEDGER; side <= FA_SIDE_BANK; side++) {
        fa_vec_free(&lane->sides[side].rows);
        fa_vec_free(&lane->sides[side].days);
    }
    fa_vec_free(&lane->civil_days);
}

int fa_laid_compare(const void *left, const void *right)
{
    const struct fa_laid *a = left, *b = right;
    FA_ORDER(a->day, b->day);
    FA_ORDER(a->amount_minor, b->amount_minor);
    FA_ORDER(a->place, b->place);
    return 0;
}

/* --- days --- */

static int compare_days(const void *left, const void *right)
{
    const int32_t *a = left, *b = right;
    FA_ORDER(*a, *b);
    return 0;
}

/* The different civil days of the lane's rows, which stand in .day so far, ascending. */
static enum fa_status list_civil_days(const struct fa_resolver *r, struct fa_lane *lane)
{
    lane->civil_days.count = 0;
    for (enum fa_side side = FA_SIDE_LEDGER; side <= FA_SIDE_BANK; side++) {
        int32_t last = INT32_MIN;
        for (size_t i = 0; i < lane->sides[side].rows.count; i++) {
            int32_t day_no = (int32_t)lane->sides[side].rows.items[i].day;
            if (i > 0 && day_no == last)
                continue;
            last = day_no;
            if (fa_vec_add(&lane->civil_days, day_no) != FA_OK)
                return out_of_memory(r);
        }
    }
    qsort(lane->civil_days.items, lane->civil_days.count, sizeof *lane->civil_days.items,
          compare_days);
    size_t kept = 0;
    for (size_t i = 0; i < lane->civil_days.count; i++)
        if (i == 0 || lane->civil_days.items[i] != lane->civil_days.items[kept - 1])
            lane->civil_days.items[kept++] = lane->civil_days.items[i];
    lane->civil_days.count = kept;
    return FA_OK;
}

static size_t place_of_day(const struct fa_lane *lane, int32_t day_no)
{
    size_t place =
        fa_day_place(lane->civil_days.items, lane->civil_days.count, sizeof(int32_t), day_no);
    assert(place < lane->civil_days.count && lane->civil_days.items[place] == day_no);
    return place;
}

/* From civil days to days as the window counts them: each distance is asked for once. */
static enum fa_status count_days(const struct fa_resolver *r, struct fa_lane *lane)
{
    bool has_window = lane->terms->has_window;
    int64_t *counted = NULL;
    if (has_window) {
        FA_TRY(list_civil_days(r, lane));
        counted = malloc(lane->civil_days.count * sizeof *counted);
        if (!counted)
            return out_of_memory(r);
        counted[0] = 0;
    }
    enum fa_status status = FA_OK;
    for (size_t i = 1; has_window && status == FA_OK && i < lane->civil_days.count; i++) {
        int64_t lag;
        status = fa_days_lag(&r->days, lane->terms, lane->civil_days.items[i - 1],
                             lane->civil_days.items[i], &lag);
        if (status == FA_OK)
            counted[i] = counted[i - 1] + lag;
    }
    for (enum fa_side side = FA_SIDE_LEDGER; status == FA_OK && side <= FA_SIDE_BANK; side++)
        for (size_t i = 0; i < lane->sides[side].rows.count; i++) {
            struct fa_laid *row = &lane->sides[side].rows.items[i];
            row->day = has_window ? counted[place_of_day(lane, (int32_t)row->day)] : 0;
        }
    free(counted);
    return status;
}

static enum fa_status list_days(const struct fa_resolver *r, struct fa_lane_side *side)
{
    side->days.count = 0;
    for (uint32_t i = 0; i < side->rows.count; i++) {
        struct fa_laid_day day = {side->rows.items[i].day, i};
        if (i > 0 && day.day == side->rows.items[i - 1].day)
            continue;
        if (fa_vec_add(&side->days, day) != FA_OK)
            return out_of_memory(r);
    }
    const struct fa_laid_day behind = {INT64_MAX, (uint32_t)side->rows.count};
    return fa_vec_add(&side->days, behind) == FA_OK ? FA_OK : out_of_memory(r);
}

/* --- rows --- */

static bool is_in_lane(const struct fa_open *a, const struct fa_open *b)
{
    return a->book == b->book && a->direction == b->direction;
}

static enum fa_status list_rows(const struct fa_resolver *r, uint32_t first, uint32_t end,
                                struct fa_lane *lane)
{
    lane->sides[FA_SIDE_LEDGER].rows.count = lane->sides[FA_SIDE_BANK].rows.count = 0;
    for (uint32_t place = first; place < end; place++) {
        const struct fa_open *row = &r->rows.items[place];
        const struct fa_laid laid = {row->business_day, row->amount_minor, place};
        if (fa_open_is_free(row) && fa_vec_add(&lane->sides[row->side].rows, laid) != FA_OK)
            return out_of_memory(r);
    }
    return FA_OK;
}

static bool has_both_sides(const struct fa_lane *lane)
{
    return lane->sides[FA_SIDE_LEDGER].rows.count && lane->sides[FA_SIDE_BANK].rows.count;
}

static enum fa_status lay_out(const struct fa_resolver *r, struct fa_lane *lane)
{
    FA_TRY(count_days(r, lane));
    for (enum fa_side side = FA_SIDE_LEDGER; side <= FA_SIDE_BANK; side++) {
        struct fa_lane_side *laid = &lane->sides[side];
        qsort(laid->rows.items, laid->rows.count, sizeof *laid->rows.items, fa_laid_compare);
        FA_TRY(list_days(r, laid));
    }
    return FA_OK;
}

enum fa_status fa_lane_next(const struct fa_resolver *r,
                            bool (*is_wanted)(const struct fa_terms *terms), uint32_t *next,
                            struct fa_lane *lane, bool *is_end)
{
    while (*next < r->rows.count) {
        uint32_t first = *next, end = first + 1;
        const struct fa_open *head = &r->rows.items[first];
        while (end < r->rows.count && is_in_lane(head, &r->rows.items[end]))
            end++;
        *next = end;
        lane->terms = r->terms[head->book];
        lane->direction = head->direction;
        lane->from = lane->terms->has_window ? lane->terms->window_from : 0;
        lane->to = lane->terms->has_window ? lane->terms->window_to : 0;
        if (!is_wanted(lane->terms))
            continue;
        FA_TRY(list_rows(r, first, end, lane));
        if (!has_both_sides(lane))
            continue;
        FA_TRY(lay_out(r, lane));
        *is_end = false;
        return FA_OK;
    }
    *is_end = true;
    return FA_OK;
}

enum fa_status fa_lane_renew(const struct fa_resolver *r, struct fa_lane *lane)
{
    for (enum fa_side side = FA_SIDE_LEDGER; side <= FA_SIDE_BANK; side++) {
        struct fa_lane_side *laid = &lane->sides[side];
        size_t kept = 0;
        for (size_t i = 0; i < laid->rows.count; i++)
            if (fa_open_is_free(&r->rows.items[laid->rows.items[i].place]))
                laid->rows.items[kept++] = laid->rows.items[i];
        laid->rows.count = kept;
        FA_TRY(list_days(r, laid));
    }
    return FA_OK;
}

/* --- what a row may meet --- */

/* The place of the first day that is not before DAY. */
static uint32_t day_place(const struct fa_lane_side *side, int64_t day)
{
    uint32_t first = 0, end = (uint32_t)side->days.count - 1;
    while (first < end) {
        uint32_t middle = first + (end - first) / 2;
        if (side->days.items[middle].day < day)
            first = middle + 1;
        else
            end = middle;
    }
    return first;
}

void fa_lane_window(const struct fa_lane *lane, enum fa_side side, int64_t day, uint32_t *first,
                    uint32_t *end)
{
    bool is_flow = side == FA_SIDE_LEDGER;
    const struct fa_lane_side *other = &lane->sides[is_flow ? FA_SIDE_BANK : FA_SIDE_LEDGER];
    *first = day_place(other, is_flow ? day + lane->from : day - lane->to);
    *end = day_place(other, (is_flow ? day + lane->to : day - lane->from) + 1);
}

bool fa_lane_find_day(const struct fa_lane_side *side, int64_t day, uint32_t *day_idx)
{
    *day_idx = day_place(side, day);
    return side->days.items[*day_idx].day == day;
}

/* The place of the first row from FIRST to END - 1 that is not below AMOUNT. */
static uint32_t amount_place(const struct fa_lane_side *side, uint32_t first, uint32_t end,
                             int64_t amount_minor)
{
    while (first < end) {
        uint32_t middle = first + (end - first) / 2;
        if (side->rows.items[middle].amount_minor < amount_minor)
            first = middle + 1;
        else
            end = middle;
    }
    return first;
}

void fa_lane_amounts(const struct fa_lane_side *side, uint32_t day_idx, int64_t least,
                     int64_t most, uint32_t *first, uint32_t *end)
{
    uint32_t day_end = side->days.items[day_idx + 1].first;
    *first = amount_place(side, side->days.items[day_idx].first, day_end, least);
    *end = most == INT64_MAX ? day_end : amount_place(side, *first, day_end, most + 1);
}
