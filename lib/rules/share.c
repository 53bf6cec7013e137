#include "rules/share.h"

#include <stdlib.h>
#include <string.h>
#include <time.h>

#include "base/limits.h"
#include "rules/view_rows.h"

static enum fa_status no_memory(const struct fa_share *share)
{
    return fa_out_of_memory(share->run.sink, "judging the rules");
}

/* --- shares beside one another --- */

/* Keeps what a share says until the others are done with their work, too. */
static void keep_diag(void *context, const struct fa_diag *diag)
{
    struct fa_share *share = context;
    struct fa_diag kept = *diag;
    struct fa_str *texts[] = {&kept.source, &kept.sheet, &kept.text, &kept.hint, &kept.excerpt};
    for (size_t i = 0; i < sizeof texts / sizeof *texts; i++)
        if (texts[i]->size)
            *texts[i] = fa_arena_str(&share->said_texts, *texts[i]);
    (void)fa_vec_add(&share->said, kept); /* without memory for it the status says what there is to say */
}

static void tell(struct fa_share *share, bool is_heard)
{
    for (size_t i = 0; is_heard && i < share->said.count; i++)
        fa_sink_pass(share->evaluation->sink, &share->said.items[i]);
    share->said.count = 0;
    fa_arena_clear(&share->said_texts);
}

void fa_share_init(struct fa_share *share, struct fa_evaluation *evaluation, struct fa_arena *arena)
{
    const struct fa_evaluate_options *options = evaluation->options;
    struct fa_run *run = &share->run;
    share->evaluation = evaluation;
    fa_arena_init(&share->said_texts);
    fa_sink_init(&share->sink, keep_diag, share);
    struct fa_sink *sink = evaluation->share_count > 1 ? &share->sink : evaluation->sink;
    *run = (struct fa_run){.meter = {.max = options->memory_max, .sink = sink},
                           .arena = arena, .sink = sink, .head = evaluation->blocks->head,
                           .totals = evaluation->blocks->totals,
                           .rulesets = evaluation->rulesets, .slice_rows = FA_SLICE_ROWS};
    if (options->slice_rows && options->slice_rows < FA_SLICE_ROWS)
        run->slice_rows = options->slice_rows;
    fa_stages_init(&run->stages);
    fa_pool_init(&run->row_pool);
    fa_pool_init(&run->unit_pool);
}

void fa_share_release(struct fa_share *share)
{
    struct fa_run *run = &share->run;
    fa_worker_free(share->worker);
    tell(share, true); /* what was said outside of jobs */
    for (int j = 0; j < share->judge_count; j++)
        fa_judge_free(&share->judges[j]);
    for (int t = 0; t < run->head->dictionary.table_count; t++) {
        if (share->feeds) {
            fa_decoder_free(share->feeds[t].decoder);
        }
        if (share->given)
            free(share->given[t]);
    }
    fa_vec_free(&share->effective);
    fa_stages_release(&run->stages, &run->meter);
    fa_program_release(&run->program);
    fa_pool_release(&run->row_pool);
    fa_pool_release(&run->unit_pool);
    free(share->judges);
    free(share->feeds);
    free(share->given);
    free(share->row_counts);
    fa_vec_free(&share->said);
    fa_arena_release(&share->said_texts);
}

static enum fa_status work(void *context)
{
    struct fa_share *share = context;
    return share->job(share);
}

enum fa_status fa_shares_do(struct fa_evaluation *evaluation, enum fa_status (*job)(struct fa_share *),
                            const struct fa_block *block)
{
    enum fa_status first = FA_OK;
    uint64_t used = 0;
    for (int s = 0; s < evaluation->share_count; s++)
        used += evaluation->shares[s].run.meter.used;
    for (int s = evaluation->share_count - 1; s >= 0; s--) {
        struct fa_share *share = &evaluation->shares[s];
        share->job = job;
        share->block = block;
        share->run.meter.others = used - share->run.meter.used;
        if (s > 0 && !share->worker)
            share->worker = fa_worker_new(work, share);
        if (s > 0 && share->worker)
            fa_worker_start(share->worker);
    }
    for (int s = 0; s < evaluation->share_count; s++) {
        struct fa_share *share = &evaluation->shares[s];
        enum fa_status status = share->worker ? fa_worker_wait(share->worker) : job(share);
        tell(share, first == FA_OK); /* one message for one cause */
        if (first == FA_OK)
            first = status;
    }
    return first;
}

/* --- slices --- */

static void note_given(struct fa_share *share, int table, const struct fa_batch *batch)
{
    share->row_counts[table] += batch->row_count;
    for (int c = 0; c < batch->table->column_count; c++)
        share->given[table][c] |= !batch->columns[c].is_absent;
}

