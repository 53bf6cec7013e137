/*
 * Rows that wait for their counterpart: flows that no statement line has answered yet, and
 * lines that no flow has. What meets leaves at once, so the table holds open rows, not the
 * ledger.
 *
 * The key is account and currency (a book), direction, amount and the bytes of the reference; a
 * hash only leads there, the bytes decide. Rows of one key queue in the order they came, which
 * is their order in the table, so the k-th flow of a key meets its k-th line whatever comes
 * between them: a repeated reference pairs like with like. All rows of one queue are of one
 * side, because a row of the other would have met the first of them.
 *
 * Where memory is limited and reached, whole partitions of the hash go to a file: their rows
 * that wait, then further rows as they arrive. fa_pending_replay joins them one by one when all
 * rows came. The pairs are those of a run in memory; only the order in which they are told
 * differs, and each is told with the number of the arrival that completed it, which restores
 * that order.
 */
#ifndef FA_MATCH_PENDING_H
#define FA_MATCH_PENDING_H

#include "base/arena.h"
#include "base/diag.h"
#include "base/hash.h"
#include "base/vec.h"

enum fa_side { FA_SIDE_LEDGER, FA_SIDE_BANK };
enum fa_direction { FA_CREDIT, FA_DEBIT };

/* A row as it arrives. The texts are the caller's. */
struct fa_arrival {
    uint64_t hash; /* fa_pending_hash of the key */
    struct fa_str reference;
    struct fa_str id; /* flow_id or statement_id */
    int64_t amount_minor;
    uint64_t row;        /* its number in its table */
    uint32_t book;       /* number of the book it belongs to */
    uint32_t other_book; /* book of the flow's other account, UINT32_MAX: none */
    int32_t day_no;
    int32_t business_day; /* of a flow: the day from which its window counts */
    enum fa_side side;
    enum fa_direction direction;
};

/* A row that waits; owns its texts, which stand behind it. */
struct fa_waiting {
    struct fa_waiting *next; /* of the same key, later */
    struct fa_waiting *last; /* kept in the first of a queue */
    int64_t amount_minor;
    uint64_t row;
    uint32_t book;
    uint32_t other_book;
    int32_t day_no;
    int32_t business_day;
    uint32_t reference_size;
    uint32_t id_size;
    uint8_t side;
    uint8_t direction;
    char texts[]; /* reference, then id */
};

struct fa_pending_slot {
    uint64_t hash;
    struct fa_waiting *first; /* NULL: the slot is free */
};

enum { FA_CELL_CLASSES = 64 };

struct fa_spill;

struct fa_pending {
    struct fa_hash_key key;
    struct fa_pending_slot *slots; /* open addressing, linear, at most half full */
    uint64_t slot_mask;
    uint64_t key_count;
    uint64_t row_count;
    uint64_t row_bytes; /* cells in use */
    void *free_cells[FA_CELL_CLASSES];
    struct fa_arena arena;
    struct fa_sink *sink;
    uint64_t order; /* arrivals so far */
    uint64_t memory_max;
    uint64_t spill_at; /* bytes; at most memory_max */
    const char *dir;
    unsigned level;         /* 0, or of a partition that is replayed: how often it was split */
    bool is_full;           /* spill_at is passed */
    uint64_t spilled;       /* partitions in the file, a bit each */
    struct fa_spill *spill; /* NULL: none */
};

/* SINK is told of what fails. */
enum fa_status fa_pending_init(struct fa_pending *pending, struct fa_hash_key key,
                               struct fa_sink *sink) FA_MUST_USE;
/* Spills into an unlinked file in DIR beyond MEMORY_MAX bytes. Before the first row. DIR may be
 * NULL: then it is FA_ELIMIT when a file is needed. */
void fa_pending_limit(struct fa_pending *pending, uint64_t memory_max, const char *dir);
/* Forgets all rows; key and limit stay. */
enum fa_status fa_pending_clear(struct fa_pending *pending) FA_MUST_USE;
void fa_pending_release(struct fa_pending *pending);

/* REFERENCE_HASH is fa_hash64 of the reference under the table's key. */
uint64_t fa_pending_hash(const struct fa_pending *pending, uint64_t reference_hash,
                         uint32_t book, enum fa_direction direction, int64_t amount_minor);

/* Two steps ahead of fa_pending_meet: fetch the slot of a hash, then the row it holds. */
static inline void fa_pending_prefetch(const struct fa_pending *pending, uint64_t hash)
{
    __builtin_prefetch(&pending->slots[hash & pending->slot_mask]);
}

static inline void fa_pending_prefetch_row(const struct fa_pending *pending, uint64_t hash)
{
    const struct fa_waiting *first = pending->slots[hash & pending->slot_mask].first;
    if (first) { /* asking for a page that does not exist costs more than a miss */
        __builtin_prefetch(first);
        __builtin_prefetch((const char *)first + 64);
    }
}

/* Takes out the oldest row of the other side with the same key and gives it in MET, to be
 * returned with fa_pending_recycle; or makes the arrival wait, or writes it to the file (MET is
 * NULL). Rows without a reference meet nothing. The arrival's number is then pending->order. */
enum fa_status fa_pending_meet(struct fa_pending *pending, const struct fa_arrival *arrival,
                               struct fa_waiting **met) FA_MUST_USE;
void fa_pending_recycle(struct fa_pending *pending, struct fa_waiting *waiting);

/* What becomes of rows that were in the file. */
struct fa_replay {
    void *context;
    /* A pair; ORDER: number of the arrival. WAITING is not to be recycled. */
    enum fa_status (*pair)(void *context, const struct fa_arrival *arrival,
                           const struct fa_waiting *waiting, uint64_t order);
    /* Whether rows of a book that stay open are taken at once instead of waiting on. */
    bool (*is_taken)(const void *context, uint32_t book);
    enum fa_status (*take)(void *context, const struct fa_waiting *waiting);
};
/* When all rows came, and only if some are in the file: tells the pairs among these. What stays
 * open of them and of those in memory is taken, or waits in memory from now on; MATCH_MEMORY
 * when that needs more than memory_max. */
enum fa_status fa_pending_replay(struct fa_pending *pending,
                                 const struct fa_replay *replay) FA_MUST_USE;
/* Rows that were written to the file, and their bytes; 0 when replayed. */
uint64_t fa_pending_spilled_rows(const struct fa_pending *pending);
uint64_t fa_pending_spilled_bytes(const struct fa_pending *pending);

/* Every row that waits, in no order; they stay where they are. */
struct fa_waiting_list {
    FA_VEC(const struct fa_waiting *) rows;
};
enum fa_status fa_pending_list(const struct fa_pending *pending,
                               struct fa_waiting_list *list) FA_MUST_USE;

uint64_t fa_pending_memory(const struct fa_pending *pending);

static inline struct fa_str fa_waiting_reference(const struct fa_waiting *waiting)
{
    return (struct fa_str){waiting->texts, waiting->reference_size};
}

static inline struct fa_str fa_waiting_id(const struct fa_waiting *waiting)
{
    return (struct fa_str){waiting->texts + waiting->reference_size, waiting->id_size};
}

#endif
