/*
 * A payment institution in January 2025, as of 2025-02-14. The clean month and the one with defects
 * are the same month: the everyday flows come from one stream of random numbers, what is planted
 * from another, and planted clients do nothing else.
 */
#include "plans.h"

#include <stdlib.h>
#include <string.h>

#define YUAN INT64_C(100)

/* The firm has this much of its own in the reserve, beyond what clients are owed; it exceeds what
 * the bank books after midnight, so that only a planted shortage is one. */
#define OWN_MONEY(flow_count) (1000000 * YUAN + (int64_t)(flow_count) * YUAN)
/* Day sums of everyday clients stay below these: reports are planned, never accidental. */
#define CUSTOMER_DAY_MAX (450000 * YUAN)
#define MERCHANT_DAY_MAX (1900000 * YUAN)
#define CASH_DAY_MAX     (40000 * YUAN)

/* What a planted flow is worth when only the books know. */
enum worth { WORTH_FIXED, WORTH_EARNED_FEES, WORTH_EARNED_FEES_AND_ONE };

struct report {
    uint32_t client;
    const char *code;
    const char *side;
    int64_t day, amount;
    bool is_late;
    int64_t filed_on; /* day number, once written */
};

struct payment {
    struct books books;
    const struct sample_options *options;
    bool has_defects;
    struct rng daily, planned;
    uint32_t reserve, own_funds, own_unfiled, fees, pending, developer;
    uint32_t first_client, first_customer, first_merchant;
    uint64_t customer_count, merchant_count;
    int64_t earned, swept; /* fees */
    FA_VEC(struct report) reports;
    int64_t licence_end;
    int64_t unlicensed_count;
};

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
                         .channel = "nucc",
                         .instrument = "bank_card",
                         .bank_delay = 5};
}

static struct flow top_up(struct payment *plan, int64_t second, uint32_t client, int64_t amount)
{
    struct flow flow = new_flow(second, client, plan->reserve, amount, "top_up");
    flow.owed_up = client;
    return flow;
}

static struct flow withdrawal(struct payment *plan, int64_t second, uint32_t client, int64_t amount)
{
    struct flow flow = new_flow(second, plan->reserve, client, amount, "withdraw");
    flow.owed_down = client;
    return flow;
}

static struct flow settlement(struct payment *plan, int64_t second, uint32_t client, int64_t amount)
{
    struct flow flow = new_flow(second, plan->reserve, client, amount, "settle");
    flow.owed_down = client;
    flow.instrument = "transfer";
    return flow;
}

static struct flow in_cash(struct flow flow)
{
    flow.channel = "counter";
    flow.instrument = "cash";
    return flow;
}

/* --- the everyday month --- */

/* Adds to a client's sums of the day, or says that a limit would be passed. */
static bool take(struct payment *plan, uint32_t client, int64_t second, int64_t *sum_of(struct account *),
                 int64_t amount, int64_t limit)
{
    struct account *account = &plan->books.accounts.items[client];
    if (account->limit_day != second / DAY_SECONDS) {
        account->limit_day = second / DAY_SECONDS;
        account->paid = account->received = account->cash = 0;
    }
    int64_t *sum = sum_of(account);
    if (*sum + amount > limit)
        return false;
    *sum += amount;
    return true;
}

static int64_t *paid(struct account *account)
{
    return &account->paid;
}

static int64_t *received(struct account *account)
{
    return &account->received;
}

static int64_t *cash(struct account *account)
{
    return &account->cash;
}

/* Most flows belong to few clients. */
static uint32_t pick(struct rng *rng, uint32_t first, uint64_t count)
{
    uint64_t a = rng_below(rng, count);
    uint64_t b = rng_below(rng, count);
    return first + (uint32_t)(a < b ? a : b);
}

/* Mostly up to 200 yuan, seldom up to 20,000. */
static int64_t everyday_amount(struct rng *rng)
{
    int64_t amount = rng_between(rng, 100, 20100);
    switch (rng_below(rng, 64)) {
    case 0:
        return amount * 100;
    case 1:
    case 2:
    case 3:
    case 4:
    case 5:
        return amount * 10;
    default:
        return amount;
    }
}

enum everyday { CARD_PAY, TOP_UP, SETTLE, WITHDRAW, REFUND, BALANCE_PAY, FEE, CASH_TOP_UP, FAILED,
                PENDING, EVERYDAY_KINDS };

static enum everyday draw_kind(struct rng *rng)
{
    static const uint16_t per_mille[EVERYDAY_KINDS] = {640, 140, 100, 50, 25, 20, 10, 5, 8, 2};
    uint64_t draw = rng_below(rng, 1000);
    int kind = 0;
    while (draw >= per_mille[kind])
        draw -= per_mille[kind++];
    return (enum everyday)kind;
}

static struct flow card_pay(struct payment *plan, int64_t second, uint32_t customer,
                            uint32_t merchant, int64_t amount)
{
    struct flow flow = new_flow(second, customer, plan->reserve, amount, "pay");
    flow.owed_up = merchant;
    flow.merchant_name = plan->books.accounts.items[merchant].id;
    return flow;
}

