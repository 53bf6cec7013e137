/*
 * An online-lending platform from March to May 2017: an everyday book of loans, and borrowers,
 * accounts and statement lines that break the rules on purpose.
 */
#include "plans.h"

#include <stdlib.h>
#include <string.h>

#define YUAN INT64_C(100)

enum { LENDERS = 30, NATURAL_BORROWERS = 16, LEGAL_BORROWERS = 4, CONTRACTS_MAX = 64, INSTALMENTS = 6 };

/* Borrowers who do nothing but what is planned for them. */
enum borrower {
    TWO_ACCOUNTS_1, TWO_ACCOUNTS_2, AT_CAP, BEGAN_BEFORE, OVER_BEFORE, TWICE_OVER, REVERSED,
    FAILED, SAME_INSTANT, NATURALS,
    FIRM_OVER = NATURALS, FIRM_AT_CAP, BORROWERS
};

struct contract {
    char id[16];
    uint32_t borrower;
    int64_t principal;
    int64_t signed_second;
    int64_t opening_owed; /* -1: began in the period */
};

struct lending {
    struct books books;
    struct rng rng;
    uint32_t custody, second_custody, own_funds, fees, pool, affiliate;
    uint32_t first_client, first_lender, first_borrower, first_everyday;
    struct contract contracts[CONTRACTS_MAX];
    int contract_count;
    /* what must be found: places of planned flows */
    int two_accounts, two_accounts_end, began_before, over_before_end, twice_first, twice_first_end,
        twice_second, firm_over, compensated[2], into_own_funds, pooled[5], into_affiliate[2],
        missing_line, one_telephone[2];
};

static int64_t at(const struct lending *plan, int64_t day, int hour, int minute)
{
    return (plan->books.first_day + day) * DAY_SECONDS + hour * 3600 + minute * 60;
}

static uint32_t borrower(const struct lending *plan, enum borrower which)
{
    return plan->first_borrower + (uint32_t)which;
}

static uint32_t a_lender(struct lending *plan)
{
    return plan->first_lender + (uint32_t)rng_below(&plan->rng, LENDERS);
}

static bool is_firm(const struct lending *plan, uint32_t client)
{
    return client >= plan->first_everyday + NATURAL_BORROWERS ||
           client == borrower(plan, FIRM_OVER) || client == borrower(plan, FIRM_AT_CAP);
}

/* Two everyday borrowers, different people, are reached at one number. */
static uint32_t telephone_owner(const struct lending *plan)
{
    return plan->first_everyday + 1;
}

static bool shares_telephone(const struct lending *plan, uint32_t client)
{
    return client == telephone_owner(plan) || client == telephone_owner(plan) + 1;
}

static void telephone(const struct lending *plan, uint32_t client, char text[INVENTED_BYTES])
{
    snprintf(text, INVENTED_BYTES, "139%08u",
             shares_telephone(plan, client) ? telephone_owner(plan) : client);
}

/* --- flows --- */

static struct flow new_flow(int64_t second, uint32_t payer, uint32_t payee, int64_t amount,
                            const char *kind)
{
    return (struct flow){.second = second,
                         .payer = payer,
                         .payee = payee,
                         .owed_up = NO_ACCOUNT,
                         .owed_down = NO_ACCOUNT,
                         .amount = amount,
                         .kind = kind,
                         .status = "settled",
                         .channel = "online",
                         .instrument = "transfer",
                         .bank_delay = 20};
}

static int move(struct lending *plan, int64_t second, uint32_t payer, uint32_t payee, int64_t amount,
                const char *kind, const struct contract *contract)
{
    struct flow flow = new_flow(second, payer, payee, amount, kind);
    flow.contract = contract ? contract->id : NULL;
    return books_plan(&plan->books, (struct planned){.flow = flow});
}

