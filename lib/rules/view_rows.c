#include "rules/view_rows.h"

#include <stdlib.h>
#include <string.h>

/* --- setting up --- */

static enum fa_status no_memory(const struct fa_view_rows *rows)
{
    return fa_out_of_memory(rows->run->sink, "the rows of a view");
}

enum fa_status fa_view_rows_new(struct fa_run *run, const struct fa_view *view, int table,
                                struct fa_view_rows **rows)
{
    struct fa_view_rows *made = calloc(1, sizeof *made);
    *rows = made;
    if (!made)
        return fa_out_of_memory(run->sink, "the rows of a view");
    *made = (struct fa_view_rows){.view = view, .run = run, .table = table};
    fa_arena_init(&made->texts);
    fa_tuples_init(&made->sink_numbers, 2);
    made->parts = calloc((size_t)view->part_count, sizeof *made->parts);
    if (!made->parts)
        return no_memory(made);
    for (int p = 0; p < view->part_count; p++) {
        const struct fa_rule *rule = &view->parts[p];
        made->parts[p].cells = calloc((size_t)rule->shown_count + 1, sizeof *made->parts[p].cells);
        if (!made->parts[p].cells)
            return no_memory(made);
        for (int c = 0; c < rule->shown_count; c++)
            made->parts[p].cells[c].kind = rule->shown[c].expr->kind;
    }
    return FA_OK;
}

static void free_cells(struct fa_view_cells *cells, struct fa_meter *meter)
{
    fa_meter_give(meter, cells->state_capacity + cells->num_capacity * sizeof *cells->num +
                             cells->wide_capacity * sizeof *cells->wide +
                             cells->texts_capacity * sizeof *cells->texts);
    free(cells->state);
    free(cells->num);
    free(cells->wide);
    free(cells->texts);
    *cells = (struct fa_view_cells){.kind = cells->kind};
}

void fa_view_rows_free(struct fa_view_rows *rows)
{
    if (!rows)
        return;
    struct fa_meter *meter = &rows->run->meter;
    for (int p = 0; rows->parts && p < rows->view->part_count; p++) {
        struct fa_view_part *part = &rows->parts[p];
        for (int c = 0; part->cells && c < rows->view->parts[p].shown_count; c++)
            free_cells(&part->cells[c], meter);
        fa_meter_give(meter, part->groups_capacity * sizeof *part->groups +
                                 part->days_capacity * sizeof *part->days + part->doubts_capacity);
        free(part->cells);
        free(part->groups);
        free(part->days);
        free(part->doubts);
    }
    for (size_t i = 0; i < rows->owned_count; i++)
        free(rows->owned[i]);
    fa_meter_give(meter, rows->owned_bytes + rows->sinks.capacity * sizeof *rows->sinks.items);
    free(rows->owned);
    free(rows->parts);
    fa_vec_free(&rows->sinks);
    fa_tuples_release(&rows->sink_numbers, meter);
    fa_arena_release(&rows->texts);
    free(rows);
}

struct fa_view_rows *fa_view_rows_find(const struct fa_run *run, int table)
{
    return table < run->view_table_from || table < 0 ? NULL : run->views[table - run->view_table_from];
}

struct fa_view_part *fa_view_part_of(const struct fa_judge *judge)
{
    const struct fa_view *view = judge->rule->view;
    return &judge->made->parts[judge->rule - view->parts];
}

uint64_t fa_view_part_rows(const struct fa_judge *judge)
{
    const struct fa_view_rows *rows = judge->made;
    uint64_t count = fa_view_part_of(judge)->count;
    for (int p = 1; judge == rows->parts[0].judge && p < rows->view->part_count; p++)
        count += rows->parts[p].count;
    return count;
}

/* --- taking rows in --- */

static enum fa_status keep_text(struct fa_view_rows *rows, struct fa_str *text)
{
    FA_TRY(fa_meter_take(&rows->run->meter, text->size));
    rows->owned_bytes += text->size;
    *text = fa_arena_str(&rows->texts, *text);
    return text->bytes ? FA_OK : no_memory(rows);
}

static enum fa_status reserve_wide(struct fa_view_rows *rows, struct fa_view_cells *cells, uint32_t filled,
                                   uint32_t count)
{
    bool is_first = !cells->wide;
    FA_TRY(fa_meter_reserve(&rows->run->meter, cells->wide, &cells->wide_capacity, count));
    for (uint32_t i = 0; is_first && i < filled; i++)
        cells->wide[i] = (struct fa_ratio){cells->num[i], 1};
    return FA_OK;
}

static bool is_narrow(struct fa_ratio number)
{
    return number.denominator == 1 && number.numerator >= INT64_MIN && number.numerator <= INT64_MAX;
}

static enum fa_status take_numbers(struct fa_view_rows *rows, struct fa_view_cells *cells,
                                   const struct fa_vector *v, uint32_t from, uint32_t count)
{
    for (uint32_t i = 0; i < count; i++) {
        uint8_t state = cells->state[from + i];
        struct fa_ratio number = {0, 1};
        if (v->truth)
            number.numerator = fa_truth_at(v, i) == FA_TRUE;
        else if (state != FA_MISSING)
            number = fa_number_at(v, i);
        if (number.denominator != 1)
            (void)fa_rational_reduce(&number);
        if (!is_narrow(number) && !cells->wide)
            FA_TRY(reserve_wide(rows, cells, from + i, from + count));
        if (cells->wide)
            cells->wide[from + i] = number;
        else
            cells->num[from + i] = (int64_t)number.numerator;
    }
    return FA_OK;
}

