/*
 * What became of the open rows: each link and each row that nothing claimed enters the sums of
 * its book, the bridge, and the tables break and match.
 */
#include <assert.h>

#include "match/matcher.h"

static enum fa_status out_of_memory(struct fa_matcher *m)
{
    return fa_out_of_memory(m->sink, "breaks of the reconciliation");
}

static const struct fa_terms *terms_of(const struct fa_matcher *m, uint32_t book)
{
    return m->resolver.terms[book];
}

static struct fa_str name_of(const struct fa_open *row)
{
    return row->reference.size ? row->reference : row->id;
}

/* --- breaks of one row --- */

/* Until when the other side may still book a row. A flow comes behind its line only where the
 * window begins before the flow's day, or where the line's day is off and counts as the next
 * one. */
static enum fa_status find_due(const struct fa_matcher *m, const struct fa_open *row,
                               struct fa_break *brk)
{
    const struct fa_terms *terms = terms_of(m, row->book);
    if (!terms->has_window || (row->side == FA_SIDE_BANK && terms->window_from > 0))
        return FA_OK;
    struct fa_terms turned = *terms;
    if (row->side == FA_SIDE_BANK)
        turned.window_to = -terms->window_from;
    FA_TRY(fa_days_due(&m->resolver.days, &turned, row->business_day, &brk->due_on));
    brk->has_due_on = row->side == FA_SIDE_LEDGER || brk->due_on > row->day_no;
    return FA_OK;
}

static enum fa_break_class class_of_free(const struct fa_matcher *m, const struct fa_open *row,
                                         const struct fa_break *brk)
{
    if (row->choices)
        return FA_BREAK_AMBIGUOUS;
    if (brk->has_due_on && brk->due_on > m->head->as_of_day)
        return FA_BREAK_TIMING;
    if (row->is_beyond_limit || (row->side == FA_SIDE_BANK && !row->reference.size))
        return FA_BREAK_UNEXPLAINED;
    return row->side == FA_SIDE_LEDGER ? FA_BREAK_MISSING_AT_BANK : FA_BREAK_MISSING_IN_LEDGER;
}

static struct fa_break break_of(const struct fa_matcher *m, const struct fa_open *row,
                                enum fa_break_class class)
{
    const struct fa_book *book = &m->books.list.items[row->book];
    const struct fa_str none = {"", 0};
    bool is_flow = row->side == FA_SIDE_LEDGER;
    return (struct fa_break){
        .account = book->account,
        .book = row->book,
        .currency = book->currency,
        .class = class,
        .direction = row->direction,
        .day_no = row->day_no,
        .has_ledger = is_flow,
        .has_bank = !is_flow,
        .amount_minor = row->amount_minor,
        .ledger_minor = is_flow ? row->amount_minor : 0,
        .bank_minor = is_flow ? 0 : row->amount_minor,
        .row = row->row,
        .detail_no = row->detail_no,
        .ledger_rows = is_flow,
        .bank_rows = !is_flow,
        .name = name_of(row),
        .reference = row->reference,
        .flow = is_flow ? row->id : none,
        .statement = is_flow ? none : row->id,
        .other = none,
        .candidates = row->choices,
        .is_beyond_limit = row->is_beyond_limit,
    };
}

static enum fa_status add_break(struct fa_matcher *m, const struct fa_break *brk)
{
    return fa_vec_add(&m->breaks.breaks, *brk) == FA_OK ? FA_OK : out_of_memory(m);
}

static enum fa_status add_free(struct fa_matcher *m, const struct fa_open *row)
{
    struct fa_break brk = break_of(m, row, FA_BREAK_MISSING_AT_BANK);
    FA_TRY(find_due(m, row, &brk));
    brk.class = class_of_free(m, row, &brk);
    return add_break(m, &brk);
}

static enum fa_status add_duplicate(struct fa_matcher *m, const struct fa_open *row)
{
    struct fa_break brk = break_of(m, row, FA_BREAK_DUPLICATE);
    brk.other = row->twin;
    return add_break(m, &brk);
}

/* One of two rows that belong together, each in its own book. */
static enum fa_status add_apart(struct fa_matcher *m, enum fa_break_class class,
                                const struct fa_open *row, const struct fa_open *other,
                                int64_t match_no)
{
    struct fa_break brk = break_of(m, row, class);
    brk.other = other->id;
    brk.match_no = match_no;
    brk.has_other_account = class == FA_BREAK_WRONG_ACCOUNT;
    brk.other_account = m->books.list.items[other->book].account;
    return add_break(m, &brk);
}