/* Signed at noon of DAY; before the period when OPENING_OWED is given (not -1). */
static struct contract *new_contract(struct lending *plan, uint32_t who, int64_t day,
                                     int64_t principal, int64_t opening_owed)
{
    if (plan->contract_count == CONTRACTS_MAX)
        die("more than %d contracts", CONTRACTS_MAX);
    struct contract *contract = &plan->contracts[plan->contract_count++];
    *contract = (struct contract){.borrower = who,
                                  .principal = principal,
                                  .signed_second = at(plan, day, 12, 0),
                                  .opening_owed = opening_owed};
    snprintf(contract->id, sizeof contract->id, "L%06d", plan->contract_count);
    return contract;
}

/* Two lenders pay into custody, custody pays out the next morning; gives the place of that. */
static int disburse(struct lending *plan, const struct contract *contract, uint32_t custody)
{
    int64_t second = contract->signed_second + 3600;
    int64_t half = contract->principal / 2;
    move(plan, second, a_lender(plan), custody, half, "invest", contract);
    move(plan, second + 60, a_lender(plan), custody, contract->principal - half, "invest", contract);
    return move(plan, contract->signed_second + 20 * 3600, custody, contract->borrower,
                contract->principal, "disburse", contract);
}

static int lend(struct lending *plan, uint32_t who, int64_t day, int64_t principal)
{
    return disburse(plan, new_contract(plan, who, day, principal, -1), plan->custody);
}

static struct contract *newest(struct lending *plan)
{
    return &plan->contracts[plan->contract_count - 1];
}

/* --- the everyday book --- */

/* Monthly instalments with a hundredth of the principal as interest, passed on to a lender. */
static void repay(struct lending *plan, const struct contract *contract, uint32_t custody)
{
    int64_t part = contract->principal / INSTALMENTS;
    int64_t interest = contract->principal / 100;
    for (int64_t day = contract->signed_second / DAY_SECONDS + 31; day < plan->books.last_day;
         day += 30) {
        int64_t second = day * DAY_SECONDS + 10 * 3600 + rng_between(&plan->rng, 0, 3600);
        move(plan, second, contract->borrower, custody, part, "repay_principal", contract);
        move(plan, second + 1, contract->borrower, custody, interest, "repay_interest", contract);
        move(plan, second + 7200, custody, a_lender(plan), part + interest, "settle", contract);
    }
}

static void plan_everyday(struct lending *plan)
{
    for (int i = 0; i < NATURAL_BORROWERS + LEGAL_BORROWERS; i++) {
        bool is_legal = i >= NATURAL_BORROWERS;
        int64_t principal = is_legal ? rng_between(&plan->rng, 100, 800) * 1000 * YUAN
                                     : rng_between(&plan->rng, 20, 150) * 1000 * YUAN;
        int64_t day = rng_between(&plan->rng, 0, 60);
        const struct contract *contract =
            new_contract(plan, plan->first_everyday + (uint32_t)i, day, principal, -1);
        int place = disburse(plan, contract, plan->custody);
        if (shares_telephone(plan, contract->borrower))
            plan->one_telephone[contract->borrower != telephone_owner(plan)] = place;
        /* the one thing that a client may pay to the platform itself */
        move(plan, contract->signed_second + 21 * 3600, contract->borrower,
             i % 2 ? plan->fees : plan->own_funds, principal / 200, "fee", contract);
        repay(plan, contract, plan->custody);
    }
}

/* --- borrowers at and over the cap --- */

static int repay_once(struct lending *plan, uint32_t who, int64_t second, int64_t amount,
                      const struct contract *contract)
{
    return move(plan, second, who, plan->custody, amount, "repay_principal", contract);
}

