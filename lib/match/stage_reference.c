/*
 * Rows of one reference whose amounts are not equal one by one: legs that add up, another
 * amount, another currency, another account. Only rows that have a reference take part.
 */
#include <stdlib.h>

#include "base/limits.h"
#include "match/break.h"
#include "match/resolve.h"

struct referenced {
    const struct fa_open *row;
    uint32_t place;
    uint32_t account;
    fa_currency currency;
};

typedef FA_VEC(struct referenced) referenced_list;

/* By reference, account, currency; then the order of rows: direction, side, time. */
static int compare_by_account(const void *left, const void *right)
{
    const struct referenced *a = left, *b = right;
    int order = fa_str_compare(a->row->reference, b->row->reference);
    if (order)
        return order;
    FA_ORDER(a->account, b->account);
    FA_ORDER(a->place, b->place);
    return 0;
}

/* By reference, currency, direction, amount; then side and the order of rows. */
static int compare_by_amount(const void *left, const void *right)
{
    const struct referenced *a = left, *b = right;
    int order = fa_str_compare(a->row->reference, b->row->reference);
    if (order)
        return order;
    FA_ORDER(a->currency, b->currency);
    FA_ORDER(a->row->direction, b->row->direction);
    FA_ORDER(a->row->amount_minor, b->row->amount_minor);
    FA_ORDER(a->row->side, b->row->side);
    FA_ORDER(a->place, b->place);
    return 0;
}

static enum fa_status out_of_memory(struct fa_resolver *r)
{
    return fa_out_of_memory(r->sink, "open rows of the reconciliation");
}

static enum fa_status list_rows(struct fa_resolver *r,
                                int (*compare)(const void *left, const void *right),
                                referenced_list *list)
{
    list->count = 0;
    for (uint32_t place = 0; place < r->rows.count; place++) {
        const struct fa_open *row = &r->rows.items[place];
        const struct fa_book *book = &r->books->list.items[row->book];
        if (!fa_open_is_free(row) || !row->reference.size)
            continue;
        if (fa_vec_add(list, ((struct referenced){row, place, book->account,
                                                  book->currency})) != FA_OK)
            return out_of_memory(r);
    }
    if (list->count)
        qsort(list->items, list->count, sizeof *list->items, compare);
    return FA_OK;
}

static enum fa_status link_two(struct fa_resolver *r, const struct fa_link *link, uint32_t flow,
                               uint32_t line)
{
    const uint32_t members[2] = {flow, line};
    return fa_resolver_link(r, link, members, 2);
}

/* Runs a stage over each stretch of rows that are the same to IS_SAME. */
static enum fa_status for_groups(
    struct fa_resolver *r, const referenced_list *list,
    bool (*is_same)(const struct referenced *a, const struct referenced *b),
    enum fa_status (*stage)(struct fa_resolver *r, const struct referenced *rows, size_t count))
{
    for (size_t from = 0, to; from < list->count; from = to) {
        to = from + 1;
        while (to < list->count && is_same(&list->items[from], &list->items[to]))
            to++;
        if (to > from + 1)
            FA_TRY(stage(r, list->items + from, to - from));
    }
    return FA_OK;
}

/* --- legs that add up --- */

struct leg_sums {
    fa_i128 net[2];
    size_t rows[2];
};

static void add_leg(struct leg_sums *sums, const struct fa_open *row)
{
    fa_i128 amount = row->amount_minor;
    sums->net[row->side] += row->direction == FA_CREDIT ? amount : -amount;
    sums->rows[row->side]++;
}

/* A net of nothing on both sides proves nothing. */
static bool adds_up(const struct leg_sums *sums)
{
    return sums->rows[FA_SIDE_LEDGER] && sums->rows[FA_SIDE_BANK] &&
           sums->net[FA_SIDE_LEDGER] == sums->net[FA_SIDE_BANK] &&
           sums->net[FA_SIDE_LEDGER] != 0;
}

static enum fa_status link_legs(struct fa_resolver *r, const struct referenced *rows,
                                size_t count)
{
    const struct fa_link link = {.stage = FA_STAGE_REFERENCE_SUM};
    uint32_t *members = malloc(count * sizeof *members);
    if (!members)
        return out_of_memory(r);
    for (size_t i = 0; i < count; i++)
        members[i] = rows[i].place;
    enum fa_status status = fa_resolver_link(r, &link, members, (uint32_t)count);
    free(members);
    return status;
}

static bool is_of_book(const struct referenced *a, const struct referenced *b)
{
    return a->row->book == b->row->book && fa_str_equal(a->row->reference, b->row->reference);
}

