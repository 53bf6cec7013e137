#include "match/pending.h"

#include <assert.h>
#include <stdlib.h>
#include <string.h>

#include "match/spill.h"

enum {
    SLOTS_FIRST = 1024,
    PARTITION_BITS = 6, /* of a hash: the highest, then those below them */
    LEVEL_MAX = 3, /* 262,144 parts: one that is still too large has too many rows of one key */
};

static_assert(1 << PARTITION_BITS == FA_SPILL_PARTITIONS,
              "partitions are numbered by their bits");
static_assert(FA_SPILL_PARTITIONS <= 64, "fa_pending.spilled has a bit for each");

static enum fa_status out_of_memory(struct fa_pending *pending)
{
    return fa_out_of_memory(pending->sink, "open rows of the reconciliation");
}

enum fa_status fa_pending_init(struct fa_pending *pending, struct fa_hash_key key,
                               struct fa_sink *sink)
{
    struct fa_pending_slot *slots = calloc(SLOTS_FIRST, sizeof *slots);
    *pending = (struct fa_pending){.key = key,
                                   .slots = slots,
                                   .slot_mask = SLOTS_FIRST - 1,
                                   .sink = sink,
                                   .memory_max = UINT64_MAX,
                                   .spill_at = UINT64_MAX};
    fa_arena_init(&pending->arena);
    return slots ? FA_OK : out_of_memory(pending);
}

void fa_pending_limit(struct fa_pending *pending, uint64_t memory_max, const char *dir)
{
    pending->memory_max = pending->spill_at = memory_max;
    pending->dir = dir;
}

void fa_pending_release(struct fa_pending *pending)
{
    free(pending->slots);
    fa_arena_release(&pending->arena);
    fa_spill_free(pending->spill);
    *pending = (struct fa_pending){0};
}

enum fa_status fa_pending_clear(struct fa_pending *pending)
{
    struct fa_pending old = *pending;
    fa_pending_release(pending);
    FA_TRY(fa_pending_init(pending, old.key, old.sink));
    fa_pending_limit(pending, old.memory_max, old.dir);
    return FA_OK;
}

uint64_t fa_pending_hash(const struct fa_pending *pending, uint64_t reference_hash,
                         uint32_t book, enum fa_direction direction, int64_t amount_minor)
{
    uint64_t place = (uint64_t)book << 1 | (uint64_t)direction;
    uint64_t a = reference_hash ^ ((uint64_t)amount_minor * UINT64_C(0x9E3779B97F4A7C15));
    uint64_t b =
        pending->key.k1 ^ (place * UINT64_C(0xD1B54A32D192ED03)) ^ UINT64_C(0xA0761D6478BD642F);
    __extension__ unsigned __int128 product = (unsigned __int128)a * b;
    return (uint64_t)product ^ (uint64_t)(product >> 64);
}

/*
 * Cells: sizes in steps of 16 bytes up to 512, then doubling. A cell that was given back serves
 * the next row of its class, so memory is the most that ever waited, whatever stays open in
 * between.
 */
static unsigned cell_class(size_t size, size_t *rounded)
{
    if (size <= 512) {
        *rounded = (size + 15) / 16 * 16;
        return (unsigned)(*rounded / 16 - 1);
    }
    unsigned class_no = 32;
    size_t bytes = 1024;
    for (; bytes < size; bytes *= 2)
        class_no++;
    *rounded = bytes;
    return class_no;
}

static struct fa_waiting *make_waiting(struct fa_pending *pending,
                                       const struct fa_arrival *arrival)
{
    if (arrival->reference.size > UINT32_MAX || arrival->id.size > UINT32_MAX)
        return NULL;
    size_t size;
    unsigned class_no = cell_class(
        sizeof(struct fa_waiting) + arrival->reference.size + arrival->id.size, &size);
    struct fa_waiting *waiting = pending->free_cells[class_no];
    if (waiting) {
        pending->free_cells[class_no] = waiting->next;
    } else {
        waiting = fa_arena_alloc(&pending->arena, size);
        if (!waiting)
            return NULL;
        pending->is_full = fa_pending_memory(pending) > pending->spill_at;
    }
    pending->row_bytes += size;
    *waiting = (struct fa_waiting){
        .last = waiting,
        .amount_minor = arrival->amount_minor,
        .row = arrival->row,
        .book = arrival->book,
        .other_book = arrival->other_book,
        .day_no = arrival->day_no,
        .business_day = arrival->business_day,
        .reference_size = (uint32_t)arrival->reference.size,
        .id_size = (uint32_t)arrival->id.size,
        .side = (uint8_t)arrival->side,
        .direction = (uint8_t)arrival->direction,
    };
    if (arrival->reference.size)
        memcpy(waiting->texts, arrival->reference.bytes, arrival->reference.size);
    if (arrival->id.size)
        memcpy(waiting->texts + arrival->reference.size, arrival->id.bytes, arrival->id.size);
    return waiting;
}

