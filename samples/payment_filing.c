/* What the filing of the payment institution says of the firm, its accounts and its clients. */
#include "payment.h"

#include <string.h>

void add_firm_accounts(struct payment *plan)
{
    int platform = payment_add_firm(plan, "PLATFORM", plan->firm_name, "91110102MA0179UA3A", "payment");
    int developer =
        payment_add_firm(plan, "DEVELOPER", "海湾置业, \"东区\" 有限公司", "91350100M000100Y43", "real_estate");
    int64_t filed_on = day_of("2021-03-15");
    char code[INVENTED_BYTES];
    invent_uscc(50000001, code);
    payment_add_firm(plan, "HOLDING", "云桥控股有限公司", code, "none");
    invent_uscc(50000002, code);
    payment_add_firm(plan, "OTHER", "远帆控股有限公司", code, "none");
    plan->reserve = payment_firm_account(plan, "RESERVE-01", "reserve", platform, "PBC", 0);
    plan->own_funds =
        payment_firm_account(plan, "OWN-01", "own_funds", platform, "BANK-1", 10000000 * YUAN);
    plan->own_unfiled = payment_firm_account(plan, "OWN-02", "own_funds", platform, "BANK-1", 0);
    plan->fees = payment_firm_account(plan, "FEE-01", "fee", platform, "PAY-1", 0);
    plan->pending =
        payment_firm_account(plan, "PENDING-01", "pending", platform, "PBC", 5000 * YUAN);
    plan->developer = payment_firm_account(plan, "EXT-0001", "external", developer, "BANK-1", 0);
    plan->old_reserve = payment_firm_account(plan, "RESERVE-00", "reserve", platform, "BANK-1", 0);
    payment_account_of(plan, plan->old_reserve)->opened_on = day_of("2018-05-04");
    payment_account_of(plan, plan->old_reserve)->closed_on = day_of("2019-01-14");
    for (int i = 0; i < 2; i++)
        plan->special[i] = payment_firm_account(plan, i == 0 ? "SPECIAL-01" : "SPECIAL-02",
                                                "prepaid_special", platform, "BANK-1", 0);
    payment_account_of(plan, plan->special[0])->closed_on = day_of("2025-08-19");
    payment_account_of(plan, plan->special[1])->opened_on = day_of("2025-08-20");
    payment_account_of(plan, plan->reserve)->filed_on = filed_on;
    payment_account_of(plan, plan->own_funds)->filed_on = filed_on;
    payment_account_of(plan, plan->pending)->filed_on = filed_on;
}

int payment_add_firm(struct payment *plan, const char *id, const char *name, const char *uscc,
                     const char *sector)
{
    struct payment_party party = {.kind = "legal", .id_type = "uscc", .sector = sector, .region = "110000",
                                  .verified_at = day_of("2021-02-01") * DAY_SECONDS + 10 * 3600,
                                  .checks = "3", .face_to_face = "true"};
    party.due_diligence_at = party.verified_at + 3600;
    snprintf(party.id, sizeof party.id, "%s", id);
    snprintf(party.name, sizeof party.name, "%s", name);
    snprintf(party.id_number, sizeof party.id_number, "%s", uscc);
    if (fa_vec_add(&plan->parties, party) != FA_OK)
        die("out of memory");
    return (int)plan->parties.count - 1;
}

