/*
 * An elderly-care home in Yunnan from the day it opened, 2025-11-01, to 2026-10-31: residents
 * move in, pay deposits and membership fees into the special account and service fees to the
 * home, and some leave.
 */
#include "plans.h"

#include <stdlib.h>
#include <string.h>

#include "damage.h"
#include "prepaid.h"

#define YUAN INT64_C(100)

enum {
    RESIDENTS = 24,
    FEES_MAX = 256,
    ACTIONS_MAX = 32,
    REFUNDS_MAX = 8,
    FIRST_ORDER = 1000000
};

/* Residents who do nothing but what is planned for them. */
enum resident {
    LONG_AHEAD,
    HIGH_DEPOSIT,
    HIGH_MEMBERSHIP,
    BARRED_MEMBERSHIP,
    LATE_CASH,
    KEPT_CASH,
    LATE_REFUND,
    ELSEWHERE_REFUND,
    AFTER_CLOSURE,
    PAID_INTEREST,
    AT_LIMITS,
    PLANNED
};

struct fee {
    uint32_t resident;
    const char *kind;
    int64_t amount, from, to; /* days; 0: none */
    int64_t second, deposited;
    uint64_t order_no;
    int place; /* of its flow */
};

struct action {
    const char *kind;
    int64_t second, until;
    uint32_t party, account; /* NO_ACCOUNT: none */
    uint64_t order_no;       /* 0: none */
    int64_t amount;
};

struct home {
    struct books books;
    struct rng rng;
    enum sample_form form;
    uint32_t special, second_special, own, power, broker, bank_fees, staff, hospital, sums;
    uint32_t first_client, first_resident;
    struct fee fees[FEES_MAX];
    int fee_count;
    struct action actions[ACTIONS_MAX];
    int action_count;
    struct refund refunds[REFUNDS_MAX];
    int refund_count;
    uint64_t order_count;
    /* what must be found: places of planned flows, numbers of fees and actions */
    int used, unpaid_papers, salary, charged, interest[2], long_ahead, late_cash, kept_cash,
        barred, after_closure, high_deposit, high_membership, late_refund, elsewhere_refund,
        short_notice, secret;
};

static bool has_defects(const struct home *home)
{
    return home->form == SAMPLE_DEFECTS;
}

static int64_t at(const char *day, int hour)
{
    return day_of(day) * DAY_SECONDS + hour * 3600;
}

static uint32_t planned_client(const struct home *home, enum resident who)
{
    return home->first_client + (uint32_t)who;
}

static int64_t bed_fee(uint32_t resident)
{
    return (1500 + resident % 5 * 300) * YUAN;
}

static int64_t service_fee(uint32_t resident)
{
    return (2400 + resident % 4 * 200) * YUAN;
}

/* --- flows, fees, actions --- */

static int move(struct home *home, int64_t second, uint32_t payer, uint32_t payee,
                int64_t amount, const char *kind, uint64_t order_no)
{
    struct flow flow = {.second = second,
                        .payer = payer,
                        .payee = payee,
                        .owed_up = NO_ACCOUNT,
                        .owed_down = NO_ACCOUNT,
                        .amount = amount,
                        .kind = kind,
                        .purpose = strcmp(kind, "pay") == 0      ? "养老服务"
                                   : strcmp(kind, "refund") == 0 ? "退费"
                                                                 : "日常支出",
                        .status = "settled",
                        .channel = "online",
                        .instrument = "transfer",
                        .order_no = order_no ? order_no : FIRST_ORDER + ++home->order_count,
                        .bank_delay = 20};
    if (payer >= home->first_client && payee == home->special)
        flow.owed_up = payer;
    if (payee >= home->first_client && payer == home->special)
        flow.owed_down = payee;
    return books_plan(&home->books, (struct planned){.flow = flow});
}

static struct flow *planned_flow(struct home *home, int place)
{
    return &home->books.planned.items[place].flow;
}

/* A charge of a resident, paid into ACCOUNT at once; gives its number. */
static int charge(struct home *home, uint32_t resident, const char *kind, int64_t second,
                  int64_t amount, uint32_t account)
{
    if (home->fee_count == FEES_MAX)
        die("more than %d charges", FEES_MAX);
    struct fee *fee = &home->fees[home->fee_count];
    *fee = (struct fee){.resident = resident, .kind = kind, .amount = amount, .second = second};
    fee->place = move(home, second + 60, resident, account, amount, "pay", 0);
    fee->order_no = planned_flow(home, fee->place)->order_no;
    fee->deposited = account == home->special ? second + 60 : 0;
    return home->fee_count++;
}

