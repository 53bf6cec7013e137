/* The reader of MT940 and MT942: what it makes of statements, and why it refuses a file. */
#include <check.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>

#include "base/limits.h"
#include "intake/reader.h"

/* --- what the reader gives, in a form that can be compared --- */

enum { FIELDS_MAX = 64 };

/* The next field of canonical CSV, unquoted into TEXT. */
static const char *take_field(const char *from, struct fa_buf *text)
{
    bool is_quoted = *from == '"';
    from += is_quoted;
    while (is_quoted ? *from != '"' || from[1] == '"' : *from != ',' && *from != '\n') {
        (void)!fa_buf_add_char(text, *from == '\n' ? '|' : *from);
        from += is_quoted && *from == '"' ? 2 : 1;
    }
    return from + is_quoted;
}

struct names {
    struct fa_buf texts[FIELDS_MAX];
    size_t count;
};

/* A record as "12 line amount=1,00 mark=C", each on a line; only the fields that WANTED names
 * (blanks around each), all that are not empty when it is NULL. */
static void show(const char *record, const struct names *names, uint64_t line_no,
                 const char *wanted, struct fa_buf *out)
{
    (void)!fa_buf_addf(out, "%llu", (unsigned long long)line_no);
    for (size_t i = 0; i < names->count; i++) {
        struct fa_buf field = {0};
        record = take_field(record, &field) + 1;
        char name[80];
        snprintf(name, sizeof name, " %.*s ", (int)names->texts[i].size, names->texts[i].bytes);
        if (i == 0)
            (void)!fa_buf_addf(out, " %.*s", (int)field.size, field.bytes);
        else if (field.size && (!wanted || strstr(wanted, name)))
            (void)!fa_buf_addf(out, "%.*s=%.*s", (int)strlen(name) - 1, name, (int)field.size,
                               field.bytes);
        fa_buf_release(&field);
    }
    (void)!fa_buf_add_char(out, '\n');
}

static const char *record_end(const char *record)
{
    bool is_quoted = false;
    while (*record != '\n' || is_quoted)
        is_quoted ^= *record++ == '"';
    return record + 1;
}

/* Records and, at the end, the fault as "error 3:5 [CODE] TEXT". */
static char *read_all(struct fa_str text, const char *wanted, size_t bytes_wanted)
{
    struct fa_fault fault = {0};
    struct fa_feed *feed = fa_feed_of_bytes(text, &fault);
    struct fa_reader_input input = {.feed = feed, .fd = -1, .fault = &fault};
    struct fa_reader *reader = fa_reader_mt940.open(&input);
    struct fa_records records = {0};
    struct fa_buf out = {0};
    struct names names = {.count = 0};
    bool is_more;
    do {
        is_more = fa_reader_mt940.next(reader, bytes_wanted, &records);
        const char *at = records.bytes.bytes;
        for (size_t i = 0; i < records.origins.count; i++) {
            if (names.count) {
                show(at, &names, records.origins.items[i].line_no, wanted, &out);
                at = record_end(at);
                continue;
            }
            const char *end = record_end(at);
            while (at < end)
                at = take_field(at, &names.texts[names.count++]) + 1;
        }
        fa_records_clear(&records);
    } while (is_more);
    if (fault.is_set)
        (void)!fa_buf_addf(&out, "error %llu:%llu [%s] %s\n", (unsigned long long)fault.line_no,
                           (unsigned long long)fault.column_no, fa_code_info(fault.code)->name,
                           fault.text);
    char *copy = strdup(fa_buf_cstr(&out));
    for (size_t i = 0; i < names.count; i++)
        fa_buf_release(&names.texts[i]);
    fa_buf_release(&out);
    fa_records_release(&records);
    fa_reader_mt940.close(reader);
    fa_feed_close(feed);
    return copy;
}

static void expect(const char *text, const char *wanted, const char *expected)
{
    for (size_t bytes = 1; bytes < 100000; bytes *= 100) {
        char *found = read_all(fa_str_from(text), wanted, bytes);
        ck_assert_str_eq(found, expected);
        free(found);
    }
}

/* --- statements --- */

