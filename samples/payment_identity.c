/* Who the clients are, how long that is kept, and who must not be served. See payment.h. */
#include "payment.h"

#include <stdlib.h>
#include <string.h>

/* Clients of the planted cases, in both years. */
enum client {
    NEW_KNOWN,
    NEW_UNKNOWN,
    CLOSED,
    CLOSED_SHORT,
    NAMELESS,
    ON_LIST_BEFORE,
    ON_LIST,
    WRONG_NUMBER,
    OLD_NUMBER,
    WRONG_CARD,
    SAME_NUMBER_1,
    SAME_NUMBER_2,
    SAME_NAME_1,
    SAME_NAME_2,
    SAME_CARD_1,
    SAME_CARD_2,
    KEPT,
    KEPT_SHORT,
    CUSTOMERS,
    WRONG_CODE = CUSTOMERS,
    CLIENTS
};

struct identity {
    uint32_t clients[CLIENTS];
    int64_t listed_on; /* day number, of the one who is found */
    int kept_short, listed, new_known, secret;
    int64_t new_day; /* of the year: first movement before due diligence */
};

static const char *const traps[] = {
    "an account opened in March whose owner was looked into before the first movement",
    "records kept for ten years to the day; a closed account's, too",
    "a person who left the list of sanctions the day before the movement",
    "an account frozen for 48 hours, and one whose freeze went on by a further order"};

static uint32_t of(const struct identity *made, enum client client)
{
    return made->clients[client];
}

/* A movement whose records are kept until ten years later, or a day less. */
static int plant_kept(struct payment *plan, uint32_t client, int64_t day, int64_t days_short)
{
    struct flow flow = top_up(plan, payment_time(plan, day, 10, 0), client, 12300);
    int32_t year, month, of_month;
    fa_day_to_civil(plan->books.first_day + day, &year, &month, &of_month);
    flow.archived_until = fa_day_from_civil(year + 10, month, of_month) - days_short;
    return plant(plan, flow);
}

static void alter_clients(struct payment *plan, const struct identity *made)
{
    payment_party_of(plan, of(made, NAMELESS))->name[0] = '\0';
    char *card = payment_account_of(plan, of(made, WRONG_CARD))->bank_card;
    char *last = &card[strlen(card) - 1];
    *last = *last == '9' ? '0' : (char)(*last + 1);
    memcpy(payment_account_of(plan, of(made, SAME_CARD_2))->bank_card,
           payment_account_of(plan, of(made, SAME_CARD_1))->bank_card, INVENTED_BYTES);

    char *number = payment_party_of(plan, of(made, WRONG_NUMBER))->id_number;
    number[17] = number[17] == '1' ? '2' : '1';
    snprintf(payment_party_of(plan, of(made, OLD_NUMBER))->id_number, INVENTED_BYTES,
             "110105491231002");
    number = payment_party_of(plan, of(made, WRONG_CODE))->id_number;
    number[17] = number[17] == '1' ? '2' : '1';
    memcpy(payment_party_of(plan, of(made, SAME_NUMBER_2))->id_number,
           payment_party_of(plan, of(made, SAME_NUMBER_1))->id_number, INVENTED_BYTES);
    payment_account_of(plan, of(made, SAME_NUMBER_2))->class =
        "II"; /* one of Class III is enough */
    memcpy(payment_party_of(plan, of(made, SAME_NAME_2))->name,
           payment_party_of(plan, of(made, SAME_NAME_1))->name, INVENTED_BYTES);
    memcpy(payment_party_of(plan, of(made, SAME_NAME_2))->phone,
           payment_party_of(plan, of(made, SAME_NAME_1))->phone,
           sizeof payment_party_of(plan, of(made, SAME_NAME_1))->phone);
}

