/*
 * The best assignment of a few rows to a few columns: as many allowed pairs as there can be,
 * and among those the ones that cost least. Costs are two exact integers, compared one after
 * the other, so that several aims can be ranked without weighing one against the other.
 *
 * Method: shortest augmenting paths with potentials (H. W. Kuhn, "The Hungarian method for the
 * assignment problem", 1955, in the form of R. Jonker and A. Volgenant, 1987), which needs of
 * costs only that they can be added, subtracted and compared; rows x rows x columns steps. A
 * pair that is not allowed costs more than all allowed ones together, so leaving it out is what
 * counts first.
 */
#ifndef FA_MATCH_ASSIGNMENT_H
#define FA_MATCH_ASSIGNMENT_H

#include "base/limits.h"
#include "value/money.h"

struct fa_pair_cost {
    bool is_allowed;
    fa_i128 first, second; /* at least 0, below 2^88 */
};

/* COSTS has ROW_COUNT x COLUMN_COUNT pairs, row by row; 1 <= ROW_COUNT <= COLUMN_COUNT,
 * together at most FA_COMPONENT_ROWS_MAX. COLUMN_OF_ROW gets the column of each row, -1: none.
 */
void fa_assign(const struct fa_pair_cost *costs, int row_count, int column_count,
               int *column_of_row);

#endif
