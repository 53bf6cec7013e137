/*
 * An issuer of single-purpose cards in Beijing in the year 2025.
 */
#include "prepaid.h"

#include "plans.h"

/* --- the register of refunds --- */

void refunds_write(struct books *books, const struct refund *refunds, size_t count)
{
    struct sheet *sheet = books_sheet(books, "prepaid_refund",
                                      "refund_id,party,order_id,paid_at,paid,bonus,used,had_before,"
                                      "fault,deducted,requested_at,refunded,refunded_on");
    sheet->sum_column = "paid";
    for (size_t i = 0; i < count; i++) {
        const struct refund *refund = &refunds[i];
        sheet_number(sheet, 'R', i + 1);
        sheet_party(sheet, refund->client);
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
        books_expect(books, &(struct expected){.what = "finding", .id = refunds[i].rule,
                                               .subject = number_text('R', i + 1), .first = day,
                                               .last = day, .amount = refunds[i].paid,
                                               .why = refunds[i].why});
    }
}