/* What a client cannot afford, or must not do unreported, becomes a card payment of a cent. */
static struct flow everyday_flow(struct payment *plan, int64_t second)
{
    struct rng *rng = &plan->daily;
    uint32_t customer = pick(rng, plan->first_customer, plan->customer_count);
    uint32_t merchant = pick(rng, plan->first_merchant, plan->merchant_count);
    int64_t amount = everyday_amount(rng);
    enum everyday kind = draw_kind(rng);
    int64_t has = plan->books.accounts.items[customer].balance;
    int64_t earned = plan->books.accounts.items[merchant].balance;
    struct flow flow;

    switch (kind) {
    case TOP_UP:
        if (!take(plan, customer, second, paid, amount, CUSTOMER_DAY_MAX))
            break;
        return top_up(plan, second, customer, amount);
    case CASH_TOP_UP:
        amount = amount % (2000 * YUAN) + 1;
        if (!take(plan, customer, second, cash, amount, CASH_DAY_MAX))
            break;
        return in_cash(top_up(plan, second, customer, amount));
    case SETTLE:
        if (earned <= 0 || !take(plan, merchant, second, received, earned, MERCHANT_DAY_MAX))
            break;
        return settlement(plan, second, merchant, earned);
    case WITHDRAW:
        if (has < amount || !take(plan, customer, second, received, amount, CUSTOMER_DAY_MAX))
            break;
        return withdrawal(plan, second, customer, amount);
    case REFUND:
        if (earned < amount || !take(plan, customer, second, received, amount, CUSTOMER_DAY_MAX))
            break;
        flow = new_flow(second, plan->reserve, customer, amount, "refund");
        flow.owed_down = merchant;
        flow.merchant_name = plan->books.accounts.items[merchant].id;
        return flow;
    case BALANCE_PAY:
        if (has < amount || !take(plan, customer, second, paid, amount, CUSTOMER_DAY_MAX))
            break;
        if (!take(plan, merchant, second, received, amount, MERCHANT_DAY_MAX))
            break;
        flow = new_flow(second, customer, merchant, amount, "pay");
        flow.owed_down = customer;
        flow.owed_up = merchant;
        flow.channel = "mobile";
        flow.instrument = "balance";
        return flow;
    case FEE:
        amount = amount % (20 * YUAN) + 1;
        if (earned < amount || !take(plan, merchant, second, paid, amount, MERCHANT_DAY_MAX))
            break;
        flow = new_flow(second, merchant, plan->fees, amount, "fee");
        flow.owed_down = merchant;
        flow.channel = "other";
        flow.instrument = "balance";
        return flow;
    case FAILED:
    case PENDING:
        flow = card_pay(plan, second, customer, merchant, amount);
        flow.status = kind == FAILED ? "failed" : "pending";
        return flow;
    case CARD_PAY:
    case EVERYDAY_KINDS:
        break;
    }
    if (kind != CARD_PAY || !take(plan, customer, second, paid, amount, CUSTOMER_DAY_MAX))
        amount = 1;
    return card_pay(plan, second, customer, merchant, amount);
}

/* --- what is planted --- */

static int64_t at(const struct payment *plan, int64_t day, int hour, int minute)
{
    return (plan->books.first_day + day) * DAY_SECONDS + hour * 3600 + minute * 60;
}

static int plant(struct payment *plan, struct flow flow)
{
    return books_plan(&plan->books, (struct planned){.flow = flow});
}

static void plant_report(struct payment *plan, struct report report)
{
    if (fa_vec_add(&plan->reports, report) != FA_OK)
        die("out of memory");
}

static uint32_t planted_client(struct payment *plan, const char *role, int64_t opening)
{
    char id[16];
    snprintf(id, sizeof id, "%c%08d", *role == 'c' ? 'C' : 'M', (int)plan->books.accounts.count);
    return books_add_account(&plan->books, id, role, opening);
}

/* Clients of the planted cases, in both months, so that the months differ in nothing else. */
enum client {
    CASH_BELOW, BOTH_SIDES, CASH_REVERSED, CASH_FAILED, DOMESTIC_BELOW, CASH_TWO_DAYS,
    DOMESTIC_REPORTED, CASH_REPORTED, CASH_IN, CASH_OUT, DOMESTIC, INTEREST_1, INTEREST_2,
    UNKNOWN_TO_BANK, WRONG_AMOUNT, BOOKED_TWICE, CUSTOMERS,
    LEGAL_BELOW = CUSTOMERS, LEGAL_REPORTED, LEGAL, WITHOUT_ORDER, CLIENTS
};

static void add_planted_clients(struct payment *plan)
{
    plan->first_client = (uint32_t)plan->books.accounts.count;
    for (int i = 0; i < CLIENTS; i++) {
        const char *role = i < CUSTOMERS ? "customer" : "merchant";
        planted_client(plan, role, i < CUSTOMERS ? 100000 * YUAN : 3000000 * YUAN);
    }
}

