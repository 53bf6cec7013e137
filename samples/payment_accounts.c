/* Limits of payment accounts and bar codes, fraud, and fast flows. See payment.h. */
#include "payment.h"

#include <stdlib.h>
#include <string.h>

/* Clients of the planted cases, in both years. The first lie in wait for the rules: nothing of
 * them may be found. Balances of these clients are not stated, but where a rule asks for them
 * or they grow large. */
enum client {
    LIFE_KEPT, YEAR_2_KEPT, YEAR_3_KEPT, DAY_KEPT, SMALL_KEPT, CODE_KEPT, WOKEN_IN_TIME,
    WOKEN_VERIFIED, PHONE_KEPT_1, PHONE_KEPT_2, STOPPED, FROZEN_MONEY_IN, LISTED_LONG_AGO,
    ALERTED, LIFE, YEAR_2, YEAR_3, DAY_5000, DAY_1000, SMALL, INVESTS, CHANNELS, LENT_TO,
    STATIC_CODE, CARD_B, CARD_C, CARD_D, TWICE_3, IDLE, PHONE_1, PHONE_2, UNCERTIFIED,
    NO_MERCHANT, STOPPED_PAYS, FROZEN_PAYS, BARRED_OPENS, BARRED_PAYS, UNVERIFIED, UNANSWERED,
    HOP_1, HOP_2, HOP_3, HOP_4, COLLECTS, SPREADS, PASSES, SLEEPER, NEAR, PROBES, ELDERLY,
    NEW_PAYEE, LAST_PAYEE, CROWD, CROWD_END = CROWD + 10, CUSTOMERS = CROWD_END, SHOP = CUSTOMERS,
    LENDER, CLIENTS
};

/* Planted flows that findings are about. */
enum place {
    LIFE_OVER, YEAR_2_OVER, YEAR_3_OVER, DAY_5000_OVER, DAY_1000_OVER, SMALL_OVER, INVESTED, LENT,
    STATIC_OVER, CARD_B_OVER, CARD_C_OVER, CARD_D_OVER, WOKEN, UNCERTIFIED_OVER, NAMES_DIFFER,
    NAMELESS, PAID_STOPPED, PAID_FROZEN, PAID_BARRED, HOPPED, COLLECTED, SPREAD, PASSED, SLEPT,
    NEARED, PROBED, ELDER_PAID, PLACES
};

struct accounts {
    uint32_t clients[CLIENTS];
    uint32_t year_3_second, year_3_kept_second, twice_second;
    int places[PLACES];
    int64_t stop_day, freeze_day, alert_day;
};

static const char *const traps[] = {
    "a Class I account that paid 600 and 400 in all, and one that the year before had nearly "
    "used up",
    "100,000 paid out of Class II balances in the year beside 60,000 withdrawn; 200,000 over a "
    "Class II and\n"
    "  a Class III account of one person",
    "5,000 in a day without a certificate, 1,000 with one factor, 500 by static code, and more "
    "the day after",
    "a bill of water of 350, and a purchase of 200, that the bank did not verify",
    "a first payment six months to the day after the account was opened; later, but verified "
    "again",
    "a telephone number of mother and child, with a note",
    "money out 48 hours after an emergency stop, and into an account that is frozen",
    "a payment five years after its payer was listed; an alert with its measure, a measure "
    "with its notice"};

static int64_t a_day(struct rng *rng)
{
    return rng_between(rng, 30, 300);
}

static struct flow by(struct flow flow, const char *factors, const char *certificate,
                      const char *code)
{
    flow.auth_factors = factors;
    flow.has_certificate = certificate;
    flow.code_type = code;
    return flow;
}

static struct flow transfer(int64_t second, uint32_t payer, uint32_t payee, int64_t amount)
{
    struct flow flow = balance_payment(second, payer, payee, amount);
    flow.kind = "transfer";
    return flow;
}

/* --- clients --- */

static void set_class(struct payment *plan, uint32_t client, const char *class,
                      int64_t opening_paid)
{
    payment_account_of(plan, client)->class = class;
    payment_account_of(plan, client)->opening_paid = opening_paid;
}

