#include "ledger/runs.h"

#include <stdlib.h>
#include <string.h>

#include "base/limits.h"

enum {
    PICKS_MAX = 4096,
    /* Rows of a block of a longer run: so many fewer than usual that many runs fit memory. */
    SMALL_BLOCK_SHARE = 32,
    SMALL_BLOCK_ROWS = FA_BLOCK_ROWS_MAX / SMALL_BLOCK_SHARE,
    WIDTH_MIN = 2,
    SMALL_WIDTH_MIN = WIDTH_MIN * SMALL_BLOCK_SHARE,
    WIDTH_MAX =
        1024, /* runs merged at once: each costs a read of its next block now and then */
};

/* Blocks of a spool whose rows do not go back from one block to the next. */
struct run {
    uint64_t first_block, block_count; /* places in the list of blocks */
    int64_t order_min, order_max;
};

struct run_block {
    uint64_t spool_no;
    bool is_sorted; /* within itself */
};

/* All rows, as runs in the order of the rows before sorting. */
struct run_set {
    struct fa_spool *spool;
    bool is_owner;
    FA_VEC(struct run_block) blocks;
    FA_VEC(struct run) runs;
    uint64_t block_bytes; /* of the largest, decoded */
    uint64_t width_max;   /* runs that may be open at once */
};

static enum fa_status no_memory(const struct fa_sorting *sorting)
{
    return fa_out_of_memory(sorting->sink, "sorting a table");
}

static void release_set(struct run_set *set)
{
    if (set->is_owner)
        fa_spool_free(set->spool);
    fa_vec_free(&set->blocks);
    fa_vec_free(&set->runs);
    *set = (struct run_set){0};
}

/* --- one block ------------------------------------------------------------------------------
 */

static int64_t order_at(const struct fa_column *by, uint32_t row)
{
    return by->is_absent ? 0 : by->values[row];
}

/* The rows of a block in order: a natural merge sort, which is stable, and as fast as reading
 * on what is nearly in order. ROWS receives their places; SPACE is as large. */
static void sort_block(const struct fa_column *by, uint32_t count, uint32_t *rows,
                       uint32_t *space)
{
    for (uint32_t i = 0; i < count; i++)
        rows[i] = i;
    if (by->is_absent)
        return;
    const int64_t *orders = by->values;
    for (uint32_t merged = 2; merged > 1;) {
        uint32_t from = 0;
        merged = 0;
        while (from < count) {
            uint32_t middle = from + 1;
            while (middle < count && orders[rows[middle]] >= orders[rows[middle - 1]])
                middle++;
            uint32_t end = middle < count ? middle + 1 : middle;
            while (end < count && orders[rows[end]] >= orders[rows[end - 1]])
                end++;
            for (uint32_t a = from, b = middle, to = from; to < end; to++)
                space[to] = b == end || (a < middle && orders[rows[a]] <= orders[rows[b]])
                                ? rows[a++]
                                : rows[b++];
            merged++;
            from = end;
        }
        memcpy(rows, space, count * sizeof *rows);
    }
}

/* --- merging --------------------------------------------------------------------------------
 */

struct cursor {
    uint32_t run_no;
    struct fa_decoder *decoder;
    struct fa_batch batch;
    uint32_t *rows, *space; /* of a block that is not sorted; got when the first one comes */
    bool is_sorted;
    uint32_t at;
    uint64_t next_block, end_block;
};

/* A run that has rows left; CURSOR is NO_CURSOR until the merge comes to it. */
enum { NO_CURSOR = UINT32_MAX };

struct entry {
    int64_t order;
    uint32_t run_no;
    uint32_t cursor;
};

struct merge {
    const struct fa_sorting *sorting;
    const struct run_set *set;
    struct fa_builder *into;
    struct entry *heap;
    uint32_t heap_count;
    struct cursor *cursors;
    const struct fa_column **sources; /* of each cursor, for the builder */
    uint32_t *free_cursors;
    uint32_t cursor_count, free_count;
    uint32_t pick_count;
    struct fa_pick picks[PICKS_MAX];
};

static enum fa_status flush(struct merge *merge)
{
    uint32_t count = merge->pick_count;
    merge->pick_count = 0;
    return count ? fa_builder_add_mixed(merge->into, merge->sources, merge->picks, count)
                 : FA_OK;
}

static int64_t cursor_order(const struct merge *merge, const struct cursor *cursor)
{
    uint32_t row = cursor->is_sorted ? cursor->at : cursor->rows[cursor->at];
    return order_at(&cursor->batch.columns[merge->sorting->by], row);
}