static uint32_t client(const struct payment *plan, enum client which)
{
    return plan->first_client + (uint32_t)which;
}

/* Close to the limits, reported, reversed, failed: nothing of this may be found. */
static void plant_traps(struct payment *plan)
{
    struct rng *rng = &plan->planned;
    int64_t day = rng_between(rng, 1, 25);
    plant(plan, in_cash(top_up(plan, at(plan, day, 9, 5), client(plan, CASH_BELOW), 30000 * YUAN)));
    plant(plan, in_cash(top_up(plan, at(plan, day, 23, 59), client(plan, CASH_BELOW), 20000 * YUAN - 1)));

    day = rng_between(rng, 1, 25);
    plant(plan, top_up(plan, at(plan, day, 10, 0), client(plan, BOTH_SIDES), 300000 * YUAN));
    plant(plan, withdrawal(plan, at(plan, day, 16, 0), client(plan, BOTH_SIDES), 250000 * YUAN));

    day = rng_between(rng, 1, 25);
    uint32_t reversed = client(plan, CASH_REVERSED);
    int original = plant(plan, in_cash(top_up(plan, at(plan, day, 11, 0), reversed, 60000 * YUAN)));
    struct flow reversal = in_cash(withdrawal(plan, at(plan, day, 11, 30), reversed, 60000 * YUAN));
    reversal.kind = "reversal";
    books_plan(&plan->books,
               (struct planned){.flow = reversal, .is_reversal = true, .after = original});

    struct flow failed =
        in_cash(top_up(plan, at(plan, day, 12, 0), client(plan, CASH_FAILED), 80000 * YUAN));
    failed.status = "failed";
    plant(plan, failed);

    day = rng_between(rng, 1, 25);
    plant(plan, top_up(plan, at(plan, day, 9, 0), client(plan, DOMESTIC_BELOW), 500000 * YUAN - 1));
    plant(plan, settlement(plan, at(plan, day, 9, 1), client(plan, LEGAL_BELOW), 2000000 * YUAN - 1));

    day = rng_between(rng, 1, 25);
    uint32_t patient = client(plan, CASH_TWO_DAYS);
    plant(plan, in_cash(top_up(plan, at(plan, day, 23, 30), patient, 30000 * YUAN)));
    plant(plan, in_cash(top_up(plan, at(plan, day + 1, 0, 30), patient, 30000 * YUAN)));

    /* reported: one of them too late in the month with defects */
    day = rng_between(rng, 1, 25);
    plant(plan, top_up(plan, at(plan, day, 13, 0), client(plan, DOMESTIC_REPORTED), 600000 * YUAN));
    plant_report(plan, (struct report){client(plan, DOMESTIC_REPORTED), "0503", "debit", day,
                                       600000 * YUAN, plan->has_defects, 0});
    day = rng_between(rng, 1, 25);
    plant(plan, in_cash(top_up(plan, at(plan, day, 13, 0), client(plan, CASH_REPORTED), 50000 * YUAN)));
    plant_report(plan, (struct report){client(plan, CASH_REPORTED), "0501", "debit", day,
                                       50000 * YUAN, false, 0});
    day = rng_between(rng, 1, 25);
    plant(plan, settlement(plan, at(plan, day, 13, 0), client(plan, LEGAL_REPORTED), 2500000 * YUAN));
    plant_report(plan, (struct report){client(plan, LEGAL_REPORTED), "0502", "credit", day,
                                       2500000 * YUAN, false, 0});
}

/* The firm moves its earned fees out of the reserve every evening. */
static void plant_sweeps(struct payment *plan)
{
    for (int64_t day = 0; day <= plan->books.last_day - plan->books.first_day; day++) {
        struct flow sweep = new_flow(at(plan, day, 22, 0), plan->reserve, plan->own_funds, 0, "sweep");
        sweep.instrument = "transfer";
        books_plan(&plan->books, (struct planned){.flow = sweep, .tag = WORTH_EARNED_FEES});
    }
}

struct defects {
    int64_t diverted_day;
    int64_t day[CLIENTS]; /* of what was not reported */
    int diversion, unfiled, without_order, interest[2], unknown_to_bank, bank_only,
        wrong_amount, twice;
};

