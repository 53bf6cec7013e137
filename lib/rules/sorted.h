/*
 * Numbers in order, of which the greatest few are added up while numbers come and go: one balanced
 * tree for each group, all in one array of nodes.
 *
 * Balanced by weight (Hirai, Yamamoto: Balancing weight-balanced trees, 2011), so that the depth is
 * at most 2.41 log2 of the nodes whatever the order in which numbers come.
 */
#ifndef FA_RULES_SORTED_H
#define FA_RULES_SORTED_H

#include "rules/meter.h"
#include "value/ratio.h"

struct fa_sorted_node {
    fa_i128 number, sum;     /* SUM of the subtree */
    uint32_t left, right;    /* 0: none */
    uint32_t count;          /* rows with the number */
    uint32_t node_count;     /* of the subtree */
    uint64_t row_count;      /* of the subtree */
};

struct fa_sorted {
    struct fa_sorted_node *nodes; /* from 1 */
    size_t capacity, used;
    uint32_t free; /* LEFT is the next free one */
};

void fa_sorted_release(struct fa_sorted *sorted, struct fa_meter *meter);
enum fa_status fa_sorted_add(struct fa_sorted *sorted, struct fa_meter *meter, uint32_t *root,
                             fa_i128 number) FA_MUST_USE;
/* NUMBER is in the tree. */
void fa_sorted_remove(struct fa_sorted *sorted, uint32_t *root, fa_i128 number);
/* Leaves the COUNT greatest. */
void fa_sorted_trim(struct fa_sorted *sorted, uint32_t *root, uint64_t count);
/* The sum of the COUNT greatest. */
fa_i128 fa_sorted_top(const struct fa_sorted *sorted, uint32_t root, uint64_t count);
/* Multiplies all numbers of all trees. */
void fa_sorted_scale(struct fa_sorted *sorted, fa_i128 factor);

#endif
