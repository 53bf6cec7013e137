/* One flow and one line of like amount: cases worked by hand, then properties over random rows,
 * with an oracle that tries every assignment. */
#include <check.h>
#include <stdlib.h>
#include <string.h>

#include "made_open.h"
#include "match/assignment.h"
#include "match/pairing.h"

/* Both parts of the stage; groups stand between them. */
static enum fa_status match_amounts(struct fa_resolver *r)
{
    FA_TRY(fa_stage_equal_amounts(r));
    return fa_stage_near_amounts(r);
}

static struct fa_sink sink;

static void ignore_message(void *context, const struct fa_diag *diag)
{
    (void)context;
    (void)diag;
}

static void setup(void)
{
    fa_sink_init(&sink, ignore_message, NULL);
}

/* --- worked by hand --- */

/* 2 yuan, and 1 % of at least 0.50, of credits; 3 yuan of debits. */
static const struct fa_fee fees[] = {
    {.is_on = {true, false}, .fixed_minor = 200},
    {.is_on = {true, false},
     .is_rate = true,
     .rate_ppb = 10000000,
     .at_least_minor = 50,
     .at_most_minor = INT64_MAX,
     .rounding = FA_ROUND_HALF_UP},
    {.is_on = {false, true}, .fixed_minor = 300},
};

struct stage_case {
    const char *name;
    int32_t from, to;
    bool is_calendar; /* days of the calendar, not working days */
    int64_t tolerance_minor;
    int fee_count;
    const char *rows;
    const char *expected;
};