START_TEST(whole_statement)
{
    expect(":20:REF1\n:21:REL\n:25:12345/678\n:28C:00012/003\n:60F:C240102EUR1000,5\n"
           ":61:2401020103D65,00NTRFORDER-7//BANK-9\nsecond line\n"
           ":86:Invoice 7\nof January\n:62F:D240103EUR12,\n:64:C240103EUR1,\n:65:C240104EUR2,\n"
           "-\n",
           NULL,
           "5 balance statement_no=1 statement_reference=REF1 related_reference=REL "
           "account=12345/678 statement_number=00012/003 number=00012 page=003 currency=EUR "
           "interim=false balance_kind=opening balance_date=2024-01-02 balance=1000,5\n"
           "6 line statement_no=1 statement_reference=REF1 related_reference=REL "
           "account=12345/678 statement_number=00012/003 number=00012 page=003 currency=EUR "
           "interim=false line_no=1 value_date=2024-01-02 booked_date=2024-01-03 mark=D "
           "direction=debit reversal=false amount=65,00 type=NTRF customer_reference=ORDER-7 "
           "bank_reference=BANK-9 supplement=second line payment_reference=ORDER-7 "
           "text=Invoice 7|of January memo=Invoice 7|of January details=Invoice 7|of January\n"
           "10 balance statement_no=1 statement_reference=REF1 related_reference=REL "
           "account=12345/678 statement_number=00012/003 number=00012 page=003 currency=EUR "
           "interim=false balance_kind=closing balance_date=2024-01-03 balance=-12\n"
           "11 balance statement_no=1 statement_reference=REF1 related_reference=REL "
           "account=12345/678 statement_number=00012/003 number=00012 page=003 currency=EUR "
           "interim=false balance_kind=available balance_date=2024-01-03 balance=1\n"
           "12 balance statement_no=1 statement_reference=REF1 related_reference=REL "
           "account=12345/678 statement_number=00012/003 number=00012 page=003 currency=EUR "
           "interim=false balance_kind=forward balance_date=2024-01-04 balance=2\n"
           "1 statement statement_no=1 statement_reference=REF1 related_reference=REL "
           "account=12345/678 statement_number=00012/003 number=00012 page=003 currency=EUR "
           "interim=false from_day=2024-01-02 to_day=2024-01-03 opening=1000,5 "
           "opening_page=false closing=-12 closing_page=false available=1\n");
}
END_TEST

START_TEST(interim_report)
{
    expect("\001\r\n:20:R\r\n:25P:123\r\nBANKXX\r\n:28C:7\r\n:34F:PLND5,\r\n:34F:PLNC6,\r\n"
           ":13D:1701191815+0100\r\n:61:1701190119EDN0,01NTRFNONREF\r\n:90D:1PLN0,01\r\n"
           ":90C:0PLN0,\r\n-\003\r\n",
           " account message interim floor_debit floor_credit made_at to_day debits credits "
           "debit_lines credit_lines mark direction number page currency payment_reference ",
           "9 line account=123 number=7 currency=PLN interim=true mark=ED direction=debit\n"
           "2 statement account=123 number=7 currency=PLN interim=true to_day=2017-01-19 "
           "made_at=2017-01-19T18:15+01:00 floor_debit=5 floor_credit=6 debit_lines=1 "
           "debits=0,01 credit_lines=0 credits=0\n");
}
END_TEST

/* Envelopes, several statements, text around them, a statement that has no closing balance. */
START_TEST(several_statements)
{
    expect("BANKNL2A\n940\n"
           "{1:F01BANKNL2AXXXX0000000000}{2:O940BANKNL2AXXXXN}{3:}{4:\n"
           ":20:A\n:25:1\n:28C:1/1\n:60F:C240101EUR5,\n:XY:what is this\n:62M:C240101EUR5,\n"
           "-}{5:}{1:F01}{2:I942BANK}{4:\n:20:B\n:25:2\n:28C:9\n:34F:EUR0,\n-}\n\n"
           ":940:\n:20:C\n:25:1\n:60M:C240101EUR5,\n:61:240102RC1,NMSC\n-XXX\n",
           " statement_no message tag details opening_page closing_page opening closing to_day "
           "interim mark direction reversal ",
           "1 other details=BANKNL2A|940\n"
           "3 other details={1:F01BANKNL2AXXXX0000000000}{2:O940BANKNL2AXXXXN}{3:}{4:\n"
           "7 balance statement_no=1 message=940 interim=false\n"
           "8 other statement_no=1 message=940 interim=false tag=XY details=what is this\n"
           "9 balance statement_no=1 message=940 interim=false\n"
           "4 statement statement_no=1 message=940 interim=false to_day=2024-01-01 opening=5 "
           "opening_page=false closing=5 closing_page=true\n"
           "10 other details={5:}{1:F01}{2:I942BANK}{4:\n"
           "11 statement statement_no=2 message=942 interim=true\n"
           "17 other tag=940\n"
           "20 balance statement_no=3 message=940 interim=false\n"
           "21 line statement_no=3 message=940 interim=false mark=RC direction=debit "
           "reversal=true\n"
           "18 statement statement_no=3 message=940 interim=false to_day=2024-01-02 opening=5 "
           "opening_page=true\n");
}
END_TEST

