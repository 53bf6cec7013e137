/* Schemes bound to a stream: amounts, columns, accounts, calendars, business days. */
#include <check.h>
#include <stdio.h>
#include <string.h>

#include "made_ledger.h"
#include "match/binding.h"

#define OK(expr)     ck_assert_int_eq((expr), FA_OK)
#define COUNT(array) (sizeof(array) / sizeof *(array))

static struct fa_sink sink;
static char told[4096]; /* every message: "text [CODE]\n", notes too */

static void keep_message(void *context, const struct fa_diag *diag)
{
    (void)context;
    size_t size = strlen(told);
    snprintf(told + size, sizeof told - size, "%llu:%llu: %.*s [%s]\n",
             (unsigned long long)diag->line_no, (unsigned long long)diag->column_no,
             (int)diag->text.size, diag->text.bytes, fa_code_info(diag->code)->name);
}

static void setup(void)
{
    fa_sink_init(&sink, keep_message, NULL);
    told[0] = '\0';
}

static const char accounts[] = "account account_id role part_of\n"
                               "A custody -\n"
                               "B reserve -\n"
                               "C customer A\n"
                               "D customer C\n"
                               "E fee -\n"
                               "\n";

struct bound {
    struct fa_arena arena;
    struct fa_dictionary dictionary;
    struct fa_scheme scheme;
    struct fa_kept *kept;
    struct fa_held *held;
    struct fa_binding binding;
};

static void parse(struct bound *bound, const char *scheme)
{
    fa_arena_init(&bound->arena);
    OK(fa_dictionary_builtin(&bound->arena, &sink, &bound->dictionary));
    if (scheme)
        OK(fa_scheme_parse(fa_str_from(scheme), FA_STR("s.scheme"), &bound->dictionary,
                           &bound->arena, &sink, &bound->scheme));
}

/* SCHEME may be NULL. */
static enum fa_status bind(struct bound *bound, const char *scheme, const char *ledger)
{
    memset(bound, 0, sizeof *bound);
    parse(bound, scheme);
    bound->kept = made_ledger(ledger, 16, &sink);
    bound->held = fa_held_new(&bound->kept->head, &sink);
    FA_TRY(fa_binding_init(&bound->binding, scheme ? &bound->scheme : NULL, &bound->kept->head,
                           &sink));
    fa_binding_want_held(&bound->binding, bound->held);
    for (;;) {
        struct fa_block block;
        bool is_end;
        OK(fa_blocks_next(&bound->kept->base, &block, &is_end));
        if (is_end)
            break;
        OK(fa_held_add(bound->held, &block));
    }
    OK(fa_held_finish(bound->held));
    return fa_binding_set_held(&bound->binding, bound->held);
}

static void unbind(struct bound *bound)
{
    fa_binding_release(&bound->binding);
    fa_held_free(bound->held);
    fa_kept_free(bound->kept);
    fa_arena_release(&bound->arena);
}

/* The scheme does not go with the ledger. */
static void refused(const char *scheme, const char *ledger, const char *expected)
{
    struct bound bound;
    told[0] = '\0';
    ck_assert_int_ne(bind(&bound, scheme, ledger), FA_OK);
    ck_assert_str_eq(told, expected);
    unbind(&bound);
}

static fa_currency currency(const char *name)
{
    fa_currency found;
    ck_assert(fa_currency_parse(fa_str_from(name), &found));
    return found;
}

static const struct fa_terms *terms_of(struct bound *bound, uint32_t account, const char *name)
{
    const struct fa_terms *terms, *again;
    OK(fa_binding_get_terms(&bound->binding, account, currency(name), &terms));
    OK(fa_binding_get_terms(&bound->binding, account, currency(name), &again));
    ck_assert_ptr_eq(terms, again);
    return terms;
}

enum { A, B, C, D, E };

