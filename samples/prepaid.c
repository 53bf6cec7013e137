/*
 * A retailer in Beijing that issues single-purpose cards, in the year 2025: cards are sold and
 * used up, a part of the money lies in custody, and some cards are given back.
 */
#include "prepaid.h"

#include <stdlib.h>
#include <string.h>

#include "damage.h"
#include "plans.h"

#define YUAN INT64_C(100)

enum {
    OLD_CARDS = 60,
    NEW_CARDS = 48,
    CARDS_MAX = 192,
    PEOPLE = 40,
    FIRMS = 2,
    REFUNDS_MAX = 8,
    FIRST_ORDER = 1000000,
    FIRST_NUMBER = 500,
    FIRST_ODD = 4 /* buyer of odd numbers */
};

struct card {
    uint32_t account;
    int buyer; /* number of the person or firm; -1: nobody knows */
    bool is_named;
    int64_t face, second, expires_on, archived_until; /* days; 0: none */
    const char *paid_by;
    uint64_t purchase_no, order_no;
    int64_t left; /* of what was loaded, by the plan */
};

struct issuer {
    struct books books;
    struct rng rng;
    enum sample_form form;
    uint32_t custody, second_custody, own, sales, supplier, broker, first_card;
    struct card cards[CARDS_MAX];
    int card_count;
    uint64_t purchase_count, order_count;
    struct refund refunds[REFUNDS_MAX];
    int refund_count;
    /* what must be found: numbers of cards, places of planned flows */
    int high_face, nameless, short_register, cash, early_expiry, used, short_record, secret;
};

static bool has_defects(const struct issuer *issuer)
{
    return issuer->form == SAMPLE_DEFECTS;
}

static int64_t at(const char *day, int hour)
{
    return day_of(day) * DAY_SECONDS + hour * 3600;
}

/* --- flows --- */

static int move(struct issuer *issuer, int64_t second, uint32_t payer, uint32_t payee,
                int64_t amount, const char *kind, uint64_t order_no)
{
    struct flow flow = {.second = second,
                        .payer = payer,
                        .payee = payee,
                        .owed_up = NO_ACCOUNT,
                        .owed_down = NO_ACCOUNT,
                        .amount = amount,
                        .kind = kind,
                        .status = "settled",
                        .channel = "pos",
                        .instrument = payee == issuer->sales ? "balance" : "bank_card",
                        .order_no = order_no ? order_no : FIRST_ORDER + ++issuer->order_count,
                        .archived_until = fa_day_add_months(second / DAY_SECONDS, 36),
                        .bank_delay = 30};
    bool is_load = strcmp(kind, "top_up") == 0;
    if (payer >= issuer->first_card)
        *(is_load ? &flow.owed_up : &flow.owed_down) = payer;
    if (payee >= issuer->first_card)
        *(strcmp(kind, "bonus") == 0 ? &flow.owed_up : &flow.owed_down) = payee;
    return books_plan(&issuer->books, (struct planned){.flow = flow});
}

static struct flow *planned_flow(struct issuer *issuer, int place)
{
    return &issuer->books.planned.items[place].flow;
}

/* --- cards --- */

static int add_card(struct issuer *issuer, struct card card)
{
    if (issuer->card_count == CARDS_MAX)
        die("more than %d cards", CARDS_MAX);
    int64_t sold_on = card.second / DAY_SECONDS;
    bool is_old = sold_on < issuer->books.first_day;
    card.account = issuer->first_card + (uint32_t)issuer->card_count;
    card.left = card.face;
    if (!card.is_named && !card.expires_on)
        card.expires_on = fa_day_add_months(sold_on, 36);
    if (card.buyer >= 0 && !card.archived_until)
        card.archived_until = fa_day_add_months(sold_on, 60);
    if (!card.purchase_no)
        card.purchase_no = ++issuer->purchase_count;
    char id[16];
    snprintf(id, sizeof id, "C%08d", (int)card.account);
    books_add_account(&issuer->books, id, "customer", is_old ? card.face : 0);
    if (!is_old)
        card.order_no = planned_flow(issuer, move(issuer, card.second, card.account,
                                                  issuer->own, card.face, "top_up", 0))
                            ->order_no;
    issuer->cards[issuer->card_count] = card;
    return issuer->card_count++;
}

