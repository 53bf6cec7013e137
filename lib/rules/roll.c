#include "rules/roll.h"

#include <stdlib.h>
#include <string.h>

#include "rules/window.h"

enum { FEW = 8, AHEAD = 24, NEAR = 8 };

/* --- life --- */

static bool is_same(const struct fa_roll *a, const struct fa_roll *b)
{
    return a->last == b->last && a->space == b->space && a->time == b->time &&
           a->first == b->first && a->then == b->then && a->table == b->table &&
           fa_extent_is_equal(&a->extent, &b->extent);
}

static enum fa_status take_units(struct fa_roll *roll)
{
    struct fa_roll_units *units = &roll->units;
    size_t count = roll->run->slice_rows;
    units->groups = calloc(count, sizeof *units->groups);
    units->times = calloc(count, sizeof *units->times);
    units->froms = calloc(count, sizeof *units->froms);
    units->marks = calloc(count, sizeof *units->marks);
    units->causes = calloc(count, sizeof *units->causes);
    return units->groups && units->times && units->froms && units->marks && units->causes
               ? FA_OK
               : fa_out_of_memory(roll->run->sink, "the plan of the rules");
}

enum fa_status fa_roll_make(struct fa_judge *judge, const struct fa_length *span,
                            const struct fa_formula *first, const struct fa_formula *then,
                            struct fa_roll **roll)
{
    struct fa_run *run = judge->run;
    struct fa_scope *scope = &judge->population.scope;
    struct fa_roll wanted = {.run = run, .last = judge->population.last, .space = judge->keys.space,
                             .time = scope->judged, .first = first, .then = then,
                             .table = judge->population.scope.table,
                             .is_in_order = fa_is_in_order(scope)};
    FA_TRY(fa_extent_init(&wanted.extent, scope, span));
    struct fa_roll *found = run->rolls;
    while (found && !is_same(found, &wanted))
        found = found->next_roll;
    if (!found) {
        found = malloc(sizeof *found);
        if (!found)
            return fa_out_of_memory(run->sink, "the plan of the rules");
        *found = wanted;
        found->next_roll = run->rolls;
        run->rolls = found;
    }
    found->user_count++;
    *roll = found;
    if (!found->units.groups)
        FA_TRY(take_units(found));
    return fa_vec_add(&found->judges, judge) == FA_OK
               ? FA_OK
               : fa_out_of_memory(run->sink, "the plan of the rules");
}

enum fa_status fa_roll_value(struct fa_roll *roll, struct fa_scope *scope, const struct fa_agg *agg,
                             int *number)
{
    struct fa_roll_value *value = calloc(1, sizeof *value);
    enum fa_status status =
        value ? fa_roll_value_init(value, roll->run, scope, agg) : FA_ELIMIT;
    for (size_t i = 0; status == FA_OK && i < roll->values.count; i++) {
        const struct fa_roll_value *other = roll->values.items[i];
        if (!fa_roll_value_is_same(value, other))
            continue;
        fa_roll_value_release(value, roll->run);
        free(value);
        *number = (int)i;
        return FA_OK;
    }
    *number = (int)roll->values.count;
    if (status == FA_OK && fa_vec_add(&roll->values, value) == FA_OK)
        return FA_OK;
    if (value)
        fa_roll_value_release(value, roll->run);
    free(value);
    return status == FA_OK || !value ? fa_out_of_memory(roll->run->sink, "the plan of the rules")
                                     : status;
}

static void free_chunk(struct fa_roll *roll, struct fa_roll_chunk *chunk)
{
    if (!chunk)
        return;
    fa_meter_give(&roll->run->meter, chunk->bytes);
    for (size_t v = 0; chunk->parts && v < roll->values.count; v++) {
        free(chunk->parts[v].low);
        free(chunk->parts[v].high);
        free(chunk->parts[v].states);
        free(chunk->parts[v].causes);
    }
    free(chunk->marks);
    free(chunk->causes);
    free(chunk->next_row);
    free(chunk->next_first);
    free(chunk->parts);
    free(chunk);
}

void fa_roll_leave(struct fa_roll *roll)
{
    if (!roll || --roll->user_count)
        return;
    struct fa_run *run = roll->run;
    struct fa_roll **at = &run->rolls;
    while (*at != roll)
        at = &(*at)->next_roll;
    *at = roll->next_roll;
    for (size_t i = 0; i < roll->chunk_slots; i++)
        free_chunk(roll, roll->chunks[i]);
    free_chunk(roll, roll->spare);
    for (size_t v = 0; v < roll->values.count; v++) {
        fa_roll_value_release(roll->values.items[v], run);
        free(roll->values.items[v]);
    }
    fa_meter_give(&run->meter, roll->slots_capacity * sizeof *roll->slots +
                                   roll->doubts_capacity * sizeof *roll->doubts +
                                   roll->chains_capacity * sizeof *roll->chains +
                                   roll->places_capacity * sizeof *roll->places +
                                   roll->touched.capacity * sizeof *roll->touched.items +
                                   roll->chunk_slots * sizeof(struct fa_roll_chunk *) +
                                   (roll->order ? roll->tail * sizeof *roll->order : 0));
    fa_vec_free(&roll->judges);
    fa_vec_free(&roll->values);
    fa_vec_free(&roll->hosts);
    fa_vec_free(&roll->causes);
    fa_vec_free(&roll->touched);
    free(roll->chunks);
    free(roll->order);
    fa_lines_free(roll->slots);
    free(roll->doubts);
    fa_lines_free(roll->chains);
    free(roll->places);
    free(roll->units.groups);
    free(roll->units.times);
    free(roll->units.froms);
    free(roll->units.marks);
    free(roll->units.causes);
    free(roll);
}

