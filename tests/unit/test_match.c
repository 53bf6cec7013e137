#include <check.h>
#include <stdlib.h>
#include <string.h>

#include "base/limits.h"
#include "made_ledger.h"
#include "match/pending.h"
#include "match/reconcile.h"

#define OK(expr) ck_assert_int_eq((expr), FA_OK)

static const struct fa_hash_key key_1 = {0, 0};
static const struct fa_hash_key key_2 = {0x0123456789ABCDEF, 0xFEDCBA9876543210};

/* The last message. */
static struct {
    enum fa_code code;
    char text[512];
} told;

static void keep_message(void *context, const struct fa_diag *diag)
{
    (void)context;
    told.code = diag->code;
    snprintf(told.text, sizeof told.text, "%.*s", (int)diag->text.size, diag->text.bytes);
}

static struct fa_sink sink;

static void setup(void)
{
    fa_sink_init(&sink, keep_message, NULL);
    told.code = FA_CODE_COUNT;
    told.text[0] = '\0';
}

static struct fa_blocks *reconciled(struct fa_blocks *ledger, struct fa_hash_key key)
{
    struct fa_reconcile_options options = {
        .hash_key = key, .wants_matches = true, .memory_max = UINT64_MAX};
    struct fa_blocks *out;
    OK(fa_reconcile(ledger, &options, &sink, &out));
    return out;
}

/* --- rows that wait --- */

enum { PENDING_STEPS = 20000, PENDING_KEYS = 40 };

struct naive_row {
    unsigned key;
    enum fa_side side;
    uint64_t row;
    bool is_gone;
};

/* Against a list that is searched from its beginning. Hashes are made to collide: three values for
 * forty keys, with one reference and with several, so the key itself must decide, and runs of slots
 * wrap, are searched and are closed up again. */
START_TEST(pending_meets_in_order)
{
    static struct naive_row naive[PENDING_STEPS];
    struct fa_pending pending;
    OK(fa_pending_init(&pending, key_1, &sink));
    uint64_t state = 88172645463325252u, waiting_count = 0;
    for (size_t step = 0; step < PENDING_STEPS; step++) {
        state ^= state << 13;
        state ^= state >> 7;
        state ^= state << 17;
        unsigned key = (unsigned)(state >> 20) % PENDING_KEYS;
        enum fa_side side = (state >> 40) % 2 ? FA_SIDE_BANK : FA_SIDE_LEDGER;
        char reference[700];
        memset(reference, 'r', sizeof reference);
        struct fa_arrival arrival = {
            .hash = key % 5 / 2 * UINT64_C(0xFFFFFFFFFFFFFC01) + 1020,
            .reference = {reference, key % 5 * 150 + 1},
            .id = FA_STR("id"),
            .amount_minor = key / 5 % 2,
            .book = key / 10 % 2,
            .direction = key / 20 ? FA_DEBIT : FA_CREDIT,
            .row = step,
            .side = side,
        };
        size_t expected = step;
        for (size_t i = 0; i < step; i++) {
            if (!naive[i].is_gone && naive[i].key == key && naive[i].side != side) {
                expected = i;
                break;
            }
        }
        struct fa_waiting *met;
        OK(fa_pending_meet(&pending, &arrival, &met));
        naive[step] = (struct naive_row){key, side, step, expected != step};
        ck_assert_msg((met != NULL) == (expected != step), "step %zu", step);
        if (met) {
            ck_assert_uint_eq(met->row, expected);
            ck_assert(fa_str_equal(fa_waiting_reference(met), arrival.reference));
            ck_assert(fa_str_is(fa_waiting_id(met), "id"));
            naive[expected].is_gone = true;
            fa_pending_recycle(&pending, met);
            waiting_count--;
        } else {
            waiting_count++;
        }
        ck_assert_uint_eq(pending.row_count, waiting_count);
    }
    struct fa_waiting_list list = {0};
    OK(fa_pending_list(&pending, &list));
    ck_assert_uint_eq(list.rows.count, waiting_count);
    fa_vec_free(&list.rows);
    fa_pending_release(&pending);
}
END_TEST

/* Rows that say nothing of what they are for are not one movement because they are alike. */
START_TEST(pending_without_a_reference_meets_nothing)
{
    struct fa_pending pending;
    OK(fa_pending_init(&pending, key_1, &sink));
    for (int i = 0; i < 4; i++) {
        const struct fa_arrival arrival = {.reference = {"", 0}, .side = i % 2};
        struct fa_waiting *met;
        OK(fa_pending_meet(&pending, &arrival, &met));
        ck_assert_ptr_null(met);
    }
    ck_assert_uint_eq(pending.row_count, 4);
    fa_pending_release(&pending);
}
END_TEST

/* Cells come back: many rows may pass while few wait. */
START_TEST(pending_memory_follows_open_rows)
{
    struct fa_pending pending;
    OK(fa_pending_init(&pending, key_1, &sink));
    for (uint64_t i = 0; i < 200000; i++) {
        char reference[16];
        snprintf(reference, sizeof reference, "R%llu", (unsigned long long)(i / 2));
        struct fa_arrival arrival = {.reference = fa_str_from(reference),
                                     .side = i % 2 ? FA_SIDE_BANK : FA_SIDE_LEDGER};
        arrival.hash = fa_pending_hash(
            &pending, fa_hash64(key_1, reference, arrival.reference.size), 0, FA_CREDIT, 0);
        struct fa_waiting *met;
        OK(fa_pending_meet(&pending, &arrival, &met));
        ck_assert_int_eq(met != NULL, i % 2);
        if (met)
            fa_pending_recycle(&pending, met);
    }
    ck_assert_uint_lt(fa_pending_memory(&pending), 200000);
    fa_pending_release(&pending);
}
END_TEST

/* --- classes --- */

#define ACCOUNTS                                                                                   \
    "account account_id role opening_balance\n"                                                    \
    "R reserve 0.00\n"                                                                             \
    "O own_funds 0.00\n"                                                                           \
    "C customer -\n"                                                                               \
    "M merchant -\n"                                                                               \
    "X external -\n"                                                                               \
    "\n"
#define FLOWS "flow flow_id time payer_account payee_account amount status order_id\n"
#define LINES "statement statement_id booked_at account direction amount balance_after reference\n"
#define BALANCES "balance account date source closing\n"

static const char break_columns[] = "break_id account class direction flow statement reference "
                                    "date amount ledger_amount bank_amount severity";
static const char total_columns[] = "account direction class rows ledger_amount bank_amount";
static const char bridge_columns[] = "account date line debit credit rows";
static const char match_columns[] =
    "account direction flow statement class reference date flow_date flow_amount statement_amount";

struct expectation {
    const char *name;
    const char *ledger;
    const char *table;
    const char *columns;
    const char *rows;
};

