#include "books.h"

#include <errno.h>
#include <stdarg.h>
#include <stdlib.h>
#include <string.h>
#include <sys/stat.h>

#include "value/identity.h"

void die(const char *format, ...)
{
    va_list args;
    va_start(args, format);
    fputs("flowaudit-sample: ", stderr);
    vfprintf(stderr, format, args);
    fputc('\n', stderr);
    va_end(args);
    exit(FA_EIO);
}

static void need(enum fa_status status)
{
    if (status != FA_OK)
        die("out of memory");
}

/* --- random numbers --- */

uint64_t rng_next(struct rng *rng)
{
    uint64_t z = rng->state += UINT64_C(0x9E3779B97F4A7C15);
    z = (z ^ (z >> 30)) * UINT64_C(0xBF58476D1CE4E5B9);
    z = (z ^ (z >> 27)) * UINT64_C(0x94D049BB133111EB);
    return z ^ (z >> 31);
}

struct rng rng_new(uint64_t seed, uint64_t stream)
{
    struct rng rng = {seed * UINT64_C(0x2545F4914F6CDD1D) + stream};
    rng.state = rng_next(&rng);
    return rng;
}

uint64_t rng_below(struct rng *rng, uint64_t n)
{
    return (uint64_t)((unsigned __int128)rng_next(rng) * n >> 64);
}

int64_t rng_between(struct rng *rng, int64_t low, int64_t high)
{
    return low + (int64_t)rng_below(rng, (uint64_t)(high - low) + 1);
}

/* --- one CSV file --- */

enum { SHEET_BUFFER_BYTES = 1 << 18, CELL_BYTES_MAX = 1024 };

static void sheet_flush(struct sheet *sheet)
{
    fa_sha256_add(sheet->sha, sheet->buffer, sheet->used);
    if (fwrite(sheet->buffer, 1, sheet->used, sheet->file) != sheet->used)
        die("cannot write %s.csv: %s", sheet->table, strerror(errno));
    sheet->used = 0;
}

/* Room for one cell, behind the comma before it. */
static char *cell(struct sheet *sheet)
{
    if (sheet->used + CELL_BYTES_MAX > SHEET_BUFFER_BYTES)
        sheet_flush(sheet);
    if (sheet->is_in_row)
        sheet->buffer[sheet->used++] = ',';
    sheet->is_in_row = true;
    return sheet->buffer + sheet->used;
}

static void cell_end(struct sheet *sheet, const char *end)
{
    sheet->used = (size_t)(end - sheet->buffer);
}

void sheet_text(struct sheet *sheet, const char *text)
{
    char *at = cell(sheet);
    size_t size = text ? strlen(text) : 0;
    if (size > CELL_BYTES_MAX / 2 - 2)
        die("a cell of %zu bytes", size);
    bool needs_quotes = size > 0 && (sheet->quotes_all || strpbrk(text, ",\"\r\n"));
    if (needs_quotes)
        *at++ = '"';
    for (size_t i = 0; i < size; i++) {
        if (text[i] == '"')
            *at++ = '"';
        *at++ = text[i];
    }
    if (needs_quotes)
        *at++ = '"';
    cell_end(sheet, at);
}

static char *put_digits(char *at, uint64_t number, int width)
{
    for (int i = width - 1; i >= 0; i--) {
        at[i] = (char)('0' + number % 10);
        number /= 10;
    }
    return at + width;
}

/* Cells without text: the quotes are all that may be added. */
static char *plain(struct sheet *sheet)
{
    char *at = cell(sheet);
    if (sheet->quotes_all)
        *at++ = '"';
    return at;
}

static void plain_end(struct sheet *sheet, char *at)
{
    if (sheet->quotes_all)
        *at++ = '"';
    cell_end(sheet, at);
}

void sheet_number(struct sheet *sheet, char prefix, uint64_t number)
{
    char *at = plain(sheet);
    *at++ = prefix;
    plain_end(sheet, put_digits(at, number, 10));
}