static void plan_caps(struct lending *plan)
{
    struct rng *rng = &plan->rng;
    int64_t day = rng_between(rng, 2, 20);

    lend(plan, borrower(plan, TWO_ACCOUNTS_1), day, 150000 * YUAN);
    plan->two_accounts = lend(plan, borrower(plan, TWO_ACCOUNTS_2), day + 4, 60000 * YUAN);
    plan->two_accounts_end = repay_once(plan, borrower(plan, TWO_ACCOUNTS_2), at(plan, day + 25, 9, 0),
                                        10000 * YUAN, newest(plan));

    lend(plan, borrower(plan, AT_CAP), day, 150000 * YUAN);
    repay_once(plan, borrower(plan, AT_CAP), at(plan, day + 10, 9, 0), 20000 * YUAN, newest(plan));
    lend(plan, borrower(plan, AT_CAP), day + 11, 70000 * YUAN);

    new_contract(plan, borrower(plan, BEGAN_BEFORE), -90, 300000 * YUAN, 180000 * YUAN);
    plan->began_before =
        lend(plan, borrower(plan, BEGAN_BEFORE), rng_between(rng, 5, 40), 30000 * YUAN);

    new_contract(plan, borrower(plan, OVER_BEFORE), -60, 250000 * YUAN, 250000 * YUAN);
    plan->over_before_end = repay_once(plan, borrower(plan, OVER_BEFORE),
                                       at(plan, rng_between(rng, 10, 40), 9, 0), 60000 * YUAN,
                                       newest(plan));

    lend(plan, borrower(plan, TWICE_OVER), day, 150000 * YUAN);
    plan->twice_first = lend(plan, borrower(plan, TWICE_OVER), day + 7, 60000 * YUAN);
    plan->twice_first_end = repay_once(plan, borrower(plan, TWICE_OVER), at(plan, day + 14, 9, 0),
                                       20000 * YUAN, newest(plan));
    plan->twice_second = lend(plan, borrower(plan, TWICE_OVER), day + 30, 10000 * YUAN + 1);

    int original = lend(plan, borrower(plan, REVERSED), day, 250000 * YUAN);
    struct flow back = new_flow(at(plan, day + 1, 8, 30), borrower(plan, REVERSED), plan->custody,
                                250000 * YUAN, "reversal");
    back.contract = newest(plan)->id;
    books_plan(&plan->books, (struct planned){.flow = back, .is_reversal = true, .after = original});

    new_contract(plan, borrower(plan, FAILED), day, 300000 * YUAN, -1);
    struct flow failed = new_flow(at(plan, day + 1, 8, 0), plan->custody, borrower(plan, FAILED),
                                  300000 * YUAN, "disburse");
    failed.status = "failed";
    failed.contract = newest(plan)->id;
    books_plan(&plan->books, (struct planned){.flow = failed});

    /* one loan replaces another in one second: owed before and after, never both */
    lend(plan, borrower(plan, SAME_INSTANT), day, 150000 * YUAN);
    const struct contract *replaced = newest(plan);
    int replacing = lend(plan, borrower(plan, SAME_INSTANT), day + 20, 150000 * YUAN);
    repay_once(plan, borrower(plan, SAME_INSTANT),
               plan->books.planned.items[replacing].flow.second, 150000 * YUAN, replaced);

    lend(plan, borrower(plan, FIRM_OVER), day, 900000 * YUAN);
    plan->firm_over = lend(plan, borrower(plan, FIRM_OVER), day + 9, 100000 * YUAN + 1);
    lend(plan, borrower(plan, FIRM_AT_CAP), day, 900000 * YUAN);
    lend(plan, borrower(plan, FIRM_AT_CAP), day + 9, 100000 * YUAN);
}

/* --- money where it must not be --- */

