#include "base/worker.h"

#include <pthread.h>
#include <stdbool.h>
#include <stdlib.h>

struct fa_worker {
    pthread_t thread;
    pthread_mutex_t lock;
    pthread_cond_t changed;
    enum fa_status (*job)(void *context);
    void *context;
    bool is_busy, is_ending;
    enum fa_status status;
};

static void *work(void *argument)
{
    struct fa_worker *worker = argument;
    pthread_mutex_lock(&worker->lock);
    for (;;) {
        while (!worker->is_busy && !worker->is_ending)
            pthread_cond_wait(&worker->changed, &worker->lock);
        if (!worker->is_busy)
            break;
        pthread_mutex_unlock(&worker->lock);
        enum fa_status status = worker->job(worker->context);
        pthread_mutex_lock(&worker->lock);
        worker->status = status;
        worker->is_busy = false;
        pthread_cond_broadcast(&worker->changed);
    }
    pthread_mutex_unlock(&worker->lock);
    return NULL;
}

struct fa_worker *fa_worker_new(enum fa_status (*job)(void *context), void *context)
{
    struct fa_worker *worker = calloc(1, sizeof *worker);
    if (!worker)
        return NULL;
    worker->job = job;
    worker->context = context;
    pthread_mutex_init(&worker->lock, NULL);
    pthread_cond_init(&worker->changed, NULL);
    if (pthread_create(&worker->thread, NULL, work, worker) == 0)
        return worker;
    pthread_cond_destroy(&worker->changed);
    pthread_mutex_destroy(&worker->lock);
    free(worker);
    return NULL;
}

void fa_worker_free(struct fa_worker *worker)
{
    if (!worker)
        return;
    pthread_mutex_lock(&worker->lock);
    worker->is_ending = true;
    pthread_cond_broadcast(&worker->changed);
    pthread_mutex_unlock(&worker->lock);
    pthread_join(worker->thread, NULL);
    pthread_cond_destroy(&worker->changed);
    pthread_mutex_destroy(&worker->lock);
    free(worker);
}

void fa_worker_start(struct fa_worker *worker)
{
    pthread_mutex_lock(&worker->lock);
    worker->is_busy = true;
    pthread_cond_broadcast(&worker->changed);
    pthread_mutex_unlock(&worker->lock);
}

enum fa_status fa_worker_wait(struct fa_worker *worker)
{
    if (!worker)
        return FA_OK;
    pthread_mutex_lock(&worker->lock);
    while (worker->is_busy)
        pthread_cond_wait(&worker->changed, &worker->lock);
    enum fa_status status = worker->status;
    worker->status = FA_OK;
    pthread_mutex_unlock(&worker->lock);
    return status;
}
