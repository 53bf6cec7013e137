/*
 * Records, in the order of the file: "line" (a :61: with its :86:), "balance" (each :60: :62:
 * :64: :65:), "statement" (at its end, with what its head, its balances and its sums say) and
 * "other" (what is no part of a statement: envelopes, text between statements, tags that MT940
 * does not have).
 */
#include "intake/mt940_statement.h"

#include <stdio.h>
#include <stdlib.h>
#include <string.h>

#include "base/limits.h"
#include "intake/mt940.h"
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

struct fa_mt940_statements {
    struct fa_records *out;
    struct fa_fault *fault;
    const struct fa_mt940_field *field; /* that is being read */
    bool has_statement;                 /* one with an opening balance, or an MT942, came */
    uint64_t statement_count;
    char message[4]; /* type of the message that is being read */
    struct statement statement;
    struct fa_buf values[VALUES_END]; /* of the statement's fields */
    struct fa_buf statement_details;
    struct open_line line;
    struct fa_buf scratch, counterparty, memo;
};

/* --- faults --- */

static void need(struct fa_mt940_statements *s, enum fa_status status)
{
    if (status != FA_OK)
        fa_fault_set_memory(s->fault);
}

/* Only a few bytes are shown: enough to see what is wrong. */
static void refuse_field(struct fa_mt940_statements *s, const struct fa_mt940_misfit *misfit)
{
    enum { SHOWN_BYTES_MAX = 8 };
    struct fa_str text = fa_buf_str(&s->field->text);
    struct fa_str rest = {text.bytes + misfit->at, text.size - misfit->at};
    const char *line_end = rest.size ? memchr(rest.bytes, '\n', rest.size) : NULL;
    if (line_end)
        rest.size = (size_t)(line_end - rest.bytes);
    char found[FA_QUOTED_BYTES] = "the end of the line";
    if (rest.size) {
        size_t shown = rest.size < SHOWN_BYTES_MAX ? rest.size : SHOWN_BYTES_MAX;
        fa_quoted((struct fa_str){rest.bytes, shown}, found);
    }
    fa_fault_set(s->fault, FA_CODE_MT940_FIELD, s->field->origin.line_no,
                 strlen(s->field->name) + 2 + misfit->at + 1, NULL,
                 "field :%s: expects %s, found %s", s->field->name, misfit->expected, found);
}

static void refuse(struct fa_mt940_statements *s, enum fa_code code, const char *text)
{
    fa_fault_set(s->fault, code, s->field->origin.line_no, 0, NULL, "%s", text);
}

/* --- values of the statement --- */

static void set_value(struct fa_mt940_statements *s, enum field field, struct fa_str text)
{
    fa_buf_clear(&s->values[field]);
    need(s, fa_buf_add_str(&s->values[field], text));
}

static void set_flag(struct fa_mt940_statements *s, enum field field, bool is_set)
{
    set_value(s, field, is_set ? FA_STR("true") : FA_STR("false"));
}

static struct fa_str value_of(const struct fa_mt940_statements *s, enum field field)
{
    return fa_buf_str(&s->values[field]);
}

/* Below zero for a debit; a debit of nothing is zero. In SCRATCH. */
static struct fa_str write_balance(struct fa_mt940_statements *s,
                                   const struct fa_mt940_balance *balance)
{
    bool is_zero = true;
    for (size_t i = 0; i < balance->amount.size; i++)
        is_zero &= balance->amount.bytes[i] == '0' || balance->amount.bytes[i] == ',';
    fa_buf_clear(&s->scratch);
    if (balance->is_debit && !is_zero)
        need(s, fa_buf_add_char(&s->scratch, '-'));
    need(s, fa_buf_add_str(&s->scratch, balance->amount));
    return fa_buf_str(&s->scratch);
}

static bool is_interim(const struct fa_mt940_statements *s)
{
    return fa_str_is(value_of(s, F_IS_INTERIM), "true");
}

/* --- records --- */

struct row {
    struct fa_str fields[FIELD_COUNT]; /* bytes NULL: the statement's value, or none */
};