void sheet_money(struct sheet *sheet, int64_t minor)
{
    char *at = plain(sheet);
    uint64_t rest = minor < 0 ? -(uint64_t)minor : (uint64_t)minor;
    int width = 1;
    for (uint64_t whole = rest / 1000; whole > 0; whole /= 10)
        width++;
    if (minor < 0)
        *at++ = '-';
    at = put_digits(at, rest / 100, width);
    *at++ = '.';
    plain_end(sheet, put_digits(at, rest % 100, 2));
}

static char *put_day(char *at, int64_t day_no)
{
    char text[FA_TIME_TEXT_BYTES];
    size_t size = fa_date_format(day_no, text);
    memcpy(at, text, size);
    return at + size;
}

void sheet_day(struct sheet *sheet, int64_t day_no)
{
    char *at = plain(sheet);
    plain_end(sheet, put_day(at, day_no));
}

void sheet_time(struct sheet *sheet, int64_t second)
{
    char *at = plain(sheet);
    uint64_t of_day = (uint64_t)(second % DAY_SECONDS);
    at = put_day(at, second / DAY_SECONDS);
    *at++ = 'T';
    at = put_digits(at, of_day / 3600, 2);
    *at++ = ':';
    at = put_digits(at, of_day / 60 % 60, 2);
    *at++ = ':';
    plain_end(sheet, put_digits(at, of_day % 60, 2));
}

void sheet_day_or_none(struct sheet *sheet, int64_t day_no)
{
    if (day_no)
        sheet_day(sheet, day_no);
    else
        sheet_text(sheet, NULL);
}

void sheet_time_or_none(struct sheet *sheet, int64_t second)
{
    if (second)
        sheet_time(sheet, second);
    else
        sheet_text(sheet, NULL);
}

void sheet_end(struct sheet *sheet)
{
    sheet->buffer[sheet->used++] = '\n';
    sheet->is_in_row = false;
    sheet->row_count++;
}

void sheet_row(struct sheet *sheet, const char *const *texts)
{
    for (; *texts; texts++)
        sheet_text(sheet, *texts);
    sheet_end(sheet);
}

void sheet_put(struct sheet *sheet, const char *const *pairs)
{
    size_t named = 0, found = 0;
    while (pairs[2 * named])
        named++;
    for (const char *at = sheet->header; at;) {
        size_t size = strcspn(at, ",");
        const char *text = NULL;
        for (size_t i = 0; i < named; i++) {
            if (strlen(pairs[2 * i]) != size || memcmp(pairs[2 * i], at, size) != 0)
                continue;
            text = pairs[2 * i + 1];
            found++;
        }
        sheet_text(sheet, text);
        at = at[size] == ',' ? at + size + 1 : NULL;
    }
    if (found != named)
        die("%s.csv: a row names a column that the header lacks", sheet->table);
    sheet_end(sheet);
}

/* --- texts of cells --- */

static char *text_slot(void)
{
    static char slots[16][FA_MONEY_TEXT_BYTES + 32];
    static unsigned next;
    return slots[next++ % COUNT(slots)];
}

const char *day_text(int64_t day_no)
{
    char *text = text_slot();
    fa_date_format(day_no, text);
    return text;
}

const char *time_text(int64_t second)
{
    char *text = text_slot();
    int of_day = (int)(second % DAY_SECONDS);
    size_t size = fa_date_format(second / DAY_SECONDS, text);
    snprintf(text + size, 16, "T%02d:%02d:%02d", of_day / 3600, of_day / 60 % 60, of_day % 60);
    return text;
}

const char *money_text(int64_t minor)
{
    char *text = text_slot();
    fa_money_format(minor, 2, text);
    return text;
}

const char *number_text(char prefix, uint64_t number)
{
    char *text = text_slot();
    snprintf(text, 32, "%c%010llu", prefix, (unsigned long long)number);
    return text;
}

static FILE *create(const struct books *books, const char *name)
{
    char path[4096];
    if (snprintf(path, sizeof path, "%s/%s", books->folder, name) >= (int)sizeof path)
        die("the name of the folder is too long");
    FILE *file = fopen(path, "wb");
    if (!file)
        die("cannot create %s: %s", path, strerror(errno));
    return file;
}

static void finish(FILE *file, const char *name)
{
    if (fclose(file) != 0)
        die("cannot write %s: %s", name, strerror(errno));
}

