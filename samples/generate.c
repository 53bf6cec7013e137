/*
 * flowaudit-sample: writes an invented filing, and the list of what must be found in it.
 *
 * It links values and hashes of the library, nothing of the rules or of the reconciliation: its list
 * comes from its own plan (PLAN.md). The same options give the same bytes everywhere.
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
    "kinds: payment-clean, payment-damaged, payment-defects, lending-clean,\n"
    "lending-defects, lending-damaged, elder-clean,\n"
    "elder-defects, elder-damaged, prepaid-clean, prepaid-defects, prepaid-damaged\n";

static uint64_t number(const char *text, uint64_t least)
{
    char *end;
    errno = 0;
    uint64_t value = strtoull(text, &end, 10);
    if (errno != 0 || end == text || *end != '\0' || *text == '-' || value < least) {
        fprintf(stderr, "flowaudit-sample: '%s' is not a number from %" PRIu64 " on\n%s", text, least,
                usage);
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
    if (strcmp(argv[optind], "payment-clean") == 0) {
        make_payment(&options, SAMPLE_CLEAN);
    } else if (strcmp(argv[optind], "payment-defects") == 0) {
        make_payment(&options, SAMPLE_DEFECTS);
    } else if (strcmp(argv[optind], "payment-damaged") == 0) {
        make_payment(&options, SAMPLE_DAMAGED);
    } else if (strcmp(argv[optind], "lending-clean") == 0) {
        make_lending(&options, SAMPLE_CLEAN);
    } else if (strcmp(argv[optind], "lending-damaged") == 0) {
        make_lending(&options, SAMPLE_DAMAGED);
    } else if (strcmp(argv[optind], "lending-defects") == 0) {
        make_lending(&options, SAMPLE_DEFECTS);
    } else if (strcmp(argv[optind], "elder-clean") == 0) {
        make_elder(&options, SAMPLE_CLEAN);
    } else if (strcmp(argv[optind], "elder-defects") == 0) {
        make_elder(&options, SAMPLE_DEFECTS);
    } else if (strcmp(argv[optind], "elder-damaged") == 0) {
        make_elder(&options, SAMPLE_DAMAGED);
    } else if (strcmp(argv[optind], "prepaid-clean") == 0) {
        make_prepaid(&options, SAMPLE_CLEAN);
    } else if (strcmp(argv[optind], "prepaid-defects") == 0) {
        make_prepaid(&options, SAMPLE_DEFECTS);
    } else if (strcmp(argv[optind], "prepaid-damaged") == 0) {
        make_prepaid(&options, SAMPLE_DAMAGED);
    } else {
        fprintf(stderr, "flowaudit-sample: no such kind: %s\n%s", argv[optind], usage);
        return FA_EUSAGE;
    }
    return FA_OK;
}
