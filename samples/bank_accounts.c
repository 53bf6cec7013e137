/*
 * The accounts and e-CNY wallets that a small bank keeps for people in 2026, in their three and
 * four classes, and what the limits of the classes forbid.
 */
#include <string.h>

#include "damage.h"
#include "plans.h"
#include "prepaid.h"

#define YUAN INT64_C(100)

enum { EVERYDAY_PEOPLE = 12, HOLDINGS_MAX = 192, CARDS_MAX = 96, BREACHES_MAX = 32 };
enum { FIRST_NUMBER = 900, TRADES = 25 };

/* People who do nothing but what is planned for them; each has a Class I account from 2019. */
enum client {
    /* traps, in every filing */
    OLD_PAIR,
    MOVED,
    AT_LIMITS_II,
    AT_YEAR_II,
    AT_LIMITS_III,
    AT_YEAR_III,
    FIVE_EACH,
    FOUR_CARDS,
    WALLETS,
    /* who breaks a rule in the filing with defects, and does nothing in the others */
    SECOND_I,
    TWIN_I,
    OVER_II_DAY,
    OVER_II_YEAR,
    OVER_III_BALANCE,
    OVER_III_DAY,
    OVER_III_YEAR,
    SIXTH_III,
    FIFTH_CARD,
    NOT_IN_PERSON,
    OVER_WALLETS,
    CLIENTS
};

enum { FIRST_ODD = CLIENTS, FIRST_EVERYDAY = FIRST_ODD + ODD_PEOPLE };
enum { FIRM = FIRST_EVERYDAY + EVERYDAY_PEOPLE, OWNERS };

static const char opened_long_ago[] = "2019-03-04";
static const char opened_later[] = "2023-05-08";

struct holding {
    int owner;
    const char *kind, *class, *opened_on, *closed_on; /* NULL: none */
    uint32_t bound_to;
};

struct bank {
    struct books books;
    struct rng rng;
    enum sample_form form;
    uint32_t own, employer, shop, fund, first_held;
    struct holding holdings[HOLDINGS_MAX];
    uint32_t first_of[OWNERS]; /* the Class I account; of odd people their only wallet */
    struct {
        int holder;
        const char *issued_on, *cancelled_on;
    } cards[CARDS_MAX];
    int card_count;
    struct breach {
        const char *id, *why;
        char subject[INVENTED_BYTES];
        int place; /* of the flow that it is about, or -1 */
        int64_t first;
    } breaches[BREACHES_MAX];
    int breach_count;
    int unpaid; /* interest that never left the other bank */
};

static bool has_defects(const struct bank *bank)
{
    return bank->form == SAMPLE_DEFECTS;
}

static int64_t at(const char *day, int hour)
{
    return day_of(day) * DAY_SECONDS + hour * 3600;
}

static void make_owner(const struct bank *bank, int owner, struct person *person)
{
    int odd = owner - FIRST_ODD;
    person_make((uint64_t)owner + FIRST_NUMBER,
                has_defects(bank) && odd >= 0 && odd < ODD_PEOPLE ? odd : EVERYDAY, person);
}

/* --- accounts, cards, flows --- */

static uint32_t hold(struct bank *bank, struct holding holding, int64_t opening)
{
    char id[16];
    size_t number = bank->books.accounts.count - bank->first_held;
    if (number == HOLDINGS_MAX)
        die("more than %d accounts", HOLDINGS_MAX);
    bank->holdings[number] = holding;
    snprintf(id, sizeof id, "C%08d", (int)bank->books.accounts.count);
    return books_add_account(&bank->books, id, "customer", opening);
}

static uint32_t open_first(struct bank *bank, int owner, const char *opened_on)
{
    return hold(bank,
                (struct holding){.owner = owner,
                                 .kind = "bank",
                                 .class = owner == FIRM ? NULL : "I",
                                 .opened_on = opened_on,
                                 .bound_to = NO_ACCOUNT},
                1000000 * YUAN);
}

/* An account or wallet of a lower class, bound to the owner's Class I account. */
static uint32_t open_bound(struct bank *bank, int owner, const char *kind, const char *class,
                           int64_t opening)
{
    return hold(bank,
                (struct holding){.owner = owner,
                                 .kind = kind,
                                 .class = class,
                                 .opened_on = opened_later,
                                 .bound_to = bank->first_of[owner]},
                opening);
}

