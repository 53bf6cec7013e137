#include "match/explain.h"

#include <stdlib.h>
#include <string.h>

#include "match/matcher.h"

enum { SUBJECTS_MAX = 16, CANDIDATES_MAX = 5 };

/* A row as one of its accounts sees it. Texts live in the arena. */
struct seen_row {
    enum fa_side side;
    enum fa_direction direction;
    uint32_t account;
    fa_currency currency;
    int64_t amount_minor;
    int64_t time_us;
    bool is_settled; /* lines always are */
    uint64_t row;
    struct fa_str id, reference;
};

struct candidate {
    struct seen_row seen;
    unsigned distance; /* criteria missed; the reference counts twice */
    struct fa_str claimed_by; /* empty: nobody */
};

struct subject {
    struct seen_row seen;
    struct fa_str partner;  /* of a pair; empty: none */
    struct fa_str break_id; /* empty: none */
    struct fa_str footing_id; /* break of the balance after the line; empty: none */
    int64_t footing_minor;    /* how much more than expected that is */
    struct candidate candidates[CANDIDATES_MAX]; /* nearest first */
    int candidate_count;
};

/* Columns of match and break that are read. */
struct pair_columns {
    int table, account, direction, flow, statement, class;
    int break_id, amount; /* FA_NO_COLUMN in match */
    int64_t footing, absorbed; /* values of class */
};

struct explaining {
    struct fa_blocks *blocks;
    struct fa_sink *sink;
    struct fa_str name; /* what is looked for */
    struct fa_matcher matcher; /* knows the tables' columns; matches nothing */
    struct fa_held *held;
    struct fa_decoder *decoders[4]; /* flow, statement, match, break */
    struct pair_columns match, brk;
    struct fa_arena run_arena;
    struct subject subjects[SUBJECTS_MAX];
    int subject_count;
    uint64_t subjects_left_out;
};

static enum fa_status out_of_memory(struct explaining *e)
{
    return fa_out_of_memory(e->sink, "an explanation");
}

/* --- rows --- */

static struct seen_row see_flow(const struct explaining *e, const struct fa_batch *batch,
                                uint32_t row, enum fa_direction direction)
{
    const struct fa_flow_columns *c = &e->matcher.flow;
    const struct fa_column *columns = batch->columns;
    int account = direction == FA_DEBIT ? c->payer : c->payee;
    struct fa_str id = fa_column_text(&columns[c->flow_id], row);
    bool has_order =
        !e->matcher.reference_is_flow_id && !fa_is_missing(&columns[c->order_id], row);
    return (struct seen_row){
        .side = FA_SIDE_LEDGER,
        .direction = direction,
        .account = (uint32_t)columns[account].values[row],
        .currency = columns[c->currency].values[row],
        .amount_minor = columns[c->amount].values[row],
        .time_us = columns[c->time].values[row],
        .is_settled = columns[c->status].values[row] == e->matcher.settled,
        .row = batch->first_row + row,
        .id = id,
        .reference = has_order ? fa_column_text(&columns[c->order_id], row) : id,
    };
}

static struct seen_row see_line(const struct explaining *e, const struct fa_batch *batch,
                                uint32_t row)
{
    const struct fa_line_columns *c = &e->matcher.line;
    const struct fa_column *columns = batch->columns;
    bool is_credit = columns[c->direction].values[row] == e->matcher.line_credit;
    return (struct seen_row){
        .side = FA_SIDE_BANK,
        .direction = is_credit ? FA_CREDIT : FA_DEBIT,
        .account = (uint32_t)columns[c->account].values[row],
        .currency = columns[c->currency].values[row],
        .amount_minor = columns[c->amount].values[row],
        .time_us = columns[c->booked_at].values[row],
        .is_settled = true,
        .row = batch->first_row + row,
        .id = fa_column_text(&columns[c->statement_id], row),
        .reference = fa_is_missing(&columns[c->reference], row)
                         ? (struct fa_str){"", 0}
                         : fa_column_text(&columns[c->reference], row),
    };
}

static enum fa_status keep_row(struct explaining *e, const struct seen_row *seen,
                               struct seen_row *kept)
{
    *kept = *seen;
    kept->id = fa_arena_str(&e->run_arena, seen->id);
    kept->reference = fa_arena_str(&e->run_arena, seen->reference);
    return kept->id.bytes && kept->reference.bytes ? FA_OK : out_of_memory(e);
}

