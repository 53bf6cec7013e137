/*
 * Way 9: numbers that should follow each other. Of each series the runs of numbers that do are kept;
 * in a ledger in order that is one run for each gap. What lies between two runs is missing.
 */
#include <stdlib.h>
#include <string.h>

#include "base/limits.h"
#include "rules/passed.h"
#include "rules/sums.h"

/* Beside a row number: it is not sure that the row counts. */
#define UNSURE (UINT64_C(1) << 63)

/* Numbers from FIRST to LAST, all there; and the rows of these two. */
struct run {
    int64_t first, last;
    uint64_t first_row, last_row;
    int64_t first_judged; /* the judged date or time of the first's row */
    uint32_t series;
};

/* What is missing between two runs. */
struct gap {
    const struct run *before, *behind;
};

struct fa_gapless_judge {
    struct fa_units units; /* first: the gaps */
    struct fa_judge *judge;
    const struct fa_formula *field, *judged, *clock, *amount; /* CLOCK, AMOUNT: or NULL */
    bool is_text;
    struct fa_texts texts;    /* in front of the digits */
    struct fa_tuples series;  /* of texts: group, number of the text */
    FA_VEC(struct run) runs;
    size_t sorted;            /* runs when they were put in order last */
    uint32_t *run_of;         /* by series: its newest run + 1 */
    size_t run_of_capacity;
    struct fa_passed_column *columns; /* what texts read of a series' first row */
    struct fa_passed *captured;       /* by series and column */
    size_t captured_capacity;
    struct gap *gaps; /* at work */
    uint32_t gap_count;
};

/* --- leaves of gaps --- */

static uint32_t group_of(const struct fa_gapless_judge *gapless, uint32_t series)
{
    return gapless->is_text ? (uint32_t)gapless->series.items[(size_t)series * 2] : series;
}

static fa_i128 gap_value(const struct gap *gap, int index)
{
    fa_i128 first = (fa_i128)gap->before->last + 1, last = (fa_i128)gap->behind->first - 1;
    return index == FA_GAP_FIRST ? first : index == FA_GAP_LAST ? last : last - first + 1;
}

static const struct fa_vector *series_vector(const struct fa_gapless_judge *gapless, struct fa_pool *pool)
{
    struct fa_vector *v = fa_pool_take(pool, sizeof *v);
    struct fa_str *texts = fa_pool_take(pool, gapless->gap_count * sizeof *texts);
    if (!v || !texts)
        return NULL;
    for (uint32_t i = 0; i < gapless->gap_count; i++) {
        size_t series = gapless->gaps[i].before->series;
        texts[i] = gapless->is_text ? gapless->texts.items[gapless->series.items[series * 2 + 1]]
                                    : (struct fa_str){"", 0};
    }
    *v = (struct fa_vector){.kind = FA_KIND_TEXT, .den = 1, .texts = texts};
    return v;
}

static const struct fa_vector *captured_vector(const struct fa_gapless_judge *gapless, int column,
                                               struct fa_pool *pool)
{
    size_t column_count = gapless->judge->units.captures.count;
    struct fa_passed *passed = fa_pool_take(pool, gapless->gap_count * sizeof *passed);
    for (uint32_t i = 0; passed && i < gapless->gap_count; i++)
        passed[i] = gapless->captured[gapless->gaps[i].before->series * column_count + (size_t)column];
    return passed ? fa_passed_vector(&gapless->columns[column], passed, gapless->gap_count, pool) : NULL;
}