static int charge_service(struct home *home, uint32_t resident, int64_t second, int64_t from,
                          int months)
{
    int fee =
        charge(home, resident, "service", second, service_fee(resident) * months, home->own);
    home->fees[fee].from = from;
    home->fees[fee].to = fa_day_add_months(from, months) - 1;
    return fee;
}

static int act(struct home *home, struct action action)
{
    if (home->action_count == ACTIONS_MAX)
        die("more than %d actions", ACTIONS_MAX);
    home->actions[home->action_count] = action;
    return home->action_count++;
}

/* FEE is asked back at SECOND and paid to PAYEE after DAYS; gives the number of the request. */
static int pay_back(struct home *home, int fee_no, int64_t second, int days, uint32_t payee)
{
    const struct fee *fee = &home->fees[fee_no];
    int place = move(home, second + days * DAY_SECONDS + 1800, home->special, payee,
                     fee->amount, "refund", fee->order_no);
    planned_flow(home, place)->owed_down = fee->resident;
    return act(home, (struct action){"refund_request", second, 0, fee->resident, NO_ACCOUNT,
                                     fee->order_no, fee->amount});
}

/* --- the everyday life of the home --- */

static void plan_resident(struct home *home, uint32_t resident, int number)
{
    int64_t day = home->books.first_day + 4 + number * 6;
    int64_t second = day * DAY_SECONDS + 9 * 3600 + rng_between(&home->rng, 0, 3600);
    int deposit = charge(home, resident, "deposit", second,
                         bed_fee(resident) * rng_between(&home->rng, 2, 6), home->special);
    if (number % 3 == 0)
        charge(home, resident, "membership", second + 600, service_fee(resident) * 6,
               home->special);
    int64_t leaves = number % 8 == 7 ? day + 150 : home->books.last_day;
    int64_t from = day;
    for (; from < leaves - 92; from = fa_day_add_months(from, 3))
        charge_service(home, resident, from * DAY_SECONDS + 10 * 3600 + number, from, 3);
    if (leaves != home->books.last_day)
        pay_back(home, deposit, leaves * DAY_SECONDS + 11 * 3600, number == 15, resident);
}

static void plan_expenses(struct home *home)
{
    for (int64_t day = home->books.first_day + 20; day <= home->books.last_day; day += 30) {
        int64_t second = day * DAY_SECONDS + 15 * 3600;
        move(home, second, home->own, home->power, rng_between(&home->rng, 3000, 6000) * YUAN,
             "pay", 0);
        move(home, second + 60, home->own, home->staff,
             rng_between(&home->rng, 20000, 30000) * YUAN, "transfer", 0);
    }
}

/* --- what looks like a breach and is none --- */

static void plan_medical(struct home *home, int64_t second, int64_t papers, int *place)
{
    *place = move(home, second, home->special, home->hospital, 5000 * YUAN, "transfer", 0);
    struct flow *flow = planned_flow(home, *place);
    flow->purpose = "紧急医疗支取";
    act(home, (struct action){"confirmation", papers, 0, NO_ACCOUNT, NO_ACCOUNT, flow->order_no,
                              flow->amount});
}