void open_payment_tables(struct payment *plan)
{
    struct books *books = &plan->books;
    /* what the reserve holds is known once all clients are */
    int64_t held = books->owed_customers + books->owed_merchants + OWN_MONEY(plan->options->flow_count);
    books->accounts.items[plan->reserve].balance = plan->accounts.items[plan->reserve].opening = held;
    books_add_statement(books, plan->reserve, books->first_day);
    books_add_statement(books, plan->own_funds, books->first_day);
    books_add_statement(books, plan->pending, books->first_day);
    plan->institution = books_sheet(
        books, "institution", "institution_id,party,name,uscc,kind,region,established_on,licensed_on");
    plan->licence =
        books_sheet(books, "licence", "licence_no,institution,kind,scope,region,valid_from,valid_to");
    plan->relation = books_sheet(books, "relation",
                                 "party,institution,kind,share,pledged_share,valid_from,valid_to");
    plan->financial = books_sheet(books, "financial",
                                  "institution,as_of,registered_capital,paid_in_capital,net_assets");
    plan->action = books_sheet(books, "action",
                               "action_id,kind,time,until,party,account,order_id,refers_to,amount");
    plan->listed = books_sheet(books, "listed", "list,value,kind,valid_from,valid_to");
    plan->disclosure =
        books_sheet(books, "disclosure", "institution,item,period_end,effective_on,published_at");
    plan->tariff = books_sheet(books, "tariff", "code,amount,rate,valid_from,valid_to");
    plan->rate = books_sheet(books, "rate", "series,date,value");
    plan->freeze_order = books_sheet(
        books, "freeze_order", "order_id,kind,issuer,account,party,prolongs,valid_from,valid_to");
    plan->reconciliation = books_sheet(books, "reconciliation_record",
                                       "account,date,ledger,bank,third,performed_at,resolved_at");
}

static void write_accounts(struct payment *plan)
{
    struct books *books = &plan->books;
    struct sheet *sheet = books_sheet(books, "account",
                                      "account_id,owner,role,held_at,class,bound_to,bank_card,"
                                      "currency,opened_on,closed_on,filed_on,opening_balance,"
                                      "archived_until,opening_paid,last_active_on");
    for (uint32_t i = 0; i < books->accounts.count; i++) {
        const struct account *account = &books->accounts.items[i];
        const struct payment_account *more = &plan->accounts.items[i];
        sheet_text(sheet, account->id);
        sheet_text(sheet, more->party < 0 ? NULL : plan->parties.items[more->party].id);
        sheet_text(sheet, account->role);
        sheet_text(sheet, more->held_at);
        sheet_text(sheet, more->class);
        sheet_text(sheet, more->bound_to == NO_ACCOUNT ? NULL : books->accounts.items[more->bound_to].id);
        sheet_text(sheet, more->bank_card);
        sheet_text(sheet, more->currency ? more->currency : "CNY");
        sheet_day_or_none(sheet, more->opened_on);
        sheet_day_or_none(sheet, more->closed_on);
        sheet_day_or_none(sheet, more->filed_on);
        sheet_money(sheet, more->opening);
        sheet_day_or_none(sheet, more->archived_until);
        sheet_text(sheet, more->opening_paid < 0 ? NULL : money_text(more->opening_paid));
        sheet_day_or_none(sheet, more->last_active_on);
        sheet_end(sheet);
    }
}

static void write_parties(struct payment *plan)
{
    struct sheet *sheet = books_sheet(&plan->books, "party",
                                      "party_id,kind,name,id_type,id_number,phone,birth_date,sector,"
                                      "group,region,verified_at,checks,face_to_face");
    for (size_t i = 0; i < plan->parties.count; i++) {
        const struct payment_party *party = &plan->parties.items[i];
        const char *const before[] = {party->id, party->kind, party->name, party->id_type, party->id_number,
                                      party->phone, party->birth_date, party->sector, party->group,
                                      party->region};
        for (size_t k = 0; k < COUNT(before); k++)
            sheet_text(sheet, before[k]);
        sheet_time_or_none(sheet, party->verified_at);
        sheet_text(sheet, party->checks);
        sheet_text(sheet, party->face_to_face);
        sheet_end(sheet);
    }
}

/* State Council notices on the holidays of 2025 and 2026: days off, and weekends that are worked. */
static const struct {
    const char *first, *last, *kind;
} holidays[] = {
    {"2025-01-01", "2025-01-01", "off"},  {"2025-01-26", "2025-01-26", "work"},
    {"2025-01-28", "2025-02-04", "off"},  {"2025-02-08", "2025-02-08", "work"},
    {"2025-04-04", "2025-04-06", "off"},  {"2025-04-27", "2025-04-27", "work"},
    {"2025-05-01", "2025-05-05", "off"},  {"2025-05-31", "2025-06-02", "off"},
    {"2025-09-28", "2025-09-28", "work"}, {"2025-10-01", "2025-10-08", "off"},
    {"2025-10-11", "2025-10-11", "work"}, {"2026-01-01", "2026-01-03", "off"},
    {"2026-01-04", "2026-01-04", "work"}, {"2026-02-14", "2026-02-14", "work"},
    {"2026-02-15", "2026-02-23", "off"},  {"2026-02-28", "2026-02-28", "work"},
};

