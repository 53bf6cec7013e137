/*
 * Books: what reconciliation keeps of an account in one currency. A record for each day on which
 * something happened, with the balances that either side states and the sums that lead from the
 * platform's closing balance to the bank's. Memory grows with accounts and days, not with rows.
 *
 * All amounts are minor units; all sums have 128 bits. A book's number is the order in which it was
 * first needed and shows nowhere.
 */
#ifndef FA_MATCH_BOOKS_H
#define FA_MATCH_BOOKS_H

#include "match/pending.h"
#include "value/money.h"

/* What is known of an account; bits. */
enum {
    FA_ACCOUNT_OWED = 1,    /* its balance is a claim on the platform: customer, merchant */
    FA_ACCOUNT_HOLDS = 2,   /* money held for them: custody, reserve, special, pending */
    FA_ACCOUNT_BOOKED = 4,  /* expected to have a statement, so its rows are kept track of */
    FA_ACCOUNT_PASSED = 8,  /* rows of it went by while it was not booked */
    FA_ACCOUNT_LINED = 16,  /* it has a statement line */
    FA_ACCOUNT_FLOWED = 32, /* it has a settled flow */
};

enum { FA_STATED_CLOSING = 1, FA_STATED_OPENING = 4, FA_STATED_LINE = 16, /* first two << side */
       FA_STATED_BOOKED = 32 }; /* there is a line that is not interim */

/*
 * A day of a book. A pair that both sides book on different days is "ahead" in between on the side
 * that was first: ahead[] holds by how much that sum changes on this day.
 */
struct fa_book_day {
    int32_t day_no; /* first: fa_day_place */
    uint32_t stated;
    int64_t closing_minor[2]; /* by side, as a balance row states it */
    int64_t opening_minor[2];
    int64_t line_balance_minor; /* balance after the last line of the day that states one */
    fa_i128 flow_net;           /* settled flows, credit less debit */
    fa_i128 line_net;           /* statement lines behind that last one, credit less debit */
    fa_i128 line_sum;           /* all statement lines of the day, credit less debit */
    fa_i128 repeated_net;       /* those that another statement states, too; not in line_net */
    int64_t repeated_rows;
    fa_i128 ahead[2][2];        /* by side and direction */
    int64_t ahead_rows[2];
};

/* Rows of links between days that the bank booked after they were due: as in fa_book_day. */
struct fa_late_day {
    int32_t day_no; /* first: fa_day_place */
    fa_i128 ahead[2][2];
    int64_t ahead_rows[2];
};

struct fa_tally {
    uint64_t rows; /* movements: pairs or groups, or rows alone */
    uint64_t ledger_rows, bank_rows;
    fa_i128 ledger, bank;
};

enum { FA_NOBODY = -1 };

struct fa_book {
    uint32_t account;
    uint32_t next_of_account; /* book of the same account in another currency */
    fa_currency currency;
    int64_t filer; /* number of the institution whose filing it came from; FA_NOBODY: unknown */
    bool has_lines;
    bool has_open; /* rows that found no counterpart as they came */
    bool has_bank_balance;
    bool has_line_balance; /* footing: some line stated a balance */
    int64_t line_balance_minor;
    fa_i128 line_net; /* lines since that one */
    uint64_t waiting_rows;
    uint64_t open_lines; /* that found no flow as they came */
    struct fa_tally matched[2]; /* by direction */
    struct fa_tally superseded[2]; /* lines that a booked statement states again */
    FA_VEC(struct fa_book_day) days; /* ascending */
    FA_VEC(struct fa_late_day) late_days; /* ascending; only those on which something changes */
};

enum { FA_NO_BOOK = UINT32_MAX };

struct fa_books {
    FA_VEC(struct fa_book) list;
    uint8_t *flags;       /* of each account */
    uint32_t *first_book; /* of each account */
    uint64_t account_count;
};

enum fa_status fa_books_init(struct fa_books *books, uint64_t account_count) FA_MUST_USE;
/* Forgets the books; flags stay. */
void fa_books_clear(struct fa_books *books);
void fa_books_release(struct fa_books *books);

/* The book of an account (below account_count) in a currency; made when there is none. */
enum fa_status fa_books_get(struct fa_books *books, uint32_t account, fa_currency currency,
                            uint32_t *book) FA_MUST_USE;
/* FA_NO_BOOK: there is none. */
uint32_t fa_books_find(const struct fa_books *books, uint32_t account, fa_currency currency);
/* The day's record; made when there is none. Valid until the next call for the same book. */
enum fa_status fa_book_get_day(struct fa_book *book, int32_t day_no, struct fa_book_day **day)
    FA_MUST_USE;

/* A row of a link that is complete only on a later day: until then it is ahead, as timing or, when
 * the link IS_LATE, as late. */
enum fa_status fa_book_add_ahead(struct fa_book *book, enum fa_side side,
                                 enum fa_direction direction, int32_t row_day,
                                 int32_t complete_day, int64_t minor, bool is_late) FA_MUST_USE;

/* Where DAY_NO stands, or belongs, among COUNT items of STRIDE bytes that begin with an int32_t day
 * number and ascend by it. Quick when it is among the last. */
size_t fa_day_place(const void *items, size_t count, size_t stride, int32_t day_no);

#endif
