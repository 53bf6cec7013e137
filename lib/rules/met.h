/*
 * What a rule looked at: of one with keys the ids and texts that stood together in a row of its population,
 * of one that judges rows these. Asked for where earlier results are compared, so that what was not looked
 * at is not taken for what was cleared.
 */
#ifndef FA_RULES_MET_H
#define FA_RULES_MET_H

#include "rules/judge.h"

/* Rules whose rows come one table at a time, with keys or judged as they are. */
static inline bool fa_met_can_tell(const struct fa_rule *rule)
{
    return rule->key_count > 0 || (rule->way == FA_WAY_ROW && !rule->has_period);
}
/* Marks what is in the slice that was just judged. */
enum fa_status fa_met_slice(struct fa_judge *judge) FA_MUST_USE;
/* Of a way that reads several tables: counts the rows of FRAME, which are of TABLE, by key and by the month of
 * DAY; NULL: they have none. */
enum fa_status fa_met_table(struct fa_judge *judge, struct fa_frame *frame, int table,
                            const struct fa_formula *day) FA_MUST_USE;
/* What was marked in all slices. */
enum fa_status fa_met_end(struct fa_judge *judge, struct fa_met *met) FA_MUST_USE;

#endif