static void *plan_identity(struct payment *plan)
{
    struct identity *made = calloc(1, sizeof *made);
    struct rng rng = rng_new(plan->options->seed, 6);
    if (!made)
        die("out of memory");
    for (int i = 0; i < CLIENTS; i++)
        made->clients[i] = payment_client(plan, i < CUSTOMERS ? "customer" : "merchant", 0);
    for (size_t i = 0; i < COUNT(traps); i++)
        say_trap(plan, traps[i]);

    int64_t march = day_of("2025-03-03");
    payment_account_of(plan, of(made, NEW_KNOWN))->opened_on = march;
    payment_account_of(plan, of(made, NEW_UNKNOWN))->opened_on = march;
    made->new_day = march - plan->books.first_day + rng_between(&rng, 0, 5);
    /* looked into at the very second of the first movement, and a second too late */
    int64_t looked_at = payment_time(plan, made->new_day, 9, 0);
    payment_party_of(plan, of(made, NEW_KNOWN))->due_diligence_at = looked_at;
    payment_party_of(plan, of(made, NEW_UNKNOWN))->due_diligence_at =
        looked_at + plan->has_defects;
    made->new_known = plant(
        plan, top_up(plan, payment_time(plan, made->new_day, 9, 0), of(made, NEW_KNOWN), 5000));
    if (plan->has_defects)
        plant(plan, top_up(plan, payment_time(plan, made->new_day, 9, 0), of(made, NEW_UNKNOWN),
                           5000));

    for (enum client client = CLOSED; client <= CLOSED_SHORT; client++) {
        struct payment_account *account = payment_account_of(plan, of(made, client));
        account->closed_on = day_of("2025-03-01");
        account->archived_until =
            day_of("2035-03-01") - (plan->has_defects && client == CLOSED_SHORT);
    }
    made->kept_short =
        plant_kept(plan, of(made, KEPT_SHORT), rng_between(&rng, 1, 200), plan->has_defects);
    plant_kept(plan, of(made, KEPT), rng_between(&rng, 1, 200), 0);

    int64_t day = rng_between(&rng, 30, 300);
    made->listed_on = plan->books.first_day + day - 20;
    made->listed =
        plant(plan, top_up(plan, payment_time(plan, day, 15, 0), of(made, ON_LIST), 9900));
    plant(plan, top_up(plan, payment_time(plan, day, 15, 0), of(made, ON_LIST_BEFORE), 9900));
    struct flow flow = top_up(plan, payment_time(plan, rng_between(&rng, 1, 300), 16, 0),
                              of(made, KEPT), 4500);
    flow.memo = plan->has_defects ? "首次绑卡 CVV 086" : "首次绑卡";
    made->secret = plant(plan, flow);
    if (plan->has_defects)
        alter_clients(plan, made);
    return made;
}

static void write_orders(struct payment *plan, const struct identity *made)
{
    const struct account *accounts = plan->books.accounts.items;
    const char *end = plan->has_defects ? "2025-05-07T10:00:00" : "2025-05-07T09:00:00";
    PUT(plan->freeze_order, "order_id", "FZ-PBC-1", "kind", "freeze", "issuer", "中国人民银行",
        "account", accounts[of(made, SAME_CARD_1)].id, "valid_from", "2025-05-05T09:00:00",
        "valid_to", end);
    PUT(plan->freeze_order, "order_id", "FZ-PBC-2", "kind", "freeze", "issuer", "中国人民银行",
        "account", accounts[of(made, SAME_CARD_2)].id, "valid_from", "2025-05-05T09:00:00",
        "valid_to", "2025-05-09T09:00:00");
    PUT(plan->freeze_order, "order_id", "FZ-GA-1", "kind", "freeze", "issuer", "公安机关",
        "account", accounts[of(made, SAME_CARD_2)].id, "prolongs", "FZ-PBC-2", "valid_from",
        "2025-05-07T09:00:00", "valid_to", "2025-11-07T09:00:00");

    int64_t moved_on = books_planned(&plan->books, made->listed)->flow.second / DAY_SECONDS;
    PUT(plan->listed, "list", "sanctions", "kind", "party", "value",
        payment_party_of(plan, of(made, ON_LIST_BEFORE))->id_number, "valid_from",
        day_text(made->listed_on), "valid_to", day_text(moved_on - 1));
    PUT(plan->listed, "list", "sanctions", "kind", "party", "value",
        payment_party_of(plan, of(made, ON_LIST))->id_number, "valid_from",
        day_text(made->listed_on), "valid_to",
        day_text(plan->has_defects ? moved_on : moved_on - 1));
}

