#include "report/turn.h"

void fa_turn_init(struct fa_turn *turn)
{
    pthread_mutex_init(&turn->lock, NULL);
    pthread_cond_init(&turn->changed, NULL);
    atomic_init(&turn->piece, 0);
    turn->status = FA_OK;
}

void fa_turn_release(struct fa_turn *turn)
{
    pthread_cond_destroy(&turn->changed);
    pthread_mutex_destroy(&turn->lock);
}

enum fa_status fa_turn_wait(struct fa_turn *turn, uint64_t piece)
{
    pthread_mutex_lock(&turn->lock);
    while (turn->status == FA_OK && !fa_turn_has(turn, piece))
        pthread_cond_wait(&turn->changed, &turn->lock);
    enum fa_status status = turn->status;
    pthread_mutex_unlock(&turn->lock);
    return status;
}

void fa_turn_pass(struct fa_turn *turn)
{
    pthread_mutex_lock(&turn->lock);
    atomic_fetch_add_explicit(&turn->piece, 1, memory_order_release);
    pthread_cond_broadcast(&turn->changed);
    pthread_mutex_unlock(&turn->lock);
}

void fa_turn_end(struct fa_turn *turn, enum fa_status status)
{
    pthread_mutex_lock(&turn->lock);
    if (turn->status == FA_OK)
        turn->status = status;
    pthread_cond_broadcast(&turn->changed);
    pthread_mutex_unlock(&turn->lock);
}
