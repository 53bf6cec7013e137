/* Statements as a whole, each case worked by hand: what follows what, what is missing, what is
 * stated twice, what counts only until the bank's books are closed. */
#include <check.h>
#include <stdlib.h>
#include <string.h>

#include "base/limits.h"
#include "made_ledger.h"
#include "match/reconcile.h"

#define OK(expr) ck_assert_int_eq((expr), FA_OK)

/* All messages, a line each. */
static struct fa_buf told;

static void keep_message(void *context, const struct fa_diag *diag)
{
    (void)context;
    OK(fa_buf_addf(&told, "%s: %.*s\n", fa_code_info(diag->code)->name, (int)diag->text.size,
                   diag->text.bytes));
}

static struct fa_sink sink;

static void setup(void)
{
    fa_sink_init(&sink, keep_message, NULL);
    fa_buf_clear(&told);
}

static void teardown(void)
{
    fa_buf_release(&told);
}

#define ACCOUNTS                                                                               \
    "account account_id role opening_balance\nR reserve 0.00\nO own_funds 0.00\nC customer "   \
    "-\n\n"
#define FLOWS "flow flow_id time payer_account payee_account amount status order_id\n"
#define PERIODS                                                                                \
    "statement_period account period_id kind number page from_day to_day opening closing "     \
    "opening_page closing_page\n"
#define LINES "statement statement_id booked_at account direction amount period_id reference\n"

static const char break_columns[] =
    "class reference other missing_count date amount ledger_amount bank_amount severity";
static const char total_columns[] =
    "account direction class rows ledger_rows bank_rows ledger_amount bank_amount";

struct expectation {
    const char *name;
    const char *ledger;
    const char *table;
    const char *columns;
    const char *rows;
    const char *messages; /* NULL: any */
    const char *scheme;   /* NULL: none */
};

/* Without lines and flows: only what the statements say of themselves. Each closes as it opens
 * unless the case is about that; footing is for others. */
#define CHAIN(name, periods, rows)                                                             \
    {                                                                                          \
        name, ACCOUNTS PERIODS periods, "break", break_columns, rows, NULL, NULL               \
    }

#define DAILY "scheme s\n title \"s\"\n calendar weekdays\n daily\nend\n"

/* Two days: MT942 and a notice beside the booked statement of the first, MT942 alone on the
 * second. */
#define INTERIM                                                                                \
    ACCOUNTS FLOWS "f1 2025-01-02T10:00:00+08:00 C R 100.00 settled o1\n"                      \
                   "f2 2025-01-03T10:00:00+08:00 C R 50.00 settled o2\n\n" PERIODS             \
                   "R noon interim - - - 2025-01-02 - - - -\n"                                 \
                   "R day booked 1 - 2025-01-02 2025-01-02 0.00 100.00 - -\n"                  \
                   "R tell notice - - - 2025-01-02 - - - -\n"                                  \
                   "R next interim - - - 2025-01-03 - - - -\n\n" LINES                         \
                   "s1 2025-01-02T10:00:00+08:00 R credit 100.00 noon o1\n"                    \
                   "s2 2025-01-02T10:00:00+08:00 R credit 100.00 day o1\n"                     \
                   "s3 2025-01-02T11:00:00+08:00 R credit 1.00 tell -\n"                       \
                   "s4 2025-01-02T11:00:00+08:00 R debit 7.00 tell -\n"                        \
                   "s5 2025-01-03T10:00:00+08:00 R credit 50.00 next o2\n"

