#include "rules/habits.h"

static const struct {
    const char *word, *hint;
} habits[] = {
    {"group", "write per K, or per K each month, on a line of its own"},
    {"having", "write when behind per K: it may read count() and sum(x)"},
    {"select", "write on TABLE where ..., then when ...; say tells which values to show"},
    {"from", "write on TABLE where ..."},
    {"join", "write a path, as payer_account.owner.kind, or a look-up: T(key = value).column"},
    {"null", "write X is missing or X is given"},
    {"not", "write X is given for what is not missing"},
    {"like", "write X starts with \"...\" or X contains \"...\""},
    {"order", "findings have an order of their own"},
    {"limit", "top(n, x) adds up the greatest; findings are never cut off"},
    {"==", "equal is ="},
    {"<>", "unequal is !="},
    {"=>", "comparisons are = != < <= > >="},
    {"=<", "comparisons are = != < <= > >="},
};

const char *fa_habit_hint(struct fa_str found)
{
    for (size_t i = 0; i < sizeof habits / sizeof *habits; i++)
        if (fa_str_is(found, habits[i].word))
            return habits[i].hint;
    return NULL;
}