enum fa_status fa_roll_cause(struct fa_roll *roll, struct fa_str text, uint16_t *number)
{
    for (size_t i = 0; i < roll->causes.count; i++)
        if (fa_str_equal(roll->causes.items[i], text)) {
            *number = (uint16_t)(i + 1);
            return FA_OK;
        }
    struct fa_str kept = fa_arena_str(roll->run->arena, text);
    if (!kept.bytes || roll->causes.count >= UINT16_MAX || fa_vec_add(&roll->causes, kept) != FA_OK)
        return fa_out_of_memory(roll->run->sink, "findings");
    *number = (uint16_t)roll->causes.count;
    return FA_OK;
}

/* Which values have a slot of their own: known once all rules have said what they ask for. */
static enum fa_status assign_slots(struct fa_roll *roll)
{
    roll->sums_only = true;
    for (int is_guest = 0; is_guest < 2; is_guest++)
        for (size_t v = 0; v < roll->values.count; v++) {
            struct fa_roll_value *value = roll->values.items[v];
            const struct fa_roll_value *host = NULL;
            for (size_t h = 0; h < roll->values.count && !host; h++)
                if (fa_roll_value_may_share(value, roll->values.items[h]) &&
                    !(roll->values.items[h]->op == FA_AGG_MEAN && value->op == FA_AGG_COUNT))
                    host = roll->values.items[h];
            if (is_guest != (host != NULL))
                continue;
            value->is_guest = host != NULL;
            value->slot = host ? host->slot : roll->hosts.count;
            if (host)
                continue;
            roll->sums_only &= value->op <= FA_AGG_COUNT;
            roll->has_distinct |= value->op == FA_AGG_DISTINCT;
            if (fa_vec_add(&roll->hosts, value) != FA_OK)
                return fa_out_of_memory(roll->run->sink, "windows");
        }
    return FA_OK;
}

/* --- the queue --- */

static void *take(struct fa_roll *roll, struct fa_roll_chunk *chunk, size_t item_size)
{
    size_t bytes = FA_ROLL_ROWS * item_size;
    if (fa_meter_take(&roll->run->meter, bytes) != FA_OK)
        return NULL;
    void *items = calloc(FA_ROLL_ROWS, item_size);
    if (items)
        chunk->bytes += bytes;
    else
        fa_meter_give(&roll->run->meter, bytes);
    return items;
}

static enum fa_status make_chunk(struct fa_roll *roll, struct fa_roll_chunk **made)
{
    struct fa_roll_chunk *chunk = roll->spare;
    if (chunk) {
        roll->spare = NULL;
    } else {
        size_t bytes = sizeof *chunk + (roll->values.count + 1) * sizeof *chunk->parts;
        FA_TRY(fa_meter_take(&roll->run->meter, bytes));
        chunk = calloc(1, sizeof *chunk);
        if (chunk)
            chunk->parts = calloc(roll->values.count + 1, sizeof *chunk->parts);
        if (!chunk || !chunk->parts) {
            free(chunk);
            fa_meter_give(&roll->run->meter, bytes);
            return fa_out_of_memory(roll->run->sink, "windows");
        }
        chunk->bytes = bytes;
        bool is_whole = true;
        for (size_t v = 0; is_whole && v < roll->hosts.count; v++) {
            const struct fa_roll_value *value = roll->hosts.items[v];
            struct fa_roll_part *part = &chunk->parts[value->slot];
            part->states = take(roll, chunk, sizeof *part->states);
            part->low = value->has_numbers ? take(roll, chunk, sizeof *part->low) : NULL;
            is_whole = part->states && (part->low || !value->has_numbers);
        }
        if (roll->first && is_whole) {
            chunk->next_row = take(roll, chunk, sizeof *chunk->next_row);
            chunk->next_first = take(roll, chunk, sizeof *chunk->next_first);
            is_whole = chunk->next_row && chunk->next_first;
        }
        if (!is_whole) {
            free_chunk(roll, chunk);
            return fa_meter_take(&roll->run->meter, UINT64_MAX);
        }
    }
    for (size_t v = 0; v < roll->values.count; v++) {
        struct fa_roll_part *part = &chunk->parts[v];
        part->counts_all = true;
        if (!part->high)
            continue;
        free(part->high);
        part->high = NULL;
        chunk->bytes -= FA_ROLL_ROWS * sizeof *part->high;
        fa_meter_give(&roll->run->meter, FA_ROLL_ROWS * sizeof *part->high);
    }
    if (chunk->marks)
        memset(chunk->marks, 0, FA_ROLL_ROWS);
    chunk->is_plain = roll->sums_only && !roll->first;
    *made = chunk;
    return FA_OK;
}

