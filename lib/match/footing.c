/*
 * Statements as a whole: do the lines lead from the opening to the closing balance, are they as
 * many as the statement says, and does each statement begin where the one before it ended
 * (match/chain.h)?
 */
#include <stdio.h>

#include "base/limits.h"
#include "match/daily.h"
#include "match/matcher.h"

static enum fa_status out_of_memory(struct fa_matcher *m)
{
    return fa_out_of_memory(m->sink, "the statements of the reconciliation");
}

/* --- before the rows by time --- */

static enum fa_status book_of(struct fa_matcher *m, const struct fa_bank_period *period,
                              uint32_t *book_no)
{
    if (fa_books_get(&m->books, period->account, period->currency, book_no) != FA_OK)
        return out_of_memory(m);
    struct fa_book *book = &m->books.list.items[*book_no];
    if (book->filer == FA_NOBODY && m->period.filer != FA_NO_COLUMN) {
        int64_t filer = fa_period_value(&m->periods, period, m->period.filer);
        book->filer = filer == FA_PERIOD_UNKNOWN ? FA_NOBODY : filer;
    }
    return FA_OK;
}

/* A statement without a line says that nothing was booked: what the ledger has of its account
 * is missing at the bank. So the book has lines, though none may come. */
enum fa_status fa_matcher_open_periods(struct fa_matcher *m)
{
    for (uint32_t i = 0; i < m->periods.count; i++) {
        const struct fa_bank_period *period = &m->periods.list[i];
        if (!period->is_booked)
            continue;
        uint32_t book_no;
        FA_TRY(book_of(m, period, &book_no));
        m->books.list.items[book_no].has_lines = true;
        m->books.flags[period->account] |= FA_ACCOUNT_BOOKED | FA_ACCOUNT_LINED;
    }
    return FA_OK;
}

enum fa_status fa_matcher_set_periods(struct fa_matcher *m, const struct fa_held_table *held)
{
    if (held && held->is_present && held->rows.row_count) {
        const int64_t *values;
        FA_TRY(fa_matcher_required_accounts(m, &held->rows, m->period.account, &values));
        FA_TRY(fa_matcher_required(m, &held->rows, m->period.period_id, &values));
        FA_TRY(fa_matcher_required(m, &held->rows, m->period.kind, &values));
        FA_TRY(fa_matcher_required(m, &held->rows, m->period.currency, &values));
    }
    if (fa_periods_init(&m->periods, held, &m->period, m->period_booked, m->pending.key) !=
            FA_OK ||
        fa_chain_judge(&m->periods, &m->chain) != FA_OK ||
        fa_periods_cover(&m->periods) != FA_OK)
        return out_of_memory(m);
    return fa_matcher_open_periods(m);
}

/* --- the bank's closing balances --- */

/* The last statement of a day gives its closing balance, where no row of the table balance
 * does. */
enum fa_status fa_matcher_add_closings(struct fa_matcher *m)
{
    for (uint32_t i = m->periods.count; i-- > 0;) {
        const struct fa_bank_period *period = m->periods.order[i];
        if (!period->is_booked || period->closing == FA_PERIOD_UNKNOWN ||
            period->to_day == FA_PERIOD_UNKNOWN || period->is_closing_page)
            continue;
        uint32_t book_no;
        struct fa_book_day *day;
        FA_TRY(book_of(m, period, &book_no));
        struct fa_book *book = &m->books.list.items[book_no];
        if (fa_book_get_day(book, (int32_t)period->to_day, &day) != FA_OK)
            return out_of_memory(m);
        book->has_bank_balance = true;
        uint32_t stated = (uint32_t)FA_STATED_CLOSING << FA_SIDE_BANK;
        if (day->stated & stated)
            continue;
        day->stated |= stated;
        day->closing_minor[FA_SIDE_BANK] = period->closing;
    }
    return FA_OK;
}

/* --- breaks --- */

/* A break of PERIOD, named after it: what was expected and what the bank states;
 * FA_PERIOD_UNKNOWN: nothing. */
