#include "loans.h"

#include <string.h>

static void need(enum fa_status status)
{
    if (status != FA_OK)
        die("out of memory");
}

int64_t loans_at(const struct loans *loans, const char *day, int hour, int minute)
{
    (void)loans;
    return day_of(day) * DAY_SECONDS + hour * 3600 + minute * 60;
}

uint32_t loans_add_client(struct loans *loans, struct person person)
{
    char id[16];
    snprintf(id, sizeof id, "C%08d", (int)loans->books.accounts.count);
    need(fa_vec_add(&loans->people, person));
    return books_add_account(&loans->books, id, loans->client_role, 0);
}

struct person *loans_person(struct loans *loans, uint32_t client)
{
    return &loans->people.items[client - loans->first_client];
}

/* --- contracts and their flows --- */

struct loan *loans_add(struct loans *loans, uint32_t borrower, const char *day,
                       int64_t principal, int rate)
{
    if (loans->count == LOANS_MAX)
        die("more than %d loans", LOANS_MAX);
    struct loan *loan = &loans->items[loans->count++];
    *loan = (struct loan){.kind = "loan",
                          .borrower = borrower,
                          .principal = principal,
                          .signed_second = loans_at(loans, day, 9, 0),
                          .starts_on = day_of(day),
                          .months = 12,
                          .rate = rate,
                          .repayment = "equal_principal",
                          .purpose = "consumption",
                          .partner = NO_ACCOUNT,
                          .opening_owed = -1,
                          .paid_out = -1};
    snprintf(loan->id, sizeof loan->id, "L%06d", loans->count);
    return loan;
}

int loans_move(struct loans *loans, int64_t second, uint32_t payer, uint32_t payee,
               int64_t amount, const char *kind, const struct loan *loan, const char *fee_code)
{
    struct flow flow = {.second = second,
                        .payer = payer,
                        .payee = payee,
                        .owed_up = NO_ACCOUNT,
                        .owed_down = NO_ACCOUNT,
                        .amount = amount,
                        .kind = kind,
                        .status = "settled",
                        .channel = "online",
                        .instrument = "transfer",
                        .contract = loan ? loan->id : NULL,
                        .fee_code = fee_code,
                        .memo = strcmp(kind, "disburse") == 0 ? "放款" : NULL,
                        .bank_delay = 20};
    return books_plan(&loans->books, (struct planned){.flow = flow});
}

/* The part of AMOUNT that the partner funds and gets. */
static int64_t partner_part(const struct loan *loan, int64_t amount)
{
    return loan->partner_amount == 0
               ? 0
               : (int64_t)((fa_i128)amount * loan->partner_amount / loan->principal);
}

/* Pays or is paid: the lender's part and the partner's are two flows. */
static int move_parts(struct loans *loans, const struct loan *loan, int64_t second,
                      int64_t amount, const char *kind, bool is_out)
{
    int64_t part = partner_part(loan, amount);
    int place = -1;
    if (amount > part)
        place = is_out ? loans_move(loans, second, loans->own, loan->borrower, amount - part,
                                    kind, loan, NULL)
                       : loans_move(loans, second, loan->borrower, loans->own, amount - part,
                                    kind, loan, NULL);
    if (part > 0 && is_out)
        loans_move(loans, second, loan->partner, loan->borrower, part, kind, loan, NULL);
    else if (part > 0)
        loans_move(loans, second, loan->borrower, loan->partner, part, kind, loan, NULL);
    return place;
}

