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

#endif