/* The chunk of the next row that comes. */
static enum fa_status open_chunk(struct fa_roll *roll, struct fa_roll_chunk **chunk)
{
    uint64_t first = roll->head / FA_ROLL_ROWS, wanted = roll->tail / FA_ROLL_ROWS;
    size_t count = (size_t)(wanted - first) + 1;
    if (count > roll->chunk_slots) {
        size_t slots = roll->chunk_slots ? roll->chunk_slots * 2 : 4;
        FA_TRY(fa_meter_take(&roll->run->meter, slots * sizeof *roll->chunks));
        struct fa_roll_chunk **grown = calloc(slots, sizeof *grown);
        if (!grown) {
            fa_meter_give(&roll->run->meter, slots * sizeof *roll->chunks);
            return fa_out_of_memory(roll->run->sink, "windows");
        }
        for (uint64_t c = first; roll->chunk_slots && c < wanted; c++)
            grown[c & (slots - 1)] = roll->chunks[c & (roll->chunk_slots - 1)];
        free(roll->chunks);
        fa_meter_give(&roll->run->meter, roll->chunk_slots * sizeof *roll->chunks);
        roll->chunks = grown;
        roll->chunk_slots = slots;
    }
    struct fa_roll_chunk **place = &roll->chunks[wanted & (roll->chunk_slots - 1)];
    if (!*place)
        FA_TRY(make_chunk(roll, place));
    *chunk = *place;
    return FA_OK;
}

/* The chunk before ROW is passed: nothing refers to it any more. */
static void pass_chunk(struct fa_roll *roll, uint64_t row)
{
    struct fa_roll_chunk **place = &roll->chunks[(row - 1) / FA_ROLL_ROWS & (roll->chunk_slots - 1)];
    if (roll->spare)
        free_chunk(roll, *place);
    else
        roll->spare = *place;
    *place = NULL;
}

static enum fa_status need_marks(struct fa_roll *roll, struct fa_roll_chunk *chunk)
{
    if (!chunk->marks)
        chunk->marks = take(roll, chunk, sizeof *chunk->marks);
    if (chunk->marks && !chunk->causes)
        chunk->causes = take(roll, chunk, sizeof *chunk->causes);
    return chunk->marks && chunk->causes ? FA_OK : fa_meter_take(&roll->run->meter, UINT64_MAX);
}

/* --- taking rows in --- */

/* Numbers of a value get another denominator. */
static enum fa_status scale_value(struct fa_roll *roll, struct fa_roll_value *value, fa_i128 factor)
{
    size_t index = value->slot;
    uint64_t from = roll->is_in_order ? roll->head : 0;
    bool fits = fa_roll_value_may_scale(value, factor);
    for (uint64_t row = from; fits && row < roll->tail; row += FA_ROLL_ROWS - row % FA_ROLL_ROWS) {
        uint64_t left = roll->tail - (row - row % FA_ROLL_ROWS);
        fits = fa_roll_part_may_scale(value, &fa_roll_chunk(roll, row)->parts[index],
                                      left < FA_ROLL_ROWS ? (uint32_t)left : FA_ROLL_ROWS, factor);
    }
    if (!fits)
        return FA_OK;
    for (uint64_t row = from; row < roll->tail; row++) {
        struct fa_roll_chunk *chunk = fa_roll_chunk(roll, row);
        FA_TRY(fa_roll_part_scale(roll, value, chunk, &chunk->parts[index], fa_roll_index(row),
                                  factor));
        chunk->is_plain &= !chunk->parts[index].high;
    }
    bool is_sum = value->op == FA_AGG_SUM || value->op == FA_AGG_MEAN;
    for (size_t g = 0; is_sum && g < roll->slots_capacity / roll->hosts.count; g++)
        roll->slots[g * roll->hosts.count + value->slot].sum *= factor;
    for (size_t v = 0; v < roll->values.count; v++) {
        struct fa_roll_value *reader = roll->values.items[v];
        if (reader->slot == value->slot && reader->op != FA_AGG_COUNT)
            fa_roll_value_scale(reader, factor, roll->units.count);
    }
    return FA_OK;
}

static enum fa_status fit_values(struct fa_roll *roll, struct fa_frame *frame)
{
    for (size_t v = 0; v < roll->hosts.count; v++) {
        fa_i128 factor;
        FA_TRY(fa_roll_value_fit(roll->hosts.items[v], frame, &factor));
        if (factor != 1)
            FA_TRY(scale_value(roll, roll->hosts.items[v], factor));
    }
    return FA_OK;
}

static enum fa_status reserve_groups(struct fa_roll *roll)
{
    struct fa_meter *meter = &roll->run->meter;
    size_t space = roll->space->space;
    FA_TRY(fa_meter_reserve_lines(meter, roll->slots, &roll->slots_capacity, space * roll->hosts.count));
    if (roll->first)
        FA_TRY(fa_meter_reserve_lines(meter, roll->chains, &roll->chains_capacity, space));
    if (roll->doubts)
        FA_TRY(fa_meter_reserve(meter, roll->doubts, &roll->doubts_capacity, space));
    return fa_meter_reserve(meter, roll->places, &roll->places_capacity, space);
}

/* What is known of the rows of a frame but their values. NULL: nothing needs saying. */
struct marks {
    uint8_t *marks;
    uint16_t *causes;
};

