/*
 * A network microloan company in the first quarter of 2026: consumers and small firms, loans of
 * months and of days, and what its rules forbid.
 */
#include "damage.h"
#include "loans.h"
#include "plans.h"

enum { EVERYDAY_PEOPLE = 24, EVERYDAY_FIRMS = 6 };

enum client {
    /* traps, in every filing */
    AT_SINGLE_CAP,
    AT_GROUP_CAP_1,
    AT_GROUP_CAP_2,
    AT_HOUSEHOLD_CAP_1,
    AT_HOUSEHOLD_CAP_2,
    AT_RATE_CAP,
    /* who breaks a rule in the filing with defects, and does nothing in the others */
    OVER_SINGLE,
    OVER_GROUP_1,
    OVER_GROUP_2,
    OVER_CONSUMER_1,
    OVER_CONSUMER_2,
    OVER_BUSINESS_1,
    OVER_BUSINESS_2,
    OVER_BUSINESS_3,
    DEAR,
    DEAR_FOR_DAYS,
    ABOVE_LPR,
    HIDDEN_FEE,
    CLIENTS
};

static const struct person people[CLIENTS] = {
    [AT_SINGLE_CAP] = {.is_firm = true},
    [AT_GROUP_CAP_1] = {.is_firm = true, .group = "云岭集团"},
    [AT_GROUP_CAP_2] = {.is_firm = true, .group = "云岭集团"},
    [AT_HOUSEHOLD_CAP_1] = {.household = "H001"},
    [AT_HOUSEHOLD_CAP_2] = {.household = "H001"},
    [OVER_SINGLE] = {.is_firm = true},
    [OVER_GROUP_1] = {.is_firm = true, .group = "石桥集团"},
    [OVER_GROUP_2] = {.is_firm = true, .group = "石桥集团"},
    [OVER_CONSUMER_1] = {.household = "H002"},
    [OVER_CONSUMER_2] = {.household = "H002"},
    [OVER_BUSINESS_1] = {.household = "H003"},
    [OVER_BUSINESS_2] = {.household = "H003"},
    [OVER_BUSINESS_3] = {.household = "H003"},
};

struct microloan {
    struct loans loans;
    uint32_t first_planted;
    const struct loan *dear, *dear_for_days, *above_lpr;
    int hidden_fee;
};

static uint32_t client(const struct microloan *plan, enum client which)
{
    return plan->first_planted + (uint32_t)which;
}

static struct loan *lend(struct microloan *plan, enum client who, const char *day,
                         int64_t principal, int rate)
{
    return loans_add(&plan->loans, client(plan, who), day, principal, rate);
}

static void lend_for_business(struct microloan *plan, enum client who, const char *day,
                              int64_t principal)
{
    struct loan *loan = lend(plan, who, day, principal, 900);
    loan->purpose = "business";
    loans_pay(&plan->loans, loan);
}

static void plan_everyday(struct microloan *plan, uint32_t first)
{
    struct loans *loans = &plan->loans;
    struct rng *rng = &loans->rng;
    for (uint32_t i = 0; i < EVERYDAY_PEOPLE + EVERYDAY_FIRMS; i++) {
        bool is_firm = i >= EVERYDAY_PEOPLE;
        bool is_old = rng_below(rng, 3) == 0;
        int64_t day = is_old ? day_of("2025-02-01") + rng_between(rng, 0, 300)
                             : day_of("2026-01-05") + rng_between(rng, 0, 70);
        struct loan *loan = loans_add(loans, first + i, day_text(day),
                                      rng_between(rng, 5, 60) * (is_firm ? 10000 : 1000) * YUAN,
                                      (int)rng_between(rng, 600, 1150));
        loan->purpose = is_firm ? "business" : "consumption";
        loan->months = is_firm ? 24 : 12;
        if (!is_firm && rng_below(rng, 4) == 0) {
            loan->upfront_fee = 30 * YUAN;
            loan->fee_code = "GUARANTEE";
        }
        loans_pay(loans, loan);
    }
}

