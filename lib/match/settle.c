/*
 * The end of matching: rows that still wait are paired by reference although their amounts differ,
 * or become breaks, with a proof that no row was lost on the way.
 */
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

static int compare_left(const void *left, const void *right)
{
    const struct left_row *a = left, *b = right;
    FA_ORDER(a->reference_hash, b->reference_hash);
    int order = fa_str_compare(fa_waiting_reference(a->row), fa_waiting_reference(b->row));
    if (order)
        return order;
    FA_ORDER(a->row->book, b->row->book);
    FA_ORDER(a->row->direction, b->row->direction);
    FA_ORDER(a->row->side, b->row->side);
    FA_ORDER(a->row->row, b->row->row);
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
        .ledger_rows = flow != NULL,
        .bank_rows = line != NULL,
        .reference = fa_waiting_reference(either),
        .flow = flow ? fa_waiting_id(flow) : (struct fa_str){"", 0},
        .statement = line ? fa_waiting_id(line) : (struct fa_str){"", 0},
    };
    if (flow && !brk.flow.size)
        brk.flow = brk.reference;
    brk.name = brk.reference.size ? brk.reference : brk.statement;
    if (flow && line) {
        brk.match_no = fa_match_no(line->row);
        brk.ledger_day = flow->day_no;
        brk.bank_day = line->day_no;
        brk.day_no = line->day_no > flow->day_no ? line->day_no : flow->day_no;
        fa_i128 difference = (fa_i128)line->amount_minor - flow->amount_minor;
        FA_TRY(fa_narrow_sum(difference < 0 ? -difference : difference, m->sink,
                             &brk.amount_minor));
        if (fa_book_add_timing(&m->books.list.items[brk.book], brk.direction, flow->day_no,
                               line->day_no, flow->amount_minor, line->amount_minor, false) != FA_OK)
            return out_of_memory(m);
    }
    return fa_vec_add(&m->breaks.breaks, brk) == FA_OK ? FA_OK : out_of_memory(m);
}

/* Rows of one reference, book and direction: flows, then lines, each in the order of time. Lines
 * without a reference meet no flow here, because every flow has one. */
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
        while (to < row_count && is_same_movement(rows[from].row, rows[to].row))
            to++;
        status = add_group(m, rows + from, to - from);
    }
    free(rows);
    return status;
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
            rows[FA_SIDE_LEDGER] += tally->ledger_rows;
            rows[FA_SIDE_BANK] += tally->bank_rows;
        }
    }
    for (size_t i = 0; i < m->breaks.breaks.count; i++) {
        const struct fa_break *brk = &m->breaks.breaks.items[i];
        if (brk->ledger_rows)
            sum[FA_SIDE_LEDGER] += brk->ledger_minor;
        if (brk->bank_rows)
            sum[FA_SIDE_BANK] += brk->bank_minor;
        rows[FA_SIDE_LEDGER] += brk->ledger_rows;
        rows[FA_SIDE_BANK] += brk->bank_rows;
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
            .match_no = brk->match_no,
            .book = book,
            .direction = brk->direction,
            .stage = FA_STAGE_REFERENCE_AMOUNT,
            .class = brk->class,
            .flow = brk->flow,
            .statement = brk->statement,
            .reference = brk->reference,
            .day_no = brk->bank_day,
            .has_flow_day = true,
            .flow_day = brk->ledger_day,
            .has_ledger = true,
            .has_bank = true,
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
                     m->breaks.breaks.capacity * sizeof *m->breaks.breaks.items +
                     m->periods.count * sizeof *m->periods.list;
    for (size_t i = 0; i < m->books.list.count; i++)
        bytes += m->books.list.items[i].days.capacity * sizeof(struct fa_book_day);
    m->summary.memory_bytes = bytes;
}

enum fa_status fa_matcher_finish(struct fa_matcher *m)
{
    FA_TRY(add_left(m));
    FA_TRY(prove(m));
    fa_breaks_sort(&m->breaks);
    FA_TRY(fa_matcher_add_closings(m));
    FA_TRY(fa_matcher_bridge(m));
    FA_TRY(fa_matcher_foot(m));
    fa_breaks_number(&m->breaks);
    FA_TRY(write_breaks(m));
    FA_TRY(fa_matcher_cover(m));
    measure(m);
    return fa_outputs_finish(m->out);
}
