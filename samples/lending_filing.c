/* What the filing of the online-lending platform says beside its flows. */
#include "lending.h"

#include <string.h>

static const char filer[] = "P2P-1";

void open_lending_filing(struct lending *plan)
{
    plan->action = books_sheet(&plan->books, "action", "action_id,kind,time,order_id");
}

/* --- who --- */

static void write_institutions(struct lending *plan)
{
    struct sheet *sheet =
        books_sheet(&plan->books, "institution",
                    "institution_id,party,name,uscc,kind,region,established_on,filed_on");
    ROW(sheet, filer, "PLATFORM", "拾穗网络借贷信息中介有限公司", "91110102MA0179UA3A",
        "online_lending", "110000", "2016-11-07",
        plan->has_defects ? "2016-11-22" : "2016-11-21");
    ROW(sheet, "BANK-0", "", "云岭银行", "", "bank", "530000", "", "");
    ROW(sheet, "BANK-1", "", "江海银行", "", "bank", "310000", "", "");
    ROW(sheet, "BANK-2", "", "山南银行",
        plan->has_defects ? "91350100M000100Y44" : "91350100M000100Y43", "bank", "540000", "",
        "");
    write_certification(plan, sheet);
    sheet = books_sheet(&plan->books, "relation", "party,institution,kind,share,valid_from");
    ROW(sheet, "PLATFORM", filer, "controller", "1", "2016-11-07");
    ROW(sheet, "AFFILIATE", filer, "affiliate", "", "2017-01-01");
}

static void write_clients(struct lending *plan, struct sheet *sheet)
{
    char text[INVENTED_BYTES];
    for (uint32_t i = plan->first_client; i < plan->books.accounts.count; i++) {
        bool is_natural = !is_firm(plan, i);
        if (i == planned_client(plan, AFFILIATE_BORROWER))
            continue;
        sheet_party(sheet, i);
        sheet_text(sheet, is_natural ? "natural" : "legal");
        invent_name(person_of(plan, i), is_natural, text);
        sheet_text(sheet, text);
        sheet_text(sheet, is_natural ? "resident_id" : "uscc");
        client_number(plan, i, text);
        sheet_text(sheet, text);
        client_telephone(plan, i, text);
        sheet_text(sheet, text);
        sheet_text(sheet, is_natural ? "none" : "merchant");
        bool is_unverified = plan->has_defects && i == planned_client(plan, UNVERIFIED);
        sheet_time_or_none(sheet, is_unverified ? 0 : day_of("2019-06-01") * DAY_SECONDS + i);
        sheet_end(sheet);
    }
}

static void write_parties(struct lending *plan)
{
    struct sheet *sheet = books_sheet(
        &plan->books, "party", "party_id,kind,name,id_type,id_number,phone,sector,verified_at");
    static const char at[] = "2017-01-01T10:00:00";
    ROW(sheet, "PLATFORM", "legal", "拾穗网络借贷信息中介有限公司", "uscc",
        "91110102MA0179UA3A", "", "other", at);
    ROW(sheet, "AFFILIATE", "legal", "拾穗资产管理有限公司", "uscc", "91350100M000100Y43", "",
        "other", at);
    char number[INVENTED_BYTES];
    invent_uscc(9001, number);
    ROW(sheet, "FUND", "legal", "远山基金管理有限公司", "uscc", number, "", "fund", at);
    invent_uscc(9002, number);
    ROW(sheet, "BROKER", "legal", "川流证券有限公司", "uscc", number, "", "broker", at);
    write_clients(plan, sheet);
    write_guests(plan, sheet);
}

/* --- where money stands --- */

static void write_accounts(struct lending *plan)
{
    struct books *books = &plan->books;
    struct sheet *sheet =
        books_sheet(books, "account",
                    "account_id,owner,role,held_at,bank_card,part_of,currency,opened_on,"
                    "closed_on,opening_balance");
    for (uint32_t i = 0; i < books->accounts.count; i++) {
        const struct account *account = &books->accounts.items[i];
        bool is_client = i >= plan->first_client;
        bool has_part =
            is_client && !(plan->has_defects && i == planned_client(plan, NO_SUB_ACCOUNT));
        int64_t opening = i < plan->first_client + LENDERS && is_client ? 20000 * YUAN : 0;
        sheet_text(sheet, account->id);
        char party[16];
        if (is_client)
            sheet_text(sheet, client_party(plan, i, party));
        else
            sheet_text(sheet, i == plan->affiliate ? "AFFILIATE"
                              : i == plan->fund    ? "FUND"
                              : i == plan->broker  ? "BROKER"
                                                   : "PLATFORM");
        sheet_text(sheet, account->role);
        sheet_text(sheet, i == plan->second_custody ? "BANK-2"
                          : i == plan->old_custody  ? "BANK-0"
                                                    : "BANK-1");
        char card[INVENTED_BYTES];
        invent_card(person_of(plan, i), card);
        sheet_text(sheet, is_client && !is_firm(plan, i) ? card : NULL);
        sheet_text(sheet, has_part ? "CUSTODY-01" : NULL);
        sheet_text(sheet, "CNY");
        sheet_text(sheet, i == plan->second_custody ? "2020-09-10"
                          : i == plan->custody      ? "2018-04-01"
                          : is_client               ? "2019-06-01"
                                                    : "2017-01-01");
        sheet_text(sheet, i == plan->old_custody ? "2018-03-31" : NULL);
        sheet_money(sheet, i == plan->custody     ? LENDERS * 20000 * YUAN
                           : i == plan->own_funds ? 3000000 * YUAN
                                                  : opening);
        sheet_end(sheet);
    }
    write_guest_accounts(plan, sheet);
}

