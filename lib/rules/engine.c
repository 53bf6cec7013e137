#include "rules/engine.h"

#include <stdlib.h>
#include <string.h>
#include <time.h>

#include "base/limits.h"
#include "rules/duty.h"
#include "rules/met.h"
#include "rules/prev.h"
#include "rules/reach.h"
#include "rules/verify.h"
#include "rules/view_rows.h"

/* A table of the head as its blocks come. */
struct feed {
    struct fa_decoder *decoder, *late_decoder; /* NULL: nothing of it is asked for */
    bool is_judged;    /* rules look at its rows */
    bool is_held;      /* its rows are in memory when they are judged */
    const struct fa_block *block; /* the one at work */
    struct fa_batch late;
    bool is_late_ready;
};

struct engine {
    struct fa_run run;
    struct fa_blocks *blocks;
    const struct fa_evaluate_options *options;
    struct fa_verdicts *verdicts;
    struct fa_head head; /* the stream's, with a table for each view behind its own */
    int stream_table_count;
    struct fa_judge *judges; /* of rules, then of the parts of views */
    int judge_count;
    int round, round_count;  /* each reads the views that those before it made */
    struct fa_held *held;
    struct feed *feeds;     /* a table of the head each */
    uint8_t **given;        /* by table and column */
    uint64_t *row_counts;
    bool *is_held;          /* by table: feeds[table].is_held */
    FA_VEC(const struct fa_stage *) effective; /* stages, one for each source of reversals */
    bool is_in_front; /* held tables are looked at before the streamed ones */
    bool is_rewound;
};

static enum fa_status no_memory(const struct engine *engine)
{
    return fa_out_of_memory(engine->run.sink, "judging the rules");
}

/* --- plan --- */

/* Views that a rule or part reads stand before it in rounds. */
static int round_of(const struct fa_rule *rule)
{
    int round = 0;
    for (int v = 0; v < rule->view_count; v++)
        if (rule->views[v]->depth > round)
            round = rule->views[v]->depth;
    return round;
}

static enum fa_status plan_views(struct engine *engine, int rule_no)
{
    for (size_t v = 0; v < engine->verdicts->views.count; v++) {
        struct fa_made_view *made = &engine->verdicts->views.items[v];
        struct fa_view_rows *rows;
        enum fa_status status = fa_view_rows_new(&engine->run, made->view,
                                                 engine->stream_table_count + (int)v, &rows);
        engine->run.views[v] = rows;
        FA_TRY(status);
        for (int p = 0; p < made->view->part_count; p++) {
            struct fa_judge *judge = &engine->judges[engine->judge_count++];
            FA_TRY(fa_judge_plan(&engine->run, &made->view->parts[p], rule_no++, &made->counts, judge));
            judge->made = rows;
            rows->parts[p].judge = judge;
        }
    }
    for (int j = 0; j < engine->judge_count; j++) {
        engine->judges[j].round = round_of(engine->judges[j].rule);
        if (engine->judges[j].round >= engine->round_count)
            engine->round_count = engine->judges[j].round + 1;
    }
    return FA_OK;
}

/* What is known of rules before the filing is read. */
static enum fa_status set_aside(struct engine *engine, const struct fa_ruleset_list *rulesets)
{
    struct fa_verdicts *verdicts = engine->verdicts;
    size_t rule_no = 0;
    for (size_t s = 0; s < rulesets->rulesets.count; s++) {
        const struct fa_ruleset *ruleset = rulesets->rulesets.items[s];
        for (int r = 0; r < ruleset->rule_count; r++, rule_no++) {
            struct fa_rule_counts *counts = &verdicts->counts[rule_no];
            if (fa_verdict_leaves_out(engine->options->only, &ruleset->rules[r], counts))
                continue;
            if (verdicts->left_out[s].size)
                fa_verdicts_set_aside(verdicts, s, counts);
            else
                FA_TRY(fa_rule_set_aside(&engine->run, &ruleset->rules[r], counts));
        }
    }
    return FA_OK;
}

static enum fa_status plan_rules(struct engine *engine, const struct fa_ruleset_list *rulesets)
{
    const struct fa_evaluate_options *options = engine->options;
    int rule_no = 0;
    for (size_t s = 0; s < rulesets->rulesets.count; s++) {
        const struct fa_ruleset *ruleset = rulesets->rulesets.items[s];
        for (int r = 0; r < ruleset->rule_count; r++, rule_no++)
            if (engine->verdicts->counts[rule_no].verdict == FA_TESTED) {
                struct fa_judge *judge = &engine->judges[engine->judge_count++];
                FA_TRY(fa_judge_plan(&engine->run, &ruleset->rules[r], rule_no,
                                     &engine->verdicts->counts[rule_no], judge));
                judge->notes_met =
                    options->tells_met && fa_met_can_tell(&ruleset->rules[r]) &&
                    options->tells_met(options->met_context, &ruleset->rules[r]);
            }
    }
    return plan_views(engine, rule_no);
}

