/* The reader of camt: what it makes of a document, and why it refuses one. */
#include <check.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>

#include "base/limits.h"
#include "intake/reader.h"

/* --- a feed that gives one byte at a time --- */

struct drip {
    struct fa_feed base;
    struct fa_str rest;
};

static size_t read_drip(struct fa_feed *feed, char *out, size_t size)
{
    struct drip *drip = (struct drip *)feed;
    if (size == 0 || drip->rest.size == 0)
        return 0;
    *out = *drip->rest.bytes++;
    drip->rest.size--;
    return 1;
}

static void close_drip(struct fa_feed *feed)
{
    (void)feed;
}

static const struct fa_feed_type drip_type = {read_drip, close_drip};

/* --- a document as the reader gives it --- */

enum { FIELDS_MAX = 160 };

/* The fields of one line of CSV, unquoted in place; returns what follows it. */
static char *split(char *line, char **fields, int *count)
{
    *count = 0;
    for (;;) {
        ck_assert_int_lt(*count, FIELDS_MAX);
        char *to = line;
        bool is_quoted = *line == '"';
        fields[(*count)++] = line;
        line += is_quoted;
        while (is_quoted ? *line != '"' || line[1] == '"' : *line != ',' && *line != '\n') {
            line += is_quoted && *line == '"';
            *to++ = *line++;
        }
        line += is_quoted;
        char end = *line++;
        *to = '\0';
        if (end == '\n')
            return line;
        ck_assert_int_eq(end, ',');
    }
}

/* Records as lines of "record NAME=VALUE ..." without what is empty or passed on by the message
 * and the statement. */
static void add_records(struct fa_buf *text, struct fa_records *records, char **header,
                        int *header_count)
{
    static const char *const left_out[] = {"message",         "kind",         "message_id",
                                           "message_page",    "statement_id", "account",
                                           "account_currency"};
    char *fields[FIELDS_MAX], *line = records->bytes.bytes;
    for (size_t i = 0; i < records->origins.count; i++) {
        int count;
        line = split(line, *header_count ? fields : header, &count);
        if (!*header_count) {
            *header_count = count;
            for (int k = 0; k < count; k++)
                header[k] = strdup(header[k]);
            continue;
        }
        ck_assert_int_eq(count, *header_count);
        bool is_below = strcmp(fields[0], "message") && strcmp(fields[0], "statement");
        (void)!fa_buf_addf(text, "%d %s", (int)records->origins.items[i].line_no, fields[0]);
        for (int k = 1; k < count; k++) {
            bool is_shown = fields[k][0] != '\0';
            for (size_t n = 0; n < sizeof left_out / sizeof *left_out && is_below; n++)
                is_shown = is_shown && strcmp(header[k], left_out[n]);
            if (is_shown)
                (void)!fa_buf_addf(text, " %s=%s", header[k], fields[k]);
        }
        (void)!fa_buf_add_char(text, '\n');
    }
}

static const char *read_all(struct fa_feed *feed, size_t wanted, struct fa_buf *text)
{
    struct fa_reader_input input = {.feed = feed, .fd = -1, .fault = feed->fault};
    struct fa_records records = {0};
    struct fa_reader *reader = fa_reader_camt.open(&input);
    char *header[FIELDS_MAX];
    int header_count = 0;
    ck_assert_ptr_nonnull(reader);
    bool has_more;
    fa_buf_clear(text);
    do {
        fa_records_clear(&records);
        has_more = reader->type->next(reader, wanted, &records);
        add_records(text, &records, header, &header_count);
    } while (has_more);
    if (feed->fault->is_set)
        (void)!fa_buf_addf(text, "%d:%d %s [%s]", (int)feed->fault->line_no,
                           (int)feed->fault->column_no, feed->fault->text,
                           fa_code_info(feed->fault->code)->name);
    for (int i = 0; i < header_count; i++)
        free(header[i]);
    reader->type->close(reader);
    fa_records_release(&records);
    return fa_buf_cstr(text);
}