static void sell(struct issuer *issuer, int64_t second, int number)
{
    bool is_named = number % 3 != 0;
    add_card(issuer,
             (struct card){.buyer = is_named ? number % PEOPLE : -1,
                           .is_named = is_named,
                           .face = is_named ? rng_between(&issuer->rng, 20, 50) * 100 * YUAN
                                            : rng_between(&issuer->rng, 2, 10) * 100 * YUAN,
                           .second = second,
                           .paid_by = number % 4 ? "bank_card" : "cash"});
}

/* COUNT cards of one purchase; gives the number of the first. */
static int sell_many(struct issuer *issuer, int64_t second, int count, struct card card)
{
    int first = issuer->card_count;
    card.second = second;
    card.purchase_no = ++issuer->purchase_count;
    for (int i = 0; i < count; i++, card.second += 60)
        add_card(issuer, card);
    return first;
}

static void plan_everyday(struct issuer *issuer)
{
    for (int i = 0; i < NEW_CARDS; i++)
        sell(issuer, (day_of("2025-01-03") + i * 7) * DAY_SECONDS + 11 * 3600 + i, i);
    for (int month = 0; month < 12; month++) {
        int64_t first = fa_day_add_months(day_of("2025-01-01"), month);
        for (int i = 0; i < issuer->card_count; i++) {
            struct card *card = &issuer->cards[i];
            int64_t second = (first + rng_between(&issuer->rng, 0, 27)) * DAY_SECONDS +
                             rng_between(&issuer->rng, 9 * 3600, 21 * 3600);
            if (second <= card->second || card->left < 100 * YUAN ||
                rng_below(&issuer->rng, 4) != 0)
                continue;
            int64_t amount = rng_between(&issuer->rng, 1, card->left / (4 * YUAN)) * YUAN;
            move(issuer, second, card->account, issuer->sales, amount, "pay", 0);
            card->left -= amount;
        }
        move(issuer, (first + 24) * DAY_SECONDS + 15 * 3600, issuer->own, issuer->supplier,
             rng_between(&issuer->rng, 20000, 40000) * YUAN, "pay", 0);
    }
}

/* --- what looks like a breach and is none --- */

static void plan_traps(struct issuer *issuer)
{
    issuer->secret =
        move(issuer, at("2025-09-09", 9), issuer->own, issuer->supplier, 100 * YUAN, "pay", 0);
    planned_flow(issuer, issuer->secret)->memo =
        has_defects(issuer) ? "会员系统密码重置费" : "会员系统服务费";
    sell_many(issuer, at("2025-02-03", 10), 10,
              (struct card){.buyer = 7, .is_named = true, .face = 499990, .paid_by = "cash"});
    sell_many(
        issuer, at("2025-02-04", 10), 1,
        (struct card){.buyer = PEOPLE, .is_named = true, .face = 499999, .paid_by = "cash"});
    sell_many(issuer, at("2025-02-05", 10), 9,
              (struct card){.buyer = -1, .face = 1000 * YUAN, .paid_by = "bank_card"});
    sell_many(
        issuer, at("2025-02-06", 10), 1,
        (struct card){
            .buyer = PEOPLE + 1, .is_named = true, .face = 5000 * YUAN, .paid_by = "transfer"});
}

static void plan_defects(struct issuer *issuer)
{
    issuer->high_face =
        sell_many(issuer, at("2025-03-03", 10), 1,
                  (struct card){.buyer = -1, .face = 1000 * YUAN + 1, .paid_by = "bank_card"});
    issuer->nameless =
        sell_many(issuer, at("2025-03-04", 10), 10,
                  (struct card){.buyer = -1, .face = 1000 * YUAN, .paid_by = "bank_card"});
    issuer->short_register = sell_many(issuer, at("2025-03-05", 10), 1,
                                       (struct card){.buyer = 3,
                                                     .is_named = true,
                                                     .face = 500 * YUAN,
                                                     .archived_until = day_of("2030-03-04"),
                                                     .paid_by = "bank_card"});
    issuer->cash = sell_many(
        issuer, at("2025-03-06", 10), 1,
        (struct card){
            .buyer = PEOPLE, .is_named = true, .face = 5000 * YUAN, .paid_by = "cash"});
    issuer->early_expiry = sell_many(issuer, at("2025-03-07", 10), 1,
                                     (struct card){.buyer = -1,
                                                   .face = 500 * YUAN,
                                                   .expires_on = day_of("2028-03-06"),
                                                   .paid_by = "bank_card"});
    issuer->used = move(issuer, at("2025-04-15", 10), issuer->custody, issuer->broker,
                        5000 * YUAN, "transfer", 0);
    issuer->short_record =
        move(issuer, at("2025-08-12", 12), issuer->cards[issuer->cash].account, issuer->sales,
             10 * YUAN, "pay", 0);
    planned_flow(issuer, issuer->short_record)->archived_until = day_of("2028-08-11");
}