/* --- loans --- */

static void write_contracts(struct lending *plan)
{
    struct sheet *sheet = books_sheet(&plan->books, "contract",
                                      "contract_id,kind,borrower,lender,principal,currency,"
                                      "annual_rate,overdue_rate,penalty_rate,"
                                      "opening_owed,listed_on,closed_on,signed_at,signer,cert_"
                                      "from,cert_to,cert_issuer,starts_on,"
                                      "matures_on,ended_on,repayment,purpose,status,sha256_"
                                      "recorded,sha256_found,archived_until");
    sheet->sum_column = "principal";
    for (int i = 0; i < plan->contract_count; i++) {
        const struct contract *contract = &plan->contracts[i];
        char borrower[16], lender[16];
        put_loan(sheet, contract, client_party(plan, contract->borrower, borrower),
                 client_party(plan, contract->lenders[0], lender));
    }
    write_service_contracts(plan, sheet);
}

/* What was published of each project when it was opened to lenders. */
static void write_projects(struct lending *plan)
{
    struct sheet *sheet = books_sheet(&plan->books, "project_page",
                                      "contract,name,repayment_source,safeguard,published_at");
    for (int i = 0; i < plan->contract_count; i++) {
        const struct contract *contract = &plan->contracts[i];
        char name[64];
        snprintf(name, sizeof name, "%s第%d号",
                 is_firm(plan, contract->borrower) ? "经营周转" : "个人消费", i + 1);
        ROW(sheet, contract->id, name,
            is_firm(plan, contract->borrower) ? "经营收入" : "工资收入",
            contract->safeguard ? contract->safeguard : "",
            time_text(contract->listed_day * DAY_SECONDS + 9 * 3600));
    }
}

static void put_claim(struct lending *plan, struct sheet *sheet,
                      const struct contract *contract, int part, int64_t from, int64_t to,
                      const char *came_from, uint32_t holder)
{
    char id[32], text[16];
    int64_t half = contract->principal / 2;
    snprintf(id, sizeof id, "%s-%d%s", contract->id, part + 1, came_from[0] ? "A" : "");
    ROW(sheet, id, contract->id, client_party(plan, holder, text),
        money_text(part == 0 ? half : contract->principal - half), came_from, day_text(from),
        to ? day_text(to) : "");
}

static void write_claims(struct lending *plan)
{
    struct sheet *sheet =
        books_sheet(&plan->books, "claim",
                    "claim_id,contract,holder,principal,came_from,valid_from,valid_to");
    for (int i = 0; i < plan->contract_count; i++) {
        const struct contract *contract = &plan->contracts[i];
        int64_t from = contract->signed_second / DAY_SECONDS + 1;
        if (contract->opening_owed >= 0 || strcmp(contract->status, "cancelled") == 0)
            continue;
        for (int part = 0; part < 2; part++) {
            bool is_replaced = contract->replaced_day && (part == 0 || contract->all_replaced);
            int64_t to = is_replaced ? contract->replaced_day : contract->ended_day;
            put_claim(plan, sheet, contract, part, from, to, "", contract->lenders[part]);
            char id[32];
            snprintf(id, sizeof id, "%s-%d", contract->id, part + 1);
            if (is_replaced)
                put_claim(plan, sheet, contract, part, contract->replaced_day + 1, 0, id,
                          plan->first_lender);
        }
    }
}

/* The interest that a renewal made principal: at the rate of the contract, or above the cap. */
static void write_renewals(struct lending *plan)
{
    struct sheet *sheet =
        books_sheet(&plan->books, "loan_renewal", "contract,first_loan,claimed");
    int64_t from = plan->renewed->signed_second / DAY_SECONDS + 1;
    int64_t to =
        fa_day_add_months(plan->renewing->signed_second / DAY_SECONDS + 1, INSTALMENTS);
    int64_t rate = plan->has_defects ? 16 : 12;
    int64_t interest = plan->renewed->principal / 100 * rate * (to - from) / 365;
    ROW(sheet, plan->renewing->id, plan->renewed->id,
        money_text(plan->renewed->principal + interest));
}

/* --- what was done and told --- */