static struct sheet *sheet_new(struct books *books, const char *table, const char *header)
{
    char name[64];
    struct sheet *sheet = calloc(1, sizeof *sheet);
    if (sheet)
        *sheet = (struct sheet){.table = table,
                                .header = header,
                                .buffer = malloc(SHEET_BUFFER_BYTES),
                                .sha = fa_sha256_new(),
                                .quotes_all = books->quotes_all};
    if (!sheet || !sheet->buffer || !sheet->sha)
        die("out of memory");
    snprintf(name, sizeof name, "%s.csv", table);
    sheet->file = create(books, name);
    setvbuf(sheet->file, NULL, _IONBF, 0);
    sheet->used = strlen(header);
    memcpy(sheet->buffer, header, sheet->used);
    sheet->buffer[sheet->used++] = '\n';
    return sheet;
}

static void sheet_close(struct sheet *sheet)
{
    uint8_t digest[FA_SHA256_BYTES];
    sheet_flush(sheet);
    finish(sheet->file, sheet->table);
    fa_sha256_finish(sheet->sha, digest);
    fa_sha256_hex(digest, sheet->sha_hex);
    fa_sha256_free(sheet->sha);
    free(sheet->buffer);
}

struct sheet *books_sheet(struct books *books, const char *table, const char *header)
{
    struct sheet *sheet = sheet_new(books, table, header);
    need(fa_vec_add(&books->sheets, sheet));
    return sheet;
}

/* --- the filing --- */

void books_open(struct books *books, const char *introduction)
{
    if (mkdir(books->folder, 0755) != 0 && errno != EEXIST)
        die("cannot create %s: %s", books->folder, strerror(errno));
    if (books->last_day - books->first_day >= DAYS_MAX)
        die("a period of more than %d days", DAYS_MAX);
    books->open_day = books->first_day;
    books->control_customers = books->control_merchants = NO_ACCOUNT;
    books->expected =
        sheet_new(books, "expected", "what,id,subject,side,first,last,amount,rows,keys");
    books->expected->quotes_all = false;
    fa_buf_init(&books->readme);
    need(fa_buf_addf(&books->readme, "# %s\n\n%s\n", books->title, introduction));
}

uint32_t books_add_account(struct books *books, const char *id, const char *role, int64_t opening)
{
    struct account account = {.role = role, .balance = opening, .statement = -1};
    snprintf(account.id, sizeof account.id, "%s", id);
    need(fa_vec_add(&books->accounts, account));
    if (strcmp(role, "customer") == 0)
        books->owed_customers += opening;
    else if (strcmp(role, "merchant") == 0)
        books->owed_merchants += opening;
    return (uint32_t)(books->accounts.count - 1);
}

void books_add_statement(struct books *books, uint32_t account, int64_t from_day)
{
    if (books->statement_count == STATEMENTS_MAX)
        die("more than %d statements", STATEMENTS_MAX);
    books->accounts.items[account].statement = books->statement_count;
    books->statements[books->statement_count++] =
        (struct statement){account, books->accounts.items[account].balance, from_day};
}

/* --- the columns of flow --- */

enum column { ID, TIME, PAYER, PAYEE, AMOUNT, CURRENCY, KIND, STATUS, CHANNEL, INSTRUMENT, BUSINESS,
              PURPOSE, CONTRACT, ORDER, INSTRUCTION, ACCEPTED, PAYER_NAME, PAYEE_NAME, MERCHANT_NAME,
              CROSS_BORDER, REGION, AUTH_FACTORS, HAS_CERTIFICATE, CODE_TYPE, VERIFIED_BY, FEE_CODE,
              REVERSES, ARCHIVED, MEMO, COLUMNS };

