/*
 * Rows as they come: flows, statement lines and balances enter the books of their accounts; flows
 * and lines that meet leave at once.
 */
#include "base/limits.h"
#include "match/matcher.h"

static enum fa_status out_of_memory(struct fa_matcher *m)
{
    return fa_out_of_memory(m->sink, "open rows of the reconciliation");
}

/* The bank states something of an account. When rows of it are gone, this pass is lost. */
static void mark_banked(struct fa_matcher *m, uint32_t account, uint8_t how)
{
    uint8_t *flags = &m->books.flags[account];
    if (!(*flags & FA_ACCOUNT_BOOKED) && (*flags & FA_ACCOUNT_PASSED))
        m->is_lost = true;
    *flags |= (uint8_t)(FA_ACCOUNT_BOOKED | how);
}

/* --- columns of a batch --- */

enum fa_status fa_matcher_required(struct fa_matcher *m, const struct fa_batch *batch,
                                   int column, const int64_t **values)
{
    const struct fa_column *found = &batch->columns[column];
    bool is_missing = found->is_absent;
    for (uint32_t row = 0; found->missing && row < batch->row_count && !is_missing; row++)
        is_missing = found->missing[row];
    if (is_missing)
        return fa_error(m->sink, FA_CODE_MATCH_MISSING, (struct fa_place){0}, NULL,
                        "a row of table %.*s has no value in the required column %.*s",
                        (int)batch->table->name.size, batch->table->name.bytes,
                        (int)batch->table->columns[column].name.size,
                        batch->table->columns[column].name.bytes);
    *values = found->values;
    return FA_OK;
}

enum fa_status fa_matcher_required_accounts(struct fa_matcher *m, const struct fa_batch *batch,
                                            int column, const int64_t **accounts)
{
    FA_TRY(fa_matcher_required(m, batch, column, accounts));
    for (uint32_t row = 0; row < batch->row_count; row++)
        if ((uint64_t)(*accounts)[row] >= m->books.account_count)
            return fa_error(m->sink, FA_CODE_MATCH_ACCOUNT, (struct fa_place){0}, NULL,
                            "a row of table %.*s has an account number that the stream does not "
                            "declare",
                            (int)batch->table->name.size, batch->table->name.bytes);
    return FA_OK;
}

static int32_t day_of(struct fa_matcher *m, int64_t instant_us)
{
    if (instant_us < m->day_from_us || instant_us >= m->day_to_us) {
        m->day_no = (int32_t)fa_day_of(instant_us, &m->head->zone);
        m->day_from_us = fa_day_start(m->day_no, &m->head->zone);
        m->day_to_us = fa_day_start(m->day_no + 1, &m->head->zone);
    }
    return m->day_no;
}

/* --- pairs --- */

enum fa_status fa_book_add_timing(struct fa_book *book, enum fa_direction direction,
                                  int32_t ledger_day, int32_t bank_day, int64_t ledger_minor,
                                  int64_t bank_minor, bool is_late)
{
    FA_TRY(fa_book_add_ahead(book, FA_SIDE_LEDGER, direction, ledger_day, bank_day, ledger_minor,
                             is_late));
    return fa_book_add_ahead(book, FA_SIDE_BANK, direction, bank_day, ledger_day, bank_minor,
                             is_late);
}

/* A flow and the line that answers it. */
struct pair {
    const struct fa_arrival *arrival;
    struct fa_str flow, statement;
    int32_t flow_day, bank_day;
    int32_t business_day;
    uint64_t flow_row, line_row;
    const struct fa_terms *terms; /* NULL: no scheme */
    int64_t days_late;
    int32_t due_day;
};

static enum fa_status find_lateness(struct fa_matcher *m, struct pair *pair)
{
    const struct fa_book *book = &m->books.list.items[pair->arrival->book];
    if (!m->binding.scheme)
        return FA_OK;
    FA_TRY(fa_binding_get_terms(&m->binding, book->account, book->currency, &pair->terms));
    if (!pair->terms->has_window)
        return FA_OK;
    return fa_days_late(&m->binding.days, pair->terms, pair->business_day, pair->bank_day,
                        &pair->days_late, &pair->due_day);
}