/* --- first reading: the subjects and what became of them --- */

static enum fa_status add_subject(struct explaining *e, const struct seen_row *seen)
{
    if (!fa_str_equal(seen->id, e->name) && !fa_str_equal(seen->reference, e->name))
        return FA_OK;
    if (e->subject_count == SUBJECTS_MAX) {
        e->subjects_left_out++;
        return FA_OK;
    }
    return keep_row(e, seen, &e->subjects[e->subject_count++].seen);
}

static bool is_text(const struct fa_batch *batch, int column, uint32_t row, struct fa_str text)
{
    return !fa_is_missing(&batch->columns[column], row) &&
           fa_str_equal(fa_column_text(&batch->columns[column], row), text);
}

/* Whether the row of match or break stands on the credit side, or says that the bank has more. */
static bool is_credit_row(const struct fa_batch *batch, const struct pair_columns *c, uint32_t row)
{
    const struct fa_column *directions = &batch->columns[c->direction];
    const struct fa_column_def *def = &batch->table->columns[c->direction];
    return !fa_is_missing(directions, row) &&
           fa_str_is(def->values[directions->values[row]], "credit");
}

/* Whether a row of match or break names SEEN and its account. */
static bool names_row(const struct fa_batch *batch, const struct pair_columns *c, uint32_t row,
                      const struct seen_row *seen)
{
    return is_text(batch, seen->side == FA_SIDE_LEDGER ? c->flow : c->statement, row, seen->id) &&
           (uint32_t)batch->columns[c->account].values[row] == seen->account;
}

static bool is_of_footing(const struct fa_batch *batch, const struct pair_columns *c, uint32_t row)
{
    int64_t class = batch->columns[c->class].values[row];
    return class == c->footing || class == c->absorbed;
}

/* Whether it says what became of SEEN in matching. */
static bool speaks_of(const struct fa_batch *batch, const struct pair_columns *c, uint32_t row,
                      const struct seen_row *seen)
{
    return names_row(batch, c, row, seen) && !is_of_footing(batch, c, row) &&
           is_credit_row(batch, c, row) == (seen->direction == FA_CREDIT);
}

/* The number of a break and its size. */
static enum fa_status keep_break(struct explaining *e, const struct fa_batch *batch,
                                 const struct pair_columns *c, uint32_t row,
                                 struct subject *subject)
{
    struct fa_str id =
        fa_arena_str(&e->run_arena, fa_column_text(&batch->columns[c->break_id], row));
    if (!id.bytes)
        return out_of_memory(e);
    if (!is_of_footing(batch, c, row)) {
        subject->break_id = id;
        return FA_OK;
    }
    int64_t minor = batch->columns[c->amount].values[row];
    subject->footing_id = id;
    subject->footing_minor = is_credit_row(batch, c, row) ? minor : -minor;
    return FA_OK;
}

static enum fa_status keep_other(struct explaining *e, const struct fa_batch *batch,
                                 const struct pair_columns *c, uint32_t row, enum fa_side side,
                                 struct fa_str *other)
{
    int column = side == FA_SIDE_LEDGER ? c->statement : c->flow;
    if (fa_is_missing(&batch->columns[column], row))
        return FA_OK;
    *other = fa_arena_str(&e->run_arena, fa_column_text(&batch->columns[column], row));
    return other->bytes ? FA_OK : out_of_memory(e);
}

static enum fa_status find_verdicts(struct explaining *e, const struct fa_batch *batch,
                                    const struct pair_columns *c)
{
    for (uint32_t row = 0; row < batch->row_count; row++) {
        for (int i = 0; i < e->subject_count; i++) {
            struct subject *subject = &e->subjects[i];
            if (!names_row(batch, c, row, &subject->seen))
                continue;
            if (speaks_of(batch, c, row, &subject->seen))
                FA_TRY(keep_other(e, batch, c, row, subject->seen.side, &subject->partner));
            else if (!is_of_footing(batch, c, row))
                continue;
            if (c->break_id != FA_NO_COLUMN)
                FA_TRY(keep_break(e, batch, c, row, subject));
        }
    }
    return FA_OK;
}

/* --- second reading: what comes near --- */

static uint64_t distance_of(int64_t a, int64_t b)
{
    return a > b ? (uint64_t)a - (uint64_t)b : (uint64_t)b - (uint64_t)a;
}