static void pay_instalments(struct loans *loans, struct loan *loan)
{
    struct books *books = &loans->books;
    bool is_bullet = strcmp(loan->repayment, "bullet") == 0;
    int parts = is_bullet ? 1 : loan->months;
    int64_t owed = loan->principal, owed_before = loan->principal;
    for (int i = 1; i <= parts; i++) {
        int months = is_bullet ? loan->months : i;
        int64_t day = loan->months == 0 ? loan->starts_on + 10
                                        : fa_day_add_months(loan->starts_on, months);
        int64_t principal = i == parts ? owed : loan->principal / parts;
        int64_t days = loan->months == 0 ? 10 : 0;
        int64_t interest = days ? loan->principal * loan->rate * days / 3650000
                                : owed * loan->rate * (is_bullet ? loan->months : 1) / 120000;
        struct due due = {(int)(loan - loans->items), i, day, principal, interest};
        need(fa_vec_add(&loans->dues, due));
        owed -= principal;
        if (day < books->first_day) {
            owed_before = owed;
            continue;
        }
        if (day > books->last_day)
            continue;
        int64_t second = day * DAY_SECONDS + 10 * 3600 + rng_between(&loans->rng, 0, 3600);
        move_parts(loans, loan, second, principal, "repay_principal", false);
        if (interest > 0)
            move_parts(loans, loan, second + 1, interest, "repay_interest", false);
    }
    if (loan->starts_on < books->first_day)
        loan->opening_owed = owed_before - partner_part(loan, owed_before);
}

void loans_pay(struct loans *loans, struct loan *loan)
{
    int64_t second = loan->signed_second + 3600;
    if (loan->starts_on >= loans->books.first_day) {
        loan->paid_out =
            move_parts(loans, loan, second, loan->principal - (loan->is_short_paid ? YUAN : 0),
                       "disburse", true);
        if (loan->upfront_fee)
            loans_move(loans, second + 60, loan->borrower,
                       loans->surety == NO_ACCOUNT ? loans->own : loans->surety,
                       loan->upfront_fee, "fee", loan, loan->fee_code);
    }
    pay_instalments(loans, loan);
}

/* --- who and where --- */

static const char opened_on[] = "2025-01-05"; /* of all accounts */

static void identity(struct loans *loans, uint32_t client, char text[INVENTED_BYTES])
{
    const struct person *person = loans_person(loans, client);
    if (person->number)
        snprintf(text, INVENTED_BYTES, "%s", person->number);
    else if (person->is_firm)
        invent_uscc(client, text);
    else
        invent_id18(person->number_of ? person->number_of : client, text);
    if (person->has_wrong_number) {
        char *last = text + strlen(text) - 1;
        *last = *last == '0' ? '1' : '0';
    }
}

/* A card number of 19 digits whose last makes it valid (ISO/IEC 7812). */
static void card(struct loans *loans, uint32_t client, char text[INVENTED_BYTES])
{
    const struct person *person = loans_person(loans, client);
    snprintf(text, INVENTED_BYTES, "622848%012u", person->card_of ? person->card_of : client);
    int sum = 0;
    for (int i = 0; i < 18; i++) {
        int digit = (text[i] - '0') * (i % 2 == 1 ? 2 : 1);
        sum += digit > 9 ? digit - 9 : digit;
    }
    text[18] = (char)('0' + (10 - sum % 10 + (person->has_wrong_card ? 1 : 0)) % 10);
    text[19] = '\0';
}

void loans_write_others(struct loans *loans, struct sheet *sheet)
{
    char code[INVENTED_BYTES];
    invent_uscc(700009, code);
    if (loans->has_defects)
        code[17] = code[17] == '0' ? '1' : '0';
    PUT(sheet, "institution_id", "BANK-9", "name", "江海银行", "uscc", code, "kind", "bank",
        "region", "310000");
    PUT(sheet, "institution_id", "CA-1", "name", "信衡电子认证有限公司", "kind", "other",
        "region", "110000");
    PUT(sheet, "institution_id", "CA-2", "name", "捷签网络科技有限公司", "kind", "other",
        "region", "440300");
}

