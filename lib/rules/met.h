/*
 * Which keys had rows: of rules with keys, the ids and texts that stood together in a row of the population.
 * Asked for where earlier results are compared, so that a key of which nothing was looked at is not taken
 * for one that was cleared.
 */
#ifndef FA_RULES_MET_H
#define FA_RULES_MET_H

#include "rules/judge.h"

/* Marks the keys of the slice that was just judged. */
enum fa_status fa_met_slice(struct fa_judge *judge) FA_MUST_USE;
/* Their hashes, sorted. */
enum fa_status fa_met_end(struct fa_judge *judge, struct fa_met *met) FA_MUST_USE;

#endif