static uint8_t state_of(const struct fa_vector *v, uint32_t i)
{
    if (v->truth)
        return fa_truth_at(v, i) == FA_UNKNOWN ? FA_MISSING : FA_HAS;
    uint8_t state = fa_state_at(v, i);
    return state == FA_NONE ? FA_MISSING : state;
}

static enum fa_status take_column(struct fa_view_rows *rows, struct fa_view_cells *cells,
                                  const struct fa_vector *v, uint32_t from, uint32_t count)
{
    struct fa_meter *meter = &rows->run->meter;
    size_t needed = (size_t)from + count;
    FA_TRY(fa_meter_reserve(meter, cells->state, &cells->state_capacity, needed));
    for (uint32_t i = 0; i < count; i++)
        cells->state[from + i] = state_of(v, i);
    if (v->texts || fa_kind_is_text(cells->kind)) {
        FA_TRY(fa_meter_reserve(meter, cells->texts, &cells->texts_capacity, needed));
        for (uint32_t i = 0; i < count; i++) {
            cells->texts[from + i] = (struct fa_str){"", 0};
            if (cells->state[from + i] != FA_HAS || !v->texts)
                continue;
            cells->texts[from + i] = v->texts[fa_at(v, i)];
            FA_TRY(keep_text(rows, &cells->texts[from + i]));
        }
        return FA_OK;
    }
    if (cells->wide)
        FA_TRY(reserve_wide(rows, cells, from, (uint32_t)needed));
    else
        FA_TRY(fa_meter_reserve(meter, cells->num, &cells->num_capacity, needed));
    return take_numbers(rows, cells, v, from, count);
}

enum fa_status fa_view_take(struct fa_judge *judge, struct fa_frame *frame, const uint32_t *groups,
                            const int64_t *days, const uint8_t *doubts)
{
    struct fa_view_rows *rows = judge->made;
    struct fa_view_part *part = fa_view_part_of(judge);
    struct fa_meter *meter = &rows->run->meter;
    const struct fa_vector *const *shown = fa_judge_shown(judge, frame);
    uint32_t from = part->count, count = frame->count;
    if (!shown)
        return fa_failed(frame->slice);
    if (count >= FA_NO_NUMBER - from)
        return fa_error(rows->run->sink, FA_CODE_LIMIT, (struct fa_place){0}, NULL,
                        "view %.*s has more than %u rows", (int)rows->view->name.size,
                        rows->view->name.bytes, FA_NO_NUMBER - 1);
    size_t needed = (size_t)from + count;
    FA_TRY(fa_meter_reserve(meter, part->groups, &part->groups_capacity, needed));
    FA_TRY(fa_meter_reserve(meter, part->days, &part->days_capacity, needed));
    FA_TRY(fa_meter_reserve(meter, part->doubts, &part->doubts_capacity, needed));
    for (uint32_t i = 0; i < count; i++) {
        part->groups[from + i] = groups[i];
        part->days[from + i] = rows->view->has_period ? days[i] : 0;
        part->doubts[from + i] = doubts ? doubts[i] : 0;
    }
    for (int c = 0; c < judge->rule->shown_count; c++)
        FA_TRY(take_column(rows, &part->cells[c], shown[c], from, count));
    part->count += count;
    return FA_OK;
}

/* --- citing --- */

/* By what the part's rows find what cites them: groups of rows in order are open for one period. */
static int64_t citing_period(const struct fa_judge *judge, int64_t day)
{
    bool is_by_period = judge->rule->way == FA_WAY_GROUP && judge->rule->has_period &&
                        fa_is_in_order(&judge->population.scope);
    return is_by_period ? day : 0;
}

static enum fa_status cite_parts(struct fa_view_rows *rows, uint64_t row, struct fa_judge *judge,
                                 uint32_t finding)
{
    struct fa_meter *meter = &rows->run->meter;
    uint32_t sink;
    meter->account = &rows->parts[0].judge->account;
    FA_TRY(fa_tuples_add(&rows->sink_numbers, meter, (int64_t[]){judge->rule_no, finding}, &sink));
    if (sink == rows->sinks.count)
        FA_TRY(fa_meter_add(meter, &rows->sinks, ((struct fa_view_sink){judge, finding})));
    for (int p = 0; p < rows->view->part_count; p++) {
        struct fa_view_part *part = &rows->parts[p];
        uint32_t own = part->rows[row];
        if (own == FA_NO_NUMBER)
            continue;
        int64_t day = part->days[own];
        struct fa_cited cited = {.finding = sink, .from = INT64_MIN, .to = day};
        meter->account = &part->judge->account;
        FA_TRY(fa_citing_add(&part->judge->citing, meter, part->groups[own],
                             citing_period(part->judge, day), cited));
    }
    return FA_OK;
}

/* What is remembered of it is the view's and not the rule's that cites. */
enum fa_status fa_view_cite(struct fa_view_rows *rows, uint64_t row, struct fa_judge *judge,
                            uint32_t finding)
{
    struct fa_meter_account *account = rows->run->meter.account;
    enum fa_status status = cite_parts(rows, row, judge, finding);
    rows->run->meter.account = account;
    return status;
}

enum fa_status fa_view_pass(struct fa_judge *judge, const struct fa_cited *cited, struct fa_frame *frame,
                            uint32_t i)
{
    const struct fa_view_sink *sink = &judge->made->sinks.items[cited->finding];
    const struct fa_finding *finding = &sink->judge->findings.items[sink->finding];
    bool is_doubted = frame->doubt && frame->doubt[i] & FA_DOUBT_MEMBER;
    if (is_doubted && !finding->cause.size)
        return FA_OK;
    return fa_cite_row(sink->judge, sink->finding, frame->slice->table, fa_frame_row(frame, i));
}
