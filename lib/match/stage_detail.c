/*
 * Payments within a line. A bank that books many payments as one sum may still say what they
 * were; where they add up to the line, and one of them has the reference of an open flow, they
 * take the line's place: each is an open row of its own, and those with a flow of their
 * reference and amount are matched. What is left of them is seen by later stages like any other
 * row.
 *
 * A line of which no payment is known here stays whole, so that a later stage may find it to be
 * the sum of a group. So does one whose payments do not add up: nobody knows then which part is
 * what.
 */
#include "match/groups.h"

#include <stdlib.h>

#include "match/break.h"

/* A flow or a detail. */
struct payment {
    const struct fa_open *row;
    uint32_t place;
};

typedef FA_VEC(struct payment) payment_list;

/* What is worked on, book by book. */
struct details {
    struct fa_resolver *r;
    payment_list
        payments; /* with a reference: flows, then details in the places of lines, too */
    size_t flow_count;
    payment_list within; /* details, line by line */
};

static enum fa_status add_payment(struct details *d, payment_list *list, uint32_t place)
{
    const struct payment made = {&d->r->rows.items[place], place};
    return fa_vec_add(list, made) == FA_OK
               ? FA_OK
               : fa_out_of_memory(d->r->sink, "payments within lines");
}

static int compare_references(const struct fa_open *a, const struct fa_open *b)
{
    FA_ORDER(a->direction, b->direction);
    return fa_str_compare(a->reference, b->reference);
}

/* By direction and reference; then amount, side and the order of rows. */
static int compare_payments(const void *left, const void *right)
{
    const struct payment *a = left, *b = right;
    int order = compare_references(a->row, b->row);
    if (order)
        return order;
    FA_ORDER(a->row->amount_minor, b->row->amount_minor);
    FA_ORDER(a->row->side, b->row->side);
    FA_ORDER(a->place, b->place);
    return 0;
}

static int compare_within(const void *left, const void *right)
{
    const struct payment *a = left, *b = right;
    FA_ORDER(a->row->detail_of, b->row->detail_of);
    FA_ORDER(a->row->detail_no, b->row->detail_no);
    FA_ORDER(a->place, b->place);
    return 0;
}

static void sort_payments(payment_list *list,
                          int (*compare)(const void *left, const void *right))
{
    if (list->count)
        qsort(list->items, list->count, sizeof *list->items, compare);
}

/* --- lines and what they are made of --- */

static enum fa_status list_book(struct details *d, struct fa_stretch rows)
{
    d->payments.count = d->within.count = 0;
    for (uint32_t place = rows.first; place < rows.end; place++) {
        const struct fa_open *row = &d->r->rows.items[place];
        if (row->detail_no && fa_open_is_free(&d->r->rows.items[row->detail_of]))
            FA_TRY(add_payment(d, &d->within, place));
        else if (row->side == FA_SIDE_LEDGER && fa_open_is_free(row) && row->reference.size)
            FA_TRY(add_payment(d, &d->payments, place));
    }
    d->flow_count = d->payments.count;
    sort_payments(&d->within, compare_within);
    sort_payments(&d->payments, compare_payments);
    return FA_OK;
}

/* Whether the details, all in the direction of their line, have amounts that add up to it. */
static bool adds_up(const struct fa_open *line, const struct payment *details, size_t count)
{
    fa_i128 sum = 0;
    for (size_t i = 0; i < count; i++) {
        const struct fa_open *detail = details[i].row;
        if (detail->amount_minor < 0 || detail->direction != line->direction ||
            detail->book != line->book)
            return false;
        sum += detail->amount_minor;
    }
    return sum == line->amount_minor;
}

static bool is_of_flow(const struct details *d, const struct fa_open *detail)
{
    size_t low = 0, high = d->flow_count;
    while (detail->reference.size && low < high) {
        size_t middle = low + (high - low) / 2;
        int order = compare_references(d->payments.items[middle].row, detail);
        if (order == 0)
            return true;
        if (order < 0)
            low = middle + 1;
        else
            high = middle;
    }
    return false;
}

/* The only detail of a line often says what the line says, and is no news. */
static bool is_news(const struct fa_open *line, const struct payment *details, size_t count)
{
    return count > 1 || !fa_str_equal(line->reference, details->row->reference);
}

static void split(struct details *d, const struct payment *details, size_t count)
{
    struct fa_open *line = &d->r->rows.items[details->row->detail_of];
    if (!is_news(line, details, count))
        return;
    if (!adds_up(line, details, count)) {
        d->r->uneven_lines++;
        return;
    }
    bool is_known = false;
    for (size_t i = 0; !is_known && i < count; i++)
        is_known = is_of_flow(d, details[i].row);
    if (!is_known)
        return;
    line->is_aside = true;
    d->r->split_lines++;
    for (size_t i = 0; i < count; i++)
        d->r->rows.items[details[i].place].is_aside = false;
}

/* --- what meets --- */

/* Payments of one direction, reference and amount: flows, then details, each in the order of
 * time. */
static enum fa_status match_alike(struct details *d, const struct payment *alike, size_t count)
{
    size_t flow_count = 0;
    while (flow_count < count && alike[flow_count].row->side == FA_SIDE_LEDGER)
        flow_count++;
    for (size_t i = 0; i < flow_count && flow_count + i < count; i++) {
        const struct fa_link link = {.stage = FA_STAGE_DETAIL};
        const uint32_t members[2] = {alike[i].place, alike[flow_count + i].place};
        FA_TRY(fa_resolver_link(d->r, &link, members, 2));
    }
    return FA_OK;
}

static enum fa_status match_book(struct details *d, struct fa_stretch rows)
{
    FA_TRY(list_book(d, rows));
    for (size_t from = 0, to; from < d->within.count; from = to) {
        const struct payment *details = d->within.items + from;
        for (to = from + 1; to < d->within.count &&
                            d->within.items[to].row->detail_of == details->row->detail_of;)
            to++;
        split(d, details, to - from);
    }
    for (size_t i = 0; i < d->within.count; i++)
        if (fa_open_is_free(d->within.items[i].row) && d->within.items[i].row->reference.size)
            FA_TRY(add_payment(d, &d->payments, d->within.items[i].place));
    sort_payments(&d->payments, compare_payments);
    for (size_t from = 0, to; from < d->payments.count; from = to) {
        const struct payment *alike = d->payments.items + from;
        for (to = from + 1;
             to < d->payments.count &&
             compare_references(alike->row, d->payments.items[to].row) == 0 &&
             alike->row->amount_minor == d->payments.items[to].row->amount_minor;)
            to++;
        FA_TRY(match_alike(d, alike, to - from));
    }
    return FA_OK;
}

enum fa_status fa_stage_details(struct fa_resolver *r)
{
    struct details d = {.r = r};
    struct fa_stretch rows;
    enum fa_status status = FA_OK;
    for (uint32_t first = 0; status == FA_OK && first < r->rows.count; first = rows.end) {
        rows = fa_book_rows(r, first);
        if (r->terms[r->rows.items[first].book]->matches_details)
            status = match_book(&d, rows);
    }
    fa_vec_free(&d.payments);
    fa_vec_free(&d.within);
    if (status == FA_OK && r->uneven_lines > 0)
        fa_note(r->sink, FA_CODE_MATCH_DETAILS, (struct fa_place){0}, NULL,
                "open lines whose payments lack amounts or do not add up, left whole: %llu",
                (unsigned long long)r->uneven_lines);
    return status;
}