/* Credits stand first. Each direction for itself, else both together. */
static enum fa_status add_legs(struct fa_resolver *r, const struct referenced *rows,
                               size_t count)
{
    struct leg_sums by_direction[2] = {0}, both = {0};
    size_t credits = 0;
    for (size_t i = 0; i < count; i++) {
        credits += rows[i].row->direction == FA_CREDIT;
        add_leg(&by_direction[rows[i].row->direction], rows[i].row);
        add_leg(&both, rows[i].row);
    }
    bool has_credits = adds_up(&by_direction[FA_CREDIT]);
    bool has_debits = adds_up(&by_direction[FA_DEBIT]);
    if (has_credits)
        FA_TRY(link_legs(r, rows, credits));
    if (has_debits)
        FA_TRY(link_legs(r, rows + credits, count - credits));
    return !has_credits && !has_debits && adds_up(&both) ? link_legs(r, rows, count) : FA_OK;
}

/* --- another amount --- */

/* A row by the amount that the other side is expected to show. */
struct expected_row {
    int64_t amount_minor;
    uint32_t place;
};

static int compare_expected(const void *left, const void *right)
{
    const struct expected_row *a = left, *b = right;
    FA_ORDER(a->amount_minor, b->amount_minor);
    FA_ORDER(a->place, b->place);
    return 0;
}

/* Free rows of one side by amount; of flows what FEE leaves (NULL: as they are). */
static size_t list_expected(const struct fa_resolver *r, const struct referenced *rows,
                            size_t count, const struct fa_fee *fee,
                            struct expected_row *expected)
{
    size_t expected_count = 0;
    for (size_t i = 0; i < count; i++) {
        const struct fa_open *row = &r->rows.items[rows[i].place];
        int64_t amount = row->amount_minor;
        if (!fa_open_is_free(row) ||
            (fee && !fa_fee_apply(fee, row->direction, row->amount_minor, &amount)))
            continue;
        expected[expected_count++] = (struct expected_row){amount, rows[i].place};
    }
    if (expected_count)
        qsort(expected, expected_count, sizeof *expected, compare_expected);
    return expected_count;
}

struct sides {
    const struct referenced *flows, *lines;
    size_t flow_count, line_count;
};

/* Flows with lines that show what FEE leaves of them: the smallest first, which pairs as many
 * as can be paired. */
static enum fa_status pair_fees(struct fa_resolver *r, const struct sides *sides,
                                const struct fa_fee *fee)
{
    size_t count = sides->flow_count + sides->line_count;
    struct expected_row *flows = malloc(count * sizeof *flows);
    if (!flows)
        return out_of_memory(r);
    size_t flow_count = list_expected(r, sides->flows, sides->flow_count, fee, flows);
    struct expected_row *lines = flows + flow_count;
    size_t line_count = list_expected(r, sides->lines, sides->line_count, NULL, lines);
    enum fa_status status = FA_OK;
    for (size_t f = 0, l = 0; status == FA_OK && f < flow_count && l < line_count;) {
        if (lines[l].amount_minor > flows[f].amount_minor) {
            f++;
        } else if (lines[l].amount_minor < flows[f].amount_minor) {
            l++;
        } else {
            struct fa_link link = {.stage = FA_STAGE_REFERENCE_AMOUNT};
            int64_t flow_minor = r->rows.items[flows[f].place].amount_minor;
            link.fee_minor = llabs(lines[l].amount_minor - flow_minor);
            status = link_two(r, &link, flows[f++].place, lines[l++].place);
        }
    }
    free(flows);
    return status;
}

/* Links two rows; a difference within TOLERANCE is absorbed. */
static enum fa_status link_alike(struct fa_resolver *r, enum fa_stage stage,
                                 const struct referenced *flow, const struct referenced *line,
                                 int64_t tolerance_minor)
{
    struct fa_link link = {.stage = stage};
    int64_t difference = llabs(flow->row->amount_minor - line->row->amount_minor);
    if (difference <= tolerance_minor)
        link.absorbed_minor = difference;
    return link_two(r, &link, flow->place, line->place);
}

/* The two free rows with the smallest difference, the first of several; false: one side has
 * none. */
static bool find_closest(const struct sides *sides, size_t *flow, size_t *line)
{
    int64_t closest = -1;
    for (size_t f = 0; f < sides->flow_count; f++) {
        for (size_t l = 0; fa_open_is_free(sides->flows[f].row) && l < sides->line_count; l++) {
            int64_t difference =
                llabs(sides->flows[f].row->amount_minor - sides->lines[l].row->amount_minor);
            if (!fa_open_is_free(sides->lines[l].row) ||
                (closest >= 0 && difference >= closest))
                continue;
            closest = difference;
            *flow = f;
            *line = l;
        }
    }
    return closest >= 0;
}

/* The smallest difference first. What is paired does not depend on the tolerance, which only
 * says what becomes of a difference: so more of it parts no rows. */
