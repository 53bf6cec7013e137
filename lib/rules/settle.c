#include "rules/settle.h"

#include "rules/cost.h"
#include "rules/operators.h"

#include <stdlib.h>
#include <string.h>

void fa_settler_init(struct fa_settler *settler, const struct fa_settle_rule *rule,
                     struct fa_meter *meter)
{
    *settler = (struct fa_settler){.rule = *rule, .meter = meter,
                                   .owed_upto_us = INT64_MIN, .rows_upto_us = INT64_MIN};
}

void fa_settler_release(struct fa_settler *settler)
{
    struct fa_meter *meter = settler->meter;
    if (!meter)
        return;
    fa_spots_release(&settler->spots, meter);
    fa_meter_give(meter, settler->owed_capacity * sizeof *settler->owed +
                             (settler->sums_capacity + settler->done_capacity +
                              settler->amounts_capacity) * sizeof *settler->sums +
                             settler->needs_capacity * sizeof *settler->needs +
                             settler->rows_capacity * sizeof *settler->rows +
                             settler->taken.capacity * sizeof *settler->taken.items +
                             settler->waiting.capacity * sizeof *settler->waiting.items +
                             (settler->owed_queue.capacity + settler->row_queue.capacity) *
                                 sizeof *settler->owed_queue.items);
    free(settler->owed);
    free(settler->sums);
    free(settler->done);
    free(settler->needs);
    free(settler->rows);
    free(settler->amounts);
    fa_vec_free(&settler->taken);
    fa_vec_free(&settler->owed_queue);
    fa_vec_free(&settler->row_queue);
    fa_vec_free(&settler->waiting);
}

/* --- duties, rows and evidence by number --- */

static enum fa_status new_owed(struct fa_settler *s, uint32_t *number)
{
    size_t parts = (size_t)s->rule.part_count;
    *number = s->owed_free;
    if (*number) {
        s->owed_free = s->owed[*number].next;
        return FA_OK;
    }
    size_t count = (size_t)s->owed_top + 2;
    FA_TRY(fa_meter_reserve(s->meter, s->owed, &s->owed_capacity, count));
    if (parts) {
        FA_TRY(fa_meter_reserve(s->meter, s->sums, &s->sums_capacity, count * parts));
        FA_TRY(fa_meter_reserve(s->meter, s->needs, &s->needs_capacity, count * parts));
        FA_TRY(fa_meter_reserve(s->meter, s->done, &s->done_capacity, count));
    }
    *number = ++s->owed_top;
    return FA_OK;
}

static enum fa_status new_row(struct fa_settler *s, uint32_t *number)
{
    size_t parts = (size_t)s->rule.part_count;
    *number = s->rows_free;
    if (*number) {
        s->rows_free = s->rows[*number].next;
        return FA_OK;
    }
    size_t count = (size_t)s->rows_top + 2;
    FA_TRY(fa_meter_reserve(s->meter, s->rows, &s->rows_capacity, count));
    if (parts)
        FA_TRY(fa_meter_reserve(s->meter, s->amounts, &s->amounts_capacity, count * parts));
    *number = ++s->rows_top;
    return FA_OK;
}

static void free_row(struct fa_settler *s, uint32_t row)
{
    fa_spots_leave(&s->spots, s->meter, s->rows[row].spot);
    s->rows[row] = (struct fa_answer){.next = s->rows_free};
    s->rows_free = row;
}

/* A duty that is done, or a ban that held: nothing is told of it. */
static void forget(struct fa_settler *s, uint32_t number)
{
    struct fa_owed *owed = &s->owed[number];
    if (owed->row_first) { /* the whole list becomes free */
        s->taken.items[owed->row_last - 1].next = s->taken_free;
        s->taken_free = owed->row_first;
    }
    fa_spots_leave(&s->spots, s->meter, owed->spot);
    *owed = (struct fa_owed){.next = s->owed_free};
    s->owed_free = number;
}

static enum fa_status note_row(struct fa_settler *s, struct fa_owed *owed, uint64_t row)
{
    uint32_t number = s->taken_free;
    if (number) {
        s->taken_free = s->taken.items[number - 1].next;
    } else {
        FA_TRY(fa_meter_add(s->meter, &s->taken, (struct fa_taken_row){0}));
        number = (uint32_t)s->taken.count;
    }
    s->taken.items[number - 1] = (struct fa_taken_row){.row = row};
    if (owed->row_last)
        s->taken.items[owed->row_last - 1].next = number;
    else
        owed->row_first = number;
    owed->row_last = number;
    return FA_OK;
}

