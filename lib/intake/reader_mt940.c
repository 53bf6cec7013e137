/*
 * The reader of MT940, MT942 and MT950: bank statements of SWIFT, with and without envelopes,
 * as banks write them.
 *
 * Records, in the order of the file: "line" (a :61: with its :86:), "balance" (each :60: :62:
 * :64: :65:), "statement" (at its end, with what its head, its balances and its sums say) and
 * "other" (what is no part of a statement: envelopes, text between statements, tags that MT940
 * does not have). Nothing is dropped. A file may begin and end anywhere a statement may; a
 * statement without a closing balance is given as it is.
 */
#include <stdio.h>
#include <stdlib.h>
#include <string.h>

#include "base/limits.h"
#include "intake/mt940.h"
#include "intake/reader.h"
#include "value/datetime.h"

/* The header. A record fills those fields that its kind has. */
enum field {
    F_RECORD,
    F_STATEMENT_NO, /* ordinal in the file, from 1 */
    F_MESSAGE,      /* 940, 942, 950 where the file tells */
    F_REFERENCE,    /* :20: */
    F_RELATED,      /* :21: */
    F_ACCOUNT,      /* :25:, first line of :25P: */
    F_NUMBER_TEXT,  /* :28: or :28C: */
    F_NUMBER,       /* its digits before the stroke */
    F_PAGE,         /* those behind it */
    F_CURRENCY,
    F_IS_INTERIM, /* true for MT942, else false */
    /* statement */
    F_FROM_DAY,
    F_TO_DAY,
    F_OPENING, /* below zero for D */
    F_OPENING_IS_PAGE,
    F_CLOSING,
    F_CLOSING_IS_PAGE,
    F_AVAILABLE,
    F_MADE_AT, /* :13D: */
    F_FLOOR_DEBIT,
    F_FLOOR_CREDIT,
    F_DEBIT_LINES,
    F_DEBITS,
    F_CREDIT_LINES,
    F_CREDITS,
    /* balance */
    F_BALANCE_KIND, /* opening, closing, page opening, page closing, available, forward */
    F_BALANCE_DATE,
    F_BALANCE,
    /* line */
    F_LINE_NO, /* ordinal in the statement, from 1 */
    F_VALUE_DATE,
    F_BOOKED_DATE,
    F_MARK,
    F_DIRECTION,
    F_IS_REVERSAL,
    F_FUNDS_CODE,
    F_AMOUNT,
    F_TYPE,
    F_CUSTOMER_REFERENCE,
    F_BANK_REFERENCE,
    F_SUPPLEMENT,
    F_PAYMENT_REFERENCE, /* end to end, else the customer's reference, where they say something
                          */
    F_BUSINESS_CODE,
    F_POSTING_TEXT,
    F_JOURNAL_NO,
    F_TEXT,
    F_COUNTER_BANK,
    F_COUNTER_ACCOUNT,
    F_COUNTER_NAME,
    F_COUNTERPARTY, /* name and account */
    F_MEMO,         /* posting text and text */
    /* all */
    F_TAG,     /* of an other */
    F_DETAILS, /* as written: :86: and :NS: of a line or of the statement, the text of an other
                */
    FIELD_COUNT
};

static const char *const field_names[FIELD_COUNT] = {
    [F_RECORD] = "record",
    [F_STATEMENT_NO] = "statement_no",
    [F_MESSAGE] = "message",
    [F_REFERENCE] = "statement_reference",
    [F_RELATED] = "related_reference",
    [F_ACCOUNT] = "account",
    [F_NUMBER_TEXT] = "statement_number",
    [F_NUMBER] = "number",
    [F_PAGE] = "page",
    [F_CURRENCY] = "currency",
    [F_IS_INTERIM] = "interim",
    [F_FROM_DAY] = "from_day",
    [F_TO_DAY] = "to_day",
    [F_OPENING] = "opening",
    [F_OPENING_IS_PAGE] = "opening_page",
    [F_CLOSING] = "closing",
    [F_CLOSING_IS_PAGE] = "closing_page",
    [F_AVAILABLE] = "available",
    [F_MADE_AT] = "made_at",
    [F_FLOOR_DEBIT] = "floor_debit",
    [F_FLOOR_CREDIT] = "floor_credit",
    [F_DEBIT_LINES] = "debit_lines",
    [F_DEBITS] = "debits",
    [F_CREDIT_LINES] = "credit_lines",
    [F_CREDITS] = "credits",
    [F_BALANCE_KIND] = "balance_kind",
    [F_BALANCE_DATE] = "balance_date",
    [F_BALANCE] = "balance",
    [F_LINE_NO] = "line_no",
    [F_VALUE_DATE] = "value_date",
    [F_BOOKED_DATE] = "booked_date",
    [F_MARK] = "mark",
    [F_DIRECTION] = "direction",
    [F_IS_REVERSAL] = "reversal",
    [F_FUNDS_CODE] = "funds_code",
    [F_AMOUNT] = "amount",
    [F_TYPE] = "type",
    [F_CUSTOMER_REFERENCE] = "customer_reference",
    [F_BANK_REFERENCE] = "bank_reference",
    [F_SUPPLEMENT] = "supplement",
    [F_PAYMENT_REFERENCE] = "payment_reference",
    [F_BUSINESS_CODE] = "business_code",
    [F_POSTING_TEXT] = "posting_text",
    [F_JOURNAL_NO] = "journal_no",
    [F_TEXT] = "text",
    [F_COUNTER_BANK] = "counter_bank",
    [F_COUNTER_ACCOUNT] = "counter_account",
    [F_COUNTER_NAME] = "counter_name",
    [F_COUNTERPARTY] = "counterparty",
    [F_MEMO] = "memo",
    [F_TAG] = "tag",
    [F_DETAILS] = "details",
};