static bool is_streamed_kind(const struct fa_table_def *table)
{
    if (table->written_by == FA_BY_VIEW)
        return false;
    return table->by != FA_NO_COLUMN || table->written_by != FA_BY_FILING;
}

/* Rows that a tool added come in no promised order: only rules that need none can take them as they
 * come. */
static bool needs_order(const struct fa_judge *judge, int table)
{
    const struct fa_rule *rule = judge->rule;
    return !fa_judge_judges(judge, table) || rule->duty || rule->way != FA_WAY_ROW || rule->key_count > 0 ||
           rule->has_period || rule->prev_key_count > 0;
}

static enum fa_status make_decoder(struct engine *engine, int table, uint8_t with, uint8_t without,
                                   struct fa_decoder **decoder)
{
    const struct fa_table_def *def = &engine->run.head->dictionary.tables[table];
    const uint8_t *uses = engine->run.program.uses[table].columns;
    for (int c = 0; c < def->column_count; c++) {
        if (!(uses[c] & with) || uses[c] & without)
            continue;
        if (!*decoder && !(*decoder = fa_decoder_new(def)))
            return no_memory(engine);
        fa_decoder_want(*decoder, c);
    }
    return FA_OK;
}

static enum fa_status plan_table(struct engine *engine, int table)
{
    const struct fa_table_def *def = &engine->run.head->dictionary.tables[table];
    struct fa_table_use *use = &engine->run.program.uses[table];
    struct feed *feed = &engine->feeds[table];
    bool is_ordered = true;
    for (int j = 0; j < engine->judge_count; j++)
        if (fa_judge_reads(&engine->judges[j], table)) {
            feed->is_judged = true;
            is_ordered = is_ordered && (def->by != FA_NO_COLUMN || !needs_order(&engine->judges[j], table));
        }
    feed->is_held = !is_streamed_kind(def) || !is_ordered;
    engine->is_held[table] = feed->is_held;
    if (def->written_by == FA_BY_VIEW)
        return FA_OK;
    bool is_wanted = use->is_jumped_to || (feed->is_held && feed->is_judged);
    for (int c = 0; c < def->column_count; c++) {
        bool is_read = use->columns[c] & FA_USE_JUMP ||
                       (feed->is_held && use->columns[c] & (FA_USE_ROW | FA_USE_LATE)) ||
                       ((feed->is_held || use->is_jumped_to) && use->columns[c] & FA_USE_GIVEN);
        if (is_read)
            fa_held_want(engine->held, table, c);
        is_wanted |= is_read;
    }
    if (is_wanted)
        fa_held_want(engine->held, table, FA_NO_COLUMN);
    if (is_wanted && is_streamed_kind(def))
        fa_held_want_streamed(engine->held, table);
    fa_held_set_reader(engine->held, table, use->jumped_by);
    if (feed->is_held)
        return FA_OK;
    FA_TRY(make_decoder(engine, table, FA_USE_ROW | FA_USE_GIVEN, 0, &feed->decoder));
    return make_decoder(engine, table, FA_USE_LATE, FA_USE_ROW, &feed->late_decoder);
}

/* Names of ids that findings print: filers, and what the keys of rows are made of. */
static void want_names(struct engine *engine)
{
    const struct fa_program *program = &engine->run.program;
    const struct fa_table_def *institution =
        fa_dictionary_find(&engine->run.head->dictionary, FA_STR("institution"));
    if (institution)
        fa_held_want_names(engine->held, institution->index);
    for (int j = 0; j < engine->judge_count; j++) {
        const struct fa_judge *judge = &engine->judges[j];
        const struct fa_table_def *def = &program->dictionary->tables[judge->rule->population.table];
        if (judge->rule->key_count > 0 || judge->rule->has_period || judge->rule->way != FA_WAY_ROW)
            continue;
        for (int k = 0; k < def->key_count; k++) {
            const struct fa_column_def *column = &def->columns[def->key_columns[k]];
            int space = column->type == FA_TYPE_ID ? fa_program_table(program, column->refers_to) : -1;
            if (space >= 0)
                fa_held_want_names(engine->held, space);
        }
    }
}

/* Where rules look at effective flows: the settled ones, some of which take others back. */
static enum fa_status plan_reversals(struct engine *engine)
{
    struct fa_run *run = &engine->run;
    for (size_t i = 0; i < run->stages.list.count; i++) {
        const struct fa_stage *stage = run->stages.list.items[i];
        if (stage->kind != FA_STAGE_EFFECTIVE || stage->table < 0 || stage->source->reversed)
            continue;
        stage->source->reversed = fa_reversed_new();
        if (!stage->source->reversed || fa_vec_add(&engine->effective, stage) != FA_OK)
            return no_memory(engine);
    }
    return FA_OK;
}