static void open_in_year(struct payment *plan, uint32_t client, const char *day)
{
    payment_account_of(plan, client)->opened_on = day_of(day);
    payment_account_of(plan, client)->last_active_on = 0;
}

static uint32_t second_account(struct payment *plan, uint32_t owner, const char *class,
                               int64_t opening)
{
    uint32_t account = payment_second_account(plan, owner, "customer", opening);
    set_class(plan, account, class, -1);
    plan->books.accounts.items[account].is_unstated = true;
    return account;
}

static void share_phone(struct payment *plan, uint32_t owner, uint32_t other)
{
    const struct payment_party *party = payment_party_of(plan, owner);
    memcpy(payment_party_of(plan, other)->phone, party->phone, sizeof party->phone);
}

/* No more than they spend: what is not stated must not hide a shortage. */
static int64_t opening_of(enum client who)
{
    switch (who) {
    case LIFE_KEPT:
    case DAY_1000:
    case HOP_1:
    case HOP_2:
    case HOP_3:
        return 1500 * YUAN;
    case YEAR_2_KEPT:
        return 160000 * YUAN;
    case YEAR_2:
        return 101000 * YUAN;
    case YEAR_3_KEPT:
    case YEAR_3:
        return 100000 * YUAN;
    case UNCERTIFIED:
    case ELDERLY:
        return 51000 * YUAN;
    case DAY_KEPT:
    case DAY_5000:
        return 12000 * YUAN;
    case WOKEN_IN_TIME:
    case WOKEN_VERIFIED:
    case IDLE:
    case BARRED_OPENS:
    case UNVERIFIED:
    case PASSES: /* what comes in goes out, and nothing else is there */
        return 0;
    default:
        return who >= CROWD ? 700 * YUAN : 800 * YUAN;
    }
}

static void add_clients(struct payment *plan, struct accounts *made)
{
    for (int i = 0; i < CLIENTS; i++) {
        uint32_t client = payment_client(plan, i < CUSTOMERS ? "customer" : "merchant",
                                         opening_of((enum client)i));
        made->clients[i] = client;
        plan->books.accounts.items[client].is_unstated =
            i != PASSES && i != SLEEPER && i != NEAR;
    }
    const uint32_t *clients = made->clients;
    set_class(plan, clients[LIFE_KEPT], "I", 0);
    set_class(plan, clients[LIFE], "I", 99999);
    set_class(plan, clients[YEAR_2_KEPT], "II", -1);
    set_class(plan, clients[YEAR_2], "II", -1);
    made->year_3_kept_second = second_account(plan, clients[YEAR_3_KEPT], "II", 100000 * YUAN);
    made->year_3_second = second_account(plan, clients[YEAR_3], "II", 101000 * YUAN);
    open_in_year(plan, clients[WOKEN_IN_TIME], "2025-01-10");
    open_in_year(plan, clients[WOKEN_VERIFIED], "2025-01-10");
    payment_account_of(plan, clients[LISTED_LONG_AGO])->opened_on = day_of("2018-06-01");
    share_phone(plan, clients[PHONE_KEPT_1], clients[PHONE_KEPT_2]);
}

static void add_defective_clients(struct payment *plan, struct accounts *made)
{
    const uint32_t *clients = made->clients;
    set_class(plan, clients[INVESTS], "II", -1);
    payment_party_of(plan, clients[CHANNELS])->checks = "4";
    payment_party_of(plan, clients[LENDER])->sector = "lending";
    made->twice_second = second_account(plan, clients[TWICE_3], "III", 0);
    open_in_year(plan, made->twice_second, "2025-06-03");
    open_in_year(plan, clients[IDLE], "2025-01-10");
    open_in_year(plan, clients[BARRED_OPENS], "2025-04-01");
    open_in_year(plan, clients[UNVERIFIED], "2025-02-03");
    payment_party_of(plan, clients[UNVERIFIED])->verified_at = 0;
    share_phone(plan, clients[PHONE_1], clients[PHONE_2]);
    payment_account_of(plan, clients[SLEEPER])->last_active_on = day_of("2023-06-30");
}

/* --- what must not be found --- */

