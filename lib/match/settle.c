/*
 * The end of matching: rows that still wait are paired by reference although their amounts differ,
 * or become breaks; then each account is bridged from the platform's closing balance to the bank's.
 */
#include <assert.h>
#include <stdlib.h>

#include "match/matcher.h"

static enum fa_status out_of_memory(struct fa_matcher *m)
{
    return fa_out_of_memory(m->sink, "breaks of the reconciliation");
}

/* --- what is left --- */

struct left_row {
    uint64_t reference_hash; /* brings rows of one reference together; the bytes decide */
    const struct fa_waiting *row;
};

#define ORDER(a, b)                                                                                \
    do {                                                                                           \
        if ((a) != (b))                                                                            \
            return (a) < (b) ? -1 : 1;                                                             \
    } while (0)

static int compare_left(const void *left, const void *right)
{
    const struct left_row *a = left, *b = right;
    ORDER(a->reference_hash, b->reference_hash);
    int order = fa_str_compare(fa_waiting_reference(a->row), fa_waiting_reference(b->row));
    if (order)
        return order;
    ORDER(a->row->book, b->row->book);
    ORDER(a->row->direction, b->row->direction);
    ORDER(a->row->side, b->row->side);
    ORDER(a->row->row, b->row->row);
    return 0;
}

static bool is_same_movement(const struct fa_waiting *a, const struct fa_waiting *b)
{
    return a->book == b->book && a->direction == b->direction &&
           fa_str_equal(fa_waiting_reference(a), fa_waiting_reference(b));
}

/* A flow that waited in a book which has no statement; counted once, also when it waited in two. */
static enum fa_status leave_out(struct fa_matcher *m, const struct fa_waiting *w)
{
    m->left_out[w->side] += w->amount_minor;
    m->left_out_rows[w->side]++;
    const struct fa_book *other =
        w->other_book == FA_NO_BOOK ? NULL : &m->books.list.items[w->other_book];
    if (other && (other->has_lines || w->direction != FA_DEBIT))
        return FA_OK;
    return fa_matcher_add_no_statement(m, m->books.list.items[w->book].currency, w->amount_minor);
}

/* What waits in books with a statement, grouped. */
static enum fa_status list_left(struct fa_matcher *m, struct left_row **rows, size_t *row_count)
{
    struct fa_waiting_list list = {0};
    struct left_row *made = NULL;
    enum fa_status status = fa_pending_list(&m->pending, &list);
    if (status == FA_OK && list.rows.count &&
        !(made = malloc(list.rows.count * sizeof *made)))
        status = FA_ELIMIT;
    if (status != FA_OK)
        (void)out_of_memory(m);
    size_t count = 0;
    for (size_t i = 0; status == FA_OK && i < list.rows.count; i++) {
        const struct fa_waiting *w = list.rows.items[i];
        if (!m->books.list.items[w->book].has_lines) {
            status = leave_out(m, w);
            continue;
        }
        struct fa_str reference = fa_waiting_reference(w);
        made[count++] = (struct left_row){
            fa_hash64(m->pending.key, reference.bytes, reference.size), w};
    }
    fa_vec_free(&list.rows);
    if (status != FA_OK) {
        free(made);
        return status;
    }
    if (count)
        qsort(made, count, sizeof *made, compare_left);
    *rows = made;
    *row_count = count;
    return FA_OK;
}

/* A break of a flow, of a line (the other is NULL), or of both with different amounts. */
static enum fa_status add_open(struct fa_matcher *m, const struct fa_waiting *flow,
                               const struct fa_waiting *line)
{
    const struct fa_waiting *either = flow ? flow : line;
    const struct fa_book *book = &m->books.list.items[either->book];
    struct fa_break brk = {
        .account = book->account,
        .book = either->book,
        .currency = book->currency,
        .class = !line ? FA_BREAK_MISSING_AT_BANK
                       : !flow ? FA_BREAK_MISSING_IN_LEDGER : FA_BREAK_AMOUNT,
        .direction = (enum fa_direction)either->direction,
        .day_no = either->day_no,
        .has_ledger = flow != NULL,
        .has_bank = line != NULL,
        .amount_minor = either->amount_minor,
        .ledger_minor = flow ? flow->amount_minor : 0,
        .bank_minor = line ? line->amount_minor : 0,
        .row = either->row,
        .reference = fa_waiting_reference(either),
        .flow = flow ? fa_waiting_id(flow) : (struct fa_str){"", 0},
        .statement = line ? fa_waiting_id(line) : (struct fa_str){"", 0},
    };
    if (flow && !brk.flow.size)
        brk.flow = brk.reference;
    brk.name = brk.reference.size ? brk.reference : brk.statement;
    if (flow && line) {
        brk.ledger_day = flow->day_no;
        brk.bank_day = line->day_no;
        brk.day_no = line->day_no > flow->day_no ? line->day_no : flow->day_no;
        fa_i128 difference = (fa_i128)line->amount_minor - flow->amount_minor;
        FA_TRY(fa_narrow_sum(difference < 0 ? -difference : difference, m->sink,
                             &brk.amount_minor));
        if (fa_book_add_timing(&m->books.list.items[brk.book], brk.direction, flow->day_no,
                               line->day_no, flow->amount_minor, line->amount_minor) != FA_OK)
            return out_of_memory(m);
    }
    return fa_vec_add(&m->breaks.breaks, brk) == FA_OK ? FA_OK : out_of_memory(m);
}

