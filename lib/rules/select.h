/*
 * A condition on the rows of one table, for who looks at a stream: the words of rules, their
 * checker and the vectorised evaluator, without a ruleset around them.
 *
 * It is made for a head; then it asks for what it must know of other tables (fa_selection_want),
 * takes them once they are complete (fa_selection_begin), and says of rows what becomes of them.
 */
#ifndef FA_RULES_SELECT_H
#define FA_RULES_SELECT_H

#include "ledger/held.h"

enum fa_selected {
    FA_LEFT,
    FA_SELECTED,
    FA_SELECT_UNKNOWN,       /* the condition cannot be answered */
    FA_SELECT_OTHER_CURRENCY /* it compares money, and the row is in another currency */
};

struct fa_selection;

/* EXPR is about the rows of TABLE of HEAD, which must outlive it, as must EXPR. SOURCE names it in
 * messages. What is wrong with it is told as of a rule, with its place. */
enum fa_status fa_selection_new(const struct fa_head *head, int table, struct fa_str expr,
                                struct fa_str source, uint64_t memory_max, struct fa_sink *sink,
                                struct fa_selection **selection) FA_MUST_USE;
void fa_selection_free(struct fa_selection *selection);
/* Asks HELD for what the condition reads. True: rows that come by time are among it, so the whole
 * stream has to be fed to HELD before the first row is asked about. */
bool fa_selection_want(const struct fa_selection *selection, struct fa_held *held);
/* HELD is finished. */
enum fa_status fa_selection_begin(struct fa_selection *selection,
                                  const struct fa_held *held) FA_MUST_USE;
/* Sets MARKS (enum fa_selected) of all rows of BATCH, which is of the table. */
enum fa_status fa_selection_mark(struct fa_selection *selection, const struct fa_batch *batch,
                                 uint8_t *marks) FA_MUST_USE;

#endif
