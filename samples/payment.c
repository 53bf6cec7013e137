/*
 * The everyday year of a payment institution, and how topics plant into it. See payment.h.
 */
#include "payment.h"
#include "damage.h"

#include <stdlib.h>
#include <string.h>

/* Day sums of everyday clients stay below these: reports are planned, never accidental. */
#define CUSTOMER_DAY_MAX (450000 * YUAN)
#define MERCHANT_DAY_MAX (1900000 * YUAN)
#define CASH_DAY_MAX     (40000 * YUAN)
#define MERCHANT_FEE     (2 * YUAN) /* as the tariff has it */

static const struct payment_topic *const topics[] = {&payment_reserve, &payment_aml, &payment_identity,
                                                     &payment_accounts, &payment_cards};

/* --- clients --- */

static struct payment_party new_person(uint32_t account, bool is_natural)
{
    struct payment_party party = {.kind = is_natural ? "natural" : "legal",
                                  .id_type = is_natural ? "resident_id" : "uscc",
                                  .sector = is_natural ? "none" : "merchant",
                                  .region = "110000",
                                  .checks = is_natural ? "5" : "3",
                                  .face_to_face = is_natural ? "false" : "true",
                                  .verified_at = fa_day_from_civil(2021, 3, 1) * DAY_SECONDS + account};
    party.due_diligence_at = party.verified_at + 3600;
    party_text(account, party.id);
    invent_name(account, is_natural, party.name);
    snprintf(party.phone, sizeof party.phone, "138%08u", account);
    if (is_natural) {
        invent_id18(account, party.id_number);
        snprintf(party.birth_date, sizeof party.birth_date, "%.4s-%.2s-%.2s", party.id_number + 6,
                 party.id_number + 10, party.id_number + 12);
    } else {
        invent_uscc(account, party.id_number);
    }
    return party;
}

static void add_account(struct payment *plan, struct payment_account account)
{
    account.opening = plan->books.accounts.items[plan->accounts.count].balance;
    if (fa_vec_add(&plan->accounts, account) != FA_OK)
        die("out of memory");
}

static uint32_t add_client_account(struct payment *plan, const char *role, int64_t opening)
{
    char id[16];
    snprintf(id, sizeof id, "%c%08d", *role == 'c' ? 'C' : 'M', (int)plan->books.accounts.count);
    return books_add_account(&plan->books, id, role, opening);
}

uint32_t payment_client(struct payment *plan, const char *role, int64_t opening)
{
    uint32_t client = add_client_account(plan, role, opening);
    bool is_natural = *role == 'c';
    if (fa_vec_add(&plan->parties, new_person(client, is_natural)) != FA_OK)
        die("out of memory");
    struct payment_account account = {.party = (int)plan->parties.count - 1,
                                      .held_at = "PAY-1",
                                      .class = is_natural ? "III" : NULL,
                                      .bound_to = NO_ACCOUNT,
                                      .opened_on = fa_day_from_civil(2021, 3, 1) + client % 1000,
                                      .last_active_on = plan->books.first_day - 1 - client % 20,
                                      .opening_paid = -1};
    if (is_natural)
        invent_card(client, account.bank_card);
    add_account(plan, account);
    return client;
}

uint32_t payment_second_account(struct payment *plan, uint32_t owner, const char *role, int64_t opening)
{
    struct payment_account account = plan->accounts.items[owner];
    uint32_t client = add_client_account(plan, role, opening);
    add_account(plan, account);
    return client;
}

uint32_t payment_firm_account(struct payment *plan, const char *id, const char *role, int party,
                              const char *held_at, int64_t opening)
{
    uint32_t account = books_add_account(&plan->books, id, role, opening);
    add_account(plan, (struct payment_account){.party = party,
                                               .held_at = held_at,
                                               .bound_to = NO_ACCOUNT,
                                               .opened_on = fa_day_from_civil(2021, 3, 1),
                                               .opening_paid = -1});
    return account;
}

struct payment_account *payment_account_of(struct payment *plan, uint32_t client)
{
    return &plan->accounts.items[client];
}

