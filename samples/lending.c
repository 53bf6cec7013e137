/* What the online-lending platform of lending.h does, and what must be found in it. */
#include "lending.h"

#include <string.h>

#include "damage.h"

/* Everyday loans signed from this day of the period on are under the cap of four times the LPR.
 */
enum { NEW_LAW_DAY = 50 };

int64_t lending_time(const struct lending *plan, int64_t day, int hour, int minute)
{
    return (plan->books.first_day + day) * DAY_SECONDS + hour * 3600 + minute * 60;
}

uint32_t planned_client(const struct lending *plan, enum planned_client which)
{
    return plan->first_planned + (uint32_t)which;
}

static uint32_t a_lender(struct lending *plan)
{
    return plan->first_lender + (uint32_t)rng_below(&plan->rng, LENDERS);
}

bool is_firm(const struct lending *plan, uint32_t client)
{
    return client >= plan->first_everyday + NATURAL_BORROWERS ||
           (client >= planned_client(plan, FIRM_OVER) &&
            client < planned_client(plan, PLANNED_CLIENTS));
}

const char *client_party(const struct lending *plan, uint32_t client, char text[16])
{
    if (client == planned_client(plan, AFFILIATE_BORROWER))
        return "AFFILIATE";
    party_text(client, text);
    return text;
}

uint32_t person_of(const struct lending *plan, uint32_t client)
{
    return client == planned_client(plan, TWO_ACCOUNTS_2) ? planned_client(plan, TWO_ACCOUNTS_1)
                                                          : client;
}

void client_number(const struct lending *plan, uint32_t client, char text[INVENTED_BYTES])
{
    if (is_firm(plan, client))
        invent_uscc(client, text);
    else
        invent_id18(person_of(plan, client), text);
}

/* Two everyday borrowers, different people, are reached at one number. */
void client_telephone(const struct lending *plan, uint32_t client, char text[INVENTED_BYTES])
{
    if (plan->has_defects && client == plan->first_everyday + TELEPHONE_2)
        client = plan->first_everyday + TELEPHONE_1;
    snprintf(text, INVENTED_BYTES, "139%08u", person_of(plan, client));
}

/* --- flows: what a client has on his sub-account is what custody holds for him --- */

static struct flow new_flow(int64_t second, uint32_t payer, uint32_t payee, int64_t amount,
                            const char *kind, const struct contract *contract)
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
                         .purpose = strcmp(kind, "invest") == 0 ? "出借" : NULL,
                         .memo = strcmp(kind, "fee") == 0 ? "服务费" : NULL,
                         .contract = contract ? contract->id : NULL,
                         .bank_delay = 20};
}

static int plan_flow(struct lending *plan, struct flow flow, enum order_defect defect)
{
    return books_plan(&plan->books, (struct planned){.flow = flow, .tag = (int)defect});
}

/* Money that does not touch custody. */
static int move(struct lending *plan, int64_t second, uint32_t payer, uint32_t payee,
                int64_t amount, const char *kind)
{
    return plan_flow(plan, new_flow(second, payer, payee, amount, kind, NULL), ORDER_WHOLE);
}

/* What comes in is held for OWNER, what goes out was. */
static int pay_in(struct lending *plan, int64_t second, uint32_t payer, int64_t amount,
                  const char *kind, const struct contract *contract, uint32_t owner)
{
    struct flow flow = new_flow(second, payer, plan->custody, amount, kind, contract);
    flow.owed_up = owner;
    return plan_flow(plan, flow, ORDER_WHOLE);
}

static int pay_out(struct lending *plan, int64_t second, uint32_t payee, int64_t amount,
                   const char *kind, const struct contract *contract, uint32_t owner,
                   enum order_defect defect)
{
    struct flow flow = new_flow(second, plan->custody, payee, amount, kind, contract);
    flow.owed_down = owner;
    return plan_flow(plan, flow, defect);
}

static struct flow *planned_flow(struct lending *plan, int place)
{
    return &plan->books.planned.items[place].flow;
}

/* --- contracts --- */

/* Signed at noon of DAY; before the period when OPENING_OWED is given (not -1). */
static struct contract *new_contract(struct lending *plan, uint32_t borrower, int64_t day,
                                     int64_t principal, int64_t opening_owed)
{
    if (plan->contract_count == CONTRACTS_MAX)
        die("more than %d contracts", CONTRACTS_MAX);
    struct contract *contract = &plan->contracts[plan->contract_count++];
    *contract =
        (struct contract){.borrower = borrower,
                          .paid_to = borrower,
                          .lenders = {a_lender(plan), a_lender(plan)},
                          .principal = principal,
                          .signed_second = lending_time(plan, day, 12, 0),
                          .listed_day = plan->books.first_day + day - 5,
                          .opening_owed = opening_owed,
                          .annual_rate = "12%",
                          .overdue_rate = "12%",
                          .penalty_rate = "3%",
                          .purpose = is_firm(plan, borrower) ? "business" : "consumption",
                          .status = "active",
                          .safeguard = "保证担保"};
    snprintf(contract->id, sizeof contract->id, "L%06d", plan->contract_count);
    return contract;
}

static void end_contract(struct contract *contract, int64_t day_no)
{
    contract->status = "settled";
    contract->ended_day = day_no;
    contract->archived_until = fa_day_add_months(day_no, 60);
}