static uint64_t now_ns(void)
{
    struct timespec now;
    clock_gettime(CLOCK_THREAD_CPUTIME_ID, &now);
    return (uint64_t)now.tv_sec * 1000000000u + (uint64_t)now.tv_nsec;
}

static enum fa_status judge_rows(struct fa_share *share, struct fa_judge *judge, int table)
{
    if (share->run.is_citing)
        return fa_judge_cite(judge, table);
    return share->is_in_front ? fa_judge_front(judge, table) : fa_judge_slice(judge, table);
}

static bool is_asked(const struct fa_share *share, const struct fa_judge *judge, int table)
{
    if (judge->is_dropped || judge->round != share->evaluation->round)
        return false;
    if (share->run.is_citing)
        return fa_judge_wants_rows(judge) && fa_judge_judges(judge, table);
    return fa_judge_reads(judge, table) && (judge->owing || !share->is_in_front);
}

/* Whether a rule or view of this round looks at the rows of TABLE now. */
static bool is_read_now(const struct fa_share *share, int table)
{
    for (int j = 0; j < share->judge_count; j++)
        if (is_asked(share, &share->judges[j], table))
            return true;
    return false;
}

static enum fa_status judge_slice(struct fa_share *share, struct fa_slice *slice)
{
    struct fa_run *run = &share->run;
    fa_pool_clear(&run->row_pool);
    struct fa_frame *base = fa_frame_base(slice);
    if (!base)
        return fa_failed(slice);
    fa_stages_begin(&run->stages, base);
    for (int j = 0; j < share->judge_count; j++) {
        struct fa_judge *judge = &share->judges[j];
        if (!is_asked(share, judge, slice->table))
            continue;
        bool wants_cost = share->evaluation->options->tell_cost != NULL;
        uint64_t start = wants_cost ? now_ns() : 0;
        FA_TRY(judge_rows(share, judge, slice->table));
        fa_pool_clear(&run->unit_pool);
        judge->cost.rows += run->is_citing ? 0 : slice->count;
        judge->cost.ns += wants_cost ? now_ns() - start : 0;
    }
    return FA_OK;
}

/* The rows of the block at work from FROM on, as many as kernels take at a time. */
static struct fa_slice slice_of(struct fa_share *share, const struct fa_batch *batch, int table, uint32_t from)
{
    struct fa_run *run = &share->run;
    uint32_t left = batch->row_count - from;
    return (struct fa_slice){.program = &run->program, .pool = &run->row_pool, .batch = batch, .table = table,
                             .from = from, .count = left < run->slice_rows ? left : run->slice_rows,
                             .decoder = share->feeds[table].decoder};
}

static enum fa_status open_block(struct fa_share *share, struct fa_batch *batch)
{
    return fa_decoder_open(share->feeds[share->block->table].decoder, share->block, share->run.sink, batch);
}

enum fa_status fa_share_judge_block(struct fa_share *share)
{
    int table = share->block->table;
    bool is_first = !share->run.is_citing && share->evaluation->round == 0;
    if (!share->feeds[table].decoder || (!is_first && !is_read_now(share, table)))
        return FA_OK;
    struct fa_batch batch;
    FA_TRY(open_block(share, &batch));
    if (is_first && !share->run.program.uses[table].held)
        note_given(share, table, &batch);
    for (uint32_t from = 0; from < batch.row_count; from += share->run.slice_rows) {
        struct fa_slice slice = slice_of(share, &batch, table, from);
        FA_TRY(judge_slice(share, &slice));
    }
    return FA_OK;
}

/* --- held tables as populations --- */

struct dated_row {
    int64_t at;
    uint32_t row, number;
};

static int by_time(const void *a, const void *b)
{
    const struct dated_row *x = a, *y = b;
    if (x->at != y->at)
        return x->at < y->at ? -1 : 1;
    return (x->number > y->number) - (x->number < y->number);
}

/* Rows by clock, those without one first, then by number. */
static enum fa_status order_rows(struct fa_share *share, const struct fa_held_table *held, uint32_t *order)
{
    int clock = fa_clock_column(held->table);
    uint32_t count = held->rows.row_count;
    bool is_sorted = true;
    struct dated_row *rows = malloc(((size_t)count + 1) * sizeof *rows);
    if (!rows)
        return no_memory(share);
    for (uint32_t i = 0; i < count; i++) {
        bool is_dated = clock != FA_NO_COLUMN && !fa_is_missing(&held->rows.columns[clock], i);
        rows[i] = (struct dated_row){is_dated ? held->rows.columns[clock].values[i] : INT64_MIN, i,
                                     held->numbers ? held->numbers[i] : i};
        is_sorted = is_sorted && (i == 0 || by_time(&rows[i - 1], &rows[i]) <= 0);
    }
    if (!is_sorted)
        qsort(rows, count, sizeof *rows, by_time);
    for (uint32_t i = 0; i < count; i++)
        order[i] = rows[i].row;
    free(rows);
    return FA_OK;
}