static const struct expectation expectations[] = {
    /* --- one after another --- */
    CHAIN("numbers in sequence, over a weekend and a new year",
          "R a booked 251 1 2024-12-30 2024-12-31 5.00 5.00 - -\n"
          "R b booked 1 1 2025-01-02 2025-01-03 5.00 5.00 - -\n"
          "R c booked 2 1 2025-01-03 2025-01-06 5.00 5.00 - -\n",
          ""),
    CHAIN("a number is missing, and with it what it moved",
          "R a booked 1 - 2025-01-02 2025-01-02 5.00 5.00 - -\n"
          "R c booked 3 - 2025-01-06 2025-01-06 7.50 7.50 - -\n",
          "gap c 2 1 2025-01-06 2.50 5.00 7.50 high\n"),
    CHAIN("numbers are missing, but nothing moved",
          "R a booked 1 - 2025-01-02 2025-01-02 5.00 5.00 - -\n"
          "R d booked 4 - 2025-01-08 2025-01-08 5.00 5.00 - -\n",
          "gap d 2..3 2 2025-01-08 0.00 5.00 5.00 low\n"),
    CHAIN(
        "numbers are missing, and no balance says what moved",
        "R a booked 1 - 2025-01-02 2025-01-02 5.00 5.00 - -\n"
        "R c booked 3 - 2025-01-06 2025-01-06 - - - -\n",
        "no_balance c - - 2025-01-06 0.00 - - low\ngap c 2 1 2025-01-06 0.00 5.00 - medium\n"),
    CHAIN("each account and currency has a sequence of its own",
          "R a booked 1 - 2025-01-02 2025-01-02 5.00 5.00 - -\n"
          "O b booked 7 - 2025-01-02 2025-01-02 1.00 1.00 - -\n"
          "R c booked 2 - 2025-01-03 2025-01-03 5.00 5.00 - -\n"
          "O d booked 8 - 2025-01-03 2025-01-03 1.00 1.00 - -\n",
          ""),
    CHAIN("zero is no number, and a smaller one begins anew: balances alone decide",
          "R a booked 0 0 2025-01-02 2025-01-03 5.00 5.00 - -\n"
          "R b booked 0 0 2025-01-03 2025-01-06 5.00 5.00 - -\n"
          "R c booked 9 - 2025-01-06 2025-01-07 5.00 5.00 - -\n"
          "R d booked 4 - 2025-01-07 2025-01-08 5.01 5.01 - -\n",
          "continuity d - - 2025-01-07 0.01 5.00 5.01 high\n"),
    CHAIN("a bank that writes the day as a number leaves out more of them than days go by",
          "R a booked 20250131 - 2025-01-31 2025-01-31 5.00 5.00 - -\n"
          "R b booked 20250203 - 2025-02-03 2025-02-03 5.00 5.00 - -\n",
          ""),
    CHAIN("a bank that numbers the days of the year, with statements only when something moves",
          "R a booked 2 - 2025-01-02 2025-01-02 5.00 5.00 - -\n"
          "R b booked 3 - 2025-01-03 2025-01-03 5.00 5.00 - -\n"
          "R c booked 7 - 2025-01-07 2025-01-07 5.00 5.00 - -\n"
          "R d booked 9 - 2025-01-09 2025-01-09 5.00 5.00 - -\n",
          ""),
    CHAIN("... or its weekdays",
          "R a booked 2 - 2025-01-02 2025-01-02 5.00 5.00 - -\n"
          "R b booked 5 - 2025-01-07 2025-01-07 5.00 5.00 - -\n"
          "R c booked 9 - 2025-01-13 2025-01-13 5.00 5.00 - -\n",
          ""),
    CHAIN("... until a balance does not connect",
          "R a booked 2 - 2025-01-02 2025-01-02 5.00 5.00 - -\n"
          "R b booked 3 - 2025-01-03 2025-01-03 5.00 5.00 - -\n"
          "R c booked 7 - 2025-01-07 2025-01-07 5.00 5.00 - -\n"
          "R d booked 9 - 2025-01-09 2025-01-09 6.00 6.00 - -\n",
          "gap c 4..6 3 2025-01-07 0.00 5.00 5.00 low\ngap d 8 1 2025-01-09 1.00 5.00 6.00 "
          "high\n"),
    CHAIN("numbers of a Saturday and a Sunday are no gap",
          "R a booked 3 - 2025-01-03 2025-01-03 5.00 5.00 - -\n"
          "R b booked 6 - 2025-01-06 2025-01-06 5.00 5.00 - -\n",
          ""),
    CHAIN("a statement without days follows none, and is not missing",
          "R a booked 1 - 2025-01-02 2025-01-02 5.00 5.00 - -\n"
          "R b booked 2 - - - 5.00 6.00 - -\n"
          "R c booked 3 - 2025-01-03 2025-01-06 6.00 6.00 - -\n",
          "continuity c - - 2025-01-03 1.00 5.00 6.00 high\n"
          "footing b - - 2025-01-31 1.00 5.00 6.00 high\n"),
    CHAIN("where none has days, numbers give the order",
          "R b booked 2 - - - 6.00 6.00 - -\n"
          "R a booked 1 - - - 5.00 5.00 - -\n"
          "R d booked 4 - - - 6.00 6.00 - -\n",
          "continuity b - - 2025-01-31 1.00 5.00 6.00 high\n"
          "gap d 3 1 2025-01-31 0.00 6.00 6.00 low\n"),
    CHAIN("... unless a statement of the account ends on a weekend",
          "R a booked 3 - 2025-01-03 2025-01-03 5.00 5.00 - -\n"
          "R b booked 4 - 2025-01-04 2025-01-04 5.00 5.00 - -\n"
          "R c booked 6 - 2025-01-06 2025-01-06 5.00 5.00 - -\n",
          "gap c 5 1 2025-01-06 0.00 5.00 5.00 low\n"),
    CHAIN(
        "a bank with a statement each day that lost two without movement does not number days",
        "R a booked 1 - 2025-01-01 2025-01-01 5.00 5.00 - -\n"
        "R b booked 2 - 2025-01-02 2025-01-02 5.00 5.00 - -\n"
        "R c booked 3 - 2025-01-03 2025-01-03 5.00 5.00 - -\n"
        "R d booked 4 - 2025-01-04 2025-01-04 5.00 5.00 - -\n"
        "R e booked 5 - 2025-01-05 2025-01-05 5.00 5.00 - -\n"
        "R f booked 6 - 2025-01-06 2025-01-06 5.00 5.00 - -\n"
        "R g booked 7 - 2025-01-07 2025-01-07 5.00 5.00 - -\n"
        "R h booked 8 - 2025-01-08 2025-01-08 5.00 5.00 - -\n"
        "R i booked 10 - 2025-01-10 2025-01-10 5.00 5.00 - -\n"
        "R j booked 11 - 2025-01-11 2025-01-11 5.00 5.00 - -\n"
        "R k booked 12 - 2025-01-12 2025-01-12 5.00 5.00 - -\n"
        "R l booked 13 - 2025-01-13 2025-01-13 5.00 5.00 - -\n"
        "R m booked 14 - 2025-01-14 2025-01-14 5.00 5.00 - -\n"
        "R n booked 16 - 2025-01-16 2025-01-16 5.00 5.00 - -\n",
        "gap i 9 1 2025-01-10 0.00 5.00 5.00 low\n"
        "gap n 15 1 2025-01-16 0.00 5.00 5.00 low\n"),
    /* --- pages --- */
    CHAIN("pages follow pages",
          "R a booked 4 1 2025-01-02 2025-01-03 5.00 6.00 false true\n"
          "R b booked 4 2 2025-01-03 2025-01-03 6.00 5.00 true true\n"
          "R c booked 4 3 2025-01-03 2025-01-03 5.00 5.00 true false\n"
          "R d booked 5 1 2025-01-03 2025-01-06 5.00 5.00 false false\n",
          "footing a - - 2025-01-03 1.00 5.00 6.00 high\n"
          "footing b - - 2025-01-03 1.00 6.00 5.00 high\n"),
    CHAIN("pages state the days of the whole, and all are page 1",
          "R a booked 4 1 2025-01-02 2025-01-03 5.00 5.00 false true\n"
          "R b booked 4 1 2025-01-02 2025-01-03 5.00 5.00 true false\n",
          ""),
    CHAIN("a page between is missing",
          "R a booked 4 1 2025-01-02 2025-01-03 5.00 5.00 false true\n"
          "R d booked 4 4 2025-01-03 2025-01-03 6.00 6.00 true false\n",
          "gap d 4/2..3 2 2025-01-03 1.00 5.00 6.00 high\n"),
    CHAIN("the first pages are missing, of the first statement and of a later one",
          "R a booked 4 3 2025-01-02 2025-01-03 5.00 5.00 true false\n"
          "R b booked 5 2 2025-01-03 2025-01-06 6.00 6.00 true false\n",
          "gap a 4/1..2 2 2025-01-02 0.00 - 5.00 medium\n"
          "gap b 5/1 1 2025-01-03 1.00 5.00 6.00 high\n"),
    CHAIN("the last pages are missing, of a statement between and of the last one",
          "R a booked 4 1 2025-01-02 2025-01-03 5.00 5.00 false true\n"
          "R b booked 5 1 2025-01-03 2025-01-06 6.00 6.00 false false\n"
          "R c booked 6 1 2025-01-06 2025-01-07 6.00 6.00 false true\n"
          "R d booked 6 2 2025-01-07 2025-01-07 6.00 6.00 true true\n",
          "gap b 4/2.. - 2025-01-03 1.00 5.00 6.00 high\n"
          "gap d 6/3.. - 2025-01-07 0.00 6.00 - medium\n"),
    CHAIN("a bank that marks every balance as one between pages",
          "R a booked 1 1 2025-01-02 2025-01-03 5.00 5.00 true true\n"
          "R b booked 2 1 2025-01-03 2025-01-06 5.00 5.00 true true\n",
          ""),
    /* --- repeated --- */
    CHAIN("the same page again",
          "R a booked 4 1 2025-01-02 2025-01-03 5.00 6.00 false true\n"
          "R again booked 4 1 2025-01-02 2025-01-03 5.00 6.00 false true\n"
          "R b booked 4 2 2025-01-03 2025-01-03 6.00 6.00 true false\n"
          "R c booked 5 1 2025-01-03 2025-01-06 6.00 6.00 - -\n",
          "overlap again a - 2025-01-02 1.00 - - medium\n"
          "footing a - - 2025-01-03 1.00 5.00 6.00 high\n"
          "footing again - - 2025-01-03 1.00 5.00 6.00 high\n"),
    CHAIN("the same statement again, though nothing moved",
          "R a booked 4 - 2025-01-02 2025-01-03 5.00 5.00 - -\n"
          "R again booked 4 - 2025-01-02 2025-01-03 5.00 5.00 - -\n",
          "overlap again a - 2025-01-02 0.00 - - medium\n"),
    CHAIN("two statements of a day, one after the other",
          "R a booked 4 - 2025-01-02 2025-01-02 5.00 5.00 - -\n"
          "R b booked 5 - 2025-01-02 2025-01-02 5.00 5.00 - -\n"
          "R c booked 6 - 2025-01-02 2025-01-02 5.00 5.00 - -\n",
          ""),
    CHAIN("a statement in two formats, which count the first day differently",
          "R a booked 3 1 2025-01-01 2025-01-02 5.00 6.00 - -\n"
          "R a2 booked 103 - 2025-01-02 2025-01-02 5.00 6.00 - -\n"
          "R b booked 4 1 2025-01-02 2025-01-03 6.00 4.00 - -\n"
          "R b2 booked 104 - 2025-01-03 2025-01-03 6.00 4.00 - -\n",
          "footing a - - 2025-01-02 1.00 5.00 6.00 high\n"
          "footing a2 - - 2025-01-02 1.00 5.00 6.00 high\n"
          "overlap a2 a - 2025-01-02 1.00 - - medium\n"
          "footing b - - 2025-01-03 2.00 6.00 4.00 high\n"
          "footing b2 - - 2025-01-03 2.00 6.00 4.00 high\n"
          "overlap b2 b - 2025-01-03 2.00 - - medium\n"),
    CHAIN("a month beside its days",
          "R a booked - - 2025-01-29 2025-01-29 5.00 5.00 - -\n"
          "R b booked - - 2025-01-30 2025-01-30 5.00 5.00 - -\n"
          "R month booked - - 2025-01-01 2025-01-31 1.00 5.00 - -\n"
          "R c booked - - 2025-01-31 2025-01-31 5.00 5.00 - -\n"
          "R d booked - - 2025-02-01 2025-02-01 5.00 5.00 - -\n",
          "overlap month b - 2025-01-01 4.00 - - medium\n"
          "footing month - - 2025-01-31 4.00 1.00 5.00 high\n"),
    CHAIN("one statement runs into the next, which goes on",
          "R a booked 1 - 2025-01-01 2025-01-15 5.00 5.00 - -\n"
          "R b booked 2 - 2025-01-10 2025-01-31 4.00 4.00 - -\n"
          "R c booked 3 - 2025-01-31 2025-02-15 4.00 4.00 - -\n"
          "R d booked 4 - 2025-02-15 2025-02-28 4.00 4.00 - -\n",
          "overlap b a - 2025-01-10 0.00 - - medium\n"),
    CHAIN("days overlap, but balances connect",
          "R a booked 1 - 2025-01-01 2025-01-15 5.00 5.00 - -\n"
          "R b booked 2 - 2025-01-10 2025-01-31 5.00 5.00 - -\n",
          ""),
    /* --- every working day --- */
    {"a working day without a statement, not a day off; nothing before the first one or behind "
     "the "
     "last one",
     ACCOUNTS PERIODS "R a booked - - 2025-01-02 2025-01-02 5.00 5.00 - -\n"
                      "R b booked - - 2025-01-03 2025-01-03 5.00 5.00 - -\n"
                      "R c booked - - 2025-01-06 2025-01-06 5.00 5.00 - -\n"
                      "R d booked - - 2025-01-13 2025-01-13 5.00 5.00 - -\n",
     "break", break_columns, "gap - 2025-01-07..2025-01-10 4 2025-01-07 0.00 - - medium\n",
     NULL, DAILY},
    {"without such a scheme it is none of our business",
     ACCOUNTS PERIODS "R a booked - - 2025-01-02 2025-01-02 5.00 5.00 - -\n"
                      "R d booked - - 2025-01-13 2025-01-13 5.00 5.00 - -\n",
     "break", break_columns, "", NULL, NULL},
    {"days that are missing where a balance jumps or a number is left out are one break",
     ACCOUNTS PERIODS "R a booked - - 2025-01-02 2025-01-02 5.00 5.00 - -\n"
                      "R b booked - - 2025-01-06 2025-01-06 6.00 6.00 - -\n"
                      "O a booked 1 - 2025-01-02 2025-01-02 5.00 5.00 - -\n"
                      "O b booked 3 - 2025-01-06 2025-01-06 6.00 6.00 - -\n",
     "break", break_columns,
     "gap b 2025-01-03 1 2025-01-03 1.00 5.00 6.00 high\n"
     "gap b 2 1 2025-01-03 1.00 5.00 6.00 high\n",
     NULL, DAILY},
    {"a closing balance or a booked line states a day, an interim line does not",
     ACCOUNTS PERIODS "R a booked - - 2025-01-02 2025-01-02 5.00 5.00 - -\n"
                      "R i interim - - - 2025-01-06 - - - -\n"
                      "R b booked - - 2025-01-03 2025-01-08 5.00 6.00 - -\n"
                      "R j interim - - - 2025-01-09 - - - -\n"
                      "R c booked - - 2025-01-10 2025-01-10 6.00 6.00 - -\n\n"
                      "balance account date source closing\nR 2025-01-03 bank 5.00\n\n" LINES
                      "s1 2025-01-06T10:00:00+08:00 R credit 1.00 i -\n"
                      "s2 2025-01-07T10:00:00+08:00 R credit 1.00 b -\n"
                      "s3 2025-01-09T10:00:00+08:00 R credit 1.00 j -\n",
     "break", "class other missing_count", "gap 2025-01-06 1\ngap 2025-01-09 1\n", NULL, DAILY},
    {"an account with lines alone has days between them without any",
     ACCOUNTS LINES "s1 2025-01-02T10:00:00+08:00 R credit 1.00 - -\n"
                    "s2 2025-01-08T10:00:00+08:00 R credit 1.00 - -\n",
     "break", break_columns, "gap - 2025-01-03..2025-01-07 3 2025-01-03 0.00 - - medium\n",
     NULL, DAILY},
    {"but stray lines in another currency than the account's make no statement due",
     "account account_id role currency\nR reserve CNY\nO own_funds -\n\n"
     "statement statement_id booked_at account direction amount currency\n"
     "s1 2025-01-02T10:00:00+08:00 R credit 2.00 CNY\n"
     "s2 2025-01-02T10:00:00+08:00 R credit 2.00 USD\n"
     "s3 2025-01-03T10:00:00+08:00 R credit 2.00 CNY\n"
     "s4 2025-01-06T10:00:00+08:00 R credit 2.00 USD\n"
     "s5 2025-01-02T10:00:00+08:00 O credit 2.00 USD\n"
     "s6 2025-01-06T10:00:00+08:00 O credit 2.00 USD\n",
     "break", "account other missing_count currency", "1 2025-01-03 1 USD\n", NULL, DAILY},
    /* --- interim --- */
    {"what a booked statement states again is left out, the rest is compared", INTERIM,
     "match_total", total_columns,
     "0 credit matched 2 2 2 150.00 150.00\n0 credit superseded 2 0 2 - 101.00\n"
     "0 debit superseded 1 0 1 - 7.00\n",
     "MATCH-INTERIM: lines of interim statements and notices: 3 left out, because booked "
     "statements "
     "cover their days; 1 used, because none does\n",
     NULL},
    {"... and enters no balance", INTERIM, "bridge", "account date line debit credit rows",
     "0 2025-01-02 platform_closing 0.00 100.00 0\n0 2025-01-02 remainder 0.00 0.00 0\n"
     "0 2025-01-02 bank_closing 0.00 100.00 0\n0 2025-01-03 platform_closing 0.00 150.00 0\n"
     "0 2025-01-03 remainder 0.00 0.00 0\n0 2025-01-03 bank_closing 0.00 150.00 0\n",
     NULL, NULL},
    {"... but is footed where its statement states sums", INTERIM, "break", break_columns, "",
     NULL, NULL},
    {"another currency's booked statement covers no day",
     ACCOUNTS FLOWS
     "f1 2025-01-02T10:00:00+08:00 C R 100.00 settled o1\n\n"
     "statement_period account period_id kind from_day to_day opening closing currency\n"
     "R usd booked 2025-01-02 2025-01-02 0.00 0.00 USD\n"
     "R soon interim - 2025-01-02 - - CNY\n\n" LINES
     "s1 2025-01-02T10:00:00+08:00 R credit 100.00 soon o1\n",
     "match_total", total_columns, "0 credit matched 1 1 1 100.00 100.00\n",
     "MATCH-INTERIM: lines of interim statements and notices: 0 left out, because booked "
     "statements "
     "cover their days; 1 used, because none does\n"
     "MATCH-CURRENCY: statements in another currency than table account gives their account: 1 "
     "account, the first is CNY in the table and USD in the statement\n",
     NULL},
    {"the day that a lost statement should have closed is covered by none",
     ACCOUNTS FLOWS "f1 2025-01-03T10:00:00+08:00 C R 2.00 settled o1\n\n" PERIODS
                    "R a booked 1 1 2025-01-01 2025-01-02 5.00 5.00 - -\n"
                    "R c booked 3 1 2025-01-03 2025-01-06 7.00 7.00 - -\n"
                    "R b interim 2 1 - 2025-01-03 - - - -\n\n" LINES
                    "s1 2025-01-03T10:00:00+08:00 R credit 2.00 b o1\n",
     "match_total", total_columns, "0 credit matched 1 1 1 2.00 2.00\n", NULL, NULL},
    {"and the first day of the first statement is covered",
     ACCOUNTS FLOWS "f1 2025-01-01T10:00:00+08:00 C R 2.00 settled o1\n\n" PERIODS
                    "R a booked 1 1 2025-01-01 2025-01-31 5.00 7.00 - -\n"
                    "R b notice 2 1 - 2025-01-01 - - - -\n\n" LINES
                    "s1 2025-01-01T10:00:00+08:00 R credit 2.00 a o1\n"
                    "s2 2025-01-01T10:00:00+08:00 R credit 2.00 b o1\n",
     "match_total", total_columns,
     "0 credit matched 1 1 1 2.00 2.00\n0 credit superseded 1 0 1 - 2.00\n",
     "BRIDGE-REMAINDER: the bridge leaves a remainder that no row explains on 1 of 1 days of "
     "accounts\n"
     "MATCH-INTERIM: lines of interim statements and notices: 1 left out, because booked "
     "statements "
     "cover their days; 0 used, because none does\n",
     NULL},
    {"without flows, too",
     ACCOUNTS PERIODS "R a booked 1 1 2025-01-02 2025-01-02 5.00 7.00 - -\n"
                      "R b interim 2 1 - 2025-01-02 - - - -\n\n" LINES
                      "s1 2025-01-02T10:00:00+08:00 R credit 2.00 a o1\n"
                      "s2 2025-01-02T10:00:00+08:00 R credit 2.00 b o1\n",
     "match_total", total_columns, "0 credit superseded 1 0 1 - 2.00\n", NULL, NULL},
    /* --- lines that do not belong to their statement --- */
    {"lines in another currency than the balances of their statement",
     ACCOUNTS PERIODS
     "R a booked 1 1 2025-01-02 2025-01-02 5.00 7.00 - -\n\n"
     "statement statement_id booked_at account direction amount period_id currency\n"
     "s1 2025-01-02T10:00:00+08:00 R credit 2.00 a CNY\n"
     "s2 2025-01-02T10:00:01+08:00 R credit 9.00 a USD\n"
     "s3 2025-01-02T10:00:02+08:00 R debit 9.50 a USD\n",
     "break", "class reference date direction amount bank_amount currency severity",
     "currency a 2025-01-02 debit 0.50 -0.50 USD high\n", NULL, NULL},
    {"a statement in another currency than its account",
     "account account_id role currency\nR reserve CNY\nO own_funds -\n\n"
     "statement statement_id booked_at account direction amount currency\n"
     "s1 2025-01-02T10:00:00+08:00 R credit 2.00 USD\n"
     "s2 2025-01-02T10:00:00+08:00 R credit 2.00 CNY\n"
     "s3 2025-01-02T10:00:00+08:00 O credit 2.00 USD\n",
     "break", break_columns, "",
     "MATCH-NO-FLOW: the filing has no flows: its statement lines were footed and not matched\n"
     "MATCH-CURRENCY: statements in another currency than table account gives their account: 1 "
     "account, the first is CNY in the table and USD in the statement\n",
     NULL},
    {"lines of days that are not the statement's, but for pages, which state their own day "
     "only",
     ACCOUNTS PERIODS "R a booked 1 1 2025-01-02 2025-01-03 5.00 8.00 false true\n"
                      "R b booked 1 2 2025-01-03 2025-01-03 8.00 9.00 true false\n\n" LINES
                      "s1 2025-01-01T10:00:00+08:00 R credit 1.00 a o1\n"
                      "s2 2025-01-02T10:00:00+08:00 R credit 1.00 b o2\n"
                      "s3 2025-01-03T10:00:00+08:00 R credit 1.00 a o3\n"
                      "s4 2025-01-04T10:00:00+08:00 R credit 1.00 a o4\n",
     "break", break_columns, "",
     "MATCH-NO-FLOW: the filing has no flows: its statement lines were footed and not matched\n"
     "MATCH-OUTSIDE: 2 lines are dated outside the days of their own statement, the first in "
     "'a'\n",
     NULL},
    /* --- a statement that says nothing --- */
    {"a flow that an empty statement does not have is missing at the bank",
     ACCOUNTS FLOWS "f1 2025-01-02T10:00:00+08:00 C R 100.00 settled o1\n\n" PERIODS
                    "R a booked 1 - 2025-01-02 2025-01-02 5.00 5.00 - -\n\n" LINES
                    "s1 2025-01-02T10:00:00+08:00 O credit 1.00 - o9\n",
     "match_total", total_columns,
     "0 credit missing_at_bank 1 1 0 100.00 -\n1 credit missing_in_ledger 1 0 1 - 1.00\n", NULL,
     NULL},
};