/* A card of 1,000 is bought, used in part, and given back DAYS later. */
static void give_back(struct issuer *issuer, struct refund refund, int number, int days,
                      int paid_after)
{
    const struct card *card =
        &issuer->cards[sell_many(issuer, at("2025-06-03", 10) + number * DAY_SECONDS, 1,
                                 (struct card){.buyer = 10 + number,
                                               .is_named = true,
                                               .face = refund.paid,
                                               .paid_by = "bank_card"})];
    int64_t second = card->second;
    if (refund.bonus)
        move(issuer, second + 60, issuer->sales, card->account, refund.bonus, "bonus", 0);
    if (refund.used)
        move(issuer, second + 3600, card->account, issuer->sales, refund.used, "pay", 0);
    refund.party = (uint32_t)card->buyer;
    refund.order_no = card->order_no;
    refund.paid_at = second;
    refund.requested_at = second + days * DAY_SECONDS;
    refund.refunded_on = refund.requested_at / DAY_SECONDS + paid_after;
    int64_t paid_second = refund.refunded_on * DAY_SECONDS + 16 * 3600;
    move(issuer, paid_second, issuer->own, card->account, refund.refunded, "refund",
         refund.order_no);
    int64_t rest = refund.paid + refund.bonus - refund.used - refund.refunded;
    if (rest)
        move(issuer, paid_second + 60, card->account, issuer->sales, rest, "adjust", 0);
    issuer->refunds[issuer->refund_count++] = refund;
}

static void plan_refunds(struct issuer *issuer)
{
    give_back(issuer,
              (struct refund){.paid = 100000,
                              .bonus = 20000,
                              .used = 30000,
                              .deducted = 25000,
                              .refunded = 75000,
                              .fault = "operator"},
              0, 40, 15);
    give_back(issuer, (struct refund){.paid = 100000, .refunded = 100000, .fault = "neither"},
              1, 7, 5);
    if (!has_defects(issuer))
        return;
    give_back(issuer,
              (struct refund){.paid = 100000,
                              .used = 15000,
                              .deducted = 15000,
                              .refunded = 84000,
                              .fault = "neither",
                              .rule = "SPC25-7DAY",
                              .why = "160 kept of 1,000 that was asked back on the third day, with 150 used"},
              2, 3, 4);
    give_back(issuer,
              (struct refund){.paid = 100000,
                              .bonus = 20000,
                              .used = 30000,
                              .deducted = 25000,
                              .refunded = 74999,
                              .fault = "operator",
                              .rule = "SPC25-REFUND",
                              .why = "a fen less than 1,000 less 250"},
              3, 40, 4);
    give_back(
        issuer,
        (struct refund){.paid = 100000,
                        .bonus = 20000,
                        .used = 30000,
                        .deducted = 30000,
                        .refunded = 70000,
                        .fault = "operator",
                        .rule = "SPC25-DISCOUNT",
                        .why = "300 deducted at list price though the issuer was at fault"},
        4, 40, 4);
    give_back(issuer,
              (struct refund){.paid = 100000,
                              .refunded = 100000,
                              .fault = "neither",
                              .rule = "PCBJ-7DAY-A",
                              .why = "an unused card, paid back on the sixth day"},
              5, 5, 6);
    give_back(issuer,
              (struct refund){.paid = 100000,
                              .used = 10000,
                              .deducted = 10000,
                              .refunded = 90000,
                              .fault = "consumer",
                              .rule = "PCBJ-7DAY-B",
                              .why = "paid back on the sixteenth day"},
              6, 40, 16);
}

/* --- who and where --- */

static void make_buyer(const struct issuer *issuer, int buyer, struct person *person)
{
    int odd = buyer - FIRST_ODD;
    person_make((uint64_t)buyer + FIRST_NUMBER,
                has_defects(issuer) && odd >= 0 && odd < ODD_PEOPLE ? odd : EVERYDAY, person);
}