static enum fa_status mark_rows(struct fa_roll *roll, struct fa_frame *frame, struct marks *marks)
{
    struct fa_pool *pool = frame->slice->pool;
    *marks = (struct marks){NULL, NULL};
    if (!frame->doubt && !roll->first)
        return FA_OK;
    marks->marks = fa_pool_take(pool, frame->count * sizeof *marks->marks);
    marks->causes = fa_pool_take(pool, frame->count * sizeof *marks->causes);
    if (!marks->marks || !marks->causes)
        return fa_failed(frame->slice);
    memset(marks->marks, 0, frame->count * sizeof *marks->marks);
    memset(marks->causes, 0, frame->count * sizeof *marks->causes);
    for (uint32_t i = 0; frame->doubt && i < frame->count; i++) {
        uint8_t doubt = frame->doubt[i];
        marks->marks[i] = (uint8_t)((doubt & FA_DOUBT_MEMBER ? FA_ROW_DOUBT : 0) |
                                    (doubt & FA_DOUBT_EXCEPT ? FA_ROW_EXCEPT : 0));
        if (doubt & FA_DOUBT_MEMBER)
            FA_TRY(fa_roll_cause(roll, fa_stage_cause(roll->last, i),
                                 &marks->causes[i]));
    }
    if (frame->doubt && !roll->doubts)
        FA_TRY(fa_meter_reserve(&roll->run->meter, roll->doubts, &roll->doubts_capacity,
                                roll->space->space));
    return roll->first ? fa_sequence_marks(roll, frame, marks->marks, marks->causes) : FA_OK;
}

/* Rows PICK[0..COUNT) of FRAME (NULL: all from FROM on) go into one chunk. */
static enum fa_status fill_chunk(struct fa_roll *roll, struct fa_frame *frame,
                                 const struct fa_vector *time, const struct marks *marks,
                                 const uint32_t *pick, uint32_t count)
{
    struct fa_roll_chunk *chunk = NULL;
    FA_TRY(open_chunk(roll, &chunk));
    uint32_t at = fa_roll_index(roll->tail);
    if (marks->marks)
        FA_TRY(need_marks(roll, chunk));
    for (uint32_t k = 0; k < count; k++) {
        uint32_t i = pick ? pick[k] : k;
        chunk->times[at + k] = time->num[fa_at(time, i)];
        chunk->groups[at + k] = frame->group[i];
        if (marks->marks) {
            chunk->marks[at + k] = marks->marks[i];
            chunk->causes[at + k] = marks->causes[i];
        }
        if (roll->first)
            chunk->next_row[at + k] = chunk->next_first[at + k] = 0;
    }
    chunk->is_plain &= !marks->marks;
    for (size_t v = 0; v < roll->hosts.count; v++) {
        struct fa_roll_part *part = &chunk->parts[v];
        FA_TRY(fa_roll_value_fill(roll, roll->hosts.items[v], frame, pick, count, chunk, part, at));
        chunk->is_plain &= part->counts_all && !part->high;
    }
    roll->tail += count;
    return FA_OK;
}

static enum fa_status append_rows(struct fa_roll *roll, struct fa_frame *frame)
{
    const struct fa_vector *time = fa_eval(frame, roll->time);
    uint32_t *pick = fa_pool_take(frame->slice->pool, frame->count * sizeof *pick), picked = 0;
    struct marks marks;
    if (!time || !pick)
        return fa_failed(frame->slice);
    FA_TRY(fit_values(roll, frame));
    FA_TRY(mark_rows(roll, frame, &marks));
    enum { PARTS = FA_ROW_FIRST | FA_ROW_THEN | FA_ROW_MAYBE_FIRST | FA_ROW_MAYBE_THEN };
    for (uint32_t i = 0; i < frame->count; i++) {
        pick[picked] = i;
        picked += !roll->first || marks.marks[i] & PARTS;
    }
    for (uint32_t from = 0, count; from < picked; from += count) {
        uint32_t room = FA_ROLL_ROWS - fa_roll_index(roll->tail);
        count = picked - from < room ? picked - from : room;
        bool is_whole = from == 0 && count == frame->count;
        FA_TRY(fill_chunk(roll, frame, time, &marks, is_whole ? NULL : pick + from, count));
    }
    return FA_OK;
}

/* --- rows come and leave --- */

/* Sums and counts of numbers that stand in 64 bits, which most are. */
static inline bool is_plain(const struct fa_roll_value *value, const struct fa_roll_part *part,
                            uint32_t at, bool *counts)
{
    uint8_t state = part->counts_all ? FA_COUNTS : part->states[at];
    *counts = state == FA_COUNTS;
    return value->op <= FA_AGG_COUNT && !part->high && state <= FA_COUNTS;
}

/* A row of a plain chunk comes (STEP 1) or leaves (-1). */
static inline void step_plain(const struct fa_roll *roll, const struct fa_roll_chunk *chunk,
                              uint32_t at, int step)
{
    struct fa_roll_slot *slot = fa_roll_slots(roll, chunk->groups[at]);
    for (size_t v = 0; v < roll->hosts.count; v++, slot++) {
        const int64_t *numbers = chunk->parts[v].low;
        slot->count += (uint32_t)step;
        if (numbers)
            slot->sum += step > 0 ? (fa_i128)numbers[at] : -(fa_i128)numbers[at];
    }
}