/* Rows of one reference, book and direction: flows, then lines, each in the order of time. */
static enum fa_status add_group(struct fa_matcher *m, const struct left_row *rows, size_t count)
{
    size_t flow_count = 0;
    while (flow_count < count && rows[flow_count].row->side == FA_SIDE_LEDGER)
        flow_count++;
    size_t line_count = count - flow_count;
    for (size_t i = 0; i < flow_count || i < line_count; i++)
        FA_TRY(add_open(m, i < flow_count ? rows[i].row : NULL,
                        i < line_count ? rows[flow_count + i].row : NULL));
    return FA_OK;
}

static enum fa_status add_left(struct fa_matcher *m)
{
    struct left_row *rows = NULL;
    size_t row_count = 0;
    FA_TRY(list_left(m, &rows, &row_count));
    enum fa_status status = FA_OK;
    for (size_t from = 0, to; status == FA_OK && from < row_count; from = to) {
        to = from + 1;
        /* A line without a reference is nobody's counterpart. */
        while (to < row_count && rows[from].row->reference_size &&
               is_same_movement(rows[from].row, rows[to].row))
            to++;
        status = add_group(m, rows + from, to - from);
    }
    free(rows);
    return status;
}

/* --- the bridge --- */

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

/* An open row becomes part of the bridge: what the bank lacks is taken off the platform's balance,
 * what the ledger lacks is added to it. */
static void add_break_to_lines(struct fa_line_sum lines[FA_LINE_COUNT], const struct fa_break *brk)
{
    fa_i128 sign = brk->direction == FA_CREDIT ? 1 : -1;
    struct fa_line_sum *line;
    switch (brk->class) {
    case FA_BREAK_MISSING_AT_BANK:
        line = &lines[FA_LINE_MISSING_AT_BANK];
        add_signed(line, -sign * brk->ledger_minor);
        break;
    case FA_BREAK_MISSING_IN_LEDGER:
        line = &lines[FA_LINE_MISSING_IN_LEDGER];
        add_signed(line, sign * brk->bank_minor);
        break;
    case FA_BREAK_AMOUNT:
        line = &lines[FA_LINE_AMOUNT];
        add_signed(line, sign * ((fa_i128)brk->bank_minor - brk->ledger_minor));
        break;
    default:
        return;
    }
    line->rows++;
}

struct bridging {
    struct fa_matcher *m;
    const struct fa_book *book;
    uint32_t book_no;
    struct closing platform, bank;
    fa_i128 held; /* the bank's closing balance that was known last */
    fa_i128 remainder; /* of the last day on which both sides were known */
    fa_i128 ahead[2][2];
    int64_t ahead_rows[2];
    struct fa_line_sum lines[FA_LINE_COUNT];
};

static void carry_timing(struct bridging *b, const struct fa_book_day *day)
{
    for (int side = 0; side < 2; side++) {
        b->ahead_rows[side] += day->ahead_rows[side];
        for (int direction = 0; direction < 2; direction++)
            b->ahead[side][direction] += day->ahead[side][direction];
    }
    b->lines[FA_LINE_TIMING] = (struct fa_line_sum){
        .is_known = true,
        .credit = b->ahead[FA_SIDE_LEDGER][FA_DEBIT] + b->ahead[FA_SIDE_BANK][FA_CREDIT],
        .debit = b->ahead[FA_SIDE_LEDGER][FA_CREDIT] + b->ahead[FA_SIDE_BANK][FA_DEBIT],
        .rows = b->ahead_rows[FA_SIDE_LEDGER] + b->ahead_rows[FA_SIDE_BANK],
    };
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
    FA_TRY(fa_narrow_sum(remainder < 0 ? -remainder : remainder, m->sink, &brk.amount_minor));
    FA_TRY(fa_narrow_sum(b->platform.minor, m->sink, &brk.ledger_minor));
    FA_TRY(fa_narrow_sum(b->bank.minor, m->sink, &brk.bank_minor));
    if (!brk.name.bytes || fa_vec_add(&m->breaks.breaks, brk) != FA_OK)
        return out_of_memory(m);
    return FA_OK;
}