/* Two lenders pay into custody, PAID_OUT of that goes out the next morning; gives the place of
 * that. */
static int disburse(struct lending *plan, const struct contract *contract, int64_t paid_out,
                    enum order_defect defect)
{
    int64_t second = contract->signed_second + 3600;
    int64_t half = contract->principal / 2;
    pay_in(plan, second, contract->lenders[0], half, "invest", contract, contract->borrower);
    pay_in(plan, second + 60, contract->lenders[1], contract->principal - half, "invest",
           contract, contract->borrower);
    return pay_out(plan, contract->signed_second + 20 * 3600, contract->paid_to, paid_out,
                   "disburse", contract, contract->borrower, defect);
}

static int lend(struct lending *plan, uint32_t borrower, int64_t day, int64_t principal)
{
    struct contract *contract = new_contract(plan, borrower, day, principal, -1);
    return disburse(plan, contract, principal, ORDER_WHOLE);
}

static struct contract *newest(struct lending *plan)
{
    return &plan->contracts[plan->contract_count - 1];
}

/* --- the everyday book --- */

/* Monthly instalments with a hundredth of the principal as interest, passed on to a lender. */
static void repay(struct lending *plan, const struct contract *contract)
{
    int64_t part = contract->principal / INSTALMENTS;
    int64_t interest = contract->principal / 100;
    for (int64_t day = contract->signed_second / DAY_SECONDS + 31; day < plan->books.last_day;
         day += 30) {
        int64_t second = day * DAY_SECONDS + 10 * 3600 + rng_between(&plan->rng, 0, 3600);
        uint32_t lender = contract->lenders[0];
        pay_in(plan, second, contract->borrower, part, "repay_principal", contract, lender);
        pay_in(plan, second + 1, contract->borrower, interest, "repay_interest", contract,
               lender);
        pay_out(plan, second + 7200, lender, part + interest, "settle", contract, lender,
                ORDER_WHOLE);
    }
}

/* Repaid at once two weeks after it was paid out. */
static void repay_early(struct lending *plan, struct contract *contract)
{
    int64_t second = contract->signed_second + 14 * DAY_SECONDS;
    pay_in(plan, second, contract->borrower, contract->principal, "repay_principal", contract,
           contract->lenders[0]);
    end_contract(contract, second / DAY_SECONDS);
}

static void spoil(struct lending *plan, struct contract *contract, enum defect defect)
{
    switch (defect) {
    case NO_PURPOSE:
        contract->purpose = NULL;
        break;
    case NO_SAFEGUARD:
        contract->safeguard = NULL;
        break;
    case RATE_VOID:
        contract->annual_rate = "36.01%";
        break;
    case RATE_HIGH:
        contract->annual_rate = "24.01%";
        break;
    case RATE_OVER_CAP:
        contract->annual_rate = "15.41%";
        break;
    case OVERDUE_OVER_CAP:
        contract->overdue_rate = "15.41%";
        contract->penalty_rate = NULL;
        break;
    case PENALTY_OVER_CAP:
        contract->penalty_rate = "3.41%";
        break;
    case DEDUCTED:
        contract->annual_rate = "14%";
        break;
    case LONG_OPEN:
        contract->listed_day -= 35;
        break;
    case PAID_TO_OTHER:
        contract->paid_to = planned_client(plan, STRANGER);
        break;
    case ALL_REPLACED:
        contract->all_replaced = true;
        break;
    case ENDED_EARLY:
        contract->archived_until--;
        break;
    default:
        break; /* no matter of the contract */
    }
}

static void plan_everyday_loan(struct lending *plan, enum defect number)
{
    struct rng *rng = &plan->rng;
    bool is_legal = (int)number >= (int)NATURAL_BORROWERS;
    int64_t principal =
        (is_legal ? rng_between(rng, 100, 800) : rng_between(rng, 20, 150)) * 1000 * YUAN;
    bool is_new = number >= RATE_OVER_CAP && number <= PAID_TO_OTHER;
    int64_t day =
        is_new ? rng_between(rng, NEW_LAW_DAY + 2, 80) : rng_between(rng, 6, NEW_LAW_DAY - 4);
    struct contract *contract =
        new_contract(plan, plan->first_everyday + (uint32_t)number, day, principal, -1);
    plan->everyday[number] = contract;
    if (number == ALL_REPLACED)
        contract->replaced_day = plan->books.first_day + 85;
    if (number == ENDED_EARLY)
        repay_early(plan, contract);
    else
        repay(plan, contract);
    if (plan->has_defects)
        spoil(plan, contract, number);
    bool is_late = plan->has_defects && number == LATE_INSTRUCTION;
    int64_t paid_out = plan->has_defects && number == DEDUCTED ? principal / 10 * 9 : principal;
    int place = disburse(plan, contract, paid_out, is_late ? AUTHORISED_LATE : ORDER_WHOLE);
    if (number == TELEPHONE_1 || number == TELEPHONE_2)
        plan->telephones[number == TELEPHONE_2] = place;
    if (number == NOT_AUTHORISED)
        plan->authorised_late = place - 2;
    if (is_late)
        plan->late_payout = place;
    /* the one thing that a client may pay to the platform itself */
    plan->newest_fee = move(plan, contract->signed_second + 21 * 3600, contract->borrower,
                            number % 2 ? plan->own_funds : plan->fees, principal / 200, "fee");
}