static inline enum fa_status apply_at(struct fa_roll *roll, const struct fa_roll_chunk *chunk,
                                      uint32_t at, uint64_t row)
{
    uint32_t group = chunk->groups[at];
    struct fa_roll_slot *slot = fa_roll_slots(roll, group);
    for (size_t v = 0; v < roll->hosts.count; v++, slot++) {
        struct fa_roll_value *value = roll->hosts.items[v];
        const struct fa_roll_part *part = &chunk->parts[value->slot];
        bool counts;
        if (!part->counts_all && part->states[at] == FA_COUNTS_NOT)
            continue;
        if (!is_plain(value, part, at, &counts)) {
            FA_TRY(fa_roll_value_add(value, roll->run, slot, part, at, row, group));
            continue;
        }
        slot->count += counts;
        if (counts && value->op == FA_AGG_SUM)
            slot->sum += part->low[at];
    }
    return FA_OK;
}

static inline void retire_at(struct fa_roll *roll, const struct fa_roll_chunk *chunk, uint32_t at,
                             uint64_t row)
{
    uint32_t group = chunk->groups[at];
    struct fa_roll_slot *slot = fa_roll_slots(roll, group);
    for (size_t v = 0; v < roll->hosts.count; v++, slot++) {
        struct fa_roll_value *value = roll->hosts.items[v];
        const struct fa_roll_part *part = &chunk->parts[value->slot];
        bool counts;
        if (!part->counts_all && part->states[at] == FA_COUNTS_NOT)
            continue;
        if (!is_plain(value, part, at, &counts)) {
            fa_roll_value_take(value, slot, part, at, row, group);
            continue;
        }
        slot->count -= counts;
        if (counts && value->op == FA_AGG_SUM)
            slot->sum -= part->low[at];
    }
}

enum fa_status fa_roll_apply(struct fa_roll *roll, uint64_t row)
{
    struct fa_roll_chunk *chunk = fa_roll_chunk(roll, row);
    uint32_t at = fa_roll_index(row);
    chunk->marks[at] |= FA_ROW_APPLIED;
    return apply_at(roll, chunk, at, row);
}

void fa_roll_retire(struct fa_roll *roll, uint64_t row)
{
    struct fa_roll_chunk *chunk = fa_roll_chunk(roll, row);
    uint32_t at = fa_roll_index(row);
    if (!(chunk->marks[at] & FA_ROW_APPLIED))
        return;
    chunk->marks[at] &= (uint8_t)~FA_ROW_APPLIED;
    retire_at(roll, chunk, at, row);
}

void fa_roll_doubt(struct fa_roll *roll, uint64_t row)
{
    struct fa_roll_chunk *chunk = fa_roll_chunk(roll, row);
    uint32_t at = fa_roll_index(row);
    struct fa_roll_doubt *doubt = &roll->doubts[chunk->groups[at]];
    int64_t time = chunk->times[at];
    bool is_latest = !doubt->count || time > doubt->latest_time ||
                     (time == doubt->latest_time && row > doubt->latest_row);
    chunk->marks[at] |= FA_ROW_DOUBTED;
    doubt->count++;
    if (!is_latest)
        return;
    doubt->latest_time = time;
    doubt->latest_row = row;
    doubt->cause = chunk->causes[at];
}

void fa_roll_settle(struct fa_roll *roll, uint64_t row)
{
    struct fa_roll_chunk *chunk = fa_roll_chunk(roll, row);
    uint32_t at = fa_roll_index(row);
    if (chunk->marks[at] & FA_ROW_DOUBTED)
        roll->doubts[chunk->groups[at]].count--;
    chunk->marks[at] &= (uint8_t)~FA_ROW_DOUBTED;
}

/* A row of a window comes in or leaves that may not belong, or be excepted. */
static enum fa_status come_marked(struct fa_roll *roll, struct fa_roll_chunk *chunk, uint32_t at,
                                  uint64_t row)
{
    uint8_t mark = chunk->marks[at];
    if (mark & FA_ROW_EXCEPT)
        roll->doubts[chunk->groups[at]].excepts++;
    roll->doubts[chunk->groups[at]].was_excepted |= (mark & FA_ROW_EXCEPT) != 0;
    if (mark & FA_ROW_DOUBT) {
        fa_roll_doubt(roll, row);
        return FA_OK;
    }
    return apply_at(roll, chunk, at, row);
}

static void leave_marked(struct fa_roll *roll, struct fa_roll_chunk *chunk, uint32_t at, uint64_t row)
{
    uint8_t mark = chunk->marks[at];
    if (mark & FA_ROW_EXCEPT)
        roll->doubts[chunk->groups[at]].excepts--;
    if (mark & FA_ROW_DOUBT)
        fa_roll_settle(roll, row);
    else
        retire_at(roll, chunk, at, row);
}

static inline uint64_t row_at(const struct fa_roll *roll, uint64_t place)
{
    return roll->order ? roll->order[place] : place;
}

/* A row that comes soon, so that what is kept of its key is at hand then. What lies behind the rows that
 * came last is of earlier ones, and harmless. */