static const char *const column_names[COLUMNS] = {
    [ID] = "flow_id", [TIME] = "time", [PAYER] = "payer_account", [PAYEE] = "payee_account",
    [AMOUNT] = "amount", [CURRENCY] = "currency", [KIND] = "kind", [STATUS] = "status",
    [CHANNEL] = "channel", [INSTRUMENT] = "instrument", [BUSINESS] = "business",
    [PURPOSE] = "purpose", [CONTRACT] = "contract", [ORDER] = "order_id",
    [INSTRUCTION] = "instruction_id", [ACCEPTED] = "accepted_at", [PAYER_NAME] = "payer_name",
    [PAYEE_NAME] = "payee_name", [MERCHANT_NAME] = "merchant_name",
    [CROSS_BORDER] = "cross_border", [REGION] = "region", [AUTH_FACTORS] = "auth_factors",
    [HAS_CERTIFICATE] = "has_certificate", [CODE_TYPE] = "code_type",
    [VERIFIED_BY] = "verified_by", [FEE_CODE] = "fee_code", [REVERSES] = "reverses",
    [ARCHIVED] = "archived_until", [MEMO] = "memo"};

static void read_flow_columns(struct books *books)
{
    for (const char *at = books->flow_columns; at; ) {
        size_t size = strcspn(at, ",");
        int column = 0;
        while (column < COLUMNS && (strlen(column_names[column]) != size ||
                                    memcmp(column_names[column], at, size) != 0))
            column++;
        if (column == COLUMNS || books->column_count == FLOW_COLUMNS_MAX)
            die("flow has no column '%.*s', or too many", (int)size, at);
        books->columns[books->column_count++] = column;
        at = at[size] == ',' ? at + size + 1 : NULL;
    }
}

static void write_order(struct sheet *sheet, const struct flow *flow)
{
    if (flow->has_no_order)
        sheet_text(sheet, NULL);
    else
        sheet_number(sheet, 'O', flow->order_no ? flow->order_no : flow->no);
}

static void write_flow_cell(struct books *books, const struct flow *flow, enum column column)
{
    struct sheet *sheet = books->flow;
    switch (column) {
    case ID: sheet_number(sheet, 'F', flow->no); break;
    case TIME: sheet_time(sheet, flow->second); break;
    case PAYER: sheet_text(sheet, books->accounts.items[flow->payer].id); break;
    case PAYEE: sheet_text(sheet, books->accounts.items[flow->payee].id); break;
    case AMOUNT: sheet_money(sheet, flow->amount); break;
    case CURRENCY: sheet_text(sheet, flow->currency ? flow->currency : "CNY"); break;
    case KIND: sheet_text(sheet, flow->kind); break;
    case STATUS: sheet_text(sheet, flow->status); break;
    case CHANNEL: sheet_text(sheet, flow->channel); break;
    case INSTRUMENT: sheet_text(sheet, flow->instrument); break;
    case BUSINESS: sheet_text(sheet, flow->business); break;
    case PURPOSE: sheet_text(sheet, flow->purpose); break;
    case CONTRACT: sheet_text(sheet, flow->contract); break;
    case ORDER: write_order(sheet, flow); break;
    case INSTRUCTION: sheet_text(sheet, flow->instruction_id); break;
    case ACCEPTED: sheet_time_or_none(sheet, flow->accepted_at); break;
    case PAYER_NAME: sheet_text(sheet, flow->payer_name); break;
    case PAYEE_NAME: sheet_text(sheet, flow->payee_name); break;
    case MERCHANT_NAME: sheet_text(sheet, flow->merchant_name); break;
    case CROSS_BORDER: sheet_text(sheet, flow->cross_border ? flow->cross_border : "false"); break;
    case REGION: sheet_text(sheet, flow->region); break;
    case AUTH_FACTORS: sheet_text(sheet, flow->auth_factors); break;
    case HAS_CERTIFICATE: sheet_text(sheet, flow->has_certificate); break;
    case CODE_TYPE: sheet_text(sheet, flow->code_type); break;
    case VERIFIED_BY: sheet_text(sheet, flow->verified_by); break;
    case FEE_CODE: sheet_text(sheet, flow->fee_code); break;
    case REVERSES:
        if (flow->reverses)
            sheet_number(sheet, 'F', flow->reverses);
        else
            sheet_text(sheet, NULL);
        break;
    case ARCHIVED: sheet_day_or_none(sheet, flow->archived_until); break;
    case MEMO: sheet_text(sheet, flow->memo); break;
    case COLUMNS: break;
    }
}

static void write_flow(struct books *books, const struct flow *flow)
{
    for (int i = 0; i < books->column_count; i++)
        write_flow_cell(books, flow, (enum column)books->columns[i]);
    sheet_end(books->flow);
    if (flow->currency)
        books->flow->has_foreign = true;
    else
        books->flow->sum += flow->amount;
}