/* The same whatever pieces it comes and is taken in. */
static void check(struct fa_str document, const char *expected)
{
    struct fa_buf text;
    fa_buf_init(&text);
    for (int way = 0; way < 4; way++) {
        struct fa_fault fault = {0};
        struct drip drip = {{&drip_type, &fault}, document};
        struct fa_feed *whole = fa_feed_of_bytes(document, &fault);
        const char *found =
            read_all(way & 1 ? &drip.base : whole, way & 2 ? 1 : 1 << 20, &text);
        ck_assert_msg(strcmp(found, expected) == 0, "%.2000s\nfound:\n%s\nexpected:\n%s",
                      document.bytes, found, expected);
        fa_feed_close(whole);
    }
    fa_buf_release(&text);
}

#define NS            "urn:iso:std:iso:20022:tech:xsd:"
#define OPEN(version) "<Document xmlns=\"" NS "camt.053.001." version "\">"
/* A statement of version 04, with what stands in it. */
#define STATEMENT(content)                                                                     \
    OPEN("04") "<BkToCstmrStmt><Stmt><Id>S</Id>" content "</Stmt></BkToCstmrStmt></Document>"
#define AMOUNT(amount) "<Amt Ccy=\"EUR\">" amount "</Amt>"
#define BALANCE(type, amount, side)                                                            \
    "<Bal><Tp><CdOrPrtry><Cd>" type                                                            \
    "</Cd></CdOrPrtry></Tp>" AMOUNT(amount) "<CdtDbtInd>" side                                 \
                                            "</CdtDbtInd><Dt><Dt>2024-05-01</Dt></Dt></Bal>"
#define HEAD "statement message=camt.053.001.04 kind=statement statement_no=1 statement_id=S"

