#include "match/explain.h"

#include <stdlib.h>
#include <string.h>

#include "match/explaining.h"

enum { READ_FLOWS, READ_LINES, READ_MATCHES, READ_BREAKS, READ_COUNT };

static enum fa_status out_of_memory(struct fa_explaining *e)
{
    return fa_out_of_memory(e->sink, "an explanation");
}

bool fa_told_is_of_statements(const struct fa_told_break *told)
{
    static const char *const classes[] = {"footing", "continuity", "no_balance",
                                          "gap",     "overlap",    "remainder"};
    for (size_t i = 0; i < sizeof classes / sizeof *classes; i++)
        if (fa_str_is(told->class, classes[i]))
            return true;
    return false;
}

bool fa_subject_is_open(const struct fa_subject *subject)
{
    static const char *const classes[] = {"timing", "ambiguous", "missing_at_bank",
                                          "missing_in_ledger", "unexplained"};
    for (size_t i = 0; i < sizeof classes / sizeof *classes; i++)
        if (subject->brk.id.size && fa_str_is(subject->brk.class, classes[i]))
            return true;
    return false;
}

/* --- rows --- */

static struct fa_seen_row see_flow(const struct fa_explaining *e, const struct fa_batch *batch,
                                   uint32_t row, enum fa_direction direction)
{
    const struct fa_flow_columns *c = &e->matcher.flow;
    const struct fa_column *columns = batch->columns;
    const struct fa_matcher *m = &e->matcher;
    uint32_t accounts[2];
    bool moves = fa_matcher_faces(m, (uint32_t)columns[c->payer].values[row],
                                  (uint32_t)columns[c->payee].values[row], accounts);
    const struct fa_bound_section *section =
        fa_binding_section(&m->binding, accounts[direction]);
    return (struct fa_seen_row){
        .side = FA_SIDE_LEDGER,
        .direction = direction,
        .account = accounts[direction],
        .currency = columns[c->currency].values[row],
        .amount_minor = columns[c->amount].values[row],
        .time_us = columns[c->time].values[row],
        .is_settled = columns[c->status].values[row] == m->settled,
        .is_internal = !moves,
        .row = batch->first_row + row,
        .id = fa_column_text(&columns[c->flow_id], row),
        .reference = fa_matcher_flow_reference(&section->reference, batch, row),
    };
}

static struct fa_seen_row see_line(const struct fa_explaining *e, const struct fa_batch *batch,
                                   uint32_t row)
{
    const struct fa_line_columns *c = &e->matcher.line;
    const struct fa_column *columns = batch->columns;
    bool is_credit = columns[c->direction].values[row] == e->matcher.line_credit;
    return (struct fa_seen_row){
        .side = FA_SIDE_BANK,
        .direction = is_credit ? FA_CREDIT : FA_DEBIT,
        .account = (uint32_t)columns[c->account].values[row],
        .currency = columns[c->currency].values[row],
        .amount_minor = columns[c->amount].values[row],
        .time_us = columns[c->booked_at].values[row],
        .is_settled = true,
        .is_superseded = fa_matcher_is_superseded(&e->matcher, batch, row),
        .row = batch->first_row + row,
        .id = fa_column_text(&columns[c->statement_id], row),
        .reference = fa_is_missing(&columns[c->reference], row)
                         ? (struct fa_str){"", 0}
                         : fa_column_text(&columns[c->reference], row),
    };
}

static enum fa_status keep_text(struct fa_explaining *e, struct fa_str text,
                                struct fa_str *kept)
{
    *kept = fa_arena_str(&e->arena, text);
    return kept->bytes ? FA_OK : out_of_memory(e);
}

static enum fa_status keep_row(struct fa_explaining *e, const struct fa_seen_row *seen,
                               struct fa_seen_row *kept)
{
    *kept = *seen;
    FA_TRY(keep_text(e, seen->id, &kept->id));
    return keep_text(e, seen->reference, &kept->reference);
}

/* --- first reading: the subjects and what became of them --- */