static enum fa_status judge_held(struct fa_share *share, int table)
{
    const struct fa_view_rows *view = fa_view_rows_find(&share->run, table);
    const struct fa_held_table *held = view ? &view->held : fa_held_get(share->evaluation->held, table);
    uint32_t count = held->rows.row_count;
    uint32_t *order = malloc(((size_t)count + 1) * sizeof *order);
    if (!order)
        return no_memory(share);
    enum fa_status status = order_rows(share, held, order);
    for (uint32_t from = 0; status == FA_OK && from < count; from += share->run.slice_rows) {
        uint32_t left = count - from;
        struct fa_slice slice = {.program = &share->run.program, .pool = &share->run.row_pool,
                                 .batch = &held->rows, .table = table, .from = from,
                                 .count = left < share->run.slice_rows ? left : share->run.slice_rows,
                                 .order = order, .numbers = held->numbers,
                                 .doubts = view ? view->doubts : NULL};
        status = judge_slice(share, &slice);
    }
    free(order);
    return status;
}

static enum fa_status judge_held_tables(struct fa_share *share)
{
    for (int t = 0; t < share->run.head->dictionary.table_count; t++)
        if (share->evaluation->is_held[t] && is_read_now(share, t))
            FA_TRY(judge_held(share, t));
    return FA_OK;
}

bool fa_share_reads_stream(const struct fa_share *share)
{
    for (int t = 0; t < share->evaluation->stream_table_count; t++)
        if (!share->evaluation->is_held[t] && is_read_now(share, t))
            return true;
    return false;
}

/* --- what must be known before the first row is judged --- */

static enum fa_status collect_reversed(struct fa_share *share, const struct fa_stage *effective,
                                       const struct fa_batch *batch)
{
    struct fa_run *run = &share->run;
    for (uint32_t from = 0; from < batch->row_count; from += run->slice_rows) {
        struct fa_slice slice = slice_of(share, batch, effective->table, from);
        fa_pool_clear(&run->row_pool);
        struct fa_frame *base = fa_frame_base(&slice);
        if (!base)
            return fa_failed(&slice);
        fa_stages_begin(&run->stages, base);
        struct fa_frame *settled = fa_stage_frame(&run->stages, effective->source);
        if (!settled)
            return fa_failed(&slice);
        if (settled->count)
            FA_TRY(fa_reversed_add(effective->source->reversed, settled, effective->formula->args[0],
                                   effective->keys.filer));
    }
    return FA_OK;
}

/* Whether a row of the block takes another back: few blocks have one. */
static enum fa_status has_reversals(struct fa_share *share, const struct fa_stage *effective,
                                    const struct fa_batch *batch, bool *has)
{
    int column = fa_stage_reverses(effective);
    FA_TRY(fa_decoder_ask(share->feeds[effective->table].decoder, column, share->run.sink));
    const struct fa_column *reverses = &batch->columns[column];
    *has = !reverses->is_absent && (!reverses->missing || memchr(reverses->missing, 0, batch->row_count));
    return FA_OK;
}

enum fa_status fa_share_collect_reversed(struct fa_share *share)
{
    struct fa_batch batch;
    bool is_open = false, has = false;
    for (size_t i = 0; i < share->effective.count; i++) {
        const struct fa_stage *effective = share->effective.items[i];
        if (effective->table != share->block->table)
            continue;
        if (!is_open) {
            FA_TRY(open_block(share, &batch));
            FA_TRY(has_reversals(share, effective, &batch, &has));
        }
        if (!has)
            return FA_OK;
        is_open = true;
        FA_TRY(collect_reversed(share, effective, &batch));
    }
    return FA_OK;
}

static void bind_held(struct fa_share *share)
{
    struct fa_evaluation *evaluation = share->evaluation;
    struct fa_program *program = &share->run.program;
    for (int t = 0; t < evaluation->stream_table_count; t++) {
        const struct fa_table_def *def = &share->run.head->dictionary.tables[t];
        const struct fa_held_table *held = fa_held_get(evaluation->held, t);
        bool has_rows = evaluation->is_held[t] || program->uses[t].is_jumped_to;
        program->uses[t].space = held;
        if (!fa_is_streamed(def) || has_rows)
            program->uses[t].held = held;
        if (has_rows)
            note_given(share, t, &held->rows);
    }
}