static void issue_card(struct bank *bank, int holder, const char *issued_on,
                       const char *cancelled_on)
{
    if (bank->card_count == CARDS_MAX)
        die("more than %d cards", CARDS_MAX);
    bank->cards[bank->card_count].holder = holder;
    bank->cards[bank->card_count].issued_on = issued_on;
    bank->cards[bank->card_count++].cancelled_on = cancelled_on;
}

static int move(struct bank *bank, int64_t second, uint32_t payer, uint32_t payee,
                int64_t amount, const char *kind)
{
    struct flow flow = {.second = second,
                        .payer = payer,
                        .payee = payee,
                        .owed_up = payee >= bank->first_held ? payee : NO_ACCOUNT,
                        .owed_down = payer >= bank->first_held ? payer : NO_ACCOUNT,
                        .amount = amount,
                        .kind = kind,
                        .status = "settled",
                        .channel = "online",
                        .instrument = "transfer",
                        .bank_delay = 20};
    return books_plan(&bank->books, (struct planned){.flow = flow});
}

/* AMOUNT on each of COUNT days from DAY on. */
static void move_daily(struct bank *bank, const char *day, int hour, int count, uint32_t payer,
                       uint32_t payee, int64_t amount, const char *kind)
{
    for (int i = 0; i < count; i++)
        move(bank, at(day, hour) + i * DAY_SECONDS, payer, payee, amount, kind);
}

/* --- what must be found, told where it is planned --- */

static struct breach *breach(struct bank *bank, const char *id, const char *day, const char *why)
{
    if (bank->breach_count == BREACHES_MAX)
        die("more than %d breaches", BREACHES_MAX);
    struct breach *breach = &bank->breaches[bank->breach_count++];
    *breach = (struct breach){.id = id, .why = why, .place = -1, .first = day_of(day)};
    return breach;
}

static void breach_of_account(struct bank *bank, const char *id, uint32_t account,
                              const char *day, const char *why)
{
    struct breach *told = breach(bank, id, day, why);
    snprintf(told->subject, sizeof told->subject, "%s", bank->books.accounts.items[account].id);
}

static void breach_of_owner(struct bank *bank, const char *id, int owner, const char *day,
                            const char *why)
{
    struct person person;
    struct breach *told = breach(bank, id, day, why);
    make_owner(bank, owner, &person);
    memcpy(told->subject, person.id_number, sizeof told->subject);
}

/* --- exactly what is allowed --- */

static void plan_accounts_allowed(struct bank *bank)
{
    bank->holdings[bank->first_of[OLD_PAIR] - bank->first_held].opened_on = "2014-05-05";
    open_first(bank, OLD_PAIR, "2015-06-01");
    bank->holdings[bank->first_of[MOVED] - bank->first_held].closed_on = "2026-06-30";
    open_first(bank, MOVED, "2026-07-01");
    for (int i = 0; i < 5; i++) {
        open_bound(bank, FIVE_EACH, "bank", "II", 0);
        open_bound(bank, FIVE_EACH, "bank", "III", 0);
    }
    for (int i = 0; i < 3; i++)
        issue_card(bank, FOUR_CARDS, opened_later, NULL);
    issue_card(bank, FOUR_CARDS, opened_later, "2026-06-30");
    issue_card(bank, FOUR_CARDS, "2026-07-01", NULL);
}

/* The limit of a Class II account, and again once the first payment was taken back. */
static void pay_twice(struct bank *bank, const char *day, uint32_t account)
{
    int first = move(bank, at(day, 9), account, bank->shop, 10000 * YUAN, "pay");
    struct flow back = bank->books.planned.items[first].flow;
    back.second = at(day, 10);
    back.kind = "reversal";
    back.payer = bank->shop;
    back.payee = back.owed_up = account;
    back.owed_down = NO_ACCOUNT;
    books_plan(&bank->books, (struct planned){.flow = back, .is_reversal = true, .after = first});
    move(bank, at(day, 11), account, bank->shop, 10000 * YUAN, "pay");
}