static void plant_misuse(struct payment *plan, struct defects *defects)
{
    struct rng *rng = &plan->planned;
    defects->diverted_day = rng_between(rng, 5, 12);
    int64_t diverted = OWN_MONEY(plan->options->flow_count) * 3 + rng_between(rng, 1, 99999) * YUAN;
    struct flow flow = new_flow(at(plan, defects->diverted_day, 14, 0), plan->reserve,
                                plan->developer, diverted, "transfer");
    flow.channel = "direct";
    flow.instrument = "transfer";
    defects->diversion = plant(plan, flow);
    flow.second = at(plan, defects->diverted_day + 3, 10, 0);
    flow.payer = plan->developer;
    flow.payee = plan->reserve;
    plant(plan, flow);

    flow = settlement(plan, at(plan, rng_between(rng, 1, 25), 15, 0), client(plan, WITHOUT_ORDER),
                      8800 * YUAN);
    flow.has_no_order = true;
    defects->without_order = plant(plan, flow);

    flow = new_flow(at(plan, rng_between(rng, 14, 25), 15, 0), plan->reserve,
                    plan->own_unfiled, rng_between(rng, 20000, 40000) * YUAN, "sweep");
    flow.instrument = "transfer";
    defects->unfiled = plant(plan, flow);

    flow = new_flow(at(plan, plan->books.last_day - plan->books.first_day, 23, 59) + 59,
                    plan->reserve, plan->own_funds, 0, "sweep");
    flow.instrument = "transfer";
    books_plan(&plan->books, (struct planned){.flow = flow, .tag = WORTH_EARNED_FEES_AND_ONE});

    for (int i = 0; i < 2; i++) {
        enum client who = i == 0 ? INTEREST_1 : INTEREST_2;
        flow = new_flow(at(plan, rng_between(rng, 1, 25), 8, i), plan->own_funds,
                        client(plan, who), rng_between(rng, 100, 9999), "interest");
        flow.instrument = "transfer";
        defects->interest[i] = plant(plan, flow);
    }
}

static void plant_unreported(struct payment *plan, struct defects *defects)
{
    struct rng *rng = &plan->planned;
    int64_t day = defects->day[CASH_IN] = rng_between(rng, 1, 25);
    plant(plan, in_cash(top_up(plan, at(plan, day, 9, 0), client(plan, CASH_IN), 30000 * YUAN)));
    plant(plan, in_cash(top_up(plan, at(plan, day, 17, 0), client(plan, CASH_IN), 20000 * YUAN)));
    day = defects->day[CASH_OUT] = rng_between(rng, 1, 25);
    plant(plan, in_cash(withdrawal(plan, at(plan, day, 9, 0), client(plan, CASH_OUT), 50000 * YUAN)));
    day = defects->day[DOMESTIC] = rng_between(rng, 1, 25);
    plant(plan, top_up(plan, at(plan, day, 9, 0), client(plan, DOMESTIC), 300000 * YUAN));
    plant(plan, top_up(plan, at(plan, day, 17, 0), client(plan, DOMESTIC), 200000 * YUAN));
    day = defects->day[LEGAL] = rng_between(rng, 1, 25);
    plant(plan, settlement(plan, at(plan, day, 17, 0), client(plan, LEGAL), 2000000 * YUAN));
}

static void plant_breaks(struct payment *plan, struct defects *defects)
{
    struct rng *rng = &plan->planned;
    struct flow flow = top_up(plan, at(plan, rng_between(rng, 1, 25), 12, 34),
                              client(plan, UNKNOWN_TO_BANK), rng_between(rng, 1000, 99999));
    flow.is_unknown_to_bank = true;
    defects->unknown_to_bank = plant(plan, flow);

    flow = new_flow(at(plan, rng_between(rng, 1, 25), 18, 0), plan->reserve, NO_ACCOUNT,
                    35 * YUAN, "fee");
    flow.is_bank_only = true;
    defects->bank_only = plant(plan, flow);

    flow = top_up(plan, at(plan, rng_between(rng, 1, 25), 12, 0), client(plan, WRONG_AMOUNT), 152340);
    flow.bank_delta = 153240 - 152340;
    defects->wrong_amount = plant(plan, flow);

    flow = top_up(plan, at(plan, rng_between(rng, 1, 25), 12, 0), client(plan, BOOKED_TWICE), 66600);
    int first = plant(plan, flow);
    flow.second += 40;
    flow.is_unknown_to_bank = true;
    defects->twice = books_plan(&plan->books,
                                (struct planned){.flow = flow, .shares_order = true, .after = first});
}

/* --- the month is booked --- */

/* Notes what the plan has to know of a flow. */
static void note(struct payment *plan, const struct flow *flow)
{
    bool is_settled = !flow->is_bank_only && strcmp(flow->status, "settled") == 0;
    plan->unlicensed_count += is_settled && flow->second / DAY_SECONDS > plan->licence_end;
    if (is_settled && flow->payee == plan->fees)
        plan->earned += flow->amount;
}

static void book_planted(struct payment *plan, int64_t until_second)
{
    for (struct planned *due; (due = books_due(&plan->books, until_second)) != NULL;) {
        if (due->tag != WORTH_FIXED) {
            due->flow.amount =
                plan->earned - plan->swept + (due->tag == WORTH_EARNED_FEES_AND_ONE);
            plan->swept += due->flow.amount;
            if (due->flow.amount == 0)
                continue;
        }
        books_book_planned(&plan->books, due);
        note(plan, &due->flow);
    }
}

static void book_month(struct payment *plan)
{
    const struct books *books = &plan->books;
    int64_t start = books->first_day * DAY_SECONDS;
    int64_t span = (books->last_day - books->first_day + 1) * DAY_SECONDS;
    uint64_t count = plan->options->flow_count;
    for (uint64_t i = 0; i < count; i++) {
        int64_t second = start + (int64_t)((unsigned __int128)i * (uint64_t)span / count);
        book_planted(plan, second);
        struct flow flow = everyday_flow(plan, second);
        flow.bank_delay = rng_between(&plan->daily, 1, 90);
        if (strcmp(flow.channel, "nucc") == 0 && flow.bank_delay % 2)
            flow.channel = "unionpay";
        books_book(&plan->books, &flow);
        note(plan, &flow);
    }
    book_planted(plan, start + span);
    books_close_days(&plan->books);
}

