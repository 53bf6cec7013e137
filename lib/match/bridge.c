/*
 * The bridge: each account, day by day, from the platform's closing balance to the bank's, by the
 * rows that are open on that day.
 *
 * Every flow and every line up to a day is in exactly one class, on its side. So what the classes
 * add up to is the sum of the lines less the sum of the flows, whatever the balances say; this is
 * proved for each day. What the balances differ by beyond that is the remainder.
 */
#include <assert.h>
#include <stdlib.h>

#include "match/matcher.h"

static enum fa_status out_of_memory(struct fa_matcher *m)
{
    return fa_out_of_memory(m->sink, "the bridge of the reconciliation");
}

/* A closing balance as one side states it or, where the filing has the side's rows, as they carry
 * it on. */
struct closing {
    bool is_known;
    bool has_rows;
    fa_i128 minor;
};

static void carry_closing(struct closing *closing, const struct fa_book_day *day,
                          enum fa_side side)
{
    bool has_line = side == FA_SIDE_BANK && (day->stated & FA_STATED_LINE);
    fa_i128 net = side == FA_SIDE_BANK ? day->line_net : day->flow_net;
    bool has_opening = (day->stated & (uint32_t)FA_STATED_OPENING << side) && closing->has_rows;
    bool was_known = closing->is_known;
    closing->is_known = true;
    if (day->stated & (uint32_t)FA_STATED_CLOSING << side)
        closing->minor = day->closing_minor[side];
    else if (has_line)
        closing->minor = day->line_balance_minor + net;
    else if (!was_known && has_opening)
        closing->minor = day->opening_minor[side] + net;
    else if (was_known && closing->has_rows)
        closing->minor += net;
    else
        *closing = (struct closing){false, closing->has_rows, 0};
}

static void add_signed(struct fa_line_sum *sum, fa_i128 minor)
{
    if (minor >= 0)
        sum->credit += minor;
    else
        sum->debit -= minor;
}

static struct fa_line_sum sum_of(bool is_known, fa_i128 minor)
{
    struct fa_line_sum sum = {.is_known = is_known};
    add_signed(&sum, minor);
    return sum;
}

static struct fa_line_sum *line_of(struct fa_line_sum lines[FA_LINE_COUNT],
                                   enum fa_break_class class)
{
    assert(class <= FA_BREAK_UNEXPLAINED);
    return &lines[FA_LINE_FIRST_BREAK + class];
}

/* Rows of a break become part of the bridge on its day: what the bank lacks is taken off the
 * platform's balance, what the ledger lacks is added to it. A pair that is only late differs in
 * nothing but the days, which its rows that are ahead show. */
static void add_break_to_lines(struct fa_line_sum lines[FA_LINE_COUNT], const struct fa_break *brk)
{
    if (!brk->ledger_rows && !brk->bank_rows)
        return;
    fa_i128 ledger = brk->ledger_rows ? brk->ledger_minor : 0;
    fa_i128 bank = brk->bank_rows ? brk->bank_minor : 0;
    fa_i128 more = brk->direction == FA_CREDIT ? bank - ledger : ledger - bank;
    if (brk->class == FA_BREAK_LATE && more == 0)
        return;
    struct fa_line_sum *line = line_of(lines, brk->class);
    add_signed(line, more);
    line->rows += (int64_t)(brk->ledger_rows > brk->bank_rows ? brk->ledger_rows : brk->bank_rows);
}

struct bridging {
    struct fa_matcher *m;
    const struct fa_book *book;
    uint32_t book_no;
    size_t late_at; /* the next of the book's late days */
    struct closing platform, bank;
    fa_i128 held; /* the bank's closing balance that was known last */
    fa_i128 remainder; /* of the last day on which both sides were known */
    struct fa_late_day timing, late; /* sums of what is ahead */
    fa_i128 moved; /* proof: lines up to the day less flows, credits less debits */
    struct fa_line_sum breaks[FA_LINE_COUNT]; /* of the breaks up to the day */
    fa_i128 repeated_net; /* lines that another statement states, too: the balance has them once */
    int64_t repeated_rows;
};

