#include "match/assignment.h"

#include <assert.h>

/* A cost in the group of pairs of integers, ordered by the first, then the second. */
struct cost {
    fa_i128 first, second;
};

/* Above 64 allowed costs; 64 of these and their potentials stay far below 2^127. */
static const struct cost not_allowed = {(fa_i128)1 << 96, 0};
static const struct cost endless = {(fa_i128)1 << 120, 0};

static bool is_less(struct cost a, struct cost b)
{
    return a.first != b.first ? a.first < b.first : a.second < b.second;
}

static struct cost plus(struct cost a, struct cost b)
{
    return (struct cost){a.first + b.first, a.second + b.second};
}

static struct cost minus(struct cost a, struct cost b)
{
    return (struct cost){a.first - b.first, a.second - b.second};
}

/* Rows and columns count from 1; 0 is none, and the column from which a new row is led in. */
struct search {
    const struct fa_pair_cost *costs;
    int row_count, column_count;
    struct cost row_price[FA_COMPONENT_ROWS_MAX + 1];
    struct cost column_price[FA_COMPONENT_ROWS_MAX + 1];
    int row_of[FA_COMPONENT_ROWS_MAX + 1]; /* of a column */
};

static struct cost reduced_cost(const struct search *s, int row, int column)
{
    const struct fa_pair_cost *pair = &s->costs[(row - 1) * s->column_count + column - 1];
    struct cost cost =
        pair->is_allowed ? (struct cost){pair->first, pair->second} : not_allowed;
    return minus(minus(cost, s->row_price[row]), s->column_price[column]);
}

/* Brings in one row by the cheapest path that ends at a free column. */
static void add_row(struct search *s, int new_row)
{
    struct cost least[FA_COMPONENT_ROWS_MAX + 1];
    int came_from[FA_COMPONENT_ROWS_MAX + 1] = {0};
    bool is_done[FA_COMPONENT_ROWS_MAX + 1] = {false};
    for (int column = 0; column <= s->column_count; column++)
        least[column] = endless;
    s->row_of[0] = new_row;
    int at = 0;
    while (s->row_of[at] != 0) {
        is_done[at] = true;
        int next = 0;
        struct cost step = endless;
        for (int column = 1; column <= s->column_count; column++) {
            if (is_done[column])
                continue;
            struct cost cost = reduced_cost(s, s->row_of[at], column);
            if (is_less(cost, least[column])) {
                least[column] = cost;
                came_from[column] = at;
            }
            if (is_less(least[column], step)) {
                step = least[column];
                next = column;
            }
        }
        for (int column = 0; column <= s->column_count; column++) {
            if (is_done[column]) {
                s->row_price[s->row_of[column]] = plus(s->row_price[s->row_of[column]], step);
                s->column_price[column] = minus(s->column_price[column], step);
            } else {
                least[column] = minus(least[column], step);
            }
        }
        at = next;
    }
    for (; at != 0; at = came_from[at])
        s->row_of[at] = s->row_of[came_from[at]];
}

void fa_assign(const struct fa_pair_cost *costs, int row_count, int column_count,
               int *column_of_row)
{
    assert(row_count >= 1 && row_count <= column_count &&
           row_count + column_count <= (int)FA_COMPONENT_ROWS_MAX);
    struct search s = {.costs = costs, .row_count = row_count, .column_count = column_count};
    for (int row = 1; row <= row_count; row++)
        add_row(&s, row);
    for (int row = 0; row < row_count; row++)
        column_of_row[row] = -1;
    for (int column = 1; column <= column_count; column++) {
        int row = s.row_of[column] - 1;
        if (row >= 0 && costs[row * column_count + column - 1].is_allowed)
            column_of_row[row] = column - 1;
    }
}
