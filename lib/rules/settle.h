/*
 * Settling duties: what is owed and the rows that answer come in order of time, each with its key;
 * the oldest duty that is open takes a row, until it has enough.
 *
 * Within a time from what owes, duties wait for rows; before it, rows wait for duties. Only what
 * still waits is kept, keys too: a key is forgotten with the last of its duties and rows. Duties
 * whose time has passed stay, to be shown with what came too late.
 *
 * Rows and duties may come in two streams of which one runs ahead: they wait in a queue until
 * both streams have passed their time.
 */
#ifndef FA_RULES_SETTLE_H
#define FA_RULES_SETTLE_H

#include "rules/meter.h"
#include "rules/rule.h"
#include "value/ratio.h"

enum { FA_NO_ITEM = 0 }; /* items are numbered from 1, so that zeroed memory links to none */

/* A key and what waits for it (settle_key.c). */
struct fa_spot {
    uint8_t *bytes;
    uint32_t size;
    uint64_t hash;
    uint32_t uses; /* duties and rows that wait; at 0 it is forgotten */
    uint32_t open_first, open_last; /* duties whose time has not passed */
    uint32_t late_first, late_last; /* duties whose time has passed */
    uint32_t row_first, row_last;   /* rows that wait */
    int64_t doubtful_us;
    uint16_t doubtful_cause, timeless_cause;
};

struct fa_spots {
    uint32_t *slots; /* number of a spot; a power of two of them */
    size_t slot_count;
    size_t used;           /* spots that are not free */
    struct fa_spot *items; /* from 1 */
    size_t capacity;
    uint32_t top, free_first; /* numbers handed out so far; first of those given back */
};

void fa_spots_release(struct fa_spots *spots, struct fa_meter *meter);
/* The spot of a key, made if there is none, with one use more. */
enum fa_status fa_spots_use(struct fa_spots *spots, struct fa_meter *meter, struct fa_str key,
                            uint32_t *number) FA_MUST_USE;
/* Whether it is there. */
bool fa_spots_have(const struct fa_spots *spots, struct fa_str key);
/* One use less. */
void fa_spots_leave(struct fa_spots *spots, struct fa_meter *meter, uint32_t number);

/* A duty. */
struct fa_owed {
    int64_t moment_us;      /* the order of duties; then UNIT */
    int64_t from_us, to_us; /* rows of this time answer it, both ends included */
    uint64_t unit;          /* whose: the caller's number */
    uint32_t spot, previous, next;
    uint32_t row_first, row_last; /* rows that it took, as evidence */
    uint16_t doubt;               /* cause of a row of which it is not known whether it answers */
    bool is_kept;                 /* a ban that is told of even if nothing broke it */
    bool is_broken;               /* a ban that a row broke */
    bool is_past;                 /* its time has passed */
    bool has_come;
    int64_t came_us; /* when it was done too late, or a ban broken */
};

/* A row that may answer. */
struct fa_answer {
    int64_t at_us;   /* its place among duties and rows */
    int64_t came_us; /* its clock */
    uint64_t row;    /* its number in the table */
    uint32_t spot, next;
    uint16_t doubt; /* not 0: whether it counts cannot be told */
    bool is_timeless;
};

struct fa_taken_row {
    uint64_t row;
    uint32_t next;
};

/* What waits, in the order in which its time passes; it may be gone, and its number another's. */
struct fa_waiting {
    uint64_t id; /* of a duty its unit, of a row its number in the table */
    uint32_t number;
};

/* What is known of it once and for all; parts are those of the duty. */
struct fa_settle_rule {
    bool is_before, is_shared, is_ban;
    bool has_from; /* rows may be too old */
    bool has_late; /* rows behind the time are shown */
    int part_count;
    enum fa_op ops[FA_DUTY_PARTS_MAX];
};

struct fa_settler {
    struct fa_settle_rule rule;
    struct fa_meter *meter;
    struct fa_spots spots;
    struct fa_owed *owed; /* from 1 */
    fa_i128 *sums;        /* by duty and part */
    fa_i128 *done;        /* of the first part, in time */
    struct fa_ratio *needs;
    size_t owed_capacity, sums_capacity, done_capacity, needs_capacity;
    uint32_t owed_top, owed_free;
    struct fa_answer *rows;
    fa_i128 *amounts;
    size_t rows_capacity, amounts_capacity;
    uint32_t rows_top, rows_free;
    FA_VEC(struct fa_taken_row) taken;
    uint32_t taken_free;
    /* what has come and waits for its time, by number; those before AT are done with */
    FA_VEC(uint32_t) owed_queue, row_queue;
    size_t owed_at, row_at;
    FA_VEC(struct fa_waiting) waiting; /* bans, or rows that become too old */
    size_t waiting_at;
    int64_t owed_upto_us, rows_upto_us; /* none before this will come */
};

void fa_settler_init(struct fa_settler *settler, const struct fa_settle_rule *rule,
                     struct fa_meter *meter);
struct fa_cost;
/* Of a settler of duties with PART_COUNT parts: at worst all rows owe, and all answer. */
enum fa_status fa_settler_cost(int part_count, struct fa_cost *cost) FA_MUST_USE;
void fa_settler_release(struct fa_settler *settler);
/* NEEDS: one a part; of denominator 0: no limit. */
enum fa_status fa_settler_owe(struct fa_settler *settler, struct fa_str key,
                              const struct fa_owed *owed, const struct fa_ratio *needs) FA_MUST_USE;
/* AMOUNTS: one a part. */
enum fa_status fa_settler_answer(struct fa_settler *settler, struct fa_str key,
                                 const struct fa_answer *answer,
                                 const fa_i128 *amounts) FA_MUST_USE;
/* No duty that enters (or row that lies) before this will come: settles what can be. A duty enters
 * with the last instant of its time for `before`, else with its first. */
enum fa_status fa_settler_pass(struct fa_settler *settler, int64_t owed_upto_us,
                               int64_t rows_upto_us) FA_MUST_USE;
/* Nothing more will come. IS_UNSORTED: duties did not come in the order of time. */
enum fa_status fa_settler_finish(struct fa_settler *settler, bool is_unsorted) FA_MUST_USE;
/* Then: the duties that were not done, and bans that are told of, in no promised order. FROM: 0,
 * then what was given last; 0 at the end. */
uint32_t fa_settler_next(const struct fa_settler *settler, uint32_t from);

#endif