static void plant_kept_limits(struct payment *plan, const struct accounts *made,
                              struct rng *rng)
{
    const uint32_t *clients = made->clients;
    uint32_t shop = clients[SHOP];
    int64_t day = a_day(rng);
    plant(plan,
          balance_payment(payment_time(plan, day, 9, 0), clients[LIFE_KEPT], shop, 600 * YUAN));
    plant(plan,
          withdrawal(plan, payment_time(plan, day + 1, 9, 0), clients[LIFE_KEPT], 400 * YUAN));

    day = a_day(rng);
    plant(plan, balance_payment(payment_time(plan, day, 9, 10), clients[YEAR_2_KEPT], shop,
                                60000 * YUAN));
    plant(plan, balance_payment(payment_time(plan, day + 9, 9, 0), clients[YEAR_2_KEPT], shop,
                                40000 * YUAN));
    plant(plan, withdrawal(plan, payment_time(plan, day + 19, 9, 0), clients[YEAR_2_KEPT],
                           60000 * YUAN));
    plant(plan, balance_payment(payment_time(plan, day + 29, 9, 0), clients[YEAR_3_KEPT], shop,
                                100000 * YUAN));
    plant(plan, balance_payment(payment_time(plan, day + 39, 9, 0), made->year_3_kept_second,
                                shop, 100000 * YUAN));

    day = a_day(rng);
    plant(plan, by(balance_payment(payment_time(plan, day, 9, 20), clients[DAY_KEPT], shop,
                                   3000 * YUAN),
                   "2", "false", "dynamic"));
    plant(plan, by(balance_payment(payment_time(plan, day, 23, 59), clients[DAY_KEPT], shop,
                                   2000 * YUAN),
                   "2", "false", "dynamic"));
    plant(plan, by(balance_payment(payment_time(plan, day + 1, 0, 0), clients[DAY_KEPT], shop,
                                   5000 * YUAN),
                   "2", "false", "dynamic"));
    plant(plan, by(balance_payment(payment_time(plan, day, 12, 0), clients[DAY_KEPT], shop,
                                   1000 * YUAN),
                   "1", "false", NULL));
    plant(plan, by(balance_payment(payment_time(plan, day, 10, 0), clients[CODE_KEPT], shop,
                                   300 * YUAN),
                   "2", "true", "static"));
    plant(plan, by(balance_payment(payment_time(plan, day, 11, 0), clients[CODE_KEPT], shop,
                                   200 * YUAN),
                   "2", "true", "static"));
    plant(plan, by(card_payment(plan, payment_time(plan, day, 12, 0), clients[CODE_KEPT], shop,
                                300 * YUAN),
                   "2", "true", "static"));

    struct flow bill = card_payment(plan, payment_time(plan, day, 13, 0), clients[SMALL_KEPT],
                                    shop, 350 * YUAN);
    bill.verified_by = "institution";
    bill.purpose = "水费";
    plant(plan, bill);
    bill.amount = 200 * YUAN;
    bill.second += 3600;
    bill.purpose = NULL;
    plant(plan, bill);
}

static void plant_kept_duties(struct payment *plan, struct accounts *made, struct rng *rng)
{
    const uint32_t *clients = made->clients;
    int64_t idle_until = day_of("2025-07-10") - plan->books.first_day;
    plant(plan, top_up(plan, payment_time(plan, idle_until, 23, 59), clients[WOKEN_IN_TIME],
                       90 * YUAN));
    plant(plan, top_up(plan, payment_time(plan, idle_until + 1, 9, 0), clients[WOKEN_VERIFIED],
                       90 * YUAN));

    made->stop_day = a_day(rng);
    made->freeze_day = a_day(rng);
    made->alert_day = a_day(rng);
    plant(plan, withdrawal(plan, payment_time(plan, made->stop_day + 2, 10, 0),
                           clients[STOPPED], 500 * YUAN));
    plant(plan, top_up(plan, payment_time(plan, made->freeze_day, 11, 0),
                       clients[FROZEN_MONEY_IN], 500 * YUAN));
    plant(plan, withdrawal(plan, payment_time(plan, a_day(rng), 9, 40),
                           clients[LISTED_LONG_AGO], 70 * YUAN));
}

/* --- what must be found --- */