void fa_pending_recycle(struct fa_pending *pending, struct fa_waiting *waiting)
{
    size_t size;
    unsigned class_no =
        cell_class(sizeof *waiting + waiting->reference_size + waiting->id_size, &size);
    pending->row_bytes -= size;
    waiting->next = pending->free_cells[class_no];
    pending->free_cells[class_no] = waiting;
}

static bool is_same_key(const struct fa_waiting *waiting, const struct fa_arrival *arrival)
{
    return waiting->amount_minor == arrival->amount_minor && waiting->book == arrival->book &&
           waiting->direction == (uint8_t)arrival->direction &&
           fa_str_equal(fa_waiting_reference(waiting), arrival->reference);
}

static enum fa_status grow(struct fa_pending *pending)
{
    uint64_t slot_count = 2 * (pending->slot_mask + 1);
    struct fa_pending_slot *slots = calloc(slot_count, sizeof *slots);
    if (!slots)
        return out_of_memory(pending);
    for (uint64_t old = 0; old <= pending->slot_mask; old++) {
        if (!pending->slots[old].first)
            continue;
        uint64_t at = pending->slots[old].hash & (slot_count - 1);
        while (slots[at].first)
            at = (at + 1) & (slot_count - 1);
        slots[at] = pending->slots[old];
    }
    free(pending->slots);
    pending->slots = slots;
    pending->slot_mask = slot_count - 1;
    return FA_OK;
}

/* Frees a slot and moves back what had to pass it, so that no mark of the removed key stays. */
static void remove_slot(struct fa_pending *pending, uint64_t hole)
{
    struct fa_pending_slot *slots = pending->slots;
    uint64_t mask = pending->slot_mask;
    for (uint64_t at = (hole + 1) & mask; slots[at].first; at = (at + 1) & mask) {
        uint64_t home = slots[at].hash & mask;
        if (((at - home) & mask) < ((at - hole) & mask))
            continue; /* its home lies behind the hole */
        slots[hole] = slots[at];
        hole = at;
    }
    slots[hole] = (struct fa_pending_slot){0, NULL};
    pending->key_count--;
}

/* --- partitions in the file --- */

static unsigned partition_of(const struct fa_pending *pending, uint64_t hash)
{
    unsigned below = 64 - PARTITION_BITS * (pending->level + 1);
    return hash >> below & (FA_SPILL_PARTITIONS - 1);
}

static bool is_spilled(const struct fa_pending *pending, uint64_t hash)
{
    return pending->spill && (pending->spilled >> partition_of(pending, hash) & 1);
}

static struct fa_arrival arrival_of(const struct fa_waiting *waiting, uint64_t hash)
{
    return (struct fa_arrival){
        .hash = hash,
        .reference = fa_waiting_reference(waiting),
        .id = fa_waiting_id(waiting),
        .amount_minor = waiting->amount_minor,
        .row = waiting->row,
        .book = waiting->book,
        .other_book = waiting->other_book,
        .day_no = waiting->day_no,
        .business_day = waiting->business_day,
        .side = (enum fa_side)waiting->side,
        .direction = (enum fa_direction)waiting->direction,
    };
}

/* A queue goes to the file as it stands; none of its rows completes a pair later. */
static enum fa_status spill_queue(struct fa_pending *pending, uint64_t at)
{
    uint64_t hash = pending->slots[at].hash;
    struct fa_waiting *waiting = pending->slots[at].first;
    while (waiting) {
        struct fa_waiting *next = waiting->next;
        struct fa_arrival arrival = arrival_of(waiting, hash);
        FA_TRY(fa_spill_add(pending->spill, partition_of(pending, hash), &arrival, 0));
        pending->slots[at].first = next ? next : waiting; /* the slot stays taken */
        fa_pending_recycle(pending, waiting);
        pending->row_count--;
        waiting = next;
    }
    remove_slot(pending, at);
    return FA_OK;
}

