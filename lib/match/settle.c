/*
 * The end of matching: rows that still wait are looked at once more and resolved; what became
 * of them turns into breaks, with a proof that no row was lost or claimed twice on the way.
 */
#include <stdlib.h>

#include "match/look.h"

static enum fa_status out_of_memory(struct fa_matcher *m)
{
    return fa_out_of_memory(m->sink, "open rows of the reconciliation");
}

/* --- what is left --- */

/* Counted once, also when it waited in two. */
enum fa_status fa_matcher_leave_out(struct fa_matcher *m, const struct fa_waiting *w)
{
    m->left_out[w->side] += w->direction == FA_CREDIT ? w->amount_minor : -w->amount_minor;
    m->left_out_rows[w->side]++;
    if (w->other_book != FA_NO_BOOK &&
        (fa_matcher_has_lines(m, w->other_book) || w->direction != FA_DEBIT))
        return FA_OK;
    return fa_matcher_add_no_statement(m, m->books.list.items[w->book].currency,
                                       w->amount_minor);
}

static struct fa_open open_of(const struct fa_matcher *m, const struct fa_waiting *w)
{
    static const struct fa_str none = {"", 0};
    struct fa_str id = fa_waiting_id(w);
    return (struct fa_open){
        .book = w->book,
        .side = (enum fa_side)w->side,
        .direction = (enum fa_direction)w->direction,
        .amount_minor = w->amount_minor,
        .time_us = fa_day_start(w->day_no, &m->head->zone),
        .day_no = w->day_no,
        .business_day = w->business_day,
        .row = w->row,
        .reference = fa_waiting_reference(w),
        .id = id.size ? id : fa_waiting_reference(w),
        .reverses = none,
        .twin = none,
        .detail_of = FA_NO_OPEN,
        .link = FA_NO_LINK,
    };
}

/* Rows of a book are open; where all lines of its account are in other currencies, it is shown
 * with them. */
static void open_book(struct fa_matcher *m, uint32_t book_no)
{
    struct fa_book *books = m->books.list.items, *book = &books[book_no];
    book->has_open = true;
    uint32_t other = m->books.first_book[book->account];
    while (book->filer == FA_NOBODY && other != FA_NO_BOOK) {
        book->filer = books[other].filer;
        other = books[other].next_of_account;
    }
}

/* What waits in books of accounts with a statement. Its texts stay with the rows that wait. */
static enum fa_status list_open(struct fa_matcher *m)
{
    struct fa_waiting_list list = {0};
    enum fa_status status = fa_pending_list(&m->pending, &list);
    if (status != FA_OK)
        (void)out_of_memory(m);
    for (size_t i = 0; status == FA_OK && i < list.rows.count; i++) {
        const struct fa_waiting *w = list.rows.items[i];
        if (!fa_matcher_has_lines(m, w->book)) {
            status = fa_matcher_leave_out(m, w);
            continue;
        }
        open_book(m, w->book);
        m->books.list.items[w->book].open_lines += w->side == FA_SIDE_BANK;
        if (fa_vec_add(&m->resolver.rows, open_of(m, w)) != FA_OK)
            status = out_of_memory(m);
    }
    fa_vec_free(&list.rows);
    return status;
}

static enum fa_status bind_terms(struct fa_matcher *m)
{
    m->terms = calloc(m->books.list.count + 1, sizeof *m->terms);
    if (!m->terms)
        return out_of_memory(m);
    for (size_t i = 0; i < m->books.list.count; i++) {
        const struct fa_book *book = &m->books.list.items[i];
        FA_TRY(fa_binding_get_terms(&m->binding, book->account, book->currency, &m->terms[i]));
    }
    m->resolver.terms = m->terms;
    m->resolver.days = m->binding.days;
    return FA_OK;
}

static enum fa_status resolve(struct fa_matcher *m, struct fa_blocks *in)
{
    m->resolver.books = &m->books;
    m->resolver.hash_key = m->pending.key;
    m->resolver.sink = m->sink;
    FA_TRY(list_open(m));
    FA_TRY(bind_terms(m));
    if (m->resolver.rows.count)
        FA_TRY(fa_matcher_look(m, in));
    FA_TRY(fa_resolver_sort(&m->resolver));
    return fa_resolver_run(&m->resolver);
}

