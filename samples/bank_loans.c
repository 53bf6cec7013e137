/*
 * The internet loans of a small bank in the first quarter of 2026, some of them funded with
 * partners, and what the rules on them forbid. Its net tier 1 capital is 10 million and its
 * loans are 8 million, so that few loans reach a limit.
 */
#include "damage.h"
#include "loans.h"
#include "plans.h"

enum { EVERYDAY = 24 };

enum partner { PARTNER_A, PARTNER_B, PARTNER_C, PARTNER_D, PARTNERS };

static const struct {
    const char *id, *name, *group, *listed_from;
} partners[PARTNERS] = {
    {"PARTNER-A", "海融消费金融有限公司", "海融集团", "2025-10-01"},
    {"PARTNER-B", "北辰银行", "", "2025-10-01"},
    {"PARTNER-C", "海融网络小额贷款有限公司", "海融集团", "2026-01-13"},
    {"PARTNER-D", "明渠信托有限公司", "", "2026-02-10"},
};

enum client {
    /* traps, in every filing */
    AT_LINE_CAP,
    A_YEAR,
    AT_SHARE,
    SHOPPER,
    FIRM_A,
    FIRM_B,
    FIRM_B_AGAIN,
    FIRM_C,
    /* who breaks a rule in the filing with defects, and does nothing in the others */
    OVER_LINE_1,
    OVER_LINE_2,
    OVER_A_YEAR,
    HOUSE,
    INVESTOR,
    LOW_SHARE,
    OVER_LIMIT,
    ELSEWHERE,
    UNLISTED,
    KEPT_TOO_SHORT,
    CLIENTS
};

static const struct person people[CLIENTS] = {
    [FIRM_A] = {.is_firm = true},          [FIRM_B] = {.is_firm = true},
    [FIRM_B_AGAIN] = {.is_firm = true},    [FIRM_C] = {.is_firm = true},
    [OVER_LINE_1] = {.household = "H001"}, [OVER_LINE_2] = {.household = "H001"},
    [OVER_LIMIT] = {.is_firm = true},      [ELSEWHERE] = {.region = "330000"},
};

struct bank {
    struct loans loans;
    uint32_t first_planted, first_partner, broker, shop;
    const struct loan *planted[CLIENTS]; /* the newest of each */
};

static uint32_t client(const struct bank *plan, enum client which)
{
    return plan->first_planted + (uint32_t)which;
}

static struct loan *lend(struct bank *plan, enum client who, const char *day, int64_t principal)
{
    struct loan *loan = loans_add(&plan->loans, client(plan, who), day, principal, 900);
    plan->planted[who] = loan;
    return loan;
}

/* A business loan of two years, PART of which the partner funds. */
static void lend_with(struct bank *plan, enum client who, const char *day, int64_t principal,
                      enum partner partner, int64_t part)
{
    struct loan *loan = lend(plan, who, day, principal);
    loan->purpose = "business";
    loan->months = 24;
    loan->partner = plan->first_partner + (uint32_t)partner;
    loan->partner_amount = part;
    loans_pay(&plan->loans, loan);
}

static void grant_line(struct bank *plan, uint32_t borrower, const char *day, int64_t sum)
{
    loans_add(&plan->loans, borrower, day, sum, 900)->kind = "credit_line";
}

static void lend_at_once(struct bank *plan, enum client who, const char *day, int months)
{
    struct loan *loan = lend(plan, who, day, 18000 * YUAN);
    loan->repayment = "bullet";
    loan->months = months;
    loan->is_kept_too_short = who == KEPT_TOO_SHORT;
    loans_pay(&plan->loans, loan);
}

/* --- the everyday book --- */

static void plan_everyday(struct bank *plan, uint32_t first)
{
    struct loans *loans = &plan->loans;
    struct rng *rng = &loans->rng;
    for (uint32_t i = 0; i < EVERYDAY; i++) {
        bool is_old = rng_below(rng, 3) == 0;
        int64_t day = is_old ? day_of("2025-02-01") + rng_between(rng, 0, 300)
                             : day_of("2026-01-05") + rng_between(rng, 0, 75);
        int64_t sum = rng_between(rng, 5, 60) * 1000 * YUAN;
        grant_line(plan, first + i, day_text(day - 2), sum);
        struct loan *loan = loans_add(loans, first + i, day_text(day), sum / 2,
                                      (int)rng_between(rng, 500, 1100));
        loans_pay(loans, loan);
    }
}