static void plan_everyday(struct lending *plan)
{
    for (int i = 0; i < EVERYDAY_LOANS; i++)
        plan_everyday_loan(plan, (enum defect)i);
    /* the lender's claim goes to another one, over their sub-accounts */
    const struct contract *contract = plan->everyday[ALL_REPLACED];
    struct flow assigned =
        new_flow((contract->replaced_day + 1) * DAY_SECONDS + 9 * 3600, plan->first_lender,
                 contract->lenders[0], 1000 * YUAN, "assign", contract);
    assigned.owed_down = assigned.payer;
    assigned.owed_up = assigned.payee;
    plan_flow(plan, assigned, ORDER_WHOLE);
}

/* --- borrowers at and over the cap --- */

static int repay_once(struct lending *plan, int64_t second, int64_t amount,
                      const struct contract *contract)
{
    return pay_in(plan, second, contract->borrower, amount, "repay_principal", contract,
                  contract->lenders[0]);
}

/* What looks like a defect and is none; in the clean filing, too. */
static void plan_traps(struct lending *plan)
{
    struct rng *rng = &plan->rng;
    int64_t day = rng_between(rng, 6, 20);
    uint32_t at_cap = planned_client(plan, AT_CAP);
    lend(plan, at_cap, day, 150000 * YUAN);
    repay_once(plan, lending_time(plan, day + 10, 9, 0), 20000 * YUAN, newest(plan));
    lend(plan, at_cap, day + 11, 70000 * YUAN);

    new_contract(plan, planned_client(plan, BEGAN_BEFORE), -90, 300000 * YUAN, 180000 * YUAN);

    int original = lend(plan, planned_client(plan, REVERSED), day, 250000 * YUAN);
    newest(plan)->status = "cancelled";
    struct flow back =
        new_flow(lending_time(plan, day + 1, 8, 30), planned_client(plan, REVERSED),
                 plan->custody, 250000 * YUAN, "reversal", newest(plan));
    back.owed_up = back.payer;
    books_plan(&plan->books,
               (struct planned){.flow = back, .is_reversal = true, .after = original});

    struct contract *contract =
        new_contract(plan, planned_client(plan, FAILED), day, 300000 * YUAN, -1);
    contract->status = "cancelled";
    struct flow failed =
        new_flow(lending_time(plan, day + 1, 8, 0), plan->custody, planned_client(plan, FAILED),
                 300000 * YUAN, "disburse", contract);
    failed.status = "failed";
    plan_flow(plan, failed, ORDER_WHOLE);

    /* one loan replaces another in one second: owed before and after, never both */
    uint32_t renewed = planned_client(plan, RENEWED);
    lend(plan, renewed, day, 150000 * YUAN);
    struct contract *replaced = newest(plan);
    int replacing = lend(plan, renewed, NEW_LAW_DAY + 10, 150000 * YUAN);
    int64_t second = planned_flow(plan, replacing)->second;
    repay_once(plan, second, 150000 * YUAN, replaced);
    end_contract(replaced, second / DAY_SECONDS);
    plan->renewed = replaced;
    plan->renewing = newest(plan);

    lend(plan, planned_client(plan, FIRM_AT_CAP), day, 900000 * YUAN);
    newest(plan)->is_signed_late = plan->has_defects;
    plan->signed_late = newest(plan);
    lend(plan, planned_client(plan, FIRM_AT_CAP), day + 9, 100000 * YUAN);
}

static void plan_caps(struct lending *plan)
{
    struct rng *rng = &plan->rng;
    int64_t day = rng_between(rng, 6, 20);
    lend(plan, planned_client(plan, TWO_ACCOUNTS_1), day, 150000 * YUAN);
    plan->two_accounts =
        lend(plan, planned_client(plan, TWO_ACCOUNTS_2), day + 4, 60000 * YUAN);
    plan->two_accounts_end =
        repay_once(plan, lending_time(plan, day + 25, 9, 0), 10000 * YUAN, newest(plan));

    plan->began_before =
        lend(plan, planned_client(plan, BEGAN_BEFORE), rng_between(rng, 6, 40), 30000 * YUAN);

    new_contract(plan, planned_client(plan, OVER_BEFORE), -60, 250000 * YUAN, 250000 * YUAN);
    plan->over_before_end = repay_once(plan, lending_time(plan, rng_between(rng, 10, 40), 9, 0),
                                       60000 * YUAN, newest(plan));

    uint32_t twice = planned_client(plan, TWICE_OVER);
    lend(plan, twice, day, 150000 * YUAN);
    plan->twice_first = lend(plan, twice, day + 7, 60000 * YUAN);
    plan->twice_first_end =
        repay_once(plan, lending_time(plan, day + 14, 9, 0), 20000 * YUAN, newest(plan));
    plan->twice_second = lend(plan, twice, day + 29, 10000 * YUAN + 1);

    lend(plan, planned_client(plan, FIRM_OVER), day, 900000 * YUAN);
    plan->firm_over = lend(plan, planned_client(plan, FIRM_OVER), day + 9, 100000 * YUAN + 1);
}