static void plan_misuse(struct lending *plan)
{
    struct rng *rng = &plan->rng;
    for (size_t i = 0; i < COUNT(plan->pooled); i++)
        plan->pooled[i] = move(plan, at(plan, 20 + (int64_t)i * 3, 11, 0), a_lender(plan), plan->pool,
                               rng_between(rng, 10, 90) * 1000 * YUAN, "transfer", NULL);
    for (size_t i = 0; i < COUNT(plan->into_affiliate); i++)
        plan->into_affiliate[i] =
            move(plan, at(plan, 41 + (int64_t)i * 5, 11, 0), a_lender(plan), plan->affiliate,
                 rng_between(rng, 10, 90) * 1000 * YUAN, "transfer", NULL);
    plan->into_own_funds = move(plan, at(plan, 33, 15, 0), a_lender(plan), plan->own_funds,
                                rng_between(rng, 10, 90) * 1000 * YUAN, "transfer", NULL);
    for (size_t i = 0; i < COUNT(plan->compensated); i++)
        plan->compensated[i] = move(plan, at(plan, 70 + (int64_t)i * 8, 16, 0), plan->own_funds,
                                    a_lender(plan), rng_between(rng, 100, 9999) * YUAN, "compensate",
                                    NULL);

    /* a loan through the second custodian */
    uint32_t who = plan->first_everyday;
    const struct contract *contract = new_contract(plan, who, 45, 20000 * YUAN, -1);
    disburse(plan, contract, plan->second_custody);
}

static void plan_statement_defects(struct lending *plan)
{
    struct flow late = new_flow(at(plan, 60, 10, 0), a_lender(plan), plan->custody, 12000 * YUAN, "invest");
    late.bank_delay = 4 * DAY_SECONDS;
    books_plan(&plan->books, (struct planned){.flow = late});
    struct flow missing =
        new_flow(at(plan, 64, 10, 0), a_lender(plan), plan->custody, 7654 * YUAN, "invest");
    missing.is_unknown_to_bank = true;
    plan->missing_line = books_plan(&plan->books, (struct planned){.flow = missing});
}

/* --- who and where --- */

static uint32_t add_client(struct lending *plan)
{
    char id[16];
    snprintf(id, sizeof id, "C%08d", (int)plan->books.accounts.count);
    return books_add_account(&plan->books, id, "customer", 0);
}

static void add_accounts(struct lending *plan)
{
    struct books *books = &plan->books;
    plan->custody = books_add_account(books, "CUSTODY-01", "custody", 2000000 * YUAN);
    plan->second_custody = books_add_account(books, "CUSTODY-02", "custody", 0);
    plan->own_funds = books_add_account(books, "OWN-01", "own_funds", 3000000 * YUAN);
    plan->fees = books_add_account(books, "FEE-01", "fee", 0);
    plan->pool = books_add_account(books, "POOL-01", "settlement", 0);
    plan->affiliate = books_add_account(books, "AFF-01", "external", 0);
    plan->first_client = (uint32_t)books->accounts.count;
    plan->first_lender = plan->first_client;
    for (int i = 0; i < LENDERS; i++)
        add_client(plan);
    plan->first_borrower = (uint32_t)books->accounts.count;
    for (int i = 0; i < BORROWERS; i++)
        add_client(plan);
    plan->first_everyday = (uint32_t)books->accounts.count;
    for (int i = 0; i < NATURAL_BORROWERS + LEGAL_BORROWERS; i++)
        add_client(plan);
    books_add_statement(books, plan->custody, books->first_day);
    books_add_statement(books, plan->second_custody, books->first_day + 40);
    books_add_statement(books, plan->own_funds, books->first_day);
}

static void identity(const struct lending *plan, uint32_t client, char text[INVENTED_BYTES])
{
    /* one person under two parties: only the number tells */
    if (client == borrower(plan, TWO_ACCOUNTS_2))
        client = borrower(plan, TWO_ACCOUNTS_1);
    if (is_firm(plan, client))
        invent_uscc(client, text);
    else
        invent_id18(client, text);
}