enum { HEAD_END = F_FROM_DAY, VALUES_END = F_BALANCE_KIND };

enum tag {
    TAG_NONE, /* text, and tags that the format does not have */
    TAG_13,
    TAG_20,
    TAG_21,
    TAG_25,
    TAG_28,
    TAG_34F,
    TAG_60,
    TAG_61,
    TAG_62,
    TAG_64,
    TAG_65,
    TAG_86,
    TAG_90C,
    TAG_90D,
    TAG_NS,
    TAG_MESSAGE, /* some banks put :940: before each message */
};

enum { TAG_BYTES_MAX = 4 };

static const struct {
    char name[TAG_BYTES_MAX + 1];
    enum tag tag;
} tags[] = {
    {"13", TAG_13},       {"13D", TAG_13},      {"20", TAG_20},   {"21", TAG_21},
    {"25", TAG_25},       {"25P", TAG_25},      {"28", TAG_28},   {"28C", TAG_28},
    {"34F", TAG_34F},     {"60F", TAG_60},      {"60M", TAG_60},  {"61", TAG_61},
    {"62F", TAG_62},      {"62M", TAG_62},      {"64", TAG_64},   {"65", TAG_65},
    {"86", TAG_86},       {"90C", TAG_90C},     {"90D", TAG_90D}, {"940", TAG_MESSAGE},
    {"942", TAG_MESSAGE}, {"950", TAG_MESSAGE}, {"NS", TAG_NS},
};

/* A tag and its text, put together from lines. */
struct open_field {
    bool is_open;
    enum tag tag;
    char name[TAG_BYTES_MAX + 1]; /* empty: text between statements */
    struct fa_origin origin;
    struct fa_buf text; /* lines joined by LF */
};

/* A statement under way: what its records hold of it is in the reader's values. */
struct statement {
    bool is_open;
    bool has_head; /* :20: or :25: */
    bool has_opening, has_closing, has_lines;
    struct fa_origin origin;
    char last_day[FA_MT940_DATE_BYTES]; /* of its lines */
    char made_day[FA_MT940_DATE_BYTES];
    uint64_t line_count;
};

/* A :61: that may still get a :86:. */
struct open_line {
    bool is_open, is_ns;
    struct fa_origin origin;
    struct fa_buf text, details;
};

/* A line of the file is at most a field long, so one is always whole in the window. */
enum { WINDOW_BYTES = 4 * FA_MT940_FIELD_BYTES_MAX };

struct mt940 {
    struct fa_reader base;
    struct fa_reader_input input;
    struct fa_records *out;
    bool has_header, is_feed_at_end, is_done;
    bool has_statement; /* one with an opening balance, or an MT942 */
    bool is_out_of_memory;
    struct fa_origin next; /* of the next line */
    size_t window_at, window_end;
    uint64_t statement_count;
    char message[TAG_BYTES_MAX]; /* of the message that is being read */
    struct statement statement;
    struct fa_buf values[VALUES_END]; /* of the statement's fields */
    struct fa_buf statement_details;
    struct open_line line;
    struct open_field field;
    struct fa_buf scratch, counterparty, memo;
    char window[WINDOW_BYTES];
};

static struct mt940 *mt940_of(struct fa_reader *reader)
{
    return (struct mt940 *)(void *)reader;
}

/* --- faults --- */

static bool is_stopped(const struct mt940 *r)
{
    return r->is_out_of_memory || r->input.fault->is_set;
}

static void need(struct mt940 *r, enum fa_status status)
{
    r->is_out_of_memory |= status != FA_OK;
}