/* Too many rows of one key wait: no partition is small enough. */
static enum fa_status refuse(struct fa_pending *pending)
{
    return fa_error(
        pending->sink, FA_CODE_MATCH_MEMORY, (struct fa_place){0}, "raise --memory",
        "%llu rows wait for their counterparts at once and take %llu bytes, more than "
        "the memory allowed",
        (unsigned long long)pending->row_count, (unsigned long long)pending->row_bytes);
}

/* The memory of rows that are all gone. Cells of other sizes than are needed later would stay.
 */
static void give_back(struct fa_pending *pending)
{
    fa_arena_release(&pending->arena);
    memset(pending->free_cells, 0, sizeof pending->free_cells);
    struct fa_pending_slot *slots = calloc(SLOTS_FIRST, sizeof *slots);
    if (!slots)
        return; /* the old ones do as well */
    free(pending->slots);
    pending->slots = slots;
    pending->slot_mask = SLOTS_FIRST - 1;
}

/* Takes half of the partitions that are in memory to the file, so that the others, and what
 * comes for them, go on without it. */
static enum fa_status spill_some(struct fa_pending *pending)
{
    pending->is_full = false;
    if (pending->level == LEVEL_MAX)
        return pending->row_bytes > pending->memory_max ? refuse(pending) : FA_OK;
    if (!pending->spill &&
        !(pending->spill = fa_spill_new(pending->memory_max, pending->dir, pending->sink)))
        return out_of_memory(pending);
    unsigned left = FA_SPILL_PARTITIONS - (unsigned)__builtin_popcountll(pending->spilled);
    uint64_t taken = pending->spilled;
    for (unsigned i = 0; i < (left + 1) / 2; i++)
        taken |= ~taken & (taken + 1); /* the lowest bit that is not set */
    pending->spilled = taken;
    for (uint64_t at = 0; at <= pending->slot_mask;) {
        if (pending->slots[at].first && is_spilled(pending, pending->slots[at].hash))
            FA_TRY(spill_queue(pending, at)); /* another one may take its place */
        else
            at++;
    }
    if (!pending->row_count)
        give_back(pending);
    return FA_OK;
}

/* Slots for one more key. */
static enum fa_status make_room(struct fa_pending *pending)
{
    while (2 * (pending->key_count + 1) > pending->slot_mask + 1) {
        uint64_t grown =
            fa_pending_memory(pending) + 2 * (pending->slot_mask + 1) * sizeof *pending->slots;
        if (grown > pending->spill_at && pending->level < LEVEL_MAX)
            FA_TRY(spill_some(pending));
        else
            FA_TRY(grow(pending));
    }
    return FA_OK;
}

/* --- meeting --- */

enum fa_status fa_pending_meet(struct fa_pending *pending, const struct fa_arrival *arrival,
                               struct fa_waiting **met)
{
    pending->order++;
    if (pending->is_full)
        FA_TRY(spill_some(pending));
    if (2 * (pending->key_count + 1) > pending->slot_mask + 1)
        FA_TRY(make_room(pending));
    if (is_spilled(pending, arrival->hash)) {
        *met = NULL;
        return fa_spill_add(pending->spill, partition_of(pending, arrival->hash), arrival,
                            pending->order);
    }
    uint64_t at = arrival->hash & pending->slot_mask;
    while (pending->slots[at].first && !(pending->slots[at].hash == arrival->hash &&
                                         is_same_key(pending->slots[at].first, arrival)))
        at = (at + 1) & pending->slot_mask;

    struct fa_waiting *first = pending->slots[at].first;
    if (first && first->side != (uint8_t)arrival->side && arrival->reference.size) {
        if (first->next) {
            first->next->last = first->last;
            pending->slots[at].first = first->next;
        } else {
            remove_slot(pending, at);
        }
        pending->row_count--;
        *met = first;
        return FA_OK;
    }
    struct fa_waiting *waiting = make_waiting(pending, arrival);
    if (!waiting)
        return out_of_memory(pending);
    if (first) {
        first->last->next = waiting;
        first->last = waiting;
    } else {
        pending->slots[at] = (struct fa_pending_slot){arrival->hash, waiting};
        pending->key_count++;
    }
    pending->row_count++;
    *met = NULL;
    return FA_OK;
}

/* --- replaying --- */