/* --- who and where --- */

static void add_accounts(struct payment *plan)
{
    struct books *books = &plan->books;
    /* The firm's own accounts come first; what the reserve holds is known once the clients are. */
    plan->reserve = books_add_account(books, "RESERVE-01", "reserve", 0);
    plan->own_funds = books_add_account(books, "OWN-01", "own_funds", 10000000 * YUAN);
    plan->own_unfiled = books_add_account(books, "OWN-02", "own_funds", 0);
    plan->fees = books_add_account(books, "FEE-01", "fee", 0);
    plan->pending = books_add_account(books, "PENDING-01", "pending", 5000 * YUAN);
    plan->developer = books_add_account(books, "EXT-0001", "external", 0);
    add_planted_clients(plan);
    if (books->stated == STATE_SUMS) {
        books->control_customers = books_add_account(books, "SUM-C", "customer", 0);
        books->control_merchants = books_add_account(books, "SUM-M", "merchant", 0);
    }
    plan->first_customer = (uint32_t)books->accounts.count;
    for (uint64_t i = 0; i < plan->customer_count; i++)
        planted_client(plan, "customer", rng_between(&plan->daily, 0, 5000 * YUAN));
    plan->first_merchant = (uint32_t)books->accounts.count;
    for (uint64_t i = 0; i < plan->merchant_count; i++)
        planted_client(plan, "merchant", rng_between(&plan->daily, 0, 50000 * YUAN));

    books->accounts.items[plan->reserve].balance = books->owed_customers + books->owed_merchants +
                                                   OWN_MONEY(plan->options->flow_count);
    books_add_statement(books, plan->reserve, books->first_day);
    books_add_statement(books, plan->own_funds, books->first_day);
    books_add_statement(books, plan->pending, books->first_day);
}

static void write_accounts(struct payment *plan)
{
    struct books *books = &plan->books;
    struct sheet *sheet =
        books_sheet(books, "account",
                    "account_id,owner,role,held_at,currency,opened_on,filed_on,opening_balance");
    for (uint32_t i = 0; i < books->accounts.count; i++) {
        const struct account *account = &books->accounts.items[i];
        bool is_client = i >= plan->first_client && i != books->control_customers &&
                         i != books->control_merchants;
        bool is_reserve = i == plan->reserve || i == plan->pending;
        sheet_text(sheet, account->id);
        if (is_client)
            sheet_party(sheet, i);
        else
            sheet_text(sheet, i == plan->developer ? "DEVELOPER" : "PLATFORM");
        sheet_text(sheet, account->role);
        sheet_text(sheet, is_reserve ? "PBC" : is_client || i == plan->fees ? "PAY-1" : "BANK-1");
        sheet_text(sheet, "CNY");
        sheet_day(sheet, fa_day_from_civil(2021, 3, 1) + (is_client ? i % 1000 : 0));
        sheet_text(sheet, is_reserve || i == plan->own_funds ? "2021-03-15" : NULL);
        sheet_money(sheet, account->balance);
        sheet_end(sheet);
    }
}

static void write_parties(struct payment *plan)
{
    struct books *books = &plan->books;
    struct sheet *sheet = books_sheet(books, "party",
                                      "party_id,kind,name,id_type,id_number,phone,sector,verified_at");
    char number[INVENTED_BYTES], name[INVENTED_BYTES], phone[16];
    ROW(sheet, "PLATFORM", "legal", "云桥支付有限公司", "uscc", "91110102MA0179UA3A", "", "payment",
        "2021-02-01T10:00:00");
    ROW(sheet, "DEVELOPER", "legal", "海湾置业, \"东区\" 有限公司", "uscc", "91350100M000100Y43", "",
        "real_estate", "2021-02-01T10:00:00");
    for (uint32_t i = plan->first_client; i < books->accounts.count; i++) {
        if (i == books->control_customers || i == books->control_merchants)
            continue;
        bool is_natural = strcmp(books->accounts.items[i].role, "customer") == 0;
        if (is_natural)
            invent_id18(i, number);
        else
            invent_uscc(i, number);
        invent_name(i, is_natural, name);
        snprintf(phone, sizeof phone, "138%08u", i);
        sheet_party(sheet, i);
        sheet_text(sheet, is_natural ? "natural" : "legal");
        sheet_text(sheet, name);
        sheet_text(sheet, is_natural ? "resident_id" : "uscc");
        sheet_text(sheet, number);
        sheet_text(sheet, phone);
        sheet_text(sheet, is_natural ? "none" : "merchant");
        sheet_time(sheet, fa_day_from_civil(2021, 3, 1) * DAY_SECONDS + i);
        sheet_end(sheet);
    }
}