static void plan_second_class_allowed(struct bank *bank)
{
    uint32_t first = bank->first_of[AT_LIMITS_II];
    uint32_t second = open_bound(bank, AT_LIMITS_II, "bank", "II", 100000 * YUAN);
    move(bank, at("2026-02-03", 9), bank->employer, second, 6000 * YUAN, "transfer");
    move(bank, at("2026-02-03", 10), bank->shop, second, 4000 * YUAN, "refund");
    move(bank, at("2026-02-03", 11), first, second, 50000 * YUAN, "transfer");
    move(bank, at("2026-02-04", 9), second, bank->shop, 6000 * YUAN, "pay");
    move(bank, at("2026-02-04", 10), second, bank->employer, 4000 * YUAN, "transfer");
    move(bank, at("2026-02-04", 11), second, first, 50000 * YUAN, "transfer");
    move(bank, at("2026-02-04", 12), second, bank->fund, 30000 * YUAN, "invest");
    pay_twice(bank, "2026-02-05", second);
    second = open_bound(bank, AT_YEAR_II, "bank", "II", 0);
    move_daily(bank, "2026-03-02", 9, 20, bank->employer, second, 10000 * YUAN, "transfer");
    move_daily(bank, "2026-03-02", 15, 20, second, bank->shop, 10000 * YUAN, "pay");
    move(bank, at("2026-03-30", 9), bank->own, bank->first_of[AT_YEAR_II], 12 * YUAN, "interest");
    move(bank, at("2026-03-30", 15), bank->first_of[FIRM], bank->shop, 300000 * YUAN, "pay");
}

static void plan_third_class_allowed(struct bank *bank)
{
    uint32_t third = open_bound(bank, AT_LIMITS_III, "bank", "III", 500 * YUAN);
    move(bank, at("2026-02-05", 9), bank->employer, third, 1500 * YUAN, "transfer");
    move(bank, at("2026-02-05", 10), third, bank->shop, 1500 * YUAN, "pay");
    move(bank, at("2026-02-05", 11), bank->shop, third, 500 * YUAN, "refund");
    move(bank, at("2026-02-05", 12), third, bank->employer, 500 * YUAN, "transfer");
    move(bank, at("2026-02-05", 13), bank->first_of[AT_LIMITS_III], third, 1500 * YUAN,
         "transfer");
    move(bank, at("2026-02-05", 14), third, bank->first_of[AT_LIMITS_III], 2000 * YUAN,
         "transfer");
    third = open_bound(bank, AT_YEAR_III, "bank", "III", 0);
    move_daily(bank, "2026-04-01", 9, TRADES, bank->employer, third, 2000 * YUAN, "transfer");
    move_daily(bank, "2026-04-01", 15, TRADES, third, bank->shop, 2000 * YUAN, "pay");
}

static void plan_wallets_allowed(struct bank *bank)
{
    static const struct {
        const char *class;
        int64_t opening, single;
        int payments;
    } wallets[] = {{"I", 3000000 * YUAN, 600000 * YUAN, 3},
                   {"II", 500000 * YUAN, 50000 * YUAN, 2},
                   {"III", 20000 * YUAN, 5000 * YUAN, 2},
                   {"IV", 10000 * YUAN, 2000 * YUAN, 2}};
    uint32_t wallet = NO_ACCOUNT;
    for (size_t i = 0; i < COUNT(wallets); i++) {
        wallet = open_bound(bank, WALLETS, "wallet", wallets[i].class, wallets[i].opening);
        for (int j = 0; j < wallets[i].payments; j++)
            move(bank, at("2026-05-06", 9 + j), wallet, bank->shop, wallets[i].single, "pay");
        if (i == 2)
            move(bank, at("2026-06-21", 9), bank->own, wallet, 3 * YUAN, "interest");
    }
    move(bank, at("2026-05-06", 12), wallet, bank->shop, 1000 * YUAN, "pay");
    /* 45,000 more make 50,000 in the year */
    move_daily(bank, "2026-05-07", 8, 22, bank->first_of[WALLETS], wallet, 2000 * YUAN, "top_up");
    move_daily(bank, "2026-05-07", 9, 22, wallet, bank->shop, 2000 * YUAN, "pay");
    move(bank, at("2026-05-29", 9), wallet, bank->shop, 1000 * YUAN, "pay");
}

/* --- what is not --- */

