/*
 * An online-lending platform from July to October 2020, as of 2020-11-30: what it does
 * (lending.c) and what its filing says (lending_filing.c).
 *
 * The clean filing and the one with defects have the same clients and the same everyday loans.
 * Each defect of a loan or a client is a change of its own of one of them, so that no two meet
 * in one row; planted flows come on top. The contracts are signed under two laws of interest:
 * before 2020-08-20 and from that day on.
 */
#ifndef SAMPLES_LENDING_H
#define SAMPLES_LENDING_H

#include "plans.h"

#define YUAN INT64_C(100)

enum {
    LENDERS = 10,
    NATURAL_BORROWERS = 12,
    LEGAL_BORROWERS = 5,
    CONTRACTS_MAX = 64,
    INSTALMENTS = 6,
    MONTHS = 4,
    ACTIVE_DAYS_MAX = 128
};

/* Clients who do nothing but what is planned for them. */
enum planned_client {
    TWO_ACCOUNTS_1,
    TWO_ACCOUNTS_2,
    AT_CAP,
    BEGAN_BEFORE,
    OVER_BEFORE,
    TWICE_OVER,
    REVERSED,
    FAILED,
    RENEWED,
    UNPAID,
    STRANGER,
    UNVERIFIED,
    NO_SUB_ACCOUNT,
    NATURALS,
    FIRM_OVER = NATURALS,
    FIRM_AT_CAP,
    AFFILIATE_BORROWER,
    PLANNED_CLIENTS
};

/* What is wrong with the everyday loans of the natural borrowers, by their number, and of the
 * firms. */
enum defect {
    NO_PURPOSE,
    TELEPHONE_1,
    TELEPHONE_2,
    NO_SAFEGUARD,
    RATE_VOID,
    RATE_HIGH, /* before 2020-08-20 */
    RATE_OVER_CAP,
    OVERDUE_OVER_CAP,
    PENALTY_OVER_CAP,
    DEDUCTED,
    LONG_OPEN,
    PAID_TO_OTHER,
    ALL_REPLACED,
    ENDED_EARLY,
    NOT_AUTHORISED,
    OWN_MONEY,
    LATE_INSTRUCTION,
    EVERYDAY_LOANS
};

/* What is wrong with a flow's order. */
enum order_defect { ORDER_WHOLE, AUTHORISED_LATE, NO_INSTRUCTION };

struct contract {
    char id[16];
    uint32_t borrower, paid_to;
    uint32_t lenders[2];
    int64_t principal;
    int64_t signed_second, listed_day, ended_day, archived_until; /* days; 0: none */
    int64_t opening_owed;                                         /* -1: began in the period */
    const char *annual_rate, *overdue_rate, *penalty_rate, *purpose, *status, *safeguard;
    int64_t replaced_day; /* of the first lender's claim, in defects of both; 0: none */
    bool all_replaced, is_signed_late;
};

/* What the ledger says at the end of a month. */
struct month {
    int64_t last_day, outstanding, ten, lent;
    int64_t loans, new_loans;
};

struct lending {
    struct books books;
    struct rng rng;
    bool has_defects;
    uint32_t custody, own_funds, fees, pool, affiliate, fund, broker, old_custody,
        second_custody;
    uint32_t first_client, first_lender, first_planned, first_everyday;
    struct contract contracts[CONTRACTS_MAX];
    int contract_count;
    struct month months[MONTHS];
    bool is_active[ACTIVE_DAYS_MAX]; /* days with flows over custody */
    struct sheet *action;
    /* places of planned flows, and contracts, that must be found */
    int two_accounts, two_accounts_end, began_before, over_before_end, twice_first,
        twice_first_end, twice_second, firm_over, compensated[2], into_own_funds,
        called_principal, pooled[5], into_affiliate[2], missing_line, telephones[2], own_money,
        into_fund, bundled[2], to_broker, unverified, authorised_late, no_instruction,
        late_payout, newest_fee;
    const struct contract *never_paid, *to_affiliate, *renewed, *renewing, *signed_late;
    const struct contract *everyday[EVERYDAY_LOANS];
};

int64_t lending_time(const struct lending *plan, int64_t day, int hour, int minute);
uint32_t planned_client(const struct lending *plan, enum planned_client which);
bool is_firm(const struct lending *plan, uint32_t client);
/* The party of a client; the affiliate is one, too. */
const char *client_party(const struct lending *plan, uint32_t client, char text[16]);
/* One person may have two accounts: the account that stands for him. */
uint32_t person_of(const struct lending *plan, uint32_t client);
void client_number(const struct lending *plan, uint32_t client, char text[INVENTED_BYTES]);
void client_telephone(const struct lending *plan, uint32_t client, char text[INVENTED_BYTES]);

void open_lending_filing(struct lending *plan);  /* the tables that the booking writes into */
void write_lending_filing(struct lending *plan); /* all others, when all is booked */

/* What the rules about identity and electronic contracts look at (lending_papers.c): people who
 * registered and did nothing else, and their service contracts. */
void write_guests(struct lending *plan, struct sheet *party);
void write_guest_accounts(struct lending *plan, struct sheet *account);
void write_certification(struct lending *plan, struct sheet *institution);
void put_loan(struct sheet *sheet, const struct contract *contract, const char *borrower,
              const char *lender); /* with who signed it, and its file */
void write_service_contracts(struct lending *plan, struct sheet *contract);
void expect_papers(struct lending *plan);

/* Days of the period, from 0, on which reconciliation and disclosure go wrong. */
enum { NOT_RECONCILED = 35, RECONCILED_LATE = 63 };

#endif