struct sheet *loans_parties(struct loans *loans)
{
    struct books *books = &loans->books;
    struct sheet *sheet =
        books_sheet(books, "party",
                    "party_id,kind,name,id_type,id_number,phone,sector,group,household,"
                    "region,verified_at");
    for (uint32_t i = loans->first_client; i < books->accounts.count; i++) {
        const struct person *person = loans_person(loans, i);
        char party[16], name[INVENTED_BYTES], number[INVENTED_BYTES], phone[INVENTED_BYTES];
        party_text(i, party);
        uint32_t named = person->name_of ? person->name_of : i;
        invent_name(named, !person->is_firm, name);
        identity(loans, i, number);
        snprintf(phone, sizeof phone, "139%08u", named);
        PUT(sheet, "party_id", party, "kind", person->is_firm ? "legal" : "natural", "name",
            name, "id_type", person->is_firm ? "uscc" : "resident_id", "id_number", number,
            "phone", phone, "sector", person->is_firm ? "merchant" : "none", "group",
            person->group ? person->group : "", "household",
            person->household ? person->household : "", "region",
            person->region ? person->region : "310000", "verified_at", "2025-01-05T10:00:00");
    }
    PUT(sheet, "party_id", "STRANGER", "kind", "natural", "name", "周明宇", "id_type",
        "passport", "id_number", "E12345678", "phone", "13800000000", "sector", "none",
        "region", "310000", "verified_at", "2025-01-05T10:00:00");
    return sheet;
}

void loans_write_accounts(struct loans *loans)
{
    struct books *books = &loans->books;
    struct sheet *sheet = books_sheet(
        books, "account",
        "account_id,owner,role,held_at,currency,opened_on,opening_balance,bank_card");
    for (uint32_t i = 0; i < books->accounts.count; i++) {
        const struct account *account = &books->accounts.items[i];
        bool is_client = i >= loans->first_client;
        char party[16], number[INVENTED_BYTES] = "";
        party_text(i, party);
        const char *owner = party;
        if (is_client)
            card(loans, i, number);
        else /* OWN-01 is the lender's; of the others the id names the owner */
            owner = i == loans->own ? loans->lender : account->id;
        PUT(sheet, "account_id", account->id, "owner", owner, "role", account->role, "held_at",
            "BANK-9", "currency", "CNY", "opened_on", opened_on, "opening_balance",
            money_text(account->balance), "bank_card", number);
    }
}

/* --- contracts --- */

static void write_hash(struct loans *loans, const char **recorded, const char **found,
                       const struct loan *loan, char text[2][72])
{
    for (int i = 0; i < 64; i++)
        text[0][i] = "0123456789abcdef"[rng_below(&loans->rng, 16)];
    text[0][64] = '\0';
    memcpy(text[1], text[0], 65);
    if (loan->has_other_file)
        text[1][63] = text[1][63] == '0' ? '1' : '0';
    *recorded = text[0];
    *found = loan->is_file_lost ? "" : text[1];
}

static void write_contract(struct loans *loans, struct sheet *sheet, const struct loan *loan)
{
    char party[16], hash[2][72], rate[16];
    const char *recorded, *found;
    int64_t ends = loan->months == 0 ? loan->starts_on + 10
                                     : fa_day_add_months(loan->starts_on, loan->months);
    bool is_line = strcmp(loan->kind, "credit_line") == 0;
    bool has_ended = !is_line && ends <= loans->books.last_day;
    int64_t second = loan->signed_second + (loan->is_signed_late ? 7200 : 0);
    party_text(loan->borrower, party);
    snprintf(rate, sizeof rate, "%d.%02d%%", loan->rate / 100, loan->rate % 100);
    write_hash(loans, &recorded, &found, loan, hash);
    PUT(sheet, "contract_id", loan->id, "kind", loan->kind, "borrower", party, "lender",
        loans->lender, "partner",
        loan->partner == NO_ACCOUNT ? "" : loans->books.accounts.items[loan->partner].id,
        "partner_amount", loan->partner == NO_ACCOUNT ? "" : money_text(loan->partner_amount),
        "principal", is_line ? "0.00" : money_text(loan->principal), "currency", "CNY",
        "credit_line", is_line ? money_text(loan->principal) : "", "annual_rate", rate,
        "opening_owed", loan->opening_owed < 0 ? "" : money_text(loan->opening_owed),
        "signed_at", time_text(second), "signer", loan->is_signed_by_other ? "STRANGER" : party,
        "cert_issuer", loan->has_unlicensed_certificate ? "CA-2" : "CA-1", "cert_from",
        day_text(loan->starts_on - 30), "cert_to",
        day_text(fa_day_add_months(loan->starts_on, 12)), "starts_on",
        day_text(loan->starts_on), "matures_on", day_text(ends), "ended_on",
        has_ended ? day_text(ends) : "", "repayment", loan->repayment, "purpose", loan->purpose,
        "status", has_ended ? "settled" : "active", "sha256_recorded", recorded, "sha256_found",
        found, "archived_until",
        day_text(fa_day_add_months(ends, loan->is_kept_too_short ? 60 : 121)));
    sheet->sum += is_line ? 0 : loan->principal;
}

