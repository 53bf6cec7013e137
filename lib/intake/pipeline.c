#include "intake/pipeline.h"

#include <pthread.h>

/* Chunk number N lives in slot N % chunk_count; it is free when all before it in that slot were
 * committed. The order of everything follows from three counters. */
struct running {
    const struct fa_pipeline *pipeline;
    pthread_mutex_t lock;
    pthread_cond_t changed;
    uint64_t cut_count, commit_count;
    bool is_cutting, is_committing, is_at_end, is_stopped;
    bool is_worked[2 * FA_THREADS_MAX + 2];
    enum fa_status status;
};

static void cut_and_work(struct running *running)
{
    const struct fa_pipeline *pipeline = running->pipeline;
    unsigned slot = (unsigned)(running->cut_count % pipeline->chunk_count);
    struct fa_chunk *chunk = &pipeline->chunks[slot];
    running->is_cutting = true;
    pthread_mutex_unlock(&running->lock);
    bool is_cut = pipeline->cut(pipeline->context, chunk);
    pthread_mutex_lock(&running->lock);
    running->is_cutting = false;
    running->is_worked[slot] = false;
    if (is_cut)
        running->cut_count++;
    else
        running->is_at_end = true;
    pthread_cond_broadcast(&running->changed);
    if (!is_cut)
        return;
    pthread_mutex_unlock(&running->lock);
    pipeline->work(pipeline->context, chunk);
    pthread_mutex_lock(&running->lock);
    running->is_worked[slot] = true;
    pthread_cond_broadcast(&running->changed);
}

static void commit(struct running *running, unsigned slot)
{
    const struct fa_pipeline *pipeline = running->pipeline;
    running->is_committing = true;
    pthread_mutex_unlock(&running->lock);
    enum fa_status status = pipeline->commit(pipeline->context, &pipeline->chunks[slot]);
    pthread_mutex_lock(&running->lock);
    running->is_committing = false;
    running->commit_count++;
    if (status != FA_OK) {
        running->status = status;
        running->is_stopped = true;
    }
    pthread_cond_broadcast(&running->changed);
}

static void *run_thread(void *context)
{
    struct running *running = context;
    const struct fa_pipeline *pipeline = running->pipeline;
    pthread_mutex_lock(&running->lock);
    while (!running->is_stopped &&
           !(running->is_at_end && running->commit_count == running->cut_count)) {
        unsigned next = (unsigned)(running->commit_count % pipeline->chunk_count);
        bool can_commit = !running->is_committing &&
                          running->commit_count < running->cut_count &&
                          running->is_worked[next];
        bool can_cut = !running->is_cutting && !running->is_at_end &&
                       running->cut_count - running->commit_count < pipeline->chunk_count;
        if (can_commit)
            commit(running, next);
        else if (can_cut)
            cut_and_work(running);
        else
            pthread_cond_wait(&running->changed, &running->lock);
    }
    pthread_mutex_unlock(&running->lock);
    return NULL;
}

enum fa_status fa_pipeline_run(const struct fa_pipeline *pipeline)
{
    struct running running = {.pipeline = pipeline, .status = FA_OK};
    pthread_t threads[FA_THREADS_MAX];
    unsigned started = 0;
    pthread_mutex_init(&running.lock, NULL);
    pthread_cond_init(&running.changed, NULL);
    /* A thread that cannot be started is no failure: the others do its work. */
    while (started + 1 < pipeline->thread_count &&
           pthread_create(&threads[started], NULL, run_thread, &running) == 0)
        started++;
    run_thread(&running);
    while (started > 0)
        pthread_join(threads[--started], NULL);
    pthread_cond_destroy(&running.changed);
    pthread_mutex_destroy(&running.lock);
    return running.status;
}