/* State Council notice on the holidays of 2025: days off that are not weekends, and made-up days. */
static const struct {
    const char *first, *last, *kind;
} holidays[] = {
    {"2025-01-01", "2025-01-01", "off"},  {"2025-01-26", "2025-01-26", "work"},
    {"2025-01-28", "2025-02-04", "off"},  {"2025-02-08", "2025-02-08", "work"},
    {"2025-04-04", "2025-04-06", "off"},  {"2025-04-27", "2025-04-27", "work"},
    {"2025-05-01", "2025-05-05", "off"},  {"2025-05-31", "2025-06-02", "off"},
    {"2025-09-28", "2025-09-28", "work"}, {"2025-10-01", "2025-10-08", "off"},
    {"2025-10-11", "2025-10-11", "work"},
};

static struct fa_calendar *write_holidays(struct payment *plan)
{
    struct sheet *sheet = books_sheet(&plan->books, "holiday", "calendar,date,kind");
    struct fa_calendar *calendar = fa_calendar_new();
    for (size_t i = 0; i < COUNT(holidays); i++) {
        for (int64_t day = day_of(holidays[i].first); day <= day_of(holidays[i].last); day++) {
            sheet_text(sheet, "cn");
            sheet_day(sheet, day);
            sheet_text(sheet, holidays[i].kind);
            sheet_end(sheet);
            if (!calendar || fa_calendar_add(calendar, day, *holidays[i].kind == 'w') != FA_OK)
                die("out of memory");
        }
    }
    return calendar;
}

/* Reports reach the authority in the last second of the fifth working day; a late one on the sixth. */
static void write_reports(struct payment *plan)
{
    struct books *books = &plan->books;
    struct fa_calendar *calendar = write_holidays(plan);
    struct sheet *sheet = books_sheet(books, "filed_report",
                                      "report_id,kind,code,party,side,date,amount,filed_at");
    sheet->sum_column = "amount";
    for (size_t i = 0; i < plan->reports.count; i++) {
        struct report *report = &plan->reports.items[i];
        int64_t day = books->first_day + report->day;
        if (!fa_calendar_add_bdays(calendar, day, report->is_late ? 6 : 5, &report->filed_on))
            die("a report is due outside the calendar");
        sheet_number(sheet, 'R', i + 1);
        sheet_text(sheet, "large_value");
        sheet_text(sheet, report->code);
        sheet_party(sheet, report->client);
        sheet_text(sheet, report->side);
        sheet_day(sheet, day);
        sheet_money(sheet, report->amount);
        sheet_time(sheet, report->filed_on * DAY_SECONDS + (report->is_late ? 9 * 3600 : DAY_SECONDS - 1));
        sheet_end(sheet);
        sheet->sum += report->amount;
    }
    fa_calendar_free(calendar);
}

static void write_firm(struct payment *plan)
{
    struct books *books = &plan->books;
    char licence_end[FA_TIME_TEXT_BYTES];
    fa_date_format(plan->licence_end, licence_end);
    struct sheet *sheet = books_sheet(books, "institution",
                                      "institution_id,party,name,uscc,kind,region,established_on,"
                                      "licensed_on");
    ROW(sheet, "PAY-1", "PLATFORM", "云桥支付有限公司", "91110102MA0179UA3A", "payment", "110000",
        "2018-05-04", "2020-02-01");
    ROW(sheet, "PBC", "", "中国人民银行", "", "bank", "110000", "", "");
    ROW(sheet, "BANK-1", "", "江海银行", "", "bank", "310000", "", "");
    sheet = books_sheet(books, "licence", "licence_no,institution,kind,scope,valid_from,valid_to");
    ROW(sheet, "Z2001011000017", "PAY-1", "payment", "stored_value_account", "2020-02-01", licence_end);
    sheet = books_sheet(books, "relation", "party,institution,kind,share,valid_from");
    ROW(sheet, "PLATFORM", "PAY-1", "controller", "1", "2018-05-04");
    ROW(sheet, "DEVELOPER", "PAY-1", "affiliate", "", "2019-07-01");
    sheet = books_sheet(books, "financial",
                        "institution,as_of,registered_capital,paid_in_capital,net_assets");
    ROW(sheet, "PAY-1", "2024-12-31", "200000000.00", "100000000.00", "131415926.53");
    ROW(sheet, "PAY-1", "2025-01-31", "200000000.00",
        plan->has_defects ? "99999999.99" : "100000000.00", "131000000.00");
    write_reports(plan);
}

/* The firm's own daily reconciliation; what the bank books after midnight is settled next morning. */
static void write_reconciliations(struct payment *plan)
{
    struct books *books = &plan->books;
    struct sheet *sheet = books_sheet(books, "reconciliation_record",
                                      "account,date,ledger,bank,performed_at,resolved_at");
    for (int64_t day = books->first_day; day <= books->last_day; day++) {
        const struct closing *closing = &books->closings[day - books->first_day];
        sheet_text(sheet, books->accounts.items[plan->reserve].id);
        sheet_day(sheet, day);
        sheet_money(sheet, closing->ledger);
        sheet_money(sheet, closing->bank);
        sheet_time(sheet, (day + 1) * DAY_SECONDS + 8 * 3600);
        if (closing->ledger != closing->bank)
            sheet_time(sheet, (day + 1) * DAY_SECONDS + 10 * 3600);
        else
            sheet_text(sheet, NULL);
        sheet_end(sheet);
    }
}