struct payment_party *payment_party_of(struct payment *plan, uint32_t client)
{
    return &plan->parties.items[plan->accounts.items[client].party];
}

/* --- flows --- */

struct flow payment_flow(int64_t second, uint32_t payer, uint32_t payee, int64_t amount, const char *kind)
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

struct flow top_up(const struct payment *plan, int64_t second, uint32_t client, int64_t amount)
{
    struct flow flow = payment_flow(second, client, plan->reserve, amount, "top_up");
    flow.owed_up = client;
    return flow;
}

struct flow withdrawal(const struct payment *plan, int64_t second, uint32_t client, int64_t amount)
{
    struct flow flow = payment_flow(second, plan->reserve, client, amount, "withdraw");
    flow.owed_down = client;
    return flow;
}

struct flow settlement(const struct payment *plan, int64_t second, uint32_t client, int64_t amount)
{
    struct flow flow = payment_flow(second, plan->reserve, client, amount, "settle");
    flow.owed_down = client;
    flow.instrument = "transfer";
    return flow;
}

struct flow card_payment(struct payment *plan, int64_t second, uint32_t customer, uint32_t merchant,
                         int64_t amount)
{
    struct flow flow = payment_flow(second, customer, plan->reserve, amount, "pay");
    flow.owed_up = merchant;
    flow.merchant_name = payment_party_of(plan, merchant)->name;
    return flow;
}

struct flow balance_payment(int64_t second, uint32_t payer, uint32_t payee, int64_t amount)
{
    struct flow flow = payment_flow(second, payer, payee, amount, "pay");
    flow.owed_down = payer;
    flow.owed_up = payee;
    flow.channel = "mobile";
    flow.instrument = "balance";
    return flow;
}

struct flow in_cash(struct flow flow)
{
    flow.channel = "counter";
    flow.instrument = "cash";
    return flow;
}

static const char *purpose_of(const char *kind)
{
    static const char *const purposes[][2] = {
        {"top_up", "充值"}, {"pay", "消费"},   {"withdraw", "提现"},     {"refund", "退款"},
        {"settle", "结算"}, {"fee", "手续费"}, {"sweep", "手续费划转"}};
    for (size_t i = 0; i < COUNT(purposes); i++)
        if (strcmp(kind, purposes[i][0]) == 0)
            return purposes[i][1];
    return NULL;
}

static const char *name_of(struct payment *plan, uint32_t account)
{
    bool has_owner = account != NO_ACCOUNT && plan->accounts.items[account].party >= 0;
    return has_owner ? payment_party_of(plan, account)->name : NULL;
}

/* What the flow does not say itself. A customer pays with two factors, one of them a certificate. */
static void fill_in(struct payment *plan, struct flow *flow)
{
    bool is_balance = strcmp(flow->instrument, "balance") == 0;
    bool is_customer = *plan->books.accounts.items[flow->payer].role == 'c';
    bool is_pay = strcmp(flow->kind, "pay") == 0;
    bool is_acquired = is_pay && !is_balance;
    const char *const texts[] = {is_acquired ? "PTP-I" : "SVA-I", "110000", purpose_of(flow->kind),
                                 name_of(plan, flow->payer), name_of(plan, flow->payee),
                                 is_customer ? "2" : NULL, is_customer ? "true" : NULL,
                                 is_balance ? "institution" : "bank",
                                 is_pay && is_balance ? name_of(plan, flow->payee) : NULL};
    const char **cells[] = {&flow->business, &flow->region, &flow->purpose, &flow->payer_name,
                            &flow->payee_name, &flow->auth_factors, &flow->has_certificate,
                            &flow->verified_by, &flow->merchant_name};
    for (size_t i = 0; i < COUNT(cells); i++)
        if (!*cells[i])
            *cells[i] = texts[i];
    if (!flow->accepted_at)
        flow->accepted_at = flow->second;
    if (!flow->archived_until)
        flow->archived_until = fa_day_from_civil(2036, 1, 31);
}

