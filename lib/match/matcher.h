/*
 * The matcher: rows go in batch by batch, as the stream brings them; pairs leave at once; what is
 * left at the end becomes breaks, the bridge and the coverage (settle.c).
 *
 * An account takes part when it has a statement line. That is known only at the end, so the first
 * pass expects it of every account whose role is not customer, merchant or external. When a
 * statement shows up for another one after flows of it went by, the pass is lost (is_lost): the
 * matcher then only learns which accounts the bank states, and a second pass with that knowledge
 * is exact.
 */
#ifndef FA_MATCH_MATCHER_H
#define FA_MATCH_MATCHER_H

#include "ledger/held.h"
#include "match/binding.h"
#include "match/chain.h"
#include "match/coverage.h"
#include "match/output.h"
#include "match/periods.h"
#include "match/reconcile.h"
#include "match/resolve.h"

struct fa_flow_columns {
    int flow_id, time, payer, payee, amount, currency, status, order_id;
};
struct fa_line_columns {
    int statement_id, account, booked_at, direction, amount, currency, balance_after, reference,
        period_id;
    int filer;
};
struct fa_balance_columns {
    int account, date, source, opening, closing, filer;
};
struct fa_account_columns {
    int role, currency, opening, opened_on, closed_on;
};

/* What the second look reads beside these. */
struct fa_look_columns {
    int reverses; /* of flow */
    int reversal; /* of statement */
    int detail_table; /* FA_NO_TABLE: not in the stream */
    int detail_statement, detail_no, detail_account, detail_direction, detail_amount,
        detail_currency, detail_reference;
    int64_t detail_credit;
};

enum { FA_MATCH_SLICE_ROWS = 128 };

struct fa_matcher {
    const struct fa_head *head;
    struct fa_sink *sink;
    struct fa_outputs *out;
    struct fa_binding binding; /* of the scheme, or of none */
    int flow_table, line_table, balance_table, account_table, period_table; /* FA_NO_TABLE: not in the stream */
    struct fa_flow_columns flow;
    struct fa_line_columns line;
    struct fa_balance_columns balance;
    struct fa_account_columns account;
    struct fa_period_columns period;
    struct fa_look_columns look;
    int64_t settled, line_credit, bank_source, period_booked; /* enum values of this stream's dictionary */

    const struct fa_held *held; /* NULL until they came */
    const struct fa_held_table *accounts;
    struct fa_books books;
    struct fa_pending pending;
    struct fa_coverage coverage;
    struct fa_periods periods;
    struct fa_chain_links chain; /* what is wrong between them */
    struct fa_arena text_arena; /* texts of breaks */
    struct fa_break_list breaks;
    const struct fa_terms **terms; /* by number of a book; made when all rows came */
    struct fa_resolver resolver;
    fa_i128 came[2];          /* proof: what entered matching by side, credits less debits, ... */
    uint64_t came_rows[2];
    fa_i128 left_out[2];      /* ... less what waited in books without a statement */
    uint64_t left_out_rows[2];
    struct fa_reconcile_summary summary;
    bool can_restart; /* the input can be read again */
    bool is_exact;    /* second pass */
    bool is_lost;

    int64_t day_from_us, day_to_us; /* the day that was looked up last */
    int32_t day_no;
    uint32_t arrival_count;
    struct fa_arrival arrivals[2 * FA_MATCH_SLICE_ROWS];
};

/* For the sums of a break that is being made. */
static inline struct fa_sum_use fa_sum_of_break(const struct fa_matcher *m,
                                                const struct fa_break *brk)
{
    return (struct fa_sum_use){.head = m->head,
                               .accounts = m->accounts,
                               .table = "break",
                               .what = fa_break_class_name(brk->class),
                               .has_account = true,
                               .has_day = true,
                               .account = brk->account,
                               .currency = brk->currency,
                               .day_no = brk->day_no};
}

/* Finds tables and columns in the head; head, outputs and the scheme, which may be NULL, outlive
 * the matcher. */
enum fa_status fa_matcher_init(struct fa_matcher *matcher, const struct fa_head *head,
                               const struct fa_scheme *scheme, struct fa_outputs *out,
                               struct fa_hash_key key, struct fa_sink *sink) FA_MUST_USE;
void fa_matcher_release(struct fa_matcher *matcher);
/* Asks a decoder of one of the tables for the columns that are read. */
void fa_matcher_want(const struct fa_matcher *matcher, const struct fa_table_def *table,
                     struct fa_decoder *decoder);
void fa_matcher_want_held(const struct fa_matcher *matcher, struct fa_held *held);
/* Once, before the first row by time: the held tables, which outlive the matcher. */
enum fa_status fa_matcher_set_held(struct fa_matcher *matcher,
                                   const struct fa_held *held) FA_MUST_USE;

/* Rows of the stream (rows.c). */
enum fa_status fa_matcher_add_flows(struct fa_matcher *matcher,
                                    const struct fa_batch *batch) FA_MUST_USE;