static inline void prefetch(const struct fa_roll *roll, const struct fa_roll_chunk *chunk, uint32_t at)
{
    at += AHEAD;
    if (roll->order || at >= FA_ROLL_ROWS)
        return;
    uint32_t group = chunk->groups[at];
    __builtin_prefetch(fa_roll_slots(roll, group), 1);
    if (roll->first)
        __builtin_prefetch(&roll->chains[group], 1);
    for (size_t v = 0; roll->has_distinct && v < roll->hosts.count; v++) {
        const struct fa_roll_value *value = roll->hosts.items[v];
        const struct fa_roll_part *part = &chunk->parts[v];
        if (value->op == FA_AGG_DISTINCT && (part->counts_all || part->states[at] != FA_COUNTS_NOT))
            fa_pairs_prefetch(&value->pairs, group, part->low[at]);
    }
}

/* Takes out what came before the window that ends now. */
static void expire(struct fa_roll *roll)
{
    while (roll->head < roll->next_row) {
        uint64_t row = row_at(roll, roll->head);
        struct fa_roll_chunk *chunk = fa_roll_chunk(roll, row);
        uint32_t at = fa_roll_index(row);
        if (chunk->times[at] >= roll->start)
            return;
        prefetch(roll, chunk, at);
        if (chunk->is_plain)
            step_plain(roll, chunk, at, -1);
        else if (roll->first)
            fa_sequence_expire(roll, row);
        else if (chunk->marks && chunk->marks[at])
            leave_marked(roll, chunk, at, row);
        else
            retire_at(roll, chunk, at, row);
        roll->head++;
        if (!roll->order && at == FA_ROLL_ROWS - 1)
            pass_chunk(roll, roll->head);
    }
}

/* --- judged units --- */

static enum fa_status flush(struct fa_roll *roll)
{
    struct fa_roll_units *units = &roll->units;
    struct fa_run *run = roll->run;
    struct fa_str rule = run->meter.rule;
    if (!units->count)
        return FA_OK;
    for (size_t v = 0; v < roll->values.count; v++)
        roll->values.items[v]->vector = NULL;
    fa_pool_clear(&run->unit_pool);
    for (size_t j = 0; j < roll->judges.count; j++) {
        struct fa_judge *judge = roll->judges.items[j];
        run->meter.rule = judge->rule->id;
        if (!judge->is_dropped)
            FA_TRY(fa_window_judge(judge));
    }
    fa_pool_clear(&run->unit_pool);
    for (size_t v = 0; v < roll->values.count; v++)
        roll->values.items[v]->any_states = 0;
    run->meter.rule = rule;
    units->count = 0;
    units->any_marks = 0;
    return FA_OK;
}

static inline enum fa_status emit(struct fa_roll *roll, uint32_t group, bool is_sure, uint16_t cause,
                                  int64_t from)
{
    struct fa_roll_units *units = &roll->units;
    uint32_t i = units->count;
    uint8_t mark = 0;
    const struct fa_roll_slot *slots = fa_roll_slots(roll, group);
    units->groups[i] = group;
    units->times[i] = roll->now;
    units->froms[i] = from;
    if (roll->is_covered && (roll->start < roll->covered_from || roll->now > roll->covered_to))
        mark = FA_UNIT_OUTSIDE;
    if (!roll->has_start)
        mark = FA_UNIT_ENDLESS;
    if (roll->doubts && group < roll->doubts_capacity) {
        const struct fa_roll_doubt *doubt = &roll->doubts[group];
        /* a window of which the calendar does not know where it begins may reach back to any row */
        bool is_excepted = roll->has_start ? doubt->excepts > 0 : doubt->was_excepted;
        mark |= (uint8_t)((is_excepted ? FA_UNIT_EXCEPT : 0) |
                          (doubt->count ? FA_UNIT_TAINTED : 0));
        units->causes[i] = doubt->cause;
    }
    if (!is_sure) {
        mark |= FA_UNIT_DOUBT;
        units->causes[i] = cause;
    }
    units->marks[i] = mark;
    units->any_marks |= mark;
    for (size_t v = 0; v < roll->values.count; v++) {
        struct fa_roll_value *value = roll->values.items[v];
        const struct fa_roll_slot *slot = &slots[value->slot];
        if (value->op > FA_AGG_COUNT || slot->taints) {
            fa_roll_value_emit(value, slot, i);
            continue;
        }
        value->numbers[i] = value->op == FA_AGG_SUM ? slot->sum : slot->count;
        value->states[i] = 0;
    }
    return ++units->count == roll->run->slice_rows ? flush(roll) : FA_OK;
}

/* IS_SURE, CAUSE: as ask_row says. */
static enum fa_status judge_group(struct fa_roll *roll, uint32_t group, bool is_sure, uint16_t cause)
{
    int64_t from = roll->has_start ? roll->start : INT64_MIN;
    if (roll->first)
        fa_sequence_trim(roll, group, &from);
    return is_sure || cause ? emit(roll, group, is_sure, cause, from) : FA_OK;
}

/* --- instants --- */