static void add_accounts(struct issuer *issuer)
{
    struct books *books = &issuer->books;
    issuer->custody = books_add_account(books, "CUSTODY-01", "custody",
                                        (has_defects(issuer) ? 20000 : 400000) * YUAN);
    issuer->own = books_add_account(books, "OWN-01", "own_funds", 3000000 * YUAN);
    issuer->sales = books_add_account(books, "SALES-01", "fee", 0);
    issuer->supplier = books_add_account(books, "SUPPLIER-01", "external", 0);
    issuer->broker = books_add_account(books, "BROKER-01", "external", 0);
    books->control_customers = books_add_account(books, "CARDS", "customer", 0);
    issuer->second_custody =
        has_defects(issuer) ? books_add_account(books, "CUSTODY-02", "custody", 0) : NO_ACCOUNT;
    issuer->first_card = (uint32_t)books->accounts.count;
    books_add_statement(books, issuer->custody, day_of("2025-01-01"));
    books_add_statement(books, issuer->own, day_of("2025-01-01"));
}

static void write_accounts(struct issuer *issuer)
{
    static const char *const owners[] = {"ISSUER",    "ISSUER", "ISSUER", "SUPPLIER",
                                         "BROKER", "ISSUER", "ISSUER"};
    struct books *books = &issuer->books;
    struct sheet *sheet =
        books_sheet(books, "account",
                    "account_id,owner,role,held_at,bank_card,currency,opened_on,closed_on,"
                    "opening_balance");
    for (uint32_t i = 0; i < books->accounts.count; i++) {
        const struct account *account = &books->accounts.items[i];
        const struct card *card =
            i < issuer->first_card ? NULL : &issuer->cards[i - issuer->first_card];
        bool is_second = i == issuer->second_custody;
        char party[16] = "BEARERS";
        struct person person = {.card = ""};
        if (card && card->buyer >= 0)
            party_text((uint32_t)card->buyer, party);
        if (card && card->buyer >= 0 && card->buyer < PEOPLE)
            make_buyer(issuer, card->buyer, &person);
        PUT(sheet, "account_id", account->id, "owner", card ? party : owners[i], "role",
            account->role, "held_at",
            is_second          ? "BANK-2"
            : i <= issuer->own ? "BANK-1"
                               : "",
            "bank_card", person.card, "currency", "CNY", "opened_on",
            is_second ? "2025-05-10"
            : card    ? day_text(card->second / DAY_SECONDS)
                      : "2024-04-01",
            "closed_on", is_second ? "2025-05-19" : "", "opening_balance",
            money_text(account->balance));
    }
}

static void write_parties(struct issuer *issuer)
{
    struct sheet *sheet =
        books_sheet(&issuer->books, "party",
                    "party_id,kind,name,id_type,id_number,phone,sector,region,"
                    "verified_at");
    static const char *const firms[][3] = {{"ISSUER", "京北百货", "merchant"},
                                           {"SUPPLIER", "通州食品", "merchant"},
                                           {"BROKER", "密云证券", "broker"}};
    char number[INVENTED_BYTES], name[INVENTED_BYTES], party[16];
    for (size_t i = 0; i < COUNT(firms); i++) {
        invent_uscc(7100 + i, number);
        if (has_defects(issuer) && strcmp(firms[i][0], "SUPPLIER") == 0)
            code_spoil(number);
        PUT(sheet, "party_id", firms[i][0], "kind", "legal", "name", firms[i][1], "id_type",
            "uscc", "id_number", number, "sector", firms[i][2], "region", "110000",
            "verified_at", "2024-03-15T10:00:00");
    }
    PUT(sheet, "party_id", "BEARERS", "kind", "other", "name", "不记名卡持卡人", "id_type",
        "other", "sector", "none", "region", "110000");
    for (uint32_t i = 0; i < PEOPLE; i++) {
        struct person person;
        make_buyer(issuer, (int)i, &person);
        party_text(i, party);
        PUT(sheet, "party_id", party, "kind", "natural", "name", person.name, "id_type",
            "resident_id", "id_number", person.id_number, "phone", person.phone, "sector",
            "none", "region", "110000", "verified_at",
            time_text(day_of("2024-04-20") * DAY_SECONDS + i));
    }
    for (uint32_t i = PEOPLE; i < PEOPLE + FIRMS; i++) {
        invent_uscc(i + 7200, number);
        invent_name(i + 500, false, name);
        party_text(i, party);
        PUT(sheet, "party_id", party, "kind", "legal", "name", name, "id_type", "uscc",
            "id_number", number, "sector", "other", "region", "110000", "verified_at",
            "2024-04-22T09:00:00");
    }
}