/* An opening balance under the same head begins a statement of its own; a line that belongs to
 * no statement is given alone. */
START_TEST(statements_without_heads)
{
    expect(":25:7\n:60F:C240101EUR1,\n:62F:D240101EUR0,00\n:60F:C240102EUR2,\n"
           ":61:240102C1,NMSC\n:60F:C240103EUR3,\n-\n:61:240104C4,NMSC\n",
           " statement_no account opening closing line_no ",
           "2 balance statement_no=1 account=7\n"
           "3 balance statement_no=1 account=7\n"
           "1 statement statement_no=1 account=7 opening=1 closing=0,00\n"
           "4 balance statement_no=2 account=7\n"
           "5 line statement_no=2 account=7 line_no=1\n"
           "4 statement statement_no=2 account=7 opening=2\n"
           "6 balance statement_no=3 account=7\n"
           "6 statement statement_no=3 account=7 opening=3\n"
           "8 line statement_no=4 line_no=1\n"
           "8 statement statement_no=4\n");
}
END_TEST

/* --- lines --- */

static const struct {
    const char *line, *expected;
} lines[] = {
    /* the year of the entry date turns */
    {"2412310102C1,NMSC", "value_date=2024-12-31 booked_date=2025-01-02 mark=C "
                          "direction=credit reversal=false amount=1 type=NMSC"},
    {"2501021231D1,NMSC", "value_date=2025-01-02 booked_date=2024-12-31 mark=D direction=debit "
                          "reversal=false amount=1 type=NMSC"},
    {"991231C1,NMSC", "value_date=1999-12-31 booked_date=1999-12-31 mark=C direction=credit "
                      "reversal=false amount=1 type=NMSC"},
    {"790101C1,NMSC", "value_date=2079-01-01 booked_date=2079-01-01 mark=C direction=credit "
                      "reversal=false amount=1 type=NMSC"},
    /* 30 days a month; a day that no calendar has stays what it is */
    {"1602300301DR6,00N024",
     "value_date=2016-02-29 booked_date=2016-03-01 mark=D "
     "direction=debit reversal=false funds_code=R amount=6,00 type=N024"},
    {"1502290230C6,N024", "value_date=2015-02-28 booked_date=2015-02-28 mark=C "
                          "direction=credit reversal=false amount=6 type=N024"},
    {"151332C6,N024", "value_date=2015-13-32 booked_date=2015-13-32 mark=C direction=credit "
                      "reversal=false amount=6 type=N024"},
    /* blanks for the entry date, a funds code that looks like a mark, a type without letters */
    {"240312    DD212,39NMSCNONREF//",
     "value_date=2024-03-12 booked_date=2024-03-12 mark=D direction=debit reversal=false "
     "funds_code=D amount=212,39 type=NMSC customer_reference=NONREF"},
    {"1710111011DF2402,00S   X", "value_date=2017-10-11 booked_date=2017-10-11 mark=D "
                                 "direction=debit reversal=false funds_code=F amount=2402,00 "
                                 "type=S    customer_reference=X payment_reference=X"},
    /* reversals */
    {"240101RCR1,NMSC", "value_date=2024-01-01 booked_date=2024-01-01 mark=RC direction=debit "
                        "reversal=true funds_code=R amount=1 type=NMSC"},
    {"240101RD1,NMSC", "value_date=2024-01-01 booked_date=2024-01-01 mark=RD direction=credit "
                       "reversal=true amount=1 type=NMSC"},
    {"240101ERC1,NMSC", "value_date=2024-01-01 booked_date=2024-01-01 mark=ERC direction=debit "
                        "reversal=true amount=1 type=NMSC"},
    {"240101ERD1,NMSC", "value_date=2024-01-01 booked_date=2024-01-01 mark=ERD "
                        "direction=credit reversal=true amount=1 type=NMSC"},
    {"240101EC1,NMSC", "value_date=2024-01-01 booked_date=2024-01-01 mark=EC direction=credit "
                       "reversal=false amount=1 type=NMSC"},
    /* references: filled up with blanks, longer than allowed, on two lines */
    {"240101D0001,28N0440121470966      W.P. Jansen\nmore",
     "value_date=2024-01-01 booked_date=2024-01-01 mark=D direction=debit reversal=false "
     "amount=0001,28 type=N044 customer_reference=0121470966 supplement=W.P. Jansen|more "
     "payment_reference=0121470966"},
    {"240101D1,NOVBNL47INGB9999999999",
     "value_date=2024-01-01 booked_date=2024-01-01 mark=D direction=debit reversal=false "
     "amount=1 type=NOVB customer_reference=NL47INGB9999999999 "
     "payment_reference=NL47INGB9999999999"},
};