static bool is_nearer(const struct subject *subject, const struct candidate *a,
                      const struct candidate *b)
{
    const struct seen_row *from = &subject->seen;
    if (a->distance != b->distance)
        return a->distance < b->distance;
    uint64_t amount_a = distance_of(a->seen.amount_minor, from->amount_minor);
    uint64_t amount_b = distance_of(b->seen.amount_minor, from->amount_minor);
    if (amount_a != amount_b)
        return amount_a < amount_b;
    uint64_t time_a = distance_of(a->seen.time_us, from->time_us);
    uint64_t time_b = distance_of(b->seen.time_us, from->time_us);
    return time_a != time_b ? time_a < time_b : a->seen.row < b->seen.row;
}

static bool is_open(const struct subject *subject)
{
    return subject->seen.is_settled && subject->break_id.size;
}

static enum fa_status add_candidate(struct explaining *e, const struct seen_row *seen)
{
    for (int i = 0; i < e->subject_count; i++) {
        struct subject *subject = &e->subjects[i];
        const struct seen_row *from = &subject->seen;
        if (!is_open(subject) || from->side == seen->side || !seen->is_settled)
            continue;
        bool has_reference =
            seen->reference.size && fa_str_equal(seen->reference, from->reference);
        struct candidate candidate = {
            .seen = *seen,
            .distance = 2u * !has_reference + (seen->account != from->account) +
                        (seen->direction != from->direction) + (seen->currency != from->currency) +
                        (seen->amount_minor != from->amount_minor),
        };
        /* Neither the reference nor account, side, currency: nothing in common but chance. */
        if (candidate.distance > 3)
            continue;
        int at = subject->candidate_count;
        while (at > 0 && is_nearer(subject, &candidate, &subject->candidates[at - 1]))
            at--;
        if (at == CANDIDATES_MAX)
            continue;
        FA_TRY(keep_row(e, seen, &candidate.seen));
        if (subject->candidate_count < CANDIDATES_MAX)
            subject->candidate_count++;
        memmove(&subject->candidates[at + 1], &subject->candidates[at],
                (size_t)(subject->candidate_count - 1 - at) * sizeof candidate);
        subject->candidates[at] = candidate;
    }
    return FA_OK;
}

static enum fa_status find_claims(struct explaining *e, const struct fa_batch *batch)
{
    for (uint32_t row = 0; row < batch->row_count; row++) {
        for (int i = 0; i < e->subject_count; i++) {
            for (int k = 0; k < e->subjects[i].candidate_count; k++) {
                struct candidate *candidate = &e->subjects[i].candidates[k];
                if (speaks_of(batch, &e->match, row, &candidate->seen))
                    FA_TRY(keep_other(e, batch, &e->match, row, candidate->seen.side,
                                      &candidate->claimed_by));
            }
        }
    }
    return FA_OK;
}

/* --- reading --- */

typedef enum fa_status take_row(struct explaining *e, const struct seen_row *seen);

static enum fa_status read_rows(struct explaining *e, const struct fa_batch *batch, take_row *take)
{
    bool is_flow = batch->table->index == e->matcher.flow_table;
    for (uint32_t row = 0; row < batch->row_count; row++) {
        if (!is_flow) {
            struct seen_row line = see_line(e, batch, row);
            FA_TRY(take(e, &line));
            continue;
        }
        struct seen_row debit = see_flow(e, batch, row, FA_DEBIT);
        struct seen_row credit = see_flow(e, batch, row, FA_CREDIT);
        FA_TRY(take(e, &debit));
        FA_TRY(take(e, &credit));
    }
    return FA_OK;
}

static enum fa_status read_block(struct explaining *e, const struct fa_block *block,
                                 bool is_second)
{
    const int tables[4] = {e->matcher.flow_table, e->matcher.line_table, e->match.table,
                           e->brk.table};
    struct fa_batch batch;
    if (!is_second && (block->kind == FA_BLOCK_IDS ||
                       (block->kind == FA_BLOCK_TABLE &&
                        e->blocks->head->dictionary.tables[block->table].by == FA_NO_COLUMN)))
        FA_TRY(fa_held_add(e->held, block));
    for (int i = 0; block->kind == FA_BLOCK_TABLE && i < 4; i++) {
        if (tables[i] != block->table)
            continue;
        FA_TRY(fa_decoder_decode(e->decoders[i], block, e->sink, &batch));
        if (i < 2)
            return read_rows(e, &batch, is_second ? add_candidate : add_subject);
        if (!is_second)
            return find_verdicts(e, &batch, i == 2 ? &e->match : &e->brk);
        return i == 2 ? find_claims(e, &batch) : FA_OK;
    }
    return FA_OK;
}