static void plan_traps(struct home *home)
{
    uint32_t resident = planned_client(home, AT_LIMITS);
    home->secret =
        move(home, at("2026-09-02", 9), home->own, home->power, 100 * YUAN, "pay", 0);
    planned_flow(home, home->secret)->memo =
        has_defects(home) ? "门禁系统密码重置费" : "门禁系统维护费";
    int place;
    int deposit = charge(home, resident, "deposit", at("2025-11-03", 9), bed_fee(resident) * 12,
                         home->special);
    charge(home, resident, "membership", at("2025-11-03", 10), service_fee(resident) * 12,
           home->special);
    charge_service(home, resident, at("2026-01-02", 9), day_of("2026-01-05"), 12);
    /* a part of the deposit is set off against what the resident owes */
    place = move(home, at("2026-02-02", 9), home->special, home->own, 1000 * YUAN, "transfer",
                 home->fees[deposit].order_no);
    planned_flow(home, place)->owed_down = resident;
    planned_flow(home, place)->purpose = "抵扣本人欠费";
    /* which makes room for cash that was brought to the bank the next day, and went back */
    int cash =
        charge(home, resident, "deposit", at("2026-03-02", 9), 1000 * YUAN, home->special);
    struct fee *fee = &home->fees[cash];
    planned_flow(home, fee->place)->second = fee->deposited = at("2026-03-03", 16);
    pay_back(home, cash, at("2026-03-05", 9), 1, resident);
    plan_medical(home, at("2026-04-07", 9), at("2026-04-16", 17), &place);
    move(home, at("2026-05-18", 9), home->special, home->power, 888 * YUAN, "pay", 0);
    act(home, (struct action){"alert", at("2026-06-01", 8), at("2026-06-05", 8), NO_ACCOUNT,
                              home->special, 0, 0});
    act(home, (struct action){"notice", at("2026-06-10", 9), at("2026-07-10", 0), NO_ACCOUNT,
                              NO_ACCOUNT, 0, 0});
    move(home, at("2026-06-05", 9), home->special, home->power, 777 * YUAN, "pay", 0);
}

/* --- what must be found --- */

static void plan_money_defects(struct home *home)
{
    home->long_ahead = charge_service(home, planned_client(home, LONG_AHEAD),
                                      at("2025-12-29", 9), day_of("2026-01-01"), 13);
    uint32_t who = planned_client(home, HIGH_DEPOSIT);
    charge(home, who, "deposit", at("2025-11-20", 9), bed_fee(who) * 12, home->special);
    home->high_deposit = charge(home, who, "deposit", at("2026-02-10", 9), YUAN, home->special);
    who = planned_client(home, HIGH_MEMBERSHIP);
    home->high_membership = charge(home, who, "membership", at("2025-12-10", 9),
                                   service_fee(who) * 12 + 1, home->special);
    home->barred = charge(home, planned_client(home, BARRED_MEMBERSHIP), "membership",
                          at("2026-09-07", 9), 10000 * YUAN, home->special);
    home->late_cash = charge(home, planned_client(home, LATE_CASH), "deposit",
                             at("2025-12-15", 9), 3000 * YUAN, home->special);
    struct fee *fee = &home->fees[home->late_cash];
    planned_flow(home, fee->place)->second = fee->deposited = at("2025-12-17", 10);
    /* the register says that it reached the special account; the bank knows better */
    home->kept_cash = charge(home, planned_client(home, KEPT_CASH), "membership",
                             at("2026-07-06", 9), 20000 * YUAN, home->own);
    fee = &home->fees[home->kept_cash];
    fee->deposited = fee->second + DAY_SECONDS;
    planned_flow(home, fee->place)->owed_up = fee->resident;
    act(home,
        (struct action){"closure", at("2026-09-14", 10), 0, NO_ACCOUNT, home->special, 0, 0});
    home->after_closure = charge(home, planned_client(home, AFTER_CLOSURE), "deposit",
                                 at("2026-09-21", 9), 2000 * YUAN, home->special);
}

static void plan_refund_defects(struct home *home)
{
    uint32_t who = planned_client(home, LATE_REFUND);
    int fee = charge(home, who, "deposit", at("2025-11-25", 9), 1500 * YUAN, home->special);
    home->late_refund = pay_back(home, fee, at("2026-06-15", 9), 2, who);
    fee = charge(home, planned_client(home, ELSEWHERE_REFUND), "deposit", at("2025-11-26", 9),
                 1500 * YUAN, home->special);
    home->elsewhere_refund = pay_back(home, fee, at("2026-06-16", 9), 0, home->staff);
}

static void plan_defects(struct home *home)
{
    plan_money_defects(home);
    plan_refund_defects(home);
    home->used = move(home, at("2026-04-20", 9), home->special, home->broker, 30000 * YUAN,
                      "transfer", 0);
    plan_medical(home, at("2026-05-06", 9), at("2026-05-15", 9), &home->unpaid_papers);
    act(home, (struct action){"alert", at("2026-08-17", 8), at("2026-08-24", 8), NO_ACCOUNT,
                              home->special, 0, 0});
    home->salary =
        move(home, at("2026-08-18", 9), home->special, home->staff, 8000 * YUAN, "transfer", 0);
    home->charged =
        move(home, at("2026-03-27", 9), home->special, home->bank_fees, 200 * YUAN, "fee", 0);
    home->short_notice =
        act(home, (struct action){"notice", at("2026-08-03", 9), at("2026-09-01", 18),
                                  NO_ACCOUNT, NO_ACCOUNT, 0, 0});
    uint32_t who = planned_client(home, PAID_INTEREST);
    home->interest[0] =
        move(home, at("2026-02-25", 9), home->own, who, 50 * YUAN, "interest", 0);
    home->interest[1] =
        move(home, at("2026-03-25", 9), home->own, who, 50 * YUAN, "interest", 0);
}