enum fa_status fa_matcher_add_lines(struct fa_matcher *matcher,
                                    const struct fa_batch *batch) FA_MUST_USE;
enum fa_status fa_matcher_add_balances(struct fa_matcher *matcher,
                                       const struct fa_batch *batch) FA_MUST_USE;

/* All rows came: what did not fit memory is joined now. */
enum fa_status fa_matcher_replay(struct fa_matcher *matcher) FA_MUST_USE;

/* Begins the second pass. */
enum fa_status fa_matcher_restart(struct fa_matcher *matcher) FA_MUST_USE;

/* All rows came: resolves what is left, with another reading of IN, proves that nothing vanished,
 * writes the tables. (settle.c) */
enum fa_status fa_matcher_finish(struct fa_matcher *matcher, struct fa_blocks *in) FA_MUST_USE;

/* --- between matcher.c, rows.c, footing.c and settle.c --- */

/* Values of a column that every row must have; of accounts also that the stream declares them. */
enum fa_status fa_matcher_required(struct fa_matcher *matcher, const struct fa_batch *batch,
                                   int column, const int64_t **values) FA_MUST_USE;
enum fa_status fa_matcher_required_accounts(struct fa_matcher *matcher,
                                            const struct fa_batch *batch, int column,
                                            const int64_t **accounts) FA_MUST_USE;
/* What a flow is known by at the bank; empty: by nothing. (rows.c) */
struct fa_str fa_matcher_flow_reference(const struct fa_bound_reference *reference,
                                        const struct fa_batch *batch, uint32_t row);
/* The accounts, by direction, on whose statements a flow is; false: it moves nothing between two.
 * (rows.c) */
bool fa_matcher_faces(const struct fa_matcher *matcher, uint32_t payer, uint32_t payee,
                      uint32_t accounts[2]);
/* Whether a line is left out: what a bank states before its books are closed, it states again, so
 * such a line counts only where no booked statement covers its day. (rows.c) */
bool fa_matcher_is_superseded(const struct fa_matcher *matcher, const struct fa_batch *batch,
                              uint32_t row);
/* What became of the rows of the resolver, when it ran: sums of books, breaks, rows of the table
 * match. (outcome.c) */
enum fa_status fa_matcher_add_outcome(struct fa_matcher *matcher) FA_MUST_USE;
/* Statements as a whole: before the rows by time; their closing balances, when all lines came,
 * before the bridge; their breaks, behind it. (footing.c) */
enum fa_status fa_matcher_set_periods(struct fa_matcher *matcher,
                                      const struct fa_held_table *held) FA_MUST_USE;
/* Once more for a second pass. */
enum fa_status fa_matcher_open_periods(struct fa_matcher *matcher) FA_MUST_USE;
enum fa_status fa_matcher_add_closings(struct fa_matcher *matcher) FA_MUST_USE;
enum fa_status fa_matcher_foot(struct fa_matcher *matcher) FA_MUST_USE;
void fa_matcher_tell_statements(const struct fa_matcher *matcher); /* notes, at the end */

/* The currency of an account, else of the filing. */
fa_currency fa_matcher_currency(const struct fa_matcher *matcher, uint32_t account);
/* In another currency than table account gives its account. */
bool fa_matcher_is_foreign(const struct fa_matcher *matcher, const struct fa_book *book);
/* The balance at the start of the covered period; false: not stated in the book's currency. */
bool fa_matcher_opening(const struct fa_matcher *matcher, const struct fa_book *book,
                        int64_t *minor);
/* The tables bridge and match_total of sorted breaks; adds the remainders to these. (bridge.c) */
enum fa_status fa_matcher_bridge(struct fa_matcher *matcher) FA_MUST_USE;
/* Whether flows of a book face a statement: that of their account, whatever the currency of its
 * lines. A bank that booked all of them in another one must not make it look as if no statement had
 * been filed. */
static inline bool fa_matcher_has_lines(const struct fa_matcher *matcher, uint32_t book)
{
    return matcher->books.flags[matcher->books.list.items[book].account] & FA_ACCOUNT_LINED;
}
/* A flow that waited in a book which has no statement. (settle.c) */
enum fa_status fa_matcher_leave_out(struct fa_matcher *matcher,
                                    const struct fa_waiting *waiting) FA_MUST_USE;
/* A flow whose accounts have no statement. */
enum fa_status fa_matcher_add_no_statement(struct fa_matcher *matcher, fa_currency currency,
                                           int64_t amount_minor) FA_MUST_USE;
/* A pair that the sides booked on two days: what the earlier one booked is ahead in between, as
 * timing or as late. */
enum fa_status fa_book_add_timing(struct fa_book *book, enum fa_direction direction,
                                  int32_t ledger_day, int32_t bank_day, int64_t ledger_minor,
                                  int64_t bank_minor, bool is_late) FA_MUST_USE;

#endif
