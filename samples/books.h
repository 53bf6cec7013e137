/*
 * The books of an invented platform: what every kind of sample is made with.
 *
 * A plan (payment.c, lending.c) declares accounts, then books flows in order of time. The books
 * write flow.csv, keep the bank's side of every account that has a statement (lines in the bank's
 * own order, a little later than the flows), and state balances at the end of each day. What the
 * plan did on purpose it tells with books_expect(), which makes expected.csv and README.md.
 *
 * Times are civil seconds: seconds since 1970-01-01T00:00:00 in the filing's own zone. Money is in
 * minor units. A file that cannot be written, or a plan that contradicts itself, ends the program.
 */
#ifndef SAMPLES_BOOKS_H
#define SAMPLES_BOOKS_H

#include <stdbool.h>
#include <stdint.h>
#include <stdio.h>

#include "base/hash.h"
#include "base/vec.h"
#include "value/datetime.h"

#define DAY_SECONDS INT64_C(86400)
#define COUNT(array) (sizeof(array) / sizeof *(array))

_Noreturn void die(const char *format, ...) __attribute__((format(printf, 1, 2)));

/* --- random numbers: splitmix64 (Steele, Lea, Flood 2014); the same everywhere --- */

struct rng {
    uint64_t state;
};

struct rng rng_new(uint64_t seed, uint64_t stream);
uint64_t rng_next(struct rng *rng);
uint64_t rng_below(struct rng *rng, uint64_t n);                 /* 0 .. n-1 */
int64_t rng_between(struct rng *rng, int64_t low, int64_t high); /* both included */

/* --- one CSV file, counted, summed and hashed for the manifest --- */

struct sheet {
    const char *table; /* the file is TABLE.csv */
    const char *header;
    FILE *file;
    char *buffer;
    size_t used;
    bool is_in_row;
    bool quotes_all;
    uint64_t row_count;
    const char *sum_column; /* column of the control total; NULL: none */
    bool has_foreign;       /* rows in another currency, which the total in CNY leaves out */
    fa_i128 sum;
    struct fa_sha256 *sha;
    char sha_hex[FA_SHA256_HEX_BYTES]; /* once closed */
};

void sheet_text(struct sheet *sheet, const char *text); /* NULL or "": missing */
void sheet_number(struct sheet *sheet, char prefix, uint64_t number); /* F0000000017 */
void sheet_money(struct sheet *sheet, int64_t minor);
void sheet_day(struct sheet *sheet, int64_t day_no);
void sheet_time(struct sheet *sheet, int64_t second);
void sheet_day_or_none(struct sheet *sheet, int64_t day_no);  /* 0: missing */
void sheet_time_or_none(struct sheet *sheet, int64_t second); /* 0: missing */
void sheet_end(struct sheet *sheet); /* of the row */
/* A row of texts; "" is missing. */
void sheet_row(struct sheet *sheet, const char *const *texts);
#define ROW(sheet, ...) sheet_row((sheet), (const char *const[]){__VA_ARGS__, NULL})
/* A row of column names and texts in turn, in any order; what is not named is missing. */
void sheet_put(struct sheet *sheet, const char *const *pairs);
#define PUT(sheet, ...) sheet_put((sheet), (const char *const[]){__VA_ARGS__, NULL})

/* Texts for ROW and PUT; each call's text lives until 16 more calls. */
const char *day_text(int64_t day_no);
const char *time_text(int64_t second);
const char *money_text(int64_t minor);
const char *number_text(char prefix, uint64_t number); /* F0000000017 */

/* --- the filing --- */

/* Whose platform balance stands in balance.csv beside those of accounts with a statement. */
enum stated_clients { STATE_NO_CLIENT, STATE_EACH_CLIENT, STATE_SUMS };

enum { STATEMENTS_MAX = 8, DAYS_MAX = 400, KEYS_MAX = 5, FLOW_COLUMNS_MAX = 40 };
#define NO_ACCOUNT UINT32_MAX

struct account {
    char id[16];
    const char *role;
    int64_t balance; /* by the platform: owed to a client, or held where there is a statement */
    int statement;   /* index of its statement, or -1 */
    bool is_unstated;               /* a client of whom balance.csv says nothing */
    int64_t stated_from, stated_to; /* days of a client in balance.csv; 0: without end */
    /* what a client paid, received and handled in cash on limit_day, for large-value limits */
    int64_t limit_day, paid, received, cash;
};

struct flow {
    int64_t second;
    uint32_t payer, payee;
    uint32_t owed_up, owed_down; /* clients whose platform balance moves, or NO_ACCOUNT */
    int64_t amount;
    const char *kind;
    const char *status;
    const char *channel;
    const char *instrument;
    /* what stands in columns of their own, where the plan's flow_columns have them; NULL: missing */
    const char *contract, *merchant_name, *business, *purpose, *instruction_id, *payer_name,
        *payee_name, *region, *auth_factors, *has_certificate, *code_type, *verified_by, *fee_code,
        *memo;
    const char *currency;     /* NULL: CNY */
    const char *cross_border; /* NULL: false */
    int64_t accepted_at;      /* a second; 0: missing */
    int64_t archived_until;   /* a day; 0: missing */
    bool has_no_order;
    uint64_t order_no; /* 0: the flow's own number */
    uint64_t reverses; /* number of the flow, or 0 */
    /* what the bank makes of it */
    bool is_bank_only; /* the platform did not book it */
    bool is_unknown_to_bank;
    int64_t bank_delta; /* added to the amount on the line */
    int64_t bank_delay; /* seconds */
    uint64_t no;        /* set when it is booked: of the flow, or of the bank's only line */
};