/* Packages of care that residents paid for and gave back. */
static void plan_register(struct home *home)
{
    static const struct refund kinds[] = {
        {.paid = 100000,
         .bonus = 20000,
         .used = 30000,
         .deducted = 25000,
         .refunded = 75000,
         .fault = "operator"},
        {.paid = 100000, .refunded = 100000, .fault = "neither"},
        {.paid = 100000,
         .used = 15000,
         .deducted = 15000,
         .refunded = 84000,
         .fault = "neither",
         .rule = "SPC25-7DAY",
         .why = "160 kept of 1,000 that was asked back on the third day, with 150 used"},
        {.paid = 100000,
         .bonus = 20000,
         .used = 30000,
         .deducted = 25000,
         .refunded = 74999,
         .fault = "operator",
         .rule = "SPC25-REFUND",
         .why = "a fen less than 1,000 less 250"},
        {.paid = 100000,
         .bonus = 20000,
         .used = 30000,
         .deducted = 30000,
         .refunded = 70000,
         .fault = "operator",
         .rule = "SPC25-DISCOUNT",
         .why = "300 deducted at list price though the home was at fault"},
    };
    for (size_t i = 0; i < (has_defects(home) ? COUNT(kinds) : 2); i++) {
        uint32_t resident = home->first_resident + (uint32_t)i;
        int64_t second = at("2026-03-10", 14) + (int64_t)i * DAY_SECONDS;
        int fee_no = charge(home, resident, "service", second, kinds[i].paid, home->own);
        struct fee *fee = &home->fees[fee_no];
        fee->from = second / DAY_SECONDS;
        fee->to = fa_day_add_months(fee->from, 6) - 1;
        planned_flow(home, fee->place)->purpose = "康复护理套餐";
        bool is_early =
            kinds[i].rule ? strcmp(kinds[i].rule, "SPC25-7DAY") == 0 : kinds[i].bonus == 0;
        struct refund refund = kinds[i];
        refund.party = resident;
        refund.order_no = fee->order_no;
        refund.paid_at = second + 60;
        refund.requested_at = second + (is_early ? 3 : 40) * DAY_SECONDS;
        refund.refunded_on = refund.requested_at / DAY_SECONDS + 4;
        move(home, refund.refunded_on * DAY_SECONDS + 11 * 3600, home->own, resident,
             refund.refunded, "refund", refund.order_no);
        home->refunds[home->refund_count++] = refund;
    }
}

/* --- who and where --- */

static void add_accounts(struct home *home)
{
    struct books *books = &home->books;
    /* the risk margin lay there when the home opened */
    home->special = books_add_account(books, "SPECIAL-01", "elder_special", 50000 * YUAN);
    home->own = books_add_account(books, "OWN-01", "own_funds", 2000000 * YUAN);
    home->power = books_add_account(books, "POWER-01", "external", 0);
    home->broker = books_add_account(books, "BROKER-01", "external", 0);
    home->bank_fees = books_add_account(books, "BANK-FEES", "external", 0);
    home->staff = books_add_account(books, "STAFF-01", "external", 0);
    home->hospital = books_add_account(books, "HOSPITAL-01", "external", 0);
    home->sums = books->control_customers =
        books_add_account(books, "RESIDENTS", "customer", 0);
    home->second_special = has_defects(home)
                               ? books_add_account(books, "SPECIAL-02", "elder_special", 0)
                               : NO_ACCOUNT;
    home->first_client = (uint32_t)books->accounts.count;
    home->first_resident = home->first_client + PLANNED;
    for (int i = 0; i < PLANNED + RESIDENTS; i++) {
        char id[16];
        snprintf(id, sizeof id, "C%08d", (int)books->accounts.count);
        books_add_account(books, id, "customer", 0);
    }
    books_add_statement(books, home->special, books->first_day);
    books_add_statement(books, home->own, books->first_day);
}

