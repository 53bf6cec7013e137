/* The reserve, the firm that keeps it, and what the bank's side tells of it. See payment.h. */
#include "payment.h"

#include <stdlib.h>

enum client { INTEREST_1, INTEREST_2, UNKNOWN_TO_BANK, WRONG_AMOUNT, BOOKED_TWICE, OVER_MIDNIGHT,
              OUT_OF_SCOPE, NAMELESS, MISNAMED, UNVERIFIED, CUSTOMERS,
              WITHOUT_ORDER = CUSTOMERS, PAID_TOO_EARLY, WRONG_CODE, OVERCHARGED, UNDISCLOSED, CLIENTS };

struct reserve {
    uint32_t clients[CLIENTS];
    int64_t diverted_day;
    int diversion, returned, unfiled, without_order, interest[2], unknown_to_bank, bank_only,
        wrong_amount, twice, other_business, elsewhere, nameless, misnamed, too_early, overcharged,
        undisclosed;
};

static int64_t a_day(struct rng *rng)
{
    return rng_between(rng, 1, 350);
}

static void plant_misuse(struct payment *plan, struct reserve *reserve, struct rng *rng)
{
    reserve->diverted_day = rng_between(rng, 5, 120);
    int64_t diverted = OWN_MONEY(plan->options->flow_count) * 3 + rng_between(rng, 1, 99999) * YUAN;
    struct flow flow = payment_flow(payment_time(plan, reserve->diverted_day, 14, 0), plan->reserve,
                                plan->developer, diverted, "transfer");
    flow.channel = "direct";
    flow.instrument = "transfer";
    reserve->diversion = plant(plan, flow);
    flow.second = payment_time(plan, reserve->diverted_day + 3, 10, 0);
    flow.payer = plan->developer;
    flow.payee = plan->reserve;
    reserve->returned = plant(plan, flow);

    flow = settlement(plan, payment_time(plan, a_day(rng), 15, 0), reserve->clients[WITHOUT_ORDER],
                      8800 * YUAN);
    flow.has_no_order = true;
    reserve->without_order = plant(plan, flow);

    flow = payment_flow(payment_time(plan, rng_between(rng, 140, 300), 15, 0), plan->reserve,
                    plan->own_unfiled, rng_between(rng, 20000, 40000) * YUAN, "sweep");
    flow.instrument = "transfer";
    reserve->unfiled = plant(plan, flow);

    flow = payment_flow(payment_time(plan, plan->books.last_day - plan->books.first_day, 23, 59) + 59,
                    plan->reserve, plan->own_funds, 0, "sweep");
    flow.instrument = "transfer";
    books_plan(&plan->books, (struct planned){.flow = flow, .tag = WORTH_EARNED_FEES_AND_ONE});

    for (int i = 0; i < 2; i++) {
        enum client who = i == 0 ? INTEREST_1 : INTEREST_2;
        flow = payment_flow(payment_time(plan, a_day(rng), 8, i), plan->own_funds,
                        reserve->clients[who], rng_between(rng, 100, 9999), "interest");
        flow.instrument = "transfer";
        reserve->interest[i] = plant(plan, flow);
    }
}

static void plant_breaks(struct payment *plan, struct reserve *reserve, struct rng *rng)
{
    struct flow flow = top_up(plan, payment_time(plan, a_day(rng), 12, 34),
                              reserve->clients[UNKNOWN_TO_BANK], rng_between(rng, 1000, 99999));
    flow.is_unknown_to_bank = true;
    reserve->unknown_to_bank = plant(plan, flow);

    flow = payment_flow(payment_time(plan, a_day(rng), 18, 0), plan->reserve, NO_ACCOUNT,
                    35 * YUAN, "fee");
    flow.is_bank_only = true;
    reserve->bank_only = plant(plan, flow);

    flow = top_up(plan, payment_time(plan, a_day(rng), 12, 0), reserve->clients[WRONG_AMOUNT], 152340);
    flow.bank_delta = 153240 - 152340;
    reserve->wrong_amount = plant(plan, flow);

    flow = top_up(plan, payment_time(plan, a_day(rng), 12, 0), reserve->clients[BOOKED_TWICE], 66600);
    int first = plant(plan, flow);
    flow.second += 40;
    flow.is_unknown_to_bank = true;
    reserve->twice = books_plan(&plan->books,
                                (struct planned){.flow = flow, .shares_order = true, .after = first});
}