static enum fa_status find_pair(struct fa_matcher *m, const struct fa_arrival *arrival,
                                const struct fa_waiting *waiting, struct pair *pair)
{
    struct fa_str id = fa_waiting_id(waiting);
    bool came_as_flow = arrival->side == FA_SIDE_LEDGER;
    *pair = (struct pair){
        .arrival = arrival,
        .flow = came_as_flow ? arrival->id : id,
        .statement = came_as_flow ? id : arrival->id,
        .flow_day = came_as_flow ? arrival->day_no : waiting->day_no,
        .bank_day = came_as_flow ? waiting->day_no : arrival->day_no,
        .business_day = came_as_flow ? arrival->business_day : waiting->business_day,
        .flow_row = came_as_flow ? arrival->row : waiting->row,
        .line_row = came_as_flow ? waiting->row : arrival->row,
    };
    if (!pair->flow.size)
        pair->flow = arrival->reference;
    return find_lateness(m, pair);
}

static struct fa_str keep_text(struct fa_matcher *m, struct fa_str text)
{
    return text.size ? fa_arena_str(&m->text_arena, text) : (struct fa_str){"", 0};
}

/* A pair that is beyond its window differs in nothing else, but is a break. */
static enum fa_status add_late(struct fa_matcher *m, const struct pair *pair)
{
    const struct fa_arrival *arrival = pair->arrival;
    const struct fa_book *book = &m->books.list.items[arrival->book];
    struct fa_break brk = {
        .account = book->account,
        .book = arrival->book,
        .currency = book->currency,
        .class = FA_BREAK_LATE,
        .direction = arrival->direction,
        .day_no = pair->bank_day > pair->flow_day ? pair->bank_day : pair->flow_day,
        .has_ledger = true,
        .has_bank = true,
        .amount_minor = arrival->amount_minor,
        .ledger_minor = arrival->amount_minor,
        .bank_minor = arrival->amount_minor,
        .row = pair->flow_row,
        .ledger_rows = 1,
        .bank_rows = 1,
        .ledger_day = pair->flow_day,
        .bank_day = pair->bank_day,
        .reference = keep_text(m, arrival->reference),
        .flow = keep_text(m, pair->flow),
        .statement = keep_text(m, pair->statement),
        .other = {"", 0},
        .has_due_on = true,
        .due_on = pair->due_day,
        .days_late = pair->days_late,
        .match_no = fa_match_no(pair->line_row),
    };
    brk.name = brk.reference;
    bool is_kept = brk.reference.bytes && brk.flow.bytes && brk.statement.bytes &&
                   fa_vec_add(&m->breaks.breaks, brk) == FA_OK;
    return is_kept ? FA_OK : out_of_memory(m);
}

static void add_matched(struct fa_tally *tally, int64_t amount_minor)
{
    tally->rows++;
    tally->ledger_rows++;
    tally->bank_rows++;
    tally->ledger += amount_minor;
    tally->bank += amount_minor;
}

/* PLACE: see struct fa_match_row. */
static enum fa_status add_pair(struct fa_matcher *m, const struct fa_arrival *arrival,
                               const struct fa_waiting *waiting, uint64_t place)
{
    struct fa_book *book = &m->books.list.items[arrival->book];
    struct pair pair;
    FA_TRY(find_pair(m, arrival, waiting, &pair));
    bool is_late = pair.days_late > 0;
    if (is_late)
        FA_TRY(add_late(m, &pair));
    else
        add_matched(&book->matched[arrival->direction], arrival->amount_minor);
    if (fa_book_add_timing(book, arrival->direction, pair.flow_day, pair.bank_day,
                           arrival->amount_minor, arrival->amount_minor, is_late) != FA_OK)
        return out_of_memory(m);
    if (!m->out->builders[FA_OUT_MATCH])
        return FA_OK;
    struct fa_match_row row = {
        .match_no = fa_match_no(pair.line_row),
        .place = place,
        .book = book,
        .direction = arrival->direction,
        .stage = FA_STAGE_REFERENCE,
        .class = is_late ? FA_BREAK_LATE : FA_MATCH_EQUAL,
        .flow = pair.flow,
        .statement = pair.statement,
        .reference = arrival->reference,
        .day_no = pair.bank_day,
        .has_flow_day = true,
        .flow_day = pair.flow_day,
        .has_ledger = true,
        .has_bank = true,
        .ledger_minor = arrival->amount_minor,
        .bank_minor = arrival->amount_minor,
    };
    return fa_outputs_add_match(m->out, &row);
}