/* --- money where it must not be --- */

static void plan_misuse(struct lending *plan)
{
    struct rng *rng = &plan->rng;
    for (size_t i = 0; i < COUNT(plan->pooled); i++)
        plan->pooled[i] =
            move(plan, lending_time(plan, 20 + (int64_t)i * 3, 11, 0), a_lender(plan),
                 plan->pool, rng_between(rng, 10, 90) * 1000 * YUAN, "transfer");
    for (size_t i = 0; i < COUNT(plan->into_affiliate); i++)
        plan->into_affiliate[i] =
            move(plan, lending_time(plan, 41 + (int64_t)i * 5, 11, 0), a_lender(plan),
                 plan->affiliate, rng_between(rng, 10, 90) * 1000 * YUAN, "transfer");
    plan->into_own_funds =
        move(plan, lending_time(plan, 33, 15, 0), a_lender(plan), plan->own_funds,
             rng_between(rng, 10, 90) * 1000 * YUAN, "transfer");
    for (size_t i = 0; i < COUNT(plan->compensated); i++)
        plan->compensated[i] =
            move(plan, lending_time(plan, 70 + (int64_t)i * 8, 16, 0), plan->own_funds,
                 a_lender(plan), rng_between(rng, 100, 9999) * YUAN, "compensate");
    struct flow repaid = new_flow(lending_time(plan, 90, 16, 0), plan->own_funds,
                                  a_lender(plan), 3210 * YUAN, "transfer", NULL);
    repaid.purpose = "代偿本金";
    plan->called_principal = plan_flow(plan, repaid, ORDER_WHOLE);
    plan->into_fund = move(plan, lending_time(plan, 44, 14, 0), a_lender(plan), plan->fund,
                           20000 * YUAN, "pay");
    const struct contract *own = plan->everyday[OWN_MONEY];
    plan->own_money = pay_in(plan, own->signed_second + 7200, plan->own_funds, 5000 * YUAN,
                             "invest", own, own->borrower);
    /* an order for a loan and for a fund */
    const struct contract *other = plan->everyday[NO_PURPOSE];
    plan->bundled[0] = pay_in(plan, other->signed_second + 7200, a_lender(plan), 3000 * YUAN,
                              "invest", other, other->borrower);
    struct flow second = *planned_flow(plan, plan->bundled[0]);
    plan->bundled[1] = books_plan(
        &plan->books, (struct planned){.flow = new_flow(second.second + 1, second.payer,
                                                        plan->fund, 7000 * YUAN, "pay", NULL),
                                       .shares_order = true,
                                       .after = plan->bundled[0]});
    const struct contract *spent = plan->everyday[RATE_OVER_CAP];
    plan->to_broker = move(plan, spent->signed_second + 6 * DAY_SECONDS, spent->borrower,
                           plan->broker, spent->principal / 2, "transfer");
}

static void plan_people_defects(struct lending *plan)
{
    const struct contract *contract = plan->everyday[TELEPHONE_1];
    plan->unverified =
        pay_in(plan, contract->signed_second + 7200, planned_client(plan, UNVERIFIED),
               4000 * YUAN, "invest", contract, contract->borrower);
    plan->books.planned.items[plan->authorised_late].tag = AUTHORISED_LATE;
    plan->never_paid = new_contract(plan, planned_client(plan, UNPAID), 30, 80000 * YUAN, -1);
    lend(plan, planned_client(plan, AFFILIATE_BORROWER), 25, 200000 * YUAN);
    plan->to_affiliate = newest(plan);
    uint32_t lender = plan->first_lender;
    plan->no_instruction = pay_out(plan, lending_time(plan, 95, 10, 0), lender, 100 * YUAN,
                                   "withdraw", NULL, lender, NO_INSTRUCTION);
    struct flow missing = new_flow(lending_time(plan, 122, 10, 0), lender, plan->custody,
                                   7654 * YUAN, "top_up", NULL);
    missing.owed_up = lender;
    missing.is_unknown_to_bank = true;
    plan->missing_line = plan_flow(plan, missing, ORDER_WHOLE);
}

/* --- accounts --- */

static uint32_t add_client(struct lending *plan, int64_t opening)
{
    char id[16];
    snprintf(id, sizeof id, "C%08d", (int)plan->books.accounts.count);
    return books_add_account(&plan->books, id, "customer", opening);
}

static void add_accounts(struct lending *plan)
{
    struct books *books = &plan->books;
    plan->old_custody = books_add_account(books, "CUSTODY-00", "custody", 0);
    plan->custody = books_add_account(books, "CUSTODY-01", "custody", 0);
    plan->second_custody =
        plan->has_defects ? books_add_account(books, "CUSTODY-02", "custody", 0) : NO_ACCOUNT;
    plan->own_funds = books_add_account(books, "OWN-01", "own_funds", 3000000 * YUAN);
    plan->fees = books_add_account(books, "FEE-01", "fee", 0);
    plan->pool = books_add_account(books, "POOL-01", "settlement", 0);
    plan->affiliate = books_add_account(books, "AFF-01", "external", 0);
    plan->fund = books_add_account(books, "FUND-01", "external", 0);
    plan->broker = books_add_account(books, "BROKER-01", "external", 0);
    plan->first_client = plan->first_lender = (uint32_t)books->accounts.count;
    for (int i = 0; i < LENDERS; i++)
        add_client(plan, 20000 * YUAN);
    plan->first_planned = (uint32_t)books->accounts.count;
    for (int i = 0; i < PLANNED_CLIENTS; i++)
        add_client(plan, 0);
    plan->first_everyday = (uint32_t)books->accounts.count;
    for (int i = 0; i < NATURAL_BORROWERS + LEGAL_BORROWERS; i++)
        add_client(plan, 0);
    books->accounts.items[plan->custody].balance = books->owed_customers;
    books_add_statement(books, plan->custody, books->first_day);
    books_add_statement(books, plan->own_funds, books->first_day);
}

