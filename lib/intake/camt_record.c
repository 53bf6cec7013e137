#include <string.h>

#include "base/limits.h"
#include "intake/camt.h"

struct column {
    struct fa_str header;
    uint8_t scope;
    bool is_passed_on;
};

static const struct column columns[FA_CAMT_HEADER_COUNT] = {
#define FA_CAMT_COLUMN(name, header, scope, is_passed_on)                                      \
    {{"" header, sizeof header - 1}, FA_CAMT_##scope, is_passed_on},
    FA_CAMT_COLUMNS
#undef FA_CAMT_COLUMN
};

static const char *const record_names[FA_CAMT_SCOPES] = {
    "message", "statement", "balance", "total", "entry", "batch", "detail"};

void fa_camt_record_release(struct fa_camt_record *record)
{
    for (int i = 0; i < FA_CAMT_SCOPES; i++)
        fa_buf_release(&record->scopes[i].text);
}

/* --- values --- */

struct fa_str fa_camt_value(const struct fa_camt_record *record, enum fa_camt_scope scope,
                            enum fa_camt_column column)
{
    const struct fa_camt_values *values = &record->scopes[scope];
    struct fa_camt_slot slot = values->slots[column];
    return (struct fa_str){slot.size ? values->text.bytes + slot.start : "", slot.size};
}

/* COUNT more bytes at the end of what the scope holds; NULL: memory is out, or it holds too
 * much. */
static char *make_room(struct fa_camt_record *record, enum fa_camt_scope scope, size_t count)
{
    struct fa_buf *text = &record->scopes[scope].text;
    record->is_too_large |= count > FA_CAMT_RECORD_BYTES_MAX - text->size;
    if (record->is_too_large)
        return NULL;
    if (fa_buf_reserve(text, count) != FA_OK) {
        record->is_out_of_memory = true;
        return NULL;
    }
    text->size += count;
    return text->bytes + text->size - count;
}

/* A place for SIZE bytes, at least one, that takes that of the value there; NULL as above. */
static char *make_place(struct fa_camt_record *record, enum fa_camt_scope scope,
                        enum fa_camt_column column, size_t size)
{
    struct fa_camt_values *values = &record->scopes[scope];
    struct fa_camt_slot *slot = &values->slots[column];
    char *place =
        size <= slot->size ? values->text.bytes + slot->start : make_room(record, scope, size);
    if (place)
        *slot = (struct fa_camt_slot){(uint32_t)(place - values->text.bytes), (uint32_t)size};
    return place;
}

/* VALUE lies outside of the scope. */
static void put(struct fa_camt_record *record, enum fa_camt_scope scope,
                enum fa_camt_column column, struct fa_str value)
{
    char *place = make_place(record, scope, column, value.size);
    if (place)
        memcpy(place, value.bytes, value.size);
}

/* Behind what is there, with a blank between. */
static void put_behind(struct fa_camt_record *record, enum fa_camt_scope scope,
                       enum fa_camt_column column, struct fa_str value)
{
    struct fa_camt_values *values = &record->scopes[scope];
    struct fa_camt_slot *slot = &values->slots[column];
    bool is_last = slot->start + slot->size == values->text.size;
    char *place = make_room(record, scope, (is_last ? 0 : slot->size) + 1 + value.size);
    if (!place)
        return;
    if (is_last)
        place -= slot->size;
    else
        memcpy(place, values->text.bytes + slot->start, slot->size);
    place[slot->size] = ' ';
    memcpy(place + slot->size + 1, value.bytes, value.size);
    *slot = (struct fa_camt_slot){(uint32_t)(place - values->text.bytes),
                                  (uint32_t)(slot->size + 1 + value.size)};
}

/* What another column holds, of the same scope or not; an empty value changes nothing. SIGN is
 * put before it, 0: none. */
static void copy(struct fa_camt_record *record, enum fa_camt_scope to,
                 enum fa_camt_column column, char sign, enum fa_camt_scope from,
                 enum fa_camt_column source)
{
    size_t size = fa_camt_value(record, from, source).size, sign_size = sign ? 1 : 0;
    char *place = size ? make_place(record, to, column, sign_size + size) : NULL;
    if (!place)
        return;
    if (sign)
        place[0] = sign;
    memcpy(place + sign_size, fa_camt_value(record, from, source).bytes, size);
}

static void put_number(struct fa_camt_record *record, enum fa_camt_scope scope,
                       enum fa_camt_column column, uint64_t number)
{
    char text[20];
    size_t start = sizeof text;
    do
        text[--start] = (char)('0' + number % 10);
    while ((number /= 10) > 0);
    put(record, scope, column, (struct fa_str){text + start, sizeof text - start});
}

enum fa_camt_fault fa_camt_set(struct fa_camt_record *record, enum fa_camt_scope scope,
                               enum fa_camt_column column, struct fa_str value, bool repeats)
{
    struct fa_camt_values *values = &record->scopes[scope];
    size_t size_before = values->slots[column].size;
    bool is_passed_on = columns[column].is_passed_on && columns[column].scope == scope;
    size_t size_max = is_passed_on && scope != FA_CAMT_DETAIL ? FA_CAMT_PASSED_BYTES_MAX
                                                              : FA_CAMT_VALUE_BYTES_MAX;
    if (size_before > 0 && !repeats)
        return FA_CAMT_TWICE;
    if (is_passed_on && values->is_shown)
        return FA_CAMT_LATE;
    if (value.size > size_max - size_before)
        return FA_CAMT_LARGE;
    if (size_before > 0)
        put_behind(record, scope, column, value);
    else
        put(record, scope, column, value);
    return FA_CAMT_SOUND;
}

/* --- what follows from the values --- */

/* What the payer wrote and what the bank adds, with a blank between. */
static void put_text(struct fa_camt_record *record, enum fa_camt_scope scope)
{
    bool has_payment = scope == FA_CAMT_DETAIL || record->detail_no == 1;
    size_t first =
        has_payment ? fa_camt_value(record, FA_CAMT_DETAIL, FA_CAMT_COLUMN_REMITTANCE).size : 0;
    size_t second = fa_camt_value(record, scope, FA_CAMT_COLUMN_INFO).size;
    size_t blank = first && second ? 1 : 0, size = first + blank + second;
    char *place = size ? make_place(record, scope, FA_CAMT_COLUMN_TEXT, size) : NULL;
    if (!place)
        return;
    /* Only now do the values stay where they are. */
    if (first)
        memcpy(place, fa_camt_value(record, FA_CAMT_DETAIL, FA_CAMT_COLUMN_REMITTANCE).bytes,
               first);
    if (blank)
        place[first] = ' ';
    if (second)
        memcpy(place + first + blank, fa_camt_value(record, scope, FA_CAMT_COLUMN_INFO).bytes,
               second);
}

static bool is_value(const struct fa_camt_record *record, enum fa_camt_scope scope,
                     enum fa_camt_column column, const char *text)
{
    return fa_str_is(fa_camt_value(record, scope, column), text);
}

static bool has_value(const struct fa_camt_record *record, enum fa_camt_scope scope,
                      enum fa_camt_column column)
{
    return record->scopes[scope].slots[column].size > 0;
}

/* The day of a date, or of a date with time, as it is written: in the bank's zone. */
static void copy_day(struct fa_camt_record *record, enum fa_camt_scope scope,
                     enum fa_camt_column column, enum fa_camt_column source)
{
    enum { DAY_BYTES = 10 };
    copy(record, scope, column, 0, scope, source);
    struct fa_str text = fa_camt_value(record, scope, column);
    if (text.size > DAY_BYTES && text.bytes[4] == '-' && text.bytes[7] == '-' &&
        memchr("TZ+-", text.bytes[DAY_BYTES], 4))
        record->scopes[scope].slots[column].size = DAY_BYTES;
}

/* What the balance that just ended is to its statement. */
static void take_balance(struct fa_camt_record *record, enum fa_camt_column amount,
                         enum fa_camt_column type, enum fa_camt_column day)
{
    const enum fa_camt_scope from = FA_CAMT_BALANCE, to = FA_CAMT_STATEMENT;
    copy(record, to, amount, 0, from, FA_CAMT_COLUMN_BALANCE);
    copy(record, to, FA_CAMT_COLUMN_CURRENCY, 0, from, FA_CAMT_COLUMN_CURRENCY);
    if (type)
        copy(record, to, type, 0, from, FA_CAMT_COLUMN_TYPE);
    if (day)
        copy(record, to, day, 0, from, FA_CAMT_COLUMN_DAY);
}

static void take_opening(struct fa_camt_record *record)
{
    take_balance(record, FA_CAMT_COLUMN_OPENING, FA_CAMT_COLUMN_OPENING_TYPE,
                 FA_CAMT_COLUMN_FROM_DAY);
}

static void take_closing(struct fa_camt_record *record)
{
    take_balance(record, FA_CAMT_COLUMN_CLOSING, FA_CAMT_COLUMN_CLOSING_TYPE,
                 FA_CAMT_COLUMN_TO_DAY);
}

/* The statement's opening balance is the first OPBD, else the first PRCD; its closing one the
 * last CLBD. ITBD stands between pages, or at both ends of a report during the day: the first
 * is an opening where there is no other and something closes, the last a closing where there is
 * no other and something opens. A single ITBD alone is neither. */
static void finish_balance(struct fa_camt_record *record)
{
    const enum fa_camt_scope scope = FA_CAMT_BALANCE;
    copy_day(record, scope, FA_CAMT_COLUMN_DAY, FA_CAMT_COLUMN_DATE);
    /* Without a side there is no telling its sign. */
    if (is_value(record, scope, FA_CAMT_COLUMN_DIRECTION, "DBIT"))
        copy(record, scope, FA_CAMT_COLUMN_BALANCE, '-', scope, FA_CAMT_COLUMN_AMOUNT);
    else if (is_value(record, scope, FA_CAMT_COLUMN_DIRECTION, "CRDT"))
        copy(record, scope, FA_CAMT_COLUMN_BALANCE, 0, scope, FA_CAMT_COLUMN_AMOUNT);
    if (is_value(record, scope, FA_CAMT_COLUMN_TYPE, "OPBD") && !record->has_opening) {
        record->has_opening = true;
        take_opening(record);
    } else if (is_value(record, scope, FA_CAMT_COLUMN_TYPE, "PRCD") && !record->has_opening &&
               !record->has_previous) {
        record->has_previous = true;
        take_opening(record);
    } else if (is_value(record, scope, FA_CAMT_COLUMN_TYPE, "CLBD")) {
        record->has_closing = true;
        take_closing(record);
    } else if (is_value(record, scope, FA_CAMT_COLUMN_TYPE, "CLAV")) {
        take_balance(record, FA_CAMT_COLUMN_AVAILABLE, FA_CAMT_NO_COLUMN, FA_CAMT_NO_COLUMN);
    } else if (is_value(record, scope, FA_CAMT_COLUMN_TYPE, "ITBD")) {
        if (record->interim_count++ == 0)
            take_balance(record, FA_CAMT_COLUMN_INTERIM, FA_CAMT_NO_COLUMN,
                         FA_CAMT_COLUMN_INTERIM_DAY);
        take_balance(record, FA_CAMT_COLUMN_LAST_INTERIM, FA_CAMT_NO_COLUMN,
                     FA_CAMT_COLUMN_LAST_INTERIM_DAY);
    }
}

static void take_interim(struct fa_camt_record *record, enum fa_camt_column amount,
                         enum fa_camt_column type, enum fa_camt_column day,
                         enum fa_camt_column source, enum fa_camt_column source_day)
{
    const enum fa_camt_scope scope = FA_CAMT_STATEMENT;
    copy(record, scope, amount, 0, scope, source);
    copy(record, scope, day, 0, scope, source_day);
    put(record, scope, type, FA_STR("ITBD"));
}

static void finish_statement(struct fa_camt_record *record)
{
    const enum fa_camt_scope scope = FA_CAMT_STATEMENT;
    bool has_opening = record->has_opening || record->has_previous;
    bool has_two = record->interim_count > 1;
    if (record->interim_count > 0 && !has_opening && (record->has_closing || has_two))
        take_interim(record, FA_CAMT_COLUMN_OPENING, FA_CAMT_COLUMN_OPENING_TYPE,
                     FA_CAMT_COLUMN_FROM_DAY, FA_CAMT_COLUMN_INTERIM,
                     FA_CAMT_COLUMN_INTERIM_DAY);
    if (record->interim_count > 0 && !record->has_closing && (has_opening || has_two))
        take_interim(record, FA_CAMT_COLUMN_CLOSING, FA_CAMT_COLUMN_CLOSING_TYPE,
                     FA_CAMT_COLUMN_TO_DAY, FA_CAMT_COLUMN_LAST_INTERIM,
                     FA_CAMT_COLUMN_LAST_INTERIM_DAY);
    if (!has_value(record, scope, FA_CAMT_COLUMN_FROM_DAY))
        copy_day(record, scope, FA_CAMT_COLUMN_FROM_DAY, FA_CAMT_COLUMN_FROM);
    if (!has_value(record, scope, FA_CAMT_COLUMN_TO_DAY))
        copy_day(record, scope, FA_CAMT_COLUMN_TO_DAY, FA_CAMT_COLUMN_TO);
    if (!has_value(record, scope, FA_CAMT_COLUMN_CURRENCY))
        copy(record, scope, FA_CAMT_COLUMN_CURRENCY, 0, scope, FA_CAMT_COLUMN_ACCOUNT_CURRENCY);
    put_number(record, scope, FA_CAMT_COLUMN_ENTRIES, record->entry_no);
    if (record->unbooked_count > 0) /* the totals of the statement count these, too */
        put_number(record, scope, FA_CAMT_COLUMN_UNBOOKED, record->unbooked_count);
}

static void finish_total(struct fa_camt_record *record, struct fa_str element)
{
    static const struct {
        const char *element, *type;
        enum fa_camt_column lines, sum;
    } totals[] = {
        {"TtlNtries", "entries", FA_CAMT_COLUMN_LINES, FA_CAMT_COLUMN_LINES_SUM},
        {"TtlCdtNtries", "credits", FA_CAMT_COLUMN_CREDIT_LINES, FA_CAMT_COLUMN_CREDITS},
        {"TtlDbtNtries", "debits", FA_CAMT_COLUMN_DEBIT_LINES, FA_CAMT_COLUMN_DEBITS},
    };
    for (size_t i = 0; i < sizeof totals / sizeof *totals; i++) {
        if (!fa_str_is(element, totals[i].element))
            continue;
        put(record, FA_CAMT_TOTAL, FA_CAMT_COLUMN_TYPE, fa_str_from(totals[i].type));
        copy(record, FA_CAMT_STATEMENT, totals[i].lines, 0, FA_CAMT_TOTAL,
             FA_CAMT_COLUMN_COUNT);
        copy(record, FA_CAMT_STATEMENT, totals[i].sum, 0, FA_CAMT_TOTAL, FA_CAMT_COLUMN_SUM);
        return;
    }
    put(record, FA_CAMT_TOTAL, FA_CAMT_COLUMN_TYPE, FA_STR("code"));
}

/* The other side is the debtor of money in and the creditor of money out; a reversal names the
 * parties of the payment that it takes back, so there it is the other way round. Who has no
 * name is named by the account. */
static void name_counterparty(struct fa_camt_record *record)
{
    const enum fa_camt_scope scope = FA_CAMT_DETAIL;
    struct fa_str side = fa_camt_value(record, scope, FA_CAMT_COLUMN_DIRECTION);
    bool is_credit = fa_str_is(side, "CRDT");
    bool is_reversal = is_value(record, FA_CAMT_ENTRY, FA_CAMT_COLUMN_REVERSAL, "true") ||
                       is_value(record, FA_CAMT_ENTRY, FA_CAMT_COLUMN_REVERSAL, "1");
    if (!is_credit && !fa_str_is(side, "DBIT"))
        return;
    bool is_debtor = is_credit != is_reversal;
    copy(record, scope, FA_CAMT_COLUMN_COUNTERPARTY, 0, scope,
         is_debtor ? FA_CAMT_COLUMN_DEBTOR : FA_CAMT_COLUMN_CREDITOR);
    copy(record, scope, FA_CAMT_COLUMN_COUNTERPARTY_ACCOUNT, 0, scope,
         is_debtor ? FA_CAMT_COLUMN_DEBTOR_ACCOUNT : FA_CAMT_COLUMN_CREDITOR_ACCOUNT);
    if (!has_value(record, scope, FA_CAMT_COLUMN_COUNTERPARTY))
        copy(record, scope, FA_CAMT_COLUMN_COUNTERPARTY, 0, scope,
             FA_CAMT_COLUMN_COUNTERPARTY_ACCOUNT);
}

/* Versions 01 and 02 have no amount and side of a detail itself: they are that of the payment
 * and that of the entry. */
static void finish_detail(struct fa_camt_record *record)
{
    const enum fa_camt_scope scope = FA_CAMT_DETAIL;
    if (!has_value(record, scope, FA_CAMT_COLUMN_AMOUNT)) {
        copy(record, scope, FA_CAMT_COLUMN_AMOUNT, 0, scope, FA_CAMT_COLUMN_TRANSACTION_AMOUNT);
        copy(record, scope, FA_CAMT_COLUMN_CURRENCY, 0, scope,
             FA_CAMT_COLUMN_TRANSACTION_CURRENCY);
    }
    if (!has_value(record, scope, FA_CAMT_COLUMN_DIRECTION))
        copy(record, scope, FA_CAMT_COLUMN_DIRECTION, 0, FA_CAMT_ENTRY,
             FA_CAMT_COLUMN_DIRECTION);
    name_counterparty(record);
    put_text(record, scope);
}

static void finish_entry(struct fa_camt_record *record)
{
    const enum fa_camt_scope above = FA_CAMT_STATEMENT;
    if (!has_value(record, above, FA_CAMT_COLUMN_CURRENCY) &&
        !has_value(record, above, FA_CAMT_COLUMN_ACCOUNT_CURRENCY))
        copy(record, above, FA_CAMT_COLUMN_CURRENCY, 0, FA_CAMT_ENTRY, FA_CAMT_COLUMN_CURRENCY);
    record->unbooked_count += has_value(record, FA_CAMT_ENTRY, FA_CAMT_COLUMN_STATUS) &&
                              !is_value(record, FA_CAMT_ENTRY, FA_CAMT_COLUMN_STATUS, "BOOK");
    put_number(record, FA_CAMT_ENTRY, FA_CAMT_COLUMN_DETAILS, record->detail_no);
    put_number(record, FA_CAMT_ENTRY, FA_CAMT_COLUMN_BATCHES, record->batch_no);
    put_text(record, FA_CAMT_ENTRY);
}

/* What details and batches show of their entry. */
static void pass_entry_on(struct fa_camt_record *record)
{
    const enum fa_camt_scope scope = FA_CAMT_ENTRY;
    if (record->scopes[scope].is_shown)
        return;
    record->scopes[scope].is_shown = true;
    copy(record, scope, FA_CAMT_COLUMN_ENTRY_AMOUNT, 0, scope, FA_CAMT_COLUMN_AMOUNT);
    copy(record, scope, FA_CAMT_COLUMN_ENTRY_DIRECTION, 0, scope, FA_CAMT_COLUMN_DIRECTION);
    copy_day(record, scope, FA_CAMT_COLUMN_BOOKED_DAY, FA_CAMT_COLUMN_BOOKED);
    struct fa_str booked = fa_camt_value(record, scope, FA_CAMT_COLUMN_BOOKED);
    if (booked.size && memchr(booked.bytes, 'T', booked.size))
        copy(record, scope, FA_CAMT_COLUMN_BOOKED_AT, 0, scope, FA_CAMT_COLUMN_BOOKED);
    copy_day(record, scope, FA_CAMT_COLUMN_VALUE_DAY, FA_CAMT_COLUMN_VALUE);
}

/* --- records --- */

void fa_camt_open(struct fa_camt_record *record, enum fa_camt_scope scope,
                  struct fa_origin origin)
{
    struct fa_camt_values *values = &record->scopes[scope];
    fa_buf_clear(&values->text);
    memset(values->slots, 0, sizeof values->slots);
    values->origin = origin;
    values->is_shown = false;
    if (scope > FA_CAMT_MESSAGE)
        record->scopes[FA_CAMT_MESSAGE].is_shown = true;
    if (scope > FA_CAMT_STATEMENT)
        record->scopes[FA_CAMT_STATEMENT].is_shown = true;
    if (scope > FA_CAMT_ENTRY)
        pass_entry_on(record);
    switch (scope) {
    case FA_CAMT_STATEMENT:
        record->entry_no = record->interim_count = record->unbooked_count = 0;
        record->has_opening = record->has_previous = record->has_closing = false;
        put_number(record, scope, FA_CAMT_COLUMN_STATEMENT_NO, ++record->statement_no);
        break;
    case FA_CAMT_ENTRY:
        record->batch_no = record->detail_no = 0;
        record->has_batch = false;
        put_number(record, scope, FA_CAMT_COLUMN_ENTRY_NO, ++record->entry_no);
        break;
    case FA_CAMT_BATCH:
        record->has_batch = true;
        put_number(record, scope, FA_CAMT_COLUMN_BATCH_NO, ++record->batch_no);
        break;
    case FA_CAMT_DETAIL:
        put_number(record, scope, FA_CAMT_COLUMN_DETAIL_NO, ++record->detail_no);
        break;
    default:
        break;
    }
}

/* Whether a record of KIND shows what SCOPE passes on. */
static bool shows(const struct fa_camt_record *record, enum fa_camt_scope kind,
                  enum fa_camt_scope scope)
{
    switch (scope) {
    case FA_CAMT_MESSAGE:
        return true;
    case FA_CAMT_STATEMENT:
        return kind != FA_CAMT_MESSAGE;
    case FA_CAMT_ENTRY:
        return kind == FA_CAMT_BATCH || kind == FA_CAMT_DETAIL;
    case FA_CAMT_BATCH: /* an entry with one batch, or one detail, shows it as its own */
        return (kind == FA_CAMT_DETAIL && record->has_batch) ||
               (kind == FA_CAMT_ENTRY && record->batch_no == 1);
    case FA_CAMT_DETAIL:
        return kind == FA_CAMT_ENTRY && record->detail_no == 1;
    default:
        return false;
    }
}

static void write_record(const struct fa_camt_record *record, enum fa_camt_scope kind,
                         struct fa_records *out)
{
    /* By scope: whether all of its values are shown, and whether those that it passes on are.
     */
    bool is_own[FA_CAMT_SCOPES + 1] = {false}, is_shown[FA_CAMT_SCOPES + 1] = {false};
    const struct fa_camt_values *scopes[FA_CAMT_SCOPES + 1];
    for (int i = 0; i < FA_CAMT_SCOPES; i++) {
        scopes[i] = &record->scopes[i];
        is_shown[i] = shows(record, kind, i);
    }
    scopes[FA_CAMT_OWN] = scopes[kind];
    is_own[FA_CAMT_OWN] = is_own[kind] = true;
    fa_record_start(out, scopes[kind]->origin);
    fa_record_add(out, fa_str_from(record_names[kind]));
    uint32_t empty_count = 0;
    for (int i = 1; i < FA_CAMT_HEADER_COUNT; i++) {
        const struct column *column = &columns[i];
        const struct fa_camt_values *values = scopes[column->scope];
        struct fa_camt_slot slot = values->slots[i];
        bool is_here =
            is_own[column->scope] || (column->is_passed_on && is_shown[column->scope]);
        if (!is_here || slot.size == 0) {
            empty_count++;
            continue;
        }
        fa_record_skip(out, empty_count);
        empty_count = 0;
        fa_record_add(out, (struct fa_str){values->text.bytes + slot.start, slot.size});
    }
    fa_record_skip(out, empty_count);
    fa_record_end(out);
}

void fa_camt_close(struct fa_camt_record *record, enum fa_camt_scope scope,
                   struct fa_str element, struct fa_records *out)
{
    switch (scope) {
    case FA_CAMT_STATEMENT:
        finish_statement(record);
        break;
    case FA_CAMT_BALANCE:
        finish_balance(record);
        break;
    case FA_CAMT_TOTAL:
        finish_total(record, element);
        break;
    case FA_CAMT_ENTRY:
        pass_entry_on(record);
        finish_entry(record);
        break;
    case FA_CAMT_DETAIL:
        finish_detail(record);
        break;
    default:
        break;
    }
    write_record(record, scope, out);
}

void fa_camt_write_header(struct fa_records *out)
{
    fa_record_start(out, (struct fa_origin){1, 0});
    for (int i = 0; i < FA_CAMT_HEADER_COUNT; i++)
        fa_record_add(out, columns[i].header);
    fa_record_end(out);
}