/* The collected rows, with memory fetched ahead: the table does not fit the cache. More at a time
 * than the processor can fetch at once only waits earlier. */
static enum fa_status meet_arrivals(struct fa_matcher *m)
{
    enum { SLOTS_AHEAD = 24, ROWS_AHEAD = 8 };
    uint32_t count = m->arrival_count;
    m->arrival_count = 0;
    for (uint32_t i = 0; i < count && i < SLOTS_AHEAD; i++)
        fa_pending_prefetch(&m->pending, m->arrivals[i].hash);
    for (uint32_t i = 0; i < count; i++) {
        if (i + SLOTS_AHEAD < count)
            fa_pending_prefetch(&m->pending, m->arrivals[i + SLOTS_AHEAD].hash);
        if (i + ROWS_AHEAD < count)
            fa_pending_prefetch_row(&m->pending, m->arrivals[i + ROWS_AHEAD].hash);
        const struct fa_arrival *arrival = &m->arrivals[i];
        struct fa_waiting *met;
        m->came[arrival->side] +=
            arrival->direction == FA_CREDIT ? arrival->amount_minor : -arrival->amount_minor;
        m->came_rows[arrival->side]++;
        FA_TRY(fa_pending_meet(&m->pending, arrival, &met));
        if (!met) {
            m->books.list.items[arrival->book].waiting_rows++;
            continue;
        }
        m->books.list.items[arrival->book].waiting_rows--;
        /* From the first row in the file on, pairs that are found when it is replayed belong
         * between those that are found now. */
        FA_TRY(add_pair(m, arrival, met, m->pending.spill ? m->pending.order : 0));
        fa_pending_recycle(&m->pending, met);
    }
    if (m->pending.row_count > m->summary.waiting_rows_max)
        m->summary.waiting_rows_max = m->pending.row_count;
    return FA_OK;
}

static enum fa_status add_replayed(void *context, const struct fa_arrival *arrival,
                                   const struct fa_waiting *waiting, uint64_t order)
{
    return add_pair(context, arrival, waiting, order);
}

/* Flows that waited for a statement that never came need no memory. */
static bool is_left_out(const void *context, uint32_t book)
{
    return !fa_matcher_has_lines(context, book);
}

static enum fa_status leave_out(void *context, const struct fa_waiting *waiting)
{
    return fa_matcher_leave_out(context, waiting);
}

enum fa_status fa_matcher_replay(struct fa_matcher *m)
{
    m->summary.spilled_rows = fa_pending_spilled_rows(&m->pending);
    m->summary.spilled_bytes = fa_pending_spilled_bytes(&m->pending);
    const struct fa_replay replay = {m, add_replayed, is_left_out, leave_out};
    FA_TRY(fa_pending_replay(&m->pending, &replay));
    return fa_outputs_order_matches(m->out);
}

/* --- flows --- */

struct flow_batch {
    const struct fa_batch *batch;
    const int64_t *time, *payer, *payee, *amount, *currency, *status;
};

/* Whether flows of a book are to meet lines: in the first pass of every book, because lines may
 * still come. */
static bool is_matched(const struct fa_matcher *m, uint32_t book)
{
    return book != FA_NO_BOOK &&
           m->line_table != FA_NO_TABLE &&
           (!m->is_exact ||
            fa_matcher_has_lines(m, book));
}

/* A flow as a row of one of its books. */
static enum fa_status add_face(struct fa_matcher *m, const struct flow_batch *f, uint32_t row,
                               const struct fa_arrival *arrival, uint64_t reference_hash)
{
    struct fa_book_day *day;
    if (fa_book_get_day(&m->books.list.items[arrival->book], arrival->day_no, &day) != FA_OK)
        return out_of_memory(m);
    fa_i128 amount = f->amount[row];
    day->flow_net += arrival->direction == FA_CREDIT ? amount : -amount;
    if (!is_matched(m, arrival->book))
        return FA_OK;
    m->arrivals[m->arrival_count] = *arrival;
    m->arrivals[m->arrival_count++].hash = fa_pending_hash(
        &m->pending, reference_hash, arrival->book, arrival->direction, f->amount[row]);
    return FA_OK;
}