/* Only a few bytes are shown: enough to see what is wrong. */
static void refuse_field(struct mt940 *r, const struct fa_mt940_misfit *misfit)
{
    enum { SHOWN_BYTES_MAX = 8 };
    struct fa_str text = fa_buf_str(&r->field.text);
    struct fa_str rest = {text.bytes + misfit->at, text.size - misfit->at};
    const char *line_end = rest.size ? memchr(rest.bytes, '\n', rest.size) : NULL;
    if (line_end)
        rest.size = (size_t)(line_end - rest.bytes);
    char found[FA_QUOTED_BYTES] = "the end of the line";
    if (rest.size) {
        size_t shown = rest.size < SHOWN_BYTES_MAX ? rest.size : SHOWN_BYTES_MAX;
        fa_quoted((struct fa_str){rest.bytes, shown}, found);
    }
    fa_fault_set(r->input.fault, FA_CODE_MT940_FIELD, r->field.origin.line_no,
                 strlen(r->field.name) + 2 + misfit->at + 1, NULL,
                 "field :%s: expects %s, found %s", r->field.name, misfit->expected, found);
}

static void refuse(struct mt940 *r, enum fa_code code, const char *text)
{
    fa_fault_set(r->input.fault, code, r->field.origin.line_no, 0, NULL, "%s", text);
}

/* --- values of the statement --- */

static void set_value(struct mt940 *r, enum field field, struct fa_str text)
{
    fa_buf_clear(&r->values[field]);
    need(r, fa_buf_add_str(&r->values[field], text));
}

static void set_flag(struct mt940 *r, enum field field, bool is_set)
{
    set_value(r, field, is_set ? FA_STR("true") : FA_STR("false"));
}

static struct fa_str value_of(const struct mt940 *r, enum field field)
{
    return fa_buf_str(&r->values[field]);
}

/* Below zero for a debit; a debit of nothing is zero. In SCRATCH. */
static struct fa_str write_balance(struct mt940 *r, const struct fa_mt940_balance *balance)
{
    bool is_zero = true;
    for (size_t i = 0; i < balance->amount.size; i++)
        is_zero &= balance->amount.bytes[i] == '0' || balance->amount.bytes[i] == ',';
    fa_buf_clear(&r->scratch);
    if (balance->is_debit && !is_zero)
        need(r, fa_buf_add_char(&r->scratch, '-'));
    need(r, fa_buf_add_str(&r->scratch, balance->amount));
    return fa_buf_str(&r->scratch);
}

static bool is_interim(const struct mt940 *r)
{
    return fa_str_is(value_of(r, F_IS_INTERIM), "true");
}

/* --- records --- */

struct row {
    struct fa_str fields[FIELD_COUNT]; /* bytes NULL: the statement's value, or none */
};

static void add_record(struct mt940 *r, const char *kind, struct fa_origin origin,
                       const struct row *row)
{
    bool is_statement = strcmp(kind, "statement") == 0;
    fa_record_start(r->out, origin);
    fa_record_add(r->out, fa_str_from(kind));
    for (int field = F_RECORD + 1; field < FIELD_COUNT; field++) {
        struct fa_str text = row->fields[field];
        if (!text.bytes && r->statement.is_open &&
            field < (is_statement ? VALUES_END : HEAD_END))
            text = value_of(r, (enum field)field);
        fa_record_add(r->out, text);
    }
    fa_record_end(r->out);
}

static void add_header(struct mt940 *r)
{
    fa_record_start(r->out, (struct fa_origin){1, 0});
    for (int field = 0; field < FIELD_COUNT; field++)
        fa_record_add(r->out, fa_str_from(field_names[field]));
    fa_record_end(r->out);
}

static void add_other(struct mt940 *r, const char *tag, struct fa_origin origin,
                      struct fa_str text)
{
    struct row row = {0};
    row.fields[F_TAG] = fa_str_from(tag);
    row.fields[F_DETAILS] = text;
    add_record(r, "other", origin, &row);
}

/* What can be told of a line by those who do not look at all of it: NONREF, EREF, KREF+ and the
 * like say that the reference is elsewhere or nowhere. */
static struct fa_str payment_reference_of(const struct fa_mt940_line *line,
                                          const struct fa_mt940_details *details)
{
    static const char *const nothing[] = {"NONREF", "NOREF", "EREF", "EREF+", "KREF",
                                          "KREF+",  "PREF",  "MREF", "MARF",  "REFERENCE"};
    if (details->end_to_end.size)
        return details->end_to_end;
    for (size_t i = 0; i < sizeof nothing / sizeof *nothing; i++)
        if (fa_str_is(line->customer_reference, nothing[i]))
            return (struct fa_str){"", 0};
    return line->customer_reference;
}

/* Two texts with a blank between them, in BUF. */
static struct fa_str join(struct mt940 *r, struct fa_buf *buf, struct fa_str a, struct fa_str b)
{
    fa_buf_clear(buf);
    need(r, fa_buf_add_str(buf, a));
    if (a.size && b.size)
        need(r, fa_buf_add_char(buf, ' '));
    need(r, fa_buf_add_str(buf, b));
    return fa_buf_str(buf);
}

