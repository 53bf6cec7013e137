#include "match/transport.h"

#include <assert.h>
#include <stdlib.h>

#include "base/limits.h"
#include "base/vec.h"

#define FAR (INT64_MAX / 4)

/* Nodes: flows of day i are node i, lines of day i are node i + day_count. */
struct transport {
    const struct fa_transport_day *days;
    uint32_t day_count;
    uint64_t steps, steps_max;
    FA_VEC(uint32_t) first, end; /* by flow day: the line days that it may meet */
    FA_VEC(uint64_t) arcs;  /* by flow day: its first arc; one for each of these line days */
    FA_VEC(uint32_t) pairs; /* by arc */
    FA_VEC(uint32_t) left;  /* by node: rows that are not paired */
    FA_VEC(int64_t) far;    /* by node: days from any flow that is left */
    FA_VEC(uint32_t) came_from; /* by node; itself: a flow that is left */
    FA_VEC(uint32_t) queue;     /* in a ring */
    FA_VEC(bool) is_queued;
    uint32_t queue_first, queue_count;
};

static void release(struct transport *t)
{
    fa_vec_free(&t->first);
    fa_vec_free(&t->end);
    fa_vec_free(&t->arcs);
    fa_vec_free(&t->pairs);
    fa_vec_free(&t->left);
    fa_vec_free(&t->far);
    fa_vec_free(&t->came_from);
    fa_vec_free(&t->queue);
    fa_vec_free(&t->is_queued);
}

/* Line days of each flow day; both ends rise with the day. */
static enum fa_status reserve(struct transport *t, int64_t from, int64_t to,
                              uint64_t *arc_count)
{
    size_t nodes = (size_t)t->day_count * 2;
    if (fa_vec_reserve(&t->first, t->day_count) != FA_OK ||
        fa_vec_reserve(&t->end, t->day_count) != FA_OK ||
        fa_vec_reserve(&t->arcs, t->day_count) != FA_OK ||
        fa_vec_reserve(&t->left, nodes) != FA_OK || fa_vec_reserve(&t->far, nodes) != FA_OK ||
        fa_vec_reserve(&t->came_from, nodes) != FA_OK ||
        fa_vec_reserve(&t->queue, nodes) != FA_OK ||
        fa_vec_reserve(&t->is_queued, nodes) != FA_OK)
        return FA_ELIMIT;
    *arc_count = 0;
    for (uint32_t i = 0, first = 0, end = 0; i < t->day_count; i++) {
        while (first < t->day_count && t->days[first].day < t->days[i].day + from)
            first++;
        while (end < t->day_count && t->days[end].day <= t->days[i].day + to)
            end++;
        t->first.items[i] = first;
        t->end.items[i] = end;
        t->arcs.items[i] = *arc_count;
        *arc_count += end - first;
        t->left.items[i] = t->days[i].rows[0];
        t->left.items[i + t->day_count] = t->days[i].rows[1];
    }
    return *arc_count > FA_TRANSPORT_ARCS_MAX ? FA_OK : fa_vec_reserve(&t->pairs, *arc_count);
}

static uint32_t *pairs_of(struct transport *t, uint32_t flow_day, uint32_t line_day)
{
    return &t->pairs.items[t->arcs.items[flow_day] + line_day - t->first.items[flow_day]];
}

static int64_t days_between(const struct transport *t, uint32_t flow_day, uint32_t line_day)
{
    return llabs(t->days[line_day].day - t->days[flow_day].day);
}

static void pair_same_days(struct transport *t)
{
    for (uint32_t i = 0; i < t->day_count; i++) {
        uint32_t *flows = &t->left.items[i], *lines = &t->left.items[i + t->day_count];
        if (i < t->first.items[i] || i >= t->end.items[i])
            continue;
        uint32_t count = *flows < *lines ? *flows : *lines;
        *pairs_of(t, i, i) = count;
        *flows -= count;
        *lines -= count;
    }
}

/* --- the shortest path --- */

static void reach(struct transport *t, uint32_t node, int64_t far, uint32_t came_from)
{
    uint32_t node_count = t->day_count * 2;
    t->steps++;
    if (far >= t->far.items[node])
        return;
    t->far.items[node] = far;
    t->came_from.items[node] = came_from;
    if (t->is_queued.items[node])
        return;
    t->is_queued.items[node] = true;
    t->queue.items[(t->queue_first + t->queue_count++) % node_count] = node;
}

