/* What the plans of those who are paid ahead share: elder.c and prepaid.c. */
#ifndef SAMPLES_PREPAID_H
#define SAMPLES_PREPAID_H

#include "books.h"

/* A row of the register of refunds, which cn-prepaid-consumption-2025 declares. */
struct refund {
    uint32_t party; /* its number, as of sheet_party() */
    uint64_t order_no;
    int64_t paid_at, requested_at; /* seconds */
    int64_t paid, bonus, used, deducted, refunded;
    int64_t refunded_on; /* a day; 0: not yet */
    const char *fault;
    const char *rule; /* that it breaks; NULL: none */
    const char *why;
};

/* Writes the table prepaid_refund: COUNT rows, numbered from 1. */
void refunds_write(struct books *books, const struct refund *refunds, size_t count);
/* Expects a finding of each that breaks a rule. */
void refunds_expect(struct books *books, const struct refund *refunds, size_t count);

/* What is wrong with the numbers of some people, in the order of their numbers. */
enum odd_person {
    EVERYDAY = -1,
    BAD_NUMBER,
    OLD_NUMBER,
    TWO_NAMES_1,
    TWO_NAMES_2,
    TWO_NUMBERS_1,
    TWO_NUMBERS_2,
    BAD_CARD,
    ONE_CARD_1,
    ONE_CARD_2,
    ODD_PEOPLE
};

struct person {
    char name[INVENTED_BYTES], id_number[INVENTED_BYTES], phone[16], card[INVENTED_BYTES];
};

void person_make(uint64_t number, int odd, struct person *person);
/* Makes the last character of a code wrong. */
void code_spoil(char *code);
/* Expects what the odd people show whose first is NUMBER, party FIRST_PARTY; the accounts of
 * those with one card were opened from CARD_DAY on. Bad cards are the caller's, who knows the
 * accounts. */
void people_expect(struct books *books, uint64_t number, uint32_t first_party,
                   int64_t card_day);

#endif