/* A flow that a plan wants at its time. */
struct planned {
    struct flow flow;
    int place;         /* in the order of planning: names it */
    bool shares_order; /* with the planned flow AFTER */
    bool is_reversal;  /* of the planned flow AFTER */
    int after;
    int tag; /* free for the plan */
};

struct bank_line {
    int64_t second;
    uint64_t no; /* in the order of booking; decides among lines of one second */
    int statement;
    bool is_credit;
    int64_t amount;
    char reference_prefix;
    uint64_t reference_no;
    uint32_t counterparty;
};

struct statement {
    uint32_t account;
    int64_t balance;  /* by the bank */
    int64_t from_day; /* balances are stated from this day on */
};

struct books {
    const char *folder;
    const char *title;
    const char *filer;
    int64_t first_day, last_day;
    enum stated_clients stated;
    const char *flow_columns; /* of the table flow, comma between; the plan says which */
    bool quotes_all;
    FA_VEC(struct account) accounts;
    uint32_t control_customers, control_merchants; /* the accounts of STATE_SUMS */
    int64_t owed_customers, owed_merchants;
    struct statement statements[STATEMENTS_MAX];
    int statement_count;
    FA_VEC(struct bank_line) open_lines; /* a heap: the earliest first */
    uint64_t line_count;
    struct sheet *flow, *statement, *balance, *expected;
    FA_VEC(struct sheet *) sheets; /* in the order of the manifest */
    int columns[FLOW_COLUMNS_MAX]; /* of flow_columns */
    int column_count;
    uint64_t flow_count;
    int64_t open_day;
    FA_VEC(struct planned) planned;
    FA_VEC(uint64_t) numbers;       /* of the planned flows, by place, once booked */
    size_t next_planned;
    bool is_planned; /* the list is complete and in order of time */
    struct closing {
        int64_t shortage;     /* owed to clients as far as it is stated - held for them by the bank */
        int64_t ledger, bank; /* balance of the first statement's account by either side */
    } closings[DAYS_MAX];
    struct fa_buf readme;
};

/* FOLDER is made if it is not there. INTRODUCTION is what README.md says above its list. */
void books_open(struct books *books, const char *introduction);
struct sheet *books_sheet(struct books *books, const char *table, const char *header);
uint32_t books_add_account(struct books *books, const char *id, const char *role, int64_t opening);
/* The bank keeps a statement of the account; its balance starts equal to the platform's. */
void books_add_statement(struct books *books, uint32_t account, int64_t from_day);
void books_start(struct books *books); /* after the accounts, before the first flow */
void books_book(struct books *books, struct flow *flow);
/* Plans a flow and returns its place. All are planned before the first is asked for. */
int books_plan(struct books *books, struct planned planned);
/* The next planned flow that is due by SECOND; NULL when there is none. */
struct planned *books_due(struct books *books, int64_t second);
void books_book_planned(struct books *books, struct planned *planned);
const struct planned *books_planned(const struct books *books, int place);
void books_close_days(struct books *books); /* after the last flow */
/* Closes all files and writes the manifest; COVERS are further lines of it. */
void books_close(struct books *books, const char *covers);

/* --- what must be found --- */

struct expected {
    const char *what; /* "finding" or "break" */
    const char *id;
    const char *subject;
    const char *side;    /* NULL: none */
    int64_t first, last; /* days; 0: none, of last also: still on */
    int64_t amount;      /* 0: the plan does not say */
    int64_t row_count;   /* 0: the plan does not count */
    char key_prefix;     /* of the keys below: 'F' flow, 'B' statement line */
    uint64_t keys[KEYS_MAX];
    int key_count;
    const char *why; /* for README.md */
};

void books_expect(struct books *books, const struct expected *expected);
void books_say(struct books *books, const char *text); /* a further line of README.md */

/* --- invented people: valid numbers, another one for every NUMBER --- */

void sheet_party(struct sheet *sheet, uint32_t account); /* a client: P and the number of its account */
void party_text(uint32_t account, char text[16]);
int64_t day_of(const char *text); /* "2025-01-31" */

enum { INVENTED_BYTES = 64 };
void invent_id18(uint64_t number, char text[INVENTED_BYTES]);
void invent_card(uint64_t number, char text[INVENTED_BYTES]); /* of a bank, 19 digits */
void invent_uscc(uint64_t number, char text[INVENTED_BYTES]);
void invent_name(uint64_t number, bool is_natural, char text[INVENTED_BYTES]);

#endif