static const struct fa_vector *leaf(struct fa_units *units, const struct fa_formula *f, struct fa_pool *pool)
{
    const struct fa_gapless_judge *gapless = (struct fa_gapless_judge *)(void *)units;
    uint32_t count = gapless->gap_count;
    if (f->op == FA_FORMULA_CAPTURE)
        return captured_vector(gapless, f->detail.index, pool);
    if (f->op == FA_OP_STATE && f->detail.index == FA_GAP_SERIES)
        return series_vector(gapless, pool);
    if (f->op == FA_OP_STATE) {
        fa_i128 *values = fa_pool_take(pool, count * sizeof *values);
        for (uint32_t i = 0; values && i < count; i++)
            values[i] = gap_value(&gapless->gaps[i], f->detail.index);
        return values ? fa_wholes_vector(values, 1, count, f->kind, NULL, pool) : NULL;
    }
    if (f->op == FA_OP_KEY) {
        uint32_t *groups = fa_pool_take(pool, count * sizeof *groups);
        for (uint32_t i = 0; groups && i < count; i++)
            groups[i] = group_of(gapless, gapless->gaps[i].before->series);
        return groups ? fa_keyspace_part(gapless->judge->keys.space, f->detail.index, groups, count, pool)
                      : NULL;
    }
    struct fa_vector *v = fa_pool_take(pool, sizeof *v);
    int64_t *num = fa_pool_take(pool, count * sizeof *num);
    for (uint32_t i = 0; num && i < count; i++)
        num[i] = gapless->gaps[i].behind->first_judged;
    if (!v || !num)
        return NULL;
    *v = (struct fa_vector){.kind = f->kind, .den = 1, .num = num};
    return v;
}

static struct fa_str cause(struct fa_units *units, const struct fa_formula *f, uint32_t i)
{
    (void)units;
    (void)f;
    (void)i;
    return (struct fa_str){NULL, 0};
}

/* --- plan --- */

enum fa_status fa_gapless_plan(struct fa_judge *judge)
{
    struct fa_gapless_judge *gapless = calloc(1, sizeof *gapless);
    judge->gapless = gapless;
    if (!gapless)
        return fa_out_of_memory(judge->run->sink, "the plan of the rules");
    gapless->units = (struct fa_units){leaf, cause};
    gapless->judge = judge;
    fa_texts_init(&gapless->texts);
    fa_tuples_init(&gapless->series, 2);
    gapless->judged = judge->population.scope.judged;
    gapless->is_text = judge->rule->gapless->field->kind == FA_KIND_TEXT;
    size_t captures = judge->units.captures.count;
    gapless->columns = calloc(captures + 1, sizeof *gapless->columns);
    gapless->gaps = calloc(judge->run->slice_rows, sizeof *gapless->gaps);
    if (!gapless->columns || !gapless->gaps)
        return fa_out_of_memory(judge->run->sink, "the plan of the rules");
    for (size_t c = 0; c < captures; c++)
        FA_TRY(fa_passed_make(judge, judge->units.captures.items[c], (int)c, &gapless->columns[c]));
    return fa_compile(&judge->population.scope, judge->rule->gapless->field, &gapless->field);
}

void fa_gapless_free(struct fa_judge *judge)
{
    struct fa_gapless_judge *gapless = judge->gapless;
    struct fa_meter *meter = &judge->run->meter;
    if (!gapless)
        return;
    for (size_t c = 0; gapless->columns && c < judge->units.captures.count; c++)
        fa_passed_release(&gapless->columns[c], meter);
    fa_texts_release(&gapless->texts, meter);
    fa_tuples_release(&gapless->series, meter);
    fa_meter_give(meter, gapless->runs.capacity * sizeof *gapless->runs.items +
                             gapless->run_of_capacity * sizeof *gapless->run_of +
                             gapless->captured_capacity * sizeof *gapless->captured);
    fa_vec_free(&gapless->runs);
    free(gapless->run_of);
    free(gapless->captured);
    free(gapless->columns);
    free(gapless->gaps);
    free(gapless);
}

/* --- runs --- */

static bool is_above(uint64_t a, uint64_t b)
{
    return (a & ~UNSURE) < (b & ~UNSURE);
}

/* The same number again: the row further up stands for it. */
static void keep_upper(struct run *run, int64_t number, uint64_t row, int64_t judged)
{
    if (number == run->first && is_above(row, run->first_row)) {
        run->first_row = row;
        run->first_judged = judged;
    }
    if (number == run->last && is_above(row, run->last_row))
        run->last_row = row;
}

static int compare_runs(const void *a, const void *b)
{
    const struct run *x = a, *y = b;
    if (x->series != y->series)
        return x->series < y->series ? -1 : 1;
    if (x->first != y->first)
        return x->first < y->first ? -1 : 1;
    return (x->first_row > y->first_row) - (x->first_row < y->first_row);
}