static void plant_caps(struct payment *plan, struct accounts *made, struct rng *rng)
{
    const uint32_t *clients = made->clients;
    uint32_t shop = clients[SHOP];
    int *places = made->places;
    int64_t day = a_day(rng);
    plant(plan, balance_payment(payment_time(plan, day, 14, 0), clients[LIFE], shop, 1));
    places[LIFE_OVER] =
        plant(plan, withdrawal(plan, payment_time(plan, day + 3, 14, 0), clients[LIFE], 1));

    day = a_day(rng);
    places[YEAR_2_OVER] = plant(plan, balance_payment(payment_time(plan, day, 14, 10),
                                                      clients[YEAR_2], shop, 60000 * YUAN));
    plant(plan, balance_payment(payment_time(plan, day + 9, 14, 0), clients[YEAR_2], shop,
                                40000 * YUAN + 1));
    places[YEAR_3_OVER] = plant(plan, balance_payment(payment_time(plan, day, 14, 20),
                                                      clients[YEAR_3], shop, 100000 * YUAN));
    plant(plan, balance_payment(payment_time(plan, day + 9, 14, 20), made->year_3_second, shop,
                                100000 * YUAN + 1));

    struct flow small =
        card_payment(plan, payment_time(plan, a_day(rng), 14, 30), clients[SMALL], shop, 20001);
    small.verified_by = "institution";
    places[SMALL_OVER] = plant(plan, small);

    struct flow fund = balance_payment(payment_time(plan, a_day(rng), 14, 40), clients[INVESTS],
                                       shop, 10 * YUAN);
    fund.kind = "invest";
    fund.purpose = "购买基金";
    places[INVESTED] = plant(plan, fund);

    struct flow loan = payment_flow(payment_time(plan, a_day(rng), 14, 50), plan->own_funds,
                                    clients[LENT_TO], 3000 * YUAN, "disburse");
    loan.instrument = "transfer";
    loan.purpose = "放款";
    places[LENT] = plant(plan, loan);
}

/* Two payments of a day, by one way of authentication, that are too much together. */
static int plant_day(struct payment *plan, struct rng *rng, uint32_t customer, uint32_t shop,
                     bool is_card, int64_t first, int64_t second, const char *factors,
                     const char *certificate, const char *code)
{
    int64_t morning = payment_time(plan, a_day(rng), 8, 0), evening = morning + 12 * 3600;
    struct flow a = is_card ? card_payment(plan, morning, customer, shop, first)
                            : balance_payment(morning, customer, shop, first);
    struct flow b = is_card ? card_payment(plan, evening, customer, shop, second)
                            : balance_payment(evening, customer, shop, second);
    plant(plan, by(b, factors, certificate, code));
    return plant(plan, by(a, factors, certificate, code));
}

static void plant_days(struct payment *plan, struct accounts *made, struct rng *rng)
{
    const uint32_t *clients = made->clients;
    uint32_t shop = clients[SHOP];
    int *places = made->places;
    places[DAY_5000_OVER] = plant_day(plan, rng, clients[DAY_5000], shop, false, 3000 * YUAN,
                                      2000 * YUAN + 1, "2", "false", "dynamic");
    places[DAY_1000_OVER] = plant_day(plan, rng, clients[DAY_1000], shop, false, 700 * YUAN,
                                      400 * YUAN, "1", "false", "dynamic");
    places[STATIC_OVER] = plant_day(plan, rng, clients[STATIC_CODE], shop, false, 300 * YUAN,
                                    300 * YUAN, "2", "true", "static");
    places[CARD_B_OVER] = plant_day(plan, rng, clients[CARD_B], shop, true, 3000 * YUAN,
                                    2000 * YUAN + 1, "2", "false", "dynamic");
    places[CARD_C_OVER] = plant_day(plan, rng, clients[CARD_C], shop, true, 700 * YUAN,
                                    400 * YUAN, "1", "false", "dynamic");
    places[CARD_D_OVER] = plant_day(plan, rng, clients[CARD_D], shop, true, 300 * YUAN,
                                    300 * YUAN, "2", "true", "static");
}