/* Exactly what is allowed. */
static void plan_traps(struct bank *plan)
{
    struct loans *loans = &plan->loans;
    grant_line(plan, client(plan, AT_LINE_CAP), "2026-01-08", 200000 * YUAN);
    lend_at_once(plan, A_YEAR, "2026-01-09", 12);
    lend_at_once(plan, A_YEAR, "2026-03-03", 0);
    lend_with(plan, FIRM_A, "2026-01-12", 2000000 * YUAN, PARTNER_A, 600000 * YUAN);
    lend_with(plan, FIRM_C, "2026-01-13", 2200000 * YUAN, PARTNER_C, 1100000 * YUAN);
    lend_with(plan, FIRM_B, "2026-01-14", 2000000 * YUAN, PARTNER_B, 1000000 * YUAN);
    lend_with(plan, FIRM_B_AGAIN, "2026-01-15", 1000000 * YUAN, PARTNER_B, 500000 * YUAN);
    lend_with(plan, AT_SHARE, "2026-02-16", 10000 * YUAN, PARTNER_A, 3000 * YUAN);
    loans_pay(loans, lend(plan, SHOPPER, "2026-02-03", 20000 * YUAN));
    loans_move(loans, loans_at(loans, "2026-02-05", 18, 0), client(plan, SHOPPER), plan->shop,
               4800 * YUAN, "pay", NULL, NULL);
    loans_move(loans, loans_at(loans, "2026-03-06", 18, 0), client(plan, SHOPPER), plan->broker,
               9000 * YUAN, "transfer", NULL, NULL);
}

static void plan_defects(struct bank *plan)
{
    struct loans *loans = &plan->loans;
    grant_line(plan, client(plan, OVER_LINE_1), "2026-01-16", 150000 * YUAN);
    grant_line(plan, client(plan, OVER_LINE_2), "2026-01-17", 50000 * YUAN + 1);
    lend_at_once(plan, OVER_A_YEAR, "2026-01-18", 13);
    struct loan *loan = lend(plan, HOUSE, "2026-01-19", 180000 * YUAN);
    loan->purpose = "house";
    loans_pay(loans, loan);
    lend_with(plan, OVER_LIMIT, "2026-01-20", 2400000 * YUAN, PARTNER_B, 1200000 * YUAN);
    loans_pay(loans, lend(plan, INVESTOR, "2026-02-03", 20000 * YUAN));
    loans_move(loans, loans_at(loans, "2026-02-20", 9, 30), client(plan, INVESTOR),
               plan->broker, 15000 * YUAN, "transfer", NULL, NULL);
    lend_with(plan, UNLISTED, "2026-02-05", 10000 * YUAN, PARTNER_D, 5000 * YUAN);
    loans_pay(loans, lend(plan, ELSEWHERE, "2026-02-06", 12000 * YUAN));
    lend_with(plan, LOW_SHARE, "2026-02-20", 10000 * YUAN, PARTNER_A, 2999 * YUAN);
    lend_at_once(plan, KEPT_TOO_SHORT, "2026-03-02", 0);
}

/* --- the bank --- */

