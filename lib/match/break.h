/*
 * Breaks: what reconciliation could not bring together, each with an id that is made of its class
 * and the reference, so that it stays the same from filing to filing.
 */
#ifndef FA_MATCH_BREAK_H
#define FA_MATCH_BREAK_H

#include "match/pending.h"
#include "value/money.h"

/* In the order in which the breaks of a day are listed; names as in the dictionary. Those up to
 * FA_BREAK_UNEXPLAINED account for rows that came to be matched, and each is a line of the bridge;
 * those behind it are about statements and balances. ABSORBED is both: as a difference after a
 * statement line it accounts for no row. */
enum fa_break_class {
    FA_BREAK_TIMING,            /* open, and its window still runs */
    FA_BREAK_LATE,              /* matched, but beyond its window */
    FA_BREAK_AMOUNT,            /* matched, with another amount */
    FA_BREAK_FEE,               /* ... which a declared fee explains */
    FA_BREAK_ABSORBED,          /* ... which is within the declared tolerance */
    FA_BREAK_CURRENCY,          /* the bank booked it in another currency */
    FA_BREAK_WRONG_ACCOUNT,     /* the bank booked it on another account */
    FA_BREAK_DUPLICATE,         /* open, and a row alike was matched */
    FA_BREAK_REVERSAL,          /* two rows of one side that take each other back */
    FA_BREAK_AMBIGUOUS,         /* open, and there are several ways to match it */
    FA_BREAK_MISSING_AT_BANK,
    FA_BREAK_MISSING_IN_LEDGER,
    FA_BREAK_UNEXPLAINED,       /* an open line that does not say what it is for */
    FA_BREAK_FOOTING,
    FA_BREAK_CONTINUITY,
    FA_BREAK_NO_BALANCE,
    FA_BREAK_GAP,               /* a statement that is due is not there */
    FA_BREAK_OVERLAP,           /* two statements cover one day */
    FA_BREAK_REMAINDER,
    FA_BREAK_CLASS_COUNT
};
enum { FA_BREAK_ROW_CLASSES = FA_BREAK_UNEXPLAINED + 1 };


/* One row of the table. A link of several rows is one break with the sums of both sides, in the
 * direction of the break; a link over two books is one break for each row, in its own book. */
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
    uint64_t row;                /* of the flow, else of the line; of the first of several */
    int64_t detail_no;           /* payment within the line; 0: the line as a whole */
    uint64_t ledger_rows, bank_rows; /* that came to be matched and that it accounts for */
    uint64_t turned_rows[2]; /* by side: those in the other direction, which are taken off, ... */
    fa_i128 turned_minor[2]; /* ... and their sum; of a movement that goes both ways */
    int32_t ledger_day, bank_day; /* of a link: when each side booked it */
    struct fa_str name;          /* the reference, else the row's own id or the statement's; remainder: the date */
    struct fa_str reference, flow, statement; /* empty: none */
    bool has_due_on;
    int32_t due_on;
    int64_t days_late;           /* 0: not late */
    bool has_other_account;
    uint32_t other_account;
    struct fa_str other;         /* id of the row that it belongs with; empty: none */
    int64_t missing_count;       /* of a gap: numbers, pages or days; 0: not known how many */
    uint32_t candidates;         /* 0: none were counted */
    int64_t match_no;            /* fa_match_no(); 0: no match */
    bool is_beyond_limit;
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

/* By account, currency, day, class, name, row, detail, side, direction: a total order. */
void fa_breaks_sort(struct fa_break_list *list);
/* Gives the ordinals, then sorts as above. */
void fa_breaks_number(struct fa_break_list *list);
/* "missing_at_bank:REFERENCE#1" */
enum fa_status fa_break_format_id(const struct fa_break *brk, struct fa_buf *buf) FA_MUST_USE;
const char *fa_break_class_name(enum fa_break_class class);

#endif
