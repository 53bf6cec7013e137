/* The kinds of samples. Each writes a whole filing into its folder. */
#ifndef SAMPLES_PLANS_H
#define SAMPLES_PLANS_H

#include "books.h"

struct sample_options {
    const char *folder;
    uint64_t seed;
    uint64_t flow_count;   /* about; planted flows come on top */
    uint64_t client_count; /* customers and merchants */
    int64_t day_count;     /* 0: the whole period of the kind */
    bool quotes_all;
};

enum sample_form { SAMPLE_CLEAN, SAMPLE_DEFECTS, SAMPLE_DAMAGED };

void make_bank_accounts(const struct sample_options *options, enum sample_form form);
void make_bank_loans(const struct sample_options *options, enum sample_form form);
void make_elder(const struct sample_options *options, enum sample_form form);
void make_lending(const struct sample_options *options, enum sample_form form);
void make_microloan(const struct sample_options *options, enum sample_form form);
void make_payment(const struct sample_options *options, enum sample_form form);
void make_prepaid(const struct sample_options *options, enum sample_form form);

#endif