/* --- lists of a key --- */

static void append(struct fa_settler *s, uint32_t *first, uint32_t *last, uint32_t number)
{
    s->owed[number].previous = *last;
    s->owed[number].next = FA_NO_ITEM;
    if (*last)
        s->owed[*last].next = number;
    else
        *first = number;
    *last = number;
}

static void unlink_owed(struct fa_settler *s, uint32_t *first, uint32_t *last, uint32_t number)
{
    struct fa_owed *owed = &s->owed[number];
    if (owed->previous)
        s->owed[owed->previous].next = owed->next;
    else
        *first = owed->next;
    if (owed->next)
        s->owed[owed->next].previous = owed->previous;
    else
        *last = owed->previous;
    owed->previous = owed->next = FA_NO_ITEM;
}

static void wait_row(struct fa_settler *s, struct fa_spot *spot, uint32_t row)
{
    s->rows[row].next = FA_NO_ITEM;
    if (spot->row_last)
        s->rows[spot->row_last].next = row;
    else
        spot->row_first = row;
    spot->row_last = row;
}

static uint32_t pop_row(struct fa_settler *s, struct fa_spot *spot)
{
    uint32_t row = spot->row_first;
    spot->row_first = s->rows[row].next;
    if (!spot->row_first)
        spot->row_last = FA_NO_ITEM;
    return row;
}

/* --- taking --- */

static bool holds(enum fa_op op, fa_i128 sum, struct fa_ratio need)
{
    if (need.denominator == 0)
        return false;
    int order = fa_ratio_compare((struct fa_ratio){sum, 1}, need);
    return fa_order_holds((int)op, order);
}

/* The duty takes a row; ENOUGH: `with` holds now. */
static enum fa_status take(struct fa_settler *s, uint32_t number, uint32_t row, bool is_late,
                           bool *enough)
{
    size_t parts = (size_t)s->rule.part_count;
    *enough = true;
    for (size_t p = 0; p < parts; p++) {
        fa_i128 *sum = &s->sums[number * parts + p];
        *sum += s->amounts[row * parts + p];
        *enough = *enough && holds(s->rule.ops[p], *sum, s->needs[number * parts + p]);
    }
    if (parts && !is_late)
        s->done[number] = s->sums[number * parts];
    struct fa_owed *owed = &s->owed[number];
    if (*enough && (is_late || s->rule.is_ban)) {
        owed->has_come = true;
        owed->came_us = s->rows[row].came_us;
    }
    /* a duty that one row does has no use for it as evidence */
    bool is_shown = is_late || s->rule.is_ban || parts;
    return is_shown ? note_row(s, owed, s->rows[row].row) : FA_OK;
}

/* A row that no duty took in time: the oldest whose time has passed shows it; shared, all. */
static enum fa_status take_late(struct fa_settler *s, struct fa_spot *spot, uint32_t row)
{
    bool enough;
    uint32_t next;
    for (uint32_t n = spot->late_first; n; n = next) {
        next = s->owed[n].next;
        if (s->owed[n].to_us >= s->rows[row].at_us)
            break;
        FA_TRY(take(s, n, row, true, &enough));
        if (enough)
            unlink_owed(s, &spot->late_first, &spot->late_last, n);
        if (!s->rule.is_shared)
            break;
    }
    return FA_OK;
}

/* The time of a duty has passed, and it was not done. */
static void pass(struct fa_settler *s, struct fa_spot *spot, uint32_t number)
{
    struct fa_owed *owed = &s->owed[number];
    owed->is_past = true;
    if (s->rule.is_ban && !owed->doubt && !owed->is_kept)
        forget(s, number);
    else if (s->rule.has_late)
        append(s, &spot->late_first, &spot->late_last, number);
}

/* A ban that a row broke leaves its list and stays; a duty that is done is forgotten. */
static void complete(struct fa_settler *s, uint32_t number)
{
    if (s->rule.is_ban)
        s->owed[number].is_broken = true;
    else
        forget(s, number);
}

/* --- within: duties wait for rows --- */