void books_start(struct books *books)
{
    read_flow_columns(books);
    books->flow = books_sheet(books, "flow", books->flow_columns);
    books->flow->sum_column = "amount";
    books->statement = books_sheet(books, "statement",
                                   "statement_id,account,booked_at,direction,amount,currency,"
                                   "balance_after,reference,counterparty");
    books->statement->sum_column = "amount";
    books->balance = books_sheet(books, "balance", "account,date,source,closing");
    books->balance->sum_column = "closing";
}

static bool is_before(const struct bank_line *a, const struct bank_line *b)
{
    return a->second != b->second ? a->second < b->second : a->no < b->no;
}

static void push_line(struct books *books, struct bank_line line)
{
    need(fa_vec_add(&books->open_lines, line));
    struct bank_line *heap = books->open_lines.items;
    size_t at = books->open_lines.count - 1;
    for (; at > 0 && is_before(&line, &heap[(at - 1) / 2]); at = (at - 1) / 2)
        heap[at] = heap[(at - 1) / 2];
    heap[at] = line;
}

static struct bank_line pop_line(struct books *books)
{
    struct bank_line *heap = books->open_lines.items;
    struct bank_line first = heap[0];
    size_t count = --books->open_lines.count;
    struct bank_line last = heap[count];
    size_t at = 0;
    for (size_t child; (child = at * 2 + 1) < count; at = child) {
        child += child + 1 < count && is_before(&heap[child + 1], &heap[child]);
        if (!is_before(&heap[child], &last))
            break;
        heap[at] = heap[child];
    }
    heap[at] = last;
    return first;
}

/* Writes the bank's lines before SECOND. Their ids are in the order of booking, so gaps and turns
 * in them are nothing unusual. */
static void write_lines(struct books *books, int64_t second)
{
    while (books->open_lines.count > 0 && books->open_lines.items[0].second < second) {
        struct bank_line line = pop_line(books);
        struct statement *statement = &books->statements[line.statement];
        struct sheet *sheet = books->statement;
        statement->balance += line.is_credit ? line.amount : -line.amount;
        sheet_number(sheet, 'B', line.no);
        sheet_text(sheet, books->accounts.items[statement->account].id);
        sheet_time(sheet, line.second);
        sheet_text(sheet, line.is_credit ? "credit" : "debit");
        sheet_money(sheet, line.amount);
        sheet_text(sheet, "CNY");
        sheet_money(sheet, statement->balance);
        sheet_number(sheet, line.reference_prefix, line.reference_no);
        sheet_text(sheet, line.counterparty == NO_ACCOUNT
                              ? NULL
                              : books->accounts.items[line.counterparty].id);
        sheet_end(sheet);
        sheet->sum += line.amount;
    }
}

static void write_balance(struct books *books, uint32_t account, const char *source, int64_t closing)
{
    struct sheet *sheet = books->balance;
    sheet_text(sheet, books->accounts.items[account].id);
    sheet_day(sheet, books->open_day);
    sheet_text(sheet, source);
    sheet_money(sheet, closing);
    sheet_end(sheet);
    sheet->sum += closing;
}

static bool is_client(const struct account *account)
{
    return strcmp(account->role, "customer") == 0 || strcmp(account->role, "merchant") == 0;
}

static bool is_stated(const struct books *books, const struct account *account)
{
    return !account->is_unstated && books->open_day >= account->stated_from &&
           (!account->stated_to || books->open_day <= account->stated_to);
}