/* What stays open of a partition waits on among the others that do. */
static enum fa_status move_open(struct fa_pending *into, const struct fa_pending *from)
{
    for (uint64_t at = 0; at <= from->slot_mask; at++) {
        for (const struct fa_waiting *w = from->slots[at].first; w; w = w->next) {
            struct fa_arrival arrival = arrival_of(w, from->slots[at].hash);
            struct fa_waiting *none;
            FA_TRY(fa_pending_meet(into, &arrival, &none));
            if (into->row_bytes > into->memory_max)
                return fa_error(
                    into->sink, FA_CODE_MATCH_MEMORY, (struct fa_place){0}, "raise --memory",
                    "more than %llu rows stay open: they take more than the %llu bytes "
                    "of memory allowed",
                    (unsigned long long)(into->row_count - 1),
                    (unsigned long long)into->memory_max);
        }
    }
    return FA_OK;
}

/* Rows that somebody takes need not wait on. */
static enum fa_status give_open(struct fa_pending *pending, const struct fa_replay *replay)
{
    for (uint64_t at = 0; at <= pending->slot_mask;) {
        struct fa_waiting *w = pending->slots[at].first;
        if (!w || !replay->is_taken(replay->context, w->book)) {
            at++;
            continue;
        }
        while (w) {
            struct fa_waiting *next = w->next;
            FA_TRY(replay->take(replay->context, w));
            fa_pending_recycle(pending, w);
            pending->row_count--;
            w = next;
        }
        remove_slot(pending, at); /* another one may take its place */
    }
    return FA_OK;
}

/* Joins one partition as if it were all there is; it may be split again. */
static enum fa_status replay_partition(struct fa_pending *part, struct fa_spill *spill,
                                       unsigned partition, const struct fa_replay *replay)
{
    struct fa_spill_reader reader = {.partition = partition};
    for (;;) {
        struct fa_arrival arrival;
        struct fa_waiting *met;
        uint64_t order;
        bool is_end;
        FA_TRY(fa_spill_next(spill, &reader, &arrival, &order, &is_end));
        if (is_end)
            break;
        part->order = order - 1; /* its number is that of its first arrival */
        FA_TRY(fa_pending_meet(part, &arrival, &met));
        if (!met)
            continue;
        FA_TRY(replay->pair(replay->context, &arrival, met, order));
        fa_pending_recycle(part, met);
    }
    return part->spill ? fa_pending_replay(part, replay) : give_open(part, replay);
}

enum fa_status fa_pending_replay(struct fa_pending *pending, const struct fa_replay *replay)
{
    struct fa_spill *spill = pending->spill;
    if (!spill)
        return FA_OK;
    uint64_t spilled = pending->spilled;
    unsigned level = pending->level;
    enum fa_status status = give_open(pending, replay);
    pending->spill = NULL;
    pending->spilled = 0;
    pending->level = LEVEL_MAX; /* what comes from now on stays */
    for (unsigned i = 0; status == FA_OK && i < FA_SPILL_PARTITIONS; i++) {
        if (!(spilled >> i & 1))
            continue;
        struct fa_pending part;
        status = fa_pending_init(&part, pending->key, pending->sink);
        fa_pending_limit(&part, pending->memory_max, pending->dir);
        part.level = level + 1;
        part.spill_at = pending->memory_max / 2; /* beside what stays open */
        if (status == FA_OK)
            status = replay_partition(&part, spill, i, replay);
        if (status == FA_OK)
            status = move_open(pending, &part);
        fa_pending_release(&part);
    }
    fa_spill_free(spill);
    return status;
}

uint64_t fa_pending_spilled_rows(const struct fa_pending *pending)
{
    return pending->spill ? fa_spill_rows(pending->spill) : 0;
}

uint64_t fa_pending_spilled_bytes(const struct fa_pending *pending)
{
    return pending->spill ? fa_spill_bytes(pending->spill) : 0;
}

enum fa_status fa_pending_list(const struct fa_pending *pending, struct fa_waiting_list *list)
{
    FA_TRY(fa_vec_reserve(&list->rows, pending->row_count));
    for (uint64_t at = 0; at <= pending->slot_mask; at++)
        for (const struct fa_waiting *w = pending->slots[at].first; w; w = w->next)
            FA_TRY(fa_vec_add(&list->rows, w));
    return FA_OK;
}

uint64_t fa_pending_memory(const struct fa_pending *pending)
{
    return pending->arena.allocated_bytes + (pending->slot_mask + 1) * sizeof *pending->slots;
}