/* COVERED: January 2025 is what the filing says that its statements cover. */
static void expect(const struct expectation *e, bool covered)
{
    struct fa_kept *ledger = made_ledger(e->ledger, FA_BLOCK_ROWS_MAX, &sink);
    const struct fa_table_def *table =
        fa_dictionary_find(&ledger->head.dictionary, FA_STR("statement_period"));
    if (!table)
        table = fa_dictionary_find(&ledger->head.dictionary, FA_STR("statement"));
    if (covered)
        OK(fa_vec_add(&ledger->head.covers,
                      ((struct fa_cover_info){table->index, 20089, 20119, false})));
    struct fa_reconcile_options options = {.wants_matches = true, .memory_max = UINT64_MAX};
    struct fa_scheme scheme = {0};
    struct fa_arena arena;
    fa_arena_init(&arena);
    if (e->scheme) {
        OK(fa_scheme_parse(fa_str_from(e->scheme), FA_STR("s.scheme"), &ledger->head.dictionary,
                           &arena, &sink, &scheme));
        options.scheme = &scheme;
    }
    struct fa_blocks *out;
    OK(fa_reconcile(&ledger->base, &options, &sink, &out));
    struct fa_buf text = {0};
    made_ledger_print(out, e->table, e->columns, &sink, &text);
    const char *found = fa_buf_cstr(&text);
    ck_assert_msg(strcmp(found, e->rows) == 0, "%s: found\n%s\nexpected\n%s", e->name, found,
                  e->rows);
    if (e->messages)
        ck_assert_msg(strcmp(fa_buf_cstr(&told), e->messages) == 0,
                      "%s: told\n%s\nexpected\n%s", e->name, fa_buf_cstr(&told), e->messages);
    fa_buf_release(&text);
    fa_blocks_free(out);
    fa_kept_free(ledger);
    fa_arena_release(&arena);
}