static void close_day(struct books *books)
{
    int64_t held = 0, unstated = 0;
    write_lines(books, (books->open_day + 1) * DAY_SECONDS);
    for (int i = 0; i < books->statement_count; i++) {
        const struct statement *statement = &books->statements[i];
        const struct account *account = &books->accounts.items[statement->account];
        if (strcmp(account->role, "own_funds") != 0)
            held += statement->balance;
        if (books->open_day < statement->from_day)
            continue;
        write_balance(books, statement->account, "platform", account->balance);
        write_balance(books, statement->account, "bank", statement->balance);
    }
    if (books->stated == STATE_SUMS) {
        write_balance(books, books->control_customers, "platform", books->owed_customers);
        if (books->control_merchants != NO_ACCOUNT)
            write_balance(books, books->control_merchants, "platform", books->owed_merchants);
    } else if (books->stated == STATE_EACH_CLIENT) {
        for (uint32_t i = 0; i < books->accounts.count; i++) {
            const struct account *account = &books->accounts.items[i];
            if (is_client(account) && is_stated(books, account))
                write_balance(books, i, "platform", account->balance);
            else if (is_client(account))
                unstated += account->balance;
        }
    }
    const struct statement *first = &books->statements[0];
    books->closings[books->open_day - books->first_day] =
        (struct closing){.shortage = books->owed_customers + books->owed_merchants - unstated - held,
                         .ledger = books->accounts.items[first->account].balance,
                         .bank = first->balance};
    books->open_day++;
}

static void move_owed(struct books *books, uint32_t client, int64_t amount)
{
    if (client == NO_ACCOUNT)
        return;
    struct account *account = &books->accounts.items[client];
    account->balance += amount;
    if (strcmp(account->role, "customer") == 0)
        books->owed_customers += amount;
    else
        books->owed_merchants += amount;
}

/* One side of a flow on the statement of ACCOUNT, if it has one. */
static void face(struct books *books, const struct flow *flow, uint32_t account,
                 uint32_t counterparty, bool is_credit)
{
    int statement = account == NO_ACCOUNT ? -1 : books->accounts.items[account].statement;
    if (statement < 0)
        return;
    if (!flow->is_bank_only)
        books->accounts.items[account].balance += is_credit ? flow->amount : -flow->amount;
    if (flow->is_unknown_to_bank)
        return;
    int64_t end = (books->last_day + 1) * DAY_SECONDS - 1;
    int64_t second =
        flow->second + flow->bank_delay < end ? flow->second + flow->bank_delay : end;
    struct bank_line line = {.second = second,
                             .no = ++books->line_count,
                             .statement = statement,
                             .is_credit = is_credit,
                             .amount = flow->amount + flow->bank_delta,
                             .reference_prefix = flow->has_no_order ? 'F' : 'O',
                             .reference_no = flow->order_no ? flow->order_no : flow->no,
                             .counterparty = counterparty};
    if (flow->is_bank_only) {
        line.reference_prefix = 'X'; /* a number of the bank's own */
        line.reference_no = line.no;
    }
    push_line(books, line);
}

void books_book(struct books *books, struct flow *flow)
{
    int64_t day = flow->second / DAY_SECONDS;
    if (day < books->open_day || day > books->last_day)
        die("the plan books a flow out of order");
    while (day > books->open_day)
        close_day(books);
    write_lines(books, flow->second);

    if (!flow->is_bank_only) {
        flow->no = ++books->flow_count;
        write_flow(books, flow);
    }
    if (strcmp(flow->status, "settled") == 0) {
        face(books, flow, flow->payer, flow->payee, false);
        face(books, flow, flow->payee, flow->payer, true);
        move_owed(books, flow->owed_up, flow->amount);
        move_owed(books, flow->owed_down, -flow->amount);
    }
    if (flow->is_bank_only)
        flow->no = books->line_count;
}

int books_plan(struct books *books, struct planned planned)
{
    planned.place = (int)books->planned.count;
    need(fa_vec_add(&books->planned, planned));
    need(fa_vec_add(&books->numbers, 0));
    return planned.place;
}

static int by_time(const void *a, const void *b)
{
    const struct planned *x = a;
    const struct planned *y = b;
    if (x->flow.second != y->flow.second)
        return x->flow.second < y->flow.second ? -1 : 1;
    return x->place - y->place;
}

struct planned *books_due(struct books *books, int64_t second)
{
    if (!books->is_planned)
        qsort(books->planned.items, books->planned.count, sizeof *books->planned.items, by_time);
    books->is_planned = true;
    if (books->next_planned == books->planned.count)
        return NULL;
    struct planned *planned = &books->planned.items[books->next_planned];
    if (planned->flow.second > second)
        return NULL;
    books->next_planned++;
    return planned;
}