enum fa_status fa_matcher_add_no_statement(struct fa_matcher *m, fa_currency currency,
                                           int64_t amount_minor)
{
    struct fa_cover *cover;
    if (fa_coverage_get(&m->coverage, currency, &cover) != FA_OK)
        return out_of_memory(m);
    cover->no_statement.rows++;
    cover->no_statement.ledger_rows++;
    cover->no_statement.ledger += amount_minor;
    m->summary.no_statement_rows++;
    return FA_OK;
}

struct fa_str fa_matcher_flow_reference(const struct fa_bound_reference *reference,
                                        const struct fa_batch *batch, uint32_t row)
{
    const struct fa_column *column = &batch->columns[reference->first];
    if (fa_is_missing(column, row) && reference->second != FA_NO_COLUMN)
        column = &batch->columns[reference->second];
    return fa_is_missing(column, row) ? (struct fa_str){"", 0} : fa_column_text(column, row);
}

bool fa_matcher_faces(const struct fa_matcher *m, uint32_t payer, uint32_t payee,
                      uint32_t accounts[2])
{
    accounts[FA_DEBIT] = fa_binding_face(&m->binding, payer);
    accounts[FA_CREDIT] = fa_binding_face(&m->binding, payee);
    return accounts[FA_DEBIT] != accounts[FA_CREDIT] || payer == payee;
}

/* A flow of an account; it goes by where that is not booked so far. */
static void mark_flowed(struct fa_matcher *m, uint32_t account)
{
    uint8_t *flags = &m->books.flags[account];
    if (!(*flags & FA_ACCOUNT_FLOWED))
        *flags |= *flags & FA_ACCOUNT_BOOKED ? FA_ACCOUNT_FLOWED
                                             : FA_ACCOUNT_FLOWED | FA_ACCOUNT_PASSED;
}

/* The arrival of a flow in one of its books, by what that book's bank knows it by. */
static enum fa_status add_flow_face(struct fa_matcher *m, const struct flow_batch *f, uint32_t row,
                                    enum fa_direction direction, const uint32_t books[2],
                                    const bool has[2])
{
    if (books[direction] == FA_NO_BOOK)
        return FA_OK;
    uint32_t account = m->books.list.items[books[direction]].account;
    struct fa_bound_section *section = fa_binding_section(&m->binding, account);
    enum fa_direction other = direction == FA_CREDIT ? FA_DEBIT : FA_CREDIT;
    struct fa_arrival arrival = {
        .reference = fa_matcher_flow_reference(&section->reference, f->batch, row),
        .id = fa_column_text(&f->batch->columns[m->flow.flow_id], row),
        .amount_minor = f->amount[row],
        .row = f->batch->first_row + row,
        .book = books[direction],
        .other_book = has[other] ? books[other] : FA_NO_BOOK,
        .day_no = day_of(m, f->time[row]),
        .side = FA_SIDE_LEDGER,
        .direction = direction,
    };
    arrival.business_day = arrival.day_no;
    if (m->binding.scheme)
        FA_TRY(fa_binding_business_day(&m->binding, section, f->time[row], &arrival.business_day));
    if (arrival.reference.bytes == arrival.id.bytes)
        arrival.id = (struct fa_str){NULL, 0}; /* the reference is the id: kept once */
    uint64_t hash = fa_hash64(m->pending.key, arrival.reference.bytes, arrival.reference.size);
    return add_face(m, f, row, &arrival, hash);
}