START_TEST(line_forms)
{
    char text[512], expected[1024];
    snprintf(text, sizeof text, ":60F:C240101EUR1,\n:61:%s\n:62F:C240101EUR1,\n",
             lines[_i].line);
    snprintf(expected, sizeof expected, "1 balance\n2 line %s\n%d balance\n1 statement\n",
             lines[_i].expected, strchr(lines[_i].line, '\n') ? 4 : 3);
    expect(text,
           " value_date booked_date mark direction reversal funds_code amount type "
           "customer_reference bank_reference supplement payment_reference ",
           expected);
}
END_TEST

static const struct {
    const char *details, *expected;
} details[] = {
    {":86:166?00GUTSCHRIFT?100399?20EREF+END TO ?21END 1?22SVWZ+Rent M\nay?30BANKDEFF?31DE12?3"
     "2Ann \n?33Example?34000?60 and more?",
     "payment_reference=END TO END 1 business_code=166 posting_text=GUTSCHRIFT journal_no=0399 "
     "text=EREF+END TO END 1SVWZ+Rent May and more? counter_bank=BANKDEFF counter_account=DE12 "
     "counter_name=Ann Example counterparty=Ann Example DE12"},
    {":86: 000>100987>20HUUR >21APRIL>38NL01", "payment_reference=R business_code=000 "
                                               "journal_no=0987 text=HUUR APRIL "
                                               "counter_account=NL01 counterparty=NL01"},
    {":86:105?20EREF+NOTPROVIDED?21MREF+M1", "payment_reference=R business_code=105 "
                                             "text=EREF+NOTPROVIDEDMREF+M1"},
    {":86:?20only text", "payment_reference=R text=only text"},
    {":86:999PN5477SCHECK-NR. 16", "payment_reference=R text=999PN5477SCHECK-NR. 16"},
    {":86:2024?", "payment_reference=R text=2024?"},
    {":86:/TRTP/SEPA/IBAN/NL01BANK/BIC/BANKNL2A/NAME/ANN EXA\nMPLE/REMI/RENT/EREF/E-1",
     "payment_reference=E-1 text=/TRTP/SEPA/IBAN/NL01BANK/BIC/BANKNL2A/NAME/ANN "
     "EXAMPLE/REMI/RENT/EREF/E-1 counter_bank=BANKNL2A counter_account=NL01BANK "
     "counter_name=ANN EXAMPLE counterparty=ANN EXAMPLE NL01BANK"},
    {":86:one\n:86:two\n\n:86:\n:86:three", "payment_reference=R text=one|two|three"},
    /* a line of the text that begins like a tag that cannot stand here */
    {":86:at 13\n:12:11\n:28:end", "payment_reference=R text=at 13|:12:11|:28:end"},
    {":86:61\n61: 25\n62:CX1234\n61 250102D1",
     "payment_reference=R text=61|61: 25|62:CX1234|61 250102D1"},
    {":NS:01first\n02second\n15Ann\n17Paid\n1812\n33BANK\n34DE1\nno number",
     "payment_reference=R posting_text=Paid journal_no=12 text=first second counter_bank=BANK "
     "counter_account=DE1 counter_name=Ann counterparty=Ann DE1"},
};