void books_book_planned(struct books *books, struct planned *planned)
{
    if (planned->shares_order)
        planned->flow.order_no = books->numbers.items[planned->after];
    if (planned->is_reversal)
        planned->flow.reverses = books->numbers.items[planned->after];
    books_book(books, &planned->flow);
    books->numbers.items[planned->place] = planned->flow.no;
}

const struct planned *books_planned(const struct books *books, int place)
{
    for (size_t i = 0; i < books->planned.count; i++)
        if (books->planned.items[i].place == place)
            return &books->planned.items[i];
    die("nothing was planned at %d", place);
}

static void write_manifest(struct books *books, const char *covers)
{
    char from[FA_TIME_TEXT_BYTES], to[FA_TIME_TEXT_BYTES];
    fa_date_format(books->first_day, from);
    fa_date_format(books->last_day, to);
    FILE *file = create(books, "filing.manifest");
    fprintf(file,
            "filing \"%s\"\n"
            "  filer     %s\n"
            "  period    %s .. %s\n"
            "%s"
            "  zone      Asia/Shanghai\n"
            "  currency  CNY\n"
            "  reference order_id\n",
            books->title, books->filer, from, to, covers);
    for (size_t i = 0; i < books->sheets.count; i++) {
        const struct sheet *sheet = books->sheets.items[i];
        fprintf(file, "  file \"%s.csv\" table %s rows %llu", sheet->table, sheet->table,
                (unsigned long long)sheet->row_count);
        if (sheet->sum_column) {
            char sum[FA_MONEY_TEXT_BYTES];
            fa_money_format(sheet->sum, 2, sum);
            fprintf(file, " sum %s%s = %s", sheet->sum_column, sheet->has_foreign ? " CNY" : "", sum);
        }
        fprintf(file, " sha256 \"%s\"\n", sheet->sha_hex);
    }
    fputs("end\n", file);
    if (ferror(file))
        die("cannot write filing.manifest: %s", strerror(errno));
    finish(file, "filing.manifest");
}

void books_close_days(struct books *books)
{
    while (books->open_day <= books->last_day)
        close_day(books);
}

void books_close(struct books *books, const char *covers)
{
    for (size_t i = 0; i < books->sheets.count; i++)
        sheet_close(books->sheets.items[i]);
    sheet_close(books->expected);
    write_manifest(books, covers);
    FILE *file = create(books, "README.md");
    if (fwrite(books->readme.bytes, 1, books->readme.size, file) != books->readme.size)
        die("cannot write README.md: %s", strerror(errno));
    finish(file, "README.md");

    for (size_t i = 0; i < books->sheets.count; i++)
        free(books->sheets.items[i]);
    free(books->expected);
    fa_vec_free(&books->sheets);
    fa_vec_free(&books->accounts);
    fa_vec_free(&books->open_lines);
    fa_vec_free(&books->planned);
    fa_vec_free(&books->numbers);
    fa_buf_release(&books->readme);
}

/* --- what must be found --- */

void books_expect(struct books *books, const struct expected *expected)
{
    struct sheet *sheet = books->expected;
    sheet_text(sheet, expected->what);
    sheet_text(sheet, expected->id);
    sheet_text(sheet, expected->subject);
    sheet_text(sheet, expected->side);
    sheet_day_or_none(sheet, expected->first);
    sheet_day_or_none(sheet, expected->last);
    if (expected->amount)
        sheet_money(sheet, expected->amount);
    else
        sheet_text(sheet, NULL);
    char text[KEYS_MAX * 16];
    snprintf(text, sizeof text, "%lld", (long long)expected->row_count);
    sheet_text(sheet, expected->row_count ? text : NULL);
    size_t size = 0;
    text[0] = '\0';
    for (int i = 0; i < expected->key_count; i++)
        size += (size_t)snprintf(text + size, sizeof text - size, "%s%c%010llu", i ? " " : "",
                                 expected->key_prefix, (unsigned long long)expected->keys[i]);
    sheet_text(sheet, text);
    sheet_end(sheet);

    char first[FA_TIME_TEXT_BYTES] = "";
    if (expected->first)
        fa_date_format(expected->first, first);
    need(fa_buf_addf(&books->readme, "| %s | %s | %s | %s |\n", expected->id, first,
                     expected->subject, expected->why));
}