static void plan_account_defects(struct bank *bank)
{
    uint32_t second = open_first(bank, SECOND_I, "2026-03-02");
    bank->holdings[second - bank->first_held].closed_on = "2026-05-31";
    breach_of_owner(bank, "BA16-I-ONE", SECOND_I, "2026-03-02",
                    "a second Class I account for three months");
    bank->holdings[bank->first_of[TWIN_I] - bank->first_held].opened_on = "2026-04-01";
    open_first(bank, TWIN_I, "2026-04-01");
    breach_of_owner(bank, "BA16-I-ONE-B", TWIN_I, "2026-04-01",
                    "two Class I accounts opened on one day");
    for (int i = 0; i < 6; i++) {
        uint32_t third = open_bound(bank, SIXTH_III, "bank", "III", 0);
        if (i == 5)
            bank->holdings[third - bank->first_held].opened_on = "2026-05-11";
    }
    breach_of_owner(bank, "BA16-II-III-COUNT", SIXTH_III, "2026-05-11",
                    "a sixth Class III account");
    for (int i = 0; i < 4; i++)
        issue_card(bank, FIFTH_CARD, opened_later, NULL);
    issue_card(bank, FIFTH_CARD, "2026-06-01", NULL);
    breach_of_owner(bank, "BA16-CARD4", FIFTH_CARD, "2026-06-01", "a fifth debit card");
}

static void plan_second_class_defects(struct bank *bank)
{
    uint32_t second = open_bound(bank, OVER_II_DAY, "bank", "II", 20000 * YUAN);
    move(bank, at("2026-02-10", 9), bank->employer, second, 6000 * YUAN, "transfer");
    move(bank, at("2026-02-10", 16), bank->shop, second, 4000 * YUAN + 1, "refund");
    breach_of_account(bank, "BA16-II-IN-DAY", second, "2026-02-10",
                      "6,000.00 and 4,000.01 came in");
    move(bank, at("2026-02-11", 9), second, bank->shop, 6000 * YUAN, "pay");
    move(bank, at("2026-02-11", 16), second, bank->employer, 4500 * YUAN, "transfer");
    breach_of_account(bank, "BA16-II-OUT-DAY", second, "2026-02-11",
                      "6,000.00 to a shop and 4,500.00 to somebody else");
    second = open_bound(bank, OVER_II_YEAR, "bank", "II", 10000 * YUAN);
    move_daily(bank, "2026-03-02", 9, 20, bank->employer, second, 10000 * YUAN, "transfer");
    move_daily(bank, "2026-04-02", 9, 20, second, bank->shop, 10000 * YUAN, "pay");
    move(bank, at("2026-09-01", 9), bank->employer, second, 1, "transfer");
    move(bank, at("2026-09-02", 9), second, bank->shop, 1, "pay");
    breach_of_account(bank, "BA16-II-IN-YEAR", second, "2026-03-02",
                      "a fen more than 200,000 came in");
    breach_of_account(bank, "BA16-II-OUT-YEAR", second, "2026-04-02",
                      "a fen more than 200,000 went out");
}

static void plan_third_class_defects(struct bank *bank)
{
    uint32_t first = bank->first_of[OVER_III_BALANCE];
    uint32_t third = open_bound(bank, OVER_III_BALANCE, "bank", "III", 0);
    move(bank, at("2026-02-12", 9), first, third, 2000 * YUAN + 1, "transfer");
    move(bank, at("2026-02-12", 10), third, first, YUAN, "transfer");
    breach_of_account(bank, "BA16-III-BAL", third, "2026-02-12",
                      "held 2,000.01 for an hour, from the bound account");
    third = open_bound(bank, OVER_III_DAY, "bank", "III", 0);
    move(bank, at("2026-02-16", 9), bank->employer, third, 1500 * YUAN, "transfer");
    move(bank, at("2026-02-16", 10), third, bank->shop, 1500 * YUAN, "pay");
    move(bank, at("2026-02-16", 11), bank->shop, third, 501 * YUAN, "refund");
    move(bank, at("2026-02-16", 12), third, bank->employer, 501 * YUAN, "transfer");
    breach_of_account(bank, "BA16-III-IN-DAY", third, "2026-02-16", "1,500 and 501 came in");
    breach_of_account(bank, "BA16-III-OUT-DAY", third, "2026-02-16", "1,500 and 501 went out");
    third = open_bound(bank, OVER_III_YEAR, "bank", "III", 0);
    move_daily(bank, "2026-04-01", 9, TRADES, bank->employer, third, 2000 * YUAN, "transfer");
    move_daily(bank, "2026-04-01", 15, TRADES, third, bank->shop, 2000 * YUAN, "pay");
    move(bank, at("2026-09-01", 9), bank->employer, third, 1, "transfer");
    move(bank, at("2026-09-01", 15), third, bank->shop, 1, "pay");
    breach_of_account(bank, "BA16-III-IN-YEAR", third, "2026-04-01",
                      "a fen more than 50,000 came in");
    breach_of_account(bank, "BA16-III-OUT-YEAR", third, "2026-04-01",
                      "a fen more than 50,000 went out");
}