static void write_dues(struct loans *loans)
{
    struct sheet *sheet = books_sheet(&loans->books, "repayment_due",
                                      "contract,instalment,due_on,principal,interest,fee");
    /* in the order of the day, as the table is streamed; stable, so one after the other of a
     * loan */
    for (size_t i = 1; i < loans->dues.count; i++) {
        struct due due = loans->dues.items[i];
        size_t at = i;
        for (; at > 0 && loans->dues.items[at - 1].day > due.day; at--)
            loans->dues.items[at] = loans->dues.items[at - 1];
        loans->dues.items[at] = due;
    }
    for (size_t i = 0; i < loans->dues.count; i++) {
        const struct due *due = &loans->dues.items[i];
        char number[16];
        snprintf(number, sizeof number, "%d", due->instalment);
        PUT(sheet, "contract", loans->items[due->loan].id, "instalment", number, "due_on",
            day_text(due->day), "principal", money_text(due->principal), "interest",
            money_text(due->interest), "fee", "0.00");
    }
}

void loans_write_contracts(struct loans *loans)
{
    struct sheet *sheet =
        books_sheet(&loans->books, "contract",
                    "contract_id,kind,borrower,lender,partner,partner_amount,principal,"
                    "currency,credit_line,"
                    "annual_rate,opening_owed,signed_at,signer,cert_issuer,cert_from,cert_to,"
                    "starts_on,matures_on,ended_on,"
                    "repayment,purpose,status,sha256_recorded,sha256_found,archived_until");
    sheet->sum_column = "principal";
    for (int i = 0; i < loans->count; i++)
        write_contract(loans, sheet, &loans->items[i]);
    write_dues(loans);
}

void loans_release(struct loans *loans)
{
    fa_vec_free(&loans->people);
    fa_vec_free(&loans->dues);
}

/* --- what must be found --- */

void loans_expect(struct loans *loans, const char *id, const char *subject, int64_t first,
                  const char *why)
{
    books_expect(
        &loans->books,
        &(struct expected){
            .what = "finding", .id = id, .subject = subject, .first = first, .why = why});
}

void loans_expect_person(struct loans *loans, const char *id, uint32_t client, int64_t first,
                         const char *why)
{
    char number[INVENTED_BYTES];
    identity(loans, client, number);
    loans_expect(loans, id, number, first, why);
}

/* --- what is wrong with people and papers --- */

enum wrong {
    BAD_NUMBER,
    OLD_NUMBER,
    BAD_CODE,
    TWO_NAMES_1,
    TWO_NAMES_2,
    TWO_NUMBERS_1,
    TWO_NUMBERS_2,
    BAD_CARD,
    ONE_CARD_1,
    ONE_CARD_2,
    PEOPLE_WRONG,
    OTHER_SIGNER = PEOPLE_WRONG,
    OTHER_FILE,
    LOST_FILE,
    UNLICENSED,
    SIGNED_LATE,
    SHORT_PAID,
    WRONGS
};

static uint32_t wrong(const struct loans *loans, enum wrong which)
{
    return loans->first_wrong + (uint32_t)which;
}

/* A loan of a paper that is wrong, by its number among them. */
static struct loan *wrong_loan(struct loans *loans, enum wrong which)
{
    for (int i = 0; i < loans->count; i++)
        if (loans->items[i].borrower == wrong(loans, which))
            return &loans->items[i];
    die("no loan has the paper %d", (int)which);
}