static void write_bank(struct bank *plan)
{
    struct books *books = &plan->loans.books;
    char code[INVENTED_BYTES];
    invent_uscc(700003, code);
    struct sheet *sheet =
        books_sheet(books, "institution",
                    "institution_id,party,name,uscc,kind,region,established_on,licensed_on");
    ROW(sheet, "BANK-1", "BANK", "浦江农村商业银行", code, "bank", "310000", "2005-08-23",
        "2005-08-25");
    loans_write_others(&plan->loans, sheet);
    sheet = books_sheet(books, "licence",
                        "licence_no,institution,kind,scope,region,valid_from,valid_to");
    ROW(sheet, "B0310H231", "BANK-1", "bank", "deposit;loan", "310000", "2005-08-25", "");
    ROW(sheet, "CA-2010-3", "CA-1", "certification", "", "", "2010-03-01", "2030-02-28");
    sheet = books_sheet(books, "financial",
                        "institution,as_of,registered_capital,tier1_capital,total_loans");
    ROW(sheet, "BANK-1", "2025-12-31", "9000000.00", "10000000.00", "8000000.00");
    ROW(sheet, "BANK-1", "2026-03-31", "9000000.00", "10100000.00", "8400000.00");
    struct sheet *listed = books_sheet(books, "listed", "list,value,kind,valid_from,valid_to");
    ROW(listed, "branchless banks", "91440300MA5DA00R4D", "institution", "2020-07-12", "");
    sheet = loans_parties(&plan->loans);
    PUT(sheet, "party_id", "BANK", "kind", "legal", "name", "浦江农村商业银行", "id_type",
        "uscc", "id_number", code, "sector", "bank", "region", "310000");
    for (uint32_t i = 0; i < PARTNERS; i++) {
        invent_uscc(700010 + i, code);
        PUT(sheet, "party_id", partners[i].id, "kind", "legal", "name", partners[i].name,
            "id_type", "uscc", "id_number", code, "sector", "lending", "group",
            partners[i].group, "region", "310000");
        ROW(listed, "partners", code, "party", partners[i].listed_from, "");
    }
    invent_uscc(700020, code);
    PUT(sheet, "party_id", "BROKER", "kind", "legal", "name", "金石证券股份有限公司", "id_type",
        "uscc", "id_number", code, "sector", "broker", "region", "310000");
    invent_uscc(700021, code);
    PUT(sheet, "party_id", "SHOP", "kind", "legal", "name", "南桥家电有限公司", "id_type",
        "uscc", "id_number", code, "sector", "merchant", "region", "310000");
}

static void expect_defects(struct bank *plan)
{
    static const struct {
        enum client who;
        const char *id, *why;
    } loans_that[] = {
        {OVER_A_YEAR, "IL20-BULLET1Y", "all at once after thirteen months"},
        {HOUSE, "IL20-USE-A", "for a house"},
        {LOW_SHARE, "IL21-PARTNER30", "the partner funds 2,999 of 10,000"},
        {ELSEWHERE, "IL21-LOCAL", "the borrower lives in another province"},
        {UNLISTED, "IL25-LIST", "signed five days before the partner was listed"},
    };
    struct loans *loans = &plan->loans;
    char partner[INVENTED_BYTES];
    int64_t over = plan->planted[OVER_LIMIT]->starts_on;
    books_say(&loans->books, "## What must be found\n\n"
                             "| rule | first day | subject | why |\n|---|---|---|---|");
    loans_expect(loans, "IL20-CAP200K", "H001", 0,
                 "lines of 150,000.00 and 50,000.01 in a household");
    for (size_t i = 0; i < COUNT(loans_that); i++) {
        const struct loan *loan = plan->planted[loans_that[i].who];
        loans_expect(loans, loans_that[i].id, loan->id, loan->starts_on, loans_that[i].why);
    }
    const struct loan *invested = plan->planted[INVESTOR];
    loans_expect(loans, "IL20-USE-B",
                 number_text('F', books_planned(&loans->books, invested->paid_out)->flow.no),
                 invested->starts_on, "a lead: to a broker 17 days after the loan");
    invent_uscc(700010 + PARTNER_B, partner);
    loans_expect(loans, "IL21-CONC25", partner, over,
                 "2,700,000 with one partner; 2,500,000 is the limit");
    loans_expect(loans, "IL21-TOTAL50", "BANK-1", over,
                 "5,200,000 with all partners; 4,000,000 is the limit");
    loans_expect(loans, "EC-RETAIN-BIZ", plan->planted[KEPT_TOO_SHORT]->id,
                 plan->planted[KEPT_TOO_SHORT]->starts_on, "kept for five years, not ten");
    loans_expect_wrongs(loans);
}

static const char introduction[] =
    "The internet loans of an invented bank in the first quarter of 2026: borrowers, lines, "
    "loans alone and\n"
    "with partners, flows, and the statement of the account that it lends out of. Made by\n"
    "`samples/flowaudit-sample`; how it books is told in `samples/PLAN.md`, what must be found "
    "in\n"
    "`expected.csv`.\n";