static const struct expectation expectations[] = {
    {"equal rows match",
     ACCOUNTS FLOWS "f1 2025-01-02T10:00:00+08:00 C R 100.00 settled o1\n\n" LINES
                    "s1 2025-01-02T10:01:00+08:00 R credit 100.00 - o1\n",
     "match_total", total_columns, "0 credit matched 1 100.00 100.00\n"},
    {"a flow without order_id is named by its flow_id",
     ACCOUNTS FLOWS "f1 2025-01-02T10:00:00+08:00 C R 100.00 settled -\n\n" LINES
                    "s1 2025-01-02T10:01:00+08:00 R credit 100.00 - f1\n",
     "match", match_columns,
     "0 credit f1 s1 matched f1 2025-01-02 2025-01-02 100.00 100.00\n"},
    {"another amount",
     ACCOUNTS FLOWS "f1 2025-01-02T10:00:00+08:00 R C 100.00 settled o1\n\n" LINES
                    "s1 2025-01-03T10:01:00+08:00 R debit 100.01 - o1\n",
     "break", break_columns,
     "amount:o1#1 0 amount debit f1 s1 o1 2025-01-03 0.01 100.00 100.01 high\n"},
    {"missing on either side",
     ACCOUNTS FLOWS "f1 2025-01-02T10:00:00+08:00 C R 100.00 settled o1\n\n" LINES
                    "s1 2025-01-02T10:01:00+08:00 R credit 100.00 - o2\n",
     "break", break_columns,
     "missing_at_bank:o1#1 0 missing_at_bank credit f1 - o1 2025-01-02 100.00 100.00 - high\n"
     "missing_in_ledger:o2#1 0 missing_in_ledger credit - s1 o2 2025-01-02 100.00 - 100.00 high\n"},
    {"the other direction is another movement",
     ACCOUNTS FLOWS "f1 2025-01-02T10:00:00+08:00 C R 100.00 settled o1\n\n" LINES
                    "s1 2025-01-02T10:01:00+08:00 R debit 100.00 - o1\n",
     "break", "class direction flow statement amount",
     "missing_at_bank credit f1 - 100.00\nmissing_in_ledger debit - s1 100.00\n"},
    {"one reference in both directions",
     ACCOUNTS FLOWS "f1 2025-01-02T10:00:00+08:00 C R 100.00 settled o1\n"
                    "f2 2025-01-02T10:00:01+08:00 R C 100.00 settled o1\n\n" LINES
                    "s1 2025-01-02T10:01:00+08:00 R debit 100.00 - o1\n"
                    "s2 2025-01-02T10:01:01+08:00 R credit 100.00 - o1\n",
     "match", "direction flow statement class", "debit f2 s1 matched\ncredit f1 s2 matched\n"},
    {"the other account is another movement",
     ACCOUNTS FLOWS "f1 2025-01-02T10:00:00+08:00 C R 100.00 settled o1\n\n" LINES
                    "s1 2025-01-02T10:01:00+08:00 O credit 100.00 - o1\n"
                    "s2 2025-01-02T10:01:00+08:00 R credit 1.00 - o9\n",
     "break", "account class flow statement",
     "0 wrong_account f1 -\n0 missing_in_ledger - s2\n1 wrong_account - s1\n"},
    {"a flow faces the statement of its account in any currency",
     ACCOUNTS
     "flow flow_id time payer_account payee_account amount status order_id currency\n"
     "f1 2025-01-02T10:00:00+08:00 C R 100.00 settled o1 USD\n\n" LINES
     "s1 2025-01-02T10:01:00+08:00 R credit 100.00 - o1\n",
     "match_total", "account direction class rows ledger_amount bank_amount currency",
     "0 credit currency 1 - 100.00 CNY\n0 credit currency 1 100.00 - USD\n"},
    {"failed and pending flows move nothing",
     ACCOUNTS FLOWS "f1 2025-01-02T10:00:00+08:00 C R 100.00 failed o1\n"
                    "f2 2025-01-02T10:00:00+08:00 C R 100.00 pending o1\n\n" LINES
                    "s1 2025-01-02T10:01:00+08:00 R credit 100.00 - o1\n",
     "break", "class statement", "missing_in_ledger s1\n"},
    {"a flow between two statements faces both",
     ACCOUNTS FLOWS "f1 2025-01-02T10:00:00+08:00 R O 100.00 settled o1\n\n" LINES
                    "s1 2025-01-02T10:01:00+08:00 R debit 100.00 - o1\n"
                    "s2 2025-01-02T10:02:00+08:00 O credit 100.00 - o1\n",
     "match_total", total_columns,
     "0 debit matched 1 100.00 100.00\n1 credit matched 1 100.00 100.00\n"},
    {"a flow between no statements is counted",
     ACCOUNTS FLOWS "f1 2025-01-02T10:00:00+08:00 C M 100.00 settled o1\n"
                    "f2 2025-01-02T10:00:01+08:00 C O 50.00 settled o2\n"
                    "f3 2025-01-02T10:00:02+08:00 O C 1.00 settled o3\n\n" LINES
                    "s1 2025-01-02T10:01:00+08:00 R debit 7.00 - o1\n",
     "match_total", total_columns,
     "0 debit missing_in_ledger 1 - 7.00\n- - no_statement 3 151.00 -\n"},
    {"two books without statements count a flow once",
     "account account_id role\nA own_funds\nB settlement\nR reserve\n\n" FLOWS
     "f1 2025-01-02T10:00:00+08:00 A B 100.00 settled o1\n"
     "f2 2025-01-02T10:00:00+08:00 A A 10.00 settled o1\n\n" LINES
     "s1 2025-01-02T10:01:00+08:00 R debit 7.00 - o1\n",
     "match_total", total_columns,
     "2 debit missing_in_ledger 1 - 7.00\n- - no_statement 2 110.00 -\n"},
    {"a flow from an account to itself faces it twice",
     ACCOUNTS FLOWS "f1 2025-01-02T10:00:00+08:00 R R 100.00 settled o1\n\n" LINES
                    "s1 2025-01-02T10:01:00+08:00 R debit 100.00 - o1\n",
     "match_total", total_columns,
     "0 credit missing_at_bank 1 100.00 -\n0 debit matched 1 100.00 100.00\n"},
    {"a repeated reference pairs like with like, in the order of time",
     ACCOUNTS FLOWS "f1 2025-01-02T10:00:00+08:00 C R 100.00 settled o1\n"
                    "f2 2025-01-02T10:00:01+08:00 C R 50.00 settled o1\n"
                    "f3 2025-01-02T10:00:02+08:00 C R 50.00 settled o1\n"
                    "f4 2025-01-02T10:00:03+08:00 C R 30.00 settled o1\n\n" LINES
                    "s1 2025-01-02T10:01:00+08:00 R credit 50.00 - o1\n"
                    "s2 2025-01-02T10:01:01+08:00 R credit 50.00 - o1\n"
                    "s3 2025-01-02T10:01:02+08:00 R credit 99.00 - o1\n",
     "match", "flow statement class", "f2 s1 matched\nf3 s2 matched\nf1 s3 amount\n"},
    {"and what has no partner stays open under its own number",
     ACCOUNTS FLOWS "f1 2025-01-02T10:00:00+08:00 C R 100.00 settled o1\n"
                    "f2 2025-01-02T10:00:01+08:00 C R 100.00 settled o1\n\n" LINES
                    "s1 2025-01-02T10:01:00+08:00 R debit 50.00 - o1\n",
     "break", "break_id flow",
     "missing_at_bank:o1#1 f1\nmissing_at_bank:o1#2 f2\nmissing_in_ledger:o1#1 -\n"},
    {"a line without a reference is open, under its own id",
     ACCOUNTS FLOWS "f1 2025-01-02T10:00:00+08:00 C R 100.00 settled o1\n\n" LINES
                    "s1 2025-01-02T10:01:00+08:00 R credit 100.00 - -\n"
                    "s2 2025-01-02T10:01:00+08:00 R credit 100.00 - -\n",
     "break", "break_id statement reference amount",
     "missing_at_bank:o1#1 - o1 100.00\nunexplained:s1#1 s1 - 100.00\n"
     "unexplained:s2#1 s2 - 100.00\n"},
    {"without flows lines are footed and not matched",
     ACCOUNTS LINES "s1 2025-01-02T10:01:00+08:00 R credit 100.00 100.00 o1\n"
                    "s2 2025-01-02T10:02:00+08:00 R credit 5.00 104.00 o2\n",
     "break", break_columns,
     "footing:s2#1 0 footing debit - s2 o2 2025-01-02 1.00 - 104.00 high\n"},
    {"footing goes over lines that state no balance, and on from what is stated",
     ACCOUNTS LINES "s1 2025-01-02T10:01:00+08:00 R credit 100.00 100.00 o1\n"
                    "s2 2025-01-02T10:02:00+08:00 R debit 5.00 - o2\n"
                    "s3 2025-01-03T10:03:00+08:00 R credit 1.00 96.00 o3\n"
                    "s4 2025-01-03T10:04:00+08:00 R credit 1.00 90.00 o4\n"
                    "s5 2025-01-03T10:05:00+08:00 R debit 1.00 89.00 o5\n",
     "break", "class statement amount bank_amount direction", "footing s4 7.00 90.00 debit\n"},
    {"an account that only states balances is bridged and faces no flow",
     ACCOUNTS FLOWS "f1 2025-01-02T10:00:00+08:00 C R 100.00 settled o1\n\n" LINES
                    "s1 2025-01-02T10:01:00+08:00 O credit 1.00 - o9\n\n" BALANCES
                    "R 2025-01-02 bank 100.00\n",
     "match_total", total_columns,
     "1 credit missing_in_ledger 1 - 1.00\n- - no_statement 1 100.00 -\n"},
    {"the bridge: a flow over midnight is timing, an open row stays until the end",
     ACCOUNTS FLOWS "f1 2025-01-01T23:59:00+08:00 C R 100.00 settled o1\n"
                    "f2 2025-01-02T10:00:00+08:00 R C 30.00 settled o2\n"
                    "f3 2025-01-03T10:00:00+08:00 C R 5.00 settled o3\n\n" LINES
                    "s1 2025-01-02T00:01:00+08:00 R credit 100.00 100.00 o1\n"
                    "s3 2025-01-03T10:00:00+08:00 R credit 6.00 106.00 o3\n\n" BALANCES
                    "R 2025-01-01 bank 0.00\n",
     "bridge", bridge_columns,
     "0 2025-01-01 platform_closing 0.00 100.00 0\n"
     "0 2025-01-01 timing 100.00 0.00 1\n"
     "0 2025-01-01 remainder 0.00 0.00 0\n"
     "0 2025-01-01 bank_closing 0.00 0.00 0\n"
     "0 2025-01-02 platform_closing 0.00 70.00 0\n"
     "0 2025-01-02 missing_at_bank 0.00 30.00 1\n"
     "0 2025-01-02 remainder 0.00 0.00 0\n"
     "0 2025-01-02 bank_closing 0.00 100.00 0\n"
     "0 2025-01-03 platform_closing 0.00 75.00 0\n"
     "0 2025-01-03 amount 0.00 1.00 1\n"
     "0 2025-01-03 missing_at_bank 0.00 30.00 1\n"
     "0 2025-01-03 remainder 0.00 0.00 0\n"
     "0 2025-01-03 bank_closing 0.00 106.00 0\n"},
    {"what no row explains is a critical break, one for days that follow with the same sum",
     ACCOUNTS FLOWS "f1 2025-01-01T10:00:00+08:00 C R 100.00 settled o1\n\n" LINES
                    "s1 2025-01-01T10:00:00+08:00 R credit 100.00 - o1\n\n" BALANCES
                    "R 2025-01-01 platform 100.00\n"
                    "R 2025-01-01 bank 100.00\n"
                    "R 2025-01-02 platform 100.00\n"
                    "R 2025-01-02 bank 99.00\n"
                    "R 2025-01-03 platform 98.99\n"
                    "R 2025-01-03 bank 99.00\n"
                    "R 2025-01-04 platform 98.99\n"
                    "R 2025-01-04 bank 99.00\n"
                    "R 2025-01-05 platform 99.00\n"
                    "R 2025-01-05 bank 99.00\n"
                    "R 2025-01-06 platform 98.99\n"
                    "R 2025-01-06 bank 99.00\n",
     "break", break_columns,
     "remainder:2025-01-02#1 0 remainder debit - - - 2025-01-02 1.00 100.00 99.00 critical\n"
     "remainder:2025-01-03#1 0 remainder credit - - - 2025-01-03 0.01 98.99 99.00 critical\n"
     "remainder:2025-01-06#1 0 remainder credit - - - 2025-01-06 0.01 98.99 99.00 critical\n"},
    {"a side that states no balance leaves the remainder unknown",
     "account account_id role\nR reserve\nC customer\n\n" FLOWS
     "f1 2025-01-01T10:00:00+08:00 C R 100.00 settled o1\n\n" LINES
     "s1 2025-01-01T10:00:00+08:00 R credit 100.00 100.00 o1\n",
     "bridge", "line debit credit",
     "platform_closing - -\nremainder - -\nbank_closing 0.00 100.00\n"},
    {"coverage: claims against what the bank holds, carried over days without a line",
     ACCOUNTS LINES "s1 2025-01-01T10:00:00+08:00 R credit 100.00 100.00 o1\n"
                    "s2 2025-01-04T10:00:00+08:00 R debit 30.00 70.00 o2\n\n" BALANCES
                    "C 2025-01-01 platform 60.00\n"
                    "M 2025-01-01 platform 40.00\n"
                    "C 2025-01-02 platform 60.01\n"
                    "M 2025-01-02 platform 40.00\n"
                    "R 2025-01-03 platform 100.00\n"
                    "C 2025-01-04 platform 30.00\n"
                    "M 2025-01-04 platform 41.00\n",
     "coverage", "date currency liabilities held shortfall surplus is_lowest",
     "2025-01-01 CNY 100.00 100.00 0.00 0.00 0\n"
     "2025-01-02 CNY 100.01 100.00 0.01 -0.01 0\n"
     "2025-01-03 CNY - 100.00 - - 0\n"
     "2025-01-04 CNY 71.00 70.00 1.00 -1.00 1\n"},
    {"coverage: what is held is unknown before the bank's first balance; the first of two lowest",
     ACCOUNTS LINES "s1 2025-01-02T10:00:00+08:00 R credit 100.00 100.00 o1\n"
                    "s2 2025-01-04T10:00:00+08:00 R credit 1.00 101.00 o2\n\n" BALANCES
                    "C 2025-01-01 platform 60.00\n"
                    "C 2025-01-02 platform 99.00\n"
                    "C 2025-01-03 platform 98.00\n"
                    "C 2025-01-04 platform 100.00\n",
     "coverage", "date liabilities held shortfall surplus is_lowest",
     "2025-01-01 60.00 - - - 0\n2025-01-02 99.00 100.00 0.00 1.00 1\n"
     "2025-01-03 98.00 100.00 0.00 2.00 0\n2025-01-04 100.00 101.00 0.00 1.00 0\n"},
    {"coverage: no lowest day where the bank states nothing",
     ACCOUNTS BALANCES "C 2025-01-01 platform 60.00\n", "coverage",
     "date liabilities held shortfall surplus is_lowest", "2025-01-01 60.00 - - - 0\n"},
};