/* The line's form was found good when it came. */
static void close_line(struct mt940 *r)
{
    struct open_line *open = &r->line;
    if (!open->is_open)
        return;
    open->is_open = false;
    struct fa_mt940_line line;
    struct fa_mt940_misfit misfit;
    struct fa_mt940_details details;
    if (!fa_mt940_line_read(fa_buf_str(&open->text), &line, &misfit))
        return;
    if (!fa_mt940_details_read(fa_buf_str(&open->details), open->is_ns, &r->scratch,
                               &details)) {
        r->is_out_of_memory = true;
        return;
    }
    char number[24];
    snprintf(number, sizeof number, "%llu", (unsigned long long)r->statement.line_count);
    struct row row = {
        .fields = {
            [F_LINE_NO] = fa_str_from(number),
            [F_VALUE_DATE] = fa_str_from(line.value_date),
            [F_BOOKED_DATE] = fa_str_from(line.booked_date),
            [F_MARK] = line.mark,
            [F_DIRECTION] = line.is_credit ? FA_STR("credit") : FA_STR("debit"),
            [F_IS_REVERSAL] = line.is_reversal ? FA_STR("true") : FA_STR("false"),
            [F_FUNDS_CODE] = line.funds_code,
            [F_AMOUNT] = line.amount,
            [F_TYPE] = line.type,
            [F_CUSTOMER_REFERENCE] = line.customer_reference,
            [F_BANK_REFERENCE] = line.bank_reference,
            [F_SUPPLEMENT] = line.supplement,
            [F_PAYMENT_REFERENCE] = payment_reference_of(&line, &details),
            [F_BUSINESS_CODE] = details.business_code,
            [F_POSTING_TEXT] = details.posting_text,
            [F_JOURNAL_NO] = details.journal_no,
            [F_TEXT] = details.text,
            [F_COUNTER_BANK] = details.bank,
            [F_COUNTER_ACCOUNT] = details.account,
            [F_COUNTER_NAME] = details.name,
            [F_COUNTERPARTY] = join(r, &r->counterparty, details.name, details.account),
            [F_MEMO] = join(r, &r->memo, details.posting_text, details.text),
            [F_DETAILS] = fa_buf_str(&open->details),
        }};
    add_record(r, "line", open->origin, &row);
}

/* --- statements begin and end --- */

static void close_statement(struct mt940 *r)
{
    close_line(r);
    struct statement *statement = &r->statement;
    if (!statement->is_open)
        return;
    if (!value_of(r, F_TO_DAY).size)
        set_value(r, F_TO_DAY, fa_str_from(statement->made_day));
    if (!value_of(r, F_TO_DAY).size)
        set_value(r, F_TO_DAY, fa_str_from(statement->last_day));
    if (!value_of(r, F_TO_DAY).size)
        set_value(r, F_TO_DAY, value_of(r, F_FROM_DAY));
    struct row row = {.fields = {[F_DETAILS] = fa_buf_str(&r->statement_details)}};
    add_record(r, "statement", statement->origin, &row);
    statement->is_open = false;
}

/* KEEPS_HEAD: a further statement under the same head. */
static void open_statement(struct mt940 *r, bool keeps_head)
{
    close_statement(r);
    bool has_head = keeps_head && r->statement.has_head;
    r->statement =
        (struct statement){.is_open = true, .has_head = has_head, .origin = r->field.origin};
    for (int field = 0; field < VALUES_END; field++)
        if (!keeps_head || field < F_REFERENCE || field > F_PAGE)
            fa_buf_clear(&r->values[field]);
    fa_buf_clear(&r->statement_details);
    char number[24];
    snprintf(number, sizeof number, "%llu", (unsigned long long)++r->statement_count);
    set_value(r, F_STATEMENT_NO, fa_str_from(number));
    set_value(r, F_MESSAGE, fa_str_from(r->message));
    set_flag(r, F_IS_INTERIM, strcmp(r->message, "942") == 0);
    r->has_statement |= is_interim(r);
}

static void need_statement(struct mt940 *r)
{
    if (!r->statement.is_open)
        open_statement(r, false);
}

/* --- fields --- */

static void set_interim(struct mt940 *r)
{
    if (r->statement.has_opening)
        return;
    set_flag(r, F_IS_INTERIM, true);
    r->has_statement = true;
}

/* The first of its kind counts; another one is kept as what it is: out of place. */
static bool set_once(struct mt940 *r, enum field field, struct fa_str text)
{
    need_statement(r);
    if (value_of(r, field).size) {
        add_other(r, r->field.name, r->field.origin, fa_buf_str(&r->field.text));
        return false;
    }
    set_value(r, field, text);
    return true;
}

/* "00004/00001": numbers only where they are nothing else. */
static void read_number(struct mt940 *r, struct fa_str text)
{
    if (!set_once(r, F_NUMBER_TEXT, text))
        return;
    enum { DIGITS_MAX = 18 };
    size_t from = 0;
    for (int field = F_NUMBER; field <= F_PAGE; field++) {
        size_t to = from;
        while (to < text.size && text.bytes[to] >= '0' && text.bytes[to] <= '9')
            to++;
        bool is_whole =
            to > from && to - from <= DIGITS_MAX && (to == text.size || text.bytes[to] == '/');
        if (!is_whole)
            return;
        set_value(r, (enum field)field, (struct fa_str){text.bytes + from, to - from});
        if (to == text.size)
            return;
        from = to + 1;
    }
}