/* Exactly what is allowed. */
static void plan_traps(struct microloan *plan)
{
    struct loans *loans = &plan->loans;
    lend_for_business(plan, AT_SINGLE_CAP, "2026-01-08", 5000000 * YUAN);
    lend_for_business(plan, AT_GROUP_CAP_1, "2026-01-12", 4000000 * YUAN);
    lend_for_business(plan, AT_GROUP_CAP_2, "2026-01-13", 3500000 * YUAN);
    loans_pay(loans, lend(plan, AT_HOUSEHOLD_CAP_1, "2026-01-14", 150000 * YUAN, 900));
    struct loan *loan = lend(plan, AT_HOUSEHOLD_CAP_2, "2026-01-15", 50000 * YUAN, 900);
    loan->upfront_fee = 30 * YUAN;
    loan->fee_code = "GUARANTEE";
    loans_pay(loans, loan);
    loan = lend(plan, AT_RATE_CAP, "2026-01-12", 12000 * YUAN, 1200);
    loan->months = 2;
    loans_pay(loans, loan);
    loan = lend(plan, AT_RATE_CAP, "2026-03-02", 36500 * YUAN, 1200);
    loan->months = 0;
    loan->repayment = "bullet";
    loans_pay(loans, loan);
}

static void plan_defects(struct microloan *plan)
{
    struct loans *loans = &plan->loans;
    lend_for_business(plan, OVER_SINGLE, "2026-01-20", 4000000 * YUAN);
    lend_for_business(plan, OVER_SINGLE, "2026-02-03", 1500000 * YUAN);
    lend_for_business(plan, OVER_GROUP_1, "2026-01-21", 4500000 * YUAN);
    lend_for_business(plan, OVER_GROUP_2, "2026-02-04", 3500000 * YUAN);
    loans_pay(loans, lend(plan, OVER_CONSUMER_1, "2026-01-22", 150000 * YUAN, 900));
    loans_pay(loans, lend(plan, OVER_CONSUMER_2, "2026-01-23", 50001 * YUAN, 900));
    for (int i = 0; i < 3; i++)
        lend_for_business(plan, OVER_BUSINESS_1 + i, "2026-02-10", 3400000 * YUAN);

    struct loan *loan = lend(plan, DEAR, "2026-01-12", 12000 * YUAN, 1000);
    loan->months = 2;
    loan->upfront_fee = 300 * YUAN;
    loan->fee_code = "GUARANTEE";
    loans_pay(loans, loan);
    plan->dear = loan;
    loan = lend(plan, DEAR_FOR_DAYS, "2026-02-02", 36500 * YUAN, 3000);
    loan->months = 0;
    loan->repayment = "bullet";
    loans_pay(loans, loan);
    plan->dear_for_days = loan;
    loan = lend(plan, ABOVE_LPR, "2026-01-13", 24000 * YUAN, 1300);
    loan->months = 2;
    loans_pay(loans, loan);
    plan->above_lpr = loan;

    loan = lend(plan, HIDDEN_FEE, "2026-02-05", 20000 * YUAN, 900);
    loans_pay(loans, loan);
    plan->hidden_fee = loans_move(loans, loans_at(loans, "2026-02-06", 11, 0), loan->borrower,
                                  loans->own, 88 * YUAN, "fee", loan, "RISK-REVIEW");
}

/* --- the company --- */