static void write_issuer(struct issuer *issuer)
{
    struct books *books = &issuer->books;
    bool is_bad = has_defects(issuer);
    char uscc[4][INVENTED_BYTES];
    for (uint64_t i = 0; i < COUNT(uscc); i++)
        invent_uscc(i == 0 ? 7100 : 8100 + i, uscc[i]);
    if (is_bad)
        code_spoil(uscc[3]);
    struct sheet *sheet =
        books_sheet(books, "institution",
                    "institution_id,party,name,uscc,kind,region,established_on,"
                    "filed_on,started_on");
    ROW(sheet, "CARD-1", "ISSUER", "京北百货", uscc[0], "prepaid_operator", "110000",
        is_bad ? "2024-04-01" : "2018-06-01", is_bad ? "2024-05-02" : "2024-05-01",
        "2024-04-01");
    ROW(sheet, "BANK-1", "", "永定河银行", uscc[1], "bank", "110000", "", "", "");
    ROW(sheet, "BANK-2", "", "潮白河银行", uscc[2], "bank", "110000", "", "", "");
    ROW(sheet, "BANK-3", "", "温榆河银行", uscc[3], "bank", "110000", "", "", "");
    sheet = books_sheet(books, "licence", "licence_no,institution,kind,valid_from,valid_to");
    ROW(sheet, "110113-2024-0417", "CARD-1", "prepaid_card", "2024-04-01", "");
    sheet = books_sheet(books, "card_issuer", "institution,scale,industry,valid_from,valid_to");
    ROW(sheet, "CARD-1", "scale", "retail", "2024-04-01", is_bad ? "2025-03-31" : "");
    if (is_bad) {
        ROW(sheet, "CARD-1", "group", "resident_services", "2025-04-01", "2025-06-30");
        ROW(sheet, "CARD-1", "brand", "retail", "2025-07-01", "");
    }
    sheet = books_sheet(
        books, "financial",
        "institution,as_of,registered_capital,paid_in_capital,net_assets,main_revenue");
    ROW(sheet, "CARD-1", "2023-12-31", "5000000.00", is_bad ? "40000.00" : "5000000.00",
        "4200000.00", is_bad ? "60000.00" : "9000000.00");
    ROW(sheet, "CARD-1", "2024-12-31", "5000000.00", is_bad ? "40000.00" : "5000000.00",
        "4300000.00", is_bad ? "60000.00" : "9500000.00");
    sheet = books_sheet(books, "cover", "institution,kind,amount,valid_from,valid_to");
    ROW(sheet, "CARD-1", "guarantee", "1000.00", "2024-04-01", "");
}

/* The balances are those at the end of the year, so this is written last. */
static void write_cards(struct issuer *issuer)
{
    struct sheet *sheet =
        books_sheet(&issuer->books, "prepaid_card",
                    "card_id,kind,face,balance,buyer,paid_by,purchase_id,sold_at,"
                    "expires_on,archived_until");
    sheet->sum_column = "face";
    for (int i = 0; i < issuer->card_count; i++) {
        const struct card *card = &issuer->cards[i];
        sheet_number(sheet, 'K', (uint64_t)i + 1);
        sheet_text(sheet, card->is_named ? "named" : "unnamed");
        sheet_money(sheet, card->face);
        sheet_money(sheet, issuer->books.accounts.items[card->account].balance);
        if (card->buyer >= 0)
            sheet_party(sheet, (uint32_t)card->buyer);
        else
            sheet_text(sheet, NULL);
        sheet_text(sheet, card->paid_by);
        sheet_number(sheet, 'U', card->purchase_no);
        sheet_time(sheet, card->second);
        sheet_day_or_none(sheet, card->expires_on);
        sheet_day_or_none(sheet, card->archived_until);
        sheet_end(sheet);
        sheet->sum += card->face;
    }
}

/* --- expected.csv --- */

static void expect(struct issuer *issuer, const char *id, const char *subject, int64_t first,
                   int64_t amount, const char *why)
{
    books_expect(&issuer->books, &(struct expected){.what = "finding",
                                                    .id = id,
                                                    .subject = subject,
                                                    .first = first,
                                                    .last = first,
                                                    .amount = amount,
                                                    .why = why});
}

static void expect_card(struct issuer *issuer, const char *id, int number, const char *why)
{
    const struct card *card = &issuer->cards[number];
    expect(issuer, id, number_text('K', (uint64_t)number + 1), card->second / DAY_SECONDS,
           card->face, why);
}