static void read_account(struct mt940 *r, struct fa_str text)
{
    const char *line_end = text.size ? memchr(text.bytes, '\n', text.size) : NULL;
    if (line_end)
        text.size = (size_t)(line_end - text.bytes);
    if (set_once(r, F_ACCOUNT, text))
        r->statement.has_head = true;
}

/* All amounts of a statement are of one currency. */
static bool agree_on_currency(struct mt940 *r, struct fa_str currency)
{
    struct fa_str agreed = value_of(r, F_CURRENCY);
    if (!agreed.size)
        set_value(r, F_CURRENCY, currency);
    if (!agreed.size || !currency.size || fa_str_equal(agreed, currency))
        return true;
    fa_fault_set(r->input.fault, FA_CODE_MT940_CURRENCY, r->field.origin.line_no, 0, NULL,
                 "field :%s: is in %.3s, its statement in %.3s", r->field.name, currency.bytes,
                 agreed.bytes);
    return false;
}

static void add_balance(struct mt940 *r, const char *kind,
                        const struct fa_mt940_balance *balance)
{
    struct row row = {.fields = {
                          [F_BALANCE_KIND] = fa_str_from(kind),
                          [F_BALANCE_DATE] = fa_str_from(balance->date),
                          [F_BALANCE] = write_balance(r, balance),
                      }};
    add_record(r, "balance", r->field.origin, &row);
}

static void set_opening(struct mt940 *r, const struct fa_mt940_balance *balance, bool is_page)
{
    r->statement.has_opening = r->has_statement = true;
    set_flag(r, F_IS_INTERIM, false);
    set_value(r, F_OPENING, write_balance(r, balance));
    set_flag(r, F_OPENING_IS_PAGE, is_page);
    set_value(r, F_FROM_DAY, fa_str_from(balance->date));
    add_balance(r, is_page ? "page opening" : "opening", balance);
}

static void set_closing(struct mt940 *r, const struct fa_mt940_balance *balance, bool is_page)
{
    if (r->statement.has_closing) {
        refuse(r, FA_CODE_MT940_ORDER, "a second closing balance in one statement");
        return;
    }
    r->statement.has_closing = true;
    set_value(r, F_CLOSING, write_balance(r, balance));
    set_flag(r, F_CLOSING_IS_PAGE, is_page);
    set_value(r, F_TO_DAY, fa_str_from(balance->date));
    add_balance(r, is_page ? "page closing" : "closing", balance);
}

static void read_balance(struct mt940 *r, struct fa_str text)
{
    struct fa_mt940_balance balance;
    struct fa_mt940_misfit misfit;
    bool is_page = r->field.name[2] == 'M';
    if (!fa_mt940_balance_read(text, &balance, &misfit)) {
        refuse_field(r, &misfit);
        return;
    }
    bool is_next = r->statement.is_open && (r->statement.has_opening || r->statement.has_lines);
    if (r->field.tag == TAG_60 && is_next)
        open_statement(r, true);
    need_statement(r);
    if (!balance.currency.size && !value_of(r, F_CURRENCY).size) {
        refuse_field(r, &(struct fa_mt940_misfit){7, "a currency of three capital letters"});
        return;
    }
    if (!agree_on_currency(r, balance.currency))
        return;
    if (r->field.tag == TAG_60) {
        set_opening(r, &balance, is_page);
    } else if (r->field.tag == TAG_62) {
        set_closing(r, &balance, is_page);
    } else {
        if (r->field.tag == TAG_64)
            set_value(r, F_AVAILABLE, write_balance(r, &balance));
        add_balance(r, r->field.tag == TAG_64 ? "available" : "forward", &balance);
    }
}

static void read_sum(struct mt940 *r, struct fa_str text)
{
    struct fa_mt940_sum sum;
    struct fa_mt940_misfit misfit;
    if (!fa_mt940_sum_read(text, &sum, &misfit)) {
        refuse_field(r, &misfit);
        return;
    }
    need_statement(r);
    set_interim(r);
    if (!agree_on_currency(r, sum.currency))
        return;
    bool is_debit = r->field.tag == TAG_90D;
    set_value(r, is_debit ? F_DEBIT_LINES : F_CREDIT_LINES, sum.count);
    set_value(r, is_debit ? F_DEBITS : F_CREDITS, sum.amount);
}

static void read_floor(struct mt940 *r, struct fa_str text)
{
    struct fa_mt940_floor limit;
    struct fa_mt940_misfit misfit;
    if (!fa_mt940_floor_read(text, &limit, &misfit)) {
        refuse_field(r, &misfit);
        return;
    }
    need_statement(r);
    set_interim(r);
    if (!agree_on_currency(r, limit.currency))
        return;
    if (limit.mark != 'C')
        set_value(r, F_FLOOR_DEBIT, limit.amount);
    if (limit.mark != 'D')
        set_value(r, F_FLOOR_CREDIT, limit.amount);
}

