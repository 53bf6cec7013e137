/* Large values and their reports. See payment.h. */
#include "payment.h"

#include <stdlib.h>

/* Clients of the planted cases, in both years, so that the years differ in nothing else. */
enum client {
    CASH_BELOW,
    BOTH_SIDES,
    CASH_REVERSED,
    CASH_FAILED,
    DOMESTIC_BELOW,
    CASH_TWO_DAYS,
    DOMESTIC_REPORTED,
    CASH_REPORTED,
    CASH_IN,
    CASH_OUT,
    DOMESTIC,
    ABROAD_BELOW,
    ABROAD,
    SPLIT,
    JUST_BELOW,
    REPEATED,
    DOLLARS_BELOW,
    DOLLARS,
    CUSTOMERS,
    LEGAL_BELOW = CUSTOMERS,
    LEGAL_REPORTED,
    LEGAL,
    CLIENTS
};

struct aml {
    uint32_t clients[CLIENTS];
    uint32_t dollars;     /* the account that dollars go to */
    int64_t day[CLIENTS]; /* of what was not reported */
};

static const char *const traps[] = {
    "cash of 49,999.99 on one day; 30,000 twice, a minute more than a day apart; three "
    "payments of\n"
    "  46,000 in cash in eight days",
    "199,999.99 sent abroad by a person; 9,999.99 US dollars sent abroad",
    "300,000 in and 250,000 out on one day: sides are not added",
    "60,000 in cash, reversed half an hour later; 80,000 in cash that failed",
    "499,999.99 of a person and 1,999,999.99 of a merchant, each one fen below the threshold",
    "reported in time: 50,000 in cash, 600,000 of a person, 2,500,000 of a merchant; the "
    "reports\n"
    "  came in the last second of the fifth working day, over the holidays and a worked "
    "weekend"};

static int64_t a_day(struct rng *rng)
{
    return rng_between(rng, 1, 350);
}

static struct flow abroad(struct flow flow)
{
    flow.cross_border = "true";
    return flow;
}

/* Dollars move from account to account: no bank of the firm holds any. */
static struct flow in_dollars(const struct payment *plan, const struct aml *aml,
                              enum client client, int64_t day, int64_t amount)
{
    struct flow flow = payment_flow(payment_time(plan, day, 11, 0), aml->clients[client],
                                    aml->dollars, amount, "transfer");
    flow.currency = "USD";
    flow.instrument = "balance";
    return abroad(flow);
}

static void plant_traps_abroad(struct payment *plan, const struct aml *aml, struct rng *rng)
{
    plant(plan, abroad(withdrawal(plan, payment_time(plan, a_day(rng), 9, 0),
                                  aml->clients[ABROAD_BELOW], 200000 * YUAN - 1)));
    plant(plan, in_dollars(plan, aml, DOLLARS_BELOW, a_day(rng), 10000 * YUAN - 1));
    int64_t day = rng_between(rng, 1, 340);
    for (int i = 0; i < 3; i++)
        plant(plan, in_cash(top_up(plan, payment_time(plan, day + i * 7 / 2, 9, 0),
                                   aml->clients[JUST_BELOW], 46000 * YUAN)));
}