/* What the bank books on the next day differs at night and is settled in the morning. */
static void plant_midnight(struct payment *plan, const struct reserve *reserve)
{
    struct flow flow = top_up(plan, payment_time(plan, 100, 23, 59) + 50, reserve->clients[OVER_MIDNIGHT],
                              300 * YUAN);
    flow.bank_delay = 60;
    plant(plan, flow);
    say_trap(plan, "a top-up of 300 that the bank booked after midnight: the books differ overnight");
    say_trap(plan, "a reserve account closed on 2019-01-14, and two accounts for prepaid cards, of which one\n"
                   "  closed the day before the other opened");
    if (!plan->has_defects)
        say_trap(plan, "9.99% of this firm and 12% of another of its type; half of a holding pledged; a\n"
                       "  change of the agreement published 30 days before it applied");
}

static struct flow fee(const struct payment *plan, int64_t second, uint32_t merchant, int64_t amount,
                       const char *code)
{
    struct flow flow = payment_flow(second, merchant, plan->fees, amount, "fee");
    flow.owed_down = merchant;
    flow.channel = "other";
    flow.instrument = "balance";
    flow.fee_code = code;
    return flow;
}

static void plant_conduct(struct payment *plan, struct reserve *reserve, struct rng *rng)
{
    const uint32_t *clients = reserve->clients;
    struct flow flow =
        withdrawal(plan, payment_time(plan, a_day(rng), 10, 0), clients[OUT_OF_SCOPE], 100 * YUAN);
    flow.business = "PTP-II";
    reserve->other_business = plant(plan, flow);
    flow = top_up(plan, payment_time(plan, a_day(rng), 11, 0), clients[OUT_OF_SCOPE], 100 * YUAN);
    flow.region = "540000";
    reserve->elsewhere = plant(plan, flow);
    flow = top_up(plan, payment_time(plan, a_day(rng), 10, 0), clients[NAMELESS], 100 * YUAN);
    flow.payee_name = "";
    reserve->nameless = plant(plan, flow);
    flow = top_up(plan, payment_time(plan, a_day(rng), 10, 0), clients[MISNAMED], 100 * YUAN);
    flow.payer_name = "无名氏";
    reserve->misnamed = plant(plan, flow);
    int64_t day = a_day(rng);
    payment_party_of(plan, clients[PAID_TOO_EARLY])->due_diligence_at = payment_time(plan, day, 12, 0);
    reserve->too_early =
        plant(plan, settlement(plan, payment_time(plan, day, 11, 59), clients[PAID_TOO_EARLY], 900 * YUAN));
    reserve->overcharged = plant(plan, fee(plan, payment_time(plan, a_day(rng), 9, 0), clients[OVERCHARGED],
                                           2 * YUAN + 1, "MERCHANT-SERVICE"));
    reserve->undisclosed = plant(plan, fee(plan, payment_time(plan, a_day(rng), 9, 0), clients[UNDISCLOSED],
                                           5 * YUAN, "EXTRA"));
    payment_party_of(plan, clients[UNVERIFIED])->verified_at = 0;
    char *last = payment_party_of(plan, clients[WRONG_CODE])->id_number + 17;
    *last = *last == '0' ? '1' : '0';
    payment_account_of(plan, plan->old_reserve)->closed_on = day_of("2025-05-16");
    payment_account_of(plan, plan->special[0])->closed_on = day_of("2025-08-20");
    plan->missed_day = 60 + a_day(rng) / 3;
    plan->open_day = 10 + a_day(rng) / 8;
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

static void expect_firm(struct payment *plan, const struct reserve *reserve)
{
    struct books *books = &plan->books;
    books_expect(books, &(struct expected){"finding", "MA-PAY-LIC-1", "PAY-1", NULL,
                                           plan->licence_end + 1, books->last_day, 0,
                                           plan->unlicensed_count, 0, {0}, 0,
                                           "the licence ended the day before, payments went on"});
    books_expect(books, &(struct expected){"finding", "MA-PAY-CAP-1", "PAY-1", NULL,
                                           day_of("2025-12-31"), day_of("2025-12-31"),
                                           100000000 * YUAN - 1, 1, 0, {0}, 0,
                                           "paid-in capital is one fen short of 100 million"});
    books_expect(books,
                 &(struct expected){"finding", "RSV21-FULL", "PAY-1", NULL,
                                    books->first_day + reserve->diverted_day,
                                    books->first_day + reserve->diverted_day + 2,
                                    worst_shortage(plan, reserve->diverted_day,
                                                   reserve->diverted_day + 3),
                                    0, 0, {0}, 0,
                                    "for three days the reserve holds less than clients are owed"});
    const struct flow *unfiled = &books_planned(books, reserve->unfiled)->flow;
    books_expect(books, &(struct expected){"finding", "RSV21-FEE", "PAY-1", NULL,
                                           unfiled->second / DAY_SECONDS, 0, unfiled->amount + 1, 0,
                                           'F', {unfiled->no}, 1,
                                           "more was moved to own funds than fees were earned"});
}

static int64_t day_at(const struct payment *plan, int place)
{
    return books_planned(&plan->books, place)->flow.second / DAY_SECONDS;
}

/* What a flow shows of the account that paid. */
static void expect_payer(struct payment *plan, const char *id, int place, const char *why)
{
    const struct flow *flow = &books_planned(&plan->books, place)->flow;
    expect_subject(plan, id, plan->books.accounts.items[flow->payer].id, flow->second / DAY_SECONDS,
                   flow->second / DAY_SECONDS, why);
}

static void expect_conduct(struct payment *plan, const struct reserve *reserve)
{
    const struct account *accounts = plan->books.accounts.items;
    const uint32_t *clients = reserve->clients;
    int64_t first = plan->books.first_day;
    expect_subject(plan, "MA-PAY-SCOPE-1-A", "PTP-II", day_at(plan, reserve->other_business),
                   day_at(plan, reserve->other_business), "a business that the licence does not name");
    expect_subject(plan, "MA-PAY-SCOPE-1-B", "540000", day_at(plan, reserve->elsewhere),
                   day_at(plan, reserve->elsewhere), "a place that the licence does not name");
    expect_subject(plan, "RSV21-CLEAR", "direct", day_at(plan, reserve->diversion),
                   day_at(plan, reserve->diversion), "straight to the developer's bank");
    expect_subject(plan, "RSV21-CLEAR", "direct", day_at(plan, reserve->returned),
                   day_at(plan, reserve->returned), "and straight back");
    expect_subject(plan, "RSV21-ONEACCT-A", "PAY-1", first, day_of("2025-05-16"),
                   "a second reserve account is open until May");
    expect_subject(plan, "RSV21-ONEACCT-B", "PAY-1", day_of("2025-08-20"), day_of("2025-08-20"),
                   "two accounts for prepaid cards on one day");
    expect_subject(plan, "RSV21-RECON-A", "RESERVE-01", first + plan->open_day, first + plan->open_day,
                   "a difference of 1,200 was settled twelve days later");
    expect_subject(plan, "RSV21-RECON-B", "RESERVE-01", first + plan->missed_day, first + plan->missed_day,
                   "the reserve was not reconciled on that day");
    expect_subject(plan, "MA-PAY-NAME-1", "PAY-1", 0, 0, "the name of the licensed firm does not say 支付");
    expect_subject(plan, "MA-PAY-OWN-1-A", "OTHER", 0, 0, "10% of this firm and 12% of one of its type");
    expect_subject(plan, "MA-PAY-OWN-1-B", "HOLDING", 0, 0, "controls this firm and another of its type");
    expect_subject(plan, "MA-PAY-OWN-1-C", "HOLDING", 0, 0, "50.01% of its holding is pledged");
    expect_subject(plan, "PI24-NOTICE30", "PAY-1", day_of("2025-06-01"), day_of("2025-06-01"),
                   "published 29 days before it applied");
    expect_subject(plan, "PI24-MERCHANT-B", accounts[clients[WRONG_CODE]].id,
                   plan->accounts.items[clients[WRONG_CODE]].opened_on, 0,
                   "the check character of the code is wrong");
    expect_subject(plan, "ID-USCC", payment_party_of(plan, clients[WRONG_CODE])->id, 0, 0,
                   "the check character of the code is wrong");
    expect_subject(plan, "PI24-REALNAME", accounts[clients[UNVERIFIED]].id,
                   plan->accounts.items[clients[UNVERIFIED]].opened_on, 0, "never verified");
    char order[32];
    snprintf(order, sizeof order, "amount:%s#1",
             number_text('O', books_planned(&plan->books, reserve->wrong_amount)->flow.no));
    expect_subject(plan, "RSV21-CONVERT", order, day_at(plan, reserve->wrong_amount),
                   day_at(plan, reserve->wrong_amount), "1,532.40 came, 1,523.40 was credited");
    expect_payer(plan, "PI24-INSTR-INTEG-A", reserve->nameless, "no name of the payee");
    expect_payer(plan, "PI24-INSTR-INTEG-B", reserve->misnamed, "the payer has another name");
    expect_payer(plan, "PI24-TRACE", reserve->without_order, "a settlement without an order");
    expect_subject(plan, "PI24-MERCHANT-A", accounts[clients[PAID_TOO_EARLY]].id,
                   day_at(plan, reserve->too_early), day_at(plan, reserve->too_early),
                   "paid a minute before due diligence");
    expect_payer(plan, "PI24-FEE-DISCLOSED-A", reserve->undisclosed, "no tariff has the fee");
    expect_payer(plan, "PI24-FEE-DISCLOSED-B", reserve->overcharged, "a fen more than the tariff");
}

static void *plan_reserve(struct payment *plan)
{
    struct reserve *reserve = calloc(1, sizeof *reserve);
    struct rng rng = rng_new(plan->options->seed, 2);
    if (!reserve)
        die("out of memory");
    for (int i = 0; i < CLIENTS; i++)
        reserve->clients[i] = i < CUSTOMERS ? payment_client(plan, "customer", 100000 * YUAN)
                                            : payment_client(plan, "merchant", 3000000 * YUAN);
    plant_midnight(plan, reserve);
    if (plan->has_defects) {
        plan->licence_end = plan->books.first_day + rng_between(&rng, 340, 355);
        plant_misuse(plan, reserve, &rng);
        plant_breaks(plan, reserve, &rng);
        plant_conduct(plan, reserve, &rng);
    }
    return reserve;
}

static void write_reserve(struct payment *plan, void *made)
{
    const struct reserve *reserve = made;
    if (!plan->has_defects) {
        worst_shortage(plan, 0, 0);
        return;
    }
    expect_firm(plan, reserve);
    expect_conduct(plan, reserve);
    expect_flow(plan, "RSV21-USE", reserve->diversion, "reserve money went to a property developer");
    expect_flow(plan, "RSV21-USE", reserve->without_order, "a settlement without an order");
    expect_flow(plan, "RSV21-USE", reserve->unfiled,
                "moved to an own-funds account that was never filed");
    expect_flow(plan, "RSV21-NOINT", reserve->interest[0], "interest was paid to a customer");
    expect_flow(plan, "RSV21-NOINT", reserve->interest[1], "interest was paid to a customer");
    expect_break(plan, "missing_at_bank", "credit", reserve->unknown_to_bank,
                 "the bank never saw this top-up");
    expect_break(plan, "duplicate", "credit", reserve->twice,
                 "booked twice under one order, paid once");
    expect_break(plan, "missing_in_ledger", "debit", reserve->bank_only,
                 "a charge of the bank that was never booked");
    expect_break(plan, "amount", "credit", reserve->wrong_amount,
                 "1,523.40 was booked, 1,532.40 came");
}

const struct payment_topic payment_reserve = {plan_reserve, write_reserve};
