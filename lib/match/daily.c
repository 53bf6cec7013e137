#include "match/daily.h"

#include <stdlib.h>

struct finding {
    const struct fa_matcher *m;
    struct fa_day_gaps *found;
    FA_VEC(int64_t) days; /* that are stated, of one book */
};

static enum fa_status out_of_memory(const struct fa_matcher *m)
{
    return fa_out_of_memory(m->sink, "the days without a statement");
}

/* --- which days --- */

struct range {
    int64_t from, to; /* empty: from > to */
};

/* What somebody said that the statements cover. */
static struct range covered_days(const struct fa_matcher *m)
{
    struct range range = {INT64_MAX, INT64_MIN};
    for (size_t i = 0; i < m->head->covers.count; i++) {
        const struct fa_cover_info *cover = &m->head->covers.items[i];
        bool is_bank = cover->table == m->line_table || cover->table == m->period_table;
        if (!is_bank || cover->is_assumed)
            continue;
        range.from = cover->from_day < range.from ? cover->from_day : range.from;
        range.to = cover->to_day > range.to ? cover->to_day : range.to;
    }
    return range;
}

/* On its first and last day an account may have no statement yet, or none any more. */
static void narrow_to_account(const struct fa_matcher *m, uint32_t account, struct range *range)
{
    const struct fa_held_table *accounts = m->accounts;
    uint32_t row = fa_held_row(accounts, account, m->head->as_of_day, NULL);
    if (row == UINT32_MAX)
        return;
    const struct fa_column *opened = &accounts->rows.columns[m->account.opened_on];
    const struct fa_column *closed = &accounts->rows.columns[m->account.closed_on];
    if (!fa_is_missing(opened, row) && opened->values[row] >= range->from)
        range->from = opened->values[row] + 1;
    if (!fa_is_missing(closed, row) && closed->values[row] <= range->to)
        range->to = closed->values[row] - 1;
}

/* --- what is stated --- */

static int compare_days(const void *left, const void *right)
{
    const int64_t *a = left, *b = right;
    FA_ORDER(*a, *b);
    return 0;
}

/* HAS_STATEMENTS: whether the bank states more than lines. */
static enum fa_status list_days(struct finding *f, const struct fa_book *book,
                                bool *has_statements)
{
    f->days.count = 0;
    *has_statements = book->has_bank_balance;
    for (size_t i = 0; i < book->days.count; i++) {
        const struct fa_book_day *day = &book->days.items[i];
        const uint32_t stated = (uint32_t)FA_STATED_CLOSING << FA_SIDE_BANK | FA_STATED_BOOKED;
        if ((day->stated & stated) && fa_vec_add(&f->days, (int64_t)day->day_no) != FA_OK)
            return out_of_memory(f->m);
    }
    uint32_t first = fa_periods_first(&f->m->periods, book->account, book->currency);
    for (uint32_t i = first; i < f->m->periods.count; i++) {
        const struct fa_bank_period *period = f->m->periods.order[i];
        if (period->account != book->account || period->currency != book->currency)
            break;
        if (!period->is_booked)
            continue;
        *has_statements = true;
        if (period->to_day != FA_PERIOD_UNKNOWN &&
            fa_vec_add(&f->days, period->to_day) != FA_OK)
            return out_of_memory(f->m);
    }
    if (f->days.count)
        qsort(f->days.items, f->days.count, sizeof *f->days.items, compare_days);
    return FA_OK;
}

/* --- what is not --- */

/* Between two stated days. */
static enum fa_status add_gap(struct finding *f, uint32_t book_no, int64_t before,
                              int64_t behind)
{
    const struct fa_days *days = &f->m->binding.days;
    int64_t count = 0, last;
    if (before >= behind - 1)
        return FA_OK;
    FA_TRY(fa_days_count(days, (int32_t)before, (int32_t)behind - 1, &count));
    if (count == 0)
        return FA_OK;
    int32_t first;
    FA_TRY(fa_days_roll(days, (int32_t)before + 1, &first));
    if (!fa_calendar_add_bdays(days->calendar, first, count - 1, &last))
        return fa_days_count(days, first, (int32_t)behind - 1, &count); /* for its message */
    struct fa_day_gap gap = {.book = book_no,
                             .before_day = before,
                             .behind_day = behind,
                             .from_day = first,
                             .to_day = last,
                             .count = count};
    return fa_vec_add(&f->found->gaps, gap) == FA_OK ? FA_OK : out_of_memory(f->m);
}

static enum fa_status look_at_book(struct finding *f, uint32_t book_no)
{
    const struct fa_matcher *m = f->m;
    const struct fa_book *book = &m->books.list.items[book_no];
    bool has_statements;
    if (!fa_binding_section(&m->binding, book->account)->is_daily)
        return FA_OK;
    FA_TRY(list_days(f, book, &has_statements));
    if (!f->days.count || (!has_statements && fa_matcher_is_foreign(m, book)))
        return FA_OK;
    struct range range = covered_days(m);
    if (range.from > range.to)
        range = (struct range){f->days.items[0], f->days.items[f->days.count - 1]};
    if (range.to > m->head->as_of_day)
        range.to = m->head->as_of_day;
    narrow_to_account(m, book->account, &range);
    int64_t before = range.from - 1;
    for (size_t i = 0; i < f->days.count && before < range.to; i++) {
        int64_t day = f->days.items[i];
        if (day < range.from)
            continue;
        FA_TRY(add_gap(f, book_no, before, day <= range.to ? day : range.to + 1));
        before = day;
    }
    return add_gap(f, book_no, before, range.to + 1);
}

enum fa_status fa_daily_find(const struct fa_matcher *m, struct fa_day_gaps *found)
{
    struct finding f = {.m = m, .found = found};
    enum fa_status status = FA_OK;
    for (size_t i = 0; status == FA_OK && i < m->books.list.count; i++)
        status = look_at_book(&f, (uint32_t)i);
    fa_vec_free(&f.days);
    return status;
}

struct fa_day_gap *fa_daily_between(const struct fa_day_gaps *found, uint32_t book,
                                    int64_t before_day, int64_t behind_day)
{
    size_t low = 0, high = found->gaps.count;
    while (low < high) {
        size_t middle = low + (high - low) / 2;
        const struct fa_day_gap *gap = &found->gaps.items[middle];
        if (gap->book < book || (gap->book == book && gap->before_day < before_day))
            low = middle + 1;
        else
            high = middle;
    }
    struct fa_day_gap *gap = low < found->gaps.count ? &found->gaps.items[low] : NULL;
    return gap && gap->book == book && gap->behind_day <= behind_day ? gap : NULL;
}