static void add_record(struct fa_mt940_statements *s, const char *kind, struct fa_origin origin,
                       const struct row *row)
{
    bool is_statement = strcmp(kind, "statement") == 0;
    fa_record_start(s->out, origin);
    fa_record_add(s->out, fa_str_from(kind));
    for (int field = F_RECORD + 1; field < FIELD_COUNT; field++) {
        struct fa_str text = row->fields[field];
        if (!text.bytes && s->statement.is_open &&
            field < (is_statement ? VALUES_END : HEAD_END))
            text = value_of(s, (enum field)field);
        fa_record_add(s->out, text);
    }
    fa_record_end(s->out);
}

void fa_mt940_add_header(struct fa_mt940_statements *s)
{
    fa_record_start(s->out, (struct fa_origin){1, 0});
    for (int field = 0; field < FIELD_COUNT; field++)
        fa_record_add(s->out, fa_str_from(field_names[field]));
    fa_record_end(s->out);
}

void fa_mt940_add_other(struct fa_mt940_statements *s, const char *tag, struct fa_origin origin,
                        struct fa_str text)
{
    struct row row = {0};
    row.fields[F_TAG] = fa_str_from(tag);
    row.fields[F_DETAILS] = text;
    add_record(s, "other", origin, &row);
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
static struct fa_str join(struct fa_mt940_statements *s, struct fa_buf *buf, struct fa_str a,
                          struct fa_str b)
{
    fa_buf_clear(buf);
    need(s, fa_buf_add_str(buf, a));
    if (a.size && b.size)
        need(s, fa_buf_add_char(buf, ' '));
    need(s, fa_buf_add_str(buf, b));
    return fa_buf_str(buf);
}

/* The line's form was found good when it came. */
static void close_line(struct fa_mt940_statements *s)
{
    struct open_line *open = &s->line;
    if (!open->is_open)
        return;
    open->is_open = false;
    struct fa_mt940_line line;
    struct fa_mt940_misfit misfit;
    struct fa_mt940_details details;
    if (!fa_mt940_line_read(fa_buf_str(&open->text), &line, &misfit))
        return;
    if (!fa_mt940_details_read(fa_buf_str(&open->details), open->is_ns, &s->scratch,
                               &details)) {
        fa_fault_set_memory(s->fault);
        return;
    }
    char number[24];
    snprintf(number, sizeof number, "%llu", (unsigned long long)s->statement.line_count);
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
            [F_COUNTERPARTY] = join(s, &s->counterparty, details.name, details.account),
            [F_MEMO] = join(s, &s->memo, details.posting_text, details.text),
            [F_DETAILS] = fa_buf_str(&open->details),
        }};
    add_record(s, "line", open->origin, &row);
}

/* --- statements begin and end --- */

static void close_statement(struct fa_mt940_statements *s)
{
    close_line(s);
    struct statement *statement = &s->statement;
    if (!statement->is_open)
        return;
    if (!value_of(s, F_TO_DAY).size)
        set_value(s, F_TO_DAY, fa_str_from(statement->made_day));
    if (!value_of(s, F_TO_DAY).size)
        set_value(s, F_TO_DAY, fa_str_from(statement->last_day));
    if (!value_of(s, F_TO_DAY).size)
        set_value(s, F_TO_DAY, value_of(s, F_FROM_DAY));
    struct row row = {.fields = {[F_DETAILS] = fa_buf_str(&s->statement_details)}};
    add_record(s, "statement", statement->origin, &row);
    statement->is_open = false;
}

/* KEEPS_HEAD: a further statement under the same head. */
static void open_statement(struct fa_mt940_statements *s, bool keeps_head)
{
    close_statement(s);
    bool has_head = keeps_head && s->statement.has_head;
    s->statement =
        (struct statement){.is_open = true, .has_head = has_head, .origin = s->field->origin};
    for (int field = 0; field < VALUES_END; field++)
        if (!keeps_head || field < F_REFERENCE || field > F_PAGE)
            fa_buf_clear(&s->values[field]);
    fa_buf_clear(&s->statement_details);
    char number[24];
    snprintf(number, sizeof number, "%llu", (unsigned long long)++s->statement_count);
    set_value(s, F_STATEMENT_NO, fa_str_from(number));
    set_value(s, F_MESSAGE, fa_str_from(s->message));
    set_flag(s, F_IS_INTERIM, strcmp(s->message, "942") == 0);
    s->has_statement |= is_interim(s);
}

static void need_statement(struct fa_mt940_statements *s)
{
    if (!s->statement.is_open)
        open_statement(s, false);
}

/* --- fields --- */