static void plant_fraud(struct payment *plan, struct accounts *made, struct rng *rng)
{
    const uint32_t *clients = made->clients;
    uint32_t shop = clients[SHOP];
    int *places = made->places;
    int64_t idle_until = day_of("2025-07-10") - plan->books.first_day;
    places[WOKEN] = plant(plan, top_up(plan, payment_time(plan, idle_until + 1, 9, 10),
                                       clients[IDLE], 90 * YUAN));

    int64_t day = a_day(rng);
    places[UNCERTIFIED_OVER] =
        plant(plan, by(transfer(payment_time(plan, day, 15, 0), clients[UNCERTIFIED],
                                clients[LAST_PAYEE], 30000 * YUAN),
                       "2", "false", NULL));
    plant(plan, by(transfer(payment_time(plan, day, 21, 0), clients[UNCERTIFIED],
                            clients[LAST_PAYEE], 20000 * YUAN + 1),
                   "2", "false", NULL));

    day = a_day(rng);
    struct flow leg =
        balance_payment(payment_time(plan, day, 15, 10), clients[NO_MERCHANT], shop, 77 * YUAN);
    leg.merchant_name = "A Foods";
    int first = places[NAMES_DIFFER] = plant(plan, leg);
    leg.second += 60;
    leg.merchant_name = "B Trading";
    books_plan(&plan->books,
               (struct planned){.flow = leg, .shares_order = true, .after = first});
    leg = card_payment(plan, payment_time(plan, day + 1, 15, 10), clients[NO_MERCHANT], shop,
                       66 * YUAN);
    leg.merchant_name = NULL;
    places[NAMELESS] = plant(plan, leg);

    places[PAID_STOPPED] =
        plant(plan, withdrawal(plan, payment_time(plan, made->stop_day + 2, 9, 59),
                               clients[STOPPED_PAYS], 500 * YUAN));
    places[PAID_FROZEN] =
        plant(plan, withdrawal(plan, payment_time(plan, made->freeze_day, 11, 0),
                               clients[FROZEN_PAYS], 500 * YUAN));
    places[PAID_BARRED] = plant(plan, withdrawal(plan, payment_time(plan, a_day(rng), 15, 30),
                                                 clients[BARRED_PAYS], 70 * YUAN));
}

static void plant_chains(struct payment *plan, struct accounts *made, struct rng *rng)
{
    const uint32_t *clients = made->clients;
    int *places = made->places;
    int64_t day = a_day(rng);
    for (int i = 0; i < 3; i++) {
        int hop = plant(plan, transfer(payment_time(plan, day, 16, 10 * i), clients[HOP_1 + i],
                                       clients[HOP_2 + i], (1000 - 90 * i) * YUAN));
        places[HOPPED] = i == 0 ? hop : places[HOPPED];
    }

    /* ten pay one, who pays one, who pays the ten; a day lies between */
    day = a_day(rng);
    for (int i = 0; i < 10; i++) {
        plant(plan, transfer(payment_time(plan, day, 10, i), clients[CROWD + i],
                             clients[COLLECTS], 100 * YUAN));
        int paid = plant(plan, transfer(payment_time(plan, day + 2, 10, i), clients[SPREADS],
                                        clients[CROWD + i], 80 * YUAN));
        places[SPREAD] = i == 0 ? paid : places[SPREAD];
    }
    places[COLLECTED] = plant(plan, transfer(payment_time(plan, day + 1, 10, 0),
                                             clients[COLLECTS], clients[SPREADS], 900 * YUAN));

    day = a_day(rng) + 20;
    for (int i = 0; i < 5; i++) {
        int in = plant(plan, transfer(payment_time(plan, day + i, 10, 30), clients[CROWD],
                                      clients[PASSES], 100 * YUAN));
        plant(plan, transfer(payment_time(plan, day + i, 17, 30), clients[PASSES],
                             clients[CROWD + 1], 100 * YUAN));
        places[PASSED] = in;
    }
}