static enum fa_status make_break(struct fa_matcher *m, const struct fa_bank_period *period,
                                 enum fa_break_class class, int64_t day_no, fa_i128 expected,
                                 fa_i128 stated, struct fa_break *made)
{
    bool has_expected = expected != FA_PERIOD_UNKNOWN, has_stated = stated != FA_PERIOD_UNKNOWN;
    fa_i128 difference = has_expected && has_stated ? stated - expected : 0;
    struct fa_str none = {"", 0};
    struct fa_break brk = {
        .account = period->account,
        .currency = period->currency,
        .class = class,
        .direction = difference >= 0 ? FA_CREDIT : FA_DEBIT,
        .day_no = (int32_t)day_no,
        .has_ledger = has_expected,
        .has_bank = has_stated,
        .row = period->row,
        .name = fa_arena_str(&m->text_arena, period->name),
        .flow = none,
        .statement = none,
    };
    brk.reference = brk.name;
    FA_TRY(book_of(m, period, &brk.book));
    const struct fa_sum_use use = fa_sum_of_break(m, &brk);
    FA_TRY(fa_narrow_sum(difference < 0 ? -difference : difference, &use, m->sink,
                         &brk.amount_minor));
    FA_TRY(fa_narrow_sum(has_expected ? expected : 0, &use, m->sink, &brk.ledger_minor));
    FA_TRY(fa_narrow_sum(has_stated ? stated : 0, &use, m->sink, &brk.bank_minor));
    if (!brk.name.bytes)
        return out_of_memory(m);
    *made = brk;
    return FA_OK;
}

static enum fa_status add_break(struct fa_matcher *m, const struct fa_bank_period *period,
                                enum fa_break_class class, int64_t day_no, fa_i128 expected,
                                fa_i128 stated)
{
    struct fa_break brk;
    FA_TRY(make_break(m, period, class, day_no, expected, stated, &brk));
    return fa_vec_add(&m->breaks.breaks, brk) == FA_OK ? FA_OK : out_of_memory(m);
}

/* The day to show for a statement: its last, else its first, else that of its last line. */
static int64_t last_day(const struct fa_matcher *m, const struct fa_bank_period *period)
{
    if (period->to_day != FA_PERIOD_UNKNOWN)
        return period->to_day;
    if (period->from_day != FA_PERIOD_UNKNOWN)
        return period->from_day;
    bool has_lines = period->line_counts[FA_CREDIT] + period->line_counts[FA_DEBIT] > 0;
    return has_lines ? period->line_day_no : m->head->as_of_day;
}

/* Lines in another currency lead nowhere: the statement cannot be footed, and this is why. */
static enum fa_status add_foreign_break(struct fa_matcher *m,
                                        const struct fa_bank_period *period)
{
    struct fa_bank_period lines = *period;
    lines.currency = period->foreign_currency;
    return add_break(m, &lines, FA_BREAK_CURRENCY, last_day(m, period), 0, period->foreign_net);
}

static enum fa_status foot(struct fa_matcher *m, const struct fa_bank_period *period)
{
    int64_t opening = period->opening, closing = period->closing;
    fa_i128 led_to = FA_PERIOD_UNKNOWN;
    if (opening != FA_PERIOD_UNKNOWN)
        led_to = opening + period->sums[FA_CREDIT] - period->sums[FA_DEBIT];
    bool is_known = opening != FA_PERIOD_UNKNOWN && closing != FA_PERIOD_UNKNOWN;
    if (is_known && led_to == closing)
        return FA_OK;
    return add_break(m, period, is_known ? FA_BREAK_FOOTING : FA_BREAK_NO_BALANCE,
                     last_day(m, period), led_to, closing);
}

/* Whether as many lines came as the statement says. */
static bool has_lines(const struct fa_matcher *m, const struct fa_bank_period *period,
                      int column, int64_t count)
{
    int64_t stated = fa_period_value(&m->periods, period, column);
    return stated == FA_PERIOD_UNKNOWN || stated == count;
}

/* Sums and numbers of lines that the statement states beside its balances. */
static enum fa_status compare_sums(struct fa_matcher *m, const struct fa_bank_period *period)
{
    const int sum_columns[2] = {[FA_CREDIT] = m->period.credits, [FA_DEBIT] = m->period.debits};
    const int count_columns[2] = {
        [FA_CREDIT] = m->period.credit_lines, [FA_DEBIT] = m->period.debit_lines};
    bool are_all_there = true;
    for (int direction = 0; direction < 2; direction++) {
        int64_t stated = fa_period_value(&m->periods, period, sum_columns[direction]);
        int64_t count = period->line_counts[direction];
        bool is_equal = stated == FA_PERIOD_UNKNOWN || stated == period->sums[direction];
        if (is_equal && has_lines(m, period, count_columns[direction], count))
            continue;
        are_all_there = false;
        FA_TRY(add_break(m, period, FA_BREAK_FOOTING, last_day(m, period),
                         period->sums[direction], stated));
    }
    int64_t count = period->line_counts[FA_CREDIT] + period->line_counts[FA_DEBIT];
    if (!are_all_there || has_lines(m, period, m->period.lines, count))
        return FA_OK;
    return add_break(m, period, FA_BREAK_FOOTING, last_day(m, period),
                     period->sums[FA_CREDIT] - period->sums[FA_DEBIT], FA_PERIOD_UNKNOWN);
}