static void expect_purchase(struct issuer *issuer, const char *id, int number, const char *why)
{
    const struct card *card = &issuer->cards[number];
    expect(issuer, id, number_text('U', card->purchase_no), card->second / DAY_SECONDS, 0, why);
}

static void expect_firm(struct issuer *issuer, const char *id, const char *day, const char *why)
{
    expect(issuer, id, "CARD-1", day_of(day), 0, why);
}

static void expect_people(struct issuer *issuer)
{
    int64_t card_day = INT64_MAX;
    for (int i = 0; i < issuer->card_count; i++) {
        const struct card *card = &issuer->cards[i];
        int64_t day = card->second / DAY_SECONDS;
        if (card->buyer == FIRST_ODD + BAD_CARD)
            expect(issuer, "ID-LUHN", issuer->books.accounts.items[card->account].id, day, 0,
                   "a lead: the check digit of a bank card is wrong");
        bool shares =
            card->buyer == FIRST_ODD + ONE_CARD_1 || card->buyer == FIRST_ODD + ONE_CARD_2;
        if (shares && day < card_day)
            card_day = day;
    }
    people_expect(&issuer->books, FIRST_NUMBER + FIRST_ODD, FIRST_ODD, card_day);
    expect(issuer, "ID-USCC", "SUPPLIER", 0, 0, "the check character is wrong");
    expect(issuer, "ID-USCC-B", "BANK-3", 0, 0, "the check character of the bank's is wrong");
    const struct flow *flow = &books_planned(&issuer->books, issuer->secret)->flow;
    expect(issuer, "PII-C3-B", number_text('F', flow->no), flow->second / DAY_SECONDS, 0,
           "a lead: the text speaks of a password");
}

static void expect_defects(struct issuer *issuer)
{
    books_say(&issuer->books, "## What must be found\n\n| rule | first day | subject | why |\n"
                              "|---|---|---|---|");
    expect_card(issuer, "PC12-FACE", issuer->high_face,
                "an unnamed card of a fen more than 1,000");
    expect_purchase(issuer, "PC12-NAME10K", issuer->nameless,
                    "ten unnamed cards of 1,000, and nobody knows whose");
    expect_card(issuer, "PC12-KEEP5Y", issuer->short_register,
                "kept for five years less a day");
    expect_purchase(issuer, "PC12-CASH", issuer->cash, "a firm paid 5,000 in cash");
    expect_card(issuer, "PC12-EXPIRY", issuer->early_expiry,
                "expires a day before three years are over");
    expect(issuer, "PC12-FILE30", "CARD-1", 0, 0, "filed 31 days after it started");
    expect_firm(issuer, "PC12-ONEBANK", "2025-05-10", "a second custody account for ten days");
    expect_firm(issuer, "PC12-DEPOSIT-SCALE", "2025-01-01",
                "filed as scale issuer: less than 20% in custody");
    expect_firm(issuer, "PC12-DEPOSIT-GROUP", "2025-04-01",
                "then as group issuer: less than 30%");
    expect_firm(issuer, "PC12-DEPOSIT-BRAND", "2025-07-01",
                "then as brand issuer: less than 40%");
    expect_firm(issuer, "PC12-DEPOSIT-BRAND", "2025-10-01", "and the quarter after");
    expect_firm(issuer, "PC12-CAP-NEW", "2024-12-31",
                "not a year old: more than twice 40,000 of capital");
    expect_firm(issuer, "PC12-CAP-NEW", "2025-01-01", "and the quarter after");
    expect_firm(issuer, "PC12-CAP100", "2025-04-01",
                "resident services: more than the revenue of 60,000");
    expect_firm(issuer, "PC12-CAP40", "2025-07-01", "retail: more than 40% of it");
    expect_firm(issuer, "PC12-CAP40", "2025-10-01", "and the quarter after");
    const struct flow *flow = &books_planned(&issuer->books, issuer->used)->flow;
    expect(issuer, "PC12-USE", number_text('F', flow->no), flow->second / DAY_SECONDS,
           flow->amount, "custody money for a securities broker");
    flow = &books_planned(&issuer->books, issuer->short_record)->flow;
    expect(issuer, "PCBJ-7DAY-C", "CARD-1", flow->second / DAY_SECONDS, flow->amount,
           "a record kept for three years less a day");
    refunds_expect(&issuer->books, issuer->refunds, (size_t)issuer->refund_count);
    expect_people(issuer);
}