static enum fa_status add_subject(struct fa_explaining *e, const struct fa_seen_row *seen)
{
    if (!fa_str_equal(seen->id, e->name) && !fa_str_equal(seen->reference, e->name))
        return FA_OK;
    if (e->subject_count == FA_SUBJECTS_MAX) {
        e->subjects_left_out++;
        return FA_OK;
    }
    struct fa_subject *subject = &e->subjects[e->subject_count++];
    *subject = (struct fa_subject){.claim.match_no = FA_NO_MATCH};
    return keep_row(e, seen, &subject->seen);
}

static bool has(const struct fa_batch *batch, int column, uint32_t row)
{
    return column != FA_NO_COLUMN && !fa_is_missing(&batch->columns[column], row);
}

static int64_t number_at(const struct fa_batch *batch, int column, uint32_t row,
                         int64_t otherwise)
{
    return has(batch, column, row) ? batch->columns[column].values[row] : otherwise;
}

/* Of a text, or the word of an enum; empty: missing. */
static struct fa_str text_at(const struct fa_batch *batch, int column, uint32_t row)
{
    if (!has(batch, column, row))
        return (struct fa_str){"", 0};
    const struct fa_column_def *def = &batch->table->columns[column];
    if (def->type == FA_TYPE_ENUM)
        return def->values[batch->columns[column].values[row]];
    return fa_column_text(&batch->columns[column], row);
}

/* Whether a row of match or break names SEEN and its account. */
static bool names_row(const struct fa_batch *batch, const struct fa_told_columns *c,
                      uint32_t row, const struct fa_seen_row *seen)
{
    int column = seen->side == FA_SIDE_LEDGER ? c->flow : c->statement;
    return number_at(batch, c->account, row, -1) == (int64_t)seen->account &&
           fa_str_equal(text_at(batch, column, row), seen->id);
}

static void keep_claim(const struct fa_batch *batch, const struct fa_told_columns *c,
                       uint32_t row, struct fa_claim *claim)
{
    claim->match_no = number_at(batch, c->match_no, row, FA_NO_MATCH);
    claim->stage = text_at(batch, c->stage, row);
    claim->note = text_at(batch, c->note, row);
}

static void find_matches(struct fa_explaining *e, const struct fa_batch *batch)
{
    for (uint32_t row = 0; row < batch->row_count; row++)
        for (int i = 0; i < e->subject_count; i++)
            if (names_row(batch, &e->match, row, &e->subjects[i].seen))
                keep_claim(batch, &e->match, row, &e->subjects[i].claim);
}

static enum fa_status keep_break(struct fa_explaining *e, const struct fa_batch *batch,
                                 uint32_t row, struct fa_told_break *told)
{
    const struct fa_told_columns *c = &e->brk;
    int64_t other = number_at(batch, c->other_account, row, UINT32_MAX);
    *told = (struct fa_told_break){
        .class = text_at(batch, c->class, row),
        .note = text_at(batch, c->note, row),
        .account = (uint32_t)number_at(batch, c->account, row, UINT32_MAX),
        .other_account = (uint32_t)other,
        .currency = number_at(batch, c->currency, row, 0),
        .direction =
            fa_str_is(text_at(batch, c->direction, row), "debit") ? FA_DEBIT : FA_CREDIT,
        .day_no = number_at(batch, c->date, row, INT64_MIN),
        .due_on = number_at(batch, c->due_on, row, INT64_MIN),
        .days_late = number_at(batch, c->days_late, row, INT64_MIN),
        .candidates = number_at(batch, c->candidates, row, INT64_MIN),
        .missing_count = number_at(batch, c->missing_count, row, INT64_MIN),
        .amount_minor = number_at(batch, c->amount, row, INT64_MIN),
        .ledger_minor = number_at(batch, c->ledger_amount, row, INT64_MIN),
        .bank_minor = number_at(batch, c->bank_amount, row, INT64_MIN),
        .match_no = number_at(batch, c->match_no, row, FA_NO_MATCH),
    };
    FA_TRY(keep_text(e, text_at(batch, c->other, row), &told->other));
    FA_TRY(keep_text(e, text_at(batch, c->reference, row), &told->name));
    return keep_text(e, text_at(batch, c->break_id, row), &told->id);
}