/* --- the everyday year --- */

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
        flow = payment_flow(second, plan->reserve, customer, amount, "refund");
        flow.owed_down = merchant;
        flow.merchant_name = payment_party_of(plan, merchant)->name;
        flow.memo = "退货";
        return flow;
    case BALANCE_PAY:
        if (has < amount || !take(plan, customer, second, paid, amount, CUSTOMER_DAY_MAX))
            break;
        if (!take(plan, merchant, second, received, amount, MERCHANT_DAY_MAX))
            break;
        return balance_payment(second, customer, merchant, amount);
    case FEE:
        amount = MERCHANT_FEE;
        if (earned < amount || !take(plan, merchant, second, paid, amount, MERCHANT_DAY_MAX))
            break;
        flow = payment_flow(second, merchant, plan->fees, amount, "fee");
        flow.owed_down = merchant;
        flow.channel = "other";
        flow.instrument = "balance";
        flow.fee_code = "MERCHANT-SERVICE";
        return flow;
    case FAILED:
    case PENDING:
        flow = card_payment(plan, second, customer, merchant, amount);
        flow.status = kind == FAILED ? "failed" : "pending";
        return flow;
    case CARD_PAY:
    case EVERYDAY_KINDS:
        break;
    }
    if (kind != CARD_PAY || !take(plan, customer, second, paid, amount, CUSTOMER_DAY_MAX))
        amount = 1;
    return card_payment(plan, second, customer, merchant, amount);
}

/* --- planting --- */

int64_t payment_time(const struct payment *plan, int64_t day, int hour, int minute)
{
    return (plan->books.first_day + day) * DAY_SECONDS + hour * 3600 + minute * 60;
}

int plant(struct payment *plan, struct flow flow)
{
    return books_plan(&plan->books, (struct planned){.flow = flow});
}

void plant_report(struct payment *plan, struct payment_report report)
{
    if (fa_vec_add(&plan->reports, report) != FA_OK)
        die("out of memory");
}

/* The firm moves its earned fees out of the reserve every evening. */
static void plant_sweeps(struct payment *plan)
{
    for (int64_t day = 0; day <= plan->books.last_day - plan->books.first_day; day++) {
        struct flow sweep =
            payment_flow(payment_time(plan, day, 22, 0), plan->reserve, plan->own_funds, 0, "sweep");
        sweep.instrument = "transfer";
        books_plan(&plan->books, (struct planned){.flow = sweep, .tag = WORTH_EARNED_FEES});
    }
}

/* --- the year is booked --- */

/* Notes what the plan has to know of a flow. */
static void note(struct payment *plan, const struct flow *flow)
{
    bool is_settled = !flow->is_bank_only && strcmp(flow->status, "settled") == 0;
    if (!plan->failed_no && strcmp(flow->status, "failed") == 0)
        plan->failed_no = (unsigned)flow->no;
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
        fill_in(plan, &due->flow);
        books_book_planned(&plan->books, due);
        note(plan, &due->flow);
    }
}

static void book_year(struct payment *plan)
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
        fill_in(plan, &flow);
        books_book(&plan->books, &flow);
        note(plan, &flow);
    }
    book_planted(plan, start + span - 1);
    books_close_days(&plan->books);
}

/* --- what must be found --- */

void expect_flow(struct payment *plan, const char *id, int place, const char *why)
{
    const struct flow *flow = &books_planned(&plan->books, place)->flow;
    books_expect(&plan->books, &(struct expected){.what = "finding",
                                                  .id = id,
                                                  .subject = number_text('F', flow->no),
                                                  .first = flow->second / DAY_SECONDS,
                                                  .last = flow->second / DAY_SECONDS,
                                                  .amount = flow->amount,
                                                  .row_count = 1,
                                                  .key_prefix = 'F',
                                                  .keys = {flow->no},
                                                  .key_count = 1,
                                                  .why = why});
}

void expect_party(struct payment *plan, const char *id, uint32_t client, const char *side, int64_t day,
                  int64_t amount, int64_t row_count, const char *why)
{
    books_expect(&plan->books, &(struct expected){.what = "finding",
                                                  .id = id,
                                                  .subject = payment_party_of(plan, client)->id,
                                                  .side = side,
                                                  .first = plan->books.first_day + day,
                                                  .last = plan->books.first_day + day,
                                                  .amount = amount,
                                                  .row_count = row_count,
                                                  .why = why});
}