/* Close to the limits, reported, reversed, failed: nothing of this may be found. */
static void plant_traps(struct payment *plan, const struct aml *aml, struct rng *rng)
{
    int64_t day = a_day(rng);
    plant(plan, in_cash(top_up(plan, payment_time(plan, day, 9, 5), aml->clients[CASH_BELOW],
                               30000 * YUAN)));
    plant(plan, in_cash(top_up(plan, payment_time(plan, day, 23, 59), aml->clients[CASH_BELOW],
                               20000 * YUAN - 1)));

    day = a_day(rng);
    plant(plan, top_up(plan, payment_time(plan, day, 10, 0), aml->clients[BOTH_SIDES],
                       300000 * YUAN));
    plant(plan, withdrawal(plan, payment_time(plan, day, 16, 0), aml->clients[BOTH_SIDES],
                           250000 * YUAN));

    day = a_day(rng);
    uint32_t reversed = aml->clients[CASH_REVERSED];
    int original = plant(
        plan, in_cash(top_up(plan, payment_time(plan, day, 11, 0), reversed, 60000 * YUAN)));
    struct flow reversal =
        in_cash(withdrawal(plan, payment_time(plan, day, 11, 30), reversed, 60000 * YUAN));
    reversal.kind = "reversal";
    books_plan(&plan->books,
               (struct planned){.flow = reversal, .is_reversal = true, .after = original});

    struct flow failed = in_cash(
        top_up(plan, payment_time(plan, day, 12, 0), aml->clients[CASH_FAILED], 80000 * YUAN));
    failed.status = "failed";
    plant(plan, failed);

    day = a_day(rng);
    plant(plan, top_up(plan, payment_time(plan, day, 9, 0), aml->clients[DOMESTIC_BELOW],
                       500000 * YUAN - 1));
    plant(plan, settlement(plan, payment_time(plan, day, 9, 1), aml->clients[LEGAL_BELOW],
                           2000000 * YUAN - 1));

    day = a_day(rng);
    uint32_t patient = aml->clients[CASH_TWO_DAYS];
    plant(plan, in_cash(top_up(plan, payment_time(plan, day, 9, 30), patient, 30000 * YUAN)));
    plant(plan,
          in_cash(top_up(plan, payment_time(plan, day + 1, 9, 31), patient, 30000 * YUAN)));

    /* reported: one of them too late in the month with defects */
    day = a_day(rng);
    plant(plan, top_up(plan, payment_time(plan, day, 13, 0), aml->clients[DOMESTIC_REPORTED],
                       600000 * YUAN));
    plant_report(plan, (struct payment_report){aml->clients[DOMESTIC_REPORTED], "0503", "debit",
                                               day, 600000 * YUAN, plan->has_defects, 0});
    day = a_day(rng);
    plant(plan, in_cash(top_up(plan, payment_time(plan, day, 13, 0),
                               aml->clients[CASH_REPORTED], 50000 * YUAN)));
    plant_report(plan, (struct payment_report){aml->clients[CASH_REPORTED], "0501", "debit",
                                               day, 50000 * YUAN, false, 0});
    day = a_day(rng);
    plant(plan, settlement(plan, payment_time(plan, day, 13, 0), aml->clients[LEGAL_REPORTED],
                           2500000 * YUAN));
    plant_report(plan, (struct payment_report){aml->clients[LEGAL_REPORTED], "0502", "credit",
                                               day, 2500000 * YUAN, false, 0});
}

static void plant_unreported(struct payment *plan, struct aml *aml, struct rng *rng)
{
    int64_t day = aml->day[CASH_IN] = a_day(rng);
    plant(plan, in_cash(top_up(plan, payment_time(plan, day, 9, 0), aml->clients[CASH_IN],
                               30000 * YUAN)));
    plant(plan, in_cash(top_up(plan, payment_time(plan, day, 17, 0), aml->clients[CASH_IN],
                               20000 * YUAN)));
    day = aml->day[CASH_OUT] = a_day(rng);
    plant(plan, in_cash(withdrawal(plan, payment_time(plan, day, 9, 0), aml->clients[CASH_OUT],
                                   50000 * YUAN)));
    day = aml->day[DOMESTIC] = a_day(rng);
    plant(plan,
          top_up(plan, payment_time(plan, day, 9, 0), aml->clients[DOMESTIC], 300000 * YUAN));
    plant(plan,
          top_up(plan, payment_time(plan, day, 17, 0), aml->clients[DOMESTIC], 200000 * YUAN));
    day = aml->day[LEGAL] = a_day(rng);
    plant(plan, settlement(plan, payment_time(plan, day, 17, 0), aml->clients[LEGAL],
                           2000000 * YUAN));
    day = aml->day[ABROAD] = a_day(rng);
    plant(plan, abroad(withdrawal(plan, payment_time(plan, day, 17, 0), aml->clients[ABROAD],
                                  200000 * YUAN)));
    day = aml->day[DOLLARS] = a_day(rng);
    plant(plan, in_dollars(plan, aml, DOLLARS, day, 10000 * YUAN));
    day = aml->day[SPLIT] = a_day(rng);
    plant(plan, in_cash(top_up(plan, payment_time(plan, day, 23, 30), aml->clients[SPLIT],
                               30000 * YUAN)));
    plant(plan, in_cash(top_up(plan, payment_time(plan, day + 1, 0, 30), aml->clients[SPLIT],
                               20000 * YUAN)));
    day = aml->day[REPEATED] = a_day(rng);
    for (int i = 0; i < 3; i++)
        plant(plan, in_cash(top_up(plan, payment_time(plan, day + i * 3, 9, 0),
                                   aml->clients[REPEATED], 46000 * YUAN)));
}