static void expect_rows(const char *name, struct fa_blocks *out, const char *table,
                        const char *columns, const char *rows)
{
    struct fa_buf text = {0};
    made_ledger_print(out, table, columns, &sink, &text);
    const char *found = fa_buf_cstr(&text);
    ck_assert_msg(strcmp(found, rows) == 0, "%s: found\n%s\nexpected\n%s", name, found, rows);
    fa_buf_release(&text);
}

START_TEST(classes)
{
    const struct expectation *e = &expectations[_i];
    struct fa_kept *ledger = made_ledger(e->ledger, FA_BLOCK_ROWS_MAX, &sink);
    struct fa_blocks *out = reconciled(&ledger->base, key_1);
    expect_rows(e->name, out, e->table, e->columns, e->rows);
    fa_blocks_free(out);
    fa_kept_free(ledger);
}
END_TEST

/* --- the stage --- */

static const char small_ledger[] =
    ACCOUNTS FLOWS "f1 2025-01-02T10:00:00+08:00 C R 100.00 settled o1\n"
                   "f2 2025-01-02T11:00:00+08:00 C R 50.00 settled o2\n\n" LINES
                   "s1 2025-01-02T10:01:00+08:00 R credit 100.00 100.00 o1\n"
                   "s2 2025-01-02T11:01:00+08:00 R credit 50.00 150.00 o2\n";

/* Every block of the input comes out again as it was, and the totals of the output are those of the
 * input and those of the added tables. */