static void plant_bursts(struct payment *plan, struct accounts *made, struct rng *rng)
{
    const uint32_t *clients = made->clients;
    int *places = made->places;
    int64_t day = a_day(rng);
    places[SLEPT] = plant(plan, top_up(plan, payment_time(plan, day, 16, 40), clients[SLEEPER],
                                       300000 * YUAN));
    plant(plan, top_up(plan, payment_time(plan, day + 1, 18, 40), clients[SLEEPER], 200000 * YUAN));

    day = a_day(rng);
    for (int i = 0; i < 3; i++) {
        int near = plant(plan, top_up(plan, payment_time(plan, day + 4 * i, 16, 50),
                                      clients[NEAR], (460000 + 10000 * i) * YUAN));
        places[NEARED] = near;
    }

    day = a_day(rng);
    places[PROBED] = plant(plan, card_payment(plan, payment_time(plan, day, 17, 0),
                                              clients[PROBES], clients[SHOP], YUAN));
    plant(plan, card_payment(plan, payment_time(plan, day, 17, 10), clients[PROBES],
                             clients[SHOP], 5000 * YUAN));

    day = a_day(rng);
    places[ELDER_PAID] = plant(plan, transfer(payment_time(plan, day, 17, 20), clients[ELDERLY],
                                              clients[NEW_PAYEE], 50000 * YUAN));
    plant(plan, transfer(payment_time(plan, day, 17, 50), clients[NEW_PAYEE],
                         clients[LAST_PAYEE], 40000 * YUAN));
}

static void *plan_accounts(struct payment *plan)
{
    struct accounts *made = calloc(1, sizeof *made);
    struct rng rng = rng_new(plan->options->seed, 5);
    if (!made)
        die("out of memory");
    add_clients(plan, made);
    for (size_t i = 0; i < COUNT(traps); i++)
        say_trap(plan, traps[i]);
    plant_kept_limits(plan, made, &rng);
    plant_kept_duties(plan, made, &rng);
    if (plan->has_defects) {
        add_defective_clients(plan, made);
        plant_caps(plan, made, &rng);
        plant_days(plan, made, &rng);
        plant_fraud(plan, made, &rng);
        plant_chains(plan, made, &rng);
        plant_bursts(plan, made, &rng);
    }
    return made;
}

/* --- the tables --- */

static const char *account_id(const struct payment *plan, const struct accounts *made,
                              enum client who)
{
    return plan->books.accounts.items[made->clients[who]].id;
}

static const char *party_id(struct payment *plan, const struct accounts *made, enum client who)
{
    return payment_party_of(plan, made->clients[who])->id;
}

static const char *identity(struct payment *plan, const struct accounts *made, enum client who)
{
    return payment_party_of(plan, made->clients[who])->id_number;
}

/* An emergency stop of 48 hours by its account, a freeze of 48 hours by its person. */
static void put_orders(struct payment *plan, const struct accounts *made, enum client stopped,
                       enum client frozen, const char *suffix)
{
    char stop[8], freeze[8];
    snprintf(stop, sizeof stop, "ZF-%s", suffix);
    snprintf(freeze, sizeof freeze, "DJ-%s", suffix);
    int64_t from = payment_time(plan, made->stop_day, 10, 0);
    PUT(plan->freeze_order, "order_id", stop, "kind", "stop", "issuer", "公安机关", "account",
        account_id(plan, made, stopped), "valid_from", time_text(from), "valid_to",
        time_text(from + 2 * DAY_SECONDS));
    from = payment_time(plan, made->freeze_day, 10, 0);
    PUT(plan->freeze_order, "order_id", freeze, "kind", "freeze", "issuer", "公安机关", "party",
        party_id(plan, made, frozen), "valid_from", time_text(from), "valid_to",
        time_text(from + 2 * DAY_SECONDS));
}

static void put_kept(struct payment *plan, const struct accounts *made)
{
    PUT(plan->listed, "list", "shared phones", "value", identity(plan, made, PHONE_KEPT_2),
        "kind", "party", "valid_from", "2021-03-01");
    PUT(plan->listed, "list", "account sellers", "value", identity(plan, made, LISTED_LONG_AGO),
        "kind", "party", "valid_from", "2019-12-31");
    put_orders(plan, made, STOPPED, FROZEN_MONEY_IN, "01");
    PUT(plan->action, "action_id", "A-VERIFY-1", "kind", "verification", "time",
        "2025-07-11T08:00:00", "party", party_id(plan, made, WOKEN_VERIFIED), "account",
        account_id(plan, made, WOKEN_VERIFIED));
    int64_t alert = payment_time(plan, made->alert_day, 9, 0);
    PUT(plan->action, "action_id", "A-ALERT-1", "kind", "alert", "time", time_text(alert),
        "account", account_id(plan, made, ALERTED));
    PUT(plan->action, "action_id", "A-MEASURE-1", "kind", "measure", "time",
        time_text(alert + 3600), "account", account_id(plan, made, ALERTED), "refers_to",
        "A-ALERT-1");
    PUT(plan->action, "action_id", "A-NOTICE-1", "kind", "notice", "time",
        time_text(alert + 7200), "account", account_id(plan, made, ALERTED), "refers_to",
        "A-MEASURE-1");
}