/* Joins runs that touch or overlap; what is left is in order. */
static void join_runs(struct fa_gapless_judge *gapless)
{
    struct run *runs = gapless->runs.items;
    size_t kept = 0;
    if (gapless->runs.count)
        qsort(runs, gapless->runs.count, sizeof *runs, compare_runs);
    for (size_t i = 0; i < gapless->runs.count; i++) {
        struct run *last = kept ? &runs[kept - 1] : NULL;
        bool touches = last && last->series == runs[i].series &&
                       (last->last == INT64_MAX || runs[i].first <= last->last + 1);
        if (!touches) {
            runs[kept++] = runs[i];
            continue;
        }
        keep_upper(last, runs[i].first, runs[i].first_row, runs[i].first_judged);
        if (runs[i].last == last->last) {
            keep_upper(last, runs[i].last, runs[i].last_row, runs[i].first_judged);
        } else if (runs[i].last > last->last) {
            last->last = runs[i].last;
            last->last_row = runs[i].last_row;
        }
    }
    gapless->runs.count = gapless->sorted = kept;
    for (size_t i = 0; i < kept; i++)
        gapless->run_of[runs[i].series] = (uint32_t)i + 1;
}

static enum fa_status add_number(struct fa_judge *judge, uint32_t series, int64_t number, uint64_t row,
                                 int64_t judged)
{
    enum { RUNS_LEAST = 1 << 16 };
    struct fa_gapless_judge *gapless = judge->gapless;
    FA_TRY(fa_meter_reserve(&judge->run->meter, gapless->run_of, &gapless->run_of_capacity,
                            (size_t)series + 1));
    uint32_t place = gapless->run_of[series];
    struct run *run = place ? &gapless->runs.items[place - 1] : NULL;
    if (run && run->first <= number && number <= run->last) {
        keep_upper(run, number, row, judged);
        return FA_OK;
    }
    if (run && run->last != INT64_MAX && number == run->last + 1) {
        run->last = number;
        run->last_row = row;
        return FA_OK;
    }
    if (run && run->first != INT64_MIN && number == run->first - 1) {
        run->first = number;
        run->first_row = row;
        run->first_judged = judged;
        return FA_OK;
    }
    if (gapless->runs.count > RUNS_LEAST && gapless->runs.count / 2 > gapless->sorted)
        join_runs(gapless);
    if (gapless->runs.count >= UINT32_MAX - 1)
        return fa_error(judge->run->sink, FA_CODE_LIMIT, (struct fa_place){0}, NULL,
                        "rule %.*s: more than %u runs of numbers", (int)judge->rule->id.size,
                        judge->rule->id.bytes, UINT32_MAX - 1);
    struct run one = {number, number, row, row, judged, series};
    FA_TRY(fa_meter_add(&judge->run->meter, &gapless->runs, one));
    gapless->run_of[series] = (uint32_t)gapless->runs.count;
    return FA_OK;
}

/* --- taking rows in --- */

/* Splits a text into its series and the number at its end; false: it ends in no digit. */
static bool read_number(struct fa_str text, int digits, struct fa_str *series, int64_t *number)
{
    size_t at = text.size;
    int64_t value = 0, place = 1;
    while (at > 0 && digits > 0 && text.bytes[at - 1] >= '0' && text.bytes[at - 1] <= '9') {
        value += (text.bytes[--at] - '0') * place;
        digits--;
        place = digits ? place * 10 : place;
    }
    *series = (struct fa_str){text.bytes, at};
    *number = value;
    return at < text.size;
}

/* Series and number of row I; false: it has none. */
static enum fa_status series_of(struct fa_judge *judge, const struct fa_vector *field, uint32_t i,
                                uint32_t group, uint32_t *series, int64_t *number, bool *has)
{
    struct fa_gapless_judge *gapless = judge->gapless;
    struct fa_meter *meter = &judge->run->meter;
    *has = fa_state_at(field, i) == FA_HAS;
    if (!*has)
        return FA_OK;
    if (!gapless->is_text) {
        struct fa_ratio value = fa_number_at(field, i);
        *series = group;
        *number = (int64_t)value.numerator;
        *has = value.denominator == 1 && value.numerator == *number;
        return FA_OK;
    }
    struct fa_str text;
    uint32_t text_no;
    *has = read_number(field->texts[fa_at(field, i)], judge->rule->gapless->digits, &text, number);
    if (!*has)
        return FA_OK;
    FA_TRY(fa_texts_add(&gapless->texts, meter, text, true, &text_no));
    return fa_tuples_add(&gapless->series, meter, (int64_t[]){group, text_no}, series);
}

