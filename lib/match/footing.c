/*
 * Statements as a whole: do the lines lead from the opening to the closing balance, are they as
 * many as the statement says, and does each statement begin where the one before it ended?
 */
#include "base/limits.h"
#include "match/matcher.h"

static enum fa_status out_of_memory(struct fa_matcher *m)
{
    return fa_out_of_memory(m->sink, "the statements of the reconciliation");
}

/* --- before the rows by time --- */

static bool is_kind(const struct fa_matcher *m, const struct fa_bank_period *period,
                    int64_t kind)
{
    return fa_period_value(&m->periods, period, m->period.kind) == kind;
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
    if (fa_periods_init(&m->periods, held, &m->period, m->pending.key) != FA_OK)
        return out_of_memory(m);
    /* The bank states a balance of these, so their rows are kept track of from the start. */
    for (uint32_t i = 0; i < m->periods.count; i++)
        if (is_kind(m, &m->periods.list[i], m->period_booked))
            m->books.flags[m->periods.list[i].account] |= FA_ACCOUNT_BOOKED;
    return FA_OK;
}

/* --- the bank's closing balances --- */

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

/* The last statement of a day gives its closing balance, where no row of the table balance
 * does. */
enum fa_status fa_matcher_add_closings(struct fa_matcher *m)
{
    fa_periods_sort(&m->periods);
    for (uint32_t i = m->periods.count; i-- > 0;) {
        const struct fa_bank_period *period = &m->periods.list[i];
        int64_t closing = fa_period_value(&m->periods, period, m->period.closing);
        int64_t is_page = fa_period_value(&m->periods, period, m->period.closing_page);
        if (!is_kind(m, period, m->period_booked) || closing == FA_PERIOD_UNKNOWN ||
            period->to_day == FA_PERIOD_UNKNOWN || is_page == 1)
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
        day->closing_minor[FA_SIDE_BANK] = closing;
    }
    return FA_OK;
}

/* --- breaks --- */

/* What was expected and what the bank states; FA_PERIOD_UNKNOWN: nothing. */
static enum fa_status add_break(struct fa_matcher *m, const struct fa_bank_period *period,
                                enum fa_break_class class, int64_t day_no, fa_i128 expected,
                                fa_i128 stated)
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
        .name = fa_arena_str(&m->text_arena, fa_period_name(&m->periods, period)),
        .flow = none,
        .statement = none,
    };
    brk.reference = brk.name;
    FA_TRY(book_of(m, period, &brk.book));
    FA_TRY(
        fa_narrow_sum(difference < 0 ? -difference : difference, m->sink, &brk.amount_minor));
    FA_TRY(fa_narrow_sum(has_expected ? expected : 0, m->sink, &brk.ledger_minor));
    FA_TRY(fa_narrow_sum(has_stated ? stated : 0, m->sink, &brk.bank_minor));
    if (!brk.name.bytes || fa_vec_add(&m->breaks.breaks, brk) != FA_OK)
        return out_of_memory(m);
    return FA_OK;
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

static enum fa_status foot(struct fa_matcher *m, const struct fa_bank_period *period)
{
    int64_t opening = fa_period_value(&m->periods, period, m->period.opening);
    int64_t closing = fa_period_value(&m->periods, period, m->period.closing);
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

static enum fa_status follow(struct fa_matcher *m, const struct fa_bank_period *before,
                             const struct fa_bank_period *period)
{
    int64_t closing = fa_period_value(&m->periods, before, m->period.closing);
    int64_t opening = fa_period_value(&m->periods, period, m->period.opening);
    if (closing == FA_PERIOD_UNKNOWN || opening == FA_PERIOD_UNKNOWN || closing == opening)
        return FA_OK;
    bool has_day = period->from_day != FA_PERIOD_UNKNOWN;
    return add_break(m, period, FA_BREAK_CONTINUITY,
                     has_day ? period->from_day : last_day(m, period), closing, opening);
}

enum fa_status fa_matcher_foot(struct fa_matcher *m)
{
    const struct fa_bank_period *before = NULL;
    for (uint32_t i = 0; i < m->periods.count; i++) {
        const struct fa_bank_period *period = &m->periods.list[i];
        FA_TRY(compare_sums(m, period));
        if (!is_kind(m, period, m->period_booked))
            continue;
        FA_TRY(foot(m, period));
        if (before && before->account == period->account &&
            before->currency == period->currency)
            FA_TRY(follow(m, before, period));
        before = period;
    }
    return FA_OK;
}