/* --- the table match --- */

/* Payments within lines are numbered behind all lines. */
static int64_t match_no_of(const struct fa_matcher *m, const struct fa_open *line)
{
    return fa_match_no(line->detail_no ? m->summary.line_rows + line->detail_row : line->row);
}

struct movement {
    const struct fa_link *link;
    const uint32_t *members; /* flows, then lines */
    uint32_t rows[2];        /* by side */
    fa_i128 net[2];          /* credits less debits */
    enum fa_direction direction;
    bool is_mixed; /* has rows of both directions */
    int32_t last_day[2];
    int32_t business_day; /* the last of the flows' */
    int64_t days_late;
    bool has_due_day;
    int32_t due_day;
    enum fa_break_class class; /* FA_MATCH_EQUAL: no break */
    int64_t match_no;
};

static const struct fa_open *member_of(const struct fa_matcher *m, const struct movement *v,
                                       enum fa_side side, uint32_t no)
{
    uint32_t at = side == FA_SIDE_LEDGER ? no : v->rows[FA_SIDE_LEDGER] + no;
    return &m->resolver.rows.items[v->members[at]];
}

/* A flow, a line, or both; amounts of rows that were given before are left out. */
static enum fa_status add_match(struct fa_matcher *m, const struct movement *v,
                                const struct fa_open *flow, const struct fa_open *line,
                                bool gives_flow, bool gives_line, bool is_first)
{
    const struct fa_open *either = line ? line : flow;
    const struct fa_str none = {"", 0};
    struct fa_match_row row = {
        .match_no = v->match_no,
        .book = &m->books.list.items[either->book],
        .direction = either->direction,
        .stage = v->link->stage,
        .class = v->class,
        .notes = v->link->notes,
        .flow = flow ? flow->id : none,
        .statement = line ? line->id : none,
        .reference = line && line->reference.size ? line->reference
                     : flow                       ? flow->reference
                                                  : none,
        .detail_no = line ? line->detail_no : 0,
        .day_no = either->day_no,
        .has_flow_day = flow != NULL,
        .flow_day = flow ? flow->day_no : 0,
        .has_ledger = gives_flow,
        .has_bank = gives_line,
        .ledger_minor = gives_flow ? flow->amount_minor : 0,
        .bank_minor = gives_line ? line->amount_minor : 0,
        .fee_minor = is_first ? v->link->fee_minor : 0,
        .absorbed_minor = is_first ? v->link->absorbed_minor : 0,
    };
    return fa_outputs_add_match(m->out, &row);
}

/* Where one side has but one row, that stands beside each of the other's; else each stands
 * alone. */
static enum fa_status add_matches(struct fa_matcher *m, const struct movement *v)
{
    uint32_t flows = v->rows[FA_SIDE_LEDGER], lines = v->rows[FA_SIDE_BANK];
    if (!m->out->builders[FA_OUT_MATCH])
        return FA_OK;
    if (!v->is_mixed && (flows == 1 || lines == 1)) {
        uint32_t count = flows > lines ? flows : lines;
        for (uint32_t i = 0; i < count; i++)
            FA_TRY(add_match(m, v, member_of(m, v, FA_SIDE_LEDGER, flows == 1 ? 0 : i),
                             member_of(m, v, FA_SIDE_BANK, lines == 1 ? 0 : i), !i || flows > 1,
                             !i || lines > 1, !i));
        return FA_OK;
    }
    for (uint32_t i = 0; i < flows; i++)
        FA_TRY(add_match(m, v, member_of(m, v, FA_SIDE_LEDGER, i), NULL, true, false, !i));
    for (uint32_t i = 0; i < lines; i++)
        FA_TRY(add_match(m, v, NULL, member_of(m, v, FA_SIDE_BANK, i), false, true, false));
    return FA_OK;
}

/* --- movements of one book --- */

static enum fa_status find_lateness(const struct fa_matcher *m, struct movement *v)
{
    const struct fa_terms *terms = terms_of(m, member_of(m, v, FA_SIDE_BANK, 0)->book);
    v->has_due_day = terms->has_window;
    return terms->has_window
               ? fa_days_late(&m->resolver.days, terms, v->business_day,
                              v->last_day[FA_SIDE_BANK], &v->days_late, &v->due_day)
               : FA_OK;
}