void books_say(struct books *books, const char *text)
{
    need(fa_buf_addf(&books->readme, "%s\n", text));
}

/* --- invented people --- */

void party_text(uint32_t account, char text[16])
{
    snprintf(text, 16, "P%08u", account);
}

void sheet_party(struct sheet *sheet, uint32_t account)
{
    char text[16];
    party_text(account, text);
    sheet_text(sheet, text);
}

int64_t day_of(const char *text)
{
    int64_t day = 0;
    if (fa_date_parse(fa_str_from(text), &day) != FA_VALUE_OK)
        die("no date: %s", text);
    return day;
}

static const int areas[] = {110105, 310104, 330106, 440305, 510107, 420106};

/* Ends TEXT with the character of ALPHABET that makes it valid. */
static void complete(char *text, const char *alphabet, bool (*is_valid)(struct fa_str))
{
    char *end = text + strlen(text);
    end[1] = '\0';
    for (const char *c = alphabet; *c; c++) {
        *end = *c;
        if (is_valid(fa_str_from(text)))
            return;
    }
    die("no check character for %s", text);
}

void invent_id18(uint64_t number, char text[INVENTED_BYTES])
{
    /* birthdays from 1955 to 2004; 7919 is prime to their count, so every number is another one */
    enum { SERIALS = 999, BIRTHDAYS = 18000 };
    uint64_t area = number % COUNT(areas);
    uint64_t serial = number / COUNT(areas) % SERIALS;
    uint64_t birthday = number / COUNT(areas) / SERIALS * 7919 + serial * 131;
    int32_t year, month, day;
    fa_day_to_civil(fa_day_from_civil(1955, 1, 1) + (int64_t)(birthday % BIRTHDAYS), &year, &month,
                    &day);
    snprintf(text, INVENTED_BYTES, "%06d%04d%02d%02d%03d", areas[area], year, month, day,
             (int)serial + 1);
    complete(text, "0123456789X", fa_id18_valid);
}

void invent_card(uint64_t number, char text[INVENTED_BYTES])
{
    snprintf(text, INVENTED_BYTES, "62284804%010llu", (unsigned long long)number % 10000000000);
    complete(text, "0123456789", fa_luhn_valid);
}

void invent_uscc(uint64_t number, char text[INVENTED_BYTES])
{
    snprintf(text, INVENTED_BYTES, "91%06dMA%07d", areas[number % COUNT(areas)],
             (int)(number / COUNT(areas) % 10000000));
    complete(text, "0123456789ABCDEFGHJKLMNPQRTUWXY", fa_uscc_valid);
}

void invent_name(uint64_t number, bool is_natural, char text[INVENTED_BYTES])
{
    static const char *const family[] = {"王", "李", "张", "刘", "陈", "杨", "黄", "赵", "吴", "周",
                                         "徐", "孙", "马", "朱", "胡", "郭", "何", "高", "林", "罗"};
    static const char *const given[] = {"伟", "芳", "娜", "敏", "静", "强", "磊", "军", "洋", "勇",
                                        "艳", "杰", "涛", "明", "超", "霞", "平", "刚", "玲", "宁",
                                        "晨", "宇", "航", "嘉", "欣", "怡", "然", "博", "文", "雅"};
    static const char *const places[] = {"北京", "上海", "杭州", "深圳", "成都", "武汉"};
    static const char *const trades[] = {"贸易", "科技", "餐饮", "文化", "服饰", "电子", "食品"};
    struct rng rng = rng_new(number, 77);
    if (is_natural)
        snprintf(text, INVENTED_BYTES, "%s%s%s", family[rng_below(&rng, COUNT(family))],
                 given[rng_below(&rng, COUNT(given))],
                 rng_below(&rng, 2) ? given[rng_below(&rng, COUNT(given))] : "");
    else
        snprintf(text, INVENTED_BYTES, "%s%s%s%s有限公司", places[rng_below(&rng, COUNT(places))],
                 given[rng_below(&rng, COUNT(given))], given[rng_below(&rng, COUNT(given))],
                 trades[rng_below(&rng, COUNT(trades))]);
}