static enum fa_status give_within(struct fa_settler *s, struct fa_spot *spot, uint32_t row)
{
    bool is_single = !s->rule.is_shared && !s->rule.is_ban, enough;
    if (is_single && !spot->open_first)
        return take_late(s, spot, row);
    uint32_t next;
    for (uint32_t n = spot->open_first; n; n = next) {
        next = s->owed[n].next;
        FA_TRY(take(s, n, row, false, &enough));
        if (enough) {
            unlink_owed(s, &spot->open_first, &spot->open_last, n);
            complete(s, n);
        }
        if (is_single)
            break;
    }
    return is_single ? FA_OK : take_late(s, spot, row);
}

static enum fa_status row_within(struct fa_settler *s, uint32_t row)
{
    const struct fa_answer *answer = &s->rows[row];
    struct fa_spot *spot = &s->spots.items[answer->spot];
    while (spot->open_first && s->owed[spot->open_first].to_us < answer->at_us) {
        uint32_t number = spot->open_first;
        unlink_owed(s, &spot->open_first, &spot->open_last, number);
        pass(s, spot, number);
    }
    if (answer->is_timeless) { /* it may answer whatever comes: its key is never forgotten */
        spot->timeless_cause = answer->doubt;
        spot->uses++;
    } else if (answer->doubt) {
        for (uint32_t n = spot->open_first; n; n = s->owed[n].next)
            s->owed[n].doubt = answer->doubt;
    } else {
        FA_TRY(give_within(s, spot, row));
    }
    free_row(s, row);
    return FA_OK;
}

static enum fa_status owe_within(struct fa_settler *s, uint32_t number)
{
    struct fa_spot *spot = &s->spots.items[s->owed[number].spot];
    s->owed[number].doubt = spot->timeless_cause;
    append(s, &spot->open_first, &spot->open_last, number);
    if (!s->rule.is_ban)
        return FA_OK;
    return fa_meter_add(s->meter, &s->waiting,
                        ((struct fa_waiting){s->owed[number].unit, number}));
}

/* A ban whose time has passed need not wait for a row of its key to be forgotten. */
static void pass_bans(struct fa_settler *s, int64_t now_us)
{
    for (; s->waiting_at < s->waiting.count; s->waiting_at++) {
        struct fa_waiting waiting = s->waiting.items[s->waiting_at];
        const struct fa_owed *owed = &s->owed[waiting.number];
        if (!owed->spot || owed->unit != waiting.id || owed->is_past || owed->is_broken)
            continue;
        if (owed->to_us >= now_us)
            break;
        struct fa_spot *spot = &s->spots.items[owed->spot];
        unlink_owed(s, &spot->open_first, &spot->open_last, waiting.number);
        pass(s, spot, waiting.number);
    }
}

/* --- before: rows wait for duties --- */

static enum fa_status row_before(struct fa_settler *s, uint32_t row)
{
    const struct fa_answer *answer = &s->rows[row];
    struct fa_spot *spot = &s->spots.items[answer->spot];
    if (answer->doubt) {
        if (answer->is_timeless) {
            spot->timeless_cause = answer->doubt;
        } else {
            spot->doubtful_us = answer->at_us;
            spot->doubtful_cause = answer->doubt;
        }
        spot->uses++;
        free_row(s, row);
        return FA_OK;
    }
    if (s->rule.is_shared)
        FA_TRY(take_late(s, spot, row));
    if (spot->row_first && !s->rule.part_count && s->rule.is_shared) {
        /* of those that everybody may have the newest is enough */
        free_row(s, pop_row(s, spot));
    } else if (spot->row_first && !s->rule.part_count && s->rule.is_ban && !s->rule.has_from) {
        free_row(s, row); /* and of those that break a ban for ever the oldest */
        return FA_OK;
    }
    wait_row(s, spot, row);
    if (!s->rule.has_from)
        return FA_OK;
    return fa_meter_add(s->meter, &s->waiting, ((struct fa_waiting){s->rows[row].row, row}));
}

/* Rows that are too old for a duty are so for all to come, of whatever key. */
static enum fa_status drop_old_rows(struct fa_settler *s, int64_t from_us)
{
    for (; s->waiting_at < s->waiting.count; s->waiting_at++) {
        struct fa_waiting waiting = s->waiting.items[s->waiting_at];
        const struct fa_answer *answer = &s->rows[waiting.number];
        struct fa_spot *spot = &s->spots.items[answer->spot];
        /* of a key the oldest stands first */
        if (!answer->spot || answer->row != waiting.id || spot->row_first != waiting.number)
            continue;
        if (answer->at_us >= from_us)
            break;
        pop_row(s, spot);
        if (!s->rule.is_shared && !s->rule.is_ban)
            FA_TRY(take_late(s, spot, waiting.number));
        free_row(s, waiting.number);
    }
    return FA_OK;
}