static enum fa_break_class class_of_movement(const struct movement *v)
{
    if (v->net[FA_SIDE_LEDGER] == v->net[FA_SIDE_BANK])
        return v->days_late ? FA_BREAK_LATE : FA_MATCH_EQUAL;
    if (v->link->fee_minor)
        return FA_BREAK_FEE;
    return v->link->absorbed_minor ? FA_BREAK_ABSORBED : FA_BREAK_AMOUNT;
}

static enum fa_status sum_up(const struct fa_matcher *m, const struct fa_link *link,
                             struct movement *v)
{
    bool has[2] = {false, false};
    *v = (struct movement){.link = link,
                           .members = m->resolver.members.items + link->first_member,
                           .last_day = {INT32_MIN, INT32_MIN},
                           .business_day = INT32_MIN};
    for (uint32_t i = 0; i < link->member_count; i++) {
        const struct fa_open *row = &m->resolver.rows.items[v->members[i]];
        fa_i128 amount = row->amount_minor;
        v->rows[row->side]++;
        v->net[row->side] += row->direction == FA_CREDIT ? amount : -amount;
        has[row->direction] = true;
        if (row->day_no > v->last_day[row->side])
            v->last_day[row->side] = row->day_no;
        if (row->side == FA_SIDE_LEDGER && row->business_day > v->business_day)
            v->business_day = row->business_day;
    }
    assert(v->rows[FA_SIDE_LEDGER] && v->rows[FA_SIDE_BANK]);
    v->is_mixed = has[FA_CREDIT] && has[FA_DEBIT];
    bool is_credit = v->is_mixed ? v->net[FA_SIDE_BANK] >= 0 : has[FA_CREDIT];
    v->direction = is_credit ? FA_CREDIT : FA_DEBIT;
    v->match_no = match_no_of(m, member_of(m, v, FA_SIDE_BANK, 0));
    FA_TRY(find_lateness(m, v));
    v->class = class_of_movement(v);
    return FA_OK;
}

/* Until the last of its rows is booked, the others are ahead. */
static enum fa_status add_ahead(struct fa_matcher *m, const struct movement *v,
                                int32_t complete_day)
{
    for (uint32_t i = 0; i < v->link->member_count; i++) {
        const struct fa_open *row = &m->resolver.rows.items[v->members[i]];
        if (fa_book_add_ahead(&m->books.list.items[row->book], row->side, row->direction,
                              row->day_no, complete_day, row->amount_minor,
                              v->days_late > 0) != FA_OK)
            return out_of_memory(m);
    }
    return FA_OK;
}

static void add_matched(struct fa_matcher *m, const struct movement *v)
{
    for (uint32_t i = 0; i < v->link->member_count; i++) {
        const struct fa_open *row = &m->resolver.rows.items[v->members[i]];
        struct fa_tally *tally = &m->books.list.items[row->book].matched[row->direction];
        bool is_flow = row->side == FA_SIDE_LEDGER;
        *(is_flow ? &tally->ledger_rows : &tally->bank_rows) += 1;
        *(is_flow ? &tally->ledger : &tally->bank) += row->amount_minor;
        if (i == 0)
            m->books.list.items[row->book].matched[v->direction].rows++;
    }
}

/* One break for all rows, with the sums of both sides in the direction of the movement. It
 * bears the reference of the side that has one row, the flow's if both have. */
