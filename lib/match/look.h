/*
 * The second look: when all rows came and some stay open, the ledger is read once more, for
 * what the first reading did not keep of these: when they were booked, what they take back, the
 * payments within them, and whether a row alike was matched (a twin).
 *
 * Only open rows are kept, so memory grows with them. Every row passes, but of a row that is
 * not open no more than its reference is read, unless that looks like one that is looked for.
 */
#ifndef FA_MATCH_LOOK_H
#define FA_MATCH_LOOK_H

#include "match/matcher.h"

/* Completes the rows of the matcher's resolver, unsorted, whose terms are set. IN was read to
 * its end and is read again; MATCH-ONCE when it cannot be rewound. */
enum fa_status fa_matcher_look(struct fa_matcher *matcher, struct fa_blocks *in) FA_MUST_USE;

#endif