/* The first everyday residents have odd numbers where there are defects. */
static void make_resident(const struct home *home, uint32_t resident, struct person *person)
{
    int odd = (int)resident - (int)home->first_resident;
    person_make(resident, has_defects(home) && odd >= 0 && odd < ODD_PEOPLE ? odd : EVERYDAY,
                person);
}

static const char *const owners[] = {"HOME",  "HOME",     "POWER", "BROKER", "BANKCO",
                                     "STAFF", "HOSPITAL", "HOME",  "HOME"};

static void write_accounts(struct home *home)
{
    struct books *books = &home->books;
    struct sheet *sheet =
        books_sheet(books, "account",
                    "account_id,owner,role,held_at,bank_card,currency,opened_on,closed_on,"
                    "opening_balance");
    for (uint32_t i = 0; i < books->accounts.count; i++) {
        const struct account *account = &books->accounts.items[i];
        bool is_second = i == home->second_special;
        char party[16];
        struct person person = {.card = ""};
        if (i >= home->first_client)
            make_resident(home, i, &person);
        party_text(i, party);
        PUT(sheet, "account_id", account->id, "owner",
            i < home->first_client ? owners[i] : party, "role", account->role, "held_at",
            is_second        ? "BANK-2"
            : i <= home->own ? "BANK-1"
                             : "",
            "bank_card", person.card, "currency", "CNY", "opened_on",
            is_second ? "2026-07-20" : "2025-11-01", "closed_on", is_second ? "2026-07-29" : "",
            "opening_balance", money_text(account->balance));
    }
}

static void write_parties(struct home *home)
{
    struct sheet *sheet =
        books_sheet(&home->books, "party",
                    "party_id,kind,name,id_type,id_number,phone,sector,region,"
                    "verified_at");
    static const char *const firms[][3] = {
        {"HOME", "滇池颐养院", "other"},      {"POWER", "昆明供电公司", "merchant"},
        {"BROKER", "苍山证券公司", "broker"}, {"BANKCO", "红河银行", "bank"},
        {"STAFF", "员工工资专户", "other"},   {"HOSPITAL", "昆明康宁医院", "other"}};
    char number[INVENTED_BYTES], party[16];
    for (size_t i = 0; i < COUNT(firms); i++) {
        invent_uscc(7000 + i, number);
        if (has_defects(home) && strcmp(firms[i][0], "POWER") == 0)
            code_spoil(number);
        PUT(sheet, "party_id", firms[i][0], "kind", "legal", "name", firms[i][1], "id_type",
            "uscc", "id_number", number, "sector", firms[i][2], "region", "530000",
            "verified_at", "2025-10-15T10:00:00");
    }
    for (uint32_t i = home->first_client; i < home->books.accounts.count; i++) {
        struct person person;
        make_resident(home, i, &person);
        party_text(i, party);
        PUT(sheet, "party_id", party, "kind", "natural", "name", person.name, "id_type",
            "resident_id", "id_number", person.id_number, "phone", person.phone, "sector",
            "none", "region", "530000", "verified_at",
            time_text(day_of("2025-10-20") * DAY_SECONDS + i));
    }
}