static enum fa_status plan(struct engine *engine, const struct fa_ruleset_list *rulesets)
{
    int table_count = engine->run.head->dictionary.table_count;
    size_t judge_count = engine->verdicts->rule_count + 1;
    for (size_t v = 0; v < engine->verdicts->views.count; v++)
        judge_count += (size_t)engine->verdicts->views.items[v].view->part_count;
    engine->judges = calloc(judge_count, sizeof *engine->judges);
    engine->feeds = calloc((size_t)table_count + 1, sizeof *engine->feeds);
    engine->given = calloc((size_t)table_count + 1, sizeof *engine->given);
    engine->row_counts = calloc((size_t)table_count + 1, sizeof *engine->row_counts);
    engine->is_held = calloc((size_t)table_count + 1, sizeof *engine->is_held);
    engine->run.is_held = engine->is_held;
    engine->held = fa_held_new(engine->blocks->head, engine->run.sink);
    if (!engine->judges || !engine->feeds || !engine->given || !engine->row_counts || !engine->is_held ||
        !engine->held)
        return no_memory(engine);
    for (int t = 0; t < table_count; t++) {
        engine->given[t] =
            calloc((size_t)engine->run.head->dictionary.tables[t].column_count + 1, 1);
        if (!engine->given[t])
            return no_memory(engine);
    }
    FA_TRY(plan_rules(engine, rulesets));
    engine->run.meter.account = NULL; /* what the tables come to is no rule's */
    FA_TRY(plan_reversals(engine));
    FA_TRY(fa_plan_verify(&engine->run, engine->judges, engine->judge_count));
    fa_held_set_limit(engine->held, engine->options->memory_max);
    for (int t = 0; t < table_count; t++)
        FA_TRY(plan_table(engine, t));
    want_names(engine);
    return FA_OK;
}

/* --- slices --- */

static void note_given(struct engine *engine, int table, const struct fa_batch *batch)
{
    engine->row_counts[table] += batch->row_count;
    for (int c = 0; c < batch->table->column_count; c++)
        engine->given[table][c] |= !batch->columns[c].is_absent;
}

static uint64_t now_ns(void)
{
    struct timespec now;
    clock_gettime(CLOCK_THREAD_CPUTIME_ID, &now);
    return (uint64_t)now.tv_sec * 1000000000u + (uint64_t)now.tv_nsec;
}

static enum fa_status judge_rows(struct engine *engine, struct fa_judge *judge, int table)
{
    if (engine->run.is_citing)
        return fa_judge_cite(judge, table);
    return engine->is_in_front ? fa_judge_front(judge, table) : fa_judge_slice(judge, table);
}

static bool is_asked(const struct engine *engine, const struct fa_judge *judge, int table)
{
    if (judge->is_dropped || judge->round != engine->round)
        return false;
    if (engine->run.is_citing)
        return fa_judge_wants_rows(judge) && fa_judge_judges(judge, table);
    return fa_judge_reads(judge, table) && (judge->owing || !engine->is_in_front);
}

static enum fa_status judge_slice(struct engine *engine, struct fa_slice *slice)
{
    struct fa_run *run = &engine->run;
    fa_pool_clear(&run->row_pool);
    struct fa_frame *base = fa_frame_base(slice);
    if (!base)
        return fa_failed(slice);
    fa_stages_begin(&run->stages, base);
    for (int j = 0; j < engine->judge_count; j++) {
        struct fa_judge *judge = &engine->judges[j];
        if (!is_asked(engine, judge, slice->table))
            continue;
        bool wants_cost = engine->options->tell_cost != NULL;
        uint64_t start = wants_cost ? now_ns() : 0;
        FA_TRY(judge_rows(engine, judge, slice->table));
        fa_pool_clear(&run->unit_pool);
        judge->cost.rows += run->is_citing ? 0 : slice->count;
        judge->cost.ns += wants_cost ? now_ns() - start : 0;
    }
    return FA_OK;
}

/* Decodes what only findings read, once a block, when the first of them asks. */
static enum fa_status decode_late(struct fa_slice *slice, const struct fa_batch **batch)
{
    struct feed *feed = slice->context;
    if (!feed->is_late_ready)
        FA_TRY(fa_decoder_decode(feed->late_decoder, feed->block, slice->program->sink, &feed->late));
    feed->is_late_ready = true;
    *batch = &feed->late;
    return FA_OK;
}