/* --- booking --- */

/* The lender authorises an order, the depository is told of it; both before it is carried out.
 */
static void book(struct lending *plan, struct planned *due)
{
    char instruction[16];
    struct flow *flow = &due->flow;
    bool is_debit = flow->payer == plan->custody;
    if (is_debit && due->tag != NO_INSTRUCTION) {
        snprintf(instruction, sizeof instruction, "I%06d", due->place);
        flow->instruction_id = instruction;
    }
    books_book_planned(&plan->books, due);
    flow->instruction_id = NULL;
    if (is_debit || flow->payee == plan->custody)
        plan->is_active[flow->second / DAY_SECONDS - plan->books.first_day] |=
            strcmp(flow->status, "settled") == 0;
    if (!is_debit && strcmp(flow->kind, "invest") != 0)
        return;
    int64_t at = flow->second + (due->tag == AUTHORISED_LATE ? 300 : -300);
    PUT(plan->action, "action_id", number_text('A', flow->no), "kind", "authorisation", "time",
        time_text(at), "order_id",
        number_text('O', flow->order_no ? flow->order_no : flow->no));
}

/* --- what the ledger says each month --- */

static int contract_index(const struct lending *plan, const struct flow *flow)
{
    for (int i = 0; i < plan->contract_count; i++)
        if (flow->contract == plan->contracts[i].id)
            return i;
    return -1;
}

static bool is_reversed(const struct lending *plan, int place)
{
    for (size_t i = 0; i < plan->books.planned.count; i++)
        if (plan->books.planned.items[i].is_reversal &&
            plan->books.planned.items[i].after == place)
            return true;
    return false;
}

static int64_t greatest_ten(const struct lending *plan, const int64_t *owed)
{
    int64_t by_person[256] = {0}, sum = 0;
    for (int i = 0; i < plan->contract_count; i++)
        by_person[person_of(plan, plan->contracts[i].borrower)] += owed[i];
    for (int taken = 0; taken < 10; taken++) {
        int most = 0;
        for (int i = 0; i < (int)COUNT(by_person); i++)
            most = by_person[i] > by_person[most] ? i : most;
        sum += by_person[most];
        by_person[most] = 0;
    }
    return sum;
}