void expect_subject(struct payment *plan, const char *id, const char *subject, int64_t first,
                    int64_t last, const char *why)
{
    books_expect(&plan->books, &(struct expected){.what = "finding",
                                                  .id = id,
                                                  .subject = subject,
                                                  .first = first,
                                                  .last = last,
                                                  .why = why});
}

void say_trap(struct payment *plan, const char *text)
{
    if (fa_buf_addf(&plan->traps, "- %s\n", text) != FA_OK)
        die("out of memory");
}

/* --- the sample --- */

static const char introduction[] =
    "An invented payment institution in the year 2025, with its reserve account at the central\n"
    "bank, own funds, customers and merchants, the statements of its accounts and its filings.\n"
    "Made by `samples/flowaudit-sample`; how it books is told in `samples/PLAN.md`, what must be\n"
    "found in `expected.csv`.\n";

static void add_everyday_clients(struct payment *plan)
{
    struct books *books = &plan->books;
    if (books->stated == STATE_SUMS) {
        int platform = plan->accounts.items[plan->reserve].party;
        books->control_customers =
            payment_firm_account(plan, "SUM-C", "customer", platform, "PAY-1", 0);
        books->control_merchants =
            payment_firm_account(plan, "SUM-M", "merchant", platform, "PAY-1", 0);
    }
    plan->first_customer = (uint32_t)books->accounts.count;
    for (uint64_t i = 0; i < plan->customer_count; i++)
        payment_client(plan, "customer", rng_between(&plan->daily, 0, 5000 * YUAN));
    plan->first_merchant = (uint32_t)books->accounts.count;
    for (uint64_t i = 0; i < plan->merchant_count; i++)
        payment_client(plan, "merchant", rng_between(&plan->daily, 0, 50000 * YUAN));
}

/* Balances are stated of the days on which an account is open. */
static void state_balances(struct payment *plan)
{
    for (size_t i = 0; i < plan->accounts.count; i++) {
        struct account *account = &plan->books.accounts.items[i];
        account->stated_from = plan->accounts.items[i].opened_on;
        account->stated_to = plan->accounts.items[i].closed_on;
        account->is_unstated |= plan->accounts.items[i].currency != NULL;
    }
}

static const char never_broken[] =
    "\n## What this year cannot show\n\n"
    "- MA-PAY-DORMANT-1 asks for two years without business; RSV10-CAP10, AMLR-5Y and ATF-ATM24 are\n"
    "  law of before, AMLR-CASH50K of after\n"
    "- LV16-CASH, LV16-LEGAL, LV16-NP-DOM and LV16-NP-XB ask banks; ATF-REMIND asks for transfers at\n"
    "  a bank, RSV21-PREPAID-SWEEP and others for parameters that no text gives";

static void say_all(struct payment *plan, void *const *made)
{
    bool is_whole = !plan->options->day_count;
    if (is_whole && plan->has_defects)
        books_say(&plan->books, "## What must be found\n\n| rule or break | first day | subject | why |\n"
                                "|---|---|---|---|");
    for (size_t i = 0; i < COUNT(topics); i++)
        if (is_whole)
            topics[i]->write(plan, made[i]);
    if (plan->is_damaged)
        return;
    if (plan->has_defects)
        books_say(&plan->books, never_broken);
    books_say(&plan->books, "\n## What must not be found\n");
    if (fa_buf_add_char(&plan->traps, '\0') != FA_OK)
        die("out of memory");
    books_say(&plan->books, (const char *)plan->traps.bytes);
}

