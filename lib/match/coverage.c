#include "match/coverage.h"

#include <stdlib.h>
#include <string.h>

#include "base/limits.h"
#include "match/matcher.h"

void fa_coverage_release(struct fa_coverage *coverage)
{
    for (size_t i = 0; i < coverage->list.count; i++)
        fa_vec_free(&coverage->list.items[i].days);
    fa_vec_free(&coverage->list);
}

enum fa_status fa_coverage_get(struct fa_coverage *coverage, fa_currency currency,
                               struct fa_cover **cover)
{
    size_t at = 0;
    while (at < coverage->list.count && coverage->list.items[at].currency != currency)
        at++;
    if (at == coverage->list.count)
        FA_TRY(fa_vec_add(&coverage->list, ((struct fa_cover){.currency = currency})));
    *cover = &coverage->list.items[at];
    return FA_OK;
}

enum fa_status fa_cover_get_day(struct fa_cover *cover, int32_t day_no,
                                struct fa_cover_day **day)
{
    size_t at =
        fa_day_place(cover->days.items, cover->days.count, sizeof *cover->days.items, day_no);
    if (at == cover->days.count || cover->days.items[at].day_no != day_no) {
        FA_TRY(fa_vec_add(&cover->days, ((struct fa_cover_day){.day_no = day_no})));
        struct fa_cover_day *place = &cover->days.items[at];
        memmove(place + 1, place, (cover->days.count - 1 - at) * sizeof *place);
        *place = (struct fa_cover_day){.day_no = day_no};
    }
    *day = &cover->days.items[at];
    return FA_OK;
}

/* --- the table --- */

static int compare_covers(const void *left, const void *right)
{
    const struct fa_cover *a = left, *b = right;
    FA_ORDER(a->currency, b->currency);
    return 0;
}

struct day_range {
    int64_t from, to; /* inclusive; empty when from > to */
};

static void extend(struct day_range *range, int64_t from, int64_t to)
{
    bool is_empty = range->from > range->to;
    range->from = is_empty || from < range->from ? from : range->from;
    range->to = is_empty || to > range->to ? to : range->to;
}

/* The days that the filing covers with the tables that tell where the money is. */
static struct day_range covered_period(const struct fa_matcher *m)
{
    struct day_range range = {0, -1};
    for (size_t i = 0; i < m->head->covers.count; i++) {
        const struct fa_cover_info *info = &m->head->covers.items[i];
        bool is_asked = info->table == m->flow_table || info->table == m->line_table ||
                        info->table == m->balance_table || info->table == m->period_table;
        if (is_asked && info->from_day <= info->to_day)
            extend(&range, info->from_day, info->to_day);
    }
    return range;
}

/* Goes through the days of a currency in their order. */
struct walk {
    const struct fa_cover *cover;
    struct day_range range; /* of the days to be listed, unless is_sparse */
    bool is_sparse;         /* only days with a record */
    int64_t day_no;         /* the next one, unless is_sparse */
    size_t at;              /* the next record */
    bool is_held_known;
    fa_i128 held;
};

static struct walk walk_begin(const struct fa_matcher *m, const struct fa_cover *cover)
{
    struct walk walk = {.cover = cover, .range = covered_period(m)};
    if (cover->days.count)
        extend(&walk.range, cover->days.items[0].day_no,
               cover->days.items[cover->days.count - 1].day_no);
    walk.is_sparse = walk.range.to - walk.range.from >= FA_COVERAGE_DAYS_MAX;
    walk.day_no = walk.range.from;
    return walk;
}

/* False: that was the last day. */
static bool walk_on(struct walk *walk, struct fa_coverage_row *row)
{
    const struct fa_cover *cover = walk->cover;
    if (walk->is_sparse ? walk->at == cover->days.count : walk->day_no > walk->range.to)
        return false;
    const struct fa_cover_day *day =
        walk->at < cover->days.count ? &cover->days.items[walk->at] : NULL;
    if (!walk->is_sparse && day && day->day_no != walk->day_no)
        day = NULL;
    *row = (struct fa_coverage_row){.day_no = day ? day->day_no : (int32_t)walk->day_no,
                                    .currency = cover->currency};
    if (day) {
        walk->is_held_known |= day->is_held_known;
        walk->held += day->held_change;
        row->is_owed_known = day->stated_rows > 0;
        row->owed = day->stated;
        row->account_count = day->stated_rows;
        walk->at++;
    }
    row->is_held_known = walk->is_held_known;
    row->held = walk->held;
    walk->day_no++;
    return true;
}

static enum fa_status write_days(struct fa_matcher *m, const struct fa_cover *cover)
{
    struct walk walk = walk_begin(m, cover);
    struct fa_coverage_row row, lowest = {0};
    bool has_lowest = false, is_sparse = walk.is_sparse;
    while (walk_on(&walk, &row)) {
        if (!row.is_owed_known || !row.is_held_known)
            continue;
        m->summary.short_days += row.owed > row.held;
        if (has_lowest && row.held - row.owed >= lowest.held - lowest.owed)
            continue;
        has_lowest = true;
        lowest = row;
    }
    walk = walk_begin(m, cover);
    while (walk_on(&walk, &row)) {
        row.is_lowest = has_lowest && row.day_no == lowest.day_no;
        FA_TRY(fa_outputs_add_coverage(m->out, &row));
    }
    if (is_sparse)
        m->summary.is_coverage_sparse = true;
    return FA_OK;
}

enum fa_status fa_matcher_cover(struct fa_matcher *m)
{
    if (m->coverage.list.count)
        qsort(m->coverage.list.items, m->coverage.list.count, sizeof *m->coverage.list.items,
              compare_covers);
    for (size_t i = 0; i < m->coverage.list.count; i++) {
        const struct fa_cover *cover = &m->coverage.list.items[i];
        if (cover->no_statement.rows)
            FA_TRY(fa_outputs_add_total(m->out, NULL, FA_CREDIT, FA_TOTAL_NO_STATEMENT,
                                        &cover->no_statement, cover->currency));
        if (cover->days.count)
            FA_TRY(write_days(m, cover));
    }
    return FA_OK;
}
