#include <string.h>

#include "rules/rule.h"

/* The dictionary's own order of sides, so that a leg's direction compares with other columns.
 */
static struct fa_str directions[] = {{"credit", 6}, {"debit", 5}};

const struct fa_table_def *fa_leg_table(const struct fa_dictionary *dictionary,
                                        struct fa_arena *arena)
{
    const struct fa_table_def *flow = fa_dictionary_find(dictionary, FA_STR("flow"));
    const struct fa_table_def *account = fa_dictionary_find(dictionary, FA_STR("account"));
    struct fa_table_def *leg = fa_arena_alloc(arena, sizeof *leg);
    if (!flow || !account || !leg)
        return NULL;
    const struct fa_column_def own[] = {
        {.name = FA_STR("account"),
         .type = FA_TYPE_ID,
         .mask = FA_MASK_NUMBER,
         .refers_to = account->index,
         .refers_to_name = account->name,
         .meaning_en = FA_STR("the account that the leg is seen from")},
        {.name = FA_STR("counterparty"),
         .type = FA_TYPE_ID,
         .mask = FA_MASK_NUMBER,
         .refers_to = account->index,
         .refers_to_name = account->name,
         .meaning_en = FA_STR("the account on the other side")},
        {.name = FA_STR("direction"),
         .type = FA_TYPE_ENUM,
         .refers_to = FA_NO_TABLE,
         .values = directions,
         .value_count = sizeof directions / sizeof *directions,
         .meaning_en = FA_STR("debit: the account pays; credit: it receives")},
        {.name = FA_STR("signed"),
         .type = FA_TYPE_MONEY,
         .is_signed = true,
         .refers_to = FA_NO_TABLE,
         .meaning_en = FA_STR("the amount, negative for a debit")},
        {.name = FA_STR("internal"),
         .type = FA_TYPE_BOOL,
         .refers_to = FA_NO_TABLE,
         .meaning_en = FA_STR("one party owns both accounts")},
    };
    enum { OWN_COUNT = sizeof own / sizeof *own };
    *leg = *flow;
    leg->name = FA_STR("leg");
    leg->index = FA_LEG_TABLE;
    leg->column_count = flow->column_count + OWN_COUNT;
    leg->columns = fa_arena_array(arena, (size_t)leg->column_count, sizeof *leg->columns);
    if (!leg->columns)
        return NULL;
    memcpy(leg->columns, flow->columns, (size_t)flow->column_count * sizeof *flow->columns);
    memcpy(leg->columns + flow->column_count, own, sizeof own);
    return leg;
}