static void write_home(struct home *home)
{
    struct books *books = &home->books;
    char uscc[4][INVENTED_BYTES];
    for (uint64_t i = 0; i < COUNT(uscc); i++)
        invent_uscc(i == 0 ? 7000 : 8000 + i, uscc[i]);
    if (has_defects(home))
        code_spoil(uscc[3]);
    struct sheet *sheet =
        books_sheet(books, "institution",
                    "institution_id,party,name,uscc,kind,region,established_on,"
                    "licensed_on,filed_on,started_on");
    ROW(sheet, "HOME-1", "HOME", "滇池颐养院", uscc[0], "elder_care", "530000", "2025-03-12",
        "2025-10-08", "2025-10-20", "2025-11-01");
    ROW(sheet, "BANK-1", "BANKCO", "红河银行", uscc[1], "bank", "530000", "", "", "", "");
    ROW(sheet, "BANK-2", "", "澜沧江银行", uscc[2], "bank", "530000", "", "", "", "");
    ROW(sheet, "BANK-3", "", "南盘江银行", uscc[3], "bank", "530000", "", "", "", "");
    sheet = books_sheet(books, "licence", "licence_no,institution,kind,valid_from,valid_to");
    ROW(sheet, "YL530100-017", "HOME-1", "elder_care", "2025-10-08", "");
    sheet = books_sheet(books, "financial",
                        "institution,as_of,registered_capital,paid_in_capital,net_assets,"
                        "net_fixed_assets,pledged_assets");
    ROW(sheet, "HOME-1", "2025-10-31", "5000000.00", "5000000.00", "6200000.00", "8000000.00",
        "3000000.00");
    ROW(sheet, "HOME-1", "2026-06-30", "5000000.00", "5000000.00", "6100000.00", "7900000.00",
        has_defects(home) ? "7800000.00" : "3000000.00");
    sheet = books_sheet(books, "listed", "list,value,kind,valid_from,valid_to");
    ROW(sheet, "elder_custody_banks", uscc[1], "institution", "2025-10-31",
        has_defects(home) ? "2026-09-30" : "");
    ROW(sheet, "elder_custody_banks", uscc[2], "institution", "2025-10-31", "");
    ROW(sheet, "dishonest_elder_homes", has_defects(home) ? uscc[0] : uscc[2], "institution",
        "2026-09-01", "");
    sheet = books_sheet(books, "holiday", "calendar,date,kind");
    static const char *const days[] = {"2025-01-01", "2026-01-01", "2026-01-02", "2026-04-06",
                                       "2026-05-01", "2026-05-04", "2026-05-05"};
    for (size_t i = 0; i < COUNT(days); i++)
        ROW(sheet, "cn", days[i], "off");
    ROW(sheet, "cn", "2026-05-09", "work");
}

static void write_fees(struct home *home)
{
    struct sheet *sheet =
        books_sheet(&home->books, "prepaid_fee",
                    "fee_id,party,kind,amount,period_from,period_to,monthly_bed_fee,"
                    "monthly_service_fee,collected_at,deposited_at,order_id");
    sheet->sum_column = "amount";
    for (int i = 0; i < home->fee_count; i++) {
        const struct fee *fee = &home->fees[i];
        sheet_number(sheet, 'E', (uint64_t)i + 1);
        sheet_party(sheet, fee->resident);
        sheet_text(sheet, fee->kind);
        sheet_money(sheet, fee->amount);
        sheet_day_or_none(sheet, fee->from);
        sheet_day_or_none(sheet, fee->to);
        sheet_money(sheet, bed_fee(fee->resident));
        sheet_money(sheet, service_fee(fee->resident));
        sheet_time(sheet, fee->second);
        sheet_time_or_none(sheet, fee->deposited);
        sheet_number(sheet, 'O', fee->order_no);
        sheet_end(sheet);
        sheet->sum += fee->amount;
    }
}

static void write_actions(struct home *home)
{
    struct sheet *sheet = books_sheet(
        &home->books, "action", "action_id,kind,time,until,party,account,order_id,amount");
    for (int i = 0; i < home->action_count; i++) {
        const struct action *action = &home->actions[i];
        sheet_number(sheet, 'A', (uint64_t)i + 1);
        sheet_text(sheet, action->kind);
        sheet_time(sheet, action->second);
        sheet_time_or_none(sheet, action->until);
        if (action->party == NO_ACCOUNT)
            sheet_text(sheet, NULL);
        else
            sheet_party(sheet, action->party);
        sheet_text(sheet, action->account == NO_ACCOUNT
                              ? NULL
                              : home->books.accounts.items[action->account].id);
        if (action->order_no)
            sheet_number(sheet, 'O', action->order_no);
        else
            sheet_text(sheet, NULL);
        if (action->amount)
            sheet_money(sheet, action->amount);
        else
            sheet_text(sheet, NULL);
        sheet_end(sheet);
    }
}

/* --- expected.csv --- */

static void expect(struct home *home, const char *id, const char *subject, int64_t first,
                   int64_t amount, const char *why)
{
    books_expect(&home->books, &(struct expected){.what = "finding",
                                                  .id = id,
                                                  .subject = subject,
                                                  .first = first,
                                                  .last = first,
                                                  .amount = amount,
                                                  .why = why});
}