static void set_interim(struct fa_mt940_statements *s)
{
    if (s->statement.has_opening)
        return;
    set_flag(s, F_IS_INTERIM, true);
    s->has_statement = true;
}

/* A statement is one account's and has one number. A second of these may be the head of a
 * further statement whose :20: is lost, or text of a :86: under a wrong tag; only this,
 * "166?00", can be told. */
static bool refuse_second(struct fa_mt940_statements *s, enum field field, struct fa_str text)
{
    char message[64];
    if (!s->statement.is_open || !value_of(s, field).size || fa_mt940_is_structured(text))
        return false;
    snprintf(message, sizeof message, "a second :%s: in one statement", s->field->name);
    refuse(s, FA_CODE_MT940_ORDER, message);
    return true;
}

/* The first of its kind counts; another one is kept as what it is: out of place. */
static bool set_once(struct fa_mt940_statements *s, enum field field, struct fa_str text)
{
    need_statement(s);
    if (value_of(s, field).size) {
        fa_mt940_add_other(s, s->field->name, s->field->origin, fa_buf_str(&s->field->text));
        return false;
    }
    set_value(s, field, text);
    return true;
}

/* "00004/00001": numbers only where they are nothing else. */
static void read_number(struct fa_mt940_statements *s, struct fa_str text)
{
    if (refuse_second(s, F_NUMBER_TEXT, text) || !set_once(s, F_NUMBER_TEXT, text))
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
        set_value(s, (enum field)field, (struct fa_str){text.bytes + from, to - from});
        if (to == text.size)
            return;
        from = to + 1;
    }
}

static void read_account(struct fa_mt940_statements *s, struct fa_str text)
{
    const char *line_end = text.size ? memchr(text.bytes, '\n', text.size) : NULL;
    if (line_end)
        text.size = (size_t)(line_end - text.bytes);
    if (!refuse_second(s, F_ACCOUNT, text) && set_once(s, F_ACCOUNT, text))
        s->statement.has_head = true;
}

/* All amounts of a statement are of one currency. */
static bool agree_on_currency(struct fa_mt940_statements *s, struct fa_str currency)
{
    struct fa_str agreed = value_of(s, F_CURRENCY);
    if (!agreed.size)
        set_value(s, F_CURRENCY, currency);
    if (!agreed.size || !currency.size || fa_str_equal(agreed, currency))
        return true;
    fa_fault_set(s->fault, FA_CODE_MT940_CURRENCY, s->field->origin.line_no, 0, NULL,
                 "field :%s: is in %.3s, its statement in %.3s", s->field->name, currency.bytes,
                 agreed.bytes);
    return false;
}

static void add_balance(struct fa_mt940_statements *s, const char *kind,
                        const struct fa_mt940_balance *balance)
{
    struct row row = {.fields = {
                          [F_BALANCE_KIND] = fa_str_from(kind),
                          [F_BALANCE_DATE] = fa_str_from(balance->date),
                          [F_BALANCE] = write_balance(s, balance),
                      }};
    add_record(s, "balance", s->field->origin, &row);
}

static void set_opening(struct fa_mt940_statements *s, const struct fa_mt940_balance *balance,
                        bool is_page)
{
    s->statement.has_opening = s->has_statement = true;
    set_flag(s, F_IS_INTERIM, false);
    set_value(s, F_OPENING, write_balance(s, balance));
    set_flag(s, F_OPENING_IS_PAGE, is_page);
    set_value(s, F_FROM_DAY, fa_str_from(balance->date));
    add_balance(s, is_page ? "page opening" : "opening", balance);
}

static void set_closing(struct fa_mt940_statements *s, const struct fa_mt940_balance *balance,
                        bool is_page)
{
    if (s->statement.has_closing) {
        refuse(s, FA_CODE_MT940_ORDER, "a second closing balance in one statement");
        return;
    }
    s->statement.has_closing = true;
    set_value(s, F_CLOSING, write_balance(s, balance));
    set_flag(s, F_CLOSING_IS_PAGE, is_page);
    set_value(s, F_TO_DAY, fa_str_from(balance->date));
    add_balance(s, is_page ? "page closing" : "closing", balance);
}