static void put_defects(struct payment *plan, const struct accounts *made)
{
    PUT(plan->listed, "list", "account sellers", "value", identity(plan, made, BARRED_OPENS),
        "kind", "party", "valid_from", "2024-02-01");
    PUT(plan->listed, "list", "account sellers", "value", identity(plan, made, BARRED_PAYS),
        "kind", "party", "valid_from", "2024-02-01");
    put_orders(plan, made, STOPPED_PAYS, FROZEN_PAYS, "02");
    int64_t alert = payment_time(plan, made->alert_day, 9, 30);
    PUT(plan->action, "action_id", "A-ALERT-2", "kind", "alert", "time", time_text(alert),
        "account", account_id(plan, made, UNANSWERED));
    PUT(plan->action, "action_id", "A-MEASURE-2", "kind", "measure", "time",
        time_text(alert + 3600), "account", account_id(plan, made, UNANSWERED), "refers_to",
        "A-ALERT-0");
}

/* --- the list --- */

/* A finding about SUBJECT that begins on the day of the planted flow. */
static void expect_from(struct payment *plan, const struct accounts *made, const char *id,
                        const char *subject, enum place place, const char *why)
{
    const struct flow *flow = &books_planned(&plan->books, made->places[place])->flow;
    int64_t day = flow->second / DAY_SECONDS;
    expect_subject(plan, id, subject, day, day, why);
}

static void expect_limits(struct payment *plan, const struct accounts *made)
{
    static const struct {
        const char *id;
        enum client who;
        enum place place;
        const char *why;
    } persons[] =
        {
            {"PA15-II-YEAR", YEAR_2, YEAR_2_OVER,
             "100,000.01 out of a Class II balance in the year"},
            {"PA15-III-YEAR", YEAR_3, YEAR_3_OVER,
             "200,000.01 over a Class II and a Class III account"},
            {"PA15-DAY-5000", DAY_5000, DAY_5000_OVER,
             "5,000.01 in a day without a certificate"},
            {"BC18-B", DAY_5000, DAY_5000_OVER, "the same by dynamic code"},
            {"PA15-DAY-1000", DAY_1000, DAY_1000_OVER, "1,100 in a day with one factor"},
            {"BC18-C", DAY_1000, DAY_1000_OVER, "the same by dynamic code"},
            {"BC18-D", STATIC_CODE, STATIC_OVER, "600 in a day by static code"},
            {"PA15-DAY-5000", UNCERTIFIED, UNCERTIFIED_OVER,
             "50,000.01 transferred in a day out of a balance without a certificate"},
        },
      accounts[] = {
          {"PA15-I-LIFE", LIFE, LIFE_OVER,
           "1,000.01 out of a Class I account since it was opened"},
          {"PA15-III-ONLY-INVEST", INVESTS, INVESTED,
           "a fund for 10 out of a Class II balance"},
          {"PA15-SMALL-200", SMALL, SMALL_OVER, "200.01 by card, and the bank did not verify"},
          {"BC18-B-B", CARD_B, CARD_B_OVER,
           "5,000.01 by dynamic code from one card in a day, no certificate"},
          {"BC18-C-B", CARD_C, CARD_C_OVER,
           "1,100 by dynamic code from one card in a day, one factor"},
          {"BC18-D-B", CARD_D, CARD_D_OVER, "600 by static code from one card in a day"},
          {"ATF-STOP48", STOPPED_PAYS, PAID_STOPPED,
           "money out a minute before the 48 hours are over"},
          {"ATF-FREEZE", FROZEN_PAYS, PAID_FROZEN, "money out of a frozen account"},
          {"ATF-PUNISH5Y-B", BARRED_PAYS, PAID_BARRED,
           "used by a person barred for five years"},
          {"LEAD-HOP", HOP_1, HOPPED, "over two accounts to a third within 20 minutes"},
          {"LEAD-FANIN", COLLECTS, COLLECTED, "from ten to one"},
          {"LEAD-FANOUT", SPREADS, SPREAD, "from one to ten"},
          {"LEAD-PASS", PASSES, PASSED, "in and out again on five days"},
          {"LEAD-DORMANT", SLEEPER, SLEPT,
           "idle for more than a year, then 500,000 in two days"},
          {"LEAD-PROBE", PROBES, PROBED, "1 yuan, then 5,000"},
          {"LEAD-ELDER", NEW_PAYEE, ELDER_PAID,
           "50,000 of an elderly person, 40,000 of it gone half an hour later"},
      };
    for (size_t i = 0; i < COUNT(persons); i++)
        expect_from(plan, made, persons[i].id, identity(plan, made, persons[i].who),
                    persons[i].place, persons[i].why);
    for (size_t i = 0; i < COUNT(accounts); i++)
        expect_from(plan, made, accounts[i].id, account_id(plan, made, accounts[i].who),
                    accounts[i].place, accounts[i].why);
    expect_flow(plan, "ATF-DORMANT6", made->places[WOKEN],
                "first used six months and a day after it was opened");
    expect_from(plan, made, "LEAD-NEAR", party_id(plan, made, NEAR), NEARED,
                "three top-ups just below 500,000");
    expect_from(plan, made, "PA15-NOBIZ", "PAY-1", LENT, "the firm lent its own money");
    expect_from(plan, made, "ATF-INFO-B", "PAY-1", NAMELESS,
                "a payment without the name of its merchant");
    expect_from(
        plan, made, "ATF-INFO",
        number_text('O', books_planned(&plan->books, made->places[NAMES_DIFFER])->flow.no),
        NAMES_DIFFER, "one order, two merchants");
}

