/*
 * Named groups: flows that the bank books together, or lines that are one flow, where the one
 * side says the name of the group. The sums of both sides must be equal, or a declared fee must
 * leave the one of the other.
 *
 * Where they are not, a single row that makes the difference is left out: it is what is
 * missing, and the rest of the group is as it should be. Rows of one amount are alike, so the
 * last of them is the one that is left out. What is not explained so waits for other stages; at
 * the very end the name alone makes one link with different sums, because a batch of a thousand
 * payments that is off by one yuan is one break of one yuan and not a thousand breaks.
 */
#include "match/groups.h"

#include <stdlib.h>

struct named_group {
    const struct fa_terms *terms;
    const struct fa_keyed *flows, *lines; /* lines behind the flows */
    size_t flow_count, line_count;
    fa_i128 flow_net, line_net;
};

static enum fa_status link_named(struct fa_resolver *r, const struct named_group *group,
                                 uint32_t omitted, unsigned notes, int64_t fee_minor)
{
    const struct fa_group_link link = {
        .stage = FA_STAGE_NAMED_GROUP,
        .notes = notes,
        .rows = group->flows,
        .row_count = group->flow_count + group->line_count,
        .omitted = omitted,
        .one = FA_NO_OPEN,
        .fee_minor = fee_minor,
    };
    return fa_keyed_link(r, &link);
}

/* --- one row too many --- */

struct omission {
    uint32_t place; /* FA_NO_OPEN: none */
    uint32_t count; /* rows that would do */
    bool is_open;   /* they are not alike */
};

static void add_omission(const struct fa_resolver *r, uint32_t place, struct omission *omission)
{
    const struct fa_open *row = &r->rows.items[place];
    if (omission->count++) {
        const struct fa_open *first = &r->rows.items[omission->place];
        omission->is_open = omission->is_open || row->side != first->side ||
                            row->direction != first->direction ||
                            row->amount_minor != first->amount_minor;
    }
    omission->place = place; /* of rows alike the last one stays */
}

static fa_i128 signed_minor(enum fa_direction direction, fa_i128 minor)
{
    return direction == FA_CREDIT ? minor : -minor;
}

/* Rows without which the sides are equal by a way that leaves LEFT of the flows' sums. */
static struct omission find_omission(const struct fa_resolver *r,
                                     const struct named_group *group, int way, fa_i128 left)
{
    struct omission omission = {.place = FA_NO_OPEN};
    bool is_of_each;
    const struct fa_fee *fee = fa_way_fee(group->terms, way, &is_of_each);
    fa_i128 sums[2] = {0, 0};
    for (size_t i = 0; i < group->flow_count; i++) {
        const struct fa_open *row = &r->rows.items[group->flows[i].place];
        sums[row->direction] += row->amount_minor;
    }
    for (size_t i = 0; group->flow_count > 1 && i < group->flow_count; i++) {
        const struct fa_open *row = &r->rows.items[group->flows[i].place];
        fa_i128 share = row->amount_minor, rest;
        if (fee && is_of_each) {
            if (!fa_fee_leaves(fee, row->direction, share, &share))
                continue;
        } else if (fee) {
            fa_i128 all;
            if (!fa_fee_leaves(fee, row->direction, sums[row->direction], &all) ||
                !fa_fee_leaves(fee, row->direction, sums[row->direction] - share, &rest))
                continue;
            share = all - rest;
        }
        if (left - signed_minor(row->direction, share) == group->line_net)
            add_omission(r, group->flows[i].place, &omission);
    }
    for (size_t i = 0; group->line_count > 1 && i < group->line_count; i++) {
        const struct fa_open *row = &r->rows.items[group->lines[i].place];
        if (group->line_net - signed_minor(row->direction, row->amount_minor) == left)
            add_omission(r, group->lines[i].place, &omission);
    }
    return omission;
}

