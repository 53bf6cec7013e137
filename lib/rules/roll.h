/*
 * The rows of a length of time up to now, of all keys at once, and what they add up to: the kernel of
 * windows (way 3) and sequences (way 6). Rules that look at the same rows, by the same key, over the
 * same length of time share one.
 *
 * Rows come in the order of time into one queue; as time goes on, rows leave at its other end and are
 * taken back from their key's aggregates. All rows of an instant are applied before the keys that it
 * touched are judged. Where the judged date is not the order of the rows, all of them are kept and
 * put in order at the end.
 *
 *        gone |  head .............. next | .......... tail
 *             |  in some window           | not applied yet
 *
 * Judged units (key and instant) are gathered in blocks, which the rules then ask.
 */
#ifndef FA_RULES_ROLL_H
#define FA_RULES_ROLL_H

#include "rules/extent.h"
#include "rules/judge.h"
#include "rules/roll_value.h"

enum { FA_ROLL_ROWS = 4096 }; /* of a chunk of the queue: a power of two */

/* What is known of a row of the queue. */
enum {
    FA_ROW_DOUBT = 1,       /* perhaps it does not belong */
    FA_ROW_EXCEPT = 2,      /* perhaps it is excepted */
    FA_ROW_FIRST = 4,       /* way 6: it is a `first`, ... */
    FA_ROW_THEN = 8,        /* ... a `then`, ... */
    FA_ROW_MAYBE_FIRST = 16, /* ... or may be one */
    FA_ROW_MAYBE_THEN = 32,
    FA_ROW_APPLIED = 64,    /* its values count */
    FA_ROW_DOUBTED = 128,   /* it is counted among the doubtful */
};

struct fa_roll_chunk {
    struct fa_roll_chunk *next; /* of those that wait to be used again */
    size_t bytes;
    bool is_plain; /* every row surely belongs and counts, with a number of 64 bits to sum, if any */
    int64_t times[FA_ROLL_ROWS];
    uint32_t groups[FA_ROLL_ROWS];
    uint8_t *marks;             /* NULL: all 0 */
    uint16_t *causes;           /* of doubt; there with MARKS */
    int32_t *next_row;          /* way 6: steps to the next row of the key, 0: none yet */
    int32_t *next_first;        /* ... and to the next that is or may be a `first` */
    struct fa_roll_part *parts; /* one a host */
};

/* Rows in the windows of a group that may not belong, or be excepted. */
struct fa_roll_doubt {
    int64_t latest_time; /* of those that may not belong the latest */
    uint64_t latest_row;
    uint32_t count, excepts;
    uint16_t cause; /* of the latest */
    bool was_excepted; /* a row of any time so far */
};

/* Way 6: the rows of a group, linked from the first that may be a `first`. Row numbers + 1, 0: none. */
struct fa_roll_chain {
    uint64_t head, tail;
    uint64_t first, last_first; /* that are or may be a `first` */
    uint64_t sure_first;
    uint64_t sure;              /* the earliest whose values may count */
    int64_t sure_from;          /* of all time so far: the earliest that surely is a `first` */
    bool had_first, had_sure;   /* of all time so far: one that may be a `first`, or surely is */
};

/* A key that the instant at work has touched. */
struct fa_roll_touched {
    uint32_t group;
    bool is_sure;
    uint16_t cause;
};

/* What is known of a judged unit. */
enum {
    FA_UNIT_DOUBT = 1,   /* perhaps it is none */
    FA_UNIT_EXCEPT = 2,  /* a row of its window may be excepted */
    FA_UNIT_OUTSIDE = 4, /* its window reaches outside what is covered */
    FA_UNIT_ENDLESS = 8, /* how far its window reaches is not known */
    FA_UNIT_TAINTED = 16 /* a row of its window may not belong */
};

struct fa_roll_units {
    uint32_t count;
    uint32_t *groups;
    int64_t *times, *froms; /* the judged instant; the first whose rows are cited */
    uint8_t *marks;
    uint16_t *causes;       /* of DOUBT, else of TAINTED */
    uint8_t any_marks;
};