START_TEST(statements)
{
    expect(&expectations[_i], false);
}
END_TEST

/* Every day that somebody said is covered, but not before the account was open or after. */
START_TEST(every_covered_day)
{
    static const struct expectation covered = {
        "covered",
        "account account_id role opened_on closed_on\n"
        "R reserve 2025-01-08 2025-01-17\nO own_funds - -\n\n" PERIODS
        "R a booked - - 2025-01-14 2025-01-14 5.00 5.00 - -\n"
        "O a booked - - 2025-01-28 2025-01-28 5.00 5.00 - -\n",
        "break",
        "account other missing_count",
        "0 2025-01-09..2025-01-13 3\n0 2025-01-15..2025-01-16 2\n"
        "1 2025-01-01..2025-01-27 19\n1 2025-01-29..2025-01-31 3\n",
        NULL,
        DAILY,
    };
    static const struct expectation by_lines = {
        "by lines alone",
        ACCOUNTS LINES "s1 2025-01-06T10:00:00+08:00 R credit 1.00 - -\n"
                       "s2 2025-01-30T10:00:00+08:00 R credit 1.00 - -\n",
        "break",
        "account other missing_count",
        "0 2025-01-01..2025-01-03 3\n0 2025-01-07..2025-01-29 17\n0 2025-01-31 1\n",
        NULL,
        DAILY,
    };
    expect(&covered, true);
    expect(&by_lines, true);
}
END_TEST