/* One settled flow: which books it enters. */
static enum fa_status add_flow(struct fa_matcher *m, const struct flow_batch *f, uint32_t row)
{
    uint32_t accounts[2], books[2] = {FA_NO_BOOK, FA_NO_BOOK};
    bool has[2];
    if (!fa_matcher_faces(m, (uint32_t)f->payer[row], (uint32_t)f->payee[row], accounts))
        return fa_matcher_add_no_statement(m, f->currency[row], f->amount[row]);
    for (int direction = 0; direction < 2; direction++) {
        uint32_t account = accounts[direction];
        mark_flowed(m, account);
        if ((m->books.flags[account] & FA_ACCOUNT_BOOKED) &&
            fa_books_get(&m->books, account, f->currency[row], &books[direction]) != FA_OK)
            return out_of_memory(m);
        has[direction] = is_matched(m, books[direction]);
    }
    if (!has[FA_DEBIT] && !has[FA_CREDIT])
        FA_TRY(fa_matcher_add_no_statement(m, f->currency[row], f->amount[row]));
    FA_TRY(add_flow_face(m, f, row, FA_DEBIT, books, has));
    return add_flow_face(m, f, row, FA_CREDIT, books, has);
}

/* Flows that wait for a statement which perhaps never comes must not fill the memory. */
static void check_unlined(struct fa_matcher *m)
{
    uint64_t waiting = m->pending.row_count + fa_pending_spilled_rows(&m->pending);
    if (m->is_exact || !m->can_restart || waiting <= FA_UNLINED_ROWS_MAX)
        return;
    uint64_t rows = 0;
    for (size_t i = 0; i < m->books.list.count; i++)
        if (!fa_matcher_has_lines(m, (uint32_t)i))
            rows += m->books.list.items[i].waiting_rows;
    m->is_lost = rows > FA_UNLINED_ROWS_MAX;
}

enum fa_status fa_matcher_add_flows(struct fa_matcher *m, const struct fa_batch *batch)
{
    if (m->is_lost)
        return FA_OK;
    struct flow_batch f = {.batch = batch};
    const int64_t *flow_ids; /* texts: only that they are there */
    FA_TRY(fa_matcher_required(m, batch, m->flow.flow_id, &flow_ids));
    FA_TRY(fa_matcher_required(m, batch, m->flow.time, &f.time));
    FA_TRY(fa_matcher_required_accounts(m, batch, m->flow.payer, &f.payer));
    FA_TRY(fa_matcher_required_accounts(m, batch, m->flow.payee, &f.payee));
    FA_TRY(fa_matcher_required(m, batch, m->flow.amount, &f.amount));
    FA_TRY(fa_matcher_required(m, batch, m->flow.currency, &f.currency));
    FA_TRY(fa_matcher_required(m, batch, m->flow.status, &f.status));
    m->summary.flow_rows += batch->row_count;
    for (uint32_t from = 0; from < batch->row_count; from += FA_MATCH_SLICE_ROWS) {
        uint32_t to = batch->row_count - from < FA_MATCH_SLICE_ROWS ? batch->row_count
                                                                    : from + FA_MATCH_SLICE_ROWS;
        for (uint32_t row = from; row < to; row++) {
            if (row + 16 < batch->row_count) {
                __builtin_prefetch(&m->books.flags[f.payer[row + 16]]);
                __builtin_prefetch(&m->books.flags[f.payee[row + 16]]);
            }
            if (f.status[row] == m->settled)
                FA_TRY(add_flow(m, &f, row));
            else
                m->summary.not_settled_rows++;
        }
        FA_TRY(meet_arrivals(m));
    }
    check_unlined(m);
    return FA_OK;
}

/* --- statement lines --- */

struct line_batch {
    const struct fa_batch *batch;
    const int64_t *account, *booked_at, *direction, *amount, *currency;
};

/* By how much a balance may be off in a currency, as a profile declared. */
static int64_t balance_tolerance(const struct fa_head *head, fa_currency currency)
{
    for (size_t i = 0; i < head->currencies.count; i++)
        if (head->currencies.items[i].currency == currency)
            return head->currencies.items[i].balance_tolerance;
    return 0;
}