static void plan_wallet_defects(struct bank *bank)
{
    uint32_t first = bank->first_of[OVER_WALLETS];
    breach_of_account(bank, "EC-I", open_bound(bank, NOT_IN_PERSON, "wallet", "I", 0),
                      opened_later, "its owner was never seen in person");
    uint32_t wallet = open_bound(bank, OVER_WALLETS, "wallet", "II", 60000 * YUAN);
    move(bank, at("2026-05-12", 9), wallet, bank->shop, 50000 * YUAN + 1, "pay");
    breach_of_account(bank, "EC-II", wallet, "2026-05-12", "50,000.01 at once");
    wallet = open_bound(bank, OVER_WALLETS, "wallet", "III", 20000 * YUAN);
    for (int i = 0; i < 3; i++)
        move(bank, at("2026-05-13", 9 + i), wallet, bank->shop, i == 2 ? 1 : 5000 * YUAN, "pay");
    breach_of_account(bank, "EC-III", wallet, "2026-05-13", "10,000.01 in a day");
    wallet = open_bound(bank, OVER_WALLETS, "wallet", "IV", 10000 * YUAN);
    move(bank, at("2026-05-14", 9), wallet, bank->shop, 2000 * YUAN + 1, "pay");
    breach_of_account(bank, "EC-IV", wallet, "2026-05-14", "2,000.01 at once");
    move(bank, at("2026-05-18", 9), first, wallet, 2000 * YUAN + 2, "top_up");
    breach_of_account(bank, "EC-IV-C", wallet, "2026-05-18", "held 10,000.01");
    wallet = open_bound(bank, OVER_WALLETS, "wallet", "IV", 0);
    move_daily(bank, "2026-06-01", 8, TRADES + 1, first, wallet, 2000 * YUAN, "top_up");
    move_daily(bank, "2026-06-01", 9, TRADES, wallet, bank->shop, 2000 * YUAN, "pay");
    move(bank, at("2026-09-03", 9), wallet, bank->shop, 1, "pay");
    breach_of_account(bank, "EC-IV-B", wallet, "2026-06-01", "a fen more than 50,000 in a year");
    breach(bank, "EC-NOINT-IV", "2026-06-21", "interest on a Class IV wallet")->place =
        move(bank, at("2026-06-21", 9), bank->own, wallet, 2, "interest");
}

static void plan_unpaid_interest(struct bank *bank)
{
    bank->unpaid = move(bank, at("2026-07-06", 9), bank->own, bank->first_of[FIRST_EVERYDAY],
                        31 * YUAN, "interest");
    bank->books.planned.items[bank->unpaid].flow.is_unknown_to_bank = true;
}

/* What the rules on identities find, in people with a wallet and firms outside. */
static void plan_odd_people(struct bank *bank)
{
    int secret = move(bank, at("2026-08-03", 9), bank->first_of[FIRST_EVERYDAY], bank->shop,
                      88 * YUAN, "pay");
    bank->books.planned.items[secret].flow.memo =
        has_defects(bank) ? "代付，卡CVV 321" : "代付";
    if (!has_defects(bank))
        return;
    breach(bank, "PII-C3-B", "2026-08-03",
           "a lead: the text speaks of a card's verification number")
        ->place = secret;
    breach_of_account(bank, "ID-LUHN", bank->first_of[FIRST_ODD + BAD_CARD], opened_later,
                      "a lead: the check digit of a card is wrong");
}

static void plan_everyday(struct bank *bank)
{
    for (int owner = FIRST_EVERYDAY; owner < FIRM; owner++) {
        uint32_t first = bank->first_of[owner];
        uint32_t second = open_bound(bank, owner, "bank", owner % 2 ? "II" : "III", 0);
        uint32_t wallet = open_bound(bank, owner, "wallet", owner % 3 ? "II" : "IV", 0);
        issue_card(bank, owner, opened_long_ago, NULL);
        for (int month = 0; month < 12; month++) {
            int64_t day = fa_day_add_months(bank->books.first_day, month);
            int64_t second_of =
                day * DAY_SECONDS + rng_between(&bank->rng, 8 * 3600, 11 * 3600);
            int64_t spent = rng_between(&bank->rng, 100, 1800) * YUAN;
            int64_t paid = rng_between(&bank->rng, 10, 400) * YUAN;
            move(bank, second_of, bank->employer, first,
                 rng_between(&bank->rng, 6000, 15000) * YUAN, "transfer");
            move(bank, second_of + 7200, first, second, spent, "transfer");
            move(bank, second_of + 10800, second, bank->shop, spent, "pay");
            move(bank, second_of + 5 * DAY_SECONDS, first, wallet, paid, "top_up");
            move(bank, second_of + 9 * DAY_SECONDS, wallet, bank->shop, paid, "pay");
            if ((month + owner) % 3 == 2)
                move(bank, second_of + 20 * DAY_SECONDS, bank->own, first,
                     rng_between(&bank->rng, 500, 3000), "interest");
        }
    }
}