/* --- the sample --- */

static const char introduction[] =
    "An invented retailer in Beijing that issues single-purpose cards, in the year 2025: cards "
    "sold and used,\n"
    "the custody account, own funds, and the statements of both. Made by "
    "`samples/flowaudit-sample`; how it\n"
    "books is told in `samples/PLAN.md`, what must be found in `expected.csv`.\n";

static const char traps[] =
    "\n## What must not be found\n\n"
    "- ten named cards bought by one person for 49,999.00 in cash; a firm's card for 4,999.99 "
    "in cash\n"
    "- nine unnamed cards of 1,000, bought at once by nobody knows whom\n"
    "- named cards of 5,000.00, unnamed cards of 1,000.00 that expire after three years to the "
    "day\n"
    "- an unused card, given back on the seventh day and paid on the fifth; another paid on "
    "the fifteenth\n"
    "- records kept for three years, registers for five, to the day";

static const struct damage damages[] = {
    {LOSE_TABLE, "card_issuer", NULL, 0, NULL, NULL},
    {LOSE_TABLE, "cover", NULL, 0, NULL, NULL},
    {LOSE_COLUMN, "flow", "archived_until", 0, NULL, NULL},
    {LOSE_COLUMN, "prepaid_card", "paid_by", 0, NULL, NULL},
    {LOSE_COLUMN, "institution", "started_on", 0, NULL, NULL},
    {GARBLE_CELL, "prepaid_card", "face", 12, "￥500", "ROW-UNIT"},
    {GARBLE_CELL, "prepaid_refund", "fault", 2, "双方", "ROW-ENUM"},
    {CUT_FILE, "party", NULL, 46, NULL, "ROW-FIELDS"},
};

static const struct hindered hindered[] = {
    {"PC12-CAP100", "the industry is not known", false},
    {"PC12-CAP40", "the industry is not known", false},
    {"PC12-CASH", "how cards were paid is not said", false},
    {"PC12-DEPOSIT-BRAND", "what kind of issuer it is, is not known", false},
    {"PC12-DEPOSIT-GROUP", "what kind of issuer it is, is not known", false},
    {"PC12-DEPOSIT-SCALE", "what kind of issuer it is, is not known", false},
    {"PC12-FILE30", "when it started is not said", false},
    {"PC12-NAME10K", "the buyer of a card is not in what is left of the parties", true},
    {"PCBJ-7DAY-C", "how long records are kept is not said", false},
};

void make_prepaid(const struct sample_options *options, enum sample_form form)
{
    static const char *const titles[] = {"Issuer of prepaid cards, 2025, clean",
                                         "Issuer of prepaid cards, 2025, with defects",
                                         "Issuer of prepaid cards, 2025, damaged"};
    struct issuer issuer = {
        .books = {.folder = options->folder,
                  .title = titles[form],
                  .filer = "CARD-1",
                  .first_day = day_of("2024-12-31"),
                  .last_day = day_of("2025-12-31"),
                  .stated = STATE_SUMS,
                  .flow_columns =
                      "flow_id,time,payer_account,payee_account,amount,currency,kind,status,"
                      "channel,instrument,order_id,archived_until,memo",
                  .quotes_all = options->quotes_all},
        .rng = rng_new(options->seed, 6),
        .form = form,
    };
    books_open(&issuer.books, introduction);
    add_accounts(&issuer);
    for (int i = 0; i < OLD_CARDS; i++)
        sell(&issuer, (day_of("2024-08-01") + i * 2) * DAY_SECONDS + 11 * 3600, i);
    plan_everyday(&issuer);
    plan_traps(&issuer);
    if (form == SAMPLE_DEFECTS)
        plan_defects(&issuer);
    plan_refunds(&issuer);
    write_issuer(&issuer);
    write_parties(&issuer);
    write_accounts(&issuer);
    refunds_write(&issuer.books, issuer.refunds, (size_t)issuer.refund_count);
    books_start(&issuer.books);
    for (struct planned *due; (due = books_due(&issuer.books, INT64_MAX)) != NULL;)
        books_book_planned(&issuer.books, due);
    books_close_days(&issuer.books);
    write_cards(&issuer);
    if (form == SAMPLE_DEFECTS)
        expect_defects(&issuer);
    if (form != SAMPLE_DAMAGED)
        books_say(&issuer.books, traps);
    books_close(&issuer.books, "  covers    financial 2023-12-31 .. 2025-12-31\n"
                               "  covers    prepaid_card 2024-04-01 .. 2025-12-31\n"
                               "  as of     2025-12-31\n");
    if (form == SAMPLE_DAMAGED)
        damage_filing(options->folder, damages, COUNT(damages), hindered, COUNT(hindered));
}