START_TEST(details_forms)
{
    char text[512], expected[1024];
    snprintf(text, sizeof text, ":60F:C240101EUR1,\n:61:240101C1,NMSCR\n%s\n",
             details[_i].details);
    snprintf(expected, sizeof expected, "1 balance\n2 line %s\n1 statement\n",
             details[_i].expected);
    expect(text,
           " payment_reference business_code posting_text journal_no text counter_bank "
           "counter_account counter_name counterparty ",
           expected);
}
END_TEST

/* What belongs to no line is kept with the statement; a second head is kept as what it is. */
START_TEST(out_of_place)
{
    expect(":20:A\n:25:1\n:28C:abc\n:NS:22Firm\n:60F:C240101EUR1,\n:61:240101C1,NMSC\n:25:166?"
           "00X\n"
           ":62F:C240101EUR2,\n:86:FREE\n",
           " tag details account statement_number number ",
           "5 balance account=1 statement_number=abc\n"
           "6 line account=1 statement_number=abc\n"
           "7 other account=1 statement_number=abc tag=25 details=166?00X\n"
           "8 balance account=1 statement_number=abc\n"
           "1 statement account=1 statement_number=abc details=22Firm|FREE\n");
}
END_TEST

/* --- files that are refused --- */

static const struct {
    const char *text, *expected;
} refused[] = {
    {"",
     "error 0:0 [MT940-EMPTY] no statement: neither an opening balance (:60F: or :60M:) nor "
     "an MT942\n"},
    {":20:A\n:25:1\n:62F:C240101EUR1,\n",
     "error 0:0 [MT940-EMPTY] no statement: neither an opening balance (:60F: or :60M:) nor an "
     "MT942\n"},
    {":20:A\n:25:1\n:61:240101C1,NMSC\n:60F:C240101EUR1,\n",
     "error 3:0 [MT940-OPENING] a line without an opening balance (:60F: or :60M:) before "
     "it\n"},
    {":60F:C240101EUR1,\n-\n:20:A\n:61:240101C1,NMSC\n",
     "error 4:0 [MT940-OPENING] a line without an opening balance (:60F: or :60M:) before "
     "it\n"},
    {":60F:C240101EUR1,\n:62F:C240101EUR1,\n:61:240101C1,NMSC\n",
     "error 3:0 [MT940-ORDER] a line behind the closing balance of its statement\n"},
    {":60F:C240101EUR1,\n:62F:C240101EUR1,\n:62F:C240101EUR1,\n",
     "error 3:0 [MT940-ORDER] a second closing balance in one statement\n"},
    {":25:1\n:60F:C240101EUR1,\n:25:2\n:61:240101C1,NMSC\n",
     "error 3:0 [MT940-ORDER] a second :25: in one statement\n"},
    {":25:1\n:25:1\n:60F:C240101EUR1,\n",
     "error 2:0 [MT940-ORDER] a second :25: in one statement\n"},
    {":25:1\n:60F:C240101EUR1,\n:61:240101C1,NMSC\n:86:x\n:25:2\n:61:240101C1,NMSC\n",
     "error 5:0 [MT940-ORDER] a second :25: in one statement\n"},
    {":25:1\n:60F:C240101EUR1,\n:62F:C240101EUR1,\n:25:2\n:60F:C240101EUR1,\n",
     "error 4:0 [MT940-ORDER] a second :25: in one statement\n"},
    {":28C:1\n:60F:C240101EUR1,\n:61:240101C1,NMSC\n:28C:1/2\n:61:240101C1,NMSC\n",
     "error 4:0 [MT940-ORDER] a second :28C: in one statement\n"},
    {":60F:C240101EUR1,\n:62F:C240101USD1,\n",
     "error 2:0 [MT940-CURRENCY] field :62F: is in USD, its statement in EUR\n"},
    {":34F:EUR1,\n:90D:1USD1,\n",
     "error 2:0 [MT940-CURRENCY] field :90D: is in USD, its statement in EUR\n"},
    {":60F:X240101EUR1,\n", "error 1:6 [MT940-FIELD] field :60F: expects C or D, found "
                            "'X240101E'\n"},
    {":60F:C24010EUR1,\n", "error 1:7 [MT940-FIELD] field :60F: expects a date of six digits, "
                           "YYMMDD, found '24010EUR'\n"},
    {":60F:C2401011,\n", "error 1:13 [MT940-FIELD] field :60F: expects a currency of three "
                         "capital letters, found '1,'\n"},
    {":60F:C240101eur1,\n", "error 1:13 [MT940-FIELD] field :60F: expects a currency of three "
                            "capital letters, found 'eur1,'\n"},
    {":60F:C240101EUR,5\n", "error 1:16 [MT940-FIELD] field :60F: expects an amount, found "
                            "',5'\n"},
    {":60F:C240101EUR1.234,5\n", "error 1:17 [MT940-FIELD] field :60F: expects a comma before "
                                 "the decimals, found '.234,5'\n"},
    {":60F:C240101EUR1,5 \n", "error 1:19 [MT940-FIELD] field :60F: expects the end of the "
                              "field, found ' '\n"},
    {":60F:C240101EUR1,\n:61:\n", "error 2:5 [MT940-FIELD] field :61: expects a date of six "
                                  "digits, YYMMDD, found the end of the line\n"},
    {":60F:C240101EUR1,\n:61:240101X\n", "error 2:11 [MT940-FIELD] field :61: expects C, D, RC "
                                         "or RD, found 'X'\n"},
    {":60F:C240101EUR1,\n:61:240101CR\n30,00N062\n",
     "error 2:13 [MT940-FIELD] field :61: expects an amount, found the end of the line\n"},
    {":60F:C240101EUR1,\n:61:240101C1,N12\n",
     "error 2:14 [MT940-FIELD] field :61: expects a type: a capital letter and three "
     "characters, found 'N12'\n"},
    {":60F:C240101EUR1,\n:61:240101C1,NMSC\n61:250102D11,00NMSCX\n",
     "error 3:0 [MT940-FIELD] a line begins like a :61: or a balance, but its tag is "
     "damaged\n"},
    {":60F:C240101EUR1,\n:61:240101C1,NMSC\n :61:250102D11,00NMSCX\n",
     "error 3:0 [MT940-FIELD] a line begins like a :61: or a balance, but its tag is "
     "damaged\n"},
    {":60F:C240101EUR1,\n:61:240101C1,NMSC\n:61 :2501020103RD11,00NMSCX\n",
     "error 3:0 [MT940-FIELD] a line begins like a :61: or a balance, but its tag is "
     "damaged\n"},
    {":60F:C240101EUR1,\n:61:240101C1,NMSC\n: 61:250102    D1,NMSC\n",
     "error 3:0 [MT940-FIELD] a line begins like a :61: or a balance, but its tag is "
     "damaged\n"},
    {":60F:C240101EUR1,\n:61:240101C1,NMSC\n:61250102D11,00NMSCX\n",
     "error 3:0 [MT940-FIELD] a line begins like a :61: or a balance, but its tag is "
     "damaged\n"},
    {":60F:C240101EUR1,\n:61:240101C1,NMSC\n62F:C250102EUR1,\n",
     "error 3:0 [MT940-FIELD] a line begins like a :61: or a balance, but its tag is "
     "damaged\n"},
    {":60F:C240101EUR1,\n:61:240101C1,NMSC\n:62f:C250102EUR1,\n",
     "error 3:0 [MT940-FIELD] a line begins like a :61: or a balance, but its tag is "
     "damaged\n"},
    {":60F:C240101EUR1,\n:61:240101C1,NMSC\n:60F C250102EUR1,\n",
     "error 3:0 [MT940-FIELD] a line begins like a :61: or a balance, but its tag is "
     "damaged\n"},
    {":60F:C240101EUR1,\n:61:240101C1,NMSC\n:61A:250102C1,NMSC\n",
     "error 3:0 [MT940-FIELD] a line begins like a :61: or a balance, but its tag is "
     "damaged\n"},
    {":60F:C240101EUR1,\n:61:240101C1,NMSC\n:86:text\n61:250102D11,00NMSCX\n",
     "error 4:0 [MT940-FIELD] a line begins like a :61: or a balance, but its tag is "
     "damaged\n"},
    {":60F:C240101EUR1,\n :61:250102D11,00NMSCX\n",
     "error 2:0 [MT940-FIELD] a line begins like a :61: or a balance, but its tag is "
     "damaged\n"},
    {":60F:C240101EUR1,\n:61:240101C1,NMSC\nmore\n\nand more\n",
     "error 5:0 [MT940-FIELD] a second line of text behind a :61:, which has one at most: a "
     "tag may be damaged or missing\n"},
    {":34F:EURX1,\n", "error 1:9 [MT940-FIELD] field :34F: expects an amount, found 'X1,'\n"},
    {":34F:1\n", "error 1:6 [MT940-FIELD] field :34F: expects a currency of three capital "
                 "letters, found '1'\n"},
    {":90D:EUR1,\n", "error 1:6 [MT940-FIELD] field :90D: expects a number of lines, found "
                     "'EUR1,'\n"},
    {":90C:1E1,\n", "error 1:7 [MT940-FIELD] field :90C: expects a currency of three capital "
                    "letters, found 'E1,'\n"},
    {":13D:170119\n", "error 1:12 [MT940-FIELD] field :13D: expects four digits, hhmm, found "
                      "the end of the line\n"},
    {":13D:1701191815+1\n", "error 1:17 [MT940-FIELD] field :13D: expects an offset of four "
                            "digits, hhmm, found '1'\n"},
};