/* --- what must be found --- */

static void expect_row(struct payment *plan, const char *id, int place, const char *why)
{
    const struct flow *flow = &books_planned(&plan->books, place)->flow;
    char subject[16];
    snprintf(subject, sizeof subject, "F%010llu", (unsigned long long)flow->no);
    books_expect(&plan->books, &(struct expected){.what = "finding",
                                                  .id = id,
                                                  .subject = subject,
                                                  .first = flow->second / DAY_SECONDS,
                                                  .last = flow->second / DAY_SECONDS,
                                                  .amount = flow->amount,
                                                  .row_count = 1,
                                                  .key_prefix = 'F',
                                                  .keys = {flow->no},
                                                  .key_count = 1,
                                                  .why = why});
}

static void expect_unreported(struct payment *plan, const char *id, enum client who,
                              const char *side, int64_t day, int64_t amount, int64_t row_count,
                              const char *why)
{
    char party[16];
    party_text(client(plan, who), party);
    books_expect(&plan->books, &(struct expected){.what = "finding",
                                                  .id = id,
                                                  .subject = party,
                                                  .side = side,
                                                  .first = plan->books.first_day + day,
                                                  .last = plan->books.first_day + day,
                                                  .amount = amount,
                                                  .row_count = row_count,
                                                  .why = why});
}

static void expect_break(struct payment *plan, const char *id, const char *side, int place,
                         const char *why)
{
    const struct flow *flow = &books_planned(&plan->books, place)->flow;
    int64_t day = flow->second / DAY_SECONDS;
    books_expect(&plan->books, &(struct expected){.what = "break",
                                                  .id = id,
                                                  .subject = "RESERVE-01",
                                                  .side = side,
                                                  .first = day,
                                                  .last = day,
                                                  .amount = flow->bank_delta ? flow->bank_delta : flow->amount,
                                                  .row_count = 1,
                                                  .key_prefix = flow->is_bank_only ? 'B' : 'F',
                                                  .keys = {flow->no},
                                                  .key_count = 1,
                                                  .why = why});
}

/* The shortage that the diversion leaves; the books must know of no other. */
static int64_t worst_shortage(const struct payment *plan, int64_t from, int64_t to)
{
    const struct books *books = &plan->books;
    int64_t worst = 0;
    for (int64_t day = 0; day <= books->last_day - books->first_day; day++) {
        int64_t shortage = books->closings[day].shortage;
        if ((shortage > 0) != (day >= from && day < to))
            die("the plan knows no shortage on day %d, or one too many", (int)day + 1);
        if (shortage > worst)
            worst = shortage;
    }
    return worst;
}

static void expect_firm(struct payment *plan, const struct defects *defects)
{
    struct books *books = &plan->books;
    books_expect(books, &(struct expected){"finding", "MA-PAY-LIC-1", "PAY-1", NULL,
                                           plan->licence_end + 1, books->last_day, 0,
                                           plan->unlicensed_count, 0, {0}, 0,
                                           "the licence ended the day before, payments went on"});
    books_expect(books, &(struct expected){"finding", "MA-PAY-CAP-1", "PAY-1", NULL,
                                           day_of("2025-01-31"), day_of("2025-01-31"),
                                           100000000 * YUAN - 1, 1, 0, {0}, 0,
                                           "paid-in capital is one fen short of 100 million"});
    books_expect(books,
                 &(struct expected){"finding", "RSV21-FULL", "PAY-1", NULL,
                                    books->first_day + defects->diverted_day,
                                    books->first_day + defects->diverted_day + 2,
                                    worst_shortage(plan, defects->diverted_day,
                                                   defects->diverted_day + 3),
                                    0, 0, {0}, 0,
                                    "for three days the reserve holds less than clients are owed"});
    const struct flow *unfiled = &books_planned(books, defects->unfiled)->flow;
    books_expect(books, &(struct expected){"finding", "RSV21-FEE", "PAY-1", NULL,
                                           unfiled->second / DAY_SECONDS, 0, unfiled->amount + 1, 0,
                                           'F', {unfiled->no}, 1,
                                           "more was moved to own funds than fees were earned"});
}