void loans_plan_wrongs(struct loans *loans)
{
    loans->first_wrong = (uint32_t)loans->books.accounts.count;
    for (int i = 0; i < WRONGS; i++)
        loans_add_client(loans, (struct person){.is_firm = i == BAD_CODE});
    loans_person(loans, wrong(loans, BAD_NUMBER))->has_wrong_number = true;
    loans_person(loans, wrong(loans, OLD_NUMBER))->number = "110105900307001";
    loans_person(loans, wrong(loans, BAD_CODE))->has_wrong_number = true;
    loans_person(loans, wrong(loans, TWO_NAMES_2))->number_of = wrong(loans, TWO_NAMES_1);
    loans_person(loans, wrong(loans, TWO_NUMBERS_2))->name_of = wrong(loans, TWO_NUMBERS_1);
    loans_person(loans, wrong(loans, BAD_CARD))->has_wrong_card = true;
    loans_person(loans, wrong(loans, ONE_CARD_2))->card_of = wrong(loans, ONE_CARD_1);
    for (int i = PEOPLE_WRONG; i < WRONGS; i++) {
        struct loan *loan = loans_add(loans, wrong(loans, i),
                                      day_text(day_of("2026-01-19") + i), 9000 * YUAN, 900);
        loan->is_signed_by_other = i == OTHER_SIGNER;
        loan->has_other_file = i == OTHER_FILE;
        loan->is_file_lost = i == LOST_FILE;
        loan->has_unlicensed_certificate = i == UNLICENSED;
        loan->is_signed_late = i == SIGNED_LATE;
        loan->is_short_paid = i == SHORT_PAID;
        loans_pay(loans, loan);
        if (i == UNLICENSED) /* not yet in order of time: the place is the index */
            loans->books.planned.items[loan->paid_out].flow.memo = "放款，卡CVV 321";
    }
}

/* Rows of parties have no day. */
static void expect_people(struct loans *loans)
{
    char text[INVENTED_BYTES];
    party_text(wrong(loans, BAD_NUMBER), text);
    loans_expect(loans, "ID-CN18", text, 0, "the check digit is wrong");
    party_text(wrong(loans, OLD_NUMBER), text);
    loans_expect(loans, "ID-CN18-B", text, 0, "a number of 15 digits");
    party_text(wrong(loans, BAD_CODE), text);
    loans_expect(loans, "ID-USCC", text, 0, "the check character is wrong");
    loans_expect(loans, "ID-USCC-B", "BANK-9", 0, "the check character of the bank's is wrong");
    loans_expect_person(loans, "ID-DUP", wrong(loans, TWO_NAMES_1), 0,
                        "a lead: two names under a number");
    invent_name(wrong(loans, TWO_NUMBERS_1), true, text);
    loans_expect(loans, "ID-SHARE", text, 0,
                 "a lead: a name and a telephone under two numbers");
    const struct account *accounts = loans->books.accounts.items;
    int64_t opened = day_of(opened_on);
    loans_expect(loans, "ID-LUHN", accounts[wrong(loans, BAD_CARD)].id, opened,
                 "a lead: the check digit of a card is wrong");
    card(loans, wrong(loans, ONE_CARD_1), text);
    loans_expect(loans, "ID-SHARE-B", text, opened, "a lead: two people bound one card");
}

void loans_expect_wrongs(struct loans *loans)
{
    static const struct {
        enum wrong which;
        const char *id, *why;
    } papers[] = {
        {OTHER_SIGNER, "EC-SIGN-RELIABLE", "signed by somebody else"},
        {OTHER_FILE, "EC-HASH", "the file is not the one that was signed"},
        {LOST_FILE, "EC-RETAIN", "the file is lost"},
        {LOST_FILE, "EC-WRITTEN", "the file is lost"},
        {UNLICENSED, "EC-CA-LIC", "certified without a licence"},
        {SIGNED_LATE, "EC-ORDER", "paid out at ten, signed at eleven"},
        {SHORT_PAID, "EC-AMOUNT", "a yuan less was paid out"},
    };
    const struct loan *secret = wrong_loan(loans, UNLICENSED);
    expect_people(loans);
    loans_expect(loans, "PII-C3-B",
                 number_text('F', books_planned(&loans->books, secret->paid_out)->flow.no),
                 secret->starts_on, "a lead: the text speaks of a card's verification number");
    for (size_t i = 0; i < COUNT(papers); i++) {
        const struct loan *loan = wrong_loan(loans, papers[i].which);
        loans_expect(loans, papers[i].id, loan->id, loan->starts_on, papers[i].why);
    }
}