START_TEST(amounts_become_minor_units_of_their_currency)
{
    struct bound bound;
    OK(bind(&bound,
            "scheme s\n"
            "  calendar weekdays\n"
            "  window -1bd .. 2bd\n"
            "  tolerance 0.05 CNY\n"
            "  tolerance 3 JPY\n"
            "  fee 0.6% of credit at least 0.10 CNY at most 50.00 CNY half up\n"
            "  fee 200 JPY of debit\n"
            "  fee 1% half even\n"
            "  match amount\n"
            "  match subset at most 6\n"
            "end\n",
            accounts));
    const struct fa_terms *cny = terms_of(&bound, A, "CNY");
    ck_assert(cny->has_window && cny->is_window_bdays && cny->matches_amounts);
    ck_assert_int_eq(cny->window_from, -1);
    ck_assert_int_eq(cny->window_to, 2);
    ck_assert_int_eq(cny->subset_parts_max, 6);
    ck_assert_int_eq(cny->tolerance_minor, 5);
    ck_assert_int_eq(cny->fee_count, 2);
    ck_assert(cny->fees[0].is_rate && cny->fees[0].is_on[FA_CREDIT] &&
              !cny->fees[0].is_on[FA_DEBIT]);
    ck_assert_int_eq(cny->fees[0].rate_ppb, 6000000);
    ck_assert_int_eq(cny->fees[0].at_least_minor, 10);
    ck_assert_int_eq(cny->fees[0].at_most_minor, 5000);
    ck_assert_int_eq(cny->fees[0].rounding, FA_ROUND_HALF_UP);
    ck_assert_int_eq(cny->fees[1].at_least_minor, 0);
    ck_assert_int_eq(cny->fees[1].at_most_minor, INT64_MAX);
    ck_assert_int_eq(cny->fees[1].rounding, FA_ROUND_HALF_EVEN);
    const struct fa_terms *jpy = terms_of(&bound, A, "JPY");
    ck_assert_int_eq(jpy->tolerance_minor, 3);
    ck_assert_int_eq(jpy->fee_count, 2);
    ck_assert_int_eq(jpy->fees[0].fixed_minor, 200);
    ck_assert(!jpy->fees[0].is_on[FA_CREDIT] && jpy->fees[0].is_on[FA_DEBIT]);
    const struct fa_terms *eur = terms_of(&bound, B, "EUR");
    ck_assert_int_eq(eur->tolerance_minor, 0);
    ck_assert_int_eq(eur->fee_count, 1);
    unbind(&bound);
    refused("scheme s\n tolerance 0.5 JPY\nend\n", accounts,
            "2:12: '0.5' has more decimals than the 0 of JPY in this filing [SCHEME-SCALE]\n");
    refused("scheme s\n fee 1% at most 99999999999999999 CNY\nend\n", accounts,
            "2:17: '99999999999999999' does not fit 64 bits with the 2 decimals of CNY in this "
            "filing [SCHEME-SCALE]\n");
}
END_TEST