static enum fa_status owe_before(struct fa_settler *s, uint32_t number)
{
    struct fa_owed *owed = &s->owed[number];
    struct fa_spot *spot = &s->spots.items[owed->spot];
    bool is_single = !s->rule.is_shared && !s->rule.is_ban, enough = false;
    if (s->rule.has_from)
        FA_TRY(drop_old_rows(s, owed->from_us));
    for (uint32_t row = spot->row_first; row && !enough;) {
        uint32_t next = s->rows[row].next;
        FA_TRY(take(s, number, row, false, &enough));
        if (is_single)
            free_row(s, pop_row(s, spot));
        row = next;
    }
    if (enough) {
        complete(s, number);
        return FA_OK;
    }
    bool is_doubtful = spot->doubtful_cause && spot->doubtful_us >= owed->from_us;
    owed->doubt = is_doubtful ? spot->doubtful_cause : spot->timeless_cause;
    pass(s, spot, number);
    return FA_OK;
}

/* --- in the order of time --- */

static int64_t enters(const struct fa_settler *s, uint32_t number)
{
    return s->rule.is_before ? s->owed[number].to_us : s->owed[number].from_us;
}

static enum fa_status settle_owed(struct fa_settler *s, uint32_t number)
{
    if (s->rule.is_before)
        return owe_before(s, number);
    return owe_within(s, number);
}

/* Takes what is done with out of a queue now and then. */
#define compact(queue, at)                                                                         \
    do {                                                                                           \
        if (*(at) > 1024 && *(at) * 2 > (queue)->count) {                                          \
            (queue)->count -= *(at);                                                               \
            memmove((queue)->items, (queue)->items + *(at),                                        \
                    (queue)->count * sizeof *(queue)->items);                                      \
            *(at) = 0;                                                                             \
        }                                                                                          \
    } while (0)

/* What enters before UPTO, in order; of one instant what waits for the other comes first. */
static enum fa_status settle(struct fa_settler *s, int64_t upto_us)
{
    for (;;) {
        bool has_owed = s->owed_at < s->owed_queue.count, has_row = s->row_at < s->row_queue.count;
        if (!has_owed && !has_row)
            break;
        int64_t owed_us = has_owed ? enters(s, s->owed_queue.items[s->owed_at]) : INT64_MAX;
        int64_t row_us = has_row ? s->rows[s->row_queue.items[s->row_at]].at_us : INT64_MAX;
        bool is_owed = has_owed && (!has_row || (s->rule.is_before ? owed_us < row_us
                                                                   : owed_us <= row_us));
        if ((is_owed ? owed_us : row_us) >= upto_us)
            break;
        if (s->rule.is_ban && !s->rule.is_before)
            pass_bans(s, is_owed ? owed_us : row_us);
        if (is_owed)
            FA_TRY(settle_owed(s, s->owed_queue.items[s->owed_at++]));
        else if (s->rule.is_before)
            FA_TRY(row_before(s, s->row_queue.items[s->row_at++]));
        else
            FA_TRY(row_within(s, s->row_queue.items[s->row_at++]));
    }
    compact(&s->owed_queue, &s->owed_at);
    compact(&s->row_queue, &s->row_at);
    compact(&s->waiting, &s->waiting_at);
    return FA_OK;
}

enum fa_status fa_settler_owe(struct fa_settler *s, struct fa_str key, const struct fa_owed *owed,
                              const struct fa_ratio *needs)
{
    uint32_t number, spot;
    size_t parts = (size_t)s->rule.part_count;
    FA_TRY(fa_spots_use(&s->spots, s->meter, key, &spot));
    FA_TRY(new_owed(s, &number));
    s->owed[number] = *owed;
    s->owed[number].spot = spot;
    for (size_t p = 0; p < parts; p++) {
        s->sums[number * parts + p] = 0;
        s->needs[number * parts + p] = needs[p];
    }
    if (parts)
        s->done[number] = 0;
    return fa_meter_add(s->meter, &s->owed_queue, number);
}