static enum fa_status read_all(struct explaining *e, bool is_second)
{
    FA_TRY(fa_blocks_rewind(e->blocks));
    for (;;) {
        struct fa_block block;
        bool is_end;
        FA_TRY(fa_blocks_next(e->blocks, &block, &is_end));
        if (is_end)
            return FA_OK;
        FA_TRY(read_block(e, &block, is_second));
    }
}

/* --- telling --- */

static enum fa_status tell_money(const struct explaining *e, fa_i128 minor, fa_currency currency,
                                 struct fa_buf *text)
{
    char amount[FA_MONEY_TEXT_BYTES], name[4];
    fa_money_format(minor, fa_head_scale(e->blocks->head, currency), amount);
    fa_currency_format(currency, name);
    return fa_buf_addf(text, "%s %s", amount, name);
}

static enum fa_status tell_account(const struct explaining *e, const struct seen_row *seen,
                                   struct fa_buf *text)
{
    const struct fa_held_table *accounts = fa_held_get(e->held, e->matcher.account_table);
    FA_TRY(fa_buf_add_text(text, seen->direction == FA_CREDIT ? "credit of " : "debit of "));
    return fa_buf_add_str(text, accounts->names[seen->account]);
}

static enum fa_status tell_row(const struct explaining *e, const struct seen_row *seen,
                               struct fa_buf *text)
{
    char time[FA_TIME_TEXT_BYTES];
    fa_time_format(seen->time_us, &e->blocks->head->zone, time);
    FA_TRY(fa_buf_add_text(text, seen->side == FA_SIDE_LEDGER ? "flow " : "statement line "));
    FA_TRY(fa_buf_add_str(text, seen->id));
    FA_TRY(fa_buf_addf(text, ", %s, ", time));
    FA_TRY(tell_account(e, seen, text));
    FA_TRY(fa_buf_add_text(text, ", "));
    FA_TRY(tell_money(e, seen->amount_minor, seen->currency, text));
    FA_TRY(fa_buf_add_text(text, seen->reference.size ? ", reference " : ", no reference"));
    return fa_buf_add_str(text, seen->reference);
}

static enum fa_status tell_candidate(const struct explaining *e, const struct seen_row *from,
                                     const struct candidate *candidate, struct fa_buf *text)
{
    const struct seen_row *seen = &candidate->seen;
    const char *mark = ": ";
    FA_TRY(fa_buf_add_text(text, "    "));
    FA_TRY(fa_buf_add_str(text, seen->id));
    if (!seen->reference.size || !fa_str_equal(seen->reference, from->reference)) {
        FA_TRY(fa_buf_addf(text, "%s%s", mark,
                           seen->reference.size ? "reference is " : "no reference"));
        FA_TRY(fa_buf_add_str(text, seen->reference));
        mark = "; ";
    }
    if (seen->account != from->account || seen->direction != from->direction) {
        FA_TRY(fa_buf_addf(text, "%sa ", mark));
        FA_TRY(tell_account(e, seen, text));
        mark = "; ";
    }
    if (seen->currency != from->currency || seen->amount_minor != from->amount_minor) {
        FA_TRY(fa_buf_addf(text, "%samount is ", mark));
        FA_TRY(tell_money(e, seen->amount_minor, seen->currency, text));
        mark = "; ";
        if (seen->currency == from->currency) {
            fa_i128 more = (fa_i128)seen->amount_minor - from->amount_minor;
            FA_TRY(fa_buf_add_text(text, ", "));
            FA_TRY(tell_money(e, more < 0 ? -more : more, seen->currency, text));
            FA_TRY(fa_buf_add_text(text, more < 0 ? " less" : " more"));
        }
    }
    if (candidate->claimed_by.size) {
        FA_TRY(fa_buf_addf(text, "%sclaimed by ", mark));
        FA_TRY(fa_buf_add_str(text, candidate->claimed_by));
        mark = "; ";
    }
    uint64_t apart_us = distance_of(seen->time_us, from->time_us);
    char apart[FA_TIME_TEXT_BYTES];
    fa_duration_format((int64_t)(apart_us > INT64_MAX ? INT64_MAX : apart_us), apart);
    if (apart_us == 0)
        return fa_buf_addf(text, "%sat the same time\n", mark);
    return fa_buf_addf(text, "%s%s %s\n", mark, apart,
                       seen->time_us < from->time_us ? "earlier" : "later");
}

