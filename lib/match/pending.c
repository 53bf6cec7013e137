#include "match/pending.h"

#include <stdlib.h>
#include <string.h>

enum { SLOTS_FIRST = 1024 };

enum fa_status fa_pending_init(struct fa_pending *pending, struct fa_hash_key key)
{
    struct fa_pending_slot *slots = calloc(SLOTS_FIRST, sizeof *slots);
    if (!slots)
        return FA_ELIMIT;
    *pending = (struct fa_pending){.key = key, .slots = slots, .slot_mask = SLOTS_FIRST - 1};
    fa_arena_init(&pending->arena);
    return FA_OK;
}

void fa_pending_release(struct fa_pending *pending)
{
    free(pending->slots);
    fa_arena_release(&pending->arena);
    *pending = (struct fa_pending){0};
}

uint64_t fa_pending_hash(const struct fa_pending *pending, uint64_t reference_hash, uint32_t book,
                         enum fa_direction direction, int64_t amount_minor)
{
    uint64_t place = (uint64_t)book << 1 | (uint64_t)direction;
    uint64_t a = reference_hash ^ ((uint64_t)amount_minor * UINT64_C(0x9E3779B97F4A7C15));
    uint64_t b = pending->key.k1 ^ (place * UINT64_C(0xD1B54A32D192ED03)) ^
                 UINT64_C(0xA0761D6478BD642F);
    __extension__ unsigned __int128 product = (unsigned __int128)a * b;
    return (uint64_t)product ^ (uint64_t)(product >> 64);
}

/*
 * Cells: sizes in steps of 16 bytes up to 512, then doubling. A cell that was given back serves the
 * next row of its class, so memory is the most that ever waited, whatever stays open in between.
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

static struct fa_waiting *make_waiting(struct fa_pending *pending, const struct fa_arrival *arrival)
{
    if (arrival->reference.size > UINT32_MAX || arrival->id.size > UINT32_MAX)
        return NULL;
    size_t size;
    unsigned class_no =
        cell_class(sizeof(struct fa_waiting) + arrival->reference.size + arrival->id.size, &size);
    struct fa_waiting *waiting = pending->free_cells[class_no];
    if (waiting) {
        pending->free_cells[class_no] = waiting->next;
    } else {
        waiting = fa_arena_alloc(&pending->arena, size);
        if (!waiting)
            return NULL;
    }
    *waiting = (struct fa_waiting){
        .last = waiting,
        .amount_minor = arrival->amount_minor,
        .row = arrival->row,
        .book = arrival->book,
        .other_book = arrival->other_book,
        .day_no = arrival->day_no,
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
        return FA_ELIMIT;
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

enum fa_status fa_pending_meet(struct fa_pending *pending, const struct fa_arrival *arrival,
                               struct fa_waiting **met)
{
    if (2 * (pending->key_count + 1) > pending->slot_mask + 1)
        FA_TRY(grow(pending));
    uint64_t at = arrival->hash & pending->slot_mask;
    while (pending->slots[at].first && !(pending->slots[at].hash == arrival->hash &&
                                         is_same_key(pending->slots[at].first, arrival)))
        at = (at + 1) & pending->slot_mask;

    struct fa_waiting *first = pending->slots[at].first;
    if (first && first->side != (uint8_t)arrival->side) {
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
        return FA_ELIMIT;
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