static fa_i128 net_without(const struct fa_resolver *r, uint32_t place, enum fa_side side,
                           fa_i128 net)
{
    const struct fa_open *row = &r->rows.items[place];
    return row->side == side ? net - signed_minor(row->direction, row->amount_minor) : net;
}

static enum fa_status leave_one_out(struct fa_resolver *r, const struct named_group *group)
{
    for (int way = FA_WAY_EXACT; way < fa_way_count(group->terms); way++) {
        fa_i128 left;
        if (!fa_keyed_left(r, group->terms, way, group->flows, group->flow_count, &left))
            continue;
        struct omission omission = find_omission(r, group, way, left);
        if (!omission.count)
            continue;
        if (omission.is_open)
            return FA_OK;
        fa_i128 flow_net = net_without(r, omission.place, FA_SIDE_LEDGER, group->flow_net);
        fa_i128 line_net = net_without(r, omission.place, FA_SIDE_BANK, group->line_net);
        int64_t fee_minor;
        if (line_net == 0 || !fa_fee_size(flow_net, line_net, &fee_minor))
            continue;
        return link_named(r, group, omission.place,
                          omission.count > 1 ? FA_LINK_INTERCHANGEABLE : 0, fee_minor);
    }
    return FA_OK;
}

/* --- whole groups --- */

/* Sums of nothing on both sides prove nothing. */
static enum fa_status match_named(struct fa_resolver *r, const struct named_group *group)
{
    for (int way = FA_WAY_EXACT; group->line_net && way < fa_way_count(group->terms); way++) {
        fa_i128 left;
        int64_t fee_minor;
        if (fa_keyed_left(r, group->terms, way, group->flows, group->flow_count, &left) &&
            left == group->line_net && fa_fee_size(group->flow_net, left, &fee_minor))
            return link_named(r, group, FA_NO_OPEN, 0, fee_minor);
    }
    return leave_one_out(r, group);
}

static enum fa_status match_different(struct fa_resolver *r, const struct named_group *group)
{
    return group->flow_net == group->line_net ? FA_OK : link_named(r, group, FA_NO_OPEN, 0, 0);
}

typedef enum fa_status (*named_matcher)(struct fa_resolver *r, const struct named_group *group);

static enum fa_status match_rule(struct fa_resolver *r, struct fa_stretch rows, int rule_no,
                                 named_matcher match, fa_keyed_list *list)
{
    FA_TRY(fa_keyed_collect(r, rows, rule_no, true, list));
    for (size_t from = 0, to; from < list->count; from = to) {
        to = fa_keyed_end(list, from);
        size_t lines = from;
        while (lines < to && list->items[lines].side == FA_SIDE_LEDGER)
            lines++;
        if (lines == from || lines == to)
            continue;
        struct named_group group = {
            .terms = r->terms[r->rows.items[rows.first].book],
            .flows = list->items + from,
            .lines = list->items + lines,
            .flow_count = lines - from,
            .line_count = to - lines,
        };
        group.flow_net = fa_keyed_net(r, group.flows, group.flow_count);
        group.line_net = fa_keyed_net(r, group.lines, group.line_count);
        FA_TRY(match(r, &group));
    }
    return FA_OK;
}

static enum fa_status match_all(struct fa_resolver *r, named_matcher match)
{
    fa_keyed_list list = {0};
    struct fa_stretch rows;
    enum fa_status status = FA_OK;
    for (uint32_t first = 0; status == FA_OK && first < r->rows.count; first = rows.end) {
        rows = fa_book_rows(r, first);
        const struct fa_terms *terms = r->terms[r->rows.items[first].book];
        for (int rule_no = 0; status == FA_OK && rule_no < terms->group_count; rule_no++)
            if (terms->groups[rule_no].has_name)
                status = match_rule(r, rows, rule_no, match, &list);
    }
    fa_vec_free(&list);
    return status;
}

enum fa_status fa_stage_named_groups(struct fa_resolver *r)
{
    return match_all(r, match_named);
}

enum fa_status fa_stage_group_amounts(struct fa_resolver *r)
{
    return match_all(r, match_different);
}