enum fa_status fa_run_fill_calendars(struct fa_run *run)
{
    const struct fa_program *program = &run->program;
    const struct fa_table_def *def = fa_dictionary_find(&run->head->dictionary, FA_STR("holiday"));
    const struct fa_held_table *held = def ? program->uses[def->index].held : NULL;
    if (!held || !program->calendars.count)
        return FA_OK;
    int name = fa_table_find_column(def, FA_STR("calendar")), date = fa_table_find_column(def, FA_STR("date"));
    int kind = fa_table_find_column(def, FA_STR("kind"));
    if (name < 0 || date < 0 || kind < 0)
        return FA_OK;
    const struct fa_column *columns = held->rows.columns;
    for (uint32_t i = 0; i < held->rows.row_count; i++) {
        if (fa_is_missing(&columns[name], i) || fa_is_missing(&columns[date], i) ||
            fa_is_missing(&columns[kind], i))
            continue;
        bool is_work = fa_str_is(def->columns[kind].values[columns[kind].values[i]], "work");
        for (size_t k = 0; k < program->calendars.count; k++)
            if (fa_str_equal(program->calendars.items[k].name, fa_column_text(&columns[name], i)) &&
                fa_calendar_add(program->calendars.items[k].calendar, columns[date].values[i], is_work) !=
                    FA_OK)
                return fa_out_of_memory(run->sink, "judging the rules");
    }
    return FA_OK;
}

enum fa_status fa_share_begin(struct fa_share *share)
{
    bind_held(share);
    return fa_run_fill_calendars(&share->run);
}

/* --- rounds --- */

/* What is held answers duties that streamed rows owe, and owes what they answer. */
static enum fa_status judge_front(struct fa_share *share)
{
    share->is_in_front = true;
    FA_TRY(judge_held_tables(share));
    share->is_in_front = false;
    for (int j = 0; j < share->judge_count; j++)
        if (!share->judges[j].is_dropped && share->judges[j].round == share->evaluation->round)
            FA_TRY(fa_judge_front_end(&share->judges[j]));
    return FA_OK;
}

enum fa_status fa_share_begin_round(struct fa_share *share)
{
    const struct fa_evaluation *evaluation = share->evaluation;
    for (int j = 0; evaluation->round == 0 && j < share->judge_count; j++)
        if (!share->judges[j].rule->view)
            FA_TRY(fa_judge_testable(&share->judges[j], share->given, share->row_counts, false));
    for (int j = 0; j < share->judge_count; j++)
        if (!share->judges[j].is_dropped && share->judges[j].round == evaluation->round)
            FA_TRY(fa_judge_begin(&share->judges[j]));
    return judge_front(share);
}

/* The views that this round made can be read. */
static enum fa_status finish_views(struct fa_share *share)
{
    const struct fa_evaluation *evaluation = share->evaluation;
    for (size_t v = 0; v < evaluation->verdicts->views.count; v++) {
        struct fa_view_rows *rows = evaluation->views[v];
        if (rows->run != &share->run || rows->view->depth != evaluation->round + 1)
            continue;
        FA_TRY(fa_view_finish(rows));
        share->run.program.uses[rows->table].held = &rows->held;
        share->run.program.uses[rows->table].exact = rows->exact;
    }
    return FA_OK;
}

enum fa_status fa_share_end_round(struct fa_share *share)
{
    const struct fa_evaluation *evaluation = share->evaluation;
    FA_TRY(judge_held_tables(share));
    for (int j = 0; j < share->judge_count; j++) {
        struct fa_judge *judge = &share->judges[j];
        if (judge->round != evaluation->round)
            continue;
        if (!judge->rule->view)
            FA_TRY(fa_judge_testable(judge, share->given, share->row_counts, true));
        uint64_t start = evaluation->options->tell_cost ? now_ns() : 0;
        if (!judge->is_dropped)
            FA_TRY(fa_judge_end(judge));
        judge->cost.ns += evaluation->options->tell_cost ? now_ns() - start : 0;
    }
    return finish_views(share);
}

enum fa_status fa_share_cite_end(struct fa_share *share)
{
    FA_TRY(judge_held_tables(share));
    for (int j = 0; j < share->judge_count; j++)
        if (share->judges[j].round == share->evaluation->round && fa_judge_wants_rows(&share->judges[j]))
            FA_TRY(fa_judge_cite_end(&share->judges[j]));
    return FA_OK;
}