static enum fa_status judge_block(struct engine *engine, const struct fa_block *block)
{
    struct feed *feed = &engine->feeds[block->table];
    struct fa_batch batch;
    FA_TRY(fa_decoder_decode(feed->decoder, block, engine->run.sink, &batch));
    feed->block = block;
    feed->is_late_ready = false;
    bool is_first = !engine->run.is_citing && engine->round == 0;
    if (is_first && !engine->run.program.uses[block->table].held)
        note_given(engine, block->table, &batch);
    for (uint32_t from = 0; from < batch.row_count; from += engine->run.slice_rows) {
        uint32_t left = batch.row_count - from;
        struct fa_slice slice = {.program = &engine->run.program, .pool = &engine->run.row_pool,
                                 .batch = &batch, .table = block->table, .from = from,
                                 .count = left < engine->run.slice_rows ? left : engine->run.slice_rows,
                                 .late = feed->late_decoder ? decode_late : NULL, .context = feed};
        FA_TRY(judge_slice(engine, &slice));
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
static enum fa_status order_rows(struct engine *engine, const struct fa_held_table *held, uint32_t *order)
{
    int clock = fa_clock_column(held->table);
    uint32_t count = held->rows.row_count;
    struct dated_row *rows = malloc(((size_t)count + 1) * sizeof *rows);
    if (!rows)
        return no_memory(engine);
    for (uint32_t i = 0; i < count; i++) {
        bool is_dated = clock != FA_NO_COLUMN && !fa_is_missing(&held->rows.columns[clock], i);
        rows[i] = (struct dated_row){is_dated ? held->rows.columns[clock].values[i] : INT64_MIN, i,
                                     held->numbers ? held->numbers[i] : i};
    }
    qsort(rows, count, sizeof *rows, by_time);
    for (uint32_t i = 0; i < count; i++)
        order[i] = rows[i].row;
    free(rows);
    return FA_OK;
}

static enum fa_status judge_held(struct engine *engine, int table)
{
    const struct fa_view_rows *view = fa_view_rows_find(&engine->run, table);
    const struct fa_held_table *held = view ? &view->held : fa_held_get(engine->held, table);
    uint32_t count = held->rows.row_count;
    uint32_t *order = malloc(((size_t)count + 1) * sizeof *order);
    if (!order)
        return no_memory(engine);
    enum fa_status status = order_rows(engine, held, order);
    for (uint32_t from = 0; status == FA_OK && from < count; from += engine->run.slice_rows) {
        uint32_t left = count - from;
        struct fa_slice slice = {.program = &engine->run.program, .pool = &engine->run.row_pool,
                                 .batch = &held->rows, .table = table, .from = from,
                                 .count = left < engine->run.slice_rows ? left : engine->run.slice_rows,
                                 .order = order, .numbers = held->numbers,
                                 .doubts = view ? view->doubts : NULL};
        status = judge_slice(engine, &slice);
    }
    free(order);
    return status;
}

/* Whether a rule or view of this round looks at the rows of TABLE now. */
static bool is_read_now(const struct engine *engine, int table)
{
    for (int j = 0; j < engine->judge_count; j++)
        if (is_asked(engine, &engine->judges[j], table))
            return true;
    return false;
}

static enum fa_status judge_held_tables(struct engine *engine)
{
    for (int t = 0; t < engine->run.head->dictionary.table_count; t++)
        if (engine->feeds[t].is_held && is_read_now(engine, t))
            FA_TRY(judge_held(engine, t));
    return FA_OK;
}

/* Whether some of those rows come with the stream. */
static bool reads_stream(const struct engine *engine)
{
    for (int t = 0; t < engine->stream_table_count; t++)
        if (!engine->feeds[t].is_held && is_read_now(engine, t))
            return true;
    return false;
}

/* What is held answers duties that streamed rows owe, and owes what they answer. */
static enum fa_status judge_front(struct engine *engine)
{
    engine->is_in_front = true;
    FA_TRY(judge_held_tables(engine));
    engine->is_in_front = false;
    for (int j = 0; j < engine->judge_count; j++)
        if (!engine->judges[j].is_dropped && engine->judges[j].round == engine->round)
            FA_TRY(fa_judge_front_end(&engine->judges[j]));
    return FA_OK;
}

/* --- what must be known before the first row is judged --- */

static enum fa_status collect_reversed(struct engine *engine, const struct fa_stage *effective,
                                       const struct fa_block *block)
{
    struct fa_run *run = &engine->run;
    struct feed *feed = &engine->feeds[block->table];
    struct fa_batch batch;
    FA_TRY(fa_decoder_decode(feed->decoder, block, run->sink, &batch));
    feed->block = block;
    feed->is_late_ready = false;
    if (batch.columns[effective->formula->args[0]->detail.column].is_absent)
        return FA_OK;
    for (uint32_t from = 0; from < batch.row_count; from += engine->run.slice_rows) {
        uint32_t left = batch.row_count - from;
        struct fa_slice slice = {.program = &run->program, .pool = &run->row_pool, .batch = &batch,
                                 .table = block->table, .from = from,
                                 .count = left < engine->run.slice_rows ? left : engine->run.slice_rows,
                                 .late = feed->late_decoder ? decode_late : NULL, .context = feed};
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

static void bind_held(struct engine *engine)
{
    struct fa_program *program = &engine->run.program;
    for (int t = 0; t < engine->stream_table_count; t++) {
        const struct fa_table_def *def = &engine->run.head->dictionary.tables[t];
        const struct fa_held_table *held = fa_held_get(engine->held, t);
        bool has_rows = engine->feeds[t].is_held || program->uses[t].is_jumped_to;
        program->uses[t].space = held;
        if (!is_streamed_kind(def) || has_rows)
            program->uses[t].held = held;
        if (has_rows)
            note_given(engine, t, &held->rows);
    }
}

/* Findings name their filer and live longer than the held tables. */
static enum fa_status keep_institutions(struct engine *engine)
{
    struct fa_run *run = &engine->run;
    const struct fa_table_def *institution =
        fa_dictionary_find(&run->head->dictionary, FA_STR("institution"));
    const struct fa_held_table *held = institution ? fa_held_get(engine->held, institution->index) : NULL;
    if (!held || !held->names)
        return FA_OK;
    struct fa_str *names = fa_arena_array(run->arena, (size_t)held->id_count + 1, sizeof *names);
    for (uint32_t i = 0; names && i < held->id_count; i++) {
        names[i] = fa_arena_str(run->arena, held->names[i]);
        if (!names[i].bytes)
            return no_memory(engine);
    }
    run->institutions = names;
    run->institution_count = names ? held->id_count : 0;
    return names ? FA_OK : no_memory(engine);
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

static enum fa_status begin_round(struct engine *engine)
{
    for (int j = 0; j < engine->judge_count; j++)
        if (!engine->judges[j].is_dropped && engine->judges[j].round == engine->round)
            FA_TRY(fa_judge_begin(&engine->judges[j]));
    return FA_OK;
}

/* The views that this round made can be read. */
static enum fa_status end_round(struct engine *engine)
{
    for (int j = 0; j < engine->judge_count; j++) {
        struct fa_judge *judge = &engine->judges[j];
        if (judge->round != engine->round)
            continue;
        if (!judge->rule->view)
            FA_TRY(fa_judge_testable(judge, engine->given, engine->row_counts, true));
        uint64_t start = engine->options->tell_cost ? now_ns() : 0;
        if (!judge->is_dropped)
            FA_TRY(fa_judge_end(judge));
        judge->cost.ns += engine->options->tell_cost ? now_ns() - start : 0;
    }
    for (size_t v = 0; v < engine->verdicts->views.count; v++) {
        struct fa_view_rows *rows = engine->run.views[v];
        if (rows->view->depth != engine->round + 1)
            continue;
        FA_TRY(fa_view_finish(rows));
        engine->run.program.uses[rows->table].held = &rows->held;
        engine->run.program.uses[rows->table].exact = rows->exact;
    }
    return FA_OK;
}

static enum fa_status begin(struct engine *engine)
{
    struct fa_run *run = &engine->run;
    FA_TRY(fa_held_finish(engine->held));
    run->meter.account = NULL; /* what is held is nobody's state */
    run->meter.rule = FA_STR("");
    FA_TRY(fa_meter_take(&run->meter, fa_held_memory(engine->held)));
    bind_held(engine);
    FA_TRY(keep_institutions(engine));
    FA_TRY(fa_run_fill_calendars(run));
    for (int j = 0; j < engine->judge_count; j++)
        if (!engine->judges[j].rule->view)
            FA_TRY(fa_judge_testable(&engine->judges[j], engine->given, engine->row_counts, false));
    FA_TRY(begin_round(engine));
    return judge_front(engine);
}

/* Whether something behind the held tables must be read before rows are judged. */
static bool needs_scout(const struct engine *engine)
{
    for (int t = 0; t < engine->stream_table_count; t++) {
        bool is_streamed = is_streamed_kind(&engine->run.head->dictionary.tables[t]);
        if (is_streamed && (engine->run.program.uses[t].is_jumped_to ||
                            (engine->feeds[t].is_held && engine->feeds[t].is_judged)))
            return true;
    }
    return engine->effective.count > 0;
}

/* --- passes --- */

static enum fa_status rewind_blocks(struct engine *engine)
{
    if (!fa_blocks_can_rewind(engine->blocks))
        return fa_error(engine->run.sink, FA_CODE_DEFECT, (struct fa_place){0}, NULL,
                        "the rules must read the ledger again, and it can be read only once");
    return fa_blocks_rewind(engine->blocks);
}

/* The pass before the first: reversed flows, and tables by time that look-ups read. */
static enum fa_status scout(struct engine *engine)
{
    struct fa_block block;
    for (bool is_end = false;;) {
        FA_TRY(fa_blocks_next(engine->blocks, &block, &is_end));
        if (is_end)
            break;
        FA_TRY(fa_held_add(engine->held, &block));
        for (size_t i = 0; i < engine->effective.count; i++)
            if (block.kind == FA_BLOCK_TABLE && block.table == engine->effective.items[i]->table)
                FA_TRY(collect_reversed(engine, engine->effective.items[i], &block));
    }
    return rewind_blocks(engine);
}

/* The stream once more, for the rules and views of this round. */
static enum fa_status read_again(struct engine *engine)
{
    struct fa_block block;
    FA_TRY(rewind_blocks(engine));
    for (bool is_end = false;;) {
        FA_TRY(fa_blocks_next(engine->blocks, &block, &is_end));
        if (is_end)
            return FA_OK;
        const struct feed *feed = block.kind == FA_BLOCK_TABLE ? &engine->feeds[block.table] : NULL;
        if (feed && feed->is_judged && feed->decoder)
            FA_TRY(judge_block(engine, &block));
    }
}

static enum fa_status decide(struct engine *engine)
{
    struct fa_block block;
    bool has_begun = needs_scout(engine);
    if (has_begun) {
        FA_TRY(scout(engine));
        FA_TRY(begin(engine));
    }
    for (bool is_end = false;;) {
        FA_TRY(fa_blocks_next(engine->blocks, &block, &is_end));
        bool is_front = !is_end && fa_block_section(engine->run.head, &block) < FA_SECTION_TIME;
        if (is_front && !has_begun)
            FA_TRY(fa_held_add(engine->held, &block));
        if (!is_front && !has_begun)
            FA_TRY(begin(engine));
        has_begun |= !is_front;
        if (is_end)
            break;
        if (block.kind == FA_BLOCK_TABLE && !is_front && engine->feeds[block.table].decoder)
            FA_TRY(judge_block(engine, &block));
    }
    FA_TRY(judge_held_tables(engine));
    FA_TRY(end_round(engine));
    for (engine->round = 1; engine->round < engine->round_count; engine->round++) {
        FA_TRY(begin_round(engine));
        FA_TRY(judge_front(engine));
        if (reads_stream(engine))
            FA_TRY(read_again(engine));
        FA_TRY(judge_held_tables(engine));
        FA_TRY(end_round(engine));
    }
    return FA_OK;
}

/* From what reads views back to what they are made of, since rows of a view are cited by way of those
 * behind them. */
static enum fa_status cite(struct engine *engine)
{
    engine->run.is_citing = true;
    for (engine->round = engine->round_count - 1; engine->round >= 0; engine->round--) {
        if (reads_stream(engine))
            FA_TRY(read_again(engine));
        FA_TRY(judge_held_tables(engine));
        for (int j = 0; j < engine->judge_count; j++)
            if (engine->judges[j].round == engine->round && fa_judge_wants_rows(&engine->judges[j]))
                FA_TRY(fa_judge_cite_end(&engine->judges[j]));
    }
    return FA_OK;
}

/* --- the verdicts --- */

/* What a statistic lacks is said of it; a rule that reads it says so by itself. */
static enum fa_status publish_views(struct engine *engine)
{
    for (size_t v = 0; v < engine->verdicts->views.count; v++) {
        struct fa_made_view *made = &engine->verdicts->views.items[v];
        struct fa_view_rows *rows = engine->run.views[v];
        for (int p = 0; made->view->is_statistic && p < made->view->part_count; p++) {
            struct fa_judge *judge = rows->parts[p].judge;
            if (made->counts.verdict != FA_TESTED)
                break;
            FA_TRY(fa_judge_testable(judge, engine->given, engine->row_counts, false));
            FA_TRY(fa_judge_testable(judge, engine->given, engine->row_counts, true));
        }
        if (made->counts.verdict != FA_TESTED)
            continue;
        made->row_count = rows->held.rows.row_count;
        if (made->view->is_statistic || engine->options->keeps_views)
            FA_TRY(fa_view_publish(rows, made));
    }
    return FA_OK;
}

static enum fa_status publish(struct engine *engine)
{
    FA_TRY(publish_views(engine));
    for (int j = 0; j < engine->judge_count; j++) {
        struct fa_judge *judge = &engine->judges[j];
        if (!judge->is_dropped)
            FA_TRY(fa_duty_join_unknown(judge));
        if (judge->notes_met)
            FA_TRY(fa_met_end(judge, &engine->verdicts->met[judge->rule_no]));
        for (size_t i = 0; !judge->is_dropped && i < judge->findings.count; i++) {
            struct fa_finding *finding = &judge->findings.items[i];
            if (!finding->judged_count)
                continue; /* its duty is done */
            bool is_pending = finding->outcome == FA_PENDING;
            if (judge->is_exception_absent && !is_pending)
                finding->outcome = FA_INDETERMINATE;
            if ((is_pending ? fa_vec_add(&engine->verdicts->pending, *finding)
                            : fa_vec_add(&engine->verdicts->findings, *finding)) != FA_OK)
                return no_memory(engine);
            *finding = (struct fa_finding){0}; /* its rows have a new owner */
            judge->counts->finding_count += !is_pending;
        }
    }
    return fa_verdicts_finish(engine->verdicts) == FA_OK ? FA_OK : no_memory(engine);
}

static uint64_t largest_held(const struct engine *engine)
{
    uint64_t largest = 0;
    for (int t = 0; t < engine->run.head->dictionary.table_count; t++) {
        const struct fa_held_table *held = engine->run.program.uses[t].held;
        uint64_t count = !held ? 0 : held->id_count > held->rows.row_count ? held->id_count
                                                                          : held->rows.row_count;
        largest = count > largest ? count : largest;
    }
    return largest;
}

static void tell_costs(struct engine *engine)
{
    const struct fa_evaluate_options *options = engine->options;
    const struct fa_head *head = engine->run.head;
    int64_t from_day = engine->run.program.as_of_day;
    for (size_t i = 0; i < head->covers.count; i++)
        if (head->covers.items[i].from_day < from_day)
            from_day = head->covers.items[i].from_day;
    for (size_t i = 0; options->tell_cost && i < engine->verdicts->findings.count; i++)
        for (int j = 0; j < engine->judge_count; j++)
            if (engine->judges[j].rule == engine->verdicts->findings.items[i].rule)
                engine->judges[j].cost.cited += engine->verdicts->findings.items[i].rows.capacity;
    for (int j = 0; options->tell_cost && j < engine->judge_count; j++) {
        struct fa_judge *judge = &engine->judges[j];
        judge->cost.peak_bytes = judge->account.peak;
        judge->cost.keys = judge->keys.space ? judge->keys.space->space : 0;
        if (judge->prev && judge->prev->keys.space->space > judge->cost.keys)
            judge->cost.keys = judge->prev->keys.space->space;
        judge->cost.findings = judge->findings.count; /* with those whose duty was done */
        judge->cost.cited += judge->made ? judge->citing.list.count + judge->made->sinks.count : 0;
        judge->cost.made = judge->made ? fa_view_part_rows(judge) : 0;
        judge->cost.days = (uint64_t)(engine->run.program.as_of_day - from_day) + 1;
        judge->cost.held = largest_held(engine);
        for (size_t i = 0; i < engine->effective.count; i++)
            judge->cost.reversals += fa_reversed_count(engine->effective.items[i]->source->reversed);
        if (!judge->is_dropped)
            options->tell_cost(options->cost_context, judge->rule, &judge->cost);
    }
}

/* A view covers the days that all its tables cover. */
static enum fa_status cover_view(struct engine *engine, const struct fa_view *view, int table)
{
    struct fa_head *head = &engine->head;
    struct fa_cover_info cover = {.table = table, .from_day = INT64_MIN, .to_day = INT64_MAX};
    for (int p = 0; p < view->part_count; p++) {
        struct fa_str name =
            engine->verdicts->rulesets->dictionary->tables[view->parts[p].population.table].name;
        const struct fa_table_def *of = fa_dictionary_find(&head->dictionary, name);
        if (p > 0 && !of)
            continue; /* what a view has `also` may be lacking */
        size_t c = 0;
        while (c < head->covers.count && (!of || head->covers.items[c].table != of->index))
            c++;
        if (c == head->covers.count)
            return FA_OK;
        const struct fa_cover_info *part = &head->covers.items[c];
        if (part->from_day > cover.from_day)
            cover.from_day = part->from_day;
        if (part->to_day < cover.to_day)
            cover.to_day = part->to_day;
    }
    return fa_vec_add(&head->covers, cover) == FA_OK ? FA_OK : no_memory(engine);
}

/* The head that the rules see: views are tables of it. */
static enum fa_status extend_head(struct engine *engine)
{
    const struct fa_head *head = engine->blocks->head;
    const struct fa_verdicts *verdicts = engine->verdicts;
    size_t count = (size_t)head->dictionary.table_count, more = verdicts->views.count;
    engine->head = *head;
    engine->head.covers.items = NULL;
    engine->head.covers.count = engine->head.covers.capacity = 0;
    engine->stream_table_count = engine->run.view_table_from = head->dictionary.table_count;
    engine->head.dictionary.tables = calloc(count + more + 1, sizeof *engine->head.dictionary.tables);
    engine->run.views = calloc(more + 1, sizeof *engine->run.views);
    if (!engine->head.dictionary.tables || !engine->run.views)
        return no_memory(engine);
    engine->run.head = &engine->head;
    engine->round_count = 1;
    for (size_t t = 0; t < count; t++)
        engine->head.dictionary.tables[t] = head->dictionary.tables[t];
    for (size_t c = 0; c < head->covers.count; c++)
        if (fa_vec_add(&engine->head.covers, head->covers.items[c]) != FA_OK)
            return no_memory(engine);
    for (size_t v = 0; v < more; v++) {
        const struct fa_view *view = verdicts->views.items[v].view;
        struct fa_table_def *def = &engine->head.dictionary.tables[count + v];
        *def = verdicts->rulesets->dictionary->tables[view->table];
        def->index = engine->head.dictionary.table_count++;
        FA_TRY(cover_view(engine, view, def->index));
    }
    return FA_OK;
}

static enum fa_status prepare(struct engine *engine, const struct fa_ruleset_list *rulesets)
{
    struct fa_verdicts *verdicts = engine->verdicts;
    struct fa_run *run = &engine->run;
    int64_t as_of_day = engine->options->as_of_day != INT64_MIN ? engine->options->as_of_day
                                                                : run->head->as_of_day;
    run->rulesets = rulesets;
    if (fa_verdicts_begin(verdicts, rulesets) != FA_OK)
        return no_memory(engine);
    FA_TRY(fa_applies_decide(rulesets, engine->blocks, as_of_day, engine->options->memory_max, run->sink,
                             verdicts));
    FA_TRY(set_aside(engine, rulesets));
    if (fa_verdicts_list_views(verdicts, engine->options->only) != FA_OK)
        return no_memory(engine);
    FA_TRY(extend_head(engine));
    return fa_program_init(&run->program, rulesets->dictionary, run->head, as_of_day, &run->meter, run->sink);
}

static void release(struct engine *engine)
{
    struct fa_run *run = &engine->run;
    for (int j = 0; j < engine->judge_count; j++)
        fa_judge_free(&engine->judges[j]);
    for (int t = 0; t < run->head->dictionary.table_count; t++) {
        if (engine->feeds) {
            fa_decoder_free(engine->feeds[t].decoder);
            fa_decoder_free(engine->feeds[t].late_decoder);
        }
        if (engine->given)
            free(engine->given[t]);
    }
    fa_vec_free(&engine->effective);
    fa_stages_release(&run->stages, &run->meter);
    fa_program_release(&run->program);
    fa_held_free(engine->held);
    fa_pool_release(&run->row_pool);
    fa_pool_release(&run->unit_pool);
    for (size_t v = 0; run->views && v < engine->verdicts->views.count; v++)
        fa_view_rows_free(run->views[v]);
    free(run->views);
    free(engine->head.dictionary.tables);
    fa_vec_free(&engine->head.covers);
    free(engine->judges);
    free(engine->feeds);
    free(engine->given);
    free(engine->row_counts);
    free(engine->is_held);
}

enum fa_status fa_evaluate(const struct fa_ruleset_list *rulesets, struct fa_blocks *blocks,
                           const struct fa_evaluate_options *options, struct fa_sink *sink,
                           struct fa_verdicts *verdicts)
{
    struct engine engine = {.blocks = blocks, .options = options, .verdicts = verdicts};
    engine.run = (struct fa_run){.meter = {.max = options->memory_max, .sink = sink},
                                 .arena = &verdicts->arena, .sink = sink, .head = blocks->head,
                                 .totals = blocks->totals,
                                 .slice_rows = FA_SLICE_ROWS};
    if (options->slice_rows && options->slice_rows < FA_SLICE_ROWS)
        engine.run.slice_rows = options->slice_rows;
    fa_stages_init(&engine.run.stages);
    fa_pool_init(&engine.run.row_pool);
    fa_pool_init(&engine.run.unit_pool);
    enum fa_status status = prepare(&engine, rulesets);
    if (status == FA_OK)
        status = plan(&engine, rulesets);
    if (status == FA_OK)
        status = decide(&engine);
    if (status == FA_OK)
        status = cite(&engine);
    if (status == FA_OK)
        status = publish(&engine);
    if (status == FA_OK)
        tell_costs(&engine);
    release(&engine);
    return status;
}
