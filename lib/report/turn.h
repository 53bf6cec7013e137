/*
 * Several threads that make a report piece by piece, each piece by one of them, and write the pieces in their
 * order: thread I of N makes the pieces I, I + N and so on, and keeps what it makes until it is its turn.
 */
#ifndef FA_REPORT_TURN_H
#define FA_REPORT_TURN_H

#include <pthread.h>
#include <stdatomic.h>
#include <stdbool.h>
#include <stdint.h>

#include "base/status.h"

struct fa_turn {
    pthread_mutex_t lock;
    pthread_cond_t changed;
    atomic_uint_fast64_t piece; /* whose bytes may be written */
    enum fa_status status;      /* of the first that could not go on; no turn comes any more */
};

void fa_turn_init(struct fa_turn *turn);
void fa_turn_release(struct fa_turn *turn);

/* Whether PIECE may be written now. */
static inline bool fa_turn_has(struct fa_turn *turn, uint64_t piece)
{
    return atomic_load_explicit(&turn->piece, memory_order_acquire) == piece;
}

/* Until it may; not FA_OK: another thread could not go on. */
enum fa_status fa_turn_wait(struct fa_turn *turn, uint64_t piece) FA_MUST_USE;
/* PIECE is written, it is the turn of the next. */
void fa_turn_pass(struct fa_turn *turn);
/* Lets all others end with STATUS. */
void fa_turn_end(struct fa_turn *turn, enum fa_status status);

#endif