static void write_reconciliations(struct lending *plan)
{
    struct books *books = &plan->books;
    struct sheet *sheet =
        books_sheet(books, "reconciliation_record", "account,date,ledger,bank,performed_at");
    int64_t missing = NOT_RECONCILED, late = RECONCILED_LATE;
    while (!plan->is_active[missing])
        missing++;
    while (!plan->is_active[late])
        late++;
    for (int64_t i = 0; i <= books->last_day - books->first_day; i++) {
        if (plan->has_defects && i == missing)
            continue;
        int64_t day = books->first_day + i;
        int64_t done = plan->has_defects && i == late ? day + 2 : day + 1;
        ROW(sheet, "CUSTODY-01", day_text(day), money_text(books->closings[i].ledger),
            money_text(books->closings[i].bank), time_text(done * DAY_SECONDS + 9 * 3600));
    }
}

static void put_money(struct sheet *sheet, const char *item, const char *period, int64_t amount,
                      const char *at)
{
    PUT(sheet, "institution", filer, "item", item, "period_end", period, "amount",
        money_text(amount), "published_at", at);
}

static void put_count(struct sheet *sheet, const char *item, const char *period, int64_t count,
                      const char *at)
{
    char text[24];
    snprintf(text, sizeof text, "%lld", (long long)count);
    PUT(sheet, "institution", filer, "item", item, "period_end", period, "number", text,
        "published_at", at);
}

/* Each month's figures: six, and the share of the ten largest borrowers as it is displayed. */
static void write_disclosures(struct lending *plan)
{
    static const char *const at[MONTHS] = {"2020-08-05T15:00:00", "2020-09-04T15:00:00",
                                           "2020-10-14T15:00:00", "2020-11-05T15:00:00"};
    struct sheet *sheet =
        books_sheet(&plan->books, "disclosure",
                    "institution,item,period_end,amount,number,share,decimals,"
                    "published_at");
    int64_t amount = INT64_C(48120000) * YUAN, count = 1630;
    bool is_bad = plan->has_defects;
    for (int i = 0; i < MONTHS; i++) {
        const struct month *month = &plan->months[i];
        const char *period = day_text(month->last_day);
        const char *when = is_bad && i == 2 ? "2020-10-15T15:00:00" : at[i];
        amount += month->lent;
        count += month->new_loans + (is_bad && i == 2);
        put_money(sheet, "loans_amount", period, amount, when);
        put_count(sheet, "loans_count", period, count, when);
        put_money(sheet, "outstanding_amount", period,
                  month->outstanding - (is_bad && i == 0 ? 300000 * YUAN : 0), when);
        put_count(sheet, "outstanding_count", period, month->loans, when);
        put_count(sheet, "lenders_count", period, 812 + 3 * i, when);
        if (!is_bad || i != 1)
            put_count(sheet, "borrowers_count", period, 640 + 4 * i, when);
        /* half up, in hundredths of a percent */
        int64_t part = (month->ten * 20000 + month->outstanding) / (2 * month->outstanding);
        char share[24];
        part -= is_bad && i == 3 ? 11 : 0;
        snprintf(share, sizeof share, "%lld.%02lld%%", (long long)part / 100,
                 (long long)part % 100);
        PUT(sheet, "institution", filer, "item", "top10_share", "period_end", period, "share",
            share, "decimals", "2", "published_at", when);
    }
}

/* As the State Council ordered the years in which a term of working days runs. */
static void write_holidays(struct lending *plan)
{
    static const char *const off[] = {
        "2016-01-01", "2016-02-08", "2016-02-09", "2016-02-10", "2016-02-11", "2016-02-12",
        "2016-04-04", "2016-05-02", "2016-06-09", "2016-06-10", "2016-09-15", "2016-09-16",
        "2016-10-03", "2016-10-04", "2016-10-05", "2016-10-06", "2016-10-07", "2020-01-01",
        "2020-01-24", "2020-01-27", "2020-01-28", "2020-01-29", "2020-01-30", "2020-01-31",
        "2020-04-06", "2020-05-01", "2020-05-04", "2020-05-05", "2020-06-25", "2020-06-26",
        "2020-10-01", "2020-10-02", "2020-10-05", "2020-10-06", "2020-10-07", "2020-10-08"};
    static const char *const work[] = {"2016-02-06", "2016-02-14", "2016-06-12", "2016-09-18",
                                       "2016-10-08", "2016-10-09", "2020-01-19", "2020-04-26",
                                       "2020-05-09", "2020-06-28", "2020-09-27", "2020-10-10"};
    struct sheet *sheet = books_sheet(&plan->books, "holiday", "calendar,date,kind");
    for (size_t i = 0; i < COUNT(off); i++)
        ROW(sheet, "cn", off[i], "off");
    for (size_t i = 0; i < COUNT(work); i++)
        ROW(sheet, "cn", work[i], "work");
}

void write_lending_filing(struct lending *plan)
{
    write_institutions(plan);
    write_parties(plan);
    write_accounts(plan);
    write_contracts(plan);
    write_projects(plan);
    write_claims(plan);
    write_renewals(plan);
    write_reconciliations(plan);
    write_disclosures(plan);
    write_holidays(plan);
}