/* The balance after a line is not the one before it and the line itself. */
static enum fa_status add_footing_break(struct fa_matcher *m, const struct line_batch *l,
                                        uint32_t row, uint32_t book_no, int32_t day_no,
                                        fa_i128 difference, int64_t stated_minor)
{
    const struct fa_book *book = &m->books.list.items[book_no];
    fa_i128 size = difference < 0 ? -difference : difference;
    bool is_absorbed = size <= balance_tolerance(m->head, book->currency);
    struct fa_break brk = {
        .account = book->account,
        .book = book_no,
        .currency = book->currency,
        .class = is_absorbed ? FA_BREAK_ABSORBED : FA_BREAK_FOOTING,
        .direction = difference > 0 ? FA_CREDIT : FA_DEBIT,
        .day_no = day_no,
        .has_bank = true,
        .bank_minor = stated_minor,
        .row = l->batch->first_row + row,
        .statement = keep_text(m, fa_column_text(&l->batch->columns[m->line.statement_id], row)),
    };
    const struct fa_sum_use use = fa_sum_of_break(m, &brk);
    FA_TRY(fa_narrow_sum(size, &use, m->sink, &brk.amount_minor));
    brk.name = brk.statement;
    const struct fa_column *references = &l->batch->columns[m->line.reference];
    if (!fa_is_missing(references, row))
        brk.reference = keep_text(m, fa_column_text(references, row));
    if (!brk.statement.bytes || fa_vec_add(&m->breaks.breaks, brk) != FA_OK)
        return out_of_memory(m);
    if (!is_absorbed)
        return FA_OK;
    struct fa_cover *cover;
    if (fa_coverage_get(&m->coverage, book->currency, &cover) != FA_OK)
        return out_of_memory(m);
    cover->absorbed_rows++;
    cover->absorbed += size;
    return FA_OK;
}

/* Follows the balance that the bank states line by line. */
static enum fa_status foot_line(struct fa_matcher *m, const struct line_batch *l, uint32_t row,
                                uint32_t book_no, struct fa_book_day *day)
{
    struct fa_book *book = &m->books.list.items[book_no];
    bool is_credit = l->direction[row] == m->line_credit;
    fa_i128 amount = is_credit ? (fa_i128)l->amount[row] : -(fa_i128)l->amount[row];
    book->line_net += amount;
    day->line_net += amount;
    const struct fa_column *balances = &l->batch->columns[m->line.balance_after];
    if (fa_is_missing(balances, row))
        return FA_OK;
    int64_t stated = balances->values[row];
    fa_i128 difference = stated - (book->line_balance_minor + book->line_net);
    bool is_broken = book->has_line_balance && difference != 0;
    book->has_line_balance = true;
    book->line_balance_minor = stated;
    book->line_net = 0;
    day->stated |= FA_STATED_LINE;
    day->line_balance_minor = stated;
    day->line_net = 0;
    if (!is_broken)
        return FA_OK;
    return add_footing_break(m, l, row, book_no, day->day_no, difference, stated);
}

/* The statement that a line is part of; NULL: the stream does not describe it. */
static struct fa_bank_period *period_of(const struct fa_matcher *m, const struct fa_batch *batch,
                                        uint32_t row)
{
    const struct fa_column *names = &batch->columns[m->line.period_id];
    if (!m->periods.count || fa_is_missing(names, row))
        return NULL;
    return fa_periods_find(&m->periods, (uint32_t)batch->columns[m->line.account].values[row],
                           fa_column_text(names, row));
}

static void add_to_period(struct fa_bank_period *period, const struct line_batch *l,
                          uint32_t row, enum fa_direction direction, int32_t day_no)
{
    fa_i128 amount = l->amount[row];
    if (period->currency == l->currency[row]) {
        period->sums[direction] += amount;
        period->line_counts[direction]++;
        period->line_day_no = day_no;
    } else {
        if (!period->foreign_lines++)
            period->foreign_currency = l->currency[row];
        if (period->foreign_currency == l->currency[row])
            period->foreign_net += direction == FA_CREDIT ? amount : -amount;
    }
    /* A page behind the first may state the day of its own opening only. */
    bool is_before = day_no < period->from_day && !period->is_opening_page;
    period->outside_lines +=
        fa_period_has_days(period) && (is_before || day_no > period->to_day);
}

static bool is_interim(const struct fa_bank_period *period)
{
    return period && !period->is_booked;
}