/* --- the register of refunds --- */

void refunds_write(struct books *books, const struct refund *refunds, size_t count)
{
    struct sheet *sheet =
        books_sheet(books, "prepaid_refund",
                    "refund_id,party,order_id,paid_at,paid,bonus,used,had_before,"
                    "fault,deducted,requested_at,refunded,refunded_on");
    sheet->sum_column = "paid";
    for (size_t i = 0; i < count; i++) {
        const struct refund *refund = &refunds[i];
        sheet_number(sheet, 'R', i + 1);
        sheet_party(sheet, refund->party);
        sheet_number(sheet, 'O', refund->order_no);
        sheet_time(sheet, refund->paid_at);
        sheet_money(sheet, refund->paid);
        sheet_money(sheet, refund->bonus);
        sheet_money(sheet, refund->used);
        sheet_text(sheet, "false");
        sheet_text(sheet, refund->fault);
        sheet_money(sheet, refund->deducted);
        sheet_time(sheet, refund->requested_at);
        sheet_money(sheet, refund->refunded);
        sheet_day_or_none(sheet, refund->refunded_on);
        sheet_end(sheet);
        sheet->sum += refund->paid;
    }
}

void refunds_expect(struct books *books, const struct refund *refunds, size_t count)
{
    for (size_t i = 0; i < count; i++) {
        if (!refunds[i].rule)
            continue;
        int64_t day = refunds[i].requested_at / DAY_SECONDS;
        struct expected finding = {.what = "finding",
                                   .id = refunds[i].rule,
                                   .subject = number_text('R', i + 1),
                                   .first = day,
                                   .last = day,
                                   .amount = refunds[i].paid,
                                   .why = refunds[i].why};
        books_expect(books, &finding);
        if (strcmp(finding.id, "SPC25-7DAY") != 0)
            continue;
        finding.id = "SPC25-REFUND";
        finding.why = "and less than what was not used";
        books_expect(books, &finding);
    }
}

/* --- people --- */

void code_spoil(char *code)
{
    char *last = code + strlen(code) - 1;
    *last = *last == '0' ? '1' : '0';
}

void person_make(uint64_t number, int odd, struct person *person)
{
    uint64_t named = odd == TWO_NUMBERS_2 ? number - 1 : number;
    invent_id18(odd == TWO_NAMES_2 ? number - 1 : number, person->id_number);
    invent_name(named, true, person->name);
    snprintf(person->phone, sizeof person->phone, "137%08llu",
             (unsigned long long)named % 100000000);
    invent_card(odd == ONE_CARD_2 ? number - 1 : number, person->card);
    if (odd == BAD_NUMBER)
        code_spoil(person->id_number);
    if (odd == OLD_NUMBER)
        snprintf(person->id_number, sizeof person->id_number, "110105491231002");
    if (odd == BAD_CARD)
        code_spoil(person->card);
}

static void expect_odd(struct books *books, const char *id, const char *subject, int64_t first,
                       const char *why)
{
    books_expect(books, &(struct expected){.what = "finding",
                                           .id = id,
                                           .subject = subject,
                                           .first = first,
                                           .last = first,
                                           .why = why});
}

void people_expect(struct books *books, uint64_t number, uint32_t first_party, int64_t card_day)
{
    char party[16];
    struct person person;
    party_text(first_party + BAD_NUMBER, party);
    expect_odd(books, "ID-CN18", party, 0, "the check digit is wrong");
    party_text(first_party + OLD_NUMBER, party);
    expect_odd(books, "ID-CN18-B", party, 0, "a number of 15 digits");
    person_make(number + TWO_NAMES_1, TWO_NAMES_1, &person);
    expect_odd(books, "ID-DUP", person.id_number, 0, "a lead: two names under a number");
    person_make(number + TWO_NUMBERS_1, TWO_NUMBERS_1, &person);
    expect_odd(books, "ID-SHARE", person.name, 0,
               "a lead: a name and a telephone under two numbers");
    person_make(number + ONE_CARD_1, ONE_CARD_1, &person);
    expect_odd(books, "ID-SHARE-B", person.card, card_day, "a lead: two people bound one card");
}