static enum fa_status capture(struct fa_judge *judge, struct fa_frame *frame, uint32_t i, uint32_t series)
{
    struct fa_gapless_judge *gapless = judge->gapless;
    size_t count = judge->units.captures.count;
    if (!count || (series < gapless->run_of_capacity && gapless->run_of[series]))
        return FA_OK;
    FA_TRY(fa_meter_reserve(&judge->run->meter, gapless->captured, &gapless->captured_capacity,
                            ((size_t)series + 1) * count));
    for (size_t c = 0; c < count; c++) {
        const struct fa_vector *v = fa_eval(frame, gapless->columns[c].of);
        if (!v)
            return fa_failed(frame->slice);
        FA_TRY(fa_passed_take(&gapless->columns[c], judge, frame, v, i, &gapless->captured[series * count + c]));
    }
    return FA_OK;
}

/* A row at FRAME's I joins the rows of a finding. */
static enum fa_status cite(struct fa_judge *judge, struct fa_frame *frame, uint32_t i, uint32_t finding)
{
    struct fa_finding *f = &judge->findings.items[finding];
    const struct fa_vector *clock = judge->clock ? fa_eval(frame, judge->clock) : NULL;
    const struct fa_vector *amount = judge->amount ? fa_eval(frame, judge->amount) : NULL;
    if ((judge->clock && !clock) || (judge->amount && !amount))
        return fa_failed(frame->slice);
    if (amount && fa_state_at(amount, i) == FA_HAS)
        f->row_sum += fa_number_at(amount, i).numerator;
    if (clock && fa_state_at(clock, i) == FA_HAS) {
        int64_t us = fa_judge_instant(judge, clock->kind, clock->num[fa_at(clock, i)]);
        if (!f->has_time || us < f->first_us)
            f->first_us = f->worst_us = us;
        if (!f->has_time || us > f->last_us)
            f->last_us = us;
        f->has_time = true;
        f->is_dated = clock->kind == FA_KIND_DATE;
    }
    return fa_cite_row(judge, finding, frame->slice->table, fa_frame_row(frame, i));
}

static enum fa_status leave_unknown(struct fa_judge *judge, struct fa_frame *frame, uint32_t i,
                                    struct fa_str cause_text)
{
    uint32_t number;
    judge->counts->tested++;
    judge->counts->unknown++;
    FA_TRY(fa_judge_unknown(judge, fa_keyspace_filer(judge->keys.space, frame->group[i]), cause_text,
                            &number));
    return cite(judge, frame, i, number);
}

enum fa_status fa_gapless_slice(struct fa_judge *judge)
{
    struct fa_gapless_judge *gapless = judge->gapless;
    struct fa_frame *frame = fa_stage_frame(&judge->run->stages, judge->population.last);
    if (!frame)
        return fa_failed(judge->run->stages.base->slice);
    if (!frame->count)
        return FA_OK;
    const struct fa_vector *field = fa_eval(frame, gapless->field);
    const struct fa_vector *judged = fa_eval(frame, gapless->judged);
    if (!field || !judged)
        return fa_failed(frame->slice);
    for (uint32_t i = 0; i < frame->count; i++) {
        uint32_t series = 0;
        int64_t number = 0;
        bool has;
        FA_TRY(series_of(judge, field, i, frame->group[i], &series, &number, &has));
        bool is_doubted = frame->doubt && frame->doubt[i] & FA_DOUBT_MEMBER;
        if (is_doubted)
            FA_TRY(leave_unknown(judge, frame, i, fa_stage_cause(judge->population.last, i)));
        else if (!has)
            FA_TRY(leave_unknown(judge, frame, i,
                                 fa_state_at(field, i) == FA_HAS ? judge->rule->gapless->field->text
                                                                 : fa_cause(frame, gapless->field, i)));
        if (!has)
            continue;
        uint64_t row = fa_frame_row(frame, i) | (frame->doubt && frame->doubt[i] ? UNSURE : 0);
        int64_t date = fa_state_at(judged, i) == FA_HAS ? judged->num[fa_at(judged, i)] : 0;
        FA_TRY(capture(judge, frame, i, series));
        FA_TRY(add_number(judge, series, number, row, date));
    }
    return FA_OK;
}