static void write_company(struct microloan *plan)
{
    struct books *books = &plan->loans.books;
    bool has_defects = plan->loans.has_defects;
    char company[INVENTED_BYTES], surety[INVENTED_BYTES];
    invent_uscc(700001, company);
    invent_uscc(700002, surety);
    struct sheet *sheet =
        books_sheet(books, "institution",
                    "institution_id,party,name,uscc,kind,region,established_on,licensed_on");
    ROW(sheet, "MICRO-1", "COMPANY", "溪木网络小额贷款有限公司", company, "microloan", "310000",
        "2019-04-02", "2019-09-30");
    loans_write_others(&plan->loans, sheet);
    sheet = books_sheet(books, "licence",
                        "licence_no,institution,kind,scope,region,valid_from,valid_to");
    ROW(sheet, "ML-310115-07", "MICRO-1", "microloan", "microloan;network_microloan", "310000",
        "2019-09-30", "2029-09-29");
    ROW(sheet, "CA-2010-3", "CA-1", "certification", "", "", "2010-03-01", "2030-02-28");
    sheet = books_sheet(
        books, "financial",
        "institution,as_of,registered_capital,paid_in_capital,net_assets,total_loans,"
        "loan_funding,bond_funding");
    ROW(sheet, "MICRO-1", "2024-12-31", "40000000.00", "40000000.00", "48000000.00",
        "31000000.00", "20000000.00", "0.00");
    ROW(sheet, "MICRO-1", "2025-12-31", "40000000.00", "40000000.00", "50000000.00",
        "33000000.00", "48000000.00", "192000000.00");
    ROW(sheet, "MICRO-1", "2026-03-31", "40000000.00", "40000000.00", "51000000.00",
        "52000000.00", has_defects ? "50000000.01" : "50000000.00",
        has_defects ? "200000000.01" : "200000000.00");
    sheet = books_sheet(books, "tariff", "code,amount,rate,valid_from,valid_to");
    ROW(sheet, "GUARANTEE", "", "2.5%", "2025-01-01", "");
    /* the rate of 2025-05-20 is known to hold until the next publication */
    sheet = books_sheet(books, "rate", "series,date,value,holds_until");
    ROW(sheet, "LPR-1Y", "2024-10-21", "3.10%", "2025-05-19");
    ROW(sheet, "LPR-1Y", "2025-05-20", "3.00%", "2026-03-31");
    sheet = loans_parties(&plan->loans);
    PUT(sheet, "party_id", "COMPANY", "kind", "legal", "name", "溪木网络小额贷款有限公司",
        "id_type", "uscc", "id_number", company, "sector", "lending", "region", "310000");
    PUT(sheet, "party_id", "SURETY", "kind", "legal", "name", "松谷融资担保有限公司", "id_type",
        "uscc", "id_number", surety, "sector", "guarantee", "region", "310000");
}

static void expect_defects(struct microloan *plan)
{
    struct loans *loans = &plan->loans;
    books_say(&loans->books, "## What must be found\n\n"
                             "| rule | first day | subject | why |\n|---|---|---|---|");
    loans_expect_person(loans, "ML25-SINGLE10", client(plan, OVER_SINGLE), day_of("2026-02-03"),
                        "5,500,000 against net assets of 50,000,000");
    loans_expect(loans, "ML25-GROUP15", "石桥集团", day_of("2026-02-04"),
                 "two firms of a group owe 8,000,000; 7,500,000 is the limit");
    loans_expect(loans, "ML25-NET-CONS", "H002", day_of("2026-01-23"),
                 "200,001 in a household");
    loans_expect(loans, "ML25-NET-BIZ", "H003", day_of("2026-02-10"),
                 "10,200,000 in a household");
    loans_expect(loans, "ML25-LEV1", "MICRO-1", day_of("2026-03-31"),
                 "a fen more than net assets");
    loans_expect(loans, "ML25-LEV4", "MICRO-1", day_of("2026-03-31"),
                 "a fen more than four times net assets");
    const struct loan *dear[] = {plan->dear, plan->dear_for_days, plan->above_lpr};
    for (size_t i = 0; i < COUNT(dear); i++) {
        int64_t first =
            books_planned(&loans->books, dear[i]->paid_out)->flow.second / DAY_SECONDS;
        if (i < 2)
            loans_expect(loans, "ML25-COST24", dear[i]->id, first,
                         i ? "ten days at 30% a year"
                           : "10% a year and a guarantee fee of 300 on 12,000");
        loans_expect(loans, "ML25-COST4LPR-A", dear[i]->id, first, "a lead: above 12% a year");
    }
    loans_expect_wrongs(loans);
    loans_expect(loans, "ML25-SHOWN",
                 number_text('F', books_planned(&loans->books, plan->hidden_fee)->flow.no),
                 day_of("2026-02-06"), "a charge that is not in the tariff");
}

static const char introduction[] =
    "An invented network microloan company in the first quarter of 2026: its borrowers, loans, "
    "instalments,\n"
    "flows, and the statement of the bank account that it lends out of. Made by\n"
    "`samples/flowaudit-sample`; how it books is told in `samples/PLAN.md`, what must be found "
    "in\n"
    "`expected.csv`.\n";

static const char traps[] =
    "\n## What must not be found\n\n"
    "- a firm that owes a tenth of net assets, a group that owes 15 hundredths, a household "
    "that owes 200,000\n"
    "- loans at four times the LPR, for two months and for ten days\n"
    "- guarantee fees that the tariff has; loans that nobody has paid back yet\n"
    "- funding of exactly once and four times the net assets of the end of the year before";