/* The rows that were picked of the cursor's last block must have been written. */
static enum fa_status load_block(struct merge *merge, struct cursor *cursor)
{
    const struct fa_sorting *sorting = merge->sorting;
    const struct run_block *next = &merge->set->blocks.items[cursor->next_block++];
    struct fa_block block;
    FA_TRY(fa_spool_get(merge->set->spool, next->spool_no, &block));
    FA_TRY(fa_decoder_decode(cursor->decoder, &block, sorting->sink, &cursor->batch));
    merge->sources[cursor - merge->cursors] = cursor->batch.columns;
    cursor->at = 0;
    cursor->is_sorted = next->is_sorted;
    if (cursor->is_sorted)
        return FA_OK;
    if (!cursor->rows) {
        cursor->rows = malloc(FA_BLOCK_ROWS_MAX * sizeof *cursor->rows);
        cursor->space = malloc(FA_BLOCK_ROWS_MAX * sizeof *cursor->space);
        if (!cursor->rows || !cursor->space)
            return no_memory(sorting);
    }
    sort_block(&cursor->batch.columns[sorting->by], cursor->batch.row_count, cursor->rows,
               cursor->space);
    return FA_OK;
}

static enum fa_status open_cursor(struct merge *merge, struct entry *entry)
{
    if (!merge->free_count)
        return FA_EDEFECT; /* more runs overlap than were counted */
    uint32_t cursor_no = merge->free_cursors[--merge->free_count];
    struct cursor *cursor = &merge->cursors[cursor_no];
    const struct run *run = &merge->set->runs.items[entry->run_no];
    if (!cursor->decoder) {
        cursor->decoder = fa_decoder_new(merge->sorting->table);
        if (!cursor->decoder)
            return no_memory(merge->sorting);
        fa_decoder_want_all(cursor->decoder);
    }
    cursor->run_no = entry->run_no;
    cursor->next_block = run->first_block;
    cursor->end_block = run->first_block + run->block_count;
    FA_TRY(load_block(merge, cursor));
    entry->cursor = cursor_no;
    return FA_OK;
}

static bool is_before(const struct entry *a, const struct entry *b)
{
    return a->order < b->order || (a->order == b->order && a->run_no < b->run_no);
}

static void sift_down(struct merge *merge, uint32_t at)
{
    struct entry moved = merge->heap[at];
    for (;;) {
        uint32_t child = 2 * at + 1;
        if (child >= merge->heap_count)
            break;
        if (child + 1 < merge->heap_count &&
            is_before(&merge->heap[child + 1], &merge->heap[child]))
            child++;
        if (!is_before(&merge->heap[child], &moved))
            break;
        merge->heap[at] = merge->heap[child];
        at = child;
    }
    merge->heap[at] = moved;
}

/* The run that comes next but for the first; NULL: it is the only one. */
static const struct entry *runner_up(const struct merge *merge)
{
    if (merge->heap_count < 2)
        return NULL;
    const struct entry *heap = merge->heap;
    return merge->heap_count > 2 && is_before(&heap[2], &heap[1]) ? &heap[2] : &heap[1];
}

/* Takes rows of the first run until another one comes before it; its entry then says where it
 * stands. *IS_OUT: it has no more. */
static enum fa_status take_rows(struct merge *merge, bool *is_out)
{
    struct entry *first = &merge->heap[0];
    const struct entry *second = runner_up(merge);
    struct cursor *cursor = &merge->cursors[first->cursor];
    *is_out = false;
    for (;;) {
        merge->picks[merge->pick_count++] = (struct fa_pick){
            first->cursor, cursor->is_sorted ? cursor->at : cursor->rows[cursor->at]};
        bool is_block_out = ++cursor->at == cursor->batch.row_count;
        if (is_block_out || merge->pick_count == PICKS_MAX)
            FA_TRY(flush(merge));
        if (is_block_out) {
            *is_out = cursor->next_block == cursor->end_block;
            if (*is_out)
                return FA_OK;
            FA_TRY(load_block(merge, cursor));
        }
        first->order = cursor_order(merge, cursor);
        if (second && !is_before(first, second))
            return FA_OK;
    }
}

static enum fa_status merge_rows(struct merge *merge)
{
    while (merge->heap_count) {
        struct entry *first = &merge->heap[0];
        bool is_out = false;
        if (first->cursor == NO_CURSOR)
            FA_TRY(open_cursor(merge, first));
        FA_TRY(take_rows(merge, &is_out));
        if (is_out) {
            merge->free_cursors[merge->free_count++] = first->cursor;
            merge->heap[0] = merge->heap[--merge->heap_count];
        }
        if (merge->heap_count)
            sift_down(merge, 0);
    }
    return flush(merge);
}