static void write_people(struct lending *plan)
{
    struct books *books = &plan->books;
    char text[INVENTED_BYTES];
    struct sheet *sheet = books_sheet(books, "institution",
                                      "institution_id,party,name,uscc,kind,region,established_on,"
                                      "filed_on");
    ROW(sheet, "P2P-1", "PLATFORM", "拾穗网络借贷信息中介有限公司", "91110102MA0179UA3A", "online_lending",
        "110000", "2014-06-03", "2014-06-12");
    ROW(sheet, "BANK-1", "", "江海银行", "", "bank", "310000", "", "");
    ROW(sheet, "BANK-2", "", "山南银行", "", "bank", "540000", "", "");
    sheet = books_sheet(books, "relation", "party,institution,kind,share,valid_from");
    ROW(sheet, "PLATFORM", "P2P-1", "controller", "1", "2014-06-03");
    ROW(sheet, "AFFILIATE", "P2P-1", "affiliate", "", "2015-01-01");

    sheet = books_sheet(books, "party", "party_id,kind,name,id_type,id_number,phone,verified_at");
    ROW(sheet, "PLATFORM", "legal", "拾穗网络借贷信息中介有限公司", "uscc", "91110102MA0179UA3A", "",
        "2014-06-03T10:00:00");
    ROW(sheet, "AFFILIATE", "legal", "拾穗资产管理有限公司", "uscc", "91350100M000100Y43", "",
        "2015-01-01T10:00:00");
    for (uint32_t i = plan->first_client; i < books->accounts.count; i++) {
        sheet_party(sheet, i);
        sheet_text(sheet, is_firm(plan, i) ? "legal" : "natural");
        uint32_t person = i == borrower(plan, TWO_ACCOUNTS_2) ? borrower(plan, TWO_ACCOUNTS_1) : i;
        invent_name(person, !is_firm(plan, i), text);
        sheet_text(sheet, text);
        sheet_text(sheet, is_firm(plan, i) ? "uscc" : "resident_id");
        identity(plan, i, text);
        sheet_text(sheet, text);
        telephone(plan, i, text);
        sheet_text(sheet, text);
        sheet_time(sheet, day_of("2016-06-01") * DAY_SECONDS + i);
        sheet_end(sheet);
    }
}

static void write_accounts(struct lending *plan)
{
    struct books *books = &plan->books;
    struct sheet *sheet = books_sheet(books, "account",
                                      "account_id,owner,role,held_at,part_of,currency,opened_on,"
                                      "opening_balance");
    for (uint32_t i = 0; i < books->accounts.count; i++) {
        const struct account *account = &books->accounts.items[i];
        bool is_client = i >= plan->first_client;
        sheet_text(sheet, account->id);
        if (is_client)
            sheet_party(sheet, i);
        else
            sheet_text(sheet, i == plan->affiliate ? "AFFILIATE" : "PLATFORM");
        sheet_text(sheet, account->role);
        sheet_text(sheet, i == plan->second_custody ? "BANK-2" : "BANK-1");
        sheet_text(sheet, is_client ? "CUSTODY-01" : NULL);
        sheet_text(sheet, "CNY");
        sheet_text(sheet, i == plan->second_custody ? "2017-04-10" : "2016-06-01");
        sheet_money(sheet, account->balance);
        sheet_end(sheet);
    }
}

static void write_contracts(struct lending *plan)
{
    struct sheet *sheet = books_sheet(&plan->books, "contract",
                                      "contract_id,kind,borrower,principal,currency,annual_rate,"
                                      "opening_owed,signed_at,starts_on,matures_on,repayment");
    sheet->sum_column = "principal";
    for (int i = 0; i < plan->contract_count; i++) {
        const struct contract *contract = &plan->contracts[i];
        int64_t day = contract->signed_second / DAY_SECONDS;
        sheet_text(sheet, contract->id);
        sheet_text(sheet, "loan");
        sheet_party(sheet, contract->borrower);
        sheet_money(sheet, contract->principal);
        sheet_text(sheet, "CNY");
        sheet_text(sheet, "12%");
        if (contract->opening_owed >= 0)
            sheet_money(sheet, contract->opening_owed);
        else
            sheet_text(sheet, NULL);
        sheet_time(sheet, contract->signed_second);
        sheet_day(sheet, day + 1);
        sheet_day(sheet, fa_day_add_months(day + 1, INSTALMENTS));
        sheet_text(sheet, "equal_principal");
        sheet_end(sheet);
        sheet->sum += contract->principal;
    }
}

/* --- what must be found --- */

