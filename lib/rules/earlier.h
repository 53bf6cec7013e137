/*
 * Private to prior.c (what a finding was in earlier results) and earlier.c (what became of those that are
 * not made any more).
 */
#ifndef FA_RULES_EARLIER_H
#define FA_RULES_EARLIER_H

#include "rules/flagging.h"

/* What this run knows of a rule of the earlier results; both NULL: it does not have the rule. */
struct fa_known_rule {
    const struct fa_rule *rule;
    const struct fa_rule_counts *counts;
    const struct fa_met *met;
};

struct fa_earlier_search {
    struct fa_known_rule *rules; /* by rule of the baseline */
    bool *wants;                 /* by table of the ledger: its rows are looked for */
    struct fa_texts rows;        /* their keys, behind the number of the table */
    uint64_t *row_of;            /* by number of those: 1 + the first row, 0: not there */
    struct fa_texts ids;         /* names, behind the number of the table that they are ids of */
    uint64_t *id_of;             /* by number of those: 1 + the id, 0: this filing does not name it */
    FA_VEC(const struct fa_finding *) unknown; /* findings of this run that nobody can decide */
    struct fa_meter meter;       /* without a bound */
    struct fa_buf text;
};

/* The days that the filing covers of what RULE reads by time; false: nothing says which. */
bool fa_earlier_cover(const struct fa_flagging *flagging, const struct fa_rule *rule,
                      int64_t *from_day, int64_t *to_day);

/* The table of the ledger that has the rows of the rule's population: of legs that of flows. */
struct fa_str fa_earlier_table(const struct fa_rule *rule);
/* A subject is a row of the rule's table; else it is made of values, or nothing but the filer or a cause. */
bool fa_earlier_is_row(const struct fa_rule *rule);
/* "table.column" of each of its parts; empty: it has none. */
struct fa_str fa_earlier_columns(const struct fa_flagging *flagging, const struct fa_earlier *earlier);
/* It was fixed before, and is only told. */
static inline bool fa_earlier_is_settled(const struct fa_earlier *earlier)
{
    return earlier->is_history && earlier->state == FA_EARLIER_FIXED;
}
/* When the ledger was read: which ids it names. */
enum fa_status fa_earlier_find_names(struct fa_flagging *flagging) FA_MUST_USE;
/* Whether this filing names every id of the subject. */
bool fa_earlier_is_named(struct fa_flagging *flagging, const struct fa_earlier *earlier);
/* How many rows of its key, and of its period, were looked at. False: the rule does not tell. */
bool fa_earlier_met_rows(struct fa_flagging *flagging, const struct fa_earlier *earlier, uint64_t *rows);
/* A table of which this filing has fewer rows of the subject than WANTED; empty: it has no row of it at all. */
struct fa_lacking {
    struct fa_str table;
    uint64_t wanted, found;
};
/* Of a rule that reads several tables: whether there is one. Of what happened at a time as many rows are wanted,
 * in its months, as it rested on; of all else one. */
bool fa_earlier_lacks(struct fa_flagging *flagging, const struct fa_earlier *earlier, bool is_event,
                      struct fa_lacking *lacking);
/* How many of the rule's own table it rested on; 0: not known. */
uint64_t fa_earlier_table_rows(const struct fa_flagging *flagging, const struct fa_rule *rule,
                               const struct fa_earlier *earlier);
/* 1 + the row that is the subject, 0: it is not in this filing. */
uint64_t fa_earlier_row(struct fa_flagging *flagging, const struct fa_rule *rule,
                        const struct fa_earlier *earlier);

#endif
