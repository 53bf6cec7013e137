/* Papers of the online-lending platform: who signed what, and who only registered. See
 * lending.h. */
#include "lending.h"

#include <string.h>

/* People who registered, one for each thing that may be wrong with a number. */
enum guest {
    WRONG_NUMBER,
    OLD_NUMBER,
    WRONG_CARD,
    SAME_NUMBER_1,
    SAME_NUMBER_2,
    SAME_NAME_1,
    SAME_NAME_2,
    SAME_CARD_1,
    SAME_CARD_2,
    WRONG_CODE,
    GUESTS
};

/* Service contracts of guests. */
enum service { WHOLE, OTHER_SIGNER, OTHER_FILE, LOST_FILE, UNLICENSED, SERVICES };

enum { FIRST_GUEST = 70000 };

static void guest_id(int guest, char text[16])
{
    snprintf(text, 16, "G%08d", guest + 1);
}

/* Of a pair the first, where the filing has defects: what they have in common is his. */
static int same_as(const struct lending *plan, int guest, int second)
{
    return FIRST_GUEST + (plan->has_defects && guest == second ? guest - 1 : guest);
}

static void guest_number(const struct lending *plan, int guest, char text[INVENTED_BYTES])
{
    uint64_t number = (uint64_t)same_as(plan, guest, SAME_NUMBER_2);
    if (guest == WRONG_CODE)
        invent_uscc(number, text);
    else
        invent_id18(number, text);
    if (plan->has_defects && (guest == WRONG_CODE || guest == WRONG_NUMBER))
        text[17] = text[17] == '1' ? '2' : '1';
    if (plan->has_defects && guest == OLD_NUMBER)
        snprintf(text, INVENTED_BYTES, "110105491231002");
}

static void guest_card(const struct lending *plan, int guest, char text[INVENTED_BYTES])
{
    invent_card((uint64_t)same_as(plan, guest, SAME_CARD_2), text);
    char *last = &text[strlen(text) - 1];
    if (plan->has_defects && guest == WRONG_CARD)
        *last = *last == '9' ? '0' : (char)(*last + 1);
}

void write_guests(struct lending *plan, struct sheet *party)
{
    for (int i = 0; i < GUESTS; i++) {
        char id[16], name[INVENTED_BYTES], number[INVENTED_BYTES], phone[16];
        int namesake = same_as(plan, i, SAME_NAME_2);
        guest_id(i, id);
        guest_number(plan, i, number);
        invent_name((uint64_t)namesake, i != WRONG_CODE, name);
        snprintf(phone, sizeof phone, "137%08d", namesake);
        PUT(party, "party_id", id, "kind", i == WRONG_CODE ? "legal" : "natural", "name", name,
            "id_type", i == WRONG_CODE ? "uscc" : "resident_id", "id_number", number, "phone",
            phone, "sector", i == WRONG_CODE ? "merchant" : "none", "verified_at",
            "2019-06-01T09:00:00");
    }
}

void write_guest_accounts(struct lending *plan, struct sheet *account)
{
    for (int i = 0; i < WRONG_CODE; i++) {
        char id[16], card[INVENTED_BYTES];
        guest_id(i, id);
        guest_card(plan, i, card);
        PUT(account, "account_id", id, "owner", id, "role", "customer", "held_at", "BANK-1",
            "bank_card", card, "part_of", "CUSTODY-01", "currency", "CNY", "opened_on",
            "2019-06-01", "opening_balance", "0.00");
    }
}

void write_certification(struct lending *plan, struct sheet *institution)
{
    PUT(institution, "institution_id", "CA-1", "name", "恒信电子认证有限公司", "kind", "other");
    PUT(institution, "institution_id", "CA-2", "name", "飞印科技有限公司", "kind", "other");
    struct sheet *sheet =
        books_sheet(&plan->books, "licence", "licence_no,institution,kind,valid_from");
    ROW(sheet, "CA-2009-11", "CA-1", "certification", "2009-11-02");
}

/* What stands for the SHA-256 of a file. */
static const char *hash_of(const char *id, char text[65])
{
    struct rng rng = rng_new(0, 0);
    for (const char *c = id; *c; c++)
        rng.state = rng.state * 31 + (unsigned char)*c;
    for (int i = 0; i < 4; i++)
        snprintf(text + i * 16, 17, "%016llx", (unsigned long long)rng_next(&rng));
    return text;
}

/* The file's hash now: the recorded one, or that of another file. */
static const char *other_hash(const char *id, char text[65])
{
    hash_of(id, text);
    text[0] = text[0] == '0' ? '1' : '0';
    return text;
}

