/* Multi-purpose prepaid cards that the institution sold over the counter. See payment.h. */
#include "payment.h"

enum { NOBODY = -1, PERSON, OTHER_PERSON, FIRM };

/* COUNT cards bought at once, each of FACE; DEFECT is what they break, NULL nothing. */
struct purchase {
    const char *day, *kind, *paid_by;
    int buyer, count;
    int64_t face;
    const char *defect, *why;
};

static const struct purchase purchases[] = {
    {"2025-02-10", "named", "bank_card", PERSON, 1, 5000 * YUAN, NULL, NULL},
    {"2025-02-11", "unnamed", "bank_card", NOBODY, 9, 1000 * YUAN, NULL, NULL},
    {"2025-02-12", "named", "cash", OTHER_PERSON, 10, 499990, NULL, NULL},
    {"2025-02-13", "named", "cash", FIRM, 1, 499999, NULL, NULL},
    {"2025-02-14", "unnamed", "transfer", FIRM, 20, 1000 * YUAN, NULL, NULL},
    {"2025-06-10", "unnamed", "bank_card", NOBODY, 1, 1000 * YUAN + 1, "PCM12-FACE",
     "an unnamed card of a fen more than 1,000"},
    {"2025-06-11", "unnamed", "bank_card", NOBODY, 10, 1000 * YUAN, "PCM12-NAME10K",
     "ten cards of 1,000, and nobody knows whose"},
    {"2025-06-12", "named", "cash", FIRM, 1, 5000 * YUAN, "PCM12-CASH", "a firm paid 5,000 in cash"},
    {"2025-06-13", "named", "credit_card", PERSON, 1, 500 * YUAN, "PCM12-CREDIT",
     "bought with a credit card"},
};

static const char *const traps[] = {
    "cards of 49,990.00 or 4,999.99 in all, bought in cash by a person and by a firm",
    "nine unnamed cards of 1,000, bought at once by nobody knows whom; twenty by a firm that is known"};

static void *plan_cards(struct payment *plan)
{
    for (size_t i = 0; i < COUNT(traps); i++)
        say_trap(plan, traps[i]);
    return NULL;
}

static const char *buyer_id(struct payment *plan, int buyer)
{
    if (buyer == NOBODY)
        return "";
    uint32_t client = buyer == FIRM ? plan->first_merchant : plan->first_customer + (uint32_t)buyer;
    return payment_party_of(plan, client)->id;
}

static void write_cards(struct payment *plan, void *made)
{
    (void)made;
    struct sheet *sheet = books_sheet(&plan->books, "prepaid_card",
                                      "card_id,kind,face,balance,buyer,paid_by,purchase_id,sold_at");
    uint64_t card = 0;
    sheet->sum_column = "face";
    for (size_t i = 0; i < COUNT(purchases); i++) {
        const struct purchase *bought = &purchases[i];
        int64_t day = day_of(bought->day);
        if (bought->defect && !plan->has_defects)
            break;
        for (int j = 0; j < bought->count; j++) {
            PUT(sheet, "card_id", number_text('K', ++card), "kind", bought->kind, "face",
                money_text(bought->face), "balance", money_text(bought->face / (j + 1)), "buyer",
                buyer_id(plan, bought->buyer), "paid_by", bought->paid_by, "purchase_id",
                number_text('U', i + 1), "sold_at", time_text(day * DAY_SECONDS + 10 * 3600 + j));
            sheet->sum += bought->face;
        }
        if (!bought->defect)
            continue;
        /* rules on purchases find these, the others the one card */
        bool is_purchase = bought->count > 1 || bought->buyer == FIRM;
        expect_subject(plan, bought->defect, is_purchase ? number_text('U', i + 1) : number_text('K', card),
                       day, day, bought->why);
    }
}

const struct payment_topic payment_cards = {plan_cards, write_cards};