bool fa_matcher_is_superseded(const struct fa_matcher *m, const struct fa_batch *batch,
                              uint32_t row)
{
    const struct fa_column *columns = batch->columns;
    if (!is_interim(period_of(m, batch, row)))
        return false;
    int32_t day_no =
        (int32_t)fa_day_of(columns[m->line.booked_at].values[row], &m->head->zone);
    return fa_periods_covers(&m->periods, (uint32_t)columns[m->line.account].values[row],
                             columns[m->line.currency].values[row], day_no);
}

static void leave_superseded(struct fa_matcher *m, const struct line_batch *l, uint32_t row,
                             uint32_t book_no, enum fa_direction direction)
{
    struct fa_tally *tally = &m->books.list.items[book_no].superseded[direction];
    tally->rows++;
    tally->bank_rows++;
    tally->bank += l->amount[row];
    m->summary.superseded_rows++;
}

static enum fa_status add_line(struct fa_matcher *m, const struct line_batch *l, uint32_t row)
{
    uint32_t book_no;
    if (fa_books_get(&m->books, (uint32_t)l->account[row], l->currency[row], &book_no) != FA_OK)
        return out_of_memory(m);
    struct fa_book *book = &m->books.list.items[book_no];
    if (!book->has_lines) {
        book->has_lines = true;
        const struct fa_column *filers =
            m->line.filer == FA_NO_COLUMN ? NULL : &l->batch->columns[m->line.filer];
        book->filer = filers && !fa_is_missing(filers, row) ? filers->values[row] : FA_NOBODY;
    }
    int32_t day_no = day_of(m, l->booked_at[row]);
    enum fa_direction direction = l->direction[row] == m->line_credit ? FA_CREDIT : FA_DEBIT;
    struct fa_bank_period *period = period_of(m, l->batch, row);
    if (period)
        add_to_period(period, l, row, direction, day_no);
    if (is_interim(period)) {
        if (fa_matcher_is_superseded(m, l->batch, row)) {
            leave_superseded(m, l, row, book_no, direction);
            return FA_OK;
        }
        m->summary.interim_rows++;
    }
    struct fa_book_day *day;
    if (fa_book_get_day(book, day_no, &day) != FA_OK)
        return out_of_memory(m);
    day->stated |= period && !period->is_booked ? 0 : FA_STATED_BOOKED;
    fa_i128 net = direction == FA_CREDIT ? l->amount[row] : -(fa_i128)l->amount[row];
    day->line_sum += net;
    if (period && day_no <= period->repeated_to) {
        day->repeated_net += net;
        day->repeated_rows++;
    } else {
        FA_TRY(foot_line(m, l, row, book_no, day));
    }
    if (m->flow_table == FA_NO_TABLE)
        return FA_OK; /* nothing it could be missing in */

    const struct fa_column *references = &l->batch->columns[m->line.reference];
    struct fa_str reference = {"", 0};
    if (!fa_is_missing(references, row))
        reference = fa_column_text(references, row);
    uint64_t hash = fa_hash64(m->pending.key, reference.bytes, reference.size);
    m->arrivals[m->arrival_count++] = (struct fa_arrival){
        .hash = fa_pending_hash(&m->pending, hash, book_no, direction, l->amount[row]),
        .reference = reference,
        .id = fa_column_text(&l->batch->columns[m->line.statement_id], row),
        .amount_minor = l->amount[row],
        .row = l->batch->first_row + row,
        .book = book_no,
        .other_book = FA_NO_BOOK,
        .day_no = day_no,
        .business_day = day_no,
        .side = FA_SIDE_BANK,
        .direction = direction,
    };
    return FA_OK;
}