/* --- the end: gaps are judged --- */

static enum fa_status cite_gap(struct fa_judge *judge, const struct gap *gap, uint32_t finding)
{
    struct fa_meter *meter = &judge->run->meter;
    struct fa_cited cited = {.finding = finding};
    uint32_t series = gap->before->series;
    FA_TRY(fa_citing_add(&judge->citing, meter, series, (int64_t)(gap->before->last_row & ~UNSURE), cited));
    return fa_citing_add(&judge->citing, meter, series, (int64_t)(gap->behind->first_row & ~UNSURE), cited);
}

static enum fa_status add_finding(struct fa_judge *judge, const struct fa_vector *const *shown, uint32_t i,
                                  const struct gap *gap, bool is_undecided)
{
    uint32_t group = group_of(judge->gapless, gap->before->series), number;
    is_undecided |= ((gap->before->last_row | gap->behind->first_row) & UNSURE) != 0;
    struct fa_finding finding = {
        .outcome = fa_judge_outcome(judge, is_undecided),
        .filer = fa_judge_filer(judge, fa_keyspace_filer(judge->keys.space, group)),
        .judged_count = 1, .has_anchor = true, .anchor_row = gap->before->last_row & ~UNSURE};
    FA_TRY(fa_judge_keys(judge, group, &finding.keys));
    FA_TRY(fa_judge_values(judge, shown, i, &finding.first));
    finding.worst = finding.first;
    FA_TRY(fa_judge_add(judge, &finding, &number));
    return cite_gap(judge, gap, number);
}

/* What came out for the series at work. */
struct outcome {
    uint32_t series;
    bool has_fired, is_unknown;
};

static void count_series(struct fa_judge *judge, const struct outcome *outcome)
{
    judge->counts->tested++;
    judge->counts->fired += outcome->has_fired;
    judge->counts->unknown += !outcome->has_fired && outcome->is_unknown;
    judge->counts->clear += !outcome->has_fired && !outcome->is_unknown;
}

static enum fa_status add_unknown(struct fa_judge *judge, struct fa_frame *frame, uint32_t i,
                                  const struct gap *gap)
{
    uint32_t group = group_of(judge->gapless, gap->before->series), number;
    FA_TRY(fa_judge_unknown(judge, fa_keyspace_filer(judge->keys.space, group),
                            fa_cause(frame, judge->when, i), &number));
    return cite_gap(judge, gap, number);
}

/* Judges the gaps at work, whose series are counted when the next one begins. */
static enum fa_status judge_gaps(struct fa_judge *judge, struct outcome *outcome)
{
    struct fa_gapless_judge *gapless = judge->gapless;
    struct fa_run *run = judge->run;
    uint32_t count = gapless->gap_count, fired = 0;
    if (!count)
        return FA_OK;
    fa_pool_clear(&run->unit_pool);
    struct fa_slice slice = {.program = &run->program, .pool = &run->unit_pool, .count = count};
    struct fa_frame *frame = fa_frame_units(&slice, &gapless->units, count);
    uint32_t *rows = fa_pool_take(slice.pool, count * sizeof *rows);
    struct fa_rule_counts before = *judge->counts; /* series are counted, not gaps */
    const uint8_t *truths = frame && rows ? fa_judge_truths(judge, frame) : NULL;
    *judge->counts = before;
    if (!truths)
        return fa_failed(&slice);
    for (uint32_t i = 0; i < count; i++) {
        if (gapless->gaps[i].before->series != outcome->series) {
            count_series(judge, outcome);
            *outcome = (struct outcome){.series = gapless->gaps[i].before->series};
        }
        outcome->has_fired |= truths[i] == FA_TRUE;
        outcome->is_unknown |= truths[i] == FA_UNKNOWN;
        if (truths[i] == FA_UNKNOWN)
            FA_TRY(add_unknown(judge, frame, i, &gapless->gaps[i]));
        rows[fired] = i;
        fired += truths[i] == FA_TRUE;
    }
    gapless->gap_count = 0;
    if (!fired)
        return FA_OK;
    gapless->gap_count = count; /* leaves are still asked for all of them */
    struct fa_frame *few = fa_frame_pick(frame, rows, fired);
    const uint8_t *answers = few ? fa_judge_except(judge, few) : NULL;
    const struct fa_vector *const *shown = answers ? fa_judge_shown(judge, few) : NULL;
    if (!shown)
        return fa_failed(&slice);
    for (uint32_t i = 0; i < fired; i++)
        if (answers[i] != FA_EXCEPTED)
            FA_TRY(add_finding(judge, shown, i, &gapless->gaps[rows[i]], answers[i] == FA_UNDECIDED));
    gapless->gap_count = 0;
    return FA_OK;
}