START_TEST(documents)
{
    static const struct {
        const char *document, *expected;
    } cases[] = {
        {"<?xml version=\"1.0\"?>\n<!-- c --><d:Document xmlns:d=\"" NS "camt.054.001.08\">"
         "<d:BkToCstmrDbtCdtNtfctn>\n<d:GrpHdr><d:MsgId> M "
         "</d:MsgId></d:GrpHdr></d:BkToCstmrDbtCdtNtfctn>"
         "</d:Document>",
         "3 message message=camt.054.001.08 kind=notification message_id=M\n"},
        /* in an envelope, and two of them */
        {"<e:env xmlns:e=\"x\"><AppHdr/>" OPEN(
             "01") "<BkToCstmrStmtV01><Stmt><Id>S</Id></Stmt>"
                   "</BkToCstmrStmtV01></Document>\n" STATEMENT("") "</e:env>",
         "1 statement message=camt.053.001.01 kind=statement statement_no=1 statement_id=S "
         "entries=0\n"
         "2 statement message=camt.053.001.04 kind=statement statement_no=2 statement_id=S "
         "entries=0\n"},
        /* page numbers, the statement's and the message's */
        {OPEN("06") "<BkToCstmrStmt><GrpHdr><MsgPgntn><PgNb>2</PgNb></MsgPgntn></GrpHdr><Stmt>"
                    "<StmtPgntn><PgNb>3</PgNb><LastPgInd>false</LastPgInd></StmtPgntn></Stmt></"
                    "BkToCstmrStmt></Document>",
         "1 message message=camt.053.001.06 kind=statement message_page=2\n"
         "1 statement message=camt.053.001.06 kind=statement message_page=2 statement_no=1 "
         "page=3 "
         "last_page=false entries=0\n"},
        /* blanks around values, a zone of a day, references to characters, what is passed over
         */
        {STATEMENT("<Ntry>" AMOUNT(
             "\n 5.10 ") "<CdtDbtInd>CRDT</CdtDbtInd><Sts>BOOK</Sts>"
                         "<BookgDt><Dt>2024-05-01+02:00</Dt></"
                         "BookgDt><ValDt><DtTm>2024-05-02T10:00:00Z</DtTm></ValDt>"
                         "<Chrgs><Amt Ccy=\"EUR\">9</Amt></Chrgs>"
                         "<AddtlNtryInf>a&amp;b &#x4E2D;<![CDATA[<c>]]></AddtlNtryInf></Ntry>"),
         "1 entry statement_no=1 entry_no=1 entry_amount=5.10 entry_direction=CRDT status=BOOK "
         "booked=2024-05-01+02:00 booked_day=2024-05-01 value=2024-05-02T10:00:00Z "
         "value_day=2024-05-02 details=0 batches=0 amount=5.10 currency=EUR direction=CRDT "
         "info=a&b \xE4\xB8\xAD<c> text=a&b \xE4\xB8\xAD<c>\n1 " HEAD
         " entries=1 currency=EUR\n"},
        /* an entry shows its only detail; of a reversal the other side is the creditor of money
           in */
        {STATEMENT(
             "<Ntry><CdtDbtInd>CRDT</CdtDbtInd><RvslInd>true</RvslInd><NtryDtls><TxDtls><Refs>"
             "<EndToEndId>E</EndToEndId></Refs><RltdPties><Dbtr><Nm>D</Nm></Dbtr><Cdtr><Nm>C</"
             "Nm></Cdtr>"
             "</RltdPties><RmtInf><Ustrd>one</Ustrd><Ustrd>two</Ustrd></RmtInf></TxDtls></"
             "NtryDtls></Ntry>"),
         "1 detail statement_no=1 entry_no=1 entry_direction=CRDT reversal=true detail_no=1 "
         "direction=CRDT end_to_end_id=E counterparty=C debtor=D creditor=C remittance=one two "
         "text=one two\n"
         "1 entry statement_no=1 entry_no=1 entry_direction=CRDT reversal=true details=1 "
         "batches=0 "
         "direction=CRDT end_to_end_id=E counterparty=C debtor=D creditor=C remittance=one "
         "two text=one two\n"
         "1 " HEAD " entries=1\n"},
        /* of several details it shows none; a batch goes with its own details */
        {STATEMENT("<Ntry>" AMOUNT("3") "<NtryDtls><Btch><NbOfTxs>1</NbOfTxs></"
                                        "Btch><TxDtls>" AMOUNT(
                                            "1") "</TxDtls></"
                                                 "NtryDtls><NtryDtls><TxDtls><AmtDtls><"
                                                 "TxAmt>" AMOUNT("2") "</TxAmt></AmtDtls></"
                                                                      "TxDtls></NtryDtls></"
                                                                      "Ntry>"),
         "1 batch statement_no=1 entry_no=1 entry_amount=3 batch_no=1 batch_count=1\n"
         "1 detail statement_no=1 entry_no=1 entry_amount=3 batch_no=1 batch_count=1 "
         "detail_no=1 "
         "amount=1 currency=EUR\n"
         "1 detail statement_no=1 entry_no=1 entry_amount=3 detail_no=2 amount=2 currency=EUR "
         "transaction_amount=2 "
         "transaction_currency=EUR\n"
         "1 entry statement_no=1 entry_no=1 entry_amount=3 details=2 batches=1 batch_no=1 "
         "batch_count=1 amount=3 currency=EUR\n1 " HEAD " entries=1 currency=EUR\n"},
        {STATEMENT("<TxsSummry><TtlNtries><NbOfNtries>2</NbOfNtries><TtlNetNtry><Amt>7</Amt>"
                   "<CdtDbtInd>DBIT</CdtDbtInd></TtlNetNtry></"
                   "TtlNtries><TtlDbtNtries><NbOfNtries>1</NbOfNtries>"
                   "<Sum>9</Sum></TtlDbtNtries></TxsSummry>"),
         "1 total statement_no=1 type=entries count=2 amount=7 direction=DBIT\n"
         "1 total statement_no=1 type=debits count=1 sum=9\n"
         "1 " HEAD " lines=2 debit_lines=1 debits=9 entries=0\n"},
    };
    for (size_t i = 0; i < sizeof cases / sizeof *cases; i++)
        check(fa_str_from(cases[i].document), cases[i].expected);
}
END_TEST