static void read_time(struct mt940 *r, struct fa_str text)
{
    char made_at[FA_MT940_TIME_BYTES];
    struct fa_mt940_misfit misfit;
    need_statement(r);
    if (!fa_mt940_time_read(text, r->statement.made_day, made_at, &misfit)) {
        refuse_field(r, &misfit);
        return;
    }
    set_interim(r);
    set_value(r, F_MADE_AT, fa_str_from(made_at));
}

/* A line alone, behind statements, is given without an account, so that it is refused alone. */
static void read_line(struct mt940 *r, struct fa_str text)
{
    struct fa_mt940_line line;
    struct fa_mt940_misfit misfit;
    need_statement(r);
    struct statement *statement = &r->statement;
    if (!statement->has_opening && !is_interim(r) &&
        (statement->has_head || !r->has_statement)) {
        refuse(r, FA_CODE_MT940_OPENING,
               "a line without an opening balance (:60F: or :60M:) before it");
        return;
    }
    if (statement->has_closing) {
        refuse(r, FA_CODE_MT940_ORDER, "a line behind the closing balance of its statement");
        return;
    }
    if (!fa_mt940_line_read(text, &line, &misfit)) {
        refuse_field(r, &misfit);
        return;
    }
    statement->has_lines = true;
    statement->line_count++;
    int64_t day_no; /* only that it is one */
    if (strcmp(statement->last_day, line.booked_date) < 0 &&
        fa_date_parse(fa_str_from(line.booked_date), &day_no) == FA_VALUE_OK)
        memcpy(statement->last_day, line.booked_date, sizeof line.booked_date);
    r->line.is_open = true;
    r->line.is_ns = false;
    r->line.origin = r->field.origin;
    fa_buf_clear(&r->line.details);
    fa_buf_clear(&r->line.text);
    need(r, fa_buf_add_str(&r->line.text, text));
}

/* :86: belongs to the line before it, behind the closing balance to the statement. */
static void read_details(struct mt940 *r, struct fa_str text)
{
    if (!r->line.is_open)
        need_statement(r);
    struct fa_buf *details = r->line.is_open ? &r->line.details : &r->statement_details;
    if (details->size + text.size > FA_MT940_FIELD_BYTES_MAX) {
        refuse(r, FA_CODE_MT940_SIZE, "the :86: of one line hold more bytes than fit");
        return;
    }
    if (details->size && text.size)
        need(r, fa_buf_add_char(details, '\n'));
    need(r, fa_buf_add_str(details, text));
    r->line.is_ns = r->field.tag == TAG_NS;
}

static void close_field(struct mt940 *r)
{
    struct open_field *field = &r->field;
    if (!field->is_open || is_stopped(r))
        return;
    field->is_open = false;
    struct fa_str text = fa_buf_str(&field->text);
    if (field->tag != TAG_86 && field->tag != TAG_NS && field->tag != TAG_NONE)
        close_line(r);
    switch (field->tag) {
    case TAG_13:
        read_time(r, text);
        break;
    case TAG_20:
        open_statement(r, false);
        r->statement.has_head = true;
        set_value(r, F_REFERENCE, text);
        break;
    case TAG_21:
        set_once(r, F_RELATED, text);
        break;
    case TAG_25:
        read_account(r, text);
        break;
    case TAG_28:
        read_number(r, text);
        break;
    case TAG_34F:
        read_floor(r, text);
        break;
    case TAG_60:
    case TAG_62:
    case TAG_64:
    case TAG_65:
        read_balance(r, text);
        break;
    case TAG_61:
        read_line(r, text);
        break;
    case TAG_86:
    case TAG_NS:
        read_details(r, text);
        break;
    case TAG_90C:
    case TAG_90D:
        read_sum(r, text);
        break;
    case TAG_MESSAGE:
        close_statement(r);
        memcpy(r->message, field->name, sizeof "940");
        add_other(r, field->name, field->origin, text);
        break;
    case TAG_NONE:
        add_other(r, field->name, field->origin, text);
        break;
    }
}

/* --- lines of the file --- */

/* A message ends: "-", "-}", ING's "-XXX"; what stands behind is REST. */
static bool is_message_end(struct fa_str line, struct fa_str *rest)
{
    if (!line.size || line.bytes[0] != '-')
        return false;
    size_t size = 1;
    if (line.size > 1 && line.bytes[1] == '}')
        size = 2;
    else if (fa_str_is(line, "-XXX"))
        size = line.size;
    struct fa_str behind = {line.bytes + size, line.size - size};
    *rest = fa_str_trim(behind);
    return size == 2 || rest->size == 0;
}