struct fa_roll {
    struct fa_roll *next_roll; /* of the run */
    struct fa_run *run;
    int user_count;
    FA_VEC(struct fa_judge *) judges;
    /* what it is of */
    struct fa_stage *last;
    struct fa_keyspace *space;
    const struct fa_formula *time, *first, *then; /* FIRST, THEN: NULL but in way 6 */
    struct fa_extent extent;
    int table;       /* of the rules' dictionary */
    bool is_in_order;
    FA_VEC(struct fa_roll_value *) values;
    FA_VEC(struct fa_roll_value *) hosts; /* that have a slot, in the order of slots */
    FA_VEC(struct fa_str) causes; /* number 1 is the first */
    uint16_t outside_cause;
    bool sums_only;    /* every host is a sum or a count */
    bool has_distinct; /* some host counts distinct values */
    /* the queue */
    uint64_t slice_no;       /* of the slice that it took in last */
    uint64_t head, next_row, tail; /* rows by number */
    struct fa_roll_chunk **chunks; /* of row R: chunks[R / FA_ROLL_ROWS & chunk_mask] */
    size_t chunk_slots;
    struct fa_roll_chunk *spare;
    uint64_t *order;         /* rows in the order of time; NULL: as they came */
    /* by group */
    struct fa_roll_slot *slots; /* one a host, next to each other */
    struct fa_roll_doubt *doubts; /* NULL: there never was one */
    struct fa_roll_chain *chains; /* way 6 */
    uint32_t *places;        /* of a group in TOUCHED, if the group there is it */
    size_t slots_capacity, doubts_capacity, chains_capacity, places_capacity;
    /* the instant at work */
    bool is_running, has_start;
    int64_t now, start;
    FA_VEC(struct fa_roll_touched) touched;
    /* the covered period */
    bool is_covered;
    int64_t covered_from, covered_to;
    struct fa_roll_units units;
    bool is_ended;
};

/* The roll of a rule's rows over SPAN; FIRST and THEN are of a sequence, else NULL. */
enum fa_status fa_roll_make(struct fa_judge *judge, const struct fa_length *span,
                            const struct fa_formula *first, const struct fa_formula *then,
                            struct fa_roll **roll) FA_MUST_USE;
/* The number of the value that AGG asks for. */
enum fa_status fa_roll_value(struct fa_roll *roll, struct fa_scope *scope, const struct fa_agg *agg,
                             int *number) FA_MUST_USE;
/* Of a rule whose VALUES are asked over windows. */
enum fa_status fa_roll_cost(struct fa_agg *const *values, int count, bool is_sequence,
                            struct fa_cost *cost) FA_MUST_USE;
void fa_roll_leave(struct fa_roll *roll);
/* Takes in the rows of FRAME, which have their groups; judges what can be. Once a slice. */
enum fa_status fa_roll_rows(struct fa_roll *roll, struct fa_frame *frame) FA_MUST_USE;
/* No row comes any more. Once. */
enum fa_status fa_roll_end(struct fa_roll *roll) FA_MUST_USE;

/* --- for the parts of the kernel --- */

static inline struct fa_roll_chunk *fa_roll_chunk(const struct fa_roll *roll, uint64_t row)
{
    return roll->chunks[row / FA_ROLL_ROWS & (roll->chunk_slots - 1)];
}

static inline uint32_t fa_roll_index(uint64_t row)
{
    return (uint32_t)(row % FA_ROLL_ROWS);
}

static inline int64_t fa_roll_time(const struct fa_roll *roll, uint64_t row)
{
    return fa_roll_chunk(roll, row)->times[fa_roll_index(row)];
}

static inline struct fa_roll_slot *fa_roll_slots(const struct fa_roll *roll, uint32_t group)
{
    return roll->slots + (size_t)group * roll->hosts.count;
}

/* The number of a cause, from 1. */
enum fa_status fa_roll_cause(struct fa_roll *roll, struct fa_str text, uint16_t *number) FA_MUST_USE;
/* The values of a row count from now on, or no more. */
enum fa_status fa_roll_apply(struct fa_roll *roll, uint64_t row) FA_MUST_USE;
void fa_roll_retire(struct fa_roll *roll, uint64_t row);
/* The row is one of those that may not belong, from now on or no more. */
void fa_roll_doubt(struct fa_roll *roll, uint64_t row);
void fa_roll_settle(struct fa_roll *roll, uint64_t row);

/* --- way 6 (sequence.c) --- */

/* What each row of FRAME is to the sequence, 0: nothing. CAUSES where it may be something. */
enum fa_status fa_sequence_marks(struct fa_roll *roll, struct fa_frame *frame, uint8_t *marks,
                                 uint16_t *causes) FA_MUST_USE;
enum fa_status fa_sequence_add(struct fa_roll *roll, uint64_t row) FA_MUST_USE;
/* The row will be added soon. */
void fa_sequence_prefetch(const struct fa_roll *roll, uint32_t group);
/* The row leaves the window. */
void fa_sequence_expire(struct fa_roll *roll, uint64_t row);
/* All rows of an instant are in: only legs stay. FROM: the first instant of those that surely are. */
void fa_sequence_trim(struct fa_roll *roll, uint32_t group, int64_t *from);

#endif