/* Which balances open and close a statement. */
START_TEST(balances)
{
    static const struct {
        const char *document, *expected;
    } cases[] = {
        {STATEMENT(BALANCE("PRCD", "1", "CRDT") BALANCE("OPBD", "2", "DBIT") BALANCE(
             "CLBD", "3", "CRDT") BALANCE("CLAV", "4", "DBIT") BALANCE("FWAV", "5", "CRDT")),
         " opening=-2 opening_type=OPBD closing=3 closing_type=CLBD available=-4"},
        {STATEMENT(BALANCE("PRCD", "1", "CRDT") BALANCE("CLBD", "3", "CRDT")),
         " opening=1 opening_type=PRCD closing=3 closing_type=CLBD"},
        {STATEMENT(BALANCE("OPBD", "1", "CRDT") BALANCE("ITBD", "3", "CRDT")),
         " opening=1 opening_type=OPBD closing=3 closing_type=ITBD"},
        {STATEMENT(BALANCE("ITBD", "1", "CRDT") BALANCE("CLBD", "3", "CRDT")),
         " opening=1 opening_type=ITBD closing=3 closing_type=CLBD"},
        {STATEMENT(BALANCE("ITBD", "1", "CRDT") BALANCE("ITBD", "2", "CRDT")
                       BALANCE("ITBD", "30", "CRDT")),
         " opening=1 opening_type=ITBD closing=30 closing_type=ITBD"},
        {STATEMENT(BALANCE("OPBD", "1", "CRDT") BALANCE("CLBD", "200", "CRDT")
                       BALANCE("OPBD", "200", "CRDT") BALANCE("CLBD", "3", "CRDT")),
         " opening=1 opening_type=OPBD closing=3 closing_type=CLBD"},
    };
    for (size_t i = 0; i < sizeof cases / sizeof *cases; i++) {
        struct fa_fault fault = {0};
        struct fa_buf text;
        fa_buf_init(&text);
        struct fa_feed *feed = fa_feed_of_bytes(fa_str_from(cases[i].document), &fault);
        const char *line = strstr(read_all(feed, 1 << 20, &text), HEAD);
        ck_assert_ptr_nonnull(line);
        char expected[400];
        snprintf(expected, sizeof expected,
                 HEAD " from_day=2024-05-01 to_day=2024-05-01%s entries=0 currency=EUR\n",
                 cases[i].expected);
        ck_assert_str_eq(line, expected);
        fa_feed_close(feed);
        fa_buf_release(&text);
    }
    check(
        FA_STR(STATEMENT(BALANCE("ITBD", "1", "CRDT"))),
        "1 balance statement_no=1 type=ITBD balance=1 date=2024-05-01 day=2024-05-01 amount=1 "
        "currency=EUR direction=CRDT\n1 " HEAD " entries=0 currency=EUR\n");
}
END_TEST