/* Merges runs [FROM, FROM + COUNT), of which at most WIDTH overlap. */
static enum fa_status merge_runs(const struct fa_sorting *sorting, const struct run_set *set,
                                 uint64_t from, uint64_t count, uint64_t width,
                                 struct fa_builder *into)
{
    struct merge *merge = calloc(1, sizeof *merge);
    if (!merge)
        return no_memory(sorting);
    merge->sorting = sorting;
    merge->set = set;
    merge->into = into;
    merge->cursor_count = (uint32_t)width;
    merge->heap = calloc(count, sizeof *merge->heap);
    merge->cursors = calloc(width, sizeof *merge->cursors);
    merge->sources = calloc(width, sizeof *merge->sources);
    merge->free_cursors = calloc(width, sizeof *merge->free_cursors);
    enum fa_status status = FA_OK;
    if (!merge->heap || !merge->cursors || !merge->sources || !merge->free_cursors) {
        status = no_memory(sorting);
    } else {
        for (uint64_t i = 0; i < count; i++)
            merge->heap[merge->heap_count++] = (struct entry){
                set->runs.items[from + i].order_min, (uint32_t)(from + i), NO_CURSOR};
        for (uint32_t at = merge->heap_count / 2; at-- > 0;)
            sift_down(merge, at);
        for (uint32_t i = 0; i < merge->cursor_count; i++)
            merge->free_cursors[merge->free_count++] = i;
        status = merge_rows(merge);
    }
    for (uint32_t i = 0; merge->cursors && i < merge->cursor_count; i++) {
        fa_decoder_free(merge->cursors[i].decoder);
        free(merge->cursors[i].rows);
        free(merge->cursors[i].space);
    }
    free(merge->heap);
    free(merge->cursors);
    free(merge->sources);
    free(merge->free_cursors);
    free(merge);
    return status;
}

/* --- runs -----------------------------------------------------------------------------------
 */

static int compare_orders(const void *left, const void *right)
{
    const int64_t *a = left, *b = right;
    return *a < *b ? -1 : *a > *b;
}

/* The most runs among [FROM, FROM + COUNT) that are open at the same time. */
static enum fa_status count_overlap(const struct fa_sorting *sorting, const struct run_set *set,
                                    uint64_t from, uint64_t count, uint64_t *overlap)
{
    int64_t *starts = calloc(count, sizeof *starts), *ends = calloc(count, sizeof *ends);
    if (!starts || !ends) {
        free(starts);
        free(ends);
        return no_memory(sorting);
    }
    for (uint64_t i = 0; i < count; i++) {
        starts[i] = set->runs.items[from + i].order_min;
        ends[i] = set->runs.items[from + i].order_max;
    }
    qsort(starts, count, sizeof *starts, compare_orders);
    qsort(ends, count, sizeof *ends, compare_orders);
    *overlap = 0;
    for (uint64_t started = 0, ended = 0; started < count; started++) {
        while (ends[ended] < starts[started])
            ended++;
        if (started + 1 - ended > *overlap)
            *overlap = started + 1 - ended;
    }
    free(starts);
    free(ends);
    return FA_OK;
}

static enum fa_status add_block(const struct fa_sorting *sorting, struct run_set *set,
                                uint64_t spool_no, const struct fa_column *by,
                                uint32_t row_count)
{
    struct run_block block = {spool_no, true};
    int64_t least = order_at(by, 0), greatest = least, last = least;
    for (uint32_t row = 1; row < row_count; row++) {
        int64_t order = order_at(by, row);
        block.is_sorted &= order >= last;
        last = order;
        least = order < least ? order : least;
        greatest = order > greatest ? order : greatest;
    }
    if (fa_vec_add(&set->blocks, block) != FA_OK)
        return no_memory(sorting);
    struct run *run = set->runs.count ? &set->runs.items[set->runs.count - 1] : NULL;
    if (run && least >= run->order_max) {
        run->block_count++;
        run->order_max = greatest;
        return FA_OK;
    }
    struct run added = {set->blocks.count - 1, 1, least, greatest};
    if (set->runs.count >= UINT32_MAX || fa_vec_add(&set->runs, added) != FA_OK)
        return no_memory(sorting);
    return FA_OK;
}

/* A generous guess of what a decoded block takes. */
static uint64_t decoded_bytes(const struct fa_sorting *sorting, const struct fa_block *block)
{
    return block->size_bytes +
           (uint64_t)block->row_count * (uint64_t)sorting->table->column_count * 9;
}

static uint64_t width_of(const struct fa_sorting *sorting, uint64_t block_bytes, uint64_t least)
{
    uint64_t width = sorting->memory_max / 2 / (block_bytes ? block_bytes : 1);
    width = width < least ? least : width;
    return width > WIDTH_MAX ? WIDTH_MAX : width;
}