/* The balance after a line, or within a profile's tolerance: no verdict of matching. */
static bool is_of_balance(const struct fa_batch *batch, const struct fa_told_columns *c,
                          uint32_t row)
{
    struct fa_str class = text_at(batch, c->class, row);
    return fa_str_is(class, "footing") ||
           (fa_str_is(class, "absorbed") && !has(batch, c->flow, row));
}

static enum fa_status find_breaks(struct fa_explaining *e, const struct fa_batch *batch)
{
    const struct fa_told_columns *c = &e->brk;
    for (uint32_t row = 0; row < batch->row_count; row++) {
        int64_t match_no = number_at(batch, c->match_no, row, FA_NO_MATCH);
        if (fa_str_equal(text_at(batch, c->break_id, row), e->id))
            FA_TRY(keep_break(e, batch, row, &e->of_id));
        for (int i = 0; i < e->subject_count; i++) {
            struct fa_subject *subject = &e->subjects[i];
            bool is_of_match =
                match_no != FA_NO_MATCH && match_no == subject->claim.match_no &&
                number_at(batch, c->account, row, -1) == (int64_t)subject->seen.account;
            bool is_named = names_row(batch, c, row, &subject->seen);
            struct fa_told_break *told =
                is_of_balance(batch, c, row) ? &subject->footing : &subject->brk;
            if (is_named || (is_of_match && !told->id.size))
                FA_TRY(keep_break(e, batch, row, told));
        }
    }
    return FA_OK;
}

/* --- second reading: the other rows of movements, and what comes near --- */

static uint64_t distance_of(int64_t a, int64_t b)
{
    return a > b ? (uint64_t)a - (uint64_t)b : (uint64_t)b - (uint64_t)a;
}