START_TEST(sections_override_what_stands_above_them)
{
    struct bound bound;
    OK(bind(&bound,
            "scheme s\n"
            "  reference instruction_id\n"
            "  window 0d .. 1d\n"
            "  tolerance 0.05 CNY\n"
            "  fee 2.00 CNY\n"
            "  match amount\n"
            "  match details\n"
            "  match flows by day\n"
            "  match flows by instruction_id = reference net\n"
            "  accounts role custody, customer\n"
            "    fee none\n"
            "    match lines by counterparty = order_id\n"
            "  accounts \"B\", \"D\"\n"
            "    reference flow_id\n"
            "    window 0d .. 3d\n"
            "    tolerance 0.10 CNY\n"
            "    match reference\n"
            "end\n",
            accounts));
    const struct fa_terms *a = terms_of(&bound, A, "CNY"), *b = terms_of(&bound, B, "CNY");
    ck_assert_ptr_eq(a, terms_of(&bound, C, "CNY"));
    ck_assert_ptr_eq(b, terms_of(&bound, D, "CNY")); /* its name goes before its role */
    ck_assert_int_eq(a->tolerance_minor, 5);
    ck_assert_int_eq(a->window_to, 1);
    ck_assert_int_eq(a->fee_count, 0);
    ck_assert(!a->matches_amounts && !a->matches_details);
    ck_assert_int_eq(a->group_count, 1);
    ck_assert(a->groups[0].many == FA_SIDE_BANK && a->groups[0].has_name);
    const struct fa_bound_group *group = fa_binding_section(&bound.binding, A)->groups;
    const struct fa_table_def *flow =
        fa_dictionary_find(&bound.kept->head.dictionary, FA_STR("flow"));
    ck_assert_ptr_null(flow);
    ck_assert_int_eq(group->equals.column, FA_NO_COLUMN); /* the ledger has no flows */
    ck_assert_int_eq(b->tolerance_minor, 10);
    ck_assert_int_eq(b->window_to, 3);
    ck_assert_int_eq(b->fee_count, 1);
    ck_assert_int_eq(b->group_count, 0);
    const struct fa_terms *rest = terms_of(&bound, E, "CNY");
    ck_assert(!rest->has_window);
    ck_assert_int_eq(rest->tolerance_minor + rest->fee_count + rest->group_count, 0);
    struct fa_books books;
    OK(fa_books_init(&books, 5));
    fa_binding_tell_unnamed(&bound.binding, &books);
    ck_assert_str_eq(told, "");
    books.flags[A] = books.flags[E] = FA_ACCOUNT_LINED;
    fa_binding_tell_unnamed(&bound.binding, &books);
    ck_assert_str_eq(
        told, "0:0: 1 account with statement lines, of role fee, in no section of the scheme: "
              "rows there are matched by reference alone [MATCH-UNNAMED]\n");
    told[0] = '\0';
    fa_binding_tell_empty(&bound.binding);
    ck_assert_str_eq(told, "");
    fa_books_release(&books);
    unbind(&bound);
    refused("scheme s\n accounts \"A\", \"X\"\n accounts \"Y\"\nend\n", accounts,
            "2:16: the filing has no account 'X' [SCHEME-ACCOUNT]\n"
            "3:11: the filing has no account 'Y' [SCHEME-ACCOUNT]\n");
}
END_TEST

static const char flows[] =
    "account account_id role\n"
    "A custody\n"
    "P customer\n"
    "\n"
    "flow flow_id time payer_account payee_account amount status order_id instruction_id "
    "channel\n"
    "f1 2025-01-01T10:00:00+08:00 P A 100.00 settled o1 i1 pos\n"
    "\n"
    "statement statement_id account booked_at direction amount reference counterparty\n"
    "l1 A 2025-01-01T10:00:00+08:00 credit 100.00 o1 P\n";

START_TEST(what_a_scheme_leaves_aside_is_told_by_role)
{
    static const char ledger[] =
        "account account_id role\n"
        "A custody\nB fee\nC reserve\nD merchant\nE external\nF fee\n\n";
    struct bound bound;
    OK(bind(&bound,
            "scheme s\n accounts role settlement, prepaid_special, elder_special, pending\n"
            " accounts role custody\n accounts role risk_reserve\n accounts \"A\"\nend\n",
            ledger));
    struct fa_books books;
    OK(fa_books_init(&books, 7));
    books.flags[1] = books.flags[5] = books.flags[3] = FA_ACCOUNT_LINED;
    fa_binding_tell_unnamed(&bound.binding, &books);
    books.flags[2] = books.flags[4] = FA_ACCOUNT_LINED;
    fa_binding_tell_unnamed(&bound.binding, &books);
    fa_binding_tell_empty(&bound.binding);
    ck_assert_str_eq(
        told,
        "0:0: 3 accounts with statement lines, of roles fee, merchant, in no section of the "
        "scheme: rows there are matched by reference alone [MATCH-UNNAMED]\n"
        "0:0: 5 accounts with statement lines, of roles fee, reserve, merchant and others, in "
        "no "
        "section of the scheme: rows there are matched by reference alone [MATCH-UNNAMED]\n"
        "2:16: the filing has no account for this section (roles settlement, prepaid_special, "
        "elder_special and others), nor for 2 other sections [SCHEME-ROLE]\n");
    fa_books_release(&books);
    unbind(&bound);
}
END_TEST