static enum fa_status pair_closest(struct fa_resolver *r, const struct sides *sides,
                                   int64_t tolerance_minor)
{
    for (size_t f, l; find_closest(sides, &f, &l);)
        FA_TRY(link_alike(r, FA_STAGE_REFERENCE_AMOUNT, &sides->flows[f], &sides->lines[l],
                          tolerance_minor));
    return FA_OK;
}

/* The k-th with the k-th that is left, whatever the amounts. */
static enum fa_status pair_in_order(struct fa_resolver *r, enum fa_stage stage,
                                    const struct sides *sides, int64_t tolerance_minor)
{
    for (size_t f = 0, l = 0;; f++, l++) {
        while (f < sides->flow_count && !fa_open_is_free(sides->flows[f].row))
            f++;
        while (l < sides->line_count && !fa_open_is_free(sides->lines[l].row))
            l++;
        if (f == sides->flow_count || l == sides->line_count)
            return FA_OK;
        FA_TRY(link_alike(r, stage, &sides->flows[f], &sides->lines[l], tolerance_minor));
    }
}

static bool is_of_direction(const struct referenced *a, const struct referenced *b)
{
    return a->row->direction == b->row->direction && is_of_book(a, b);
}

static enum fa_status pair_amounts(struct fa_resolver *r, const struct referenced *rows,
                                   size_t count)
{
    const struct fa_terms *terms = r->terms[rows->row->book];
    size_t flow_count = 0;
    while (flow_count < count && rows[flow_count].row->side == FA_SIDE_LEDGER)
        flow_count++;
    const struct sides sides = {rows, rows + flow_count, flow_count, count - flow_count};
    if (!sides.flow_count || !sides.line_count)
        return FA_OK;
    for (int i = 0; i < terms->fee_count; i++)
        FA_TRY(pair_fees(r, &sides, &terms->fees[i]));
    if (count <= FA_COMPONENT_ROWS_MAX)
        return pair_closest(r, &sides, terms->tolerance_minor);
    return pair_in_order(r, FA_STAGE_REFERENCE_AMOUNT, &sides, terms->tolerance_minor);
}

/* --- another currency, another account --- */

static bool is_of_account(const struct referenced *a, const struct referenced *b)
{
    return a->account == b->account && fa_str_equal(a->row->reference, b->row->reference);
}

/* Pairs the rows of one direction, which stand in order but mixed. No book has flows and lines
 * left. */
static enum fa_status pair_across(struct fa_resolver *r, enum fa_stage stage,
                                  const struct referenced *rows, size_t count,
                                  enum fa_direction direction)
{
    struct referenced *parted = malloc(count * sizeof *parted);
    if (!parted)
        return out_of_memory(r);
    size_t flow_count = 0, parted_count = 0;
    for (enum fa_side side = FA_SIDE_LEDGER; side <= FA_SIDE_BANK; side++) {
        for (size_t i = 0; i < count; i++)
            if (rows[i].row->side == side && rows[i].row->direction == direction)
                parted[parted_count++] = rows[i];
        if (side == FA_SIDE_LEDGER)
            flow_count = parted_count;
    }
    const struct sides sides = {parted, parted + flow_count, flow_count,
                                parted_count - flow_count};
    enum fa_status status = pair_in_order(r, stage, &sides, 0);
    free(parted);
    return status;
}

static enum fa_status pair_currencies(struct fa_resolver *r, const struct referenced *rows,
                                      size_t count)
{
    FA_TRY(pair_across(r, FA_STAGE_OTHER_CURRENCY, rows, count, FA_CREDIT));
    return pair_across(r, FA_STAGE_OTHER_CURRENCY, rows, count, FA_DEBIT);
}

static bool is_of_amount(const struct referenced *a, const struct referenced *b)
{
    return a->currency == b->currency && a->row->direction == b->row->direction &&
           a->row->amount_minor == b->row->amount_minor &&
           fa_str_equal(a->row->reference, b->row->reference);
}

static enum fa_status pair_accounts(struct fa_resolver *r, const struct referenced *rows,
                                    size_t count)
{
    return pair_across(r, FA_STAGE_OTHER_ACCOUNT, rows, count, rows->row->direction);
}

/* --- the stages --- */

enum fa_status fa_stage_references(struct fa_resolver *r)
{
    referenced_list list = {0};
    enum fa_status status = list_rows(r, compare_by_account, &list);
    if (status == FA_OK)
        status = for_groups(r, &list, is_of_book, add_legs);
    if (status == FA_OK)
        status = list_rows(r, compare_by_account, &list);
    if (status == FA_OK)
        status = for_groups(r, &list, is_of_direction, pair_amounts);
    if (status == FA_OK)
        status = for_groups(r, &list, is_of_account, pair_currencies);
    if (status == FA_OK)
        status = list_rows(r, compare_by_amount, &list);
    if (status == FA_OK)
        status = for_groups(r, &list, is_of_amount, pair_accounts);
    fa_vec_free(&list);
    return status;
}