static const struct flow *booked(const struct lending *plan, int place)
{
    return &books_planned(&plan->books, place)->flow;
}

/* An episode that FIRST began and END (-1: nothing) ended. */
static void expect_cap(struct lending *plan, const char *id, uint32_t who, int first, int end,
                       int64_t worst, const char *why)
{
    char number[INVENTED_BYTES];
    identity(plan, who, number);
    struct expected expected = {.what = "finding", .id = id, .subject = number, .amount = worst, .why = why};
    expected.first = plan->books.first_day;
    if (first >= 0) {
        expected.first = booked(plan, first)->second / DAY_SECONDS;
        expected.key_prefix = 'F';
        expected.keys[expected.key_count++] = booked(plan, first)->no;
    }
    if (end >= 0)
        expected.last = booked(plan, end)->second / DAY_SECONDS;
    books_expect(&plan->books, &expected);
}

/* One finding with the flows at PLACES, about SUBJECT; NULL: the first flow. */
static void expect_flows(struct lending *plan, const char *what, const char *id, const char *subject,
                         const char *side, const int *places, int count, const char *why)
{
    char number[16];
    struct expected expected = {.what = what, .id = id, .side = side, .key_prefix = 'F', .why = why};
    expected.first = booked(plan, places[0])->second / DAY_SECONDS;
    expected.last = booked(plan, places[count - 1])->second / DAY_SECONDS;
    expected.row_count = count;
    for (int i = 0; i < count; i++) {
        expected.keys[expected.key_count++] = booked(plan, places[i])->no;
        expected.amount += booked(plan, places[i])->amount;
    }
    snprintf(number, sizeof number, "F%010llu", (unsigned long long)expected.keys[0]);
    expected.subject = subject ? subject : number;
    books_expect(&plan->books, &expected);
}

static void expect_custodians(struct lending *plan)
{
    static const char *const months[] = {"2017-04-30", "2017-05-31"};
    for (size_t i = 0; i < COUNT(months); i++) {
        int64_t last = day_of(months[i]);
        int64_t first = fa_period_first(FA_PERIOD_MONTH, last);
        int64_t second = plan->books.statements[1].from_day;
        int64_t days = last - first + 1;
        books_expect(&plan->books, &(struct expected){.what = "finding",
                                                      .id = "OL16-CUSTODY-ONE",
                                                      .subject = "P2P-1",
                                                      .first = first,
                                                      .last = last,
                                                      .row_count = days + (second > first
                                                                               ? last - second + 1
                                                                               : days),
                                                      .why = "custody accounts at two banks"});
    }
}

static void expect_telephone(struct lending *plan)
{
    char number[INVENTED_BYTES];
    int places[2] = {plan->one_telephone[0], plan->one_telephone[1]};
    if (booked(plan, places[0])->second > booked(plan, places[1])->second) {
        places[0] = plan->one_telephone[1];
        places[1] = plan->one_telephone[0];
    }
    telephone(plan, telephone_owner(plan), number);
    expect_flows(plan, "finding", "OL16-CAP-EVADE", number, NULL, places, 2,
                 "a lead: two borrowers share a telephone");
}