static void expect_states(struct payment *plan, const struct accounts *made)
{
    const struct payment_account *accounts = plan->accounts.items;
    const uint32_t *clients = made->clients;
    int64_t opened = accounts[clients[CHANNELS]].opened_on;
    expect_subject(plan, "PA15-CHANNELS", account_id(plan, made, CHANNELS), opened, opened,
                   "a Class III account with four checks");
    opened = accounts[clients[LENDER]].opened_on;
    expect_subject(plan, "PA15-NOFIN", account_id(plan, made, LENDER), opened, opened,
                   "an account of a lending platform");
    opened = accounts[made->twice_second].opened_on;
    expect_subject(plan, "ATF-ONE-III", identity(plan, made, TWICE_3), opened, 0,
                   "a second Class III account of one person");
    opened = accounts[clients[UNVERIFIED]].opened_on;
    expect_subject(plan, "ATF-KYC", account_id(plan, made, UNVERIFIED), opened, opened,
                   "opened for a person who was never verified");
    expect_subject(plan, "PI24-REALNAME", account_id(plan, made, UNVERIFIED), opened, opened,
                   "opened for a person who was never verified");
    opened = accounts[clients[BARRED_OPENS]].opened_on;
    expect_subject(plan, "ATF-PUNISH5Y", account_id(plan, made, BARRED_OPENS), opened, opened,
                   "opened for a person barred for five years");
    expect_subject(plan, "ATF-PHONE1", payment_party_of(plan, clients[PHONE_1])->phone, 0, 0,
                   "one telephone number of two persons");
    int64_t alert = plan->books.first_day + made->alert_day;
    expect_subject(plan, "ATF-MONITOR", "A-ALERT-2", alert, alert,
                   "an alert that no measure answers");
    expect_subject(plan, "ATF-NOTICE", "A-MEASURE-2", alert, alert,
                   "a measure of which no notice tells");
}

static void write_accounts(struct payment *plan, void *ready)
{
    const struct accounts *made = ready;
    put_kept(plan, made);
    if (!plan->has_defects)
        return;
    put_defects(plan, made);
    expect_limits(plan, made);
    expect_states(plan, made);
}

const struct payment_topic payment_accounts = {plan_accounts, write_accounts};
