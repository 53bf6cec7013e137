/*
 * Way 8: no two rows have the same key.
 */
#include "rules/window.h"

enum fa_status fa_uniqueness_plan(struct fa_judge *judge)
{
    return fa_has_windows(judge->rule) ? fa_window_plan(judge) : fa_group_plan(judge);
}

enum fa_status fa_uniqueness_slice(struct fa_judge *judge)
{
    return fa_has_windows(judge->rule) ? fa_window_slice(judge) : fa_group_slice(judge);
}

enum fa_status fa_uniqueness_end(struct fa_judge *judge)
{
    return fa_has_windows(judge->rule) ? fa_window_end(judge) : fa_group_end(judge);
}

enum fa_status fa_uniqueness_cite(struct fa_judge *judge)
{
    return fa_has_windows(judge->rule) ? fa_window_cite(judge) : fa_group_cite(judge);
}

void fa_uniqueness_free(struct fa_judge *judge)
{
    if (fa_has_windows(judge->rule))
        fa_window_free(judge);
    else
        fa_group_free(judge);
}

enum fa_status fa_uniqueness_cost(const struct fa_rule *rule, struct fa_cost *cost)
{
    return fa_has_windows(rule) ? fa_window_cost(rule, cost) : fa_group_cost(rule, cost);
}