static void expect_flow(struct home *home, const char *id, int place, const char *why)
{
    const struct flow *flow = &books_planned(&home->books, place)->flow;
    expect(home, id, number_text('F', flow->no), flow->second / DAY_SECONDS, flow->amount, why);
}

static void expect_fee(struct home *home, const char *id, int fee_no, const char *why)
{
    const struct fee *fee = &home->fees[fee_no];
    expect(home, id, number_text('E', (uint64_t)fee_no + 1), fee->second / DAY_SECONDS,
           fee->amount, why);
}

static void expect_action(struct home *home, const char *id, int action_no, const char *why)
{
    const struct action *action = &home->actions[action_no];
    expect(home, id, number_text('A', (uint64_t)action_no + 1), action->second / DAY_SECONDS,
           action->amount, why);
}

static void expect_of_resident(struct home *home, const char *id, int fee_no, const char *why)
{
    char party[16];
    const struct fee *fee = &home->fees[fee_no];
    party_text(fee->resident, party);
    expect(home, id, party, fee->second / DAY_SECONDS, 0, why);
}

static void expect_people(struct home *home)
{
    int64_t opened = home->books.first_day;
    people_expect(&home->books, home->first_resident, home->first_resident, opened);
    expect(home, "ID-LUHN", home->books.accounts.items[home->first_resident + BAD_CARD].id,
           opened, 0, "a lead: the check digit of a bank card is wrong");
    expect(home, "ID-USCC", "POWER", 0, 0, "the check character is wrong");
    expect(home, "ID-USCC-B", "BANK-3", 0, 0, "the check character of the bank's is wrong");
    expect_flow(home, "PII-C3-B", home->secret, "a lead: the text speaks of a password");
}

static void expect_defects(struct home *home)
{
    books_say(&home->books, "## What must be found\n\n| rule | first day | subject | why |\n"
                            "|---|---|---|---|");
    expect_fee(home, "EP24-12M", home->long_ahead, "a service fee for 13 months");
    expect_of_resident(home, "EP24-DEP12X", home->high_deposit,
                       "a yuan more than twelve bed fees");
    expect_of_resident(home, "EP24-MEMB", home->high_membership,
                       "a fen more than twelve service fees");
    expect(home, "EP24-MEMB-BAN", "HOME-1", home->fees[home->barred].second / DAY_SECONDS, 0,
           "a membership fee a week after the home was listed as dishonest");
    expect(home, "EP24-ASSET", "HOME-1", day_of("2026-06-30"), 0,
           "nearly all fixed assets were pledged");
    expect(home, "EP24-ONEACCT-A", "HOME-1", day_of("2026-07-20"), 0,
           "a second special account for ten days");
    expect(home, "EP24-ONEACCT-B", "SPECIAL-01", day_of("2026-10-01"), 0,
           "the bank was taken off the list");
    expect_fee(home, "EP24-SAMEDAY", home->late_cash,
               "cash came to the bank on the second day");
    expect(home, "EP24-EQUAL", "HOME-1", home->fees[home->late_cash].second / DAY_SECONDS + 1,
           0, "the same cash, until it came");
    expect(home, "EP24-EQUAL", "HOME-1", home->fees[home->kept_cash].second / DAY_SECONDS + 1,
           0, "a membership fee that went into own funds");
    expect_flow(home, "EP24-USE", home->used, "30,000 to a securities broker");
    expect_action(home, "EP24-REFUND", home->late_refund, "paid back on the second day");
    expect_action(home, "EP24-REFUND", home->elsewhere_refund, "paid back to somebody else");
    expect_flow(home, "EP24-MED7", home->unpaid_papers, "papers on the eighth working day");
    expect_flow(home, "EP24-ABNORMAL", home->salary, "salaries while an alert was open");
    expect_flow(home, "EP24-NOFEE", home->charged, "the bank charged for custody");
    expect_fee(home, "EP24-CLOSING", home->after_closure,
               "a deposit a week after the closure was reported");
    expect_action(home, "EP24-STOP30", home->short_notice, "29 days' notice");
    const struct flow *interest = &books_planned(&home->books, home->interest[0])->flow;
    expect(home, "EP24-NORETURN", home->books.accounts.items[interest->payee].id,
           interest->second / DAY_SECONDS, 0, "a lead: interest in two months");
    refunds_expect(&home->books, home->refunds, (size_t)home->refund_count);
    expect_people(home);
}

/* --- the sample --- */