static void read_balance(struct fa_mt940_statements *s, struct fa_str text)
{
    struct fa_mt940_balance balance;
    struct fa_mt940_misfit misfit;
    bool is_page = s->field->name[2] == 'M';
    if (!fa_mt940_balance_read(text, &balance, &misfit)) {
        refuse_field(s, &misfit);
        return;
    }
    bool is_next = s->statement.is_open && (s->statement.has_opening || s->statement.has_lines);
    if (s->field->tag == FA_MT940_60 && is_next)
        open_statement(s, true);
    need_statement(s);
    if (!balance.currency.size && !value_of(s, F_CURRENCY).size) {
        refuse_field(s, &(struct fa_mt940_misfit){7, "a currency of three capital letters"});
        return;
    }
    if (!agree_on_currency(s, balance.currency))
        return;
    if (s->field->tag == FA_MT940_60) {
        set_opening(s, &balance, is_page);
    } else if (s->field->tag == FA_MT940_62) {
        set_closing(s, &balance, is_page);
    } else {
        if (s->field->tag == FA_MT940_64)
            set_value(s, F_AVAILABLE, write_balance(s, &balance));
        add_balance(s, s->field->tag == FA_MT940_64 ? "available" : "forward", &balance);
    }
}

static void read_sum(struct fa_mt940_statements *s, struct fa_str text)
{
    struct fa_mt940_sum sum;
    struct fa_mt940_misfit misfit;
    if (!fa_mt940_sum_read(text, &sum, &misfit)) {
        refuse_field(s, &misfit);
        return;
    }
    need_statement(s);
    set_interim(s);
    if (!agree_on_currency(s, sum.currency))
        return;
    bool is_debit = s->field->tag == FA_MT940_90D;
    set_value(s, is_debit ? F_DEBIT_LINES : F_CREDIT_LINES, sum.count);
    set_value(s, is_debit ? F_DEBITS : F_CREDITS, sum.amount);
}

static void read_floor(struct fa_mt940_statements *s, struct fa_str text)
{
    struct fa_mt940_floor limit;
    struct fa_mt940_misfit misfit;
    if (!fa_mt940_floor_read(text, &limit, &misfit)) {
        refuse_field(s, &misfit);
        return;
    }
    need_statement(s);
    set_interim(s);
    if (!agree_on_currency(s, limit.currency))
        return;
    if (limit.mark != 'C')
        set_value(s, F_FLOOR_DEBIT, limit.amount);
    if (limit.mark != 'D')
        set_value(s, F_FLOOR_CREDIT, limit.amount);
}

static void read_time(struct fa_mt940_statements *s, struct fa_str text)
{
    char made_at[FA_MT940_TIME_BYTES];
    struct fa_mt940_misfit misfit;
    need_statement(s);
    if (!fa_mt940_time_read(text, s->statement.made_day, made_at, &misfit)) {
        refuse_field(s, &misfit);
        return;
    }
    set_interim(s);
    set_value(s, F_MADE_AT, fa_str_from(made_at));
}

/* A line alone, behind statements, is given without an account, so that it is refused alone. */
static void read_line(struct fa_mt940_statements *s, struct fa_str text)
{
    struct fa_mt940_line line;
    struct fa_mt940_misfit misfit;
    need_statement(s);
    struct statement *statement = &s->statement;
    if (!statement->has_opening && !is_interim(s) &&
        (statement->has_head || !s->has_statement)) {
        refuse(s, FA_CODE_MT940_OPENING,
               "a line without an opening balance (:60F: or :60M:) before it");
        return;
    }
    if (statement->has_closing) {
        refuse(s, FA_CODE_MT940_ORDER, "a line behind the closing balance of its statement");
        return;
    }
    if (!fa_mt940_line_read(text, &line, &misfit)) {
        refuse_field(s, &misfit);
        return;
    }
    if (s->field->surplus_line) {
        fa_fault_set(s->fault, FA_CODE_MT940_FIELD, s->field->surplus_line, 0, NULL,
                     "a second line of text behind a :61:, which has one at most: a tag may be "
                     "damaged or missing");
        return;
    }
    statement->has_lines = true;
    statement->line_count++;
    int64_t day_no; /* only that it is one */
    if (strcmp(statement->last_day, line.booked_date) < 0 &&
        fa_date_parse(fa_str_from(line.booked_date), &day_no) == FA_VALUE_OK)
        memcpy(statement->last_day, line.booked_date, sizeof line.booked_date);
    s->line.is_open = true;
    s->line.is_ns = false;
    s->line.origin = s->field->origin;
    fa_buf_clear(&s->line.details);
    fa_buf_clear(&s->line.text);
    need(s, fa_buf_add_str(&s->line.text, text));
}