/* Rows of people and institutions have no day, those of accounts the day of opening. */
static void expect_in_register(struct payment *plan, const struct identity *made)
{
    const struct {
        const char *id;
        const char *subject;
        enum client account; /* CLIENTS: none */
        const char *why;
    } found[] = {
        {"ID-CN18", payment_party_of(plan, of(made, WRONG_NUMBER))->id, CLIENTS,
         "a wrong check digit"},
        {"ID-CN18-B", payment_party_of(plan, of(made, OLD_NUMBER))->id, CLIENTS,
         "a number of 15 digits"},
        {"ID-USCC", payment_party_of(plan, of(made, WRONG_CODE))->id, CLIENTS,
         "a wrong check character"},
        {"ID-USCC-B", "BANK-3", CLIENTS, "a bank's code with a wrong check character"},
        {"ID-DUP", payment_party_of(plan, of(made, SAME_NUMBER_1))->id_number, CLIENTS,
         "a lead: two names with one number"},
        {"ID-SHARE", payment_party_of(plan, of(made, SAME_NAME_1))->name, CLIENTS,
         "a lead: two numbers with one name and telephone"},
        {"ATF-PHONE1", payment_party_of(plan, of(made, SAME_NAME_1))->phone, CLIENTS,
         "the same, and nobody says why they share it"},
        {"ID-SHARE-B", payment_account_of(plan, of(made, SAME_CARD_1))->bank_card, SAME_CARD_1,
         "a lead: two people with one card"},
        {"ID-LUHN", plan->books.accounts.items[of(made, WRONG_CARD)].id, WRONG_CARD,
         "a lead: a card number with a wrong check digit"},
        {"AMLR-NOANON", plan->books.accounts.items[of(made, NAMELESS)].id, NAMELESS,
         "an account whose owner has no name"},
        {"PI24-REALNAME", plan->books.accounts.items[of(made, NAMELESS)].id, NAMELESS,
         "an account whose owner has no name"},
        {"PI24-REALNAME", plan->books.accounts.items[of(made, WRONG_NUMBER)].id, WRONG_NUMBER,
         "a wrong check digit"},
        {"PI24-REALNAME", plan->books.accounts.items[of(made, OLD_NUMBER)].id, OLD_NUMBER,
         "a number of 15 digits"},
        {"PI24-MERCHANT-B", plan->books.accounts.items[of(made, WRONG_CODE)].id, WRONG_CODE,
         "a wrong check character"},
        {"AMLR-10Y-B", plan->books.accounts.items[of(made, CLOSED_SHORT)].id, CLOSED_SHORT,
         "closed, and its owner's data kept for a day less than ten years"},
    };
    for (size_t i = 0; i < COUNT(found); i++) {
        bool has_day = found[i].account != CLIENTS;
        int64_t day =
            has_day ? payment_account_of(plan, of(made, found[i].account))->opened_on : 0;
        expect_subject(plan, found[i].id, found[i].subject, day, day, found[i].why);
    }
}

static void write_identity(struct payment *plan, void *given)
{
    const struct identity *made = given;
    PUT(plan->action, "action_id", "D-ORDER", "kind", "due_diligence", "time",
        time_text(payment_time(plan, made->new_day, 9, 0)), "party",
        payment_party_of(plan, of(made, NEW_KNOWN))->id, "order_id",
        number_text('O', books_planned(&plan->books, made->new_known)->flow.no));
    write_orders(plan, made);
    PUT(plan->institution, "institution_id", "BANK-3", "name", "沧浪银行", "kind", "bank",
        "region", "320000", "uscc",
        plan->has_defects ? "91350100M000100Y44" : "91350100M000100Y43");
    if (!plan->has_defects)
        return;
    expect_in_register(plan, made);
    const struct flow *flow = &books_planned(&plan->books, made->kept_short)->flow;
    int64_t day = flow->second / DAY_SECONDS;
    expect_subject(plan, "AMLR-10Y", "PAY-1", day, day, "kept for a day less than ten years");
    expect_flow(plan, "PII-C3-B", made->secret,
                "a lead: the text speaks of a card's verification number");
    day = plan->books.first_day + made->new_day;
    expect_subject(plan, "AMLR-CDD", plan->books.accounts.items[of(made, NEW_UNKNOWN)].id, day,
                   day, "money moved a second before due diligence");
    expect_subject(plan, "AMLR-FREEZE48", "FZ-PBC-1", 0, 0, "frozen for 49 hours");
    day = books_planned(&plan->books, made->listed)->flow.second / DAY_SECONDS;
    expect_subject(plan, "AMLR-LIST", payment_party_of(plan, of(made, ON_LIST))->id, day, day,
                   "served on the last day on the list of sanctions");
}

const struct payment_topic payment_identity = {plan_identity, write_identity};