/* --- who and where --- */

static const struct {
    const char *account, *role, *party, *name, *sector;
} others[] = {{"OWN-01", "own_funds", "BANK", "浦江农村商业银行", "bank"},
              {"EMPLOYER", "external", "EMPLOYER", "东岭机械有限公司", "other"},
              {"SHOP", "external", "SHOP", "南桥家电有限公司", "merchant"},
              {"FUND", "external", "FUND", "金石理财有限公司", "fund"},
              {"DEPOSITS", "customer", NULL, NULL, NULL}}; /* the sum of all, the bank's own */

static void add_accounts(struct bank *bank)
{
    struct books *books = &bank->books;
    for (size_t i = 0; i < COUNT(others); i++)
        books_add_account(books, others[i].account, others[i].role, i ? 0 : 5000000 * YUAN);
    bank->own = 0;
    bank->employer = 1;
    bank->shop = 2;
    bank->fund = 3;
    books->control_customers = 4;
    books_add_statement(books, bank->own, books->first_day);
    bank->first_held = COUNT(others);
    for (int owner = 0; owner < OWNERS; owner++) {
        bool is_odd = owner >= FIRST_ODD && owner < FIRST_EVERYDAY;
        bank->first_of[owner] = NO_ACCOUNT;
        bank->first_of[owner] = is_odd ? open_bound(bank, owner, "wallet", "III", 0)
                                       : open_first(bank, owner, opened_long_ago);
    }
}

static void write_accounts(struct bank *bank)
{
    struct books *books = &bank->books;
    struct sheet *sheet =
        books_sheet(books, "account",
                    "account_id,owner,role,held_at,kind,class,bound_to,bank_card,currency,"
                    "opened_on,closed_on,opening_balance");
    for (uint32_t i = 0; i < bank->first_held; i++)
        PUT(sheet, "account_id", others[i].account, "owner",
            others[i].party ? others[i].party : "BANK", "role", others[i].role, "held_at",
            i == bank->own ? "BANK-9" : "", "kind", "bank", "currency", "CNY", "opened_on",
            opened_long_ago, "opening_balance",
            money_text(i == books->control_customers ? books->owed_customers
                                                     : books->accounts.items[i].balance));
    for (uint32_t i = bank->first_held; i < books->accounts.count; i++) {
        const struct account *account = &books->accounts.items[i];
        const struct holding *holding = &bank->holdings[i - bank->first_held];
        char party[16];
        struct person person = {.card = ""};
        if (strcmp(holding->kind, "wallet") == 0)
            make_owner(bank, holding->owner, &person);
        party_text((uint32_t)holding->owner, party);
        PUT(sheet, "account_id", account->id, "owner", party, "role", account->role, "held_at",
            "BANK-1", "kind", holding->kind, "class", holding->class, "bound_to",
            holding->bound_to == NO_ACCOUNT ? "" : books->accounts.items[holding->bound_to].id,
            "bank_card", person.card, "currency", "CNY", "opened_on", holding->opened_on,
            "closed_on", holding->closed_on, "opening_balance", money_text(account->balance));
    }
}