/* --- any statements in any order --- */

static uint64_t random_state;

static unsigned random_below(unsigned n)
{
    random_state ^= random_state << 13;
    random_state ^= random_state >> 7;
    random_state ^= random_state << 17;
    return (unsigned)(random_state >> 24) % n;
}

enum { ROWS_MAX = 12, ROW_BYTES = 120 };

struct random_statements {
    char periods[ROWS_MAX][ROW_BYTES], lines[ROWS_MAX][ROW_BYTES];
    unsigned period_count, line_count;
};

static void shuffle(char rows[][ROW_BYTES], unsigned count)
{
    for (unsigned i = count; i > 1; i--) {
        char row[ROW_BYTES];
        unsigned k = random_below(i);
        memcpy(row, rows[i - 1], ROW_BYTES);
        memcpy(rows[i - 1], rows[k], ROW_BYTES);
        memcpy(rows[k], row, ROW_BYTES);
    }
}

/* Few days, numbers, pages and balances, so that all of them meet. */
static void make_statements(struct random_statements *made)
{
    static const char *const kinds[] = {"booked", "booked", "booked", "interim", "notice"};
    static const char *const flags[] = {"-", "false", "true"};
    made->period_count = 1 + random_below(ROWS_MAX);
    made->line_count = 1 + random_below(ROWS_MAX);
    for (unsigned i = 0; i < made->period_count; i++) {
        char from[16] = "-", to[16] = "-", opening[16] = "-", closing[16] = "-";
        unsigned day = 1 + random_below(6);
        if (random_below(6))
            snprintf(from, sizeof from, "2025-01-%02u", day);
        if (random_below(8))
            snprintf(to, sizeof to, "2025-01-%02u", day + random_below(3));
        if (random_below(8))
            snprintf(opening, sizeof opening, "%u.00", random_below(3));
        if (random_below(8))
            snprintf(closing, sizeof closing, "%u.00", random_below(3));
        snprintf(made->periods[i], ROW_BYTES, "%c p%u %s %u %u %s %s %s %s %s %s\n",
                 random_below(4) ? 'R' : 'O', i, kinds[random_below(5)], random_below(6),
                 random_below(4), from, to, opening, closing, flags[random_below(3)],
                 flags[random_below(3)]);
    }
    for (unsigned i = 0; i < made->line_count;
         i++) /* of one instant each: their order is given */
        snprintf(made->lines[i], ROW_BYTES,
                 "s%u 2025-01-%02uT00:00:00+08:00 R credit 1.00 p%u -\n", i,
                 1 + i * 8 / ROWS_MAX, random_below(made->period_count));
}

