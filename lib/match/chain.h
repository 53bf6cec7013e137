/*
 * One statement after another: whether the booked statements of an account and currency go on
 * where the one before ended, which numbers and pages are not there, and which statements say
 * once more what another one says.
 *
 * Balances decide. A statement that opens with the balance with which the one before it closed
 * is the next one, whatever the days say: banks write as the first day that of the opening
 * balance, which may be the last day of the statement before, and there may be several
 * statements a day. Only where balances do not connect, or where a number or a page is left
 * out, something is missing; only where days or balances are stated twice, something is
 * repeated.
 *
 * Numbers say less than they seem to. Zero is no number. A smaller one begins a new sequence.
 * More numbers left out than days went by are no sequence of statements. And a bank that
 * numbers days leaves out those without a statement: where every number moves by as much as the
 * days (or the weekdays), one step in six at least leaves numbers out and all balances connect,
 * nothing is missing; nor over a weekend, when no statement ends on one.
 */
#ifndef FA_MATCH_CHAIN_H
#define FA_MATCH_CHAIN_H

#include "base/vec.h"
#include "match/periods.h"

enum fa_chain_fault {
    FA_CHAIN_NONE,
    FA_CHAIN_JUMP,    /* opens with another balance than the one before closed with */
    FA_CHAIN_NUMBERS, /* numbers between the two are not there */
    FA_CHAIN_PAGES,   /* pages of a number are not there */
    FA_CHAIN_REPEAT,  /* covers days again, or is the same statement again */
};

struct fa_chain_link {
    enum fa_chain_fault fault;
    const struct fa_bank_period
        *before; /* NULL: PERIOD is the first, and lacks its first pages */
    const struct fa_bank_period
        *period;                      /* NULL: BEFORE is the last, and lacks its last pages */
    int64_t number;                   /* whose pages are missing */
    int64_t missing_from, missing_to; /* numbers or pages; TO may be FA_PERIOD_UNKNOWN */
};

struct fa_chain_links {
    FA_VEC(struct fa_chain_link) links;
};

/* Finds all faults of PERIODS, each account and currency for itself, in order; sets opens_after
 * and repeated_to of the statements. FA_ELIMIT without a message. */
enum fa_status fa_chain_judge(struct fa_periods *periods,
                              struct fa_chain_links *found) FA_MUST_USE;

/* Whether PERIOD opens with the balance with which BEFORE closed. */
bool fa_chain_connects(const struct fa_bank_period *before,
                       const struct fa_bank_period *period);

#endif