START_TEST(faults)
{
    static const struct {
        const char *document, *expected;
    } cases[] = {
        {"", "1:1 the file ends before its last element does [XML-CUT]"},
        {OPEN("02") "<BkToCstmrStmt>\n<Stmt><Id>S",
         "2:12 the file ends before its last element does [XML-CUT]"},
        {OPEN("02") "<BkToCstm", "1:66 the file ends before its last element does [XML-CUT]"},
        {"{\"a\": 1}",
         "1:1 the file is not well-formed XML: not well-formed (invalid token) [XML-SYNTAX]"},
        {OPEN("02") "<BkToCstmrStmt></Stmt>",
         "1:83 the file is not well-formed XML: mismatched tag [XML-SYNTAX]"},
        {OPEN("02") "<x:a/>",
         "1:66 the file is not well-formed XML: unbound prefix [XML-SYNTAX]"},
        {OPEN("02") "<BkToCstmrStmt>&x;",
         "1:81 the file is not well-formed XML: undefined entity [XML-SYNTAX]"},
        {"<?xml version=\"1.0\"?>\n<!DOCTYPE d [<!ENTITY a \"b\">]>\n<d/>",
         "2:13 the document declares a DOCTYPE, which no bank does [XML-DOCTYPE]"},
        {"<!DOCTYPE d SYSTEM \"file:///etc/passwd\"><d/>",
         "1:40 the document declares a DOCTYPE, which no bank does [XML-DOCTYPE]"},
        {"<?xml version=\"1.0\" encoding=\"EBCDIC-CP-US\"?><d/>",
         "1:31 the file is not in the encoding that it names: unknown encoding [XML-ENCODING]"},
        {"<html/>", "1:0 the document is no bank statement: its element is 'html', and no "
                    "Document is in it [CAMT-MESSAGE]"},
        {"<Document/>",
         "1:1 the document is no bank statement: its namespace is not named [CAMT-MESSAGE]"},
        {"<Document xmlns=\"" NS "pain.001.001.03\"/>",
         "1:1 the document is no bank statement: its namespace is '" NS
         "pain.001.001.03' [CAMT-MESSAGE]"},
        {"<Document xmlns=\"" NS "camt.053.001.09\"/>",
         "1:1 the document is a camt.053 of a version that is not known: 'camt.053.001.09' "
         "[CAMT-VERSION]"},
        {OPEN("02") "<BkToCstmrAcctRpt/></Document>",
         "1:66 the document is no camt.053: it holds 'BkToCstmrAcctRpt' instead of "
         "BkToCstmrStmt [CAMT-MESSAGE]"},
        {OPEN("02") "<BkToCstmrStmtV01/></Document>",
         "1:66 the document is no camt.053: it holds 'BkToCstmrStmtV01' instead of "
         "BkToCstmrStmt [CAMT-MESSAGE]"},
        {OPEN("02") "<BkToCstmrStmt><Rpt/></BkToCstmrStmt></Document>",
         "1:81 element 'Rpt' is not known where it stands [CAMT-ELEMENT]"},
        {STATEMENT("<Ntrys/>"),
         "1:97 element 'Ntrys' is not known where it stands [CAMT-ELEMENT]"},
        {STATEMENT("<x:Ntry xmlns:x=\"y\"/>"),
         "1:97 element 'Ntry' is not known where it stands [CAMT-ELEMENT]"},
        {STATEMENT("<Ntry><Amt>1</Amt><Amt>2</Amt></Ntry>"),
         "1:121 element 'Amt' stands twice where the message has it once [CAMT-ELEMENT]"},
        {STATEMENT("<Bal/><Acct><Id><IBAN>X</IBAN></Id></Acct>"), NULL},
    };
    struct fa_buf text;
    fa_buf_init(&text);
    for (size_t i = 0; i < sizeof cases / sizeof *cases; i++) {
        if (cases[i].expected) {
            check(fa_str_from(cases[i].document), cases[i].expected);
            continue;
        }
        struct fa_fault fault = {0};
        struct fa_feed *feed = fa_feed_of_bytes(fa_str_from(cases[i].document), &fault);
        const char *found = read_all(feed, 1 << 20, &text);
        ck_assert_msg(
            strstr(found, "element 'IBAN' stands behind what it belongs to [CAMT-ELEMENT]"),
            "%s", found);
        fa_feed_close(feed);
    }
    fa_buf_release(&text);
}
END_TEST

/* --- limits --- */

static void add(struct fa_buf *document, const char *text, int times)
{
    for (int i = 0; i < times; i++)
        ck_assert_int_eq(fa_buf_add_text(document, text), FA_OK);
}

static void check_limit(struct fa_buf *document, const char *expected)
{
    struct fa_fault fault = {0};
    struct fa_feed *feed = fa_feed_of_bytes(fa_buf_str(document), &fault);
    struct fa_buf text;
    fa_buf_init(&text);
    (void)read_all(feed, 1 << 16, &text);
    ck_assert(fault.is_set);
    ck_assert_int_eq(fault.code, FA_CODE_XML_LIMIT);
    ck_assert_str_eq(fault.text, expected);
    fa_feed_close(feed);
    fa_buf_release(&text);
    fa_buf_clear(document);
}

