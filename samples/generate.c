/*
 * flowaudit-sample: writes an invented filing, and the list of what must be found in it.
 *
 * It links values and hashes of the library, nothing of the rules or of the reconciliation: its
 * list comes from its own plan (PLAN.md). The same options give the same bytes everywhere.
 */
#include <errno.h>
#include <getopt.h>
#include <inttypes.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>

#include "plans.h"

static const char usage[] =
    "usage: flowaudit-sample KIND -o FOLDER [--seed N] [--flows N] [--clients N] [--days N]\n"
    "       [--quote-all]\n"
    "kinds: bank-accounts, bank-loans, elder, lending, microloan, payment, prepaid, each with "
    "-clean,\n"
    "       -damaged or -defects behind it\n";

static const struct {
    const char *name;
    void (*make)(const struct sample_options *options, enum sample_form form);
} kinds[] = {
    {"bank-accounts", make_bank_accounts}, {"bank-loans", make_bank_loans},
    {"elder", make_elder},                 {"lending", make_lending},
    {"microloan", make_microloan},         {"payment", make_payment},
    {"prepaid", make_prepaid},
};

static const char *const forms[] = {
    [SAMPLE_CLEAN] = "clean", [SAMPLE_DEFECTS] = "defects", [SAMPLE_DAMAGED] = "damaged"};

/* NAME is KIND-FORM. */
static bool make(const char *name, const struct sample_options *options)
{
    for (size_t i = 0; i < COUNT(kinds); i++) {
        for (size_t form = 0; form < COUNT(forms); form++) {
            char both[64];
            snprintf(both, sizeof both, "%s-%s", kinds[i].name, forms[form]);
            if (strcmp(name, both) != 0)
                continue;
            kinds[i].make(options, (enum sample_form)form);
            return true;
        }
    }
    return false;
}

static uint64_t number(const char *text, uint64_t least)
{
    char *end;
    errno = 0;
    uint64_t value = strtoull(text, &end, 10);
    if (errno != 0 || end == text || *end != '\0' || *text == '-' || value < least) {
        fprintf(stderr, "flowaudit-sample: '%s' is not a number from %" PRIu64 " on\n%s", text,
                least, usage);
        exit(FA_EUSAGE);
    }
    return value;
}

int main(int argc, char **argv)
{
    static const struct option names[] = {{"seed", required_argument, NULL, 's'},
                                          {"flows", required_argument, NULL, 'f'},
                                          {"clients", required_argument, NULL, 'c'},
                                          {"days", required_argument, NULL, 'd'},
                                          {"quote-all", no_argument, NULL, 'q'},
                                          {"help", no_argument, NULL, 'h'},
                                          {NULL, 0, NULL, 0}};
    struct sample_options options = {.seed = 1, .flow_count = 1200};
    for (int letter; (letter = getopt_long(argc, argv, "o:h", names, NULL)) != -1;) {
        switch (letter) {
        case 'o':
            options.folder = optarg;
            break;
        case 's':
            options.seed = number(optarg, 0);
            break;
        case 'f':
            options.flow_count = number(optarg, 1000);
            break;
        case 'c':
            options.client_count = number(optarg, 20);
            break;
        case 'd':
            options.day_count = (int64_t)number(optarg, 1);
            break;
        case 'q':
            options.quotes_all = true;
            break;
        case 'h':
            fputs(usage, stdout);
            return FA_OK;
        default:
            fputs(usage, stderr);
            return FA_EUSAGE;
        }
    }
    /* small filings have a handful of clients, large ones a tenth of their flows */
    if (options.client_count == 0)
        options.client_count = options.flow_count > 20000 ? options.flow_count / 10 : 20;
    if (optind != argc - 1 || !options.folder) {
        fputs(usage, stderr);
        return FA_EUSAGE;
    }
    if (!make(argv[optind], &options)) {
        fprintf(stderr, "flowaudit-sample: no such kind: %s\n%s", argv[optind], usage);
        return FA_EUSAGE;
    }
    return FA_OK;
}