/* The table as it is in the spool. */
static enum fa_status find_runs(const struct fa_sorting *sorting, struct run_set *set)
{
    *set = (struct run_set){.spool = sorting->spool};
    struct fa_decoder *decoder = fa_decoder_new(sorting->table);
    if (!decoder)
        return no_memory(sorting);
    fa_decoder_want(decoder, sorting->by);
    enum fa_status status = FA_OK;
    for (uint64_t i = 0; status == FA_OK && i < sorting->end; i++) {
        const struct fa_block *known = fa_spool_peek(sorting->spool, i);
        if (known->kind != FA_BLOCK_TABLE || known->table != sorting->table->index)
            continue;
        uint64_t bytes = decoded_bytes(sorting, known);
        set->block_bytes = bytes > set->block_bytes ? bytes : set->block_bytes;
        struct fa_block block;
        struct fa_batch batch;
        status = fa_spool_get(sorting->spool, i, &block);
        if (status == FA_OK)
            status = fa_decoder_decode(decoder, &block, sorting->sink, &batch);
        if (status == FA_OK)
            status = add_block(sorting, set, i, &batch.columns[sorting->by], batch.row_count);
    }
    fa_decoder_free(decoder);
    set->width_max = width_of(sorting, set->block_bytes, WIDTH_MIN);
    return status;
}

/* --- longer runs ----------------------------------------------------------------------------
 */

/* Merges runs [FROM, FROM + COUNT) of BEFORE into one of AFTER. */
static enum fa_status lengthen(const struct fa_sorting *sorting, const struct run_set *before,
                               uint64_t from, uint64_t count, struct run_set *after)
{
    struct fa_builder *builder = fa_builder_new(sorting->table, sorting->table->index,
                                                after->spool, NULL, sorting->sink);
    if (!builder)
        return no_memory(sorting);
    fa_builder_set_block_rows(builder, SMALL_BLOCK_ROWS);
    uint64_t first_block = fa_spool_count(after->spool);
    enum fa_status status = merge_runs(sorting, before, from, count, count, builder);
    if (status == FA_OK)
        status = fa_builder_finish(builder);
    fa_builder_free(builder);
    if (status != FA_OK)
        return status;
    struct run run = {.first_block = first_block,
                      .block_count = fa_spool_count(after->spool) - first_block,
                      .order_min = before->runs.items[from].order_min,
                      .order_max = before->runs.items[from].order_max};
    for (uint64_t i = from; i < from + count; i++) {
        const struct run *part = &before->runs.items[i];
        run.order_min = part->order_min < run.order_min ? part->order_min : run.order_min;
        run.order_max = part->order_max > run.order_max ? part->order_max : run.order_max;
    }
    for (uint64_t i = first_block; i < first_block + run.block_count; i++) {
        uint64_t bytes = decoded_bytes(sorting, fa_spool_peek(after->spool, i));
        after->block_bytes = bytes > after->block_bytes ? bytes : after->block_bytes;
        if (fa_vec_add(&after->blocks, ((struct run_block){i, true})) != FA_OK)
            return no_memory(sorting);
    }
    return fa_vec_add(&after->runs, run) == FA_OK ? FA_OK : no_memory(sorting);
}

/* The same rows as fewer, longer runs, of neighbours. */
static enum fa_status lengthen_all(const struct fa_sorting *sorting,
                                   const struct run_set *before, struct run_set *after)
{
    *after = (struct run_set){.is_owner = true};
    after->spool = fa_spool_new(sorting->memory_max / 4, sorting->dir, sorting->sink);
    if (!after->spool)
        return no_memory(sorting);
    for (uint64_t from = 0; from < before->runs.count; from += before->width_max) {
        uint64_t left = before->runs.count - from;
        FA_TRY(lengthen(sorting, before, from,
                        left < before->width_max ? left : before->width_max, after));
    }
    after->width_max = width_of(sorting, after->block_bytes, SMALL_WIDTH_MIN);
    return FA_OK;
}

enum fa_status fa_runs_sort(const struct fa_sorting *sorting)
{
    struct run_set set;
    enum fa_status status = find_runs(sorting, &set);
    uint64_t overlap = 0;
    while (status == FA_OK && set.runs.count) {
        status = count_overlap(sorting, &set, 0, set.runs.count, &overlap);
        if (status != FA_OK || overlap <= set.width_max)
            break;
        struct run_set longer;
        status = lengthen_all(sorting, &set, &longer);
        release_set(&set);
        set = longer;
    }
    if (status == FA_OK && set.runs.count)
        status = merge_runs(sorting, &set, 0, set.runs.count, overlap, sorting->into);
    release_set(&set);
    return status;
}
