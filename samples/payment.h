/*
 * A payment institution in the year 2025, as of 2026-01-31: the everyday year (payment.c), what the
 * filing says of the firm and its clients (payment_filing.c), and topics, each of which plants what
 * the rules of one part of the law must find and must not find.
 *
 * The clean year and the one with defects have the same clients and the same everyday flows; what is
 * planted comes from streams of random numbers of its own, and planted clients do nothing else. A
 * topic plans first, when nothing is booked: it adds clients, alters what the filing says of them,
 * and plants flows. When all is booked it writes its rows into the tables and says what must be
 * found (in both years the traps, defects only where HAS_DEFECTS). Flows behind the last day are
 * not booked: `--days N` makes a shorter period, which has no list of what must be found.
 */
#ifndef SAMPLES_PAYMENT_H
#define SAMPLES_PAYMENT_H

#include "plans.h"

#define YUAN INT64_C(100)

/* Row of party.csv; "" is missing. */
struct payment_party {
    char id[16];
    const char *kind, *id_type; /* natural, legal, other; resident_id, uscc, ... */
    char name[INVENTED_BYTES], id_number[INVENTED_BYTES], phone[16], birth_date[16];
    const char *sector, *group, *region;
    int64_t verified_at;        /* a second; 0: missing */
    const char *checks, *face_to_face;
    int64_t due_diligence_at;   /* a second, an hour after verification; 0: never */
};

/* What account.csv says beside books.accounts, which has its id, role and balance. */
struct payment_account {
    int party; /* of plan->parties, -1: none */
    const char *held_at, *class;
    uint32_t bound_to; /* NO_ACCOUNT: none */
    char bank_card[INVENTED_BYTES];
    const char *currency; /* NULL: CNY */
    int64_t opened_on, closed_on, filed_on, archived_until; /* 0: missing */
    int64_t last_active_on; /* before the year; 0: never */
    int64_t opening;
    int64_t opening_paid; /* out of the balance since it was opened, before the year; -1: not told */
};

/* The firm has this much of its own in the reserve, beyond what clients are owed; it exceeds what
 * the bank books after midnight, so that only a planted shortage is one. */
#define OWN_MONEY(flow_count) (1000000 * YUAN + (int64_t)(flow_count) * YUAN)

struct payment_report {
    uint32_t client;
    const char *code, *side;
    int64_t day, amount; /* day: of the period, from 0 */
    bool is_late;
    int64_t filed_on; /* day number, once written */
};

struct payment {
    struct books books;
    const struct sample_options *options;
    bool has_defects, is_damaged;
    struct rng daily;
    unsigned failed_no; /* of the first flow that failed */
    uint32_t reserve, own_funds, own_unfiled, fees, pending, developer;
    uint32_t old_reserve, special[2]; /* closed in 2019; for prepaid cards, one after the other */
    int64_t missed_day, open_day;     /* of no reconciliation, of a difference left open; -1: none */
    uint32_t first_customer, first_merchant;
    uint64_t customer_count, merchant_count;
    FA_VEC(struct payment_party) parties;
    FA_VEC(struct payment_account) accounts; /* as many as books.accounts */
    FA_VEC(struct payment_report) reports;
    int64_t earned, swept; /* fees */
    int64_t licence_end;
    int64_t unlicensed_count;
    /* tables that topics write into when all is booked; PUT rows by the names of the columns */
    struct sheet *institution, *licence, *relation, *financial, *action, *listed, *disclosure,
        *tariff, *reconciliation, *freeze_order, *rate;
    const char *firm_name;
    struct fa_buf traps;
};

/* What a planted flow is worth when only the books know. */
enum worth { WORTH_FIXED, WORTH_EARNED_FEES, WORTH_EARNED_FEES_AND_ONE };

struct payment_topic {
    void *(*plan)(struct payment *plan);             /* gives what write needs, malloced */
    void (*write)(struct payment *plan, void *made); /* MADE is freed by the caller */
};

/* Clients. A client has a person of its own: valid numbers, verified, opened long before the year. */
uint32_t payment_client(struct payment *plan, const char *role, int64_t opening);
/* A further account of the person who owns OWNER. */
uint32_t payment_second_account(struct payment *plan, uint32_t owner, const char *role, int64_t opening);
uint32_t payment_firm_account(struct payment *plan, const char *id, const char *role, int party,
                              const char *held_at, int64_t opening);
/* Another firm; returns its number. */
int payment_add_firm(struct payment *plan, const char *id, const char *name, const char *uscc,
                     const char *sector);
/* What the filing says of a client: the plan may alter it. Pointers hold until the next client. */
struct payment_party *payment_party_of(struct payment *plan, uint32_t client);
struct payment_account *payment_account_of(struct payment *plan, uint32_t client);

/* Flows: bank money in, bank money out, out of a balance; columns that are NULL are filled in. */
struct flow payment_flow(int64_t second, uint32_t payer, uint32_t payee, int64_t amount, const char *kind);
struct flow top_up(const struct payment *plan, int64_t second, uint32_t client, int64_t amount);
struct flow withdrawal(const struct payment *plan, int64_t second, uint32_t client, int64_t amount);
struct flow settlement(const struct payment *plan, int64_t second, uint32_t client, int64_t amount);
struct flow card_payment(struct payment *plan, int64_t second, uint32_t customer, uint32_t merchant,
                         int64_t amount);
struct flow balance_payment(int64_t second, uint32_t payer, uint32_t payee, int64_t amount);
struct flow in_cash(struct flow flow);

/* Planting. DAY counts from the first day of the period, from 0. */
int64_t payment_time(const struct payment *plan, int64_t day, int hour, int minute);
int plant(struct payment *plan, struct flow flow); /* its place */
void plant_report(struct payment *plan, struct payment_report report);

/* What must be found: at a planted flow; about a person on a day; about anything. */
void expect_flow(struct payment *plan, const char *id, int place, const char *why);
void expect_party(struct payment *plan, const char *id, uint32_t client, const char *side, int64_t day,
                  int64_t amount, int64_t row_count, const char *why);
void expect_subject(struct payment *plan, const char *id, const char *subject, int64_t first,
                    int64_t last, const char *why); /* day numbers; first 0: of no day, last 0: still on */
/* One more line under "What must not be found". */
void say_trap(struct payment *plan, const char *text);

/* The filing, in three steps: the firm's accounts; its tables, opened; all rows. */
void add_firm_accounts(struct payment *plan);
void open_payment_tables(struct payment *plan);
void write_payment_tables(struct payment *plan);

extern const struct payment_topic payment_accounts, payment_aml, payment_cards, payment_identity,
    payment_reserve;

#endif