void put_loan(struct sheet *sheet, const struct contract *contract, const char *borrower,
              const char *lender)
{
    char hash[65];
    int64_t day = contract->signed_second / DAY_SECONDS;
    int64_t signed_at =
        contract->signed_second + (contract->is_signed_late ? 20 * 3600 + 60 : 0);
    PUT(sheet, "contract_id", contract->id, "kind", "loan", "borrower", borrower, "lender",
        lender, "principal", money_text(contract->principal), "currency", "CNY", "annual_rate",
        contract->annual_rate, "overdue_rate", contract->overdue_rate, "penalty_rate",
        contract->penalty_rate ? contract->penalty_rate : "", "opening_owed",
        contract->opening_owed >= 0 ? money_text(contract->opening_owed) : "", "listed_on",
        day_text(contract->listed_day), "closed_on", day_text(day), "signed_at",
        time_text(signed_at), "signer", borrower, "cert_from", "2019-12-01", "cert_to",
        "2020-11-30", "cert_issuer", "CA-1", "starts_on", day_text(day + 1), "matures_on",
        day_text(fa_day_add_months(day + 1, INSTALMENTS)), "ended_on",
        contract->ended_day ? day_text(contract->ended_day) : "", "repayment",
        "equal_principal", "purpose", contract->purpose ? contract->purpose : "", "status",
        contract->status, "sha256_recorded", hash_of(contract->id, hash), "sha256_found", hash,
        "archived_until", contract->archived_until ? day_text(contract->archived_until) : "");
    sheet->sum += contract->principal;
}

void write_service_contracts(struct lending *plan, struct sheet *contract)
{
    for (int i = 0; i < SERVICES; i++) {
        enum service wrong = plan->has_defects ? (enum service)i : WHOLE;
        char id[16], party[16], other[16], hash[65], found[65];
        snprintf(id, sizeof id, "S%06d", i + 1);
        guest_id(i, party);
        guest_id(i + 1, other);
        hash_of(id, hash);
        PUT(contract, "contract_id", id, "kind", "service", "borrower", party, "lender",
            "PLATFORM", "currency", "CNY", "signed_at", "2020-07-03T10:00:00", "signer",
            wrong == OTHER_SIGNER ? other : party, "cert_from", "2020-07-03", "cert_to",
            "2021-07-02", "cert_issuer", wrong == UNLICENSED ? "CA-2" : "CA-1", "starts_on",
            "2020-07-03", "status", "active", "sha256_recorded", hash, "sha256_found",
            wrong == LOST_FILE    ? ""
            : wrong == OTHER_FILE ? other_hash(id, found)
                                  : hash);
    }
}

static void expect(struct lending *plan, const char *id, const char *subject, int64_t day,
                   const char *why)
{
    books_expect(&plan->books, &(struct expected){.what = "finding",
                                                  .id = id,
                                                  .subject = subject,
                                                  .first = day,
                                                  .last = day,
                                                  .why = why});
}

static void expect_guests(struct lending *plan)
{
    static const struct {
        const char *id;
        enum guest guest;
        const char *why;
    } found[] = {{"ID-CN18", WRONG_NUMBER, "a wrong check digit"},
                 {"ID-CN18-B", OLD_NUMBER, "a number of 15 digits"},
                 {"ID-USCC", WRONG_CODE, "a wrong check character"},
                 {"ID-LUHN", WRONG_CARD, "a lead: a card number with a wrong check digit"}};
    char text[INVENTED_BYTES];
    int64_t opened_on = day_of("2019-06-01");
    for (size_t i = 0; i < COUNT(found); i++) {
        guest_id((int)found[i].guest, text);
        expect(plan, found[i].id, text, found[i].guest == WRONG_CARD ? opened_on : 0,
               found[i].why);
    }
    expect(plan, "ID-USCC-B", "BANK-2", 0, "a bank's code with a wrong check character");
    guest_number(plan, SAME_NUMBER_1, text);
    expect(plan, "ID-DUP", text, 0, "a lead: two names with one number");
    invent_name(FIRST_GUEST + SAME_NAME_1, true, text);
    expect(plan, "ID-SHARE", text, 0, "a lead: two numbers with one name and telephone");
    guest_card(plan, SAME_CARD_1, text);
    expect(plan, "ID-SHARE-B", text, opened_on, "a lead: two people with one card");
}

void expect_papers(struct lending *plan)
{
    int64_t day = day_of("2020-07-03");
    expect_guests(plan);
    expect(plan, "EC-SIGN-RELIABLE", "S000002", day, "signed by another guest");
    expect(plan, "EC-HASH", "S000003", day, "another file than the one that was signed");
    expect(plan, "EC-RETAIN", "S000004", day, "its file is lost");
    expect(plan, "EC-CA-LIC", "S000005", day, "certified by a firm without a licence");
    day = plan->signed_late->signed_second / DAY_SECONDS + 1;
    expect(plan, "EC-ORDER", plan->signed_late->id, day,
           "signed a minute after it was paid out");
    const struct contract *deducted = plan->everyday[DEDUCTED];
    expect(plan, "EC-AMOUNT", deducted->id, deducted->signed_second / DAY_SECONDS + 1,
           "nine tenths of the principal were paid out");
    const struct contract *ended = plan->everyday[ENDED_EARLY];
    expect(plan, "EC-RETAIN-BIZ", ended->id, ended->signed_second / DAY_SECONDS,
           "kept a day short of five years");
}