/* "{1:": a block of the envelope. */
static bool is_envelope(struct fa_str line)
{
    return line.size >= 3 && line.bytes[0] == '{' && line.bytes[1] >= '1' &&
           line.bytes[1] <= '5' && line.bytes[2] == ':';
}

/* The name between two colons at the start of LINE; its size, 0 when there is none. */
static size_t tag_size(struct fa_str line)
{
    size_t size = 0;
    while (1 + size < line.size && size <= TAG_BYTES_MAX &&
           ((line.bytes[1 + size] >= '0' && line.bytes[1 + size] <= '9') ||
            (line.bytes[1 + size] >= 'A' && line.bytes[1 + size] <= 'Z')))
        size++;
    bool is_tag = line.size > 1 + size && line.bytes[0] == ':' && line.bytes[1 + size] == ':' &&
                  size >= 2 && size <= TAG_BYTES_MAX;
    return is_tag ? size : 0;
}

static enum tag find_tag(struct fa_str name)
{
    for (size_t i = 0; i < sizeof tags / sizeof *tags; i++)
        if (fa_str_is(name, tags[i].name))
            return tags[i].tag;
    return TAG_NONE;
}

/* Text of a :86: is cut anywhere, so a line of it may begin like a tag: "..T13" and ":12:11".
 * What MT940 does not have, or has only before the first line, is such text. */
static bool is_text(const struct mt940 *r, enum tag tag)
{
    bool is_in_details = r->field.is_open && r->line.is_open &&
                         (r->field.tag == TAG_86 || r->field.tag == TAG_NS);
    return is_in_details && (tag == TAG_NONE || tag == TAG_13 || tag == TAG_21 ||
                             tag == TAG_25 || tag == TAG_28 || tag == TAG_34F);
}

static bool has_more_lines(const struct open_field *field)
{
    return field->tag == TAG_61 || field->tag == TAG_86 || field->tag == TAG_NS ||
           field->tag == TAG_NONE || strcmp(field->name, "25P") == 0;
}

static void open_field(struct mt940 *r, struct fa_str name, enum tag tag,
                       struct fa_origin origin, struct fa_str text)
{
    struct open_field *field = &r->field;
    field->is_open = true;
    field->tag = tag;
    memcpy(field->name, name.bytes, name.size);
    field->name[name.size] = '\0';
    field->origin = origin;
    fa_buf_clear(&field->text);
    need(r, fa_buf_add_str(&field->text, text));
}

static void continue_field(struct mt940 *r, struct fa_str line)
{
    struct open_field *field = &r->field;
    if (field->text.size + line.size >= FA_MT940_FIELD_BYTES_MAX) {
        fa_fault_set(r->input.fault, FA_CODE_MT940_SIZE, field->origin.line_no, 0, NULL,
                     "field :%s: is longer than %u bytes", field->name,
                     FA_MT940_FIELD_BYTES_MAX);
        return;
    }
    if (field->text.size)
        need(r, fa_buf_add_char(&field->text, '\n'));
    need(r, fa_buf_add_str(&field->text, line));
}

/* "{2:O940...": what the message is. Text of the message may begin on the envelope's line. */
static struct fa_str read_envelope(struct mt940 *r, struct fa_str line, struct fa_origin origin)
{
    struct fa_str message_start = FA_STR("{4:");
    size_t size = line.size;
    for (size_t at = 0; at + 3 <= line.size; at++) {
        struct fa_str rest = {line.bytes + at, line.size - at};
        if (rest.size >= 7 && memcmp(rest.bytes, "{2:", 3) == 0)
            memcpy(r->message, rest.bytes + 4, 3);
        if (fa_str_starts(rest, message_start)) {
            size = at + message_start.size;
            break;
        }
    }
    add_other(r, "", origin, (struct fa_str){line.bytes, size});
    return (struct fa_str){line.bytes + size, line.size - size};
}

static void read_text_line(struct mt940 *r, struct fa_str line, struct fa_origin origin)
{
    size_t name_size = tag_size(line);
    struct fa_str name = {line.bytes + 1, name_size};
    enum tag tag = name_size ? find_tag(name) : TAG_NONE;
    if (name_size && !is_text(r, tag)) {
        close_field(r);
        open_field(r, name, tag, origin,
                   (struct fa_str){name.bytes + name_size + 1, line.size - name_size - 2});
    } else if (fa_str_trim(line).size == 0) {
        return;
    } else if (r->field.is_open && has_more_lines(&r->field)) {
        continue_field(r, line);
    } else {
        close_field(r);
        open_field(r, (struct fa_str){line.bytes, 0}, TAG_NONE, origin, line);
    }
}