/* The flow days that may meet a line day stand together, as windows rise. */
static void leave_line(struct transport *t, uint32_t line_day)
{
    uint32_t node = line_day + t->day_count, low = 0, high = t->day_count;
    while (low < high) {
        uint32_t middle = low + (high - low) / 2;
        if (t->end.items[middle] <= line_day)
            low = middle + 1;
        else
            high = middle;
    }
    for (uint32_t i = low; i < t->day_count && t->first.items[i] <= line_day; i++)
        if (*pairs_of(t, i, line_day))
            reach(t, i, t->far.items[node] - days_between(t, i, line_day), node);
}

static void find_paths(struct transport *t)
{
    uint32_t node_count = t->day_count * 2;
    for (uint32_t node = 0; node < node_count; node++) {
        t->far.items[node] = FAR;
        t->is_queued.items[node] = false;
    }
    t->queue_first = t->queue_count = 0;
    for (uint32_t i = 0; i < t->day_count; i++)
        if (t->left.items[i])
            reach(t, i, 0, i);
    while (t->queue_count && t->steps < t->steps_max) {
        uint32_t node = t->queue.items[t->queue_first];
        t->queue_first = (t->queue_first + 1) % node_count;
        t->queue_count--;
        t->is_queued.items[node] = false;
        if (node >= t->day_count) {
            leave_line(t, node - t->day_count);
            continue;
        }
        for (uint32_t k = t->first.items[node]; k < t->end.items[node]; k++)
            reach(t, k + t->day_count, t->far.items[node] + days_between(t, node, k), node);
    }
}

/* The nearest line that is left; day_count * 2: none. */
static uint32_t nearest_line(const struct transport *t)
{
    uint32_t none = t->day_count * 2, best = none;
    for (uint32_t node = t->day_count; node < none; node++)
        if (t->left.items[node] && t->far.items[node] < FAR &&
            (best == none || t->far.items[node] < t->far.items[best]))
            best = node;
    return best;
}

/* As many rows as the path to a line node allows. */
static void pair_along(struct transport *t, uint32_t line)
{
    uint32_t count = t->left.items[line], node = line;
    while (t->came_from.items[node] != node) {
        uint32_t before = t->came_from.items[node];
        if (node < t->day_count) {
            uint32_t pairs = *pairs_of(t, node, before - t->day_count);
            count = count < pairs ? count : pairs;
        }
        node = before;
    }
    count = count < t->left.items[node] ? count : t->left.items[node];
    assert(count > 0 && node < t->day_count);
    t->left.items[node] -= count;
    t->left.items[line] -= count;
    for (node = line; t->came_from.items[node] != node; node = t->came_from.items[node]) {
        uint32_t before = t->came_from.items[node];
        if (node < t->day_count)
            *pairs_of(t, node, before - t->day_count) -= count;
        else
            *pairs_of(t, before, node - t->day_count) += count;
    }
}

static bool pair_all(struct transport *t)
{
    pair_same_days(t);
    for (;;) {
        find_paths(t);
        if (t->steps >= t->steps_max)
            return false;
        uint32_t line = nearest_line(t);
        if (line == t->day_count * 2)
            return true;
        pair_along(t, line);
    }
}

enum fa_status fa_transport(struct fa_transport_day *days, uint32_t day_count, int64_t from,
                            int64_t to, uint64_t steps_max, uint64_t *steps, bool *is_done)
{
    struct transport t = {
        .days = days, .day_count = day_count, .steps = *steps, .steps_max = steps_max};
    uint64_t arc_count = 0;
    enum fa_status status = reserve(&t, from, to, &arc_count);
    bool is_small = status == FA_OK && arc_count <= FA_TRANSPORT_ARCS_MAX;
    for (uint64_t i = 0; is_small && i < arc_count; i++)
        t.pairs.items[i] = 0;
    bool is_paired = is_small && pair_all(&t);
    for (uint32_t i = 0; is_paired && i < day_count; i++) {
        days[i].paired[0] = days[i].rows[0] - t.left.items[i];
        days[i].paired[1] = days[i].rows[1] - t.left.items[i + day_count];
    }
    if (status == FA_OK) {
        *steps = t.steps;
        *is_done = is_paired;
    }
    release(&t);
    return status;
}