static enum fa_status tell_subject(const struct explaining *e, const struct subject *subject,
                                   struct fa_buf *text)
{
    FA_TRY(tell_row(e, &subject->seen, text));
    FA_TRY(fa_buf_add_text(text, "\n  "));
    if (!subject->seen.is_settled)
        return fa_buf_add_text(text, "is not settled, so it moved nothing and is not compared\n");
    if (!subject->break_id.size && !subject->partner.size) {
        const char *why = "is not compared: a booked statement covers its day\n";
        if (subject->seen.side == FA_SIDE_LEDGER)
            why = "faces no account with a statement\n";
        else if (e->matcher.flow_table == FA_NO_TABLE)
            why = "is not compared: the filing has no flows\n";
        return fa_buf_add_text(text, why);
    }
    if (!subject->break_id.size) {
        FA_TRY(fa_buf_add_text(text, "is matched with "));
        FA_TRY(fa_buf_add_str(text, subject->partner));
        return fa_buf_add_char(text, '\n');
    }
    FA_TRY(fa_buf_add_text(text, "is the break "));
    FA_TRY(fa_buf_add_str(text, subject->break_id));
    if (subject->partner.size) {
        FA_TRY(fa_buf_add_text(text, " with "));
        FA_TRY(fa_buf_add_str(text, subject->partner));
    }
    FA_TRY(fa_buf_add_text(text, subject->candidate_count
                                     ? "; what comes nearest, and why it is not the same:\n"
                                     : "; nothing on the other side comes near\n"));
    for (int i = 0; i < subject->candidate_count; i++)
        FA_TRY(tell_candidate(e, &subject->seen, &subject->candidates[i], text));
    return FA_OK;
}

static enum fa_status tell_footing(const struct explaining *e, const struct subject *subject,
                                   struct fa_buf *text)
{
    fa_i128 more = subject->footing_minor;
    if (!subject->footing_id.size)
        return FA_OK;
    FA_TRY(fa_buf_add_text(text, "  the balance after it is "));
    FA_TRY(tell_money(e, more < 0 ? -more : more, subject->seen.currency, text));
    FA_TRY(fa_buf_addf(text, " %s than the last one and the lines since: ",
                       more < 0 ? "less" : "more"));
    FA_TRY(fa_buf_add_str(text, subject->footing_id));
    return fa_buf_add_char(text, '\n');
}

/* A flow between an account with a statement and one without is told of the first only. */
static bool is_worth_telling(const struct explaining *e, int i)
{
    const struct subject *subject = &e->subjects[i];
    if (subject->seen.side == FA_SIDE_BANK || subject->break_id.size || subject->partner.size)
        return true;
    int other = subject->seen.direction == FA_DEBIT ? i + 1 : i - 1;
    if (other < 0 || other >= e->subject_count || e->subjects[other].seen.row != subject->seen.row)
        return true;
    const struct subject *twin = &e->subjects[other];
    return !twin->break_id.size && !twin->partner.size && subject->seen.direction == FA_DEBIT;
}

static enum fa_status tell_all(struct explaining *e, struct fa_buf *text)
{
    enum fa_status status = FA_OK;
    for (int i = 0; status == FA_OK && i < e->subject_count; i++)
        if (is_worth_telling(e, i)) {
            status = tell_subject(e, &e->subjects[i], text);
            if (status == FA_OK)
                status = tell_footing(e, &e->subjects[i], text);
        }
    if (status == FA_OK && e->subjects_left_out)
        status = fa_buf_addf(text, "and %llu more rows of this name\n",
                             (unsigned long long)e->subjects_left_out);
    return status == FA_OK ? FA_OK : out_of_memory(e);
}

/* --- the beginning --- */

