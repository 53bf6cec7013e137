#include "match/groups.h"

#include <stdlib.h>

#include "match/break.h"

static enum fa_status out_of_memory(struct fa_resolver *r)
{
    return fa_out_of_memory(r->sink, "groups of open rows");
}

/* --- rows of one key --- */

struct fa_stretch fa_book_rows(const struct fa_resolver *r, uint32_t first)
{
    struct fa_stretch rows = {first, first + 1};
    while (rows.end < r->rows.count &&
           r->rows.items[rows.end].book == r->rows.items[first].book)
        rows.end++;
    return rows;
}

static bool is_same_group(const struct fa_keyed *a, const struct fa_keyed *b)
{
    return a->part == b->part && fa_str_equal(a->key, b->key);
}

static int compare_keyed(const void *left, const void *right)
{
    const struct fa_keyed *a = left, *b = right;
    int order = fa_str_compare(a->key, b->key);
    if (order)
        return order;
    FA_ORDER(a->part, b->part);
    FA_ORDER(a->side, b->side);
    FA_ORDER(a->place, b->place);
    return 0;
}

enum fa_status fa_keyed_collect(struct fa_resolver *r, struct fa_stretch rows, int rule_no,
                                bool both_sides, fa_keyed_list *list)
{
    const struct fa_group_rule *rule =
        &r->terms[r->rows.items[rows.first].book]->groups[rule_no];
    list->count = 0;
    for (uint32_t place = rows.first; place < rows.end; place++) {
        const struct fa_open *row = &r->rows.items[place];
        if (!fa_open_is_free(row) || !row->keys || !row->keys[rule_no].size ||
            (!both_sides && row->side != rule->many))
            continue;
        const struct fa_keyed keyed = {row->keys[rule_no], place,
                                       rule->is_net ? FA_CREDIT : row->direction, row->side};
        if (fa_vec_add(list, keyed) != FA_OK)
            return out_of_memory(r);
    }
    if (list->count)
        qsort(list->items, list->count, sizeof *list->items, compare_keyed);
    return FA_OK;
}

size_t fa_keyed_end(const fa_keyed_list *list, size_t from)
{
    size_t to = from + 1;
    while (to < list->count && is_same_group(&list->items[from], &list->items[to]))
        to++;
    return to;
}

/* --- sums --- */

fa_i128 fa_keyed_net(const struct fa_resolver *r, const struct fa_keyed *rows, size_t count)
{
    fa_i128 net = 0;
    for (size_t i = 0; i < count; i++) {
        const struct fa_open *row = &r->rows.items[rows[i].place];
        net += row->direction == FA_CREDIT ? row->amount_minor : -(fa_i128)row->amount_minor;
    }
    return net;
}

int fa_way_count(const struct fa_terms *terms)
{
    return 1 + 2 * terms->fee_count;
}

const struct fa_fee *fa_way_fee(const struct fa_terms *terms, int way, bool *is_of_each)
{
    *is_of_each = way % 2 != 0;
    return way == FA_WAY_EXACT ? NULL : &terms->fees[(way - 1) / 2];
}

bool fa_fee_leaves(const struct fa_fee *fee, enum fa_direction direction, fa_i128 minor,
                   fa_i128 *left)
{
    int64_t line_minor;
    if (!fee || !fee->is_on[direction] || minor == 0) {
        *left = minor;
        return true;
    }
    if (minor > INT64_MAX || !fa_fee_apply(fee, direction, (int64_t)minor, &line_minor))
        return false;
    *left = line_minor;
    return true;
}

bool fa_keyed_left(const struct fa_resolver *r, const struct fa_terms *terms, int way,
                   const struct fa_keyed *flows, size_t count, fa_i128 *net)
{
    bool is_of_each;
    const struct fa_fee *fee = fa_way_fee(terms, way, &is_of_each);
    fa_i128 sums[2] = {0, 0};
    for (size_t i = 0; i < count; i++) {
        const struct fa_open *row = &r->rows.items[flows[i].place];
        fa_i128 left = row->amount_minor;
        if (is_of_each && !fa_fee_leaves(fee, row->direction, left, &left))
            return false;
        sums[row->direction] += left;
    }
    fa_i128 sum = sums[FA_CREDIT] - sums[FA_DEBIT];
    if (fee && !is_of_each) { /* of what the bank moves: one sum, also of a net rule */
        bool is_credit = sum > 0;
        if (!fa_fee_leaves(fee, is_credit ? FA_CREDIT : FA_DEBIT, is_credit ? sum : -sum, &sum))
            return false;
        sum = is_credit ? sum : -sum;
    }
    *net = sum;
    return true;
}

bool fa_fee_size(fa_i128 flow_net, fa_i128 line_net, int64_t *fee_minor)
{
    fa_i128 size = flow_net < line_net ? line_net - flow_net : flow_net - line_net;
    if (size > INT64_MAX)
        return false;
    *fee_minor = (int64_t)size;
    return true;
}

/* --- links --- */

enum fa_status fa_keyed_link(struct fa_resolver *r, const struct fa_group_link *group)
{
    const struct fa_link link = {
        .stage = group->stage, .notes = group->notes, .fee_minor = group->fee_minor};
    uint32_t *members = malloc((group->row_count + 1) * sizeof *members), count = 0;
    if (!members)
        return out_of_memory(r);
    for (size_t i = 0; i < group->row_count; i++)
        if (group->rows[i].place != group->omitted)
            members[count++] = group->rows[i].place;
    if (group->one != FA_NO_OPEN)
        members[count++] = group->one;
    enum fa_status status = fa_resolver_link(r, &link, members, count);
    free(members);
    return status;
}