static void expect_defects(struct lending *plan)
{
    books_say(&plan->books, "## What must be found\n\n"
                            "| rule or break | first day | subject | why |\n|---|---|---|---|");
    expect_cap(plan, "OL16-CAP-NP-1", borrower(plan, TWO_ACCOUNTS_1), plan->two_accounts,
               plan->two_accounts_end, 210000 * YUAN,
               "150,000 and 60,000 under two accounts of one identity number, until 10,000 came back");
    expect_cap(plan, "OL16-CAP-NP-1", borrower(plan, BEGAN_BEFORE), plan->began_before, -1,
               210000 * YUAN, "180,000 from before the period and 30,000 in it");
    expect_cap(plan, "OL16-CAP-NP-1", borrower(plan, OVER_BEFORE), -1, plan->over_before_end,
               250000 * YUAN, "250,000 owed when the period began");
    expect_cap(plan, "OL16-CAP-NP-1", borrower(plan, TWICE_OVER), plan->twice_first,
               plan->twice_first_end, 210000 * YUAN, "over the cap, repaid, and over again: the first time");
    expect_cap(plan, "OL16-CAP-NP-1", borrower(plan, TWICE_OVER), plan->twice_second, -1,
               200000 * YUAN + 1, "the second time, by one fen");
    expect_cap(plan, "OL16-CAP-LP-1", borrower(plan, FIRM_OVER), plan->firm_over, -1,
               1000000 * YUAN + 1, "a firm owes one fen more than a million");
    expect_flows(plan, "finding", "OL16-PROH-02", "POOL-01", NULL, plan->pooled,
                 (int)COUNT(plan->pooled), "lenders paid into the platform's own collecting account");
    expect_flows(plan, "finding", "OL16-PROH-02", "AFF-01", NULL, plan->into_affiliate,
                 (int)COUNT(plan->into_affiliate), "lenders paid an affiliate");
    expect_flows(plan, "finding", "OL16-PROH-02", "OWN-01", NULL, &plan->into_own_funds, 1,
                 "a lender paid into the platform's own funds");
    expect_flows(plan, "finding", "OL16-CUSTODY", NULL, NULL, &plan->into_own_funds, 1,
                 "the same flow mixes clients' money and own funds");
    for (size_t i = 0; i < COUNT(plan->compensated); i++)
        expect_flows(plan, "finding", "OL16-CUSTODY", NULL, NULL, &plan->compensated[i], 1,
                     "own funds compensated a lender");
    expect_custodians(plan);
    expect_telephone(plan);
    expect_flows(plan, "break", "missing_at_bank", "CUSTODY-01", "credit", &plan->missing_line, 1,
                 "the statement lacks this line");
}

static const char introduction[] =
    "An invented online-lending platform from March to May 2017: lenders, borrowers, their contracts,\n"
    "disbursements and repayments through a custody account, and the bank's statements. Made by\n"
    "`samples/flowaudit-sample`; how it books is told in `samples/PLAN.md`, what must be found in\n"
    "`expected.csv`.\n";

static const char traps[] =
    "\n## What must not be found\n\n"
    "- a person who owes 200,000.00 and a firm that owes 1,000,000.00: exactly the caps\n"
    "- 250,000 disbursed and reversed the same morning; 300,000 that failed\n"
    "- a loan of 150,000 that is repaid by another one in the same second\n"
    "- fees that borrowers pay to the platform\n"
    "- a statement line that the bank booked four days late: it is a timing line of the bridge";

void make_lending(const struct sample_options *options)
{
    struct lending plan = {
        .books = {.folder = options->folder,
                  .title = "Online-lending platform, March to May 2017, with defects",
                  .filer = "P2P-1",
                  .first_day = day_of("2017-03-01"),
                  .last_day = day_of("2017-05-31"),
                  .stated = STATE_NO_CLIENT,
                  .flow_columns = "flow_id,time,payer_account,payee_account,amount,currency,kind,"
                                  "status,channel,instrument,contract,order_id,cross_border,reverses",
                  .quotes_all = options->quotes_all},
        .rng = rng_new(options->seed, 3),
    };
    books_open(&plan.books, introduction);
    add_accounts(&plan);
    plan_everyday(&plan);
    plan_caps(&plan);
    plan_misuse(&plan);
    plan_statement_defects(&plan);
    write_people(&plan);
    write_accounts(&plan);
    write_contracts(&plan);
    books_start(&plan.books);
    for (struct planned *due; (due = books_due(&plan.books, INT64_MAX)) != NULL;)
        books_book_planned(&plan.books, due);
    books_close_days(&plan.books);
    expect_defects(&plan);
    books_say(&plan.books, traps);
    books_close(&plan.books, "  covers    contract 2016-01-01 .. 2017-05-31\n"
                             "  as of     2017-05-31\n");
}