static void carry_ahead(struct fa_late_day *sum, const fa_i128 ahead[2][2],
                        const int64_t ahead_rows[2])
{
    for (int side = 0; side < 2; side++) {
        sum->ahead_rows[side] += ahead_rows[side];
        for (int direction = 0; direction < 2; direction++)
            sum->ahead[side][direction] += ahead[side][direction];
    }
}

/* What the ledger is ahead with is taken off its balance, what the bank is, added. */
static void add_ahead_to_line(struct fa_line_sum *line, const struct fa_late_day *sum)
{
    line->credit += sum->ahead[FA_SIDE_LEDGER][FA_DEBIT] + sum->ahead[FA_SIDE_BANK][FA_CREDIT];
    line->debit += sum->ahead[FA_SIDE_LEDGER][FA_CREDIT] + sum->ahead[FA_SIDE_BANK][FA_DEBIT];
    line->rows += sum->ahead_rows[FA_SIDE_LEDGER] + sum->ahead_rows[FA_SIDE_BANK];
}

/* The lines of the day that are classes of breaks. */
static void add_classes(struct bridging *b, const struct fa_book_day *day,
                        struct fa_line_sum lines[FA_LINE_COUNT])
{
    carry_ahead(&b->timing, day->ahead, day->ahead_rows);
    for (; b->late_at < b->book->late_days.count &&
           b->book->late_days.items[b->late_at].day_no <= day->day_no;
         b->late_at++) {
        const struct fa_late_day *late = &b->book->late_days.items[b->late_at];
        carry_ahead(&b->late, late->ahead, late->ahead_rows);
    }
    for (int line = FA_LINE_FIRST_BREAK; line < FA_LINE_REMAINDER; line++) {
        lines[line] = b->breaks[line];
        lines[line].is_known = true;
    }
    b->repeated_net += day->repeated_net;
    b->repeated_rows += day->repeated_rows;
    add_signed(&lines[FA_LINE_OVERLAP], -b->repeated_net);
    lines[FA_LINE_OVERLAP].rows = b->repeated_rows;
    add_ahead_to_line(line_of(lines, FA_BREAK_TIMING), &b->timing);
    add_ahead_to_line(line_of(lines, FA_BREAK_LATE), &b->late);
}

static enum fa_status add_remainder(struct bridging *b, int32_t day_no, fa_i128 remainder)
{
    struct fa_matcher *m = b->m;
    char date[FA_TIME_TEXT_BYTES];
    size_t size = fa_date_format(day_no, date);
    struct fa_break brk = {
        .account = b->book->account,
        .book = b->book_no,
        .currency = b->book->currency,
        .class = FA_BREAK_REMAINDER,
        .direction = remainder > 0 ? FA_CREDIT : FA_DEBIT,
        .day_no = day_no,
        .has_ledger = true,
        .has_bank = true,
        .name = fa_arena_str(&m->text_arena, (struct fa_str){date, size}),
        .reference = {"", 0},
        .flow = {"", 0},
        .statement = {"", 0},
    };
    const struct fa_sum_use use = fa_sum_of_break(m, &brk);
    FA_TRY(fa_narrow_sum(remainder < 0 ? -remainder : remainder, &use, m->sink, &brk.amount_minor));
    FA_TRY(fa_narrow_sum(b->platform.minor, &use, m->sink, &brk.ledger_minor));
    FA_TRY(fa_narrow_sum(b->bank.minor, &use, m->sink, &brk.bank_minor));
    if (!brk.name.bytes || fa_vec_add(&m->breaks.breaks, brk) != FA_OK)
        return out_of_memory(m);
    return FA_OK;
}

static enum fa_status carry_held(struct bridging *b, const struct fa_book_day *day)
{
    struct fa_matcher *m = b->m;
    if (!b->bank.is_known || !(m->books.flags[b->book->account] & FA_ACCOUNT_HOLDS))
        return FA_OK;
    struct fa_cover *cover;
    struct fa_cover_day *cover_day;
    if (fa_coverage_get(&m->coverage, b->book->currency, &cover) != FA_OK ||
        fa_cover_get_day(cover, day->day_no, &cover_day) != FA_OK)
        return out_of_memory(m);
    cover_day->is_held_known = true;
    cover_day->held_change += b->bank.minor - b->held;
    b->held = b->bank.minor;
    return FA_OK;
}

