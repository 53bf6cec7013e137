#include "rules/rule.h"

enum fa_kind fa_kind_of(enum fa_type type)
{
    static const enum fa_kind kinds[FA_TYPE_COUNT] = {
        [FA_TYPE_ID] = FA_KIND_ID,
        [FA_TYPE_KEY] = FA_KIND_TEXT,
        [FA_TYPE_TEXT] = FA_KIND_TEXT,
        [FA_TYPE_ENUM] = FA_KIND_ENUM,
        [FA_TYPE_SET] = FA_KIND_SET,
        [FA_TYPE_BOOL] = FA_KIND_BOOL,
        [FA_TYPE_INT] = FA_KIND_INT,
        [FA_TYPE_MONEY] = FA_KIND_MONEY,
        [FA_TYPE_RATIO] = FA_KIND_RATIO,
        [FA_TYPE_DATE] = FA_KIND_DATE,
        [FA_TYPE_TIME] = FA_KIND_TIME,
        [FA_TYPE_DURATION] = FA_KIND_DURATION,
        [FA_TYPE_CURRENCY] = FA_KIND_CURRENCY,
    };
    return kinds[type];
}

int fa_holds_until_column(const struct fa_table_def *table)
{
    int column = fa_table_find_column(table, FA_STR("holds_until"));
    bool is_series = table->clock != FA_NO_COLUMN && table->interval_from == FA_NO_COLUMN;
    return is_series && column != FA_NO_COLUMN && table->columns[column].type == FA_TYPE_DATE
               ? column
               : FA_NO_COLUMN;
}