START_TEST(passes_the_ledger_on)
{
    struct fa_kept *ledger = made_ledger(small_ledger, 1, &sink);
    struct fa_blocks *out = reconciled(&ledger->base, key_1);
    for (int reading = 0; reading < 2; reading++) {
        struct fa_totals seen;
        fa_totals_init(&seen);
        uint64_t count = 0;
        for (;;) {
            struct fa_block block;
            bool is_end;
            OK(fa_blocks_next(out, &block, &is_end));
            if (is_end)
                break;
            if (count < fa_spool_count(ledger->spool)) {
                struct fa_block before;
                OK(fa_spool_get(ledger->spool, count, &before));
                ck_assert_mem_eq(block.bytes, before.bytes, before.size_bytes);
            }
            count++;
            if (block.kind != FA_BLOCK_TABLE)
                continue;
            const struct fa_table_def *table = &out->head->dictionary.tables[block.table];
            struct fa_decoder *decoder = fa_decoder_new(table);
            struct fa_batch batch;
            fa_totals_want(table, decoder);
            OK(fa_decoder_decode(decoder, &block, &sink, &batch));
            OK(fa_totals_add_batch(&seen, &batch, block.table));
            fa_decoder_free(decoder);
        }
        ck_assert_uint_gt(count, fa_spool_count(ledger->spool));
        ck_assert(fa_totals_equal(&seen, out->totals));
        fa_totals_release(&seen);
        ck_assert_uint_eq(fa_reconcile_get_summary(out)->flow_rows, 2); /* matched once */
        OK(fa_blocks_rewind(out));
    }
    ck_assert(fa_str_is(out->head->steps.items[out->head->steps.count - 1].tool, "reconcile"));
    fa_blocks_free(out);
    fa_kept_free(ledger);
}
END_TEST

START_TEST(refuses_what_is_no_fresh_ledger)
{
    struct fa_kept *ledger = made_ledger(small_ledger, FA_BLOCK_ROWS_MAX, &sink);
    struct fa_reconcile_options options = {.memory_max = UINT64_MAX};
    struct fa_blocks *out = reconciled(&ledger->base, key_1), *again;
    ck_assert_int_eq(fa_reconcile(out, &options, &sink, &again), FA_EINPUT);
    ck_assert_int_eq(told.code, FA_CODE_MATCH_STREAM);
    ck_assert_str_eq(told.text, "cannot reconcile: the stream was reconciled before");
    fa_blocks_free(out);
    int index; /* any table of its own, whatever columns that has */
    OK(fa_head_add_table(&ledger->head, "coverage", &sink, &index));
    ck_assert_int_eq(fa_reconcile(&ledger->base, &options, &sink, &again), FA_EINPUT);
    ck_assert_int_eq(told.code, FA_CODE_MATCH_STREAM);
    ledger->head.kind = FA_STREAM_RESULTS;
    ck_assert_int_eq(fa_reconcile(&ledger->base, &options, &sink, &again), FA_EINPUT);
    ck_assert_str_eq(told.text, "cannot reconcile: the stream holds results, not a ledger");
    fa_kept_free(ledger);
}
END_TEST

static enum fa_status read_all(struct fa_blocks *blocks)
{
    for (;;) {
        struct fa_block block;
        bool is_end;
        FA_TRY(fa_blocks_next(blocks, &block, &is_end));
        if (is_end)
            return FA_OK;
    }
}

/* A customer's own statement, after flows of the customer went by: a second pass finds them. */
static const char late_ledger[] =
    ACCOUNTS FLOWS "f1 2025-01-02T10:00:00+08:00 C M 100.00 settled o1\n"
                   "f2 2025-01-02T11:00:00+08:00 C M 50.00 settled o2\n\n" LINES
                   "s1 2025-01-02T12:01:00+08:00 C debit 100.00 - o1\n"
                   "s2 2025-01-02T12:01:00+08:00 C debit 50.00 - o2\n";

START_TEST(reads_twice_for_an_unexpected_statement)
{
    struct fa_kept *ledger = made_ledger(late_ledger, 1, &sink);
    struct fa_blocks *out = reconciled(&ledger->base, key_1);
    expect_rows("late", out, "match_total", total_columns, "2 debit matched 2 150.00 150.00\n");
    ck_assert(fa_reconcile_get_summary(out)->is_second_pass);
    fa_blocks_free(out);
    fa_kept_free(ledger);
}
END_TEST

static void expect_once(const char *text, enum fa_status status, const char *message)
{
    struct fa_kept *ledger = made_ledger(text, 1, &sink);
    struct fa_blocks_ops once = *ledger->base.ops;
    once.rewind = NULL;
    ledger->base.ops = &once;
    struct fa_blocks *out = reconciled(&ledger->base, key_1);
    ck_assert(!fa_blocks_can_rewind(out));
    ck_assert_int_eq(read_all(out), status);
    if (message) {
        ck_assert_int_eq(told.code, FA_CODE_MATCH_ONCE);
        ck_assert_str_eq(told.text, message);
    }
    fa_blocks_free(out);
    fa_kept_free(ledger);
}

START_TEST(refuses_what_it_cannot_go_back_for)
{
    expect_once(small_ledger, FA_OK, NULL);
    expect_once(late_ledger, FA_EINPUT,
                "a statement begins after flows of its account went by, and the input can be read "
                "only once");
    expect_once(ACCOUNTS FLOWS "f1 2025-01-02T10:00:00+08:00 C R 1.00 settled o1\n\n" LINES
                               "s1 2025-01-02T10:01:00+08:00 R credit 1.00 - o2\n",
                FA_EINPUT,
                "rows stay open and are to be looked at once more, and the input can be read only "
                "once");
}
END_TEST

START_TEST(counts_what_a_tolerance_absorbs)
{
    struct fa_kept *ledger = made_ledger(
        ACCOUNTS LINES "s1 2025-01-02T10:01:00+08:00 R credit 100.00 100.00 o1\n"
                       "s2 2025-01-02T10:02:00+08:00 R credit 5.00 105.01 o2\n"
                       "s3 2025-01-02T10:03:00+08:00 R credit 5.00 110.00 o3\n"
                       "s4 2025-01-02T10:04:00+08:00 R credit 5.00 115.02 o4\n",
        FA_BLOCK_ROWS_MAX, &sink);
    OK(fa_vec_add(&ledger->head.currencies,
                  ((struct fa_currency_info){ledger->head.currency, 2, 1})));
    struct fa_blocks *out = reconciled(&ledger->base, key_1);
    expect_rows("tolerance", out, "break", "class statement amount direction severity",
                "absorbed s2 0.01 credit info\nabsorbed s3 0.01 debit info\n"
                "footing s4 0.02 credit high\n");
    ck_assert_int_eq(told.code, FA_CODE_MATCH_ABSORBED);
    ck_assert_str_eq(told.text, "2 balances after statement lines are off by CNY 0.02 in all, each "
                                "within the declared tolerance");
    fa_blocks_free(out);
    fa_kept_free(ledger);
}
END_TEST

#define PERIODS                                                                                    \
    "statement_period account period_id kind number page from_day to_day opening closing "         \
    "closing_page lines credit_lines credits debits\n"
#define PERIOD_LINES                                                                               \
    "statement statement_id booked_at account direction amount period_id reversal\n"

/* What the lines of statements make of their opening balances. */
START_TEST(foots_statements)
{
    struct fa_kept *ledger = made_ledger(
        ACCOUNTS PERIODS
        "R foots booked 1 - 2025-01-02 2025-01-02 10.00 7.50 - 2 1 2.50 5.00\n"
        "R page booked 2 1 2025-01-02 2025-01-03 7.50 8.50 true - - - -\n"
        "R off booked 2 2 2025-01-03 2025-01-03 8.50 8.00 - - - - -\n"
        "R open booked 3 - 2025-01-04 - 8.00 - - - - - -\n"
        "R none booked 4 - - - - - - - - - -\n"
        "R jump booked 5 - 2025-01-06 2025-01-06 9.00 9.00 - - - - -\n"
        "R lands booked 6 - 2025-01-06 2025-01-07 9.01 9.01 - - - - -\n"
        "O jump booked 1 - 2025-01-02 2025-01-02 -1.00 1.00 - - - - -\n"
        "R so-far interim - - - 2025-01-08 - - - 2 1 3.00 -\n"
        "R fewer notice - - - 2025-01-09 - - - 2 - - -\n"
        "R less notice - - - 2025-01-09 - - - - 2 - -\n\n" PERIOD_LINES
        "s1 2025-01-02T10:01:00+08:00 R debit 5.00 foots -\n"
        "s2 2025-01-02T10:02:00+08:00 O credit 2.00 jump -\n"
        "s3 2025-01-02T10:02:00+08:00 R credit 2.50 foots 1\n"
        "s4 2025-01-03T10:02:00+08:00 R credit 1.00 page -\n"
        "s5 2025-01-04T10:02:00+08:00 R debit 1.00 open -\n"
        "s6 2025-01-05T10:02:00+08:00 R debit 1.00 none -\n"
        "s7 2025-01-05T10:02:00+08:00 R debit 1.00 nobody -\n"
        "s8 2025-01-05T10:02:00+08:00 R debit 1.00 - -\n"
        "s9 2025-01-08T10:02:00+08:00 R credit 1.00 so-far -\n"
        "s10 2025-01-09T10:02:00+08:00 R credit 1.00 fewer -\n"
        "s11 2025-01-09T10:02:00+08:00 R credit 1.00 less -\n",
        FA_BLOCK_ROWS_MAX, &sink);
    struct fa_blocks *out = reconciled(&ledger->base, key_1);
    expect_rows("periods", out, "break",
                "class account reference date amount direction ledger_amount bank_amount severity",
                "footing 0 off 2025-01-03 0.50 debit 8.50 8.00 high\n"
                "no_balance 0 open 2025-01-04 0.00 credit 7.00 - low\n"
                "no_balance 0 none 2025-01-05 0.00 credit - - low\n"
                "continuity 0 lands 2025-01-06 0.01 credit 9.00 9.01 high\n"
                "footing 0 so-far 2025-01-08 2.00 credit 1.00 3.00 high\n"
                "footing 0 fewer 2025-01-09 0.00 credit 1.00 - high\n"
                "footing 0 less 2025-01-09 0.00 credit 1.00 - high\n");
    fa_blocks_free(out);
    fa_kept_free(ledger);
}
END_TEST