/* "missing_at_bank:O-17#1" stands for the rows of O-17. */
static struct fa_str name_of_break(struct fa_str id)
{
    for (int class = 0; class < FA_BREAK_CLASS_COUNT; class++) {
        struct fa_str prefix = fa_str_from(fa_break_class_name((enum fa_break_class)class));
        if (!fa_str_starts(id, prefix) || id.size == prefix.size || id.bytes[prefix.size] != ':')
            continue;
        size_t end = id.size;
        while (end > prefix.size && id.bytes[end - 1] != '#')
            end--;
        if (end > prefix.size + 1)
            return (struct fa_str){id.bytes + prefix.size + 1, end - 1 - prefix.size - 1};
    }
    return id;
}

static enum fa_status find_pairs(struct explaining *e, const char *name, struct pair_columns *c)
{
    const struct fa_table_def *table =
        fa_dictionary_find(&e->blocks->head->dictionary, fa_str_from(name));
    if (!table)
        return fa_error(e->sink, FA_CODE_DEFECT, (struct fa_place){0}, NULL,
                        "the reconciled stream has no table %s", name);
    *c = (struct pair_columns){
        .table = table->index,
        .account = fa_table_find_column(table, FA_STR("account")),
        .direction = fa_table_find_column(table, FA_STR("direction")),
        .flow = fa_table_find_column(table, FA_STR("flow")),
        .statement = fa_table_find_column(table, FA_STR("statement")),
        .class = fa_table_find_column(table, FA_STR("class")),
        .break_id = fa_table_find_column(table, FA_STR("break_id")),
        .amount = fa_table_find_column(table, FA_STR("amount")),
    };
    c->footing = fa_enum_index(&table->columns[c->class], "footing");
    c->absorbed = fa_enum_index(&table->columns[c->class], "absorbed");
    return FA_OK;
}

static enum fa_status begin(struct explaining *e)
{
    const struct fa_dictionary *dictionary = &e->blocks->head->dictionary;
    FA_TRY(fa_matcher_init(&e->matcher, e->blocks->head, NULL, NULL, (struct fa_hash_key){0, 0},
                           e->sink));
    FA_TRY(find_pairs(e, "match", &e->match));
    FA_TRY(find_pairs(e, "break", &e->brk));
    e->held = fa_held_new(e->blocks->head, e->sink);
    if (!e->held)
        return out_of_memory(e);
    fa_held_want_names(e->held, e->matcher.account_table);
    const int tables[4] = {e->matcher.flow_table, e->matcher.line_table, e->match.table,
                           e->brk.table};
    for (int i = 0; i < 4; i++) {
        if (tables[i] == FA_NO_TABLE)
            continue;
        e->decoders[i] = fa_decoder_new(&dictionary->tables[tables[i]]);
        if (!e->decoders[i])
            return out_of_memory(e);
        if (i < 2)
            fa_matcher_want(&e->matcher, &dictionary->tables[tables[i]], e->decoders[i]);
        else
            fa_decoder_want_all(e->decoders[i]);
    }
    return FA_OK;
}

static enum fa_status explain(struct explaining *e, struct fa_buf *text)
{
    FA_TRY(begin(e));
    FA_TRY(read_all(e, false));
    FA_TRY(fa_held_finish(e->held));
    char quoted[FA_QUOTED_BYTES];
    if (!e->subject_count)
        return fa_error(e->sink, FA_CODE_MATCH_UNKNOWN, (struct fa_place){0},
                        "give a flow_id, a statement_id, a reference or the number of a break; a "
                        "remainder is what no row explains, see the table bridge of its day; what "
                        "a statement lacks, see the table break",
                        "no flow and no statement line is named %s", fa_quoted(e->name, quoted));
    FA_TRY(read_all(e, true));
    return tell_all(e, text);
}

enum fa_status fa_reconcile_explain(struct fa_blocks *reconciled, struct fa_str id,
                                    struct fa_sink *sink, struct fa_buf *text)
{
    struct explaining *e = calloc(1, sizeof *e);
    if (!e)
        return fa_out_of_memory(sink, "an explanation");
    e->blocks = reconciled;
    e->sink = sink;
    e->name = name_of_break(id);
    fa_arena_init(&e->run_arena);
    enum fa_status status = explain(e, text);
    for (int i = 0; i < 4; i++)
        fa_decoder_free(e->decoders[i]);
    fa_held_free(e->held);
    fa_matcher_release(&e->matcher);
    fa_arena_release(&e->run_arena);
    free(e);
    return status;
}
