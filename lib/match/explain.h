/*
 * Why a row was not matched: the rows that a name stands for, what became of each, and for those
 * that stay open the nearest rows of the other side, with the criterion that each of them misses
 * and by how much. Fees, windows and tolerances are asked of the same functions as the stages ask.
 */
#ifndef FA_MATCH_EXPLAIN_H
#define FA_MATCH_EXPLAIN_H

#include "ledger/blocks.h"
#include "match/scheme.h"

/* RECONCILED is the output of fa_reconcile with its matches, made with the same SCHEME (may be NULL),
 * rewindable; it is read twice. ID is a flow_id, a statement_id, a reference or the number of a break.
 * Appends lines of text; a name that nothing in the stream bears is code MATCH_UNKNOWN. */
enum fa_status fa_reconcile_explain(struct fa_blocks *reconciled,
                                    const struct fa_scheme *scheme, struct fa_str id,
                                    struct fa_sink *sink, struct fa_buf *text) FA_MUST_USE;

#endif