/* The closing balance of a day's last statement, not of a page, is the bank's of that day. */
START_TEST(takes_closing_balances_of_statements)
{
    struct fa_kept *ledger = made_ledger(
        ACCOUNTS PERIODS "R late booked 2 - 2025-01-02 2025-01-02 1.00 7.50 - - - - -\n"
                         "R early booked 1 - 2025-01-02 2025-01-02 1.00 1.00 - - - - -\n"
                         "R page booked 3 - 2025-01-02 2025-01-02 7.50 9.50 true - - - -\n",
        FA_BLOCK_ROWS_MAX, &sink);
    struct fa_blocks *out = reconciled(&ledger->base, key_1);
    expect_rows("closings", out, "bridge", "account date line credit debit",
                "0 2025-01-02 platform_closing - -\n0 2025-01-02 remainder - -\n"
                "0 2025-01-02 bank_closing 7.50 0.00\n");
    fa_blocks_free(out);
    fa_kept_free(ledger);
}
END_TEST

/* Reconciles TEXT after CHANGE and expects to be refused. */
static void expect_refusal(const char *text, void (*change)(struct fa_kept *ledger),
                           enum fa_code code, const char *message)
{
    struct fa_kept *ledger = made_ledger(text, FA_BLOCK_ROWS_MAX, &sink);
    if (change)
        change(ledger);
    struct fa_reconcile_options options = {.memory_max = UINT64_MAX};
    struct fa_blocks *out = NULL;
    enum fa_status status = fa_reconcile(&ledger->base, &options, &sink, &out);
    if (status == FA_OK)
        status = read_all(out);
    ck_assert_int_eq(status, FA_EINPUT);
    ck_assert_int_eq(told.code, code);
    ck_assert_str_eq(told.text, message);
    fa_blocks_free(out);
    fa_kept_free(ledger);
}

/* The stream then says nothing of the ids that its rows use. */
static void drop_ids(struct fa_kept *ledger)
{
    struct fa_spool *without = fa_spool_new(UINT64_MAX, NULL, &sink);
    for (uint64_t i = 0; i < fa_spool_count(ledger->spool); i++) {
        struct fa_block block;
        OK(fa_spool_get(ledger->spool, i, &block));
        if (block.kind != FA_BLOCK_IDS)
            OK(fa_spool_add(without, &block));
    }
    fa_spool_free(ledger->spool);
    ledger->spool = without;
}

static void rename_reference(struct fa_kept *ledger)
{
    const struct fa_table_def *table =
        fa_dictionary_find(&ledger->head.dictionary, FA_STR("statement"));
    table->columns[fa_table_find_column(table, FA_STR("reference"))].name = FA_STR("ref");
}

static void rename_settled(struct fa_kept *ledger)
{
    const struct fa_table_def *table =
        fa_dictionary_find(&ledger->head.dictionary, FA_STR("flow"));
    table->columns[fa_table_find_column(table, FA_STR("status"))].values[0] = FA_STR("done");
}

static void make_amount_text(struct fa_kept *ledger)
{
    const struct fa_table_def *table =
        fa_dictionary_find(&ledger->head.dictionary, FA_STR("flow"));
    table->columns[fa_table_find_column(table, FA_STR("amount"))].type = FA_TYPE_TEXT;
}

static void miscount(struct fa_kept *ledger)
{
    for (size_t i = 0; i < ledger->totals.list.count; i++)
        ledger->totals.list.items[i].rows++;
}

START_TEST(refuses_streams_that_ingest_does_not_make)
{
    expect_refusal(FLOWS "f1 2025-01-02T10:00:00+08:00 C R 1.00 settled o1\n", drop_ids,
                   FA_CODE_MATCH_ACCOUNT, "a row of table flow has an account number that the "
                                          "stream does not declare");
    expect_refusal(small_ledger, rename_reference, FA_CODE_MATCH_COLUMN,
                   "table statement of the stream has no column reference");
    expect_refusal(small_ledger, rename_settled, FA_CODE_MATCH_COLUMN,
                   "column status of table flow of the stream has no value settled");
    expect_refusal(small_ledger, make_amount_text, FA_CODE_MATCH_COLUMN,
                   "column amount of table flow of the stream is text, expected money");
    expect_refusal("flow flow_id time payer_account payee_account status\n"
                   "f1 2025-01-02T10:00:00+08:00 C R settled\n",
                   NULL, FA_CODE_MATCH_MISSING,
                   "a row of table flow has no value in the required column amount");
    expect_refusal(ACCOUNTS LINES
                   "s1 2025-01-02T10:01:00+08:00 R credit 1.00 - o9\n\n" FLOWS
                   "f1 2025-01-02T10:00:00+08:00 C R 90000000000000000.00 settled o1\n"
                   "f2 2025-01-02T10:00:00+08:00 C R 90000000000000000.00 settled o2\n",
                   NULL, FA_CODE_MATCH_RANGE,
                   "a sum for table match_total, missing_at_bank, the account in row 1 of table "
                   "account: 180000000000000000.00 CNY is beyond 64 bits of minor units, which end "
                   "at 92233720368547758.07");
    expect_refusal(small_ledger, miscount, FA_CODE_STREAM_TOTALS,
                   "5 rows of table account came, 6 were counted before");
}
END_TEST

START_TEST(says_what_it_could_not_compare)
{
    struct fa_kept *ledger =
        made_ledger(ACCOUNTS LINES "s1 2025-01-02T10:01:00+08:00 R credit 1.00 - o9\n",
                    FA_BLOCK_ROWS_MAX, &sink);
    struct fa_blocks *out = reconciled(&ledger->base, key_1);
    OK(read_all(out));
    ck_assert_int_eq(told.code, FA_CODE_MATCH_NO_FLOW);
    fa_blocks_free(out);
    fa_kept_free(ledger);
    ledger = made_ledger(ACCOUNTS FLOWS "f1 2025-01-02T10:00:00+08:00 C R 1.00 settled o1\n",
                         FA_BLOCK_ROWS_MAX, &sink);
    out = reconciled(&ledger->base, key_1);
    expect_rows("no statement", out, "match_total", total_columns,
                "- - no_statement 1 1.00 -\n");
    expect_rows("no statement", out, "break", "class", "");
    ck_assert_int_eq(told.code, FA_CODE_MATCH_NO_STATEMENT);
    fa_blocks_free(out);
    fa_kept_free(ledger);
}
END_TEST

/* --- against a plain matcher --- */

enum { RANDOM_ROWS_MAX = 60, RANDOM_ACCOUNTS = 5, RANDOM_DAYS = 4 };