/* --- one after another --- */

/* "17", "17..19", "4/2", "4/2..3", "4/2.." */
static enum fa_status name_missing(struct fa_matcher *m, const struct fa_chain_link *link,
                                   struct fa_str *name)
{
    char text[96];
    int size = 0;
    if (link->fault == FA_CHAIN_PAGES)
        size += snprintf(text, sizeof text, "%lld/", (long long)link->number);
    size += snprintf(text + size, sizeof text - (size_t)size, "%lld",
                     (long long)link->missing_from);
    if (link->missing_to == FA_PERIOD_UNKNOWN)
        size += snprintf(text + size, sizeof text - (size_t)size, "..");
    else if (link->missing_to != link->missing_from)
        size += snprintf(text + size, sizeof text - (size_t)size, "..%lld",
                         (long long)link->missing_to);
    *name = fa_arena_str(&m->text_arena, (struct fa_str){text, (size_t)size});
    return name->bytes ? FA_OK : out_of_memory(m);
}

/* What the statement moves once more. */
static enum fa_status set_repeated(struct fa_matcher *m, const struct fa_bank_period *period,
                                   struct fa_break *brk)
{
    if (period->opening == FA_PERIOD_UNKNOWN || period->closing == FA_PERIOD_UNKNOWN)
        return FA_OK;
    fa_i128 moved = (fa_i128)period->closing - period->opening;
    brk->direction = moved < 0 ? FA_DEBIT : FA_CREDIT;
    const struct fa_sum_use use = fa_sum_of_break(m, brk);
    return fa_narrow_sum(moved < 0 ? -moved : moved, &use, m->sink, &brk->amount_minor);
}

/* "2025-01-02", "2025-01-02..2025-01-06" */
static enum fa_status set_days(struct fa_matcher *m, struct fa_day_gap *gap,
                               struct fa_break *brk)
{
    char text[2 * FA_TIME_TEXT_BYTES + 2];
    size_t size = fa_date_format(gap->from_day, text);
    if (gap->to_day != gap->from_day) {
        text[size] = text[size + 1] = '.';
        size += 2;
        size += fa_date_format(gap->to_day, text + size);
    }
    brk->class = FA_BREAK_GAP;
    brk->day_no = (int32_t)gap->from_day;
    brk->missing_count = gap->count;
    brk->name = brk->other = fa_arena_str(&m->text_arena, (struct fa_str){text, size});
    gap->is_told = true;
    return brk->name.bytes ? FA_OK : out_of_memory(m);
}

/* One break says it all: what is missing, and by how much the balance moved there. */
static enum fa_status add_chain_break(struct fa_matcher *m, const struct fa_chain_link *link,
                                      const struct fa_day_gaps *gaps)
{
    const struct fa_bank_period *before = link->before, *period = link->period;
    const struct fa_bank_period *shown = period ? period : before;
    static const enum fa_break_class class_of[] = {
        [FA_CHAIN_JUMP] = FA_BREAK_CONTINUITY,
        [FA_CHAIN_NUMBERS] = FA_BREAK_GAP,
        [FA_CHAIN_PAGES] = FA_BREAK_GAP,
        [FA_CHAIN_REPEAT] = FA_BREAK_OVERLAP,
    };
    enum fa_break_class class = class_of[link->fault];
    bool has_first_day = period && period->from_day != FA_PERIOD_UNKNOWN;
    bool is_repeat = link->fault == FA_CHAIN_REPEAT;
    struct fa_break brk;
    FA_TRY(make_break(m, shown, class, has_first_day ? period->from_day : last_day(m, shown),
                      before && !is_repeat ? before->closing : FA_PERIOD_UNKNOWN,
                      period && !is_repeat ? period->opening : FA_PERIOD_UNKNOWN, &brk));
    if (is_repeat) {
        brk.other = fa_arena_str(&m->text_arena, before->name);
        if (!brk.other.bytes)
            return out_of_memory(m);
        FA_TRY(set_repeated(m, period, &brk));
    } else if (class == FA_BREAK_GAP) {
        FA_TRY(name_missing(m, link, &brk.other));
        brk.name = brk.other;
        if (link->missing_to != FA_PERIOD_UNKNOWN)
            brk.missing_count = link->missing_to - link->missing_from + 1;
    }
    struct fa_day_gap *gap = NULL;
    if (before && period && !is_repeat && before->to_day != FA_PERIOD_UNKNOWN &&
        period->to_day != FA_PERIOD_UNKNOWN)
        gap = fa_daily_between(gaps, brk.book, before->to_day, period->to_day);
    if (gap && link->fault == FA_CHAIN_JUMP) {
        FA_TRY(set_days(m, gap, &brk));
    } else if (gap) {
        gap->is_told = true;
        brk.day_no = (int32_t)gap->from_day;
    }
    return fa_vec_add(&m->breaks.breaks, brk) == FA_OK ? FA_OK : out_of_memory(m);
}