static const char traps[] =
    "\n## What must not be found\n\n"
    "- a line of 200,000; a loan that is repaid at once after a year\n"
    "- a partner that funds 30 hundredths of a loan; one that was listed on the day of the "
    "loan\n"
    "- loans with partners of exactly half of all loans, with a group of partners of exactly a "
    "quarter of capital\n"
    "- a payment to a shop after a loan, and to a broker on the 31st day";

static const struct damage damages[] = {
    {.kind = LOSE_TABLE, .table = "listed"},
    {.kind = LOSE_COLUMN, .table = "contract", .column = "partner_amount"},
    {.kind = GARBLE_CELL,
     .table = "financial",
     .column = "tier1_capital",
     .record_no = 1,
     .text = "一千万",
     .code = "ROW-NUMBER"},
    {.kind = CUT_FILE, .table = "repayment_due", .record_no = 250, .code = "ROW-FIELDS"},
};

static const struct hindered hindered[] = {
    {"IL25-LIST", "the list of partners is not there", false},
    {"IL21-PARTNER30", "no contract says what its partner funded", false},
    {"IL21-CONC25", "no figures of the bank are known before the end of March", true},
    {"IL21-TOTAL50", "no figures of the bank are known before the end of March", true},
};

/* --- the whole --- */

static void add_accounts(struct bank *plan)
{
    struct loans *loans = &plan->loans;
    struct books *books = &loans->books;
    loans->own = books_add_account(books, "OWN-01", "own_funds", 20000000 * YUAN);
    plan->broker = books_add_account(books, "BROKER", "external", 0);
    plan->shop = books_add_account(books, "SHOP", "external", 0);
    plan->first_partner = (uint32_t)books->accounts.count;
    for (int i = 0; i < PARTNERS; i++)
        books_add_account(books, partners[i].id, "external", 0);
    books_add_statement(books, loans->own, books->first_day);
    plan->first_planted = loans->first_client = (uint32_t)books->accounts.count;
    for (int i = 0; i < CLIENTS; i++)
        loans_add_client(loans, people[i]);
    uint32_t everyday = (uint32_t)books->accounts.count;
    for (int i = 0; i < EVERYDAY; i++)
        loans_add_client(loans, (struct person){.household = i < 2 ? "H009" : NULL});
    plan_everyday(plan, everyday);
}

void make_bank_loans(const struct sample_options *options, enum sample_form form)
{
    struct bank plan = {
        .loans =
            {.books = {.folder = options->folder,
                       .title =
                           form == SAMPLE_DEFECTS
                               ? "Internet loans of a bank, January to March 2026, with defects"
                           : form == SAMPLE_DAMAGED
                               ? "Internet loans of a bank, January to March 2026, damaged"
                               : "Internet loans of a bank, January to March 2026",
                       .filer = "BANK-1",
                       .first_day = day_of("2026-01-01"),
                       .last_day = day_of("2026-03-31"),
                       .stated = STATE_NO_CLIENT,
                       .flow_columns =
                           "flow_id,time,payer_account,payee_account,amount,currency,kind,"
                           "status,channel,instrument,contract,order_id,fee_code,reverses,memo",
                       .quotes_all = options->quotes_all},
             .rng = rng_new(options->seed, 12),
             .has_defects = form == SAMPLE_DEFECTS,
             .lender = "BANK",
             .surety = NO_ACCOUNT,
             .client_role = "customer"},
    };
    struct loans *loans = &plan.loans;
    books_open(&loans->books, introduction);
    add_accounts(&plan);
    plan_traps(&plan);
    if (loans->has_defects) {
        plan_defects(&plan);
        loans_plan_wrongs(loans);
    }
    write_bank(&plan);
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
                               "  covers    financial 2025-12-31 .. 2026-03-31\n"
                               "  covers    repayment_due 2025-01-01 .. 2028-12-31\n"
                               "  as of     2026-03-31\n");
    loans_release(loans);
    if (form == SAMPLE_DAMAGED)
        damage_filing(options->folder, damages, COUNT(damages), hindered, COUNT(hindered));
}