/* What the plain matcher made of a row, by the names of breaks. */
static const char missing_at_bank[] = "missing_at_bank", missing_in_ledger[] = "missing_in_ledger",
                  matched[] = "matched", amount_differs[] = "amount", duplicate[] = "duplicate",
                  wrong_account[] = "wrong_account";

struct random_row {
    unsigned account, direction, reference;
    int64_t amount_minor;
    int day;
    unsigned hour;
    enum fa_side side;
    size_t no;         /* of the flow or line */
    const char *class;
    bool is_exact;     /* paired by reference and amount */
    int group;         /* rows of one movement; -1: none */
    int complete_day;  /* of the movement */
};

struct random_ledger {
    struct fa_buf text;
    unsigned role[RANDOM_ACCOUNTS];
    bool has_lines[RANDOM_ACCOUNTS];
    bool has_balances; /* the bank states that it held nothing before the first day */
    struct random_row rows[3 * RANDOM_ROWS_MAX]; /* faces of flows, then lines, in order of time */
    size_t row_count;
    int group_count;
};

static uint64_t random_state;

static unsigned random_below(unsigned n)
{
    random_state ^= random_state << 13;
    random_state ^= random_state >> 7;
    random_state ^= random_state << 17;
    return (unsigned)(random_state >> 24) % n;
}

static const char *const random_roles[] = {"reserve", "own_funds", "customer", "external"};

/* Few references and amounts, so that all that can happen to a key happens. Statement lines come for
 * some accounts only, whatever their role. */
static void make_random(struct random_ledger *made, uint64_t seed)
{
    *made = (struct random_ledger){0};
    random_state = seed * UINT64_C(0x9E3779B97F4A7C15) + 1;
    OK(fa_buf_add_text(&made->text, "account account_id role opening_balance\n"));
    for (unsigned a = 0; a < RANDOM_ACCOUNTS; a++) {
        made->role[a] = random_below(4);
        made->has_lines[a] = random_below(3) > 0;
        OK(fa_buf_addf(&made->text, "A%u %s 0.00\n", a, random_roles[made->role[a]]));
    }
    size_t flow_count = random_below(RANDOM_ROWS_MAX), line_count = random_below(RANDOM_ROWS_MAX);
    OK(fa_buf_add_text(&made->text, "\n" FLOWS));
    for (size_t i = 0; i < flow_count; i++) {
        int day = (int)(i * RANDOM_DAYS / flow_count);
        unsigned hour = (unsigned)(i * RANDOM_DAYS % flow_count * 24 / flow_count);
        unsigned payer = random_below(RANDOM_ACCOUNTS), payee = random_below(RANDOM_ACCOUNTS);
        unsigned reference = random_below(12), amount = random_below(3);
        bool is_settled = random_below(8) > 0;
        OK(fa_buf_addf(&made->text, "f%zu 2025-01-0%dT%02u:00:00+08:00 A%u A%u %u.00 %s o%u\n", i,
                       day + 1, hour, payer, payee, amount, is_settled ? "settled" : "failed", reference));
        if (!is_settled)
            continue;
        struct random_row face = {.reference = reference,
                                  .amount_minor = amount * 100,
                                  .day = day,
                                  .hour = hour,
                                  .no = i,
                                  .class = missing_at_bank,
                                  .group = -1};
        for (unsigned direction = 0; direction < 2; direction++) {
            face.account = direction == FA_DEBIT ? payer : payee;
            face.direction = direction;
            made->rows[made->row_count++] = face;
        }
    }
    OK(fa_buf_add_text(&made->text, "\n" LINES));
    for (size_t i = 0; i < line_count; i++) {
        int day = (int)(i * RANDOM_DAYS / line_count);
        unsigned hour = (unsigned)(i * RANDOM_DAYS % line_count * 24 / line_count);
        struct random_row line = {.account = random_below(RANDOM_ACCOUNTS),
                                  .direction = random_below(2),
                                  .reference = random_below(12),
                                  .amount_minor = random_below(3) * 100,
                                  .day = day,
                                  .hour = hour,
                                  .side = FA_SIDE_BANK,
                                  .no = i,
                                  .class = missing_in_ledger,
                                  .group = -1};
        if (!made->has_lines[line.account])
            continue;
        OK(fa_buf_addf(&made->text, "s%zu 2025-01-0%dT%02u:30:00+08:00 A%u %s %lld.00 - o%u\n", i,
                       day + 1, hour, line.account, line.direction == FA_CREDIT ? "credit" : "debit",
                       (long long)line.amount_minor / 100, line.reference));
        made->rows[made->row_count++] = line;
    }
    for (unsigned a = 0; a < RANDOM_ACCOUNTS; a++)
        made->has_lines[a] = false;
    for (size_t i = 0; i < made->row_count; i++)
        if (made->rows[i].side == FA_SIDE_BANK)
            made->has_lines[made->rows[i].account] = true;
    made->has_balances = seed % 2;
    if (made->has_balances)
        OK(fa_buf_add_text(&made->text, "\n" BALANCES));
    for (unsigned a = 0; a < RANDOM_ACCOUNTS; a++)
        if (made->has_lines[a] && made->has_balances)
            OK(fa_buf_addf(&made->text, "A%u 2024-12-31 bank 0.00\n", a));
}

/* The order in which rows that stay open are looked at. */
static int compare_random(const void *left, const void *right)
{
    const struct random_row *a = left, *b = right;
    const int64_t places[][2] = {{a->account, b->account}, {a->direction, b->direction},
                                 {a->side, b->side},       {a->day, b->day},
                                 {a->hour, b->hour},       {a->amount_minor, b->amount_minor}};
    for (size_t i = 0; i < sizeof places / sizeof *places; i++)
        if (places[i][0] != places[i][1])
            return places[i][0] < places[i][1] ? -1 : 1;
    char names[2][32];
    snprintf(names[0], sizeof names[0], "o%u f%zu", a->reference, a->no);
    snprintf(names[1], sizeof names[1], "o%u f%zu", b->reference, b->no);
    return strcmp(names[0], names[1]);
}

static void join(struct random_ledger *made, struct random_row *row, const char *class)
{
    row->group = made->group_count;
    row->class = class;
    for (size_t i = 0; i < made->row_count; i++)
        if (made->rows[i].group == row->group && made->rows[i].day > row->complete_day)
            row->complete_day = made->rows[i].day;
    for (size_t i = 0; i < made->row_count; i++)
        if (made->rows[i].group == row->group)
            made->rows[i].complete_day = row->complete_day;
}

enum { SAME_AMOUNT = 1, SAME_ACCOUNT = 2 };

static bool may_meet(const struct random_ledger *made, const struct random_row *face,
                     const struct random_row *line, int criteria)
{
    return face->side == FA_SIDE_LEDGER && line->side == FA_SIDE_BANK && face->group < 0 &&
           line->group < 0 && made->has_lines[face->account] &&
           face->direction == line->direction && face->reference == line->reference &&
           (!(criteria & SAME_ACCOUNT) || face->account == line->account) &&
           (!(criteria & SAME_AMOUNT) || face->amount_minor == line->amount_minor);
}

/* Tries every pair, the smallest difference first, in the order in which the rows stand. */
static void pair_plainly(struct random_ledger *made, int criteria, const char *class)
{
    for (;;) {
        struct random_row *face = made->rows, *line = made->rows;
        int64_t closest = -1;
        for (size_t f = 0; f < made->row_count; f++) {
            for (size_t l = 0; l < made->row_count; l++) {
                int64_t difference =
                    llabs(made->rows[f].amount_minor - made->rows[l].amount_minor);
                if (!may_meet(made, &made->rows[f], &made->rows[l], criteria) ||
                    (closest >= 0 && difference >= closest))
                    continue;
                closest = difference;
                face = &made->rows[f];
                line = &made->rows[l];
            }
        }
        if (closest < 0)
            return;
        join(made, face, class);
        join(made, line, class);
        face->is_exact = line->is_exact = class == matched;
        made->group_count++;
    }
}