enum fa_status fa_settler_answer(struct fa_settler *s, struct fa_str key,
                                 const struct fa_answer *answer, const fa_i128 *amounts)
{
    uint32_t number, spot;
    size_t parts = (size_t)s->rule.part_count;
    /* all duties that it could answer have come, and none of them is of its key */
    if (!s->rule.is_before && !answer->is_timeless && answer->at_us < s->owed_upto_us &&
        !fa_spots_have(&s->spots, key))
        return FA_OK;
    FA_TRY(fa_spots_use(&s->spots, s->meter, key, &spot));
    FA_TRY(new_row(s, &number));
    s->rows[number] = *answer;
    s->rows[number].spot = spot;
    if (parts)
        memcpy(&s->amounts[number * parts], amounts, parts * sizeof *amounts);
    return fa_meter_add(s->meter, &s->row_queue, number);
}

enum fa_status fa_settler_pass(struct fa_settler *s, int64_t owed_upto_us, int64_t rows_upto_us)
{
    if (owed_upto_us > s->owed_upto_us)
        s->owed_upto_us = owed_upto_us;
    if (rows_upto_us > s->rows_upto_us)
        s->rows_upto_us = rows_upto_us;
    return settle(s, s->owed_upto_us < s->rows_upto_us ? s->owed_upto_us : s->rows_upto_us);
}

/* --- the end --- */

struct order {
    int64_t moment_us;
    uint64_t unit;
    uint32_t number;
};

static int by_moment(const void *a, const void *b)
{
    const struct order *x = a, *y = b;
    if (x->moment_us != y->moment_us)
        return x->moment_us < y->moment_us ? -1 : 1;
    return (x->unit > y->unit) - (x->unit < y->unit);
}

static enum fa_status sort_owed(struct fa_settler *s)
{
    size_t count = s->owed_queue.count;
    uint64_t size = (count + 1) * sizeof(struct order);
    FA_TRY(fa_meter_take(s->meter, size));
    struct order *orders = malloc(size);
    for (size_t i = 0; orders && i < count; i++) {
        uint32_t number = s->owed_queue.items[i];
        orders[i] = (struct order){s->owed[number].moment_us, s->owed[number].unit, number};
    }
    if (orders && count)
        qsort(orders, count, sizeof *orders, by_moment);
    for (size_t i = 0; orders && i < count; i++)
        s->owed_queue.items[i] = orders[i].number;
    bool is_done = orders != NULL;
    free(orders);
    fa_meter_give(s->meter, size);
    return is_done ? FA_OK : fa_out_of_memory(s->meter->sink, "settling duties");
}

enum fa_status fa_settler_finish(struct fa_settler *s, bool is_unsorted)
{
    if (is_unsorted)
        FA_TRY(sort_owed(s));
    FA_TRY(fa_settler_pass(s, INT64_MAX, INT64_MAX));
    if (!s->rule.is_before || !s->rule.has_late || s->rule.is_shared || s->rule.is_ban)
        return FA_OK;
    for (uint32_t i = 1; i <= s->spots.top; i++)
        while (s->spots.items[i].row_first) {
            uint32_t row = pop_row(s, &s->spots.items[i]);
            FA_TRY(take_late(s, &s->spots.items[i], row));
            free_row(s, row);
        }
    return FA_OK;
}

uint32_t fa_settler_next(const struct fa_settler *s, uint32_t from)
{
    for (uint32_t n = from + 1; n <= s->owed_top; n++)
        if (s->owed[n].spot)
            return n;
    return 0;
}

enum fa_status fa_settler_cost(int part_count, struct fa_cost *cost)
{
    const struct fa_settler *s = NULL;
    size_t parts = part_count ? (size_t)part_count : 1;
    FA_TRY(fa_cost_array(cost, FA_COST_ROWS,
                         sizeof *s->owed + parts * (sizeof *s->sums + sizeof *s->needs) + sizeof *s->done, 2));
    FA_TRY(fa_cost_array(cost, FA_COST_ROWS, sizeof *s->rows + parts * sizeof *s->amounts, 2));
    FA_TRY(fa_cost_array(cost, FA_COST_ROWS, sizeof *s->taken.items + sizeof *s->owed_queue.items +
                                                 sizeof *s->row_queue.items + sizeof(struct order), 2));
    FA_TRY(fa_cost_array(cost, FA_COST_ROWS, sizeof *s->spots.items, 2));
    FA_TRY(fa_cost_add(cost, FA_COST_ROWS, FA_COST_TEXTS, 0, 2));
    return fa_cost_add(cost, FA_COST_ROWS, FA_COST_TUPLES, 1, 2);
}