static struct fa_calendar *write_holidays(struct payment *plan)
{
    struct sheet *sheet = books_sheet(&plan->books, "holiday", "calendar,date,kind");
    struct fa_calendar *calendar = fa_calendar_new();
    for (size_t i = 0; i < COUNT(holidays); i++) {
        for (int64_t day = day_of(holidays[i].first); day <= day_of(holidays[i].last); day++) {
            ROW(sheet, "cn", day_text(day), holidays[i].kind);
            if (!calendar || fa_calendar_add(calendar, day, *holidays[i].kind == 'w') != FA_OK)
                die("out of memory");
        }
    }
    return calendar;
}

/* Reports reach the authority in the last second of the fifth working day; a late one on the sixth. */
static void write_reports(struct payment *plan)
{
    struct books *books = &plan->books;
    struct fa_calendar *calendar = write_holidays(plan);
    struct sheet *sheet = books_sheet(books, "filed_report",
                                      "report_id,kind,code,party,side,date,amount,filed_at");
    sheet->sum_column = "amount";
    for (size_t i = 0; i < plan->reports.count; i++) {
        struct payment_report *report = &plan->reports.items[i];
        int64_t day = books->first_day + report->day;
        if (!fa_calendar_add_bdays(calendar, day, report->is_late ? 6 : 5, &report->filed_on))
            die("a report is due outside the calendar");
        int64_t of_day = report->is_late ? 9 * 3600 : DAY_SECONDS - 1;
        ROW(sheet, number_text('R', i + 1), "large_value", report->code,
            payment_party_of(plan, report->client)->id, report->side, day_text(day),
            money_text(report->amount), time_text(report->filed_on * DAY_SECONDS + of_day));
        sheet->sum += report->amount;
    }
    fa_calendar_free(calendar);
}

/* Who holds and controls the firm and another one; only one and a half of it is allowed. */
static void write_owners(struct payment *plan)
{
    bool is_bad = plan->has_defects;
    const char *controls_both = is_bad ? "HOLDING" : "OTHER";
    PUT(plan->relation, "party", "PLATFORM", "institution", "PAY-1", "kind", "affiliate", "valid_from",
        "2018-05-04");
    PUT(plan->relation, "party", "DEVELOPER", "institution", "PAY-1", "kind", "affiliate", "valid_from",
        "2019-07-01", "valid_to", "2025-12-31");
    PUT(plan->relation, "party", "HOLDING", "institution", "PAY-1", "kind", "controller", "share", "0.6",
        "valid_from", "2018-05-04");
    PUT(plan->relation, "party", controls_both, "institution", "PAY-2", "kind", "controller", "share",
        "0.7", "valid_from", "2020-01-01");
    PUT(plan->relation, "party", "HOLDING", "institution", "PAY-1", "kind", "shareholder", "share", "0.6",
        "pledged_share", is_bad ? "0.5001" : "0.5", "valid_from", "2018-05-04");
    PUT(plan->relation, "party", "OTHER", "institution", "PAY-1", "kind", "shareholder", "share",
        is_bad ? "0.1" : "0.0999", "pledged_share", "0", "valid_from", "2018-05-04");
    PUT(plan->relation, "party", "OTHER", "institution", "PAY-2", "kind", "shareholder", "share", "0.12",
        "valid_from", "2020-01-01");
}