START_TEST(limits)
{
    struct fa_buf document;
    fa_buf_init(&document);
    add(&document, "<a>", FA_XML_DEPTH_MAX + 1);
    check_limit(&document, "elements are nested more than 64 deep");
    add(&document, "<a>", 1);
    for (unsigned i = 0; i <= FA_XML_NAMES_MAX; i++)
        ck_assert_int_eq(fa_buf_addf(&document, "<n%u/>", i), FA_OK);
    check_limit(&document, "the document has more than 4096 different names");
    add(&document, "<a>", 1);
    for (unsigned i = 0; i <= FA_XML_NAMES_MAX; i++)
        ck_assert_int_eq(fa_buf_addf(&document, "<a n%u=''/>", i), FA_OK);
    check_limit(&document, "the document has more than 4096 different names");
    add(&document, "<a>", 1);
    for (unsigned i = 0; i <= FA_XML_NAMES_MAX; i++)
        ck_assert_int_eq(fa_buf_addf(&document, "<a xmlns:n%u='u'/>", i), FA_OK);
    check_limit(&document, "the document has more than 4096 different names");
    add(&document, "<!--", 1);
    add(&document, "comments ", 100000);
    check_limit(&document, "a tag, comment or instruction has more than 262144 bytes");
    add(&document, "<a b='", 1);
    add(&document, "attribute ", 100000);
    check_limit(&document, "a tag, comment or instruction has more than 262144 bytes");
    add(&document, OPEN("04") "<BkToCstmrStmt><Stmt><Ntry><AddtlNtryInf>", 1);
    add(&document, "0123456789ABCDEF", FA_CAMT_VALUE_BYTES_MAX / 16 + 1);
    check_limit(&document, "a value has more than 65536 bytes");
    add(&document, OPEN("04") "<BkToCstmrStmt><Stmt><Id>", 1);
    add(&document, "0123456789ABCDEF", FA_CAMT_PASSED_BYTES_MAX / 16 + 1);
    add(&document, "</Id>", 1);
    check_limit(&document, "the value of Id is longer than it may be");
    add(&document, OPEN("04") "<BkToCstmrStmt><Stmt><Ntry><NtryDtls><TxDtls><RmtInf>", 1);
    add(&document, "<Ustrd>01234</Ustrd><Strd><CdtrRefInf><Ref>1</Ref></CdtrRefInf></Strd>",
        10000);
    check_limit(&document, "the values of one element Ustrd have more than 1048576 bytes");
    fa_buf_release(&document);
}
END_TEST

/* UTF-16 and ISO-8859-1, as the file says itself. */
START_TEST(encodings)
{
    static const char plain[] = STATEMENT("<Acct><Nm>\xE4</Nm></Acct>");
    static const char expected[] = "1 " HEAD " account_name=\xC3\xA4 entries=0\n";
    struct fa_buf document;
    fa_buf_init(&document);
    add(&document, "<?xml version='1.0' encoding='ISO-8859-1'?>", 1);
    add(&document, plain, 1);
    check(fa_buf_str(&document), expected);
    fa_buf_clear(&document);
    ck_assert_int_eq(fa_buf_add(&document, "\xFF\xFE", 2), FA_OK);
    for (const char *c = plain; *c; c++)
        ck_assert_int_eq(fa_buf_add(&document, (char[]){*c, 0}, 2), FA_OK);
    check(fa_buf_str(&document), expected);
    fa_buf_release(&document);
}
END_TEST

int main(void)
{
    Suite *suite = suite_create("reader_camt");
    TCase *tcase = tcase_create("reader_camt");
    tcase_add_test(tcase, documents);
    tcase_add_test(tcase, balances);
    tcase_add_test(tcase, faults);
    tcase_add_test(tcase, limits);
    tcase_add_test(tcase, encodings);
    suite_add_tcase(suite, tcase);
    SRunner *runner = srunner_create(suite);
    srunner_run_all(runner, CK_NORMAL);
    int failed = srunner_ntests_failed(runner);
    srunner_free(runner);
    return failed ? 1 : 0;
}