static void read_line_of_file(struct mt940 *r, struct fa_str line, struct fa_origin origin)
{
    enum { SOH = 1, ETX = 3, SUB = 0x1A }; /* what terminals put around a message */
    if (line.size && line.bytes[0] == SOH)
        line = (struct fa_str){line.bytes + 1, line.size - 1};
    while (line.size && (line.bytes[line.size - 1] == ETX || line.bytes[line.size - 1] == SUB))
        line.size--;
    struct fa_str rest = line;
    bool is_end = is_message_end(line, &rest);
    if (is_end || is_envelope(line)) {
        close_field(r);
        if (is_stopped(r))
            return;
        close_statement(r);
        r->field.origin = origin;
        r->message[0] = '\0';
        if (is_envelope(rest))
            rest = read_envelope(r, rest, origin);
    }
    if (rest.size && !is_stopped(r))
        read_text_line(r, rest, origin);
}

/* The end of the first line in the window: LF, CR, CR LF. False: it is not there yet. */
static bool find_line(struct mt940 *r, size_t *size, size_t *break_size)
{
    const char *from = r->window + r->window_at;
    size_t seen = r->window_end - r->window_at;
    const char *feed = seen ? memchr(from, '\n', seen) : NULL;
    size_t to = feed ? (size_t)(feed - from) : seen;
    const char *cr = to ? memchr(from, '\r', to) : NULL;
    if (cr) {
        *size = (size_t)(cr - from);
        bool is_pair = *size + 1 < seen && cr[1] == '\n';
        *break_size = is_pair ? 2 : 1;
        /* An LF may follow behind the window. */
        return *size + 1 < seen || r->is_feed_at_end;
    }
    *size = to;
    *break_size = feed != NULL;
    return feed || r->is_feed_at_end;
}

static void fill_window(struct mt940 *r)
{
    size_t kept = r->window_end - r->window_at;
    memmove(r->window, r->window + r->window_at, kept);
    r->window_at = 0;
    size_t got = fa_feed_read(r->input.feed, r->window + kept, WINDOW_BYTES - kept);
    r->window_end = kept + got;
    r->is_feed_at_end = got < WINDOW_BYTES - kept;
}

static void finish(struct mt940 *r)
{
    r->is_done = true;
    close_field(r);
    if (is_stopped(r))
        return;
    close_statement(r);
    if (!r->has_statement)
        fa_fault_set(r->input.fault, FA_CODE_MT940_EMPTY, 0, 0, NULL,
                     "no statement: neither an opening balance (:60F: or :60M:) nor an MT942");
}

/* One line of the file. */
static void step(struct mt940 *r)
{
    size_t size, break_size;
    while (!find_line(r, &size, &break_size)) {
        if (size > FA_MT940_FIELD_BYTES_MAX)
            break;
        fill_window(r);
        if (r->input.fault->is_set)
            return;
    }
    if (size == 0 && break_size == 0) {
        finish(r);
        return;
    }
    if (size > FA_MT940_FIELD_BYTES_MAX) {
        fa_fault_set(r->input.fault, FA_CODE_MT940_SIZE, r->next.line_no, 0, NULL,
                     "a line is longer than %u bytes", FA_MT940_FIELD_BYTES_MAX);
        return;
    }
    struct fa_str line = {r->window + r->window_at, size};
    struct fa_origin origin = r->next;
    r->window_at += size + break_size;
    r->next.line_no++;
    r->next.byte_offset += size + break_size;
    read_line_of_file(r, line, origin);
}

/* --- the reader --- */

static void mt940_close(struct fa_reader *reader)
{
    struct mt940 *r = mt940_of(reader);
    for (int field = 0; field < VALUES_END; field++)
        fa_buf_release(&r->values[field]);
    fa_buf_release(&r->statement_details);
    fa_buf_release(&r->line.text);
    fa_buf_release(&r->line.details);
    fa_buf_release(&r->field.text);
    fa_buf_release(&r->scratch);
    fa_buf_release(&r->counterparty);
    fa_buf_release(&r->memo);
    free(r);
}

static struct fa_reader *mt940_open(const struct fa_reader_input *input)
{
    struct mt940 *r = calloc(1, sizeof *r);
    if (!r) {
        fa_fault_set_memory(input->fault);
        return NULL;
    }
    r->base.type = &fa_reader_mt940;
    r->input = *input;
    r->next.line_no = 1;
    return &r->base;
}

static bool mt940_next(struct fa_reader *reader, size_t bytes_wanted, struct fa_records *out)
{
    struct mt940 *r = mt940_of(reader);
    size_t from = out->origins.count;
    r->out = out;
    if (!r->has_header)
        add_header(r);
    r->has_header = true;
    while (!r->is_done && !is_stopped(r) && !out->is_out_of_memory &&
           out->bytes.size < bytes_wanted)
        step(r);
    if (r->is_out_of_memory || out->is_out_of_memory)
        fa_fault_set_memory(r->input.fault);
    return !r->input.fault->is_set && out->origins.count > from;
}

const struct fa_reader_type fa_reader_mt940 = {
    .name = "mt940",
    .is_decoded = true,
    .open = mt940_open,
    .next = mt940_next,
    .close = mt940_close,
};