static enum fa_status add_bridge_day(struct bridging *b, const struct fa_book_day *day)
{
    struct fa_matcher *m = b->m;
    carry_closing(&b->platform, day, FA_SIDE_LEDGER);
    carry_closing(&b->bank, day, FA_SIDE_BANK);
    carry_timing(b, day);
    if (b->bank.is_known && (m->books.flags[b->book->account] & FA_ACCOUNT_HOLDS)) {
        struct fa_cover *cover;
        struct fa_cover_day *cover_day;
        if (fa_coverage_get(&m->coverage, b->book->currency, &cover) != FA_OK ||
            fa_cover_get_day(cover, day->day_no, &cover_day) != FA_OK)
            return out_of_memory(m);
        cover->is_held_known = true;
        cover_day->held_change += b->bank.minor - b->held;
        b->held = b->bank.minor;
    }

    fa_i128 explained = b->platform.minor;
    for (int line = FA_LINE_MISSING_AT_BANK; line <= FA_LINE_TIMING; line++)
        explained += b->lines[line].credit - b->lines[line].debit;
    bool is_known = b->platform.is_known && b->bank.is_known;
    fa_i128 remainder = is_known ? b->bank.minor - explained : 0;
    b->lines[FA_LINE_PLATFORM] = sum_of(b->platform.is_known, b->platform.minor);
    b->lines[FA_LINE_REMAINDER] = sum_of(is_known, remainder);
    b->lines[FA_LINE_BANK] = sum_of(b->bank.is_known, b->bank.minor);
    for (int line = 0; line < FA_LINE_COUNT; line++)
        FA_TRY(fa_outputs_add_line(m->out, b->book, day->day_no, (enum fa_bridge_line)line,
                                   &b->lines[line]));
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
    for (int line = FA_LINE_MISSING_AT_BANK; line <= FA_LINE_AMOUNT; line++)
        b.lines[line].is_known = true;
    for (size_t i = 0; i < b.book->days.count; i++) {
        const struct fa_book_day *day = &b.book->days.items[i];
        for (; break_from < break_to && m->breaks.breaks.items[break_from].day_no <= day->day_no;
             break_from++)
            add_break_to_lines(b.lines, &m->breaks.breaks.items[break_from]);
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
    ORDER(a->account, b->account);
    ORDER(a->currency, b->currency);
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
        if (book->has_lines || book->has_bank_balance)
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
    for (int direction = 0; direction < 2; direction++)
        tallies[direction][FA_TOTAL_MATCHED] = book->matched[direction];
    for (size_t i = from; i < to; i++) {
        const struct fa_break *brk = &m->breaks.breaks.items[i];
        if (brk->class > FA_BREAK_MISSING_IN_LEDGER)
            continue;
        static const enum fa_total_class class_of[] = {
            [FA_BREAK_AMOUNT] = FA_TOTAL_AMOUNT,
            [FA_BREAK_MISSING_AT_BANK] = FA_TOTAL_MISSING_AT_BANK,
            [FA_BREAK_MISSING_IN_LEDGER] = FA_TOTAL_MISSING_IN_LEDGER,
        };
        struct fa_tally *tally = &tallies[brk->direction][class_of[brk->class]];
        tally->rows++;
        tally->ledger += brk->ledger_minor;
        tally->bank += brk->bank_minor;
    }
    for (int direction = 0; direction < 2; direction++) {
        m->summary.matched_rows += book->matched[direction].rows;
        for (int class = 0; class < FA_TOTAL_NO_STATEMENT; class++) {
            const struct fa_tally *tally = &tallies[direction][class];
            if (tally->rows)
                FA_TRY(fa_outputs_add_total(m->out, book, (enum fa_direction)direction,
                                            (enum fa_total_class)class, tally, book->currency));
        }
    }
    return FA_OK;
}

/* Breaks are sorted by account and currency as the books are, so each book has a stretch. */
static enum fa_status bridge_all(struct fa_matcher *m)
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

/* --- coverage --- */

static int compare_covers(const void *left, const void *right)
{
    const struct fa_cover *a = left, *b = right;
    ORDER(a->currency, b->currency);
    return 0;
}

static enum fa_status add_coverage(struct fa_matcher *m)
{
    if (m->coverage.list.count)
        qsort(m->coverage.list.items, m->coverage.list.count, sizeof *m->coverage.list.items,
              compare_covers);
    for (size_t i = 0; i < m->coverage.list.count; i++) {
        const struct fa_cover *cover = &m->coverage.list.items[i];
        if (cover->no_statement.rows)
            FA_TRY(fa_outputs_add_total(m->out, NULL, FA_CREDIT, FA_TOTAL_NO_STATEMENT,
                                        &cover->no_statement, cover->currency));
        fa_i128 held = 0;
        for (size_t d = 0; cover->is_held_known && d < cover->days.count; d++) {
            const struct fa_cover_day *day = &cover->days.items[d];
            held += day->held_change;
            if (!day->stated_rows)
                continue;
            m->summary.short_days += day->stated > held;
            FA_TRY(fa_outputs_add_coverage(m->out, day->day_no, cover->currency, day->stated,
                                           held));
        }
    }
    return FA_OK;
}

/* --- the end --- */

/* What came to be matched is what was matched, what is open, and what has no statement. */
static enum fa_status prove(struct fa_matcher *m)
{
    fa_i128 sum[2] = {m->left_out[0], m->left_out[1]};
    uint64_t rows[2] = {m->left_out_rows[0], m->left_out_rows[1]};
    for (size_t i = 0; i < m->books.list.count; i++) {
        for (int direction = 0; direction < 2; direction++) {
            const struct fa_tally *tally = &m->books.list.items[i].matched[direction];
            sum[FA_SIDE_LEDGER] += tally->ledger;
            sum[FA_SIDE_BANK] += tally->bank;
            rows[FA_SIDE_LEDGER] += tally->rows;
            rows[FA_SIDE_BANK] += tally->rows;
        }
    }
    for (size_t i = 0; i < m->breaks.breaks.count; i++) {
        const struct fa_break *brk = &m->breaks.breaks.items[i];
        if (brk->class > FA_BREAK_MISSING_IN_LEDGER)
            continue;
        sum[FA_SIDE_LEDGER] += brk->ledger_minor;
        sum[FA_SIDE_BANK] += brk->bank_minor;
        rows[FA_SIDE_LEDGER] += brk->has_ledger;
        rows[FA_SIDE_BANK] += brk->has_bank;
    }
    for (int side = 0; side < 2; side++)
        if (sum[side] != m->came[side] || rows[side] != m->came_rows[side])
            return fa_error(m->sink, FA_CODE_DEFECT, (struct fa_place){0}, NULL,
                            "reconciliation lost rows: %llu came to be matched, %llu are accounted "
                            "for",
                            (unsigned long long)m->came_rows[side], (unsigned long long)rows[side]);
    return FA_OK;
}

static enum fa_status write_breaks(struct fa_matcher *m)
{
    for (size_t i = 0; i < m->breaks.breaks.count; i++) {
        const struct fa_break *brk = &m->breaks.breaks.items[i];
        const struct fa_book *book = &m->books.list.items[brk->book];
        FA_TRY(fa_outputs_add_break(m->out, brk, book));
        m->summary.break_rows[brk->class]++;
        if (brk->class != FA_BREAK_AMOUNT)
            continue;
        struct fa_match_row row = {
            .book = book,
            .direction = brk->direction,
            .flow = brk->flow,
            .statement = brk->statement,
            .reference = brk->reference,
            .flow_day = brk->ledger_day,
            .bank_day = brk->bank_day,
            .ledger_minor = brk->ledger_minor,
            .bank_minor = brk->bank_minor,
        };
        FA_TRY(fa_outputs_add_match(m->out, &row));
    }
    return FA_OK;
}

static void measure(struct fa_matcher *m)
{
    uint64_t bytes = fa_pending_memory(&m->pending) + m->text_arena.allocated_bytes +
                     m->books.list.capacity * sizeof *m->books.list.items +
                     m->breaks.breaks.capacity * sizeof *m->breaks.breaks.items;
    for (size_t i = 0; i < m->books.list.count; i++)
        bytes += m->books.list.items[i].days.capacity * sizeof(struct fa_book_day);
    m->summary.memory_bytes = bytes;
}

enum fa_status fa_matcher_finish(struct fa_matcher *m)
{
    FA_TRY(add_left(m));
    FA_TRY(prove(m));
    fa_breaks_sort(&m->breaks);
    FA_TRY(bridge_all(m));
    fa_breaks_number(&m->breaks);
    FA_TRY(write_breaks(m));
    FA_TRY(add_coverage(m));
    measure(m);
    return fa_outputs_finish(m->out);
}