/* 2025-01-02 is a Thursday. */
static const struct stage_case cases[] = {
    {"an equal amount in the window, whatever the references", 0, 1, false, 0, 0,
     "flow f1 A credit 1.00 2025-01-02T10:00 ref=o1\n"
     "line l1 A credit 1.00 2025-01-03T10:00 ref=x9\n",
     "amount: f1 = l1\n"},
    {"not of another direction, book or currency, nor another amount", 0, 1, false, 0, 0,
     "flow f1 A credit 1.00 2025-01-02T10:00\n"
     "line l1 A debit 1.00 2025-01-02T10:00\n"
     "line l2 B credit 1.00 2025-01-02T10:00\n"
     "line l3 U credit 1.00 2025-01-02T10:00\n"
     "line l4 A credit 1.01 2025-01-02T10:00\n",
     "open: f1\nopen: l4\nopen: l1\nopen: l3\nopen: l2\n"},
    {"the window's first and last day belong to it, working days are counted", 1, 2, false, 0,
     0,
     "flow f1 A credit 1.00 2025-01-02T10:00\n"
     "line l0 A credit 1.00 2025-01-02T12:00\n"
     "flow f2 A credit 2.00 2025-01-02T10:00\n"
     "line l2 A credit 2.00 2025-01-03T10:00\n"
     "flow f3 A credit 3.00 2025-01-02T10:00\n"
     "line l3 A credit 3.00 2025-01-06T10:00\n"
     "flow f4 A credit 4.00 2025-01-02T10:00\n"
     "line l4 A credit 4.00 2025-01-07T10:00\n",
     "amount: f2 = l2\namount: f3 = l3\nopen: f1\nopen: f4\nopen: l0\nopen: l4\n"},
    {"calendar days", 0, 2, true, 0, 0,
     "flow f1 A credit 1.00 2025-01-03T10:00\n"
     "line l1 A credit 1.00 2025-01-05T10:00\n"
     "flow f2 A credit 2.00 2025-01-03T10:00\n"
     "line l2 A credit 2.00 2025-01-06T10:00\n",
     "amount: f1 = l1\nopen: f2\nopen: l2\n"},
    {"the window is counted from the business day", 0, 0, false, 0, 0,
     "flow f1 A credit 1.00 2025-01-02T18:00 bday=2025-01-03\n"
     "line l1 A credit 1.00 2025-01-02T20:00\n"
     "line l2 A credit 1.00 2025-01-03T10:00\n",
     "amount: f1 = l2\nopen: l1\n"},
    {"lines may come first where the window says so", -1, 0, false, 0, 0,
     "flow f1 A credit 1.00 2025-01-06T10:00\n"
     "line l1 A credit 1.00 2025-01-03T10:00\n"
     "line l2 A credit 1.00 2025-01-07T10:00\n",
     "amount: f1 = l1\nopen: l2\n"},
    {"rows alike: in the order of time, and marked", 0, 1, false, 0, 0,
     "flow f1 A credit 1.00 2025-01-02T10:00 ref=z\n"
     "flow f2 A credit 1.00 2025-01-02T11:00 ref=a\n"
     "line l1 A credit 1.00 2025-01-02T12:00 ref=a\n"
     "line l2 A credit 1.00 2025-01-02T13:00 ref=z\n",
     "amount: f1 = l1, interchangeable\namount: f2 = l2, interchangeable\n"},
    {"rows alike: the first of a day, the other stays open", 0, 1, false, 0, 0,
     "flow f1 A credit 1.00 2025-01-02T10:00\n"
     "flow f2 A credit 1.00 2025-01-02T11:00\n"
     "line l1 A credit 1.00 2025-01-02T12:00\n",
     "amount: f1 = l1, interchangeable\nopen: f2\n"},
    {"the fewest days: what the bank missed on Thursday does not take Friday's line", 0, 1,
     false, 0, 0,
     "flow f1 A credit 1.00 2025-01-02T10:00\n"
     "flow f2 A credit 1.00 2025-01-03T10:00\n"
     "flow f3 A credit 1.00 2025-01-06T10:00\n"
     "line l2 A credit 1.00 2025-01-03T10:00\n"
     "line l3 A credit 1.00 2025-01-06T10:00\n",
     "amount: f2 = l2, interchangeable\namount: f3 = l3, interchangeable\nopen: f1\n"},
    {"but as many pairs as there can be come first", 0, 1, false, 0, 0,
     "flow f1 A credit 1.00 2025-01-02T10:00\n"
     "flow f2 A credit 1.00 2025-01-03T10:00\n"
     "line l1 A credit 1.00 2025-01-03T10:00\n"
     "line l2 A credit 1.00 2025-01-06T10:00\n",
     "amount: f1 = l1, interchangeable\namount: f2 = l2, interchangeable\n"},
    {"the fewest days where lines may come first or last", -1, 1, false, 0, 0,
     "flow f1 A credit 1.00 2025-01-02T10:00\n"
     "flow f2 A credit 1.00 2025-01-03T10:00\n"
     "flow f3 A credit 1.00 2025-01-03T11:00\n"
     "flow f4 A credit 1.00 2025-01-06T10:00\n"
     "line l1 A credit 1.00 2025-01-02T10:00\n"
     "line l2 A credit 1.00 2025-01-03T10:00\n"
     "line l4 A credit 1.00 2025-01-06T10:00\n",
     "amount: f1 = l1, interchangeable\namount: f2 = l2, interchangeable\n"
     "amount: f4 = l4, interchangeable\nopen: f3\n"},
    {"a fixed fee, a rate and its lower bound", 0, 1, false, 0, 3,
     "flow f1 A credit 100.00 2025-01-02T10:00\n"
     "line l1 A credit 98.00 2025-01-02T11:00\n"
     "flow f2 A credit 300.00 2025-01-02T10:00\n"
     "line l2 A credit 297.00 2025-01-02T11:00\n"
     "flow f3 A credit 10.00 2025-01-02T10:00\n"
     "line l3 A credit 9.50 2025-01-02T11:00\n",
     "amount: f3 = l3, fee 0.50\namount: f1 = l1, fee 2.00\namount: f2 = l2, fee 3.00\n"},
    {"of a debit the bank takes more, and not the fee of credits", 0, 1, false, 0, 3,
     "flow f1 A debit 100.00 2025-01-02T10:00\n"
     "line l1 A debit 103.00 2025-01-02T11:00\n"
     "flow f2 A debit 500.00 2025-01-02T10:00\n"
     "line l2 A debit 502.00 2025-01-02T11:00\n",
     "amount: f1 = l1, fee 3.00\nopen: f2\nopen: l2\n"},
    {"the smaller fee where both explain", 0, 1, false, 0, 3,
     "flow f1 A credit 100.00 2025-01-02T10:00\n"
     "line l1 A credit 98.00 2025-01-02T11:00\n"
     "line l2 A credit 99.00 2025-01-02T12:00\n",
     "amount: f1 = l2, fee 1.00\nopen: l1\n"},
    {"within the tolerance, either way, to the last fen", 0, 1, false, 5, 0,
     "flow f1 A credit 100.00 2025-01-02T10:00\n"
     "line l1 A credit 100.05 2025-01-02T11:00\n"
     "flow f2 A credit 200.00 2025-01-02T10:00\n"
     "line l2 A credit 199.95 2025-01-02T11:00\n"
     "flow f3 A credit 300.00 2025-01-02T10:00\n"
     "line l3 A credit 300.06 2025-01-02T11:00\n",
     "amount: f1 = l1, absorbed 0.05\namount: f2 = l2, absorbed 0.05\nopen: f3\nopen: l3\n"},
    {"equal amounts before fees, fees before the tolerance", 0, 1, false, 500, 3,
     "flow f1 A credit 100.00 2025-01-02T10:00\n"
     "flow f2 A credit 98.00 2025-01-02T10:00\n"
     "flow f3 A credit 100.00 2025-01-02T10:30\n"
     "line l1 A credit 98.00 2025-01-03T11:00\n"
     "line l2 A credit 98.00 2025-01-03T12:00\n"
     "line l3 A credit 99.99 2025-01-02T12:00\n",
     "amount: f2 = l1, interchangeable\namount: f1 = l2, fee 2.00, interchangeable\n"
     "amount: f3 = l3, absorbed 0.01\n"},
    {"an exact pair is kept though parting it would give two", 0, 0, false, 2, 0,
     "flow f1 A credit 1.00 2025-01-02T10:00\n"
     "flow f2 A credit 0.99 2025-01-02T10:00\n"
     "line l1 A credit 1.00 2025-01-02T11:00\n"
     "line l2 A credit 1.02 2025-01-02T11:00\n",
     "amount: f1 = l1\nopen: f2\nopen: l2\n"},
    {"the smallest sum of differences", 0, 0, false, 3, 0,
     "flow f1 A credit 1.00 2025-01-02T10:00\n"
     "flow f2 A credit 1.03 2025-01-02T10:00\n"
     "line l1 A credit 1.01 2025-01-02T11:00\n"
     "line l2 A credit 1.02 2025-01-02T11:00\n",
     "amount: f1 = l1, absorbed 0.01\namount: f2 = l2, absorbed 0.01\n"},
    {"as many pairs as there can be before the smallest difference", 0, 0, false, 2, 0,
     "flow f1 A credit 1.00 2025-01-02T10:00\n"
     "flow f2 A credit 1.03 2025-01-02T10:00\n"
     "line l1 A credit 1.01 2025-01-02T11:00\n"
     "line l0 A credit 0.98 2025-01-02T11:00\n",
     "amount: f1 = l0, absorbed 0.02\namount: f2 = l1, absorbed 0.02\n"},
    {"a difference before days", 0, 1, false, 2, 0,
     "flow f1 A credit 1.00 2025-01-02T10:00\n"
     "line l1 A credit 1.02 2025-01-02T11:00\n"
     "line l2 A credit 1.01 2025-01-03T11:00\n",
     "amount: f1 = l2, absorbed 0.01\nopen: l1\n"},
};