static void write_firm(struct payment *plan)
{
    ROW(plan->institution, "PAY-1", "PLATFORM", plan->has_defects ? "云桥科技有限公司" : plan->firm_name,
        "91110102MA0179UA3A", "payment", "110000", "2018-05-04", "2020-02-01");
    ROW(plan->institution, "PAY-2", "", "远帆支付有限公司", "", "payment", "310000", "", "");
    ROW(plan->institution, "PBC", "", "中国人民银行", "", "bank", "110000", "", "");
    ROW(plan->institution, "BANK-1", "", "江海银行", "", "bank", "310000", "", "");
    ROW(plan->licence, "Z2001011000017", "PAY-1", "payment", "SVA-I;SVA-II;PTP-I", "110000;310000;330000",
        "2020-02-01", day_text(plan->licence_end));
    if (plan->has_defects)
        ROW(plan->licence, "Z2001011000017", "PAY-1", "payment", "SVA-I;SVA-II;PTP-I",
            "110000;310000;330000", "2026-01-01", "");
    ROW(plan->licence, "Z2001031000018", "PAY-2", "payment", "SVA-I", "310000", "2020-02-01", "");
    ROW(plan->financial, "PAY-1", "2024-12-31", "200000000.00", "100000000.00", "131415926.53");
    ROW(plan->financial, "PAY-1", "2025-12-31", "200000000.00",
        plan->has_defects ? "99999999.99" : "100000000.00", "131000000.00");
    PUT(plan->tariff, "code", "MERCHANT-SERVICE", "amount", "2.00", "valid_from", "2024-05-01");
    PUT(plan->tariff, "code", "ACQUIRING", "rate", "0.0038", "valid_from", "2024-05-01");
    PUT(plan->disclosure, "institution", "PAY-1", "item", "agreement", "period_end", "2025-06-01",
        "effective_on", plan->has_defects ? "2025-06-30" : "2025-07-01", "published_at",
        "2025-06-01T09:00:00");
    write_owners(plan);
}

static void write_due_diligence(struct payment *plan)
{
    for (size_t i = 0; i < plan->parties.count; i++) {
        const struct payment_party *party = &plan->parties.items[i];
        if (party->due_diligence_at)
            PUT(plan->action, "action_id", number_text('D', i + 1), "kind", "due_diligence", "time",
                time_text(party->due_diligence_at), "party", party->id);
    }
}

static void write_reconciliation(struct payment *plan, uint32_t account, int64_t day, int64_t ledger,
                                 int64_t bank)
{
    int64_t morning = (day + 1) * DAY_SECONDS + 8 * 3600;
    /* a difference is settled two hours later, but for the one left open: twelve days later */
    int64_t settled = morning + 2 * 3600;
    if (account == plan->reserve && day - plan->books.first_day == plan->open_day) {
        ledger += 1200 * YUAN;
        settled += 12 * DAY_SECONDS;
    }
    ROW(plan->reconciliation, plan->books.accounts.items[account].id, day_text(day), money_text(ledger),
        money_text(bank), money_text(bank), time_text(morning), ledger != bank ? time_text(settled) : "");
}

/* The firm's own daily reconciliation; what the bank books after midnight is settled next morning. */
static void write_reconciliations(struct payment *plan)
{
    const struct books *books = &plan->books;
    const uint32_t idle[] = {plan->pending, plan->old_reserve, plan->special[0], plan->special[1]};
    for (int64_t day = books->first_day; day <= books->last_day; day++) {
        const struct closing *closing = &books->closings[day - books->first_day];
        if (day - books->first_day != plan->missed_day)
            write_reconciliation(plan, plan->reserve, day, closing->ledger, closing->bank);
        for (size_t i = 0; i < COUNT(idle); i++) {
            const struct payment_account *account = &plan->accounts.items[idle[i]];
            if (day >= account->opened_on && (!account->closed_on || day <= account->closed_on))
                write_reconciliation(plan, idle[i], day, account->opening, account->opening);
        }
    }
}

void write_payment_tables(struct payment *plan)
{
    write_firm(plan);
    write_due_diligence(plan);
    write_reports(plan);
    write_reconciliations(plan);
    write_parties(plan);
    write_accounts(plan);
}