/* Classes without a row are left out. */
static enum fa_status write_lines(struct bridging *b, const struct fa_book_day *day,
                                  const struct fa_line_sum lines[FA_LINE_COUNT])
{
    for (int line = 0; line < FA_LINE_COUNT; line++) {
        bool is_class = line >= FA_LINE_FIRST_BREAK && line < FA_LINE_REMAINDER;
        if (is_class && !lines[line].rows && !lines[line].credit && !lines[line].debit)
            continue;
        FA_TRY(fa_outputs_add_line(b->m->out, b->book, day->day_no, (enum fa_bridge_line)line,
                                   &lines[line]));
    }
    return FA_OK;
}

static enum fa_status prove(struct bridging *b, const struct fa_book_day *day,
                            const struct fa_line_sum lines[FA_LINE_COUNT])
{
    b->moved += day->line_sum - day->flow_net;
    if (!b->book->has_lines || b->m->flow_table == FA_NO_TABLE)
        return FA_OK;
    fa_i128 explained = 0;
    for (int line = FA_LINE_FIRST_BREAK; line < FA_LINE_OVERLAP; line++)
        explained += lines[line].credit - lines[line].debit;
    if (explained == b->moved)
        return FA_OK;
    char date[FA_TIME_TEXT_BYTES];
    size_t size = fa_date_format(day->day_no, date);
    return fa_error(b->m->sink, FA_CODE_DEFECT, (struct fa_place){0}, NULL,
                    "the bridge of %.*s does not show every row", (int)size, date);
}

static enum fa_status add_bridge_day(struct bridging *b, const struct fa_book_day *day)
{
    struct fa_matcher *m = b->m;
    struct fa_line_sum lines[FA_LINE_COUNT] = {0};
    carry_closing(&b->platform, day, FA_SIDE_LEDGER);
    carry_closing(&b->bank, day, FA_SIDE_BANK);
    add_classes(b, day, lines);
    FA_TRY(prove(b, day, lines));
    FA_TRY(carry_held(b, day));

    fa_i128 explained = b->platform.minor;
    for (int line = FA_LINE_FIRST_BREAK; line < FA_LINE_REMAINDER; line++)
        explained += lines[line].credit - lines[line].debit;
    bool is_known = b->platform.is_known && b->bank.is_known;
    fa_i128 remainder = is_known ? b->bank.minor - explained : 0;
    lines[FA_LINE_PLATFORM] = sum_of(b->platform.is_known, b->platform.minor);
    lines[FA_LINE_REMAINDER] = sum_of(is_known, remainder);
    lines[FA_LINE_BANK] = sum_of(b->bank.is_known, b->bank.minor);
    FA_TRY(write_lines(b, day, lines));
    if (!is_known) {
        m->summary.unknown_days++;
        return FA_OK;
    }
    m->summary.bridged_days++;
    m->summary.remainder_days += remainder != 0;
    /* What goes on unchanged is one break, on its first day; the bridge shows every day. */
    bool is_new = remainder != 0 && remainder != b->remainder;
    b->remainder = remainder;
    return is_new ? add_remainder(b, day->day_no, remainder) : FA_OK;
}

/* BREAKS: those of the book, in the order of their days. */
static enum fa_status bridge_book(struct fa_matcher *m, uint32_t book_no, size_t break_from,
                                  size_t break_to)
{
    struct bridging b = {.m = m, .book = &m->books.list.items[book_no], .book_no = book_no};
    int64_t opening;
    b.platform.has_rows = m->flow_table != FA_NO_TABLE;
    b.bank.has_rows = b.book->has_lines;
    if (b.platform.has_rows && fa_matcher_opening(m, b.book, &opening)) {
        b.platform.is_known = true;
        b.platform.minor = opening;
    }
    for (size_t i = 0; i < b.book->days.count; i++) {
        const struct fa_book_day *day = &b.book->days.items[i];
        for (; break_from < break_to && m->breaks.breaks.items[break_from].day_no <= day->day_no;
             break_from++)
            add_break_to_lines(b.breaks, &m->breaks.breaks.items[break_from]);
        FA_TRY(add_bridge_day(&b, day));
    }
    assert(break_from == break_to); /* every row made a record of its day */
    return FA_OK;
}