static int compare_lines(const void *left, const void *right)
{
    return strcmp(*(char *const *)left, *(char *const *)right);
}

/* The rows of a table, sorted as texts. */
static void add_sorted(struct fa_blocks *out, const char *table, const char *columns,
                       struct fa_buf *sorted)
{
    char *lines[8 * ROWS_MAX];
    size_t count = 0;
    struct fa_buf text = {0};
    made_ledger_print(out, table, columns, &sink, &text);
    char *at = malloc(text.size + 1);
    ck_assert_ptr_nonnull(at);
    char *copy = at;
    snprintf(at, text.size + 1, "%s", fa_buf_cstr(&text));
    for (char *end; (end = strchr(at, '\n')); at = end + 1) {
        *end = '\0';
        ck_assert_uint_lt(count, 8 * ROWS_MAX);
        lines[count++] = at;
    }
    if (count)
        qsort(lines, count, sizeof *lines, compare_lines);
    for (size_t i = 0; i < count; i++)
        OK(fa_buf_addf(sorted, "%s\n", lines[i]));
    free(copy);
    fa_buf_release(&text);
}

/* What the statements say does not depend on the order in which the filing has them. */
START_TEST(order_of_rows_changes_nothing)
{
    for (unsigned seed = 1; seed <= 80; seed++) {
        struct random_statements made;
        struct fa_buf first = {0};
        random_state = seed * 0x9E3779B97F4A7C15u;
        make_statements(&made);
        for (int turn = 0; turn < 3; turn++) {
            struct fa_buf text = {0}, found = {0};
            OK(fa_buf_add_text(&text, ACCOUNTS PERIODS));
            for (unsigned i = 0; i < made.period_count; i++)
                OK(fa_buf_add_text(&text, made.periods[i]));
            OK(fa_buf_add_text(&text, "\n" LINES));
            for (unsigned i = 0; i < made.line_count; i++)
                OK(fa_buf_add_text(&text, made.lines[i]));
            struct fa_kept *ledger = made_ledger(fa_buf_cstr(&text), 1 + (uint32_t)turn, &sink);
            struct fa_scheme scheme = {0};
            struct fa_arena arena;
            fa_arena_init(&arena);
            OK(fa_scheme_parse(FA_STR(DAILY), FA_STR("s.scheme"), &ledger->head.dictionary,
                               &arena, &sink, &scheme));
            struct fa_reconcile_options options = {.scheme = &scheme, .memory_max = UINT64_MAX};
            struct fa_blocks *out;
            OK(fa_reconcile(&ledger->base, &options, &sink, &out));
            add_sorted(out, "break", break_columns, &found);
            add_sorted(out, "bridge", "account date line debit credit rows", &found);
            add_sorted(out, "match_total", total_columns, &found);
            if (turn == 0)
                OK(fa_buf_add_str(&first, fa_buf_str(&found)));
            ck_assert_msg(fa_str_equal(fa_buf_str(&first), fa_buf_str(&found)),
                          "seed %u:\n%s\nfound\n%s\nthen\n%s", seed, fa_buf_cstr(&text),
                          fa_buf_cstr(&first), fa_buf_cstr(&found));
            fa_blocks_free(out);
            fa_kept_free(ledger);
            fa_arena_release(&arena);
            fa_buf_release(&found);
            fa_buf_release(&text);
            shuffle(made.periods, made.period_count);
        }
        fa_buf_release(&first);
    }
}
END_TEST

int main(void)
{
    Suite *suite = suite_create("statements");
    TCase *tcase = tcase_create("statements");
    tcase_add_checked_fixture(tcase, setup, teardown);
    tcase_set_timeout(tcase, 60);
    tcase_add_loop_test(tcase, statements, 0,
                        (int)(sizeof expectations / sizeof *expectations));
    tcase_add_test(tcase, every_covered_day);
    tcase_add_test(tcase, order_of_rows_changes_nothing);
    suite_add_tcase(suite, tcase);
    SRunner *runner = srunner_create(suite);
    srunner_run_all(runner, CK_NORMAL);
    int failed = srunner_ntests_failed(runner);
    srunner_free(runner);
    return failed ? EXIT_FAILURE : EXIT_SUCCESS;
}
