/*
 * The reconcile stage: a ledger goes in and comes out again block by block, byte for byte, followed
 * by the tables match (when asked for), match_total, break, bridge and coverage.
 *
 * A settled flow faces an account as payer (a debit on the bank's statement) or as payee (a credit),
 * where that account has statement lines; a flow between two accounts without faces none. Flow and
 * line are one movement when account, currency, direction and reference are the same; the reference
 * of a flow is its order_id, else its flow_id, or always its flow_id where the filing says so. Each
 * row is claimed at most once; rows of one reference are paired equal amounts first, in the order of
 * time. Nothing is taken off for tolerance, but for running balances where a profile declares it.
 *
 * Memory grows with open rows, accounts and days, not with flows; rows that wait for a counterpart
 * that comes late go to a file.
 */
#ifndef FA_MATCH_RECONCILE_H
#define FA_MATCH_RECONCILE_H

#include "ledger/blocks.h"
#include "match/binding.h"
#include "match/break.h"

struct fa_reconcile_options {
    const struct fa_scheme *scheme; /* outlives the stage; NULL: by reference alone */
    struct fa_hash_key hash_key; /* any; changes no result */
    bool wants_matches;          /* write the table match: a row for each pair */
    uint64_t memory_max;         /* of rows that wait, and of each added table, before SPOOL_DIR is
                                    used; rows that stay open may not take more */
    const char *spool_dir;       /* see fa_spool_new; may be NULL */
    bool is_threaded; /* match in a thread beside whoever takes the blocks; changes no result */
};

/* What was done, for people; complete when the end was reached. */
struct fa_reconcile_summary {
    uint64_t flow_rows, not_settled_rows, no_statement_rows, line_rows;
    uint64_t superseded_rows; /* lines left out, because a booked statement covers their day */
    uint64_t interim_rows;    /* lines compared though no booked statement covers their day */
    uint64_t matched_rows; /* pairs */
    uint64_t break_rows[FA_BREAK_CLASS_COUNT];
    uint64_t bridged_days, unknown_days; /* account days; unknown: one side states no balance */
    uint64_t remainder_days;             /* of the bridged ones, those with a remainder */
    uint64_t short_days;                 /* days on which more is owed than held */
    bool is_coverage_sparse;             /* only days with a balance are listed */
    uint64_t waiting_rows_max;           /* in memory */
    uint64_t spilled_rows, spilled_bytes; /* that waited, or came for such rows, in a file */
    uint64_t memory_bytes;               /* of books, rows that wait, and breaks */
    bool is_second_pass;
};

/* IN must be a ledger that was not reconciled, and must outlive OUT. OUT can be rewound when IN can;
 * that does not match again. A statement of an account of a customer, merchant or outsider that
 * begins after flows of the account needs a second pass over IN, and so do rows that stay open, which
 * are looked at once more: without rewind both are refused (MATCH-ONCE), so that a result never depends
 * on how IN was given. */
enum fa_status fa_reconcile(struct fa_blocks *in, const struct fa_reconcile_options *options,
                            struct fa_sink *sink, struct fa_blocks **out) FA_MUST_USE;
const struct fa_reconcile_summary *fa_reconcile_get_summary(const struct fa_blocks *out);

#endif