START_TEST(refused_files)
{
    char *found = read_all(fa_str_from(refused[_i].text), NULL, 1);
    const char *error = strstr(found, "error ");
    ck_assert_str_eq(error ? error : found, refused[_i].expected);
    free(found);
}
END_TEST

/* A :86: of 64 KiB: on one line, on many, and as many of them; one line before any tag. */
START_TEST(too_long)
{
    static const struct {
        const char *start, *line, *expected;
    } cases[] = {
        {":60F:C240101EUR1,\n:61:240101C1,NMSC\n:86:",
         "xxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxx",
         "error 3:0 [MT940-SIZE] a line is longer than 16384 bytes\n"},
        {":60F:C240101EUR1,\n:61:240101C1,NMSC\n:86:x\n",
         "yyyyyyyyyyyyyyyyyyyyyyyyyyyyyyyyyyyy\n",
         "error 3:0 [MT940-SIZE] field :86: is longer than 16384 bytes\n"},
        {":60F:C240101EUR1,\n:61:240101C1,NMSC\n", ":86:zzzzzzzzzzzzzzzzzzzzzzzzzzzzzzzzzzz\n",
         "error 458:0 [MT940-SIZE] the :86: of one line hold more bytes than fit\n"},
        {"", "no tag here ", "error 1:0 [MT940-SIZE] a line is longer than 16384 bytes\n"},
    };
    struct fa_buf text = {0};
    (void)!fa_buf_add_text(&text, cases[_i].start);
    while (text.size < 65536)
        (void)!fa_buf_add_text(&text, cases[_i].line);
    char *found = read_all(fa_buf_str(&text), NULL, 1000);
    const char *error = strstr(found, "error ");
    ck_assert_str_eq(error ? error : found, cases[_i].expected);
    free(found);
    fa_buf_release(&text);
}
END_TEST