static enum fa_status end_instant(struct fa_roll *roll)
{
    for (size_t i = 0; i < roll->touched.count; i++) {
        const struct fa_roll_touched *touched = &roll->touched.items[i];
        FA_TRY(judge_group(roll, touched->group, touched->is_sure, touched->cause));
    }
    roll->touched.count = 0;
    return FA_OK;
}

static enum fa_status begin_instant(struct fa_roll *roll, int64_t now)
{
    FA_TRY(end_instant(roll));
    roll->now = now;
    roll->is_running = true;
    roll->has_start = fa_extent_start(&roll->extent, now, &roll->start);
    if (roll->has_start)
        expire(roll);
    return FA_OK;
}

/* Whether the row lets its key be judged: surely, perhaps (for a cause), or not. */
static void ask_row(const struct fa_roll *roll, const struct fa_roll_chunk *chunk, uint32_t at,
                    bool *is_sure, uint16_t *cause)
{
    uint8_t mark = chunk->marks ? chunk->marks[at] : 0;
    bool is_maybe = roll->first ? mark & FA_ROW_MAYBE_THEN : mark & FA_ROW_DOUBT;
    *is_sure |= roll->first ? (mark & FA_ROW_THEN) != 0 : !is_maybe;
    if (is_maybe)
        *cause = chunk->causes[at];
}

static enum fa_status touch(struct fa_roll *roll, const struct fa_roll_chunk *chunk, uint32_t at)
{
    uint32_t group = chunk->groups[at];
    struct fa_roll_touched *list = roll->touched.items;
    size_t count = roll->touched.count, place = count;
    if (count <= FEW) {
        for (place = 0; place < count && list[place].group != group;)
            place++;
    } else if (roll->places[group] < count && list[roll->places[group]].group == group) {
        place = roll->places[group];
    }
    if (place < count) {
        ask_row(roll, chunk, at, &list[place].is_sure, &list[place].cause);
        return FA_OK;
    }
    struct fa_roll_touched touched = {.group = group};
    ask_row(roll, chunk, at, &touched.is_sure, &touched.cause);
    FA_TRY(fa_meter_add(&roll->run->meter, &roll->touched, touched));
    if (count == FEW) /* from here on places are looked up */
        for (size_t k = 0; k < count; k++)
            roll->places[roll->touched.items[k].group] = (uint32_t)k;
    if (count >= FEW)
        roll->places[group] = (uint32_t)count;
    return FA_OK;
}

static enum fa_status come(struct fa_roll *roll, struct fa_roll_chunk *chunk, uint32_t at, uint64_t row)
{
    if (chunk->is_plain) {
        step_plain(roll, chunk, at, 1);
        return FA_OK;
    }
    if (roll->first)
        return fa_sequence_add(roll, row);
    if (chunk->marks && chunk->marks[at])
        return come_marked(roll, chunk, at, row);
    return apply_at(roll, chunk, at, row);
}

/* Applies the rows that are there, and judges all instants but the last, which more rows may share. */
static enum fa_status run_rows(struct fa_roll *roll)
{
    for (; roll->next_row < roll->tail; roll->next_row++) {
        uint64_t row = row_at(roll, roll->next_row);
        struct fa_roll_chunk *chunk = fa_roll_chunk(roll, row);
        uint32_t at = fa_roll_index(row);
        int64_t time = chunk->times[at];
        prefetch(roll, chunk, at);
        if (roll->first && !roll->order && at + NEAR < FA_ROLL_ROWS && roll->next_row + NEAR < roll->tail)
            fa_sequence_prefetch(roll, chunk->groups[at + NEAR]);
        if (!roll->is_running || time != roll->now)
            FA_TRY(begin_instant(roll, time));
        FA_TRY(come(roll, chunk, at, row));
        bool is_alone = roll->touched.count == 0 && roll->next_row + 1 < roll->tail &&
                        fa_roll_time(roll, row_at(roll, roll->next_row + 1)) != time;
        if (!is_alone) {
            FA_TRY(touch(roll, chunk, at));
            continue;
        }
        bool is_sure = false;
        uint16_t cause = 0;
        ask_row(roll, chunk, at, &is_sure, &cause);
        FA_TRY(judge_group(roll, chunk->groups[at], is_sure, cause));
    }
    return FA_OK;
}

/* --- the covered period --- */

static void find_cover(struct fa_roll *roll)
{
    int64_t from_day, to_day;
    int table = fa_program_table(&roll->run->program, roll->table);
    const struct fa_zone *zone = &roll->extent.zone;
    roll->is_covered = fa_covers_find(roll->run, table, &from_day, &to_day);
    if (!roll->is_covered)
        return;
    bool is_time = roll->extent.is_time;
    roll->covered_from = is_time ? fa_day_start(from_day, zone) : from_day;
    roll->covered_to = is_time ? fa_day_start(to_day + 1, zone) - 1 : to_day;
}

enum fa_status fa_roll_rows(struct fa_roll *roll, struct fa_frame *frame)
{
    if (roll->slice_no == roll->run->stages.slice_no)
        return FA_OK;
    roll->slice_no = roll->run->stages.slice_no;
    if (!frame->count)
        return FA_OK;
    if (!roll->hosts.count)
        FA_TRY(assign_slots(roll));
    if (!roll->tail)
        find_cover(roll);
    FA_TRY(reserve_groups(roll));
    FA_TRY(append_rows(roll, frame));
    return roll->is_in_order ? run_rows(roll) : FA_OK;
}

