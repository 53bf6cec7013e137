/*
 * Which of a few amounts add up to a total, and whether that means anything.
 *
 * Sums that come out right by chance are what such a search finds most, when it finds anything
 * among many rows: with 16 rows there are 65,535 sums. Two things must hold for the one
 * solution to be believed: it is the only one, and the number of solutions that chance alone
 * would give is below one in twenty.
 *
 * That number is counted, not modelled. Were the total any of the 2h + 1 amounts within h of
 * it, each as likely as the other, the expected number of sums that meet it would be exactly
 * the number of sums among those amounts, divided by 2h + 1. This is what the usual normal
 * estimate (2^n divided by the spread of the sums, at the total's place; expected number of
 * solutions of a random number partitioning or subset sum problem, S. Mertens, "Phase
 * transition in the number partitioning problem", Physical Review Letters 81, 1998) stands for,
 * without supposing how the amounts are spread or that there are many, and with the number of
 * parts taken into account. Amounts come in clusters (equal fees) and in round figures, so the
 * largest of these counts:
 *
 *  - for each h of 20, 40, 80 and so on, as far as amounts stay above zero: sums that lie close
 *    together are dense though on the whole there are few;
 *  - for each power of ten up to the total, counting only amounts with the total's last digits:
 *    among multiples of 1,000.00 a total is one of few.
 *
 * The solution itself counts, too, where all its parts are multiples of that power of ten. Parts
 * with other digits, which just add up to the total's, are evidence that nothing round can give:
 * 1,000.00 and 2,000.00 are 3,000.00 in any ledger. All in integers.
 */
#ifndef FA_MATCH_SUBSET_H
#define FA_MATCH_SUBSET_H

#include <stdbool.h>
#include <stdint.h>

#include "base/limits.h"

struct fa_subset {
    uint32_t choices; /* solutions */
    uint32_t rows;    /* bits of the amounts that are in any of them */
    bool is_sure;     /* there is one, of two rows or more, and chance does not explain it */
};

/* AMOUNTS: at most FA_SUBSET_ROWS_MAX, ascending, above zero; TOTAL above zero. Sums of one to
 * PARTS_MAX of them are looked at; one equal amount is a solution that keeps others from being
 * the only one, but when it is alone it is none. *STEPS grows by the sums looked at. */
void fa_subset_search(const int64_t *amounts, int count, int64_t total, int parts_max,
                      uint64_t *steps, struct fa_subset *found);

#endif