START_TEST(names_become_columns)
{
    struct bound bound;
    OK(bind(&bound,
            "scheme s\n"
            "  window 0d .. 1d\n"
            "  match flows by day, channel, counterparty\n"
            "  match flows by instruction_id = reference\n"
            "  match lines by day, counterparty net\n"
            "end\n",
            flows));
    const struct fa_dictionary *dictionary = &bound.kept->head.dictionary;
    const struct fa_table_def *flow = fa_dictionary_find(dictionary, FA_STR("flow"));
    const struct fa_table_def *line = fa_dictionary_find(dictionary, FA_STR("statement"));
    struct fa_bound_section *section = fa_binding_section(&bound.binding, A);
    const struct fa_bound_group *groups = section->groups;
    const struct fa_terms *terms = terms_of(&bound, A, "CNY");
    ck_assert_int_eq(section->group_count, 3);
    ck_assert_int_eq(terms->group_count, 3);
    ck_assert(terms->groups[0].has_name && !terms->groups[1].has_name &&
              terms->groups[2].is_net);
    ck_assert_int_eq(groups[0].keys[0].column,
                     fa_table_find_column(flow, FA_STR("instruction_id")));
    ck_assert_int_eq(groups[0].equals.column, fa_table_find_column(line, FA_STR("reference")));
    ck_assert_int_eq(groups[1].key_count, 3);
    ck_assert_int_eq(groups[1].keys[0].kind, FA_KEY_DAY);
    ck_assert_int_eq(groups[1].keys[1].column, fa_table_find_column(flow, FA_STR("channel")));
    ck_assert_int_eq(groups[1].keys[2].kind, FA_KEY_COUNTERPARTY);
    ck_assert_int_eq(groups[2].keys[1].kind, FA_KEY_COLUMN);
    ck_assert_int_eq(groups[2].keys[1].column,
                     fa_table_find_column(line, FA_STR("counterparty")));
    ck_assert_int_eq(section->reference.first, fa_table_find_column(flow, FA_STR("order_id")));
    ck_assert_int_eq(section->reference.second, fa_table_find_column(flow, FA_STR("flow_id")));
    ck_assert(bound.binding.has_one_reference);
    unbind(&bound);
}
END_TEST

/* A stream brings its own dictionary. */
static void refused_columns(const char *scheme, const char *table, const char *column,
                            const char *new_name, enum fa_type new_type, const char *expected)
{
    struct bound bound;
    memset(&bound, 0, sizeof bound);
    told[0] = '\0';
    parse(&bound, scheme);
    bound.kept = made_ledger(flows, 16, &sink);
    const struct fa_table_def *def =
        fa_dictionary_find(&bound.kept->head.dictionary, fa_str_from(table));
    struct fa_column_def *changed =
        &def->columns[fa_table_find_column(def, fa_str_from(column))];
    changed->name = fa_str_from(new_name);
    changed->type = new_type;
    ck_assert_int_eq(fa_binding_init(&bound.binding, &bound.scheme, &bound.kept->head, &sink),
                     FA_EINPUT);
    ck_assert_str_eq(told, expected);
    unbind(&bound);
}

