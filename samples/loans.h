/*
 * Books of a lender: people, contracts with their instalments, and the flows that pay them out
 * and back. What the samples of microloan companies and of banks' internet loans have in
 * common.
 */
#ifndef SAMPLES_LOANS_H
#define SAMPLES_LOANS_H

#include "books.h"

#define YUAN INT64_C(100)

enum { LOANS_MAX = 160 };

struct loan {
    char id[16];
    const char *kind;  /* loan, credit_line */
    uint32_t borrower; /* its account */
    int64_t principal; /* of a line: the sum that may be drawn */
    int64_t signed_second;
    int64_t starts_on;
    int months;            /* of the term; 0: ten days */
    int rate;              /* a year, in hundredths of a percent */
    const char *repayment; /* equal_principal, bullet */
    const char *purpose;
    int64_t upfront_fee; /* of the borrower, on the day of the loan */
    const char *fee_code;
    uint32_t partner; /* account of who funds a part of it, or NO_ACCOUNT */
    int64_t partner_amount;
    int64_t opening_owed;    /* to the lender; -1: the loan began in the period */
    int paid_out;            /* place of the lender's flow, or -1 */
    bool is_signed_by_other; /* the certificate names somebody else */
    bool has_other_file;     /* its file is not what was signed */
    bool is_file_lost;
    bool is_signed_late; /* written down after the money moved */
    bool is_short_paid;  /* paid out without its last yuan */
    bool is_kept_too_short;
    bool has_unlicensed_certificate;
};

/* Of a client, by its account; what is not said is everyday. */
struct person {
    const char *group, *household, *region;
    bool is_firm;
    const char *number; /* of identity, where it is not an invented one */
    bool has_wrong_number, has_wrong_card;
    uint32_t number_of, name_of, card_of; /* account of who has the same; 0: nobody */
};

struct due {
    int loan, instalment;
    int64_t day, principal, interest;
};

struct loans {
    struct books books;
    struct rng rng;
    bool has_defects;
    const char *lender; /* party of the filer */
    uint32_t own;       /* account that loans are paid out of */
    uint32_t surety;    /* account that guarantee fees are paid to, or NO_ACCOUNT */
    uint32_t first_client;
    const char *client_role;
    FA_VEC(struct person) people; /* from first_client on */
    FA_VEC(struct due) dues;
    struct loan items[LOANS_MAX];
    int count;
    uint32_t first_wrong; /* client */
};

int64_t loans_at(const struct loans *loans, const char *day, int hour, int minute);
uint32_t loans_add_client(struct loans *loans, struct person person);
struct person *loans_person(struct loans *loans, uint32_t client);

/* A loan of a year in monthly parts, for consumption, signed at nine of DAY; change it before
 * it is paid out. */
struct loan *loans_add(struct loans *loans, uint32_t borrower, const char *day,
                       int64_t principal, int rate);
/* Plans its flows: paid out an hour after it was signed, repaid when due, as far as in the
 * period. */
void loans_pay(struct loans *loans, struct loan *loan);
int loans_move(struct loans *loans, int64_t second, uint32_t payer, uint32_t payee,
               int64_t amount, const char *kind, const struct loan *loan, const char *fee_code);

/* What the rules about identities and electronic contracts find, in any kind of filing: people
 * and loans of their own. */
void loans_plan_wrongs(struct loans *loans);
void loans_expect_wrongs(struct loans *loans);

/* The bank that keeps OWN-01 and the certification bodies, in institution.csv. */
void loans_write_others(struct loans *loans, struct sheet *sheet);
struct sheet *loans_parties(struct loans *loans); /* party.csv, with all clients */
void loans_write_accounts(struct loans *loans);   /* account.csv */
void loans_write_contracts(
    struct loans *loans); /* contract.csv, repayment_due.csv, certificates */
void loans_release(struct loans *loans);

/* A finding about SUBJECT from FIRST on. */
void loans_expect(struct loans *loans, const char *id, const char *subject, int64_t first,
                  const char *why);
void loans_expect_person(struct loans *loans, const char *id, uint32_t client, int64_t first,
                         const char *why);

#endif