static void compute_month(const struct lending *plan, struct month *month)
{
    int64_t owed[CONTRACTS_MAX] = {0};
    bool is_new[CONTRACTS_MAX] = {false};
    int64_t first = fa_period_first(FA_PERIOD_MONTH, month->last_day);
    for (int i = 0; i < plan->contract_count; i++)
        owed[i] = plan->contracts[i].opening_owed > 0 ? plan->contracts[i].opening_owed : 0;
    for (size_t i = 0; i < plan->books.planned.count; i++) {
        const struct planned *planned = &plan->books.planned.items[i];
        const struct flow *flow = &planned->flow;
        int64_t day = flow->second / DAY_SECONDS;
        int index = contract_index(plan, flow);
        if (index < 0 || day > month->last_day || strcmp(flow->status, "settled") != 0 ||
            is_reversed(plan, planned->place))
            continue;
        if (strcmp(flow->kind, "repay_principal") == 0)
            owed[index] -= flow->amount;
        if (strcmp(flow->kind, "disburse") != 0)
            continue;
        owed[index] += flow->amount;
        if (day < first)
            continue;
        month->lent += flow->amount;
        month->new_loans += !is_new[index];
        is_new[index] = true;
    }
    for (int i = 0; i < plan->contract_count; i++) {
        month->outstanding += owed[i];
        month->loans += owed[i] > 0;
    }
    month->ten = greatest_ten(plan, owed);
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
    client_number(plan, who, number);
    struct expected expected = {
        .what = "finding", .id = id, .subject = number, .amount = worst, .why = why};
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
static void expect_flows(struct lending *plan, const char *what, const char *id,
                         const char *subject, const char *side, const int *places, int count,
                         const char *why)
{
    struct expected expected = {
        .what = what, .id = id, .side = side, .key_prefix = 'F', .why = why};
    expected.first = booked(plan, places[0])->second / DAY_SECONDS;
    expected.last = booked(plan, places[count - 1])->second / DAY_SECONDS;
    expected.row_count = count;
    for (int i = 0; i < count; i++) {
        expected.keys[expected.key_count++] = booked(plan, places[i])->no;
        expected.amount += booked(plan, places[i])->amount;
    }
    expected.subject = subject ? subject : number_text('F', expected.keys[0]);
    books_expect(&plan->books, &expected);
}

static void expect_flow(struct lending *plan, const char *id, int place, const char *why)
{
    expect_flows(plan, "finding", id, NULL, NULL, &place, 1, why);
}

static void expect_about(struct lending *plan, const char *id, const char *subject,
                         int64_t first, int64_t last, const char *why)
{
    books_expect(&plan->books, &(struct expected){.what = "finding",
                                                  .id = id,
                                                  .subject = subject,
                                                  .first = first,
                                                  .last = last,
                                                  .why = why});
}

/* About a contract, whose clock is the day on which it was signed. */
static void expect_contract(struct lending *plan, const char *id,
                            const struct contract *contract, const char *why)
{
    int64_t day = contract->signed_second / DAY_SECONDS;
    expect_about(plan, id, contract->id, day, day, why);
}

static void expect_caps(struct lending *plan)
{
    static const char np[] = "OL16-CAP-NP-1";
    expect_cap(
        plan, np, planned_client(plan, TWO_ACCOUNTS_1), plan->two_accounts,
        plan->two_accounts_end, 210000 * YUAN,
        "150,000 and 60,000 under two accounts of one identity number, until 10,000 came back");
    expect_cap(plan, np, planned_client(plan, BEGAN_BEFORE), plan->began_before, -1,
               210000 * YUAN, "180,000 from before the period and 30,000 in it");
    expect_cap(plan, np, planned_client(plan, OVER_BEFORE), -1, plan->over_before_end,
               250000 * YUAN, "250,000 owed when the period began");
    expect_cap(plan, np, planned_client(plan, TWICE_OVER), plan->twice_first,
               plan->twice_first_end, 210000 * YUAN,
               "over the cap, repaid, and over again: the first time");
    expect_cap(plan, np, planned_client(plan, TWICE_OVER), plan->twice_second, -1,
               200000 * YUAN + 1, "the second time, by one fen");
    expect_cap(plan, "OL16-CAP-LP-1", planned_client(plan, FIRM_OVER), plan->firm_over, -1,
               1000000 * YUAN + 1, "a firm owes one fen more than a million");
}

static void expect_misuse(struct lending *plan)
{
    static const char mixed[] = "clients' money and the platform's own are mixed";
    expect_flows(plan, "finding", "OL16-PROH-02", "POOL-01", NULL, plan->pooled,
                 (int)COUNT(plan->pooled),
                 "lenders paid into the platform's own collecting account");
    expect_flows(plan, "finding", "OL16-PROH-02", "AFF-01", NULL, plan->into_affiliate,
                 (int)COUNT(plan->into_affiliate), "lenders paid an affiliate");
    expect_flows(plan, "finding", "OL16-PROH-02", "OWN-01", NULL, &plan->into_own_funds, 1,
                 "a lender paid into the platform's own funds");
    expect_flow(plan, "OL16-CUSTODY", plan->into_own_funds, mixed);
    expect_flow(plan, "OLC-SEGREG", plan->into_own_funds, mixed);
    for (size_t i = 0; i < COUNT(plan->compensated); i++) {
        expect_flow(plan, "OL16-PROH-03-A", plan->compensated[i],
                    "own funds compensated a lender");
        expect_flow(plan, "OL16-CUSTODY", plan->compensated[i], mixed);
        expect_flow(plan, "OLC-SEGREG", plan->compensated[i], mixed);
    }
    expect_flow(plan, "OL16-PROH-03-B", plan->called_principal,
                "a transfer for principal paid in a borrower's place");
    expect_flow(plan, "OL16-CUSTODY", plan->called_principal, mixed);
    expect_flow(plan, "OLC-SEGREG", plan->called_principal, mixed);
    expect_flow(plan, "OL16-PROH-05", plan->own_money, "own funds went into a loan");
    expect_flow(plan, "OL16-PROH-07", plan->into_fund, "a lender's money went to a fund");
    expect_flow(plan, "OL16-PROH-07", plan->bundled[1], "another's money went to a fund");
    expect_flows(plan, "finding", "OL16-PROH-09",
                 number_text('O', booked(plan, plan->bundled[0])->no), NULL, plan->bundled, 2,
                 "one order for a loan and for the fund");
    int64_t day = booked(plan, plan->to_broker)->second / DAY_SECONDS;
    expect_about(plan, "OL16-PROH-11",
                 plan->books.accounts.items[plan->everyday[RATE_OVER_CAP]->borrower].id, day,
                 day, "a lead: half of a loan went on to a broker");
}

static void expect_loans(struct lending *plan)
{
    const struct contract *const *loan = plan->everyday;
    int64_t until = loan[ALL_REPLACED]->replaced_day;
    expect_contract(plan, "OL16-PROH-01", plan->to_affiliate, "an affiliate borrows");
    expect_about(plan, "OL16-PROH-06", loan[ALL_REPLACED]->id,
                 loan[ALL_REPLACED]->signed_second / DAY_SECONDS + 1, until,
                 "a lead: all lenders gave way to others on one day");
    expect_contract(plan, "OL16-PROH-10", plan->never_paid,
                    "an active loan that was never paid out");
    expect_contract(plan, "OL16-PROH-10", loan[PAID_TO_OTHER], "paid out to a stranger");
    expect_contract(plan, "OL16-FUNDWIN", loan[LONG_OPEN], "open to lenders for 40 days");
    expect_contract(plan, "OL16-RETAIN", loan[ENDED_EARLY], "kept a day short of five years");
    expect_contract(plan, "OLC-RETAIN", loan[ENDED_EARLY], "the same of custody's records");
    expect_contract(plan, "OLD-PROJECT-A", loan[NO_PURPOSE], "no use of the money is told");
    expect_contract(plan, "OLD-PROJECT-B", loan[NO_SAFEGUARD], "no safeguard was published");
    expect_contract(plan, "PLR-24-36-A", loan[RATE_VOID], "36.01% under the old law");
    expect_contract(plan, "PLR-24-36-B", loan[RATE_HIGH], "24.01% under the old law");
    expect_contract(plan, "PLR-CAP", loan[RATE_OVER_CAP],
                    "15.41%, four times the LPR being 15.40%");
    expect_contract(plan, "PLR-OVERDUE", loan[OVERDUE_OVER_CAP], "15.41% when overdue");
    expect_contract(plan, "PLR-TOTAL", loan[PENALTY_OVER_CAP], "12% and 3.41% when overdue");
    expect_contract(plan, "PLR-NET", loan[DEDUCTED],
                    "14% of the whole, of which nine tenths were paid out");
    expect_about(plan, "PLR-ROLL", plan->renewing->id, 0, 0,
                 "16% a year are claimed after the renewal");
}

/* Runs of days on which custody holds something else than is owed. */
static void expect_shortages(struct lending *plan)
{
    const struct books *books = &plan->books;
    int64_t days = books->last_day - books->first_day + 1;
    for (int64_t i = 0, end; i < days; i = end + 1) {
        for (end = i; end < days && books->closings[end].shortage != 0;)
            end++;
        if (end > i)
            expect_about(plan, "OLC-SUMEQ", "CUSTODY-01", books->first_day + i,
                         end == days ? 0 : books->first_day + end - 1,
                         "the bank lacks what a lender paid in");
    }
}

static void expect_platform(struct lending *plan)
{
    char text[INVENTED_BYTES];
    const struct books *books = &plan->books;
    int64_t second_bank = books->first_day + 71;
    static const char banks[] = "custody accounts at two banks";
    expect_about(plan, "OL16-CUSTODY-ONE", "P2P-1", second_bank, 0, banks);
    expect_about(plan, "OLC-ONE", "P2P-1", second_bank, 0, banks);
    expect_about(plan, "MA-P2P-FILE-1", "P2P-1", 0, 0, "filed on the eleventh working day");
    party_text(planned_client(plan, UNVERIFIED), text);
    expect_flows(plan, "finding", "OL16-REALNAME", text, NULL, &plan->unverified, 1,
                 "a lender who was never verified");
    expect_flow(plan, "OL16-DECISION", plan->authorised_late, "authorised five minutes after");
    expect_flow(plan, "OLC-INSTR", plan->late_payout, "authorised five minutes after");
    expect_flow(plan, "OLC-INSTR", plan->no_instruction, "without an instruction");
    expect_about(plan, "OLC-SUB",
                 books->accounts.items[planned_client(plan, NO_SUB_ACCOUNT)].id,
                 day_of("2019-06-01"), day_of("2019-06-01"), "no sub-account of custody");
    int places[2] = {plan->telephones[0], plan->telephones[1]};
    if (booked(plan, places[0])->second > booked(plan, places[1])->second) {
        places[0] = plan->telephones[1];
        places[1] = plan->telephones[0];
    }
    client_telephone(plan, plan->first_everyday + TELEPHONE_1, text);
    expect_flows(plan, "finding", "OL16-CAP-EVADE", text, NULL, places, 2,
                 "a lead: two borrowers share a telephone");
    static const char *const unreconciled[] = {"no record of the day",
                                               "reconciled two days later"};
    for (int i = 0; i < 2; i++) {
        int64_t day = i == 0 ? NOT_RECONCILED : RECONCILED_LATE;
        while (!plan->is_active[day])
            day++;
        expect_about(plan, "OLC-RECON", "CUSTODY-01", books->first_day + day,
                     books->first_day + day, unreconciled[i]);
    }
    expect_about(plan, "OLC-RECON", "CUSTODY-01", books->last_day, books->last_day,
                 "reconciled with a difference");
    expect_shortages(plan);
}

static void expect_disclosures(struct lending *plan)
{
    int64_t september = day_of("2020-09-30"), late = day_of("2020-10-15"),
            august = day_of("2020-09-04");
    expect_about(plan, "OLD-MONTHLY-A", "P2P-1", september, september,
                 "published on the sixth working day");
    expect_about(plan, "OLD-MONTHLY-B", "P2P-1", day_of("2020-08-05"), day_of("2020-08-05"),
                 "300,000.00 less than the ledger has for July");
    expect_about(plan, "OLD-MONTHLY-C", "P2P-1", late, late, "one loan more than were made");
    expect_about(plan, "OLD-MONTHLY-D", "P2P-1", august, august,
                 "the number of borrowers is missing");
    expect_about(plan, "OLD-TOP10", "P2P-1", day_of("2020-11-05"), day_of("2020-11-05"),
                 "0.11 points less than the ledger has");
}

static const char introduction[] = "An invented online-lending platform from July to October "
                                   "2020: lenders, borrowers, their contracts\n"
                                   "and claims, disbursements and repayments through a custody "
                                   "account with a sub-account each, the\n"
                                   "bank's statements, and what the platform published. On "
                                   "2020-08-20 the law of interest changed. Made\n"
                                   "by `samples/flowaudit-sample`; how it books is told in "
                                   "`samples/PLAN.md`, what must be found in\n"
                                   "`expected.csv`.\n";

static const char traps[] =
    "\n## What must not be found\n\n"
    "- a person who owes 200,000.00 and a firm that owes 1,000,000.00: exactly the caps\n"
    "- 250,000 disbursed and reversed the same morning; 300,000 that failed\n"
    "- a loan of 150,000 that is repaid by another one in the same second\n"
    "- fees that borrowers pay to the platform\n"
    "- the bank that was depository until 2018-03-31, the day before the present one\n"
    "- a claim that one lender passed on to another while the other lenders stayed\n"
    "\nThe caps over all platforms need the exports of all of them and are not tested.\n"
    "EC-WRITTEN, PII-C3-B and MA-ILLEGAL-FUND-1 are of 2021 and 2022: they have nothing to judge.";

/* --- damage: what cannot be said any more, and that nothing else is --- */

static void damage_lending(const char *folder, uint64_t fee_no)
{
    const struct damage damages[] = {
        {LOSE_TABLE, .table = "project_page"},
        {LOSE_COLUMN, .table = "party", .column = "verified_at"},
        {LOSE_COLUMN, .table = "contract", .column = "overdue_rate"},
        {GARBLE_CELL, .table = "flow", .column = "amount", .record_no = (unsigned)fee_no,
         .text = "1.2oo", .code = "ROW-NUMBER"},
        {CUT_FILE, .table = "holiday", .record_no = 18, .code = "ROW-FIELDS"},
    };
    static const struct hindered hindered[] = {
        {"OLD-PROJECT-B", "the table of published projects is lost", false},
        {"OL16-REALNAME", "when people were verified is lost", false},
        {"PLR-OVERDUE", "the overdue rates are lost", false},
        {"PLR-TOTAL", "the overdue rates are lost", false},
        {"OL16-CAP-NP-ALL", "needs the exports of all platforms", false},
        {"OL16-CAP-LP-ALL", "needs the exports of all platforms", false},
        {"OL16-FUNDWIN", "the working days of 2020 are lost", true},
        {"OLD-MONTHLY-A", "the working days of 2020 are lost", true},
    };
    damage_filing(folder, damages, COUNT(damages), hindered, COUNT(hindered));
}

void make_lending(const struct sample_options *options, enum sample_form form)
{
    bool has_defects = form == SAMPLE_DEFECTS;
    static const char *const month_ends[MONTHS] = {"2020-07-31", "2020-08-31", "2020-09-30",
                                                   "2020-10-31"};
    struct lending plan = {
        .books =
            {.folder = options->folder,
             .title = has_defects
                          ? "Online-lending platform, July to October 2020, with defects"
                          : "Online-lending platform, July to October 2020",
             .filer = "P2P-1",
             .first_day = day_of("2020-07-01"),
             .last_day = day_of("2020-10-31"),
             .stated = STATE_EACH_CLIENT,
             .flow_columns =
                 "flow_id,time,payer_account,payee_account,amount,currency,kind,status,"
                 "channel,instrument,purpose,contract,order_id,instruction_id,reverses,memo",
             .quotes_all = options->quotes_all},
        .rng = rng_new(options->seed, 3),
        .has_defects = has_defects,
    };
    books_open(&plan.books, introduction);
    add_accounts(&plan);
    plan_everyday(&plan);
    plan_traps(&plan);
    if (has_defects) {
        plan_caps(&plan);
        plan_misuse(&plan);
        plan_people_defects(&plan);
    }
    for (int i = 0; i < MONTHS; i++) {
        plan.months[i].last_day = day_of(month_ends[i]);
        compute_month(&plan, &plan.months[i]);
    }
    books_start(&plan.books);
    open_lending_filing(&plan);
    for (struct planned *due; (due = books_due(&plan.books, INT64_MAX)) != NULL;)
        book(&plan, due);
    books_close_days(&plan.books);
    write_lending_filing(&plan);
    if (has_defects) {
        books_say(&plan.books,
                  "## What must be found\n\n"
                  "| rule or break | first day | subject | why |\n|---|---|---|---|");
        expect_caps(&plan);
        expect_misuse(&plan);
        expect_loans(&plan);
        expect_platform(&plan);
        expect_disclosures(&plan);
        expect_papers(&plan);
        expect_flows(&plan, "break", "missing_at_bank", "CUSTODY-01", "credit",
                     &plan.missing_line, 1, "the statement lacks this line");
    } else {
        books_say(&plan.books, "Nothing must be found.");
    }
    books_say(&plan.books, traps);
    uint64_t fee_no = booked(&plan, plan.newest_fee)->no;
    books_close(&plan.books, "  covers    contract 2016-01-01 .. 2020-10-31\n"
                             "  covers    disclosure 2020-07-01 .. 2020-11-30\n"
                             "  as of     2020-11-30\n");
    if (form == SAMPLE_DAMAGED)
        damage_lending(options->folder, fee_no);
}
