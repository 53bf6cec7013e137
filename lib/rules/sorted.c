#include "rules/sorted.h"

#include <stdlib.h>

/* A subtree is at most DELTA times as heavy as its sibling; GAMMA tells which rotation restores that. */
enum { DELTA = 3, GAMMA = 2 };

void fa_sorted_release(struct fa_sorted *sorted, struct fa_meter *meter)
{
    fa_meter_give(meter, sorted->capacity * sizeof *sorted->nodes);
    free(sorted->nodes);
    *sorted = (struct fa_sorted){0};
}

/* --- balance --- */

static uint64_t weight(const struct fa_sorted *sorted, uint32_t node)
{
    return (uint64_t)(node ? sorted->nodes[node].node_count : 0) + 1;
}

static void sum_up(struct fa_sorted *sorted, uint32_t node)
{
    struct fa_sorted_node *n = &sorted->nodes[node];
    n->sum = n->number * (fa_i128)n->count;
    n->row_count = n->count;
    n->node_count = 1;
    const uint32_t children[] = {n->left, n->right};
    for (int i = 0; i < 2; i++) {
        const struct fa_sorted_node *child = &sorted->nodes[children[i]];
        if (!children[i])
            continue;
        n->sum += child->sum;
        n->row_count += child->row_count;
        n->node_count += child->node_count;
    }
}

/* The right child comes up. */
static uint32_t rotate_left(struct fa_sorted *sorted, uint32_t node)
{
    uint32_t up = sorted->nodes[node].right;
    sorted->nodes[node].right = sorted->nodes[up].left;
    sorted->nodes[up].left = node;
    sum_up(sorted, node);
    sum_up(sorted, up);
    return up;
}

static uint32_t rotate_right(struct fa_sorted *sorted, uint32_t node)
{
    uint32_t up = sorted->nodes[node].left;
    sorted->nodes[node].left = sorted->nodes[up].right;
    sorted->nodes[up].right = node;
    sum_up(sorted, node);
    sum_up(sorted, up);
    return up;
}

/* The root of a subtree of which one side got or lost a node. */
static uint32_t balance(struct fa_sorted *sorted, uint32_t node)
{
    struct fa_sorted_node *n = &sorted->nodes[node];
    sum_up(sorted, node);
    uint64_t left = weight(sorted, n->left), right = weight(sorted, n->right);
    if (left + right <= 3)
        return node;
    if (right > DELTA * left) {
        const struct fa_sorted_node *child = &sorted->nodes[n->right];
        if (weight(sorted, child->left) >= GAMMA * weight(sorted, child->right))
            n->right = rotate_right(sorted, n->right);
        return rotate_left(sorted, node);
    }
    if (left > DELTA * right) {
        const struct fa_sorted_node *child = &sorted->nodes[n->left];
        if (weight(sorted, child->right) >= GAMMA * weight(sorted, child->left))
            n->left = rotate_left(sorted, n->left);
        return rotate_right(sorted, node);
    }
    return node;
}

/* --- numbers come and go --- */

static enum fa_status make(struct fa_sorted *sorted, struct fa_meter *meter, fa_i128 number,
                           uint32_t *node)
{
    *node = sorted->free;
    if (*node) {
        sorted->free = sorted->nodes[*node].left;
    } else {
        FA_TRY(fa_meter_reserve(meter, sorted->nodes, &sorted->capacity, sorted->used + 2));
        if (sorted->used >= UINT32_MAX - 2)
            return fa_meter_take(meter, UINT64_MAX);
        *node = (uint32_t)++sorted->used;
    }
    sorted->nodes[*node] = (struct fa_sorted_node){.number = number, .count = 1};
    sum_up(sorted, *node);
    return FA_OK;
}

/* Recursion is as deep as the tree: 80 for every node that 32 bits can number. */
static uint32_t insert(struct fa_sorted *sorted, uint32_t node, uint32_t added)
{
    fa_i128 number = sorted->nodes[added].number;
    if (!node)
        return added;
    if (number == sorted->nodes[node].number) {
        sorted->nodes[node].count++;
        sum_up(sorted, node);
        sorted->nodes[added].left = sorted->free;
        sorted->free = added;
        return node;
    }
    if (number < sorted->nodes[node].number)
        sorted->nodes[node].left = insert(sorted, sorted->nodes[node].left, added);
    else
        sorted->nodes[node].right = insert(sorted, sorted->nodes[node].right, added);
    return balance(sorted, node);
}

enum fa_status fa_sorted_add(struct fa_sorted *sorted, struct fa_meter *meter, uint32_t *root,
                             fa_i128 number)
{
    uint32_t added;
    FA_TRY(make(sorted, meter, number, &added));
    *root = insert(sorted, *root, added);
    return FA_OK;
}

/* Takes the least node out of a subtree. */
static uint32_t take_least(struct fa_sorted *sorted, uint32_t node, uint32_t *least)
{
    if (!sorted->nodes[node].left) {
        *least = node;
        return sorted->nodes[node].right;
    }
    sorted->nodes[node].left = take_least(sorted, sorted->nodes[node].left, least);
    return balance(sorted, node);
}

static uint32_t take_out(struct fa_sorted *sorted, uint32_t node)
{
    struct fa_sorted_node *n = &sorted->nodes[node];
    uint32_t left = n->left, right = n->right, up = left ? left : right;
    n->left = sorted->free;
    sorted->free = node;
    if (!left || !right)
        return up;
    right = take_least(sorted, right, &up);
    sorted->nodes[up].left = left;
    sorted->nodes[up].right = right;
    return balance(sorted, up);
}

static uint32_t erase(struct fa_sorted *sorted, uint32_t node, fa_i128 number)
{
    struct fa_sorted_node *n = &sorted->nodes[node];
    if (number < n->number)
        n->left = erase(sorted, n->left, number);
    else if (number > n->number)
        n->right = erase(sorted, n->right, number);
    else if (--n->count == 0)
        return take_out(sorted, node);
    return balance(sorted, node);
}

void fa_sorted_remove(struct fa_sorted *sorted, uint32_t *root, fa_i128 number)
{
    *root = erase(sorted, *root, number);
}

void fa_sorted_trim(struct fa_sorted *sorted, uint32_t *root, uint64_t count)
{
    while (*root && sorted->nodes[*root].row_count > count) {
        uint32_t least = *root;
        while (sorted->nodes[least].left)
            least = sorted->nodes[least].left;
        fa_sorted_remove(sorted, root, sorted->nodes[least].number);
    }
}

fa_i128 fa_sorted_top(const struct fa_sorted *sorted, uint32_t root, uint64_t count)
{
    fa_i128 sum = 0;
    for (uint32_t node = root; node && count;) {
        const struct fa_sorted_node *n = &sorted->nodes[node];
        const struct fa_sorted_node *right = &sorted->nodes[n->right];
        uint64_t greater = n->right ? right->row_count : 0;
        if (greater >= count) {
            node = n->right;
            continue;
        }
        sum += n->right ? right->sum : 0;
        count -= greater;
        uint64_t taken = n->count < count ? n->count : count;
        sum += n->number * (fa_i128)taken;
        count -= taken;
        node = n->left;
    }
    return sum;
}

void fa_sorted_scale(struct fa_sorted *sorted, fa_i128 factor)
{
    for (size_t i = 1; i <= sorted->used; i++) {
        sorted->nodes[i].number *= factor;
        sorted->nodes[i].sum *= factor;
    }
}
