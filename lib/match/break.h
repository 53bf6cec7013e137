/*
 * Breaks: what reconciliation could not bring together, each with an id that is made of its class
 * and the reference, so that it stays the same from filing to filing.
 */
#ifndef FA_MATCH_BREAK_H
#define FA_MATCH_BREAK_H

#include "match/pending.h"
#include "value/money.h"

/* In the order in which the breaks of a day are listed; names as in the dictionary. */
enum fa_break_class {
    FA_BREAK_AMOUNT,
    FA_BREAK_MISSING_AT_BANK,
    FA_BREAK_MISSING_IN_LEDGER,
    FA_BREAK_FOOTING,
    FA_BREAK_CONTINUITY,
    FA_BREAK_NO_BALANCE,
    FA_BREAK_REMAINDER,
    FA_BREAK_ABSORBED,
    FA_BREAK_CLASS_COUNT
};

struct fa_break {
    uint32_t account;
    uint32_t book;
    fa_currency currency;
    enum fa_break_class class;
    enum fa_direction direction; /* footing, continuity, remainder: credit when the bank has more */
    int32_t day_no;
    uint32_t ordinal;            /* from 1, among breaks of one class and name */
    bool has_ledger, has_bank;   /* whether the amount of that side is given */
    int64_t amount_minor;        /* size of the difference */
    int64_t ledger_minor, bank_minor;
    uint64_t row;                /* of the flow, else of the line */
    int32_t ledger_day, bank_day; /* class amount: when each side booked it */
    struct fa_str name;          /* the reference, else the row's own id or the statement's; remainder: the date */
    struct fa_str reference, flow, statement; /* empty: none */
};

/* In a comparison for qsort: leaves it when A and B differ. */
#define FA_ORDER(a, b)                                                                             \
    do {                                                                                           \
        if ((a) != (b))                                                                            \
            return (a) < (b) ? -1 : 1;                                                             \
    } while (0)

struct fa_break_list {
    FA_VEC(struct fa_break) breaks;
};

/* By account, currency, day, class, name, row: a total order. */
void fa_breaks_sort(struct fa_break_list *list);
/* Gives the ordinals, then sorts as above. */
void fa_breaks_number(struct fa_break_list *list);
/* "missing_at_bank:REFERENCE#1" */
enum fa_status fa_break_format_id(const struct fa_break *brk, struct fa_buf *buf) FA_MUST_USE;
const char *fa_break_class_name(enum fa_break_class class);

#endif