/* A flow that moved nothing comes without a readable time: nothing else hangs on it. */
static void damage(const struct payment *plan)
{
    const struct damage damages[] = {
        {LOSE_TABLE, "financial", NULL, 0, NULL, NULL},
        {LOSE_COLUMN, "relation", "pledged_share", 0, NULL, NULL},
        {LOSE_COLUMN, "account", "opening_paid", 0, NULL, NULL},
        {GARBLE_CELL, "flow", "time", plan->failed_no, "2025-02-30T10:00:00", "ROW-DAY"},
        {CUT_FILE, "tariff", NULL, 2, NULL, "ROW-FIELDS"},
    };
    static const struct hindered hindered[] = {
        {"ATF-RENT", "nobody gave the parameter device_persons, and there is no table device_login", false},
        {"BC18-A", "nobody gave the parameter level_a_cap", false},
        {"BC18-A-B", "nobody gave the parameter level_a_cap", false},
        {"BC18-PERSONAL", "nobody gave the parameter business_payers", false},
        {"MA-PAY-CAP-1", "the firm's figures are lost", false},
        {"MA-PAY-CAP-1-B", "the firm's figures are lost", false},
        {"MA-PAY-OWN-1-C", "the column that says how much of a holding is pledged is lost", false},
        {"PA15-DAY-CERT", "nobody gave the parameter day_cap_certificate", false},
        {"PA15-I-LIFE", "the column of what was paid before the year is lost", false},
        {"PA15-II-YEAR-B", "nobody gave the parameter rolling_class_2_cap", false},
        {"PA15-III-YEAR-B", "nobody gave the parameter rolling_class_3_cap", false},
        {"PI24-FEE-DISCLOSED-B", "the only tariff with a rate is cut", false},
        {"RSV10-CAP10", "the firm's figures are lost", false},
        {"RSV21-PREPAID-SWEEP", "nobody gave the parameter sweep_tolerance", false},
    };
    damage_filing(plan->books.folder, damages, COUNT(damages), hindered, COUNT(hindered));
}

void make_payment(const struct sample_options *options, enum sample_form form)
{
    static const char *const titles[] = {"Payment institution, 2025, clean",
                                         "Payment institution, 2025, with defects",
                                         "Payment institution, 2025, damaged"};
    struct payment plan = {
        .books = {.folder = options->folder,
                  .title = titles[form],
                  .filer = "PAY-1",
                  .first_day = day_of("2025-01-01"),
                  .last_day = options->day_count ? day_of("2025-01-01") + options->day_count - 1
                                                 : day_of("2025-12-31"),
                  .stated = options->flow_count > 20000 ? STATE_SUMS : STATE_EACH_CLIENT,
                  .flow_columns = "flow_id,time,payer_account,payee_account,amount,currency,kind,"
                                  "status,channel,instrument,business,purpose,order_id,accepted_at,"
                                  "payer_name,payee_name,merchant_name,cross_border,region,"
                                  "auth_factors,has_certificate,code_type,verified_by,fee_code,"
                                  "reverses,archived_until,memo",
                  .quotes_all = options->quotes_all},
        .options = options,
        .has_defects = form == SAMPLE_DEFECTS,
        .is_damaged = form == SAMPLE_DAMAGED,
        .daily = rng_new(options->seed, 1),
        .merchant_count = options->client_count / 20 + 1,
        .licence_end = day_of("2030-01-31"),
        .firm_name = "云桥支付有限公司",
        .missed_day = -1,
        .open_day = -1,
    };
    void *made[COUNT(topics)];
    plan.customer_count = options->client_count - options->client_count / 20;
    books_open(&plan.books, introduction);
    add_firm_accounts(&plan);
    add_everyday_clients(&plan);
    plant_sweeps(&plan);
    for (size_t i = 0; i < COUNT(topics); i++)
        made[i] = topics[i]->plan(&plan);
    state_balances(&plan);
    open_payment_tables(&plan);
    books_start(&plan.books);
    book_year(&plan);
    write_payment_tables(&plan);
    say_all(&plan, made);
    for (size_t i = 0; i < COUNT(topics); i++)
        free(made[i]);
    books_close(&plan.books, "  covers    financial 2024-12-31 .. 2025-12-31\n"
                             "  covers    filed_report 2025-01-01 .. 2026-01-31\n"
                             "  covers    reconciliation_record 2025-01-01 .. 2025-12-31\n"
                             "  as of     2026-01-31\n");
    if (plan.is_damaged)
        damage(&plan);
    fa_buf_release(&plan.traps);
    fa_vec_free(&plan.parties);
    fa_vec_free(&plan.accounts);
    fa_vec_free(&plan.reports);
}