static void expect_defects(struct payment *plan, const struct defects *defects)
{
    books_say(&plan->books, "## What must be found\n\n| rule or break | first day | subject | why |\n"
                            "|---|---|---|---|");
    expect_firm(plan, defects);
    expect_row(plan, "RSV21-USE", defects->diversion, "reserve money went to a property developer");
    expect_row(plan, "RSV21-USE", defects->without_order, "a settlement without an order");
    expect_row(plan, "RSV21-USE", defects->unfiled,
               "moved to an own-funds account that was never filed");
    expect_row(plan, "RSV21-NOINT", defects->interest[0], "interest was paid to a customer");
    expect_row(plan, "RSV21-NOINT", defects->interest[1], "interest was paid to a customer");
    expect_unreported(plan, "LV16-CASH", CASH_IN, "debit", defects->day[CASH_IN], 50000 * YUAN, 2,
                      "30,000 and 20,000 in cash on one day, not reported");
    expect_unreported(plan, "LV16-CASH", CASH_OUT, "credit", defects->day[CASH_OUT], 50000 * YUAN, 1,
                      "50,000 drawn in cash, not reported");
    expect_unreported(plan, "LV18-PI-NP-DOM", DOMESTIC, "debit", defects->day[DOMESTIC],
                      500000 * YUAN, 2, "300,000 and 200,000 on one day, not reported");
    expect_unreported(plan, "LV18-PI-LEGAL", LEGAL, "credit", defects->day[LEGAL], 2000000 * YUAN, 1,
                      "2,000,000 settled to a merchant, not reported");
    const struct report *late = &plan->reports.items[0];
    books_expect(&plan->books, &(struct expected){.what = "finding",
                                                  .id = "LV16-FILE5",
                                                  .subject = "R0000000001",
                                                  .first = late->filed_on,
                                                  .last = late->filed_on,
                                                  .amount = late->amount,
                                                  .row_count = 1,
                                                  .why = "filed on the sixth working day"});
    expect_break(plan, "missing_at_bank", "credit", defects->unknown_to_bank,
                 "the bank never saw this top-up");
    expect_break(plan, "duplicate", "credit", defects->twice,
                 "booked twice under one order, paid once");
    expect_break(plan, "missing_in_ledger", "debit", defects->bank_only,
                 "a charge of the bank that was never booked");
    expect_break(plan, "amount", "credit", defects->wrong_amount,
                 "1,523.40 was booked, 1,532.40 came");
}

static const char introduction[] =
    "An invented payment institution in January 2025, with its reserve account at the central\n"
    "bank, own funds, customers and merchants, the statements of both accounts and its filings.\n"
    "Made by `samples/flowaudit-sample`; how it books is told in `samples/PLAN.md`, what must be\n"
    "found in `expected.csv`.\n";

static const char traps[] =
    "\n## What must not be found\n\n"
    "- cash of 49,999.99 on one day, and 30,000 on each side of midnight\n"
    "- 300,000 in and 250,000 out on one day: sides are not added\n"
    "- 60,000 in cash, reversed half an hour later; 80,000 in cash that failed\n"
    "- 499,999.99 of a person and 1,999,999.99 of a merchant, each one fen below the threshold\n"
    "- reported in time: 50,000 in cash, 600,000 of a person, 2,500,000 of a merchant; the reports\n"
    "  came in the last second of the fifth working day, over the holidays and a worked weekend";

void make_payment(const struct sample_options *options, bool has_defects)
{
    struct payment plan = {
        .books = {.folder = options->folder,
                  .title = has_defects ? "Payment institution, January 2025, with defects"
                                       : "Payment institution, January 2025, clean",
                  .filer = "PAY-1",
                  .first_day = day_of("2025-01-01"),
                  .last_day = day_of("2025-01-31"),
                  .stated = options->flow_count > 20000 ? STATE_SUMS : STATE_EACH_CLIENT,
                  .flow_columns = "flow_id,time,payer_account,payee_account,amount,currency,kind,"
                                  "status,channel,instrument,contract,order_id,cross_border,"
                                  "reverses,merchant_name",
                  .quotes_all = options->quotes_all},
        .options = options,
        .has_defects = has_defects,
        .daily = rng_new(options->seed, 1),
        .planned = rng_new(options->seed, 2),
        .merchant_count = options->client_count / 20 + 1,
    };
    struct defects defects = {0};
    plan.customer_count = options->client_count - options->client_count / 20;
    plan.licence_end = day_of("2030-01-31");
    books_open(&plan.books, introduction);
    add_accounts(&plan);
    plant_traps(&plan);
    plant_sweeps(&plan);
    if (has_defects) {
        plan.licence_end = plan.books.first_day + rng_between(&plan.planned, 18, 25);
        plant_misuse(&plan, &defects);
        plant_unreported(&plan, &defects);
        plant_breaks(&plan, &defects);
    }
    write_firm(&plan);
    write_parties(&plan);
    write_accounts(&plan);
    books_start(&plan.books);
    book_month(&plan);
    write_reconciliations(&plan);
    if (has_defects)
        expect_defects(&plan, &defects);
    else
        worst_shortage(&plan, 0, 0);
    books_say(&plan.books, traps);
    books_close(&plan.books, "  covers    financial 2024-12-31 .. 2025-01-31\n"
                             "  covers    filed_report 2025-01-01 .. 2025-02-14\n"
                             "  covers    reconciliation_record 2025-01-01 .. 2025-01-31\n"
                             "  as of     2025-02-14\n");
    fa_vec_free(&plan.reports);
}