static void *plan_aml(struct payment *plan)
{
    struct aml *aml = calloc(1, sizeof *aml);
    struct rng rng = rng_new(plan->options->seed, 4);
    if (!aml)
        die("out of memory");
    for (int i = 0; i < CLIENTS; i++)
        aml->clients[i] =
            i >= CUSTOMERS
                ? payment_client(plan, "merchant", 3000000 * YUAN)
                : payment_client(plan, "customer", i < DOLLARS_BELOW ? 300000 * YUAN : 0);
    aml->dollars = payment_client(plan, "customer", 0);
    payment_account_of(plan, aml->dollars)->currency = "USD";
    for (enum client client = DOLLARS_BELOW; client <= DOLLARS; client++)
        payment_account_of(plan, aml->clients[client])->currency = "USD";
    for (size_t i = 0; i < COUNT(traps); i++)
        say_trap(plan, traps[i]);
    plant_traps(plan, aml, &rng);
    plant_traps_abroad(plan, aml, &rng);
    if (plan->has_defects)
        plant_unreported(plan, aml, &rng);
    return aml;
}

static void expect_leads(struct payment *plan, const struct aml *aml)
{
    expect_party(plan, "LV16-STRUCT-A", aml->clients[CASH_IN], "debit", aml->day[CASH_IN], 0, 2,
                 "a lead: 30,000 and 20,000 in cash within a day");
    expect_party(plan, "LV16-STRUCT-A", aml->clients[DOMESTIC], "debit", aml->day[DOMESTIC], 0,
                 2, "a lead: 300,000 and 200,000 within a day");
    expect_party(plan, "LV16-STRUCT-A", aml->clients[SPLIT], "debit", aml->day[SPLIT] + 1, 0, 2,
                 "a lead: 30,000 before midnight and 20,000 after it");
    expect_party(plan, "LV16-STRUCT-B", aml->clients[REPEATED], "debit", aml->day[REPEATED] + 6,
                 0, 3, "a lead: 46,000 in cash three times in a week");
}

static void write_aml(struct payment *plan, void *made)
{
    const struct aml *aml = made;
    PUT(plan->rate, "series", "USD", "date", "2024-12-31", "value", "7.1884");
    if (!plan->has_defects)
        return;
    expect_party(plan, "LV18-PI-CASH", aml->clients[CASH_IN], "debit", aml->day[CASH_IN],
                 50000 * YUAN, 2, "30,000 and 20,000 in cash on one day, not reported");
    expect_party(plan, "LV18-PI-CASH", aml->clients[CASH_OUT], "credit", aml->day[CASH_OUT],
                 50000 * YUAN, 1, "50,000 drawn in cash, not reported");
    expect_party(plan, "LV18-PI-NP-DOM", aml->clients[DOMESTIC], "debit", aml->day[DOMESTIC],
                 500000 * YUAN, 2, "300,000 and 200,000 on one day, not reported");
    expect_party(plan, "LV18-PI-LEGAL", aml->clients[LEGAL], "credit", aml->day[LEGAL],
                 2000000 * YUAN, 1, "2,000,000 settled to a merchant, not reported");
    expect_party(plan, "LV18-PI-NP-XB", aml->clients[ABROAD], "credit", aml->day[ABROAD],
                 200000 * YUAN, 1, "200,000 sent abroad by a person, not reported");
    expect_party(plan, "LV16-FX", aml->clients[DOLLARS], "debit", aml->day[DOLLARS], 0, 1,
                 "10,000 US dollars sent abroad, not reported");
    expect_party(plan, "LV16-FX", aml->dollars, "credit", aml->day[DOLLARS], 0, 1,
                 "10,000 US dollars received from abroad, not reported");
    expect_leads(plan, aml);
    const struct payment_report *late = &plan->reports.items[0];
    expect_subject(plan, "LV16-FILE5", "R0000000001", late->filed_on, late->filed_on,
                   "filed on the sixth working day");
}

const struct payment_topic payment_aml = {plan_aml, write_aml};