static enum fa_status add_movement_break(struct fa_matcher *m, const struct movement *v,
                                         int32_t complete_day)
{
    const struct fa_open *flow = member_of(m, v, FA_SIDE_LEDGER, 0);
    const struct fa_open *line = member_of(m, v, FA_SIDE_BANK, 0);
    bool is_by_line = v->rows[FA_SIDE_LEDGER] > 1 && v->rows[FA_SIDE_BANK] == 1;
    const struct fa_open *named = is_by_line ? line : flow;
    struct fa_break brk = break_of(m, flow, v->class);
    fa_i128 sign = v->direction == FA_CREDIT ? 1 : -1;
    fa_i128 difference = v->net[FA_SIDE_BANK] - v->net[FA_SIDE_LEDGER];
    if (v->class == FA_BREAK_LATE)
        difference = v->net[FA_SIDE_BANK]; /* what was missing all that time */
    const struct fa_sum_use use = fa_sum_of_break(m, &brk);
    FA_TRY(fa_narrow_sum(difference < 0 ? -difference : difference, &use, m->sink,
                         &brk.amount_minor));
    FA_TRY(fa_narrow_sum(sign * v->net[FA_SIDE_LEDGER], &use, m->sink, &brk.ledger_minor));
    FA_TRY(fa_narrow_sum(sign * v->net[FA_SIDE_BANK], &use, m->sink, &brk.bank_minor));
    brk.direction = v->direction;
    brk.has_bank = true;
    brk.ledger_rows = v->rows[FA_SIDE_LEDGER];
    brk.bank_rows = v->rows[FA_SIDE_BANK];
    for (uint32_t i = 0; i < v->link->member_count; i++) {
        const struct fa_open *row = &m->resolver.rows.items[v->members[i]];
        brk.turned_rows[row->side] += row->direction != v->direction;
        if (row->direction != v->direction)
            brk.turned_minor[row->side] += row->amount_minor;
    }
    brk.name = name_of(named);
    brk.reference = named->reference;
    brk.flow = brk.ledger_rows == 1 ? flow->id : (struct fa_str){"", 0};
    brk.statement = brk.bank_rows == 1 ? line->id : (struct fa_str){"", 0};
    brk.detail_no = brk.bank_rows == 1 ? line->detail_no : 0;
    brk.day_no = complete_day;
    brk.ledger_day = v->last_day[FA_SIDE_LEDGER];
    brk.bank_day = v->last_day[FA_SIDE_BANK];
    brk.match_no = v->match_no;
    brk.days_late = v->days_late;
    brk.has_due_on = v->has_due_day;
    brk.due_on = v->due_day;
    return add_break(m, &brk);
}

static enum fa_status add_movement(struct fa_matcher *m, const struct fa_link *link)
{
    struct movement v;
    FA_TRY(sum_up(m, link, &v));
    int32_t complete_day = v.last_day[FA_SIDE_LEDGER] > v.last_day[FA_SIDE_BANK]
                               ? v.last_day[FA_SIDE_LEDGER]
                               : v.last_day[FA_SIDE_BANK];
    FA_TRY(add_ahead(m, &v, complete_day));
    if (v.class == FA_MATCH_EQUAL)
        add_matched(m, &v);
    else
        FA_TRY(add_movement_break(m, &v, complete_day));
    return add_matches(m, &v);
}

/* --- links --- */

/* A flow and a line in two books: one movement, but each row is open in its own book. */
static enum fa_status add_between_books(struct fa_matcher *m, const struct fa_link *link,
                                        enum fa_break_class class)
{
    struct movement v = {.link = link,
                         .members = m->resolver.members.items + link->first_member,
                         .rows = {1, 1},
                         .class = class};
    const struct fa_open *flow = member_of(m, &v, FA_SIDE_LEDGER, 0);
    const struct fa_open *line = member_of(m, &v, FA_SIDE_BANK, 0);
    assert(link->member_count == 2);
    v.match_no = match_no_of(m, line);
    FA_TRY(add_apart(m, class, flow, line, v.match_no));
    FA_TRY(add_apart(m, class, line, flow, v.match_no));
    FA_TRY(add_match(m, &v, flow, NULL, true, false, true));
    return add_match(m, &v, NULL, line, false, true, false);
}

static enum fa_status add_link(struct fa_matcher *m, const struct fa_link *link)
{
    const struct fa_open *rows = m->resolver.rows.items;
    const uint32_t *members = m->resolver.members.items + link->first_member;
    switch (link->stage) {
    case FA_STAGE_DUPLICATE:
        return add_duplicate(m, &rows[members[0]]);
    case FA_STAGE_REVERSAL:
        FA_TRY(add_apart(m, FA_BREAK_REVERSAL, &rows[members[0]], &rows[members[1]], 0));
        return add_apart(m, FA_BREAK_REVERSAL, &rows[members[1]], &rows[members[0]], 0);
    case FA_STAGE_OTHER_CURRENCY:
        return add_between_books(m, link, FA_BREAK_CURRENCY);
    case FA_STAGE_OTHER_ACCOUNT:
        return add_between_books(m, link, FA_BREAK_WRONG_ACCOUNT);
    default:
        return add_movement(m, link);
    }
}

enum fa_status fa_matcher_add_outcome(struct fa_matcher *m)
{
    for (size_t i = 0; i < m->resolver.links.count; i++)
        FA_TRY(add_link(m, &m->resolver.links.items[i]));
    for (size_t i = 0; i < m->resolver.rows.count; i++)
        if (fa_open_is_free(&m->resolver.rows.items[i]))
            FA_TRY(add_free(m, &m->resolver.rows.items[i]));
    return FA_OK;
}