/* :86: belongs to the line before it, behind the closing balance to the statement. */
static void read_details(struct fa_mt940_statements *s, struct fa_str text)
{
    if (!s->line.is_open)
        need_statement(s);
    struct fa_buf *details = s->line.is_open ? &s->line.details : &s->statement_details;
    if (details->size + text.size > FA_MT940_FIELD_BYTES_MAX) {
        refuse(s, FA_CODE_MT940_SIZE, "the :86: of one line hold more bytes than fit");
        return;
    }
    if (details->size && text.size)
        need(s, fa_buf_add_char(details, '\n'));
    need(s, fa_buf_add_str(details, text));
    s->line.is_ns = s->field->tag == FA_MT940_NS;
}

void fa_mt940_add_field(struct fa_mt940_statements *s, const struct fa_mt940_field *field)
{
    if (s->fault->is_set)
        return;
    s->field = field;
    struct fa_str text = fa_buf_str(&field->text);
    if (field->tag != FA_MT940_86 && field->tag != FA_MT940_NS && field->tag != FA_MT940_NONE)
        close_line(s);
    switch (field->tag) {
    case FA_MT940_13:
        read_time(s, text);
        break;
    case FA_MT940_20:
        open_statement(s, false);
        s->statement.has_head = true;
        set_value(s, F_REFERENCE, text);
        break;
    case FA_MT940_21:
        set_once(s, F_RELATED, text);
        break;
    case FA_MT940_25:
        read_account(s, text);
        break;
    case FA_MT940_28:
        read_number(s, text);
        break;
    case FA_MT940_34F:
        read_floor(s, text);
        break;
    case FA_MT940_60:
    case FA_MT940_62:
    case FA_MT940_64:
    case FA_MT940_65:
        read_balance(s, text);
        break;
    case FA_MT940_61:
        read_line(s, text);
        break;
    case FA_MT940_86:
    case FA_MT940_NS:
        read_details(s, text);
        break;
    case FA_MT940_90C:
    case FA_MT940_90D:
        read_sum(s, text);
        break;
    case FA_MT940_MESSAGE:
        close_statement(s);
        memcpy(s->message, field->name, sizeof "940");
        fa_mt940_add_other(s, field->name, field->origin, text);
        break;
    case FA_MT940_NONE:
        fa_mt940_add_other(s, field->name, field->origin, text);
        break;
    }
}

/* --- from outside --- */

struct fa_mt940_statements *fa_mt940_statements_new(struct fa_fault *fault)
{
    struct fa_mt940_statements *s = calloc(1, sizeof *s);
    if (!s) {
        fa_fault_set_memory(fault);
        return NULL;
    }
    s->fault = fault;
    return s;
}

void fa_mt940_statements_free(struct fa_mt940_statements *s)
{
    if (!s)
        return;
    for (int field = 0; field < VALUES_END; field++)
        fa_buf_release(&s->values[field]);
    fa_buf_release(&s->statement_details);
    fa_buf_release(&s->line.text);
    fa_buf_release(&s->line.details);
    fa_buf_release(&s->scratch);
    fa_buf_release(&s->counterparty);
    fa_buf_release(&s->memo);
    free(s);
}

void fa_mt940_write_to(struct fa_mt940_statements *s, struct fa_records *out)
{
    s->out = out;
}

bool fa_mt940_is_in_line(const struct fa_mt940_statements *s)
{
    return s->line.is_open;
}

void fa_mt940_end_message(struct fa_mt940_statements *s)
{
    if (s->fault->is_set)
        return;
    close_statement(s);
    s->message[0] = '\0';
}

void fa_mt940_set_message(struct fa_mt940_statements *s, const char *type)
{
    memcpy(s->message, type, 3);
}

void fa_mt940_finish(struct fa_mt940_statements *s)
{
    if (s->fault->is_set)
        return;
    close_statement(s);
    if (!s->has_statement)
        fa_fault_set(s->fault, FA_CODE_MT940_EMPTY, 0, 0, NULL,
                     "no statement: neither an opening balance (:60F: or :60M:) nor an MT942");
}