static const char introduction[] = "An invented elderly-care home in Yunnan in its first year, "
                                   "from November 2025 to October 2026: what\n"
                                   "residents paid ahead, the special account at the custody "
                                   "bank, own funds, and the statements of\n"
                                   "both. Made by `samples/flowaudit-sample`; how it books is "
                                   "told in `samples/PLAN.md`, what must be\n"
                                   "found in `expected.csv`.\n";

static const char traps[] =
    "\n## What must not be found\n\n"
    "- a deposit of twelve bed fees, a membership fee of twelve service fees, a service fee "
    "for twelve months\n"
    "- cash that came to the bank on the next day, a refund that was paid on the next day\n"
    "- a part of a deposit that was set off against what its resident owed\n"
    "- papers of a medical emergency on the seventh working day, over a public holiday\n"
    "- the home's power bill, paid from the special account an hour after an alert was closed\n"
    "- 30 days' notice";

static const struct damage damages[] = {
    {LOSE_TABLE, "listed", NULL, 0, NULL, NULL},
    {LOSE_TABLE, "holiday", NULL, 0, NULL, NULL},
    {LOSE_COLUMN, "prepaid_fee", "monthly_bed_fee", 0, NULL, NULL},
    {LOSE_COLUMN, "financial", "pledged_assets", 0, NULL, NULL},
    {GARBLE_CELL, "prepaid_fee", "collected_at", 3, "2025/13/45", "ROW-TIME"},
    {GARBLE_CELL, "party", "kind", 9, "自然人", "ROW-ENUM"},
    {CUT_FILE, "prepaid_refund", NULL, 2, NULL, "ROW-FIELDS"},
};

static const struct hindered hindered[] = {
    {"EP24-ASSET", "what is pledged of the fixed assets is not said", false},
    {"EP24-DEP12X", "no bed fee is given", false},
    {"EP24-MARGIN", "the province's ratio and base are parameters that nobody gave", false},
    {"EP24-MEMB-BAN", "there are no lists of dishonest and public homes", false},
    {"EP24-ONEACCT-B", "there is no list of custody banks", false},
    {"EP24-MED7", "without the calendar nobody knows the seventh working day", true},
    {"ID-SHARE-B", "of the owner whose row was rejected nobody knows whether a number is known", true},
};

void make_elder(const struct sample_options *options, enum sample_form form)
{
    static const char *const titles[] = {
        "Elderly-care home, November 2025 to October 2026, clean",
        "Elderly-care home, November 2025 to October 2026, with defects",
        "Elderly-care home, November 2025 to October 2026, damaged"};
    struct home home = {
        .books = {.folder = options->folder,
                  .title = titles[form],
                  .filer = "HOME-1",
                  .first_day = day_of("2025-11-01"),
                  .last_day = day_of("2026-10-31"),
                  .stated = STATE_SUMS,
                  .flow_columns =
                      "flow_id,time,payer_account,payee_account,amount,currency,kind,status,"
                      "channel,instrument,purpose,order_id,memo",
                  .quotes_all = options->quotes_all},
        .rng = rng_new(options->seed, 5),
        .form = form,
    };
    books_open(&home.books, introduction);
    add_accounts(&home);
    for (int i = 0; i < RESIDENTS; i++)
        plan_resident(&home, home.first_resident + (uint32_t)i, i);
    plan_expenses(&home);
    plan_traps(&home);
    if (form == SAMPLE_DEFECTS)
        plan_defects(&home);
    plan_register(&home);
    write_home(&home);
    write_parties(&home);
    write_accounts(&home);
    write_fees(&home);
    write_actions(&home);
    refunds_write(&home.books, home.refunds, (size_t)home.refund_count);
    books_start(&home.books);
    for (struct planned *due; (due = books_due(&home.books, INT64_MAX)) != NULL;)
        books_book_planned(&home.books, due);
    books_close_days(&home.books);
    if (form == SAMPLE_DEFECTS)
        expect_defects(&home);
    if (form != SAMPLE_DAMAGED)
        books_say(&home.books, traps);
    books_close(&home.books, "  covers    financial 2025-10-31 .. 2026-10-31\n"
                             "  as of     2026-10-31\n");
    if (form == SAMPLE_DAMAGED)
        damage_filing(options->folder, damages, COUNT(damages), hindered, COUNT(hindered));
}