/* Rows of one account and reference, of the directions in the bits of DIRECTIONS. */
static bool add_plainly(struct random_ledger *made, unsigned account, unsigned reference,
                        unsigned directions)
{
    int64_t net[2] = {0}, counts[2] = {0};
    for (int pass = 0; pass < 2; pass++) {
        for (size_t i = 0; i < made->row_count; i++) {
            struct random_row *row = &made->rows[i];
            if (row->group >= 0 || row->account != account || row->reference != reference ||
                !(directions >> row->direction & 1))
                continue;
            if (pass == 1)
                join(made, row, matched);
            net[row->side] += row->direction == FA_CREDIT ? row->amount_minor : -row->amount_minor;
            counts[row->side]++;
        }
        if (!counts[0] || !counts[1] || net[0] != net[1] || !net[0])
            return false;
    }
    made->group_count++;
    return true;
}

static void find_copies(struct random_ledger *made)
{
    for (size_t i = 0; i < made->row_count; i++) {
        struct random_row *row = &made->rows[i];
        for (size_t k = 0; k < made->row_count; k++) {
            const struct random_row *twin = &made->rows[k];
            if (row->group < 0 && twin->is_exact && twin->side == row->side &&
                twin->account == row->account && twin->direction == row->direction &&
                twin->reference == row->reference && twin->amount_minor == row->amount_minor)
                row->class = duplicate;
        }
    }
}

static void match_plainly(struct random_ledger *made)
{
    pair_plainly(made, SAME_AMOUNT | SAME_ACCOUNT, matched);
    qsort(made->rows, made->row_count, sizeof *made->rows, compare_random);
    for (unsigned account = 0; account < RANDOM_ACCOUNTS; account++) {
        for (unsigned reference = 0; made->has_lines[account] && reference < 12; reference++) {
            bool has_credits = add_plainly(made, account, reference, 1u << FA_CREDIT);
            bool has_debits = add_plainly(made, account, reference, 1u << FA_DEBIT);
            if (!has_credits && !has_debits)
                (void)add_plainly(made, account, reference, 3);
        }
    }
    pair_plainly(made, SAME_ACCOUNT, amount_differs);
    pair_plainly(made, SAME_AMOUNT, wrong_account);
    find_copies(made);
}

static void add_line_text(struct fa_buf *lines, const struct random_row *face,
                          const struct random_row *line)
{
    const struct random_row *either = face ? face : line;
    OK(fa_buf_addf(lines, "%u %s %s ", either->account, either->class,
                   either->direction == FA_CREDIT ? "credit" : "debit"));
    if (face)
        OK(fa_buf_addf(lines, "f%zu ", face->no));
    else
        OK(fa_buf_add_text(lines, "- "));
    if (line)
        OK(fa_buf_addf(lines, "s%zu\n", line->no));
    else
        OK(fa_buf_add_text(lines, "-\n"));
}

static int compare_texts(const void *left, const void *right)
{
    const struct fa_str *a = left, *b = right;
    return fa_str_compare(*a, *b);
}

/* Lines of text in byte order: the two sides list theirs differently. */
static void sort_lines(struct fa_buf *text, struct fa_buf *sorted)
{
    static struct fa_str lines[8 * RANDOM_ROWS_MAX];
    size_t count = 0, from = 0;
    for (size_t i = 0; i < text->size; i++) {
        if (text->bytes[i] != '\n')
            continue;
        lines[count++] = (struct fa_str){text->bytes + from, i + 1 - from};
        from = i + 1;
    }
    if (count)
        qsort(lines, count, sizeof *lines, compare_texts);
    for (size_t i = 0; i < count; i++)
        OK(fa_buf_add_str(sorted, lines[i]));
}

/* Rows of a movement: where one side has but one, of one direction, that stands beside each of the
 * other's. */
static void list_group(const struct random_ledger *made, int group, struct fa_buf *breaks,
                       struct fa_buf *matches)
{
    const struct random_row *rows[2][3 * RANDOM_ROWS_MAX] = {{NULL}};
    size_t counts[2] = {0};
    bool has[2] = {false, false};
    for (size_t i = 0; i < made->row_count; i++) {
        const struct random_row *row = &made->rows[i];
        if (row->group != group)
            continue;
        rows[row->side][counts[row->side]++] = row;
        has[row->direction] = true;
    }
    ck_assert_uint_gt(counts[0], 0);
    const char *class = rows[0][0]->class;
    bool is_beside = class != wrong_account && (counts[0] == 1 || counts[1] == 1) && has[0] != has[1];
    for (size_t f = 0; f < counts[0]; f++)
        for (size_t l = 0; is_beside && l < counts[1]; l++)
            add_line_text(matches, rows[0][f], rows[1][l]);
    for (size_t f = 0; !is_beside && f < counts[0]; f++)
        add_line_text(matches, rows[0][f], NULL);
    for (size_t l = 0; !is_beside && l < counts[1]; l++)
        add_line_text(matches, NULL, rows[1][l]);
    if (class == amount_differs)
        add_line_text(breaks, rows[0][0], rows[1][0]);
    if (class == wrong_account)
        add_line_text(breaks, rows[0][0], NULL), add_line_text(breaks, NULL, rows[1][0]);
}

static void list_plainly(const struct random_ledger *made, struct fa_buf *breaks,
                         struct fa_buf *matches)
{
    for (int group = 0; group < made->group_count; group++)
        list_group(made, group, breaks, matches);
    for (size_t i = 0; i < made->row_count; i++) {
        const struct random_row *row = &made->rows[i];
        if (row->group < 0 && made->has_lines[row->account])
            add_line_text(breaks, row->side == FA_SIDE_LEDGER ? row : NULL,
                          row->side == FA_SIDE_BANK ? row : NULL);
    }
}

static void expect_lines(uint64_t seed, struct fa_blocks *out, const char *table,
                         struct fa_buf *expected)
{
    struct fa_buf found = {0}, found_sorted = {0}, expected_sorted = {0};
    made_ledger_print(out, table, "account class direction flow statement", &sink, &found);
    sort_lines(&found, &found_sorted);
    sort_lines(expected, &expected_sorted);
    ck_assert_msg(fa_str_equal(fa_buf_str(&found_sorted), fa_buf_str(&expected_sorted)),
                  "seed %llu, %s: found\n%.1500s\nexpected\n%.1500s", (unsigned long long)seed,
                  table, fa_buf_cstr(&found_sorted), fa_buf_cstr(&expected_sorted));
    fa_buf_release(&found);
    fa_buf_release(&found_sorted);
    fa_buf_release(&expected_sorted);
}

static const char *const bridge_lines[] = {
    "platform_closing", "timing",          "amount",            "wrong_account", "duplicate",
    "missing_at_bank",  "missing_in_ledger", "remainder",       "bank_closing"};
enum { PLATFORM, TIMING, REMAINDER = 7, BANK, BRIDGE_LINES };

/* The bridge of the account and day, from the rows themselves: what one side booked by then and the
 * other did not is open or timing. */
static void bridge_plainly(const struct random_ledger *made, unsigned account, int day,
                           int64_t net[BRIDGE_LINES])
{
    memset(net, 0, BRIDGE_LINES * sizeof *net);
    for (size_t i = 0; i < made->row_count; i++) {
        const struct random_row *row = &made->rows[i];
        bool is_flow = row->side == FA_SIDE_LEDGER;
        int64_t minor = row->direction == FA_CREDIT ? row->amount_minor : -row->amount_minor;
        if (row->account != account || row->day > day)
            continue;
        net[is_flow ? PLATFORM : BANK] += minor;
        if (is_flow)
            minor = -minor;
        bool is_together = row->class == matched || row->class == amount_differs;
        if (is_together && row->complete_day > day)
            net[TIMING] += minor;
        for (int line = 0; line < BRIDGE_LINES; line++)
            if (!(is_together && row->complete_day > day) &&
                strcmp(row->class, bridge_lines[line]) == 0)
                net[line] += minor;
    }
}

