#include "match/resolve.h"

#include <assert.h>
#include <stdlib.h>

#include "base/limits.h"
#include "match/break.h"

static enum fa_status out_of_memory(struct fa_resolver *r)
{
    return fa_out_of_memory(r->sink, "open rows of the reconciliation");
}

void fa_resolver_release(struct fa_resolver *r)
{
    fa_vec_free(&r->rows);
    fa_vec_free(&r->links);
    fa_vec_free(&r->members);
}

/* --- the order of rows --- */

struct placed_row {
    const struct fa_book *book;
    struct fa_open row;
};

static int compare_rows(const void *left, const void *right)
{
    const struct placed_row *a = left, *b = right;
    FA_ORDER(a->book->account, b->book->account);
    FA_ORDER(a->book->currency, b->book->currency);
    FA_ORDER(a->row.direction, b->row.direction);
    FA_ORDER(a->row.side, b->row.side);
    FA_ORDER(a->row.time_us, b->row.time_us);
    FA_ORDER(a->row.amount_minor, b->row.amount_minor);
    int order = fa_str_compare(a->row.reference, b->row.reference);
    if (!order)
        order = fa_str_compare(a->row.id, b->row.id);
    if (order)
        return order;
    FA_ORDER(a->row.row, b->row.row);
    FA_ORDER(a->row.detail_no, b->row.detail_no);
    return 0;
}

struct line_place {
    uint64_t row;
    uint32_t place;
};

static int compare_line_places(const void *left, const void *right)
{
    const struct line_place *a = left, *b = right;
    FA_ORDER(a->row, b->row);
    return 0;
}

/* Details find their lines in the new order. */
static enum fa_status place_details(struct fa_resolver *r)
{
    FA_VEC(struct line_place) lines = {0};
    enum fa_status status = FA_OK;
    size_t detail_count = 0;
    for (size_t i = 0; i < r->rows.count; i++)
        detail_count += r->rows.items[i].detail_no != 0;
    for (size_t i = 0; detail_count && status == FA_OK && i < r->rows.count; i++)
        if (r->rows.items[i].side == FA_SIDE_BANK && !r->rows.items[i].detail_no)
            status = fa_vec_add(&lines,
                                ((struct line_place){r->rows.items[i].row, (uint32_t)i}));
    if (status == FA_OK && lines.count)
        qsort(lines.items, lines.count, sizeof *lines.items, compare_line_places);
    for (size_t i = 0; detail_count && status == FA_OK && i < r->rows.count; i++) {
        if (!r->rows.items[i].detail_no)
            continue;
        const struct line_place key = {r->rows.items[i].row, 0};
        const struct line_place *found = NULL;
        if (lines.count)
            found = bsearch(&key, lines.items, lines.count, sizeof key, compare_line_places);
        assert(found);
        r->rows.items[i].detail_of = found->place;
    }
    fa_vec_free(&lines);
    return status == FA_OK ? FA_OK : out_of_memory(r);
}

enum fa_status fa_resolver_sort(struct fa_resolver *r)
{
    size_t count = r->rows.count;
    if (count < 2)
        return FA_OK;
    struct placed_row *placed = malloc(count * sizeof *placed);
    if (!placed)
        return out_of_memory(r);
    for (size_t i = 0; i < count; i++)
        placed[i] = (struct placed_row){&r->books->list.items[r->rows.items[i].book],
                                        r->rows.items[i]};
    qsort(placed, count, sizeof *placed, compare_rows);
    for (size_t i = 0; i < count; i++)
        r->rows.items[i] = placed[i].row;
    free(placed);
    return place_details(r);
}

/* --- links --- */

static int compare_places(const void *left, const void *right)
{
    const uint32_t *a = left, *b = right;
    FA_ORDER(*a, *b);
    return 0;
}

enum fa_status fa_resolver_link(struct fa_resolver *r, const struct fa_link *link,
                                const uint32_t *members, uint32_t member_count)
{
    struct fa_link made = *link;
    assert(member_count > 0 && r->links.count < FA_NO_LINK);
    made.first_member = (uint32_t)r->members.count;
    made.member_count = member_count;
    for (enum fa_side side = FA_SIDE_LEDGER; side <= FA_SIDE_BANK; side++) {
        size_t from = r->members.count;
        for (uint32_t i = 0; i < member_count; i++) {
            struct fa_open *row = &r->rows.items[members[i]];
            if (row->side != side)
                continue;
            assert(fa_open_is_free(row));
            row->link = (uint32_t)r->links.count;
            if (fa_vec_add(&r->members, members[i]) != FA_OK)
                return out_of_memory(r);
        }
        if (r->members.count > from)
            qsort(r->members.items + from, r->members.count - from, sizeof *r->members.items,
                  compare_places);
    }
    return fa_vec_add(&r->links, made) == FA_OK ? FA_OK : out_of_memory(r);
}

enum fa_status fa_resolver_run(struct fa_resolver *r)
{
    FA_TRY(fa_stage_reversals(r));
    FA_TRY(fa_stage_details(r));
    FA_TRY(fa_stage_references(r));
    FA_TRY(fa_stage_duplicates(r));
    FA_TRY(fa_stage_named_groups(r));
    FA_TRY(fa_stage_equal_amounts(r));
    FA_TRY(fa_stage_groups(r));
    FA_TRY(fa_stage_near_amounts(r));
    FA_TRY(fa_stage_subsets(r));
    return fa_stage_group_amounts(r);
}

/* --- what was left alone --- */

void fa_resolver_tell(const struct fa_resolver *r)
{
    struct fa_place nowhere = {0};
    if (r->large_components)
        fa_note(r->sink, FA_CODE_MATCH_COMPONENT, nowhere, NULL,
                "components of more than %u open rows with like amounts: %llu; their rows were "
                "paired the nearest first, and marked greedy",
                FA_COMPONENT_ROWS_MAX, (unsigned long long)r->large_components);
    if (r->large_blocks)
        fa_note(r->sink, FA_CODE_MATCH_SUBSET, nowhere, NULL,
                "open rows with more than %u others around them, or behind too many sums in all: "
                "%llu; no sum of others was searched for them",
                FA_SUBSET_ROWS_MAX, (unsigned long long)r->large_blocks);
}