static const struct damage damages[] = {
    {.kind = LOSE_TABLE, .table = "tariff"},
    {.kind = LOSE_COLUMN, .table = "party", .column = "group"},
    {.kind = GARBLE_CELL,
     .table = "rate",
     .column = "value",
     .record_no = 2,
     .text = "three",
     .code = "ROW-NUMBER"},
    {.kind = GARBLE_CELL,
     .table = "licence",
     .column = "kind",
     .record_no = 1,
     .text = "小贷",
     .code = "ROW-ENUM"},
    {.kind = CUT_FILE, .table = "repayment_due", .record_no = 300, .code = "ROW-FIELDS"},
};

static const struct hindered hindered[] = {
    {"ML25-SHOWN", "without the tariff nobody knows what was disclosed", false},
    {"ML25-GROUP15", "no borrower says which group it belongs to", false},
    {"ML25-COST4LPR-A",
     "the LPR of 2025-05-20 could not be read, and the one before it holds no longer", true},
    {"ML25-NET-CONS", "the licence could not be read, and no other says a scope", false},
    {"ML25-NET-BIZ", "the licence could not be read, and no other says a scope", false},
};

void make_microloan(const struct sample_options *options, enum sample_form form)
{
    struct microloan plan = {
        .loans =
            {.books = {.folder = options->folder,
                       .title = form == SAMPLE_DEFECTS
                                    ? "Microloan company, January to March 2026, with defects"
                                : form == SAMPLE_DAMAGED
                                    ? "Microloan company, January to March 2026, damaged"
                                    : "Microloan company, January to March 2026",
                       .filer = "MICRO-1",
                       .first_day = day_of("2026-01-01"),
                       .last_day = day_of("2026-03-31"),
                       .stated = STATE_NO_CLIENT,
                       .flow_columns =
                           "flow_id,time,payer_account,payee_account,amount,currency,kind,"
                           "status,channel,instrument,contract,order_id,fee_code,reverses,memo",
                       .quotes_all = options->quotes_all},
             .rng = rng_new(options->seed, 11),
             .has_defects = form == SAMPLE_DEFECTS,
             .lender = "COMPANY",
             .client_role = "external"},
    };
    struct loans *loans = &plan.loans;
    books_open(&loans->books, introduction);
    loans->own = books_add_account(&loans->books, "OWN-01", "own_funds", 60000000 * YUAN);
    loans->surety = books_add_account(&loans->books, "SURETY", "external", 0);
    books_add_statement(&loans->books, loans->own, loans->books.first_day);
    plan.first_planted = loans->first_client = (uint32_t)loans->books.accounts.count;
    for (int i = 0; i < CLIENTS; i++)
        loans_add_client(loans, people[i]);
    uint32_t everyday = (uint32_t)loans->books.accounts.count;
    for (int i = 0; i < EVERYDAY_PEOPLE + EVERYDAY_FIRMS; i++)
        loans_add_client(loans, (struct person){.is_firm = i >= EVERYDAY_PEOPLE});
    plan_everyday(&plan, everyday);
    plan_traps(&plan);
    if (loans->has_defects) {
        plan_defects(&plan);
        loans_plan_wrongs(loans);
    }
    write_company(&plan);
    loans_write_accounts(loans);
    loans_write_contracts(loans);
    books_start(&loans->books);
    for (struct planned *due; (due = books_due(&loans->books, INT64_MAX)) != NULL;)
        books_book_planned(&loans->books, due);
    books_close_days(&loans->books);
    if (loans->has_defects)
        expect_defects(&plan);
    books_say(&loans->books, traps);
    books_close(&loans->books, "  covers    contract 2025-01-01 .. 2026-03-31\n"
                               "  covers    financial 2024-12-31 .. 2026-03-31\n"
                               "  covers    rate 2024-10-21 .. 2026-03-31\n"
                               "  covers    repayment_due 2025-01-01 .. 2028-12-31\n"
                               "  as of     2026-03-31\n");
    loans_release(loans);
    if (form == SAMPLE_DAMAGED)
        damage_filing(options->folder, damages, COUNT(damages), hindered, COUNT(hindered));
}