static void expect(const struct made_open *made, const char *name, const char *expected)
{
    struct fa_buf text = {0};
    made_open_print(made, &text);
    ck_assert_msg(strcmp(fa_buf_cstr(&text), expected) == 0, "%s:\n%snot\n%s", name,
                  fa_buf_cstr(&text), expected);
    fa_buf_release(&text);
}

static void declare(struct made_open *made, const struct stage_case *c)
{
    for (int i = 0; i < MADE_BOOKS; i++) {
        made->terms[i].matches_amounts = true;
        made->terms[i].has_window = true;
        made->terms[i].is_window_bdays = !c->is_calendar;
        made->terms[i].window_from = c->from;
        made->terms[i].window_to = c->to;
        made->terms[i].tolerance_minor = c->tolerance_minor;
        made->terms[i].fees = fees;
        made->terms[i].fee_count = c->fee_count;
    }
}

START_TEST(amounts_meet_as_worked_by_hand)
{
    const struct stage_case *c = &cases[_i];
    struct made_open made;
    made_open_init(&made, c->rows, &sink);
    declare(&made, c);
    ck_assert_int_eq(match_amounts(&made.resolver), FA_OK);
    expect(&made, c->name, c->expected);
    made_open_release(&made);
}
END_TEST

START_TEST(nothing_is_matched_that_no_scheme_declares)
{
    struct made_open made;
    made_open_init(&made,
                   "flow f1 A credit 1.00 2035-01-02T10:00\n" /* of a year no calendar knows */
                   "line l1 A credit 1.00 2035-01-02T10:00\n",
                   &sink);
    declare(&made, &cases[0]);
    made.terms[MADE_A].matches_amounts = false;
    ck_assert_int_eq(match_amounts(&made.resolver), FA_OK);
    expect(&made, "undeclared", "open: f1\nopen: l1\n");
    made_open_release(&made);
}
END_TEST

START_TEST(a_calendar_must_know_the_days)
{
    struct made_open made;
    made_open_init(&made,
                   "flow f1 A credit 1.00 2025-01-02T10:00\n"
                   "line l1 A credit 1.00 2035-01-02T10:00\n",
                   &sink);
    declare(&made, &cases[0]);
    ck_assert_int_eq(match_amounts(&made.resolver), FA_EINPUT);
    ck_assert_uint_eq(sink.counts[FA_CODE_MATCH_CALENDAR], 1);
    made_open_release(&made);
}
END_TEST

START_TEST(without_a_window_days_do_not_count)
{
    struct made_open made;
    made_open_init(&made,
                   "flow f1 A credit 1.00 2025-01-02T10:00\n"
                   "flow f2 A credit 1.00 2025-03-02T10:00\n"
                   "line l1 A credit 1.00 2035-01-02T10:00\n",
                   &sink);
    declare(&made, &cases[0]);
    made.terms[MADE_A].has_window = false;
    ck_assert_int_eq(match_amounts(&made.resolver), FA_OK);
    expect(&made, "no window", "amount: f1 = l1, interchangeable\nopen: f2\n");
    made_open_release(&made);
}
END_TEST

/* --- rows made by number --- */

