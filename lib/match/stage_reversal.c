/*
 * Rows of one side that take each other back: a flow names the one that it reverses, a line
 * says that it is a reversal and repeats the reference. Both must be open, in one book,
 * opposite and of one amount. A flow also takes back the copy of the one that it names: where
 * an order was booked twice, exact matching took the first copy, and which of the two the
 * reversal meant makes no difference.
 */
#include <stdlib.h>

#include "match/break.h"
#include "match/resolve.h"

/* A row by what another one would name to take it back. */
struct named_row {
    struct fa_str name;
    const struct fa_open *row;
    uint32_t place;
};

/* By name, book, direction taken back, amount; then the order in which rows are paired. */
static int compare_names(const struct named_row *a, const struct named_row *b)
{
    int order = fa_str_compare(a->name, b->name);
    if (order)
        return order;
    FA_ORDER(a->row->book, b->row->book);
    FA_ORDER(a->row->amount_minor, b->row->amount_minor);
    FA_ORDER(a->row->side, b->row->side);
    return 0;
}

static int compare_named(const void *left, const void *right)
{
    const struct named_row *a = left, *b = right;
    int order = compare_names(a, b);
    if (order)
        return order;
    FA_ORDER(a->row->time_us, b->row->time_us);
    FA_ORDER(a->place, b->place);
    return 0;
}

struct reversing {
    struct fa_resolver *r;
    FA_VEC(struct named_row) taken;  /* by their names */
    FA_VEC(struct named_row) taking; /* by the names that they give */
};

static enum fa_status add_name(struct reversing *v, bool is_taking, struct fa_str name,
                               uint32_t place)
{
    const struct named_row named = {name, &v->r->rows.items[place], place};
    if (!name.size)
        return FA_OK;
    enum fa_status status =
        is_taking ? fa_vec_add(&v->taking, named) : fa_vec_add(&v->taken, named);
    return status == FA_OK ? FA_OK
                           : fa_out_of_memory(v->r->sink, "open rows of the reconciliation");
}

static enum fa_status list_names(struct reversing *v)
{
    for (uint32_t place = 0; place < v->r->rows.count; place++) {
        const struct fa_open *row = &v->r->rows.items[place];
        if (!fa_open_is_free(row))
            continue;
        if (row->side == FA_SIDE_BANK) {
            FA_TRY(add_name(v, row->is_reversal, row->reference, place));
            continue;
        }
        if (!fa_str_equal(row->reverses, row->id))
            FA_TRY(add_name(v, true, row->reverses, place));
        FA_TRY(add_name(v, false, row->id, place));
        FA_TRY(add_name(v, false, row->twin, place));
    }
    if (v->taking.count)
        qsort(v->taking.items, v->taking.count, sizeof *v->taking.items, compare_named);
    if (v->taken.count)
        qsort(v->taken.items, v->taken.count, sizeof *v->taken.items, compare_named);
    return FA_OK;
}

static bool is_free_for(const struct named_row *taken, const struct named_row *taking)
{
    return fa_open_is_free(taken->row) && taken->row->direction != taking->row->direction;
}

/* Rows of one name, book and amount: the k-th that takes back meets the first that is left. */
static enum fa_status pair_named(struct reversing *v, size_t taking_from, size_t taking_to,
                                 size_t taken_from, size_t taken_to)
{
    size_t next[2] = {taken_from, taken_from}; /* by direction: all before are used up */
    for (size_t i = taking_from; i < taking_to; i++) {
        const struct named_row *taking = &v->taking.items[i];
        if (!fa_open_is_free(taking->row))
            continue;
        size_t *at = &next[taking->row->direction];
        while (*at < taken_to && !is_free_for(&v->taken.items[*at], taking))
            ++*at;
        if (*at == taken_to)
            continue;
        const struct fa_link link = {.stage = FA_STAGE_REVERSAL};
        const uint32_t members[2] = {v->taken.items[*at].place, taking->place};
        FA_TRY(fa_resolver_link(v->r, &link, members, 2));
    }
    return FA_OK;
}

static enum fa_status pair_all(struct reversing *v)
{
    size_t taken = 0;
    for (size_t from = 0, to; from < v->taking.count; from = to) {
        const struct named_row *first = &v->taking.items[from];
        to = from + 1;
        while (to < v->taking.count && compare_names(first, &v->taking.items[to]) == 0)
            to++;
        while (taken < v->taken.count && compare_names(&v->taken.items[taken], first) < 0)
            taken++;
        size_t taken_to = taken;
        while (taken_to < v->taken.count &&
               compare_names(&v->taken.items[taken_to], first) == 0)
            taken_to++;
        FA_TRY(pair_named(v, from, to, taken, taken_to));
        taken = taken_to;
    }
    return FA_OK;
}

enum fa_status fa_stage_reversals(struct fa_resolver *r)
{
    struct reversing v = {.r = r};
    enum fa_status status = list_names(&v);
    if (status == FA_OK)
        status = pair_all(&v);
    fa_vec_free(&v.taken);
    fa_vec_free(&v.taking);
    return status;
}