static void expect_bridge(const struct random_ledger *made, uint64_t seed, struct fa_blocks *out)
{
    const struct fa_table_def *table =
        fa_dictionary_find(&out->head->dictionary, FA_STR("bridge"));
    int columns[5];
    const char *names[] = {"account", "date", "line", "debit", "credit"};
    for (int i = 0; i < 5; i++)
        columns[i] = fa_table_find_column(table, fa_str_from(names[i]));
    int64_t found[BRIDGE_LINES] = {0}; /* a class that is left out is zero */
    struct fa_decoder *decoder = fa_decoder_new(table);
    fa_decoder_want_all(decoder);
    OK(fa_blocks_rewind(out));
    for (;;) {
        struct fa_block block;
        struct fa_batch batch;
        bool is_end;
        OK(fa_blocks_next(out, &block, &is_end));
        if (is_end)
            break;
        if (block.kind != FA_BLOCK_TABLE || block.table != table->index)
            continue;
        OK(fa_decoder_decode(decoder, &block, &sink, &batch));
        for (uint32_t row = 0; row < batch.row_count; row++) {
            int64_t v[5], net[BRIDGE_LINES];
            int line = 0;
            for (int i = 0; i < 5; i++)
                v[i] = batch.columns[columns[i]].values[row];
            while (!fa_str_is(table->columns[columns[2]].values[v[2]], bridge_lines[line]))
                ck_assert_int_lt(++line, BRIDGE_LINES);
            found[line] = v[4] - v[3];
            bool is_unknown = line >= REMAINDER && !made->has_balances;
            ck_assert(fa_is_missing(&batch.columns[columns[3]], row) == is_unknown);
            if (line < BANK)
                continue;
            int day = (int)(v[1] - fa_day_from_civil(2025, 1, 1));
            bridge_plainly(made, (unsigned)v[0], day, net);
            for (int i = 0; i < (made->has_balances ? BRIDGE_LINES : REMAINDER); i++)
                ck_assert_msg(found[i] == net[i], "seed %llu: account %lld, day %d, line %s",
                              (unsigned long long)seed, (long long)v[0], day + 1, bridge_lines[i]);
            memset(found, 0, sizeof found);
        }
    }
    fa_decoder_free(decoder);
}

/* Whatever the block boundaries, the hash key, and the pass that decided. */
START_TEST(random_ledgers_equal_a_plain_matcher)
{
    static const uint32_t block_rows[] = {1, 3, FA_BLOCK_ROWS_MAX};
    struct random_ledger made;
    int second_passes = 0;
    for (uint64_t seed = 0; seed < 70; seed++) {
        make_random(&made, seed);
        match_plainly(&made);
        struct fa_buf breaks = {0}, matches = {0};
        list_plainly(&made, &breaks, &matches);
        struct fa_buf first = {0};
        for (int i = 0; i < 3; i++) {
            struct fa_kept *ledger =
                made_ledger(fa_buf_cstr(&made.text), block_rows[i], &sink);
            struct fa_blocks *out = reconciled(&ledger->base, i % 2 ? key_2 : key_1);
            expect_lines(seed, out, "break", &breaks);
            expect_lines(seed, out, "match", &matches);
            expect_bridge(&made, seed, out);
            struct fa_buf all = {0};
            made_ledger_print(out, "break", break_columns, &sink, &all);
            made_ledger_print(out, "bridge", bridge_columns, &sink, &all);
            made_ledger_print(out, "match_total", total_columns, &sink, &all);
            if (i == 0)
                OK(fa_buf_add_str(&first, fa_buf_str(&all)));
            ck_assert(fa_str_equal(fa_buf_str(&first), fa_buf_str(&all)));
            second_passes += fa_reconcile_get_summary(out)->is_second_pass;
            fa_buf_release(&all);
            fa_blocks_free(out);
            fa_kept_free(ledger);
        }
        fa_buf_release(&first);
        fa_buf_release(&breaks);
        fa_buf_release(&matches);
        fa_buf_release(&made.text);
    }
    ck_assert_int_gt(second_passes, 15); /* both kinds were there */
    ck_assert_int_lt(second_passes, 190);
}
END_TEST

/* By a scheme that lets every stage run: whatever the block boundaries, the hash key and the thread,
 * and the proofs of reconciliation hold. */
START_TEST(a_scheme_gives_the_same_however_it_is_read)
{
    static const char text[] = "scheme random\n  title \"random\"\n  calendar weekdays\n"
                               "  cutoff 12:00\n  window 0bd .. 1bd\n  tolerance 1.00 CNY\n"
                               "  fee 1.00 CNY\n  match amount\n  match flows by day\n"
                               "  match lines by day, counterparty\n  match subset at most 3\nend\n";
    static const uint32_t block_rows[] = {1, 3, FA_BLOCK_ROWS_MAX};
    struct random_ledger made;
    for (uint64_t seed = 100; seed < 130; seed++) {
        struct fa_buf first = {0};
        make_random(&made, seed);
        for (int i = 0; i < 3; i++) {
            struct fa_kept *ledger = made_ledger(fa_buf_cstr(&made.text), block_rows[i], &sink);
            struct fa_scheme scheme;
            struct fa_arena arena;
            struct fa_blocks *out;
            struct fa_buf all = {0}, matches = {0};
            fa_arena_init(&arena);
            OK(fa_scheme_parse(fa_str_from(text), FA_STR("random.scheme"),
                               &ledger->head.dictionary, &arena, &sink, &scheme));
            const struct fa_reconcile_options options = {.hash_key = i % 2 ? key_2 : key_1,
                                                         .scheme = &scheme,
                                                         .wants_matches = true,
                                                         .memory_max = UINT64_MAX,
                                                         .is_threaded = i == 2};
            OK(fa_reconcile(&ledger->base, &options, &sink, &out));
            made_ledger_print(out, "break", break_columns, &sink, &all);
            made_ledger_print(out, "bridge", bridge_columns, &sink, &all);
            made_ledger_print(out, "match_total", total_columns, &sink, &all);
            /* these come as blocks of flows and lines alternate */
            made_ledger_print(out, "match", "match_no flow statement stage class", &sink, &matches);
            sort_lines(&matches, &all);
            if (i == 0)
                OK(fa_buf_add_str(&first, fa_buf_str(&all)));
            size_t same = 0;
            const char *a = fa_buf_cstr(&first), *b = fa_buf_cstr(&all);
            while (a[same] && a[same] == b[same])
                same++;
            ck_assert_msg(a[same] == b[same], "seed %llu, reading %d: found\n%.300s\nexpected\n%.300s",
                          (unsigned long long)seed, i, b + same, a + same);
            fa_buf_release(&all);
            fa_buf_release(&matches);
            fa_blocks_free(out);
            fa_arena_release(&arena);
            fa_kept_free(ledger);
        }
        fa_buf_release(&first);
        fa_buf_release(&made.text);
    }
}
END_TEST

int main(void)
{
    Suite *suite = suite_create("match");
    TCase *tcase = tcase_create("match");
    tcase_add_checked_fixture(tcase, setup, NULL);
    tcase_set_timeout(tcase, 60);
    tcase_add_test(tcase, pending_meets_in_order);
    tcase_add_test(tcase, pending_without_a_reference_meets_nothing);
    tcase_add_test(tcase, pending_memory_follows_open_rows);
    tcase_add_loop_test(tcase, classes, 0, (int)(sizeof expectations / sizeof *expectations));
    tcase_add_test(tcase, passes_the_ledger_on);
    tcase_add_test(tcase, refuses_what_is_no_fresh_ledger);
    tcase_add_test(tcase, reads_twice_for_an_unexpected_statement);
    tcase_add_test(tcase, refuses_what_it_cannot_go_back_for);
    tcase_add_test(tcase, counts_what_a_tolerance_absorbs);
    tcase_add_test(tcase, foots_statements);
    tcase_add_test(tcase, takes_closing_balances_of_statements);
    tcase_add_test(tcase, refuses_streams_that_ingest_does_not_make);
    tcase_add_test(tcase, says_what_it_could_not_compare);
    tcase_add_test(tcase, random_ledgers_equal_a_plain_matcher);
    tcase_add_test(tcase, a_scheme_gives_the_same_however_it_is_read);
    suite_add_tcase(suite, tcase);
    SRunner *runner = srunner_create(suite);
    srunner_run_all(runner, CK_NORMAL);
    int failed = srunner_ntests_failed(runner);
    srunner_free(runner);
    return failed ? EXIT_FAILURE : EXIT_SUCCESS;
}