/* An assertion of check writes to a file even when it holds, which is too slow for millions. */
#define MUST(holds)                                                                            \
    do                                                                                         \
        if (!(holds))                                                                          \
            ck_abort_msg("not so: %s", #holds);                                                \
    while (0)

/* 2025-01-06, a Monday. */
#define MONDAY INT64_C(20094)

struct number_row {
    enum fa_side side;
    enum fa_direction direction;
    int64_t amount_minor;
    int64_t day; /* from MONDAY */
    int64_t hour;
    uint64_t number;
};

static void add_number_row(struct made_open *made, const struct number_row *n)
{
    struct fa_open row = {.side = n->side,
                          .direction = n->direction,
                          .amount_minor = n->amount_minor,
                          .time_us = (MONDAY + n->day) * FA_DAY_US + n->hour * FA_HOUR_US,
                          .day_no = (int32_t)(MONDAY + n->day),
                          .business_day = (int32_t)(MONDAY + n->day),
                          .row = n->number,
                          .reference = {"", 0},
                          .id = {"", 0},
                          .reverses = {"", 0},
                          .twin = {"", 0},
                          .detail_of = FA_NO_OPEN,
                          .link = FA_NO_LINK};
    MUST(fa_vec_add(&made->resolver.rows, row) == FA_OK);
}

/* Takes the place of the rows before, so that a test of thousands need not make calendars anew.
 */
static void make_numbers(struct made_open *made, const struct number_row *rows, int count)
{
    made->resolver.rows.count = made->resolver.links.count = made->resolver.members.count = 0;
    for (int i = 0; i < count; i++)
        add_number_row(made, &rows[i]);
    MUST(fa_resolver_sort(&made->resolver) == FA_OK);
}

static uint64_t random_state;

static uint64_t any_below(uint64_t bound)
{
    random_state += UINT64_C(0x9E3779B97F4A7C15); /* splitmix64, S. Vigna */
    uint64_t z = random_state;
    z = (z ^ z >> 30) * UINT64_C(0xBF58476D1CE4E5B9);
    z = (z ^ z >> 27) * UINT64_C(0x94D049BB133111EB);
    return (z ^ z >> 31) % bound;
}

enum { ROWS_MAX = 12 };

/* A few rows of few amounts and days, so that they hang together. */
struct small_case {
    struct stage_case terms;
    struct number_row rows[ROWS_MAX];
    int count;
};

static struct small_case make_small(int flow_max, int line_max)
{
    struct small_case made = {.terms.is_calendar = true};
    static const int32_t windows[][2] = {{0, 0},  {0, 1},  {0, 2},  {1, 2},
                                         {-1, 1}, {-2, 0}, {-1, 2}, {-2, -1}};
    size_t window = any_below(sizeof windows / sizeof *windows);
    made.terms.from = windows[window][0];
    made.terms.to = windows[window][1];
    made.terms.tolerance_minor = any_below(3);
    int counts[2] = {1 + (int)any_below((uint64_t)flow_max),
                     1 + (int)any_below((uint64_t)line_max)};
    uint64_t amounts = 1 + any_below(6), days = 1 + any_below(5);
    for (enum fa_side side = FA_SIDE_LEDGER; side <= FA_SIDE_BANK; side++)
        for (int i = 0; i < counts[side]; i++)
            made.rows[made.count] = (struct number_row){side,
                                                        FA_CREDIT,
                                                        1000 + (int64_t)any_below(amounts),
                                                        any_below(days),
                                                        any_below(4),
                                                        (uint64_t)made.count},
            made.count++;
    return made;
}

static void run(struct made_open *made, const struct stage_case *terms)
{
    declare(made, terms);
    MUST(match_amounts(&made->resolver) == FA_OK);
}

/* --- the oracle: every assignment of one likeness after the other --- */

/* More pairs first; then smaller differences, then fewer days. */
struct score {
    int64_t pairs, difference, days;
};

static bool is_better(const struct score *a, const struct score *b)
{
    if (a->pairs != b->pairs)
        return a->pairs > b->pairs;
    if (a->difference != b->difference)
        return a->difference < b->difference;
    return a->days < b->days;
}

struct oracle {
    const struct small_case *c;
    int line_count;
    int lines[ROWS_MAX];
    bool is_taken[ROWS_MAX], was_taken[ROWS_MAX];
    int64_t tolerance_minor;
    struct score score, best;
};

static void try_flow(struct oracle *o, int flow)
{
    while (flow < o->c->count && (o->c->rows[flow].side == FA_SIDE_BANK || o->was_taken[flow]))
        flow++;
    if (flow == o->c->count) {
        if (is_better(&o->score, &o->best))
            o->best = o->score;
        return;
    }
    try_flow(o, flow + 1);
    const struct number_row *f = &o->c->rows[flow];
    for (int i = 0; i < o->line_count; i++) {
        const struct number_row *l = &o->c->rows[o->lines[i]];
        int64_t days = l->day - f->day, difference = llabs(l->amount_minor - f->amount_minor);
        if (o->is_taken[o->lines[i]] || days < o->c->terms.from || days > o->c->terms.to ||
            difference > o->tolerance_minor)
            continue;
        struct score before = o->score;
        o->score.pairs++;
        o->score.difference += difference;
        o->score.days += llabs(days);
        o->is_taken[o->lines[i]] = true;
        try_flow(o, flow + 1);
        o->is_taken[o->lines[i]] = false;
        o->score = before;
    }
}

/* What is best in one likeness, with rows of earlier ones left out. Which rows an earlier one
 * took is the stage's choice among equals, so they are given. */
static struct score best_score(const struct small_case *c, const bool *was_taken,
                               int64_t tolerance_minor)
{
    struct oracle o = {.c = c, .tolerance_minor = tolerance_minor, .best = {.pairs = -1}};
    for (int i = 0; i < c->count; i++) {
        o.was_taken[i] = o.is_taken[i] = was_taken[i];
        if (c->rows[i].side == FA_SIDE_BANK && !was_taken[i])
            o.lines[o.line_count++] = i;
    }
    try_flow(&o, 0);
    return o.best;
}

/* The links of one kind; marks the rows they took, by number. */
static struct score score_links(const struct made_open *made, bool is_exact, bool *is_taken)
{
    struct score score = {0};
    const struct fa_resolver *r = &made->resolver;
    for (size_t i = 0; i < r->links.count; i++) {
        const struct fa_link *link = &r->links.items[i];
        if ((link->absorbed_minor == 0) != is_exact)
            continue;
        MUST(link->member_count == 2);
        const struct fa_open *flow = &r->rows.items[r->members.items[link->first_member]];
        const struct fa_open *line = &r->rows.items[r->members.items[link->first_member + 1]];
        MUST(flow->side == FA_SIDE_LEDGER);
        MUST(line->side == FA_SIDE_BANK);
        int64_t days = line->day_no - flow->day_no;
        const struct fa_terms *terms = r->terms[flow->book];
        MUST(days >= terms->window_from);
        MUST(days <= terms->window_to);
        MUST(llabs(flow->amount_minor - line->amount_minor) == link->absorbed_minor);
        MUST(link->absorbed_minor <= terms->tolerance_minor);
        score.pairs++;
        score.difference += link->absorbed_minor;
        score.days += llabs(days);
        MUST(!is_taken[flow->row] && !is_taken[line->row]);
        is_taken[flow->row] = is_taken[line->row] = true;
    }
    return score;
}

START_TEST(small_components_are_assigned_best)
{
    struct made_open made;
    made_open_init(&made, "", &sink);
    random_state = 1;
    for (int round = 0; round < 20000; round++) {
        struct small_case c = make_small(5, 5);
        make_numbers(&made, c.rows, c.count);
        run(&made, &c.terms);
        bool is_taken[ROWS_MAX] = {false};
        for (int likeness = 0; likeness < 2; likeness++) {
            struct score best =
                best_score(&c, is_taken, likeness ? c.terms.tolerance_minor : 0);
            struct score score = score_links(&made, likeness == 0, is_taken);
            if (is_better(&best, &score) || is_better(&score, &best))
                ck_abort_msg("round %d: %d pairs, difference %d, days %d instead of %d, %d, %d",
                             round, (int)score.pairs, (int)score.difference, (int)score.days,
                             (int)best.pairs, (int)best.difference, (int)best.days);
        }
    }
    made_open_release(&made);
}
END_TEST

/* --- properties --- */

/* Partners by row number; UINT64_MAX: open. */
static void list_partners(const struct made_open *made, uint64_t *partners, int count)
{
    const struct fa_resolver *r = &made->resolver;
    for (int i = 0; i < count; i++)
        partners[i] = UINT64_MAX;
    for (size_t i = 0; i < r->links.count; i++) {
        const struct fa_link *link = &r->links.items[i];
        uint64_t a = r->rows.items[r->members.items[link->first_member]].row;
        uint64_t b = r->rows.items[r->members.items[link->first_member + 1]].row;
        partners[a] = b;
        partners[b] = a;
    }
}

START_TEST(sides_mirror_each_other)
{
    struct made_open made;
    made_open_init(&made, "", &sink);
    static const struct fa_fee fee = {.is_on = {true, true}, .fixed_minor = 3};
    random_state = 2;
    for (int round = 0; round < 20000; round++) {
        struct small_case c = make_small(6, 6), mirrored = c;
        uint64_t partners[2][ROWS_MAX];
        mirrored.terms.from = -c.terms.to;
        mirrored.terms.to = -c.terms.from;
        /* what a bank keeps of a credit it adds to a debit: seen from the other side, the same
         */
        for (int i = 0; i < c.count; i++) {
            mirrored.rows[i].side = !c.rows[i].side;
            mirrored.rows[i].direction = !c.rows[i].direction;
        }
        for (int is_mirrored = 0; is_mirrored < 2; is_mirrored++) {
            const struct small_case *one = is_mirrored ? &mirrored : &c;
            make_numbers(&made, one->rows, one->count);
            declare(&made, &one->terms);
            made.terms[MADE_A].fees = &fee;
            made.terms[MADE_A].fee_count = round % 2;
            MUST(match_amounts(&made.resolver) == FA_OK);
            list_partners(&made, partners[is_mirrored], c.count);
        }
        MUST(memcmp(partners[0], partners[1], (size_t)c.count * sizeof **partners) == 0);
    }
    made_open_release(&made);
}
END_TEST

START_TEST(the_order_of_arrival_changes_nothing)
{
    struct made_open made;
    made_open_init(&made, "", &sink);
    random_state = 3;
    for (int round = 0; round < 10000; round++) {
        struct small_case c = make_small(6, 6);
        uint64_t partners[2][ROWS_MAX];
        for (int is_shuffled = 0; is_shuffled < 2; is_shuffled++) {
            for (int i = c.count - 1; is_shuffled && i > 0; i--) {
                int other = (int)any_below((uint64_t)i + 1);
                struct number_row kept = c.rows[i];
                c.rows[i] = c.rows[other];
                c.rows[other] = kept;
            }
            make_numbers(&made, c.rows, c.count);
            run(&made, &c.terms);
            list_partners(&made, partners[is_shuffled], c.count);
        }
        MUST(memcmp(partners[0], partners[1], (size_t)c.count * sizeof **partners) == 0);
    }
    made_open_release(&made);
}
END_TEST

START_TEST(more_tolerance_never_parts_an_exact_pair)
{
    struct made_open made;
    made_open_init(&made, "", &sink);
    random_state = 4;
    for (int round = 0; round < 10000; round++) {
        struct small_case c = make_small(6, 6);
        uint64_t partners[2][ROWS_MAX];
        bool is_exact[ROWS_MAX] = {false};
        for (int is_wide = 0; is_wide < 2; is_wide++) {
            c.terms.tolerance_minor = is_wide ? 1 + (int64_t)any_below(6) : 0;
            c.terms.fee_count = is_wide ? (int)any_below(3) : 0;
            make_numbers(&made, c.rows, c.count);
            run(&made, &c.terms);
            list_partners(&made, partners[is_wide], c.count);
            if (!is_wide)
                score_links(&made, true, is_exact);
        }
        for (int i = 0; i < c.count; i++)
            MUST(!is_exact[i] || partners[0][i] == partners[1][i]);
    }
    made_open_release(&made);
}
END_TEST

static bool is_any(const struct fa_terms *terms)
{
    (void)terms;
    return true;
}

static int64_t sum_days(const struct fa_pairing *p)
{
    int64_t sum = 0;
    for (size_t i = 0; i < p->pairs.count; i++)
        sum += llabs(p->lane->sides[FA_SIDE_BANK].rows.items[p->pairs.items[i].line].day -
                     p->lane->sides[FA_SIDE_LEDGER].rows.items[p->pairs.items[i].flow].day);
    return sum;
}

static bool has_pair(const struct fa_pairing *p, const struct fa_pair *pair)
{
    for (size_t i = 0; i < p->pairs.count; i++)
        if (p->pairs.items[i].flow == pair->flow && p->pairs.items[i].line == pair->line)
            return true;
    return false;
}

/* Rows alike are paired as well in order, or by days, as by the best assignment; in order the
 * very same. */
START_TEST(rows_alike_are_assigned_best)
{
    enum { BEST, BY_DAYS, IN_ORDER, WAYS };
    struct made_open made;
    struct fa_lane lane = {0};
    struct fa_pairing ways[WAYS] = {{.sink = &sink}, {.sink = &sink}, {.sink = &sink}};
    made_open_init(&made, "", &sink);
    random_state = 5;
    for (int round = 0; round < 20000; round++) {
        struct small_case c = make_small(6, 6);
        bool is_end, is_done;
        uint32_t next = 0, rows[2][ROWS_MAX];
        for (int i = 0; i < c.count; i++)
            c.rows[i].amount_minor = 1000;
        make_numbers(&made, c.rows, c.count);
        declare(&made, &c.terms);
        MUST(fa_lane_next(&made.resolver, is_any, &next, &lane, &is_end) == FA_OK);
        MUST(!is_end);
        for (uint32_t i = 0; i < ROWS_MAX; i++)
            rows[0][i] = rows[1][i] = i;
        const struct fa_component all = {rows[0], rows[1],
                                         (uint32_t)lane.sides[FA_SIDE_LEDGER].rows.count,
                                         (uint32_t)lane.sides[FA_SIDE_BANK].rows.count};
        for (int way = 0; way < WAYS; way++)
            fa_pairing_begin(&ways[way], &lane, FA_LIKE_EXACT);
        MUST(fa_pairing_by_days(&ways[BY_DAYS], &all, &is_done) == FA_OK);
        MUST(is_done);
        MUST(fa_pairing_best(&ways[BEST], &all) == FA_OK);
        MUST(ways[BY_DAYS].pairs.count == ways[BEST].pairs.count);
        MUST(sum_days(&ways[BY_DAYS]) == sum_days(&ways[BEST]));
        if (c.terms.from < 0 && c.terms.to > 0)
            continue;
        MUST(fa_pairing_in_order(&ways[IN_ORDER], &all) == FA_OK);
        MUST(ways[IN_ORDER].pairs.count == ways[BEST].pairs.count);
        for (size_t i = 0; i < ways[BEST].pairs.count; i++)
            MUST(has_pair(&ways[IN_ORDER], &ways[BEST].pairs.items[i]));
    }
    for (int way = 0; way < WAYS; way++)
        fa_pairing_release(&ways[way]);
    fa_lane_release(&lane);
    made_open_release(&made);
}
END_TEST

/* Many days with rows that no line of their own day meets: given up, and told. */
START_TEST(days_beyond_the_limit_are_paired_greedily)
{
    struct made_open made;
    made_open_init(&made, "", &sink);
    random_state = 13;
    for (uint64_t i = 0; i < 20000; i++)
        add_number_row(&made,
                       &(struct number_row){any_below(2) ? FA_SIDE_BANK : FA_SIDE_LEDGER,
                                            FA_CREDIT, 1000, (int64_t)any_below(8000), 1, i});
    MUST(fa_resolver_sort(&made.resolver) == FA_OK);
    run(&made, &(struct stage_case){.from = -200, .to = 200, .is_calendar = true});
    ck_assert_uint_eq(made.resolver.large_components, 1);
    ck_assert_uint_gt(made.resolver.links.count, 9000);
    made_open_release(&made);
}
END_TEST

/* --- many rows --- */

/* Flow k of amount 2k, line k of 2k + 1: with a tolerance of 1 a chain of all. */
static void make_chain(struct made_open *made, int flow_count, int line_count)
{
    made_open_init(made, "", &sink);
    for (int i = 0; i < flow_count + line_count; i++) {
        bool is_line = i >= flow_count;
        int64_t k = is_line ? i - flow_count : i;
        add_number_row(made,
                       &(struct number_row){is_line ? FA_SIDE_BANK : FA_SIDE_LEDGER, FA_DEBIT,
                                            1000 + 2 * k + is_line, 0, 1, (uint64_t)i});
    }
    ck_assert_int_eq(fa_resolver_sort(&made->resolver), FA_OK);
    declare(made, &(struct stage_case){.to = 1, .tolerance_minor = 1});
    ck_assert_int_eq(match_amounts(&made->resolver), FA_OK);
}

START_TEST(a_component_of_64_rows_is_assigned_and_one_of_65_is_not)
{
    struct made_open made;
    make_chain(&made, 32, 32);
    ck_assert_uint_eq(made.resolver.links.count, 32);
    ck_assert_uint_eq(made.resolver.large_components, 0);
    for (size_t i = 0; i < made.resolver.links.count; i++)
        ck_assert_uint_eq(made.resolver.links.items[i].notes, 0);
    fa_resolver_tell(&made.resolver);
    ck_assert_uint_eq(sink.counts[FA_CODE_MATCH_COMPONENT], 0);
    made_open_release(&made);
    make_chain(&made, 33, 32);
    ck_assert_uint_eq(made.resolver.links.count, 32);
    ck_assert_uint_eq(made.resolver.large_components, 1);
    for (size_t i = 0; i < made.resolver.links.count; i++)
        ck_assert_uint_eq(made.resolver.links.items[i].notes, FA_LINK_GREEDY);
    fa_resolver_tell(&made.resolver);
    ck_assert_uint_eq(sink.counts[FA_CODE_MATCH_COMPONENT], 1);
    made_open_release(&made);
}
END_TEST

START_TEST(the_greedy_order)
{
    static const struct number_row rows[] = {
        /* the nearest day first, whichever flow it is of */
        {FA_SIDE_LEDGER, FA_CREDIT, 1000, 0, 1, 0},
        {FA_SIDE_LEDGER, FA_CREDIT, 1000, 1, 1, 1},
        {FA_SIDE_BANK, FA_CREDIT, 1003, 1, 1, 2},
        /* the smallest difference on either side, then the first */
        {FA_SIDE_LEDGER, FA_CREDIT, 2000, 0, 1, 3},
        {FA_SIDE_BANK, FA_CREDIT, 2003, 0, 1, 4},
        {FA_SIDE_BANK, FA_CREDIT, 1998, 0, 2, 5},
        {FA_SIDE_BANK, FA_CREDIT, 2002, 0, 1, 6},
        {FA_SIDE_LEDGER, FA_CREDIT, 2001, 0, 1, 7},
    };
    static const uint64_t expected[][2] = {{3, 6}, {7, 4}, {1, 2}};
    struct made_open made;
    struct fa_lane lane = {0};
    struct fa_pairing pairing = {.sink = &sink};
    uint32_t next = 0, flows[] = {0, 1, 2, 3}, lines[] = {0, 1, 2, 3};
    bool is_end;
    made_open_init(&made, "", &sink);
    make_numbers(&made, rows, sizeof rows / sizeof *rows);
    declare(&made, &(struct stage_case){
                       .from = -1, .to = 1, .is_calendar = true, .tolerance_minor = 3});
    ck_assert_int_eq(fa_lane_next(&made.resolver, is_any, &next, &lane, &is_end), FA_OK);
    fa_pairing_begin(&pairing, &lane, FA_LIKE_TOLERANCE);
    const struct fa_component all = {flows, lines, 4, 4};
    ck_assert_int_eq(fa_pairing_greedy(&pairing, &all), FA_OK);
    ck_assert_uint_eq(pairing.pairs.count, 3);
    for (size_t i = 0; i < pairing.pairs.count; i++) {
        const struct fa_pair *pair = &pairing.pairs.items[i];
        uint32_t flow = lane.sides[FA_SIDE_LEDGER].rows.items[pair->flow].place;
        uint32_t line = lane.sides[FA_SIDE_BANK].rows.items[pair->line].place;
        ck_assert_uint_eq(made.resolver.rows.items[flow].row, expected[i][0]);
        ck_assert_uint_eq(made.resolver.rows.items[line].row, expected[i][1]);
    }
    fa_pairing_release(&pairing);
    fa_lane_release(&lane);
    made_open_release(&made);
}
END_TEST

/* Greedy pairs are allowed and none that could be had is left. */
START_TEST(greedy_leaves_no_pair_that_could_be_had)
{
    random_state = 6;
    for (int round = 0; round < 300; round++) {
        struct made_open made;
        int64_t days = 1 + (int64_t)any_below(6), amounts = 1 + (int64_t)any_below(60);
        struct stage_case terms = {.from = -(int32_t)any_below(3),
                                   .to = 1,
                                   .is_calendar = true,
                                   .tolerance_minor = (int64_t)any_below(4),
                                   .fee_count = (int)any_below(3)};
        made_open_init(&made, "", &sink);
        for (uint64_t i = 0; i < 160; i++)
            add_number_row(&made,
                           &(struct number_row){any_below(2) ? FA_SIDE_BANK : FA_SIDE_LEDGER,
                                                FA_CREDIT, 1000 + (int64_t)any_below(amounts),
                                                (int64_t)any_below(days), 1, i});
        MUST(fa_resolver_sort(&made.resolver) == FA_OK);
        run(&made, &terms);
        const struct fa_resolver *r = &made.resolver;
        for (size_t i = 0; i < r->rows.count; i++)
            for (size_t k = 0; k < r->rows.count; k++) {
                const struct fa_open *flow = &r->rows.items[i], *line = &r->rows.items[k];
                int64_t lag = line->day_no - flow->day_no, left;
                if (flow->side != FA_SIDE_LEDGER || line->side != FA_SIDE_BANK ||
                    !fa_open_is_free(flow) || !fa_open_is_free(line) || lag < terms.from ||
                    lag > terms.to)
                    continue;
                MUST(llabs(flow->amount_minor - line->amount_minor) > terms.tolerance_minor);
                for (int fee = 0; fee < terms.fee_count; fee++)
                    MUST(!fa_fee_apply(&fees[fee], FA_CREDIT, flow->amount_minor, &left) ||
                         left != line->amount_minor);
            }
        made_open_release(&made);
    }
}
END_TEST

/* 10^5 rows that may all meet each other, pairs by the thousand million. */
START_TEST(rows_all_alike_take_no_time)
{
    for (int kind = 0; kind < 4; kind++) {
        struct made_open made;
        made_open_init(&made, "", &sink);
        for (uint64_t i = 0; i < 100000; i++)
            add_number_row(
                &made, &(struct number_row){i % 2 ? FA_SIDE_LEDGER : FA_SIDE_BANK, FA_CREDIT,
                                            kind < 2 || i % 2 == 0
                                                ? 10000
                                                : 10002 + (int64_t)(i / 2 % (kind - 1)),
                                            (int64_t)(i / 10000), 1, i});
        MUST(fa_resolver_sort(&made.resolver) == FA_OK);
        run(&made, &(struct stage_case){.from = kind == 1 ? -1 : 0,
                                        .to = 1,
                                        .is_calendar = true,
                                        .tolerance_minor = 3});
        MUST(made.resolver.links.count == 50000);
        MUST(made.resolver.large_components == (kind == 3));
        for (size_t i = 0; i < made.resolver.links.count; i++)
            MUST(made.resolver.links.items[i].notes & FA_LINK_INTERCHANGEABLE);
        made_open_release(&made);
    }
}
END_TEST

/* --- the assignment itself --- */

START_TEST(amounts_of_any_size_are_assigned)
{
    /* two by two with the largest costs: the exchange is better by one */
    const fa_i128 large = ((fa_i128)1 << 88) - 1;
    const struct fa_pair_cost costs[4] = {{true, large, large},
                                          {true, large, large - 1},
                                          {true, large, large},
                                          {true, large, large}};
    int column_of_row[2];
    fa_assign(costs, 2, 2, column_of_row);
    ck_assert_int_eq(column_of_row[0], 1);
    ck_assert_int_eq(column_of_row[1], 0);
}
END_TEST

int main(void)
{
    Suite *suite = suite_create("stage_amount");
    TCase *tcase = tcase_create("stage_amount");
    tcase_add_checked_fixture(tcase, setup, NULL);
    tcase_set_timeout(tcase, 60);
    tcase_add_loop_test(tcase, amounts_meet_as_worked_by_hand, 0,
                        (int)(sizeof cases / sizeof *cases));
    tcase_add_test(tcase, nothing_is_matched_that_no_scheme_declares);
    tcase_add_test(tcase, a_calendar_must_know_the_days);
    tcase_add_test(tcase, without_a_window_days_do_not_count);
    tcase_add_test(tcase, small_components_are_assigned_best);
    tcase_add_test(tcase, sides_mirror_each_other);
    tcase_add_test(tcase, the_order_of_arrival_changes_nothing);
    tcase_add_test(tcase, more_tolerance_never_parts_an_exact_pair);
    tcase_add_test(tcase, rows_alike_are_assigned_best);
    tcase_add_test(tcase, days_beyond_the_limit_are_paired_greedily);
    tcase_add_test(tcase, a_component_of_64_rows_is_assigned_and_one_of_65_is_not);
    tcase_add_test(tcase, the_greedy_order);
    tcase_add_test(tcase, greedy_leaves_no_pair_that_could_be_had);
    tcase_add_test(tcase, rows_all_alike_take_no_time);
    tcase_add_test(tcase, amounts_of_any_size_are_assigned);
    suite_add_tcase(suite, tcase);
    SRunner *runner = srunner_create(suite);
    srunner_run_all(runner, CK_NORMAL);
    int failed = srunner_ntests_failed(runner);
    srunner_free(runner);
    return failed ? EXIT_FAILURE : EXIT_SUCCESS;
}