static void write_parties(struct bank *bank)
{
    char number[INVENTED_BYTES], party[16];
    struct sheet *sheet =
        books_sheet(&bank->books, "party",
                    "party_id,kind,name,id_type,id_number,phone,sector,region,verified_at,"
                    "face_to_face");
    for (size_t i = 0; others[i].party; i++) {
        invent_uscc(700003 + i, number);
        if (has_defects(bank) && i == bank->employer)
            code_spoil(number);
        PUT(sheet, "party_id", others[i].party, "kind", "legal", "name", others[i].name,
            "id_type", "uscc", "id_number", number, "sector", others[i].sector, "region",
            "310000", "verified_at", "2019-03-01T10:00:00", "face_to_face", "true");
    }
    for (int owner = 0; owner < FIRM; owner++) {
        struct person person;
        make_owner(bank, owner, &person);
        party_text((uint32_t)owner, party);
        PUT(sheet, "party_id", party, "kind", "natural", "name", person.name, "id_type",
            "resident_id", "id_number", person.id_number, "phone", person.phone, "sector",
            "none", "region", "310000", "verified_at",
            time_text(at(opened_long_ago, 8) + owner), "face_to_face",
            owner == NOT_IN_PERSON ? "false" : "true");
    }
    invent_uscc(700019, number);
    party_text(FIRM, party);
    PUT(sheet, "party_id", party, "kind", "legal", "name", "北辰物流有限公司", "id_type",
        "uscc", "id_number", number, "sector", "merchant", "region", "310000", "verified_at",
        "2019-03-04T09:00:00", "face_to_face", "true");
}

static void write_bank(struct bank *bank)
{
    char code[2][INVENTED_BYTES], card[INVENTED_BYTES], party[16];
    invent_uscc(700003, code[0]);
    invent_uscc(700009, code[1]);
    if (has_defects(bank))
        code_spoil(code[1]);
    struct sheet *sheet =
        books_sheet(&bank->books, "institution",
                    "institution_id,party,name,uscc,kind,region,established_on,licensed_on");
    ROW(sheet, "BANK-1", "BANK", "浦江农村商业银行", code[0], "bank", "310000", "2005-08-23",
        "2005-08-25");
    ROW(sheet, "BANK-9", "", "江海银行", code[1], "bank", "310000", "", "");
    sheet = books_sheet(&bank->books, "licence",
                        "licence_no,institution,kind,scope,region,valid_from,valid_to");
    ROW(sheet, "B0310H231", "BANK-1", "bank", "deposit;loan", "310000", "2005-08-25", "");
    sheet = books_sheet(&bank->books, "debit_card", "card_no,holder,issued_on,cancelled_on");
    for (int i = 0; i < bank->card_count; i++) {
        invent_card(5000 + (uint64_t)i, card);
        party_text((uint32_t)bank->cards[i].holder, party);
        PUT(sheet, "card_no", card, "holder", party, "issued_on", bank->cards[i].issued_on,
            "cancelled_on", bank->cards[i].cancelled_on);
    }
}

static void expect(struct bank *bank, const char *id, const char *subject, int64_t first,
                   const char *why)
{
    books_expect(&bank->books, &(struct expected){.what = "finding",
                                                  .id = id,
                                                  .subject = subject,
                                                  .first = first,
                                                  .why = why});
}

static void expect_breaches(struct bank *bank)
{
    books_say(&bank->books, "## What must be found\n\n| rule | first day | subject | why |\n"
                            "|---|---|---|---|");
    for (int i = 0; i < bank->breach_count; i++) {
        const struct breach *told = &bank->breaches[i];
        const char *subject = told->subject;
        if (told->place >= 0)
            subject = number_text('F', books_planned(&bank->books, told->place)->flow.no);
        expect(bank, told->id, subject, told->first, told->why);
    }
    people_expect(&bank->books, FIRST_NUMBER + FIRST_ODD, FIRST_ODD, day_of(opened_later));
    expect(bank, "ID-USCC", "EMPLOYER", 0, "the check character is wrong");
    expect(bank, "ID-USCC-B", "BANK-9", 0, "the check character of the bank's is wrong");
    const struct flow *unpaid = &books_planned(&bank->books, bank->unpaid)->flow;
    int64_t day = unpaid->second / DAY_SECONDS;
    books_expect(&bank->books, &(struct expected){.what = "break",
                                                  .id = "missing_at_bank",
                                                  .subject = "OWN-01",
                                                  .side = "debit",
                                                  .first = day,
                                                  .last = day,
                                                  .amount = unpaid->amount,
                                                  .row_count = 1,
                                                  .key_prefix = 'F',
                                                  .keys = {unpaid->no},
                                                  .key_count = 1,
                                                  .why = "interest that was booked and not paid"});
}

static const char introduction[] =
    "The accounts and e-CNY wallets that an invented bank kept for people in 2026: who holds "
    "them, their\n"
    "cards and flows, and the statement of the account that interest is paid out of. Made by\n"
    "`samples/flowaudit-sample`; how it books is told in `samples/PLAN.md`, what must be found "
    "in\n"
    "`expected.csv`.\n";