START_TEST(columns_that_the_stream_lacks_are_refused)
{
    refused_columns(
        "scheme s\n reference instruction_id\nend\n", "flow", "instruction_id", "x",
        FA_TYPE_KEY,
        "2:12: table flow of the stream has no column instruction_id [MATCH-COLUMN]\n");
    refused_columns(
        "scheme s\n reference instruction_id\nend\n", "flow", "instruction_id",
        "instruction_id", FA_TYPE_INT,
        "2:12: column instruction_id of table flow of the stream is int, expected key "
        "[MATCH-COLUMN]\n");
    refused_columns("scheme s\nend\n", "flow", "order_id", "x", FA_TYPE_KEY,
                    "0:0: table flow of the stream has no column order_id [MATCH-COLUMN]\n");
    refused_columns("scheme s\n match lines by memo = order_id\nend\n", "statement", "memo",
                    "x", FA_TYPE_TEXT,
                    "2:17: table statement of the stream has no column memo [MATCH-COLUMN]\n");
    refused_columns("scheme s\n match flows by order_id = reference\nend\n", "statement",
                    "reference", "x", FA_TYPE_KEY,
                    "2:28: table statement of the stream has no column reference "
                    "[MATCH-COLUMN]\n");
    refused_columns("scheme s\nend\n", "account", "role", "role", FA_TYPE_TEXT,
                    "0:0: column role of table account of the stream is text, expected enum "
                    "[MATCH-COLUMN]\n");
}
END_TEST

START_TEST(references_are_the_schemes_else_the_filings)
{
    const struct {
        const char *scheme, *filing, *first, *second;
    } cases[] = {
        {NULL, "", "order_id", "flow_id"},
        {NULL, "order_id", "order_id", "flow_id"},
        {NULL, "flow_id", "flow_id", NULL},
        {"scheme s\nend\n", "flow_id", "flow_id", NULL},
        {"scheme s\n reference order_id\nend\n", "flow_id", "order_id", "flow_id"},
        {"scheme s\n reference instruction_id\nend\n", "", "instruction_id", NULL},
        /* an account in no section */
        {"scheme s\n reference instruction_id\n accounts \"P\"\n reference flow_id\nend\n", "",
         "instruction_id", NULL},
    };
    for (size_t i = 0; i < COUNT(cases); i++) {
        struct bound bound;
        memset(&bound, 0, sizeof bound);
        parse(&bound, cases[i].scheme);
        bound.kept = made_ledger(flows, 16, &sink);
        bound.kept->head.reference = fa_str_from(cases[i].filing);
        OK(fa_binding_init(&bound.binding, cases[i].scheme ? &bound.scheme : NULL,
                           &bound.kept->head, &sink));
        const struct fa_table_def *flow =
            fa_dictionary_find(&bound.kept->head.dictionary, FA_STR("flow"));
        const struct fa_bound_reference *reference =
            &fa_binding_section(&bound.binding, A)->reference;
        ck_assert_int_eq(reference->first,
                         fa_table_find_column(flow, fa_str_from(cases[i].first)));
        ck_assert_int_eq(reference->second,
                         cases[i].second
                             ? fa_table_find_column(flow, fa_str_from(cases[i].second))
                             : FA_NO_COLUMN);
        ck_assert_int_eq(bound.binding.has_one_reference, i + 1 < COUNT(cases));
        unbind(&bound);
    }
}
END_TEST

START_TEST(sub_accounts_face_their_master)
{
    struct bound bound;
    OK(bind(&bound, "scheme s\n face part_of\n face \"E\" with \"C\"\nend\n", accounts));
    const uint32_t expected[] = {A, B, A, A, C};
    for (uint32_t i = 0; i < COUNT(expected); i++)
        ck_assert_uint_eq(fa_binding_face(&bound.binding, i), expected[i]);
    unbind(&bound);
    OK(bind(&bound, "scheme s\n face \"C\" with \"E\"\n face part_of\nend\n", accounts));
    const uint32_t declared[] = {A, B, E, E, E};
    for (uint32_t i = 0; i < COUNT(declared); i++)
        ck_assert_uint_eq(fa_binding_face(&bound.binding, i), declared[i]);
    unbind(&bound);
    OK(bind(&bound, "scheme s\nend\n", accounts));
    ck_assert_uint_eq(fa_binding_face(&bound.binding, C), C);
    unbind(&bound);
    refused("scheme s\n face \"Z\" with \"A\"\nend\n", accounts,
            "2:7: the filing has no account 'Z' [SCHEME-ACCOUNT]\n");
    refused("scheme s\n face part_of\nend\n",
            "account account_id role part_of\n"
            "A1 custody -\n"
            "B2 customer C3\n"
            "C3 customer D4\n"
            "D4 customer C3\n",
            "0:0: account 'a9' is part of itself, by the accounts that it is part of "
            "[MATCH-CIRCLE]\n");
}
END_TEST