enum fa_status fa_gapless_end(struct fa_judge *judge)
{
    struct fa_gapless_judge *gapless = judge->gapless;
    join_runs(gapless);
    const struct run *runs = gapless->runs.items;
    struct outcome outcome = {.series = gapless->runs.count ? runs[0].series : 0};
    uint64_t series_count = gapless->runs.count > 0, counted = judge->counts->tested;
    for (size_t i = 1; i < gapless->runs.count; i++) {
        if (runs[i].series != runs[i - 1].series) {
            series_count++;
            continue;
        }
        gapless->gaps[gapless->gap_count++] = (struct gap){&runs[i - 1], &runs[i]};
        if (gapless->gap_count == judge->run->slice_rows)
            FA_TRY(judge_gaps(judge, &outcome));
    }
    FA_TRY(judge_gaps(judge, &outcome));
    if (outcome.has_fired || outcome.is_unknown)
        count_series(judge, &outcome);
    /* All others have no gap. */
    uint64_t clear = series_count - (judge->counts->tested - counted);
    judge->counts->tested += clear;
    judge->counts->clear += clear;
    return FA_OK;
}

/* --- the second pass --- */

enum fa_status fa_gapless_cite(struct fa_judge *judge)
{
    struct fa_gapless_judge *gapless = judge->gapless;
    struct fa_frame *frame = fa_stage_frame(&judge->run->stages, judge->population.last);
    if (!frame)
        return fa_failed(judge->run->stages.base->slice);
    const struct fa_vector *field = frame->count ? fa_eval(frame, gapless->field) : NULL;
    if (frame->count && !field)
        return fa_failed(frame->slice);
    for (uint32_t i = 0; i < frame->count; i++) {
        uint32_t series = 0;
        int64_t number;
        bool has;
        FA_TRY(series_of(judge, field, i, frame->group[i], &series, &number, &has));
        if (!has || !fa_citing_may_have(&judge->citing, series))
            continue;
        const struct fa_cited *cited =
            fa_citing_find(&judge->citing, series, (int64_t)fa_frame_row(frame, i));
        for (; cited; cited = fa_citing_next(&judge->citing, cited))
            FA_TRY(cite(judge, frame, i, cited->finding));
    }
    return FA_OK;
}

/* --- its cost --- */

enum fa_status fa_gapless_cost(const struct fa_rule *rule, struct fa_cost *cost)
{
    const struct fa_gapless_judge *gapless = NULL;
    cost->class = FA_COST_C; /* where numbers come out of order, a run is kept for each */
    /* a run of numbers without a gap is one item: at worst each row is one, and so a series */
    FA_TRY(fa_cost_array(cost, FA_COST_ROWS, sizeof *gapless->runs.items + sizeof *gapless->run_of, 1));
    FA_TRY(fa_cost_add(cost, FA_COST_ROWS, FA_COST_TUPLES, 2, 1));
    FA_TRY(fa_cost_add(cost, FA_COST_ROWS, FA_COST_TEXTS, 0, 1));
    FA_TRY(fa_cost_array(cost, FA_COST_ROWS, sizeof *gapless->captured, fa_cost_captures(rule)));
    FA_TRY(fa_cost_add(cost, FA_COST_ROWS, FA_COST_TEXTS, 0, fa_cost_captures(rule)));
    return fa_citing_cost(cost);
}