/* --- rows whose date is not their order --- */

struct dated {
    int64_t time;
    uint64_t row;
};

static int by_time(const void *a, const void *b)
{
    const struct dated *x = a, *y = b;
    if (x->time != y->time)
        return x->time < y->time ? -1 : 1;
    return (x->row > y->row) - (x->row < y->row);
}

static enum fa_status order_rows(struct fa_roll *roll)
{
    size_t count = (size_t)roll->tail;
    FA_TRY(fa_meter_take(&roll->run->meter, count * (sizeof(struct dated) + sizeof *roll->order)));
    struct dated *rows = malloc((count + 1) * sizeof *rows);
    roll->order = malloc((count + 1) * sizeof *roll->order);
    if (!rows || !roll->order) {
        free(rows);
        return fa_out_of_memory(roll->run->sink, "windows");
    }
    for (size_t i = 0; i < count; i++)
        rows[i] = (struct dated){fa_roll_time(roll, i), i};
    qsort(rows, count, sizeof *rows, by_time);
    for (size_t i = 0; i < count; i++)
        roll->order[i] = rows[i].row;
    free(rows);
    fa_meter_give(&roll->run->meter, count * sizeof *rows);
    return FA_OK;
}

enum fa_status fa_roll_end(struct fa_roll *roll)
{
    if (roll->is_ended)
        return FA_OK;
    roll->is_ended = true;
    if (!roll->is_in_order && roll->tail) {
        FA_TRY(order_rows(roll));
        FA_TRY(run_rows(roll));
    }
    FA_TRY(end_instant(roll));
    return flush(roll);
}

/* --- its cost --- */

/* Numbers of a row; lists, pairs and trees that some aggregates keep of the rows in windows. */
static enum fa_status value_cost(const struct fa_agg *agg, struct fa_cost *cost)
{
    const struct fa_roll_part *part = NULL;
    const struct fa_roll_value *value = NULL;
    bool keeps = agg->op == FA_AGG_MIN || agg->op == FA_AGG_MAX || agg->op == FA_AGG_FIRST;
    size_t row = sizeof *part->low + sizeof *part->high + sizeof *part->states + sizeof *part->causes;
    FA_TRY(fa_cost_add(cost, FA_COST_FIXED, FA_COST_EXACT, 4 * FA_ROLL_ROWS * row + sizeof *part, 1));
    FA_TRY(fa_cost_add(cost, FA_COST_WINDOW, FA_COST_EXACT, row + 1, 1));
    FA_TRY(fa_cost_array(cost, FA_COST_KEYS, sizeof(struct fa_roll_slot), 1));
    FA_TRY(fa_cost_add(cost, FA_COST_ROWS, FA_COST_TEXTS, 0, agg->arg && fa_kind_is_text(agg->arg->kind)));
    if (keeps)
        FA_TRY(fa_cost_array(cost, FA_COST_WINDOW, 2 * sizeof *value->items, 1));
    if (agg->op == FA_AGG_DISTINCT) {
        /* half of the places stay free, and as many more are there while they double */
        FA_TRY(fa_cost_add(cost, FA_COST_FIXED, FA_COST_EXACT,
                           2 * FA_PAIRS_MIN * sizeof *value->pairs.places, 1));
        FA_TRY(fa_cost_array(cost, FA_COST_WINDOW, 4 * sizeof *value->pairs.places, 1));
    }
    return agg->op == FA_AGG_TOP ? fa_cost_array(cost, FA_COST_WINDOW, 2 * sizeof *value->sorted.nodes, 1)
                                 : FA_OK;
}

enum fa_status fa_roll_cost(struct fa_agg *const *values, int count, bool is_sequence,
                            struct fa_cost *cost)
{
    const struct fa_roll *roll = NULL;
    const struct fa_roll_chunk *chunk = NULL;
    size_t row = sizeof *chunk->times + sizeof *chunk->groups + sizeof *chunk->marks +
                 sizeof *chunk->causes + (is_sequence ? 2 * sizeof *chunk->next_row : 0);
    size_t order = sizeof(struct dated) + sizeof *roll->order; /* where rows come in no order */
    row = (sizeof *chunk + FA_ROLL_ROWS - 1) / FA_ROLL_ROWS + row + order + 1;
    /* chunks are taken whole: the first, the last, and one to spare */
    FA_TRY(fa_cost_add(cost, FA_COST_FIXED, FA_COST_EXACT, 4 * FA_ROLL_ROWS * row, 1));
    FA_TRY(fa_cost_add(cost, FA_COST_WINDOW, FA_COST_EXACT, row, 1));
    FA_TRY(fa_cost_array(cost, FA_COST_KEYS, sizeof *roll->doubts + sizeof *roll->places, 1));
    FA_TRY(fa_cost_array(cost, FA_COST_KEYS, sizeof *roll->touched.items, 1));
    if (is_sequence)
        FA_TRY(fa_cost_array(cost, FA_COST_KEYS, sizeof *roll->chains, 1));
    for (int v = 0; v < count; v++)
        FA_TRY(value_cost(values[v], cost));
    return FA_OK;
}