static bool is_nearer(const struct fa_subject *subject, const struct fa_candidate *a,
                      const struct fa_candidate *b)
{
    const struct fa_seen_row *from = &subject->seen;
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

bool fa_explain_lag(struct fa_explaining *e, const struct fa_seen_row *a,
                    const struct fa_seen_row *b, const struct fa_terms *terms, int64_t *lag)
{
    const struct fa_seen_row *flow = a->side == FA_SIDE_LEDGER ? a : b;
    const struct fa_seen_row *line = a->side == FA_SIDE_LEDGER ? b : a;
    const struct fa_binding *binding = &e->matcher.binding;
    struct fa_bound_section *section = fa_binding_section(binding, line->account);
    int32_t business_day;
    if (!terms->has_window || flow->account != line->account)
        return false;
    /* A day that the calendar does not know is no mistake here: then the days are not told. */
    struct fa_sink silent;
    fa_sink_init(&silent, NULL, NULL);
    struct fa_binding asked = *binding;
    asked.sink = asked.days.sink = &silent;
    return fa_binding_business_day(&asked, section, flow->time_us, &business_day) == FA_OK &&
           fa_days_lag(&asked.days, terms, business_day,
                       (int32_t)fa_day_of(line->time_us, &e->blocks->head->zone), lag) == FA_OK;
}

static enum fa_status measure(struct fa_explaining *e, const struct fa_seen_row *from,
                              struct fa_candidate *candidate)
{
    const struct fa_seen_row *seen = &candidate->seen;
    const struct fa_terms *terms;
    FA_TRY(fa_binding_get_terms(&e->matcher.binding, from->account, from->currency, &terms));
    bool has_reference = seen->reference.size && fa_str_equal(seen->reference, from->reference);
    unsigned weight = terms->matches_amounts ? 1 : 2; /* of the reference, without which ... */
    candidate->distance = weight * !has_reference + (seen->account != from->account) +
                          (seen->direction != from->direction) +
                          (seen->currency != from->currency) +
                          (seen->amount_minor != from->amount_minor);
    return FA_OK;
}

/* A row that stages look at: of an account with a statement. */
static bool is_compared(const struct fa_explaining *e, const struct fa_seen_row *seen)
{
    return seen->is_settled && !seen->is_superseded && !seen->is_internal &&
           seen->account < e->matcher.books.account_count &&
           (e->matcher.books.flags[seen->account] & FA_ACCOUNT_LINED);
}

static enum fa_status add_candidate(struct fa_explaining *e, const struct fa_seen_row *seen)
{
    enum { DISTANCE_MAX = 3 }; /* beyond: nothing in common but chance */
    if (!is_compared(e, seen))
        return FA_OK;
    for (int i = 0; i < e->subject_count; i++) {
        struct fa_subject *subject = &e->subjects[i];
        if (!fa_subject_is_open(subject) || subject->seen.side == seen->side)
            continue;
        struct fa_candidate candidate = {.seen = *seen, .claim.match_no = FA_NO_MATCH};
        FA_TRY(measure(e, &subject->seen, &candidate));
        if (candidate.distance > DISTANCE_MAX)
            continue;
        int at = subject->candidate_count;
        while (at > 0 && is_nearer(subject, &candidate, &subject->candidates[at - 1]))
            at--;
        if (at == FA_CANDIDATES_MAX)
            continue;
        FA_TRY(keep_row(e, seen, &candidate.seen));
        if (subject->candidate_count < FA_CANDIDATES_MAX)
            subject->candidate_count++;
        memmove(&subject->candidates[at + 1], &subject->candidates[at],
                (size_t)(subject->candidate_count - 1 - at) * sizeof candidate);
        subject->candidates[at] = candidate;
    }
    return FA_OK;
}

static enum fa_status add_partner(struct fa_explaining *e, const struct fa_seen_row *seen,
                                  struct fa_claim *claim, struct fa_str name)
{
    if (!name.size || fa_str_equal(name, seen->id))
        return FA_OK;
    for (int i = 0; i < claim->partner_count; i++)
        if (fa_str_equal(claim->partners[i], name))
            return FA_OK;
    if (claim->partner_count == FA_PARTNERS_MAX) {
        claim->partners_left_out++;
        return FA_OK;
    }
    return keep_text(e, name, &claim->partners[claim->partner_count++]);
}

/* A row of match of the movement that SEEN belongs to. */
static enum fa_status read_claim(struct fa_explaining *e, const struct fa_batch *batch,
                                 uint32_t row, const struct fa_seen_row *seen,
                                 struct fa_claim *claim)
{
    const struct fa_told_columns *c = &e->match;
    if (number_at(batch, c->match_no, row, FA_NO_MATCH) != claim->match_no)
        return FA_OK;
    FA_TRY(add_partner(e, seen, claim, text_at(batch, c->flow, row)));
    FA_TRY(add_partner(e, seen, claim, text_at(batch, c->statement, row)));
    claim->fee_minor += number_at(batch, c->fee, row, 0);
    claim->absorbed_minor += number_at(batch, c->absorbed, row, 0);
    return FA_OK;
}

static enum fa_status find_partners(struct fa_explaining *e, const struct fa_batch *batch)
{
    for (uint32_t row = 0; row < batch->row_count; row++) {
        for (int i = 0; i < e->subject_count; i++) {
            struct fa_subject *subject = &e->subjects[i];
            if (subject->claim.match_no != FA_NO_MATCH)
                FA_TRY(read_claim(e, batch, row, &subject->seen, &subject->claim));
            for (int k = 0; k < subject->candidate_count; k++) {
                struct fa_candidate *candidate = &subject->candidates[k];
                if (!names_row(batch, &e->match, row, &candidate->seen))
                    continue;
                if (candidate->claim.match_no == FA_NO_MATCH)
                    keep_claim(batch, &e->match, row, &candidate->claim);
                FA_TRY(read_claim(e, batch, row, &candidate->seen, &candidate->claim));
            }
        }
    }
    return FA_OK;
}

/* --- reading --- */

typedef enum fa_status take_row(struct fa_explaining *e, const struct fa_seen_row *seen);

static enum fa_status read_rows(struct fa_explaining *e, const struct fa_batch *batch,
                                take_row *take)
{
    bool is_flow = batch->table->index == e->matcher.flow_table;
    for (uint32_t row = 0; row < batch->row_count; row++) {
        if (!is_flow) {
            struct fa_seen_row line = see_line(e, batch, row);
            if (line.account < e->matcher.books.account_count)
                e->matcher.books.flags[line.account] |= FA_ACCOUNT_LINED;
            FA_TRY(take(e, &line));
            continue;
        }
        struct fa_seen_row debit = see_flow(e, batch, row, FA_DEBIT);
        struct fa_seen_row credit = see_flow(e, batch, row, FA_CREDIT);
        FA_TRY(take(e, &debit));
        FA_TRY(take(e, &credit));
    }
    return FA_OK;
}

static bool is_held(const struct fa_explaining *e, const struct fa_block *block)
{
    return block->kind == FA_BLOCK_IDS ||
           (block->kind == FA_BLOCK_TABLE &&
            e->blocks->head->dictionary.tables[block->table].by == FA_NO_COLUMN);
}

static enum fa_status read_block(struct fa_explaining *e, const struct fa_block *block,
                                 bool is_second)
{
    const int tables[READ_COUNT] = {e->matcher.flow_table, e->matcher.line_table,
                                    e->match.table, e->brk.table};
    struct fa_batch batch;
    int i = 0;
    while (i < READ_COUNT && !(block->kind == FA_BLOCK_TABLE && tables[i] == block->table))
        i++;
    if (i == READ_COUNT || (is_second && i == READ_BREAKS))
        return FA_OK;
    FA_TRY(fa_decoder_decode(e->decoders[i], block, e->sink, &batch));
    if (i == READ_FLOWS || i == READ_LINES)
        return read_rows(e, &batch, is_second ? add_candidate : add_subject);
    if (is_second)
        return find_partners(e, &batch);
    if (i == READ_BREAKS)
        return find_breaks(e, &batch);
    find_matches(e, &batch);
    return FA_OK;
}

/* The held tables are complete when the first row by time comes. */
static enum fa_status hold(struct fa_explaining *e, const struct fa_block *block,
                           bool *is_complete)
{
    if (*is_complete)
        return FA_OK;
    if (block && is_held(e, block) &&
        e->blocks->head->dictionary.tables[block->table].written_by == FA_BY_FILING)
        return fa_held_add(e->held, block);
    *is_complete = true;
    FA_TRY(fa_held_finish(e->held));
    return fa_matcher_set_held(&e->matcher, e->held);
}

static enum fa_status read_all(struct fa_explaining *e, bool is_second)
{
    bool is_complete = is_second;
    FA_TRY(fa_blocks_rewind(e->blocks));
    for (;;) {
        struct fa_block block;
        bool is_end;
        FA_TRY(fa_blocks_next(e->blocks, &block, &is_end));
        FA_TRY(hold(e, is_end ? NULL : &block, &is_complete));
        if (is_end)
            return FA_OK;
        FA_TRY(read_block(e, &block, is_second));
    }
}

/* --- the beginning --- */

/* "missing_at_bank:O-17#1" stands for the rows of O-17. */
static struct fa_str name_of_break(struct fa_str id)
{
    for (int class = 0; class < FA_BREAK_CLASS_COUNT; class ++) {
        struct fa_str prefix = fa_str_from(fa_break_class_name((enum fa_break_class) class));
        if (!fa_str_starts(id, prefix) || id.size == prefix.size ||
            id.bytes[prefix.size] != ':')
            continue;
        size_t end = id.size;
        while (end > prefix.size && id.bytes[end - 1] != '#')
            end--;
        if (end > prefix.size + 1)
            return (struct fa_str){id.bytes + prefix.size + 1, end - 1 - prefix.size - 1};
    }
    return id;
}

static enum fa_status find_columns(struct fa_explaining *e, const char *name,
                                   struct fa_told_columns *c)
{
    const struct fa_table_def *table =
        fa_dictionary_find(&e->blocks->head->dictionary, fa_str_from(name));
    if (!table)
        return fa_error(e->sink, FA_CODE_DEFECT, (struct fa_place){0}, NULL,
                        "the reconciled stream has no table %s", name);
    const struct {
        const char *name;
        int *column;
    } columns[] = {
        {"account", &c->account},
        {"direction", &c->direction},
        {"flow", &c->flow},
        {"statement", &c->statement},
        {"class", &c->class},
        {"currency", &c->currency},
        {"stage", &c->stage},
        {"note", &c->note},
        {"match_no", &c->match_no},
        {"fee", &c->fee},
        {"absorbed", &c->absorbed},
        {"break_id", &c->break_id},
        {"amount", &c->amount},
        {"ledger_amount", &c->ledger_amount},
        {"bank_amount", &c->bank_amount},
        {"date", &c->date},
        {"due_on", &c->due_on},
        {"days_late", &c->days_late},
        {"other", &c->other},
        {"other_account", &c->other_account},
        {"candidates", &c->candidates},
        {"missing_count", &c->missing_count},
        {"reference", &c->reference},
    };
    c->table = table->index;
    for (size_t i = 0; i < sizeof columns / sizeof *columns; i++)
        *columns[i].column = fa_table_find_column(table, fa_str_from(columns[i].name));
    return FA_OK;
}

static enum fa_status begin(struct fa_explaining *e, const struct fa_scheme *scheme)
{
    const struct fa_dictionary *dictionary = &e->blocks->head->dictionary;
    FA_TRY(fa_matcher_init(&e->matcher, e->blocks->head, scheme, NULL,
                           (struct fa_hash_key){0, 0}, e->sink));
    FA_TRY(find_columns(e, "match", &e->match));
    FA_TRY(find_columns(e, "break", &e->brk));
    e->held = fa_held_new(e->blocks->head, e->sink);
    if (!e->held)
        return out_of_memory(e);
    fa_matcher_want_held(&e->matcher, e->held);
    fa_held_want_names(e->held, e->matcher.account_table);
    const int tables[READ_COUNT] = {e->matcher.flow_table, e->matcher.line_table,
                                    e->match.table, e->brk.table};
    for (int i = 0; i < READ_COUNT; i++) {
        if (tables[i] == FA_NO_TABLE)
            continue;
        e->decoders[i] = fa_decoder_new(&dictionary->tables[tables[i]]);
        if (!e->decoders[i])
            return out_of_memory(e);
        if (i == READ_FLOWS || i == READ_LINES)
            fa_matcher_want(&e->matcher, &dictionary->tables[tables[i]], e->decoders[i]);
        else
            fa_decoder_want_all(e->decoders[i]);
    }
    return FA_OK;
}

static enum fa_status explain(struct fa_explaining *e, const struct fa_scheme *scheme,
                              struct fa_buf *text)
{
    FA_TRY(begin(e, scheme));
    FA_TRY(read_all(e, false));
    char quoted[FA_QUOTED_BYTES];
    if (!e->subject_count && !e->of_id.id.size)
        return fa_error(e->sink, FA_CODE_MATCH_UNKNOWN, (struct fa_place){0},
                        "give a flow_id, a statement_id, a reference or the number of a break",
                        "no flow, no statement line and no break is named %s",
                        fa_quoted(e->id, quoted));
    FA_TRY(read_all(e, true));
    return fa_explain_tell(e, text) == FA_OK ? FA_OK : out_of_memory(e);
}

enum fa_status fa_reconcile_explain(struct fa_blocks *reconciled,
                                    const struct fa_scheme *scheme, struct fa_str id,
                                    struct fa_sink *sink, struct fa_buf *text)
{
    struct fa_explaining *e = calloc(1, sizeof *e);
    if (!e)
        return fa_out_of_memory(sink, "an explanation");
    e->blocks = reconciled;
    e->sink = sink;
    e->id = id;
    e->name = name_of_break(id);
    fa_arena_init(&e->arena);
    enum fa_status status = explain(e, scheme, text);
    for (int i = 0; i < READ_COUNT; i++)
        fa_decoder_free(e->decoders[i]);
    fa_held_free(e->held);
    fa_matcher_release(&e->matcher);
    fa_arena_release(&e->arena);
    free(e);
    return status;
}