static const char holidays[] = "holiday calendar date kind\n"
                               "cn 2025-01-01 off\n"
                               "cn 2025-01-04 work\n"
                               "\n";
static const char two_calendars[] = "holiday calendar date kind\n"
                                    "cn 2025-01-01 off\n"
                                    "lv 2025-01-02 off\n"
                                    "\n";

START_TEST(calendars_come_from_the_filing)
{
    struct bound bound;
    int64_t age;
    OK(bind(&bound, "scheme s\n calendar \"cn\"\nend\n", holidays));
    ck_assert(fa_days_age(&bound.binding.days, 20088, 20097,
                          &age)); /* 12-31 is unknown, but not counted */
    ck_assert_int_eq(age, 7);
    unbind(&bound);
    OK(bind(&bound, NULL, holidays)); /* the only one serves ages */
    ck_assert(fa_days_age(&bound.binding.days, 20088, 20097, &age));
    ck_assert_int_eq(age, 7);
    unbind(&bound);
    OK(bind(&bound, NULL, two_calendars));
    ck_assert(!fa_days_age(&bound.binding.days, 20088, 20097, &age));
    unbind(&bound);
    OK(bind(&bound, "scheme s\n calendar \"lv\"\nend\n", two_calendars));
    ck_assert(fa_days_age(&bound.binding.days, 20088, 20097, &age));
    ck_assert_int_eq(age, 6);
    unbind(&bound);
    OK(bind(&bound, "scheme s\n calendar weekdays\nend\n", holidays));
    ck_assert(fa_days_age(&bound.binding.days, 20088, 20097, &age));
    ck_assert_int_eq(age, 7);
    ck_assert(fa_days_age(&bound.binding.days, 0, 20097, &age));
    unbind(&bound);
    refused("scheme s\n calendar \"lt\"\nend\n", two_calendars,
            "2:11: table holiday of the filing has no calendar 'lt' [SCHEME-CALENDAR]\n");
    refused("scheme s\n calendar \"cn\"\nend\n", accounts,
            "2:11: table holiday of the filing has no calendar 'cn' [SCHEME-CALENDAR]\n");
}
END_TEST

static int64_t instant(const char *text)
{
    int64_t us;
    ck_assert_int_eq(fa_time_parse(fa_str_from(text), NULL, &us), FA_VALUE_OK);
    return us;
}

static void expect_day(struct bound *bound, const char *time, const char *expected)
{
    int32_t business_day;
    char text[FA_TIME_TEXT_BYTES];
    OK(fa_binding_business_day(&bound->binding, fa_binding_section(&bound->binding, A),
                               instant(time), &business_day));
    fa_date_format(business_day, text);
    ck_assert_msg(strcmp(text, expected) == 0, "%s: %s", time, text);
}