enum fa_status fa_matcher_add_lines(struct fa_matcher *m, const struct fa_batch *batch)
{
    struct line_batch l = {.batch = batch};
    const int64_t *statement_ids; /* texts: only that they are there */
    FA_TRY(fa_matcher_required_accounts(m, batch, m->line.account, &l.account));
    for (uint32_t row = 0; row < batch->row_count; row++)
        mark_banked(m, (uint32_t)l.account[row], FA_ACCOUNT_LINED);
    if (m->is_lost)
        return FA_OK;
    FA_TRY(fa_matcher_required(m, batch, m->line.statement_id, &statement_ids));
    FA_TRY(fa_matcher_required(m, batch, m->line.booked_at, &l.booked_at));
    FA_TRY(fa_matcher_required(m, batch, m->line.direction, &l.direction));
    FA_TRY(fa_matcher_required(m, batch, m->line.amount, &l.amount));
    FA_TRY(fa_matcher_required(m, batch, m->line.currency, &l.currency));
    m->summary.line_rows += batch->row_count;
    for (uint32_t from = 0; from < batch->row_count; from += FA_MATCH_SLICE_ROWS) {
        uint32_t to = batch->row_count - from < FA_MATCH_SLICE_ROWS ? batch->row_count
                                                                    : from + FA_MATCH_SLICE_ROWS;
        for (uint32_t row = from; row < to; row++)
            FA_TRY(add_line(m, &l, row));
        FA_TRY(meet_arrivals(m));
    }
    return FA_OK;
}

/* --- balances --- */

static enum fa_status add_balance(struct fa_matcher *m, const struct fa_batch *batch, uint32_t row)
{
    uint32_t account = (uint32_t)batch->columns[m->balance.account].values[row];
    int32_t day_no = (int32_t)batch->columns[m->balance.date].values[row];
    int64_t closing = batch->columns[m->balance.closing].values[row];
    const struct fa_column *openings = &batch->columns[m->balance.opening];
    bool is_bank = batch->columns[m->balance.source].values[row] == m->bank_source;
    fa_currency currency = fa_matcher_currency(m, account);
    uint8_t *flags = &m->books.flags[account];

    if (!is_bank && (*flags & FA_ACCOUNT_OWED)) {
        struct fa_cover *cover;
        struct fa_cover_day *day;
        if (fa_coverage_get(&m->coverage, currency, &cover) != FA_OK ||
            fa_cover_get_day(cover, day_no, &day) != FA_OK)
            return out_of_memory(m);
        day->stated += closing;
        day->stated_rows++;
    }
    if (!(*flags & FA_ACCOUNT_BOOKED)) {
        *flags |= FA_ACCOUNT_PASSED;
        return FA_OK;
    }
    uint32_t book_no;
    struct fa_book_day *day;
    if (fa_books_get(&m->books, account, currency, &book_no) != FA_OK ||
        fa_book_get_day(&m->books.list.items[book_no], day_no, &day) != FA_OK)
        return out_of_memory(m);
    enum fa_side side = is_bank ? FA_SIDE_BANK : FA_SIDE_LEDGER;
    day->stated |= (uint32_t)FA_STATED_CLOSING << side;
    day->closing_minor[side] = closing;
    if (!fa_is_missing(openings, row)) {
        day->stated |= (uint32_t)FA_STATED_OPENING << side;
        day->opening_minor[side] = openings->values[row];
    }
    struct fa_book *book = &m->books.list.items[book_no];
    if (is_bank && !book->has_lines && !book->has_bank_balance && m->balance.filer != FA_NO_COLUMN &&
        !fa_is_missing(&batch->columns[m->balance.filer], row))
        book->filer = batch->columns[m->balance.filer].values[row];
    book->has_bank_balance |= is_bank;
    return FA_OK;
}

enum fa_status fa_matcher_add_balances(struct fa_matcher *m, const struct fa_batch *batch)
{
    const int64_t *accounts, *sources, *others;
    FA_TRY(fa_matcher_required_accounts(m, batch, m->balance.account, &accounts));
    FA_TRY(fa_matcher_required(m, batch, m->balance.source, &sources));
    for (uint32_t row = 0; row < batch->row_count; row++)
        if (sources[row] == m->bank_source)
            mark_banked(m, (uint32_t)accounts[row], 0);
    if (m->is_lost)
        return FA_OK;
    FA_TRY(fa_matcher_required(m, batch, m->balance.date, &others));
    FA_TRY(fa_matcher_required(m, batch, m->balance.closing, &others));
    for (uint32_t row = 0; row < batch->row_count; row++)
        FA_TRY(add_balance(m, batch, row));
    return FA_OK;
}