static enum fa_status add_day_break(struct fa_matcher *m, struct fa_day_gap *gap)
{
    const struct fa_book *book = &m->books.list.items[gap->book];
    struct fa_str none = {"", 0};
    struct fa_break brk = {
        .account = book->account,
        .book = gap->book,
        .currency = book->currency,
        .direction = FA_CREDIT,
        .reference = none,
        .flow = none,
        .statement = none,
    };
    FA_TRY(set_days(m, gap, &brk));
    return fa_vec_add(&m->breaks.breaks, brk) == FA_OK ? FA_OK : out_of_memory(m);
}

/* What the statements say of one another, and then the days that no such break tells of. */
static enum fa_status add_missing(struct fa_matcher *m, struct fa_day_gaps *gaps)
{
    FA_TRY(fa_daily_find(m, gaps));
    for (size_t i = 0; i < m->chain.links.count; i++)
        FA_TRY(add_chain_break(m, &m->chain.links.items[i], gaps));
    for (size_t i = 0; i < gaps->gaps.count; i++)
        if (!gaps->gaps.items[i].is_told)
            FA_TRY(add_day_break(m, &gaps->gaps.items[i]));
    return FA_OK;
}

enum fa_status fa_matcher_foot(struct fa_matcher *m)
{
    for (uint32_t i = 0; i < m->periods.count; i++) {
        const struct fa_bank_period *period = m->periods.order[i];
        if (period->foreign_lines) {
            FA_TRY(add_foreign_break(m, period));
            continue;
        }
        FA_TRY(compare_sums(m, period));
        if (period->is_booked)
            FA_TRY(foot(m, period));
    }
    struct fa_day_gaps gaps = {0};
    enum fa_status status = add_missing(m, &gaps);
    fa_vec_free(&gaps.gaps);
    return status;
}

/* --- notes --- */

static void tell_interim(const struct fa_matcher *m)
{
    if (m->summary.superseded_rows || m->summary.interim_rows)
        fa_note(m->sink, FA_CODE_MATCH_INTERIM, (struct fa_place){0}, NULL,
                "lines of interim statements and notices: %llu left out, because booked "
                "statements cover their days; %llu used, because none does",
                (unsigned long long)m->summary.superseded_rows,
                (unsigned long long)m->summary.interim_rows);
}

static void tell_outside(const struct fa_matcher *m)
{
    const struct fa_bank_period *first = NULL;
    unsigned long long line_count = 0;
    for (uint32_t i = 0; i < m->periods.count; i++) {
        const struct fa_bank_period *period = &m->periods.list[i];
        if (!period->outside_lines)
            continue;
        first = first ? first : period;
        line_count += (unsigned long long)period->outside_lines;
    }
    if (!first)
        return;
    char quoted[FA_QUOTED_BYTES];
    fa_note(m->sink, FA_CODE_MATCH_OUTSIDE, (struct fa_place){0}, NULL,
            "%llu %s outside the days of %s own statement, the first in %s", line_count,
            line_count == 1 ? "line is dated" : "lines are dated",
            line_count == 1 ? "its" : "their", fa_quoted(first->name, quoted));
}

/* Statements in a currency that the table account does not give its account. */
static void tell_currencies(const struct fa_matcher *m)
{
    const struct fa_book *first = NULL;
    unsigned long long count = 0;
    for (size_t i = 0; i < m->books.list.count; i++) {
        const struct fa_book *book = &m->books.list.items[i];
        if (!book->has_lines || !fa_matcher_is_foreign(m, book))
            continue;
        count++;
        if (!first || book->account < first->account ||
            (book->account == first->account && book->currency < first->currency))
            first = book;
    }
    if (!first)
        return;
    char declared[4], found[4];
    fa_currency_format(fa_matcher_currency(m, first->account), declared);
    fa_currency_format(first->currency, found);
    fa_note(
        m->sink, FA_CODE_MATCH_CURRENCY, (struct fa_place){0}, NULL,
        "statements in another currency than table account gives their account: %llu %s, the "
        "first is %s in the table and %s in the statement",
        count, count == 1 ? "account" : "accounts", declared, found);
}

void fa_matcher_tell_statements(const struct fa_matcher *m)
{
    tell_interim(m);
    tell_outside(m);
    tell_currencies(m);
}