/* Whatever is cut off, a statement is told, or why not; and a piece of it changes nothing. */
START_TEST(cut_anywhere)
{
    static const char text[] = "{1:F01}{2:O940X}{4:\n:20:A\n:25:1\n:28C:1\n:60F:C240101EUR1,\n"
                               ":61:2401010102RCR1,05NMSCREF//"
                               "BANK\nmore\n:86:166?00X?20EREF+1?32N\n:62F:C240101EUR0,\n-}\n";
    for (size_t size = 0; size < sizeof text; size++) {
        char *found = read_all((struct fa_str){text, size}, NULL, 1000);
        ck_assert(strstr(found, "statement ") || strstr(found, "error "));
        free(found);
    }
}
END_TEST

static Suite *mt940_suite(void)
{
    Suite *suite = suite_create("mt940");
    TCase *tests = tcase_create("reader");
    tcase_add_test(tests, whole_statement);
    tcase_add_test(tests, interim_report);
    tcase_add_test(tests, several_statements);
    tcase_add_test(tests, statements_without_heads);
    tcase_add_loop_test(tests, line_forms, 0, sizeof lines / sizeof *lines);
    tcase_add_loop_test(tests, details_forms, 0, sizeof details / sizeof *details);
    tcase_add_test(tests, out_of_place);
    tcase_add_loop_test(tests, refused_files, 0, sizeof refused / sizeof *refused);
    tcase_add_loop_test(tests, too_long, 0, 4);
    tcase_add_test(tests, cut_anywhere);
    suite_add_tcase(suite, tests);
    return suite;
}

int main(void)
{
    SRunner *runner = srunner_create(mt940_suite());
    srunner_run_all(runner, CK_ENV);
    int failed = srunner_ntests_failed(runner);
    srunner_free(runner);
    return failed == 0 ? 0 : 1;
}