START_TEST(days_end_at_the_cutoff)
{
    struct bound bound;
    OK(bind(&bound,
            "scheme s\n cutoff 22:00\n cutoff 17:00:30 from 2025-01-10\n"
            " cutoff 24:00 from 2025-02-01\nend\n",
            accounts));
    for (int again = 0; again < 2; again++) {
        expect_day(&bound, "2025-01-09T21:59:59.999999+08:00", "2025-01-09");
        expect_day(&bound, "2025-01-09T22:00:00+08:00", "2025-01-10");
        expect_day(&bound, "2025-01-10T00:00:00+08:00", "2025-01-10");
        expect_day(&bound, "2025-01-10T17:00:29+08:00", "2025-01-10");
        expect_day(&bound, "2025-01-10T17:00:30+08:00", "2025-01-11");
        expect_day(&bound, "2025-01-10T23:59:59+08:00", "2025-01-11");
        expect_day(&bound, "2025-02-01T23:59:59+08:00", "2025-02-01");
        expect_day(&bound, "2025-02-02T00:00:00+08:00", "2025-02-02");
    }
    unbind(&bound);
    /* a Friday, and a Saturday that is worked */
    OK(bind(&bound, "scheme s\n calendar \"cn\"\n cutoff 17:00\n window 0bd .. 1bd\nend\n",
            holidays));
    expect_day(&bound, "2025-01-03T16:00:00+08:00", "2025-01-03");
    expect_day(&bound, "2025-01-03T17:00:00+08:00", "2025-01-04");
    expect_day(&bound, "2025-01-04T18:00:00+08:00", "2025-01-06");
    expect_day(&bound, "2025-01-05T01:00:00+08:00", "2025-01-06");
    expect_day(&bound, "2025-01-10T18:00:00+08:00", "2025-01-13");
    int32_t business_day;
    ck_assert_int_eq(
        fa_binding_business_day(&bound.binding, fa_binding_section(&bound.binding, A),
                                instant("2024-12-31T18:00:00+08:00"), &business_day),
        FA_OK);
    ck_assert_int_eq(
        fa_binding_business_day(&bound.binding, fa_binding_section(&bound.binding, A),
                                instant("2024-12-31T16:00:00+08:00"), &business_day),
        FA_EINPUT);
    unbind(&bound);
    /* calendar days are counted, so days off are days */
    OK(bind(&bound, "scheme s\n calendar \"cn\"\n cutoff 17:00\n window 0d .. 1d\nend\n",
            holidays));
    expect_day(&bound, "2025-01-03T17:00:00+08:00", "2025-01-04");
    expect_day(&bound, "2025-01-04T18:00:00+08:00", "2025-01-05");
    unbind(&bound);
    OK(bind(&bound, NULL, holidays));
    expect_day(&bound, "2025-01-05T23:00:00+08:00", "2025-01-05");
    unbind(&bound);
}
END_TEST

START_TEST(every_mistake_is_told_at_its_place)
{
    struct bound bound;
    parse(&bound, NULL);
    struct fa_scheme scheme;
    const char *text = "scheme s\n title \"a\"\n windw 0d .. 1d\n title \"b\"\n"
                       " window 0bd .. 1bd\n match amount\nend\n";
    ck_assert_int_eq(fa_scheme_parse(fa_str_from(text), FA_STR("s.scheme"), &bound.dictionary,
                                     &bound.arena, &sink, &scheme),
                     FA_ERULES);
    ck_assert_str_eq(told, "3:2: unknown statement of a scheme 'windw' [LANG-UNKNOWN]\n"
                           "4:2: 'title' stands twice, first in line 2 [SCHEME-SYNTAX]\n");
    fa_arena_release(&bound.arena);
}
END_TEST

int main(void)
{
    Suite *suite = suite_create("scheme");
    TCase *cases = tcase_create("scheme");
    tcase_add_checked_fixture(cases, setup, NULL);
    tcase_add_test(cases, every_mistake_is_told_at_its_place);
    tcase_add_test(cases, amounts_become_minor_units_of_their_currency);
    tcase_add_test(cases, sections_override_what_stands_above_them);
    tcase_add_test(cases, what_a_scheme_leaves_aside_is_told_by_role);
    tcase_add_test(cases, names_become_columns);
    tcase_add_test(cases, columns_that_the_stream_lacks_are_refused);
    tcase_add_test(cases, references_are_the_schemes_else_the_filings);
    tcase_add_test(cases, sub_accounts_face_their_master);
    tcase_add_test(cases, calendars_come_from_the_filing);
    tcase_add_test(cases, days_end_at_the_cutoff);
    suite_add_tcase(suite, cases);
    SRunner *runner = srunner_create(suite);
    srunner_run_all(runner, CK_NORMAL);
    int failed = srunner_ntests_failed(runner);
    srunner_free(runner);
    return failed ? 1 : 0;
}