static const char traps[] =
    "\n## What must not be found\n\n"
    "- two Class I accounts from before December 2016; one that was closed on the day before "
    "the next\n"
    "- five accounts of Class II beside five of Class III; a fifth card on the day after "
    "another ended\n"
    "- 10,000 into and out of a Class II account in a day, beside 50,000 from and to the bound "
    "account and\n"
    "  30,000 for a wealth product; 10,000 again once it was taken back; 200,000 in a year\n"
    "- more than that out of a firm's account, which has no class\n"
    "- 2,000 in a Class III account, 2,000 in and out of it in a day, 50,000 in a year\n"
    "- wallets at their limits: at once, in a day, in a year, and held; 600,000 at once out of "
    "one of Class I;\n"
    "  interest on one of Class III";

static const struct damage damages[] = {
    {.kind = LOSE_TABLE, .table = "debit_card"},
    {.kind = LOSE_COLUMN, .table = "party", .column = "face_to_face"},
    {.kind = GARBLE_CELL, /* of AT_LIMITS_II, behind four firms and two people */
     .table = "party",
     .column = "kind",
     .record_no = 7,
     .text = "自然人",
     .code = "ROW-ENUM"},
    {.kind = CUT_FILE, .table = "balance", .record_no = 1000, .code = "ROW-FIELDS"},
};

static const struct hindered hindered[] = {
    {"BA16-CARD4", "the table of the cards is not there", false},
    {"EC-I", "nobody says who was seen in person", false},
    {"BA16-II-IN-DAY", "the row of an owner was rejected, and nobody knows what he is", true},
    {"BA16-II-IN-YEAR", "the row of an owner was rejected, and nobody knows what he is", true},
    {"BA16-II-OUT-DAY", "the row of an owner was rejected, and nobody knows what he is", true},
    {"BA16-II-OUT-YEAR", "the row of an owner was rejected, and nobody knows what he is", true},
    {"BA16-II-IN-YEAR-B", "that years are counted back is a parameter that nobody gave", false},
    {"BA16-II-OUT-YEAR-B", "that years are counted back is a parameter that nobody gave", false},
    {"BA16-III-IN-YEAR-B", "that years are counted back is a parameter that nobody gave", false},
    {"BA16-III-OUT-YEAR-B", "that years are counted back is a parameter that nobody gave", false},
};

void make_bank_accounts(const struct sample_options *options, enum sample_form form)
{
    static const char *const titles[] = {
        [SAMPLE_CLEAN] = "Accounts and wallets of a bank, 2026",
        [SAMPLE_DEFECTS] = "Accounts and wallets of a bank, 2026, with defects",
        [SAMPLE_DAMAGED] = "Accounts and wallets of a bank, 2026, damaged"};
    struct bank bank = {
        .books = {.folder = options->folder,
                  .title = titles[form],
                  .filer = "BANK-1",
                  .first_day = day_of("2026-01-01"),
                  .last_day = day_of("2026-12-31"),
                  .stated = STATE_SUMS,
                  .flow_columns = "flow_id,time,payer_account,payee_account,amount,currency,"
                                  "kind,status,channel,instrument,order_id,reverses,memo",
                  .quotes_all = options->quotes_all},
        .rng = rng_new(options->seed, 14),
        .form = form,
    };
    books_open(&bank.books, introduction);
    add_accounts(&bank);
    plan_accounts_allowed(&bank);
    plan_second_class_allowed(&bank);
    plan_third_class_allowed(&bank);
    plan_wallets_allowed(&bank);
    if (has_defects(&bank)) {
        plan_account_defects(&bank);
        plan_second_class_defects(&bank);
        plan_third_class_defects(&bank);
        plan_wallet_defects(&bank);
        plan_unpaid_interest(&bank);
    }
    plan_odd_people(&bank);
    plan_everyday(&bank);
    write_bank(&bank);
    write_parties(&bank);
    write_accounts(&bank);
    books_start(&bank.books);
    for (struct planned *due; (due = books_due(&bank.books, INT64_MAX)) != NULL;)
        books_book_planned(&bank.books, due);
    books_close_days(&bank.books);
    if (has_defects(&bank))
        expect_breaches(&bank);
    books_say(&bank.books, traps);
    books_close(&bank.books, "  as of     2026-12-31\n");
    if (form == SAMPLE_DAMAGED)
        damage_filing(options->folder, damages, COUNT(damages), hindered, COUNT(hindered));
}