/* --- the proof --- */

static enum fa_status lost_rows(struct fa_matcher *m, uint64_t came, uint64_t found)
{
    return fa_error(m->sink, FA_CODE_DEFECT, (struct fa_place){0}, NULL,
                    "reconciliation lost rows: %llu came to be matched, %llu are accounted for",
                    (unsigned long long)came, (unsigned long long)found);
}

/* Each row is in the link that claimed it, and in no other. */
static enum fa_status prove_claims(struct fa_matcher *m)
{
    const struct fa_resolver *r = &m->resolver;
    uint64_t claimed = 0, listed = 0;
    for (size_t i = 0; i < r->rows.count; i++)
        claimed += r->rows.items[i].link != FA_NO_LINK;
    for (uint32_t link_no = 0; link_no < r->links.count; link_no++) {
        const struct fa_link *link = &r->links.items[link_no];
        for (uint32_t i = 0; i < link->member_count; i++) {
            uint32_t place = r->members.items[link->first_member + i];
            listed += r->rows.items[place].link == link_no && !r->rows.items[place].is_aside;
        }
    }
    return claimed == listed && claimed == r->members.count ? FA_OK
                                                            : lost_rows(m, listed, claimed);
}

struct proof {
    fa_i128 net[2]; /* credits less debits, by side */
    uint64_t rows[2];
};

static void add_tallies(const struct fa_matcher *m, struct proof *proof)
{
    for (size_t i = 0; i < m->books.list.count; i++) {
        for (int direction = 0; direction < 2; direction++) {
            const struct fa_tally *tally = &m->books.list.items[i].matched[direction];
            fa_i128 sign = direction == FA_CREDIT ? 1 : -1;
            proof->net[FA_SIDE_LEDGER] += sign * tally->ledger;
            proof->net[FA_SIDE_BANK] += sign * tally->bank;
            proof->rows[FA_SIDE_LEDGER] += tally->ledger_rows;
            proof->rows[FA_SIDE_BANK] += tally->bank_rows;
        }
    }
}

/* What came to be matched is what was matched, what is open, and what has no statement. A line
 * whose details took its place counts as they do. */
static enum fa_status prove(struct fa_matcher *m)
{
    struct proof proof = {{m->left_out[0], m->left_out[1]},
                          {m->left_out_rows[0], m->left_out_rows[1]}};
    uint64_t came_rows[2] = {m->came_rows[0], m->came_rows[1]};
    add_tallies(m, &proof);
    for (size_t i = 0; i < m->breaks.breaks.count; i++) {
        const struct fa_break *brk = &m->breaks.breaks.items[i];
        fa_i128 sign = brk->direction == FA_CREDIT ? 1 : -1;
        if (brk->ledger_rows)
            proof.net[FA_SIDE_LEDGER] += sign * brk->ledger_minor;
        if (brk->bank_rows)
            proof.net[FA_SIDE_BANK] += sign * brk->bank_minor;
        proof.rows[FA_SIDE_LEDGER] += brk->ledger_rows;
        proof.rows[FA_SIDE_BANK] += brk->bank_rows;
    }
    for (size_t i = 0; i < m->resolver.rows.count; i++) {
        const struct fa_open *row = &m->resolver.rows.items[i];
        came_rows[FA_SIDE_BANK] += row->detail_no && !row->is_aside;
        came_rows[FA_SIDE_BANK] -= !row->detail_no && row->is_aside;
    }
    for (int side = 0; side < 2; side++)
        if (proof.net[side] != m->came[side] || proof.rows[side] != came_rows[side])
            return lost_rows(m, came_rows[side], proof.rows[side]);
    return prove_claims(m);
}

/* --- the end --- */

static enum fa_status write_breaks(struct fa_matcher *m)
{
    for (size_t i = 0; i < m->breaks.breaks.count; i++) {
        const struct fa_break *brk = &m->breaks.breaks.items[i];
        FA_TRY(fa_outputs_add_break(m->out, brk, &m->books.list.items[brk->book]));
        m->summary.break_rows[brk->class]++;
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

enum fa_status fa_matcher_finish(struct fa_matcher *m, struct fa_blocks *in)
{
    FA_TRY(resolve(m, in));
    FA_TRY(fa_matcher_add_outcome(m));
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