struct book_order {
    uint32_t account;
    fa_currency currency;
    uint32_t book;
};

static int compare_books(const void *left, const void *right)
{
    const struct book_order *a = left, *b = right;
    FA_ORDER(a->account, b->account);
    FA_ORDER(a->currency, b->currency);
    return 0;
}

/* The numbers of the books that the bank states something of, by account and currency. */
static enum fa_status order_books(struct fa_matcher *m, struct book_order **order, size_t *count)
{
    struct book_order *made = malloc((m->books.list.count + 1) * sizeof *made);
    if (!made)
        return out_of_memory(m);
    size_t made_count = 0;
    for (size_t i = 0; i < m->books.list.count; i++) {
        const struct fa_book *book = &m->books.list.items[i];
        if (book->has_lines || book->has_bank_balance || book->has_open)
            made[made_count++] =
                (struct book_order){book->account, book->currency, (uint32_t)i};
    }
    if (made_count)
        qsort(made, made_count, sizeof *made, compare_books);
    *order = made;
    *count = made_count;
    return FA_OK;
}

/* What became of a book's rows, by direction and class. */
static enum fa_status add_book_totals(struct fa_matcher *m, uint32_t book_no, size_t from,
                                      size_t to)
{
    const struct fa_book *book = &m->books.list.items[book_no];
    struct fa_tally tallies[2][FA_TOTAL_CLASS_COUNT] = {0};
    for (int direction = 0; direction < 2; direction++) {
        tallies[direction][FA_TOTAL_MATCHED] = book->matched[direction];
        tallies[direction][FA_TOTAL_SUPERSEDED] = book->superseded[direction];
    }
    for (size_t i = from; i < to; i++) {
        const struct fa_break *brk = &m->breaks.breaks.items[i];
        if (!brk->ledger_rows && !brk->bank_rows)
            continue;
        struct fa_tally *tally = &tallies[brk->direction][FA_TOTAL_FIRST_BREAK + brk->class];
        struct fa_tally *turned = &tallies[!brk->direction][FA_TOTAL_FIRST_BREAK + brk->class];
        tally->rows++;
        tally->ledger_rows += brk->ledger_rows - brk->turned_rows[FA_SIDE_LEDGER];
        tally->bank_rows += brk->bank_rows - brk->turned_rows[FA_SIDE_BANK];
        tally->ledger += brk->ledger_minor + brk->turned_minor[FA_SIDE_LEDGER];
        tally->bank += brk->bank_minor + brk->turned_minor[FA_SIDE_BANK];
        turned->ledger_rows += brk->turned_rows[FA_SIDE_LEDGER];
        turned->bank_rows += brk->turned_rows[FA_SIDE_BANK];
        turned->ledger += brk->turned_minor[FA_SIDE_LEDGER];
        turned->bank += brk->turned_minor[FA_SIDE_BANK];
    }
    for (int direction = 0; direction < 2; direction++) {
        m->summary.matched_rows += book->matched[direction].rows;
        for (int class = 0; class < FA_TOTAL_NO_STATEMENT; class++) {
            const struct fa_tally *tally = &tallies[direction][class];
            if (tally->ledger_rows || tally->bank_rows)
                FA_TRY(fa_outputs_add_total(m->out, book, (enum fa_direction)direction,
                                            (enum fa_total_class)class, tally, book->currency));
        }
    }
    return FA_OK;
}

/* Breaks are sorted by account and currency as the books are, so each book has a stretch. */
enum fa_status fa_matcher_bridge(struct fa_matcher *m)
{
    struct book_order *order = NULL;
    size_t book_count = 0, from = 0, break_count = m->breaks.breaks.count;
    FA_TRY(order_books(m, &order, &book_count));
    enum fa_status status = FA_OK;
    for (size_t i = 0; status == FA_OK && i < book_count; i++) {
        size_t to = from;
        while (to < break_count && m->breaks.breaks.items[to].book == order[i].book)
            to++;
        status = add_book_totals(m, order[i].book, from, to);
        if (status == FA_OK)
            status = bridge_book(m, order[i].book, from, to); /* adds behind break_count */
        from = to;
    }
    free(order);
    assert(status != FA_OK || from == break_count);
    return status;
}
